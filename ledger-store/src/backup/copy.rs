//! The copying itself: the picture of a log at one head, its segments written beside their places, verified there as
//! if they had them, and put in place.

use std::collections::BTreeSet;
use std::io;
use std::ops::RangeInclusive;

use super::{BackupError, Copied, failed};
use crate::damage::{Damage, Defect};
use crate::disk::{Access, Disk, DiskFile, Lock};
use crate::files::{Slots, UNFINISHED, io_error, read_header, segment_indices, write_zeros};
use crate::log::{Head, LogError, LogId};
use crate::segment::{Block, FRAMES_BEGIN, HeadSlot, file_name};
use crate::verify::{Finding, verify};

/// How much is copied at once.
const PIECE_BYTES: usize = 1 << 20;

/// The length of a copied segment that is not full is a multiple of this.
const ALIGNMENT: u64 = 4096;

/// The end of a log as it was at one moment, and with it the whole log: what lies before never changes.
#[derive(Debug)]
pub(super) struct Picture {
    last: u64,
    block: Box<Block>,
    slot: HeadSlot,
}

impl Picture {
    /// Reads the head of a log, beside whoever writes to it.
    pub(super) fn take(disk: &dyn Disk) -> Result<Self, BackupError> {
        let last = segment_indices(disk)?.last().copied().unwrap_or(1);
        let name = file_name(last);
        let failed = || io_error("read", &name);
        let file = disk.open(&name, Access::Read).map_err(failed())?;
        let damaged = |defect| {
            let damage = Damage { defect, segment: last, offset: 0, first_missing: 1, last_missing: None };
            LogError::from(Box::new(damage))
        };
        let (_, block) = read_header(&*file).map_err(failed())?.map_err(damaged)?;
        let slot = Slots::read(&*file).map_err(failed())?.latest().map_err(damaged)?;
        Ok(Self { last, block, slot })
    }

    pub(super) fn head(&self) -> Head {
        self.slot.head
    }

    pub(super) fn log_id(&self) -> LogId {
        self.slot.log_id
    }

    pub(super) fn last_segment(&self) -> u64 {
        self.last
    }

    /// Writes the last segment as it was when its head was this one: header, slots, frames, zeros.
    fn write_last(&self, from: &dyn DiskFile, to: &dyn DiskFile) -> io::Result<u64> {
        to.write_at(&*self.block, 0)?;
        for sequence in [self.slot.sequence, self.slot.sequence + 1] {
            // In the copy no footer follows, and no batch is being written.
            let slot = HeadSlot { sequence, full: false, reach: 0, ..self.slot };
            to.write_at(&slot.encode(), slot.offset())?;
        }
        copy_bytes(from, to, FRAMES_BEGIN, self.slot.end)?;
        let end = self.slot.end.next_multiple_of(ALIGNMENT);
        write_zeros(to, self.slot.end, end)?;
        Ok(end)
    }
}

/// In which order segments take their places.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    /// The first one first: at each step there is a sound log, which grows.
    Upwards,
    /// The first one last: until then there is no log that could be taken for a whole one.
    Downwards,
}

/// Segments on their way from one store to another.
#[derive(Debug)]
pub(super) struct Staging<'d> {
    source: &'d dyn Disk,
    target: &'d dyn Disk,
    picture: &'d Picture,
    /// The segments that lie beside their places.
    staged: BTreeSet<u64>,
    bytes: u64,
    done: bool,
}

impl<'d> Staging<'d> {
    pub(super) fn begin(source: &'d dyn Disk, target: &'d dyn Disk, picture: &'d Picture) -> Self {
        Self { source, target, picture, staged: BTreeSet::new(), bytes: 0, done: false }
    }

    /// Copies segments and syncs them, each under a name that is not its own.
    pub(super) fn stage(mut self, segments: RangeInclusive<u64>) -> Result<Self, BackupError> {
        segments.into_iter().try_for_each(|index| self.stage_one(index))?;
        Ok(self)
    }

    fn stage_one(&mut self, index: u64) -> Result<(), BackupError> {
        let (name, unfinished) = (file_name(index), unfinished(index));
        let from = self.source.open(&name, Access::Read).map_err(io_error("open", &name))?;
        // Known from here on, so that it is taken away again whatever happens.
        self.staged.insert(index);
        let to = self.target.open(&unfinished, Access::Create).map_err(failed(
            self.target,
            "create",
            &unfinished,
        ))?;
        let bytes = if index == self.picture.last {
            self.picture.write_last(&*from, &*to)
        } else {
            from.len().and_then(|bytes| copy_bytes(&*from, &*to, 0, bytes).map(|()| bytes))
        };
        self.bytes += bytes.map_err(failed(self.target, "copy", &name))?;
        to.sync_all().map_err(failed(self.target, "sync", &unfinished))
    }

    /// Verifies the log as it will be when the staged segments are in place. A segment that was there before and
    /// is damaged is staged too, and the whole verified once more.
    pub(super) fn verified(mut self) -> Result<Self, BackupError> {
        let Some(first) = self.first_finding()? else { return Ok(self) };
        let kept = |finding: &Finding| !self.staged.contains(&finding.segment);
        let damaged: BTreeSet<u64> =
            first.iter().filter(|finding| kept(finding)).map(|f| f.segment).collect();
        if damaged.is_empty() {
            return Err(self.source_damaged(&first));
        }
        for index in damaged.into_iter().filter(|index| *index <= self.picture.last) {
            self.stage_one(index)?;
        }
        match self.first_finding()? {
            None => Ok(self),
            Some(findings) => Err(self.source_damaged(&findings)),
        }
    }

