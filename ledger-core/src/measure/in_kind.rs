//! Coins in place of money. What is given is disposed of at fair value, what is taken is a new lot at fair value
//! (ASC 610-20-32-2, ASC 606-10-32-21); what differs from the amount settled is a difference of settlement.

use super::Context;
use super::loan::debt_settled;
use super::money::cost_account;
use crate::chart::{
    ACCRUED_INTEREST, COINS_TO_RETURN, COMPUTE_REVENUE, CONTRACT_LIABILITIES, EQUIPMENT_DEPOSITS, GENERAL,
    HOSTING_REVENUE, LOAN_PRINCIPAL, PAYABLES, RECEIVABLES,
};
use crate::event::in_kind::{Acceptance, Spending};
use crate::event::{
    CoinsAccepted, CoinsContributed, CoinsDistributed, CoinsImpounded, CoinsLost, CoinsSpent,
};
use crate::ids::{Commodity, PartyId};
use crate::measured::Measured;
use crate::money::{Money, Units};
use crate::posting::{Dimensions, Leg, Target};
use crate::refusal::Refusal;

pub(super) fn coins_spent(cx: &Context<'_>, e: &CoinsSpent, m: &mut Measured) -> Result<(), Refusal> {
    let value = cx.value_of(e.value.amount, e.value.currency)?;
    cx.dispose(e.from, e.commodity, e.units, &e.lots, value, m)?;
    let (amount, currency) = (e.settled().amount, e.settled().currency);
    match e.settles {
        Spending::Expense => {
            let category = e.category.map(cost_account);
            let account = e.account.or(category);
            m.against = account.ok_or(Refusal::ExactlyOne { fields: "`category` and `account`" })?;
            m.settled = cx.value_of(amount, currency)?;
        }
        // Wages are pay whatever they are paid in. What 6020 has is pay in shares (ASC 718), which coins are not.
        Spending::Payroll => {
            m.against = GENERAL;
            m.settled = cx.value_of(amount, currency)?;
        }
        Spending::Payable => {
            m.against = PAYABLES;
            m.settled = cx.at_par(amount)?;
        }
        Spending::Deposit => {
            m.against = EQUIPMENT_DEPOSITS;
            m.settled = cx.value_of(amount, currency)?;
            let commitment = needed(e.commitment, "`commitment`", "where coins settle a deposit")?;
            let outstanding = cx.world.commitment(commitment)?.outstanding()?;
            m.committed = cx.change_at_par(outstanding, amount.negated())?;
        }
        Spending::Principal => {
            m.against = LOAN_PRINCIPAL;
            let facility = needed(e.facility, "`facility`", "where coins settle principal")?;
            debt_settled(cx, cx.world.facility(facility)?, amount, Units::ZERO, m)?;
            m.settled = m.principal;
        }
        Spending::Interest => {
            m.against = ACCRUED_INTEREST;
            let facility = needed(e.facility, "`facility`", "where coins settle interest")?;
            debt_settled(cx, cx.world.facility(facility)?, Units::ZERO, amount, m)?;
            m.settled = m.interest;
        }
        Spending::Borrowed => {
            let party = needed(e.party, "`party`", "where borrowed coins are returned")?;
            let target = owed_to(party, e.commodity);
            let there = cx.book.balance(&target);
            let owed = there.units.negated();
            let (scale, rounding) = (cx.precision.scale, cx.precision.rounding);
            m.settled = there.amount.negated().share(e.units, owed, scale, rounding)?;
            m.coins_owed.push(Leg { target, units: e.units, carrying: m.settled, fair_value: value });
        }
    }
    Ok(())
}

pub(super) fn coins_accepted(cx: &Context<'_>, e: &CoinsAccepted, m: &mut Measured) -> Result<(), Refusal> {
    let value = cx.stated_worth(e.units, e.value, e.price)?;
    cx.new_coins(e.to, e.commodity, e.units, value, m)?;
    let settled = e.amount.map_or(Ok(value), |amount| cx.at_par(amount.amount))?;
    m.settled = settled;
    match e.against {
        Acceptance::Hosting => m.against = HOSTING_REVENUE,
        Acceptance::Compute => m.against = COMPUTE_REVENUE,
        Acceptance::Receivable => m.against = RECEIVABLES,
        Acceptance::ContractLiability => m.against = CONTRACT_LIABILITIES,
        Acceptance::Borrowed => {
            let target = owed_to(e.counterparty, e.commodity);
            m.coins_owed.push(Leg { target, units: e.units, carrying: value, fair_value: value });
        }
    }
    Ok(())
}

pub(super) fn coins_contributed(
    cx: &Context<'_>,
    e: &CoinsContributed,
    m: &mut Measured,
) -> Result<(), Refusal> {
    let value = cx.stated_worth(e.units, e.value, e.price)?;
    cx.new_coins(e.to, e.commodity, e.units, value, m)
}

pub(super) fn coins_distributed(
    cx: &Context<'_>,
    e: &CoinsDistributed,
    m: &mut Measured,
) -> Result<(), Refusal> {
    let value = cx.stated_worth(e.units, e.value, e.price)?;
    cx.dispose(e.from, e.commodity, e.units, &e.lots, value, m)
}

pub(super) fn coins_impounded(cx: &Context<'_>, e: &CoinsImpounded, m: &mut Measured) -> Result<(), Refusal> {
    let worth = cx.worth(e.units, e.commodity, e.price)?;
    cx.dispose(e.from, e.commodity, e.units, &e.lots, worth, m)?;
    m.settled = cx.value_of(e.value.amount, e.value.currency)?;
    Ok(())
}

pub(super) fn coins_lost(cx: &Context<'_>, e: &CoinsLost, m: &mut Measured) -> Result<(), Refusal> {
    cx.dispose(e.from, e.commodity, e.units, &e.lots, Money::ZERO, m)
}

/// What we owe somebody in coins.
pub(super) fn owed_to(party: PartyId, commodity: Commodity) -> Target {
    let about = Dimensions { party: Some(party), ..Dimensions::default() };
    Target { account: COINS_TO_RETURN, commodity: Some(commodity), about }
}

fn needed<T>(field: Option<T>, name: &'static str, when: &'static str) -> Result<T, Refusal> {
    field.ok_or(Refusal::FieldNeeded { field: name, when })
}

/// What is owed in a coin, by party, brought to fair value as a mark brings the coins themselves.
pub(super) fn coins_owed_marked(
    cx: &Context<'_>,
    commodity: Commodity,
    fair_value: impl Fn(Units) -> Result<Money, Refusal>,
    m: &mut Measured,
) -> Result<(), Refusal> {
    for (party, units) in cx.world.coins_owed(commodity) {
        let target = owed_to(party, commodity);
        let carrying = cx.book.balance(&target).amount;
        let fair_value = fair_value(units)?.negated();
        m.owed_remeasured.push(Leg { target, units, carrying, fair_value });
    }
    Ok(())
}
