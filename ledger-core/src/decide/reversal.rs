//! What may be reversed, and by whom.

use super::door::{Door, text};
use crate::entry::Entry;
use crate::event::{EntryReversed, Event};
use crate::refusal::Refusal;
use crate::world::Moment;

/// What is known of a reversal before the entry that it reverses is looked up.
pub(super) fn declared(door: &Door<'_>, e: &EntryReversed) -> Result<(), Refusal> {
    text("the reason", Some(&e.reason), 500)?;
    match door.world.reversed_by(e.entry) {
        Some(by) => Err(Refusal::ReversedTwice { number: e.entry, by }),
        None => Ok(()),
    }
}

/// Whether an entry can be reversed at all.
pub(super) fn reversible(number: u64, entry: &Entry) -> Result<(), Refusal> {
    let refused = |why| Err(Refusal::NotReversible { number, why });
    let stands = |event: &Event| {
        if matches!(event, Event::LedgerOpened(_) | Event::OpeningRecorded(_)) {
            Some("an opening stands; a manual journal corrects what it left out")
        } else if matches!(event, Event::PolicyAdopted(_)) {
            Some("a policy stands until another is adopted")
        } else if matches!(event, Event::PriceObserved(_)) {
            Some("a price is superseded by another observation")
        } else if matches!(event, Event::FairValueMarked(_) | Event::DerivativeMarked(_)) {
            Some("a mark is corrected by another mark of the same day")
        } else if is_translation_of_coins(event) {
            Some("a difference of translation on coins is taken back by its opposite")
        } else if matches!(event, Event::PeriodClosed(_) | Event::PeriodReopened(_)) {
            Some("a close stands until its period is opened again")
        } else if is_on_its_way(event) {
            Some("what was sent arrives; it is moved back")
        } else if event.reverses_on().is_some() {
            Some("its journal is mirrored by itself")
        } else if matches!(event, Event::EntryReversed(_)) {
            Some("a reversal stands; what it reversed is recorded again")
        } else {
            None
        }
    };
    if let Some(why) = entry.events.iter().find_map(stands) {
        return refused(why);
    }
    if entry.events.iter().all(Event::is_declaration) {
        return refused("it declares, and nothing happened by it");
    }
    Ok(())
}

fn is_translation_of_coins(event: &Event) -> bool {
    if let Event::TranslationRecorded(e) = event { e.commodity.is_some() } else { false }
}

/// Whether coins were sent that arrive later.
fn is_on_its_way(event: &Event) -> bool {
    if let Event::CoinsMoved(e) = event { e.arrives.is_some() } else { false }
}

/// Whether the day that a reversal states is its own.
pub(super) fn entry_reversed(at: &Moment, e: &EntryReversed) -> Result<(), Refusal> {
    match e.on.filter(|on| *on != at.day) {
        Some(on) => Err(Refusal::OtherDayStated { on, day: at.day }),
        None => Ok(()),
    }
}
