//! Backup and restore: a copy of a ledger that is itself a ledger, verified before it is called done.
//!
//! # The order
//!
//! A backup is taken beside a writer at work, which only ever adds. So the head is read first, then the segments
//! up to its size, then the blobs, which were durable before the entries that name them. In the copy everything is
//! written beside its place at first. The whole copy, with what an earlier backup left there, is then verified to
//! the root of the head; only then the blobs, and after them the segments in order, take their places, and last of
//! all the mark. So a backup that stops anywhere, or that finds its source damaged, leaves the one before it whole:
//! what is in place at any instant is a sound log that begins like the ledger.
//!
//! ```text
//! segment-….log        as in the ledger, the last one cut at the head
//! blobs/               as in the ledger
//! backup.checkpoint    the head up to which the copy is known to be whole
//! ```
//!
//! Sealed segments that an earlier backup left are verified, not copied again; one that has been damaged since is
//! replaced from the ledger. Tiles, snapshots, the index and the quarantine are not copied: all but the last can be made
//! anew, and the last was never part of the log.
//!
//! A ledger that is restored and the one it was copied from have the same id. If both are appended to, two
//! histories begin that share it; only a checkpoint kept elsewhere tells them apart. So restore only what is lost.

mod copy;
mod restore;

use std::sync::Arc;

use crate::backend::file::FileLog;
use crate::blobs::{self, BlobError, BlobName};
use crate::checkpoint::{Checkpoint, origin};
use crate::disk::{Access, Disk};
use crate::files::{LOCK, UNFINISHED, is_full};
use crate::log::{Head, Log, LogError, LogId};
use crate::tiles::{self, TilesError};
use crate::verify::Finding;
use copy::{Picture, Staging};

pub(crate) use restore::UNDER_WAY;
pub use restore::restore;

/// The name of the mark.
const MARK: &str = "backup.checkpoint";

/// The largest mark that is read.
const MARK_BYTES_MAX: usize = 512;

/// What was copied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Copied {
    /// The log.
    pub log_id: LogId,
    /// Size and root of the copy, verified.
    pub head: Head,
    /// How many segments were copied.
    pub segments: u64,
    /// How many were there already and are sound.
    pub segments_kept: u64,
    /// How many blobs were copied.
    pub blobs: u64,
    /// How many were there already and are sound.
    pub blobs_kept: u64,
    /// The bytes of all that was copied.
    pub bytes: u64,
    /// Blobs that could not be copied because they are damaged or cannot be read where they lie.
    pub blobs_damaged: Vec<BlobName>,
}

/// Why there is no backup, or nothing was restored.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// The log that is to be copied cannot be read, or the place to restore to is not free.
    #[error(transparent)]
    Log(#[from] LogError),
    /// The log in the place of the copy cannot be read.
    #[error("the ledger in {place}: {source}")]
    Target {
        /// The directory.
        place: String,
        /// What is wrong with it.
        source: LogError,
    },
    /// Another log lies in the place of the copy.
    #[error("{place} holds another ledger, {log_id}")]
    OtherLog {
        /// The directory.
        place: String,
        /// Which one.
        log_id: LogId,
    },
    /// The copy holds more than the ledger.
    #[error("{place} holds {size} entries, the ledger only {head}")]
    Longer {
        /// The directory.
        place: String,
        /// How many the copy holds.
        size: u64,
        /// How many the ledger holds.
        head: u64,
    },
    /// The copy has the ledger's id, but not its history.
    #[error(
        "{place} holds another history of this ledger: its {size} entries are not the ledger's first {size}"
    )]
    OtherHistory {
        /// The directory.
        place: String,
        /// How many entries the copy holds.
        size: u64,
    },
    /// What was copied is not a sound log; nothing was changed in the place of the copy.
    #[error("what {place} holds is damaged: {finding}")]
    SourceDamaged {
        /// The directory copied from.
        place: String,
        /// What was found first.
        finding: Box<Finding>,
    },
    /// The entries do not have the root that the head acknowledges.
    #[error("what {place} holds is damaged: the entries do not have the root that its head names")]
    RootDiffers {
        /// The directory copied from.
        place: String,
    },
    /// There is no finished backup to restore from.
    #[error("{place} holds no finished backup")]
    NoBackup {
        /// The directory.
        place: String,
    },
    /// No space is left; what was in the place of the copy before is unchanged.
    #[error("no space is left for the copy in {place}")]
    Full {
        /// The directory.
        place: String,
    },
    /// A file cannot be read or written.
    #[error("cannot {doing} {name}: {source}")]
    Disk {
        /// What was being done.
        doing: &'static str,
        /// With which file.
        name: String,
        /// The system's own words.
        source: std::io::Error,
    },
    /// A blob cannot be copied for a reason that is not its own.
    #[error(transparent)]
    Blob(#[from] BlobError),
}

/// Adds what was being done to an error of the disk that holds the copy.
fn failed(disk: &dyn Disk, doing: &'static str, name: &str) -> impl FnOnce(std::io::Error) -> BackupError {
    let (place, name) = (disk.place(), name.to_owned());
    move |source| {
        if is_full(&source) { BackupError::Full { place } } else { BackupError::Disk { doing, name, source } }
    }
}

