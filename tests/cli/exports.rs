//! `treasury export`: what each form says of the mini story, and what none of them may do.

use std::path::Path;

use expect_test::{expect, expect_file};

use crate::sandbox::{Ran, Sandbox, entry};

/// The text of an export without the root, which covers the times of recording.
fn text(ran: &Ran) -> String {
    let lines = ran.out.lines().map(|line| match line.strip_prefix("; root ") {
        Some(root) if root.len() == 64 => "; root …\n".to_owned(),
        Some(_) | None => format!("{line}\n"),
    });
    lines.collect()
}

#[test]
fn each_form_says_what_the_books_say() {
    let sandbox = Sandbox::with_story("mini.jsonl");
    let export = |args: &[&str]| text(&sandbox.run(&[&["export"], args].concat()).exits(0));
    expect_file!["../../fixtures/exports/mini.hledger"].assert_eq(&export(&["hledger"]));
    expect_file!["../../fixtures/exports/mini.tax.ledger"].assert_eq(&export(&["ledger", "--book", "tax"]));
    expect_file!["../../fixtures/exports/mini.beancount"].assert_eq(&export(&["beancount"]));
    expect_file!["../../fixtures/exports/mini.tax.csv"].assert_eq(&export(&["csv", "--book", "tax"]));
}

