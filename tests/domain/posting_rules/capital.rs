//! Commitments and deposits, operating costs, shares.

use expect_test::expect;
use serde_json::{Value, json};

use super::json::*;
use super::ledger::{Ledger, standard};
use super::rule::given;
use super::rules;

const DAY: &str = "2026-02-27";

fn with_usdt() -> Ledger {
    standard()
        .and("2026-01-01", "USDT at 0.999", vec![observed("USDT", "0.999", "2026-01-01T00:00:00Z")])
        .and("2026-01-02", "99,900 USD turned into 100,000 USDT", vec![converted("99900.00", "100000")])
        .and("2026-02-27", "USDT at 1", vec![observed("USDT", "1", "2026-02-27T00:00:00Z")])
}

fn cost(segment: &str, category: &str, settles: &str, amount: Value) -> Value {
    json!({"type": "operating_cost_recorded", "segment": segment, "category": category, "settles": settles,
        "amount": amount})
}

fn issued(more: Value) -> Value {
    with(json!({"type": "shares_issued", "to": wallet("bank")}), more)
}

rules! {
    fn a_signed_order_is_off_the_balance_sheet() {
        given(standard()).when(DAY, committed("500000.00")).posts(expect![[r#"
            us-gaap, tax: Capital committed
              Dr 9110 Capital purchase obligations [gpu]                      500,000.00
                 Cr 9119 Capital purchase obligations, contra [gpu]                         500,000.00
        "#]])
    }

    fn a_deposit_is_an_asset_and_lowers_what_is_committed() {
        let ledger = standard().and(DAY, "500,000 committed", vec![committed("500000.00")]);
        let deposit = json!({"type": "deposit_paid", "commitment": "gpu", "amount": usd("100000.00"), "from": wallet("bank")});
        given(ledger).when(DAY, deposit).posts(expect![[r#"
            us-gaap, tax: Deposit paid on equipment
              Dr 1530 Deposits on equipment [gpu]                             100,000.00
                 Cr 1010 Cash [bank]                                                        100,000.00
                 Cr 9110 Capital purchase obligations [gpu]                                 100,000.00
              Dr 9119 Capital purchase obligations, contra [gpu]              100,000.00
        "#]])
    }

    fn a_deposit_in_a_stablecoin_is_worth_its_price() {
        let ledger = with_usdt().and(
            DAY,
            "50,000 USDT committed",
            vec![with(committed("0"), json!({"amount": usdt("50000")}))],
        );
        let deposit = json!({"type": "deposit_paid", "commitment": "gpu", "amount": usdt("20000"), "from": wallet("usdt")});
        given(ledger).when(DAY, deposit).posts(expect![[r#"
            us-gaap, tax: Deposit paid on equipment
              Dr 1530 Deposits on equipment [gpu]                              20,000.00
                 Cr 1110 Stablecoins [usdt]                                                  19,980.00   20000.000000 USDT
                 Cr 4550 Stablecoin, exchange and settlement differences [gpu]                       20.00
                 Cr 9110 Capital purchase obligations [gpu]                                  20,000.00
              Dr 9119 Capital purchase obligations, contra [gpu]               20,000.00
        "#]])
    }

    fn operating_costs_by_form_of_settlement_and_category() {
        let costs = vec![
            with(cost("mining", "power", "cash", usd("50000.00")), json!({"from": wallet("bank")})),
            with(
                cost("mining", "hosting", "payable", usd("40000.00")),
                json!({"party": "vendor", "due": "2026-03-31"}),
            ),
            cost("corporate", "general", "accrual", usd("30000.00")),
            cost("ai", "ai", "accrual", usd("20000.00")),
        ];
        given(standard()).when_each(DAY, costs).posts(expect![[r#"
            us-gaap, tax: Operating cost paid
              Dr 5010 Power [mining]                                           50,000.00
                 Cr 1010 Cash [bank]                                                         50,000.00
            us-gaap, tax: Operating cost invoiced
              Dr 5020 Hosting [vendor, mining]                                 40,000.00
                 Cr 2010 Payables [vendor, mining]                                           40,000.00
            us-gaap, tax: Operating cost accrued
              Dr 6010 General and administrative [corporate]                   30,000.00
                 Cr 2020 Accrued expenses [corporate]                                        30,000.00
            us-gaap, tax: Operating cost accrued
              Dr 5110 AI cost of revenue [ai]                                  20,000.00
                 Cr 2020 Accrued expenses [ai]                                               20,000.00
        "#]])
    }

    fn a_cost_paid_in_a_stablecoin_is_worth_its_price() {
        let cost = with(cost("mining", "power", "cash", usdt("1000")), json!({"from": wallet("usdt")}));
        given(with_usdt()).when(DAY, cost).posts(expect![[r#"
            us-gaap, tax: Operating cost paid
              Dr 5010 Power [mining]                                            1,000.00
                 Cr 1110 Stablecoins [usdt]                                                     999.00    1000.000000 USDT
                 Cr 4550 Stablecoin, exchange and settlement differences [mining]                        1.00
        "#]])
    }

    fn shares_are_capital_at_par_and_paid_in_capital_less_costs() {
        let issued = issued(
            json!({"shares": "100000", "price": "2.50", "par": usd("10.00"), "costs": usd("7500.00"), "party": "vendor"}),
        );
        given(standard()).when(DAY, issued).posts(expect![[r#"
            us-gaap, tax: Shares issued
              Dr 1010 Cash [bank]                                             242,500.00
                 Cr 3010 Share capital [vendor]                                                  10.00
                 Cr 3020 Paid-in capital [vendor]                                           242,490.00
        "#]])
    }

    // 49,242,424 x 1.32 is 64,999,999.68.
    fn proceeds_stated_beside_a_rounded_price_are_what_was_received() {
        let issued = issued(json!({"shares": "49242424", "price": "1.32", "proceeds": usd("65000000.00")}));
        given(standard()).when(DAY, issued).posts(expect![[r#"
            us-gaap, tax: Shares issued
              Dr 1010 Cash [bank]                                          65,000,000.00
                 Cr 3020 Paid-in capital                                                 65,000,000.00
        "#]])
    }

    fn shares_bought_back_are_held_in_treasury_at_cost_with_the_fee() {
        let repurchased = json!({"type": "shares_repurchased", "shares": "10000", "price": "1.25",
            "from": wallet("bank"), "fee": usd("75.00"), "party": "vendor"});
        given(standard()).when(DAY, repurchased).posts(expect![[r#"
            us-gaap, tax: Shares bought back
              Dr 3030 Treasury stock [vendor]                                  12,575.00
                 Cr 1010 Cash [bank]                                                         12,575.00
        "#]])
    }

    // 33,333 x 1.337 is 44,566.22.
    fn what_was_paid_for_shares_may_be_stated_beside_a_rounded_price() {
        let repurchased = json!({"type": "shares_repurchased", "shares": "33333", "price": "1.337",
            "paid": usd("44567.00"), "from": wallet("bank")});
        given(standard()).when(DAY, repurchased).posts(expect![[r#"
            us-gaap, tax: Shares bought back
              Dr 3030 Treasury stock                                           44,567.00
                 Cr 1010 Cash [bank]                                                         44,567.00
        "#]])
    }
}
