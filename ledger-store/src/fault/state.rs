//! What the simulated disk remembers: its files, their names, which of both is durable, and what is to go wrong.

use std::collections::BTreeMap;
use std::io;
use std::ops::Range;

use super::file::{File, SECTOR_BYTES, Stray, Write};
use super::random::Random;
use super::{Image, Operation};

/// A change of names that its folder has not been synced for.
#[derive(Debug, Clone)]
enum Rename {
    Added(String, u64),
    Moved(String, String, u64),
    Removed(String),
}

#[derive(Debug)]
pub(super) struct State {
    pub(super) operations: u64,
    pub(super) crash_at: Option<u64>,
    /// Counts the restarts; handles of an earlier life are dead.
    pub(super) life: u64,
    pub(super) names: BTreeMap<String, u64>,
    pub(super) failures: Vec<(Operation, u64, io::ErrorKind)>,
    pub(super) unreadable: Option<(String, Range<u64>)>,
    pub(super) capacity: Option<u64>,
    pub(super) lying: bool,
    pub(super) reads_short: bool,
    /// How many writes pass before one goes astray.
    pub(super) astray_after: Option<u64>,
    /// How many writes went astray.
    pub(super) strayed: u64,
    /// Who holds each lock, by the ticket drawn for it.
    pub(super) locks: BTreeMap<String, u64>,
    tickets: u64,
    crashed: bool,
    durable_names: BTreeMap<String, u64>,
    renames: Vec<Rename>,
    files: BTreeMap<u64, File>,
    random: Random,
}

impl State {
    pub(super) fn new(seed: u64) -> Self {
        Self {
            operations: 0,
            crash_at: None,
            life: 0,
            names: BTreeMap::new(),
            failures: Vec::new(),
            unreadable: None,
            capacity: None,
            lying: false,
            reads_short: false,
            astray_after: None,
            strayed: 0,
            locks: BTreeMap::new(),
            tickets: 0,
            crashed: false,
            durable_names: BTreeMap::new(),
            renames: Vec::new(),
            files: BTreeMap::new(),
            random: Random::new(seed),
        }
    }

    pub(super) fn has_stopped(&self) -> bool {
        self.crashed
    }

    pub(super) fn refuse_if_crashed(&self) -> io::Result<()> {
        if self.crashed { Err(io::Error::other("the machine has stopped")) } else { Ok(()) }
    }

    fn refuse_if_unreadable(&self, name: &str, wanted: Range<u64>) -> io::Result<()> {
        match &self.unreadable {
            Some((bad, range)) if bad == name && range.start < wanted.end && wanted.start < range.end => {
                Err(io::Error::other("the sector cannot be read"))
            }
            Some(_) | None => Ok(()),
        }
    }

    /// A ticket for the lock of that name, if it is free.
    pub(super) fn take_lock(&mut self, name: &str) -> Option<u64> {
        if self.locks.contains_key(name) {
            return None;
        }
        self.tickets += 1;
        self.locks.insert(name.to_owned(), self.tickets);
        Some(self.tickets)
    }

    /// Frees the lock, unless it was taken away and has another holder by now.
    pub(super) fn give_lock_back(&mut self, name: &str, ticket: u64) {
        if self.locks.get(name) == Some(&ticket) {
            self.locks.remove(name);
        }
    }

    /// Counts an operation; tells whether the machine stops at it, or the error it is to meet.
    fn count(&mut self, operation: Operation) -> io::Result<Option<io::Error>> {
        self.refuse_if_crashed()?;
        let stop = self.crash_at == Some(self.operations);
        self.operations += 1;
        if stop {
            self.crashed = true;
            return Ok(Some(io::Error::other("the machine has stopped")));
        }
        Ok(self.due_failure(operation))
    }

    fn due_failure(&mut self, operation: Operation) -> Option<io::Error> {
        let mut due = None;
        self.failures.retain_mut(|(kind, passed, error)| {
            if *kind != operation || due.is_some() {
                return true;
            }
            if *passed > 0 {
                *passed -= 1;
                return true;
            }
            due = Some(io::Error::from(*error));
            false
        });
        due
    }

    pub(super) fn content(&self, name: &str) -> Option<&Vec<u8>> {
        self.names.get(name).map(|file| self.content_of(*file))
    }

    pub(super) fn content_of(&self, file: u64) -> &Vec<u8> {
        const NOTHING: &Vec<u8> = &Vec::new();
        self.files.get(&file).map_or(NOTHING, |file| &file.cached)
    }

