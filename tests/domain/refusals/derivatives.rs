//! Derivatives: contracts that say too little, and contracts that are not open.

use serde_json::{Value, json};

use super::{Case, case};
use crate::posting_rules::json::*;
use crate::posting_rules::ledger::{Ledger, standard};

const DAY: &str = "2026-02-27";

fn on(given: Ledger, code: &'static str, what: &'static str, event: Value, message: &'static str) -> Case {
    case(code, what, given, DAY, vec![event], message)
}

fn opened(more: Value) -> Value {
    let opened = json!({"type": "derivative_opened", "derivative": "hedge", "kind": "put", "counterparty": "lender",
        "terms": {"commodity": "BTC", "units": "10", "strike": "60000"}});
    with(opened, more)
}

fn valued(more: Value) -> Value {
    with(json!({"type": "derivative_marked", "derivative": "hedge", "value": usd("5.00")}), more)
}

fn settled(more: Value) -> Value {
    with(json!({"type": "derivative_settled", "derivative": "hedge"}), more)
}

pub(crate) fn cases() -> Vec<Case> {
    let open = || standard().and("2026-02-01", "a put without premium", vec![opened(json!({}))]);
    let ended = || open().and("2026-02-10", "settled for nothing", vec![settled(json!({}))]);
    vec![
        on(
            standard(),
            "UNKNOWN_PARTY",
            "a contract is made with nobody known",
            opened(json!({"counterparty": "nobody"})),
            "party nobody has not been registered",
        ),
        on(
            standard(),
            "FIELD_NEEDED",
            "an option has no strike",
            opened(json!({"terms": {"commodity": "BTC", "units": "10"}})),
            "`terms.strike` must be given for an option",
        ),
        on(
            standard(),
            "FIELD_NEEDED",
            "a collar has no upper price",
            opened(json!({"kind": "collar"})),
            "`terms.cap` must be given for a collar",
        ),
        on(
            standard(),
            "NOT_POSITIVE",
            "an option is on nothing",
            opened(json!({"terms": {"commodity": "BTC", "units": "0", "strike": "60000"}})),
            "the units of an option must be above zero, not 0",
        ),
        on(
            standard(),
            "EXACTLY_ONE",
            "a premium goes nowhere",
            opened(json!({"premium": usd("5.00")})),
            "exactly one of `from` and `to` must be given",
        ),
        on(
            standard(),
            "FIELD_NEEDED",
            "nothing is paid out of an account",
            opened(json!({"from": wallet("bank")})),
            "`premium` must be given where money is paid or received",
        ),
        on(
            standard(),
            "MONEY_SHORT",
            "a premium is more than the account has",
            opened(json!({"premium": usd("1000000.01"), "from": wallet("bank")})),
            "wallet bank holds 1,000,000 USD on 2026-02-27, 0.01 less than the 1,000,000.01 to be paid",
        ),
        on(
            standard(),
            "WRONG_CURRENCY",
            "a contract is valued in a stablecoin",
            opened(json!({"value": usdt("5")})),
            "the value is in USDT, not in USD",
        ),
        on(
            open(),
            "DERIVATIVE_TWICE",
            "a contract is made again",
            opened(json!({})),
            "derivative hedge was opened before",
        ),
        on(
            standard(),
            "UNKNOWN_DERIVATIVE",
            "a contract that was not made is marked",
            valued(json!({})),
            "derivative hedge has not been opened",
        ),
        on(
            open(),
            "TOO_FINE",
            "a contract is valued more finely than its currency is counted",
            valued(json!({"value": usd("-5.001")})),
            "the size of the value 5.001 is finer than USD is counted, 2 digits after the point",
        ),
        on(
            ended(),
            "DERIVATIVE_IS_SETTLED",
            "a contract that ended is marked",
            valued(json!({})),
            "derivative hedge was settled",
        ),
        on(
            ended(),
            "DERIVATIVE_IS_SETTLED",
            "a contract is settled twice",
            settled(json!({})),
            "derivative hedge was settled",
        ),
        on(
            open(),
            "EXACTLY_ONE",
            "a settlement goes both ways",
            settled(json!({"amount": usd("5.00"), "from": wallet("bank"), "to": wallet("bank")})),
            "exactly one of `from` and `to` must be given",
        ),
    ]
}
