//! The steps of a history.

use std::ops::Range;

use super::beside::{put_and_get_blobs, write_and_ask_tiles};
use super::history::{History, other};
use super::tally::Met;
use super::watch::Sight;
use super::{Broken, Promise, compare::judge_sight};
use crate::fault::Operation;
use crate::fault::random::Random;
use crate::frame::ROW_BYTES;
use crate::log::{Log, LogError, NewRecord};

/// How an append ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Appended {
    /// It was acknowledged.
    Done,
    /// It was refused, because the disk is full.
    Refused,
    /// Nobody knows; the writer is gone.
    Unknown,
}

type Step = fn(&mut History<'_>, &mut Random) -> Result<(), Broken>;

/// Each step with its weight.
const STEPS: &[(u64, &str, Step)] = &[
    (6, "append", append_a_few),
    (3, "import", import),
    (8, "the machine stops while appending", stop_while_appending),
    (3, "the machine stops", stop),
    (4, "a sync fails", fail_a_sync),
    (3, "a write fails", fail_a_write),
    (2, "a read fails", fail_a_read),
    (3, "the disk fills up", fill_the_disk),
    (3, "a write finds the disk full", find_the_disk_full),
    (3, "close", close),
    (4, "a reader comes", come_to_read),
    (3, "a checkpoint is kept", keep_a_checkpoint),
    (3, "verify", verify),
    (2, "the lock is broken", break_the_lock),
    (3, "what must be refused", try_what_must_be_refused),
    (3, "tiles are written and asked", write_and_ask_tiles),
    (3, "a blob is put and one is read", put_and_get_blobs),
];

impl History<'_> {
    pub(super) fn step(&mut self, number: u64, random: &mut Random) -> Result<(), Broken> {
        let all: u64 = STEPS.iter().map(|(weight, ..)| weight).sum();
        let mut drawn = random.below(all);
        for (weight, name, step) in STEPS {
            if drawn < *weight {
                self.note(|| format!("{number}: {name}"));
                return step(self, random);
            }
            drawn -= weight;
        }
        Ok(())
    }

    /// Records that nobody has appended before.
    pub(super) fn some_records(&mut self, random: &mut Random, counts: Range<u64>) -> Vec<NewRecord> {
        let count = counts.start + random.below(counts.end - counts.start);
        let record = |history: &mut Self, random: &mut Random| {
            let id = history.model.fresh_id();
            if random.once_in(8) {
                history.tally.count(Met::ClockSetBack);
                history.clock -= random.below(1_000_000_000).cast_signed();
            } else {
                history.clock += random.below(1_000_000_000).cast_signed();
            }
            let length = match random.below(50) {
                0 => random.below(14_000),
                1..=5 => random.below(2_000),
                _ => random.below(120),
            };
            let payload = (0..length).map(|at| (id[15] ^ at as u8).wrapping_mul(31)).collect();
            let order = random.below(1_000).cast_signed() - 500;
            let signatures = (0..random.below(3)).map(|signature| vec![signature as u8; 20]).collect();
            NewRecord { id, order, recorded: history.clock, payload, signatures }
        };
        (0..count).map(|_| record(self, random)).collect()
    }

    /// Appends the records as one batch at the present size.
    pub(super) fn append(&mut self, records: &[NewRecord], random: &mut Random) -> Result<Appended, Broken> {
        self.ensure_writer(random)?;
        let Some(mut log) = self.log.take() else { return Ok(Appended::Unknown) };
        let size = self.model.size();
        self.model.hand_over(records);
        let bytes: usize = self.model.in_flight.iter().map(|entry| ROW_BYTES + entry.3.len()).sum();
        let result = log.append(size, records);
        let seen = self.judge_seen()?;
        let count = records.len();
        match result {
            Ok(head) => {
                self.note(|| format!("  {count} entries acknowledged, {} in all", head.size));
                self.model.arrive();
                if head.size != self.model.size() || !self.model.is_same_root(&head) {
                    return Err(Broken::new(Promise::NothingChanged, "an append answers with another head"));
                }
                self.tally.count(Met::Batches);
                self.tally.add(Met::Groups, u64::from(bytes > self.engine.options.frame_bytes));
                self.log = Some(log);
                Ok(Appended::Done)
            }
            Err(LogError::Full) if seen => {
                Err(Broken::new(Promise::NothingLost, "a reader saw a batch that was refused"))
            }
            Err(LogError::Full) => {
                self.note(|| format!("  {count} entries refused, the disk is full"));
                self.model.give_up();
                self.tally.count(Met::FullDisks);
                self.log = Some(log);
                Ok(Appended::Refused)
            }
            // Whether the ids are new cannot be read; nothing was written.
            Err(LogError::Io { doing, .. }) if self.reads_fail && !seen => {
                self.note(|| format!("  {count} entries refused: {doing}"));
                self.model.give_up();
                self.tally.count(Met::FailedReads);
                self.log = Some(log);
                Ok(Appended::Refused)
            }
            Err(LogError::Unknown(why)) => {
                self.note(|| format!("  the fate of {count} entries is unknown: {why}"));
                if why.kind() == std::io::ErrorKind::StorageFull {
                    self.tally.count(Met::FullAtSlot);
                }
                let again = log.append(size, records);
                if !matches!(again, Err(LogError::Poisoned)) {
                    return Err(Broken::alarm(
                        "a writer goes on after an unknown fate",
                        &format!("{again:?}"),
                    ));
                }
                self.in_doubt = Some(records.to_vec());
                Ok(Appended::Unknown)
            }
            Err(other) => Err(Broken::alarm("an append is refused", &other)),
        }
    }

    /// Appends batches until one is not acknowledged, or there were enough.
    fn append_up_to(&mut self, batches: u64, random: &mut Random) -> Result<Appended, Broken> {
        for _ in 0..batches {
            let records = self.some_records(random, 1..7);
            let appended = self.append(&records, random)?;
            if appended != Appended::Done {
                return Ok(appended);
            }
        }
        Ok(Appended::Done)
    }

    /// Ends the writer's life in peace.
    pub(super) fn close_log(&mut self, random: &mut Random) -> Result<(), Broken> {
        self.ensure_writer(random)?;
        let Some(log) = self.log.take() else { return Ok(()) };
        let closed = log.close();
        self.judge_seen()?;
        closed.map_err(|error| Broken::alarm("a log cannot be closed", &error))
    }
}

