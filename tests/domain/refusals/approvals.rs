//! What one person cannot record alone, and who may not approve of what.

use serde_json::{Value, json};

use super::{Case, case};
use crate::posting_rules::approvals::{
    approved, four_eyes, one_waits, one_waits_for, payload, policy, proposed, purchase, rule,
};
use crate::posting_rules::json::{bought, with};
use crate::posting_rules::ledger::{Ledger, standard};
use crate::posting_rules::people::{ADMIN, CFO, CONTROLLER, LENT, TREASURER, enrolled};

const DAY: &str = "2026-02-10";

fn by_controller(code: &'static str, what: &'static str, event: Value, message: &'static str) -> Case {
    case(code, what, four_eyes(), DAY, vec![event], message)
}

fn by_cfo(code: &'static str, what: &'static str, event: Value, message: &'static str) -> Case {
    case(code, what, one_waits_for("cfo-1", CFO), DAY, vec![event], message)
}

fn wallet() -> Value {
    json!({"type": "wallet_opened", "wallet": "vault", "kind": "cold", "commodity": "BTC"})
}

fn alone() -> Vec<Case> {
    vec![
        by_controller(
            "NEEDS_APPROVAL",
            "a wallet is opened by one person",
            wallet(),
            "wallet_opened needs an approval by another actor, once anybody is enrolled",
        ),
        by_controller(
            "NEEDS_APPROVAL",
            "a purchase is recorded directly above the amount of the policy",
            bought("1", "60000.00", "0"),
            "coins_bought needs an approval by another actor, by the policy of entry 4: it debits 60,000.00",
        ),
        by_controller(
            "NEEDS_APPROVAL",
            "an event is recorded directly whose family always needs approvals",
            json!({"type": "interest_accrued", "facility": "f1", "through": "2026-02-10"}),
            "interest_accrued needs an approval by another actor, by the policy of entry 4",
        ),
        case(
            "NEEDS_APPROVAL",
            "a policy is adopted by one person",
            four_eyes().by("admin-1", ADMIN),
            DAY,
            vec![policy(Vec::new())],
            "approval_policy_adopted needs an approval by another actor, once anybody is enrolled",
        ),
        case(
            "NOBODY_TO_APPROVE",
            "an entry is proposed where nobody is enrolled",
            standard(),
            DAY,
            vec![proposed(&purchase(), 1, false)],
            "nobody is enrolled, so nobody could approve what another proposes",
        ),
        case(
            "TOO_FEW_APPROVERS",
            "a policy asks for more approvals than there are approvers",
            standard().by("admin-1", ADMIN),
            DAY,
            vec![
                enrolled("admin-1", ADMIN, &["admin"]),
                enrolled("cfo-1", CFO, &["approver"]),
                policy(vec![rule("loan", None, 2, false)]),
            ],
            "a rule asks for 2 approvals, and 1 actors with a key in force are approvers",
        ),
    ]
}

fn proposals() -> Vec<Case> {
    let of = |event: Value| payload("controller-1", 2, DAY, vec![event]);
    let nested = of(proposed(&purchase(), 1, false));
    let other = payload("cfo-1", 2, DAY, vec![bought("1", "60000.00", "0")]);
    let loan = of(json!({"type": "facility_retired", "facility": "f1"}));
    let too_much = of(bought("1", "60000000.00", "0"));
    vec![
        by_controller(
            "NOT_TO_BE_PROPOSED",
            "a proposal is proposed",
            proposed(&nested, 1, false),
            "entry_proposed cannot be proposed",
        ),
        by_controller(
            "PROPOSED_FOR_ANOTHER",
            "an entry is proposed that names another actor",
            proposed(&other, 1, false),
            "the entry names cfo-1 as who records it, and controller-1 proposes it",
        ),
        by_controller(
            "PAYLOAD_HASH_DIFFERS",
            "the hash of a proposal is that of another entry",
            with(proposed(&purchase(), 1, false), json!({"hash": "00".repeat(32)})),
            OTHER_HASH,
        ),
        by_controller(
            "ASKS_TOO_LITTLE",
            "a loan is proposed that asks for one approval",
            proposed(&loan, 1, false),
            "the proposal asks for 1 approvals; what it proposes needs 2 and a resolution of the board",
        ),
        by_controller(
            "ROLE_NOT_HELD",
            "a preparer proposes what only an admin records",
            proposed(&of(enrolled("controller-2", LENT, &["preparer"])), 1, false),
            "controller-1 is not admin, who may record actor_enrolled",
        ),
        by_controller(
            "MONEY_SHORT",
            "a purchase is proposed for which there is no money",
            proposed(&too_much, 1, false),
            "wallet bank holds 1,000,000 USD on 2026-02-10, 59,000,000 less than the 60,000,000 to be paid",
        ),
        case(
            "PROPOSAL_STANDS_ALONE",
            "a proposal has something beside it",
            four_eyes(),
            DAY,
            vec![proposed(&purchase(), 1, false), bought("0.1", "6000.00", "0")],
            "a proposal, an approval and a rejection share their entry with nothing else",
        ),
        case(
            "ID_PROPOSED",
            "an entry is proposed twice",
            one_waits(),
            DAY,
            vec![proposed(&purchase(), 1, false)],
            "the id 00000000-0000-4000-9000-000000000001 is that of what entry 5 proposed",
        ),
        case(
            "ID_PROPOSED",
            "an entry is recorded that waits for approvals",
            one_waits(),
            DAY,
            vec![bought("0.1", "6000.00", "0")],
            "the id 00000000-0000-4000-9000-000000000001 is that of what entry 5 proposed",
        )
        .saying(json!({"id": "00000000-0000-4000-9000-000000000001"})),
        by_controller(
            "ID_REUSED",
            "an entry is proposed that was recorded",
            proposed(&with(purchase(), json!({"id": "00000000-0000-4000-8000-000000000003"})), 1, false),
            "entry 3 has the id 00000000-0000-4000-8000-000000000003 and other content",
        ),
    ]
}

