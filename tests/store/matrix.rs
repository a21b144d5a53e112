//! The fault matrix: what can happen to a store, what must follow, and the test that shows it.
//!
//! | fault | must happen | tests |
//! |---|---|---|
//! | torn write in the last batch, at every byte | tail set aside, acknowledged intact | `a_last_batch_torn_at_any_byte_goes_to_quarantine`, `a_tail_torn_below_a_checkpoint_is_damage`, `a_torn_tail_whose_clearing_was_not_synced_does_not_come_back` |
//! | unsynced writes reordered or dropped | the same | `any_sectors_of_the_last_batch_may_be_lost`, `in_a_thousand_histories_nothing_is_lost_invented_doubled_changed_or_reordered` |
//! | a sync that lied | the loss is reported with its exact range as soon as anything knows better | `a_disk_that_lost_what_it_had_synced_is_reported_with_the_exact_range`, `a_batch_that_only_its_head_slot_remembers_is_reported_with_its_range` |
//! | a sync fails once | nothing is acknowledged after it | `a_failed_sync_poisons_the_log_and_nothing_is_acknowledged_after`, `a_batch_recovered_from_the_cache_after_a_failed_sync_survives_the_next_power_cut` |
//! | a read fails | typed error, other segments can be verified | `a_sector_that_cannot_be_read_is_an_error_of_its_segment_only` |
//! | reads are short or interrupted | nothing is noticed | `a_log_read_in_small_pieces_is_the_same` |
//! | the disk is full, in a batch or at the next segment | refused whole, works again with space | `a_full_disk_refuses_a_batch_whole_and_works_again_after_space`, `a_disk_that_fills_up_refuses_at_growth_and_at_the_next_segment`, `creating_a_log_on_a_full_disk_leaves_nothing_that_looks_like_one`, `a_full_file_system_refuses_an_entry_and_takes_it_once_there_is_room`, `a_batch_for_which_there_was_no_space_does_not_come_back_when_its_clearing_was_not_synced` |
//! | any bit flipped | found, named by segment and number | `every_bit_turned_over_is_found` |
//! | a write in a wrong place | found | `a_write_that_went_to_another_sector_is_found_or_took_nothing` |
//! | batches or segments swapped, a batch doubled | found | `swapped_batches_are_found`, `swapped_segments_are_found`, `a_batch_appended_twice_is_found`, `a_batch_written_in_place_of_another_is_found` |
//! | a batch or a segment in the middle deleted | the gap is named | `a_batch_that_was_taken_out_is_found`, `a_batch_that_was_zeroed_is_a_gap_with_its_number`, `a_deleted_segment_is_a_gap_with_its_number_and_the_rest_is_still_verified` |
//! | the tail cut below what was acknowledged | damage, not a shorter log | `a_log_cut_at_any_length_is_damaged_or_loses_nothing`, `the_last_segment_deleted_is_found_against_a_checkpoint` |
//! | the whole disk rolled back | found against a checkpoint kept elsewhere | `a_log_rolled_back_as_a_whole_is_found_by_a_checkpoint_only`, `a_writer_that_knows_a_checkpoint_does_not_open_a_disk_rolled_back` |
//! | the name of a synced file lost, a rename not durable | found, or survived | `a_segment_whose_rename_was_not_durable_costs_nothing`, `each_guard_is_missed_when_it_is_removed` |
//! | two writers, the lock file deleted | the second refused; forced, the first stops; a break of the epochs is found | `a_second_writer_is_refused_on_a_real_disk_too`, `a_writer_whose_lock_was_broken_stops_before_it_overwrites_the_other`, `a_writer_whose_lock_file_was_deleted_stops_when_another_has_written`, `a_batch_of_an_earlier_writer_after_one_of_a_later_is_found` |
//! | a process killed anywhere, also while it recovers | acknowledged intact; recovery can be done again | `a_crash_at_every_operation_and_at_every_operation_of_the_recovery_loses_nothing`, `killed_at_any_moment_four_writers_and_four_readers_lose_nothing` |
//! | a crash while a cache is written | same answers | `a_crash_at_every_operation_of_keeping_a_cache_changes_no_answer` |
//! | a cache deleted, damaged, swapped, older, of another log or version, used by another process | same answers | `whatever_becomes_of_the_snapshots_changes_no_answer`, `older_snapshots_change_no_answer`, `a_snapshot_that_got_the_name_of_another_is_not_taken`, `snapshots_of_another_log_or_of_entries_that_are_gone_are_not_taken`, `noise_in_the_index_changes_no_answer_with_its_seal_and_without`, `a_deleted_index_is_made_anew`, `an_older_index_is_brought_up_to_date`, `an_index_of_another_version_or_with_records_missing_or_changed_is_made_anew`, `an_index_that_another_process_uses_is_left_alone`, `a_flipped_bit_or_a_missing_file_never_changes_an_answer`, `older_tiles_are_completed_from_the_log_up_to_a_limit` |
//! | a clock set back or forward, a leap second, the end of summer time, 2038, 2100 | order by number; recorded time never goes back | `a_clock_that_jumps_leaves_the_order_of_the_log_and_its_times_rising` |
//! | absurd lengths | typed error, bounded memory | `absurd_lengths_are_refused_without_being_believed` |
//! | a format of later | verified, not read | `an_envelope_of_a_later_format_is_verified_but_neither_read_nor_appended_to` |
//! | a place that cannot be written, or not read | typed refusal, nothing changed | `a_read_only_store_is_read_and_verified_and_refuses_to_be_written`, `without_the_right_to_write_a_store_is_read_and_without_the_right_to_read_it_is_unreachable` |
//!
//! Power cuts on a real file system are in `tests/power`. History written anew and signed with a stolen key waits
//! for signatures.

