//! AI computing: how much of what could be sold is sold, and what it leaves beside mining. Both lines of business are
//! made comparable by the power they take.

use rust_decimal::Decimal;

use super::DAYS_A_YEAR;
use super::figure::{Formula, Metric};
use super::gathered::Gathered;
use super::measured::MEGAWATTS;
use crate::exact;
use crate::ids::Segment;
use crate::report::NoReport;

/// The lines of business that are set beside each other.
const SEGMENTS: [Segment; 2] = [Segment::Ai, Segment::Mining];

pub(super) fn metrics(of: &Gathered<'_>) -> Result<Vec<Metric>, NoReport> {
    let [sold, available] = of.gpu_hours()?;
    let utilisation = Formula::percent(
        "Utilisation",
        Some(Segment::Ai),
        "of GPU hours",
        "GPU hours sold / GPU hours available",
    );
    let mut all = vec![utilisation.of([&sold, &available], |[sold, available]| Ok((sold, available)))?];
    for segment in SEGMENTS {
        let [revenue, cost] = of.gross(segment)?;
        let margin = Formula::percent(
            "Gross margin",
            Some(segment),
            "of revenue",
            "(revenue - cost of revenue) / revenue",
        );
        all.push(margin.of([&revenue, &cost], |[revenue, cost]| Ok((exact::sub(revenue, cost)?, revenue)))?);
    }
    let currency = of.currency()?;
    for segment in SEGMENTS {
        let [revenue, cost] = of.gross(segment)?;
        let mwh = of.power(Some(segment))?.mwh;
        let profit = Formula::plain(
            "Gross profit per MWh",
            Some(segment),
            &format!("{currency}/MWh"),
            "(revenue - cost of revenue) / MWh billed",
        );
        all.push(
            profit
                .of([&revenue, &cost, &mwh], |[revenue, cost, mwh]| Ok((exact::sub(revenue, cost)?, mwh)))?,
        );
    }
    for segment in SEGMENTS {
        let [revenue, _] = of.gross(segment)?;
        let megawatts = of.measured.level(MEGAWATTS, Some(segment), of.period())?.positive();
        let per_year = Formula::plain(
            "Revenue per MW-year",
            Some(segment),
            &format!("{currency}/MW"),
            "revenue x 365 / days of the period / MW at work",
        );
        let days = of.days();
        all.push(per_year.of([&revenue, &megawatts], |[revenue, megawatts]| {
            Ok((exact::mul(revenue, Decimal::from(DAYS_A_YEAR))?, exact::mul(days, megawatts)?))
        })?);
    }
    Ok(all)
}
