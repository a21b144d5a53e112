//! The rows of a table, or the lines of statements, each made an entry by a mapping.

use std::path::Path;

use ledger_core::entry::Entry;
use ledger_core::fold::Fold;

use super::input::{Line, bytes};
use crate::app::App;
use crate::command::speak;
use crate::diagnostic::{Failure, fault};
use crate::mapping::Mapping;
use crate::statement::table::{header, reader};
use crate::statement::{Statement, Status};
use crate::verbs::holes::Row;

/// Rows with their columns.
pub(crate) struct Rows {
    columns: Vec<String>,
    /// Where each stands, and what stands in it.
    rows: Vec<(String, Vec<String>)>,
    /// What tells them apart unless the mapping says it.
    apart: Option<&'static str>,
}

/// The columns that a line of a statement has.
const OF_LINE: [&str; 16] = [
    "account",
    "currency",
    "day",
    "value_day",
    "amount",
    "kind",
    "reference",
    "references",
    "counterparty",
    "counter_account",
    "text",
    "balance",
    "statement",
    "file",
    "sha256",
    "line",
];

const IN_QUOTES: &str = "a cell that holds what parts the columns stands in quotes";

/// The rows of a table with a header.
///
/// # Errors
/// When it cannot be read, or a row has more cells than the header.
pub(super) fn table(app: &App, file: &Path) -> Result<Rows, Failure> {
    let (name, bytes) = bytes(file, app.may_ask)?;
    let text = String::from_utf8(bytes)
        .map_err(|_| Failure::refused("MALFORMED", "the table is not text in UTF-8").at(&name))?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let (columns, delimiter) = header(text.lines().next().unwrap_or_default());
    let mut rows = Vec::new();
    for row in reader(delimiter).from_reader(text.as_bytes()).records().skip(1) {
        let row = row.map_err(|why| Failure::refused("MALFORMED", why.to_string()).at(&name))?;
        let place = format!("{name}:{}", row.position().map_or(1, csv::Position::line));
        let cells: Vec<String> = row.iter().map(|cell| cell.trim().to_owned()).collect();
        if cells.len() > columns.len() {
            let why = format!("the row has {} cells, the header {}", cells.len(), columns.len());
            return Err(Failure::refused("MALFORMED", why).with_help(IN_QUOTES).at(place));
        }
        if !cells.iter().all(String::is_empty) {
            rows.push((place, cells));
        }
    }
    if rows.is_empty() {
        return Err(Failure::refused("EMPTY_INPUT", format!("{name} has no rows")));
    }
    Ok(Rows { columns, rows, apart: None })
}

/// The lines of the statements of a file that are booked.
pub(crate) fn of_statements(file: &Path, statements: &[Statement]) -> Rows {
    let mut rows = Vec::new();
    for statement in statements {
        for line in statement.lines.iter().filter(|line| line.status == Status::Booked) {
            let references: Vec<&str> =
                line.references.iter().map(|reference| reference.value.as_str()).collect();
            let or_empty = |text: &Option<String>| text.clone().unwrap_or_default();
            let cells = [
                statement.account.clone(),
                statement.currency.clone(),
                line.booked.to_string(),
                line.value.unwrap_or(line.booked).to_string(),
                line.amount.to_string(),
                line.kind.clone(),
                references.first().map_or_else(String::new, |first| (*first).to_owned()),
                references.join(" "),
                or_empty(&line.counterparty),
                or_empty(&line.counter_account),
                line.text.clone(),
                line.balance.map_or_else(String::new, |balance| balance.to_string()),
                or_empty(&statement.number),
                file.file_name().unwrap_or(file.as_os_str()).to_string_lossy().into_owned(),
                statement.sha256.clone(),
                format!("{} {} {}", statement.account, statement.currency, line.id),
            ];
            rows.push((format!("{}:{}", file.display(), line.place), cells.to_vec()));
        }
    }
    Rows { columns: OF_LINE.map(str::to_owned).to_vec(), rows, apart: Some("{line}") }
}

impl Rows {
    /// Rows of the same columns one after the other.
    pub(crate) fn together(parts: Vec<Rows>) -> Rows {
        let none = Rows { columns: Vec::new(), rows: Vec::new(), apart: None };
        parts.into_iter().fold(none, |mut all, part| {
            all.rows.extend(part.rows);
            Rows { rows: all.rows, ..part }
        })
    }
}

/// The entries of rows, in their order, and how many rows stand for none. Names are those of the ledger before any of them.
///
/// # Errors
/// Refused when the mapping does not fit the table, or a row the mapping, with the line.
pub(super) fn lines(
    app: &App,
    rows: &Rows,
    mapping: &Path,
    fold: &Fold,
) -> Result<(Vec<Line>, usize), Failure> {
    let names = speak::names(app, fold)?;
    let text = std::fs::read_to_string(mapping).map_err(|why| Failure::unreadable(mapping, &why))?;
    let malformed = |why: String| Failure::malformed(why, mapping.display().to_string());
    let mut map = Mapping::read(&text, rows.apart).map_err(malformed)?;
    map.check(&rows.columns).map_err(malformed)?;
    let (mut lines, mut skipped) = (Vec::new(), 0);
    for (place, cells) in &rows.rows {
        let row = Row { columns: &rows.columns, cells };
        let Some(told) = map.entry(row, &names).map_err(|why| why.in_file(place))? else {
            skipped += 1;
            continue;
        };
        let text = speak::whole(app, told)?.to_string();
        let entry = Entry::from_json(&text).map_err(|why| fault::refused(&why, &text, place))?;
        lines.push(Line { entry, signature: None, place: place.clone() });
    }
    Ok((lines, skipped))
}
