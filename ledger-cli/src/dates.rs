//! Days as people write them: `2026-02-08`, `2026-02`, `2026Q1`, `FY2025`, `yesterday`, `last month-end`.
//! What is relative is resolved against the ledger's own calendar and echoed.

use std::str::FromStr;

use chrono::{Datelike, NaiveDate};
use ledger_core::event::books::YearEnd;
use ledger_core::time::{Day, Effective, Instant, Zone};

/// A day or a period, as typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum When {
    /// A day.
    Day(Day),
    /// A calendar month.
    Month(Period),
    /// A calendar quarter.
    Quarter(Period),
    /// The fiscal year that ends in this calendar year.
    FiscalYear(i32),
    /// A day that depends on today.
    Relative(Relative),
}

/// The first and last day of a period of the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Period {
    first: Day,
    last: Day,
}

/// Days that depend on today.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Relative {
    /// Today.
    Today,
    /// The day before.
    Yesterday,
    /// The last day of the month before this one.
    LastMonthEnd,
    /// The last day of the quarter before this one.
    LastQuarterEnd,
}

/// Why a text is not a date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NotADate(String);

impl std::fmt::Display for NotADate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "`{}` is not a date: write 2026-02-08, 2026-02, 2026Q1, FY2025, today, yesterday, \"last month-end\" or \"last quarter-end\"",
            self.0
        )
    }
}

impl std::error::Error for NotADate {}

/// The calendar of a ledger, on the day of the question.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Calendar {
    /// Today, in the ledger's zone.
    pub(crate) today: Day,
    /// The last day of its fiscal year.
    pub(crate) year_end: YearEnd,
}

impl Calendar {
    /// The calendar of a ledger at an instant.
    pub(crate) fn at(now: i64, zone: Zone, year_end: YearEnd) -> Calendar {
        Calendar { today: zone.day_of(Effective::At(Instant::from_micros(now))), year_end }
    }
}

impl When {
    /// The first day of it.
    pub(crate) fn first(self, calendar: &Calendar) -> Day {
        match self {
            When::Day(day) => day,
            When::Month(period) | When::Quarter(period) => period.first,
            When::FiscalYear(_) => {
                let last = self.last(calendar);
                calendar.year_end.start_of(last).unwrap_or(last)
            }
            When::Relative(relative) => relative.day(calendar.today),
        }
    }

    /// The last day of it.
    pub(crate) fn last(self, calendar: &Calendar) -> Day {
        match self {
            When::Day(day) => day,
            When::Month(period) | When::Quarter(period) => period.last,
            When::FiscalYear(year) => {
                let new_year = day(year, 1, 1);
                new_year.and_then(|day| calendar.year_end.of(day)).unwrap_or(Day::LAST)
            }
            When::Relative(relative) => relative.day(calendar.today),
        }
    }

    /// What it is called where it heads a column; a relative day is named by its date.
    pub(crate) fn name(self, calendar: &Calendar) -> String {
        let first = self.first(calendar);
        match self {
            When::Day(_) | When::Relative(_) => first.to_string(),
            When::Month(_) => first.date().format("%Y-%m").to_string(),
            When::Quarter(_) => format!("{:04}Q{}", first.date().year(), first.date().month0() / 3 + 1),
            When::FiscalYear(year) => format!("FY{year:04}"),
        }
    }

    /// Whether it depends on today.
    pub(crate) fn is_relative(self) -> bool {
        matches!(self, When::Relative(_))
    }
}

impl Relative {
    fn day(self, today: Day) -> Day {
        let before = |day: Day| Day::from_number(day.number() - 1).unwrap_or(day);
        let (year, month) = (today.date().year(), today.date().month());
        let first_of = |month| day(year, month, 1).unwrap_or(today);
        match self {
            Relative::Today => today,
            Relative::Yesterday => before(today),
            Relative::LastMonthEnd => before(first_of(month)),
            Relative::LastQuarterEnd => before(first_of((month - 1) / 3 * 3 + 1)),
        }
    }
}

fn day(year: i32, month: u32, day: u32) -> Option<Day> {
    NaiveDate::from_ymd_opt(year, month, day).and_then(Day::from_date)
}

/// `months` months from the first of a month on.
fn period(year: i32, month: u32, months: u32) -> Option<Period> {
    let first = day(year, month, 1)?;
    let after = first.date().checked_add_months(chrono::Months::new(months))?;
    let last = Day::from_date(after.pred_opt()?)?;
    Some(Period { first, last })
}

