//! What to watch of the business, each figure worked out by hand.

use expect_test::expect;
use serde_json::{Value, json};

use super::shown;
use crate::mini_story::says;
use crate::posting_rules::capex::{deposit, invoiced};
use crate::posting_rules::contracts::{billed, computing, delivered, power};
use crate::posting_rules::json::*;
use crate::posting_rules::ledger::{Ledger, standard};

fn measured(name: &str, value: &str, days: [&str; 2], more: Value) -> Value {
    let [from, to] = days;
    let metric = json!({"type": "operating_metric_recorded", "name": name, "value": value, "unit": "synthetic",
        "period": {"from": from, "to": to}, "source": "operations"});
    with(metric, more)
}

fn mined(units: &str, value: &str) -> Value {
    json!({"type": "coins_mined", "wallet": "cold", "units": units, "value": usd(value)})
}

fn cost(segment: &str, category: &str, amount: &str, more: Value) -> Value {
    let cost = json!({"type": "operating_cost_recorded", "segment": segment, "category": category,
        "amount": usd(amount)});
    with(cost, more)
}

const QUARTER: [&str; 2] = ["2026-01-01", "2026-03-31"];

/// Synthetic. Ten coins mined at 60,000 for 250,000 of power and hosting; 140,000 earned with GPUs for 70,000; four coins
/// sold, three pledged for a loan of 90,000; 400,000 ordered of which 100,000 is paid.
fn quarter() -> Ledger {
    let wind = json!({"contract": "wind", "megawatts": "30", "price_mwh": "30.00", "fixed_share": "0.5",
        "term": {"from": "2026-07-01", "to": "2028-06-30"}});
    let order = json!({"megawatts": "5", "schedule": [{"due": "2026-12-31", "amount": usd("200000.00")},
        {"due": "2027-12-31", "amount": usd("200000.00")}]});
    let owed = json!({"settles": "payable", "party": "vendor"});
    let bank = json!({"settles": "cash", "from": wallet("bank")});
    let ltv = json!({"maturity": "2027-03-31", "ltv": {"initial": "0.6", "call": "0.8"}});
    standard()
        .and(
            "2026-01-02",
            "",
            vec![
                json!({"type": "party_registered", "party": "customer"}),
                power(json!({"term": {"from": "2026-01-01", "to": "2027-03-31"}})),
                power(wind),
                computing(json!({})),
                with(committed("400000.00"), order),
                deposit(usd("100000.00"), "bank"),
            ],
        )
        .and("2026-01-31", "", vec![mined("10", "600000.00")])
        .and("2026-02-10", "", vec![sold("4", "260000.00", "0")])
        .and(
            "2026-02-11",
            "",
            vec![with(lent("term", "kept"), ltv), pledged("3", "65000"), drawn("90000.00", "0")],
        )
        .and("2026-03-10", "", vec![invoiced(usd("80000.00"), json!({"from_deposit": usd("30000.00")}))])
        .and(
            "2026-03-30",
            "",
            vec![
                billed(
                    "payable",
                    "240000.00",
                    json!({"contract": "grid", "mwh": "6000",
                "curtailment_credits": usd("12000.00"), "party": "vendor"}),
                ),
                billed("payable", "40000.00", json!({"segment": "ai", "mwh": "1000", "party": "vendor"})),
                cost("mining", "hosting", "22000.00", owed),
                cost("ai", "ai", "30000.00", bank),
                delivered(
                    "receivable",
                    "150000.00",
                    json!({"gpu_hours_available": "50000", "credits": usd("10000.00")}),
                ),
            ],
        )
        .and(
            "2026-03-31",
            "",
            vec![
                marked("70000.00"),
                measured("hashrate_ehs", "30", ["2026-01-01", "2026-01-31"], json!({"site": "Georgia"})),
                measured("hashrate_ehs", "39", ["2026-03-01", "2026-03-31"], json!({"site": "Georgia"})),
                measured("hashrate_ehs", "0.5", QUARTER, json!({"site": "Oman"})),
                measured("hashrate_deployed_ehs", "50", QUARTER, json!({})),
                measured("energised_mw", "1.5", QUARTER, json!({"segment": "ai"})),
                measured("energised_mw", "12", QUARTER, json!({"segment": "mining"})),
                measured("shares_outstanding", "2000000", ["2026-03-31", "2026-03-31"], json!({})),
            ],
        )
}

fn metrics(ledger: &Ledger) -> String {
    shown(&ledger.history.log().to_vec(), "metrics", "us-gaap", Some(QUARTER[0]), Some(QUARTER[1]))
}

