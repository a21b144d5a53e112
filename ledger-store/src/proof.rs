//! Proofs as texts, for whoever has a checkpoint and not the log: that an entry is in it, in the form of C2SP
//! tlog-proof, and that it only grew, in the form in which C2SP tlog-witness takes it.
//!
//! ```text
//! c2sp.org/tlog-proof@v1             old <size of the earlier checkpoint>
//! index <number of the entry - 1>    <base64 of each hash of RFC 6962 2.1.2>
//! <base64 of each hash of 2.1.1>     …
//! …
//!                                    <the later checkpoint>
//! <the checkpoint>
//! ```

use std::fmt;
use std::ops::{ControlFlow, Range};
use std::str::FromStr;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;

use crate::checkpoint::{self, Checkpoint};
use crate::disk::Disk;
use crate::log::{Hash, Head, Log};
use crate::merkle::{
    Frontier, consistency_holds, consistency_path, inclusion_holds, inclusion_path, leaf_hash,
};
use crate::note::Note;
use crate::tiles::{Tiles, TilesError};

/// The first line of a proof of inclusion.
const HEADER: &str = "c2sp.org/tlog-proof@v1";

/// More hashes than any tree of 64 levels needs.
const HASHES_MAX: usize = 64;

/// Why a text is not a proof.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoProof {
    /// Another first line.
    #[error("the first line of a proof is `{HEADER}`")]
    Header,
    /// No size of an earlier checkpoint, or not in its shortest form.
    #[error("the first line of a proof that a log only grew is `old` and a number without leading zeros")]
    Old,
    /// No index, or not in its shortest form.
    #[error("a proof has a line `index` with a number without leading zeros")]
    Index,
    /// A line that is not a hash.
    #[error(
        "the lines of a proof before the empty one are hashes of 32 bytes in base64, at most {HASHES_MAX}"
    )]
    Hash,
    /// What follows the hashes is not a checkpoint.
    #[error("after an empty line a proof has a checkpoint: {0}")]
    Checkpoint(#[from] checkpoint::NoCheckpoint),
}

/// That an entry is in the log of a checkpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inclusion {
    /// The number of the entry, from 1.
    pub number: u64,
    /// The audit path, from the leaf upwards.
    pub path: Vec<Hash>,
    /// The checkpoint.
    pub checkpoint: Checkpoint,
    /// The checkpoint with its signatures, if it has any.
    pub note: Option<Note>,
}

impl Inclusion {
    /// Whether it proves that the entry with this envelope has this number in the log of the checkpoint. Whose
    /// checkpoint that is, is for the caller to know.
    pub fn holds(&self, envelope: &[u8]) -> bool {
        let head = &self.checkpoint.head;
        self.number.checked_sub(1).is_some_and(|index| {
            inclusion_holds(&leaf_hash(envelope), index, head.size, &head.root, &self.path)
        })
    }
}

impl fmt::Display for Inclusion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{HEADER}\nindex {}", self.number.saturating_sub(1))?;
        lines(f, &self.path)?;
        signed(f, &self.checkpoint, self.note.as_ref())
    }
}

impl FromStr for Inclusion {
    type Err = NoProof;

    /// Reads a proof strictly; extra data, which proves nothing, is refused like any other line.
    fn from_str(text: &str) -> Result<Self, NoProof> {
        let text =
            text.strip_prefix(HEADER).and_then(|text| text.strip_prefix('\n')).ok_or(NoProof::Header)?;
        let (index, rest) = numbered(text, "index ").ok_or(NoProof::Index)?;
        let number = index.checked_add(1).ok_or(NoProof::Index)?;
        let (path, rest) = hashes(rest)?;
        let (checkpoint, note) = checkpoint::read(rest)?;
        Ok(Self { number, path, checkpoint, note })
    }
}

/// A line of a word and a number in its shortest form, and what follows.
fn numbered<'t>(text: &'t str, word: &str) -> Option<(u64, &'t str)> {
    let (digits, rest) = text.strip_prefix(word)?.split_once('\n')?;
    let number = digits.parse().ok().filter(|number: &u64| number.to_string() == digits)?;
    Some((number, rest))
}

/// The lines of hashes up to the empty one, and what follows it.
fn hashes(mut rest: &str) -> Result<(Vec<Hash>, &str), NoProof> {
    let mut path = Vec::new();
    loop {
        let (line, after) = rest.split_once('\n').ok_or(NoProof::Hash)?;
        rest = after;
        if line.is_empty() {
            return Ok((path, rest));
        }
        let hash = BASE64_STANDARD.decode(line).ok().and_then(|hash| hash.try_into().ok());
        path.push(hash.filter(|_| path.len() < HASHES_MAX).ok_or(NoProof::Hash)?);
    }
}

