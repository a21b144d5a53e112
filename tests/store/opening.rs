//! Who may open a log, what a reader sees beside a writer, and which directories are no log.

use std::sync::Arc;

use ledger_store::conformance::{LOG_ID, read_all, record};
use ledger_store::fault::FaultDisk;
use ledger_store::{FileLog, Log, LogError, Options, RealDisk, Whereabouts, verify};

use crate::harness::{
    FRAMES_BEGIN, SEGMENT_1, append, codes, frame_offsets, log_of, open, report, shared, small,
};

#[test]
fn a_second_writer_is_refused_until_the_first_is_gone() {
    let (disk, _) = log_of(&[1]);
    let first = open(&disk).unwrap();
    assert!(matches!(open(&disk), Err(LogError::Locked)));
    drop(first);
    assert_eq!(open(&disk).unwrap().1.epoch, 3);
}

#[test]
fn a_second_writer_is_refused_on_a_real_disk_too() {
    let folder = tempfile::tempdir().unwrap();
    let disk: Arc<RealDisk> = Arc::new(RealDisk::at(folder.path()));
    FileLog::init(&*disk, LOG_ID, &Options::default()).unwrap();
    let (mut first, _) = FileLog::open(disk.clone(), &Options::default()).unwrap();
    assert!(matches!(FileLog::open(disk.clone(), &Options::default()), Err(LogError::Locked)));
    append(&mut first, 5).unwrap();
    let reader = FileLog::open_read_only(disk.clone()).unwrap();
    assert_eq!(reader.head(), first.head());
    assert_eq!(read_all(&reader, 1..6).unwrap(), read_all(&first, 1..6).unwrap());
    first.close().unwrap();
    assert!(FileLog::open(disk.clone(), &Options::default()).is_ok());
    assert!(verify(&*disk, None).unwrap().is_clean());
}

#[test]
fn a_writer_whose_lock_was_broken_stops_before_it_overwrites_the_other() {
    let (disk, _) = log_of(&[1]);
    let (mut first, _) = open(&disk).unwrap();
    append(&mut first, 1).unwrap();
    disk.break_locks();
    let (mut second, _) = open(&disk).unwrap();
    append(&mut second, 2).unwrap();
    assert!(matches!(append(&mut first, 3), Err(LogError::Locked)));
    assert!(matches!(append(&mut first, 3), Err(LogError::Poisoned)));
    assert_eq!(append(&mut second, 1).unwrap().size, 5);
    second.close().unwrap();
    assert!(report(&disk).is_clean());
}

#[test]
fn a_writer_whose_head_slot_was_changed_behind_its_back_stops() {
    let (disk, _) = log_of(&[1]);
    let (mut log, _) = open(&disk).unwrap();
    disk.change(SEGMENT_1, |bytes| {
        bytes[4_200] ^= 1;
        bytes[8_296] ^= 1;
    });
    assert!(matches!(append(&mut log, 1), Err(LogError::Damaged(_))));
    assert!(matches!(append(&mut log, 1), Err(LogError::Poisoned)));
}

#[test]
fn a_reader_stops_at_the_head_reports_what_is_pending_and_moves_no_byte() {
    let (disk, head) = log_of(&[1, 2]);
    let blocks = disk.bytes(SEGMENT_1)[..FRAMES_BEGIN].to_vec();
    append(&mut open(&disk).unwrap().0, 3).unwrap();
    // The batch is durable, but the slot after it never was.
    disk.change(SEGMENT_1, |bytes| bytes[..FRAMES_BEGIN].copy_from_slice(&blocks));
    let operations = disk.operations();
    let before = disk.bytes(SEGMENT_1);
    let reader = FileLog::open_read_only(shared(&disk)).unwrap();
    assert_eq!(reader.head(), head);
    assert_eq!(reader.pending(), Some(4..=6));
    assert_eq!(read_all(&reader, 1..u64::MAX).unwrap().len(), 3);
    assert_eq!(reader.find(&record(2, 0).id).unwrap(), Some(2));
    assert_eq!(reader.find(&record(5, 0).id).unwrap(), None);
    assert_eq!(report(&disk).pending, Some(4..=6));
    assert_eq!((disk.operations(), disk.bytes(SEGMENT_1)), (operations, before));
    let (log, opened) = open(&disk).unwrap();
    assert_eq!((opened.recovered, log.head().size), (Some(4..=6), 6));
}

#[test]
fn a_reader_does_not_append() {
    let (disk, head) = log_of(&[1]);
    let mut reader = FileLog::open_read_only(shared(&disk)).unwrap();
    assert!(matches!(append(&mut reader, 1), Err(LogError::ReadOnly)));
    assert_eq!(reader.head(), head);
}

#[test]
fn a_directory_without_a_log_is_named_as_such() {
    let disk = FaultDisk::new(1);
    disk.put("notes.txt", b"not a log".to_vec());
    assert!(matches!(open(&disk), Err(LogError::NotAStore { .. })));
    assert!(matches!(FileLog::open_read_only(shared(&disk)), Err(LogError::NotAStore { .. })));
    assert!(matches!(verify(&disk, None), Err(LogError::NotAStore { .. })));
    let nowhere = RealDisk::at("/nonexistent/place");
    let error = FileLog::open(Arc::new(nowhere), &small()).unwrap_err();
    assert_eq!(error.to_string(), "/nonexistent/place holds no ledger");
}

