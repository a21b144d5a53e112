//! What is owed, how far it is from a margin call, and when it falls due.

use ledger_core::report::{REPORTS, Request};
use ledger_core::resolve::Question;
use ledger_core::sheet::Cell;
use serde_json::json;

use super::{of, shown};
use crate::mini_story::says;
use crate::posting_rules::json::*;
use crate::posting_rules::ledger::{Ledger, standard, under};
use crate::stories::story;

// 38M at a coverage of 143 % and 20,000 a coin needs 2,717 of 3,000 coins; under 133 % from 38M x 1.33 / 3,000.
#[test]
fn bitfarms_needs_2717_coins_for_38_million() {
    says(
        &shown(&story("bitfarms-2022"), "facilities", "us-gaap", None, Some("2022-06-21")),
        &[
            "Owed in all | 38000000.00 | USD",
            "Collateral | 3000.00000000 | BTC",
            "Its value | 60000000.00 | USD",
            "Loan to value | 63.33 % | all collateral",
            "Margin call at a price of | 16846.67 | USD",
            "Fall of price to the margin call | 15.77 % | of the price",
            "Coins that could be released | 283.00000000 | BTC",
        ],
    );
}

#[test]
fn bitfarms_published_figures_tie() {
    let log = story("bitfarms-2022");
    let table = std::fs::read_to_string(
        std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../fixtures/stories/bitfarms-2022.tie-out.csv"),
    )
    .unwrap();
    let book = "us-gaap".parse().unwrap();
    let request =
        Request { log: &log, question: Question::default(), book, from: None, argument: Some(&table) };
    let sheet = (REPORTS.iter().find(|report| report.name == "tie-out").unwrap().make)(&request).unwrap();
    let at = sheet.columns.iter().position(|column| column.key == "difference").unwrap();
    let differences: Vec<&Cell> = sheet.rows.iter().map(|row| &row.cells[at]).collect();
    assert_eq!(differences.len(), 7);
    assert!(
        differences.iter().all(|cell| matches!(cell, Cell::Units(units, _) if units.is_zero())),
        "{differences:?}"
    );
}

/// A loan of a currency's units at a rate, drawn the day before its first bearing day, accrued through a day.
fn accrued_on(amount: &str, rate: &str, day_count: &str, drawn_on: &str, through: &str) -> String {
    let terms = json!({"rate": {"fixed": rate}, "day_count": day_count, "limit": usd(amount)});
    let ledger = standard()
        .and(drawn_on, "", vec![with(lent("term", "kept"), terms), drawn(amount, "0")])
        .and(through, "", vec![accrued(through)]);
    of(&ledger, "facilities", through)
}

// 20M at 10 % for the six days from 25 to 30 September; 1,000 at 12 % for thirty days.
#[test]
fn interest_is_that_of_published_loans() {
    let semler = |day_count| accrued_on("20000000.00", "0.1", day_count, "2025-09-24", "2025-09-30");
    says(&semler("act/365"), &["Interest owed | 32876.71 | USD"]);
    says(&semler("act/360"), &["Interest owed | 33333.33 | USD"]);
    let small = accrued_on("1000.00", "0.12", "act/365", "2025-08-31", "2025-09-30");
    says(&small, &["Interest owed | 9.86 | USD", "Owed in all | 1009.86 | USD"]);
}

/// 50,000 owed on one coin at 62,500, which is 80 %; called from 75 %, initial 71.43 % (a coverage of 140 %).
fn called() -> Ledger {
    let terms = json!({"ltv": {"initial": "0.714285714286", "call": "0.75", "liquidation": "0.9"}});
    standard().and("2026-01-05", "", vec![bought("2", "130000.00", "0")]).and(
        "2026-01-06",
        "",
        vec![
            with(lent("revolver", "kept"), terms),
            pledged("1", "62500"),
            drawn("50000.00", "0"),
            marked("62500"),
        ],
    )
}

