//! ISO 20022 camt.053, the statement of a day, camt.052, the report of a day under way, and camt.054, the notification.
//! All three in every version share nearly the whole tree, and are read by one model of it.

mod entry;

use ledger_core::exact;
use ledger_core::time::Day;
use rust_decimal::Decimal;

use super::element::Element;
use super::fault::{Code, StatementFault, shown};
use super::source::Source;
use super::value::{self, Point};
use super::{Balance, OtherBalance, Statement, footing, xml};

/// What the three messages are called, outside and inside.
const MESSAGES: &[(&str, &str, &str)] = &[
    ("camt.053", "BkToCstmrStmt", "Stmt"),
    ("camt.052", "BkToCstmrAcctRpt", "Rpt"),
    ("camt.054", "BkToCstmrDbtCdtNtfctn", "Ntfctn"),
];

/// The first versions gave the messages other names.
const FIRST_NAMES: &[(&str, &str)] = &[
    ("BkToCstmrStmtV01", "BkToCstmrStmt"),
    ("BkToCstmrAcctRptV01", "BkToCstmrAcctRpt"),
    ("BkToCstmrDbtCdtNtfctnV01", "BkToCstmrDbtCdtNtfctn"),
];

/// A document of one of the messages.
pub(super) fn sniff(source: &Source) -> bool {
    let head = source.head();
    head.trim_start().starts_with('<')
        && (head.contains("camt.05") || MESSAGES.iter().any(|(_, outside, _)| head.contains(outside)))
}

/// Reads every statement of a document.
pub(super) fn read(source: &Source) -> Result<Vec<Statement>, StatementFault> {
    let document = xml::read(&source.text)?;
    let mut statements = Vec::new();
    for (name, outside, inside) in MESSAGES {
        let mut messages = Vec::new();
        let first = FIRST_NAMES.iter().find(|(_, later)| later == outside).map_or("", |(first, _)| *first);
        document.anywhere(outside, &mut messages);
        document.anywhere(first, &mut messages);
        let variant = version(&document, name);
        for message in messages {
            for one in message.all(inside) {
                statements.push(statement(source, &variant, one)?);
            }
        }
    }
    if statements.is_empty() {
        return Err(StatementFault::new(
            Code::FieldMissing,
            "the document holds no statement, report or notification",
        ));
    }
    Ok(statements)
}

/// `camt.053.001.08`, from the namespace.
fn version(document: &Element, name: &str) -> String {
    let mut documents = Vec::new();
    document.anywhere("Document", &mut documents);
    let spaces = documents.iter().flat_map(|document| &document.attributes).map(|(_, value)| value.as_str());
    let found = spaces.filter_map(|space| space.find(name).and_then(|at| space.get(at..))).next();
    found.unwrap_or(name).to_owned()
}

fn statement(source: &Source, variant: &str, one: &Element) -> Result<Statement, StatementFault> {
    let mut read = Statement::new("camt", variant, source, one.line);
    let account = one.need("Acct")?;
    let name =
        account.say_any(&["Id/IBAN", "Id/Othr/Id", "Id/PrtryAcct/Id", "Id/BBAN", "Id/UPIC", "Prxy/Id"]);
    let Some(name) = name else {
        return Err(StatementFault::at(Code::FieldMissing, account.line, "Acct lacks its Id"));
    };
    name.clone_into(&mut read.account);
    read.currency = currency(one, account)?;
    read.number = one.say_any(&["LglSeqNb", "ElctrncSeqNb"]).map(str::to_owned);
    page(&mut read, one)?;
    let day = |path: &str| one.find(path).map(|found| value::iso_day(&found.text, found.line)).transpose();
    read.from = day("FrToDt/FrDtTm")?;
    read.to = day("FrToDt/ToDtTm")?;
    for balance in one.all("Bal") {
        take_balance(&mut read, balance)?;
    }
    for ntry in one.all("Ntry") {
        let line = entry::line(&mut read, ntry)?;
        read.lines.push(line);
    }
    entry::settle_reversals(&mut read);
    entry::check_summary(&mut read, one)?;
    require_balances(&mut read, one);
    Ok(read)
}

