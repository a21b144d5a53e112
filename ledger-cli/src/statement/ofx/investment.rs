//! A broker's statement in OFX: the money, and each security as an account of its own whose lines are units.

use std::collections::BTreeMap;

use ledger_core::exact;
use rust_decimal::Decimal;

use super::{Balance, Code, Element, Line, OtherBalance, Source, Statement, StatementFault};
use super::{amount, begun, day, day_or_note, other_currency, transaction_line};

/// What a transaction in securities does to the money.
const CASH: &[&str] = &[
    "BUYDEBT",
    "BUYMF",
    "BUYOPT",
    "BUYOTHER",
    "BUYSTOCK",
    "SELLDEBT",
    "SELLMF",
    "SELLOPT",
    "SELLOTHER",
    "SELLSTOCK",
    "INCOME",
    "INVEXPENSE",
    "JRNLFUND",
    "MARGININTEREST",
    "RETOFCAP",
];

/// Transactions that move units and no money.
const UNITS_ONLY: &[&str] = &["REINVEST", "TRANSFER", "JRNLSEC", "SPLIT", "CLOSUREOPT"];

/// Reads a broker's statement: that of the money first, then those of other currencies and of securities.
pub(super) fn of_broker(
    source: &Source,
    variant: &str,
    one: &Element,
) -> Result<Vec<Statement>, StatementFault> {
    let mut money = begun(source, variant, one, "INVACCTFROM")?;
    let as_of = day_or_note(&mut money.notes, one, "DTASOF");
    let mut others: BTreeMap<String, Statement> = BTreeMap::new();
    let empty = Statement { lines: Vec::new(), ..money.clone() };
    let of_other = |name: &str| Statement { currency: name.to_owned(), ..empty.clone() };
    if let Some(list) = one.find("INVTRANLIST") {
        money.from = day_or_note(&mut money.notes, list, "DTSTART");
        money.to = day_or_note(&mut money.notes, list, "DTEND");
        for transaction in &list.children {
            let name = transaction.name.as_str();
            let own = money.currency.clone();
            let currency = other_currency(transaction, &own).unwrap_or(&own);
            let mut add = |currency: &str, line: Line| {
                if currency == own {
                    money.lines.push(line);
                } else {
                    others.entry(currency.to_owned()).or_insert_with(|| of_other(currency)).lines.push(line);
                }
            };
            if name == "INVBANKTRAN" {
                let mut notes = Vec::new();
                add(currency, transaction_line(&mut notes, transaction.need("STMTTRN")?)?);
                money.notes.append(&mut notes);
            } else if CASH.contains(&name) || UNITS_ONLY.contains(&name) {
                let parts = Parts::of(transaction)?;
                if CASH.contains(&name)
                    && let Some(line) = parts.line("TOTAL")?
                {
                    add(currency, line);
                }
                if let (Some(security), Some(line)) = (parts.security, parts.line("UNITS")?) {
                    add(security, line);
                }
            } else if !["DTSTART", "DTEND"].contains(&name) {
                let what = format!("{name} is no transaction that is read here");
                return Err(StatementFault::at(Code::Malformed, transaction.line, what));
            }
        }
    }
    positions(one, &mut others, of_other)?;
    if let Some(cash) = one.find("INVBAL/AVAILCASH") {
        let (amount, currency) = (amount(cash)?, money.currency.clone());
        money.others.push(OtherBalance { name: "available".to_owned(), amount, currency, day: as_of });
    }
    super::refuse_repeated(&mut money);
    let (from, to) = (money.from, money.to);
    let rest = others.into_values().map(|other| Statement { from, to, ..other });
    Ok(std::iter::once(money).chain(rest).collect())
}

/// What is held at the end: the closing balance of each security, however many entries it is divided into.
fn positions(
    one: &Element,
    securities: &mut BTreeMap<String, Statement>,
    of_security: impl Fn(&str) -> Statement,
) -> Result<(), StatementFault> {
    let mut held = Vec::new();
    if let Some(list) = one.find("INVPOSLIST") {
        list.anywhere("INVPOS", &mut held);
    }
    for position in held {
        let security = position.need("SECID/UNIQUEID")?.text.trim();
        let (units, day) = (amount(position.need("UNITS")?)?, day(position.need("DTPRICEASOF")?).ok());
        let read = securities.entry(security.to_owned()).or_insert_with(|| of_security(security));
        let before = read.closing.map_or(Decimal::ZERO, |closing| closing.amount);
        let sum = exact::add(before, units)
            .map_err(|why| StatementFault::at(Code::BadAmount, position.line, why.to_string()))?;
        read.closing = Some(Balance { day, amount: exact::normal(sum) });
    }
    Ok(())
}

/// The parts of a transaction, which lie at different depths by kind.
struct Parts<'a> {
    transaction: &'a Element,
    inner: &'a Element,
    head: &'a Element,
    security: Option<&'a str>,
}

impl<'a> Parts<'a> {
    fn of(transaction: &'a Element) -> Result<Parts<'a>, StatementFault> {
        let inner = transaction.find("INVBUY").or_else(|| transaction.find("INVSELL")).unwrap_or(transaction);
        let head = inner.need("INVTRAN")?;
        Ok(Parts { transaction, inner, head, security: inner.say("SECID/UNIQUEID") })
    }

    /// The line of an amount, if the transaction has that amount and it is anything.
    fn line(&self, path: &str) -> Result<Option<Line>, StatementFault> {
        let Some(element) = self.inner.find(path) else { return Ok(None) };
        let mut amount = amount(element)?;
        let goes_out = self.transaction.say("TFERACTION") == Some("OUT") && !amount.is_sign_negative();
        if goes_out {
            amount = exact::normal(-amount);
        }
        if amount.is_zero() {
            return Ok(None);
        }
        let mut line = Line::new(self.transaction.line, day(self.head.need("DTTRADE")?)?, amount);
        line.value = self.head.find("DTSETTLE").map(day).transpose()?;
        self.transaction.name.clone_into(&mut line.kind);
        line.refer("bank", self.head.say("FITID").unwrap_or(""));
        line.text = self.head.say("MEMO").unwrap_or("").to_owned();
        Ok(Some(line))
    }
}
