//! What it costs to record entries on a ledger: one caller beside sixty-four on the same desk, and all lines of a
//! file decided and durable.

use std::hint::black_box;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::sync_channel;
use std::time::{Duration, Instant};

use ledger_core::entry::Entry;
use ledger_core::event::Event;
use ledger_core::strict_json;
use ledger_store::ledger::{Ledger, Reach};
use ledger_store::queue::{Desk, LedgerThread};
use ledger_store::{FileLog, LogId, Options, RealDisk, Snapshots, SystemClock};
use testkit::load::realistic;

/// Entries that a ledger holds before callers come.
const THERE: u64 = 1_000;
const CALLERS: u64 = 64;
/// Lines that share a sync.
const GROUP: usize = 8_192;
const GROUPS_AHEAD: usize = 2;

fn opened(folder: &Path) -> Ledger<FileLog> {
    let disk = Arc::new(RealDisk::at(folder));
    FileLog::init(&*disk, LogId([3; 16]), &Options::default()).unwrap();
    let (log, _) = FileLog::open(disk.clone(), &Options::default()).unwrap();
    Ledger::open(log, Snapshots::on(disk)).unwrap()
}

/// One caller, then many, in turn for some rounds, each call answered when its entry is durable; prints how many a
/// second both get, and how many times as many the many do.
pub(crate) fn many_callers(folder: &Path, each: u64, rounds: u64) {
    let mut ledger = opened(folder);
    let before: Vec<Entry> = realistic(THERE).collect();
    let clock = Arc::new(SystemClock);
    let (_, stopped) = ledger.record_together(&before, Reach::WholeBatch, &*clock);
    assert!(stopped.is_none(), "{stopped:?}");
    let receipt = receipt(&before);
    let thread = LedgerThread::start(ledger, clock).unwrap();
    let (mut alone, mut together) = (Vec::new(), Vec::new());
    for round in 0..rounds {
        alone.push(called(&thread.desk(), &receipt, round * 2, 1, each));
        together.push(called(&thread.desk(), &receipt, round * 2 + 1, CALLERS, each));
    }
    assert_eq!(thread.finish().unwrap().size(), THERE + rounds * each * (1 + CALLERS));
    let a_second = |mut times: Vec<Duration>, count: u64| {
        times.sort_unstable();
        u128::from(count) * 1_000_000_000 / times[times.len() / 2].as_nanos().max(1)
    };
    let (alone, together) = (a_second(alone, each), a_second(together, each * CALLERS));
    let tenths = together * 10 / alone.max(1);
    println!(
        "{:<34} {alone:>10}/s {together:>10}/s {:>5}.{}",
        "one caller, and 64",
        tenths / 10,
        tenths % 10
    );
}

/// A receipt of money at the time of the last entry, which can stand any number of times in any order.
fn receipt(before: &[Entry]) -> Entry {
    let is_receipt = |entry: &&Entry| matches!(entry.events.as_slice(), [Event::CashReceived(_)]);
    let receipt = before.iter().rfind(is_receipt).unwrap();
    Entry { effective: before.last().unwrap().effective, ..receipt.clone() }
}

/// How long it takes until so many callers have each recorded so many entries.
fn called(desk: &Desk, receipt: &Entry, round: u64, callers: u64, each: u64) -> Duration {
    let start = Instant::now();
    std::thread::scope(|scope| {
        for caller in 0..callers {
            let desk = desk.clone();
            scope.spawn(move || {
                for number in 0..each {
                    let id = format!("{round:08x}-{caller:04x}-4000-8000-{number:012x}").parse().unwrap();
                    desk.record(Entry { id, ..receipt.clone() }).unwrap();
                }
            });
        }
    });
    start.elapsed()
}

/// Lines read by the strict reader alone, and as an entry's lines are; prints what one takes either way.
fn parsing(lines: &[String]) {
    const ROUNDS: usize = 5;
    let time = |read: &dyn Fn(&str) -> Entry| {
        let start = Instant::now();
        lines.iter().for_each(|line| drop(black_box(read(line))));
        start.elapsed().as_nanos() / lines.len() as u128
    };
    let (mut strict, mut usual) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        strict.push(time(&|line| strict_json::from_str(line).unwrap()));
        usual.push(time(&|line| Entry::from_json(line).unwrap()));
    }
    strict.sort_unstable();
    usual.sort_unstable();
    let (strict, usual) = (strict[ROUNDS / 2], usual[ROUNDS / 2]);
    println!("{:<34} {strict:>9} ns {usual:>9} ns", "a line parsed, strictly and usually");
}

/// All lines of a load read, parsed on a thread ahead, decided and durable; prints how many a second.
pub(crate) fn import(folder: &Path, count: u64) {
    let lines: Vec<String> = realistic(count).map(|entry| entry.to_json().to_string()).collect();
    parsing(&lines);
    let mut ledger = opened(folder);
    let (parsed, groups) = sync_channel(GROUPS_AHEAD);
    let start = Instant::now();
    std::thread::scope(|scope| {
        scope.spawn(move || {
            for lines in lines.chunks(GROUP) {
                let group: Vec<Entry> = lines.iter().map(|line| Entry::from_json(line).unwrap()).collect();
                parsed.send(group).unwrap();
            }
        });
        for group in groups {
            let (_, stopped) = ledger.record_together(&group, Reach::FromThere, &SystemClock);
            assert!(stopped.is_none(), "{stopped:?}");
        }
    });
    let a_second = u128::from(count) * 1_000_000_000 / start.elapsed().as_nanos().max(1);
    assert_eq!(ledger.size(), count);
    println!("{:<34} {a_second:>23}/s", format!("import of {count} lines"));
}
