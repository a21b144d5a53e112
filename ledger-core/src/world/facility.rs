//! Facilities: what is owed, what lies with the lender, and how interest runs. Free of any book's policy, for
//! interest follows from the contract alone.

use rust_decimal::Decimal;

use super::amortisation::{Cost, Life};
use super::compounding::Bearing;
use super::interest::{NoRate, Rates, Running};
use super::{Moment, World};
use serde::{Deserialize, Serialize};

use crate::event::MarginCalled;
use crate::event::loan::{FacilityKind, FacilityOpened, FeeMethod};
use crate::exact::{self, Overflow};
use crate::ids::{Commodity, FacilityId};
use crate::kept;
use crate::money::{Amount, Price, Rate, Units};
use crate::refusal::Refusal;
use crate::rounding::Rounding;
use crate::time::{Day, Instant};

/// A facility and its state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facility {
    /// Its terms, as last amended.
    #[serde(with = "kept::fact")]
    pub terms: FacilityOpened,
    /// Principal owed.
    pub principal: Units,
    /// Interest and fees owed.
    pub accrued: Units,
    /// The last day whose interest is accrued.
    pub accrued_through: Option<Day>,
    /// What may still be drawn.
    pub undrawn: Units,
    /// The margin call that is open.
    #[serde(with = "kept::fact")]
    pub call: Option<MarginCalled>,
    /// When the open call lapsed.
    pub lapsed: Option<Day>,
    /// When it was retired.
    pub retired: Option<Day>,
    /// Issue cost beside the debt, not yet charged.
    pub issue_cost: Cost,
    /// Cost of capacity not drawn, an asset, not yet charged.
    pub deferred_cost: Cost,
    /// The last day whose issue cost is charged.
    pub amortised_through: Option<Day>,
    /// The index of a floating rate as last reset.
    pub index: Option<Rate>,
    /// All interest ever accrued, the opening's aside.
    pub(super) interest_to_date: Units,
    /// All fees on what was not drawn ever accrued.
    pub(super) fees_to_date: Units,
    pub(super) bearing: Bearing,
    pub(super) rates: Rates,
    pub(super) idle: Running,
    pub(super) idle_rates: Rates,
}

/// Debt over collateral, as an exact fraction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ltv {
    /// Principal and accrued interest.
    pub debt: Decimal,
    /// Units times price, less haircut, over all collateral.
    pub collateral: Decimal,
}

impl Ltv {
    /// Whether the ratio is at a threshold or above it.
    ///
    /// # Errors
    /// When the threshold's share of the collateral does not fit.
    pub fn reaches(&self, threshold: Rate) -> Result<bool, exact::Overflow> {
        Ok(self.debt >= exact::mul(threshold.decimal(), self.collateral)?)
    }

    /// The ratio in percent to two decimals; `None` without collateral.
    #[must_use]
    pub fn percent(&self) -> Option<Decimal> {
        exact::mul_div_round(self.debt, Decimal::ONE_HUNDRED, self.collateral, 2, Rounding::HalfEven).ok()
    }

    /// By how much of its value the collateral may fall until a threshold is reached, in percent to two decimals;
    /// negative where it is exceeded.
    ///
    /// # Errors
    /// [`Overflow`] when it does not fit, or nothing counts as collateral.
    pub fn fall_to(&self, threshold: Rate) -> Result<Decimal, Overflow> {
        let allowed = exact::mul(self.collateral, threshold.decimal())?;
        let room = exact::sub(allowed, self.debt)?;
        exact::mul_div_round(room, Decimal::ONE_HUNDRED, allowed, 2, Rounding::HalfEven)
    }

    /// Debt to repay to come to a threshold, in units of the currency to so many digits; negative where there is room.
    ///
    /// # Errors
    /// [`Overflow`] when it does not fit.
    pub fn beyond(&self, threshold: Rate, digits: u32) -> Result<Decimal, Overflow> {
        let beyond = exact::sub(self.debt, exact::mul(self.collateral, threshold.decimal())?)?;
        exact::mul_div_round(beyond, Decimal::ONE, Decimal::ONE, digits, Rounding::HalfEven)
    }

