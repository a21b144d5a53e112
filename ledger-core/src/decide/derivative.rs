//! Derivatives: what a contract must say, and which ones are open.

use super::door::Door;
use crate::event::derivative::DerivativeKind;
use crate::event::{DerivativeMarked, DerivativeOpened, DerivativeSettled};
use crate::ids::Place;
use crate::money::Amount;
use crate::refusal::Refusal;

pub(super) fn derivative_opened(door: &Door<'_>, e: &DerivativeOpened) -> Result<(), Refusal> {
    if door.world.has_derivative(e.derivative) {
        return Err(Refusal::DerivativeTwice { derivative: e.derivative });
    }
    door.world.party(e.counterparty)?;
    terms(door, e)?;
    one_way(door, ("the premium", "`premium`"), e.premium, e.from, e.to)?;
    e.value.map_or(Ok(()), |value| fair_value(door, value))
}

/// An option is a right to so many units at a price.
fn terms(door: &Door<'_>, e: &DerivativeOpened) -> Result<(), Refusal> {
    let terms = &e.terms;
    match e.kind {
        DerivativeKind::Put | DerivativeKind::Call | DerivativeKind::Collar => {
            let when = "for an option";
            let needed = |field| Refusal::FieldNeeded { field, when };
            let commodity = terms.commodity.ok_or(needed("`terms.commodity`"))?;
            let units = terms.units.ok_or(needed("`terms.units`"))?;
            terms.strike.ok_or(needed("`terms.strike`"))?;
            door.units("the units of an option", units, commodity)?;
            if e.kind == DerivativeKind::Collar && terms.cap.is_none() {
                return Err(Refusal::FieldNeeded { field: "`terms.cap`", when: "for a collar" });
            }
        }
        DerivativeKind::PowerContract => {}
    }
    door.price(terms.strike)?;
    door.price(terms.cap)
}

/// Money that goes one way, if any does.
fn one_way(
    door: &Door<'_>,
    (what, field): (&'static str, &'static str),
    amount: Option<Amount>,
    from: Option<Place>,
    to: Option<Place>,
) -> Result<(), Refusal> {
    match (amount, from, to) {
        (None, None, None) => Ok(()),
        (Some(amount), Some(place), None) | (Some(amount), None, Some(place)) => {
            door.amount(what, amount)?;
            door.money_wallet(place, amount.currency)
        }
        (Some(_), None, None) | (_, Some(_), Some(_)) => {
            Err(Refusal::ExactlyOne { fields: "`from` and `to`" })
        }
        (None, Some(_), None) | (None, None, Some(_)) => {
            Err(Refusal::FieldNeeded { field, when: "where money is paid or received" })
        }
    }
}

fn fair_value(door: &Door<'_>, value: Amount) -> Result<(), Refusal> {
    door.in_currency("the value", Some(value), door.functional)?;
    door.units_or_none("the size of the value", value.amount.abs(), value.currency)
}

pub(super) fn derivative_marked(door: &Door<'_>, e: &DerivativeMarked) -> Result<(), Refusal> {
    door.world.derivative(e.derivative)?;
    fair_value(door, e.value)
}

pub(super) fn derivative_settled(door: &Door<'_>, e: &DerivativeSettled) -> Result<(), Refusal> {
    door.world.derivative(e.derivative)?;
    one_way(door, ("the amount", "`amount`"), e.amount, e.from, e.to)
}
