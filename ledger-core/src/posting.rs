//! Journals: lines of debit and credit that balance. A draft becomes a journal only through
//! [`Draft::seal`], so that one which does not balance cannot be built.

use std::borrow::Cow;

use arrayvec::ArrayVec;

use serde::{Deserialize, Serialize};

use crate::account::{Account, Class};
use crate::chart;
use crate::event::{Event, declaration};
use crate::exact::Overflow;
use crate::ids::{
    AssetId, CommitmentId, Commodity, DerivativeId, FacilityId, PartyId, ProjectId, Segment, WalletId,
};
use crate::money::{Money, Units};

/// What a posting is about, beside its account: the sub-ledgers are the same postings seen by one of these.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
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
    /// The derivative.
    pub derivative: Option<DerivativeId>,
}

/// Where an amount is posted: an account, what it is about, and units where the account counts them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// Where it is posted.
    pub target: Target,
    /// Debits are positive, credits negative.
    pub amount: Money,
    /// Units that go with it, of the target's commodity, in and out as the amount; zero where none do.
    pub units: Units,
}

/// A row of the table as it is written down: what will be lines once they are worked out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Row<'m> {
    /// An amount without units, debits positive.
    Amount(Target, Money),
    /// What was got for what was given, the difference credited.
    Gain(Target, Money, Money),
    /// What came in, at its carrying amount, debited.
    In(&'m [Leg]),
    /// What went out, at its carrying amount, credited.
    Out(&'m [Leg]),
    /// The same, debited to one account, about what each is about.
    To(Account, &'m [Leg]),
    /// What went out, at its fair value, credited.
    OutAtFairValue(&'m [Leg]),
    /// What went out: its carrying amount credited, and what its fair value exceeds that by.
    Disposed(&'m [Leg], Target),
    /// What is there, brought from its carrying amount to fair value.
    Remeasure(&'m [Leg], Target),
    /// The same, of which some goes to an account of its own.
    Revalue(&'m [Leg], Account, Money, Target),
    /// An amount between a memo account and its contra.
    Memo(Target, Account, Money),
    /// Lines that a person stated.
    Stated(&'m [Line]),
}

/// The rows of an event, not yet known to balance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft<'m> {
    title: Title,
    rows: ArrayVec<Row<'m>, ROWS_MAX>,
}

/// What happened, in the accountant's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Title {
    /// As the rule says.
    Plain(&'static str),
    /// An entry was reversed.
    ReversalOf(u64),
}

/// The most rows that a rule has.
const ROWS_MAX: usize = 14;

/// A journal entry of one book.
///
/// Invariant: debits equal credits, on the balance sheet and among memo accounts; no line is empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Journal {
    title: Title,
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

/// Starts a draft from rows.
#[must_use]
pub fn draft<'m, const ROWS: usize>(title: &'static str, rows: [Row<'m>; ROWS]) -> Draft<'m> {
    const { assert!(ROWS <= ROWS_MAX) };
    Draft { title: Title::Plain(title), rows: rows.into_iter().collect() }
}

/// The same for the reversal of an entry, which it names.
#[must_use]
pub fn reversal<'m, const ROWS: usize>(entry: u64, rows: [Row<'m>; ROWS]) -> Draft<'m> {
    Draft { title: Title::ReversalOf(entry), ..draft("", rows) }
}

/// Says that an event has no effect on the books, which is a rule too.
#[must_use]
pub fn no_effect<'m>(title: &'static str) -> Draft<'m> {
    Draft { title: Title::Plain(title), rows: ArrayVec::new() }
}

/// A debit of an amount without units.
pub fn dr<'m>(target: impl Into<Target>, amount: Money) -> Row<'m> {
    Row::Amount(target.into(), amount)
}

/// A credit of an amount without units.
pub fn cr<'m>(target: impl Into<Target>, amount: Money) -> Row<'m> {
    Row::Amount(target.into(), amount.negated())
}

/// Debits what came in, at its carrying amount, with its units.
#[must_use]
pub fn dr_each(legs: &[Leg]) -> Row<'_> {
    Row::In(legs)
}

/// Debits one account with what each leg comes to, about what the leg is about.
#[must_use]
pub fn dr_each_to(account: Account, legs: &[Leg]) -> Row<'_> {
    Row::To(account, legs)
}

