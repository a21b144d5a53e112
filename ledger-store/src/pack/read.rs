//! Reading the log of a pack: every bundle and tile, going on after a finding; and the pack as a log that can be asked.

use std::cell::OnceCell;
use std::collections::{BTreeMap, HashSet};
use std::io;
use std::ops::{ControlFlow, Range};

use ledger_core::entry::Entry;
use ledger_core::event::Event;
use ledger_core::resolve::{Beside, Outline, Recorded};
use ledger_core::time::{Instant, Zone};

use super::{Growth, PackDefect, PackFinding, file};
use crate::disk::{Access, Disk};
use crate::envelope::{Envelope, EnvelopeError};
use crate::log::{Hash, Head, Log, LogError, LogId, NewRecord, Record, RecordId};
use crate::merkle::leaf_hash;
use crate::tiles::place::{WIDTH, edge, hashes_at};

/// The largest file of a pack that is read at once: a bundle of the longest envelopes and their lengths.
const FILE_BYTES_MAX: u64 = 1 << 30;

/// After how many bundles that are not there the rest is not asked for: a checkpoint may say any size.
const ABSENT_MAX: u64 = 16;

/// Reads a whole file.
///
/// # Errors
/// Those of the disk; a file of more than 1 GiB is refused.
pub fn read_file(disk: &dyn Disk, name: &str) -> io::Result<Vec<u8>> {
    let file = disk.open(name, Access::Read)?;
    let length = file.len()?;
    if length > FILE_BYTES_MAX {
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, "the file is too large"));
    }
    let mut bytes = vec![0; usize::try_from(length).unwrap_or_default()];
    let filled = file.read_at(&mut bytes, 0)?;
    bytes.truncate(filled);
    Ok(bytes)
}

/// An entry of a pack as far as it could be read.
#[derive(Debug)]
pub struct Read<'a> {
    /// Its place in the log.
    pub number: u64,
    /// Its bytes.
    pub envelope: &'a [u8],
    /// The envelope, if it is one and in its place.
    pub opened: Option<&'a Envelope<'a>>,
    /// The entry, if it is one.
    pub entry: Option<&'a Entry>,
}

/// What a pass over bundles and tiles remembers.
struct Pass<'d> {
    disk: &'d dyn Disk,
    growth: Growth,
    findings: Vec<PackFinding>,
    ids: HashSet<RecordId>,
    recorded: i64,
}

