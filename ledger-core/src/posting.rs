//! Journals: lines of debit and credit that balance. A draft becomes a journal only through
//! [`Draft::seal`], so that one which does not balance cannot be built.

use crate::account::{Account, Class};
use crate::chart;
use crate::event::{Event, declaration};
use crate::exact::Overflow;
use crate::ids::{AssetId, CommitmentId, Commodity, FacilityId, PartyId, ProjectId, Segment, WalletId};
use crate::money::{Money, Units};

/// What a posting is about, beside its account: the sub-ledgers are the same postings seen by one of these.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Dimensions {
    /// The wallet.
    pub wallet: Option<WalletId>,
    /// The facility.
    pub facility: Option<FacilityId>,
    /// The counterparty.
    pub party: Option<PartyId>,
    /// The commitment.
    pub commitment: Option<CommitmentId>,
    /// The project.
    pub project: Option<ProjectId>,
    /// The asset.
    pub asset: Option<AssetId>,
    /// The line of business.
    pub segment: Option<Segment>,
}

/// Where an amount is posted: an account, what it is about, and units where the account counts them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Target {
    /// The account.
    pub account: Account,
    /// The commodity, for coins and for money that is not the functional currency.
    pub commodity: Option<Commodity>,
    /// What it is about.
    pub about: Dimensions,
}

/// An amount with its target: what came in, or what went out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Leg {
    /// Where.
    pub target: Target,
    /// How many units, without sign.
    pub units: Units,
    /// What the book carries, or is to carry, them at.
    pub carrying: Money,
    /// What they are worth at the event.
    pub fair_value: Money,
}

/// A line of a journal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line {
    /// Where it is posted.
    pub target: Target,
    /// Debits are positive, credits negative.
    pub amount: Money,
    /// Units that go with it, of the target's commodity, in and out as the amount; zero where none do.
    pub units: Units,
}

/// Lines not yet known to balance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    title: &'static str,
    lines: Result<Vec<Line>, Overflow>,
}

/// A journal entry of one book.
///
/// Invariant: debits equal credits, on the balance sheet and among memo accounts; no line is empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Journal {
    title: &'static str,
    lines: Vec<Line>,
}

/// Why a draft is not a journal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotAJournal {
    /// Debits and credits differ.
    #[error("debits and credits differ by {0:.2}")]
    Unbalanced(Money),
    /// An amount does not fit.
    #[error(transparent)]
    Overflow(#[from] Overflow),
}

/// A row's lines while it is written down.
pub type Lines = Result<Vec<Line>, Overflow>;

/// Starts a draft from rows of lines.
pub fn draft<const ROWS: usize>(title: &'static str, rows: [Lines; ROWS]) -> Draft {
    let lines = rows.into_iter().try_fold(Vec::new(), |mut all, row| {
        all.extend(row?);
        Ok(all)
    });
    Draft { title, lines }
}

/// Says that an event has no effect on the books, which is a rule too.
#[must_use]
pub fn no_effect(title: &'static str) -> Draft {
    Draft { title, lines: Ok(Vec::new()) }
}

/// A debit of an amount without units.
pub fn dr(target: impl Into<Target>, amount: Money) -> Lines {
    Ok(vec![Line { target: target.into(), amount, units: Units::ZERO }])
}

/// A credit of an amount without units.
pub fn cr(target: impl Into<Target>, amount: Money) -> Lines {
    dr(target, amount.negated())
}

/// Debits what came in, at its carrying amount, with its units.
pub fn dr_each(legs: &[Leg]) -> Lines {
    Ok(legs.iter().map(|leg| Line { target: leg.target, amount: leg.carrying, units: leg.units }).collect())
}

/// Credits what went out, at its carrying amount, with its units.
pub fn cr_each(legs: &[Leg]) -> Lines {
    let credit =
        |leg: &Leg| Line { target: leg.target, amount: leg.carrying.negated(), units: leg.units.negated() };
    Ok(legs.iter().map(credit).collect())
}

/// Brings what is there from its carrying amount to fair value, against a gain or loss.
pub fn remeasure(legs: &[Leg], gains: Target) -> Lines {
    let mut lines = Vec::new();
    let mut total = Money::ZERO;
    for leg in legs {
        let change = leg.fair_value.minus(leg.carrying)?;
        total = total.plus(change)?;
        lines.push(Line { target: leg.target, amount: change, units: Units::ZERO });
    }
    lines.push(Line { target: gains, amount: total.negated(), units: Units::ZERO });
    Ok(lines)
}

