//! A log in segment files: one writer, and any number of readers that never wait and never move a byte.

mod writer;

use std::ops::{ControlFlow, Range, RangeInclusive};
use std::sync::Arc;

use crate::damage::{Damage, Defect};
use crate::disk::{Access, Disk, DiskFile};
use crate::files::{LOCK, Slots, create_segment, io_error, open_segments, segment_indices};
use crate::log::{Head, Log, LogError, LogId, NewRecord, Record, RecordId};
use crate::merkle::empty_root;
use crate::recover::survey;
use crate::segment::{FRAMES_BEGIN, HeadSlot, SegmentHeader, file_name};
use crate::walk::{Found, Walk};
use writer::{Writer, settle};

/// How a log is laid out and opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// The length that a segment does not exceed, unless a single batch is longer. 64 MiB.
    pub segment_bytes: u64,
    /// How much is laid down in zeros at first. Each later step doubles the segment. 64 KiB.
    pub step_bytes_min: u64,
    /// The largest such step. 4 MiB.
    pub step_bytes_max: u64,
    /// A size known to have been acknowledged, from a checkpoint kept elsewhere: a log that ends before it is
    /// damaged, however clean it looks.
    pub acknowledged: Option<u64>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            segment_bytes: 64 << 20,
            step_bytes_min: 64 << 10,
            step_bytes_max: 4 << 20,
            acknowledged: None,
        }
    }
}

/// What opening for writing found and did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opened {
    /// The writer's epoch, one above that of the writer before.
    pub epoch: u64,
    /// Whether a head slot was damaged; both are sound now.
    pub head_mended: bool,
    /// The entries found complete beyond the head slot; they were written again and synced.
    pub recovered: Option<RangeInclusive<u64>>,
    /// The torn tail that was set aside.
    pub quarantined: Option<Quarantined>,
}

/// A torn tail that was moved out of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quarantined {
    /// The file that holds it now, below the store's directory.
    pub file: String,
    /// The segment where it was.
    pub segment: u64,
    /// The byte in the segment where it began.
    pub offset: u64,
    /// How long it was.
    pub bytes: u64,
}

/// A log in segment files.
#[derive(Debug)]
pub struct FileLog {
    disk: Arc<dyn Disk>,
    log_id: LogId,
    head: Head,
    /// The number of the first record of each segment, whose index is the place here plus one.
    firsts: Vec<u64>,
    pending: Option<RangeInclusive<u64>>,
    head_in_doubt: bool,
    writer: Option<Writer>,
}

impl FileLog {
    /// Creates an empty log. When this returns, it is durable; if it is cut off, there is no log.
    ///
    /// # Errors
    /// [`LogError::AlreadyAStore`], [`LogError::Locked`], [`LogError::Full`] or [`LogError::Io`].
    pub fn init(disk: &dyn Disk, log_id: LogId, options: &Options) -> Result<(), LogError> {
        let place = disk.place();
        disk.create_folder("").map_err(io_error("create", &place))?;
        let _lock = disk.lock(LOCK).map_err(io_error("lock", LOCK))?.ok_or(LogError::Locked)?;
        match segment_indices(disk) {
            Err(LogError::NotAStore { .. }) => {}
            Ok(_) => return Err(LogError::AlreadyAStore { place }),
            Err(other) => return Err(other),
        }
        let header = SegmentHeader { log_id, index: 1, first: 1, previous: [0; 32] };
        let head = Head { size: 0, root: empty_root() };
        let slot = HeadSlot { log_id, sequence: 0, epoch: 0, head, end: FRAMES_BEGIN, last_batch: [0; 32] };
        let file_bytes = FRAMES_BEGIN + options.step_bytes_min;
        match create_segment(disk, &header, &slot, file_bytes) {
            Ok(_) => Ok(()),
            Err((error, _)) if crate::files::is_full(&error) => Err(LogError::Full),
            Err((error, _)) => Err(io_error("create", &file_name(1))(error)),
        }
    }

    /// Opens the log for writing: takes the lock, follows the whole log, raises the epoch, and settles what a
    /// crash left behind. Nothing is written before all of it was found sound.
    ///
    /// # Errors
    /// [`LogError::Damaged`] with not a byte moved, [`LogError::Locked`], [`LogError::NotAStore`],
    /// [`LogError::LaterFormat`], [`LogError::Io`].
    pub fn open(disk: Arc<dyn Disk>, options: &Options) -> Result<(Self, Opened), LogError> {
        segment_indices(&*disk)?;
        let lock = disk.lock(LOCK).map_err(io_error("lock", LOCK))?.ok_or(LogError::Locked)?;
        let survey = survey(&*disk, options.acknowledged)?;
        if let Some(format) = survey.chain.later_format {
            return Err(LogError::LaterFormat { format });
        }
        let firsts = survey.segments.iter().map(|segment| segment.header.first).collect();
        let (writer, opened) = settle(Arc::clone(&disk), lock, survey, options)?;
        let (log_id, head) = (writer.log_id(), writer.head());
        Ok((
            Self { disk, log_id, head, firsts, pending: None, head_in_doubt: false, writer: Some(writer) },
            opened,
        ))
    }

