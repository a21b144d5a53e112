//! What the simulated disk remembers: for each file the cache, what is durable, and the writes in between.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::ops::Range;

use super::Operation;

const SECTOR_BYTES: usize = 512;

#[derive(Debug, Default)]
struct File {
    cached: Vec<u8>,
    durable: Vec<u8>,
    unsynced: Vec<Write>,
}

#[derive(Debug, Clone)]
enum Write {
    Bytes(usize, Vec<u8>),
    Length(usize),
}

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
    pub(super) locks: BTreeSet<String>,
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
            locks: BTreeSet::new(),
            crashed: false,
            durable_names: BTreeMap::new(),
            renames: Vec::new(),
            files: BTreeMap::new(),
            random: Random(seed),
        }
    }

    pub(super) fn refuse_if_crashed(&self) -> io::Result<()> {
        if self.crashed { Err(io::Error::other("the machine has stopped")) } else { Ok(()) }
    }

    pub(super) fn refuse_if_unreadable(&self, name: &str, wanted: Range<u64>) -> io::Result<()> {
        match &self.unreadable {
            Some((bad, range)) if bad == name && range.start < wanted.end && wanted.start < range.end => {
                Err(io::Error::other("the sector cannot be read"))
            }
            Some(_) | None => Ok(()),
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
        Ok(due)
    }

    pub(super) fn content(&self, name: &str) -> Option<&Vec<u8>> {
        self.names.get(name).map(|file| self.content_of(*file))
    }

    pub(super) fn content_of(&self, file: u64) -> &Vec<u8> {
        const NOTHING: &Vec<u8> = &Vec::new();
        self.files.get(&file).map_or(NOTHING, |file| &file.cached)
    }

    pub(super) fn put(&mut self, name: &str, bytes: Vec<u8>) {
        let file = self.files.len() as u64;
        self.files.insert(file, File { cached: bytes.clone(), durable: bytes, unsynced: Vec::new() });
        self.names.insert(name.to_owned(), file);
        self.durable_names.insert(name.to_owned(), file);
    }

    pub(super) fn change(&mut self, name: &str, change: impl FnOnce(&mut Vec<u8>)) {
        if let Some(file) = self.names.get(name).and_then(|file| self.files.get_mut(file)) {
            change(&mut file.cached);
            file.durable.clone_from(&file.cached);
            file.unsynced.clear();
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
        let used: usize = self.names.values().map(|name| self.content_of(*name).len()).sum();
        let grown = (offset + bytes.len()).saturating_sub(self.content_of(file).len());
        let full = self.capacity.is_some_and(|capacity| used as u64 + grown as u64 > capacity);
        let error = failed.or_else(|| full.then(|| io::ErrorKind::StorageFull.into()));
        // The machine that stops here had handed the whole write over; one that fails had handed over a part.
        let written = match &error {
            Some(_) if !self.crashed => self.random.below(bytes.len() + 1),
            Some(_) | None => bytes.len(),
        };
        if let (Some(file), true) = (self.files.get_mut(&file), written > 0) {
            let write = Write::Bytes(offset, bytes[..written].to_vec());
            apply(&mut file.cached, &write);
            file.unsynced.push(write);
        }
        error.map_or(Ok(()), Err)
    }

    pub(super) fn set_len(&mut self, file: u64, bytes: u64) -> io::Result<()> {
        let failed = self.count(Operation::Change)?;
        if let (Some(file), None) = (self.files.get_mut(&file), &failed) {
            let write = Write::Length(bytes as usize);
            apply(&mut file.cached, &write);
            file.unsynced.push(write);
        }
        failed.map_or(Ok(()), Err)
    }

    pub(super) fn sync(&mut self, file: u64) -> io::Result<()> {
        let failed = self.count(Operation::Sync)?;
        let Some(file) = self.files.get_mut(&file) else { return Err(io::ErrorKind::NotFound.into()) };
        match failed {
            None if self.lying => Ok(()),
            None => {
                file.unsynced.drain(..).for_each(|write| apply(&mut file.durable, &write));
                Ok(())
            }
            Some(error) => {
                // The machine that stops may still sync after its restart; one that goes on never does.
                if !self.crashed {
                    keep_some(file, &mut self.random);
                }
                Err(error)
            }
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
            if self.random.below(2) == 0 {
                self.carry_over(rename);
            }
        }
        self.names = self.durable_names.clone();
        for file in self.files.values_mut() {
            keep_some(file, &mut self.random);
            file.cached = file.durable.clone();
        }
    }
}

/// The folder of a name; empty for the store's directory itself.
pub(super) fn folder_of(name: &str) -> &str {
    name.rsplit_once('/').map_or("", |(folder, _)| folder)
}

fn apply(content: &mut Vec<u8>, write: &Write) {
    match write {
        Write::Length(bytes) => content.resize(*bytes, 0),
        Write::Bytes(offset, bytes) => {
            let end = offset + bytes.len();
            if content.len() < end {
                content.resize(end, 0);
            }
            content[*offset..end].copy_from_slice(bytes);
        }
    }
}

/// Carries over some of what was not synced: all, nothing, or any subset of the sectors, some of them torn.
fn keep_some(file: &mut File, random: &mut Random) {
    let mood = random.below(4);
    for write in std::mem::take(&mut file.unsynced) {
        match &write {
            _ if mood == 0 => {}
            _ if mood == 1 => apply(&mut file.durable, &write),
            Write::Length(_) if random.below(2) == 0 => {}
            Write::Length(_) => apply(&mut file.durable, &write),
            Write::Bytes(offset, bytes) => {
                for piece in pieces(*offset, bytes.len()) {
                    let torn = random.below(8);
                    let kept = match torn {
                        0 => random.below(piece.len() + 1),
                        1..=4 => piece.len(),
                        _ => 0,
                    };
                    if kept > 0 {
                        let bytes = bytes[piece.start..piece.start + kept].to_vec();
                        apply(&mut file.durable, &Write::Bytes(offset + piece.start, bytes));
                    }
                }
            }
        }
    }
}

/// The ranges of a write that fall into one sector each.
fn pieces(offset: usize, bytes: usize) -> impl Iterator<Item = Range<usize>> {
    let mut start = 0;
    std::iter::from_fn(move || {
        let end = ((offset + start) / SECTOR_BYTES + 1) * SECTOR_BYTES - offset;
        let piece = start..end.min(bytes);
        start = piece.end;
        (!piece.is_empty()).then_some(piece)
    })
}

/// The generator splitmix64 (Steele, Lea and Flood 2014): small, and good enough for whims.
#[derive(Debug)]
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % bound.max(1) as u64) as usize
    }
}