const OTHER_HASH: &str = "the payload has the hash 6fa6ca510f0c3321f3e9463d74a6cf8fe0170ca675e2ab3823ce6810aa42f6d5, not 0000000000000000000000000000000000000000000000000000000000000000";

fn approvals() -> Vec<Case> {
    let rejected = json!({"type": "entry_rejected", "proposal": 5, "reason": "too dear"});
    let twice = || {
        let words =
            "controller-1 proposes to buy 1 BTC for 60,000.00, asking for two approvals and the board";
        let asked = four_eyes().and(DAY, words, vec![proposed(&purchase(), 2, true)]);
        asked.by("cfo-1", CFO).and(DAY, "cfo-1 approves", vec![approved(5, &purchase())])
    };
    let settled = one_waits().by("cfo-1", CFO).and(DAY, "cfo-1 rejects it", vec![rejected.clone()]);
    let own = {
        let of = payload("treasurer-1", 1, DAY, vec![bought("1", "60000.00", "0")]);
        let given = four_eyes().by("treasurer-1", TREASURER);
        let given =
            given.and(DAY, "treasurer-1 proposes to buy 1 BTC for 60,000.00", vec![proposed(&of, 1, false)]);
        case(
            "OWN_PROPOSAL",
            "an approver approves of what they propose",
            given,
            DAY,
            vec![approved(5, &of)],
            "treasurer-1 proposed entry 5, and another must approve of it",
        )
    };
    vec![
        own,
        by_cfo(
            "UNKNOWN_PROPOSAL",
            "an entry is approved that is no proposal",
            approved(3, &purchase()),
            "entry 3 is no proposal",
        ),
        case(
            "PROPOSAL_SETTLED",
            "what was rejected is approved",
            settled,
            DAY,
            vec![approved(5, &purchase())],
            "proposal 5 was rejected by entry 6",
        ),
        by_cfo(
            "OTHER_PAYLOAD",
            "an approval is of another payload",
            with(approved(5, &purchase()), json!({"hash": "00".repeat(32)})),
            OTHER_PAYLOAD,
        ),
        case(
            "APPROVED_TWICE",
            "an approver approves twice",
            twice(),
            DAY,
            vec![approved(5, &purchase())],
            "cfo-1 approved of proposal 5 by entry 6, and counts once",
        ),
        case(
            "BOARD_MISSING",
            "the last approval names no resolution of the board that is asked for",
            twice().by("treasurer-1", TREASURER),
            DAY,
            vec![approved(5, &purchase())],
            "proposal 5 asks for a resolution of the board, and no approval names one",
        ),
        case(
            "ROLE_NOT_HELD",
            "an admin approves of a purchase",
            one_waits_for("admin-1", ADMIN),
            DAY,
            vec![approved(5, &purchase())],
            "admin-1 is not approver, who may record entry_approved",
        ),
        case(
            "ROLE_NOT_HELD",
            "an admin rejects a purchase",
            one_waits_for("admin-1", ADMIN),
            DAY,
            vec![rejected],
            "admin-1 is not approver, who may record entry_rejected",
        ),
        case(
            "MONEY_SHORT",
            "a purchase is approved for which the money is gone",
            spent(),
            DAY,
            vec![approved(5, &purchase())],
            "wallet bank holds 40,000 USD on 2026-02-10, 20,000 less than the 60,000 to be paid",
        ),
    ]
}

