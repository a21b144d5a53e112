//! One set of books: balances by account and sub-ledger, and the lots behind them.

mod mirror;

pub use mirror::{Arrived, Postings};

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::account::{Account, Class};
use crate::exact::Overflow;
use crate::ids::BookId;
use crate::lots::{Arrival, LotChange, Lots};
use crate::money::{Money, Units};
use crate::posting::{Dimensions, Journal, Target};
use crate::refusal::Refusal;
use crate::tracked::{Shrinking, Tracked};
use crate::world::World;

/// What stands on a target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Balance {
    /// Debit positive, credit negative.
    pub amount: Money,
    /// Units of the target's commodity, where it has one.
    pub units: Units,
}

/// A set of books.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Book {
    name: BookId,
    balances: Tracked<Target, Balance>,
    lots: Lots,
    /// Income less expense of all fiscal years before the one that the fold has come to.
    earlier_income: Tracked<(), Money>,
    /// What entries posted whose reversal is known and has not come.
    awaiting: Shrinking<u64, Postings>,
}

impl Book {
    /// A book in which nothing stands yet.
    #[must_use]
    pub fn empty(name: BookId) -> Book {
        Book {
            name,
            balances: Tracked::default(),
            lots: Lots::default(),
            earlier_income: Tracked::default(),
            awaiting: Shrinking::default(),
        }
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> BookId {
        self.name
    }

    /// Its lots.
    #[must_use]
    pub fn lots(&self) -> &Lots {
        &self.lots
    }

    /// What stands on one target.
    #[must_use]
    pub fn balance(&self, target: &Target) -> Balance {
        self.balances.get(target).copied().unwrap_or_default()
    }

    /// All targets of an account with what stands on them.
    pub fn of(&self, account: Account) -> impl Iterator<Item = (&Target, &Balance)> {
        let first = Target { account, commodity: None, about: Dimensions::default() };
        self.balances.range(first..).take_while(move |(target, _)| target.account == account)
    }

    /// What stands on an account, all sub-ledgers together.
    ///
    /// # Errors
    /// [`Overflow`] when the total does not fit.
    pub fn total(&self, account: Account) -> Result<Money, Overflow> {
        Money::sum(self.of(account).map(|(_, balance)| balance.amount))
    }

    /// Every account that was ever posted to, with its total, in order.
    ///
    /// # Errors
    /// [`Overflow`] when a total does not fit.
    pub fn totals(&self) -> Result<BTreeMap<Account, Money>, Overflow> {
        let mut totals: BTreeMap<Account, Money> = BTreeMap::new();
        for (target, balance) in self.balances.iter() {
            let total = totals.entry(target.account).or_default();
            *total = total.plus(balance.amount)?;
        }
        Ok(totals)
    }

    /// Income less expense from the first day on.
    ///
    /// # Errors
    /// Refused when an account is not known, or a total does not fit.
    pub fn income(&self, world: &World) -> Result<Money, Refusal> {
        let mut income = Money::ZERO;
        for (account, total) in self.totals()? {
            if matches!(world.account(account)?.class, Class::Income | Class::Expense) {
                income = income.minus(total)?;
            }
        }
        Ok(income)
    }

    /// The same of all fiscal years before the one that the fold has come to.
    #[must_use]
    pub fn earlier_income(&self) -> Money {
        self.earlier_income.get(&()).copied().unwrap_or_default()
    }

    /// Begins a fiscal year: what was earned so far was earned before it.
    ///
    /// # Errors
    /// As for [`Book::income`].
    pub(crate) fn begin_year(&mut self, world: &World) -> Result<(), Refusal> {
        let income = self.income(world)?;
        self.earlier_income.set((), income);
        Ok(())
    }

    /// Every target that was ever posted to, in order.
    pub fn balances(&self) -> impl Iterator<Item = (&Target, &Balance)> {
        self.balances.iter()
    }

    /// Posts a journal and what goes with it in the lots.
    ///
    /// # Errors
    /// [`Overflow`] when a balance does not fit.
    pub fn post(&mut self, event: Arrival, journal: &Journal, lots: &[LotChange]) -> Result<(), Overflow> {
        for line in journal.lines() {
            let balance = self.balances.change(line.target);
            balance.amount = balance.amount.plus(line.amount)?;
            if !line.units.is_zero() {
                balance.units = balance.units.plus(line.units)?;
            }
        }
        lots.iter().try_for_each(|change| self.lots.apply(change, event))
    }

    /// Keeps what was changed.
    pub fn commit(&mut self) {
        self.balances.commit();
        self.lots.commit();
        self.earlier_income.commit();
        self.awaiting.commit();
    }

    /// Takes back what was changed since the last commit.
    pub fn rollback(&mut self) {
        self.balances.rollback();
        self.lots.rollback();
        self.earlier_income.rollback();
        self.awaiting.rollback();
    }
}
