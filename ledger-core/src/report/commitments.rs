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
    let functional = world.settings()?.functional;
    let scale = world.scale(functional)?;
    let mut rows = Vec::new();
    let mut total = Money::ZERO;
    for commitment in world.commitments() {
        let currency = commitment.signed.amount.currency;
        let digits = world.scale(currency)?;
        // Money of the ledger is rounded with all else that people read, and so are amounts of another currency.
        let amount = |units: Units| match currency == functional {
            true => Cell::Money(Money::new(units.decimal())),
            false => Cell::Amount(units, digits),
        };
        rows.push(one(commitment, amount)?);
        for (due, part) in commitment.outstanding_by_day()?.into_iter().filter(|(due, _)| due.is_some()) {
            rows.push(falls_due(commitment, due.map(Cell::Day), amount(part)));
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
            *cell = Cell::text(functional);
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
fn one(commitment: &Commitment, amount: impl Fn(Units) -> Cell) -> Result<Row, NoReport> {
    let signed = commitment.signed.amount;
    let less = |units: Units| if units.is_zero() { Cell::Empty } else { amount(units.negated()) };
    let amended = commitment.total().minus(signed.amount)?;
    Ok(Row::new(
        RowKind::Line,
        vec![
            Cell::text(commitment.signed.commitment),
            Cell::text(commitment.signed.vendor),
            Cell::Empty,
            amount(signed.amount),
            if amended.is_zero() { Cell::Empty } else { amount(amended) },
            less(commitment.called_off()),
            less(commitment.deposits),
            less(commitment.invoiced_beyond),
            amount(commitment.outstanding()?),
            Cell::text(signed.currency),
        ],
    ))
}

fn falls_due(commitment: &Commitment, due: Option<Cell>, part: Cell) -> Row {
    let mut cells = vec![Cell::text("of this"), Cell::Empty, due.unwrap_or(Cell::Empty)];
    cells.resize(COLUMNS - 2, Cell::Empty);
    cells.push(part);
    cells.push(Cell::text(commitment.signed.amount.currency));
    Row::line(cells)
}
