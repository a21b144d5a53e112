//! Hash tiles: the inner hashes of the tree in files, so that the root of an earlier size and proofs need not
//! hash the entries again. A cache: written from the log, never in the path of an append, and rebuilt at need.
//!
//! The files are those of C2SP tlog-tiles, 256 hashes each (`tiles/tile/0/x001/234`), so that a copy of the
//! folder beside the entries is a mirror that existing tools can check.
//!
//! # Why a tile is believed
//!
//! A file is never believed for what it says. The only anchor is the head's root, which the log itself
//! acknowledges; a hash is used only if it was combined up to that root:
//!
//! 1. The last tile of each level holds the complete subtrees at the right edge of the tree. They and the leaves
//!    of the entries that came after the tiles, read from the log, must give the head's root.
//! 2. Every other tile is full, and its root must be the hash that stands for it in the tile above, which was
//!    proven before in the same way.
//! 3. The root of an earlier size is made of complete subtrees of the tree that the head's root covers. So it is
//!    right because the head's is: the headers of frames, which name roots of earlier sizes too, are not asked.
//!
//! Whatever does not agree is [`TilesError::Damaged`] or [`TilesError::NotOfThisLog`]; [`root_at`] then hashes the
//! entries, and holds what comes out against the head's root as well. That the head's root is the one of the entries
//! is not shown by tiles but by `verify`.

mod check;
pub(crate) mod place;
mod write;

use std::ops::{ControlFlow, Range};

use crate::checkpoint::{Checkpoint, origin};
use crate::disk::{Access, Disk};
use crate::log::{Hash, Head, Log, LogError};
use crate::merkle::{
    Frontier, consistency_path, empty_root, inclusion_path, leaf_hash, node_hash, root, split,
};
use place::{MARK, Tile, WIDTH, edge, hashes_at, place};

pub use check::{TilesReport, check};
pub use write::{CaughtUp, catch_up, rebuild};

/// How many entries the tiles may be behind the log for [`Tiles::open`] to read those from the log.
pub const BEHIND_MAX: u64 = 65_536;

/// After how many further entries [`kept_root_at`] writes tiles again.
pub const KEPT_EVERY: u64 = 4_096;

/// The largest mark that is read.
const MARK_BYTES_MAX: usize = 512;

/// Why tiles give no answer.
#[derive(Debug, thiserror::Error)]
pub enum TilesError {
    /// There are none.
    #[error("there are no tiles")]
    Absent,
    /// They are too far behind the log to be of use.
    #[error("the tiles hold {stored} of {size} entries")]
    Behind {
        /// The size of the tree that they are of.
        stored: u64,
        /// The size of the log.
        size: u64,
    },
    /// A tile is missing, or not the one that the tree has.
    #[error("the tile {name} is missing or not as written")]
    Damaged {
        /// Its file.
        name: String,
    },
    /// They do not lead to the root of this log.
    #[error("the tiles are not of this log")]
    NotOfThisLog,
    /// The entries do not have the root that the head acknowledges: the log is damaged.
    #[error("the root over the entries is not the one that the head acknowledges")]
    RootDiffers,
    /// The log does not hold as many entries.
    #[error("the log holds {size} entries, not {asked}")]
    Beyond {
        /// The size asked about.
        asked: u64,
        /// The size of the log.
        size: u64,
    },
    /// A tile cannot be written.
    #[error("cannot write {name}: {source}")]
    Write {
        /// Its file.
        name: String,
        /// The system's own words.
        source: std::io::Error,
    },
    /// The log cannot be read.
    #[error(transparent)]
    Log(#[from] LogError),
}

/// The tree of a log as its tiles hold it, proven by the root of the log's head.
#[derive(Debug)]
pub struct Tiles<'d> {
    disk: &'d dyn Disk,
    head: Head,
    /// The size of the tree that the files hold.
    stored: u64,
    /// The last, partial tile of each level; empty where the level ends with a full one.
    edge: Vec<Vec<Hash>>,
    /// The leaves of the entries after those.
    tail: Vec<Hash>,
    /// Of each level the full tile used last.
    recent: Vec<Option<(u64, Vec<Hash>)>>,
}

impl<'d> Tiles<'d> {
    /// Opens the tiles and proves their edge by the root of the log's head. Reads a few files, and those entries
    /// that the tiles do not know; writes nothing.
    ///
    /// # Errors
    /// [`TilesError::Absent`], [`TilesError::Behind`] by more than [`BEHIND_MAX`] entries,
    /// [`TilesError::Damaged`], [`TilesError::NotOfThisLog`], [`TilesError::Log`].
    pub fn open(disk: &'d dyn Disk, log: &dyn Log) -> Result<Self, TilesError> {
        let opened = Self::open_once(disk, log);
        // Whoever writes tiles takes the edge of the tree before away once the mark names the next.
        if matches!(opened, Err(TilesError::Damaged { .. })) { Self::open_once(disk, log) } else { opened }
    }

