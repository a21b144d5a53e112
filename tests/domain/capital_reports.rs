//! Equipment, commitments, contracts and the ladder of obligations, over half a year whose figures are worked out by
//! hand.

use ledger_core::report::{REPORTS, Request};
use ledger_core::resolve::Question;
use ledger_core::time::Day;
use serde_json::json;

use crate::mini_story::{rows, says};
use crate::posting_rules::capex::{amended, cancelled, capitalised, deposit, invoiced};
use crate::posting_rules::contracts::{computing, delivered, power};
use crate::posting_rules::equipment::{charged, disposed, impaired, placed};
use crate::posting_rules::json::*;
use crate::posting_rules::ledger::{Ledger, standard};

/// An order of 600,000 of which 100,000 is paid as a deposit and 240,000 invoiced, 90,000 of it from the deposit;
/// 300,000 borrowed at 8 % of whose 2,000 of interest 1,500 is capitalised; 180,000 placed in service.
fn half_a_year() -> Ledger {
    let dues = |last: &str| {
        json!({"schedule": [{"due": "2033-01-01", "amount": usd(last)},
            {"due": "2026-06-30", "amount": usd("200000.00")}, {"due": "2027-06-30", "amount": usd("250000.00")}]})
    };
    let mut ledger = standard();
    let mut on = |day: &str, events| {
        ledger.must(day, events);
    };
    on("2026-01-10", vec![with(committed("600000.00"), dues("150000.00"))]);
    on("2026-01-15", vec![deposit(usd("100000.00"), "bank")]);
    on(
        "2026-02-01",
        vec![with(lent("term", "kept"), json!({"maturity": "2028-02-01"})), drawn("300000.00", "0")],
    );
    on("2026-03-03", vec![accrued("2026-03-03"), capitalised("1500.00", json!({"commitment": "gpu"}))]);
    on("2026-03-10", vec![invoiced(usd("240000.00"), json!({"from_deposit": usd("90000.00")}))]);
    on("2026-03-15", vec![placed("120000.00", 40, json!({"units": "4", "segment": "ai"}))]);
    let hall = json!({"asset": "hall", "class": "data_centre_plant"});
    on("2026-03-20", vec![placed("60000.00", 120, hall)]);
    on("2026-04-30", vec![charged("2026-04-30", json!({}))]);
    on("2026-05-10", vec![with(impaired("40000.00"), json!({"asset": "hall"}))]);
    on("2026-05-20", vec![disposed("25000.00", json!({"to": wallet("bank"), "units": "1"}))]);
    on("2026-05-31", vec![charged("2026-05-31", json!({}))]);
    on("2026-06-01", vec![with(amended("650000.00"), dues("200000.00"))]);
    on("2026-06-02", vec![with(committed("40000.00"), json!({"commitment": "miners"}))]);
    on("2026-06-03", vec![with(cancelled(json!({})), json!({"commitment": "miners"}))]);
    on(
        "2026-06-04",
        vec![
            json!({"type": "party_registered", "party": "customer"}),
            power(json!({"term": {"from": "2026-07-01", "to": "2028-06-30"}})),
            computing(json!({})),
            delivered("receivable", "41000.00", json!({"contract": "cloud", "credits": usd("1000.00")})),
        ],
    );
    let metric = |value: &str, from: &str, to: &str| {
        json!({"type": "operating_metric_recorded", "name": "uptime", "value": value, "unit": "share",
            "period": {"from": from, "to": to}, "source": "operations", "site": "Georgia"})
    };
    on("2026-05-31", vec![metric("0.9500", "2026-05-01", "2026-05-31")]);
    on("2026-06-30", vec![metric("0.691", "2026-06-01", "2026-06-30")]);
    ledger
}

fn report(name: &str, from: Option<&str>) -> String {
    let ledger = half_a_year();
    let log = ledger.history.log().to_vec();
    let day = |text: &str| text.parse::<Day>().unwrap();
    let question = Question { as_of: Some(day("2026-06-30")), ..Question::default() };
    let book = "us-gaap".parse().unwrap();
    let request = Request { log: &log, question, book, from: from.map(day), argument: None };
    let report = REPORTS.iter().find(|report| report.name == name).unwrap();
    rows(&(report.make)(&request).unwrap())
}

