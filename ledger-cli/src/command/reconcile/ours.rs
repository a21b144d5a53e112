//! What the books say of an account, line by line: each event that changes its balance is a line.

use std::collections::HashMap;

use ledger_core::event::Event;
use ledger_core::event::books::{Part, Subject};
use ledger_core::fold::Fold;
use ledger_core::ids::Place;
use ledger_core::money::Units;
use ledger_core::reconcile::{Line, Ours};
use ledger_core::refusal::Refusal;
use ledger_core::replay::{CannotFold, Next};
use ledger_core::resolve::{Applied, Place as At, Question};
use ledger_core::time::Day;
use ledger_core::world::World;

use crate::diagnostic::Failure;
use crate::store::Loaded;

/// Every change of an account's balance through a day.
pub(super) fn lines(loaded: &Loaded, account: &Subject, through: Day) -> Result<Ours, Failure> {
    let question = Question { as_of: Some(through), ..Question::default() };
    let mut lines = Vec::new();
    let mut last = Units::ZERO;
    let mut reversals = Vec::new();
    loaded.reading.walk::<Failure>(&question, At::START, &mut |fold, next| {
        let applied = next.applied();
        let mut note = |fold: &Fold, index: usize| -> Result<(), Refusal> {
            let now = balance(fold.world(), account);
            let units = now.minus(last)?;
            if !units.is_zero() {
                lines.push(line(applied, index, units, account, fold));
                last = now;
            }
            Ok(())
        };
        match next {
            Next::Arrival(_) => {
                next.take(fold)?;
                note(fold, 0)?;
            }
            Next::Entry(applied) => {
                let number = applied.number;
                for index in 0..applied.entry.events.len() {
                    if let Some(Event::EntryReversed(of)) = applied.entry.events.get(index) {
                        reversals.push((of.entry, number));
                    }
                    let taken = fold.apply_event_unseen(applied, index);
                    taken.map_err(|why| CannotFold { number, why })?;
                    note(fold, index)?;
                }
                fold.commit();
            }
        }
        Ok(())
    })?;
    reversed(&mut lines, &reversals);
    Ok(Ours { lines })
}

/// What an entry and its reversal did shares a reference, by which the two take each other back.
fn reversed(lines: &mut [Line], reversals: &[(u64, u64)]) {
    let mut of_entry: HashMap<String, Vec<String>> = HashMap::new();
    for (entry, by) in reversals {
        for number in [entry, by] {
            of_entry.entry(number.to_string()).or_default().push(format!("reversed {entry} by {by}"));
        }
    }
    for line in lines {
        let shared = line.place.split('.').next().and_then(|number| of_entry.get(number));
        line.references.extend(shared.into_iter().flatten().cloned());
    }
}

/// The balance of what is compared.
fn balance(world: &World, account: &Subject) -> Units {
    match account.place {
        Place::Wallet(wallet) => {
            let is_money =
                world.wallet(wallet).ok().and_then(|opened| opened.holds()).is_some_and(|(_, money)| money);
            if is_money { world.money(wallet) } else { world.coins(account.place, account.commodity) }
        }
        Place::Facility(id) => {
            let facility = world.facilities().find(|facility| facility.terms.facility == id);
            facility.map_or(Units::ZERO, |facility| match account.part {
                Some(Part::Principal) => facility.principal,
                Some(Part::Interest) => facility.accrued,
                Some(Part::Collateral) | None => world.coins(account.place, account.commodity),
            })
        }
    }
}

fn line(applied: &Applied<'_>, index: usize, units: Units, account: &Subject, fold: &Fold) -> Line {
    let entry = applied.entry;
    let what = entry.events.get(index).map_or("arrival", |event| event.name());
    Line {
        day: applied.moment(index, fold.zone()).day,
        units,
        commodity: account.commodity,
        references: entry.refs.0.values().cloned().collect(),
        text: entry.memo.clone().unwrap_or_else(|| what.to_owned()),
        place: format!("{}.{index}", applied.number),
    }
}
