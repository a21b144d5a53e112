//! Facilities: what is owed, what lies with the lender, and how interest runs. Free of any book's policy, for
//! interest follows from the contract alone.

use rust_decimal::Decimal;

use super::{Moment, World};
use serde::{Deserialize, Serialize};

use crate::event::loan::{DayCount, FacilityKind, FacilityOpened};
use crate::event::{Event, MarginCalled};
use crate::exact::{self, Overflow};
use crate::ids::{Commodity, FacilityId};
use crate::kept;
use crate::money::{Amount, Price, Units};
use crate::refusal::Refusal;
use crate::rounding::Rounding;
use crate::time::Day;

/// A change of the principal that bears interest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Change {
    bears_from: Day,
    amount: Units,
}

/// A facility and its state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facility {
    /// Its terms.
    #[serde(with = "kept::fact")]
    pub terms: FacilityOpened,
    /// Principal owed.
    pub principal: Units,
    /// Interest owed.
    pub accrued: Units,
    /// All interest ever accrued, the opening's aside.
    pub accrued_to_date: Units,
    /// The last day whose interest is accrued.
    pub accrued_through: Option<Day>,
    /// What may still be drawn.
    pub undrawn: Units,
    /// The margin call that is open.
    #[serde(with = "kept::fact")]
    pub call: Option<MarginCalled>,
    /// When it was retired.
    pub retired: Option<Day>,
    /// Changes of principal since the last accrual, or that bear interest only after it.
    changes: Vec<Change>,
    settled: Settled,
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
    /// The ratio in percent to two decimals; `None` without collateral.
    #[must_use]
    pub fn percent(&self) -> Option<Decimal> {
        exact::mul_div_round(self.debt, Decimal::ONE_HUNDRED, self.collateral, 2, Rounding::HalfEven).ok()
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
    fn opened(terms: &FacilityOpened) -> Facility {
        Facility {
            terms: terms.clone(),
            principal: Units::ZERO,
            accrued: Units::ZERO,
            accrued_to_date: Units::ZERO,
            accrued_through: None,
            undrawn: terms.limit.amount,
            call: None,
            retired: None,
            changes: Vec::new(),
            settled: Settled::default(),
        }
    }

    /// What becomes of capacity once repaid.
    #[must_use]
    pub fn kind(&self) -> FacilityKind {
        self.terms.kind.unwrap_or(FacilityKind::Revolver)
    }

    /// Interest from the start through a day, rounded once, less what is accrued already. Negative when an
    /// entry recorded late lowers what was accrued before.
    ///
    /// Every change of principal bears interest from its own first day, `through` included. Each convention
    /// counts days by a running total, so that periods add up; under 30E/360 a period runs from its first day to
    /// the day after its last (ISDA 2006, 4.16(g)), so that every month has thirty days.
    ///
    /// # Errors
    /// [`Overflow`] when an amount does not fit.
    pub fn interest_due(&self, through: Day, scale: u8) -> Result<Units, Overflow> {
        let end = through.next();
        let mut weighted = self.settled.unit_days(self.terms.day_count, end)?;
        for change in self.changes.iter().filter(|change| change.bears_from <= through) {
            let borne = unit_days(self.terms.day_count, change.amount, change.bears_from, end)?;
            weighted = both(weighted, borne, exact::add)?;
        }
        let [whole, leap] = weighted;
        let rate = self.terms.rate.fixed.decimal();
        let round = |sum, basis| exact::mul_div_round(rate, sum, basis, scale.into(), Rounding::HalfEven);
        let total = match self.terms.day_count {
            DayCount::Act360 | DayCount::Thirty360 => round(whole, Decimal::from(360)),
            DayCount::Act365 => round(whole, Decimal::from(365)),
            DayCount::ActAct => {
                // w / 365 + l / 366, over one denominator.
                let common = exact::add(
                    exact::mul(whole, Decimal::from(366))?,
                    exact::mul(leap, Decimal::from(365))?,
                )?;
                round(common, Decimal::from(365 * 366))
            }
        }?;
        Units::new(total).minus(self.accrued_to_date)
    }

    /// Takes note that interest is accrued through a day. What is borne by then is summed up: no accrual will ask
    /// for an earlier day, so that each costs the same however often principal changed before.
    fn accrue(&mut self, due: Units, through: Day) -> Result<(), Overflow> {
        self.accrued = self.accrued.plus(due)?;
        self.accrued_to_date = self.accrued_to_date.plus(due)?;
        self.accrued_through = Some(through);
        for change in self.changes.extract_if(.., |change| change.bears_from <= through) {
            self.settled.add(self.terms.day_count, change)?;
        }
        Ok(())
    }

    fn change_principal(&mut self, amount: Units, day: Day, counts_that_day: bool) -> Result<(), Overflow> {
        self.principal = self.principal.plus(amount)?;
        self.changes.push(Change { bears_from: if counts_that_day { day } else { day.next() }, amount });
        Ok(())
    }

    /// The part of the principal that a draw or repayment moves in or out of the undrawn part.
    #[must_use]
    pub fn capacity_returns(&self) -> bool {
        match self.kind() {
            FacilityKind::Term => false,
            FacilityKind::Revolver | FacilityKind::OnDemand => true,
        }
    }
}

