//! From the log to what is folded: entries known at a point, in accounting order, late ones merged into
//! their places. Only the fold sees the result.

use crate::entry::Entry;
use crate::time::{Day, Instant, OrderKey, Zone};

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
    /// What it posts.
    pub entry: &'a Entry,
}

/// Which entries, up to when.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Question {
    /// The last day included; all when not said.
    pub as_of: Option<Day>,
    /// The last entry known; all when not said.
    pub as_known: Option<u64>,
}

/// The entries that answer a question, in accounting order: by instant, rank and number.
#[must_use]
pub fn resolve<'a>(log: &'a [Recorded], question: &Question, zone: Zone) -> Vec<Applied<'a>> {
    let last = question.as_of.map(|day| OrderKey::through(day, zone));
    let known = log.iter().filter(|recorded| question.as_known.is_none_or(|known| recorded.number <= known));
    let placed = known.map(|recorded| Applied {
        order: recorded.entry.order(zone),
        number: recorded.number,
        entry: &recorded.entry,
    });
    let mut applied: Vec<_> =
        placed.filter(|applied| last.is_none_or(|last| applied.order <= last)).collect();
    // The log is nearly in order, which a merging sort finds.
    applied.sort_by_key(|applied| (applied.order, applied.number));
    applied
}