    /// What all files together take.
    pub(super) fn used(&self) -> u64 {
        self.names.values().map(|file| self.content_of(*file).len() as u64).sum()
    }

    pub(super) fn read(
        &mut self,
        file: u64,
        name: &str,
        buffer: &mut [u8],
        offset: u64,
    ) -> io::Result<usize> {
        // As Linux does for an offset beyond what a file may have.
        let end = offset.checked_add(buffer.len() as u64).ok_or(io::ErrorKind::InvalidInput)?;
        self.refuse_if_unreadable(name, offset..end)?;
        if let Some(error) = self.due_failure(Operation::Read) {
            return Err(error);
        }
        let length = self.content_of(file).len();
        let from = length.min(usize::try_from(offset).unwrap_or(usize::MAX));
        let mut bytes = buffer.len().min(length - from);
        if self.reads_short && bytes > 1 && self.random.once_in(4) {
            if self.random.once_in(4) {
                return Err(io::ErrorKind::Interrupted.into());
            }
            bytes = 1 + self.random.place(bytes);
        }
        buffer[..bytes].copy_from_slice(&self.content_of(file)[from..from + bytes]);
        Ok(bytes)
    }

    pub(super) fn put(&mut self, name: &str, bytes: Vec<u8>) {
        let file = self.files.len() as u64;
        self.files.insert(file, File::of(bytes));
        self.names.insert(name.to_owned(), file);
        self.durable_names.insert(name.to_owned(), file);
    }

    pub(super) fn change(&mut self, name: &str, change: impl FnOnce(&mut Vec<u8>)) {
        if let Some(file) = self.names.get(name).and_then(|file| self.files.get_mut(file)) {
            let mut bytes = std::mem::take(&mut file.cached);
            change(&mut bytes);
            *file = File::of(bytes);
        }
    }

    pub(super) fn take(&mut self, name: &str) {
        self.names.remove(name);
        self.durable_names.remove(name);
    }

    pub(super) fn create(&mut self, name: &str) -> io::Result<u64> {
        if let Some(error) = self.count(Operation::Change)? {
            return Err(error);
        }
        let file = self.files.len() as u64;
        self.files.insert(file, File::default());
        self.names.insert(name.to_owned(), file);
        self.renames.push(Rename::Added(name.to_owned(), file));
        Ok(file)
    }

    pub(super) fn rename(&mut self, from: &str, to: &str) -> io::Result<()> {
        if let Some(error) = self.count(Operation::Change)? {
            return Err(error);
        }
        let file = self.names.remove(from).ok_or(io::ErrorKind::NotFound)?;
        self.names.insert(to.to_owned(), file);
        self.renames.push(Rename::Moved(from.to_owned(), to.to_owned(), file));
        Ok(())
    }

    pub(super) fn remove(&mut self, name: &str) -> io::Result<()> {
        if let Some(error) = self.count(Operation::Change)? {
            return Err(error);
        }
        self.names.remove(name).ok_or(io::ErrorKind::NotFound)?;
        self.renames.push(Rename::Removed(name.to_owned()));
        Ok(())
    }

    pub(super) fn sync_folder(&mut self, folder: &str) -> io::Result<()> {
        if let Some(error) = self.count(Operation::Sync)? {
            return Err(error);
        }
        if self.lying {
            return Ok(());
        }
        let (synced, others) =
            std::mem::take(&mut self.renames).into_iter().partition(|rename| match rename {
                Rename::Added(name, _) | Rename::Removed(name) | Rename::Moved(_, name, _) => {
                    folder_of(name) == folder
                }
            });
        self.renames = others;
        Vec::into_iter(synced).for_each(|rename| self.carry_over(rename));
        Ok(())
    }

    fn carry_over(&mut self, rename: Rename) {
        match rename {
            Rename::Added(name, file) => {
                self.durable_names.insert(name, file);
            }
            Rename::Moved(from, to, file) => {
                self.durable_names.remove(&from);
                self.durable_names.insert(to, file);
            }
            Rename::Removed(name) => {
                self.durable_names.remove(&name);
            }
        }
    }

