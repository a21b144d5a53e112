//! Replaying a log: the books for any day, as known at any entry, with every journal on the way. The log is read
//! once, by number; entries that are late are fetched when their places come.

mod memory;
mod posted;
mod stragglers;

pub use memory::replay;

use std::ops::{ControlFlow, Range};

use crate::entry::Entry;
use crate::fold::{Fold, Posted};
use crate::refusal::Refusal;
use crate::resolve::{Applied, Outline, Place, Question, Reached, Recorded};
use crate::time::{Day, Effective, OrderKey};
pub use posted::{as_posted, posted};
use stragglers::Stragglers;

/// A recorded entry that the fold cannot take: a defect of the program or damage of the log, for what is
/// recorded was tried before.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("entry {number} is recorded and cannot be folded: {why}")]
pub struct CannotFold {
    /// The entry.
    pub number: u64,
    /// What the fold says.
    pub why: Refusal,
}

/// A step of a replay: an entry, what it posted, and the books after it.
#[derive(Debug)]
pub struct Step<'a> {
    /// The entry in its place; where coins arrive some time after they were sent, the entry that sent them, again, at
    /// the time of their arrival and without its events.
    pub applied: Applied<'a>,
    /// What its events posted, by event and book.
    pub posted: &'a [Posted],
    /// World and books after it.
    pub after: &'a Fold,
}

/// Entries that can be read again by number.
pub trait Archive {
    /// Why they cannot be read.
    type Error;

    /// Shows the entries with these numbers (end exclusive) in order, each with its place by time and rank, until
    /// the visitor breaks. Numbers that are not there are passed over.
    ///
    /// # Errors
    /// At the first entry that cannot be read.
    fn read(
        &self,
        numbers: Range<u64>,
        visit: &mut dyn FnMut(&Recorded, OrderKey) -> ControlFlow<()>,
    ) -> Result<(), Self::Error>;
}

/// World and books at a place in accounting order, and how the log goes on from there.
#[derive(Debug, Clone)]
pub struct Standing {
    /// World and books.
    pub fold: Fold,
    /// The place of the last entry folded.
    pub place: Place,
    /// The local day of that entry.
    pub day: Option<Day>,
    /// The number of the last entry folded that is not late.
    pub on_time: u64,
    /// The last entry known when it was folded.
    pub known: u64,
}

impl Default for Standing {
    fn default() -> Standing {
        Standing { fold: Fold::default(), place: Place::START, day: None, on_time: 0, known: 0 }
    }
}

impl Standing {
    /// Moves on behind an entry that the fold has taken.
    pub fn moved_to(&mut self, applied: &Applied<'_>, is_late: bool) {
        self.moved_on(applied.place(), applied.entry.effective, is_late);
    }

    /// The same of an entry that is known by its place and when it takes effect.
    pub fn moved_on(&mut self, place: Place, effective: Effective, is_late: bool) {
        self.place = place;
        self.day = Some(self.fold.zone().day_of(effective));
        if !is_late {
            self.on_time = place.number;
        }
    }

    fn reached(&self) -> Reached {
        Reached { place: self.place, day: self.day, on_time: self.on_time }
    }

    /// Whether a question can be answered by going on from here.
    #[must_use]
    pub fn serves(&self, outline: &Outline, question: &Question, zone: crate::time::Zone) -> bool {
        let known = outline.known(question);
        self.on_time <= known
            && self.place <= question.limit(zone)
            && outline.stands(&self.reached(), self.known, known)
    }
}

/// The entries of a log that answer a question.
#[derive(Debug)]
pub struct Course<'a, A: ?Sized> {
    /// Where they are read.
    pub archive: &'a A,
    /// Which of them are late, and what is declared.
    pub outline: &'a Outline,
    /// Which are asked for.
    pub question: Question,
}

