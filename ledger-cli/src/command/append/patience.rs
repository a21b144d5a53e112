//! Waiting for one's turn: one process writes at a time, and most are done in a moment.

use std::sync::Arc;
use std::time::{Duration, Instant};

use ledger_store::{FileLog, LogError, Opened, Options, RealDisk};

use crate::args::Append;

/// How long a process sleeps before it looks again whether the log is free.
const LOOK_EVERY: Duration = Duration::from_millis(10);

/// How long to wait for another writer.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Patience(Duration);

impl Patience {
    /// What a command has that records one entry.
    pub(crate) fn usual() -> Patience {
        Patience(Duration::from_secs(5))
    }

    pub(super) fn of(args: &Append) -> Patience {
        Patience(Duration::from_secs(u64::from(args.wait)))
    }

    /// Opens the log for writing, as soon as nobody else has it.
    pub(super) fn open(self, disk: &Arc<RealDisk>) -> Result<(FileLog, Opened), LogError> {
        let begun = Instant::now();
        loop {
            match FileLog::open(Arc::clone(disk) as Arc<_>, &Options::default()) {
                Err(LogError::Locked) if begun.elapsed() < self.0 => std::thread::sleep(LOOK_EVERY),
                done => return done,
            }
        }
    }
}
