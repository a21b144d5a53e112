//! Loans: what may be borrowed, accrued, paid and retired, and when a call is open.

use super::door::{Door, is_dollar};
use crate::event::{
    FacilityOpened, FacilityRetired, InterestAccrued, InterestPaid, LoanDrawn, LoanRepaid, MarginCallMet,
    MarginCalled,
};
use crate::ids::Place;
use crate::money::Rate;
use crate::refusal::Refusal;
use crate::world::{Facility, Moment, amount_of};

pub(super) fn facility_opened(door: &Door<'_>, e: &FacilityOpened) -> Result<(), Refusal> {
    if door.world.has_facility(e.facility) {
        return Err(Refusal::FacilityTwice { facility: e.facility });
    }
    door.world.party(e.lender)?;
    door.dollars("a debt", e.currency)?;
    door.amount("the limit", e.limit)?;
    door.in_currency("the limit", Some(e.limit), e.currency)?;
    door.rate("the interest rate", e.rate.fixed, 1)?;
    if let Some(ltv) = &e.ltv {
        let thresholds = [ltv.initial, ltv.call, ltv.liquidation, ltv.release];
        thresholds
            .into_iter()
            .flatten()
            .try_for_each(|rate: Rate| door.rate("a loan-to-value threshold", rate, 10))?;
    }
    for terms in &e.collateral {
        door.world.scale(terms.commodity)?;
        door.rate("a haircut", terms.haircut.unwrap_or_default(), 1)?;
    }
    Ok(())
}

pub(super) fn loan_drawn(door: &Door<'_>, e: &LoanDrawn) -> Result<(), Refusal> {
    let facility = door.world.facility(e.facility)?;
    let currency = facility.terms.currency;
    door.amount("the principal", e.amount)?;
    door.amount_or_none("the fee", e.fee)?;
    door.in_currency("the principal", Some(e.amount), currency)?;
    door.in_currency("the fee", e.fee, currency)?;
    settles(door, e.to, facility)?;
    let (left, asked) = (facility.undrawn, e.amount.amount);
    if asked > left {
        return Err(Refusal::OverLimit { facility: e.facility, left, currency, asked });
    }
    if amount_of(e.fee) > asked {
        return Err(Refusal::ProceedsExceeded { proceeds: crate::money::Money::new(asked.decimal()) });
    }
    Ok(())
}

pub(super) fn interest_accrued(door: &Door<'_>, at: &Moment, e: &InterestAccrued) -> Result<(), Refusal> {
    let facility = door.world.facility(e.facility)?;
    let asked = e.through;
    if asked > at.day {
        return Err(Refusal::AccrualAhead { asked, day: at.day });
    }
    match facility.accrued_through {
        Some(last) if asked <= last => Err(Refusal::AccrualOutOfOrder { facility: e.facility, last, asked }),
        Some(_) | None => Ok(()),
    }
}

pub(super) fn interest_paid(door: &Door<'_>, e: &InterestPaid) -> Result<(), Refusal> {
    let facility = door.world.facility(e.facility)?;
    door.amount("the interest", e.amount)?;
    door.in_currency("the interest", Some(e.amount), facility.terms.currency)?;
    settles(door, e.from, facility)?;
    accrued(facility, e.amount.amount)
}

pub(super) fn loan_repaid(door: &Door<'_>, e: &LoanRepaid) -> Result<(), Refusal> {
    let facility = door.world.facility(e.facility)?;
    if let Place::Facility(_) = e.from {
        return Err(Refusal::NotYetBuilt { what: "a repayment out of collateral".to_owned() });
    }
    let currency = facility.terms.currency;
    door.amount("the principal", e.principal)?;
    door.amount_or_none("the interest", e.interest)?;
    door.amount_or_none("the prepayment fee", e.prepayment_fee)?;
    door.in_currency("the principal", Some(e.principal), currency)?;
    door.in_currency("the interest", e.interest, currency)?;
    door.in_currency("the prepayment fee", e.prepayment_fee, currency)?;
    settles(door, e.from, facility)?;
    let (owed, asked) = (facility.principal, e.principal.amount);
    if asked > owed {
        return Err(Refusal::PrincipalExceeded { facility: e.facility, owed, currency, asked });
    }
    accrued(facility, amount_of(e.interest))
}

/// No more interest than is accrued.
fn accrued(facility: &Facility, asked: crate::money::Units) -> Result<(), Refusal> {
    let owed = facility.accrued;
    if asked > owed {
        let (facility, currency) = (facility.terms.facility, facility.terms.currency);
        return Err(Refusal::InterestNotAccrued { facility, owed, currency, asked });
    }
    Ok(())
}

/// A wallet whose money settles the facility's debt: of its currency, or a stablecoin of a dollar debt, which
/// is taken at par.
fn settles(door: &Door<'_>, place: Place, facility: &Facility) -> Result<(), Refusal> {
    let (wallet, holds) = door.any_money(place)?;
    let asked = facility.terms.currency;
    if is_dollar(holds) { Ok(()) } else { Err(Refusal::WalletHoldsOther { wallet, holds, asked }) }
}

pub(super) fn facility_retired(door: &Door<'_>, at: &Moment, e: &FacilityRetired) -> Result<(), Refusal> {
    let facility = door.world.facility(e.facility)?;
    let currency = facility.terms.currency;
    let mut owed = Vec::new();
    if !facility.principal.is_zero() {
        owed.push(format!("principal of {:#} {currency}", facility.principal));
    }
    if !facility.accrued.is_zero() {
        owed.push(format!("interest of {:#} {currency}", facility.accrued));
    }
    let due = facility.interest_due(at.day, door.world.scale(currency)?)?;
    // Interest paid beyond what had run is a claim on the lender, not something the facility owes.
    if due.is_positive() {
        owed.push(format!("interest of {due:#} {currency} not accrued"));
    }
    let place = Place::Facility(e.facility);
    let held = door.world.all_coins().filter(|(there, _, units)| *there == place && !units.is_zero());
    owed.extend(held.map(|(_, commodity, units)| format!("collateral of {units:#} {commodity}")));
    if facility.call.is_some() {
        owed.push("an open margin call".to_owned());
    }
    if owed.is_empty() {
        return Ok(());
    }
    Err(Refusal::StillOwed { facility: e.facility, what: format!("it still has {}", owed.join(", ")) })
}

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
