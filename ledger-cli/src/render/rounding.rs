//! Money rounded for the eye. Every figure is rounded by itself, so that rounded lines need not add up to their
//! rounded sum; what is missing then stands on a line of its own, and no figure is bent to hide it.

use ledger_core::exact::Overflow;
use ledger_core::money::Money;
use ledger_core::sheet::{Cell, Row};
use rust_decimal::{Decimal, RoundingStrategy};

use crate::args::In;

/// What stands where rounded lines do not add up.
const LABEL: &str = "Rounding";

/// By how many places a unit moves the point, and how many digits are shown after it then.
fn places(unit: In) -> (u32, u32) {
    match unit {
        In::Thousands => (3, 0),
        In::Millions => (6, 1),
    }
}

/// An amount counted in a unit, rounded to the even neighbour, and the digits that it shows after the point.
pub(crate) fn counted(amount: Money, unit: In) -> (Decimal, u32) {
    let (places, digits) = places(unit);
    let exact = amount.decimal();
    // Moving the point divides without a remainder.
    let moved = Decimal::try_from_i128_with_scale(exact.mantissa(), exact.scale() + places).unwrap_or(exact);
    (moved.round_dp_with_strategy(digits, RoundingStrategy::MidpointNearestEven), digits)
}

/// The amount that a rounded figure stands for.
fn rounded(amount: Money, unit: In) -> Result<Money, Overflow> {
    let (figure, _) = counted(amount, unit);
    let (places, _) = places(unit);
    let one = Decimal::from(10_u64.pow(places));
    figure.checked_mul(one).map(Money::new).ok_or(Overflow)
}

/// The rows as they are printed in a unit: before each sum that its rounded terms do not come to, the difference.
pub(crate) fn footed(rows: &[Row], unit: In) -> Result<Vec<Row>, Overflow> {
    let mut printed = Vec::with_capacity(rows.len());
    for row in rows {
        let mut cells = vec![Cell::text(LABEL)];
        for (column, cell) in row.cells.iter().enumerate().skip(1) {
            cells.push(match cell.money().filter(|_| !row.terms.is_empty()) {
                Some(sum) => difference(sum, row, rows, column, unit)?,
                None => Cell::Empty,
            });
        }
        if cells.iter().any(|cell| cell.money().is_some()) {
            printed.push(Row::line_at(row.depth + 1, cells));
        }
        printed.push(row.clone());
    }
    Ok(printed)
}

/// What a rounded sum has beyond its rounded terms.
fn difference(sum: Money, row: &Row, rows: &[Row], column: usize, unit: In) -> Result<Cell, Overflow> {
    let mut left = rounded(sum, unit)?;
    for term in &row.terms {
        let cell = rows.get(*term).and_then(|term| term.cells.get(column));
        if let Some(amount) = cell.and_then(Cell::money) {
            left = left.minus(rounded(amount, unit)?)?;
        }
    }
    Ok(if left.is_zero() { Cell::Empty } else { Cell::Money(left) })
}

#[cfg(test)]
mod tests {
    use ledger_core::sheet::RowKind;

    use super::*;

    fn money(text: &str) -> Cell {
        Cell::Money(text.parse().unwrap())
    }

    /// Lines and their sum, as printed.
    fn printed(lines: &[&str], sum: &str, unit: In) -> Vec<String> {
        let mut rows: Vec<Row> =
            lines.iter().map(|line| Row::line(vec![Cell::text("line"), money(line)])).collect();
        rows.push(Row::new(RowKind::Total, vec![Cell::text("sum"), money(sum)]).adding(0..lines.len()));
        let footed = footed(&rows, unit).unwrap();
        footed
            .iter()
            .map(|row| match row.cells.as_slice() {
                [Cell::Text(label), Cell::Money(amount)] => format!("{label} {}", counted(*amount, unit).0),
                other => panic!("{other:?}"),
            })
            .collect()
    }

    #[test]
    fn what_rounded_lines_lack_stands_on_a_line_of_its_own() {
        let three = ["1400", "1400", "1400"];
        assert_eq!(
            printed(&three, "4200", In::Thousands),
            ["line 1", "line 1", "line 1", "Rounding 1", "sum 4"]
        );
        let three = ["-1600", "-1600", "-1600"];
        assert_eq!(
            printed(&three, "-4800", In::Thousands),
            ["line -2", "line -2", "line -2", "Rounding 1", "sum -5"]
        );
        assert_eq!(
            printed(&["140000", "140000"], "280000", In::Millions),
            ["line 0.1", "line 0.1", "Rounding 0.1", "sum 0.3"]
        );
    }

    #[test]
    fn where_rounded_lines_add_up_nothing_is_said() {
        assert_eq!(printed(&["1400", "2600"], "4000", In::Thousands), ["line 1", "line 3", "sum 4"]);
    }
}
