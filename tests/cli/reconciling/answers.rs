//! What a person says to a reconciliation: a suggestion accepted, an entry taken back, the days that a table covers. All
//! figures are synthetic.

use serde_json::json;

use super::{opened, reconciled};
use crate::sandbox::{Sandbox, entry};

fn say(sandbox: &Sandbox, sentence: &str) {
    let words: Vec<&str> = ["--actor", "controller-1"].into_iter().chain(sentence.split(' ')).collect();
    sandbox.run(&words).exits(0);
}

/// A statement of January with these lines after the funding of 1,000.
fn january(closing: &str, lines: &[(&str, &str)]) -> Vec<u8> {
    let mut all = vec![json!({"day": "2026-01-05", "units": "1000", "text": "funding"})];
    all.extend(lines.iter().map(|(day, units)| json!({"day": day, "units": units, "text": "them"})));
    let statement = json!({"source": "example-bank", "from": "2026-01-01", "to": "2026-01-31", "opening": "0",
        "closing": closing, "lines": all});
    statement.to_string().into_bytes()
}

#[test]
fn a_suggestion_that_is_accepted_again_is_left_as_it_is() {
    let sandbox = opened();
    say(&sandbox, "cash in 100 USD --to bank --category equity --on 2026-01-10 --yes");
    say(&sandbox, "cash in 200 USD --to bank --category equity --on 2026-01-10 --yes");
    sandbox.file("january.json", &january("1300", &[("2026-01-10", "300")]));
    let found = reconciled(&sandbox, "bank", &["january.json"], 1);
    let name = found["sources"][0]["suggestions"][0]["name"].as_str().unwrap().to_owned();
    let accepted = reconciled(&sandbox, "bank", &["--accept", &name], 0);
    assert_eq!((&accepted["open"], &accepted["recorded"]), (&json!(0), &json!(true)));
    let again = sandbox.run(&["--actor", "reconciler-1", "reconcile", "bank", "--accept", &name]).exits(0);
    assert_eq!(again.err, format!("{name} was accepted already\n"));
    assert!(again.out.contains(&format!("already recorded as {}", accepted["entry"])), "{}", again.out);
    let unknown = ["--actor", "reconciler-1", "reconcile", "bank", "--accept", "0123456789abcdef"];
    let refused = sandbox.run(&unknown).exits(2);
    assert!(refused.err.contains("there is no suggestion 0123456789abcdef"), "{}", refused.err);
}

#[test]
fn an_entry_and_its_reversal_take_each_other_back() {
    let sandbox = opened();
    say(&sandbox, "cash out 25 USD --from bank --category other --on 2026-01-20 --yes");
    sandbox.file("january.json", &january("975.50", &[("2026-01-20", "-24.50")]));
    assert_eq!(reconciled(&sandbox, "bank", &["january.json"], 1)["open"], 2);
    say(&sandbox, "reverse 4 --reason mistyped --on 2026-01-20 --yes");
    let only_reversed = reconciled(&sandbox, "bank", &[], 1);
    assert_eq!(only_reversed["breaks"][0]["found"], "unmatched_theirs");
    assert_eq!(only_reversed["breaks"].as_array().unwrap().len(), 1);
    say(&sandbox, "cash out 24.50 USD --from bank --category other --on 2026-01-20 --yes");
    let agreed = reconciled(&sandbox, "bank", &[], 0);
    assert_eq!(agreed["breaks"], json!([]));
}

