//! One pass over the segments in order, keeping what has been found so far.

use std::io;

use super::{Finding, Report};
use crate::chain::Chain;
use crate::damage::Defect;
use crate::disk::DiskFile;
use crate::files::{Slots, read_header};
use crate::frame::{ALIGNMENT, FrameHeader};
use crate::log::{Hash, Head};
use crate::segment::{FRAMES_BEGIN, HeadSlot, SegmentHeader, hash, slot_offset};
use crate::walk::{Found, Walk};

/// The state of a verification between two segments.
#[derive(Debug)]
pub(super) struct Pass {
    /// The thread through the batches; it begins with the first segment that says which log it is.
    chain: Option<Chain>,
    checkpoint_size: Option<u64>,
    segment: u64,
    /// The index that the next segment must have.
    next_segment: u64,
    /// The hash of the segment before; `None` if that could not be followed to its end.
    previous: Option<Hash>,
    /// Whether the numbers of the next batch are taken as they come, because the ones before are lost.
    lost: bool,
    /// The size at which the segment before ended, as its slot says.
    ended: Option<u64>,
    report: Report,
}

/// What stopped the walk through a segment's frames.
struct End {
    offset: u64,
    /// The first byte after `offset` that should be zero and is not.
    written: Option<u64>,
    defect: Defect,
}

impl Pass {
    pub(super) fn new(checkpoint: Option<&Head>) -> Self {
        let report = Report {
            log_id: None,
            head: None,
            entries: 0,
            pending: None,
            later_format: None,
            findings: Vec::new(),
        };
        Self {
            chain: None,
            checkpoint_size: checkpoint.map(|head| head.size),
            segment: 0,
            next_segment: 1,
            previous: Some([0; 32]),
            lost: false,
            ended: None,
            report,
        }
    }

    fn found(&mut self, defect: Defect, offset: u64, number: Option<u64>) {
        self.report.findings.push(Finding { defect, segment: self.segment, offset, number });
    }

    fn next_number(&self) -> u64 {
        self.chain.as_ref().map_or(1, |chain| chain.next)
    }

    pub(super) fn unreadable_segment(&mut self, index: u64) {
        self.begin(index);
        self.lose(Defect::Unreadable, 0);
        self.previous = None;
    }

    /// A finding after which entries are missing: what follows is taken up wherever it goes on.
    fn lose(&mut self, defect: Defect, offset: u64) {
        let number = self.next_number();
        self.found(defect, offset, Some(number));
        self.lost = true;
    }

    fn begin(&mut self, index: u64) {
        if index != self.next_segment {
            self.segment = self.next_segment;
            self.lose(Defect::SegmentMissing, 0);
            self.previous = None;
            self.ended = None;
        }
        self.segment = index;
        self.next_segment = index + 1;
    }

    pub(super) fn segment(&mut self, file: &dyn DiskFile, index: u64, is_last: bool) {
        self.begin(index);
        if let Err(_unreadable) = self.segment_content(file, is_last) {
            self.lose(Defect::Unreadable, 0);
            self.previous = None;
            self.ended = None;
        }
    }

