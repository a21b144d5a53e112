//! The footer as the format page draws it: this reader is made from that page alone and shares no code with the
//! log's. It reads the sealed golden log.

use std::collections::BTreeMap;
use std::path::Path;

use crate::format::{checksum, long, sha, short};
use crate::harness::frame_offsets;

fn stored(index: u64) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/logs/format-1-sealed");
    std::fs::read(folder.join(format!("segment-{index:08}.log"))).unwrap()
}

fn mix(x: u64) -> u64 {
    let x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

/// The block and the bits of it that an id sets.
fn filter_places(id: &[u8], blocks: u64) -> (usize, [usize; 6]) {
    let h = mix(long(id, 0) ^ mix(long(id, 8)));
    let bits = mix(h);
    (
        (((h >> 32) * blocks) >> 32) as usize,
        [0, 9, 18, 27, 36, 45].map(|shift| (bits >> shift) as usize % 512),
    )
}

fn page_is_sound(page: &[u8], rows_bytes: usize) -> bool {
    page[4_092..] == checksum(&page[..4_092]) && page[rows_bytes..4_092].iter().all(|byte| *byte == 0)
}

/// What a segment holds: ids with their numbers, and frames with first number and offset.
type Walked = (BTreeMap<Vec<u8>, u64>, Vec<(u64, u64)>);

/// The ids and numbers of a segment, and where each frame begins, by walking through it.
fn walked(file: &[u8]) -> Walked {
    let offsets = frame_offsets(file);
    let (mut ids, mut frames) = (BTreeMap::new(), Vec::new());
    for at in &offsets[..offsets.len() - 1] {
        let first = long(file, at + 16);
        frames.push((first, *at as u64));
        for row in 0..short(file, at + 12) {
            let row_at = at + 128 + row * 28;
            ids.insert(file[row_at + 8..row_at + 24].to_vec(), first + row as u64);
        }
    }
    (ids, frames)
}

#[test]
fn the_page_is_enough_to_find_and_read_a_footer() {
    for index in [1, 2] {
        let file = stored(index);
        let (ids, frames) = walked(&file);
        let trailer = &file[file.len() - 64..];
        assert_eq!(trailer[..10], *b"tltrail\n\x01\x00");
        assert_eq!(trailer[60..], checksum(&trailer[..60]));
        assert_eq!((&trailer[16..32], long(trailer, 32)), (&b"golden log two!!"[..], index));
        let begin = long(trailer, 40) as usize;
        assert_eq!(begin as u64 + long(trailer, 48), file.len() as u64);

        let head = &file[begin..begin + 4_096];
        assert_eq!(head[..10], *b"tlfootr\n\x01\x00");
        assert_eq!(head[4_092..], checksum(&head[..4_092]));
        let (first, last) = (long(head, 40), long(head, 48));
        assert_eq!((first, last - first + 1), (frames[0].0, ids.len() as u64));
        assert_eq!(
            (long(head, 32), long(head, 88), long(head, 192)),
            (index, begin as u64, frames.len() as u64)
        );
        assert_eq!(long(head, 208), 1);
        let last_frame = frames.last().unwrap().1 as usize;
        assert_eq!(head[160..192], file[last_frame + 64..last_frame + 96]);
        let table = last_frame + 128 + short(&file, last_frame + 12) * 28;
        assert_eq!(head[96..128], sha(&[&file[last_frame..table]]));
        assert_eq!(head[128..160], sha(&[&file[..4_096], &head[96..128]]));
        assert_eq!(head[128..160], stored(index + 1)[48..80]);
        // The peaks give the root from the right to the left.
        let peaks: Vec<&[u8]> = head[1_024..].chunks(32).take(last.count_ones() as usize).collect();
        let root = peaks
            .iter()
            .rev()
            .skip(1)
            .fold(peaks.last().unwrap().to_vec(), |right, left| sha(&[&[1], *left, &right]).to_vec());
        assert_eq!(head[160..192], root);

        let (batches, rest) = file[begin + 4_096..].split_at(4_096);
        assert!(page_is_sound(batches, frames.len() * 16));
        let rows = batches.chunks(16).take(frames.len()).map(|row| (long(row, 0), long(row, 8)));
        assert_eq!(rows.collect::<Vec<_>>(), frames);
        let (page, rest) = rest.split_at(4_096);
        assert!(page_is_sound(page, ids.len() * 20));
        let rows =
            page.chunks(20).take(ids.len()).map(|row| (row[..16].to_vec(), first + short(row, 16) as u64));
        assert_eq!(rows.collect::<Vec<_>>(), ids.clone().into_iter().collect::<Vec<_>>());

        let (fences, rest) = rest.split_at(8 + 16);
        assert_eq!(head[200..204], checksum(fences));
        assert_eq!((long(fences, 0), &fences[8..]), (first, &ids.keys().next().unwrap()[..]));
        let blocks = (10 * ids.len() as u64).div_ceil(512).max(1);
        let (filter, rest) = rest.split_at(blocks as usize * 64);
        assert_eq!(head[204..208], checksum(filter));
        let mut wanted = vec![0_u8; filter.len()];
        for id in ids.keys() {
            let (block, bits) = filter_places(id, blocks);
            bits.into_iter().for_each(|bit| wanted[block * 64 + bit / 8] |= 1 << (bit % 8));
        }
        assert_eq!((filter, rest), (&wanted[..], trailer));
    }
}
