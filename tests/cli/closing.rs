//! A quarter is closed, found wrong, opened again, corrected and closed anew; the restatement says what changed, and
//! every seal is worked out again.

use crate::sandbox::{Ran, Sandbox, entry};
use crate::terminal::typed_into;

const ACTOR: &[&str] = &["--actor", "controller-1"];

fn opened() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox
        .run(
            &[&["init", "--entity", "Example Ltd", "--books", "us-gaap,tax", "--on", "2026-01-01"], ACTOR]
                .concat(),
        )
        .exits(0);
    let places = r#"{"type":"wallet_opened","wallet":"bank","kind":"bank","currency":"USD"},
        {"type":"wallet_opened","wallet":"cold","kind":"cold","commodity":"BTC"},
        {"type":"party_registered","party":"lender"}"#;
    let capital = r#"{"type":"cash_received","wallet":"bank","amount":{"amount":"500000.00","currency":"USD"},"category":"equity"}"#;
    let loan = r#"{"type":"facility_opened","facility":"f","lender":"lender","kind":"revolver","currency":"USD",
        "limit":{"amount":"100000.00","currency":"USD"},"rate":{"fixed":"0.08"},"day_count":"act/360",
        "count_first_day":false,"count_last_day":true,"control":"kept"},
        {"type":"loan_drawn","facility":"f","amount":{"amount":"50000.00","currency":"USD"},"to":{"wallet":"bank"}}"#;
    let one_line = |events: &str| events.replace('\n', " ");
    for (id, day, events) in [
        (2, "2026-01-02", places),
        (3, "2026-01-02", capital),
        (4, "2026-01-05", BUY),
        (5, "2026-02-01", loan),
        (6, "2026-03-20", SELL),
    ] {
        sandbox.append(&entry(id, day, &one_line(events)));
    }
    sandbox
}

const BUY: &str = r#"{"type":"coins_bought","commodity":"BTC","units":"2","paid":{"amount":"120000.00","currency":"USD"},"from":{"wallet":"bank"},"to":{"wallet":"cold"}}"#;
const SELL: &str = r#"{"type":"coins_sold","commodity":"BTC","units":"0.5","proceeds":{"amount":"33000.00","currency":"USD"},"fee":{"amount":"20.00","currency":"USD"},"from":{"wallet":"cold"},"to":{"wallet":"bank"}}"#;
const ACCRUE: &str = r#"{"type":"interest_accrued","facility":"f","through":"2026-03-31"}"#;
const MARK: &str = r#"{"type":"fair_value_marked","commodity":"BTC","price":"65000.00"}"#;
const PAY: &str =
    r#"{"type":"cash_paid","wallet":"bank","amount":{"amount":"75.00","currency":"USD"},"category":"other"}"#;

fn run(sandbox: &Sandbox, args: &[&str]) -> Ran {
    sandbox.run(&[args, ACTOR].concat())
}

#[track_caller]
fn says(ran: &Ran, texts: &[&str]) {
    for text in texts {
        assert!(ran.out.contains(text) || ran.err.contains(text), "{text}\n{}{}", ran.out, ran.err);
    }
}

/// The seal of a book as it was told.
fn seal_of(ran: &Ran, book: &str) -> String {
    let of_book = ran.out.lines().skip_while(|line| *line != format!("Closing {book} through 2026-03-31"));
    let mut lines = of_book.skip_while(|line| !line.trim_start().starts_with("seal under rules "));
    lines.nth(1).unwrap().trim().to_owned()
}

