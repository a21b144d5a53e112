//! The rows of a table, and the lines of statements as rows.

use std::collections::HashMap;
use std::path::Path;

use serde_json::json;
use sha2::{Digest, Sha256};

use super::input::bytes;
use crate::app::App;
use crate::diagnostic::Failure;
use crate::render::hex;
use crate::statement::table::{header, reader};
use crate::statement::{Line, Statement, Status};

/// Rows with their columns.
pub(crate) struct Rows {
    pub(super) columns: Vec<String>,
    /// Where each stands, and what stands in it.
    pub(super) rows: Vec<(String, Vec<String>)>,
    /// What tells them apart unless the mapping says it.
    pub(super) apart: Option<&'static str>,
    /// Lines that are only announced, and no row yet.
    pub(super) announced: usize,
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

fn malformed(why: impl Into<String>, place: &str) -> Failure {
    Failure::malformed(why, place)
}

/// The rows of a table with a header.
///
/// # Errors
/// When it cannot be read, two columns have one name, or a row has more cells than the header.
pub(super) fn table(app: &App, file: &Path) -> Result<Rows, Failure> {
    let (name, bytes) = bytes(file, app.may_ask)?;
    let text = String::from_utf8(bytes).map_err(|_| malformed("the table is not text in UTF-8", &name))?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let (columns, delimiter) = header(text.lines().next().unwrap_or_default());
    let twice =
        columns.iter().enumerate().find(|(at, column)| columns.iter().take(*at).any(|one| one == *column));
    if let Some((_, column)) = twice {
        return Err(malformed(format!("two columns are called `{column}`"), &name));
    }
    let mut rows = Vec::new();
    for row in reader(delimiter).from_reader(text.as_bytes()).records().skip(1) {
        let row = row.map_err(|why| malformed(why.to_string(), &name))?;
        let place = format!("{name}:{}", row.position().map_or(1, csv::Position::line));
        let cells: Vec<String> = row.iter().map(|cell| cell.trim().to_owned()).collect();
        if cells.len() > columns.len() {
            let why = format!("the row has {} cells, the header {}", cells.len(), columns.len());
            return Err(
                malformed(why, &place).with_help("a cell that holds what parts the columns stands in quotes")
            );
        }
        if !cells.iter().all(String::is_empty) {
            rows.push((place, cells));
        }
    }
    if rows.is_empty() {
        return Err(Failure::refused("EMPTY_INPUT", format!("{name} has no rows")));
    }
    Ok(Rows { columns, rows, apart: None, announced: 0 })
}

/// The booked lines of the statements of files, in the order of the files.
pub(crate) fn of_statements(files: &[(&Path, Vec<Statement>)]) -> Rows {
    let columns = OF_LINE.map(str::to_owned).to_vec();
    let mut all = Rows { columns, rows: Vec::new(), apart: Some("{line}"), announced: 0 };
    for (file, statements) in files {
        let mut seen = HashMap::new();
        for (at, statement) in statements.iter().enumerate() {
            // Pages of one statement have its number; a statement without a number is one of its own.
            let of = statement.number.clone().unwrap_or_else(|| format!("the {at}th"));
            for line in &statement.lines {
                if line.status != Status::Booked {
                    all.announced += 1;
                    continue;
                }
                let said = said(statement, line);
                let before = seen.entry((of.clone(), said.clone())).or_insert(0_u64);
                let name = hex(&Sha256::digest(format!("{said} {before}")));
                *before += 1;
                all.rows
                    .push((format!("{}:{}", file.display(), line.place), cells(file, statement, line, name)));
            }
        }
    }
    all
}

/// What a line says, whatever statement and page it stands on.
fn said(statement: &Statement, line: &Line) -> String {
    let references: Vec<_> =
        line.references.iter().map(|reference| (reference.kind, &reference.value)).collect();
    let days = [Some(line.booked), line.value].map(|day| day.map(|day| day.to_string()));
    let words =
        [Some(&line.kind), line.counterparty.as_ref(), line.counter_account.as_ref(), Some(&line.text)];
    json!([statement.account, statement.currency, days, line.amount.to_string(), references, words])
        .to_string()
}

fn cells(file: &Path, statement: &Statement, line: &Line, name: String) -> Vec<String> {
    let references: Vec<&str> = line.references.iter().map(|reference| reference.value.as_str()).collect();
    let or_empty = |text: &Option<String>| text.clone().unwrap_or_default();
    let cells: [String; OF_LINE.len()] = [
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
        name,
    ];
    cells.to_vec()
}
