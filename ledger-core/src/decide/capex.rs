//! Capital commitments: what may be signed, changed, called off, paid in advance, invoiced and paid, and how much
//! interest may become part of what is built.

use super::door::{Door, part, text};
use crate::event::capex::Due;
use crate::event::{
    CapexAmended, CapexCancelled, CapexCommitted, CapexInvoiced, CapexPaid, DepositPaid, InterestCapitalised,
};
use crate::ids::CommitmentId;
use crate::money::{Amount, Units};
use crate::refusal::Refusal;
use crate::world::{Commitment, Moment, amount_of};

pub(super) fn capex_committed(door: &Door<'_>, e: &CapexCommitted) -> Result<(), Refusal> {
    if door.world.commitment(e.commitment).is_ok() {
        return Err(Refusal::CommitmentTwice { commitment: e.commitment });
    }
    door.world.party(e.vendor)?;
    door.dollars("a commitment", e.amount.currency)?;
    door.amount("the amount committed", e.amount)?;
    let deposits = door.world.opening_deposits(e.commitment)?;
    part("what the opening has on deposit for it", deposits, "the amount committed", e.amount.amount)?;
    schedule(door, e.commitment, &e.schedule, e.amount)
}

/// A schedule, where there is one, adds up to what is committed.
fn schedule(door: &Door<'_>, commitment: CommitmentId, dues: &[Due], whole: Amount) -> Result<(), Refusal> {
    for due in dues {
        door.amount("an amount of the schedule", due.amount)?;
        door.in_currency("an amount of the schedule", Some(due.amount), whole.currency)?;
    }
    let sum = Units::sum(dues.iter().map(|due| due.amount.amount))?;
    if !dues.is_empty() && sum != whole.amount {
        return Err(Refusal::ScheduleDoesNotAddUp { commitment, sum, amount: whole.amount });
    }
    Ok(())
}

/// A commitment that was not called off.
fn standing<'a>(door: &Door<'a>, commitment: CommitmentId) -> Result<&'a Commitment, Refusal> {
    let found = door.world.commitment(commitment)?;
    match found.cancelled {
        Some((day, _)) => Err(Refusal::CommitmentIsCancelled { commitment, day }),
        None => Ok(found),
    }
}

/// No more than is outstanding.
fn outstanding(commitment: &Commitment, asked: Units) -> Result<(), Refusal> {
    let outstanding = commitment.outstanding()?;
    if asked > outstanding {
        let (commitment, currency) = (commitment.signed.commitment, commitment.signed.amount.currency);
        return Err(Refusal::CommitmentExceeded { commitment, outstanding, currency, asked });
    }
    Ok(())
}

pub(super) fn capex_amended(door: &Door<'_>, e: &CapexAmended) -> Result<(), Refusal> {
    let commitment = standing(door, e.commitment)?;
    let currency = commitment.signed.amount.currency;
    door.amount("the amount committed", e.amount)?;
    door.in_currency("the amount committed", Some(e.amount), currency)?;
    text("the reason", e.reason.as_deref(), 500)?;
    let (done, asked) = (commitment.done()?, e.amount.amount);
    if asked < done {
        return Err(Refusal::AmendedBelowDone { commitment: e.commitment, done, currency, asked });
    }
    schedule(door, e.commitment, &e.schedule, e.amount)
}

pub(super) fn capex_cancelled(door: &Door<'_>, e: &CapexCancelled) -> Result<(), Refusal> {
    let commitment = standing(door, e.commitment)?;
    let currency = commitment.signed.amount.currency;
    for (what, amount) in [
        ("the penalty", e.penalty),
        ("the deposit refunded", e.deposit_refunded),
        ("the deposit forfeited", e.deposit_forfeited),
    ] {
        door.amount_or_none(what, amount)?;
        door.in_currency(what, amount, currency)?;
    }
    e.to.map_or(Ok(()), |to| door.money_wallet(to, currency))?;
    e.from.map_or(Ok(()), |from| door.money_wallet(from, currency))?;
    door.party(e.party)?;
    let left = commitment.deposits_left;
    let asked = amount_of(e.deposit_refunded).plus(amount_of(e.deposit_forfeited))?;
    if asked != left {
        return Err(Refusal::DepositsNotSettled { commitment: e.commitment, left, currency, asked });
    }
    Ok(())
}

pub(super) fn deposit_paid(door: &Door<'_>, e: &DepositPaid) -> Result<(), Refusal> {
    let commitment = door.world.commitment(e.commitment)?;
    let currency = commitment.signed.amount.currency;
    door.amount("the deposit", e.amount)?;
    door.in_currency("the deposit", Some(e.amount), currency)?;
    door.money_wallet(e.from, currency)?;
    outstanding(commitment, e.amount.amount)
}

pub(super) fn capex_invoiced(door: &Door<'_>, e: &CapexInvoiced) -> Result<(), Refusal> {
    let commitment = door.world.commitment(e.commitment)?;
    let currency = commitment.signed.amount.currency;
    door.amount("the invoice", e.amount)?;
    door.in_currency("the invoice", Some(e.amount), currency)?;
    door.amount_or_none("the part from deposits", e.from_deposit)?;
    door.in_currency("the part from deposits", e.from_deposit, currency)?;
    let (covered, left) = (amount_of(e.from_deposit), commitment.deposits_left);
    part("the part from deposits", covered, "the invoice", e.amount.amount)?;
    if covered > left {
        return Err(Refusal::DepositsExceeded { commitment: e.commitment, left, currency, asked: covered });
    }
    outstanding(commitment, e.amount.amount.minus(covered)?)
}

pub(super) fn capex_paid(door: &Door<'_>, e: &CapexPaid) -> Result<(), Refusal> {
    if e.commitment.is_some() == e.party.is_some() {
        return Err(Refusal::ExactlyOne { fields: "`commitment` and `party`" });
    }
    door.party(e.party)?;
    door.amount("the payment", e.amount)?;
    if let Some(named) = e.commitment {
        let currency = door.world.commitment(named)?.signed.amount.currency;
        door.in_currency("the payment", Some(e.amount), currency)?;
    }
    door.money_wallet(e.from, e.amount.currency)?;
    door.world.invoices_paid(e).map(|_| ())
}

pub(super) fn interest_capitalised(
    door: &Door<'_>,
    at: &Moment,
    e: &InterestCapitalised,
) -> Result<(), Refusal> {
    if e.commitment.is_some() == e.project.is_some() {
        return Err(Refusal::ExactlyOne { fields: "`commitment` and `project`" });
    }
    e.commitment.map_or(Ok(()), |named| door.world.commitment(named).map(|_| ()))?;
    let facility = door.world.facility(e.facility)?;
    let currency = facility.terms.currency;
    door.amount("the interest", e.amount)?;
    door.in_currency("the interest", Some(e.amount), currency)?;
    if let Some(asked) = e.through.filter(|through| *through > at.day) {
        return Err(Refusal::AccrualAhead { asked, day: at.day });
    }
    let (left, asked) = (door.world.interest_to_capitalise(e.facility)?, e.amount.amount);
    if asked > left {
        return Err(Refusal::InterestNotIncurred { facility: e.facility, left, currency, asked });
    }
    Ok(())
}
