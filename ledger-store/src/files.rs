//! The files of a store: which segments there are, what their first blocks say, and how a new one comes to be.
//!
//! ```text
//! lock                    held by the one writer
//! segment-00000001.log    the log, in order; all but the last are sealed
//! segment-00000002.log
//! quarantine/             torn tails, kept for whoever wants to look at them
//! ```

use std::io;

use crate::damage::{Damage, Defect};
use crate::disk::{Access, Disk, DiskFile};
use crate::log::LogError;
use crate::segment::{BLOCK_BYTES, Block, FRAMES_BEGIN, HeadSlot, SegmentHeader};
use crate::segment::{file_name, index_of, slot_offset};

/// The name of the lock.
pub(crate) const LOCK: &str = "lock";

/// The folder of torn tails.
pub(crate) const QUARANTINE: &str = "quarantine";

/// The end of the name of a file that is not finished.
pub(crate) const UNFINISHED: &str = ".tmp";

/// How much is written at once when zeros are laid down.
static ZEROS: [u8; 64 << 10] = [0; 64 << 10];

/// How often slots are read again when a writer seems to be writing them.
const SLOT_READS_MAX: usize = 3;

/// A segment and its header.
#[derive(Debug)]
pub(crate) struct Segment {
    pub(crate) header: SegmentHeader,
    pub(crate) block: Box<Block>,
    pub(crate) file: Box<dyn DiskFile>,
}

/// Adds what was being done to an error of the disk.
pub(crate) fn io_error(doing: &str, name: &str) -> impl FnOnce(io::Error) -> LogError + use<> {
    let doing = format!("cannot {doing} {name}");
    move |source| LogError::Io { doing, source }
}

/// Whether the disk has no space left.
pub(crate) fn is_full(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded)
}

/// The indices of the segments in order, at least one.
pub(crate) fn segment_indices(disk: &dyn Disk) -> Result<Vec<u64>, LogError> {
    let names = disk.list("").map_err(io_error("list", &disk.place()))?;
    let mut indices: Vec<u64> = names.iter().filter_map(|name| index_of(name)).collect();
    indices.sort_unstable();
    if indices.is_empty() { Err(LogError::NotAStore { place: disk.place() }) } else { Ok(indices) }
}

/// Opens all segments, which must follow each other, for reading, and hands them over one after the other; the
/// last is given as the active one.
pub(crate) fn each_segment(
    disk: &dyn Disk,
    visit: &mut dyn FnMut(Segment, bool) -> Result<(), LogError>,
) -> Result<(), LogError> {
    let indices = segment_indices(disk)?;
    let last = indices.last().copied();
    let mut before: Option<SegmentHeader> = None;
    for (expected, index) in (1..).zip(indices) {
        let damaged = |defect| {
            let first_missing = before.as_ref().map_or(1, |before| first_after(disk, before));
            LogError::from(Box::new(Damage {
                defect,
                segment: expected,
                offset: 0,
                first_missing,
                last_missing: None,
            }))
        };
        if index != expected {
            return Err(damaged(Defect::SegmentMissing));
        }
        let segment = open_segment(disk, index)?.map_err(damaged)?;
        // An unused segment may be followed by none, so first numbers strictly rise.
        let header = segment.header;
        if before.is_some_and(|before| before.log_id != header.log_id) {
            return Err(damaged(Defect::ForeignLog));
        }
        if header.first <= before.map_or(0, |before| before.first) {
            return Err(damaged(Defect::SegmentChain));
        }
        before = Some(header);
        visit(segment, Some(index) == last)?;
    }
    Ok(())
}

fn open_segment(disk: &dyn Disk, index: u64) -> Result<Result<Segment, Defect>, LogError> {
    let name = file_name(index);
    let file = disk.open(&name, Access::Read).map_err(io_error("open", &name))?;
    let read = read_header(&*file).map_err(io_error("read", &name))?;
    let (header, block) = match read {
        Ok(read) => read,
        Err(defect) => return Ok(Err(defect)),
    };
    if header.index != index {
        return Ok(Err(Defect::SegmentMisplaced));
    }
    // A segment is whole before it gets its name, so one that ends within its head slots was cut, and the slot
    // that is left may be an old one.
    let bytes = file.len().map_err(io_error("read", &name))?;
    if bytes < FRAMES_BEGIN {
        return Ok(Err(Defect::HeadSlot));
    }
    Ok(Ok(Segment { header, block, file }))
}

/// The number after the last entry of a segment that has a successor; its first if its slots are lost.
fn first_after(disk: &dyn Disk, header: &SegmentHeader) -> u64 {
    let file = disk.open(&file_name(header.index), Access::Read);
    let slots = file.and_then(|file| Slots::read(&*file)).ok();
    let slot = slots.and_then(|slots| slots.latest().ok());
    slot.map_or(header.first, |slot| slot.head.size + 1)
}

