//! Sealed segments: footers that a writer trusts, that readers can do without, and that verification derives anew.

use ledger_store::conformance::{LOG_ID, read_all, record};
use ledger_store::fault::FaultDisk;
use ledger_store::{FileLog, Head, Log, LogError, NewRecord, Options, Trust};

use crate::harness::{SEGMENT_1, SEGMENT_2, append, codes, flip, frame_offsets, report, shared, small};

/// Segments that take a few batches, so that a footer is as long as the rest.
fn tiny() -> Options {
    Options { segment_bytes: 13_500, step_bytes_min: 512, ..small() }
}

const ENTRIES: u64 = 36;

/// A log of three segments, two of them sealed; and its head.
fn sealed_log() -> (FaultDisk, Head) {
    let disk = FaultDisk::new(1);
    FileLog::init(&disk, LOG_ID, &tiny()).unwrap();
    let (mut log, _) = FileLog::open(shared(&disk), &tiny()).unwrap();
    while log.head().size < ENTRIES {
        append(&mut log, 4).unwrap();
    }
    let head = log.head();
    log.close().unwrap();
    assert_eq!(disk.names().len(), 3, "{:?}", disk.names());
    assert_eq!(codes(&disk), [""; 0]);
    (disk, head)
}

fn footer_begin(disk: &FaultDisk, segment: &str) -> usize {
    *frame_offsets(&disk.bytes(segment)).last().unwrap()
}

/// Opens the log believing no footer.
fn strict(disk: &FaultDisk) -> Result<FileLog, LogError> {
    let options = Options { trust: Trust::Nothing, ..tiny() };
    FileLog::open(shared(disk), &options).map(|(log, _)| log)
}

fn reader(disk: &FaultDisk) -> FileLog {
    FileLog::open_read_only(shared(disk)).unwrap()
}

#[test]
fn a_sealed_segment_ends_with_its_footer_and_no_more_zeros() {
    let (disk, _) = sealed_log();
    let bytes = disk.bytes(SEGMENT_1);
    let begin = footer_begin(&disk, SEGMENT_1);
    assert!(bytes[begin..].starts_with(b"tlfootr\n"));
    assert!(bytes[bytes.len() - 64..].starts_with(b"tltrail\n"));
    // Head, a page of batches, a page of ids, two fences, a filter of one block, trailer.
    assert_eq!(bytes.len() - begin, 3 * 4_096 + 8 + 16 + 64 + 64);
}

#[test]
fn every_bit_of_a_sealed_segment_turned_over_is_found_and_told_by_its_part() {
    let (disk, _) = sealed_log();
    let begin = footer_begin(&disk, SEGMENT_1);
    let bytes = disk.bytes(SEGMENT_1).len();
    let mut met = std::collections::BTreeMap::new();
    for bit in begin * 8..bytes * 8 {
        flip(&disk, SEGMENT_1, bit);
        let report = report(&disk);
        flip(&disk, SEGMENT_1, bit);
        assert!(!report.is_clean(), "bit {bit}");
        let found = report.findings[0];
        assert_eq!((found.segment, report.findings.len()), (1, 1), "bit {bit}: {:?}", report.findings);
        assert_eq!(found.offset, bit as u64 / 8, "bit {bit}: {found}");
        *met.entry(found.defect.code()).or_insert(0) += 1;
    }
    let wanted = [
        ("footer_batches", 4_096 * 8),
        ("footer_fences", 24 * 8),
        ("footer_filter", 64 * 8),
        ("footer_head", 4_096 * 8),
        ("footer_ids", 4_096 * 8),
        ("footer_trailer", 64 * 8),
    ];
    assert_eq!(met.into_iter().collect::<Vec<_>>(), wanted);
}

