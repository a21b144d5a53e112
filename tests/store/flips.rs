//! Every bit of a small log turned over, every length it can be cut to, every byte a write can be torn at.

use ledger_store::conformance::read_all;
use ledger_store::fault::FaultDisk;
use ledger_store::{FileLog, Head, LogError, verify};

use crate::harness::{
    FRAMES_BEGIN, SEGMENT_1, append, codes, flip, frame_offsets, log_of, open, report, shared,
};

const BATCHES: [u64; 4] = [1, 3, 2, 4];
const ENTRIES: u64 = 10;

/// The log whose every bit is visited: header, slots, about two thousand bytes of frames, and zeros.
fn small_log() -> (FaultDisk, Head, usize) {
    let (disk, head) = log_of(&BATCHES);
    assert_eq!(head.size, ENTRIES);
    assert_eq!(disk.names(), ["segment-00000001.log"]);
    let bytes = disk.bytes(SEGMENT_1).len();
    (disk, head, bytes)
}

#[test]
fn every_bit_turned_over_is_found() {
    let (disk, _, bytes) = small_log();
    let frames = frame_offsets(&disk.bytes(SEGMENT_1));
    let frame_bytes = frames[BATCHES.len()] - FRAMES_BEGIN;
    assert!((1_000..4_096).contains(&frame_bytes), "{frame_bytes} bytes of frames");
    assert!(report(&disk).is_clean());
    let mut found = 0;
    for bit in 0..bytes * 8 {
        flip(&disk, SEGMENT_1, bit);
        let report = report(&disk);
        assert!(!report.is_clean(), "bit {bit}, byte {} is not found", bit / 8);
        // Named by segment, and within the frame that it hit.
        let place = report.findings[0];
        let frame = frames.iter().rev().find(|begin| **begin <= bit / 8).copied().unwrap_or(0);
        let in_frames = (FRAMES_BEGIN..frames[BATCHES.len()]).contains(&(bit / 8));
        assert!(place.segment == 1 && (!in_frames || place.offset == frame as u64), "bit {bit}: {place}");
        assert!(!in_frames || place.number.is_some(), "bit {bit}: {place}");
        flip(&disk, SEGMENT_1, bit);
        found += 1;
    }
    assert!(report(&disk).is_clean());
    assert_eq!((found, frame_bytes), (14_336 * 8, 1_072));
}

#[test]
fn after_any_byte_is_damaged_a_reader_shows_only_what_was_written() {
    let (disk, _, bytes) = small_log();
    let reader = FileLog::open_read_only(shared(&disk)).unwrap();
    let written = read_all(&reader, 1..ENTRIES + 1).unwrap();
    let mut refused = 0;
    for byte in 0..bytes {
        flip(&disk, SEGMENT_1, byte * 8 + byte % 8);
        let mut shown = Vec::new();
        let result = FileLog::open_read_only(shared(&disk)).and_then(|log| {
            ledger_store::Log::read(&log, 1..u64::MAX, &mut |record| {
                shown.push((record.number, record.id, record.order, record.envelope.to_vec()));
                std::ops::ControlFlow::Continue(())
            })
        });
        assert!(written.starts_with(&shown), "byte {byte}");
        // Without an error it shows everything, unless the newer slot is lost: then it stops at the older.
        assert!(result.is_err() || shown.len() == 10 || (4_096..12_288).contains(&byte), "byte {byte}");
        refused += u32::from(result.is_err());
        flip(&disk, SEGMENT_1, byte * 8 + byte % 8);
    }
    assert!(refused > 5_000, "{refused}");
}

#[test]
fn after_any_byte_is_damaged_a_writer_refuses_or_loses_nothing() {
    let (disk, head, bytes) = small_log();
    let (mut refused, mut opened) = (0, 0);
    for byte in 0..bytes {
        let disk = disk.copy(byte as u64);
        flip(&disk, SEGMENT_1, byte * 8 + byte % 8);
        let before = disk.bytes(SEGMENT_1);
        match open(&disk) {
            Ok((log, _)) => {
                assert_eq!(ledger_store::Log::head(&log), head, "byte {byte}");
                log.close().unwrap();
                assert_eq!(codes(&disk), [""; 0], "byte {byte}");
                opened += 1;
            }
            Err(LogError::Damaged(_)) => {
                assert_eq!(disk.bytes(SEGMENT_1), before, "byte {byte}: damage was touched");
                refused += 1;
            }
            Err(other) => panic!("byte {byte}: {other}"),
        }
    }
    assert!(refused > 5_000 && opened > 8_000, "{refused} refused, {opened} opened");
}

