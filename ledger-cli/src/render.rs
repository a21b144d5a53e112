//! How data is printed. A report's [`Sheet`] becomes a table for people, JSON for programs, CSV for spreadsheets, a
//! workbook, a page or Markdown; the figures are the same in all of them.

pub(crate) mod bands;
pub(crate) mod csv;
pub(crate) mod figures;
pub(crate) mod grid;
pub(crate) mod html;
pub(crate) mod journal;
pub(crate) mod json;
pub(crate) mod markdown;
pub(crate) mod page;
pub(crate) mod rounding;
pub(crate) mod support;
pub(crate) mod table;
pub(crate) mod workbook;

use std::io::Write;

use ledger_core::sheet::{Cell, Sheet};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::args::{Format, In};
use crate::diagnostic::Failure;
use crate::io::{BOLD, Io, styled};

/// How amounts are shown and how much room there is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Look {
    /// Columns of the terminal or page.
    pub(crate) width: usize,
    /// Digits after the point of the ledger's currency.
    pub(crate) digits: u32,
    /// What money is counted in: tables round it, JSON only names it.
    pub(crate) rounded: Option<In>,
}

impl Look {
    /// The same, without rounding where a sheet has no money to round.
    pub(crate) fn for_sheet(&self, sheet: &Sheet) -> Look {
        let counts_money = |cell: &Cell| matches!(cell, Cell::Money(_) | Cell::Amount(..));
        let any = sheet.rows.iter().flat_map(|row| &row.cells).any(counts_money);
        Look { rounded: self.rounded.filter(|_| any), ..*self }
    }
}

/// How a report was checked against its log.
#[derive(Debug, Clone)]
pub(crate) struct Proof {
    /// How many entries the log holds.
    pub(crate) entries: u64,
    /// The entries that the report knows, which the root is over.
    pub(crate) known: u64,
    /// The root of the tree over those, in hex.
    pub(crate) root: String,
    /// How it was checked.
    pub(crate) checked: Checked,
}

/// How far a report was checked against its log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Checked {
    /// Every byte of the store.
    EveryByte,
    /// The tree over the entries.
    Tree,
    /// What a snapshot left open: it knows the entries up to this one.
    FromSnapshot(u64),
    /// The entries were read from the log, and what vouches for them is the checksum of each batch.
    FromLog,
}

/// Prints a report.
pub(crate) fn print(
    out: &mut dyn Write,
    format: Format,
    sheet: &Sheet,
    proof: &Proof,
    look: &Look,
) -> Result<(), Failure> {
    match format {
        Format::Table => table::print(out, sheet, proof, look)?,
        Format::Json => json::print(out, &json::report(sheet, proof, look))?,
        Format::Csv => csv::print(out, sheet, look.digits)?,
    }
    Ok(())
}

/// Text broken between words into lines of at most `width` columns; a word longer than that is cut.
pub(crate) fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in text.split(' ') {
        if !line.is_empty() && line.width() + 1 + word.width() > width {
            lines.push(std::mem::take(&mut line));
        }
        if !line.is_empty() {
            line.push(' ');
        }
        for letter in word.chars() {
            if !line.is_empty() && line.width() + letter.width().unwrap_or(0) > width {
                lines.push(std::mem::take(&mut line));
            }
            line.push(letter);
        }
    }
    lines.push(line);
    lines
}

/// Names, each with what it is beside it, in the columns there are.
pub(crate) fn names<'a>(names: impl Iterator<Item = (&'a str, &'a str)>, io: &mut Io) -> std::io::Result<()> {
    let names: Vec<_> = names.collect();
    let width = names.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
    for (mut name, about) in names {
        for line in wrap(about, io.width.saturating_sub(width + 2)) {
            writeln!(io.out, "{}  {line}", styled(BOLD, format!("{name:width$}")))?;
            name = "";
        }
    }
    Ok(())
}

/// A text from elsewhere as one that a terminal only shows: what would move its cursor, begin a line or turn the order of
/// letters round is written out.
pub(crate) fn shown(text: &str) -> String {
    let turns =
        |c: char| matches!(c, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_control() || turns(c) {
            shown.extend(c.escape_default());
        } else {
            shown.push(c);
        }
    }
    shown
}

/// A hash in hex.
pub(crate) fn hex(hash: &[u8]) -> String {
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_breaks_between_words_where_it_can() {
        assert_eq!(wrap("one two three", 7), ["one two", "three"]);
        assert_eq!(wrap("unbreakable a", 4), ["unbr", "eaka", "ble", "a"]);
        assert_eq!(wrap("", 4), [""]);
    }
}
