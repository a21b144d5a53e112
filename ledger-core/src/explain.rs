//! The way down from a figure to what it rests on: the entries that add up to it, with their lots, prices, evidence and
//! who recorded them. Which posting stands on which line the statement itself says; here it is only looked up.

mod entry;
mod evidence;
mod lot;
mod part;

pub use entry::{EntryExplained, Figures, entry};
pub use lot::{Left, LotExplained, LotMoved, lot};
pub use part::{LotTouched, Part, Posting, Supported};

use std::collections::BTreeMap;

use crate::account::Account;
use crate::exact::Overflow;
use crate::ids::LotId;
use crate::money::Money;
use crate::refusal::Refusal;
use crate::report::{NoReport, Report, Request};
use crate::sheet::{Cell, Head, Row, RowId, RowKind, Sheet};
use part::Parts;

/// Why something cannot be explained.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotExplained {
    /// The report itself cannot be made.
    #[error(transparent)]
    NoReport(#[from] NoReport),
    /// The statement has no such line.
    #[error("{report} has no figure `{asked}` in book {book}")]
    UnknownFigure {
        /// The statement.
        report: &'static str,
        /// In which book.
        book: crate::ids::BookId,
        /// What was asked for.
        asked: String,
        /// The lines that it has, by name, with their words.
        known: Vec<(String, String)>,
    },
    /// No lot of that name ever lay in the book.
    #[error("there is no lot {lot} in book {book}")]
    UnknownLot {
        /// The lot.
        lot: LotId,
        /// The book.
        book: crate::ids::BookId,
    },
    /// No entry of that number is in question.
    #[error("entry {number} is later than what is asked for")]
    UnknownEntry {
        /// The number.
        number: u64,
    },
}

impl From<Refusal> for NotExplained {
    fn from(refusal: Refusal) -> NotExplained {
        NotExplained::NoReport(refusal.into())
    }
}

impl From<Overflow> for NotExplained {
    fn from(overflow: Overflow) -> NotExplained {
        NotExplained::NoReport(overflow.into())
    }
}

/// A line of a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedLine {
    /// Its name.
    pub id: RowId,
    /// Its words.
    pub label: String,
    /// Its account, if it is of one.
    pub account: Option<Account>,
}

/// A figure and what it is made of.
#[derive(Debug, Clone)]
pub struct Explained {
    /// The statement.
    pub report: &'static str,
    /// Where the figure comes from.
    pub head: Head,
    /// The lines that it is on: two where an account is partly current, partly not.
    pub lines: Vec<NamedLine>,
    /// The column.
    pub column: String,
    /// The figure as the statement prints it.
    pub figure: Money,
    /// What adds up to it, in accounting order.
    pub parts: Vec<Part>,
    /// Entries that moved something within it and left it as it was.
    pub within: usize,
    /// The sum of the parts.
    pub total: Money,
    /// What the figure has beyond its parts; nothing, or the program is wrong.
    pub difference: Money,
}

/// A figure of a sheet, found by its name.
#[derive(Debug, Clone)]
pub struct Found {
    /// Its lines.
    pub lines: Vec<NamedLine>,
    /// The key of its column.
    pub column: String,
    /// What it comes to.
    pub figure: Money,
}

/// Explains a figure of a statement by its name: that of its line, or only the account; `1010.debits` for a column that
/// is not the last.
///
/// # Errors
/// Refused where there is no such figure, and as for the statement.
pub fn figure(report: &Report, request: &Request<'_>, name: &str) -> Result<Explained, NotExplained> {
    let sheet = (report.make)(request)?;
    let found = find(&sheet, name).ok_or_else(|| NotExplained::UnknownFigure {
        report: report.name,
        book: request.book,
        asked: name.to_owned(),
        known: names(&sheet),
    })?;
    let mut explained = explained(report, request, &sheet, vec![found])?;
    let none = || NoReport::BadArgument(format!("nothing is told of {name}"));
    Ok(explained.pop().ok_or_else(none)?)
}

/// Explains every figure of a statement, in the order of the sheet.
///
/// # Errors
/// As for the statement.
pub fn every(report: &Report, request: &Request<'_>) -> Result<Vec<Explained>, NotExplained> {
    let sheet = (report.make)(request)?;
    let columns: Vec<&str> = money_columns(&sheet).map(|(_, key)| key).collect();
    let rows = 0..sheet.rows.len();
    let all = rows.flat_map(|row| columns.iter().map(move |column| (row, *column)));
    let found = all.filter_map(|(row, column)| of_rows(&sheet, &[row], column)).collect();
    explained(report, request, &sheet, found)
}

