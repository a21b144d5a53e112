//! Models of measurement beside fair value and cost, the change from one to another, and lots by average or out of one
//! pool.

use expect_test::expect;
use serde_json::{Value, json};

use super::json::*;
use super::ledger::{Ledger, under};
use super::rule::given;
use super::rules;

const DAY: &str = "2026-03-31";

fn impaired() -> Ledger {
    under(&[
        ("us-cost", json!({"measurement": "cost_less_impairment"})),
        ("ifrs-cost", json!({"measurement": "cost_less_impairment", "impairment_reversal": "to_cost"})),
        ("ifrs-revalued", json!({"measurement": "revaluation"})),
    ])
}

/// One coin at 50,000 and one at 70,000.
fn two_lots(ledger: Ledger) -> Ledger {
    ledger.and("2026-01-05", "1 BTC bought for 50,000", vec![bought("1", "50000.00", "0")]).and(
        "2026-01-06",
        "1 BTC bought for 70,000",
        vec![bought("1", "70000.00", "0")],
    )
}

fn adopted(book: &str, policy: Value, transition: &str) -> Value {
    json!({"type": "policy_adopted", "book": book, "from": DAY, "policy": policy, "transition": transition})
}

/// Two wallets of one pool; 1 BTC at 50,000 in `cold`, 1 at 70,000 in `hot`.
fn one_pool() -> Ledger {
    let books = [("pool", json!({"lots": {"method": "fifo", "scope": "entity"}})), ("by-wallet", json!({}))];
    under(&books)
        .and("2026-01-05", "1 BTC bought for 50,000 into cold", vec![bought("1", "50000.00", "0")])
        .and(
            "2026-01-06",
            "1 BTC bought for 70,000 into hot",
            vec![with(bought("1", "70000.00", "0"), json!({"to": wallet("hot")}))],
        )
}

/// The average of 2 at 10 and of what comes and goes after them.
fn averaged(steps: usize) -> Ledger {
    let ledger = under(&[("average", json!({"measurement": "cost", "lots": {"method": "average"}}))]);
    let all = [
        ("2026-01-01", "2 bought at 10", bought("2", "20.00", "0")),
        ("2026-01-02", "1 sold at 15", sold("1", "15.00", "0")),
        ("2026-01-03", "1 bought at 30", bought("1", "30.00", "0")),
        ("2026-01-04", "1.5 sold at 10", sold("1.5", "15.00", "0")),
        ("2026-01-05", "3 bought at 20", bought("3", "60.00", "0")),
        ("2026-01-06", "2 sold at 30", sold("2", "60.00", "0")),
    ];
    all.into_iter()
        .take(steps)
        .fold(ledger, |ledger, (day, words, event)| ledger.and(day, words, vec![event]))
}

/// The same 1,000 USDT, bought for 999, under every treatment.
fn tether() -> Ledger {
    let treated = |treatment: &str| json!({"stablecoin": [{"commodity": "USDT", "treatment": treatment, "memo": "policy paper 7"}]});
    under(&[
        ("asset", treated("financial_asset")),
        ("cash", treated("cash_equivalent")),
        ("cost", treated("cost_less_impairment")),
    ])
    .and("2026-01-01", "USDT at 0.999", vec![observed("USDT", "0.999", "2026-01-01T00:00:00Z")])
}

fn a_thousand() -> Ledger {
    tether().and("2026-01-05", "999.50 USD turned into 1,000 USDT", vec![converted("999.50", "1000")])
}

