//! Each command with its exit codes, and what it says when it cannot.

use crate::sandbox::{Sandbox, entry};

const BUY: &str = r#"{"type":"coins_bought","commodity":"BTC","units":"0.1","paid":{"amount":"10.00","currency":"USD"},"from":{"wallet":"bank"},"to":{"wallet":"cold"}}"#;

#[test]
fn every_command_ends_with_the_code_of_what_happened() {
    let sandbox = Sandbox::with_story("cango-2026q1.jsonl");
    let other = Sandbox::with_story("mini.jsonl");
    let checkpoint = |of: &Sandbox, args: &[&str]| of.run(&[&["checkpoint"], args].concat()).exits(0).out;
    sandbox.file("all", checkpoint(&sandbox, &[]).as_bytes());
    sandbox.file("earlier", checkpoint(&sandbox, &["--as-known", "13"]).as_bytes());
    sandbox.file("signed", format!("{}\n— key c2lnbmF0dXJl\n", checkpoint(&sandbox, &[])).as_bytes());
    sandbox.file("other", checkpoint(&other, &[]).as_bytes());
    sandbox.file("longer", checkpoint(&sandbox, &[]).replace("\n37\n", "\n38\n").as_bytes());
    sandbox.file("a-file", b"hello\nworld\n");
    sandbox.file("table", b"figure,book,as_of,measure,published,source,why\nCash\n");
    // The command, its code, and what it says on either stream.
    let cases: &[(&str, i32, &str)] = &[
        ("--help", 0, "Usage: treasury"),
        ("--version", 0, "treasury "),
        ("report --help", 0, "Usage: treasury report"),
        ("", 2, "Usage: treasury"),
        ("reprot", 2, "unrecognized subcommand 'reprot'"),
        ("report", 0, "trial-balance"),
        ("report balance-sheet", 0, "Total assets"),
        ("report balance-shet", 2, "did you mean `balance-sheet`?"),
        ("report nothing", 2, "the reports are balance-sheet, income-statement"),
        ("report register", 2, "`treasury report register ACCOUNT`"),
        ("report register 12", 2, "`12` is not an account's number"),
        ("report register 9999", 3, "refused: UNKNOWN_ACCOUNT"),
        ("report lots 12", 2, "lots takes no argument"),
        ("report tie-out nowhere.csv", 2, "cannot read nowhere.csv: No such file or directory"),
        ("report tie-out a-file", 2, "first line must be `figure,book,as_of,measure,published,source,why`"),
        ("report tie-out table", 2, "line 2 of the table"),
        ("report lots --in thousands -f csv", 0, "csv is exact"),
        ("report balance-sheet --periods FY2025,2026Q1", 0, "2026Q1"),
        ("report balance-sheet --by segment", 0, "unassigned"),
        ("report balance-sheet --by month", 0, "2026-03"),
        ("report journal --by wallet", 2, "journal is not divided by what is posted about"),
        ("report lots --by month", 2, "lots is not made for periods"),
        ("report lots --periods FY2025,2026Q1", 2, "lots is not made for periods"),
        ("report balance-sheet --periods FY2025 --as-of 2026-01-01", 2, "cannot be used with"),
        ("report lots --book ifrs", 3, "the ledger's books: us-gaap, tax"),
        ("report lots --as-known 38", 3, "there is no entry 38: the ledger has entries 1 to 37"),
        ("report lots --as-known 0", 3, "refused: UNKNOWN_ENTRY"),
        ("report lots --as-known 2001-01-01T00:00:00Z", 3, "nothing was recorded by"),
        ("report lots --as-known soon", 2, "neither an entry's number nor a time"),
        ("report lots --as-of 2026-13", 2, "`2026-13` is not a date"),
        ("report lots --verified", 0, "every byte of the store checked"),
        ("replay --to 3", 0, "Entry 3"),
        ("replay --from 9 --to 3", 2, "there is nothing from 9 to 3"),
        ("replay --to 38", 3, "refused: UNKNOWN_ENTRY"),
        ("replay --transaction paydown", 2, "antalpha-paydown-2026-02"),
        ("replay --facility antalpha --book tax", 0, "loan to value of antalpha"),
        ("replay --facility galaxy", 3, "refused: UNKNOWN_FACILITY"),
        ("replay --facility antalpha --from 3", 2, "cannot be used with"),
        ("replay -f csv", 2, "replay has no rows for csv"),
        ("verify", 0, "completeness not proven"),
        ("verify --expect all", 0, "the history of 37 entries that the checkpoint names is contained"),
        ("verify --expect earlier", 0, "the history of 13 entries"),
        ("verify --expect signed", 0, "the history of 37 entries"),
        ("verify --expect other", 1, "finding: checkpoint_of_other_log"),
        ("verify --expect longer", 1, "finding: shorter_than_checkpoint"),
        ("verify --expect a-file", 2, "a-file is not a checkpoint"),
        ("verify --expect nowhere", 2, "cannot read nowhere"),
        ("checkpoint", 0, "treasury-ledger/"),
        ("init --bare", 3, "refused: STORE_EXISTS"),
        ("init --entity Other --actor a", 3, "refused: STORE_EXISTS"),
        ("append nowhere.jsonl", 2, "cannot read nowhere.jsonl: No such file or directory"),
        ("append .", 2, "cannot read .: Is a directory"),
        ("append a-file --atomic", 3, "refused: MALFORMED"),
        ("append a-file -f json", 2, "it has no other format"),
        ("append a-file", 3, "a-file:1"),
        ("--store nowhere report lots", 4, "nowhere holds no ledger"),
        ("--store nowhere append a-file", 4, "open one with `treasury init"),
        ("--store nowhere replay", 4, "nowhere holds no ledger"),
        ("--store nowhere verify", 4, "nowhere holds no ledger"),
        ("--store nowhere checkpoint", 4, "nowhere holds no ledger"),
        ("--store a-file report lots", 4, "Not a directory"),
        ("--store a-file init --bare", 4, ""),
        ("--store postgres://host/db report lots", 3, "refused: NOT_YET_BUILT"),
        ("demo -f json", 2, "the demo is for people"),
    ];
    assert_eq!(cases.len(), 64, "a case was dropped");
    for (line, code, told) in cases {
        let args: Vec<&str> = line.split_whitespace().collect();
        let ran = sandbox.run(&args).exits(*code);
        let all = format!("{}{}", ran.out, ran.err);
        assert!(all.contains(told), "{line}: {told}\n{all}");
        assert!(*code == 0 || *code == 1 || ran.out.is_empty(), "{line} printed data: {}", ran.out);
        assert!(!all.contains("panicked") && !all.contains("os error"), "{line}: {all}");
    }
}

