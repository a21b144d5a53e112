//! The blocks with which a segment begins, as verification keeps them, and what a look at them tells.

use std::io;

use crate::disk::DiskFile;
use crate::files::Slots;
use crate::segment::{Block, HeadSlot, SegmentHeader};
use crate::walk::{Found, Walk};

/// The blocks with which a segment begins, as far as they are sound.
pub(super) struct Blocks {
    pub(super) header: Option<(SegmentHeader, Box<Block>)>,
    pub(super) slots: Slots,
    /// The slot written last.
    pub(super) slot: Option<HeadSlot>,
    pub(super) is_last: bool,
    /// The byte where the frames of a full segment end and its footer begins.
    pub(super) frames_end: Option<u64>,
}

impl Blocks {
    /// How far a batch of several frames may reach that was announced and begins where the head ends.
    pub(super) fn announced(&self) -> Option<(u64, u64)> {
        let slot = self.slot.filter(|slot| slot.reach > 0)?;
        Some((slot.end, slot.end + u64::from(slot.reach)))
    }

    pub(super) fn is_announced(&self, offset: u64) -> bool {
        self.announced().is_some_and(|(begin, end)| (begin..end).contains(&offset))
    }
}

/// How often an announced batch is looked at until it is held to be cut off: at first as fast as it goes, then with
/// pauses. A writer needs some 25 ms for a frame of it in a build for tests, and more where it waits for the
/// disk or all cores are busy.
const LOOKS_AT_ONCE: usize = 32;
const LOOKS: usize = LOOKS_AT_ONCE + 64;

/// Whether a frame that seemed torn is only being written: it is whole by now, or its slot has followed, or more
/// of its batch came while it was looked at. What was seen beyond the head is then a picture taken while it was
/// painted, and says nothing.
pub(super) fn is_writer_at_work(file: &dyn DiskFile, blocks: &Blocks, offset: u64) -> io::Result<bool> {
    if matches!(Walk::new(file).at(offset)?, Found::Frame(_)) || Slots::read(file)? != blocks.slots {
        return Ok(true);
    }
    if blocks.announced().is_none_or(|(_, reach)| offset >= reach) {
        return Ok(false);
    }
    let first = Walk::new(file).checksum(offset)?;
    for look in 1..LOOKS {
        if look < LOOKS_AT_ONCE {
            std::thread::yield_now();
        } else {
            file.pause();
        }
        if Walk::new(file).checksum(offset)? != first || Slots::read(file)? != blocks.slots {
            return Ok(true);
        }
    }
    Ok(false)
}
