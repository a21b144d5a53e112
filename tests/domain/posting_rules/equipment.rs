//! Equipment: placed in service, depreciated by whole months, impaired, disposed of.

use expect_test::expect;
use serde_json::{Value, json};

use super::capex::{capitalised, invoiced, with_interest};
use super::json::*;
use super::ledger::{Ledger, standard, unfunded};
use super::rule::given;
use super::rules;

const PLACED: &str = "2026-03-15";

/// 300,000 stand in construction for the order `gpu`.
pub(crate) fn built() -> Ledger {
    standard().and(
        "2026-02-10",
        "500,000 committed and 300,000 of it invoiced",
        vec![committed("500000.00"), invoiced(usd("300000.00"), json!({}))],
    )
}

pub(crate) fn placed(cost: &str, life_months: u32, more: Value) -> Value {
    let placed = json!({"type": "asset_placed_in_service", "asset": "rack", "class": "gpu_servers",
        "commitments": ["gpu"], "cost": usd(cost), "life_months": life_months});
    with(placed, more)
}

pub(crate) fn charged(through: &str, more: Value) -> Value {
    with(json!({"type": "depreciation_charged", "through": through}), more)
}

pub(crate) fn impaired(to: &str) -> Value {
    json!({"type": "asset_impaired", "asset": "rack", "to": usd(to)})
}

pub(crate) fn disposed(proceeds: &str, more: Value) -> Value {
    with(json!({"type": "asset_disposed", "asset": "rack", "proceeds": usd(proceeds)}), more)
}

/// 100,000 over three years less 10,000 at the end: 2,500 a month from March.
pub(crate) fn in_service() -> Ledger {
    built().and(
        PLACED,
        "100,000 placed in service over 36 months, 10,000 salvage",
        vec![placed("100000.00", 36, json!({"salvage": usd("10000.00"), "segment": "ai"}))],
    )
}

/// Miners in service since May 2025 for four years, charged through the year's end.
pub(crate) fn fleet(more: Value) -> Value {
    let asset = json!({"asset": "fleet", "class": "miners", "cost": "120000.00", "accumulated": "36000.00",
        "in_service": "2025-05-10", "life_months": 48, "salvage": "12000.00", "segment": "mining"});
    with(asset, more)
}

/// An opening of equipment and balances, with equity not analysed.
pub(crate) fn opening(assets: Value, balances: Value, equity: &str) -> Value {
    json!({"type": "opening_recorded", "assets": assets, "balances": balances, "equity_not_analysed": equity})
}

