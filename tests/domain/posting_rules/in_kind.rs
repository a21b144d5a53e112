//! Coins in place of money: spent, accepted, borrowed, contributed, distributed, impounded, lost.

use expect_test::expect;
use serde_json::{Value, json};

use super::json::*;
use super::ledger::{Ledger, standard, under};
use super::rule::given;
use super::rules;

const BUY: &str = "2026-01-05";
const DAY: &str = "2026-02-27";

/// 2 BTC bought for 120,000 and marked at 66,000 each.
fn two(ledger: Ledger) -> Ledger {
    ledger.and(BUY, "2 BTC bought for 120,000", vec![bought("2", "120000.00", "0")]).and(
        "2026-01-31",
        "marked at 66,000",
        vec![marked("66000")],
    )
}

fn every_disposal_policy() -> Ledger {
    two(under(&[
        ("remeasured", json!({})),
        ("last-mark", json!({"disposal_carrying": "last_mark"})),
        ("at-cost", json!({"measurement": "cost"})),
        ("impaired", json!({"measurement": "cost_less_impairment"})),
        ("revalued", json!({"measurement": "revaluation"})),
    ]))
}

fn borrowed_under(ledger: Ledger) -> Ledger {
    ledger.and(
        "2026-02-01",
        "1 BTC borrowed at 68,000",
        vec![accepted("1", "68000.00", "borrowed", json!({}))],
    )
}

fn indebted(kind: &str, control: &str) -> Ledger {
    two(standard()).and(
        "2026-02-01",
        &format!(
            "200,000 drawn at a cost of 3,000 under a {kind}, 1 BTC pledged at 66,000, control {control}"
        ),
        vec![lent(kind, control), drawn("200000.00", "3000.00"), pledged("1", "66000")],
    )
}

pub(super) fn accepted(units: &str, value: &str, against: &str, more: Value) -> Value {
    let accepted = json!({"type": "coins_accepted", "counterparty": "vendor", "to": wallet("cold"), "commodity": "BTC",
        "units": units, "value": usd(value), "against": against});
    with(accepted, more)
}

pub(super) fn spent(units: &str, value: &str, settles: &str, more: Value) -> Value {
    let spent = json!({"type": "coins_spent", "commodity": "BTC", "units": units, "value": usd(value),
        "from": wallet("cold"), "settles": settles});
    with(spent, more)
}