use std::io::ErrorKind;
use std::ops::ControlFlow;

use ledger_core::entry::Entry;
use ledger_core::ids::BookId;
use ledger_core::report::{REPORTS, Request};
use ledger_core::resolve::Question;
use ledger_core::sheet::Row;
use ledger_core::time::Instant;
use ledger_store::conformance::{LOG_ID, read_all, record};
use ledger_store::fault::{FaultDisk, FixedClock, Operation};
use ledger_store::ledger::{Ledger, Outcome, Reach};
use ledger_store::reading::Reading;
use ledger_store::{FileLog, Log, LogError, Options, Snapshots, verify};

use crate::harness::{
    FRAMES_BEGIN, SEGMENT_1, SEGMENT_2, append, codes, entries, frame_offsets, log_of, open, report, shared,
    small,
};

#[test]
fn every_test_that_the_matrix_names_is_there() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests");
    let mut tests = String::new();
    for suite in ["store", "cli"] {
        for file in std::fs::read_dir(format!("{folder}/{suite}")).unwrap() {
            let path = file.unwrap().path();
            if path.extension().is_some_and(|extension| extension == "rs") {
                tests += &std::fs::read_to_string(path).unwrap();
            }
        }
    }
    let rows = include_str!("matrix.rs").lines().filter(|line| line.starts_with("//! | ")).skip(1);
    let named: Vec<&str> = rows.clone().flat_map(|row| row.split('`').skip(1).step_by(2)).collect();
    let absent: Vec<&str> =
        named.iter().filter(|name| !tests.contains(&format!("fn {name}("))).copied().collect();
    assert!(absent.is_empty(), "{absent:#?}");
    assert!(rows.clone().all(|row| row.contains('`')), "a row names no test");
    assert!(named.len() > 30, "{}", named.len());
}

#[test]
fn any_sectors_of_the_last_batch_may_be_lost() {
    let (disk, before) = log_of(&[2]);
    let mut old = disk.bytes(SEGMENT_1);
    // All in one frame.
    let options = ledger_store::Options { frame_bytes: 8_192, ..crate::harness::small() };
    let (mut log, _) = FileLog::open(shared(&disk), &options).unwrap();
    let records: Vec<_> = (3..=6)
        .map(|id| ledger_store::NewRecord { payload: vec![id as u8; 700], ..record(id, id.cast_signed()) })
        .collect();
    let after = log.append(2, &records).unwrap();
    drop(log);
    let new = disk.bytes(SEGMENT_1);
    // The file had been lengthened durably before the batch was written.
    old.resize(new.len(), 0);
    let sectors: Vec<usize> = (FRAMES_BEGIN..old.len())
        .step_by(512)
        .filter(|at| old[*at..*at + 512] != new[*at..*at + 512])
        .collect();
    assert!((4..10).contains(&sectors.len()), "{sectors:?}");
    let (mut kept, mut set_aside) = (0, 0);
    for lost in 0_u32..1 << sectors.len() {
        let disk = disk.copy(u64::from(lost));
        disk.change(SEGMENT_1, |bytes| {
            bytes.copy_from_slice(&old);
            for (_, at) in sectors.iter().enumerate().filter(|(place, _)| lost & (1 << place) == 0) {
                bytes[*at..*at + 512].copy_from_slice(&new[*at..*at + 512]);
            }
        });
        let (log, opened) = open(&disk).unwrap();
        assert_eq!(log.head(), if lost == 0 { after } else { before }, "lost {lost:b}");
        kept += u32::from(opened.recovered.is_some());
        set_aside += u32::from(opened.quarantined.is_some());
        log.close().unwrap();
        assert_eq!(codes(&disk), [""; 0], "lost {lost:b}");
    }
    // All of it is lost in one case only, and then there is nothing to set aside.
    assert_eq!((kept, set_aside), (1, (1 << sectors.len()) - 2));
}