#[test]
fn a_quarter_is_closed_reopened_changed_and_closed_again() {
    let sandbox = opened();

    let missing = run(&sandbox, &["close", "2026Q1", "--check"]).exits(1);
    says(
        &missing,
        &[
            "Closing us-gaap through 2026-03-31",
            "previous_period   ok",
            "BTC was never marked",
            "no interest on f is accrued",
            "depreciation      ok",
            "in_transit        ok",
        ],
    );
    let refused = run(&sandbox, &["close", "2026Q1", "--yes"]).exits(3);
    says(&refused, &["refused: NOT_READY_TO_CLOSE", "BTC was never marked (marks)", "--waive CHECK=REASON"]);

    sandbox.append(&entry(7, "2026-03-31", ACCRUE));
    let waived =
        run(&sandbox, &["close", "2026Q1", "--check", "--waive", "marks=no price that day"]).exits(0);
    says(&waived, &["marks             waived: no price that day"]);
    sandbox.append(&entry(8, "2026-03-31", MARK));
    let ready = run(&sandbox, &["close", "2026Q1", "--check", "-f", "json"]).exits(0).json();
    assert_eq!(ready["books"][0]["missing"], serde_json::json!([]));

    let closed = run(&sandbox, &["close", "2026Q1", "--yes"]).exits(0);
    says(&closed, &["recorded 9: closed through 2026-03-31", "under rules 2"]);
    assert_eq!(ready["books"][0]["seal"]["hash"], seal_of(&closed, "us-gaap"));
    says(&run(&sandbox, &["close", "2026Q1", "--yes"]).exits(3), &["refused: CLOSED_ALREADY"]);

    let late = sandbox.run_with(&["append", "-"], entry(10, "2026-03-30", PAY).as_bytes()).exits(3);
    says(
        &late,
        &[
            "refused: PERIOD_CLOSED",
            "entry 9 closed everything through 2026-03-31",
            "`occurred`",
            "treasury reopen",
        ],
    );
    let in_the_open =
        entry(11, "2026-04-02", PAY).replace(r#","events""#, r#","occurred":"2026-03-30","events""#);
    sandbox.append(&in_the_open);

    let unchanged = run(&sandbox, &["report", "restatement"]).exits(0);
    says(&unchanged, &["No figure through 2026-03-31 differs", "occurred 2026-03-30"]);

    let reopened =
        run(&sandbox, &["reopen", "--from", "2026-03-01", "--reason", "the sale was recorded twice", "-y"])
            .exits(0);
    says(&reopened, &["recorded 11: open again from 2026-03-01"]);
    let reversal = r#"{"type":"entry_reversed","entry":6,"reason":"recorded twice"}"#;
    sandbox.append(&entry(12, "2026-03-21", reversal));
    says(&run(&sandbox, &["close", "2026Q1", "--check"]).exits(0), &["marks             ok"]);
    let again = run(&sandbox, &["close", "2026Q1", "--yes"]).exits(0);
    says(&again, &["recorded 13"]);
    assert_ne!(seal_of(&closed, "us-gaap"), seal_of(&again, "us-gaap"));

    let restated = run(&sandbox, &["report", "restatement", "-f", "csv"]).exits(0);
    says(
        &restated,
        &[
            "line,Cash,,1010,462980.00,430000.00,-32980.00",
            "line,2026-03-21 entry reversed,12,,,,",
            "line,from 2026-03-01: the sale was recorded twice,11,,,,",
        ],
    );

    let verified = sandbox.run(&["verify"]).exits(0);
    says(&verified, &["seals of closed periods", "4 seals"]);
}

#[test]
fn what_close_is_asked_must_make_sense() {
    let sandbox = opened();
    says(
        &run(&sandbox, &["close", "2026Q1", "--waive", "marks"]).exits(2),
        &["waives nothing", "CHECK=REASON"],
    );
    says(
        &run(&sandbox, &["close", "2026Q1", "--waive", "mark=none"]).exits(2),
        &["there is no check `mark`", "in_transit"],
    );
    says(&run(&sandbox, &["close", "2026Q1", "-f", "csv"]).exits(2), &["no rows for csv"]);
    says(
        &run(&sandbox, &["close", "2026Q1", "--check", "--book", "ifrs"]).exits(3),
        &["the ledger's books: us-gaap, tax"],
    );
    says(
        &run(&sandbox, &["reopen", "--from", "2026-03-01", "--reason", "late"]).exits(3),
        &["refused: NOT_CLOSED"],
    );
    let all_waived = ["--waive", "marks=none", "--waive", "accruals=none"];
    says(
        &sandbox.run(&[&["close", "2026Q1", "--yes"][..], &all_waived].concat()).exits(3),
        &["refused: ACTOR_MISSING"],
    );
    says(&sandbox.run(&["report", "restatement"]).exits(0), &["No period was closed in book us-gaap."]);
}

#[test]
fn what_was_written_into_a_closed_period_or_closed_too_early_is_found() {
    let sandbox = opened();
    sandbox.append(&entry(7, "2026-03-31", ACCRUE));
    run(&sandbox, &["close", "2026Q1", "--yes", "--waive", "marks=no price yet"]).exits(0);
    let paid = r#"{"type":"cash_paid","wallet":"bank","amount":{"amount":"10.00","currency":"USD"},"category":"other"}"#;
    sandbox.append(&entry(8, "2026-04-02", paid));
    sandbox.run(&["verify"]).exits(0);

    crate::rewriting::with_entries(&sandbox, |text| {
        text.replace("2026-04-02", "2026-03-30").replace(r#""check":"marks""#, r#""check":"accruals""#)
    });
    let found = sandbox.run(&["verify"]).exits(1);
    says(&found, &["finding: PERIOD_CLOSED", "finding: close_not_ready", "segment-00000001.log"]);
    let json = sandbox.run(&["verify", "-f", "json"]).exits(1).json();
    let passes = json["passes"].as_array().unwrap();
    let finding = |name: &str| {
        let pass = passes.iter().find(|pass| pass["pass"] == name).unwrap();
        let finding = &pass["findings"][0];
        assert_eq!((&finding["file"], finding["offset"].is_u64()), (&"segment-00000001.log".into(), true));
        (finding["code"].as_str().unwrap().to_owned(), finding["entry"].as_u64().unwrap())
    };
    assert_eq!(finding("closed periods"), ("PERIOD_CLOSED".to_owned(), 9));
    assert_eq!(finding("seals of closed periods"), ("close_not_ready".to_owned(), 8));
    // Whoever made a pack of it all the same deceives nobody.
    sandbox.run(&["audit", "pack", "pack"]).exits(0);
    let found = sandbox.run(&["audit", "verify", "pack"]).exits(1);
    says(&found, &["finding: PERIOD_CLOSED", "finding: close_not_ready"]);
}

/// A close that seals one of the books it closes leaves the other without anything to hold its figures against.
#[test]
fn a_close_without_the_seal_of_a_book_is_found() {
    let sandbox = opened();
    sandbox.append(&entry(7, "2026-03-31", ACCRUE));
    sandbox.append(&entry(8, "2026-03-31", MARK));
    run(&sandbox, &["close", "2026Q1", "--yes"]).exits(0);
    crate::rewriting::with_entries(&sandbox, |text| {
        let mut entry: serde_json::Value = serde_json::from_str(&text).unwrap();
        if let Some(seals) = entry["events"][0].get_mut("seals") {
            let seals = seals.as_array_mut().unwrap();
            assert_eq!(seals.len(), 2);
            seals.pop();
        }
        entry.to_string()
    });
    let found = sandbox.run(&["verify"]).exits(1);
    says(&found, &["finding: seal_absent", "was closed through 2026-03-31 without a seal", "(entry 9,"]);
    assert_eq!(found.out.matches("finding: ").count(), 1, "{}", found.out);
}

/// Whoever owns the disk writes another amount and makes every hash good again: the figures no longer have their seal.
#[test]
fn a_log_rewritten_with_another_amount_is_found_by_its_seal() {
    let sandbox = opened();
    sandbox.append(&entry(7, "2026-03-31", ACCRUE));
    sandbox.append(&entry(8, "2026-03-31", MARK));
    run(&sandbox, &["close", "2026Q1", "--yes"]).exits(0);
    sandbox.run(&["verify"]).exits(0);

    crate::rewriting::with_entries(&sandbox, |text| text.replace("120000", "119000"));
    let found = sandbox.run(&["verify"]).exits(1);
    says(
        &found,
        &[
            "finding: seal_differs",
            "the seal of us-gaap through 2026-03-31",
            "(entry 9,",
            "segment-00000001.log at byte",
        ],
    );
    assert!(!found.out.contains("finding: cannot_fold"), "{}", found.out);
    sandbox.run(&["audit", "pack", "pack"]).exits(0);
    says(&sandbox.run(&["audit", "verify", "pack"]).exits(1), &["finding: seal_differs", "(entry 9)"]);
}

#[test]
fn the_day_of_an_opening_is_the_end_of_what_came_before_and_no_earlier_day_is() {
    for (opened, missing) in [("2025-12-30", 1), ("2025-12-31", 0), ("2026-01-01", 0)] {
        let sandbox = Sandbox::new();
        run(&sandbox, &["init", "--entity", "Example", "--on", opened]).exits(0);
        let check = ["close", "2026Q1", "--check", "-f", "json"];
        let found = run(&sandbox, &check).exits(missing).json();
        let missing_checks = found["books"][0]["missing"].as_array().unwrap();
        assert_eq!(missing_checks.len(), usize::try_from(missing).unwrap(), "{opened}: {found}");
    }
}

#[test]
fn a_close_is_shown_and_recorded_once_somebody_said_so() {
    let sandbox = opened();
    sandbox.append(&entry(7, "2026-03-31", ACCRUE));
    sandbox.append(&entry(8, "2026-03-31", MARK));
    let before = sandbox.store();

    let shown = run(&sandbox, &["close", "2026Q1", "--dry-run"]).exits(0);
    assert_eq!(shown.out, run(&sandbox, &["close", "2026Q1", "--check"]).exits(0).out);
    let asks_nobody = run(&sandbox, &["close", "2026Q1"]).exits(2);
    assert_eq!(asks_nobody.out, shown.out);
    says(&asks_nobody, &["there is nobody to ask whether to record it", "give `--yes`"]);
    run(&sandbox, &["close", "2026Q1", "--check", "--yes"]).exits(2);
    assert_eq!(sandbox.store(), before);

    let asked = |answer: &str, words: &[&str]| {
        let (shown, code) = typed_into(&sandbox, &["[y/N] "], &[answer], &[ACTOR, words].concat());
        assert_eq!(code, 0, "{shown}");
        shown
    };
    let refused = asked("n", &["close", "2026Q1"]);
    assert!(refused.starts_with(&shown.out) && refused.ends_with("nothing was recorded\n"), "{refused}");
    assert_eq!(sandbox.store(), before);
    let closed = asked("y", &["close", "2026Q1"]);
    assert!(closed.ends_with("recorded 9: closed through 2026-03-31\n"), "{closed}");
    says(
        &run(&sandbox, &["close", "2026Q1", "--check"]).exits(0),
        &["Closing us-gaap through 2026-03-31\n  closed already, by entry 9\n"],
    );

    let reopen = ["reopen", "--from", "2026-03-01", "--reason", "late"];
    let opens = "Opening again from 2026-03-01\n  us-gaap: 2026-03-01 to 2026-03-31, which entry 9 closed\n  \
                 tax: 2026-03-01 to 2026-03-31, which entry 9 closed\n";
    let looked = run(&sandbox, &[&reopen[..], &["--dry-run"]].concat()).exits(0);
    assert_eq!((looked.out.as_str(), looked.err.as_str()), (opens, "nothing was recorded\n"));
    says(&run(&sandbox, &reopen).exits(2), &["there is nobody to ask whether to record it"]);
    let json = run(&sandbox, &[&reopen[..], &["-y", "-f", "json"]].concat()).exits(0).json();
    assert_eq!((&json["recorded"], &json["books"][1]["closed_by"]), (&10.into(), &9.into()));
}