rules! {
    fn what_was_built_is_placed_in_service() {
        given(built()).when(PLACED, placed("250000.00", 48, json!({"segment": "ai"}))).posts(expect![[r#"
            us-gaap, tax: Asset placed in service
              Dr 1511 GPU servers [rack, ai]                                  250,000.00
                 Cr 1520 Construction in progress [gpu]                                     250,000.00
        "#]])
    }

    fn orders_and_projects_give_one_after_the_other() {
        let ledger = with_interest()
            .and("2026-02-27", "300,000 invoiced", vec![invoiced(usd("300000.00"), json!({}))])
            .and("2026-02-27", "interest of 1,200 and 800 capitalised", vec![
                capitalised("1200.00", json!({"commitment": "gpu"})),
                capitalised("800.00", json!({"project": "ai-hall"})),
            ]);
        let placed = placed("301700.00", 48, json!({"projects": ["ai-hall"], "class": "data_centre_plant"}));
        given(ledger).when(PLACED, placed).posts(expect![[r#"
            us-gaap, tax: Asset placed in service
              Dr 1512 Data-centre plant [rack]                                301,700.00
                 Cr 1520 Construction in progress [gpu]                                     301,200.00
                 Cr 1520 Construction in progress [ai-hall]                                     500.00
        "#]])
    }

    // March and April.
    fn depreciation_is_charged_from_the_month_of_service_at_its_end() {
        given(in_service()).when("2026-05-30", charged("2026-05-30", json!({}))).posts(expect![[r#"
            us-gaap, tax: Depreciation charged
              Dr 6110 Depreciation [rack, ai]                                   5,000.00
                 Cr 1519 Accumulated depreciation and impairment [rack, ai]                    5,000.00
        "#]])
    }

    // 100,000 over 36 months: 2,777.78, 2,777.78, 2,777.77 and so on, never more in all than a third after a year.
    fn depreciation_is_the_total_to_date_less_what_was_charged() {
        let ledger = built()
            .and(PLACED, "100,000 placed in service over 36 months", vec![placed("100000.00", 36, json!({}))])
            .and("2026-04-30", "depreciation charged through April", vec![charged("2026-04-30", json!({}))]);
        given(ledger).when("2026-05-31", charged("2026-05-31", json!({"asset": "rack"}))).posts(expect![[r#"
            us-gaap, tax: Depreciation charged
              Dr 6110 Depreciation [rack]                                       2,777.77
                 Cr 1519 Accumulated depreciation and impairment [rack]                       2,777.77
        "#]])
    }

    fn depreciation_of_all_assets_is_charged_asset_by_asset() {
        let ledger = in_service().and("2026-04-01", "60,000 of miners placed in service over 24 months", vec![
            placed("60000.00", 24, json!({"asset": "miners", "class": "miners", "segment": "mining"})),
        ]);
        given(ledger).when("2026-04-30", charged("2026-04-30", json!({}))).posts(expect![[r#"
            us-gaap, tax: Depreciation charged
              Dr 6110 Depreciation [miners, mining]                             2,500.00
              Dr 6110 Depreciation [rack, ai]                                   5,000.00
                 Cr 1519 Accumulated depreciation and impairment [miners, mining]                    2,500.00
                 Cr 1519 Accumulated depreciation and impairment [rack, ai]                    5,000.00
        "#]])
    }

    fn the_last_month_takes_what_is_left_and_nothing_follows() {
        let ledger = built()
            .and(PLACED, "100.00 placed in service over 3 months", vec![placed("100.00", 3, json!({}))])
            .and("2026-04-30", "depreciation charged through April", vec![charged("2026-04-30", json!({}))]);
        given(ledger).when("2026-12-31", charged("2026-12-31", json!({}))).posts(expect![[r#"
            us-gaap, tax: Depreciation charged
              Dr 6110 Depreciation [rack]                                          33.33
                 Cr 1519 Accumulated depreciation and impairment [rack]                          33.33
        "#]])
    }

    // Carried at 100,000 less 2 x 2,500.
    fn an_impairment_lowers_an_asset_to_its_fair_value() {
        let ledger = in_service()
            .and("2026-04-30", "depreciation charged through April", vec![charged("2026-04-30", json!({}))]);
        given(ledger).when("2026-05-10", impaired("61000.00")).posts(expect![[r#"
            us-gaap, tax: Asset impaired
              Dr 6120 Impairment [rack, ai]                                    34,000.00
                 Cr 1519 Accumulated depreciation and impairment [rack, ai]                   34,000.00
        "#]])
    }

    // 61,000 less 10,000 over the 34 months left: 1,500 a month.
    fn what_is_left_after_an_impairment_is_spread_over_the_life_that_is_left() {
        let ledger = in_service()
            .and("2026-04-30", "depreciation charged through April", vec![charged("2026-04-30", json!({}))])
            .and("2026-05-10", "impaired to 61,000", vec![impaired("61000.00")]);
        given(ledger).when("2026-06-30", charged("2026-06-30", json!({}))).posts(expect![[r#"
            us-gaap, tax: Depreciation charged
              Dr 6110 Depreciation [rack, ai]                                   3,000.00
                 Cr 1519 Accumulated depreciation and impairment [rack, ai]                    3,000.00
        "#]])
    }

    // Carried at 95,000.
    fn an_asset_is_sold_below_what_it_is_carried_at() {
        let ledger = in_service()
            .and("2026-04-30", "depreciation charged through April", vec![charged("2026-04-30", json!({}))]);
        let sold = disposed("80000.00", json!({"to": wallet("bank"), "fee": usd("500.00")}));
        given(ledger).when("2026-05-10", sold).posts(expect![[r#"
            us-gaap, tax: Asset disposed of
              Dr 1010 Cash [bank]                                              79,500.00
              Dr 1519 Accumulated depreciation and impairment [rack, ai]        5,000.00
                 Cr 1511 GPU servers [rack, ai]                                             100,000.00
              Dr 4570 Disposal of equipment [rack, ai]                         15,500.00
        "#]])
    }

    fn an_asset_is_sold_on_credit_above_what_it_is_carried_at() {
        let ledger = in_service()
            .and("2026-04-30", "depreciation charged through April", vec![charged("2026-04-30", json!({}))]);
        given(ledger).when("2026-05-10", disposed("98000.00", json!({"receivable": "vendor"}))).posts(expect![[r#"
            us-gaap, tax: Asset disposed of
              Dr 1410 Receivables [vendor, rack, ai]                           98,000.00
              Dr 1519 Accumulated depreciation and impairment [rack, ai]        5,000.00
                 Cr 1511 GPU servers [rack, ai]                                             100,000.00
                 Cr 4570 Disposal of equipment [rack, ai]                                     3,000.00
        "#]])
    }

    fn an_asset_is_scrapped() {
        given(in_service()).when("2026-03-20", disposed("0", json!({}))).posts(expect![[r#"
            us-gaap, tax: Asset disposed of
                 Cr 1511 GPU servers [rack, ai]                                             100,000.00
              Dr 4570 Disposal of equipment [rack, ai]                        100,000.00
        "#]])
    }

    // A third of 100.00, carried at 100.00 less one month of 3.33.
    fn some_of_the_items_are_sold() {
        let ledger = built()
            .and(PLACED, "three items placed in service for 100.00 over 30 months", vec![
                placed("100.00", 30, json!({"units": "3"})),
            ])
            .and("2026-03-31", "depreciation charged through March", vec![charged("2026-03-31", json!({}))]);
        given(ledger).when("2026-04-10", disposed("40.00", json!({"to": wallet("bank"), "units": "1"}))).posts(expect![[r#"
            us-gaap, tax: Asset disposed of
              Dr 1010 Cash [bank]                                                  40.00
              Dr 1519 Accumulated depreciation and impairment [rack]                1.11
                 Cr 1511 GPU servers [rack]                                                      33.33
                 Cr 4570 Disposal of equipment [rack]                                             7.78
        "#]])
    }

    // Carried at 66.67 less 2.22: 64.45 over the 29 months left.
    fn the_items_that_are_left_go_on() {
        let ledger = built()
            .and(PLACED, "three items placed in service for 100.00 over 30 months", vec![
                placed("100.00", 30, json!({"units": "3"})),
            ])
            .and("2026-03-31", "depreciation charged through March", vec![charged("2026-03-31", json!({}))])
            .and("2026-04-10", "one item sold", vec![disposed("40.00", json!({"to": wallet("bank"), "units": "1"}))]);
        given(ledger).when("2028-08-31", charged("2028-08-31", json!({}))).posts(expect![[r#"
            us-gaap, tax: Depreciation charged
              Dr 6110 Depreciation [rack]                                          64.45
                 Cr 1519 Accumulated depreciation and impairment [rack]                          64.45
        "#]])
    }

    // 90,000 at the opening; 84,000 less 12,000 over the 40 months left is 1,800.
    fn an_asset_of_the_opening_goes_on_where_it_stood() {
        let mut ledger = unfunded();
        ledger.must("2025-12-31", vec![opening(json!([fleet(json!({}))]), json!([]), "84000.00")]);
        ledger.told.push("2025-12-31: miners that cost 120,000 in May 2025 opened with, 36,000 of it charged".to_owned());
        given(ledger).when("2026-01-31", charged("2026-01-31", json!({}))).posts(expect![[r#"
            us-gaap, tax: Depreciation charged
              Dr 6110 Depreciation [fleet, mining]                              1,800.00
                 Cr 1519 Accumulated depreciation and impairment [fleet, mining]                    1,800.00
        "#]])
    }
}
