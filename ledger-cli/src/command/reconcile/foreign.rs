//! Statements in the formats of banks, exchanges, custodians and lenders, for comparison: what is booked in one currency.
//! What is only announced is in no balance, and is left out.

use std::path::Path;

use ledger_core::ids::Commodity;
use ledger_core::money::Units;
use ledger_core::reconcile::{Line, Statement};
use ledger_core::time::Day;
use rust_decimal::Decimal;

use super::statement::fault;
use crate::command::import::refused;
use crate::diagnostic::Failure;
use crate::statement::{self, Statement as Read, Status};

/// The statements of a file in any format that is known, all of which are right by their own arithmetic.
///
/// # Errors
/// Refused when the file cannot be read, when one of its statements is wrong, when none is in the currency, and when those in
/// it are of several accounts.
pub(super) fn read(file: &Path, bytes: &[u8], commodity: Commodity) -> Result<Vec<Statement>, Failure> {
    let all = statement::read(bytes, "auto").map_err(|why| refused(&why, file))?;
    let found: Vec<Read> = all.into_iter().filter(|of| of.currency == commodity.as_str()).collect();
    let Some(first) = found.first() else {
        return Err(fault(file, &format!("it says nothing of {commodity}")));
    };
    if let Some(other) = found.iter().find(|of| of.account != first.account) {
        let both =
            format!("it is of the accounts {} and {}; give one file for each", first.account, other.account);
        return Err(fault(file, &both));
    }
    found.iter().map(|of| plain(of, commodity).map_err(|why| fault(file, &why))).collect()
}

fn plain(of: &Read, commodity: Commodity) -> Result<Statement, String> {
    let booked = || of.lines.iter().filter(|line| line.status == Status::Booked);
    let lines: Vec<Line> = booked().map(|one| line(one, commodity)).collect::<Result<_, _>>()?;
    let days = || lines.iter().map(|line| line.day);
    let stated = |balance: &Option<statement::Balance>| balance.as_ref().and_then(|balance| balance.day);
    let to =
        of.to.or(stated(&of.closing)).or(days().max()).ok_or("it does not say through which day it is")?;
    let from: Day = of.from.or(days().min()).or(stated(&of.opening)).unwrap_or(to);
    let closing = of.closing.as_ref().ok_or("it has no closing balance")?;
    Ok(Statement {
        source: of.account.clone(),
        number: of.number.as_ref().and_then(|number| number.parse().ok()),
        from: days().fold(from, Day::min),
        to: days().fold(to, Day::max),
        opening: of.opening.as_ref().map(|balance| units(balance.amount)).transpose()?,
        closing: units(closing.amount)?,
        lines,
    })
}

fn line(of: &statement::Line, commodity: Commodity) -> Result<Line, String> {
    let said = [Some(of.kind.as_str()), of.counterparty.as_deref(), Some(of.text.as_str())];
    let said: Vec<&str> = said.into_iter().flatten().filter(|text| !text.is_empty()).collect();
    Ok(Line {
        day: of.booked,
        units: units(of.amount)?,
        commodity,
        references: of.references.iter().map(|reference| reference.value.clone()).collect(),
        text: said.join(" "),
        place: of.place.to_string(),
    })
}

fn units(amount: Decimal) -> Result<Units, String> {
    amount.to_string().parse().map_err(|why| format!("{amount}: {why}"))
}
