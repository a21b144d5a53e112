//! A log of any length as a miner keeps one: coins from a pool, sales out of several lots, moves, costs, money in
//! and out, stablecoins, loans with interest and collateral, prices and marks. It spans ten years whatever its
//! length, and what lives at its end is of one size, so that what grows is the log.

mod bodies;
mod business;
mod calendar;
mod chance;
mod closing;
pub mod forms;
mod late;
mod purse;
mod start;
#[cfg(test)]
mod tests;

use std::collections::VecDeque;

use ledger_core::entry::Entry;
use ledger_core::event::Event;
use ledger_core::time::{Effective, Instant, OrderKey, Zone};

use bodies::Names;
use calendar::Calendar;
use chance::Chance;
use purse::Purse;

/// Which ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Load {
    /// How many entries span the ten years.
    pub count: u64,
    /// Another seed, another ledger.
    pub seed: u64,
    /// Whether one entry in a hundred is days to weeks late, and one a year.
    pub late: bool,
}

/// The ledger of one book that benchmarks use: `count` entries in accounting order, all accepted.
pub fn realistic(count: u64) -> impl Iterator<Item = Entry> {
    // A ledger has fewer entries than an address space has bytes.
    Load::of(count).entries().take(usize::try_from(count).expect("a count of entries"))
}

impl Load {
    /// A ledger of so many entries, each recorded in its turn.
    #[must_use]
    pub fn of(count: u64) -> Load {
        Load { count, seed: 1, late: false }
    }

    /// Its entries, one after the other and on beyond `count`, in memory that does not grow.
    #[must_use]
    pub fn entries(self) -> Entries {
        Entries {
            load: self,
            names: Names::new(),
            calendar: Calendar::spanning(self.count),
            chance: Chance::of(self.seed),
            purse: Purse::default(),
            made: 0,
            due: VecDeque::new(),
            ordinary_since_closing: 0,
            now: Instant::from_micros(0),
        }
    }
}

/// An entry that is still without its id and number.
struct Body {
    effective: Effective,
    events: Vec<Event>,
    memo: Option<&'static str>,
    /// What the transaction is called, if it is one of several entries.
    transaction: Option<&'static str>,
    /// Whether a document supports it.
    evidence: bool,
    /// Whether another system knows it by a number.
    referenced: bool,
}

/// The entries of a [`Load`], without end.
pub struct Entries {
    load: Load,
    names: Names,
    calendar: Calendar,
    chance: Chance,
    purse: Purse,
    made: u64,
    /// Bodies that come next, before anything else happens.
    due: VecDeque<Body>,
    ordinary_since_closing: u32,
    now: Instant,
}

impl Entries {
    /// When the entry last given is recorded: at its own time, or later if it is late.
    #[must_use]
    pub fn recorded(&self) -> Instant {
        self.now
    }

    fn body(&mut self) -> Body {
        let before = self.now;
        self.now = self.calendar.instant(self.made, &mut self.chance);
        if self.made < start::ENTRIES {
            return self.start();
        }
        if self.due.is_empty() && self.closing_is_due(before) {
            self.close(before);
            self.ordinary_since_closing = 0;
        }
        if let Some(due) = self.due.pop_front() {
            return due;
        }
        self.ordinary_since_closing += 1;
        if self.load.late
            && let Some(late) = self.late()
        {
            return late;
        }
        self.ordinary()
    }
}

impl Iterator for Entries {
    type Item = Entry;

    fn next(&mut self) -> Option<Entry> {
        let body = self.body();
        self.made += 1;
        Some(self.names.entry(body, self.load.seed, self.made))
    }
}

/// The place of an entry in accounting order; these ledgers keep their days in universal time.
#[must_use]
pub fn order(entry: &Entry) -> OrderKey {
    entry.order(Zone::UTC)
}
