//! A stablecoin as a crypto asset: every receipt is a lot, every payment takes lots, marks are those of coins.

use expect_test::expect;
use serde_json::{Value, json};

use super::json::*;
use super::ledger::{Ledger, under};
use super::rule::given;
use super::rules;

const DAY: &str = "2026-02-01";

fn crypto(more: Value) -> Value {
    with(json!({"stablecoin": [{"commodity": "USDT", "treatment": "crypto"}]}), more)
}

/// The treatment beside another, under every model.
fn books() -> Ledger {
    under(&[
        ("financial-asset", json!({})),
        ("crypto", crypto(json!({}))),
        ("crypto-lifo", crypto(json!({"lots": {"method": "lifo"}}))),
        ("crypto-at-cost", crypto(json!({"measurement": "cost"}))),
        ("crypto-impaired", crypto(json!({"measurement": "cost_less_impairment"}))),
        ("crypto-revalued", crypto(json!({"measurement": "revaluation"}))),
    ])
}

fn usdt_at(price: &str, day: &str) -> Vec<Value> {
    vec![observed("USDT", price, &format!("{day}T00:00:00Z"))]
}

/// 100,000 USDT of 1 January at 0.999, 50,000 of 2 January at 1.002: lots of 99,900 and 50,100.
fn two_lots() -> Ledger {
    books()
        .and("2026-01-01", "USDT at 0.999", usdt_at("0.999", "2026-01-01"))
        .and("2026-01-01", "99,900 USD turned into 100,000 USDT", vec![converted("99900.00", "100000")])
        .and("2026-01-02", "USDT at 1.002", usdt_at("1.002", "2026-01-02"))
        .and("2026-01-02", "50,100 USD turned into 50,000 USDT", vec![converted("50100.00", "50000")])
}

fn paid(amount: &str) -> Value {
    json!({"type": "cash_paid", "wallet": "usdt", "amount": usdt(amount), "category": "supplier"})
}

/// The coin in `cold` sold for 64,000 USDT.
pub(crate) fn sold_for_usdt() -> Value {
    json!({"type": "coins_sold", "commodity": "BTC", "units": "1", "proceeds": usdt("64000"), "from": wallet("cold"),
        "to": wallet("usdt")})
}

