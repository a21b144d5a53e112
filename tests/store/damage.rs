//! Bytes that are sound by themselves and wrong where they are: moved, doubled, dropped, forged, too new.

use ledger_store::conformance::{LOG_ID, read_all};
use ledger_store::fault::FaultDisk;
use ledger_store::{Envelope, EnvelopeError, FileLog, Log, LogError, LogId, verify};
use proptest::prelude::*;

use crate::harness::{SEGMENT_1, SEGMENT_2, append, codes, frame_offsets, log_of, open, report};
use crate::harness::{shared, small};

/// A log of equal frames, changed by the test; the codes of what is found. No writer may open it.
fn check(change: impl FnOnce(&mut Vec<u8>, &[usize]), wanted: &[&str]) {
    let (disk, _) = log_of(&[2, 2, 2, 2]);
    let offsets = frame_offsets(&disk.bytes(SEGMENT_1));
    disk.change(SEGMENT_1, |bytes| change(bytes, &offsets));
    assert_eq!(codes(&disk), wanted);
    let before = disk.bytes(SEGMENT_1);
    assert!(matches!(open(&disk), Err(LogError::Damaged(_))));
    assert_eq!(disk.bytes(SEGMENT_1), before, "damage was touched");
}

fn short(bytes: &[u8], at: usize) -> usize {
    u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap()) as usize
}

/// Writes the checksums of the frame that begins here anew, as one who forges it would.
pub(crate) fn mend(bytes: &mut [u8], at: usize) {
    let body = short(bytes, at + 112);
    let crc = crc32c::crc32c(&bytes[at + 128..at + 128 + body]);
    bytes[at + 116..at + 120].copy_from_slice(&crc.to_le_bytes());
    let crc = crc32c::crc32c(&bytes[at..at + 124]);
    bytes[at + 124..at + 128].copy_from_slice(&crc.to_le_bytes());
}

#[test]
fn swapped_batches_are_found() {
    check(
        |bytes, at| {
            let length = at[2] - at[1];
            assert_eq!(at[3] - at[2], length);
            let (left, right) = bytes.split_at_mut(at[2]);
            left[at[1]..at[1] + length].swap_with_slice(&mut right[..length]);
        },
        &["batch_number", "recorded_back"],
    );
}

#[test]
fn a_batch_written_in_place_of_another_is_found() {
    check(
        |bytes, at| bytes.copy_within(at[0]..at[1], at[2]),
        &["batch_number", "recorded_back", "duplicate_id"],
    );
}

#[test]
fn a_batch_appended_twice_is_found() {
    check(
        |bytes, at| bytes.copy_within(at[3]..at[4], at[4]),
        &["batch_number", "recorded_back", "head_disagrees", "duplicate_id"],
    );
}

#[test]
fn a_batch_that_was_taken_out_is_found() {
    check(
        |bytes, at| {
            let length = at[2] - at[1];
            bytes.copy_within(at[2]..at[4], at[1]);
            bytes[at[4] - length..at[4]].fill(0);
        },
        &["batch_number", "head_disagrees"],
    );
}

#[test]
fn a_batch_that_was_zeroed_is_a_gap_with_its_number() {
    let (disk, _) = log_of(&[2, 2, 2, 2]);
    let at = frame_offsets(&disk.bytes(SEGMENT_1));
    disk.change(SEGMENT_1, |bytes| bytes[at[1]..at[2]].fill(0));
    let report = report(&disk);
    assert_eq!(report.findings[0].number, Some(3));
    assert_eq!((report.entries, report.findings[0].offset), (6, at[1] as u64));
    let Err(LogError::Damaged(damage)) = open(&disk) else { panic!("opened") };
    assert_eq!((damage.first_missing, damage.last_missing), (3, Some(8)));
}

#[test]
fn a_forged_entry_with_mended_checksums_does_not_fit_the_root() {
    check(
        |bytes, at| {
            let payload = bytes[at[1]..at[2]].windows(9).position(|bytes| bytes == b"payload 3").unwrap();
            bytes[at[1] + payload + 8] = b'9';
            mend(bytes, at[1]);
        },
        &["root", "batch_chain"],
    );
}

#[test]
fn a_forged_ordering_key_with_mended_checksums_breaks_the_chain() {
    check(
        |bytes, at| {
            bytes[at[1] + 128] ^= 1;
            mend(bytes, at[1]);
        },
        &["batch_chain"],
    );
}

#[test]
fn a_body_cut_short_with_a_mended_header_is_found() {
    check(
        |bytes, at| {
            bytes[at[1] + 112] -= 1;
            mend(bytes, at[1]);
        },
        &["not_zero"],
    );
}

