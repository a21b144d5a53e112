//! Everything the log asks of a disk and a clock, as small traits, so that tests can take the disk's place.
//!
//! Names are relative to the store's directory, with `/` between folders; the empty name is the directory.

use std::fmt;
use std::io;

/// How a file is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// An existing file, for reading.
    Read,
    /// An existing file, for reading and writing.
    Write,
    /// A new file, for reading and writing; an existing one is emptied.
    Create,
}

/// A directory on something that keeps bytes.
pub trait Disk: fmt::Debug + Send + Sync {
    /// What a person calls this directory, for messages.
    fn place(&self) -> String;

    /// The names of the files in a folder, in no particular order; none if the folder does not exist.
    fn list(&self, folder: &str) -> io::Result<Vec<String>>;

    /// Opens a file. A created file survives a crash only after its folder was synced.
    fn open(&self, name: &str, access: Access) -> io::Result<Box<dyn DiskFile>>;

    /// Renames a file at once, replacing any other; durable after the folder was synced.
    fn rename(&self, from: &str, to: &str) -> io::Result<()>;

    /// Removes a file; durable after the folder was synced.
    fn remove(&self, name: &str) -> io::Result<()>;

    /// Creates a folder, and the store's directory itself if need be, durably; nothing if it exists.
    fn create_folder(&self, name: &str) -> io::Result<()>;

    /// Makes the creations, renames and removals in a folder durable.
    fn sync_folder(&self, name: &str) -> io::Result<()>;

    /// Takes the lock of that name for as long as the guard lives; `None` if another holds it. Never waits.
    fn lock(&self, name: &str) -> io::Result<Option<Box<dyn Lock>>>;
}

/// An open file, read and written at offsets.
pub trait DiskFile: fmt::Debug + Send + Sync {
    /// Reads some bytes into the buffer from this offset on: at least one, unless the file ends there or the
    /// buffer is empty.
    fn read_some_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize>;

    /// Reads into the buffer from this offset on; fewer bytes than asked for only at the file's end.
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        let mut filled = 0;
        while filled < buffer.len() {
            match self.read_some_at(&mut buffer[filled..], offset + filled as u64) {
                Ok(0) => break,
                Ok(bytes) => filled += bytes,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(filled)
    }

    /// Writes all bytes at this offset, lengthening the file if need be. After an error any part of the bytes
    /// may have been written.
    fn write_at(&self, bytes: &[u8], offset: u64) -> io::Result<()>;

    /// The file's length in bytes.
    fn len(&self) -> io::Result<u64>;

    /// Whether the file has no bytes.
    fn is_empty(&self) -> io::Result<bool> {
        Ok(self.len()? == 0)
    }

    /// Cuts the file or lengthens it with zeros.
    fn set_len(&self, bytes: u64) -> io::Result<()>;

    /// Makes all writes durable. After an error nobody knows what is on the disk, and trying again would
    /// report a success that means nothing.
    fn sync_data(&self) -> io::Result<()>;

    /// Makes all writes and the file's length durable; errors as for [`DiskFile::sync_data`].
    fn sync_all(&self) -> io::Result<()>;

    /// Lets whoever else writes to the file go on for a moment: a millisecond where that is another process.
    fn pause(&self) {
        std::thread::yield_now();
    }
}

/// A lock that is held until this is dropped, or its process ends.
pub trait Lock: fmt::Debug + Send + Sync {}

/// Where the time comes from.
pub trait Clock: fmt::Debug + Send + Sync {
    /// Microseconds since 1970-01-01T00:00:00Z, negative before.
    fn now(&self) -> i64;
}
