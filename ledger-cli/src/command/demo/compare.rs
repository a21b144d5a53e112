//! Two sheets of one report beside each other, row by row.

use ledger_core::exact::Overflow;
use ledger_core::sheet::{Cell, Column, Row, Sheet, columns};

/// From this width on there is room for what changed.
const WIDTH_FOR_CHANGE: usize = 100;

/// The rows of both, each with its figure before, after and, where there is room, the change.
pub(super) fn beside(
    before: Sheet,
    after: Sheet,
    labels: [String; 2],
    width: usize,
) -> Result<Sheet, Overflow> {
    let mut merged: Vec<(Row, Cell, Cell)> = Vec::new();
    let mut earlier = before.rows.into_iter().peekable();
    let later = after.rows;
    for (at, row) in later.iter().enumerate() {
        // Rows that only the earlier sheet has stand where they stood there.
        while let Some(gone) =
            earlier.next_if(|old| !is_same(old, row) && later.iter().skip(at).all(|new| !is_same(old, new)))
        {
            let figure = figure(&gone);
            merged.push((gone, figure, Cell::Empty));
        }
        let old = earlier.next_if(|old| is_same(old, row)).map_or(Cell::Empty, |old| figure(&old));
        merged.push((row.clone(), old, figure(row)));
    }
    merged.extend(earlier.map(|gone| (gone.clone(), figure(&gone), Cell::Empty)));
    let wide = width >= WIDTH_FOR_CHANGE;
    let rows = merged.into_iter().map(|(row, old, new)| {
        let change = change(&old, &new)?;
        let mut cells: Vec<Cell> = row.cells.iter().take(2).cloned().collect();
        cells.extend([old, new]);
        if wide {
            cells.push(change);
        }
        Ok(Row { cells, ..row })
    });
    let [left, right] = &labels;
    let mut columns: Vec<Column> =
        columns(&[("line", ""), ("account", "Account"), ("before", left), ("after", right)]);
    if wide {
        columns.push(Column { key: "change".into(), label: "change".to_owned() });
    }
    Ok(Sheet {
        rows: rows.collect::<Result<_, Overflow>>()?,
        columns,
        ..after_head(before.report, before.title, before.head)
    })
}

fn after_head(report: &'static str, title: String, head: ledger_core::sheet::Head) -> Sheet {
    Sheet { report, title, head, columns: Vec::new(), rows: Vec::new(), notes: Vec::new() }
}

/// Whether two rows are the same line: all but their figures agree.
fn is_same(one: &Row, other: &Row) -> bool {
    one.kind == other.kind && one.cells.iter().take(2).eq(other.cells.iter().take(2))
}

fn figure(row: &Row) -> Cell {
    row.cells.get(2).cloned().unwrap_or(Cell::Empty)
}

/// What changed; a line that is not there stands at nothing.
fn change(old: &Cell, new: &Cell) -> Result<Cell, Overflow> {
    Ok(match (old, new) {
        (Cell::Money(old), Cell::Money(new)) => Cell::Money(new.minus(*old)?),
        (Cell::Money(old), Cell::Empty) => Cell::Money(old.negated()),
        (Cell::Empty, Cell::Money(new)) => Cell::Money(*new),
        (_, _) => Cell::Empty,
    })
}
