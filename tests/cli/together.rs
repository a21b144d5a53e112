//! Entries appended together: those that arrive together share a sync, `--atomic` takes all of them or none.

use std::fmt::Write;

use crate::sandbox::{Sandbox, entry};

fn paid(id: u32, day: u32, amount: &str) -> String {
    let event = format!(
        r#"{{"type":"cash_paid","wallet":"bank","amount":{{"amount":"{amount}","currency":"USD"}},"category":"other"}}"#
    );
    entry(id, &format!("2026-03-{day:02}"), &event)
}

#[test]
fn atomic_records_all_lines_under_following_numbers() {
    let sandbox = Sandbox::with_story("mini.jsonl");
    let lines = [paid(1, 5, "1.00"), paid(2, 6, "2.00"), paid(1, 5, "1.00")].join("\n");
    let ran = sandbox.run_with(&["append", "-", "--atomic"], lines.as_bytes()).exits(0);
    assert_eq!(ran.out, "recorded 11\nrecorded 12\nalready recorded as 11\n");
    sandbox.run(&["verify"]).exits(0);
}

#[test]
fn atomic_records_nothing_when_one_line_is_refused() {
    let sandbox = Sandbox::with_story("mini.jsonl");
    let before = sandbox.store();
    let lines = [paid(1, 5, "1.00"), paid(2, 6, "999999999.00"), paid(3, 7, "1.00")].join("\n");
    let ran = sandbox.run_with(&["append", "-", "--atomic"], lines.as_bytes()).exits(3);
    assert_eq!(ran.out, "");
    assert!(ran.err.contains("refused: MONEY_SHORT") && ran.err.contains("stdin:2"), "{}", ran.err);
    assert_eq!(sandbox.store(), before);
}

#[test]
fn without_atomic_what_stands_before_a_refused_line_is_recorded() {
    let sandbox = Sandbox::with_story("mini.jsonl");
    let lines = [paid(1, 5, "1.00"), paid(2, 6, "999999999.00"), paid(3, 7, "1.00")].join("\n");
    let ran = sandbox.run_with(&["append", "-"], lines.as_bytes()).exits(3);
    assert_eq!(ran.out, "recorded 11\n");
    assert!(ran.err.contains("stdin:2"), "{}", ran.err);
    sandbox.run_with(&["append", "-"], paid(3, 7, "1.00").as_bytes()).exits(0);
}

#[test]
fn an_entry_too_large_for_the_log_is_told_with_its_own_line() {
    let sandbox = Sandbox::with_story("mini.jsonl");
    let event = r#"{"type":"coins_designated","wallet":"cold","commodity":"BTC","units":"0.00000001","to":"strategic"}"#;
    let many = vec![event; 4_000].join(",");
    let large = entry(2, "2026-03-06", &many);
    let lines = [paid(1, 5, "1.00"), large, paid(3, 7, "1.00")].join("\n");
    let ran = sandbox.run_with(&["append", "-"], lines.as_bytes()).exits(3);
    assert_eq!(ran.out, "recorded 11\n");
    assert!(ran.err.contains("refused: ENTRY_TOO_LARGE") && ran.err.contains("stdin:2"), "{}", ran.err);
}

#[test]
fn three_thousand_lines_are_recorded_in_order_and_again_are_known() {
    let sandbox = Sandbox::with_story("mini.jsonl");
    let mut lines = String::new();
    let mut recorded = String::new();
    for id in 1..=3_000 {
        writeln!(lines, "{}", paid(id, 1 + id % 28, "0.01")).unwrap();
        writeln!(recorded, "recorded {}", 10 + id).unwrap();
    }
    // In order of time, so that none is late.
    let mut in_order: Vec<&str> = lines.lines().collect();
    in_order.sort_by_key(|line| line.split("2026-03-").nth(1).map(|rest| rest[..2].to_owned()));
    let file = sandbox.file("many.jsonl", in_order.join("\n").as_bytes());
    assert_eq!(sandbox.run(&["append", file.to_str().unwrap()]).exits(0).out, recorded);
    let again = sandbox.run(&["append", file.to_str().unwrap()]).exits(0).out;
    assert_eq!(again, recorded.replace("recorded ", "already recorded as "));
    sandbox.run(&["verify"]).exits(0);
}
