//! What the log's bytes say: envelopes and entries in canonical form, and the ids and places in accounting
//! order that the frames repeat beside them.

use std::ops::ControlFlow;
use std::sync::Arc;

use ledger_core::entry::Entry;
use ledger_core::event::Event;
use ledger_core::resolve::Recorded;
use ledger_core::time::{Instant, Zone};
use ledger_store::{FileLog, Log, RealDisk, Record};

use super::{Finding, Pass};

/// What could be read.
#[derive(Debug, Default)]
pub(super) struct Read {
    /// The entries, from the first on.
    pub(super) entries: Vec<Recorded>,
    /// Whether that is all of them.
    pub(super) complete: bool,
}

/// A finding of the store's own verification.
pub(super) fn finding(finding: &ledger_store::Finding) -> Finding {
    Finding {
        code: finding.defect.code(),
        message: format!(
            "{}, segment {} at byte {}",
            finding.defect.meaning(),
            finding.segment,
            finding.offset
        ),
        entry: finding.number,
    }
}

/// Reads what can be read, checking each record.
pub(super) fn read(disk: Arc<RealDisk>, passes: &mut Vec<Pass>) -> Read {
    let mut reading = Reading::default();
    let opened = FileLog::open_read_only(disk);
    let read = opened.and_then(|log| {
        reading.size = log.head().size;
        log.read(1..log.head().size + 1, &mut |record| {
            reading.record(&record);
            ControlFlow::Continue(())
        })
    });
    // What stops the reading is among the findings of the store already.
    let complete = read.is_ok() && reading.entries.len() as u64 == reading.size;
    let count = reading.entries.len();
    passes.push(Pass::of("canonical form", count, "entries", reading.form));
    passes.push(Pass::of("ids beside the entries", count, "entries", reading.ids));
    passes.push(Pass::of("accounting order", count, "entries", reading.order));
    Read { entries: reading.entries, complete }
}

#[derive(Default)]
struct Reading {
    size: u64,
    zone: Option<Zone>,
    entries: Vec<Recorded>,
    form: Vec<Finding>,
    ids: Vec<Finding>,
    order: Vec<Finding>,
}

impl Reading {
    fn record(&mut self, record: &Record<'_>) {
        let entry = Some(record.number);
        let envelope = match record.open() {
            Ok(envelope) => envelope,
            Err(why) => {
                return self.form.push(Finding { code: "envelope", message: why.to_string(), entry });
            }
        };
        let decoded = match Entry::from_cbor(envelope.payload) {
            Ok(decoded) => decoded,
            Err(why) => {
                return self.form.push(Finding { code: "entry_form", message: why.to_string(), entry });
            }
        };
        if decoded.id.bytes() != record.id {
            let message = format!("the frame has another id than the entry, {}", decoded.id);
            self.ids.push(Finding { code: "entry_id", message, entry });
        }
        if let Some(Event::LedgerOpened(opened)) = decoded.events.first() {
            self.zone = Some(opened.time_zone);
        }
        if decoded.order(self.zone.unwrap_or(Zone::UTC)).number() != record.order {
            let message = "the frame has another place in accounting order than the entry".to_owned();
            self.order.push(Finding { code: "entry_order", message, entry });
        }
        let recorded = Instant::from_micros(envelope.recorded);
        self.entries.push(Recorded { number: record.number, recorded, entry: decoded });
    }
}
