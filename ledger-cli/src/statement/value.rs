//! Amounts and days as statements write them, and what they are here.

use chrono::{Datelike, NaiveDate};
use ledger_core::exact;
use ledger_core::time::Day;
use rust_decimal::Decimal;

use super::fault::{Code, StatementFault, shown};

/// Which sign stands before the decimals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Point {
    /// A point: `1,234.56`.
    Point,
    /// A comma: `1.234,56`.
    Comma,
}

/// An amount: a sign before or behind, blanks, and thousands apart if they stand apart by three. Nothing is guessed: a
/// text that could be another amount is refused.
///
/// # Errors
/// `STATEMENT_AMOUNT`.
pub(crate) fn amount(text: &str, point: Point, line: usize) -> Result<Decimal, StatementFault> {
    let wrong = || StatementFault::at(Code::BadAmount, line, format!("`{}` is not an amount", shown(text)));
    let trimmed = text.trim();
    let (negative, digits) = signed(trimmed).ok_or_else(wrong)?;
    let (mark, apart) = match point {
        Point::Point => ('.', ','),
        Point::Comma => (',', '.'),
    };
    let (whole, fraction) = digits.split_once(mark).unwrap_or((digits, ""));
    let whole = joined(whole, apart).ok_or_else(wrong)?;
    let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if (whole.is_empty() && fraction.is_empty()) || !all_digits(&whole) || !all_digits(fraction) {
        return Err(wrong());
    }
    let whole = whole.trim_start_matches('0');
    let fraction = fraction.trim_end_matches('0');
    let (whole, fraction) = (if whole.is_empty() { "0" } else { whole }, fraction);
    let plain = if fraction.is_empty() { whole.to_owned() } else { format!("{whole}.{fraction}") };
    let size =
        exact::parse(&plain).map_err(|why| StatementFault::at(Code::BadAmount, line, why.to_string()))?;
    Ok(if negative { exact::normal(-size) } else { size })
}

/// The sign and the rest: `-1`, `1-`, `+1`, `(1)`.
fn signed(text: &str) -> Option<(bool, &str)> {
    if let Some(inner) = text.strip_prefix('(') {
        return Some((true, inner.strip_suffix(')')?.trim()));
    }
    if let Some(rest) = text.strip_prefix('-') {
        return Some((true, rest.trim_start()));
    }
    if let Some(rest) = text.strip_prefix('+') {
        return Some((false, rest.trim_start()));
    }
    Some(text.strip_suffix('-').map_or((false, text), |rest| (true, rest.trim_end())))
}

/// Digits without the marks between thousands, which must stand every three digits.
fn joined(whole: &str, apart: char) -> Option<String> {
    let groups: Vec<&str> = whole.split([apart, ' ', '\u{a0}', '\u{202f}', '\'']).collect();
    let [first, rest @ ..] = groups.as_slice() else { return None };
    let apart_by_three = rest.is_empty()
        || (!first.is_empty() && first.len() <= 3 && rest.iter().all(|group| group.len() == 3));
    apart_by_three.then(|| groups.concat())
}

/// An amount in cents or another smallest unit, `digits` of them after the point, as BAI2 writes it.
///
/// # Errors
/// `STATEMENT_AMOUNT`.
pub(crate) fn implied(text: &str, digits: u32, line: usize) -> Result<Decimal, StatementFault> {
    let wrong = || StatementFault::at(Code::BadAmount, line, format!("`{}` is not an amount", shown(text)));
    if text.contains(['.', ',', '(', ' ']) {
        return Err(wrong());
    }
    let whole = amount(text, Point::Point, line)?;
    Decimal::try_from_i128_with_scale(whole.mantissa(), whole.scale() + digits)
        .map(exact::normal)
        .map_err(|_| wrong())
}

fn bad_day(text: &str, line: usize) -> StatementFault {
    StatementFault::at(Code::BadDay, line, format!("`{}` is not a day", shown(text)))
}

fn number(text: &str) -> Option<u32> {
    (!text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse().ok()).flatten()
}

fn calendar(year: u32, month: u32, day: u32) -> Option<Day> {
    Day::from_date(NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)?)
}

/// A year of two digits: 80 to 99 are of the last century.
fn century(year: u32) -> u32 {
    if year < 80 { 2000 + year } else { 1900 + year }
}

/// `YYMMDD`. Banks that count every month with thirty days write 30 February for its last day.
///
/// # Errors
/// `STATEMENT_DAY`.
pub(crate) fn short_day(text: &str, line: usize, notes: &mut Vec<String>) -> Result<Day, StatementFault> {
    let wrong = || bad_day(text, line);
    let part = |range: std::ops::Range<usize>| text.get(range).and_then(number);
    let (Some(year), Some(month), Some(day), 6) = (part(0..2), part(2..4), part(4..6), text.len()) else {
        return Err(wrong());
    };
    let year = century(year);
    if month == 2 && day == 30 {
        let last = calendar(year, 2, 29).or_else(|| calendar(year, 2, 28)).ok_or_else(wrong)?;
        notes.push(format!("line {line}: 30 February, of a bank whose months have 30 days, is {last}"));
        return Ok(last);
    }
    calendar(year, month, day).ok_or_else(wrong)
}

/// `MMDD` in the year that brings it nearest to another day.
///
/// # Errors
/// `STATEMENT_DAY`.
pub(crate) fn day_near(text: &str, near: Day, line: usize) -> Result<Day, StatementFault> {
    let wrong = || bad_day(text, line);
    let part = |range: std::ops::Range<usize>| text.get(range).and_then(number);
    let (Some(month), Some(day), 4) = (part(0..2), part(2..4), text.len()) else { return Err(wrong()) };
    let year = u32::try_from(near.date().year()).map_err(|_| wrong())?;
    let candidates = [year.saturating_sub(1), year, year + 1].map(|year| calendar(year, month, day));
    let nearest = candidates.into_iter().flatten().min_by_key(|day| (day.number() - near.number()).abs());
    nearest.ok_or_else(wrong)
}

