//! Snapshots are caches: with them or without, whatever became of them, every question has the same answer.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::sync::Arc;

use ledger_core::decide::{Decision, History};
use ledger_core::fold::Fold;
use ledger_core::replay::replay;
use ledger_core::resolve::{Question, Recorded};
use ledger_core::time::{Day, Instant};
use ledger_store::fault::{FaultDisk, FixedClock};
use ledger_store::ledger::{Ledger, Outcome};
use ledger_store::{FileLog, LogId, Reading, Snapshots};
use testkit::generate::{Generator, Options};

use crate::harness::{open, shared, small};

const LENGTH: usize = 40;
const SEEDS: u64 = 12;

/// A standing every entry, so that a short log has many, on more than one shelf.
fn snapshots(disk: &FaultDisk) -> Snapshots {
    Snapshots::on(shared(disk)).spaced(1)
}

/// What the ledger takes in of what a generator proposes, some of it late.
fn random_log(seed: u64) -> Vec<Recorded> {
    let options =
        Options { late: true, late_arrivals: true, late_prices: true, stablecoin_debt: true, closes: true };
    let mut generator = Generator::new(seed, options);
    let mut history = History::default();
    for _ in 0..3 * LENGTH {
        let entry = generator.propose();
        if let Ok(Decision::Accepted(accepted)) = history.consider(&entry) {
            let recorded = Instant::from_micros(0);
            history.accept(Recorded { number: accepted.number, recorded, entry: entry.clone() });
            generator.accepted(entry);
        }
        if history.log().len() == LENGTH {
            break;
        }
    }
    history.log().to_vec()
}

fn told(fold: &Fold) -> String {
    let mut text = String::new();
    for book in fold.books() {
        for (target, balance) in book.balances().filter(|(_, balance)| !balance.amount.is_zero()) {
            writeln!(text, "{} {target:?} {} {}", book.name(), balance.amount, balance.units).unwrap();
        }
        for (position, holding) in book.lots().positions() {
            writeln!(text, "{} {position:?} {holding:?}", book.name()).unwrap();
            book.lots().of(position).for_each(|lot| writeln!(text, "  {lot:?}").unwrap());
        }
    }
    write!(text, "{:?}", fold.world()).unwrap();
    text.replace("revocable: [], ", "\n")
}

/// Questions about every day on which something happened, as known at every entry in turn.
fn questions(log: &[Recorded]) -> Vec<Question> {
    let days: BTreeSet<Day> =
        log.iter().map(|recorded| ledger_core::time::Zone::UTC.day_of(recorded.entry.effective)).collect();
    let known = (1..=log.len() as u64).map(Some).chain([None]);
    let of_day = |as_known| days.iter().step_by(5).map(move |day| (Some(*day), as_known));
    known
        .flat_map(|as_known| of_day(as_known).chain([(None, as_known)]))
        .map(|(as_of, as_known)| Question { as_of, as_known, through: None })
        .collect()
}

fn new_ledger(disk: &FaultDisk) -> Ledger<FileLog> {
    FileLog::init(disk, LogId(*b"ledger of a test"), &small()).unwrap();
    Ledger::open(open(disk).unwrap().0, snapshots(disk)).unwrap()
}

fn record(ledger: &mut Ledger<FileLog>, log: &[Recorded]) {
    for recorded in log {
        let outcome = ledger.record(&recorded.entry, &FixedClock(0)).unwrap();
        assert!(matches!(outcome, Outcome::Recorded(accepted) if accepted.number == recorded.number));
    }
}

/// A store with a random log, written in two sittings.
fn store(log: &[Recorded]) -> FaultDisk {
    let disk = FaultDisk::new(3);
    let (first, rest) = log.split_at(log.len() / 2);
    let mut ledger = new_ledger(&disk);
    record(&mut ledger, first);
    ledger.into_log().close().unwrap();
    let mut ledger = Ledger::open(open(&disk).unwrap().0, snapshots(&disk)).unwrap();
    record(&mut ledger, rest);
    ledger.into_log().close().unwrap();
    disk
}

fn reading(disk: &FaultDisk) -> Reading<FileLog> {
    Reading::open(FileLog::open_read_only(shared(disk)).unwrap(), snapshots(disk)).unwrap()
}

fn assert_same_answers(disk: &FaultDisk, log: &[Recorded], what: &str) {
    let reading = reading(disk);
    for question in questions(log) {
        let expected = told(&replay(log, &question, |_| ()).unwrap());
        let found = told(&reading.standing(&question).unwrap().fold);
        let differs = found.lines().zip(expected.lines()).find(|(found, expected)| found != expected);
        assert!(found == expected, "{what}: {question:?}\n{differs:#?}");
    }
}

fn names(disk: &FaultDisk) -> Vec<String> {
    disk.names().into_iter().filter(|name| name.starts_with("snapshots/")).collect()
}

