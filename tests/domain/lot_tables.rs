//! Which lots leave, against tables that no one here invented: the small ones that rp2, which prepares US tax reports,
//! keeps in its tests, and their counterparts with the order turned. Each is bought and sold through the whole ledger.
//!
//! A table says what is bought, `units@price`, a day apart, and what is then sold; the answer names the lots of each
//! sale by their place in that row.

use ledger_core::lots::LotChange;
use serde_json::{Value, json};

use crate::posting_rules::json::{bought, sold};
use crate::posting_rules::ledger::{Ledger, under};

/// A ledger with one book at cost whose lots leave by a method.
fn ledger(method: &str) -> Ledger {
    under(&[(method, json!({"measurement": "cost", "lots": {"method": method, "scope": "wallet"}}))])
}

/// A purchase written `units@price`, or `units@price+fee`.
fn purchase(text: &str) -> Value {
    let (units, price) = text.split_once('@').unwrap();
    let (price, fee) = price.split_once('+').unwrap_or((price, "0.00"));
    let paid = units.parse::<u64>().unwrap() * price.parse::<u64>().unwrap();
    bought(units, &paid.to_string(), fee)
}

#[track_caller]
fn check(method: &str, purchases: &str, needs: &str, expected: &str) {
    let days = (1..).map(|day| format!("2025-02-{day:02}"));
    check_on(days, method, purchases, needs, expected);
}

#[track_caller]
fn check_on(
    mut days: impl Iterator<Item = String>,
    method: &str,
    purchases: &str,
    needs: &str,
    expected: &str,
) {
    let mut ledger = ledger(method);
    let lots: Vec<u64> = purchases
        .split_whitespace()
        .map(|text| ledger.must(&days.next().unwrap(), vec![purchase(text)]).number)
        .collect();
    let mut sales = Vec::new();
    for units in needs.split_whitespace() {
        let sale = ledger.must(&days.next().unwrap(), vec![sold(units, "100.00", "0.00")]);
        let left = sale.posted.iter().flat_map(|posted| &posted.lots).flat_map(|change| {
            let LotChange::Leave(_, pieces) = change else { panic!("a sale at cost: {change:?}") };
            pieces.to_vec()
        });
        let named = left.map(|piece| {
            let lot = lots.iter().position(|number| *number == piece.key.birth.entry).unwrap() + 1;
            format!("lot{lot} {}", piece.units)
        });
        sales.push(format!("({})", named.collect::<Vec<_>>().join(", ")));
    }
    assert_eq!(sales.concat(), expected, "{method} of {purchases} for {needs}");
    ledger.assert_lots_agree_with_accounts();
}

#[test]
fn first_in_first_out() {
    check("fifo", "10@10 20@11 30@12", "6 4 2 18 3", "(lot1 6)(lot1 4)(lot2 2)(lot2 18)(lot3 3)");
}

#[test]
fn last_in_first_out() {
    check("lifo", "10@10 20@11 30@12", "6 4 2 18 3", "(lot3 6)(lot3 4)(lot3 2)(lot3 18)(lot2 3)");
    check("lifo", "10@10 20@11 30@12", "35 5 15", "(lot3 30, lot2 5)(lot2 5)(lot2 10, lot1 5)");
}

#[test]
fn highest_price_first_out() {
    check("hifo", "10@10 20@12 30@11", "15 5 35 5", "(lot2 15)(lot2 5)(lot3 30, lot1 5)(lot1 5)");
}

#[test]
fn lowest_price_first_out() {
    check("lofo", "10@10 20@12 30@11", "15 5 35 5", "(lot1 10, lot3 5)(lot3 5)(lot3 20, lot2 15)(lot2 5)");
}

#[test]
fn among_equal_prices_the_older_leaves_first() {
    check("hifo", "10@12 20@11 30@12", "15 30", "(lot1 10, lot3 5)(lot3 25, lot2 5)");
    check("lofo", "10@11 20@12 30@11", "15 30", "(lot1 10, lot3 5)(lot3 25, lot2 5)");
}

#[test]
fn a_fee_makes_a_lot_no_dearer_than_its_price() {
    check("hifo", "10@10+500.00 20@12", "5 20", "(lot2 5)(lot2 15, lot1 5)");
    check("lofo", "10@10+500.00 20@12", "5 20", "(lot1 5)(lot1 5, lot2 15)");
}

#[test]
fn on_one_day_what_was_recorded_first_is_older() {
    let one_day = || std::iter::repeat("2025-02-01".to_owned());
    let cases = [
        ("fifo", "(lot1 10, lot2 5)"),
        ("lifo", "(lot3 15)"),
        ("hifo", "(lot1 10, lot2 5)"),
        ("lofo", "(lot1 10, lot2 5)"),
    ];
    for (method, expected) in cases {
        check_on(one_day(), method, "10@10 20@10 30@10", "15", expected);
    }
}

#[test]
fn only_lots_that_are_there_can_leave() {
    let mut ledger = ledger("hifo");
    ledger.must("2025-02-01", vec![purchase("10@10")]);
    ledger.must("2025-02-03", vec![purchase("10@99")]);
    let late = ledger.must("2025-02-02", vec![sold("4", "100.00", "0.00")]);
    let LotChange::Leave(_, pieces) = &late.posted[0].lots[0] else { panic!("{:?}", late.posted) };
    assert_eq!(pieces[0].cost.to_string(), "40", "the dearer lot was bought a day later");
}
