//! The golden logs of format 1: the mini story as this format's first program wrote it, in one segment, in several
//! of which all but the last are sealed, and as one batch of several frames; a story of every event that a generator
//! knows, one of people, whose entries are signed, one of a text that is erased, and one of statements. A later version must open them, find them clean, prove them and read the same entries. `UPDATE_EXPECT=1` writes them anew, which is right only before
//! the first release of a format.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ct_merkle::mem_backed_tree::MemoryBackedTree;
use ledger_core::entry::Entry;
use ledger_core::event::{Event, NAMES};
use ledger_core::time::Instant;
use ledger_store::disk::Clock;
use ledger_store::fault::{FaultDisk, FixedClock};
use ledger_store::ledger::{Ledger, Outcome, Reach};
use ledger_store::signature::Signed;
use ledger_store::{FileLog, Log, LogId, Options, RealDisk, Snapshots, Trust, verify};
use sha2::Sha256;

use crate::harness::{entries, shared, small};
use crate::people::signed_by_its_actor;

/// 1 January 2026, 12:00 UTC; one second more for each entry.
const NOON: i64 = 1_767_268_800_000_000;

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures")
}

fn story(name: &str) -> Vec<Entry> {
    let text = std::fs::read_to_string(fixtures().join("stories").join(name)).unwrap();
    text.lines().map(|line| Entry::from_json(line).unwrap()).collect()
}

/// A golden log: the folder that holds it, and how it was written.
struct Golden {
    folder: &'static str,
    /// The story that it tells, and in how many entries.
    story: (&'static str, u64),
    log_id: LogId,
    options: Options,
    /// Whether all entries are one batch.
    together: bool,
    segments: usize,
}

const MINI: (&str, u64) = ("mini.jsonl", 10);

/// Its entries are signed.
const PEOPLE: (&str, u64) = ("../signed/people.jsonl", 6);
const FOUR_EYES: (&str, u64) = ("../signed/four-eyes.jsonl", 10);

/// Statements, comparisons and answers.
const RECONCILED: (&str, u64) = ("../reconciled/story.jsonl", 7);

fn all() -> [Golden; 8] {
    let golden = |folder, id: &[u8; 16], options, together, segments| Golden {
        folder,
        story: MINI,
        log_id: LogId(*id),
        options,
        together,
        segments,
    };
    let short = Options { frame_bytes: 512, ..small() };
    let long = Options { segment_bytes: 500_000, ..small() };
    let tiny = Options { segment_bytes: 13_500, ..small() };
    [
        golden("format-1", b"golden log one!!", small(), false, 1),
        golden("format-1-sealed", b"golden log two!!", tiny, false, 3),
        golden("format-1-frames", b"golden log three", short, true, 1),
        Golden {
            story: ("every-event.jsonl", 377),
            ..golden("format-1-every-event", b"golden log four!", long, false, 1)
        },
        Golden { story: PEOPLE, ..golden("format-1-people", b"golden log five!", small(), false, 1) },
        Golden { story: FOUR_EYES, ..golden("format-1-four-eyes", b"golden log six!!", small(), false, 2) },
        Golden {
            story: ("../texts/erased.jsonl", 3),
            ..golden("format-1-texts", b"golden log seven", small(), false, 1)
        },
        Golden { story: RECONCILED, ..golden("format-1-reconciled", b"golden log eight", small(), false, 1) },
    ]
}

impl Golden {
    fn path(&self) -> PathBuf {
        fixtures().join("logs").join(self.folder)
    }

    fn disk(&self) -> Arc<RealDisk> {
        Arc::new(RealDisk::at(self.path()))
    }

    fn reader(&self) -> FileLog {
        FileLog::open_read_only(self.disk()).unwrap()
    }

    /// The files as they lie there.
    fn stored(&self) -> BTreeMap<String, Vec<u8>> {
        let files = std::fs::read_dir(self.path()).unwrap().map(|file| file.unwrap());
        files
            .map(|file| (file.file_name().into_string().unwrap(), std::fs::read(file.path()).unwrap()))
            .collect()
    }

