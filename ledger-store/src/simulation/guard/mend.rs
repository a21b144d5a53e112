//! What a careless program would do about damage: take every checksum for good, or cut the log off.

use std::io;

use crate::bytes::u32_at;
use crate::damage::Damage;
use crate::disk::{Access, Disk};
use crate::frame::{ALIGNMENT, HEADER_BYTES, MAGIC};
use crate::segment::{BLOCK_BYTES, FRAMES_BEGIN, HeadSlot, file_name, slot_offset};
use crate::walk::{Found, Walk};

/// Writes the checksums of head slots and frames anew, so that they fit whatever bytes there are.
pub(super) fn mend(segment: &mut [u8]) {
    let begin = FRAMES_BEGIN as usize;
    if segment.len() < begin || !segment.starts_with(b"tlsegmt\n") {
        return;
    }
    for slot in [slot_offset(0) as usize, slot_offset(1) as usize] {
        put_checksum(segment, slot..slot + 128, slot + 128);
    }
    let mut at = begin;
    while segment.len() >= at + HEADER_BYTES && segment[at..].starts_with(&MAGIC) {
        let body = at + HEADER_BYTES..at + HEADER_BYTES + u32_at(segment, at + 112) as usize;
        if body.end > segment.len() {
            return;
        }
        put_checksum(segment, body.clone(), at + 116);
        put_checksum(segment, at..at + 124, at + 124);
        at = body.end.next_multiple_of(ALIGNMENT);
    }
}

fn put_checksum(bytes: &mut [u8], of: std::ops::Range<usize>, at: usize) {
    let checksum = crc32c::crc32c(&bytes[of]);
    bytes[at..at + 4].copy_from_slice(&checksum.to_le_bytes());
}

/// Cuts the log off where damage begins, and writes head slots that know of nothing beyond.
pub(in crate::simulation) fn cut_at_damage(disk: &dyn Disk, damage: &Damage) -> io::Result<()> {
    let mut later = damage.segment + 1;
    while disk.remove(&file_name(later)).is_ok() {
        later += 1;
    }
    let file = disk.open(&file_name(damage.segment), Access::Write)?;
    let length = file.len()?;
    let mut walk = Walk::new(&*file);
    let (mut end, mut last) = (FRAMES_BEGIN, None);
    while (damage.offset < FRAMES_BEGIN || end < damage.offset)
        && let Found::Frame(frame) = walk.at(end)?
    {
        last = Some((frame.header.clone(), frame.hash()));
        end += frame.bytes().len() as u64;
    }
    file.set_len(end)?;
    file.set_len(length.max(end))?;
    let Some((header, hash)) = last else { return file.sync_all() };
    let head = crate::log::Head { size: header.last(), root: header.root };
    for sequence in [u64::from(u32::MAX) + 1, u64::from(u32::MAX) + 2] {
        let slot = HeadSlot {
            log_id: header.log_id,
            sequence,
            epoch: header.epoch,
            head,
            end,
            last_batch: hash,
            full: false,
            reach: 0,
        };
        let block: [u8; BLOCK_BYTES] = slot.encode();
        file.write_at(&block, slot.offset())?;
    }
    file.sync_all()
}
