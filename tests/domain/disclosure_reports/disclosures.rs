//! What the notes say of crypto assets: which parts a period asks for, and their figures.

use ledger_core::report::{REPORTS, Request};
use ledger_core::resolve::Question;
use serde_json::json;

use super::shown;
use crate::mini_story::says;
use crate::posting_rules::json::*;
use crate::posting_rules::ledger::{Ledger, standard, under};

/// Synthetic. In 2025: two coins bought for 100,000, one mined at 60,000 of which half is sold two days later for 31,000,
/// half a coin of those bought sold for 22,000, one pledged; ten of another coin bought for 3,000.
fn year() -> Ledger {
    let policy = json!({"measurement": "fair_value", "operating_within_days": 3});
    let ether = |units: &str, paid: &str| {
        with(bought(units, paid, "0"), json!({"commodity": "ETH", "to": wallet("ether")}))
    };
    let terms = json!({"maturity": "2026-07-01",
        "ltv": {"initial": "0.6", "release": "0.5", "call": "0.75", "liquidation": "0.85"}});
    under(&[("us-gaap", policy)])
        .and(
            "2025-01-02",
            "",
            vec![
                json!({"type": "commodity_declared", "code": "ETH", "scale": 8}),
                json!({"type": "wallet_opened", "wallet": "ether", "kind": "cold", "commodity": "ETH"}),
            ],
        )
        .and("2025-01-10", "", vec![bought("2", "100000.00", "0")])
        .and("2025-02-01", "", vec![ether("10", "3000.00")])
        .and(
            "2025-03-01",
            "",
            vec![json!({"type": "coins_mined", "wallet": "hot", "units": "1", "price": "60000.00"})],
        )
        .and("2025-03-03", "", vec![with(sold("0.5", "31000.00", "0"), json!({"from": wallet("hot")}))])
        .and("2025-06-01", "", vec![sold("0.5", "22000.00", "0")])
        .and(
            "2025-07-01",
            "",
            vec![with(lent("term", "kept"), terms), pledged("1", "50000"), drawn("30000.00", "0")],
        )
        .and("2025-12-31", "", vec![marked("65000.00"), with(marked("250.00"), json!({"commodity": "ETH"}))])
}

fn notes(ledger: &Ledger, book: &str, to: &str) -> Vec<String> {
    let log = ledger.history.log().to_vec();
    let question = Question { as_of: Some(to.parse().unwrap()), ..Question::default() };
    let request = Request { log: &log, question, book: book.parse().unwrap(), from: None, argument: None };
    let report = REPORTS.iter().find(|report| report.name == "disclosures").unwrap();
    (report.make)(&request).unwrap().notes
}

// BTC: 2 + 1 - 0.5 - 0.5, of 1.5 x 50,000 and 0.5 x 60,000, at 65,000. ETH: 2,500 of 132,500 is 1.9 %. BTC gained
// 130,000 - (160,000 - 53,000); ETH lost 500. Realised: 31,000 - 30,000 and 22,000 - 25,000.
#[test]
fn a_fiscal_year_has_the_annual_disclosures() {
    let log = year().history.log().to_vec();
    let expected = "\
        Holdings, at cost and at fair value\n\
        Holding | 50-1 | BTC | 2.00000000 | 105000.00 | 130000.00\n\
        Other coins, none significant | 50-1 | 3000.00 | 2500.00\n\
        Coins in scope | 50-1 | 108000.00 | 132500.00\n\
        Accounting\n\
        Method of determining cost | 50-2 | first in, first out, within each wallet\n\
        Line of gains and losses | 50-2 | 4510 Gains and losses on bitcoin, a line of its own\n\
        Reconciliation, at fair value\n\
        Mined | 50-4 | BTC | 1.00000000 | 60000.00\n\
        Bought | 50-4 | BTC | 2.00000000 | 100000.00\n\
        Bought | 50-4 | ETH | 10.00000000 | 3000.00\n\
        Additions | 50-3 | 163000.00\n\
        Sold | 50-4 | BTC | -1.00000000 | -53000.00\n\
        Dispositions | 50-3 | -53000.00\n\
        Net gain | 50-3 | BTC | 23000.00\n\
        Gains | 50-3 | 23000.00\n\
        Net loss | 50-3 | ETH | -500.00\n\
        Losses | 50-3 | -500.00\n\
        Closing | 50-3 | 132500.00\n\
        Realised in the period, over cost, lot by lot\n\
        Gains | 50-4 | BTC | 30000.00 | 1000.00\n\
        Realised gains | 50-4 | 30000.00 | 1000.00\n\
        Losses | 50-4 | BTC | 25000.00 | -3000.00\n\
        Realised losses | 50-4 | 25000.00 | -3000.00\n\
        Coins sold for cash within 3 days of being mined\n\
        Sold, at what was received | 50-5 | BTC | 0.50000000 | 30000.00 | 31000.00\n\
        Line of their gains and losses | 50-5 | 4510; they are in the reconciliation too\n\
        Coins under contractual sale restrictions, at fair value\n\
        Pledged under f to lender | 50-7 | BTC | 1.00000000 | 50000.00 | 65000.00\n\
        Nature | 50-7 | security for a loan with control kept\n\
        Restricted until | 50-7 | 2026-07-01 | maturity\n\
        Remaining | 50-7 | 182 | days\n\
        Lapses on | 50-7 | repayment of 30,000 USD\n\
        In part below | 50-7 | 50.00 % | loan to value\n\
        Margin call from | 50-7 | 75.00 % | loan to value\n\
        Lender may sell from | 50-7 | 85.00 % | loan to value\n\
        Restricted coins | 50-7 | 50000.00 | 65000.00";
    assert_eq!(shown(&log, "disclosures", "us-gaap", None, Some("2025-12-31")), expected);
}

