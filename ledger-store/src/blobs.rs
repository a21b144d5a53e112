//! Blobs: what is too large for an entry, in files named after their content.
//!
//! ```text
//! blobs/ab/cdef…              the bytes whose SHA-256 is abcdef… in hex
//! blobs/incoming-0.tmp        a blob that is being written, or was when its writer stopped
//! blobs/incoming-0.lock       held by that writer; stays as an empty file
//! ```
//!
//! A blob is put *before* the entry that names it is appended: [`put`] returns when the bytes and their name are
//! durable. A blob that no entry names is therefore no fault, only what a client left that went no further. Blobs
//! are read and written in pieces; whatever their size, the memory needed is that of one buffer.

mod erase;

use std::collections::BTreeSet;
use std::fmt;
use std::io::{self, Read, Write};
use std::str::FromStr;

use sha2::{Digest, Sha256};

use crate::disk::{Access, Disk, DiskFile, Lock};
use crate::files::{UNFINISHED, is_full};
use crate::log::Hash;

pub use erase::erase;

/// The largest blob: 1 GiB.
pub const BLOB_BYTES_MAX: u64 = 1 << 30;

const FOLDER: &str = "blobs";

/// How many processes may write blobs at once.
const WRITERS_MAX: usize = 16;

/// How much is read or written at once.
const PIECE_BYTES: usize = 256 << 10;

/// The name of a blob: the SHA-256 of its bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BlobName(pub Hash);

impl fmt::Display for BlobName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// A text that is not 64 digits of 0-9 and a-f.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not the SHA-256 of a blob: 64 digits of 0-9 and a-f")]
pub struct NotABlobName;

impl FromStr for BlobName {
    type Err = NotABlobName;

    /// Reads the one form in which names are printed.
    fn from_str(text: &str) -> Result<Self, NotABlobName> {
        let (pairs, rest) = text.as_bytes().as_chunks::<2>();
        let digit = |byte: u8| match byte {
            b'0'..=b'9' => Ok(byte - b'0'),
            b'a'..=b'f' => Ok(byte - b'a' + 10),
            _ => Err(NotABlobName),
        };
        if pairs.len() != 32 || !rest.is_empty() {
            return Err(NotABlobName);
        }
        let mut hash = [0; 32];
        for (byte, [high, low]) in hash.iter_mut().zip(pairs) {
            *byte = digit(*high)? << 4 | digit(*low)?;
        }
        Ok(Self(hash))
    }
}

impl BlobName {
    fn folder(&self) -> String {
        format!("{FOLDER}/{:02x}", self.0[0])
    }

    /// Its file, below the store's directory.
    pub fn file(&self) -> String {
        format!("{}/{}", self.folder(), &self.to_string()[2..])
    }
}

