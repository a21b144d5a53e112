//! Tables with a header, read by the profile that knows it. A row gives a line for each of its legs; lines of one account
//! and one currency are one statement.

use std::collections::BTreeMap;

use csv::{ReaderBuilder, StringRecord};
use ledger_core::exact;
use ledger_core::time::Day;
use rust_decimal::Decimal;

use super::fault::{Code, StatementFault, shown};
use super::profile::{self, Cell, DayCell, Leg, Order, Profile};
use super::source::Source;
use super::value;
use super::{Balance, Line, Statement, Status};

/// A first line of several columns.
pub(super) fn sniff(source: &Source) -> bool {
    first_line(source).is_some_and(|(_, text)| text.matches([',', ';', '\t']).count() >= 2)
}

fn first_line(source: &Source) -> Option<(usize, &str)> {
    source.lines().find(|(_, text)| !text.trim().is_empty())
}

/// The columns of the header, and what parts them.
pub(crate) fn header(text: &str) -> (Vec<String>, char) {
    let delimiter =
        [',', ';', '\t'].into_iter().max_by_key(|sign| text.matches(*sign).count()).unwrap_or(',');
    let mut reader = reader(delimiter).from_reader(text.as_bytes());
    let first = reader.records().next().and_then(Result::ok).unwrap_or_default();
    (first.iter().map(|column| column.trim().to_owned()).collect(), delimiter)
}

pub(crate) fn reader(delimiter: char) -> ReaderBuilder {
    let mut builder = ReaderBuilder::new();
    let delimiter = u8::try_from(delimiter).unwrap_or(b',');
    builder.has_headers(false).flexible(true).delimiter(delimiter);
    builder
}

/// Reads every account of a table.
pub(super) fn read(source: &Source) -> Result<Vec<Statement>, StatementFault> {
    let (first, text) = first_line(source).unwrap_or((1, ""));
    let (columns, delimiter) = header(text);
    let profile = profile::find(&columns)?;
    if delimiter != profile.delimiter && profile.exactly {
        let what = format!("columns of {} are parted by `{}`", profile.name, profile.delimiter);
        return Err(StatementFault::at(Code::Malformed, first, what));
    }
    let mut table = Table { source, profile, columns, statements: BTreeMap::new() };
    let mut rows = reader(delimiter).from_reader(source.text.as_bytes());
    for row in rows.records() {
        let row = row.map_err(|why| {
            let line = why.position().map_or(1, |at| usize::try_from(at.line()).unwrap_or(1));
            StatementFault::at(Code::Malformed, line, "the row cannot be read as a table's")
        })?;
        let line = row.position().map_or(1, |at| usize::try_from(at.line()).unwrap_or(1));
        let is_blank = row.iter().all(|cell| cell.trim().is_empty());
        if line > first && !is_blank {
            table.take(&row, line)?;
        }
    }
    Ok(table.statements.into_values().map(|statement| finished(profile, statement)).collect())
}

struct Table<'a> {
    source: &'a Source,
    profile: &'a Profile,
    columns: Vec<String>,
    /// By account and currency.
    statements: BTreeMap<(String, String), Statement>,
}

