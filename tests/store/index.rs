//! The index gives the answers that reading the entries gives, whatever became of it: deleted, filled with noise,
//! older, of another version or history, held by another process, not to be written at all.

use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};

use ledger_core::entry::Entry;
use ledger_core::entry::lookups::LookupKind;
use ledger_store::archive::decode;
use ledger_store::conformance::LOG_ID;
use ledger_store::disk::Disk;
use ledger_store::index::{Found, Index, Source, WORTH_FROM};
use ledger_store::{Log, LogId, MemoryLog, NewRecord, RealDisk};
use serde_json::json;
use sha2::{Digest, Sha256};
use tempfile::TempDir;

/// An entry with many names; those of another history differ.
fn entry(number: u64, history: &str) -> Entry {
    let usd = json!({"amount": "1.00", "currency": "USD"});
    let line = json!({
        "id": uuid(number), "effective": "2026-03-01", "actor": "a", "transaction": format!("{history}/{}", number / 5),
        "refs": {"bank": format!("{}", number / 1_000), "odd": "with\u{0}nul"},
        "events": [
            {"type": "interest_accrued", "facility": format!("f{}", number % 3), "through": "2026-03-01"},
            {"type": "cash_paid", "wallet": format!("w{}", number % 7), "amount": usd, "account": "6010",
             "party": format!("p{}", number % 100)},
            {"type": "deposit_paid", "commitment": format!("c{}", number % 11), "amount": usd,
             "from": {"wallet": "bank"}},
        ],
    });
    Entry::from_json(&line.to_string()).unwrap()
}

fn uuid(number: u64) -> String {
    format!("00000000-0000-4000-8000-{number:012}")
}

fn grow(log: &mut MemoryLog, size: u64, history: &str) {
    let records = (log.head().size + 1..=size).map(|number| {
        let entry = entry(number, history);
        let (id, payload) = (entry.id.bytes(), entry.to_cbor());
        NewRecord { id, order: 0, recorded: 0, payload, signatures: Vec::new() }
    });
    let records: Vec<NewRecord> = records.collect();
    for batch in records.chunks(2_000) {
        log.append(log.head().size, batch).unwrap();
    }
}

fn log_of(size: u64) -> MemoryLog {
    let mut log = MemoryLog::new(LOG_ID);
    grow(&mut log, size, "t");
    log
}

/// An index in a folder of its own, of use from the first entry on.
fn new_index() -> (TempDir, Index) {
    let folder = tempfile::tempdir().unwrap();
    let index = Index::at(folder.path().join("cache")).worth_from(0);
    (folder, index)
}

const NAMES: &[(LookupKind, &str)] = &[
    (LookupKind::Transaction, "t/0"),
    (LookupKind::Transaction, "t/77"),
    (LookupKind::Transaction, "another/77"),
    (LookupKind::Facility, "f1"),
    (LookupKind::Facility, "f"),
    (LookupKind::Wallet, "bank"),
    (LookupKind::Wallet, "w6"),
    (LookupKind::Party, "p99"),
    (LookupKind::Commitment, "c10"),
    (LookupKind::Account, "6010"),
    (LookupKind::Account, "6011"),
    (LookupKind::Reference, "bank=1"),
    (LookupKind::Reference, "odd=with\u{0}nul"),
    (LookupKind::Reference, ""),
];

/// A log and which entries have which name, decided here and not by the code under test.
struct Known<'l> {
    log: &'l MemoryLog,
    names: HashMap<(LookupKind, String), BTreeSet<u64>>,
}

fn known(log: &MemoryLog) -> Known<'_> {
    let mut names = HashMap::<_, BTreeSet<u64>>::new();
    log.read(1..u64::MAX, &mut |record| {
        decode(&record).unwrap().entry.lookups(&mut |kind, name| {
            names.entry((kind, name.to_owned())).or_default().insert(record.number);
        });
        std::ops::ControlFlow::Continue(())
    })
    .unwrap();
    Known { log, names }
}

impl Known<'_> {
    /// Asks for these names, which must be right; gives whether they came from the index.
    #[track_caller]
    fn ask(&self, index: &Index, names: &[(LookupKind, &str)]) -> BTreeSet<bool> {
        let mut from_index = BTreeSet::new();
        for (kind, name) in names {
            let Found { numbers, source } = index.find(self.log, *kind, name).unwrap();
            let right: Vec<u64> =
                self.names.get(&(*kind, (*name).to_owned())).into_iter().flatten().copied().collect();
            assert_eq!(numbers, right, "{kind} {name}");
            from_index.insert(source == Source::Index);
        }
        from_index
    }
}

#[track_caller]
fn answers(index: &Index, log: &MemoryLog) -> BTreeSet<bool> {
    known(log).ask(index, NAMES)
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { folders.push(path) } else { found.push(path) }
        }
    }
    found.sort();
    found
}

const INDEXED: [bool; 1] = [true];
const SCANNED: [bool; 1] = [false];

