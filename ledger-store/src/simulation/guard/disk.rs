//! A disk that undoes one guard of the log that writes to it.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use super::Guard;
use super::mend::mend;
use crate::disk::{Access, Disk, DiskFile, Lock};
use crate::frame;
use crate::segment::{FRAMES_BEGIN, slot_offset};

/// Whether a writer is just opening the log.
pub(in crate::simulation) type Opening = Arc<AtomicBool>;

/// A disk without the guard.
#[derive(Debug)]
pub(in crate::simulation) struct Unguarded {
    inner: Arc<dyn Disk>,
    without: Guard,
    opening: Opening,
}

impl Unguarded {
    pub(in crate::simulation) fn new(inner: Arc<dyn Disk>, without: Guard, opening: Opening) -> Self {
        Self { inner, without, opening }
    }
}

impl Disk for Unguarded {
    fn place(&self) -> String {
        self.inner.place()
    }

    fn list(&self, folder: &str) -> io::Result<Vec<String>> {
        self.inner.list(folder)
    }

    fn open(&self, name: &str, access: Access) -> io::Result<Box<dyn DiskFile>> {
        let inner = self.inner.open(name, access)?;
        let (without, opening) = (self.without, Arc::clone(&self.opening));
        Ok(Box::new(UnguardedFile { inner, without, opening, owed: Mutex::default() }))
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        self.inner.rename(from, to)
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        self.inner.remove(name)
    }

    fn create_folder(&self, name: &str) -> io::Result<()> {
        self.inner.create_folder(name)
    }

    fn sync_folder(&self, name: &str) -> io::Result<()> {
        if self.without == Guard::FolderSync { Ok(()) } else { self.inner.sync_folder(name) }
    }

    fn lock(&self, name: &str) -> io::Result<Option<Box<dyn Lock>>> {
        self.inner.lock(name)
    }
}

#[derive(Debug)]
struct UnguardedFile {
    inner: Box<dyn DiskFile>,
    without: Guard,
    opening: Opening,
    owed: Mutex<Owed>,
}

/// What was reported as done and is still to do.
#[derive(Debug, Default)]
struct Owed {
    sync: bool,
    frames: Vec<(Vec<u8>, u64)>,
}

impl UnguardedFile {
    fn owed(&self) -> std::sync::MutexGuard<'_, Owed> {
        self.owed.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_opening(&self) -> bool {
        self.opening.load(Ordering::Relaxed)
    }

    fn is_there_already(&self, bytes: &[u8], offset: u64) -> bool {
        let mut there = vec![0; bytes.len()];
        offset >= FRAMES_BEGIN
            && self.inner.read_at(&mut there, offset).is_ok_and(|filled| filled == bytes.len())
            && there == bytes
    }

    /// Writes the slot and makes it durable before the frames that it names.
    fn write_head_first(&self, slot: &[u8], offset: u64) -> io::Result<()> {
        let frames = std::mem::take(&mut self.owed().frames);
        self.inner.write_at(slot, offset)?;
        self.inner.sync_data()?;
        frames.iter().try_for_each(|(frame, offset)| self.inner.write_at(frame, *offset))?;
        self.inner.sync_data()
    }

    fn sync(&self, sync: impl Fn(&dyn DiskFile) -> io::Result<()>) -> io::Result<()> {
        match self.without {
            Guard::FailedSyncIsFinal => sync(&*self.inner).or_else(|_| sync(&*self.inner)),
            Guard::RecoverySyncs if self.is_opening() => Ok(()),
            Guard::FrameBeforeHead if !self.owed().frames.is_empty() => Ok(()),
            Guard::FolderSync
            | Guard::Checksums
            | Guard::AcknowledgeAfterSync
            | Guard::DamageIsKept
            | Guard::RecoveryRewrites
            | Guard::RecoverySyncs
            | Guard::FrameBeforeHead => sync(&*self.inner),
        }
    }
}

impl DiskFile for UnguardedFile {
    fn read_some_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        if self.without != Guard::Checksums {
            return self.inner.read_some_at(buffer, offset);
        }
        let mut bytes = vec![0; self.inner.len()? as usize];
        let filled = self.inner.read_at(&mut bytes, 0)?;
        mend(&mut bytes[..filled]);
        let from = filled.min(usize::try_from(offset).unwrap_or(usize::MAX));
        let length = buffer.len().min(filled - from);
        buffer[..length].copy_from_slice(&bytes[from..from + length]);
        Ok(length)
    }

    fn write_at(&self, bytes: &[u8], offset: u64) -> io::Result<()> {
        if offset >= FRAMES_BEGIN && std::mem::take(&mut self.owed().sync) {
            self.inner.sync_data()?;
        }
        if self.without == Guard::RecoveryRewrites
            && self.is_opening()
            && self.is_there_already(bytes, offset)
        {
            return Ok(());
        }
        if self.without == Guard::FrameBeforeHead
            && offset >= FRAMES_BEGIN
            && bytes.starts_with(&frame::MAGIC)
        {
            self.owed().frames.push((bytes.to_vec(), offset));
            return Ok(());
        }
        let is_slot = (slot_offset(0)..FRAMES_BEGIN).contains(&offset);
        if is_slot && !self.owed().frames.is_empty() {
            return self.write_head_first(bytes, offset);
        }
        self.inner.write_at(bytes, offset)
    }

    fn len(&self) -> io::Result<u64> {
        self.inner.len()
    }

    fn set_len(&self, bytes: u64) -> io::Result<()> {
        self.inner.set_len(bytes)
    }

    fn sync_data(&self) -> io::Result<()> {
        if self.without == Guard::AcknowledgeAfterSync {
            self.owed().sync = true;
            return Ok(());
        }
        self.sync(|file| file.sync_data())
    }

    fn sync_all(&self) -> io::Result<()> {
        self.sync(|file| file.sync_all())
    }
}