#[test]
fn the_forms_are_listed() {
    let sandbox = Sandbox::new();
    expect![[r"
        hledger    A book as a journal of hledger, clean under `hledger check -s`
        ledger     A book as a journal of ledger, clean under `ledger --pedantic`
        beancount  A book as beancount 3 reads it, clean under `bean-check`
        csv        Every line of a book's journals, for spreadsheets
        xlsx       A book as a workbook: statements, lots, journal, and checks between them
        ads        A book in the fields of the AICPA's Audit Data Standard, for auditors' programs: a folder
        jsonl      The entries as they were recorded, for `treasury append`
    "]]
    .assert_eq(&sandbox.run(&["export"]).exits(0).out);
}

#[test]
fn the_log_is_exported_as_it_was_recorded_and_gives_the_same_books_again() {
    for story in ["mini.jsonl", "cango-2026q1.jsonl", "loan-life.jsonl"] {
        let sandbox = Sandbox::with_story(story);
        // What is late keeps its number.
        sandbox.append(&entry(
            1,
            "2026-03-15",
            r#"{"type":"wallet_opened","wallet":"late","kind":"bank","currency":"USD"}"#,
        ));
        sandbox.append(&entry(
            2,
            "2026-01-02",
            r#"{"type":"cash_received","wallet":"late","amount":{"amount":"7.00","currency":"USD"},"category":"equity"}"#,
        ));
        let log = sandbox.run(&["export", "jsonl"]).exits(0).out;
        let again = Sandbox::new();
        again.run(&["init", "--bare"]).exits(0);
        again.run_with(&["append", "-"], log.as_bytes()).exits(0);
        assert_eq!(again.run(&["export", "jsonl"]).exits(0).out, log);
        for book in ["us-gaap", "tax"] {
            let journals = |of: &Sandbox| of.run(&["export", "csv", "--book", book]).exits(0).out;
            assert_eq!(journals(&again), journals(&sandbox), "{story} {book}");
        }
        let earlier = sandbox.run(&["export", "jsonl", "--as-known", "3"]).exits(0).out;
        assert!(log.starts_with(&earlier) && earlier.lines().count() == 3);
    }
}

#[test]
fn a_day_and_what_was_known_bound_an_export_as_they_bound_a_report() {
    let sandbox = Sandbox::with_story("mini.jsonl");
    let codes = |args: &[&str]| {
        let out = sandbox.run(&[&["export", "hledger"], args].concat()).exits(0).out;
        let codes =
            out.lines().filter_map(|line| Some(line.split_once(" * (")?.1.split_once(')')?.0.to_owned()));
        codes.collect::<Vec<_>>().join(" ")
    };
    assert_eq!(codes(&["--as-of", "2026-01-31"]), "3.0 4.0 5.0");
    assert_eq!(codes(&["--as-known", "6"]), "3.0 4.0 5.0 6.0 6.1 6.2");
    assert_eq!(codes(&["--as-of", "2025-12-31"]), "");
}

#[test]
fn a_file_is_replaced_once_all_is_written_and_never_by_half() {
    let sandbox = Sandbox::with_story("mini.jsonl");
    let printed = sandbox.run(&["export", "beancount"]).exits(0).out;
    for _ in 0..2 {
        let ran = sandbox.run(&["export", "beancount", "--out", "books.beancount"]).exits(0);
        assert_eq!((ran.out.as_str(), ran.err.as_str()), ("", "written to books.beancount\n"));
        assert_eq!(std::fs::read_to_string(sandbox.path().join("books.beancount")).unwrap(), printed);
    }
    std::os::unix::fs::symlink("books.beancount", sandbox.path().join("link")).unwrap();
    sandbox.run(&["export", "csv", "--out", "link"]).exits(0);
    let through = std::fs::read_to_string(sandbox.path().join("books.beancount")).unwrap();
    assert!(through.starts_with("day,entry,event,type,"), "{through}");
    assert!(sandbox.path().join("link").is_symlink());
    sandbox.run(&["export", "csv", "--out", "/dev/null"]).exits(0);
    assert!(!Path::new("/dev/null").is_file());
    let full = sandbox.run(&["export", "csv", "--out", "/dev/full"]).exits(2);
    assert_eq!(full.err, "error\n  cannot write /dev/full: No space left on device\n");
    let refused = sandbox.run(&["export", "csv", "--out", "nowhere/books.csv"]).exits(2);
    assert_eq!(refused.err, "error\n  cannot write nowhere/books.csv: No such file or directory\n");
    let refused = sandbox.run(&["export", "csv", "--out", "books"]).exits(2);
    assert!(refused.err.contains("cannot write books: "), "{}", refused.err);
    let left = std::fs::read_dir(sandbox.path()).unwrap().map(|file| file.unwrap().file_name());
    let left: Vec<_> = left.filter(|name| name.to_str().unwrap().ends_with(".partial")).collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn what_has_no_say_is_refused() {
    let sandbox = Sandbox::with_story("mini.jsonl");
    let cases: &[(&str, i32, &str)] = &[
        (
            "export hledge",
            2,
            "did you mean `hledger`? the forms are hledger, ledger, beancount, csv, xlsx, ads, jsonl",
        ),
        ("export csv -f json", 2, "`--format` has no say"),
        ("export jsonl --book tax", 2, "`--book` and `--as-of` have no say"),
        ("export jsonl --as-of 2026-01-31", 2, "`--as-known N` leaves out what was recorded later"),
        ("export ledger --book ifrs", 3, "refused: UNKNOWN_BOOK"),
        ("export ledger --as-known 11", 3, "refused: UNKNOWN_ENTRY"),
        ("--store nowhere export csv", 4, "nowhere holds no ledger"),
    ];
    assert_eq!(cases.len(), 7, "a case was dropped");
    for (line, code, told) in cases {
        let args: Vec<&str> = line.split_whitespace().collect();
        let ran = sandbox.run(&args).exits(*code);
        assert!(ran.out.is_empty() && ran.err.contains(told), "{line}: {}", ran.err);
    }
    let empty = Sandbox::new();
    empty.run(&["init", "--bare"]).exits(0);
    for form in ["hledger", "ledger", "beancount", "csv", "xlsx", "jsonl"] {
        let refused = empty.run(&["export", form]).exits(3);
        assert!(refused.out.is_empty() && refused.err.starts_with("refused: LEDGER_NOT_OPENED"));
    }
}

/// A ledger in which names and memos would be read as something else, and a cent is spread over two satoshis.
fn odd() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.run(&["init", "--bare"]).exits(0);
    let entries = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/exports/odd-names.jsonl");
    sandbox.run(&["append", "--quiet", entries.to_str().unwrap()]).exits(0);
    sandbox
}

#[test]
fn names_and_memos_cannot_be_read_as_something_else() {
    let sandbox = odd();
    let export = |form: &str| text(&sandbox.run(&["export", form]).exits(0));
    expect_file!["../../fixtures/exports/odd-names.hledger"].assert_eq(&export("hledger"));
    expect_file!["../../fixtures/exports/odd-names.beancount"].assert_eq(&export("beancount"));
}

#[test]
fn a_journal_of_units_alone_is_a_transaction_of_nothing_with_units() {
    // The first of two satoshis takes nothing of a cent along: half of one, to the even neighbour.
    let hledger = odd().run(&["export", "hledger"]).exits(0).out;
    let moved = hledger.split("\n\n").find(|transaction| transaction.contains("(6.0)")).unwrap();
    let lines: Vec<Vec<&str>> = moved.lines().skip(3).map(|line| line.split_whitespace().collect()).collect();
    assert_eq!(
        lines,
        [
            ["Assets:1210-Bitcoin-operating:Wallet-b", "0.00", "USD", ";", "units:", "0.00000001", "BTC"],
            ["Assets:1210-Bitcoin-operating:Wallet-a", "0.00", "USD", ";", "units:", "-0.00000001", "BTC"],
        ]
    );
}
