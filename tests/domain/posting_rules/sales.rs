//! Coins sold: gains and losses, fees, several lots, marks before the sale, coins at a lender.

use expect_test::expect;
use serde_json::json;

use crate::lot_instructions::{instructed, three_lots};

use super::json::*;
use super::ledger::{Ledger, standard, under};
use super::rule::given;
use super::rules;

const BUY: &str = "2026-01-05";
const SELL: &str = "2026-02-15";

fn one_at_60_030() -> Ledger {
    standard().and(BUY, "1 BTC bought for 60,000 and a fee of 30", vec![bought("1", "60000.00", "30.00")])
}

fn three_for_100(sales: usize) -> Ledger {
    let bought = standard().and(BUY, "3 BTC bought for 100.00", vec![bought("3", "100.00", "0")]);
    (0..sales).fold(bought, |ledger, _| {
        ledger.and("2026-02-01", "1 BTC sold for 33.00", vec![sold("1", "33.00", "0")])
    })
}

fn pledged_two(control: &str, ledger: Ledger) -> Ledger {
    ledger.and(BUY, "2 BTC bought for 120,000", vec![bought("2", "120000.00", "0")]).and(
        "2026-02-01",
        &format!("2 BTC pledged at 65,000, control {control}"),
        vec![lent("revolver", control), pledged("2", "65000")],
    )
}

fn sold_by_lender() -> serde_json::Value {
    with(sold("1", "62000.00", "40.00"), json!({"from": facility("f"), "route": "settled_by_lender"}))
}

