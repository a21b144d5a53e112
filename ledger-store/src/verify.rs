//! Verification: the whole log is followed, and it goes on after a finding as far as anything can be said.
//!
//! It reads every byte of every segment and writes nothing, so it can be run on a damaged log and beside a
//! writer. What it cannot see is a log that was rolled back as a whole: that takes a checkpoint from elsewhere.
//!
//! It keeps what it knows of one segment at a time; that no id is there twice is found by merging the sorted
//! tables of ids of all segments, a page of each.

mod blocks;
mod footers;
mod ids;
mod pass;

use std::fmt;
use std::ops::RangeInclusive;

use crate::damage::Defect;
use crate::disk::{Access, Disk};
use crate::files::segment_indices;
use crate::log::{Head, LogError, LogId};
use crate::segment::file_name;
use pass::Pass;

/// One thing that is wrong, and where.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Finding {
    /// What is wrong; it has a stable code and a meaning in words.
    pub defect: Defect,
    /// The segment, from 1.
    pub segment: u64,
    /// The byte in the segment's file.
    pub offset: u64,
    /// The first entry concerned, if an entry is.
    pub number: Option<u64>,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { defect, segment, offset, number } = self;
        write!(f, "[{}] {} (segment {segment}, byte {offset}", defect.code(), defect.meaning())?;
        number.map_or(Ok(()), |number| write!(f, ", entry {number}"))?;
        f.write_str(")")
    }
}

/// What a verification found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The log, as its first sound segment names it.
    pub log_id: Option<LogId>,
    /// Size and root that the last head slot claims; they are those of the entries if nothing was found.
    pub head: Option<Head>,
    /// How many entries were read with sound checksums, those beyond the head included.
    pub entries: u64,
    /// Complete entries beyond the head slot: of a writer at work, or to be recovered by the next one.
    pub pending: Option<RangeInclusive<u64>>,
    /// A format that this version does not know, of an envelope, a frame, or a block of a segment. Such envelopes
    /// were hashed and not judged; of such frames and segments only the checksums were checked.
    pub later_format: Option<u64>,
    /// How many entries are shown to be those of the checkpoint: every one of them was hashed, and its root came out.
    /// `None` without a checkpoint, if something is wrong, or if a frame or a segment was passed over as one of a later
    /// format: whoever changed it could have written that into it.
    pub proven: Option<u64>,
    /// Everything that is wrong, in the order of the log.
    pub findings: Vec<Finding>,
}

impl Report {
    /// Whether nothing is wrong.
    pub fn is_clean(&self) -> bool {
        self.findings.is_empty()
    }
}

/// Verifies the log, and that it holds the history of a checkpoint if one is given.
///
/// # Errors
/// [`LogError::NotAStore`] if there is no log, [`LogError::Io`] if the directory cannot be listed. Whatever is
/// wrong with the log itself is a finding.
pub fn verify(disk: &dyn Disk, checkpoint: Option<&Head>) -> Result<Report, LogError> {
    let indices = segment_indices(disk)?;
    let mut pass = Pass::new(checkpoint);
    for (place, index) in indices.iter().enumerate() {
        let is_last = place + 1 == indices.len();
        match disk.open(&file_name(*index), Access::Read) {
            Ok(file) => pass.segment(&*file, *index, is_last),
            Err(_) => pass.unreadable_segment(*index),
        }
    }
    Ok(pass.finish(disk, checkpoint))
}