    /// The files as this version writes them.
    fn written(&self) -> BTreeMap<String, Vec<u8>> {
        let disk = FaultDisk::new(1);
        FileLog::init(&disk, self.log_id, &self.options).unwrap();
        let (log, _) = FileLog::open(shared(&disk), &self.options).unwrap();
        let mut ledger = Ledger::open(log, Snapshots::none()).unwrap();
        if self.together {
            let (outcomes, stopped) =
                ledger.record_together(&story(self.story.0), Reach::WholeBatch, &FixedClock(NOON));
            assert!(stopped.is_none() && outcomes.len() as u64 == self.story.1);
        } else {
            for (second, entry) in (0..).zip(story(self.story.0)) {
                let clock: &dyn Clock = &FixedClock(NOON + second * 1_000_000);
                // The one enrols by its first entry, the other by its third.
                let is_signed = self.story == PEOPLE || (self.story == FOUR_EYES && second >= 2);
                let signature = is_signed.then(|| signed_by_its_actor(self.log_id, &entry));
                let wish = Signed { entry, signature };
                assert!(matches!(ledger.record(&wish, clock).unwrap(), Outcome::Recorded(_)));
            }
        }
        ledger.into_log().close().unwrap();
        let names = disk.names().into_iter().filter(|name| name.ends_with(".log"));
        names.map(|name| (name.clone(), disk.bytes(&name))).collect()
    }
}

#[test]
fn this_version_writes_the_golden_logs_to_the_byte() {
    for golden in all() {
        if std::env::var_os("UPDATE_EXPECT").is_some() {
            std::fs::create_dir_all(golden.path()).unwrap();
            for (name, bytes) in golden.written() {
                std::fs::write(golden.path().join(name), bytes).unwrap();
            }
        }
        assert_eq!(golden.stored().len(), golden.segments, "{}", golden.folder);
        assert!(golden.stored() == golden.written(), "the bytes of {} have changed", golden.folder);
    }
}

#[test]
fn the_golden_logs_are_clean_and_say_what_their_stories_say() {
    for golden in all() {
        let report = verify(&*golden.disk(), None).unwrap();
        assert!(report.is_clean(), "{}: {:?}", golden.folder, report.findings);
        let recorded = entries(&golden.reader());
        assert_eq!(recorded.len() as u64, golden.story.1);
        for ((number, entry), recorded) in (1..).zip(story(golden.story.0)).zip(recorded) {
            let second = if golden.together { 0 } else { i64::try_from(number).unwrap() - 1 };
            assert_eq!(recorded.entry, entry);
            let time = Instant::from_micros(NOON + second * 1_000_000);
            assert_eq!((recorded.number, recorded.recorded), (number, time));
            assert_eq!(golden.reader().find(&entry.id.bytes()).unwrap(), Some(number));
        }
    }
}

#[test]
fn the_golden_logs_are_what_their_names_say() {
    let [one, sealed, frames, ..] = all().map(|golden| golden.stored());
    assert!(one.values().all(|bytes| !bytes.ends_with(&[0; 4]) || bytes.ends_with(&[0; 512])));
    let footers = sealed.values().filter(|bytes| bytes[bytes.len() - 64..].starts_with(b"tltrail\n"));
    assert_eq!(footers.count(), 2);
    let continued = |bytes: &[u8]| bytes.starts_with(b"tlbatch\n\x01\0\x01");
    let frames = frames.values().flat_map(|bytes| bytes.windows(11)).filter(|bytes| continued(bytes));
    assert_eq!(frames.count(), 5);
}

#[test]
fn the_golden_logs_have_every_event_that_there_is() {
    let entries: Vec<Entry> = all().iter().flat_map(|golden| story(golden.story.0)).collect();
    let there: BTreeSet<&str> = entries.iter().flat_map(|entry| &entry.events).map(Event::name).collect();
    assert_eq!(there, NAMES.iter().copied().collect(), "a new event belongs into a golden log of its format");
}

#[test]
fn a_writer_goes_on_with_each_golden_log() {
    for golden in all() {
        for trust in [Trust::Footers, Trust::Nothing] {
            let disk = FaultDisk::new(1);
            golden.stored().into_iter().for_each(|(name, bytes)| disk.put(&name, bytes));
            let options = Options { trust, ..golden.options };
            let (mut log, _) = FileLog::open(shared(&disk), &options).unwrap();
            let size = golden.story.1;
            log.append(size, &[ledger_store::conformance::record(size + 1, 0)]).unwrap();
            log.close().unwrap();
            assert!(verify(&disk, None).unwrap().is_clean(), "{}", golden.folder);
        }
    }
}

#[test]
fn the_golden_logs_roots_are_those_of_a_tree_that_is_not_ours() {
    let mut roots = String::new();
    for golden in all() {
        let log = golden.reader();
        let mut tree = MemoryBackedTree::<Sha256, Vec<u8>>::new();
        log.read(1..golden.story.1 + 1, &mut |record| {
            tree.push(record.envelope.to_vec());
            ControlFlow::Continue(())
        })
        .unwrap();
        assert_eq!(tree.root().as_bytes().as_slice(), log.head().root);
        let hex: String = log.head().root.iter().map(|byte| format!("{byte:02x}")).collect();
        roots += &format!("{} {hex}\n", golden.folder);
    }
    expect_test::expect![[r#"
        format-1 e5ed8fd1eab1eeaaa9c8ed2e089b88fdccdfed0a9507f90e0659206d36b91f50
        format-1-sealed e5ed8fd1eab1eeaaa9c8ed2e089b88fdccdfed0a9507f90e0659206d36b91f50
        format-1-frames 18182631683958e891809cebdfbec39efd0bf1a079b57bebf649024882f1c701
        format-1-every-event 39a8d70fe27b324ba47c9dd66a5f986ab21e8f474899a99f34f7588f0e8a4158
        format-1-people 3c95f628dbb240408faf03cc30e6c65bb0dbb8392d74ad55e11c270f98ce32dc
        format-1-four-eyes b799706f4f1f0625f0b147df4d8b96f56e792ce14a0cda8a090120c20a1db2e0
        format-1-people 2998967016d270014ea990dce43b76b24710f75adf83ec5dce9f08365403d617
        format-1-texts d7ead28c7cceb914de27c6ebd4b191a90b32abce7323d9818015baa21f840962
    "#]]
    .assert_eq(&roots);
}