    /// What is wrong with the log to be; `None` if nothing is.
    fn first_finding(&self) -> Result<Option<Vec<Finding>>, BackupError> {
        let names = self.staged.iter().map(|index| file_name(*index)).collect();
        let report = verify(&Overlay { disk: self.target, names }, Some(&self.picture.head()))?;
        if report.is_clean() && report.head == Some(self.picture.head()) {
            return Ok(None);
        }
        // A log that verifies, but is not the one of the picture, has a segment too many.
        let surplus = Finding {
            defect: Defect::SegmentMisplaced,
            segment: self.picture.last + 1,
            offset: 0,
            number: None,
        };
        Ok(Some(if report.is_clean() { vec![surplus] } else { report.findings }))
    }

    fn source_damaged(&self, findings: &[Finding]) -> BackupError {
        let place = self.source.place();
        match findings.first() {
            Some(finding) => BackupError::SourceDamaged { place, finding: Box::new(*finding) },
            None => BackupError::RootDiffers { place },
        }
    }

    /// What was copied so far, blobs aside.
    pub(super) fn report(&self) -> Copied {
        let segments = self.staged.len() as u64;
        Copied {
            log_id: self.picture.log_id(),
            head: self.picture.head(),
            segments,
            segments_kept: self.picture.last - segments,
            blobs: 0,
            blobs_kept: 0,
            bytes: self.bytes,
            blobs_damaged: Vec::new(),
        }
    }

    /// Puts the staged segments in place, each durably before the next.
    pub(super) fn commit(mut self, order: Order) -> Result<(), BackupError> {
        let mut indices: Vec<u64> = self.staged.iter().copied().collect();
        if order == Order::Downwards {
            indices.reverse();
        }
        for index in indices {
            let unfinished = unfinished(index);
            self.target.rename(&unfinished, &file_name(index)).map_err(failed(
                self.target,
                "rename",
                &unfinished,
            ))?;
            self.staged.remove(&index);
            self.target.sync_folder("").map_err(failed(self.target, "sync", &self.target.place()))?;
        }
        self.done = true;
        Ok(())
    }
}

impl Drop for Staging<'_> {
    fn drop(&mut self) {
        if !self.done {
            // What stays is only litter, and written over by the next attempt.
            self.staged.iter().for_each(|index| drop(self.target.remove(&unfinished(*index))));
        }
    }
}

fn unfinished(index: u64) -> String {
    format!("{}{UNFINISHED}", file_name(index))
}

fn copy_bytes(from: &dyn DiskFile, to: &dyn DiskFile, begin: u64, end: u64) -> io::Result<()> {
    let mut piece = vec![0; PIECE_BYTES];
    let mut at = begin;
    while at < end {
        let wanted = piece.len().min(usize::try_from(end - at).unwrap_or(usize::MAX));
        let filled = from.read_at(&mut piece[..wanted], at)?;
        if filled == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        to.write_at(&piece[..filled], at)?;
        at += filled as u64;
    }
    Ok(())
}

/// A store as it will be once its staged files are in place; it can only be read.
#[derive(Debug)]
struct Overlay<'d> {
    disk: &'d dyn Disk,
    names: BTreeSet<String>,
}

impl Disk for Overlay<'_> {
    fn place(&self) -> String {
        self.disk.place()
    }

    fn list(&self, folder: &str) -> io::Result<Vec<String>> {
        let mut names: BTreeSet<String> = self.disk.list(folder)?.into_iter().collect();
        if folder.is_empty() {
            names.extend(self.names.iter().cloned());
        }
        Ok(names.into_iter().collect())
    }

    fn open(&self, name: &str, access: Access) -> io::Result<Box<dyn DiskFile>> {
        match (access, self.names.contains(name)) {
            (Access::Read, true) => self.disk.open(&format!("{name}{UNFINISHED}"), access),
            (Access::Read, false) => self.disk.open(name, access),
            (Access::Write | Access::Create, _) => Err(io::ErrorKind::ReadOnlyFilesystem.into()),
        }
    }

    fn rename(&self, _from: &str, _to: &str) -> io::Result<()> {
        Err(io::ErrorKind::ReadOnlyFilesystem.into())
    }

    fn remove(&self, _name: &str) -> io::Result<()> {
        Err(io::ErrorKind::ReadOnlyFilesystem.into())
    }

    fn create_folder(&self, _name: &str) -> io::Result<()> {
        Err(io::ErrorKind::ReadOnlyFilesystem.into())
    }

    fn sync_folder(&self, _name: &str) -> io::Result<()> {
        Err(io::ErrorKind::ReadOnlyFilesystem.into())
    }

    fn lock(&self, _name: &str) -> io::Result<Option<Box<dyn Lock>>> {
        Err(io::ErrorKind::ReadOnlyFilesystem.into())
    }
}
