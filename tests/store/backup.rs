//! Backup and restore: the copy is the ledger, and whatever stops or refuses a copy, the one before it is whole.

use ledger_store::backup::{BackupError, Copied, backup, restore};
use ledger_store::blobs;
use ledger_store::fault::FaultDisk;
use ledger_store::{FileLog, Head, Log, LogError, LogId, verify};

use crate::harness::{SEGMENT_1, SEGMENT_2, append, codes, flip, log_of, open, report, shared, small};

const MARK: &str = "backup.checkpoint";
const BATCHES: &[u64] = &[1, 40, 2, 40, 1, 40, 1];

fn to(source: &FaultDisk, target: &FaultDisk) -> Result<Copied, BackupError> {
    backup(&shared(source), &shared(target))
}

fn back(source: &FaultDisk, target: &FaultDisk) -> Result<Copied, BackupError> {
    restore(&shared(source), &shared(target))
}

fn new_disk() -> FaultDisk {
    FaultDisk::new(2)
}

/// A backup of this log.
fn backed_up(source: &FaultDisk) -> FaultDisk {
    let target = new_disk();
    to(source, &target).unwrap();
    target
}

fn head_of(disk: &FaultDisk) -> Result<Head, LogError> {
    Ok(FileLog::open_read_only(shared(disk))?.head())
}

fn grow(disk: &FaultDisk, batches: &[u64]) -> Head {
    let (mut log, _) = open(disk).unwrap();
    for count in batches {
        append(&mut log, *count).unwrap();
    }
    let head = log.head();
    log.close().unwrap();
    head
}

/// Every file and its bytes.
fn files(disk: &FaultDisk) -> Vec<(String, Vec<u8>)> {
    let names = disk.names().into_iter().filter(|name| name != "lock");
    names.map(|name| (name.clone(), disk.bytes(&name))).collect()
}

#[test]
fn a_backup_is_the_ledger_and_a_restored_one_goes_on() {
    let (disk, head) = log_of(BATCHES);
    let (name, _) = blobs::put(&disk, &mut &b"an invoice"[..]).unwrap();
    let target = new_disk();
    let copied = to(&disk, &target).unwrap();
    assert!(copied.segments > 2, "{copied:?}");
    assert_eq!((copied.head, copied.segments_kept, copied.blobs), (head, 0, 1));
    assert_eq!(target.bytes(SEGMENT_1), disk.bytes(SEGMENT_1), "sealed segments are the same to the byte");
    assert!(String::from_utf8(target.bytes(MARK)).unwrap().contains(&format!("\n{}\n", head.size)));
    assert!(verify(&target, Some(&head)).unwrap().is_clean());

    let restored = new_disk();
    let copied = back(&target, &restored).unwrap();
    assert_eq!((copied.head, copied.blobs, copied.blobs_damaged), (head, 1, vec![]));
    assert!(!restored.names().iter().any(|name| name.ends_with(".checkpoint") || name.ends_with(".tmp")));
    let mut invoice = Vec::new();
    blobs::get(&restored, &name, &mut invoice).unwrap();
    assert_eq!(invoice, b"an invoice");
    let (log, opened) = open(&restored).unwrap();
    assert_eq!((opened.recovered, opened.quarantined), (None, None));
    assert_eq!((log.head(), log.find(&[0; 16]).unwrap()), (head, None));
    log.close().unwrap();
    let grown = grow(&restored, &[1, 60, 1]);
    assert_eq!(grown.size, head.size + 62);
    assert!(verify(&restored, Some(&grown)).unwrap().is_clean());
}

#[test]
fn an_empty_ledger_can_be_backed_up_and_restored() {
    let (disk, head) = log_of(&[]);
    let restored = new_disk();
    back(&backed_up(&disk), &restored).unwrap();
    assert_eq!(head_of(&restored).unwrap(), head);
    assert_eq!(grow(&restored, &[3]).size, 3);
}

#[test]
fn the_next_backup_copies_only_what_came_since() {
    let (disk, _) = log_of(BATCHES);
    let target = new_disk();
    let first = to(&disk, &target).unwrap();
    let again = to(&disk, &target).unwrap();
    assert_eq!((again.segments, again.segments_kept, again.bytes), (0, first.segments, 0));
    let sealed = target.bytes(SEGMENT_1);
    let head = grow(&disk, &[2]);
    let next = to(&disk, &target).unwrap();
    assert_eq!((next.head, next.segments, next.segments_kept), (head, 1, first.segments - 1));
    let head = grow(&disk, BATCHES);
    let next = to(&disk, &target).unwrap();
    assert_eq!((next.head, next.segments_kept), (head, first.segments - 1));
    assert_eq!(target.bytes(SEGMENT_1), sealed);
    assert_eq!(codes(&target), Vec::<&str>::new());
}

