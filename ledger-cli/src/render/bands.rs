//! A sheet of several parts on a page too narrow for them: the table is cut into bands, one below the other, each
//! with the words of every row and as many parts as there is room for.

use ledger_core::sheet::{Column, Row, RowKind};
use unicode_width::UnicodeWidthStr;

use super::Look;
use super::figures::{is_figure, shown};

/// Room for the words of a row.
const WORDS: usize = 40;

/// Between two columns.
const GAP: usize = 2;

/// The tables to print: one, unless the parts do not fit beside each other.
pub(crate) fn bands(columns: &[Column], rows: &[Row], look: &Look) -> Vec<(Vec<Column>, Vec<Row>)> {
    let words = columns.iter().take_while(|column| column.part.is_none()).count();
    let mut bands: Vec<Vec<usize>> = Vec::new();
    let mut taken = look.width;
    for part in parts(columns, words) {
        let needed: usize = part.iter().map(|at| GAP + width(columns, rows, *at, look)).sum();
        match bands.last_mut().filter(|_| taken + needed <= look.width) {
            Some(band) => {
                band.extend(part);
                taken += needed;
            }
            None => {
                bands.push((0..words).chain(part).collect());
                taken = WORDS + needed;
            }
        }
    }
    match bands.len() {
        0 | 1 => vec![(columns.to_vec(), rows.to_vec())],
        _ => bands.iter().map(|band| (pick(columns, band), rows_of(rows, band))).collect(),
    }
}

/// The columns of each part, by their places.
fn parts(columns: &[Column], words: usize) -> Vec<Vec<usize>> {
    let mut parts: Vec<Vec<usize>> = Vec::new();
    for at in words..columns.len() {
        let same = at > words
            && columns.get(at).map(|column| &column.part) == columns.get(at - 1).map(|column| &column.part);
        match parts.last_mut().filter(|_| same) {
            Some(part) => part.push(at),
            None => parts.push(vec![at]),
        }
    }
    parts
}

fn width(columns: &[Column], rows: &[Row], at: usize, look: &Look) -> usize {
    let cells = rows.iter().filter_map(|row| row.cells.get(at)).map(|cell| shown(cell, look).width());
    let label = columns.get(at).map_or("", |column| column.label.as_str());
    let words = label.split(' ').map(UnicodeWidthStr::width);
    cells.chain(words).max().unwrap_or(0)
}

fn pick<T: Clone>(of: &[T], places: &[usize]) -> Vec<T> {
    places.iter().filter_map(|at| of.get(*at)).cloned().collect()
}

/// The rows that have a figure in a band, and the headings over them.
fn rows_of(rows: &[Row], band: &[usize]) -> Vec<Row> {
    let cut = rows.iter().map(|row| Row { cells: pick(&row.cells, band), ..row.clone() });
    let told = cut.filter(|row| row.kind == RowKind::Heading || row.cells.iter().any(is_figure));
    let mut kept: Vec<Row> = Vec::new();
    for row in told {
        // A heading that nothing stood under goes with its lines.
        while kept.last().is_some_and(|last| last.kind == RowKind::Heading && last.depth >= row.depth) {
            kept.pop();
        }
        kept.push(row);
    }
    while kept.last().is_some_and(|last| last.kind == RowKind::Heading) {
        kept.pop();
    }
    kept
}

#[cfg(test)]
mod tests {
    use ledger_core::sheet::Cell;

    use super::*;

    fn column(key: &str, part: Option<&str>) -> Column {
        Column { key: key.to_owned().into(), label: key.to_owned(), part: part.map(str::to_owned) }
    }

    #[test]
    fn a_band_has_the_rows_that_its_parts_have() {
        let cells = |label: &str, first: Option<&str>, second: Option<&str>| {
            let cell =
                |text: Option<&str>| text.map_or(Cell::Empty, |text| Cell::Money(text.parse().unwrap()));
            vec![Cell::text(label), cell(first), cell(second)]
        };
        let rows = [
            Row::heading("Assets", 3),
            Row::line(cells("Cash", Some("1"), None)),
            Row::heading("Debts", 3),
            Row::line(cells("Loan", None, Some("2"))),
            Row::new(RowKind::Total, cells("Total", Some("1"), Some("2"))),
        ];
        let labels = |band: &[usize]| -> Vec<Cell> {
            rows_of(&rows, band).into_iter().map(|row| row.cells[0].clone()).collect()
        };
        let words = |labels: &[&str]| labels.iter().map(Cell::text).collect::<Vec<_>>();
        assert_eq!(labels(&[0, 1]), words(&["Assets", "Cash", "Total"]));
        assert_eq!(labels(&[0, 2]), words(&["Debts", "Loan", "Total"]));
    }

    #[test]
    fn parts_that_do_not_fit_stand_in_bands_below_each_other() {
        let columns = [
            column("line", None),
            column("debit_a", Some("a")),
            column("credit_a", Some("a")),
            column("debit_b", Some("b")),
            column("credit_b", Some("b")),
        ];
        let amount = Cell::Money("1234567.00".parse().unwrap());
        let cells = std::iter::once(Cell::text("Cash")).chain(std::iter::repeat_n(amount, 4)).collect();
        let rows = [Row::line(cells)];
        let keys = |width| {
            let look = Look { width, digits: 2, rounded: None };
            let bands = bands(&columns, &rows, &look);
            bands.iter().map(|(columns, _)| columns.len()).collect::<Vec<_>>()
        };
        assert_eq!(keys(140), [5]);
        assert_eq!(keys(80), [3, 3]);
    }
}
