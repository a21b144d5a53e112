//! The documents that support an entry, wherever it names them.

use super::Entry;
use crate::event::Event;
use crate::evidence::Evidence;

impl Entry {
    /// Every piece of evidence that the entry names: its own, what it attaches to another, what proves an instruction.
    pub fn documents(&self) -> impl Iterator<Item = &Evidence> {
        self.evidence.iter().chain(self.events.iter().filter_map(of_event))
    }
}

fn of_event(event: &Event) -> Option<&Evidence> {
    if let Event::EvidenceAttached(e) = event {
        Some(&e.evidence)
    } else if let Event::LotInstructionRecorded(e) = event {
        e.evidence.as_ref()
    } else {
        None
    }
}