#[test]
fn init_opens_a_ledger_that_can_be_used() {
    let sandbox = Sandbox::new();
    let refused = sandbox.run(&["init", "--entity", "Example Ltd"]).exits(3);
    assert!(refused.err.starts_with("refused: ACTOR_MISSING"), "{}", refused.err);
    sandbox.run(&["init", "--entity", "Example Ltd", "--actor", "a", "--books", "tax,tax"]).exits(3);
    sandbox.run(&["init", "--entity", "Example Ltd", "--time-zone", "Mars/Olympus"]).exits(2);
    assert!(sandbox.store().is_empty(), "a refused init leaves nothing behind");
    let args = ["init", "--entity", "Example Ltd", "--currency", "USD", "--time-zone", "Asia/Hong_Kong"];
    let more =
        ["--fiscal-year-end", "06-30", "--books", "us-gaap,tax", "--on", "2026-01-01", "--notice", "a draft"];
    let output = sandbox
        .command(&[&args[..], &more[..]].concat())
        .env("TREASURY_ACTOR", "controller-1")
        .output()
        .unwrap();
    assert_eq!(String::from_utf8(output.stdout).unwrap(), "opened ./books: recorded 1\n");
    let sheet = sandbox
        .run(&["report", "balance-sheet", "-f", "json", "--book", "tax", "--as-of", "2026-01-31"])
        .exits(0)
        .json();
    assert_eq!(
        (&sheet["head"]["entity"], &sheet["head"]["notice"]),
        (&"Example Ltd".into(), &"a draft".into())
    );
    assert_eq!(sheet["notes"][0], "Coins are carried at cost.");
}