// 600,000 + 50,000 - 100,000 - (240,000 - 90,000). What was paid and invoiced was due first.
#[test]
fn commitments_come_to_what_is_off_the_balance_sheet() {
    says(
        &report("commitments", None),
        &[
            "gpu | vendor | 600000.00 | 50000.00 | -100000.00 | -150000.00 | 400000.00 | USD",
            "of this | 2027-06-30 | 200000.00 | USD",
            "of this | 2033-01-01 | 200000.00 | USD",
            "miners | vendor | 40000.00 | -40000.00 | 0.00 | USD",
            "Outstanding at par | 400000.00 | USD",
        ],
    );
    says(
        &report("trial-balance", None),
        &["Capital purchase obligations | 9110 | 0.00 | 690000.00 | 290000.00 | 400000.00"],
    );
}

// GPU servers: 120,000 over 40 months, 3,000 a month; one of four sold after two months; then 85,500 over 38 months.
// Plant: 60,000 over 120 months, 500 a month; after two months lowered from 59,000 to 40,000; then over 118 months.
#[test]
fn equipment_runs_from_opening_to_closing() {
    let text = report("assets", Some("2026-05-01"));
    let expected = "\
        Cost\n\
        Opening | 120000.00 | 60000.00 | 61500.00 | 241500.00\n\
        Disposed of | -30000.00 | -30000.00\n\
        Closing | 90000.00 | 60000.00 | 61500.00 | 211500.00\n\
        Depreciation and impairment\n\
        Opening | -6000.00 | -1000.00 | -7000.00\n\
        Depreciation | -2250.00 | -338.98 | -2588.98\n\
        Impairment | -19000.00 | -19000.00\n\
        Disposed of | 1500.00 | 1500.00\n\
        Closing | -6750.00 | -20338.98 | -27088.98\n\
        Carrying amount | 83250.00 | 39661.02 | 61500.00 | 184411.02";
    assert_eq!(text, expected);
    says(
        &report("assets", Some("2026-01-01")),
        &[
            "Invoiced | 240000.00 | 240000.00",
            "Interest capitalised | 1500.00 | 1500.00",
            "Placed in service | 120000.00 | 60000.00 | -180000.00 | 0.00",
            "Carrying amount | 83250.00 | 39661.02 | 61500.00 | 184411.02",
        ],
    );
}

// 10 MW x 24 h x 731 days x 40.00 x 0.7; 1,000,000 x 0.9 less 41,000 x 0.9.
#[test]
fn contracts_show_what_is_owed_in_any_case() {
    says(
        &report("contracts", None),
        &[
            "grid | vendor | 2026-07-01 | 2028-06-30 | 4912320.00 | 0.00 | 0.00 | 4912320.00",
            "Obligations | 4912320.00",
            "cloud | customer | 2026-03-01 | 2028-02-29 | 900000.00 | 40000.00 | 40000.00 | 863100.00",
            "Backlog | 863100.00",
        ],
    );
    says(
        &report("trial-balance", None),
        &[
            "Power and hosting obligations | 9120 | 0.00 | 4912320.00 | 0.00 | 4912320.00",
            "AI computing backlog | 9210 | 0.00 | 900000.00 | 36900.00 | 863100.00",
        ],
    );
}

// Power is 6,720 a day: 365 days to 2027-06-30, then 366.
#[test]
fn obligations_fall_due_year_by_year() {
    says(
        &report("obligations-ladder", None),
        &[
            "gpu | 200000.00 | 200000.00 | 400000.00",
            "grid | 2452800.00 | 2459520.00 | 4912320.00",
            "f | 300000.00 | 300000.00",
            "All obligations | 2652800.00 | 2759520.00 | 200000.00 | 5612320.00",
        ],
    );
}

#[test]
fn measurements_of_a_period_are_read_from_the_log() {
    let june = "uptime | 2026-06-01 | 2026-06-30 | 0.691 | share | Georgia | operations | 20";
    let of_june = report("metrics", Some("2026-06-01"));
    let (_, recorded) = of_june.split_once("Measurements recorded\n").unwrap();
    assert_eq!(recorded, june);
    says(
        &report("metrics", None),
        &["uptime | 2026-05-01 | 2026-05-31 | 0.95 | share | Georgia | operations | 19", june],
    );
}
