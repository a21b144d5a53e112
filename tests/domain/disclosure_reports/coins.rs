//! Coins disposed of lot by lot, and coins that may not be sold.

use serde_json::json;

use super::{of, shown};
use crate::mini_story::says;
use crate::posting_rules::json::*;
use crate::posting_rules::ledger::{Ledger, standard};

/// Two coins for 100,000 in January 2025 and one for 70,000 in January 2026, sold in parts at 70,000 and 60,000.
fn sales() -> Ledger {
    standard()
        .and("2025-01-10", "", vec![bought("2", "100000.00", "0")])
        .and("2026-01-05", "", vec![bought("1", "70000.00", "0")])
        .and("2026-01-10", "", vec![sold("0.5", "35000.00", "0")])
        .and("2026-01-11", "", vec![sold("2", "140000.00", "40.00")])
        .and("2026-01-12", "", vec![sold("0.25", "15000.00", "0")])
}

// A year to the day is not more than a year. Of 140,000, 105,000 go with 1.5 coins that cost 75,000 and 35,000 with half
// a coin that cost as much; a quarter that cost 17,500 brings 15,000.
#[test]
fn gains_and_losses_are_told_lot_by_lot() {
    let text = shown(&sales().history.log().to_vec(), "realised-gains", "tax", None, None);
    let expected = "\
        BTC\n\
        4.0 | 2025-01-10 | 2026-01-10 | 6.0 | 0.50000000 | 35000.00 | 25000.00 | 10000.00 | short\n\
        4.0 | 2025-01-10 | 2026-01-11 | 7.0 | 1.50000000 | 105000.00 | 75000.00 | 30000.00 | long\n\
        5.0 | 2026-01-05 | 2026-01-11 | 7.0 | 0.50000000 | 35000.00 | 35000.00 | 0.00 | short\n\
        5.0 | 2026-01-05 | 2026-01-12 | 8.0 | 0.25000000 | 15000.00 | 17500.00 | -2500.00 | short\n\
        Of it held for a year at most | 85000.00 | 77500.00 | 7500.00\n\
        Of it held for more than a year | 105000.00 | 75000.00 | 30000.00\n\
        Gains | 175000.00 | 135000.00 | 40000.00\n\
        Losses | 15000.00 | 17500.00 | -2500.00\n\
        Gains less losses | 190000.00 | 152500.00 | 37500.00";
    assert_eq!(text, expected);
    let income = shown(&sales().history.log().to_vec(), "income-statement", "tax", None, None);
    says(&income, &["Gains and losses on bitcoin | 4510 | 37500.00"]);
    let at_fair_value = shown(&sales().history.log().to_vec(), "realised-gains", "us-gaap", None, None);
    assert_eq!(at_fair_value, expected);
}

// 1.01 coins leave and one arrives: a hundredth that cost 500 is a fee worth 600. Of one coin pledged where control
// passes, 60,000 are realised on a cost of 50,000.
#[test]
fn a_network_fee_and_a_pledge_that_passes_control_are_disposals_and_a_move_is_none() {
    let moved = json!({"type": "coins_moved", "commodity": "BTC", "units": "1", "from": wallet("cold"),
        "to": wallet("hot"), "network_fee_units": "0.01", "price": "60000"});
    let ledger = standard()
        .and("2026-01-05", "", vec![bought("3", "150000.00", "0")])
        .and("2026-01-06", "", vec![moved])
        .and("2026-01-07", "", vec![lent("term", "passed"), pledged("1", "60000")]);
    let fee = "4.0 | 2026-01-05 | 2026-01-06 | 5.0 | 0.01000000 | 600.00 | 500.00 | 100.00 | short";
    let pledge = "4.0 | 2026-01-05 | 2026-01-07 | 6.1 | 1.00000000 | 60000.00 | 50000.00 | 10000.00 | short";
    says(
        &of(&ledger, "realised-gains", "2026-01-31"),
        &[fee, pledge, "Gains less losses | 60600.00 | 50500.00 | 10100.00"],
    );
    let tax = shown(&ledger.history.log().to_vec(), "realised-gains", "tax", None, None);
    says(&tax, &[fee, "Gains less losses | 600.00 | 500.00 | 100.00"]);
}

// 2 coins at 65,000; 90 days from 30 January to 30 April.
#[test]
fn pledged_coins_are_restricted_until_the_loan_is_repaid() {
    let terms = json!({"maturity": "2026-04-30", "ltv": {"initial": "0.6", "release": "0.5"}});
    let ledger = standard()
        .and("2026-01-05", "", vec![bought("3", "150000.00", "0")])
        .and(
            "2026-01-06",
            "",
            vec![with(lent("term", "kept"), terms), pledged("2", "50000"), drawn("60000.00", "0")],
        )
        .and("2026-01-30", "", vec![marked("65000")]);
    let expected = "\
        Pledged under f to lender\n\
        Units | 2.00000000 | BTC\n\
        Cost | 100000.00\n\
        Carrying amount | 130000.00\n\
        Fair value | 130000.00\n\
        Nature | security for a loan | with control kept\n\
        Restricted until | 2026-04-30 | maturity\n\
        Remaining | 90 | days\n\
        Lapses on | repayment of | 60,000 USD\n\
        In part below | 50.00 % | loan to value\n\
        Fair value of restricted coins | 130000.00";
    assert_eq!(of(&ledger, "restricted", "2026-01-30"), expected);
}

#[test]
fn a_sale_that_is_reversed_is_taken_back_and_a_purchase_is_no_disposal() {
    let ledger = sales()
        .and("2026-01-13", "", vec![crate::posting_rules::corrections::reversed(8)])
        .and("2026-01-14", "", vec![bought("1", "60000.00", "0")])
        .and("2026-01-15", "", vec![crate::posting_rules::corrections::reversed(10)]);
    let text = shown(&ledger.history.log().to_vec(), "realised-gains", "tax", None, None);
    says(&text, &["Gains less losses | 175000.00 | 135000.00 | 40000.00"]);
}