/// Changes of principal summed up: principal that bears interest, less what it did not bear since the first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
struct Settled {
    first: Option<Day>,
    principal: Units,
    /// Units times the days from the first change to their own.
    not_borne: [Units; 2],
}

impl Settled {
    fn add(&mut self, convention: DayCount, change: Change) -> Result<(), Overflow> {
        let first = *self.first.get_or_insert(change.bears_from);
        let late = unit_days(convention, change.amount, first, change.bears_from)?;
        self.principal = self.principal.plus(change.amount)?;
        self.not_borne = both(self.not_borne.map(Units::decimal), late, exact::add)?.map(Units::new);
        Ok(())
    }

    fn unit_days(&self, convention: DayCount, end: Day) -> Result<[Decimal; 2], Overflow> {
        let Some(first) = self.first else { return Ok([Decimal::ZERO; 2]) };
        let all = unit_days(convention, self.principal, first, end)?;
        both(all, self.not_borne.map(Units::decimal), exact::sub)
    }
}

/// An amount times the days from one day to another: in common and, for act/act, leap years.
fn unit_days(convention: DayCount, amount: Units, from: Day, to: Day) -> Result<[Decimal; 2], Overflow> {
    let days =
        |of: fn([i64; 2]) -> i64| of(days_counted(convention, to)) - of(days_counted(convention, from));
    let times = |days: i64| exact::mul(amount.decimal(), Decimal::from(days));
    Ok([times(days(|[common, _]| common))?, times(days(|[_, leap]| leap))?])
}

fn both(
    [a, b]: [Decimal; 2],
    [c, d]: [Decimal; 2],
    of: fn(Decimal, Decimal) -> Result<Decimal, Overflow>,
) -> Result<[Decimal; 2], Overflow> {
    Ok([of(a, c)?, of(b, d)?])
}

