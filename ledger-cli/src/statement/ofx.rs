//! OFX 1 and 2, of banks, card issuers and brokers. It tells a closing balance and no opening one, so that nothing in it
//! proves that no line is missing: such a statement is `untold`, and whoever reconciles it must know.

mod investment;

use std::collections::HashSet;

use ledger_core::time::Day;
use rust_decimal::Decimal;

use super::element::Element;
use super::fault::{Code, StatementFault, shown};
use super::source::Source;
use super::value::{self, Point};
use super::{Balance, Line, OtherBalance, Statement, sgml};

/// An element or a header of OFX.
pub(super) fn sniff(source: &Source) -> bool {
    let head = source.head().to_uppercase();
    head.trim_start().starts_with("OFXHEADER") || head.contains("<OFX>") || head.contains("<?OFX")
}

/// Reads every statement of a file.
pub(super) fn read(source: &Source) -> Result<Vec<Statement>, StatementFault> {
    let (header, _) = source.text.split_once('<').unwrap_or((&source.text, ""));
    let document = sgml::read(&source.text)?;
    let variant = if header.to_uppercase().contains("OFXHEADER") { "OFX 1" } else { "OFX 2" };
    let mut statements = Vec::new();
    let found = |name: &str| {
        let mut found = Vec::new();
        document.anywhere(name, &mut found);
        found
    };
    for name in ["STMTRS", "CCSTMTRS"] {
        for one in found(name) {
            statements.push(of_bank(source, variant, one)?);
        }
    }
    for one in found("INVSTMTRS") {
        statements.extend(investment::of_broker(source, variant, one)?);
    }
    if statements.is_empty() {
        return Err(nothing(&found("STATUS")));
    }
    Ok(statements)
}

/// Why there is no statement: the bank may have said so.
fn nothing(said: &[&Element]) -> StatementFault {
    let error = said.iter().find(|status| status.say("SEVERITY") == Some("ERROR"));
    match error {
        Some(status) => {
            let code = status.say("CODE").unwrap_or("without a code");
            let message =
                status.say("MESSAGE").map(|message| format!(": {}", shown(message))).unwrap_or_default();
            StatementFault::at(
                Code::BankError,
                status.line,
                format!("the bank answers with error {code}{message}"),
            )
        }
        None => StatementFault::new(Code::Empty, "the file holds no statement of an account"),
    }
}

/// An amount. The format lets banks choose their sign before decimals and has none between thousands.
fn amount(element: &Element) -> Result<Decimal, StatementFault> {
    let text = element.text.trim();
    let point = match (text.rfind(','), text.rfind('.')) {
        (Some(comma), Some(point)) if comma > point => Point::Comma,
        (Some(_), None) => Point::Comma,
        (_, _) => Point::Point,
    };
    value::amount(text, point, element.line)
}

fn day(element: &Element) -> Result<Day, StatementFault> {
    value::iso_day(&element.text, element.line)
}

/// A day that nothing hangs on: where it is none, it is left out, and that is said.
fn day_or_note(notes: &mut Vec<String>, of: &Element, path: &str) -> Option<Day> {
    let element = of.find(path)?;
    day(element).map_err(|why| notes.push(format!("{why}: {path} is left out"))).ok()
}

fn begun(source: &Source, variant: &str, one: &Element, account: &str) -> Result<Statement, StatementFault> {
    let mut read = Statement::new("ofx", variant, source, one.line);
    let ids = [format!("{account}/BANKID"), format!("{account}/BROKERID"), format!("{account}/ACCTID")];
    one.need(&ids[2])?;
    let ids: Vec<&str> = ids.iter().filter_map(|path| one.say(path)).collect();
    read.account = ids.join("/");
    match one.say("CURDEF") {
        Some(currency) => read.currency = currency.to_uppercase(),
        None => return Err(StatementFault::at(Code::BadCurrency, one.line, "CURDEF names no currency")),
    }
    Ok(read)
}

fn of_bank(source: &Source, variant: &str, one: &Element) -> Result<Statement, StatementFault> {
    let account = if one.find("CCACCTFROM").is_some() { "CCACCTFROM" } else { "BANKACCTFROM" };
    let mut read = begun(source, variant, one, account)?;
    if let Some(list) = one.find("BANKTRANLIST") {
        read.from = day_or_note(&mut read.notes, list, "DTSTART");
        read.to = day_or_note(&mut read.notes, list, "DTEND");
        for transaction in list.all("STMTTRN") {
            if let Some(currency) = other_currency(transaction, &read.currency) {
                let what = format!("a line in {currency} on a statement in {}", read.currency);
                return Err(StatementFault::at(Code::BadCurrency, transaction.line, what));
            }
            let line = transaction_line(&mut read.notes, transaction)?;
            read.lines.push(line);
        }
    }
    if let Some(ledger) = one.find("LEDGERBAL").filter(|ledger| ledger.say("BALAMT").is_some()) {
        let amount = amount(ledger.need("BALAMT")?)?;
        let day = day_or_note(&mut read.notes, ledger, "DTASOF");
        read.closing = Some(Balance { day, amount });
    }
    if let Some(available) = one.find("AVAILBAL").filter(|available| available.say("BALAMT").is_some()) {
        let amount = amount(available.need("BALAMT")?)?;
        let day = day_or_note(&mut read.notes, available, "DTASOF");
        let currency = read.currency.clone();
        read.others.push(OtherBalance { name: "available".to_owned(), amount, currency, day });
    }
    refuse_repeated(&mut read);
    Ok(read)
}

/// The currency of a transaction's amounts, where it says another than the statement's.
fn other_currency<'a>(transaction: &'a Element, currency: &str) -> Option<&'a str> {
    let mut said = Vec::new();
    transaction.anywhere("CURRENCY", &mut said);
    said.into_iter().find_map(|said| said.say("CURSYM")).filter(|said| *said != currency)
}

/// A line of a bank's list, which a broker has too.
fn transaction_line(notes: &mut Vec<String>, transaction: &Element) -> Result<Line, StatementFault> {
    let booked = day(transaction.need("DTPOSTED")?)?;
    let mut line = Line::new(transaction.line, booked, amount(transaction.need("TRNAMT")?)?);
    line.value = day_or_note(notes, transaction, "DTAVAIL");
    line.kind = transaction.say("TRNTYPE").unwrap_or("").to_uppercase();
    line.refer("bank", transaction.say("FITID").unwrap_or(""));
    line.refer("customer", transaction.say("REFNUM").unwrap_or(""));
    line.refer("check", transaction.say_any(&["CHECKNUM", "CHKNUM"]).unwrap_or(""));
    line.counterparty = transaction.say_any(&["NAME", "PAYEE/NAME"]).map(str::to_owned);
    line.counter_account = transaction.say_any(&["BANKACCTTO/ACCTID", "CCACCTTO/ACCTID"]).map(str::to_owned);
    line.text = transaction.say("MEMO").unwrap_or("").to_owned();
    Ok(line)
}

/// A FITID names one transaction of an account: the same twice with the same amount and day is one too many.
fn refuse_repeated(read: &mut Statement) {
    let mut seen = HashSet::new();
    let mut wrong = Vec::new();
    for line in &read.lines {
        let Some(reference) = line.references.iter().find(|reference| reference.kind == "bank") else {
            continue;
        };
        if !seen.insert((&reference.value, line.booked, line.amount)) {
            let what = format!("transaction {} is there twice", shown(&reference.value));
            wrong.push(StatementFault::at(Code::Repeated, line.place, what));
        }
    }
    read.findings.extend(wrong);
}
