//! Statements in the formats of banks, exchanges, custodians and lenders, for comparison with a wallet: what is booked in its
//! currency, pages joined, days and balances as the books mean them.

use std::path::Path;

use ledger_core::event::books::Subject;
use ledger_core::exact;
use ledger_core::ids::Commodity;
use ledger_core::money::Units;
use ledger_core::reconcile::{Line, Statement};
use ledger_core::time::Day;
use rust_decimal::Decimal;

use super::besides::Besides;
use super::statement::fault;
use crate::command::import::refused;
use crate::diagnostic::Failure;
use crate::statement::{self, Balance, Reference, Statement as Read, Status};

/// References that name no single transaction: a mandate is that of every rent, an approver that of many transfers.
const OF_MANY: &[&str] = &["mandate", "approved_by"];

/// The statements of a file in any format that is known, all of which are right by their own arithmetic. What is only
/// announced is in no balance, and is left out.
///
/// # Errors
/// Refused when the file cannot be read, when one of its statements is wrong or not whole, when none is in the currency,
/// and when those in it are of several accounts. What a lender states of a loan has the other sign and several parts, and
/// is given in the plain form. What a person says of a file is refused where the file says it itself.
pub(super) fn read(
    file: &Path,
    bytes: &[u8],
    account: &Subject,
    besides: &Besides,
) -> Result<Vec<Statement>, Failure> {
    let all = statement::read(bytes, "auto").map_err(|why| refused(&why, file))?;
    if account.part.is_some() {
        let why = "a part of a loan is compared with a statement in the plain form (docs/reconciliation.md)";
        return Err(fault(file, why).with_help("say there what the lender states, one object a statement"));
    }
    let commodity = account.commodity;
    let mut found: Vec<Read> = all.into_iter().filter(|of| of.currency == commodity.as_str()).collect();
    let Some(first) = found.first() else {
        return Err(fault(file, &format!("it says nothing of {commodity}")));
    };
    if let Some(other) = found.iter().find(|of| of.account != first.account) {
        let (one, other) = (&first.account, &other.account);
        let why = format!("it is of the accounts {one} and {other}, and a wallet is one of them at most");
        return Err(fault(file, &why));
    }
    found.sort_by_key(|of| (of.to, of.from, of.number.clone(), of.page));
    let mut whole = whole(found).map_err(|why| fault(file, &why))?;
    said_besides(&mut whole, besides)?;
    if whole.iter().any(|of| of.closing.is_none()) {
        let help = "`--closing AMOUNT` says it: the balance at the end of its last day, as the account's own page shows it";
        return Err(fault(file, "it has no closing balance").with_help(help));
    }
    whole.iter().map(|of| plain(of, commodity).map_err(|why| fault(file, &why))).collect()
}

/// Whether a statement only lists what happened: its days are those of its lines.
pub(super) fn only_lists(of: &Read) -> bool {
    of.format == "csv"
}

/// Puts in what a person says of a file that does not say it.
fn said_besides(whole: &mut [Read], besides: &Besides) -> Result<(), Failure> {
    let Besides { covers, closing } = *besides;
    if covers.is_none() && closing.is_none() {
        return Ok(());
    }
    let [of] = whole else {
        return Err(Failure::usage("`--covers` and `--closing` are said of a file with one statement in it"));
    };
    if let Some((first, last)) = covers {
        if !only_lists(of) {
            return Err(Failure::usage("the file says itself which days it covers: leave `--covers` out"));
        }
        if let Some(line) = of.lines.iter().find(|line| line.booked < first || last < line.booked) {
            let day = line.booked;
            return Err(Failure::usage(format!(
                "--covers: the file has a line of {day}, outside of those days"
            )));
        }
        (of.from, of.to) = (Some(first), Some(last));
    }
    match (&of.closing, closing) {
        (_, None) => {}
        (None, Some(closing)) => of.closing = Some(Balance { day: None, amount: closing.decimal() }),
        (Some(stated), Some(closing)) if stated.amount == closing.decimal() => {}
        (Some(stated), Some(_)) => {
            let stated = stated.amount;
            return Err(Failure::usage(format!("--closing: the file states a closing balance of {stated}")));
        }
    }
    Ok(())
}

