//! Fiscal years and their months, by number.

use chrono::{Datelike, Months};
use ledger_core::event::books::YearEnd;
use ledger_core::time::Day;

/// A month of a fiscal year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Period {
    /// The year that the fiscal year ends in.
    pub(super) year: i32,
    /// Which month of it, from 1.
    pub(super) number: u32,
    /// Its last day.
    pub(super) last: Day,
}

/// The period of a day, months being counted from the first day of the fiscal year; none at the ends of the calendar.
pub(super) fn period_of(day: Day, year_end: YearEnd) -> Option<Period> {
    let (first, end) = (year_end.start_of(day)?.date(), year_end.of(day)?);
    let date = day.date();
    let months = (date.year() - first.year()) * 12 + date.month().cast_signed() - first.month().cast_signed();
    let whole = if date.day() < first.day() { months - 1 } else { months };
    let number = whole.max(0).cast_unsigned() + 1;
    let last = Day::from_date(first.checked_add_months(Months::new(number))?.pred_opt()?)?;
    // A year that ends within a month ends its last period with it.
    let last = if number >= 12 { end } else { last.min(end) };
    Some(Period { year: end.date().year(), number, last })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_period_is_a_month_of_the_fiscal_year_it_ends_in() {
        let cases = [
            ("2026-01-01", "12-31", "2026 1 2026-01-31"),
            ("2026-02-28", "12-31", "2026 2 2026-02-28"),
            ("2026-12-31", "12-31", "2026 12 2026-12-31"),
            ("2025-07-01", "06-30", "2026 1 2025-07-31"),
            ("2026-06-30", "06-30", "2026 12 2026-06-30"),
            ("2026-02-28", "02-28", "2026 12 2026-02-28"),
            ("2026-03-01", "02-28", "2027 1 2026-03-31"),
            ("2026-04-05", "04-05", "2026 12 2026-04-05"),
            ("2026-04-06", "04-05", "2027 1 2026-05-05"),
        ];
        for (day, end, expected) in cases {
            let Period { year, number, last } =
                period_of(day.parse().unwrap(), end.parse().unwrap()).unwrap();
            assert_eq!(format!("{year} {number} {last}"), expected, "{day}");
        }
    }
}
