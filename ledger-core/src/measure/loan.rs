//! Loans: principal at the contract's amount, issue cost beside it (ASC 835-30-45-1A), interest as the
//! contract runs, and what is left of the cost written off when the debt goes (ASC 470-50-40-2).

use smallvec::smallvec;

use super::Context;
use crate::chart::ISSUE_COST;
use crate::event::loan::FacilityKind;
use crate::event::{FacilityOpened, FacilityRetired, InterestAccrued, InterestPaid, LoanDrawn, LoanRepaid};
use crate::ids::FacilityId;
use crate::measured::Measured;
use crate::money::Money;
use crate::refusal::Refusal;
use crate::world::{amount_of, repayment};

pub(super) fn facility_opened(cx: &Context<'_>, e: &FacilityOpened) -> Result<Measured, Refusal> {
    Ok(Measured { undrawn: cx.at_par(e.limit.amount)?, ..Measured::default() })
}

pub(super) fn loan_drawn(cx: &Context<'_>, e: &LoanDrawn) -> Result<Measured, Refusal> {
    let facility = cx.world.facility(e.facility)?;
    let principal = cx.change_at_par(facility.principal, e.amount.amount)?;
    let issue_cost = cx.at_par(amount_of(e.fee))?;
    let received = cx.money_in(e.to, e.amount.amount.minus(amount_of(e.fee))?)?;
    Ok(Measured {
        money_in: smallvec![received],
        proceeds: received.carrying,
        settled: principal.minus(issue_cost)?,
        principal,
        issue_cost,
        undrawn: cx.change_at_par(facility.undrawn, e.amount.amount.negated())?,
        ..Measured::default()
    })
}

pub(super) fn interest_accrued(cx: &Context<'_>, e: &InterestAccrued) -> Result<Measured, Refusal> {
    let facility = cx.world.facility(e.facility)?;
    let due = facility.interest_due(e.through, cx.world.scale(facility.terms.currency)?)?;
    Ok(Measured { interest: cx.change_at_par(facility.accrued, due)?, ..Measured::default() })
}

pub(super) fn interest_paid(cx: &Context<'_>, e: &InterestPaid) -> Result<Measured, Refusal> {
    let accrued = cx.world.facility(e.facility)?.accrued;
    let interest = cx.change_at_par(accrued, e.amount.amount.negated())?.negated();
    let paid = cx.payment(e.from, e.amount.amount, interest)?;
    Ok(Measured { interest, ..paid })
}

pub(super) fn loan_repaid(cx: &Context<'_>, e: &LoanRepaid) -> Result<Measured, Refusal> {
    let facility = cx.world.facility(e.facility)?;
    let principal = cx.change_at_par(facility.principal, e.principal.amount.negated())?.negated();
    let interest = cx.change_at_par(facility.accrued, amount_of(e.interest).negated())?.negated();
    let fee = cx.at_par(amount_of(e.prepayment_fee))?;
    let settled = principal.plus(interest)?.plus(fee)?;
    let paid = cx.payment(e.from, repayment(e.principal, e.interest, e.prepayment_fee)?, settled)?;
    let issue_cost = match facility.kind() {
        FacilityKind::Term => {
            let (scale, rounding) = (cx.precision.scale, cx.precision.rounding);
            unamortised(cx, e.facility)?.share(e.principal.amount, facility.principal, scale, rounding)?
        }
        FacilityKind::Revolver | FacilityKind::OnDemand => Money::ZERO,
    };
    let undrawn = match facility.capacity_returns() {
        true => cx.change_at_par(facility.undrawn, e.principal.amount)?,
        false => Money::ZERO,
    };
    Ok(Measured { principal, interest, fee, issue_cost, undrawn, ..paid })
}

pub(super) fn facility_retired(cx: &Context<'_>, e: &FacilityRetired) -> Result<Measured, Refusal> {
    let facility = cx.world.facility(e.facility)?;
    let undrawn = cx.at_par(facility.undrawn)?.negated();
    Ok(Measured { issue_cost: unamortised(cx, e.facility)?, undrawn, ..Measured::default() })
}

/// Issue cost of a facility that is not yet charged.
fn unamortised(cx: &Context<'_>, facility: FacilityId) -> Result<Money, Refusal> {
    let of_facility = cx.book.of(ISSUE_COST).filter(|(target, _)| target.about.facility == Some(facility));
    Ok(Money::sum(of_facility.map(|(_, balance)| balance.amount))?)
}
