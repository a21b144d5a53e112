//! What the log's bytes say: envelopes and entries in canonical form, and the ids and places in accounting
//! order that the frames repeat beside them.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;
use std::ops::{ControlFlow, Range};

use ledger_core::event::Event;
use ledger_core::replay::Archive;
use ledger_core::resolve::{Beside, Outline, Recorded};
use ledger_core::time::{OrderKey, Zone};
use ledger_store::archive::decode;
use ledger_store::ledger::LedgerError;
use ledger_store::segment::file_name;
use ledger_store::{Log, Record};

use super::{Finding, Pass};
use crate::documents::Named;

/// A finding of the store's own verification.
pub(super) fn finding(finding: &ledger_store::Finding) -> Finding {
    Finding::of(finding.defect.code(), finding.defect.meaning())
        .at_any(finding.number)
        .in_file(file_name(finding.segment), Some(finding.offset))
}

/// The entries of a log, each held against what its frame says beside it, once.
pub(super) struct Entries<'a> {
    log: &'a dyn Log,
    seen: RefCell<Seen>,
}

/// What was found so far.
#[derive(Default)]
struct Seen {
    checked: u64,
    /// The last number up to which all were seen.
    through: u64,
    /// Late entries beyond it, fetched when their places came.
    ahead: BTreeSet<u64>,
    sound: u64,
    named: Named,
    zone: Option<Zone>,
    /// Where approvals stand, as what is proposed before them says.
    approvals: BTreeMap<u64, OrderKey>,
    form: Vec<Finding>,
    ids: Vec<Finding>,
    order: Vec<Finding>,
}

impl<'a> Entries<'a> {
    pub(super) fn of(log: &'a dyn Log) -> Entries<'a> {
        Entries { log, seen: RefCell::default() }
    }

    /// The outline of what can be read.
    pub(super) fn outline(&self) -> Outline {
        let mut outline = Outline::default();
        // What stops the reading is among the findings of the store already; what cannot be decoded is found
        // when the entries are checked.
        let _found_elsewhere = self.log.read(1..self.log.head().size + 1, &mut |record| {
            let Beside { order, declares } = Beside::from_number(record.order);
            let decoded = if declares { decode(&record).ok() } else { None };
            if let Some(Recorded { number, entry, .. }) =
                decoded.as_ref().filter(|decoded| decoded.entry.approved().is_some())
            {
                let beside = outline.beside(entry, outline.zone());
                self.seen.borrow_mut().approvals.insert(*number, beside.order);
            }
            outline.see(order, decoded.as_ref().map(|decoded| &decoded.entry));
            ControlFlow::Continue(())
        });
        outline
    }

    /// What those seen so far name that lies outside of the log.
    pub(super) fn named(&self) -> Named {
        std::mem::take(&mut self.seen.borrow_mut().named)
    }

    /// The passes over the entries; whether all of them were read and are sound.
    pub(super) fn passes(self, passes: &mut Vec<Pass>) -> bool {
        let Seen { checked, sound, form, ids, order, .. } = self.seen.into_inner();
        let complete = sound == self.log.head().size;
        let checked = checked as usize;
        passes.push(Pass::of("canonical form", checked, "entries", form));
        passes.push(Pass::of("ids beside the entries", checked, "entries", ids));
        passes.push(Pass::of("accounting order", checked, "entries", order));
        complete
    }
}

impl Archive for Entries<'_> {
    type Error = Infallible;

    fn read(
        &self,
        numbers: Range<u64>,
        visit: &mut dyn FnMut(&Recorded, OrderKey) -> ControlFlow<()>,
    ) -> Result<(), Infallible> {
        // As for the outline.
        let _found_elsewhere = self.log.read(numbers, &mut |record| {
            let order = Beside::from_number(record.order).order;
            let mut seen = self.seen.borrow_mut();
            let Some(recorded) = seen.check(&record, order) else { return ControlFlow::Continue(()) };
            // The visitor may read again.
            drop(seen);
            visit(&recorded, order)
        });
        Ok(())
    }
}

impl Seen {
    /// Whether an entry is seen first. They are read by number, but late ones when their places come.
    fn is_first(&mut self, number: u64) -> bool {
        if number <= self.through || !self.ahead.insert(number) {
            return false;
        }
        while self.ahead.remove(&(self.through + 1)) {
            self.through += 1;
        }
        self.checked += 1;
        true
    }

    /// Decodes a record; what is wrong with it is noted when it is seen first.
    fn check(&mut self, record: &Record<'_>, order: OrderKey) -> Option<Recorded> {
        let first = self.is_first(record.number);
        let entry = record.number;
        let decoded = decode(record);
        match (&decoded, first) {
            (Err(LedgerError::OtherId { .. }), true) => {
                let message = "the frame has another id than the entry".to_owned();
                self.ids.push(Finding::of("entry_id", message).at(entry));
            }
            (Err(LedgerError::OtherBeside { .. }), true) => {
                let message = "the frame does not say what the entry declares".to_owned();
                self.order.push(Finding::of("entry_declares", message).at(entry));
            }
            (Err(LedgerError::Envelope { why, .. }), true) => {
                self.form.push(Finding::of("envelope", why.to_string()).at(entry));
            }
            (Err(other), true) => {
                self.form.push(Finding::of("entry_form", other.to_string()).at(entry));
            }
            (Ok(recorded), true) => {
                self.sound += 1;
                self.named.take(record, &recorded.entry);
                if let Some(Event::LedgerOpened(opened)) = recorded.entry.events.first() {
                    self.zone = Some(opened.time_zone);
                }
                let own = || recorded.entry.order(self.zone.unwrap_or(Zone::UTC));
                if self.approvals.get(&record.number).copied().unwrap_or_else(own) != order {
                    let message = "the frame has another place in accounting order than the entry".to_owned();
                    self.order.push(Finding::of("entry_order", message).at(entry));
                }
            }
            (_, false) => {}
        }
        decoded.ok()
    }
}
