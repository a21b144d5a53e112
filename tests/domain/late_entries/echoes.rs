//! Journals that are mirrored by themselves on a later day, wherever that day comes.

use ledger_core::fold::Fold;
use ledger_core::replay::replay;
use ledger_core::resolve::Question;
use serde_json::{Value, json};

use super::{as_known, as_of, replayed};
use crate::posting_rules::json::*;
use crate::posting_rules::ledger::{Ledger, standard};

fn accrual(amount: &str, reverses_on: &str) -> Value {
    json!({"type": "journal_recorded", "reverses_on": reverses_on, "lines": [
        {"account": "6010", "debit": amount}, {"account": "2020", "credit": amount}]})
}

fn cost() -> Value {
    json!({"type": "cash_paid", "wallet": "bank", "amount": usd("1.00"), "category": "tax"})
}

/// What stands on general cost in every book.
fn general(fold: &Fold) -> Vec<String> {
    let of = |book: &ledger_core::book::Book| book.total("6010".parse().unwrap()).unwrap().to_string();
    fold.books().iter().map(of).collect()
}

/// February's accrual of 75, one of 20 within March, and what happens around them.
fn accrued() -> Ledger {
    standard()
        .and("2026-02-28", "", vec![accrual("75.00", "2026-03-01")])
        .and("2026-03-10", "", vec![accrual("20.00", "2026-03-20")])
        .and("2026-03-20", "", vec![cost()])
}

#[test]
fn a_journal_goes_back_by_itself_on_its_day() {
    let ledger = accrued();
    let log = ledger.history.log();
    for (day, left) in [
        ("2026-02-28", "75"),
        ("2026-03-01", "0"),
        ("2026-03-10", "20"),
        ("2026-03-19", "20"),
        ("2026-03-20", "0"),
    ] {
        assert_eq!(general(&as_of(log, day)), [left, left], "{day}");
    }
    assert_eq!(general(ledger.history.fold()), ["0", "0"]);
    replayed(&ledger);
    // What is to come stands until something is recorded after it.
    assert_eq!(general(&as_known(log, 4)), ["75", "75"]);
    assert_eq!(general(&as_known(log, 5)), ["20", "20"]);
}

#[test]
fn a_journal_recorded_after_its_day_goes_back_in_its_place() {
    let mut ledger = accrued();
    let accepted = ledger.must("2026-03-05", vec![accrual("7.00", "2026-03-15")]);
    assert!(accepted.late);
    let posted: Vec<_> =
        accepted.posted.iter().map(|posted| posted.journal.lines()[0].amount.to_string()).collect();
    assert_eq!(posted, ["7", "7", "-7", "-7"]);
    let log = ledger.history.log();
    assert_eq!(general(&as_of(log, "2026-03-14")), ["27", "27"]);
    assert_eq!(general(&as_of(log, "2026-03-15")), ["20", "20"]);
    assert_eq!(general(&replayed(&ledger)), ["0", "0"]);
}

#[test]
fn an_entry_on_time_is_not_late_for_what_goes_back_before_it() {
    let mut ledger = standard().and("2026-02-28", "", vec![accrual("75.00", "2026-03-01")]);
    assert_eq!(general(ledger.history.fold()), ["75", "75"]);
    let accepted = ledger.must("2026-03-02", vec![cost()]);
    assert!(!accepted.late);
    assert_eq!(general(ledger.history.fold()), ["0", "0"]);
    let mut steps = Vec::new();
    replay(ledger.history.log(), &Question::default(), |step| {
        let what = step.applied.entry.memo.clone().unwrap_or_default();
        steps.push((step.applied.number, step.applied.entry.effective.to_string(), what));
    })
    .unwrap();
    assert_eq!(steps[4], (4, "2026-03-01".to_owned(), "Reversal of entry 4".to_owned()));
    assert_eq!(steps.len(), 6);
}