/// Statements with their pages joined, which were checked to follow each other.
fn whole(pages: Vec<Read>) -> Result<Vec<Read>, String> {
    let mut whole: Vec<Read> = Vec::new();
    for page in pages {
        match whole.last_mut().filter(|before| before.goes_on) {
            Some(before) => {
                before.lines.extend(page.lines);
                before.to = before.to.max(page.to);
                (before.closing, before.goes_on) = (page.closing, page.goes_on);
            }
            None => whole.push(page),
        }
    }
    match whole.iter().find(|of| of.goes_on) {
        Some(cut) => Err(format!("{} goes on in another file; put its pages into one", cut.name())),
        None => Ok(whole),
    }
}

fn plain(of: &Read, commodity: Commodity) -> Result<Statement, String> {
    let booked = of.lines.iter().filter(|line| line.status == Status::Booked).enumerate();
    let lines: Vec<Line> = booked.map(|(at, one)| line(one, commodity, at + 1)).collect::<Result<_, _>>()?;
    let (first, last) = (lines.iter().map(|line| line.day).min(), lines.iter().map(|line| line.day).max());
    let closing = of.closing.as_ref().ok_or("it has no closing balance")?;
    let to = closing.day.or(of.to).or(last).ok_or("it does not say through which day it is")?;
    let from_its_end = of.opening.is_none() && !lines.is_empty() && of.to.is_some_and(|stated| stated != to);
    if last.is_some_and(|last| to < last) || from_its_end {
        return Err(format!("its balance is that of {to}, and its lines are not those through that day"));
    }
    let from = from(of, first).unwrap_or(to);
    let opening = match &of.opening {
        Some(opening) => Some(units(opening.amount)?),
        // Some formats state where they end and not where they began.
        None if lines.is_empty() => None,
        None => Some(
            units(closing.amount)?
                .minus(Units::sum(lines.iter().map(|line| line.units)).map_err(told)?)
                .map_err(told)?,
        ),
    };
    Ok(Statement {
        source: of.account.clone(),
        number: of.number.as_ref().and_then(|number| number.parse().ok()),
        height: None,
        from: first.map_or(from, |first| first.min(from)).min(to),
        to,
        opening,
        closing: units(closing.amount)?,
        lines,
    })
}

/// The first day. In MT940 the opening balance bears the day of the closing before it, which is no day of the statement
/// unless it has a line on it.
fn from(of: &Read, first: Option<Day>) -> Option<Day> {
    let opened = of.opening.as_ref().and_then(|opening| opening.day);
    let is_eve = of.format == "mt940" && opened.is_some() && of.from == opened && first != opened;
    if is_eve { opened.and_then(|day| Day::from_number(day.number() + 1)) } else { of.from.or(first) }
}

fn line(of: &statement::Line, commodity: Commodity, nth: usize) -> Result<Line, String> {
    let said = [Some(of.kind.as_str()), of.counterparty.as_deref(), Some(of.text.as_str())];
    let said: Vec<&str> = said.into_iter().flatten().filter(|text| !text.is_empty()).collect();
    let names_one = |reference: &&Reference| !OF_MANY.contains(&reference.kind);
    Ok(Line {
        day: of.booked,
        units: units(of.amount)?,
        commodity,
        references: of.references.iter().filter(names_one).map(|one| one.value.clone()).collect(),
        text: said.join(" "),
        place: nth.to_string(),
    })
}

fn units(amount: Decimal) -> Result<Units, String> {
    amount.to_string().parse().map_err(|why| format!("{amount}: {why}"))
}

fn told(why: exact::Overflow) -> String {
    why.to_string()
}
