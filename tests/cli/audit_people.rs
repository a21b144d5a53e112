//! What somebody does to the people's part of a log who owns the disk and the log's key: entries, tree, checkpoint, reports and
//! manifest are all made good again, so that only who signed, and who approved of what, can tell. Found by the program and in
//! Python, by the same codes at the same entries and by nothing else. All of it is synthetic.

use std::path::Path;
use std::process::Command;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use ledger_core::entry::Entry;
use serde_json::{Value, json};

use crate::audit::{hex, in_python};
use crate::people::{People, bytes_of, can_run, entry, ssh_keygen};
use crate::rewriting::{Kept, kept, write_anew};
use crate::sandbox::{Sandbox, feed};

const LETTER: &[u8] = b"a synthetic letter: 100.00 for audit work\n";

/// A signed ledger with two proposals, one of them approved, and a key that was revoked before.
struct Signed {
    people: People,
    /// Whoever must have signed the checkpoint.
    key: String,
    entries: Vec<Kept>,
}

/// The places of the entries.
const ENROLMENT: usize = 2;
const REVOCATION: usize = 3;
const PROPOSAL: usize = 4;
const OTHER_PROPOSAL: usize = 5;
const APPROVAL: usize = 6;
const DIRECT: usize = 7;

fn funded(amount: &str) -> String {
    format!(
        r#"{{"type":"cash_received","wallet":"bank","amount":{{"amount":"{amount}","currency":"USD"}},"category":"equity"}}"#
    )
}

