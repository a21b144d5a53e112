//! Four eyes. A proposal posts nothing, the last approval what was proposed.

use expect_test::expect;
use ledger_core::decide::Signer;
use ledger_core::entry::Entry;
use ledger_core::event::books::Payload;
use serde_json::{Value, json};

use super::json::bought;
use super::ledger::{Ledger, standard};
use super::people::{ADMIN, CFO, CONTROLLER, LENT, TREASURER, enrolled};
use super::rule::given;
use super::rules;

pub(crate) fn rule(family: &str, above: Option<&str>, approvals: u8, board: bool) -> Value {
    let rule = json!({"family": family, "approvals": approvals, "board": board});
    match above {
        Some(above) => super::json::with(rule, json!({"above": above})),
        None => rule,
    }
}

pub(crate) fn policy(rules: Vec<Value>) -> Value {
    json!({"type": "approval_policy_adopted", "rules": rules})
}

/// The standard ledger, in which entry 4 enrols an admin, a preparer and two approvers; purchases above 50,000 need one
/// approval, loans two and the board.
pub(crate) fn four_eyes() -> Ledger {
    let people = vec![
        enrolled("admin-1", ADMIN, &["admin"]),
        enrolled("controller-1", CONTROLLER, &["preparer"]),
        enrolled("cfo-1", CFO, &["approver"]),
        enrolled("treasurer-1", TREASURER, &["approver", "preparer"]),
        policy(vec![rule("treasury", Some("50000.00"), 1, false), rule("loan", None, 2, true)]),
    ];
    let words = "admin-1, controller-1 as preparer, cfo-1 and treasurer-1 as approvers enrolled; treasury above 50,000 needs an approval, loans two and the board";
    standard().by("admin-1", ADMIN).and("2026-01-02", words, people).by("controller-1", CONTROLLER)
}

/// The hash of an entry.
pub(crate) fn hash(payload: &Value) -> String {
    Payload::from(Entry::from_json(&payload.to_string()).unwrap()).hash().to_string()
}

/// An entry by an actor, to be proposed.
pub(crate) fn payload(actor: &str, id: u32, effective: &str, events: Vec<Value>) -> Value {
    json!({"id": format!("00000000-0000-4000-9000-{id:012}"), "effective": effective, "actor": actor,
        "events": events})
}

pub(crate) fn proposed(payload: &Value, approvals: u8, board: bool) -> Value {
    json!({"type": "entry_proposed", "payload": payload, "hash": hash(payload), "approvals": approvals, "board": board})
}

pub(crate) fn approved(proposal: u64, payload: &Value) -> Value {
    json!({"type": "entry_approved", "proposal": proposal, "hash": hash(payload)})
}

pub(crate) fn purchase() -> Value {
    payload("controller-1", 1, "2026-02-10", vec![bought("1", "60000.00", "0")])
}

/// Entry 5 proposes a purchase of 60,000.
pub(crate) fn one_waits() -> Ledger {
    let words = "controller-1 proposes to buy 1 BTC for 60,000.00";
    four_eyes().and("2026-02-10", words, vec![proposed(&purchase(), 1, false)])
}

/// The same, with the next entry by somebody else.
pub(crate) fn one_waits_for(actor: &'static str, signer: Signer) -> Ledger {
    one_waits().by(actor, signer)
}

rules! {
    fn adopting_an_approval_policy_posts_nothing() {
        let rules = vec![rule("treasury", Some("50000.00"), 1, false), rule("loan", None, 2, true)];
        let first = vec![
            enrolled("admin-1", ADMIN, &["admin"]),
            enrolled("cfo-1", CFO, &["approver"]),
            enrolled("treasurer-1", LENT, &["approver"]),
            policy(rules),
        ];
        given(standard().by("admin-1", ADMIN)).when_each("2026-01-02", first).posts(expect![[r#"
            us-gaap, tax: Actor enrolled
              nothing
            us-gaap, tax: Actor enrolled
              nothing
            us-gaap, tax: Actor enrolled
              nothing
            us-gaap, tax: Approval policy adopted
              nothing
        "#]])
    }

    fn a_proposal_posts_nothing() {
        given(four_eyes()).when("2026-02-10", proposed(&purchase(), 1, false)).posts(expect![[r#"
            us-gaap, tax: Entry proposed
              nothing
        "#]])
    }

    fn the_last_approval_posts_what_was_proposed() {
        given(one_waits_for("cfo-1", CFO)).when("2026-02-12", approved(5, &purchase())).posts(expect![[r#"
            us-gaap, tax: Coins bought
              Dr 1210 Bitcoin, operating [cold]                                60,000.00                    1.00000000 BTC
                 Cr 1010 Cash [bank]                                                         60,000.00
        "#]])
    }

    fn an_approval_that_is_not_the_last_posts_nothing() {
        let twice = proposed(&purchase(), 2, false);
        let ledger = four_eyes().and("2026-02-10", "controller-1 proposes a purchase, asking for two approvals", vec![twice]);
        given(ledger.by("cfo-1", CFO)).when("2026-02-12", approved(5, &purchase())).posts(expect![[r#"
            us-gaap, tax: Entry approved
              nothing
        "#]])
    }

    fn a_rejection_posts_nothing() {
        let rejected = json!({"type": "entry_rejected", "proposal": 5, "reason": "the price is not the one agreed"});
        given(one_waits_for("cfo-1", CFO)).when("2026-02-12", rejected).posts(expect![[r#"
            us-gaap, tax: Entry rejected
              nothing
        "#]])
    }
}