// What a year's roll-forward and list of lots disposed of say is what the notes say.
#[test]
fn the_disclosures_agree_with_the_reports_that_they_are_made_of() {
    let log = year().history.log().to_vec();
    let report = |name: &str| shown(&log, name, "us-gaap", None, Some("2025-12-31"));
    says(&report("roll-forward"), &["Gain on remeasurement | 23000.00", "Loss on remeasurement | -500.00"]);
    says(
        &report("realised-gains"),
        &["Gains | 31000.00 | 30000.00 | 1000.00", "Losses | 22000.00 | 25000.00 | -3000.00"],
    );
    says(&report("restricted"), &["Fair value of restricted coins | 65000.00"]);
    says(&report("cash-flow"), &["Mined coins sold within days | 31000.00"]);
}

// On 30 June nothing is pledged and BTC was never marked: 3 - 1 coins and no price but those of the trades.
#[test]
fn a_shorter_period_has_those_of_interim_statements() {
    let ledger = year().and("2026-01-10", "", vec![observed("BTC", "70000", "2026-01-31T00:00:00Z")]);
    let log = ledger.history.log().to_vec();
    let expected = "\
        Holdings, at cost and at fair value\n\
        Holding | 50-1 | BTC | 2.00000000 | 105000.00 | no price\n\
        Holding | 50-1 | ETH | 10.00000000 | 3000.00 | no price\n\
        Coins in scope | 50-1 | 108000.00";
    assert_eq!(shown(&log, "disclosures", "us-gaap", None, Some("2025-06-30")), expected);
    let january = shown(&log, "disclosures", "us-gaap", Some("2026-01-01"), Some("2026-01-31"));
    says(
        &january,
        &[
            "Holding | 50-1 | BTC | 2.00000000 | 105000.00 | 140000.00",
            "Restricted coins | 50-7 | 50000.00 | 70000.00",
        ],
    );
    assert!(!january.contains("50-3") && !january.contains("50-2"), "{january}");
    let notes = notes(&ledger, "us-gaap", "2026-01-31");
    let unmarked = "The book carries these coins at 132,500.00, not at their fair value of 142,500.00: they are not marked at the last price.";
    assert!(notes.iter().any(|note| note == unmarked), "{notes:?}");
    assert!(notes.iter().any(|note| note.starts_with("The period is not a whole fiscal year")), "{notes:?}");
}

#[test]
fn in_the_year_of_adoption_a_quarter_has_the_annual_disclosures() {
    let adopted = |from: &str| {
        under(&[("us-gaap", json!({"measurement": "cost_less_impairment"}))])
            .and("2025-01-05", "", vec![bought("1", "50000.00", "0")])
            .and("2025-12-30", "", vec![observed("BTC", "60000", "2025-12-30T00:00:00Z")])
            .and(
                from,
                "",
                vec![json!({"type": "policy_adopted", "book": "us-gaap", "from": from,
                "policy": {"measurement": "fair_value"}, "transition": "cumulative_effect"})],
            )
            .and("2026-03-31", "", vec![marked("70000.00")])
    };
    let quarter = |ledger: &Ledger| {
        let log = ledger.history.log().to_vec();
        shown(&log, "disclosures", "us-gaap", Some("2026-01-01"), Some("2026-03-31"))
    };
    let now = adopted("2026-01-01");
    says(
        &quarter(&now),
        &[
            "Adoption of fair value (ASU 2023-08) | 50-3 | BTC | 10000.00",
            "Gains | 50-3 | 10000.00",
            "Closing | 50-3 | 1.00000000 | 70000.00",
        ],
    );
    assert!(
        notes(&now, "us-gaap", "2026-03-31")[0].starts_with("Fair value was adopted in this fiscal year")
    );
    let before = quarter(&adopted("2025-12-31"));
    assert!(!before.contains("50-3"), "{before}");
}

#[test]
fn a_book_at_cost_is_told_that_none_of_it_applies() {
    let ledger = standard().and("2025-01-10", "", vec![bought("2", "100000.00", "0")]);
    let log = ledger.history.log().to_vec();
    assert_eq!(shown(&log, "disclosures", "tax", None, None), "");
    let told = "Book tax carries coins at cost, not at fair value: ASC 350-60 asks nothing of it.";
    assert_eq!(notes(&ledger, "tax", "2025-12-31"), [told]);
}

#[test]
fn claims_on_lenders_and_stablecoins_are_outside_the_tables() {
    let ledger = standard()
        .and(
            "2025-01-10",
            "",
            vec![
                bought("2", "100000.00", "0"),
                observed("USDT", "1", "2025-01-10T00:00:00Z"),
                converted("1000.00", "1000.00"),
            ],
        )
        .and("2025-01-11", "", vec![lent("term", "passed"), pledged("0.5", "60000")])
        .and("2025-12-31", "", vec![marked("60000.00")]);
    let log = ledger.history.log().to_vec();
    let text = shown(&log, "disclosures", "us-gaap", None, Some("2025-12-31"));
    says(
        &text,
        &[
            "Coins in scope | 50-1 | 75000.00 | 90000.00",
            "Given to lenders | 50-4 | BTC | -0.50000000 | -30000.00",
            "Closing | 50-3 | 1.50000000 | 90000.00",
            "Realised gains | 50-4 | 25000.00 | 5000.00",
        ],
    );
    let notes = notes(&ledger, "us-gaap", "2025-12-31");
    for start in ["0.5 BTC with lenders who have control", "Stablecoins that give a right"] {
        assert!(notes.iter().any(|note| note.starts_with(start)), "{start}: {notes:?}");
    }
}