impl Table<'_> {
    fn cell<'r>(&self, row: &'r StringRecord, column: &str) -> &'r str {
        let at = self.columns.iter().position(|known| known.eq_ignore_ascii_case(column));
        at.and_then(|at| row.get(at)).unwrap_or("").trim()
    }

    fn text(&self, row: &StringRecord, cell: &Cell) -> String {
        let said = cell.column.as_deref().map_or("", |column| self.cell(row, column));
        if said.is_empty() { cell.otherwise.clone().unwrap_or_default() } else { said.to_owned() }
    }

    fn joined(&self, row: &StringRecord, columns: &[String], between: &str) -> String {
        let said = columns.iter().map(|column| self.cell(row, column)).filter(|text| !text.is_empty());
        said.collect::<Vec<_>>().join(between)
    }

    fn day(&self, row: &StringRecord, cell: &DayCell, line: usize) -> Result<Day, StatementFault> {
        let text = self.cell(row, &cell.column);
        if text.is_empty() {
            return Err(StatementFault::at(
                Code::FieldMissing,
                line,
                format!("the row lacks {}", cell.column),
            ));
        }
        let in_forms = cell.forms.iter().find_map(|form| value::day_in(form, text, line).ok());
        in_forms.map_or_else(|| value::iso_day(text, line), Ok)
    }

    /// Whether a row has happened; `None` if it never will.
    fn status(&self, row: &StringRecord, line: usize) -> Result<Option<Status>, StatementFault> {
        let Some(cell) = &self.profile.status else { return Ok(Some(Status::Booked)) };
        let said = self.cell(row, &cell.column);
        let among = |words: &[String]| {
            words.iter().any(|word| word.eq_ignore_ascii_case(said) || (word == "*" && !said.is_empty()))
        };
        if among(&cell.pending) {
            Ok(Some(Status::Pending))
        } else if among(&cell.never) {
            Ok(None)
        } else if among(&cell.booked) {
            Ok(Some(Status::Booked))
        } else {
            let what = format!("`{}` is no {} that is known", shown(said), cell.column);
            Err(StatementFault::at(Code::Malformed, line, what))
        }
    }

    fn take(&mut self, row: &StringRecord, line: usize) -> Result<(), StatementFault> {
        if row.len() != self.columns.len() {
            let what = format!("the row has {} columns, the header {}", row.len(), self.columns.len());
            return Err(StatementFault::at(Code::Malformed, line, what));
        }
        let profile = self.profile;
        let Some(status) = self.status(row, line)? else { return Ok(()) };
        let account = self.text(row, &profile.account);
        let mut shape = Line::new(line, self.day(row, &profile.day, line)?, Decimal::ZERO);
        if let Some(cell) = profile.value_day.as_ref().filter(|cell| !self.cell(row, &cell.column).is_empty())
        {
            shape.value = Some(self.day(row, cell, line)?);
        }
        shape.status = status;
        shape.kind = self.joined(row, &profile.kind, "/");
        for (kind, column) in &profile.references {
            shape.refer(kind.as_str(), self.cell(row, column));
        }
        let said =
            |column: &Option<String>| column.as_deref().map(|column| self.cell(row, column).to_owned());
        shape.counterparty = said(&profile.counterparty).filter(|text| !text.is_empty());
        shape.counter_account = said(&profile.counter_account).filter(|text| !text.is_empty());
        shape.text = self.joined(row, &profile.text, " ");
        let mut legs = Vec::new();
        for leg in &profile.leg {
            let Some((currency, amount)) = self.leg(row, leg, line)? else { continue };
            let account = leg.account.as_ref().map_or_else(|| account.clone(), |cell| self.text(row, cell));
            if account.is_empty() {
                return Err(StatementFault::at(Code::FieldMissing, line, "the row names no account"));
            }
            legs.push((account, currency, amount, leg.kind.clone()));
        }
        let balance = match profile.balance.as_deref().map(|column| self.cell(row, column)) {
            Some(text) if !text.is_empty() => Some(value::amount(text, profile.decimals.point(), line)?),
            Some(_) | None => None,
        };
        let last = legs.len().saturating_sub(1);
        for (at, (account, currency, amount, kind)) in legs.into_iter().enumerate() {
            let kind = kind.unwrap_or_else(|| shape.kind.clone());
            let balance = balance.filter(|_| at == last);
            self.add(&account, currency, Line { amount, kind, balance, ..shape.clone() });
        }
        Ok(())
    }

    fn add(&mut self, account: &str, currency: String, line: Line) {
        let (source, name) = (self.source, &self.profile.name);
        let key = (account.to_owned(), currency);
        let statement = self.statements.entry(key).or_insert_with_key(|(account, currency)| Statement {
            account: account.clone(),
            currency: currency.clone(),
            ..Statement::new("csv", name, source, line.place)
        });
        statement.lines.push(line);
    }

    /// What a leg of a row adds to which currency; nothing if it is nothing.
    fn leg(
        &self,
        row: &StringRecord,
        leg: &Leg,
        line: usize,
    ) -> Result<Option<(String, Decimal)>, StatementFault> {
        let Some((text, negative)) = self.amount_text(row, leg, line)? else { return Ok(None) };
        // `0.5 BTC`: the cell says its currency.
        let (digits, unit) = match text.split_once(' ') {
            Some((digits, unit)) if leg.currency.is_none() => (digits, unit.trim()),
            Some(_) | None => (text, ""),
        };
        let named =
            leg.currency.as_ref().map_or_else(|| unit.to_owned(), |cell| self.text(row, cell)).to_uppercase();
        let currency = self.profile.currencies.get(&named).cloned().unwrap_or(named);
        let amount = if leg.smallest.is_empty() {
            value::amount(digits, self.profile.decimals.point(), line)?
        } else {
            let scale = leg.smallest.get(&currency).ok_or_else(|| {
                let what = format!("nothing says how many digits {} has", shown(&currency));
                StatementFault::at(Code::BadCurrency, line, what)
            })?;
            value::implied(digits, *scale, line)?
        };
        if amount.is_zero() {
            return Ok(None);
        }
        if currency.is_empty() {
            return Err(StatementFault::at(Code::BadCurrency, line, "the row names no currency"));
        }
        Ok(Some((currency, if negative { exact::normal(-amount) } else { amount })))
    }

    /// The cell of a leg's amount, and whether it goes out.
    fn amount_text<'r>(
        &self,
        row: &'r StringRecord,
        leg: &Leg,
        line: usize,
    ) -> Result<Option<(&'r str, bool)>, StatementFault> {
        let cell = |column: &Option<String>| column.as_deref().map_or("", |column| self.cell(row, column));
        let (credit, debit) = (cell(&leg.credit), cell(&leg.debit));
        if leg.amount.is_none() {
            let is_nothing = |text: &str| text.chars().all(|c| ['0', '.', ',', '-'].contains(&c));
            return match (is_nothing(credit), is_nothing(debit)) {
                (true, true) => Ok(None),
                (false, true) => Ok(Some((credit, false))),
                // Some banks write what goes out with a sign in its own column.
                (true, false) => Ok(Some((debit.trim_start_matches('-'), true))),
                (false, false) => {
                    Err(StatementFault::at(Code::BadAmount, line, "the row both adds and takes"))
                }
            };
        }
        let text = cell(&leg.amount);
        if text.is_empty() {
            return Ok(None);
        }
        if leg.direction.is_empty() {
            return Ok(Some((text, leg.negative)));
        }
        let said = self.joined(row, &leg.direction, "/");
        let among =
            |words: &[String]| words.iter().any(|word| word.eq_ignore_ascii_case(&said) || word == "*");
        if among(&leg.comes_in) {
            Ok(Some((text, false)))
        } else if among(&leg.goes_out) {
            Ok(Some((text, true)))
        } else if among(&leg.stays) {
            Ok(None)
        } else {
            let what = format!("`{}` tells no direction that is known", shown(&said));
            Err(StatementFault::at(Code::Malformed, line, what))
        }
    }
}

/// Rows from the earliest on, with the balances that running ones imply.
fn finished(profile: &Profile, mut statement: Statement) -> Statement {
    let day = |line: Option<&Line>| line.map(|line| line.booked);
    let is_turned = match profile.order {
        Order::NewestFirst => true,
        Order::OldestFirst => false,
        Order::ByDay => day(statement.lines.first()) > day(statement.lines.last()),
    };
    if is_turned {
        // The legs of a row keep their order.
        statement.lines.sort_by_key(|line| std::cmp::Reverse(line.place));
    }
    let booked = || statement.lines.iter().filter(|line| line.status == Status::Booked);
    let first = booked().position(|line| line.balance.is_some());
    let before = first.and_then(|at| {
        let told = booked().nth(at)?.balance?;
        booked().take(at + 1).try_fold(told, |left, line| exact::sub(left, line.amount).ok())
    });
    let last = booked().rfind(|line| line.balance.is_some()).and_then(|line| line.balance);
    if let (Some(opening), Some(closing)) = (before, last) {
        statement.opening = Some(Balance { day: None, amount: exact::normal(opening) });
        statement.closing = Some(Balance { day: None, amount: closing });
        statement.notes.push("the opening balance is what the first running balance implies".to_owned());
    }
    statement
}
