//! Prices that a book does not take, as a person meets them.

use crate::sandbox::{Sandbox, entry};

/// A loan of 30,000 on one coin at the price of noon on 4 January, in a book that takes none older than 36 hours.
fn lent() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox
        .run(&[
            "init",
            "--entity",
            "Example Ltd",
            "--books",
            "us-gaap",
            "--on",
            "2026-01-01",
            "--actor",
            "controller-1",
        ])
        .exits(0);
    let usd = |amount: &str| format!(r#"{{"amount":"{amount}","currency":"USD"}}"#);
    let policy = r#"{"type":"policy_adopted","book":"us-gaap","from":"2026-01-02","transition":"prospective","policy":{"price":[{"commodity":"BTC","currency":"USD","source":"alpha","cut_off":"16:00","max_age_hours":36}]}},{"type":"wallet_opened","wallet":"bank","kind":"bank","currency":"USD"},{"type":"wallet_opened","wallet":"cold","kind":"cold","commodity":"BTC"},{"type":"party_registered","party":"lender"}"#;
    let capital = format!(
        r#"{{"type":"cash_received","wallet":"bank","amount":{},"category":"equity"}}"#,
        usd("100000.00")
    );
    let bought = format!(
        r#"{{"type":"coins_bought","commodity":"BTC","units":"1","paid":{},"from":{{"wallet":"bank"}},"to":{{"wallet":"cold"}}}}"#,
        usd("60000.00")
    );
    let price = r#"{"type":"price_observed","commodity":"BTC","currency":"USD","price":"60000","source":"alpha","market":"spot","at":"2026-01-04T12:00:00Z"}"#;
    let loan = format!(
        r#"{{"type":"facility_opened","facility":"f","lender":"lender","currency":"USD","limit":{},"rate":{{"fixed":"0.08"}},"day_count":"act/360","count_first_day":false,"count_last_day":true,"control":"kept"}},{{"type":"collateral_posted","facility":"f","from":{{"wallet":"cold"}},"commodity":"BTC","units":"1","price":"60000"}},{{"type":"loan_drawn","facility":"f","amount":{},"to":{{"wallet":"bank"}}}}"#,
        usd("30000.00"),
        usd("30000.00")
    );
    let later = format!(
        r#"{{"type":"loan_repaid","facility":"f","principal":{},"from":{{"wallet":"bank"}}}}"#,
        usd("6000.00")
    );
    for (id, day, events) in [
        (2, "2026-01-02", policy),
        (3, "2026-01-02", &capital),
        (4, "2026-01-03", &bought),
        (5, "2026-01-04T12:00:00Z", price),
        (6, "2026-01-04", &loan),
        (7, "2026-01-08", &later),
    ] {
        sandbox.append(&entry(id, day, events));
    }
    sandbox
}

#[test]
fn a_replay_says_where_a_loan_to_value_rests_on_an_old_price() {
    let sandbox = lent();
    let stale = "BTC at the price of 2026-01-04T12:00:00Z; book us-gaap takes none older than 36 h";
    let young = sandbox.run(&["replay", "--from", "6", "--to", "6"]).exits(0).out;
    assert!(young.contains("50.00 %") && !young.contains("none older"), "{young}");
    let old = sandbox.run(&["replay", "--from", "7", "--to", "7"]).exits(0).out;
    let old = old.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(old.contains("50.00 % → 40.00 %") && old.contains(stale), "{old}");
    let json = sandbox.run(&["replay", "--from", "7", "--to", "7", "-f", "json"]).exits(0).json();
    assert_eq!(json["entries"][0]["facilities"][0]["after"]["stale_prices"], serde_json::json!([stale]));
}

fn refused(sandbox: &Sandbox, line: &str) -> String {
    let ran = sandbox.run_with(&["append", "-"], line.as_bytes());
    assert_ne!(ran.code, 0, "{}", ran.out);
    ran.err
}

#[test]
fn a_mark_at_a_price_that_a_book_does_not_take_says_what_to_do() {
    let sandbox = lent();
    let other = r#"{"type":"price_observed","commodity":"BTC","currency":"USD","price":"61000","source":"beta","market":"spot","at":"2026-01-08T12:00:00Z"}"#;
    sandbox.append(&entry(8, "2026-01-08", other));
    let pinned = r#"{"type":"fair_value_marked","commodity":"BTC","from_observation":8}"#;
    let said = refused(&sandbox, &entry(9, "2026-01-08", pinned));
    for says in [
        "PRICE_NOT_TAKEN",
        "book us-gaap takes prices of BTC in USD from alpha by 16:00, and entry 8 observed that of beta on spot at 2026-01-08T12:00:00Z",
        "leave `from_observation` out",
    ] {
        assert!(said.contains(says), "{said}");
    }
    let bad = r#"{"type":"policy_adopted","book":"us-gaap","from":"2026-01-09","transition":"prospective","policy":{"price":[{"commodity":"BTC","currency":"USD","cut_off":"4pm"}]}}"#;
    let said = refused(&sandbox, &entry(10, "2026-01-09", bad));
    assert!(said.contains("`4pm` is not a time of day such as 16:00"), "{said}");
}