const OTHER_PAYLOAD: &str = "proposal 5 has the hash 6fa6ca510f0c3321f3e9463d74a6cf8fe0170ca675e2ab3823ce6810aa42f6d5, and the approval names 0000000000000000000000000000000000000000000000000000000000000000";

/// While a purchase waits, the money is spent by others that are proposed and approved of.
fn spent() -> Ledger {
    let other = payload("controller-1", 2, DAY, vec![bought("16", "960000.00", "0")]);
    let waits = one_waits().and(
        DAY,
        "controller-1 proposes to buy 16 BTC for 960,000.00",
        vec![proposed(&other, 1, false)],
    );
    waits.by("cfo-1", CFO).and(DAY, "cfo-1 approves of that", vec![approved(6, &other)])
}

/// The first enrolment limits the controller to 10,000 an entry and to three families, and the approver to 50,000.
fn limited() -> Ledger {
    let limit = |who: Value, limits: Value| with(who, json!({"limits": limits}));
    let people = vec![
        enrolled("admin-1", ADMIN, &["admin"]),
        limit(
            enrolled("controller-1", CONTROLLER, &["preparer"]),
            json!({"families": ["treasury", "books", "mining"], "amount": "10000.00"}),
        ),
        limit(enrolled("cfo-1", CFO, &["approver"]), json!({"families": [], "amount": "50000.00"})),
    ];
    let words = "admin-1 enrolled; controller-1 as preparer, limited to treasury, books, mining and 10,000; cfo-1 as approver, limited to 50,000";
    standard().by("admin-1", ADMIN).and("2026-01-02", words, people).by("controller-1", CONTROLLER)
}

fn limits() -> Vec<Case> {
    let waits = limited().and(
        DAY,
        "controller-1 proposes to buy 1 BTC for 60,000.00",
        vec![proposed(&purchase(), 1, false)],
    );
    let enrolment = |limits: Value| {
        vec![
            enrolled("admin-1", ADMIN, &["admin"]),
            with(enrolled("cfo-1", CFO, &["approver"]), json!({"limits": limits})),
        ]
    };
    let first = |code, what, limits: Value, message| {
        case(code, what, standard().by("admin-1", ADMIN), DAY, enrolment(limits), message)
    };
    let policies = |code, what, rules: Vec<Value>, message| {
        let event = payload("admin-1", 3, DAY, vec![policy(rules)]);
        case(code, what, four_eyes().by("admin-1", ADMIN), DAY, vec![proposed(&event, 1, false)], message)
    };
    vec![
        case(
            "OVER_ACTOR_LIMIT",
            "an actor records more than their limit",
            limited(),
            DAY,
            vec![bought("1", "60000.00", "0")],
            "controller-1 is limited to 10,000.00 an entry, and it debits 60,000.00",
        ),
        case(
            "OVER_ACTOR_LIMIT",
            "an actor approves of more than their limit",
            waits.by("cfo-1", CFO),
            DAY,
            vec![approved(5, &purchase())],
            "cfo-1 is limited to 50,000.00 an entry, and it debits 60,000.00",
        ),
        case(
            "FAMILY_NOT_HELD",
            "an actor records an event of a family that they are not limited to",
            limited(),
            DAY,
            vec![json!({"type": "interest_accrued", "facility": "f1", "through": "2026-02-10"})],
            "controller-1 is limited to treasury, books, mining, and interest_accrued is of the family loan",
        ),
        first(
            "NEGATIVE",
            "the limit of an actor is below zero",
            json!({"families": [], "amount": "-1.00"}),
            "the limit of an actor must not be negative: -1",
        ),
        first(
            "NAMED_TWICE",
            "an actor is limited to a family twice",
            json!({"families": ["loan", "loan"]}),
            "the family loan is named twice",
        ),
        policies(
            "NOT_POSITIVE",
            "a rule asks for no approval",
            vec![rule("loan", None, 0, false)],
            "the approvals of a rule must be above zero, not 0",
        ),
        policies(
            "NEGATIVE",
            "a rule holds above less than nothing",
            vec![rule("loan", Some("-1.00"), 1, false)],
            "the amount of a rule must not be negative: -1",
        ),
        policies(
            "NAMED_TWICE",
            "a policy has a rule twice",
            vec![rule("loan", None, 1, false), rule("loan", None, 2, false)],
            "the rule for loan is named twice",
        ),
    ]
}

pub(crate) fn cases() -> Vec<Case> {
    [alone(), proposals(), approvals(), limits()].into_iter().flatten().collect()
}
