//! Loans drawn, paid, repaid and retired. Interest has a page of its own.

pub(crate) mod interest;
pub(crate) mod settlement;
pub(crate) mod terms;

use expect_test::expect;
use serde_json::{Value, json};

use super::json::*;
use super::ledger::{Ledger, standard};
use super::rule::given;
use super::rules;

const DRAWN: &str = "2026-02-01";

fn opened(kind: &str) -> Ledger {
    standard().and(DRAWN, &format!("a {kind} facility of 300,000"), vec![lent(kind, "kept")])
}

fn drawn_with_fee(kind: &str, fee: &str) -> Ledger {
    opened(kind)
        .and(DRAWN, &format!("300,000 drawn, {fee} of it kept as issue cost"), vec![drawn("300000.00", fee)])
        .and("2026-02-28", "interest accrued through the day: 1,800.00", vec![accrued("2026-02-28")])
}

fn repaid_with_interest_and_fee() -> Value {
    with(repaid("100000.00"), json!({"interest": usd("1800.00"), "prepayment_fee": usd("500.00")}))
}

/// A term loan of 300,000 with an issue cost of 1,000, some of its three parts repaid.
fn term_repaid(parts: usize) -> Ledger {
    (0..parts).fold(drawn_with_fee("term", "1000.00"), |ledger, _| {
        ledger.and("2026-03-01", "100,000 repaid", vec![repaid("100000.00")])
    })
}

fn with_usdt(ledger: Ledger) -> Ledger {
    ledger.and("2026-01-01", "USDT at 0.999", vec![observed("USDT", "0.999", "2026-01-01T00:00:00Z")]).and(
        "2026-02-01",
        "149,850 USD turned into 150,000 USDT",
        vec![converted("149850.00", "150000")],
    )
}

