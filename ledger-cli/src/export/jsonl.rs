//! The entries as they were recorded, one JSON object a line, in the order of their numbers. Appended to an empty
//! ledger they get the same numbers, and the books come out the same; only the times of recording are new, and with
//! them the root.

use std::io::Write;
use std::ops::ControlFlow;

use ledger_core::replay::Archive;
use ledger_store::archive::LogArchive;

use super::Export;
use crate::diagnostic::Failure;

/// Writes the entries known.
pub(super) fn write(export: &Export<'_>, out: &mut dyn Write) -> Result<(), Failure> {
    let mut written = Ok(());
    LogArchive(export.loaded.reading.log()).read(1..export.proof.known + 1, &mut |recorded, _| {
        written = writeln!(out, "{}", recorded.entry.to_json());
        if written.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    })?;
    Ok(written?)
}
