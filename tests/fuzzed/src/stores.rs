//! Whole stores whose files were overwritten: nothing is answered that was not appended, nothing acknowledged is cut off,
//! and what is a cache changes no answer.

use std::sync::{Arc, OnceLock};

use ledger_core::decide::{Decision, History};
use ledger_core::resolve::{Question, Recorded};
use ledger_core::time::Instant;
use ledger_store::conformance::{Copied, LOG_ID, read_all, record};
use ledger_store::disk::Disk;
use ledger_store::fault::{FaultDisk, FixedClock};
use ledger_store::ledger::Ledger;
use ledger_store::merkle::{leaf_hash, root};
use ledger_store::tiles::{catch_up, kept_root_at};
use ledger_store::{FileLog, Hash, Head, Log, LogError, Options, Reading, Snapshots, verify};
use sha2::{Digest, Sha256};
use testkit::generate::{Generator, Options as Proposing};

use crate::patches::apply;

fn small() -> Options {
    Options {
        segment_bytes: 16_384,
        frame_bytes: 1_024,
        step_bytes_min: 2_048,
        step_bytes_max: 4_096,
        ..Options::default()
    }
}

fn shared(disk: &FaultDisk) -> Arc<dyn Disk> {
    Arc::new(disk.clone())
}

/// A log with a few small segments, what it holds, and its head.
struct Sound {
    disk: FaultDisk,
    records: Vec<Copied>,
    head: Head,
}

fn sound() -> &'static Sound {
    static SOUND: OnceLock<Sound> = OnceLock::new();
    SOUND.get_or_init(|| {
        let disk = FaultDisk::new(1);
        FileLog::init(&disk, LOG_ID, &small()).unwrap();
        let (mut log, _) = FileLog::open(shared(&disk), &small()).unwrap();
        for batch in 0..12_u64 {
            let size = log.head().size;
            let ids = size + 1..=size + 1 + batch % 7 * 3;
            let records: Vec<_> = ids.map(|id| record(id, id.cast_signed())).collect();
            log.append(size, &records).unwrap();
        }
        let head = log.head();
        let records = read_all(&log, 1..head.size + 1).unwrap();
        log.close().unwrap();
        Sound { disk, records, head }
    })
}

/// Whatever became of the segments, a reader and a writer answer with what was appended or with an error, a writer moves
/// no byte of a log that it finds damaged, and a verification that finds nothing vouches for all of it.
pub fn recovery(input: &[u8]) {
    let Sound { disk, records, head } = sound();
    let disk = disk.copy(2);
    let mut names = disk.names();
    names.retain(|name| name.ends_with(".log"));
    apply(&disk, &names, input);
    let answers = |log: &FileLog| {
        let mut shown = 0;
        // What was shown before the damage counts.
        let read = log.read(1..u64::MAX, &mut |record| {
            let copied = (record.number, record.id, record.order, record.envelope.to_vec());
            assert_eq!(records.get(record.number as usize - 1), Some(&copied), "never appended");
            shown += 1;
            std::ops::ControlFlow::Continue(())
        });
        (shown, read.is_ok())
    };
    if verify(&disk, Some(head)).is_ok_and(|report| report.is_clean()) {
        let log = FileLog::open_read_only(shared(&disk)).unwrap();
        assert_eq!((log.head(), answers(&log)), (*head, (head.size, true)));
    }
    if let Ok(log) = FileLog::open_read_only(shared(&disk)) {
        let (shown, whole) = answers(&log);
        assert!(!whole || shown == log.head().size, "fewer than the head says");
    }
    let before: Vec<_> = names.iter().map(|name| disk.bytes(name)).collect();
    let options = Options { acknowledged: Some(head.size), ..small() };
    match FileLog::open(shared(&disk), &options) {
        Ok((log, _)) => {
            assert_eq!(log.head().size, head.size, "what was acknowledged is there");
            answers(&log);
        }
        Err(LogError::Damaged(_)) => {
            let after: Vec<_> = names.iter().map(|name| disk.bytes(name)).collect();
            assert!(before == after, "damage was touched");
        }
        Err(_) => {}
    }
}

/// A log with tiles, and the roots of all its sizes.
fn tiled() -> &'static (FaultDisk, Vec<Hash>) {
    static TILED: OnceLock<(FaultDisk, Vec<Hash>)> = OnceLock::new();
    TILED.get_or_init(|| {
        let disk = FaultDisk::new(3);
        FileLog::init(&disk, LOG_ID, &Options::default()).unwrap();
        let (mut log, _) = FileLog::open(shared(&disk), &Options::default()).unwrap();
        let records: Vec<_> = (1..=700).map(|id| record(id, 0)).collect();
        log.append(0, &records).unwrap();
        catch_up(&disk, &log).unwrap();
        let leaves: Vec<Hash> =
            read_all(&log, 1..701).unwrap().iter().map(|(_, _, _, envelope)| leaf_hash(envelope)).collect();
        log.close().unwrap();
        let roots = (0..=leaves.len()).map(|size| root(&leaves[..size])).collect();
        (disk, roots)
    })
}

