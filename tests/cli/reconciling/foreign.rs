//! Statements as banks send them, against a wallet: pages joined, days as the books mean them. All figures are synthetic.

use crate::sandbox::{Ran, Sandbox};

fn say(sandbox: &Sandbox, sentence: &str) -> Ran {
    let words: Vec<&str> = ["--actor", "controller-1"].into_iter().chain(sentence.split(' ')).collect();
    sandbox.run(&words)
}

/// A bank account with 1,000 US dollars since 2 January.
fn ledger() -> Sandbox {
    let sandbox = Sandbox::new();
    for sentence in [
        "init --entity Example --on 2026-01-01",
        "wallet open bank --kind bank --currency USD --on 2026-01-01 --yes",
        "cash in 1,000 USD --to bank --category equity --on 2026-01-02 --yes",
    ] {
        say(&sandbox, sentence).exits(0);
    }
    sandbox
}

const FIRST_PAGE: &str = "\
:20:STMT1
:25:EXAMPLEBANK/123
:28C:1/1
:60F:C260101USD0,00
:61:2601020102C1000,00NTRFFUND-1//BK1
:86:owners
:61:2601200120D25,00NCHGCHG-1//BK2
:86:a charge
:62M:C260120USD975,00
-
";

/// With the same charge once more on the same day.
const SECOND_PAGE: &str = "\
:20:STMT1
:25:EXAMPLEBANK/123
:28C:1/2
:60M:C260120USD975,00
:61:2601200120D25,00NCHGCHG-1//BK2
:86:a charge
:61:2601280128C400,00NTRFFUND-2//BK3
:86:owners
:62F:C260131USD1350,00
-
";

const FEBRUARY: &str = "\
:20:STMT2
:25:EXAMPLEBANK/123
:28C:2/1
:60F:C260131USD1350,00
:61:2602030203C10,00NINTINT-1//BK4
:86:interest
:62F:C260228USD1360,00
-
";

#[test]
fn pages_of_a_statement_are_one_and_no_line_of_them_is_lost() {
    let sandbox = ledger();
    sandbox.file("january.sta", format!("{FIRST_PAGE}{SECOND_PAGE}").as_bytes());
    let found = say(&sandbox, "reconcile bank january.sta").exits(1);
    // The last is so near the end that it is timing.
    assert!(found.out.ends_with("1 line matched, 3 breaks, 2 of them open\n"), "{}", found.out);
    for (amount, category, day) in [("25.00", "out", 20), ("25.00", "out", 20), ("400.00", "in", 28)] {
        let to =
            if category == "in" { "--to bank --category equity" } else { "--from bank --category other" };
        say(&sandbox, &format!("cash {category} {amount} USD {to} --on 2026-01-{day} --yes")).exits(0);
    }
    let agreed = say(&sandbox, "reconcile bank january.sta").exits(0);
    assert!(agreed.out.contains("4 lines matched, 0 breaks"), "{}", agreed.out);
    // One page alone is no statement.
    sandbox.file("page.sta", FIRST_PAGE.as_bytes());
    let refused = say(&sandbox, "reconcile bank page.sta").exits(3);
    assert!(refused.err.contains("goes on in another file"), "{}", refused.err);
}

#[test]
fn the_balance_that_opens_a_statement_is_that_of_the_evening_before() {
    let sandbox = ledger();
    say(&sandbox, "cash in 350 USD --to bank --category equity --on 2026-01-31 --yes").exits(0);
    say(&sandbox, "cash in 10 USD --to bank --category other --on 2026-02-03 --yes").exits(0);
    sandbox.file("february.sta", FEBRUARY.as_bytes());
    let agreed = say(&sandbox, "reconcile bank february.sta").exits(0);
    assert!(agreed.out.contains("1 line matched, 0 breaks"), "{}", agreed.out);
    // The same statement out of another file is the same.
    sandbox.file("again.sta", format!("\n{FEBRUARY}").as_bytes());
    let recorded = || sandbox.run(&["export", "jsonl"]).exits(0).out.lines().count();
    let before = recorded();
    say(&sandbox, "reconcile bank again.sta").exits(0);
    assert_eq!(recorded(), before);
}

#[test]
fn what_is_not_for_a_wallet_to_be_compared_with_is_refused_and_nothing_is_recorded() {
    let sandbox = ledger();
    say(&sandbox, "party register lender --on 2026-01-03 --yes").exits(0);
    let loan = "loan open f1 --lender lender --kind revolver --currency USD --limit 100,000 --rate fixed=8.5% \
        --day-count act/360 --count-first-day yes --count-last-day no --control kept --on 2026-01-03 --yes";
    say(&sandbox, loan).exits(0);
    sandbox.file("february.sta", FEBRUARY.as_bytes());
    let other = FEBRUARY.replace("EXAMPLEBANK/123", "EXAMPLEBANK/999");
    sandbox.file("two.sta", format!("{FEBRUARY}{other}").as_bytes());
    sandbox.file("wrong.sta", FEBRUARY.replace("C10,00", "C11,00").as_bytes());
    sandbox.file("euro.sta", FEBRUARY.replace("USD", "EUR").as_bytes());
    sandbox.file(
        "twice.json",
        br#"{"source":"b","from":"2026-01-01","to":"2026-01-31","closing":"0","closing":"1"}"#,
    );
    sandbox.file(
        "number.json",
        br#"{"source":"b","from":"2026-01-01","to":"2026-01-31","closing":"0","number":"3"}"#,
    );
    let before = sandbox.store();
    for (sentence, told) in [
        ("reconcile f1/principal february.sta", "in the plain form"),
        ("reconcile bank two.sta", "EXAMPLEBANK/999"),
        ("reconcile bank wrong.sta", "STATEMENT_DOES_NOT_FOOT"),
        ("reconcile bank euro.sta", "it says nothing of USD"),
        ("reconcile bank twice.json", "stands twice"),
        ("reconcile bank number.json", "number"),
    ] {
        let refused = say(&sandbox, sentence).exits(3);
        assert!(refused.err.contains(told), "{sentence}: {}", refused.err);
    }
    assert_eq!(sandbox.store(), before);
}
