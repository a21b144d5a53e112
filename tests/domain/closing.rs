//! Closing a period: what its seal covers, that it stays derivable whatever is recorded later, and what is shown of a
//! period that changed after it was closed.

use expect_test::expect;
use ledger_core::closing::{seal, sealed_text, unmet};
use ledger_core::fold::Fold;
use ledger_core::replay::replay;
use ledger_core::report::{REPORTS, Request};
use ledger_core::resolve::Question;
use ledger_core::sheet::{Cell, Sheet};
use ledger_core::time::Day;
use serde_json::{Value, json};

use crate::posting_rules::capex::invoiced;
use crate::posting_rules::corrections::reversed;
use crate::posting_rules::equipment::{charged, disposed, placed};
use crate::posting_rules::json::*;
use crate::posting_rules::ledger::{Ledger, standard};

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

fn fold(ledger: &Ledger, through: &str, as_known: Option<u64>) -> Fold {
    let question = Question { as_of: Some(day(through)), as_known, through: None };
    replay(ledger.history.log(), &question, |_| ()).unwrap()
}

/// A quarter with coins, a loan and a pledge, ready to be closed.
fn quarter() -> Ledger {
    standard()
        .and("2026-01-05", "bought", vec![bought("1", "60000.00", "30.00")])
        .and("2026-01-10", "lent", vec![lent("revolver", "passed"), drawn("100000.00", "0")])
        .and("2026-01-11", "pledged", vec![pledged("0.5", "61000")])
        .and("2026-03-20", "sold", vec![sold("0.1", "6500.00", "10.00")])
        .and("2026-03-31", "accrued", vec![accrued("2026-03-31")])
        .and("2026-03-31", "marked", vec![marked("65000.00")])
}

