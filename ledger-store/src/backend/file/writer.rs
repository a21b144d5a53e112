//! The one writer of a log in files, and the protocol by which a batch becomes durable:
//!
//! 1. write the frame where zeros are,
//! 2. sync it; from here on the batch survives,
//! 3. write the head slot, which the next sync makes durable,
//! 4. acknowledge.
//!
//! So each commit costs one sync, and after a crash at most one batch beyond the head slot was acknowledged;
//! it is whole, and recovery keeps it.

use std::collections::HashMap;
use std::io;
use std::sync::Arc;

use super::{Opened, Options, Quarantined};
use crate::batch::prepare;
use crate::damage::{Damage, Defect};
use crate::disk::{Access, Disk, DiskFile, Lock};
use crate::files::{QUARANTINE, Slots, UNFINISHED, create_segment, io_error, is_full, write_zeros};
use crate::frame::encode;
use crate::log::{Head, LogError, LogId, NewRecord, RecordId};
use crate::merkle::Frontier;
use crate::recover::Survey;
use crate::segment::{Block, FRAMES_BEGIN, HeadSlot, SegmentHeader, file_name, hash};

/// Files grow to multiples of this.
const GROWTH_ALIGNMENT: u64 = 4096;

#[derive(Debug)]
pub(super) struct Writer {
    disk: Arc<dyn Disk>,
    options: Options,
    _lock: Box<dyn Lock>,
    file: Box<dyn DiskFile>,
    file_bytes: u64,
    segment: SegmentHeader,
    segment_block: Box<Block>,
    /// The slot written last; its end is where the next frame goes.
    slot: HeadSlot,
    frontier: Frontier,
    /// The recorded time of the last record, microseconds since the epoch.
    recorded: i64,
    numbers: HashMap<RecordId, u64>,
    poisoned: bool,
}

impl Writer {
    pub(super) fn log_id(&self) -> LogId {
        self.slot.log_id
    }

    pub(super) fn head(&self) -> Head {
        self.slot.head
    }

    pub(super) fn segment_index(&self) -> u64 {
        self.segment.index
    }

    pub(super) fn number_of(&self, id: &RecordId) -> Option<u64> {
        self.numbers.get(id).copied()
    }

    pub(super) fn append(&mut self, expected: u64, records: &[NewRecord]) -> Result<Head, LogError> {
        if self.poisoned {
            return Err(LogError::Poisoned);
        }
        let batch =
            prepare(expected, &self.frontier, self.recorded, records, |id| self.numbers.get(id).copied())?;
        if batch.records.is_empty() {
            return Ok(self.slot.head);
        }
        self.refuse_if_superseded()?;
        let frame = encode(&batch, self.slot.log_id, self.slot.epoch, self.slot.last_batch);
        self.make_room(frame.bytes.len() as u64)?;
        self.write_frame(&frame.bytes)?;
        let synced = self.file.sync_data();
        self.or_poison(synced)?;
        self.write_slot(HeadSlot {
            head: batch.head(),
            end: self.slot.end + frame.bytes.len() as u64,
            last_batch: frame.hash,
            ..self.slot
        })?;
        self.numbers.extend((batch.first..).zip(&batch.records).map(|(number, record)| (record.id, number)));
        self.frontier = batch.frontier;
        self.recorded = batch.recorded;
        Ok(self.slot.head)
    }

    pub(super) fn close(mut self) -> Result<(), LogError> {
        if self.poisoned {
            return Err(LogError::Poisoned);
        }
        let synced = self.file.sync_data();
        self.or_poison(synced)
    }

    /// Stops a writer whose lock was taken from under it, or whose file was changed: the slot is no longer the
    /// one it wrote.
    fn refuse_if_superseded(&mut self) -> Result<(), LogError> {
        let slots = Slots::read(&*self.file);
        let latest = self.or_poison(slots)?.latest();
        if latest == Some(self.slot) {
            return Ok(());
        }
        self.poisoned = true;
        let another = latest.is_some_and(|slot| slot.epoch > self.slot.epoch);
        Err(if another { LogError::Locked } else { self.slot_damage().into() })
    }

