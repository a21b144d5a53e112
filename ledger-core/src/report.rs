//! Reports: plain functions from a log and a question to a [`Sheet`], in one list that the command offers.

mod accounts;
mod assets;
mod balance_sheet;
mod beside;
mod cash_flow;
mod classification;
mod coins;
mod commitments;
mod contracts;
mod debt;
mod disclosures;
mod equity;
mod facilities;
mod income;
mod journal;
mod journal_testing;
mod loan_figures;
mod lot_findings;
mod metrics;
mod obligations;
mod parties;
mod period;
mod realised;
mod registers;
mod restatement;
mod restricted;
mod roll_forward;
mod slices;
mod tie_out;
mod traced;
mod trial_balance;

pub use beside::{Part, beside};
pub use period::Period;
pub use slices::Dimension;
pub use traced::{Addition, Show};

use rust_decimal::Decimal;

use crate::exact::{self, Overflow};
use crate::fold::{Fold, Posted};
use crate::ids::BookId;
use crate::money::{Money, Units};
use crate::refusal::Refusal;
use crate::replay::{CannotFold, Course, Standing, Step, posted};
use crate::resolve::{Outline, Question, Recorded, WhatIf};
use crate::rounding::Rounding;
use crate::sheet::{Head, Sheet};
use crate::time::Day;

/// What a report reads: a log that can be folded up to any point of it.
pub trait View {
    /// How many entries the log has.
    fn size(&self) -> u64;

    /// What is supposed of a book against what the log says, if anything is.
    fn what_if(&self) -> Option<&WhatIf> {
        None
    }

    /// World and books at the end of a question.
    ///
    /// # Errors
    /// [`NoReport`] when the log cannot be read or does not fold.
    fn standing(&self, question: &Question) -> Result<Standing, NoReport>;

    /// The same, with every step of a day or later shown on the way; without a day, every step.
    ///
    /// # Errors
    /// As for [`View::standing`].
    fn replay(
        &self,
        question: &Question,
        from: Option<Day>,
        on_step: &mut dyn FnMut(&Step<'_>),
    ) -> Result<Standing, NoReport>;

    /// Shows every entry that a question knows, of whatever day, by number and without folding any.
    ///
    /// # Errors
    /// [`NoReport`] when the log cannot be read.
    fn entries(&self, question: &Question, visit: &mut dyn FnMut(&Recorded)) -> Result<(), NoReport>;
}

impl View for Vec<Recorded> {
    fn size(&self) -> u64 {
        self.len() as u64
    }

    fn standing(&self, question: &Question) -> Result<Standing, NoReport> {
        self.replay(question, None, &mut |_| ())
    }

