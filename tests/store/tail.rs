//! The tail rule: what is set aside as a torn write, and what looks like one and is damage.

use std::io::ErrorKind;

use ledger_store::fault::Operation;
use ledger_store::{Log, LogError};

use crate::harness::{FRAMES_BEGIN, SEGMENT_1, append, codes, frame_offsets, log_of, open, report};

/// A log of four entries in two batches whose head slots know of the first only, though it has two more.
fn check(change: impl FnOnce(&mut Vec<u8>, &[usize]), wanted: Result<u64, &str>) {
    let (disk, _) = log_of(&[2]);
    let blocks = disk.bytes(SEGMENT_1)[..FRAMES_BEGIN].to_vec();
    let (mut log, _) = open(&disk).unwrap();
    append(&mut log, 2).unwrap();
    append(&mut log, 2).unwrap();
    log.close().unwrap();
    let offsets = frame_offsets(&disk.bytes(SEGMENT_1));
    disk.change(SEGMENT_1, |bytes| {
        bytes[..FRAMES_BEGIN].copy_from_slice(&blocks);
        change(bytes, &offsets);
    });
    let before = disk.bytes(SEGMENT_1);
    match (open(&disk), wanted) {
        (Ok((log, _)), Ok(size)) => {
            assert_eq!(log.head().size, size);
            log.close().unwrap();
            assert_eq!(codes(&disk), [""; 0]);
        }
        (Err(LogError::Damaged(damage)), Err(code)) => {
            assert_eq!(damage.defect.code(), code);
            assert_eq!(disk.bytes(SEGMENT_1), before, "damage was touched");
            assert!(!report(&disk).is_clean());
        }
        (found, wanted) => panic!("{found:?} is not {wanted:?}"),
    }
}

#[test]
fn two_whole_batches_beyond_the_head_are_kept() {
    check(|_, _| {}, Ok(6));
}

#[test]
fn a_last_batch_that_is_not_whole_is_set_aside_and_the_one_before_kept() {
    check(|bytes, at| bytes[at[2] + 200] ^= 1, Ok(4));
    check(|bytes, at| bytes[at[2]..at[2] + 128].fill(0), Ok(4));
    check(|bytes, at| bytes[at[2] + 128..at[3]].fill(0), Ok(4));
}

#[test]
fn a_bad_batch_with_a_good_one_after_it_is_damage() {
    check(|bytes, at| bytes[at[1] + 200] ^= 1, Err("batch_body"));
    check(|bytes, at| bytes[at[1] + 20] ^= 1, Err("batch_header"));
    check(|bytes, at| bytes[at[1]..at[2]].fill(0), Err("entries_missing"));
}

#[test]
fn a_bad_batch_with_anything_written_beyond_its_extent_is_damage() {
    check(
        |bytes, at| {
            bytes[at[2] + 200] ^= 1;
            bytes[at[3] + 100] = 1;
        },
        Err("not_zero"),
    );
}

#[test]
fn a_good_batch_that_does_not_belong_there_is_damage() {
    check(|bytes, at| bytes.copy_within(at[0]..at[1], at[2]), Err("batch_number"));
}

#[test]
fn a_batch_recovered_from_the_cache_after_a_failed_sync_survives_the_next_power_cut() {
    let mut recovered = 0;
    for seed in 0..40 {
        let disk = log_of(&[2]).0.copy(seed);
        let (mut log, _) = open(&disk).unwrap();
        disk.fail(Operation::Sync, 0, ErrorKind::Other);
        assert!(matches!(append(&mut log, 3), Err(LogError::Unknown(_))));
        drop(log);
        disk.kill();
        // The cache shows the batch whole, though the disk may hold nothing of it and never will by itself.
        let (log, opened) = open(&disk).unwrap();
        assert_eq!((opened.recovered, log.head().size), (Some(3..=5), 5));
        disk.power_cut();
        let (log, _) = open(&disk).unwrap();
        assert_eq!(log.head().size, 5, "seed {seed}");
        recovered += 1;
    }
    assert_eq!(recovered, 40);
}

#[test]
fn a_damaged_head_slot_is_told_to_readers_and_mended_by_the_next_writer() {
    for slot in [4_096, 8_192] {
        let (disk, head) = log_of(&[1, 1]);
        disk.change(SEGMENT_1, |bytes| bytes[slot + 50] ^= 1);
        let reader = ledger_store::FileLog::open_read_only(crate::harness::shared(&disk)).unwrap();
        assert!(reader.head_in_doubt());
        assert!(reader.head() == head || reader.pending() == Some(2..=2));
        let (log, opened) = open(&disk).unwrap();
        assert!(opened.head_mended && log.head() == head);
        log.close().unwrap();
        assert!(report(&disk).is_clean());
    }
}

#[test]
fn without_any_head_slot_nothing_is_assumed() {
    let (disk, _) = log_of(&[1, 1]);
    disk.change(SEGMENT_1, |bytes| bytes[4_096..12_288].fill(0));
    assert_eq!(codes(&disk), ["head_slot", "heads_lost"]);
    let damaged = |result: Result<_, LogError>| match result {
        Err(LogError::Damaged(damage)) => damage.defect.code(),
        _ => "opened",
    };
    assert_eq!(damaged(open(&disk).map(drop)), "heads_lost");
    let reader: Result<_, _> = ledger_store::FileLog::open_read_only(crate::harness::shared(&disk));
    assert_eq!(damaged(reader.map(drop)), "heads_lost");
}
