//! The log under test and the disk beneath it, with a guard removed if the plan says so.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use super::guard::{Guard, Opening, Unguarded, cut_at_damage};
use super::watch::{Watched, Watcher};
use crate::backend::file::{FileLog, Opened, Options};
use crate::conformance::LOG_ID;
use crate::disk::Disk;
use crate::fault::FaultDisk;
use crate::log::{Head, LogError};
use crate::verify::{Report, verify};

#[derive(Debug)]
pub(super) struct Engine {
    pub(super) disk: FaultDisk,
    pub(super) watcher: Arc<Watcher>,
    pub(super) options: Options,
    without: Option<Guard>,
    opening: Opening,
}

impl Engine {
    pub(super) fn new(disk: FaultDisk, watcher: Watcher, options: Options, without: Option<Guard>) -> Self {
        Self { disk, watcher: Arc::new(watcher), options, without, opening: Opening::default() }
    }

    /// The disk as readers and verification see it.
    fn plain(&self) -> Arc<dyn Disk> {
        let disk: Arc<dyn Disk> = Arc::new(self.disk.clone());
        match self.without {
            None => disk,
            Some(guard) => Arc::new(Unguarded::new(disk, guard, Arc::clone(&self.opening))),
        }
    }

    /// The disk as the writer sees it: readers look at it between any two of its operations.
    fn watched(&self) -> Arc<dyn Disk> {
        Arc::new(Watched::new(self.plain(), Arc::clone(&self.watcher)))
    }

    pub(super) fn init(&self) -> Result<(), LogError> {
        FileLog::init(&*self.plain(), LOG_ID, &self.options)
    }

    pub(super) fn open(&self, acknowledged: Option<u64>) -> Result<(FileLog, Opened), LogError> {
        let options = Options { acknowledged, ..self.options };
        self.opening.store(true, Ordering::Relaxed);
        let opened = match FileLog::open(self.watched(), &options) {
            Err(LogError::Damaged(damage)) if self.without == Some(Guard::DamageIsKept) => {
                // Whoever cuts off damage does not ask what was acknowledged either.
                cut_at_damage(&self.disk, &damage)
                    .map_err(|source| LogError::Io { doing: "cut".to_owned(), source })
                    .and_then(|()| FileLog::open(self.watched(), &self.options))
            }
            other => other,
        };
        self.opening.store(false, Ordering::Relaxed);
        opened
    }

    pub(super) fn reader(&self) -> Result<FileLog, LogError> {
        FileLog::open_read_only(self.plain())
    }

    pub(super) fn verify(&self, checkpoint: Option<&Head>) -> Result<Report, LogError> {
        verify(&*self.plain(), checkpoint)
    }
}
