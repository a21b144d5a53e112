//! The real disk: every fsync, rename, folder sync and lock of the program is in this file.
//!
//! The system calls named here are what `strace -f -e trace=desc,file` shows on Linux.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, ErrorKind};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use crate::disk::{Access, Clock, Disk, DiskFile, Lock};

/// A directory of the file system.
#[derive(Debug, Clone)]
pub struct RealDisk {
    root: PathBuf,
}

impl RealDisk {
    /// The directory at this path, which need not exist yet.
    pub fn at(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    fn path(&self, name: &str) -> PathBuf {
        if name.is_empty() { self.root.clone() } else { self.root.join(name) }
    }
}

impl Disk for RealDisk {
    fn place(&self) -> String {
        self.root.display().to_string()
    }

    fn list(&self, folder: &str) -> io::Result<Vec<String>> {
        let entries = match std::fs::read_dir(self.path(folder)) {
            Ok(entries) => entries,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(error),
        };
        let mut names = Vec::new();
        for entry in entries {
            let entry = entry?;
            // A name that is not UTF-8 is none of ours.
            if let (Ok(name), true) = (entry.file_name().into_string(), entry.file_type()?.is_file()) {
                names.push(name);
            }
        }
        Ok(names)
    }

    // stat(name), where it is only read; openat(name, O_RDONLY | O_CLOEXEC), or O_RDWR, with O_CREAT | O_TRUNC for a new file
    fn open(&self, name: &str, access: Access) -> io::Result<Box<dyn DiskFile>> {
        let create = access == Access::Create;
        // Who gave us the folder may have put a pipe into it, and opening that waits for whoever writes.
        if access == Access::Read && !std::fs::metadata(self.path(name))?.is_file() {
            return Err(io::Error::new(ErrorKind::InvalidInput, "it is no file"));
        }
        let file = OpenOptions::new()
            .read(true)
            .write(access != Access::Read)
            .create(create)
            .truncate(create)
            .open(self.path(name))?;
        Ok(Box::new(RealFile { file }))
    }

    // rename(from, to)
    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        std::fs::rename(self.path(from), self.path(to))
    }

    // unlink(name)
    fn remove(&self, name: &str) -> io::Result<()> {
        std::fs::remove_file(self.path(name))
    }

    // mkdir(each missing ancestor and name); for each, and for name in any case: open(parent), fsync, close
    fn create_folder(&self, name: &str) -> io::Result<()> {
        let path = self.path(name);
        let missing: Vec<&Path> = path.ancestors().skip(1).take_while(|folder| !is_there(folder)).collect();
        for folder in missing.into_iter().rev().chain([path.as_path()]) {
            match std::fs::create_dir(folder) {
                // Whoever created it may have been killed before its name was durable.
                Err(error) if error.kind() != ErrorKind::AlreadyExists => return Err(error),
                Ok(()) | Err(_) => sync_path(&parent(folder))?,
            }
        }
        Ok(())
    }

    // open(name, O_RDONLY | O_CLOEXEC); fsync; close
    fn sync_folder(&self, name: &str) -> io::Result<()> {
        sync_path(&self.path(name))
    }

    // openat(name, O_RDWR | O_CREAT | O_CLOEXEC); flock(LOCK_EX | LOCK_NB); released by close or exit
    fn lock(&self, name: &str) -> io::Result<Option<Box<dyn Lock>>> {
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        let file = options.open(self.path(name))?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Box::new(RealLock { _file: file }))),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }
}

fn is_there(folder: &Path) -> bool {
    // The empty path is the parent of a relative name: the working directory, which exists.
    folder.as_os_str().is_empty() || folder.exists()
}

fn parent(folder: &Path) -> PathBuf {
    match folder.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_path_buf(),
        Some(_) | None => PathBuf::from("."),
    }
}

fn sync_path(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

#[derive(Debug)]
struct RealFile {
    file: File,
}

impl DiskFile for RealFile {
    // pread64
    fn read_some_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        self.file.read_at(buffer, offset)
    }

    // pwrite64, repeated until all is written
    fn write_at(&self, bytes: &[u8], offset: u64) -> io::Result<()> {
        self.file.write_all_at(bytes, offset)
    }

    // statx
    fn len(&self) -> io::Result<u64> {
        Ok(self.file.metadata()?.len())
    }

    // ftruncate
    fn set_len(&self, bytes: u64) -> io::Result<()> {
        self.file.set_len(bytes)
    }

    // fdatasync
    fn sync_data(&self) -> io::Result<()> {
        self.file.sync_data()
    }

    // fsync
    fn sync_all(&self) -> io::Result<()> {
        self.file.sync_all()
    }

    fn pause(&self) {
        std::thread::sleep(std::time::Duration::from_millis(1));
    }
}

#[derive(Debug)]
struct RealLock {
    /// The lock lives as long as the open file.
    _file: File,
}

impl Lock for RealLock {}

/// The system's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    // clock_gettime(CLOCK_REALTIME)
    fn now(&self) -> i64 {
        let micros = |duration: std::time::Duration| i64::try_from(duration.as_micros()).unwrap_or(i64::MAX);
        match SystemTime::now().duration_since(UNIX_EPOCH) {
            Ok(after) => micros(after),
            Err(before) => -micros(before.duration()),
        }
    }
}