#[test]
fn what_was_acknowledged_stays_and_is_never_recorded_twice() {
    let sandbox = Sandbox::with_story("mini.jsonl");
    let good = entry(1, "2026-03-05", BUY);
    let bad = entry(2, "2026-03-05", &BUY.replace("cold", "vault"));
    let never = entry(3, "2026-03-05", BUY);
    let text = format!("{good}\n\n{bad}\n{never}\n");
    let ran = sandbox.run_with(&["append", "-"], text.as_bytes()).exits(3);
    assert_eq!(ran.out, "recorded 11\n");
    assert!(ran.err.contains("stdin:3, event 0 (coins_bought)"), "{}", ran.err);
    let again = sandbox.run_with(&["append", "-"], good.as_bytes()).exits(0);
    assert_eq!(again.out, "already recorded as 11\n");
    let before = sandbox.store();
    let reused = sandbox.run_with(&["append", "-"], good.replace("0.1", "0.2").as_bytes()).exits(3);
    assert!(reused.err.starts_with("refused: ID_REUSED\n  entry 11 has the id"), "{}", reused.err);
    sandbox.run_with(&["append", "-"], good.as_bytes()).exits(0);
    assert!(sandbox.store() == before, "what changes no entry changes no byte");
    assert_eq!(sandbox.run_with(&["append", "-q", "-"], never.as_bytes()).exits(0).out, "");
    sandbox.run(&["verify"]).exits(0);
}

#[test]
fn a_dry_run_shows_each_entry_on_top_of_the_ones_before_and_changes_nothing() {
    let sandbox = Sandbox::with_story("mini.jsonl");
    let sell = r#"{"type":"coins_sold","commodity":"BTC","units":"1.1","proceeds":{"amount":"70000.00","currency":"USD"},"to":{"wallet":"bank"},"from":{"wallet":"cold"}}"#;
    let text = format!("{}\n{}\n", entry(1, "2026-03-05", BUY), entry(2, "2026-03-06", sell));
    let before = sandbox.store();
    let ran = sandbox.run_with(&["append", "-", "--dry-run"], text.as_bytes()).exits(0);
    expect_test::expect![[r#"
        would be entry 11, effective 2026-03-05
          us-gaap · Coins bought
            Dr 1210 Bitcoin, operating  10.00
                0.10 BTC
              Cr 1010 Cash                     10.00
          tax · Coins bought
            Dr 1210 Bitcoin, operating  10.00
                0.10 BTC
              Cr 1010 Cash                     10.00

        would be entry 12, effective 2026-03-06
          us-gaap · Coins remeasured to the price of the sale, and sold
            Dr 1210 Bitcoin, operating              3,990.00
              Cr 4510 Gains and losses on bitcoin              3,990.00
            Dr 1010 Cash                           70,000.00
              Cr 1210 Bitcoin, operating                      70,000.00
                  (1.10) BTC
          tax · Coins sold
            Dr 1010 Cash                           70,000.00
              Cr 1210 Bitcoin, operating                      70,010.00
                  (1.10) BTC
            Dr 4510 Gains and losses on bitcoin        10.00

    "#]]
    .assert_eq(&ran.out);
    assert_eq!(ran.err, "nothing was recorded\n");
    assert!(sandbox.store() == before);
}

#[test]
fn a_store_without_entries_says_so() {
    let sandbox = Sandbox::new();
    sandbox.run(&["init", "--bare"]).exits(0);
    for args in [&["report", "lots"][..], &["replay"]] {
        let refused = sandbox.run(args).exits(3);
        assert!(refused.err.starts_with("refused: LEDGER_NOT_OPENED"), "{}", refused.err);
    }
    assert!(sandbox.run(&["verify"]).exits(0).out.contains("0 entries"));
    assert!(sandbox.run(&["checkpoint"]).exits(0).out.contains("\n0\n"));
}

#[test]
fn a_replay_shows_journals_lots_units_loans_and_what_moved() {
    let sandbox = Sandbox::with_story("loan-life.jsonl");
    let ran = sandbox.run(&["replay", "--from", "17", "--to", "19"]).exits(0);
    let root = |line: &&str| !line.contains("root ");
    let text: Vec<&str> = ran.out.lines().filter(root).collect();
    expect_test::expect_file!["replay-80.txt"].assert_eq(&(text.join("\n") + "\n"));
    let whole = sandbox.run(&["replay", "--facility", "f1", "-f", "json"]).exits(0).json();
    let last = whole["entries"].as_array().unwrap().last().unwrap()["facilities"][0]["after"].clone();
    assert_eq!((&last["principal"], &last["accrued"]), (&"0".into(), &"0".into()));
    assert_eq!((&last["retired"], &last["ltv_percent"]), (&"2026-06-01".into(), &serde_json::Value::Null));
}
