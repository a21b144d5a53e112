//! Standings and the outline, kept in files beside the log so that nobody folds it from the start. They are caches:
//! deleting, damaging or replacing any of them changes no answer, only how long it takes.
//!
//! A file is published by rename and never changed. It names the version of the core's sources that folded it, the
//! log, and the last entry known to it by its leaf hash; whoever reads it checks all of that and its SHA-256, and
//! takes a file that does not fit for none at all. Nothing here is synced.

mod check;
mod file;
mod name;
mod shelves;

use std::fmt;
use std::sync::Arc;

use ledger_core::replay::Standing;
use ledger_core::resolve::Outline;

use crate::disk::Disk;
use crate::log::Log;
use name::Name;

pub use check::{Rederived, SnapshotDefect, SnapshotFinding};
use shelves::{Shelves, path_of_outline};

/// How many entries pass from one standing that is kept to the next, so that no more are folded for any past day.
const EVERY: u64 = 4096;

/// The standing of the head is kept when this part of that has passed since the one before.
const HEADS: u64 = 16;

/// The standings kept for a log, or none.
#[derive(Clone)]
pub struct Snapshots {
    disk: Option<Arc<dyn Disk>>,
    every: u64,
}

impl fmt::Debug for Snapshots {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Snapshots").field("kept", &self.disk.is_some()).finish()
    }
}

impl Snapshots {
    /// None are kept and none are looked for.
    #[must_use]
    pub fn none() -> Snapshots {
        Snapshots { disk: None, every: EVERY }
    }

    /// Those beside the log on a disk.
    #[must_use]
    pub fn on(disk: Arc<dyn Disk>) -> Snapshots {
        Snapshots { disk: Some(disk), every: EVERY }
    }

    /// The same, further apart or closer together.
    #[must_use]
    pub fn spaced(self, every: u64) -> Snapshots {
        Snapshots { every: every.max(1), ..self }
    }

    /// How many entries pass from one standing to the next.
    pub(crate) fn every(&self) -> u64 {
        self.every
    }

    fn head_every(&self) -> u64 {
        (self.every / HEADS).max(1)
    }

    fn shelves(&self) -> Option<Shelves<'_>> {
        let disk = self.disk.as_deref()?;
        Some(Shelves { disk, every: self.every })
    }

    /// The latest standing that is wanted; a standing given to `wanted` has its place but no books.
    pub(crate) fn latest<L: Log + ?Sized>(
        &self,
        log: &L,
        wanted: impl Fn(&Standing) -> bool,
    ) -> Option<Standing> {
        let shelves = self.shelves()?;
        for name in shelves.latest_first(log.head().size).filter(|name| wanted(&name.standing())) {
            let read = file::read(shelves.disk, &shelves.path(&name), log, name.known);
            match read.and_then(|bytes| file::unpack(&bytes)) {
                Some(fold) => return Some(Standing { fold, ..name.standing() }),
                // Whatever it is, it is not what was kept: it would be met again and again.
                None => shelves.remove(&name),
            }
        }
        None
    }

    /// The last entry known to any standing kept for a log; none if none is kept.
    pub fn latest_known<L: Log + ?Sized>(&self, log: &L) -> Option<u64> {
        self.shelves()?.latest_first(log.head().size).map(|name| name.known).max()
    }

    /// Whether none are kept for a log.
    pub fn is_empty<L: Log + ?Sized>(&self, log: &L) -> bool {
        self.shelves().is_none_or(|shelves| shelves.latest_first(log.head().size).next().is_none())
    }

    /// Keeps a standing if it is one of those that are wanted.
    pub(crate) fn offer<L: Log + ?Sized>(&self, log: &L, standing: &Standing) {
        if standing.on_time.is_multiple_of(self.every) {
            self.keep(log, standing);
        }
    }

    /// Keeps a standing in place of those that lie at its place and know less. That it cannot be kept is no failure.
    pub(crate) fn keep<L: Log + ?Sized>(&self, log: &L, standing: &Standing) {
        let Some(shelves) = self.shelves() else { return };
        let name = Name::of(standing);
        if file::publish(shelves.disk, &shelves.path(&name), log, name.known, file::pack(&standing.fold)) {
            let superseded = |old: &&Name| old.place() == name.place() && old.known < name.known;
            shelves.beside(&name).iter().filter(superseded).for_each(|old| shelves.remove(old));
        }
    }

    /// Keeps the standing of the head if it is some way from the one it was reached from, in place of others that
    /// lie no further apart.
    pub(crate) fn keep_head<L: Log + ?Sized>(&self, log: &L, standing: &Standing, from: u64) {
        let Some(shelves) = self.shelves() else { return };
        if standing.on_time < from + self.head_every() {
            return;
        }
        let before = shelves.beside(&Name::of(standing));
        self.keep(log, standing);
        let stretch = |on_time: u64| on_time / self.every;
        let replaced = |old: &&Name| {
            old.known < standing.known
                && old.on_time < standing.on_time
                && stretch(old.on_time) == stretch(standing.on_time)
                && !old.on_time.is_multiple_of(self.every)
        };
        before.iter().filter(replaced).for_each(|old| shelves.remove(old));
    }

    /// The outline kept, if it is one of this log.
    pub(crate) fn outline<L: Log + ?Sized>(&self, log: &L) -> Option<Outline> {
        let shelves = self.shelves()?;
        let size = shelves.outlines().filter(|size| *size <= log.head().size).max()?;
        let read = file::read(shelves.disk, &path_of_outline(size), log, size);
        let outline = read.and_then(|bytes| file::unpack_outline(&bytes));
        let outline = outline.filter(|outline| outline.size() == size);
        if outline.is_none() {
            shelves.remove_outline(size);
        }
        outline
    }

    /// Keeps the outline if it is some way from the one kept before.
    pub(crate) fn keep_outline<L: Log + ?Sized>(&self, log: &L, outline: &Outline, kept: u64) {
        let Some(shelves) = self.shelves() else { return };
        let size = outline.size();
        if size < kept + self.head_every() {
            return;
        }
        if file::publish(shelves.disk, &path_of_outline(size), log, size, file::pack_outline(outline)) {
            shelves.outlines().filter(|old| *old < size).for_each(|old| shelves.remove_outline(old));
        }
    }
}