rules! {
    fn a_stablecoin_comes_in_at_its_price_or_as_cash_at_par() {
        given(tether()).when("2026-01-05", converted("999.50", "1000")).posts(expect![[r#"
            asset, cost: Currency converted
              Dr 1110 Stablecoins [usdt]                                          999.00                  1000.000000 USDT
                 Cr 1010 Cash [bank]                                                            999.50
              Dr 4550 Stablecoin, exchange and settlement differences               0.50
            cash: Currency converted
              Dr 1110 Stablecoins [usdt]                                        1,000.00                  1000.000000 USDT
                 Cr 1010 Cash [bank]                                                            999.50
                 Cr 4550 Stablecoin, exchange and settlement differences                          0.50
        "#]])
    }

    fn a_stablecoin_is_marked_as_what_it_is() {
        let mark = json!({"type": "fair_value_marked", "commodity": "USDT", "price": "0.98"});
        given(a_thousand()).when(DAY, mark).posts(expect![[r#"
            asset: Coins remeasured to fair value
                 Cr 1110 Stablecoins [usdt]                                                      19.00
              Dr 4550 Stablecoin, exchange and settlement differences              19.00
            cash: Coins remeasured to fair value
              nothing
            cost: Coins remeasured to fair value
                 Cr 1110 Stablecoins [usdt]                                                      19.00
              Dr 6120 Impairment                                                   19.00
        "#]])
    }

    fn a_stablecoin_worth_more_is_not_written_up_at_cost() {
        let mark = json!({"type": "fair_value_marked", "commodity": "USDT", "price": "1.002"});
        given(a_thousand()).when(DAY, mark).posts(expect![[r#"
            asset: Coins remeasured to fair value
              Dr 1110 Stablecoins [usdt]                                            3.00
                 Cr 4550 Stablecoin, exchange and settlement differences                          3.00
            cash, cost: Coins remeasured to fair value
              nothing
        "#]])
    }

    // At 60,000 the lot of 50,000 stays and the lot of 70,000 falls by 10,000; revalued, the one gives 10,000 to equity and the other takes 10,000 of income.
    fn a_lot_worth_less_is_written_down_and_a_lot_worth_more_is_not() {
        given(two_lots(impaired())).when(DAY, marked("60000")).posts(expect![[r#"
            us-cost, ifrs-cost: Coins tested for impairment
                 Cr 1210 Bitcoin, operating [cold]                                           10,000.00
              Dr 6120 Impairment                                               10,000.00
            ifrs-revalued: Coins revalued
                 Cr 3200 Accumulated other comprehensive income                              10,000.00
              Dr 4510 Gains and losses on bitcoin                              10,000.00
        "#]])
    }

    fn an_impairment_is_taken_back_up_to_cost_where_it_may_be() {
        given(two_lots(impaired()).and("2026-02-28", "marked at 60,000", vec![marked("60000")])).when(DAY, marked("80000")).posts(expect![[r#"
            us-cost: Coins tested for impairment
              nothing
            ifrs-cost: Coins tested for impairment
              Dr 1210 Bitcoin, operating [cold]                                10,000.00
                 Cr 6120 Impairment                                                          10,000.00
            ifrs-revalued: Coins revalued
              Dr 1210 Bitcoin, operating [cold]                                40,000.00
                 Cr 3200 Accumulated other comprehensive income                              30,000.00
                 Cr 4510 Gains and losses on bitcoin                                         10,000.00
        "#]])
    }

    // From 60,000 to 45,000: the surplus of 10,000 on the first lot, then 5,000 below its cost, and 15,000 more on the second.
    fn a_fall_takes_the_surplus_first() {
        given(two_lots(impaired()).and("2026-02-28", "marked at 60,000", vec![marked("60000")])).when(DAY, marked("45000")).posts(expect![[r#"
            us-cost, ifrs-cost: Coins tested for impairment
                 Cr 1210 Bitcoin, operating [cold]                                           20,000.00
              Dr 6120 Impairment                                               20,000.00
            ifrs-revalued: Coins revalued
                 Cr 1210 Bitcoin, operating [cold]                                           30,000.00
              Dr 3200 Accumulated other comprehensive income                   10,000.00
              Dr 4510 Gains and losses on bitcoin                              20,000.00
        "#]])
    }

    // Half of the oldest lot, carried at 60,000 and cost 50,000, is sold for 31,000.
    fn a_surplus_goes_to_retained_earnings_with_its_coins() {
        given(two_lots(impaired()).and("2026-02-28", "marked at 60,000", vec![marked("60000")])).when(DAY, sold("0.5", "31000.00", "0")).posts(expect![[r#"
            us-cost, ifrs-cost: Coins sold
              Dr 1010 Cash [bank]                                              31,000.00
                 Cr 1210 Bitcoin, operating [cold]                                           25,000.00      0.50000000 BTC
                 Cr 4510 Gains and losses on bitcoin                                          6,000.00
            ifrs-revalued: Coins sold
              Dr 1010 Cash [bank]                                              31,000.00
                 Cr 1210 Bitcoin, operating [cold]                                           30,000.00      0.50000000 BTC
                 Cr 4510 Gains and losses on bitcoin                                          1,000.00
              Dr 3200 Accumulated other comprehensive income                    5,000.00
                 Cr 3100 Retained earnings                                                    5,000.00
        "#]])
    }

    fn a_surplus_stays_with_coins_that_only_move() {
        given(two_lots(impaired()).and("2026-02-28", "marked at 60,000", vec![marked("60000")])).when(DAY, json!({"type": "coins_moved", "commodity": "BTC", "units": "1", "from": wallet("cold"), "to": wallet("hot")})).posts(expect![[r#"
            us-cost, ifrs-cost: Coins moved
              Dr 1210 Bitcoin, operating [hot]                                 50,000.00                    1.00000000 BTC
                 Cr 1210 Bitcoin, operating [cold]                                           50,000.00      1.00000000 BTC
            ifrs-revalued: Coins moved
              Dr 1210 Bitcoin, operating [hot]                                 60,000.00                    1.00000000 BTC
                 Cr 1210 Bitcoin, operating [cold]                                           60,000.00      1.00000000 BTC
        "#]])
    }

    // One lot written down to 60,000, one at cost of 50,000, the price 65,000: 15,000 and 5,000.
    fn going_over_to_fair_value_remeasures_against_retained_earnings() {
        given(two_lots(impaired()).and("2026-02-28", "marked at 60,000", vec![marked("60000")]).and("2026-03-31", "BTC at 65,000", vec![observed("BTC", "65000", "2026-03-31T00:00:00Z")])).when(DAY, adopted("us-cost", json!({"measurement": "fair_value"}), "cumulative_effect")).posts(expect![[r#"
            us-cost: Policy adopted
              Dr 1210 Bitcoin, operating [cold]                                20,000.00
                 Cr 3100 Retained earnings                                                   20,000.00
            ifrs-cost, ifrs-revalued: Policy adopted
              nothing
        "#]])
    }

    fn revaluation_begins_with_its_first_mark() {
        given(two_lots(impaired()).and(DAY, "revaluation adopted", vec![adopted("ifrs-cost", json!({"measurement": "revaluation"}), "prospective")])).when(DAY, marked("80000")).posts(expect![[r#"
            us-cost: Coins tested for impairment
              nothing
            ifrs-cost, ifrs-revalued: Coins revalued
              Dr 1210 Bitcoin, operating [cold]                                40,000.00
                 Cr 3200 Accumulated other comprehensive income                              40,000.00
        "#]])
    }

    fn out_of_one_pool_the_oldest_coin_of_any_wallet_goes() {
        given(one_pool()).when(DAY, with(sold("1", "80000.00", "0"), json!({"from": wallet("hot")}))).posts(expect![[r#"
            pool: Coins remeasured to the price of the sale, and sold
              Dr 1210 Bitcoin, operating                                       30,000.00
                 Cr 4510 Gains and losses on bitcoin                                         30,000.00
              Dr 1010 Cash [bank]                                              80,000.00
                 Cr 1210 Bitcoin, operating                                                  80,000.00      1.00000000 BTC
            by-wallet: Coins remeasured to the price of the sale, and sold
              Dr 1210 Bitcoin, operating [hot]                                 10,000.00
                 Cr 4510 Gains and losses on bitcoin                                         10,000.00
              Dr 1010 Cash [bank]                                              80,000.00
                 Cr 1210 Bitcoin, operating [hot]                                            80,000.00      1.00000000 BTC
        "#]])
    }

    fn within_one_pool_nothing_moves_but_the_networks_fee() {
        given(one_pool()).when(DAY, json!({"type": "coins_moved", "commodity": "BTC", "units": "0.5", "network_fee_units": "0.001", "price": "80000", "from": wallet("hot"), "to": wallet("cold")})).posts(expect![[r#"
            pool: Coins moved
              Dr 6520 Network fees                                                 80.00
                 Cr 1210 Bitcoin, operating                                                      50.00      0.00100000 BTC
                 Cr 4510 Gains and losses on bitcoin                                             30.00
            by-wallet: Coins moved
              Dr 1210 Bitcoin, operating [cold]                                35,000.00                    0.50000000 BTC
              Dr 6520 Network fees                                                 80.00
                 Cr 1210 Bitcoin, operating [hot]                                            35,070.00      0.50100000 BTC
                 Cr 4510 Gains and losses on bitcoin                                             10.00
        "#]])
    }

    fn coins_pledged_leave_the_pool() {
        given(one_pool().and(DAY, "a facility, control kept", vec![lent("revolver", "kept")])).when(DAY, with(pledged("1", "80000"), json!({"from": wallet("hot")}))).posts(expect![[r#"
            pool: Coins pledged, still ours
              Dr 1220 Bitcoin pledged, control kept [f]                        50,000.00                    1.00000000 BTC
                 Cr 1210 Bitcoin, operating                                                  50,000.00      1.00000000 BTC
            by-wallet: Coins pledged, still ours
              Dr 1220 Bitcoin pledged, control kept [f]                        70,000.00                    1.00000000 BTC
                 Cr 1210 Bitcoin, operating [hot]                                            70,000.00      1.00000000 BTC
        "#]])
    }

    fn by_average_the_first_sale_gains_five() {
        given(averaged(1)).when("2026-01-02", sold("1", "15.00", "0")).posts(expect![[r#"
            average: Coins sold
              Dr 1010 Cash [bank]                                                  15.00
                 Cr 1210 Bitcoin, operating [cold]                                               10.00      1.00000000 BTC
                 Cr 4510 Gains and losses on bitcoin                                              5.00
        "#]])
    }

    fn by_average_the_second_sale_loses_fifteen() {
        given(averaged(3)).when("2026-01-04", sold("1.5", "15.00", "0")).posts(expect![[r#"
            average: Coins sold
              Dr 1010 Cash [bank]                                                  15.00
                 Cr 1210 Bitcoin, operating [cold]                                               30.00      1.50000000 BTC
              Dr 4510 Gains and losses on bitcoin                                  15.00
        "#]])
    }

    fn by_average_the_third_sale_gains_twenty() {
        given(averaged(5)).when("2026-01-06", sold("2", "60.00", "0")).posts(expect![[r#"
            average: Coins sold
              Dr 1010 Cash [bank]                                                  60.00
                 Cr 1210 Bitcoin, operating [cold]                                               40.00      2.00000000 BTC
                 Cr 4510 Gains and losses on bitcoin                                             20.00
        "#]])
    }

    fn by_average_the_last_sale_loses_fifteen() {
        given(averaged(6)).when("2026-01-07", sold("1.5", "15.00", "0")).posts(expect![[r#"
            average: Coins sold
              Dr 1010 Cash [bank]                                                  15.00
                 Cr 1210 Bitcoin, operating [cold]                                               30.00      1.50000000 BTC
              Dr 4510 Gains and losses on bitcoin                                  15.00
        "#]])
    }
}
