//! Debts settled otherwise than in money: interest added to the principal, coins given, collateral kept or sold by
//! the lender, and the allowance on what lenders hold.

use expect_test::expect;
use serde_json::{Value, json};

use super::super::json::*;
use super::super::ledger::{Ledger, standard, under};
use super::super::rule::given;
use super::super::rules;

const DAY: &str = "2026-03-01";

/// 2 BTC bought at 60,000, one pledged at 65,000 for 50,000 at 8 %, a month's interest accrued.
fn owed(ledger: Ledger, control: &str, kind: &str) -> Ledger {
    ledger
        .and("2026-01-05", "2 BTC bought for 120,000", vec![bought("2", "120000.00", "0")])
        .and(
            "2026-02-01",
            &format!("1 BTC pledged at 65,000, control {control}; 50,000 drawn on a {kind} facility"),
            vec![lent(kind, control), pledged("1", "65000"), drawn("50000.00", "0")],
        )
        .and("2026-02-28", "interest accrued: 300.00", vec![accrued("2026-02-28")])
}

fn interest(how: &str, more: Value) -> Value {
    with(json!({"type": "interest_paid", "facility": "f", "amount": usd("300.00"), "how": how}), more)
}

fn coins(units: &str, price: &str) -> Value {
    json!({"commodity": "BTC", "units": units, "price": price})
}

/// 0.3 BTC sold at 62,500.
fn liquidated(more: Value) -> Value {
    with(
        json!({"type": "collateral_liquidated", "facility": "f", "commodity": "BTC", "units": "0.3",
            "proceeds": usd("18750.00"), "applied_principal": usd("18750.00")}),
        more,
    )
}

fn with_allowance() -> Ledger {
    under(&[("us-gaap", json!({"allowance": "0.01"})), ("tax", json!({"measurement": "cost"}))])
}

