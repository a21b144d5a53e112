//! Every line of a book's journals as a record, for spreadsheets and tables: what was posted, where, from which event,
//! and what it is about.

use std::io::Write;

use ledger_core::posting::Line;

use super::names::parts;
use super::{Export, Transaction};
use crate::diagnostic::Failure;
use crate::render::figures::fixed;
use crate::render::journal::is_credit;

/// The columns of a line, in order; they are never renamed or taken away, and new ones come after all.
const COLUMNS: [&str; 15] = [
    "day",
    "entry",
    "event",
    "type",
    "transaction",
    "title",
    "memo",
    "book",
    "account",
    "name",
    "class",
    "debit",
    "credit",
    "units",
    "commodity",
];

/// Those of what it is about.
const ABOUT: [&str; 7] = ["wallet", "facility", "party", "commitment", "project", "asset", "segment"];

/// Writes a book.
pub(super) fn write(export: &Export<'_>, out: &mut dyn Write) -> Result<(), Failure> {
    let mut records = ::csv::Writer::from_writer(out);
    records.write_record(COLUMNS.iter().chain(&ABOUT)).map_err(std::io::Error::from)?;
    export.journals(|transaction| {
        for line in transaction.lines {
            records.write_record(record(export, transaction, line)?).map_err(std::io::Error::from)?;
        }
        Ok(())
    })?;
    Ok(records.flush()?)
}

fn record(export: &Export<'_>, transaction: &Transaction<'_>, line: &Line) -> Result<Vec<String>, Failure> {
    let Transaction { number, event, kind, day, entry, title, world, .. } = transaction;
    let info = world.account(line.target.account)?;
    let amount = fixed(line.amount.abs().decimal(), export.digits);
    let (debit, credit) = if is_credit(line) { (String::new(), amount) } else { (amount, String::new()) };
    let (units, commodity) = match line.target.commodity {
        Some(commodity) if !line.units.is_zero() => (line.units.to_string(), commodity.to_string()),
        Some(_) | None => Default::default(),
    };
    let mut record = vec![
        day.to_string(),
        number.to_string(),
        event.to_string(),
        (*kind).to_owned(),
        entry.transaction.map(|name| name.to_string()).unwrap_or_default(),
        (*title).to_owned(),
        entry.memo.clone().unwrap_or_default(),
        export.book.to_string(),
        line.target.account.to_string(),
        info.name.to_owned(),
        info.class.to_string(),
        debit,
        credit,
        units,
        commodity,
    ];
    record.extend(ABOUT.map(|wanted| {
        let about = parts(&line.target.about).find(|(kind, _)| *kind == wanted);
        about.map(|(_, name)| name).unwrap_or_default()
    }));
    Ok(record)
}
