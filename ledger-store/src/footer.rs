//! The footer of a sealed segment: where each batch begins, which ids it holds, and the state of the log at its
//! end. All of it follows from the frames before it, so it can be lost without losing an entry.
//!
//! ```text
//! frames | head | pages of batches | pages of ids | fences | filter | trailer | end of file
//! ```
//!
//! Integers are little-endian, every byte not named is zero and checked to be.
//!
//! | bytes | head, 4096 bytes |
//! |---|---|
//! | 0..8 | magic `tlfootr\n` |
//! | 8..10 | format, now 1 |
//! | 16..32 | log id |
//! | 32..40 | index of the segment |
//! | 40..48 | number of its first entry |
//! | 48..56 | number of its last entry, which is the size of the log |
//! | 56..64 | epoch of the last batch |
//! | 64..72 | recorded time of the last entry |
//! | 72..80 | least ordering key in the segment |
//! | 80..88 | greatest ordering key in the log so far |
//! | 88..96 | byte of the file where the frames end and this footer begins |
//! | 96..128 | hash of the last batch |
//! | 128..160 | hash of the segment |
//! | 160..192 | root of the tree |
//! | 192..200 | count of frames |
//! | 200..204 | CRC32C of the fences |
//! | 204..208 | CRC32C of the filter |
//! | 208..216 | greatest format of an envelope in the log so far |
//! | 1024..3040 | peaks of the tree, the largest subtree first, as many as the size has one bits |
//! | 4092..4096 | CRC32C of bytes 0..4092 |
//!
//! A page has 4096 bytes: rows in its first 4080, its CRC32C in its last four. A row of batches is first number
//! and offset of a frame (8 and 8 bytes, 255 a page), a row of ids is an id and the place of its entry in the
//! segment, from 0 (16 and 4 bytes, 204 a page), sorted. The fences are the first number of each page of batches,
//! then the first id of each page of ids. The filter is described in `filter`.
//!
//! | bytes | trailer, 64 bytes |
//! |---|---|
//! | 0..8 | magic `tltrail\n` |
//! | 8..10 | format, now 1 |
//! | 16..32 | log id |
//! | 32..40 | index of the segment |
//! | 40..48 | byte of the file where the footer begins |
//! | 48..56 | length of the footer with this trailer |
//! | 60..64 | CRC32C of bytes 0..60 |

mod tables;

use std::io;

use crate::bytes::{COUNT_MAX, array_at, is_zero, u16_at, u32_at, u64_at};
use crate::damage::Defect;
use crate::disk::DiskFile;
use crate::filter::filter_bytes;
use crate::log::{Hash, Head, LogId};
use crate::merkle::Frontier;
use crate::segment::FRAMES_BEGIN;

pub(crate) use tables::{BATCHES_A_PAGE, BatchPlace, IDS_A_PAGE, IdRow, Page, partition, sort_rows};

/// The format that this version writes.
pub(crate) const FORMAT: u16 = 1;

/// The length of the head and of each page.
pub(crate) const PAGE_BYTES: usize = 4096;

/// The length of the trailer.
pub(crate) const TRAILER_BYTES: usize = 64;

const HEAD_MAGIC: [u8; 8] = *b"tlfootr\n";
const TRAILER_MAGIC: [u8; 8] = *b"tltrail\n";
const PEAKS_BEGIN: usize = 1024;
const PEAKS_MAX: usize = 63;
const PEAKS_END: usize = PEAKS_BEGIN + PEAKS_MAX * 32;

/// The state of the log where a segment ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Ending {
    pub(crate) log_id: LogId,
    pub(crate) segment: u64,
    /// The number of the segment's first entry.
    pub(crate) first: u64,
    pub(crate) frontier: Frontier,
    pub(crate) epoch: u64,
    /// The recorded time of the last entry, microseconds since 1970-01-01T00:00:00Z.
    pub(crate) recorded: i64,
    /// The least ordering key in the segment.
    pub(crate) order_least: i64,
    /// The greatest ordering key in the log so far.
    pub(crate) order_greatest: i64,
    /// The byte of the file where the frames end.
    pub(crate) frames_end: u64,
    pub(crate) last_batch: Hash,
    pub(crate) segment_hash: Hash,
    /// How many frames the segment holds.
    pub(crate) batches: u64,
    /// The greatest format of an envelope in the log so far.
    pub(crate) envelope_format: u64,
}