#[test]
fn an_existing_log_is_never_created_again() {
    let (disk, _) = log_of(&[1]);
    let before = disk.bytes(SEGMENT_1);
    assert!(matches!(FileLog::init(&disk, LOG_ID, &small()), Err(LogError::AlreadyAStore { .. })));
    assert_eq!(disk.bytes(SEGMENT_1), before);
}

#[test]
fn segments_follow_each_other_and_are_read_as_one() {
    let (disk, head) = log_of(&[8; 30]);
    assert!(disk.names().len() >= 4, "{:?}", disk.names());
    assert_eq!(codes(&disk), [""; 0]);
    let reader = FileLog::open_read_only(shared(&disk)).unwrap();
    assert_eq!((reader.head(), head.size), (head, 240));
    let numbers: Vec<u64> = read_all(&reader, 1..241).unwrap().iter().map(|record| record.0).collect();
    assert_eq!(numbers, (1..=240).collect::<Vec<u64>>());
    assert_eq!(reader.find(&record(200, 0).id).unwrap(), Some(200));
    let (mut log, _) = open(&disk).unwrap();
    assert_eq!(log.find(&record(200, 0).id).unwrap(), Some(200));
    assert_eq!(append(&mut log, 1).unwrap().size, 241);
}

#[test]
fn recorded_time_does_not_go_back_across_a_reopening() {
    let (disk, _) = log_of(&[3]);
    let (mut log, _) = open(&disk).unwrap();
    log.append(3, &[record(4, -1_000_000)]).unwrap();
    let recorded = read_all(&log, 3..5).unwrap();
    let time = |at: usize| ledger_store::Envelope::decode(&recorded[at].3).unwrap().recorded;
    assert_eq!((time(0), time(1)), (3, 3));
}

#[test]
fn readers_and_verifiers_beside_a_writer_at_work_find_nothing_wrong() {
    let folder = tempfile::tempdir().unwrap();
    let disk: Arc<RealDisk> = Arc::new(RealDisk::at(folder.path()));
    FileLog::init(&*disk, LOG_ID, &small()).unwrap();
    let (mut log, _) = FileLog::open(disk.clone(), &small()).unwrap();
    let (mut rounds, mut sizes) = (0, Vec::new());
    std::thread::scope(|scope| {
        let writer = scope.spawn(move || {
            while log.head().size < 2_000 {
                append(&mut log, 5).unwrap();
            }
            log.close().unwrap();
        });
        let mut finished = false;
        while !finished {
            // One more round after the writer has ended.
            finished = writer.is_finished();
            let reader = FileLog::open_read_only(disk.clone()).unwrap();
            let shown = read_all(&reader, 1..u64::MAX).unwrap();
            assert_eq!(shown.len() as u64, reader.head().size);
            let report = verify(&*disk, Some(&reader.head())).unwrap();
            assert!(report.is_clean(), "{:?}", report.findings);
            sizes.push(reader.head().size);
            rounds += 1;
        }
    });
    assert!(rounds > 2 && sizes.is_sorted() && sizes.last() == Some(&2_000), "{sizes:?}");
}

#[test]
fn a_torn_tail_on_a_real_disk_lies_in_quarantine_afterwards() {
    let folder = tempfile::tempdir().unwrap();
    let disk: Arc<RealDisk> = Arc::new(RealDisk::at(folder.path()));
    FileLog::init(&*disk, LOG_ID, &small()).unwrap();
    let (mut log, _) = FileLog::open(disk.clone(), &small()).unwrap();
    let head = append(&mut log, 2).unwrap();
    log.close().unwrap();
    let path = folder.path().join(SEGMENT_1);
    let mut bytes = std::fs::read(&path).unwrap();
    let end = *frame_offsets(&bytes).last().unwrap();
    bytes[end..end + 300].fill(0xa5);
    std::fs::write(&path, &bytes).unwrap();

    let (mut log, opened) = FileLog::open(disk.clone(), &small()).unwrap();
    let quarantined = opened.quarantined.unwrap();
    assert_eq!((quarantined.segment, quarantined.offset, quarantined.bytes), (1, end as u64, 300));
    assert_eq!(std::fs::read(folder.path().join(&quarantined.file)).unwrap(), [0xa5; 300]);
    assert_eq!(log.head(), head);
    append(&mut log, 1).unwrap();
    log.close().unwrap();
    assert!(verify(&*disk, None).unwrap().is_clean());
}

/// A hint is taken where a batch begins as it says, and passed over everywhere else; no answer depends on it.
#[test]
fn a_hint_where_a_batch_lies_changes_no_answer() {
    let (disk, _) = log_of(&[3, 1, 4, 1, 5]);
    let reader = || FileLog::open_read_only(shared(&disk)).unwrap();
    let all = read_all(&reader(), 1..15).unwrap();
    let right = reader().whereabouts(9).unwrap();
    assert_eq!((right.segment, right.first), (1, 9));
    let mut hints = vec![right];
    hints.extend([0, 7, 12_288, u64::MAX].map(|offset| Whereabouts { offset, ..right }));
    hints.extend([0, 1, 8, 10, u64::MAX].map(|first| Whereabouts { first, ..right }));
    hints.extend([0, 2, u64::MAX].map(|segment| Whereabouts { segment, ..right }));
    for hint in hints {
        for begin in 1..15 {
            let reader = reader();
            reader.hint(hint);
            assert_eq!(read_all(&reader, begin..15).unwrap(), all[begin as usize - 1..], "{hint:?}");
        }
    }
}