#[test]
fn a_backup_beside_a_writer_holds_what_was_acknowledged_when_it_began() {
    let (disk, head) = log_of(&[5]);
    let (mut writer, _) = open(&disk).unwrap();
    let target = new_disk();
    for _ in 0..12 {
        let head = append(&mut writer, 25).unwrap();
        assert_eq!(to(&disk, &target).unwrap().head, head);
        assert_eq!(head_of(&target).unwrap(), head);
    }
    assert_ne!(writer.head(), head);

    // A writer that appends forty batches during each backup.
    let (begin, begun) = std::sync::mpsc::channel::<()>();
    let appending = std::thread::spawn(move || {
        for () in begun {
            (0..40).for_each(|_| drop(append(&mut writer, 3)));
        }
        writer.head().size
    });
    let mut sizes = Vec::new();
    for _ in 0..8 {
        begin.send(()).unwrap();
        let copied = to(&disk, &target).unwrap();
        assert!(verify(&target, Some(&copied.head)).unwrap().is_clean());
        sizes.push(copied.head.size);
    }
    drop(begin);
    assert_eq!(appending.join().unwrap(), 5 + 12 * 25 + 8 * 40 * 3);
    assert!(sizes.is_sorted(), "{sizes:?}");
}

#[test]
fn entries_that_nobody_acknowledged_are_not_in_the_backup() {
    let (disk, head) = log_of(&[5]);
    let before = disk.bytes(SEGMENT_1);
    grow(&disk, &[2]);
    // The frame is there, but the head slots are those from before.
    disk.change(SEGMENT_1, |bytes| bytes[4096..12_288].copy_from_slice(&before[4096..12_288]));
    assert!(report(&disk).pending.is_some());
    let target = new_disk();
    assert_eq!(to(&disk, &target).unwrap().head, head);
    assert_eq!((report(&target).pending, codes(&target)), (None, vec![]));
}

#[test]
fn a_ledger_whose_writer_stopped_anywhere_can_be_backed_up() {
    let mut stops = 0;
    for operations in 0.. {
        let (disk, _) = log_of(&[1, 20]);
        let (mut log, _) = open(&disk).unwrap();
        disk.crash_after(operations);
        // Through the ends of two segments.
        let finished = (0..12).try_for_each(|_| append(&mut log, 10).map(drop)).is_ok();
        if operations % 2 == 0 {
            disk.power_cut()
        } else {
            disk.kill()
        }
        let Ok(head) = head_of(&disk) else { continue };
        let target = new_disk();
        assert_eq!(to(&disk, &target).unwrap().head, head, "{operations}");
        assert_eq!(codes(&target), Vec::<&str>::new(), "{operations}");
        let restored = new_disk();
        back(&target, &restored).unwrap();
        assert_eq!(grow(&restored, &[30, 30]).size, head.size + 60);
        assert_eq!(codes(&restored), Vec::<&str>::new(), "{operations}");
        // The backup goes on from there, whatever the next writer makes of the rest.
        let head = grow(&disk, &[1]);
        assert_eq!(to(&disk, &target).unwrap().head, head);
        if finished {
            break;
        }
        stops += 1;
    }
    assert!(stops > 30, "only {stops} stops");
}

#[test]
fn another_ledger_is_never_written_over() {
    let (disk, _) = log_of(BATCHES);
    let another = new_disk();
    FileLog::init(&another, LogId([5; 16]), &small()).unwrap();
    let before = files(&another);
    assert!(matches!(to(&disk, &another), Err(BackupError::OtherLog { log_id: LogId([5, ..]), .. })));
    assert_eq!(files(&another), before);
    let refused = back(&backed_up(&disk), &another);
    assert!(matches!(refused, Err(BackupError::Log(LogError::AlreadyAStore { .. }))), "{refused:?}");
    assert_eq!(files(&another), before);
}

#[test]
fn a_copy_that_holds_more_or_went_another_way_is_never_written_over() {
    let (disk, head) = log_of(BATCHES);
    let target = backed_up(&disk);
    let grown = grow(&target, &[4]);
    let before = files(&target);
    let refused = to(&disk, &target);
    assert!(
        matches!(refused, Err(BackupError::Longer { size, head: there, .. }) if size == grown.size && there == head.size)
    );
    assert_eq!(files(&target), before);

    // The ledger goes on by itself and catches up with the size: the histories have parted.
    grow(&disk, &[1, 1, 1, 1, 1]);
    assert!(matches!(to(&disk, &target), Err(BackupError::OtherHistory { size, .. }) if size == grown.size));
    assert_eq!(files(&target), before);
}

