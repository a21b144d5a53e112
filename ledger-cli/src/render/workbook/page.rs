//! One report on one sheet: its head, its columns, to their right the exact text of every figure, and its notes. What
//! prints is the part without the exact text.

use std::borrow::Cow;

use ledger_core::sheet::{Cell, Row, Sheet};
use rust_decimal::Decimal;
use rust_xlsxwriter::{
    ColNum, ExcelDateTime, Format, Formula, RowNum, Worksheet, column_number_to_name as letters,
};
use unicode_width::UnicodeWidthStr;

use super::looks::{Shade, exact, figure, label, words};
use crate::diagnostic::Failure;
use crate::render::figures::{is_figure, plain, shown};
use crate::render::table::{checked, question};
use crate::render::{Look, Proof, wrap};

/// How many rows a sheet of a workbook has.
const ROWS_MAX: usize = 1_048_576;

/// How many letters a cell holds.
const LETTERS_MAX: usize = 32_767;

/// How many ranges a formula adds up.
const RANGES_MAX: usize = 200;

/// Widths of columns, in letters.
const NARROW: usize = 10;
const WIDE: usize = 58;

/// More columns than this are printed across.
const UPRIGHT_MAX: usize = 6;

/// Where a report stands in the workbook.
pub(crate) struct Placed {
    /// The sheet's name.
    name: String,
    /// The row of the report's first row, from 0.
    first: RowNum,
    /// The keys of the columns, which stand from the left.
    columns: Vec<Cow<'static, str>>,
}

impl Placed {
    /// A cell of the report as a formula names it.
    pub(crate) fn cell(&self, row: usize, key: &str) -> Option<String> {
        let column = self.columns.iter().position(|column| column == key)?;
        Some(format!("'{}'!{}", self.name, self.here(row, column)))
    }

    /// All cells of a column up to a row, as a formula names them.
    pub(crate) fn down_to(&self, row: usize, key: &str) -> Option<String> {
        let column = self.columns.iter().position(|column| column == key)?;
        Some(format!("'{}'!{}:{}", self.name, self.here(0, column), self.here(row, column)))
    }

    fn here(&self, row: usize, column: usize) -> String {
        format!("${}${}", letters(col(column)), self.row(row) + 1)
    }

    fn row(&self, row: usize) -> RowNum {
        self.first.saturating_add(RowNum::try_from(row).unwrap_or(RowNum::MAX))
    }
}

/// The number of a column in a workbook.
fn col(column: usize) -> ColNum {
    ColNum::try_from(column).unwrap_or(ColNum::MAX)
}

