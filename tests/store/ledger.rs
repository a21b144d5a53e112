//! The ledger over a log: what it answers for is what the log holds, whatever becomes of an append.

use ledger_core::entry::Entry;
use ledger_store::fault::{FaultDisk, FixedClock};
use ledger_store::ledger::{Ledger, LedgerError, Outcome, Reach};
use ledger_store::{FileLog, Log, LogError, LogId, Snapshots};

use crate::harness::{entries, open, small};

fn story() -> Vec<Entry> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../fixtures/stories/mini.jsonl");
    std::fs::read_to_string(path).unwrap().lines().map(|line| Entry::from_json(line).unwrap()).collect()
}

fn new_ledger() -> (FaultDisk, Ledger<FileLog>) {
    let disk = FaultDisk::new(1);
    FileLog::init(&disk, LogId(*b"ledger of a test"), &small()).unwrap();
    let ledger = Ledger::open(open(&disk).unwrap().0, Snapshots::none()).unwrap();
    (disk, ledger)
}

const CLOCK: FixedClock = FixedClock(1_767_268_800_000_000);

#[test]
fn entries_recorded_together_are_one_batch_in_their_order() {
    let (_disk, mut ledger) = new_ledger();
    let (outcomes, stopped) = ledger.record_together(&story(), Reach::FromThere, &CLOCK);
    assert!(stopped.is_none());
    assert!(outcomes.iter().all(|outcome| matches!(outcome, Outcome::Recorded(_))));
    let log = ledger.into_log();
    assert_eq!(entries(&log).into_iter().map(|recorded| recorded.entry).collect::<Vec<_>>(), story());
}

#[test]
fn a_refusal_in_the_middle_leaves_what_stands_before_it_or_nothing_at_all() {
    let mut lines = story();
    // The sale comes before the coins were bought.
    lines.swap(3, 6);
    for (reach, kept) in [(Reach::FromThere, 3), (Reach::WholeBatch, 0)] {
        let (_disk, mut ledger) = new_ledger();
        let (outcomes, stopped) = ledger.record_together(&lines, reach, &CLOCK);
        assert!(matches!(stopped, Some(LedgerError::Refused(_))), "{stopped:?}");
        assert_eq!((outcomes.len(), ledger.size()), (kept, kept as u64), "{reach:?}");
        assert_eq!(ledger.into_log().head().size, kept as u64, "{reach:?}");
    }
}

#[test]
fn a_full_disk_leaves_the_ledger_at_what_is_recorded_and_it_works_again_with_space() {
    let (disk, mut ledger) = new_ledger();
    let (first, mut rest) = (story()[..3].to_vec(), story()[3..].to_vec());
    rest.iter_mut().for_each(|entry| entry.memo = Some("more than is laid down ".repeat(40)));
    ledger.record_together(&first, Reach::FromThere, &CLOCK);
    // Room to clear what was written, but not to lay down more.
    disk.set_capacity(Some(16_384));
    let (outcomes, stopped) = ledger.record_together(&rest, Reach::FromThere, &CLOCK);
    assert!(matches!(stopped, Some(LedgerError::Log(LogError::Full))), "{stopped:?}");
    assert!(outcomes.is_empty());
    assert_eq!(ledger.size(), 3);
    disk.set_capacity(None);
    let (outcomes, stopped) = ledger.record_together(&rest, Reach::FromThere, &CLOCK);
    assert!(stopped.is_none() && outcomes.len() == 7);
    assert_eq!(ledger.into_log().head().size, 10);
}
