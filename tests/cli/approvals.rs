//! Four eyes from the command line, with real keys: proposed, read, approved, rejected; and what is forged past the door.

use crate::people::{People, bytes_of, can_run, entry, ssh_keygen};
use crate::sandbox::{Ran, Sandbox};

const FUNDED: &str = r#"{"type":"cash_received","wallet":"bank","amount":{"amount":"5000.00","currency":"USD"},"category":"equity"}"#;
const POLICY: &str = r#"{"type":"approval_policy_adopted","rules":[{"family":"treasury","above":"1000.00","approvals":1,"board":true}]}"#;

/// Entry 2 enrols an admin, a preparer and an approver; what moves more than 1,000 needs an approval that names the board's.
struct FourEyes(People);

impl FourEyes {
    fn new() -> FourEyes {
        let people = People { sandbox: Sandbox::new() };
        people.sandbox.run(&["init", "--entity", "X", "--on", "2026-01-01", "--actor", "admin-1"]).exits(0);
        let enrolled = |actor: &str, key: &str, role: &str| {
            ssh_keygen(people.dir(), &["-q", "-t", "ed25519", "-N", "", "-C", "", "-f", key], "").unwrap();
            let key = people.public(key);
            format!(r#"{{"type":"actor_enrolled","actor":"{actor}","key":"{key}","roles":["{role}"]}}"#)
        };
        let events = [
            r#"{"type":"wallet_opened","wallet":"bank","kind":"bank","currency":"USD"}"#.to_owned(),
            enrolled("admin-1", "admin", "admin"),
            enrolled("controller-1", "controller", "preparer"),
            enrolled("cfo-1", "cfo", "approver"),
            POLICY.to_owned(),
        ];
        people.append(&entry(1, "admin-1", &events.join(",")), "admin").exits(0);
        FourEyes(people)
    }

    fn run(&self, args: &[&str], input: &str) -> Ran {
        self.0.run(args, input)
    }

    fn propose(&self, line: &str) -> Ran {
        self.run(&["propose", "-", "--sign", "controller"], line)
    }

    fn approve(&self, number: &str, rest: &[&str]) -> Ran {
        let args = [&["approve", number, "--actor", "cfo-1", "--sign", "cfo"], rest].concat();
        self.run(&args, "")
    }

    /// The balance of the bank.
    fn cash(&self, more: &[&str]) -> String {
        let report = self.run(&[&["report", "trial-balance"], more].concat(), "").exits(0).out;
        let line = report.lines().find(|line| line.contains("Cash")).unwrap_or_default();
        line.split_whitespace().last().unwrap_or_default().to_owned()
    }
}

fn refused(ran: Ran, code: &str) {
    let ran = ran.exits(3);
    assert!(ran.err.starts_with(&format!("refused: {code}\n")), "{}", ran.err);
}

#[test]
fn an_entry_is_proposed_read_and_approved_and_explains_by_whom() {
    if !can_run("an_entry_is_proposed_read_and_approved_and_explains_by_whom") {
        return;
    }
    let ledger = FourEyes::new();
    let line = entry(3, "controller-1", FUNDED);
    refused(ledger.0.append(&line, "controller"), "NEEDS_APPROVAL");
    let preview = ledger.run(&["propose", "-", "--dry-run"], &line).exits(0).out;
    assert!(preview.contains("Dr 1010 Cash"), "{preview}");
    let said = ledger.propose(&line).exits(0).out;
    assert_eq!(said, "recorded 3: waits for 1 approval and a resolution of the board\n");
    assert_eq!(ledger.cash(&[]), "");
    let pending = ledger.run(&["pending", "-f", "json"], "").exits(0).json();
    assert_eq!(pending["pending"][0]["proposal"], 3);
    assert_eq!(pending["pending"][0]["may_approve"], serde_json::json!(["cfo-1"]));
    assert_eq!(pending["pending"][0]["payload"]["events"][0]["type"], "cash_received");
    let table = ledger.run(&["pending"], "").exits(0).out;
    assert!(table.contains("proposed by controller-1; asks for 1 approval"), "{table}");
    let own = ["approve", "3", "--actor", "controller-1", "--sign", "controller"];
    refused(ledger.run(&own, ""), "OWN_PROPOSAL");
    refused(ledger.approve("3", &[]), "BOARD_MISSING");
    refused(ledger.approve("3", &["--board", "B", "--hash", &"0".repeat(64)]), "OTHER_PAYLOAD");
    refused(ledger.approve("2", &["--board", "B"]), "UNKNOWN_PROPOSAL");
    let said = ledger.approve("3", &["--board", "2026-07"]).exits(0).out;
    assert_eq!(said, "recorded 4: posts what entry 3 proposed\n");
    assert_eq!((ledger.cash(&[]), ledger.cash(&["--as-known", "3"])), ("5,000.00".into(), String::new()));
    refused(ledger.approve("3", &["--board", "B"]), "PROPOSAL_SETTLED");
    refused(ledger.propose(&line), "ID_PROPOSED");
    let told = ledger.run(&["explain", "entry", "4"], "").exits(0).out;
    for line in [
        "by controller-1",
        "proposed by controller-1 in entry 3",
        "approved by cfo-1 in entry 4, resolution 2026-07",
        "under the approval policy of entry 2",
    ] {
        assert!(told.contains(line), "{line}\n{told}");
    }
    let json = ledger.run(&["explain", "entry", "4", "-f", "json"], "").exits(0).json();
    assert_eq!(json["approval"]["approvals"][0]["actor"], "cfo-1");
    let replayed = ledger.run(&["replay", "--from", "4", "--to", "4"], "").exits(0).out;
    assert!(replayed.contains("Dr 1010 Cash"), "{replayed}");
    ledger.run(&["verify"], "").exits(0);
    ledger.run(&["audit", "pack", "pack"], "").exits(0);
    ledger.run(&["audit", "verify", "pack"], "").exits(0);
}

#[test]
fn what_is_rejected_is_not_posted_and_a_close_is_proposed() {
    if !can_run("what_is_rejected_is_not_posted_and_a_close_is_proposed") {
        return;
    }
    let ledger = FourEyes::new();
    ledger.propose(&entry(3, "controller-1", FUNDED)).exits(0);
    let reject = ["reject", "3", "--reason", "not ours", "--actor", "cfo-1", "--sign", "cfo"];
    assert_eq!(ledger.run(&reject, "").exits(0).out, "recorded 4: rejects 3\n");
    refused(ledger.run(&reject, ""), "PROPOSAL_SETTLED");
    assert_eq!(ledger.cash(&[]), "");
    let nothing = ledger.run(&["pending"], "").exits(0);
    assert_eq!((nothing.out.as_str(), nothing.err.as_str()), ("", "nothing waits for an approval\n"));
    let close = ["close", "2026-01", "--actor", "controller-1", "--sign", "controller"];
    refused(ledger.run(&close, ""), "NEEDS_APPROVAL");
    ledger.run(&[&close[..], &["--propose"]].concat(), "").exits(0);
    ledger.approve("5", &[]).exits(0);
    let line = entry(9, "controller-1", &FUNDED.replace("5000", "50"));
    refused(ledger.0.append(&line, "controller"), "PERIOD_CLOSED");
    ledger.run(&["verify"], "").exits(0);
}

#[test]
fn an_approval_that_is_signed_elsewhere_counts_and_one_that_is_forged_is_found() {
    if !can_run("an_approval_that_is_signed_elsewhere_counts_and_one_that_is_forged_is_found") {
        return;
    }
    let ledger = FourEyes::new();
    ledger.propose(&entry(3, "controller-1", FUNDED)).exits(0);
    let approval = |actor: &str| {
        let args = ["approve", "3", "--board", "B", "--actor", actor, "--print"];
        ledger.run(&args, "").exits(0).out.trim().to_owned()
    };
    // The maker approves past the door; and the approval of another payload, signed by the approver.
    let own = approval("controller-1");
    ledger.0.forge(&own, vec![bytes_of(&ledger.0.signed_elsewhere(&own, "controller"))]);
    let mut moved: serde_json::Value = serde_json::from_str(&approval("cfo-1")).unwrap();
    moved["events"][0]["hash"] = "0".repeat(64).into();
    let moved = moved.to_string();
    ledger.0.forge(&moved, vec![bytes_of(&ledger.0.signed_elsewhere(&moved, "cfo"))]);
    let found = ledger.0.found();
    assert_eq!(found, [("OWN_PROPOSAL".to_owned(), 4), ("OTHER_PAYLOAD".to_owned(), 5)]);
    assert_eq!(ledger.cash(&[]), "");
    let sound = approval("cfo-1");
    let signature = ledger.0.signed_elsewhere(&sound, "cfo");
    let file = ledger.0.sandbox.file("approval.jsonl", sound.as_bytes());
    let args = ["append", file.to_str().unwrap(), "--signature", signature.to_str().unwrap()];
    assert_eq!(ledger.run(&args, "").exits(0).out, "recorded 6\n");
    assert_eq!(ledger.cash(&[]), "5,000.00");
}
