//! The store as the commands see it: everything is read, checked against the head and decoded before any
//! figure is worked out.

use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;

use ledger_core::entry::Entry;
use ledger_core::event::Event;
use ledger_core::event::books::LedgerOpened;
use ledger_core::ids::BookId;
use ledger_core::replay::declared;
use ledger_core::resolve::{Question, Recorded};
use ledger_core::time::Instant;
use ledger_store::merkle::{Frontier, leaf_hash};
use ledger_store::{FileLog, Hash, Head, Log, LogError, LogId, Options, RealDisk, verify};

use crate::app::{App, AsKnown, StorePlace};
use crate::dates::Calendar;
use crate::diagnostic::Failure;
use crate::io::Io;

/// A log that was read in full.
pub(crate) struct Loaded {
    /// The identity of the log.
    pub(crate) log_id: LogId,
    /// Every entry.
    pub(crate) entries: Vec<Recorded>,
    /// The leaf of each entry in the tree.
    leaves: Vec<Hash>,
    /// Whether every byte of the store was checked, not only those of the entries.
    pub(crate) every_byte: bool,
}

/// The directory of the store.
pub(crate) fn directory(app: &App) -> Result<&Path, Failure> {
    match &app.store {
        StorePlace::Directory(path) => Ok(path),
        StorePlace::Database(_) => {
            Err(Failure::refused("NOT_YET_BUILT", "a ledger in a database is not built yet")
                .with_help("name a directory with `--store DIR`"))
        }
    }
}

/// The disk that the store lies on.
pub(crate) fn disk(app: &App) -> Result<Arc<RealDisk>, Failure> {
    Ok(Arc::new(RealDisk::at(directory(app)?)))
}

/// Opens the log for reading. Entries that a crash left beyond the head are recovered first, if no writer is
/// at work.
fn open(app: &App, io: &mut Io) -> Result<FileLog, Failure> {
    let disk = disk(app)?;
    let log = FileLog::open_read_only(Arc::clone(&disk) as Arc<_>)?;
    if log.head_in_doubt() {
        io.warn("one of the two records of the log's head is damaged: run `treasury verify`");
    }
    let Some(pending) = log.pending() else { return Ok(log) };
    let (first, last) = (pending.start(), pending.end());
    match FileLog::open(Arc::clone(&disk) as Arc<_>, &Options::default()) {
        Ok((writer, _)) => {
            writer.close()?;
            io.note(format!(
                "recovered entries {first} to {last}, which were written but not yet acknowledged"
            ));
        }
        Err(damaged @ LogError::Damaged(_)) => return Err(damaged.into()),
        Err(why) => io.warn(format!("entries {first} to {last} are left out: {}", told(&why))),
    }
    Ok(FileLog::open_read_only(disk)?)
}

fn told(why: &LogError) -> String {
    if matches!(why, LogError::Locked) {
        "another process is writing them".to_owned()
    } else {
        format!("they cannot be acknowledged ({why})")
    }
}

/// Reads and decodes every entry, and compares the root over them with that of the head.
pub(crate) fn load(app: &App, every_byte: bool, io: &mut Io) -> Result<Loaded, Failure> {
    if every_byte {
        check_every_byte(app)?;
    }
    let log = open(app, io)?;
    let (mut entries, mut leaves, mut frontier) = (Vec::new(), Vec::new(), Frontier::default());
    let mut failed = None;
    let head = log.head();
    log.read(1..head.size + 1, &mut |record| {
        let leaf = leaf_hash(record.envelope);
        leaves.push(leaf);
        frontier.push(leaf);
        let number = record.number;
        let decoded = record.open().map_err(|why| why.to_string()).and_then(|envelope| {
            let entry = Entry::from_cbor(envelope.payload).map_err(|why| why.to_string())?;
            Ok(Recorded { number, recorded: Instant::from_micros(envelope.recorded), entry })
        });
        match decoded {
            Ok(recorded) => {
                entries.push(recorded);
                ControlFlow::Continue(())
            }
            Err(why) => {
                failed = Some(Failure::damaged(format!("entry {number}: {why}")));
                ControlFlow::Break(())
            }
        }
    })?;
    match failed {
        Some(failure) => Err(failure),
        None if entries.len() as u64 != head.size || frontier.root() != head.root => {
            Err(Failure::damaged("the root over the entries is not the one that the head acknowledges"))
        }
        None => Ok(Loaded { log_id: log.log_id(), entries, leaves, every_byte }),
    }
}

