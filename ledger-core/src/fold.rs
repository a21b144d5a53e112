//! The fold: one world and its books, moved on by one entry at a time, all of it or nothing.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::book::Book;
use crate::event::Event;
use crate::ids::BookId;
use crate::lots::LotChange;
use crate::measure::{Context, PriceTaken, Taken, measure, measure_arrival};
use crate::measured::Measured;
use crate::money::Money;
use crate::posting::{Journal, Paper};
use crate::posting_rules::{post, post_arrival};
use crate::refusal::Refusal;
use crate::resolve::Applied;
use crate::time::{Effective, OrderKey, Zone};
use crate::world::{Feed, Observed, Transit, World};

/// What an event posted in one book.
#[derive(Debug, Clone)]
pub struct Posted {
    /// The book.
    pub book: BookId,
    /// Which event of the entry, from 0.
    pub event: usize,
    /// The journal.
    pub journal: Journal,
    /// What became of lots.
    pub lots: Vec<LotChange>,
    /// What was received for coins that left by sale, in the functional currency; zero for any other event.
    pub proceeds: Money,
    /// The prices that it was measured at.
    pub prices: Vec<PriceTaken>,
}

/// A world and its books at a point of the accounting order.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Fold {
    world: World,
    books: Vec<Book>,
    #[serde(skip)]
    room: Room,
}

/// What each event is measured and written in, again and again. It holds nothing that matters to the next.
#[derive(Default)]
struct Room {
    measured: Measured,
    paper: Paper,
}

impl Clone for Room {
    fn clone(&self) -> Room {
        Room::default()
    }
}

impl fmt::Debug for Room {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Room")
    }
}

impl Fold {
    /// The world.
    #[must_use]
    pub fn world(&self) -> &World {
        &self.world
    }

    /// The books, in the order in which the ledger names them.
    #[must_use]
    pub fn books(&self) -> &[Book] {
        &self.books
    }

    /// A book by its name.
    ///
    /// # Errors
    /// Refused when there is none.
    pub fn book(&self, name: BookId) -> Result<&Book, Refusal> {
        self.books.iter().find(|book| book.name() == name).ok_or(Refusal::UnknownBook { book: name })
    }

    /// The zone of the ledger's days.
    #[must_use]
    pub fn zone(&self) -> Zone {
        self.world.settings().map_or(Zone::UTC, |settings| settings.zone)
    }

    /// Takes in what an event declares, which holds whatever the order of what happened.
    pub fn declare(&mut self, number: u64, effective: Effective, event: &Event) {
        self.world.declare(number, effective, event);
        if matches!(event, Event::LedgerOpened(_)) {
            // What a book holds already stays; that is so where a standing is taken up again.
            let mut before = std::mem::take(&mut self.books);
            for declared in self.world.books() {
                let kept = before.iter().position(|book| book.name() == declared.book);
                let book = kept.map(|at| before.swap_remove(at));
                self.books.push(book.unwrap_or_else(|| Book::empty(declared.book)));
            }
        }
    }

    /// Takes in prices that were observed, by number.
    pub(crate) fn observe(&mut self, feed: Feed, observed: &[Observed]) {
        self.world.observe(feed, observed);
    }

    /// Takes away all that was declared, as before anything was. What happened stays.
    pub(crate) fn forget_declarations(&mut self) {
        self.world.forget_declarations();
    }

    /// Measures, posts and takes in one event. Changes stay revocable until [`Fold::commit`]. Before the first event of
    /// an entry, [`Fold::let_arrive`] brings what arrives by then.
    ///
    /// # Errors
    /// [`Refusal`] when the world or a book cannot take it; what was changed before must be rolled back.
    pub fn apply_event(&mut self, applied: &Applied<'_>, index: usize) -> Result<Vec<Posted>, Refusal> {
        let mut posted = Vec::with_capacity(self.books.len());
        self.take_in(applied, index, |book, event, journal, measured, taken| {
            let proceeds = if matches!(event, Event::CoinsSold(_)) { measured.proceeds } else { Money::ZERO };
            posted.push(Posted {
                book,
                event: index,
                journal: journal.clone(),
                lots: measured.lots.clone(),
                proceeds,
                prices: taken.into_prices(),
            });
        })?;
        Ok(posted)
    }

    /// The same as [`Fold::apply_event`] where nobody looks at what was posted, which is then not kept.
    ///
    /// # Errors
    /// As for [`Fold::apply_event`].
    pub fn apply_event_unseen(&mut self, applied: &Applied<'_>, index: usize) -> Result<(), Refusal> {
        self.take_in(applied, index, |_, _, _, _, _| ())
    }