#[test]
fn a_batch_that_only_its_head_slot_remembers_is_reported_with_its_range() {
    let (disk, head) = log_of(&[2, 3]);
    let at = frame_offsets(&disk.bytes(SEGMENT_1));
    disk.change(SEGMENT_1, |bytes| bytes[at[1]..].fill(0));
    let Err(LogError::Damaged(damage)) = open(&disk) else { panic!("opened") };
    assert_eq!((damage.first_missing, damage.last_missing), (3, Some(head.size)));
    assert!(codes(&disk).contains(&"entries_missing"), "{:?}", codes(&disk));
    let reader = FileLog::open_read_only(shared(&disk)).unwrap();
    assert_eq!(read_all(&reader, 1..3).unwrap().len(), 2);
    assert!(matches!(read_all(&reader, 1..6), Err(LogError::Damaged(_))));
}

#[test]
fn a_torn_tail_whose_clearing_was_not_synced_does_not_come_back() {
    let mut failed = 0;
    for seed in 0..40 {
        let disk = log_of(&[2]).0.copy(seed);
        let end = *frame_offsets(&disk.bytes(SEGMENT_1)).last().unwrap();
        disk.change(SEGMENT_1, |bytes| bytes[end..end + 300].fill(0xa5));
        // Whichever sync of the recovery fails, the next one sees what the system has in memory.
        disk.fail(Operation::Sync, seed % 8, ErrorKind::Other);
        failed += u32::from(open(&disk).is_err());
        disk.calm();
        let (log, _) = open(&disk).unwrap();
        drop(log);
        disk.power_cut();
        assert!(disk.bytes(SEGMENT_1)[end..].iter().all(|byte| *byte == 0), "seed {seed}");
        assert_eq!(codes(&disk), [""; 0], "seed {seed}");
    }
    assert!(failed >= 35, "{failed}");
}

#[test]
fn a_log_read_in_small_pieces_is_the_same() {
    let (disk, head) = log_of(&[8; 30]);
    let whole = read_all(&FileLog::open_read_only(shared(&disk)).unwrap(), 1..u64::MAX).unwrap();
    disk.read_short(true);
    for _ in 0..20 {
        let (log, _) = open(&disk).unwrap();
        assert_eq!(log.head(), head);
        assert_eq!(read_all(&log, 1..u64::MAX).unwrap(), whole);
        log.close().unwrap();
        assert_eq!(codes(&disk), [""; 0]);
    }
}

#[test]
fn a_write_that_went_to_another_sector_is_found_or_took_nothing() {
    let (mut found, mut harmless) = (0, 0);
    for seed in 0..300 {
        let disk = log_of(&[3, 3]).0.copy(seed);
        let (mut log, _) = open(&disk).unwrap();
        disk.misdirect(seed % 8);
        for _ in 0..4 {
            append(&mut log, 3).unwrap();
        }
        let head = log.head();
        log.close().unwrap();
        disk.power_cut();
        assert_eq!(disk.misdirected(), 1, "seed {seed}");
        if !verify(&disk, Some(&head)).unwrap().is_clean() {
            found += 1;
            continue;
        }
        let reader = FileLog::open_read_only(shared(&disk)).unwrap();
        assert_eq!((reader.head(), read_all(&reader, 1..u64::MAX).unwrap().len()), (head, 18), "seed {seed}");
        harmless += 1;
    }
    assert!(found > 200, "{found} found, {harmless} harmless");
}

