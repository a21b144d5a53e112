//! A sealed segment as its footer shows it: from a number to the frame that holds it, from an id to its number.
//!
//! The fences, and the filter of ids, are each read once, when they are first needed, and kept; the filter takes about a
//! fiftieth of a byte for each byte of entries, the fences hardly anything. A page is read for each look-up that the
//! filter does not answer.

use std::io;
use std::sync::OnceLock;

use crate::bytes::{array_at, u64_at};
use crate::damage::Defect;
use crate::disk::DiskFile;
use crate::filter::Probe;
use crate::footer::{BATCHES_A_PAGE, BatchPlace, Footer, IDS_A_PAGE, IdRow, PAGE_BYTES, Page, partition};
use crate::log::RecordId;

/// The outcome of a look-up: the disk's error, or what is wrong with the footer, or the answer.
pub(crate) type LookUp<T> = io::Result<Result<T, Defect>>;

/// A sealed segment.
#[derive(Debug)]
pub(crate) struct Sealed {
    footer: Footer,
    fences: OnceLock<Fences>,
    filter: OnceLock<Vec<u8>>,
}

/// What leads to the right page.
#[derive(Debug)]
struct Fences {
    batches: Vec<u64>,
    ids: Vec<RecordId>,
}

impl Sealed {
    pub(crate) fn new(footer: Footer) -> Self {
        Self { footer, fences: OnceLock::new(), filter: OnceLock::new() }
    }

    pub(crate) fn footer(&self) -> &Footer {
        &self.footer
    }

    /// Whether the filter, if it was read already, says that the id is not there.
    pub(crate) fn excludes(&self, probe: &Probe) -> bool {
        self.filter.get().is_some_and(|filter| !probe.may_be_in(filter))
    }

    /// The number of the entry with this id, if this segment holds it.
    pub(crate) fn find(&self, file: &dyn DiskFile, id: &RecordId, probe: &Probe) -> LookUp<Option<u64>> {
        match self.filter(file)? {
            Ok(filter) if probe.may_be_in(filter) => {}
            Ok(_) => return Ok(Ok(None)),
            Err(defect) => return Ok(Err(defect)),
        }
        let fences = match self.fences(file)? {
            Ok(fences) => fences,
            Err(defect) => return Ok(Err(defect)),
        };
        let Some(page) = fences.ids.partition_point(|fence| fence <= id).checked_sub(1) else {
            return Ok(Ok(None));
        };
        Ok(self.id_page(file, page)?.and_then(|(rows, found)| {
            if found.id(0).0 != fences.ids[page] {
                return Err(Defect::FooterIds);
            }
            let row = partition(rows, |row| found.id(row).0 < *id);
            let found = (row < rows).then(|| found.id(row)).filter(|(there, _)| there == id);
            Ok(found.map(|(_, place)| self.footer.ending.first + u64::from(place)))
        }))
    }

    /// The frame that holds the entry with this number, which is one of this segment's.
    pub(crate) fn batch_of(&self, file: &dyn DiskFile, number: u64) -> LookUp<BatchPlace> {
        let fences = match self.fences(file)? {
            Ok(fences) => fences,
            Err(defect) => return Ok(Err(defect)),
        };
        let Some(page) = fences.batches.partition_point(|fence| *fence <= number).checked_sub(1) else {
            return Ok(Err(Defect::FooterFences));
        };
        let rows = Footer::rows_in(self.footer.ending.batches, page, BATCHES_A_PAGE);
        let at = self.footer.batches_at() + (page * PAGE_BYTES) as u64;
        let Some(found) = read_page(file, at)?.and_then(|bytes| Page::of_batches(bytes, rows)) else {
            return Ok(Err(Defect::FooterBatches));
        };
        if found.batch(0).first != fences.batches[page] {
            return Ok(Err(Defect::FooterBatches));
        }
        let after = partition(rows, |row| found.batch(row).first <= number);
        Ok(Ok(found.batch(after.saturating_sub(1))))
    }

    /// Checks the pages of batches, the fences and the filter.
    pub(crate) fn check_batches(&self, file: &dyn DiskFile) -> LookUp<()> {
        let fences = match (self.fences(file)?, self.filter(file)?) {
            (Ok(fences), Ok(_)) => &fences.batches,
            (Err(defect), _) | (_, Err(defect)) => return Ok(Err(defect)),
        };
        for fence in fences {
            if let Err(defect) = self.batch_of(file, *fence)? {
                return Ok(Err(defect));
            }
        }
        Ok(Ok(()))
    }

    /// How many pages of ids there are.
    pub(crate) fn id_pages(&self) -> usize {
        (self.footer.ending.entries() as usize).div_ceil(IDS_A_PAGE)
    }

    /// The rows of the page of ids at this place, appended to `rows`.
    pub(crate) fn ids(&self, file: &dyn DiskFile, page: usize, rows: &mut Vec<IdRow>) -> LookUp<()> {
        Ok(self.id_page(file, page)?.map(|(count, page)| rows.extend((0..count).map(|row| page.id(row)))))
    }

    /// The page of ids at this place and how many rows it has.
    fn id_page(&self, file: &dyn DiskFile, page: usize) -> LookUp<(usize, Page)> {
        let rows = Footer::rows_in(self.footer.ending.entries(), page, IDS_A_PAGE);
        let at = self.footer.ids_at() + (page * PAGE_BYTES) as u64;
        let found = read_page(file, at)?.and_then(|bytes| Page::of_ids(bytes, rows));
        Ok(found.map(|page| (rows, page)).ok_or(Defect::FooterIds))
    }

    fn fences(&self, file: &dyn DiskFile) -> LookUp<&Fences> {
        if let Some(fences) = self.fences.get() {
            return Ok(Ok(fences));
        }
        let (begin, end) = (self.footer.fences_at(), self.footer.filter_at());
        let read = read_part(file, begin, end, self.footer.fences_crc, Defect::FooterFences)?;
        // Whoever else was reading it meanwhile has read the same.
        Ok(read.map(|bytes| {
            let (batches, ids) = bytes.split_at(self.footer.batch_fences_bytes() as usize);
            self.fences.get_or_init(|| Fences {
                batches: batches.chunks_exact(8).map(|fence| u64_at(fence, 0)).collect(),
                ids: ids.chunks_exact(16).map(|fence| array_at(fence, 0)).collect(),
            })
        }))
    }

    fn filter(&self, file: &dyn DiskFile) -> LookUp<&Vec<u8>> {
        if let Some(filter) = self.filter.get() {
            return Ok(Ok(filter));
        }
        let (begin, end) = (self.footer.filter_at(), self.footer.trailer_at());
        let read = read_part(file, begin, end, self.footer.filter_crc, Defect::FooterFilter)?;
        Ok(read.map(|filter| self.filter.get_or_init(|| filter)))
    }
}

/// A part of the footer that has this checksum.
fn read_part(file: &dyn DiskFile, begin: u64, end: u64, crc: u32, damaged: Defect) -> LookUp<Vec<u8>> {
    let mut bytes = vec![0; (end - begin) as usize];
    if file.read_at(&mut bytes, begin)? < bytes.len() {
        return Ok(Err(Defect::FooterTrailer));
    }
    Ok(if crc32c::crc32c(&bytes) == crc { Ok(bytes) } else { Err(damaged) })
}

fn read_page(file: &dyn DiskFile, offset: u64) -> io::Result<Option<Box<[u8; PAGE_BYTES]>>> {
    let mut page = Box::new([0; PAGE_BYTES]);
    Ok((file.read_at(&mut *page, offset)? == PAGE_BYTES).then_some(page))
}