/// A day, or the day of a time, as ISO 8601 writes it: `2026-02-08`, `2026-02-08T14:30:00Z`, `20260208`, `20260208143000`.
///
/// # Errors
/// `STATEMENT_DAY`.
pub(crate) fn iso_day(text: &str, line: usize) -> Result<Day, StatementFault> {
    let wrong = || bad_day(text, line);
    let text = text.trim();
    let dashed = text.as_bytes().get(4) == Some(&b'-');
    let (taken, [year, month, day]) =
        if dashed { (10, [0..4, 5..7, 8..10]) } else { (8, [0..4, 4..6, 6..8]) };
    if dashed && text.as_bytes().get(7) != Some(&b'-') {
        return Err(wrong());
    }
    let next = text.get(taken..).ok_or_else(wrong)?.chars().next();
    let goes_on = match next {
        None | Some('T' | ' ' | 'Z' | '+' | '[') => true,
        Some(letter) => !dashed && letter.is_ascii_digit() && text.len() >= taken + 4,
    };
    let part = |range| text.get::<std::ops::Range<usize>>(range).and_then(number);
    match (part(year), part(month), part(day)) {
        (Some(year), Some(month), Some(day)) if goes_on => calendar(year, month, day).ok_or_else(wrong),
        (_, _, _) => Err(wrong()),
    }
}

/// A day in a form that a profile names: `%d/%m/%Y`. What follows the day, such as a time, must begin with a blank or `T`.
///
/// # Errors
/// `STATEMENT_DAY`.
pub(crate) fn day_in(form: &str, text: &str, line: usize) -> Result<Day, StatementFault> {
    let read = NaiveDate::parse_and_remainder(text.trim(), form).ok();
    let day = read.filter(|(_, rest)| rest.is_empty() || rest.starts_with([' ', 'T', ',']));
    day.and_then(|(day, _)| Day::from_date(day)).ok_or_else(|| bad_day(text, line))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    #[test]
    fn an_amount_is_read_exactly_or_not_at_all() {
        let cases = [
            ("1200,00", Point::Comma, Some("1200")),
            ("500000,", Point::Comma, Some("500000")),
            ("000000000001,62", Point::Comma, Some("1.62")),
            ("1.234.567,89", Point::Comma, Some("1234567.89")),
            ("1,234.5", Point::Point, Some("1234.5")),
            ("+ 42.00", Point::Point, Some("42")),
            ("- 42.00", Point::Point, Some("-42")),
            ("42.00-", Point::Point, Some("-42")),
            ("(42.00)", Point::Point, Some("-42")),
            ("-.5", Point::Point, Some("-0.5")),
            ("-0,00", Point::Comma, Some("0")),
            ("0.00000001", Point::Point, Some("0.00000001")),
            ("1 006,60", Point::Comma, Some("1006.6")),
            ("1 06,60", Point::Comma, None),
            ("1,23", Point::Point, None),
            ("1.23", Point::Comma, None),
            ("1e5", Point::Point, None),
            ("", Point::Point, None),
            ("-", Point::Point, None),
            (".", Point::Point, None),
            ("--1", Point::Point, None),
            ("NaN", Point::Point, None),
            ("123456789012345678901234567890", Point::Point, None),
        ];
        assert_eq!(cases.len(), 23, "a case was dropped");
        for (text, point, expected) in cases {
            let read = amount(text, point, 1).ok().map(|read| read.to_string());
            assert_eq!(read.as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn implied_decimals_are_those_of_the_currency() {
        assert_eq!(implied("-001234", 2, 1).unwrap().to_string(), "-12.34");
        assert_eq!(implied("1234", 0, 1).unwrap().to_string(), "1234");
        assert_eq!(implied("12.34", 2, 1).unwrap_err().code, Code::BadAmount);
    }

    #[test]
    fn days_are_read_in_every_form_and_never_guessed() {
        let mut notes = Vec::new();
        assert_eq!(short_day("991231", 1, &mut notes).unwrap(), day("1999-12-31"));
        assert_eq!(short_day("260208", 1, &mut notes).unwrap(), day("2026-02-08"));
        assert!(notes.is_empty());
        assert_eq!(short_day("160230", 1, &mut notes).unwrap(), day("2016-02-29"));
        assert_eq!(notes.len(), 1);
        assert_eq!(short_day("160431", 1, &mut notes).unwrap_err().code, Code::BadDay);
        assert_eq!(day_near("0101", day("2025-12-31"), 1).unwrap(), day("2026-01-01"));
        assert_eq!(day_near("1231", day("2026-01-02"), 1).unwrap(), day("2025-12-31"));
        for text in
            ["2026-02-08", "20260208", "2026-02-08T14:30:00Z", "20260208143000.000[-5:EST]", "20260208[0]"]
        {
            assert_eq!(iso_day(text, 1).unwrap(), day("2026-02-08"), "{text}");
        }
        for text in ["2026-02", "202602081", "2026-02-30", "00000000", "2026-02-08x", "Feb 8"] {
            assert_eq!(iso_day(text, 1).unwrap_err().code, Code::BadDay, "{text}");
        }
        assert_eq!(day_in("%d/%m/%Y", "08/02/2026 14:30", 1).unwrap(), day("2026-02-08"));
        assert!(day_in("%d/%m/%Y", "2026-02-08", 1).is_err());
    }
}
