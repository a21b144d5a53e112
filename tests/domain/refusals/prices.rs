//! Prices observed and replaced, and marks.

use serde_json::{Value, json};

use super::{Case, case};
use crate::posting_rules::json::*;
use crate::posting_rules::ledger::{Ledger, standard, under};

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
    let choosy = |hours: u32| {
        let price = json!({"price": [{"commodity": "BTC", "currency": "USD", "max_age_hours": hours}]});
        under(&[("choosy", price)]).and("2026-01-03", "1 BTC bought", vec![bought("1", "60000.00", "0")]).and(
            "2026-01-03",
            "BTC at 60,000 (entry 5)",
            vec![observed("BTC", "60000", "2026-01-03T12:00:00Z")],
        )
    };
    // Entry 5 is alpha's at noon, entry 6 beta's at 15:00, entry 7 alpha's at 17:00.
    let taking = |terms: Value| {
        let price = json!({"price": [with(json!({"commodity": "BTC", "currency": "USD"}), terms)]});
        let by = |source: &str, price: &str, time: &str| {
            with(observed("BTC", price, &format!("2026-01-05T{time}:00Z")), json!({"source": source}))
        };
        under(&[("choosy", price)])
            .and("2026-01-03", "1 BTC bought", vec![bought("1", "60000.00", "0")])
            .and("2026-01-05T12:00:00Z", "BTC at 60,000 by alpha", vec![by("alpha", "60000", "12:00")])
            .and("2026-01-05T15:00:00Z", "BTC at 61,000 by beta", vec![by("beta", "61000", "15:00")])
            .and("2026-01-05T17:00:00Z", "BTC at 62,000 by alpha", vec![by("alpha", "62000", "17:00")])
    };
    vec![
        on(
            taking(json!({"source": "gamma"})),
            "PRICE_MISSING_IN_BOOK",
            "coins are marked in a book that takes prices of a source that published none",
            mark(json!({})),
            "book choosy takes prices of BTC in USD from gamma, and none has been observed by 2026-01-05",
        ),
        on(
            taking(json!({"market": "futures", "cut_off": "11:30"})),
            "PRICE_MISSING_IN_BOOK",
            "coins are marked in a book whose cut-off comes before the first price",
            mark(json!({})),
            "book choosy takes prices of BTC in USD on futures by 11:30, and none has been observed by 2026-01-05",
        ),
        on(
            taking(json!({"source": "gamma"})),
            "PRICE_MISSING_IN_BOOK",
            "coins move with a fee that is worth nothing known in the book's source",
            json!({"type": "coins_moved", "commodity": "BTC", "units": "0.5", "from": wallet("cold"),
                "to": wallet("hot"), "network_fee_units": "0.0001"}),
            "book choosy takes prices of BTC in USD from gamma, and none has been observed by 2026-01-05",
        ),
        on(
            taking(json!({"source": "alpha"})),
            "PRICE_NOT_TAKEN",
            "a mark pins a price of another source than the book takes",
            mark(json!({"from_observation": 6})),
            "book choosy takes prices of BTC in USD from alpha, and entry 6 observed that of beta on example at \
             2026-01-05T15:00:00Z",
        ),
        on(
            taking(json!({"source": "alpha", "cut_off": "16:00"})),
            "PRICE_NOT_TAKEN",
            "a mark pins a price of after the book's cut-off",
            mark(json!({"from_observation": 7})),
            "book choosy takes prices of BTC in USD from alpha by 16:00, and entry 7 observed that of alpha on example \
             at 2026-01-05T17:00:00Z",
        ),
        on(
            taking(json!({"cut_off": "16:00"})),
            "PRICE_NOT_TAKEN",
            "a mark pins a price that was not the last by the book's cut-off",
            mark(json!({"from_observation": 5})),
            "book choosy takes prices of BTC in USD by 16:00, and entry 5 observed that of alpha on example at \
             2026-01-05T12:00:00Z",
        ),
        on(
            taking(json!({"source": "alpha", "cut_off": "16:00", "max_age_hours": 3})),
            "PRICE_STALE",
            "the price by the cut-off is older than the book allows",
            mark(json!({})),
            "book choosy takes prices of BTC no older than 3 h on 2026-01-05, and entry 5 observed the latest at \
             2026-01-05T12:00:00Z",
        ),
        on(
            taking(json!({})),
            "BAD_TEXT",
            "a policy of prices names a source of no letters",
            json!({"type": "policy_adopted", "book": "choosy", "from": DAY, "transition": "prospective", "policy":
                {"price": [{"commodity": "BTC", "currency": "USD", "source": ""}]}}),
            "the source must have 1 to 200 characters",
        ),
        on(
            choosy(59),
            "PRICE_STALE",
            "coins are marked at a price that is older than the book allows",
            mark(json!({})),
            "book choosy takes prices of BTC no older than 59 h on 2026-01-05, and entry 5 observed the latest at \
             2026-01-03T12:00:00Z",
        ),
        on(
            choosy(24),
            "PRICE_STALE",
            "coins are marked at an observation that is older than the book allows",
            mark(json!({"from_observation": 5})),
            "book choosy takes prices of BTC no older than 24 h on 2026-01-05, and entry 5 observed the latest at \
             2026-01-03T12:00:00Z",
        ),
        on(
            choosy(60),
            "POLICY_NOT_ALLOWED",
            "a policy of prices names a pair twice",
            json!({"type": "policy_adopted", "book": "choosy", "from": DAY, "transition": "prospective", "policy":
                {"price": [{"commodity": "BTC", "currency": "USD"}, {"commodity": "BTC", "currency": "USD"}]}}),
            "book choosy: a pair of `price` is named twice",
        ),
        on(
            under(&[("average", json!({"revenue_price": "daily_average"}))]),
            "PRICE_MISSING",
            "coins are earned on a day without a price, in a book that averages those of the day",
            json!({"type": "coins_earned", "pool": "pool", "units": "1"}),
            "no price of BTC in USD has been observed by 2026-01-05",
        ),
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
