//! A replay side by side: under other choices of a book, and as known at two entries. All of it is synthetic.

use expect_test::expect;

use crate::sandbox::{Sandbox, entry};

const BOUGHT_LATE: &str = r#"{"type":"coins_bought","commodity":"BTC","units":"0.1","paid":{"amount":"6000.00","currency":"USD"},"from":{"wallet":"bank"},"to":{"wallet":"cold"}}"#;

/// What was printed without roots, which depend on when entries were recorded.
fn rootless(out: &str) -> String {
    out.lines().filter(|line| !line.starts_with("root ")).map(|line| format!("{line}\n")).collect()
}

#[test]
fn a_sale_is_set_beside_itself_with_the_last_lots_first() {
    let sandbox = Sandbox::with_story("mini.jsonl");
    sandbox.file("lifo.json", br#"{"book": "tax", "policy": {"lots": {"method": "lifo"}}}"#);
    sandbox.run(&["report", "balance-sheet"]).exits(0);
    let before = sandbox.store();
    let told = sandbox.run(&["replay", "--from", "7", "--to", "9", "--what-if", "lifo.json"]).exits(0).out;
    expect![[r#"
        Example · Replay of entries 7 to 9, side by side
        as it is: the last entry · as known at entry 10 of 10 · book tax · USD
        what if tax with lots.method lifo: the last entry · as known at entry 10 of 10 ·
        book tax · USD
        10 entries · verified to entry 10

        Entry 7 · 2026-02-15 ───────────────────────────────────────────────────────────
        sell 6 free
        → 6.00 BTC in wallet cold are sold for 411,144.00 USD, less a fee of 50.00
            USD, into wallet bank
                                                       first        second    difference
        ──────────────────────────────────────  ────────────  ────────────  ────────────

        journals
          Cr 1210 Bitcoin, operating, event 0    400,020.00    360,060.00    (39,960.00)
          Cr 4510 Gains and losses on bitcoin,    11,124.00     51,084.00     39,960.00
            event 0

        lots
          lot 4.0 of 2026-01-05 leaves wallet          2.00          6.00          4.00
            cold, units
          lot 4.0 of 2026-01-05 leaves wallet    120,020.00    360,060.00    240,040.00
            cold, cost
          lot 4.0 of 2026-01-05 leaves wallet    120,020.00    360,060.00    240,040.00
            cold, carried at
          lot 5.0 of 2026-01-20 leaves wallet          4.00                       (4.00)
            cold, units
          lot 5.0 of 2026-01-20 leaves wallet    280,000.00                 (280,000.00)
            cold, cost
          lot 5.0 of 2026-01-20 leaves wallet    280,000.00                 (280,000.00)
            cold, carried at

        balance sheet
          1210 Bitcoin, operating, change       (400,020.00)  (360,060.00)    39,960.00
          1210 Bitcoin, operating, after          70,000.00     60,010.00     (9,990.00)
          Income to date, change                  11,074.00     51,034.00     39,960.00
          Income to date, after                   11,074.00     51,034.00     39,960.00

        Entry 8 · 2026-02-28 ───────────────────────────────────────────────────────────
        interest
        → Interest on facility f1 is charged to the end of 2026-02-28; it is owed, not
            paid
                                                            first     second  difference
        ───────────────────────────────────────────────  ────────  ─────────  ──────────

        balance sheet
          Income to date, after                          9,274.00  49,234.00   39,960.00

        Entry 9 · 2026-03-01 ───────────────────────────────────────────────────────────
        repay
        → 100,000.00 USD of facility f1 is repaid from wallet bank, with interest of
            1,800.00 USD
        the same on both sides

                                                         first        second  difference
        ────────────────────────────────────────  ────────────  ────────────  ──────────

        balance sheet after the last entry
          1210 Bitcoin, operating                    70,000.00     60,010.00  (9,990.00)
          1220 Bitcoin pledged, control kept        480,080.00    530,030.00  49,950.00
          Income to date                              9,274.00     49,234.00  39,960.00
          Total assets                            1,209,274.00  1,249,234.00  39,960.00
          Total equity                            1,009,274.00  1,049,234.00  39,960.00
    "#]]
    .assert_eq(&rootless(&told));
    assert!(sandbox.store() == before, "a replay that supposes something wrote to the store");
    // The figures are those of the replays of either side.
    let args = ["replay", "--from", "7", "--to", "9", "--what-if", "lifo.json", "-f", "json"];
    let json = sandbox.run(&args).exits(0).json();
    let alone = sandbox.run(&["replay", "--from", "7", "--to", "9", "--book", "tax", "-f", "json"]);
    let alone = alone.exits(0).json();
    let moved = alone["entries"][0]["moved"].as_array().unwrap();
    let figures = json["entries"][0]["figures"].as_array().unwrap();
    for line in moved {
        let account = line["account"].as_str().map(|account| format!("{account} ")).unwrap_or_default();
        let label = format!("{account}{}, after", line["name"].as_str().unwrap());
        let figure = figures.iter().find(|figure| figure["label"] == label.as_str());
        assert_eq!(figure.unwrap()["first"], line["after"], "{label}");
    }
    assert_eq!(moved.len(), 3);
    let report = sandbox.run(&[
        "report",
        "trial-balance",
        "--what-if",
        "lifo.json",
        "--as-of",
        "2026-02-15",
        "-f",
        "csv",
    ]);
    let line = report.exits(0).out.lines().find(|line| line.contains("1210")).unwrap().to_owned();
    let label = "1210 Bitcoin, operating, after";
    let figure = figures.iter().find(|figure| figure["label"] == label).unwrap();
    assert!(line.ends_with(&format!(",{}", figure["second"].as_str().unwrap())), "{line} {figure}");
    assert_eq!(
        (&json["second"]["what_if"], &json["first"]["what_if"]),
        (&"tax with lots.method lifo".into(), &serde_json::Value::Null)
    );
    assert_eq!(json["entries"][2]["differs"], false);
}

#[test]
fn what_was_recorded_late_stands_on_one_side_and_moves_what_came_after_it() {
    let sandbox = Sandbox::with_story("mini.jsonl");
    sandbox.append(&entry(3, "2026-02-10", BOUGHT_LATE));
    let args = ["replay", "--from", "6", "--to", "11", "--book", "tax", "--as-known", "10..11"];
    let told = sandbox.run(&args).exits(0).out;
    expect![[r#"
        Example · Replay of entries 6 to 11, side by side
        as known first: the last entry · as known at entry 10 of 11 · book tax · USD
        as known then: the last entry · as known at entry 11 of 11 · book tax · USD
        11 entries · verified to entry 11

        Entry 6 · 2026-02-01 ───────────────────────────────────────────────────────────
        facility, pledge and draw
        → lender will lend up to 300,000.00 USD as a revolver loan at 8.00 % (facility
            f1); coins pledged stay ours; no thresholds are disclosed
        → 8.00 BTC go from wallet cold to the lender of facility f1 as collateral;
            coins pledged stay ours
        → 300,000.00 USD is drawn on facility f1 into wallet bank
        the same on both sides

        Entry 11 · 2026-02-10 ──────────────────────────────────────────────────────────
        → 0.10 BTC are bought for 6,000.00 USD, paid from wallet bank, into wallet
            cold
        only on the second side
                                                         first       second   difference
        ───────────────────────────────────────────────  ─────  ───────────  ───────────

        journals
          Dr 1210 Bitcoin, operating, event 0                     6,000.00     6,000.00
          Dr 1210 Bitcoin, operating, event 0, in BTC                 0.10         0.10
          Cr 1010 Cash, event 0                                   6,000.00     6,000.00

        lots
          lot 11.0 of 2026-02-10 arrives wallet cold,                 0.10         0.10
            units
          lot 11.0 of 2026-02-10 arrives wallet cold,             6,000.00     6,000.00
            cost
          lot 11.0 of 2026-02-10 arrives wallet cold,             6,000.00     6,000.00
            carried at

        units after
          wallet bank USD                                       343,900.00   343,900.00
          wallet cold BTC                                             7.10         7.10

        balance sheet
          1010 Cash, change                                      (6,000.00)   (6,000.00)
          1010 Cash, after                                      343,900.00   343,900.00
          1210 Bitcoin, operating, change                         6,000.00     6,000.00
          1210 Bitcoin, operating, after                        476,020.00   476,020.00

        Entry 7 · 2026-02-15 ───────────────────────────────────────────────────────────
        sell 6 free
        → 6.00 BTC in wallet cold are sold for 411,144.00 USD, less a fee of 50.00
            USD, into wallet bank
                                                           first      second  difference
        ────────────────────────────────────────────  ──────────  ──────────  ──────────

        units after
          wallet bank USD                             760,994.00  754,994.00  (6,000.00)
          wallet cold BTC                                   1.00        1.10       0.10

        balance sheet
          1010 Cash, after                            760,994.00  754,994.00  (6,000.00)
          1210 Bitcoin, operating, after               70,000.00   76,000.00   6,000.00

        Entry 8 · 2026-02-28 ───────────────────────────────────────────────────────────
        interest
        → Interest on facility f1 is charged to the end of 2026-02-28; it is owed, not
            paid
        the same on both sides

        Entry 9 · 2026-03-01 ───────────────────────────────────────────────────────────
        repay
        → 100,000.00 USD of facility f1 is repaid from wallet bank, with interest of
            1,800.00 USD
                                                           first      second  difference
        ────────────────────────────────────────────  ──────────  ──────────  ──────────

        units after
          wallet bank USD                             659,194.00  653,194.00  (6,000.00)

        balance sheet
          1010 Cash, after                            659,194.00  653,194.00  (6,000.00)

        Entry 10 · 2026-03-01 ──────────────────────────────────────────────────────────
        mark
        → All BTC is measured at 66,000.00, where a book carries it at what it is
            worth
        the same on both sides

                                                           first      second  difference
        ────────────────────────────────────────────  ──────────  ──────────  ──────────

        balance sheet after the last entry
          1010 Cash                                   659,194.00  653,194.00  (6,000.00)
          1210 Bitcoin, operating                      70,000.00   76,000.00   6,000.00
    "#]]
    .assert_eq(&rootless(&told));
    let json = sandbox.run(&[&args[..], &["-f", "json"]].concat()).exits(0).json();
    let late = json["entries"].as_array().unwrap().iter().find(|entry| entry["number"] == 11).unwrap();
    assert_eq!((&late["first"], &late["second"]), (&false.into(), &true.into()));
    let all = sandbox.run(&[&args[..], &["--all"]].concat()).exits(0).out;
    assert!(all.lines().count() > told.lines().count() + 20, "{all}");
}

#[test]
fn what_cannot_be_set_side_by_side_says_so_and_an_entry_that_could_not_have_been_is_an_answer() {
    let sandbox = Sandbox::with_story("mini.jsonl");
    sandbox.file("lifo.json", br#"{"book": "tax", "policy": {"lots": {"method": "lifo"}}}"#);
    sandbox.file("specific.json", br#"{"book": "us-gaap", "policy": {"lots": {"method": "specific"}}}"#);
    let found = sandbox.run(&["replay", "--what-if", "specific.json"]).exits(1);
    assert!(found.out.contains("Entry 6 could not have been"), "{}", found.out);
    let cases: &[(&[&str], i32, &str)] = &[
        (&["--what-if", "lifo.json", "--as-known", "9..10"], 2, "one thing is set side by side"),
        (&["--as-known", "9..10", "--stop-when", "ltv > 0.7"], 2, "all of it at once"),
        (&["--what-if", "lifo.json", "--step"], 2, "--step"),
        (&["--all"], 2, "`--all` is for a replay side by side"),
        (&["--as-of", "2026-01-31..2026-02-28"], 2, "is for `treasury compare`"),
        (&["--what-if", "lifo.json", "--book", "us-gaap"], 2, "says nothing of us-gaap"),
        (&["--what-if", "lifo.json", "--transaction", "none"], 2, "no entry belongs to a transaction none"),
        (&["--what-if", "lifo.json", "-f", "csv"], 2, "replay has no rows for csv"),
    ];
    for (args, code, told) in cases {
        let ran = sandbox.run(&[&["replay"], *args].concat()).exits(*code);
        assert!(ran.err.contains(told) && ran.out.is_empty(), "{args:?}: {}", ran.err);
    }
}
