//! Power and computing, costs and customers' money paid in advance, measurements of the business.

use expect_test::expect;
use serde_json::{Value, json};

use super::json::*;
use super::ledger::{Ledger, standard};
use super::rule::given;
use super::rules;

const DAY: &str = "2026-03-31";

/// 10 megawatts for March at 40.00, 70 % of it fixed: 10 x 24 x 31 x 40 x 0.7 = 208,320.
pub(crate) fn power(more: Value) -> Value {
    let contract = json!({"type": "power_contracted", "contract": "grid", "site": "Georgia", "counterparty": "vendor",
        "megawatts": "10", "price_mwh": "40.00", "term": {"from": "2026-03-01", "to": "2026-03-31"},
        "fixed_share": "0.7"});
    with(contract, more)
}

pub(crate) fn billed(settles: &str, cost: &str, more: Value) -> Value {
    let bill = json!({"type": "power_billed", "segment": "mining", "mwh": "7000", "cost": usd(cost),
        "settles": settles});
    with(bill, more)
}

/// A million for a term of two years, nine tenths of it in any case.
pub(crate) fn computing(more: Value) -> Value {
    let contract = json!({"type": "compute_contracted", "contract": "cloud", "customer": "customer", "gpus": 64,
        "term": {"from": "2026-03-01", "to": "2028-02-29"}, "price": usd("1000000.00"), "take_or_pay": "0.9"});
    with(contract, more)
}

pub(crate) fn delivered(settles: &str, revenue: &str, more: Value) -> Value {
    let delivery = json!({"type": "compute_delivered", "customer": "customer", "gpu_hours_sold": "40000",
        "gpu_hours_available": "47616", "revenue": usd(revenue), "settles": settles});
    with(delivery, more)
}

pub(crate) fn with_contracts() -> Ledger {
    standard().and(
        "2026-03-01",
        "power for 208,320 and computing for 900,000 contracted in any case",
        vec![
            json!({"type": "party_registered", "party": "customer"}),
            power(json!({})),
            computing(json!({})),
        ],
    )
}

fn with_customer() -> Ledger {
    standard().and(
        "2026-03-01",
        "a customer registered",
        vec![json!({"type": "party_registered", "party": "customer"})],
    )
}

pub(crate) fn cash(direction: &str, category: &str, amount: &str) -> Value {
    json!({"type": direction, "wallet": "bank", "amount": usd(amount), "category": category})
}

