//! Replaying a log: the books for any day, as known at any entry, with every journal on the way.

use crate::entry::Entry;
use crate::fold::{Fold, Posted};
use crate::refusal::Refusal;
use crate::resolve::{Applied, Question, Recorded, known, resolve};

/// A recorded entry that the fold cannot take: a defect of the program or damage of the log, for what is
/// recorded was tried before.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("entry {number} is recorded and cannot be folded: {why}")]
pub struct CannotFold {
    /// The entry.
    pub number: u64,
    /// What the fold says.
    pub why: Refusal,
}

/// A step of a replay: an entry, what it posted, and the books after it.
#[derive(Debug)]
pub struct Step<'a> {
    /// The entry in its place.
    pub applied: Applied<'a>,
    /// What its events posted, by event and book.
    pub posted: &'a [Posted],
    /// World and books after it.
    pub after: &'a Fold,
}

/// Folds the entries that answer a question, showing every step. Declarations known by then hold from the start.
///
/// # Errors
/// [`CannotFold`] names the first entry that does not stand.
pub fn replay(
    log: &[Recorded],
    question: &Question,
    mut on_step: impl FnMut(&Step<'_>),
) -> Result<Fold, CannotFold> {
    let mut fold = declared(log, question);
    for applied in resolve(log, question, fold.zone()) {
        let posted = fold.apply(&applied).map_err(|why| CannotFold { number: applied.number, why })?;
        on_step(&Step { applied, posted: &posted, after: &fold });
    }
    Ok(fold)
}

/// A fold in which nothing has happened yet and all that is known when a question is asked is declared.
#[must_use]
pub fn declared(log: &[Recorded], question: &Question) -> Fold {
    with_declarations(known(log, question))
}

/// A fold in which nothing has happened yet and all that these entries declare holds.
pub(crate) fn with_declarations<'a>(entries: impl Iterator<Item = (u64, &'a Entry)>) -> Fold {
    let mut fold = Fold::default();
    for (number, entry) in entries {
        for event in &entry.events {
            fold.declare(number, entry.effective, event);
        }
    }
    fold.commit();
    fold
}
