//! The one form that every report has before it becomes a table, JSON or CSV: a head that ties it to its log,
//! columns, and rows of exact cells.

use std::borrow::Cow;
use std::ops::Range;

use rust_decimal::Decimal;

use crate::ids::{BookId, Commodity};
use crate::money::{Money, Price, Units};
use crate::time::Day;

/// What a report says and where it comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    /// The report's name, as the command knows it.
    pub report: &'static str,
    /// What it is called on paper.
    pub title: String,
    /// Where it comes from.
    pub head: Head,
    /// Its columns; the first holds the label of a row.
    pub columns: Vec<Column>,
    /// Its rows, from the top.
    pub rows: Vec<Row>,
    /// What a reader must know beside the figures.
    pub notes: Vec<String>,
}

/// Where a report comes from, so that a sheet of paper can be traced to its log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// Whose figures.
    pub entity: String,
    /// What the ledger wants said on every report.
    pub notice: Option<String>,
    /// In which book; `None` for reports of the world.
    pub book: Option<BookId>,
    /// The currency of its money.
    pub currency: Commodity,
    /// The first day of a report over a period.
    pub from: Option<Day>,
    /// The last day included; `None` for all that is recorded.
    pub as_of: Option<Day>,
    /// The last entry known.
    pub as_known: u64,
    /// What is supposed and not so: which other choices the figures rest on.
    pub what_if: Option<String>,
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its name in JSON and CSV.
    pub key: Cow<'static, str>,
    /// Its name on paper.
    pub label: String,
    /// Where several sheets stand beside each other, which of them it is from.
    pub part: Option<String>,
}

/// A row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// What part it plays.
    pub kind: RowKind,
    /// How far it is indented.
    pub depth: u8,
    /// A cell for each column.
    pub cells: Vec<Cell>,
    /// Of a sum, the rows that it adds up, by their place in the sheet.
    pub terms: Vec<usize>,
    /// Which part of a statement it belongs to, in their order, so that rows of several sheets can be put in it.
    pub section: u8,
    /// What names it among the rows of its report, in every edition of it; only lines of statements have one.
    pub id: Option<RowId>,
}

/// The name of a row of a statement, such as `current-assets.1240`. Never changed: other papers refer to it.
pub type RowId = Cow<'static, str>;

/// What part a row plays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowKind {
    /// A heading over the rows that follow.
    Heading,
    /// A figure.
    Line,
    /// The sum of the lines above it.
    Subtotal,
    /// The sum of it all.
    Total,
}

impl RowKind {
    /// Its name in JSON and CSV.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            RowKind::Heading => "heading",
            RowKind::Line => "line",
            RowKind::Subtotal => "subtotal",
            RowKind::Total => "total",
        }
    }
}

/// A cell, exact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    /// Nothing.
    Empty,
    /// Words.
    Text(String),
    /// An account's number, which is not an amount.
    Code(String),
    /// An amount of the functional currency.
    Money(Money),
    /// An amount of a currency that need not be the functional one, with its digits after the point.
    Amount(Units, u8),
    /// Units of a commodity, with its digits after the point.
    Units(Units, u8),
    /// The price of one unit.
    Price(Price),
    /// A whole number.
    Number(u64),
    /// A ratio in percent.
    Percent(Decimal),
    /// A day.
    Day(Day),
}

impl Cell {
    /// Words.
    pub fn text(text: impl std::fmt::Display) -> Cell {
        Cell::Text(text.to_string())
    }

    /// Its amount of the functional currency, if that is what it holds.
    #[must_use]
    pub fn money(&self) -> Option<Money> {
        if let Cell::Money(amount) = self { Some(*amount) } else { None }
    }
}

impl Row {
    /// A row of a kind, not indented.
    #[must_use]
    pub fn new(kind: RowKind, cells: Vec<Cell>) -> Row {
        Row { kind, depth: 0, cells, terms: Vec::new(), section: 0, id: None }
    }

    /// A figure, indented once.
    #[must_use]
    pub fn line(cells: Vec<Cell>) -> Row {
        Row::line_at(1, cells)
    }

    /// A figure, indented as far as said.
    #[must_use]
    pub fn line_at(depth: u8, cells: Vec<Cell>) -> Row {
        Row { depth, ..Row::new(RowKind::Line, cells) }
    }

    /// The same row with its name.
    #[must_use]
    pub fn named(self, id: impl Into<RowId>) -> Row {
        Row { id: Some(id.into()), ..self }
    }

    /// The same row as the sum of others, by their place in the sheet. What is rounded for the eye is held
    /// against them.
    #[must_use]
    pub fn adding(self, terms: impl IntoIterator<Item = usize>) -> Row {
        Row { terms: terms.into_iter().collect(), ..self }
    }

    /// A heading over `columns` columns.
    #[must_use]
    pub fn heading(label: impl std::fmt::Display, columns: usize) -> Row {
        let mut cells = vec![Cell::text(label)];
        cells.resize(columns.max(1), Cell::Empty);
        Row::new(RowKind::Heading, cells)
    }
}

/// Words as they stand in a row's name: small letters and digits, all else a dash.
#[must_use]
pub fn slug(words: &str) -> String {
    let mut slug = String::with_capacity(words.len());
    for letter in words.chars() {
        match letter.is_ascii_alphanumeric() {
            true => slug.push(letter.to_ascii_lowercase()),
            false if slug.is_empty() || slug.ends_with('-') => {}
            false => slug.push('-'),
        }
    }
    slug.truncate(slug.trim_end_matches('-').len());
    slug
}

/// Rows that belong to no section yet belong to this one, which comes after all before it.
pub fn end_section(rows: &mut [Row], section: u8) {
    rows.iter_mut().filter(|row| row.section == 0).for_each(|row| row.section = section);
}

/// The places of the rows of a kind within a part of a sheet.
pub fn places(rows: &[Row], part: Range<usize>, kind: RowKind) -> impl Iterator<Item = usize> {
    part.filter(move |at| rows.get(*at).is_some_and(|row| row.kind == kind))
}

/// Columns from their names in JSON and on paper.
#[must_use]
pub fn columns(names: &[(&'static str, &str)]) -> Vec<Column> {
    names
        .iter()
        .map(|(key, label)| Column { key: Cow::Borrowed(*key), label: (*label).to_owned(), part: None })
        .collect()
}
