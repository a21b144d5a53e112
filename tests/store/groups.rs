//! Batches that are longer than a frame: all frames are there, or none of them counts.

use ledger_store::conformance::{LOG_ID, read_all, record};
use ledger_store::fault::{FaultDisk, Operation};
use ledger_store::{FileLog, Head, Log, LogError, RealDisk, Trust};

use crate::harness::{
    FRAMES_BEGIN, SEGMENT_1, append, codes, flip, frame_offsets, log_of, open, report, shared, small,
};

/// The log of three entries, and what a batch of forty in several frames makes of it.
struct Group {
    disk: FaultDisk,
    before: Head,
    after: Head,
    /// Where the frames of the batch begin, and where the last one ends.
    frames: Vec<usize>,
}

/// A log whose last batch has several frames; its head slots are those with which the batch was announced.
fn announced() -> Group {
    let (disk, before) = log_of(&[3]);
    for operations in 0..100 {
        let disk = disk.copy(operations);
        let (mut log, _) = open(&disk).unwrap();
        disk.crash_after(operations);
        let died = append(&mut log, 40).is_err();
        disk.kill();
        let pending = FileLog::open_read_only(shared(&disk)).unwrap().pending();
        if died && pending == Some(4..=43) {
            let frames = frame_offsets(&disk.bytes(SEGMENT_1))[1..].to_vec();
            let after = open(&disk.copy(1)).unwrap().0.head();
            return Group { disk, before, after, frames };
        }
    }
    panic!("no crash leaves the batch whole beyond the head");
}

#[test]
fn a_batch_longer_than_a_frame_takes_several_and_is_one_to_its_callers() {
    let (disk, _) = log_of(&[3, 40, 2]);
    assert_eq!(frame_offsets(&disk.bytes(SEGMENT_1)).len() - 1, 5);
    assert_eq!(codes(&disk), [""; 0]);
    let log = FileLog::open_read_only(shared(&disk)).unwrap();
    assert_eq!(read_all(&log, 1..46).unwrap().len(), 45);
    for number in 1..46 {
        assert_eq!(read_all(&log, number..number + 1).unwrap()[0].0, number);
        assert_eq!(log.find(&record(number, 0).id).unwrap(), Some(number));
    }
    let strict = ledger_store::Options { trust: Trust::Nothing, ..small() };
    assert_eq!(FileLog::open(shared(&disk), &strict).unwrap().0.head().size, 45);
}

#[test]
fn a_batch_of_several_frames_is_never_divided_between_segments() {
    let disk = FaultDisk::new(1);
    FileLog::init(&disk, LOG_ID, &small()).unwrap();
    let (mut log, _) = open(&disk).unwrap();
    append(&mut log, 20).unwrap();
    // More than a whole segment.
    append(&mut log, 200).unwrap();
    append(&mut log, 1).unwrap();
    log.close().unwrap();
    assert_eq!(disk.names().len(), 3, "{:?}", disk.names());
    assert_eq!(codes(&disk), [""; 0]);
    let log = FileLog::open_read_only(shared(&disk)).unwrap();
    assert_eq!(read_all(&log, 1..222).unwrap().len(), 221);
}

#[test]
fn a_batch_cut_at_any_byte_counts_whole_or_not_at_all() {
    let Group { disk, before, after, frames } = announced();
    let (begin, end) = (frames[0], *frames.last().unwrap());
    let written = disk.bytes(SEGMENT_1)[..end].iter().rposition(|byte| *byte != 0).unwrap() + 1;
    assert!(frames.len() > 3);
    for length in begin..=written {
        let disk = disk.copy(length as u64);
        disk.change(SEGMENT_1, |bytes| bytes[length..end].fill(0));
        let reader = FileLog::open_read_only(shared(&disk)).unwrap();
        assert_eq!(reader.pending(), (length == written).then_some(4..=43), "{length}");
        let torn = length > begin && length < written;
        assert_eq!(codes(&disk), if torn { &["torn_tail"][..] } else { &[] }, "{length}");
        let (mut log, opened) = open(&disk).unwrap();
        assert_eq!(log.head(), if length == written { after } else { before }, "{length}");
        assert_eq!(opened.quarantined.is_some(), torn, "{length}");
        assert_eq!(opened.recovered.is_some(), length == written, "{length}");
        append(&mut log, 1).unwrap();
        log.close().unwrap();
        assert_eq!(codes(&disk), [""; 0], "{length}");
    }
}

#[test]
fn a_batch_of_which_any_frames_are_lost_does_not_count() {
    let Group { disk, before, frames, .. } = announced();
    let count = frames.len() - 1;
    for lost in 1..1 << count {
        let disk = disk.copy(lost);
        disk.change(SEGMENT_1, |bytes| {
            for frame in (0..count).filter(|frame| lost & (1 << frame) != 0) {
                bytes[frames[frame]..frames[frame + 1]].fill(0);
            }
        });
        let (log, opened) = open(&disk).unwrap();
        assert_eq!(log.head(), before, "{lost:b}");
        assert_eq!(opened.quarantined.is_some(), lost + 1 < 1 << count, "{lost:b}");
        for id in 4..44 {
            assert_eq!(log.find(&record(id, 0).id).unwrap(), None);
        }
        log.close().unwrap();
        assert_eq!(codes(&disk), [""; 0], "{lost:b}");
    }
}

