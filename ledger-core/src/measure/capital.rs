//! Commitments and deposits, operating costs, shares.

use smallvec::smallvec;

use super::Context;
use super::money::cost_account;
use crate::event::contract::Settlement;
use crate::event::{CapexCommitted, DepositPaid, OperatingCostRecorded, SharesIssued};
use crate::measured::Measured;
use crate::money::Units;
use crate::refusal::Refusal;
use crate::world::amount_of;

pub(super) fn capex_committed(cx: &Context<'_>, e: &CapexCommitted) -> Result<Measured, Refusal> {
    Ok(Measured { committed: cx.at_par(e.amount.amount)?, ..Measured::default() })
}

pub(super) fn deposit_paid(cx: &Context<'_>, e: &DepositPaid) -> Result<Measured, Refusal> {
    let settled = cx.value_of(e.amount.amount, e.amount.currency)?;
    let paid = cx.payment(e.from, e.amount.amount, settled)?;
    let outstanding = cx.world.commitment(e.commitment)?.outstanding()?;
    let committed = cx.change_at_par(outstanding, e.amount.amount.negated())?;
    Ok(Measured { committed, ..paid })
}

pub(super) fn operating_cost_recorded(
    cx: &Context<'_>,
    e: &OperatingCostRecorded,
) -> Result<Measured, Refusal> {
    let settled = cx.value_of(e.amount.amount, e.amount.currency)?;
    let against = cost_account(e.category);
    match (e.settles, e.from) {
        (Settlement::Cash, Some(from)) => {
            Ok(Measured { against, ..cx.payment(from, e.amount.amount, settled)? })
        }
        (Settlement::Cash, None) => {
            Err(Refusal::FieldNeeded { field: "`from`", when: "for a cost paid at once" })
        }
        // What is owed in a stablecoin of the dollar is owed at par, so that paying it leaves nothing behind.
        (Settlement::Payable | Settlement::Accrual, _) => {
            Ok(Measured { against, settled: cx.at_par(e.amount.amount)?, ..Measured::default() })
        }
    }
}

pub(super) fn shares_issued(cx: &Context<'_>, e: &SharesIssued) -> Result<Measured, Refusal> {
    let proceeds = cx.world.share_proceeds(e)?;
    let costs = cx.value_of_optional(e.costs)?;
    let par = cx.value_of_optional(e.par)?;
    let received = cx.money_in(e.to, Units::new(proceeds.decimal()).minus(amount_of(e.costs))?)?;
    let paid_in = proceeds.minus(costs)?.minus(par)?;
    Ok(Measured { money_in: smallvec![received], proceeds, par, paid_in, ..Measured::default() })
}