/// Credits what went out, at its carrying amount, with its units.
#[must_use]
pub fn cr_each(legs: &[Leg]) -> Row<'_> {
    Row::Out(legs)
}

/// Brings what is there from its carrying amount to fair value, against a gain or loss.
#[must_use]
pub fn remeasure(legs: &[Leg], gains: Target) -> Row<'_> {
    Row::Remeasure(legs, gains)
}

/// Brings what is there to fair value, `surplus` of the change to an account of its own, the rest to another.
#[must_use]
pub fn revalue(legs: &[Leg], account: Account, surplus: Money, rest: Target) -> Row<'_> {
    Row::Revalue(legs, account, surplus, rest)
}

/// Credits what went out at its fair value, after [`remeasure`] has brought it there.
#[must_use]
pub fn cr_each_at_fair_value(legs: &[Leg]) -> Row<'_> {
    Row::OutAtFairValue(legs)
}

/// Credits what went out at its carrying amount, and the gain of giving it away at fair value, or the loss.
#[must_use]
pub fn cr_each_with_gain(legs: &[Leg], gains: Target) -> Row<'_> {
    Row::Disposed(legs, gains)
}

/// The gain of getting `got` for `given`, or the loss.
pub fn gain<'m>(target: impl Into<Target>, got: Money, given: Money) -> Row<'m> {
    Row::Gain(target.into(), got, given)
}

/// A movement between a memo account and its contra, about the same thing.
#[must_use]
pub fn memo<'m>(account: Target, contra: Account, amount: Money) -> Row<'m> {
    Row::Memo(account, contra, amount)
}

/// Lines that a person stated.
#[must_use]
pub fn stated(lines: &[Line]) -> Row<'_> {
    Row::Stated(lines)
}

impl Row<'_> {
    /// Works the row's lines out, in order.
    fn write(&self, sheet: &mut Sheet) -> Result<(), Overflow> {
        match *self {
            Row::Amount(target, amount) => sheet.write(target, amount, Units::ZERO),
            Row::Gain(target, got, given) => sheet.write(target, given.minus(got)?, Units::ZERO),
            Row::In(legs) => legs.iter().try_for_each(|leg| sheet.write(leg.target, leg.carrying, leg.units)),
            Row::Out(legs) => legs
                .iter()
                .try_for_each(|leg| sheet.write(leg.target, leg.carrying.negated(), leg.units.negated())),
            Row::To(account, legs) => legs.iter().try_for_each(|leg| {
                sheet.write(Target::about(account, leg.target.about), leg.carrying, Units::ZERO)
            }),
            Row::OutAtFairValue(legs) => legs
                .iter()
                .try_for_each(|leg| sheet.write(leg.target, leg.fair_value.negated(), leg.units.negated())),
            Row::Disposed(legs, gains) => {
                Row::Out(legs).write(sheet)?;
                let fair_value = Money::sum(legs.iter().map(|leg| leg.fair_value))?;
                let carrying = Money::sum(legs.iter().map(|leg| leg.carrying))?;
                sheet.write(gains, carrying.minus(fair_value)?, Units::ZERO)
            }
            Row::Remeasure(legs, gains) => {
                let total = sheet.remeasure(legs)?;
                sheet.write(gains, total.negated(), Units::ZERO)
            }
            Row::Revalue(legs, account, surplus, rest) => {
                let total = sheet.remeasure(legs)?;
                sheet.write(Target { account, ..rest }, surplus.negated(), Units::ZERO)?;
                sheet.write(rest, surplus.minus(total)?, Units::ZERO)
            }
            Row::Memo(target, contra, amount) => {
                sheet.write(target, amount, Units::ZERO)?;
                sheet.write(Target { account: contra, ..target }, amount.negated(), Units::ZERO)
            }
            Row::Stated(lines) => {
                lines.iter().try_for_each(|line| sheet.write(line.target, line.amount, line.units))
            }
        }
    }
}

/// What a journal is written on. The room is used again for the next, so that a fold writes all on one.
#[derive(Debug, Default)]
pub struct Paper(Vec<Line>);

