//! What a writer must know before it may write: the state of the log at its end, and what to make of the tail.
//!
//! A sealed segment is vouched for by its footer, whose state must fit the headers and head slots around it; the
//! active segment is followed from its first byte. [`Trust::Nothing`] follows every segment.
//!
//! **The tail rule.** Bytes after the last whole batch are a torn write, to be set aside, only if
//! - they are the last thing in the last segment: nothing valid begins after the extent that their header
//!   claims, and nothing at all is written beyond that extent,
//! - they lie beyond what is known to be acknowledged, from the head slots or from a checkpoint, and
//! - they can be a write that was cut off: a header or a body that is not whole, or a batch of several frames
//!   that was announced in the head slot. A sound batch that does not belong here was never written here by us.
//!
//! Beyond the head of a segment that is full lies its footer, or what was written of it; that follows from the
//! frames, and is written again.
//!
//! Everything else is damage. It is reported with the numbers it puts in doubt, and not one byte is moved.

use std::io;
use std::ops::Range;
use std::sync::Arc;

use crate::chain::Chain;
use crate::contents::Contents;
use crate::damage::{Damage, Defect};
use crate::disk::{Disk, DiskFile};
use crate::files::{Segment, Slots, each_segment, io_error};
use crate::footer::{Footer, encode};
use crate::frame::{FRAME_BYTES_MAX, Frame, FrameHeader};
use crate::log::{Hash, LogError, LogId};
use crate::segment::{FRAMES_BEGIN, HeadSlot, file_name};
use crate::segments::{DamagedFooter, Segments};
use crate::walk::{Found, Walk};

/// What opening for writing believes without reading it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Trust {
    /// What the footers of sealed segments say of them: opening takes the same time however long the log is.
    #[default]
    Footers,
    /// Nothing: every entry of the log is followed, and every footer compared with what follows from them.
    Nothing,
}

/// A log whose end is known, with nothing written yet.
#[derive(Debug)]
pub(crate) struct Survey {
    pub(crate) segments: Segments,
    /// The last segment.
    pub(crate) active: Segment,
    pub(crate) chain: Chain,
    /// What the active segment holds.
    pub(crate) contents: Contents,
    /// Whether both head slots are sound.
    pub(crate) slots_sound: bool,
    /// The head slot written last, as it stands.
    pub(crate) slot: HeadSlot,
    /// The byte after the last whole batch, in the last segment.
    pub(crate) end: u64,
    /// The bytes after that which are torn, without the zeros at their end.
    pub(crate) torn: Range<u64>,
    /// Whether the segment takes no more frames, and has a footer that is to be written or written again.
    pub(crate) full: bool,
}

/// Finds the end of the log. `acknowledged` is a size known from outside, such as a checkpoint's.
pub(crate) fn survey(
    disk: &Arc<dyn Disk>,
    acknowledged: Option<u64>,
    trust: Trust,
) -> Result<Survey, LogError> {
    let (mut headers, mut active) = (Vec::new(), None);
    each_segment(&**disk, &mut |segment, is_last| {
        headers.push(segment.header);
        if is_last {
            active = Some(segment);
        }
        Ok(())
    })?;
    let Some(active) = active else { return Err(LogError::NotAStore { place: disk.place() }) };
    let name = file_name(active.header.index);
    let slots = Slots::read(&*active.file).map_err(io_error("read", &name))?;
    let log_id = active.header.log_id;
    let known = slots.latest().ok().map(|slot| slot.head.size).max(acknowledged);
    let mut surveyor = Surveyor::new(Arc::clone(disk), log_id, known, trust);
    each_segment(&**disk, &mut |segment, is_last| {
        let name = file_name(segment.header.index);
        let surveyed = if is_last { surveyor.begin(&segment) } else { surveyor.sealed_segment(&segment) };
        surveyed.map_err(|stop| stop.into_error("read", &name))
    })?;
    let slot = slots.latest().map_err(|defect| surveyor.damage(defect, 0))?;
    let tail = surveyor.active_segment(&active, &slot).map_err(|stop| stop.into_error("read", &name))?;
    let slots_sound = slots.0.iter().all(Result::is_ok);
    let Surveyor { segments, chain, contents, .. } = surveyor;
    let Tail { end, torn, full } = tail;
    Ok(Survey { segments, active, chain, contents, slots_sound, slot, end, torn, full })
}

/// What lies beyond the head of the active segment.
struct Tail {
    end: u64,
    torn: Range<u64>,
    full: bool,
}

/// Why the survey stopped.
enum Stop {
    Disk(io::Error),
    Damage(Box<Damage>),
    Log(LogError),
}

impl From<LogError> for Stop {
    fn from(error: LogError) -> Self {
        Self::Log(error)
    }
}

