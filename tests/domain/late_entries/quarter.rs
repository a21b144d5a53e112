//! A quarter of a treasury: coins bought, earned, sold, moved and pledged; loans, costs, an order, marks.

use serde_json::{Value, json};

use super::Told;
use crate::posting_rules::json::*;

/// A quarter in order of time, no two entries of one place in it.
pub(super) fn quarter() -> Vec<Told> {
    let passed = with(lent("revolver", "passed"), json!({"facility": "g"}));
    let to_g = |event: Value| with(event, json!({"facility": "g"}));
    vec![
        ("2026-01-05", vec![bought("4", "240000.00", "0")]),
        ("2026-01-08", vec![bought("6", "380000.01", "30.00")]),
        ("2026-01-10", vec![json!({"type": "coins_earned", "pool": "pool", "units": "1", "price": "61000"})]),
        (
            "2026-01-12",
            vec![
                json!({"type": "coins_received", "pool": "pool", "wallet": "cold", "units": "0.3", "price": "62000"}),
            ],
        ),
        ("2026-01-15", vec![cost("40000.10", "payable")]),
        ("2026-01-20", vec![designated("1", "strategic")]),
        ("2026-01-25", vec![lent("revolver", "kept"), passed]),
        ("2026-01-26", vec![drawn("100000.00", "500.00")]),
        ("2026-01-30", vec![accrued("2026-01-30")]),
        ("2026-01-31", vec![marked("63000")]),
        ("2026-02-03", vec![pledged("1", "63500")]),
        ("2026-02-04", vec![to_g(pledged("1", "63600"))]),
        ("2026-02-05", vec![sold("0.7", "45000.00", "20.00")]),
        ("2026-02-10", vec![drawn("50000.00", "0")]),
        ("2026-02-12", vec![moved_with_fee()]),
        ("2026-02-20", vec![committed("90000.00"), deposit("30000.00")]),
        ("2026-02-27", vec![accrued("2026-02-27")]),
        ("2026-02-28", vec![marked("61000.55")]),
        (
            "2026-03-02",
            vec![
                json!({"type": "interest_paid", "facility": "f", "amount": usd("150.00"), "how": "cash", "from": wallet("bank")}),
            ],
        ),
        ("2026-03-05", vec![released("0.5", "61500"), to_g(released("0.25", "61500"))]),
        ("2026-03-10", vec![sold("1.1", "68000.00", "0")]),
        ("2026-03-15", vec![repaid("40000.00")]),
        (
            "2026-03-20",
            vec![
                json!({"type": "cash_paid", "wallet": "bank", "amount": usd("40000.10"), "category": "supplier"}),
            ],
        ),
        ("2026-03-30", vec![accrued("2026-03-30")]),
        ("2026-03-31", vec![marked("66000")]),
    ]
}

fn cost(amount: &str, settles: &str) -> Value {
    json!({"type": "operating_cost_recorded", "segment": "mining", "category": "power", "amount": usd(amount),
        "settles": settles, "party": "vendor"})
}

fn moved_with_fee() -> Value {
    json!({"type": "coins_moved", "commodity": "BTC", "units": "0.5", "from": wallet("cold"), "to": wallet("hot"),
        "network_fee_units": "0.0001", "price": "62500"})
}

fn deposit(amount: &str) -> Value {
    json!({"type": "deposit_paid", "commitment": "gpu", "amount": usd(amount), "from": wallet("bank")})
}