#[test]
fn a_statement_tells_the_document_that_it_was_read_from() {
    let sandbox = opened();
    let file = january("975", &[("2026-01-20", "-25")]);
    sandbox.file("january.json", &file);
    reconciled(&sandbox, "bank", &["january.json"], 1);
    // The SHA-256 of the file as sha256sum gives it.
    let kept = sandbox.run(&["evidence", "list", "-f", "json"]).out;
    let breaks = sandbox.run(&["breaks", "-f", "json"]).exits(1).json();
    let document = breaks["breaks"][0]["document"].as_str().unwrap().to_owned();
    assert!(kept.contains(&document), "{kept}");
    let table = sandbox.run(&["breaks"]).exits(1).out;
    assert!(table.contains(&format!("document {document}")), "{table}");
    assert!(table.lines().all(|line| line.chars().count() <= 80), "{table}");
    let told = sandbox.run(&["replay", "--from", "4", "--to", "4", "-f", "json"]).exits(0).json();
    assert!(told["entries"][0]["told"][0].as_str().unwrap().ends_with(&document), "{told}");
    // The same statement in another file is no other statement.
    sandbox.file("again.json", &[b" ", &file[..]].concat());
    assert_eq!(reconciled(&sandbox, "bank", &["again.json"], 1)["statements_recorded"], 0);
    let recorded = r#"{"type":"statement_recorded","source":"example-bank","account":{"place":{"wallet":"bank"},"commodity":"USD"},"from":"2026-01-01","to":"2026-01-31","opening":"0","closing":"975","sha256":"SHA","lines":2}"#;
    let replayed = sandbox.run(&["export", "jsonl"]).exits(0).out;
    let line = replayed.lines().find(|line| line.contains("statement_recorded")).unwrap();
    let value: serde_json::Value = serde_json::from_str(line).unwrap();
    let sha = value["events"][0]["sha256"].as_str().unwrap();
    let undocumented = entry(9, "2026-01-31", &recorded.replace("SHA", sha));
    let refused = sandbox.run_with(&["append", "-"], undocumented.as_bytes()).exits(3);
    assert!(refused.err.starts_with("refused: STATEMENT_TWICE"), "{}", refused.err);
}

const TABLE: &str = "\
id,coin,wallet,txid,date,type,state,valueString,comment
tr-1,btc,w-cold,0f01,2026-01-05T10:00:00.000Z,receive,confirmed,150000000,From the exchange
";

#[test]
fn what_a_table_does_not_say_a_person_may() {
    let sandbox = opened();
    say(&sandbox, "buy 1.5 BTC --for 900 --from bank --to cold --on 2026-01-05 --yes");
    sandbox.file("table.csv", TABLE.as_bytes());
    let run = |more: &[&str]| {
        let args = [&["--actor", "reconciler-1", "reconcile", "cold", "table.csv"][..], more].concat();
        sandbox.run(&args)
    };
    let without = run(&[]).exits(3);
    assert!(without.err.contains("`--closing AMOUNT` says it"), "{}", without.err);
    assert!(!without.err.contains("ask for the file again"), "{}", without.err);
    let outside = run(&["--closing", "1.5", "--covers", "2026-02"]).exits(2);
    assert!(outside.err.contains("the file has a line of 2026-01-05"), "{}", outside.err);
    let done = run(&["--closing", "1.5", "--covers", "2026Q1"]).exits(0);
    assert!(done.out.contains("cold BTC against w-cold, through 2026-03-31"), "{}", done.out);
    sandbox.file("bank.sta", b":20:X\n:25:B/1\n:28C:1/1\n:60F:C260101USD0,00\n:61:2601050105C1000,00NTRFF//1\n:61:2601050105D900,00NTRFG//2\n:62F:C260131USD100,00\n-\n");
    let bank = |more: &[&str]| {
        let args = [&["--actor", "reconciler-1", "reconcile", "bank", "bank.sta"][..], more].concat();
        sandbox.run(&args)
    };
    let says_itself = bank(&["--covers", "2026Q1"]).exits(2);
    assert!(says_itself.err.contains("leave `--covers` out"), "{}", says_itself.err);
    let other = bank(&["--closing", "101"]).exits(2);
    assert!(other.err.contains("states a closing balance of 100"), "{}", other.err);
    bank(&["--closing", "100"]).exits(0);
}

