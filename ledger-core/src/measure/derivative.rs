//! Derivatives: at fair value, an asset or a liability by its sign, every change of it income (ASC 815-10-35). A book at
//! cost carries the premium until the contract ends (IRC 1234).

use super::Context;
use crate::account::Account;
use crate::chart::{DERIVATIVE_ASSETS, DERIVATIVE_LIABILITIES};
use crate::event::{DerivativeMarked, DerivativeOpened, DerivativeSettled};
use crate::ids::{DerivativeId, Place};
use crate::measured::Measured;
use crate::money::{Amount, Money};
use crate::policy::MeasurementModel;
use crate::posting::{Dimensions, Target};
use crate::refusal::Refusal;

pub(super) fn derivative_opened(
    cx: &Context<'_>,
    e: &DerivativeOpened,
    m: &mut Measured,
) -> Result<(), Refusal> {
    change_hands(cx, e.premium, e.from, e.to, m)?;
    let premium = m.settled.minus(m.proceeds)?;
    let value = match (is_at_fair_value(cx), e.value) {
        (true, Some(value)) => cx.value_of(value.amount, value.currency)?,
        (true, None) | (false, _) => premium,
    };
    come_to(cx, e.derivative, value, m)
}

pub(super) fn derivative_marked(
    cx: &Context<'_>,
    e: &DerivativeMarked,
    m: &mut Measured,
) -> Result<(), Refusal> {
    if !is_at_fair_value(cx) {
        return Ok(());
    }
    let value = cx.value_of(e.value.amount, e.value.currency)?;
    come_to(cx, e.derivative, value, m)
}

pub(super) fn derivative_settled(
    cx: &Context<'_>,
    e: &DerivativeSettled,
    m: &mut Measured,
) -> Result<(), Refusal> {
    change_hands(cx, e.amount, e.from, e.to, m)?;
    come_to(cx, e.derivative, Money::ZERO, m)
}

fn is_at_fair_value(cx: &Context<'_>) -> bool {
    cx.policy.measurement != MeasurementModel::Cost
}

/// Money paid or received for the contract.
fn change_hands(
    cx: &Context<'_>,
    amount: Option<Amount>,
    from: Option<Place>,
    to: Option<Place>,
    m: &mut Measured,
) -> Result<(), Refusal> {
    let Some(amount) = amount else { return Ok(()) };
    if let Some(from) = from {
        cx.pay(from, amount.amount, cx.value_of(amount.amount, amount.currency)?, m)?;
    }
    if let Some(to) = to {
        let received = cx.money_in(to, amount.amount)?;
        m.money_in.push(received);
        m.proceeds = received.carrying;
    }
    Ok(())
}

/// The contract comes to a value, asset or liability; what that and the money leave over is a gain or a loss.
fn come_to(
    cx: &Context<'_>,
    derivative: DerivativeId,
    value: Money,
    m: &mut Measured,
) -> Result<(), Refusal> {
    let about = Dimensions { derivative: Some(derivative), ..Dimensions::default() };
    let carried = |account: Account| cx.book.balance(&Target::about(account, about)).amount;
    let (asset, liability) =
        if value.is_negative() { (Money::ZERO, value.negated()) } else { (value, Money::ZERO) };
    m.asset = asset.minus(carried(DERIVATIVE_ASSETS))?;
    m.liability = liability.minus(carried(DERIVATIVE_LIABILITIES).negated())?;
    m.derivative_gain = m.asset.minus(m.liability)?.plus(m.proceeds)?.minus(m.settled)?;
    Ok(())
}
