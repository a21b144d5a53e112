//! The thread that runs through all batches: numbers, hashes, epochs, times, and the tree.
//!
//! Recovery and verification follow the same thread; they differ only in what they do about a break, and in how
//! they see to it that no id is there twice.

use std::collections::BTreeMap;

use crate::batch::Plan;
use crate::damage::Defect;
use crate::envelope::{Envelope, EnvelopeError, FORMAT};
use crate::footer::Ending;
use crate::frame::Frame;
use crate::log::{Hash, Head, LogId, Record};
use crate::merkle::{Frontier, leaf_hash};
use crate::segment::{Block, SegmentHeader, hash};

/// What is known after the batches followed so far.
#[derive(Debug, Clone)]
pub(crate) struct Chain {
    pub(crate) log_id: LogId,
    /// The number of the next record.
    pub(crate) next: u64,
    /// The hash of the last batch; `None` after a break, when any will do.
    pub(crate) last_batch: Option<Hash>,
    pub(crate) epoch: u64,
    /// The tree; `None` after a break, when no root can be computed any more.
    pub(crate) frontier: Option<Frontier>,
    /// The recorded time of the last record, microseconds since the epoch.
    pub(crate) recorded: i64,
    /// The greatest ordering key of all records.
    pub(crate) order_greatest: i64,
    /// The least ordering key since the segment began.
    pub(crate) order_least: i64,
    /// The greatest format of an envelope.
    pub(crate) envelope_format: u64,
    /// The number with which the batch began whose last frame has not come yet.
    pub(crate) unfinished: Option<u64>,
    /// Roots at sizes that somebody asked for before they were passed.
    pub(crate) watched: BTreeMap<u64, Option<Hash>>,
    /// The first format met that this version does not know.
    pub(crate) later_format: Option<u64>,
}

impl Chain {
    pub(crate) fn new(log_id: LogId) -> Self {
        Self {
            log_id,
            next: 1,
            last_batch: Some([0; 32]),
            epoch: 0,
            frontier: Some(Frontier::default()),
            recorded: i64::MIN,
            order_greatest: i64::MIN,
            order_least: i64::MAX,
            envelope_format: 0,
            unfinished: None,
            watched: BTreeMap::new(),
            later_format: None,
        }
    }

    /// Size and root so far; `None` after a break.
    pub(crate) fn head(&self) -> Option<Head> {
        let frontier = self.frontier.as_ref()?;
        Some(Head { size: frontier.size(), root: frontier.root() })
    }

    /// Goes on after entries that could not be read: what follows is checked as far as it can be.
    pub(crate) fn break_before(&mut self, next: u64) {
        self.next = next;
        self.last_batch = None;
        self.frontier = None;
        self.unfinished = None;
    }

    /// Takes the log up at the end of a sealed segment, as its footer tells it.
    pub(crate) fn resume(&mut self, ending: &Ending) {
        self.next = ending.frontier.size() + 1;
        self.last_batch = Some(ending.last_batch);
        self.epoch = ending.epoch;
        self.frontier = Some(ending.frontier.clone());
        self.recorded = ending.recorded;
        self.order_greatest = ending.order_greatest;
        self.envelope_format = ending.envelope_format;
        if ending.envelope_format > FORMAT {
            self.later_format.get_or_insert(ending.envelope_format);
        }
        self.unfinished = None;
    }

    /// Takes in a batch that this program has written.
    pub(crate) fn appended(&mut self, plan: &Plan<'_>, frontier: Frontier, epoch: u64, last_batch: Hash) {
        self.next = frontier.size() + 1;
        self.last_batch = Some(last_batch);
        self.epoch = epoch;
        self.frontier = Some(frontier);
        self.recorded = plan.recorded;
        self.envelope_format = FORMAT;
        for record in plan.records() {
            self.take_order(record.order);
        }
    }

    fn take_order(&mut self, order: i64) {
        self.order_greatest = self.order_greatest.max(order);
        self.order_least = self.order_least.min(order);
    }

    /// A segment begins.
    pub(crate) fn begin_segment(&mut self) {
        self.order_least = i64::MAX;
    }

    /// The state of the log at the end of the segment that was followed last; `None` after a break.
    pub(crate) fn ending(
        &self,
        header: &SegmentHeader,
        block: &Block,
        frames_end: u64,
        batches: usize,
    ) -> Option<Ending> {
        let last_batch = self.last_batch?;
        Some(Ending {
            log_id: self.log_id,
            segment: header.index,
            first: header.first,
            frontier: self.frontier.clone()?,
            epoch: self.epoch,
            recorded: self.recorded,
            order_least: self.order_least,
            order_greatest: self.order_greatest,
            frames_end,
            last_batch,
            segment_hash: hash(block, &last_batch),
            batches: batches as u64,
            envelope_format: self.envelope_format,
        })
    }

    /// Follows one batch, and tells each defect with the number of its entry.
    pub(crate) fn follow(&mut self, frame: &Frame<'_>, found: &mut dyn FnMut(Defect, u64)) {
        let header = &frame.header;
        if header.log_id != self.log_id {
            found(Defect::ForeignLog, header.first);
        }
        if header.first != self.next {
            found(Defect::BatchNumber, header.first);
            self.break_before(header.first);
        } else if self.last_batch.is_some_and(|hash| hash != header.previous) {
            found(Defect::BatchChain, header.first);
        }
        if header.epoch < self.epoch {
            found(Defect::BatchEpoch, header.first);
        }
        if self.unfinished.is_some() && header.epoch != self.epoch {
            found(Defect::BatchUnfinished, header.first);
        }
        self.epoch = self.epoch.max(header.epoch);
        for record in frame.records() {
            self.follow_record(&record, found);
        }
        self.next = header.last() + 1;
        self.unfinished = header.continues.then(|| self.unfinished.unwrap_or(header.first));
        self.last_batch = Some(frame.hash());
        if self.head().is_some_and(|head| head.root != header.root) {
            found(Defect::Root, header.first);
            // One finding is enough: every later root would differ as well.
            self.frontier = None;
        }
    }

    fn follow_record(&mut self, record: &Record<'_>, found: &mut dyn FnMut(Defect, u64)) {
        let number = record.number;
        if let Some(frontier) = &mut self.frontier {
            frontier.push(leaf_hash(record.envelope));
            if let Some(root) = self.watched.get_mut(&number) {
                *root = Some(frontier.root());
            }
        }
        self.take_order(record.order);
        match record.open() {
            Ok(envelope) => {
                self.envelope_format = self.envelope_format.max(FORMAT);
                self.follow_envelope(&envelope, number, found);
            }
            // The hash is verified all the same; only the content cannot be judged.
            Err(EnvelopeError::UnknownFormat(format)) => {
                self.envelope_format = self.envelope_format.max(format);
                self.later_format.get_or_insert(format);
            }
            Err(EnvelopeError::Malformed | EnvelopeError::NotCanonical) => found(Defect::Envelope, number),
        }
    }

    fn follow_envelope(&mut self, envelope: &Envelope<'_>, number: u64, found: &mut dyn FnMut(Defect, u64)) {
        if envelope.number != number || envelope.decided_at >= number {
            found(Defect::EnvelopeNumber, number);
        }
        if envelope.recorded < self.recorded {
            found(Defect::RecordedBack, number);
        }
        self.recorded = self.recorded.max(envelope.recorded);
    }
}
