//! The store as the commands see it: a log ready to be asked, with how far it was checked.

use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;

use ledger_core::entry::{Entry, EntryId};
use ledger_core::event::Event;
use ledger_core::event::books::LedgerOpened;
use ledger_core::fold::Fold;
use ledger_core::ids::BookId;
use ledger_core::replay::Archive;
use ledger_core::resolve::{Question, Recorded};
use ledger_core::time::Instant;
use ledger_store::archive::LogArchive;
use ledger_store::ledger::LedgerError;
use ledger_store::proof;
use ledger_store::reading::{Reading, heads_at, outline};
use ledger_store::tiles::{self, TilesError};
use ledger_store::{FileLog, Hash, Head, Log, LogError, LogId, Options, RealDisk, Snapshots, verify};

use crate::app::{App, AsKnown, StorePlace};
use crate::dates::Calendar;
use crate::diagnostic::Failure;
use crate::io::Io;

/// A ledger ready to be read.
pub(crate) struct Loaded {
    /// The identity of the log.
    pub(crate) log_id: LogId,
    /// The disk that it lies on.
    disk: Arc<RealDisk>,
    /// Size and root, as the writer left them.
    head: Head,
    /// What is known of the log.
    pub(crate) reading: Reading<FileLog>,
    /// Whether the tree over all entries was hashed.
    pub(crate) verified: bool,
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
pub(crate) fn open(app: &App, io: &mut Io) -> Result<FileLog, Failure> {
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

/// Makes the ledger ready to be read. Where no standing is kept, all entries are read anyhow: the root over them is
/// then compared with that of the head, on a second thread.
pub(crate) fn load(app: &App, every_byte: bool, io: &mut Io) -> Result<Loaded, Failure> {
    if every_byte {
        check_every_byte(app)?;
    }
    let log = open(app, io)?;
    let (log_id, head) = (log.log_id(), log.head());
    let snapshots = if every_byte { Snapshots::none() } else { Snapshots::on(disk(app)?) };
    let verified = snapshots.is_empty(&log);
    let reading = if verified {
        std::thread::scope(|scope| {
            let hashed = scope.spawn(|| heads_at(&log, &[head.size]));
            let outline = outline(&log, &snapshots)?;
            let hashed = hashed.join().map_err(|_| Failure::Bug("the thread that hashes died".to_owned()))?;
            if hashed? == [head] { Ok(outline) } else { Err(Failure::from(LedgerError::OtherRoot)) }
        })
        .map(|outline| Reading::of(log, outline, snapshots))?
    } else {
        Reading::open(log, snapshots)?
    };
    Ok(Loaded { log_id, disk: disk(app)?, head, reading, verified, every_byte })
}

fn check_every_byte(app: &App) -> Result<(), Failure> {
    let report = verify(&*disk(app)?, None)?;
    match report.findings.first() {
        Some(finding) => Err(Failure::damaged(finding.to_string())),
        None => Ok(()),
    }
}

/// The entry with this id, if the log holds it.
pub(crate) fn recorded(log: &FileLog, id: EntryId) -> Result<Option<Entry>, Failure> {
    let Some(number) = log.find(&id.bytes())? else { return Ok(None) };
    let mut found = None;
    LogArchive(log).read(number..number + 1, &mut |recorded, _| {
        found = Some(recorded.entry.clone());
        ControlFlow::Break(())
    })?;
    Ok(found)
}

impl Loaded {
    /// The head of the log when it had this size.
    pub(crate) fn head_at(&self, size: u64) -> Result<Head, Failure> {
        if size == self.head.size {
            return Ok(self.head);
        }
        let root = tiles::kept_root_at(&*self.disk, self.reading.log(), size)?;
        Ok(Head { size, root })
    }

    /// The audit path of an entry in the tree of this size.
    pub(crate) fn inclusion(&self, number: u64, size: u64) -> Result<Vec<Hash>, Failure> {
        Ok(proof::inclusion(&*self.disk, self.reading.log(), number, size)?)
    }

    /// The proof that the tree of size `new` extends that of size `old`.
    pub(crate) fn consistency(&self, old: u64, new: u64) -> Result<Vec<Hash>, Failure> {
        Ok(proof::consistency(&*self.disk, self.reading.log(), old, new)?)
    }

    /// The heads that the log had at these sizes, which rise.
    pub(crate) fn heads_at(&self, sizes: &[u64]) -> Result<Vec<Head>, Failure> {
        // Hashing an entry costs less than a hundredth of a root from tiles, which know all roots but the last few.
        let few = sizes.last().is_some_and(|last| sizes.len() as u64 * 100 < *last);
        if few {
            return sizes.iter().map(|size| self.head_at(*size)).collect();
        }
        Ok(self.reading.heads_at(sizes)?)
    }

    /// How many entries there are.
    pub(crate) fn size(&self) -> u64 {
        self.head.size
    }

    /// What the first entry fixed.
    pub(crate) fn opened(&self) -> Result<&LedgerOpened, Failure> {
        let first = self.reading.outline().declaring().first();
        match first.and_then(|first| first.events.first()) {
            Some(Event::LedgerOpened(opened)) => Ok(opened),
            Some(_) | None => Err(ledger_core::refusal::Refusal::LedgerNotOpened {}.into()),
        }
    }

    /// What a recorded entry is.
    pub(crate) fn entry(&self, number: u64) -> Result<Recorded, Failure> {
        let found = self.reading.entry(number)?;
        found.ok_or_else(|| Failure::Bug(format!("there is no entry {number}")))
    }

    /// How many entries were recorded by a time, which never goes back from one entry to the next.
    fn recorded_by(&self, time: Instant) -> Result<u64, Failure> {
        let (mut by_then, mut later) = (0, self.size() + 1);
        while by_then + 1 < later {
            let middle = by_then.midpoint(later);
            if self.entry(middle)?.recorded <= time { by_then = middle } else { later = middle }
        }
        Ok(by_then)
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
                let known = self.recorded_by(time)?;
                io.note(format!("as known at entry {known}"));
                if known == 0 {
                    return Err(Failure::refused("UNKNOWN_ENTRY", format!("nothing was recorded by {time}")));
                }
                Some(known)
            }
        };
        Ok(Question { as_of, as_known, through: None })
    }

