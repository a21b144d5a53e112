//! The owners' capital.

use super::Context;
use crate::event::{SharesIssued, SharesRepurchased};
use crate::measured::Measured;
use crate::money::{Money, Units};
use crate::refusal::Refusal;
use crate::world::amount_of;

pub(super) fn shares_issued(cx: &Context<'_>, e: &SharesIssued, m: &mut Measured) -> Result<(), Refusal> {
    let proceeds = cx.world.price_of_shares(e.shares, e.price, e.proceeds)?;
    let costs = cx.value_of_optional(e.costs)?;
    m.par = cx.value_of_optional(e.par)?;
    let received = cx.money_in(e.to, Units::new(proceeds.decimal()).minus(amount_of(e.costs))?)?;
    m.money_in.push(received);
    m.proceeds = proceeds;
    m.paid_in = proceeds.minus(costs)?.minus(m.par)?;
    Ok(())
}

pub(super) fn shares_repurchased(
    cx: &Context<'_>,
    e: &SharesRepurchased,
    m: &mut Measured,
) -> Result<(), Refusal> {
    let cost = cx.world.cost_of_shares(e)?;
    cx.pay(e.from, cost, Money::new(cost.decimal()), m)
}