rules! {
    fn the_fixed_part_of_a_power_contract_is_off_the_balance_sheet() {
        given(standard()).when("2026-03-01", power(json!({}))).posts(expect![[r#"
            us-gaap, tax: Power contracted
              Dr 9120 Power and hosting obligations [vendor]                  208,320.00
                 Cr 9129 Power and hosting obligations, contra [vendor]                     208,320.00
        "#]])
    }

    fn a_bill_for_mining_power_is_net_of_credits_and_lowers_what_is_fixed() {
        let bill = billed("payable", "280000.00", json!({"contract": "grid", "curtailment_credits": usd("12000.00"),
            "party": "vendor", "due": "2026-04-30"}));
        given(with_contracts()).when(DAY, bill).posts(expect![[r#"
            us-gaap, tax: Power billed
              Dr 5010 Power [vendor, mining]                                  268,000.00
                 Cr 2010 Payables [vendor, mining]                                          268,000.00
                 Cr 9120 Power and hosting obligations [vendor]                             196,000.00
              Dr 9129 Power and hosting obligations, contra [vendor]          196,000.00
        "#]])
    }

    // Seven tenths of 320,000 are 224,000, and 208,320 are left.
    fn what_is_fixed_never_falls_below_zero() {
        let bill = billed("payable", "320000.00", json!({"contract": "grid", "party": "vendor"}));
        given(with_contracts()).when(DAY, bill).posts(expect![[r#"
            us-gaap, tax: Power billed
              Dr 5010 Power [vendor, mining]                                  320,000.00
                 Cr 2010 Payables [vendor, mining]                                          320,000.00
                 Cr 9120 Power and hosting obligations [vendor]                             208,320.00
              Dr 9129 Power and hosting obligations, contra [vendor]          208,320.00
        "#]])
    }

    fn a_bill_may_say_itself_how_much_of_it_was_fixed() {
        let bill = billed("accrual", "230000.00", json!({"contract": "grid", "fixed": usd("208320.00")}));
        given(with_contracts()).when(DAY, bill).posts(expect![[r#"
            us-gaap, tax: Power taken and not billed yet
              Dr 5010 Power [mining]                                          230,000.00
                 Cr 2020 Accrued expenses [mining]                                          230,000.00
                 Cr 9120 Power and hosting obligations [vendor]                             208,320.00
              Dr 9129 Power and hosting obligations, contra [vendor]          208,320.00
        "#]])
    }

    fn a_bill_for_power_of_computing_is_a_cost_of_its_revenue() {
        let bill = billed("cash", "80000.00", json!({"segment": "ai", "from": wallet("bank")}));
        given(standard()).when(DAY, bill).posts(expect![[r#"
            us-gaap, tax: Power billed and paid
              Dr 5110 AI cost of revenue [ai]                                  80,000.00
                 Cr 1010 Cash [bank]                                                         80,000.00
        "#]])
    }

    fn a_bill_is_covered_by_what_was_paid_before() {
        let ledger = standard().and("2026-03-01", "300,000 paid in advance", vec![cash("cash_paid", "prepaid", "300000.00")]);
        given(ledger).when(DAY, billed("prepaid", "280000.00", json!({"party": "vendor"}))).posts(expect![[r#"
            us-gaap, tax: Power taken that was paid before
              Dr 5010 Power [vendor, mining]                                  280,000.00
                 Cr 1420 Prepaid expenses [vendor, mining]                                  280,000.00
        "#]])
    }

    fn what_a_customer_owes_in_any_case_is_backlog() {
        given(with_customer()).when("2026-03-01", computing(json!({}))).posts(expect![[r#"
            us-gaap, tax: Computing contracted
              Dr 9210 AI computing backlog [customer]                         900,000.00
                 Cr 9219 AI computing backlog, contra [customer]                            900,000.00
        "#]])
    }

    fn a_delivery_is_revenue_net_of_credits_and_lowers_the_backlog() {
        let delivery = delivered("receivable", "41000.00", json!({"contract": "cloud", "credits": usd("1000.00")}));
        given(with_contracts()).when(DAY, delivery).posts(expect![[r#"
            us-gaap, tax: Computing delivered
              Dr 1410 Receivables [customer, ai]                               40,000.00
                 Cr 4110 AI computing revenue [customer, ai]                                 40,000.00
                 Cr 9210 AI computing backlog [customer]                                     36,900.00
              Dr 9219 AI computing backlog, contra [customer]                  36,900.00
        "#]])
    }

    fn a_delivery_uses_up_what_the_customer_paid_before() {
        let ledger = with_customer().and("2026-03-01", "50,000 received in advance", vec![
            with(cash("cash_received", "prepayment", "50000.00"), json!({"party": "customer", "segment": "ai"})),
        ]);
        given(ledger).when(DAY, delivered("prepayment", "41000.00", json!({}))).posts(expect![[r#"
            us-gaap, tax: Computing delivered that was paid before
              Dr 2210 Contract liabilities [customer, ai]                      41,000.00
                 Cr 4110 AI computing revenue [customer, ai]                                 41,000.00
        "#]])
    }

    fn an_operating_cost_uses_up_what_was_paid_before() {
        let ledger = standard().and("2026-03-01", "24,000 paid in advance", vec![cash("cash_paid", "prepaid", "24000.00")]);
        let cost = json!({"type": "operating_cost_recorded", "segment": "corporate", "category": "general",
            "amount": usd("2000.00"), "settles": "prepaid"});
        given(ledger).when(DAY, cost).posts(expect![[r#"
            us-gaap, tax: Operating cost used up that was paid before
              Dr 6010 General and administrative [corporate]                    2,000.00
                 Cr 1420 Prepaid expenses [corporate]                                         2,000.00
        "#]])
    }

    fn money_is_paid_in_advance_or_as_a_deposit() {
        let paid = vec![cash("cash_paid", "prepaid", "24000.00"), cash("cash_paid", "deposit", "75000.00")];
        given(standard()).when_each(DAY, paid).posts(expect![[r#"
            us-gaap, tax: Money paid
              Dr 1420 Prepaid expenses                                         24,000.00
                 Cr 1010 Cash [bank]                                                         24,000.00
            us-gaap, tax: Money paid
              Dr 1540 Hosting and power deposits                               75,000.00
                 Cr 1010 Cash [bank]                                                         75,000.00
        "#]])
    }

    fn money_is_received_in_advance_or_as_a_deposit_returned() {
        let received = vec![
            with(cash("cash_received", "prepayment", "50000.00"), json!({"party": "customer", "segment": "ai"})),
            cash("cash_received", "deposit", "75000.00"),
        ];
        given(with_customer()).when_each(DAY, received).posts(expect![[r#"
            us-gaap, tax: Money received
              Dr 1010 Cash [bank]                                              50,000.00
                 Cr 2210 Contract liabilities [customer, ai]                                 50,000.00
            us-gaap, tax: Money received
              Dr 1010 Cash [bank]                                              75,000.00
                 Cr 1540 Hosting and power deposits                                          75,000.00
        "#]])
    }

    fn a_measurement_of_the_business_posts_nothing() {
        let metric = json!({"type": "operating_metric_recorded", "name": "hashrate_ehs", "value": "34.55",
            "period": {"from": "2026-03-01", "to": "2026-03-31"}, "unit": "EH/s", "source": "operations report"});
        given(standard()).when(DAY, metric).posts(expect![[r#"
            us-gaap, tax: Operating metric recorded
              nothing
        "#]])
    }
}
