//! Readers at any moment: a disk that lets them look between two operations of the writer that uses it.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use crate::backend::file::FileLog;
use crate::conformance::{Copied, read_all};
use crate::disk::{Access, Disk, DiskFile, Lock};
use crate::fault::FaultDisk;
use crate::fault::random::Random;
use crate::log::{Head, Log, LogError};
use crate::verify::verify;

/// What a reader saw: the entries up to its head, and how far those reach that it knows to be pending.
#[derive(Debug)]
pub(super) struct Sight {
    pub(super) head: Head,
    pub(super) reaches: u64,
    pub(super) entries: Vec<Copied>,
}

impl Sight {
    /// Opens a reader and looks.
    pub(super) fn of(log: &FileLog) -> Result<Self, LogError> {
        let entries = read_all(log, 1..u64::MAX)?;
        let head = log.head();
        let reaches = log.pending().map_or(head.size, |pending| *pending.end());
        Ok(Self { head, reaches, entries })
    }
}

/// Looks from time to time, and keeps what was seen until somebody judges it.
#[derive(Debug)]
pub(super) struct Watcher {
    disk: FaultDisk,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    random: Random,
    seldom: u64,
    passed: u64,
    seen: Vec<Result<Sight, String>>,
}

impl Watcher {
    /// A watcher that looks once in `seldom` operations, on average.
    pub(super) fn new(disk: FaultDisk, seed: u64, seldom: u64) -> Self {
        let state = State { random: Random::of_part(seed, u64::MAX), seldom, passed: 0, seen: Vec::new() };
        Self { disk, state: Mutex::new(state) }
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What was seen since this was asked for last.
    pub(super) fn take(&self) -> Vec<Result<Sight, String>> {
        std::mem::take(&mut self.state().seen)
    }

    fn moment(&self, disk: &Arc<dyn Disk>) {
        let mut state = self.state();
        state.passed += 1;
        let seldom = state.seldom;
        if self.disk.has_stopped() || !state.random.once_in(seldom) {
            return;
        }
        state.seen.push(look(disk));
    }
}

fn look(disk: &Arc<dyn Disk>) -> Result<Sight, String> {
    let reader = FileLog::open_read_only(Arc::clone(disk)).map_err(|error| error.to_string())?;
    let sight = Sight::of(&reader).map_err(|error| error.to_string())?;
    // Beside a writer at work only a write in progress may look wrong.
    let report = verify(&**disk, Some(&sight.head)).map_err(|error| error.to_string())?;
    let wrong = report.findings.iter().find(|finding| !super::compare::is_unfinished(finding.defect));
    wrong.map_or(Ok(sight), |finding| Err(format!("verification beside the writer: {finding}")))
}

/// A disk that calls the watcher before each operation.
#[derive(Debug)]
pub(super) struct Watched {
    inner: Arc<dyn Disk>,
    watcher: Arc<Watcher>,
}

impl Watched {
    pub(super) fn new(inner: Arc<dyn Disk>, watcher: Arc<Watcher>) -> Self {
        Self { inner, watcher }
    }

    fn moment(&self) {
        self.watcher.moment(&self.inner);
    }
}

impl Disk for Watched {
    fn place(&self) -> String {
        self.inner.place()
    }

    fn list(&self, folder: &str) -> io::Result<Vec<String>> {
        self.inner.list(folder)
    }

    fn open(&self, name: &str, access: Access) -> io::Result<Box<dyn DiskFile>> {
        let (file, disk) = (self.inner.open(name, access)?, Arc::clone(&self.inner));
        Ok(Box::new(WatchedFile { file, disk, watcher: Arc::clone(&self.watcher) }))
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        self.moment();
        self.inner.rename(from, to)
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        self.moment();
        self.inner.remove(name)
    }

    fn create_folder(&self, name: &str) -> io::Result<()> {
        self.inner.create_folder(name)
    }

    fn sync_folder(&self, name: &str) -> io::Result<()> {
        self.moment();
        self.inner.sync_folder(name)
    }

    fn lock(&self, name: &str) -> io::Result<Option<Box<dyn Lock>>> {
        self.inner.lock(name)
    }
}

#[derive(Debug)]
struct WatchedFile {
    file: Box<dyn DiskFile>,
    disk: Arc<dyn Disk>,
    watcher: Arc<Watcher>,
}

impl DiskFile for WatchedFile {
    fn read_some_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        self.file.read_some_at(buffer, offset)
    }

    fn write_at(&self, bytes: &[u8], offset: u64) -> io::Result<()> {
        self.watcher.moment(&self.disk);
        self.file.write_at(bytes, offset)
    }

    fn len(&self) -> io::Result<u64> {
        self.file.len()
    }

    fn set_len(&self, bytes: u64) -> io::Result<()> {
        self.watcher.moment(&self.disk);
        self.file.set_len(bytes)
    }

    fn sync_data(&self) -> io::Result<()> {
        self.watcher.moment(&self.disk);
        self.file.sync_data()
    }

    fn sync_all(&self) -> io::Result<()> {
        self.watcher.moment(&self.disk);
        self.file.sync_all()
    }
}