#[test]
fn an_acknowledged_batch_whose_last_frame_is_not_there_is_found() {
    check(
        |bytes, at| {
            bytes[at[3] + 10] = 1;
            mend(bytes, at[3]);
        },
        &["batch_unfinished", "head_disagrees"],
    );
}

#[test]
fn a_flag_that_no_format_has_yet_is_refused() {
    check(
        |bytes, at| {
            bytes[at[3] + 10] = 2;
            mend(bytes, at[3]);
        },
        &["batch_shape", "entries_missing"],
    );
}

#[test]
fn absurd_lengths_are_refused_without_being_believed() {
    for (field, value) in [(112, u32::MAX), (112, 8 << 20), (12, u32::MAX), (12, 0), (112, 0)] {
        check(
            |bytes, at| {
                bytes[at[1] + field..at[1] + field + 4].copy_from_slice(&value.to_le_bytes());
                // Only the header's checksum: there is no such body.
                let crc = crc32c::crc32c(&bytes[at[1]..at[1] + 124]);
                bytes[at[1] + 124..at[1] + 128].copy_from_slice(&crc.to_le_bytes());
            },
            &["batch_shape"],
        );
    }
    // The length of an envelope, in the table.
    check(
        |bytes, at| {
            bytes[at[1] + 128 + 24..at[1] + 128 + 28].fill(0xff);
            mend(bytes, at[1]);
        },
        &["batch_shape"],
    );
}

#[test]
fn swapped_segments_are_found() {
    let (disk, _) = log_of(&[8; 30]);
    let (one, two) = (disk.bytes(SEGMENT_1), disk.bytes(SEGMENT_2));
    disk.put(SEGMENT_1, two);
    disk.put(SEGMENT_2, one);
    assert!(codes(&disk).contains(&"segment_misplaced"));
    assert!(matches!(open(&disk), Err(LogError::Damaged(_))));
    assert!(matches!(FileLog::open_read_only(shared(&disk)), Err(LogError::Damaged(_))));
}

#[test]
fn a_deleted_segment_is_a_gap_with_its_number_and_the_rest_is_still_verified() {
    let (disk, _) = log_of(&[8; 30]);
    let second = disk.bytes(SEGMENT_2);
    let first_of_second = u64::from_le_bytes(second[40..48].try_into().unwrap());
    disk.take(SEGMENT_2);
    let report = report(&disk);
    assert_eq!(report.findings.len(), 1, "{:?}", report.findings);
    let found = report.findings[0];
    assert_eq!(
        (found.defect.code(), found.segment, found.number),
        ("segment_missing", 2, Some(first_of_second))
    );
    assert!(report.entries > 100);
    let Err(LogError::Damaged(damage)) = open(&disk) else { panic!("opened") };
    assert_eq!((damage.segment, damage.first_missing), (2, first_of_second));
}

#[test]
fn the_last_segment_deleted_is_found_against_a_checkpoint() {
    let (disk, head) = log_of(&[8; 30]);
    disk.take(disk.names().last().unwrap());
    let found = verify(&disk, Some(&head)).unwrap().findings;
    assert_eq!(found.last().map(|finding| finding.defect.code()), Some("shorter_than_checkpoint"));
}

#[test]
fn a_segment_of_another_log_is_found() {
    let (disk, _) = log_of(&[8; 30]);
    let other = FaultDisk::new(1);
    FileLog::init(&other, LogId([8; 16]), &small()).unwrap();
    let (mut log, _) = open(&other).unwrap();
    for _ in 0..30 {
        append(&mut log, 8).unwrap();
    }
    log.close().unwrap();
    disk.put(SEGMENT_2, other.bytes(SEGMENT_2));
    assert!(codes(&disk).contains(&"foreign_log"));
    assert!(matches!(open(&disk), Err(LogError::Damaged(_))));
}