    fn segment_content(&mut self, file: &dyn DiskFile, is_last: bool) -> io::Result<()> {
        let header = read_header(file)?;
        let slots = Slots::read(file)?;
        match &header {
            Ok((header, _)) => self.check_header(header),
            Err(defect) => self.found(*defect, 0, None),
        }
        self.check_slots(&slots);
        let sound_slot = slots.latest();
        let Some(log_id) =
            header.as_ref().ok().map(|(header, _)| header.log_id).or(sound_slot.map(|slot| slot.log_id))
        else {
            return Ok(());
        };
        let mut chain = self.chain.take().unwrap_or_else(|| Chain::new(log_id));
        self.report.log_id.get_or_insert(chain.log_id);
        let watched = slots.0.iter().flatten().map(|slot| slot.head.size).chain(self.checkpoint_size);
        for size in watched.filter(|size| size.saturating_add(1) >= chain.next) {
            let known = chain.head().filter(|head| head.size == size).map(|head| head.root);
            chain.watched.entry(size).or_insert(known);
        }
        let followed = self.frames(&mut Walk::new(file), &mut chain, sound_slot.map(|slot| slot.end));
        self.chain = Some(chain);
        let end = followed?;
        if is_writer_at_work(file, &slots, end.offset)? {
            let head_end = sound_slot.map_or(FRAMES_BEGIN, |slot| slot.end);
            self.report.findings.retain(|found| found.segment != self.segment || found.offset < head_end);
        } else {
            self.check_tail(&end, sound_slot.as_ref());
        }
        if let Some(slot) = sound_slot {
            self.compare_heads(&slots, &slot, end.offset);
        }
        self.previous = None;
        if let (Ok((_, block)), Some(last_batch)) =
            (&header, self.chain.as_ref().and_then(|chain| chain.last_batch))
        {
            self.previous = Some(hash(block, &last_batch));
        }
        self.ended = sound_slot.map(|slot| slot.head.size);
        if is_last {
            self.take_head(sound_slot.as_ref());
        }
        Ok(())
    }

    fn check_header(&mut self, header: &SegmentHeader) {
        if header.index != self.segment {
            self.found(Defect::SegmentMisplaced, 0, None);
        }
        if self.chain.as_ref().is_some_and(|chain| chain.log_id != header.log_id) {
            self.found(Defect::ForeignLog, 0, None);
        }
        if self.previous.is_some_and(|hash| hash != header.previous) {
            self.found(Defect::SegmentChain, 0, Some(header.first));
        }
        if !self.lost && header.first != self.next_number() {
            self.found(Defect::EntriesMissing, 0, Some(self.next_number()));
        }
        if self.ended.is_some_and(|size| size + 1 != header.first) {
            self.found(Defect::HeadDisagrees, 0, Some(header.first));
        }
    }

    fn check_slots(&mut self, slots: &Slots) {
        for (slot, read) in (0..).zip(&slots.0) {
            if let Err(defect) = read {
                self.found(*defect, slot_offset(slot), None);
            }
        }
        if slots.latest().is_none() {
            self.found(Defect::HeadsLost, slot_offset(0), None);
        }
        if let [Ok(even), Ok(odd)] = &slots.0
            && !follow_each_other(even, odd)
        {
            self.found(Defect::HeadSlot, slot_offset(0), None);
        }
    }

    /// Follows the frames to the last one, passing over what is broken.
    fn frames(&mut self, walk: &mut Walk<'_>, chain: &mut Chain, slot_end: Option<u64>) -> io::Result<End> {
        let mut offset = FRAMES_BEGIN;
        loop {
            let (defect, header) = match walk.at(offset)? {
                Found::Frame(frame) => {
                    if std::mem::take(&mut self.lost) {
                        chain.break_before(frame.header.first);
                    }
                    let segment = self.segment;
                    let findings = &mut self.report.findings;
                    chain.follow(&frame, &mut |defect, number| {
                        findings.push(Finding { defect, segment, offset, number: Some(number) });
                    });
                    self.report.entries += u64::from(frame.header.count);
                    offset += frame.bytes().len() as u64;
                    continue;
                }
                Found::Nothing => (Defect::NotZero, None),
                Found::Broken { defect, header } => (defect, header),
            };
            let Some(written) = walk.next_written(offset)? else {
                return Ok(End { offset, written: None, defect });
            };
            let extent = header.as_ref().map(|header| offset + header.frame_bytes() as u64);
            let resumed = walk.next_header(extent.unwrap_or(offset + ALIGNMENT as u64), chain.log_id)?;
            let acknowledged = slot_end.is_none_or(|end| offset < end);
            let Some(resumed) = resumed.or(extent.filter(|_| acknowledged)) else {
                return Ok(End { offset, written: Some(written), defect });
            };
            self.report.findings.push(Finding {
                defect,
                segment: self.segment,
                offset,
                number: Some(chain.next),
            });
            self.pass_over(chain, header.as_ref());
            offset = resumed;
        }
    }

