//! An entry from above: what it posted, at which prices, on which evidence, and which figures it is part of.

use std::collections::BTreeMap;

use super::part::{Part, part, postings, touched};
use super::{NamedLine, NotExplained, evidence, named};
use crate::money::Money;
use crate::report::{REPORTS, Report, Request};
use crate::sheet::{Head, RowId, Sheet};

/// An entry and what it is part of.
#[derive(Debug, Clone)]
pub struct EntryExplained {
    /// Where it comes from.
    pub head: Head,
    /// The names of its events.
    pub events: Vec<&'static str>,
    /// What it posted, once for each time that it is folded: a journal that goes back is twice, coins that arrive later
    /// arrive on their own.
    pub steps: Vec<Part>,
    /// The entry that reverses it, if one does.
    pub reversed_by: Option<u64>,
    /// The figures that it is part of.
    pub figures: Vec<Figures>,
}

/// The figures of a statement that an entry is part of.
#[derive(Debug, Clone)]
pub struct Figures {
    /// The statement.
    pub report: &'static str,
    /// Its lines, with what the entry adds to each; a line that comes to nothing is not on the sheet.
    pub lines: Vec<(NamedLine, Money)>,
}

/// The statements whose figures are told; the others show the same postings again.
const TOLD: [&str; 3] = ["balance-sheet", "income-statement", "cash-flow"];

/// Explains an entry by its number.
///
/// # Errors
/// Refused where no such entry is in question, and as for the statements.
pub fn entry(request: &Request<'_>, number: u64) -> Result<EntryExplained, NotExplained> {
    let mut steps: Vec<Part> = Vec::new();
    let mut events = Vec::new();
    let standing = request.log.replay(&request.question, None, &mut |step| {
        if step.applied.number != number {
            return;
        }
        if steps.is_empty() {
            events = step.applied.entry.events.iter().map(|event| event.name()).collect();
        }
        let mut part = part(step);
        for posted in step.posted.iter().filter(|posted| posted.book == request.book) {
            part.journals.push(posted.journal.title().into_owned());
            part.postings.extend(postings(posted, step.after.world()));
            part.lots.extend(touched(posted));
            part.prices.extend(&posted.prices);
        }
        steps.push(part);
    })?;
    if steps.is_empty() {
        return Err(NotExplained::UnknownEntry { number });
    }
    evidence::attach(&evidence::attached(request)?, &mut steps);
    let mut figures = Vec::new();
    let mut head = None;
    for report in REPORTS.iter().filter(|report| TOLD.contains(&report.name)) {
        let sheet = (report.make)(request)?;
        let lines = lines(report, request, &sheet, number)?;
        if !lines.is_empty() {
            figures.push(Figures { report: report.name, lines });
        }
        head.get_or_insert(sheet.head);
    }
    let reversed_by = standing.fold.world().reversed_by(number);
    let head = head.ok_or(NotExplained::UnknownEntry { number })?;
    Ok(EntryExplained { head, events, steps, reversed_by, figures })
}

fn lines(
    report: &Report,
    request: &Request<'_>,
    sheet: &Sheet,
    number: u64,
) -> Result<Vec<(NamedLine, Money)>, NotExplained> {
    let mut sums: BTreeMap<RowId, Money> = BTreeMap::new();
    report.trace(request, &mut |addition| {
        if addition.step.applied.number == number {
            let sum = sums.entry(addition.id.clone()).or_default();
            *sum = sum.plus(addition.amount)?;
        }
        Ok(())
    })?;
    sums.retain(|_, sum| !sum.is_zero());
    let mut lines = Vec::new();
    for row in &sheet.rows {
        if let Some(sum) = row.id.as_ref().and_then(|id| sums.remove(id)) {
            lines.extend(named(row).map(|line| (line, sum)));
        }
    }
    Ok(lines)
}
