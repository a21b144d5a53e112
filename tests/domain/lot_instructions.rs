//! Instructions about lots: which counts for a sale, what leaves where none does, and what a report finds missing.

use ledger_core::decide::Decision;
use ledger_core::report::{REPORTS, Request};
use ledger_core::resolve::Question;
use serde_json::{Value, json};

use crate::mini_story::rows;
use crate::posting_rules::json::*;
use crate::posting_rules::ledger::{Ledger, places};

/// A US tax book whose lots are named: 1 BTC at 60,000 (lot 4.0), at 80,000 (5.0) and at 50,000 (6.0).
pub(crate) fn three_lots() -> Ledger {
    let books = json!([{"book": "tax", "framework": "us-tax", "policy": {"lots": {"method": "specific"}}}]);
    let mut ledger = crate::posting_rules::ledger::empty();
    ledger.must("2025-01-01", vec![crate::posting_rules::ledger::opened(books)]);
    ledger.must("2025-01-01", places());
    let equity =
        json!({"type": "cash_received", "wallet": "bank", "amount": usd("1000000.00"), "category": "equity"});
    ledger.must("2025-01-01", vec![equity]);
    ledger
        .and("2026-01-05", "1 BTC bought for 60,000 (lot 4.0)", vec![bought("1", "60000.00", "0")])
        .and("2026-01-06", "1 BTC bought for 80,000 (lot 5.0)", vec![bought("1", "80000.00", "0")])
        .and("2026-01-07", "1 BTC bought for 50,000 (lot 6.0)", vec![bought("1", "50000.00", "0")])
}

pub(crate) fn instructed(given_at: &str, more: Value) -> Value {
    with(json!({"type": "lot_instruction_recorded", "book": "tax", "given_at": given_at}), more)
}

fn standing(method: &str, given_at: &str) -> Value {
    instructed(given_at, json!({"standing": true, "method": method}))
}

fn record(ledger: &mut Ledger, effective: &str, event: Value, more: Value) {
    let entry = with(ledger.entry(effective, vec![event]), more);
    match ledger.consider(&entry) {
        Ok(Decision::Accepted(accepted)) => ledger.accept(accepted.number, &entry),
        other => panic!("{other:?}"),
    }
}

fn sell(ledger: &mut Ledger, effective: &str, transaction: &str) {
    record(ledger, effective, sold("0.5", "40000.00", "0"), json!({"transaction": transaction}));
}

fn report(ledger: &Ledger, name: &str, question: Question) -> String {
    let log = ledger.history.log().to_vec();
    let book = "tax".parse().unwrap();
    let report = REPORTS.iter().find(|report| report.name == name).unwrap();
    rows(&(report.make)(&Request { log: &log, question, book, from: None, argument: None }).unwrap())
}

/// What is left of the three lots, in order of their dates.
fn left(ledger: &Ledger, question: Question) -> String {
    let text = report(ledger, "lots", question);
    let lots = text.lines().filter(|line| line.contains(".0 | "));
    lots.map(|line| line.split(" | ").nth(2).unwrap().to_owned()).collect::<Vec<_>>().join(" ")
}

fn findings(ledger: &Ledger) -> String {
    report(ledger, "lot-findings", Question::default())
}

#[test]
fn without_an_instruction_the_oldest_go_and_that_is_found() {
    let mut ledger = three_lots();
    sell(&mut ledger, "2026-02-01", "a");
    assert_eq!(left(&ledger, Question::default()), "0.50000000 1.00000000 1.00000000");
    let found = "2026-02-01 | 7 | coins_sold | LOTS_NOT_INSTRUCTED | BTC | 0.50000000 | the oldest left: no lots \
                 named, and no instruction in time";
    assert_eq!(findings(&ledger), found);
}

#[test]
fn an_instruction_of_the_transaction_goes_before_one_that_stands() {
    let mut ledger = three_lots();
    ledger.must("2026-01-20", vec![standing("hifo", "2026-01-20T10:00:00Z")]);
    ledger.must(
        "2026-01-21",
        vec![instructed("2026-01-21T10:00:00Z", json!({"sale_ref": "b", "method": "lofo"}))],
    );
    sell(&mut ledger, "2026-02-01", "a");
    sell(&mut ledger, "2026-02-02", "b");
    assert_eq!(left(&ledger, Question::default()), "1.00000000 0.50000000 0.50000000");
    assert_eq!(findings(&ledger), "");
}