/// Why a blob could not be kept or given.
#[derive(Debug, thiserror::Error)]
pub enum BlobError {
    /// It is not there.
    #[error("the blob {name} is not there")]
    Absent {
        /// Which one.
        name: BlobName,
    },
    /// The bytes in its place are not its own.
    #[error("the blob {name} is not as written")]
    Damaged {
        /// Which one.
        name: BlobName,
    },
    /// It is larger than allowed; nothing was kept.
    #[error("the blob is larger than {limit} bytes")]
    TooLarge {
        /// The largest size allowed.
        limit: u64,
    },
    /// As many processes as may are writing blobs already.
    #[error("too many processes are writing blobs")]
    Busy,
    /// No space is left; nothing was kept.
    #[error("no space is left on the disk; the blob was not kept")]
    Full,
    /// What was to be kept could not be read, or what was to be given could not be written.
    #[error("{0}")]
    Caller(#[source] io::Error),
    /// The disk failed; if it did so in [`put`], the blob is not kept, and may be put again.
    #[error("cannot {doing} {file}: {source}")]
    Disk {
        /// What was being done.
        doing: &'static str,
        /// With which file or folder.
        file: String,
        /// The system's own words.
        source: io::Error,
    },
}

fn failed(doing: &'static str, file: &str) -> impl FnOnce(io::Error) -> BlobError {
    let file = file.to_owned();
    move |source| if is_full(&source) { BlobError::Full } else { BlobError::Disk { doing, file, source } }
}

/// Keeps the bytes, and returns their name and number. When this returns they are durable, and so is their name.
/// Putting a blob that is there already writes it again, which also mends one that is damaged.
///
/// # Errors
/// [`BlobError`], with nothing kept.
pub fn put(disk: &dyn Disk, source: &mut dyn Read) -> Result<(BlobName, u64), BlobError> {
    put_at_most(BLOB_BYTES_MAX, disk, source)
}

/// The same with a limit of the caller's own, which is at most [`BLOB_BYTES_MAX`].
///
/// # Errors
/// As for [`put`].
pub fn put_at_most(limit: u64, disk: &dyn Disk, source: &mut dyn Read) -> Result<(BlobName, u64), BlobError> {
    keep(disk, limit.min(BLOB_BYTES_MAX), source, None)
}

/// Copies a blob from one store to another, where it is durable when this returns; gives its length.
pub(crate) fn copy(from: &dyn Disk, to: &dyn Disk, name: &BlobName) -> Result<u64, BlobError> {
    let mut source = Stream { file: open(from, name)?, at: 0 };
    keep(to, BLOB_BYTES_MAX, &mut source, Some(name)).map(|(_, bytes)| bytes)
}

/// Keeps the bytes; with a name expected, only if they have it.
fn keep(
    disk: &dyn Disk,
    limit: u64,
    source: &mut dyn Read,
    expected: Option<&BlobName>,
) -> Result<(BlobName, u64), BlobError> {
    disk.create_folder(FOLDER).map_err(failed("create", FOLDER))?;
    let (_lock, unfinished) = incoming(disk)?;
    let kept = receive(disk, &unfinished, limit, source).and_then(|(name, bytes)| {
        if let Some(damaged) = expected.filter(|expected| **expected != name) {
            return Err(BlobError::Damaged { name: *damaged });
        }
        disk.create_folder(&name.folder()).map_err(failed("create", &name.folder()))?;
        disk.rename(&unfinished, &name.file()).map_err(failed("rename", &unfinished))?;
        disk.sync_folder(&name.folder()).map_err(failed("sync", &name.folder()))?;
        Ok((name, bytes))
    });
    if kept.is_err() {
        // What stays is only litter, and written over by the next.
        let _ = disk.remove(&unfinished);
    }
    kept
}

/// A name to write under that no other process uses.
fn incoming(disk: &dyn Disk) -> Result<(Box<dyn Lock>, String), BlobError> {
    for place in 0..WRITERS_MAX {
        let lock = format!("{FOLDER}/incoming-{place}.lock");
        if let Some(held) = disk.lock(&lock).map_err(failed("lock", &lock))? {
            return Ok((held, format!("{FOLDER}/incoming-{place}{UNFINISHED}")));
        }
    }
    Err(BlobError::Busy)
}

fn receive(
    disk: &dyn Disk,
    file: &str,
    limit: u64,
    source: &mut dyn Read,
) -> Result<(BlobName, u64), BlobError> {
    let kept = disk.open(file, Access::Create).map_err(failed("create", file))?;
    let (mut hasher, mut bytes, mut piece) = (Sha256::new(), 0, vec![0; PIECE_BYTES]);
    loop {
        let filled = match source.read(&mut piece) {
            Ok(0) => break,
            Ok(filled) => filled,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(BlobError::Caller(error)),
        };
        if bytes + filled as u64 > limit {
            return Err(BlobError::TooLarge { limit });
        }
        hasher.update(&piece[..filled]);
        kept.write_at(&piece[..filled], bytes).map_err(failed("write", file))?;
        bytes += filled as u64;
    }
    kept.sync_all().map_err(failed("sync", file))?;
    Ok((BlobName(hasher.finalize().into()), bytes))
}

/// Writes the bytes of a blob to `out` and returns how many there are. They are hashed before the first is given
/// and again while they are: nothing comes from a blob that is damaged.
///
/// # Errors
/// [`BlobError::Absent`], [`BlobError::Damaged`], [`BlobError::Caller`], [`BlobError::Disk`].
pub fn get(disk: &dyn Disk, name: &BlobName, out: &mut dyn Write) -> Result<u64, BlobError> {
    let file = open(disk, name)?;
    hashed(&*file, name, &mut |_| Ok(()))?;
    hashed(&*file, name, &mut |piece| out.write_all(piece))
}

fn open(disk: &dyn Disk, name: &BlobName) -> Result<Box<dyn DiskFile>, BlobError> {
    disk.open(&name.file(), Access::Read).map_err(|error| {
        if error.kind() == io::ErrorKind::NotFound {
            BlobError::Absent { name: *name }
        } else {
            failed("open", &name.file())(error)
        }
    })
}

/// Reads a blob's file once, piece by piece, and checks that it has that name; returns its length.
fn hashed(
    file: &dyn DiskFile,
    name: &BlobName,
    show: &mut dyn FnMut(&[u8]) -> io::Result<()>,
) -> Result<u64, BlobError> {
    let (mut hasher, mut bytes, mut piece) = (Sha256::new(), 0, vec![0; PIECE_BYTES]);
    loop {
        let filled = file.read_at(&mut piece, bytes).map_err(failed("read", &name.file()))?;
        if filled == 0 {
            break;
        }
        bytes += filled as u64;
        if bytes > BLOB_BYTES_MAX {
            return Err(BlobError::Damaged { name: *name });
        }
        hasher.update(&piece[..filled]);
        show(&piece[..filled]).map_err(BlobError::Caller)?;
    }
    let own = <Hash>::from(hasher.finalize()) == name.0;
    if own { Ok(bytes) } else { Err(BlobError::Damaged { name: *name }) }
}

/// What is wrong with a blob. The codes are stable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BlobDefect {
    /// An entry names it, and it is not there.
    Absent,
    /// The bytes in its place are not its own.
    Damaged,
    /// Its file cannot be read.
    Unreadable,
    /// A file that has no business among the blobs.
    Foreign,
}

