//! A report for spreadsheets: a header line, then a record for each row. The first field says what part the
//! row plays; amounts are plain.

use std::io::{self, Write};

use ledger_core::sheet::Sheet;

use super::figures::plain;

/// Prints a report.
pub(crate) fn print(out: &mut dyn Write, sheet: &Sheet, digits: u32) -> io::Result<()> {
    let mut records = csv::Writer::from_writer(out);
    let keys = sheet.columns.iter().map(|column| column.key.as_ref());
    records.write_record(std::iter::once("row").chain(keys))?;
    for row in &sheet.rows {
        let cells = (0..sheet.columns.len())
            .map(|at| row.cells.get(at).and_then(|cell| plain(cell, digits)).unwrap_or_default());
        records.write_record(std::iter::once(row.kind.as_str().to_owned()).chain(cells))?;
    }
    records.flush()
}
