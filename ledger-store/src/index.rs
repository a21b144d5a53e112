//! Lookups: which entries have a name, without reading all of them. Kept in sled, which is a cache here and no more:
//! whoever cannot use it reads the entries and finds the same.
//!
//! # Why an answer is believed
//!
//! - The index names its version, its log, and how many entries it has taken in, with the peaks of the tree over
//!   them. It catches up from the log, and the tree that then comes out must have the root of the log's head. So an
//!   index of another history, or of a log that was rolled back, is never used.
//! - Its files have the hash that they had when it was last closed; so every changed bit is found, and an index
//!   whose user was killed is not used either.
//! - Every record has a checksum over its key and value, and every name says how many entries it has.
//! - The first and the last entry of an answer are read and must have the name.
//!
//! Whatever does not agree, cannot be opened, or panics inside sled: the index is deleted and made anew, once; when
//! that fails too, the entries are read. One process at a time uses it; the others read the entries. Ids are not in
//! it, for the log itself finds those.

mod check;
mod records;
mod seal;

use std::cell::Cell;
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use ledger_core::entry::EntryId;
use ledger_core::entry::lookups::LookupKind;
use sha2::{Digest, Sha256};

use crate::archive::decode;
use crate::disk::Disk;
use crate::durable::RealDisk;
use crate::ledger::LedgerError;
use crate::log::{Log, LogId};
use records::{Records, Trouble, VERSION};

pub use check::IndexDefect;

/// From how many entries on an index is worth its while.
pub const WORTH_FROM: u64 = 4_096;

/// The lookups of a store.
#[derive(Debug, Clone)]
pub struct Index {
    cache: PathBuf,
    worth_from: u64,
}

/// The entries that have a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Their numbers, rising.
    pub numbers: Vec<u64>,
    /// Where they were looked up.
    pub source: Source,
}

/// Where names were looked up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// In the index.
    Index,
    /// By the log, which finds ids.
    Log,
    /// In the entries themselves.
    Entries,
}

impl Index {
    /// The index in a folder for caches, which need not exist.
    pub fn at(cache: impl Into<PathBuf>) -> Index {
        Index { cache: cache.into(), worth_from: WORTH_FROM }
    }

    /// The same for logs of so many entries and more.
    #[must_use]
    pub fn worth_from(self, entries: u64) -> Index {
        Index { worth_from: entries, ..self }
    }

    /// The numbers of the entries with a name, from the index if it can be used, otherwise from the entries.
    ///
    /// # Errors
    /// [`LedgerError`] when the log cannot be read.
    pub fn find<L: Log + ?Sized>(&self, log: &L, kind: LookupKind, name: &str) -> Result<Found, LedgerError> {
        if kind == LookupKind::Id {
            let id = name.parse::<EntryId>().ok().filter(|id| id.to_string() == name);
            let number = id.map(|id| log.find(&id.bytes())).transpose()?.flatten();
            return Ok(Found { numbers: number.into_iter().collect(), source: Source::Log });
        }
        let worth = log.head().size >= self.worth_from;
        if let Some(numbers) = worth.then(|| self.looked_up(log, kind, name)).flatten() {
            return Ok(Found { numbers, source: Source::Index });
        }
        Ok(Found { numbers: scanned(log, kind, name)?, source: Source::Entries })
    }

    /// How many bytes the index of a log takes; `None` if there is none. Opens nothing.
    pub fn bytes(&self, log_id: LogId) -> Option<u64> {
        seal::bytes(&self.folder(log_id)).ok()
    }

    /// The folder of the index of a log.
    pub fn folder(&self, log_id: LogId) -> PathBuf {
        self.cache.join(folder_name(log_id))
    }

    /// The answer of the index; `None` if it has none that can be believed.
    fn looked_up<L: Log + ?Sized>(&self, log: &L, kind: LookupKind, name: &str) -> Option<Vec<u64>> {
        let disk = RealDisk::at(&self.cache);
        disk.create_folder("").ok()?;
        let own = folder_name(log.log_id());
        let _lock = disk.lock(&format!("{own}.lock")).ok()??;
        let (folder, seal) = (self.folder(log.log_id()), format!("{own}.seal"));
        if !seal::fits(&disk, &seal, &folder) {
            forget(&folder)?;
        }
        for _ in 0..2 {
            match shielded(|| ask(&folder, log, kind, name)) {
                Some(Ok(numbers)) => {
                    seal::put(&disk, &seal, &folder);
                    return Some(numbers);
                }
                // Reading the entries will meet the same and tell it.
                Some(Err(Trouble::Log)) => return None,
                Some(Err(Trouble::Cache)) | None => forget(&folder)?,
            }
        }
        None
    }
}

fn folder_name(log_id: LogId) -> String {
    let key = Sha256::new().chain_update(VERSION.to_le_bytes()).chain_update(log_id.0).finalize();
    let digits: String = key[..8].iter().map(|byte| format!("{byte:02x}")).collect();
    format!("index-{digits}")
}

/// Opens the index, brings it up to the log's head, and looks the name up.
fn ask<L: Log + ?Sized>(folder: &Path, log: &L, kind: LookupKind, name: &str) -> Result<Vec<u64>, Trouble> {
    let mut records = Records::open(folder, log.log_id())?;
    records.catch_up(log)?;
    let numbers = records.numbers(kind, name)?;
    for number in numbers.first().iter().chain(&numbers.last()) {
        let entry = crate::reading::entry(log, **number).map_err(|_| Trouble::Log)?;
        if !entry.is_some_and(|recorded| recorded.entry.has_lookup(kind, name)) {
            return Err(Trouble::Cache);
        }
    }
    Ok(numbers)
}

/// Deletes the index; `None` if that cannot be done.
fn forget(folder: &Path) -> Option<()> {
    if folder.is_dir() {
        std::fs::remove_dir_all(folder).ok()
    } else if folder.exists() {
        std::fs::remove_file(folder).ok()
    } else {
        Some(())
    }
}

fn scanned<L: Log + ?Sized>(log: &L, kind: LookupKind, name: &str) -> Result<Vec<u64>, LedgerError> {
    let mut numbers = Vec::new();
    let mut failed = None;
    log.read(1..log.head().size + 1, &mut |record| match decode(&record) {
        Ok(recorded) => {
            if recorded.entry.has_lookup(kind, name) {
                numbers.push(recorded.number);
            }
            ControlFlow::Continue(())
        }
        Err(error) => {
            failed = Some(error);
            ControlFlow::Break(())
        }
    })?;
    failed.map_or(Ok(numbers), Err)
}

thread_local! {
    static SHIELDED: Cell<bool> = const { Cell::new(false) };
}

/// Whether a panic of this thread is one of sled's, which is caught and costs no more than time. A program that
/// ends when something panics asks this first.
pub fn is_shielded() -> bool {
    // sled names the threads that it starts after itself.
    SHIELDED.get() || std::thread::current().name().is_some_and(|name| name.starts_with("sled"))
}

/// Runs something that may panic; `None` if it did.
fn shielded<T>(run: impl FnOnce() -> T) -> Option<T> {
    SHIELDED.set(true);
    // What was being changed is a cache, and is deleted next.
    let ran = catch_unwind(AssertUnwindSafe(run));
    SHIELDED.set(false);
    ran.ok()
}
