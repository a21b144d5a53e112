//! A log ready to be asked: its outline, and the standings that spare most of the folding.

use std::cell::Cell;
use std::ops::{ControlFlow, Range};

use ledger_core::fold::Fold;
use ledger_core::replay::{CannotFold, Course, Next, Standing, Step};
use ledger_core::report::{NoReport, View};
use ledger_core::resolve::{Applied, Beside, Outline, Place, Question, Recorded, WhatIf};
use ledger_core::time::Day;

use crate::archive::{LogArchive, catch_up, decode};
use crate::ledger::LedgerError;
use crate::log::{Head, Log, LogError};
use crate::merkle::{Frontier, leaf_hash};
use crate::side_by_side::SideBySide;
use crate::snapshot::Snapshots;
use crate::supposed::Supposed;

/// A log and what is known of it without reading all of it.
#[derive(Debug)]
pub struct Reading<L> {
    log: L,
    outline: Outline,
    snapshots: Snapshots,
    /// The last entry known to any snapshot that was used.
    used: Cell<Option<u64>>,
}

impl<L: Log> Reading<L> {
    /// Makes a log ready: takes the outline that is kept, and reads what the log has beyond it.
    ///
    /// # Errors
    /// [`LedgerError`] when the log cannot be read.
    pub fn open(log: L, snapshots: Snapshots) -> Result<Reading<L>, LedgerError> {
        let outline = outline(&log, &snapshots)?;
        Ok(Reading::of(log, outline, snapshots))
    }

    /// A log whose outline is known.
    pub fn of(log: L, outline: Outline, snapshots: Snapshots) -> Reading<L> {
        Reading { log, outline, snapshots, used: Cell::new(None) }
    }

