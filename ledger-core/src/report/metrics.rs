//! Measurements of the business over a period, as the log has them: inputs of ratios, never of the books. No state keeps
//! them; each question reads the entries of its period.

use super::{NoReport, Request};
use crate::event::{Event, OperatingMetricRecorded};
use crate::money::Units;
use crate::sheet::{Cell, Head, Row, Sheet, columns};

pub(super) fn metrics(request: &Request<'_>) -> Result<Sheet, NoReport> {
    let from = request.first_day()?;
    let mut rows = Vec::new();
    let fold = request.replay(Some(from), |step| {
        for event in &step.applied.entry.events {
            if let Event::OperatingMetricRecorded(metric) = event {
                rows.push(row(metric, step.applied.number));
            }
        }
        Ok(())
    })?;
    Ok(Sheet {
        report: "metrics",
        title: "Measurements of the business".to_owned(),
        head: Head { book: None, ..request.head_from(&fold, from)? },
        columns: columns(&[
            ("name", "Metric"),
            ("from", "From"),
            ("to", "To"),
            ("value", "Value"),
            ("unit", "Unit"),
            ("segment", "Segment"),
            ("site", "Site"),
            ("source", "Source"),
            ("entry", "Entry"),
        ]),
        rows,
        notes: Vec::new(),
    })
}

fn row(metric: &OperatingMetricRecorded, number: u64) -> Row {
    let digits = |value: Units| u8::try_from(crate::exact::scale_needed(value.decimal())).unwrap_or(u8::MAX);
    Row::line(vec![
        Cell::text(&metric.name),
        Cell::Day(metric.period.from),
        Cell::Day(metric.period.to),
        Cell::Units(metric.value, digits(metric.value)),
        Cell::text(&metric.unit),
        metric.segment.map_or(Cell::Empty, Cell::text),
        metric.site.as_ref().map_or(Cell::Empty, Cell::text),
        Cell::text(&metric.source),
        Cell::Number(number),
    ])
}