impl Ending {
    pub(crate) fn head(&self) -> Head {
        Head { size: self.frontier.size(), root: self.frontier.root() }
    }

    pub(crate) fn entries(&self) -> u64 {
        self.frontier.size() + 1 - self.first
    }
}

/// The head of a footer, which says where the rest of it lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Footer {
    pub(crate) ending: Ending,
    pub(crate) fences_crc: u32,
    pub(crate) filter_crc: u32,
}

impl Footer {
    /// Reads the footer that the file's last bytes lead to.
    pub(crate) fn read(file: &dyn DiskFile) -> io::Result<Result<Self, Defect>> {
        let mut trailer = [0; TRAILER_BYTES];
        let file_bytes = file.len()?;
        let Some(trailer_at) = file_bytes.checked_sub(TRAILER_BYTES as u64) else {
            return Ok(Err(Defect::FooterTrailer));
        };
        let filled = file.read_at(&mut trailer, trailer_at)?;
        let trailer = match Trailer::decode(&trailer) {
            Ok(trailer) if filled == TRAILER_BYTES => trailer,
            Ok(_) => return Ok(Err(Defect::FooterTrailer)),
            Err(defect) => return Ok(Err(defect)),
        };
        let mut head = [0; PAGE_BYTES];
        let filled = file.read_at(&mut head, trailer.begin)?;
        if filled < PAGE_BYTES {
            return Ok(Err(Defect::FooterTrailer));
        }
        Ok(Self::decode(&head).and_then(|footer| {
            let agreed = footer.trailer() == trailer && footer.end() == file_bytes;
            if agreed { Ok(footer) } else { Err(Defect::FooterTrailer) }
        }))
    }

    /// Reads the head block.
    pub(crate) fn decode(block: &[u8; PAGE_BYTES]) -> Result<Self, Defect> {
        if block[..8] != HEAD_MAGIC
            || u32_at(block, PAGE_BYTES - 4) != crc32c::crc32c(&block[..PAGE_BYTES - 4])
        {
            return Err(Defect::FooterHead);
        }
        if u16_at(block, 8) > FORMAT {
            return Err(Defect::LaterFormat(u16_at(block, 8)));
        }
        let size = u64_at(block, 48);
        let peaks = size.count_ones() as usize;
        let peaks_end = PEAKS_BEGIN + peaks * 32;
        let counts = [32, 40, 48, 56, 192].iter().all(|at| u64_at(block, *at) <= COUNT_MAX);
        let sound = u16_at(block, 8) == FORMAT
            && counts
            && is_zero(&block[10..16])
            && is_zero(&block[216..PEAKS_BEGIN])
            && is_zero(&block[peaks_end..PAGE_BYTES - 4]);
        if !sound {
            return Err(Defect::FooterHead);
        }
        let peaks = (0..peaks).map(|place| array_at(block, PEAKS_BEGIN + place * 32)).collect();
        let frontier = Frontier::from_peaks(size, peaks).ok_or(Defect::FooterHead)?;
        let ending = Ending {
            log_id: LogId(array_at(block, 16)),
            segment: u64_at(block, 32),
            first: u64_at(block, 40),
            epoch: u64_at(block, 56),
            recorded: u64_at(block, 64).cast_signed(),
            order_least: u64_at(block, 72).cast_signed(),
            order_greatest: u64_at(block, 80).cast_signed(),
            frames_end: u64_at(block, 88),
            last_batch: array_at(block, 96),
            segment_hash: array_at(block, 128),
            batches: u64_at(block, 192),
            envelope_format: u64_at(block, 208),
            frontier,
        };
        let footer = Self { ending, fences_crc: u32_at(block, 200), filter_crc: u32_at(block, 204) };
        let root: Hash = array_at(block, 160);
        if footer.is_possible() && root == footer.ending.frontier.root() {
            Ok(footer)
        } else {
            Err(Defect::FooterHead)
        }
    }