#[test]
fn something_written_beyond_the_reach_of_an_announced_batch_is_damage() {
    let Group { disk, frames, .. } = announced();
    let end = *frames.last().unwrap();
    let torn = disk.copy(1);
    torn.change(SEGMENT_1, |bytes| {
        bytes[frames[0]..frames[1]].fill(0);
        let length = bytes.len().max(end + 9);
        bytes.resize(length, 0);
        bytes[end + 8] = 1;
    });
    assert_eq!(codes(&torn), ["not_zero"]);
    assert!(matches!(open(&torn), Err(LogError::Damaged(_))));
}

#[test]
fn every_bit_of_an_acknowledged_batch_of_several_frames_turned_over_is_found() {
    let (disk, _) = log_of(&[3, 40]);
    let frames = frame_offsets(&disk.bytes(SEGMENT_1));
    let mut found = 0;
    for bit in frames[1] * 8..frames.last().unwrap() * 8 {
        flip(&disk, SEGMENT_1, bit);
        let report = report(&disk);
        flip(&disk, SEGMENT_1, bit);
        let place = frames.iter().rev().find(|begin| **begin <= bit / 8).copied().unwrap_or(FRAMES_BEGIN);
        assert!(!report.is_clean(), "bit {bit}");
        assert_eq!(report.findings[0].offset, place as u64, "bit {bit}: {}", report.findings[0]);
        found += 1;
    }
    assert!(found > 20_000, "{found}");
}

#[test]
fn a_disk_that_fills_up_in_the_middle_of_a_batch_takes_it_back_whole() {
    let mut refused = 0;
    for passed in 0.. {
        let (disk, head) = log_of(&[3]);
        let (mut log, _) = open(&disk).unwrap();
        disk.fail(Operation::Write, passed, std::io::ErrorKind::StorageFull);
        match append(&mut log, 40) {
            Err(LogError::Full) => {
                assert_eq!((log.head(), log.find(&record(4, 0).id).unwrap()), (head, None));
                assert_eq!(codes(&disk), [""; 0], "something is half written");
                assert_eq!(append(&mut log, 1).unwrap().size, 4);
                refused += 1;
            }
            // A head slot that cannot be written leaves the fate of the batch open.
            Err(LogError::Unknown(_)) => assert_eq!(log.head(), head),
            Ok(_) => break,
            Err(other) => panic!("{other}"),
        }
        drop(log);
        let (mut log, _) = open(&disk).unwrap();
        assert!([3, 4, 43].contains(&log.head().size));
        append(&mut log, 40).unwrap();
        log.close().unwrap();
        assert_eq!(codes(&disk), [""; 0], "{passed}");
    }
    assert!(refused >= 3, "{refused}");
}

#[test]
fn verifiers_beside_a_writer_of_long_batches_find_nothing_wrong() {
    let folder = tempfile::tempdir().unwrap();
    let disk: std::sync::Arc<RealDisk> = std::sync::Arc::new(RealDisk::at(folder.path()));
    let options = ledger_store::Options { segment_bytes: 300_000, frame_bytes: 4_096, ..small() };
    FileLog::init(&*disk, LOG_ID, &options).unwrap();
    let (mut log, _) = FileLog::open(disk.clone(), &options).unwrap();
    let mut rounds = 0;
    std::thread::scope(|scope| {
        let writer = scope.spawn(move || {
            while log.head().size < 20_000 {
                append(&mut log, 1_000).unwrap();
            }
            log.close().unwrap();
        });
        while !writer.is_finished() {
            let report = ledger_store::verify(&*disk, None).unwrap();
            assert!(report.is_clean(), "{:?}", report.findings);
            rounds += 1;
        }
    });
    assert!(rounds > 0 && ledger_store::verify(&*disk, None).unwrap().entries == 20_000);
}

#[test]
fn no_frame_is_longer_than_eight_mebibytes_and_a_segment_takes_one_batch_that_is_longer_than_itself() {
    let disk = FaultDisk::new(1);
    let options = ledger_store::Options { segment_bytes: 1 << 20, ..ledger_store::Options::default() };
    FileLog::init(&disk, LOG_ID, &options).unwrap();
    let (mut log, _) = FileLog::open(shared(&disk), &options).unwrap();
    append(&mut log, 1).unwrap();
    let long = |id| ledger_store::NewRecord { payload: vec![id as u8; 65_000], ..record(id, 0) };
    log.append(1, &(2..300).map(long).collect::<Vec<_>>()).unwrap();
    log.close().unwrap();
    assert_eq!(disk.names().len(), 2);
    let frames = frame_offsets(&disk.bytes("segment-00000002.log"));
    let lengths: Vec<usize> = frames.windows(2).map(|pair| pair[1] - pair[0]).collect();
    let limit = ledger_store::frame::FRAME_BYTES_MAX;
    assert_eq!(lengths.len(), 3);
    assert!(lengths.iter().all(|length| *length <= limit) && lengths[0] + 65_100 > limit, "{lengths:?}");
    assert_eq!(codes(&disk), [""; 0]);
}
