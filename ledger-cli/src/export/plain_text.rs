//! The journal that hledger and ledger share: a transaction for each journal of the book, the entry it comes from in its
//! code and tags, units of coins in a tag of their line.

use std::io::Write;

use ledger_core::ids::Commodity;
use ledger_core::posting::Target;
use ledger_core::world::World;

use super::names::Names;
use super::{Export, Opening, Transaction, one_line};
use crate::diagnostic::Failure;
use crate::render::figures::fixed;

/// How wide an account is at least, so that amounts stand below each other.
const ACCOUNT_WIDTH: usize = 60;

/// How wide an amount is at least.
const AMOUNT_WIDTH: usize = 18;

/// The tags of transactions and lines.
pub(super) const TAGS: [&str; 4] = ["entry", "event", "transaction", "units"];

/// Writes the head, the declarations and all transactions. What a program wants to be declared beside accounts,
/// `declare` writes.
pub(super) fn write(
    export: &Export<'_>,
    out: &mut dyn Write,
    declare: fn(&str, &str, &mut dyn Write) -> std::io::Result<()>,
) -> Result<(), Failure> {
    for line in export.head()? {
        writeln!(out, "; {line}")?;
    }
    let Opening { currency, .. } = export.opening()?;
    let digits = export.digits as usize;
    let currency = commodity(currency);
    let example = format!("1,000.{:0<digits$} {currency}", "");
    declare(&currency, &example, out)?;
    let mut names = Names::with_memo_below("Memo");
    export.accounts(|account, world| declare_account(account, world, &mut names, out))?;
    export.journals(|transaction| {
        // A standing names every account; if one were missing, it would still be declared before its use.
        for line in transaction.lines {
            declare_account(&line.target, transaction.world, &mut names, out)?;
        }
        write_transaction(transaction, &mut names, &currency, export.digits, out)
    })
}

/// Declares an account, and before it the one that it is part of: both programs list accounts in this order.
fn declare_account(
    account: &Target,
    world: &World,
    names: &mut Names,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    for account in [&Target::from(account.account), account] {
        if let Some(name) = names.first_of(account, world)? {
            writeln!(out, "account {name}")?;
        }
    }
    Ok(())
}

fn write_transaction(
    transaction: &Transaction<'_>,
    names: &mut Names,
    currency: &str,
    digits: u32,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    let Transaction { number, event, kind, day, entry, title, lines, world, .. } = transaction;
    writeln!(out, "\n{day} * ({number}.{event}) {}", description(title, entry.memo.as_deref()))?;
    writeln!(out, "    ; entry: {number}")?;
    writeln!(out, "    ; event: {kind}")?;
    if let Some(name) = entry.transaction {
        writeln!(out, "    ; transaction: {name}")?;
    }
    for line in *lines {
        let account = names.of(&line.target, world)?;
        let amount = fixed(line.amount.decimal(), digits);
        write!(out, "    {account:<ACCOUNT_WIDTH$}  {amount:>AMOUNT_WIDTH$} {currency}")?;
        if let (Some(coin), false) = (line.target.commodity, line.units.is_zero()) {
            write!(out, "  ; units: {} {coin}", line.units)?;
        }
        writeln!(out)?;
    }
    Ok(())
}

/// The title, then the memo as the note that both programs know: `title | memo`. A semicolon would end it.
fn description(title: &str, memo: Option<&str>) -> String {
    let memo = memo.map(|memo| one_line(&memo.replace(';', ","))).filter(|memo| !memo.is_empty());
    memo.map_or_else(|| title.to_owned(), |memo| format!("{title} | {memo}"))
}

/// A commodity as both programs want it: in quotes where it has digits.
fn commodity(code: Commodity) -> String {
    let code = code.to_string();
    if code.bytes().all(|byte| byte.is_ascii_alphabetic()) { code } else { format!("\"{code}\"") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_memo_is_a_note_that_ends_with_its_line() {
        assert_eq!(description("Coins sold", None), "Coins sold");
        assert_eq!(description("Coins sold", Some(" \n")), "Coins sold");
        assert_eq!(
            description("Coins sold", Some("a; date:2001-01-01\n    Assets  1 USD")),
            "Coins sold | a, date:2001-01-01 Assets 1 USD"
        );
    }

    #[test]
    fn a_currency_with_digits_is_quoted() {
        assert_eq!(commodity("USD".parse().unwrap()), "USD");
        assert_eq!(commodity("X2".parse().unwrap()), "\"X2\"");
    }
}