/// That the log of a checkpoint extends the log of an earlier one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Consistency {
    /// The size of the earlier.
    pub old: u64,
    /// The hashes of RFC 6962 2.1.2.
    pub path: Vec<Hash>,
    /// The later checkpoint.
    pub checkpoint: Checkpoint,
    /// The later checkpoint with its signatures, if it has any.
    pub note: Option<Note>,
}

impl Consistency {
    /// Whether it proves that the log of the checkpoint extends the one that had this head (RFC 9162 2.1.4.2). Whose
    /// checkpoints these are, is for the caller to know.
    pub fn extends(&self, before: &Head) -> bool {
        let Head { size, root } = &self.checkpoint.head;
        self.old == before.size && consistency_holds(self.old, &before.root, *size, root, &self.path)
    }
}

impl FromStr for Consistency {
    type Err = NoProof;

    /// Reads a proof strictly; one from nothing, `old 0`, is one without hashes.
    fn from_str(text: &str) -> Result<Self, NoProof> {
        let (old, rest) = numbered(text, "old ").ok_or(NoProof::Old)?;
        let (path, rest) = hashes(rest)?;
        let (checkpoint, note) = checkpoint::read(rest)?;
        Ok(Self { old, path, checkpoint, note })
    }
}

impl fmt::Display for Consistency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "old {}", self.old)?;
        lines(f, &self.path)?;
        signed(f, &self.checkpoint, self.note.as_ref())
    }
}

fn lines(f: &mut fmt::Formatter<'_>, path: &[Hash]) -> fmt::Result {
    path.iter().try_for_each(|hash| writeln!(f, "{}", BASE64_STANDARD.encode(hash)))
}

fn signed(f: &mut fmt::Formatter<'_>, checkpoint: &Checkpoint, note: Option<&Note>) -> fmt::Result {
    match note {
        Some(note) => write!(f, "\n{note}"),
        None => write!(f, "\n{checkpoint}"),
    }
}

/// The audit path of an entry in the tree of this size: from the tiles if they prove themselves, otherwise by hashing
/// every entry, up to the head, whose root must come out.
///
/// # Errors
/// [`TilesError::Beyond`] for an entry or a size that is not there, [`TilesError::RootDiffers`], [`TilesError::Log`].
pub fn inclusion(disk: &dyn Disk, log: &dyn Log, number: u64, size: u64) -> Result<Vec<Hash>, TilesError> {
    let head = log.head().size;
    let path = number.checked_sub(1).and_then(|index| inclusion_path(index, size));
    let path =
        path.filter(|_| size <= head).ok_or(TilesError::Beyond { asked: number, size: size.min(head) })?;
    let kept = Tiles::open(disk, log).and_then(|mut tiles| tiles.inclusion_proof(number, size));
    or_scanned(kept, log, &path)
}

/// The proof that the tree of size `new` extends that of size `old`, in the same way.
///
/// # Errors
/// [`TilesError::Beyond`] also for an `old` of zero, which every tree extends; otherwise as for [`inclusion`].
pub fn consistency(disk: &dyn Disk, log: &dyn Log, old: u64, new: u64) -> Result<Vec<Hash>, TilesError> {
    let head = log.head().size;
    let path = consistency_path(old, new).filter(|_| new <= head);
    let path = path.ok_or(TilesError::Beyond { asked: old, size: new.min(head) })?;
    let kept = Tiles::open(disk, log).and_then(|mut tiles| tiles.consistency_proof(old, new));
    or_scanned(kept, log, &path)
}

fn or_scanned(
    kept: Result<Vec<Hash>, TilesError>,
    log: &dyn Log,
    path: &[Range<u64>],
) -> Result<Vec<Hash>, TilesError> {
    match kept {
        Err(
            TilesError::Absent
            | TilesError::Behind { .. }
            | TilesError::Damaged { .. }
            | TilesError::NotOfThisLog,
        ) => scanned(log, path),
        answer => answer,
    }
}

/// The roots over ranges of leaves, in one pass over the whole log.
fn scanned(log: &dyn Log, ranges: &[Range<u64>]) -> Result<Vec<Hash>, TilesError> {
    let head = log.head();
    let mut whole = Frontier::default();
    let mut parts = vec![Frontier::default(); ranges.len()];
    log.read(1..head.size + 1, &mut |record| {
        let leaf = leaf_hash(record.envelope);
        whole.push(leaf);
        let index = record.number - 1;
        let within = ranges.iter().zip(&mut parts).filter(|(range, _)| range.contains(&index));
        within.for_each(|(_, part)| part.push(leaf));
        ControlFlow::Continue(())
    })?;
    let as_acknowledged = whole.size() == head.size && whole.root() == head.root;
    let roots = || parts.iter().map(Frontier::root).collect();
    if as_acknowledged { Ok(roots()) } else { Err(TilesError::RootDiffers) }
}
