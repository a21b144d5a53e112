//! An entry of camt, with its batches and details, and the summary over all of them.

use ledger_core::exact;
use rust_decimal::Decimal;

use super::{Code, Element, Point, Statement, StatementFault, amount, day, footing, value};
use crate::statement::fault::shown;
use crate::statement::{Line, Status};

/// The first word of what undoes another entry.
const REVERSAL: &str = "reversal";

/// By the standard `CdtDbtInd` is the direction of the reversal itself. Some banks give that of the entry reversed: where
/// only that foots, it is what they meant.
pub(super) fn settle_reversals(read: &mut Statement) {
    if footing::foots(read) != Some(false) {
        return;
    }
    let mut turned = read.clone();
    for line in turned.lines.iter_mut().filter(|line| line.kind.starts_with(REVERSAL)) {
        line.amount = exact::normal(-line.amount);
    }
    if footing::foots(&turned) == Some(true) {
        turned.notes.push("reversals have the direction of what they reverse, by the balances".to_owned());
        *read = turned;
    }
}

/// Reads an entry: one line, whatever it is made of. What its details come to is checked where they say so.
pub(super) fn line(read: &mut Statement, ntry: &Element) -> Result<Line, StatementFault> {
    let (amount, currency) = amount(ntry)?;
    if !currency.is_empty() && currency != read.currency {
        let what = format!("an entry in {currency} on a statement in {}", read.currency);
        return Err(StatementFault::at(Code::BadCurrency, ntry.line, what));
    }
    let value_day = day(ntry, "ValDt")?;
    let booked = match day(ntry, "BookgDt")?.or(value_day).or(read.to) {
        Some(day) => day,
        None => {
            return Err(StatementFault::at(Code::FieldMissing, ntry.line, "Ntry lacks BookgDt and ValDt"));
        }
    };
    let mut line = Line::new(ntry.line, booked, amount);
    line.value = value_day;
    line.status = status(ntry)?;
    line.kind = kind(ntry);
    if ntry.say("RvslInd").is_some_and(|reversal| ["true", "1"].contains(&reversal)) {
        line.kind = format!("{REVERSAL} {}", line.kind).trim().to_owned();
    }
    line.refer("bank", ntry.say("AcctSvcrRef").unwrap_or(""));
    line.refer("customer", ntry.say("NtryRef").unwrap_or(""));
    describe(&mut line, ntry);
    check_details(read, ntry, amount)?;
    Ok(line)
}

/// Later versions put the code into an element of its own.
fn status(ntry: &Element) -> Result<Status, StatementFault> {
    match ntry.say_any(&["Sts/Cd", "Sts/Prtry", "Sts"]) {
        Some("BOOK") => Ok(Status::Booked),
        Some("PDNG" | "INFO" | "FUTR") => Ok(Status::Pending),
        Some(other) => {
            let what = format!("`{}` is no status of an entry", shown(other));
            Err(StatementFault::at(Code::Malformed, ntry.line, what))
        }
        None => Err(StatementFault::at(Code::FieldMissing, ntry.line, "Ntry lacks Sts")),
    }
}

fn kind(ntry: &Element) -> String {
    let domain = ["BkTxCd/Domn/Cd", "BkTxCd/Domn/Fmly/Cd", "BkTxCd/Domn/Fmly/SubFmlyCd"];
    let codes: Vec<&str> = domain.iter().filter_map(|path| ntry.say(path)).collect();
    if codes.is_empty() { ntry.say("BkTxCd/Prtry/Cd").unwrap_or("").to_owned() } else { codes.join("/") }
}