#[test]
fn after_any_byte_of_a_footer_is_damaged_readers_find_and_read_everything() {
    let (disk, head) = sealed_log();
    let written = read_all(&reader(&disk), 1..ENTRIES + 1).unwrap();
    for byte in footer_begin(&disk, SEGMENT_1)..disk.bytes(SEGMENT_1).len() {
        flip(&disk, SEGMENT_1, byte * 8 + byte % 8);
        let log = reader(&disk);
        assert_eq!(log.head(), head);
        assert_eq!(read_all(&log, 3..ENTRIES + 1).unwrap(), written[2..], "byte {byte}");
        for number in [1, 2, 9, 17, ENTRIES] {
            assert_eq!(log.find(&record(number, 0).id).unwrap(), Some(number), "byte {byte}");
        }
        assert_eq!(log.find(&record(ENTRIES + 1, 0).id).unwrap(), None, "byte {byte}");
        flip(&disk, SEGMENT_1, byte * 8 + byte % 8);
    }
}

#[test]
fn after_any_byte_of_a_footer_is_damaged_a_writer_refuses_or_appends_soundly() {
    let (disk, head) = sealed_log();
    let (mut refused, mut appended) = (0, 0);
    for byte in footer_begin(&disk, SEGMENT_1)..disk.bytes(SEGMENT_1).len() {
        let disk = disk.copy(byte as u64);
        flip(&disk, SEGMENT_1, byte * 8 + byte % 8);
        let before = disk.bytes(SEGMENT_1);
        assert!(matches!(strict(&disk), Err(LogError::Damaged(_))), "byte {byte}");
        let written = FileLog::open(shared(&disk), &tiny()).and_then(|(mut log, _)| {
            // An id that is there must be looked up in the table.
            let there = log.append(ENTRIES, &[record(2, 0)]);
            assert!(
                matches!(there, Err(LogError::Duplicate { number: 2 } | LogError::Damaged(_))),
                "{there:?}"
            );
            append(&mut log, 1)
        });
        match written {
            Ok(after) => {
                assert_eq!(after.size, head.size + 1);
                appended += 1;
            }
            Err(LogError::Damaged(damage)) => {
                assert!(damage.defect.spares_entries(), "{damage}");
                refused += 1;
            }
            Err(other) => panic!("byte {byte}: {other}"),
        }
        assert_eq!(disk.bytes(SEGMENT_1), before, "byte {byte}: damage was touched");
    }
    assert!(refused > 4_000 && appended > 4_000, "{refused} refused, {appended} appended");
}

#[test]
fn a_sealed_segment_cut_at_any_length_is_found_and_no_entry_before_the_cut_is_lost() {
    let (disk, _) = sealed_log();
    let (begin, bytes) = (footer_begin(&disk, SEGMENT_1), disk.bytes(SEGMENT_1).len());
    for length in begin..bytes {
        let disk = disk.copy(length as u64);
        disk.change(SEGMENT_1, |bytes| bytes.truncate(length));
        assert!(!report(&disk).is_clean(), "{length} is not found");
        assert!(matches!(FileLog::open(shared(&disk), &tiny()), Err(LogError::Damaged(_))), "{length}");
        assert_eq!(disk.bytes(SEGMENT_1).len(), length, "damage was touched");
        assert_eq!(read_all(&reader(&disk), 2..ENTRIES + 1).unwrap().len() as u64, ENTRIES - 1);
    }
}

