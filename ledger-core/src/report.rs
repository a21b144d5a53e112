//! Reports: plain functions from a log and a question to a [`Sheet`], in one list that the command offers.

mod balance_sheet;

use crate::account::Account;
use crate::ids::{BookId, FacilityId};
use crate::refusal::Refusal;
use crate::replay::{CannotFold, Step, replay};
use crate::fold::Fold;
use crate::resolve::{Question, Recorded};
use crate::sheet::{Head, Sheet};
use crate::time::Day;

/// What a report is asked for.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// The log.
    pub log: &'a [Recorded],
    /// Up to which day, as known at which entry.
    pub question: Question,
    /// The book.
    pub book: BookId,
    /// The first day of a report over a period; the fiscal year's first when not said.
    pub from: Option<Day>,
    /// What the report takes beside: an account, or the text of a table to compare with.
    pub argument: Option<&'a str>,
}

/// A report that the ledger offers.
#[derive(Debug, Clone, Copy)]
pub struct Report {
    /// Its name in the command.
    pub name: &'static str,
    /// What it shows, in a sentence.
    pub about: &'static str,
    /// What it takes beside its name, if anything.
    pub argument: Option<&'static str>,
    /// Makes it.
    pub make: fn(&Request<'_>) -> Result<Sheet, NoReport>,
}

/// Why a report cannot be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoReport {
    /// The log does not fold.
    #[error(transparent)]
    CannotFold(#[from] CannotFold),
    /// Something asked for is not there, or an amount does not fit.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The argument is missing or not of its form.
    #[error("{0}")]
    BadArgument(String),
}

impl From<crate::exact::Overflow> for NoReport {
    fn from(overflow: crate::exact::Overflow) -> NoReport {
        NoReport::Refused(overflow.into())
    }
}

/// Every report, in the order in which they are offered.
pub const REPORTS: &[Report] = &[
    Report {
        name: "balance-sheet",
        about: "What is owned, owed and the owners', on a day",
        argument: None,
        make: balance_sheet::balance_sheet,
    },
];

impl Request<'_> {
    /// World and books at the end of the question.
    fn fold(&self) -> Result<Fold, NoReport> {
        self.replay(|_| ())
    }

    /// World and books at the end of the question, with every step on the way.
    fn replay(&self, on_step: impl FnMut(&Step<'_>)) -> Result<Fold, NoReport> {
        let fold = replay(self.log, &self.question, on_step)?;
        fold.book(self.book)?;
        Ok(fold)
    }

    /// The head of a report of this request.
    fn head(&self, fold: &Fold) -> Result<Head, NoReport> {
        let settings = fold.world().settings()?;
        Ok(Head {
            entity: settings.entity.clone(),
            notice: settings.notice.clone(),
            book: Some(self.book),
            currency: settings.functional,
            from: None,
            as_of: self.question.as_of,
            as_known: self.question.as_known.unwrap_or(self.log.len() as u64).min(self.log.len() as u64),
        })
    }
}