rules! {
    fn coins_spent_on_a_cost_are_disposed_of_at_fair_value() {
        let power = spent("0.5", "34000.00", "expense", json!({"category": "power", "segment": "mining", "party": "vendor"}));
        given(every_disposal_policy()).when(DAY, power).posts(expect![[r#"
            remeasured: Coins spent
              Dr 1210 Bitcoin, operating [cold]                                 1,000.00
                 Cr 4510 Gains and losses on bitcoin                                          1,000.00
              Dr 5010 Power [vendor, mining]                                   34,000.00
                 Cr 1210 Bitcoin, operating [cold]                                           34,000.00      0.50000000 BTC
            last-mark: Coins spent
              Dr 5010 Power [vendor, mining]                                   34,000.00
                 Cr 1210 Bitcoin, operating [cold]                                           33,000.00      0.50000000 BTC
                 Cr 4510 Gains and losses on bitcoin                                          1,000.00
            at-cost, impaired: Coins spent
              Dr 5010 Power [vendor, mining]                                   34,000.00
                 Cr 1210 Bitcoin, operating [cold]                                           30,000.00      0.50000000 BTC
                 Cr 4510 Gains and losses on bitcoin                                          4,000.00
            revalued: Coins spent
              Dr 5010 Power [vendor, mining]                                   34,000.00
                 Cr 1210 Bitcoin, operating [cold]                                           33,000.00      0.50000000 BTC
                 Cr 4510 Gains and losses on bitcoin                                          1,000.00
              Dr 3200 Accumulated other comprehensive income [vendor, mining]      3,000.00
                 Cr 3100 Retained earnings [vendor, mining]                                   3,000.00
        "#]])
    }

    fn coins_may_be_spent_on_an_account_of_its_own() {
        let insured = spent("0.1", "6500.00", "expense", json!({"account": "6010", "segment": "corporate"}));
        given(two(standard())).when(DAY, insured).posts(expect![[r#"
            us-gaap: Coins spent
                 Cr 1210 Bitcoin, operating [cold]                                              100.00
              Dr 4510 Gains and losses on bitcoin                                 100.00
              Dr 6010 General and administrative [corporate]                    6,500.00
                 Cr 1210 Bitcoin, operating [cold]                                            6,500.00      0.10000000 BTC
            tax: Coins spent
              Dr 6010 General and administrative [corporate]                    6,500.00
                 Cr 1210 Bitcoin, operating [cold]                                            6,000.00      0.10000000 BTC
                 Cr 4510 Gains and losses on bitcoin                                            500.00
        "#]])
    }

    // What 6020 has is pay in shares (ASC 718); coins are no shares of ours.
    fn wages_in_coins_are_wages() {
        given(two(standard())).when(DAY, spent("0.1", "6500.00", "payroll", json!({"segment": "corporate"}))).posts(expect![[r#"
            us-gaap: Coins spent
                 Cr 1210 Bitcoin, operating [cold]                                              100.00
              Dr 4510 Gains and losses on bitcoin                                 100.00
              Dr 6010 General and administrative [corporate]                    6,500.00
                 Cr 1210 Bitcoin, operating [cold]                                            6,500.00      0.10000000 BTC
            tax: Coins spent
              Dr 6010 General and administrative [corporate]                    6,500.00
                 Cr 1210 Bitcoin, operating [cold]                                            6,000.00      0.10000000 BTC
                 Cr 4510 Gains and losses on bitcoin                                            500.00
        "#]])
    }

    fn coins_that_are_spent_may_be_named() {
        let named = under(&[
            ("named", json!({"lots": {"method": "specific"}})),
            ("averaged", json!({"lots": {"method": "average"}, "measurement": "cost"})),
        ]);
        let ledger = named
            .and(BUY, "1 BTC bought for 50,000 (lot 4.0)", vec![bought("1", "50000.00", "0")])
            .and(BUY, "1 BTC bought for 70,000 (lot 5.0)", vec![bought("1", "70000.00", "0")]);
        let lots = json!({"lots": [{"lot": "5.0", "units": "0.5"}], "segment": "corporate"});
        given(ledger).when(DAY, spent("0.5", "34000.00", "payroll", lots)).posts(expect![[r#"
            named: Coins spent
                 Cr 1210 Bitcoin, operating [cold]                                            1,000.00
              Dr 4510 Gains and losses on bitcoin                               1,000.00
              Dr 6010 General and administrative [corporate]                   34,000.00
                 Cr 1210 Bitcoin, operating [cold]                                           34,000.00      0.50000000 BTC
            averaged: Coins spent
              Dr 6010 General and administrative [corporate]                   34,000.00
                 Cr 1210 Bitcoin, operating [cold]                                           30,000.00      0.50000000 BTC
                 Cr 4510 Gains and losses on bitcoin                                          4,000.00
        "#]])
    }

    fn a_payable_settled_in_coins_of_another_value_leaves_a_difference() {
        let paid = spent("0.5", "34000.00", "payable", json!({"amount": usd("33900.00"), "party": "vendor"}));
        given(every_disposal_policy()).when(DAY, paid).posts(expect![[r#"
            remeasured: Coins spent
              Dr 1210 Bitcoin, operating [cold]                                 1,000.00
                 Cr 4510 Gains and losses on bitcoin                                          1,000.00
              Dr 2010 Payables [vendor]                                        33,900.00
                 Cr 1210 Bitcoin, operating [cold]                                           34,000.00      0.50000000 BTC
              Dr 4550 Stablecoin, exchange and settlement differences [vendor]        100.00
            last-mark: Coins spent
              Dr 2010 Payables [vendor]                                        33,900.00
                 Cr 1210 Bitcoin, operating [cold]                                           33,000.00      0.50000000 BTC
                 Cr 4510 Gains and losses on bitcoin                                          1,000.00
              Dr 4550 Stablecoin, exchange and settlement differences [vendor]        100.00
            at-cost, impaired: Coins spent
              Dr 2010 Payables [vendor]                                        33,900.00
                 Cr 1210 Bitcoin, operating [cold]                                           30,000.00      0.50000000 BTC
                 Cr 4510 Gains and losses on bitcoin                                          4,000.00
              Dr 4550 Stablecoin, exchange and settlement differences [vendor]        100.00
            revalued: Coins spent
              Dr 2010 Payables [vendor]                                        33,900.00
                 Cr 1210 Bitcoin, operating [cold]                                           33,000.00      0.50000000 BTC
                 Cr 4510 Gains and losses on bitcoin                                          1,000.00
              Dr 4550 Stablecoin, exchange and settlement differences [vendor]        100.00
              Dr 3200 Accumulated other comprehensive income [vendor]           3,000.00
                 Cr 3100 Retained earnings [vendor]                                           3,000.00
        "#]])
    }

    fn a_deposit_in_coins_lowers_what_is_committed() {
        let ledger = two(standard()).and(DAY, "500,000 committed", vec![committed("500000.00")]);
        let paid = spent("0.5", "34000.00", "deposit", json!({"amount": usd("34050.00"), "commitment": "gpu"}));
        given(ledger).when(DAY, paid).posts(expect![[r#"
            us-gaap: Coins given as a deposit on equipment
              Dr 1210 Bitcoin, operating [cold]                                 1,000.00
                 Cr 4510 Gains and losses on bitcoin                                          1,000.00
              Dr 1530 Deposits on equipment [gpu]                              34,050.00
                 Cr 1210 Bitcoin, operating [cold]                                           34,000.00      0.50000000 BTC
                 Cr 4550 Stablecoin, exchange and settlement differences [gpu]                       50.00
                 Cr 9110 Capital purchase obligations [gpu]                                  34,050.00
              Dr 9119 Capital purchase obligations, contra [gpu]               34,050.00
            tax: Coins given as a deposit on equipment
              Dr 1530 Deposits on equipment [gpu]                              34,050.00
                 Cr 1210 Bitcoin, operating [cold]                                           30,000.00      0.50000000 BTC
                 Cr 4510 Gains and losses on bitcoin                                          4,000.00
                 Cr 4550 Stablecoin, exchange and settlement differences [gpu]                       50.00
                 Cr 9110 Capital purchase obligations [gpu]                                  34,050.00
              Dr 9119 Capital purchase obligations, contra [gpu]               34,050.00
        "#]])
    }

    fn principal_of_a_term_loan_repaid_in_coins_takes_its_part_of_the_issue_cost() {
        let repaid = spent("0.5", "34000.00", "principal", json!({"facility": "f"}));
        given(indebted("term", "kept")).when(DAY, repaid).posts(expect![[r#"
            us-gaap: Loan repaid in coins
              Dr 1210 Bitcoin, operating [cold]                                 1,000.00
                 Cr 4510 Gains and losses on bitcoin                                          1,000.00
              Dr 2310 Loan principal [f]                                       34,000.00
              Dr 4560 Extinguishment and prepayment of debt [f]                   510.00
                 Cr 2319 Unamortised issue cost [f]                                             510.00
                 Cr 1210 Bitcoin, operating [cold]                                           34,000.00      0.50000000 BTC
            tax: Loan repaid in coins
              Dr 2310 Loan principal [f]                                       34,000.00
              Dr 4560 Extinguishment and prepayment of debt [f]                   510.00
                 Cr 2319 Unamortised issue cost [f]                                             510.00
                 Cr 1210 Bitcoin, operating [cold]                                           30,000.00      0.50000000 BTC
                 Cr 4510 Gains and losses on bitcoin                                          4,000.00
        "#]])
    }

    fn principal_of_a_revolver_repaid_in_coins_may_be_drawn_again() {
        let repaid = spent("0.5", "34000.00", "principal", json!({"facility": "f", "amount": usd("33990.00")}));
        given(indebted("revolver", "kept")).when(DAY, repaid).posts(expect![[r#"
            us-gaap: Loan repaid in coins
              Dr 1210 Bitcoin, operating [cold]                                 1,000.00
                 Cr 4510 Gains and losses on bitcoin                                          1,000.00
              Dr 2310 Loan principal [f]                                       33,990.00
                 Cr 1210 Bitcoin, operating [cold]                                           34,000.00      0.50000000 BTC
              Dr 4550 Stablecoin, exchange and settlement differences [f]          10.00
              Dr 9010 Undrawn facilities [f]                                   33,990.00
                 Cr 9019 Undrawn facilities, contra [f]                                      33,990.00
            tax: Loan repaid in coins
              Dr 2310 Loan principal [f]                                       33,990.00
                 Cr 1210 Bitcoin, operating [cold]                                           30,000.00      0.50000000 BTC
                 Cr 4510 Gains and losses on bitcoin                                          4,000.00
              Dr 4550 Stablecoin, exchange and settlement differences [f]          10.00
              Dr 9010 Undrawn facilities [f]                                   33,990.00
                 Cr 9019 Undrawn facilities, contra [f]                                      33,990.00
        "#]])
    }

    fn a_lender_takes_pledged_coins_of_which_control_was_kept() {
        let repaid = spent("0.5", "34000.00", "principal", json!({"facility": "f", "from": facility("f")}));
        given(indebted("revolver", "kept")).when(DAY, repaid).posts(expect![[r#"
            us-gaap: Loan repaid in coins
              Dr 1220 Bitcoin pledged, control kept [f]                         1,000.00
                 Cr 4510 Gains and losses on bitcoin                                          1,000.00
              Dr 2310 Loan principal [f]                                       34,000.00
                 Cr 1220 Bitcoin pledged, control kept [f]                                   34,000.00      0.50000000 BTC
              Dr 9010 Undrawn facilities [f]                                   34,000.00
                 Cr 9019 Undrawn facilities, contra [f]                                      34,000.00
            tax: Loan repaid in coins
              Dr 2310 Loan principal [f]                                       34,000.00
                 Cr 1220 Bitcoin pledged, control kept [f]                                   30,000.00      0.50000000 BTC
                 Cr 4510 Gains and losses on bitcoin                                          4,000.00
              Dr 9010 Undrawn facilities [f]                                   34,000.00
                 Cr 9019 Undrawn facilities, contra [f]                                      34,000.00
        "#]])
    }

    fn a_lender_takes_pledged_coins_of_which_control_passed() {
        let repaid = spent("0.5", "34000.00", "principal", json!({"facility": "f", "from": facility("f")}));
        given(indebted("revolver", "passed")).when(DAY, repaid).posts(expect![[r#"
            us-gaap: Loan repaid in coins
              Dr 2310 Loan principal [f]                                       34,000.00
                 Cr 1240 Receivable for bitcoin collateral [f]                               33,000.00      0.50000000 BTC
                 Cr 4520 Gains and losses on collateral receivable                            1,000.00
              Dr 9010 Undrawn facilities [f]                                   34,000.00
                 Cr 9019 Undrawn facilities, contra [f]                                      34,000.00
            tax: Loan repaid in coins
              Dr 2310 Loan principal [f]                                       34,000.00
                 Cr 1220 Bitcoin pledged, control kept [f]                                   30,000.00      0.50000000 BTC
                 Cr 4510 Gains and losses on bitcoin                                          4,000.00
              Dr 9010 Undrawn facilities [f]                                   34,000.00
                 Cr 9019 Undrawn facilities, contra [f]                                      34,000.00
        "#]])
    }

    fn interest_is_paid_in_coins() {
        let ledger = indebted("revolver", "kept").and(DAY, "interest accrued through 27 February", vec![accrued(DAY)]);
        let paid = spent("0.017", "1156.00", "interest", json!({"facility": "f", "amount": usd("1155.56")}));
        given(ledger).when("2026-02-28", paid).posts(expect![[r#"
            us-gaap: Coins spent
              Dr 1210 Bitcoin, operating [cold]                                    34.00
                 Cr 4510 Gains and losses on bitcoin                                             34.00
              Dr 2320 Accrued interest [f]                                      1,155.56
                 Cr 1210 Bitcoin, operating [cold]                                            1,156.00      0.01700000 BTC
              Dr 4550 Stablecoin, exchange and settlement differences [f]           0.44
            tax: Coins spent
              Dr 2320 Accrued interest [f]                                      1,155.56
                 Cr 1210 Bitcoin, operating [cold]                                            1,020.00      0.01700000 BTC
                 Cr 4510 Gains and losses on bitcoin                                            136.00
              Dr 4550 Stablecoin, exchange and settlement differences [f]           0.44
        "#]])
    }

    fn coins_accepted_for_services_are_revenue_at_fair_value() {
        let accepted = vec![
            accepted("0.5", "34000.00", "hosting", json!({"segment": "mining"})),
            accepted("0.25", "17000.00", "compute", json!({"segment": "ai"})),
        ];
        given(standard()).when_each(DAY, accepted).posts(expect![[r#"
            us-gaap, tax: Coins accepted
              Dr 1210 Bitcoin, operating [cold]                                34,000.00                    0.50000000 BTC
                 Cr 4020 Hosting revenue [vendor, mining]                                    34,000.00
            us-gaap, tax: Coins accepted
              Dr 1210 Bitcoin, operating [cold]                                17,000.00                    0.25000000 BTC
                 Cr 4110 AI computing revenue [vendor, ai]                                   17,000.00
        "#]])
    }

    fn coins_accepted_for_what_is_owed_may_be_worth_more_or_less() {
        let accepted = vec![
            accepted("0.5", "34000.00", "receivable", json!({"amount": usd("33000.00")})),
            accepted("0.5", "34000.00", "contract_liability", json!({"amount": usd("34500.00")})),
        ];
        given(standard()).when_each(DAY, accepted).posts(expect![[r#"
            us-gaap, tax: Coins accepted
              Dr 1210 Bitcoin, operating [cold]                                34,000.00                    0.50000000 BTC
                 Cr 1410 Receivables [vendor]                                                33,000.00
                 Cr 4550 Stablecoin, exchange and settlement differences [vendor]                    1,000.00
            us-gaap, tax: Coins accepted
              Dr 1210 Bitcoin, operating [cold]                                34,000.00                    0.50000000 BTC
                 Cr 2210 Contract liabilities [vendor]                                       34,500.00
              Dr 4550 Stablecoin, exchange and settlement differences [vendor]        500.00
        "#]])
    }

    fn borrowed_coins_are_owed_in_units() {
        given(standard()).when(DAY, accepted("1", "68000.00", "borrowed", json!({}))).posts(expect![[r#"
            us-gaap, tax: Coins borrowed
              Dr 1210 Bitcoin, operating [cold]                                68,000.00                    1.00000000 BTC
                 Cr 2330 Obligation to return coins [vendor]                                 68,000.00      1.00000000 BTC
        "#]])
    }

    fn borrowed_coins_given_back_end_what_is_owed() {
        let ledger = borrowed_under(every_disposal_policy()).and("2026-02-20", "marked at 70,000", vec![marked("70000")]);
        given(ledger).when(DAY, spent("0.25", "18000.00", "borrowed", json!({"party": "vendor"}))).posts(expect![[r#"
            remeasured: Borrowed coins given back
              Dr 1210 Bitcoin, operating [cold]                                   500.00
                 Cr 4510 Gains and losses on bitcoin                                            500.00
              Dr 2330 Obligation to return coins [vendor]                      17,500.00                    0.25000000 BTC
                 Cr 1210 Bitcoin, operating [cold]                                           18,000.00      0.25000000 BTC
              Dr 4530 Gains and losses on derivatives [vendor]                    500.00
            last-mark: Borrowed coins given back
              Dr 2330 Obligation to return coins [vendor]                      17,500.00                    0.25000000 BTC
                 Cr 1210 Bitcoin, operating [cold]                                           17,500.00      0.25000000 BTC
                 Cr 4510 Gains and losses on bitcoin                                            500.00
              Dr 4530 Gains and losses on derivatives [vendor]                    500.00
            at-cost: Borrowed coins given back
              Dr 2330 Obligation to return coins [vendor]                      17,000.00                    0.25000000 BTC
                 Cr 1210 Bitcoin, operating [cold]                                           15,000.00      0.25000000 BTC
                 Cr 4510 Gains and losses on bitcoin                                          3,000.00
              Dr 4530 Gains and losses on derivatives [vendor]                  1,000.00
            impaired: Borrowed coins given back
              Dr 2330 Obligation to return coins [vendor]                      17,500.00                    0.25000000 BTC
                 Cr 1210 Bitcoin, operating [cold]                                           15,000.00      0.25000000 BTC
                 Cr 4510 Gains and losses on bitcoin                                          3,000.00
              Dr 4530 Gains and losses on derivatives [vendor]                    500.00
            revalued: Borrowed coins given back
              Dr 2330 Obligation to return coins [vendor]                      17,500.00                    0.25000000 BTC
                 Cr 1210 Bitcoin, operating [cold]                                           17,500.00      0.25000000 BTC
                 Cr 4510 Gains and losses on bitcoin                                            500.00
              Dr 4530 Gains and losses on derivatives [vendor]                    500.00
              Dr 3200 Accumulated other comprehensive income [vendor]           2,500.00
                 Cr 3100 Retained earnings [vendor]                                           2,500.00
        "#]])
    }

    fn coins_contributed_are_capital_at_fair_value() {
        let contributed = json!({"type": "coins_contributed", "counterparty": "vendor", "to": wallet("cold"),
            "commodity": "BTC", "units": "3", "price": "68000.005"});
        given(standard()).when(DAY, contributed).posts(expect![[r#"
            us-gaap, tax: Coins contributed by an owner
              Dr 1210 Bitcoin, operating [cold]                               204,000.02                    3.00000000 BTC
                 Cr 3020 Paid-in capital [vendor]                                           204,000.02
        "#]])
    }

    fn coins_distributed_realise_their_gain_in_kind() {
        let distributed = json!({"type": "coins_distributed", "counterparty": "vendor", "from": wallet("cold"),
            "commodity": "BTC", "units": "0.5", "price": "68000"});
        given(every_disposal_policy()).when(DAY, distributed).posts(expect![[r#"
            remeasured: Coins distributed to an owner
              Dr 1210 Bitcoin, operating [cold]                                 1,000.00
                 Cr 4510 Gains and losses on bitcoin                                          1,000.00
              Dr 3020 Paid-in capital [vendor]                                 34,000.00
                 Cr 1210 Bitcoin, operating [cold]                                           34,000.00      0.50000000 BTC
            last-mark: Coins distributed to an owner
              Dr 3020 Paid-in capital [vendor]                                 34,000.00
                 Cr 1210 Bitcoin, operating [cold]                                           33,000.00      0.50000000 BTC
                 Cr 4510 Gains and losses on bitcoin                                          1,000.00
            at-cost, impaired: Coins distributed to an owner
              Dr 3020 Paid-in capital [vendor]                                 34,000.00
                 Cr 1210 Bitcoin, operating [cold]                                           30,000.00      0.50000000 BTC
                 Cr 4510 Gains and losses on bitcoin                                          4,000.00
            revalued: Coins distributed to an owner
              Dr 3020 Paid-in capital [vendor]                                 34,000.00
                 Cr 1210 Bitcoin, operating [cold]                                           33,000.00      0.50000000 BTC
                 Cr 4510 Gains and losses on bitcoin                                          1,000.00
              Dr 3200 Accumulated other comprehensive income [vendor]           3,000.00
                 Cr 3100 Retained earnings [vendor]                                           3,000.00
        "#]])
    }

    fn impounded_coins_are_a_claim_at_what_is_expected_of_it() {
        let impounded = json!({"type": "coins_impounded", "counterparty": "vendor", "from": wallet("cold"),
            "commodity": "BTC", "units": "0.5", "value": usd("9000.00"), "price": "64000"});
        given(every_disposal_policy()).when(DAY, impounded).posts(expect![[r#"
            remeasured: Coins impounded; a claim on who kept them
                 Cr 1210 Bitcoin, operating [cold]                                            1,000.00
              Dr 4510 Gains and losses on bitcoin                               1,000.00
              Dr 1410 Receivables [vendor]                                      9,000.00
                 Cr 1210 Bitcoin, operating [cold]                                           32,000.00      0.50000000 BTC
              Dr 6610 Credit loss [vendor]                                     23,000.00
            last-mark: Coins impounded; a claim on who kept them
              Dr 1410 Receivables [vendor]                                      9,000.00
                 Cr 1210 Bitcoin, operating [cold]                                           33,000.00      0.50000000 BTC
              Dr 4510 Gains and losses on bitcoin                               1,000.00
              Dr 6610 Credit loss [vendor]                                     23,000.00
            at-cost, impaired: Coins impounded; a claim on who kept them
              Dr 1410 Receivables [vendor]                                      9,000.00
                 Cr 1210 Bitcoin, operating [cold]                                           30,000.00      0.50000000 BTC
                 Cr 4510 Gains and losses on bitcoin                                          2,000.00
              Dr 6610 Credit loss [vendor]                                     23,000.00
            revalued: Coins impounded; a claim on who kept them
              Dr 1410 Receivables [vendor]                                      9,000.00
                 Cr 1210 Bitcoin, operating [cold]                                           33,000.00      0.50000000 BTC
              Dr 4510 Gains and losses on bitcoin                               1,000.00
              Dr 6610 Credit loss [vendor]                                     23,000.00
              Dr 3200 Accumulated other comprehensive income [vendor]           3,000.00
                 Cr 3100 Retained earnings [vendor]                                           3,000.00
        "#]])
    }

    fn pledged_coins_may_be_impounded_with_the_lender() {
        let impounded = json!({"type": "coins_impounded", "counterparty": "lender", "from": facility("f"),
            "commodity": "BTC", "units": "1", "value": usd("0.00"), "price": "64000"});
        given(indebted("revolver", "passed")).when(DAY, impounded).posts(expect![[r#"
            us-gaap: Coins impounded; a claim on who kept them
                 Cr 1240 Receivable for bitcoin collateral [f]                               66,000.00      1.00000000 BTC
              Dr 4520 Gains and losses on collateral receivable                 2,000.00
              Dr 6610 Credit loss [lender]                                     64,000.00
            tax: Coins impounded; a claim on who kept them
                 Cr 1220 Bitcoin pledged, control kept [f]                                   60,000.00      1.00000000 BTC
                 Cr 4510 Gains and losses on bitcoin                                          4,000.00
              Dr 6610 Credit loss [lender]                                     64,000.00
        "#]])
    }

    fn lost_coins_are_a_loss_of_what_they_were_carried_at() {
        let lost = json!({"type": "coins_lost", "from": wallet("cold"), "commodity": "BTC", "units": "0.5",
            "reason": "keys lost"});
        given(every_disposal_policy()).when(DAY, lost).posts(expect![[r#"
            remeasured, last-mark: Coins lost
              Dr 6120 Impairment                                               33,000.00
                 Cr 1210 Bitcoin, operating [cold]                                           33,000.00      0.50000000 BTC
            at-cost, impaired: Coins lost
              Dr 6120 Impairment                                               30,000.00
                 Cr 1210 Bitcoin, operating [cold]                                           30,000.00      0.50000000 BTC
            revalued: Coins lost
              Dr 6120 Impairment                                               33,000.00
                 Cr 1210 Bitcoin, operating [cold]                                           33,000.00      0.50000000 BTC
              Dr 3200 Accumulated other comprehensive income                    3,000.00
                 Cr 3100 Retained earnings                                                    3,000.00
        "#]])
    }
}
