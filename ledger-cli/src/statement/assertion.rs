//! Balance assertions: what a lender or another party confirmed in a document that no program reads. Somebody takes the
//! figures over and signs them off; the document's hash says which document it was.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::fault::{Code, StatementFault, shown};
use super::source::Source;
use super::value::{self, Point};
use super::{Balance, OtherBalance, Statement};

/// A file of them: `[[assertion]]` in TOML, `{"assertion": [...]}` in JSON.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    assertion: Vec<Assertion>,
}

/// What somebody confirmed of an account. Every amount is a text, so that no reader makes a float of it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Assertion {
    /// The account, or the loan.
    account: String,
    /// The last day of what is asserted.
    day: String,
    /// What the amounts count.
    currency: String,
    /// What is in the account, or owed as principal: negative when owed.
    balance: String,
    /// Further amounts in the same currency: `interest`, `fees`.
    #[serde(default)]
    others: BTreeMap<String, String>,
    /// Units held as collateral, by commodity.
    #[serde(default)]
    collateral: BTreeMap<String, String>,
    /// SHA-256 of the document, in hex.
    document: String,
    /// Who took the figures over and checked them: a role.
    signed_off_by: String,
    /// Anything else.
    note: Option<String>,
}

/// The word for the list of them.
pub(super) fn sniff(source: &Source) -> bool {
    let head = source.head().trim_start();
    head.contains("[[assertion]]") || (head.starts_with('{') && head.contains("\"assertion\""))
}

/// Reads every assertion of a file.
pub(super) fn read(source: &Source) -> Result<Vec<Statement>, StatementFault> {
    let is_json = source.text.trim_start().starts_with('{');
    let (file, variant) = if is_json { (from_json(source)?, "JSON") } else { (from_toml(source)?, "TOML") };
    let places: Vec<usize> = source.lines().filter(|(_, text)| begins(text)).map(|(line, _)| line).collect();
    let place = |at: usize| places.get(at).copied().unwrap_or(1);
    file.assertion.iter().enumerate().map(|(at, one)| statement(source, variant, one, place(at))).collect()
}

fn begins(text: &str) -> bool {
    text.trim().starts_with("[[assertion]]") || text.contains("\"account\"")
}

fn from_json(source: &Source) -> Result<File, StatementFault> {
    serde_json::from_str(&source.text)
        .map_err(|why| StatementFault::at(Code::Malformed, why.line().max(1), shown(&why.to_string())))
}

fn from_toml(source: &Source) -> Result<File, StatementFault> {
    toml::from_str(&source.text).map_err(|why| {
        let before = why.span().and_then(|span| source.text.get(..span.start));
        let line = before.map_or(1, |before| before.matches('\n').count() + 1);
        StatementFault::at(Code::Malformed, line, shown(why.message()))
    })
}

fn statement(
    source: &Source,
    variant: &str,
    one: &Assertion,
    place: usize,
) -> Result<Statement, StatementFault> {
    let mut read = Statement::new("assertion", variant, source, place);
    for (name, text) in
        [("account", &one.account), ("currency", &one.currency), ("signed_off_by", &one.signed_off_by)]
    {
        if text.trim().is_empty() {
            return Err(StatementFault::at(Code::FieldMissing, place, format!("{name} says nothing")));
        }
    }
    if one.document.len() != 64 || !one.document.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        let what = format!("`{}` is not the SHA-256 of a document in hex", shown(&one.document));
        return Err(StatementFault::at(Code::Malformed, place, what));
    }
    let day = one.day.parse().map_err(|_| {
        StatementFault::at(Code::BadDay, place, format!("`{}` is not a day", shown(&one.day)))
    })?;
    one.account.clone_into(&mut read.account);
    one.currency.clone_into(&mut read.currency);
    read.sha256 = one.document.to_lowercase();
    read.to = Some(day);
    let amount = |text: &str| value::amount(text, Point::Point, place);
    read.closing = Some(Balance { day: Some(day), amount: amount(&one.balance)? });
    let of_currency = one.others.iter().map(|(name, text)| (name.clone(), text, one.currency.clone()));
    let of_units =
        one.collateral.iter().map(|(commodity, text)| ("collateral".to_owned(), text, commodity.clone()));
    for (name, text, currency) in of_currency.chain(of_units) {
        read.others.push(OtherBalance { name, amount: amount(text)?, currency, day: Some(day) });
    }
    read.notes.push(format!("signed off by {}", one.signed_off_by));
    read.notes.extend(one.note.clone());
    Ok(read)
}
