//! Measurements of the business as the log has them, and those of them that metrics are made of, known by their names.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::figure::Input;
use crate::event::OperatingMetricRecorded;
use crate::exact::{self, Overflow};
use crate::ids::Segment;
use crate::money::Units;
use crate::rounding::Rounding;
use crate::time::Day;

/// Hashrate at work, in EH/s.
pub(super) const HASHRATE: &str = "hashrate_ehs";
/// Hashrate of all machines that are in place, in EH/s.
pub(super) const HASHRATE_DEPLOYED: &str = "hashrate_deployed_ehs";
/// What a coin mined cost in cash, in the functional currency, where the business measures it itself.
pub(super) const CASH_COST: &str = "cash_cost_per_btc";
/// Power at work in a line of business, in megawatts.
pub(super) const MEGAWATTS: &str = "energised_mw";
/// Shares outstanding, in whole shares.
pub(super) const SHARES: &str = "shares_outstanding";

/// A mean of several measurements is rounded to so many digits, half to even.
const MEAN_DIGITS: u32 = 8;

/// Measurements with the numbers of their entries.
#[derive(Debug, Default)]
pub(super) struct Measured {
    pub(super) all: Vec<(u64, OperatingMetricRecorded)>,
}

impl Measured {
    /// Those by a name that were made of days of the period, of one line of business where one is asked for. Of two of
    /// the same days and place, the later one holds.
    fn of(
        &self,
        name: &str,
        segment: Option<Segment>,
        from: Day,
        last: Day,
    ) -> Vec<&OperatingMetricRecorded> {
        let named = self.all.iter().map(|(_, metric)| metric).filter(|metric| {
            let asked = segment.is_none() || metric.segment == segment;
            metric.name == name && asked && metric.period.from >= from && metric.period.to <= last
        });
        let mut held: Vec<&OperatingMetricRecorded> = Vec::new();
        for metric in named {
            let same = |other: &&OperatingMetricRecorded| {
                (other.period.from, other.period.to) == (metric.period.from, metric.period.to)
                    && (other.segment, &other.site) == (metric.segment, &metric.site)
            };
            held.retain(|other| !same(other));
            held.push(metric);
        }
        held
    }

    /// The mean over the days measured, that of each site added to those of the others.
    pub(super) fn level(
        &self,
        name: &str,
        segment: Option<Segment>,
        (from, last): (Day, Day),
    ) -> Result<Input, Overflow> {
        let mut sites: BTreeMap<Option<&str>, Vec<&OperatingMetricRecorded>> = BTreeMap::new();
        for metric in self.of(name, segment, from, last) {
            sites.entry(metric.site.as_deref()).or_default().push(metric);
        }
        let mut level = None;
        for metrics in sites.values() {
            level = Some(level.unwrap_or(Units::ZERO).plus(mean(metrics)?)?);
        }
        Ok(Input::units_or_missing(level, told(name, segment)))
    }

    /// The mean over the days measured, wherever it was measured.
    pub(super) fn rate(&self, name: &str, (from, last): (Day, Day)) -> Result<Input, Overflow> {
        let metrics = self.of(name, None, from, last);
        let rate = if metrics.is_empty() { None } else { Some(mean(&metrics)?) };
        Ok(Input::units_or_missing(rate, told(name, None)))
    }

    /// The one whose days ended last.
    pub(super) fn latest(&self, name: &str, (from, last): (Day, Day)) -> Input {
        let metrics = self.of(name, None, from, last);
        let latest = metrics.iter().max_by_key(|metric| metric.period.to);
        Input::units_or_missing(latest.map(|metric| metric.value), told(name, None))
    }
}

fn told(name: &str, segment: Option<Segment>) -> String {
    match segment {
        Some(segment) => format!("measured {name} of {segment}"),
        None => format!("measured {name}"),
    }
}

/// The mean by days.
fn mean(metrics: &[&OperatingMetricRecorded]) -> Result<Units, Overflow> {
    if let [one] = metrics {
        return Ok(one.value);
    }
    let (mut sum, mut days) = (Decimal::ZERO, Decimal::ZERO);
    for metric in metrics {
        let span = Decimal::from(metric.period.to.number() - metric.period.from.number() + 1);
        sum = exact::add(sum, exact::mul(metric.value.decimal(), span)?)?;
        days = exact::add(days, span)?;
    }
    exact::mul_div_round(sum, Decimal::ONE, days, MEAN_DIGITS, Rounding::HalfEven).map(Units::new)
}
