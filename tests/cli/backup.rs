//! `treasury backup` and `treasury restore`, as a person meets them: what is told, what is refused, with which way
//! out.

use std::path::Path;

use expect_test::{Expect, expect};

use crate::sandbox::{Ran, Sandbox, entry};

const PAID: &str =
    r#"{"type":"cash_paid","wallet":"bank","amount":{"amount":"1.00","currency":"USD"},"category":"other"}"#;

fn pay(sandbox: &Sandbox, id: u32) {
    sandbox.append(&entry(id, "2026-03-05", PAID));
}

/// What was printed, with what differs from run to run taken out.
fn told(ran: &Ran) -> String {
    let mut lines = String::new();
    for line in format!("{}{}", ran.out, ran.err).lines() {
        let line = match line.strip_prefix("root ") {
            Some(root) => format!("root of {} digits", root.len()),
            None => line.to_owned(),
        };
        lines.push_str(&line);
        lines.push('\n');
    }
    lines
}

#[track_caller]
fn check(ran: Ran, code: i32, expected: Expect) {
    expected.assert_eq(&told(&ran.exits(code)));
}

fn root(sandbox: &Sandbox, store: &str) -> String {
    sandbox.run(&["--store", store, "checkpoint", "-q"]).exits(0).out
}

#[test]
fn a_ledger_is_backed_up_and_restored() {
    let sandbox = Sandbox::with_story("mini.jsonl");
    check(
        sandbox.run(&["backup", "copy"]),
        0,
        expect![[r#"
            backed up ./books to copy: verified
              segments  1 copied, 0 already there
            10 entries
            root of 64 digits
        "#]],
    );
    check(
        sandbox.run(&["backup", "copy"]),
        0,
        expect![[r#"
            backed up ./books to copy: verified
              segments  0 copied, 1 already there
            10 entries
            root of 64 digits
        "#]],
    );
    check(
        sandbox.run(&["--store", "again", "restore", "copy"]),
        0,
        expect![[r#"
            restored copy to again: verified
              segments  1 copied, 0 already there
            10 entries
            root of 64 digits
            append to one of the two only: if the ledger it was copied from still lives, their histories part
        "#]],
    );
    assert_eq!(root(&sandbox, "again"), root(&sandbox, "books"));
    let sheets = |store| sandbox.run(&["--store", store, "report", "balance-sheet"]).exits(0).out;
    assert_eq!(sheets("again"), sheets("books"));
    assert_eq!(sheets("copy"), sheets("books"), "the copy itself can be read");
    sandbox.run(&["--store", "again", "verify"]).exits(0);
    let appended =
        sandbox.run_with(&["--store", "again", "append", "-"], entry(1, "2026-03-05", PAID).as_bytes());
    assert_eq!(appended.exits(0).out, "recorded 11\n");
    sandbox.run(&["--store", "again", "verify"]).exits(0);
}

#[test]
fn a_backup_grows_with_its_ledger() {
    let sandbox = Sandbox::with_story("mini.jsonl");
    sandbox.run(&["backup", "copy"]).exits(0);
    pay(&sandbox, 1);
    let value = sandbox.run(&["backup", "copy", "-f", "json"]).exits(0).json();
    assert_eq!((&value["entries"], &value["segments"]["copied"]), (&11.into(), &1.into()));
    assert_eq!(root(&sandbox, "copy"), root(&sandbox, "books"));
}

#[test]
fn what_a_killed_writer_acknowledged_is_in_the_backup() {
    let sandbox = Sandbox::with_story("mini.jsonl");
    let before = std::fs::read(sandbox.segment()).unwrap();
    pay(&sandbox, 1);
    let after = std::fs::read(sandbox.segment()).unwrap();
    // The head slots are those of before: they never reached the disk.
    std::fs::write(sandbox.segment(), [&before[..12_288], &after[12_288..]].concat()).unwrap();
    check(
        sandbox.run(&["backup", "copy"]),
        0,
        expect![[r#"
            backed up ./books to copy: verified
              segments  1 copied, 0 already there
            11 entries
            root of 64 digits
            recovered entries 11 to 11, which were written but not yet acknowledged
        "#]],
    );
}

#[test]
fn a_copy_is_never_written_over_something_else() {
    let sandbox = Sandbox::with_story("mini.jsonl");
    sandbox.run(&["--store", "other", "init", "--bare"]).exits(0);
    let other = sandbox.run(&["--store", "other", "backup", "copy"]).exits(0);
    assert!(other.out.contains("0 entries"), "{}", other.out);
    let refused = sandbox.run(&["backup", "copy"]).exits(3);
    let (first, rest) = refused.err.split_once('\n').unwrap();
    assert_eq!(first, "refused: BACKUP_OF_OTHER_LEDGER");
    assert!(rest.starts_with("  copy holds another ledger, "), "{rest}");
    assert!(rest.ends_with("  help: give each ledger a directory of its own\n"), "{rest}");

    sandbox.run(&["backup", "mine"]).exits(0);
    sandbox.run_with(&["--store", "mine", "append", "-"], entry(1, "2026-03-05", PAID).as_bytes()).exits(0);
    check(
        sandbox.run(&["backup", "mine"]),
        3,
        expect![[r#"
            refused: BACKUP_HOLDS_MORE
              mine holds 11 entries, the ledger only 10
              help: this ledger lost entries, or is an older one: keep both, look at the other with `treasury --store DIR verify`, and back up to another directory
        "#]],
    );
    pay(&sandbox, 2);
    check(
        sandbox.run(&["backup", "mine"]),
        3,
        expect![[r#"
            refused: BACKUP_OF_OTHER_HISTORY
              mine holds another history of this ledger: its 11 entries are not the ledger's first 11
              help: both were appended to after one was copied from the other: keep both, and back up to another directory
        "#]],
    );
}

#[test]
fn a_copy_inside_the_ledger_is_refused() {
    let sandbox = Sandbox::with_story("mini.jsonl");
    for inside in ["books", "./books/copy", "books/../books/x/y"] {
        check(
            sandbox.run(&["backup", inside]),
            2,
            expect![[r#"
                error
                  a copy in the ledger's own directory is lost with it
                  help: name a directory elsewhere, best on another disk
            "#]],
        );
    }
    assert!(!sandbox.path().join("books/copy").exists());
}

#[test]
fn a_ledger_that_is_there_is_never_restored_over() {
    let sandbox = Sandbox::with_story("mini.jsonl");
    sandbox.run(&["backup", "copy"]).exits(0);
    let before = sandbox.store();
    check(
        sandbox.run(&["restore", "copy"]),
        3,
        expect![[r#"
            refused: STORE_EXISTS
              ./books already holds a ledger
              help: append to it with `treasury append`, or name another directory with `--store DIR`
        "#]],
    );
    assert_eq!(sandbox.store(), before);
}

#[test]
fn only_a_backup_is_restored() {
    let sandbox = Sandbox::with_story("mini.jsonl");
    for (dir, said) in
        [("books", "books holds no finished backup"), ("nowhere", "nowhere holds no finished backup")]
    {
        let refused = sandbox.run(&["--store", "new", "restore", dir]).exits(3);
        let help = "  help: name a directory that `treasury backup DIR` has finished\n";
        assert_eq!(refused.err, format!("refused: NO_BACKUP\n  {said}\n{help}"));
    }
    assert!(!sandbox.path().join("new").exists());
}

/// Turns over a bit of the first entry in a store's first segment.
fn damage(store: &Path) {
    let segment = store.join("segment-00000001.log");
    let mut bytes = std::fs::read(&segment).unwrap();
    bytes[12_600] ^= 1;
    std::fs::write(segment, bytes).unwrap();
}

#[test]
fn a_damaged_backup_is_not_restored_and_a_damaged_ledger_does_not_spoil_its_backup() {
    let sandbox = Sandbox::with_story("mini.jsonl");
    sandbox.run(&["backup", "copy"]).exits(0);
    pay(&sandbox, 1);
    damage(&sandbox.path().join("books"));
    let ran = sandbox.run(&["backup", "copy"]).exits(4);
    assert!(ran.err.starts_with("store damaged\n"), "{}", ran.err);
    assert!(root(&sandbox, "copy").contains("\n10\n"));
    sandbox.run(&["--store", "copy", "verify"]).exits(0);

    damage(&sandbox.path().join("copy"));
    check(
        sandbox.run(&["--store", "new", "restore", "copy"]),
        4,
        expect![[r#"
            store damaged
              what copy holds is damaged: [batch_body] the body of a batch is not as written (segment 1, byte 12288, entry 1)
              help: run `treasury verify` on it: it names everything that is wrong; what was copied before is as it was
        "#]],
    );
    sandbox.run(&["--store", "new", "verify"]).exits(4);
}

#[test]
fn a_damaged_blob_is_a_finding_and_the_rest_is_copied() {
    let sandbox = Sandbox::with_story("mini.jsonl");
    let name = format!("ab/{}", "c".repeat(62));
    std::fs::create_dir_all(sandbox.path().join("books/blobs/ab")).unwrap();
    std::fs::write(sandbox.path().join("books/blobs").join(&name), b"not its own").unwrap();
    check(
        sandbox.run(&["backup", "copy"]),
        1,
        expect![[r#"
            backed up ./books to copy: verified
              segments  1 copied, 0 already there
            finding: blob_damaged
              the blob abcccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc is damaged in ./books; it was not copied
            10 entries
            root of 64 digits
        "#]],
    );
    sandbox.run(&["--store", "copy", "verify"]).exits(0);
    let found = sandbox.run(&["verify"]).exits(1).out;
    let pass = found.lines().find(|line| line.starts_with("  blobs ")).unwrap();
    assert_eq!(pass.split_whitespace().collect::<Vec<_>>().join(" "), "blobs 1 blob 1 finding");
    let words = found.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words.contains("finding: blob_damaged a blob is not as written (blobs/ab/ccc"), "{found}");
}
