//! Events as the log's JSON, written short, for the events that many tests begin with.

use serde_json::{Value, json};

pub(crate) fn usd(amount: &str) -> Value {
    json!({"amount": amount, "currency": "USD"})
}

pub(crate) fn usdt(amount: &str) -> Value {
    json!({"amount": amount, "currency": "USDT"})
}

pub(crate) fn wallet(name: &str) -> Value {
    json!({"wallet": name})
}

pub(crate) fn facility(name: &str) -> Value {
    json!({"facility": name})
}

/// An event with more fields than its short form has.
pub(crate) fn with(mut event: Value, more: Value) -> Value {
    let (Value::Object(fields), Value::Object(more)) = (&mut event, more) else {
        panic!("an event and its further fields are objects")
    };
    fields.extend(more);
    event
}

pub(crate) fn bought(units: &str, paid: &str, fee: &str) -> Value {
    json!({"type": "coins_bought", "commodity": "BTC", "units": units, "paid": usd(paid), "fee": usd(fee),
        "from": wallet("bank"), "to": wallet("cold")})
}

pub(crate) fn sold(units: &str, proceeds: &str, fee: &str) -> Value {
    json!({"type": "coins_sold", "commodity": "BTC", "units": units, "proceeds": usd(proceeds),
        "fee": usd(fee), "from": wallet("cold"), "to": wallet("bank")})
}

pub(crate) fn marked(price: &str) -> Value {
    json!({"type": "fair_value_marked", "commodity": "BTC", "price": price})
}

pub(crate) fn observed(commodity: &str, price: &str, at: &str) -> Value {
    json!({"type": "price_observed", "commodity": commodity, "currency": "USD", "price": price,
        "source": "example-index", "market": "example", "at": at})
}

pub(crate) fn converted(given: &str, got: &str) -> Value {
    json!({"type": "currency_converted", "given": usd(given), "got": usdt(got),
        "from": wallet("bank"), "to": wallet("usdt")})
}

pub(crate) fn designated(units: &str, to: &str) -> Value {
    json!({"type": "coins_designated", "wallet": "cold", "commodity": "BTC", "units": units, "to": to})
}

/// A facility `f` of 300,000 USD at 8 %, act/360, whose last day counts and whose first does not.
pub(crate) fn lent(kind: &str, control: &str) -> Value {
    json!({"type": "facility_opened", "facility": "f", "lender": "lender", "kind": kind, "currency": "USD",
        "limit": usd("300000.00"), "rate": {"fixed": "0.08"}, "day_count": "act/360",
        "count_first_day": false, "count_last_day": true, "control": control})
}

pub(crate) fn drawn(amount: &str, fee: &str) -> Value {
    json!({"type": "loan_drawn", "facility": "f", "amount": usd(amount), "fee": usd(fee),
        "to": wallet("bank")})
}

pub(crate) fn accrued(through: &str) -> Value {
    json!({"type": "interest_accrued", "facility": "f", "through": through})
}

pub(crate) fn repaid(principal: &str) -> Value {
    json!({"type": "loan_repaid", "facility": "f", "principal": usd(principal), "from": wallet("bank")})
}

pub(crate) fn pledged(units: &str, price: &str) -> Value {
    json!({"type": "collateral_posted", "facility": "f", "from": wallet("cold"), "commodity": "BTC",
        "units": units, "price": price})
}

pub(crate) fn released(units: &str, price: &str) -> Value {
    json!({"type": "collateral_released", "facility": "f", "to": wallet("cold"), "commodity": "BTC",
        "units": units, "price": price})
}

pub(crate) fn committed(amount: &str) -> Value {
    json!({"type": "capex_committed", "commitment": "gpu", "project": "ai-hall", "vendor": "vendor",
        "amount": usd(amount)})
}

pub(crate) fn wallet_of_coins(name: &str, kind: &str, designation: &str) -> Value {
    json!({"type": "wallet_opened", "wallet": name, "kind": kind, "commodity": "BTC",
        "designation": designation})
}
