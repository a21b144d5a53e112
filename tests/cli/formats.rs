//! One report, three forms, the same figures.

use std::collections::BTreeSet;

use ledger_core::report::REPORTS;
use serde_json::Value;

use crate::sandbox::{Sandbox, story};

/// A plain amount as people write it.
fn for_people(plain: &str) -> String {
    let (sign, digits) = plain.strip_prefix('-').map_or(("", plain), |digits| ("-", digits));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let groups: Vec<&str> =
        whole.as_bytes().rchunks(3).rev().map(|group| std::str::from_utf8(group).unwrap()).collect();
    let point = if fraction.is_empty() { "" } else { "." };
    let grouped = format!("{}{point}{fraction}", groups.join(","));
    if sign.is_empty() { grouped } else { format!("({grouped})") }
}

fn is_amount(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    [whole, fraction].iter().all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()))
}

fn arguments(name: &str) -> Vec<String> {
    let argument = match name {
        "register" => Some("1240".to_owned()),
        "facility" => Some("antalpha".to_owned()),
        "tie-out" => Some(story("cango-2026q1.tie-out.csv").display().to_string()),
        _ => None,
    };
    ["report".to_owned(), name.to_owned()].into_iter().chain(argument).collect()
}

#[test]
fn every_report_has_the_same_figures_as_table_json_and_csv() {
    let sandbox = Sandbox::with_story("cango-2026q1.jsonl");
    let mut figures = 0;
    for report in REPORTS {
        for book in ["us-gaap", "tax"] {
            let base = arguments(report.name);
            let run = |format: &str| {
                let mut args: Vec<&str> = base.iter().map(String::as_str).collect();
                args.extend(["--book", book, "--format", format]);
                sandbox.run(&args).exits(0)
            };
            let (table, json, csv) = (run("table"), run("json").json(), run("csv"));
            let mut records = csv::Reader::from_reader(csv.out.as_bytes());
            let header: Vec<String> = records.headers().unwrap().iter().map(str::to_owned).collect();
            let keys: Vec<&str> = json["columns"]
                .as_array()
                .unwrap()
                .iter()
                .map(|column| column["key"].as_str().unwrap())
                .collect();
            assert_eq!(header[1..], keys, "{}", report.name);
            let shown: BTreeSet<&str> = table.out.split_whitespace().collect();
            let rows = json["rows"].as_array().unwrap();
            let records: Vec<_> = records.records().map(Result::unwrap).collect();
            assert_eq!(rows.len(), records.len(), "{}", report.name);
            for (row, record) in rows.iter().zip(&records) {
                assert_eq!(row["kind"].as_str(), record.get(0));
                for (at, key) in keys.iter().enumerate() {
                    let cell = &row["cells"][key];
                    let number = cell.as_u64().map(|number| number.to_string());
                    let text = cell.as_str().map(str::to_owned);
                    assert!(cell.is_null() || cell.is_u64() || cell.is_string(), "{cell}");
                    let plain = number.or(text).unwrap_or_default();
                    assert_eq!(record.get(at + 1), Some(plain.as_str()), "{} {key}", report.name);
                    if is_amount(&plain) {
                        figures += 1;
                        // A price is shown with the ledger's digits at least: 68,000.00 is the 68000 of JSON.
                        let ways = [plain.clone(), for_people(&plain), for_people(&format!("{plain}.00"))];
                        let there = ways.iter().any(|way| shown.contains(way.as_str()));
                        assert!(
                            there,
                            "{} of {} in {book} is not in the table:\n{}",
                            plain, report.name, table.out
                        );
                    }
                }
            }
        }
    }
    assert!(figures > 500, "{figures}");
}

