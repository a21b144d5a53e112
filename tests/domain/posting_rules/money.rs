//! Money converted, received and paid.

use expect_test::expect;
use serde_json::{Value, json};

use super::json::*;
use super::ledger::{Ledger, standard};
use super::rule::given;
use super::rules;

const DAY: &str = "2026-02-01";

fn usdt_at(price: &str) -> Vec<Value> {
    vec![observed("USDT", price, "2026-02-01T00:00:00Z")]
}

/// 100,000 USDT carried at 99,900.
fn with_usdt() -> Ledger {
    standard()
        .and("2026-01-01", "USDT at 0.999", vec![observed("USDT", "0.999", "2026-01-01T00:00:00Z")])
        .and("2026-01-02", "99,900 USD turned into 100,000 USDT", vec![converted("99900.00", "100000")])
}

fn cash(event: &str, amount: &str, category: &str) -> Value {
    json!({"type": event, "wallet": "bank", "amount": usd(amount), "category": category})
}

rules! {
    fn a_stablecoin_comes_in_at_its_price_and_the_difference_is_no_fee() {
        let ledger = standard().and(
            "2026-01-31",
            "USDT at 0.999",
            vec![observed("USDT", "0.999", "2026-01-31T00:00:00Z")],
        );
        let converted = with(converted("100000.00", "100050"), json!({"fee": usd("25.00")}));
        given(ledger).when(DAY, converted).posts(expect![[r#"
            us-gaap, tax: Currency converted
              Dr 1110 Stablecoins [usdt]                                       99,949.95                100050.000000 USDT
              Dr 6510 Trading fees                                                 25.00
                 Cr 1010 Cash [bank]                                                        100,025.00
              Dr 4550 Stablecoin, exchange and settlement differences              50.05
        "#]])
    }

    fn a_stablecoin_goes_out_at_its_carrying_amount_and_its_fee_at_its_price() {
        let ledger = with_usdt().and(DAY, "USDT at 1.001", usdt_at("1.001"));
        let converted = json!({"type": "currency_converted", "given": usdt("50000"), "got": usd("50020.00"),
            "from": wallet("usdt"), "to": wallet("bank"), "fee": usdt("10")});
        given(ledger).when(DAY, converted).posts(expect![[r#"
            us-gaap, tax: Currency converted
              Dr 1010 Cash [bank]                                              50,020.00
              Dr 6510 Trading fees                                                 10.01
                 Cr 1110 Stablecoins [usdt]                                                  49,959.99   50010.000000 USDT
                 Cr 4550 Stablecoin, exchange and settlement differences                         70.02
        "#]])
    }

    fn the_last_of_a_stablecoin_takes_the_rest_of_its_carrying_amount() {
        let ledger = standard()
            .and("2026-01-01", "USDT at 0.9999", vec![observed("USDT", "0.9999", "2026-01-01T00:00:00Z")])
            .and("2026-01-02", "100 USD turned into 100.333333 USDT, carried at 100.32", vec![converted("100.00", "100.333333")])
            .and("2026-01-03", "33.333333 USDT given for 33.00 USD", vec![json!({"type": "currency_converted",
                "given": usdt("33.333333"), "got": usd("33.00"), "from": wallet("usdt"), "to": wallet("bank")})]);
        let converted = json!({"type": "currency_converted", "given": usdt("67"), "got": usd("67.00"),
            "from": wallet("usdt"), "to": wallet("bank")});
        given(ledger).when(DAY, converted).posts(expect![[r#"
            us-gaap, tax: Currency converted
              Dr 1010 Cash [bank]                                                  67.00
                 Cr 1110 Stablecoins [usdt]                                                      66.99      67.000000 USDT
                 Cr 4550 Stablecoin, exchange and settlement differences                          0.01
        "#]])
    }

    fn each_category_of_money_received_has_its_account() {
        let received = vec![
            cash("cash_received", "1.00", "equity"),
            cash("cash_received", "2.00", "supplier"),
            cash("cash_received", "3.00", "tax"),
            with(cash("cash_received", "4.00", "customer"), json!({"party": "vendor", "segment": "ai"})),
            cash("cash_received", "5.00", "accrued"),
            cash("cash_received", "6.00", "other"),
        ];
        given(standard()).when_each(DAY, received).posts(expect![[r#"
            us-gaap, tax: Money received
              Dr 1010 Cash [bank]                                                   1.00
                 Cr 3020 Paid-in capital                                                          1.00
            us-gaap, tax: Money received
              Dr 1010 Cash [bank]                                                   2.00
                 Cr 2010 Payables                                                                 2.00
            us-gaap, tax: Money received
              Dr 1010 Cash [bank]                                                   3.00
                 Cr 2620 Income tax payable                                                       3.00
            us-gaap, tax: Money received
              Dr 1010 Cash [bank]                                                   4.00
                 Cr 1410 Receivables [vendor, ai]                                                 4.00
            us-gaap, tax: Money received
              Dr 1010 Cash [bank]                                                   5.00
                 Cr 2020 Accrued expenses                                                         5.00
            us-gaap, tax: Money received
              Dr 1010 Cash [bank]                                                   6.00
                 Cr 4900 Other income                                                             6.00
        "#]])
    }

    fn each_category_of_money_paid_has_its_account() {
        let paid = vec![
            cash("cash_paid", "1.00", "equity"),
            with(cash("cash_paid", "2.00", "supplier"), json!({"party": "vendor"})),
            cash("cash_paid", "3.00", "tax"),
            cash("cash_paid", "4.00", "customer"),
            cash("cash_paid", "5.00", "accrued"),
            with(cash("cash_paid", "6.00", "other"), json!({"segment": "corporate"})),
        ];
        given(standard()).when_each(DAY, paid).posts(expect![[r#"
            us-gaap, tax: Money paid
              Dr 3020 Paid-in capital                                               1.00
                 Cr 1010 Cash [bank]                                                              1.00
            us-gaap, tax: Money paid
              Dr 2010 Payables [vendor]                                             2.00
                 Cr 1010 Cash [bank]                                                              2.00
            us-gaap, tax: Money paid
              Dr 2620 Income tax payable                                            3.00
                 Cr 1010 Cash [bank]                                                              3.00
            us-gaap, tax: Money paid
              Dr 1410 Receivables                                                   4.00
                 Cr 1010 Cash [bank]                                                              4.00
            us-gaap, tax: Money paid
              Dr 2020 Accrued expenses                                              5.00
                 Cr 1010 Cash [bank]                                                              5.00
            us-gaap, tax: Money paid
              Dr 6010 General and administrative [corporate]                        6.00
                 Cr 1010 Cash [bank]                                                              6.00
        "#]])
    }

    fn money_paid_may_name_an_account_in_place_of_a_category() {
        let paid = json!({"type": "cash_paid", "wallet": "bank", "amount": usd("500.00"), "account": "7010"});
        given(standard()).when(DAY, paid).posts(expect![[r#"
            us-gaap, tax: Money paid
              Dr 7010 Income tax                                                  500.00
                 Cr 1010 Cash [bank]                                                            500.00
        "#]])
    }

    fn a_stablecoin_received_is_worth_its_price() {
        let ledger = standard().and(DAY, "USDT at 0.998", usdt_at("0.998"));
        let received = json!({"type": "cash_received", "wallet": "usdt", "amount": usdt("1000"), "category": "customer"});
        given(ledger).when(DAY, received).posts(expect![[r#"
            us-gaap, tax: Money received
              Dr 1110 Stablecoins [usdt]                                          998.00                  1000.000000 USDT
                 Cr 1410 Receivables                                                            998.00
        "#]])
    }

    fn a_stablecoin_paid_settles_what_it_is_worth() {
        let ledger = with_usdt().and(DAY, "USDT at 1.001", usdt_at("1.001"));
        let paid =
            json!({"type": "cash_paid", "wallet": "usdt", "amount": usdt("1000"), "category": "other"});
        given(ledger).when(DAY, paid).posts(expect![[r#"
            us-gaap, tax: Money paid
              Dr 6010 General and administrative                                1,001.00
                 Cr 1110 Stablecoins [usdt]                                                     999.00    1000.000000 USDT
                 Cr 4550 Stablecoin, exchange and settlement differences                          2.00
        "#]])
    }

    fn a_difference_of_translation_is_other_comprehensive_income_of_one_book() {
        let translated = |amount: &str| json!({"type": "translation_recorded", "book": "us-gaap",
            "amount": usd(amount), "account": "1590"});
        given(standard()).when_each(DAY, vec![translated("250.00"), translated("-40.00")]).posts(expect![[r#"
            us-gaap: Difference of translation
              Dr 1590 Other assets, not analysed                                  250.00
                 Cr 3200 Accumulated other comprehensive income                                 250.00
            tax: Difference of translation
              nothing
            us-gaap: Difference of translation
                 Cr 1590 Other assets, not analysed                                              40.00
              Dr 3200 Accumulated other comprehensive income                       40.00
            tax: Difference of translation
              nothing
        "#]])
    }

    fn coins_of_another_currency_are_translated_place_by_place() {
        let ledger = standard()
            .and("2026-01-02", "2 BTC for 120,000", vec![bought("2", "120000.00", "0")])
            .and("2026-01-03", "0.5 BTC to the hot wallet", vec![json!({"type": "coins_moved", "commodity": "BTC",
                "units": "0.5", "from": wallet("cold"), "to": wallet("hot")})]);
        let translated = json!({"type": "translation_recorded", "book": "us-gaap", "amount": usd("-400.00"),
            "account": "1210", "commodity": "BTC"});
        given(ledger).when(DAY, translated).posts(expect![[r#"
            us-gaap: Difference of translation
                 Cr 1210 Bitcoin, operating [cold]                                              300.00
                 Cr 1210 Bitcoin, operating [hot]                                               100.00
              Dr 3200 Accumulated other comprehensive income                      400.00
            tax: Difference of translation
              nothing
        "#]])
    }
}
