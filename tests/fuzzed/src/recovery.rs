//! Whole stores whose segments were overwritten: nothing is answered that was not appended, nothing acknowledged is cut
//! off, and damage is named and not touched.

use std::ops::ControlFlow;
use std::sync::OnceLock;

use ledger_store::conformance::{Copied, LOG_ID, read_all, record, small};
use ledger_store::fault::FaultDisk;
use ledger_store::merkle::{leaf_hash, root};
use ledger_store::segment::FRAMES_BEGIN;
use ledger_store::{FileLog, Hash, Head, Log, LogError, Options, Trust, verify};

use crate::forged::forge;
use crate::patches::apply;

/// A log with a few small segments, what it holds, and its root at every size.
struct Sound {
    disk: FaultDisk,
    records: Vec<Copied>,
    roots: Vec<Hash>,
}

fn sound() -> &'static Sound {
    static SOUND: OnceLock<Sound> = OnceLock::new();
    SOUND.get_or_init(|| {
        let disk = FaultDisk::new(1);
        FileLog::init(&disk, LOG_ID, &small()).unwrap();
        let (mut log, _) = FileLog::open(disk.shared(), &small()).unwrap();
        for batch in 0..12_u64 {
            let size = log.head().size;
            let ids = size + 1..=size + 1 + batch % 7 * 3;
            let records: Vec<_> = ids.map(|id| record(id, id.cast_signed())).collect();
            log.append(size, &records).unwrap();
        }
        let records = read_all(&log, 1..log.head().size + 1).unwrap();
        log.close().unwrap();
        let leaves: Vec<Hash> = records.iter().map(|(_, _, _, envelope)| leaf_hash(envelope)).collect();
        let roots = (0..=leaves.len()).map(|size| root(&leaves[..size])).collect();
        Sound { disk, records, roots }
    })
}

/// Whatever became of the segments, a reader and a writer answer with what was appended or with an error, a writer moves
/// no byte of a log that it refuses, and a verification that finds nothing vouches for all of it.
pub fn recovery(input: &[u8]) {
    let sound = sound();
    let disk = sound.disk.copy(2);
    apply(&disk, &segments(&disk), input);
    sound.check_verification(&disk);
    if let Ok(log) = FileLog::open_read_only(disk.shared()) {
        assert_eq!(Some(&log.head().root), sound.roots.get(log.head().size as usize), "never acknowledged");
        let (shown, whole) = sound.answers(&log);
        assert!(!whole || shown == log.head().size, "fewer than the head says");
    }
    let options = Options { acknowledged: Some(sound.head().size), ..small() };
    sound.check_writer(&disk.copy(3), &options);
    sound.check_writer(&disk.copy(4), &small());
    sound.check_writer(&disk, &Options { trust: Trust::Nothing, ..small() });
}

/// The same, with every checksum written anew over what was changed, as one who forges it would. What only a checksum
/// guards may be believed then; but nothing panics or goes on for ever, and whoever trusts nothing or has a checkpoint
/// is not deceived, for nobody forges the tree.
pub fn forged(input: &[u8]) {
    let sound = sound();
    let disk = sound.disk.copy(2);
    let names = segments(&disk);
    apply(&disk, &names, input);
    names.iter().for_each(|name| disk.change(name, |bytes| forge(bytes)));
    sound.check_verification(&disk);
    let ids = sound.records.iter().map(|(_, id, _, _)| id).step_by(5);
    if let Ok(log) = FileLog::open_read_only(disk.shared()) {
        let _whatever = read_all(&log, 1..u64::MAX);
        ids.clone().for_each(|id| drop(log.find(id)));
    }
    let believing = disk.copy(3);
    if let Ok((mut log, _)) = FileLog::open(believing.shared(), &small()) {
        let _whatever = read_all(&log, 1..u64::MAX);
        ids.for_each(|id| drop(log.find(id)));
        let _whatever = log.append(log.head().size, &[record(1 << 40, 0)]);
    }
    let acknowledged = Some(sound.head().size);
    sound.check_writer(&disk, &Options { acknowledged, trust: Trust::Nothing, ..small() });
}

fn segments(disk: &FaultDisk) -> Vec<String> {
    disk.names().into_iter().filter(|name| name.ends_with(".log")).collect()
}

fn contents(disk: &FaultDisk) -> Vec<(String, Vec<u8>)> {
    segments(disk).into_iter().map(|name| (name.clone(), disk.bytes(&name))).collect()
}

/// The head slots of the last segment.
fn slots(disk: &FaultDisk) -> Option<Vec<u8>> {
    let (_, last) = contents(disk).pop()?;
    last.get(4_096..FRAMES_BEGIN as usize).map(<[u8]>::to_vec)
}

impl Sound {
    fn head(&self) -> Head {
        let size = self.records.len();
        Head { size: size as u64, root: self.roots[size] }
    }

    /// How many records a log shows, all of them appended, and whether it showed all that it was to.
    fn answers(&self, log: &FileLog) -> (u64, bool) {
        let mut shown = 0;
        // What was shown before the damage counts.
        let read = log.read(1..u64::MAX, &mut |record| {
            let copied = (record.number, record.id, record.order, record.envelope.to_vec());
            assert_eq!(self.records.get(record.number as usize - 1), Some(&copied), "never appended");
            shown += 1;
            ControlFlow::Continue(())
        });
        (shown, read.is_ok())
    }

    /// A verification that says that the checkpoint is proven vouches for every entry; one that finds nothing says so,
    /// unless it met a later format.
    fn check_verification(&self, disk: &FaultDisk) {
        let Ok(report) = verify(disk, Some(&self.head())) else { return };
        assert!(report.proven.is_some() || !report.is_clean() || report.later_format.is_some());
        if report.proven.is_some() {
            let log = match FileLog::open_read_only(disk.shared()) {
                Err(LogError::LaterFormat { .. }) => return,
                opened => opened.unwrap(),
            };
            assert_eq!((log.head(), self.answers(&log)), (self.head(), (self.head().size, true)));
        }
    }

    /// A writer goes on from what was appended, or moves not a byte.
    fn check_writer(&self, disk: &FaultDisk, options: &Options) {
        let before = contents(disk);
        // The newest of them says all that was acknowledged.
        let slots_stand = slots(disk) == slots(&self.disk);
        let Ok((mut log, _)) = FileLog::open(disk.shared(), options) else {
            assert!(contents(disk) == before, "a log that is refused was touched");
            return;
        };
        let head = log.head();
        assert_eq!(Some(&head.root), self.roots.get(head.size as usize), "another history");
        if options.acknowledged.is_some() || slots_stand {
            assert_eq!(head, self.head(), "what was acknowledged is gone");
        }
        let (shown, whole) = self.answers(&log);
        if options.trust == Trust::Nothing {
            assert_eq!((shown, whole), (head.size, true));
        }
        let after = match log.append(head.size, &[record(1 << 40, 0)]) {
            // Nobody can say whether the id is in a segment whose footer was believed, and then is not there.
            Err(LogError::Damaged(_)) if options.trust == Trust::Footers => return,
            appended => appended.unwrap(),
        };
        log.close().unwrap();
        let report = verify(disk, Some(&after)).unwrap();
        assert!(whole || !report.is_clean(), "nothing is found in what cannot be read");
    }
}