/// Credits what went out at its fair value, after [`remeasure`] has brought it there.
pub fn cr_each_at_fair_value(legs: &[Leg]) -> Lines {
    let at_fair_value = |leg: &Leg| Leg { carrying: leg.fair_value, ..*leg };
    cr_each(&legs.iter().map(at_fair_value).collect::<Vec<_>>())
}

/// The gain of getting `got` for `given`, or the loss.
pub fn gain(target: impl Into<Target>, got: Money, given: Money) -> Lines {
    cr(target, got.minus(given)?)
}

/// A movement between a memo account and its contra.
pub fn memo(account: Target, contra: Target, amount: Money) -> Lines {
    let mut lines = dr(account, amount)?;
    lines.extend(cr(contra, amount)?);
    Ok(lines)
}

/// Lines that a person stated.
pub fn stated(lines: &[Line]) -> Lines {
    Ok(lines.to_vec())
}

impl Draft {
    /// Checks that the lines balance and drops empty ones.
    ///
    /// # Errors
    /// [`NotAJournal`] says by how much they do not.
    pub fn seal(self) -> Result<Journal, NotAJournal> {
        let mut lines = self.lines?;
        let is_memo = |line: &&Line| Class::is_memo(line.target.account);
        let on_sheet = Money::sum(lines.iter().filter(|line| !is_memo(line)).map(|line| line.amount))?;
        let off_sheet = Money::sum(lines.iter().filter(is_memo).map(|line| line.amount))?;
        for difference in [on_sheet, off_sheet] {
            if !difference.is_zero() {
                return Err(NotAJournal::Unbalanced(difference));
            }
        }
        lines.retain(|line| !line.amount.is_zero() || !line.units.is_zero());
        Ok(Journal { title: self.title, lines })
    }
}

impl Journal {
    /// What happened, in the accountant's words.
    #[must_use]
    pub fn title(&self) -> &'static str {
        self.title
    }

    /// The lines, in the order of the rule.
    #[must_use]
    pub fn lines(&self) -> &[Line] {
        &self.lines
    }
}

impl Class {
    fn is_memo(account: Account) -> bool {
        chart::line(account).is_some_and(|line| line.class == Class::Memo)
    }
}

impl Target {
    /// An account of an event, about what the event is about.
    #[must_use]
    pub fn about(account: Account, about: Dimensions) -> Target {
        Target { account, commodity: None, about }
    }
}

impl From<Account> for Target {
    fn from(account: Account) -> Target {
        Target::about(account, Dimensions::default())
    }
}

/// What the event itself is about: the sub-ledgers that its plain accounts belong to.
#[must_use]
pub fn about(event: &Event) -> Dimensions {
    let nothing = Dimensions::default();
    match event {
        Event::CoinsEarned(_) | Event::CoinsReceived(_) | Event::CoinsMined(_) => {
            Dimensions { segment: Some(Segment::Mining), ..nothing }
        }
        Event::CashReceived(e) => Dimensions { party: e.party, segment: e.segment, ..nothing },
        Event::CashPaid(e) => Dimensions { party: e.party, segment: e.segment, ..nothing },
        Event::FacilityOpened(e) => Dimensions { facility: Some(e.facility), ..nothing },
        Event::LoanDrawn(e) => Dimensions { facility: Some(e.facility), ..nothing },
        Event::InterestAccrued(e) => Dimensions { facility: Some(e.facility), ..nothing },
        Event::InterestPaid(e) => Dimensions { facility: Some(e.facility), ..nothing },
        Event::LoanRepaid(e) => Dimensions { facility: Some(e.facility), ..nothing },
        Event::FacilityRetired(e) => Dimensions { facility: Some(e.facility), ..nothing },
        Event::CapexCommitted(e) => Dimensions { commitment: Some(e.commitment), ..nothing },
        Event::DepositPaid(e) => Dimensions { commitment: Some(e.commitment), ..nothing },
        Event::OperatingCostRecorded(e) => Dimensions { segment: Some(e.segment), party: e.party, ..nothing },
        Event::SharesIssued(e) => Dimensions { party: e.party, ..nothing },
        declaration!()
        | Event::OpeningRecorded(_)
        | Event::FairValueMarked(_)
        | Event::JournalRecorded(_)
        | Event::CoinsBought(_)
        | Event::CoinsSold(_)
        | Event::CoinsMoved(_)
        | Event::CoinsDesignated(_)
        | Event::CurrencyConverted(_)
        | Event::CollateralPosted(_)
        | Event::CollateralReleased(_)
        | Event::MarginCalled(_)
        | Event::MarginCallMet(_) => nothing,
    }
}
