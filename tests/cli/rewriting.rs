//! What whoever owns the disk can do: a whole store written anew from other entries, every hash good.

use std::ops::ControlFlow;
use std::sync::Arc;

use ledger_core::entry::Entry;
use ledger_store::archive::decode;
use ledger_store::{FileLog, Log, LogError, NewRecord, Options, RealDisk};

use crate::sandbox::Sandbox;

/// The log for writing, once a process that starts no longer holds the lock that it inherited for a moment.
pub(crate) fn unlocked(disk: &Arc<RealDisk>) -> FileLog {
    loop {
        match FileLog::open(Arc::clone(disk) as Arc<_>, &Options::default()) {
            Err(LogError::Locked) => std::thread::yield_now(),
            opened => return opened.unwrap().0,
        }
    }
}

/// Writes the store anew with entries changed in their JSON form, under the same log id, numbers and times.
pub(crate) fn with_entries(sandbox: &Sandbox, change: impl Fn(String) -> String) {
    let books = sandbox.path().join("books");
    let log = FileLog::open_read_only(Arc::new(RealDisk::at(&books))).unwrap();
    let mut records = Vec::new();
    log.read(1..log.head().size + 1, &mut |record| {
        let recorded = decode(&record).unwrap();
        let entry = Entry::from_json(&change(recorded.entry.to_json().to_string())).unwrap();
        records.push(NewRecord {
            id: record.id,
            order: record.order,
            recorded: recorded.recorded.micros(),
            payload: entry.to_cbor(),
            signatures: Vec::new(),
        });
        ControlFlow::Continue(())
    })
    .unwrap();
    let log_id = log.log_id();
    drop(log);
    std::fs::remove_dir_all(&books).unwrap();
    std::fs::create_dir(&books).unwrap();
    let disk = Arc::new(RealDisk::at(&books));
    FileLog::init(&*disk, log_id, &Options::default()).unwrap();
    let mut log = unlocked(&disk);
    log.append(0, &records).unwrap();
    log.close().unwrap();
}
