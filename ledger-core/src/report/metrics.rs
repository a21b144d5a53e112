//! What to watch of the business over a period: ratios worked out from the books and from measurements, each with its
//! formula and its inputs, and beneath them the measurements as the log has them. No state keeps any of it; each
//! question reads the entries of its period.

mod ai;
mod capital;
mod figure;
mod gathered;
mod measured;
mod mining;
mod power;
mod treasury;

use super::{NoReport, Request};
use crate::event::OperatingMetricRecorded;
use crate::money::Units;
use crate::sheet::{Cell, Row, Sheet, columns};
use figure::Metric;
use gathered::Gathered;

/// A year in ratios that tell of one, leap or not.
const DAYS_A_YEAR: u32 = 365;

const COLUMNS: usize = 11;

/// Works out the metrics of a topic.
type Topic = fn(&Gathered<'_>) -> Result<Vec<Metric>, NoReport>;

const TOPICS: [(&str, Topic); 5] = [
    ("AI computing beside mining", ai::metrics),
    ("Mining", mining::metrics),
    ("Capital", capital::metrics),
    ("Power", power::metrics),
    ("Treasury", treasury::metrics),
];

pub(super) fn metrics(request: &Request<'_>) -> Result<Sheet, NoReport> {
    let from = request.first_day()?;
    let gathered = Gathered::over(request, from)?;
    let mut rows = Vec::new();
    for (heading, topic) in TOPICS {
        rows.push(Row::heading(heading, COLUMNS));
        for metric in topic(&gathered)? {
            rows.push(worked_out(&metric));
        }
    }
    if !gathered.measured.all.is_empty() {
        rows.push(Row::heading("Measurements recorded", COLUMNS));
        rows.extend(gathered.measured.all.iter().map(|(number, metric)| recorded(metric, *number)));
    }
    Ok(Sheet {
        report: "metrics",
        title: "What to watch of the business".to_owned(),
        head: request.head_from(&gathered.standing.fold, from)?,
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
            ("formula", "Formula"),
            ("inputs", "Inputs"),
        ]),
        rows,
        notes: vec![
            "Each metric is a fraction of its inputs, rounded once to the digits shown, half to even; where an input is not recorded, it says which."
                .to_owned(),
        ],
    })
}

/// Its days are those of the report.
fn worked_out(metric: &Metric) -> Row {
    let formula = &metric.formula;
    Row::line(vec![
        Cell::text(&formula.name),
        Cell::Empty,
        Cell::Empty,
        metric.cell(),
        Cell::text(&formula.unit),
        formula.segment.map_or(Cell::Empty, Cell::text),
        Cell::Empty,
        Cell::Empty,
        Cell::Empty,
        Cell::text(formula.words),
        Cell::text(&metric.inputs),
    ])
}

fn recorded(metric: &OperatingMetricRecorded, number: u64) -> Row {
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
        Cell::Empty,
        Cell::Empty,
    ])
}
