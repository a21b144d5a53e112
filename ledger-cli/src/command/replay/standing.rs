//! How things stand between two entries, as far as a replay compares it: balances, units, debts.

use std::collections::BTreeMap;

use ledger_core::account::{Account, Class, Side};
use ledger_core::book::Book;
use ledger_core::chart;
use ledger_core::exact::Overflow;
use ledger_core::fold::Fold;
use ledger_core::ids::{BookId, Commodity, FacilityId, Place};
use ledger_core::money::{Money, Price, Units};
use ledger_core::refusal::Refusal;
use ledger_core::time::Day;
use ledger_core::world::{Facility, Ltv, Moment};
use rust_decimal::Decimal;

use super::condition::Facts;
use super::walk::Step;
use crate::diagnostic::Failure;

/// A book's balance sheet in three sums.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Sums {
    /// What is owned.
    pub(crate) assets: Money,
    /// What is owed.
    pub(crate) liabilities: Money,
    /// What is the owners', income included.
    pub(crate) equity: Money,
    /// Income less expense, all of it.
    pub(crate) income: Money,
    /// Debits less credits off the balance sheet.
    pub(crate) memo: Money,
}

impl Sums {
    /// Whether what is owned equals what is owed and the owners', and memo accounts cancel.
    pub(crate) fn balance(&self) -> Result<bool, Overflow> {
        Ok(self.assets == self.liabilities.plus(self.equity)? && self.memo.is_zero())
    }
}

/// How a facility stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Debt {
    /// The facility.
    pub(crate) facility: Facility,
    /// Debt over collateral in percent; `None` without collateral or without a price.
    pub(crate) ltv: Option<Decimal>,
    /// The same as debt and collateral.
    pub(crate) exact: Option<Ltv>,
    /// What is pledged, each coin with the price that it counts at.
    pub(crate) pledged: Vec<(Commodity, Units, Price)>,
    /// Prices that it rests on and that are older than a book takes, in words.
    pub(crate) stale: Vec<String>,
}

impl Debt {
    /// Whether no thresholds are known, so that there may be collateral that nobody told us of.
    pub(crate) fn is_bitcoin_only(&self) -> bool {
        self.facility.terms.ltv.is_none()
    }
}

/// How all of it stands.
#[derive(Debug, Clone, Default)]
pub(crate) struct Standing {
    /// Balances by book and account, debit positive.
    pub(crate) totals: BTreeMap<BookId, BTreeMap<Account, Money>>,
    /// The sums of each book.
    pub(crate) sums: BTreeMap<BookId, Sums>,
    /// Units by place.
    pub(crate) units: BTreeMap<(Place, Commodity), Units>,
    /// Facilities by name.
    pub(crate) debts: BTreeMap<FacilityId, Debt>,
}

impl Standing {
    /// How things stand in a fold; loans to value at the prices known at a moment.
    pub(crate) fn of(fold: &Fold, at: Option<&Moment>) -> Result<Standing, Failure> {
        let world = fold.world();
        let mut standing = Standing::default();
        for book in fold.books() {
            let totals = book.totals()?;
            standing.sums.insert(book.name(), sums(fold, &totals)?);
            standing.totals.insert(book.name(), totals);
        }
        standing.units.extend(world.all_coins().map(|(place, commodity, units)| ((place, commodity), units)));
        for wallet in world.wallets() {
            if let Some((currency, true)) = wallet.holds() {
                standing.units.insert((Place::Wallet(wallet.wallet), currency), world.money(wallet.wallet));
            }
        }
        for facility in world.facilities() {
            let exact = match at.map(|at| world.ltv(facility, at)) {
                Some(Ok(ltv)) => ltv,
                // No price yet: no ratio.
                Some(Err(Refusal::PriceMissing { .. })) | None => None,
                Some(Err(other)) => return Err(other.into()),
            };
            let ltv = exact.and_then(|ltv| ltv.percent());
            let (pledged, stale) = match (at, ltv) {
                (Some(at), Some(_)) => (pledged(fold, facility, at)?, stale_prices(fold, facility, at)?),
                (None, _) | (_, None) => (Vec::new(), Vec::new()),
            };
            let debt = Debt { facility: facility.clone(), ltv, exact, pledged, stale };
            standing.debts.insert(facility.terms.facility, debt);
        }
        Ok(standing)
    }

    /// Units of a commodity in all places.
    pub(crate) fn all_units(&self, commodity: Commodity) -> Result<Units, Overflow> {
        Units::sum(self.units.iter().filter(|((_, of), _)| *of == commodity).map(|(_, units)| *units))
    }
}

