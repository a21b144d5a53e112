//! Capital commitments after they are signed: changed, called off, invoiced, paid; interest that becomes part of what
//! is built.

use expect_test::expect;
use serde_json::{Value, json};

use super::equipment::opening;
use super::json::*;
use super::ledger::{Ledger, standard, unfunded};
use super::rule::given;
use super::rules;

const DAY: &str = "2026-02-27";

/// 500,000 ordered, 100,000 of it paid as a deposit.
fn ordered() -> Ledger {
    standard().and(
        "2026-02-01",
        "500,000 committed, 100,000 of it paid as a deposit",
        vec![committed("500000.00"), deposit(usd("100000.00"), "bank")],
    )
}

/// 50,000 USDT ordered; a deposit of 20,000 USDT paid when they were worth 0.998.
fn ordered_in_usdt() -> Ledger {
    standard()
        .and("2026-01-01", "USDT at 0.998", vec![observed("USDT", "0.998", "2026-01-01T00:00:00Z")])
        .and("2026-01-02", "99,800 USD turned into 100,000 USDT", vec![converted("99800.00", "100000")])
        .and(
            "2026-01-03",
            "50,000 USDT committed, 20,000 of it paid as a deposit",
            vec![with(committed("0"), json!({"amount": usdt("50000")})), deposit(usdt("20000"), "usdt")],
        )
        .and("2026-02-27", "USDT at 1", vec![observed("USDT", "1", "2026-02-27T00:00:00Z")])
}

pub(crate) fn deposit(amount: Value, from: &str) -> Value {
    json!({"type": "deposit_paid", "commitment": "gpu", "amount": amount, "from": wallet(from)})
}

pub(crate) fn amended(amount: &str) -> Value {
    json!({"type": "capex_amended", "commitment": "gpu", "amount": usd(amount)})
}

pub(crate) fn cancelled(more: Value) -> Value {
    with(json!({"type": "capex_cancelled", "commitment": "gpu"}), more)
}

pub(crate) fn invoiced(amount: Value, more: Value) -> Value {
    with(json!({"type": "capex_invoiced", "commitment": "gpu", "amount": amount}), more)
}

pub(crate) fn paid(amount: Value, more: Value) -> Value {
    with(json!({"type": "capex_paid", "amount": amount, "from": wallet("bank")}), more)
}

pub(crate) fn capitalised(amount: &str, more: Value) -> Value {
    with(json!({"type": "interest_capitalised", "facility": "f", "amount": usd(amount)}), more)
}

/// Interest of 2,000 for 30 days on 300,000 at 8 %, act/360.
pub(crate) fn with_interest() -> Ledger {
    standard()
        .and("2026-02-01", "500,000 committed", vec![committed("500000.00")])
        .and(
            "2026-01-28",
            "300,000 borrowed at 8 %, act/360",
            vec![lent("term", "kept"), drawn("300000.00", "0")],
        )
        .and("2026-02-27", "interest accrued, 2,000", vec![accrued("2026-02-27")])
}

