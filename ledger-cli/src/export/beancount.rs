//! A ledger of beancount 3 (<https://beancount.github.io>). Beancount has five classes and no other: what lies off the
//! balance sheet stands below `Equity:Memo`, where it sums to nothing. Names, entry numbers and units are metadata, which
//! `bean-query` can ask for; links lead from one entry of a transaction to the others.

use std::io::Write;

use ledger_core::ids::TransactionId;
use ledger_core::posting::Target;
use ledger_core::time::Day;
use ledger_core::world::World;

use super::names::{Names, parts_named};
use super::{Export, Opening, Transaction, one_line};
use crate::diagnostic::Failure;
use crate::render::figures::fixed;

/// How wide an account is at least, so that amounts stand below each other.
const ACCOUNT_WIDTH: usize = 60;

/// How wide an amount is at least.
const AMOUNT_WIDTH: usize = 18;

/// Writes a book.
pub(super) fn write(export: &Export<'_>, out: &mut dyn Write) -> Result<(), Failure> {
    for line in export.head()? {
        writeln!(out, "; {line}")?;
    }
    writeln!(out, "; Accounts below Equity:Memo lie off the balance sheet and balance among themselves.\n")?;
    let Opening { entity, currency, day: opened } = export.opening()?;
    writeln!(out, "option \"title\" {}", quoted(&format!("{entity}, {}", export.book)))?;
    writeln!(out, "option \"operating_currency\" \"{currency}\"\n")?;
    writeln!(out, "{opened} commodity {currency}\n")?;
    let mut writer = Writer {
        names: Names::with_memo_below("Equity:Memo"),
        opened,
        currency: currency.to_string(),
        digits: export.digits,
    };
    export.accounts(|account, world| writer.open(account, world, out))?;
    export.journals(|transaction| {
        // A standing names every account; if one were missing, it would still be opened.
        for line in transaction.lines {
            writer.open(&line.target, transaction.world, out)?;
        }
        writer.transaction(transaction, out)
    })
}

struct Writer {
    names: Names,
    opened: Day,
    currency: String,
    digits: u32,
}

impl Writer {
    fn open(&mut self, account: &Target, world: &World, out: &mut dyn Write) -> Result<(), Failure> {
        let Some(name) = self.names.first_of(account, world)? else { return Ok(()) };
        let (opened, currency) = (self.opened, &self.currency);
        writeln!(out, "{opened} open {name:<ACCOUNT_WIDTH$}  {currency}")?;
        let info = world.account(account.account)?;
        writeln!(out, "  number: \"{}\"", info.account)?;
        writeln!(out, "  name: {}", quoted(info.name))?;
        for (kind, name) in parts_named(&account.about, info.class) {
            writeln!(out, "  {kind}: {}", quoted(&name))?;
        }
        Ok(())
    }

    fn transaction(&mut self, transaction: &Transaction<'_>, out: &mut dyn Write) -> Result<(), Failure> {
        let Transaction { number, event, kind, day, entry, title, lines, world, .. } = transaction;
        let link = entry.transaction.map(|name| format!(" ^{}", link(name))).unwrap_or_default();
        writeln!(out, "\n{day} * {}{link}", quoted(title))?;
        writeln!(out, "  entry: {number}")?;
        writeln!(out, "  journal: \"{number}.{event}\"")?;
        writeln!(out, "  event: \"{kind}\"")?;
        if let Some(name) = entry.transaction {
            writeln!(out, "  transaction: {}", quoted(name.as_str()))?;
        }
        if let Some(memo) = &entry.memo {
            writeln!(out, "  memo: {}", quoted(memo))?;
        }
        for line in *lines {
            let account = self.names.of(&line.target, world)?;
            let amount = fixed(line.amount.decimal(), self.digits);
            writeln!(out, "  {account:<ACCOUNT_WIDTH$}  {amount:>AMOUNT_WIDTH$} {}", self.currency)?;
            if let (Some(coin), false) = (line.target.commodity, line.units.is_zero()) {
                writeln!(out, "    units: {} {coin}", line.units)?;
            }
        }
        Ok(())
    }
}

/// A text on one line, in quotes.
fn quoted(text: &str) -> String {
    format!("\"{}\"", one_line(text).replace('\\', "\\\\").replace('"', "\\\""))
}

/// The link of a transaction: its name, but for a letter that links cannot have; the name itself is metadata.
fn link(name: TransactionId) -> String {
    name.as_str().replace(':', "/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_cannot_leave_its_quotes() {
        assert_eq!(
            quoted("say \"a\\\"\n2026-01-01 open Assets:A"),
            r#""say \"a\\\" 2026-01-01 open Assets:A""#
        );
    }
}