impl<A: Archive + ?Sized> Course<'_, A> {
    /// A standing in which nothing has happened yet and all that is known when the question is asked is declared.
    #[must_use]
    pub fn start(&self) -> Standing {
        self.declared(Standing::default())
    }

    /// A standing as this question knows it: with all that is declared by then, and nothing else.
    #[must_use]
    pub fn declared(&self, mut standing: Standing) -> Standing {
        let known = self.outline.known(&self.question);
        standing.fold.forget_declarations();
        for declaring in self.outline.declaring().iter().take_while(|declaring| declaring.number <= known) {
            for event in &declaring.events {
                standing.fold.declare(declaring.number, declaring.effective, event);
            }
        }
        for (feed, observed) in self.outline.observed() {
            let by_then = observed.partition_point(|observed| observed.number <= known);
            standing.fold.observe(*feed, &observed[..by_then]);
        }
        standing.fold.commit();
        standing.known = known;
        standing
    }

    /// Goes on from a standing that serves the question to its end. Each entry is given to `apply` in its place;
    /// after each that is on time the standing reached is offered to `mark`. Coins that arrive between the last entry
    /// and the end are there.
    ///
    /// # Errors
    /// What reading or `apply` meets first.
    pub fn run<E: From<A::Error>>(
        &self,
        standing: Standing,
        apply: &mut dyn FnMut(&mut Fold, &Applied<'_>) -> Result<(), E>,
        mark: &mut dyn FnMut(&Standing),
    ) -> Result<Standing, E> {
        let mut standing = self.run_entries(standing, apply, mark)?;
        if let Some(end) = self.end() {
            // A sum that does not fit stays on its way; an entry after it will say so.
            match standing.fold.let_arrive(end) {
                Ok(()) => standing.fold.commit(),
                Err(_) => standing.fold.rollback(),
            }
        }
        Ok(standing)
    }

    /// Where the question ends in accounting order. One that asks for all ends with the last entry, by which
    /// everything that the entries speak of has happened.
    fn end(&self) -> Option<OrderKey> {
        let Question { as_of, through, .. } = self.question;
        let asked = as_of.is_some() || through.is_some();
        asked.then(|| self.question.limit(self.outline.zone()).order)
    }

    fn run_entries<E: From<A::Error>>(
        &self,
        standing: Standing,
        apply: &mut dyn FnMut(&mut Fold, &Applied<'_>) -> Result<(), E>,
        mark: &mut dyn FnMut(&Standing),
    ) -> Result<Standing, E> {
        let mut run = Run {
            stragglers: Stragglers::after(standing.place, self),
            running: standing.place,
            course: (self.archive, self.outline),
            limit: self.question.limit(standing.fold.zone()),
            is_open_ended: self.question.as_of.is_none() && self.question.through.is_none(),
            standing,
            apply,
            mark,
        };
        let mut failed = None;
        let numbers = run.standing.on_time + 1..run.standing.known + 1;
        self.archive.read(numbers, &mut |recorded, order| match run.next(recorded, order) {
            Ok(flow) => flow,
            Err(error) => {
                failed = Some(error);
                ControlFlow::Break(())
            }
        })?;
        match failed {
            Some(error) => Err(error),
            None => run.finish(),
        }
    }
}

impl<A: Archive + ?Sized> Course<'_, A> {
    /// Goes on as [`Course::run`] does, showing every step of a day or later; without a day, every step.
    ///
    /// # Errors
    /// [`CannotFold`] names the first entry that does not stand.
    pub fn show<E: From<A::Error> + From<CannotFold>>(
        &self,
        standing: Standing,
        from: Option<Day>,
        on_step: &mut dyn FnMut(&Step<'_>),
        mark: &mut dyn FnMut(&Standing),
    ) -> Result<Standing, E> {
        let first = from.map_or(OrderKey::FIRST, |day| Place::start_of(day, self.outline.zone()).order);
        let mut visit = |fold: &mut Fold, next: &Next<'_>| {
            let posted = next.take(fold)?;
            let applied = *next.applied();
            if applied.order >= first {
                on_step(&Step { applied, posted: &posted, after: fold });
            }
            Ok::<(), E>(())
        };
        self.walk(standing, first, &mut visit, mark)
    }

    /// Goes on as [`Course::run`] does, giving each entry, and each arrival of coins at a place or later, to `visit`,
    /// which takes it into the fold. What arrives earlier just does.
    ///
    /// # Errors
    /// What reading or `visit` meets first.
    pub fn walk<E: From<A::Error> + From<CannotFold>>(
        &self,
        standing: Standing,
        first: OrderKey,
        visit: &mut dyn FnMut(&mut Fold, &Next<'_>) -> Result<(), E>,
        mark: &mut dyn FnMut(&Standing),
    ) -> Result<Standing, E> {
        let mut apply = |fold: &mut Fold, applied: &Applied<'_>| {
            self.arrivals(fold, first, applied.order, visit)?;
            visit(fold, &Next::Entry(*applied))
        };
        let mut standing = self.run_entries(standing, &mut apply, mark)?;
        if let Some(end) = self.end() {
            self.arrivals(&mut standing.fold, first, end, visit)?;
            standing.fold.commit();
        }
        Ok(standing)
    }

    /// Lets coins arrive by a place, each arrival as the entry that sent them, at its own time.
    fn arrivals<E: From<A::Error> + From<CannotFold>>(
        &self,
        fold: &mut Fold,
        first: OrderKey,
        by: OrderKey,
        visit: &mut dyn FnMut(&mut Fold, &Next<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        let zone = self.outline.zone();
        while let Some(transit) = fold.world().next_to_arrive(by) {
            let (number, order, arrives) = (transit.sent_by.entry, transit.order(zone), transit.arrives);
            if order < first {
                fold.arrive_next(by).map_err(|why| CannotFold { number, why })?;
                continue;
            }
            match as_posted(self.archive, self.outline, number)? {
                Some((sent, _)) => {
                    let entry = Entry { effective: arrives, events: Vec::new(), ..sent.entry };
                    let applied = Applied { order, number, recorded: Some(sent.recorded), entry: &entry };
                    visit(fold, &Next::Arrival(applied))?;
                }
                // What cannot be shown arrives all the same.
                None => drop(fold.arrive_next(by).map_err(|why| CannotFold { number, why })?),
            }
        }
        Ok(())
    }
}

/// What comes next in a walk, not yet taken in.
#[derive(Debug, Clone, Copy)]
pub enum Next<'a> {
    /// An entry in its place.
    Entry(Applied<'a>),
    /// Coins arrive: the entry that sent them, at the time of their arrival and without its events.
    Arrival(Applied<'a>),
}

impl<'a> Next<'a> {
    /// The entry.
    #[must_use]
    pub fn applied(&self) -> &Applied<'a> {
        match self {
            Next::Entry(applied) | Next::Arrival(applied) => applied,
        }
    }

    /// Takes it into the fold; what it posted, by event and book.
    ///
    /// # Errors
    /// [`CannotFold`] when it cannot stand.
    pub fn take(&self, fold: &mut Fold) -> Result<Vec<Posted>, CannotFold> {
        let number = self.applied().number;
        let posted = match self {
            Next::Entry(applied) => fold.apply(applied),
            Next::Arrival(applied) => fold
                .arrive_next(applied.order)
                .map(|arrived| arrived.map_or_else(Vec::new, |(_, posted)| posted)),
        };
        posted.map_err(|why| CannotFold { number, why })
    }
}

struct Run<'r, 'a, A: Archive + ?Sized, E> {
    standing: Standing,
    stragglers: Stragglers<'a, A>,
    course: (&'a A, &'a Outline),
    /// The place of the last entry on time; what goes before it is late.
    running: Place,
    limit: Place,
    /// Whether no day and no place ends the question.
    is_open_ended: bool,
    apply: &'r mut dyn FnMut(&mut Fold, &Applied<'_>) -> Result<(), E>,
    mark: &'r mut dyn FnMut(&Standing),
}

