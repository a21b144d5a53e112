//! SWIFT MT940, the statement of a day, and MT942, the report of a day under way. Banks send them wrapped in blocks or
//! bare, with headings of their own between messages, and break lines in odd places; the fields themselves are read
//! strictly.

mod details;
mod field;
mod movement;

use ledger_core::exact;
use rust_decimal::Decimal;

use super::fault::{Code, StatementFault, shown};
use super::source::Source;
use super::value::{self, Point};
use super::{Balance, OtherBalance, Statement, Status};
use field::Field;

/// A field that no other format has.
pub(super) fn sniff(source: &Source) -> bool {
    let known = ["20", "25", "25P", "28", "28C", "60F", "60M", "61", "62F", "64", "65", "86", "34F"];
    field::fields(source).iter().any(|field| known.contains(&field.tag))
}

/// Reads every message of a file.
pub(super) fn read(source: &Source) -> Result<Vec<Statement>, StatementFault> {
    let mut statements = Vec::new();
    let mut message: Vec<Field<'_>> = Vec::new();
    for field in field::fields(source) {
        if begins(&field, &message) && !message.is_empty() {
            statements.push(statement(source, &message)?);
            message.clear();
        }
        message.push(field);
    }
    if !message.is_empty() {
        statements.push(statement(source, &message)?);
    }
    Ok(statements)
}

/// Whether a field begins a message: its reference does, and after a closing balance whatever names the next account.
fn begins(field: &Field<'_>, message: &[Field<'_>]) -> bool {
    let closed = || message.iter().any(|field| matches!(field.tag, "62F" | "62M"));
    match field.tag {
        "20" => true,
        "25" | "25P" | "28" | "28C" | "60F" | "60M" => closed(),
        _ => false,
    }
}

fn statement(source: &Source, message: &[Field<'_>]) -> Result<Statement, StatementFault> {
    let place = message.first().map_or(1, |field| field.line);
    let interim = message.iter().any(|field| matches!(field.tag, "34F" | "13D" | "90C" | "90D"))
        && !message.iter().any(|field| matches!(field.tag, "60F" | "60M"));
    let mut read = Statement::new("mt940", if interim { "MT942" } else { "MT940" }, source, place);
    let mut stated = Vec::new();
    let mut described = false;
    for field in message {
        let was_described = std::mem::take(&mut described);
        match field.tag {
            "25" | "25P" => field.first().trim().clone_into(&mut read.account),
            "28" | "28C" => number(&mut read, field)?,
            "60F" | "60M" => read.opening = Some(own_balance(&mut read, field)?),
            "62F" | "62M" => {
                read.goes_on = field.tag == "62M";
                read.closing = Some(own_balance(&mut read, field)?);
            }
            "64" | "65" => other_balance(&mut read, field)?,
            "13D" | "13" => read.to = Some(value::short_day(day_of(field), field.line, &mut read.notes)?),
            "34F" => adopt_currency(&mut read, field.first().trim().get(..3).unwrap_or(""), field.line)?,
            "90C" | "90D" => stated.push(stated_sum(&mut read, field)?),
            "61" => {
                let line = movement::line(field, interim, &mut read.notes)?;
                read.lines.push(line);
                described = true;
            }
            "86" if was_described => {
                if let Some(line) = read.lines.last_mut() {
                    details::describe(line, field);
                }
            }
            "86" => read.notes.push(format!("line {}: {}", field.line, shown(&field.joined(" ")))),
            _ => {}
        }
    }
    require(&mut read, place, interim)?;
    stated.iter().for_each(|stated| check_sum(&mut read, stated));
    Ok(read)
}

fn day_of<'a>(field: &Field<'a>) -> &'a str {
    field.first().trim().get(..6).unwrap_or("")
}

fn require(read: &mut Statement, place: usize, interim: bool) -> Result<(), StatementFault> {
    if read.account.is_empty() {
        let what = "the message names no account: field :25: is missing";
        return Err(StatementFault::at(Code::FieldMissing, place, what));
    }
    let missing = match (&read.opening, &read.closing) {
        _ if interim => None,
        (None, _) => Some("opening balance, field :60F:"),
        (_, None) => Some("closing balance, field :62F:"),
        (Some(_), Some(_)) => None,
    };
    if let Some(missing) = missing {
        let what = format!("{}: the statement is cut: it has no {missing}", read.name());
        read.findings.push(StatementFault::at(Code::Cut, place, what));
    }
    Ok(())
}

/// `00005/001`: the statement's number and its page.
fn number(read: &mut Statement, field: &Field<'_>) -> Result<(), StatementFault> {
    let text = field.first().trim();
    let (number, page) =
        text.split_once('/').map_or((text, None), |(number, page)| (number, Some(page.trim())));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(number) || page.is_some_and(|page| !digits(page)) {
        let what = format!("`{}` is not a statement's number", shown(text));
        return Err(StatementFault::at(Code::Malformed, field.line, what));
    }
    let trimmed = number.trim_start_matches('0');
    read.number = Some(if trimmed.is_empty() { "0" } else { trimmed }.to_owned());
    read.page = page.and_then(|page| page.parse().ok()).filter(|page| *page > 0);
    Ok(())
}