rules! {
    fn an_open_facility_is_off_the_balance_sheet() {
        given(standard()).when(DRAWN, lent("revolver", "kept")).posts(expect![[r#"
            us-gaap, tax: Facility opened
              Dr 9010 Undrawn facilities [f]                                  300,000.00
                 Cr 9019 Undrawn facilities, contra [f]                                     300,000.00
        "#]])
    }

    fn a_draw_is_owed_in_full_and_its_issue_cost_stands_against_it() {
        given(opened("term")).when(DRAWN, drawn("100000.00", "1000.00")).posts(expect![[r#"
            us-gaap, tax: Loan drawn
              Dr 1010 Cash [bank]                                              99,000.00
              Dr 2319 Unamortised issue cost [f]                                1,000.00
                 Cr 2310 Loan principal [f]                                                 100,000.00
                 Cr 9010 Undrawn facilities [f]                                             100,000.00
              Dr 9019 Undrawn facilities, contra [f]                          100,000.00
        "#]])
    }

    fn a_draw_in_a_stablecoin_is_owed_at_par_and_received_at_its_price() {
        let ledger = opened("revolver").and(
            DRAWN,
            "USDT at 0.9985",
            vec![observed("USDT", "0.9985", "2026-02-01T00:00:00Z")],
        );
        let drawn = with(drawn("100000.00", "200.00"), json!({"to": wallet("usdt")}));
        given(ledger).when(DRAWN, drawn).posts(expect![[r#"
            us-gaap, tax: Loan drawn
              Dr 1110 Stablecoins [usdt]                                       99,650.30                 99800.000000 USDT
              Dr 2319 Unamortised issue cost [f]                                  200.00
                 Cr 2310 Loan principal [f]                                                 100,000.00
              Dr 4550 Stablecoin, exchange and settlement differences [f]         149.70
                 Cr 9010 Undrawn facilities [f]                                             100,000.00
              Dr 9019 Undrawn facilities, contra [f]                          100,000.00
        "#]])
    }

    fn accrued_interest_is_paid() {
        let paid = json!({"type": "interest_paid", "facility": "f", "amount": usd("1800.00"), "how": "cash", "from": wallet("bank")});
        given(drawn_with_fee("revolver", "0")).when("2026-03-01", paid).posts(expect![[r#"
            us-gaap, tax: Interest paid
              Dr 2320 Accrued interest [f]                                      1,800.00
                 Cr 1010 Cash [bank]                                                          1,800.00
        "#]])
    }

    fn interest_paid_in_a_stablecoin_settles_at_par() {
        let paid = json!({"type": "interest_paid", "facility": "f", "amount": usd("1800.00"), "how": "cash", "from": wallet("usdt")});
        given(with_usdt(drawn_with_fee("revolver", "0"))).when("2026-03-01", paid).posts(expect![[r#"
            us-gaap, tax: Interest paid
              Dr 2320 Accrued interest [f]                                      1,800.00
                 Cr 1110 Stablecoins [usdt]                                                   1,798.20    1800.000000 USDT
                 Cr 4550 Stablecoin, exchange and settlement differences [f]                        1.80
        "#]])
    }

    fn what_is_repaid_on_a_revolver_may_be_drawn_again() {
        given(drawn_with_fee("revolver", "3000.00")).when("2026-03-01", repaid_with_interest_and_fee()).posts(
            expect![[r#"
            us-gaap, tax: Loan repaid
              Dr 2310 Loan principal [f]                                      100,000.00
              Dr 2320 Accrued interest [f]                                      1,800.00
              Dr 4560 Extinguishment and prepayment of debt [f]                   500.00
                 Cr 1010 Cash [bank]                                                        102,300.00
              Dr 9010 Undrawn facilities [f]                                  100,000.00
                 Cr 9019 Undrawn facilities, contra [f]                                     100,000.00
        "#]],
        )
    }

    fn what_is_repaid_on_demand_may_be_drawn_again() {
        given(drawn_with_fee("on_demand", "3000.00")).when("2026-03-01", repaid("100000.00")).posts(expect![
            [r#"
            us-gaap, tax: Loan repaid
              Dr 2310 Loan principal [f]                                      100,000.00
                 Cr 1010 Cash [bank]                                                        100,000.00
              Dr 9010 Undrawn facilities [f]                                  100,000.00
                 Cr 9019 Undrawn facilities, contra [f]                                     100,000.00
        "#]
        ])
    }

    fn a_part_of_a_term_loan_takes_its_share_of_the_issue_cost() {
        given(drawn_with_fee("term", "3000.00")).when("2026-03-01", repaid_with_interest_and_fee()).posts(
            expect![[r#"
            us-gaap, tax: Loan repaid
              Dr 2310 Loan principal [f]                                      100,000.00
              Dr 2320 Accrued interest [f]                                      1,800.00
              Dr 4560 Extinguishment and prepayment of debt [f]                   500.00
              Dr 4560 Extinguishment and prepayment of debt [f]                 1,000.00
                 Cr 2319 Unamortised issue cost [f]                                           1,000.00
                 Cr 1010 Cash [bank]                                                        102,300.00
        "#]],
        )
    }

    fn the_first_third_of_a_term_loan_takes_a_third_of_the_issue_cost() {
        given(term_repaid(0)).when("2026-03-01", repaid("100000.00")).posts(expect![[r#"
            us-gaap, tax: Loan repaid
              Dr 2310 Loan principal [f]                                      100,000.00
              Dr 4560 Extinguishment and prepayment of debt [f]                   333.33
                 Cr 2319 Unamortised issue cost [f]                                             333.33
                 Cr 1010 Cash [bank]                                                        100,000.00
        "#]])
    }

    fn the_second_third_takes_half_of_the_issue_cost_that_is_left() {
        given(term_repaid(1)).when("2026-03-01", repaid("100000.00")).posts(expect![[r#"
            us-gaap, tax: Loan repaid
              Dr 2310 Loan principal [f]                                      100,000.00
              Dr 4560 Extinguishment and prepayment of debt [f]                   333.34
                 Cr 2319 Unamortised issue cost [f]                                             333.34
                 Cr 1010 Cash [bank]                                                        100,000.00
        "#]])
    }

    fn the_last_third_takes_the_rest_of_the_issue_cost() {
        given(term_repaid(2)).when("2026-03-01", repaid("100000.00")).posts(expect![[r#"
            us-gaap, tax: Loan repaid
              Dr 2310 Loan principal [f]                                      100,000.00
              Dr 4560 Extinguishment and prepayment of debt [f]                   333.33
                 Cr 2319 Unamortised issue cost [f]                                             333.33
                 Cr 1010 Cash [bank]                                                        100,000.00
        "#]])
    }

    fn a_debt_settled_in_a_stablecoin_falls_by_its_face() {
        let repaid = with(repaid("100000.00"), json!({"from": wallet("usdt")}));
        given(with_usdt(drawn_with_fee("revolver", "0"))).when("2026-03-01", repaid).posts(expect![[r#"
            us-gaap, tax: Loan repaid
              Dr 2310 Loan principal [f]                                      100,000.00
                 Cr 1110 Stablecoins [usdt]                                                  99,900.00  100000.000000 USDT
                 Cr 4550 Stablecoin, exchange and settlement differences [f]                      100.00
              Dr 9010 Undrawn facilities [f]                                  100,000.00
                 Cr 9019 Undrawn facilities, contra [f]                                     100,000.00
        "#]])
    }

    fn a_retired_revolver_charges_what_is_left_of_its_issue_cost() {
        let all = with(repaid("300000.00"), json!({"interest": usd("1866.67")}));
        let ledger = drawn_with_fee("revolver", "3000.00").and(
            "2026-03-01",
            "accrued for a day more, and all of it repaid",
            vec![accrued("2026-03-01"), all],
        );
        given(ledger).when("2026-03-02", json!({"type": "facility_retired", "facility": "f"})).posts(expect![
            [r#"
            us-gaap, tax: Facility retired
              Dr 4560 Extinguishment and prepayment of debt [f]                 3,000.00
                 Cr 2319 Unamortised issue cost [f]                                           3,000.00
                 Cr 9010 Undrawn facilities [f]                                             300,000.00
              Dr 9019 Undrawn facilities, contra [f]                          300,000.00
        "#]
        ])
    }

    fn a_retired_term_loan_gives_up_what_was_never_drawn() {
        let ledger = opened("term").and(DRAWN, "200,000 drawn", vec![drawn("200000.00", "0")]).and(
            DRAWN,
            "and repaid the same day",
            vec![repaid("200000.00")],
        );
        given(ledger).when("2026-03-02", json!({"type": "facility_retired", "facility": "f"})).posts(expect![
            [r#"
            us-gaap, tax: Facility retired
                 Cr 9010 Undrawn facilities [f]                                             100,000.00
              Dr 9019 Undrawn facilities, contra [f]                          100,000.00
        "#]
        ])
    }
}
