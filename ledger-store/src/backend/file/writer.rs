//! The one writer of a log in files, and the protocol by which a batch becomes durable:
//!
//! 1. write the frame where zeros are,
//! 2. sync it; from here on the batch survives,
//! 3. write the head slot, which the next sync makes durable,
//! 4. acknowledge.
//!
//! So each commit costs one sync, and after a crash at most one batch beyond the head slot was acknowledged;
//! it is whole, and recovery keeps it.
//!
//! A batch of several frames is announced first: a head slot that says how far it may reach is written and synced.
//! Whatever lies there after a crash is that batch, whole or to be set aside.
//!
//! A segment that has no room for the next batch is sealed:
//!
//! 1. write a head slot that says that it is full, and sync it; from here on no frame follows,
//! 2. write the footer, cut the file to its end, sync it,
//! 3. create the next segment, whole or not at all.
//!
//! Cut off anywhere, opening does it again from the frames.

mod settle;

use std::io;
use std::sync::Arc;

use super::{Opened, Options, Quarantined};
use crate::batch::{Plan, plan};
use crate::chain::Chain;
use crate::contents::Contents;
use crate::damage::{Damage, Defect};
use crate::disk::{Disk, DiskFile, Lock};
use crate::files::{Slots, create_segment, is_full, write_zeros};
use crate::footer;
use crate::frame::{Imprint, encode};
use crate::log::{Hash, Head, LogError, LogId, NewRecord};
use crate::merkle::Frontier;
use crate::segment::{Block, FRAMES_BEGIN, HeadSlot, SegmentHeader, hash};
use crate::segments::Segments;

pub(super) use settle::settle;

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
    /// The thread through the batches, up to the head.
    chain: Chain,
    /// What the active segment holds.
    contents: Contents,
    /// The bytes of a frame while it is written; kept, because laying them out anew for each costs more.
    frame: Vec<u8>,
    poisoned: bool,
}

/// What the log comes to after a batch.
struct After {
    frontier: Frontier,
    last_batch: Hash,
    end: u64,
}

impl Writer {
    pub(super) fn log_id(&self) -> LogId {
        self.slot.log_id
    }

    pub(super) fn head(&self) -> Head {
        self.slot.head
    }

    /// What the active segment holds, up to the head.
    pub(super) fn contents(&self) -> &Contents {
        &self.contents
    }

    pub(super) fn append(
        &mut self,
        segments: &mut Segments,
        expected: u64,
        records: &[NewRecord],
    ) -> Result<Head, LogError> {
        if self.poisoned {
            return Err(LogError::Poisoned);
        }
        let plan = plan(expected, &self.slot.head, self.chain.recorded, records, self.options.frame_bytes)?;
        if records.is_empty() {
            return Ok(self.slot.head);
        }
        self.refuse_if_superseded()?;
        let begun = self.slot.end > FRAMES_BEGIN;
        if self.slot.full || (begun && self.slot.end + plan.bytes() > self.options.segment_bytes) {
            self.next_segment(segments)?;
        }
        self.claim_ids(segments, &plan)?;
        let written = self.make_room(self.slot.end + plan.bytes()).and_then(|()| self.write_batch(&plan));
        if written.is_err() {
            plan.records().iter().for_each(|record| self.contents.release(&record.id));
        }
        written
    }

    /// Writes the frames of a batch, makes them durable, and raises the head.
    fn write_batch(&mut self, plan: &Plan<'_>) -> Result<Head, LogError> {
        let begin = self.slot.end;
        if plan.frames().len() > 1 {
            self.announce(plan.bytes())?;
        }
        let After { frontier, last_batch, end } = self.write_frames(plan)?;
        let synced = self.file.sync_data();
        self.or_poison(synced)?;
        let head = Head { size: frontier.size(), root: frontier.root() };
        self.write_slot(HeadSlot { head, end, last_batch, reach: 0, ..self.slot })?;
        let mut offset = begin;
        for places in plan.frames() {
            self.contents.add_batch(plan.first + places.start as u64, offset);
            offset += plan.frame_bytes(places) as u64;
        }
        self.chain.appended(plan, frontier, self.slot.epoch, last_batch);
        Ok(self.slot.head)
    }

    fn write_frames(&mut self, plan: &Plan<'_>) -> Result<After, LogError> {
        let imprint = Imprint { log_id: self.slot.log_id, epoch: self.slot.epoch };
        let (mut last_batch, mut end) = (self.slot.last_batch, self.slot.end);
        let Some(mut frontier) = self.chain.frontier.clone() else { return Err(self.slot_damage().into()) };
        for place in 0..plan.frames().len() {
            last_batch = encode(plan, place, &mut frontier, imprint, last_batch, &mut self.frame);
            let next = end + self.frame.len() as u64;
            match self.file.write_at(&self.frame, end) {
                Err(error) if is_full(&error) => {
                    self.clear(next)?;
                    return Err(LogError::Full);
                }
                written => self.or_poison(written)?,
            }
            end = next;
        }
        Ok(After { frontier, last_batch, end })
    }

    /// Says, durably, that what lies within so many bytes behind the head is one batch, whole or to be cleared.
    fn announce(&mut self, bytes: u64) -> Result<(), LogError> {
        let reach = u32::try_from(bytes).unwrap_or(u32::MAX);
        self.write_next_slot(HeadSlot { reach, ..self.slot })?;
        let synced = self.file.sync_data();
        self.or_poison(synced)
    }