/// Reads every bundle of a log of this size, hashes the entries, holds the tiles against them, and shows each entry.
/// Gives the root that the entries have, unless some are missing, and at the size watched; then what is wrong.
pub fn read_tree(
    disk: &dyn Disk,
    size: u64,
    watched: u64,
    visit: &mut dyn FnMut(Read<'_>),
) -> (Option<Hash>, Option<Hash>, Vec<PackFinding>) {
    let mut pass = Pass {
        disk,
        growth: Growth::default(),
        findings: Vec::new(),
        ids: HashSet::new(),
        recorded: i64::MIN,
    };
    let (mut complete, mut absent, mut at_watched) = (true, 0, None);
    if watched == 0 {
        at_watched = Some(pass.growth.frontier.root());
    }
    for index in 0..size.div_ceil(WIDTH as u64) {
        let first = index * WIDTH as u64;
        let width = (size - first).min(WIDTH as u64) as usize;
        let name = file("entries", index, width);
        let Ok(bytes) = read_file(disk, &name) else {
            pass.found(PackDefect::BundleAbsent, &name, Some(first + 1));
            complete = false;
            absent += 1;
            if absent == ABSENT_MAX {
                break;
            }
            continue;
        };
        let Some(envelopes) = split(&bytes, width) else {
            pass.found(PackDefect::BundleForm, &name, Some(first + 1));
            complete = false;
            continue;
        };
        for (number, envelope) in (first + 1..).zip(envelopes) {
            pass.entry(number, envelope, &name, visit);
            if complete {
                pass.hash(envelope);
                if number == watched {
                    at_watched = Some(pass.growth.frontier.root());
                }
            }
        }
    }
    if complete {
        pass.edge(size);
    }
    let root = complete.then(|| pass.growth.frontier.root());
    (root, at_watched, pass.findings)
}

/// The envelopes of a bundle, if it is exactly so many.
fn split(bytes: &[u8], width: usize) -> Option<Vec<&[u8]>> {
    let (mut rest, mut envelopes) = (bytes, Vec::with_capacity(width));
    while let Some((length, after)) = rest.split_first_chunk::<2>() {
        let (envelope, after) = after.split_at_checked(u16::from_be_bytes(*length).into())?;
        envelopes.push(envelope);
        rest = after;
    }
    (rest.is_empty() && envelopes.len() == width).then_some(envelopes)
}

impl Pass<'_> {
    fn found(&mut self, defect: PackDefect, file: &str, entry: Option<u64>) {
        self.findings.push(PackFinding { defect, file: file.to_owned(), entry });
    }

    fn entry(&mut self, number: u64, bytes: &[u8], file: &str, visit: &mut dyn FnMut(Read<'_>)) {
        let opened = match Envelope::decode(bytes) {
            Ok(opened) => opened,
            // Of a later format nothing can be said here, and nothing may be passed over in an audit.
            Err(EnvelopeError::UnknownFormat(_) | EnvelopeError::Malformed | EnvelopeError::NotCanonical) => {
                self.found(PackDefect::Envelope, file, Some(number));
                return visit(Read { number, envelope: bytes, opened: None, entry: None });
            }
        };
        if opened.number != number {
            self.found(PackDefect::EnvelopeNumber, file, Some(number));
        }
        if opened.recorded < self.recorded {
            self.found(PackDefect::RecordedBack, file, Some(number));
        }
        if opened.decided_at >= opened.number {
            self.found(PackDefect::DecidedAhead, file, Some(number));
        }
        self.recorded = self.recorded.max(opened.recorded);
        let entry = Entry::from_cbor(opened.payload).ok();
        match &entry {
            None => self.found(PackDefect::EntryForm, file, Some(number)),
            Some(entry) if !self.ids.insert(entry.id.bytes()) => {
                self.found(PackDefect::DuplicateId, file, Some(number));
            }
            Some(_) => {}
        }
        visit(Read { number, envelope: bytes, opened: Some(&opened), entry: entry.as_ref() });
    }

    fn hash(&mut self, envelope: &[u8]) {
        let leaf = leaf_hash(envelope);
        self.growth.frontier.push(leaf);
        let size = self.growth.frontier.size();
        for (level, hashes) in self.growth.add(leaf) {
            self.tile(level, hashes_at(level + 1, size) - 1, &hashes);
        }
    }

    fn edge(&mut self, size: u64) {
        let levels = std::mem::take(&mut self.growth.levels);
        for (tile, hashes) in edge(size).into_iter().zip(&levels) {
            if let Some(tile) = tile {
                self.tile(tile.level, tile.index, hashes);
            }
        }
    }

    fn tile(&mut self, level: usize, index: u64, hashes: &[Hash]) {
        let name = file(&level.to_string(), index, hashes.len());
        match read_file(self.disk, &name) {
            Err(_) => self.found(PackDefect::TileAbsent, &name, None),
            Ok(bytes) if bytes != hashes.as_flattened() => self.found(PackDefect::TileDiffers, &name, None),
            Ok(_) => {}
        }
    }
}

/// Is shown an entry with its number and its envelope's bytes, and says whether to go on.
type Visit<'v> = dyn FnMut(u64, Recorded, &[u8]) -> ControlFlow<()> + 'v;

/// The log of a pack in which nothing was found. Ids and places in accounting order, which a pack does not have beside
/// its entries, follow from the entries.
#[derive(Debug)]
pub struct PackLog<'d> {
    disk: &'d dyn Disk,
    head: Head,
    zone: Zone,
    /// What belongs beside approvals, which follows from what is proposed before them; read when first asked for.
    approvals: OnceCell<BTreeMap<u64, i64>>,
}

