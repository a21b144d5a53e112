//! Amendments of a facility: which terms may change, and what the change may be called.

use rust_decimal::Decimal;

use super::door::Door;
use super::loan::{lenders_fee, pledgeable, principal, rate, thresholds, unused_fee};
use crate::event::FacilityAmended;
use crate::event::loan::{CashFlowTest, Treatment};
use crate::ids::Place;
use crate::refusal::Refusal;
use crate::world::{Moment, amount_of};

pub(super) fn facility_amended(door: &Door<'_>, at: &Moment, e: &FacilityAmended) -> Result<(), Refusal> {
    let facility = door.world.facility(e.facility)?;
    let currency = facility.terms.currency;
    let refused = |why| Err(Refusal::AmendmentNotAllowed { facility: e.facility, why });
    if let Some(limit) = e.changes.limit {
        door.amount("the limit", limit)?;
        door.in_currency("the limit", Some(limit), currency)?;
        let more = limit.amount.minus(facility.terms.limit.amount)?;
        if facility.undrawn.plus(more)?.is_negative() {
            return refused("the new limit is below what is drawn");
        }
    }
    e.changes.rate.as_ref().map_or(Ok(()), |terms| rate(door, terms))?;
    if e.changes.rate.is_some() && !facility.may_change_rate(facility.new_rates_from(at.day)) {
        return refused("its index is reset from a later day on already");
    }
    unused_fee(door, e.changes.unused_fee, facility.terms.compounding)?;
    thresholds(door, e.changes.ltv.as_ref())?;
    pledgeable(door, &e.changes.collateral)?;
    let place = Place::Facility(e.facility);
    let mut pledged = door.world.all_coins().filter(|(there, _, units)| *there == place && !units.is_zero());
    if e.changes.control.is_some_and(|control| control != facility.terms.control) && pledged.next().is_some()
    {
        return refused("control of coins cannot change while coins are pledged");
    }
    lenders_fee(door, e.fee, e.from, currency)?;
    door.amount_or_none("the principal given up", e.forgiven)?;
    door.in_currency("the principal given up", e.forgiven, currency)?;
    principal(facility, amount_of(e.forgiven))?;
    if e.treatment == Treatment::Modification && !amount_of(e.forgiven).is_zero() {
        return refused("principal given up is no mere modification");
    }
    e.test.as_ref().map_or(Ok(()), |test| agrees(test, e.treatment))
}

/// A tenth and more is another debt (ASC 470-50-40-10); a troubled debtor's is not put to that test (470-60).
fn agrees(test: &CashFlowTest, treatment: Treatment) -> Result<(), Refusal> {
    let difference = test.difference.decimal().abs();
    let is_other = difference >= Decimal::new(1, 1);
    let refused =
        |treatment| Err(Refusal::TreatmentContradictsTest { difference: difference.to_string(), treatment });
    match (treatment, is_other) {
        (Treatment::Modification, true) => refused("another debt: an extinguishment"),
        (Treatment::Extinguishment, false) => refused("the same debt: a modification"),
        (Treatment::Modification, false) | (Treatment::Extinguishment, true) | (Treatment::Troubled, _) => {
            Ok(())
        }
    }
}
