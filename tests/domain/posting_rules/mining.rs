//! Coins earned from a pool, received in parts, and mined.

use expect_test::expect;
use serde_json::{Value, json};

use super::json::*;
use super::ledger::{Ledger, standard, under};
use super::rule::given;
use super::rules;

fn earned(units: &str, value: &str) -> Value {
    json!({"type": "coins_earned", "pool": "pool", "units": units, "value": usd(value)})
}

fn received(units: &str, price: &str) -> Value {
    json!({"type": "coins_received", "pool": "pool", "wallet": "hot", "units": units, "price": price})
}

fn three_earned(receipts: usize) -> Ledger {
    let earned = standard().and("2026-01-10", "3 BTC earned, worth 100.00", vec![earned("3", "100.00")]);
    (0..receipts).fold(earned, |ledger, _| {
        ledger.and("2026-01-12", "1 BTC received at 33.00", vec![received("1", "33.00")])
    })
}

rules! {
    fn coins_earned_are_income_at_the_price_when_earned() {
        let earned = json!({"type": "coins_earned", "pool": "pool", "units": "0.12345678", "price": "88000.55",
            "pool_fee": "0.00123"});
        given(standard()).when("2026-01-10", earned).posts(expect![[r#"
            us-gaap, tax: Coins earned from the pool
              Dr 1230 Bitcoin receivable from pool [pool]                      10,864.26                    0.12345678 BTC
                 Cr 4010 Mining revenue [mining]                                             10,864.26
        "#]])
    }

    fn coins_received_in_full_clear_the_claim_and_the_difference_is_no_revenue() {
        let ledger =
            standard().and("2026-01-10", "1 BTC earned, worth 88,000", vec![earned("1", "88000.00")]);
        given(ledger).when("2026-01-12", received("1", "89000")).posts(expect![[r#"
            us-gaap, tax: Coins received from the pool
              Dr 1210 Bitcoin, operating [hot]                                 89,000.00                    1.00000000 BTC
                 Cr 1230 Bitcoin receivable from pool [pool]                                 88,000.00      1.00000000 BTC
                 Cr 4510 Gains and losses on bitcoin [mining]                                 1,000.00
        "#]])
    }

    fn a_partial_receipt_takes_its_share_of_the_claim() {
        given(three_earned(0)).when("2026-01-12", received("1", "33.00")).posts(expect![[r#"
            us-gaap, tax: Coins received from the pool
              Dr 1210 Bitcoin, operating [hot]                                     33.00                    1.00000000 BTC
                 Cr 1230 Bitcoin receivable from pool [pool]                                     33.33      1.00000000 BTC
              Dr 4510 Gains and losses on bitcoin [mining]                          0.33
        "#]])
    }

    fn the_last_receipt_takes_the_rest_of_the_claim() {
        given(three_earned(2)).when("2026-01-14", received("1", "34.00")).posts(expect![[r#"
            us-gaap, tax: Coins received from the pool
              Dr 1210 Bitcoin, operating [hot]                                     34.00                    1.00000000 BTC
                 Cr 1230 Bitcoin receivable from pool [pool]                                     33.33      1.00000000 BTC
                 Cr 4510 Gains and losses on bitcoin [mining]                                     0.67
        "#]])
    }

    fn coins_cost_what_they_were_earned_for_where_the_book_says_so() {
        let ledger = under(&[
            ("inception", json!({"mined_cost": "inception"})),
            ("receipt", json!({"mined_cost": "receipt"})),
        ]);
        let ledger = ledger.and("2026-01-10", "3 BTC earned, worth 100.00", vec![earned("3", "100.00")]);
        given(ledger).when("2026-01-12", received("1", "34.00")).posts(expect![[r#"
            inception: Coins received from the pool
              Dr 1210 Bitcoin, operating [hot]                                     33.33                    1.00000000 BTC
                 Cr 1230 Bitcoin receivable from pool [pool]                                     33.33      1.00000000 BTC
            receipt: Coins received from the pool
              Dr 1210 Bitcoin, operating [hot]                                     34.00                    1.00000000 BTC
                 Cr 1230 Bitcoin receivable from pool [pool]                                     33.33      1.00000000 BTC
                 Cr 4510 Gains and losses on bitcoin [mining]                                     0.67
        "#]])
    }

    fn a_receipt_without_a_price_takes_the_latest_observation() {
        let ledger = standard()
            .and("2026-01-10", "1 BTC earned, worth 88,000", vec![earned("1", "88000.00")])
            .and("2026-01-11", "BTC at 87,500", vec![observed("BTC", "87500", "2026-01-11T12:00:00Z")])
            .and(
                "2026-01-12",
                "BTC at 90,000, after the receipt",
                vec![observed("BTC", "90000", "2026-01-12T12:00:00Z")],
            );
        let received = json!({"type": "coins_received", "pool": "pool", "wallet": "hot", "units": "1"});
        given(ledger).when("2026-01-12T09:00:00Z", received).posts(expect![[r#"
            us-gaap, tax: Coins received from the pool
              Dr 1210 Bitcoin, operating [hot]                                 87,500.00                    1.00000000 BTC
                 Cr 1230 Bitcoin receivable from pool [pool]                                 88,000.00      1.00000000 BTC
              Dr 4510 Gains and losses on bitcoin [mining]                        500.00
        "#]])
    }

    // Of that day: 86,000 and 87,000 and 87,001, whose average is 86,667.
    fn coins_earned_without_a_value_are_income_at_the_price_that_the_policy_names() {
        let ledger = under(&[
            ("inception", json!({"revenue_price": "inception"})),
            ("average", json!({"revenue_price": "daily_average"})),
            ("close", json!({"revenue_price": "close"})),
        ]);
        let at = |price: &str, at: &str| observed("BTC", price, at);
        let ledger = ledger
            .and("2026-01-11", "BTC at 90,000 the day before", vec![at("90000", "2026-01-10T23:59:59Z")])
            .and("2026-01-12", "BTC at 86,000 at midnight", vec![at("86000", "2026-01-11T00:00:00Z")])
            .and("2026-01-12", "BTC at 87,000 at noon", vec![at("87000", "2026-01-11T12:00:00Z")])
            .and("2026-01-12", "BTC at 87,001 in the last second", vec![at("87001", "2026-01-11T23:59:59Z")])
            .and("2026-01-12", "BTC at 80,000 the day after", vec![at("80000", "2026-01-12T00:00:00Z")]);
        let earned = json!({"type": "coins_earned", "pool": "pool", "units": "1"});
        given(ledger).when("2026-01-11T08:00:00Z", earned).posts(expect![[r#"
            inception: Coins earned from the pool
              Dr 1230 Bitcoin receivable from pool [pool]                      86,000.00                    1.00000000 BTC
                 Cr 4010 Mining revenue [mining]                                             86,000.00
            average: Coins earned from the pool
              Dr 1230 Bitcoin receivable from pool [pool]                      86,667.00                    1.00000000 BTC
                 Cr 4010 Mining revenue [mining]                                             86,667.00
            close: Coins earned from the pool
              Dr 1230 Bitcoin receivable from pool [pool]                      87,001.00                    1.00000000 BTC
                 Cr 4010 Mining revenue [mining]                                             87,001.00
        "#]])
    }

    fn a_price_as_old_as_the_book_allows_is_used() {
        let price = json!({"price": [{"commodity": "BTC", "currency": "USD", "max_age_hours": 21}]});
        let ledger = under(&[("choosy", price)])
            .and("2026-01-10", "1 BTC earned, worth 88,000", vec![earned("1", "88000.00")])
            .and("2026-01-11", "BTC at 87,500", vec![observed("BTC", "87500", "2026-01-11T12:00:00Z")]);
        let received = json!({"type": "coins_received", "pool": "pool", "wallet": "hot", "units": "1"});
        given(ledger).when("2026-01-12T09:00:00Z", received).posts(expect![[r#"
            choosy: Coins received from the pool
              Dr 1210 Bitcoin, operating [hot]                                 87,500.00                    1.00000000 BTC
                 Cr 1230 Bitcoin receivable from pool [pool]                                 88,000.00      1.00000000 BTC
              Dr 4510 Gains and losses on bitcoin [mining]                        500.00
        "#]])
    }

    fn coins_mined_are_income_and_a_new_lot_at_once() {
        let mined =
            json!({"type": "coins_mined", "wallet": "hot", "units": "0.34001122", "value": usd("29993.98")});
        given(standard()).when("2026-01-10", mined).posts(expect![[r#"
            us-gaap, tax: Coins mined
              Dr 1210 Bitcoin, operating [hot]                                 29,993.98                    0.34001122 BTC
                 Cr 4010 Mining revenue [mining]                                             29,993.98
        "#]])
    }
}
