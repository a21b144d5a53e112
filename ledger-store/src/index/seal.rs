//! The seal of an index: a hash over all its files as they were when it was last closed.
//!
//! sled checks each of its pages, but a page that is lost may let an older one show through. With the seal every changed
//! bit is found before sled sees it, and so is an index whose user was killed.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::disk::{Access, Disk};
use crate::log::Hash;

const PIECE_BYTES: usize = 256 << 10;

/// Whether a folder is as it was when it was sealed. A folder that is not there needs no seal.
pub(super) fn fits(cache: &dyn Disk, seal: &str, folder: &Path) -> bool {
    if !folder.exists() {
        return true;
    }
    let read = || -> io::Result<bool> {
        let mut sealed = [0; 33];
        let filled = cache.open(seal, Access::Read)?.read_at(&mut sealed, 0)?;
        Ok(sealed[..filled] == hash(folder)?)
    };
    read().unwrap_or(false)
}

/// Seals a folder as it is now. That it cannot be sealed is no failure: it is made anew next time.
pub(super) fn put(cache: &dyn Disk, seal: &str, folder: &Path) {
    let written = hash(folder).and_then(|hash| cache.open(seal, Access::Create)?.write_at(&hash, 0));
    if written.is_err() {
        let _only_litter = cache.remove(seal);
    }
}

/// SHA-256 over the name, the length and the bytes of each file, in the order of their names.
fn hash(folder: &Path) -> io::Result<Hash> {
    let mut hasher = Sha256::new();
    let mut piece = vec![0; PIECE_BYTES];
    for path in files(folder)? {
        let name = path.strip_prefix(folder).unwrap_or(&path).as_os_str().as_encoded_bytes();
        let mut file = File::open(&path)?;
        hasher.update((name.len() as u64).to_le_bytes());
        hasher.update(name);
        hasher.update(file.metadata()?.len().to_le_bytes());
        loop {
            let filled = file.read(&mut piece)?;
            if filled == 0 {
                break;
            }
            hasher.update(&piece[..filled]);
        }
    }
    Ok(hasher.finalize().into())
}

/// How many bytes the files below a folder have.
pub(super) fn bytes(folder: &Path) -> io::Result<u64> {
    files(folder)?.iter().map(|file| Ok(file.metadata()?.len())).sum()
}

/// Every file below a folder.
fn files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder)? {
            let entry = entry?;
            if entry.file_type()?.is_dir() {
                folders.push(entry.path());
            } else {
                files.push(entry.path());
            }
        }
    }
    files.sort();
    Ok(files)
}
