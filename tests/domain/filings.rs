//! Published roll-forwards told as stories: what the ledger makes of them is what the filers printed.

use std::path::{Path, PathBuf};

use ledger_core::entry::Entry;
use ledger_core::report::{REPORTS, Request};
use ledger_core::resolve::{Question, Recorded};
use ledger_core::sheet::Cell;
use ledger_core::time::Instant;

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

/// The entries of a story, each decided as if it were appended.
fn log<'a>(lines: impl Iterator<Item = &'a str>) -> Vec<Recorded> {
    let recorded = Instant::from_micros(0);
    (1..).zip(lines).map(|(number, line)| Recorded { number, recorded, entry: Entry::from_json(line).unwrap() }).collect()
}

/// The lines of a tie-out: figure, ours, difference, why.
fn tied(log: &Vec<Recorded>, table: &str) -> Vec<(String, String, i64, String)> {
    let report = REPORTS.iter().find(|report| report.name == "tie-out").unwrap();
    let book = "us-gaap".parse().unwrap();
    let request = Request { log, question: Question::default(), book, from: None, argument: Some(table) };
    let text = |cell: &Cell| if let Cell::Text(text) = cell { text.to_string() } else { panic!("{cell:?}") };
    let units = |cell: &Cell| if let Cell::Units(units, _) = cell { units.to_string() } else { panic!("{cell:?}") };
    let sheet = (report.make)(&request).unwrap();
    let row = |cells: &[Cell]| {
        let difference: f64 = units(&cells[4]).parse().unwrap();
        (text(&cells[0]), units(&cells[3]), (difference * 1e8) as i64, text(&cells[5]))
    };
    sheet.rows.iter().map(|row_of| row(&row_of.cells)).collect()
}

#[test]
fn every_printed_line_ties() {
    let (mut books, mut lines) = (0, 0);
    for name in STORIES {
        books += if name.starts_with("ibit") { 2 } else { 1 };
        let story = file(name, "jsonl");
        for (figure, ours, difference, why) in tied(&log(story.lines()), &file(name, "tie-out.csv")) {
            lines += 1;
            let allowed = if why.starts_with("one unit") { 100_000_000 } else { 0 };
            assert!(difference.abs() <= allowed, "{name}: {figure}: ours is {ours}, off by {difference} / 10^8");
        }
    }
    assert_eq!(books, 9);
    assert!(lines > 90, "{lines} lines");
}
