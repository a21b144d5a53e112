//! The footer of a sealed segment held against the frames before it: derived from them once more, and compared to
//! the byte.

use std::io;

use crate::damage::Defect;
use crate::disk::DiskFile;
use crate::footer::{BatchPlace, Ending, Footer, IdRow, encode, sort_rows};
use crate::frame::Frame;
use crate::log::RecordId;
use crate::sealed::{LookUp, Sealed};
use crate::walk::Walk;

/// What the frames of one segment hold.
#[derive(Debug, Default)]
pub(super) struct Followed {
    pub(super) batches: Vec<BatchPlace>,
    pub(super) ids: Vec<(RecordId, u64)>,
    /// Whether every frame could be followed, so that the footer can be derived from them.
    pub(super) whole: bool,
}

impl Followed {
    pub(super) fn add(&mut self, frame: &Frame<'_>, offset: u64) {
        self.batches.push(BatchPlace { first: frame.header.first, offset });
        self.ids.extend(frame.ids().zip(frame.header.first..));
    }

    /// Whether the numbers can be those of a segment that begins with this one.
    pub(super) fn fits(&self, first: u64) -> bool {
        self.ids
            .iter()
            .all(|(_, number)| number.checked_sub(first).is_some_and(|place| place <= u64::from(u32::MAX)))
    }
}

/// What a comparison of a footer found.
#[derive(Debug, Default)]
pub(super) struct Compared {
    /// What is wrong and where, a finding for each part of the footer.
    pub(super) found: Vec<(Defect, u64)>,
    /// The footer, if it is sound.
    pub(super) footer: Option<Footer>,
}

impl Compared {
    /// The parts that are wrong are one footer that is not whole.
    pub(super) fn say_torn(&mut self) {
        self.found.truncate(1);
        let torn = self.found.iter_mut().filter(|(defect, _)| defect.spares_entries());
        torn.for_each(|(defect, _)| *defect = Defect::FooterTorn);
    }
}

/// Compares the stored footer with the one that follows from the frames; checks its checksums alone if the state
/// of the log where it ends cannot be known.
pub(super) fn compare(
    file: &dyn DiskFile,
    ending: Option<Ending>,
    followed: &Followed,
    frames_end: u64,
) -> io::Result<Compared> {
    if let Err(later @ Defect::LaterFormat(_)) = Footer::read(file)? {
        return Ok(Compared { found: vec![(later, frames_end)], footer: None });
    }
    match ending {
        Some(ending) => derive(file, ending, followed),
        None => check(file, frames_end),
    }
}

fn derive(file: &dyn DiskFile, ending: Ending, followed: &Followed) -> io::Result<Compared> {
    let first = ending.first;
    let rows = followed.ids.iter().map(|(id, number)| (*id, (*number - first) as u32));
    let mut rows: Vec<IdRow> = rows.collect();
    sort_rows(&mut rows);
    let (footer, bytes) = encode(ending, &followed.batches, &rows);
    drop(rows);
    let mut walk = Walk::new(file);
    let mut compared = Compared::default();
    let begin = footer.ending.frames_end;
    let parts = [
        footer.batches_at(),
        footer.ids_at(),
        footer.fences_at(),
        footer.filter_at(),
        footer.trailer_at(),
        footer.end(),
    ];
    let mut from = begin;
    for to in parts {
        let wanted = &bytes[(from - begin) as usize..(to - begin) as usize];
        if let Some(offset) = walk.first_unlike(from, wanted)? {
            compared.found.push((footer.defect_at(offset), offset));
        }
        from = to;
    }
    if compared.found.is_empty() && file.len()? != footer.end() {
        compared.found.push((Defect::FooterTrailer, footer.end()));
    }
    if compared.found.is_empty() {
        compared.footer = Some(footer);
    }
    Ok(compared)
}

/// Checks the checksums of a footer that cannot be derived, because a frame is damaged or of a later format.
fn check(file: &dyn DiskFile, frames_end: u64) -> io::Result<Compared> {
    let mut compared = Compared::default();
    let footer = match Footer::read(file)? {
        Ok(footer) => footer,
        Err(defect) => {
            compared.found.push((defect, frames_end));
            return Ok(compared);
        }
    };
    match check_pages(file, &Sealed::new(footer.clone()))? {
        Ok(()) => compared.footer = Some(footer),
        Err(defect) => compared.found.push((defect, frames_end)),
    }
    Ok(compared)
}

fn check_pages(file: &dyn DiskFile, sealed: &Sealed) -> LookUp<()> {
    let mut rows = Vec::new();
    for page in 0..sealed.id_pages() {
        rows.clear();
        if let Err(defect) = sealed.ids(file, page, &mut rows)? {
            return Ok(Err(defect));
        }
    }
    sealed.check_batches(file)
}

/// Whether a footer that is not whole is still being written: it changes while it is looked at, or nothing of it
/// is there yet.
pub(super) fn is_being_written(file: &dyn DiskFile, frames_end: u64) -> io::Result<bool> {
    let look = || -> io::Result<(u64, u32)> {
        let mut walk = Walk::new(file);
        Ok((file.len()?, walk.checksum(frames_end)?))
    };
    Ok(Walk::new(file).next_written(frames_end)?.is_none() || look()? != look()?)
}