#[test]
fn a_segment_that_is_full_and_has_no_successor_is_sealed_by_the_next_writer_whatever_is_there_of_its_footer()
{
    let (disk, _) = sealed_log();
    let (sealed, begin) = (disk.bytes(SEGMENT_2), footer_begin(&disk, SEGMENT_2));
    let last_of_second = u64::from_le_bytes(sealed[begin + 48..begin + 56].try_into().unwrap());
    let mut torn = 0;
    // The footer written up to a byte, in a file that has its length or ends there; or pieces of it.
    for length in (0..=sealed.len() - begin).step_by(61).chain([sealed.len() - begin]) {
        for whole_file in [false, true] {
            let disk = disk.copy(length as u64);
            disk.take(disk.names().last().unwrap());
            disk.change(SEGMENT_2, |bytes| {
                bytes.truncate(begin + length);
                bytes.resize(if whole_file { sealed.len() } else { begin + length }, 0);
            });
            torn += usize::from(codes(&disk) == ["footer_torn"]);
            assert_eq!(reader(&disk).head().size, last_of_second);
            let (mut log, opened) = FileLog::open(shared(&disk), &tiny()).unwrap();
            assert_eq!((log.head().size, opened.quarantined, opened.recovered), (last_of_second, None, None));
            // Only the epoch in the head slots differs.
            assert_eq!(disk.bytes(SEGMENT_2)[12_288..], sealed[12_288..], "{length}");
            append(&mut log, 1).unwrap();
            log.close().unwrap();
            assert_eq!(codes(&disk), [""; 0], "{length}");
            assert!(strict(&disk).is_ok());
        }
    }
    assert!(torn > 300, "{torn}");
}

#[test]
fn a_full_segment_whose_newer_slot_is_lost_is_known_by_its_footer() {
    let (disk, _) = sealed_log();
    disk.take(disk.names().last().unwrap());
    let newer = disk.bytes(SEGMENT_2);
    let slot = if newer[4_096 + 10] == 1 { 4_096 } else { 8_192 };
    disk.change(SEGMENT_2, |bytes| bytes[slot + 40] ^= 1);
    let (log, opened) = FileLog::open(shared(&disk), &tiny()).unwrap();
    assert!(opened.head_mended && opened.quarantined.is_none());
    log.close().unwrap();
    assert_eq!(codes(&disk), [""; 0]);
}

#[test]
fn a_writer_does_not_read_the_entries_of_sealed_segments() {
    let (disk, head) = sealed_log();
    disk.make_unreadable(SEGMENT_1, 12_288..footer_begin(&disk, SEGMENT_1) as u64);
    let (mut log, _) = FileLog::open(shared(&disk), &tiny()).unwrap();
    assert_eq!(log.head(), head);
    let there = log.append(ENTRIES, &[record(3, 0)]);
    assert!(matches!(there, Err(LogError::Duplicate { number: 3 })));
    assert_eq!(append(&mut log, 1).unwrap().size, ENTRIES + 1);
    assert!(matches!(strict(&disk), Err(LogError::Locked)));
    drop(log);
    assert!(matches!(strict(&disk), Err(LogError::Io { .. })));
}

#[test]
fn an_id_is_taken_once_across_segments_and_across_openings() {
    let (disk, _) = sealed_log();
    let (mut log, _) = FileLog::open(shared(&disk), &tiny()).unwrap();
    for number in 1..=ENTRIES {
        assert_eq!(log.find(&record(number, 0).id).unwrap(), Some(number));
        let there = log.append(ENTRIES, &[record(1_000, 0), record(number, 0)]);
        assert!(matches!(there, Err(LogError::Duplicate { number: found }) if found == number), "{there:?}");
        assert_eq!(log.find(&record(1_000, 0).id).unwrap(), None);
    }
    assert_eq!(reader(&disk).find(&record(1_000, 0).id).unwrap(), None);
}

#[test]
fn the_same_id_in_two_segments_is_found_with_its_place() {
    let (disk, _) = sealed_log();
    let begin = footer_begin(&disk, SEGMENT_1);
    // Forged into the frame and the footer of the second segment, every checksum mended but not the chain.
    let number = u64::from_le_bytes(disk.bytes(SEGMENT_2)[40..48].try_into().unwrap());
    assert!(begin > 12_288);
    disk.change(SEGMENT_2, |bytes| {
        let at = 12_288;
        bytes[at + 128 + 8..at + 128 + 24].copy_from_slice(&record(2, 0).id);
        let body = u32::from_le_bytes(bytes[at + 112..at + 116].try_into().unwrap()) as usize;
        let crc = crc32c::crc32c(&bytes[at + 128..at + 128 + body]);
        bytes[at + 116..at + 120].copy_from_slice(&crc.to_le_bytes());
        let crc = crc32c::crc32c(&bytes[at..at + 124]);
        bytes[at + 124..at + 128].copy_from_slice(&crc.to_le_bytes());
    });
    let found = report(&disk).findings;
    let repeated: Vec<_> = found.iter().filter(|found| found.defect.code() == "duplicate_id").collect();
    assert_eq!(repeated.len(), 1, "{found:?}");
    assert_eq!((repeated[0].segment, repeated[0].offset, repeated[0].number), (2, 12_288, Some(number)));
    assert!(matches!(strict(&disk), Err(LogError::Damaged(_))));
}

