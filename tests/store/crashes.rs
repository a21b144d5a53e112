//! A thousand histories of appends and crashes, each from its seed, compared with what was acknowledged.

use ledger_store::conformance::{LOG_ID, read_all, record};
use ledger_store::fault::FaultDisk;
use ledger_store::{FileLog, Log, LogError};

use crate::helpers::{codes, open, small};

const HISTORIES: u64 = 1_000;

/// A generator of its own, so that the history does not depend on the disk's whims.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }
}

/// What must be there: the ids that were acknowledged, then perhaps those of the one batch in flight.
#[derive(Default)]
struct Model {
    acknowledged: Vec<u64>,
    in_flight: Vec<u64>,
    next_id: u64,
}

impl Model {
    /// Compares a reopened log, and takes over the fate of the batch in flight.
    fn compare(&mut self, log: &FileLog, seed: u64) {
        let found = read_all(log, 1..u64::MAX).unwrap();
        let ids: Vec<u64> =
            found.iter().map(|(_, id, ..)| u64::from_be_bytes(id[8..].try_into().unwrap())).collect();
        let mut with_flight = self.acknowledged.clone();
        with_flight.append(&mut self.in_flight);
        assert!(
            ids == self.acknowledged || ids == with_flight,
            "seed {seed}: {ids:?} is not {with_flight:?}"
        );
        for (number, (found, id)) in (1..).zip(found.iter().zip(&ids)) {
            let envelope = ledger_store::Envelope::decode(&found.3).unwrap();
            assert_eq!((found.0, envelope.number), (number, number), "seed {seed}");
            assert_eq!(envelope.payload, record(*id, 0).payload, "seed {seed}");
        }
        self.acknowledged = ids;
    }
}

#[derive(Default)]
struct Tally {
    crashes: u64,
    recovered: u64,
    quarantined: u64,
    crashes_in_recovery: u64,
    kept: u64,
}

fn history(seed: u64, tally: &mut Tally) {
    let disk = FaultDisk::new(seed);
    let mut dice = Dice(seed);
    let mut model = Model::default();
    create(&disk, &mut dice);
    for _ in 0..6 {
        let mut log = reopen(&disk, &mut dice, tally);
        model.compare(&log, seed);
        disk.crash_after(dice.below(40));
        while append_some(&mut log, &mut model, &mut dice, seed) {}
        tally.crashes += 1;
        cut(&disk, &mut dice);
    }
    let log = reopen(&disk, &mut dice, tally);
    model.compare(&log, seed);
    log.close().unwrap();
    assert_eq!(codes(&disk), [""; 0], "seed {seed}");
    tally.kept += model.acknowledged.len() as u64;
}

fn cut(disk: &FaultDisk, dice: &mut Dice) {
    if dice.below(4) == 0 { disk.kill() } else { disk.power_cut() }
}

/// Creates the log, cut off at first perhaps; a log that was reported as created is there.
fn create(disk: &FaultDisk, dice: &mut Dice) {
    disk.crash_after(dice.below(16));
    while let Err(error) = FileLog::init(disk, LOG_ID, &small()) {
        if matches!(error, LogError::AlreadyAStore { .. }) {
            return;
        }
        cut(disk, dice);
    }
    cut(disk, dice);
}

/// Opens the log, crashing up to twice on the way.
fn reopen(disk: &FaultDisk, dice: &mut Dice, tally: &mut Tally) -> FileLog {
    for _ in 0..dice.below(3) {
        disk.crash_after(dice.below(12));
        if open(disk).is_err() {
            tally.crashes_in_recovery += 1;
        }
        cut(disk, dice);
    }
    let (log, opened) = open(disk).unwrap();
    tally.recovered += u64::from(opened.recovered.is_some());
    tally.quarantined += u64::from(opened.quarantined.is_some());
    log
}

/// Appends a batch; false when the machine has stopped.
fn append_some(log: &mut FileLog, model: &mut Model, dice: &mut Dice, seed: u64) -> bool {
    let records: Vec<_> = (0..1 + dice.below(20))
        .map(|_| {
            model.next_id += 1;
            let mut record = record(model.next_id, dice.below(1_000).cast_signed());
            record.signatures = vec![vec![3; dice.below(300) as usize]];
            record
        })
        .collect();
    let ids: Vec<u64> =
        records.iter().map(|record| u64::from_be_bytes(record.id[8..].try_into().unwrap())).collect();
    match log.append(model.acknowledged.len() as u64, &records) {
        Ok(_) => {
            model.acknowledged.extend(ids);
            true
        }
        Err(LogError::Unknown(_)) => {
            model.in_flight = ids;
            let again = log.append(model.acknowledged.len() as u64, &records);
            assert!(matches!(again, Err(LogError::Poisoned)), "seed {seed}");
            false
        }
        Err(other) => panic!("seed {seed}: {other}"),
    }
}

#[test]
fn in_a_thousand_crash_histories_what_was_acknowledged_is_there_once_and_in_order() {
    let mut tally = Tally::default();
    (0..HISTORIES).for_each(|seed| history(seed, &mut tally));
    // The histories must have met what they are there to meet.
    assert_eq!(tally.crashes, 6 * HISTORIES);
    assert!(tally.recovered > 500, "{}", tally.recovered);
    assert!(tally.quarantined > 500, "{}", tally.quarantined);
    assert!(tally.crashes_in_recovery > 1_000, "{}", tally.crashes_in_recovery);
    assert!(tally.kept > 50_000, "{}", tally.kept);
}
