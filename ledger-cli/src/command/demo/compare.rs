//! Two sheets of one report beside each other, with what changed where there is room.

use ledger_core::exact::Overflow;
use ledger_core::report::{Part, beside};
use ledger_core::sheet::{Cell, Column, Row, Sheet};

/// From this width on there is room for what changed.
const WIDTH_FOR_CHANGE: usize = 100;

/// The rows of both, each with its figure before, after and, where there is room, the change.
pub(super) fn compared(before: Part, after: Part, width: usize) -> Result<Sheet, Overflow> {
    let mut sheet = beside(vec![before, after]).ok_or(Overflow)?;
    if width >= WIDTH_FOR_CHANGE {
        sheet.rows.iter_mut().try_for_each(add_change)?;
        sheet.columns.push(Column { key: "change".into(), label: "change".to_owned(), part: None });
    }
    Ok(sheet)
}

/// What changed; a line that is not there stands at nothing.
fn add_change(row: &mut Row) -> Result<(), Overflow> {
    let change = match row.cells.as_slice() {
        [.., Cell::Money(old), Cell::Money(new)] => Cell::Money(new.minus(*old)?),
        [.., Cell::Money(old), Cell::Empty] => Cell::Money(old.negated()),
        [.., Cell::Empty, Cell::Money(new)] => Cell::Money(*new),
        _ => Cell::Empty,
    };
    row.cells.push(change);
    Ok(())
}