#[test]
fn a_writer_that_knows_a_checkpoint_does_not_open_a_disk_rolled_back() {
    let (disk, _) = log_of(&[2]);
    let image = disk.image();
    let (mut log, _) = open(&disk).unwrap();
    let head = append(&mut log, 3).unwrap();
    log.close().unwrap();
    disk.restore(&image);
    assert!(report(&disk).is_clean());
    let options = Options { acknowledged: Some(head.size), ..small() };
    let Err(LogError::Damaged(damage)) = FileLog::open(shared(&disk), &options) else { panic!("opened") };
    assert_eq!((damage.first_missing, damage.last_missing), (3, Some(5)));
    let found = verify(&disk, Some(&head)).unwrap().findings;
    assert_eq!(found[0].defect.code(), "shorter_than_checkpoint");
}

/// A log of so many batches of eight, closed, on a disk of its own.
fn eights(batches: usize, seed: u64) -> FaultDisk {
    log_of(&vec![8; batches]).0.copy(seed)
}

#[test]
fn a_segment_whose_rename_was_not_durable_costs_nothing() {
    let is_there = |disk: &FaultDisk| disk.names().iter().any(|name| name == SEGMENT_2);
    let full = (1..30).find(|batches| is_there(&eights(*batches, 0))).unwrap() - 1;
    let (mut cuts, mut names_lost) = (0, 0);
    for operation in 0..24 {
        for seed in 0..8 {
            let disk = eights(full, seed);
            let (mut log, _) = open(&disk).unwrap();
            let mut acknowledged = log.head().size;
            disk.crash_after(operation);
            while let Ok(head) = append(&mut log, 8) {
                acknowledged = head.size;
            }
            drop(log);
            let begun = is_there(&disk);
            disk.power_cut();
            names_lost += u32::from(begun && !is_there(&disk));
            let (log, _) = open(&disk).unwrap();
            let size = log.head().size;
            assert!([acknowledged, acknowledged + 8].contains(&size), "{operation}, {seed}: {size}");
            log.close().unwrap();
            assert_eq!(codes(&disk), [""; 0], "{operation}, {seed}");
            cuts += 1;
        }
    }
    assert!(cuts == 192 && names_lost > 2, "{names_lost} of {cuts}");
}

#[test]
fn a_batch_of_an_earlier_writer_after_one_of_a_later_is_found() {
    let (disk, _) = log_of(&[2]);
    let (mut later, opened) = open(&disk).unwrap();
    append(&mut later, 2).unwrap();
    append(&mut later, 2).unwrap();
    later.close().unwrap();
    let at = *frame_offsets(&disk.bytes(SEGMENT_1)).iter().rev().nth(1).unwrap();
    disk.change(SEGMENT_1, |bytes| {
        assert_eq!(bytes[at + 24..at + 32], opened.epoch.to_le_bytes());
        bytes[at + 24..at + 32].copy_from_slice(&(opened.epoch - 1).to_le_bytes());
        let checksum = crc32c::crc32c(&bytes[at..at + 124]);
        bytes[at + 124..at + 128].copy_from_slice(&checksum.to_le_bytes());
    });
    assert!(codes(&disk).contains(&"batch_epoch"), "{:?}", codes(&disk));
    assert!(matches!(open(&disk), Err(LogError::Damaged(_))));
}

/// Recorded times around everything that clocks stumble over, as a clock might tell them.
const TIMES: [&str; 16] = [
    "2026-01-01T12:00:00Z",
    "2026-01-01T11:59:59.999999Z",
    "2016-12-31T23:59:59Z",
    "2026-03-08T06:59:59.999999Z",
    "2026-03-08T07:00:00Z",
    "2026-11-01T05:30:00Z",
    "2026-11-01T06:30:00Z",
    "2026-11-01T05:59:00Z",
    "2038-01-19T03:14:07Z",
    "2038-01-19T03:14:08Z",
    "1901-12-13T20:45:52Z",
    "2100-02-28T23:59:59Z",
    "2100-03-01T00:00:00Z",
    "2106-02-07T06:28:16Z",
    "1969-12-31T23:59:59.999999Z",
    "2262-04-11T23:47:16.854775Z",
];