#[test]
fn the_index_answers_as_the_entries_do_while_the_log_grows() {
    let (_folder, index) = new_index();
    let mut log = log_of(1);
    for size in [1, 2, 300, 4_095, 4_096, 4_097, 9_000] {
        grow(&mut log, size, "t");
        assert_eq!(answers(&index, &log), INDEXED.into(), "{size}");
    }
}

#[test]
fn an_id_is_found_by_the_log() {
    let (_folder, index) = new_index();
    let log = log_of(20);
    let find = |name: &str| index.find(&log, LookupKind::Id, name).unwrap();
    assert_eq!(find(&uuid(7)), Found { numbers: vec![7], source: Source::Log });
    for nowhere in [uuid(21), uuid(7)[1..].to_owned(), "7".to_owned()] {
        assert_eq!(find(&nowhere).numbers, Vec::<u64>::new());
    }
    assert!(!index.folder(LOG_ID).exists());
}

#[test]
fn a_short_log_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let index = Index::at(folder.path().join("cache"));
    assert_eq!(answers(&index, &log_of(WORTH_FROM - 1)), SCANNED.into());
    assert!(!folder.path().join("cache").exists());
}

#[test]
fn a_deleted_index_is_made_anew() {
    let (_folder, index) = new_index();
    let log = log_of(500);
    answers(&index, &log);
    std::fs::remove_dir_all(index.folder(LOG_ID)).unwrap();
    assert_eq!(answers(&index, &log), INDEXED.into());
}

/// The files of an index and its seal, with their bytes.
fn kept(index: &Index) -> Vec<(PathBuf, Vec<u8>)> {
    let cache = index.folder(LOG_ID).parent().unwrap().to_owned();
    files(&cache).into_iter().map(|file| (file.clone(), std::fs::read(file).unwrap())).collect()
}

fn put_back(index: &Index, kept: &[(PathBuf, Vec<u8>)]) {
    let _ = std::fs::remove_dir_all(index.folder(LOG_ID));
    for (file, bytes) in kept {
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, bytes).unwrap();
    }
}

#[test]
fn a_file_of_the_index_that_is_deleted_changes_no_answer() {
    let (_folder, index) = new_index();
    let log = log_of(500);
    answers(&index, &log);
    let sound = kept(&index);
    let deletable = sound.iter().filter(|(file, _)| file.extension().is_none_or(|end| end != "lock"));
    let mut deleted = 0;
    for (file, _) in deletable {
        put_back(&index, &sound);
        std::fs::remove_file(file).unwrap();
        assert_eq!(known(&log).ask(&index, &NAMES[1..4]), INDEXED.into(), "{}", file.display());
        deleted += 1;
    }
    assert!(deleted >= 3, "{deleted} files");
}

/// The same numbers every time.
fn numbers() -> impl FnMut(usize) -> usize {
    let mut state = 7_u64;
    move |below| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % below.max(1)
    }
}

/// Spoils some of the bytes.
fn spoil(bytes: &mut Vec<u8>, how: usize, random: &mut impl FnMut(usize) -> usize) {
    let written = bytes.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
    let from = random(written);
    match how {
        0 => (0..1 + random(40)).for_each(|_| bytes[random(written)] ^= 1 << random(8)),
        1 => bytes[from..written].iter_mut().for_each(|byte| *byte = random(256) as u8),
        2 => bytes.truncate(from),
        _ => bytes[from..(from + 512).min(written)].fill(0),
    }
}

#[test]
fn noise_in_the_index_changes_no_answer_with_its_seal_and_without() {
    let (_folder, index) = new_index();
    let mut log = log_of(300);
    for size in [300, 900, 1_500] {
        grow(&mut log, size, "t");
        index.find(&log, LookupKind::Wallet, "bank").unwrap();
    }
    let (sound, log, mut random) = (kept(&index), known(&log), numbers());
    let spoiled: Vec<_> = sound.iter().filter(|(_, bytes)| !bytes.is_empty()).collect();
    let mut damages = 0;
    for round in 0..24 {
        put_back(&index, &sound);
        let (file, bytes) = spoiled[random(spoiled.len())];
        let mut bytes = bytes.clone();
        spoil(&mut bytes, round % 4, &mut random);
        std::fs::write(file, bytes).unwrap();
        // Then it is sled that meets the noise, with an error or a panic.
        if round >= 12 {
            seal(&index);
        }
        let transaction = format!("t/{}", random(300));
        let names = [(LookupKind::Transaction, transaction.as_str()), NAMES[7], NAMES[5]];
        assert_eq!(log.ask(&index, &names), INDEXED.into(), "round {round}");
        damages += 1;
    }
    assert_eq!(damages, 24);
}

#[test]
fn an_index_whose_user_was_killed_is_made_anew() {
    let (_folder, index) = new_index();
    let log = log_of(300);
    answers(&index, &log);
    // Its user wrote to it and did not come to seal it.
    change(&index, |db| drop(db.insert(b"something", b"else").unwrap()));
    assert_eq!(answers(&index, &log), INDEXED.into());
    assert_eq!(sled::open(index.folder(LOG_ID)).unwrap().get(b"something").unwrap(), None);
}

