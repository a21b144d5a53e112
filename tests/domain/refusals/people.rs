//! Who may not record, and what an enrolment or a revocation may not say.

use ledger_core::decide::Signer;
use serde_json::{Value, json};

use super::{Case, case};
use crate::posting_rules::approvals::{payload, proposed};
use crate::posting_rules::json::{bought, with};
use crate::posting_rules::ledger::{Ledger, standard};
use crate::posting_rules::people::{ADMIN, CFO, CONTROLLER, LENT, enrolled, key, peopled, revoked};

const DAY: &str = "2026-02-10";

/// The standard ledger, for whoever enrols its first actors.
fn nobody_yet() -> Ledger {
    standard().by("admin-1", ADMIN)
}

fn first(what: &'static str, given: Ledger, events: Vec<Value>, message: &'static str) -> Case {
    case("FIRST_ENROLMENT", what, given, DAY, events, message)
}

fn admin_and_controller() -> Vec<Value> {
    vec![enrolled("admin-1", ADMIN, &["admin"]), enrolled("controller-1", CONTROLLER, &["preparer"])]
}

fn a_purchase(code: &'static str, what: &'static str, given: Ledger, message: &'static str) -> Case {
    case(code, what, given, DAY, vec![bought("1", "60000.00", "0")], message)
}

fn signatures() -> Vec<Case> {
    vec![
        a_purchase(
            "SIGNATURE_MISSING",
            "an entry is not signed once actors are enrolled",
            peopled().by("controller-1", Signer::Nobody),
            "the entry is not signed: since actors are enrolled, controller-1 signs what controller-1 records",
        ),
        a_purchase(
            "SIGNATURE_INVALID",
            "a signature is over something else",
            peopled().by("controller-1", Signer::Invalid("another entry was signed")),
            "the signature is none of controller-1 over this entry: another entry was signed",
        ),
        a_purchase(
            "SIGNATURE_INVALID",
            "a signature is over something else, and nobody is enrolled",
            standard().by("controller-1", Signer::Invalid("another entry was signed")),
            "the signature is none of controller-1 over this entry: another entry was signed",
        ),
        a_purchase(
            "SIGNER_NOT_ENROLLED",
            "an entry is signed by another actor's key",
            peopled().by("controller-1", ADMIN),
            "the key that signs is not enrolled for controller-1",
        ),
        a_purchase(
            "SIGNER_NOT_ENROLLED",
            "an entry is signed while nobody is enrolled",
            standard().by("controller-1", CONTROLLER),
            "the key that signs is not enrolled for controller-1",
        ),
        a_purchase(
            "KEY_REVOKED",
            "an entry is signed by a key that was revoked",
            without_controller().by("controller-1", CONTROLLER),
            "the key that signs was controller-1's until entry 5 revoked it",
        ),
        a_purchase(
            "SIGNER_NOT_ENROLLED",
            "an entry is rehearsed whose actor has no key left to sign it with",
            without_controller().by("controller-1", Signer::Later),
            "the key that signs is not enrolled for controller-1",
        ),
        a_purchase(
            "UNKNOWN_ACTOR",
            "an actor records who was not enrolled",
            peopled().by("controller-2", LENT),
            "controller-2 has not been enrolled, and once anybody is, only those enrolled record",
        ),
        a_purchase(
            "ROLE_NOT_HELD",
            "an admin records what happened",
            peopled().by("admin-1", ADMIN),
            "admin-1 is not preparer, who may record coins_bought",
        ),
        case(
            "ROLE_NOT_HELD",
            "a preparer revokes an actor",
            peopled().by("controller-1", CONTROLLER),
            DAY,
            vec![revoked("admin-1")],
            "controller-1 is not admin, who may record actor_revoked",
        ),
    ]
}

/// Entry 5 revokes the controller.
fn without_controller() -> Ledger {
    peopled().by("admin-1", ADMIN).and("2026-01-03", "controller-1 revoked", vec![revoked("controller-1")])
}

/// What would leave nobody who could enrol anybody.
fn lockouts() -> Vec<Case> {
    let locks = |what, given, events| {
        let message = "nobody could be enrolled any more: an admin proposes that, and 1 of the others, approvers or admins, must approve";
        case("NOBODY_COULD_ENROL", what, given, DAY, events, message)
    };
    let two_admins = vec![enrolled("admin-1", ADMIN, &["admin"]), enrolled("admin-2", LENT, &["admin"])];
    vec![
        locks(
            "the first enrolment enrols nobody who could approve another",
            nobody_yet(),
            admin_and_controller(),
        ),
        locks(
            "an admin of two revokes their own key, and there is no approver",
            nobody_yet().and(
                "2026-01-02",
                "admin-1 and admin-2 enrolled as admins; admin-1 signs it",
                two_admins,
            ),
            vec![revoked("admin-1")],
        ),
        locks(
            "it is proposed that the only approver be none any more",
            peopled().by("admin-1", ADMIN),
            vec![proposed(
                &payload("admin-1", 9, DAY, vec![enrolled("controller-1", CFO, &["preparer"])]),
                1,
                false,
            )],
        ),
    ]
}