    fn slot_damage(&self) -> Box<Damage> {
        Box::new(Damage {
            defect: Defect::HeadSlot,
            segment: self.segment.index,
            offset: self.slot.offset(),
            first_missing: self.slot.head.size + 1,
            last_missing: None,
        })
    }

    fn make_room(&mut self, frame_bytes: u64) -> Result<(), LogError> {
        let begun = self.slot.end > FRAMES_BEGIN;
        if begun && self.slot.end + frame_bytes > self.options.segment_bytes {
            self.next_segment()?;
        }
        let end = self.slot.end + frame_bytes;
        if end <= self.file_bytes { Ok(()) } else { self.grow(end) }
    }

    /// Lays down zeros up to `end` at least, by a step that grows with the file.
    fn grow(&mut self, end: u64) -> Result<(), LogError> {
        let step = self.file_bytes.min(self.options.step_bytes_max).max(self.options.step_bytes_min);
        let stepped = (self.file_bytes + step).min(self.options.segment_bytes);
        let target = end.max(stepped).next_multiple_of(GROWTH_ALIGNMENT);
        match write_zeros(&*self.file, self.file_bytes, target) {
            Err(error) if is_full(&error) => {
                let cut = self.file.set_len(self.file_bytes);
                self.or_poison(cut)?;
                return Err(LogError::Full);
            }
            written => self.or_poison(written)?,
        }
        let synced = self.file.sync_all();
        self.or_poison(synced)?;
        self.file_bytes = target;
        Ok(())
    }

    /// Ends this segment and begins the next. The slot is synced first, so that a segment with a successor
    /// always tells its own end.
    fn next_segment(&mut self) -> Result<(), LogError> {
        let synced = self.file.sync_all();
        self.or_poison(synced)?;
        let header = SegmentHeader {
            log_id: self.slot.log_id,
            index: self.segment.index + 1,
            first: self.slot.head.size + 1,
            previous: hash(&self.segment_block, &self.slot.last_batch),
        };
        let slot = HeadSlot { sequence: 1, end: FRAMES_BEGIN, ..self.slot };
        let file_bytes = FRAMES_BEGIN + self.options.step_bytes_min;
        let segment = match create_segment(&*self.disk, &header, &slot, file_bytes) {
            Err((error, false)) if is_full(&error) => return Err(LogError::Full),
            created => self.or_poison(created.map_err(|(error, _)| error))?,
        };
        self.file = segment.file;
        self.file_bytes = file_bytes;
        self.segment = segment.header;
        self.segment_block = segment.block;
        self.slot = slot;
        Ok(())
    }

    fn write_frame(&mut self, frame: &[u8]) -> Result<(), LogError> {
        let (begin, end) = (self.slot.end, self.slot.end + frame.len() as u64);
        match self.file.write_at(frame, begin) {
            // Synced as well, so that no piece of this frame can turn up behind a later, shorter one.
            Err(error) if is_full(&error) => {
                let cleared = write_zeros(&*self.file, begin, end).and_then(|()| self.file.sync_data());
                self.or_poison(cleared)?;
                Err(LogError::Full)
            }
            written => self.or_poison(written),
        }
    }

    /// Writes the slot in place of the one before the last.
    fn write_slot(&mut self, slot: HeadSlot) -> Result<(), LogError> {
        let slot = HeadSlot { sequence: self.slot.sequence + 1, ..slot };
        let written = self.file.write_at(&slot.encode(), slot.offset());
        self.or_poison(written)?;
        self.slot = slot;
        Ok(())
    }

    /// Passes a result on; after an error this writer acknowledges nothing any more.
    fn or_poison<T>(&mut self, result: io::Result<T>) -> Result<T, LogError> {
        result.map_err(|error| {
            self.poisoned = true;
            LogError::Unknown(error)
        })
    }
}