/// What each of some figures is made of: one walk for all of them.
fn explained(
    report: &Report,
    request: &Request<'_>,
    sheet: &Sheet,
    found: Vec<Found>,
) -> Result<Vec<Explained>, NotExplained> {
    let mut wanted: BTreeMap<(&str, &str), Vec<usize>> = BTreeMap::new();
    for (at, figure) in found.iter().enumerate() {
        for line in &figure.lines {
            wanted.entry((line.id.as_ref(), figure.column.as_str())).or_default().push(at);
        }
    }
    let mut gathered: Vec<Parts> = found.iter().map(|_| Parts::default()).collect();
    let mut sums: BTreeMap<RowId, Vec<RowId>> = BTreeMap::new();
    report.trace(request, &mut |addition| {
        let sums = sums.entry(addition.id.clone()).or_insert_with(|| report.sums_of(&addition.id));
        for id in std::iter::once(&addition.id).chain(&*sums) {
            for at in wanted.get(&(id.as_ref(), addition.column)).into_iter().flatten() {
                if let Some(parts) = gathered.get_mut(*at) {
                    parts.take_in(addition)?;
                }
            }
        }
        Ok(())
    })?;
    let attached = evidence::attached(request)?;
    let explain = |(Found { lines, column, figure }, parts): (Found, Parts)| {
        let (mut parts, within) = parts.finish();
        evidence::attach(&attached, &mut parts);
        let total = Money::sum(parts.iter().map(|part| part.amount))?;
        let difference = figure.minus(total)?;
        let head = sheet.head.clone();
        Ok(Explained { report: report.name, head, lines, column, figure, parts, within, total, difference })
    };
    let all = found.iter().cloned().zip(gathered);
    all.map(explain).collect()
}

/// The lines of a sheet by name, with their words.
fn names(sheet: &Sheet) -> Vec<(String, String)> {
    let named = sheet.rows.iter().filter_map(|row| Some((row.id.clone()?.into_owned(), label(row))));
    named.collect()
}

fn label(row: &Row) -> String {
    match row.cells.first() {
        Some(Cell::Text(label)) => label.clone(),
        Some(_) | None => String::new(),
    }
}

/// Finds a figure in a sheet by its name.
#[must_use]
pub fn find(sheet: &Sheet, name: &str) -> Option<Found> {
    let keys: Vec<&str> = money_columns(sheet).map(|(_, key)| key).collect();
    let in_last = || found(sheet, name, keys.last()?);
    let in_named = || {
        let (line, column) = name.rsplit_once('.')?;
        found(sheet, line, keys.iter().find(|key| **key == column)?)
    };
    in_last().or_else(in_named)
}

/// The columns of a sheet that hold money, by place and key.
pub fn money_columns(sheet: &Sheet) -> impl Iterator<Item = (usize, &str)> {
    let holds_money = |at: usize| {
        sheet
            .rows
            .iter()
            .any(|row| row.id.is_some() && row.cells.get(at).is_some_and(|cell| cell.money().is_some()))
    };
    let columns = sheet.columns.iter().enumerate().filter(move |(at, _)| holds_money(*at));
    columns.map(|(at, column)| (at, column.key.as_ref()))
}

fn found(sheet: &Sheet, name: &str, column: &str) -> Option<Found> {
    of_rows(sheet, &rows_named(sheet, name), column)
}

fn of_rows(sheet: &Sheet, rows: &[usize], column: &str) -> Option<Found> {
    let at = sheet.columns.iter().position(|of| of.key == column)?;
    let amounts = rows.iter().filter_map(|row| sheet.rows.get(*row)?.cells.get(at)?.money());
    let figure = Money::sum(amounts).ok()?;
    let lines: Vec<NamedLine> = rows.iter().filter_map(|row| named(sheet.rows.get(*row)?)).collect();
    (!lines.is_empty()).then(|| Found { lines, column: column.to_owned(), figure })
}

/// The name of a row, if it has one.
pub(crate) fn named(row: &Row) -> Option<NamedLine> {
    let code =
        row.cells.iter().find_map(|cell| if let Cell::Code(code) = cell { code.parse().ok() } else { None });
    Some(NamedLine { id: row.id.clone()?, label: label(row), account: code })
}

/// The rows with a name; else the lines of an account, and of a component of equity its closing.
fn rows_named(sheet: &Sheet, name: &str) -> Vec<usize> {
    let rows = |matches: &dyn Fn(&Row, &str) -> bool| -> Vec<usize> {
        let named = sheet.rows.iter().enumerate();
        named
            .filter(|(_, row)| row.id.as_deref().is_some_and(|id| matches(row, id)))
            .map(|(at, _)| at)
            .collect()
    };
    let exact = rows(&|_, id| id == name);
    if !exact.is_empty() {
        return exact;
    }
    let of_account = rows(&|row, id| {
        row.kind == RowKind::Line && id.rsplit_once('.').is_some_and(|(_, account)| account == name)
    });
    if !of_account.is_empty() {
        return of_account;
    }
    rows(&|_, id| id.strip_suffix(".closing").is_some_and(|component| component == name))
}
