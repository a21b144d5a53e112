//! Taking the bytes of a blob off the disk. Its file is overwritten with zeros and synced before it is removed, and the
//! removal is synced: when [`erase`] returns, no power cut brings a byte back.
//!
//! What lies below a file is not ours: a disk that remaps its sectors, a file system that copies on write or keeps
//! snapshots may hold the bytes for some time, or for good. Against that helps a disk that is encrypted.

use std::io;

use super::{BlobError, BlobName, FOLDER, PIECE_BYTES, WRITERS_MAX, failed};
use crate::disk::{Access, Disk};
use crate::files::UNFINISHED;

/// Erases a blob, and whatever a writer that stopped left unfinished; whether the blob was there. Erasing again is
/// harmless, and finishes what was interrupted.
///
/// # Errors
/// [`BlobError::Disk`]; the blob may then be whole, overwritten or gone, and is erased by erasing again.
pub fn erase(disk: &dyn Disk, name: &BlobName) -> Result<bool, BlobError> {
    sweep(disk)?;
    let was_there = overwrite_and_remove(disk, &name.file())?;
    match disk.sync_folder(&name.folder()) {
        Ok(()) => Ok(was_there),
        Err(why) if why.kind() == io::ErrorKind::NotFound => Ok(was_there),
        Err(why) => Err(failed("sync", &name.folder())(why)),
    }
}

/// Removes what was being put when its writer stopped. That of a writer at work stays: its lock is held.
fn sweep(disk: &dyn Disk) -> Result<(), BlobError> {
    let there = disk.list(FOLDER).map_err(failed("list", FOLDER))?;
    for place in 0..WRITERS_MAX {
        let name = format!("incoming-{place}");
        if !there.contains(&format!("{name}{UNFINISHED}")) {
            continue;
        }
        let lock = format!("{FOLDER}/{name}.lock");
        let held = disk.lock(&lock).map_err(failed("lock", &lock))?;
        if held.is_some() {
            overwrite_and_remove(disk, &format!("{FOLDER}/{name}{UNFINISHED}"))?;
            disk.sync_folder(FOLDER).map_err(failed("sync", FOLDER))?;
        }
    }
    Ok(())
}

fn overwrite_and_remove(disk: &dyn Disk, file: &str) -> Result<bool, BlobError> {
    let opened = match disk.open(file, Access::Write) {
        Err(why) if why.kind() == io::ErrorKind::NotFound => return Ok(false),
        opened => opened.map_err(failed("open", file))?,
    };
    let bytes = opened.len().map_err(failed("measure", file))?;
    let zeros = vec![0; PIECE_BYTES];
    let mut at = 0;
    while at < bytes {
        let piece = (bytes - at).min(PIECE_BYTES as u64);
        opened.write_at(&zeros[..piece as usize], at).map_err(failed("overwrite", file))?;
        at += piece;
    }
    opened.sync_all().map_err(failed("sync", file))?;
    drop(opened);
    disk.remove(file).map_err(failed("remove", file))?;
    Ok(true)
}
