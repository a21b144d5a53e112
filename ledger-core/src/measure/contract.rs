//! Operating costs, power and computing: what is contracted off the balance sheet, and what is billed and delivered,
//! net of credits.

use super::Context;
use super::money::cost_account;
use crate::account::Account;
use crate::chart::{COMPUTE_COST, CONTRACT_LIABILITIES, POWER, PREPAID};
use crate::event::contract::{DeliverySettlement, Settlement};
use crate::event::{
    ComputeContracted, ComputeDelivered, OperatingCostRecorded, PowerBilled, PowerContracted,
};
use crate::ids::{Commodity, Place, Segment};
use crate::measured::Measured;
use crate::money::{Money, Units};
use crate::refusal::Refusal;
use crate::world::net_of;

pub(super) fn operating_cost_recorded(
    cx: &Context<'_>,
    e: &OperatingCostRecorded,
    m: &mut Measured,
) -> Result<(), Refusal> {
    m.against = cost_account(e.category);
    settle(cx, e.settles, e.from, e.amount.amount, e.amount.currency, m)
}

/// What a cost comes to by the way it is settled.
fn settle(
    cx: &Context<'_>,
    settles: Settlement,
    from: Option<Place>,
    units: Units,
    currency: Commodity,
    m: &mut Measured,
) -> Result<(), Refusal> {
    match (settles, from) {
        (Settlement::Cash, Some(from)) => {
            let settled = cx.value_of(units, currency)?;
            cx.pay(from, units, settled, m)
        }
        (Settlement::Cash, None) => {
            Err(Refusal::FieldNeeded { field: "`from`", when: "for a cost paid at once" })
        }
        // What is owed in a stablecoin of the dollar is owed at par, so that paying it leaves nothing behind.
        (Settlement::Payable | Settlement::Accrual, _) => {
            m.settled = cx.at_par(units)?;
            Ok(())
        }
        (Settlement::Prepaid, _) => {
            m.settled = cx.at_par(units)?;
            let held = cx.book.total(PREPAID)?;
            enough(cx, PREPAID, held, m.settled)
        }
    }
}

/// What was paid in advance, all parties together, is used up only as far as it goes.
fn enough(cx: &Context<'_>, account: Account, held: Money, asked: Money) -> Result<(), Refusal> {
    if asked > held {
        Err(Refusal::BalanceShort { book: cx.book.name(), account, held, asked })
    } else {
        Ok(())
    }
}

pub(super) fn power_contracted(
    cx: &Context<'_>,
    e: &PowerContracted,
    m: &mut Measured,
) -> Result<(), Refusal> {
    m.party = Some(e.counterparty);
    m.committed = cx.world.fixed_power(e)?;
    Ok(())
}

/// Credits for taking no power when asked to lower its cost; they are no revenue, since nothing is sold to a customer
/// (ASC 705-20-25-1).
pub(super) fn power_billed(cx: &Context<'_>, e: &PowerBilled, m: &mut Measured) -> Result<(), Refusal> {
    if let Some(contract) = e.contract {
        m.party = Some(cx.world.power_contract(contract)?.signed.counterparty);
    }
    m.committed = cx.world.power_obligation_met(e)?.negated();
    m.against = if e.segment == Segment::Ai { COMPUTE_COST } else { POWER };
    settle(cx, e.settles, e.from, net_of(e.cost, e.curtailment_credits)?, e.cost.currency, m)
}

pub(super) fn compute_contracted(
    cx: &Context<'_>,
    e: &ComputeContracted,
    m: &mut Measured,
) -> Result<(), Refusal> {
    m.party = Some(e.customer);
    m.committed = cx.world.fixed_compute(e)?;
    Ok(())
}

pub(super) fn compute_delivered(
    cx: &Context<'_>,
    e: &ComputeDelivered,
    m: &mut Measured,
) -> Result<(), Refusal> {
    if let Some(contract) = e.contract {
        m.party = Some(cx.world.compute_contract(contract)?.signed.customer);
    }
    m.committed = cx.world.backlog_delivered(e)?.negated();
    m.proceeds = cx.at_par(net_of(e.revenue, e.credits)?)?;
    match e.settles {
        DeliverySettlement::Receivable => Ok(()),
        DeliverySettlement::Prepayment => {
            let held = cx.book.total(CONTRACT_LIABILITIES)?.negated();
            enough(cx, CONTRACT_LIABILITIES, held, m.proceeds)
        }
    }
}
