//! Who may record. It posts nothing; what is allowed to whom is told by the refusals.

use expect_test::expect;
use ledger_core::decide::Signer;
use ledger_core::keys::SignerKey;
use serde_json::{Value, json};

use super::ledger::{Ledger, standard};
use super::rule::given;
use super::rules;

const fn key_of(byte: u8) -> Signer {
    Signer::Key(SignerKey::of([byte; 32]))
}

/// Keys, by whose they are. The last is nobody's.
pub(crate) const ADMIN: Signer = key_of(1);
pub(crate) const CONTROLLER: Signer = key_of(2);
pub(crate) const LENT: Signer = key_of(3);
pub(crate) const CFO: Signer = key_of(4);
pub(crate) const TREASURER: Signer = key_of(5);

pub(crate) fn key(signer: Signer) -> String {
    let Signer::Key(key) = signer else { panic!("{signer:?} has no key") };
    key.to_string()
}

pub(crate) fn enrolled(actor: &str, signer: Signer, roles: &[&str]) -> Value {
    json!({"type": "actor_enrolled", "actor": actor, "key": key(signer), "roles": roles})
}

pub(crate) fn revoked(actor: &str) -> Value {
    json!({"type": "actor_revoked", "actor": actor, "reason": "left"})
}

fn first_two() -> Vec<Value> {
    vec![
        enrolled("admin-1", ADMIN, &["admin"]),
        enrolled("controller-1", CONTROLLER, &["preparer", "approver"]),
    ]
}

/// The standard ledger, in which entry 4 enrols an admin, and a preparer who may approve.
pub(crate) fn peopled() -> Ledger {
    let words = "admin-1 enrolled as admin, controller-1 as preparer and approver; admin-1 signs it";
    standard().by("admin-1", ADMIN).and("2026-01-02", words, first_two())
}

rules! {
    fn enrolling_actors_posts_nothing() {
        given(standard().by("admin-1", ADMIN)).when_each("2026-01-02", first_two()).posts(expect![[r#"
            us-gaap, tax: Actor enrolled
              nothing
            us-gaap, tax: Actor enrolled
              nothing
        "#]])
    }

    fn revoking_an_actor_posts_nothing() {
        given(peopled()).when("2026-01-03", revoked("controller-1")).posts(expect![[r#"
            us-gaap, tax: Actor revoked
              nothing
        "#]])
    }
}