/// Writes a report onto an empty sheet.
pub(super) fn fill(
    to: &mut Worksheet,
    name: String,
    sheet: &Sheet,
    proof: &Proof,
    look: &Look,
) -> Result<Placed, Failure> {
    if sheet.rows.len() + sheet.notes.len() * 10 + 12 > ROWS_MAX {
        return Err(Failure::usage(format!("{} has more rows than a sheet of a workbook", sheet.report))
            .with_help("`--format csv` has no limit; `--from` and `--as-of` take a part"));
    }
    let look = &look.for_sheet(sheet);
    let head = head(to, sheet, proof, look)?;
    let figures: Vec<usize> = (0..sheet.columns.len())
        .filter(|column| sheet.rows.iter().any(|row| row.cells.get(*column).is_some_and(is_figure)))
        .collect();
    let exact_from = sheet.columns.len() + 1;
    for (at, column) in sheet.columns.iter().enumerate() {
        let shade = if figures.contains(&at) { Shade::HeadOfFigures } else { Shade::Head };
        to.write_with_format(head, col(at), &*column.label, &words(shade))?;
        to.set_column_width(col(at), width(sheet, at, look))?;
    }
    for (at, column) in figures.iter().enumerate() {
        let label = sheet.columns.get(*column).map_or("", |column| column.label.as_str());
        let text = format!("{label}, exact");
        to.write_with_format(head, col(exact_from + at), text, &words(Shade::HeadOfFigures))?;
        to.set_column_width(col(exact_from + at), width(sheet, *column, look))?;
    }
    let columns = sheet.columns.iter().map(|column| column.key.clone()).collect();
    let placed = Placed { name, first: head + 1, columns };
    for (at, row) in sheet.rows.iter().enumerate() {
        for (column, cell) in row.cells.iter().enumerate() {
            write_cell(to, sheet, &placed, (at, column), (row, cell), look)?;
        }
        for (place, column) in figures.iter().enumerate() {
            let cell = row.cells.get(*column).filter(|cell| is_figure(cell));
            if let Some(text) = cell.and_then(|cell| plain(cell, look.digits)) {
                to.write_with_format(placed.row(at), col(exact_from + place), text, &exact(row.kind))?;
            }
        }
    }
    let mut last = placed.row(sheet.rows.len());
    let across: u16 = (0..sheet.columns.len()).map(|column| width(sheet, column, look)).sum();
    for line in sheet.notes.iter().flat_map(|note| wrap(note, across.into())) {
        last += 1;
        to.write_with_format(last, 0, cut(&line), &words(Shade::Grey))?;
    }
    to.set_freeze_panes(placed.first, 1)?;
    to.set_repeat_rows(head, head)?;
    to.set_print_area(0, 0, last, col(sheet.columns.len().saturating_sub(1)))?;
    printing(to, sheet.columns.len(), proof);
    Ok(placed)
}

/// Writes what ties the report to its log; where the columns' labels come.
fn head(to: &mut Worksheet, sheet: &Sheet, proof: &Proof, look: &Look) -> Result<RowNum, Failure> {
    let known = format!("as known at entry {} of {} · {}", proof.known, proof.entries, checked(proof));
    let what_if = sheet.head.what_if.as_ref().map(|what_if| format!("what if: {what_if}"));
    let lines = [
        what_if.map(|what_if| (what_if, Shade::Bold)),
        Some((sheet.head.entity.clone(), Shade::Title)),
        Some((sheet.title.clone(), Shade::Bold)),
        Some((question(&sheet.head, look), Shade::Plain)),
        sheet.head.notice.clone().map(|notice| (notice, Shade::Bold)),
        Some((known, Shade::Grey)),
        Some((format!("root {}", proof.root), Shade::Grey)),
    ];
    let mut row = 0;
    for (text, shade) in lines.into_iter().flatten() {
        to.write_with_format(row, 0, cut(&text), &words(shade))?;
        row += 1;
    }
    Ok(row + 1)
}

fn write_cell(
    to: &mut Worksheet,
    sheet: &Sheet,
    placed: &Placed,
    (at, column): (usize, usize),
    (row, cell): (&Row, &Cell),
    look: &Look,
) -> Result<(), Failure> {
    let place = (placed.row(at), col(column));
    let format = match column {
        0 => label(row),
        _ => figure(row.kind, cell, look),
    };
    match cell {
        Cell::Empty => {}
        Cell::Text(text) | Cell::Code(text) => {
            let format = if column == 0 { format } else { plain_words(row) };
            to.write_with_format(place.0, place.1, cut(text), &format)?;
        }
        Cell::Day(day) => {
            let text = day.to_string();
            match ExcelDateTime::parse_from_str(&text) {
                Ok(date) => to.write_with_format(place.0, place.1, &date, &format)?,
                // Before the first day that a workbook knows.
                Err(_) => to.write_with_format(place.0, place.1, text, &format)?,
            };
        }
        Cell::Money(_)
        | Cell::Amount(..)
        | Cell::Units(..)
        | Cell::Price(_)
        | Cell::Number(_)
        | Cell::Percent(_) => {
            let Some(value) = number(cell) else { return Ok(()) };
            match sum(sheet, placed, row, column, value) {
                Some(formula) => {
                    let formula = Formula::new(formula).set_result(value.normalize().to_string());
                    to.write_with_format(place.0, place.1, formula, &format)?;
                }
                None => {
                    to.write_with_format(place.0, place.1, value.normalize(), &format)?;
                }
            }
        }
    }
    Ok(())
}

