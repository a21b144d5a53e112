//! A log in memory with its decider: for small logs, rehearsals and tests.

use std::collections::HashMap;
use std::convert::Infallible;

use super::{Decider, Decision, Past, Refused, Showing, Signer, Undecided};
use crate::entry::{Entry, EntryId};
use crate::fold::Fold;
use crate::refusal::Refusal;
use crate::replay::{CannotFold, Course, Standing};
use crate::resolve::{Outline, Place, Question, Recorded};

/// A log in memory, folded so far, ready to decide the next entry.
#[derive(Debug, Default)]
pub struct History {
    log: Vec<Recorded>,
    numbers: HashMap<EntryId, usize>,
    decider: Decider,
}

impl Past for [Recorded] {
    fn before(&self, _: Place, _: &Outline) -> Option<Standing> {
        None
    }

    fn number_of(&self, id: EntryId) -> Result<Option<u64>, Infallible> {
        Ok(self.iter().find(|recorded| recorded.entry.id == id).map(|recorded| recorded.number))
    }
}

impl History {
    /// Folds a log.
    ///
    /// # Errors
    /// [`CannotFold`] names the first entry that does not stand.
    pub fn of(log: Vec<Recorded>) -> Result<History, CannotFold> {
        let outline = Outline::of(&log);
        let course = Course { archive: log.as_slice(), outline: &outline, question: Question::default() };
        let head = course.run::<CannotFold>(
            course.start(),
            &mut |fold, applied| match fold.apply(applied) {
                Ok(_) => Ok(()),
                Err(why) => Err(CannotFold { number: applied.number, why }),
            },
            &mut |_| (),
        )?;
        let numbers = log.iter().enumerate().map(|(at, recorded)| (recorded.entry.id, at)).collect();
        Ok(History { log, numbers, decider: Decider::of(head, outline) })
    }

    /// The entries, by number.
    #[must_use]
    pub fn log(&self) -> &[Recorded] {
        &self.log
    }

    /// World and books after the last entry.
    #[must_use]
    pub fn fold(&self) -> &Fold {
        &self.decider.head().fold
    }

    /// Tries an entry. What was accepted waits until [`History::accept`] or [`History::withdraw`].
    ///
    /// # Errors
    /// [`Refused`] says why it may not be appended; nothing is changed then.
    pub fn consider(&mut self, entry: &Entry) -> Result<Decision, Refused> {
        self.consider_signed(entry, Signer::Nobody)
    }

    /// The same for an entry that is signed.
    ///
    /// # Errors
    /// As for [`History::consider`].
    pub fn consider_signed(&mut self, entry: &Entry, signer: Signer) -> Result<Decision, Refused> {
        self.withdraw();
        if let Some(recorded) = self.numbers.get(&entry.id).and_then(|at| self.log.get(*at)) {
            let number = recorded.number;
            let same = recorded.entry == *entry;
            return match same {
                true => Ok(Decision::AlreadyRecorded(number)),
                false => Err(Refusal::IdReused { number, id: entry.id }.into()),
            };
        }
        match self.decider.consider(entry, signer, self.log.as_slice(), Showing::Journals) {
            Ok(accepted) => Ok(Decision::Accepted(accepted)),
            Err(Undecided::Refused(refused)) => Err(refused),
            Err(Undecided::Unreadable(never)) => match never {},
        }
    }

    /// Takes in the entry just considered, which the log now holds.
    pub fn accept(&mut self, recorded: Recorded) {
        if self.decider.accept() {
            self.numbers.insert(recorded.entry.id, self.log.len());
            self.log.push(recorded);
        }
    }

    /// Forgets the entry just considered.
    pub fn withdraw(&mut self) {
        self.decider.withdraw();
    }
}
