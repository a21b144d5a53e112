//! Where snapshot files lie: a folder for each version of the core, in it the outline, and below it a shelf for each
//! stretch of entries. So one short list tells what is kept near the end of a log, however long it is.

use super::name::{self, Name};
use crate::disk::Disk;

/// The folder, below the store's directory.
const FOLDER: &str = "snapshots";

/// The version of the core whose folds are kept: a hash of its sources and of the libraries' versions.
const VERSION: &str = env!("LEDGER_CORE_VERSION");

/// How many standings a shelf has, besides a few near the head.
const OF_A_SHELF: u64 = 32;

/// The files of this version on a disk. Those of others are litter; what cannot be listed is not there.
#[derive(Clone, Copy)]
pub(super) struct Shelves<'d> {
    pub(super) disk: &'d dyn Disk,
    /// How many entries pass from one standing to the next.
    pub(super) every: u64,
}

impl Shelves<'_> {
    /// The standings that know no more than so many entries, the latest first; a shelf is listed when it is reached.
    pub(super) fn latest_first(&self, size: u64) -> impl Iterator<Item = Name> {
        let names = (0..=self.shelf(size)).rev().flat_map(|shelf| self.on(shelf));
        names.filter(move |name| name.known <= size)
    }

    /// The standings on the shelf of one, the latest first.
    pub(super) fn beside(&self, name: &Name) -> Vec<Name> {
        self.on(self.shelf(name.on_time))
    }

    fn on(&self, shelf: u64) -> Vec<Name> {
        let files = self.disk.list(&folder(shelf)).unwrap_or_default();
        let mut names: Vec<Name> = files.iter().filter_map(|file| file.parse().ok()).collect();
        names.sort_unstable_by(|a, b| b.cmp(a));
        names
    }

    fn shelf(&self, on_time: u64) -> u64 {
        on_time / self.every.saturating_mul(OF_A_SHELF)
    }

    /// The path of a standing.
    pub(super) fn path(&self, name: &Name) -> String {
        format!("{}/{name}", folder(self.shelf(name.on_time)))
    }

    /// Removes a standing.
    pub(super) fn remove(&self, name: &Name) {
        let _only_litter = self.disk.remove(&self.path(name));
    }

    /// The sizes of the outlines.
    pub(super) fn outlines(&self) -> impl Iterator<Item = u64> {
        let files = self.disk.list(&format!("{FOLDER}/{VERSION}")).unwrap_or_default();
        files.into_iter().filter_map(|file| name::size_of_outline(&file))
    }

    /// Removes the outline of so many entries.
    pub(super) fn remove_outline(&self, size: u64) {
        let _only_litter = self.disk.remove(&path_of_outline(size));
    }
}

fn folder(shelf: u64) -> String {
    format!("{FOLDER}/{VERSION}/{shelf}")
}

/// The path of the outline of so many entries.
pub(super) fn path_of_outline(size: u64) -> String {
    format!("{FOLDER}/{VERSION}/{}", name::of_outline(size))
}
