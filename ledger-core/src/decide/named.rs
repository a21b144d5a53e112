//! Lots that an event names must be lots that somebody takes: a book whose policy says otherwise would pass them over in
//! silence. Asked of new entries only.

use crate::book::Book;
use crate::event::Event;
use crate::event::loan::Control;
use crate::fold::Fold;
use crate::ids::Place;
use crate::measure::{Context, Taken};
use crate::policy::LotMethod;
use crate::refusal::Refusal;
use crate::world::Moment;

/// Each book that lots are named for takes them by name; of lots named for whichever book, one does.
pub(super) fn lots_taken(fold: &Fold, at: &Moment, event: &Event) -> Result<(), Refusal> {
    let lots = event.named_lots().unwrap_or_default();
    let not_taken = |books: String, order: String| Refusal::LotsNotTaken { books, day: at.day, order };
    for name in lots.iter().filter_map(|lot| lot.book) {
        if let Some(order) = in_order(fold, fold.book(name)?, at, event)? {
            return Err(not_taken(format!("book {name}"), order));
        }
    }
    if lots.iter().all(|lot| lot.book.is_some()) {
        return Ok(());
    }
    for book in fold.books() {
        if in_order(fold, book, at, event)?.is_none() {
            return Ok(());
        }
    }
    Err(not_taken("any book".to_owned(), "each has an order in which they leave".to_owned()))
}

/// In which order lots leave a book whatever is named; `None` where it takes those that are named.
fn in_order(fold: &Fold, book: &Book, at: &Moment, event: &Event) -> Result<Option<String>, Refusal> {
    let taken = Taken::default();
    let cx = Context::new(fold.world(), book, *at, &taken)?;
    if let Some(Place::Facility(facility)) = event.coins_leave()
        && cx.control(facility)? == Control::Passed
    {
        return Ok(Some(format!("what it holds at {facility} is a claim on the lender")));
    }
    let method = cx.policy.lots;
    Ok((method != LotMethod::Specific).then(|| format!("its lots leave by `{method}`")))
}
