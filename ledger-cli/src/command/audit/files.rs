//! The files of a pack: written one by one with their hashes, and listed again.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use ledger_store::Hash;
use sha2::{Digest, Sha256};

use crate::diagnostic::{Failure, in_words};

/// Length and SHA-256 of a file.
pub(in crate::command) type Measured = (u64, Hash);

/// Files below a folder, by their names with `/` between folders.
pub(in crate::command) type Listing = BTreeMap<String, Measured>;

/// A folder that is being filled.
pub(super) struct Folder {
    path: PathBuf,
    /// What is in it so far.
    pub(super) files: Listing,
}

impl Folder {
    /// An empty folder at this path, which must not be there.
    pub(super) fn create(path: &Path) -> io::Result<Folder> {
        fs::create_dir(path)?;
        Ok(Folder { path: path.to_owned(), files: Listing::new() })
    }

    /// Writes a file.
    pub(super) fn put(&mut self, name: &str, bytes: &[u8]) -> io::Result<()> {
        self.fill(name, |out| out.write_all(bytes))
    }

    /// Writes a file piece by piece.
    pub(super) fn fill<E: From<io::Error>>(
        &mut self,
        name: &str,
        write: impl FnOnce(&mut dyn Write) -> Result<(), E>,
    ) -> Result<(), E> {
        let path = self.path.join(name);
        path.parent().map_or(Ok(()), fs::create_dir_all)?;
        let mut out =
            Measuring { out: BufWriter::new(File::create_new(&path)?), hash: Sha256::new(), bytes: 0 };
        write(&mut out)?;
        out.out.flush()?;
        self.files.insert(name.to_owned(), (out.bytes, out.hash.finalize().into()));
        Ok(())
    }
}

/// A file whose bytes are counted and hashed as they are written.
struct Measuring {
    out: BufWriter<File>,
    hash: Sha256,
    bytes: u64,
}

impl Write for Measuring {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.out.write(bytes)?;
        self.hash.update(&bytes[..written]);
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// Every file below a folder with its length and hash; and what is neither file nor folder, or cannot be read.
pub(in crate::command) fn list(path: &Path) -> Result<(Listing, Vec<String>), Failure> {
    let (mut files, mut foreign) = (Listing::new(), Vec::new());
    let unreadable =
        |why: io::Error| Failure::usage(format!("cannot read {}: {}", path.display(), in_words(&why)));
    walk(path, "", &mut files, &mut foreign).map_err(unreadable)?;
    foreign.sort();
    Ok((files, foreign))
}

fn walk(path: &Path, before: &str, files: &mut Listing, foreign: &mut Vec<String>) -> io::Result<()> {
    for entry in fs::read_dir(path)? {
        let entry = entry?;
        let name = format!("{before}{}", entry.file_name().to_string_lossy());
        let kind = entry.file_type()?;
        if kind.is_dir() {
            walk(&entry.path(), &format!("{name}/"), files, foreign)?;
            continue;
        }
        // A pipe is not even opened, nor what a link leads to: neither need have an end.
        match kind.is_file().then(|| measure(&entry.path())) {
            Some(Ok(measured)) => {
                files.insert(name, measured);
            }
            Some(Err(_)) | None => foreign.push(name),
        }
    }
    Ok(())
}

fn measure(path: &Path) -> io::Result<Measured> {
    let (mut file, mut hash, mut bytes) = (BufReader::new(File::open(path)?), Sha256::new(), 0);
    let mut piece = [0; 1 << 14];
    loop {
        match file.read(&mut piece)? {
            0 => return Ok((bytes, hash.finalize().into())),
            filled => {
                hash.update(&piece[..filled]);
                bytes += filled as u64;
            }
        }
    }
}

/// The SHA-256 of bytes.
pub(super) fn sha256(bytes: &[u8]) -> Hash {
    Sha256::digest(bytes).into()
}
