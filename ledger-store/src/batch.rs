//! What every backend does to a batch before it writes anything: check it, number it, time it, divide it.
//!
//! Backends differ in where bytes go; which bytes they are, and what is refused, is decided here once. Nothing is
//! encoded here yet, so that a batch of a gibibyte needs no second gibibyte.

use std::ops::Range;

use crate::envelope::{ENVELOPE_BYTES_MAX, Envelope};
use crate::frame::{ALIGNMENT, FRAME_BYTES_MAX, HEADER_BYTES, ROW_BYTES};
use crate::log::{Head, LogError, NewRecord};

/// The largest batch, all its frames together: 1 GiB.
pub const BATCH_BYTES_MAX: u64 = 1 << 30;

/// A checked batch that follows the log's present end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan<'a> {
    /// The number of the first record.
    pub first: u64,
    /// The recorded time of the last record, microseconds since 1970-01-01T00:00:00Z.
    pub recorded: i64,
    records: &'a [NewRecord],
    rows: Vec<Row>,
    frames: Vec<Range<usize>>,
}

/// What is known of a record before it is encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Row {
    recorded: i64,
    envelope_bytes: usize,
}

/// Makes a batch of the records that follows the log's present end.
///
/// `recorded` is the time of the last record, `frame_bytes` the length that a frame of several records does not
/// exceed; it is at most [`FRAME_BYTES_MAX`], whatever is given.
///
/// # Errors
/// [`LogError::Moved`] and [`LogError::TooLarge`], in this order.
pub fn plan<'a>(
    expected: u64,
    head: &Head,
    recorded: i64,
    records: &'a [NewRecord],
    frame_bytes: usize,
) -> Result<Plan<'a>, LogError> {
    if expected != head.size {
        return Err(LogError::Moved { head: *head });
    }
    let mut plan = Plan {
        first: expected + 1,
        recorded,
        records,
        rows: Vec::with_capacity(records.len()),
        frames: Vec::new(),
    };
    for (place, record) in records.iter().enumerate() {
        // A clock that was set back must not reorder history, so time stands still until it has caught up.
        plan.recorded = plan.recorded.max(record.recorded);
        plan.rows.push(Row { recorded: plan.recorded, envelope_bytes: 0 });
        let bytes = plan.envelope(place).encoded_bytes();
        if bytes > ENVELOPE_BYTES_MAX {
            return Err(too_large("an entry", bytes as u64, ENVELOPE_BYTES_MAX as u64));
        }
        plan.rows[place].envelope_bytes = bytes;
    }
    plan.divide(frame_bytes.min(FRAME_BYTES_MAX));
    if plan.bytes() > BATCH_BYTES_MAX {
        return Err(too_large("a batch", plan.bytes(), BATCH_BYTES_MAX));
    }
    Ok(plan)
}

fn too_large(what: &'static str, bytes: u64, limit: u64) -> LogError {
    LogError::TooLarge { what, bytes, limit }
}

impl<'a> Plan<'a> {
    /// The records in order.
    pub fn records(&self) -> &'a [NewRecord] {
        self.records
    }

    /// The records and their numbers.
    pub fn numbered(&self) -> impl Iterator<Item = (u64, &'a NewRecord)> + use<'a> {
        (self.first..).zip(self.records)
    }

    /// The records of each frame.
    pub fn frames(&self) -> &[Range<usize>] {
        &self.frames
    }

    /// How many bytes all frames have together.
    pub fn bytes(&self) -> u64 {
        self.frames.iter().map(|frame| self.frame_bytes(frame) as u64).sum()
    }

    /// How many bytes a frame of these records has.
    pub fn frame_bytes(&self, frame: &Range<usize>) -> usize {
        let bodies: usize = self.rows[frame.clone()].iter().map(|row| ROW_BYTES + row.envelope_bytes).sum();
        (HEADER_BYTES + bodies).next_multiple_of(ALIGNMENT)
    }

    /// How many bytes the envelope of the record at this place of the batch has.
    pub fn envelope_bytes(&self, place: usize) -> usize {
        self.rows[place].envelope_bytes
    }

    /// The envelope of the record at this place of the batch.
    pub fn envelope(&self, place: usize) -> Envelope<'a> {
        let record = &self.records[place];
        Envelope {
            number: self.first + place as u64,
            recorded: self.rows[place].recorded,
            decided_at: self.first - 1,
            payload: &record.payload,
            signatures: record.signatures.iter().map(Vec::as_slice).collect(),
        }
    }

    /// Fills one frame after the other.
    fn divide(&mut self, frame_bytes: usize) {
        let (mut begin, mut bytes) = (0, HEADER_BYTES);
        for (place, row) in self.rows.iter().enumerate() {
            let with_row = bytes + ROW_BYTES + row.envelope_bytes;
            if place > begin && with_row.next_multiple_of(ALIGNMENT) > frame_bytes {
                self.frames.push(begin..place);
                (begin, bytes) = (place, HEADER_BYTES);
            }
            bytes += ROW_BYTES + row.envelope_bytes;
        }
        if begin < self.rows.len() {
            self.frames.push(begin..self.rows.len());
        }
    }
}
