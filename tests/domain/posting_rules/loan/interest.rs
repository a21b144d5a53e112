//! Interest: every way of counting days, first and last days, changes of principal, catching up.

use expect_test::expect;
use serde_json::{Value, json};

use super::super::json::*;
use super::super::ledger::{Ledger, standard};
use super::super::rule::given;
use super::super::rules;

/// A facility of other terms, 300,000 drawn.
fn terms(day: &str, words: &str, terms: Value) -> Ledger {
    standard().and(
        day,
        &format!("300,000 drawn at 8 %, {words}"),
        vec![with(lent("revolver", "kept"), terms), drawn("300000.00", "0")],
    )
}

fn counted(day: &str, convention: &str) -> Ledger {
    terms(day, &format!("{convention}, the first day free"), json!({"day_count": convention}))
}

fn repaid_half_way(last_day: bool) -> Ledger {
    let words = if last_day { "the last day counted" } else { "the last day free" };
    terms("2026-02-01", &format!("act/360, {words}"), json!({"count_last_day": last_day})).and(
        "2026-02-15",
        "100,000 repaid",
        vec![repaid("100000.00")],
    )
}

rules! {
    // 27 days: 300,000 x 0.08 x 27 / 360.
    fn act_360_counts_actual_days_over_360() {
        given(counted("2026-02-01", "act/360")).when("2026-02-28", accrued("2026-02-28")).posts(expect![[
            r#"
            us-gaap, tax: Interest accrued
              Dr 6710 Interest [f]                                              1,800.00
                 Cr 2320 Accrued interest [f]                                                 1,800.00
        "#
        ]])
    }

    // 28 days, 29 February among them: 24,000 x 28 / 360.
    fn act_360_counts_the_leap_day() {
        given(counted("2028-02-01", "act/360")).when("2028-02-29", accrued("2028-02-29")).posts(expect![[
            r#"
            us-gaap, tax: Interest accrued
              Dr 6710 Interest [f]                                              1,866.67
                 Cr 2320 Accrued interest [f]                                                 1,866.67
        "#
        ]])
    }

    // 28 days, 29 February among them: 24,000 x 28 / 365.
    fn act_365_is_over_365_in_a_leap_year_too() {
        given(counted("2028-02-01", "act/365")).when("2028-02-29", accrued("2028-02-29")).posts(expect![[
            r#"
            us-gaap, tax: Interest accrued
              Dr 6710 Interest [f]                                              1,841.10
                 Cr 2320 Accrued interest [f]                                                 1,841.10
        "#
        ]])
    }

    // 30 days of 2027 and 31 of 2028: 24,000 x (30 / 365 + 31 / 366).
    fn act_act_takes_each_day_over_the_days_of_its_year() {
        given(counted("2027-12-01", "act/act")).when("2028-01-31", accrued("2028-01-31")).posts(expect![[
            r#"
            us-gaap, tax: Interest accrued
              Dr 6710 Interest [f]                                              4,005.39
                 Cr 2320 Accrued interest [f]                                                 4,005.39
        "#
        ]])
    }

    // From 16 January up to 1 February: 15 days of 30/360, as if 31 January were not there.
    fn thirty_360_has_no_thirty_first() {
        given(counted("2026-01-15", "30/360")).when("2026-01-31", accrued("2026-01-31")).posts(expect![[r#"
            us-gaap, tax: Interest accrued
              Dr 6710 Interest [f]                                              1,000.00
                 Cr 2320 Accrued interest [f]                                                 1,000.00
        "#]])
    }

    // From 1 February up to 1 March is a month, with 29 days as with 28.
    fn thirty_360_gives_february_a_whole_month() {
        given(counted("2028-01-31", "30/360")).when("2028-02-29", accrued("2028-02-29")).posts(expect![[r#"
            us-gaap, tax: Interest accrued
              Dr 6710 Interest [f]                                              2,000.00
                 Cr 2320 Accrued interest [f]                                                 2,000.00
        "#]])
    }

    // 28 days: 24,000 x 28 / 360.
    fn the_day_of_the_draw_counts_where_the_terms_say_so() {
        let ledger = terms("2026-02-01", "act/360, the first day counted", json!({"count_first_day": true}));
        given(ledger).when("2026-02-28", accrued("2026-02-28")).posts(expect![[r#"
            us-gaap, tax: Interest accrued
              Dr 6710 Interest [f]                                              1,866.67
                 Cr 2320 Accrued interest [f]                                                 1,866.67
        "#]])
    }

    // 300,000 for 14 days and 200,000 for 13: 6,800,000 x 0.08 / 360.
    fn the_day_of_a_repayment_counts_where_the_terms_say_so() {
        given(repaid_half_way(true)).when("2026-02-28", accrued("2026-02-28")).posts(expect![[r#"
            us-gaap, tax: Interest accrued
              Dr 6710 Interest [f]                                              1,511.11
                 Cr 2320 Accrued interest [f]                                                 1,511.11
        "#]])
    }

    // 300,000 for 13 days and 200,000 for 14: 6,700,000 x 0.08 / 360.
    fn the_day_of_a_repayment_is_free_where_the_terms_say_so() {
        given(repaid_half_way(false)).when("2026-02-28", accrued("2026-02-28")).posts(expect![[r#"
            us-gaap, tax: Interest accrued
              Dr 6710 Interest [f]                                              1,488.89
                 Cr 2320 Accrued interest [f]                                                 1,488.89
        "#]])
    }

    // 100,000 from 2 February, 200,000 more from 12 February: 27 and 17 days, 6,100,000 x 0.08 / 360.
    fn every_draw_bears_interest_from_its_own_day() {
        let ledger = standard()
            .and(
                "2026-02-01",
                "100,000 drawn at 8 %, act/360",
                vec![lent("revolver", "kept"), drawn("100000.00", "0")],
            )
            .and("2026-02-11", "200,000 more drawn", vec![drawn("200000.00", "0")]);
        given(ledger).when("2026-02-28", accrued("2026-02-28")).posts(expect![[r#"
            us-gaap, tax: Interest accrued
              Dr 6710 Interest [f]                                              1,355.56
                 Cr 2320 Accrued interest [f]                                                 1,355.56
        "#]])
    }

    // 22.2222 a day: 22.22, 44.44, 66.67 to date.
    fn days_accrued_one_by_one_add_up_to_the_total() {
        let ledger = standard()
            .and(
                "2026-02-01",
                "100,000 drawn at 8 %, act/360",
                vec![lent("revolver", "kept"), drawn("100000.00", "0")],
            )
            .and("2026-02-02", "22.22 accrued", vec![accrued("2026-02-02")])
            .and("2026-02-03", "22.22 accrued", vec![accrued("2026-02-03")]);
        given(ledger).when("2026-02-04", accrued("2026-02-04")).posts(expect![[r#"
            us-gaap, tax: Interest accrued
              Dr 6710 Interest [f]                                                 22.23
                 Cr 2320 Accrued interest [f]                                                    22.23
        "#]])
    }

    // Accrued: 300,000 for 14 days, 933.33. Due: 300,000 for 13 days and 10,000 for 2, 871.11.
    fn interest_accrued_too_far_is_taken_back() {
        let ledger = terms("2026-02-01", "act/360, the last day free", json!({"count_last_day": false})).and(
            "2026-02-15",
            "933.33 accrued through the day, then 290,000 repaid",
            vec![accrued("2026-02-15"), repaid("290000.00")],
        );
        given(ledger).when("2026-02-16", accrued("2026-02-16")).posts(expect![[r#"
            us-gaap, tax: Interest accrued
                 Cr 6710 Interest [f]                                                            62.22
              Dr 2320 Accrued interest [f]                                         62.22
        "#]])
    }

    // 1,000,000 x ((1 + 0.12 / 365)^30 - 1) = 9,910.1765; simple interest would be 9,863.01.
    fn interest_compounded_daily_bears_interest_from_the_next_day() {
        let more = json!({"compounding": "daily", "day_count": "act/365", "rate": {"fixed": "0.12"},
            "limit": usd("1000000.00")});
        let ledger = standard().and(
            "2026-02-01",
            "1,000,000 drawn at 12 %, act/365, compounded daily",
            vec![with(lent("revolver", "kept"), more), drawn("1000000.00", "0")],
        );
        given(ledger).when("2026-03-03", accrued("2026-03-03")).posts(expect![[r#"
            us-gaap, tax: Interest accrued
              Dr 6710 Interest [f]                                              9,910.18
                 Cr 2320 Accrued interest [f]                                                 9,910.18
        "#]])
    }

    // February, 27 days: 1,800.00. March: 301,800 x 0.08 x 31 / 360 = 2,079.0667. Together 3,879.07.
    fn interest_compounded_monthly_bears_interest_from_the_first_of_the_next_month() {
        let ledger = terms("2026-02-01", "act/360, compounded monthly", json!({"compounding": "monthly"}))
            .and("2026-02-28", "1,800.00 accrued", vec![accrued("2026-02-28")]);
        given(ledger).when("2026-03-31", accrued("2026-03-31")).posts(expect![[r#"
            us-gaap, tax: Interest accrued
              Dr 6710 Interest [f]                                              2,079.07
                 Cr 2320 Accrued interest [f]                                                 2,079.07
        "#]])
    }

    // 14 days: 300,000 x ((1 + 0.08 / 360)^14 - 1) = 934.6827, of which 934.68 is paid. 13 days on 300,000.0027 make
    // 867.8232, so that 1,802.5059 has run to date and 867.83 is new. Unpaid it would have been 1,805.21 to date.
    fn interest_that_is_paid_bears_no_interest() {
        let ledger = terms("2026-02-01", "act/360, compounded daily", json!({"compounding": "daily"})).and(
            "2026-02-15",
            "934.68 accrued and paid",
            vec![
                accrued("2026-02-15"),
                json!({"type": "interest_paid", "facility": "f", "amount": usd("934.68"), "how": "cash",
                    "from": wallet("bank")}),
            ],
        );
        given(ledger).when("2026-02-28", accrued("2026-02-28")).posts(expect![[r#"
            us-gaap, tax: Interest accrued
              Dr 6710 Interest [f]                                                867.83
                 Cr 2320 Accrued interest [f]                                                   867.83
        "#]])
    }

    // As above, but the 934.68 are principal from the 16th on: 300,934.6827 x ((1 + 0.08 / 360)^13 - 1) = 870.5270, so
    // that 1,805.2096 has run to date, as if it had never been added, and 870.53 is new.
    fn interest_compounded_and_added_to_the_principal_comes_to_the_same() {
        let ledger = terms("2026-02-01", "act/360, compounded daily", json!({"compounding": "daily"})).and(
            "2026-02-15",
            "934.68 accrued and added to the principal",
            vec![
                accrued("2026-02-15"),
                json!({"type": "interest_paid", "facility": "f", "amount": usd("934.68"), "how": "in_kind"}),
            ],
        );
        given(ledger).when("2026-02-28", accrued("2026-02-28")).posts(expect![[r#"
            us-gaap, tax: Interest accrued
              Dr 6710 Interest [f]                                                870.53
                 Cr 2320 Accrued interest [f]                                                   870.53
        "#]])
    }
}
