//! `--what-if`: the same log under other choices of a book, beside the book as it is.

use std::collections::BTreeMap;

use expect_test::expect;

use crate::sandbox::{Ran, Sandbox, entry};

/// A second lot at another price, and half a coin sold: a synthetic trade that tells one order of lots from another.
fn with_two_lots() -> Sandbox {
    let sandbox = Sandbox::with_story("mini.jsonl");
    let bought = r#"{"type":"coins_bought","commodity":"BTC","units":"0.5","paid":{"amount":"40000.00","currency":"USD"},"from":{"wallet":"bank"},"to":{"wallet":"cold"}}"#;
    let sold = r#"{"type":"coins_sold","commodity":"BTC","units":"0.5","proceeds":{"amount":"45000.00","currency":"USD"},"to":{"wallet":"bank"},"from":{"wallet":"cold"}}"#;
    sandbox.append(&entry(1, "2026-03-02", bought));
    sandbox.append(&entry(2, "2026-03-03", sold));
    sandbox
}

fn supposing(sandbox: &Sandbox, text: &str) -> String {
    sandbox.file("what-if.json", text.as_bytes()).to_str().unwrap().to_owned()
}

const LIFO: &str = r#"{"book": "tax", "policy": {"lots": {"method": "lifo"}}}"#;

/// The lines of a report by name.
fn lines(ran: &Ran) -> BTreeMap<String, String> {
    let json = ran.json();
    let rows = json["rows"].as_array().unwrap().iter();
    rows.filter_map(|row| Some((row["id"].as_str()?.to_owned(), row["cells"].to_string()))).collect()
}