    /// The same log under other choices of a book. Nothing that is kept is used, and nothing is kept.
    pub fn what_if(&self, what: WhatIf) -> Supposed<'_, L> {
        let outline = self.outline.what_if(&what);
        Supposed { log: &self.log, outline, what }
    }

    /// The log.
    pub fn log(&self) -> &L {
        &self.log
    }

    /// Which entries are late, and what is declared.
    pub fn outline(&self) -> &Outline {
        &self.outline
    }

    /// World and books at the end of a question. Standings on the way are kept.
    ///
    /// # Errors
    /// [`LedgerError`] when the log cannot be read or does not fold.
    pub fn standing(&self, question: &Question) -> Result<Standing, LedgerError> {
        let kept = self.latest(|standing| standing.serves(&self.outline, question, self.outline.zone()));
        go_on(&self.log, &self.outline, &self.snapshots, question, kept)
    }

    /// The same, with every step of a day or later shown on the way; without a day, every step.
    ///
    /// # Errors
    /// As for [`Reading::standing`].
    pub fn replay(
        &self,
        question: &Question,
        from: Option<Day>,
        on_step: &mut dyn FnMut(&Step<'_>),
    ) -> Result<Standing, LedgerError> {
        let archive = LogArchive(&self.log);
        let course = Course { archive: &archive, outline: &self.outline, question: *question };
        let zone = self.outline.zone();
        let first = from.map(|day| Place::start_of(day, zone));
        let wanted = |standing: &Standing| {
            first.is_some_and(|first| standing.place < first)
                && standing.serves(&self.outline, question, zone)
        };
        let start = course.declared(self.latest(wanted));
        course.show(start, from, on_step, &mut |mark| self.snapshots.offer(&self.log, mark))
    }

    /// Gives each entry that a question includes, and each arrival of coins, to `visit`, which takes it into the fold:
    /// in accounting order from a place on or, entries only, from earlier.
    ///
    /// # Errors
    /// What reading or `visit` meets first.
    pub fn walk<E: From<LedgerError> + From<CannotFold>>(
        &self,
        question: &Question,
        from: Place,
        visit: &mut dyn FnMut(&mut Fold, &Next<'_>) -> Result<(), E>,
    ) -> Result<Standing, E> {
        let archive = LogArchive(&self.log);
        let course = Course { archive: &archive, outline: &self.outline, question: *question };
        let zone = self.outline.zone();
        let wanted =
            |standing: &Standing| standing.place < from && standing.serves(&self.outline, question, zone);
        let start = course.declared(self.latest(wanted));
        course.walk(start, from.order, visit, &mut |_| ())
    }

    /// A fold in which nothing has happened yet and all that a question knows is declared.
    pub fn declared(&self, question: &Question) -> Fold {
        Course { archive: &LogArchive(&self.log), outline: &self.outline, question: *question }.start().fold
    }

    /// The latest standing kept that is wanted, else that of the beginning.
    fn latest(&self, wanted: impl Fn(&Standing) -> bool) -> Standing {
        let kept = self.snapshots.latest(&self.log, wanted);
        self.used.set(self.used.get().max(kept.as_ref().map(|standing| standing.known)));
        kept.unwrap_or_default()
    }

    /// The last entry known to any snapshot from which a question was answered; none if all answers so far came from
    /// the log alone.
    pub fn used_snapshot(&self) -> Option<u64> {
        self.used.get()
    }

    /// The places of entries, by number.
    ///
    /// # Errors
    /// [`LedgerError`] when they cannot be read.
    pub fn places(&self, numbers: Range<u64>) -> Result<Vec<Place>, LedgerError> {
        places(&self.log, numbers)
    }

    /// The heads that the log had at these sizes, which rise, each hashed from the entries.
    ///
    /// # Errors
    /// [`LedgerError`] when they cannot be read.
    pub fn heads_at(&self, sizes: &[u64]) -> Result<Vec<Head>, LedgerError> {
        heads_at(&self.log, sizes)
    }

    /// An entry by its number.
    ///
    /// # Errors
    /// [`LedgerError`] when it cannot be read.
    pub fn entry(&self, number: u64) -> Result<Option<Recorded>, LedgerError> {
        entry(&self.log, number)
    }

    /// Gives the log back, so that it can be closed.
    pub fn into_log(self) -> L {
        self.log
    }
}

/// World and books after the last entry, folded from the first with the tree over all entries hashed beside it and
/// compared with the head: nothing that is kept is trusted.
///
/// # Errors
/// [`LedgerError`] when the log cannot be read or does not fold, or another root comes out.
pub fn verified<L: Log + Sync>(log: &L) -> Result<Standing, LedgerError> {
    let outline = outline(log, &Snapshots::none())?;
    let archive = SideBySide::of(log);
    let course = Course { archive: &archive, outline: &outline, question: Question::default() };
    let reached = course.run(course.start(), &mut take_unseen, &mut |_| ())?;
    let head = log.head();
    if head.size == 0 || archive.root() == Some(head.root) {
        Ok(reached)
    } else {
        Err(LedgerError::OtherRoot)
    }
}

pub(crate) fn take_unseen(fold: &mut Fold, applied: &Applied<'_>) -> Result<(), LedgerError> {
    let number = applied.number;
    Ok(fold.apply_unseen(applied).map_err(|why| CannotFold { number, why })?)
}

/// The heads that a log had at these sizes, which rise, each hashed from the entries.
///
/// # Errors
/// [`LedgerError`] when they cannot be read.
pub fn heads_at<L: Log + ?Sized>(log: &L, sizes: &[u64]) -> Result<Vec<Head>, LedgerError> {
    let mut heads = Vec::with_capacity(sizes.len());
    let mut frontier = Frontier::default();
    let head = |frontier: &Frontier| Head { size: frontier.size(), root: frontier.root() };
    let mut asked = sizes.iter().copied().peekable();
    while asked.next_if_eq(&0).is_some() {
        heads.push(head(&frontier));
    }
    log.read(1..sizes.last().copied().unwrap_or_default() + 1, &mut |record| {
        frontier.push(leaf_hash(record.envelope));
        while asked.next_if_eq(&record.number).is_some() {
            heads.push(head(&frontier));
        }
        ControlFlow::Continue(())
    })?;
    Ok(heads)
}

/// The outline of a log: the one kept, and what the log has beyond it.
///
/// # Errors
/// [`LedgerError`] when the log cannot be read.
pub fn outline<L: Log + ?Sized>(log: &L, snapshots: &Snapshots) -> Result<Outline, LedgerError> {
    let mut outline = snapshots.outline(log).unwrap_or_default();
    let kept = outline.size();
    catch_up(&mut outline, log)?;
    snapshots.keep_outline(log, &outline, kept);
    Ok(outline)
}

/// World and books at the end of a question, from the latest standing that serves it.
pub(crate) fn standing<L: Log + ?Sized>(
    log: &L,
    outline: &Outline,
    snapshots: &Snapshots,
    question: &Question,
) -> Result<Standing, LedgerError> {
    let zone = outline.zone();
    let kept = snapshots.latest(log, |standing| standing.serves(outline, question, zone));
    go_on(log, outline, snapshots, question, kept.unwrap_or_default())
}

/// The same from a standing that serves it. Standings on the way are kept.
fn go_on<L: Log + ?Sized>(
    log: &L,
    outline: &Outline,
    snapshots: &Snapshots,
    question: &Question,
    kept: Standing,
) -> Result<Standing, LedgerError> {
    let archive = LogArchive(log);
    let course = Course { archive: &archive, outline, question: *question };
    let start = course.declared(kept);
    let from = start.on_time;
    let reached = course.run(start, &mut take_unseen, &mut |mark| snapshots.offer(log, mark))?;
    if *question == Question::default() {
        snapshots.keep_head(log, &reached, from);
    }
    Ok(reached)
}

/// The places of entries, by number.
pub(crate) fn places<L: Log + ?Sized>(log: &L, numbers: Range<u64>) -> Result<Vec<Place>, LedgerError> {
    let mut places = Vec::new();
    log.read(numbers, &mut |record| {
        let order = Beside::from_number(record.order).order;
        places.push(Place { order, number: record.number });
        ControlFlow::Continue(())
    })?;
    Ok(places)
}

/// An entry by its number.
pub(crate) fn entry<L: Log + ?Sized>(log: &L, number: u64) -> Result<Option<Recorded>, LedgerError> {
    let mut found = None;
    log.read(number..number + 1, &mut |record| {
        found = Some(decode(&record));
        ControlFlow::Break(())
    })?;
    found.transpose()
}

impl<L: Log> View for Reading<L> {
    fn size(&self) -> u64 {
        self.outline.size()
    }

    fn standing(&self, question: &Question) -> Result<Standing, NoReport> {
        Ok(Reading::standing(self, question)?)
    }

    fn replay(
        &self,
        question: &Question,
        from: Option<Day>,
        on_step: &mut dyn FnMut(&Step<'_>),
    ) -> Result<Standing, NoReport> {
        Ok(Reading::replay(self, question, from, on_step)?)
    }

    fn entries(&self, question: &Question, visit: &mut dyn FnMut(&Recorded)) -> Result<(), NoReport> {
        Ok(LogArchive(&self.log).each(&self.outline, self.outline.known(question), visit)?)
    }
}

impl From<LedgerError> for NoReport {
    fn from(error: LedgerError) -> NoReport {
        if let LedgerError::CannotFold(why) = error {
            NoReport::CannotFold(why)
        } else if let LedgerError::Log(LogError::Damaged(damage)) = &error {
            NoReport::Unreadable(format!("[{}] {damage}", damage.defect.code()))
        } else {
            NoReport::Unreadable(error.to_string())
        }
    }
}
