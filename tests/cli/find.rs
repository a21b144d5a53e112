//! `treasury find`: the entries that have a name, the same from the index and without it.

use expect_test::expect;

use crate::sandbox::{Sandbox, entry};

#[test]
fn entries_are_listed_by_a_name() {
    let sandbox = Sandbox::with_story("mini.jsonl");
    let found = sandbox.run(&["find", "facility", "f1"]).exits(0);
    expect![[r#"
        6  2026-02-01  facility_opened, collateral_posted, loan_drawn  facility, pledge and draw
        8  2026-02-28  interest_accrued  interest
        9  2026-03-01  loan_repaid  repay
    "#]]
    .assert_eq(&found.out);
    let found = sandbox.run(&["find", "facility", "f1", "--as-known", "8", "-f", "csv"]).exits(0);
    expect![[r#"
        number,id,effective,transaction,events,memo
        6,f0ac0f39-b21f-5b3f-bd05-423a71066dba,2026-02-01,,"facility_opened, collateral_posted, loan_drawn","facility, pledge and draw"
        8,dc9b884d-107b-5c52-b4c8-0d3126f39414,2026-02-28,,interest_accrued,interest
    "#]]
    .assert_eq(&found.out);
    let id = "dc9b884d-107b-5c52-b4c8-0d3126f39414";
    let found = sandbox.run(&["find", "id", id, "-f", "json"]).exits(0).json();
    assert_eq!((&found["source"], &found["entries"][0]["number"]), (&"log".into(), &8.into()));
    assert_eq!(found["entries"][0]["events"][0], "interest_accrued");
}

#[test]
fn a_name_that_no_entry_has_and_a_kind_that_there_is_not() {
    let sandbox = Sandbox::with_story("mini.jsonl");
    let none = sandbox.run(&["find", "wallet", "nowhere"]).exits(0);
    assert_eq!((none.out.as_str(), none.err.as_str()), ("", "no entry names the wallet nowhere\n"));
    let refused = sandbox.run(&["find", "lot", "4.0"]).exits(2);
    assert!(refused.err.contains("not one of id, transaction, facility"), "{}", refused.err);
    let refused = sandbox.run(&["find", "wallet", "bank", "--as-of", "2026-02-01"]).exits(2);
    assert!(refused.err.starts_with("error\n"), "{}", refused.err);
}

/// A ledger long enough for an index; every hundredth entry belongs to a transaction of ten.
fn long() -> Sandbox {
    let sandbox = Sandbox::with_story("mini.jsonl");
    let mut lines = String::new();
    for number in 1..=4_200 {
        let paid = r#"{"type":"cash_paid","wallet":"bank","amount":{"amount":"0.01","currency":"USD"},"category":"other"}"#;
        let mut line = entry(number, &format!("2026-03-{:02}", 2 + number / 150), paid);
        if number % 100 == 0 {
            line = line.replacen('{', &format!(r#"{{"transaction":"fee/{}","#, number / 1_000), 1);
        }
        lines.push_str(&line);
        lines.push('\n');
    }
    let file = sandbox.file("long.jsonl", lines.as_bytes());
    sandbox.run(&["append", "-q", file.to_str().unwrap()]).exits(0);
    sandbox
}

#[test]
fn the_index_changes_no_answer_of_the_command() {
    let sandbox = long();
    let questions: [&[&str]; 4] = [
        &["find", "transaction", "fee/3"],
        &["find", "facility", "f1"],
        &["replay", "--transaction", "fee/4", "-f", "json"],
        &["replay", "--facility", "f1", "-q"],
    ];
    let answers = || questions.map(|question| sandbox.run(question).exits(0).out);
    let source = || sandbox.run(&["find", "wallet", "cold", "-f", "json"]).exits(0).json()["source"].clone();
    let first = answers();
    assert_eq!(first[0].lines().count(), 10);
    assert_eq!(source(), "index");
    let cache = sandbox.path().join("books/cache");

    // Noise that its seal does not see, for it is gone.
    for file in std::fs::read_dir(&cache).unwrap().map(|entry| entry.unwrap().path()) {
        if file.is_dir() {
            std::fs::write(file.join("db"), [0x5a; 70_000]).unwrap();
        }
    }
    assert_eq!(answers(), first);
    assert_eq!(source(), "index");

    std::fs::remove_dir_all(&cache).unwrap();
    assert_eq!(answers(), first);

    std::fs::remove_dir_all(&cache).unwrap();
    std::fs::write(&cache, b"no folder").unwrap();
    assert_eq!(answers(), first);
    assert_eq!(source(), "entries");
}
