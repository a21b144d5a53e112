//! Late entries: what is recorded after its time lands in its place. The books are those of a ledger that was
//! told in time; what was known before stays readable as it was.

mod echoes;
mod quarter;

use std::fmt::Write as _;

use ledger_core::decide::{Decision, History};
use ledger_core::fold::Fold;
use ledger_core::money::Money;
use ledger_core::posting::Journal;
use ledger_core::replay::replay;
use ledger_core::resolve::{Question, Recorded};
use ledger_core::time::Day;
use serde_json::{Value, json};

use crate::posting_rules::json::*;
use crate::posting_rules::ledger::{Ledger, standard};
use crate::refusals::state;
use quarter::quarter;

/// An entry: when it happened, and what.
type Told = (&'static str, Vec<Value>);

fn told(entries: &[Told]) -> Ledger {
    entries.iter().fold(standard(), |ledger, (day, events)| ledger.and(day, "", events.clone()))
}

/// Balances, lots and debts of a fold, free of the numbers under which they were recorded.
fn books(fold: &Fold) -> String {
    let mut text = String::new();
    for book in fold.books() {
        for (target, balance) in book.balances().filter(|(_, balance)| !balance.amount.is_zero()) {
            writeln!(text, "{} {target:?} {} {}", book.name(), balance.amount, balance.units).unwrap();
        }
        for (position, holding) in book.lots().positions() {
            writeln!(text, "{} {position:?} {} {}", book.name(), holding.units, holding.carrying).unwrap();
            for (key, lot) in book.lots().of(position) {
                writeln!(text, "  {} {} at cost {}", key.acquired, lot.units, lot.cost).unwrap();
            }
        }
    }
    for facility in fold.world().facilities() {
        let (principal, accrued, undrawn) = (facility.principal, facility.accrued, facility.undrawn);
        writeln!(text, "{} {principal} {accrued} {undrawn}", facility.terms.facility).unwrap();
    }
    for (place, commodity, units) in fold.world().all_coins() {
        writeln!(text, "{place} {units} {commodity}").unwrap();
    }
    text
}

fn assert_balanced(fold: &Fold) {
    for book in fold.books() {
        let (memo, sheet): (Vec<_>, Vec<_>) =
            book.totals().unwrap().into_iter().partition(|(account, _)| account.number() >= 9000);
        for side in [memo, sheet] {
            assert!(Money::sum(side.into_iter().map(|(_, total)| total)).unwrap().is_zero());
        }
    }
}

fn as_known(log: &[Recorded], number: u64) -> Fold {
    replay(log, &Question { as_known: Some(number), ..Question::default() }, |_| ()).unwrap()
}

fn as_of(log: &[Recorded], day: &str) -> Fold {
    let day: Day = day.parse().unwrap();
    replay(log, &Question { as_of: Some(day), ..Question::default() }, |_| ()).unwrap()
}

fn replayed(ledger: &Ledger) -> Fold {
    let log = ledger.history.log().to_vec();
    let fold = replay(&log, &Question::default(), |_| ()).unwrap();
    assert_eq!(format!("{fold:?}"), format!("{:?}", History::of(log).unwrap().fold()));
    fold
}

/// What an entry posted in a book, found again by replay.
fn journal(log: &[Recorded], known: u64, number: u64, book: &str) -> Vec<String> {
    let mut journals = Vec::new();
    let question = Question { as_known: Some(known), ..Question::default() };
    replay(log, &question, |step| {
        let of_book = step.posted.iter().filter(|posted| posted.book.as_str() == book);
        if step.applied.number == number {
            journals.extend(of_book.flat_map(|posted| lines(&posted.journal)));
        }
    })
    .unwrap();
    journals
}

fn lines(journal: &Journal) -> Vec<String> {
    let line = |line: &ledger_core::posting::Line| format!("{} {:.2}", line.target.account, line.amount);
    journal.lines().iter().map(line).collect()
}

/// Each entry of the quarter comes last; those that others stand on cannot.
#[test]
fn whatever_comes_late_gives_the_books_of_a_ledger_told_in_time() {
    let quarter = quarter();
    let in_time = told(&quarter);
    let expected = books(in_time.history.fold());
    let (mut late, mut stood_on) = (0, Vec::new());
    for at in 0..quarter.len() {
        let mut others = quarter.clone();
        let (day, events) = others.remove(at);
        let Some(mut ledger) = told_if_possible(&others) else {
            stood_on.push(day);
            continue;
        };
        let known = ledger.history.log().len() as u64;
        let before = books(ledger.history.fold());
        let accepted = ledger.must(day, events);
        assert_eq!(accepted.late, at + 1 < quarter.len(), "{day}");
        assert_eq!(books(ledger.history.fold()), expected, "{day}");
        assert_eq!(books(&replayed(&ledger)), expected, "{day}");
        assert_eq!(books(&as_known(ledger.history.log(), known)), before, "{day}");
        ledger.assert_lots_agree_with_accounts();
        late += 1;
    }
    // What the pool owed, the facilities, what was pledged and released, the accrual that was paid.
    assert_eq!(stood_on, STOOD_ON);
    assert_eq!(late + stood_on.len(), 25);
}

const STOOD_ON: [&str; 5] = ["2026-01-10", "2026-01-25", "2026-02-03", "2026-02-04", "2026-02-27"];

fn told_if_possible(entries: &[Told]) -> Option<Ledger> {
    let mut ledger = standard();
    for (day, events) in entries {
        let entry = ledger.entry(day, events.clone());
        match ledger.consider(&entry) {
            Ok(Decision::Accepted(accepted)) => ledger.accept(accepted.number, &entry),
            Ok(Decision::AlreadyRecorded(_)) | Err(_) => return None,
        }
    }
    Some(ledger)
}

#[test]
fn the_quarter_told_backwards_as_far_as_it_goes_gives_the_same_books_on_every_day() {
    let quarter = quarter();
    let in_time = told(&quarter);
    // Two late entries, the later of them first.
    let late = [1, 4];
    let others =
        quarter.iter().enumerate().filter(|(at, _)| !late.contains(at)).map(|(_, told)| told.clone());
    let mut ledger = told(&others.collect::<Vec<_>>());
    for at in late.iter().rev() {
        let (day, events) = quarter[*at].clone();
        assert!(ledger.must(day, events).late);
    }
    let mut days = 0;
    for month in ["01", "02", "03"] {
        for day in 1..=31 {
            let day = format!("2026-{month}-{day:02}");
            if day.parse::<Day>().is_err() {
                continue;
            }
            let fold = as_of(ledger.history.log(), &day);
            assert_balanced(&fold);
            assert_eq!(books(&fold), books(&as_of(in_time.history.log(), &day)), "{day}");
            days += 1;
        }
    }
    assert_eq!(days, 90);
}

#[test]
fn as_known_before_a_late_entry_the_old_books_stand_on_every_day() {
    let quarter = quarter();
    let without: Vec<_> =
        quarter.iter().enumerate().filter(|(at, _)| *at != 1).map(|(_, told)| told.clone()).collect();
    let mut ledger = told(&without);
    let old = ledger.history.log().to_vec();
    let (day, events) = quarter[1].clone();
    ledger.must(day, events);
    for day in ["2026-01-07", "2026-01-08", "2026-01-31", "2026-02-28", "2026-03-31"] {
        let as_of = Some(day.parse().unwrap());
        let question = Question { as_of, as_known: Some(old.len() as u64), ..Question::default() };
        let then = replay(ledger.history.log(), &question, |_| ()).unwrap();
        assert_eq!(
            books(&then),
            books(&replay(&old, &Question { as_of, ..Question::default() }, |_| ()).unwrap()),
            "{day}"
        );
        let now = replay(ledger.history.log(), &Question { as_of, ..Question::default() }, |_| ()).unwrap();
        assert_eq!(books(&now) == books(&then), day == "2026-01-07", "{day}");
        assert_balanced(&now);
    }
}

/// A purchase that comes to light after the month was marked is marked with the rest.
#[test]
fn a_late_purchase_is_in_the_mark_of_its_month() {
    let mut ledger =
        told(&[("2026-01-05", vec![bought("1", "60000.00", "0")]), ("2026-01-31", vec![marked("63000")])]);
    assert_eq!(journal(ledger.history.log(), 5, 5, "us-gaap"), ["1210 3000.00", "4510 -3000.00"]);
    ledger.must("2026-01-20", vec![bought("2", "130000.00", "0")]);
    // 3 x 63,000 less 60,000 and 130,000.
    assert_eq!(journal(ledger.history.log(), 6, 5, "us-gaap"), ["1210 -1000.00", "4510 1000.00"]);
    assert_eq!(journal(ledger.history.log(), 5, 5, "us-gaap"), ["1210 3000.00", "4510 -3000.00"]);
}

/// On the day of a mark, facts come before it whenever they are recorded.
#[test]
fn a_purchase_of_the_day_of_a_mark_is_marked_too() {
    let mut ledger =
        told(&[("2026-01-05", vec![bought("1", "60000.00", "0")]), ("2026-01-31", vec![marked("63000")])]);
    assert!(ledger.must("2026-01-31", vec![bought("1", "62000.00", "0")]).late);
    assert_eq!(journal(ledger.history.log(), 6, 5, "us-gaap"), ["1210 4000.00", "4510 -4000.00"]);
}

#[test]
fn a_late_sale_takes_the_oldest_lots_and_leaves_the_younger_ones_to_later_sales() {
    let mut ledger = told(&[
        ("2026-01-05", vec![bought("1", "60000.00", "0")]),
        ("2026-01-10", vec![bought("1", "70000.00", "0")]),
        ("2026-02-15", vec![sold("1", "80000.00", "0")]),
    ]);
    assert_eq!(
        journal(ledger.history.log(), 6, 6, "tax"),
        ["1010 80000.00", "1210 -60000.00", "4510 -20000.00"]
    );
    ledger.must("2026-02-01", vec![sold("0.5", "36000.00", "0")]);
    assert_eq!(
        journal(ledger.history.log(), 7, 7, "tax"),
        ["1010 36000.00", "1210 -30000.00", "4510 -6000.00"]
    );
    // Half of the older lot, half of the younger.
    assert_eq!(
        journal(ledger.history.log(), 7, 6, "tax"),
        ["1010 80000.00", "1210 -65000.00", "4510 -15000.00"]
    );
}

fn borrowed() -> Ledger {
    told(&[
        ("2026-02-01", vec![lent("revolver", "kept"), drawn("100000.00", "0")]),
        ("2026-02-28", vec![accrued("2026-02-28")]),
    ])
}

/// 100,000 for 27 days is 600.00; 50,000 for 17 days is 188.89 more, 40,000 for 17 days 151.11 less.
#[test]
fn a_late_draw_or_repayment_changes_the_accruals_after_it() {
    for (late, interest) in [(drawn("50000.00", "0"), "788.89"), (repaid("40000.00"), "448.89")] {
        let mut ledger = borrowed();
        assert_eq!(journal(ledger.history.log(), 5, 5, "us-gaap"), ["6710 600.00", "2320 -600.00"]);
        assert!(ledger.must("2026-02-11", vec![late]).late);
        let expected = [format!("6710 {interest}"), format!("2320 -{interest}")];
        assert_eq!(journal(ledger.history.log(), 6, 5, "us-gaap"), expected);
        assert_eq!(journal(ledger.history.log(), 5, 5, "us-gaap"), ["6710 600.00", "2320 -600.00"]);
    }
}

/// Accruals of the months after a late draw hold only their own days.
#[test]
fn a_late_draw_leaves_each_later_accrual_its_own_days() {
    let mut ledger = borrowed();
    ledger.must("2026-03-31", vec![accrued("2026-03-31")]);
    // 31 days of 100,000: 688.89, from 600.00 to 1,288.89.
    assert_eq!(journal(ledger.history.log(), 6, 6, "us-gaap"), ["6710 688.89", "2320 -688.89"]);
    ledger.must("2026-02-11", vec![drawn("50000.00", "0")]);
    // 31 days of 150,000: from 788.89 to 1,822.22.
    assert_eq!(journal(ledger.history.log(), 7, 6, "us-gaap"), ["6710 1033.33", "2320 -1033.33"]);
}

#[test]
fn a_policy_adopted_late_changes_the_days_it_reaches_back_to() {
    let mut ledger = told(&[
        ("2026-01-05", vec![bought("1", "60000.00", "0")]),
        ("2026-01-10", vec![bought("1", "70000.00", "0")]),
        ("2026-02-15", vec![sold("1", "80000.00", "0")]),
    ]);
    let adopted = json!({"type": "policy_adopted", "book": "tax", "from": "2026-02-01",
        "policy": {"lots": {"method": "hifo"}}, "transition": "prospective"});
    assert!(ledger.must("2026-03-01", vec![adopted]).late);
    assert_eq!(
        journal(ledger.history.log(), 7, 6, "tax"),
        ["1010 80000.00", "1210 -70000.00", "4510 -10000.00"]
    );
    assert_eq!(
        journal(ledger.history.log(), 6, 6, "tax"),
        ["1010 80000.00", "1210 -60000.00", "4510 -20000.00"]
    );
}

/// A price that comes to light later is not used by what was recorded before it.
#[test]
fn a_late_price_changes_nothing_that_was_recorded_before() {
    let mark = json!({"type": "fair_value_marked", "commodity": "BTC"});
    let mut ledger = told(&[
        ("2026-01-05", vec![bought("1", "60000.00", "0")]),
        ("2026-01-30", vec![observed("BTC", "62000", "2026-01-30T00:00:00Z")]),
        ("2026-01-31", vec![mark.clone()]),
        ("2026-02-01", vec![observed("BTC", "63000", "2026-01-31T00:00:00Z")]),
        // A late fact, so that everything is folded anew.
        ("2026-01-06", vec![bought("1", "60000.00", "0")]),
    ]);
    assert_eq!(journal(ledger.history.log(), 8, 6, "us-gaap"), ["1210 4000.00", "4510 -4000.00"]);
    // The mark made again uses it.
    ledger.must("2026-01-31", vec![mark]);
    assert_eq!(journal(ledger.history.log(), 9, 9, "us-gaap"), ["1210 2000.00", "4510 -2000.00"]);
}

fn refused(mut ledger: Ledger, day: &str, events: Vec<Value>, expected: &str) {
    let before = state(&ledger);
    let entry = ledger.entry(day, events);
    let refusal = ledger.consider(&entry).unwrap_err();
    assert_eq!(format!("{}: {refusal}", refusal.code()), expected);
    assert_eq!(state(&ledger), before);
}

#[test]
fn a_late_entry_that_takes_the_ground_from_a_later_one_is_refused_naming_it() {
    let sale = || {
        told(&[
            ("2026-01-05", vec![bought("1", "60000.00", "0")]),
            ("2026-02-15", vec![sold("0.75", "50000.00", "0")]),
        ])
    };
    refused(
        sale(),
        "2026-02-01",
        vec![sold("0.5", "30000.00", "0")],
        "LATER_ENTRY_CANNOT_STAND: entry 5, effective 2026-02-15, could then not stand: wallet cold holds 0.5 BTC \
         on 2026-02-15, 0.25 less than the 0.75 asked for",
    );
    refused(
        sale(),
        "2026-02-01T08:00:00Z",
        vec![
            json!({"type": "coins_moved", "commodity": "BTC", "units": "0.3", "from": wallet("cold"), "to": wallet("hot")}),
        ],
        "LATER_ENTRY_CANNOT_STAND: entry 5, effective 2026-02-15, could then not stand: wallet cold holds 0.7 BTC \
         on 2026-02-15, 0.05 less than the 0.75 asked for",
    );
    let paid = json!({"type": "interest_paid", "facility": "f", "amount": usd("600.00"), "how": "cash", "from": wallet("bank")});
    refused(
        borrowed().and("2026-03-01", "", vec![paid]),
        "2026-02-11",
        vec![repaid("40000.00")],
        "LATER_ENTRY_CANNOT_STAND: entry 6, effective 2026-03-01, could then not stand: facility f owes 448.89 USD \
         of accrued interest, not 600",
    );
    refused(
        borrowed().and("2026-03-05", "", vec![drawn("200000.00", "0")]),
        "2026-02-11",
        vec![drawn("0.01", "0")],
        "LATER_ENTRY_CANNOT_STAND: entry 6, effective 2026-03-05, could then not stand: facility f has 199,999.99 USD \
         left to draw, not 200,000",
    );
    refused(
        borrowed().and("2026-03-05", "", vec![repaid("100000.00")]),
        "2026-02-11",
        vec![repaid("100000.00")],
        "LATER_ENTRY_CANNOT_STAND: entry 6, effective 2026-03-05, could then not stand: facility f owes 0 USD of \
         principal, not 100,000",
    );
}
