//! A book as a workbook to send on: the statements, the lots, the journal, and on a last sheet the checks that tie them to
//! each other, as formulas that anybody's program works out again.

mod checks;

use std::io::Write;

use ledger_core::report::REPORTS;
use ledger_core::report::Request;
use ledger_core::sheet::Sheet;

use super::Export;
use crate::diagnostic::Failure;
use crate::render::Look;
use crate::render::workbook::{Placed, Workbook};

/// The reports, in the order of their sheets.
const SHEETS: &[&str] =
    &["balance-sheet", "income-statement", "trial-balance", "roll-forward", "lots", "journal"];

/// A report and where it stands.
struct Part {
    sheet: Sheet,
    placed: Placed,
}

/// Writes the book.
pub(super) fn write(export: &Export<'_>, out: &mut dyn Write) -> Result<(), Failure> {
    let look = Look { width: 0, digits: export.digits, rounded: None };
    let opening = export.opening()?;
    let made = export.loaded.entry(export.proof.known)?.recorded;
    let mut workbook = Workbook::new(opening.entity, &format!("Book {}", export.book), made);
    let mut parts = Vec::with_capacity(SHEETS.len());
    for report in REPORTS.iter().filter(|report| SHEETS.contains(&report.name)) {
        let request = Request {
            log: &export.loaded.reading,
            question: export.question,
            book: export.book,
            from: None,
            argument: None,
        };
        parts.push((report.make)(&request)?);
    }
    parts.sort_by_key(|sheet| SHEETS.iter().position(|name| *name == sheet.report));
    let parts = parts.into_iter().map(|sheet| {
        let placed = workbook.add(&sheet, &export.proof, &look)?;
        Ok(Part { sheet, placed })
    });
    let parts: Vec<Part> = parts.collect::<Result<_, Failure>>()?;
    checks::add(&mut workbook, &parts, &export.proof, &look)?;
    workbook.write(out)
}