fn append_a_few(history: &mut History<'_>, random: &mut Random) -> Result<(), Broken> {
    let batches = 1 + random.below(4);
    history.append_up_to(batches, random).map(drop)
}

fn import(history: &mut History<'_>, random: &mut Random) -> Result<(), Broken> {
    history.tally.count(Met::Imports);
    for _ in 0..4 + random.below(8) {
        let records = history.some_records(random, 2..12);
        history.append(&records, random)?;
    }
    Ok(())
}

fn stop_while_appending(history: &mut History<'_>, random: &mut Random) -> Result<(), Broken> {
    history.ensure_writer(random)?;
    history.disk().crash_after(random.below(40));
    if history.append_up_to(20, random)? == Appended::Unknown {
        history.tally.count(Met::StopsInAppend);
    }
    history.restart(random);
    Ok(())
}

fn stop(history: &mut History<'_>, random: &mut Random) -> Result<(), Broken> {
    history.restart(random);
    history.look(true)
}

/// Lets an operation fail during some appends; then the process ends or opens the log anew.
fn fail_while_appending(
    history: &mut History<'_>,
    random: &mut Random,
    operation: Operation,
    error: std::io::ErrorKind,
    met: Met,
) -> Result<(), Broken> {
    history.ensure_writer(random)?;
    history.reads_fail = operation == Operation::Read;
    history.disk().fail(operation, random.below(8), error);
    if history.append_up_to(8, random)? == Appended::Unknown {
        history.tally.count(met);
    }
    history.calm();
    if random.once_in(2) {
        history.restart(random);
    }
    Ok(())
}

fn fail_a_sync(history: &mut History<'_>, random: &mut Random) -> Result<(), Broken> {
    fail_while_appending(history, random, Operation::Sync, other(), Met::FailedSyncs)
}

fn fail_a_write(history: &mut History<'_>, random: &mut Random) -> Result<(), Broken> {
    fail_while_appending(history, random, Operation::Write, other(), Met::FailedWrites)
}

fn fail_a_read(history: &mut History<'_>, random: &mut Random) -> Result<(), Broken> {
    fail_while_appending(history, random, Operation::Read, other(), Met::FailedReads)
}

fn fill_the_disk(history: &mut History<'_>, random: &mut Random) -> Result<(), Broken> {
    history.ensure_writer(random)?;
    let capacity = history.disk().used_bytes() + random.below(8_000);
    history.disk().set_capacity(Some(capacity));
    let appended = history.append_up_to(40, random)?;
    if appended == Appended::Refused {
        history.verify(None, false)?;
        let records = history.some_records(random, 1..3);
        history.append(&records, random)?;
    }
    if random.once_in(3) {
        history.restart(random);
    }
    history.calm();
    Ok(())
}

