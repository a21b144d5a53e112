//! Capital commitments: what was signed and changed, what was paid and invoiced, and what is outstanding, which is what
//! stands off the balance sheet (ASC 440-10-50).

use super::{NoReport, Request, at_par};
use crate::money::{Money, Units};
use crate::sheet::{Cell, Head, Row, RowKind, Sheet, columns};
use crate::world::Commitment;

const COLUMNS: usize = 10;

pub(super) fn commitments(request: &Request<'_>) -> Result<Sheet, NoReport> {
    let fold = request.fold()?;
    let world = fold.world();
    let scale = world.scale(world.settings()?.functional)?;
    let mut rows = Vec::new();
    let mut total = Money::ZERO;
    for commitment in world.commitments() {
        rows.push(one(commitment, world.scale(commitment.signed.amount.currency)?)?);
        for (due, part) in commitment.outstanding_by_day()?.into_iter().filter(|(due, _)| due.is_some()) {
            rows.push(falls_due(
                commitment,
                due.map(Cell::Day),
                part,
                world.scale(commitment.signed.amount.currency)?,
            ));
        }
        total = total.plus(at_par(commitment.outstanding()?, scale)?)?;
    }
    if world.commitments().next().is_some() {
        let mut cells = vec![Cell::text("Outstanding at par")];
        cells.resize(COLUMNS, Cell::Empty);
        if let Some(cell) = cells.get_mut(COLUMNS - 2) {
            *cell = Cell::Money(total);
        }
        if let Some(cell) = cells.last_mut() {
            *cell = Cell::text(world.settings()?.functional);
        }
        rows.push(Row::new(RowKind::Total, cells));
    }
    Ok(Sheet {
        report: "commitments",
        title: "Capital commitments".to_owned(),
        head: Head { book: None, ..request.head(&fold)? },
        columns: columns(&[
            ("commitment", "Commitment"),
            ("vendor", "Vendor"),
            ("due", "Due"),
            ("signed", "Signed"),
            ("amended", "Amended"),
            ("cancelled", "Cancelled"),
            ("deposits", "Deposits"),
            ("invoiced", "Invoiced beyond deposits"),
            ("outstanding", "Outstanding"),
            ("currency", ""),
        ]),
        rows,
        notes: Vec::new(),
    })
}

/// The first amount plus or less those that follow is the last.
fn one(commitment: &Commitment, scale: u8) -> Result<Row, NoReport> {
    let signed = commitment.signed.amount;
    let units = |units: Units| Cell::Units(units, scale);
    let less = |amount: Units| if amount.is_zero() { Cell::Empty } else { units(amount.negated()) };
    let amended = commitment.total().minus(signed.amount)?;
    Ok(Row::new(
        RowKind::Line,
        vec![
            Cell::text(commitment.signed.commitment),
            Cell::text(commitment.signed.vendor),
            Cell::Empty,
            units(signed.amount),
            if amended.is_zero() { Cell::Empty } else { units(amended) },
            less(commitment.called_off()),
            less(commitment.deposits),
            less(commitment.invoiced_beyond),
            units(commitment.outstanding()?),
            Cell::text(signed.currency),
        ],
    ))
}

fn falls_due(commitment: &Commitment, due: Option<Cell>, part: Units, scale: u8) -> Row {
    let mut cells = vec![Cell::text("of this"), Cell::Empty, due.unwrap_or(Cell::Empty)];
    cells.resize(COLUMNS - 2, Cell::Empty);
    cells.push(Cell::Units(part, scale));
    cells.push(Cell::text(commitment.signed.amount.currency));
    Row::line(cells)
}