#[test]
fn a_log_cut_at_any_length_is_damaged_or_loses_nothing() {
    let (disk, head, bytes) = small_log();
    let end = *frame_offsets(&disk.bytes(SEGMENT_1)).last().unwrap();
    for length in 0..bytes {
        let disk = disk.copy(length as u64);
        disk.change(SEGMENT_1, |bytes| bytes.truncate(length));
        let opened = open(&disk);
        if length < end {
            assert!(!report(&disk).is_clean(), "{length} is not found");
            assert!(matches!(opened, Err(LogError::Damaged(_))), "{length}: {opened:?}");
            assert_eq!(disk.bytes(SEGMENT_1).len(), length, "damage was touched");
        } else {
            // Only zeros were cut.
            assert_eq!(ledger_store::Log::head(&opened.unwrap().0), head);
        }
    }
}

/// A log whose head slots know nothing of the last batch, as after a power cut: the batch, its begin and end.
fn log_with_a_batch_beyond_its_head() -> (FaultDisk, Head, Head, std::ops::Range<usize>) {
    let (disk, before, _) = small_log();
    let blocks = disk.bytes(SEGMENT_1)[..FRAMES_BEGIN].to_vec();
    let (mut log, _) = open(&disk).unwrap();
    let after = append(&mut log, 3).unwrap();
    log.close().unwrap();
    disk.change(SEGMENT_1, |bytes| bytes[..FRAMES_BEGIN].copy_from_slice(&blocks));
    let offsets = frame_offsets(&disk.bytes(SEGMENT_1));
    (disk, before, after, offsets[4]..offsets[5])
}

#[test]
fn a_last_batch_torn_at_any_byte_goes_to_quarantine() {
    let (disk, before, after, frame) = log_with_a_batch_beyond_its_head();
    assert_eq!(report(&disk).pending, Some(11..=13));
    let whole = disk.bytes(SEGMENT_1);
    // Zeros at the frame's end are as good as written.
    let written = whole[frame.clone()].iter().rposition(|byte| *byte != 0).unwrap() + 1;
    for length in 0..=written {
        let disk = disk.copy(length as u64);
        disk.change(SEGMENT_1, |bytes| bytes[frame.start + length..frame.end].fill(0));
        assert_eq!(report(&disk).is_clean(), length == 0 || length == written, "torn at {length}");
        let (log, opened) = open(&disk).unwrap();
        let wanted = if length == written { after } else { before };
        assert_eq!(ledger_store::Log::head(&log), wanted, "torn at {length}");
        let torn = length > 0 && length < written;
        assert_eq!(opened.quarantined.is_some(), torn, "torn at {length}");
        if let Some(quarantined) = opened.quarantined {
            let kept = disk.bytes(&quarantined.file);
            assert!(whole[frame.clone()].starts_with(&kept) && kept.len() as u64 == quarantined.bytes);
            assert!(length - kept.len() < 40, "{length} bytes were written, {} are kept", kept.len());
        }
        log.close().unwrap();
        assert!(report(&disk).is_clean(), "torn at {length}");
    }
}

#[test]
fn a_tail_torn_below_a_checkpoint_is_damage() {
    let (disk, before, after, frame) = log_with_a_batch_beyond_its_head();
    disk.change(SEGMENT_1, |bytes| bytes[frame.start + 60..].fill(0));
    let bytes = disk.bytes(SEGMENT_1);
    let options = ledger_store::Options { acknowledged: Some(after.size), ..crate::harness::small() };
    let Err(LogError::Damaged(damage)) = FileLog::open(shared(&disk), &options) else { panic!("opened") };
    assert_eq!((damage.first_missing, damage.last_missing), (before.size + 1, Some(after.size)));
    assert_eq!(disk.bytes(SEGMENT_1), bytes);
    // Cut clean as well, so that nothing is to be seen: only the checkpoint knows better.
    disk.change(SEGMENT_1, |bytes| bytes[frame.start..].fill(0));
    assert!(report(&disk).is_clean());
    assert!(matches!(FileLog::open(shared(&disk), &options), Err(LogError::Damaged(_))));
    let found = verify(&disk, Some(&after)).unwrap().findings;
    assert_eq!(
        found.iter().map(|finding| finding.defect.code()).collect::<Vec<_>>(),
        ["shorter_than_checkpoint"]
    );
}
