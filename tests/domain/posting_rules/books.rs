//! The ledger itself: declarations, openings, marks, manual journals.

use expect_test::expect;
use serde_json::{Value, json};

use crate::lot_instructions::instructed;

use super::equipment::{self, fleet};
use super::json::*;
use super::ledger::{Ledger, empty, opened, standard, standard_books, unfunded};
use super::rule::given;
use super::rules;

const DAY: &str = "2026-01-31";

/// One coin in each account: operating, strategic, pledged and ours, pledged and given away.
fn a_coin_in_every_account() -> Ledger {
    let passed = with(lent("revolver", "passed"), json!({"facility": "g"}));
    let given_away = with(pledged("1", "61000"), json!({"facility": "g"}));
    standard()
        .and("2026-01-05", "4 BTC bought for 240,000", vec![bought("4", "240000.00", "0")])
        .and("2026-01-06", "1 BTC designated strategic", vec![designated("1", "strategic")])
        .and(
            "2026-01-07",
            "1 BTC pledged to f, control kept",
            vec![lent("revolver", "kept"), pledged("1", "61000")],
        )
        .and("2026-01-08", "1 BTC pledged to g at 61,000, control passed", vec![passed, given_away])
}

fn opening(book: &str, carrying: [&str; 2], rest: &str) -> Value {
    let lot = |place: Value, units: &str, cost: &str, carrying: &str| {
        json!({"place": place, "commodity": "BTC", "units": units, "cost": cost, "carrying": carrying,
            "acquired": "2024-08-14"})
    };
    json!({"type": "opening_recorded", "book": book,
        "lots": [
            lot(wallet("cold"), "2", "120000.00", carrying[0]),
            lot(facility("f"), "1", "50000.00", carrying[1])
        ],
        "balances": [
            {"account": "1010", "debit": "50000.00", "wallet": "bank"},
            {"account": "1110", "debit": "999.00", "units": "1000", "wallet": "usdt"},
            {"account": "1510", "debit": "40000.00"},
            {"account": "2010", "credit": "10000.00", "party": "vendor"}
        ],
        "facilities": [{"facility": "f", "principal": usd("100000.00"), "accrued": usd("500.00"),
            "accrued_through": "2024-12-31", "unamortised_cost": usd("800.00")}],
        "equity_not_analysed": rest})
}

