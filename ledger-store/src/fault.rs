//! A disk in memory that does the worst a disk may do, and the same worst again for the same seed.
//!
//! Writes go to a cache first. A sync carries them over; a power cut keeps any subset of the 512-byte sectors
//! that were not synced, some of them torn in the middle, and any subset of the creations, renames and
//! removals in folders that were not synced. A sync that fails carries over an unknown part and forgets the
//! rest, as Linux does, so that a second sync would report a success that means nothing. On demand reads are
//! short, fail or are interrupted, writes fail, find the disk full or land in another place, syncs lie, and the
//! whole disk goes back to what it was.

mod file;
pub(crate) mod random;
mod state;

use std::collections::BTreeMap;
use std::io;
use std::ops::Range;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::disk::{Access, Clock, Disk, DiskFile, Lock};
use state::State;

/// The kinds of operations that can be made to fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    /// Writing to a file; an unknown part of the bytes is written before the error.
    Write,
    /// Syncing a file or a folder.
    Sync,
    /// Renaming or removing a file, or cutting it.
    Change,
    /// Reading from a file. Reads are not among the operations that are counted.
    Read,
}

/// What a disk held durably at some moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Image(BTreeMap<String, Vec<u8>>);

impl Image {
    /// The names and bytes of the files.
    pub fn files(&self) -> &BTreeMap<String, Vec<u8>> {
        &self.0
    }
}

/// A simulated disk. Clones are handles to the same disk.
#[derive(Debug, Clone)]
pub struct FaultDisk {
    state: Arc<Mutex<State>>,
}

impl FaultDisk {
    /// An empty disk; all its whims follow from the seed.
    pub fn new(seed: u64) -> Self {
        Self { state: Arc::new(Mutex::new(State::new(seed))) }
    }

    /// A handle to the same disk, as whoever opens a log wants it.
    pub fn shared(&self) -> Arc<dyn Disk> {
        Arc::new(self.clone())
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many writes, syncs and changes there were.
    pub fn operations(&self) -> u64 {
        self.state().operations
    }

    /// Stops the machine at the operation with this count from now, from 0: it and all after it fail.
    pub fn crash_after(&self, operations: u64) {
        let mut state = self.state();
        state.crash_at = Some(state.operations + operations);
    }

    /// Cuts the power and comes back: what was not synced survives in part. Old handles are dead.
    pub fn power_cut(&self) {
        self.state().restart(true);
    }

    /// Kills the process and starts it anew: the cache survives. Old handles are dead.
    pub fn kill(&self) {
        self.state().restart(false);
    }

    /// Whether the machine has stopped and waits for [`FaultDisk::power_cut`] or [`FaultDisk::kill`].
    pub fn has_stopped(&self) -> bool {
        self.state().has_stopped()
    }

    /// Takes back what was to happen: a stop, failures, a full disk, a write to go astray.
    pub fn calm(&self) {
        let mut state = self.state();
        state.crash_at = None;
        state.failures.clear();
        state.capacity = None;
        state.astray_after = None;
    }

    /// Forgets the cached bytes that wait for no sync, so that what is read next comes from the disk.
    pub fn drop_cache(&self) {
        self.state().drop_cache();
    }

    /// Lets the operation of this kind fail that comes after `passed` others, with this error, once.
    pub fn fail(&self, operation: Operation, passed: u64, error: io::ErrorKind) {
        self.state().failures.push((operation, passed, error));
    }

    /// Lets reads that touch this range of a file fail, until the range is replaced by an empty one.
    pub fn make_unreadable(&self, name: &str, range: Range<u64>) {
        self.state().unreadable = Some((name.to_owned(), range));
    }

    /// Sets how many bytes all files together may have; writing beyond finds the disk full.
    pub fn set_capacity(&self, bytes: Option<u64>) {
        self.state().capacity = bytes;
    }

    /// How many bytes all files together have.
    pub fn used_bytes(&self) -> u64 {
        self.state().used()
    }

    /// Lets reads give fewer bytes than asked for, or be interrupted, as they may.
    pub fn read_short(&self, short: bool) {
        self.state().reads_short = short;
    }

    /// Lets the write that comes after `passed` others go to a wrong sector of some file, while the cache shows
    /// it where it belongs.
    pub fn misdirect(&self, passed: u64) {
        self.state().astray_after = Some(passed);
    }

    /// How many writes have gone to a wrong place.
    pub fn misdirected(&self) -> u64 {
        self.state().strayed
    }

    /// What is durable at this moment.
    pub fn image(&self) -> Image {
        self.state().image()
    }

    /// Goes back to what was durable at another moment, all of it. Old handles are dead.
    pub fn restore(&self, image: &Image) {
        self.state().restore(image);
    }

    /// Lets syncs lie from now on: they report success and carry nothing over.
    pub fn lie_about_syncs(&self, lie: bool) {
        self.state().lying = lie;
    }

    /// Takes all locks from their holders, as if the lock file had been deleted.
    pub fn break_locks(&self) {
        self.state().locks.clear();
    }

    /// The names of all files.
    pub fn names(&self) -> Vec<String> {
        self.state().names.keys().cloned().collect()
    }

    /// The bytes of a file, cache included; empty if there is none.
    pub fn bytes(&self, name: &str) -> Vec<u8> {
        self.state().content(name).cloned().unwrap_or_default()
    }

    /// Puts a file on the disk, durably, in place of any other.
    pub fn put(&self, name: &str, bytes: Vec<u8>) {
        self.state().put(name, bytes);
    }

    /// Changes the bytes of a file in place, durably.
    pub fn change(&self, name: &str, change: impl FnOnce(&mut Vec<u8>)) {
        self.state().change(name, change);
    }

    /// Takes a file off the disk, durably.
    pub fn take(&self, name: &str) {
        self.state().take(name);
    }

    /// Another disk with the same files, all of them durable.
    pub fn copy(&self, seed: u64) -> Self {
        let copy = Self::new(seed);
        for name in self.names() {
            copy.put(&name, self.bytes(&name));
        }
        copy
    }
}

impl Disk for FaultDisk {
    fn place(&self) -> String {
        "the simulated disk".to_owned()
    }