rules! {
    fn selling_above_carrying_amount_posts_the_gain_as_a_credit() {
        given(one_at_60_030()).when(SELL, sold("1", "75000.00", "50.00")).posts(expect![[r#"
            us-gaap: Coins remeasured to the price of the sale, and sold
              Dr 1210 Bitcoin, operating [cold]                                14,970.00
                 Cr 4510 Gains and losses on bitcoin                                         14,970.00
              Dr 1010 Cash [bank]                                              74,950.00
              Dr 6510 Trading fees                                                 50.00
                 Cr 1210 Bitcoin, operating [cold]                                           75,000.00      1.00000000 BTC
            tax: Coins sold
              Dr 1010 Cash [bank]                                              74,950.00
              Dr 6510 Trading fees                                                 50.00
                 Cr 1210 Bitcoin, operating [cold]                                           60,030.00      1.00000000 BTC
                 Cr 4510 Gains and losses on bitcoin                                         14,970.00
        "#]])
    }

    fn selling_below_carrying_amount_posts_the_loss_as_a_debit() {
        given(one_at_60_030()).when(SELL, sold("1", "55000.00", "0")).posts(expect![[r#"
            us-gaap: Coins remeasured to the price of the sale, and sold
                 Cr 1210 Bitcoin, operating [cold]                                            5,030.00
              Dr 4510 Gains and losses on bitcoin                               5,030.00
              Dr 1010 Cash [bank]                                              55,000.00
                 Cr 1210 Bitcoin, operating [cold]                                           55,000.00      1.00000000 BTC
            tax: Coins sold
              Dr 1010 Cash [bank]                                              55,000.00
                 Cr 1210 Bitcoin, operating [cold]                                           60,030.00      1.00000000 BTC
              Dr 4510 Gains and losses on bitcoin                               5,030.00
        "#]])
    }

    fn the_same_sale_under_every_policy_of_measurement_fee_and_carrying_amount() {
        let ledger = under(&[
            ("remeasured", json!({})),
            ("last-mark", json!({"disposal_carrying": "last_mark"})),
            ("net-of-fee", json!({"sale_fee": "reduces_proceeds"})),
            (
                "last-mark-net-of-fee",
                json!({"disposal_carrying": "last_mark", "sale_fee": "reduces_proceeds"}),
            ),
            ("at-cost", json!({"measurement": "cost"})),
            ("at-cost-net-of-fee", json!({"measurement": "cost", "sale_fee": "reduces_proceeds"})),
        ]);
        let ledger = ledger.and(BUY, "1 BTC bought for 60,000", vec![bought("1", "60000.00", "0")]).and(
            "2026-01-31",
            "marked at 70,000",
            vec![marked("70000")],
        );
        given(ledger).when(SELL, sold("1", "72000.00", "100.00")).posts(expect![[r#"
            remeasured: Coins remeasured to the price of the sale, and sold
              Dr 1210 Bitcoin, operating [cold]                                 2,000.00
                 Cr 4510 Gains and losses on bitcoin                                          2,000.00
              Dr 1010 Cash [bank]                                              71,900.00
              Dr 6510 Trading fees                                                100.00
                 Cr 1210 Bitcoin, operating [cold]                                           72,000.00      1.00000000 BTC
            last-mark: Coins sold
              Dr 1010 Cash [bank]                                              71,900.00
              Dr 6510 Trading fees                                                100.00
                 Cr 1210 Bitcoin, operating [cold]                                           70,000.00      1.00000000 BTC
                 Cr 4510 Gains and losses on bitcoin                                          2,000.00
            net-of-fee: Coins remeasured to the price of the sale, and sold
              Dr 1210 Bitcoin, operating [cold]                                 2,000.00
                 Cr 4510 Gains and losses on bitcoin                                          2,000.00
              Dr 1010 Cash [bank]                                              71,900.00
                 Cr 1210 Bitcoin, operating [cold]                                           72,000.00      1.00000000 BTC
              Dr 4510 Gains and losses on bitcoin                                 100.00
            last-mark-net-of-fee: Coins sold
              Dr 1010 Cash [bank]                                              71,900.00
                 Cr 1210 Bitcoin, operating [cold]                                           70,000.00      1.00000000 BTC
                 Cr 4510 Gains and losses on bitcoin                                          1,900.00
            at-cost: Coins sold
              Dr 1010 Cash [bank]                                              71,900.00
              Dr 6510 Trading fees                                                100.00
                 Cr 1210 Bitcoin, operating [cold]                                           60,000.00      1.00000000 BTC
                 Cr 4510 Gains and losses on bitcoin                                         12,000.00
            at-cost-net-of-fee: Coins sold
              Dr 1010 Cash [bank]                                              71,900.00
                 Cr 1210 Bitcoin, operating [cold]                                           60,000.00      1.00000000 BTC
                 Cr 4510 Gains and losses on bitcoin                                         11,900.00
        "#]])
    }

    fn a_part_of_a_lot_takes_its_share_of_cost_to_the_cent() {
        given(three_for_100(0)).when(SELL, sold("1", "40.00", "0")).posts(expect![[r#"
            us-gaap: Coins remeasured to the price of the sale, and sold
              Dr 1210 Bitcoin, operating [cold]                                     6.67
                 Cr 4510 Gains and losses on bitcoin                                              6.67
              Dr 1010 Cash [bank]                                                  40.00
                 Cr 1210 Bitcoin, operating [cold]                                               40.00      1.00000000 BTC
            tax: Coins sold
              Dr 1010 Cash [bank]                                                  40.00
                 Cr 1210 Bitcoin, operating [cold]                                               33.33      1.00000000 BTC
                 Cr 4510 Gains and losses on bitcoin                                              6.67
        "#]])
    }

    fn the_second_part_takes_half_of_what_is_left() {
        given(three_for_100(1)).when(SELL, sold("1", "30.00", "0")).posts(expect![[r#"
            us-gaap: Coins remeasured to the price of the sale, and sold
                 Cr 1210 Bitcoin, operating [cold]                                                3.34
              Dr 4510 Gains and losses on bitcoin                                   3.34
              Dr 1010 Cash [bank]                                                  30.00
                 Cr 1210 Bitcoin, operating [cold]                                               30.00      1.00000000 BTC
            tax: Coins sold
              Dr 1010 Cash [bank]                                                  30.00
                 Cr 1210 Bitcoin, operating [cold]                                               33.34      1.00000000 BTC
              Dr 4510 Gains and losses on bitcoin                                   3.34
        "#]])
    }

    fn the_last_part_takes_the_rest() {
        given(three_for_100(2)).when(SELL, sold("1", "30.00", "0")).posts(expect![[r#"
            us-gaap: Coins remeasured to the price of the sale, and sold
                 Cr 1210 Bitcoin, operating [cold]                                                3.33
              Dr 4510 Gains and losses on bitcoin                                   3.33
              Dr 1010 Cash [bank]                                                  30.00
                 Cr 1210 Bitcoin, operating [cold]                                               30.00      1.00000000 BTC
            tax: Coins sold
              Dr 1010 Cash [bank]                                                  30.00
                 Cr 1210 Bitcoin, operating [cold]                                               33.33      1.00000000 BTC
              Dr 4510 Gains and losses on bitcoin                                   3.33
        "#]])
    }

    fn half_a_cent_goes_where_the_rounding_policy_says() {
        let ledger = under(&[
            ("half-even", json!({"measurement": "cost"})),
            ("half-up", json!({"measurement": "cost", "rounding": "half_up"})),
        ]);
        let ledger = ledger.and(BUY, "2 BTC bought for 0.05", vec![bought("2", "0.05", "0")]);
        given(ledger).when(SELL, sold("1", "1.00", "0")).posts(expect![[r#"
            half-even: Coins sold
              Dr 1010 Cash [bank]                                                   1.00
                 Cr 1210 Bitcoin, operating [cold]                                                0.02      1.00000000 BTC
                 Cr 4510 Gains and losses on bitcoin                                              0.98
            half-up: Coins sold
              Dr 1010 Cash [bank]                                                   1.00
                 Cr 1210 Bitcoin, operating [cold]                                                0.03      1.00000000 BTC
                 Cr 4510 Gains and losses on bitcoin                                              0.97
        "#]])
    }

    fn the_oldest_lots_leave_first() {
        let ledger = standard().and(BUY, "1 BTC bought for 60,000", vec![bought("1", "60000.00", "0")]).and(
            "2026-01-20",
            "2 BTC bought for 140,001",
            vec![bought("2", "140001.00", "0")],
        );
        given(ledger).when(SELL, sold("1.5", "108000.00", "0")).posts(expect![[r#"
            us-gaap: Coins remeasured to the price of the sale, and sold
              Dr 1210 Bitcoin, operating [cold]                                12,999.75
                 Cr 4510 Gains and losses on bitcoin                                         12,999.75
              Dr 1010 Cash [bank]                                             108,000.00
                 Cr 1210 Bitcoin, operating [cold]                                          108,000.00      1.50000000 BTC
            tax: Coins sold
              Dr 1010 Cash [bank]                                             108,000.00
                 Cr 1210 Bitcoin, operating [cold]                                           95,000.25      1.50000000 BTC
                 Cr 4510 Gains and losses on bitcoin                                         12,999.75
        "#]])
    }

    fn each_method_takes_its_own_lot() {
        let by = |method: &str| json!({"measurement": "cost", "lots": {"method": method}});
        let ledger = under(&[
            ("fifo", by("fifo")),
            ("lifo", by("lifo")),
            ("hifo", by("hifo")),
            ("lofo", by("lofo")),
            ("specific", by("specific")),
        ]);
        let ledger = ledger
            .and("2026-01-05", "1 BTC bought for 65,000 (lot 4.0)", vec![bought("1", "65000.00", "0")])
            .and("2026-01-06", "1 BTC bought for 80,000 (lot 5.0)", vec![bought("1", "80000.00", "0")])
            .and("2026-01-07", "1 BTC bought for 61,000 (lot 6.0)", vec![bought("1", "61000.00", "0")])
            .and("2026-01-08", "1 BTC bought for 70,000 (lot 7.0)", vec![bought("1", "70000.00", "0")]);
        let lots = json!({"lots": [{"lot": "6.0", "units": "0.25"}, {"lot": "5.0", "units": "0.75"}]});
        given(ledger).when(SELL, with(sold("1", "75000.00", "0"), lots)).posts(expect![[r#"
            fifo: Coins sold
              Dr 1010 Cash [bank]                                              75,000.00
                 Cr 1210 Bitcoin, operating [cold]                                           65,000.00      1.00000000 BTC
                 Cr 4510 Gains and losses on bitcoin                                         10,000.00
            lifo: Coins sold
              Dr 1010 Cash [bank]                                              75,000.00
                 Cr 1210 Bitcoin, operating [cold]                                           70,000.00      1.00000000 BTC
                 Cr 4510 Gains and losses on bitcoin                                          5,000.00
            hifo: Coins sold
              Dr 1010 Cash [bank]                                              75,000.00
                 Cr 1210 Bitcoin, operating [cold]                                           80,000.00      1.00000000 BTC
              Dr 4510 Gains and losses on bitcoin                               5,000.00
            lofo: Coins sold
              Dr 1010 Cash [bank]                                              75,000.00
                 Cr 1210 Bitcoin, operating [cold]                                           61,000.00      1.00000000 BTC
                 Cr 4510 Gains and losses on bitcoin                                         14,000.00
            specific: Coins sold
              Dr 1010 Cash [bank]                                              75,000.00
                 Cr 1210 Bitcoin, operating [cold]                                           75,250.00      1.00000000 BTC
              Dr 4510 Gains and losses on bitcoin                                 250.00
        "#]])
    }

    fn where_lots_are_named_for_us_tax_and_nobody_named_any_the_oldest_leaves() {
        given(three_lots()).when(SELL, sold("1", "75000.00", "0")).posts(expect![[r#"
            tax: Coins sold
              Dr 1010 Cash [bank]                                              75,000.00
                 Cr 1210 Bitcoin, operating [cold]                                           60,000.00      1.00000000 BTC
                 Cr 4510 Gains and losses on bitcoin                                         15,000.00
        "#]])
    }

    fn where_the_sale_names_no_lots_what_was_instructed_before_leaves() {
        let dearest = json!({"standing": true, "method": "hifo"});
        let ledger = three_lots().and(
            "2026-01-20",
            "the dearest are to be sold, until further notice",
            vec![instructed("2026-01-20T10:00:00Z", dearest)],
        );
        given(ledger).when(SELL, sold("1", "75000.00", "0")).posts(expect![[r#"
            tax: Coins sold
              Dr 1010 Cash [bank]                                              75,000.00
                 Cr 1210 Bitcoin, operating [cold]                                           80,000.00      1.00000000 BTC
              Dr 4510 Gains and losses on bitcoin                               5,000.00
        "#]])
    }

    fn the_dearest_and_the_cheapest_lot_are_told_by_the_price_without_fee() {
        let by = |method: &str| json!({"measurement": "cost", "lots": {"method": method}});
        let ledger = under(&[("hifo", by("hifo")), ("lofo", by("lofo"))]);
        let ledger = ledger
            .and(
                "2026-01-05",
                "1 BTC bought for 60,000 and a fee of 500",
                vec![bought("1", "60000.00", "500.00")],
            )
            .and("2026-01-06", "2 BTC bought for 120,400", vec![bought("2", "120400.00", "0")]);
        given(ledger).when(SELL, sold("1", "70000.00", "0")).posts(expect![[r#"
            hifo: Coins sold
              Dr 1010 Cash [bank]                                              70,000.00
                 Cr 1210 Bitcoin, operating [cold]                                           60,200.00      1.00000000 BTC
                 Cr 4510 Gains and losses on bitcoin                                          9,800.00
            lofo: Coins sold
              Dr 1010 Cash [bank]                                              70,000.00
                 Cr 1210 Bitcoin, operating [cold]                                           60,500.00      1.00000000 BTC
                 Cr 4510 Gains and losses on bitcoin                                          9,500.00
        "#]])
    }

    fn lots_before_and_after_a_mark_leave_at_their_own_carrying_amounts() {
        let ledger = under(&[
            ("remeasured", json!({})),
            ("last-mark", json!({"disposal_carrying": "last_mark"})),
            ("at-cost", json!({"measurement": "cost"})),
        ]);
        let ledger = ledger
            .and(BUY, "1 BTC bought for 60,000", vec![bought("1", "60000.00", "0")])
            .and("2026-01-31", "marked at 65,000", vec![marked("65000")])
            .and("2026-02-05", "1 BTC bought for 66,000", vec![bought("1", "66000.00", "0")]);
        given(ledger).when(SELL, sold("1.5", "105000.00", "0")).posts(expect![[r#"
            remeasured: Coins remeasured to the price of the sale, and sold
              Dr 1210 Bitcoin, operating [cold]                                 7,000.00
                 Cr 4510 Gains and losses on bitcoin                                          7,000.00
              Dr 1010 Cash [bank]                                             105,000.00
                 Cr 1210 Bitcoin, operating [cold]                                          105,000.00      1.50000000 BTC
            last-mark: Coins sold
              Dr 1010 Cash [bank]                                             105,000.00
                 Cr 1210 Bitcoin, operating [cold]                                           98,000.00      1.50000000 BTC
                 Cr 4510 Gains and losses on bitcoin                                          7,000.00
            at-cost: Coins sold
              Dr 1010 Cash [bank]                                             105,000.00
                 Cr 1210 Bitcoin, operating [cold]                                           93,000.00      1.50000000 BTC
                 Cr 4510 Gains and losses on bitcoin                                         12,000.00
        "#]])
    }

    fn operating_coins_of_a_wallet_are_sold_before_its_strategic_coins() {
        let ledger = standard()
            .and(BUY, "2 BTC bought for 120,000", vec![bought("2", "120000.00", "0")])
            .and("2026-01-06", "1 of them designated strategic", vec![designated("1", "strategic")]);
        given(ledger).when(SELL, sold("1.5", "105000.00", "0")).posts(expect![[r#"
            us-gaap: Coins remeasured to the price of the sale, and sold
              Dr 1210 Bitcoin, operating [cold]                                10,000.00
              Dr 1211 Bitcoin, strategic [cold]                                 5,000.00
                 Cr 4510 Gains and losses on bitcoin                                         15,000.00
              Dr 1010 Cash [bank]                                             105,000.00
                 Cr 1210 Bitcoin, operating [cold]                                           70,000.00      1.00000000 BTC
                 Cr 1211 Bitcoin, strategic [cold]                                           35,000.00      0.50000000 BTC
            tax: Coins sold
              Dr 1010 Cash [bank]                                             105,000.00
                 Cr 1210 Bitcoin, operating [cold]                                           60,000.00      1.00000000 BTC
                 Cr 1211 Bitcoin, strategic [cold]                                           30,000.00      0.50000000 BTC
                 Cr 4510 Gains and losses on bitcoin                                         15,000.00
        "#]])
    }

    fn proceeds_in_a_stablecoin_are_worth_what_it_is_worth() {
        let ledger = one_at_60_030().and(
            "2026-02-15T00:00:00Z",
            "USDT at 0.999",
            vec![observed("USDT", "0.999", "2026-02-15T00:00:00Z")],
        );
        let sale = with(
            sold("1", "0", "0"),
            json!({"proceeds": usdt("70000"), "fee": usdt("70"), "to": wallet("usdt")}),
        );
        given(ledger).when(SELL, sale).posts(expect![[r#"
            us-gaap: Coins remeasured to the price of the sale, and sold
              Dr 1210 Bitcoin, operating [cold]                                 9,900.00
                 Cr 4510 Gains and losses on bitcoin                                          9,900.00
              Dr 1110 Stablecoins [usdt]                                       69,860.07                 69930.000000 USDT
              Dr 6510 Trading fees                                                 69.93
                 Cr 1210 Bitcoin, operating [cold]                                           69,930.00      1.00000000 BTC
            tax: Coins sold
              Dr 1110 Stablecoins [usdt]                                       69,860.07                 69930.000000 USDT
              Dr 6510 Trading fees                                                 69.93
                 Cr 1210 Bitcoin, operating [cold]                                           60,030.00      1.00000000 BTC
                 Cr 4510 Gains and losses on bitcoin                                          9,900.00
        "#]])
    }

    fn collateral_whose_control_passed_is_sold_out_of_the_claim() {
        given(pledged_two("passed", standard())).when(SELL, sold_by_lender()).posts(expect![[r#"
            us-gaap: Collateral sold; the claim on the lender falls
              Dr 1010 Cash [bank]                                              61,960.00
              Dr 6510 Trading fees                                                 40.00
                 Cr 1240 Receivable for bitcoin collateral [f]                               65,000.00      1.00000000 BTC
              Dr 4520 Gains and losses on collateral receivable                 3,000.00
            tax: Coins sold
              Dr 1010 Cash [bank]                                              61,960.00
              Dr 6510 Trading fees                                                 40.00
                 Cr 1220 Bitcoin pledged, control kept [f]                                   60,000.00      1.00000000 BTC
                 Cr 4510 Gains and losses on bitcoin                                          2,000.00
        "#]])
    }

    fn a_fee_that_reduces_proceeds_lowers_the_result_on_the_claim() {
        let ledger = under(&[("net-of-fee", json!({"sale_fee": "reduces_proceeds"}))]);
        given(pledged_two("passed", ledger)).when(SELL, sold_by_lender()).posts(expect![[r#"
            net-of-fee: Collateral sold; the claim on the lender falls
              Dr 1010 Cash [bank]                                              61,960.00
                 Cr 1240 Receivable for bitcoin collateral [f]                               65,000.00      1.00000000 BTC
              Dr 4520 Gains and losses on collateral receivable                 3,040.00
        "#]])
    }

    fn collateral_whose_control_was_kept_is_sold_as_our_own() {
        given(pledged_two("kept", standard())).when(SELL, sold_by_lender()).posts(expect![[r#"
            us-gaap: Coins remeasured to the price of the sale, and sold
              Dr 1220 Bitcoin pledged, control kept [f]                         2,000.00
                 Cr 4510 Gains and losses on bitcoin                                          2,000.00
              Dr 1010 Cash [bank]                                              61,960.00
              Dr 6510 Trading fees                                                 40.00
                 Cr 1220 Bitcoin pledged, control kept [f]                                   62,000.00      1.00000000 BTC
            tax: Coins sold
              Dr 1010 Cash [bank]                                              61,960.00
              Dr 6510 Trading fees                                                 40.00
                 Cr 1220 Bitcoin pledged, control kept [f]                                   60,000.00      1.00000000 BTC
                 Cr 4510 Gains and losses on bitcoin                                          2,000.00
        "#]])
    }
}
