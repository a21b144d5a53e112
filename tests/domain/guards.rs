//! What a careless ledger lets through: each test is a slip or a sequence that would leave the books wrong.

use ledger_core::decide::{Decision, History};
use ledger_core::replay::replay;
use ledger_core::resolve::Question;
use serde_json::{Value, json};

use crate::posting_rules::json::*;
use crate::posting_rules::ledger::{Ledger, standard, under, unfunded};

fn takes(ledger: &mut Ledger, day: &str, events: Vec<Value>) -> bool {
    let entry = ledger.entry(day, events);
    matches!(ledger.consider(&entry), Ok(Decision::Accepted(_)))
}

fn total(ledger: &Ledger, book: &str, account: &str) -> String {
    let fold = ledger.history.fold();
    format!("{:.2}", fold.book(book.parse().unwrap()).unwrap().total(account.parse().unwrap()).unwrap())
}

#[test]
fn a_lot_named_twice_gives_no_more_than_it_holds() {
    let by_name = json!({"lots": {"method": "specific"}, "measurement": "cost"});
    let mut ledger = under(&[("named", by_name)])
        .and("2026-01-05", "", vec![bought("1", "60000.00", "0")])
        .and("2026-01-06", "", vec![bought("1", "90000.00", "0")]);
    let lots = json!({"lots": [{"lot": "4.0", "units": "1"}, {"lot": "4.0", "units": "1"}]});
    assert!(!takes(&mut ledger, "2026-02-15", vec![with(sold("2", "130000.00", "0"), lots)]));
}

#[test]
fn a_facility_that_still_bears_interest_is_not_retired() {
    let mut ledger =
        standard().and("2026-01-01", "", vec![lent("revolver", "kept"), drawn("300000.00", "0")]);
    let retired = json!({"type": "facility_retired", "facility": "f"});
    assert!(!takes(&mut ledger, "2026-03-02", vec![repaid("300000.00"), retired]));
}

#[test]
fn a_debt_in_a_stablecoin_is_gone_once_repaid_whatever_its_price_did() {
    let mut ledger =
        standard().and("2026-01-01", "", vec![observed("USDT", "0.99", "2026-01-01T00:00:00Z")]).and(
            "2026-01-01",
            "",
            vec![with(lent("revolver", "kept"), json!({"currency": "USDT", "limit": usdt("300000")}))],
        );
    let in_usdt = |event: Value, field: &str, amount: &str| with(event, json!({field: usdt(amount)}));
    let draw =
        with(in_usdt(drawn("0", "0"), "amount", "100000"), json!({"fee": usdt("0"), "to": wallet("usdt")}));
    ledger.must("2026-01-02", vec![draw]);
    ledger.must("2026-02-01", vec![observed("USDT", "1.01", "2026-02-01T00:00:00Z")]);
    let repay = with(in_usdt(repaid("0"), "principal", "100000"), json!({"from": wallet("usdt")}));
    ledger.must("2026-02-01", vec![repay]);
    assert_eq!(total(&ledger, "us-gaap", "2310"), "0.00");
}

#[test]
fn a_commitment_paid_in_full_is_off_the_memo_whatever_the_price_did() {
    let mut ledger = standard()
        .and("2026-01-01", "", vec![observed("USDT", "0.99", "2026-01-01T00:00:00Z")])
        .and("2026-01-02", "", vec![converted("1000.00", "1000")])
        .and("2026-01-02", "", vec![with(committed("0"), json!({"amount": usdt("1000")}))])
        .and("2026-02-01", "", vec![observed("USDT", "1.01", "2026-02-01T00:00:00Z")]);
    let deposit =
        json!({"type": "deposit_paid", "commitment": "gpu", "amount": usdt("1000"), "from": wallet("usdt")});
    ledger.must("2026-02-02", vec![deposit]);
    assert_eq!(total(&ledger, "us-gaap", "9110"), "0.00");
}

#[test]
fn a_deposit_lowers_the_memo_of_its_project() {
    let deposit =
        json!({"type": "deposit_paid", "commitment": "gpu", "amount": usd("100.00"), "from": wallet("bank")});
    let ledger = standard().and("2026-01-02", "", vec![committed("500.00"), deposit]);
    let book = &ledger.history.fold().books()[0];
    let memo: Vec<_> =
        book.of("9110".parse().unwrap()).map(|(_, balance)| balance.amount.to_string()).collect();
    assert_eq!(memo, ["400"]);
}

