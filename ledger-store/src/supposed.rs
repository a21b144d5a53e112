//! A log as it would be had a book made other choices: folded from its first entry for every question, so that nothing kept
//! of the real books is used, and nothing of these is kept.

use std::ops::Range;

use ledger_core::fold::Fold;
use ledger_core::replay::{CannotFold, Course, Next, Standing, Step};
use ledger_core::report::{NoReport, View};
use ledger_core::resolve::{Outline, Place, Question, Recorded, WhatIf};
use ledger_core::time::Day;

use crate::archive::LogArchive;
use crate::ledger::LedgerError;
use crate::log::Log;
use crate::reading::{places, take_unseen};

/// A log under other choices of a book.
#[derive(Debug)]
pub struct Supposed<'r, L> {
    pub(crate) log: &'r L,
    /// That of the log, with the choices in it.
    pub(crate) outline: Outline,
    pub(crate) what: WhatIf,
}

impl<'r, L: Log> Supposed<'r, L> {
    fn course<'a>(
        &'a self,
        archive: &'a LogArchive<'r, L>,
        question: &Question,
    ) -> Course<'a, LogArchive<'r, L>> {
        Course { archive, outline: &self.outline, question: *question }
    }

    /// A fold in which nothing has happened yet and all that a question knows is declared.
    #[must_use]
    pub fn declared(&self, question: &Question) -> Fold {
        self.course(&LogArchive(self.log), question).start().fold
    }
}

impl<L: Log> Supposed<'_, L> {
    /// The outline of the log, with the choices supposed in it.
    #[must_use]
    pub fn outline(&self) -> &Outline {
        &self.outline
    }

    /// The places of entries, by number: those that they have.
    ///
    /// # Errors
    /// [`LedgerError`] when they cannot be read.
    pub fn places(&self, numbers: Range<u64>) -> Result<Vec<Place>, LedgerError> {
        places(self.log, numbers)
    }

    /// Gives each entry that a question includes, and each arrival of coins at a place or later, to `visit`, which takes
    /// it into the fold: in accounting order from the first entry on.
    ///
    /// # Errors
    /// What reading or `visit` meets first.
    pub fn walk<E: From<LedgerError> + From<CannotFold>>(
        &self,
        question: &Question,
        from: Place,
        visit: &mut dyn FnMut(&mut Fold, &Next<'_>) -> Result<(), E>,
    ) -> Result<Standing, E> {
        let archive = LogArchive(self.log);
        let course = self.course(&archive, question);
        course.walk(course.start(), from.order, visit, &mut |_| ())
    }
}

impl<L: Log> View for Supposed<'_, L> {
    fn size(&self) -> u64 {
        self.outline.size()
    }

    fn what_if(&self) -> Option<&WhatIf> {
        Some(&self.what)
    }

    fn standing(&self, question: &Question) -> Result<Standing, NoReport> {
        let archive = LogArchive(self.log);
        let course = self.course(&archive, question);
        let reached: Result<Standing, LedgerError> =
            course.run(course.start(), &mut take_unseen, &mut |_| ());
        Ok(reached?)
    }

    fn replay(
        &self,
        question: &Question,
        from: Option<Day>,
        on_step: &mut dyn FnMut(&Step<'_>),
    ) -> Result<Standing, NoReport> {
        let archive = LogArchive(self.log);
        let course = self.course(&archive, question);
        let reached: Result<Standing, LedgerError> = course.show(course.start(), from, on_step, &mut |_| ());
        Ok(reached?)
    }

    fn entries(&self, question: &Question, visit: &mut dyn FnMut(&Recorded)) -> Result<(), NoReport> {
        Ok(LogArchive(self.log).each(&self.outline, self.outline.known(question), visit)?)
    }
}
