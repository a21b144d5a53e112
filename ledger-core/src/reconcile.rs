//! Statement against book, whatever form the statement came in: which lines are the same, and what every other line is.
//!
//! Two lists of lines go in, and each line comes out once: in a match, or as a finding. Matching is by rule and exact; what
//! is only likely is a suggestion, which counts when a person accepts it. It depends on what lines say, never on the order
//! in which they come, and it takes both sides alike.

mod chain;
mod groups;
mod leftovers;
mod name;
mod one_to_one;
mod pool;
mod rules;
mod statement;
mod three_way;

pub use chain::{Gap, Stretch};
pub use name::{identity, line_name, match_name};
pub use rules::{NotARule, Pattern, Rules};
pub use statement::{Item, Ours, Reconciliation, Statement, reconcile};
pub use three_way::{Agreement, Apart, ThreeWay, three_way};

use crate::event::books::{AcceptedMatch, FoundAs};
use crate::exact::Overflow;
use crate::ids::{BreakId, Commodity};
use crate::money::Units;
use crate::time::Day;
use pool::Pool;

/// A line of a statement, or what an event of the books changed in the account.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Line {
    /// The day it is booked on.
    pub day: Day,
    /// What the balance changes by: negative where something goes.
    pub units: Units,
    /// Of what.
    pub commodity: Commodity,
    /// What it is known by to both sides: a bank's reference, a transaction's hash, an order's number.
    pub references: Vec<String>,
    /// Whatever else is said of it.
    pub text: String,
    /// Where it stands: the entry and event, or the file and line. It takes no part in the comparison.
    pub place: String,
}

/// How lines were found to be the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum How {
    /// One reference, one amount.
    Reference,
    /// One amount, and days close enough.
    AmountAndDay,
    /// Amounts that differ by no more than the rules let pass, and days close enough.
    Tolerance,
    /// Several lines of one reference add up to one of the other side.
    GroupByReference,
    /// Several lines add up to one of the other side, and a person accepted it.
    Accepted,
    /// Two lines of one side and one reference take each other back.
    TakenBack,
}

impl How {
    /// In words.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            How::Reference => "reference",
            How::AmountAndDay => "amount and day",
            How::Tolerance => "within tolerance",
            How::GroupByReference => "sum of one reference",
            How::Accepted => "accepted",
            How::TakenBack => "taken back",
        }
    }
}

/// Lines that are the same business, by their places in the lists.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Match {
    /// Lines of the books.
    pub ours: Vec<usize>,
    /// Lines of the statement.
    pub theirs: Vec<usize>,
    /// How it was found.
    pub how: How,
}

/// A line that is in no match, or two lines of one reference and two amounts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// What it is.
    pub found: FoundAs,
    /// The line of the books.
    pub ours: Option<usize>,
    /// The line of the statement.
    pub theirs: Option<usize>,
}

/// Lines that add up, which a person may accept as a match. Until then each is a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    /// Its name, by which it is accepted.
    pub name: BreakId,
    /// Lines of the books.
    pub ours: Vec<usize>,
    /// Lines of the statement.
    pub theirs: Vec<usize>,
}

/// What became of every line.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Matched {
    /// Lines that are the same.
    pub matches: Vec<Match>,
    /// What every other line is.
    pub findings: Vec<Finding>,
    /// What may be accepted.
    pub suggestions: Vec<Suggestion>,
    /// Whether the search for sums ended at its bound, so that there may be more suggestions.
    pub cut_short: bool,
}

/// Over which days lines are compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scope {
    /// The last day.
    pub through: Day,
    /// The days that statements cover, first and last of each stretch, in order and apart. A line of the books on another
    /// day belongs to a statement that is missing.
    pub covered: Vec<(Day, Day)>,
}

impl Scope {
    /// Everything through a day.
    #[must_use]
    pub fn all(through: Day) -> Scope {
        Scope { through, covered: vec![(Day::FIRST, Day::LAST)] }
    }

    fn covers(&self, day: Day) -> bool {
        let after = self.covered.partition_point(|(first, _)| *first <= day);
        after.checked_sub(1).and_then(|at| self.covered.get(at)).is_some_and(|(_, last)| day <= *last)
    }
}

/// Compares the lines of the books with those of statements. Lines after the last day are left out by whoever asks.
///
/// # Errors
/// When a sum does not fit.
pub fn match_lines(
    ours: &[Line],
    theirs: &[Line],
    rules: &Rules,
    scope: &Scope,
    accepted: &[AcceptedMatch],
) -> Result<Matched, Overflow> {
    let mut a = Pool::of(ours, rules);
    let mut b = Pool::of(theirs, rules);
    let mut matched = Matched::default();
    groups::accepted(&mut a, &mut b, accepted, &mut matched)?;
    one_to_one::by_reference(&mut a, &mut b, &mut matched);
    one_to_one::by_amount_and_day(&mut a, &mut b, rules, &mut matched);
    leftovers::taken_back(&mut a, &mut b, &mut matched);
    groups::by_reference(&mut a, &mut b, &mut matched)?;
    one_to_one::within_tolerance(&mut a, &mut b, rules, &mut matched)?;
    leftovers::amounts_differ(&mut a, &mut b, &mut matched);
    groups::suggested(&a, &b, rules, &mut matched)?;
    leftovers::classify(&a, &b, rules, scope, &mut matched);
    matched.matches.sort();
    matched.findings.sort();
    Ok(matched)
}
