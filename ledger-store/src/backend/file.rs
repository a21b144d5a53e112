//! A log in segment files: one writer, and any number of readers that never wait and never move a byte.

mod writer;

use std::ops::{ControlFlow, Range, RangeInclusive};
use std::sync::Arc;

use crate::damage::Damage;
use crate::disk::{Disk, DiskFile};
use crate::files::{LOCK, Slots, create_segment, each_segment, io_error, segment_indices};
use crate::frame::FRAME_BYTES_MAX;
use crate::log::{Head, Log, LogError, LogId, NewRecord, Record, RecordId, Whereabouts};
use crate::merkle::empty_root;
use crate::recover::{Trust, survey};
use crate::segment::{FRAMES_BEGIN, HeadSlot, SegmentHeader, file_name};
use crate::segments::{DamagedFooter, Segments};
use crate::walk::{Found, Walk};
use writer::{Writer, settle};

/// How a log is laid out and opened.
///
/// A sync of bytes written over zeros that are there already has no length of a file to record: a single append takes
/// about 118 us so, where the disk syncs in 110. Laying down a whole segment at once would gain 3 % of that and a
/// quarter of the time of a bulk import, and would cost 65 ms and 64 MiB before the first entry of a ledger that may
/// never have a hundred. Steps of 64 KiB for ever cost a bulk import a sixth more than steps that grow. So the steps
/// grow with the segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// The length that the frames of a segment do not exceed, unless a single batch is longer; a footer comes on
    /// top. 64 MiB.
    pub segment_bytes: u64,
    /// The length that a frame does not exceed, unless a single record is longer. 8 MiB, which is also the most
    /// that the format allows. A longer batch takes several frames.
    pub frame_bytes: usize,
    /// How much is laid down in zeros at first. Each later step doubles the segment. 64 KiB.
    pub step_bytes_min: u64,
    /// The largest such step. 4 MiB.
    pub step_bytes_max: u64,
    /// A size known to have been acknowledged, from a checkpoint kept elsewhere: a log that ends before it is
    /// damaged, however clean it looks.
    pub acknowledged: Option<u64>,
    /// Whether opening for writing believes the footers of sealed segments.
    pub trust: Trust,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            segment_bytes: 64 << 20,
            frame_bytes: FRAME_BYTES_MAX,
            step_bytes_min: 64 << 10,
            step_bytes_max: 4 << 20,
            acknowledged: None,
            trust: Trust::Footers,
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
    log_id: LogId,
    head: Head,
    segments: Segments,
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
        let slot = HeadSlot {
            log_id,
            sequence: 0,
            epoch: 0,
            head,
            end: FRAMES_BEGIN,
            last_batch: [0; 32],
            full: false,
            reach: 0,
        };
        let file_bytes = FRAMES_BEGIN + options.step_bytes_min;
        match create_segment(disk, &header, &slot, file_bytes) {
            Ok(_) => Ok(()),
            Err((error, _)) if crate::files::is_full(&error) => Err(LogError::Full),
            Err((error, _)) => Err(io_error("create", &file_name(1))(error)),
        }
    }

    /// Opens the log for writing: takes the lock, finds the end of the log, raises the epoch, and settles what a
    /// crash left behind. Sealed segments are vouched for by their footers, the active one is followed from its
    /// first byte; nothing is written before all that was read was found sound.
    ///
    /// # Errors
    /// [`LogError::Damaged`] with not a byte moved, [`LogError::Locked`], [`LogError::NotAStore`],
    /// [`LogError::LaterFormat`], [`LogError::Io`].
    pub fn open(disk: Arc<dyn Disk>, options: &Options) -> Result<(Self, Opened), LogError> {
        segment_indices(&*disk)?;
        let lock = disk.lock(LOCK).map_err(io_error("lock", LOCK))?.ok_or(LogError::Locked)?;
        let survey = survey(&disk, options.acknowledged, options.trust)?;
        if let Some(format) = survey.chain.later_format {
            return Err(LogError::LaterFormat { format });
        }
        let (writer, segments, opened) = settle(disk, lock, survey, options)?;
        let (log_id, head) = (writer.log_id(), writer.head());
        let log = Self { log_id, head, segments, pending: None, head_in_doubt: false, writer: Some(writer) };
        Ok((log, opened))
    }

    /// Opens the log for reading, at the head that its writer last recorded. Never waits, never writes.
    ///
    /// # Errors
    /// [`LogError::NotAStore`], [`LogError::Io`], [`LogError::LaterFormat`], and [`LogError::Damaged`] if headers
    /// or both head slots are not sound. Entries are checked when they are read.
    pub fn open_read_only(disk: Arc<dyn Disk>) -> Result<Self, LogError> {
        let (mut firsts, mut active) = (Vec::new(), None);
        each_segment(&*disk, &mut |segment, is_last| {
            firsts.push(segment.header.first);
            active = is_last.then_some(segment);
            Ok(())
        })?;
        let Some(active) = active else { return Err(LogError::NotAStore { place: disk.place() }) };
        let name = file_name(active.header.index);
        let slots = Slots::read(&*active.file).map_err(io_error("read", &name))?;
        let slot = slots.latest().map_err(|defect| {
            let (segment, first_missing) = (active.header.index, active.header.first);
            Box::new(Damage { defect, segment, offset: 0, first_missing, last_missing: None })
        })?;
        let pending = pending(&*active.file, &slot).map_err(io_error("read", &name))?;
        let head_in_doubt = slots.0.iter().any(Result::is_err);
        let log_id = active.header.log_id;
        let mut segments = Segments::new(disk, log_id, DamagedFooter::WalkFrames);
        firsts.into_iter().for_each(|first| segments.push(first));
        Ok(Self { log_id, head: slot.head, segments, pending, head_in_doubt, writer: None })
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
}

/// The complete batches after the slot's end.
fn pending(file: &dyn DiskFile, slot: &HeadSlot) -> std::io::Result<Option<RangeInclusive<u64>>> {
    let mut walk = Walk::new(file);
    let (mut offset, mut next, mut last) = (slot.end, slot.head.size + 1, slot.head.size);
    while let Found::Frame(frame) = walk.at(offset)? {
        if frame.header.first != next || frame.header.log_id != slot.log_id {
            break;
        }
        next = frame.header.last() + 1;
        // A batch of several frames is there when its last one is.
        if !frame.header.continues {
            last = frame.header.last();
        }
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
        let appended = writer.append(&mut self.segments, expected, records);
        self.head = writer.head();
        appended
    }

    fn read(
        &self,
        numbers: Range<u64>,
        visit: &mut dyn FnMut(Record<'_>) -> ControlFlow<()>,
    ) -> Result<(), LogError> {
        let active = self.writer.as_ref().map(Writer::contents);
        self.segments.read(&numbers, self.head.size, active, visit)
    }

    fn find(&self, id: &RecordId) -> Result<Option<u64>, LogError> {
        let Some(writer) = &self.writer else { return self.segments.find(id, self.head.size) };
        match writer.contents().number_of(id) {
            Some(number) => Ok(Some(number)),
            None => self.segments.find_sealed(id),
        }
    }

    fn whereabouts(&self, number: u64) -> Option<Whereabouts> {
        let active = self.writer.as_ref().map(Writer::contents);
        self.segments.whereabouts(number, self.head.size, active)
    }

    fn hint(&self, whereabouts: Whereabouts) {
        self.segments.hint(whereabouts);
    }
}
