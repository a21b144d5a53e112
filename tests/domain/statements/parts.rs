//! Statements in parts, over random logs: the parts add up to the whole, and what must balance does.

use ledger_core::ids::BookId;
use ledger_core::money::Money;
use ledger_core::report::{Dimension, Period, Request};
use ledger_core::resolve::{Question, Recorded};
use ledger_core::sheet::{Cell, Row, RowKind, Sheet};
use ledger_core::time::Instant;
use testkit::generate::{self, Options};

use super::named;

/// Random logs with the books of each.
fn logs() -> Vec<(u64, Vec<Recorded>, Vec<BookId>)> {
    let log = |seed: u64| {
        let recorded = |(number, entry)| Recorded { number, recorded: Instant::from_micros(0), entry };
        let log: Vec<Recorded> =
            generate::log(seed, 50, Options::default()).into_iter().map(recorded).collect();
        let fold = ledger_core::replay::replay(&log, &Question::default(), |_| ()).unwrap();
        let books = fold.books().iter().map(|book| book.name()).collect();
        (seed, log, books)
    };
    (100..108).map(log).collect()
}

fn request<'a>(log: &'a Vec<Recorded>, book: BookId) -> Request<'a> {
    Request { log, question: Question::default(), book, from: None, argument: None }
}

fn amount(row: &Row, column: usize) -> Money {
    row.cells.get(column).and_then(Cell::money).unwrap_or_default()
}

/// In every row the parts come to the total, which stands in the last columns.
fn check_total(sheet: &Sheet, width: usize, at: &str) {
    let columns = sheet.columns.len();
    for row in sheet.rows.iter().filter(|row| row.kind != RowKind::Heading) {
        for figure in 0..width {
            let parts = (2 + figure..columns - width).step_by(width).map(|column| amount(row, column));
            let total = amount(row, columns - width + figure);
            assert_eq!(Money::sum(parts).unwrap(), total, "{at}: {:?}", row.cells[0]);
        }
    }
}

#[test]
fn the_parts_of_a_statement_come_to_the_whole() {
    let dimensions = [Dimension::Wallet, Dimension::Segment, Dimension::Party, Dimension::Facility];
    let mut parts = 0;
    for (seed, log, books) in &logs() {
        for book in books {
            for dimension in dimensions {
                for (report, width) in [("balance-sheet", 1), ("income-statement", 1), ("trial-balance", 4)] {
                    let at = format!("seed {seed}, {book}, {report} by {dimension:?}");
                    let sheet = named(report).by(&request(log, *book), dimension).unwrap();
                    check_total(&sheet, width, &at);
                    let whole = (named(report).make)(&request(log, *book)).unwrap();
                    let last = |row: &Row| row.cells.iter().rev().take(width).cloned().collect::<Vec<_>>();
                    let figures = |sheet: &Sheet| -> Vec<Vec<Cell>> {
                        let told = sheet.rows.iter().filter(|row| row.kind != RowKind::Heading).map(last);
                        told.filter(|cells| cells.iter().any(|cell| *cell != Cell::Empty)).collect()
                    };
                    assert_eq!(figures(&sheet), figures(&whole), "{at}");
                    parts += (sheet.columns.len() - 2) / width - 1;
                }
            }
        }
    }
    assert!(parts > 200, "{parts}");
}

#[test]
fn every_balance_sheet_balances_whole_and_in_parts() {
    let row = |sheet: &Sheet, label: &str| -> Vec<Cell> {
        let found = sheet.rows.iter().find(|row| row.cells[0] == Cell::text(label)).unwrap();
        found.cells[2..].to_vec()
    };
    for (seed, log, books) in &logs() {
        for book in books {
            for dimension in [Dimension::Wallet, Dimension::Facility] {
                let sheet = named("balance-sheet").by(&request(log, *book), dimension).unwrap();
                let (assets, claims) =
                    (row(&sheet, "Total assets"), row(&sheet, "Total liabilities and equity"));
                assert_eq!(assets, claims, "seed {seed}, {book}");
                for row in sheet.rows.iter().filter(|row| !row.terms.is_empty()) {
                    for column in 2..sheet.columns.len() {
                        let terms = row.terms.iter().map(|term| amount(&sheet.rows[*term], column));
                        assert_eq!(Money::sum(terms).unwrap(), amount(row, column), "seed {seed}: {row:?}");
                    }
                }
            }
        }
    }
}

#[test]
fn months_beside_each_other_are_each_months_own_statement() {
    let mut months = 0;
    for (seed, log, books) in &logs() {
        for report in ["balance-sheet", "income-statement", "cash-flow", "equity", "trial-balance"] {
            let of = request(log, books[0]);
            let sheet = named(report).by_month(&of).unwrap();
            let width = if report == "trial-balance" { 4 } else { 1 };
            let names: Vec<String> =
                sheet.columns[2..].iter().step_by(width).map(|column| column.part.clone().unwrap()).collect();
            // The last month ends with the log, and what falls due within a year of that is not the same.
            let whole = if report == "balance-sheet" { names.len() - 1 } else { names.len() };
            for (at, name) in names.iter().enumerate().take(whole).filter(|(_, name)| *name != "total") {
                let first = format!("{name}-01").parse().unwrap();
                let month: chrono::NaiveDate = format!("{name}-01").parse().unwrap();
                let next = month.checked_add_months(chrono::Months::new(1)).unwrap();
                let last = ledger_core::time::Day::from_date(next.pred_opt().unwrap()).unwrap();
                let period = Period { name: name.clone(), first, last };
                let alone = named(report).over(&of, &[period]).unwrap();
                for row in alone.rows.iter().filter(|row| row.kind != RowKind::Heading) {
                    let column = 2 + at * width;
                    let there = sheet.rows.iter().any(|joined| {
                        joined.cells[..2] == row.cells[..2]
                            && joined.cells[column..column + width] == row.cells[2..]
                    });
                    assert!(there, "seed {seed}: {report} of {name} has {:?}", row.cells);
                }
                months += 1;
            }
        }
    }
    assert!(months > 60, "{months}");
}
