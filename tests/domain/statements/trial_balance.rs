//! The trial balance: opening, turnover, closing.

use expect_test::expect;
use ledger_core::money::Money;
use ledger_core::report::Dimension;
use ledger_core::sheet::{Cell, RowKind};

use super::{ask, named, shown, story};
use crate::mini_story::rows;

#[test]
fn opening_and_turnover_come_to_closing() {
    expect![[r"
        Cash | 1010 | 384900.00 | 266950.00 | 38733.33 | 613116.67
        Stablecoins | 1110 | 0.00 | 65000.00 | 55000.00 | 10000.00
        Bitcoin, operating | 1210 | 427000.00 | 121000.00 | 373000.00 | 175000.00
        Bitcoin, strategic | 1211 | 244000.00 | 36000.00 | 0.00 | 280000.00
        Bitcoin pledged, control kept | 1220 | 0.00 | 271000.00 | 61000.00 | 210000.00
        Deposits on equipment | 1530 | 0.00 | 30000.00 | 0.00 | 30000.00
        Payables | 2010 | -5000.00 | 0.00 | 0.00 | -5000.00
        Loan principal | 2310 | 0.00 | 50000.00 | 200000.00 | -150000.00
        Unamortised issue cost | 2319 | 0.00 | 2000.00 | 500.00 | 1500.00
        Accrued interest | 2320 | 0.00 | 1733.33 | 4866.67 | -3133.34
        Share capital | 3010 | -1000.00 | 0.00 | 0.00 | -1000.00
        Paid-in capital | 3020 | -999000.00 | 0.00 | 0.00 | -999000.00"]]
    .assert_eq(
        &shown(&story(), "trial-balance", "2026-01-01", "2026-03-31")
            .lines()
            .take(12)
            .collect::<Vec<_>>()
            .join("\n"),
    );
}

#[test]
fn all_four_columns_balance_and_are_the_sums_of_the_lines() {
    let log = story();
    for from in ["2025-10-01", "2025-12-31", "2026-01-01", "2026-02-10", "2026-04-01"] {
        let sheet = ask(&log, Some(from), Some("2026-03-31"), named("trial-balance").make).unwrap();
        let column = |at: usize, kind: RowKind| {
            let of_kind = sheet.rows.iter().filter(move |row| row.kind == kind);
            Money::sum(of_kind.filter_map(|row| row.cells[at].money())).unwrap()
        };
        for at in 2..6 {
            assert_eq!(column(at, RowKind::Line), column(at, RowKind::Total), "{from}");
        }
        assert!(column(2, RowKind::Total).is_zero() && column(5, RowKind::Total).is_zero(), "{from}");
        assert_eq!(column(3, RowKind::Total), column(4, RowKind::Total), "{from}");
        for row in &sheet.rows {
            let amount = |at: usize| row.cells[at].money().unwrap();
            let closing = amount(2).plus(amount(3)).unwrap().minus(amount(4)).unwrap();
            assert_eq!(Cell::Money(closing), row.cells[5], "{from}");
        }
    }
}

#[test]
fn by_wallet_it_is_the_sub_ledger_beside_the_ledger() {
    let log = story();
    let sheet = ask(&log, Some("2026-01-01"), Some("2026-03-31"), |request| {
        named("trial-balance").by(request, Dimension::Wallet)
    })
    .unwrap();
    let cold: Vec<&str> = sheet.columns.iter().map(|column| column.key.as_ref()).collect();
    assert_eq!(cold[2..6], ["opening_bank", "debits_bank", "credits_bank", "closing_bank"]);
    let text = rows(&sheet);
    // Debits: mined 30,000, to the sales' prices 3,000 and 4,000, released 61,000, to the mark 23,000. Credits: pledged
    // 244,000, sold 64,000 and 65,000. All of it lies in one wallet.
    let coins = "Bitcoin, operating | 1210 | 427000.00 | 121000.00 | 373000.00 | 175000.00 | 427000.00 | 121000.00 | 373000.00 | 175000.00";
    assert!(text.lines().any(|line| line == coins), "{text}");
}

#[test]
fn income_of_earlier_years_is_named() {
    let log = story();
    let notes = |from| ask(&log, Some(from), None, named("trial-balance").make).unwrap().notes;
    assert!(notes("2025-10-01").is_empty());
    assert!(notes("2026-01-01")[0].starts_with("Income and expense are those of all years"));
}
