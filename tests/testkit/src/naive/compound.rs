//! Interest that bears interest: day after day from the first, with nothing kept from one accrual to the next.

use chrono::Datelike;
use ledger_core::event::loan::Compounding;
use ledger_core::time::Day;

use super::debt::{Facility, YEAR, part_of_year};
use super::numbers::{self, FINE, Half};

/// A day's interest is counted in so much smaller parts than units are.
const FINER: u32 = 6;

impl Facility {
    /// When interest that is paid ceases to bear interest: as principal repaid that day does.
    pub(super) fn stops(&self, day: Day) -> Day {
        if self.terms.count_last_day { day.next() } else { day }
    }

    /// All interest from the first draw through a day, rounded once; `None` where interest bears none.
    pub(super) fn compounded(&self, through: Day, digits: u32) -> Option<Result<i128, String>> {
        match self.terms.compounding {
            None | Some(Compounding::None) => None,
            Some(Compounding::Daily) => Some(self.grown(through, digits, |_| true)),
            Some(Compounding::Monthly) => {
                Some(self.grown(through, digits, |day| day.next().date().month() != day.date().month()))
            }
        }
    }

    fn grown(&self, through: Day, digits: u32, joins: impl Fn(Day) -> bool) -> Result<i128, String> {
        let changes = || self.flows.iter().chain(&self.paid).filter(|(_, change)| *change != 0);
        let Some(mut day) = changes().map(|(first, _)| *first).min() else { return Ok(0) };
        let from_the_first = self.terms.rate.fixed.is_some();
        let (mut owed, mut apart, mut total) = (0, 0, 0);
        while day <= through {
            let today = changes().filter(|(first, _)| *first == day).map(|(_, change)| change);
            owed += today.sum::<i128>() * numbers::ten_to(FINER);
            if owed != 0 {
                let by_then = self.rates.iter().rev().find(|(from, _)| *from <= day);
                let rate = by_then.or(self.rates.first().filter(|_| from_the_first));
                let (_, rate) = rate.ok_or_else(|| format!("no rate is set for {day}"))?;
                let part = part_of_year(day.date(), self.terms.day_count);
                let interest = numbers::divide(owed * rate * part, YEAR * 1_000_000, Half::Even);
                (total, apart) = (total + interest, apart + interest);
            }
            if joins(day) {
                owed += std::mem::take(&mut apart);
            }
            day = day.next();
        }
        let smallest = numbers::ten_to(FINE - digits);
        Ok(numbers::divide(total, numbers::ten_to(FINER) * smallest, Half::Even) * smallest)
    }
}