    /// A price of the collateral as it would be at a threshold, all else as it is, to so many digits.
    ///
    /// # Errors
    /// [`Overflow`] when it does not fit, or nothing counts as collateral.
    pub fn price_at(&self, threshold: Rate, price: Price, digits: u32) -> Result<Price, Overflow> {
        let allowed = exact::mul(self.collateral, threshold.decimal())?;
        exact::mul_div_round(price.decimal(), self.debt, allowed, digits, Rounding::HalfEven).map(Price::new)
    }

    /// Whether the ratio is above a threshold.
    ///
    /// # Errors
    /// [`Overflow`] when the comparison does not fit.
    pub fn exceeds(&self, threshold: Decimal) -> Result<bool, Overflow> {
        Ok(self.debt > exact::mul(self.collateral, threshold)?)
    }
}

impl Facility {
    pub(super) fn opened(terms: &FacilityOpened, day: Day) -> Facility {
        let rates = terms.rate.fixed.map_or_else(Rates::floating, |rate| Rates::fixed(rate, day));
        let mut idle = Running::default();
        let bears_from = if terms.count_first_day { day } else { day.next() };
        idle.change(terms.limit.amount, bears_from);
        let (mut issue_cost, mut deferred_cost) = (Cost::default(), Cost::default());
        let cost = if terms.cost_is_deferred() { &mut deferred_cost } else { &mut issue_cost };
        cost.add(amount_of(terms.upfront_fee), day);
        Facility {
            terms: terms.clone(),
            principal: Units::ZERO,
            accrued: Units::ZERO,
            accrued_through: None,
            undrawn: terms.limit.amount,
            call: None,
            lapsed: None,
            retired: None,
            issue_cost,
            deferred_cost,
            amortised_through: None,
            index: None,
            interest_to_date: Units::ZERO,
            fees_to_date: Units::ZERO,
            bearing: Bearing::of(terms.compounding),
            rates,
            idle,
            idle_rates: Rates::fixed(terms.unused_fee.unwrap_or_default(), day),
        }
    }

    /// Principal, interest and fees together.
    ///
    /// # Errors
    /// [`Overflow`] when it does not fit.
    pub fn owed(&self) -> Result<Units, Overflow> {
        self.principal.plus(self.accrued)
    }

    /// The part of a coin's value that does not count as collateral.
    #[must_use]
    pub fn haircut(&self, commodity: Commodity) -> Decimal {
        let terms = self.terms.collateral.iter().find(|terms| terms.commodity == commodity);
        terms.and_then(|terms| terms.haircut).map_or(Decimal::ZERO, |haircut| haircut.decimal())
    }

    /// What becomes of capacity once repaid.
    #[must_use]
    pub fn kind(&self) -> FacilityKind {
        self.terms.kind()
    }

    /// Whether a repayment may be drawn again.
    #[must_use]
    pub fn capacity_returns(&self) -> bool {
        self.kind().capacity_returns()
    }

    /// The yearly rate in force on the last day that is known; none before the first reset.
    #[must_use]
    pub fn rate(&self) -> Option<Rate> {
        self.rates.last().map(|(_, rate)| rate)
    }

    /// Whether the index may be reset from a day on: that day is not accrued yet, nor is a later reset known.
    #[must_use]
    pub fn may_reset(&self, from: Day) -> bool {
        self.rates.may_change(from) && self.accrued_through.is_none_or(|through| through < from)
    }

    /// The first day of a rate that is agreed on a day: that day, or the first that is not accrued yet.
    #[must_use]
    pub fn new_rates_from(&self, day: Day) -> Day {
        self.accrued_through.map_or(day, |through| day.max(through.next()))
    }

    /// Whether another rate may be agreed from a day on: no later reset is known.
    #[must_use]
    pub fn may_change_rate(&self, from: Day) -> bool {
        self.rates.last().is_none_or(|(last, _)| last <= from)
    }

    /// Whether the lender may ask for its money at once: on demand, or after a margin call that was not met
    /// (ASC 470-10-45-11).
    #[must_use]
    pub fn is_callable(&self) -> bool {
        self.kind() == FacilityKind::OnDemand || self.lapsed.is_some()
    }

