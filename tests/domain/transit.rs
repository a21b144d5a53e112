//! Coins on their way between wallets: gone from one, not yet in the other, and there in time without an entry.

use ledger_core::fold::Fold;
use ledger_core::ids::Place;
use ledger_core::replay::{Step, replay};
use ledger_core::report::{REPORTS, Request};
use ledger_core::resolve::{Question, Recorded};
use serde_json::{Value, json};

use crate::posting_rules::json::*;
use crate::posting_rules::ledger::{Ledger, standard, under};

/// 2 BTC bought for 120,000, one of them sent from cold to hot on the 6th, to arrive when said.
fn sent(arrives: &str) -> Ledger {
    standard().and("2026-01-05", "2 BTC bought", vec![bought("2", "120000.00", "0")]).and(
        "2026-01-06",
        "1 BTC sent",
        vec![one_sent(arrives)],
    )
}

fn one_sent(arrives: &str) -> Value {
    json!({"type": "coins_moved", "commodity": "BTC", "units": "1", "from": wallet("cold"), "to": wallet("hot"),
        "arrives": arrives})
}

fn folded(ledger: &Ledger, as_of: &str) -> Fold {
    let question = Question { as_of: Some(as_of.parse().unwrap()), ..Question::default() };
    replay(ledger.history.log(), &question, |_| ()).unwrap()
}

/// What stands on the accounts of coins in the book at fair value, and what the world has where.
fn standing(fold: &Fold) -> String {
    let book = fold.book("us-gaap".parse().unwrap()).unwrap();
    let accounts = ["1210", "1215"].map(|account| {
        let total = book.total(account.parse().unwrap()).unwrap();
        format!("{account} {total:.2}")
    });
    let places = ["cold", "hot"].map(|name| {
        let place = Place::Wallet(name.parse().unwrap());
        format!("{name} {}", fold.world().coins(place, "BTC".parse().unwrap()))
    });
    format!("{} {}", accounts.join(" "), places.join(" "))
}

#[test]
fn coins_are_in_transit_until_they_arrive() {
    let ledger = sent("2026-01-08T09:30:00Z");
    let unsent = "1210 120000.00 1215 0.00 cold 2 hot 0";
    let under_way = "1210 60000.00 1215 60000.00 cold 1 hot 0";
    let there = "1210 120000.00 1215 0.00 cold 1 hot 1";
    for (day, expected) in [
        ("2026-01-05", unsent),
        ("2026-01-06", under_way),
        ("2026-01-07", under_way),
        ("2026-01-08", there),
        ("2026-03-31", there),
    ] {
        assert_eq!(standing(&folded(&ledger, day)), expected, "{day}");
    }
    assert_eq!(standing(ledger.history.fold()), under_way, "nothing was recorded since");
}

#[test]
fn a_bare_day_of_arrival_is_its_end_and_comes_before_what_else_happens_then() {
    let ledger = sent("2026-01-08");
    let at = |effective: &str| {
        let mut ledger = sent("2026-01-08");
        let spent = with(sold("1", "65000.00", "0"), json!({"from": wallet("hot")}));
        let entry = ledger.entry(effective, vec![spent]);
        ledger.consider(&entry).map(|_| ()).map_err(|refusal| refusal.code())
    };
    assert_eq!(at("2026-01-08T23:59:59Z"), Err("COINS_SHORT"));
    assert_eq!(at("2026-01-08"), Ok(()));
    assert_eq!(standing(&folded(&ledger, "2026-01-07")), "1210 60000.00 1215 60000.00 cold 1 hot 0");
}

#[test]
fn coins_that_arrive_at_midnight_are_not_there_the_day_before() {
    let ledger = sent("2026-01-08T00:00:00Z");
    assert_eq!(standing(&folded(&ledger, "2026-01-07")), "1210 60000.00 1215 60000.00 cold 1 hot 0");
    assert_eq!(standing(&folded(&ledger, "2026-01-08")), "1210 120000.00 1215 0.00 cold 1 hot 1");
}