impl Stop {
    fn into_error(self, doing: &str, name: &str) -> LogError {
        match self {
            Self::Disk(error) => io_error(doing, name)(error),
            Self::Damage(damage) => damage.into(),
            Self::Log(error) => error,
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
    segments: Segments,
    chain: Chain,
    contents: Contents,
    acknowledged: Option<u64>,
    trust: Trust,
    segment: u64,
    /// The hash of the segment before.
    previous: Hash,
}

impl Surveyor {
    fn new(disk: Arc<dyn Disk>, log_id: LogId, acknowledged: Option<u64>, trust: Trust) -> Self {
        Self {
            segments: Segments::new(disk, log_id, DamagedFooter::Refuse),
            chain: Chain::new(log_id),
            contents: Contents::new(1),
            acknowledged,
            trust,
            segment: 1,
            previous: [0; 32],
        }
    }

    fn damage(&self, defect: Defect, offset: u64) -> Box<Damage> {
        let first_missing = self.chain.next;
        let last_missing = self.acknowledged.filter(|last| *last >= first_missing);
        Box::new(Damage { defect, segment: self.segment, offset, first_missing, last_missing })
    }

    /// Goes on to a segment, which must continue the one before it.
    fn begin(&mut self, segment: &Segment) -> Result<(), Stop> {
        self.segment = segment.header.index;
        if segment.header.first != self.chain.next || segment.header.previous != self.previous {
            return Err(self.damage(Defect::SegmentChain, 0).into());
        }
        self.contents = Contents::new(self.chain.next);
        self.chain.begin_segment();
        self.segments.push(segment.header.first);
        Ok(())
    }

    /// Takes the state of the log from the footer of a segment that has a successor.
    fn sealed_segment(&mut self, segment: &Segment) -> Result<(), Stop> {
        self.begin(segment)?;
        let slot = self.latest_slot(segment)?;
        let footer = Footer::read(&*segment.file)?.map_err(|defect| self.damage(defect, slot.end))?;
        if self.trust == Trust::Nothing {
            self.follow_sealed(segment, &slot, &footer)?;
        }
        let ending = &footer.ending;
        let as_said = slot.full
            && (slot.log_id, slot.end) == (ending.log_id, ending.frames_end)
            && (slot.head, slot.last_batch) == (ending.head(), ending.last_batch)
            && ending.log_id == self.chain.log_id
            && (ending.segment, ending.first) == (segment.header.index, segment.header.first);
        if !as_said {
            return Err(self.damage(Defect::HeadDisagrees, slot.offset()).into());
        }
        let follows = ending.segment_hash == crate::segment::hash(&segment.block, &ending.last_batch)
            && ending.epoch >= self.chain.epoch
            && ending.recorded >= self.chain.recorded
            && ending.order_greatest >= self.chain.order_greatest.max(ending.order_least);
        if !follows {
            return Err(self.damage(Defect::FooterHead, slot.end).into());
        }
        self.chain.resume(ending);
        self.previous = ending.segment_hash;
        self.segments.seal_last(footer);
        Ok(())
    }

    fn latest_slot(&self, segment: &Segment) -> Result<HeadSlot, Stop> {
        Ok(Slots::read(&*segment.file)?.latest().map_err(|defect| self.damage(defect, 0))?)
    }

    /// Follows a sealed segment from its first byte to its last.
    fn follow_sealed(&mut self, segment: &Segment, slot: &HeadSlot, footer: &Footer) -> Result<(), Stop> {
        let before = self.chain.clone();
        self.follow_to(segment, slot)?;
        let batches = self.contents.batches().len();
        let ending = self.chain.ending(&segment.header, &segment.block, slot.end, batches);
        let ending = ending.ok_or_else(|| self.damage(Defect::HeadDisagrees, slot.offset()))?;
        let (derived, bytes) = encode(ending, self.contents.batches(), &self.contents.rows());
        let mut walk = Walk::new(&*segment.file);
        if let Some(offset) = walk.first_difference(slot.end, &bytes)? {
            return Err(self.damage(derived.defect_at(offset), offset).into());
        }
        if derived != *footer {
            return Err(self.damage(Defect::FooterTrailer, slot.end).into());
        }
        self.chain = before;
        Ok(())
    }

    /// Follows a segment as far as its head slot reaches; there every byte must be right.
    fn follow_to(&mut self, segment: &Segment, slot: &HeadSlot) -> Result<(), Stop> {
        let mut walk = Walk::new(&*segment.file);
        let mut offset = FRAMES_BEGIN;
        while offset < slot.end {
            offset = match walk.at(offset)? {
                Found::Frame(frame) => self.follow(offset, &frame)?,
                Found::Nothing => return Err(self.damage(Defect::EntriesMissing, offset).into()),
                Found::Broken { defect, .. } => return Err(self.damage(defect, offset).into()),
            };
        }
        if self.chain.unfinished.is_some() {
            return Err(self.damage(Defect::BatchUnfinished, offset).into());
        }
        let as_said = offset == slot.end
            && Some(slot.head) == self.chain.head()
            && Some(slot.last_batch) == self.chain.last_batch
            && slot.log_id == self.chain.log_id;
        if as_said { Ok(()) } else { Err(self.damage(Defect::HeadDisagrees, slot.offset()).into()) }
    }

    /// Follows the last segment to its end.
    fn active_segment(&mut self, segment: &Segment, slot: &HeadSlot) -> Result<Tail, Stop> {
        self.follow_to(segment, slot)?;
        if slot.full || self.has_footer(segment, slot)? {
            return self.before_footer(&*segment.file, slot);
        }
        self.rest(&*segment.file, slot)
    }

    /// Whether the segment was sealed, although the head slot that says so is lost.
    fn has_footer(&self, segment: &Segment, slot: &HeadSlot) -> io::Result<bool> {
        let batches = self.contents.batches().len();
        let ending = self.chain.ending(&segment.header, &segment.block, slot.end, batches);
        Ok(Footer::read(&*segment.file)?.is_ok_and(|footer| Some(footer.ending) == ending))
    }

    /// The end of a full segment: only a footer may follow, whole or not.
    fn before_footer(&self, file: &dyn DiskFile, slot: &HeadSlot) -> Result<Tail, Stop> {
        if let Found::Frame(_) = Walk::new(file).at(slot.end)? {
            return Err(self.damage(Defect::NotZero, slot.end).into());
        }
        if self.acknowledged.is_some_and(|size| size >= self.chain.next) {
            return Err(self.damage(Defect::EntriesMissing, slot.end).into());
        }
        Ok(Tail { end: slot.end, torn: slot.end..slot.end, full: true })
    }

    /// Follows the last segment beyond its head slot: whole batches, then zeros or a torn tail.
    fn rest(&mut self, file: &dyn DiskFile, slot: &HeadSlot) -> Result<Tail, Stop> {
        let mut walk = Walk::new(file);
        let mut offset = slot.end;
        // Where the last whole batch ends, and what was known there.
        let (mut end, mut before) = (slot.end, self.chain.clone());
        let (defect, header) = loop {
            match walk.at(offset)? {
                Found::Frame(frame) => {
                    offset = self.follow(offset, &frame)?;
                    if self.chain.unfinished.is_none() {
                        (end, before) = (offset, self.chain.clone());
                    }
                }
                Found::Nothing => break (Defect::EntriesMissing, None),
                Found::Broken { defect, header } => break (defect, header),
            }
        };
        let written = walk.last_written(end)?;
        if self.acknowledged.is_some_and(|size| size >= before.next) {
            let defect = if written.is_none() { Defect::EntriesMissing } else { defect };
            return Err(self.damage(defect, offset).into());
        }
        let Some(written) = written else { return Ok(Tail { end, torn: end..end, full: false }) };
        let announced = (end == slot.end && slot.reach > 0).then(|| slot.end + u64::from(slot.reach));
        self.refuse_if_not_torn(&mut walk, offset, defect, header.as_ref(), announced)?;
        if self.chain.next > before.next {
            self.contents.forget_from(before.next);
        }
        self.chain = before;
        Ok(Tail { end, torn: end..written + 1, full: false })
    }

    /// Refuses a tail that cannot be explained by one write that was cut off.
    fn refuse_if_not_torn(
        &self,
        walk: &mut Walk<'_>,
        offset: u64,
        defect: Defect,
        header: Option<&FrameHeader>,
        announced: Option<u64>,
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
        // Without its header nobody knows how long the frame was to be, but it was not longer than allowed. Of a
        // batch of several frames that was announced, any may have reached the disk.
        let extent = offset + header.map_or(FRAME_BYTES_MAX, FrameHeader::frame_bytes) as u64;
        let search = header.map_or(offset + 1, |_| extent);
        let (extent, search) = announced.map_or((extent, search), |announced| (announced, announced));
        if let Some(valid) = walk.next_header(search, self.chain.log_id)? {
            return Err(self.damage(defect, valid).into());
        }
        if let Some(written) = walk.next_written(extent)? {
            return Err(self.damage(Defect::NotZero, written).into());
        }
        Ok(())
    }

    /// Follows one frame; gives the byte after it.
    fn follow(&mut self, offset: u64, frame: &Frame<'_>) -> Result<u64, Stop> {
        let mut first_found = None;
        let next = self.chain.next;
        self.chain.follow(frame, &mut |defect, number| {
            first_found.get_or_insert((defect, number));
        });
        if first_found.is_none() {
            first_found = self.take_ids(offset, frame)?.map(|number| (Defect::DuplicateId, number));
        }
        let Some((defect, number)) = first_found else { return Ok(offset + frame.bytes().len() as u64) };
        // A wrong number is a gap, which begins where the right one should have been.
        self.chain.next = if defect == Defect::BatchNumber { next } else { number.max(next) };
        Err(self.damage(defect, offset).into())
    }

    /// Takes in the ids of a frame; gives the number of the first that was there already.
    fn take_ids(&mut self, offset: u64, frame: &Frame<'_>) -> Result<Option<u64>, Stop> {
        self.contents.add_batch(frame.header.first, offset);
        for (number, id) in (frame.header.first..).zip(frame.ids()) {
            let before = match self.trust {
                Trust::Footers => None,
                Trust::Nothing => self.segments.find_sealed(&id)?,
            };
            if before.is_some() || self.contents.claim(id, number).is_err() {
                return Ok(Some(number));
            }
        }
        Ok(None)
    }
}
