//! The two programs of the power cuts in `tests/power`: one that appends and waits to be told to go on, and one
//! that opens what a cut has left and compares it with what must be there.
//!
//! ```text
//! power write DIR SEED [without-sync]   prints `acknowledged SIZE ROOT` and reads a line, again and again
//! power recover DIR                     opens the log, so that this can be cut as well
//! power check DIR SEED ACKNOWLEDGED     prints `holds SIZE ROOT`, or says what is wrong
//! ```

use std::io::{self, BufRead, Write};
use std::process::ExitCode;
use std::sync::Arc;

use ledger_store::conformance::{LOG_ID, read_all, record};
use ledger_store::disk::{Access, Disk, DiskFile, Lock};
use ledger_store::{Envelope, FileLog, Head, Log, NewRecord, Options, RealDisk, verify};

type Failed = Box<dyn std::error::Error>;

/// Small segments, so that a short life passes through several.
fn options(acknowledged: Option<u64>) -> Options {
    Options {
        segment_bytes: 64 << 10,
        step_bytes_min: 8 << 10,
        step_bytes_max: 32 << 10,
        acknowledged,
        ..Options::default()
    }
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match words[..] {
        ["write", place, seed] => number(seed).and_then(|seed| write(Arc::new(RealDisk::at(place)), seed)),
        ["write", place, seed, "without-sync"] => {
            number(seed).and_then(|seed| write(Arc::new(Unsynced(RealDisk::at(place))), seed))
        }
        ["recover", place] => recover(place),
        ["check", place, seed, acknowledged] => {
            number(seed).and_then(|seed| check(place, seed, number(acknowledged)?))
        }
        _ => Err("the head of this example says how it is called".into()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            let _ = writeln!(io::stdout(), "{why}");
            ExitCode::FAILURE
        }
    }
}

fn number(text: &str) -> Result<u64, Failed> {
    Ok(text.parse::<u64>()?)
}

/// How many entries the batch has that begins after this size: the same for the same seed.
fn batch_after(size: u64, seed: u64) -> u64 {
    let mixed = (size + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ seed.wrapping_mul(0xbf58_476d_1ce4_e5b9);
    1 + (mixed >> 40) % 9
}

/// The entry that must have this number.
fn entry(number: u64, seed: u64) -> NewRecord {
    let signatures = vec![vec![seed as u8; (number.wrapping_mul(seed | 1) % 3_000) as usize]];
    NewRecord { signatures, ..record(number, number.cast_signed()) }
}

/// Appends and asks, until nobody answers. Every thirtieth batch the log is closed and opened again.
fn write(disk: Arc<dyn Disk>, seed: u64) -> Result<(), Failed> {
    FileLog::init(&*disk, LOG_ID, &options(None))?;
    let mut lines = io::stdin().lock().lines();
    let mut log = FileLog::open(Arc::clone(&disk), &options(None))?.0;
    for batch in 1_u64.. {
        let size = log.head().size;
        let records: Vec<_> =
            (size + 1..=size + batch_after(size, seed)).map(|number| entry(number, seed)).collect();
        let head = log.append(size, &records)?;
        writeln!(io::stdout(), "acknowledged {} {}", head.size, hex(&head))?;
        io::stdout().flush()?;
        if lines.next().is_none() {
            break;
        }
        if batch.is_multiple_of(30) {
            log.close()?;
            log = FileLog::open(Arc::clone(&disk), &options(None))?.0;
        }
    }
    Ok(())
}

fn recover(place: &str) -> Result<(), Failed> {
    FileLog::open(Arc::new(RealDisk::at(place)), &options(None))?;
    Ok(())
}

fn check(place: &str, seed: u64, acknowledged: u64) -> Result<(), Failed> {
    let disk = Arc::new(RealDisk::at(place));
    let (mut log, opened) = FileLog::open(Arc::clone(&disk) as Arc<_>, &options(Some(acknowledged)))?;
    let head = log.head();
    if head.size < acknowledged {
        return Err(format!("{acknowledged} entries were acknowledged and {} are there", head.size).into());
    }
    compare(&log, seed)?;
    let records: Vec<_> = (head.size + 1..=head.size + 3).map(|number| entry(number, seed)).collect();
    log.append(head.size, &records)?;
    log.close()?;
    if let Some(finding) = verify(&*disk, Some(&head))?.findings.first() {
        return Err(finding.to_string().into());
    }
    let (recovered, torn) = (opened.recovered.is_some(), opened.quarantined.is_some());
    writeln!(io::stdout(), "holds {} {} recovered={recovered} torn={torn}", head.size, hex(&head))?;
    Ok(())
}

/// Compares every entry with the one that was appended under its number.
fn compare(log: &FileLog, seed: u64) -> Result<(), Failed> {
    let found = read_all(log, 1..u64::MAX)?;
    if found.len() as u64 != log.head().size {
        return Err(format!("the head says {} and {} are shown", log.head().size, found.len()).into());
    }
    for (number, (found_as, id, order, envelope)) in (1..).zip(found) {
        let wanted = entry(number, seed);
        let opened = Envelope::decode(&envelope)?;
        let same = (found_as, opened.number) == (number, number)
            && (id, order) == (wanted.id, wanted.order)
            && opened.payload == wanted.payload
            && opened.signatures == wanted.signatures;
        if !same {
            return Err(format!("entry {number} is not what was appended").into());
        }
    }
    Ok(())
}

fn hex(head: &Head) -> String {
    head.root.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The real disk without any sync: the cuts must find what this loses, or they would find nothing.
#[derive(Debug)]
struct Unsynced(RealDisk);

impl Disk for Unsynced {
    fn place(&self) -> String {
        self.0.place()
    }

    fn list(&self, folder: &str) -> io::Result<Vec<String>> {
        self.0.list(folder)
    }

    fn open(&self, name: &str, access: Access) -> io::Result<Box<dyn DiskFile>> {
        Ok(Box::new(UnsyncedFile(self.0.open(name, access)?)))
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        self.0.rename(from, to)
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        self.0.remove(name)
    }

    fn create_folder(&self, name: &str) -> io::Result<()> {
        self.0.create_folder(name)
    }

    fn sync_folder(&self, _name: &str) -> io::Result<()> {
        Ok(())
    }

    fn lock(&self, name: &str) -> io::Result<Option<Box<dyn Lock>>> {
        self.0.lock(name)
    }
}

#[derive(Debug)]
struct UnsyncedFile(Box<dyn DiskFile>);

impl DiskFile for UnsyncedFile {
    fn read_some_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        self.0.read_some_at(buffer, offset)
    }

    fn write_at(&self, bytes: &[u8], offset: u64) -> io::Result<()> {
        self.0.write_at(bytes, offset)
    }

    fn len(&self) -> io::Result<u64> {
        self.0.len()
    }

    fn set_len(&self, bytes: u64) -> io::Result<()> {
        self.0.set_len(bytes)
    }

    fn sync_data(&self) -> io::Result<()> {
        Ok(())
    }

    fn sync_all(&self) -> io::Result<()> {
        Ok(())
    }
}