#[test]
fn a_mark_remeasures_what_is_under_way_and_it_keeps_date_and_cost() {
    let mut ledger = sent("2026-01-08");
    ledger.must("2026-01-07", vec![marked("66000")]);
    let fold = folded(&ledger, "2026-01-07");
    assert_eq!(standing(&fold), "1210 66000.00 1215 66000.00 cold 1 hot 0");
    let fold = folded(&ledger, "2026-01-09");
    assert_eq!(standing(&fold), "1210 132000.00 1215 0.00 cold 1 hot 1");
    let book = fold.book("us-gaap".parse().unwrap()).unwrap();
    let hot =
        |position: &&ledger_core::lots::Position| position.place == Place::Wallet("hot".parse().unwrap());
    let position = book.lots().positions().map(|(position, _)| position).find(hot).unwrap();
    let lots: Vec<String> = book
        .lots()
        .of(position)
        .map(|(key, lot)| format!("{} {} {} {}", key.birth, key.acquired, lot.units, lot.cost))
        .collect();
    assert_eq!(lots, ["4.0 2026-01-05 1 60000"]);
}

#[test]
fn two_consignments_under_way_arrive_each_with_its_own_lots() {
    let ledger = standard()
        .and("2026-01-02", "1 BTC bought", vec![bought("1", "50000.00", "0")])
        .and("2026-01-03", "1 BTC bought", vec![bought("1", "70000.00", "0")])
        .and("2026-01-06", "the older one sent", vec![one_sent("2026-01-10")])
        .and("2026-01-07", "the newer one sent", vec![one_sent("2026-01-08")]);
    assert_eq!(standing(&folded(&ledger, "2026-01-08")), "1210 70000.00 1215 50000.00 cold 0 hot 1");
    assert_eq!(standing(&folded(&ledger, "2026-01-10")), "1210 120000.00 1215 0.00 cold 0 hot 2");
    ledger.assert_lots_agree_with_accounts();
}

#[test]
fn what_is_under_way_is_out_of_the_pool_until_it_arrives() {
    let pooled = under(&[
        ("us-gaap", json!({"lots": {"method": "fifo", "scope": "entity"}})),
        ("averaged", json!({"lots": {"method": "average"}, "measurement": "cost"})),
    ]);
    let ledger = pooled
        .and("2026-01-02", "1 BTC bought", vec![bought("1", "50000.00", "0")])
        .and("2026-01-03", "1 BTC bought", vec![bought("1", "70000.00", "0")])
        .and("2026-01-06", "1 BTC sent", vec![one_sent("2026-01-08")]);
    let averaged = |day: &str| {
        let fold = folded(&ledger, day);
        let book = fold.book("averaged".parse().unwrap()).unwrap();
        ["1210", "1215"].map(|account| format!("{:.2}", book.total(account.parse().unwrap()).unwrap()))
    };
    assert_eq!(standing(&folded(&ledger, "2026-01-07")), "1210 70000.00 1215 50000.00 cold 1 hot 0");
    assert_eq!(averaged("2026-01-07"), ["60000.00", "60000.00"]);
    assert_eq!(standing(&folded(&ledger, "2026-01-08")), "1210 120000.00 1215 0.00 cold 1 hot 1");
    assert_eq!(averaged("2026-01-08"), ["120000.00", "0.00"]);
    ledger.assert_lots_agree_with_accounts();
}

#[test]
fn a_late_entry_finds_what_has_arrived_by_its_own_time() {
    let mut ledger = sent("2026-01-08");
    ledger.must("2026-02-01", vec![marked("66000")]);
    let spent = with(sold("1", "65000.00", "0"), json!({"from": wallet("hot")}));
    let early = ledger.entry("2026-01-07", vec![spent.clone()]);
    assert_eq!(ledger.consider(&early).map(|_| ()).unwrap_err().code(), "COINS_SHORT");
    ledger.must("2026-01-09", vec![spent]);
    assert_eq!(standing(ledger.history.fold()), "1210 66000.00 1215 0.00 cold 1 hot 0");
}