    /// Opens the log for reading, at the head that its writer last recorded. Never waits, never writes.
    ///
    /// # Errors
    /// [`LogError::NotAStore`], [`LogError::Io`], and [`LogError::Damaged`] if headers or both head slots are
    /// not sound. Entries are checked when they are read.
    pub fn open_read_only(disk: Arc<dyn Disk>) -> Result<Self, LogError> {
        let segments = open_segments(&*disk)?;
        let Some(active) = segments.last() else {
            return Err(LogError::NotAStore { place: disk.place() });
        };
        let name = file_name(active.header.index);
        let slots = Slots::read(&*active.file).map_err(io_error("read", &name))?;
        let lost = || Damage {
            defect: Defect::HeadsLost,
            segment: active.header.index,
            offset: 0,
            first_missing: active.header.first,
            last_missing: None,
        };
        let slot = slots.latest().ok_or_else(|| Box::new(lost()))?;
        let pending = pending(&*active.file, &slot).map_err(io_error("read", &name))?;
        let head_in_doubt = slots.0.iter().any(Result::is_err);
        let firsts = segments.iter().map(|segment| segment.header.first).collect();
        let log_id = active.header.log_id;
        Ok(Self { disk, log_id, head: slot.head, firsts, pending, head_in_doubt, writer: None })
    }

    /// The entries that are complete in the file but beyond the head this reader answers for: those of a
    /// writer at work, or those that the next writer will recover. Always `None` for a writer.
    pub fn pending(&self) -> Option<RangeInclusive<u64>> {
        self.pending.clone()
    }

    /// Whether one of the head slots was damaged when this reader opened the log. The head is then the other
    /// slot's, which may be one batch behind; the entries between are among those [`FileLog::pending`].
    pub fn head_in_doubt(&self) -> bool {
        self.head_in_doubt
    }

    /// Makes the last head slot durable and gives up the lock. A log that is not closed loses nothing; but its
    /// last batch can then be told from a torn one only by its checksums.
    ///
    /// # Errors
    /// [`LogError::Unknown`] if the disk failed, [`LogError::Poisoned`] if it had failed before.
    pub fn close(self) -> Result<(), LogError> {
        self.writer.map_or(Ok(()), Writer::close)
    }

    /// The number of the last record in the segment at this place.
    fn last_of(&self, place: usize) -> u64 {
        self.firsts.get(place + 1).map_or(self.head.size, |first| first - 1)
    }

    fn read_segment(
        &self,
        place: usize,
        numbers: &Range<u64>,
        visit: &mut dyn FnMut(Record<'_>) -> ControlFlow<()>,
    ) -> Result<ControlFlow<()>, LogError> {
        let segment = place as u64 + 1;
        let name = file_name(segment);
        let file = self.disk.open(&name, Access::Read).map_err(io_error("open", &name))?;
        let mut walk = Walk::new(&*file);
        let (mut offset, mut next) = (FRAMES_BEGIN, self.firsts[place]);
        let last = self.last_of(place).min(numbers.end.saturating_sub(1));
        while next <= last {
            let damaged = |defect| {
                let last_missing = Some(self.head.size);
                Box::new(Damage { defect, segment, offset, first_missing: next, last_missing })
            };
            let header = walk.header_at(offset).map_err(io_error("read", &name))?;
            let header = header.map_err(damaged)?.ok_or_else(|| damaged(Defect::EntriesMissing))?;
            if header.first != next || header.log_id != self.log_id {
                return Err(damaged(Defect::BatchNumber).into());
            }
            if header.last() >= numbers.start {
                let frame = match walk.at(offset).map_err(io_error("read", &name))? {
                    Found::Frame(frame) => frame,
                    Found::Nothing => return Err(damaged(Defect::EntriesMissing).into()),
                    Found::Broken { defect, .. } => return Err(damaged(defect).into()),
                };
                for record in frame.records().filter(|record| numbers.contains(&record.number)) {
                    if record.number <= last && visit(record).is_break() {
                        return Ok(ControlFlow::Break(()));
                    }
                }
            }
            offset += header.frame_bytes() as u64;
            next = header.last() + 1;
        }
        Ok(ControlFlow::Continue(()))
    }
}

/// The complete batches after the slot's end.
fn pending(file: &dyn DiskFile, slot: &HeadSlot) -> std::io::Result<Option<RangeInclusive<u64>>> {
    let mut walk = Walk::new(file);
    let (mut offset, mut last) = (slot.end, slot.head.size);
    while let Found::Frame(frame) = walk.at(offset)? {
        if frame.header.first != last + 1 || frame.header.log_id != slot.log_id {
            break;
        }
        last = frame.header.last();
        offset += frame.bytes().len() as u64;
    }
    Ok((last > slot.head.size).then_some(slot.head.size + 1..=last))
}

impl Log for FileLog {
    fn log_id(&self) -> LogId {
        self.log_id
    }

    fn head(&self) -> Head {
        self.head
    }

    fn append(&mut self, expected: u64, records: &[NewRecord]) -> Result<Head, LogError> {
        let writer = self.writer.as_mut().ok_or(LogError::ReadOnly)?;
        let head = writer.append(expected, records)?;
        // A new segment begins with the first record of the batch that did not fit into the one before.
        if writer.segment_index() > self.firsts.len() as u64 {
            self.firsts.push(self.head.size + 1);
        }
        self.head = head;
        Ok(head)
    }

    fn read(
        &self,
        numbers: Range<u64>,
        visit: &mut dyn FnMut(Record<'_>) -> ControlFlow<()>,
    ) -> Result<(), LogError> {
        for (place, first) in self.firsts.iter().enumerate() {
            let touched = *first < numbers.end && self.last_of(place) >= numbers.start;
            if touched && self.read_segment(place, &numbers, visit)?.is_break() {
                break;
            }
        }
        Ok(())
    }

    fn find(&self, id: &RecordId) -> Result<Option<u64>, LogError> {
        if let Some(writer) = &self.writer {
            return Ok(writer.number_of(id));
        }
        let mut number = None;
        self.read(1..self.head.size + 1, &mut |record| {
            if record.id != *id {
                return ControlFlow::Continue(());
            }
            number = Some(record.number);
            ControlFlow::Break(())
        })?;
        Ok(number)
    }
}
