//! Margin calls: called, met, lapsed, and the lender's sale that ends them.

use super::door::Door;
use super::loan::{accrued, principal};
use crate::event::{CollateralLiquidated, MarginCallLapsed, MarginCallMet, MarginCalled};
use crate::refusal::Refusal;
use crate::world::{Moment, amount_of};

pub(super) fn margin_called(door: &Door<'_>, e: &MarginCalled) -> Result<(), Refusal> {
    let facility = door.world.facility(e.facility)?;
    if facility.call.is_some() {
        return Err(Refusal::MarginCallState {
            facility: e.facility,
            what: "is under a margin call already",
        });
    }
    door.rate("the loan-to-value ratio", e.ltv, 100)?;
    if e.deadline < e.at {
        return Err(Refusal::MarginCallState {
            facility: e.facility,
            what: "cannot have a deadline before the call",
        });
    }
    match (&e.required.units, e.required.commodity, &e.required.amount, e.required.currency) {
        (Some(units), Some(commodity), None, None) => door.units("the coins called for", *units, commodity),
        (None, None, Some(amount), Some(currency)) => door.units("the amount called for", *amount, currency),
        _ => Err(Refusal::ExactlyOne { fields: "`units` with `commodity`, and `amount` with `currency`," }),
    }
}

pub(super) fn margin_call_met(door: &Door<'_>, e: &MarginCallMet) -> Result<(), Refusal> {
    let facility = door.world.facility(e.facility)?;
    if facility.call.is_some() {
        Ok(())
    } else {
        Err(Refusal::MarginCallState { facility: e.facility, what: "is under no margin call" })
    }
}

pub(super) fn margin_call_lapsed(door: &Door<'_>, at: &Moment, e: &MarginCallLapsed) -> Result<(), Refusal> {
    let facility = door.world.facility(e.facility)?;
    let refused = |what| Err(Refusal::MarginCallState { facility: e.facility, what });
    match &facility.call {
        None => refused("is under no margin call"),
        Some(_) if facility.lapsed.is_some() => refused("has a margin call that lapsed already"),
        Some(call) if at.instant < call.deadline => {
            refused("has a margin call whose deadline is yet to come")
        }
        Some(_) => Ok(()),
    }
}

pub(super) fn collateral_liquidated(door: &Door<'_>, e: &CollateralLiquidated) -> Result<(), Refusal> {
    let facility = door.world.facility(e.facility)?;
    let currency = facility.terms.currency;
    door.units("the coins sold", e.units, e.commodity)?;
    door.amount("the proceeds", e.proceeds)?;
    door.amount_or_none("the principal", Some(e.applied_principal))?;
    for (what, amount) in
        [("the fee", e.fee), ("the interest", e.applied_interest), ("the surplus", e.surplus)]
    {
        door.amount_or_none(what, amount)?;
        door.in_currency(what, amount, currency)?;
    }
    door.in_currency("the proceeds", Some(e.proceeds), currency)?;
    door.in_currency("the principal", Some(e.applied_principal), currency)?;
    match (e.surplus, e.surplus_to) {
        (Some(_), Some(to)) => door.money_wallet(to, currency)?,
        (None, None) => {}
        (Some(_), None) | (None, Some(_)) => {
            return Err(Refusal::FieldNeeded {
                field: "both `surplus` and `surplus_to`",
                when: "where something is left over",
            });
        }
    }
    principal(facility, e.applied_principal.amount)?;
    accrued(facility, amount_of(e.applied_interest))?;
    let received = e.proceeds.amount.minus(amount_of(e.fee))?;
    let applied =
        e.applied_principal.amount.plus(amount_of(e.applied_interest))?.plus(amount_of(e.surplus))?;
    if received == applied { Ok(()) } else { Err(Refusal::LiquidationDoesNotAddUp { received, applied }) }
}
