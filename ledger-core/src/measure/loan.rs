//! Loans: principal at the contract's amount, issue cost beside it (ASC 835-30-45-1A), interest as the
//! contract runs, and what is left of the cost written off when the debt goes (ASC 470-50-40-2).

use super::Context;
use crate::chart::{BITCOIN_GAINS, COLLATERAL_GAINS};
use crate::event::loan::{CoinsGiven, Control, InterestForm, Treatment};
use crate::event::{
    CollateralLiquidated, FacilityAmended, FacilityOpened, FacilityRetired, InterestAccrued, InterestPaid,
    IssueCostAmortised, LoanDrawn, LoanRepaid,
};
use crate::ids::Place;
use crate::measured::Measured;
use crate::money::{Amount, Money, Units};
use crate::policy::LotMethod;
use crate::refusal::Refusal;
use crate::world::{Cost, Facility, amount_of, repayment};

pub(super) fn facility_opened(cx: &Context<'_>, e: &FacilityOpened, m: &mut Measured) -> Result<(), Refusal> {
    m.undrawn = cx.at_par(e.limit.amount)?;
    let fee = cx.at_par(amount_of(e.upfront_fee))?;
    let cost = if e.cost_is_deferred() { &mut m.deferred_cost } else { &mut m.issue_cost };
    *cost = fee;
    fee_paid(cx, fee, e.upfront_fee, e.fee_from, m)
}

/// A lender's fee: paid, or owed to it.
fn fee_paid(
    cx: &Context<'_>,
    settled: Money,
    fee: Option<Amount>,
    from: Option<Place>,
    m: &mut Measured,
) -> Result<(), Refusal> {
    match from {
        Some(from) => cx.pay(from, amount_of(fee), settled, m),
        None => {
            m.owed = settled;
            Ok(())
        }
    }
}

pub(super) fn loan_drawn(cx: &Context<'_>, e: &LoanDrawn, m: &mut Measured) -> Result<(), Refusal> {
    let facility = cx.world.facility(e.facility)?;
    let fee = amount_of(e.fee);
    m.principal = cx.change_at_par(facility.principal, e.amount.amount)?;
    m.issue_cost = cx.change_at_par(facility.issue_cost.left()?, fee)?;
    let received = cx.money_in(e.to, e.amount.amount.minus(fee)?)?;
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
    let due = facility.interest_due(e.through, scale(cx, facility)?)?;
    m.interest = cx.change_at_par(facility.accrued, due)?;
    Ok(())
}

pub(super) fn issue_cost_amortised(
    cx: &Context<'_>,
    e: &IssueCostAmortised,
    m: &mut Measured,
) -> Result<(), Refusal> {
    let facility = cx.world.facility(e.facility)?;
    let [debt, capacity] = facility.cost_due(e.through, scale(cx, facility)?)?;
    m.issue_cost = charged(cx, &facility.issue_cost, debt)?;
    m.deferred_cost = charged(cx, &facility.deferred_cost, capacity)?;
    m.interest = m.issue_cost.plus(m.deferred_cost)?;
    Ok(())
}

pub(super) fn interest_paid(cx: &Context<'_>, e: &InterestPaid, m: &mut Measured) -> Result<(), Refusal> {
    let facility = cx.world.facility(e.facility)?;
    m.interest = cx.change_at_par(facility.accrued, e.amount.amount.negated())?.negated();
    match (e.how, e.from, &e.coins) {
        (InterestForm::Cash, Some(from), _) => cx.pay(from, e.amount.amount, m.interest, m),
        (InterestForm::Coins, Some(from), Some(coins)) => {
            m.settled = m.interest;
            coins_given(cx, from, coins, m)
        }
        (InterestForm::InKind, _, _) => {
            m.principal = cx.change_at_par(facility.principal, e.amount.amount)?;
            m.settled = m.interest;
            m.given_up = m.principal;
            Ok(())
        }
        (InterestForm::Cash | InterestForm::Coins, _, _) => {
            Err(Refusal::FieldNeeded { field: "`from`", when: "for interest that is paid" })
        }
    }
}

pub(super) fn loan_repaid(cx: &Context<'_>, e: &LoanRepaid, m: &mut Measured) -> Result<(), Refusal> {
    let facility = cx.world.facility(e.facility)?;
    debt_settled(cx, facility, e.principal.amount, amount_of(e.interest), m)?;
    m.fee = cx.at_par(amount_of(e.prepayment_fee))?;
    let settled = m.principal.plus(m.interest)?.plus(m.fee)?;
    match &e.coins {
        None => cx.pay(e.from, repayment(e.principal, e.interest, e.prepayment_fee)?, settled, m),
        Some(coins) => {
            m.settled = settled;
            coins_given(cx, e.from, coins, m)
        }
    }
}

/// What a repayment takes off the debt, and the issue cost that goes with it.
pub(super) fn debt_settled(
    cx: &Context<'_>,
    facility: &Facility,
    principal: Units,
    interest: Units,
    m: &mut Measured,
) -> Result<(), Refusal> {
    m.principal = cx.change_at_par(facility.principal, principal.negated())?.negated();
    m.interest = cx.change_at_par(facility.accrued, interest.negated())?.negated();
    let cost = facility.cost_repaid(principal, scale(cx, facility)?)?;
    m.issue_cost = charged(cx, &facility.issue_cost, cost)?;
    m.undrawn = cx.change_at_par(facility.undrawn, facility.returning(principal))?;
    Ok(())
}

