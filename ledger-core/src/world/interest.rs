//! How a yearly rate runs on an amount that changes: interest on principal, a fee on what is not drawn. Amounts times
//! rates times days are kept exactly and rounded once, on the total to date.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::event::loan::DayCount;
use crate::exact::{self, Overflow};
use crate::money::{Rate, Units};
use crate::rounding::Rounding;
use crate::time::Day;

/// Days, or what they come to: in common and, for act/act, leap years.
pub(super) type InYears = [Decimal; 2];

const NOTHING: InYears = [Decimal::ZERO; 2];

/// The yearly rates that held, each from its first day on.
///
/// Invariant: by day; the first reaches back to all days before it unless the rate follows an index, which
/// nobody knows before its first reset.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(super) struct Rates {
    steps: Vec<Step>,
    floating: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Step {
    from: Day,
    rate: Rate,
    /// What one unit earned from the first step to this one.
    earned: [Rate; 2],
}

impl Rates {
    /// A rate that holds until it is changed.
    pub(super) fn fixed(rate: Rate, from: Day) -> Rates {
        Rates { steps: vec![Step { from, rate, earned: Default::default() }], floating: false }
    }

    /// No rate until the first reset.
    pub(super) fn floating() -> Rates {
        Rates { steps: Vec::new(), floating: true }
    }

    /// The rate in force last.
    pub(super) fn last(&self) -> Option<(Day, Rate)> {
        self.steps.last().map(|step| (step.from, step.rate))
    }

    /// Another rate from a day on, which is not before the last change.
    pub(super) fn change(&mut self, convention: DayCount, from: Day, rate: Rate) -> Result<(), Overflow> {
        let earned = self.earned(convention, from)?.unwrap_or(NOTHING).map(Rate::new);
        self.steps.retain(|step| step.from < from);
        self.steps.push(Step { from, rate, earned });
        Ok(())
    }

    /// Whether another rate may hold from a day on: nothing later is set yet.
    pub(super) fn may_change(&self, from: Day) -> bool {
        self.last().is_none_or(|(last, _)| last < from)
    }

    fn in_force(&self, day: Day) -> Option<&Step> {
        match self.steps.partition_point(|step| step.from <= day) {
            0 if self.floating => None,
            0 => self.steps.first(),
            before => self.steps.get(before - 1),
        }
    }

    /// The rate of one day times what the day counts for; `None` where no rate is known.
    pub(super) fn of_day(&self, convention: DayCount, day: Day) -> Result<Option<InYears>, Overflow> {
        let Some(step) = self.in_force(day) else { return Ok(None) };
        let (from, to) = (days_counted(convention, day), days_counted(convention, day.next()));
        let times = |at: usize| exact::mul(step.rate.decimal(), Decimal::from(to[at] - from[at]));
        Ok(Some([times(0)?, times(1)?]))
    }

    /// What one unit earns from the first step to a day, in years of the convention; `None` where no rate is known.
    fn earned(&self, convention: DayCount, day: Day) -> Result<Option<InYears>, Overflow> {
        let Some(step) = self.in_force(day) else { return Ok(None) };
        let (from, to) = (days_counted(convention, step.from), days_counted(convention, day));
        let times = |at: usize| exact::mul(step.rate.decimal(), Decimal::from(to[at] - from[at]));
        both([times(0)?, times(1)?], step.earned.map(Rate::decimal), exact::add).map(Some)
    }

    /// Forgets the rates that no day from `day` on will ask for.
    pub(super) fn forget_before(&mut self, day: Day) {
        let in_force = self.steps.partition_point(|step| step.from <= day).saturating_sub(1);
        self.steps.drain(..in_force);
    }
}

/// A change of the amount that bears the rate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Change {
    bears_from: Day,
    amount: Units,
}

/// An amount on which a rate runs.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(super) struct Running {
    /// Changes since the last accrual, or that bear only after it.
    changes: Vec<Change>,
    settled: Settled,
}