/// References, the other side and texts, from the entry and from the details within it.
fn describe(line: &mut Line, ntry: &Element) {
    const NAMES: &[(&str, &str)] = &[
        ("bank", "Refs/AcctSvcrRef"),
        ("end_to_end", "Refs/EndToEndId"),
        ("uetr", "Refs/UETR"),
        ("transaction", "Refs/TxId"),
        ("customer", "Refs/InstrId"),
        ("mandate", "Refs/MndtId"),
        ("batch", "Refs/PmtInfId"),
        ("check", "Refs/ChqNb"),
        ("customer", "RmtInf/Strd/CdtrRefInf/Ref"),
    ];
    let batches = || ntry.all("NtryDtls");
    if let Some(batch) = batches().find_map(|batch| batch.say("Btch/PmtInfId").or(batch.say("Btch/MsgId"))) {
        line.refer("batch", batch);
    }
    let mut texts: Vec<String> = ntry.say("AddtlNtryInf").map(str::to_owned).into_iter().collect();
    let details: Vec<&Element> = batches().flat_map(|batch| batch.all("TxDtls")).collect();
    for detail in &details {
        NAMES.iter().for_each(|(kind, path)| line.refer(kind, detail.say(path).unwrap_or("")));
        let remittance = detail.find("RmtInf");
        let said = remittance.into_iter().flat_map(|info| info.all("Ustrd")).map(|text| text.text.trim());
        texts.extend(said.chain(detail.say("AddtlTxInf")).filter(|text| !text.is_empty()).map(str::to_owned));
    }
    texts.dedup();
    line.text = texts.join(" ").split_whitespace().collect::<Vec<_>>().join(" ");
    // Who paid, or was paid; with several details there is no one other side.
    if let [detail] = details.as_slice() {
        let side = if line.amount.is_sign_negative() { "Cdtr" } else { "Dbtr" };
        let at = |paths: [String; 2]| paths.iter().find_map(|path| detail.say(path)).map(str::to_owned);
        line.counterparty = at([format!("RltdPties/{side}/Nm"), format!("RltdPties/{side}/Pty/Nm")]);
        line.counter_account =
            at([format!("RltdPties/{side}Acct/Id/IBAN"), format!("RltdPties/{side}Acct/Id/Othr/Id")]);
    }
}

/// A batch says how many payments it is made of; details, where all of them say theirs, come to the entry.
fn check_details(read: &mut Statement, ntry: &Element, total: Decimal) -> Result<(), StatementFault> {
    let details: Vec<&Element> = ntry.all("NtryDtls").flat_map(|batch| batch.all("TxDtls")).collect();
    for batch in ntry.all("NtryDtls") {
        let count = batch.all("TxDtls").count();
        let Some(stated) = batch.find("Btch/NbOfTxs") else { continue };
        if count > 1 && stated.text.trim().parse() != Ok(count) {
            let what = format!("the batch has {count} payments, it counts {}", shown(&stated.text));
            read.findings.push(StatementFault::at(Code::ControlCount, stated.line, what));
        }
    }
    let mut reached = Decimal::ZERO;
    for detail in &details {
        let Some(own) = detail.find("Amt") else { return Ok(()) };
        let foreign = own.attribute("Ccy").is_some_and(|currency| currency != read.currency);
        let Some(direction) = detail.say("CdtDbtInd").or(ntry.say("CdtDbtInd")) else { return Ok(()) };
        if foreign {
            return Ok(());
        }
        let size = value::amount(&own.text, Point::Point, own.line)?;
        let size = if direction == "DBIT" { -size } else { size };
        let Ok(sum) = exact::add(reached, size) else { return Ok(()) };
        reached = exact::normal(sum);
    }
    if details.len() > 1 && reached != total {
        let what = format!("the details come to {reached}, the entry says {total}");
        read.findings.push(StatementFault::at(Code::ControlTotal, ntry.line, what));
    }
    Ok(())
}

/// `TxsSummry`: how many entries there are, and what they come to, in all and by direction.
pub(super) fn check_summary(read: &mut Statement, one: &Element) -> Result<(), StatementFault> {
    let Some(summary) = one.find("TxsSummry") else { return Ok(()) };
    // The direction that each part is of.
    let parts = [
        ("TtlNtries", "entries", None),
        ("TtlCdtNtries", "credits", Some(false)),
        ("TtlDbtNtries", "debits", Some(true)),
    ];
    for (element, word, debits) in parts {
        let Some(part) = summary.find(element) else { continue };
        let lines: Vec<&Line> = read
            .lines
            .iter()
            .filter(|line| debits.is_none_or(|debits| line.amount.is_sign_negative() == debits))
            .collect();
        let mut wrong = Vec::new();
        if let Some(stated) = part.find("NbOfNtries")
            && stated.text.trim().parse() != Ok(lines.len())
        {
            let what =
                format!("there are {} {word}, the summary counts {}", lines.len(), shown(&stated.text));
            wrong.push(StatementFault::at(Code::ControlCount, stated.line, what));
        }
        if let Some(stated) = part.find("Sum") {
            let told = value::amount(&stated.text, Point::Point, stated.line)?;
            let sizes = lines.iter().map(|line| line.amount.abs());
            let sum = sizes.clone().try_fold(Decimal::ZERO, exact::add).map(exact::normal).ok();
            if sum != Some(told) {
                let sum = sum.map(|sum| sum.to_string()).unwrap_or_default();
                let what = format!("the {word} come to {sum}, the summary says {told}");
                wrong.push(StatementFault::at(Code::ControlTotal, stated.line, what));
            }
        }
        read.findings.extend(wrong);
    }
    Ok(())
}
