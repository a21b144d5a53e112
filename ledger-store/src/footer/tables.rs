//! The tables of a footer: pages of rows, each with a checksum of its own, and what leads to the right page.

use super::PAGE_BYTES;
use crate::bytes::{array_at, is_zero, u32_at, u64_at};
use crate::filter::{Probe, filter_bytes};
use crate::log::RecordId;

/// How many rows of batches a page has.
pub(crate) const BATCHES_A_PAGE: usize = 255;

/// How many rows of ids a page has.
pub(crate) const IDS_A_PAGE: usize = 204;

const BATCH_ROW_BYTES: usize = 16;
const ID_ROW_BYTES: usize = 20;

/// Where a frame lies: its first number, and its offset in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct BatchPlace {
    pub(crate) first: u64,
    pub(crate) offset: u64,
}

/// An id and the place of its entry in the segment, from 0.
pub(crate) type IdRow = (RecordId, u32);

/// Sorts by id, and entries that share one by number.
pub(crate) fn sort_rows(rows: &mut [IdRow]) {
    rows.sort_unstable_by_key(|(id, place)| (u128::from_be_bytes(*id), *place));
}

/// A page as read, its checksum and the zeros after its rows found good.
#[derive(Debug)]
pub(crate) struct Page {
    bytes: Box<[u8; PAGE_BYTES]>,
}

impl Page {
    /// `None` if the page is not as written; `rows` times `row_bytes` of it are rows.
    fn check(bytes: Box<[u8; PAGE_BYTES]>, rows_bytes: usize) -> Option<Self> {
        let crc = u32_at(&*bytes, PAGE_BYTES - 4);
        let sound =
            crc == crc32c::crc32c(&bytes[..PAGE_BYTES - 4]) && is_zero(&bytes[rows_bytes..PAGE_BYTES - 4]);
        sound.then_some(Self { bytes })
    }

    /// A page of batches with so many rows.
    pub(crate) fn of_batches(bytes: Box<[u8; PAGE_BYTES]>, rows: usize) -> Option<Self> {
        Self::check(bytes, rows * BATCH_ROW_BYTES)
    }

    /// A page of ids with so many rows.
    pub(crate) fn of_ids(bytes: Box<[u8; PAGE_BYTES]>, rows: usize) -> Option<Self> {
        Self::check(bytes, rows * ID_ROW_BYTES)
    }

    /// The row of batches at this place of the page.
    pub(crate) fn batch(&self, row: usize) -> BatchPlace {
        let at = row * BATCH_ROW_BYTES;
        BatchPlace { first: u64_at(&*self.bytes, at), offset: u64_at(&*self.bytes, at + 8) }
    }

    /// The row of ids at this place of the page.
    pub(crate) fn id(&self, row: usize) -> IdRow {
        let at = row * ID_ROW_BYTES;
        (array_at(&*self.bytes, at), u32_at(&*self.bytes, at + 16))
    }
}

/// How many of the first `rows` rows satisfy a condition that holds for a beginning of them.
pub(crate) fn partition(rows: usize, holds: impl Fn(usize) -> bool) -> usize {
    let (mut low, mut high) = (0, rows);
    while low < high {
        let middle = (low + high) / 2;
        if holds(middle) { low = middle + 1 } else { high = middle }
    }
    low
}

fn end_page(out: &mut Vec<u8>, begin: usize) {
    out.resize(begin + PAGE_BYTES - 4, 0);
    let crc = crc32c::crc32c(&out[begin..]);
    out.extend(crc.to_le_bytes());
}

pub(super) fn put_batches(out: &mut Vec<u8>, batches: &[BatchPlace]) {
    for page in batches.chunks(BATCHES_A_PAGE) {
        let begin = out.len();
        for batch in page {
            out.extend(batch.first.to_le_bytes());
            out.extend(batch.offset.to_le_bytes());
        }
        end_page(out, begin);
    }
}

pub(super) fn put_ids(out: &mut Vec<u8>, ids: &[IdRow]) {
    for page in ids.chunks(IDS_A_PAGE) {
        let begin = out.len();
        for (id, place) in page {
            out.extend(id);
            out.extend(place.to_le_bytes());
        }
        end_page(out, begin);
    }
}

pub(super) fn put_fences(out: &mut Vec<u8>, batches: &[BatchPlace], ids: &[IdRow]) {
    batches.iter().step_by(BATCHES_A_PAGE).for_each(|batch| out.extend(batch.first.to_le_bytes()));
    ids.iter().step_by(IDS_A_PAGE).for_each(|(id, _)| out.extend(id));
}

pub(super) fn put_filter(out: &mut Vec<u8>, ids: &[IdRow]) {
    let begin = out.len();
    out.resize(begin + filter_bytes(ids.len() as u64) as usize, 0);
    ids.iter().for_each(|(id, _)| Probe::of(id).put_into(&mut out[begin..]));
}
