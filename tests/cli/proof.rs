//! What a report says of how far it was checked is what was done.

use std::fmt::Write;
use std::path::Path;

use crate::sandbox::{Sandbox, entry};

/// The line of a report's head that says how it was checked.
fn told(sandbox: &Sandbox, more: &[&str]) -> String {
    let args = [&["report", "balance-sheet"], more].concat();
    let text = sandbox.run(&args).exits(0).out;
    text.lines()
        .find_map(|line| line.split_once(" · ").filter(|(size, _)| size.ends_with("entries")))
        .unwrap()
        .1
        .to_owned()
}

fn verified(sandbox: &Sandbox, more: &[&str]) -> serde_json::Value {
    let args = [&["report", "balance-sheet", "--format", "json"], more].concat();
    sandbox.run(&args).exits(0).json()["head"]["verified"].clone()
}

fn is_snapshot(path: &Path) -> bool {
    path.extension().is_some_and(|end| end == "snapshot")
}

#[test]
fn a_report_says_what_was_checked_of_its_log() {
    let sandbox = Sandbox::with_story("mini.jsonl");
    assert_eq!(told(&sandbox, &[]), "verified to entry 10");
    let mut lines = String::new();
    for id in 1..=600 {
        let event = r#"{"type":"cash_paid","wallet":"bank","amount":{"amount":"0.01","currency":"USD"},"category":"other"}"#;
        writeln!(lines, "{}", entry(id, "2026-03-05", event)).unwrap();
    }
    sandbox.run_with(&["append", "--quiet", "-"], lines.as_bytes()).exits(0);

    let at_head = serde_json::json!({"to": null, "from": "snapshot", "every_byte": false, "at": 610});
    assert_eq!(told(&sandbox, &[]), "from snapshot at entry 610");
    assert_eq!(verified(&sandbox, &[]), at_head);
    // The snapshot of the head serves no earlier day: the log is read, and nobody hashes it.
    let read = serde_json::json!({"to": null, "from": "log", "every_byte": false, "at": null});
    assert_eq!(told(&sandbox, &["--as-of", "2026-02-10"]), "from the log, not verified");
    assert_eq!(verified(&sandbox, &["--as-of", "2026-02-10"]), read);
    assert_eq!(told(&sandbox, &["--verified"]), "verified to entry 610, every byte of the store checked");

    // A snapshot that is damaged is none, and with none left the tree is hashed.
    for (path, bytes) in sandbox.store().into_iter().filter(|(path, _)| is_snapshot(path)) {
        std::fs::write(path, &bytes[..bytes.len() / 2]).unwrap();
    }
    assert_eq!(told(&sandbox, &[]), "from the log, not verified");
    std::fs::remove_dir_all(sandbox.path().join("books/snapshots")).unwrap();
    assert_eq!(told(&sandbox, &[]), "verified to entry 610");
}
