//! Published roll-forwards told as stories: what the ledger makes of them is what the filers printed.

use std::path::{Path, PathBuf};

use ledger_core::decide::{Decision, History};
use ledger_core::entry::Entry;
use ledger_core::report::{REPORTS, Request};
use ledger_core::resolve::{Question, Recorded};
use ledger_core::sheet::Cell;
use ledger_core::time::{Day, Instant};
use serde_json::{Value, json};

use crate::mini_story::rows;

/// The tables: nine printed ones. Fair value and cost of one fund are two books of one story.
const STORIES: [&str; 8] = [
    "riot_fy2022",
    "riot_fy2023",
    "riot_h1_2024",
    "hut8_q1_2024",
    "ibit_q2_2025",
    "spottrust_q1_2026",
    "bitfufu_fy2022_btc",
    "bitfufu_fy2022_usdt",
];

fn file(name: &str, suffix: &str) -> String {
    let folder: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/filings");
    std::fs::read_to_string(folder.join(format!("{name}.{suffix}"))).unwrap()
}

/// The entries of a story.
fn log<'a>(lines: impl Iterator<Item = &'a str>) -> Vec<Recorded> {
    let recorded = Instant::from_micros(0);
    (1..)
        .zip(lines)
        .map(|(number, line)| Recorded { number, recorded, entry: Entry::from_json(line).unwrap() })
        .collect()
}

/// The lines of a tie-out: figure, ours, difference, why.
fn tied(log: &Vec<Recorded>, table: &str) -> Vec<(String, String, String, String)> {
    let report = REPORTS.iter().find(|report| report.name == "tie-out").unwrap();
    let book = "us-gaap".parse().unwrap();
    let request = Request { log, question: Question::default(), book, from: None, argument: Some(table) };
    let text = |cell: &Cell| if let Cell::Text(text) = cell { text.to_string() } else { panic!("{cell:?}") };
    let units =
        |cell: &Cell| if let Cell::Units(units, _) = cell { units.to_string() } else { panic!("{cell:?}") };
    let sheet = (report.make)(&request).unwrap();
    let row = |cells: &[Cell]| (text(&cells[0]), units(&cells[3]), units(&cells[4]), text(&cells[5]));
    sheet.rows.iter().map(|row_of| row(&row_of.cells)).collect()
}

#[test]
fn every_story_is_accepted_entry_by_entry() {
    for name in STORIES {
        let mut history = History::default();
        for recorded in log(file(name, "jsonl").lines()) {
            let decision = history.consider(&recorded.entry);
            assert!(
                matches!(decision, Ok(Decision::Accepted(_))),
                "{name} {}: {decision:?}",
                recorded.number
            );
            history.accept(recorded);
        }
    }
}

/// One part of a total, to its last digit: the difference of two totals to date.
fn part(total: &str, scale: usize, index: i64, parts: i64) -> String {
    let (whole, digits) = total.split_once('.').unwrap_or((total, ""));
    let last: i64 = format!("{whole}{digits:0<scale$}").parse().unwrap();
    let until = |count: i64| i64::try_from(i128::from(last) * i128::from(count) / i128::from(parts)).unwrap();
    let share = until(index + 1) - until(index);
    let unit = 10_i64.pow(u32::try_from(scale).unwrap());
    format!("{}.{:0>scale$}", share / unit, share % unit)
}

/// A story whose every purchase, sale and production of the period happens in so many parts, over the quarter.
fn split(name: &str, first: &str, parts: i64) -> Vec<Recorded> {
    let first: Day = first.parse().unwrap();
    let mut lines: Vec<Value> = Vec::new();
    let text = file(name, "jsonl").replace(r#""rollforward": "carrying""#, r#""rollforward": "proceeds""#);
    for (kind, line) in (0..).zip(text.lines()) {
        let entry: Value = serde_json::from_str(line).unwrap();
        let event = &entry["events"][0];
        let amount = if event["type"] == "coins_sold" { "proceeds" } else { "value" };
        let splits = ["coins_mined", "coins_sold", "coins_spent", "coins_accepted"];
        if !splits.contains(&event["type"].as_str().unwrap()) || event["commodity"] == "ALT" {
            lines.push(entry);
            continue;
        }
        for index in 0..parts {
            let mut one = entry.clone();
            let day = Day::from_number(first.number() + ((index + 1) * 80 / (parts + 1) + kind % 5)).unwrap();
            one["effective"] = json!(day.to_string());
            one["id"] = json!(format!("00000000-0000-5000-8000-{:04}{:08}", kind, index));
            let event = &mut one["events"][0];
            event["units"] = json!(part(event["units"].as_str().unwrap(), 8, index, parts));
            event[amount]["amount"] = json!(part(event[amount]["amount"].as_str().unwrap(), 2, index, parts));
            lines.push(one);
        }
    }
    let lines: Vec<String> = lines.iter().map(Value::to_string).collect();
    log(lines.iter().map(String::as_str))
}

fn roll_forward(log: &Vec<Recorded>, first: &str, last: &str) -> String {
    let report = REPORTS.iter().find(|report| report.name == "roll-forward").unwrap();
    let question = Question { as_of: Some(last.parse().unwrap()), ..Question::default() };
    let book = "us-gaap".parse().unwrap();
    let request = Request { log, question, book, from: Some(first.parse().unwrap()), argument: None };
    rows(&(report.make)(&request).unwrap())
}

#[test]
fn at_proceeds_the_totals_do_not_depend_on_how_a_period_is_split() {
    for (name, first, last) in
        [("riot_fy2023", "2023-01-01", "2023-12-31"), ("hut8_q1_2024", "2024-01-01", "2024-03-31")]
    {
        let whole = roll_forward(&split(name, first, 1), first, last);
        assert!(whole.contains("Sold") && whole.contains("remeasurement"), "{whole}");
        for parts in [4, 12, 52] {
            assert_eq!(
                roll_forward(&split(name, first, parts), first, last),
                whole,
                "{name} in {parts} parts"
            );
        }
    }
}

#[test]
fn every_printed_line_ties() {
    let (mut books, mut lines) = (0, 0);
    for name in STORIES {
        books += if name.starts_with("ibit") { 2 } else { 1 };
        let story = file(name, "jsonl");
        for (figure, ours, difference, why) in tied(&log(story.lines()), &file(name, "tie-out.csv")) {
            lines += 1;
            let ties =
                difference == "0" || (why.starts_with("one unit") && ["1", "-1"].contains(&&*difference));
            assert!(ties, "{name}: {figure}: ours is {ours}, off by {difference}");
        }
    }
    assert_eq!(books, 9);
    assert!(lines > 90, "{lines} lines");
}
