//! What a verified replay costs beside hashing its tree alone: every frame and leaf checked, every entry decoded,
//! one book folded. The two are interleaved, so that a busy machine hits both.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a benchmark prints its table, and an unexpected error ends it"
)]

use std::hint::black_box;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::{Duration, Instant};

use ledger_core::replay::{Archive, replay};
use ledger_core::resolve::{Question, Recorded};
use ledger_core::time::OrderKey;
use ledger_core::time::Zone;
use ledger_store::archive::LogArchive;
use ledger_store::merkle::{Frontier, leaf_hash};
use ledger_store::reading::verified;
use ledger_store::{FileLog, Log, LogId, NewRecord, Options, RealDisk};
use testkit::load::realistic;

const BATCH: usize = 1_000;

fn main() {
    // Cargo names the mode: `cargo bench` passes --bench, `cargo test --benches` does not.
    let full = std::env::args().any(|argument| argument == "--bench");
    let (count, rounds) = if full { (100_000, 5) } else { (2_000, 1) };
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let disk = Arc::new(RealDisk::at(folder.path().join("log")));
    FileLog::init(&*disk, LogId([2; 16]), &Options::default()).unwrap();
    let mut log = FileLog::open(disk.clone(), &Options::default()).unwrap().0;
    fill(&mut log, count);
    log.close().unwrap();
    let log = FileLog::open_read_only(disk).unwrap();
    let mut leaves = Vec::new();
    log.read(1..count + 1, &mut |record| {
        leaves.push(record.envelope.to_vec());
        ControlFlow::Continue(())
    })
    .unwrap();

    let mut times: [Vec<Duration>; 5] = Default::default();
    for _ in 0..rounds {
        times[0].push(timed(|| black_box(hash(&leaves))));
        times[1].push(timed(|| black_box(read_and_hash(&log))));
        let mut decoded: Vec<Recorded> = Vec::new();
        times[2].push(timed(|| {
            LogArchive(&log)
                .read(1..count + 1, &mut |recorded, _| {
                    decoded.push(recorded.clone());
                    ControlFlow::Continue(())
                })
                .unwrap();
        }));
        times[3].push(timed(|| {
            let fold = replay(&decoded, &Question::default(), |_| ()).unwrap();
            black_box(fold);
        }));
        times[4].push(timed(|| black_box(verified(&log).unwrap())));
    }
    let [limit, reading, decoding, folding, whole] = times.map(median);
    println!(
        "{count} entries, {} bytes of envelopes, medians of {rounds}",
        leaves.iter().map(Vec::len).sum::<usize>()
    );
    println!("{:<44} {:>10} {:>10} {:>7}", "", "ms", "us/entry", "ratio");
    let rows = [
        ("tree hashing alone, the limit", limit),
        ("read, check frames, hash the tree", reading),
        ("read again, decode, encode and compare", decoding),
        ("fold one book", folding),
        ("verified replay, two threads", whole),
    ];
    for (label, time) in rows {
        let per_entry = time.as_nanos() / u128::from(count);
        let percent = time.as_nanos() * 100 / limit.as_nanos().max(1);
        println!(
            "{label:<44} {:>10} {:>6}.{:03} {:>4}.{:02}",
            time.as_millis(),
            per_entry / 1000,
            per_entry % 1000,
            percent / 100,
            percent % 100
        );
    }
}

fn fill(log: &mut FileLog, count: u64) {
    let mut batch = Vec::with_capacity(BATCH);
    for entry in realistic(count) {
        let order: OrderKey = entry.order(Zone::UTC);
        let (id, order) = (entry.id.bytes(), order.number());
        batch.push(NewRecord { id, order, recorded: 0, payload: entry.to_cbor(), signatures: Vec::new() });
        if batch.len() == BATCH {
            log.append(log.head().size, &batch).unwrap();
            batch.clear();
        }
    }
    log.append(log.head().size, &batch).unwrap();
}

fn hash(leaves: &[Vec<u8>]) -> ledger_store::Hash {
    let mut tree = Frontier::default();
    leaves.iter().for_each(|leaf| tree.push(leaf_hash(leaf)));
    tree.root()
}

fn read_and_hash(log: &FileLog) -> ledger_store::Hash {
    let mut tree = Frontier::default();
    log.read(1..log.head().size + 1, &mut |record| {
        tree.push(leaf_hash(record.envelope));
        ControlFlow::Continue(())
    })
    .unwrap();
    tree.root()
}

fn timed<T>(work: impl FnOnce() -> T) -> Duration {
    let start = Instant::now();
    black_box(work());
    start.elapsed()
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}
