//! A refusal of an entry with its place: the line, and the event that cannot stand.

use ledger_core::decide::Refused;
use ledger_core::entry::Entry;
use ledger_core::fold::Fold;
use ledger_store::ledger::LedgerError;

use super::input::Line;
use crate::diagnostic::fault::at_event;
use crate::diagnostic::{Failure, advice};

/// The decision, or the refusal told.
pub(super) fn or<T>(decided: Result<T, LedgerError>, line: &Line, fold: &Fold) -> Result<T, Failure> {
    decided.map_err(|error| {
        if let LedgerError::Refused(refused) = error { told(&refused, line, fold) } else { error.into() }
    })
}

/// The refusal of a line, with its place and the way out.
pub(super) fn told(refused: &Refused, line: &Line, fold: &Fold) -> Failure {
    of_entry(refused, &line.entry, &line.place, fold)
}

/// What went wrong with an entry that stands at a place.
pub(crate) fn of_error(error: LedgerError, entry: &Entry, place: &str, fold: &Fold) -> Failure {
    if let LedgerError::Refused(refused) = error {
        of_entry(&refused, entry, place, fold)
    } else {
        error.into()
    }
}

fn of_entry(refused: &Refused, entry: &Entry, place: &str, fold: &Fold) -> Failure {
    let why = &refused.why;
    let event = refused.event.and_then(|index| Some((index, entry.events.get(index)?)));
    let place = match event {
        Some((index, event)) => at_event(place, index, Some(event.name())),
        None => place.to_owned(),
    };
    let failure = Failure::refused(why.code(), why.to_string()).at(place);
    let day = fold.zone().day_of(entry.effective);
    match advice::with_near(why, Some(day), fold.world()) {
        Some(advice) => failure.with_help(advice),
        None => failure,
    }
}
