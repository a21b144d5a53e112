//! Terms beside the interest: what lenders take for them, how that becomes expense, indices, amendments.

use expect_test::expect;
use serde_json::{Value, json};

use super::super::json::*;
use super::super::ledger::{Ledger, standard};
use super::super::rule::given;
use super::super::rules;

const OPEN: &str = "2026-01-01";

/// A facility that ends after a year of 365 days, and what the lender takes for it.
fn year(kind: &str, more: Value) -> Value {
    with(with(lent(kind, "kept"), json!({"maturity": "2027-01-01", "day_count": "act/365"})), more)
}

fn with_fee(kind: &str) -> Ledger {
    let fee = json!({"upfront_fee": usd("3650.00"), "fee_from": wallet("bank")});
    standard().and(OPEN, &format!("a {kind} facility for a year, 3,650 paid for it"), vec![year(kind, fee)])
}

fn floating(more: Value) -> Ledger {
    let terms = with(json!({"index": "SOFR", "spread": "0.04"}), more);
    standard().and(
        OPEN,
        "100,000 drawn at an index and 4 %, act/365",
        vec![year("revolver", json!({"rate": terms})), drawn("100000.00", "0")],
    )
}

fn reset(from: &str, index: &str) -> Value {
    json!({"type": "rate_reset", "facility": "f", "from": from, "index_rate": index})
}

fn amortised(through: &str) -> Value {
    json!({"type": "issue_cost_amortised", "facility": "f", "through": through})
}

fn amended(treatment: &str, changes: Value, more: Value) -> Value {
    with(
        json!({"type": "facility_amended", "facility": "f", "treatment": treatment, "changes": changes}),
        more,
    )
}

