//! Standings and the outline, kept in files beside the log so that nobody folds it from the start. They are caches:
//! deleting, damaging or replacing any of them changes no answer, only how long it takes.
//!
//! A file is published by rename and never changed. It names the version of the core's sources that folded it, the
//! log, and the last entry known to it by its leaf hash; whoever reads it checks all of that and its SHA-256, and
//! takes a file that does not fit for none at all. Nothing here is synced.

mod file;
mod name;

use std::fmt;
use std::sync::Arc;

use ledger_core::replay::Standing;
use ledger_core::resolve::Outline;

use crate::disk::{Access, Disk};
use crate::log::Log;
use file::Anchor;
use name::Name;

/// The folder, below the store's directory.
pub const FOLDER: &str = "snapshots";

/// How many entries pass from one standing that is kept to the next, so that no more are folded for any past day.
const EVERY: u64 = 8192;

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

    /// The latest standing that is wanted; a standing given to `wanted` has its place but no books.
    pub(crate) fn latest<L: Log + ?Sized>(
        &self,
        log: &L,
        wanted: impl Fn(&Standing) -> bool,
    ) -> Option<Standing> {
        let disk = self.disk.as_ref()?;
        let mut names = self.names();
        names.sort_unstable_by(|a, b| b.cmp(a));
        let fitting =
            names.into_iter().filter(|name| name.known <= log.head().size && wanted(&name.standing()));
        for name in fitting {
            let anchor = Anchor::of(log, name.known)?;
            let read = file::read(&**disk, &path(&name.to_string()), &anchor);
            match read.and_then(|bytes| file::unpack(&bytes)) {
                Some(fold) => return Some(Standing { fold, ..name.standing() }),
                // Whatever it is, it is not what was kept: it would be met again and again.
                None => self.remove(&name),
            }
        }
        None
    }

    /// What is known to the latest standing that is wanted; the file is not opened.
    pub(crate) fn kept(&self, wanted: impl Fn(&Standing) -> bool) -> Option<u64> {
        self.names().into_iter().filter(|name| wanted(&name.standing())).max().map(|name| name.known)
    }

    /// The last entry known to any standing kept.
    #[must_use]
    pub fn latest_known(&self) -> Option<u64> {
        self.names().iter().map(|name| name.known).max()
    }

    /// Whether none are kept.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.names().is_empty()
    }

    /// Keeps a standing if it is one of those that are wanted.
    pub(crate) fn offer<L: Log + ?Sized>(&self, log: &L, standing: &Standing) {
        if standing.on_time.is_multiple_of(self.every) {
            self.keep(log, standing);
        }
    }

    /// Keeps a standing. That it cannot be kept is no failure.
    pub(crate) fn keep<L: Log + ?Sized>(&self, log: &L, standing: &Standing) {
        let Some(disk) = &self.disk else { return };
        let name = Name::of(standing);
        let (Some(anchor), Some(bytes)) = (Anchor::of(log, standing.known), file::pack(&standing.fold))
        else {
            return;
        };
        if file::publish(&**disk, &path(&name.to_string()), &anchor, &bytes).is_ok() {
            let superseded = |old: &&Name| old.place() == name.place() && old.known < name.known;
            self.names().iter().filter(superseded).for_each(|old| self.remove(old));
        }
    }

    /// Keeps the standing of the head if it is some way from the one it was reached from, in place of others that
    /// lie no further apart.
    pub(crate) fn keep_head<L: Log + ?Sized>(&self, log: &L, standing: &Standing, from: u64) {
        if self.disk.is_none() || standing.on_time < from + self.head_every() {
            return;
        }
        let before = self.names();
        self.keep(log, standing);
        let stretch = |on_time: u64| on_time / self.every;
        let replaced = |old: &&Name| {
            old.known < standing.known
                && old.on_time < standing.on_time
                && stretch(old.on_time) == stretch(standing.on_time)
                && !old.on_time.is_multiple_of(self.every)
        };
        before.iter().filter(replaced).for_each(|old| self.remove(old));
    }

    /// The outline kept, if it is one of this log.
    pub(crate) fn outline<L: Log + ?Sized>(&self, log: &L) -> Option<Outline> {
        let disk = self.disk.as_ref()?;
        let (size, name) = self.outlines().into_iter().filter(|(size, _)| *size <= log.head().size).max()?;
        let anchor = Anchor::of(log, size)?;
        let outline =
            file::read(&**disk, &path(&name), &anchor).and_then(|bytes| file::unpack_outline(&bytes));
        let outline = outline.filter(|outline| outline.size() == size);
        if outline.is_none() {
            let _only_litter = disk.remove(&path(&name));
        }
        outline
    }

    /// Keeps the outline if it is some way from the one kept before.
    pub(crate) fn keep_outline<L: Log + ?Sized>(&self, log: &L, outline: &Outline, kept: u64) {
        let Some(disk) = &self.disk else { return };
        if outline.size() < kept + self.head_every() {
            return;
        }
        let (Some(anchor), Some(bytes)) = (Anchor::of(log, outline.size()), file::pack_outline(outline))
        else {
            return;
        };
        let before = self.outlines();
        let name = name::of_outline(outline.size());
        if file::publish(&**disk, &path(&name), &anchor, &bytes).is_ok() {
            for (_, old) in before.into_iter().filter(|(size, _)| *size < outline.size()) {
                let _only_litter = disk.remove(&path(&old));
            }
        }
    }

    /// The standings of this version. Files of other versions are litter; what cannot be listed is not there.
    fn names(&self) -> Vec<Name> {
        self.files().iter().filter_map(|name| name.parse().ok()).collect()
    }

    fn outlines(&self) -> Vec<(u64, String)> {
        self.files().into_iter().filter_map(|name| Some((name::size_of_outline(&name)?, name))).collect()
    }

    fn files(&self) -> Vec<String> {
        self.disk.as_ref().and_then(|disk| disk.list(FOLDER).ok()).unwrap_or_default()
    }

    fn remove(&self, name: &Name) {
        if let Some(disk) = &self.disk {
            let _only_litter = disk.remove(&path(&name.to_string()));
        }
    }
}

fn path(name: &str) -> String {
    format!("{FOLDER}/{name}")
}

/// Where a file is written before it gets its name.
fn unfinished(
    disk: &dyn Disk,
    path: &str,
    process: u32,
) -> std::io::Result<(Box<dyn crate::disk::DiskFile>, String)> {
    let name = format!("{path}.{process}{}", crate::files::UNFINISHED);
    Ok((disk.open(&name, Access::Create)?, name))
}