    /// Goes on behind a broken frame: with the number that follows it, if its header tells.
    fn pass_over(&mut self, chain: &mut Chain, header: Option<&FrameHeader>) {
        match header {
            Some(header) if header.first == chain.next && header.log_id == chain.log_id => {
                chain.break_before(header.last() + 1);
            }
            Some(_) | None => self.lost = true,
        }
    }

    fn check_tail(&mut self, end: &End, slot: Option<&HeadSlot>) {
        let Some(written) = end.written else { return };
        let acknowledged = slot.is_some_and(|slot| end.offset < slot.end);
        let number = self.next_number();
        if acknowledged {
            self.found(end.defect, end.offset, Some(number));
        } else if end.defect == Defect::NotZero {
            self.found(Defect::NotZero, written, None);
        } else {
            self.found(Defect::TornTail, end.offset, None);
        }
    }

    fn compare_heads(&mut self, slots: &Slots, latest: &HeadSlot, end: u64) {
        let Some(chain) = &self.chain else { return };
        let (next, last_batch) = (chain.next, chain.last_batch);
        if latest.log_id != chain.log_id {
            self.found(Defect::ForeignLog, latest.offset(), None);
            return;
        }
        let differs: Vec<u64> = slots
            .0
            .iter()
            .flatten()
            .filter(|slot| {
                chain
                    .watched
                    .get(&slot.head.size)
                    .copied()
                    .flatten()
                    .is_some_and(|root| root != slot.head.root)
            })
            .map(HeadSlot::offset)
            .collect();
        for offset in differs {
            self.found(Defect::HeadDisagrees, offset, None);
        }
        if latest.head.size >= next {
            self.found(Defect::EntriesMissing, end, Some(next));
            return;
        }
        let at_its_end = latest.head.size + 1 == next;
        let same_end = latest.end == end && last_batch.is_none_or(|hash| hash == latest.last_batch);
        if at_its_end && !same_end {
            self.found(Defect::HeadDisagrees, latest.offset(), None);
        }
    }

    fn take_head(&mut self, slot: Option<&HeadSlot>) {
        self.report.head = slot.map(|slot| slot.head);
        let last = self.next_number() - 1;
        self.report.pending =
            slot.map(|slot| slot.head.size + 1..=last).filter(|pending| !pending.is_empty());
    }

    pub(super) fn finish(mut self, checkpoint: Option<&Head>) -> Report {
        self.report.later_format = self.chain.as_ref().and_then(|chain| chain.later_format);
        let Some(checkpoint) = checkpoint else { return self.report };
        let root = self.chain.as_ref().and_then(|chain| *chain.watched.get(&checkpoint.size)?);
        if self.next_number() <= checkpoint.size {
            let number = self.next_number();
            self.found(Defect::ShorterThanCheckpoint, 0, Some(number));
        } else if root.is_some_and(|root| root != checkpoint.root) {
            self.found(Defect::RootNotOfCheckpoint, 0, None);
        }
        self.report
    }
}

/// Whether a frame that seemed torn is only being written: it is whole by now, or its slot has followed. What
/// was seen beyond the head is then a picture taken while it was painted, and says nothing.
fn is_writer_at_work(file: &dyn DiskFile, slots: &Slots, offset: u64) -> io::Result<bool> {
    let whole = matches!(Walk::new(file).at(offset)?, Found::Frame(_));
    Ok(whole || Slots::read(file)? != *slots)
}

/// Whether these can be the last two writes of slots.
fn follow_each_other(even: &HeadSlot, odd: &HeadSlot) -> bool {
    let (old, new) = if even.sequence < odd.sequence { (even, odd) } else { (odd, even) };
    old.sequence + 1 == new.sequence
        && old.log_id == new.log_id
        && old.epoch <= new.epoch
        && old.head.size <= new.head.size
        && old.end <= new.end
}
