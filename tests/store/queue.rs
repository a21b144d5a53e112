//! The ledger's own thread: whoever is answered finds the entry in the log, once; whoever is refused hinders nobody.

use std::sync::Arc;

use ledger_core::entry::Entry;
use ledger_store::fault::{FaultDisk, FixedClock, Operation};
use ledger_store::ledger::{Ledger, LedgerError, Outcome};
use ledger_store::queue::{Desk, LedgerThread};
use ledger_store::{FileLog, Log, LogError, LogId, Snapshots};

use crate::harness::{entries, open, small};

const CALLERS: u64 = 16;
const EACH: u64 = 20;

fn start(disk: &FaultDisk) -> LedgerThread<FileLog> {
    FileLog::init(disk, LogId(*b"ledger of a test"), &small()).unwrap();
    let mut ledger = Ledger::open(open(disk).unwrap().0, Snapshots::none()).unwrap();
    for body in [
        r#"{"type":"ledger_opened","entity":"Queue","functional_currency":"USD","time_zone":"UTC",
            "fiscal_year_end":"12-31","books":[{"book":"us-gaap"}]}"#,
        r#"{"type":"wallet_opened","wallet":"bank","kind":"bank","currency":"USD"}"#,
    ] {
        let number = ledger.size();
        assert!(matches!(ledger.record(&entry(number, body), &FixedClock(0)), Ok(Outcome::Recorded(_))));
    }
    LedgerThread::start(ledger, Arc::new(FixedClock(0))).unwrap()
}

fn entry(id: u64, body: &str) -> Entry {
    let json = format!(
        r#"{{"id":"00000000-0000-4000-8000-{id:012}","effective":"2026-01-05","actor":"a","events":[{body}]}}"#
    );
    Entry::from_json(&json).unwrap()
}

fn received(id: u64) -> Entry {
    let body = r#"{"type":"cash_received","wallet":"bank","amount":{"amount":"1.00","currency":"USD"},"category":"other"}"#;
    entry(id, body)
}

/// More than there ever is.
fn paid(id: u64) -> Entry {
    let body = r#"{"type":"cash_paid","wallet":"bank","amount":{"amount":"9000.00","currency":"USD"},"category":"other"}"#;
    entry(id, body)
}

/// Every caller records its entries, some of them twice, and one that is refused; gives the numbers it was told.
fn call(desk: &Desk, caller: u64) -> Vec<(u64, u64)> {
    let ids = (1..=EACH).map(|count| caller * 1_000 + count);
    ids.map(|id| {
        let refused = desk.record(paid(id + 500));
        assert!(matches!(refused, Err(LedgerError::Refused(_))), "{refused:?}");
        let number = match desk.record(received(id)).unwrap() {
            Outcome::Recorded(accepted) => accepted.number,
            Outcome::AlreadyRecorded(number) => panic!("{id} stands already as {number}"),
        };
        assert!(matches!(desk.record(received(id)), Ok(Outcome::AlreadyRecorded(again)) if again == number));
        (number, id)
    })
    .collect()
}

#[test]
fn many_callers_are_answered_with_what_stands_in_the_log() {
    let disk = FaultDisk::new(7);
    let ledger = start(&disk);
    let callers: Vec<_> = (1..=CALLERS)
        .map(|caller| {
            let desk = ledger.desk();
            std::thread::spawn(move || call(&desk, caller))
        })
        .collect();
    let mut told: Vec<(u64, u64)> = callers.into_iter().flat_map(|caller| caller.join().unwrap()).collect();
    told.sort_unstable();
    let log = ledger.finish().unwrap().into_log();
    let there: Vec<_> = entries(&log)
        .iter()
        .skip(2)
        .map(|recorded| {
            let id = recorded.entry.id.to_string();
            (recorded.number, id[24..].parse::<u64>().unwrap())
        })
        .collect();
    assert_eq!(there, told);
    assert_eq!(log.head().size, 2 + CALLERS * EACH);
}

#[test]
fn a_failed_sync_answers_for_nothing_and_the_log_opened_anew_tells_what_became_of_it() {
    let disk = FaultDisk::new(8);
    let ledger = start(&disk);
    let desk = ledger.desk();
    assert!(desk.record(received(1_001)).is_ok());
    disk.fail(Operation::Sync, 0, std::io::ErrorKind::Other);
    let unknown = desk.record(received(1_002));
    assert!(matches!(unknown, Err(LedgerError::Log(LogError::Unknown(_)))), "{unknown:?}");
    let after = desk.record(received(1_003));
    assert!(matches!(after, Err(LedgerError::Log(LogError::Poisoned))), "{after:?}");
    drop(desk);
    drop(ledger.finish());
    disk.power_cut();
    let mut ledger = Ledger::open(open(&disk).unwrap().0, Snapshots::none()).unwrap();
    assert!(ledger.size() == 3 || ledger.size() == 4, "{}", ledger.size());
    let again = ledger.record(&received(1_002), &FixedClock(0)).unwrap();
    assert!(matches!(again, Outcome::Recorded(accepted) if accepted.number == 4) || ledger.size() == 4);
    assert_eq!(ledger.into_log().head().size, 4);
}