rules! {
    fn an_order_enlarged_adds_to_what_is_off_the_balance_sheet() {
        given(ordered()).when(DAY, amended("620000.00")).posts(expect![[r#"
            us-gaap, tax: Capital commitment amended
              Dr 9110 Capital purchase obligations [gpu]                      120,000.00
                 Cr 9119 Capital purchase obligations, contra [gpu]                         120,000.00
        "#]])
    }

    fn an_order_made_smaller_takes_from_it() {
        given(ordered()).when(DAY, amended("100000.00")).posts(expect![[r#"
            us-gaap, tax: Capital commitment amended
                 Cr 9110 Capital purchase obligations [gpu]                                 400,000.00
              Dr 9119 Capital purchase obligations, contra [gpu]              400,000.00
        "#]])
    }

    fn an_invoice_uses_deposits_up_and_the_rest_is_owed() {
        let invoice = invoiced(usd("250000.00"), json!({"from_deposit": usd("60000.00"), "due": "2026-03-31"}));
        given(ordered()).when(DAY, invoice).posts(expect![[r#"
            us-gaap, tax: Capital goods invoiced
              Dr 1520 Construction in progress [gpu]                          250,000.00
                 Cr 1530 Deposits on equipment [gpu]                                         60,000.00
                 Cr 2010 Payables [vendor, gpu]                                             190,000.00
                 Cr 9110 Capital purchase obligations [gpu]                                 190,000.00
              Dr 9119 Capital purchase obligations, contra [gpu]              190,000.00
        "#]])
    }

    fn an_invoice_that_deposits_cover_is_committed_no_less() {
        let invoice = invoiced(usd("100000.00"), json!({"from_deposit": usd("100000.00")}));
        given(ordered()).when(DAY, invoice).posts(expect![[r#"
            us-gaap, tax: Capital goods invoiced
              Dr 1520 Construction in progress [gpu]                          100,000.00
                 Cr 1530 Deposits on equipment [gpu]                                        100,000.00
        "#]])
    }

    // The deposit of 20,000 USDT was given when they were worth 19,960; the rest is owed at par.
    fn an_invoice_in_a_stablecoin_costs_what_the_deposit_was_worth_and_the_rest_at_par() {
        let invoice = invoiced(usdt("50000"), json!({"from_deposit": usdt("20000")}));
        given(ordered_in_usdt()).when(DAY, invoice).posts(expect![[r#"
            us-gaap, tax: Capital goods invoiced
              Dr 1520 Construction in progress [gpu]                           49,960.00
                 Cr 1530 Deposits on equipment [gpu]                                         19,960.00
                 Cr 2010 Payables [vendor, gpu]                                              30,000.00
                 Cr 9110 Capital purchase obligations [gpu]                                  30,000.00
              Dr 9119 Capital purchase obligations, contra [gpu]               30,000.00
        "#]])
    }

    fn an_invoice_is_paid() {
        let ledger = ordered().and("2026-02-10", "250,000 invoiced", vec![invoiced(usd("250000.00"), json!({}))]);
        given(ledger).when(DAY, paid(usd("50000.00"), json!({"commitment": "gpu"}))).posts(expect![[r#"
            us-gaap, tax: Invoices for capital goods paid
              Dr 2010 Payables [vendor, gpu]                                   50,000.00
                 Cr 1010 Cash [bank]                                                         50,000.00
        "#]])
    }

    fn invoices_of_a_vendor_are_paid_order_by_order() {
        let ledger = ordered().and("2026-02-10", "150,000 and 40,000 invoiced on two orders of one vendor", vec![
            with(committed("40000.00"), json!({"commitment": "miners", "project": "mine"})),
            invoiced(usd("150000.00"), json!({})),
            invoiced(usd("40000.00"), json!({"commitment": "miners"})),
        ]);
        given(ledger).when(DAY, paid(usd("170000.00"), json!({"party": "vendor"}))).posts(expect![[r#"
            us-gaap, tax: Invoices for capital goods paid
              Dr 2010 Payables [vendor, gpu]                                  150,000.00
              Dr 2010 Payables [vendor, miners]                                20,000.00
                 Cr 1010 Cash [bank]                                                        170,000.00
        "#]])
    }

    // 30,000 USDT that cost 29,940 settle 30,000.
    fn an_invoice_in_a_stablecoin_is_settled_at_par() {
        let ledger = ordered_in_usdt()
            .and(DAY, "30,000 USDT invoiced", vec![invoiced(usdt("30000"), json!({}))]);
        let paid = paid(usdt("30000"), json!({"commitment": "gpu", "from": wallet("usdt")}));
        given(ledger).when(DAY, paid).posts(expect![[r#"
            us-gaap, tax: Invoices for capital goods paid
              Dr 2010 Payables [vendor, gpu]                                   30,000.00
                 Cr 1110 Stablecoins [usdt]                                                  29,940.00   30000.000000 USDT
                 Cr 4550 Stablecoin, exchange and settlement differences [gpu]                       60.00
        "#]])
    }

    fn an_order_without_deposits_is_called_off() {
        let ledger = standard().and("2026-02-01", "500,000 committed", vec![committed("500000.00")]);
        given(ledger).when(DAY, cancelled(json!({}))).posts(expect![[r#"
            us-gaap, tax: Capital commitment cancelled
                 Cr 9110 Capital purchase obligations [gpu]                                 500,000.00
              Dr 9119 Capital purchase obligations, contra [gpu]              500,000.00
        "#]])
    }

    fn a_penalty_is_accrued_and_a_deposit_to_come_back_is_a_receivable() {
        let cancelled = cancelled(json!({"penalty": usd("25000.00"), "deposit_refunded": usd("70000.00"),
            "deposit_forfeited": usd("30000.00"), "party": "vendor"}));
        given(ordered()).when(DAY, cancelled).posts(expect![[r#"
            us-gaap, tax: Capital commitment cancelled
              Dr 1410 Receivables [vendor, gpu]                                70,000.00
              Dr 6120 Impairment [gpu]                                         30,000.00
              Dr 6010 General and administrative [gpu]                         25,000.00
                 Cr 1530 Deposits on equipment [gpu]                                        100,000.00
                 Cr 2020 Accrued expenses [vendor, gpu]                                      25,000.00
                 Cr 9110 Capital purchase obligations [gpu]                                 400,000.00
              Dr 9119 Capital purchase obligations, contra [gpu]              400,000.00
        "#]])
    }

    fn a_penalty_is_paid_and_a_deposit_comes_back() {
        let cancelled = cancelled(json!({"penalty": usd("25000.00"), "from": wallet("bank"),
            "deposit_refunded": usd("100000.00"), "to": wallet("bank")}));
        given(ordered()).when(DAY, cancelled).posts(expect![[r#"
            us-gaap, tax: Capital commitment cancelled
              Dr 1010 Cash [bank]                                             100,000.00
              Dr 6010 General and administrative [gpu]                         25,000.00
                 Cr 1530 Deposits on equipment [gpu]                                        100,000.00
                 Cr 1010 Cash [bank]                                                         25,000.00
                 Cr 9110 Capital purchase obligations [gpu]                                 400,000.00
              Dr 9119 Capital purchase obligations, contra [gpu]              400,000.00
        "#]])
    }

    // 20,000 USDT carried at 19,960: a quarter is lost, three quarters come back at 1.
    fn a_deposit_in_a_stablecoin_comes_back_at_its_price() {
        let cancelled = cancelled(json!({"deposit_refunded": usdt("15000"), "to": wallet("usdt"),
            "deposit_forfeited": usdt("5000")}));
        given(ordered_in_usdt()).when(DAY, cancelled).posts(expect![[r#"
            us-gaap, tax: Capital commitment cancelled
              Dr 1110 Stablecoins [usdt]                                       15,000.00                 15000.000000 USDT
              Dr 6120 Impairment [gpu]                                          4,990.00
                 Cr 1530 Deposits on equipment [gpu]                                         19,960.00
                 Cr 4550 Stablecoin, exchange and settlement differences [gpu]                       30.00
                 Cr 9110 Capital purchase obligations [gpu]                                  30,000.00
              Dr 9119 Capital purchase obligations, contra [gpu]               30,000.00
        "#]])
    }

    fn interest_becomes_part_of_an_order() {
        given(with_interest()).when(DAY, capitalised("1500.00", json!({"commitment": "gpu", "through": DAY}))).posts(expect![[r#"
            us-gaap, tax: Interest made part of what is built
              Dr 1520 Construction in progress [gpu]                            1,500.00
                 Cr 6710 Interest [f]                                                         1,500.00
        "#]])
    }

    fn interest_becomes_part_of_a_project() {
        given(with_interest()).when(DAY, capitalised("2000.00", json!({"project": "ai-hall"}))).posts(expect![[r#"
            us-gaap, tax: Interest made part of what is built
              Dr 1520 Construction in progress [ai-hall]                        2,000.00
                 Cr 6710 Interest [f]                                                         2,000.00
        "#]])
    }

    // 30,000 of 500,000 were paid before the books were opened.
    fn an_order_recorded_after_the_opening_has_the_deposits_of_the_opening() {
        let mut ledger = unfunded();
        let deposit = json!([{"account": "1530", "debit": "30000.00", "commitment": "gpu"}]);
        ledger.must("2025-12-31", vec![opening(json!([]), deposit, "30000.00")]);
        ledger.told.push("2025-12-31: a deposit of 30,000 on the order opened with".to_owned());
        given(ledger).when(DAY, committed("500000.00")).posts(expect![[r#"
            us-gaap, tax: Capital committed
              Dr 9110 Capital purchase obligations [gpu]                      470,000.00
                 Cr 9119 Capital purchase obligations, contra [gpu]                         470,000.00
        "#]])
    }
}
