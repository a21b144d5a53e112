//! The records of the index in sled.
//!
//! | key | value |
//! |---|---|
//! | `0xff mark` | version 2, log id 16, entries taken in 8, peaks of the tree over them 32 each |
//! | kind 1, length of name 2, name | how many entries have the name, 8 |
//! | kind 1, length of name 2, name, chunk 8 | places in the chunk of those of its entries that have the name, 2 each |
//!
//! A chunk is 4,096 entries that follow each other. Values are little-endian and end with the CRC32C of key and value;
//! numbers in keys are big-endian, so that they are in order.

use std::collections::HashMap;
use std::ops::ControlFlow;
use std::path::Path;

use ledger_core::entry::lookups::LookupKind;
use sled::{Batch, Db};

use crate::archive::decode;
use crate::bytes::{array_at, u16_at, u64_at};
use crate::log::{Log, LogId, Record};
use crate::merkle::{Frontier, leaf_hash};

/// The version of what is written here and of the names that entries have.
pub(super) const VERSION: u16 = 2;

const MARK: &[u8] = b"\xffmark";

/// Entries of a chunk.
const CHUNK: u64 = 4_096;

/// How much of it sled may keep in memory.
const CACHE_BYTES: u64 = 32 << 20;

/// Why the index gives no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Trouble {
    /// It cannot be used as it is.
    Cache,
    /// The log cannot be read.
    Log,
}

impl From<sled::Error> for Trouble {
    fn from(_: sled::Error) -> Trouble {
        Trouble::Cache
    }
}

/// An index that is open.
pub(super) struct Records {
    db: Db,
    log_id: LogId,
    /// The tree over the entries taken in.
    frontier: Frontier,
}

/// The names of a chunk's entries, by the beginning of their keys, with the places in the chunk.
type Places = HashMap<Vec<u8>, Vec<u16>>;

/// Entries as they are taken in.
pub(super) struct Taken {
    /// The tree over them.
    pub(super) frontier: Frontier,
    /// The names of those since the last full chunk.
    pub(super) places: Places,
}

impl Taken {
    /// Takes in an entry; whether a chunk is full.
    pub(super) fn see(&mut self, record: &Record<'_>) -> Result<bool, Trouble> {
        see(record, &mut self.places)?;
        self.frontier.push(leaf_hash(record.envelope));
        Ok(record.number.is_multiple_of(CHUNK))
    }
}

/// Notes the names of an entry.
fn see(record: &Record<'_>, places: &mut Places) -> Result<(), Trouble> {
    let recorded = decode(record).map_err(|_| Trouble::Log)?;
    let place = ((record.number - 1) % CHUNK) as u16;
    recorded.entry.lookups(&mut |kind, name| {
        if kind == LookupKind::Id {
            return;
        }
        let there = places.entry(key(kind, name)).or_default();
        if there.last() != Some(&place) {
            there.push(place);
        }
    });
    Ok(())
}

impl Records {
    /// Opens the index, or begins one.
    pub(super) fn open(folder: &Path, log_id: LogId) -> Result<Records, Trouble> {
        let config = sled::Config::default().path(folder).cache_capacity(CACHE_BYTES).flush_every_ms(None);
        let db = config.open()?;
        let frontier = match db.get(MARK)? {
            None if db.is_empty() => Frontier::default(),
            None => return Err(Trouble::Cache),
            Some(value) => taken_in(&value, log_id).ok_or(Trouble::Cache)?,
        };
        Ok(Records { db, log_id, frontier })
    }

    /// Takes in what the log has beyond; the tree over all of it must then have the log's root.
    pub(super) fn catch_up<L: Log + ?Sized>(&mut self, log: &L) -> Result<(), Trouble> {
        let head = log.head();
        if self.frontier.size() > head.size {
            return Err(Trouble::Cache);
        }
        let grown = self.frontier.size() < head.size;
        let (mut places, mut stopped) = (Places::new(), None);
        log.read(self.frontier.size() + 1..head.size + 1, &mut |record| match self
            .take_in(&record, &mut places)
        {
            Ok(()) => ControlFlow::Continue(()),
            Err(trouble) => {
                stopped = Some(trouble);
                ControlFlow::Break(())
            }
        })
        .map_err(|_| Trouble::Log)?;
        if let Some(trouble) = stopped {
            return Err(trouble);
        }
        if self.frontier.size() != head.size || self.frontier.root() != head.root {
            return Err(Trouble::Cache);
        }
        if grown {
            self.write(&mut places)?;
            self.db.flush()?;
        }
        Ok(())
    }

    fn take_in(&mut self, record: &Record<'_>, places: &mut Places) -> Result<(), Trouble> {
        see(record, places)?;
        self.frontier.push(leaf_hash(record.envelope));
        if record.number.is_multiple_of(CHUNK) { self.write(places) } else { Ok(()) }
    }