#[test]
fn a_name_that_is_nearly_one_is_offered() {
    let sandbox = opened();
    let wallet = sandbox.run(&["--actor", "r", "reconcile", "bnak"]).exits(3);
    assert!(wallet.err.contains("did you mean `bank`?"), "{}", wallet.err);
    say(&sandbox, "party register lender --related-party no --on 2026-01-06 --yes");
    say(
        &sandbox,
        "loan open term-1 --lender lender --limit 100 --currency USD --rate 8% --day-count act/360 --count-first-day yes --count-last-day no --control kept --on 2026-01-06 --yes",
    );
    let loan = sandbox.run(&["--actor", "r", "reconcile", "term-2/principal"]).exits(3);
    assert!(loan.err.contains("did you mean `term-1`?"), "{}", loan.err);
    // Of a loan it is said what of it can be named.
    let whole = sandbox.run(&["--actor", "r", "reconcile", "term-1"]).exits(3);
    assert!(whole.err.contains("`term-1` is a loan: name what of it, `term-1/principal`"), "{}", whole.err);
    assert!(!whole.err.contains("wallet open"), "{}", whole.err);
    let replay = sandbox.run(&["replay", "--facility", "trem-1"]).exits(3);
    assert!(replay.err.contains("did you mean `term-1`?"), "{}", replay.err);
}

#[test]
fn a_balance_that_differs_says_which_and_an_answer_is_told_as_it_is_typed() {
    let sandbox = opened();
    let stated = json!({"source": "example-bank", "from": "2026-01-01", "to": "2026-01-31", "opening": "5", "closing": "1003",
        "lines": [{"day": "2026-01-05", "units": "1000", "text": "funding"}]});
    sandbox.file("january.json", stated.to_string().as_bytes());
    let found = sandbox.run(&["--actor", "reconciler-1", "reconcile", "bank", "january.json"]).exits(1).out;
    let labels: Vec<&str> =
        found.lines().filter(|line| line.contains(" differs ")).map(|line| &line[19..]).collect();
    expect_test::expect![[r#"
         2026-01-01 opening differs                              5.00
         2026-01-31 balance differs                            (2.00)"#]]
    .assert_eq(&labels.join("\n"));
    let breaks = sandbox.run(&["breaks", "-f", "json"]).exits(1).json();
    let name = breaks["breaks"][0]["name"].as_str().unwrap();
    let explain = ["--actor", "r", "break", "explain", name, "--kind", "error-theirs", "--reason", "theirs"];
    let said = sandbox.run(&explain).exits(0).out;
    assert!(said.ends_with(&format!(": {name} is error-theirs\n")), "{said}");
    let listed = sandbox.run(&["breaks", "--all"]).exits(1).out;
    assert!(listed.contains(": error-theirs, theirs\n"), "{listed}");
    let for_programs = sandbox.run(&["breaks", "--all", "-f", "json"]).exits(1).json();
    assert_eq!(for_programs["breaks"][0]["explained"]["kind"], "error_theirs");
}

#[test]
fn three_sides_take_an_accepted_sum_as_one() {
    let sandbox = opened();
    say(&sandbox, "cash in 100 USD --to bank --category equity --on 2026-01-10 --yes");
    say(&sandbox, "cash in 200 USD --to bank --category equity --on 2026-01-10 --yes");
    for (source, closing, lines) in [
        (
            "a-bank",
            "1300",
            json!([{"day": "2026-01-05", "units": "1000"}, {"day": "2026-01-10", "units": "300"}]),
        ),
        ("b-bank", "1000", json!([{"day": "2026-01-05", "units": "1000"}])),
    ] {
        let stated = json!({"source": source, "from": "2026-01-01", "to": "2026-01-31", "opening": "0", "closing": closing,
            "lines": lines});
        sandbox.file("stated.json", stated.to_string().as_bytes());
        reconciled(&sandbox, "bank", &["stated.json"], 1);
    }
    let found = reconciled(&sandbox, "bank", &[], 1);
    let name = found["sources"][0]["suggestions"][0]["name"].as_str().unwrap().to_owned();
    let three = || sandbox.run(&["reconcile", "three-way", "bank"]).exits(1).out;
    assert!(three().contains("a-bank only"), "{}", three());
    reconciled(&sandbox, "bank", &["--accept", &name], 1);
    expect_test::expect![[r#"
        bank USD: books, a-bank, b-bank; through 2026-01-31
        Line                    Day            Books    a-bank    b-bank  Verdict
          cash_received and     2026-01-10    300.00    300.00            not with
            1 more                                                        b-bank
          Balance               2026-01-31  1,300.00  1,300.00  1,000.00
        1 line in all three, 1 not, 0 of these timing
    "#]]
    .assert_eq(&three());
}
