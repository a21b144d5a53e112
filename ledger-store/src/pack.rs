//! The log in an audit pack: entries and tree in the files of C2SP tlog-tiles, so that whoever has the folder needs
//! neither the ledger nor this program.
//!
//! ```text
//! checkpoint                    origin, size and root; signed if a key was at hand
//! tile/0/000.p/37               hashes of the tree, 256 to a tile
//! tile/entries/000.p/37         the same entries' envelopes, each behind its length in two bytes, big-endian
//! ```

mod read;

use std::io;
use std::ops::ControlFlow;

use crate::log::{Hash, Head, Log, LogError};
use crate::merkle::{Frontier, leaf_hash, root};
use crate::tiles::place::{WIDTH, edge, hashes_at, number};

pub use read::{PackLog, Read, read_file, read_tree};

/// The file of the checkpoint.
pub const CHECKPOINT: &str = "checkpoint";

/// The file of a tile, or with the level `entries` of a bundle.
fn file(level: &str, index: u64, width: usize) -> String {
    let part = if width < WIDTH { format!(".p/{width}") } else { String::new() };
    format!("tile/{level}/{}{part}", number(index))
}

/// The files of tiles and bundles of a log of this size.
pub fn tree_files(size: u64) -> impl Iterator<Item = String> {
    let full = move |level: usize| hashes_at(level, size) / WIDTH as u64;
    let levels = (0..8).flat_map(move |level| (0..full(level)).map(move |index| (level, index, WIDTH)));
    let edge = edge(size).into_iter().flatten().map(|tile| (tile.level, tile.index, tile.width));
    levels.chain(edge).flat_map(|(level, index, width)| {
        let bundle = (level == 0).then(|| file("entries", index, width));
        bundle.into_iter().chain([file(&level.to_string(), index, width)])
    })
}

/// Why a tree was not written.
#[derive(Debug, thiserror::Error)]
pub enum NotWritten {
    /// A file cannot be written.
    #[error("cannot write {file}: {source}")]
    File {
        /// Its name in the pack.
        file: String,
        /// The system's own words.
        source: io::Error,
    },
    /// The log cannot be read.
    #[error(transparent)]
    Log(#[from] LogError),
}

/// Takes a file by its name in the pack.
pub type Write<'w> = dyn FnMut(&str, &[u8]) -> io::Result<()> + 'w;

/// The tree as it grows: of each level the hashes that do not fill a tile yet, and the entries of the last bundle.
#[derive(Default)]
struct Growth {
    frontier: Frontier,
    levels: Vec<Vec<Hash>>,
    bundle: Vec<u8>,
}

/// Gives the tiles and bundles of the first `size` entries to `write`, one after the other, in memory of a fixed size.
/// What comes out is the head that was written; the caller holds it against the log's own.
///
/// # Errors
/// [`NotWritten`].
pub fn write_tree(log: &dyn Log, size: u64, write: &mut Write<'_>) -> Result<Head, NotWritten> {
    let mut growth = Growth::default();
    let mut written = Ok(());
    log.read(1..size + 1, &mut |record| {
        written = growth.push(record.envelope, write);
        if written.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    })?;
    written?;
    growth.finish(write)
}

impl Growth {
    fn push(&mut self, envelope: &[u8], write: &mut Write<'_>) -> Result<(), NotWritten> {
        let leaf = leaf_hash(envelope);
        self.frontier.push(leaf);
        // No envelope is longer than its length here can say: the log's limit is this one.
        self.bundle.extend(u16::try_from(envelope.len()).unwrap_or(u16::MAX).to_be_bytes());
        self.bundle.extend(envelope);
        let size = self.frontier.size();
        if size.is_multiple_of(WIDTH as u64) {
            put(write, &file("entries", size / WIDTH as u64 - 1, WIDTH), &self.bundle)?;
            self.bundle.clear();
        }
        for (level, hashes) in self.add(leaf) {
            let index = hashes_at(level + 1, size) - 1;
            put(write, &file(&level.to_string(), index, WIDTH), hashes.as_flattened())?;
        }
        Ok(())
    }