/// Coins go to the lender at their fair value.
fn coins_given(cx: &Context<'_>, from: Place, coins: &CoinsGiven, m: &mut Measured) -> Result<(), Refusal> {
    let fair_value = cx.worth(coins.units, coins.commodity, coins.price)?;
    m.gains = gains(cx, from)?;
    cx.dispose(from, coins.commodity, coins.units, &coins.lots, fair_value, m)
}

pub(super) fn collateral_liquidated(
    cx: &Context<'_>,
    e: &CollateralLiquidated,
    m: &mut Measured,
) -> Result<(), Refusal> {
    let facility = cx.world.facility(e.facility)?;
    let place = Place::Facility(e.facility);
    let mut oldest = *cx;
    // The lender chooses what it sells, not we: where lots are named by a person, the oldest go.
    if oldest.policy.lots == LotMethod::Specific {
        oldest.policy.lots = LotMethod::Fifo;
    }
    let leaving = oldest.leave(place, e.commodity, e.units, &[])?;
    debt_settled(cx, facility, e.applied_principal.amount, amount_of(e.applied_interest), m)?;
    m.fair_value = cx.at_par(e.proceeds.amount)?;
    m.fee = cx.at_par(amount_of(e.fee))?;
    leaving.legs(cx, m.fair_value, &mut m.coins_out)?;
    m.carrying = leaving.carrying()?;
    m.gains = gains(cx, place)?;
    m.lots.extend(leaving.changes());
    if let Some(to) = e.surplus_to {
        let received = cx.money_in(to, amount_of(e.surplus))?;
        m.money_in.push(received);
        m.proceeds = received.carrying;
    }
    // What the proceeds went to: the debt and the fee at par, the surplus at its value.
    m.settled = m.principal.plus(m.interest)?.plus(m.fee)?.plus(m.proceeds)?;
    Ok(())
}

/// Coins of our own, or claims for coins given away.
fn gains(cx: &Context<'_>, place: Place) -> Result<crate::account::Account, Refusal> {
    Ok(match place {
        Place::Facility(facility) if cx.control(facility)? == Control::Passed => COLLATERAL_GAINS,
        Place::Facility(_) | Place::Wallet(_) => BITCOIN_GAINS,
    })
}

pub(super) fn facility_amended(
    cx: &Context<'_>,
    e: &FacilityAmended,
    m: &mut Measured,
) -> Result<(), Refusal> {
    let facility = cx.world.facility(e.facility)?;
    let limit = facility.terms.limit.amount;
    let more = e.changes.limit.map_or(Ok(Units::ZERO), |new| new.amount.minus(limit))?;
    m.undrawn = cx.change_at_par(facility.undrawn, more)?;
    let (forgiven, digits) = (amount_of(e.forgiven), scale(cx, facility)?);
    m.principal = cx.change_at_par(facility.principal, forgiven.negated())?.negated();
    let fee = cx.at_par(amount_of(e.fee))?;
    let returns = e.changes.kind.unwrap_or(facility.kind()).capacity_returns();
    match e.treatment {
        Treatment::Modification => {
            let cost = if returns { &mut m.deferred_cost } else { &mut m.issue_cost };
            *cost = fee;
        }
        Treatment::Troubled => {
            m.issue_cost =
                charged(cx, &facility.issue_cost, facility.cost_repaid(forgiven, digits)?)?.negated()
        }
        Treatment::Extinguishment => {
            m.issue_cost = cx.at_par(facility.issue_cost.left()?)?.negated();
            m.deferred_cost = cx.at_par(facility.deferred_cost.left()?)?.negated();
        }
    }
    if e.treatment != Treatment::Modification {
        // Principal given up, less the fee and the cost written off, which are negative.
        m.gained = m.principal.minus(fee)?.plus(m.issue_cost)?.plus(m.deferred_cost)?;
    }
    fee_paid(cx, fee, e.fee, e.from, m)
}

pub(super) fn facility_retired(
    cx: &Context<'_>,
    e: &FacilityRetired,
    m: &mut Measured,
) -> Result<(), Refusal> {
    let facility = cx.world.facility(e.facility)?;
    m.undrawn = cx.at_par(facility.undrawn)?.negated();
    m.issue_cost = cx.at_par(facility.issue_cost.left()?)?;
    m.deferred_cost = cx.at_par(facility.deferred_cost.left()?)?;
    Ok(())
}

/// What a book's balance of cost falls by when so much of it is charged.
fn charged(cx: &Context<'_>, cost: &Cost, units: Units) -> Result<Money, Refusal> {
    Ok(cx.change_at_par(cost.left()?, units.negated())?.negated())
}

fn scale(cx: &Context<'_>, facility: &Facility) -> Result<u8, Refusal> {
    cx.world.scale(facility.terms.currency)
}
