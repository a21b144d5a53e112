//! Equipment that was not built, that nobody has, that is depreciated twice or valued too early.

use serde_json::{Value, json};

use super::{Case, case};
use crate::posting_rules::equipment::{
    built, charged, disposed, fleet, impaired, in_service, opening, placed,
};
use crate::posting_rules::json::*;
use crate::posting_rules::ledger::{Ledger, under, unfunded};

fn on(
    given: Ledger,
    code: &'static str,
    what: &'static str,
    day: &str,
    event: Value,
    message: &'static str,
) -> Case {
    case(code, what, given, day, vec![event], message)
}

/// Depreciated through April.
fn worn() -> Ledger {
    in_service().and(
        "2026-04-30",
        "depreciation charged through April",
        vec![charged("2026-04-30", json!({}))],
    )
}

/// Three items.
fn items() -> Ledger {
    built().and(
        "2026-03-15",
        "three items placed in service",
        vec![placed("300.00", 30, json!({"units": "3"}))],
    )
}

pub(crate) fn cases() -> Vec<Case> {
    vec![
        on(
            built(),
            "BALANCE_SHORT",
            "more is placed in service than was built",
            "2026-03-15",
            placed("300000.01", 36, json!({})),
            "book us-gaap has 300,000.00 of it on account 1520, not 300,000.01",
        ),
        on(
            under(&[("half-even", json!({"rounding": "half_even"})), ("half-up", json!({"rounding": "half_up"}))])
                .and("2026-01-01", "USDT at 1.0005", vec![observed("USDT", "1.0005", "2026-01-01T00:00:00Z")])
                .and("2026-01-02", "100 USDT for 100.05", vec![converted("100.05", "100")])
                .and("2026-01-03", "50 USDT committed, paid as a deposit and invoiced", vec![
                    with(committed("0"), json!({"amount": usdt("50")})),
                    json!({"type": "deposit_paid", "commitment": "gpu", "amount": usdt("50"), "from": wallet("usdt")}),
                    json!({"type": "capex_invoiced", "commitment": "gpu", "amount": usdt("50"), "from_deposit": usdt("50")}),
                ]),
            "BALANCE_SHORT",
            "what was built with a stablecoin is a cent less in a book that rounds halves to even",
            "2026-03-15",
            placed("50.03", 36, json!({})),
            "book half-even has 50.02 of it on account 1520, not 50.03",
        ),
        on(
            in_service(),
            "ASSET_TWICE",
            "an asset is placed in service again",
            "2026-03-16",
            placed("1.00", 36, json!({})),
            "asset rack was placed in service before",
        ),
        on(
            built(),
            "EMPTY",
            "an asset was built under no order",
            "2026-03-15",
            placed("1.00", 36, json!({"commitments": []})),
            "`commitments` and `projects` together must not be empty",
        ),
        on(
            built(),
            "NAMED_TWICE",
            "an order is named twice",
            "2026-03-15",
            placed("1.00", 36, json!({"commitments": ["gpu", "gpu"]})),
            "commitment gpu is named twice",
        ),
        on(
            built(),
            "NOT_POSITIVE",
            "an asset has no life",
            "2026-03-15",
            placed("1.00", 0, json!({})),
            "the life in months must be above zero, not 0",
        ),
        on(
            built(),
            "PART_EXCEEDS_WHOLE",
            "an asset is worth more at the end than it cost",
            "2026-03-15",
            placed("1.00", 36, json!({"salvage": usd("1.01")})),
            "the salvage value 1.01 is more than the cost 1",
        ),
        on(
            built(),
            "UNKNOWN_ASSET",
            "an asset is depreciated that nobody has",
            "2026-03-31",
            charged("2026-03-31", json!({"asset": "rack"})),
            "asset rack was not placed in service",
        ),
        on(
            worn(),
            "DEPRECIATION_TWICE",
            "depreciation of a month is charged again",
            "2026-05-30",
            charged("2026-05-30", json!({})),
            "depreciation of all assets is charged through 2026-04-30, and no month after that has ended by 2026-05-30",
        ),
        on(
            worn(),
            "DEPRECIATION_TWICE",
            "depreciation of an asset is charged after that of all",
            "2026-04-30",
            charged("2026-04-30", json!({"asset": "rack"})),
            "depreciation of asset rack is charged through 2026-04-30, and no month after that has ended by 2026-04-30",
        ),
        on(
            in_service(),
            "DEPRECIATION_AHEAD",
            "depreciation of a month that has not ended is charged",
            "2026-04-29",
            charged("2026-04-30", json!({})),
            "on 2026-04-29 depreciation through 2026-04-30 cannot be charged yet",
        ),
        on(
            worn(),
            "DEPRECIATION_BEHIND",
            "an asset is valued before its depreciation is charged",
            "2026-06-01",
            impaired("61000.00"),
            "depreciation of asset rack through 2026-05-31 comes first",
        ),
        on(
            worn(),
            "NOT_IMPAIRED",
            "an impairment raises an asset",
            "2026-05-10",
            impaired("95000.00"),
            "asset rack is carried at 95,000.00, not more than 95,000.00",
        ),
        on(
            worn().and("2026-05-10", "scrapped", vec![disposed("0", json!({}))]),
            "ASSET_IS_DISPOSED",
            "an asset that was scrapped is sold",
            "2026-05-11",
            disposed("5.00", json!({"to": wallet("bank")})),
            "asset rack was disposed of",
        ),
        on(
            worn(),
            "EXACTLY_ONE",
            "the proceeds of an asset go nowhere",
            "2026-05-10",
            disposed("5.00", json!({})),
            "exactly one of `to` and `receivable` must be given",
        ),
        on(
            worn(),
            "PART_EXCEEDS_WHOLE",
            "selling an asset costs more than it brings",
            "2026-05-10",
            disposed("5.00", json!({"to": wallet("bank"), "fee": usd("5.01")})),
            "the fee 5.01 is more than the proceeds 5",
        ),
        on(
            items(),
            "PART_EXCEEDS_WHOLE",
            "more items are sold than there are",
            "2026-03-20",
            disposed("5.00", json!({"to": wallet("bank"), "units": "4"})),
            "the number of items 4 is more than what is left of them, 3",
        ),
        on(
            in_service(),
            "FIELD_NEEDED",
            "a part is sold of an asset whose items nobody counted",
            "2026-03-20",
            disposed("5.00", json!({"to": wallet("bank"), "units": "1"})),
            "`units` must be given where the asset was placed in service, for a part of it to be disposed of",
        ),
        on(
            unfunded(),
            "PART_EXCEEDS_WHOLE",
            "an asset is opened with that is depreciated by more than it cost",
            "2025-12-31",
            opening(json!([fleet(json!({"accumulated": "120000.01"}))]), json!([]), "-0.01"),
            "the depreciation 120,000.01 is more than the cost 120,000",
        ),
        on(
            unfunded(),
            "NAMED_TWICE",
            "an asset is opened with twice",
            "2025-12-31",
            opening(json!([fleet(json!({})), fleet(json!({}))]), json!([]), "168000.00"),
            "asset fleet is named twice",
        ),
        on(
            unfunded(),
            "OCCURRED_LATER",
            "an asset is opened with before it is in service",
            "2025-05-09",
            opening(json!([fleet(json!({}))]), json!([]), "84000.00"),
            "it occurred on 2025-05-10, after 2025-05-09, when it takes effect",
        ),
        on(
            opened_in_one_book(),
            "OPENINGS_DISAGREE",
            "a second book opens with other equipment",
            "2025-12-31",
            with(
                opening(json!([fleet(json!({"life_months": 36}))]), json!([]), "84000.00"),
                json!({"book": "tax"}),
            ),
            "the opening of book tax differs in equipment from the one before",
        ),
    ]
}

fn opened_in_one_book() -> Ledger {
    let mut ledger = unfunded();
    let opening = opening(json!([fleet(json!({}))]), json!([]), "84000.00");
    ledger.must("2025-12-31", vec![with(opening, json!({"book": "us-gaap"}))]);
    ledger
}
