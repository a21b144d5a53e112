//! Columns and rows for a page of a given width. Figures stand to the right and are never cut; words wrap;
//! what still does not fit beside the figures goes beneath its row.

use ledger_core::sheet::{Column, Row, RowKind};
use unicode_width::UnicodeWidthStr;

use super::figures::{is_figure, shown};
use super::{Look, wrap};
use crate::io::{BOLD, DIM, styled};

/// Between two columns.
const GAP: usize = 2;

/// Between two columns when the figures leave no other room.
const GAP_LEAST: usize = 1;

/// How far one depth indents.
const INDENT: usize = 2;

/// A label is not squeezed further than this.
const LABEL_MIN: usize = 22;

/// Unless the figures leave it no other room.
const LABEL_LEAST: usize = 12;

/// Other words are not squeezed further than this,
const WORDS_MIN: usize = 14;

/// nor a long word further than this.
const WORD_MAX: usize = 30;

/// A column laid out.
#[derive(Debug, Clone, Copy)]
struct Track {
    /// Which column.
    column: usize,
    /// Its width on the page.
    width: usize,
    /// The width of its longest word.
    word: usize,
    /// Whether its cells stand to the right.
    figures: bool,
}

/// The layout: columns beside each other, and those that go beneath their row.
struct Layout {
    gap: usize,
    /// Whether labels stand on lines of their own above the figures, which leave them no room.
    above: bool,
    beside: Vec<Track>,
    beneath: Vec<usize>,
}

/// The lines of a table.
pub(crate) fn lines(columns: &[Column], rows: &[Row], look: &Look) -> Vec<String> {
    table(columns, rows, look, true)
}

/// The lines of a small table among others: no rule under its labels, no air around its headings.
pub(crate) fn small(columns: &[Column], rows: &[Row], look: &Look) -> Vec<String> {
    table(columns, rows, look, false)
}

fn table(columns: &[Column], rows: &[Row], look: &Look, airy: bool) -> Vec<String> {
    let cells: Vec<Vec<String>> = rows.iter().map(|row| texts(columns, row, look)).collect();
    let cells = aligned(columns, rows, cells);
    let layout = lay_out(columns, rows, &cells, look.width);
    let mut lines = Vec::new();
    header(&mut lines, columns, &layout, airy);
    for (at, (row, texts)) in rows.iter().zip(&cells).enumerate() {
        let is_sum = matches!(row.kind, RowKind::Subtotal | RowKind::Total);
        if is_sum && at > 0 {
            rule(&mut lines, &layout, texts, '─');
        }
        if row.kind == RowKind::Heading && at > 0 && airy {
            lines.push(String::new());
        }
        body(&mut lines, columns, &layout, row, texts, look.width);
        if row.kind == RowKind::Total {
            rule(&mut lines, &layout, texts, '═');
        }
    }
    lines
}

/// The cells of a row as text, as many as there are columns.
fn texts(columns: &[Column], row: &Row, look: &Look) -> Vec<String> {
    let mut texts: Vec<String> = row.cells.iter().map(|cell| shown(cell, look)).collect();
    texts.resize(columns.len(), String::new());
    texts
}

/// Gives positive figures the room of a closing parenthesis where a negative one stands in their column.
fn aligned(columns: &[Column], rows: &[Row], mut cells: Vec<Vec<String>>) -> Vec<Vec<String>> {
    for column in 0..columns.len() {
        let of_row = |row: &Row| row.cells.get(column).is_some_and(is_figure);
        let parenthesised = |text: &String| text.ends_with(')');
        let any = rows
            .iter()
            .zip(&cells)
            .any(|(row, texts)| of_row(row) && texts.get(column).is_some_and(parenthesised));
        for (row, texts) in rows.iter().zip(&mut cells).filter(|(row, _)| any && of_row(row)) {
            if let Some(text) = texts.get_mut(column).filter(|text| !text.ends_with(')')) {
                text.push(' ');
            }
            let _ = row;
        }
    }
    cells
}

