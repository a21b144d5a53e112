//! What the log costs beside the bare limit: a durable append beside write and fdatasync of the same bytes, and
//! a verified read beside hashing the same tree. Each pair is interleaved, so that a busy disk hits both.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a benchmark prints its table, and an unexpected error ends it"
)]

#[path = "parts/recorded.rs"]
mod recorded;

use std::fs::File;
use std::hint::black_box;
use std::ops::ControlFlow;
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use ledger_store::batch::plan;
use ledger_store::frame::{FRAME_BYTES_MAX, Imprint, encode};
use ledger_store::merkle::{Frontier, leaf_hash};
use ledger_store::segment::FRAMES_BEGIN;
use ledger_store::{FileLog, Head, Log, LogId, NewRecord, Options, RealDisk, verify};

const LOG_ID: LogId = LogId([1; 16]);
const PAYLOAD_BYTES: usize = 150;

/// How often everything is done.
struct Scale {
    /// Appends of batches of 1, 100 and 1000 records.
    appends: [(usize, usize); 3],
    /// Records read, and how often.
    reads: (u64, usize),
    /// Entries that each caller records, and how often.
    calls: (u64, u64),
    /// Lines imported.
    lines: u64,
}

const FULL: Scale = Scale {
    appends: [(1, 600), (100, 200), (1_000, 100)],
    reads: (200_000, 9),
    calls: (100, 5),
    lines: 100_000,
};
const TINY: Scale =
    Scale { appends: [(1, 3), (100, 2), (1_000, 1)], reads: (2_000, 1), calls: (2, 1), lines: 1_000 };

fn main() {
    // Cargo names the mode: `cargo bench` passes --bench, `cargo test --benches` does not.
    let scale = if std::env::args().any(|argument| argument == "--bench") { FULL } else { TINY };
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    println!("{:<34} {:>12} {:>12} {:>7}", "medians", "raw", "log", "ratio");
    for (batch, rounds) in scale.appends {
        append(&folder.path().join(format!("append {batch}")), batch, rounds);
    }
    read(&folder.path().join("read"), scale.reads.0, scale.reads.1);
    recorded::many_callers(&folder.path().join("callers"), scale.calls.0, scale.calls.1);
    recorded::import(&folder.path().join("import"), scale.lines);
}

fn records(first: u64, count: usize) -> Vec<NewRecord> {
    let record = |id: u64| {
        let mut bytes = [0; 16];
        bytes[..8].copy_from_slice(&id.wrapping_mul(0x9e37_79b9_7f4a_7c15).to_le_bytes());
        let payload = vec![id as u8; PAYLOAD_BYTES];
        NewRecord { id: bytes, order: id.cast_signed(), recorded: 0, payload, signatures: Vec::new() }
    };
    (first..).take(count).map(record).collect()
}

fn new_log(folder: &Path) -> FileLog {
    let disk = Arc::new(RealDisk::at(folder));
    FileLog::init(&*disk, LOG_ID, &Options::default()).unwrap();
    FileLog::open(disk, &Options::default()).unwrap().0
}

fn nanoseconds(work: impl FnOnce()) -> u128 {
    let start = Instant::now();
    work();
    start.elapsed().as_nanos()
}

fn append(folder: &Path, batch: usize, rounds: usize) {
    let mut log = new_log(folder);
    // The raw file is laid down in zeros, like a segment.
    let raw = File::options().read(true).write(true).create_new(true).open(folder.join("raw")).unwrap();
    raw.write_all_at(&vec![0; rounds * (batch * 256 + 512)], 0).unwrap();
    raw.sync_all().unwrap();
    let (mut frontier, mut previous, mut at) = (Frontier::default(), [0; 32], FRAMES_BEGIN);
    let (mut raws, mut logs) = (Vec::new(), Vec::new());
    for _ in 0..rounds {
        let size = frontier.size();
        let records = records(size + 1, batch);
        let head = Head { size, root: frontier.root() };
        let plan = plan(size, &head, i64::MIN, &records, FRAME_BYTES_MAX).unwrap();
        let mut frame = Vec::new();
        let imprint = Imprint { log_id: LOG_ID, epoch: 1 };
        let hash = encode(&plan, 0, &mut frontier, imprint, previous, &mut frame);
        raws.push(nanoseconds(|| {
            raw.write_all_at(&frame, at).unwrap();
            raw.sync_data().unwrap();
        }));
        logs.push(nanoseconds(|| drop(black_box(log.append(size, &records)))));
        at += frame.len() as u64;
        previous = hash;
    }
    assert_eq!((log.head().size, log.head().root), (frontier.size(), frontier.root()));
    line(&format!("durable append of {batch}"), raws, logs);
    log.close().unwrap();
}

fn read(folder: &Path, entries: u64, rounds: usize) {
    let mut log = new_log(folder);
    for size in (0..entries).step_by(1_000) {
        log.append(size, &records(size + 1, 1_000)).unwrap();
    }
    let head = log.head();
    log.close().unwrap();
    let disk = Arc::new(RealDisk::at(folder));
    let log = FileLog::open_read_only(disk.clone()).unwrap();
    let mut envelopes = Vec::new();
    log.read(1..entries + 1, &mut |record| {
        envelopes.push(record.envelope.to_vec());
        ControlFlow::Continue(())
    })
    .unwrap();
    let (mut hashing, mut reading, mut verifying) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..rounds {
        hashing.push(nanoseconds(|| {
            let mut frontier = Frontier::default();
            frontier.extend(envelopes.iter().map(|envelope| leaf_hash(envelope)));
            assert_eq!(frontier.root(), head.root);
        }));
        reading.push(nanoseconds(|| {
            let mut frontier = Frontier::default();
            log.read(1..entries + 1, &mut |record| {
                frontier.push(leaf_hash(record.envelope));
                ControlFlow::Continue(())
            })
            .unwrap();
            assert_eq!(frontier.root(), head.root);
        }));
        verifying.push(nanoseconds(|| assert!(verify(&*disk, Some(&head)).unwrap().is_clean())));
    }
    line(&format!("read of {entries}, tree hashed"), hashing.clone(), reading);
    line(&format!("verify of {entries}"), hashing, verifying);
}

fn line(what: &str, mut raw: Vec<u128>, mut log: Vec<u128>) {
    raw.sort_unstable();
    log.sort_unstable();
    let (raw, log) = (raw[raw.len() / 2], log[log.len() / 2]);
    let hundredths = log * 100 / raw.max(1);
    let ratio = format!("{}.{:02}", hundredths / 100, hundredths % 100);
    println!("{what:<34} {:>9} us {:>9} us {ratio:>7}", raw / 1_000, log / 1_000);
}
