//! Entries that an auditor would look at.

use ledger_core::decide::Decision;
use serde_json::json;

use super::shown;
use crate::posting_rules::corrections::reversed;
use crate::posting_rules::json::{bought, marked, with};
use crate::posting_rules::ledger::standard;

// The 10th and 11th of January 2026 are a weekend. Recorded on 1 February, January's entries are late.
#[test]
fn entries_are_listed_under_every_test_that_they_meet() {
    let manual = json!({"type": "journal_recorded", "lines": [{"account": "1420", "debit": "2400.00"},
        {"account": "1010", "credit": "2400.00", "wallet": "bank"}]});
    let ledger = standard()
        .and("2026-01-10", "", vec![bought("1", "60000.00", "0")])
        .and("2026-01-12", "", vec![manual])
        .and("2026-02-02", "", vec![bought("1", "61000.50", "0")]);
    let mut log = ledger.history.log().to_vec();
    let first_of_february = "2026-02-01T12:00:00Z".parse().unwrap();
    log.iter_mut().skip(4).for_each(|entry| entry.recorded = first_of_february);
    let expected = "\
        Manual journals | 1\n\
        5 | 2026-01-12 | 2026-02-01 | controller-1 | 2400.00\n\
        Recorded after the month of their effective date | 1\n\
        5 | 2026-01-12 | 2026-02-01 | controller-1 | 2400.00\n\
        With an amount that is a multiple of 1,000 | 1\n\
        4 | 2026-01-10 | 1970-01-01 | controller-1 | 60000.00\n\
        Manual journals with cash on a side, by one actor | 1\n\
        5 | 2026-01-12 | 2026-02-01 | controller-1 | 2400.00\n\
        Dated on a Saturday or Sunday | 1\n\
        4 | 2026-01-10 | 1970-01-01 | controller-1 | 60000.00\n\
        Reversals by the actor of the entry reversed | 0\n\
        Recorded after a close of the period that they belong to | 0\n\
        Entries tested | 3";
    assert_eq!(shown(&log, "journal-testing", "us-gaap", Some("2026-01-01"), None), expected);
}

/// The entries listed under a test.
fn listed<'t>(text: &'t str, test: &str) -> Vec<&'t str> {
    let lines = text.lines().skip_while(|line| !line.starts_with(test)).skip(1);
    lines.take_while(|line| line.starts_with(|first: char| first.is_ascii_digit())).collect()
}

// Entries 4 and 5 are of the first quarter; the reversals are asked for alone, so what they reverse lies before them.
#[test]
fn a_reversal_by_whoever_recorded_the_entry_is_listed() {
    let ledger = standard()
        .and("2026-01-12", "", vec![bought("1", "60000.00", "0")])
        .and("2026-01-13", "", vec![bought("1", "61000.00", "0")])
        .and("2026-04-01", "", vec![reversed(4)])
        .and("2026-04-02", "", vec![reversed(5)]);
    let mut log = ledger.history.log().to_vec();
    log[5].entry.actor = "reviewer-1".parse().unwrap();
    let text = shown(&log, "journal-testing", "us-gaap", Some("2026-04-01"), None);
    let same = "Reversals by the actor of the entry reversed";
    assert_eq!(listed(&text, same), ["7 | 2026-04-02 | 1970-01-01 | controller-1 | 61000.00"]);
    let all = shown(&log, "journal-testing", "us-gaap", Some("2026-01-01"), None);
    assert_eq!(listed(&all, same), listed(&text, same));
}

// The first quarter is closed by entry 6 and opened again from March by entry 8. Entry 7 happened in it, entry 9 is dated in
// it; entry 10 belongs to April.
#[test]
fn what_belongs_to_a_period_and_was_recorded_after_its_close_is_listed() {
    let mut ledger = standard()
        .and("2026-01-12", "", vec![bought("1", "60000.00", "0")])
        .and("2026-03-31", "", vec![marked("60000.00")])
        .and_closed("2026-03-31");
    let paid = ledger.entry("2026-04-03", vec![bought("1", "50000.00", "0")]);
    let late = with(paid, json!({"occurred": "2026-03-30"}));
    let Ok(Decision::Accepted(accepted)) = ledger.consider(&late) else { panic!("{late}") };
    ledger.accept(accepted.number, &late);
    ledger
        .must("2026-04-04", vec![json!({"type": "period_reopened", "from": "2026-03-01", "reason": "late"})]);
    ledger.must("2026-03-20", vec![bought("1", "40000.00", "0")]);
    ledger.must("2026-04-05", vec![bought("1", "30000.00", "0")]);
    let text = shown(&ledger.history.log().to_vec(), "journal-testing", "tax", Some("2026-01-01"), None);
    assert_eq!(
        listed(&text, "Recorded after a close"),
        [
            "9 | 2026-03-20 | 1970-01-01 | controller-1 | 40000.00",
            "7 | 2026-04-03 | 1970-01-01 | controller-1 | 50000.00",
        ]
    );
}
