//! Writing tiles: the log's entries are hashed from where the tiles end, full tiles are written as they fill, and
//! at the end the edge and the mark.
//!
//! Nothing is synced, for nothing rests on a tile: one that a power cut tore is found when it is read.

use std::ops::ControlFlow;

use super::place::{FOLDER, MARK, Tile, WIDTH, edge, hashes_at};
use super::{TilesError, frontier, mark, stored_edge};
use crate::checkpoint::{Checkpoint, origin};
use crate::disk::{Access, Disk};
use crate::files::UNFINISHED;
use crate::log::{Hash, Head, Log};
use crate::merkle::{Frontier, leaf_hash, root};

const LOCK: &str = "tiles/lock";

/// What became of the tiles.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CaughtUp {
    /// They hold the tree of the log's head; these many entries were hashed.
    To {
        /// The head.
        head: Head,
        /// How many entries were read.
        hashed: u64,
    },
    /// Another process is writing them.
    Busy,
}

/// Brings the tiles up to the log's head, in memory of a fixed size. Tiles that are not of this log, or whose
/// edge is damaged, are written anew from the first entry on; full tiles already there are not looked at.
///
/// # Errors
/// [`TilesError::RootDiffers`], [`TilesError::Write`], [`TilesError::Log`]; the tiles are then what they were, or
/// absent.
pub fn catch_up(disk: &dyn Disk, log: &dyn Log) -> Result<CaughtUp, TilesError> {
    let Some(_lock) = lock(disk)? else { return Ok(CaughtUp::Busy) };
    let before = mark(disk).map(|mark| mark.head.size);
    let grown = match Growth::resume(disk, log) {
        Some(growth) => growth.grow(log),
        None => Growth::new(disk).grow(log),
    };
    match grown {
        // What the tiles hold does not lead to the head: they are of another history.
        Err(TilesError::RootDiffers) if before.is_some() => Growth::new(disk).grow(log)?.publish(log, before),
        grown => grown?.publish(log, before),
    }
}

/// Writes all tiles anew, for when a full one was found damaged.
///
/// # Errors
/// As for [`catch_up`].
pub fn rebuild(disk: &dyn Disk, log: &dyn Log) -> Result<CaughtUp, TilesError> {
    let Some(_lock) = lock(disk)? else { return Ok(CaughtUp::Busy) };
    let before = mark(disk).map(|mark| mark.head.size);
    Growth::new(disk).grow(log)?.publish(log, before)
}

fn lock(disk: &dyn Disk) -> Result<Option<Box<dyn crate::disk::Lock>>, TilesError> {
    disk.create_folder(FOLDER).and_then(|()| disk.lock(LOCK)).map_err(failed(LOCK))
}

fn failed(name: &str) -> impl FnOnce(std::io::Error) -> TilesError {
    let name = name.to_owned();
    move |source| TilesError::Write { name, source }
}

/// A tree that grows, and of each level the hashes that do not fill a tile yet.
struct Growth<'d> {
    disk: &'d dyn Disk,
    frontier: Frontier,
    edge: Vec<Vec<Hash>>,
    /// The folder of the tile written last, which is there.
    folder: String,
    hashed: u64,
}

impl<'d> Growth<'d> {
    fn new(disk: &'d dyn Disk) -> Self {
        Self { disk, frontier: Frontier::default(), edge: Vec::new(), folder: String::new(), hashed: 0 }
    }

    /// Where the stored tiles end. They are proven once the tree that grows from there has the head's root.
    fn resume(disk: &'d dyn Disk, log: &dyn Log) -> Option<Self> {
        let (stored, edge) = stored_edge(disk, log).ok()?;
        let frontier = frontier(stored, &edge)?;
        Some(Self { edge, frontier, ..Self::new(disk) })
    }

    fn grow(mut self, log: &dyn Log) -> Result<Self, TilesError> {
        let head = log.head();
        let mut written = Ok(());
        log.read(self.frontier.size() + 1..head.size + 1, &mut |record| {
            written = self.push(leaf_hash(record.envelope));
            if written.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        })?;
        written?;
        let as_acknowledged = self.frontier.size() == head.size && self.frontier.root() == head.root;
        if as_acknowledged { Ok(self) } else { Err(TilesError::RootDiffers) }
    }

    fn push(&mut self, leaf: Hash) -> Result<(), TilesError> {
        self.frontier.push(leaf);
        self.hashed += 1;
        let (mut node, mut level) = (leaf, 0);
        loop {
            if level == self.edge.len() {
                self.edge.push(Vec::with_capacity(WIDTH));
            }
            self.edge[level].push(node);
            if self.edge[level].len() < WIDTH {
                return Ok(());
            }
            let hashes = std::mem::take(&mut self.edge[level]);
            let index = hashes_at(level + 1, self.frontier.size()) - 1;
            self.write(&Tile::full(level, index), &hashes)?;
            node = root(&hashes);
            level += 1;
        }
    }

    fn write(&mut self, tile: &Tile, hashes: &[Hash]) -> Result<(), TilesError> {
        let name = tile.name();
        let folder = name.rsplit_once('/').map_or("", |(folder, _)| folder);
        if folder != self.folder {
            self.disk.create_folder(folder).map_err(failed(folder))?;
            folder.clone_into(&mut self.folder);
        }
        self.write_file(&name, hashes.as_flattened())
    }

    fn write_file(&self, name: &str, bytes: &[u8]) -> Result<(), TilesError> {
        let file = self.disk.open(name, Access::Create).map_err(failed(name))?;
        file.write_at(bytes, 0).map_err(failed(name))
    }

    /// Writes the edge, then the mark that names it, and takes away the edge that the mark named before.
    fn publish(mut self, log: &dyn Log, before: Option<u64>) -> Result<CaughtUp, TilesError> {
        let head = Head { size: self.frontier.size(), root: self.frontier.root() };
        if self.hashed == 0 && before == Some(head.size) {
            return Ok(CaughtUp::To { head, hashed: 0 });
        }
        let tiles = edge(head.size);
        let hashes = std::mem::take(&mut self.edge);
        for (tile, hashes) in tiles.iter().zip(&hashes) {
            if let Some(tile) = tile {
                self.write(tile, hashes)?;
            }
        }
        let text = Checkpoint::new(&origin(log.log_id()), head).map(|mark| mark.to_string());
        let unfinished = format!("{MARK}{UNFINISHED}");
        self.write_file(&unfinished, text.unwrap_or_default().as_bytes())?;
        self.disk.rename(&unfinished, MARK).map_err(failed(MARK))?;
        for old in edge(before.unwrap_or(0)).iter().flatten().filter(|old| !tiles.contains(&Some(**old))) {
            // What stays is only litter.
            let _ = self.disk.remove(&old.name());
        }
        Ok(CaughtUp::To { head, hashed: self.hashed })
    }
}