rules! {
    fn opening_the_ledger_posts_nothing() {
        given(empty()).when("2025-01-01", opened(standard_books())).posts(expect![[r#"
            us-gaap, tax: Ledger opened
              nothing
        "#]])
    }

    fn adopting_a_policy_posts_nothing() {
        let adopted = json!({"type": "policy_adopted", "book": "tax", "from": "2026-02-01",
            "policy": {"lots": {"method": "hifo"}}, "transition": "prospective"});
        given(standard()).when(DAY, adopted).posts(expect![[r#"
            us-gaap, tax: Policy adopted
              nothing
        "#]])
    }

    fn a_commodity_declared_posts_nothing() {
        given(standard()).when(DAY, json!({"type": "commodity_declared", "code": "EUR", "scale": 2})).posts(
            expect![[r#"
            us-gaap, tax: Commodity declared
              nothing
        "#]],
        )
    }

    fn an_account_opened_posts_nothing() {
        given(standard())
            .when(
                DAY,
                json!({"type": "account_opened", "code": "6015", "name": "Audit fees", "class": "expense"}),
            )
            .posts(expect![[r#"
            us-gaap, tax: Account opened
              nothing
        "#]])
    }

    fn a_wallet_opened_posts_nothing() {
        given(standard()).when(DAY, wallet_of_coins("vault", "custodian", "strategic")).posts(expect![[r#"
            us-gaap, tax: Wallet opened
              nothing
        "#]])
    }

    fn a_party_registered_posts_nothing() {
        given(standard()).when(DAY, json!({"type": "party_registered", "party": "auditor"})).posts(expect![[
            r#"
            us-gaap, tax: Party registered
              nothing
        "#
        ]])
    }

    fn a_price_observed_posts_nothing() {
        given(standard()).when(DAY, observed("BTC", "66000", "2026-01-31T00:00:00Z")).posts(expect![[r#"
            us-gaap, tax: Price observed
              nothing
        "#]])
    }

    fn evidence_attached_posts_nothing() {
        given(standard())
            .when(DAY, json!({"type": "evidence_attached", "entry": 1, "evidence": {"name": "charter"}}))
            .posts(expect![[r#"
            us-gaap, tax: Evidence attached
              nothing
        "#]])
    }

    fn a_text_that_is_erased_posts_nothing() {
        let text = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
        given(standard())
            .when(DAY, json!({"type": "text_erased", "text": text, "reason": "asked for"}))
            .posts(expect![[r#"
            us-gaap, tax: Text erased
              nothing
        "#]])
    }

    fn an_instruction_about_lots_posts_nothing() {
        let newest = json!({"standing": true, "method": "lifo"});
        given(standard()).when(DAY, instructed("2026-01-31T10:00:00Z", newest)).posts(expect![[r#"
            us-gaap, tax: Lot instruction recorded
              nothing
        "#]])
    }

    // 289,799.00 of debits less 110,500.00 of credits; in the tax book 261,799.00 less 110,500.00.
    fn each_book_opens_with_its_own_carrying_amounts_on_the_same_coins_money_and_debts() {
        let ledger = unfunded().and(
            "2025-01-01",
            "a facility of 300,000 opened, control passed",
            vec![lent("revolver", "passed")],
        );
        let openings = vec![
            opening("us-gaap", ["132000.00", "66000.00"], "179299.00"),
            opening("tax", ["120000.00", "50000.00"], "151299.00"),
        ];
        given(ledger).when_each("2025-01-01", openings).posts(expect![[r#"
            us-gaap: Opening balances
              Dr 1210 Bitcoin, operating [cold]                               132,000.00                    2.00000000 BTC
              Dr 1240 Receivable for bitcoin collateral [f]                    66,000.00                    1.00000000 BTC
              Dr 1010 Cash [bank]                                              50,000.00
              Dr 1110 Stablecoins [usdt]                                          999.00                  1000.000000 USDT
              Dr 1510 Miners                                                   40,000.00
                 Cr 2010 Payables [vendor]                                                   10,000.00
                 Cr 2310 Loan principal [f]                                                 100,000.00
                 Cr 2320 Accrued interest [f]                                                   500.00
              Dr 2319 Unamortised issue cost [f]                                  800.00
                 Cr 9010 Undrawn facilities [f]                                             100,000.00
              Dr 9019 Undrawn facilities, contra [f]                          100,000.00
                 Cr 3900 Equity not analysed at opening                                     179,299.00
            tax: Opening balances
              nothing
            us-gaap: Opening balances
              nothing
            tax: Opening balances
              Dr 1210 Bitcoin, operating [cold]                               120,000.00                    2.00000000 BTC
              Dr 1220 Bitcoin pledged, control kept [f]                        50,000.00                    1.00000000 BTC
              Dr 1010 Cash [bank]                                              50,000.00
              Dr 1110 Stablecoins [usdt]                                          999.00                  1000.000000 USDT
              Dr 1510 Miners                                                   40,000.00
                 Cr 2010 Payables [vendor]                                                   10,000.00
                 Cr 2310 Loan principal [f]                                                 100,000.00
                 Cr 2320 Accrued interest [f]                                                   500.00
              Dr 2319 Unamortised issue cost [f]                                  800.00
                 Cr 9010 Undrawn facilities [f]                                             100,000.00
              Dr 9019 Undrawn facilities, contra [f]                          100,000.00
                 Cr 3900 Equity not analysed at opening                                     151,299.00
        "#]])
    }

    fn a_mark_up_brings_every_position_to_fair_value() {
        given(a_coin_in_every_account()).when(DAY, marked("66000")).posts(expect![[r#"
            us-gaap: Coins remeasured to fair value
              Dr 1210 Bitcoin, operating [cold]                                 6,000.00
              Dr 1211 Bitcoin, strategic [cold]                                 6,000.00
              Dr 1220 Bitcoin pledged, control kept [f]                         6,000.00
                 Cr 4510 Gains and losses on bitcoin                                         18,000.00
              Dr 1240 Receivable for bitcoin collateral [g]                     5,000.00
                 Cr 4520 Gains and losses on collateral receivable                            5,000.00
            tax: Coins remeasured to fair value
              nothing
        "#]])
    }

    fn a_mark_down_posts_losses() {
        given(a_coin_in_every_account()).when(DAY, marked("59000.505")).posts(expect![[r#"
            us-gaap: Coins remeasured to fair value
                 Cr 1210 Bitcoin, operating [cold]                                              999.50
                 Cr 1211 Bitcoin, strategic [cold]                                              999.50
                 Cr 1220 Bitcoin pledged, control kept [f]                                      999.50
              Dr 4510 Gains and losses on bitcoin                               2,998.50
                 Cr 1240 Receivable for bitcoin collateral [g]                                1,999.50
              Dr 4520 Gains and losses on collateral receivable                 1,999.50
            tax: Coins remeasured to fair value
              nothing
        "#]])
    }

    // 0.33333333 x 70,123.45 is 23,374.4831.
    fn a_mark_rounds_the_position_to_the_cent() {
        let ledger = standard()
            .and(
                "2026-01-05",
                "0.11111111 BTC bought for 7,000.01",
                vec![bought("0.11111111", "7000.01", "0")],
            )
            .and(
                "2026-01-06",
                "0.22222222 BTC bought for 14,000.02",
                vec![bought("0.22222222", "14000.02", "0")],
            );
        given(ledger).when(DAY, marked("70123.45")).posts(expect![[r#"
            us-gaap: Coins remeasured to fair value
              Dr 1210 Bitcoin, operating [cold]                                 2,374.45
                 Cr 4510 Gains and losses on bitcoin                                          2,374.45
            tax: Coins remeasured to fair value
              nothing
        "#]])
    }

    fn a_mark_may_pin_the_observation_it_uses() {
        let ledger = standard()
            .and("2026-01-05", "1 BTC bought for 60,000", vec![bought("1", "60000.00", "0")])
            .and(
                "2026-01-30",
                "BTC at 61,000 (entry 5)",
                vec![observed("BTC", "61000", "2026-01-30T00:00:00Z")],
            )
            .and(
                "2026-01-31",
                "BTC at 62,000 (entry 6)",
                vec![observed("BTC", "62000", "2026-01-31T00:00:00Z")],
            );
        given(ledger)
            .when(DAY, json!({"type": "fair_value_marked", "commodity": "BTC", "from_observation": 5}))
            .posts(expect![[r#"
            us-gaap: Coins remeasured to fair value
              Dr 1210 Bitcoin, operating [cold]                                 1,000.00
                 Cr 4510 Gains and losses on bitcoin                                          1,000.00
            tax: Coins remeasured to fair value
              nothing
        "#]])
    }

    fn a_mark_without_a_price_takes_the_latest_observation() {
        let ledger = standard()
            .and("2026-01-05", "1 BTC bought for 60,000", vec![bought("1", "60000.00", "0")])
            .and("2026-01-31", "BTC at 62,000", vec![observed("BTC", "62000", "2026-01-31T00:00:00Z")])
            .and(
                "2026-01-31",
                "BTC at 61,000 the day before, recorded later",
                vec![observed("BTC", "61000", "2026-01-30T00:00:00Z")],
            );
        given(ledger).when(DAY, json!({"type": "fair_value_marked", "commodity": "BTC"})).posts(expect![[
            r#"
            us-gaap: Coins remeasured to fair value
              Dr 1210 Bitcoin, operating [cold]                                 2,000.00
                 Cr 4510 Gains and losses on bitcoin                                          2,000.00
            tax: Coins remeasured to fair value
              nothing
        "#
        ]])
    }

    fn a_manual_journal_posts_as_given_in_every_book() {
        let journal = json!({"type": "journal_recorded", "lines": [
            {"account": "6010", "debit": "1200.00", "party": "vendor", "segment": "corporate"},
            {"account": "1010", "credit": "1200.00", "wallet": "bank"}]});
        given(standard()).when(DAY, journal).posts(expect![[r#"
            us-gaap, tax: Manual journal
              Dr 6010 General and administrative [vendor, corporate]            1,200.00
                 Cr 1010 Cash [bank]                                                          1,200.00
        "#]])
    }

    fn a_manual_journal_of_one_book_leaves_the_others_alone() {
        let journal = json!({"type": "journal_recorded", "book": "tax", "lines": [
            {"account": "7010", "debit": "1200.00"}, {"account": "2620", "credit": "1200.00"}]});
        given(standard()).when(DAY, journal).posts(expect![[r#"
            us-gaap: Manual journal
              nothing
            tax: Manual journal
              Dr 7010 Income tax                                                1,200.00
                 Cr 2620 Income tax payable                                                   1,200.00
        "#]])
    }

    fn equipment_in_service_is_opened_with_at_cost_and_depreciation() {
        let opening = equipment::opening(json!([fleet(json!({}))]), json!([]), "84000.00");
        given(unfunded()).when("2025-12-31", opening).posts(expect![[r#"
            us-gaap, tax: Opening balances
              Dr 1510 Miners [fleet, mining]                                  120,000.00
                 Cr 1519 Accumulated depreciation and impairment [fleet, mining]                   36,000.00
                 Cr 3900 Equity not analysed at opening                                      84,000.00
        "#]])
    }

    fn a_mark_brings_what_is_owed_in_coins_to_fair_value() {
        let borrowed = json!({"type": "coins_accepted", "counterparty": "vendor", "to": wallet("cold"),
            "commodity": "BTC", "units": "1", "value": usd("68000.00"), "against": "borrowed"});
        let ledger = standard().and("2026-01-05", "1 BTC borrowed at 68,000", vec![borrowed]);
        given(ledger).when(DAY, marked("70000")).posts(expect![[r#"
            us-gaap: Coins remeasured to fair value
              Dr 1210 Bitcoin, operating [cold]                                 2,000.00
                 Cr 4510 Gains and losses on bitcoin                                          2,000.00
                 Cr 2330 Obligation to return coins [vendor]                                  2,000.00
              Dr 4530 Gains and losses on derivatives                           2,000.00
            tax: Coins remeasured to fair value
              nothing
        "#]])
    }
}
