//! Whole stores whose tiles or snapshots were overwritten: a cache changes no answer.

use std::sync::OnceLock;

use ledger_core::decide::{Decision, History};
use ledger_core::resolve::{Question, Recorded};
use ledger_core::time::Instant;
use ledger_store::conformance::{LOG_ID, read_all, record};
use ledger_store::fault::{FaultDisk, FixedClock};
use ledger_store::ledger::Ledger;
use ledger_store::merkle::{leaf_hash, root};
use ledger_store::tiles::{catch_up, kept_root_at};
use ledger_store::{FileLog, Hash, Log, Options, Reading, Snapshots};
use sha2::{Digest, Sha256};
use testkit::generate::{Generator, Options as Proposing};

use crate::patches::apply;

/// A log with tiles, and the roots of all its sizes.
fn tiled() -> &'static (FaultDisk, Vec<Hash>) {
    static TILED: OnceLock<(FaultDisk, Vec<Hash>)> = OnceLock::new();
    TILED.get_or_init(|| {
        let disk = FaultDisk::new(3);
        FileLog::init(&disk, LOG_ID, &Options::default()).unwrap();
        let (mut log, _) = FileLog::open(disk.shared(), &Options::default()).unwrap();
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
    let log = FileLog::open_read_only(disk.shared()).unwrap();
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
        let (log, _) = FileLog::open(disk.shared(), &Options::default()).unwrap();
        let mut ledger = Ledger::open(log, Snapshots::on(disk.shared()).spaced(1)).unwrap();
        for recorded in random_log() {
            ledger.record(&recorded.entry, &FixedClock(0)).unwrap();
        }
        ledger.into_log().close().unwrap();
        let of = |as_known| Question { as_known, ..Question::default() };
        let questions = [of(None), of(Some(9)), of(Some(17))];
        let log = || FileLog::open_read_only(disk.shared()).unwrap();
        let reading = Reading::open(log(), Snapshots::none()).unwrap();
        let answers = questions.map(|question| (question, told(&reading, &question))).into();
        let reading = Reading::open(log(), Snapshots::on(disk.shared()).spaced(1)).unwrap();
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
    format!("{:?} {:?} {:?}", standing.place, standing.fold.world(), standing.fold.books())
}

fn reading_of(disk: &FaultDisk) -> Reading<FileLog> {
    let log = FileLog::open_read_only(disk.shared()).unwrap();
    Reading::open(log, Snapshots::on(disk.shared()).spaced(1)).unwrap()
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
    let log = FileLog::open_read_only(disk.shared()).unwrap();
    if let Ok(reading) = Reading::open(log, Snapshots::on(disk.shared()).spaced(1)) {
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
