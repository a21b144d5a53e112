//! What the caches save: the root of an earlier size from tiles beside hashing the entries, and the entries that have
//! a name from the index beside reading them. And what making the caches costs.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a benchmark prints its table, and an unexpected error ends it"
)]

use std::hint::black_box;
use std::ops::{ControlFlow, Range};
use std::path::Path;
use std::time::{Duration, Instant};

use ledger_core::entry::lookups::LookupKind;
use ledger_store::index::{Index, Source};
use ledger_store::merkle::{Frontier, leaf_hash};
use ledger_store::tiles::{CaughtUp, Tiles, catch_up};
use ledger_store::{Head, Log, LogError, LogId, MemoryLog, NewRecord, RealDisk, Record, RecordId};
use testkit::load::realistic;

/// How long an envelope is, as those of a realistic mix.
const ENVELOPE_BYTES: usize = 200;

/// How often a question is asked, its median told.
const ROUNDS: usize = 9;

fn main() {
    // Cargo names the mode: `cargo bench` passes --bench, `cargo test --benches` does not.
    let full = std::env::args().any(|argument| argument == "--bench");
    let (sizes, entries) =
        if full { (vec![10_000, 1_000_000, 10_000_000], 200_000) } else { (vec![10_000], 5_000) };
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    for size in sizes {
        tiles(&folder.path().join(size.to_string()), size);
    }
    index(&folder.path().join("cache"), entries);
}

/// A log that makes its records as they are read.
struct Made {
    head: Head,
}

impl Made {
    fn of(size: u64) -> Made {
        let mut made = Made { head: Head { size, root: [0; 32] } };
        made.head.root = made.hashed(size);
        made
    }

    fn hashed(&self, size: u64) -> [u8; 32] {
        let mut frontier = Frontier::default();
        self.read(1..size + 1, &mut |record| {
            frontier.push(leaf_hash(record.envelope));
            ControlFlow::Continue(())
        })
        .unwrap();
        frontier.root()
    }
}

impl Log for Made {
    fn log_id(&self) -> LogId {
        LogId([4; 16])
    }

    fn head(&self) -> Head {
        self.head
    }

    fn append(&mut self, _expected: u64, _records: &[NewRecord]) -> Result<Head, LogError> {
        Err(LogError::ReadOnly)
    }

    fn read(
        &self,
        numbers: Range<u64>,
        visit: &mut dyn FnMut(Record<'_>) -> ControlFlow<()>,
    ) -> Result<(), LogError> {
        let mut envelope = [7; ENVELOPE_BYTES];
        for number in numbers.start.max(1)..numbers.end.min(self.head.size + 1) {
            envelope[..8].copy_from_slice(&number.to_le_bytes());
            if visit(Record { number, id: [0; 16], order: 0, envelope: &envelope }).is_break() {
                break;
            }
        }
        Ok(())
    }

    fn find(&self, _id: &RecordId) -> Result<Option<u64>, LogError> {
        Ok(None)
    }
}

fn tiles(folder: &Path, size: u64) {
    let (disk, log) = (RealDisk::at(folder), Made::of(size));
    let made = once(|| assert_ne!(catch_up(&disk, &log).unwrap(), CaughtUp::Busy));
    let earlier = size * 3 / 5 + 1;
    let from_tiles = median(|| {
        let mut tiles = Tiles::open(&disk, &log).unwrap();
        black_box(tiles.root_at(earlier).unwrap());
    });
    let proof = median(|| {
        let mut tiles = Tiles::open(&disk, &log).unwrap();
        black_box(tiles.consistency_proof(earlier, size).unwrap());
    });
    let hashed = once(|| assert_ne!(black_box(log.hashed(earlier)), [0; 32]));
    println!("tiles of {size} entries");
    row("  made from the log", made, hashed);
    row("  root of an earlier size", from_tiles, hashed);
    row("  consistency proof to the head", proof, hashed);
}

fn index(cache: &Path, count: u64) {
    let mut log = MemoryLog::new(LogId([4; 16]));
    let entries: Vec<_> = realistic(count).collect();
    for batch in entries.chunks(2_000) {
        let records = batch.iter().map(|entry| {
            let (id, payload) = (entry.id.bytes(), entry.to_cbor());
            NewRecord { id, order: 0, recorded: 0, payload, signatures: Vec::new() }
        });
        log.append(log.head().size, &records.collect::<Vec<_>>()).unwrap();
    }
    let index = Index::at(cache);
    let never = Index::at(cache).worth_from(u64::MAX);
    // A name that few entries have.
    let ask = |index: &Index| index.find(&log, LookupKind::Account, "9999").unwrap();
    let scanned = median(|| drop(black_box(ask(&never))));
    let made = once(|| assert_eq!(ask(&index).source, Source::Index));
    let found = median(|| drop(black_box(ask(&index))));
    println!("index of {count} entries, {} bytes", bytes(cache));
    row("  made from the log", made, scanned);
    row("  a name that none has", found, scanned);
    let all = median(|| drop(black_box(index.find(&log, LookupKind::Wallet, "bank").unwrap())));
    row("  a name that half of them have", all, scanned);
}

fn bytes(folder: &Path) -> u64 {
    let entries = std::fs::read_dir(folder).unwrap().map(Result::unwrap);
    entries
        .map(
            |entry| {
                if entry.path().is_dir() { bytes(&entry.path()) } else { entry.metadata().unwrap().len() }
            },
        )
        .sum()
}

fn once(run: impl FnOnce()) -> Duration {
    let begun = Instant::now();
    run();
    begun.elapsed()
}

fn median(mut run: impl FnMut()) -> Duration {
    let mut times: Vec<Duration> = (0..ROUNDS).map(|_| once(&mut run)).collect();
    times.sort();
    times[ROUNDS / 2]
}

/// A time beside that of reading the entries, and how many of the one make the other.
fn row(what: &str, time: Duration, read: Duration) {
    let (time, read) = (time.as_micros().max(1), read.as_micros().max(1));
    println!("{what:<34} {time:>12} us {read:>12} us  1/{}", read / time);
}
