//! One pass over the segments in order, keeping what has been found so far.

use std::io;

use super::blocks::{Blocks, is_writer_at_work};
use super::footers::{self, Followed};
use super::ids::{Source, repeated};
use super::{Finding, Report};
use crate::chain::Chain;
use crate::damage::Defect;
use crate::disk::{Disk, DiskFile};
use crate::files::{Slots, read_header};
use crate::footer::Footer;
use crate::frame::{ALIGNMENT, FrameHeader};
use crate::log::{Hash, Head};
use crate::sealed::Sealed;
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
    /// Whether a segment of a later format was passed over, so that nobody knows what was in it.
    passed_over: bool,
    /// Whether a frame or a segment of a later format was passed over, so that its entries were not hashed.
    unhashed: bool,
    /// The size at which the segment before ended, as its slot says.
    ended: Option<u64>,
    /// Where the ids of each segment are.
    ids: Vec<(u64, Source)>,
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
            proven: None,
            findings: Vec::new(),
        };
        Self {
            chain: None,
            checkpoint_size: checkpoint.map(|head| head.size),
            segment: 0,
            next_segment: 1,
            previous: Some([0; 32]),
            lost: false,
            passed_over: false,
            unhashed: false,
            ended: None,
            ids: Vec::new(),
            report,
        }
    }

    /// Notes what is wrong. A later format is not wrong, only not known here.
    fn found(&mut self, defect: Defect, offset: u64, number: Option<u64>) {
        if let Defect::LaterFormat(format) = defect {
            self.report.later_format.get_or_insert(u64::from(format));
            return;
        }
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
        if let Err(later @ Defect::LaterFormat(_)) = read_header(file)? {
            self.found(later, 0, None);
            (self.lost, self.passed_over, self.unhashed) = (true, true, true);
            (self.previous, self.ended) = (None, None);
            return Ok(());
        }
        let blocks = self.blocks(file, is_last)?;
        let named = blocks.header.as_ref().map(|(header, _)| header.log_id);
        let Some(log_id) = named.or(blocks.slot.map(|slot| slot.log_id)) else {
            // Nothing says which log this is.
            self.lost = true;
            self.previous = None;
            self.ended = None;
            return Ok(());
        };
        let mut chain = self.chain.take().unwrap_or_else(|| Chain::new(log_id));
        self.report.log_id.get_or_insert(chain.log_id);
        self.watch(&mut chain, &blocks);
        chain.begin_segment();
        let mut followed = Followed { whole: !self.lost, ..Followed::default() };
        let end = self.frames(file, &mut chain, &blocks, &mut followed);
        let end = match end {
            Ok(end) => self.check_end(file, &chain, &blocks, end),
            Err(unreadable) => Err(unreadable),
        };
        let checked = match end {
            Ok(end) => self.check_footer(file, &mut chain, &blocks, &end, followed).map(|()| end),
            Err(unreadable) => Err(unreadable),
        };
        self.chain = Some(chain);
        let end = checked?;
        if let Some(slot) = blocks.slot {
            self.compare_heads(&blocks.slots, &slot, end.offset);
        }
        self.previous = None;
        if let (Some((_, block)), Some(last_batch)) =
            (&blocks.header, self.chain.as_ref().and_then(|chain| chain.last_batch))
        {
            self.previous = Some(hash(block, &last_batch));
        }
        self.ended = blocks.slot.map(|slot| slot.head.size);
        if is_last {
            self.take_head(blocks.slot.as_ref());
        }
        Ok(())
    }

    /// Reads and checks the first blocks of a segment.
    fn blocks(&mut self, file: &dyn DiskFile, is_last: bool) -> io::Result<Blocks> {
        let header = read_header(file)?;
        let slots = Slots::read(file)?;
        match &header {
            Ok((header, _)) => self.check_header(header),
            Err(defect) => self.found(*defect, 0, None),
        }
        self.check_slots(&slots);
        let slot = slots.latest().ok();
        if let Some(slot) = slot.filter(|slot| !slot.full && !is_last) {
            self.found(Defect::HeadDisagrees, slot.offset(), None);
        }
        let frames_end = match slot.filter(|slot| slot.full) {
            Some(slot) => Some(slot.end),
            None => Footer::read(file)?.ok().map(|footer| footer.ending.frames_end),
        };
        Ok(Blocks { header: header.ok(), slots, slot, is_last, frames_end })
    }

    /// Asks for the roots at the sizes of the slots and of the checkpoint.
    fn watch(&self, chain: &mut Chain, blocks: &Blocks) {
        let slots = blocks.slots.0.iter().flatten();
        let watched = slots.map(|slot| slot.head.size).chain(self.checkpoint_size);
        for size in watched.filter(|size| size.saturating_add(1) >= chain.next) {
            let known = chain.head().filter(|head| head.size == size).map(|head| head.root);
            chain.watched.entry(size).or_insert(known);
        }
    }

    /// Judges what lies after the last frame of a segment that has no footer yet.
    fn check_end(
        &mut self,
        file: &dyn DiskFile,
        chain: &Chain,
        blocks: &Blocks,
        end: End,
    ) -> io::Result<End> {
        let acknowledged = blocks.slot.is_none_or(|slot| end.offset <= slot.end);
        if let Some(first) = chain.unfinished.filter(|_| acknowledged || blocks.frames_end.is_some()) {
            self.found(Defect::BatchUnfinished, end.offset, Some(first));
        }
        if blocks.frames_end.is_some() {
            return Ok(end);
        }
        if is_writer_at_work(file, blocks, end.offset)? {
            let head_end = blocks.slot.map_or(FRAMES_BEGIN, |slot| slot.end);
            self.report.findings.retain(|found| found.segment != self.segment || found.offset < head_end);
        } else {
            self.check_tail(chain, &end, blocks.slot.as_ref());
        }
        Ok(end)
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
        if let Err(defect) = slots.latest() {
            self.found(defect, slot_offset(0), None);
        }
        if !slots.follow_each_other() {
            self.found(Defect::HeadSlot, slot_offset(0), None);
        }
    }

    /// Follows the frames to the last one, passing over what is broken.
    fn frames(
        &mut self,
        file: &dyn DiskFile,
        chain: &mut Chain,
        blocks: &Blocks,
        followed: &mut Followed,
    ) -> io::Result<End> {
        let mut walk = Walk::new(file);
        let walk = &mut walk;
        let mut offset = FRAMES_BEGIN;
        let slot_end = blocks.slot.map(|slot| slot.end);
        loop {
            if blocks.frames_end.is_some_and(|end| offset >= end) {
                return Ok(End { offset, written: None, defect: Defect::NotZero });
            }
            let (defect, header) = match walk.at(offset)? {
                Found::Frame(frame) => {
                    if std::mem::take(&mut self.lost) {
                        chain.break_before(frame.header.first);
                    }
                    let segment = self.segment;
                    let findings = &mut self.report.findings;
                    let known = findings.len();
                    chain.follow(&frame, &mut |defect, number| {
                        findings.push(Finding { defect, segment, offset, number: Some(number) });
                    });
                    followed.add(&frame, offset);
                    followed.whole &= findings.len() == known;
                    self.report.entries += u64::from(frame.header.count);
                    offset += frame.bytes().len() as u64;
                    continue;
                }
                Found::Broken { defect: defect @ Defect::LaterFormat(_), header: Some(header) } => {
                    followed.whole = false;
                    self.pass_over_later(chain, &header, defect, offset);
                    offset += header.frame_bytes() as u64;
                    continue;
                }
                Found::Nothing => (Defect::NotZero, None),
                Found::Broken { defect, header } => (defect, header),
            };
            if let Some((_, reach)) = blocks.announced().filter(|_| blocks.is_announced(offset)) {
                // Any of its frames may be there or not, so none is looked for.
                return Ok(match walk.next_written(reach)? {
                    None => End { offset, written: walk.next_written(offset)?, defect: Defect::BatchHeader },
                    beyond => End { offset, written: beyond, defect: Defect::NotZero },
                });
            }
            let Some(written) = walk.next_written(offset)? else {
                return Ok(End { offset, written: None, defect });
            };
            followed.whole = false;
            let extent = header.as_ref().map(|header| offset + header.frame_bytes() as u64);
            let resumed = walk.next_header(extent.unwrap_or(offset + ALIGNMENT as u64), chain.log_id)?;
            let resumed = resumed.filter(|place| blocks.frames_end.is_none_or(|end| *place < end));
            let acknowledged = slot_end.is_none_or(|end| offset < end);
            let Some(resumed) = resumed.or(extent.filter(|_| acknowledged)).or(blocks.frames_end) else {
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

    /// Goes on behind a frame of a later version, whose checksums are good.
    fn pass_over_later(&mut self, chain: &mut Chain, header: &FrameHeader, defect: Defect, offset: u64) {
        self.found(defect, offset, Some(header.first));
        self.unhashed = true;
        if !std::mem::take(&mut self.lost) && header.first != chain.next {
            self.found(Defect::BatchNumber, offset, Some(header.first));
        }
        self.report.entries += u64::from(header.count);
        chain.break_before(header.last() + 1);
    }

    /// Holds the footer of a full segment against its frames, and takes the thread up from it if it was lost.
    fn check_footer(
        &mut self,
        file: &dyn DiskFile,
        chain: &mut Chain,
        blocks: &Blocks,
        end: &End,
        followed: Followed,
    ) -> io::Result<()> {
        let Some(frames_end) = blocks.frames_end else {
            if !blocks.is_last {
                self.found(Defect::FooterTrailer, end.offset, None);
            }
            self.hold(followed);
            return Ok(());
        };
        let whole = followed.whole && end.offset == frames_end && chain.unfinished.is_none();
        let ending = blocks.header.as_ref().filter(|_| whole && !followed.batches.is_empty());
        let ending = ending
            .and_then(|(header, block)| chain.ending(header, block, frames_end, followed.batches.len()));
        let ending = ending.filter(|ending| followed.fits(ending.first));
        let derived = ending.is_some();
        let mut compared = footers::compare(file, ending.clone(), &followed, frames_end)?;
        if blocks.is_last && compared.footer.is_none() {
            let at_work = footers::is_being_written(file, frames_end)?;
            // It may be whole by now.
            compared = footers::compare(file, ending, &followed, frames_end)?;
            compared.found.retain(|(defect, _)| !at_work || matches!(defect, Defect::LaterFormat(_)));
            compared.say_torn();
        }
        compared.found.iter().for_each(|(defect, offset)| self.found(*defect, *offset, None));
        match compared.footer {
            Some(footer) if derived => {
                self.ids.push((self.segment, Source::Footer(Box::new(Sealed::new(footer)))));
            }
            Some(footer) => {
                self.hold(followed);
                let fits = blocks.slot.is_some_and(|slot| slot.head == footer.ending.head());
                if chain.frontier.is_none() && fits && footer.ending.log_id == chain.log_id {
                    chain.resume(&footer.ending);
                    self.lost = false;
                }
            }
            None => self.hold(followed),
        }
        Ok(())
    }

    /// Keeps the ids of a segment that has no footer to read them from.
    fn hold(&mut self, followed: Followed) {
        let Followed { mut ids, batches, .. } = followed;
        ids.sort_unstable_by_key(|(id, number)| (u128::from_be_bytes(*id), *number));
        self.ids.push((self.segment, Source::Held { ids, batches }));
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

    fn check_tail(&mut self, chain: &Chain, end: &End, slot: Option<&HeadSlot>) {
        let acknowledged = slot.is_some_and(|slot| end.offset < slot.end);
        match end.written {
            Some(_) if acknowledged => self.found(end.defect, end.offset, Some(chain.next)),
            Some(written) if end.defect == Defect::NotZero => self.found(Defect::NotZero, written, None),
            Some(_) => self.found(Defect::TornTail, end.offset, None),
            None if chain.unfinished.is_some() && slot.is_none_or(|slot| end.offset > slot.end) => {
                self.found(Defect::TornTail, end.offset, None);
            }
            None => {}
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
        let last = self.chain.as_ref().map_or(1, first_of_tail) - 1;
        self.report.pending =
            slot.map(|slot| slot.head.size + 1..=last).filter(|pending| !pending.is_empty());
    }

    pub(super) fn finish(mut self, disk: &dyn Disk, checkpoint: Option<&Head>) -> Report {
        self.find_repeated(disk);
        let later = self.chain.as_ref().and_then(|chain| chain.later_format);
        self.report.later_format = self.report.later_format.or(later);
        let Some(checkpoint) = checkpoint else { return self.report };
        let root = self.chain.as_ref().and_then(|chain| *chain.watched.get(&checkpoint.size)?);
        if self.passed_over && self.next_number() <= checkpoint.size {
            // What is missing may be where this version cannot look.
            return self.report;
        }
        if self.next_number() <= checkpoint.size {
            let number = self.next_number();
            self.found(Defect::ShorterThanCheckpoint, 0, Some(number));
        } else if root.is_some_and(|root| root != checkpoint.root) {
            self.found(Defect::RootNotOfCheckpoint, 0, None);
        } else if root.is_some() && self.report.is_clean() && !self.unhashed {
            self.report.proven = Some(checkpoint.size);
        }
        self.report
    }

    /// Finds the ids that are there more than once, each behind the other findings of its segment.
    fn find_repeated(&mut self, disk: &dyn Disk) {
        let repeated = match repeated(disk, &self.ids) {
            Ok(Ok(repeated)) => repeated,
            // A table that was sound when it was compared cannot be read any more.
            Ok(Err(_)) | Err(_) => return self.found(Defect::Unreadable, 0, None),
        };
        for entry in repeated {
            let (segment, offset, number) = (entry.segment, entry.offset, Some(entry.number));
            self.report.findings.push(Finding { defect: Defect::DuplicateId, segment, offset, number });
        }
        self.report.findings.sort_by_key(|finding| finding.segment);
    }
}

/// The number after the last whole batch.
fn first_of_tail(chain: &Chain) -> u64 {
    chain.unfinished.unwrap_or(chain.next)
}