impl<'d> PackLog<'d> {
    /// The log in a folder, which has this head.
    ///
    /// # Errors
    /// [`LogError::Io`] when its first bundle cannot be read.
    pub fn open(disk: &'d dyn Disk, head: Head) -> Result<Self, LogError> {
        let mut log = PackLog { disk, head, zone: Zone::UTC, approvals: OnceCell::new() };
        let mut zone = None;
        log.each(1..2, &mut |_, recorded, _| {
            if let Some(Event::LedgerOpened(opened)) = recorded.entry.events.first() {
                zone = Some(opened.time_zone);
            }
            ControlFlow::Continue(())
        })?;
        log.zone = zone.unwrap_or(Zone::UTC);
        Ok(log)
    }

    fn each(&self, numbers: Range<u64>, visit: &mut Visit<'_>) -> Result<(), LogError> {
        let (start, end) = (numbers.start.max(1), numbers.end.min(self.head.size + 1));
        let mut next = start;
        while next < end {
            let index = (next - 1) / WIDTH as u64;
            let first = index * WIDTH as u64;
            let width = (self.head.size - first).min(WIDTH as u64) as usize;
            let name = file("entries", index, width);
            let failed = |source| LogError::Io { doing: format!("read {name}"), source };
            let unsound =
                || failed(io::Error::new(io::ErrorKind::InvalidData, "it does not hold its entries"));
            let bytes = read_file(self.disk, &name).map_err(failed)?;
            let envelopes = split(&bytes, width).ok_or_else(unsound)?;
            for (number, envelope) in (first + 1..end).zip(envelopes).filter(|(number, _)| *number >= start) {
                let opened = Envelope::decode(envelope).map_err(|_| unsound())?;
                let entry = Entry::from_cbor(opened.payload).map_err(|_| unsound())?;
                let recorded = Recorded { number, recorded: Instant::from_micros(opened.recorded), entry };
                if visit(number, recorded, envelope).is_break() {
                    return Ok(());
                }
            }
            next = first + WIDTH as u64 + 1;
        }
        Ok(())
    }
}

impl PackLog<'_> {
    /// What belongs beside an entry.
    fn beside(&self, number: u64, entry: &Entry) -> Result<i64, LogError> {
        let own = Beside::of(entry, self.zone).number();
        if entry.approved().is_none() {
            return Ok(own);
        }
        if self.approvals.get().is_none() {
            let approvals = self.approvals()?;
            // Read once; whoever was faster read the same.
            let _same = self.approvals.set(approvals);
        }
        Ok(self.approvals.get().and_then(|approvals| approvals.get(&number)).copied().unwrap_or(own))
    }

    fn approvals(&self) -> Result<BTreeMap<u64, i64>, LogError> {
        let (mut outline, mut approvals) = (Outline::default(), BTreeMap::new());
        self.each(1..self.head.size + 1, &mut |number, recorded, _| {
            let entry = &recorded.entry;
            let beside = outline.beside(entry, self.zone);
            if entry.approved().is_some() {
                approvals.insert(number, beside.number());
            }
            outline.see(beside.order, entry.about_proposals().map(|_| entry));
            ControlFlow::Continue(())
        })?;
        Ok(approvals)
    }
}

impl Log for PackLog<'_> {
    fn log_id(&self) -> LogId {
        // What is kept of a log is found by its id; of a pack nothing is kept.
        LogId([0; 16])
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
        let mut failed = None;
        self.each(numbers, &mut |number, recorded, envelope| {
            let entry = &recorded.entry;
            let order = match self.beside(number, entry) {
                Ok(order) => order,
                Err(error) => {
                    failed = Some(error);
                    return ControlFlow::Break(());
                }
            };
            visit(Record { number, id: entry.id.bytes(), order, envelope })
        })?;
        failed.map_or(Ok(()), Err)
    }

    fn find(&self, id: &RecordId) -> Result<Option<u64>, LogError> {
        let mut found = None;
        self.each(1..self.head.size + 1, &mut |number, recorded, _| {
            if recorded.entry.id.bytes() != *id {
                return ControlFlow::Continue(());
            }
            found = Some(number);
            ControlFlow::Break(())
        })?;
        Ok(found)
    }
}