/// Lines as they are written, with what their debits exceed their credits by.
#[derive(Debug)]
struct Sheet {
    lines: Vec<Line>,
    on_sheet: Money,
    off_sheet: Money,
}

impl Sheet {
    /// Writes the change of each to its fair value, and gives the sum.
    fn remeasure(&mut self, legs: &[Leg]) -> Result<Money, Overflow> {
        let mut total = Money::ZERO;
        for leg in legs {
            let change = leg.fair_value.minus(leg.carrying)?;
            total = total.plus(change)?;
            self.write(leg.target, change, Units::ZERO)?;
        }
        Ok(total)
    }

    /// Writes a line, unless it is empty.
    #[inline]
    fn write(&mut self, target: Target, amount: Money, units: Units) -> Result<(), Overflow> {
        if amount.is_zero() && units.is_zero() {
            return Ok(());
        }
        let side = if is_memo(target.account) { &mut self.off_sheet } else { &mut self.on_sheet };
        *side = side.plus(amount)?;
        self.lines.push(Line { target, amount, units });
        Ok(())
    }
}

impl<'m> Draft<'m> {
    /// Adds a row that follows whatever the event posts.
    pub fn follow(&mut self, row: Row<'m>) {
        debug_assert!(!self.rows.is_full(), "a rule has a row too many");
        self.rows.try_push(row).ok();
    }
}

impl Draft<'_> {
    /// Works the lines out, leaves empty ones out and checks that they balance.
    ///
    /// # Errors
    /// [`NotAJournal`] says by how much they do not.
    pub fn seal(&self, Paper(mut lines): Paper) -> Result<Journal, NotAJournal> {
        lines.clear();
        let mut sheet = Sheet { lines, on_sheet: Money::ZERO, off_sheet: Money::ZERO };
        self.rows.iter().try_for_each(|row| row.write(&mut sheet))?;
        for difference in [sheet.on_sheet, sheet.off_sheet] {
            if !difference.is_zero() {
                return Err(NotAJournal::Unbalanced(difference));
            }
        }
        Ok(Journal { title: self.title, lines: sheet.lines })
    }
}

impl Journal {
    /// What happened, in the accountant's words.
    #[must_use]
    pub fn title(&self) -> Cow<'static, str> {
        match self.title {
            Title::Plain(title) => Cow::Borrowed(title),
            Title::ReversalOf(entry) => Cow::Owned(format!("Reversal of entry {entry}")),
        }
    }

    /// The lines, in the order of the rule.
    #[must_use]
    pub fn lines(&self) -> &[Line] {
        &self.lines
    }

    /// The paper it was written on, to be used again.
    #[must_use]
    pub fn into_paper(self) -> Paper {
        Paper(self.lines)
    }
}

/// Whether an account lies off the balance sheet. Accounts that a ledger opens for itself never do.
fn is_memo(account: Account) -> bool {
    account >= FIRST_MEMO_ACCOUNT && chart::line(account).is_some_and(|line| line.class == Class::Memo)
}