rules! {
    fn interest_in_kind_joins_the_principal() {
        given(owed(standard(), "kept", "revolver")).when(DAY, interest("in_kind", json!({}))).posts(expect![[r#"
            us-gaap, tax: Interest added to the principal
              Dr 2320 Accrued interest [f]                                        300.00
                 Cr 2310 Loan principal [f]                                                     300.00
        "#]])
    }

    // 0.005 BTC at 62,000 are 310, 10 more than owed; they cost 300.
    fn interest_in_coins_is_a_disposal_at_fair_value() {
        given(owed(standard(), "kept", "revolver")).when(DAY, interest("coins", json!({"from": wallet("cold"), "coins": coins("0.005", "62000")}))).posts(expect![[r#"
            us-gaap, tax: Interest paid in coins
              Dr 2320 Accrued interest [f]                                        300.00
                 Cr 1210 Bitcoin, operating [cold]                                              300.00      0.00500000 BTC
                 Cr 4510 Gains and losses on bitcoin [f]                                         10.00
              Dr 4550 Stablecoin, exchange and settlement differences [f]          10.00
        "#]])
    }

    fn principal_repaid_in_coins_of_our_own() {
        given(owed(standard(), "kept", "revolver")).when(DAY, with(repaid("31000.00"), json!({"from": wallet("cold"), "coins": coins("0.5", "62000")}))).posts(expect![[r#"
            us-gaap, tax: Loan repaid in coins at fair value
              Dr 2310 Loan principal [f]                                       31,000.00
                 Cr 1210 Bitcoin, operating [cold]                                           30,000.00      0.50000000 BTC
                 Cr 4510 Gains and losses on bitcoin [f]                                      1,000.00
              Dr 9010 Undrawn facilities [f]                                   31,000.00
                 Cr 9019 Undrawn facilities, contra [f]                                      31,000.00
        "#]])
    }

    // Where control had passed the claim falls, in the book that gave the coins away; in the other they are disposed of only now.
    fn collateral_kept_by_the_lender_settles_at_fair_value() {
        given(owed(standard(), "passed", "term")).when(DAY, with(repaid("31000.00"), json!({"interest": usd("300.00"), "from": facility("f"), "coins": coins("0.5", "62600")}))).posts(expect![[r#"
            us-gaap: Loan repaid in coins at fair value
              Dr 2310 Loan principal [f]                                       31,000.00
              Dr 2320 Accrued interest [f]                                        300.00
                 Cr 1240 Receivable for bitcoin collateral [f]                               32,500.00      0.50000000 BTC
              Dr 4520 Gains and losses on collateral receivable [f]             1,200.00
            tax: Loan repaid in coins at fair value
              Dr 2310 Loan principal [f]                                       31,000.00
              Dr 2320 Accrued interest [f]                                        300.00
                 Cr 1220 Bitcoin pledged, control kept [f]                                   30,000.00      0.50000000 BTC
                 Cr 4510 Gains and losses on bitcoin [f]                                      1,300.00
        "#]])
    }

    fn collateral_that_is_still_ours_is_sold_by_the_lender() {
        given(owed(standard(), "kept", "revolver")).when(DAY, liquidated(json!({}))).posts(expect![[r#"
            us-gaap, tax: Collateral sold by the lender
              Dr 2310 Loan principal [f]                                       18,750.00
                 Cr 1220 Bitcoin pledged, control kept [f]                                   18,000.00      0.30000000 BTC
                 Cr 4510 Gains and losses on bitcoin [f]                                        750.00
              Dr 9010 Undrawn facilities [f]                                   18,750.00
                 Cr 9019 Undrawn facilities, contra [f]                                      18,750.00
        "#]])
    }

    fn a_claim_for_coins_is_sold_by_the_lender_with_a_fee_and_a_surplus() {
        given(owed(standard(), "passed", "revolver")).when(DAY, liquidated(json!({"applied_principal": usd("18000.00"), "applied_interest": usd("300.00"), "fee": usd("100.00"), "surplus": usd("350.00"), "surplus_to": wallet("bank")}))).posts(expect![[r#"
            us-gaap: Collateral sold by the lender
              Dr 2310 Loan principal [f]                                       18,000.00
              Dr 2320 Accrued interest [f]                                        300.00
              Dr 6530 Liquidation fees [f]                                        100.00
              Dr 1010 Cash [bank]                                                 350.00
                 Cr 1240 Receivable for bitcoin collateral [f]                               19,500.00      0.30000000 BTC
              Dr 4520 Gains and losses on collateral receivable [f]               750.00
              Dr 9010 Undrawn facilities [f]                                   18,000.00
                 Cr 9019 Undrawn facilities, contra [f]                                      18,000.00
            tax: Collateral sold by the lender
              Dr 2310 Loan principal [f]                                       18,000.00
              Dr 2320 Accrued interest [f]                                        300.00
              Dr 6530 Liquidation fees [f]                                        100.00
              Dr 1010 Cash [bank]                                                 350.00
                 Cr 1220 Bitcoin pledged, control kept [f]                                   18,000.00      0.30000000 BTC
                 Cr 4510 Gains and losses on bitcoin [f]                                        750.00
              Dr 9010 Undrawn facilities [f]                                   18,000.00
                 Cr 9019 Undrawn facilities, contra [f]                                      18,000.00
        "#]])
    }

    fn coins_given_away_bear_an_allowance() {
        given(with_allowance().and("2026-01-05", "2 BTC bought for 120,000", vec![bought("2", "120000.00", "0")]).and("2026-02-01", "a facility, control passed", vec![lent("revolver", "passed")])).when("2026-02-01", pledged("1", "65000")).posts(expect![[r#"
            us-gaap: Coins given to the lender; a claim to get them back
              Dr 1240 Receivable for bitcoin collateral [f]                    65,000.00                    1.00000000 BTC
                 Cr 1210 Bitcoin, operating [cold]                                           60,000.00      1.00000000 BTC
                 Cr 4510 Gains and losses on bitcoin                                          5,000.00
                 Cr 1249 Allowance on collateral receivable [f]                                 650.00
              Dr 6610 Credit loss                                                 650.00
            tax: Coins pledged, still ours
              Dr 1220 Bitcoin pledged, control kept [f]                        60,000.00                    1.00000000 BTC
                 Cr 1210 Bitcoin, operating [cold]                                           60,000.00      1.00000000 BTC
        "#]])
    }

    fn a_mark_moves_the_allowance_with_the_claim() {
        given(owed(with_allowance(), "passed", "revolver")).when(DAY, marked("60000")).posts(expect![[r#"
            us-gaap: Coins remeasured to fair value
                 Cr 1240 Receivable for bitcoin collateral [f]                                5,000.00
              Dr 4520 Gains and losses on collateral receivable                 5,000.00
              Dr 1249 Allowance on collateral receivable [f]                       50.00
                 Cr 6610 Credit loss                                                             50.00
            tax: Coins remeasured to fair value
              nothing
        "#]])
    }

    fn coins_that_come_back_release_their_allowance() {
        given(owed(with_allowance(), "passed", "revolver")).when(DAY, released("1", "60000")).posts(expect![[r#"
            us-gaap: Coins returned by the lender
              Dr 1210 Bitcoin, operating [cold]                                60,000.00                    1.00000000 BTC
                 Cr 1240 Receivable for bitcoin collateral [f]                               65,000.00      1.00000000 BTC
              Dr 4520 Gains and losses on collateral receivable                 5,000.00
              Dr 1249 Allowance on collateral receivable [f]                      650.00
                 Cr 6610 Credit loss                                                            650.00
            tax: Pledged coins released
              Dr 1210 Bitcoin, operating [cold]                                60,000.00                    1.00000000 BTC
                 Cr 1220 Bitcoin pledged, control kept [f]                                   60,000.00      1.00000000 BTC
        "#]])
    }

    fn a_claim_that_is_sold_releases_its_allowance() {
        given(owed(with_allowance(), "passed", "revolver")).when(DAY, with(sold("0.5", "31000.00", "0"), json!({"from": facility("f"), "route": "settled_by_lender"}))).posts(expect![[r#"
            us-gaap: Collateral sold; the claim on the lender falls
              Dr 1010 Cash [bank]                                              31,000.00
                 Cr 1240 Receivable for bitcoin collateral [f]                               32,500.00      0.50000000 BTC
              Dr 4520 Gains and losses on collateral receivable                 1,500.00
              Dr 1249 Allowance on collateral receivable [f]                      325.00
                 Cr 6610 Credit loss                                                            325.00
            tax: Coins sold
              Dr 1010 Cash [bank]                                              31,000.00
                 Cr 1220 Bitcoin pledged, control kept [f]                                   30,000.00      0.50000000 BTC
                 Cr 4510 Gains and losses on bitcoin                                          1,000.00
        "#]])
    }

    fn a_lapsed_call_posts_nothing() {
        given(owed(standard(), "kept", "revolver").and("2026-02-05", "a margin call until 7 February", vec![json!({"type": "margin_called", "facility": "f", "at": "2026-02-05T22:00:00Z", "ltv": "0.8", "required": {"amount": "1000.00", "currency": "USD"}, "deadline": "2026-02-07T22:00:00Z"})])).when(DAY, json!({"type": "margin_call_lapsed", "facility": "f"})).posts(expect![[r#"
            us-gaap, tax: Margin call lapsed
              nothing
        "#]])
    }
}
