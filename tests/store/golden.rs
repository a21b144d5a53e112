//! The golden log of format 1: the mini story as this format's first program wrote it. A later version must open
//! it, find it clean, prove it and read the same entries. `UPDATE_EXPECT=1` writes it anew, which is right only
//! before the first release of a format.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ct_merkle::mem_backed_tree::MemoryBackedTree;
use ledger_core::entry::Entry;
use ledger_core::time::Instant;
use ledger_store::disk::Clock;
use ledger_store::fault::{FaultDisk, FixedClock};
use ledger_store::ledger::{Ledger, Outcome};
use ledger_store::{FileLog, Log, LogId, RealDisk, Snapshots, verify};
use sha2::Sha256;

use crate::harness::{SEGMENT_1, entries, open, small};

/// 1 January 2026, 12:00 UTC; one second more for each entry.
const NOON: i64 = 1_767_268_800_000_000;

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures")
}

fn mini_story() -> Vec<Entry> {
    let text = std::fs::read_to_string(fixtures().join("stories/mini.jsonl")).unwrap();
    text.lines().map(|line| Entry::from_json(line).unwrap()).collect()
}

fn golden() -> Arc<RealDisk> {
    Arc::new(RealDisk::at(fixtures().join("logs/format-1")))
}

/// The log as this version writes it.
fn written() -> Vec<u8> {
    let disk = FaultDisk::new(1);
    FileLog::init(&disk, LogId(*b"golden log one!!"), &small()).unwrap();
    let mut ledger = Ledger::open(open(&disk).unwrap().0, Snapshots::none()).unwrap();
    for (second, entry) in (0..).zip(mini_story()) {
        let clock: &dyn Clock = &FixedClock(NOON + second * 1_000_000);
        assert!(matches!(ledger.record(&entry, clock).unwrap(), Outcome::Recorded(_)));
    }
    ledger.into_log().close().unwrap();
    disk.bytes(SEGMENT_1)
}

#[test]
fn this_version_writes_the_golden_log_to_the_byte() {
    let path = fixtures().join("logs/format-1").join(SEGMENT_1);
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, written()).unwrap();
    }
    assert!(std::fs::read(&path).unwrap() == written(), "the bytes of format 1 have changed");
}

#[test]
fn the_golden_log_is_clean_and_says_what_the_mini_story_says() {
    let report = verify(&*golden(), None).unwrap();
    assert!(report.is_clean(), "{:?}", report.findings);
    let recorded = entries(&FileLog::open_read_only(golden()).unwrap());
    assert_eq!(recorded.len(), 10);
    for ((number, entry), recorded) in (1..).zip(mini_story()).zip(recorded) {
        let second = i64::try_from(number).unwrap() - 1;
        assert_eq!(recorded.entry, entry);
        assert_eq!(
            (recorded.number, recorded.recorded),
            (number, Instant::from_micros(NOON + second * 1_000_000))
        );
    }
}

#[test]
fn the_golden_logs_root_is_that_of_a_tree_that_is_not_ours() {
    let log = FileLog::open_read_only(golden()).unwrap();
    let mut tree = MemoryBackedTree::<Sha256, Vec<u8>>::new();
    log.read(1..11, &mut |record| {
        tree.push(record.envelope.to_vec());
        ControlFlow::Continue(())
    })
    .unwrap();
    assert_eq!(tree.root().as_bytes().as_slice(), log.head().root);
    let hex: String = log.head().root.iter().map(|byte| format!("{byte:02x}")).collect();
    expect_test::expect!["e5ed8fd1eab1eeaaa9c8ed2e089b88fdccdfed0a9507f90e0659206d36b91f50"].assert_eq(&hex);
}
