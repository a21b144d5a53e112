//! A report for people: its head, the table, its notes.

use std::io::{self, Write};

use ledger_core::sheet::{Head, Sheet};

use super::bands::bands;
use super::rounding::footed;
use super::{Checked, Look, Proof, grid, wrap};
use crate::io::{BOLD, DIM, styled};

/// Prints a report.
pub(crate) fn print(out: &mut dyn Write, sheet: &Sheet, proof: &Proof, look: &Look) -> io::Result<()> {
    let look = &look.for_sheet(sheet);
    head(out, &sheet.title, &sheet.head, proof, look)?;
    let footed = look.rounded.map(|unit| footed(&sheet.rows, unit)).transpose().map_err(io::Error::other)?;
    for (columns, rows) in bands(&sheet.columns, footed.as_ref().unwrap_or(&sheet.rows), look) {
        writeln!(out)?;
        for line in grid::lines(&columns, &rows, look) {
            writeln!(out, "{line}")?;
        }
    }
    notes(out, &sheet.notes, look)
}

/// Prints what ties a report to its log.
pub(crate) fn head(
    out: &mut dyn Write,
    title: &str,
    head: &Head,
    proof: &Proof,
    look: &Look,
) -> io::Result<()> {
    for line in wrap(&format!("{} · {title}", head.entity), look.width) {
        writeln!(out, "{}", styled(BOLD, line))?;
    }
    what_if(out, head, look)?;
    for line in wrap(&question(head, look), look.width) {
        writeln!(out, "{line}")?;
    }
    if let Some(notice) = &head.notice {
        for line in wrap(notice, look.width) {
            writeln!(out, "{}", styled(BOLD, line))?;
        }
    }
    for line in proof_lines(proof) {
        writeln!(out, "{}", styled(DIM, line))?;
    }
    Ok(())
}

/// Says first what is supposed and not so.
pub(crate) fn what_if(out: &mut dyn Write, head: &Head, look: &Look) -> io::Result<()> {
    let Some(what_if) = &head.what_if else { return Ok(()) };
    for line in wrap(&format!("what if: {what_if}"), look.width) {
        writeln!(out, "{}", styled(BOLD, line))?;
    }
    Ok(())
}

/// Over which days, in which book, in what money is counted.
pub(crate) fn question(head: &Head, look: &Look) -> String {
    let day = |day: ledger_core::time::Day| day.to_string();
    let mut parts = vec![match (head.from, head.as_of) {
        (Some(from), Some(to)) => format!("{from} to {to}"),
        (Some(from), None) => format!("{from} to the last entry"),
        (None, as_of) => format!("as of {}", as_of.map_or("the last entry".to_owned(), day)),
    }];
    if let Some(book) = head.book {
        parts.push(format!("book {book}"));
    }
    parts.push(match look.rounded {
        None => head.currency.to_string(),
        Some(unit) => format!("{} of {}", unit.name(), head.currency),
    });
    parts.join(" · ")
}

/// The entries a report knows, how they were checked, and the root over them.
pub(crate) fn proof_lines(proof: &Proof) -> [String; 2] {
    let Proof { entries, known, root, .. } = proof;
    let known_of = if known == entries {
        format!("{entries} entries")
    } else {
        format!("as known at entry {known} of {entries}")
    };
    [format!("{known_of} · {}", checked(proof)), format!("root {root}")]
}

/// How far a report was checked against its log.
pub(crate) fn checked(proof: &Proof) -> String {
    match proof.checked {
        Checked::EveryByte => {
            format!("verified to entry {}, every byte of the store checked", proof.entries)
        }
        Checked::Tree => format!("verified to entry {}", proof.known),
        Checked::FromSnapshot(at) => format!("from snapshot at entry {at}"),
        Checked::FromLog => "from the log, not verified".to_owned(),
    }
}

/// Prints what a reader must know beside the figures.
pub(crate) fn notes(out: &mut dyn Write, notes: &[String], look: &Look) -> io::Result<()> {
    for (at, note) in notes.iter().enumerate() {
        if at == 0 {
            writeln!(out)?;
        }
        for line in wrap(note, look.width) {
            writeln!(out, "{}", styled(DIM, line))?;
        }
    }
    Ok(())
}