#[test]
fn what_follows_a_damaged_segment_is_proven_from_its_footer_on() {
    let (disk, _) = sealed_log();
    disk.change(SEGMENT_1, |bytes| bytes[12_500] ^= 1);
    let found = report(&disk).findings;
    assert_eq!(
        (found.len(), found[0].defect.code(), found[0].number),
        (1, "batch_body", Some(1)),
        "{found:?}"
    );
    // A root that is wrong further on is seen all the same.
    disk.change(SEGMENT_2, |bytes| {
        let at = 12_288;
        bytes[at + 64] ^= 1;
        let crc = crc32c::crc32c(&bytes[at..at + 124]);
        bytes[at + 124..at + 128].copy_from_slice(&crc.to_le_bytes());
    });
    assert!(codes(&disk).contains(&"root"), "{:?}", codes(&disk));
}

#[test]
fn a_table_longer_than_a_page_is_searched_through_its_fences() {
    let disk = FaultDisk::new(1);
    let options = Options { segment_bytes: 200_000, ..Options::default() };
    FileLog::init(&disk, LOG_ID, &options).unwrap();
    let (mut log, _) = FileLog::open(shared(&disk), &options).unwrap();
    while log.head().size < 2_000 {
        append(&mut log, 1).unwrap();
    }
    log.close().unwrap();
    assert!(disk.names().len() > 2, "{:?}", disk.names());
    assert_eq!(codes(&disk), [""; 0]);
    let (log, reader) = (FileLog::open(shared(&disk), &options).unwrap().0, reader(&disk));
    for number in 1..=2_000 {
        for log in [&log, &reader] {
            assert_eq!(log.find(&record(number, 0).id).unwrap(), Some(number));
            let shown = read_all(log, number..number + 1).unwrap();
            assert_eq!((shown.len(), shown[0].0, shown[0].1), (1, number, record(number, 0).id));
        }
    }
    assert_eq!(reader.find(&record(2_001, 0).id).unwrap(), None);
}

#[test]
fn the_least_and_the_greatest_times_and_ordering_keys_pass_through_a_footer() {
    let disk = FaultDisk::new(1);
    FileLog::init(&disk, LOG_ID, &tiny()).unwrap();
    let (mut log, _) = FileLog::open(shared(&disk), &tiny()).unwrap();
    for (size, (recorded, order)) in (0..).zip([(i64::MIN, i64::MAX), (-1, i64::MIN), (i64::MAX, 0)]) {
        let payload = vec![7; 900];
        log.append(size, &[NewRecord { payload, order, ..record(size + 1, recorded) }]).unwrap();
    }
    log.close().unwrap();
    assert!(disk.names().len() > 1);
    assert_eq!(codes(&disk), [""; 0]);
    let (log, _) = FileLog::open(shared(&disk), &tiny()).unwrap();
    let seen: Vec<_> = read_all(&log, 1..4).unwrap();
    assert_eq!(seen.iter().map(|seen| seen.2).collect::<Vec<_>>(), [i64::MAX, i64::MIN, 0]);
    let times = seen.iter().map(|seen| ledger_store::Envelope::decode(&seen.3).unwrap().recorded);
    assert_eq!(times.collect::<Vec<_>>(), [i64::MIN, -1, i64::MAX]);
    assert!(strict(&disk).is_err_and(|error| matches!(error, LogError::Locked)));
    drop(log);
    assert!(strict(&disk).is_ok());
}