#[test]
fn coins_sent_late_are_there_for_what_was_recorded_before() {
    let mut ledger = standard().and("2026-01-05", "2 BTC bought", vec![bought("2", "120000.00", "0")]);
    ledger.must("2026-02-01", vec![marked("66000")]);
    ledger.must("2026-01-06", vec![one_sent("2026-01-08")]);
    assert_eq!(standing(ledger.history.fold()), "1210 132000.00 1215 0.00 cold 1 hot 1");
    assert_eq!(standing(&folded(&ledger, "2026-01-07")), "1210 60000.00 1215 60000.00 cold 1 hot 0");
    // Sent so late that it is under way at the mark.
    let mut ledger = standard().and("2026-01-05", "2 BTC bought", vec![bought("2", "120000.00", "0")]);
    ledger.must("2026-02-01", vec![marked("66000")]);
    ledger.must("2026-01-31", vec![one_sent("2026-02-02")]);
    assert_eq!(standing(ledger.history.fold()), "1210 66000.00 1215 66000.00 cold 1 hot 0");
}

fn steps(log: &[Recorded], as_of: Option<&str>) -> Vec<String> {
    let as_of = as_of.map(|day| day.parse().unwrap());
    let mut steps = Vec::new();
    let mut seen = |step: &Step<'_>| {
        let titles: Vec<_> = step.posted.iter().map(|posted| posted.journal.title()).collect();
        steps.push(format!("{} {} {}", step.applied.number, step.applied.entry.effective, titles.join(", ")));
    };
    replay(log, &Question { as_of, ..Question::default() }, &mut seen).unwrap();
    steps.split_off(3)
}

#[test]
fn an_arrival_is_a_step_of_the_entry_that_sent_the_coins() {
    let mut ledger = sent("2026-01-08");
    let shown = ["4 2026-01-05 Coins bought, Coins bought", "5 2026-01-06 Coins moved, Coins moved"];
    let arrived = "5 2026-01-08 Coins arrived, Coins arrived";
    assert_eq!(steps(ledger.history.log(), None), shown);
    assert_eq!(steps(ledger.history.log(), Some("2026-01-07")), shown);
    assert_eq!(steps(ledger.history.log(), Some("2026-01-31")), [&shown[..], &[arrived]].concat());
    ledger.must("2026-02-01", vec![designated("0.5", "strategic")]);
    let designated = "6 2026-02-01 Coins designated, Coins designated";
    assert_eq!(steps(ledger.history.log(), None), [&shown[..], &[arrived, designated]].concat());
}

/// A report as text, a row a line.
fn report(ledger: &Ledger, name: &str, argument: Option<&str>, from: &str, as_of: &str) -> String {
    let log = ledger.history.log().to_vec();
    let question = Question { as_of: Some(as_of.parse().unwrap()), ..Question::default() };
    let request = Request {
        log: &log,
        question,
        book: "us-gaap".parse().unwrap(),
        from: Some(from.parse().unwrap()),
        argument,
    };
    let report = REPORTS.iter().find(|report| report.name == name).unwrap();
    let sheet = (report.make)(&request).unwrap();
    sheet.rows.iter().map(|row| format!("{:?}\n", row.cells)).collect()
}

#[test]
fn reports_over_a_period_have_the_arrivals_of_the_period() {
    let ledger = sent("2026-02-02");
    let january = report(&ledger, "journal", None, "2026-01-01", "2026-01-31");
    assert!(!january.contains("Coins arrived"), "{january}");
    let february = report(&ledger, "journal", None, "2026-02-01", "2026-02-28");
    assert!(february.contains("2026-02-02  5.0  Coins arrived"), "{february}");
    let transit = report(&ledger, "register", Some("1215"), "2026-01-01", "2026-02-28");
    assert_eq!(transit.lines().filter(|line| line.contains("60000")).count(), 2, "{transit}");
    // On the way or there, they are owned.
    let roll_forward = report(&ledger, "roll-forward", None, "2026-02-01", "2026-02-28");
    assert!(!roll_forward.contains("Moved") && !roll_forward.contains("fees"), "{roll_forward}");
}