fn find_the_disk_full(history: &mut History<'_>, random: &mut Random) -> Result<(), Broken> {
    history.ensure_writer(random)?;
    history.disk().fail(Operation::Write, random.below(8), std::io::ErrorKind::StorageFull);
    if random.once_in(3) {
        history.disk().fail(Operation::Sync, random.below(8), other());
    }
    if history.append_up_to(8, random)? == Appended::Refused {
        history.verify(None, false)?;
        if random.once_in(2) {
            history.restart(random);
        }
    }
    history.calm();
    Ok(())
}

fn close(history: &mut History<'_>, random: &mut Random) -> Result<(), Broken> {
    history.close_log(random)?;
    history.look(false)
}

fn come_to_read(history: &mut History<'_>, random: &mut Random) -> Result<(), Broken> {
    history.look(history.log.is_none())?;
    for (reader, size) in &history.readers {
        let sight = Sight::of(reader).map_err(|error| Broken::alarm("a reader that stayed", &error))?;
        if sight.head.size != *size {
            return Err(Broken::alarm("a reader that stayed", &"its head has moved"));
        }
        judge_sight(&mut history.model, &Sight { reaches: u64::MAX, ..sight }, true)?;
        history.tally.count(Met::ReadersKept);
    }
    if random.once_in(2)
        && let Ok(reader) = history.engine.reader()
    {
        let size = reader.head().size;
        history.readers.push((reader, size));
    }
    Ok(())
}

fn keep_a_checkpoint(history: &mut History<'_>, _random: &mut Random) -> Result<(), Broken> {
    if let Some(log) = &history.log {
        history.checkpoints.push(log.head());
        history.tally.count(Met::Checkpoints);
    }
    Ok(())
}

fn verify(history: &mut History<'_>, random: &mut Random) -> Result<(), Broken> {
    let at = random.place(history.checkpoints.len());
    let checkpoint = history.checkpoints.get(at).copied();
    history.verify(checkpoint.as_ref(), history.log.is_none())
}

fn break_the_lock(history: &mut History<'_>, random: &mut Random) -> Result<(), Broken> {
    history.ensure_writer(random)?;
    let Some(mut first) = history.log.take() else { return Ok(()) };
    if !matches!(history.engine.open(None), Err(LogError::Locked)) {
        return Err(Broken::alarm("a second writer", &"it is not refused"));
    }
    history.disk().break_locks();
    history.ensure_writer(random)?;
    history.append_up_to(1 + random.below(3), random)?;
    // The machine may have stopped and the first writer with it; its handle is dead then.
    let records = history.some_records(random, 1..4);
    let size = first.head().size;
    match first.append(size, &records) {
        Err(LogError::Locked | LogError::Unknown(_) | LogError::Poisoned) => {}
        Err(other) => return Err(Broken::alarm("a writer whose lock was broken", &other)),
        Ok(_) => return Err(Broken::new(Promise::NothingLost, "a writer goes on whose lock was broken")),
    }
    history.judge_seen()?;
    history.tally.count(Met::SecondWriters);
    Ok(())
}

fn try_what_must_be_refused(history: &mut History<'_>, random: &mut Random) -> Result<(), Broken> {
    history.ensure_writer(random)?;
    let known =
        history.model.kept.get(random.place(history.model.kept.len())).map(|entry| (entry.0, entry.1));
    let size = history.model.size();
    let mut records = history.some_records(random, 1..4);
    let Some(log) = &mut history.log else { return Ok(()) };
    let moved = log.append(size + 1, &records);
    let unknown = log.find(&[0xee; 16]).map_err(|error| Broken::alarm("an id is looked for", &error))?;
    if !matches!(moved, Err(LogError::Moved { head }) if head.size == size) || unknown.is_some() {
        return Err(Broken::alarm("an append at another size", &"it is not refused"));
    }
    if let (Some((number, id)), Some(last)) = (known, records.last_mut()) {
        last.id = id;
        let found = log.find(&id).map_err(|error| Broken::alarm("an id is looked for", &error))?;
        let doubled = log.append(size, &records);
        if found != Some(number)
            || !matches!(doubled, Err(LogError::Duplicate { number: of }) if of == number)
        {
            return Err(Broken::new(
                Promise::NothingDoubled,
                format!("the id of entry {number} is not known"),
            ));
        }
    }
    history.judge_seen().map(drop)
}