    fn open_once(disk: &'d dyn Disk, log: &dyn Log) -> Result<Self, TilesError> {
        let (stored, edge) = stored_edge(disk, log)?;
        let head = log.head();
        if head.size - stored > BEHIND_MAX {
            return Err(TilesError::Behind { stored, size: head.size });
        }
        let mut frontier = frontier(stored, &edge).ok_or(TilesError::NotOfThisLog)?;
        let mut tail = Vec::new();
        log.read(stored + 1..head.size + 1, &mut |record| {
            let leaf = leaf_hash(record.envelope);
            frontier.push(leaf);
            tail.push(leaf);
            ControlFlow::Continue(())
        })?;
        if frontier.size() != head.size || frontier.root() != head.root {
            return Err(TilesError::NotOfThisLog);
        }
        let recent = vec![None; edge.len()];
        Ok(Self { disk, head, stored, edge, tail, recent })
    }

    /// Size and root of the log that proves these tiles.
    pub fn head(&self) -> Head {
        self.head
    }

    /// How many entries the files hold.
    pub fn stored(&self) -> u64 {
        self.stored
    }

    /// The root of the tree when the log had this size.
    ///
    /// # Errors
    /// [`TilesError::Beyond`], [`TilesError::Damaged`].
    pub fn root_at(&mut self, size: u64) -> Result<Hash, TilesError> {
        self.refuse_beyond(size)?;
        if size == 0 { Ok(empty_root()) } else { self.range(0..size) }
    }

    /// The audit path of an entry in the tree of this size (RFC 6962 2.1.1), from the leaf upwards.
    ///
    /// # Errors
    /// [`TilesError::Beyond`] also for an entry that the tree of that size does not have, [`TilesError::Damaged`].
    pub fn inclusion_proof(&mut self, number: u64, size: u64) -> Result<Vec<Hash>, TilesError> {
        self.refuse_beyond(size)?;
        let path = number.checked_sub(1).and_then(|index| inclusion_path(index, size));
        self.ranges(path.ok_or(TilesError::Beyond { asked: number, size })?)
    }

    /// The proof that the tree of size `new` extends that of size `old`, which is at least 1 (RFC 6962 2.1.2).
    ///
    /// # Errors
    /// [`TilesError::Beyond`] also for an `old` above `new` or of zero, [`TilesError::Damaged`].
    pub fn consistency_proof(&mut self, old: u64, new: u64) -> Result<Vec<Hash>, TilesError> {
        self.refuse_beyond(new)?;
        let path = consistency_path(old, new);
        self.ranges(path.ok_or(TilesError::Beyond { asked: old, size: new })?)
    }

    fn refuse_beyond(&self, asked: u64) -> Result<(), TilesError> {
        let size = self.head.size;
        if asked > size { Err(TilesError::Beyond { asked, size }) } else { Ok(()) }
    }

    fn ranges(&mut self, ranges: Vec<Range<u64>>) -> Result<Vec<Hash>, TilesError> {
        ranges.into_iter().map(|range| self.range(range)).collect()
    }

    /// The root over a range of leaves, not empty, whose start is a multiple of the power of two that holds it.
    fn range(&mut self, leaves: Range<u64>) -> Result<Hash, TilesError> {
        let count = leaves.end - leaves.start;
        if let (true, Some(tail)) = (leaves.start >= self.stored, self.in_tail(&leaves)) {
            return Ok(root(&self.tail[tail]));
        }
        if count.is_power_of_two() && leaves.end <= self.stored {
            return self.subtree(count.ilog2(), leaves.start / count);
        }
        let middle = leaves.start + split(count);
        let left = self.range(leaves.start..middle)?;
        Ok(node_hash(&left, &self.range(middle..leaves.end)?))
    }

    fn in_tail(&self, leaves: &Range<u64>) -> Option<Range<usize>> {
        let place = |leaf: u64| usize::try_from(leaf.checked_sub(self.stored)?).ok();
        Some(place(leaves.start)?..place(leaves.end)?)
    }

    /// The root of a complete subtree that the files hold.
    fn subtree(&mut self, height: u32, index: u64) -> Result<Hash, TilesError> {
        let (level, tile, hashes) = place(height, index);
        Ok(root(&self.tile(level, tile)?[hashes]))
    }

