//! A thousand histories of appends and crashes, each from its seed, compared with what was acknowledged.

use ledger_store::conformance::{LOG_ID, read_all, record};
use ledger_store::fault::FaultDisk;
use ledger_store::{Envelope, FileLog, Log, LogError, NewRecord, Opened};

use crate::harness::{append, codes, open, small};

const HISTORIES: u64 = 1_000;
const CRASHES: u64 = 6;

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
    fn compare(&mut self, log: &FileLog) -> Result<(), String> {
        let found = read_all(log, 1..u64::MAX).map_err(|error| error.to_string())?;
        let ids: Vec<u64> = found.iter().map(|(_, id, ..)| small_id(id)).collect();
        let mut with_flight = self.acknowledged.clone();
        with_flight.append(&mut self.in_flight);
        if ids != self.acknowledged && ids != with_flight {
            return Err(format!("{ids:?} is not {with_flight:?}"));
        }
        for (number, (found, id)) in (1..).zip(found.iter().zip(&ids)) {
            let envelope = Envelope::decode(&found.3).map_err(|error| error.to_string())?;
            if (found.0, envelope.number) != (number, number) || envelope.payload != record(*id, 0).payload {
                return Err(format!("entry {number} is not what was appended"));
            }
        }
        self.acknowledged = ids;
        Ok(())
    }
}

fn small_id(id: &[u8; 16]) -> u64 {
    u64::from_be_bytes(id[8..].try_into().unwrap())
}

#[derive(Debug, Default)]
struct Tally {
    recovered: u64,
    quarantined: u64,
    crashes_in_recovery: u64,
    kept: u64,
}

impl Tally {
    fn count(&mut self, opened: &Opened) {
        self.recovered += u64::from(opened.recovered.is_some());
        self.quarantined += u64::from(opened.quarantined.is_some());
    }
}

