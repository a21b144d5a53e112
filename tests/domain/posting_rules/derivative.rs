//! Derivatives: opened, marked and settled, on either side of zero.

use expect_test::expect;
use serde_json::{Value, json};

use super::json::*;
use super::ledger::{Ledger, standard, under};
use super::rule::given;
use super::rules;

const OPEN: &str = "2026-02-01";
const DAY: &str = "2026-02-27";

fn both() -> Ledger {
    under(&[("fair-value", json!({})), ("at-cost", json!({"measurement": "cost"}))])
}

fn opened(kind: &str, more: Value) -> Value {
    let opened = json!({"type": "derivative_opened", "derivative": "hedge", "kind": kind, "counterparty": "lender",
        "terms": {"commodity": "BTC", "units": "10", "strike": "60000", "cap": "80000", "expiry": "2026-06-26"}});
    with(opened, more)
}

fn bought_put() -> Value {
    opened("put", json!({"premium": usd("25000.00"), "from": wallet("bank")}))
}

fn sold_call() -> Value {
    opened(
        "call",
        json!({"terms": {"side": "sold", "commodity": "BTC", "units": "10", "strike": "80000"},
        "premium": usd("18000.00"), "to": wallet("bank")}),
    )
}

fn valued(value: &str) -> Value {
    json!({"type": "derivative_marked", "derivative": "hedge", "value": usd(value)})
}

fn settled(more: Value) -> Value {
    with(json!({"type": "derivative_settled", "derivative": "hedge"}), more)
}

fn with_usdt() -> Ledger {
    standard()
        .and("2026-01-01", "USDT at 0.999", vec![observed("USDT", "0.999", "2026-01-01T00:00:00Z")])
        .and("2026-01-02", "99,900 USD turned into 100,000 USDT", vec![converted("99900.00", "100000")])
        .and(OPEN, "USDT at 1", vec![observed("USDT", "1", "2026-02-01T00:00:00Z")])
}

