//! What is refused of statements, of comparisons with them, and of answers to what those find.

use super::Refused;
use super::door::{Door, text};
use crate::entry::Entry;
use crate::event::Event;
use crate::event::books::{
    BREAKS_MOST, BreakExplained, Part, ReconciliationRun, ReconciliationSignedOff, StatementRecorded, Subject,
};
use crate::ids::Place;
use crate::refusal::Refusal;
use crate::resolve::Recorded;
use crate::time::Day;
use crate::world::World;

/// A run is named by its entry, so that an entry holds one at most.
pub(super) fn run_once(entry: &Entry) -> Result<(), Refusal> {
    let runs = entry.events.iter().filter(|event| matches!(event, Event::ReconciliationRun(_)));
    if runs.count() > 1 {
        return Err(Refusal::NamedTwice { what: "a reconciliation in one entry".to_owned() });
    }
    Ok(())
}

/// Whether what an event declares about reconciliations can be so.
pub(super) fn declared(door: &Door<'_>, day: Day, event: &Event) -> Result<(), Refusal> {
    if let Event::StatementRecorded(e) = event {
        statement_recorded(door, day, e)
    } else if let Event::ReconciliationRun(e) = event {
        reconciliation_run(door, day, e)
    } else if let Event::BreakExplained(e) = event {
        break_explained(door, e)
    } else if let Event::ReconciliationSignedOff(e) = event {
        signed_off(door.world, e)
    } else {
        Ok(())
    }
}

fn subject(world: &World, of: &Subject) -> Result<(), Refusal> {
    let (place, commodity) = (of.place, of.commodity);
    let unclear = |why| Err(Refusal::SubjectNotClear { place, commodity, why });
    match (place, of.part) {
        (Place::Wallet(_), Some(_)) => unclear("a wallet has no part"),
        (Place::Wallet(wallet), None) => match world.wallet(wallet)?.holds() {
            Some((held, _)) if held == commodity => Ok(()),
            Some(_) | None => unclear("the wallet holds something else"),
        },
        (Place::Facility(_), None) => unclear("principal, interest or collateral is said of a facility"),
        (Place::Facility(facility), Some(part)) => {
            let owed_in = world.facility(facility)?.terms.currency;
            match part {
                Part::Principal | Part::Interest if owed_in != commodity => {
                    unclear("the facility owes another currency")
                }
                Part::Principal | Part::Interest | Part::Collateral => Ok(()),
            }
        }
    }
}

fn statement_recorded(door: &Door<'_>, day: Day, e: &StatementRecorded) -> Result<(), Refusal> {
    text("the source", Some(&e.source), 100)?;
    subject(door.world, &e.account)?;
    if e.to < e.from {
        return Err(Refusal::EndsBeforeStart { what: "the statement", from: e.from, to: e.to });
    }
    if day < e.to {
        return Err(Refusal::ComparedAhead { what: "a statement", through: e.to, day });
    }
    if let Some(chain) = &e.chain {
        text("the network", Some(&chain.network), 20)?;
        if let Some(after) = chain.after.filter(|after| *after > chain.height) {
            return Err(Refusal::BlocksOutOfOrder { after, height: chain.height });
        }
    }
    if let Some(number) = e.replaces {
        let mut in_force = door.world.statements(&e.account);
        if !in_force.any(|(of, stated)| of == number && stated.source == e.source) {
            return Err(Refusal::NothingToReplace { account: e.account.to_string(), number });
        }
    }
    let mut before = door.world.statements(&e.account);
    match before.find(|(_, stated)| stated.says_the_same_as(e)) {
        Some((by, _)) => Err(Refusal::StatementTwice { account: e.account.to_string(), by }),
        None => Ok(()),
    }
}

fn reconciliation_run(door: &Door<'_>, day: Day, e: &ReconciliationRun) -> Result<(), Refusal> {
    text("the rules", Some(&e.rules), 100)?;
    subject(door.world, &e.account)?;
    if day < e.through {
        return Err(Refusal::ComparedAhead { what: "a reconciliation", through: e.through, day });
    }
    if e.breaks.len() > BREAKS_MOST {
        return Err(Refusal::TooManyBreaks { count: e.breaks.len(), most: BREAKS_MOST });
    }
    if !door.world.statements(&e.account).any(|(_, stated)| stated.to <= e.through) {
        return Err(Refusal::NoStatement { account: e.account.to_string(), through: e.through });
    }
    Ok(())
}

fn break_explained(door: &Door<'_>, e: &BreakExplained) -> Result<(), Refusal> {
    text("the reason", Some(&e.reason), 500)?;
    if door.world.has_break(e.r#break) { Ok(()) } else { Err(Refusal::UnknownBreak { name: e.r#break }) }
}

fn signed_off(world: &World, e: &ReconciliationSignedOff) -> Result<(), Refusal> {
    let number = e.run;
    let run = world.run(number).ok_or(Refusal::NotARun { number })?;
    let account = || run.account.to_string();
    if let Some((by, _)) = world.last_run(&run.account).filter(|(last, _)| *last != number) {
        return Err(Refusal::RunSuperseded { account: account(), by });
    }
    if let Some(by) = world.signed_off(number) {
        return Err(Refusal::SignedOffAlready { run: number, by });
    }
    let mut open = run.breaks.iter().filter(|found| !world.answers_for(found));
    match open.next() {
        Some(first) => {
            let count = 1 + open.count() as u64;
            Err(Refusal::BreaksOpen { count, account: account(), first: first.name })
        }
        None => Ok(()),
    }
}

/// The entries of the past that an entry's answers are about: runs that it signs off, corrections that it names.
pub(super) fn answered(entry: &Entry) -> impl Iterator<Item = (usize, u64)> {
    entry.events.iter().enumerate().filter_map(|(index, event)| {
        let number = if let Event::ReconciliationSignedOff(e) = event {
            Some(e.run)
        } else if let Event::BreakExplained(e) = event {
            e.resolved_by
        } else {
            None
        };
        number.map(|number| (index, number))
    })
}

/// Whether an event may say that of an entry of the past: who compared does not sign off.
pub(super) fn by_another(
    entry: &Entry,
    index: usize,
    number: u64,
    past: Option<&Recorded>,
) -> Result<(), Refused> {
    let refused = |why| Refused { event: Some(index), why };
    let past = past.ok_or_else(|| refused(Refusal::UnknownEntry { number }))?;
    let signs = matches!(entry.events.get(index), Some(Event::ReconciliationSignedOff(_)));
    if signs && past.entry.actor == entry.actor {
        return Err(refused(Refusal::SignedByPreparer { actor: entry.actor, run: number }));
    }
    Ok(())
}
