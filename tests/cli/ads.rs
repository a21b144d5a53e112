//! `treasury export ads`: the procedures that an auditor runs over such files first (completeness and integrity of the
//! population, AS 2401 and AU-C 240), in a form of our own.

use std::collections::{BTreeMap, BTreeSet};

use crate::sandbox::Sandbox;

/// Records of a file by the names of their fields.
type Rows = Vec<BTreeMap<String, String>>;

/// The only file whose name begins so.
fn rows(sandbox: &Sandbox, folder: &str, begins: &str) -> (String, Rows) {
    let files = std::fs::read_dir(sandbox.path().join(folder)).unwrap().map(|file| file.unwrap());
    let mut named = files.filter(|file| file.file_name().to_str().unwrap().starts_with(begins));
    let file = named.next().unwrap();
    assert!(named.next().is_none());
    let mut reader = csv::ReaderBuilder::new().delimiter(b'|').from_path(file.path()).unwrap();
    let rows = reader.deserialize().map(|row| row.unwrap()).collect();
    (file.file_name().to_str().unwrap().to_owned(), rows)
}

/// Hundredths of what an amount says.
fn cents(text: &str) -> i128 {
    let (whole, fraction) = text.split_once('.').unwrap();
    assert_eq!(fraction.len(), 2, "{text}");
    format!("{whole}{fraction}").parse().unwrap()
}

/// Checks a folder, all of its files against each other; how many journals and lines it has.
fn procedures(sandbox: &Sandbox, folder: &str) -> (usize, usize) {
    let (_, detail) = rows(sandbox, folder, "GL_Detail_");
    let (_, balances) = rows(sandbox, folder, "Trial_Balance_");
    let (_, chart) = rows(sandbox, folder, "Chart_Of_Accounts_");
    let accounts: BTreeSet<&str> = chart.iter().map(|row| row["GL_Account_Number"].as_str()).collect();
    assert_eq!(accounts.len(), chart.len(), "an account twice in the chart");
    let (mut journals, mut lines) = (BTreeMap::new(), BTreeSet::new());
    let mut activity: BTreeMap<(i32, u32, &str), i128> = BTreeMap::new();
    let mut last_line = BTreeMap::new();
    for row in &detail {
        let amount = cents(&row["Amount"]);
        assert!(amount >= 0, "an amount with a sign");
        let signed = match row["Amount_Credit_Debit_Indicator"].as_str() {
            "D" => amount,
            "C" => -amount,
            other => panic!("{other}"),
        };
        *journals.entry(&row["Journal_ID"]).or_insert(0) += signed;
        assert!(lines.insert((&row["Journal_ID"], &row["Journal_ID_Line_Number"])), "a line twice: {row:?}");
        // Lines are numbered without a gap.
        let number: usize = row["Journal_ID_Line_Number"].parse().unwrap();
        let before = last_line.insert(&row["Journal_ID"], number).unwrap_or(0);
        assert_eq!(number, before + 1, "{row:?}");
        assert!(
            accounts.contains(row["GL_Account_Number"].as_str()),
            "an account that the chart does not know"
        );
        for must in [
            "JE_Header_Description",
            "Source",
            "Effective_Date",
            "Entered_By",
            "Entered_Date",
            "Entered_Time",
        ] {
            assert!(!row[must].is_empty(), "{must} is empty: {row:?}");
        }
        let period = (row["Fiscal_Year"].parse().unwrap(), row["Period"].parse().unwrap());
        *activity.entry((period.0, period.1, row["GL_Account_Number"].as_str())).or_default() += signed;
    }
    let unbalanced: Vec<_> = journals.iter().filter(|(_, sum)| **sum != 0).collect();
    assert!(unbalanced.is_empty(), "journals that do not balance: {unbalanced:?}");
    // The trial balance rolls: what a period begins with is what the one before ended with, and between lie the lines.
    let mut ending: BTreeMap<&str, i128> = BTreeMap::new();
    let mut of_period: BTreeMap<(i32, u32), i128> = BTreeMap::new();
    for row in &balances {
        let account = row["GL_Account_Number"].as_str();
        let (year, number) = (row["Fiscal_Year"].parse().unwrap(), row["Period"].parse().unwrap());
        let (begins, ends) = (cents(&row["Amount_Beginning"]), cents(&row["Amount_Ending"]));
        assert_eq!(begins, ending.insert(account, ends).unwrap_or(0), "{row:?}");
        assert_eq!(ends - begins, activity.remove(&(year, number, account)).unwrap_or(0), "{row:?}");
        *of_period.entry((year, number)).or_default() += ends;
    }
    assert!(activity.is_empty(), "lines of periods without a trial balance: {activity:?}");
    assert!(of_period.values().all(|sum| *sum == 0), "a trial balance that does not balance: {of_period:?}");
    (journals.len(), detail.len())
}

