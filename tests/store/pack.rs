//! The log of a pack: its tiles as the crate `tlog_tiles` reads them, and every defect of its entries by its code.

use std::collections::BTreeMap;
use std::ops::{ControlFlow, Range};

use ledger_core::entry::Entry;
use ledger_store::disk::{Access, Disk};
use ledger_store::fault::FaultDisk;
use ledger_store::merkle::{leaf_hash, root};
use ledger_store::pack::{PackDefect, PackLog, read_file, read_tree, tree_files, write_tree};
use ledger_store::{Envelope, Hash, Head, Log, LogError, LogId, NewRecord, Record, RecordId};
use tlog_tiles::tile::{Tile, TileHashReader, TileReader};
use tlog_tiles::tlog::{self, Error};

/// A log of these envelopes, whatever they are.
struct Given(Vec<Vec<u8>>);

impl Log for Given {
    fn log_id(&self) -> LogId {
        LogId([1; 16])
    }

    fn head(&self) -> Head {
        let leaves: Vec<Hash> = self.0.iter().map(|envelope| leaf_hash(envelope)).collect();
        Head { size: leaves.len() as u64, root: root(&leaves) }
    }

    fn append(&mut self, _: u64, _: &[NewRecord]) -> Result<Head, LogError> {
        Err(LogError::ReadOnly)
    }

    fn read(
        &self,
        numbers: Range<u64>,
        visit: &mut dyn FnMut(Record<'_>) -> ControlFlow<()>,
    ) -> Result<(), LogError> {
        for (number, envelope) in (1..).zip(&self.0).filter(|(number, _)| numbers.contains(number)) {
            if visit(Record { number, id: [0; 16], order: 0, envelope }).is_break() {
                break;
            }
        }
        Ok(())
    }

    fn find(&self, _: &RecordId) -> Result<Option<u64>, LogError> {
        Ok(None)
    }
}

/// The pack of a log on a disk of its own, and the files' names.
fn packed(log: &Given) -> (FaultDisk, Head, Vec<String>) {
    let (disk, mut names) = (FaultDisk::new(1), Vec::new());
    let head = write_tree(log, log.0.len() as u64, &mut |name, bytes| {
        names.push(name.to_owned());
        write(&disk, name, bytes);
        Ok(())
    });
    (disk, head.unwrap(), names)
}

fn write(disk: &FaultDisk, name: &str, bytes: &[u8]) {
    let folders: Vec<usize> = name.match_indices('/').map(|(at, _)| at).collect();
    folders.iter().for_each(|at| disk.create_folder(&name[..*at]).unwrap());
    disk.open(name, Access::Create).unwrap().write_at(bytes, 0).unwrap();
}

fn numbered(size: u64) -> Given {
    Given((1..=size).map(|number| number.to_be_bytes().to_vec()).collect())
}

/// The files of a pack as the other implementation asks for them: it has the height of tiles in their names.
struct Theirs<'d>(&'d FaultDisk);

impl TileReader for Theirs<'_> {
    fn height(&self) -> u8 {
        8
    }

    fn read_tiles(&self, tiles: &[Tile]) -> Result<Vec<Vec<u8>>, Error> {
        let name = |tile: &Tile| tile.path().replacen("tile/8/", "tile/", 1);
        Ok(tiles.iter().map(|tile| read_file(self.0, &name(tile)).unwrap()).collect())
    }

    fn save_tiles(&self, _: &[Tile], _: &[Vec<u8>]) {}
}

#[test]
fn tiles_are_those_that_another_implementation_asks_for() {
    for size in [1, 2, 37, 255, 256, 257, 600, 66_000] {
        let log = numbered(size);
        let (disk, head, names) = packed(&log);
        assert_eq!(head, log.head(), "{size}");
        let mut theirs: Vec<String> = Tile::new_tiles(8, 0, size)
            .iter()
            .map(|tile| tile.path().replacen("tile/8/", "tile/", 1))
            .collect();
        let bundles: Vec<String> = theirs
            .iter()
            .filter_map(|name| name.strip_prefix("tile/0/"))
            .map(|name| format!("tile/entries/{name}"))
            .collect();
        theirs.extend(bundles);
        theirs.sort();
        let mut ours = names;
        ours.sort();
        assert_eq!(ours, theirs, "{size}");
        let mut named: Vec<String> = tree_files(size).collect();
        named.sort();
        assert_eq!(named, theirs, "{size}");

        let files = Theirs(&disk);
        let root = tlog::Hash(head.root);
        let reader = TileHashReader::new(size, root, &files);
        assert_eq!(tlog::tree_hash(size, &reader).unwrap(), root, "{size}");
        for index in [0, size / 2, size - 1] {
            let proof = tlog::prove_record(size, index, &reader).unwrap();
            let leaf = tlog::record_hash(&log.0[index as usize]);
            tlog::check_record(&proof, size, root, index, leaf).unwrap();
        }
    }
}

