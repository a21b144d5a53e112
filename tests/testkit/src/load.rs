//! A log of any length with a realistic mix: mining, costs, sales, prices, money in and out, marks. Live state
//! stays small, so that what grows is the log.

use ledger_core::entry::Entry;
use serde_json::{Value, json};
use uuid::Uuid;

/// Entries that come before the repeating part.
const SETUP: u64 = 3;

/// A ledger of one book with `count` entries, one a minute, all accepted.
///
/// # Panics
/// If a template is not an entry, which is a bug of this file.
pub fn realistic(count: u64) -> impl Iterator<Item = Entry> {
    (1..=count).map(|number| {
        let body = if number <= SETUP { setup(number) } else { mixed(number) };
        let entry = json!({
            "id": Uuid::from_u128(u128::from(number) << 64 | 1).to_string(),
            "effective": minute(number),
            "actor": "load",
            "memo": "synthetic",
            "events": [body],
        });
        Entry::from_json(&entry.to_string()).expect("the templates are entries")
    })
}

fn minute(number: u64) -> String {
    let at =
        chrono::DateTime::from_timestamp(1_767_225_600 + 60 * number.cast_signed(), 0).expect("in range");
    at.format("%Y-%m-%dT%H:%M:%SZ").to_string()
}

fn setup(number: u64) -> Value {
    match number {
        1 => {
            json!({"type": "ledger_opened", "entity": "Load", "functional_currency": "USD", "time_zone": "UTC",
                    "fiscal_year_end": "12-31", "books": [{"book": "us-gaap"}]})
        }
        2 => json!({"type": "wallet_opened", "wallet": "bank", "kind": "bank", "currency": "USD"}),
        _ => json!({"type": "wallet_opened", "wallet": "cold", "kind": "cold", "commodity": "BTC"}),
    }
}

/// Ten entries that leave the wallets as they found them, but for some money.
fn mixed(number: u64) -> Value {
    let price = format!("{}.25", 60_000 + number % 20_000);
    let usd = |amount: &str| json!({"amount": amount, "currency": "USD"});
    // The first payment would find the bank empty.
    let step = if number == 5 { 1 } else { number % 10 };
    match step {
        0 | 3 | 6 => json!({"type": "coins_mined", "wallet": "cold", "units": "0.05", "price": price}),
        1 => {
            json!({"type": "cash_received", "wallet": "bank", "amount": usd("2500.00"), "category": "other"})
        }
        2 | 7 => json!({"type": "operating_cost_recorded", "segment": "mining", "category": "power",
                        "amount": usd("812.37"), "settles": "payable"}),
        4 => json!({"type": "price_observed", "commodity": "BTC", "currency": "USD", "price": price,
                    "source": "exchange", "market": "spot", "at": minute(number)}),
        5 => json!({"type": "cash_paid", "wallet": "bank", "amount": usd("1200.00"), "category": "supplier"}),
        8 => json!({"type": "fair_value_marked", "commodity": "BTC", "price": price}),
        _ => {
            json!({"type": "coins_sold", "commodity": "BTC", "units": sold(number), "proceeds": usd("9800.00"),
                    "from": {"wallet": "cold"}, "to": {"wallet": "bank"}, "fee": usd("4.90")})
        }
    }
}

/// All that was mined since the last sale; before the first sale fewer coins were mined.
fn sold(number: u64) -> &'static str {
    if number < 10 { "0.05" } else { "0.15" }
}