/// Changes summed up: the amount that bears the rate, less what it did not bear before its own days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
struct Settled {
    amount: Units,
    not_borne: [Units; 2],
}

/// No rate is known for a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct NoRate {
    /// The first such day.
    pub(super) day: Day,
}

impl Running {
    /// The amount grows, or falls, and bears the rate from a day on.
    pub(super) fn change(&mut self, amount: Units, bears_from: Day) {
        if !amount.is_zero() {
            self.changes.push(Change { bears_from, amount });
        }
    }

    /// What the amount bore from the start through a day, rounded once.
    ///
    /// Every change bears the rate from its own first day, `through` included. Each convention counts days by a
    /// running total, so that periods add up; under 30E/360 a period runs from its first day to the day after its
    /// last (ISDA 2006, 4.16(g)), so that every month has thirty days.
    pub(super) fn borne(
        &self,
        rates: &Rates,
        convention: DayCount,
        through: Day,
        scale: u8,
    ) -> Result<Result<Units, NoRate>, Overflow> {
        let end = through.next();
        let Some(all) = rates.earned(convention, end)? else {
            return Ok(if self.bears_by(through) { Err(NoRate { day: through }) } else { Ok(Units::ZERO) });
        };
        let mut sum = both(
            weighted(self.settled.amount, all)?,
            self.settled.not_borne.map(Units::decimal),
            exact::sub,
        )?;
        for change in self.changes.iter().filter(|change| change.bears_from <= through) {
            let Some(before) = rates.earned(convention, change.bears_from)? else {
                return Ok(Err(NoRate { day: change.bears_from }));
            };
            sum = both(sum, weighted(change.amount, both(all, before, exact::sub)?)?, exact::add)?;
        }
        rounded(convention, sum, scale).map(Ok)
    }

    fn bears_by(&self, through: Day) -> bool {
        !self.settled.amount.is_zero() || self.changes.iter().any(|change| change.bears_from <= through)
    }

    /// Sums up what bears by a day. No accrual will ask for an earlier one, so that each costs the same however
    /// often the amount changed before.
    pub(super) fn settle(
        &mut self,
        rates: &mut Rates,
        convention: DayCount,
        through: Day,
    ) -> Result<(), Overflow> {
        for change in self.changes.extract_if(.., |change| change.bears_from <= through) {
            let before = rates.earned(convention, change.bears_from)?.unwrap_or(NOTHING);
            let not_borne = self.settled.not_borne.map(Units::decimal);
            self.settled.amount = self.settled.amount.plus(change.amount)?;
            self.settled.not_borne =
                both(not_borne, weighted(change.amount, before)?, exact::add)?.map(Units::new);
        }
        rates.forget_before(through);
        Ok(())
    }
}

/// Amount times rate times days as an amount.
pub(super) fn rounded(convention: DayCount, [whole, leap]: InYears, scale: u8) -> Result<Units, Overflow> {
    let over = |sum, basis| exact::mul_div_round(sum, Decimal::ONE, basis, scale.into(), Rounding::HalfEven);
    let total = match convention {
        DayCount::Act360 | DayCount::Thirty360 => over(whole, Decimal::from(360)),
        DayCount::Act365 => over(whole, Decimal::from(365)),
        DayCount::ActAct => {
            // w / 365 + l / 366, over one denominator.
            let common = exact::mul(whole, Decimal::from(366))?;
            let leap = exact::mul(leap, Decimal::from(365))?;
            over(exact::add(common, leap)?, Decimal::from(365 * 366))
        }
    };
    total.map(Units::new)
}

pub(super) fn weighted(amount: Units, [common, leap]: InYears) -> Result<InYears, Overflow> {
    let times = |weight| exact::mul(amount.decimal(), weight);
    Ok([times(common)?, times(leap)?])
}

fn both(
    [a, b]: InYears,
    [c, d]: InYears,
    of: fn(Decimal, Decimal) -> Result<Decimal, Overflow>,
) -> Result<InYears, Overflow> {
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
