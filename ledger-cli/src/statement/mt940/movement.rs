//! Field :61:, a movement: value day, day of booking, direction, amount, kind and references in one line.

use super::{Code, Field, StatementFault, Status, signed, value};
use crate::statement::Line;
use crate::statement::fault::shown;
use crate::statement::value::Point;

/// Reads a movement. `pending` are those of a day under way.
pub(super) fn line(
    field: &Field<'_>,
    pending: bool,
    notes: &mut Vec<String>,
) -> Result<Line, StatementFault> {
    let first = field.first().trim();
    let (parts, further) = match parts(first) {
        Some(parts) => (parts, field.texts.get(1..).unwrap_or(&[])),
        // A bank that breaks lines after a fixed number of letters breaks this one too.
        None => {
            let second = field.texts.get(1).map_or("", |text| text.trim());
            let joined = format!("{first}{second}");
            let line = of_parts(parts(&joined).ok_or_else(|| malformed(field))?, field, pending, notes)?;
            notes.push(format!("line {}: a movement broken into two lines is read as one", field.line));
            return Ok(with_further(line, field.texts.get(2..).unwrap_or(&[])));
        }
    };
    Ok(with_further(of_parts(parts, field, pending, notes)?, further))
}

fn malformed(field: &Field<'_>) -> StatementFault {
    let what = format!("`{}` is not a movement", shown(field.first()));
    StatementFault::at(Code::Malformed, field.line, what)
}

/// A movement taken apart.
struct Parts<'a> {
    value_day: &'a str,
    booked_day: Option<&'a str>,
    reversal: bool,
    debit: bool,
    amount: &'a str,
    rest: &'a str,
}

fn parts(text: &str) -> Option<Parts<'_>> {
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let value_day = text.get(..6).filter(|part| digits(part))?;
    let mut rest = text.get(6..)?;
    let booked_day = rest.get(..4).filter(|part| digits(part));
    if booked_day.is_some() {
        rest = rest.get(4..)?;
    }
    // A blank stands for the entry day at some banks.
    rest = rest.trim_start();
    // An expected movement is one of a day under way.
    rest = rest.strip_prefix('E').unwrap_or(rest);
    let reversal = rest.starts_with("RC") || rest.starts_with("RD");
    rest = if reversal { rest.get(1..)? } else { rest };
    let debit = match rest.get(..1)? {
        "C" => false,
        "D" => true,
        _ => return None,
    };
    rest = rest.get(1..)?;
    // The third letter of the currency.
    if rest.starts_with(|c: char| c.is_ascii_alphabetic()) {
        rest = rest.get(1..)?;
    }
    let end = rest.find(|c: char| !(c.is_ascii_digit() || c == ',' || c == '.')).unwrap_or(rest.len());
    let (amount, rest) = rest.split_at(end);
    amount.contains(|c: char| c.is_ascii_digit()).then_some(())?;
    Some(Parts { value_day, booked_day, reversal, debit, amount, rest })
}

fn of_parts(
    parts: Parts<'_>,
    field: &Field<'_>,
    pending: bool,
    notes: &mut Vec<String>,
) -> Result<Line, StatementFault> {
    let place = field.line;
    let value_day = value::short_day(parts.value_day, place, notes)?;
    let booked = match parts.booked_day {
        Some(text) if text != "0230" => value::day_near(text, value_day, place)?,
        Some(_) | None => value_day,
    };
    let amount = value::amount(parts.amount, Point::Comma, place)?;
    // The reversal of a credit takes from the account, that of a debit gives back.
    let mut line = Line::new(place, booked, signed(amount, parts.debit != parts.reversal));
    line.value = Some(value_day);
    if pending {
        line.status = Status::Pending;
    }
    let mut rest = parts.rest;
    if let Some(kind) = rest.get(..4) {
        kind.trim().clone_into(&mut line.kind);
        rest = rest.get(4..).unwrap_or("");
    } else {
        rest.trim().clone_into(&mut line.kind);
        rest = "";
    }
    if parts.reversal {
        line.kind = format!("reversal {}", line.kind).trim().to_owned();
    }
    let (ours, banks) = rest.split_once("//").unwrap_or((rest, ""));
    line.refer("customer", ours);
    line.refer("bank", banks);
    Ok(line)
}

fn with_further(mut line: Line, further: &[&str]) -> Line {
    let texts: Vec<&str> = further.iter().map(|text| text.trim()).collect();
    line.text = texts.join(" ").trim().to_owned();
    line
}