    pub(super) fn write(&mut self, file: u64, bytes: &[u8], offset: u64) -> io::Result<()> {
        let failed = self.count(Operation::Write)?;
        let offset = offset as usize;
        let grown = (offset + bytes.len()).saturating_sub(self.content_of(file).len());
        let full = self.capacity.is_some_and(|capacity| self.used() + grown as u64 > capacity);
        let error = failed.or_else(|| full.then(|| io::ErrorKind::StorageFull.into()));
        // The machine that stops here had handed the whole write over; one that fails had handed over a part.
        let written = match &error {
            Some(_) if !self.crashed => self.random.place(bytes.len() + 1),
            Some(_) | None => bytes.len(),
        };
        if written > 0 {
            self.hand_over(file, offset, bytes[..written].to_vec());
        }
        error.map_or(Ok(()), Err)
    }

    fn hand_over(&mut self, file: u64, offset: usize, bytes: Vec<u8>) {
        let stray = self.elsewhere(offset, &bytes);
        let Some(file) = self.files.get_mut(&file) else { return };
        match stray {
            Some(stray) => file.write_astray(offset, stray),
            None => file.write(Write::Bytes(offset, bytes)),
        }
    }

    /// Where a write goes astray to, if its turn has come: another sector of any file.
    fn elsewhere(&mut self, offset: usize, bytes: &[u8]) -> Option<Stray> {
        let passed = self.astray_after?;
        self.astray_after = passed.checked_sub(1);
        if passed > 0 {
            return None;
        }
        let named: Vec<u64> = self.names.values().copied().collect();
        let file = *named.get(self.random.place(named.len()))?;
        let sectors = self.content_of(file).len() / SECTOR_BYTES;
        let offset = self.random.place(sectors) * SECTOR_BYTES + offset % SECTOR_BYTES;
        Some(Stray { file, offset, bytes: bytes.to_vec() })
    }

    fn land(&mut self, strays: &[Stray]) {
        for stray in strays {
            self.strayed += 1;
            if let Some(file) = self.files.get_mut(&stray.file) {
                file.receive(stray);
            }
        }
    }

    pub(super) fn set_len(&mut self, file: u64, bytes: u64) -> io::Result<()> {
        let failed = self.count(Operation::Change)?;
        if let (Some(file), None) = (self.files.get_mut(&file), &failed) {
            file.write(Write::Length(bytes as usize));
        }
        failed.map_or(Ok(()), Err)
    }

    pub(super) fn sync(&mut self, file: u64) -> io::Result<()> {
        let failed = self.count(Operation::Sync)?;
        let Some(file) = self.files.get_mut(&file) else { return Err(io::ErrorKind::NotFound.into()) };
        let strays = match &failed {
            None if self.lying => Vec::new(),
            None => file.sync(),
            // The machine that stops may still sync after its restart; one that goes on never does.
            Some(_) if self.crashed => Vec::new(),
            Some(_) => file.keep_some(&mut self.random),
        };
        self.land(&strays);
        failed.map_or(Ok(()), Err)
    }

    /// Forgets the cached pages that wait for no sync, as a system short of memory does.
    pub(super) fn drop_cache(&mut self) {
        for file in self.files.values_mut().filter(|file| file.unsynced.is_empty()) {
            file.forget_cache();
        }
    }

    pub(super) fn restart(&mut self, power_lost: bool) {
        self.crashed = false;
        self.crash_at = None;
        self.failures.clear();
        self.life += 1;
        self.locks.clear();
        if !power_lost {
            return;
        }
        for rename in std::mem::take(&mut self.renames) {
            if self.random.once_in(2) {
                self.carry_over(rename);
            }
        }
        self.names = self.durable_names.clone();
        let mut strays = Vec::new();
        for file in self.files.values_mut() {
            strays.extend(file.keep_some(&mut self.random));
        }
        self.land(&strays);
        self.files.values_mut().for_each(File::forget_cache);
    }

    /// What is durable.
    pub(super) fn image(&self) -> Image {
        let durable = |file: &u64| self.files.get(file).map(|file| file.durable.clone()).unwrap_or_default();
        Image(self.durable_names.iter().map(|(name, file)| (name.clone(), durable(file))).collect())
    }

    pub(super) fn restore(&mut self, image: &Image) {
        self.restart(false);
        self.names.clear();
        self.durable_names.clear();
        self.renames.clear();
        for (name, bytes) in &image.0 {
            self.put(name, bytes.clone());
        }
    }
}

/// The folder of a name; empty for the store's directory itself.
pub(super) fn folder_of(name: &str) -> &str {
    name.rsplit_once('/').map_or("", |(folder, _)| folder)
}