    fn replay(
        &self,
        question: &Question,
        from: Option<Day>,
        on_step: &mut dyn FnMut(&Step<'_>),
    ) -> Result<Standing, NoReport> {
        let outline = Outline::of(self);
        let course = Course { archive: self.as_slice(), outline: &outline, question: *question };
        Ok(course.show::<CannotFold>(course.start(), from, on_step, &mut |_| ())?)
    }

    fn entries(&self, question: &Question, visit: &mut dyn FnMut(&Recorded)) -> Result<(), NoReport> {
        let outline = Outline::of(self);
        let is_known = |recorded: &&Recorded| question.as_known.is_none_or(|known| recorded.number <= known);
        for recorded in self.iter().take_while(is_known) {
            let Ok(posted) = posted(self.as_slice(), &outline, recorded);
            visit(posted.as_ref().unwrap_or(recorded));
        }
        Ok(())
    }
}

/// What a report is asked for.
#[derive(Clone, Copy)]
pub struct Request<'a> {
    /// The log.
    pub log: &'a dyn View,
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
    /// Whether it is over a period or of the end of one, so that several may stand beside each other.
    pub periodic: bool,
    /// Makes it.
    pub make: Make,
    /// Makes it in parts, by what postings are about, where it can be divided so.
    pub divided: Option<Divide>,
    /// Shows what each posting adds to it, where its figures are sums of postings.
    traced: Option<(traced::Trace, traced::SumsOf)>,
}

/// Makes a report in parts.
type Divide = fn(&Request<'_>, Dimension) -> Result<Sheet, NoReport>;

/// Makes a report.
type Make = fn(&Request<'_>) -> Result<Sheet, NoReport>;

/// Why a report cannot be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoReport {
    /// The log does not fold.
    #[error(transparent)]
    CannotFold(#[from] CannotFold),
    /// Something asked for is not there, or an amount does not fit.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The log could not be read.
    #[error("{0}")]
    Unreadable(String),
    /// The argument is missing or not of its form.
    #[error("{0}")]
    BadArgument(String),
}

impl From<Overflow> for NoReport {
    fn from(overflow: Overflow) -> NoReport {
        NoReport::Refused(overflow.into())
    }
}

const fn report(name: &'static str, about: &'static str, make: Make) -> Report {
    Report { name, about, argument: None, periodic: false, make, divided: None, traced: None }
}

/// A report of which several periods may stand beside each other.
const fn statement(
    name: &'static str,
    about: &'static str,
    make: Make,
    trace: traced::Trace,
    sums_of: traced::SumsOf,
) -> Report {
    Report { periodic: true, traced: Some((trace, sums_of)), ..report(name, about, make) }
}

/// Every report, in the order in which they are offered.
pub const REPORTS: &[Report] = &[
    Report {
        divided: Some(balance_sheet::by),
        ..statement(
            "balance-sheet",
            "What is owned, owed and the owners', on a day",
            balance_sheet::balance_sheet,
            balance_sheet::trace,
            balance_sheet::sums_of,
        )
    },
    Report {
        divided: Some(income::by),
        ..statement(
            "income-statement",
            "What was earned and what it cost, over a period",
            income::income_statement,
            income::trace,
            income::sums_of,
        )
    },
    statement(
        "cash-flow",
        "Where cash came from and went, over a period (ASC 230)",
        cash_flow::cash_flow,
        cash_flow::trace,
        cash_flow::sums_of,
    ),
    statement(
        "equity",
        "What changed the owners' equity, over a period",
        equity::equity,
        equity::trace,
        equity::sums_of,
    ),
    Report {
        divided: Some(trial_balance::by),
        ..statement(
            "trial-balance",
            "Every account: opening, debits, credits and closing of a period",
            trial_balance::trial_balance,
            trial_balance::trace,
            trial_balance::sums_of,
        )
    },
    report("journal", "Every journal entry over a period", journal::journal),
    report("accounts", "The chart of accounts: number, class, side, what posts there", accounts::accounts),
    Report {
        argument: Some("ACCOUNT"),
        ..report("register", "Every posting to an account, with its running balance", journal::register)
    },
    report("holdings", "Coins by place: units, cost, carrying amount, fair value", coins::holdings),
    report("lots", "Every lot of coins with its date, cost and carrying amount", coins::lots),
    report(
        "roll-forward",
        "Coins and claims for coins from opening to closing (ASC 350-60-50-3)",
        roll_forward::roll_forward,
    ),
    report("facilities", "Loans: terms, what is owed, collateral, loan to value", facilities::facilities),
    report(
        "commitments",
        "Capital commitments: signed, amended, cancelled, paid, invoiced, outstanding",
        commitments::commitments,
    ),
    report("assets", "Equipment by class from opening to closing (ASC 360-10-50-1)", assets::assets),
    report(
        "contracts",
        "Contracts for power and computing: term, obligation or backlog",
        contracts::contracts,
    ),
    report(
        "metrics",
        "What to watch: AI and mining, capital, power, treasury; and the measurements recorded",
        metrics::metrics,
    ),
    report(
        "obligations-ladder",
        "What falls due in each of five years and after (ASC 440-10-50-4, 470-10-50-1)",
        obligations::ladder,
    ),
    report(
        "restatement",
        "A closed period as sealed and as known now, and the entries responsible",
        restatement::restatement,
    ),
    Report {
        argument: Some("FILE"),
        ..report("tie-out", "Published figures beside ours, and why they differ", tie_out::tie_out)
    },
    report(
        "debt-maturities",
        "Principal of debt by the year it falls due, on demand apart (ASC 470-10-50-1)",
        debt::maturities,
    ),
    report(
        "interest-schedule",
        "Interest of open facilities by month to maturity, and what is accrued",
        debt::interest,
    ),
    report(
        "realised-gains",
        "Every lot disposed of: cost, proceeds, gain, term (ASC 350-60-50-4)",
        realised::realised,
    ),
    report(
        "restricted",
        "Coins that may not be sold, why, how long, and what ends it (ASC 350-60-50-7)",
        restricted::restricted,
    ),
    report(
        "disclosures",
        "Crypto assets in the notes: holdings, reconciliation, realised, restricted (ASC 350-60-50)",
        disclosures::disclosures,
    ),
    report(
        "allowance",
        "The allowance on claims for collateral by facility, from opening to closing",
        registers::allowance,
    ),
    report(
        "related-parties",
        "Balances and transactions with related parties (ASC 850-10-50)",
        parties::related,
    ),
    report("ageing", "Receivables and payables by party and age", parties::ageing),
    report("cash-reconciliation", "Money by wallet: opening, received, paid, closing", registers::cash),
    report(
        "journal-testing",
        "Entries for an auditor's eye: manual, late, round, weekend (AU-C 240, AS 2401)",
        journal_testing::journal_testing,
    ),
    report(
        "lot-findings",
        "Coins sold without an instruction in time, and coins without a cost",
        lot_findings::lot_findings,
    ),
];

impl<'a> Request<'a> {
    /// World and books at the end of the question.
    fn standing(&self) -> Result<Standing, NoReport> {
        let standing = self.log.standing(&self.question)?;
        standing.fold.book(self.book)?;
        Ok(standing)
    }

    /// The same at the end of the day before one.
    fn standing_before(&self, day: Day) -> Result<Standing, NoReport> {
        let eve = Day::from_number(day.number() - 1).unwrap_or(day);
        Request { question: Question { as_of: Some(eve), ..self.question }, ..*self }.standing()
    }

    fn fold(&self) -> Result<Fold, NoReport> {
        Ok(self.standing()?.fold)
    }

    /// World and books at the end of the question, with every step on the way from a day on.
    fn replay(
        &self,
        from: Option<Day>,
        mut on_step: impl FnMut(&Step<'_>) -> Result<(), Overflow>,
    ) -> Result<Fold, NoReport> {
        let mut seen = Ok(());
        let standing = self.log.replay(&self.question, from, &mut |step| {
            if seen.is_ok() {
                seen = on_step(step);
            }
        })?;
        seen?;
        standing.fold.book(self.book)?;
        Ok(standing.fold)
    }

    /// What an entry posted in the book asked for.
    fn posted<'s>(&self, step: &Step<'s>) -> impl Iterator<Item = &'s Posted> + use<'s> {
        let book = self.book;
        step.posted.iter().filter(move |posted| posted.book == book)
    }

    /// The head of a report on a day.
    fn head(&self, fold: &Fold) -> Result<Head, NoReport> {
        let settings = fold.world().settings()?;
        let size = self.log.size();
        Ok(Head {
            entity: settings.entity.clone(),
            notice: settings.notice.clone(),
            book: Some(self.book),
            currency: settings.functional,
            from: None,
            as_of: self.question.as_of,
            as_known: self.question.as_known.map_or(size, |known| known.min(size)),
            what_if: self.log.what_if().map(ToString::to_string),
        })
    }

    /// The head of a report over a period.
    fn head_from(&self, fold: &Fold, from: Day) -> Result<Head, NoReport> {
        Ok(Head { from: Some(from), ..self.head(fold)? })
    }

    /// The last day: as asked, else that of the last entry; that of the opening before there is one.
    fn last_day(&self, standing: &Standing) -> Result<Day, NoReport> {
        let opened = standing.fold.world().settings()?.opened;
        Ok(self.question.as_of.or(standing.day).unwrap_or_else(|| standing.fold.zone().day_of(opened)))
    }

    /// The last day, and with it the first of its fiscal year.
    fn fiscal_year(&self, standing: &Standing) -> Result<(Day, Day), NoReport> {
        let last = self.last_day(standing)?;
        let first = standing.fold.world().settings()?.year_end.start_of(last);
        Ok((first.unwrap_or(last), last))
    }

    /// The first day of the period: as asked, else of the fiscal year of the last day.
    fn first_day(&self) -> Result<Day, NoReport> {
        match self.from {
            Some(from) => Ok(from),
            None => Ok(self.fiscal_year(&self.standing()?)?.0),
        }
    }
}

/// Units of a debt or commitment as money of the functional currency: at par.
fn at_par(units: Units, scale: u8) -> Result<Money, Overflow> {
    exact::mul_round(units.decimal(), Decimal::ONE, scale.into(), Rounding::HalfEven).map(Money::new)
}

/// The local day of a step.
fn day_of(step: &Step<'_>) -> Day {
    step.after.zone().day_of(step.applied.entry.effective)
}