    /// Whether the counts can be multiplied and added without being believed.
    fn is_possible(&self) -> bool {
        let Ending { first, frontier, batches, frames_end, .. } = &self.ending;
        let entries = (frontier.size() + 1).checked_sub(*first);
        *first >= 1
            && entries
                .is_some_and(|entries| (1..=u64::from(u32::MAX)).contains(&entries) && *batches <= entries)
            && *batches >= 1
            && (FRAMES_BEGIN..COUNT_MAX / 2).contains(frames_end)
    }

    /// The head block.
    pub(crate) fn encode(&self) -> [u8; PAGE_BYTES] {
        let Ending { frontier, .. } = &self.ending;
        let mut block = [0; PAGE_BYTES];
        block[..8].copy_from_slice(&HEAD_MAGIC);
        block[8..10].copy_from_slice(&FORMAT.to_le_bytes());
        block[16..32].copy_from_slice(&self.ending.log_id.0);
        block[32..40].copy_from_slice(&self.ending.segment.to_le_bytes());
        block[40..48].copy_from_slice(&self.ending.first.to_le_bytes());
        block[48..56].copy_from_slice(&frontier.size().to_le_bytes());
        block[56..64].copy_from_slice(&self.ending.epoch.to_le_bytes());
        block[64..72].copy_from_slice(&self.ending.recorded.to_le_bytes());
        block[72..80].copy_from_slice(&self.ending.order_least.to_le_bytes());
        block[80..88].copy_from_slice(&self.ending.order_greatest.to_le_bytes());
        block[88..96].copy_from_slice(&self.ending.frames_end.to_le_bytes());
        block[96..128].copy_from_slice(&self.ending.last_batch);
        block[128..160].copy_from_slice(&self.ending.segment_hash);
        block[160..192].copy_from_slice(&frontier.root());
        block[192..200].copy_from_slice(&self.ending.batches.to_le_bytes());
        block[200..204].copy_from_slice(&self.fences_crc.to_le_bytes());
        block[204..208].copy_from_slice(&self.filter_crc.to_le_bytes());
        block[208..216].copy_from_slice(&self.ending.envelope_format.to_le_bytes());
        for (place, peak) in block[PEAKS_BEGIN..PEAKS_END].chunks_exact_mut(32).zip(frontier.peaks()) {
            place.copy_from_slice(peak);
        }
        let crc = crc32c::crc32c(&block[..PAGE_BYTES - 4]);
        block[PAGE_BYTES - 4..].copy_from_slice(&crc.to_le_bytes());
        block
    }

    fn batch_pages(&self) -> u64 {
        self.ending.batches.div_ceil(BATCHES_A_PAGE as u64)
    }

    fn id_pages(&self) -> u64 {
        self.ending.entries().div_ceil(IDS_A_PAGE as u64)
    }

    /// The byte of the file where the first page of batches begins.
    pub(crate) fn batches_at(&self) -> u64 {
        self.ending.frames_end + PAGE_BYTES as u64
    }

    /// The byte of the file where the first page of ids begins.
    pub(crate) fn ids_at(&self) -> u64 {
        self.batches_at() + self.batch_pages() * PAGE_BYTES as u64
    }

    /// The byte of the file where the fences begin.
    pub(crate) fn fences_at(&self) -> u64 {
        self.ids_at() + self.id_pages() * PAGE_BYTES as u64
    }

    /// The length of the fences of the batches, with which the fences begin.
    pub(crate) fn batch_fences_bytes(&self) -> u64 {
        self.batch_pages() * 8
    }

    /// The byte of the file where the filter begins.
    pub(crate) fn filter_at(&self) -> u64 {
        self.fences_at() + self.batch_fences_bytes() + self.id_pages() * 16
    }

    /// The byte of the file where the trailer begins.
    pub(crate) fn trailer_at(&self) -> u64 {
        self.filter_at() + filter_bytes(self.ending.entries())
    }

