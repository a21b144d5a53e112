//! Contracts, costs and deliveries: amounts in range, parties that exist, credits within what they lower; and
//! measurements of the business.

use super::door::{Door, part, refuse_absurd, text};
use crate::event::contract::{Settlement, Span};
use crate::event::{
    ComputeContracted, ComputeDelivered, OperatingCostRecorded, OperatingMetricRecorded, PowerBilled,
    PowerContracted,
};
use crate::ids::{Commodity, ContractId, Place, Segment};
use crate::money::Units;
use crate::refusal::Refusal;
use crate::world::amount_of;

pub(super) fn operating_cost_recorded(door: &Door<'_>, e: &OperatingCostRecorded) -> Result<(), Refusal> {
    door.amount("the cost", e.amount)?;
    door.party(e.party)?;
    settlement(door, e.settles, e.from, e.amount.currency)
}

/// What is paid at once has a payer; what is owed or was paid before has none, and is in dollars.
fn settlement(
    door: &Door<'_>,
    settles: Settlement,
    from: Option<Place>,
    currency: Commodity,
) -> Result<(), Refusal> {
    match (settles, from) {
        (Settlement::Cash, Some(from)) => door.money_wallet(from, currency),
        (Settlement::Cash, None) => {
            Err(Refusal::FieldNeeded { field: "`from`", when: "for a cost paid at once" })
        }
        (Settlement::Payable | Settlement::Accrual, None) => door.dollars("a payable", currency),
        (Settlement::Prepaid, None) => door.dollars("a cost paid before", currency),
        (Settlement::Payable | Settlement::Accrual, Some(place)) => {
            Err(Refusal::WrongPlace { place, part: "the payer of what is not paid yet" })
        }
        (Settlement::Prepaid, Some(place)) => {
            Err(Refusal::WrongPlace { place, part: "the payer of what was paid before" })
        }
    }
}

fn new_contract(door: &Door<'_>, contract: ContractId) -> Result<(), Refusal> {
    if door.world.has_contract(contract) { Err(Refusal::ContractTwice { contract }) } else { Ok(()) }
}

fn span(what: &'static str, span: &Span) -> Result<(), Refusal> {
    let (from, to) = (span.from, span.to);
    if to < from { Err(Refusal::EndsBeforeStart { what, from, to }) } else { Ok(()) }
}

/// A quantity of something that is no commodity, of at least zero.
fn quantity(what: &'static str, units: Units) -> Result<(), Refusal> {
    if units.is_negative() {
        return Err(Refusal::Negative { what, amount: format!("{units:#}") });
    }
    refuse_absurd(units.decimal())
}

pub(super) fn power_contracted(door: &Door<'_>, e: &PowerContracted) -> Result<(), Refusal> {
    new_contract(door, e.contract)?;
    text("the site", Some(&e.site), 200)?;
    door.world.party(e.counterparty)?;
    if !e.megawatts.is_positive() {
        return Err(Refusal::NotPositive { what: "the power", amount: format!("{:#}", e.megawatts) });
    }
    quantity("the power", e.megawatts)?;
    door.price(Some(e.price_mwh))?;
    span("the term", &e.term)?;
    door.rate("the fixed share", e.fixed_share, 1)
}

pub(super) fn power_billed(door: &Door<'_>, e: &PowerBilled) -> Result<(), Refusal> {
    text("the site", e.site.as_deref(), 200)?;
    quantity("the power taken", e.mwh)?;
    match e.segment {
        Segment::Mining | Segment::Ai => {}
        Segment::Treasury | Segment::Corporate => {
            return Err(Refusal::SegmentNotAllowed { what: "a bill for power", segment: e.segment });
        }
    }
    door.amount_or_none("the cost", Some(e.cost))?;
    for (what, amount) in [("the credits", e.curtailment_credits), ("the fixed part", e.fixed)] {
        door.amount_or_none(what, amount)?;
        door.in_currency(what, amount, e.cost.currency)?;
        part(what, amount_of(amount), "the cost", e.cost.amount)?;
    }
    door.party(e.party)?;
    match (e.contract, e.fixed) {
        (Some(contract), _) => {
            door.world.power_contract(contract)?;
            door.dollars("a bill under a contract", e.cost.currency)?;
        }
        (None, Some(_)) => {
            return Err(Refusal::FieldNeeded { field: "`contract`", when: "with a fixed part" });
        }
        (None, None) => {}
    }
    settlement(door, e.settles, e.from, e.cost.currency)
}

pub(super) fn compute_contracted(door: &Door<'_>, e: &ComputeContracted) -> Result<(), Refusal> {
    new_contract(door, e.contract)?;
    door.world.party(e.customer)?;
    if e.gpus == 0 {
        return Err(Refusal::NotPositive { what: "the number of GPUs", amount: "0".to_owned() });
    }
    quantity("the power", e.megawatts.unwrap_or_default())?;
    span("the term", &e.term)?;
    door.dollars("a contract for computing", e.price.currency)?;
    door.amount("the price", e.price)?;
    door.rate("the share to be paid in any case", e.take_or_pay, 1)
}

pub(super) fn compute_delivered(door: &Door<'_>, e: &ComputeDelivered) -> Result<(), Refusal> {
    door.world.party(e.customer)?;
    quantity("the GPU hours sold", e.gpu_hours_sold)?;
    quantity("the GPU hours available", e.gpu_hours_available)?;
    part("the number of GPU hours sold", e.gpu_hours_sold, "those available,", e.gpu_hours_available)?;
    door.dollars("a delivery", e.revenue.currency)?;
    door.amount_or_none("the revenue", Some(e.revenue))?;
    door.amount_or_none("the credits", e.credits)?;
    door.in_currency("the credits", e.credits, e.revenue.currency)?;
    part("the sum of credits", amount_of(e.credits), "the revenue", e.revenue.amount)?;
    e.contract.map_or(Ok(()), |contract| door.world.compute_contract(contract).map(|_| ()))
}

pub(super) fn operating_metric_recorded(e: &OperatingMetricRecorded) -> Result<(), Refusal> {
    text("the metric's name", Some(&e.name), 100)?;
    text("the unit", Some(&e.unit), 40)?;
    text("the source", Some(&e.source), 200)?;
    text("the site", e.site.as_deref(), 200)?;
    span("the period", &e.period)?;
    refuse_absurd(e.value.decimal())
}
