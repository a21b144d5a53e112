//! `treasury doctor`: what it says of a sound store and of each thing that can be off, and that it changes nothing.

use std::io::{BufRead, BufReader, Write};
use std::process::Stdio;
use std::sync::Arc;

use expect_test::{Expect, expect};
use ledger_store::{FileLog, Log, LogError, LogId, NewRecord, Options, RealDisk};
use serde_json::Value;

use crate::sandbox::{Ran, Sandbox, entry};

const PAID: &str =
    r#"{"type":"cash_paid","wallet":"bank","amount":{"amount":"1.00","currency":"USD"},"category":"other"}"#;

/// The lines of the checks with these names, with what follows each.
fn lines(ran: &Ran, names: &[&str]) -> String {
    let mut wanted = false;
    let mut lines = String::new();
    for line in ran.out.lines().skip(1) {
        if !line.starts_with("   ") {
            let name = line.trim_start().split("  ").next().unwrap();
            wanted = names.contains(&name);
        }
        if wanted {
            // Without the indentation that all lines have.
            lines.push_str(line[2..].trim_end());
            lines.push('\n');
        }
    }
    lines
}

#[track_caller]
fn check(ran: &Ran, names: &[&str], expected: Expect) {
    expected.assert_eq(&lines(ran, names));
}

/// A check in the JSON form.
fn of(ran: &Ran, name: &str) -> Value {
    let value = ran.json();
    let checks = value["checks"].as_array().unwrap();
    checks.iter().find(|check| check["check"] == name).unwrap_or_else(|| panic!("{value}")).clone()
}

/// Whether the machine that runs the tests keeps them where doctor finds fault with the place itself.
fn place_is_good(ran: &Ran) -> bool {
    ["file system", "free space"].iter().all(|name| of(ran, name)["state"] != "attention")
}

