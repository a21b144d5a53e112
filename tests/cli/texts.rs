//! Texts about persons: shown where they stand until they are erased, and then in no byte of the store, while every proof
//! holds and every report prints.

use ledger_core::report::REPORTS;

use crate::sandbox::{Sandbox, entry};

/// Synthetic.
const NAME: &str = "Erika Mustermann";

/// A story in which a person is paid, whose name lies outside of the log; the reference to it.
fn paid_to_a_person() -> (Sandbox, String) {
    let sandbox = Sandbox::with_story("cango-2026q1.jsonl");
    let reference = add(&sandbox, NAME);
    let events = format!(
        r#"{{"type":"party_registered","party":"p1","name":"{reference}","related_party":true}},{{"type":"cash_paid","wallet":"bank","amount":{{"amount":"10.00","currency":"USD"}},"category":"other"}}"#
    );
    let paid = entry(1, "2026-03-31", &events);
    let memo = format!(r#""memo":"paid to {reference}, by wire","events""#);
    sandbox.append(&paid.replace(r#""events""#, &memo));
    (sandbox, reference)
}

fn add(sandbox: &Sandbox, text: &str) -> String {
    let added = sandbox.run_with(&["text", "add", "-", "-q"], format!("{text}\n").as_bytes()).exits(0).out;
    let reference = added.trim_end().to_owned();
    assert!(reference.starts_with("text:") && reference.len() == 69, "{reference}");
    reference
}

fn erase(sandbox: &Sandbox, reference: &str, more: &[&str]) -> crate::sandbox::Ran {
    let args = ["text", "erase", reference, "--reason", "asked for", "--actor", "controller-1"];
    sandbox.run(&[&args[..], more].concat())
}

/// The files below a folder in which a text stands, in any bytes.
fn files_with(folder: &std::path::Path, text: &str) -> Vec<String> {
    let found = crate::audit::files(folder);
    let holds = |bytes: &[u8]| bytes.windows(text.len()).any(|part| part == text.as_bytes());
    let found =
        found.into_iter().filter(|(name, bytes)| holds(bytes) || name.to_string_lossy().contains(text));
    found.map(|(name, _)| name.display().to_string()).collect()
}

/// What a report says, however its lines are broken.
fn words(report: &str) -> String {
    report.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Every report that needs no more than a ledger, as people and programs read it.
fn all_reports(sandbox: &Sandbox) -> Vec<String> {
    let mut printed = Vec::new();
    for report in REPORTS.iter().filter(|report| report.argument.is_none()) {
        for format in ["table", "json", "csv"] {
            let args = ["report", report.name, "--as-of", "2026-03-31", "-f", format];
            printed.push(sandbox.run(&args).exits(0).out);
        }
    }
    assert!(printed.len() >= 60, "{}", printed.len());
    printed
}

#[test]
fn a_text_that_is_erased_is_in_no_byte_of_the_store_and_every_proof_holds_and_every_report_prints() {
    let (sandbox, reference) = paid_to_a_person();
    let books = sandbox.path().join("books");
    let before = all_reports(&sandbox);
    assert!(before.iter().any(|report| words(report).contains("Erika Mustermann")));
    // Programs read the reference: a text is copied nowhere.
    assert!(before.iter().any(|report| report.contains(&format!("paid to {reference}, by wire"))));
    sandbox.file("kept", sandbox.run(&["checkpoint"]).exits(0).out.as_bytes());
    let proof = sandbox.run(&["prove", "inclusion", "38"]).exits(0).out;
    assert_eq!(files_with(&books, NAME).len(), 1);
    assert!(files_with(&books, NAME)[0].starts_with("blobs/"));

    let told = erase(&sandbox, &reference, &[]).exits(0).out;
    assert!(told.starts_with("recorded 39: the text is gone"), "{told}");
    assert_eq!(files_with(&books, NAME), Vec::<String>::new());

    let after = all_reports(&sandbox);
    assert!(after.iter().any(|report| words(report).contains("[erased]")));
    assert_eq!(before.len(), after.len());
    assert_eq!(files_with(&books, NAME), Vec::<String>::new(), "after all reports were made anew");
    let verified = sandbox.run(&["verify", "--expect", "kept"]).exits(0).out;
    assert!(verified.contains("1 text erased") && verified.contains("contained, unchanged"), "{verified}");
    assert_eq!(sandbox.run(&["prove", "inclusion", "38", "--size", "38"]).exits(0).out, proof);
}

#[test]
fn a_text_is_in_no_snapshot_index_or_tile_of_a_long_log_before_or_after() {
    let (sandbox, reference) = paid_to_a_person();
    let many: Vec<String> = (100..4_300)
        .map(|id| {
            entry(id, "2026-04-05", r#"{"type":"evidence_attached","entry":1,"evidence":{"name":"scan"}}"#)
        })
        .collect();
    sandbox.run_with(&["append", "--quiet", "-"], many.join("\n").as_bytes()).exits(0);
    let books = sandbox.path().join("books");
    sandbox.run(&["report", "related-parties"]).exits(0);
    sandbox.run(&["find", "party", "p1"]).exits(0);
    sandbox.run(&["checkpoint", "--as-known", "40"]).exits(0);
    for cache in ["snapshots", "tiles"] {
        assert!(!crate::audit::files(&books.join(cache)).is_empty(), "no {cache}");
    }
    assert_eq!(files_with(&books, NAME).len(), 1, "only its blob");
    erase(&sandbox, &reference, &[]).exits(0);
    for args in [&["report", "related-parties"][..], &["find", "party", "p1"], &["verify"]] {
        sandbox.run(args).exits(0);
    }
    assert_eq!(files_with(sandbox.path(), NAME), Vec::<String>::new());
}

#[test]
fn what_became_of_a_text_is_told() {
    let (sandbox, reference) = paid_to_a_person();
    assert_eq!(sandbox.run(&["text", "show", &reference]).exits(0).out, format!("{NAME}\n"));
    assert_eq!(sandbox.run(&["text", "show", &reference[5..]]).exits(0).out, format!("{NAME}\n"));
    erase(&sandbox, &reference, &[]).exits(0);
    let gone = sandbox.run(&["text", "show", &reference]).exits(3).err;
    assert!(gone.contains("TEXT_ERASED") && gone.contains("says entry 39"), "{gone}");
    // Erasing again records nothing.
    let again = erase(&sandbox, &reference, &[]).exits(0).out;
    assert!(again.starts_with("recorded already as 39"), "{again}");
    let never = format!("text:{}", "0".repeat(64));
    assert!(sandbox.run(&["text", "show", &never]).exits(3).err.contains("TEXT_NOT_HELD"));
    assert!(erase(&sandbox, &never, &[]).exits(3).err.contains("TEXT_NOT_HELD"));
    sandbox.run(&["text", "show", "text:12"]).exits(2);
    sandbox.run_with(&["text", "add", "-"], b"").exits(2);
    sandbox.run_with(&["text", "add", "-"], &[0xff]).exits(2);
    sandbox.run_with(&["text", "add", "-"], "x".repeat(70_000).as_bytes()).exits(2);
}

#[test]
fn a_document_is_no_text_and_stays() {
    let sandbox = Sandbox::with_story("mini.jsonl");
    sandbox.file("invoice.txt", b"an invoice");
    let added = sandbox.run(&["evidence", "add", "invoice.txt", "-q", "-f", "json"]).exits(0).json();
    let name = added["sha256"].as_str().unwrap().to_owned();
    assert!(sandbox.run(&["text", "show", &name]).exits(3).err.contains("NOT_A_TEXT"));
    assert!(erase(&sandbox, &name, &[]).exits(3).err.contains("NOT_A_TEXT"));
    // Whoever refers to it as a text, or says that it was erased, changes nothing about that.
    let refers =
        entry(1, "2026-03-31", r#"{"type":"evidence_attached","entry":1,"evidence":{"name":"text:NAME"}}"#);
    sandbox.append(&refers.replace("NAME", &name));
    assert!(erase(&sandbox, &name, &[]).exits(3).err.contains("NOT_A_TEXT"));
    sandbox.run(&["backup", "copy"]).exits(0);
    let erased = entry(2, "2026-03-31", r#"{"type":"text_erased","text":"NAME","reason":"x"}"#);
    sandbox.append(&erased.replace("NAME", &name));
    assert!(erase(&sandbox, &name, &["--also-in", "copy"]).exits(3).err.contains("NOT_A_TEXT"));
    sandbox.run(&["backup", "copy"]).exits(0);
    for folder in ["books", "copy"] {
        assert_eq!(files_with(&sandbox.path().join(folder), "an invoice").len(), 1, "{folder}");
    }
}

#[test]
fn equal_texts_have_commitments_of_their_own_that_tell_nothing() {
    let sandbox = Sandbox::with_story("mini.jsonl");
    let (one, two) = (add(&sandbox, NAME), add(&sandbox, NAME));
    assert_ne!(one, two);
    let of_the_name = crate::audit::hex(NAME.as_bytes());
    assert!(!one.contains(&of_the_name) && !two.contains(&of_the_name));
}

#[test]
fn a_text_that_is_gone_without_having_been_erased_is_a_finding_and_so_is_one_that_was_and_is_there() {
    let (sandbox, reference) = paid_to_a_person();
    let name = &reference[5..];
    let file = sandbox.path().join(format!("books/blobs/{}/{}", &name[..2], &name[2..]));
    let bytes = std::fs::read(&file).unwrap();
    std::fs::remove_file(&file).unwrap();
    let found = sandbox.run(&["verify"]).exits(1).out;
    assert!(found.contains("finding: text_absent\n") && found.contains("(entry 38"), "{found}");
    assert!(sandbox.run(&["report", "journal-testing"]).exits(0).out.contains("[text not held]"));

    // Erased by the log, but the machine stopped before the bytes were overwritten, or somebody put them back.
    erase(&sandbox, &reference, &[]).exits(0);
    sandbox.run(&["verify"]).exits(0);
    std::fs::write(&file, &bytes).unwrap();
    let found = sandbox.run(&["verify"]).exits(1).out;
    assert!(found.contains("finding: text_not_erased\n") && found.contains("(entry 39"), "{found}");
    assert!(sandbox.run(&["report", "journal-testing"]).exits(0).out.contains("[erased]"));
    assert!(erase(&sandbox, &reference, &[]).exits(0).out.starts_with("recorded already as 39"));
    sandbox.run(&["verify"]).exits(0);

    let other = add(&sandbox, "another person");
    let paid = entry(2, "2026-03-31", r#"{"type":"evidence_attached","entry":1,"evidence":{"name":"NAME"}}"#);
    sandbox.append(&paid.replace("NAME", &other));
    let file = sandbox.path().join(format!("books/blobs/{}/{}", &other[5..7], &other[7..]));
    std::fs::write(&file, b"another text").unwrap();
    let found = sandbox.run(&["verify"]).exits(1).out;
    assert!(found.contains("finding: blob_damaged\n") && found.contains("(entry 40"), "{found}");
}

#[test]
fn an_erasure_reaches_the_backups_that_are_named_or_made_again_and_packs_hold_no_texts() {
    let (sandbox, reference) = paid_to_a_person();
    sandbox.run(&["backup", "first"]).exits(0);
    sandbox.run(&["backup", "second"]).exits(0);
    sandbox.run(&["audit", "pack", "pack"]).exits(0);
    let holds = |folder: &str| !files_with(&sandbox.path().join(folder), NAME).is_empty();
    assert_eq!(["first", "second", "pack"].map(holds), [true, true, false]);
    let told = erase(&sandbox, &reference, &["--also-in", "first"]).exits(0).out;
    assert!(told.ends_with("gone from first\n"), "{told}");
    assert_eq!(["first", "second"].map(holds), [false, true]);
    let told = sandbox.run(&["backup", "second"]).exits(0).err;
    assert!(told.contains("erased there too: 1 text"), "{told}");
    assert_eq!(files_with(sandbox.path(), NAME), Vec::<String>::new());
    sandbox.run(&["--store", "second", "verify"]).exits(0);
    sandbox.run(&["audit", "verify", "pack"]).exits(0);
}

#[test]
fn what_a_text_says_never_reaches_a_terminal_as_anything_but_words() {
    let (sandbox, _) = paid_to_a_person();
    let reference = add(&sandbox, "red\u{1b}[31m\tname");
    let paid = entry(
        2,
        "2026-03-31",
        r#"{"type":"cash_paid","wallet":"bank","amount":{"amount":"10.00","currency":"USD"},"category":"other"}"#,
    );
    sandbox.append(&paid.replace(r#""events""#, &format!(r#""memo":"{reference}","events""#)));
    let printed = sandbox.run(&["report", "journal-testing"]).exits(0).out;
    assert!(!printed.contains('\u{1b}') && printed.contains("red [31m name"), "{printed}");
}