/// What a condition may ask after an entry.
pub(crate) struct After<'a> {
    /// The entry.
    pub(crate) step: &'a Step<'a>,
    /// World and books after it.
    pub(crate) fold: &'a Fold,
    /// The book whose balances are asked for.
    pub(crate) book: BookId,
}

impl Facts for After<'_> {
    fn entry(&self) -> u64 {
        self.step.applied.number
    }

    fn date(&self) -> Day {
        self.fold.zone().day_of(self.step.applied.entry.effective)
    }

    fn ltv(&self, facility: Option<FacilityId>) -> Option<Decimal> {
        let debts = self.step.after.debts.iter();
        let asked = debts.filter(|(name, _)| facility.is_none_or(|facility| facility == **name));
        let highest = asked.filter_map(|(_, debt)| debt.ltv).max();
        highest.and_then(|percent| percent.checked_div(Decimal::ONE_HUNDRED))
    }

    fn owed(&self, facility: FacilityId) -> Option<Decimal> {
        let debt = self.step.after.debts.get(&facility)?;
        debt.facility.owed().ok().map(|owed| owed.decimal())
    }

    fn balance(&self, account: Account) -> Option<Decimal> {
        let total = self.step.after.totals.get(&self.book)?.get(&account).copied().unwrap_or_default();
        let side = self.fold.world().account(account).ok()?.class.normal_side();
        Some(if side == Side::Debit { total.decimal() } else { total.negated().decimal() })
    }
}

/// What is pledged, each coin with its price.
fn pledged(fold: &Fold, facility: &Facility, at: &Moment) -> Result<Vec<(Commodity, Units, Price)>, Failure> {
    let world = fold.world();
    let currency = world.settings()?.functional;
    let place = Place::Facility(facility.terms.facility);
    let coins = world.all_coins().filter(|(there, _, units)| *there == place && units.is_positive());
    coins.map(|(_, coin, units)| Ok((coin, units, world.collateral_price(at, coin, currency)?))).collect()
}

/// The prices of what is pledged that are older than a book takes.
fn stale_prices(fold: &Fold, facility: &Facility, at: &Moment) -> Result<Vec<String>, Failure> {
    let world = fold.world();
    let currency = world.settings()?.functional;
    let place = Place::Facility(facility.terms.facility);
    let pledged = world.all_coins().filter(|(there, _, units)| *there == place && units.is_positive());
    let mut stale = Vec::new();
    for (_, coin, _) in pledged {
        let (when, _) = world.latest_price(at, coin, currency)?;
        for book in fold.books() {
            if let Some(hours) = world.too_old(book.name(), at, (coin, currency), when)? {
                let book = book.name();
                stale.push(format!(
                    "{coin} at the price of {when}; book {book} takes none older than {hours} h"
                ));
            }
        }
    }
    Ok(stale)
}

/// The three sums of a book, and whether they balance.
pub(crate) fn sums(fold: &Fold, totals: &BTreeMap<Account, Money>) -> Result<Sums, Failure> {
    let mut sums = Sums::default();
    for (account, total) in totals {
        match fold.world().account(*account)?.class {
            Class::Asset => sums.assets = sums.assets.plus(*total)?,
            Class::Liability => sums.liabilities = sums.liabilities.minus(*total)?,
            Class::Equity => sums.equity = sums.equity.minus(*total)?,
            Class::Income | Class::Expense => {
                sums.equity = sums.equity.minus(*total)?;
                sums.income = sums.income.minus(*total)?;
            }
            Class::Memo => sums.memo = sums.memo.plus(*total)?,
        }
    }
    Ok(sums)
}

/// Whether the lots of a book are the coins on the accounts that hold coins of our own and claims for such.
pub(crate) fn lots_agree(book: &Book) -> Result<bool, Overflow> {
    let is_of_lots =
        |account: Account| chart::is_owned_coins(account) || account == chart::COLLATERAL_RECEIVABLE;
    let mut beyond: BTreeMap<(Account, Commodity), Units> = BTreeMap::new();
    for (position, _) in book.lots().positions().filter(|(position, _)| is_of_lots(position.account)) {
        let lots = Units::sum(book.lots().of(position).map(|(_, lot)| lot.units))?;
        let sum = beyond.entry((position.account, position.commodity)).or_default();
        *sum = sum.plus(lots)?;
    }
    for (target, balance) in book.balances().filter(|(target, _)| is_of_lots(target.account)) {
        if let Some(commodity) = target.commodity {
            let sum = beyond.entry((target.account, commodity)).or_default();
            *sum = sum.minus(balance.units)?;
        }
    }
    Ok(beyond.values().all(|units| units.is_zero()))
}
