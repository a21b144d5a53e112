//! Restoring: a finished backup becomes a ledger where there is none.
//!
//! The first segment takes its place last. Until it does, no reader and no writer takes what is there for a ledger,
//! least of all for a shorter one; from then on all of it is there. A mark that is written first and removed last tells
//! the next attempt that what it finds are its own beginnings, and not the remains of somebody's ledger.

use std::sync::Arc;

use super::copy::{Order, Picture, Staging};
use super::{BackupError, Copied, MARK, copy_blobs, failed, lock, read_mark, write_mark};
use crate::backend::file::FileLog;
use crate::checkpoint::{Checkpoint, origin};
use crate::disk::{Access, Disk};
use crate::files::segment_indices;
use crate::log::{Log, LogError};
use crate::segment::file_name;

/// The name of the mark of a restore that is not finished.
pub(crate) const UNDER_WAY: &str = "restore.checkpoint";

/// Copies the backup on `source` to `target`, where there is no ledger yet. When this returns, the ledger there is
/// verified and durable, and can be appended to. Cut off anywhere, it can be done again.
///
/// # Errors
/// [`BackupError`], among them [`LogError::AlreadyAStore`]; nothing of a ledger that is there is touched.
pub fn restore(source: &Arc<dyn Disk>, target: &Arc<dyn Disk>) -> Result<Copied, BackupError> {
    let no_backup = || BackupError::NoBackup { place: source.place() };
    let mark = read_mark(&**source, MARK).ok_or_else(no_backup)?;
    let picture = Picture::take(&**source)?;
    if mark.origin() != origin(picture.log_id()) || mark.head.size > picture.head().size {
        return Err(no_backup());
    }
    refuse_if_taken(&**target, &mark)?;
    target.create_folder("").map_err(failed(&**target, "create", &target.place()))?;
    let _lock = lock(&**target)?;
    // Once more, now that nobody else can begin one.
    refuse_if_taken(&**target, &mark)?;
    if is_in_place(target) {
        return finish(target, &picture);
    }
    remove_beginnings(&**target)?;
    write_mark(&**target, UNDER_WAY, &Checkpoint::new(mark.origin(), picture.head()))?;
    let staging = Staging::begin(&**source, &**target, &picture);
    let staging = staging.stage(1..=picture.last_segment())?.verified()?;
    let mut copied = staging.report();
    copy_blobs(&**source, &**target, &mut copied)?;
    staging.commit(Order::Downwards)?;
    remove_mark(&**target)?;
    Ok(copied)
}

/// Refuses a place that has segments, unless they are those of an earlier attempt to restore this log there.
fn refuse_if_taken(target: &dyn Disk, mark: &Checkpoint) -> Result<(), BackupError> {
    match segment_indices(target) {
        Err(LogError::NotAStore { .. }) => Ok(()),
        Err(other) => Err(other.into()),
        Ok(_) => match read_mark(target, UNDER_WAY) {
            Some(own) if own.origin() == mark.origin() => Ok(()),
            Some(_) | None => Err(LogError::AlreadyAStore { place: target.place() }.into()),
        },
    }
}

/// Takes away the segments that an earlier attempt had put in place, which may be of another backup.
fn remove_beginnings(target: &dyn Disk) -> Result<(), BackupError> {
    for index in segment_indices(target).unwrap_or_default() {
        let name = file_name(index);
        target.remove(&name).map_err(failed(target, "remove", &name))?;
    }
    Ok(())
}

/// Whether an earlier attempt came as far as the first segment, which takes its place last.
fn is_in_place(target: &Arc<dyn Disk>) -> bool {
    target.open(&file_name(1), Access::Read).is_ok()
}

/// Ends an attempt that was cut off when only the mark was left to remove. Somebody may have appended since.
fn finish(target: &Arc<dyn Disk>, picture: &Picture) -> Result<Copied, BackupError> {
    let unsound = |source| BackupError::Target { place: target.place(), source };
    let there = FileLog::open_read_only(Arc::clone(target)).map_err(unsound)?;
    let head = there.head();
    if there.log_id() != picture.log_id() || head.size < picture.head().size {
        return Err(LogError::AlreadyAStore { place: target.place() }.into());
    }
    remove_mark(&**target)?;
    let segments_kept = segment_indices(&**target)?.len() as u64;
    Ok(Copied {
        log_id: there.log_id(),
        head,
        segments: 0,
        segments_kept,
        blobs: 0,
        blobs_kept: 0,
        bytes: 0,
        blobs_damaged: Vec::new(),
    })
}

fn remove_mark(target: &dyn Disk) -> Result<(), BackupError> {
    target.remove(UNDER_WAY).map_err(failed(target, "remove", UNDER_WAY))?;
    target.sync_folder("").map_err(failed(target, "sync", &target.place()))
}