    /// Adds a leaf; gives the tiles that it fills.
    fn add(&mut self, leaf: Hash) -> Vec<(usize, Vec<Hash>)> {
        let (mut node, mut full) = (leaf, Vec::new());
        for level in 0.. {
            if level == self.levels.len() {
                self.levels.push(Vec::with_capacity(WIDTH));
            }
            self.levels[level].push(node);
            if self.levels[level].len() < WIDTH {
                break;
            }
            let hashes = std::mem::take(&mut self.levels[level]);
            node = root(&hashes);
            full.push((level, hashes));
        }
        full
    }

    fn finish(self, write: &mut Write<'_>) -> Result<Head, NotWritten> {
        let size = self.frontier.size();
        for (tile, hashes) in edge(size).into_iter().zip(&self.levels) {
            let Some(tile) = tile else { continue };
            if tile.level == 0 {
                put(write, &file("entries", tile.index, tile.width), &self.bundle)?;
            }
            put(write, &file(&tile.level.to_string(), tile.index, tile.width), hashes.as_flattened())?;
        }
        Ok(Head { size, root: self.frontier.root() })
    }
}

fn put(write: &mut Write<'_>, file: &str, bytes: &[u8]) -> Result<(), NotWritten> {
    write(file, bytes).map_err(|source| NotWritten::File { file: file.to_owned(), source })
}

/// What is wrong with a pack. The codes are stable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PackDefect {
    /// A file that the size of the log asks for is not there.
    BundleAbsent,
    /// A bundle is not as many envelopes as belong there, each behind its length.
    BundleForm,
    /// A tile that the size of the log asks for is not there.
    TileAbsent,
    /// A tile does not have the hashes of the entries.
    TileDiffers,
    /// The entries do not have the root of the checkpoint.
    RootDiffers,
    /// An entry is not an envelope in canonical form.
    Envelope,
    /// An entry's own number is not that of its place.
    EnvelopeNumber,
    /// An entry is recorded before its predecessor.
    RecordedBack,
    /// An entry says that it was decided when it was in the log already.
    DecidedAhead,
    /// A payload is not an entry in canonical form.
    EntryForm,
    /// An id was used before.
    DuplicateId,
}

impl PackDefect {
    /// The stable code.
    pub fn code(self) -> &'static str {
        self.code_and_meaning().0
    }

    /// What it means, in a sentence without a full stop.
    pub fn meaning(self) -> &'static str {
        self.code_and_meaning().1
    }

    fn code_and_meaning(self) -> (&'static str, &'static str) {
        match self {
            Self::BundleAbsent => ("bundle_absent", "entries that the checkpoint counts are not there"),
            Self::BundleForm => ("bundle_form", "a bundle is not as many entries as belong there"),
            Self::TileAbsent => ("tile_absent", "a tile that the checkpoint asks for is not there"),
            Self::TileDiffers => ("tile_differs", "a tile does not have the hashes of the entries"),
            Self::RootDiffers => ("root_differs", "the entries do not have the root of the checkpoint"),
            Self::Envelope => ("envelope", "the entry is not an envelope in canonical encoding"),
            Self::EnvelopeNumber => ("envelope_number", "the entry's own number is not that of its place"),
            Self::RecordedBack => ("recorded_back", "the entry is recorded before its predecessor"),
            Self::DecidedAhead => ("decided_ahead", "the entry is decided at a log that has it already"),
            Self::EntryForm => ("entry_form", "the payload is not an entry in canonical form"),
            Self::DuplicateId => ("duplicate_id", "the entry's id was used before"),
        }
    }
}

/// One thing that is wrong with the log of a pack, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackFinding {
    /// What is wrong.
    pub defect: PackDefect,
    /// The file.
    pub file: String,
    /// The entry, if one is concerned.
    pub entry: Option<u64>,
}