#[test]
fn a_memo_account_of_our_own_is_refused_until_journals_know_it_as_one() {
    let memo = json!({"type": "account_opened", "code": "8000", "name": "Guarantees", "class": "memo"});
    assert!(!takes(&mut standard(), "2026-01-01", vec![memo]));
}

#[test]
fn replay_gives_the_books_that_were_told_when_a_price_is_replaced_twice() {
    let replacing = |price: &str, at: &str| with(observed("BTC", price, at), json!({"supersedes": 5}));
    let mut ledger = standard()
        .and("2026-01-01", "", vec![bought("1", "60000.00", "0")])
        .and("2026-01-31", "", vec![observed("BTC", "70000", "2026-01-30T00:00:00Z")])
        .and("2026-01-31", "", vec![replacing("65000", "2026-01-29T00:00:00Z")])
        .and("2026-01-31", "", vec![json!({"type": "fair_value_marked", "commodity": "BTC"})]);
    let again = vec![replacing("66000", "2026-01-28T00:00:00Z")];
    if takes(&mut ledger, "2026-02-01", again.clone()) {
        ledger.must("2026-02-01", again);
    }
    let log = ledger.history.log().to_vec();
    let replayed = replay(&log, &Question::default(), |_| ()).unwrap();
    let gains = replayed.book("us-gaap".parse().unwrap()).unwrap().total("4510".parse().unwrap()).unwrap();
    assert_eq!(format!("{gains:.2}"), total(&ledger, "us-gaap", "4510"));
    assert!(History::of(log).is_ok());
}

#[test]
fn a_price_is_replaced_by_one_in_the_same_currency() {
    let mut ledger = standard()
        .and("2026-01-02", "", vec![json!({"type": "commodity_declared", "code": "EUR", "scale": 2})])
        .and("2026-01-02", "", vec![observed("BTC", "61000", "2026-01-02T00:00:00Z")]);
    let euros =
        with(observed("BTC", "55000", "2026-01-02T00:00:00Z"), json!({"currency": "EUR", "supersedes": 5}));
    assert!(!takes(&mut ledger, "2026-01-03", vec![euros]));
}

#[test]
fn a_mark_uses_no_price_of_a_later_day() {
    let mut ledger = standard().and("2026-01-01", "", vec![bought("1", "60000.00", "0")]).and(
        "2026-02-05",
        "",
        vec![observed("BTC", "70000", "2026-02-05T00:00:00Z")],
    );
    let mark = json!({"type": "fair_value_marked", "commodity": "BTC", "from_observation": 5});
    assert!(!takes(&mut ledger, "2026-01-31", vec![mark]));
}

#[test]
fn a_mark_of_a_stablecoin_is_not_ignored() {
    let mut ledger = standard()
        .and("2026-01-01", "", vec![observed("USDT", "1", "2026-01-01T00:00:00Z")])
        .and("2026-01-02", "", vec![converted("1000.00", "1000")]);
    let mark = json!({"type": "fair_value_marked", "commodity": "USDT", "price": "0.9"});
    assert!(takes(&mut ledger, "2026-01-31", vec![mark]));
}

#[test]
fn bitcoin_is_no_money_and_a_stablecoin_no_bitcoin() {
    let wallet = |held: &str, code: &str| {
        with(json!({"type": "wallet_opened", "wallet": "x", "kind": "hot"}), json!({held: code}))
    };
    assert!(!takes(&mut standard(), "2026-01-01", vec![wallet("currency", "BTC")]));
    assert!(!takes(&mut standard(), "2026-01-01", vec![wallet("commodity", "USDT")]));
    assert!(!takes(&mut standard(), "2026-01-01", vec![wallet("commodity", "USD")]));
}

#[test]
fn a_pool_owes_coins_and_holds_none_of_ours() {
    let bought = with(bought("1", "60000.00", "0"), json!({"to": wallet("pool")}));
    assert!(!takes(&mut standard(), "2026-01-01", vec![bought]));
}

