//! Collateral posted and released, control kept and passed; margin calls.

use expect_test::expect;
use serde_json::{Value, json};

use super::json::*;
use super::ledger::{Ledger, standard, under};
use super::rule::given;
use super::rules;

const BUY: &str = "2026-01-05";
const PLEDGE: &str = "2026-02-01";

fn every_pledge_policy() -> Ledger {
    under(&[
        ("by-control", json!({})),
        ("never", json!({"pledge": "never_a_disposal"})),
        ("at-cost", json!({"measurement": "cost"})),
        ("at-cost-by-control", json!({"measurement": "cost", "pledge": "by_control"})),
    ])
}

fn ready(ledger: Ledger, control: &str) -> Ledger {
    ledger
        .and(BUY, "2 BTC bought for 120,000", vec![bought("2", "120000.00", "0")])
        .and("2026-01-31", "marked at 66,000", vec![marked("66000")])
        .and(PLEDGE, &format!("a facility opened, control {control}"), vec![lent("revolver", control)])
}

fn two_pledged(control: &str) -> Ledger {
    standard()
        .and(BUY, "2 BTC bought for 120,000", vec![bought("2", "120000.00", "0")])
        .and(
            PLEDGE,
            &format!("2 BTC pledged at 65,000, control {control}"),
            vec![lent("revolver", control), pledged("2", "65000")],
        )
        .and("2026-02-28", "marked at 70,000", vec![marked("70000")])
}

fn called() -> Value {
    json!({"type": "margin_called", "facility": "f", "at": "2026-02-05T22:00:00Z", "ltv": "0.7612",
        "required": {"units": "1", "commodity": "BTC"}, "deadline": "2026-02-07T22:00:00Z"})
}

