//! Coins bought, moved and designated.

use expect_test::expect;
use serde_json::json;

use super::json::*;
use super::ledger::{Ledger, standard, under};
use super::rule::given;
use super::rules;

const BUY: &str = "2026-01-05";

fn one_at_60_030() -> Ledger {
    standard().and(BUY, "1 BTC bought for 60,000 and a fee of 30", vec![bought("1", "60000.00", "30.00")])
}

fn vault() -> serde_json::Value {
    wallet_of_coins("vault", "custodian", "strategic")
}

fn moved(units: &str, to: &str) -> serde_json::Value {
    json!({"type": "coins_moved", "commodity": "BTC", "units": units, "from": wallet("cold"), "to": wallet(to)})
}

rules! {
    fn a_buying_fee_is_part_of_the_cost_or_an_expense() {
        let ledger = under(&[
            ("capitalise", json!({"purchase_fee": "capitalise"})),
            ("expense", json!({"purchase_fee": "expense"})),
        ]);
        given(ledger).when(BUY, bought("1", "60000.00", "30.00")).posts(expect![[r#"
            capitalise: Coins bought
              Dr 1210 Bitcoin, operating [cold]                                60,030.00                    1.00000000 BTC
                 Cr 1010 Cash [bank]                                                         60,030.00
            expense: Coins bought
              Dr 1210 Bitcoin, operating [cold]                                60,000.00                    1.00000000 BTC
              Dr 6510 Trading fees                                                 30.00
                 Cr 1010 Cash [bank]                                                         60,030.00
        "#]])
    }

    fn coins_paid_for_with_a_stablecoin_cost_what_was_given() {
        let ledger = standard()
            .and("2026-01-01", "USDT at 0.999", vec![observed("USDT", "0.999", "2026-01-01T00:00:00Z")])
            .and("2026-01-02", "100,000 USD turned into 100,100 USDT", vec![converted("100000.00", "100100")])
            .and(BUY, "USDT at 1.001", vec![observed("USDT", "1.001", "2026-01-05T00:00:00Z")]);
        let bought = with(
            bought("1", "0", "0"),
            json!({"paid": usdt("60000"), "fee": usdt("60"), "from": wallet("usdt")}),
        );
        given(ledger).when(BUY, bought).posts(expect![[r#"
            us-gaap, tax: Coins bought
              Dr 1210 Bitcoin, operating [cold]                                60,120.06                    1.00000000 BTC
                 Cr 1110 Stablecoins [usdt]                                                  59,999.94   60060.000000 USDT
                 Cr 4550 Stablecoin, exchange and settlement differences                        120.12
        "#]])
    }

    fn coins_bought_into_a_strategic_wallet_are_strategic() {
        let ledger = standard().and(BUY, "a strategic wallet opened", vec![vault()]);
        let bought = with(bought("1", "60000.00", "0"), json!({"to": wallet("vault")}));
        given(ledger).when(BUY, bought).posts(expect![[r#"
            us-gaap, tax: Coins bought
              Dr 1211 Bitcoin, strategic [vault]                               60,000.00                    1.00000000 BTC
                 Cr 1010 Cash [bank]                                                         60,000.00
        "#]])
    }

    fn moved_coins_take_their_carrying_amount_along() {
        given(one_at_60_030()).when("2026-01-06", moved("0.5", "hot")).posts(expect![[r#"
            us-gaap, tax: Coins moved
              Dr 1210 Bitcoin, operating [hot]                                 30,015.00                    0.50000000 BTC
                 Cr 1210 Bitcoin, operating [cold]                                           30,015.00      0.50000000 BTC
        "#]])
    }

    fn the_networks_fee_is_a_disposal_at_fair_value() {
        let moved = with(moved("0.5", "hot"), json!({"network_fee_units": "0.0001", "price": "70000"}));
        given(one_at_60_030()).when("2026-01-06", moved).posts(expect![[r#"
            us-gaap, tax: Coins moved
              Dr 1210 Bitcoin, operating [hot]                                 30,015.00                    0.50000000 BTC
              Dr 6520 Network fees                                                  7.00
                 Cr 1210 Bitcoin, operating [cold]                                           30,021.00      0.50010000 BTC
                 Cr 4510 Gains and losses on bitcoin                                              1.00
        "#]])
    }

    fn the_networks_fee_may_be_a_disposal_at_a_loss() {
        let ledger = under(&[("us-gaap", json!({})), ("tax", json!({"measurement": "cost"}))]);
        let ledger = ledger.and(BUY, "1 BTC bought for 60,000", vec![bought("1", "60000.00", "0")]).and(
            "2026-01-31",
            "marked at 80,000",
            vec![marked("80000")],
        );
        let moved = with(moved("0.9", "hot"), json!({"network_fee_units": "0.1", "price": "70000"}));
        given(ledger).when("2026-02-01", moved).posts(expect![[r#"
            us-gaap: Coins moved
              Dr 1210 Bitcoin, operating [hot]                                 72,000.00                    0.90000000 BTC
              Dr 6520 Network fees                                              7,000.00
                 Cr 1210 Bitcoin, operating [cold]                                           80,000.00      1.00000000 BTC
              Dr 4510 Gains and losses on bitcoin                               1,000.00
            tax: Coins moved
              Dr 1210 Bitcoin, operating [hot]                                 54,000.00                    0.90000000 BTC
              Dr 6520 Network fees                                              7,000.00
                 Cr 1210 Bitcoin, operating [cold]                                           60,000.00      1.00000000 BTC
                 Cr 4510 Gains and losses on bitcoin                                          1,000.00
        "#]])
    }

    fn coins_moved_into_a_strategic_wallet_become_strategic() {
        let ledger = one_at_60_030().and(BUY, "a strategic wallet opened", vec![vault()]);
        given(ledger).when("2026-01-06", moved("1", "vault")).posts(expect![[r#"
            us-gaap, tax: Coins moved
              Dr 1211 Bitcoin, strategic [vault]                               60,030.00                    1.00000000 BTC
                 Cr 1210 Bitcoin, operating [cold]                                           60,030.00      1.00000000 BTC
        "#]])
    }

    fn coins_designated_strategic_keep_their_carrying_amount() {
        let ledger = standard().and(BUY, "3 BTC bought for 100.00", vec![bought("3", "100.00", "0")]).and(
            "2026-01-31",
            "marked at 40",
            vec![marked("40")],
        );
        given(ledger).when("2026-02-01", designated("1", "strategic")).posts(expect![[r#"
            us-gaap: Coins designated
              Dr 1211 Bitcoin, strategic [cold]                                    40.00                    1.00000000 BTC
                 Cr 1210 Bitcoin, operating [cold]                                               40.00      1.00000000 BTC
            tax: Coins designated
              Dr 1211 Bitcoin, strategic [cold]                                    33.33                    1.00000000 BTC
                 Cr 1210 Bitcoin, operating [cold]                                               33.33      1.00000000 BTC
        "#]])
    }

    fn coins_designated_operating_come_back() {
        let ledger =
            one_at_60_030().and("2026-01-06", "designated strategic", vec![designated("1", "strategic")]);
        given(ledger).when("2026-02-01", designated("0.25", "operating")).posts(expect![[r#"
            us-gaap, tax: Coins designated
              Dr 1210 Bitcoin, operating [cold]                                15,007.50                    0.25000000 BTC
                 Cr 1211 Bitcoin, strategic [cold]                                           15,007.50      0.25000000 BTC
        "#]])
    }

    fn coins_that_take_time_are_in_transit() {
        let moved = with(
            moved("0.5", "hot"),
            json!({"network_fee_units": "0.0001", "price": "70000", "arrives": "2026-01-08T09:30:00Z"}),
        );
        given(one_at_60_030()).when("2026-01-06", moved).posts(expect![[r#"
            us-gaap, tax: Coins moved
              Dr 1215 Bitcoin in transit [hot]                                 30,015.00                    0.50000000 BTC
              Dr 6520 Network fees                                                  7.00
                 Cr 1210 Bitcoin, operating [cold]                                           30,021.00      0.50010000 BTC
                 Cr 4510 Gains and losses on bitcoin                                              1.00
        "#]])
    }
}