#[test]
fn a_copy_that_somebody_writes_to_is_refused() {
    let (disk, _) = log_of(BATCHES);
    let target = backed_up(&disk);
    let (writer, _) = open(&target).unwrap();
    assert!(matches!(to(&disk, &target), Err(BackupError::Target { source: LogError::Locked, .. })));
    writer.close().unwrap();
    grow(&disk, &[1]);
    to(&disk, &target).unwrap();
}

#[test]
fn a_damaged_ledger_leaves_the_earlier_backup_untouched() {
    let (disk, head) = log_of(BATCHES);
    let target = backed_up(&disk);
    grow(&disk, &[30, 30, 30]);
    let before = files(&target);
    let mut refused = 0;
    let last =
        format!("segment-{:08}.log", disk.names().iter().filter(|name| name.ends_with(".log")).count());
    for bit in (12_288 * 8..13_500 * 8).step_by(331) {
        let rotten = disk.copy(1);
        flip(&rotten, &last, bit);
        let result = to(&rotten, &target);
        assert!(matches!(result, Err(BackupError::SourceDamaged { .. } | BackupError::Log(_))), "{result:?}");
        assert_eq!(files(&target), before, "bit {bit}");
        refused += 1;
    }
    assert!(refused > 20);
    // A first segment that rots in the ledger is not copied over the sound one.
    let rotten = disk.copy(1);
    flip(&rotten, SEGMENT_1, 12_600 * 8);
    let _ = to(&rotten, &target);
    assert_eq!(target.bytes(SEGMENT_1), disk.bytes(SEGMENT_1));
    let restored = new_disk();
    assert!(back(&target, &restored).unwrap().head.size >= head.size);
}

#[test]
fn a_sealed_segment_that_rots_in_the_backup_is_replaced_from_the_ledger() {
    let (disk, _) = log_of(BATCHES);
    let target = backed_up(&disk);
    for (segment, bit) in [(SEGMENT_1, 12_700 * 8), (SEGMENT_2, 12_300 * 8 + 3)] {
        flip(&target, segment, bit);
        assert_ne!(codes(&target), Vec::<&str>::new());
        let copied = to(&disk, &target).unwrap();
        assert_eq!(copied.segments, 1, "only that one");
        assert_eq!(codes(&target), Vec::<&str>::new());
        assert_eq!(target.bytes(segment), disk.bytes(segment));
    }
}

#[test]
fn a_damaged_blob_is_told_and_the_rest_is_copied() {
    let (disk, head) = log_of(&[3]);
    let (damaged, _) = blobs::put(&disk, &mut &b"one"[..]).unwrap();
    let (sound, _) = blobs::put(&disk, &mut &b"two"[..]).unwrap();
    disk.change(&damaged.file(), |bytes| bytes[0] ^= 1);
    let target = new_disk();
    let copied = to(&disk, &target).unwrap();
    assert_eq!((copied.head, copied.blobs, copied.blobs_damaged), (head, 1, vec![damaged]));
    assert!(target.names().contains(&sound.file()) && !target.names().contains(&damaged.file()));
    // One that is sound in the copy and has rotted in the ledger since stays in the copy.
    disk.change(&sound.file(), |bytes| bytes[0] ^= 1);
    assert_eq!(to(&disk, &target).unwrap().blobs_kept, 1);
    blobs::get(&target, &sound, &mut Vec::new()).unwrap();
}

#[test]
fn only_a_finished_and_sound_backup_is_restored() {
    let (disk, _) = log_of(BATCHES);
    let target = new_disk();
    assert!(matches!(back(&disk, &target), Err(BackupError::NoBackup { .. })), "a ledger is not a backup");
    assert!(matches!(back(&new_disk(), &target), Err(BackupError::NoBackup { .. })));
    let copy = backed_up(&disk);
    flip(&copy, SEGMENT_2, 12_400 * 8);
    assert!(matches!(back(&copy, &target), Err(BackupError::SourceDamaged { .. })));
    assert!(matches!(head_of(&target), Err(LogError::NotAStore { .. })));
    // Rolled back below its mark: it cannot be told from a backup that lost its end.
    let copy = backed_up(&disk);
    let (short, _) = log_of(&BATCHES[..3]);
    let shorter = backed_up(&short);
    shorter.put(MARK, copy.bytes(MARK));
    assert!(matches!(back(&shorter, &target), Err(BackupError::NoBackup { .. })));
    back(&copy, &target).unwrap();
}

