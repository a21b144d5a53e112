//! People as they are judged entry after entry: which role records which event, and keys that come and go.

use expect_test::expect;
use ledger_core::decide::{Signer, admit};
use ledger_core::entry::Entry;
use ledger_core::event::NAMES;
use ledger_core::resolve::Proposals;
use ledger_core::world::People;
use serde_json::{Value, json};

use crate::posting_rules::people::{ADMIN, CONTROLLER, LENT, enrolled, key, revoked};

fn entry(actor: &str, events: Vec<Value>) -> Entry {
    let entry = json!({"id": "00000000-0000-4000-8000-000000000001", "effective": "2026-01-05", "actor": actor,
        "events": events});
    Entry::from_json(&entry.to_string()).unwrap()
}

/// What is said of an entry that is judged as the next.
fn judged(people: &mut People, number: u64, signer: Signer, entry: &Entry) -> &'static str {
    admit(people, &mut Proposals::default(), number, entry, signer)
        .map_or_else(|refused| refused.why.code(), |()| "admitted")
}

fn sample(name: &str) -> Value {
    let path = format!("{}/../fixtures/events/{name}.json", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

#[test]
fn each_role_records_what_is_its_own() {
    let mut told = String::new();
    let mut tried = 0;
    for role in ["preparer", "approver", "reconciler", "auditor", "admin"] {
        let mut allowed = Vec::new();
        let mut refused = Vec::new();
        // Who may propose, approve and reject hangs on what it is about.
        let about = ["entry_proposed", "entry_approved", "entry_rejected"];
        for name in NAMES.iter().filter(|name| !about.contains(*name)) {
            let mut people = People::default();
            let first = vec![enrolled("a", ADMIN, &["admin"]), enrolled("b", CONTROLLER, &[role])];
            assert_eq!(judged(&mut people, 1, ADMIN, &entry("a", first)), "admitted");
            match judged(&mut people, 2, CONTROLLER, &entry("b", vec![sample(name)])) {
                "ROLE_NOT_HELD" => refused.push(*name),
                _ => allowed.push(*name),
            }
            tried += 1;
        }
        let (but, names) = if allowed.len() > refused.len() { ("all but ", refused) } else { ("", allowed) };
        let names = if names.is_empty() { "nothing".to_owned() } else { names.join(" ") };
        told += &format!("{role}: {but}{names}\n");
    }
    assert_eq!(tried, 5 * (NAMES.len() - 3));
    expect![[r#"
        preparer: all but policy_adopted period_reopened actor_enrolled actor_revoked approval_policy_adopted reconciliation_signed_off
        approver: policy_adopted period_closed period_reopened approval_policy_adopted reconciliation_signed_off
        reconciler: price_observed evidence_attached statement_recorded reconciliation_run break_explained reconciliation_signed_off
        auditor: nothing
        admin: ledger_opened policy_adopted commodity_declared account_opened wallet_opened party_registered period_reopened actor_enrolled actor_revoked approval_policy_adopted text_erased
    "#]].assert_eq(&told);
}

#[test]
fn an_actor_with_two_keys_loses_one_and_signs_with_the_other() {
    let mut people = People::default();
    let first = vec![
        enrolled("a", ADMIN, &["admin"]),
        enrolled("b", CONTROLLER, &["auditor"]),
        enrolled("b", LENT, &["preparer"]),
    ];
    assert_eq!(judged(&mut people, 1, ADMIN, &entry("a", first)), "admitted");
    // The roles stated last are those of the actor, whichever key signs.
    let metric = |actor| entry(actor, vec![sample("operating_metric_recorded")]);
    for signer in [CONTROLLER, LENT] {
        assert_eq!(judged(&mut people, 2, signer, &metric("b")), "admitted");
    }
    let one = json!({"type": "actor_revoked", "actor": "b", "key": key(CONTROLLER), "reason": "lost"});
    assert_eq!(judged(&mut people, 3, ADMIN, &entry("a", vec![one])), "admitted");
    assert_eq!(judged(&mut people, 4, CONTROLLER, &metric("b")), "KEY_REVOKED");
    assert_eq!(judged(&mut people, 4, LENT, &metric("b")), "admitted");
    assert_eq!(judged(&mut people, 5, ADMIN, &entry("a", vec![revoked("b")])), "admitted");
    assert_eq!(judged(&mut people, 6, LENT, &metric("b")), "KEY_REVOKED");
    let held: Vec<_> = people.iter().flat_map(|(_, actor)| &actor.keys).map(|held| held.revoked).collect();
    assert_eq!(held, [None, Some(3), Some(5)]);
}

#[test]
fn who_went_around_the_door_does_not_shut_others_out() {
    let mut people = People::default();
    let first = vec![enrolled("a", ADMIN, &["admin"]), enrolled("b", CONTROLLER, &["preparer"])];
    // Nobody signed it: a finding, and yet what it says is what later entries are held against.
    assert_eq!(judged(&mut people, 1, Signer::Nobody, &entry("a", first)), "SIGNATURE_MISSING");
    assert_eq!(judged(&mut people, 2, ADMIN, &entry("a", vec![revoked("b")])), "admitted");
    assert_eq!(judged(&mut people, 3, ADMIN, &entry("a", vec![revoked("b")])), "NOTHING_TO_REVOKE");
}
