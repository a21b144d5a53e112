//! Coins in place of money: what they may settle, and what must be said of it.

use super::capex::may_be_deposited;
use super::capital::category_or_account;
use super::coins::{named_lots, value_or_price};
use super::door::{self, Door};
use super::loan::{accrued, principal};
use crate::event::in_kind::{Acceptance, Spending};
use crate::event::{
    CoinsAccepted, CoinsContributed, CoinsDistributed, CoinsImpounded, CoinsLost, CoinsSpent,
};
use crate::ids::{Commodity, FacilityId, Place};
use crate::refusal::Refusal;

pub(super) fn coins_spent(door: &Door<'_>, e: &CoinsSpent) -> Result<(), Refusal> {
    use Spending::{Borrowed, Deposit, Expense, Interest, Payroll, Principal};
    spent_from(door, e)?;
    door.units("the coins spent", e.units, e.commodity)?;
    door.amount("the value", e.value)?;
    let settled = e.settled();
    door.amount("the amount settled", settled)?;
    named_lots(door, &e.lots, e.commodity)?;
    door.party(e.party)?;
    let when = spent_on(e.settles);
    let fits = |field, given: bool, with: &[Spending]| only(field, given && !with.contains(&e.settles), when);
    fits("`category`", e.category.is_some(), &[Expense])?;
    fits("`account`", e.account.is_some(), &[Expense])?;
    fits("`segment`", e.segment.is_some(), &[Expense, Payroll])?;
    fits("`facility`", e.facility.is_some(), &[Principal, Interest])?;
    fits("`commitment`", e.commitment.is_some(), &[Deposit])?;
    only("`party`", e.party.is_some() && [Deposit, Principal, Interest].contains(&e.settles), when)?;
    only("`amount`", e.amount.is_some() && e.settles == Borrowed, when)?;
    match e.settles {
        Spending::Expense => category_or_account(door, e.category.is_some(), e.account),
        Spending::Payroll => Ok(()),
        Spending::Payable => door.dollars("a payable", settled.currency),
        Spending::Deposit => {
            let commitment = needed(e.commitment, "`commitment`", "where coins settle a deposit")?;
            may_be_deposited(door, commitment, settled)
        }
        Spending::Principal => {
            let facility = door.world.facility(facility(e)?)?;
            door.in_currency("the amount settled", Some(settled), facility.terms.currency)?;
            principal(facility, settled.amount)
        }
        Spending::Interest => {
            let facility = door.world.facility(facility(e)?)?;
            door.in_currency("the amount settled", Some(settled), facility.terms.currency)?;
            accrued(facility, settled.amount)
        }
        Spending::Borrowed => needed(e.party, "`party`", "where borrowed coins are returned").map(|_| ()),
    }
}

/// Out of a wallet of ours; a lender may take what lies with him only for what the same facility owes.
fn spent_from(door: &Door<'_>, e: &CoinsSpent) -> Result<(), Refusal> {
    let of_lender = matches!(e.settles, Spending::Principal | Spending::Interest);
    match e.from {
        Place::Facility(lender) if of_lender && e.facility.is_none_or(|facility| facility == lender) => {
            door.world.facility(lender).map(|_| ())
        }
        Place::Wallet(_) | Place::Facility(_) => {
            door.own_coins(e.from, e.commodity, "where coins are spent from")
        }
    }
}

fn facility(e: &CoinsSpent) -> Result<FacilityId, Refusal> {
    needed(e.facility, "`facility`", "where coins settle principal or interest")
}

fn needed<T>(field: Option<T>, name: &'static str, when: &'static str) -> Result<T, Refusal> {
    field.ok_or(Refusal::FieldNeeded { field: name, when })
}

/// A field that would be ignored is refused.
fn only(field: &'static str, idle: bool, when: &'static str) -> Result<(), Refusal> {
    if idle { Err(Refusal::FieldNotAllowed { field, when }) } else { Ok(()) }
}

fn spent_on(settles: Spending) -> &'static str {
    match settles {
        Spending::Expense => "for a cost paid in coins",
        Spending::Payable => "for a payable settled in coins",
        Spending::Deposit => "for a deposit in coins",
        Spending::Principal => "for principal repaid in coins",
        Spending::Interest => "for interest paid in coins",
        Spending::Payroll => "for wages in coins",
        Spending::Borrowed => "for borrowed coins given back",
    }
}

fn accepted_for(against: Acceptance) -> &'static str {
    match against {
        Acceptance::Hosting | Acceptance::Compute => "for revenue in coins",
        Acceptance::Receivable => "for a receivable settled in coins",
        Acceptance::ContractLiability => "for coins taken in advance",
        Acceptance::Borrowed => "for borrowed coins",
    }
}

pub(super) fn coins_accepted(door: &Door<'_>, e: &CoinsAccepted) -> Result<(), Refusal> {
    door.world.party(e.counterparty)?;
    door.own_coins(e.to, e.commodity, "where accepted coins arrive")?;
    door.units("the coins accepted", e.units, e.commodity)?;
    value_or_price(door, e.value, e.price)?;
    let owed = matches!(e.against, Acceptance::Receivable | Acceptance::ContractLiability);
    only("`amount`", e.amount.is_some() && !owed, accepted_for(e.against))?;
    let borrowed = e.against == Acceptance::Borrowed;
    only("`segment`", e.segment.is_some() && borrowed, accepted_for(e.against))?;
    e.amount.map_or(Ok(()), |amount| {
        door.amount("the amount settled", amount)?;
        door.dollars("a receivable", amount.currency)
    })
}

pub(super) fn coins_contributed(door: &Door<'_>, e: &CoinsContributed) -> Result<(), Refusal> {
    door.world.party(e.counterparty)?;
    door.own_coins(e.to, e.commodity, "where contributed coins arrive")?;
    door.units("the coins contributed", e.units, e.commodity)?;
    value_or_price(door, e.value, e.price)
}

pub(super) fn coins_distributed(door: &Door<'_>, e: &CoinsDistributed) -> Result<(), Refusal> {
    door.world.party(e.counterparty)?;
    door.own_coins(e.from, e.commodity, "where distributed coins come from")?;
    door.units("the coins distributed", e.units, e.commodity)?;
    value_or_price(door, e.value, e.price)?;
    named_lots(door, &e.lots, e.commodity)
}

pub(super) fn coins_impounded(door: &Door<'_>, e: &CoinsImpounded) -> Result<(), Refusal> {
    door.world.party(e.counterparty)?;
    kept_by_others(door, e.from, e.commodity)?;
    door.units("the coins impounded", e.units, e.commodity)?;
    door.amount_or_none("what is expected back", Some(e.value))?;
    door.price(e.price)?;
    named_lots(door, &e.lots, e.commodity)
}

pub(super) fn coins_lost(door: &Door<'_>, e: &CoinsLost) -> Result<(), Refusal> {
    door.own_coins(e.from, e.commodity, "where coins are lost from")?;
    door.units("the coins lost", e.units, e.commodity)?;
    door::text("the reason", Some(&e.reason), 500)?;
    named_lots(door, &e.lots, e.commodity)
}

/// A custodian's wallet, or what lies with a lender.
fn kept_by_others(door: &Door<'_>, place: Place, commodity: Commodity) -> Result<(), Refusal> {
    match place {
        Place::Wallet(wallet) => door.coin_wallet(wallet, commodity),
        Place::Facility(facility) => door.world.facility(facility).map(|_| ()),
    }
}