    /// The last day that bears interest if all is repaid at maturity; none without one.
    #[must_use]
    pub fn last_bearing_day(&self) -> Option<Day> {
        let maturity = self.terms.maturity?;
        if self.terms.count_last_day { Some(maturity) } else { Day::from_number(maturity.number() - 1) }
    }

    /// Interest from the start through a day, and the fee on what was not drawn, each rounded once, less what is
    /// accrued already. Negative when an entry recorded late lowers what was accrued before.
    ///
    /// # Errors
    /// Refused when a floating rate was not set for a day that bears it, or an amount does not fit.
    pub fn interest_due(&self, through: Day, scale: u8) -> Result<Units, Refusal> {
        let [interest, fee] = self.due(through, scale)?;
        Ok(interest.plus(fee)?)
    }

    fn due(&self, through: Day, scale: u8) -> Result<[Units; 2], Refusal> {
        let convention = self.terms.day_count;
        let known = |borne: Result<Units, NoRate>| {
            borne.map_err(|NoRate { day }| Refusal::RateNotSet { facility: self.terms.facility, day })
        };
        let interest = known(self.bearing.borne(&self.rates, convention, through, scale)?)?;
        let fee = match self.terms.unused_fee {
            Some(_) => known(self.idle.borne(&self.idle_rates, convention, through, scale)?)?,
            None => self.fees_to_date,
        };
        Ok([interest.minus(self.interest_to_date)?, fee.minus(self.fees_to_date)?])
    }

    /// Takes note that interest is accrued through a day.
    pub(super) fn accrue(&mut self, through: Day, scale: u8) -> Result<(), Refusal> {
        let [interest, fee] = self.due(through, scale)?;
        self.accrued = self.accrued.plus(interest)?.plus(fee)?;
        self.interest_to_date = self.interest_to_date.plus(interest)?;
        self.fees_to_date = self.fees_to_date.plus(fee)?;
        self.accrued_through = Some(through);
        let convention = self.terms.day_count;
        self.bearing.settle(&mut self.rates, convention, through)?;
        self.idle.settle(&mut self.idle_rates, convention, through)?;
        Ok(())
    }

    /// Principal is drawn, added or repaid, and what may be drawn changes by so much.
    pub(super) fn change_principal(
        &mut self,
        principal: Units,
        undrawn: Units,
        bears_from: Day,
    ) -> Result<(), Overflow> {
        self.principal = self.principal.plus(principal)?;
        self.undrawn = self.undrawn.plus(undrawn)?;
        self.bearing.change(principal, bears_from);
        self.idle.change(undrawn, bears_from);
        Ok(())
    }

    /// Interest owed is paid, or added to principal, and no longer bears interest itself where interest does.
    pub(super) fn settle_interest(&mut self, amount: Units, bears_until: Day) -> Result<(), Overflow> {
        self.accrued = self.accrued.minus(amount)?;
        self.bearing.change_interest(amount.negated(), bears_until);
        Ok(())
    }

    /// What the capacity grows by when so much is repaid.
    #[must_use]
    pub fn returning(&self, repaid: Units) -> Units {
        if self.capacity_returns() { repaid } else { Units::ZERO }
    }

    /// Issue cost that goes with principal repaid: of a debt whose capacity is gone, its part of what is left
    /// (ASC 470-50-40-2); none of one that may be drawn again.
    ///
    /// # Errors
    /// [`Overflow`] when an amount does not fit.
    pub fn cost_repaid(&self, repaid: Units, scale: u8) -> Result<Units, Overflow> {
        match self.capacity_returns() {
            true => Ok(Units::ZERO),
            false => self.issue_cost.share(repaid, self.principal, scale),
        }
    }

    pub(super) fn release_cost(&mut self, repaid: Units, scale: u8) -> Result<(), Overflow> {
        if self.capacity_returns() || self.principal.is_zero() {
            return Ok(());
        }
        self.issue_cost.release(repaid, self.principal, scale)
    }

    /// Issue cost that becomes expense through a day: that beside the debt, and that of capacity not drawn.
    ///
    /// # Errors
    /// Refused when the facility has no maturity, or an amount does not fit.
    pub fn cost_due(&self, through: Day, scale: u8) -> Result<[Units; 2], Refusal> {
        let (debt, capacity) = self.lives()?;
        Ok([self.issue_cost.due(&debt, through, scale)?, self.deferred_cost.due(&capacity, through, scale)?])
    }

