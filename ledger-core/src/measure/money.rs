//! Money as a book sees it: the functional currency at its face, anything else by units at a carrying amount.

use super::Context;
use crate::account::Account;
use crate::chart::STABLECOINS;
use crate::event::contract::CostCategory;
use crate::event::treasury::CashCategory;
use crate::exact;
use crate::ids::{Commodity, Place, WalletId};
use crate::lots::{LotChange, Position, Site};
use crate::measured::Measured;
use crate::money::{Amount, Money, Units};
use crate::policy::{LotMethod, LotScope, StablecoinTreatment};
use crate::posting::{Dimensions, Leg, Target};
use crate::refusal::Refusal;
use crate::world::PriceUse;
use rust_decimal::Decimal;
use smallvec::smallvec;

impl Context<'_> {
    /// What an amount is worth in the functional currency: its face, else at the observed price.
    ///
    /// # Errors
    /// Refused when the price is missing.
    pub(super) fn value_of(&self, units: Units, currency: Commodity) -> Result<Money, Refusal> {
        if currency == self.functional {
            return Ok(Money::new(units.decimal()));
        }
        if self.policy.stablecoins.treatment(currency) == StablecoinTreatment::CashEquivalent {
            return self.at_par(units);
        }
        let observed = self.observed_price(currency, PriceUse::Event)?;
        Ok(observed.price.value_of(units, self.precision.scale, self.precision.rounding)?)
    }

    /// What an amount that may be left out is worth.
    pub(super) fn value_of_optional(&self, amount: Option<Amount>) -> Result<Money, Refusal> {
        amount.map_or(Ok(Money::ZERO), |amount| self.value_of(amount.amount, amount.currency))
    }

    /// What units of a debt come to: the contract's amount, a stablecoin of the functional currency taken at par.
    pub(super) fn at_par(&self, units: Units) -> Result<Money, Refusal> {
        let par =
            exact::mul_round(units.decimal(), Decimal::ONE, self.precision.scale, self.precision.rounding)?;
        Ok(Money::new(par))
    }

    /// How what a debt comes to changes with its units, so that the balance is always that of the units, however
    /// finely the facility's currency is counted.
    pub(super) fn change_at_par(&self, before: Units, change: Units) -> Result<Money, Refusal> {
        Ok(self.at_par(before.plus(change)?)?.minus(self.at_par(before)?)?)
    }

    /// Where money of a wallet stands in the books, and what the wallet holds.
    pub(super) fn money(&self, place: Place) -> Result<(Target, Commodity), Refusal> {
        let refused = || Refusal::WrongPlace { place, part: "a place of money" };
        let Place::Wallet(name) = place else { return Err(refused()) };
        let currency = self.world.wallet(name)?.currency.ok_or_else(refused)?;
        let account = self.world.money_account(name)?;
        let commodity = (currency != self.functional).then_some(currency);
        Ok((Target { account, commodity, about: of_wallet(name) }, currency))
    }

    /// Whether this is a stablecoin that the book holds in lots.
    pub(super) fn is_in_lots(&self, target: &Target) -> bool {
        let in_lots = |coin| self.policy.stablecoins.in_lots(coin);
        target.account == STABLECOINS && target.commodity.is_some_and(in_lots)
    }

    /// Money comes in, at its value.
    pub(super) fn money_in(&self, place: Place, units: Units) -> Result<Leg, Refusal> {
        let (target, currency) = self.money(place)?;
        let value = self.value_of(units, currency)?;
        let units = if target.commodity.is_some() { units } else { Units::ZERO };
        Ok(Leg { target, units, carrying: value, fair_value: value })
    }

    /// Money goes out, at its share of what the wallet is carried at.
    pub(super) fn money_out(&self, place: Place, units: Units) -> Result<Leg, Refusal> {
        let (target, currency) = self.money(place)?;
        if currency == self.functional {
            let face = Money::new(units.decimal());
            return Ok(Leg { target, units: Units::ZERO, carrying: face, fair_value: face });
        }
        if self.is_in_lots(&target) {
            let worth = self.value_of(units, currency)?;
            return Ok(Leg { target, units, carrying: worth, fair_value: worth });
        }
        let there = self.book.balance(&target);
        let carrying =
            there.amount.share(units, there.units, self.precision.scale, self.precision.rounding)?;
        Ok(Leg { target, units, carrying, fair_value: carrying })
    }
}

/// Stablecoins in lots: what came in is a lot at its value, what goes out is remeasured to its value first, so that every
/// row of the table sees money as ever, and leaves by the book's method.
pub(super) fn stablecoin_lots(cx: &Context<'_>, m: &mut Measured) -> Result<(), Refusal> {
    for leg in m.money_out.iter().filter(|leg| cx.is_in_lots(&leg.target)) {
        let Some((commodity, wallet)) = leg.target.commodity.zip(leg.target.about.wallet) else { continue };
        let mut by_wallet = *cx;
        // Money lies by wallet under every scope, and a payment names no lots: where lots are named, the oldest go.
        by_wallet.policy.scope = LotScope::Wallet;
        if by_wallet.policy.lots == LotMethod::Specific {
            by_wallet.policy.lots = LotMethod::Fifo;
        }
        let place = Place::Wallet(wallet);
        let leaving = by_wallet.leave_accounts(&[STABLECOINS], place, commodity, leg.units, &[])?;
        m.stablecoins_out.push(Leg { carrying: leaving.carrying()?, ..*leg });
        m.lots.extend(leaving.changes());
    }
    for leg in m.money_in.iter().filter(|leg| cx.is_in_lots(&leg.target)) {
        let arriving = smallvec![cx.born(leg.units, leg.carrying, leg.carrying)];
        m.lots.extend(position(&leg.target).map(|position| LotChange::Arrive(position, arriving)));
    }
    Ok(())
}

/// The position of a stablecoin in a wallet.
pub(super) fn position(target: &Target) -> Option<Position> {
    let (commodity, wallet) = target.commodity.zip(target.about.wallet)?;
    Some(Position { commodity, account: target.account, place: Site::Wallet(wallet) })
}

/// The sub-ledger of a wallet.
pub(super) fn of_wallet(wallet: WalletId) -> Dimensions {
    Dimensions { wallet: Some(wallet), ..Dimensions::default() }
}

/// The account that a category of money received or paid stands for.
pub(super) fn cash_account(category: CashCategory, received: bool) -> Account {
    use crate::chart;
    match (category, received) {
        (CashCategory::Equity, _) => chart::PAID_IN_CAPITAL,
        (CashCategory::Supplier, _) => chart::PAYABLES,
        (CashCategory::Tax, _) => chart::TAX_PAYABLE,
        (CashCategory::Customer, _) => chart::RECEIVABLES,
        (CashCategory::Accrued, _) => chart::ACCRUED,
        (CashCategory::Prepaid, _) => chart::PREPAID,
        (CashCategory::Prepayment, _) => chart::CONTRACT_LIABILITIES,
        (CashCategory::Deposit, _) => chart::POWER_DEPOSITS,
        (CashCategory::Other, true) => chart::OTHER_INCOME,
        (CashCategory::Other, false) => chart::GENERAL,
    }
}

/// The account of a cost.
pub(super) fn cost_account(category: CostCategory) -> Account {
    use crate::chart;
    match category {
        CostCategory::Power => chart::POWER,
        CostCategory::Hosting => chart::HOSTING,
        CostCategory::Ai => chart::COMPUTE_COST,
        CostCategory::General => chart::GENERAL,
    }
}