/// One history; an error tells what was lost, doubled or invented.
fn history(seed: u64, lying: bool, tally: &mut Tally) -> Result<(), String> {
    let disk = FaultDisk::new(seed);
    let mut dice = Dice(seed);
    let mut model = Model::default();
    create(&disk, &mut dice);
    disk.lie_about_syncs(lying);
    for _ in 0..CRASHES {
        let mut log = reopen(&disk, &mut dice, tally)?;
        model.compare(&log)?;
        disk.crash_after(dice.below(40));
        while append_some(&mut log, &mut model, &mut dice)? {}
        cut(&disk, &mut dice);
    }
    let log = reopen(&disk, &mut dice, tally)?;
    model.compare(&log)?;
    log.close().map_err(|error| error.to_string())?;
    tally.kept += model.acknowledged.len() as u64;
    let codes = codes(&disk);
    if codes.is_empty() { Ok(()) } else { Err(format!("verification finds {codes:?}")) }
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
fn reopen(disk: &FaultDisk, dice: &mut Dice, tally: &mut Tally) -> Result<FileLog, String> {
    for _ in 0..dice.below(3) {
        disk.crash_after(dice.below(12));
        match open(disk) {
            Ok((_, opened)) => tally.count(&opened),
            Err(_) => tally.crashes_in_recovery += 1,
        }
        cut(disk, dice);
    }
    let (log, opened) = open(disk).map_err(|error| error.to_string())?;
    tally.count(&opened);
    Ok(log)
}

fn some_records(model: &mut Model, dice: &mut Dice) -> Vec<NewRecord> {
    let count = 1 + dice.below(20);
    let ids = model.next_id + 1..=model.next_id + count;
    model.next_id += count;
    ids.map(|id| {
        let signatures = vec![vec![3; dice.below(300) as usize]];
        NewRecord { signatures, ..record(id, dice.below(1_000).cast_signed()) }
    })
    .collect()
}

/// Appends a batch; false when the machine has stopped.
fn append_some(log: &mut FileLog, model: &mut Model, dice: &mut Dice) -> Result<bool, String> {
    let records = some_records(model, dice);
    let ids = records.iter().map(|record| small_id(&record.id));
    let size = model.acknowledged.len() as u64;
    match log.append(size, &records) {
        Ok(_) => {
            model.acknowledged.extend(ids);
            Ok(true)
        }
        Err(LogError::Unknown(_)) => {
            model.in_flight = ids.collect();
            match log.append(size, &records) {
                Err(LogError::Poisoned) => Ok(false),
                other => Err(format!("a poisoned log answers {other:?}")),
            }
        }
        Err(other) => Err(other.to_string()),
    }
}

#[test]
fn in_a_thousand_crash_histories_what_was_acknowledged_is_there_once_and_in_order() {
    let mut tally = Tally::default();
    for seed in 0..HISTORIES {
        history(seed, false, &mut tally).unwrap_or_else(|lost| panic!("seed {seed}: {lost}"));
    }
    // The histories must have met what they are there to meet.
    assert!(tally.recovered > 300 && tally.quarantined > 200, "{tally:?}");
    assert!(tally.crashes_in_recovery > 1_000 && tally.kept > 50_000, "{tally:?}");
}

#[test]
fn the_same_histories_notice_a_disk_that_lies_about_syncs() {
    let lost = (0..50).filter(|seed| history(*seed, true, &mut Tally::default()).is_err()).count();
    assert!(lost > 40, "only {lost} of 50");
}

/// The sizes of the batches of a history without whims; the long ones take several frames.
const PLAIN: [u64; 6] = [10, 25, 5, 60, 10, 1];

/// A history without whims: it seals a segment and goes on in the next, and stops at the first error. Gives the
/// number of batches that were acknowledged.
fn plain_history(disk: &FaultDisk, acknowledged: &mut usize) -> Result<(), LogError> {
    FileLog::init(disk, LOG_ID, &small())?;
    let (mut log, _) = open(disk)?;
    for count in PLAIN {
        append(&mut log, count)?;
        *acknowledged += 1;
    }
    log.close()
}

#[test]
fn a_crash_at_every_operation_and_at_every_operation_of_the_recovery_loses_nothing() {
    let disk = FaultDisk::new(0);
    plain_history(&disk, &mut 0).unwrap();
    let operations = disk.operations();
    assert!(disk.names().len() > 1, "the history must pass to the next segment");
    let bytes = disk.bytes("segment-00000001.log");
    let flagged = bytes.windows(11).filter(|bytes| bytes.starts_with(b"tlbatch\n\x01\0\x01"));
    assert!(flagged.count() > 0, "the history must have batches of several frames");
    let mut crashes = 0;
    for first in 0..operations {
        for second in 0..16 {
            for power_cuts in 0..4 {
                let disk = FaultDisk::new(first * 100 + second * 4 + power_cuts);
                let restart = |power_cut: bool| if power_cut { disk.power_cut() } else { disk.kill() };
                disk.crash_after(first);
                let mut acknowledged = 0;
                assert!(plain_history(&disk, &mut acknowledged).is_err());
                restart(power_cuts & 1 == 1);
                disk.crash_after(second);
                drop(open(&disk));
                restart(power_cuts & 2 == 2);
                crashes += 2;
                match open(&disk) {
                    Ok((log, _)) => {
                        let size = log.head().size;
                        let kept = |batches: usize| PLAIN.iter().take(batches).sum::<u64>();
                        let whole = [kept(acknowledged), kept(acknowledged + 1)];
                        assert!(whole.contains(&size), "{first}, {second}: {size}, not {whole:?}");
                        assert_eq!(read_all(&log, 1..u64::MAX).unwrap().len() as u64, size);
                        log.close().unwrap();
                        assert_eq!(codes(&disk), [""; 0], "{first}, {second}");
                    }
                    Err(LogError::NotAStore { .. }) => assert_eq!(acknowledged, 0),
                    Err(other) => panic!("{first}, {second}: {other}"),
                }
            }
        }
    }
    assert_eq!(crashes, operations * 16 * 4 * 2);
    assert!(crashes > 5_000, "{crashes}");
}
