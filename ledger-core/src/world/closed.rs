//! Periods that are closed. A close locks the days up to its last for facts of every book from its number on; it is
//! declared, so that it holds whatever day is asked about.

use super::World;
use crate::event::{PeriodClosed, PeriodReopened};
use crate::ids::BookId;
use crate::time::Day;

/// Up to which day a book is closed, and by which entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lock {
    /// The last day that is closed.
    pub through: Day,
    /// The entry that closed it.
    pub by: u64,
}

impl World {
    pub(super) fn close(&mut self, number: u64, e: &PeriodClosed) {
        for book in self.named_or_all(e.book) {
            self.locks.set(book, Some(Lock { through: e.through, by: number }));
        }
        self.closes.set((number, e.book), e.clone());
    }

    pub(super) fn reopen(&mut self, number: u64, e: &PeriodReopened) {
        let eve = Day::from_number(e.from.number() - 1).unwrap_or(Day::FIRST);
        for book in self.named_or_all(e.book) {
            if let Some(lock) = self.lock_of(book) {
                self.locks.set(book, Some(Lock { through: lock.through.min(eve), ..lock }));
            }
        }
        self.reopenings.set((number, e.book), e.clone());
    }

    /// A book that is named, else all.
    #[must_use]
    pub fn named_or_all(&self, book: Option<BookId>) -> Vec<BookId> {
        match book {
            Some(book) => vec![book],
            None => self.books().map(|declared| declared.book).collect(),
        }
    }

    /// Up to when a book is closed.
    #[must_use]
    pub fn lock_of(&self, book: BookId) -> Option<Lock> {
        self.locks.get(&book).copied().flatten()
    }

    /// Up to when facts are locked, which are of all books: as the book that is closed furthest.
    #[must_use]
    pub fn lock(&self) -> Option<Lock> {
        self.books().filter_map(|declared| self.lock_of(declared.book)).max_by_key(|lock| lock.through)
    }

    /// The closes, by number.
    pub fn closes(&self) -> impl Iterator<Item = (u64, &PeriodClosed)> {
        self.closes.iter().map(|((number, _), closed)| (*number, closed))
    }

    /// The reopenings, by number.
    pub fn reopenings(&self) -> impl Iterator<Item = (u64, &PeriodReopened)> {
        self.reopenings.iter().map(|((number, _), reopened)| (*number, reopened))
    }
}
