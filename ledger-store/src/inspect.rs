//! How a store looks from outside: its files, their first blocks, what lies beside them. Reads a few blocks of each
//! segment and no entry; it is for a person who wonders what is there. Whether it is right is for `verify`.

use std::io;

use crate::blobs;
use crate::damage::Defect;
use crate::disk::{Access, Disk};
use crate::files::{QUARANTINE, Slots, UNFINISHED, io_error, read_header, segment_indices};
use crate::log::{Head, LogError};
use crate::segment::file_name;

/// What lies in a store's directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inspection {
    /// The segments in order.
    pub segments: Vec<Segment>,
    /// Both head slots of the active segment, the first block first.
    pub slots: [Result<Slot, Defect>; 2],
    /// Files that were set aside, with their lengths in bytes.
    pub quarantined: Vec<(String, u64)>,
    /// Files that were being written, now or when their writer stopped.
    pub unfinished: Vec<String>,
    /// How many blobs there are, by their names.
    pub blobs: u64,
}

/// A segment from outside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Segment {
    /// Its file.
    pub file: String,
    /// Its length.
    pub bytes: u64,
    /// The number of the first entry that is or will be in it; or what is wrong with its header.
    pub first: Result<u64, Defect>,
}

/// What a head slot says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Slot {
    /// Raised with every write of a slot in its segment.
    pub sequence: u64,
    /// The epoch of the writer, raised whenever the log is opened for writing.
    pub epoch: u64,
    /// Size and root.
    pub head: Head,
}

/// Looks at a store.
///
/// # Errors
/// [`LogError::NotAStore`], and [`LogError::Io`] if a file cannot be read.
pub fn inspect(disk: &dyn Disk) -> Result<Inspection, LogError> {
    let indices = segment_indices(disk)?;
    let segments = indices.iter().map(|index| {
        let file = file_name(*index);
        segment(disk, &file).map_err(io_error("read", &file))
    });
    let segments = segments.collect::<Result<_, _>>()?;
    let active = file_name(indices.last().copied().unwrap_or_default());
    let slots = disk.open(&active, Access::Read).and_then(|file| Slots::read(&*file));
    let slots = slots.map_err(io_error("read", &active))?;
    let slot = |slot: Result<crate::segment::HeadSlot, Defect>| {
        slot.map(|slot| Slot { sequence: slot.sequence, epoch: slot.epoch, head: slot.head })
    };
    Ok(Inspection {
        segments,
        slots: slots.0.map(slot),
        quarantined: quarantined(disk).map_err(io_error("read", QUARANTINE))?,
        unfinished: unfinished(disk).map_err(io_error("list", &disk.place()))?,
        blobs: blobs::list(disk).map_or(0, |listing| listing.names.len() as u64),
    })
}

fn segment(disk: &dyn Disk, file: &str) -> io::Result<Segment> {
    let opened = disk.open(file, Access::Read)?;
    let first = read_header(&*opened)?.map(|(header, _)| header.first);
    Ok(Segment { file: file.to_owned(), bytes: opened.len()?, first })
}

fn quarantined(disk: &dyn Disk) -> io::Result<Vec<(String, u64)>> {
    let mut names = disk.list(QUARANTINE)?;
    names.sort_unstable();
    let with_length = |name: String| {
        let file = format!("{QUARANTINE}/{name}");
        let bytes = disk.open(&file, Access::Read)?.len()?;
        Ok((file, bytes))
    };
    names.into_iter().map(with_length).collect()
}

fn unfinished(disk: &dyn Disk) -> io::Result<Vec<String>> {
    let mut names = disk.list("")?;
    names.retain(|name| name.ends_with(UNFINISHED) || name == crate::backup::UNDER_WAY);
    names.sort_unstable();
    Ok(names)
}