fn plain_words(row: &Row) -> Format {
    words(if row.kind == ledger_core::sheet::RowKind::Line { Shade::Plain } else { Shade::Bold })
}

/// A figure as a number.
pub(crate) fn number(cell: &Cell) -> Option<Decimal> {
    match cell {
        Cell::Money(amount) => Some(amount.decimal()),
        Cell::Amount(units, _) | Cell::Units(units, _) => Some(units.decimal()),
        Cell::Price(price) => Some(price.decimal()),
        Cell::Number(number) => Some(Decimal::from(*number)),
        Cell::Percent(ratio) => Some(*ratio),
        Cell::Empty | Cell::Text(_) | Cell::Code(_) | Cell::Day(_) => None,
    }
}

/// The formula of a sum, where the figures of its terms in a column do come to it; an average, or a sum of some other
/// things, stays the number that it is.
fn sum(sheet: &Sheet, placed: &Placed, row: &Row, column: usize, value: Decimal) -> Option<String> {
    let mut left = value;
    for term in &row.terms {
        let cell = sheet.rows.get(*term)?.cells.get(column)?;
        left = match number(cell) {
            Some(amount) => left.checked_sub(amount)?,
            None if *cell == Cell::Empty => left,
            None => return None,
        };
    }
    if row.terms.is_empty() || !left.is_zero() {
        return None;
    }
    let mut ranges: Vec<(usize, usize)> = Vec::new();
    for term in &row.terms {
        match ranges.last_mut().filter(|(_, last)| last + 1 == *term) {
            Some((_, last)) => *last = *term,
            None => ranges.push((*term, *term)),
        }
    }
    let letters = letters(col(column));
    let named = ranges.iter().map(|(first, last)| {
        let (first, last) = (placed.row(*first) + 1, placed.row(*last) + 1);
        if first == last { format!("{letters}{first}") } else { format!("{letters}{first}:{letters}{last}") }
    });
    let named: Vec<String> = named.collect();
    (named.len() <= RANGES_MAX).then(|| format!("=SUM({})", named.join(",")))
}

/// The width of a column in letters.
fn width(sheet: &Sheet, column: usize, look: &Look) -> u16 {
    let cells = sheet.rows.iter().filter(|row| !(column == 0 && row.terms.is_empty() && is_alone(row)));
    let texts = cells.filter_map(|row| {
        let indent = if column == 0 { usize::from(row.depth) * 2 } else { 0 };
        row.cells.get(column).map(|cell| shown(cell, look).width() + indent)
    });
    let label = sheet.columns.get(column).map_or("", |column| column.label.as_str());
    let words = label.split(' ').map(UnicodeWidthStr::width);
    let widest = texts.chain(words).max().unwrap_or(0) + 2;
    u16::try_from(widest.clamp(NARROW, WIDE)).unwrap_or(u16::MAX)
}

/// Whether a row has only its label, which then runs on over the empty cells beside it.
fn is_alone(row: &Row) -> bool {
    row.cells.iter().skip(1).all(|cell| *cell == Cell::Empty)
}

/// Text as far as a cell holds it.
fn cut(text: &str) -> String {
    if text.encode_utf16().count() <= LETTERS_MAX {
        return text.to_owned();
    }
    // A letter takes at most two of what a cell counts.
    text.chars().take(LETTERS_MAX / 2 - 1).chain(['…']).collect()
}

/// How the sheet comes out of a printer.
pub(super) fn printing(to: &mut Worksheet, columns: usize, proof: &Proof) {
    const A4: u8 = 9;
    to.set_paper_size(A4).set_print_fit_to_pages(1, 0);
    if columns > UPRIGHT_MAX {
        to.set_landscape();
    }
    to.set_footer(format!("&L&8root {}&R&8&A, &P of &N", proof.root));
}