impl Signed {
    fn new() -> Signed {
        let people = People { sandbox: Sandbox::new() };
        people.sandbox.run(&["init", "--entity", "X", "--on", "2026-01-01", "--actor", "admin-1"]).exits(0);
        for key in ["admin", "controller", "old", "cfo", "stranger"] {
            ssh_keygen(people.dir(), &["-q", "-t", "ed25519", "-N", "", "-C", "", "-f", key], "").unwrap();
        }
        let enrolled = |actor: &str, key: &str, role: &str| {
            let key = people.public(key);
            format!(r#"{{"type":"actor_enrolled","actor":"{actor}","key":"{key}","roles":["{role}"]}}"#)
        };
        let first = [
            r#"{"type":"wallet_opened","wallet":"bank","kind":"bank","currency":"USD"}"#.to_owned(),
            enrolled("admin-1", "admin", "admin"),
            enrolled("controller-1", "controller", "preparer"),
            enrolled("cfo-1", "old", "approver"),
            enrolled("cfo-1", "cfo", "approver"),
            r#"{"type":"approval_policy_adopted","rules":[{"family":"equity","approvals":1},{"family":"treasury","above":"1000.00","approvals":1,"board":true}]}"#.to_owned(),
        ];
        people.append(&entry(1, "admin-1", &first.join(",")), "admin").exits(0);
        let revoked = format!(
            r#"{{"type":"actor_revoked","actor":"cfo-1","key":"{}","reason":"a new one"}}"#,
            people.public("old")
        );
        people.append(&entry(2, "admin-1", &revoked), "admin").exits(0);
        for (id, amount) in [(3, "5000.00"), (4, "7000.00")] {
            let line = entry(id, "controller-1", &funded(amount));
            people.run(&["propose", "-", "--sign", "controller"], &line).exits(0);
        }
        let approve = ["approve", "4", "--board", "2026-01", "--actor", "cfo-1", "--sign", "cfo"];
        people.run(&approve, "").exits(0);
        let direct = entry(5, "controller-1", &funded("100.00"));
        let evidence = format!(r#""evidence":[{{"name":"letter","sha256":"{}"}}],"events""#, hex(LETTER));
        people.append(&direct.replace(r#""events""#, &evidence), "controller").exits(0);
        document(&people, LETTER);
        let key = people.sandbox.run(&["key", "generate", "example.com/x", "--out", "a.key"]).exits(0).out;
        let entries = kept(&people.sandbox);
        assert_eq!(entries.len(), DIRECT);
        Signed { people, key: key.trim_end().to_owned(), entries }
    }

    /// The pack of a log with these entries, and what the program finds in it, then Python: codes with their entries.
    fn found(&self, name: &str, entries: &[Kept]) -> [Option<Vec<(String, u64)>>; 2] {
        write_anew(&self.people.sandbox, entries);
        self.people.sandbox.run(&["audit", "pack", name, "--sign", "a.key"]).exits(0);
        let args = ["audit", "verify", name, "--key", &self.key, "-f", "json"];
        let ran = self.people.sandbox.run(&args);
        let passes = ran.json()["passes"].as_array().unwrap().clone();
        let told = |finding: Value| (text(&finding["code"]), finding["entry"].as_u64().unwrap_or_default());
        let findings = passes.iter().flat_map(|pass| pass["findings"].as_array().unwrap().clone());
        let own: Vec<(String, u64)> = findings.map(told).collect();
        assert_eq!(ran.code, i32::from(!own.is_empty()), "{}", ran.out);
        let python = in_python(&self.people.dir().join(name), &["--key", &self.key]).map(|(code, out)| {
            assert_eq!(code, ran.code, "{out}");
            assert!(!out.contains("Traceback"), "{out}");
            out.lines().filter_map(finding_of).collect()
        });
        [Some(own), python]
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

/// `finding: CODE FILE entry N: what`
fn finding_of(line: &str) -> Option<(String, u64)> {
    let rest = line.strip_prefix("finding: ")?;
    let code = rest.split(' ').next()?.to_owned();
    let number = rest.split(": ").next()?.rsplit_once(" entry ").and_then(|(_, number)| number.parse().ok());
    Some((code, number.unwrap_or_default()))
}

/// Puts a document among the blobs.
fn document(people: &People, bytes: &[u8]) {
    let name = hex(bytes);
    let folder = people.dir().join("books/blobs").join(&name[..2]);
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join(&name[2..]), bytes).unwrap();
}

/// The entries of the log, to be altered.
struct Altered<'a> {
    people: &'a People,
    entries: Vec<Kept>,
}

impl Altered<'_> {
    fn json(&self, number: usize) -> Value {
        serde_json::from_str(&self.entries[number - 1].entry).unwrap()
    }

    /// Changes an entry and leaves its signature.
    fn change(&mut self, number: usize, change: impl FnOnce(&mut Value)) {
        let mut entry = self.json(number);
        change(&mut entry);
        self.entries[number - 1].entry = entry.to_string();
    }

    /// The same, and signs it with a key.
    fn change_and_sign(&mut self, number: usize, key: &str, change: impl FnOnce(&mut Value)) {
        self.change(number, change);
        self.sign(number, key);
    }

    fn sign(&mut self, number: usize, key: &str) {
        let signature = bytes_of(&self.people.signed_elsewhere(&self.entries[number - 1].entry, key));
        self.entries[number - 1].signatures = vec![signature];
    }

    /// Signs what text one likes in what namespace one likes.
    fn sign_text(&mut self, number: usize, key: &str, namespace: &str, text: &str) {
        self.people.sandbox.file("text", text.as_bytes());
        let _ = std::fs::remove_file(self.people.dir().join("text.sig"));
        ssh_keygen(self.people.dir(), &["-Y", "sign", "-n", namespace, "-f", key, "text"], "").unwrap();
        self.entries[number - 1].signatures = vec![bytes_of(&self.people.dir().join("text.sig"))];
    }

    /// What the actor of an entry signs.
    fn text(&self, number: usize) -> String {
        self.people.run(&["payload", "-"], &self.entries[number - 1].entry).exits(0).out
    }

    /// Adds an entry signed with a key.
    fn add(&mut self, line: &str, key: &str) {
        let last = self.entries[self.entries.len() - 1].clone();
        self.entries.push(last);
        self.entries.last_mut().unwrap().entry = line.to_owned();
        self.sign(self.entries.len(), key);
    }

    /// Another amount in what a proposal proposes, with its hash.
    fn propose_more(&mut self, number: usize) {
        self.change(number, |entry| {
            let proposed = &mut entry["events"][0];
            proposed["payload"]["events"][0]["amount"]["amount"] = "9000".into();
            proposed["hash"] = hash_of(&proposed["payload"]).into();
        });
    }
}

fn hash_of(payload: &Value) -> String {
    hex(&Entry::from_json(&payload.to_string()).unwrap().to_cbor())
}

/// What is done, and which findings at which entries tell it.
type Case = (&'static str, fn(&mut Altered<'_>), &'static [(&'static str, u64)]);

