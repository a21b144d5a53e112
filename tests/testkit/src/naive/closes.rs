//! Closed periods: from the number of a close on, nothing may happen on a day up to its last, in any book, and no
//! policy of a book may be adopted from such a day, until the period is opened again.

use std::collections::BTreeMap;

use ledger_core::event::Event;
use ledger_core::ids::BookId;
use ledger_core::time::Day;

use super::{Impossible, Line};

/// Whether every entry lies in periods that were open when it was recorded.
pub(super) fn respected(known: &[Line<'_>], books: &[BookId]) -> Result<(), Impossible> {
    let mut by_number: Vec<&Line<'_>> = known.iter().collect();
    by_number.sort_by_key(|line| line.number);
    let mut closed: BTreeMap<BookId, Day> = BTreeMap::new();
    for line in by_number {
        let refuse = |why: &str| Err(Impossible { number: line.number, why: why.to_owned() });
        for event in &line.entry.events {
            let of = |named: Option<BookId>| named.map_or(books.to_vec(), |book| vec![book]);
            if let Event::PeriodClosed(close) = event {
                closed.extend(of(close.book).into_iter().map(|book| (book, close.through)));
            } else if let Event::PeriodReopened(reopened) = event {
                for book in of(reopened.book) {
                    let eve = Day::from_number(reopened.from.number() - 1).expect("a day before");
                    closed.entry(book).and_modify(|through| *through = (*through).min(eve));
                }
            } else if let Event::PolicyAdopted(adopted) = event
                && closed.get(&adopted.book).is_some_and(|through| adopted.holds_from() <= *through)
            {
                return refuse("the policy reaches into a closed period");
            }
        }
        let happens = line.entry.events.iter().any(|event| !event.is_declaration());
        if happens && closed.values().any(|through| line.day <= *through) {
            return refuse("the period is closed");
        }
    }
    Ok(())
}
