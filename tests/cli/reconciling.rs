//! `treasury reconcile`, `breaks`, `break explain` and `sign-off`: fifty planted breaks, found once and for all.

mod again;
mod answers;
mod asked;
mod foreign;
mod jobs;
mod node;
mod onchain;
mod planted;

use serde_json::{Value, json};

use crate::sandbox::{Sandbox, entry};

/// What `reconcile` says in JSON.
#[track_caller]
pub(crate) fn reconciled(sandbox: &Sandbox, account: &str, more: &[&str], code: i32) -> Value {
    let args = [&["--actor", "reconciler-1", "-f", "json", "reconcile", account][..], more].concat();
    sandbox.run(&args).exits(code).json()
}

fn opened() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.run(&["init", "--entity", "Example", "--on", "2026-01-01", "--actor", "controller-1"]).exits(0);
    let bank = r#"{"type":"wallet_opened","wallet":"bank","kind":"bank","currency":"USD"}"#;
    let cold = r#"{"type":"wallet_opened","wallet":"cold","kind":"cold","commodity":"BTC"}"#;
    sandbox.append(&entry(1, "2026-01-01", &format!("{bank},{cold}")));
    let funded = r#"{"type":"cash_received","wallet":"bank","amount":{"amount":"1000","currency":"USD"},"category":"equity"}"#;
    sandbox.append(&entry(2, "2026-01-05", funded));
    sandbox
}

#[test]
fn a_reconciliation_is_recorded_explained_and_signed_off_by_another() {
    let sandbox = opened();
    let statement = json!({"source": "example-bank", "from": "2026-01-01", "to": "2026-01-31", "opening": "0",
        "closing": "975.00", "lines": [{"day": "2026-01-06", "units": "1000", "text": "funding"},
        {"day": "2026-01-20", "units": "-25.00", "references": ["CHG-1"], "text": "a charge"}]});
    sandbox.file("january.json", statement.to_string().as_bytes());
    let found = reconciled(&sandbox, "bank", &["january.json"], 1);
    assert_eq!(found["recorded"], true);
    assert_eq!(found["open"], 1);
    assert_eq!(found["breaks"][0]["found"], "unmatched_theirs");
    let before = sandbox.store();
    let again = reconciled(&sandbox, "bank", &["january.json"], 1);
    assert_eq!((&again["recorded"], &again["entry"]), (&json!(false), &found["entry"]));
    let log = |files: &std::collections::BTreeMap<std::path::PathBuf, Vec<u8>>| {
        files
            .iter()
            .filter(|(name, _)| name.extension().is_some_and(|end| end == "log"))
            .map(|(_, b)| b.clone())
            .collect::<Vec<_>>()
    };
    assert!(log(&before) == log(&sandbox.store()));

    let listed = sandbox.run(&["-f", "json", "breaks"]).exits(1).json();
    assert_eq!(listed["breaks"][0]["units"], "-25");
    let name = listed["breaks"][0]["name"].as_str().unwrap().to_owned();
    let refused = sandbox.run(&["--actor", "approver-1", "sign-off", "bank"]).exits(3);
    assert!(refused.err.starts_with("refused: BREAKS_OPEN"), "{}", refused.err);
    let explain = [
        "--actor",
        "reconciler-1",
        "break",
        "explain",
        &name[..6],
        "--kind",
        "error-ours",
        "--reason",
        "a charge",
    ];
    sandbox.run(&explain).exits(0);
    sandbox.run(&["breaks"]).exits(0);
    let refused = sandbox.run(&["--actor", "reconciler-1", "sign-off", "bank"]).exits(3);
    assert!(refused.err.starts_with("refused: SIGNED_BY_PREPARER"), "{}", refused.err);
    sandbox.run(&["--actor", "approver-1", "sign-off", "bank"]).exits(0);
    let table = sandbox.run(&["--actor", "reconciler-1", "reconcile", "bank"]).exits(0);
    expect_test::expect![[r#"
        bank USD against example-bank, through 2026-01-31
        Balance of the books                                                   1,000.00
        With them only
          NAME 2026-01-20 CHG-1 a charge                            (25.00)
        Balance of the statement, 2026-01-31                                     975.00

        already recorded as 5: 1 line matched, 1 break, 0 of them open
    "#]]
    .assert_eq(&table.out.replace(&name, "NAME"));
    // The lines and the document are kept, and every byte of them is checked.
    let verified = sandbox.run(&["verify"]).exits(0);
    assert!(verified.out.contains("3 blobs"), "{}", verified.out);
}

#[test]
fn a_trackers_figure_after_the_sale_is_a_break_of_what_it_is_off_by() {
    let sandbox = opened();
    let opening = r#"{"type":"coins_accepted","counterparty":"market","to":{"wallet":"cold"},"commodity":"BTC","units":"7474.62","value":{"amount":"500000000","currency":"USD"},"against":"hosting"}"#;
    let party = r#"{"type":"party_registered","party":"market"}"#;
    let sold = r#"{"type":"coins_sold","commodity":"BTC","units":"4451","proceeds":{"amount":"305000000","currency":"USD"},"to":{"wallet":"bank"},"from":{"wallet":"cold"}}"#;
    sandbox.append(&entry(3, "2026-01-31", &format!("{party},{opening}")));
    sandbox.append(&entry(4, "2026-02-08", sold));
    let tracker = json!({"source": "tracker", "from": "2026-02-09", "to": "2026-02-09", "closing": "3644.7"});
    sandbox.file("tracker.json", tracker.to_string().as_bytes());
    let found = reconciled(&sandbox, "cold", &["tracker.json"], 1);
    assert_eq!(found["ledger"], "3023.62");
    assert_eq!(found["breaks"][0]["found"], "balance_differs");
    assert_eq!(found["breaks"][0]["units"], "621.08");
}

#[test]
fn what_is_no_statement_is_refused_and_nothing_is_recorded() {
    let sandbox = opened();
    let good =
        json!({"source": "b", "from": "2026-01-01", "to": "2026-01-31", "opening": "0", "closing": "0"});
    let cases = [
        ("closing", json!("1.2.3")),
        ("from", json!("2026-02-30")),
        ("bank", json!("x")),
        ("lines", json!([{"day": "2026-02-01", "units": "1"}])),
    ];
    let before = sandbox.store();
    for (field, value) in cases {
        let mut bad = good.clone();
        bad[field] = value;
        sandbox.file("bad.json", bad.to_string().as_bytes());
        let refused = sandbox.run(&["--actor", "r", "reconcile", "bank", "bad.json"]).exits(3);
        assert!(refused.err.starts_with("refused: STATEMENT_MALFORMED"), "{}", refused.err);
    }
    sandbox.run(&["--actor", "r", "reconcile", "nowhere"]).exits(3);
    sandbox.run(&["--actor", "r", "reconcile", "bank"]).exits(3);
    let logs = |files: std::collections::BTreeMap<std::path::PathBuf, Vec<u8>>| {
        files
            .into_iter()
            .filter(|(name, _)| name.extension().is_some_and(|end| end == "log"))
            .collect::<Vec<_>>()
    };
    assert!(logs(before) == logs(sandbox.store()));
}