/// Whatever became of the tiles, the root of an earlier size is the right one.
pub fn tiles(input: &[u8]) {
    let (disk, roots) = tiled();
    let disk = disk.copy(4);
    let mut names = disk.names();
    names.retain(|name| name.starts_with("tiles/"));
    apply(&disk, &names, input);
    let log = FileLog::open_read_only(shared(&disk)).unwrap();
    for size in [1, 255, 256, 257, 511, 640, 699] {
        assert_eq!(kept_root_at(&disk, &log, size).unwrap(), roots[size as usize]);
    }
}

/// A ledger with a standing kept after every entry.
struct Kept {
    disk: FaultDisk,
    /// Questions, and what the answers look like.
    answers: Vec<(Question, String)>,
}

fn kept() -> &'static Kept {
    static KEPT: OnceLock<Kept> = OnceLock::new();
    KEPT.get_or_init(|| {
        let disk = FaultDisk::new(5);
        FileLog::init(&disk, LOG_ID, &Options::default()).unwrap();
        let (log, _) = FileLog::open(shared(&disk), &Options::default()).unwrap();
        let mut ledger = Ledger::open(log, Snapshots::on(shared(&disk)).spaced(1)).unwrap();
        for recorded in random_log() {
            ledger.record(&recorded.entry, &FixedClock(0)).unwrap();
        }
        ledger.into_log().close().unwrap();
        let of = |as_known| Question { as_known, ..Question::default() };
        let questions = [of(None), of(Some(9)), of(Some(17))];
        let log = || FileLog::open_read_only(shared(&disk)).unwrap();
        let reading = Reading::open(log(), Snapshots::none()).unwrap();
        let answers = questions.map(|question| (question, told(&reading, &question))).into();
        let reading = Reading::open(log(), Snapshots::on(shared(&disk)).spaced(1)).unwrap();
        told(&reading, &questions[0]);
        assert!(reading.used_snapshot().is_some(), "nothing is kept");
        Kept { disk, answers }
    })
}

fn random_log() -> Vec<Recorded> {
    let mut generator = Generator::new(11, Proposing::default());
    let mut history = History::default();
    while history.log().len() < 24 {
        let entry = generator.propose();
        if let Ok(Decision::Accepted(accepted)) = history.consider(&entry) {
            let recorded = Instant::from_micros(0);
            history.accept(Recorded { number: accepted.number, recorded, entry: entry.clone() });
            generator.accepted(entry);
        }
    }
    history.log().to_vec()
}

fn told(reading: &Reading<FileLog>, question: &Question) -> String {
    let standing = reading.standing(question).unwrap();
    format!("{:?} {:?}", standing.fold.books(), standing.place)
}

fn reading_of(disk: &FaultDisk) -> Reading<FileLog> {
    let log = FileLog::open_read_only(shared(disk)).unwrap();
    Reading::open(log, Snapshots::on(shared(disk)).spaced(1)).unwrap()
}

/// Whatever became of the snapshots, every question has the answer that it has without them.
pub fn snapshots(input: &[u8]) {
    let Kept { disk, answers } = kept();
    let disk = disk.copy(6);
    let mut names = disk.names();
    names.retain(|name| name.starts_with("snapshots/"));
    apply(&disk, &names, input);
    let reading = reading_of(&disk);
    for (question, answer) in answers {
        assert_eq!(&told(&reading, question), answer);
    }
}

/// The bytes of a snapshot before its body: magic, anchor, hint.
const HEAD_BYTES: usize = 88;

/// A snapshot whose body is any bytes, forged so that its hash is right, may hold wrong books; but nothing panics, and
/// what cannot be unpacked is passed over.
pub fn snapshot_body(body: &[u8]) {
    let Kept { disk, .. } = kept();
    let disk = disk.copy(7);
    let snapshots = disk.names().into_iter().filter(|name| name.starts_with("snapshots/"));
    for name in snapshots {
        let mut content = disk.bytes(&name)[..HEAD_BYTES].to_vec();
        content.extend(body);
        let hash = Sha256::new().chain_update(&name).chain_update(&content).finalize();
        content.extend(hash);
        disk.put(&name, content);
    }
    let log = FileLog::open_read_only(shared(&disk)).unwrap();
    if let Ok(reading) = Reading::open(log, Snapshots::on(shared(&disk)).spaced(1)) {
        let _whatever = reading.standing(&Question { as_known: Some(9), ..Question::default() });
    }
}

/// The bodies of some snapshots.
#[must_use]
pub fn bodies() -> Vec<Vec<u8>> {
    let disk = &kept().disk;
    let names = disk.names().into_iter().filter(|name| name.starts_with("snapshots/"));
    let body = |name: String| {
        let bytes = disk.bytes(&name);
        bytes[HEAD_BYTES..bytes.len() - 32].to_vec()
    };
    names.step_by(6).map(body).collect()
}