#[test]
fn an_older_index_is_brought_up_to_date() {
    let (_folder, index) = new_index();
    let mut log = log_of(4_000);
    answers(&index, &log);
    let older = kept(&index);
    grow(&mut log, 4_500, "t");
    answers(&index, &log);
    put_back(&index, &older);
    assert_eq!(answers(&index, &log), INDEXED.into());
}

#[test]
fn an_index_of_another_history_or_of_more_than_the_log_is_made_anew() {
    for (theirs, ours) in [(500, 600), (600, 600), (700, 600)] {
        let (_folder, index) = new_index();
        let mut another = MemoryLog::new(LOG_ID);
        grow(&mut another, theirs, "another");
        answers(&index, &another);
        assert_eq!(answers(&index, &log_of(ours)), INDEXED.into());
    }
}

#[test]
fn each_log_has_an_index_of_its_own() {
    let (_folder, index) = new_index();
    let mut another = MemoryLog::new(LogId([7; 16]));
    grow(&mut another, 300, "another");
    for _ in 0..2 {
        assert_eq!(answers(&index, &log_of(400)), INDEXED.into());
        assert_eq!(answers(&index, &another), INDEXED.into());
    }
    assert_ne!(index.folder(LOG_ID), index.folder(LogId([7; 16])));
}

/// Changes the index behind its back.
fn change(index: &Index, change: impl Fn(&sled::Db)) {
    let db = sled::open(index.folder(LOG_ID)).unwrap();
    change(&db);
    db.flush().unwrap();
}

/// Puts the seal of an index right: SHA-256 over name, length and bytes of each file.
fn seal(index: &Index) {
    let folder = index.folder(LOG_ID);
    let mut hasher = Sha256::new();
    for file in files(&folder) {
        let (name, bytes) =
            (file.strip_prefix(&folder).unwrap().to_str().unwrap(), std::fs::read(&file).unwrap());
        hasher.update((name.len() as u64).to_le_bytes());
        hasher.update(name);
        hasher.update((bytes.len() as u64).to_le_bytes());
        hasher.update(bytes);
    }
    std::fs::write(folder.with_extension("seal"), hasher.finalize()).unwrap();
}

#[test]
fn an_index_of_another_version_or_with_records_missing_or_changed_is_made_anew() {
    let changes: [fn(&sled::Db); 6] = [
        // Another version, with its checksum.
        |db| {
            let mut mark = db.get(b"\xffmark").unwrap().unwrap().to_vec();
            mark.truncate(mark.len() - 4);
            mark[0] ^= 1;
            let crc = crc32c::crc32c_append(crc32c::crc32c(b"\xffmark"), &mark);
            mark.extend(crc.to_le_bytes());
            db.insert(b"\xffmark", mark).unwrap();
        },
        |db| drop(db.remove(b"\xffmark").unwrap()),
        |db| drop(db.insert(b"\xffmark", b"?").unwrap()),
        // Every second record is lost.
        |db| {
            for (place, key) in db.iter().keys().map(Result::unwrap).enumerate() {
                if place % 2 == 1 && key != b"\xffmark" {
                    db.remove(key).unwrap();
                }
            }
        },
        // All values are those of another key.
        |db| {
            let all: Vec<_> = db.iter().map(Result::unwrap).collect();
            for (at, (key, _)) in all.iter().enumerate() {
                db.insert(key, &all[(at + 1) % all.len()].1).unwrap();
            }
        },
        |db| {
            for key in db.iter().keys().map(Result::unwrap) {
                db.insert(key, b"").unwrap();
            }
        },
    ];
    for (at, spoil) in changes.into_iter().enumerate() {
        let (_folder, index) = new_index();
        let log = log_of(300);
        answers(&index, &log);
        change(&index, spoil);
        seal(&index);
        assert_eq!(answers(&index, &log), INDEXED.into(), "change {at}");
    }
}

#[test]
fn an_index_that_another_process_uses_is_left_alone() {
    let (folder, index) = new_index();
    let log = log_of(300);
    answers(&index, &log);
    let name = index.folder(LOG_ID).file_name().unwrap().to_str().unwrap().to_owned();
    let cache = RealDisk::at(folder.path().join("cache"));
    let held = cache.lock(&format!("{name}.lock")).unwrap().unwrap();
    assert_eq!(answers(&index, &log), SCANNED.into());
    drop(held);
    assert_eq!(answers(&index, &log), INDEXED.into());
}

#[test]
fn where_no_index_can_be_kept_the_entries_are_read() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("cache"), b"a file").unwrap();
    let index = Index::at(folder.path().join("cache")).worth_from(0);
    let log = log_of(300);
    assert_eq!(answers(&index, &log), SCANNED.into());
    // A file in the place of the index is taken away.
    let (_folder, index) = new_index();
    std::fs::create_dir_all(index.folder(LOG_ID).parent().unwrap()).unwrap();
    std::fs::write(index.folder(LOG_ID), b"a file").unwrap();
    assert_eq!(answers(&index, &log), INDEXED.into());
}
