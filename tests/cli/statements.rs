//! `treasury import`: every sample as it is printed, and what is said of files that are wrong.

use std::path::{Path, PathBuf};

use expect_test::expect_file;

use crate::sandbox::Sandbox;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/statements")
}

/// The samples by name.
fn samples() -> Vec<String> {
    let names =
        std::fs::read_dir(folder()).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> =
        names.filter(|name| !name.ends_with(".txt") && !name.ends_with(".md")).collect();
    names.sort();
    names
}

/// A sandbox with every sample in it, so that no path of this machine is printed.
fn sandbox() -> Sandbox {
    let sandbox = Sandbox::new();
    for name in samples() {
        sandbox.file(&name, &std::fs::read(folder().join(&name)).unwrap());
    }
    sandbox
}

#[test]
fn every_sample_is_printed_as_expected_in_a_table_as_json_and_as_rows() {
    let sandbox = sandbox();
    let samples = samples();
    assert_eq!(samples.len(), 25, "a sample was dropped or added");
    for name in samples {
        let ran = sandbox.run(&["import", "auto", &name, "--preview"]).exits(0);
        assert_eq!(ran.err, "", "{name}");
        expect_file![folder().join(format!("{name}.txt"))].assert_eq(&ran.out);
        let json = sandbox.run(&["import", "auto", &name, "--preview", "-f", "json"]).exits(0).json();
        let statements = json["files"][0]["statements"].as_array().unwrap();
        let lines: usize = statements.iter().map(|one| one["lines"].as_array().unwrap().len()).sum();
        let rows = sandbox.run(&["import", "auto", &name, "--preview", "-f", "csv"]).exits(0).out;
        let mut reader = csv::Reader::from_reader(rows.as_bytes());
        assert_eq!(reader.records().filter(Result::is_ok).count(), lines, "{name}");
        assert!(statements.iter().all(|one| one["sha256"].as_str().unwrap().len() == 64), "{name}");
    }
}

#[test]
fn amounts_are_texts_in_json_and_lines_have_their_place() {
    let sandbox = sandbox();
    let json = sandbox.run(&["import", "mt940", "mt940.sta", "--preview", "-f", "json"]).exits(0).json();
    let line = &json["files"][0]["statements"][0]["lines"][0];
    assert_eq!((&line["amount"], &line["place"]), (&"-250".into(), &5.into()));
    assert_eq!(line["references"][2]["value"], "E2E-0001");
    assert_eq!(line["counterparty"], "Example Power GmbH");
}

#[test]
fn what_is_wrong_is_said_with_its_place_and_a_way_out() {
    let sandbox = sandbox();
    let text = std::fs::read_to_string(folder().join("mt940.sta")).unwrap();
    sandbox.file("day.sta", text.replace(":61:2601050105D", ":61:2613050105D").as_bytes());
    sandbox.file("foot.sta", text.replace("D250,00", "D251,00").as_bytes());
    let (first, rest) = text.split_once("-\n").unwrap();
    sandbox.file("page-1.sta", first.as_bytes());
    sandbox.file("later.sta", rest.split_once("-\n").unwrap().1.as_bytes());
    sandbox.file("kraken.csv", b"txid,refid,time,type,aclass,asset,amount,fee,worth\n");
    // The command, its code, and what it says on either stream.
    let cases: &[(&str, i32, &str)] = &[
        ("import", 0, "Kraken, ledgers, the first header"),
        ("import auto", 2, "name the files"),
        ("import auto mt940.sta", 2, "`--preview` prints them"),
        ("import mt940.sta", 2, "`treasury import auto mt940.sta --preview` finds that out"),
        ("import mt904 mt940.sta --preview", 2, "did you mean `mt940`? the formats are auto, camt, ofx"),
        ("import auto nowhere --preview", 2, "cannot read nowhere: No such file or directory"),
        (
            "import auto day.sta --preview",
            3,
            "day.sta:5\n  help: ask for the file again; a day is never guessed",
        ),
        ("import camt mt940.sta --preview", 3, "refused: STATEMENT_FIELD_MISSING"),
        ("import auto kraken.csv --preview", 3, "the nearest is kraken-ledgers-1, of which it lacks balance"),
        ("import auto foot.sta --preview", 1, "finding: STATEMENT_DOES_NOT_FOOT"),
        ("import auto foot.sta --preview -f json", 1, "\"code\": \"STATEMENT_DOES_NOT_FOOT\""),
        ("import auto page-1.sta later.sta --preview", 1, "page 2 is missing"),
        ("import auto mt940.sta mt940.sta --preview", 1, "finding: STATEMENT_REPEATED"),
        ("import auto page-1.sta mt940.sta --preview -q", 1, "not right: 1 finding;"),
    ];
    assert_eq!(cases.len(), 14, "a case was dropped");
    for (line, code, told) in cases {
        let args: Vec<&str> = line.split_whitespace().collect();
        let ran = sandbox.run(&args).exits(*code);
        let all = format!("{}{}", ran.out, ran.err);
        assert!(all.contains(told), "{line}: {told}\n{all}");
        assert!(*code < 2 || ran.out.is_empty(), "{line} printed data: {}", ran.out);
    }
    let sample = std::fs::read(folder().join("bai2.bai")).unwrap();
    let piped = sandbox.run_with(&["import", "auto", "-", "--preview"], &sample).exits(0);
    let from_file = sandbox.run(&["import", "auto", "bai2.bai", "--preview"]).exits(0);
    assert_eq!(piped.out, from_file.out);
}
