//! What every backend must do, as one suite: it is given a way to make empty logs and says what is broken.

use std::ops::{ControlFlow, Range};

use crate::backend::file::Options;
use crate::batch::BATCH_BYTES_MAX;
use crate::envelope::{ENVELOPE_BYTES_MAX, Envelope};
use crate::log::{Hash, Log, LogError, LogId, NewRecord, RecordId};
use crate::merkle::{empty_root, leaf_hash, root};

/// The log id that the suite expects of each log it is given.
pub const LOG_ID: LogId = LogId(*b"conformance log!");

/// A rule that a backend broke.
#[derive(Debug, thiserror::Error)]
pub enum Broken {
    /// The rule in words.
    #[error("{rule}: {what}")]
    Rule {
        /// The rule that was being checked.
        rule: &'static str,
        /// What was not the case.
        what: &'static str,
    },
    /// An error where there should have been none.
    #[error(transparent)]
    Log(#[from] LogError),
}

/// Small segments, frames and steps, so that a short log has all that a long one has and every bit can be visited.
pub fn small() -> Options {
    Options {
        segment_bytes: 16_384,
        frame_bytes: 1_024,
        step_bytes_min: 2_048,
        step_bytes_max: 4_096,
        ..Options::default()
    }
}

/// A record as [`read_all`] copies it: number, id, order, envelope.
pub type Copied = (u64, RecordId, i64, Vec<u8>);

type Check = fn(&mut dyn Log) -> Result<Result<(), &'static str>, LogError>;

const RULES: &[(&str, Check)] = &[
    ("an empty log has size zero and the root of nothing", empty),
    ("appended records are read back in order, as they were given", read_back),
    ("the root is that of RFC 6962 over the envelopes", root_of_envelopes),
    ("a range shows what is in it and passes over the rest", ranges),
    ("a visitor that breaks sees no more", breaking),
    ("an append at another size is refused with the head", moved),
    ("an id is taken once", duplicate_id),
    ("an empty batch changes nothing", empty_batch),
    ("recorded time never goes back", recorded_time),
    ("the largest envelope is taken, one byte more is refused", largest_envelope),
    ("a batch longer than a frame is kept whole", long_batch),
    ("a batch above the limit is refused whole", largest_batch),
];

/// Checks every rule on a new log each, and returns how many there are.
///
/// # Errors
/// The first rule that is broken.
pub fn check(new_log: &mut dyn FnMut() -> Box<dyn Log>) -> Result<usize, Broken> {
    for (rule, check) in RULES {
        check(&mut *new_log())?.map_err(|what| Broken::Rule { rule, what })?;
    }
    Ok(RULES.len())
}

/// A new record made of small numbers.
pub fn record(id: u64, recorded: i64) -> NewRecord {
    let mut bytes = [0; 16];
    bytes[8..].copy_from_slice(&id.to_be_bytes());
    let payload = format!("payload {id}").into_bytes();
    NewRecord { id: bytes, order: -(id.cast_signed()), recorded, payload, signatures: vec![vec![7; 3]] }
}

/// Copies of all records with these numbers.
///
/// # Errors
/// Those of [`Log::read`].
pub fn read_all(log: &dyn Log, numbers: Range<u64>) -> Result<Vec<Copied>, LogError> {
    let mut records = Vec::new();
    log.read(numbers, &mut |record| {
        records.push((record.number, record.id, record.order, record.envelope.to_vec()));
        ControlFlow::Continue(())
    })?;
    Ok(records)
}

fn ensure(holds: bool, what: &'static str) -> Result<(), &'static str> {
    if holds { Ok(()) } else { Err(what) }
}

fn ten_in_three_batches(log: &mut dyn Log) -> Result<Vec<NewRecord>, LogError> {
    let records: Vec<_> = (1..=10).map(|id| record(id, 1_000 + id.cast_signed())).collect();
    log.append(0, &records[..1])?;
    log.append(1, &records[1..8])?;
    log.append(8, &records[8..])?;
    Ok(records)
}

fn empty(log: &mut dyn Log) -> Result<Result<(), &'static str>, LogError> {
    let nothing = log.head().size == 0 && log.head().root == empty_root();
    let found = read_all(log, 0..u64::MAX)?.is_empty() && log.find(&[0; 16])?.is_none();
    Ok(ensure(nothing && found && log.log_id() == LOG_ID, "something is there"))
}

fn read_back(log: &mut dyn Log) -> Result<Result<(), &'static str>, LogError> {
    let records = ten_in_three_batches(log)?;
    let sizes_decided = [0, 1, 1, 1, 1, 1, 1, 1, 8, 8];
    for ((number, decided_at), (wanted, found)) in
        (1..).zip(sizes_decided).zip(records.iter().zip(read_all(log, 1..11)?))
    {
        let signatures = wanted.signatures.iter().map(Vec::as_slice).collect();
        let recorded = wanted.recorded;
        let envelope =
            Envelope { number, recorded, decided_at, payload: &wanted.payload, signatures }.encode();
        if found != (number, wanted.id, wanted.order, envelope) || log.find(&wanted.id)? != Some(number) {
            return Ok(Err("a record differs"));
        }
    }
    Ok(ensure(read_all(log, 0..u64::MAX)?.len() == 10, "not every record was shown"))
}