#[test]
fn the_last_lots_first_instead_of_the_first_change_the_gains_and_what_is_left_of_coins_and_nothing_else() {
    let sandbox = with_two_lots();
    let file = supposing(&sandbox, LIFO);
    let told = sandbox.run(&["compare", "--what-if", &file]).exits(1);
    let out: String =
        told.out.lines().filter(|line| !line.starts_with("root ")).map(|line| format!("{line}\n")).collect();
    expect![[r#"
        Example · balance-sheet compared
        as it is: the last entry · as known at entry 12 of 12 · book tax · USD
        what if tax with lots.method lifo: the last entry · as known at entry 12 of 12 ·
        book tax · USD
        12 entries · verified to entry 12

                                                       first         second   difference
        ─────────────────────────────────────  ─────────────  ─────────────  ───────────
        1210 Bitcoin, operating                   75,000.00      60,010.00   (14,990.00)
          entry 6 · 2026-02-01 · measured       (480,080.00)   (530,030.00)  (49,950.00)
            otherwise · Facility opened, Coins
            pledged, still ours, Loan drawn
          entry 7 · 2026-02-15 · measured       (400,020.00)   (360,060.00)   39,960.00
            otherwise · Coins sold
          entry 12 · 2026-03-03 · measured       (35,000.00)    (40,000.00)   (5,000.00)
            otherwise · Coins sold
        1220 Bitcoin pledged, control kept       480,080.00     530,030.00    49,950.00
          entry 6 · 2026-02-01 · measured        480,080.00     530,030.00    49,950.00
            otherwise · Facility opened, Coins
            pledged, still ours, Loan drawn
                                               ─────────────  ─────────────  ───────────
        Total current assets                   1,219,274.00   1,254,234.00    34,960.00
                                               ─────────────  ─────────────  ───────────
        Total assets                           1,219,274.00   1,254,234.00    34,960.00
        Income of the fiscal year to date         19,274.00      54,234.00    34,960.00
          entry 7 · 2026-02-15 · measured         11,074.00      51,034.00    39,960.00
            otherwise · Coins sold
          entry 12 · 2026-03-03 · measured        10,000.00       5,000.00    (5,000.00)
            otherwise · Coins sold
                                               ─────────────  ─────────────  ───────────
        Total equity                           1,019,274.00   1,054,234.00    34,960.00
                                               ─────────────  ─────────────  ───────────
        Total liabilities and equity           1,219,274.00   1,254,234.00    34,960.00
    "#]]
    .assert_eq(&out);
    let [as_it_is, supposed] = [vec![], vec!["--what-if", &file]].map(|more| {
        let args = ["report", "trial-balance", "--book", "tax", "-f", "json"];
        lines(&sandbox.run(&[&args[..], &more[..]].concat()).exits(0))
    });
    let differ: Vec<_> = as_it_is.iter().filter(|(id, cells)| supposed.get(*id) != Some(cells)).collect();
    let names: Vec<&str> = differ.iter().map(|(id, _)| id.as_str()).collect();
    assert_eq!(names, ["1210", "1220", "4510", "total"], "{differ:?}");
    assert_eq!(as_it_is.len(), supposed.len());
}

#[test]
fn a_report_says_first_what_is_supposed_and_leaves_the_ledger_as_it_was_to_the_byte() {
    let sandbox = with_two_lots();
    let file = supposing(&sandbox, LIFO);
    // What is kept of the real books is there already.
    sandbox.run(&["report", "balance-sheet", "--book", "tax"]).exits(0);
    let before = sandbox.store();
    let told = sandbox.run(&["report", "balance-sheet", "--what-if", &file]).exits(0);
    assert_eq!(told.out.lines().nth(1), Some("what if: tax with lots.method lifo"), "{}", told.out);
    let json = sandbox.run(&["report", "realised-gains", "--what-if", &file, "-f", "json"]).exits(0).json();
    assert_eq!(json["head"]["what_if"], "tax with lots.method lifo");
    assert_eq!(json["head"]["book"], "tax");
    sandbox.run(&["compare", "--what-if", &file, "--report", "income-statement", "-f", "csv"]).exits(1);
    assert!(sandbox.store() == before, "a question that supposes something wrote to the store");
    let real = sandbox.run(&["report", "balance-sheet", "--book", "tax", "-f", "json"]).exits(0).json();
    assert!(real["head"]["what_if"].is_null());
}

#[test]
fn choices_that_a_book_has_anyhow_change_nothing() {
    let sandbox = with_two_lots();
    let file = supposing(&sandbox, r#"{"book": "tax", "policy": {"lots": {"method": "fifo"}}}"#);
    let told = sandbox.run(&["compare", "--what-if", &file]).exits(0);
    assert!(told.out.ends_with("\nNo figure differs.\n"), "{}", told.out);
}

#[test]
fn what_the_log_adopts_later_does_not_stand_over_what_is_supposed() {
    let sandbox = with_two_lots();
    let adopted = r#"{"type":"policy_adopted","book":"tax","from":"2026-03-03","policy":{"lots":{"method":"hifo"}},"transition":"retrospective"}"#;
    sandbox.append(&entry(3, "2026-03-03", adopted));
    let gain = |policy: &str| {
        let text = format!(r#"{{"book": "tax", "policy": {policy}}}"#);
        let file = supposing(&sandbox, &text);
        let args = ["report", "trial-balance", "--what-if", &file, "-f", "json"];
        lines(&sandbox.run(&args).exits(0))["4510"].clone()
    };
    let (hifo, lifo, fifo) =
        (gain("{}"), gain(r#"{"lots":{"method":"lifo"}}"#), gain(r#"{"lots":{"method":"fifo"}}"#));
    assert_eq!(hifo, lifo, "the dearest lot is the last");
    assert_ne!(hifo, fifo);
}

#[test]
fn an_entry_that_could_not_have_been_is_a_finding() {
    let sandbox = with_two_lots();
    let file = supposing(&sandbox, r#"{"book": "us-gaap", "policy": {"lots": {"method": "specific"}}}"#);
    let told = sandbox.run(&["report", "balance-sheet", "--what-if", &file]).exits(1);
    expect![[r#"
        what if: us-gaap with lots.method specific
        Entry 6 could not have been: book us-gaap takes the lots that the event names,
        and it names none
    "#]]
    .assert_eq(&told.out);
    assert_eq!(told.err, "");
    let json = sandbox.run(&["compare", "--what-if", &file, "-f", "json"]).exits(1).json();
    assert_eq!((json["entry"].as_u64(), json["code"].is_string()), (Some(6), true), "{json}");
    let csv = sandbox.run(&["report", "balance-sheet", "--what-if", &file, "-f", "csv"]).exits(1);
    assert!(
        csv.out.starts_with("what_if,entry,code,why\nus-gaap with lots.method specific,6,"),
        "{}",
        csv.out
    );
}

#[test]
fn what_no_book_could_choose_is_refused() {
    let sandbox = with_two_lots();
    for (text, more, code, told) in [
        (r#"{"book": "ifrs", "policy": {}}"#, vec![], 3, "refused: UNKNOWN_BOOK"),
        (r#"{"book": "tax", "policy": {"lots": {"method": "lilo"}}}"#, vec![], 3, "refused: UNKNOWN_NAME"),
        (r#"{"book": "tax"}"#, vec![], 3, "refused: MISSING_FIELD"),
        (
            r#"{"book": "tax", "policy": {"lots": {"method": "fifo", "scope": "entity"}}}"#,
            vec![],
            3,
            "by wallet",
        ),
        (LIFO, vec!["--book", "us-gaap"], 2, "says nothing of us-gaap"),
        (LIFO, vec!["--as-known", "1..2"], 2, "one thing is compared at a time"),
    ] {
        let file = supposing(&sandbox, text);
        let args = [&["compare", "--what-if", &file][..], &more[..]].concat();
        let ran = sandbox.run(&args).exits(code);
        assert!(ran.err.contains(told), "{text} {more:?}: {}", ran.err);
        assert_eq!(ran.out, "");
    }
}