    /// Takes in a whole entry, all its events or none. Its declarations are taken in already.
    ///
    /// # Errors
    /// [`Refusal`] of the first event that cannot stand; nothing is changed then.
    pub fn apply(&mut self, applied: &Applied<'_>) -> Result<Vec<Posted>, Refusal> {
        let mut all = Vec::new();
        self.whole_entry(applied, |fold, index| {
            all.extend(fold.apply_event(applied, index)?);
            Ok(())
        })?;
        Ok(all)
    }

    /// The same as [`Fold::apply`] where nobody looks at what was posted, which is then not kept.
    ///
    /// # Errors
    /// [`Refusal`] of the first event that cannot stand; nothing is changed then.
    pub fn apply_unseen(&mut self, applied: &Applied<'_>) -> Result<(), Refusal> {
        self.whole_entry(applied, |fold, index| fold.take_in(applied, index, |_, _, _, _, _| ()))
    }

    fn whole_entry(
        &mut self,
        applied: &Applied<'_>,
        mut each: impl FnMut(&mut Fold, usize) -> Result<(), Refusal>,
    ) -> Result<(), Refusal> {
        let done = self
            .let_arrive(applied.order)
            .and_then(|()| (0..applied.entry.events.len()).try_for_each(|index| each(self, index)));
        match done {
            Ok(()) => self.commit(),
            Err(_) => self.rollback(),
        }
        done
    }

    /// Lets all coins arrive that do so by a place in accounting order; an entry finds them there. Changes stay
    /// revocable until [`Fold::commit`].
    ///
    /// # Errors
    /// [`Refusal`] when an amount does not fit.
    pub fn let_arrive(&mut self, by: OrderKey) -> Result<(), Refusal> {
        while self.arrive_next(by)?.is_some() {}
        Ok(())
    }

    /// The same for the first of them, with what it posted.
    ///
    /// # Errors
    /// As for [`Fold::let_arrive`].
    pub fn arrive_next(&mut self, by: OrderKey) -> Result<Option<(Transit, Vec<Posted>)>, Refusal> {
        let Some(transit) = self.world.next_to_arrive(by).cloned() else { return Ok(None) };
        let at = transit.moment(self.zone());
        let mut posted = Vec::with_capacity(self.books.len());
        for book in &mut self.books {
            let taken = Taken::default();
            let cx = Context::new(&self.world, book, at, &taken)?;
            let Room { measured, paper } = &mut self.room;
            measure_arrival(&cx, &transit, measured)?;
            let journal = post_arrival(measured).seal(std::mem::take(paper))?;
            book.post((at.order, at.event), &journal, &measured.lots)?;
            let event = usize::try_from(at.event.event).unwrap_or(usize::MAX);
            let (book, lots) = (book.name(), measured.lots.clone());
            posted.push(Posted { book, event, journal, lots, proceeds: Money::ZERO, prices: Vec::new() });
        }
        self.world.arrive(&transit)?;
        Ok(Some((transit, posted)))
    }

    /// Takes in one event and shows what it came to in each book.
    fn take_in(
        &mut self,
        applied: &Applied<'_>,
        index: usize,
        mut show: impl FnMut(BookId, &Event, &Journal, &Measured, Taken),
    ) -> Result<(), Refusal> {
        let Some(event) = applied.entry.events.get(index) else { return Ok(()) };
        let at = applied.moment(index, self.zone());
        if self.world.come_to(at.day) {
            for book in &mut self.books {
                book.begin_year(&self.world)?;
            }
        }
        if let Event::EntryReversed(e) = event {
            self.books.iter().try_for_each(|book| book.untouched(e.entry))?;
        }
        let movements = self.world.check_movements(&at, event)?;
        let awaited = self.world.reversed_by(applied.number).is_some();
        for book in &mut self.books {
            let taken = Taken::default();
            let cx = Context::new(&self.world, book, at, &taken)?;
            let cx = cx.of_transaction(applied.entry.transaction);
            let policy = cx.policy;
            let Room { measured, paper } = &mut self.room;
            measure(&cx, event, measured)?;
            let journal = post(event, measured, &policy).seal(std::mem::take(paper))?;
            let arrival = (at.order, at.event);
            book.post(arrival, &journal, &measured.lots)?;
            book.remember(arrival, awaited, &journal, &measured.lots)?;
            if let Event::EntryReversed(e) = event {
                book.forget(e.entry);
            }
            show(book.name(), event, &journal, measured, taken);
            *paper = journal.into_paper();
        }
        self.world.apply(&at, event, &movements)
    }

    /// Keeps what was changed.
    pub fn commit(&mut self) {
        self.world.commit();
        self.books.iter_mut().for_each(Book::commit);
    }

    /// Takes back what was changed since the last commit.
    pub fn rollback(&mut self) {
        self.world.rollback();
        self.books.iter_mut().for_each(Book::rollback);
        if self.world.settings().is_err() {
            self.books.clear();
        }
    }
}
