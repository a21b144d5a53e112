//! People from the command line, with the `ssh-keygen` of this machine: it signs what we accept, it accepts what we keep;
//! what a key may not do is refused at the door, and found by `verify` where somebody went around the door.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use ledger_core::entry::Entry;
use ledger_core::resolve::Beside;
use ledger_core::time::Zone;
use ledger_store::signature::{Signature, armoured};
use ledger_store::{FileLog, Log, NewRecord, RealDisk};

use crate::json_page::{differs, page};
use crate::rewriting::unlocked;
use crate::sandbox::{Ran, Sandbox, feed, say};

/// A ledger whose second entry enrols an admin and a preparer, with their keys beside it.
pub(crate) struct People {
    pub(crate) sandbox: Sandbox,
}

const BANK: &str = r#"{"type":"wallet_opened","wallet":"bank","kind":"bank","currency":"USD"}"#;
/// What a preparer may record.
const PARTY: &str = r#"{"type":"party_registered","party":"bank"}"#;
const FUNDED: &str = r#"{"type":"cash_received","wallet":"bank","amount":{"amount":"100.00","currency":"USD"},"category":"equity"}"#;
const REVOKED: &str = r#"{"type":"actor_revoked","actor":"controller-1","reason":"left"}"#;

pub(crate) fn entry(id: u32, actor: &str, event: &str) -> String {
    format!(
        r#"{{"id":"00000000-0000-4000-8000-{id:012}","effective":"2026-01-05","actor":"{actor}","events":[{event}]}}"#
    )
}

/// Runs `ssh-keygen`; gives what it printed if it was content.
pub(crate) fn ssh_keygen(dir: &Path, args: &[&str], input: &str) -> Option<String> {
    let ran = feed(Command::new("ssh-keygen").args(args).current_dir(dir), input.as_bytes());
    (ran.code == 0).then_some(ran.out)
}

/// Whether these tests can run at all.
pub(crate) fn can_run(test: &str) -> bool {
    let there = Command::new("ssh-keygen").arg("-?").output().is_ok();
    if !there {
        say(&format!("{test} DID NOT RUN: there is no ssh-keygen here; install the client of OpenSSH"));
    }
    there
}

impl People {
    fn new() -> People {
        let people = People { sandbox: Sandbox::new() };
        people.sandbox.run(&["init", "--entity", "X", "--on", "2026-01-01", "--actor", "admin-1"]).exits(0);
        for key in ["admin", "controller", "stranger"] {
            ssh_keygen(people.dir(), &["-q", "-t", "ed25519", "-N", "", "-C", "", "-f", key], "").unwrap();
        }
        let first = format!("{BANK},{}", people.enrolment());
        people.append(&entry(1, "admin-1", &first), "admin").exits(0);
        people
    }

    pub(crate) fn dir(&self) -> &Path {
        self.sandbox.path()
    }

    pub(crate) fn public(&self, key: &str) -> String {
        let text = std::fs::read_to_string(self.dir().join(format!("{key}.pub"))).unwrap();
        text.trim().to_owned()
    }

