//! Opening balances.

use serde_json::{Value, json};

use super::{Case, case};
use crate::posting_rules::json::*;
use crate::posting_rules::ledger::{standard, unfunded};

const DAY: &str = "2025-01-01";

fn opening(book: &str, cash: &str, more: Value) -> Value {
    let opening = json!({"type": "opening_recorded", "book": book,
        "balances": [{"account": "1010", "debit": cash, "wallet": "bank"}], "equity_not_analysed": cash});
    with(opening, more)
}

fn lot(units: &str, acquired: &str) -> Value {
    json!([{"place": wallet("cold"), "commodity": "BTC", "units": units, "cost": "100.00", "acquired": acquired}])
}

fn refused(code: &'static str, what: &'static str, events: Vec<Value>, message: &'static str) -> Case {
    case(code, what, unfunded(), DAY, events, message)
}

pub(crate) fn cases() -> Vec<Case> {
    vec![
        case(
            "OPENING_TOO_LATE",
            "a book opens after something has happened",
            standard(),
            "2026-01-01",
            vec![opening("us-gaap", "5.00", json!({}))],
            "book us-gaap has facts already: its opening comes first",
        ),
        refused(
            "OPENING_TOO_LATE",
            "a book opens twice",
            vec![opening("us-gaap", "5.00", json!({})), opening("us-gaap", "5.00", json!({}))],
            "book us-gaap has facts already: its opening comes first",
        ),
        refused(
            "OPENINGS_DISAGREE",
            "two books open with different money",
            vec![opening("us-gaap", "5.00", json!({})), opening("tax", "6.00", json!({}))],
            "the opening of book tax differs in money from the one before",
        ),
        refused(
            "OPENINGS_DISAGREE",
            "two books open with different coins",
            vec![
                opening(
                    "us-gaap",
                    "5.00",
                    json!({"lots": lot("1", "2024-01-01"), "equity_not_analysed": "105.00"}),
                ),
                opening(
                    "tax",
                    "5.00",
                    json!({"lots": lot("2", "2024-01-01"), "equity_not_analysed": "105.00"}),
                ),
            ],
            "the opening of book tax differs in coins from the one before",
        ),
        refused(
            "OPENING_UNBALANCED",
            "an opening leaves a remainder without a name",
            vec![opening("us-gaap", "5.00", json!({"equity_not_analysed": "4.25"}))],
            "the opening of book us-gaap does not balance: debits exceed credits by 0.75",
        ),
        refused(
            "OCCURRED_LATER",
            "a lot of the opening was acquired after it",
            vec![opening(
                "us-gaap",
                "5.00",
                json!({"lots": lot("1", "2025-01-02"), "equity_not_analysed": "105.00"}),
            )],
            "it occurred on 2025-01-02, after 2025-01-01, when it takes effect",
        ),
        refused(
            "WALLET_NEEDED",
            "an opening has money of no wallet",
            vec![opening("us-gaap", "5.00", json!({"balances": [{"account": "1010", "debit": "5.00"}]}))],
            "account 1010 needs the wallet that the money lies in",
        ),
        refused(
            "CONTROL_ACCOUNT",
            "an opening states a loan as a balance",
            vec![opening("us-gaap", "5.00", json!({"balances": [{"account": "2310", "credit": "5.00"}]}))],
            "account 2310 is kept by its sub-ledger and takes no opening balance",
        ),
        refused(
            "UNKNOWN_BOOK",
            "a book opens that is not kept",
            vec![opening("ifrs", "5.00", json!({}))],
            "the ledger has no book ifrs",
        ),
        refused(
            "UNKNOWN_FACILITY",
            "an opening owes to a facility that is not there",
            vec![opening(
                "us-gaap",
                "5.00",
                json!({"facilities": [{"facility": "f", "principal": usd("5.00"), "accrued": usd("0"),
                    "accrued_through": "2024-12-31"}]}),
            )],
            "facility f has not been opened",
        ),
        refused(
            "NEGATIVE",
            "a lot of the opening cost less than nothing",
            vec![opening(
                "us-gaap",
                "5.00",
                json!({"lots": [{"place": wallet("cold"), "commodity": "BTC", "units": "1", "cost": "-1.00",
                    "acquired": "2024-01-01"}]}),
            )],
            "a lot's cost must not be negative: -1",
        ),
    ]
}
