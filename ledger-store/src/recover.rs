//! What a writer must know before it may write: the whole log followed to its end, and the tail judged.
//!
//! **The tail rule.** Bytes after the last good batch are a torn write, to be set aside, only if
//! - they are the last thing in the last segment: nothing valid begins after the extent that their header
//!   claims, and nothing at all is written beyond that extent,
//! - they lie beyond what is known to be acknowledged, from the head slots or from a checkpoint, and
//! - they can be a write that was cut off: a header or a body that is not whole. A sound batch that does not
//!   belong here was never written here by us.
//!
//! Everything else is damage. It is reported with the numbers it puts in doubt, and not one byte is moved.

use std::io;

use crate::chain::Chain;
use crate::damage::{Damage, Defect};
use crate::disk::{Disk, DiskFile};
use crate::files::{Segment, Slots, io_error, open_segments};
use crate::frame::{FRAME_BYTES_MAX, FrameHeader};
use crate::log::{Hash, LogError};
use crate::segment::{FRAMES_BEGIN, HeadSlot, file_name, hash};
use crate::walk::{Found, Walk};

/// A log followed to its end, with nothing written yet.
#[derive(Debug)]
pub(crate) struct Survey {
    pub(crate) segments: Vec<Segment>,
    pub(crate) chain: Chain,
    /// Whether both head slots are sound.
    pub(crate) slots_sound: bool,
    /// The head slot written last, as it stands.
    pub(crate) slot: HeadSlot,
    /// The byte after the last good batch, in the last segment.
    pub(crate) end: u64,
    /// The bytes after that which are torn, without the zeros at their end.
    pub(crate) torn: Vec<u8>,
}

/// Follows the whole log, strictly. `acknowledged` is a size known from outside, such as a checkpoint's.
pub(crate) fn survey(disk: &dyn Disk, acknowledged: Option<u64>) -> Result<Survey, LogError> {
    let segments = open_segments(disk)?;
    let Some(active) = segments.last() else {
        return Err(LogError::NotAStore { place: disk.place() });
    };
    let slots = Slots::read(&*active.file).map_err(io_error("read", &file_name(active.header.index)))?;
    let acknowledged = slots.latest().map(|slot| slot.head.size).max(acknowledged);
    let mut surveyor =
        Surveyor { chain: Chain::new(active.header.log_id), acknowledged, segment: 1, previous: [0; 32] };
    for (place, segment) in segments.iter().enumerate() {
        let next = segments.get(place + 1).map(|next| next.header.first);
        let name = file_name(segment.header.index);
        surveyor.acknowledged_part(segment, next).map_err(|stop| stop.into_error("read", &name))?;
    }
    let slot = slots.latest().ok_or_else(|| surveyor.damage(Defect::HeadsLost, 0))?;
    let name = file_name(active.header.index);
    let file = &*active.file;
    let (end, torn) = surveyor.rest(file, &slot).map_err(|stop| stop.into_error("read", &name))?;
    let slots_sound = slots.0.iter().all(Result::is_ok);
    Ok(Survey { chain: surveyor.chain, segments, slots_sound, slot, end, torn })
}

/// Why the survey stopped.
enum Stop {
    Disk(io::Error),
    Damage(Box<Damage>),
}

impl Stop {
    fn into_error(self, doing: &str, name: &str) -> LogError {
        match self {
            Self::Disk(error) => io_error(doing, name)(error),
            Self::Damage(damage) => LogError::Damaged(damage),
        }
    }
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Self {
        Self::Disk(error)
    }
}

impl From<Box<Damage>> for Stop {
    fn from(damage: Box<Damage>) -> Self {
        Self::Damage(damage)
    }
}

struct Surveyor {
    chain: Chain,
    acknowledged: Option<u64>,
    segment: u64,
    /// The hash of the segment before.
    previous: Hash,
}

impl Surveyor {
    fn damage(&self, defect: Defect, offset: u64) -> Box<Damage> {
        let first_missing = self.chain.next;
        let last_missing = self.acknowledged.filter(|last| *last >= first_missing);
        Box::new(Damage { defect, segment: self.segment, offset, first_missing, last_missing })
    }

