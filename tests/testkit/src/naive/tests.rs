//! The model held against figures that others worked out.

use super::*;
use crate::story::story;

fn ask(name: &str, book: &str, as_of: Option<&str>, as_known: Option<u64>) -> Picture {
    let log = story(name);
    let as_of = as_of.map(|day| day.parse().unwrap());
    Naive::new(&log).ask(book.parse().unwrap(), as_of, as_known).unwrap()
}

/// The trial balance as text, an account and its amount a word.
fn balances(picture: &Picture) -> String {
    let words: Vec<String> = picture
        .trial_balance
        .iter()
        .map(|(account, cents)| format!("{account}:{}", decimal(*cents, 2)))
        .collect();
    words.join(" ")
}

fn decimal(value: i128, digits: u32) -> String {
    let one = 10_i128.pow(digits);
    let sign = if value < 0 { "-" } else { "" };
    format!("{sign}{}.{:0width$}", value.abs() / one, value.abs() % one, width = digits as usize)
}

fn lots(picture: &Picture) -> String {
    let words: Vec<String> = picture
        .lots
        .iter()
        .map(|lot| {
            let (units, cost) = (decimal(lot.units, 8), decimal(lot.cost, 2));
            format!("{} {} {} {} {units} {cost}", lot.lot, lot.acquired, lot.account, lot.place)
        })
        .collect();
    words.join("\n")
}

// Figures that hledger, ledger and beancount agree on.

#[test]
fn the_mini_story_at_cost_is_what_three_other_programs_say() {
    let book = ask("mini", "tax", None, None);
    assert_eq!(
        balances(&book),
        "1010:659194.00 1210:70000.00 1220:480080.00 2310:-200000.00 3020:-1000000.00 4510:-11124.00 \
         6510:50.00 6710:1800.00 9010:100000.00 9019:-100000.00"
    );
    assert_eq!(
        lots(&book),
        "4.0 2026-01-05 1220 facility f1 8.00000000 480080.00\n5.0 2026-01-20 1210 wallet cold 1.00000000 70000.00"
    );
}

#[test]
fn the_mini_story_at_66_000_a_coin_has_assets_of_1_253_194() {
    let book = ask("mini", "us-gaap", None, None);
    let sum =
        |from: u16, to: u16| -> i128 { book.trial_balance.range(from..=to).map(|(_, cents)| cents).sum() };
    assert_eq!(decimal(sum(1000, 1999), 2), "1253194.00");
    assert_eq!(decimal(-sum(3000, 7999), 2), "1053194.00");
    let facility = &book.facilities[&"f1".parse().unwrap()];
    assert_eq!((decimal(facility.principal, 8), facility.accrued), ("200000.00000000".to_owned(), 0));
    let (debt, coins) = facility.ltv.unwrap();
    assert_eq!(debt * 528_000, coins * 200_000, "LTV is exactly 200,000 over 528,000");
}

#[test]
fn every_step_of_the_mini_story_is_there_as_known_and_as_of() {
    let at_the_end_of_january = ask("mini", "tax", Some("2026-01-31"), None);
    assert_eq!(balances(&at_the_end_of_january), "1010:49900.00 1210:950100.00 3020:-1000000.00");
    let before_the_repayment = ask("mini", "tax", None, Some(8));
    assert_eq!(before_the_repayment.trial_balance[&2320], -180_000);
    let sold = ask("mini", "us-gaap", None, Some(7));
    assert_eq!(sold.trial_balance[&4510], -1_112_400);
}

#[test]
fn a_late_entry_goes_where_it_belongs() {
    let mut log = story("mini");
    let late = r#"{"id":"00000000-0000-4000-8000-000000000001","effective":"2026-01-10T12:00:00Z","actor":"a","events":[
        {"type":"coins_bought","commodity":"BTC","units":"1","paid":{"amount":"1.00","currency":"USD"},
         "from":{"wallet":"bank"},"to":{"wallet":"cold"}}]}"#;
    log.push((11, Entry::from_json(late).unwrap()));
    let naive = Naive::new(&log);
    assert_eq!(naive.order(), [1, 2, 3, 4, 11, 5, 6, 7, 8, 9, 10]);
    let book = naive.ask("tax".parse().unwrap(), None, None).unwrap();
    // Six are sold: two at 60,010, one at 1, three at 70,000; two at 70,000 stay.
    assert_eq!(book.trial_balance[&1210], 14_000_000);
    assert_eq!(book.trial_balance[&4510], -(41_114_400 - 12_002_000 - 100 - 21_000_000));
}
