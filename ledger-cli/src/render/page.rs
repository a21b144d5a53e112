//! A page of parts: what a part is and its figures on a line, and beneath it what is known of it, over the full width, so that
//! a hash stays in one piece.

use std::io::{self, Write};

use unicode_width::UnicodeWidthStr;

use crate::io::{BOLD, DIM, styled};
use crate::render::wrap;

/// A label is not squeezed further than this.
const LABEL_MIN: usize = 20;

/// What an item is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A heading over the lines that follow.
    Heading,
    /// A line with its figures.
    Line,
    /// A sum, under a rule.
    Sum,
    /// The last line, between rules.
    Last,
}

/// A line with its figures and what stands beneath it.
#[derive(Debug)]
pub(crate) struct Item {
    pub(crate) kind: Kind,
    pub(crate) indent: usize,
    pub(crate) label: String,
    pub(crate) figures: Vec<String>,
    /// Lines beneath, each with its indent.
    pub(crate) beneath: Vec<(usize, String)>,
}

impl Item {
    pub(crate) fn line(label: impl Into<String>, figures: Vec<String>) -> Item {
        Item { kind: Kind::Line, indent: 0, label: label.into(), figures, beneath: Vec::new() }
    }

    pub(crate) fn heading(label: impl Into<String>) -> Item {
        Item { kind: Kind::Heading, ..Item::line(label, Vec::new()) }
    }
}

/// Prints the items, their figures in columns under `labels`.
pub(crate) fn print(out: &mut dyn Write, labels: &[&str], items: &[Item], width: usize) -> io::Result<()> {
    let negative = |column: usize| {
        items.iter().filter_map(|item| item.figures.get(column)).any(|figure| figure.ends_with(')'))
    };
    let figure =
        |column: usize, text: &str| match negative(column) && !text.is_empty() && !text.ends_with(')') {
            true => format!("{text} "),
            false => text.to_owned(),
        };
    let widths: Vec<usize> = (0..labels.len())
        .map(|column| {
            let figures = items.iter().filter_map(|item| item.figures.get(column));
            let widest = figures.map(|text| figure(column, text).width()).max().unwrap_or(0);
            widest.max(labels.get(column).map_or(0, |label| label.width()))
        })
        .collect();
    let beside: usize = widths.iter().map(|width| width + 2).sum();
    let room = width.saturating_sub(beside).max(LABEL_MIN);
    let row = |texts: &[String]| -> String {
        let cells = widths.iter().enumerate().map(|(column, width)| {
            let text = texts.get(column).map_or(String::new(), |text| figure(column, text));
            format!("  {}{text}", " ".repeat(width.saturating_sub(text.width())))
        });
        cells.collect()
    };
    let rule = |mark: &str| -> String {
        let marks = widths.iter().map(|width| format!("  {}", mark.repeat(*width)));
        format!("{}{}", " ".repeat(room), marks.collect::<String>())
    };
    let heads: Vec<String> =
        widths.iter().zip(labels).map(|(width, label)| format!("  {label:>width$}")).collect();
    writeln!(out, "{}{}", " ".repeat(room), heads.concat())?;
    let rules = widths.iter().map(|width| format!("  {}", "─".repeat(*width)));
    writeln!(out, "{}{}", "─".repeat(room), rules.collect::<String>())?;
    for item in items {
        if item.kind == Kind::Heading {
            writeln!(out)?;
        }
        if matches!(item.kind, Kind::Sum | Kind::Last) {
            writeln!(out, "{}", rule("─"))?;
        }
        let indent = " ".repeat(item.indent);
        let bold = |text: &str| if item.kind == Kind::Line { text.to_owned() } else { styled(BOLD, text) };
        for (at, line) in wrap(&item.label, room.saturating_sub(item.indent)).iter().enumerate() {
            let hang = if at == 0 { "" } else { "  " };
            let text = format!("{indent}{hang}{line}");
            let pad = " ".repeat(room.saturating_sub(text.width()));
            let figures = if at == 0 { row(&item.figures) } else { String::new() };
            writeln!(out, "{}", bold(format!("{text}{pad}{figures}").trim_end()))?;
        }
        if item.kind == Kind::Last {
            writeln!(out, "{}", rule("═"))?;
        }
        for (indent, line) in &item.beneath {
            for (at, part) in wrap(line, width.saturating_sub(indent + 2)).iter().enumerate() {
                let hang = if at == 0 { 0 } else { 2 };
                writeln!(out, "{}{}", " ".repeat(indent + hang), styled(DIM, part))?;
            }
        }
    }
    Ok(())
}
