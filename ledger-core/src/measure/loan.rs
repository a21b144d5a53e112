//! Loans: principal at the contract's amount, issue cost beside it (ASC 835-30-45-1A), interest as the
//! contract runs, and what is left of the cost written off when the debt goes (ASC 470-50-40-2).

use super::Context;
use crate::chart::ISSUE_COST;
use crate::event::loan::FacilityKind;
use crate::event::{FacilityOpened, FacilityRetired, InterestAccrued, InterestPaid, LoanDrawn, LoanRepaid};
use crate::ids::FacilityId;
use crate::measured::Measured;
use crate::money::Money;
use crate::refusal::Refusal;
use crate::world::{amount_of, repayment};

pub(super) fn facility_opened(cx: &Context<'_>, e: &FacilityOpened, m: &mut Measured) -> Result<(), Refusal> {
    m.undrawn = cx.at_par(e.limit.amount)?;
    Ok(())
}

pub(super) fn loan_drawn(cx: &Context<'_>, e: &LoanDrawn, m: &mut Measured) -> Result<(), Refusal> {
    let facility = cx.world.facility(e.facility)?;
    m.principal = cx.change_at_par(facility.principal, e.amount.amount)?;
    m.issue_cost = cx.at_par(amount_of(e.fee))?;
    let received = cx.money_in(e.to, e.amount.amount.minus(amount_of(e.fee))?)?;
    m.money_in.push(received);
    m.proceeds = received.carrying;
    m.settled = m.principal.minus(m.issue_cost)?;
    m.undrawn = cx.change_at_par(facility.undrawn, e.amount.amount.negated())?;
    Ok(())
}

pub(super) fn interest_accrued(
    cx: &Context<'_>,
    e: &InterestAccrued,
    m: &mut Measured,
) -> Result<(), Refusal> {
    let facility = cx.world.facility(e.facility)?;
    let due = facility.interest_due(e.through, cx.world.scale(facility.terms.currency)?)?;
    m.interest = cx.change_at_par(facility.accrued, due)?;
    Ok(())
}

pub(super) fn interest_paid(cx: &Context<'_>, e: &InterestPaid, m: &mut Measured) -> Result<(), Refusal> {
    let accrued = cx.world.facility(e.facility)?.accrued;
    m.interest = cx.change_at_par(accrued, e.amount.amount.negated())?.negated();
    cx.pay(e.from, e.amount.amount, m.interest, m)
}

pub(super) fn loan_repaid(cx: &Context<'_>, e: &LoanRepaid, m: &mut Measured) -> Result<(), Refusal> {
    let facility = cx.world.facility(e.facility)?;
    m.principal = cx.change_at_par(facility.principal, e.principal.amount.negated())?.negated();
    m.interest = cx.change_at_par(facility.accrued, amount_of(e.interest).negated())?.negated();
    m.fee = cx.at_par(amount_of(e.prepayment_fee))?;
    let settled = m.principal.plus(m.interest)?.plus(m.fee)?;
    cx.pay(e.from, repayment(e.principal, e.interest, e.prepayment_fee)?, settled, m)?;
    m.issue_cost = match facility.kind() {
        FacilityKind::Term => {
            let (scale, rounding) = (cx.precision.scale, cx.precision.rounding);
            unamortised(cx, e.facility)?.share(e.principal.amount, facility.principal, scale, rounding)?
        }
        FacilityKind::Revolver | FacilityKind::OnDemand => Money::ZERO,
    };
    m.undrawn = match facility.capacity_returns() {
        true => cx.change_at_par(facility.undrawn, e.principal.amount)?,
        false => Money::ZERO,
    };
    Ok(())
}

pub(super) fn facility_retired(
    cx: &Context<'_>,
    e: &FacilityRetired,
    m: &mut Measured,
) -> Result<(), Refusal> {
    let facility = cx.world.facility(e.facility)?;
    m.undrawn = cx.at_par(facility.undrawn)?.negated();
    m.issue_cost = unamortised(cx, e.facility)?;
    Ok(())
}

/// Issue cost of a facility that is not yet charged.
fn unamortised(cx: &Context<'_>, facility: FacilityId) -> Result<Money, Refusal> {
    let of_facility = cx.book.of(ISSUE_COST).filter(|(target, _)| target.about.facility == Some(facility));
    Ok(Money::sum(of_facility.map(|(_, balance)| balance.amount))?)
}