    fn enrolment(&self) -> String {
        let enrolled = |actor: &str, key: &str, role: &str| {
            let key = self.public(key);
            format!(r#"{{"type":"actor_enrolled","actor":"{actor}","key":"{key}","roles":["{role}"]}}"#)
        };
        format!(
            "{},{}",
            enrolled("admin-1", "admin", "admin"),
            enrolled("controller-1", "controller", r#"preparer","approver"#)
        )
    }

    pub(crate) fn run(&self, args: &[&str], input: &str) -> Ran {
        let mut command = self.sandbox.command(args);
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
        feed(&mut command, input.as_bytes())
    }

    pub(crate) fn append(&self, line: &str, key: &str) -> Ran {
        self.run(&["append", "-", "--sign", key], line)
    }

    /// What an entry's actor signs in this ledger.
    fn payload(&self, line: &str) -> String {
        self.run(&["payload", "-"], line).exits(0).out
    }

    /// A signature that stock tools make, in a file.
    pub(crate) fn signed_elsewhere(&self, line: &str, key: &str) -> PathBuf {
        self.sandbox.file("text", self.payload(line).as_bytes());
        let _ = std::fs::remove_file(self.dir().join("text.sig"));
        ssh_keygen(self.dir(), &["-Y", "sign", "-n", "treasury-ledger", "-f", key, "text"], "").unwrap();
        self.dir().join("text.sig")
    }

    fn disk(&self) -> Arc<RealDisk> {
        Arc::new(RealDisk::at(self.dir().join("books")))
    }

    /// Writes an entry into the log as the owner of the disk can, whatever the ledger would say.
    pub(crate) fn forge(&self, line: &str, signatures: Vec<Vec<u8>>) {
        let entry = Entry::from_json(line).unwrap();
        let mut log = unlocked(&self.disk());
        let order = Beside::of(&entry, Zone::UTC).number();
        let record =
            NewRecord { id: entry.id.bytes(), order, recorded: 0, payload: entry.to_cbor(), signatures };
        log.append(log.head().size, &[record]).unwrap();
        log.close().unwrap();
    }

    /// The codes that `verify` finds, with the entries.
    pub(crate) fn found(&self) -> Vec<(String, u64)> {
        let verified = self.run(&["verify", "-f", "json"], "").exits(1).json();
        let passes = verified["passes"].as_array().unwrap().iter();
        let findings = passes.flat_map(|pass| pass["findings"].as_array().unwrap().clone());
        let told = |finding: serde_json::Value| {
            (finding["code"].as_str().unwrap().to_owned(), finding["entry"].as_u64().unwrap())
        };
        findings.map(told).collect()
    }
}

pub(crate) fn bytes_of(file: &Path) -> Vec<u8> {
    Signature::from_armoured(&std::fs::read_to_string(file).unwrap()).unwrap().bytes().to_vec()
}

#[test]
fn what_stock_ssh_keygen_signs_is_recorded_and_what_is_kept_it_accepts() {
    if !can_run("what_stock_ssh_keygen_signs_is_recorded_and_what_is_kept_it_accepts") {
        return;
    }
    let people = People::new();
    let line = entry(2, "controller-1", PARTY);
    let file = people.sandbox.file("wallet.jsonl", line.as_bytes());
    let refused = people.run(&["append", file.to_str().unwrap()], "").exits(3);
    assert!(refused.err.starts_with("refused: SIGNATURE_MISSING\n"), "{}", refused.err);
    assert!(refused.err.contains("wallet.jsonl:1"), "{}", refused.err);
    // A preview needs no key.
    people.run(&["append", "--dry-run", "-"], &line).exits(0);
    let signature = people.signed_elsewhere(&line, "controller");
    let args = ["append", file.to_str().unwrap(), "--signature", signature.to_str().unwrap()];
    assert_eq!(people.run(&args, "").exits(0).out, "recorded 3\n");
    assert_eq!(people.append(&entry(3, "controller-1", FUNDED), "controller").exits(0).out, "recorded 4\n");

    // Every signature in the log is good by stock tools, for its own actor and text only.
    let allowed = ["admin", "controller"].map(|key| format!("{key}-1 {}\n", people.public(key))).concat();
    people.sandbox.file("allowed", allowed.as_bytes());
    let mut kept = Vec::new();
    let log = FileLog::open_read_only(people.disk()).unwrap();
    log.read(2..5, &mut |record| {
        let envelope = record.open().unwrap();
        let entry = Entry::from_cbor(envelope.payload).unwrap();
        kept.push((entry, armoured(envelope.signatures[0]).unwrap()));
        ControlFlow::Continue(())
    })
    .unwrap();
    let accepts = |actor: &str, signature: &str, text: &str| {
        people.sandbox.file("kept.sig", signature.as_bytes());
        let args = ["-Y", "verify", "-f", "allowed", "-I", actor, "-n", "treasury-ledger", "-s", "kept.sig"];
        ssh_keygen(people.dir(), &args, text).is_some()
    };
    assert_eq!(kept.len(), 3);
    for (entry, signature) in &kept {
        let text = people.payload(&entry.to_json().to_string());
        let (own, other) = match entry.actor.as_str() {
            "admin-1" => ("admin-1", "controller-1"),
            _ => ("controller-1", "admin-1"),
        };
        assert!(accepts(own, signature, &text), "{text}");
        assert!(!accepts(other, signature, &text));
        assert!(!accepts(own, signature, &text.replace('\n', "\n ")));
    }
    let verified = people.run(&["verify"], "").exits(0);
    assert!(verified.out.contains("signatures and roles        3 entries           ok"), "{}", verified.out);
}

#[test]
fn actors_are_listed_with_their_keys_as_they_are_and_as_they_were() {
    if !can_run("actors_are_listed_with_their_keys_as_they_are_and_as_they_were") {
        return;
    }
    let nobody = Sandbox::with_story("mini.jsonl").run(&["actors"]).exits(0);
    assert_eq!(
        (nobody.out.as_str(), nobody.err.as_str()),
        ("", "nobody is enrolled: entries are recorded without signatures\n")
    );
    let people = People::new();
    people.append(&entry(2, "admin-1", REVOKED), "admin").exits(0);
    let print = |key: &str| {
        let file = format!("{key}.pub");
        let told = ssh_keygen(people.dir(), &["-l", "-f", &file], "").unwrap();
        told.split(' ').nth(1).unwrap().to_owned()
    };
    let (admin, controller) = (print("admin"), print("controller"));
    let table = format!(
        "admin-1       admin\n  {admin}\n    from entry 2\n\
         controller-1  preparer, approver\n  {controller}\n    from entry 2, revoked by entry 3\n"
    );
    let told = people.run(&["actors"], "").exits(0);
    assert_eq!(told.out, table);
    // Revoked at once, for a lost key must not wait; but nobody is left who could approve a further enrolment.
    assert!(told.err.contains("nobody could be enrolled any more"), "{}", told.err);
    let csv = format!(
        "actor,roles,key,from,revoked,families,amount\nadmin-1,admin,{admin},2,,,\n\
         controller-1,preparer approver,{controller},2,,,\n"
    );
    let before = people.run(&["actors", "-f", "csv", "--as-known", "2"], "").exits(0);
    assert_eq!((before.out, before.err), (csv, String::new()));
    let json = people.run(&["actors", "-f", "json"], "").exits(0).json();
    assert_eq!(json["actors"][1]["keys"][0]["key"], people.public("controller"));
    let page = page();
    let example = page.split_once("`treasury actors -f json`").unwrap().1.split("```json\n").nth(1).unwrap();
    let example = serde_json::from_str(example.split("```").next().unwrap()).unwrap();
    assert_eq!(differs(&example, &json, ""), None);
    people.run(&["actors", "--as-of", "2026-01-05"], "").exits(2);
}

#[test]
fn the_limits_of_an_actor_are_listed_and_a_first_enrolment_that_locks_is_refused() {
    if !can_run("the_limits_of_an_actor_are_listed_and_a_first_enrolment_that_locks_is_refused") {
        return;
    }
    let people = People { sandbox: Sandbox::new() };
    people.sandbox.run(&["init", "--entity", "X", "--on", "2026-01-01", "--actor", "admin-1"]).exits(0);
    for key in ["admin", "clerk", "cfo"] {
        ssh_keygen(people.dir(), &["-q", "-t", "ed25519", "-N", "", "-C", "", "-f", key], "").unwrap();
    }
    let enrolled = |actor: &str, key: &str, rest: &str| {
        let key = people.public(key);
        format!(r#"{{"type":"actor_enrolled","actor":"{actor}","key":"{key}","roles":{rest}}}"#)
    };
    let admin = enrolled("admin-1", "admin", r#"["admin","preparer"]"#);
    let limits = r#"["preparer"],"limits":{"families":["treasury","loan"],"amount":"1000.00"}"#;
    let clerk = enrolled("clerk-1", "clerk", limits);
    // An approver who is limited to other things could approve no enrolment.
    let elsewhere = enrolled("cfo-1", "cfo", r#"["approver"],"limits":{"families":["loan"]}"#);
    for others in [clerk.clone(), format!("{clerk},{elsewhere}")] {
        let refused = people.append(&entry(1, "admin-1", &format!("{admin},{others}")), "admin").exits(3);
        assert!(refused.err.starts_with("refused: NOBODY_COULD_ENROL\n"), "{}", refused.err);
        assert!(refused.err.contains("enrol an approver or a second admin"), "{}", refused.err);
    }
    let cfo = enrolled("cfo-1", "cfo", r#"["approver"]"#);
    people.append(&entry(1, "admin-1", &format!("{admin},{clerk},{cfo}")), "admin").exits(0);
    let told = people.run(&["actors"], "").exits(0);
    assert!(
        told.out.contains("clerk-1  preparer; only treasury, loan; up to 1,000.00 an entry\n"),
        "{}",
        told.out
    );
    assert!(told.out.lines().all(|line| line.len() <= 80) && told.err.is_empty(), "{told:?}");
}

#[test]
fn a_revoked_key_is_refused_at_the_door_and_found_behind_it() {
    if !can_run("a_revoked_key_is_refused_at_the_door_and_found_behind_it") {
        return;
    }
    let people = People::new();
    people.append(&entry(2, "controller-1", PARTY), "controller").exits(0);
    people.append(&entry(3, "admin-1", REVOKED), "admin").exits(0);
    let late = entry(4, "controller-1", FUNDED);
    let before = people.sandbox.store();
    let refused = people.append(&late, "controller").exits(3);
    assert!(refused.err.starts_with("refused: KEY_REVOKED\n"), "{}", refused.err);
    assert_eq!(people.sandbox.store(), before);
    people.run(&["verify"], "").exits(0);
    people.forge(&late, vec![bytes_of(&people.signed_elsewhere(&late, "controller"))]);
    assert_eq!(people.found(), [("KEY_REVOKED".to_owned(), 5)]);
}

#[test]
fn whoever_goes_around_the_door_is_found_for_every_reason() {
    if !can_run("whoever_goes_around_the_door_is_found_for_every_reason") {
        return;
    }
    let people = People::new();
    let sign = |line: &str, key: &str| vec![bytes_of(&people.signed_elsewhere(line, key))];
    let wallet = |id: u32, actor: &str| entry(id, actor, &PARTY.replace("bank", &format!("w{id}")));
    let unsigned = wallet(2, "controller-1");
    people.forge(&unsigned, Vec::new());
    // A signature over another entry.
    let other = sign(&unsigned, "controller");
    people.forge(&wallet(3, "controller-1"), other.clone());
    // By a key that nobody enrolled, and by one that is another actor's.
    let line = wallet(4, "controller-1");
    people.forge(&line, sign(&line, "stranger"));
    let line = wallet(5, "controller-1");
    people.forge(&line, sign(&line, "admin"));
    // By the right key, for what its actor may not do.
    let line = entry(6, "controller-1", REVOKED);
    people.forge(&line, sign(&line, "controller"));
    // A third actor, enrolled by one alone; and one signature too many.
    let line =
        entry(7, "admin-1", &people.enrolment().split_once("},").unwrap().1.replace("controller-1", "c-2"));
    people.forge(&line, sign(&line, "admin"));
    let line = wallet(8, "admin-1");
    people.forge(&line, [sign(&line, "admin"), sign(&line, "admin")].concat());
    let found = people.found();
    let expected = [
        ("SIGNATURE_MISSING", 3),
        ("SIGNATURE_INVALID", 4),
        ("SIGNER_NOT_ENROLLED", 5),
        ("SIGNER_NOT_ENROLLED", 6),
        ("ROLE_NOT_HELD", 7),
        ("NEEDS_APPROVAL", 8),
        ("SIGNATURE_INVALID", 9),
    ];
    assert_eq!(found, expected.map(|(code, entry)| (code.to_owned(), entry)));
}

#[test]
fn an_entry_of_another_ledger_is_not_ours_although_actor_key_and_bytes_are() {
    if !can_run("an_entry_of_another_ledger_is_not_ours_although_actor_key_and_bytes_are") {
        return;
    }
    let (theirs, ours) = (People::new(), People::new());
    for key in ["admin", "admin.pub", "controller", "controller.pub"] {
        std::fs::copy(theirs.dir().join(key), ours.dir().join(key)).unwrap();
    }
    std::fs::remove_dir_all(ours.dir().join("books")).unwrap();
    ours.run(&["init", "--entity", "X", "--on", "2026-01-01", "--actor", "admin-1"], "").exits(0);
    let enrolment = entry(1, "admin-1", &ours.enrolment());
    // The whole history of the other ledger, replayed: not even its root stands here.
    let signature = theirs.signed_elsewhere(&enrolment, "admin");
    let file = ours.sandbox.file("enrolment.jsonl", enrolment.as_bytes());
    let args = ["append", file.to_str().unwrap(), "--signature", signature.to_str().unwrap()];
    let refused = ours.run(&args, "").exits(3);
    assert!(refused.err.starts_with("refused: SIGNATURE_INVALID\n"), "{}", refused.err);
    ours.append(&enrolment, "admin").exits(0);
    let line = entry(2, "controller-1", PARTY);
    let signature = theirs.signed_elsewhere(&line, "controller");
    let file = ours.sandbox.file("wallet.jsonl", line.as_bytes());
    let args = ["append", file.to_str().unwrap(), "--signature", signature.to_str().unwrap()];
    let refused = ours.run(&args, "").exits(3);
    assert!(refused.err.starts_with("refused: SIGNATURE_INVALID\n"), "{}", refused.err);
    ours.forge(&line, vec![bytes_of(&signature)]);
    assert_eq!(ours.found(), [("SIGNATURE_INVALID".to_owned(), 3)]);
}

#[test]
fn what_cannot_sign_says_so_and_records_nothing() {
    if !can_run("what_cannot_sign_says_so_and_records_nothing") {
        return;
    }
    let people = People::new();
    let before = people.sandbox.store();
    let line = entry(2, "controller-1", PARTY);
    let two = format!("{line}\n{}", entry(3, "controller-1", FUNDED));
    let says = |ran: Ran, code: i32, text: &str| {
        let ran = ran.exits(code);
        assert!(ran.err.contains(text), "{}", ran.err);
    };
    says(people.append(&line, "nowhere"), 2, "cannot read nowhere");
    let file = people.sandbox.file("not-a-key", b"nothing");
    says(people.append(&line, file.to_str().unwrap()), 2, "ssh-keygen did not sign");
    let mut without = people.sandbox.command(&["append", "-", "--sign", "controller"]);
    without.env("PATH", people.dir());
    says(feed(&mut without, line.as_bytes()), 2, "cannot run ssh-keygen");
    ssh_keygen(people.dir(), &["-q", "-t", "ecdsa", "-N", "", "-f", "ecdsa"], "").unwrap();
    says(people.append(&line, "ecdsa"), 2, "not a signature by an ssh-ed25519 key");
    let signature = people.signed_elsewhere(&line, "controller");
    let signature = signature.to_str().unwrap();
    says(
        people.run(&["append", "--atomic", "-", "--signature", signature], &two),
        2,
        "a signature is of one entry",
    );
    says(people.run(&["payload", "-"], &two), 2, "several entries");
    says(people.run(&["append", "-", "--signature", "text"], &line), 2, "not a signature by");
    assert_eq!(people.sandbox.store(), before);
    people.run(&["verify"], "").exits(0);
}

#[test]
fn a_close_is_signed_and_waits_for_another() {
    if !can_run("a_close_is_signed_and_waits_for_another") {
        return;
    }
    let people = People::new();
    let close = ["close", "2026-01", "--yes", "--actor", "controller-1"];
    let refused = people.run(&[close.as_slice(), &["--propose"]].concat(), "").exits(3);
    assert!(refused.err.starts_with("refused: SIGNATURE_MISSING\n"), "{}", refused.err);
    let close = [close.as_slice(), &["--sign", "controller"]].concat();
    let refused = people.run(&close, "").exits(3);
    assert!(refused.err.starts_with("refused: NEEDS_APPROVAL\n"), "{}", refused.err);
    let asked = people.run(&[close.as_slice(), &["--propose"]].concat(), "").exits(0);
    assert!(asked.out.ends_with("recorded 3: proposes to close through 2026-01-31\n"), "{}", asked.out);
    people.run(&["verify"], "").exits(0);
}