    /// Writes the names of a chunk, and that the entries up to here are taken in, as one.
    fn write(&self, places: &mut Places) -> Result<(), Trouble> {
        let size = self.frontier.size();
        let chunk = (size.max(1) - 1) / CHUNK;
        let mut batch = Batch::default();
        for (name, there) in places.drain() {
            let before = self.get(&name)?.map_or(Ok(0), |value| count_in(&value))?;
            let count = before + there.len() as u64;
            insert(&mut batch, name.clone(), count.to_le_bytes().to_vec());
            let key = [name.as_slice(), &chunk.to_be_bytes()].concat();
            let mut value = self.get(&key)?.unwrap_or_default();
            value.extend(there.iter().flat_map(|place| place.to_le_bytes()));
            insert(&mut batch, key, value);
        }
        let mut mark = [&VERSION.to_le_bytes()[..], &self.log_id.0, &size.to_le_bytes()].concat();
        mark.extend(self.frontier.peaks().as_flattened());
        insert(&mut batch, MARK.to_vec(), mark);
        Ok(self.db.apply_batch(batch)?)
    }

    /// How many entries it has taken in.
    pub(super) fn size(&self) -> u64 {
        self.frontier.size()
    }

    /// Nothing taken in yet.
    pub(super) fn begin(&self) -> Taken {
        Taken { frontier: Frontier::default(), places: Places::new() }
    }

    /// Whether the entries that it has taken in are those of a tree.
    pub(super) fn is_of(&self, tree: &Frontier) -> bool {
        (tree.size(), tree.root()) == (self.frontier.size(), self.frontier.root())
    }

    /// How many records there are.
    pub(super) fn len(&self) -> usize {
        self.db.len()
    }

    /// How many entries it says have a name.
    pub(super) fn count_of(&self, name: &[u8]) -> Option<u64> {
        count_in(&self.get(name).ok()??).ok()
    }

    /// The places of the entries that it says have a name, in the chunk of an entry.
    pub(super) fn places_of(&self, name: &[u8], number: u64) -> Option<Vec<u16>> {
        let key = [name, &((number - 1) / CHUNK).to_be_bytes()].concat();
        let value = self.get(&key).ok()??;
        Some(value.chunks_exact(2).map(|place| u16_at(place, 0)).collect())
    }

    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, Trouble> {
        let value = self.db.get(key)?;
        value.map(|value| checked(key, &value).map(<[u8]>::to_vec).ok_or(Trouble::Cache)).transpose()
    }

    /// The numbers of the entries with a name, rising.
    pub(super) fn numbers(&self, kind: LookupKind, name: &str) -> Result<Vec<u64>, Trouble> {
        let name = key(kind, name);
        let Some(value) = self.get(&name)? else { return Ok(Vec::new()) };
        let count = count_in(&value)?;
        let mut numbers = Vec::new();
        for record in self.db.scan_prefix(&name) {
            let (key, value) = record?;
            if key.len() == name.len() {
                continue;
            }
            let chunk = key[name.len()..].try_into().map(u64::from_be_bytes).map_err(|_| Trouble::Cache)?;
            let first = chunk.checked_mul(CHUNK).ok_or(Trouble::Cache)? + 1;
            let places = checked(&key, &value).ok_or(Trouble::Cache)?;
            numbers.extend(places.chunks_exact(2).map(|place| first + u64::from(u16_at(place, 0))));
        }
        let sound = numbers.len() as u64 == count
            && numbers.is_sorted_by(|before, after| before < after)
            && numbers.last().is_none_or(|last| *last <= self.frontier.size());
        if sound { Ok(numbers) } else { Err(Trouble::Cache) }
    }
}

/// The tree over the entries that a mark says were taken in, if it is of this version and log.
fn taken_in(value: &[u8], log_id: LogId) -> Option<Frontier> {
    let mark = checked(MARK, value).filter(|mark| mark.len() >= 26)?;
    let (peaks, rest) = mark[26..].as_chunks::<32>();
    let ours = u16_at(mark, 0) == VERSION && array_at(mark, 2) == log_id.0 && rest.is_empty();
    ours.then(|| Frontier::from_peaks(u64_at(mark, 18), peaks.to_vec())).flatten()
}

fn count_in(value: &[u8]) -> Result<u64, Trouble> {
    value.try_into().map(u64::from_le_bytes).map_err(|_| Trouble::Cache)
}

/// The beginning of the keys of a name.
fn key(kind: LookupKind, name: &str) -> Vec<u8> {
    let kind = match kind {
        LookupKind::Id => 0,
        LookupKind::Transaction => 1,
        LookupKind::Facility => 2,
        LookupKind::Wallet => 3,
        LookupKind::Party => 4,
        LookupKind::Commitment => 5,
        LookupKind::Account => 6,
        LookupKind::Reference => 7,
        LookupKind::Project => 8,
        LookupKind::Asset => 9,
        LookupKind::Contract => 10,
        LookupKind::Derivative => 11,
    };
    // A name is part of an envelope, which is shorter than two bytes can say; a longer one is nowhere.
    let length = u16::try_from(name.len()).unwrap_or(u16::MAX);
    [&[kind][..], &length.to_be_bytes(), name.as_bytes()].concat()
}

fn checksum(key: &[u8], value: &[u8]) -> u32 {
    crc32c::crc32c_append(crc32c::crc32c(key), value)
}

fn insert(batch: &mut Batch, key: Vec<u8>, mut value: Vec<u8>) {
    value.extend(checksum(&key, &value).to_le_bytes());
    batch.insert(key, value);
}

/// A value without its checksum, if that is right.
fn checked<'v>(key: &[u8], value: &'v [u8]) -> Option<&'v [u8]> {
    let (value, crc) = value.split_last_chunk()?;
    (checksum(key, value) == u32::from_le_bytes(*crc)).then_some(value)
}
