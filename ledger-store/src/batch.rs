//! What every backend does to a batch before it writes anything: check it, number it, time it, seal it.
//!
//! Backends differ in where bytes go; which bytes they are, and what is refused, is decided here once.

use crate::envelope::{ENVELOPE_BYTES_MAX, Envelope};
use crate::frame::{ALIGNMENT, FRAME_BYTES_MAX, HEADER_BYTES, ROW_BYTES};
use crate::log::{Head, LogError, NewRecord, RecordId};
use crate::merkle::{Frontier, leaf_hash};

/// A record ready to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sealed {
    /// The client's id.
    pub id: RecordId,
    /// The caller's ordering key.
    pub order: i64,
    /// The envelope's bytes.
    pub envelope: Vec<u8>,
}

/// A checked batch and the state of the log after it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    /// The number of the first record.
    pub first: u64,
    /// The records in order.
    pub records: Vec<Sealed>,
    /// The tree after the batch.
    pub frontier: Frontier,
    /// The recorded time of the last record, microseconds since the epoch.
    pub recorded: i64,
}

impl Batch {
    /// The head after the batch.
    pub fn head(&self) -> Head {
        Head { size: self.frontier.size(), root: self.frontier.root() }
    }
}

/// Makes a batch of the records that follows the log's present end.
///
/// `frontier` is the tree so far, `recorded` the time of the last record, `number_of` finds an id in the log.
///
/// # Errors
/// [`LogError::Moved`], [`LogError::TooLarge`] and [`LogError::Duplicate`], in this order.
pub fn prepare(
    expected: u64,
    frontier: &Frontier,
    recorded: i64,
    records: &[NewRecord],
    number_of: impl Fn(&RecordId) -> Option<u64>,
) -> Result<Batch, LogError> {
    if expected != frontier.size() {
        return Err(LogError::Moved { head: Head { size: frontier.size(), root: frontier.root() } });
    }
    let first = expected + 1;
    let mut batch =
        Batch { first, records: Vec::with_capacity(records.len()), frontier: frontier.clone(), recorded };
    for (number, record) in (first..).zip(records) {
        // A clock that was set back must not reorder history, so time stands still until it has caught up.
        batch.recorded = batch.recorded.max(record.recorded);
        let envelope = seal(number, batch.recorded, expected, record)?;
        batch.frontier.push(leaf_hash(&envelope));
        batch.records.push(Sealed { id: record.id, order: record.order, envelope });
    }
    refuse_if_too_large(&batch.records)?;
    refuse_duplicates(&batch, number_of)?;
    Ok(batch)
}

fn seal(number: u64, recorded: i64, decided_at: u64, record: &NewRecord) -> Result<Vec<u8>, LogError> {
    let signatures = record.signatures.iter().map(Vec::as_slice).collect();
    let envelope = Envelope { number, recorded, decided_at, payload: &record.payload, signatures }.encode();
    if envelope.len() > ENVELOPE_BYTES_MAX {
        return Err(too_large("an entry", envelope.len(), ENVELOPE_BYTES_MAX));
    }
    Ok(envelope)
}

fn refuse_if_too_large(records: &[Sealed]) -> Result<(), LogError> {
    let bodies: usize = records.iter().map(|record| ROW_BYTES + record.envelope.len()).sum();
    let bytes = (HEADER_BYTES + bodies).next_multiple_of(ALIGNMENT);
    if bytes > FRAME_BYTES_MAX { Err(too_large("a batch", bytes, FRAME_BYTES_MAX)) } else { Ok(()) }
}

fn too_large(what: &'static str, bytes: usize, limit: usize) -> LogError {
    LogError::TooLarge { what, bytes: bytes as u64, limit: limit as u64 }
}

fn refuse_duplicates(batch: &Batch, number_of: impl Fn(&RecordId) -> Option<u64>) -> Result<(), LogError> {
    let mut here = std::collections::HashMap::with_capacity(batch.records.len());
    for (number, record) in (batch.first..).zip(&batch.records) {
        if let Some(number) = number_of(&record.id).or_else(|| here.insert(record.id, number)) {
            return Err(LogError::Duplicate { number });
        }
    }
    Ok(())
}
