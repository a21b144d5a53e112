//! A log filled with a load, past the deciding: every entry is one that would be accepted.

use std::sync::Arc;

use ledger_core::entry::Entry;
use ledger_core::resolve::Beside;
use ledger_store::{FileLog, Head, Log, LogId, NewRecord, Options, RealDisk};
use testkit::load::{Load, order};

const BATCH: usize = 1_000;

/// The record of an entry.
pub(crate) fn record(entry: &Entry, recorded: i64) -> NewRecord {
    NewRecord {
        id: entry.id.bytes(),
        order: Beside { order: order(entry), declares: entry.declares() }.number(),
        recorded,
        payload: entry.to_cbor(),
        signatures: Vec::new(),
    }
}

/// Opens a log in a folder and appends a load to it, each entry at the time at which it would be recorded.
pub(crate) fn fill(disk: &Arc<RealDisk>, load: Load) -> Head {
    FileLog::init(&**disk, LogId([2; 16]), &Options::default()).unwrap();
    let mut log = FileLog::open(disk.clone(), &Options::default()).unwrap().0;
    let mut batch = Vec::with_capacity(BATCH);
    let mut entries = load.entries();
    for number in 1..=load.count {
        let entry = entries.next().unwrap();
        batch.push(record(&entry, entries.recorded().micros()));
        if batch.len() == BATCH || number == load.count {
            log.append(log.head().size, &batch).unwrap();
            batch.clear();
        }
    }
    let head = log.head();
    log.close().unwrap();
    head
}
