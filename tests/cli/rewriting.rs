//! What whoever owns the disk can do: a whole store written anew from other entries, every hash good.

use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::sync::Arc;

use ledger_core::entry::Entry;
use ledger_core::resolve::Outline;
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

/// An entry as the log has it.
#[derive(Clone)]
pub(crate) struct Kept {
    /// In JSON.
    pub(crate) entry: String,
    pub(crate) signatures: Vec<Vec<u8>>,
    pub(crate) recorded: i64,
}

/// All entries of a store.
pub(crate) fn kept(sandbox: &Sandbox) -> Vec<Kept> {
    let log = FileLog::open_read_only(Arc::new(RealDisk::at(sandbox.path().join("books")))).unwrap();
    let mut all = Vec::new();
    log.read(1..log.head().size + 1, &mut |record| {
        let recorded = decode(&record).unwrap();
        let signatures = record.open().unwrap().signatures.iter().map(|one| one.to_vec()).collect();
        let entry = recorded.entry.to_json().to_string();
        all.push(Kept { entry, signatures, recorded: recorded.recorded.micros() });
        ControlFlow::Continue(())
    })
    .unwrap();
    all
}

/// Writes the log of a store anew from these entries, under the same log id; what lies beside the log stays.
pub(crate) fn write_anew(sandbox: &Sandbox, entries: &[Kept]) {
    let books = sandbox.path().join("books");
    let disk = Arc::new(RealDisk::at(&books));
    let log_id = FileLog::open_read_only(Arc::clone(&disk) as Arc<_>).unwrap().log_id();
    let (mut outline, mut ids) = (Outline::default(), BTreeSet::new());
    let records: Vec<NewRecord> = entries
        .iter()
        .map(|kept| {
            let entry = Entry::from_json(&kept.entry).unwrap();
            let beside = outline.beside(&entry, outline.zone());
            outline.see(beside.order, beside.declares.then_some(&entry));
            // The log takes no id twice. Of an entry that is there again it is told another, which no pack has in it.
            let mut id = entry.id.bytes();
            while !ids.insert(id) {
                id[0] ^= 0xff;
            }
            let (order, payload) = (beside.number(), entry.to_cbor());
            NewRecord { id, order, recorded: kept.recorded, payload, signatures: kept.signatures.clone() }
        })
        .collect();
    for name in ["segment-00000001.log", "tiles", "snapshots", "cache"] {
        let path = books.join(name);
        let _ = std::fs::remove_file(&path).or_else(|_| std::fs::remove_dir_all(&path));
    }
    FileLog::init(&*disk, log_id, &Options::default()).unwrap();
    let mut log = unlocked(&disk);
    log.append(0, &records).unwrap();
    log.close().unwrap();
}

/// Writes the store anew with entries changed in their JSON form, under the same log id, numbers and times, unsigned.
pub(crate) fn with_entries(sandbox: &Sandbox, change: impl Fn(String) -> String) {
    let changed = |kept: Kept| Kept { entry: change(kept.entry), signatures: Vec::new(), ..kept };
    let entries: Vec<Kept> = kept(sandbox).into_iter().map(changed).collect();
    write_anew(sandbox, &entries);
}
