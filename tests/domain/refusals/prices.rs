//! Prices observed and replaced, and marks.

use serde_json::{Value, json};

use super::{Case, case};
use crate::posting_rules::json::*;
use crate::posting_rules::ledger::{Ledger, standard};

const DAY: &str = "2026-01-05";

fn refused(code: &'static str, what: &'static str, event: Value, message: &'static str) -> Case {
    on(standard(), code, what, event, message)
}

fn on(given: Ledger, code: &'static str, what: &'static str, event: Value, message: &'static str) -> Case {
    case(code, what, given, DAY, vec![event], message)
}

fn priced() -> Ledger {
    standard()
        .and(DAY, "BTC at 60,000 dollars (entry 4)", vec![observed("BTC", "60000", "2026-01-05T00:00:00Z")])
        .and(
            DAY,
            "BTC at 55,000 euros (entry 5)",
            vec![
                json!({"type": "commodity_declared", "code": "EUR", "scale": 2}),
                with(observed("BTC", "55000", "2026-01-05T00:00:00Z"), json!({"currency": "EUR"})),
            ],
        )
}

fn replaced() -> Ledger {
    let better = with(observed("BTC", "61000", "2026-01-05T00:00:00Z"), json!({"supersedes": 4}));
    standard()
        .and(DAY, "BTC at 60,000 dollars (entry 4)", vec![observed("BTC", "60000", "2026-01-05T00:00:00Z")])
        .and(DAY, "replaced by 61,000 dollars (entry 5)", vec![better])
}

pub(crate) fn cases() -> Vec<Case> {
    let mark = |more: Value| with(json!({"type": "fair_value_marked", "commodity": "BTC"}), more);
    let held = || standard().and(DAY, "1 BTC bought", vec![bought("1", "60000.00", "0")]);
    vec![
        on(
            held(),
            "PRICE_MISSING",
            "coins are marked before a price was observed",
            mark(json!({})),
            "no price of BTC in USD has been observed by 2026-01-05",
        ),
        case(
            "PRICE_MISSING",
            "a stablecoin is received before it had a price",
            standard(),
            "2026-01-05T10:00:00Z",
            vec![converted("100.00", "100")],
            "no price of USDT in USD has been observed by 2026-01-05T10:00:00Z",
        ),
        refused(
            "UNKNOWN_OBSERVATION",
            "a price replaces one that was not observed",
            with(observed("BTC", "60000", "2026-01-05T00:00:00Z"), json!({"supersedes": 3})),
            "entry 3 has no observation of the price of BTC",
        ),
        refused(
            "UNKNOWN_OBSERVATION",
            "a mark pins a price that was not observed",
            mark(json!({"from_observation": 3})),
            "entry 3 has no observation of the price of BTC",
        ),
        on(
            priced(),
            "WRONG_CURRENCY",
            "a mark pins a price in euros",
            mark(json!({"from_observation": 5})),
            "the observed price is in EUR, not in USD",
        ),
        on(
            priced(),
            "EXACTLY_ONE",
            "a mark has a price and pins another",
            mark(json!({"price": "61000", "from_observation": 4})),
            "exactly one of `price` and `from_observation` must be given",
        ),
        on(
            priced(),
            "WRONG_CURRENCY",
            "a price in dollars is replaced by one in euros",
            with(
                observed("BTC", "55000", "2026-01-05T00:00:00Z"),
                json!({"currency": "EUR", "supersedes": 4}),
            ),
            "the price that replaces another is in EUR, not in USD",
        ),
        on(
            replaced(),
            "OBSERVATION_REPLACED",
            "a price is replaced a second time",
            with(observed("BTC", "62000", "2026-01-05T00:00:00Z"), json!({"supersedes": 4})),
            "the observation of entry 4 was replaced by entry 5",
        ),
        on(
            replaced(),
            "OBSERVATION_REPLACED",
            "a mark pins a price that was replaced",
            mark(json!({"from_observation": 4})),
            "the observation of entry 4 was replaced by entry 5",
        ),
        case(
            "PRICE_MISSING",
            "a mark pins a price of a later day",
            priced(),
            "2026-01-04",
            vec![mark(json!({"from_observation": 4}))],
            "no price of BTC in USD has been observed by 2026-01-04",
        ),
        case(
            "NAMED_TWICE",
            "an entry has two prices of one coin in one currency",
            standard(),
            DAY,
            vec![
                observed("BTC", "60000", "2026-01-05T00:00:00Z"),
                observed("BTC", "60001", "2026-01-05T12:00:00Z"),
            ],
            "the price of BTC is named twice",
        ),
        refused(
            "NOT_YET_BUILT",
            "the ledger's own currency is marked",
            json!({"type": "fair_value_marked", "commodity": "USD", "price": "0.99"}),
            "a mark of USD is not built yet",
        ),
        refused(
            "UNKNOWN_COMMODITY",
            "a coin is marked that nobody declared",
            json!({"type": "fair_value_marked", "commodity": "ETH", "price": "1"}),
            "the commodity ETH has not been declared",
        ),
    ]
}
