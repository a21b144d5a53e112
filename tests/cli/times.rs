//! The two times: what happened when, and what was known when.

use crate::sandbox::{Sandbox, story};

fn lines(name: &str) -> Vec<String> {
    std::fs::read_to_string(story(name)).unwrap().lines().map(str::to_owned).collect()
}

fn recorded(lines: &[String]) -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.run(&["init", "--bare"]).exits(0);
    sandbox.run_with(&["append", "-"], lines.join("\n").as_bytes()).exits(0);
    sandbox
}

fn books(sandbox: &Sandbox) -> Vec<String> {
    let reports = ["trial-balance", "holdings"];
    let all = reports.iter().flat_map(|report| ["us-gaap", "tax"].map(|book| (report, book)));
    all.map(|(report, book)| sandbox.run(&["report", report, "--book", book, "-f", "csv"]).exits(0).out)
        .collect()
}

#[test]
fn a_late_entry_gives_the_same_books_as_one_recorded_in_time() {
    let in_time = lines("mini.jsonl");
    let mut late = in_time.clone();
    // The interest and the repayment come to light after the mark of the same day.
    let interest = late.remove(7);
    let repaid = late.remove(7);
    late.extend([interest, repaid]);
    assert_eq!(books(&recorded(&late)), books(&recorded(&in_time)));
}

#[test]
fn a_late_entry_that_undoes_a_later_sale_is_refused_naming_it() {
    let sandbox = recorded(&lines("mini.jsonl"));
    let moved = crate::sandbox::entry(
        1,
        "2026-02-10",
        r#"{"type":"coins_sold","commodity":"BTC","units":"1.5","proceeds":{"amount":"90000.00","currency":"USD"},"to":{"wallet":"bank"},"from":{"wallet":"cold"}}"#,
    );
    let refused = sandbox.run_with(&["append", "-"], moved.as_bytes()).exits(3);
    expect_test::expect![[r#"
        refused: LATER_ENTRY_CANNOT_STAND
          entry 7, effective 2026-02-15, could then not stand: wallet cold holds 5.5 BTC on 2026-02-15, 0.5 less than the 6 asked for
          stdin:1
          help: date it after that entry, or record first what that entry would then lack
    "#]].assert_eq(&refused.err);
}

#[test]
fn the_sheet_balances_at_every_month_end_and_as_known_at_every_entry() {
    let sandbox = recorded(&lines("cango-2026q1.jsonl"));
    let known = (1..=37).map(|number| vec!["--as-known".to_owned(), number.to_string()]);
    let days = ["2025-12-31", "2026-01", "2026-02", "2026Q1", "FY2026"]
        .map(|day| vec!["--as-of".to_owned(), day.to_owned()]);
    let mut sheets = 0;
    for question in known.chain(days) {
        for book in ["us-gaap", "tax"] {
            let mut args = vec!["report", "balance-sheet", "-f", "csv", "--book", book];
            args.extend(question.iter().map(String::as_str));
            let out = sandbox.run(&args).exits(0).out;
            let total = |label: &str| {
                let line = out.lines().find(|line| line.contains(label)).unwrap();
                line.rsplit(',').next().unwrap().to_owned()
            };
            assert_eq!(total("Total assets"), total("Total liabilities and equity"), "{question:?} {book}");
            sheets += 1;
        }
    }
    assert_eq!(sheets, 84);
}

#[test]
fn periods_are_days_and_relative_days_are_echoed() {
    let sandbox = recorded(&lines("cango-2026q1.jsonl"));
    let sheet = |as_of: &str| sandbox.run(&["report", "balance-sheet", "--as-of", as_of]).exits(0);
    assert_eq!(sheet("2026-02").out, sheet("2026-02-28").out);
    assert_eq!(sheet("2026Q1").out, sheet("2026-03-31").out);
    assert_eq!(sheet("FY2026").out, sheet("2026-12-31").out);
    let relative = sheet("last month-end");
    let day = relative.err.strip_prefix("as of ").unwrap().trim();
    assert_eq!((day.len(), relative.out), (10, sheet(day).out));
    assert_eq!(sandbox.run(&["-q", "report", "lots", "--as-of", "yesterday"]).exits(0).err, "");
}

#[test]
fn what_was_known_at_a_time_is_what_was_recorded_by_then() {
    let sandbox = recorded(&lines("cango-2026q1.jsonl"));
    let ran = sandbox.run(&["report", "lots", "-f", "json", "--as-known", "2999-01-01T00:00:00Z"]).exits(0);
    assert_eq!(ran.err, "as known at entry 37\n");
    assert_eq!(ran.json()["head"]["as_known"], 37);
}