    fn list(&self, folder: &str) -> io::Result<Vec<String>> {
        let state = self.state();
        state.refuse_if_crashed()?;
        let inside = |name: &&String| state::folder_of(name) == folder;
        let short = |name: &String| name.rsplit('/').next().unwrap_or_default().to_owned();
        Ok(state.names.keys().filter(inside).map(short).collect())
    }

    fn open(&self, name: &str, access: Access) -> io::Result<Box<dyn DiskFile>> {
        let mut state = self.state();
        state.refuse_if_crashed()?;
        let file = match access {
            Access::Create => state.create(name)?,
            Access::Read | Access::Write => *state.names.get(name).ok_or(io::ErrorKind::NotFound)?,
        };
        let writable = access != Access::Read;
        let (disk, life) = (self.clone(), state.life);
        Ok(Box::new(FaultFile { disk, life, file, writable, name: name.to_owned() }))
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        self.state().rename(from, to)
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        self.state().remove(name)
    }

    fn create_folder(&self, _name: &str) -> io::Result<()> {
        self.state().refuse_if_crashed()
    }

    fn sync_folder(&self, name: &str) -> io::Result<()> {
        self.state().sync_folder(name)
    }

    fn lock(&self, name: &str) -> io::Result<Option<Box<dyn Lock>>> {
        let mut state = self.state();
        state.refuse_if_crashed()?;
        let Some(ticket) = state.take_lock(name) else { return Ok(None) };
        let (disk, name) = (self.clone(), name.to_owned());
        Ok(Some(Box::new(FaultLock { disk, name, ticket })))
    }
}

#[derive(Debug)]
struct FaultFile {
    disk: FaultDisk,
    life: u64,
    file: u64,
    writable: bool,
    name: String,
}

impl FaultFile {
    /// The disk's state, unless the process that opened this file is dead.
    fn state(&self) -> io::Result<MutexGuard<'_, State>> {
        let state = self.disk.state();
        state.refuse_if_crashed()?;
        if state.life == self.life { Ok(state) } else { Err(io::Error::other("the process is dead")) }
    }

    fn state_for_writing(&self) -> io::Result<MutexGuard<'_, State>> {
        if self.writable { self.state() } else { Err(io::ErrorKind::PermissionDenied.into()) }
    }
}

impl DiskFile for FaultFile {
    fn read_some_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        self.state()?.read(self.file, &self.name, buffer, offset)
    }

    fn write_at(&self, bytes: &[u8], offset: u64) -> io::Result<()> {
        self.state_for_writing()?.write(self.file, bytes, offset)
    }

    fn len(&self) -> io::Result<u64> {
        Ok(self.state()?.content_of(self.file).len() as u64)
    }

    fn set_len(&self, bytes: u64) -> io::Result<()> {
        self.state_for_writing()?.set_len(self.file, bytes)
    }

    fn sync_data(&self) -> io::Result<()> {
        self.state_for_writing()?.sync(self.file)
    }

    fn sync_all(&self) -> io::Result<()> {
        self.sync_data()
    }
}

#[derive(Debug)]
struct FaultLock {
    disk: FaultDisk,
    name: String,
    ticket: u64,
}

impl Lock for FaultLock {}

impl Drop for FaultLock {
    fn drop(&mut self) {
        self.disk.state().give_lock_back(&self.name, self.ticket);
    }
}

/// A clock that a test sets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FixedClock(
    /// Microseconds since 1970-01-01T00:00:00Z.
    pub i64,
);

impl Clock for FixedClock {
    fn now(&self) -> i64 {
        self.0
    }
}
