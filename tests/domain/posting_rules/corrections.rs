//! Entries reversed: the mirror of what they posted, and what is carried otherwise by then.

use expect_test::expect;
use serde_json::{Value, json};

use super::in_kind::{accepted, spent};
use super::json::*;
use super::ledger::{Ledger, standard};
use super::rule::given;
use super::rules;

const DAY: &str = "2026-02-10";

pub(crate) fn reversed(entry: u64) -> Value {
    json!({"type": "entry_reversed", "entry": entry, "reason": "recorded twice"})
}

/// Entry 4 buys a coin for 60,000 and a fee of 30.
fn bought_one() -> Ledger {
    standard().and("2026-01-05", "entry 4: 1 BTC bought for 60,030", vec![bought("1", "60000.00", "30.00")])
}

fn borrowed_one() -> Ledger {
    let borrowed = accepted("1", "68000.00", "borrowed", json!({}));
    standard().and("2026-01-05", "entry 4: 1 BTC borrowed at 68,000", vec![borrowed])
}

rules! {
    fn a_purchase_reversed_is_as_if_it_had_not_been() {
        given(bought_one()).when(DAY, reversed(4)).posts(expect![[r#"
            us-gaap, tax: Reversal of entry 4
              Dr 1010 Cash [bank]                                              60,030.00
                 Cr 1210 Bitcoin, operating [cold]                                           60,030.00      1.00000000 BTC
        "#]])
    }

    fn coins_that_a_reversed_purchase_brought_leave_at_what_they_are_carried_at_now() {
        let ledger = bought_one()
            .and("2026-01-06", "2 BTC bought for 120,000", vec![bought("2", "120000.00", "0")])
            .and("2026-01-31", "marked at 65,000", vec![marked("65000.00")]);
        given(ledger).when(DAY, reversed(4)).posts(expect![[r#"
            us-gaap: Reversal of entry 4
              Dr 1010 Cash [bank]                                              60,030.00
                 Cr 1210 Bitcoin, operating [cold]                                           60,030.00      1.00000000 BTC
                 Cr 1210 Bitcoin, operating [cold]                                            4,970.00
              Dr 4510 Gains and losses on bitcoin                               4,970.00
            tax: Reversal of entry 4
              Dr 1010 Cash [bank]                                              60,030.00
                 Cr 1210 Bitcoin, operating [cold]                                           60,030.00      1.00000000 BTC
        "#]])
    }

    fn coins_that_a_reversed_sale_took_come_back_at_what_they_left_with() {
        let ledger = bought_one()
            .and("2026-01-31", "marked at 65,000", vec![marked("65000.00")])
            .and("2026-02-01", "entry 6: 0.4 BTC sold for 27,000", vec![sold("0.4", "27000.00", "10.00")])
            .and("2026-02-05", "marked at 70,000", vec![marked("70000.00")]);
        given(ledger).when(DAY, reversed(6)).posts(expect![[r#"
            us-gaap: Reversal of entry 6
              Dr 1210 Bitcoin, operating [cold]                                27,000.00                    0.40000000 BTC
                 Cr 6510 Trading fees                                                            10.00
                 Cr 1010 Cash [bank]                                                         26,990.00
              Dr 4510 Gains and losses on bitcoin                               1,000.00
                 Cr 1210 Bitcoin, operating [cold]                                            1,000.00
            tax: Reversal of entry 6
              Dr 4510 Gains and losses on bitcoin                               2,988.00
              Dr 1210 Bitcoin, operating [cold]                                24,012.00                    0.40000000 BTC
                 Cr 6510 Trading fees                                                            10.00
                 Cr 1010 Cash [bank]                                                         26,990.00
        "#]])
    }

    fn a_pledge_reversed_takes_the_claim_on_the_lender_away_at_its_present_amount() {
        let ledger = bought_one()
            .and("2026-01-10", "a facility opened", vec![lent("revolver", "passed")])
            .and("2026-01-11", "entry 6: 0.5 BTC pledged at 61,000", vec![pledged("0.5", "61000")])
            .and("2026-01-31", "marked at 65,000", vec![marked("65000.00")]);
        given(ledger).when(DAY, reversed(6)).posts(expect![[r#"
            us-gaap: Reversal of entry 6
              Dr 4510 Gains and losses on bitcoin                                 485.00
              Dr 1210 Bitcoin, operating [cold]                                30,015.00                    0.50000000 BTC
                 Cr 1240 Receivable for bitcoin collateral [f]                               30,500.00      0.50000000 BTC
                 Cr 1240 Receivable for bitcoin collateral [f]                                2,000.00
              Dr 4520 Gains and losses on collateral receivable                 2,000.00
            tax: Reversal of entry 6
              Dr 1210 Bitcoin, operating [cold]                                30,015.00                    0.50000000 BTC
                 Cr 1220 Bitcoin pledged, control kept [f]                                   30,015.00      0.50000000 BTC
        "#]])
    }

    fn a_draw_reversed_gives_the_capacity_back() {
        let ledger = standard()
            .and("2026-01-10", "a facility opened", vec![lent("revolver", "kept")])
            .and("2026-01-11", "entry 5: 100,000 drawn for a fee of 500", vec![drawn("100000.00", "500.00")]);
        given(ledger).when(DAY, reversed(5)).posts(expect![[r#"
            us-gaap, tax: Reversal of entry 5
                 Cr 9019 Undrawn facilities, contra [f]                                     100,000.00
              Dr 9010 Undrawn facilities [f]                                  100,000.00
              Dr 2310 Loan principal [f]                                      100,000.00
                 Cr 2319 Unamortised issue cost [f]                                             500.00
                 Cr 1010 Cash [bank]                                                         99,500.00
        "#]])
    }

    fn an_accrual_is_reversed_on_its_own_day_if_the_day_is_stated() {
        let ledger = standard()
            .and("2026-01-10", "a facility opened", vec![lent("revolver", "kept")])
            .and("2026-01-11", "100,000 drawn", vec![drawn("100000.00", "0")])
            .and("2026-01-31", "entry 6: interest accrued through 31 January", vec![accrued("2026-01-31")]);
        let stated = with(reversed(6), json!({"on": "2026-01-31"}));
        given(ledger).when("2026-01-31", stated).posts(expect![[r#"
            us-gaap, tax: Reversal of entry 6
              Dr 2320 Accrued interest [f]                                        444.44
                 Cr 6710 Interest [f]                                                           444.44
        "#]])
    }

    fn a_commitment_reversed_is_one_that_was_never_made() {
        let ledger = standard().and("2026-01-10", "entry 4: 100,000 committed", vec![committed("100000.00")]);
        given(ledger).when(DAY, reversed(4)).posts(expect![[r#"
            us-gaap, tax: Reversal of entry 4
              Dr 9119 Capital purchase obligations, contra [gpu]              100,000.00
                 Cr 9110 Capital purchase obligations [gpu]                                 100,000.00
        "#]])
    }

    fn a_close_posts_nothing() {
        let close = bought_one().and("2026-01-31", "marked at 65,000", vec![marked("65000.00")]);
        let event = close.close("2026-01-31");
        given(close).when("2026-01-31", event).posts(expect![[r#"
            us-gaap, tax: Period closed
              nothing
        "#]])
    }

    fn a_reopening_posts_nothing() {
        let closed = bought_one()
            .and("2026-01-31", "marked at 65,000", vec![marked("65000.00")])
            .and_closed("2026-01-31");
        let reopened = json!({"type": "period_reopened", "from": "2026-01-15", "reason": "an invoice came late"});
        given(closed).when(DAY, reopened).posts(expect![[r#"
            us-gaap, tax: Period reopened
              nothing
        "#]])
    }

    fn money_of_another_currency_goes_at_what_it_is_carried_at_now() {
        let ledger = standard()
            .and("2026-01-01", "USDT at 0.999", vec![observed("USDT", "0.999", "2026-01-01T00:00:00Z")])
            .and("2026-01-02", "entry 5: 100,000 USD turned into 100,100 USDT", vec![converted("100000.00", "100100")])
            .and("2026-01-03", "USDT at 1.001", vec![observed("USDT", "1.001", "2026-01-03T00:00:00Z")])
            .and("2026-01-04", "50,050 USD turned into 50,000 USDT", vec![converted("50050.00", "50000")]);
        given(ledger).when(DAY, reversed(5)).posts(expect![[r#"
            us-gaap, tax: Reversal of entry 5
                 Cr 4550 Stablecoin, exchange and settlement differences                          0.10
              Dr 1010 Cash [bank]                                             100,000.00
                 Cr 1110 Stablecoins [usdt]                                                  99,999.90  100100.000000 USDT
                 Cr 1110 Stablecoins [usdt]                                                      66.69
              Dr 4550 Stablecoin, exchange and settlement differences              66.69
        "#]])
    }

    fn coins_borrowed_and_marked_since_are_owed_to_nobody_once_that_is_reversed() {
        let ledger = borrowed_one().and("2026-01-06", "marked at 70,000", vec![marked("70000.00")]);
        given(ledger).when(DAY, reversed(4)).posts(expect![[r#"
            us-gaap: Reversal of entry 4
              Dr 2330 Obligation to return coins [vendor]                      68,000.00                    1.00000000 BTC
                 Cr 1210 Bitcoin, operating [cold]                                           68,000.00      1.00000000 BTC
                 Cr 1210 Bitcoin, operating [cold]                                            2,000.00
              Dr 4510 Gains and losses on bitcoin                               2,000.00
              Dr 2330 Obligation to return coins [vendor]                       2,000.00
                 Cr 4530 Gains and losses on derivatives                                      2,000.00
            tax: Reversal of entry 4
              Dr 2330 Obligation to return coins [vendor]                      68,000.00                    1.00000000 BTC
                 Cr 1210 Bitcoin, operating [cold]                                           68,000.00      1.00000000 BTC
        "#]])
    }

    fn part_of_borrowed_coins_that_was_given_back_is_owed_again_at_what_it_was_owed_at() {
        let ledger = borrowed_one()
            .and("2026-01-06", "entry 5: 0.4 BTC given back", vec![spent("0.4", "30000.00", "borrowed", json!({"party": "vendor"}))])
            .and("2026-01-07", "marked at 70,000", vec![marked("70000.00")]);
        given(ledger).when(DAY, reversed(5)).posts(expect![[r#"
            us-gaap: Reversal of entry 5
                 Cr 4530 Gains and losses on derivatives [vendor]                             2,800.00
              Dr 1210 Bitcoin, operating [cold]                                30,000.00                    0.40000000 BTC
                 Cr 2330 Obligation to return coins [vendor]                                 27,200.00      0.40000000 BTC
              Dr 4510 Gains and losses on bitcoin                               2,800.00
                 Cr 1210 Bitcoin, operating [cold]                                            2,800.00
            tax: Reversal of entry 5
                 Cr 4530 Gains and losses on derivatives [vendor]                             2,800.00
              Dr 4510 Gains and losses on bitcoin                               2,800.00
              Dr 1210 Bitcoin, operating [cold]                                27,200.00                    0.40000000 BTC
                 Cr 2330 Obligation to return coins [vendor]                                 27,200.00      0.40000000 BTC
        "#]])
    }

    fn all_borrowed_coins_that_were_given_back_are_owed_again() {
        let ledger = borrowed_one()
            .and("2026-01-06", "entry 5: 1 BTC given back", vec![spent("1", "70000.00", "borrowed", json!({"party": "vendor"}))]);
        given(ledger).when(DAY, reversed(5)).posts(expect![[r#"
            us-gaap: Reversal of entry 5
                 Cr 4530 Gains and losses on derivatives [vendor]                             2,000.00
              Dr 1210 Bitcoin, operating [cold]                                70,000.00                    1.00000000 BTC
                 Cr 2330 Obligation to return coins [vendor]                                 68,000.00      1.00000000 BTC
              Dr 4510 Gains and losses on bitcoin                               2,000.00
                 Cr 1210 Bitcoin, operating [cold]                                            2,000.00
            tax: Reversal of entry 5
                 Cr 4530 Gains and losses on derivatives [vendor]                             2,000.00
              Dr 4510 Gains and losses on bitcoin                               2,000.00
              Dr 1210 Bitcoin, operating [cold]                                68,000.00                    1.00000000 BTC
                 Cr 2330 Obligation to return coins [vendor]                                 68,000.00      1.00000000 BTC
        "#]])
    }
}