rules! {
    fn coins_of_which_control_passes_become_a_claim_at_fair_value() {
        given(ready(every_pledge_policy(), "passed")).when(PLEDGE, pledged("1", "68000")).posts(expect![[r#"
            by-control: Coins given to the lender; a claim to get them back
              Dr 1240 Receivable for bitcoin collateral [f]                    68,000.00                    1.00000000 BTC
                 Cr 1210 Bitcoin, operating [cold]                                           66,000.00      1.00000000 BTC
                 Cr 4510 Gains and losses on bitcoin                                          2,000.00
            never: Coins pledged, still ours
              Dr 1220 Bitcoin pledged, control kept [f]                        66,000.00                    1.00000000 BTC
                 Cr 1210 Bitcoin, operating [cold]                                           66,000.00      1.00000000 BTC
            at-cost: Coins pledged, still ours
              Dr 1220 Bitcoin pledged, control kept [f]                        60,000.00                    1.00000000 BTC
                 Cr 1210 Bitcoin, operating [cold]                                           60,000.00      1.00000000 BTC
            at-cost-by-control: Coins given to the lender; a claim to get them back
              Dr 1240 Receivable for bitcoin collateral [f]                    68,000.00                    1.00000000 BTC
                 Cr 1210 Bitcoin, operating [cold]                                           60,000.00      1.00000000 BTC
                 Cr 4510 Gains and losses on bitcoin                                          8,000.00
        "#]])
    }

    fn giving_coins_away_below_their_carrying_amount_is_a_loss() {
        given(ready(standard(), "passed")).when(PLEDGE, pledged("0.5", "64000")).posts(expect![[r#"
            us-gaap: Coins given to the lender; a claim to get them back
              Dr 1240 Receivable for bitcoin collateral [f]                    32,000.00                    0.50000000 BTC
                 Cr 1210 Bitcoin, operating [cold]                                           33,000.00      0.50000000 BTC
              Dr 4510 Gains and losses on bitcoin                               1,000.00
            tax: Coins pledged, still ours
              Dr 1220 Bitcoin pledged, control kept [f]                        30,000.00                    0.50000000 BTC
                 Cr 1210 Bitcoin, operating [cold]                                           30,000.00      0.50000000 BTC
        "#]])
    }

    fn coins_of_which_control_is_kept_stay_ours() {
        given(ready(every_pledge_policy(), "kept")).when(PLEDGE, pledged("1", "68000")).posts(expect![[r#"
            by-control, never: Coins pledged, still ours
              Dr 1220 Bitcoin pledged, control kept [f]                        66,000.00                    1.00000000 BTC
                 Cr 1210 Bitcoin, operating [cold]                                           66,000.00      1.00000000 BTC
            at-cost, at-cost-by-control: Coins pledged, still ours
              Dr 1220 Bitcoin pledged, control kept [f]                        60,000.00                    1.00000000 BTC
                 Cr 1210 Bitcoin, operating [cold]                                           60,000.00      1.00000000 BTC
        "#]])
    }

    fn operating_coins_are_pledged_before_strategic_ones() {
        let ledger = ready(standard(), "kept").and(
            "2026-02-01T09:00:00Z",
            "1 BTC designated strategic",
            vec![designated("1", "strategic")],
        );
        given(ledger).when(PLEDGE, pledged("1.5", "68000")).posts(expect![[r#"
            us-gaap: Coins pledged, still ours
              Dr 1220 Bitcoin pledged, control kept [f]                        99,000.00                    1.50000000 BTC
                 Cr 1210 Bitcoin, operating [cold]                                           66,000.00      1.00000000 BTC
                 Cr 1211 Bitcoin, strategic [cold]                                           33,000.00      0.50000000 BTC
            tax: Coins pledged, still ours
              Dr 1220 Bitcoin pledged, control kept [f]                        90,000.00                    1.50000000 BTC
                 Cr 1210 Bitcoin, operating [cold]                                           60,000.00      1.00000000 BTC
                 Cr 1211 Bitcoin, strategic [cold]                                           30,000.00      0.50000000 BTC
        "#]])
    }

    fn a_claim_comes_back_as_a_new_lot_at_fair_value() {
        given(two_pledged("passed")).when("2026-03-01", released("1", "72000")).posts(expect![[r#"
            us-gaap: Coins returned by the lender
              Dr 1210 Bitcoin, operating [cold]                                72,000.00                    1.00000000 BTC
                 Cr 1240 Receivable for bitcoin collateral [f]                               70,000.00      1.00000000 BTC
                 Cr 4520 Gains and losses on collateral receivable                            2,000.00
            tax: Pledged coins released
              Dr 1210 Bitcoin, operating [cold]                                60,000.00                    1.00000000 BTC
                 Cr 1220 Bitcoin pledged, control kept [f]                                   60,000.00      1.00000000 BTC
        "#]])
    }

    fn a_claim_that_comes_back_worth_less_is_a_loss_on_the_claim() {
        given(two_pledged("passed")).when("2026-03-01", released("0.5", "69000")).posts(expect![[r#"
            us-gaap: Coins returned by the lender
              Dr 1210 Bitcoin, operating [cold]                                34,500.00                    0.50000000 BTC
                 Cr 1240 Receivable for bitcoin collateral [f]                               35,000.00      0.50000000 BTC
              Dr 4520 Gains and losses on collateral receivable                   500.00
            tax: Pledged coins released
              Dr 1210 Bitcoin, operating [cold]                                30,000.00                    0.50000000 BTC
                 Cr 1220 Bitcoin pledged, control kept [f]                                   30,000.00      0.50000000 BTC
        "#]])
    }

    fn pledged_coins_of_ours_come_back_as_they_were() {
        given(two_pledged("kept")).when("2026-03-01", released("1", "72000")).posts(expect![[r#"
            us-gaap: Pledged coins released
              Dr 1210 Bitcoin, operating [cold]                                70,000.00                    1.00000000 BTC
                 Cr 1220 Bitcoin pledged, control kept [f]                                   70,000.00      1.00000000 BTC
            tax: Pledged coins released
              Dr 1210 Bitcoin, operating [cold]                                60,000.00                    1.00000000 BTC
                 Cr 1220 Bitcoin pledged, control kept [f]                                   60,000.00      1.00000000 BTC
        "#]])
    }

    fn a_margin_call_posts_nothing() {
        given(two_pledged("kept")).when("2026-03-05", called()).posts(expect![[r#"
            us-gaap, tax: Margin called
              nothing
        "#]])
    }

    fn meeting_a_margin_call_posts_nothing_by_itself() {
        let ledger = two_pledged("kept").and("2026-03-05", "a margin call", vec![called()]);
        given(ledger)
            .when("2026-03-06", json!({"type": "margin_call_met", "facility": "f", "how": "price_recovered"}))
            .posts(expect![[r#"
            us-gaap, tax: Margin call met
              nothing
        "#]])
    }
}