/// An entry with this id, as its payload.
fn payload(id: u64) -> Vec<u8> {
    let json = format!(
        r#"{{"id":"00000000-0000-4000-8000-{id:012}","effective":"2026-02-08","actor":"a","events":[{{"type":"wallet_opened","wallet":"w{id}","kind":"hot","commodity":"BTC"}}]}}"#
    );
    Entry::from_json(&json).unwrap().to_cbor()
}

fn envelope(number: u64, recorded: i64, decided_at: u64, payload: &[u8]) -> Vec<u8> {
    Envelope { number, recorded, decided_at, payload, signatures: Vec::new() }.encode()
}

fn sound(size: u64) -> Given {
    Given((1..=size).map(|number| envelope(number, number as i64, number - 1, &payload(number))).collect())
}

/// What a pack's check finds, with its entry; and the root it comes to.
fn found(disk: &FaultDisk, size: u64) -> (Vec<(PackDefect, Option<u64>)>, Option<Hash>) {
    let (root, _, findings) = read_tree(disk, size, 0, &mut |_| ());
    (findings.into_iter().map(|finding| (finding.defect, finding.entry)).collect(), root)
}

/// What is done to the envelopes of a log.
type Alter = fn(&mut Vec<Vec<u8>>);

#[test]
fn every_defect_of_an_entry_has_its_code() {
    let cases: &[(Alter, PackDefect)] = &[
        (|all| all[2] = b"no envelope".to_vec(), PackDefect::Envelope),
        (|all| all[2].push(0), PackDefect::Envelope),
        (|all| all[2] = envelope(4, 3, 2, &payload(3)), PackDefect::EnvelopeNumber),
        (|all| all[2] = envelope(3, 1, 2, &payload(3)), PackDefect::RecordedBack),
        (|all| all[2] = envelope(3, 3, 3, &payload(3)), PackDefect::DecidedAhead),
        (|all| all[2] = envelope(3, 3, 2, b"no entry"), PackDefect::EntryForm),
        (|all| all[2] = envelope(3, 3, 2, &payload(2)), PackDefect::DuplicateId),
    ];
    let mut codes = BTreeMap::new();
    for (alter, defect) in cases {
        let mut log = sound(5);
        alter(&mut log.0);
        let (disk, head, _) = packed(&log);
        // The tree is that of the entries: only what they say is wrong.
        assert_eq!(found(&disk, 5), (vec![(*defect, Some(3))], Some(head.root)), "{}", defect.meaning());
        codes.insert(defect.code(), ());
    }
    assert_eq!(codes.len(), 6);
}

#[test]
fn a_pack_is_read_as_the_log_that_was_packed() {
    let log = sound(300);
    let (disk, head, _) = packed(&log);
    assert_eq!(found(&disk, 300), (Vec::new(), Some(head.root)));
    let mut packed = PackLog::open(&disk, head).unwrap();
    for range in [1..301, 250..260, 256..258, 300..999, 0..2, 301..400] {
        let read = |log: &dyn Log| {
            let mut read = Vec::new();
            log.read(range.clone(), &mut |record| {
                read.push((record.number, record.envelope.to_vec()));
                ControlFlow::Continue(())
            })
            .unwrap();
            read
        };
        assert_eq!(read(&packed), read(&log), "{range:?}");
    }
    let id = Entry::from_cbor(&payload(290)).unwrap().id.bytes();
    assert_eq!(packed.find(&id).unwrap(), Some(290));
    assert_eq!(packed.find(&[0; 16]).unwrap(), None);
    assert!(matches!(packed.append(300, &[]), Err(LogError::ReadOnly)));
}

#[test]
fn the_root_of_earlier_entries_is_watched_and_a_bundle_that_is_gone_ends_it() {
    let log = sound(300);
    let (disk, ..) = packed(&log);
    for size in [0, 1, 255, 256, 257, 300] {
        let (_, at, _) = read_tree(&disk, 300, size, &mut |_| ());
        assert_eq!(at, Some(Given(log.0[..size as usize].to_vec()).head().root), "{size}");
    }
    disk.remove("tile/entries/000").unwrap();
    let (root, at, findings) = read_tree(&disk, 300, 300, &mut |_| ());
    let codes: Vec<_> = findings.iter().map(|finding| (finding.defect.code(), finding.entry)).collect();
    assert_eq!((root, at, codes), (None, None, vec![("bundle_absent", Some(1))]));
    // Whatever a checkpoint says of its size, the search for entries ends.
    let (_, _, findings) = read_tree(&disk, u64::MAX, 300, &mut |_| ());
    assert!(findings.len() < 20, "{}", findings.len());
}