/// No memo account of the chart comes before it.
const FIRST_MEMO_ACCOUNT: Account = chart::UNDRAWN_FACILITIES;

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
#[inline]
pub fn about(event: &Event) -> Dimensions {
    let nothing = Dimensions::default();
    match event {
        Event::CoinsEarned(_) | Event::CoinsReceived(_) | Event::CoinsMined(_) => {
            Dimensions { segment: Some(Segment::Mining), ..nothing }
        }
        Event::CashReceived(e) => Dimensions { party: e.party, segment: e.segment, ..nothing },
        Event::CashPaid(e) => Dimensions { party: e.party, segment: e.segment, ..nothing },
        Event::CoinsSpent(e) => Dimensions {
            facility: e.facility,
            party: e.party,
            commitment: e.commitment,
            segment: e.segment,
            ..nothing
        },
        Event::CoinsAccepted(e) => Dimensions { party: Some(e.counterparty), segment: e.segment, ..nothing },
        Event::CoinsContributed(e) => Dimensions { party: Some(e.counterparty), ..nothing },
        Event::CoinsDistributed(e) => Dimensions { party: Some(e.counterparty), ..nothing },
        Event::CoinsImpounded(e) => Dimensions { party: Some(e.counterparty), ..nothing },
        Event::DerivativeOpened(e) => Dimensions { derivative: Some(e.derivative), ..nothing },
        Event::DerivativeMarked(e) => Dimensions { derivative: Some(e.derivative), ..nothing },
        Event::DerivativeSettled(e) => Dimensions { derivative: Some(e.derivative), ..nothing },
        Event::FacilityOpened(e) => Dimensions { facility: Some(e.facility), ..nothing },
        Event::LoanDrawn(e) => Dimensions { facility: Some(e.facility), ..nothing },
        Event::InterestAccrued(e) => Dimensions { facility: Some(e.facility), ..nothing },
        Event::InterestPaid(e) => Dimensions { facility: Some(e.facility), ..nothing },
        Event::LoanRepaid(e) => Dimensions { facility: Some(e.facility), ..nothing },
        Event::FacilityRetired(e) => Dimensions { facility: Some(e.facility), ..nothing },
        Event::FacilityAmended(e) => Dimensions { facility: Some(e.facility), ..nothing },
        Event::IssueCostAmortised(e) => Dimensions { facility: Some(e.facility), ..nothing },
        Event::CollateralLiquidated(e) => Dimensions { facility: Some(e.facility), ..nothing },
        Event::CapexCommitted(e) => Dimensions { commitment: Some(e.commitment), ..nothing },
        Event::DepositPaid(e) => Dimensions { commitment: Some(e.commitment), ..nothing },
        Event::CapexAmended(e) => Dimensions { commitment: Some(e.commitment), ..nothing },
        Event::CapexCancelled(e) => Dimensions { commitment: Some(e.commitment), ..nothing },
        Event::CapexInvoiced(e) => Dimensions { commitment: Some(e.commitment), ..nothing },
        Event::CapexPaid(e) => Dimensions { commitment: e.commitment, party: e.party, ..nothing },
        Event::InterestCapitalised(e) => Dimensions { facility: Some(e.facility), ..nothing },
        Event::AssetPlacedInService(e) => Dimensions { asset: Some(e.asset), segment: e.segment, ..nothing },
        Event::DepreciationCharged(e) => Dimensions { asset: e.asset, ..nothing },
        Event::AssetImpaired(e) => Dimensions { asset: Some(e.asset), ..nothing },
        Event::AssetDisposed(e) => Dimensions { asset: Some(e.asset), ..nothing },
        Event::OperatingCostRecorded(e) => Dimensions { segment: Some(e.segment), party: e.party, ..nothing },
        Event::PowerContracted(e) => Dimensions { party: Some(e.counterparty), ..nothing },
        Event::PowerBilled(e) => Dimensions { segment: Some(e.segment), party: e.party, ..nothing },
        Event::ComputeContracted(e) => Dimensions { party: Some(e.customer), ..nothing },
        Event::ComputeDelivered(e) => {
            Dimensions { segment: Some(Segment::Ai), party: Some(e.customer), ..nothing }
        }
        Event::SharesIssued(e) => Dimensions { party: e.party, ..nothing },
        Event::SharesRepurchased(e) => Dimensions { party: e.party, ..nothing },
        declaration!()
        | Event::OpeningRecorded(_)
        | Event::FairValueMarked(_)
        | Event::JournalRecorded(_)
        | Event::EntryReversed(_)
        | Event::CoinsBought(_)
        | Event::CoinsSold(_)
        | Event::CoinsMoved(_)
        | Event::CoinsDesignated(_)
        | Event::CurrencyConverted(_)
        | Event::CollateralPosted(_)
        | Event::CollateralReleased(_)
        | Event::MarginCalled(_)
        | Event::MarginCallMet(_)
        | Event::MarginCallLapsed(_)
        | Event::RateReset(_)
        | Event::OperatingMetricRecorded(_)
        | Event::CoinsLost(_)
        | Event::TranslationRecorded(_) => nothing,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lies_off_the_balance_sheet_is_what_the_chart_says() {
        for line in chart::CHART {
            assert_eq!(is_memo(line.account), line.class == Class::Memo, "{}", line.account);
        }
    }
}