rules! {
    fn a_bought_option_is_an_asset_at_its_premium() {
        given(standard()).when(OPEN, bought_put()).posts(expect![[r#"
            us-gaap, tax: Derivative opened
              Dr 1310 Derivative assets [hedge]                                25,000.00
                 Cr 1010 Cash [bank]                                                         25,000.00
        "#]])
    }

    fn a_sold_option_is_a_liability_at_its_premium() {
        given(standard()).when(OPEN, sold_call()).posts(expect![[r#"
            us-gaap, tax: Derivative opened
              Dr 1010 Cash [bank]                                              18,000.00
                 Cr 2340 Derivative liabilities [hedge]                                      18,000.00
        "#]])
    }

    fn a_collar_without_a_premium_opens_at_nothing() {
        given(standard()).when(OPEN, opened("collar", json!({}))).posts(expect![[r#"
            us-gaap, tax: Derivative opened
              nothing
        "#]])
    }

    fn a_contract_worth_more_than_its_premium_brings_the_difference_at_once() {
        let power = opened("power_contract", json!({"terms": {"megawatts": "20", "expiry": "2027-12-31"},
            "premium": usd("1000.00"), "from": wallet("bank"), "value": usd("1500.00")}));
        given(both()).when(OPEN, power).posts(expect![[r#"
            fair-value: Derivative opened
              Dr 1310 Derivative assets [hedge]                                 1,500.00
                 Cr 1010 Cash [bank]                                                          1,000.00
                 Cr 4530 Gains and losses on derivatives [hedge]                                500.00
            at-cost: Derivative opened
              Dr 1310 Derivative assets [hedge]                                 1,000.00
                 Cr 1010 Cash [bank]                                                          1,000.00
        "#]])
    }

    fn a_premium_in_a_stablecoin_is_worth_its_price() {
        let put = opened("put", json!({"premium": usdt("20000"), "from": wallet("usdt")}));
        given(with_usdt()).when(OPEN, put).posts(expect![[r#"
            us-gaap, tax: Derivative opened
              Dr 1310 Derivative assets [hedge]                                20,000.00
                 Cr 1110 Stablecoins [usdt]                                                  19,980.00   20000.000000 USDT
                 Cr 4550 Stablecoin, exchange and settlement differences [hedge]                       20.00
        "#]])
    }

    fn a_mark_changes_an_asset_by_what_it_gained() {
        let ledger = both().and(OPEN, "a put bought for 25,000", vec![bought_put()]);
        given(ledger).when(DAY, valued("40000.00")).posts(expect![[r#"
            fair-value: Derivative remeasured to fair value
              Dr 1310 Derivative assets [hedge]                                15,000.00
                 Cr 4530 Gains and losses on derivatives [hedge]                             15,000.00
            at-cost: Derivative remeasured to fair value
              nothing
        "#]])
    }

    fn a_mark_may_turn_an_asset_into_a_liability_and_back() {
        let ledger = both().and(OPEN, "a collar without premium", vec![opened("collar", json!({}))]).and(
            "2026-02-10",
            "worth 5,000",
            vec![valued("5000.00")],
        );
        given(ledger).when_each(DAY, vec![valued("-3000.00"), valued("1000.00")]).posts(expect![[r#"
            fair-value: Derivative remeasured to fair value
                 Cr 1310 Derivative assets [hedge]                                            5,000.00
                 Cr 2340 Derivative liabilities [hedge]                                       3,000.00
              Dr 4530 Gains and losses on derivatives [hedge]                   8,000.00
            at-cost: Derivative remeasured to fair value
              nothing
            fair-value: Derivative remeasured to fair value
              Dr 1310 Derivative assets [hedge]                                 1,000.00
              Dr 2340 Derivative liabilities [hedge]                            3,000.00
                 Cr 4530 Gains and losses on derivatives [hedge]                              4,000.00
            at-cost: Derivative remeasured to fair value
              nothing
        "#]])
    }

    fn a_contract_settled_for_more_than_it_was_carried_at_is_a_gain() {
        let ledger = both()
            .and(OPEN, "a put bought for 25,000", vec![bought_put()])
            .and("2026-02-10", "worth 40,000", vec![valued("40000.00")]);
        given(ledger).when(DAY, settled(json!({"amount": usd("42000.00"), "to": wallet("bank")}))).posts(expect![[r#"
            fair-value: Derivative settled
              Dr 1010 Cash [bank]                                              42,000.00
                 Cr 1310 Derivative assets [hedge]                                           40,000.00
                 Cr 4530 Gains and losses on derivatives [hedge]                              2,000.00
            at-cost: Derivative settled
              Dr 1010 Cash [bank]                                              42,000.00
                 Cr 1310 Derivative assets [hedge]                                           25,000.00
                 Cr 4530 Gains and losses on derivatives [hedge]                             17,000.00
        "#]])
    }

    fn a_liability_is_settled_by_paying_it() {
        let ledger = both()
            .and(OPEN, "a call sold for 18,000", vec![sold_call()])
            .and("2026-02-10", "worth 30,000 to its holder", vec![valued("-30000.00")]);
        given(ledger).when(DAY, settled(json!({"amount": usd("31000.00"), "from": wallet("bank")}))).posts(expect![[r#"
            fair-value: Derivative settled
              Dr 2340 Derivative liabilities [hedge]                           30,000.00
                 Cr 1010 Cash [bank]                                                         31,000.00
              Dr 4530 Gains and losses on derivatives [hedge]                   1,000.00
            at-cost: Derivative settled
              Dr 2340 Derivative liabilities [hedge]                           18,000.00
                 Cr 1010 Cash [bank]                                                         31,000.00
              Dr 4530 Gains and losses on derivatives [hedge]                  13,000.00
        "#]])
    }

    fn what_expires_worthless_is_settled_for_nothing() {
        let ledger = standard().and(OPEN, "a put bought for 25,000", vec![bought_put()]);
        given(ledger).when(DAY, settled(json!({}))).posts(expect![[r#"
            us-gaap, tax: Derivative settled
                 Cr 1310 Derivative assets [hedge]                                           25,000.00
              Dr 4530 Gains and losses on derivatives [hedge]                  25,000.00
        "#]])
    }
}
