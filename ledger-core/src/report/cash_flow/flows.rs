//! The flows of a period, gathered journal by journal, so that every line of the statement is traced to events. Of a
//! journal all cash goes to an activity, and net income and its adjustments come to the operating part of it.

use std::collections::BTreeMap;

use super::activities::{
    Activity, COINS_SOLD, CashOf, LOANS_REPAID, MINED_COINS_SOLD, Without, activity_of, cash_of,
    is_working_capital, without_cash,
};
use super::fresh::Fresh;
use crate::account::{Account, Class};
use crate::chart;
use crate::event::Event;
use crate::exact::Overflow;
use crate::fold::Posted;
use crate::ids::{BookId, Commodity};
use crate::money::Money;
use crate::policy::{Policy, StablecoinTreatment};
use crate::posting::{Line, Target};
use crate::replay::Step;
use crate::time::Day;
use crate::world::World;

/// A line of the statement: its words, and the account that it is of, where it is of one.
pub(super) type Caption = (Option<Account>, &'static str);

/// What a period's journals come to.
#[derive(Debug, Default)]
pub(super) struct Flows {
    pub(super) net_income: Money,
    /// Income and expense that is not operating cash, taken back; and operating cash that is not in income.
    pub(super) taken_back: BTreeMap<Caption, Money>,
    /// Changes of operating assets and liabilities.
    pub(super) working_capital: BTreeMap<Account, Money>,
    pub(super) operating: Money,
    pub(super) other: BTreeMap<(Activity, &'static str), Money>,
    pub(super) recorded_at_opening: Money,
    pub(super) interest_paid: Money,
    pub(super) tax_paid: Money,
    pub(super) without_cash: BTreeMap<&'static str, Money>,
}

/// What is cash: in banks and in the functional currency, restricted cash with it (ASC 230-10-45-4). A stablecoin is no
/// cash equivalent unless the book's policy says so: nobody has to take it back at par on demand.
pub(super) fn is_cash(policy: &Policy, target: &Target) -> bool {
    let equivalent =
        |coin: Commodity| policy.stablecoins.treatment(coin) == StablecoinTreatment::CashEquivalent;
    match target.account {
        chart::CASH | chart::RESTRICTED_CASH => true,
        chart::STABLECOINS => target.commodity.is_some_and(equivalent),
        _ => false,
    }
}

/// A journal by what its lines are, debits positive.
struct Sorted<'l> {
    cash: Money,
    income: Vec<&'l Line>,
    working_capital: Vec<&'l Line>,
    others: Vec<&'l Line>,
}

impl<'l> Sorted<'l> {
    fn of(world: &World, policy: &Policy, lines: &'l [Line]) -> Result<Sorted<'l>, Overflow> {
        let mut sorted =
            Sorted { cash: Money::ZERO, income: Vec::new(), working_capital: Vec::new(), others: Vec::new() };
        for line in lines {
            let account = line.target.account;
            match world.account(account).map(|info| info.class) {
                _ if is_cash(policy, &line.target) => sorted.cash = sorted.cash.plus(line.amount)?,
                Ok(Class::Income | Class::Expense) => sorted.income.push(line),
                Ok(Class::Memo) => {}
                _ if is_working_capital(world, account) => sorted.working_capital.push(line),
                Ok(_) | Err(_) => sorted.others.push(line),
            }
        }
        Ok(sorted)
    }
}

fn sum(lines: &[&Line]) -> Result<Money, Overflow> {
    Money::sum(lines.iter().map(|line| line.amount))
}

fn add<K: Ord>(sums: &mut BTreeMap<K, Money>, key: K, amount: Money) -> Result<(), Overflow> {
    let sum = sums.entry(key).or_default();
    *sum = sum.plus(amount)?;
    Ok(())
}

impl Flows {
    /// Takes in what an entry posted in a book.
    pub(super) fn take_in(
        &mut self,
        step: &Step<'_>,
        day: Day,
        book: BookId,
        policy: &Policy,
        fresh: &Fresh,
    ) -> Result<(), Overflow> {
        for posted in step.posted.iter().filter(|posted| posted.book == book) {
            self.take_in_journal(step, posted, day, policy, fresh)?;
        }
        Ok(())
    }

    /// The same for one journal of it.
    pub(super) fn take_in_journal(
        &mut self,
        step: &Step<'_>,
        posted: &Posted,
        day: Day,
        policy: &Policy,
        fresh: &Fresh,
    ) -> Result<(), Overflow> {
        let Some(event) = step.applied.entry.events.get(posted.event) else { return Ok(()) };
        let world = step.after.world();
        let sorted = Sorted::of(world, policy, posted.journal.lines())?;
        let operating = self.cash(world, day, event, posted, &sorted, fresh)?;
        self.reconcile(event, &sorted, operating)?;
        self.note_without_cash(event, policy, posted.journal.lines())
    }

    /// Gives the cash of a journal to activities; what of it is operating.
    fn cash(
        &mut self,
        world: &World,
        day: Day,
        event: &Event,
        posted: &Posted,
        sorted: &Sorted<'_>,
        fresh: &Fresh,
    ) -> Result<Money, Overflow> {
        let cash = sorted.cash;
        let operating = match cash_of(event) {
            _ if cash.is_zero() => Money::ZERO,
            CashOf::Opening => {
                self.recorded_at_opening = self.recorded_at_opening.plus(cash)?;
                Money::ZERO
            }
            CashOf::One(Activity::Operating, _) => cash,
            CashOf::One(activity, caption) => self.give(activity, caption, cash)?,
            CashOf::Sale => {
                let operating = fresh.operating(world, posted, day, cash)?;
                self.give(Activity::Investing, COINS_SOLD, cash.minus(operating)?)?;
                operating
            }
            CashOf::DebtService => {
                let of_interest = |line: &&Line| line.target.account == chart::ACCRUED_INTEREST;
                let interest = Money::sum(
                    sorted.working_capital.iter().copied().filter(of_interest).map(|line| line.amount),
                )?;
                self.interest_paid = self.interest_paid.plus(interest)?;
                let principal = cash.plus(interest)?;
                self.give(Activity::Financing, LOANS_REPAID, principal)?;
                interest.negated()
            }
            CashOf::ByAccount => self.by_account(world, sorted)?,
        };
        self.operating = self.operating.plus(operating)?;
        Ok(operating)
    }

    /// Gives cash to an activity that is not operating.
    fn give(&mut self, activity: Activity, caption: &'static str, cash: Money) -> Result<Money, Overflow> {
        add(&mut self.other, (activity, caption), cash)?;
        Ok(Money::ZERO)
    }

    /// Gives cash to the lines on the other side of it until all of it is given: first to investments and debts,
    /// whose purchase may be partly owed, then to operating assets and liabilities, then to income and expense. What
    /// of it is operating.
    fn by_account(&mut self, world: &World, sorted: &Sorted<'_>) -> Result<Money, Overflow> {
        let mut left = sorted.cash;
        let mut operating = Money::ZERO;
        let lines = sorted.others.iter().chain(&sorted.working_capital).chain(&sorted.income);
        for line in lines.filter(|line| line.amount.is_negative() != sorted.cash.is_negative()) {
            let wanted = line.amount.negated();
            let part = if wanted.abs() > left.abs() { left } else { wanted };
            left = left.minus(part)?;
            let account = line.target.account;
            match activity_of(world, account) {
                (Activity::Operating, _) => {
                    operating = operating.plus(part)?;
                    if account == chart::TAX_PAYABLE || account == chart::INCOME_TAX {
                        self.tax_paid = self.tax_paid.minus(part)?;
                    }
                    if account == chart::ACCRUED_INTEREST || account == chart::INTEREST {
                        self.interest_paid = self.interest_paid.minus(part)?;
                    }
                }
                (activity, caption) => {
                    self.give(activity, caption, part)?;
                }
            }
        }
        // Cash against cash: what a conversion or a fee leaves is in income.
        operating.plus(left)
    }

    /// What has to be added to the journal's net income to come to its operating cash.
    fn reconcile(&mut self, event: &Event, sorted: &Sorted<'_>, operating: Money) -> Result<(), Overflow> {
        let expense = sum(&sorted.income)?;
        self.net_income = self.net_income.minus(expense)?;
        let wanted = operating.plus(expense)?;
        if wanted.is_zero() {
            return Ok(());
        }
        let changes = sum(&sorted.working_capital)?.negated();
        let (by_changes, by_income) = match () {
            () if changes == wanted => (true, false),
            () if changes.plus(expense)? == wanted => (true, true),
            () => (false, true),
        };
        if by_changes {
            for line in &sorted.working_capital {
                add(&mut self.working_capital, line.target.account, line.amount.negated())?;
            }
        }
        if by_income {
            for line in &sorted.income {
                add(&mut self.taken_back, taken_back(event, line.target.account), line.amount)?;
            }
        }
        if !by_changes && wanted != expense {
            let caption =
                if cash_of(event) == CashOf::Sale { MINED_COINS_SOLD } else { "Other operating cash" };
            add(&mut self.taken_back, (None, caption), wanted.minus(expense)?)?;
        }
        Ok(())
    }

    fn note_without_cash(&mut self, event: &Event, policy: &Policy, lines: &[Line]) -> Result<(), Overflow> {
        let without: Vec<&Line> = lines.iter().filter(|line| !is_cash(policy, &line.target)).collect();
        let on = |accounts: fn(u16) -> bool, wanted: fn(Money) -> bool| {
            let lines = without.iter().filter(move |line| accounts(line.target.account.number()));
            Money::sum(lines.map(|line| line.amount).filter(move |amount| wanted(*amount)))
        };
        let (caption, amount) = match without_cash(event) {
            None => return Ok(()),
            Some(Without::Stablecoins(caption)) => (caption, on(|number| number == 1110, |_| true)?),
            Some(Without::CoinsIn(caption)) => {
                (caption, on(|number| matches!(number, 1210..=1240), Money::is_positive)?)
            }
            Some(Without::CoinsOut(caption)) => {
                (caption, on(|number| matches!(number, 1210..=1240), Money::is_negative)?)
            }
            Some(Without::DebtSettled(caption)) => {
                (caption, on(|number| matches!(number, 2310 | 2320), Money::is_positive)?)
            }
            Some(Without::Owed(caption)) => {
                (caption, on(|number| matches!(number, 2010 | 2350), Money::is_negative)?)
            }
            Some(Without::DebtIncurred(caption)) => {
                (caption, on(|number| number == 2310, Money::is_negative)?)
            }
        };
        add(&mut self.without_cash, caption, amount.abs())
    }
}

/// What income or expense without operating cash is called where it is taken back.
fn taken_back(event: &Event, account: Account) -> Caption {
    if matches!(event, Event::IssueCostAmortised(_)) {
        (Some(account), "Issue cost amortised")
    } else if matches!(event, Event::OpeningRecorded(_)) {
        (Some(account), "Recorded when the books were opened")
    } else {
        // The account's own name.
        (Some(account), "")
    }
}
