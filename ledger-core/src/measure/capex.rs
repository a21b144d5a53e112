//! Capital commitments: orders off the balance sheet, deposits, invoices and their payment, and interest that becomes
//! part of what is built.

use super::Context;
use crate::account::Account;
use crate::chart::{ACCRUED, CONSTRUCTION, EQUIPMENT_DEPOSITS, PAYABLES, RECEIVABLES};
use crate::event::{
    CapexAmended, CapexCancelled, CapexCommitted, CapexInvoiced, CapexPaid, DepositPaid, InterestCapitalised,
};
use crate::ids::{CommitmentId, PartyId};
use crate::measured::Measured;
use crate::money::{Money, Units};
use crate::posting::{Dimensions, Leg, Target};
use crate::refusal::Refusal;
use crate::world::amount_of;

/// A leg without units.
pub(super) fn plain(account: Account, about: Dimensions, amount: Money) -> Leg {
    let target = Target::about(account, about);
    Leg { target, units: Units::ZERO, carrying: amount, fair_value: amount }
}

fn of_order(commitment: CommitmentId, party: PartyId) -> Dimensions {
    Dimensions { commitment: Some(commitment), party: Some(party), ..Dimensions::default() }
}

pub(super) fn capex_committed(cx: &Context<'_>, e: &CapexCommitted, m: &mut Measured) -> Result<(), Refusal> {
    let deposits = cx.world.opening_deposits(e.commitment)?;
    m.committed = cx.at_par(e.amount.amount.minus(deposits)?)?;
    Ok(())
}

pub(super) fn capex_amended(cx: &Context<'_>, e: &CapexAmended, m: &mut Measured) -> Result<(), Refusal> {
    let commitment = cx.world.commitment(e.commitment)?;
    let change = e.amount.amount.minus(commitment.total())?;
    m.committed = cx.change_at_par(commitment.outstanding()?, change)?;
    Ok(())
}

pub(super) fn deposit_paid(cx: &Context<'_>, e: &DepositPaid, m: &mut Measured) -> Result<(), Refusal> {
    let settled = cx.value_of(e.amount.amount, e.amount.currency)?;
    cx.pay(e.from, e.amount.amount, settled, m)?;
    let outstanding = cx.world.commitment(e.commitment)?.outstanding()?;
    m.committed = cx.change_at_par(outstanding, e.amount.amount.negated())?;
    Ok(())
}

/// Nothing is owed by the order any more, whatever becomes of its deposits. A deposit that is lost was an asset that
/// brings nothing and is abandoned, not sold, so it is an impairment (ASC 360-10-35-47); a refund not received yet is a
/// receivable at par.
pub(super) fn capex_cancelled(cx: &Context<'_>, e: &CapexCancelled, m: &mut Measured) -> Result<(), Refusal> {
    let commitment = cx.world.commitment(e.commitment)?;
    let about = of_order(e.commitment, e.party.unwrap_or(commitment.signed.vendor));
    m.committed = cx.at_par(commitment.outstanding()?)?.negated();
    m.deposits = deposits(cx, e.commitment)?;
    m.fee = cx.at_par(amount_of(e.penalty))?;
    m.impaired = deposits_share(
        cx,
        e.commitment,
        amount_of(e.deposit_forfeited),
        commitment.deposits_left,
        m.deposits,
    )?;
    let refunded = amount_of(e.deposit_refunded);
    match e.to {
        Some(to) if refunded.is_positive() => m.money_in.push(cx.money_in(to, refunded)?),
        Some(_) => {}
        None => m.claims.push(plain(RECEIVABLES, about, cx.at_par(refunded)?)),
    }
    match e.from {
        Some(from) if m.fee.is_positive() => m.money_out.push(cx.money_out(from, amount_of(e.penalty))?),
        Some(_) => {}
        None => m.payables.push(plain(ACCRUED, about, m.fee)),
    }
    let got = total(&m.money_in)?.plus(total(&m.claims)?)?;
    m.proceeds = got.plus(m.impaired)?.plus(m.fee)?;
    m.given_up = m.deposits.plus(total(&m.payables)?)?.plus(total(&m.money_out)?)?;
    Ok(())
}

/// Deposits become part of what is built at what they are carried at, the rest at what is owed for it.
pub(super) fn capex_invoiced(cx: &Context<'_>, e: &CapexInvoiced, m: &mut Measured) -> Result<(), Refusal> {
    let commitment = cx.world.commitment(e.commitment)?;
    let covered = amount_of(e.from_deposit);
    let beyond = e.amount.amount.minus(covered)?;
    let all = deposits(cx, e.commitment)?;
    m.deposits = deposits_share(cx, e.commitment, covered, commitment.deposits_left, all)?;
    let owed = cx.change_at_par(commitment.owed, beyond)?;
    m.payables.push(plain(PAYABLES, of_order(e.commitment, commitment.signed.vendor), owed));
    m.settled = m.deposits.plus(owed)?;
    m.committed = cx.change_at_par(commitment.outstanding()?, beyond.negated())?;
    Ok(())
}

pub(super) fn capex_paid(cx: &Context<'_>, e: &CapexPaid, m: &mut Measured) -> Result<(), Refusal> {
    for (name, part) in cx.world.invoices_paid(e)? {
        let commitment = cx.world.commitment(name)?;
        let paid = cx.change_at_par(commitment.owed, part.negated())?.negated();
        m.payables.push(plain(PAYABLES, of_order(name, commitment.signed.vendor), paid));
    }
    let settled = total(&m.payables)?;
    cx.pay(e.from, e.amount.amount, settled, m)
}

pub(super) fn interest_capitalised(
    cx: &Context<'_>,
    e: &InterestCapitalised,
    m: &mut Measured,
) -> Result<(), Refusal> {
    m.interest = cx.change_at_par(cx.world.capitalised(e.facility), e.amount.amount)?;
    let about = Dimensions { commitment: e.commitment, project: e.project, ..Dimensions::default() };
    m.construction.push(plain(CONSTRUCTION, about, m.interest));
    Ok(())
}

/// What deposits on a commitment are carried at: what was given for them.
fn deposits(cx: &Context<'_>, commitment: CommitmentId) -> Result<Money, Refusal> {
    let about = Dimensions { commitment: Some(commitment), ..Dimensions::default() };
    Ok(cx.book.balance(&Target::about(EQUIPMENT_DEPOSITS, about)).amount)
}

/// The part of it that goes with so many of the units left.
fn deposits_share(
    cx: &Context<'_>,
    commitment: CommitmentId,
    part: Units,
    left: Units,
    carried: Money,
) -> Result<Money, Refusal> {
    if part > left {
        let currency = cx.world.commitment(commitment)?.signed.amount.currency;
        return Err(Refusal::DepositsExceeded { commitment, left, currency, asked: part });
    }
    if part.is_zero() {
        return Ok(Money::ZERO);
    }
    Ok(carried.share(part, left, cx.precision.scale, cx.precision.rounding)?)
}

fn total(legs: &[Leg]) -> Result<Money, Refusal> {
    Ok(Money::sum(legs.iter().map(|leg| leg.carrying))?)
}