#[test]
fn a_head_ties_a_report_to_its_log() {
    let sandbox = Sandbox::with_story("cango-2026q1.jsonl");
    let head = |args: &[&str]| {
        let args: Vec<&str> = [&["report", "balance-sheet", "-f", "json"], args].concat();
        sandbox.run(&args).exits(0).json()["head"].clone()
    };
    let all = head(&[]);
    assert_eq!(all["entity"], "Cango Inc.");
    assert_eq!(all["notice"], "model from public figures; not filed accounts");
    assert_eq!((&all["book"], &all["currency"]), (&Value::from("us-gaap"), &Value::from("USD")));
    assert_eq!((&all["entries"], &all["as_known"]), (&Value::from(37), &Value::from(37)));
    let root = |size: &str| {
        let checkpoint = sandbox.run(&["checkpoint", "-f", "json", "--as-known", size]).exits(0).json();
        checkpoint["root"].clone()
    };
    assert_eq!(all["root"], root("37"));
    let earlier = head(&["--as-known", "13", "--as-of", "2026-02-07", "--verified"]);
    assert_eq!((&earlier["entries"], &earlier["as_known"]), (&Value::from(37), &Value::from(13)));
    assert_eq!(earlier["root"], root("13"));
    assert_eq!(earlier["as_of"], "2026-02-07");
    assert_eq!(earlier["verified"]["every_byte"], true);
    assert_ne!(earlier["root"], all["root"]);
}

#[test]
fn no_table_is_wider_than_its_page_and_rounding_is_for_the_eye() {
    let sandbox = Sandbox::with_story("cango-2026q1.jsonl");
    let mut asked: Vec<(&str, Vec<&str>)> = REPORTS.iter().map(|report| (report.name, vec![])).collect();
    for report in REPORTS.iter().filter(|report| report.periodic) {
        asked.push((report.name, vec!["--periods", "FY2025,2026-01,2026-02,2026-03"]));
        asked.push((report.name, vec!["--by", "month", "--in", "thousands"]));
    }
    for report in REPORTS.iter().filter(|report| report.divided.is_some()) {
        asked.push((report.name, vec!["--by", "segment"]));
    }
    assert!(asked.len() > REPORTS.len() + 10);
    for (name, more) in asked {
        for columns in ["80", "140"] {
            let args = arguments(name);
            let args: Vec<&str> = args.iter().map(String::as_str).chain(more.iter().copied()).collect();
            let output = sandbox.command(&args).env("COLUMNS", columns).output().unwrap();
            assert!(output.status.success(), "{args:?}");
            let out = String::from_utf8(output.stdout).unwrap();
            let width: usize = columns.parse().unwrap();
            let wide: Vec<&str> = out.lines().filter(|line| line.chars().count() > width).collect();
            assert!(wide.is_empty(), "{args:?} at {columns}: {wide:#?}");
        }
    }
    let thousands = sandbox.run(&["report", "balance-sheet", "--in", "thousands"]).exits(0);
    assert!(
        thousands.out.contains("thousands of USD") && thousands.out.contains("30,600\n"),
        "{}",
        thousands.out
    );
    let millions = sandbox.run(&["report", "balance-sheet", "--in", "millions"]).exits(0);
    assert!(millions.out.contains(" 30.6\n"), "{}", millions.out);
}

#[test]
fn what_programs_read_is_exact_and_names_the_unit_that_was_asked_for() {
    let sandbox = Sandbox::with_story("cango-2026q1.jsonl");
    let exact = sandbox.run(&["report", "lots", "-f", "json"]).exits(0).json();
    let asked = sandbox.run(&["report", "lots", "-f", "json", "--in", "millions"]).exits(0).json();
    assert_eq!((&exact["head"]["unit"], &asked["head"]["unit"]), (&Value::Null, &Value::from("millions")));
    assert_eq!(exact["rows"], asked["rows"]);
    let exact = sandbox.run(&["report", "lots", "-f", "csv"]).exits(0);
    let asked = sandbox.run(&["report", "lots", "-f", "csv", "--in", "millions"]).exits(0);
    assert_eq!(exact.out, asked.out);
    assert!(asked.err.contains("csv is exact"), "{}", asked.err);
}