/// Copies the ledger on `source` to `target`, which is empty or holds an earlier backup of it. When this returns,
/// the copy is verified and durable. A writer may be at work on the source; nothing is locked or written there.
///
/// # Errors
/// [`BackupError`]; a backup that was in the place of the copy is then as good as before, and can be continued.
pub fn backup(source: &Arc<dyn Disk>, target: &Arc<dyn Disk>) -> Result<Copied, BackupError> {
    let picture = Picture::take(&**source)?;
    target.create_folder("").map_err(failed(&**target, "create", &target.place()))?;
    let _lock = lock(&**target)?;
    let before = earlier(target, source, &picture)?;
    let kept = match before {
        Some(Earlier { head, segments }) if head == picture.head() => segments.min(picture.last_segment()),
        Some(Earlier { segments, .. }) => segments.min(picture.last_segment()) - 1,
        None => 0,
    };
    let staging = Staging::begin(&**source, &**target, &picture);
    let staging = staging.stage(kept + 1..=picture.last_segment())?.verified()?;
    let mut copied = staging.report();
    copy_blobs(&**source, &**target, &mut copied)?;
    staging.commit(copy::Order::Upwards)?;
    write_mark(&**target, MARK, &Checkpoint::new(&origin(picture.log_id()), picture.head()))?;
    Ok(copied)
}

/// Takes the lock of the ledger that is the copy, so that nobody appends to it meanwhile.
fn lock(target: &dyn Disk) -> Result<Box<dyn crate::disk::Lock>, BackupError> {
    let lock = target.lock(LOCK).map_err(failed(target, "lock", LOCK))?;
    lock.ok_or_else(|| BackupError::Target { place: target.place(), source: LogError::Locked })
}

/// What lies in the place of the copy.
struct Earlier {
    head: Head,
    segments: u64,
}

/// What lies in the place of the copy, if that is the beginning of the ledger.
fn earlier(
    target: &Arc<dyn Disk>,
    source: &Arc<dyn Disk>,
    picture: &Picture,
) -> Result<Option<Earlier>, BackupError> {
    let place = || target.place();
    let there = match FileLog::open_read_only(Arc::clone(target)) {
        Err(LogError::NotAStore { .. }) => return Ok(None),
        Err(source) => return Err(BackupError::Target { place: place(), source }),
        Ok(there) => there,
    };
    let (log_id, head) = (there.log_id(), there.head());
    if log_id != picture.log_id() {
        return Err(BackupError::OtherLog { place: place(), log_id });
    }
    if head.size > picture.head().size {
        return Err(BackupError::Longer { place: place(), size: head.size, head: picture.head().size });
    }
    if root_at(source, head.size)? != head.root {
        return Err(BackupError::OtherHistory { place: place(), size: head.size });
    }
    let segments = crate::files::segment_indices(&**target)?.len() as u64;
    Ok(Some(Earlier { head, segments }))
}

fn root_at(source: &Arc<dyn Disk>, size: u64) -> Result<crate::log::Hash, BackupError> {
    let log = FileLog::open_read_only(Arc::clone(source))?;
    tiles::root_at(&**source, &log, size).map_err(|error| match error {
        TilesError::Log(error) => error.into(),
        TilesError::RootDiffers
        | TilesError::Absent
        | TilesError::Behind { .. }
        | TilesError::Damaged { .. }
        | TilesError::NotOfThisLog
        | TilesError::Beyond { .. }
        | TilesError::Write { .. } => BackupError::RootDiffers { place: source.place() },
    })
}

/// Copies the blobs that the target does not have, or not sound.
fn copy_blobs(source: &dyn Disk, target: &dyn Disk, copied: &mut Copied) -> Result<(), BackupError> {
    for name in blobs::list(source)?.names {
        if blobs::is_sound(target, &name) {
            copied.blobs_kept += 1;
            continue;
        }
        match blobs::copy(source, target, &name) {
            Ok(bytes) => {
                copied.blobs += 1;
                copied.bytes += bytes;
            }
            // The ledger is worth copying all the same; whoever asked is told.
            Err(BlobError::Damaged { .. } | BlobError::Caller(_)) => copied.blobs_damaged.push(name),
            Err(
                other @ (BlobError::Absent { .. }
                | BlobError::TooLarge { .. }
                | BlobError::Busy
                | BlobError::Full
                | BlobError::Disk { .. }),
            ) => return Err(other.into()),
        }
    }
    Ok(())
}

/// Writes a small text durably, in place of any other.
fn write_mark(
    disk: &dyn Disk,
    name: &str,
    text: &Result<Checkpoint, crate::checkpoint::CheckpointError>,
) -> Result<(), BackupError> {
    let text = text.as_ref().map(ToString::to_string).unwrap_or_default();
    let unfinished = format!("{name}{UNFINISHED}");
    let file = disk.open(&unfinished, Access::Create).map_err(failed(disk, "create", &unfinished))?;
    file.write_at(text.as_bytes(), 0).map_err(failed(disk, "write", &unfinished))?;
    file.sync_all().map_err(failed(disk, "sync", &unfinished))?;
    disk.rename(&unfinished, name).map_err(failed(disk, "rename", &unfinished))?;
    disk.sync_folder("").map_err(failed(disk, "sync", &disk.place()))
}

/// Whether a restore into this directory was begun and not finished.
pub fn is_restore_under_way(disk: &dyn Disk) -> bool {
    disk.open(UNDER_WAY, Access::Read).is_ok()
}

/// Up to which head a directory is a finished backup; `None` if it is none.
pub fn finished(disk: &dyn Disk) -> Option<Checkpoint> {
    read_mark(disk, MARK)
}

/// The head in a mark; `None` if there is none, or one that cannot be read.
fn read_mark(disk: &dyn Disk, name: &str) -> Option<Checkpoint> {
    let file = disk.open(name, Access::Read).ok()?;
    let mut bytes = [0; MARK_BYTES_MAX];
    let filled = file.read_at(&mut bytes, 0).ok()?;
    std::str::from_utf8(&bytes[..filled]).ok()?.parse().ok()
}
