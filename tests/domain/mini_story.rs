//! The mini story, whose figures three other programs agree on: hledger 1.25, ledger 3.3.0 and beancount.
//! Six coins sold for 411,144: two of a lot at 60,010, four of one at 70,000, a gain of 11,124.

use ledger_core::ids::BookId;
use ledger_core::report::{REPORTS, Request};
use ledger_core::resolve::Question;
use ledger_core::sheet::{Cell, Sheet};

use crate::stories::story;

/// A report's rows as text, one a line, blanks left out.
fn report(name: &str, book: &str, as_known: Option<u64>) -> String {
    let log = story("mini");
    let book: BookId = book.parse().unwrap();
    let question = Question { as_known, ..Question::default() };
    let request = Request { log: &log, question, book, from: None, argument: None };
    let report = REPORTS.iter().find(|report| report.name == name).unwrap();
    rows(&(report.make)(&request).unwrap())
}

/// A sheet's rows as text, one a line, blanks left out.
pub(crate) fn rows(sheet: &Sheet) -> String {
    let cell = |cell: &Cell| match cell {
        Cell::Empty => None,
        Cell::Text(text) | Cell::Code(text) => Some(text.clone()),
        Cell::Money(money) => Some(format!("{money:.2}")),
        Cell::Amount(units, scale) | Cell::Units(units, scale) => {
            Some(format!("{units:.*}", usize::from(*scale)))
        }
        Cell::Price(price) => Some(price.to_string()),
        Cell::Number(number) => Some(number.to_string()),
        Cell::Percent(percent) => Some(format!("{percent:.2} %")),
        Cell::Day(day) => Some(day.to_string()),
    };
    let row = |cells: &[Cell]| cells.iter().filter_map(cell).collect::<Vec<_>>().join(" | ");
    sheet.rows.iter().map(|line| row(&line.cells)).collect::<Vec<_>>().join("\n")
}

pub(crate) fn says(text: &str, figures: &[&str]) {
    for figure in figures {
        assert!(text.lines().any(|line| line == *figure), "`{figure}` is not in\n{text}");
    }
}

#[test]
fn at_cost_it_gives_the_figures_of_three_other_programs() {
    says(
        &report("balance-sheet", "tax", None),
        &[
            "Cash | 1010 | 659194.00",
            "Bitcoin, operating | 1210 | 70000.00",
            "Bitcoin pledged, control kept | 1220 | 480080.00",
            "Loan principal | 2310 | 200000.00",
            "Income of the fiscal year to date | 9274.00",
            "Total equity | 1009274.00",
            "Total assets | 1209274.00",
        ],
    );
    says(
        &report("income-statement", "tax", None),
        &[
            "Gains and losses on bitcoin | 4510 | 11124.00",
            "Trading fees | 6510 | -50.00",
            "Interest | 6710 | -1800.00",
            "Net income (loss) | 9274.00",
        ],
    );
    says(
        &report("lots", "tax", None),
        &[
            "5.0 | 2026-01-20 | 1.00000000 | 70000.00 | 70000.00",
            "4.0 | 2026-01-05 | 8.00000000 | 480080.00 | 480080.00",
            "Total | 550080.00 | 550080.00",
        ],
    );
}

#[test]
fn before_the_mark_the_book_at_fair_value_gives_the_same() {
    let unmarked = report("balance-sheet", "us-gaap", Some(9));
    assert_eq!(unmarked, report("balance-sheet", "tax", Some(9)));
}

#[test]
fn marked_at_66_000_it_gives_their_figures_at_fair_value() {
    says(
        &report("balance-sheet", "us-gaap", None),
        &[
            "Bitcoin, operating | 1210 | 66000.00",
            "Bitcoin pledged, control kept | 1220 | 528000.00",
            "Total assets | 1253194.00",
            "Total equity | 1053194.00",
        ],
    );
    says(
        &report("facilities", "us-gaap", None),
        &[
            "Principal owed | 200000.00 | USD",
            "Interest owed | 0.00 | USD",
            "Collateral | 8.00000000 | BTC",
            "Loan to value | 37.88 % | bitcoin collateral only",
        ],
    );
}

#[test]
fn the_roll_forward_ends_at_the_balance_sheets_bitcoin() {
    says(
        &report("roll-forward", "us-gaap", None),
        &[
            "Bought | 15.00000000 | 950100.00",
            "Sold | -6.00000000 | -411144.00",
            "Gain on remeasurement | 55044.00",
            "Closing | 9.00000000 | 594000.00",
        ],
    );
}
