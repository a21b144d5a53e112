//! How a yearly rate runs where interest bears interest. Day after day: what is owed that day bears it, and what it comes
//! to is owed too, from the next day or from the next month on. However often it is accrued, every day is worked out
//! once and alike, so that days, months or all at once come to the same.

use chrono::Datelike;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::interest::{NoRate, Rates, Running, rounded, weighted};
use crate::event::loan::{Compounding, DayCount};
use crate::exact::{self, Overflow};
use crate::money::Units;
use crate::rounding::Rounding;
use crate::time::Day;

/// The interest of a day is kept to so many digits after the point: with an amount of fifteen digits before it that is
/// all a decimal holds, and ten thousand days stay within a hundred-millionth of what they come to exactly.
const DIGITS: u8 = 12;

/// What bears interest: principal alone, or what is owed and not paid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Bearing {
    /// Principal.
    Simple(Running),
    /// Principal and interest that was not paid.
    Compound(Compound),
}

impl Bearing {
    pub(super) fn of(compounding: Option<Compounding>) -> Bearing {
        match compounding {
            None | Some(Compounding::None) => Bearing::Simple(Running::default()),
            Some(Compounding::Daily) => Bearing::Compound(Compound::of(Every::Day)),
            Some(Compounding::Monthly) => Bearing::Compound(Compound::of(Every::Month)),
        }
    }

    /// Principal grows, or falls, and bears the rate from a day on.
    pub(super) fn change(&mut self, amount: Units, bears_from: Day) {
        match self {
            Bearing::Simple(running) => running.change(amount, bears_from),
            Bearing::Compound(compound) => compound.change(amount, bears_from),
        }
    }

    /// Interest falls due, or is paid, and with it what bears interest where interest does.
    pub(super) fn change_interest(&mut self, amount: Units, bears_from: Day) {
        match self {
            Bearing::Simple(_) => {}
            Bearing::Compound(compound) => compound.change(amount, bears_from),
        }
    }

    /// What was borne from the start through a day, rounded once.
    pub(super) fn borne(
        &self,
        rates: &Rates,
        convention: DayCount,
        through: Day,
        scale: u8,
    ) -> Result<Result<Units, NoRate>, Overflow> {
        match self {
            Bearing::Simple(running) => running.borne(rates, convention, through, scale),
            Bearing::Compound(compound) => {
                let mut compound = compound.clone();
                if let Err(unknown) = compound.run(rates, convention, through)? {
                    return Ok(Err(unknown));
                }
                let total = compound.total.decimal();
                let total = exact::mul_round(total, Decimal::ONE, scale.into(), Rounding::HalfEven)?;
                Ok(Ok(Units::new(total)))
            }
        }
    }

    /// Sums up what no accrual will ask for again.
    pub(super) fn settle(
        &mut self,
        rates: &mut Rates,
        convention: DayCount,
        through: Day,
    ) -> Result<(), Overflow> {
        match self {
            Bearing::Simple(running) => running.settle(rates, convention, through),
            Bearing::Compound(compound) => compound.settle(rates, convention, through),
        }
    }
}

/// When interest begins to bear interest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
enum Every {
    /// The day after the one that it is of.
    Day,
    /// The first of the next month.
    Month,
}

/// A change of what bears interest, by more than the interest itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Change {
    bears_from: Day,
    amount: Units,
}

/// What is owed and bears interest, day after day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Compound {
    every: Every,
    /// The last day that is worked out; no change bears on an earlier one.
    through: Option<Day>,
    /// Changes that bear after it.
    changes: Vec<Change>,
    /// What bears interest.
    owed: Units,
    /// Interest that does not bear interest yet.
    waiting: Units,
    /// All interest from the start.
    total: Units,
}

impl Compound {
    fn of(every: Every) -> Compound {
        let (owed, waiting, total) = Default::default();
        Compound { every, through: None, changes: Vec::new(), owed, waiting, total }
    }

    fn change(&mut self, amount: Units, bears_from: Day) {
        if !amount.is_zero() {
            self.changes.push(Change { bears_from, amount });
        }
    }

    /// Works out every day through this one.
    fn run(
        &mut self,
        rates: &Rates,
        convention: DayCount,
        through: Day,
    ) -> Result<Result<(), NoRate>, Overflow> {
        let begun = self.changes.iter().map(|change| change.bears_from).min();
        let Some(first) = self.through.map(Day::next).or(begun) else { return Ok(Ok(())) };
        for day in (first.number()..=through.number()).filter_map(Day::from_number) {
            for change in self.changes.extract_if(.., |change| change.bears_from <= day) {
                self.owed = self.owed.plus(change.amount)?;
            }
            if !self.owed.is_zero() {
                let Some(rate) = rates.of_day(convention, day)? else { return Ok(Err(NoRate { day })) };
                let interest = rounded(convention, weighted(self.owed, rate)?, DIGITS)?;
                self.total = self.total.plus(interest)?;
                self.waiting = self.waiting.plus(interest)?;
            }
            if self.every == Every::Day || day.next().date().day() == 1 {
                self.owed = self.owed.plus(std::mem::take(&mut self.waiting))?;
            }
            self.through = Some(day);
        }
        Ok(Ok(()))
    }

    /// The day itself is left open: what is drawn or paid on it may still bear, or cease to bear, from that day on.
    fn settle(&mut self, rates: &mut Rates, convention: DayCount, through: Day) -> Result<(), Overflow> {
        let Some(eve) = Day::from_number(through.number() - 1) else { return Ok(()) };
        if self.run(rates, convention, eve)?.is_ok() {
            rates.forget_before(through);
        }
        Ok(())
    }
}
