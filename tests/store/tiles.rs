//! Tiles against the tree computed from all leaves and against an implementation that is not ours; and what
//! becomes of an answer when the tiles are damaged, lost, old or of another history: it is the same, or an error.

use std::ops::{ControlFlow, Range};

use ct_merkle::mem_backed_tree::MemoryBackedTree;
use ledger_store::disk::Disk;
use ledger_store::fault::{FaultDisk, Operation};
use ledger_store::merkle::{consistency_proof, inclusion_proof, leaf_hash, root};
use ledger_store::tiles::{
    BEHIND_MAX, CaughtUp, KEPT_EVERY, Tiles, TilesError, catch_up, kept_root_at, rebuild, root_at,
};
use ledger_store::{Hash, Head, Log, LogError, LogId, NewRecord, Record, RecordId};
use proptest::prelude::*;
use sha2::Sha256;

const MARK: &str = "tiles/checkpoint";

/// A log that makes its records as they are read: record `n` says `history` and `n`.
struct Counted {
    history: &'static str,
    id: LogId,
    leaves: Vec<Hash>,
    head: Head,
}

fn envelope(history: &str, number: u64) -> Vec<u8> {
    [history.as_bytes(), &number.to_be_bytes()].concat()
}

fn log(size: u64) -> Counted {
    history("one", size)
}

fn history(history: &'static str, size: u64) -> Counted {
    let leaves: Vec<Hash> = (1..=size).map(|number| leaf_hash(&envelope(history, number))).collect();
    let head = Head { size, root: root(&leaves) };
    Counted { history, id: LogId([9; 16]), leaves, head }
}

impl Counted {
    fn root(&self, size: u64) -> Hash {
        root(&self.leaves[..size as usize])
    }

    fn theirs(&self, size: u64) -> MemoryBackedTree<Sha256, Vec<u8>> {
        let mut tree = MemoryBackedTree::new();
        (1..=size).for_each(|number| tree.push(envelope(self.history, number)));
        tree
    }
}

