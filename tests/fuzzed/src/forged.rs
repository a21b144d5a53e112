//! Checksums written anew over a segment that was changed, as one who forges it would: so a change gets past them, to
//! what reads the fields behind them.

use ledger_store::frame::{FrameHeader, HEADER_BYTES};
use ledger_store::segment::{BLOCK_BYTES, FRAMES_BEGIN};

const TRAILER_BYTES: usize = 64;
const BATCHES_A_PAGE: u64 = 255;
const IDS_A_PAGE: u64 = 204;

/// Writes every checksum of a segment that stands where it is looked for.
pub fn forge(segment: &mut [u8]) {
    if let Some(header) = segment.get_mut(..BLOCK_BYTES) {
        seal(header, BLOCK_BYTES - 4);
    }
    for slot in [1, 2] {
        if let Some(slot) = segment.get_mut(slot * BLOCK_BYTES..(slot + 1) * BLOCK_BYTES) {
            seal(slot, 128);
        }
    }
    forge_frames(segment.get_mut(FRAMES_BEGIN as usize..).unwrap_or_default());
    let _no_footer = forge_footer(segment);
}

/// Writes the CRC32C of the bytes before this place to it.
pub fn seal(bytes: &mut [u8], at: usize) {
    let crc = crc32c::crc32c(&bytes[..at]);
    bytes[at..at + 4].copy_from_slice(&crc.to_le_bytes());
}

/// Writes both checksums of a frame; gives its length if there is a frame.
pub fn forge_frame(bytes: &mut [u8]) -> Option<usize> {
    let body_bytes = u32::from_le_bytes(bytes.get(112..116)?.try_into().ok()?) as usize;
    if let Some(body) = bytes.get(HEADER_BYTES..HEADER_BYTES.checked_add(body_bytes)?) {
        let crc = crc32c::crc32c(body);
        bytes[116..120].copy_from_slice(&crc.to_le_bytes());
    }
    seal(bytes.get_mut(..HEADER_BYTES)?, HEADER_BYTES - 4);
    let header = FrameHeader::decode(bytes.first_chunk()?).ok()?;
    Some(header.frame_bytes())
}

fn forge_frames(mut rest: &mut [u8]) {
    while rest.starts_with(b"tlbatch\n") {
        let Some(bytes) = forge_frame(rest) else { return };
        rest = rest.get_mut(bytes..).unwrap_or_default();
    }
}

/// Follows the trailer to the head of the footer, and that to the tables.
fn forge_footer(segment: &mut [u8]) -> Option<()> {
    let trailer = segment.len().checked_sub(TRAILER_BYTES)?;
    if !segment[trailer..].starts_with(b"tltrail\n") {
        return None;
    }
    let begin = usize::try_from(number(segment, trailer + 40)?).ok()?;
    seal(&mut segment[trailer..], TRAILER_BYTES - 4);
    let head = segment.get(begin..begin.checked_add(BLOCK_BYTES)?)?;
    let batches = number(head, 192)?.div_ceil(BATCHES_A_PAGE);
    let entries = number(head, 48)?.checked_add(1)?.checked_sub(number(head, 40)?)?;
    let ids = entries.div_ceil(IDS_A_PAGE);
    let pages = usize::try_from(batches.checked_add(ids)?).ok()?;
    let fences = begin.checked_add(BLOCK_BYTES)?.checked_add(pages.checked_mul(BLOCK_BYTES)?)?;
    let filter = fences.checked_add(usize::try_from(batches * 8 + ids * 16).ok()?)?;
    let crc = |range: &[u8]| crc32c::crc32c(range).to_le_bytes();
    let (of_fences, of_filter) = (crc(segment.get(fences..filter)?), crc(segment.get(filter..trailer)?));
    segment[begin + BLOCK_BYTES..fences].chunks_exact_mut(BLOCK_BYTES).for_each(|page| {
        seal(page, BLOCK_BYTES - 4);
    });
    segment[begin + 200..begin + 204].copy_from_slice(&of_fences);
    segment[begin + 204..begin + 208].copy_from_slice(&of_filter);
    seal(&mut segment[begin..], BLOCK_BYTES - 4);
    Some(())
}

fn number(bytes: &[u8], at: usize) -> Option<u64> {
    Some(u64::from_le_bytes(bytes.get(at..)?.first_chunk().copied()?))
}
