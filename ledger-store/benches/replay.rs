//! What a verified replay costs beside hashing its tree alone: every frame and leaf checked, every entry decoded,
//! one book folded. They take turns, so that a busy machine hits all. `replay [COUNT]` says how many entries,
//! with late ones and without; the peak of memory is that of a process that does nothing else.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a benchmark prints its table, and an unexpected error ends it"
)]

#[path = "parts/filled.rs"]
mod filled;

use std::hint::black_box;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use ledger_core::replay::Archive;
use ledger_core::resolve::Recorded;
use ledger_store::archive::LogArchive;
use ledger_store::merkle::{Frontier, leaf_hash};
use ledger_store::reading::verified;
use ledger_store::{FileLog, Hash, Log, RealDisk};
use testkit::load::Load;

/// The word by which this program asks itself for one replay in a process of its own.
const ALONE: &str = "alone";

/// Envelopes held at once while the tree is hashed alone, in bytes.
const HELD: usize = 64 << 20;

/// As in the command.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    if let [word, folder] = arguments.as_slice()
        && word == ALONE
    {
        verified_replay(&open(Path::new(folder)));
        println!("{}", peak_kib());
        return;
    }
    // Cargo names the mode: `cargo bench` passes --bench, `cargo test --benches` does not.
    let full = std::env::args().any(|argument| argument == "--bench");
    let asked = arguments.first().map(|count| count.parse().unwrap());
    let count = asked.unwrap_or(if full { 100_000 } else { 2_000 });
    let rounds = if full { 5 } else { 1 };
    let place = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let loads = [Load::of(count), Load { late: true, ..Load::of(count) }];
    let mut cases = loads.map(|load| Case::laid_out(load, place.path()));
    for _ in 0..rounds {
        cases.iter_mut().for_each(Case::measure);
    }
    println!("{:<44} {:>10} {:>10} {:>7} {:>9}", "medians", "ms", "us/entry", "ratio", "peak MiB");
    let [on_time, late] = cases.map(Case::print);
    println!("with late entries against none: {}", hundredths(late.as_nanos(), on_time.as_nanos()));
}

/// The whole: all of the log checked, one book folded, and the root compared with that of the head. This is the one
/// place that says which function does it.
fn verified_replay(log: &FileLog) {
    black_box(verified(log).unwrap());
}

/// A log on the disk and what was measured on it.
struct Case {
    load: Load,
    folder: PathBuf,
    root: Hash,
    /// Bytes of its envelopes.
    bytes: usize,
    /// Hashing alone, reading, decoding, and the verified replay, by rounds.
    times: [Vec<Duration>; 4],
}

impl Case {
    fn laid_out(load: Load, place: &Path) -> Case {
        let folder = place.join(if load.late { "late" } else { "on time" });
        let root = filled::fill(&Arc::new(RealDisk::at(&folder)), load).root;
        Case { load, folder, root, bytes: 0, times: Default::default() }
    }

    fn measure(&mut self) {
        let log = open(&self.folder);
        let (alone, bytes) = hash_alone(&log);
        self.bytes = bytes;
        self.times[0].push(alone);
        self.times[1].push(timed(|| assert_eq!(read_and_hash(&log), self.root)));
        self.times[2].push(timed(|| decode(&log)));
        self.times[3].push(timed(|| verified_replay(&log)));
    }

    /// Prints its part of the table and gives the time of a verified replay.
    fn print(self) -> Duration {
        let rounds = self.times[0].len();
        let [limit, reading, decoding, whole] = self.times.map(median);
        let late = if self.load.late { ", 1 % late" } else { "" };
        let count = self.load.count;
        println!("{count} entries{late}, {} bytes of envelopes, {rounds} rounds", self.bytes);
        let peak = alone(&self.folder);
        for (label, time, peak) in [
            ("  tree hashing alone, the limit", limit, None),
            ("  read, check frames, hash the tree", reading, None),
            ("  read, check, decode, encode and compare", decoding, None),
            ("  verified replay of one book", whole, Some(peak)),
        ] {
            let per_entry = time.as_nanos() / u128::from(count);
            let (micros, nanos) = (per_entry / 1_000, per_entry % 1_000);
            let ratio = hundredths(time.as_nanos(), limit.as_nanos());
            let peak = peak.map_or(String::new(), |kib| hundredths(kib, 1_024));
            let millis = hundredths(time.as_nanos(), 1_000_000);
            println!("{label:<44} {millis:>10} {micros:>6}.{nanos:03} {ratio:>7} {peak:>9}");
        }
        whole
    }
}

fn open(folder: &Path) -> FileLog {
    FileLog::open_read_only(Arc::new(RealDisk::at(folder))).unwrap()
}

/// Hashes the tree out of memory, some of it at a time so that any length fits: the time of the hashing alone, and
/// the bytes hashed.
fn hash_alone(log: &FileLog) -> (Duration, usize) {
    let (mut tree, mut time, mut hashed) = (Frontier::default(), Duration::ZERO, 0);
    let (mut held, mut ends) = (Vec::with_capacity(HELD), Vec::new());
    let size = log.head().size;
    let mut hash_held = |held: &mut Vec<u8>, ends: &mut Vec<usize>| {
        hashed += held.len();
        time += timed(|| {
            let mut start = 0;
            for end in ends.iter() {
                tree.push(leaf_hash(&held[start..*end]));
                start = *end;
            }
        });
        held.clear();
        ends.clear();
    };
    log.read(1..size + 1, &mut |record| {
        held.extend_from_slice(record.envelope);
        ends.push(held.len());
        if held.len() + usize::from(u16::MAX) > HELD {
            hash_held(&mut held, &mut ends);
        }
        ControlFlow::Continue(())
    })
    .unwrap();
    hash_held(&mut held, &mut ends);
    assert_eq!(tree.root(), log.head().root);
    (time, hashed)
}

fn read_and_hash(log: &FileLog) -> Hash {
    let mut tree = Frontier::default();
    log.read(1..log.head().size + 1, &mut |record| {
        tree.push(leaf_hash(record.envelope));
        ControlFlow::Continue(())
    })
    .unwrap();
    tree.root()
}

fn decode(log: &FileLog) {
    let each = &mut |recorded: &Recorded, _| {
        black_box(recorded);
        ControlFlow::Continue(())
    };
    LogArchive(log).read(1..log.head().size + 1, each).unwrap();
}

/// The peak of memory of a process that does one verified replay, in KiB.
fn alone(folder: &Path) -> u128 {
    let this = std::env::current_exe().unwrap();
    let done = Command::new(this).arg(ALONE).arg(folder).output().unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    String::from_utf8(done.stdout).unwrap().trim().parse().unwrap()
}

/// The most memory that this process ever had in use, in KiB, as Linux counts it.
fn peak_kib() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    peak.trim().trim_end_matches(" kB").to_owned()
}

fn timed(work: impl FnOnce()) -> Duration {
    let start = Instant::now();
    work();
    start.elapsed()
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

fn hundredths(part: u128, whole: u128) -> String {
    let ratio = part * 100 / whole.max(1);
    format!("{}.{:02}", ratio / 100, ratio % 100)
}