impl BlobDefect {
    /// The stable code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Absent => "blob_absent",
            Self::Damaged => "blob_damaged",
            Self::Unreadable => "blob_unreadable",
            Self::Foreign => "blob_foreign",
        }
    }

    /// What it means, in a sentence without a full stop.
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Absent => "a blob that an entry names is not there",
            Self::Damaged => "a blob is not as written",
            Self::Unreadable => "a blob cannot be read",
            Self::Foreign => "a file among the blobs is not a blob",
        }
    }
}

/// A blob, or what stands in its place, with which something is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlobFinding {
    /// What is wrong.
    pub defect: BlobDefect,
    /// Its name, of what is or should be a blob.
    pub name: Option<BlobName>,
    /// The file, below the store's directory.
    pub file: String,
}

impl fmt::Display for BlobFinding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[{}] {} ({})", self.defect.code(), self.defect.meaning(), self.file)
    }
}

/// What a check of all blobs found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct BlobReport {
    /// How many blobs are sound.
    pub sound: u64,
    /// How many bytes those have.
    pub bytes: u64,
    /// How many of them no entry names.
    pub unnamed: u64,
    /// How many were being written, now or when their writer stopped.
    pub unfinished: u64,
    /// What is wrong, in the order of the names.
    pub findings: Vec<BlobFinding>,
}

/// What lies among the blobs, by name only.
#[derive(Debug, Default)]
pub(crate) struct Listing {
    pub(crate) names: BTreeSet<BlobName>,
    unfinished: u64,
    foreign: Vec<String>,
}

pub(crate) fn list(disk: &dyn Disk) -> Result<Listing, BlobError> {
    let mut listing = Listing::default();
    for file in disk.list(FOLDER).map_err(failed("list", FOLDER))? {
        match file.strip_prefix("incoming-") {
            Some(rest) if rest.ends_with(UNFINISHED) => listing.unfinished += 1,
            Some(rest) if rest.ends_with(".lock") => {}
            Some(_) | None => listing.foreign.push(format!("{FOLDER}/{file}")),
        }
    }
    for first in 0..=u8::MAX {
        let folder = format!("{FOLDER}/{first:02x}");
        for file in disk.list(&folder).map_err(failed("list", &folder))? {
            match format!("{first:02x}{file}").parse() {
                Ok(name) => {
                    listing.names.insert(name);
                }
                Err(NotABlobName) => listing.foreign.push(format!("{folder}/{file}")),
            }
        }
    }
    Ok(listing)
}

/// Checks every blob that is there, and that all `named` are.
///
/// # Errors
/// [`BlobError::Disk`] if the folder cannot be listed. Whatever is wrong with blobs is a finding.
pub fn check(disk: &dyn Disk, named: &BTreeSet<BlobName>) -> Result<BlobReport, BlobError> {
    let listing = list(disk)?;
    let mut report = BlobReport { unfinished: listing.unfinished, ..BlobReport::default() };
    let mut found = |defect, name: Option<&BlobName>, file| {
        report.findings.push(BlobFinding { defect, name: name.copied(), file });
    };
    for name in listing.names.union(named) {
        match open(disk, name).and_then(|file| hashed(&*file, name, &mut |_| Ok(()))) {
            Ok(bytes) => {
                report.sound += 1;
                report.bytes += bytes;
                report.unnamed += u64::from(!named.contains(name));
            }
            Err(BlobError::Absent { .. }) => found(BlobDefect::Absent, Some(name), name.file()),
            Err(BlobError::Damaged { .. }) => found(BlobDefect::Damaged, Some(name), name.file()),
            Err(
                BlobError::Disk { .. }
                | BlobError::Full
                | BlobError::Busy
                | BlobError::TooLarge { .. }
                | BlobError::Caller(_),
            ) => found(BlobDefect::Unreadable, Some(name), name.file()),
        }
    }
    for file in listing.foreign {
        found(BlobDefect::Foreign, None, file);
    }
    Ok(report)
}

/// Whether a file lies in the place of this blob, whatever is in it, and even where it cannot be read.
pub fn is_there(disk: &dyn Disk, name: &BlobName) -> bool {
    disk.open(&name.file(), Access::Read).map_or_else(|why| why.kind() != io::ErrorKind::NotFound, |_| true)
}

/// Whether this blob is there, and sound.
pub fn is_sound(disk: &dyn Disk, name: &BlobName) -> bool {
    open(disk, name).is_ok_and(|file| hashed(&*file, name, &mut |_| Ok(())).is_ok())
}

/// A blob's file as a stream, for copying.
struct Stream {
    file: Box<dyn DiskFile>,
    at: u64,
}

impl Read for Stream {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let filled = self.file.read_at(buffer, self.at)?;
        self.at += filled as u64;
        Ok(filled)
    }
}
