//! Entries that an auditor would look at.

use serde_json::json;

use super::shown;
use crate::posting_rules::json::bought;
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
        Entries tested | 3";
    assert_eq!(shown(&log, "journal-testing", "us-gaap", Some("2026-01-01"), None), expected);
}