/// Makes a currency that of the statement, unless that has another.
fn adopt_currency(read: &mut Statement, currency: &str, line: usize) -> Result<(), StatementFault> {
    let is_code = currency.len() == 3 && currency.bytes().all(|byte| byte.is_ascii_uppercase());
    if !is_code {
        let what = format!("`{}` is not a currency", shown(currency));
        return Err(StatementFault::at(Code::BadCurrency, line, what));
    }
    if read.currency.is_empty() {
        currency.clone_into(&mut read.currency);
    }
    if read.currency != currency {
        let what = format!("the statement is in {}, this is in {currency}", read.currency);
        return Err(StatementFault::at(Code::BadCurrency, line, what));
    }
    Ok(())
}

fn malformed(field: &Field<'_>) -> StatementFault {
    let what = format!("field :{}: cannot be `{}`", field.tag, shown(field.first()));
    StatementFault::at(Code::Malformed, field.line, what)
}

/// The parts of a balance: `C260208EUR1200,00`. An old form leaves the currency out.
fn parts<'a>(field: &Field<'a>) -> Result<(bool, &'a str, &'a str, &'a str), StatementFault> {
    let text = field.first().trim();
    let wrong = || malformed(field);
    let owed = match text.get(..1) {
        Some("C") => false,
        Some("D") => true,
        _ => return Err(wrong()),
    };
    let day = text.get(1..7).ok_or_else(wrong)?;
    let rest = text.get(7..).ok_or_else(wrong)?;
    let digits = rest.find(|c: char| c.is_ascii_digit()).ok_or_else(wrong)?;
    let (currency, amount) = rest.split_at(digits);
    Ok((owed, day, currency, amount))
}

fn own_balance(read: &mut Statement, field: &Field<'_>) -> Result<Balance, StatementFault> {
    let (owed, day, currency, amount) = parts(field)?;
    if currency.is_empty() && !read.currency.is_empty() {
        let note = format!(
            "line {}: a balance without its currency is taken to be in {}",
            field.line, read.currency
        );
        read.notes.push(note);
    } else {
        adopt_currency(read, currency, field.line)?;
    }
    let amount = signed(value::amount(amount, Point::Comma, field.line)?, owed);
    Ok(Balance { day: Some(value::short_day(day, field.line, &mut read.notes)?), amount })
}

fn signed(amount: Decimal, negative: bool) -> Decimal {
    if negative { exact::normal(-amount) } else { amount }
}

fn other_balance(read: &mut Statement, field: &Field<'_>) -> Result<(), StatementFault> {
    let (owed, day, currency, amount) = parts(field)?;
    let amount = signed(value::amount(amount, Point::Comma, field.line)?, owed);
    let name = if field.tag == "64" { "available" } else { "available later" };
    let day = Some(value::short_day(day, field.line, &mut read.notes)?);
    read.others.push(OtherBalance { name: name.to_owned(), amount, currency: currency.to_owned(), day });
    Ok(())
}

/// What an MT942 says that its debits or credits come to.
struct StatedSum {
    line: usize,
    debits: bool,
    count: usize,
    sum: Decimal,
}

/// `:90D:75EUR53474,90`: how many, and what they come to.
fn stated_sum(read: &mut Statement, field: &Field<'_>) -> Result<StatedSum, StatementFault> {
    let text = field.first().trim();
    let letters = text.find(|c: char| c.is_ascii_alphabetic()).ok_or_else(|| malformed(field))?;
    let (count, rest) = text.split_at(letters);
    let (Ok(count), Some(currency), Some(amount)) = (count.parse(), rest.get(..3), rest.get(3..)) else {
        return Err(malformed(field));
    };
    adopt_currency(read, currency, field.line)?;
    let sum = value::amount(amount, Point::Comma, field.line)?;
    Ok(StatedSum { line: field.line, debits: field.tag == "90D", count, sum })
}

fn check_sum(read: &mut Statement, stated: &StatedSum) {
    let side = |amount: Decimal| amount.is_sign_negative() == stated.debits && !amount.is_zero();
    let of_side = || read.lines.iter().filter(|line| side(line.amount) && line.status == Status::Pending);
    let word = if stated.debits { "debits" } else { "credits" };
    let count = of_side().count();
    let sum = of_side().map(|line| line.amount.abs()).try_fold(Decimal::ZERO, exact::add).ok();
    let mut wrong = Vec::new();
    if count != stated.count {
        let what = format!("there are {count} {word}, the report counts {}", stated.count);
        wrong.push(StatementFault::at(Code::ControlCount, stated.line, what));
    }
    if sum.map(exact::normal) != Some(stated.sum) {
        let sum = sum.map(|sum| exact::normal(sum).to_string()).unwrap_or_default();
        let what = format!("the {word} come to {sum}, the report says {}", stated.sum);
        wrong.push(StatementFault::at(Code::ControlTotal, stated.line, what));
    }
    read.findings.extend(wrong);
}