impl Log for Counted {
    fn log_id(&self) -> LogId {
        self.id
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
        for number in numbers.start.max(1)..numbers.end.min(self.leaves.len() as u64 + 1) {
            let envelope = envelope(self.history, number);
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

fn tiles_of(size: u64) -> FaultDisk {
    let disk = FaultDisk::new(1);
    catch_up(&disk, &log(size)).unwrap();
    disk
}

/// Sizes where tiles and levels begin and end, up to this one.
fn sizes(up_to: u64) -> impl Iterator<Item = u64> {
    let edges = [0, 1, 2, 255, 256, 257, 300, 511, 512, 600, 1_000, 65_535, 65_536, 65_537, 66_000];
    edges.into_iter().filter(move |size| *size < up_to).chain([up_to])
}

/// What the tiles say of a few earlier sizes: never anything wrong.
fn answers(disk: &dyn Disk, log: &Counted) -> Result<(), TilesError> {
    let mut tiles = Tiles::open(disk, log)?;
    for size in sizes(log.head().size) {
        let answer = tiles.root_at(size)?;
        assert_eq!(answer, log.root(size), "{size}");
    }
    Ok(())
}

#[test]
fn the_published_layout_is_what_lies_on_the_disk() {
    let disk = tiles_of(70_000);
    let names = disk.names();
    let tiles = names.iter().filter(|name| name.starts_with("tiles/tile/")).count();
    // 273 full tiles of leaves, one full tile above them, and three at the edge.
    assert_eq!(tiles, 273 + 1 + 3);
    for name in ["tiles/tile/0/000", "tiles/tile/0/272", "tiles/tile/0/273.p/112", "tiles/tile/1/001.p/17"] {
        assert!(names.contains(&name.to_owned()), "{name}");
    }
    assert_eq!(disk.bytes("tiles/tile/2/000.p/1"), log(65_536).root(65_536));
    assert_eq!(disk.bytes("tiles/tile/0/000").len(), 8_192);
    let mark = String::from_utf8(disk.bytes(MARK)).unwrap();
    assert!(mark.starts_with("treasury-ledger/09090909090909090909090909090909\n70000\n"), "{mark}");
}

#[test]
fn the_edge_of_an_earlier_tree_is_taken_away() {
    let disk = FaultDisk::new(1);
    for size in [3, 3, 300, 600] {
        catch_up(&disk, &log(size)).unwrap();
    }
    let mut names = disk.names();
    names.sort();
    let edge = ["tiles/tile/0/002.p/88", "tiles/tile/1/000.p/2"];
    assert_eq!(names, [&[MARK, "tiles/tile/0/000", "tiles/tile/0/001"][..], &edge].concat());
}

#[test]
fn three_levels_of_tiles_answer_for_every_edge_of_the_tree() {
    let (disk, log) = (tiles_of(66_000), log(66_500));
    let mut tiles = Tiles::open(&disk, &log).unwrap();
    assert_eq!((tiles.stored(), tiles.head()), (66_000, log.head()));
    for size in sizes(66_500) {
        assert_eq!(tiles.root_at(size).unwrap(), log.root(size), "{size}");
        if size > 0 {
            let number = 1 + size / 2;
            let ours = inclusion_proof(&log.leaves[..size as usize], number as usize - 1);
            assert_eq!(tiles.inclusion_proof(number, size).ok(), ours);
            let ours = consistency_proof(&log.leaves, size as usize).unwrap();
            assert_eq!(tiles.consistency_proof(size, 66_500).unwrap(), ours, "{size}");
        }
    }
    let theirs = log.theirs(66_500);
    assert_eq!(theirs.root().as_bytes()[..], tiles.root_at(66_500).unwrap());
    let proof = tiles.inclusion_proof(65_537, 66_500).unwrap();
    assert_eq!(theirs.prove_inclusion(65_536).as_bytes(), proof.concat());
    let proof = tiles.consistency_proof(300, 66_500).unwrap();
    assert_eq!(theirs.prove_consistency(66_200).as_bytes(), proof.concat());
}

#[test]
fn what_the_log_does_not_hold_is_not_proven() {
    let (disk, log) = (tiles_of(300), log(300));
    let mut tiles = Tiles::open(&disk, &log).unwrap();
    assert!(matches!(tiles.root_at(301), Err(TilesError::Beyond { asked: 301, size: 300 })));
    assert!(matches!(tiles.inclusion_proof(0, 300), Err(TilesError::Beyond { .. })));
    assert!(matches!(tiles.inclusion_proof(200, 199), Err(TilesError::Beyond { .. })));
    assert!(matches!(tiles.consistency_proof(0, 300), Err(TilesError::Beyond { .. })));
    assert!(matches!(root_at(&disk, &log, 301), Err(TilesError::Beyond { .. })));
    assert!(matches!(root_at(&FaultDisk::new(1), &log, 301), Err(TilesError::Beyond { .. })));
}

#[test]
fn a_flipped_bit_or_a_missing_file_never_changes_an_answer() {
    let (sound, log) = (tiles_of(1_000), log(1_010));
    let files: Vec<String> = sound.names();
    let (mut damages, mut seen) = (0, 0);
    for name in &files {
        let bytes = sound.bytes(name).len();
        for at in (0..bytes).step_by(311).chain([bytes - 1]) {
            let disk = sound.copy(1);
            disk.change(name, |bytes| bytes[at] ^= 0x10);
            seen += usize::from(answers(&disk, &log).is_err());
            assert_eq!(root_at(&disk, &log, 600).unwrap(), log.root(600));
            damages += 1;
        }
        for length in [0, 31, bytes + 1] {
            let disk = sound.copy(1);
            disk.change(name, |bytes| bytes.resize(length, 0));
            assert!(answers(&disk, &log).is_err() || name == MARK, "{name}");
        }
        let disk = sound.copy(1);
        disk.take(name);
        assert!(answers(&disk, &log).is_err(), "{name}");
        assert_eq!(root_at(&disk, &log, 600).unwrap(), log.root(600));
        rebuild(&disk, &log).unwrap();
        answers(&disk, &log).unwrap();
    }
    // The root in the mark is for other readers; ours do not need it.
    let mark = sound.bytes(MARK).len() as u64;
    assert!(damages > 100 && damages - seen <= mark as usize / 311 + 2, "{seen} of {damages} seen");
}

#[test]
fn swapped_tiles_are_found() {
    let (disk, log) = (tiles_of(1_000), log(1_000));
    let (first, second) = (disk.bytes("tiles/tile/0/000"), disk.bytes("tiles/tile/0/001"));
    disk.put("tiles/tile/0/000", second);
    disk.put("tiles/tile/0/001", first);
    let found = answers(&disk, &log).unwrap_err();
    assert!(matches!(&found, TilesError::Damaged { name } if name == "tiles/tile/0/000"), "{found}");
}

#[test]
fn tiles_of_another_history_are_not_believed_and_written_anew() {
    // A history with the same id, such as after a restore from a copy and further appends.
    for (theirs, ours) in [(900, 1_000), (1_000, 1_000), (1_100, 1_000), (256, 300)] {
        let disk = FaultDisk::new(1);
        catch_up(&disk, &history("another", theirs)).unwrap();
        let log = log(ours);
        assert!(matches!(answers(&disk, &log), Err(TilesError::NotOfThisLog)), "{theirs} and {ours}");
        assert_eq!(root_at(&disk, &log, 200).unwrap(), log.root(200));
        let CaughtUp::To { head, hashed } = catch_up(&disk, &log).unwrap() else {
            panic!("nobody else writes")
        };
        assert_eq!((head, hashed), (log.head(), ours));
        answers(&disk, &log).unwrap();
    }
}

#[test]
fn tiles_of_another_log_are_not_believed() {
    let disk = FaultDisk::new(1);
    let another = Counted { id: LogId([8; 16]), ..log(500) };
    catch_up(&disk, &another).unwrap();
    assert!(matches!(answers(&disk, &log(500)), Err(TilesError::NotOfThisLog)));
    catch_up(&disk, &log(500)).unwrap();
    answers(&disk, &log(500)).unwrap();
}

#[test]
fn older_tiles_are_completed_from_the_log_up_to_a_limit() {
    let disk = tiles_of(300);
    answers(&disk, &log(5_000)).unwrap();
    let far = log(300 + BEHIND_MAX + 1);
    assert!(matches!(Tiles::open(&disk, &far), Err(TilesError::Behind { stored: 300, .. })));
    assert_eq!(root_at(&disk, &far, 299).unwrap(), far.root(299));
    let CaughtUp::To { hashed, .. } = catch_up(&disk, &far).unwrap() else { panic!("nobody else writes") };
    assert_eq!(hashed, BEHIND_MAX + 1);
    answers(&disk, &far).unwrap();
}

#[test]
fn without_tiles_the_entries_are_hashed() {
    let (disk, log) = (FaultDisk::new(1), log(700));
    assert!(matches!(Tiles::open(&disk, &log), Err(TilesError::Absent)));
    for size in sizes(700) {
        assert_eq!(root_at(&disk, &log, size).unwrap(), log.root(size));
    }
}

#[test]
fn a_log_whose_entries_do_not_have_its_root_gets_no_tiles_and_no_answer() {
    struct Lying(Counted);
    impl Log for Lying {
        fn log_id(&self) -> LogId {
            self.0.log_id()
        }
        fn head(&self) -> Head {
            Head { root: [7; 32], ..self.0.head() }
        }
        fn append(&mut self, _expected: u64, _records: &[NewRecord]) -> Result<Head, LogError> {
            Err(LogError::ReadOnly)
        }
        fn read(
            &self,
            numbers: Range<u64>,
            visit: &mut dyn FnMut(Record<'_>) -> ControlFlow<()>,
        ) -> Result<(), LogError> {
            self.0.read(numbers, visit)
        }
        fn find(&self, _id: &RecordId) -> Result<Option<u64>, LogError> {
            Ok(None)
        }
    }
    let lying = Lying(log(300));
    for disk in [FaultDisk::new(1), tiles_of(200), tiles_of(300)] {
        assert!(matches!(catch_up(&disk, &lying), Err(TilesError::RootDiffers)));
        assert!(matches!(root_at(&disk, &lying, 100), Err(TilesError::RootDiffers)));
    }
}

#[test]
fn writing_may_stop_anywhere() {
    let mut stops = 0;
    for seed in 0..3 {
        for operations in 0.. {
            let disk = FaultDisk::new(seed);
            catch_up(&disk, &log(250)).unwrap();
            disk.crash_after(operations);
            let stopped = catch_up(&disk, &log(1_300)).is_err();
            if operations % 2 == 0 {
                disk.power_cut()
            } else {
                disk.kill()
            }
            let log = log(1_301);
            let _ = answers(&disk, &log);
            assert_eq!(root_at(&disk, &log, 251).unwrap(), log.root(251));
            // A tile that the power cut tore is found when it is read, and all are written anew.
            catch_up(&disk, &log).unwrap();
            if answers(&disk, &log).is_err() {
                rebuild(&disk, &log).unwrap();
                answers(&disk, &log).unwrap();
            }
            if !stopped {
                break;
            }
            stops += 1;
        }
    }
    assert!(stops > 30, "only {stops} stops");
}

#[test]
fn one_process_at_a_time_writes_tiles() {
    let (disk, log) = (FaultDisk::new(1), log(10));
    let held = disk.lock("tiles/lock").unwrap();
    assert!(held.is_some());
    assert_eq!(catch_up(&disk, &log).unwrap(), CaughtUp::Busy);
    drop(held);
    catch_up(&disk, &log).unwrap();
    answers(&disk, &log).unwrap();
}

#[test]
fn tiles_that_are_kept_up_are_written_when_it_is_worth_it_and_again_when_damaged() {
    let disk = FaultDisk::new(1);
    let root = |disk: &FaultDisk, log: &Counted| kept_root_at(disk, log, 100).unwrap();
    let (small, large, larger) = (log(KEPT_EVERY - 1), log(KEPT_EVERY), log(2 * KEPT_EVERY - 1));
    assert_eq!(root(&disk, &small), small.root(100));
    assert_eq!(disk.names(), Vec::<String>::new());

    // That tiles cannot be written is no failure.
    disk.fail(Operation::Change, 0, std::io::ErrorKind::ReadOnlyFilesystem);
    assert_eq!(root(&disk, &large), large.root(100));
    assert!(!disk.names().contains(&MARK.to_owned()));

    assert_eq!(root(&disk, &large), large.root(100));
    answers(&disk, &large).unwrap();
    let mark = disk.bytes(MARK);
    assert_eq!(root(&disk, &larger), larger.root(100));
    assert_eq!(disk.bytes(MARK), mark, "the rest is read from the log");

    disk.change("tiles/tile/0/000", |bytes| bytes[40] ^= 1);
    assert_eq!(root(&disk, &larger), larger.root(100));
    answers(&disk, &larger).unwrap();
    assert_ne!(disk.bytes(MARK), mark);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn roots_and_proofs_are_those_of_the_leaves(
        steps in proptest::collection::vec(0_u64..900, 1..5), ahead in 0_u64..200, a in 0_u64..4_000, b in 0_u64..4_000,
    ) {
        let disk = FaultDisk::new(1);
        let mut stored = 0;
        for step in steps {
            stored += step;
            catch_up(&disk, &log(stored)).unwrap();
        }
        let log = log((stored + ahead).max(1));
        let (new, theirs) = (1 + a % log.head().size, b);
        let (old, leaves) = (1 + theirs % new, &log.leaves[..new as usize]);
        let mut tiles = Tiles::open(&disk, &log).unwrap();
        prop_assert_eq!(tiles.root_at(new).unwrap(), log.root(new));
        prop_assert_eq!(tiles.inclusion_proof(old, new).ok(), inclusion_proof(leaves, old as usize - 1));
        prop_assert_eq!(tiles.consistency_proof(old, new).ok(), consistency_proof(leaves, old as usize));
        let theirs = log.theirs(new);
        let root = tiles.root_at(new).unwrap();
        let their_root = theirs.root();
        prop_assert_eq!(&their_root.as_bytes()[..], &root[..]);
        let inclusion = theirs.prove_inclusion(old as usize - 1);
        prop_assert_eq!(inclusion.as_bytes(), tiles.inclusion_proof(old, new).unwrap().concat());
        if old < new {
            let consistency = theirs.prove_consistency((new - old) as usize);
            prop_assert_eq!(consistency.as_bytes(), tiles.consistency_proof(old, new).unwrap().concat());
        }
    }
}