rules! {
    // 10,000 at 0.999 are 9,990; that 10,000 were paid for them is a difference, not their cost.
    fn a_stablecoin_in_lots_comes_in_as_a_lot_at_its_price() {
        let ledger = books().and("2026-01-31", "USDT at 0.999", usdt_at("0.999", "2026-01-31"));
        given(ledger).when(DAY, converted("10000.00", "10000")).posts(expect![[r#"
            financial-asset, crypto, crypto-lifo, crypto-at-cost, crypto-impaired, crypto-revalued: Currency converted
              Dr 1110 Stablecoins [usdt]                                        9,990.00                 10000.000000 USDT
                 Cr 1010 Cash [bank]                                                         10,000.00
              Dr 4550 Stablecoin, exchange and settlement differences              10.00
        "#]])
    }

    // 150,000 at 0.998 are 149,700. Carried at 150,000: the lots of 99,900 and 50,100, of which 99,800 and 49,900 are left.
    // Written down, the first by 100 and the second by 200; revalued, neither beyond its cost, so that all is income.
    fn a_mark_of_a_stablecoin_in_lots_is_one_of_coins() {
        given(two_lots()).when("2026-01-31", json!({"type": "fair_value_marked", "commodity": "USDT", "price": "0.998"}))
            .posts(expect![[r#"
                financial-asset: Coins remeasured to fair value
                     Cr 1110 Stablecoins [usdt]                                                     300.00
                  Dr 4550 Stablecoin, exchange and settlement differences             300.00
                crypto, crypto-lifo: Coins remeasured to fair value
                     Cr 1110 Stablecoins [usdt]                                                     300.00
                  Dr 4510 Gains and losses on bitcoin                                 300.00
                crypto-at-cost: Coins remeasured to fair value
                  nothing
                crypto-impaired: Coins tested for impairment
                     Cr 1110 Stablecoins [usdt]                                                     300.00
                  Dr 6120 Impairment                                                  300.00
                crypto-revalued: Coins revalued
                     Cr 1110 Stablecoins [usdt]                                                     300.00
                  Dr 4510 Gains and losses on bitcoin                                 300.00
            "#]])
    }

    // 120,000 are worth 120,240 at 1.002 and settle 120,000. A financial asset leaves at its part of 150,000: 120,000. By FIFO
    // the lots were carried at 99,900 + 20,040 = 119,940, by LIFO at 50,100 + 69,930 = 120,030.
    fn a_payment_in_a_stablecoin_in_lots_takes_them_by_the_method_of_the_book() {
        given(two_lots()).when("2026-01-03", paid("120000")).posts(expect![[r#"
            financial-asset: Money paid
              Dr 2010 Payables                                                120,000.00
                 Cr 1110 Stablecoins [usdt]                                                 120,000.00  120000.000000 USDT
            crypto, crypto-at-cost, crypto-impaired, crypto-revalued: Money paid
              Dr 2010 Payables                                                120,000.00
                 Cr 1110 Stablecoins [usdt]                                                 120,240.00  120000.000000 USDT
              Dr 4550 Stablecoin, exchange and settlement differences             240.00
              Dr 1110 Stablecoins [usdt]                                          300.00
                 Cr 4510 Gains and losses on bitcoin                                            300.00
            crypto-lifo: Money paid
              Dr 2010 Payables                                                120,000.00
                 Cr 1110 Stablecoins [usdt]                                                 120,240.00  120000.000000 USDT
              Dr 4550 Stablecoin, exchange and settlement differences             240.00
              Dr 1110 Stablecoins [usdt]                                          210.00
                 Cr 4510 Gains and losses on bitcoin                                            210.00
        "#]])
    }

    // 0.5 BTC bought for 30,000 USDT at 0.999, 29,970: their cost is what was given for them, at its price.
    fn coins_bought_with_a_stablecoin_in_lots_cost_what_it_is_worth() {
        let bought = json!({"type": "coins_bought", "to": wallet("cold"), "commodity": "BTC", "units": "0.5",
            "paid": usdt("30000"), "from": wallet("usdt")});
        let ledger = two_lots().and("2026-01-03", "USDT at 0.999", usdt_at("0.999", "2026-01-03"));
        given(ledger).when(DAY, bought).posts(expect![[r#"
            financial-asset: Coins bought
              Dr 1210 Bitcoin, operating [cold]                                29,970.00                    0.50000000 BTC
                 Cr 1110 Stablecoins [usdt]                                                  30,000.00   30000.000000 USDT
              Dr 4550 Stablecoin, exchange and settlement differences              30.00
            crypto, crypto-at-cost, crypto-impaired, crypto-revalued: Coins bought
              Dr 1210 Bitcoin, operating [cold]                                29,970.00                    0.50000000 BTC
                 Cr 1110 Stablecoins [usdt]                                                  29,970.00   30000.000000 USDT
            crypto-lifo: Coins bought
              Dr 1210 Bitcoin, operating [cold]                                29,970.00                    0.50000000 BTC
                 Cr 1110 Stablecoins [usdt]                                                  29,970.00   30000.000000 USDT
                 Cr 1110 Stablecoins [usdt]                                                      90.00
              Dr 4510 Gains and losses on bitcoin                                  90.00
        "#]])
    }

    // The coins bring 64,000 x 1.001 = 64,064, and the USDT are a lot of that.
    fn coins_sold_for_a_stablecoin_in_lots_bring_a_lot() {
        let ledger = books()
            .and("2026-01-03", "1 BTC bought for 60,000", vec![bought("1", "60000.00", "0")])
            .and("2026-01-31", "USDT at 1.001", usdt_at("1.001", "2026-01-31"));
        given(ledger).when(DAY, sold_for_usdt()).posts(expect![[r#"
            financial-asset, crypto, crypto-lifo: Coins remeasured to the price of the sale, and sold
              Dr 1210 Bitcoin, operating [cold]                                 4,064.00
                 Cr 4510 Gains and losses on bitcoin                                          4,064.00
              Dr 1110 Stablecoins [usdt]                                       64,064.00                 64000.000000 USDT
                 Cr 1210 Bitcoin, operating [cold]                                           64,064.00      1.00000000 BTC
            crypto-at-cost, crypto-impaired, crypto-revalued: Coins sold
              Dr 1110 Stablecoins [usdt]                                       64,064.00                 64000.000000 USDT
                 Cr 1210 Bitcoin, operating [cold]                                           60,000.00      1.00000000 BTC
                 Cr 4510 Gains and losses on bitcoin                                          4,064.00
        "#]])
    }

    // The USDT of that sale, carried at 64,064, repay 60,000 of debt at 0.997: they leave at 60,000 / 64,000 of it, 60,060, and
    // are worth 59,820. In lots 240 are lost on coins and 180 gained in settlement; else the 60 are one difference.
    fn a_loan_repaid_out_of_coins_sold_for_a_stablecoin() {
        let ledger = books()
            .and("2026-01-03", "1 BTC bought for 60,000", vec![bought("1", "60000.00", "0")])
            .and("2026-01-04", "100,000 USD drawn", vec![lent("revolver", "kept"), drawn("100000.00", "0")])
            .and("2026-01-31", "USDT at 1.001", usdt_at("1.001", "2026-01-31"))
            .and("2026-01-31", "the coin sold for 64,000 USDT", vec![sold_for_usdt()])
            .and(DAY, "USDT at 0.997", usdt_at("0.997", DAY));
        let repaid = with(repaid("60000.00"), json!({"from": wallet("usdt")}));
        given(ledger).when(DAY, repaid).posts(expect![[r#"
            financial-asset: Loan repaid
              Dr 2310 Loan principal [f]                                       60,000.00
                 Cr 1110 Stablecoins [usdt]                                                  60,060.00   60000.000000 USDT
              Dr 4550 Stablecoin, exchange and settlement differences [f]          60.00
              Dr 9010 Undrawn facilities [f]                                   60,000.00
                 Cr 9019 Undrawn facilities, contra [f]                                      60,000.00
            crypto, crypto-lifo, crypto-at-cost, crypto-impaired, crypto-revalued: Loan repaid
              Dr 2310 Loan principal [f]                                       60,000.00
                 Cr 1110 Stablecoins [usdt]                                                  59,820.00   60000.000000 USDT
                 Cr 4550 Stablecoin, exchange and settlement differences [f]                      180.00
              Dr 9010 Undrawn facilities [f]                                   60,000.00
                 Cr 9019 Undrawn facilities, contra [f]                                      60,000.00
                 Cr 1110 Stablecoins [usdt]                                                     240.00
              Dr 4510 Gains and losses on bitcoin [f]                             240.00
        "#]])
    }

    // What was paid comes back as the lots that it was, at what they were carried at; the payable is there again.
    fn a_payment_in_a_stablecoin_in_lots_is_reversed_lot_by_lot() {
        let ledger = two_lots().and("2026-01-03", "120,000 USDT paid", vec![paid("120000")])
            .and("2026-01-04", "USDT marked at 0.998",
                vec![json!({"type": "fair_value_marked", "commodity": "USDT", "price": "0.998"})]);
        given(ledger).when("2026-01-05", json!({"type": "entry_reversed", "entry": 8, "reason": "paid twice"}))
            .posts(expect![[r#"
                financial-asset: Reversal of entry 8
                  Dr 1110 Stablecoins [usdt]                                      120,000.00                120000.000000 USDT
                     Cr 2010 Payables                                                           120,000.00
                crypto, crypto-at-cost, crypto-impaired, crypto-revalued: Reversal of entry 8
                  Dr 4510 Gains and losses on bitcoin                                 300.00
                     Cr 1110 Stablecoins [usdt]                                                     300.00
                     Cr 4550 Stablecoin, exchange and settlement differences                        240.00
                  Dr 1110 Stablecoins [usdt]                                      120,240.00                120000.000000 USDT
                     Cr 2010 Payables                                                           120,000.00
                crypto-lifo: Reversal of entry 8
                  Dr 4510 Gains and losses on bitcoin                                 210.00
                     Cr 1110 Stablecoins [usdt]                                                     210.00
                     Cr 4550 Stablecoin, exchange and settlement differences                        240.00
                  Dr 1110 Stablecoins [usdt]                                      120,240.00                120000.000000 USDT
                     Cr 2010 Payables                                                           120,000.00
            "#]])
    }

    fn an_opening_of_a_stablecoin_in_lots_is_a_lot_of_its_day() {
        let ledger = super::ledger::unfunded_under(&[("crypto", crypto(json!({})))]);
        let opening = json!({"type": "opening_recorded", "book": "crypto", "balances":
            [{"account": "1110", "debit": "99.95", "units": "100", "wallet": "usdt"}],
            "equity_not_analysed": "99.95"});
        given(ledger).when("2026-01-05", opening).posts(expect![[r#"
            crypto: Opening balances
              Dr 1110 Stablecoins [usdt]                                           99.95                   100.000000 USDT
                 Cr 3900 Equity not analysed at opening                                          99.95
        "#]])
    }
}
