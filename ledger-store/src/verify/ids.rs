//! That no id is in the log twice: the sorted tables of ids of all segments, merged.
//!
//! A table that was found to follow from its frames is read again from the footer, page by page; only the ids of
//! segments without a sound footer, of which there is one in a sound log, are held.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::io;

use crate::damage::Defect;
use crate::disk::Disk;
use crate::footer::{BatchPlace, IdRow};
use crate::handles::Handles;
use crate::log::RecordId;
use crate::sealed::Sealed;

/// Where the ids of a segment are, sorted.
#[derive(Debug)]
pub(super) enum Source {
    /// In its footer.
    Footer(Box<Sealed>),
    /// Here, with their numbers, and the frames that hold them.
    Held { ids: Vec<(RecordId, u64)>, batches: Vec<BatchPlace> },
}

/// An entry whose id an earlier one has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Repeated {
    pub(super) segment: u64,
    pub(super) number: u64,
    /// The byte of the segment where its frame begins.
    pub(super) offset: u64,
}

/// The entries with ids that were used before, in the order of the log; sources are given with their segments.
pub(super) fn repeated(
    disk: &dyn Disk,
    sources: &[(u64, Source)],
) -> io::Result<Result<Vec<Repeated>, Defect>> {
    let handles = Handles::default();
    let mut streams: Vec<Stream<'_>> =
        sources.iter().map(|(segment, source)| Stream::new(*segment, source)).collect();
    let mut heap = BinaryHeap::with_capacity(streams.len());
    let (mut found, mut before) = (Vec::new(), None);
    for (place, stream) in streams.iter_mut().enumerate() {
        match stream.next(disk, &handles)? {
            Ok(Some((id, number))) => heap.push(Reverse((id, number, place))),
            Ok(None) => {}
            Err(defect) => return Ok(Err(defect)),
        }
    }
    while let Some(mut least) = heap.peek_mut() {
        let Reverse((id, number, place)) = *least;
        if before == Some(id) {
            match streams[place].locate(disk, &handles, number)? {
                Ok(offset) => found.push(Repeated { segment: streams[place].segment, number, offset }),
                Err(defect) => return Ok(Err(defect)),
            }
        }
        before = Some(id);
        match streams[place].next(disk, &handles)? {
            Ok(Some((id, number))) => *least = Reverse((id, number, place)),
            Ok(None) => {
                std::collections::binary_heap::PeekMut::pop(least);
            }
            Err(defect) => return Ok(Err(defect)),
        }
    }
    found.sort_unstable();
    Ok(Ok(found))
}

/// The ids of one segment, one after the other.
struct Stream<'s> {
    segment: u64,
    source: &'s Source,
    page: Vec<IdRow>,
    next_page: usize,
    /// The next row, of the page or of what is held.
    next_row: usize,
}

impl<'s> Stream<'s> {
    fn new(segment: u64, source: &'s Source) -> Self {
        Self { segment, source, page: Vec::new(), next_page: 0, next_row: 0 }
    }

    /// The next id, as a number that sorts as the id does, and the number of its entry.
    fn next(
        &mut self,
        disk: &dyn Disk,
        handles: &Handles,
    ) -> io::Result<Result<Option<(u128, u64)>, Defect>> {
        let row = match self.source {
            Source::Held { ids, .. } => ids.get(self.next_row).copied(),
            Source::Footer(sealed) => {
                if self.next_row == self.page.len() && self.next_page < sealed.id_pages() {
                    self.page.clear();
                    let file = handles.get(disk, self.segment)?;
                    if let Err(defect) = sealed.ids(&*file, self.next_page, &mut self.page)? {
                        return Ok(Err(defect));
                    }
                    (self.next_page, self.next_row) = (self.next_page + 1, 0);
                }
                let first = sealed.footer().ending.first;
                self.page.get(self.next_row).map(|(id, place)| (*id, first + u64::from(*place)))
            }
        };
        self.next_row += usize::from(row.is_some());
        Ok(Ok(row.map(|(id, number)| (u128::from_be_bytes(id), number))))
    }

    /// The byte where the frame begins that holds the entry with this number.
    fn locate(&self, disk: &dyn Disk, handles: &Handles, number: u64) -> io::Result<Result<u64, Defect>> {
        match self.source {
            Source::Held { batches, .. } => {
                // After a break numbers need not rise, so the last frame that could hold it is taken.
                let holds = |batch: &&BatchPlace| batch.first <= number;
                Ok(Ok(batches.iter().rev().find(holds).map_or(0, |batch| batch.offset)))
            }
            Source::Footer(sealed) => {
                let file = handles.get(disk, self.segment)?;
                Ok(sealed.batch_of(&*file, number)?.map(|batch| batch.offset))
            }
        }
    }
}
