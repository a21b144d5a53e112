//! The ladder of obligations: capital commitments and power that must be paid for in any case (ASC 440-10-50-4), and
//! principal of debt (ASC 470-10-50-1), by the five years that follow the day of the report, and after.

use chrono::Datelike;

use super::{NoReport, Request, at_par};
use crate::event::loan::FacilityKind;
use crate::money::{Money, Units};
use crate::sheet::{Cell, Column, Head, Row, RowKind, Sheet};
use crate::time::Day;
use crate::world::{Facility, World, spread_over_years};

const YEARS: usize = 5;

/// Amounts by year, then all after, then what has no date.
type Rungs = [Money; YEARS + 2];

const AFTER: usize = YEARS;
const NO_DATE: usize = YEARS + 1;

struct Ladder {
    /// The last day of each year.
    ends: [Day; YEARS],
    from: Day,
    scale: u8,
    rows: Vec<Row>,
    total: Rungs,
}

pub(super) fn ladder(request: &Request<'_>) -> Result<Sheet, NoReport> {
    let standing = request.standing()?;
    let world = standing.fold.world();
    let day = request.last_day(&standing)?;
    let scale = world.scale(world.settings()?.functional)?;
    let mut ladder = Ladder::from(day, scale);
    let lines = ladder.capital(world)?;
    ladder.section("Capital commitments", "Capital commitments in all", lines)?;
    let lines = ladder.power(world)?;
    ladder.section("Power to be paid for in any case", "Power in all", lines)?;

    let mut lines = Vec::new();
    for facility in world.facilities() {
        let due = vec![(falls_due(facility, day), facility.principal)];
        lines.push((facility.terms.facility.to_string(), ladder.by_day(due)?));
    }
    ladder.section("Principal of debt", "Debt in all", lines)?;

    let total = ladder.total;
    if !ladder.rows.is_empty() {
        ladder.rows.push(row(RowKind::Total, "All obligations", &total)?);
    }
    Ok(Sheet {
        report: "obligations-ladder",
        title: "Obligations by the year they fall due".to_owned(),
        head: Head { book: None, ..request.head(&standing.fold)? },
        columns: columns(&ladder.ends),
        rows: ladder.rows,
        notes: vec![
            "What is overdue or due on demand is in the first year; interest is not included.".to_owned(),
            "Power falls due evenly over what is left of its term.".to_owned(),
        ],
    })
}

/// What falls due within a year of a day: of capital commitments that have a date, and of power.
pub(super) fn within_a_year(world: &World, day: Day) -> Result<[Money; 2], NoReport> {
    let ladder = Ladder::from(day, world.scale(world.settings()?.functional)?);
    let first = |lines: Vec<(String, Rungs)>| Money::sum(lines.iter().map(|(_, [first, ..])| *first));
    Ok([first(ladder.capital(world)?)?, first(ladder.power(world)?)?])
}

/// The same day some years later; the 28th for a 29th of February that is not there.
fn years_after(day: Day, years: i32) -> Day {
    let date = day.date();
    let year = date.year() + years;
    let later = date.with_year(year).or_else(|| date.with_day(28).and_then(|date| date.with_year(year)));
    later.and_then(Day::from_date).unwrap_or(Day::LAST)
}

/// Debt falls due at its maturity; what a lender may call at any time falls due now.
fn falls_due(facility: &Facility, today: Day) -> Option<Day> {
    match (facility.kind(), facility.terms.maturity) {
        (FacilityKind::OnDemand, _) => Some(today),
        (FacilityKind::Term | FacilityKind::Revolver | FacilityKind::Convertible, maturity) => maturity,
    }
}

fn columns(ends: &[Day; YEARS]) -> Vec<Column> {
    const KEYS: [&str; YEARS] = ["year1", "year2", "year3", "year4", "year5"];
    let column = |key: &'static str, label: String| Column { key: key.into(), label, part: None };
    let mut columns = vec![column("line", String::new())];
    columns.extend(KEYS.into_iter().zip(ends).map(|(key, end)| column(key, format!("to {end}"))));
    columns.push(column("after", "After".to_owned()));
    columns.push(column("no_date", "No date".to_owned()));
    columns.push(column("total", "Total".to_owned()));
    columns
}

fn row(kind: RowKind, label: &str, rungs: &Rungs) -> Result<Row, NoReport> {
    let total = Money::sum(rungs.iter().copied())?;
    let cell = |amount: &Money| if amount.is_zero() { Cell::Empty } else { Cell::Money(*amount) };
    let mut cells = vec![Cell::text(label)];
    cells.extend(rungs.iter().map(cell));
    cells.push(Cell::Money(total));
    Ok(if kind == RowKind::Line { Row::line(cells) } else { Row::new(kind, cells) })
}

impl Ladder {
    fn from(day: Day, scale: u8) -> Ladder {
        let ends = [1, 2, 3, 4, 5].map(|years| years_after(day, years));
        Ladder { ends, from: day.next(), scale, rows: Vec::new(), total: [Money::ZERO; YEARS + 2] }
    }

    fn capital(&self, world: &World) -> Result<Vec<(String, Rungs)>, NoReport> {
        let mut lines = Vec::new();
        for commitment in world.commitments() {
            let rungs = self.by_day(commitment.outstanding_by_day()?)?;
            lines.push((commitment.signed.commitment.to_string(), rungs));
        }
        Ok(lines)
    }

    fn power(&self, world: &World) -> Result<Vec<(String, Rungs)>, NoReport> {
        let mut lines = Vec::new();
        for contract in world.power_contracts() {
            let (left, term) = (contract.outstanding, &contract.signed.term);
            let parts = spread_over_years(left, term, &self.ends, self.from, self.scale)?;
            let mut rungs = [Money::ZERO; YEARS + 2];
            rungs.iter_mut().zip(parts).for_each(|(rung, part)| *rung = part);
            lines.push((contract.signed.contract.to_string(), rungs));
        }
        Ok(lines)
    }

    /// Units by the day they fall due, at par. Each takes the difference of two rounded totals.
    fn by_day(&self, dues: Vec<(Option<Day>, Units)>) -> Result<Rungs, NoReport> {
        let mut rungs = [Money::ZERO; YEARS + 2];
        let (mut units, mut amount) = (Units::ZERO, Money::ZERO);
        for (day, part) in dues {
            units = units.plus(part)?;
            let total = at_par(units, self.scale)?;
            let rung = match day {
                Some(day) => self.ends.iter().position(|end| day <= *end).unwrap_or(AFTER),
                None => NO_DATE,
            };
            rungs[rung] = rungs[rung].plus(total.minus(amount)?)?;
            amount = total;
        }
        Ok(rungs)
    }

    /// The lines that are not nothing, and their sum.
    fn section(&mut self, heading: &str, sum: &str, lines: Vec<(String, Rungs)>) -> Result<(), NoReport> {
        let owed: Vec<_> =
            lines.into_iter().filter(|(_, rungs)| rungs.iter().any(|rung| !rung.is_zero())).collect();
        if owed.is_empty() {
            return Ok(());
        }
        let mut subtotal = [Money::ZERO; YEARS + 2];
        self.rows.push(Row::heading(heading, YEARS + 4));
        for (label, rungs) in owed {
            self.rows.push(row(RowKind::Line, &label, &rungs)?);
            for (sums, part) in subtotal.iter_mut().zip(self.total.iter_mut()).zip(rungs) {
                *sums.0 = sums.0.plus(part)?;
                *sums.1 = sums.1.plus(part)?;
            }
        }
        self.rows.push(row(RowKind::Subtotal, sum, &subtotal)?);
        Ok(())
    }
}