#[test]
fn the_files_stand_up_to_an_auditors_first_procedures() {
    let mut seen = (0, 0);
    for story in ["mini.jsonl", "cango-2026q1.jsonl", "loan-life.jsonl", "every-event.jsonl"] {
        let sandbox = Sandbox::with_story(story);
        for book in ["us-gaap", "tax"] {
            sandbox.run(&["export", "ads", "--book", book, "--out", book]).exits(0);
            let (journals, lines) = procedures(&sandbox, book);
            // Nothing is missing: our own journal has as many lines.
            let csv = sandbox.run(&["export", "csv", "--book", book]).exits(0).out;
            let own = csv::Reader::from_reader(csv.as_bytes()).records().count();
            assert_eq!(lines, own, "{story} {book}");
            seen = (seen.0 + journals, seen.1 + lines);
            // The last trial balance is that of the report.
            let (_, balances) = rows(&sandbox, book, "Trial_Balance_");
            let mut ends = BTreeMap::new();
            for row in &balances {
                ends.insert(row["GL_Account_Number"].clone(), cents(&row["Amount_Ending"]));
            }
            let report =
                sandbox.run(&["report", "trial-balance", "--book", book, "-f", "json"]).exits(0).json();
            let rows = report["rows"].as_array().unwrap().iter().filter(|row| row["kind"] == "line");
            for row in rows {
                let account = row["cells"]["account"].as_str().unwrap();
                let closing = cents(row["cells"]["closing"].as_str().unwrap());
                assert_eq!(ends.get(account), Some(&closing), "{story} {book} {account}");
            }
        }
    }
    assert!(seen.0 > 300 && seen.1 > 1_000, "{seen:?}");
}

#[test]
fn files_are_named_after_their_days_and_a_folder_is_not_mixed_with_another() {
    let sandbox = Sandbox::with_story("mini.jsonl");
    sandbox.run(&["export", "ads", "--as-of", "2026-02-28", "--out", "ads"]).exits(0);
    let (name, detail) = rows(&sandbox, "ads", "GL_Detail_");
    assert_eq!(name, "GL_Detail_20260101_20260228.txt");
    let sale = detail.iter().find(|row| row["Journal_ID"] == "7.0").unwrap();
    let wanted = [
        ("Source", "coins_sold"),
        ("Effective_Date", "2026-02-15"),
        ("Fiscal_Year", "2026"),
        ("Period", "2"),
        ("Entered_By", "controller-1"),
        ("Amount_Currency", "USD"),
        ("Business_Unit_Code", "us-gaap"),
    ];
    for (field, value) in wanted {
        assert_eq!(sale[field], value, "{field}");
    }
    let refused = sandbox.run(&["export", "ads", "--out", "ads"]).exits(2);
    assert!(refused.err.contains("ads is not empty"), "{}", refused.err);
    let refused = sandbox.run(&["export", "ads"]).exits(2);
    assert!(refused.err.contains("name a folder with `--out DIR`"), "{}", refused.err);
}

#[test]
fn the_procedures_find_what_was_altered() {
    let sandbox = Sandbox::with_story("mini.jsonl");
    let alterations: &[(&str, &str, &str)] = &[
        ("GL_Detail_", "|411094.00|D|", "|411094.01|D|"),
        ("GL_Detail_", "7.0|2|", "7.0|9|"),
        ("Chart_Of_Accounts_", "1010|", "1011|"),
        ("Trial_Balance_", "|49900.00|USD", "|49900.01|USD"),
    ];
    assert_eq!(alterations.len(), 4, "an alteration was dropped");
    for (at, (begins, from, to)) in alterations.iter().enumerate() {
        let folder = format!("ads-{at}");
        sandbox.run(&["export", "ads", "--out", &folder]).exits(0);
        procedures(&sandbox, &folder);
        let (name, _) = rows(&sandbox, &folder, begins);
        let path = sandbox.path().join(&folder).join(name);
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(text.contains(from), "{from} is not in {text}");
        std::fs::write(&path, text.replacen(from, to, 1)).unwrap();
        let found = std::panic::catch_unwind(|| procedures(&sandbox, &folder));
        assert!(found.is_err(), "{from} became {to}, and nobody noticed");
    }
}
