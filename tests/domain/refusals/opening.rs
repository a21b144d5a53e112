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

/// A balance of the wallet of USDT in place of the bank's.
fn of_usdt(more: Value) -> Value {
    json!({"balances": [with(json!({"account": "1110", "debit": "5.00", "wallet": "usdt"}), more)]})
}

fn owed(principal: &str, through: &str) -> Value {
    json!({"facility": "f", "principal": usd(principal), "accrued": usd("0"), "accrued_through": through})
}

fn cash_received(amount: &str) -> Value {
    json!({"type": "cash_received", "wallet": "bank", "amount": usd(amount), "category": "equity"})
}

/// An opening with debts to the facility `f`.
fn owing(code: &'static str, what: &'static str, facilities: Value, message: &'static str) -> Case {
    let given = unfunded().and(DAY, "a facility of 300,000", vec![lent("term", "kept")]);
    let opening = opening("us-gaap", "5.00", json!({"facilities": facilities}));
    case(code, what, given, DAY, vec![opening], message)
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
            "OPENING_TWICE",
            "a book opens twice",
            vec![opening("us-gaap", "5.00", json!({})), opening("us-gaap", "5.00", json!({}))],
            "book us-gaap has its opening already",
        ),
        refused(
            "OPENING_TWICE",
            "one book opens after all have",
            vec![
                json!({"type": "opening_recorded", "equity_not_analysed": "5.00",
                    "balances": [{"account": "1010", "debit": "5.00", "wallet": "bank"}]}),
                opening("tax", "5.00", json!({})),
            ],
            "book tax has its opening already",
        ),
        refused(
            "OPENING_MISSING",
            "something happens before the last book has opened",
            vec![opening("us-gaap", "5.00", json!({})), cash_received("1.00")],
            "book tax has no opening yet, and others have: it comes before anything happens",
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
            "the opening of book us-gaap does not balance: debits and credits differ by 0.75",
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
            "FIELD_NEEDED",
            "an opening says what a stablecoin is carried at, not how much of it there is",
            vec![opening("us-gaap", "5.00", of_usdt(json!({})))],
            "`units` must be given for a wallet of another currency",
        ),
        refused(
            "TOO_FINE",
            "an opening holds a stablecoin to seven decimals",
            vec![opening("us-gaap", "5.00", of_usdt(json!({"units": "5.0000001"})))],
            "the units of a wallet 5.0000001 is finer than USDT is counted, 6 digits after the point",
        ),
        refused(
            "CONTROL_ACCOUNT",
            "an opening states a loan as a balance",
            vec![opening("us-gaap", "5.00", json!({"balances": [{"account": "2310", "credit": "5.00"}]}))],
            "account 2310 takes no opening balance of its own",
        ),
        refused(
            "NEGATIVE",
            "an opening overdraws a wallet",
            vec![opening(
                "us-gaap",
                "5.00",
                json!({"balances": [{"account": "1010", "credit": "5.00", "wallet": "bank"}],
                    "equity_not_analysed": "-5.00"}),
            )],
            "the money in a wallet must not be negative: -5",
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
            vec![opening("us-gaap", "5.00", json!({"facilities": [owed("5.00", "2024-12-31")]}))],
            "facility f has not been opened",
        ),
        owing(
            "NAMED_TWICE",
            "an opening owes twice to one facility",
            json!([owed("5.00", "2024-12-31"), owed("5.00", "2024-12-31")]),
            "facility f is named twice",
        ),
        owing(
            "ACCRUAL_AHEAD",
            "an opening has interest of days to come",
            json!([owed("5.00", "2025-01-02")]),
            "on 2025-01-01 interest through 2025-01-02 has not run yet",
        ),
        owing(
            "OVER_LIMIT",
            "an opening owes more than the facility's limit",
            json!([owed("300000.01", "2024-12-31")]),
            "facility f has 300,000 USD left to draw, not 300,000.01",
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