/// Makes the log that was surveyed ready for writing. Cut off anywhere, it can be done again.
pub(super) fn settle(
    disk: Arc<dyn Disk>,
    lock: Box<dyn Lock>,
    survey: Survey,
    options: &Options,
) -> Result<(Writer, Opened), LogError> {
    let Survey { mut segments, chain, slots_sound, slot, end, torn } = survey;
    let (Some(segment), Some(frontier), Some(last_batch)) =
        (segments.pop(), chain.frontier, chain.last_batch)
    else {
        return Err(LogError::NotAStore { place: disk.place() });
    };
    let name = file_name(segment.header.index);
    let failed = || io_error("recover", &name);
    remove_unfinished(&*disk).map_err(failed())?;
    // The name of the last segment may be known to the system only, if its creator was killed in between.
    disk.sync_folder("").map_err(failed())?;
    let file = disk.open(&name, Access::Write).map_err(failed())?;
    let slot = raise_epoch(&*file, slot).map_err(failed())?;
    let mut opened =
        Opened { epoch: slot.epoch, head_mended: !slots_sound, recovered: None, quarantined: None };
    if !torn.is_empty() {
        let quarantined = quarantine(&*disk, segment.header.index, end, &torn, slot.epoch);
        opened.quarantined = Some(quarantined.map_err(failed())?);
        write_zeros(&*file, end, end + torn.len() as u64).map_err(failed())?;
    }
    let head = Head { size: frontier.size(), root: frontier.root() };
    if end > slot.end {
        opened.recovered = Some(slot.head.size + 1..=head.size);
        rewrite(&*file, slot.end, end).map_err(failed())?;
    }
    let mut writer = Writer {
        options: *options,
        _lock: lock,
        file_bytes: file.len().map_err(failed())?,
        file,
        segment: segment.header,
        segment_block: segment.block,
        slot,
        frontier,
        recorded: chain.recorded,
        numbers: chain.numbers,
        poisoned: false,
        disk,
    };
    if opened.recovered.is_some() || opened.quarantined.is_some() {
        writer.file.sync_data().map_err(failed())?;
        writer.write_slot(HeadSlot { head, end, last_batch, ..slot })?;
        writer.file.sync_data().map_err(failed())?;
    }
    Ok((writer, opened))
}

/// Writes the slot found, which may only be in the system's memory, and then its successor with a new epoch.
fn raise_epoch(file: &dyn DiskFile, slot: HeadSlot) -> io::Result<HeadSlot> {
    file.write_at(&slot.encode(), slot.offset())?;
    file.sync_data()?;
    let slot = HeadSlot { sequence: slot.sequence + 1, epoch: slot.epoch + 1, ..slot };
    file.write_at(&slot.encode(), slot.offset())?;
    file.sync_data()?;
    Ok(slot)
}

/// Writes bytes again that may have been read from the system's memory and never have reached the disk.
fn rewrite(file: &dyn DiskFile, from: u64, to: u64) -> io::Result<()> {
    let mut at = from;
    let mut buffer = vec![0; 1 << 20];
    while at < to {
        let wanted = buffer.len().min(usize::try_from(to - at).unwrap_or(usize::MAX));
        let filled = file.read_at(&mut buffer[..wanted], at)?;
        if filled == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        file.write_at(&buffer[..filled], at)?;
        at += filled as u64;
    }
    Ok(())
}

/// Keeps a torn tail in a file of its own, durably, before it is cleared from the segment.
fn quarantine(
    disk: &dyn Disk,
    segment: u64,
    offset: u64,
    torn: &[u8],
    epoch: u64,
) -> io::Result<Quarantined> {
    let file = format!("{QUARANTINE}/segment-{segment:08}-byte-{offset}-epoch-{epoch}.torn");
    disk.create_folder(QUARANTINE)?;
    let kept = disk.open(&file, Access::Create)?;
    kept.write_at(torn, 0)?;
    kept.sync_all()?;
    disk.sync_folder(QUARANTINE)?;
    Ok(Quarantined { file, segment, offset, bytes: torn.len() as u64 })
}

/// Removes what a crash left of a segment that never got its name.
fn remove_unfinished(disk: &dyn Disk) -> io::Result<()> {
    for name in disk.list("")?.iter().filter(|name| name.ends_with(UNFINISHED)) {
        disk.remove(name)?;
    }
    Ok(())
}
