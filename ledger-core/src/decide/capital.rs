//! Money received, paid and converted; shares.

use super::door::{Door, refuse_absurd};
use crate::account::Account;
use crate::chart;
use crate::event::treasury::CashCategory;
use crate::event::{CashPaid, CashReceived, CurrencyConverted, SharesIssued};
use crate::ids::Place;
use crate::money::{Money, Units};
use crate::refusal::Refusal;
use crate::rounding::Rounding;
use crate::world::amount_of;

pub(super) fn currency_converted(door: &Door<'_>, e: &CurrencyConverted) -> Result<(), Refusal> {
    door.amount("what was given", e.given)?;
    door.amount("what was got", e.got)?;
    door.amount_or_none("the fee", e.fee)?;
    door.money_wallet(e.from, e.given.currency)?;
    door.money_wallet(e.to, e.got.currency)?;
    door.in_currency("the fee", e.fee, e.given.currency)?;
    if e.from == e.to {
        return Err(Refusal::WrongPlace { place: e.to, part: "both ends of a conversion" });
    }
    Ok(())
}

pub(super) fn cash_received(door: &Door<'_>, e: &CashReceived) -> Result<(), Refusal> {
    door.amount("the money received", e.amount)?;
    door.money_wallet(Place::Wallet(e.wallet), e.amount.currency)?;
    door.party(e.party)?;
    category_or_account(door, e.category, e.account)
}

pub(super) fn cash_paid(door: &Door<'_>, e: &CashPaid) -> Result<(), Refusal> {
    door.amount("the money paid", e.amount)?;
    if let Some(CashCategory::Supplier | CashCategory::Accrued) = e.category {
        door.dollars("a payable", e.amount.currency)?;
    }
    door.money_wallet(Place::Wallet(e.wallet), e.amount.currency)?;
    door.party(e.party)?;
    category_or_account(door, e.category, e.account)
}

fn category_or_account(
    door: &Door<'_>,
    category: Option<CashCategory>,
    account: Option<Account>,
) -> Result<(), Refusal> {
    match (category, account) {
        (Some(_), None) => Ok(()),
        (None, Some(account)) => {
            door.world.account(account)?;
            if chart::is_control_account(account) || account == chart::CASH {
                return Err(Refusal::ControlAccount { account, what: "money against it" });
            }
            Ok(())
        }
        (None, None) | (Some(_), Some(_)) => Err(Refusal::ExactlyOne { fields: "`category` and `account`" }),
    }
}

pub(super) fn shares_issued(door: &Door<'_>, e: &SharesIssued) -> Result<(), Refusal> {
    if !e.shares.is_positive() {
        return Err(Refusal::NotPositive { what: "the number of shares", amount: format!("{:#}", e.shares) });
    }
    refuse_absurd(e.shares.decimal())?;
    door.price(Some(e.price))?;
    door.party(e.party)?;
    let functional = door.functional;
    for (what, amount) in [("the proceeds", e.proceeds), ("par", e.par), ("the costs", e.costs)] {
        door.amount_or_none(what, amount)?;
        door.in_currency(what, amount, functional)?;
    }
    door.money_wallet(e.to, functional)?;
    let proceeds = door.world.share_proceeds(e)?;
    let scale = door.world.scale(functional)?.into();
    let computed = e.price.value_of(e.shares, scale, Rounding::HalfEven)?;
    // Published prices are rounded, so the product may miss the proceeds by up to one share's price.
    let apart = computed.minus(proceeds)?.abs();
    if apart > Money::new(e.price.decimal()) {
        return Err(Refusal::ProceedsDiffer { computed, stated: proceeds });
    }
    let deductions = amount_of(e.par).plus(amount_of(e.costs))?;
    if deductions > Units::new(proceeds.decimal()) {
        Err(Refusal::ProceedsExceeded { proceeds })
    } else {
        Ok(())
    }
}