fn read_block(file: &dyn DiskFile, offset: u64) -> io::Result<Option<Box<Block>>> {
    let mut block = Box::new([0; BLOCK_BYTES]);
    let filled = file.read_at(&mut *block, offset)?;
    Ok((filled == BLOCK_BYTES).then_some(block))
}

/// The header block of a segment and what it says.
pub(crate) fn read_header(file: &dyn DiskFile) -> io::Result<Result<(SegmentHeader, Box<Block>), Defect>> {
    let block = read_block(file, 0)?.ok_or(Defect::SegmentHeader);
    Ok(block.and_then(|block| Ok((SegmentHeader::decode(&block)?, block))))
}

/// Both head slots of a segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Slots(pub(crate) [Result<HeadSlot, Defect>; 2]);

impl Slots {
    /// Reads the slots, anew if one of them seems to be in the middle of being written.
    pub(crate) fn read(file: &dyn DiskFile) -> io::Result<Self> {
        let mut slots = Self::read_once(file)?;
        for _ in 1..SLOT_READS_MAX {
            if slots.0.iter().all(Result::is_ok) {
                break;
            }
            slots = Self::read_once(file)?;
        }
        Ok(slots)
    }

    fn read_once(file: &dyn DiskFile) -> io::Result<Self> {
        let read = |slot| {
            let block = read_block(file, slot_offset(slot))?.ok_or(Defect::HeadSlot);
            io::Result::Ok(block.and_then(|block| HeadSlot::decode(&block, slot)))
        };
        Ok(Self([read(0)?, read(1)?]))
    }

    /// Whether the two can be the last two writes, as far as both are sound.
    pub(crate) fn follow_each_other(&self) -> bool {
        let [Ok(even), Ok(odd)] = &self.0 else { return true };
        are_successive(even, odd)
    }

    /// The slot written last.
    ///
    /// [`Defect::HeadsLost`] if neither can be read, [`Defect::LaterFormat`] if a later version wrote one of them.
    pub(crate) fn latest(&self) -> Result<HeadSlot, Defect> {
        let later = self.0.iter().find_map(|slot| slot.err().filter(|defect| is_later(*defect)));
        if let Some(later) = later {
            return Err(later);
        }
        self.0.iter().flatten().max_by_key(|slot| slot.sequence).copied().ok_or(Defect::HeadsLost)
    }
}

/// Whether these can be the last two writes of slots.
fn are_successive(even: &HeadSlot, odd: &HeadSlot) -> bool {
    let (old, new) = if even.sequence < odd.sequence { (even, odd) } else { (odd, even) };
    old.sequence + 1 == new.sequence
        && old.log_id == new.log_id
        && old.epoch <= new.epoch
        && old.head.size <= new.head.size
        && old.end <= new.end
        && old.full <= new.full
}

fn is_later(defect: Defect) -> bool {
    matches!(defect, Defect::LaterFormat(_))
}

/// Lays down zeros, so that a later write finds its place allocated and its sync has no length to record.
pub(crate) fn write_zeros(file: &dyn DiskFile, from: u64, to: u64) -> io::Result<()> {
    let mut at = from;
    while at < to {
        let bytes = (to - at).min(ZEROS.len() as u64);
        file.write_at(&ZEROS[..bytes as usize], at)?;
        at += bytes;
    }
    Ok(())
}

/// Creates a segment that is whole or not there: it gets its name only when all its bytes are durable.
///
/// An error tells whether the segment may be there all the same: it may once it was renamed.
pub(crate) fn create_segment(
    disk: &dyn Disk,
    header: &SegmentHeader,
    slot: &HeadSlot,
    file_bytes: u64,
) -> Result<Segment, (io::Error, bool)> {
    let name = file_name(header.index);
    let unfinished = format!("{name}{UNFINISHED}");
    let block = Box::new(header.encode());
    let file = fill_segment(disk, &unfinished, &block, slot, file_bytes).map_err(|error| {
        // What is left of it is only litter, and the next writer tries again.
        let _ = disk.remove(&unfinished);
        (error, false)
    })?;
    disk.rename(&unfinished, &name).map_err(|error| (error, true))?;
    disk.sync_folder("").map_err(|error| (error, true))?;
    Ok(Segment { header: *header, block, file })
}

fn fill_segment(
    disk: &dyn Disk,
    name: &str,
    block: &Block,
    slot: &HeadSlot,
    file_bytes: u64,
) -> io::Result<Box<dyn DiskFile>> {
    let file = disk.open(name, Access::Create)?;
    write_zeros(&*file, FRAMES_BEGIN, file_bytes)?;
    file.write_at(block, 0)?;
    for sequence in [0, 1] {
        let slot = HeadSlot { sequence, ..*slot };
        file.write_at(&slot.encode(), slot.offset())?;
    }
    file.sync_all()?;
    Ok(file)
}
