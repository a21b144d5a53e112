//! The index held against the names that the entries have.

use std::collections::HashMap;
use std::ops::ControlFlow;

use super::records::{Records, Trouble};
use super::{Index, folder_name, seal, shielded};
use crate::disk::Disk;
use crate::durable::RealDisk;
use crate::log::Log;

/// What is wrong with the index. The codes are stable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IndexDefect {
    /// Its files are not as they were when it was last closed. Nobody uses it.
    Damaged,
    /// It is whole, and not what the entries give.
    Differs,
}

impl IndexDefect {
    /// The stable code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Damaged => "index_damaged",
            Self::Differs => "index_differs",
        }
    }

    /// What it means, in a sentence without a full stop.
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Damaged => "the index of names is not as it was closed; it is not used, and can be deleted",
            Self::Differs => "the index of names is not what the entries give; it can be deleted",
        }
    }
}

impl Index {
    /// Holds the index of a log against its entries: how many names were checked, or what is wrong. `None` if there is
    /// no index, or another process is using it.
    pub fn check<L: Log + ?Sized>(&self, log: &L) -> Option<Result<u64, IndexDefect>> {
        let folder = self.folder(log.log_id());
        if !folder.is_dir() {
            return None;
        }
        let disk = RealDisk::at(&self.cache);
        let own = folder_name(log.log_id());
        let _lock = disk.lock(&format!("{own}.lock")).ok()??;
        let seal = format!("{own}.seal");
        if !seal::fits(&disk, &seal, &folder) {
            return Some(Err(IndexDefect::Damaged));
        }
        let checked =
            shielded(|| Records::open(&folder, log.log_id()).and_then(|records| compare(&records, log)));
        // Opening it may have written to it.
        seal::put(&disk, &seal, &folder);
        match checked {
            Some(Ok(names)) => Some(Ok(names)),
            Some(Err(Trouble::Log)) => None,
            Some(Err(Trouble::Cache)) => Some(Err(IndexDefect::Differs)),
            None => Some(Err(IndexDefect::Damaged)),
        }
    }
}

/// Holds each chunk of entries against its records, and how many there are against all; how many names there are.
fn compare<L: Log + ?Sized>(records: &Records, log: &L) -> Result<u64, Trouble> {
    let size = records.size();
    let (mut counts, mut chunks) = (HashMap::<Vec<u8>, u64>::new(), 0);
    let mut taken = records.begin();
    let mut differs = size > log.head().size;
    log.read(1..size + 1, &mut |record| {
        let Ok(full) = taken.see(&record) else {
            differs = true;
            return ControlFlow::Break(());
        };
        if full || record.number == size {
            chunks += taken.places.len() as u64;
            for (name, there) in taken.places.drain() {
                differs |= records.places_of(&name, record.number) != Some(there.clone());
                *counts.entry(name).or_default() += there.len() as u64;
            }
        }
        if differs { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    })
    .map_err(|_| Trouble::Log)?;
    differs |= !records.is_of(&taken.frontier);
    differs |= counts.iter().any(|(name, count)| records.count_of(name) != Some(*count));
    // A record for each name and chunk, one for each name, and the mark.
    differs |= records.len() as u64 != chunks + counts.len() as u64 + u64::from(size > 0);
    if differs { Err(Trouble::Cache) } else { Ok(counts.len() as u64) }
}
