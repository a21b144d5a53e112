//! A statement's own arithmetic, and the lasting names of its lines.

use std::collections::HashMap;

use ledger_core::exact;
use rust_decimal::Decimal;
use sha2::{Digest, Sha256};

use super::fault::{Code, StatementFault};
use super::{Line, Statement, Status};
use crate::render::hex;

/// Whether opening and lines come to the closing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Footing {
    /// They do.
    Foots,
    /// They do not.
    Differs,
    /// A balance is missing, so that nobody can tell.
    Untold,
}

impl Footing {
    /// Its name.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Footing::Foots => "foots",
            Footing::Differs => "differs",
            Footing::Untold => "untold",
        }
    }
}

/// Whether opening and booked lines come to the closing, where both balances are told.
pub(super) fn foots(statement: &Statement) -> Option<bool> {
    let (opening, closing) = (statement.opening?, statement.closing?);
    Some(sum(opening.amount, &statement.lines) == Ok(closing.amount))
}

/// Adds up a statement and names its lines. Done once, when all of it is read.
pub(crate) fn finish(statement: &mut Statement) {
    name_lines(statement);
    let days = || statement.lines.iter().map(|line| line.booked);
    let (first, last) = (days().min(), days().max());
    statement.from = statement.from.or(statement.opening.and_then(|opening| opening.day)).or(first);
    statement.to = statement.to.or(statement.closing.and_then(|closing| closing.day)).or(last);
    check_running_balances(statement);
    let (Some(opening), Some(closing)) = (statement.opening, statement.closing) else { return };
    let place = statement.place;
    let Ok(reached) = sum(opening.amount, &statement.lines) else {
        statement.findings.push(too_large(place));
        return;
    };
    statement.footing = if reached == closing.amount { Footing::Foots } else { Footing::Differs };
    if statement.footing == Footing::Differs {
        let what = format!(
            "{}: opening {} and lines come to {reached}, the closing balance is {}",
            statement.name(),
            opening.amount,
            closing.amount
        );
        statement.findings.push(StatementFault::at(Code::DoesNotFoot, place, what));
    }
}

fn too_large(place: usize) -> StatementFault {
    StatementFault::at(Code::BadAmount, place, exact::Overflow.to_string())
}

/// A start and the booked lines.
fn sum(start: Decimal, lines: &[Line]) -> Result<Decimal, exact::Overflow> {
    let booked = lines.iter().filter(|line| line.status == Status::Booked);
    booked.map(|line| line.amount).try_fold(start, exact::add).map(exact::normal)
}

/// Each balance told beside a line must be the one told before it and what was booked since.
fn check_running_balances(statement: &mut Statement) {
    let mut reached = statement.opening.map(|opening| opening.amount);
    let mut wrong = Vec::new();
    for line in statement.lines.iter().filter(|line| line.status == Status::Booked) {
        let next = reached.map(|reached| exact::add(reached, line.amount)).transpose();
        let Ok(next) = next else {
            wrong.push(too_large(line.place));
            break;
        };
        if let (Some(told), Some(next)) = (line.balance, next)
            && told != next
        {
            let what = format!("the balance after {} must be {next}, the statement says {told}", line.amount);
            wrong.push(StatementFault::at(Code::RunningBalance, line.place, what));
        }
        reached = line.balance.or(next);
    }
    statement.findings.extend(wrong);
}

/// Names every line after what it says and how often that was said before. Two payments of the same amount with the same
/// text on the same day stay two, and the same statement read again names them alike.
fn name_lines(statement: &mut Statement) {
    let of_statement = [
        statement.account.clone(),
        statement.currency.clone(),
        statement.number.clone().unwrap_or_default(),
        statement.page.map(|page| page.to_string()).unwrap_or_default(),
    ];
    let mut seen: HashMap<[u8; 32], u32> = HashMap::new();
    for line in &mut statement.lines {
        let mut hash = Sha256::new();
        let days =
            [Some(line.booked), line.value].map(|day| day.map(|day| day.to_string()).unwrap_or_default());
        let words = [
            line.amount.to_string(),
            line.status.as_str().to_owned(),
            line.kind.clone(),
            line.counterparty.clone().unwrap_or_default(),
            line.counter_account.clone().unwrap_or_default(),
            line.text.clone(),
            line.balance.map(|balance| balance.to_string()).unwrap_or_default(),
        ];
        let references = line.references.iter().flat_map(|reference| [reference.kind, &reference.value]);
        let said = of_statement.iter().chain(&days).chain(&words).map(String::as_str).chain(references);
        for word in said {
            // The length before each word: no two lists of words are the same bytes.
            hash.update((word.len() as u64).to_be_bytes());
            hash.update(word);
        }
        let said: [u8; 32] = hash.finalize().into();
        let before = seen.entry(said).or_default();
        let id = Sha256::new().chain_update(said).chain_update(before.to_be_bytes()).finalize();
        *before += 1;
        line.id = hex(&id);
    }
}