    /// Takes back what was written of a batch for which there is no space, up to `end`: synced as well, so that no
    /// piece of it can turn up behind a later, shorter one. It is announced before it is cleared: if the sync of the
    /// zeros fails, they are in the system's memory only, and whoever opens the log must know that what was written
    /// may still be on the disk.
    fn clear(&mut self, end: u64) -> Result<(), LogError> {
        let begin = self.slot.end;
        if self.slot.reach == 0 {
            self.announce(end - begin)?;
        }
        let cleared = write_zeros(&*self.file, begin, end).and_then(|()| self.file.sync_data());
        self.or_poison(cleared)?;
        self.write_slot(HeadSlot { reach: 0, ..self.slot })?;
        let synced = self.file.sync_data();
        self.or_poison(synced)
    }

    /// Takes the ids of a batch, none of which may be there already, in an earlier segment or twice in the batch.
    fn claim_ids(&mut self, segments: &Segments, plan: &Plan<'_>) -> Result<(), LogError> {
        for (number, record) in plan.numbered() {
            let claimed = match segments.find_sealed(&record.id) {
                Ok(None) => self.contents.claim(record.id, number),
                Ok(Some(there)) => Err(there),
                Err(error) => {
                    self.release_before(number, plan);
                    return Err(error);
                }
            };
            if let Err(there) = claimed {
                self.release_before(number, plan);
                return Err(LogError::Duplicate { number: there });
            }
        }
        Ok(())
    }

    fn release_before(&mut self, number: u64, plan: &Plan<'_>) {
        let claimed = plan.numbered().take_while(|(before, _)| *before < number);
        claimed.for_each(|(_, record)| self.contents.release(&record.id));
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
        let latest = self.or_poison(slots)?.latest().ok();
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

    fn make_room(&mut self, end: u64) -> Result<(), LogError> {
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

    /// Seals this segment and begins the next.
    fn next_segment(&mut self, segments: &mut Segments) -> Result<(), LogError> {
        if !self.slot.full {
            self.write_next_slot(HeadSlot { full: true, ..self.slot })?;
        }
        let synced = self.file.sync_all();
        self.or_poison(synced)?;
        let footer = self.write_footer()?;
        let header = SegmentHeader {
            log_id: self.slot.log_id,
            index: self.segment.index + 1,
            first: self.slot.head.size + 1,
            previous: hash(&self.segment_block, &self.slot.last_batch),
        };
        let slot = HeadSlot { sequence: 1, end: FRAMES_BEGIN, full: false, reach: 0, ..self.slot };
        let file_bytes = FRAMES_BEGIN + self.options.step_bytes_min;
        let segment = match create_segment(&*self.disk, &header, &slot, file_bytes) {
            Err((error, false)) if is_full(&error) => return Err(LogError::Full),
            created => self.or_poison(created.map_err(|(error, _)| error))?,
        };
        segments.seal_last(footer);
        segments.push(header.first);
        self.chain.begin_segment();
        self.contents = Contents::new(header.first);
        self.file = segment.file;
        self.file_bytes = file_bytes;
        self.segment = segment.header;
        self.segment_block = segment.block;
        self.slot = slot;
        Ok(())
    }

    /// Writes the footer behind the last frame and cuts the file to its end.
    fn write_footer(&mut self) -> Result<footer::Footer, LogError> {
        let batches = self.contents.batches();
        let ending = self.chain.ending(&self.segment, &self.segment_block, self.slot.end, batches.len());
        let Some(ending) = ending else { return Err(self.slot_damage().into()) };
        let (footer, bytes) = footer::encode(ending, batches, &self.contents.rows());
        // The file gets its length first, so that whoever looks meanwhile sees zeros or a footer, and no more zeros.
        let cut = self.file.set_len(footer.end());
        let written = cut.and_then(|()| self.file.write_at(&bytes, self.slot.end));
        match written {
            Err(error) if is_full(&error) => {
                let cut = self.file.set_len(self.slot.end);
                self.or_poison(cut)?;
                return Err(LogError::Full);
            }
            written => self.or_poison(written)?,
        }
        let synced = self.file.sync_all();
        self.or_poison(synced)?;
        self.file_bytes = footer.end();
        Ok(footer)
    }

    /// Writes the slot in place of the one before the last.
    fn write_slot(&mut self, slot: HeadSlot) -> Result<(), LogError> {
        let slot = HeadSlot { sequence: self.slot.sequence + 1, ..slot };
        let written = self.file.write_at(&slot.encode(), slot.offset());
        self.or_poison(written)?;
        self.slot = slot;
        Ok(())
    }

    /// Writes a slot where no frame was synced since the one before: that one is made durable first, since a power
    /// cut could take both if neither were.
    fn write_next_slot(&mut self, slot: HeadSlot) -> Result<(), LogError> {
        let synced = self.file.sync_data();
        self.or_poison(synced)?;
        self.write_slot(slot)
    }

    /// Passes a result on; after an error this writer acknowledges nothing any more.
    fn or_poison<T>(&mut self, result: io::Result<T>) -> Result<T, LogError> {
        result.map_err(|error| {
            self.poisoned = true;
            LogError::Unknown(error)
        })
    }
}