#[test]
fn a_sound_store_is_told_in_one_look() {
    let sandbox = Sandbox::with_story("mini.jsonl");
    let before = sandbox.store();
    let ran = sandbox.run(&["doctor"]);
    assert!(ran.out.starts_with("The ledger at ./books\n"), "{}", ran.out);
    check(
        &ran,
        &[
            "store",
            "permissions",
            "writer",
            "segments",
            "quarantine",
            "unfinished",
            "snapshots",
            "tiles",
            "index",
            "blobs",
        ],
        expect![[r#"
              store        ok         found
              permissions  ok         everything can be read and written
              writer       ok         nobody writes
              segments     ok         1 segment, 0 of them sealed, 76 KiB
              quarantine   ok         empty
              unfinished   ok         nothing
              snapshots    ok         none yet: reports make them when there is something to
                                      spare
              tiles        ok         none yet: they are made when earlier roots are asked
                                      for
              index        ok         none: it is made when a ledger of 4096 entries is
                                      searched
              blobs        ok         0 blobs
        "#]],
    );
    assert_eq!(sandbox.store(), before, "it changes nothing");
    let value = sandbox.run(&["doctor", "-f", "json"]);
    let good = place_is_good(&value);
    assert_eq!((value.code == 0, value.json()["healthy"].as_bool()), (good, Some(good)));
    assert_eq!(ran.code, value.code);
    let head = of(&value, "head");
    assert_eq!((&head["state"], &head["facts"]["entries"]), (&"ok".into(), &10.into()));
    let checkpoint = sandbox.run(&["checkpoint", "-f", "json"]).exits(0).json();
    assert_eq!(head["facts"]["root"], checkpoint["root"]);
    assert_eq!(of(&value, "clock")["state"], "ok");
    assert_eq!(of(&value, "versions")["facts"]["treasury"], env!("CARGO_PKG_VERSION"));
    sandbox.run(&["doctor", "-f", "csv"]).exits(2);
}

#[test]
fn where_there_is_no_ledger_it_says_so() {
    let sandbox = Sandbox::new();
    check(
        &sandbox.run(&["doctor"]).exits(1),
        &["store"],
        expect![[r#"
              store     attention  ./books holds no ledger
                                   help: open one with `treasury init --entity NAME`, or
                                   name the directory of another with `--store DIR`
        "#]],
    );
    assert!(!sandbox.path().join("books").exists());

    std::fs::create_dir(sandbox.path().join("books")).unwrap();
    std::fs::write(sandbox.path().join("books/restore.checkpoint"), b"").unwrap();
    check(
        &sandbox.run(&["doctor"]).exits(1),
        &["store"],
        expect![[r#"
              store        attention  ./books holds the beginning of a restore that was cut
                                      off
                                      help: give the same `treasury restore DIR` again
        "#]],
    );
}

#[test]
fn a_writer_at_work_is_named_and_not_disturbed() {
    let sandbox = Sandbox::with_story("mini.jsonl");
    let mut child =
        sandbox.command(&["append", "-"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut input = child.stdin.take().unwrap();
    let mut acknowledged = BufReader::new(child.stdout.take().unwrap()).lines();
    writeln!(input, "{}", entry(11, "2026-03-05", PAID)).unwrap();
    assert_eq!(acknowledged.next().unwrap().unwrap(), "recorded 11");
    let writer = of(&sandbox.run(&["doctor", "-f", "json"]), "writer");
    if std::path::Path::new("/proc/locks").exists() {
        assert_eq!(writer["facts"]["process"], child.id());
        assert_eq!(writer["detail"], format!("process {} (treasury) is writing", child.id()));
    }
    writeln!(input, "{}", entry(12, "2026-03-05", PAID)).unwrap();
    assert_eq!(acknowledged.next().unwrap().unwrap(), "recorded 12");
    drop(input);
    assert!(child.wait().unwrap().success());
    assert_eq!(of(&sandbox.run(&["doctor", "-f", "json"]), "writer")["detail"], "nobody writes");
}

#[test]
fn a_clock_that_was_ahead_is_told() {
    let sandbox = recorded_in_2100();
    let ran = sandbox.run(&["doctor"]).exits(1);
    let said = lines(&ran, &["clock"]);
    assert!(said.starts_with("clock        attention  the last entry was recorded at 2100-"), "{said}");
    assert!(said.contains(" days later than now"), "{said}");
    assert!(said.contains("help: recorded time never goes back"), "{said}");
    let clock = of(&sandbox.run(&["doctor", "-f", "json"]), "clock");
    assert!(clock["facts"]["ahead_seconds"].as_u64().unwrap() > 86_400, "{clock}");
}

/// A store whose last entry was recorded in 2100.
fn recorded_in_2100() -> Sandbox {
    let sandbox = Sandbox::new();
    let disk = Arc::new(RealDisk::at(sandbox.path().join("books")));
    FileLog::init(&*disk, LogId([3; 16]), &Options::default()).unwrap();
    let mut log = opened(&disk);
    let recorded = 4_102_444_800_000_000;
    let record = NewRecord { id: [1; 16], order: 0, recorded, payload: vec![0xf6], signatures: vec![] };
    log.append(0, &[record]).unwrap();
    log.close().unwrap();
    sandbox
}

/// Opened for writing. The lock just given back may be held for a moment by a process that another test is starting: until
/// it runs its own program it has all files of this one.
fn opened(disk: &Arc<RealDisk>) -> FileLog {
    for _ in 0..100_000 {
        match FileLog::open(Arc::clone(disk) as Arc<_>, &Options::default()) {
            Err(LogError::Locked) => std::thread::yield_now(),
            opened => return opened.unwrap().0,
        }
    }
    panic!("the lock is never given back");
}

#[test]
fn damage_that_shows_from_outside_is_told() {
    let sandbox = Sandbox::with_story("mini.jsonl");
    let sound = std::fs::read(sandbox.segment()).unwrap();
    let flipped = |at: usize| {
        let mut bytes = sound.clone();
        bytes[at] ^= 1;
        std::fs::write(sandbox.segment(), bytes).unwrap();
        sandbox.run(&["doctor"]).exits(1)
    };
    check(
        &flipped(40),
        &["head", "segments"],
        expect![[r#"
              head         attention  [segment_header] the segment's header is not as
                                      written (segment 1, byte 0): entries from 1 on are in
                                      doubt
                                      help: `treasury verify` names everything that is wrong
              segments     attention  segment-00000001.log: the segment's header is not as
                                      written
                                      help: `treasury verify` names everything that is wrong
        "#]],
    );
    check(
        &flipped(4_100),
        &["head", "segments"],
        expect![[r#"
              head         attention  10 entries; one of its two records is damaged
                                      help: the next append writes it anew; `treasury
                                      verify` says whether that is all
              segments     ok         1 segment, 0 of them sealed, 76 KiB
        "#]],
    );
}

#[test]
fn a_torn_write_set_aside_and_a_restore_cut_off_are_told() {
    let sandbox = Sandbox::with_story("mini.jsonl");
    let books = sandbox.path().join("books");
    std::fs::create_dir(books.join("quarantine")).unwrap();
    std::fs::write(books.join("quarantine/segment-00000001-byte-17000-epoch-4.torn"), [7; 2_000]).unwrap();
    std::fs::write(books.join("segment-00000002.log.tmp"), b"").unwrap();
    check(
        &sandbox.run(&["doctor"]),
        &["quarantine", "unfinished"],
        expect![[r#"
              quarantine   note       1 torn write set aside, 1 KiB, such as
                                      quarantine/segment-00000001-byte-17000-epoch-4.torn
                                      help: nothing acknowledged was in there; remove the
                                      files once you have looked at them
              unfinished   note       segment-00000002.log.tmp is being written, or was when
                                      its writer stopped
                                      help: the next writer removes it
        "#]],
    );
    std::fs::write(books.join("restore.checkpoint"), b"").unwrap();
    check(
        &sandbox.run(&["doctor"]).exits(1),
        &["unfinished"],
        expect![[r#"
              unfinished   attention  a restore that was cut off
                                      help: give the same `treasury restore DIR` again
        "#]],
    );
}

#[test]
fn a_backup_is_told_from_a_ledger() {
    let sandbox = Sandbox::with_story("mini.jsonl");
    sandbox.run(&["backup", "copy"]).exits(0);
    check(
        &sandbox.run(&["--store", "copy", "doctor"]),
        &["backup"],
        expect![[r#"
              backup       note       this is a backup, finished at entry 10: append here
                                      only if the ledger is lost
        "#]],
    );
}