rules! {
    fn what_a_revolver_costs_is_an_asset_until_it_is_used_up() {
        given(standard()).when(OPEN, year("revolver", json!({"upfront_fee": usd("3650.00"), "fee_from": wallet("bank")}))).posts(expect![[r#"
            us-gaap, tax: Facility opened
              Dr 1430 Deferred facility costs [f]                               3,650.00
                 Cr 1010 Cash [bank]                                                          3,650.00
              Dr 9010 Undrawn facilities [f]                                  300,000.00
                 Cr 9019 Undrawn facilities, contra [f]                                     300,000.00
        "#]])
    }

    fn what_a_term_loan_costs_stands_against_it_and_is_owed_until_paid() {
        given(standard()).when(OPEN, year("term", json!({"upfront_fee": usd("3650.00")}))).posts(expect![[r#"
            us-gaap, tax: Facility opened
              Dr 2319 Unamortised issue cost [f]                                3,650.00
                 Cr 2010 Payables [f]                                                         3,650.00
              Dr 9010 Undrawn facilities [f]                                  300,000.00
                 Cr 9019 Undrawn facilities, contra [f]                                     300,000.00
        "#]])
    }

    // 31 days of 365: 3,650 x 31 / 365.
    fn issue_cost_becomes_interest_by_days() {
        given(with_fee("term")).when("2026-02-01", amortised("2026-02-01")).posts(expect![[r#"
            us-gaap, tax: Issue cost amortised
              Dr 6710 Interest [f]                                                310.00
                 Cr 2319 Unamortised issue cost [f]                                             310.00
        "#]])
    }

    fn the_cost_of_capacity_becomes_interest_too() {
        given(with_fee("revolver")).when("2026-02-01", amortised("2026-02-01")).posts(expect![[r#"
            us-gaap, tax: Issue cost amortised
              Dr 6710 Interest [f]                                                310.00
                 Cr 1430 Deferred facility costs [f]                                            310.00
        "#]])
    }

    // Received 296,350 for 300,000 in a year at 8 %: 0.02541 % a day, of which the first 31 days take 297.02.
    fn at_a_constant_rate_less_cost_comes_first() {
        given(standard().and(OPEN, "a term loan for a year, 3,650 kept of 300,000, at a constant rate", vec![year("term", json!({"fee_method": "effective_interest"})), drawn("300000.00", "3650.00")])).when("2026-02-01", amortised("2026-02-01")).posts(expect![[r#"
            us-gaap, tax: Issue cost amortised
              Dr 6710 Interest [f]                                                297.02
                 Cr 2319 Unamortised issue cost [f]                                             297.02
        "#]])
    }

    fn an_index_posts_nothing() {
        given(floating(json!({}))).when(OPEN, reset("2026-01-02", "0.05")).posts(expect![[r#"
            us-gaap, tax: Rate reset
              nothing
        "#]])
    }

    // 10 days at 9 % and 20 at 10 %: 100,000 x (0.9 + 2.0) / 365.
    fn interest_follows_the_index_from_the_day_of_its_reset() {
        given(floating(json!({})).and(OPEN, "the index is 5 %", vec![reset("2026-01-02", "0.05")]).and("2026-01-11", "from 12 January 6 %", vec![reset("2026-01-12", "0.06")])).when("2026-01-31", accrued("2026-01-31")).posts(expect![[r#"
            us-gaap, tax: Interest accrued
              Dr 6710 Interest [f]                                                794.52
                 Cr 2320 Accrued interest [f]                                                   794.52
        "#]])
    }

    // 30 days at 3 % and 4 %: 100,000 x 0.07 x 30 / 365.
    fn an_index_below_its_floor_counts_as_the_floor() {
        given(floating(json!({"floor": "0.03"})).and(OPEN, "the index is 1 %", vec![reset("2026-01-02", "0.01")])).when("2026-01-31", accrued("2026-01-31")).posts(expect![[r#"
            us-gaap, tax: Interest accrued
              Dr 6710 Interest [f]                                                575.34
                 Cr 2320 Accrued interest [f]                                                   575.34
        "#]])
    }

    // 200,000 idle for 30 days at 0.5 %, 100,000 drawn at 8 %: 82.19 and 657.53.
    fn what_is_not_drawn_bears_its_fee() {
        given(standard().and(OPEN, "100,000 of 300,000 drawn at 8 %, 0.5 % on the rest, act/365", vec![year("revolver", json!({"unused_fee": "0.005"})), drawn("100000.00", "0")])).when("2026-01-31", accrued("2026-01-31")).posts(expect![[r#"
            us-gaap, tax: Interest accrued
              Dr 6710 Interest [f]                                                739.72
                 Cr 2320 Accrued interest [f]                                                   739.72
        "#]])
    }

    fn a_modified_loan_goes_on_with_its_cost_and_the_new_fee() {
        given(with_fee("term")).when("2026-02-01", amended("modification", json!({"limit": usd("400000.00"), "maturity": "2028-01-01"}), json!({"fee": usd("1000.00"), "from": wallet("bank"), "test": {"difference": "0.02"}}))).posts(expect![[r#"
            us-gaap, tax: Facility amended: the same debt goes on
              Dr 2319 Unamortised issue cost [f]                                1,000.00
                 Cr 1010 Cash [bank]                                                          1,000.00
              Dr 9010 Undrawn facilities [f]                                  100,000.00
                 Cr 9019 Undrawn facilities, contra [f]                                     100,000.00
        "#]])
    }

    fn a_loan_exchanged_for_another_writes_its_cost_off() {
        given(with_fee("term").and(OPEN, "300,000 drawn", vec![drawn("300000.00", "0")])).when("2026-02-01", amended("extinguishment", json!({"rate": {"fixed": "0.05"}}), json!({"fee": usd("1000.00"), "from": wallet("bank"), "test": {"difference": "0.12"}}))).posts(expect![[r#"
            us-gaap, tax: Facility amended: what the change costs
                 Cr 2319 Unamortised issue cost [f]                                           3,650.00
                 Cr 1010 Cash [bank]                                                          1,000.00
              Dr 4560 Extinguishment and prepayment of debt [f]                 4,650.00
        "#]])
    }

    fn principal_given_up_in_an_exchange_is_a_gain() {
        given(with_fee("term").and(OPEN, "300,000 drawn", vec![drawn("300000.00", "0")])).when("2026-02-01", amended("extinguishment", json!({}), json!({"forgiven": usd("50000.00")}))).posts(expect![[r#"
            us-gaap, tax: Facility amended: what the change costs
              Dr 2310 Loan principal [f]                                       50,000.00
                 Cr 2319 Unamortised issue cost [f]                                           3,650.00
                 Cr 4560 Extinguishment and prepayment of debt [f]                           46,350.00
        "#]])
    }

    fn a_troubled_debtor_expenses_the_fee_and_keeps_the_cost() {
        given(with_fee("term").and(OPEN, "300,000 drawn", vec![drawn("300000.00", "0")])).when("2026-02-01", amended("troubled", json!({"maturity": "2029-01-01"}), json!({"fee": usd("1000.00")}))).posts(expect![[r#"
            us-gaap, tax: Facility amended: what the change costs
                 Cr 2010 Payables [f]                                                         1,000.00
              Dr 4560 Extinguishment and prepayment of debt [f]                 1,000.00
        "#]])
    }

    // 10 days at 8 % and 20 at 5 %: 300,000 x (0.8 + 1.0) / 365.
    fn another_rate_holds_from_the_day_of_the_amendment() {
        given(standard().and(OPEN, "300,000 drawn at 8 %, act/365", vec![year("term", json!({})), drawn("300000.00", "0")]).and("2026-01-12", "amended to 5 %", vec![amended("modification", json!({"rate": {"fixed": "0.05"}}), json!({}))])).when("2026-01-31", accrued("2026-01-31")).posts(expect![[r#"
            us-gaap, tax: Interest accrued
              Dr 6710 Interest [f]                                              1,479.45
                 Cr 2320 Accrued interest [f]                                                 1,479.45
        "#]])
    }
}