#[test]
fn what_is_owed_is_rounded_and_coins_are_not() {
    let sandbox = Sandbox::with_story("mini.jsonl");
    let loans = sandbox.run(&["report", "facilities", "--in", "thousands"]).exits(0);
    let line = |label: &str| {
        let line = loans.out.lines().find(|line| line.contains(label)).unwrap();
        line.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    assert_eq!(line("Principal owed"), "Principal owed 200 USD");
    assert_eq!(line("Collateral"), "Collateral 8.00000000 BTC");
    // A table without money is not said to be rounded.
    sandbox
        .file("none", b"figure,book,as_of,measure,published,source,why\nx,tax,2026-03-31,units BTC,9,s,w\n");
    let none = sandbox.run(&["report", "tie-out", "none", "--in", "thousands"]).exits(0);
    assert!(!none.out.contains("thousands"), "{}", none.out);
}

#[test]
fn commitments_are_rounded_with_all_other_money() {
    let sandbox = Sandbox::with_story("cango-2026q1.jsonl");
    let orders = sandbox.run(&["report", "commitments", "--in", "thousands"]).exits(0).out;
    let line = orders.lines().find(|line| line.contains("ai-nodes-1")).unwrap();
    let words = line.split_whitespace().collect::<Vec<_>>().join(" ");
    assert_eq!(words, "ai-nodes-1 ai-vendor 20,000 (5,000) 15,000 USD");
}

#[test]
fn a_rounded_total_that_its_rounded_lines_do_not_come_to_says_by_how_much() {
    let sandbox = Sandbox::with_story("mini.jsonl");
    // 659,194 + 66,000 + 528,000 = 1,253,194: as printed 0.7 + 0.1 + 0.5 = 1.3.
    let sheet = sandbox.run(&["report", "balance-sheet", "--in", "millions"]).exits(0);
    assert!(!sheet.out.contains("Rounding"), "{}", sheet.out);
    let entry = crate::sandbox::entry(
        1,
        "2026-03-02",
        r#"{"type":"journal_recorded","lines":[{"account":"6010","debit":"140000.00"},
        {"account":"5010","debit":"140000.00"},{"account":"2010","credit":"280000.00"}]}"#,
    );
    sandbox.append(&entry.replace('\n', ""));
    let journal = sandbox.run(&["report", "journal", "--from", "2026-03-02", "--in", "millions"]).exits(0);
    let squeezed: Vec<String> =
        journal.out.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
    // Two debits of 0.14 are printed as 0.1 each, their sum of 0.28 as 0.3; the one credit is that sum.
    for line in ["Power 5010 0.1", "Rounding 0.1", "Total 0.3 0.3"] {
        assert!(squeezed.iter().any(|printed| printed == line), "{line}:\n{}", journal.out);
    }
}

#[test]
fn a_replay_as_json_balances_after_every_entry_in_every_book() {
    let sandbox = Sandbox::with_story("cango-2026q1.jsonl");
    let replay = sandbox.run(&["replay", "-f", "json"]).exits(0).json();
    let entries = replay["entries"].as_array().unwrap();
    assert_eq!(entries.len(), 37);
    let cents = |amount: &Value| amount.as_str().unwrap().replace('.', "").parse::<i128>().unwrap();
    let mut balances = 0;
    for entry in entries {
        for sums in entry["balances"].as_array().unwrap() {
            assert_eq!(
                cents(&sums["assets"]),
                cents(&sums["liabilities"]) + cents(&sums["equity"]),
                "{entry}"
            );
            balances += 1;
        }
        for journal in
            entry["events"].as_array().unwrap().iter().flat_map(|event| event["journals"].as_array().unwrap())
        {
            let side = |side: &str| -> i128 {
                let lines = journal["lines"].as_array().unwrap().iter().filter(|line| line["side"] == side);
                lines.map(|line| cents(&line["amount"])).sum()
            };
            assert_eq!(side("debit"), side("credit"), "{journal}");
        }
    }
    assert_eq!(balances, 74);
    let last = &entries[36]["tree"];
    assert_eq!(last["root"], sandbox.run(&["checkpoint", "-f", "json"]).exits(0).json()["root"]);
    let paydown: Vec<_> =
        entries.iter().filter(|entry| entry["transaction"] == "antalpha-paydown-2026-02").collect();
    let ltv = |at: usize, when: &str| paydown[at]["facilities"][0][when]["ltv_percent"].clone();
    assert_eq!((ltv(0, "before"), ltv(2, "after")), (Value::from("108.87"), Value::from("121.92")));
    let lots = &paydown[0]["events"][0]["journals"];
    assert_eq!(lots[0]["lots"][0]["account"], "1240", "us-gaap: the claim falls");
    assert_eq!(lots[1]["lots"][0]["account"], "1220", "tax: lots leave");
}