fn check_every_byte(app: &App) -> Result<(), Failure> {
    let report = verify(&*disk(app)?, None)?;
    match report.findings.first() {
        Some(finding) => Err(Failure::damaged(finding.to_string())),
        None => Ok(()),
    }
}

impl Loaded {
    /// The head of the log when it had this size.
    pub(crate) fn head_at(&self, size: u64) -> Head {
        let leaves =
            usize::try_from(size).ok().and_then(|size| self.leaves.get(..size)).unwrap_or(&self.leaves);
        let mut frontier = Frontier::default();
        frontier.extend(leaves.iter().copied());
        Head { size: frontier.size(), root: frontier.root() }
    }

    /// The head of the log after each of its entries.
    pub(crate) fn heads(&self) -> Vec<Head> {
        let mut frontier = Frontier::default();
        let heads = self.leaves.iter().map(|leaf| {
            frontier.push(*leaf);
            Head { size: frontier.size(), root: frontier.root() }
        });
        heads.collect()
    }

    /// How many entries there are.
    pub(crate) fn size(&self) -> u64 {
        self.entries.len() as u64
    }

    /// What the first entry fixed.
    pub(crate) fn opened(&self) -> Result<&LedgerOpened, Failure> {
        let events = self.entries.first().map(|first| first.entry.events.as_slice());
        match events.and_then(<[Event]>::first) {
            Some(Event::LedgerOpened(opened)) => Ok(opened),
            Some(_) | None => Err(ledger_core::refusal::Refusal::LedgerNotOpened {}.into()),
        }
    }

    /// The ledger's calendar today.
    pub(crate) fn calendar(&self, app: &App) -> Result<Calendar, Failure> {
        let opened = self.opened()?;
        Ok(Calendar::at(app.now(), opened.time_zone, opened.fiscal_year_end))
    }

    /// Up to which day, as known at which entry; what was relative is echoed.
    pub(crate) fn question(&self, app: &App, io: &mut Io) -> Result<Question, Failure> {
        let calendar = self.calendar(app)?;
        let as_of = app.as_of.map(|when| {
            let day = when.last(&calendar);
            if when.is_relative() {
                io.note(format!("as of {day}"));
            }
            day
        });
        let as_known = match app.as_known {
            None => None,
            Some(AsKnown::Entry(number)) => Some(self.existing(number)?),
            Some(AsKnown::Time(time)) => {
                let known = self.entries.partition_point(|recorded| recorded.recorded <= time) as u64;
                io.note(format!("as known at entry {known}"));
                if known == 0 {
                    return Err(Failure::refused("UNKNOWN_ENTRY", format!("nothing was recorded by {time}")));
                }
                Some(known)
            }
        };
        Ok(Question { as_of, as_known })
    }

    /// A number, if there is an entry with it.
    pub(crate) fn existing(&self, number: u64) -> Result<u64, Failure> {
        if (1..=self.size()).contains(&number) {
            return Ok(number);
        }
        let there = format!("the ledger has entries 1 to {}", self.size());
        Err(Failure::refused("UNKNOWN_ENTRY", format!("there is no entry {number}: {there}")))
    }

    /// The books, in the order in which the ledger names them.
    pub(crate) fn books(&self, question: &Question) -> Vec<BookId> {
        let fold = declared(&self.entries, question);
        fold.world().books().map(|declared| declared.book).collect()
    }

    /// The book asked for, or the ledger's first.
    pub(crate) fn book(&self, app: &App, question: &Question) -> Result<BookId, Failure> {
        let books = self.books(question);
        match app.book {
            Some(book) if !books.contains(&book) => {
                let names: Vec<&str> = books.iter().map(BookId::as_str).collect();
                Err(Failure::from(ledger_core::refusal::Refusal::UnknownBook { book })
                    .with_help(format!("the ledger's books: {}", names.join(", "))))
            }
            Some(book) => Ok(book),
            None => {
                self.opened()?;
                let first = books.first().copied();
                first.ok_or_else(|| ledger_core::refusal::Refusal::LedgerNotOpened {}.into())
            }
        }
    }
}