#[test]
fn the_sealed_text_says_what_a_book_holds() {
    let quarter = quarter();
    let through = "2026-03-31";
    let text = sealed_text(&fold(&quarter, through, None), "us-gaap".parse().unwrap(), day(through)).unwrap();
    expect![[r#"
        treasury seal 1
        entity "Example"
        book us-gaap
        through 2026-03-31
        rules 1
        balance 1010 wallet=bank amount=1046460
        balance 1210 commodity=BTC wallet=cold amount=26000 units=0.4
        balance 1240 commodity=BTC facility=f amount=32500 units=0.5
        balance 2310 facility=f amount=-100000
        balance 2320 facility=f amount=-1777.78
        balance 3020 amount=-1000000
        balance 4510 amount=-2970
        balance 4520 amount=-2000
        balance 6510 amount=10
        balance 6710 facility=f amount=1777.78
        balance 9010 facility=f amount=200000
        balance 9019 facility=f amount=-200000
        facility f currency=USD principal=100000 accrued=1777.78 accrued-through=2026-03-31 undrawn=200000
        lot 4.0 commodity=BTC account=1210 wallet=cold acquired=2026-01-05 units=0.4 cost=24012
        lot 6.0 commodity=BTC account=1240 facility=f acquired=2026-01-11 units=0.5 cost=30500
    "#]]
    .assert_eq(&text);
    let sealed = seal(&fold(&quarter, through, None), "us-gaap".parse().unwrap(), day(through)).unwrap();
    expect!["072c4fe3a6d03dca6340a99adb7794bcc6b3f4eca7b4e989fe45289dfb220edf"]
        .assert_eq(&sealed.hash.to_string());
}

#[test]
fn the_page_about_seals_shows_this_text_and_its_hash() {
    let page = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/seals.md")).unwrap();
    let through = "2026-03-31";
    let fold = fold(&quarter(), through, None);
    let text = sealed_text(&fold, "us-gaap".parse().unwrap(), day(through)).unwrap();
    let hash = seal(&fold, "us-gaap".parse().unwrap(), day(through)).unwrap().hash;
    assert!(page.contains(&format!("```text\n{text}```")), "{text}");
    assert!(page.contains(&hash.to_string()), "{hash}");
}

/// Every seal of a log, worked out again as known before its close.
fn assert_seals_hold(ledger: &Ledger) -> usize {
    let all = fold(ledger, "2030-12-31", None);
    let mut seals = 0;
    for (number, closed) in all.world().closes() {
        let then = fold(ledger, &closed.through.to_string(), Some(number - 1));
        for stated in &closed.seals {
            assert_eq!(seal(&then, stated.book, closed.through).as_ref(), Ok(stated), "entry {number}");
            seals += 1;
        }
    }
    seals
}

#[test]
fn a_seal_holds_whatever_becomes_of_the_period() {
    let reopened =
        json!({"type": "period_reopened", "from": "2026-03-01", "reason": "a sale was recorded twice"});
    let mut ledger = quarter().and_closed("2026-03-31");
    assert_eq!(assert_seals_hold(&ledger), 2);
    ledger.must("2026-04-10", vec![bought("1", "70000.00", "0")]);
    ledger.must("2026-04-11", vec![reopened]);
    ledger.must("2026-03-31", vec![with(reversed(7), json!({"on": "2026-03-31"}))]);
    let close = ledger.close("2026-03-31");
    ledger.must("2026-03-31", vec![close]);
    assert_eq!(assert_seals_hold(&ledger), 4);
}

#[test]
fn a_seal_under_old_rules_holds_after_the_book_takes_new_ones() {
    let sale = |ledger: &Ledger, number: usize| -> String {
        let log = ledger.history.log();
        let mut proceeds = String::new();
        replay(log, &Question::default(), |step| {
            let of_tax = step.posted.iter().filter(|posted| posted.book.as_str() == "tax");
            if step.applied.number == number as u64 {
                proceeds = of_tax.map(|posted| format!("{:?}", posted.journal.lines().len())).collect();
            }
        })
        .unwrap();
        proceeds
    };
    let rules = json!({"type": "policy_adopted", "book": "tax", "from": "2026-04-01", "policy": {"rules": 2},
        "transition": "prospective"});
    let mut ledger = quarter().and_closed("2026-03-31");
    ledger.must("2026-04-01", vec![rules]);
    ledger.must("2026-04-02", vec![sold("0.1", "6500.00", "10.00")]);
    ledger.must("2026-04-30", vec![accrued("2026-04-30"), marked("65000.00")]);
    // Money, fee, coins and gain under the first rules; under the second the fee is in the gain.
    assert_eq!((sale(&ledger, 7), sale(&ledger, 12)), ("4".to_owned(), "3".to_owned()));
    let ledger = ledger.and_closed("2026-04-30");
    assert_eq!(assert_seals_hold(&ledger), 4);
    let world = fold(&ledger, "2026-04-30", None);
    let rules: Vec<u8> =
        world.world().closes().flat_map(|(_, closed)| &closed.seals).map(|seal| seal.rules).collect();
    assert_eq!(rules, [1, 1, 1, 2]);
}

#[test]
fn a_choice_that_a_book_has_stated_is_no_default_of_its_rules() {
    let mut ledger = standard();
    let adopted = |policy: Value| {
        json!({"type": "policy_adopted", "book": "tax", "from": "2026-01-01", "policy": policy,
            "transition": "prospective"})
    };
    let fee = |ledger: &Ledger| {
        let book = ledger.history.fold().world().book("tax".parse().unwrap()).unwrap();
        book.policy_on(day("2026-01-01")).sale_fee.to_string()
    };
    assert_eq!(fee(&ledger), "expense");
    ledger.must("2026-01-01", vec![adopted(json!({"rules": 2}))]);
    assert_eq!(fee(&ledger), "reduces_proceeds");
    ledger.must("2026-01-01", vec![adopted(json!({"sale_fee": "expense"}))]);
    assert_eq!(fee(&ledger), "expense");
    ledger.must("2026-01-01", vec![adopted(json!({"rules": 1}))]);
    ledger.must("2026-01-01", vec![adopted(json!({"rules": 2}))]);
    assert_eq!(fee(&ledger), "expense");
}

#[test]
fn a_year_is_closed_without_a_closing_journal() {
    let ledger = standard()
        .and("2025-12-20", "bought", vec![bought("1", "60000.00", "0")])
        .and("2025-12-31", "marked", vec![marked("65000.00")])
        .and_closed("2025-12-31")
        .and("2026-01-31", "marked", vec![marked("64000.00")]);
    let close = with(ledger.close("2026-01-31"), json!({"from": "2026-01-01"}));
    let ledger = ledger.and("2026-01-31", "closed", vec![close]);
    let fold = fold(&ledger, "2026-01-31", None);
    let book = fold.book("us-gaap".parse().unwrap()).unwrap();
    assert_eq!(book.earlier_income().to_string(), "5000");
    assert!(!book.totals().unwrap().contains_key(&"3100".parse().unwrap()));
    assert_eq!(assert_seals_hold(&ledger), 4);
}

#[test]
fn what_is_missing_for_a_close_is_told_by_book() {
    let ledger = quarter().and("2026-04-02", "drawn", vec![drawn("1000.00", "5.00")]);
    let april = fold(&ledger, "2026-04-30", None);
    let of = |book: &str| {
        let book = april.book(book.parse().unwrap()).unwrap();
        let missing = unmet(&april, book, Some(day("2026-04-01")), day("2026-04-30")).unwrap();
        missing.into_iter().map(|unmet| format!("{}: {}\n", unmet.check, unmet.what)).collect::<String>()
    };
    expect![[r#"
        previous_period: book us-gaap is not closed at all, and the period begins on 2026-04-01
        marks: BTC was marked last on 2026-03-31
        accruals: interest on f is accrued through 2026-03-31 only
        issue_cost: no cost of f is charged
    "#]]
    .assert_eq(&of("us-gaap"));
    expect![[r#"
        previous_period: book tax is not closed at all, and the period begins on 2026-04-01
        accruals: interest on f is accrued through 2026-03-31 only
        issue_cost: no cost of f is charged
    "#]]
    .assert_eq(&of("tax"));
}

// In service since March: two racks, of which only the first is depreciated; a hall carried at what it will be worth at the
// end, and one that is gone by May.
#[test]
fn assets_that_are_not_depreciated_through_the_last_month_that_ended_are_named() {
    let named = |name: &str| json!({"asset": name});
    let mut ledger = standard();
    let mut on = |day: &str, events| {
        ledger.must(day, events);
    };
    on("2026-02-10", vec![committed("500000.00"), invoiced(usd("300000.00"), json!({}))]);
    on(
        "2026-03-15",
        vec![
            placed("36000.00", 36, json!({})),
            placed("72000.00", 36, named("second")),
            placed("50000.00", 120, json!({"asset": "hall", "salvage": usd("50000.00")})),
            placed("12000.00", 12, named("gone")),
        ],
    );
    on("2026-04-01", vec![charged("2026-03-31", named("rack"))]);
    let missing = |ledger: &Ledger, through: &str| {
        let fold = fold(ledger, through, None);
        let unmet = unmet(&fold, fold.book("tax".parse().unwrap()).unwrap(), None, day(through)).unwrap();
        unmet.into_iter().map(|unmet| format!("{}: {}", unmet.check, unmet.what)).collect::<Vec<_>>()
    };
    let never = |name: &str| format!("depreciation: no depreciation of {name} is charged");
    assert!(missing(&ledger, "2026-03-30").is_empty());
    assert_eq!(missing(&ledger, "2026-04-29"), [never("gone"), never("second")]);
    let rack = "depreciation: depreciation of rack is charged through 2026-03-31 only".to_owned();
    assert_eq!(missing(&ledger, "2026-04-30"), [never("gone"), rack, never("second")]);
    ledger.must("2026-04-30", vec![charged("2026-04-30", json!({}))]);
    assert!(missing(&ledger, "2026-04-30").is_empty());
    ledger.must("2026-05-02", vec![with(disposed("0", json!({})), named("gone"))]);
    ledger.must("2026-05-31", vec![charged("2026-05-31", named("rack"))]);
    ledger.must("2026-05-31", vec![charged("2026-05-31", named("second"))]);
    assert!(missing(&ledger, "2026-05-31").is_empty());
}

#[test]
fn depreciation_that_is_not_charged_keeps_a_period_open_unless_it_is_waived() {
    let ledger = || {
        standard()
            .and("2026-02-10", "", vec![committed("500000.00"), invoiced(usd("300000.00"), json!({}))])
            .and("2026-03-15", "", vec![placed("36000.00", 36, json!({}))])
    };
    let close = |more: Value| {
        let mut ledger = ledger();
        let close = with(ledger.close("2026-03-31"), more);
        let entry = ledger.entry("2026-03-31", vec![close]);
        ledger.consider(&entry).map(|_| ()).map_err(|refusal| refusal.to_string())
    };
    let missing =
        "book us-gaap cannot be closed through 2026-03-31: no depreciation of rack is charged (depreciation)";
    assert_eq!(close(json!({})), Err(missing.to_owned()));
    let waiver = json!({"waivers": [{"check": "depreciation", "reason": "the life is under review"}]});
    assert_eq!(close(waiver), Ok(()));
}

fn print(sheet: &Sheet) -> String {
    let cell = |cell: &Cell| match cell {
        Cell::Empty => String::new(),
        Cell::Text(text) | Cell::Code(text) => text.clone(),
        Cell::Money(money) => format!("{money:#.2}"),
        Cell::Number(number) => number.to_string(),
        Cell::Units(_, _) | Cell::Amount(_, _) | Cell::Price(_) | Cell::Percent(_) | Cell::Day(_) => {
            format!("{cell:?}")
        }
    };
    let row = |row: &ledger_core::sheet::Row| {
        let cells: Vec<String> = row.cells.iter().map(cell).collect();
        format!("{}{}\n", "  ".repeat(row.depth.into()), cells.join(" | ").trim_end_matches([' ', '|']))
    };
    let notes = sheet.notes.iter().map(|note| format!("{note}\n"));
    sheet.rows.iter().map(row).chain(notes).collect()
}

fn restatement(ledger: &Ledger, book: &str) -> Result<Sheet, ledger_core::report::NoReport> {
    let report = REPORTS.iter().find(|report| report.name == "restatement").unwrap();
    let log = ledger.history.log().to_vec();
    let question = Question::default();
    (report.make)(&Request { log: &log, question, book: book.parse().unwrap(), from: None, argument: None })
}

#[test]
fn a_restatement_names_the_figures_that_changed_and_the_entries_that_changed_them() {
    let mut ledger = quarter().and_closed("2026-03-31");
    assert!(
        print(&restatement(&ledger, "us-gaap").unwrap())
            .starts_with("Figures through 2026-03-31 that differ\nNo figure")
    );
    let late = ledger.entry(
        "2026-04-15",
        vec![json!({"type": "cash_paid", "wallet": "bank", "amount": usd("75.00"), "category": "other"})],
    );
    let late = with(late, json!({"occurred": "2026-03-30", "memo": "courier, invoice late"}));
    let number = match ledger.consider(&late) {
        Ok(ledger_core::decide::Decision::Accepted(accepted)) => accepted.number,
        other => panic!("{other:?}"),
    };
    ledger.accept(number, &late);
    ledger.must(
        "2026-04-16",
        vec![
            json!({"type": "period_reopened", "from": "2026-03-01", "reason": "the sale was recorded twice"}),
        ],
    );
    ledger.must("2026-03-21", vec![reversed(7)]);
    let close = ledger.close("2026-03-31");
    ledger.must("2026-03-31", vec![close]);
    expect![[r#"
        Figures through 2026-03-31 that differ
          Cash |  | 1010 | 1,046,460.00 | 1,039,970.00 | -6,490.00
          Bitcoin, operating |  | 1210 | 26,000.00 | 32,500.00 | 6,500.00
          Trading fees |  | 6510 | 10.00 | 0.00 | -10.00
        Entries responsible
        2026-03-21 entry reversed | 13
          Cash | 13 | 1010 |  |  | -6,490.00
          Bitcoin, operating | 13 | 1210 |  |  | 6,003.00
          Gains and losses on bitcoin | 13 | 4510 |  |  | 497.00
          Trading fees | 13 | 6510 |  |  | -10.00
        What earlier entries come to because of them
          Bitcoin, operating |  | 1210 |  |  | 497.00
          Gains and losses on bitcoin |  | 4510 |  |  | -497.00
        Reopened
          from 2026-03-01: the sale was recorded twice | 12
        Happened by 2026-03-31, booked after it
          2026-04-15 courier, invoice late, occurred 2026-03-30 | 11
        As sealed: through 2026-03-31 as known at entry 9, which entry 10 closed.
    "#]]
    .assert_eq(&print(&restatement(&ledger, "us-gaap").unwrap()));
    expect![[r#"
        Figures through 2026-03-31 that differ
          Cash |  | 1010 | 1,046,460.00 | 1,039,970.00 | -6,490.00
          Bitcoin, operating |  | 1210 | 24,012.00 | 30,015.00 | 6,003.00
          Gains and losses on bitcoin |  | 4510 | -497.00 | 0.00 | 497.00
          Trading fees |  | 6510 | 10.00 | 0.00 | -10.00
        Entries responsible
        2026-03-21 entry reversed | 13
          Cash | 13 | 1010 |  |  | -6,490.00
          Bitcoin, operating | 13 | 1210 |  |  | 6,003.00
          Gains and losses on bitcoin | 13 | 4510 |  |  | 497.00
          Trading fees | 13 | 6510 |  |  | -10.00
        Reopened
          from 2026-03-01: the sale was recorded twice | 12
        Happened by 2026-03-31, booked after it
          2026-04-15 courier, invoice late, occurred 2026-03-30 | 11
        As sealed: through 2026-03-31 as known at entry 9, which entry 10 closed.
    "#]]
    .assert_eq(&print(&restatement(&ledger, "tax").unwrap()));
}

#[test]
fn there_is_no_restatement_of_what_was_never_closed() {
    let sheet = restatement(&quarter(), "tax").unwrap();
    assert_eq!((sheet.rows.len(), sheet.notes), (0, vec!["No period was closed in book tax.".to_owned()]));
}
