//! What the log must hold, worked out without it: the entries acknowledged, then perhaps one batch whose fate is
//! not known.

use std::collections::BTreeMap;

use crate::conformance::Copied;
use crate::envelope::Envelope;
use crate::log::{Hash, Head, NewRecord, RecordId};
use crate::merkle::{empty_root, leaf_hash, root};

#[derive(Debug, Default)]
pub(super) struct Model {
    /// What was acknowledged or shown, in order: it must be there for ever.
    pub(super) kept: Vec<Copied>,
    /// The batch that was handed over and not answered for: it may be there, whole.
    pub(super) in_flight: Vec<Copied>,
    /// The roots at the ends of batches, as they were first told.
    roots: BTreeMap<u64, Hash>,
    recorded: Option<i64>,
    ids: u64,
}

impl Model {
    pub(super) fn size(&self) -> u64 {
        self.kept.len() as u64
    }

    /// Both together.
    pub(super) fn all(&self) -> impl Iterator<Item = &Copied> {
        self.kept.iter().chain(&self.in_flight)
    }

    /// An id that was never used.
    pub(super) fn fresh_id(&mut self) -> RecordId {
        self.ids += 1;
        let mut id = [0; 16];
        id[8..].copy_from_slice(&self.ids.to_be_bytes());
        id
    }

    /// These records are being appended at the present size.
    pub(super) fn hand_over(&mut self, records: &[NewRecord]) {
        let decided_at = self.size();
        let mut recorded = self.recorded.unwrap_or(i64::MIN);
        self.in_flight.clear();
        for (number, record) in (decided_at + 1..).zip(records) {
            recorded = recorded.max(record.recorded);
            let signatures = record.signatures.iter().map(Vec::as_slice).collect();
            let payload = &record.payload;
            let envelope = Envelope { number, recorded, decided_at, payload, signatures }.encode();
            self.in_flight.push((number, record.id, record.order, envelope));
        }
    }

    /// The batch in flight has arrived: it was acknowledged, or somebody has seen it.
    pub(super) fn arrive(&mut self) {
        self.recorded = self
            .in_flight
            .last()
            .and_then(|last| Envelope::decode(&last.3).ok())
            .map(|envelope| envelope.recorded)
            .or(self.recorded);
        self.kept.append(&mut self.in_flight);
    }

    /// The batch in flight was refused, or is lost for good: it must never turn up.
    pub(super) fn give_up(&mut self) {
        self.in_flight.clear();
    }

    /// Keeps the root of a head, and tells whether it is the one that was told before.
    pub(super) fn is_same_root(&mut self, head: &Head) -> bool {
        *self.roots.entry(head.size).or_insert(head.root) == head.root
    }

    /// The root that the tree had at a size, the batch in flight included.
    pub(super) fn root_at(&self, size: u64) -> Hash {
        let leaves: Vec<Hash> = self.all().take(size as usize).map(|entry| leaf_hash(&entry.3)).collect();
        root(&leaves)
    }

    /// The head of what must be there, worked out from the entries.
    pub(super) fn head(&self) -> Head {
        let leaves: Vec<Hash> = self.kept.iter().map(|entry| leaf_hash(&entry.3)).collect();
        let root = if leaves.is_empty() { empty_root() } else { root(&leaves) };
        Head { size: self.size(), root }
    }
}
