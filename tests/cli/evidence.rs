//! Documents that support entries: kept before they are named, checked on demand, and told when they were changed.

use crate::audit::hex;
use crate::sandbox::{Sandbox, entry};

const INVOICE: &[u8] = b"a synthetic invoice: 10.00 for a notary\n";

const PAID: &str =
    r#"{"type":"cash_paid","wallet":"bank","amount":{"amount":"10.00","currency":"USD"},"category":"other"}"#;

/// A payment on a day, supported by these pieces of evidence.
fn supported(id: u32, evidence: &str) -> String {
    entry(id, "2026-03-05", PAID).replace(r#""events""#, &format!(r#""evidence":[{evidence}],"events""#))
}

fn blob(sandbox: &Sandbox, bytes: &[u8]) -> std::path::PathBuf {
    let name = hex(bytes);
    sandbox.path().join(format!("books/blobs/{}/{}", &name[..2], &name[2..]))
}

/// A story and a payment whose invoice is kept.
fn with_invoice() -> Sandbox {
    let sandbox = Sandbox::with_story("mini.jsonl");
    sandbox.file("invoice.txt", INVOICE);
    let element = sandbox.run(&["evidence", "add", "invoice.txt", "-q"]).exits(0).out;
    sandbox.append(&supported(1, element.trim_end()));
    sandbox
}

#[test]
fn a_file_that_is_kept_is_named_by_its_hash_and_checked() {
    let sandbox = with_invoice();
    assert_eq!(std::fs::read(blob(&sandbox, INVOICE)).unwrap(), INVOICE);
    let again = sandbox.run(&["evidence", "add", "invoice.txt", "-q", "-f", "json"]).exits(0).json();
    assert_eq!((&again["sha256"], &again["bytes"]), (&hex(INVOICE).into(), &INVOICE.len().into()));
    assert_eq!((&again["kept"], &again["evidence"]["name"]), (&true.into(), &"invoice.txt".into()));
    let list = sandbox.run(&["evidence", "list"]).exits(0).out;
    assert!(list.contains("entry 11: invoice.txt\n  kept\n") && list.contains(&hex(INVOICE)), "{list}");
    let check = sandbox.run(&["evidence", "check"]).exits(0).out;
    assert!(check.contains("kept and intact") && check.contains("1 document, 0 not as named"), "{check}");
    sandbox.run(&["verify"]).exits(0);
}

#[test]
fn what_is_no_blob_among_the_blobs_and_a_blob_that_cannot_be_read_are_told_by_verify() {
    let sandbox = with_invoice();
    let stray = sandbox.path().join("books/blobs/notes.txt");
    std::fs::write(&stray, b"?").unwrap();
    let found = sandbox.run(&["verify"]).exits(1).out;
    assert!(found.contains("finding: blob_foreign\n") && found.contains("blobs/notes.txt"), "{found}");
    assert_eq!(found.matches("finding: ").count(), 1, "{found}");
    std::fs::remove_file(&stray).unwrap();
    // A folder in its place can be opened, and gives no bytes, whoever asks.
    let file = blob(&sandbox, INVOICE);
    std::fs::remove_file(&file).unwrap();
    std::fs::create_dir(&file).unwrap();
    let found = sandbox.run(&["verify"]).exits(1).out;
    assert!(found.contains("finding: blob_unreadable\n") && found.contains("entry 11"), "{found}");
    assert_eq!(found.matches("finding: ").count(), 1, "{found}");
    std::fs::remove_dir(&file).unwrap();
    std::fs::write(&file, INVOICE).unwrap();
    sandbox.run(&["verify"]).exits(0);
}

#[test]
fn a_document_that_was_altered_or_is_gone_is_told_by_check_and_verify() {
    let sandbox = with_invoice();
    let file = blob(&sandbox, INVOICE);
    std::fs::write(&file, INVOICE.to_ascii_uppercase()).unwrap();
    let check = sandbox.run(&["evidence", "check", "-f", "json"]).exits(1).json();
    assert_eq!((&check["clean"], &check["evidence"][0]["state"]), (&false.into(), &"kept_altered".into()));
    let found = sandbox.run(&["verify"]).exits(1).out;
    assert!(found.contains("finding: blob_damaged\n") && found.contains("entry 11"), "{found}");

    std::fs::remove_file(&file).unwrap();
    let check = sandbox.run(&["evidence", "check"]).exits(1).out;
    assert!(check.contains("said to be kept, and not there"), "{check}");
    assert!(sandbox.run(&["evidence", "list"]).exits(0).out.contains("said to be kept, and not there"));
    let found = sandbox.run(&["verify"]).exits(1).out;
    assert!(found.contains("finding: blob_absent\n") && found.contains("entry 11"), "{found}");

    // Adding the file again mends both.
    sandbox.run(&["evidence", "add", "invoice.txt", "-q"]).exits(0);
    sandbox.run(&["evidence", "check"]).exits(0);
    sandbox.run(&["verify"]).exits(0);
}

#[test]
fn documents_that_are_only_referred_to_are_looked_for_in_a_folder() {
    let sandbox = Sandbox::with_story("mini.jsonl");
    std::fs::create_dir_all(sandbox.path().join("archive/2026")).unwrap();
    sandbox.file("archive/2026/order.txt", b"order");
    sandbox.file("letter.txt", b"letter");
    let refer = |file: &str| {
        sandbox.run(&["evidence", "add", "--refer", file, "-q"]).exits(0).out.trim_end().to_owned()
    };
    let evidence = [refer("archive/2026/order.txt"), refer("letter.txt"), r#"{"name":"a call"}"#.to_owned()];
    sandbox.append(&supported(1, &evidence.join(",")));
    assert!(!blob(&sandbox, b"order").exists());
    let states = |args: &[&str], code: i32| {
        let json = sandbox.run(&[&["evidence", "check", "-f", "json"], args].concat()).exits(code).json();
        let states =
            json["evidence"].as_array().unwrap().iter().map(|one| one["state"].as_str().unwrap().to_owned());
        states.collect::<Vec<_>>()
    };
    assert_eq!(states(&[], 0), ["not_held", "not_held", "no_hash"]);
    assert_eq!(states(&["--dir", "archive"], 0), ["found_intact", "not_held", "no_hash"]);
    // Whatever it is called there, it is found by its hash; a file of its name that is another is told.
    std::fs::rename(sandbox.path().join("archive/2026/order.txt"), sandbox.path().join("archive/scan-7"))
        .unwrap();
    sandbox.file("archive/letter.txt", b"another letter");
    assert_eq!(states(&["--dir", "archive"], 1), ["found_intact", "found_altered", "no_hash"]);
    sandbox.run(&["verify"]).exits(0);
}

#[test]
fn a_document_that_comes_later_is_attached_to_its_entry() {
    let sandbox = Sandbox::with_story("mini.jsonl");
    sandbox.file("invoice.txt", INVOICE);
    let attach = ["evidence", "attach", "3", "invoice.txt", "--actor", "controller-1"];
    let told = sandbox.run(&attach).exits(0).out;
    assert!(told.starts_with("recorded 11: supports entry 3\n"), "{told}");
    let list = sandbox.run(&["evidence", "list"]).exits(0).out;
    assert!(list.contains("entry 3: invoice.txt, attached by entry 11\n  kept\n"), "{list}");
    let explained = sandbox.run(&["explain", "entry", "3"]).exits(0).out;
    assert!(explained.contains("evidence: invoice.txt,"), "{explained}");
    assert!(explained.contains("attached by entry 11"), "{explained}");
    let unknown = ["evidence", "attach", "99", "invoice.txt", "--actor", "controller-1"];
    assert!(sandbox.run(&unknown).exits(3).err.contains("UNKNOWN_ENTRY"));
    assert!(sandbox.run(&attach[..4]).exits(3).err.contains("ACTOR_MISSING"));
    // What has no name gets none by itself, and what is not there cannot be kept.
    sandbox.run_with(&["evidence", "add", "-"], INVOICE).exits(2);
    sandbox.run(&["evidence", "add", "nowhere.txt"]).exits(2);
}

#[test]
fn a_pack_carries_what_is_kept_and_its_check_tells_what_was_changed() {
    let sandbox = with_invoice();
    sandbox.run(&["audit", "pack", "pack"]).exits(0);
    let name = hex(INVOICE);
    let packed = sandbox.path().join(format!("pack/blobs/{}/{}", &name[..2], &name[2..]));
    assert_eq!(std::fs::read(&packed).unwrap(), INVOICE);
    sandbox.run(&["audit", "verify", "pack"]).exits(0);
    std::fs::write(&packed, b"another invoice").unwrap();
    let found = sandbox.run(&["audit", "verify", "pack", "-f", "json"]).exits(1).json().to_string();
    assert!(found.contains("\"blob_damaged\""), "{found}");
}