fn root_of_envelopes(log: &mut dyn Log) -> Result<Result<(), &'static str>, LogError> {
    for (size, id) in (0..20).zip(1..) {
        let head = log.append(size, &[record(id, 5)])?;
        let leaves: Vec<Hash> =
            read_all(log, 1..size + 2)?.iter().map(|(.., envelope)| leaf_hash(envelope)).collect();
        if head != log.head() || head.size != size + 1 || head.root != root(&leaves) {
            return Ok(Err("the head differs"));
        }
    }
    Ok(Ok(()))
}

fn ranges(log: &mut dyn Log) -> Result<Result<(), &'static str>, LogError> {
    ten_in_three_batches(log)?;
    for start in 0..13 {
        for end in 0..13 {
            let wanted = (start.max(1)..end.min(11)).collect::<Vec<u64>>();
            let found: Vec<u64> = read_all(log, start..end)?.iter().map(|(number, ..)| *number).collect();
            if wanted != found {
                return Ok(Err("a range shows other records"));
            }
        }
    }
    Ok(Ok(()))
}

fn breaking(log: &mut dyn Log) -> Result<Result<(), &'static str>, LogError> {
    ten_in_three_batches(log)?;
    let mut seen = 0;
    log.read(3..11, &mut |_| {
        seen += 1;
        if seen == 4 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    })?;
    Ok(ensure(seen == 4, "it saw more or less"))
}

fn moved(log: &mut dyn Log) -> Result<Result<(), &'static str>, LogError> {
    ten_in_three_batches(log)?;
    let head = log.head();
    let refused = |result| matches!(result, Err(LogError::Moved { head: now }) if now == head);
    let both = refused(log.append(9, &[record(11, 0)])) && refused(log.append(11, &[record(11, 0)]));
    Ok(ensure(both && log.head() == head, "it was not refused"))
}

fn duplicate_id(log: &mut dyn Log) -> Result<Result<(), &'static str>, LogError> {
    ten_in_three_batches(log)?;
    let before =
        matches!(log.append(10, &[record(11, 0), record(4, 0)]), Err(LogError::Duplicate { number: 4 }));
    let within =
        matches!(log.append(10, &[record(11, 0), record(11, 0)]), Err(LogError::Duplicate { number: 11 }));
    Ok(ensure(before && within && log.head().size == 10, "it was taken twice"))
}

fn empty_batch(log: &mut dyn Log) -> Result<Result<(), &'static str>, LogError> {
    ten_in_three_batches(log)?;
    let head = log.head();
    let unchanged = log.append(10, &[])? == head && log.head() == head;
    let moved = matches!(log.append(3, &[]), Err(LogError::Moved { .. }));
    Ok(ensure(unchanged && moved, "the head changed or the size was not compared"))
}

fn recorded_time(log: &mut dyn Log) -> Result<Result<(), &'static str>, LogError> {
    for (size, recorded) in (0..).zip([-5, -9, 40, 30, 40, 41]) {
        log.append(size, &[record(size + 1, recorded)])?;
    }
    let mut times = Vec::new();
    log.read(1..7, &mut |record| {
        times.extend(record.open().map(|envelope| envelope.recorded));
        ControlFlow::Continue(())
    })?;
    Ok(ensure(times == [-5, -5, 40, 40, 40, 41], "it did"))
}

fn largest_envelope(log: &mut dyn Log) -> Result<Result<(), &'static str>, LogError> {
    let sized = |payload| NewRecord { payload: vec![1; payload], signatures: Vec::new(), ..record(1, 0) };
    // Map head, six keys and values around a payload with a head of three bytes.
    let payload = ENVELOPE_BYTES_MAX - 15;
    let refused = matches!(
        log.append(0, &[sized(payload + 1)]),
        Err(LogError::TooLarge { bytes, limit, .. }) if bytes == limit + 1 && limit == ENVELOPE_BYTES_MAX as u64
    );
    log.append(0, &[sized(payload)])?;
    let length = read_all(log, 1..2)?.first().map(|(.., envelope)| envelope.len());
    Ok(ensure(refused && length == Some(ENVELOPE_BYTES_MAX), "the limit is another"))
}

fn long_batch(log: &mut dyn Log) -> Result<Result<(), &'static str>, LogError> {
    let payload = vec![1; 60_000];
    let records: Vec<NewRecord> =
        (1..=300).map(|id| NewRecord { payload: payload.clone(), ..record(id, 0) }).collect();
    let twice = [records.as_slice(), &records[7..8]].concat();
    let refused = matches!(log.append(0, &twice), Err(LogError::Duplicate { number: 8 }));
    let nothing = log.head().size == 0 && read_all(log, 1..301)?.is_empty();
    let head = log.append(0, &records)?;
    let numbers: Vec<u64> = read_all(log, 1..301)?.iter().map(|(number, ..)| *number).collect();
    let found = log.find(&records[299].id)? == Some(300);
    let whole = head.size == 300 && numbers == (1..301).collect::<Vec<u64>>() && found;
    Ok(ensure(refused && nothing && whole, "it was not"))
}

fn largest_batch(log: &mut dyn Log) -> Result<Result<(), &'static str>, LogError> {
    // Bytes that nobody looks at cost no memory, and a refusal must not look at them.
    let record = |id| NewRecord { payload: vec![0; 65_000], ..record(id, 0) };
    let records: Vec<NewRecord> = (1..=(BATCH_BYTES_MAX / 65_000) + 1).map(record).collect();
    let refused = matches!(
        log.append(0, &records),
        Err(LogError::TooLarge { bytes, limit, .. }) if bytes > limit && limit == BATCH_BYTES_MAX
    );
    Ok(ensure(refused && log.head().size == 0, "it was not"))
}
