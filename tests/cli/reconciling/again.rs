//! A file that comes again: what a person said of it is said of one file, holds, and is stated anew where it was mistyped. All
//! figures are synthetic.

use serde_json::{Value, json};

use super::{opened, reconciled};
use crate::sandbox::{Ran, Sandbox};

const HEAD: &str =
    "account,currency,booked,value,debit,credit,balance,reference,counterparty,counter_account,text\n";

/// The funding of 1,000, and a payment that the books have; no balance beside.
fn ledger() -> Sandbox {
    let sandbox = opened();
    let paid = "--actor controller-1 cash out 180 USD --from bank --category other --on 2026-01-14 --yes";
    sandbox.run(&paid.split(' ').collect::<Vec<_>>()).exits(0);
    let funded = "B/1,USD,2026-01-05,2026-01-05,,1000,,R1,,,funding\n";
    let paid = "B/1,USD,2026-01-14,2026-01-14,180,,,R2,,,paid\n";
    sandbox.file("table.csv", format!("{HEAD}{funded}{paid}").as_bytes());
    sandbox.file("second.csv", format!("{HEAD}{paid}").as_bytes());
    sandbox
}

fn run(sandbox: &Sandbox, words: &str) -> Ran {
    let usual = ["--actor", "reconciler-1", "reconcile", "bank"];
    sandbox.run(&usual.into_iter().chain(words.split(' ')).collect::<Vec<_>>())
}

fn log(sandbox: &Sandbox) -> Vec<Value> {
    let all = sandbox.run(&["export", "jsonl"]).exits(0).out;
    all.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn what_is_said_beside_a_file_is_said_of_one() {
    let sandbox = ledger();
    let before = log(&sandbox);
    for said in ["--covers 2026Q1", "--closing 820", "--closing 820 --dry-run"] {
        let refused = run(&sandbox, &format!("table.csv second.csv {said}")).exits(2);
        assert!(refused.err.contains("are said of one file, and 2 are given"), "{}", refused.err);
    }
    // The plain form says both itself.
    let plain =
        json!({"source": "b", "from": "2026-01-01", "to": "2026-01-31", "opening": "0", "closing": "0"});
    sandbox.file("plain.json", plain.to_string().as_bytes());
    let refused = run(&sandbox, "plain.json --closing 820").exits(2);
    assert!(refused.err.contains("leave `--covers` and `--closing` out"), "{}", refused.err);
    assert_eq!(log(&sandbox), before);
}

#[test]
fn a_mistyped_balance_is_stated_anew_in_its_place() {
    let sandbox = ledger();
    let wrong = run(&sandbox, "table.csv --covers 2026Q1 --closing 550").exits(1);
    assert!(wrong.out.contains("1 statement recorded\nrecorded 6: "), "{}", wrong.out);
    assert!(wrong.out.contains(" 2026-01-01 opening differs "), "{}", wrong.out);
    // Later statements of the account stay when an earlier one is stated anew.
    sandbox.file("april.csv", format!("{HEAD}B/1,USD,2026-04-02,2026-04-02,,5,,R3,,,interest\n").as_bytes());
    run(&sandbox, "april.csv --covers 2026-04 --closing 825").exits(1);
    let before = log(&sandbox);
    let refused = run(&sandbox, "table.csv --covers 2026Q1 --closing 820").exits(3);
    expect_test::expect![[r"
        refused: STATED_OTHERWISE
          entry 5 states table.csv otherwise: 2026-01-01 through 2026-03-31, with 550 at the end
          help: if that entry is right, leave `--covers` and `--closing` out; if not, state the file in its place: `--anew`
    "]]
    .assert_eq(&refused.err);
    assert_eq!(log(&sandbox), before);
    let tried = run(&sandbox, "table.csv --covers 2026Q1 --closing 820 --anew --dry-run").exits(1);
    assert!(tried.out.contains("nothing was recorded"), "{}", tried.out);
    assert_eq!(log(&sandbox), before);
    let anew = run(&sandbox, "table.csv --covers 2026Q1 --closing 820 --anew").exits(1);
    assert!(anew.out.contains("1 statement recorded, in place of entry 5\nrecorded 10: "), "{}", anew.out);
    let replaces = |number: usize| log(&sandbox)[number - 1]["events"][0]["replaces"].clone();
    assert_eq!((replaces(5), replaces(9)), (Value::Null, json!(5)));
    // Only what the books lack is left: the interest in April.
    let breaks = sandbox.run(&["-f", "json", "breaks"]).exits(1).json();
    let found = |of: &Value| (of["found"].clone(), of["units"].clone(), of["since"].clone());
    let found: Vec<_> = breaks["breaks"].as_array().unwrap().iter().map(found).collect();
    assert_eq!(found, [(json!("unmatched_theirs"), json!("5"), json!("2026-04-02"))]);
    // Said again it stands, and so it does when nothing is said.
    for said in ["--covers 2026Q1 --closing 820 --anew", "--covers 2026Q1 --closing 820"] {
        let again = run(&sandbox, &format!("table.csv {said}")).exits(1);
        assert!(again.out.contains("already recorded as 10: ") && !again.out.contains("statement recorded"));
    }
    let told = sandbox.run(&["replay", "--from", "9", "--to", "9"]).exits(0).out;
    let told = told.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(told.contains("in place of what entry 5 stated"), "{told}");
    sandbox.run(&["verify"]).exits(0);
}

#[test]
fn what_was_said_of_a_file_holds_when_it_comes_again_without_it() {
    let sandbox = ledger();
    sandbox.file("right.csv", format!("{HEAD}B/1,USD,2026-01-05,2026-01-05,,1000,1000,R1,,,funding\nB/1,USD,2026-01-14,2026-01-14,180,,820,R2,,,paid\n").as_bytes());
    run(&sandbox, "right.csv --covers 2026Q1").exits(0);
    let again = run(&sandbox, "right.csv").exits(0);
    assert_eq!(again.err, "right.csv counts as entry 5 states it\n");
    assert!(again.out.contains("already recorded as 6: 2 lines matched"), "{}", again.out);
    // Another file of fewer days is another statement, and that it was recorded is told where the run stands.
    let more = std::fs::read(sandbox.path().join("right.csv")).unwrap();
    sandbox.file("copy.csv", &[&more[..], b"\n"].concat());
    let copy = run(&sandbox, "copy.csv").exits(0);
    assert!(copy.out.contains("1 statement recorded\nalready recorded as 6: "), "{}", copy.out);
    assert_eq!(reconciled(&sandbox, "bank", &[], 0)["recorded"], false);
}

#[test]
fn to_state_anew_something_is_named() {
    let sandbox = ledger();
    let usual = ["--actor", "reconciler-1", "reconcile", "bank", "--anew"];
    let refused = sandbox.run(&usual).exits(2);
    assert!(refused.err.contains("`--anew` states files or a wallet"), "{}", refused.err);
}
