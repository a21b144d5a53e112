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

/// The entries known when a question is asked, by number.
pub fn known<'a>(
    log: &'a [Recorded],
    question: &Question,
) -> impl Iterator<Item = (u64, &'a Entry)> + use<'a> {
    let last = question.as_known.unwrap_or(u64::MAX);
    log.iter()
        .map(|recorded| (recorded.number, &recorded.entry))
        .take_while(move |(number, _)| *number <= last)
}

/// The entries that answer a question, in accounting order.
#[must_use]
pub fn resolve<'a>(log: &'a [Recorded], question: &Question, zone: Zone) -> Vec<Applied<'a>> {
    let mut applied = in_accounting_order(known(log, question), zone);
    if let Some(day) = question.as_of {
        let last = OrderKey::through(day, zone);
        applied.truncate(applied.partition_point(|applied| applied.order <= last));
    }
    applied
}

/// Entries by instant, rank and number.
pub fn in_accounting_order<'a>(
    entries: impl Iterator<Item = (u64, &'a Entry)>,
    zone: Zone,
) -> Vec<Applied<'a>> {
    let placed = entries.map(|(number, entry)| Applied { order: entry.order(zone), number, entry });
    let mut applied: Vec<_> = placed.collect();
    // The log is nearly in order, which a merging sort finds.
    applied.sort_by_key(|applied| (applied.order, applied.number));
    applied
}