    /// The byte of the file after the trailer, which is the file's length.
    pub(crate) fn end(&self) -> u64 {
        self.trailer_at() + TRAILER_BYTES as u64
    }

    /// Which defect it is when the byte at this offset of the file is not as written.
    pub(crate) fn defect_at(&self, offset: u64) -> Defect {
        match offset {
            at if at < self.batches_at() => Defect::FooterHead,
            at if at < self.ids_at() => Defect::FooterBatches,
            at if at < self.fences_at() => Defect::FooterIds,
            at if at < self.filter_at() => Defect::FooterFences,
            at if at < self.trailer_at() => Defect::FooterFilter,
            _ => Defect::FooterTrailer,
        }
    }

    /// How many rows the page of batches or ids at this place has.
    pub(crate) fn rows_in(rows: u64, page: usize, rows_a_page: usize) -> usize {
        let before = page as u64 * rows_a_page as u64;
        usize::try_from(rows.saturating_sub(before)).unwrap_or(rows_a_page).min(rows_a_page)
    }

    fn trailer(&self) -> Trailer {
        Trailer {
            log_id: self.ending.log_id,
            segment: self.ending.segment,
            begin: self.ending.frames_end,
            bytes: self.end() - self.ending.frames_end,
        }
    }
}

/// The bytes of a whole footer, derived from what the frames hold; the rows of ids are sorted.
pub(crate) fn encode(ending: Ending, batches: &[BatchPlace], ids: &[IdRow]) -> (Footer, Vec<u8>) {
    let mut footer = Footer { ending, fences_crc: 0, filter_crc: 0 };
    let mut bytes = Vec::with_capacity((footer.end() - footer.ending.frames_end) as usize);
    bytes.resize(PAGE_BYTES, 0);
    tables::put_batches(&mut bytes, batches);
    tables::put_ids(&mut bytes, ids);
    let fences = bytes.len();
    tables::put_fences(&mut bytes, batches, ids);
    let filter = bytes.len();
    tables::put_filter(&mut bytes, ids);
    footer.fences_crc = crc32c::crc32c(&bytes[fences..filter]);
    footer.filter_crc = crc32c::crc32c(&bytes[filter..]);
    bytes[..PAGE_BYTES].copy_from_slice(&footer.encode());
    bytes.extend(footer.trailer().encode());
    (footer, bytes)
}

/// The last bytes of a sealed segment.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Trailer {
    log_id: LogId,
    segment: u64,
    begin: u64,
    bytes: u64,
}

impl Trailer {
    fn decode(bytes: &[u8; TRAILER_BYTES]) -> Result<Self, Defect> {
        if bytes[..8] != TRAILER_MAGIC || u32_at(bytes, 60) != crc32c::crc32c(&bytes[..60]) {
            return Err(Defect::FooterTrailer);
        }
        if u16_at(bytes, 8) > FORMAT {
            return Err(Defect::LaterFormat(u16_at(bytes, 8)));
        }
        let sound = u16_at(bytes, 8) == FORMAT && is_zero(&bytes[10..16]) && is_zero(&bytes[56..60]);
        let trailer = Self {
            log_id: LogId(array_at(bytes, 16)),
            segment: u64_at(bytes, 32),
            begin: u64_at(bytes, 40),
            bytes: u64_at(bytes, 48),
        };
        if sound { Ok(trailer) } else { Err(Defect::FooterTrailer) }
    }

    fn encode(&self) -> [u8; TRAILER_BYTES] {
        let mut bytes = [0; TRAILER_BYTES];
        bytes[..8].copy_from_slice(&TRAILER_MAGIC);
        bytes[8..10].copy_from_slice(&FORMAT.to_le_bytes());
        bytes[16..32].copy_from_slice(&self.log_id.0);
        bytes[32..40].copy_from_slice(&self.segment.to_le_bytes());
        bytes[40..48].copy_from_slice(&self.begin.to_le_bytes());
        bytes[48..56].copy_from_slice(&self.bytes.to_le_bytes());
        let crc = crc32c::crc32c(&bytes[..60]);
        bytes[60..].copy_from_slice(&crc.to_le_bytes());
        bytes
    }
}
