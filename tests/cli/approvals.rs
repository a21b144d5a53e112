//! Four eyes from the command line, with real keys: proposed, read, approved, rejected; and what is forged past the door.

use crate::mappings::{RULES, STATEMENT};
use crate::people::{People, bytes_of, can_run, entry, ssh_keygen};
use crate::sandbox::{Ran, Sandbox};

const FUNDED: &str = r#"{"type":"cash_received","wallet":"bank","amount":{"amount":"5000.00","currency":"USD"},"category":"equity"}"#;
const POLICY: &str = r#"{"type":"approval_policy_adopted","rules":[{"family":"treasury","above":"1000.00","approvals":1,"board":true},{"family":"books","above":"5000.00","approvals":1}]}"#;

/// Entry 2 enrols an admin, a preparer and an approver; what moves more than 1,000 needs an approval that names the board's.
struct FourEyes(People);

impl FourEyes {
    fn new() -> FourEyes {
        FourEyes::with(r#""preparer""#)
    }

    /// With these roles of the controller.
    fn with(roles: &str) -> FourEyes {
        let people = People { sandbox: Sandbox::new() };
        people.sandbox.run(&["init", "--entity", "X", "--on", "2026-01-01", "--actor", "admin-1"]).exits(0);
        let enrolled = |actor: &str, key: &str, roles: &str| {
            ssh_keygen(people.dir(), &["-q", "-t", "ed25519", "-N", "", "-C", "", "-f", key], "").unwrap();
            let key = people.public(key);
            format!(r#"{{"type":"actor_enrolled","actor":"{actor}","key":"{key}","roles":[{roles}]}}"#)
        };
        let events = [
            r#"{"type":"wallet_opened","wallet":"bank","kind":"bank","currency":"USD"}"#.to_owned(),
            enrolled("admin-1", "admin", r#""admin""#),
            enrolled("controller-1", "controller", roles),
            enrolled("cfo-1", "cfo", r#""approver""#),
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
    let named = r#""transaction":"round-1","events""#;
    let line = entry(3, "controller-1", FUNDED).replace(r#""events""#, named);
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
    // The proposal has the payload's names, and the approval posts it: both are found by them.
    let found = ledger.run(&["find", "transaction", "round-1", "-f", "json"], "").exits(0).json();
    let numbers: Vec<_> = found["entries"].as_array().unwrap().iter().map(|one| &one["number"]).collect();
    assert_eq!(numbers, [3, 4]);
    let early = ledger.run(&["find", "transaction", "round-1", "--as-known", "3"], "").exits(0).out;
    assert_eq!(early.lines().count(), 1, "{early}");
    let named = ledger.run(&["replay", "--transaction", "round-1"], "").exits(0).out;
    assert!(named.contains("Dr 1010 Cash") && named.contains("Entry 4 "), "{named}");
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
    let close = ["close", "2026-01", "--yes", "--actor", "controller-1", "--sign", "controller"];
    refused(ledger.run(&close, ""), "NEEDS_APPROVAL");
    ledger.run(&[&close[..], &["--propose"]].concat(), "").exits(0);
    ledger.approve("5", &[]).exits(0);
    let line = entry(9, "controller-1", &FUNDED.replace("5000", "50"));
    refused(ledger.0.append(&line, "controller"), "PERIOD_CLOSED");
    ledger.run(&["verify"], "").exits(0);
    // Past the door, and rightly signed: the close that an approval posted stands in its way all the same.
    ledger.0.forge(&line, vec![bytes_of(&ledger.0.signed_elsewhere(&line, "controller"))]);
    let found = ledger.run(&["verify"], "").exits(1).out;
    assert!(found.contains("finding: PERIOD_CLOSED\n") && found.contains("(entry 7"), "{found}");
}

#[test]
fn what_an_approval_posts_is_named_by_its_documents_and_a_text_that_it_erases_goes() {
    if !can_run("what_an_approval_posts_is_named_by_its_documents_and_a_text_that_it_erases_goes") {
        return;
    }
    let ledger = FourEyes::new();
    let sandbox = &ledger.0.sandbox;
    sandbox.file("invoice.txt", b"a synthetic invoice");
    let evidence = sandbox.run(&["evidence", "add", "invoice.txt", "-q", "-f", "json"]).exits(0).json();
    let text = sandbox.run_with(&["text", "add", "-", "-q"], b"Erika Mustermann\n").exits(0).out;
    let text = text.trim_end();
    let line = entry(3, "controller-1", FUNDED).replace(
        r#""events""#,
        &format!(r#""memo":"from {text}","evidence":[{}],"events""#, evidence["evidence"]),
    );
    ledger.propose(&line).exits(0);
    assert!(sandbox.run(&["evidence", "list"]).exits(0).out.starts_with("0 documents"));
    ledger.approve("3", &["--board", "B"]).exits(0);
    let listed = sandbox.run(&["evidence", "list"]).exits(0).out;
    assert!(listed.contains("entry 4: invoice.txt"), "{listed}");
    let explained = sandbox.run(&["explain", "entry", "4"]).exits(0).out;
    assert!(explained.contains("invoice.txt"), "{explained}");
    let name = evidence["sha256"].as_str().unwrap();
    let kept = sandbox.path().join(format!("books/blobs/{}/{}", &name[..2], &name[2..]));
    let bytes = std::fs::read(&kept).unwrap();
    std::fs::remove_file(&kept).unwrap();
    assert!(sandbox.run(&["verify"]).exits(1).out.contains("finding: blob_absent\n"));
    std::fs::write(&kept, bytes).unwrap();
    // The pack of such a log is checked by both.
    sandbox.run(&["audit", "pack", "pack"]).exits(0);
    sandbox.run(&["audit", "verify", "pack"]).exits(0);
    if let Some((code, said)) = crate::audit::in_python(&sandbox.path().join("pack"), &[]) {
        assert_eq!(code, 0, "{said}");
    }
    // The erasure is proposed as well, where a policy asks for that, and finished once it is approved.
    let policy = r#"{"type":"approval_policy_adopted","rules":[{"family":"books","approvals":1}]}"#;
    ledger.run(&["propose", "-", "--sign", "admin"], &entry(5, "admin-1", policy)).exits(0);
    ledger.approve("5", &[]).exits(0);
    let alone = ["text", "erase", text, "--reason", "asked for", "--actor", "admin-1", "--sign", "admin"];
    refused(ledger.run(&alone, ""), "NEEDS_APPROVAL");
    let said = ledger.run(&[&alone[..], &["--propose"]].concat(), "").exits(0).out;
    assert_eq!(said, "recorded 7: proposes to erase the text\n");
    assert_eq!(sandbox.run(&["text", "show", text]).exits(0).out, "Erika Mustermann\n");
    ledger.approve("7", &[]).exits(0);
    assert!(sandbox.run(&["verify"]).exits(1).out.contains("finding: text_not_erased\n"));
    refused(sandbox.run(&["text", "show", text]), "TEXT_ERASED");
    let finished = ledger.run(&alone, "").exits(0).out;
    assert!(finished.starts_with("recorded already as 8: the text is gone"), "{finished}");
    sandbox.run(&["verify"]).exits(0);
}

#[test]
fn a_verb_and_a_close_propose_what_the_policy_demands() {
    if !can_run("a_verb_and_a_close_propose_what_the_policy_demands") {
        return;
    }
    let ledger = FourEyes::new();
    let said = "cash in 5,000 USD --to bank --category equity --on 2026-01-10 --actor controller-1 --sign controller --yes";
    let words: Vec<&str> = said.split(' ').collect();
    refused(ledger.run(&words, ""), "NEEDS_APPROVAL");
    let proposed = ledger.run(&[&words[..], &["--propose"]].concat(), "").exits(0).out;
    assert!(proposed.ends_with("recorded 3\n"), "{proposed}");
    let pending = ledger.run(&["pending"], "").exits(0).out;
    assert!(pending.contains("asks for 1 approval and a resolution of the board"), "{pending}");
    ledger.approve("3", &["--board", "B"]).exits(0);
    assert_eq!(ledger.cash(&[]), "5,000.00");
    // An admin answers for what admins record, and is told so.
    let policy = entry(9, "controller-1", r#"{"type":"party_registered","party":"x"}"#);
    ledger.propose(&policy).exits(0);
    let pending = ledger.run(&["pending", "-f", "json"], "").exits(0).json();
    assert_eq!(pending["pending"][0]["may_approve"], serde_json::json!(["admin-1", "cfo-1"]));
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

#[test]
fn a_late_entry_that_opens_the_account_it_posts_to_is_held_against_its_amount() {
    if !can_run("a_late_entry_that_opens_the_account_it_posts_to_is_held_against_its_amount") {
        return;
    }
    let ledger = FourEyes::with(r#""admin","preparer""#);
    let funded = FUNDED.replace("5000", "50");
    ledger
        .0
        .append(&entry(3, "controller-1", &funded).replace("2026-01-05", "2026-02-05"), "controller")
        .exits(0);
    let opened = r#"{"type":"account_opened","code":"6900","name":"Of its own","class":"expense"}"#;
    let journal = |amount: &str| {
        format!(
            r#"{opened},{{"type":"journal_recorded","lines":[{{"account":"6900","debit":"{amount}"}},{{"account":"2590","credit":"{amount}"}}]}}"#
        )
    };
    refused(ledger.0.append(&entry(4, "controller-1", &journal("5000.01")), "controller"), "NEEDS_APPROVAL");
    ledger.0.append(&entry(4, "controller-1", &journal("5000.00")), "controller").exits(0);
    ledger.run(&["verify"], "").exits(0);
}

#[test]
fn lines_of_a_statement_wait_as_proposals_and_are_the_same_when_made_again() {
    if !can_run("lines_of_a_statement_wait_as_proposals_and_are_the_same_when_made_again") {
        return;
    }
    let ledger = FourEyes::new();
    let opening = r#"{"type":"cash_received","wallet":"bank","amount":{"amount":"900.00","currency":"USD"},"category":"equity"}"#;
    ledger.0.append(&entry(9, "controller-1", opening), "controller").exits(0);
    ledger.0.sandbox.file("april.sta", STATEMENT.as_bytes());
    ledger.0.sandbox.file("rules.toml", RULES.as_bytes());
    let import =
        ["import", "mt940", "april.sta", "--rules", "rules.toml", "--propose", "--actor", "controller-1"];
    let signed = [&import[..], &["--sign", "controller"]].concat();
    assert_eq!(ledger.run(&signed, "").exits(0).out, "recorded 4\nrecorded 5\n");
    assert_eq!(ledger.run(&signed, "").exits(0).out, "already recorded as 4\nalready recorded as 5\n");
    assert_eq!(ledger.cash(&[]), "900.00");
    ledger.approve("5", &[]).exits(0);
    assert_eq!(ledger.cash(&[]), "1,150.00");
    assert_eq!(ledger.run(&signed, "").exits(0).out, "already recorded as 4\nalready recorded as 5\n");
}
