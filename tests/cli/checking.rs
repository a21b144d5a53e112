//! What `treasury check` finds, by name and for a day; and that it finds nothing where nothing is wrong.

use serde_json::{Value, json};

use crate::sandbox::{Sandbox, entry, feed};

/// By check, what was found in any book.
fn found(sandbox: &Sandbox, args: &[&str], code: i32) -> Vec<(String, Vec<Value>)> {
    let told = sandbox.run(&[&["check", "-f", "json"], args].concat()).exits(code).json();
    let all = told["checks"].as_array().unwrap().iter();
    let wrong = all.filter(|check| check["found"] != json!([]));
    wrong
        .map(|check| {
            (check["check"].as_str().unwrap().to_owned(), check["found"].as_array().unwrap().clone())
        })
        .collect()
}

#[test]
fn a_check_is_of_a_day_and_by_name() {
    let sandbox = Sandbox::with_story("mini.jsonl");
    let before = sandbox.store();
    let table =
        sandbox.run(&["check", "--as-of", "2026-02-20", "marks", "accruals", "thresholds"]).exits(1).out;
    assert_eq!(
        table,
        "Checked on 2026-02-20
  marks       us-gaap  found
    BTC was never marked
  accruals    us-gaap  found
    no interest on f1 is accrued
  marks       tax      ok
  accruals    tax      found
    no interest on f1 is accrued
  thresholds           ok
"
    );
    let csv = sandbox.run(&["check", "--as-of", "2026-02-20", "marks", "-f", "csv"]).exits(1).out;
    assert_eq!(csv, "check,book,found\nmarks,us-gaap,BTC was never marked\n");
    let one = sandbox.run(&["check", "--as-of", "2026-02-20", "marks", "--book", "tax"]).exits(0).out;
    assert_eq!(one, "Checked on 2026-02-20\n  marks  tax  ok\n");
    // As known before the interest was recorded, it was missing on its own day.
    assert_eq!(found(&sandbox, &["accruals", "--as-of", "2026-02-28"], 0), []);
    let then = found(&sandbox, &["accruals", "--as-of", "2026-02-28", "--as-known", "7", "--book", "tax"], 1);
    assert_eq!(then, [("accruals".to_owned(), vec![json!("no interest on f1 is accrued")])]);
    let listed = sandbox.run(&["check", "--list"]).exits(0).out;
    let listed = listed.split_whitespace().collect::<Vec<_>>().join(" ");
    let all = sandbox.run(&["check", "-f", "json"]).exits(1).json();
    for check in all["checks"].as_array().unwrap() {
        assert!(listed.contains(check["about"].as_str().unwrap()), "{check}");
    }
    let unknown = sandbox.run(&["check", "mark"]).exits(2).err;
    assert!(
        unknown.contains("there is no check `mark`") && unknown.contains("did you mean `marks`?"),
        "{unknown}"
    );
    assert_eq!(sandbox.store(), before);
}

#[test]
fn loans_near_a_call_and_open_breaks_are_found() {
    let sandbox = Sandbox::with_story("mini.jsonl");
    let asked = ["thresholds", "breaks", "proposals", "--as-of", "2026-03-31"];
    assert_eq!(found(&sandbox, &asked, 0), []);
    let loan = r#"{"type":"facility_opened","facility":"f2","lender":"lender","currency":"USD","limit":{"amount":"30000.00","currency":"USD"},"rate":{"fixed":"0.08"},"day_count":"act/360","count_first_day":false,"count_last_day":true,"control":"kept","kind":"revolver","ltv":{"call":"0.7"}},{"type":"collateral_posted","facility":"f2","commodity":"BTC","units":"0.5","from":{"wallet":"cold"}},{"type":"loan_drawn","facility":"f2","amount":{"amount":"20000.00","currency":"USD"},"to":{"wallet":"bank"}}"#;
    sandbox.append(&entry(90, "2026-03-02", loan)).exits(0);
    // 20,000 against half a coin: a call from 70% is one below 57,142.86.
    for (id, price, expected) in [
        (91, "57142.86", None),
        (92, "57142.85", Some("f2 is at 70.00%: the lender may call for more from 70.00% on")),
    ] {
        let seen = format!(
            r#"{{"type":"price_observed","commodity":"BTC","currency":"USD","price":"{price}","source":"desk","market":"BTC/USD","at":"2026-03-{}T00:00:00Z"}}"#,
            id - 70
        );
        sandbox.append(&entry(id, "2026-03-30", &seen)).exits(0);
        let expected: Vec<_> =
            expected.map(|what| ("thresholds".to_owned(), vec![json!(what)])).into_iter().collect();
        assert_eq!(found(&sandbox, &asked, i32::from(!expected.is_empty())), expected, "{price}");
    }
    sandbox.file(
        "bank.json",
        br#"{"source": "example-bank", "from": "2026-03-01", "to": "2026-03-31", "closing": "1.00"}"#,
    );
    sandbox.run(&["reconcile", "bank", "bank.json", "--actor", "controller-2"]).exits(1);
    let breaks = found(&sandbox, &["breaks", "--as-of", "2026-03-31"], 1);
    assert_eq!(breaks, [("breaks".to_owned(), vec![json!("1 break of bank USD open since run 15")])]);
}

#[test]
fn lists_and_findings_break_between_words_in_80_columns() {
    let sandbox = Sandbox::with_story("mini.jsonl");
    let at_80 = |args: &[&str]| {
        let ran = feed(sandbox.command(args).env("COLUMNS", "80"), b"");
        assert!(!ran.out.is_empty(), "{args:?}: {}", ran.err);
        let long: Vec<_> = ran.out.lines().filter(|line| line.chars().count() > 80).collect();
        assert_eq!(long, Vec::<&str>::new(), "{args:?}");
        ran.out
    };
    let checks = at_80(&["check", "--list"]);
    assert!(checks.contains("\n                 through the last day, and it is signed off\n"), "{checks}");
    let formats = at_80(&["import"]);
    assert!(formats.lines().any(|line| line.starts_with("       ")), "{formats}");
    at_80(&["check"]);
    let reason = ["marks=the price of that day is not known before the exchange answers our letter of March"];
    let close = [&["close", "2026-03", "--check", "--waive"][..], &reason].concat();
    let waived = at_80(&close);
    let told = "marks             waived: the price of that day is not known before the\n                    exchange";
    assert!(waived.contains(told), "{waived}");
}