    /// A number, if there is an entry with it.
    pub(crate) fn existing(&self, number: u64) -> Result<u64, Failure> {
        if (1..=self.size()).contains(&number) {
            return Ok(number);
        }
        let there = format!("the ledger has entries 1 to {}", self.size());
        Err(Failure::refused("UNKNOWN_ENTRY", format!("there is no entry {number}: {there}")))
    }

    /// A fold of which nothing is known but what the first entry declares: the books and the currency.
    pub(crate) fn opening(&self) -> Fold {
        self.reading.declared(&Question { as_known: Some(1), ..Question::default() })
    }

    /// The books, in the order in which the ledger names them.
    pub(crate) fn books(&self) -> Vec<BookId> {
        let fold = self.opening();
        fold.world().books().map(|declared| declared.book).collect()
    }

    /// The book asked for, or the ledger's first.
    pub(crate) fn book(&self, app: &App) -> Result<BookId, Failure> {
        let books = self.books();
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

impl From<TilesError> for Failure {
    fn from(error: TilesError) -> Failure {
        match error {
            TilesError::Log(error) => error.into(),
            TilesError::RootDiffers => LedgerError::OtherRoot.into(),
            TilesError::Absent
            | TilesError::Behind { .. }
            | TilesError::Damaged { .. }
            | TilesError::NotOfThisLog
            | TilesError::Beyond { .. }
            | TilesError::Write { .. } => Failure::Bug(error.to_string()),
        }
    }
}