// Posting: 50,000 x 1.4 / 62,500 - 1. Selling: 5,357.14 / 17,857.14. Paying: 50,000 - 62,500 / 1.4.
#[test]
fn a_loan_beyond_its_thresholds_says_what_brings_it_back() {
    says(
        &of(&called(), "facilities", "2026-01-06"),
        &[
            "Loan to value | 80.00 % | all collateral",
            "Margin call at a price of | 66666.67 | USD",
            "Fall of price to the margin call | -6.67 % | of the price",
            "Liquidation at a price of | 55555.56 | USD",
            "Fall of price to liquidation | 11.11 % | of the price",
            "Coins to the initial ratio | 0.12000000 | BTC",
            "Or coins to be sold for it | 0.30000000 | BTC",
            "Which would bring | 18750.00 | USD",
            "Or cash to be paid for it | 5357.14 | USD",
        ],
    );
}

/// 300,000 at 8 % over 360 to 2026-04-15, whose last day counts; beside it 40,000 on demand.
fn two_loans() -> Ledger {
    let on_demand = json!({"facility": "g", "limit": usd("40000.00")});
    standard()
        .and(
            "2026-01-31",
            "",
            vec![
                with(lent("term", "kept"), json!({"maturity": "2026-04-15"})),
                drawn("300000.00", "0"),
                with(lent("on_demand", "kept"), on_demand),
                with(drawn("40000.00", "0"), json!({"facility": "g"})),
            ],
        )
        .and("2026-02-14", "", vec![accrued("2026-02-14")])
}

#[test]
fn principal_falls_due_by_year_and_on_demand() {
    let text = of(&two_loans(), "debt-maturities", "2026-02-20");
    let expected = "\
        g | 40000.00\n\
        On demand | 40000.00\n\
        f | 2026-04-15 | 300000.00\n\
        2026 | 300000.00\n\
        Principal of debt | 340000.00";
    assert_eq!(text, expected);
    says(&of(&two_loans(), "debt-maturities", "2026-05-01"), &["Overdue | 300000.00"]);
}

// 300,000 x 8 % / 360 = 66.6667 a day: 14 days are 933.33; 28 are 1,866.67; 59 are 3,933.33; 74 are 4,933.33. Of the
// other loan 40,000 x 8 % x 20 / 360 = 177.78 to the day of the report.
#[test]
fn interest_accrues_by_month_to_maturity() {
    let text = of(&two_loans(), "interest-schedule", "2026-02-20");
    let expected = "\
        f (USD)\n\
        Accrued, not paid | 2026-02-14 | 933.33 | 933.33\n\
        2026-02 | 2026-02-28 | 933.34 | 1866.67\n\
        2026-03 | 2026-03-31 | 2066.66 | 3933.33\n\
        2026-04 | 2026-04-15 | 1000.00 | 4933.33\n\
        To maturity | 2026-04-15 | 4000.00 | 4933.33\n\
        g (USD)\n\
        Accrued, not paid | 0.00 | 0.00\n\
        2026-02 | 2026-02-20 | 177.78 | 177.78\n\
        Until now; no maturity | 2026-02-20 | 177.78 | 177.78";
    assert_eq!(text, expected);
}

// The price is of noon on the 4th: 35 hours and 59 minutes before the end of the 5th, 59 before that of the 6th.
#[test]
fn a_loan_to_value_at_an_old_price_says_of_when_it_is() {
    let price = json!({"price": [{"commodity": "BTC", "currency": "USD", "max_age_hours": 36}]});
    let ledger = under(&[("us-gaap", price)])
        .and("2026-01-03", "", vec![bought("4", "240000.00", "0")])
        .and("2026-01-04T12:00:00Z", "", vec![observed("BTC", "60000", "2026-01-04T12:00:00Z")])
        .and("2026-01-04", "", vec![lent("term", "kept"), pledged("4", "60000"), drawn("120000.00", "0")]);
    let stale = "Price is stale, of | 2026-01-04T12:00:00Z | BTC";
    let young = of(&ledger, "facilities", "2026-01-05");
    says(&young, &["Loan to value | 50.00 % | bitcoin collateral only"]);
    assert!(!young.contains("stale") && !young.contains("older"), "{young}");
    let old = of(&ledger, "facilities", "2026-01-06");
    says(&old, &[stale, "Loan to value | 50.00 % | bitcoin collateral only"]);
}
