//! From the log to what is folded: entries known at a point, in accounting order, late ones merged into
//! their places. Only the fold sees the result.
//!
//! An entry is *late* when an entry of a smaller number goes after it. Those that are on time stand in the log in
//! accounting order already, so a log is folded in one pass if it is known beforehand which entries are late and
//! what is declared. That is its [`Outline`].

mod outline;
mod proposals;
mod what_if;

pub use outline::{Declaring, Outline, Reached, Seen};
pub use proposals::{Approval, Proposal, Proposals, Settled};
pub use what_if::WhatIf;

use crate::entry::Entry;
use crate::time::{Day, Effective, Instant, OrderKey, Zone};
use crate::world::Moment;

/// An entry of the log with what the log added to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    /// Its number, from 1.
    pub number: u64,
    /// When it was recorded; never goes back.
    pub recorded: Instant,
    /// The entry.
    pub entry: Entry,
}

/// An entry in its place.
#[derive(Debug, Clone, Copy)]
pub struct Applied<'a> {
    /// Its place in accounting order.
    pub order: OrderKey,
    /// The number under which it posts.
    pub number: u64,
    /// When it was recorded; not known while it is only considered.
    pub recorded: Option<Instant>,
    /// What it posts.
    pub entry: &'a Entry,
}

impl Applied<'_> {
    /// The moment of one of its events.
    #[must_use]
    pub fn moment(&self, event: usize, zone: Zone) -> Moment {
        Moment::new(self.number, event, self.entry.effective, self.order, zone)
    }

    /// Its place among all entries.
    #[must_use]
    pub fn place(&self) -> Place {
        Place { order: self.order, number: self.number }
    }
}

/// What the log carries beside an entry, in one number, so that its outline is known without opening it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Beside {
    /// The entry's place by time and rank.
    pub order: OrderKey,
    /// Whether it declares something.
    pub declares: bool,
}

impl Beside {
    /// What belongs beside an entry.
    #[must_use]
    pub fn of(entry: &Entry, zone: Zone) -> Beside {
        Beside { order: entry.order(zone), declares: entry.declares() }
    }

    /// The number that the log carries: twice the order key, and one if the entry declares something.
    #[must_use]
    pub fn number(self) -> i64 {
        self.order.number() * 2 + i64::from(self.declares)
    }

    /// What the log carried.
    #[must_use]
    pub fn from_number(number: i64) -> Beside {
        Beside { order: OrderKey::from_number(number >> 1), declares: number & 1 == 1 }
    }
}

/// A place in accounting order, which no two entries share.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// By instant and rank.
    pub order: OrderKey,
    /// Then by number.
    pub number: u64,
}

impl Place {
    /// Before every entry.
    pub const START: Place = Place { order: OrderKey::FIRST, number: 0 };

    /// The place just before this one, where no entry stands if this is an entry's.
    #[must_use]
    pub fn just_before(self) -> Place {
        Place { number: self.number.saturating_sub(1), ..self }
    }

    /// Where an entry is mirrored that does so by itself on a day: among the facts of that day.
    #[must_use]
    pub fn of_echo(number: u64, on: Day, zone: Zone) -> Place {
        Place { order: OrderKey::new(Effective::Day(on), crate::time::Rank::Fact, zone), number }
    }

    /// Before whatever is effective on a day.
    #[must_use]
    pub fn start_of(day: Day, zone: Zone) -> Place {
        let before = Day::from_number(day.number() - 1).map_or(OrderKey::FIRST, |before| {
            OrderKey::new(Effective::At(zone.end_of(before)), crate::time::Rank::Fact, zone)
        });
        Place { order: before, number: 0 }
    }
}

/// Which entries, up to when.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Question {
    /// The last day included; all when not said.
    pub as_of: Option<Day>,
    /// The last entry known; all when not said.
    pub as_known: Option<u64>,
    /// The last place included, for whoever walks entry by entry; all when not said.
    pub through: Option<Place>,
}

impl Question {
    /// The last place included.
    #[must_use]
    pub fn limit(&self, zone: Zone) -> Place {
        let order = self.as_of.map_or(OrderKey::LAST, |day| OrderKey::through(day, zone));
        let of_day = Place { order, number: u64::MAX };
        self.through.map_or(of_day, |through| through.min(of_day))
    }
}
