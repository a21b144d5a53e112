//! Long chains: what is divided ten thousand times leaves no dust, and what is accrued by days is what is accrued at once.

use ledger_core::ids::FacilityId;
use ledger_core::money::{Money, Units};
use serde_json::{Value, json};

use crate::posting_rules::json::*;
use crate::posting_rules::ledger::{Ledger, under};

/// Numbers that look random and are the same everywhere (Knuth, TAOCP 3.3.4, line 26).
struct Odd(u64);

impl Odd {
    fn below(&mut self, most: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % most
    }

    fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[self.below(from.len() as u64) as usize]
    }
}

fn sats(units: u64) -> String {
    format!("{}.{:08}", units / 100_000_000, units % 100_000_000)
}

#[test]
fn ten_thousand_odd_disposals_leave_no_dust() {
    let methods = ["fifo", "lifo", "hifo", "average"];
    let books: Vec<(&str, Value)> =
        methods.iter().map(|method| (*method, json!({"lots": {"method": method}}))).collect();
    let mut ledger = under(&books);
    let mut odd = Odd(7);
    let mut left = 0;
    for lot in 0..20 {
        let units = 5_000_000_000 + odd.below(99_999_999);
        left += units;
        let paid = format!("{}.{:02}", 3_000_000 + odd.below(9_999), odd.below(100));
        ledger.must(&format!("2026-01-{:02}", lot + 1), vec![
            json!({"type": "cash_received", "wallet": "bank", "amount": usd(&paid), "category": "equity"}),
            bought(&sats(units), &paid, "0"),
        ]);
    }
    ledger.must("2026-02-01", vec![marked("61234.567")]);
    for sale in 0..10_000_u64 {
        // A day for each mark, which comes last on it.
        let today = format!("2026-02-{:02}", 2 + sale.div_ceil(500));
        let units =
            if sale == 9_999 { left } else { 1 + odd.below(2 * left / (10_000 - sale)).min(left - 10_000) };
        left -= units;
        ledger
            .must(&today, vec![sold(&sats(units), &format!("{}.{:02}", 1 + units / 1_700, sale % 100), "0")]);
        if sale % 500 == 0 {
            ledger.must(&today, vec![marked(&format!("{}.{:03}", 60_000 + sale, sale % 1_000))]);
            ledger.assert_lots_agree_with_accounts();
        }
    }
    ledger.assert_lots_agree_with_accounts();
    for book in ledger.history.fold().books() {
        for (position, holding) in book.lots().positions() {
            let held = (
                holding.units,
                holding.cost,
                holding.carrying,
                holding.marked_units,
                holding.marked_carrying,
            );
            assert_eq!(
                held,
                (Units::ZERO, Money::ZERO, Money::ZERO, Units::ZERO, Money::ZERO),
                "{position:?}"
            );
            assert_eq!(book.lots().of(position).count(), 0, "{position:?}");
        }
    }
}

/// One loan under three names, alike in everything but how often it accrues.
fn loan(odd: &mut Odd, days: i64) -> Ledger {
    let floating = odd.below(3) == 0;
    let rate = if floating {
        json!({"index": "index", "spread": format!("0.0{}", 1 + odd.below(80)), "floor": "0.02"})
    } else {
        json!({"fixed": format!("0.{:04}", 1 + odd.below(1_999))})
    };
    let mut terms = json!({"type": "facility_opened", "lender": "lender", "kind": odd.pick(&["term", "revolver"]),
        "currency": "USD", "limit": usd("9000000.00"), "rate": rate,
        "day_count": odd.pick(&["act/360", "act/365", "act/act", "30/360"]),
        "count_first_day": odd.below(2) == 0, "count_last_day": odd.below(2) == 0, "control": "kept"});
    match odd.pick(&["fee", "daily", "monthly"]) {
        "fee" => terms["unused_fee"] = json!(format!("0.00{}", odd.below(90))),
        compounding => terms["compounding"] = json!(compounding),
    }
    let amount = format!("{}.{:02}", 1_000 + odd.below(4_000_000), odd.below(100));
    let (repaid_on, part) =
        (odd.below(days.unsigned_abs()) as i64, format!("{}.{:02}", odd.below(900), odd.below(100)));
    let reset_on = odd.below(days.unsigned_abs()) as i64;
    let index = format!("0.0{:03}", odd.below(900));
    let names = ["daily", "monthly", "once"];
    let mut ledger = under(&[("cost", json!({"measurement": "cost"}))]);
    let first = day(0);
    let mut opening = Vec::new();
    for name in names {
        opening.push(with(terms.clone(), json!({"facility": name})));
        if floating {
            opening
                .push(json!({"type": "rate_reset", "facility": name, "from": first, "index_rate": "0.05"}));
        }
        opening.push(
            json!({"type": "loan_drawn", "facility": name, "amount": usd(&amount), "to": wallet("bank")}),
        );
    }
    ledger.must(&first, opening);
    for at in 1..=days {
        let today = day(at);
        if at == repaid_on {
            let repay = |name: &str| with(repaid(&part), json!({"facility": name}));
            ledger.must(&today, names.map(repay).to_vec());
        }
        let tomorrow = day(at + 1);
        if floating && at == reset_on {
            let reset = |name: &str| json!({"type": "rate_reset", "facility": name, "from": tomorrow, "index_rate": index});
            ledger.must(&today, names.map(reset).to_vec());
        }
        let month_ends = tomorrow.ends_with("-01");
        let through = |name: &str| json!({"type": "interest_accrued", "facility": name, "through": today});
        let mut accrued = vec![through("daily")];
        accrued.extend((month_ends || at == days).then(|| through("monthly")));
        accrued.extend((at == days).then(|| through("once")));
        ledger.must(&today, accrued);
    }
    ledger
}

/// Days from 20 January 2028, a leap year.
fn day(at: i64) -> String {
    let first: ledger_core::time::Day = "2028-01-20".parse().unwrap();
    ledger_core::time::Day::from_number(first.number() + at).unwrap().to_string()
}

#[test]
fn a_thousand_loans_accrue_the_same_by_days_by_months_or_at_once() {
    let mut odd = Odd(11);
    let mut with_interest = 0;
    for number in 0..1_000 {
        let days = 35 + odd.below(20) as i64;
        let ledger = loan(&mut odd, days);
        let world = ledger.history.fold().world();
        let accrued = ["daily", "monthly", "once"].map(|name| {
            let facility: FacilityId = name.parse().unwrap();
            world.facility(facility).unwrap().accrued
        });
        assert_eq!(accrued[0], accrued[1], "loan {number}");
        assert_eq!(accrued[0], accrued[2], "loan {number}");
        with_interest += usize::from(accrued[0].is_positive());
    }
    assert!(with_interest > 950, "{with_interest}");
}