/// Days counted from a fixed origin to a day: in common and, for act/act, leap years.
fn days_counted(convention: DayCount, day: Day) -> [i64; 2] {
    use chrono::Datelike;
    let date = day.date();
    match convention {
        DayCount::Act360 | DayCount::Act365 => [day.number(), 0],
        DayCount::Thirty360 => {
            let days =
                i64::from(date.year()) * 360 + i64::from(date.month()) * 30 + i64::from(date.day().min(30));
            [days, 0]
        }
        DayCount::ActAct => {
            let year = i64::from(date.year());
            let leaps_before = (year - 1) / 4 - (year - 1) / 100 + (year - 1) / 400;
            let commons_before = year - 1 - leaps_before;
            let so_far = i64::from(date.ordinal0());
            if date.leap_year() {
                [commons_before * 365, leaps_before * 366 + so_far]
            } else {
                [commons_before * 365 + so_far, leaps_before * 366]
            }
        }
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
            let kept = exact::sub(Decimal::ONE, haircut(facility, *commodity))?;
            collateral = exact::add(collateral, exact::mul(value, kept)?)?;
        }
        let debt = facility.principal.plus(facility.accrued)?.decimal();
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
        let marked = self.mark_prices.get(&commodity);
        match (self.price_for(at, commodity, currency), marked) {
            (Ok(observed), Some((when, price))) => {
                Ok(if observed.at < *when { *price } else { observed.price })
            }
            (Ok(observed), None) => Ok(observed.price),
            (Err(_), Some((_, price))) => Ok(*price),
            (Err(refusal), None) => Err(refusal),
        }
    }

    pub(super) fn change_facilities(&mut self, at: &Moment, event: &Event) -> Result<(), Refusal> {
        if let Event::FacilityOpened(e) = event {
            self.facilities.set(e.facility, Facility::opened(e));
        } else if let Event::OpeningRecorded(e) = event {
            for opening in &e.facilities {
                let mut facility = self.facility(opening.facility)?.clone();
                if facility.accrued_through.is_some() {
                    continue;
                }
                facility.change_principal(opening.principal.amount, opening.accrued_through, false)?;
                facility.undrawn = facility.undrawn.minus(opening.principal.amount)?;
                facility.accrued = opening.accrued.amount;
                facility.accrued_through = Some(opening.accrued_through);
                self.facilities.set(opening.facility, facility);
            }
        } else if let Event::LoanDrawn(e) = event {
            let mut facility = self.facility(e.facility)?.clone();
            let counts = facility.terms.count_first_day;
            facility.change_principal(e.amount.amount, at.day, counts)?;
            facility.undrawn = facility.undrawn.minus(e.amount.amount)?;
            self.facilities.set(e.facility, facility);
        } else if let Event::InterestAccrued(e) = event {
            let mut facility = self.facility(e.facility)?.clone();
            let due = facility.interest_due(e.through, self.scale(facility.terms.currency)?)?;
            facility.accrue(due, e.through)?;
            self.facilities.set(e.facility, facility);
        } else if let Event::InterestPaid(e) = event {
            let mut facility = self.facility(e.facility)?.clone();
            facility.accrued = facility.accrued.minus(e.amount.amount)?;
            self.facilities.set(e.facility, facility);
        } else if let Event::LoanRepaid(e) = event {
            let mut facility = self.facility(e.facility)?.clone();
            // Interest runs through the repayment's own day if that day counts, so it stops the day after.
            let stops_that_day = !facility.terms.count_last_day;
            facility.change_principal(e.principal.amount.negated(), at.day, stops_that_day)?;
            facility.accrued = facility.accrued.minus(amount_of(e.interest))?;
            if facility.capacity_returns() {
                facility.undrawn = facility.undrawn.plus(e.principal.amount)?;
            }
            self.facilities.set(e.facility, facility);
        } else if let Event::FacilityRetired(e) = event {
            let mut facility = self.facility(e.facility)?.clone();
            facility.retired = Some(at.day);
            facility.undrawn = Units::ZERO;
            self.facilities.set(e.facility, facility);
        } else if let Event::MarginCalled(e) = event {
            let mut facility = self.facility(e.facility)?.clone();
            facility.call = Some(e.clone());
            self.facilities.set(e.facility, facility);
        } else if let Event::MarginCallMet(e) = event {
            let mut facility = self.facility(e.facility)?.clone();
            facility.call = None;
            self.facilities.set(e.facility, facility);
        }
        Ok(())
    }
}

/// The number of an amount that may be left out.
pub(crate) fn amount_of(amount: Option<Amount>) -> Units {
    amount.map_or(Units::ZERO, |amount| amount.amount)
}

fn haircut(facility: &Facility, commodity: Commodity) -> Decimal {
    let terms = facility.terms.collateral.iter().find(|terms| terms.commodity == commodity);
    terms.and_then(|terms| terms.haircut).map_or(Decimal::ZERO, |haircut| haircut.decimal())
}