#[test]
fn of_two_that_stand_the_one_given_last_counts_from_when_it_was_given() {
    let mut ledger = three_lots();
    ledger.must("2026-01-20", vec![standing("lifo", "2026-02-10T10:00:00Z")]);
    ledger.must("2026-01-20", vec![standing("hifo", "2026-01-20T10:00:00Z")]);
    sell(&mut ledger, "2026-02-01", "a");
    assert_eq!(left(&ledger, Question::default()), "1.00000000 0.50000000 1.00000000");
    sell(&mut ledger, "2026-02-11", "b");
    assert_eq!(left(&ledger, Question::default()), "1.00000000 0.50000000 0.50000000");
}

#[test]
fn lots_that_an_instruction_names_leave() {
    let mut ledger = three_lots();
    let lots = json!([{"lot": "5.0", "units": "0.2"}, {"lot": "6.0", "units": "0.3"}]);
    ledger
        .must("2026-01-21", vec![instructed("2026-01-21T10:00:00Z", json!({"sale_ref": "a", "lots": lots}))]);
    sell(&mut ledger, "2026-02-01", "a");
    assert_eq!(left(&ledger, Question::default()), "1.00000000 0.80000000 0.70000000");
    let entry =
        with(ledger.entry("2026-02-02", vec![sold("1", "80000.00", "0")]), json!({"transaction": "a"}));
    assert_eq!(ledger.consider(&entry).unwrap_err().code(), "LOTS_DO_NOT_ADD_UP");
}

#[test]
fn recorded_after_the_sale_it_counts_only_with_evidence() {
    let mut ledger = three_lots();
    sell(&mut ledger, "2026-02-01", "a");
    let late = |method: &str| instructed("2026-01-21T10:00:00Z", json!({"sale_ref": "a", "method": method}));
    ledger.must("2026-02-05", vec![late("lofo")]);
    assert_eq!(left(&ledger, Question::default()), "0.50000000 1.00000000 1.00000000");
    ledger.must("2026-02-06", vec![with(late("hifo"), json!({"evidence": {"name": "letter"}}))]);
    assert_eq!(left(&ledger, Question::default()), "1.00000000 0.50000000 1.00000000");
    assert_eq!(findings(&ledger), "");
    // What was known before stays as it was known.
    let known = Question { as_known: Some(8), ..Question::default() };
    assert_eq!(left(&ledger, known), "0.50000000 1.00000000 1.00000000");
    // A sale recorded late, and after the instruction, follows it.
    sell(&mut ledger, "2026-01-25", "a");
    assert_eq!(left(&ledger, Question::default()), "1.00000000 1.00000000", "the dearest is gone");
}

#[test]
fn given_after_the_sale_it_never_counts() {
    let mut ledger = three_lots();
    let proven = json!({"sale_ref": "a", "method": "hifo", "evidence": {"name": "letter"}});
    ledger.must("2026-01-20", vec![instructed("2026-02-01T12:00:00Z", proven)]);
    sell(&mut ledger, "2026-02-01T11:59:59Z", "a");
    assert_eq!(left(&ledger, Question::default()), "0.50000000 1.00000000 1.00000000");
    assert!(findings(&ledger).contains("LOTS_NOT_INSTRUCTED"));
    sell(&mut ledger, "2026-02-01", "a");
    assert_eq!(left(&ledger, Question::default()), "0.50000000 0.50000000 1.00000000", "a bare day ends it");
}

#[test]
fn coins_without_a_cost_are_found() {
    let mut ledger = three_lots();
    let mined = json!({"type": "coins_mined", "wallet": "cold", "units": "0.00000001", "price": "60000"});
    ledger.must("2026-02-01", vec![mined]);
    let found = "2026-02-01 | 7 | coins_mined | BASIS_MISSING | BTC | 0.00000001 | no cost is known: all of its \
                 proceeds will be a gain";
    assert_eq!(findings(&ledger), found);
}

#[test]
fn lots_named_before_stay_recorded_when_the_book_no_longer_takes_any() {
    let mut ledger = three_lots();
    let named = |lot: &str| {
        with(sold("0.5", "40000.00", "0"), json!({"lots": [{"book": "tax", "lot": lot, "units": "0.5"}]}))
    };
    ledger.must("2026-02-02", vec![named("5.0")]);
    assert_eq!(left(&ledger, Question::default()), "1.00000000 0.50000000 1.00000000");
    let adopted = json!({"type": "policy_adopted", "book": "tax", "from": "2026-02-01",
        "policy": {"lots": {"method": "fifo"}}, "transition": "prospective"});
    ledger.must("2026-02-03", vec![adopted]);
    assert_eq!(left(&ledger, Question::default()), "0.50000000 1.00000000 1.00000000");
    let entry = ledger.entry("2026-02-04", vec![named("6.0")]);
    assert_eq!(ledger.consider(&entry).unwrap_err().code(), "LOTS_NOT_TAKEN");
}
