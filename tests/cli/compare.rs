//! `treasury compare`: figures that differ, and the entries responsible.

use expect_test::expect;

use crate::sandbox::{Sandbox, entry};

/// What was printed, without the root of the log.
fn rootless(out: &str) -> String {
    out.lines().filter(|line| !line.starts_with("root ")).map(|line| format!("{line}\n")).collect()
}

#[test]
fn two_days_differ_by_what_happened_between_them() {
    let sandbox = Sandbox::with_story("mini.jsonl");
    let told = sandbox.run(&["compare", "--as-of", "2026-02-15..2026-03-01"]).exits(1);
    expect![[r#"
        Example · balance-sheet compared
        first day: 2026-02-15 · as known at entry 10 of 10 · book us-gaap · USD
        second day: 2026-03-01 · as known at entry 10 of 10 · book us-gaap · USD
        10 entries · verified to entry 10

                                                      first         second    difference
        ─────────────────────────────────────  ────────────  ─────────────  ────────────
        1010 Cash                                760,994.00    659,194.00   (101,800.00)
          entry 9 · 2026-03-01 · added · Loan          0.00   (101,800.00)  (101,800.00)
            repaid
        1210 Bitcoin, operating                   70,000.00     66,000.00     (4,000.00)
          entry 10 · 2026-03-01 · added ·              0.00     (4,000.00)    (4,000.00)
            Coins remeasured to fair value
        1220 Bitcoin pledged, control kept       480,080.00    528,000.00     47,920.00
          entry 10 · 2026-03-01 · added ·              0.00     47,920.00     47,920.00
            Coins remeasured to fair value
                                               ────────────  ─────────────  ────────────
        Total current assets                   1,311,074.00  1,253,194.00    (57,880.00)
                                               ────────────  ─────────────  ────────────
        Total assets                           1,311,074.00  1,253,194.00    (57,880.00)
        2310 Loan principal                      300,000.00    200,000.00   (100,000.00)
          entry 9 · 2026-03-01 · added · Loan          0.00   (100,000.00)  (100,000.00)
            repaid
                                               ────────────  ─────────────  ────────────
        Total current liabilities                300,000.00    200,000.00   (100,000.00)
                                               ────────────  ─────────────  ────────────
        Total liabilities                        300,000.00    200,000.00   (100,000.00)
        Income of the fiscal year to date         11,074.00     53,194.00     42,120.00
          entry 8 · 2026-02-28 · added ·               0.00     (1,800.00)    (1,800.00)
            Interest accrued
          entry 10 · 2026-03-01 · added ·              0.00     43,920.00     43,920.00
            Coins remeasured to fair value
                                               ────────────  ─────────────  ────────────
        Total equity                           1,011,074.00  1,053,194.00     42,120.00
                                               ────────────  ─────────────  ────────────
        Total liabilities and equity           1,311,074.00  1,253,194.00    (57,880.00)
        9010 Undrawn facilities                        0.00    100,000.00    100,000.00
          entry 9 · 2026-03-01 · added · Loan          0.00    100,000.00    100,000.00
            repaid
    "#]]
    .assert_eq(&rootless(&told.out));
}

#[test]
fn two_books_differ_by_what_they_measure_otherwise() {
    let sandbox = Sandbox::with_story("mini.jsonl");
    let told = sandbox
        .run(&[
            "compare",
            "--book",
            "us-gaap..tax",
            "--report",
            "income-statement",
            "--from",
            "2026-03-01",
            "-f",
            "csv",
        ])
        .exits(1);
    expect![[r#"
        row,id,label,account,column,number,effective,actor,how,first,second,difference
        line,operating-items.4510,Gains and losses on bitcoin,4510,amount,,,,,43920.00,0.00,-43920.00
        entry,operating-items.4510,Gains and losses on bitcoin,4510,amount,10,2026-03-01,controller-1,measured otherwise,43920.00,0.00,-43920.00
        subtotal,operating-items,Total operating items,,amount,,,,,43920.00,0.00,-43920.00
        entry,operating-items,Total operating items,,amount,10,2026-03-01,controller-1,measured otherwise,43920.00,0.00,-43920.00
        subtotal,operating-income,Operating income (loss),,amount,,,,,43920.00,0.00,-43920.00
        entry,operating-income,Operating income (loss),,amount,10,2026-03-01,controller-1,measured otherwise,43920.00,0.00,-43920.00
        subtotal,income-before-tax,Income (loss) before tax,,amount,,,,,43920.00,0.00,-43920.00
        entry,income-before-tax,Income (loss) before tax,,amount,10,2026-03-01,controller-1,measured otherwise,43920.00,0.00,-43920.00
        total,net-income,Net income (loss),,amount,,,,,43920.00,0.00,-43920.00
        entry,net-income,Net income (loss),,amount,10,2026-03-01,controller-1,measured otherwise,43920.00,0.00,-43920.00
    "#]].assert_eq(&told.out);
}

#[test]
fn a_late_entry_is_responsible_and_so_is_what_is_folded_anew_because_of_it() {
    let sandbox = Sandbox::with_story("mini.jsonl");
    let bought = r#"{"type":"coins_bought","commodity":"BTC","units":"0.5","paid":{"amount":"25000.00","currency":"USD"},
        "from":{"wallet":"bank"},"to":{"wallet":"cold"}}"#;
    sandbox.append(&entry(1, "2026-01-02", &bought.replace('\n', "")));
    let told = sandbox.run(&["compare", "--as-known", "10..11"]).exits(1);
    expect![[r#"
        Example · balance-sheet compared
        as known first: the last entry · as known at entry 10 of 11 · book us-gaap · USD
        as known then: the last entry · as known at entry 11 of 11 · book us-gaap · USD
        11 entries · verified to entry 11

                                                       first         second   difference
        ─────────────────────────────────────  ─────────────  ─────────────  ───────────
        1010 Cash                                659,194.00     634,194.00   (25,000.00)
          entry 11 · 2026-01-02 · added ·              0.00     (25,000.00)  (25,000.00)
            Coins bought
        1210 Bitcoin, operating                   66,000.00      99,000.00    33,000.00
          entry 6 · 2026-02-01 · folded anew    (480,080.00)   (475,075.00)    5,005.00
            · Facility opened, Coins pledged,
            still ours, Loan drawn
          entry 7 · 2026-02-15 · folded anew    (400,020.00)   (395,025.00)    4,995.00
            · Coins remeasured to the price of
            the sale, and sold
          entry 10 · 2026-03-01 · folded anew     (4,000.00)     (6,000.00)   (2,000.00)
            · Coins remeasured to fair value
          entry 11 · 2026-01-02 · added ·              0.00      25,000.00    25,000.00
            Coins bought
                                               ─────────────  ─────────────  ───────────
        Total current assets                   1,253,194.00   1,261,194.00     8,000.00
                                               ─────────────  ─────────────  ───────────
        Total assets                           1,253,194.00   1,261,194.00     8,000.00
        Income of the fiscal year to date         53,194.00      61,194.00     8,000.00
          entry 7 · 2026-02-15 · folded anew      11,074.00      16,069.00     4,995.00
            · Coins remeasured to the price of
            the sale, and sold
          entry 10 · 2026-03-01 · folded anew     43,920.00      46,925.00     3,005.00
            · Coins remeasured to fair value
                                               ─────────────  ─────────────  ───────────
        Total equity                           1,053,194.00   1,061,194.00     8,000.00
                                               ─────────────  ─────────────  ───────────
        Total liabilities and equity           1,253,194.00   1,261,194.00     8,000.00
    "#]]
    .assert_eq(&rootless(&told.out));
    let json = sandbox.run(&["compare", "--as-known", "10..11", "-f", "json"]).exits(1).json();
    let hows: std::collections::BTreeSet<&str> = json["figures"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|figure| figure["entries"].as_array().unwrap())
        .map(|entry| entry["how"].as_str().unwrap())
        .collect();
    assert_eq!(hows.into_iter().collect::<Vec<_>>(), ["added", "folded anew"]);
}

#[test]
fn nothing_differs_from_itself_and_what_cannot_be_compared_is_refused() {
    let sandbox = Sandbox::with_story("mini.jsonl");
    let same = sandbox.run(&["compare", "--as-known", "10..10"]).exits(0);
    assert!(same.out.ends_with("\nNo figure differs.\n"), "{}", same.out);
    for (args, code, told) in [
        (vec!["compare"], 2, "compare what with what?"),
        (
            vec!["compare", "--as-known", "1..2", "--book", "us-gaap..tax"],
            2,
            "one thing is compared at a time",
        ),
        (vec!["compare", "--book", "us-gaap..ifrs"], 3, "refused: UNKNOWN_BOOK"),
        (vec!["compare", "--as-known", "1..99"], 3, "refused: UNKNOWN_ENTRY"),
        (vec!["compare", "--as-known", "1..2", "--report", "facilities"], 3, "refused: NOT_A_STATEMENT"),
        (
            vec!["report", "balance-sheet", "--as-of", "2026-01..2026-02"],
            2,
            "`A..B` is for `treasury compare`, and `--as-known A..B` for `replay` too",
        ),
        (vec!["compare", "--as-of", "2026-01..soon"], 2, "`soon` is not a date"),
    ] {
        let ran = sandbox.run(&args).exits(code);
        assert!(ran.err.contains(told), "{args:?}: {}", ran.err);
        assert_eq!(ran.out, "", "{args:?}");
    }
}