#[test]
fn an_opening_owes_to_a_facility_once() {
    let owed = json!({"facility": "f", "principal": usd("100.00"), "accrued": usd("0"), "accrued_through": "2024-12-31"});
    let opening =
        json!({"type": "opening_recorded", "facilities": [owed, owed], "equity_not_analysed": "-200.00"});
    let mut ledger = unfunded().and("2025-01-01", "", vec![lent("term", "kept")]);
    assert!(!takes(&mut ledger, "2025-01-01", vec![opening]));
}

#[test]
fn interest_of_the_opening_is_not_accrued_ahead_of_it() {
    let owed = json!({"facility": "f", "principal": usd("100.00"), "accrued": usd("0"), "accrued_through": "2027-12-31"});
    let opening = json!({"type": "opening_recorded", "facilities": [owed], "equity_not_analysed": "-100.00"});
    let mut ledger = unfunded().and("2025-01-01", "", vec![lent("term", "kept")]);
    assert!(!takes(&mut ledger, "2025-01-01", vec![opening]));
}

#[test]
fn an_opening_may_hold_plant_deposits_and_what_a_pool_owes() {
    for account in ["1519", "1520", "1530"] {
        let side = if account == "1519" { "credit" } else { "debit" };
        let rest = if account == "1519" { "-5.00" } else { "5.00" };
        let opening = json!({"type": "opening_recorded", "balances": [{"account": account, side: "5.00"}],
            "equity_not_analysed": rest});
        assert!(takes(&mut unfunded(), "2025-01-01", vec![opening]), "{account}");
    }
}

#[test]
fn no_book_pays_money_that_only_another_book_opened_with() {
    let opening = json!({"type": "opening_recorded", "book": "us-gaap", "equity_not_analysed": "100.00",
        "balances": [{"account": "1010", "debit": "100.00", "wallet": "bank"}]});
    let mut ledger = unfunded().and("2025-01-01", "", vec![opening]);
    let paid = json!({"type": "cash_paid", "wallet": "bank", "amount": usd("60.00"), "category": "other"});
    assert!(!takes(&mut ledger, "2025-01-02", vec![paid]));
}

/// Reg. 1.1012-1(j)(3)(i): without identification the earliest acquired units of the wallet are sold.
#[test]
fn tax_sells_the_oldest_coins_of_a_wallet_whatever_they_are_designated() {
    let mut ledger = standard()
        .and("2026-01-05", "", vec![bought("1", "60000.00", "0")])
        .and("2026-01-06", "", vec![designated("1", "strategic")])
        .and("2026-02-01", "", vec![bought("1", "90000.00", "0")]);
    ledger.must("2026-02-15", vec![sold("1", "95000.00", "0")]);
    assert_eq!(total(&ledger, "tax", "4510"), "-35000.00");
}

#[test]
fn a_payable_in_a_stablecoin_is_gone_once_paid() {
    let cost = json!({"type": "operating_cost_recorded", "segment": "mining", "category": "power", "amount": usdt("1000"),
        "settles": "payable", "party": "vendor"});
    let mut ledger = standard()
        .and("2026-01-03", "", vec![observed("USDT", "1.00", "2026-01-03T00:00:00Z")])
        .and("2026-01-03", "", vec![converted("5000.00", "5000")])
        .and("2026-01-04", "", vec![cost])
        .and("2026-01-05", "", vec![observed("USDT", "0.95", "2026-01-05T00:00:00Z")]);
    ledger.must(
        "2026-01-06",
        vec![json!({"type": "cash_paid", "wallet": "usdt", "amount": usdt("1000"),
        "category": "supplier", "party": "vendor"})],
    );
    assert_eq!(total(&ledger, "us-gaap", "2010"), "0.00");
}

#[test]
fn books_that_open_with_different_money_in_a_wallet_disagree_however_it_is_split() {
    let opening = |book: &str, parts: &[&str]| {
        let in_bank = |part: &&str| json!({"account": "1010", "debit": part, "wallet": "bank"});
        json!({"type": "opening_recorded", "book": book, "balances": parts.iter().map(in_bank).collect::<Vec<_>>(),
            "equity_not_analysed": format!("{}.00", 5 * parts.len())})
    };
    let open = |us_gaap: &[&str], tax: &[&str]| {
        takes(&mut unfunded(), "2025-01-01", vec![opening("us-gaap", us_gaap), opening("tax", tax)])
    };
    assert!(!open(&["5.00", "5.00"], &["5.00"]));
    assert!(open(&["5.00", "5.00"], &["5.00", "5.00"]));
}