fn lay_out(columns: &[Column], rows: &[Row], cells: &[Vec<String>], width: usize) -> Layout {
    let figures = |column: usize| rows.iter().any(|row| row.cells.get(column).is_some_and(is_figure));
    let natural = |column: usize| {
        // The label over figures may break between words.
        let label = columns.get(column).map_or("", |column| column.label.as_str());
        let words = label.split(' ').map(UnicodeWidthStr::width).max().unwrap_or(0);
        let label = if figures(column) { words } else { label.width() };
        let widths = rows.iter().zip(cells).filter(|(row, _)| row.kind != RowKind::Heading || column > 0);
        let widest = widths.map(|(row, texts)| {
            let indent = if column == 0 { usize::from(row.depth) * INDENT } else { 0 };
            indent + texts.get(column).map_or(0, |text| text.width())
        });
        widest.max().unwrap_or(0).max(label)
    };
    let word = |column: usize| {
        let words = cells.iter().filter_map(|texts| texts.get(column)).flat_map(|text| text.split(' '));
        words.map(UnicodeWidthStr::width).max().unwrap_or(0)
    };
    let mut beside: Vec<Track> = (0..columns.len())
        .map(|column| Track {
            column,
            width: natural(column),
            word: word(column).min(WORD_MAX),
            figures: figures(column),
        })
        .collect();
    let mut beneath = Vec::new();
    let mut gap = GAP;
    let mut above = false;
    while !squeeze(&mut beside, width, LABEL_MIN, gap) {
        // Long words first; short ones, such as an account's number, only when nothing else gives way.
        let words = |track: &Track, least: usize| track.column > 0 && !track.figures && track.width >= least;
        let labelled =
            |track: &Track| columns.get(track.column).is_some_and(|column| !column.label.is_empty());
        let long = beside.iter().rposition(|track| words(track, WORDS_MIN));
        let any = || beside.iter().rposition(|track| words(track, 0) && labelled(track));
        let Some(last) = long.or_else(any) else {
            if natural(0) > LABEL_LEAST {
                above = true;
                beside.retain(|track| track.column > 0);
            }
            if !squeeze(&mut beside, width, LABEL_LEAST, gap) {
                gap = GAP_LEAST;
            }
            break;
        };
        beneath.insert(0, beside.remove(last).column);
        beside.iter_mut().for_each(|track| track.width = natural(track.column));
    }
    Layout { gap, above, beside, beneath }
}

/// Takes width from words until the table fits; whether it does.
fn squeeze(tracks: &mut [Track], width: usize, label_min: usize, gap: usize) -> bool {
    let least = |track: &Track| if track.column == 0 { label_min } else { WORDS_MIN.max(track.word) };
    loop {
        let taken: usize = tracks.iter().map(|track| track.width + gap).sum::<usize>().saturating_sub(gap);
        let Some(over) = taken.checked_sub(width).filter(|over| *over > 0) else { return true };
        let words = tracks.iter_mut().filter(|track| !track.figures && track.width > least(track));
        let Some(widest) = words.max_by_key(|track| track.width) else { return false };
        widest.width = widest.width.saturating_sub(over).max(least(widest)).max(widest.width / 2);
    }
}

fn header(lines: &mut Vec<String>, columns: &[Column], layout: &Layout, ruled: bool) {
    let label = |track: &Track| columns.get(track.column).map_or("", |column| column.label.as_str());
    if layout.beside.iter().all(|track| label(track).is_empty()) {
        return;
    }
    let wrapped: Vec<Vec<String>> =
        layout.beside.iter().map(|track| wrap(label(track), track.width)).collect();
    let height = wrapped.iter().map(Vec::len).max().unwrap_or(1);
    for line in 0..height {
        let cells = layout.beside.iter().zip(&wrapped).map(|(track, labels)| {
            // Labels stand on the rule, not under the ceiling.
            let text = (line + labels.len()).checked_sub(height).and_then(|at| labels.get(at));
            (track, text.map_or("", String::as_str))
        });
        lines.push(styled(DIM, joined(cells, layout.gap).trim_end()));
    }
    if ruled {
        let cells: Vec<String> = layout.beside.iter().map(|track| "─".repeat(track.width)).collect();
        lines.push(styled(DIM, cells.join(&" ".repeat(layout.gap))));
    }
}

