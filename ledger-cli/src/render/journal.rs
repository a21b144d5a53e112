//! Journals as an accountant writes them: debits, then credits further in, units beside the amounts.

use ledger_core::account::Account;
use ledger_core::fold::Posted;
use ledger_core::money::Money;
use ledger_core::posting::Line;
use ledger_core::sheet::{Cell, Column, Row, columns};
use ledger_core::world::World;

use super::Look;
use super::figures::shown;

/// The columns of a journal.
pub(crate) fn journal_columns() -> Vec<Column> {
    columns(&[("line", ""), ("debit", ""), ("credit", ""), ("units", ""), ("commodity", "")])
}

/// From this width on units stand beside the amounts; on a narrower page beneath the account.
const WIDTH_FOR_UNITS: usize = 104;

/// What an event posted in one book, or the same in several: a heading, then its lines.
pub(crate) fn rows(books: &str, posted: &Posted, world: &World, look: &Look) -> Vec<Row> {
    let lines = posted.journal.lines();
    let nothing = if lines.is_empty() { ": no effect on the books" } else { "" };
    let title = format!("{books} · {}{nothing}", posted.journal.title());
    let mut rows = vec![Row { depth: 1, ..Row::heading(title, 5) }];
    for line in lines {
        let mut row = row(line, world);
        let beneath = if look.width < WIDTH_FOR_UNITS { row.cells.split_off(3) } else { Vec::new() };
        let depth = row.depth + 2;
        rows.push(row);
        if let [units @ Cell::Units(..), Cell::Text(commodity)] = beneath.as_slice() {
            let told = format!("{} {commodity}", shown(units, look));
            rows.push(Row::line_at(depth, vec![Cell::Text(told)]));
        }
    }
    rows
}

fn row(line: &Line, world: &World) -> Row {
    let is_credit = is_credit(line);
    let amount = Cell::Money(line.amount.abs());
    let (side, depth, debit, credit) =
        if is_credit { ("Cr", 3, Cell::Empty, amount) } else { ("Dr", 2, amount, Cell::Empty) };
    let account = line.target.account;
    let label = format!("{side} {account} {}", name(world, account));
    let (units, commodity) = match line.target.commodity {
        // Two digits, more where there are more: the whole scale would crowd the page.
        Some(commodity) if !line.units.is_zero() => (Cell::Units(line.units, 2), Cell::text(commodity)),
        Some(_) | None => (Cell::Empty, Cell::Empty),
    };
    Row::line_at(depth, vec![Cell::Text(label), debit, credit, units, commodity])
}

/// Whether a line stands on the right; one of units alone goes by its units.
pub(crate) fn is_credit(line: &Line) -> bool {
    line.amount.is_negative() || (line.amount == Money::ZERO && line.units.is_negative())
}

/// What an account is called.
pub(crate) fn name(world: &World, account: Account) -> String {
    world.account(account).map_or_else(|_| String::new(), |info| info.name.to_owned())
}
