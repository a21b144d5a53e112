//! What closes a period and opens it again, and what a close refuses.

use std::collections::BTreeSet;

use super::door::{Door, text};
use crate::closing::{seal, unmet};
use crate::entry::Entry;
use crate::event::{Event, PeriodClosed, PeriodReopened};
use crate::fold::Fold;
use crate::refusal::Refusal;
use crate::time::Day;
use crate::world::{Lock, World};

/// What is known of a close before the books are looked at.
pub(super) fn period_closed(door: &Door<'_>, day: Day, e: &PeriodClosed) -> Result<(), Refusal> {
    let world = door.world;
    let mut named = BTreeSet::new();
    for waiver in &e.waivers {
        text("the reason of a waiver", Some(&waiver.reason), 500)?;
        if !named.insert(waiver.check) {
            return Err(Refusal::NamedTwice { what: format!("the check {}", waiver.check) });
        }
    }
    if day < e.through {
        return Err(Refusal::ClosedAhead { through: e.through, day });
    }
    for book in world.named_or_all(e.book) {
        world.book(book)?;
        if let Some(Lock { through, by }) = world.lock_of(book).filter(|lock| lock.through >= e.through) {
            return Err(Refusal::ClosedAlready { book, through, by });
        }
    }
    Ok(())
}

/// Whether a period may be opened again.
pub(super) fn period_reopened(door: &Door<'_>, e: &PeriodReopened) -> Result<(), Refusal> {
    text("the reason", Some(&e.reason), 500)?;
    for book in door.world.named_or_all(e.book) {
        door.world.book(book)?;
        if door.world.lock_of(book).is_none_or(|lock| lock.through < e.from) {
            return Err(Refusal::NotClosed { book, from: e.from });
        }
    }
    Ok(())
}

/// Whether the books are ready for a close, and its seals are theirs. `fold` stands at the end of its last day.
pub(super) fn ready(fold: &Fold, e: &PeriodClosed) -> Result<(), Refusal> {
    let books = fold.world().named_or_all(e.book);
    for name in &books {
        let missing = unmet(fold, fold.book(*name)?, e.from, e.through)?;
        let waived = |check| e.waivers.iter().any(|waiver| waiver.check == check);
        let open = missing.iter().filter(|unmet| !waived(unmet.check));
        let told: Vec<String> = open.map(|unmet| format!("{} ({})", unmet.what, unmet.check)).collect();
        if !told.is_empty() {
            return Err(Refusal::NotReadyToClose { book: *name, through: e.through, what: told.join("; ") });
        }
    }
    if let Some(other) = e.seals.iter().find(|seal| !books.contains(&seal.book)) {
        return Err(Refusal::SealUnasked { book: other.book });
    }
    for book in books {
        let right = seal(fold, book, e.through)?;
        if !e.seals.contains(&right) {
            let (hash, rules) = (right.hash, right.rules);
            return Err(Refusal::SealDiffers { book, through: e.through, hash, rules });
        }
    }
    Ok(())
}

/// Judges an entry that is recorded already by the closes before it, and takes in what it says of closes itself: for whoever
/// verifies a log. `fold` knows what the entries before it declare of books and closes, and nothing else need be in it.
///
/// # Errors
/// [`Refusal`] as it would have been refused; what it closes or opens is taken in all the same.
pub fn keeps_closed(fold: &mut Fold, number: u64, entry: &Entry) -> Result<(), Refusal> {
    let judged = judge(fold, entry);
    for event in &entry.events {
        if matches!(event, Event::LedgerOpened(_) | Event::PeriodClosed(_) | Event::PeriodReopened(_)) {
            fold.declare(number, entry.effective, event);
        }
    }
    fold.commit();
    judged
}

fn judge(fold: &Fold, entry: &Entry) -> Result<(), Refusal> {
    if matches!(entry.events.first(), Some(Event::LedgerOpened(_))) {
        return Ok(());
    }
    let (door, day) = (Door::of(fold.world())?, fold.zone().day_of(entry.effective));
    open(fold.world(), day, entry)?;
    alone(entry)?;
    for event in &entry.events {
        if let Event::PeriodClosed(e) = event {
            period_closed(&door, day, e)?;
        } else if let Event::PeriodReopened(e) = event {
            period_reopened(&door, e)?;
        }
    }
    Ok(())
}

/// Whether the day of an entry is open, if something happens by it.
pub(super) fn open(world: &World, day: Day, entry: &Entry) -> Result<(), Refusal> {
    let happens = entry.events.iter().any(|event| !event.is_declaration());
    match world.lock().filter(|lock| happens && day <= lock.through) {
        Some(Lock { through, by }) => Err(Refusal::PeriodIsClosed { day, through, by }),
        None => Ok(()),
    }
}

/// A close says what stood before its entry, so nothing else happens by it.
pub(super) fn alone(entry: &Entry) -> Result<(), Refusal> {
    let closes = |event: &Event| matches!(event, Event::PeriodClosed(_));
    let beside = |event: &Event| closes(event) || matches!(event, Event::EvidenceAttached(_));
    if entry.events.iter().any(closes) && !entry.events.iter().all(beside) {
        return Err(Refusal::CloseStandsAlone {});
    }
    Ok(())
}
