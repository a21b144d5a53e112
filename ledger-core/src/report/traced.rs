//! What each posting adds to each line of a statement. A statement says here, with the same functions that make its
//! sheet, on which line a posting stands; whoever explains or compares figures adds nothing of his own.

use super::{NoReport, Report, Request, day_of};
use crate::fold::Posted;
use crate::money::Money;
use crate::posting::Line;
use crate::replay::Step;
use crate::sheet::RowId;
use crate::time::Day;

/// The column of a statement that has one figure a line.
pub(super) const AMOUNT: &str = "amount";

/// What a posting, or a journal as a whole, adds to a figure.
#[derive(Debug)]
pub struct Addition<'a> {
    /// The line.
    pub id: RowId,
    /// The column.
    pub column: &'static str,
    /// What it adds, signed as the figure is.
    pub amount: Money,
    /// The entry in its place.
    pub step: &'a Step<'a>,
    /// What the event posted.
    pub posted: &'a Posted,
    /// The posting; `None` where the journal as a whole tells, as it does for flows of cash.
    pub line: Option<&'a Line>,
}

/// Who is shown what is added.
pub type Show<'s> = &'s mut dyn FnMut(&Addition<'_>) -> Result<(), NoReport>;

/// Shows what each posting adds to which figure of a statement.
pub(super) type Trace = fn(&Request<'_>, Show<'_>) -> Result<(), NoReport>;

/// The sums that add up a line, whether or not the line or the sum is printed: lines on which nothing is left are not,
/// and what was posted to them is in the sums all the same.
pub(super) type SumsOf = fn(&str) -> Vec<RowId>;

/// A posting in its place.
#[derive(Clone, Copy)]
pub(super) struct Traced<'a> {
    pub(super) step: &'a Step<'a>,
    pub(super) posted: &'a Posted,
    pub(super) line: &'a Line,
}

impl Traced<'_> {
    /// It adds an amount to a figure.
    pub(super) fn adds(&self, id: RowId, column: &'static str, amount: Money) -> Addition<'_> {
        let Traced { step, posted, line } = *self;
        Addition { id, column, amount, step, posted, line: Some(line) }
    }
}

impl Report {
    /// Shows what each posting adds to which figure, in accounting order. Sums and totals have no postings of their
    /// own: they add up the rows that they name.
    ///
    /// # Errors
    /// [`NoReport`] where the figures of this report are not sums of postings, and as for the report.
    pub fn trace(&self, request: &Request<'_>, show: Show<'_>) -> Result<(), NoReport> {
        let (trace, _) = self.traced.ok_or_else(|| {
            let why = format!("the figures of {} are not sums of postings", self.name);
            NoReport::BadArgument(why)
        })?;
        trace(request, show)
    }

    /// The names of the sums that add up a line of this name, be it printed or not.
    #[must_use]
    pub fn sums_of(&self, id: &str) -> Vec<RowId> {
        self.traced.map_or_else(Vec::new, |(_, sums_of)| sums_of(id))
    }

    /// Whether its figures are sums of postings.
    #[must_use]
    pub fn is_traced(&self) -> bool {
        self.traced.is_some()
    }
}

/// Visits every step of a day or later; without a day, every step.
pub(super) fn each_step(
    request: &Request<'_>,
    from: Option<Day>,
    mut visit: impl FnMut(&Step<'_>, Day) -> Result<(), NoReport>,
) -> Result<(), NoReport> {
    let mut seen = Ok(());
    request.log.replay(&request.question, from, &mut |step| {
        if seen.is_ok() {
            seen = visit(step, day_of(step));
        }
    })?;
    seen
}

/// Visits every posting to the book, with its day.
pub(super) fn each_posting(
    request: &Request<'_>,
    from: Option<Day>,
    mut visit: impl FnMut(&Traced<'_>, Day) -> Result<(), NoReport>,
) -> Result<(), NoReport> {
    each_step(request, from, |step, day| {
        for posted in step.posted.iter().filter(|posted| posted.book == request.book) {
            for line in posted.journal.lines() {
                visit(&Traced { step, posted, line }, day)?;
            }
        }
        Ok(())
    })
}