#[test]
fn with_snapshots_every_day_as_known_at_every_entry_has_the_answer_that_it_has_without() {
    let (mut from_snapshots, mut shelves) = (0, BTreeSet::new());
    for seed in 0..SEEDS {
        let log = random_log(seed);
        let disk = store(&log);
        assert_same_answers(&disk, &log, &format!("seed {seed}"));
        let from_snapshot = |question: &Question| {
            let reading = reading(&disk);
            reading.standing(question).unwrap();
            reading.used_snapshot().is_some()
        };
        from_snapshots += questions(&log).into_iter().step_by(7).filter(from_snapshot).count();
        shelves.extend(names(&disk).iter().filter_map(|name| name.split('/').nth(2).map(str::to_owned)));
    }
    assert!(shelves.contains("0") && shelves.contains("1"), "{shelves:?}");
    // They would be easy to agree with if none were ever used.
    assert!(from_snapshots > 300, "{from_snapshots}");
}

#[test]
fn whatever_becomes_of_the_snapshots_changes_no_answer() {
    type Harm = fn(&FaultDisk, &str);
    let harms: [(&str, Harm); 6] = [
        ("deleted", |disk, name| disk.take(name)),
        ("filled with noise", |disk, name| {
            disk.change(name, |bytes| bytes.iter_mut().enumerate().for_each(|(at, byte)| *byte ^= at as u8));
        }),
        ("cut", |disk, name| disk.change(name, |bytes| bytes.truncate(bytes.len() / 2))),
        ("emptied", |disk, name| disk.put(name, Vec::new())),
        ("one bit flipped", |disk, name| {
            disk.change(name, |bytes| {
                let middle = bytes.len() / 2;
                bytes[middle] ^= 1;
            });
        }),
        ("of another version", |disk, name| {
            let bytes = disk.bytes(name);
            disk.take(name);
            let version = name.split('/').nth(1).unwrap();
            disk.put(&name.replace(version, "0123456789abcdef"), bytes);
        }),
    ];
    for (what, harm) in harms {
        let log = random_log(100);
        let disk = store(&log);
        assert!(names(&disk).len() > 5, "{:?}", names(&disk));
        names(&disk).iter().for_each(|name| harm(&disk, name));
        assert_same_answers(&disk, &log, what);
        // A writer that finds them goes on as well.
        let mut ledger = Ledger::open(open(&disk).unwrap().0, snapshots(&disk)).unwrap();
        assert_eq!(ledger.size(), log.len() as u64);
        let again = ledger.record(&log[7].entry, &FixedClock(0)).unwrap();
        assert!(matches!(again, Outcome::AlreadyRecorded(8)), "{what}");
    }
}

#[test]
fn snapshots_of_another_log_or_of_entries_that_are_gone_are_not_taken() {
    let log = random_log(200);
    let other = random_log(201);
    let (disk, others) = (store(&log), store(&other));
    // The same log id, the same sizes, other entries: as after a restore and other appends.
    names(&disk).iter().for_each(|name| disk.take(name));
    names(&others).iter().for_each(|name| disk.put(name, others.bytes(name)));
    assert_same_answers(&disk, &log, "of another log");
    // Half of the log with the snapshots of all of it, as after a roll-back.
    let all = store(&log);
    let half = FaultDisk::new(4);
    let mut ledger = new_ledger(&half);
    record(&mut ledger, &log[..LENGTH / 2]);
    ledger.into_log().close().unwrap();
    names(&all).iter().for_each(|name| half.put(name, all.bytes(name)));
    assert_same_answers(&half, &log[..LENGTH / 2], "of entries that are gone");
}

/// As after a copy of the caches was put back that is older than the log.
#[test]
fn older_snapshots_change_no_answer() {
    let log = random_log(150);
    let disk = FaultDisk::new(3);
    let mut ledger = new_ledger(&disk);
    record(&mut ledger, &log[..LENGTH / 2]);
    ledger.into_log().close().unwrap();
    let older: Vec<_> = names(&disk).into_iter().map(|name| (name.clone(), disk.bytes(&name))).collect();
    assert!(older.len() > 10, "{}", older.len());
    let mut ledger = Ledger::open(open(&disk).unwrap().0, snapshots(&disk)).unwrap();
    record(&mut ledger, &log[LENGTH / 2..]);
    ledger.into_log().close().unwrap();
    names(&disk).iter().for_each(|name| disk.take(name));
    older.into_iter().for_each(|(name, bytes)| disk.put(&name, bytes));
    assert_same_answers(&disk, &log, "older");
}

/// Each file is sound and of this log; only its name is another's, which says where it stands and what it knows.
#[test]
fn a_snapshot_that_got_the_name_of_another_is_not_taken() {
    let log = random_log(400);
    let disk = store(&log);
    let standings: Vec<String> =
        names(&disk).into_iter().filter(|name| name.contains("/standing_")).collect();
    let bytes: Vec<Vec<u8>> = standings.iter().map(|name| disk.bytes(name)).collect();
    assert!(standings.len() > 20, "{standings:?}");
    for (name, bytes) in standings.iter().zip(bytes.iter().cycle().skip(1)) {
        disk.put(name, bytes.clone());
    }
    assert_same_answers(&disk, &log, "names exchanged");
}

#[test]
fn a_store_that_cannot_be_written_is_read_all_the_same() {
    let log = random_log(300);
    let disk = store(&log);
    names(&disk).iter().for_each(|name| disk.take(name));
    disk.set_capacity(Some(0));
    assert_same_answers(&disk, &log, "a full disk");
    assert!(Arc::strong_count(&shared(&disk)) > 0);
}