impl<A: Archive + ?Sized, E: From<A::Error>> Run<'_, '_, A, E> {
    fn next(&mut self, recorded: &Recorded, order: OrderKey) -> Result<ControlFlow<()>, E> {
        if order < self.running.order {
            return Ok(ControlFlow::Continue(()));
        }
        let (archive, outline) = self.course;
        let posted = posted(archive, outline, recorded)?;
        let recorded = posted.as_ref().unwrap_or(recorded);
        let applied = Applied {
            order,
            number: recorded.number,
            recorded: Some(recorded.recorded),
            entry: &recorded.entry,
        };
        if applied.place() > self.limit {
            return Ok(ControlFlow::Break(()));
        }
        self.late_before(applied.place())?;
        self.running = applied.place();
        self.take(&applied, false)?;
        (self.mark)(&self.standing);
        Ok(ControlFlow::Continue(()))
    }

    fn finish(mut self) -> Result<Standing, E> {
        // Where nothing else ends it, a question ends with the last entry: what will be mirrored after that is to come.
        let end = Place { order: OrderKey::LAST, number: u64::MAX };
        self.late_before(if self.is_open_ended { self.running } else { end })?;
        Ok(self.standing)
    }

    fn late_before(&mut self, place: Place) -> Result<(), E> {
        while let Some((late, recorded)) = self.stragglers.next_before(place)? {
            let applied = Applied {
                order: late.order,
                number: late.number,
                recorded: Some(recorded.recorded),
                entry: &recorded.entry,
            };
            self.take(&applied, true)?;
        }
        Ok(())
    }

    fn take(&mut self, applied: &Applied<'_>, is_late: bool) -> Result<(), E> {
        (self.apply)(&mut self.standing.fold, applied)?;
        self.standing.moved_to(applied, is_late);
        Ok(())
    }
}