fn enrolments() -> Vec<Case> {
    let mut by_another = admin_and_controller();
    by_another.swap(0, 1);
    vec![
        first(
            "the first enrolment enrols one actor",
            nobody_yet(),
            vec![enrolled("admin-1", ADMIN, &["admin"])],
            "the first enrolment: it must enrol two actors at least, in one entry",
        ),
        first(
            "the first enrolment enrols no admin",
            nobody_yet(),
            vec![
                enrolled("admin-1", ADMIN, &["auditor"]),
                enrolled("controller-1", CONTROLLER, &["preparer"]),
            ],
            "the first enrolment: one of those enrolled must be admin",
        ),
        first(
            "the first enrolment revokes somebody",
            nobody_yet(),
            [admin_and_controller(), vec![revoked("controller-1")]].concat(),
            "the first enrolment: nobody can be revoked by it",
        ),
        first(
            "the first enrolment is recorded by whom it does not make admin",
            standard().by("controller-1", CONTROLLER),
            by_another,
            "the first enrolment: its own actor must be an admin whom it enrols",
        ),
        case(
            "SIGNATURE_MISSING",
            "the first enrolment is not signed",
            standard().by("admin-1", Signer::Nobody),
            DAY,
            admin_and_controller(),
            "the entry is not signed: since actors are enrolled, admin-1 signs what admin-1 records",
        ),
        case(
            "NEEDS_APPROVAL",
            "an admin enrols another actor alone",
            peopled().by("admin-1", ADMIN),
            DAY,
            vec![enrolled("controller-2", LENT, &["preparer"])],
            "actor_enrolled needs an approval by another actor, once anybody is enrolled",
        ),
        case(
            "NEEDS_APPROVAL",
            "an admin opens a closed period again alone",
            peopled().by("admin-1", ADMIN),
            DAY,
            vec![json!({"type": "period_reopened", "from": "2026-01-01", "reason": "a late invoice"})],
            "period_reopened needs an approval by another actor, once anybody is enrolled",
        ),
        case(
            "KEY_TWICE",
            "two actors share a key",
            nobody_yet(),
            DAY,
            vec![enrolled("admin-1", ADMIN, &["admin"]), enrolled("controller-1", ADMIN, &["preparer"])],
            "the key was enrolled for admin-1 by entry 4; a key is enrolled once",
        ),
        case(
            "EMPTY",
            "an actor is enrolled without a role",
            nobody_yet(),
            DAY,
            [admin_and_controller(), vec![enrolled("controller-2", LENT, &[])]].concat(),
            "the roles of an actor must not be empty",
        ),
        case(
            "NAMED_TWICE",
            "an actor is enrolled with a role twice",
            nobody_yet(),
            DAY,
            [admin_and_controller(), vec![enrolled("controller-2", LENT, &["auditor", "auditor"])]].concat(),
            "the role auditor is named twice",
        ),
    ]
}

fn revocations() -> Vec<Case> {
    let by_admin = || peopled().by("admin-1", ADMIN);
    vec![
        case(
            "UNKNOWN_ACTOR",
            "an actor is revoked who was not enrolled",
            by_admin(),
            DAY,
            vec![revoked("controller-2")],
            "controller-2 has not been enrolled, and once anybody is, only those enrolled record",
        ),
        case(
            "NOTHING_TO_REVOKE",
            "an actor is revoked twice",
            without_controller(),
            DAY,
            vec![revoked("controller-1")],
            "controller-1 has no such key in force",
        ),
        case(
            "NOTHING_TO_REVOKE",
            "an actor's key is revoked that is another's",
            by_admin(),
            DAY,
            vec![with(revoked("controller-1"), json!({"key": key(ADMIN)}))],
            "controller-1 has no such key in force",
        ),
        case(
            "LAST_ADMIN",
            "the only admin is revoked",
            by_admin(),
            DAY,
            vec![revoked("admin-1")],
            "without that key of admin-1 no admin is left",
        ),
        case(
            "BAD_TEXT",
            "a revocation gives no reason",
            by_admin(),
            DAY,
            vec![with(revoked("controller-1"), json!({"reason": ""}))],
            "the reason must have 1 to 500 characters",
        ),
    ]
}

pub(crate) fn cases() -> Vec<Case> {
    [signatures(), enrolments(), lockouts(), revocations()].into_iter().flatten().collect()
}
