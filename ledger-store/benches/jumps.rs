//! What does not grow with a log: opening it, reading one entry, finding an id, and the memory of a verification.
//! `cargo bench -p ledger-store --bench jumps -- 10000000` makes a log of that length.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a benchmark prints its table, and an unexpected error ends it"
)]

use std::hint::black_box;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::{Duration, Instant};

use ledger_store::{FileLog, Log, LogId, NewRecord, Options, RealDisk, verify};

const BATCH: u64 = 1_000;
const PAYLOAD_BYTES: usize = 150;
const LOOKS: u64 = 20_000;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let named = arguments.iter().find_map(|argument| argument.parse().ok());
    // Cargo names the mode: `cargo bench` passes --bench, `cargo test --benches` does not.
    let full = arguments.iter().any(|argument| argument == "--bench");
    let entries: u64 = named.unwrap_or(if full { 1_000_000 } else { 5_000 });
    let looks = if full { LOOKS } else { 50 };
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let disk = Arc::new(RealDisk::at(folder.path().join("log")));
    FileLog::init(&*disk, LogId([3; 16]), &Options::default()).unwrap();
    let mut log = FileLog::open(disk.clone(), &Options::default()).unwrap().0;
    let filled = timed(|| fill(&mut log, entries));
    log.close().unwrap();
    println!("{entries} entries of {PAYLOAD_BYTES} bytes of payload, batches of {BATCH}");
    line("append, a sync for each batch", filled, entries);
    println!("{:<40} {:>10} MiB", "memory of the writer at most", memory_max());

    let mut writer = None;
    line("open for writing", timed(|| writer = Some(FileLog::open(disk.clone(), &Options::default()))), 1);
    drop(writer.take());
    let mut reader = None;
    line("open for reading", timed(|| reader = Some(FileLog::open_read_only(disk.clone()).unwrap())), 1);
    let reader = reader.unwrap();
    line("first look for an id that is not there", timed(|| find(&reader, entries + 1)), 1);
    let (mut state, mut missed) = (7, 0);
    let unknown = timed(|| (1..=looks).for_each(|id| missed += u64::from(find(&reader, entries + 1 + id))));
    assert_eq!(missed, looks);
    line("find an id that is not there", unknown, looks);
    let known = timed(|| (0..looks).for_each(|_| assert!(!find(&reader, 1 + random(&mut state) % entries))));
    line("find an id that is there", known, looks);
    let jumps = timed(|| (0..looks).for_each(|_| jump(&reader, 1 + random(&mut state) % entries)));
    line("read one entry anywhere", jumps, looks);
    drop(reader);
    let mut clean = false;
    let verified = timed(|| clean = verify(&*disk, None).unwrap().is_clean());
    assert!(clean);
    line("verify", verified, entries);
    println!("{:<40} {:>10} MiB", "memory of all of it at most", memory_max());
}

/// Different for each number, in no order.
fn id_of(number: u64) -> [u8; 16] {
    let mut state = number;
    let halves = [random(&mut state), random(&mut state)].map(u64::to_be_bytes);
    let mut id = [0; 16];
    id.copy_from_slice(halves.as_flattened());
    id
}

/// The generator splitmix64.
fn random(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

fn fill(log: &mut FileLog, entries: u64) {
    while log.head().size < entries {
        let size = log.head().size;
        let record = |number: u64| NewRecord {
            id: id_of(number),
            order: number.cast_signed(),
            recorded: 0,
            payload: vec![number as u8; PAYLOAD_BYTES],
            signatures: Vec::new(),
        };
        let records: Vec<_> = (size + 1..=(size + BATCH).min(entries)).map(record).collect();
        log.append(size, &records).unwrap();
    }
}

/// Whether the log does not hold the id of this number.
fn find(log: &FileLog, number: u64) -> bool {
    log.find(&id_of(number)).unwrap().is_none()
}

fn jump(log: &FileLog, number: u64) {
    let mut seen = 0;
    log.read(number..number + 1, &mut |record| {
        seen = record.number;
        ControlFlow::Continue(())
    })
    .unwrap();
    assert_eq!(seen, number);
}

fn timed<T>(work: impl FnOnce() -> T) -> Duration {
    let start = Instant::now();
    black_box(work());
    start.elapsed()
}

fn line(what: &str, time: Duration, times: u64) {
    let each = time.as_nanos() / u128::from(times);
    println!("{what:<40} {:>6}.{:03} us", each / 1_000, each % 1_000);
}

/// The most memory that this process had, in mebibytes; zero where the system does not tell.
fn memory_max() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok()).unwrap_or(0) / 1_024
}