// A year is 365 days, the quarter 90. Payback: 80,000 a megawatt over 70,000 x 365 / 90 / 1.5. Due within a year: 50,000 of
// the order, which the deposit and the invoice leave of its first half; of power 3,057,600 - 168,000 from the grid and
// 274 days of 731 x 10,800 of wind. Hashrate: (30 + 39) / 2 + 0.5. Tenor: (10 x 365 + 30 x 731) / 365 / 40.
#[test]
fn every_metric_is_a_fraction_of_what_is_in_the_books_and_was_measured() {
    let text = metrics(&quarter());
    let (worked_out, recorded) = text.split_once("Measurements recorded\n").unwrap();
    assert_eq!(recorded.lines().count(), 7);
    expect![[r#"
        AI computing beside mining
        Utilisation | 80.00 % | of GPU hours | ai | GPU hours sold / GPU hours available | 40,000 GPU hours sold (compute_delivered); 50,000 GPU hours available (compute_delivered)
        Gross margin | 50.00 % | of revenue | ai | (revenue - cost of revenue) / revenue | 140,000.00 revenue (4000 to 4499) of ai; 70,000.00 cost of revenue (5000 to 5999) of ai
        Gross margin | 58.33 % | of revenue | mining | (revenue - cost of revenue) / revenue | 600,000.00 revenue (4000 to 4499) of mining; 250,000.00 cost of revenue (5000 to 5999) of mining
        Gross profit per MWh | 70.00 | USD/MWh | ai | (revenue - cost of revenue) / MWh billed | 140,000.00 revenue (4000 to 4499) of ai; 70,000.00 cost of revenue (5000 to 5999) of ai; 1,000 MWh of ai (power_billed)
        Gross profit per MWh | 58.33 | USD/MWh | mining | (revenue - cost of revenue) / MWh billed | 600,000.00 revenue (4000 to 4499) of mining; 250,000.00 cost of revenue (5000 to 5999) of mining; 6,000 MWh of mining (power_billed)
        Revenue per MW-year | 378518.52 | USD/MW | ai | revenue x 365 / days of the period / MW at work | 140,000.00 revenue (4000 to 4499) of ai; 1.5 measured energised_mw of ai
        Revenue per MW-year | 202777.78 | USD/MW | mining | revenue x 365 / days of the period / MW at work | 600,000.00 revenue (4000 to 4499) of mining; 12 measured energised_mw of mining
        Mining
        Average realised revenue per BTC | 60000.00 | USD/BTC | mining | mining revenue / BTC mined | 600,000.00 mining revenue (4010); 10 BTC mined (roll-forward)
        Cash cost per BTC | 25000.00 | USD/BTC | mining | cost of revenue of mining / BTC mined | 250,000.00 cost of revenue (5000 to 5999) of mining; 10 BTC mined (roll-forward)
        Mining margin per BTC | 35000.00 | USD/BTC | mining | (mining revenue - cost of revenue of mining) / BTC mined | 600,000.00 mining revenue (4010); 250,000.00 cost of revenue (5000 to 5999) of mining; 10 BTC mined (roll-forward)
        Uptime | 70.00 % | of deployed EH/s | mining | mean EH/s at work / mean EH/s deployed | 35 measured hashrate_ehs; 50 measured hashrate_deployed_ehs
        Capital
        Capital intensity | 80000.00 | USD/MW | (paid + still to be paid on orders that state their power) / their MW | 100,000.00 paid (commitments); 300,000.00 still to be paid (commitments); 5 MW (commitments)
        Payback | 0.42 | years | ai | capital intensity / (yearly revenue less cost of revenue of ai per MW at work) | 100,000.00 paid (commitments); 300,000.00 still to be paid (commitments); 5 MW (commitments); 70,000.00 gross profit of ai; 1.5 measured energised_mw of ai
        Coverage of commitments | 27.80 % | of what falls due | (cash + stablecoins + undrawn + unpledged coins at fair value) / capital and power due within a year | 1,220,000.00 cash (1010); 0.00 stablecoins (1110); 210,000.00 undrawn (facilities); 210,000.00 unpledged coins (holdings); 5,898,800.00 capital and power due within a year (obligations-ladder)
        Power
        Weighted price of power | 40.00 | USD/MWh | cost billed before credits / MWh billed | 280,000.00 cost before credits (power_billed); 7,000 MWh (power_billed)
        Fixed share | 55.00 % | of contracted MW | sum of (MW x share to be paid in any case) / sum of MW, contracts not over | 22 MW to be paid in any case (power_contracted); 40 MW (power_contracted)
        Tenor | 1.75 | years | sum of (MW x days that remain) / 365 / sum of MW, contracts not over | 25,580 MW-days that remain (power_contracted); 40 MW (power_contracted)
        Curtailment credits | 12000.00 | USD | credits on bills for power | 12,000.00 curtailment credits (power_billed)
        Treasury
        Unpledged ratio | 50.00 % | of all BTC | BTC free / BTC with claims on lenders | 3 BTC free (holdings); 6 BTC with claims on lenders (holdings)
        Loan to value, f | 42.86 % | of collateral | owed / collateral less haircuts | 90,000.00 owed (facilities); 210,000 collateral less haircuts (facilities)
        Distance to call, f | 46.43 % | of the price | 1 - price of a margin call / price | 90,000.00 owed (facilities); 210,000 collateral less haircuts (facilities); 0.8 loan to value of a margin call under f
        Weighted cost of debt | 8.00 % | a year | sum of (rate x principal) / sum of principal, without fees | 7,200.00 interest of a year at the rates of the day (facilities); 90,000.00 principal (facilities)
        Runway | 120.33 | months | (cash + stablecoins) / (net cash used in operations / days of the period x 365 / 12) | 1,220,000.00 cash (1010); 0.00 stablecoins (1110); 30,000.00 net cash used in operations (cash-flow)
        Production coverage | 40.00 % | of BTC mined | BTC sold / BTC mined | 4 BTC sold (roll-forward); 10 BTC mined (roll-forward)
        BTC per share | 0.00000300 | BTC | BTC with claims on lenders / shares outstanding | 6 BTC with claims on lenders (holdings); 2,000,000 measured shares_outstanding
        Debt to BTC | 21.43 % | of BTC at fair value | owed / BTC with claims on lenders at fair value | 90,000.00 owed (facilities); 420,000.00 BTC at fair value (holdings)
    "#]]
    .assert_eq(worked_out);
}

#[test]
fn a_metric_whose_inputs_are_not_recorded_names_them() {
    expect![[r#"
        AI computing beside mining
        Utilisation | of GPU hours | ai | GPU hours sold / GPU hours available | missing: GPU hours sold (compute_delivered); GPU hours available (compute_delivered)
        Gross margin | of revenue | ai | (revenue - cost of revenue) / revenue | missing: revenue (4000 to 4499) of ai; cost of revenue (5000 to 5999) of ai
        Gross margin | of revenue | mining | (revenue - cost of revenue) / revenue | missing: revenue (4000 to 4499) of mining; cost of revenue (5000 to 5999) of mining
        Gross profit per MWh | USD/MWh | ai | (revenue - cost of revenue) / MWh billed | missing: revenue (4000 to 4499) of ai; cost of revenue (5000 to 5999) of ai; MWh of ai (power_billed)
        Gross profit per MWh | USD/MWh | mining | (revenue - cost of revenue) / MWh billed | missing: revenue (4000 to 4499) of mining; cost of revenue (5000 to 5999) of mining; MWh of mining (power_billed)
        Revenue per MW-year | USD/MW | ai | revenue x 365 / days of the period / MW at work | missing: revenue (4000 to 4499) of ai; measured energised_mw of ai
        Revenue per MW-year | USD/MW | mining | revenue x 365 / days of the period / MW at work | missing: revenue (4000 to 4499) of mining; measured energised_mw of mining
        Mining
        Average realised revenue per BTC | USD/BTC | mining | mining revenue / BTC mined | missing: mining revenue (4010); BTC mined (roll-forward)
        Cash cost per BTC | USD/BTC | mining | cost of revenue of mining / BTC mined | missing: cost of revenue (5000 to 5999) of mining; BTC mined (roll-forward)
        Mining margin per BTC | USD/BTC | mining | (mining revenue - cost of revenue of mining) / BTC mined | missing: mining revenue (4010); cost of revenue (5000 to 5999) of mining; BTC mined (roll-forward)
        Uptime | of deployed EH/s | mining | mean EH/s at work / mean EH/s deployed | missing: measured hashrate_ehs; measured hashrate_deployed_ehs
        Capital
        Capital intensity | USD/MW | (paid + still to be paid on orders that state their power) / their MW | missing: MW (commitments)
        Payback | years | ai | capital intensity / (yearly revenue less cost of revenue of ai per MW at work) | missing: MW (commitments); gross profit of ai; measured energised_mw of ai
        Coverage of commitments | of what falls due | (cash + stablecoins + undrawn + unpledged coins at fair value) / capital and power due within a year | missing: capital and power due within a year (obligations-ladder)
        Power
        Weighted price of power | USD/MWh | cost billed before credits / MWh billed | missing: cost before credits (power_billed); MWh (power_billed)
        Fixed share | of contracted MW | sum of (MW x share to be paid in any case) / sum of MW, contracts not over | missing: MW to be paid in any case (power_contracted); MW (power_contracted)
        Tenor | years | sum of (MW x days that remain) / 365 / sum of MW, contracts not over | missing: MW-days that remain (power_contracted); MW (power_contracted)
        Curtailment credits | USD | credits on bills for power | missing: curtailment credits (power_billed)
        Treasury
        Unpledged ratio | of all BTC | BTC free / BTC with claims on lenders | missing: BTC with claims on lenders (holdings)
        Loan to value | of collateral | owed / collateral less haircuts | missing: what is owed; collateral with a price
        Distance to call | of the price | 1 - price of a margin call / price | missing: what is owed; collateral with a price; loan to value of a margin call
        Weighted cost of debt | a year | sum of (rate x principal) / sum of principal, without fees | missing: principal (facilities)
        Runway | months | (cash + stablecoins) / (net cash used in operations / days of the period x 365 / 12) | missing: net cash used in operations (cash-flow)
        Production coverage | of BTC mined | BTC sold / BTC mined | missing: BTC mined (roll-forward)
        BTC per share | BTC | BTC with claims on lenders / shares outstanding | missing: BTC with claims on lenders (holdings); measured shares_outstanding
        Debt to BTC | of BTC at fair value | owed / BTC with claims on lenders at fair value | missing: BTC with claims on lenders (holdings)"#]]
    .assert_eq(&metrics(&standard()));
}

// 98.4M / 1,266; less 76,928; 34.55 / 50.
#[test]
fn cangos_published_figures_give_its_margin_and_its_uptime() {
    let ledger = standard().and(
        "2026-03-31",
        "",
        vec![
            mined("1266", "98400000.00"),
            measured("cash_cost_per_btc", "76928", QUARTER, json!({"segment": "mining"})),
            measured("hashrate_ehs", "34.55", ["2026-02-01", "2026-02-28"], json!({"segment": "mining"})),
            measured(
                "hashrate_deployed_ehs",
                "50",
                ["2026-02-01", "2026-02-28"],
                json!({"segment": "mining"}),
            ),
        ],
    );
    let earned = "98,400,000.00 mining revenue (4010); 1,266 BTC mined (roll-forward)";
    let cost = "76,928 measured cash_cost_per_btc";
    says(
        &metrics(&ledger),
        &[
            &format!(
                "Average realised revenue per BTC | 77725.12 | USD/BTC | mining | mining revenue / BTC mined | {earned}"
            ),
            &format!("Cash cost per BTC | 76928.00 | USD/BTC | mining | as measured | {cost}"),
            &format!(
                "Mining margin per BTC | 797.12 | USD/BTC | mining | mining revenue / BTC mined - cash cost per BTC measured | {earned}; {cost}"
            ),
            "Uptime | 69.10 % | of deployed EH/s | mining | mean EH/s at work / mean EH/s deployed | 34.55 measured hashrate_ehs; 50 measured hashrate_deployed_ehs",
        ],
    );
}

#[test]
fn what_was_reversed_and_what_was_measured_anew_no_longer_counts() {
    let delivery =
        || delivered("receivable", "1000.00", json!({"gpu_hours_sold": "10", "gpu_hours_available": "40"}));
    let ledger = quarter()
        .and("2026-03-31", "", vec![delivery()])
        .and("2026-03-31", "", vec![json!({"type": "entry_reversed", "entry": 11, "reason": "twice"})])
        .and("2026-03-31", "", vec![measured("energised_mw", "2", QUARTER, json!({"segment": "ai"}))]);
    let text = metrics(&ledger);
    let utilisation = text.lines().find(|line| line.starts_with("Utilisation")).unwrap();
    assert!(utilisation.starts_with("Utilisation | 80.00 %"), "{utilisation}");
    // 140,000 x 365 / 90 / 2.
    let per_year = text.lines().find(|line| line.starts_with("Revenue per MW-year")).unwrap();
    assert!(per_year.starts_with("Revenue per MW-year | 283888.89"), "{per_year}");
}

#[test]
fn the_distance_to_a_margin_call_is_that_of_the_facilities() {
    let log = quarter().history.log().to_vec();
    let facilities = shown(&log, "facilities", "us-gaap", None, Some(QUARTER[1]));
    says(
        &facilities,
        &[
            "Loan to value | 42.86 % | all collateral",
            "Fall of price to the margin call | 46.43 % | of the price",
        ],
    );
}

#[test]
fn collateral_without_a_price_is_a_missing_input() {
    let terms = json!({"ltv": {"call": "0.8"}});
    let ledger = standard().and("2026-01-05", "", vec![bought("1", "60000.00", "0")]).and(
        "2026-01-06",
        "",
        vec![with(lent("term", "kept"), terms), pledged("1", "60000")],
    );
    let missing = "missing: collateral less haircuts (facilities)";
    says(
        &metrics(&ledger),
        &[&format!("Loan to value, f | of collateral | owed / collateral less haircuts | {missing}")],
    );
}