/// A year of four digits.
fn year(text: &str) -> Option<i32> {
    let plain = text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_digit());
    plain.then(|| text.parse().ok()).flatten()
}

fn month(text: &str) -> Option<When> {
    let (year_text, month) = text.split_once('-')?;
    let plain = month.len() == 2 && month.bytes().all(|byte| byte.is_ascii_digit());
    let month = plain.then(|| month.parse().ok()).flatten()?;
    period(year(year_text)?, month, 1).map(When::Month)
}

fn quarter(text: &str) -> Option<When> {
    let (year_text, quarter) = text.split_once(['Q', 'q'])?;
    let quarter: u32 = quarter.parse().ok().filter(|quarter| (1..=4).contains(quarter))?;
    period(year(year_text)?, quarter * 3 - 2, 3).map(When::Quarter)
}

fn fiscal_year(text: &str) -> Option<When> {
    let year_text = text.strip_prefix("FY").or_else(|| text.strip_prefix("fy"))?;
    year(year_text).filter(|year| day(*year, 1, 1).is_some()).map(When::FiscalYear)
}

fn relative(text: &str) -> Option<When> {
    let relative = match text.to_ascii_lowercase().replace('-', " ").as_str() {
        "today" => Relative::Today,
        "yesterday" => Relative::Yesterday,
        "last month end" => Relative::LastMonthEnd,
        "last quarter end" => Relative::LastQuarterEnd,
        _ => return None,
    };
    Some(When::Relative(relative))
}

impl FromStr for When {
    type Err = NotADate;
    fn from_str(text: &str) -> Result<When, NotADate> {
        let plain = text.parse().ok().map(When::Day);
        let read = plain
            .or_else(|| month(text))
            .or_else(|| quarter(text))
            .or_else(|| fiscal_year(text))
            .or_else(|| relative(text));
        read.ok_or_else(|| NotADate(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn calendar(today: &str, year_end: &str) -> Calendar {
        Calendar { today: today.parse().unwrap(), year_end: year_end.parse().unwrap() }
    }

    #[test]
    fn a_period_has_a_first_and_a_last_day() {
        let cases = [
            ("2026-02-08", "2026-02-08..2026-02-08"),
            ("2026-02", "2026-02-01..2026-02-28"),
            ("2024-02", "2024-02-01..2024-02-29"),
            ("2026Q1", "2026-01-01..2026-03-31"),
            ("2026q4", "2026-10-01..2026-12-31"),
            ("FY2025", "2025-01-01..2025-12-31"),
            ("today", "2026-05-15..2026-05-15"),
            ("yesterday", "2026-05-14..2026-05-14"),
            ("last month-end", "2026-04-30..2026-04-30"),
            ("last quarter-end", "2026-03-31..2026-03-31"),
        ];
        let calendar = calendar("2026-05-15", "12-31");
        for (text, expected) in cases {
            let when: When = text.parse().unwrap();
            let days = format!("{}..{}", when.first(&calendar), when.last(&calendar));
            assert_eq!(days, expected, "{text}");
        }
    }

    #[test]
    fn a_period_is_named_the_same_however_it_was_typed() {
        let names = [
            ("2026-02-08", "2026-02-08"),
            ("2026-02", "2026-02"),
            ("2026q4", "2026Q4"),
            ("fy2025", "FY2025"),
            ("last month-end", "2026-04-30"),
        ];
        for (text, name) in names {
            assert_eq!(text.parse::<When>().unwrap().name(&calendar("2026-05-15", "12-31")), name);
        }
    }

    #[test]
    fn a_fiscal_year_is_named_after_the_year_it_ends_in() {
        let calendar = calendar("2026-05-15", "06-30");
        let when: When = "FY2025".parse().unwrap();
        assert_eq!(when.first(&calendar).to_string(), "2024-07-01");
        assert_eq!(when.last(&calendar).to_string(), "2025-06-30");
    }

    #[test]
    fn what_is_not_a_date_is_refused() {
        for bad in [
            "",
            "2026",
            "2026-13",
            "2026-2",
            "2026Q5",
            "2026Q",
            "FY25",
            "FY9999",
            "8 Feb",
            "2026-02-30",
            "+2026-02",
        ] {
            assert!(bad.parse::<When>().is_err(), "{bad}");
        }
    }
}