    pub(super) fn amortise(&mut self, through: Day, scale: u8) -> Result<(), Refusal> {
        let (debt, capacity) = self.lives()?;
        self.issue_cost.charge(&debt, through, scale)?;
        self.deferred_cost.charge(&capacity, through, scale)?;
        self.amortised_through = Some(through);
        Ok(())
    }

    /// The life of the debt, and of the capacity, whose cost always goes by days (ASC 835-30-S45-1).
    fn lives(&self) -> Result<(Life, Life), Refusal> {
        let facility = self.terms.facility;
        let maturity = self.terms.maturity.ok_or(Refusal::NoMaturity { facility })?;
        let debt = Life {
            maturity,
            method: self.terms.fee_method.unwrap_or(FeeMethod::StraightLine),
            principal: self.principal,
            rate: self.rate().unwrap_or_default(),
            convention: self.terms.day_count,
        };
        Ok((debt, Life { method: FeeMethod::StraightLine, ..debt }))
    }
}

impl World {
    /// A facility that is open.
    ///
    /// # Errors
    /// Refused when nobody opened it, or it was retired.
    pub fn facility(&self, facility: FacilityId) -> Result<&Facility, Refusal> {
        let found = self.facilities.get(&facility).ok_or_else(|| Refusal::UnknownFacility { facility })?;
        if found.retired.is_some() { Err(Refusal::FacilityIsRetired { facility }) } else { Ok(found) }
    }

    /// All facilities, retired ones too, by name.
    pub fn facilities(&self) -> impl Iterator<Item = &Facility> {
        self.facilities.iter().map(|(_, facility)| facility)
    }

    /// Whether a facility of this name was ever opened.
    #[must_use]
    pub fn has_facility(&self, facility: FacilityId) -> bool {
        self.facilities.contains(&facility)
    }

    /// Debt over the coins pledged, at prices known at a moment. `None` when nothing is pledged.
    ///
    /// # Errors
    /// Refused when a pledged coin has no price.
    pub fn ltv(&self, facility: &Facility, at: &Moment) -> Result<Option<Ltv>, Refusal> {
        let place = crate::ids::Place::Facility(facility.terms.facility);
        let pledged = self.coins.iter().filter(|((there, _), units)| *there == place && units.is_positive());
        let mut collateral = Decimal::ZERO;
        let currency = self.settings()?.functional;
        for ((_, commodity), units) in pledged {
            let price = self.collateral_price(at, *commodity, currency)?;
            let value = exact::mul(units.decimal(), price.decimal())?;
            let kept = exact::sub(Decimal::ONE, facility.haircut(*commodity))?;
            collateral = exact::add(collateral, exact::mul(value, kept)?)?;
        }
        let debt = facility.owed()?.decimal();
        Ok((!collateral.is_zero()).then_some(Ltv { debt, collateral }))
    }

    /// The latest price known: that of a mark which states its own, or the latest observation.
    ///
    /// # Errors
    /// Refused when there is none.
    pub fn collateral_price(
        &self,
        at: &Moment,
        commodity: Commodity,
        currency: Commodity,
    ) -> Result<Price, Refusal> {
        self.latest_price(at, commodity, currency).map(|(_, price)| price)
    }

    /// The same with the instant that it is the price of.
    ///
    /// # Errors
    /// Refused when nobody observed a price and no mark stated one.
    pub fn latest_price(
        &self,
        at: &Moment,
        commodity: Commodity,
        currency: Commodity,
    ) -> Result<(Instant, Price), Refusal> {
        let marked = self.mark_prices.get(&commodity);
        match (self.price_for(at, commodity, currency), marked) {
            (Ok(observed), Some((when, price))) => {
                Ok(if observed.at < *when { (*when, *price) } else { (observed.at, observed.price) })
            }
            (Ok(observed), None) => Ok((observed.at, observed.price)),
            (Err(_), Some((when, price))) => Ok((*when, *price)),
            (Err(refusal), None) => Err(refusal),
        }
    }
}

/// The number of an amount that may be left out.
pub(crate) fn amount_of(amount: Option<Amount>) -> Units {
    amount.map_or(Units::ZERO, |amount| amount.amount)
}
