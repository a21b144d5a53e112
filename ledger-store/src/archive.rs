//! A log of bytes as an archive of entries: every record opened, decoded, and held against what the frame says
//! beside it.

use std::ops::{ControlFlow, Range};

use ledger_core::entry::Entry;
use ledger_core::replay::{Archive, posted};
use ledger_core::resolve::{Beside, Outline, Recorded};
use ledger_core::time::{Instant, OrderKey};

use crate::ledger::LedgerError;
use crate::log::{Log, Record};

/// The entries of a log.
#[derive(Debug)]
pub struct LogArchive<'a, L: ?Sized>(
    /// The log.
    pub &'a L,
);

/// Decodes a record.
///
/// # Errors
/// [`LedgerError`] when it is not an entry in canonical form, or the frame says something else beside it.
pub fn decode(record: &Record<'_>) -> Result<Recorded, LedgerError> {
    let number = record.number;
    let envelope = record.open().map_err(|why| LedgerError::Envelope { number, why })?;
    let entry = Entry::from_cbor(envelope.payload).map_err(|why| LedgerError::NotAnEntry { number, why })?;
    if entry.id.bytes() != record.id {
        return Err(LedgerError::OtherId { number });
    }
    if Beside::from_number(record.order).declares != entry.declares() {
        return Err(LedgerError::OtherBeside { number });
    }
    Ok(Recorded { number, recorded: Instant::from_micros(envelope.recorded), entry })
}

impl<L: Log + ?Sized> Archive for LogArchive<'_, L> {
    type Error = LedgerError;

    fn read(
        &self,
        numbers: Range<u64>,
        visit: &mut dyn FnMut(&Recorded, OrderKey) -> ControlFlow<()>,
    ) -> Result<(), LedgerError> {
        read_each(self.0, numbers, &mut |record| {
            Ok(visit(&decode(&record)?, Beside::from_number(record.order).order))
        })
    }
}

impl<L: Log + ?Sized> LogArchive<'_, L> {
    /// Shows the entries up to a number, each as it posts: an approval with what it posts.
    pub(crate) fn each(
        &self,
        outline: &Outline,
        last: u64,
        visit: &mut dyn FnMut(&Recorded),
    ) -> Result<(), LedgerError> {
        let mut failed = None;
        self.read(1..last + 1, &mut |recorded, _| match posted(self, outline, recorded) {
            Ok(posted) => {
                visit(posted.as_ref().unwrap_or(recorded));
                ControlFlow::Continue(())
            }
            Err(why) => {
                failed = Some(why);
                ControlFlow::Break(())
            }
        })?;
        failed.map_or(Ok(()), Err)
    }
}

/// Takes the entries that a log has beyond an outline into it; only those that declare something are opened.
///
/// # Errors
/// [`LedgerError`] at the first record that cannot be read.
pub fn catch_up<L: Log + ?Sized>(outline: &mut Outline, log: &L) -> Result<(), LedgerError> {
    read_each(log, outline.size() + 1..log.head().size + 1, &mut |record| {
        let Beside { order, declares } = Beside::from_number(record.order);
        let declaring = if declares { Some(decode(&record)?.entry) } else { None };
        outline.see(order, declaring.as_ref());
        Ok(ControlFlow::Continue(()))
    })
}

/// Reads records until the visitor breaks or fails.
fn read_each<L: Log + ?Sized>(
    log: &L,
    numbers: Range<u64>,
    visit: &mut dyn FnMut(Record<'_>) -> Result<ControlFlow<()>, LedgerError>,
) -> Result<(), LedgerError> {
    let mut failed = None;
    log.read(numbers, &mut |record| {
        visit(record).unwrap_or_else(|error| {
            failed = Some(error);
            ControlFlow::Break(())
        })
    })?;
    failed.map_or(Ok(()), Err)
}
