//! A refusal of an entry with its place: the line, and the event that cannot stand.

use ledger_core::decide::History;
use ledger_core::entry::Entry;
use ledger_core::refusal::Refusal;

use super::input::Line;
use crate::diagnostic::fault::at_event;
use crate::diagnostic::{Failure, advice};

/// The decision, or the refusal told.
pub(super) fn or<T>(decided: Result<T, Refusal>, line: &Line, history: &mut History) -> Result<T, Failure> {
    decided.map_err(|why| told(why, line, history))
}

/// The refusal of a line, with its place and the way out.
pub(super) fn told(why: Refusal, line: &Line, history: &mut History) -> Failure {
    let place = match event(&why, &line.entry, history) {
        Some((index, name)) => at_event(&line.place, index, Some(name)),
        None => line.place.clone(),
    };
    let failure = Failure::refused(why.code(), why.to_string()).at(place);
    let day = history.fold().zone().day_of(line.entry.effective);
    match advice::of_refusal(&why) {
        Some(advice) => failure.with_help(advice.replace("{day}", &day.to_string())),
        None => failure,
    }
}

/// The event that was refused: the first without which the entry is not refused for the same reason.
fn event(why: &Refusal, entry: &Entry, history: &mut History) -> Option<(usize, &'static str)> {
    if concerns_whole_entry(why) {
        return None;
    }
    let refused = |length: usize, history: &mut History| {
        let mut shorter = entry.clone();
        shorter.events.truncate(length);
        let refused = history.consider(&shorter).is_err_and(|other| other.code() == why.code());
        history.withdraw();
        refused
    };
    // What is refused stays refused when more follows, so halving finds the first.
    let (mut accepted, mut length) = (0, entry.events.len());
    while length - accepted > 1 {
        let middle = accepted + (length - accepted) / 2;
        if refused(middle, history) { length = middle } else { accepted = middle }
    }
    let index = length.checked_sub(1)?;
    entry.events.get(index).map(|event| (index, event.name()))
}

/// Whether a refusal is about the entry rather than one of its events.
fn concerns_whole_entry(why: &Refusal) -> bool {
    matches!(
        why,
        Refusal::NoEvents {}
            | Refusal::IdReused { .. }
            | Refusal::LedgerNotOpened {}
            | Refusal::BeforeOpening { .. }
            | Refusal::OccurredLater { .. }
            | Refusal::LaterEntryCannotStand { .. }
            | Refusal::BadText { what: "the memo" | "evidence's name", .. }
    )
}
