//! The owners' capital.

use super::Context;
use crate::event::SharesIssued;
use crate::measured::Measured;
use crate::money::Units;
use crate::refusal::Refusal;
use crate::world::amount_of;

pub(super) fn shares_issued(cx: &Context<'_>, e: &SharesIssued, m: &mut Measured) -> Result<(), Refusal> {
    let proceeds = cx.world.share_proceeds(e)?;
    let costs = cx.value_of_optional(e.costs)?;
    m.par = cx.value_of_optional(e.par)?;
    let received = cx.money_in(e.to, Units::new(proceeds.decimal()).minus(amount_of(e.costs))?)?;
    m.money_in.push(received);
    m.proceeds = proceeds;
    m.paid_in = proceeds.minus(costs)?.minus(m.par)?;
    Ok(())
}