    /// A tile's hashes, proven: by the edge, or by the hash in the tile above.
    fn tile(&mut self, level: usize, index: u64) -> Result<&[Hash], TilesError> {
        if index == hashes_at(level, self.stored) / WIDTH as u64 {
            return Ok(&self.edge[level]);
        }
        let is_recent = self.recent[level].as_ref().is_some_and(|(recent, _)| *recent == index);
        if !is_recent {
            let above = self.tile(level + 1, index / WIDTH as u64)?[(index % WIDTH as u64) as usize];
            let tile = Tile::full(level, index);
            let hashes = tile.read(self.disk).filter(|hashes| root(hashes) == above);
            let hashes = hashes.ok_or_else(|| TilesError::Damaged { name: tile.name() })?;
            self.recent[level] = Some((index, hashes));
        }
        Ok(self.recent[level].as_ref().map_or(&[], |(_, hashes)| hashes))
    }
}

/// The root of the tree when the log had this size: from the tiles if they prove themselves, otherwise by hashing
/// every entry, up to the head, whose root must come out. Writes nothing.
///
/// # Errors
/// [`TilesError::Beyond`], [`TilesError::RootDiffers`], [`TilesError::Log`].
pub fn root_at(disk: &dyn Disk, log: &dyn Log, size: u64) -> Result<Hash, TilesError> {
    match Tiles::open(disk, log).and_then(|mut tiles| tiles.root_at(size)) {
        Err(
            TilesError::Absent
            | TilesError::Behind { .. }
            | TilesError::Damaged { .. }
            | TilesError::NotOfThisLog,
        ) => scanned_root(log, size),
        answer => answer,
    }
}

/// The same, and the tiles are kept up: written when the log has grown by [`KEPT_EVERY`] entries since, written anew when
/// one is damaged. That they cannot be written is no failure.
///
/// # Errors
/// As for [`root_at`].
pub fn kept_root_at(disk: &dyn Disk, log: &dyn Log, size: u64) -> Result<Hash, TilesError> {
    let stored = match Tiles::open(disk, log) {
        Ok(mut tiles) if tiles.head.size - tiles.stored < KEPT_EVERY => match tiles.root_at(size) {
            Err(TilesError::Damaged { .. }) => None,
            answer => return answer,
        },
        Ok(tiles) => Some(tiles.stored),
        Err(TilesError::Behind { stored, .. }) => Some(stored),
        Err(_) => Some(0),
    };
    let written = match stored {
        None => rebuild(disk, log).map(drop),
        Some(stored) if log.head().size - stored >= KEPT_EVERY => catch_up(disk, log).map(drop),
        Some(_) => Ok(()),
    };
    match written {
        // The log is damaged, and was read to its end to find that out.
        Err(error @ (TilesError::RootDiffers | TilesError::Log(_))) => Err(error),
        Ok(()) | Err(_) => root_at(disk, log, size),
    }
}

fn scanned_root(log: &dyn Log, size: u64) -> Result<Hash, TilesError> {
    let head = log.head();
    if size > head.size {
        return Err(TilesError::Beyond { asked: size, size: head.size });
    }
    let mut frontier = Frontier::default();
    let mut answer = empty_root();
    log.read(1..head.size + 1, &mut |record| {
        frontier.push(leaf_hash(record.envelope));
        if record.number == size {
            answer = frontier.root();
        }
        ControlFlow::Continue(())
    })?;
    if frontier.size() != head.size || frontier.root() != head.root {
        return Err(TilesError::RootDiffers);
    }
    Ok(answer)
}

/// Which tree the files say they are of; nothing of it is proven.
fn mark(disk: &dyn Disk) -> Option<Checkpoint> {
    let file = disk.open(MARK, Access::Read).ok()?;
    let mut bytes = [0; MARK_BYTES_MAX];
    let filled = file.read_at(&mut bytes, 0).ok()?;
    std::str::from_utf8(&bytes[..filled]).ok()?.parse().ok()
}

/// The size that the mark names and the last tile of each level; nothing of it is proven.
fn stored_edge(disk: &dyn Disk, log: &dyn Log) -> Result<(u64, Vec<Vec<Hash>>), TilesError> {
    let mark = mark(disk).ok_or(TilesError::Absent)?;
    let stored = mark.head.size;
    if mark.origin() != origin(log.log_id()) || stored > log.head().size {
        return Err(TilesError::NotOfThisLog);
    }
    let read = |tile: Option<Tile>| match tile {
        None => Ok(Vec::new()),
        Some(tile) => tile.read(disk).ok_or_else(|| TilesError::Damaged { name: tile.name() }),
    };
    let edge = edge(stored).into_iter().map(read).collect::<Result<_, _>>()?;
    Ok((stored, edge))
}

/// The frontier of the tree with this edge: each tile holds the complete subtrees of its eight levels.
fn frontier(size: u64, edge: &[Vec<Hash>]) -> Option<Frontier> {
    let mut peaks = Vec::new();
    for hashes in edge.iter().rev() {
        let mut rest = hashes.as_slice();
        while !rest.is_empty() {
            let (peak, after) = rest.split_at(1 << rest.len().ilog2());
            peaks.push(root(peak));
            rest = after;
        }
    }
    Frontier::from_peaks(size, peaks)
}