fn body(
    lines: &mut Vec<String>,
    columns: &[Column],
    layout: &Layout,
    row: &Row,
    texts: &[String],
    width: usize,
) {
    let bold = row.kind != RowKind::Line;
    let text = |column: usize| texts.get(column).map_or("", String::as_str);
    let indent = " ".repeat(usize::from(row.depth) * INDENT);
    if row.kind == RowKind::Heading && texts.iter().skip(1).all(String::is_empty) {
        for line in wrap(text(0), width.saturating_sub(indent.len())) {
            lines.push(format!("{indent}{}", styled(BOLD, line)));
        }
        return;
    }
    if layout.above {
        let words = layout.beneath.iter().map(|column| text(*column)).filter(|text| !text.is_empty());
        let label = std::iter::once(text(0)).chain(words).collect::<Vec<_>>().join("  ");
        for line in hanging(&label, &indent, width) {
            lines.push(if bold { styled(BOLD, line) } else { line });
        }
    }
    let wrapped: Vec<Vec<String>> = layout
        .beside
        .iter()
        .map(|track| match (track.figures && is_figure_at(row, track.column), track.column) {
            (true, column) => vec![text(column).to_owned()],
            (false, 0) => hanging(text(0), &indent, track.width),
            (false, column) => wrap(text(column), track.width),
        })
        .collect();
    let height = wrapped.iter().map(Vec::len).max().unwrap_or(1);
    for line in 0..height {
        let cells = layout
            .beside
            .iter()
            .zip(&wrapped)
            .map(|(track, texts)| (track, texts.get(line).map_or("", String::as_str)));
        let joined = joined(cells, layout.gap);
        let printed = joined.trim_end();
        if printed.is_empty() && layout.above {
            continue;
        }
        lines.push(if bold { styled(BOLD, printed) } else { printed.to_owned() });
    }
    for column in layout.beneath.iter().filter(|_| !layout.above) {
        let label = columns.get(*column).map_or("", |column| column.label.as_str());
        let told =
            if label.is_empty() { text(*column).to_owned() } else { format!("{label}: {}", text(*column)) };
        if !text(*column).is_empty() {
            let inner = format!("{indent}    ");
            lines.extend(
                wrap(&told, width - inner.len())
                    .into_iter()
                    .map(|line| styled(DIM, format!("{inner}{line}"))),
            );
        }
    }
}

fn is_figure_at(row: &Row, column: usize) -> bool {
    row.cells.get(column).is_some_and(is_figure)
}

/// A label with its indent, and further lines indented once more.
fn hanging(text: &str, indent: &str, width: usize) -> Vec<String> {
    let room = width.saturating_sub(indent.len() + INDENT).max(8);
    let lines = if text.width() + indent.len() <= width { vec![text.to_owned()] } else { wrap(text, room) };
    let more = " ".repeat(INDENT);
    lines
        .iter()
        .enumerate()
        .map(|(at, line)| if at == 0 { format!("{indent}{line}") } else { format!("{indent}{more}{line}") })
        .collect()
}

/// Cells beside each other, each in its width.
fn joined<'a>(cells: impl Iterator<Item = (&'a Track, &'a str)>, gap: usize) -> String {
    let mut line = String::new();
    for (at, (track, text)) in cells.enumerate() {
        let room = " ".repeat(track.width.saturating_sub(text.width()));
        line.push_str(&" ".repeat(if at == 0 { 0 } else { gap }));
        if track.figures {
            line.push_str(&room);
            line.push_str(text);
        } else {
            line.push_str(text);
            line.push_str(&room);
        }
    }
    line
}

/// A rule over or under the figures of a sum.
fn rule(lines: &mut Vec<String>, layout: &Layout, texts: &[String], with: char) {
    let mut ruled = Vec::new();
    for track in &layout.beside {
        let summed = track.figures && texts.get(track.column).is_some_and(|text| !text.is_empty());
        ruled.push(if summed { with.to_string().repeat(track.width) } else { " ".repeat(track.width) });
    }
    let line = ruled.join(&" ".repeat(layout.gap));
    if !line.trim().is_empty() {
        lines.push(line.trim_end().to_owned());
    }
}
