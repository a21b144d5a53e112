//! A small log on a simulated disk, and what most tests ask of it.

use std::ops::ControlFlow;
use std::sync::Arc;

use ledger_core::replay::Archive;
use ledger_core::resolve::Recorded;
use ledger_store::archive::LogArchive;
pub(crate) use ledger_store::conformance::small;
use ledger_store::conformance::{LOG_ID, record};
use ledger_store::disk::Disk;
use ledger_store::fault::FaultDisk;
use ledger_store::{FileLog, Head, Log, LogError, Opened, Report, verify};

pub(crate) const SEGMENT_1: &str = "segment-00000001.log";
pub(crate) const SEGMENT_2: &str = "segment-00000002.log";
pub(crate) const FRAMES_BEGIN: usize = 12_288;

pub(crate) fn shared(disk: &FaultDisk) -> Arc<dyn Disk> {
    disk.shared()
}

pub(crate) fn open(disk: &FaultDisk) -> Result<(FileLog, Opened), LogError> {
    FileLog::open(shared(disk), &small())
}

/// All entries of a log.
pub(crate) fn entries(log: &FileLog) -> Vec<Recorded> {
    let mut all = Vec::new();
    LogArchive(log)
        .read(1..u64::MAX, &mut |recorded, _| {
            all.push(recorded.clone());
            ControlFlow::Continue(())
        })
        .unwrap();
    all
}

/// A new log with batches of these sizes, closed; and its head.
pub(crate) fn log_of(batches: &[u64]) -> (FaultDisk, Head) {
    let disk = FaultDisk::new(1);
    FileLog::init(&disk, LOG_ID, &small()).unwrap();
    let (mut log, _) = open(&disk).unwrap();
    for count in batches {
        append(&mut log, *count).unwrap();
    }
    let head = log.head();
    log.close().unwrap();
    (disk, head)
}

/// Appends the next `count` records, whose ids are their numbers.
pub(crate) fn append(log: &mut dyn Log, count: u64) -> Result<Head, LogError> {
    let size = log.head().size;
    let records: Vec<_> = (size + 1..=size + count).map(|id| record(id, id.cast_signed())).collect();
    log.append(size, &records)
}

pub(crate) fn report(disk: &FaultDisk) -> Report {
    verify(disk, None).unwrap()
}

/// The codes of what verification finds, each once, in the order in which they are found first.
pub(crate) fn codes(disk: &FaultDisk) -> Vec<&'static str> {
    let mut codes = Vec::new();
    for finding in report(disk).findings {
        if !codes.contains(&finding.defect.code()) {
            codes.push(finding.defect.code());
        }
    }
    codes
}

/// Turns over one bit of a file.
pub(crate) fn flip(disk: &FaultDisk, name: &str, bit: usize) {
    disk.change(name, |bytes| bytes[bit / 8] ^= 1 << (bit % 8));
}

/// Where each frame of a segment begins, and where the last one ends.
pub(crate) fn frame_offsets(segment: &[u8]) -> Vec<usize> {
    let mut offsets = vec![FRAMES_BEGIN];
    loop {
        let at = *offsets.last().unwrap();
        let Some(header) = segment.get(at..at + 128).filter(|header| header.starts_with(b"tlbatch\n")) else {
            return offsets;
        };
        let body = u32::from_le_bytes(header[112..116].try_into().unwrap()) as usize;
        offsets.push((at + 128 + body).next_multiple_of(8));
    }
}