/// The account's currency, or else that of its first balance or entry.
fn currency(one: &Element, account: &Element) -> Result<String, StatementFault> {
    let amounts = || one.children.iter().filter_map(|child| child.find("Amt")?.attribute("Ccy"));
    let found = account.say("Ccy").or_else(|| amounts().next());
    found.map(str::to_owned).ok_or_else(|| {
        StatementFault::at(Code::BadCurrency, one.line, "neither the account nor an amount names a currency")
    })
}

fn page(read: &mut Statement, one: &Element) -> Result<(), StatementFault> {
    let Some(paging) =
        one.find("StmtPgntn").or_else(|| one.find("RptPgntn")).or_else(|| one.find("NtfctnPgntn"))
    else {
        return Ok(());
    };
    let number = paging.need("PgNb")?;
    let parsed = number.text.trim().parse().map_err(|_| {
        let what = format!("`{}` is not a page's number", shown(&number.text));
        StatementFault::at(Code::Malformed, number.line, what)
    })?;
    read.page = Some(parsed);
    read.goes_on = paging.say("LastPgInd") == Some("false");
    Ok(())
}

/// The amount and its currency, with the sign that `CdtDbtInd` gives it.
fn amount(of: &Element) -> Result<(Decimal, String), StatementFault> {
    let element = of.need("Amt")?;
    let size = value::amount(&element.text, Point::Point, element.line)?;
    let currency = element.attribute("Ccy").unwrap_or("").to_owned();
    Ok((signed(of, size)?, currency))
}

fn signed(of: &Element, size: Decimal) -> Result<Decimal, StatementFault> {
    let direction = of.need("CdtDbtInd")?;
    match direction.text.trim() {
        "CRDT" => Ok(size),
        "DBIT" => Ok(exact::normal(-size)),
        other => {
            let what = format!("`{}` is neither CRDT nor DBIT", shown(other));
            Err(StatementFault::at(Code::Malformed, direction.line, what))
        }
    }
}

/// A day given as a date or as a time.
fn day(of: &Element, path: &str) -> Result<Option<Day>, StatementFault> {
    let Some(found) = of.find(path) else { return Ok(None) };
    let said = found.find("Dt").or_else(|| found.find("DtTm")).unwrap_or(found);
    value::iso_day(&said.text, said.line).map(Some)
}

fn take_balance(read: &mut Statement, element: &Element) -> Result<(), StatementFault> {
    let (amount, currency) = amount(element)?;
    let day = day(element, "Dt")?;
    let kind = element.say_any(&["Tp/CdOrPrtry/Cd", "Tp/CdOrPrtry/Prtry", "Tp/Cd"]).unwrap_or("").to_owned();
    let balance = Balance { day, amount };
    let own = currency == read.currency || currency.is_empty();
    let is_part = element.say("Tp/SubTp/Cd").is_some_and(|part| part != "INTM");
    match kind.as_str() {
        "OPBD" | "PRCD" if own && !is_part && (read.opening.is_none() || kind == "OPBD") => {
            read.opening = Some(balance)
        }
        "CLBD" if own && !is_part => read.closing = Some(balance),
        "ITBD" if own && !is_part && read.opening.is_none() => read.opening = Some(balance),
        "ITBD" if own && !is_part && read.closing.is_none() => read.closing = Some(balance),
        _ => read.others.push(OtherBalance { name: kind, amount, currency, day }),
    }
    Ok(())
}

fn require_balances(read: &mut Statement, one: &Element) {
    let missing = match (&read.opening, &read.closing) {
        (None, _) => "opening balance",
        (Some(_), None) => "closing balance",
        (Some(_), Some(_)) => return,
    };
    if read.variant.starts_with("camt.053") {
        let what = format!("{}: the statement has no {missing}", read.name());
        read.findings.push(StatementFault::at(Code::Cut, one.line, what));
    }
}