#[test]
fn a_clock_that_jumps_leaves_the_order_of_the_log_and_its_times_rising() {
    let lines = include_str!("../../fixtures/stories/mini.jsonl");
    let story: Vec<Entry> = lines.lines().map(|line| Entry::from_json(line).unwrap()).collect();
    let times: Vec<Instant> = TIMES.iter().map(|text| text.parse().unwrap()).collect();
    // Each time is where the clock jumps to in the middle, back and forward, from each other.
    for jump in 0..times.len() {
        let disk = FaultDisk::new(1);
        FileLog::init(&disk, LOG_ID, &small()).unwrap();
        let (mut wanted, mut latest) = (Vec::new(), i64::MIN);
        for (place, entry) in story.iter().enumerate() {
            let now = times[(jump + place) % times.len()].micros();
            let mut ledger = Ledger::open(open(&disk).unwrap().0, Snapshots::none()).unwrap();
            let outcome = ledger.record(entry, &FixedClock(now)).unwrap();
            assert!(matches!(outcome, Outcome::Recorded(accepted) if accepted.number == place as u64 + 1));
            latest = latest.max(now);
            wanted.push((place as u64 + 1, Instant::from_micros(latest)));
            ledger.into_log().close().unwrap();
        }
        let (log, _) = open(&disk).unwrap();
        let recorded = entries(&log);
        let found: Vec<_> = recorded.iter().map(|recorded| (recorded.number, recorded.recorded)).collect();
        assert_eq!(found, wanted);
        assert_eq!(recorded.into_iter().map(|recorded| recorded.entry).collect::<Vec<_>>(), story);
        log.close().unwrap();
        assert_eq!(codes(&disk), [""; 0]);
    }
}

/// The figures of every report that needs no argument.
fn figures(disk: &FaultDisk, snapshots: Snapshots) -> Vec<Vec<Row>> {
    let log = FileLog::open_read_only(shared(disk)).unwrap();
    let reading = Reading::open(log, snapshots).unwrap();
    let book: BookId = "us-gaap".parse().unwrap();
    let request = Request { log: &reading, question: Question::default(), book, from: None, argument: None };
    let plain = REPORTS.iter().filter(|report| report.argument.is_none());
    plain.map(|report| (report.make)(&request).unwrap().rows).collect()
}

#[test]
fn a_crash_at_every_operation_of_keeping_a_cache_changes_no_answer() {
    let disk = FaultDisk::new(1);
    let options = Options::default();
    FileLog::init(&disk, LOG_ID, &options).unwrap();
    let log = FileLog::open(shared(&disk), &options).unwrap().0;
    let mut ledger = Ledger::open(log, Snapshots::none()).unwrap();
    let load: Vec<Entry> = testkit::load::realistic(700).collect();
    let (_, stopped) = ledger.record_together(&load, Reach::WholeBatch, &FixedClock(4_102_444_800_000_000));
    assert!(stopped.is_none(), "{stopped:?}");
    ledger.into_log().close().unwrap();
    let wanted = figures(&disk, Snapshots::none());
    assert!(wanted.iter().flatten().count() > 100);
    let operations = {
        let disk = disk.copy(0);
        let before = disk.operations();
        assert_eq!(figures(&disk, Snapshots::on(shared(&disk))), wanted);
        assert!(disk.names().iter().any(|name| name.starts_with("snapshots/")), "nothing is kept");
        disk.operations() - before
    };
    let mut crashes = 0;
    for operation in 0..operations {
        for seed in 0..3 {
            let disk = disk.copy(seed);
            disk.crash_after(operation);
            let log = FileLog::open_read_only(shared(&disk)).unwrap();
            // What is asked for may be told or not; the machine has stopped.
            if let Ok(reading) = Reading::open(log, Snapshots::on(shared(&disk))) {
                drop(reading.standing(&Question::default()));
            }
            assert!(disk.has_stopped());
            disk.power_cut();
            assert_eq!(figures(&disk, Snapshots::on(shared(&disk))), wanted, "{operation}, {seed}");
            let mut shown = 0;
            let log = FileLog::open_read_only(shared(&disk)).unwrap();
            log.read(1..u64::MAX, &mut |_| {
                shown += 1;
                ControlFlow::Continue(())
            })
            .unwrap();
            assert_eq!(shown, 700);
            crashes += 1;
        }
    }
    assert!(crashes >= 9, "{crashes}");
}