#[test]
fn a_segment_rewritten_from_its_beginning_breaks_the_chain_of_segments() {
    let (disk, _) = log_of(&[8; 30]);
    disk.change(SEGMENT_2, |bytes| {
        bytes[50] ^= 1;
        let crc = crc32c::crc32c(&bytes[..4092]);
        bytes[4092..4096].copy_from_slice(&crc.to_le_bytes());
    });
    // The footer and the third segment name the second's header, which is now another.
    assert_eq!(codes(&disk), ["segment_chain", "footer_head"]);
    assert_eq!(report(&disk).findings.len(), 3);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn any_lie_under_mended_checksums_is_met_without_panic_and_nothing_is_invented(
        block in 0_usize..7, at in 8_usize..156, lie in any::<u64>(), bytes in 1_usize..9, small_lie in any::<bool>(),
    ) {
        let (disk, head) = log_of(&[2, 2, 2, 2]);
        let frames = frame_offsets(&disk.bytes(SEGMENT_1));
        let lie = if small_lie { lie % 4 } else { lie };
        disk.change(SEGMENT_1, |file| match block {
            0 => {
                file[at..at + bytes].copy_from_slice(&lie.to_le_bytes()[..bytes]);
                let crc = crc32c::crc32c(&file[..4_092]);
                file[4_092..4_096].copy_from_slice(&crc.to_le_bytes());
            }
            1 | 2 => {
                let slot = block * 4_096;
                let at = slot + at % 120;
                file[at..at + bytes].copy_from_slice(&lie.to_le_bytes()[..bytes]);
                let crc = crc32c::crc32c(&file[slot..slot + 128]);
                file[slot + 128..slot + 132].copy_from_slice(&crc.to_le_bytes());
            }
            frame => {
                let begin = frames[frame - 3];
                file[begin + at..begin + at + bytes].copy_from_slice(&lie.to_le_bytes()[..bytes]);
                if short(file, begin + 112) < 1_000 {
                    mend(file, begin);
                }
            }
        });
        drop(report(&disk));
        if let Ok(log) = FileLog::open_read_only(shared(&disk)) {
            // The sizes that a lying slot claims are answered with an error, not with entries.
            let shown = read_all(&log, 0..u64::MAX).map_or(0, |records| records.len());
            prop_assert!(shown as u64 <= head.size);
        }
        if let Ok((log, _)) = open(&disk) {
            prop_assert!(log.head().size <= head.size);
            log.close().unwrap();
        }
    }
}

#[test]
fn a_file_with_an_absurd_index_is_not_a_segment() {
    let (disk, _) = log_of(&[1]);
    disk.put("segment-18446744073709551615.log", Vec::new());
    disk.put("segment-1.log", Vec::new());
    assert!(report(&disk).is_clean());
    let limit = ledger_store::Head { size: u64::MAX, root: [0; 32] };
    assert_eq!(verify(&disk, Some(&limit)).unwrap().findings.len(), 1);
}

#[test]
fn an_envelope_in_any_other_encoding_is_refused() {
    let envelope = Envelope { number: 1, recorded: -5, decided_at: 0, payload: b"p", signatures: vec![b"s"] };
    let bytes = envelope.encode();
    assert_eq!(bytes, b"\xa6\x00\x01\x01\x01\x02\x24\x03\x00\x04\x41p\x05\x81\x41s");
    assert_eq!(Envelope::decode(&bytes), Ok(envelope));
    let other: [(&[u8], EnvelopeError); 9] = [
        (b"\xa6\x00\x01\x01\x18\x01\x02\x24\x03\x00\x04\x41p\x05\x81\x41s", EnvelopeError::NotCanonical),
        (b"\xa6\x00\x01\x01\x01\x02\x24\x03\x00\x04\x41p\x05\x81\x41s\x00", EnvelopeError::NotCanonical),
        (b"\xa6\x00\x18\x01\x01\x01\x02\x24\x03\x00\x04\x41p\x05\x81\x41s", EnvelopeError::NotCanonical),
        (b"\xb8\x06\x00\x01\x01\x01\x02\x24\x03\x00\x04\x41p\x05\x81\x41s", EnvelopeError::NotCanonical),
        (b"\xbf\x00\x01\x01\x01\x02\x24\x03\x00\x04\x41p\x05\x81\x41s\xff", EnvelopeError::Malformed),
        (b"\xa6\x01\x01\x00\x01\x02\x24\x03\x00\x04\x41p\x05\x81\x41s", EnvelopeError::Malformed),
        (b"\xa7\x00\x01\x01\x01\x02\x24\x03\x00\x04\x41p\x05\x81\x41s\x06\x00", EnvelopeError::Malformed),
        (
            b"\xa6\x00\x01\x01\x01\x02\x24\x03\x00\x04\x41p\x05\x9b\xff\xff\xff\xff\xff\xff\xff\xff",
            EnvelopeError::Malformed,
        ),
        (b"", EnvelopeError::Malformed),
    ];
    for (bytes, wanted) in other {
        assert_eq!(Envelope::decode(bytes), Err(wanted), "{bytes:02x?}");
    }
    for length in 0..bytes.len() {
        assert!(Envelope::decode(&bytes[..length]).is_err());
    }
    assert_eq!(LOG_ID.to_string().len(), 32);
}