#[test]
fn a_full_disk_leaves_the_earlier_backup_and_the_next_attempt_works() {
    let (disk, _) = log_of(BATCHES);
    let target = backed_up(&disk);
    let before = files(&target);
    let head = grow(&disk, BATCHES);
    let used = before.iter().map(|(_, bytes)| bytes.len() as u64).sum::<u64>();
    target.set_capacity(Some(used + 1_000));
    assert!(matches!(to(&disk, &target), Err(BackupError::Full { .. })));
    assert_eq!(files(&target), before);
    target.set_capacity(None);
    assert_eq!(to(&disk, &target).unwrap().head, head);
}

#[test]
fn a_backup_may_stop_anywhere_and_what_is_there_can_always_be_restored() {
    let (disk, first) = log_of(&BATCHES[..4]);
    blobs::put(&disk, &mut &b"one"[..]).unwrap();
    let earlier = backed_up(&disk);
    let head = grow(&disk, BATCHES);
    blobs::put(&disk, &mut &b"two"[..]).unwrap();
    let mut stops = 0;
    for seed in 0..4 {
        for operations in 0.. {
            let target = earlier.copy(seed);
            target.crash_after(operations);
            let finished = to(&disk, &target).is_ok();
            if (operations + seed) % 2 == 0 {
                target.power_cut()
            } else {
                target.kill()
            }
            let restored = new_disk();
            let size = back(&target, &restored).unwrap().head.size;
            assert!((first.size..=head.size).contains(&size), "{operations}: {size}");
            assert_eq!(codes(&restored), Vec::<&str>::new());
            assert_eq!(to(&disk, &target).unwrap().head, head);
            assert_eq!(codes(&target), Vec::<&str>::new());
            assert_eq!(blobs::check(&target, &Default::default()).unwrap().sound, 2);
            if finished {
                break;
            }
            stops += 1;
        }
    }
    assert!(stops > 100, "only {stops} stops");
}

#[test]
fn a_first_backup_may_stop_anywhere_and_is_never_taken_for_a_finished_one() {
    let (disk, head) = log_of(BATCHES);
    for operations in 0.. {
        let target = FaultDisk::new(operations);
        target.crash_after(operations);
        let finished = to(&disk, &target).is_ok();
        target.power_cut();
        match back(&target, &new_disk()) {
            Ok(copied) => assert_eq!(copied.head, head),
            Err(BackupError::NoBackup { .. }) => assert!(!finished),
            Err(other) => panic!("{operations}: {other}"),
        }
        assert_eq!(to(&disk, &target).unwrap().head, head);
        if finished {
            break;
        }
    }
}

#[test]
fn a_restore_may_stop_anywhere_and_is_never_taken_for_a_shorter_ledger() {
    let (disk, head) = log_of(BATCHES);
    blobs::put(&disk, &mut &b"one"[..]).unwrap();
    let copy = backed_up(&disk);
    let mut stops = 0;
    for seed in 0..4 {
        for operations in 0.. {
            let target = FaultDisk::new(seed);
            target.crash_after(operations);
            let finished = back(&copy, &target).is_ok();
            if (operations + seed) % 2 == 0 {
                target.power_cut()
            } else {
                target.kill()
            }
            match head_of(&target) {
                Ok(there) => assert_eq!(there, head, "all of it or nothing"),
                Err(LogError::NotAStore { .. } | LogError::Damaged(_)) => assert!(!finished),
                Err(other) => panic!("{operations}: {other}"),
            }
            if finished {
                assert!(matches!(
                    back(&copy, &target),
                    Err(BackupError::Log(LogError::AlreadyAStore { .. }))
                ));
                break;
            }
            match back(&copy, &target) {
                Ok(copied) => assert_eq!(copied.head, head),
                // It stopped when only the removal of its mark was not known to be durable.
                Err(BackupError::Log(LogError::AlreadyAStore { .. })) => {
                    assert_eq!(head_of(&target).unwrap(), head);
                }
                Err(other) => panic!("{operations}: {other}"),
            }
            assert_eq!(codes(&target), Vec::<&str>::new());
            assert_eq!(grow(&target, &[1]).size, head.size + 1);
            stops += 1;
        }
    }
    assert!(stops > 60, "only {stops} stops");
}

#[test]
fn what_was_appended_to_a_ledger_whose_restore_was_cut_off_at_its_end_is_kept() {
    let (disk, head) = log_of(BATCHES);
    let copy = backed_up(&disk);
    let target = new_disk();
    back(&copy, &target).unwrap();
    target.put("restore.checkpoint", copy.bytes(MARK));
    let grown = grow(&target, &[2]);
    assert_eq!(back(&copy, &target).unwrap().head, grown);
    assert_eq!((head_of(&target).unwrap().size, target.bytes("restore.checkpoint")), (head.size + 2, vec![]));
}
