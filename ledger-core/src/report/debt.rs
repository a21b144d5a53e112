//! Debt in time: principal by the year it falls due, that on demand apart (ASC 470-10-50-1), and the interest that open
//! facilities will accrue at their present rate and principal.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, Months};

use super::{NoReport, Request, at_par};
use crate::money::{Money, Units};
use crate::sheet::{Cell, Head, Row, RowKind, Sheet, columns};
use crate::time::Day;
use crate::world::{Facility, World};

/// When principal falls due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Due {
    /// Whenever the lender asks.
    OnDemand,
    /// Its day is over.
    Overdue,
    /// In a calendar year.
    In(i32),
    /// The terms name no day.
    NoDate,
}

impl Due {
    fn of(facility: &Facility, today: Day) -> Due {
        match facility.terms.maturity {
            _ if facility.is_callable() => Due::OnDemand,
            Some(maturity) if maturity < today => Due::Overdue,
            Some(maturity) => Due::In(maturity.date().year()),
            None => Due::NoDate,
        }
    }

    fn label(self) -> String {
        match self {
            Due::OnDemand => "On demand".to_owned(),
            Due::Overdue => "Overdue".to_owned(),
            Due::In(year) => year.to_string(),
            Due::NoDate => "No date".to_owned(),
        }
    }
}

/// The facilities that owe something, by name.
fn owing(world: &World) -> impl Iterator<Item = &Facility> {
    world.facilities().filter(|facility| facility.retired.is_none() && facility.principal.is_positive())
}

pub(super) fn maturities(request: &Request<'_>) -> Result<Sheet, NoReport> {
    let standing = request.standing()?;
    let world = standing.fold.world();
    let today = request.last_day(&standing)?;
    let scale = world.scale(world.settings()?.functional)?;
    let mut by_due: BTreeMap<Due, Vec<(&Facility, Money)>> = BTreeMap::new();
    let mut total = Money::ZERO;
    for facility in owing(world) {
        let principal = at_par(facility.principal, scale)?;
        total = total.plus(principal)?;
        by_due.entry(Due::of(facility, today)).or_default().push((facility, principal));
    }
    let mut rows = Vec::new();
    let mut sums = Vec::new();
    for (due, facilities) in by_due {
        let first = rows.len();
        for (facility, principal) in &facilities {
            rows.push(Row::line(vec![
                Cell::text(facility.terms.facility),
                facility.terms.maturity.map_or(Cell::Empty, Cell::Day),
                Cell::Money(*principal),
            ]));
        }
        let sum = Money::sum(facilities.iter().map(|(_, principal)| *principal))?;
        let cells = vec![Cell::text(due.label()), Cell::Empty, Cell::Money(sum)];
        let lines = first..rows.len();
        sums.push(rows.len());
        rows.push(Row::new(RowKind::Subtotal, cells).adding(lines));
    }
    if !rows.is_empty() {
        let cells = vec![Cell::text("Principal of debt"), Cell::Empty, Cell::Money(total)];
        rows.push(Row::new(RowKind::Total, cells).adding(sums));
    }
    let head = Head { book: None, ..request.head(&standing.fold)? };
    let currency = head.currency.to_string();
    Ok(Sheet {
        report: "debt-maturities",
        title: "Principal of debt by year of maturity".to_owned(),
        head,
        columns: columns(&[("facility", "Facility"), ("maturity", "Maturity"), ("principal", &currency)]),
        rows,
        notes: vec![
            "On demand is also what a margin call that was not met lets the lender ask for (ASC 470-10-45-11)."
                .to_owned(),
            "Debt in another currency is at par; interest and issue cost are not included.".to_owned(),
        ],
    })
}

pub(super) fn interest(request: &Request<'_>) -> Result<Sheet, NoReport> {
    let standing = request.standing()?;
    let world = standing.fold.world();
    let today = request.last_day(&standing)?;
    let mut rows = Vec::new();
    let mut unknown = BTreeSet::new();
    for facility in owing(world) {
        let terms = &facility.terms;
        let scale = world.scale(terms.currency)?;
        rows.push(Row::heading(format!("{} ({})", terms.facility, terms.currency), COLUMNS));
        let line = |label: &str, through: Option<Day>, interest: Units, owed: Units| {
            vec![
                Cell::text(label),
                through.map_or(Cell::Empty, Cell::Day),
                Cell::Amount(interest, scale),
                Cell::Amount(owed, scale),
            ]
        };
        let (mut through, mut owed) = (facility.accrued_through, facility.accrued);
        rows.push(Row::line(line("Accrued, not paid", through, owed, owed)));
        let last = facility.last_bearing_day().unwrap_or(today);
        let first = rows.len();
        let (mut so_far, mut sum) = (Units::ZERO, Units::ZERO);
        for end in month_ends(through.map_or(today, Day::next).min(today), last) {
            if through.is_some_and(|through| end <= through) {
                continue;
            }
            let Ok(due) = facility.interest_due(end, scale) else {
                unknown.insert(terms.facility);
                break;
            };
            let interest = due.minus(so_far)?;
            (so_far, through) = (due, Some(end));
            (owed, sum) = (owed.plus(interest)?, sum.plus(interest)?);
            rows.push(Row::line(line(&end.date().format("%Y-%m").to_string(), through, interest, owed)));
        }
        let label = if terms.maturity.is_some() { "To maturity" } else { "Until now; no maturity" };
        let lines = first..rows.len();
        rows.push(Row::new(RowKind::Subtotal, line(label, through, sum, owed)).adding(lines));
    }
    let mut notes = vec![
        "At the rate and principal of the day of the report; each month is the difference of two totals rounded once."
            .to_owned(),
    ];
    if !unknown.is_empty() {
        notes.push("Where the rate follows an index that is not set yet, no interest is shown.".to_owned());
    }
    Ok(Sheet {
        report: "interest-schedule",
        title: "Interest by month to maturity".to_owned(),
        head: Head { book: None, ..request.head(&standing.fold)? },
        columns: columns(&[
            ("line", "Month"),
            ("through", "Through"),
            ("interest", "Interest"),
            ("owed", "Owed if not paid"),
        ]),
        rows,
        notes,
    })
}

const COLUMNS: usize = 4;

/// The last day of each month from that of one day on, and the last day itself.
fn month_ends(from: Day, last: Day) -> Vec<Day> {
    let mut ends = Vec::new();
    let mut first = from.date().with_day(1);
    while let Some(month) = first {
        let next = month.checked_add_months(Months::new(1));
        let end = next.and_then(|next| next.pred_opt()).and_then(Day::from_date).unwrap_or(Day::LAST);
        if end >= last {
            ends.push(last);
            return ends;
        }
        ends.push(end);
        first = next;
    }
    ends
}
