//! Commitments and deposits, operating costs, shares.

use super::Context;
use super::money::cost_account;
use crate::event::contract::Settlement;
use crate::event::{CapexCommitted, DepositPaid, OperatingCostRecorded, SharesIssued, SharesRepurchased};
use crate::measured::Measured;
use crate::money::{Money, Units};
use crate::refusal::Refusal;
use crate::world::amount_of;

pub(super) fn capex_committed(cx: &Context<'_>, e: &CapexCommitted, m: &mut Measured) -> Result<(), Refusal> {
    m.committed = cx.at_par(e.amount.amount)?;
    Ok(())
}

pub(super) fn deposit_paid(cx: &Context<'_>, e: &DepositPaid, m: &mut Measured) -> Result<(), Refusal> {
    let settled = cx.value_of(e.amount.amount, e.amount.currency)?;
    cx.pay(e.from, e.amount.amount, settled, m)?;
    let outstanding = cx.world.commitment(e.commitment)?.outstanding()?;
    m.committed = cx.change_at_par(outstanding, e.amount.amount.negated())?;
    Ok(())
}

pub(super) fn operating_cost_recorded(
    cx: &Context<'_>,
    e: &OperatingCostRecorded,
    m: &mut Measured,
) -> Result<(), Refusal> {
    let settled = cx.value_of(e.amount.amount, e.amount.currency)?;
    m.against = cost_account(e.category);
    match (e.settles, e.from) {
        (Settlement::Cash, Some(from)) => cx.pay(from, e.amount.amount, settled, m),
        (Settlement::Cash, None) => {
            Err(Refusal::FieldNeeded { field: "`from`", when: "for a cost paid at once" })
        }
        // What is owed in a stablecoin of the dollar is owed at par, so that paying it leaves nothing behind.
        (Settlement::Payable | Settlement::Accrual, _) => {
            m.settled = cx.at_par(e.amount.amount)?;
            Ok(())
        }
    }
}

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
