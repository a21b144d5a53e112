//! What the metrics of a period are worked out from: the books over it and at its end, and what the log says of power,
//! deliveries and measurements.

use rust_decimal::Decimal;

use super::figure::Input;
use super::measured::Measured;
use crate::event::{ComputeDelivered, Event, PowerBilled};
use crate::ids::{Commodity, Segment};
use crate::money::{Money, Units};
use crate::replay::Standing;
use crate::report::income::Earned;
use crate::report::roll_forward::{Caption, Table, Tables};
use crate::report::{NoReport, Request, at_par};
use crate::time::Day;
use crate::world::amount_of;

/// The coin that the treasury is measured in.
const BITCOIN: &str = "BTC";

/// Everything of a period.
pub(super) struct Gathered<'r> {
    pub(super) request: &'r Request<'r>,
    pub(super) from: Day,
    pub(super) last: Day,
    pub(super) standing: Standing,
    pub(super) earned: Earned,
    pub(super) measured: Measured,
    tables: Tables,
    bills: Vec<(u64, PowerBilled)>,
    deliveries: Vec<(u64, ComputeDelivered)>,
}

/// What was billed for the power of a line of business.
pub(super) struct Power {
    pub(super) mwh: Input,
    pub(super) cost: Input,
    pub(super) credits: Input,
}

impl<'r> Gathered<'r> {
    pub(super) fn over(request: &'r Request<'r>, from: Day) -> Result<Gathered<'r>, NoReport> {
        let standing = request.standing()?;
        let last = request.last_day(&standing)?;
        let mut measured = Measured::default();
        let mut bills = Vec::new();
        let mut deliveries = Vec::new();
        request.replay(Some(from), |step| {
            let number = step.applied.number;
            for event in &step.applied.entry.events {
                if let Event::OperatingMetricRecorded(metric) = event {
                    measured.all.push((number, metric.clone()));
                } else if let Event::PowerBilled(bill) = event {
                    bills.push((number, bill.clone()));
                } else if let Event::ComputeDelivered(delivery) = event {
                    deliveries.push((number, delivery.clone()));
                } else if let Event::EntryReversed(reversal) = event {
                    measured.all.retain(|(number, _)| *number != reversal.entry);
                    bills.retain(|(number, _)| *number != reversal.entry);
                    deliveries.retain(|(number, _)| *number != reversal.entry);
                }
            }
            Ok(())
        })?;
        let earned = Earned::over(request, from)?;
        let (tables, _) = Tables::of(request, from)?;
        Ok(Gathered { request, from, last, standing, earned, measured, tables, bills, deliveries })
    }

    /// The days of the period, both ends counted.
    pub(super) fn days(&self) -> Decimal {
        Decimal::from(self.last.number() - self.from.number() + 1)
    }

    pub(super) fn period(&self) -> (Day, Day) {
        (self.from, self.last)
    }

    pub(super) fn currency(&self) -> Result<Commodity, NoReport> {
        Ok(self.standing.fold.world().settings()?.functional)
    }

    pub(super) fn scale(&self) -> Result<u8, NoReport> {
        Ok(self.standing.fold.world().scale(self.currency()?)?)
    }

    /// The treasury's coin, if the ledger knows it.
    pub(super) fn bitcoin(&self) -> Option<Commodity> {
        BITCOIN.parse().ok()
    }

    /// What a line of business earned and what that cost: nothing recorded is missing, not nothing.
    pub(super) fn gross(&self, segment: Segment) -> Result<[Input; 2], NoReport> {
        let (revenue, cost) = self.earned.gross_of(segment)?;
        let input =
            |amount: Money, name: &str| Input::money(amount, format!("{name} of {segment}")).positive();
        Ok([input(revenue, "revenue (4000 to 4499)"), input(cost, "cost of revenue (5000 to 5999)")])
    }

    /// Power billed to a line of business, or to all.
    pub(super) fn power(&self, segment: Option<Segment>) -> Result<Power, NoReport> {
        let of_it = || {
            self.bills
                .iter()
                .map(|(_, bill)| bill)
                .filter(move |bill| segment.is_none_or(|segment| bill.segment == segment))
        };
        let scale = self.scale()?;
        let mwh = Units::sum(of_it().map(|bill| bill.mwh))?;
        let cost = at_par(Units::sum(of_it().map(|bill| bill.cost.amount))?, scale)?;
        let credits = at_par(Units::sum(of_it().map(|bill| amount_of(bill.curtailment_credits)))?, scale)?;
        let told = |what: &str| match segment {
            Some(segment) => format!("{what} of {segment} (power_billed)"),
            None => format!("{what} (power_billed)"),
        };
        Ok(Power {
            mwh: Input::units(mwh, told("MWh")).positive(),
            cost: Input::money(cost, told("cost before credits")).positive(),
            credits: Input::money(credits, told("curtailment credits")).positive(),
        })
    }

    /// GPU hours sold, and those that could have been.
    pub(super) fn gpu_hours(&self) -> Result<[Input; 2], NoReport> {
        let all = || self.deliveries.iter().map(|(_, delivery)| delivery);
        let sold = Units::sum(all().map(|delivery| delivery.gpu_hours_sold))?;
        let available = Units::sum(all().map(|delivery| delivery.gpu_hours_available))?;
        let told = |what: &str| format!("GPU hours {what} (compute_delivered)");
        let sold = if all().next().is_some() {
            Input::units(sold, told("sold"))
        } else {
            Input::missing(told("sold"))
        };
        Ok([sold, Input::units(available, told("available")).positive()])
    }

    /// Bitcoin mined in the period.
    pub(super) fn mined(&self) -> Result<Input, NoReport> {
        let mined = self.moved(&[(Table::Owned, Caption::Mined)])?;
        Ok(Input::units(mined, "BTC mined (roll-forward)").positive())
    }

    /// Bitcoin sold in the period, by us and by lenders.
    pub(super) fn sold(&self) -> Result<Input, NoReport> {
        let lines = [(Table::Owned, Caption::Sold), (Table::Claims, Caption::Sold)];
        Ok(Input::units(self.moved(&lines)?.negated(), "BTC sold (roll-forward)"))
    }

    fn moved(&self, lines: &[(Table, Caption)]) -> Result<Units, NoReport> {
        let asked = |(table, coin, caption): &(Table, Commodity, Caption)| {
            Some(*coin) == self.bitcoin() && lines.contains(&(*table, *caption))
        };
        let of_them = self.tables.sums.iter().filter(|(line, _)| asked(line));
        Ok(Units::sum(of_them.map(|(_, sum)| sum.units))?)
    }
}