    /// Follows a segment as far as its head slot reaches; there every byte must be right.
    fn acknowledged_part(&mut self, segment: &Segment, next_segment: Option<u64>) -> Result<(), Stop> {
        self.segment = segment.header.index;
        if segment.header.first != self.chain.next || segment.header.previous != self.previous {
            return Err(self.damage(Defect::SegmentChain, 0).into());
        }
        let slot = Slots::read(&*segment.file)?.latest().ok_or_else(|| self.damage(Defect::HeadsLost, 0))?;
        let mut walk = Walk::new(&*segment.file);
        let mut offset = FRAMES_BEGIN;
        while offset < slot.end {
            offset = match walk.at(offset)? {
                Found::Frame(frame) => {
                    let length = frame.bytes().len() as u64;
                    self.follow(offset, |chain, found| chain.follow(&frame, found))?;
                    offset + length
                }
                Found::Nothing => return Err(self.damage(Defect::EntriesMissing, offset).into()),
                Found::Broken { defect, .. } => return Err(self.damage(defect, offset).into()),
            };
        }
        let as_said = offset == slot.end
            && Some(slot.head) == self.chain.head()
            && Some(slot.last_batch) == self.chain.last_batch
            && slot.log_id == self.chain.log_id
            && next_segment.is_none_or(|first| first == self.chain.next);
        if !as_said {
            return Err(self.damage(Defect::HeadDisagrees, slot.offset()).into());
        }
        self.previous = hash(&segment.block, &slot.last_batch);
        Ok(())
    }

    /// Follows the last segment beyond its head slot: whole batches, then zeros or a torn tail.
    fn rest(&mut self, file: &dyn DiskFile, slot: &HeadSlot) -> Result<(u64, Vec<u8>), Stop> {
        let mut walk = Walk::new(file);
        let mut offset = slot.end;
        let (defect, header) = loop {
            match walk.at(offset)? {
                Found::Frame(frame) => {
                    let length = frame.bytes().len() as u64;
                    self.follow(offset, |chain, found| chain.follow(&frame, found))?;
                    offset += length;
                }
                Found::Nothing => break (Defect::EntriesMissing, None),
                Found::Broken { defect, header } => break (defect, header),
            }
        };
        let clean = walk.next_written(offset)?.is_none();
        if self.acknowledged.is_some_and(|size| size >= self.chain.next) {
            return Err(self.damage(if clean { Defect::EntriesMissing } else { defect }, offset).into());
        }
        if clean {
            return Ok((offset, Vec::new()));
        }
        self.refuse_if_not_torn(&mut walk, offset, defect, header.as_ref())?;
        Ok((offset, torn_bytes(file, offset)?))
    }

    /// Refuses a tail that cannot be explained by one write that was cut off.
    fn refuse_if_not_torn(
        &self,
        walk: &mut Walk<'_>,
        offset: u64,
        defect: Defect,
        header: Option<&FrameHeader>,
    ) -> Result<(), Stop> {
        let cut_off = matches!(defect, Defect::BatchHeader | Defect::BatchBody | Defect::EntriesMissing);
        let ours = header.is_none_or(|header| {
            header.log_id == self.chain.log_id
                && header.first == self.chain.next
                && Some(header.previous) == self.chain.last_batch
        });
        if !cut_off || !ours {
            return Err(self.damage(defect, offset).into());
        }
        // Without its header nobody knows how long the frame was to be, but it was not longer than allowed.
        let extent = offset + header.map_or(FRAME_BYTES_MAX, FrameHeader::frame_bytes) as u64;
        let search = header.map_or(offset + 1, |_| extent);
        if let Some(valid) = walk.next_header(search, self.chain.log_id)? {
            return Err(self.damage(defect, valid).into());
        }
        if let Some(written) = walk.next_written(extent)? {
            return Err(self.damage(Defect::NotZero, written).into());
        }
        Ok(())
    }

    fn follow(
        &mut self,
        offset: u64,
        follow: impl FnOnce(&mut Chain, &mut dyn FnMut(Defect, u64)),
    ) -> Result<(), Stop> {
        let mut first_found = None;
        let next = self.chain.next;
        follow(&mut self.chain, &mut |defect, number| {
            first_found.get_or_insert((defect, number));
        });
        let Some((defect, number)) = first_found else { return Ok(()) };
        // A wrong number is a gap, which begins where the right one should have been.
        self.chain.next = if defect == Defect::BatchNumber { next } else { number.max(next) };
        Err(self.damage(defect, offset).into())
    }
}

/// The bytes from `offset` to the last one that is not zero.
fn torn_bytes(file: &dyn DiskFile, offset: u64) -> io::Result<Vec<u8>> {
    let mut bytes = vec![0; FRAME_BYTES_MAX];
    let filled = file.read_at(&mut bytes, offset)?;
    let written = bytes[..filled].iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
    bytes.truncate(written);
    Ok(bytes)
}