#[rustfmt::skip]
const CASES: &[Case] = &[
    ("nothing", |_| {}, &[]),
    ("an approval is moved to another proposal", |log| {
        let other = log.json(OTHER_PROPOSAL)["events"][0]["hash"].clone();
        log.change(APPROVAL, |entry| {
            entry["events"][0]["proposal"] = json!(OTHER_PROPOSAL);
            entry["events"][0]["hash"] = other;
        });
    }, &[("SIGNATURE_INVALID", 6)]),
    ("an approval is moved, and its hash is left", |log| {
        log.change_and_sign(APPROVAL, "cfo", |entry| entry["events"][0]["proposal"] = json!(OTHER_PROPOSAL));
    }, &[("OTHER_PAYLOAD", 6)]),
    ("what was approved of is another amount", |log| log.propose_more(PROPOSAL), &[("SIGNATURE_INVALID", 4), ("OTHER_PAYLOAD", 6)]),
    ("what was approved of is another amount, and its maker signs that", |log| {
        log.propose_more(PROPOSAL);
        log.sign(PROPOSAL, "controller");
    }, &[("OTHER_PAYLOAD", 6)]),
    ("the proposal states another hash than its payload has", |log| {
        log.change_and_sign(OTHER_PROPOSAL, "controller", |entry| entry["events"][0]["hash"] = "00".repeat(32).into());
    }, &[("PAYLOAD_HASH_DIFFERS", 5)]),
    ("the maker approves", |log| {
        log.change_and_sign(APPROVAL, "controller", |entry| entry["actor"] = "controller-1".into());
    }, &[("OWN_PROPOSAL", 6)]),
    ("the maker approves in the approver's name", |log| log.sign(APPROVAL, "controller"), &[("SIGNER_NOT_ENROLLED", 6)]),
    ("a stranger approves in the approver's name", |log| log.sign(APPROVAL, "stranger"), &[("SIGNER_NOT_ENROLLED", 6)]),
    ("it is approved with the key that was revoked before", |log| log.sign(APPROVAL, "old"), &[("KEY_REVOKED", 6)]),
    ("somebody approves who may not", |log| {
        log.change_and_sign(APPROVAL, "admin", |entry| entry["actor"] = "admin-1".into());
    }, &[("ROLE_NOT_HELD", 6)]),
    ("somebody approves whom nobody enrolled", |log| {
        log.change_and_sign(APPROVAL, "stranger", |entry| entry["actor"] = "nobody-1".into());
    }, &[("UNKNOWN_ACTOR", 6)]),
    ("it is approved twice", |log| {
        let again = json!({"id": "00000000-0000-4000-8000-000000000099", "effective": "2026-01-05", "actor": "cfo-1", "events": log.json(APPROVAL)["events"]});
        log.add(&again.to_string(), "cfo");
    }, &[("PROPOSAL_SETTLED", 8)]),
    ("the board's resolution is taken out", |log| {
        log.change_and_sign(APPROVAL, "cfo", |entry| { entry["events"][0].as_object_mut().unwrap().remove("board"); });
    }, &[("BOARD_MISSING", 6)]),
    ("an approval of nothing", |log| {
        log.change_and_sign(APPROVAL, "cfo", |entry| entry["events"][0]["proposal"] = json!(DIRECT));
    }, &[("UNKNOWN_PROPOSAL", 6)]),
    ("an entry is not signed", |log| log.entries[DIRECT - 1].signatures.clear(), &[("SIGNATURE_MISSING", 7)]),
    ("an entry is signed twice", |log| {
        let again = log.entries[DIRECT - 1].signatures[0].clone();
        log.entries[DIRECT - 1].signatures.push(again);
    }, &[("SIGNATURE_INVALID", 7)]),
    ("an entry was signed for another ledger", |log| {
        let text = log.text(DIRECT);
        let other = format!("{}{}", "0".repeat(32), &text[32..]);
        log.sign_text(DIRECT, "controller", "treasury-ledger", &other);
    }, &[("SIGNATURE_INVALID", 7)]),
    ("a signature was made for something else", |log| {
        let text = log.text(DIRECT);
        log.sign_text(DIRECT, "controller", "git", &text);
    }, &[("SIGNATURE_INVALID", 7)]),
    ("a byte follows a signature", |log| log.entries[DIRECT - 1].signatures[0].push(0), &[("SIGNATURE_INVALID", 7)]),
    ("the evidence is another document", |log| {
        let other = b"a synthetic letter: 900.00 for audit work\n";
        document(log.people, other);
        log.change(DIRECT, |entry| entry["evidence"][0]["sha256"] = hex(other).into());
    }, &[("SIGNATURE_INVALID", 7)]),
    ("an amount is another", |log| {
        log.change(DIRECT, |entry| entry["events"][0]["amount"]["amount"] = "900".into());
    }, &[("SIGNATURE_INVALID", 7)]),
    ("an entry is put in another's name", |log| {
        log.change(DIRECT, |entry| entry["actor"] = "admin-1".into());
    }, &[("SIGNATURE_INVALID", 7)]),
    ("a key is enrolled by one alone", |log| {
        let key = log.people.public("stranger");
        let event = format!(r#"{{"type":"actor_enrolled","actor":"c-2","key":"{key}","roles":["approver"]}}"#);
        log.add(&entry(98, "admin-1", &event), "admin");
    }, &[("NEEDS_APPROVAL", 8)]),
    ("what the policy wants approved is recorded by one alone", |log| {
        let issued = r#"{"type":"shares_issued","shares":"10","price":"1","proceeds":{"amount":"10","currency":"USD"},"to":{"wallet":"bank"}}"#;
        log.add(&entry(98, "controller-1", issued), "controller");
    }, &[("NEEDS_APPROVAL", 8)]),
    ("the first enrolment is signed by somebody else", |log| log.sign(ENROLMENT, "controller"), &[("SIGNER_NOT_ENROLLED", 2)]),
    ("the enrolment is another", |log| {
        let key = log.people.public("stranger");
        log.change(ENROLMENT, |entry| entry["events"][4]["key"] = key.into());
    }, &[("SIGNATURE_INVALID", 2), ("SIGNER_NOT_ENROLLED", 6)]),
    ("the revocation is another entry, and the old key approves", |log| {
        log.change(REVOCATION, |entry| entry["events"][0] = json!({"type": "party_registered", "party": "x"}));
        log.sign(APPROVAL, "old");
    }, &[("SIGNATURE_INVALID", 3)]),
    ("nobody is enrolled, and something is approved", |log| {
        log.change(ENROLMENT, |entry| entry["events"].as_array_mut().unwrap().truncate(1));
        log.change(REVOCATION, |entry| entry["events"][0] = json!({"type": "party_registered", "party": "x"}));
        log.entries.iter_mut().for_each(|entry| entry.signatures.clear());
    }, &[("NOBODY_TO_APPROVE", 4), ("NOBODY_TO_APPROVE", 5), ("NOBODY_TO_APPROVE", 6)]),
    ("nobody is enrolled, and a policy of approvals is adopted", |log| {
        log.change(ENROLMENT, |entry| { entry["events"].as_array_mut().unwrap().drain(1..5); });
        log.entries.truncate(ENROLMENT);
        log.entries.iter_mut().for_each(|entry| entry.signatures.clear());
    }, &[("NOBODY_TO_APPROVE", 2)]),
    ("a signed entry is there again", |log| log.entries.push(log.entries[DIRECT - 1].clone()), &[("duplicate_id", 8)]),
    ("an entry was recorded at a time that no calendar has", |log| log.entries[DIRECT - 1].recorded = i64::MAX, &[("entries_line", 7)]),
    ("a key by which anybody can sign is enrolled, and anybody approves with it", |log| {
        // RFC 8032: the neutral element, for which the base point and 1 sign whatever it is.
        let mut neutral = [0; 32];
        neutral[0] = 1;
        log.change_and_sign(ENROLMENT, "admin", |entry| {
            entry["events"][4]["key"] = format!("ssh-ed25519 {}", BASE64_STANDARD.encode([&KEY_HEAD[..], &neutral].concat())).into();
        });
        log.entries[APPROVAL - 1].signatures = vec![by_anybody(&neutral)];
    }, &[("SIGNATURE_INVALID", 6)]),
];

/// RFC 8709 4: what stands before the 32 bytes of a key.
const KEY_HEAD: &[u8; 19] = b"\0\0\0\x0bssh-ed25519\0\0\0\x20";

/// What nobody signed, in the form of PROTOCOL.sshsig: the base point and 1, which fit every text under such a key.
fn by_anybody(key: &[u8; 32]) -> Vec<u8> {
    let string = |bytes: &[u8]| [&u32::try_from(bytes.len()).unwrap().to_be_bytes()[..], bytes].concat();
    let (mut base, mut one) = ([0x66; 32], [0; 32]);
    (base[0], one[0]) = (0x58, 1);
    let signature = [string(b"ssh-ed25519"), string(&[base, one].concat())].concat();
    let key = [&KEY_HEAD[..], key].concat();
    let parts = [&key[..], b"treasury-ledger", b"", b"sha512", &signature].map(string);
    [&b"SSHSIG\0\0\0\x01"[..], &parts.concat()].concat()
}

#[test]
fn whatever_is_altered_of_people_and_approvals_is_told_by_both_though_all_hashes_are_good() {
    if !can_run("whatever_is_altered_of_people_and_approvals_is_told_by_both_though_all_hashes_are_good") {
        return;
    }
    assert_eq!(CASES.len(), 33, "a case was dropped");
    let signed = Signed::new();
    for (number, (what, alter, expected)) in CASES.iter().enumerate() {
        let mut altered = Altered { people: &signed.people, entries: signed.entries.clone() };
        alter(&mut altered);
        let expected: Vec<(String, u64)> =
            expected.iter().map(|(code, entry)| ((*code).to_owned(), *entry)).collect();
        let [program, python] = signed.found(&format!("pack-{number}"), &altered.entries);
        assert_eq!(program.as_ref(), Some(&expected), "{what}");
        assert_eq!(python.unwrap_or_else(|| expected.clone()), expected, "in Python: {what}");
    }
}

/// Which roles an event needs stands in the pack as well; whoever widens them there is told by the program, which has its own
/// list, and in Python by one from elsewhere.
#[test]
fn roles_that_are_widened_in_the_pack_itself_deceive_nobody_who_brings_their_own_list() {
    if !can_run("roles_that_are_widened_in_the_pack_itself_deceive_nobody_who_brings_their_own_list") {
        return;
    }
    let signed = Signed::new();
    let mut altered = Altered { people: &signed.people, entries: signed.entries.clone() };
    let party = entry(98, "cfo-1", r#"{"type":"party_registered","party":"x"}"#);
    altered.add(&party, "cfo");
    let [program, _] = signed.found("pack", &altered.entries);
    assert_eq!(program, Some(vec![("ROLE_NOT_HELD".to_owned(), 8)]));
    let dir = signed.people.dir().join("pack");
    let pack = crate::audit_alterations::Altered { sandbox: &signed.people.sandbox, pack: dir.clone() };
    let own = std::fs::read_to_string(dir.join("schema/entries.json")).unwrap();
    let mut widened: Value = serde_json::from_str(&own).unwrap();
    widened["recording"]["party_registered"]["roles"].as_array_mut().unwrap().push("approver".into());
    let widened = widened.to_string();
    pack.replace("schema/entries.json", own.as_bytes(), widened.as_bytes());
    pack.reseal();
    let ran = signed.people.sandbox.run(&["audit", "verify", "pack"]).exits(1);
    assert!(ran.out.contains("finding: text_differs\n"), "{}", ran.out);
    assert!(ran.out.contains("finding: ROLE_NOT_HELD\n"), "{}", ran.out);
    let elsewhere = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/entries.json");
    let Some((code, out)) = in_python(&dir, &["--schema", elsewhere]) else { return };
    assert!(code == 1 && out.contains("finding: ROLE_NOT_HELD "), "{out}");
    // Without being told, it takes the list that lies in the source; and where it does not lie there, says so.
    let (code, out) = in_python(&dir, &[]).unwrap();
    assert!(code == 1 && out.contains("finding: ROLE_NOT_HELD "), "{out}");
    let alone = signed.people.dir().join("alone/tests/oracles");
    std::fs::create_dir_all(&alone).unwrap();
    for name in ["verify_pack.py", "pack_people.py", "pack_forms.py"] {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/oracles").join(name);
        std::fs::copy(script, alone.join(name)).unwrap();
    }
    let mut python = Command::new("python3");
    python.arg("-B").arg(alone.join("verify_pack.py")).arg(&dir);
    let ran = feed(&mut python, b"");
    assert!(ran.code == 2 && ran.out.starts_with("NOT CHECKED: whether who signed might"), "{ran:?}");
}

#[test]
fn python_says_loudly_that_it_checked_no_signatures_without_ssh_keygen() {
    if !can_run("python_says_loudly_that_it_checked_no_signatures_without_ssh_keygen") {
        return;
    }
    let signed = Signed::new();
    signed.people.sandbox.run(&["audit", "pack", "pack"]).exits(0);
    let python = Command::new("python3").args(["-c", "import sys; print(sys.executable)"]).output();
    let Ok(python) = python else { return };
    let python = String::from_utf8(python.stdout).unwrap();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/oracles/verify_pack.py");
    let mut without = Command::new(python.trim());
    without.arg("-B").arg(script).arg("pack").current_dir(signed.people.dir()).env("PATH", "/nowhere");
    let ran = feed(&mut without, b"");
    assert!(ran.code == 2 && ran.out.starts_with("NOT CHECKED: who signed the entries"), "{ran:?}");
}
