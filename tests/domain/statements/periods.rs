//! Periods beside each other.

use expect_test::expect;
use ledger_core::report::NoReport;

use super::{over, shown, story};
use crate::mini_story::rows;

const QUARTERS: [&str; 2] = ["2025Q4=2025-10-01..2025-12-31", "2026Q1=2026-01-01..2026-03-31"];

#[test]
fn each_periods_column_is_its_own_report() {
    let log = story();
    for report in ["balance-sheet", "income-statement"] {
        let both = over(&log, report, &QUARTERS).unwrap();
        let keys: Vec<&str> = both.columns.iter().map(|column| column.key.as_ref()).collect();
        assert_eq!(keys, ["line", "account", "amount_2025Q4", "amount_2026Q1"], "{report}");
        for (column, (from, to)) in [(2, ("2025-10-01", "2025-12-31")), (3, ("2026-01-01", "2026-03-31"))] {
            let mut alone = both.clone();
            alone.rows.retain(|row| {
                row.kind == ledger_core::sheet::RowKind::Heading || row.cells[column].money().is_some()
            });
            for row in &mut alone.rows {
                row.cells = vec![row.cells[0].clone(), row.cells[1].clone(), row.cells[column].clone()];
            }
            let lines = |text: &str| {
                text.lines().filter(|line| line.contains('|')).map(str::to_owned).collect::<Vec<_>>()
            };
            assert_eq!(lines(&rows(&alone)), lines(&shown(&log, report, from, to)), "{report}");
        }
    }
}

#[test]
fn the_head_spans_the_periods_and_notes_say_whose_they_are() {
    let both = over(&story(), "income-statement", &QUARTERS).unwrap();
    assert_eq!(both.head.from.unwrap().to_string(), "2025-10-01");
    assert_eq!(both.head.as_of.unwrap().to_string(), "2026-03-31");
    let sheet = over(&story(), "balance-sheet", &QUARTERS).unwrap();
    assert!(sheet.head.from.is_none());
    assert!(
        sheet
            .notes
            .iter()
            .any(|note| note.starts_with("2025Q4: Coins are carried at the mark of 2025-12-31"))
    );
}

#[test]
fn what_is_not_a_period_of_a_statement_is_refused() {
    let refused = |report, periods: &[&str]| match over(&story(), report, periods) {
        Err(NoReport::BadArgument(why)) => why,
        other => panic!("{other:?}"),
    };
    expect!["lots is not made for periods"].assert_eq(&refused("lots", &QUARTERS));
    expect!["the period 2025Q4 is named twice"]
        .assert_eq(&refused("balance-sheet", &[QUARTERS[0], QUARTERS[0]]));
}
