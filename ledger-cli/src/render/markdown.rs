//! A report as Markdown with a table, as most programs that show Markdown read it (GFM 4.10).

use std::io::{self, Write};

use ledger_core::sheet::{Cell, Row, RowKind, Sheet};

use super::figures::{is_figure, shown};
use super::rounding::footed;
use super::table::{proof_lines, question};
use super::{Look, Proof};

/// What indents a label by one depth: a blank that is kept.
const INDENT: &str = "&emsp;";

/// Prints a report.
pub(crate) fn print(out: &mut dyn Write, sheet: &Sheet, proof: &Proof, look: &Look) -> io::Result<()> {
    let look = &look.for_sheet(sheet);
    let footed = look.rounded.map(|unit| footed(&sheet.rows, unit)).transpose().map_err(io::Error::other)?;
    let rows = footed.as_ref().unwrap_or(&sheet.rows);
    if let Some(what_if) = &sheet.head.what_if {
        writeln!(out, "**what if: {}**\n", escaped(what_if))?;
    }
    writeln!(out, "# {} · {}\n", escaped(&sheet.head.entity), escaped(&sheet.title))?;
    writeln!(out, "{}", escaped(&question(&sheet.head, look)))?;
    if let Some(notice) = &sheet.head.notice {
        writeln!(out, "\n**{}**", escaped(notice))?;
    }
    let labels: Vec<String> = sheet.columns.iter().map(|column| escaped(&column.label)).collect();
    writeln!(out, "\n| {} |", labels.join(" | "))?;
    let is_of_figures = |column: usize| rows.iter().any(|row| row.cells.get(column).is_some_and(is_figure));
    let rules = (0..labels.len()).map(|at| if is_of_figures(at) { "---:" } else { ":---" });
    writeln!(out, "| {} |", rules.collect::<Vec<_>>().join(" | "))?;
    for row in rows {
        let cells: Vec<String> = (0..labels.len()).map(|at| cell(row, at, look)).collect();
        writeln!(out, "| {} |", cells.join(" | "))?;
    }
    for note in &sheet.notes {
        writeln!(out, "\n{}", escaped(note))?;
    }
    writeln!(out)?;
    let [known, root] = proof_lines(proof);
    writeln!(out, "{}  \n{}", escaped(&known), escaped(&root))
}

fn cell(row: &Row, at: usize, look: &Look) -> String {
    let text = escaped(&shown(row.cells.get(at).unwrap_or(&Cell::Empty), look));
    let text = match row.kind {
        RowKind::Line => text,
        RowKind::Heading | RowKind::Subtotal | RowKind::Total if text.is_empty() => text,
        RowKind::Heading | RowKind::Subtotal | RowKind::Total => format!("**{text}**"),
    };
    let indent = if at == 0 { INDENT.repeat(row.depth.into()) } else { String::new() };
    indent + &text
}

/// Text in which nothing is a mark, on one line.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.trim().chars() {
        match letter {
            '\\' | '|' | '*' | '_' | '`' | '[' | ']' | '#' | '~' => escaped.extend(['\\', letter]),
            '<' => escaped.push_str("&lt;"),
            '&' => escaped.push_str("&amp;"),
            letter if letter.is_control() => escaped.push(' '),
            letter => escaped.push(letter),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_becomes_a_mark() {
        assert_eq!(escaped("a|b *c* <d>\nE & F"), "a\\|b \\*c\\* &lt;d> E &amp; F");
    }
}
