//! A walk through the log in accounting order: each entry with how things stood before and after it. After
//! every entry the balance sheet of every book is checked.

use ledger_core::fold::{Fold, Posted};
use ledger_core::ids::{FacilityId, Place, TransactionId};
use ledger_core::lots::LotChange;
use ledger_core::posting::about;
use ledger_core::replay::{CannotFold, declared};
use ledger_core::resolve::{Applied, Question, Recorded, resolve};

use super::standing::Standing;
use crate::diagnostic::Failure;

/// Which entries are shown.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Selection {
    /// Those of a transaction.
    Transaction(TransactionId),
    /// Those that touch a facility.
    Facility(FacilityId),
    /// Those with numbers from the first to the last.
    Numbers(u64, u64),
}

/// An entry in its place.
pub(crate) struct Step<'a> {
    /// The entry.
    pub(crate) applied: Applied<'a>,
    /// What it posted, by event and book.
    pub(crate) posted: Vec<Posted>,
    /// How things stood before.
    pub(crate) before: Standing,
    /// How they stand after.
    pub(crate) after: Standing,
}

/// What a walk came to.
pub(crate) struct Walked {
    /// The places in accounting order, from 0, of the first and last entry shown.
    pub(crate) shown: Option<(usize, usize)>,
    /// World and books at the end.
    pub(crate) fold: Fold,
}

/// Walks through the entries that answer a question and shows those selected.
pub(crate) fn walk(
    log: &[Recorded],
    question: &Question,
    selection: &Selection,
    mut show: impl FnMut(usize, &Step<'_>, &Fold) -> Result<(), Failure>,
) -> Result<Walked, Failure> {
    let mut fold = declared(log, question);
    let zone = fold.zone();
    let mut before = Standing::of(&fold, None)?;
    let mut shown = None;
    for (place, applied) in resolve(log, question, zone).into_iter().enumerate() {
        let posted = fold.apply(&applied).map_err(|why| CannotFold { number: applied.number, why })?;
        let at = applied.moment(0, zone);
        let after = Standing::of(&fold, Some(&at))?;
        for (book, sums) in &after.sums {
            if !sums.balance()? {
                return Err(Failure::Bug(format!(
                    "book {book} does not balance after entry {}",
                    applied.number
                )));
            }
        }
        let step = Step { applied, posted, before, after };
        if selection.takes(&step) {
            shown = Some((shown.map_or(place, |(first, _)| first), place));
            show(place, &step, &fold)?;
        }
        before = step.after;
    }
    Ok(Walked { shown, fold })
}

impl Selection {
    /// What is replayed, in words.
    pub(crate) fn title(&self) -> String {
        match self {
            Selection::Transaction(name) => format!("Replay of {name}"),
            Selection::Facility(facility) => format!("Replay of facility {facility}"),
            Selection::Numbers(first, last) if first == last => format!("Replay of entry {first}"),
            Selection::Numbers(first, last) => format!("Replay of entries {first} to {last}"),
        }
    }

    fn takes(&self, step: &Step<'_>) -> bool {
        match self {
            Selection::Transaction(name) => step.applied.entry.transaction == Some(*name),
            Selection::Numbers(first, last) => (first..=last).contains(&&step.applied.number),
            Selection::Facility(facility) => step.touches(*facility),
        }
    }
}

impl Step<'_> {
    /// Whether it changes a facility or its loan to value, or coins that lie with its lender, or is about it.
    pub(crate) fn touches(&self, facility: FacilityId) -> bool {
        // The whole debt, so that a price which moves the loan to value counts too.
        let state = |standing: &Standing| standing.debts.get(&facility).cloned();
        let there = Place::Facility(facility);
        let units = |standing: &Standing| {
            let there = standing.units.iter().filter(|((place, _), _)| *place == there);
            there.map(|(_, units)| *units).collect::<Vec<_>>()
        };
        let moved = |change: &LotChange| match change {
            LotChange::Leave(position, _) | LotChange::Arrive(position, _) | LotChange::Mark(position, _) => {
                position.place == there
            }
        };
        let told = || self.applied.entry.events.iter().any(|event| about(event).facility == Some(facility));
        let lots = || self.posted.iter().any(|posted| posted.lots.iter().any(moved));
        state(&self.before) != state(&self.after)
            || units(&self.before) != units(&self.after)
            || told()
            || lots()
    }
}

/// The part of a log that stands before a place in accounting order. Of later entries only what they declare
/// is left, for that holds from the start.
pub(crate) fn prefix(log: &[Recorded], question: &Question, places: usize) -> Vec<Recorded> {
    let zone = declared(log, question).zone();
    let order = resolve(log, question, zone);
    let later: std::collections::BTreeSet<u64> =
        order.iter().skip(places).map(|applied| applied.number).collect();
    let beyond = |number: u64| question.as_known.is_some_and(|known| number > known);
    log.iter()
        .filter(|recorded| !beyond(recorded.number))
        .map(|recorded| {
            let mut kept = recorded.clone();
            if later.contains(&recorded.number) {
                kept.entry.events.retain(ledger_core::event::Event::is_declaration);
            }
            kept
        })
        .collect()
}
