//! A report as one page without anything from elsewhere: to be opened, printed, sent on. What was rounded for the eye
//! says its exact amount when it is pointed at.

use std::fmt::{self, Display};
use std::io::{self, Write};

use ledger_core::sheet::{Cell, Column, Row, RowKind, Sheet};

use super::figures::{is_figure, plain, shown};
use super::rounding::footed;
use super::table::{proof_lines, question};
use super::{Look, Proof};

/// How the page looks, on a screen and on paper.
const STYLE: &str = include_str!("report.css");

/// Prints a report.
pub(crate) fn print(out: &mut dyn Write, sheet: &Sheet, proof: &Proof, look: &Look) -> io::Result<()> {
    let look = &look.for_sheet(sheet);
    let footed = look.rounded.map(|unit| footed(&sheet.rows, unit)).transpose().map_err(io::Error::other)?;
    let (entity, title) = (Escaped(&sheet.head.entity), Escaped(&sheet.title));
    writeln!(out, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">")?;
    writeln!(out, "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">")?;
    writeln!(out, "<title>{entity} · {title}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<header>")?;
    if let Some(what_if) = &sheet.head.what_if {
        writeln!(out, "<p class=\"notice\">what if: {}</p>", Escaped(what_if))?;
    }
    writeln!(out, "<p class=\"entity\">{entity}</p>\n<h1>{title}</h1>")?;
    writeln!(out, "<p>{}</p>", Escaped(&question(&sheet.head, look)))?;
    if let Some(notice) = &sheet.head.notice {
        writeln!(out, "<p class=\"notice\">{}</p>", Escaped(notice))?;
    }
    writeln!(out, "</header>")?;
    table(out, &sheet.columns, footed.as_ref().unwrap_or(&sheet.rows), look)?;
    for note in &sheet.notes {
        writeln!(out, "<p class=\"note\">{}</p>", Escaped(note))?;
    }
    writeln!(out, "<footer>")?;
    for line in proof_lines(proof) {
        writeln!(out, "<p>{}</p>", Escaped(&line))?;
    }
    writeln!(out, "</footer>\n</body>\n</html>")
}

fn table(out: &mut dyn Write, columns: &[Column], rows: &[Row], look: &Look) -> io::Result<()> {
    let is_of_figures = |column: usize| rows.iter().any(|row| row.cells.get(column).is_some_and(is_figure));
    writeln!(out, "<table>\n<thead>\n<tr>")?;
    for (at, column) in columns.iter().enumerate() {
        let class = if is_of_figures(at) { " class=\"figure\"" } else { "" };
        writeln!(out, "<th scope=\"col\"{class}>{}</th>", Escaped(&column.label))?;
    }
    writeln!(out, "</tr>\n</thead>\n<tbody>")?;
    for row in rows {
        write!(out, "<tr class=\"{} depth-{}\"", row.kind.as_str(), row.depth)?;
        match &row.id {
            Some(id) => writeln!(out, " id=\"{}\">", Escaped(id))?,
            None => writeln!(out, ">")?,
        }
        if row.kind == RowKind::Heading && row.cells.iter().skip(1).all(|cell| *cell == Cell::Empty) {
            let label = row.cells.first().map(|cell| shown(cell, look)).unwrap_or_default();
            writeln!(out, "<th colspan=\"{}\">{}</th>", columns.len(), Escaped(&label))?;
        } else {
            for at in 0..columns.len() {
                cell(out, row.cells.get(at).unwrap_or(&Cell::Empty), at == 0, look)?;
            }
        }
        writeln!(out, "</tr>")?;
    }
    writeln!(out, "</tbody>\n</table>")
}

fn cell(out: &mut dyn Write, cell: &Cell, is_label: bool, look: &Look) -> io::Result<()> {
    let text = shown(cell, look);
    let text = Escaped(&text);
    if is_label {
        return writeln!(out, "<th scope=\"row\">{text}</th>");
    }
    if !is_figure(cell) {
        return writeln!(out, "<td>{text}</td>");
    }
    let negative = if text.0.ends_with(')') { " negative" } else { "" };
    let exact = plain(cell, look.digits).filter(|_| look.rounded.is_some()).unwrap_or_default();
    match exact.as_str() {
        "" => writeln!(out, "<td class=\"figure{negative}\">{text}</td>"),
        exact => writeln!(out, "<td class=\"figure{negative}\" title=\"{}\">{text}</td>", Escaped(exact)),
    }
}

/// Text in which nothing is read as a tag or the end of an attribute.
struct Escaped<'a>(&'a str);

impl Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for letter in self.0.chars() {
            match letter {
                '&' => f.write_str("&amp;")?,
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                '"' => f.write_str("&quot;")?,
                '\'' => f.write_str("&#39;")?,
                // No place in a page, not even as a reference.
                letter if letter.is_control() => f.write_str(" ")?,
                letter => write!(f, "{letter}")?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_becomes_a_tag() {
        let text = Escaped("<b class=\"x\">Müller & Söhne's</b>\u{0}").to_string();
        assert_eq!(text, "&lt;b class=&quot;x&quot;&gt;Müller &amp; Söhne&#39;s&lt;/b&gt; ");
    }
}
