//! What is refused of statements, of comparisons with them, and of answers to what those find.

use ledger_core::decide::Signer;
use serde_json::{Value, json};

use super::{Case, case};
use crate::posting_rules::json::{bought, with};
use crate::posting_rules::ledger::{Ledger, standard};
use crate::posting_rules::reconciliation::{
    BREAK, HASH, compared, explained, run, signed_off, stated, statement,
};

fn at_end(
    code: &'static str,
    what: &'static str,
    given: Ledger,
    event: Value,
    message: &'static str,
) -> Case {
    case(code, what, given, "2026-01-31", vec![event], message)
}

fn of_facility(part: Value, commodity: &str) -> Value {
    let account = json!({"account": {"place": {"facility": "loan"}, "commodity": commodity}});
    let mut all = with(statement(), account);
    if !part.is_null() {
        all["account"]["part"] = part;
    }
    all
}

fn with_loan() -> Ledger {
    let opened = json!({"type": "facility_opened", "facility": "loan", "lender": "lender", "kind": "revolver",
        "currency": "USD", "limit": {"amount": "1000000", "currency": "USD"}, "rate": {"fixed": "0.08"}, "day_count": "act/360",
        "count_first_day": true, "count_last_day": false, "control": "kept"});
    standard().and("2026-01-02", "the facility `loan` opened", vec![opened])
}

fn answered() -> Ledger {
    let answered = compared().and("2026-01-31", "the break explained", vec![explained()]);
    answered.by("approver-1", Signer::Nobody)
}

fn again() -> Ledger {
    let again = with(run(), json!({"matched": 9}));
    answered().and("2026-01-31", "the bank compared again", vec![again])
}

pub(super) fn cases() -> Vec<Case> {
    [statements(), comparisons(), answers()].into_iter().flatten().collect()
}

fn statements() -> Vec<Case> {
    let other = |fields| with(statement(), fields);
    vec![
        at_end(
            "STATEMENT_TWICE",
            "the same statement is recorded again",
            stated(),
            statement(),
            "that statement of bank USD was recorded by entry 4",
        ),
        at_end(
            "BLOCKS_OUT_OF_ORDER",
            "a statement of the chain that begins after it ends",
            standard(),
            other(
                json!({"chain": {"network": "main", "height": 900_000, "hash": HASH, "time": "2026-01-31T10:00:00Z",
                "after": 900_001, "descriptors": HASH}}),
            ),
            "the lines begin after block 900001, and the last block is 900000",
        ),
        at_end(
            "NOTHING_TO_REPLACE",
            "a statement takes the place of an entry that has none",
            stated(),
            other(json!({"closing": "999970", "replaces": 3})),
            "entry 3 has no statement of bank USD by this source whose place could be taken",
        ),
        at_end(
            "NOTHING_TO_REPLACE",
            "a statement takes the place of one whose place another took",
            stated().and(
                "2026-01-31",
                "another took its place",
                vec![other(json!({"closing": "999970", "replaces": 4}))],
            ),
            other(json!({"closing": "999960", "replaces": 4})),
            "entry 4 has no statement of bank USD by this source whose place could be taken",
        ),
        at_end(
            "ENDS_BEFORE_START",
            "a statement ends before it begins",
            standard(),
            other(json!({"from": "2026-02-01"})),
            "the statement ends on 2026-01-31, before 2026-02-01, when it begins",
        ),
        at_end(
            "COMPARED_AHEAD",
            "a statement of days that have not ended",
            standard(),
            other(json!({"to": "2026-02-28"})),
            "a statement through 2026-02-28 cannot be recorded on 2026-01-31",
        ),
        at_end(
            "SUBJECT_NOT_CLEAR",
            "a statement of a wallet in what it does not hold",
            standard(),
            other(json!({"account": {"place": {"wallet": "bank"}, "commodity": "BTC"}})),
            "wallet bank cannot be compared in BTC: the wallet holds something else",
        ),
        at_end(
            "SUBJECT_NOT_CLEAR",
            "a statement of a part of a wallet",
            standard(),
            other(json!({"account": {"place": {"wallet": "bank"}, "commodity": "USD", "part": "interest"}})),
            "wallet bank cannot be compared in USD: a wallet has no part",
        ),
        at_end(
            "SUBJECT_NOT_CLEAR",
            "a statement of a facility that does not say of what",
            with_loan(),
            of_facility(Value::Null, "USD"),
            "facility loan cannot be compared in USD: principal, interest or collateral is said of a facility",
        ),
        at_end(
            "SUBJECT_NOT_CLEAR",
            "a statement of principal in another currency",
            with_loan(),
            of_facility(json!("principal"), "USDT"),
            "facility loan cannot be compared in USDT: the facility owes another currency",
        ),
        at_end(
            "UNKNOWN_FACILITY",
            "a statement of a facility nobody opened",
            standard(),
            of_facility(json!("principal"), "USD"),
            "facility loan has not been opened",
        ),
        at_end(
            "BAD_TEXT",
            "a statement of nobody",
            standard(),
            other(json!({"source": ""})),
            "the source must have 1 to 100 characters",
        ),
    ]
}

fn comparisons() -> Vec<Case> {
    let found: Vec<Value> = (0..1001)
        .map(|n| {
            json!({"name": format!("{n:016x}"), "found": "unmatched_ours", "since": "2026-01-05", "units": "1",
                "source": "example-bank"})
        })
        .collect();
    let twice = standard().entry("2026-01-31", vec![run(), run()]);
    let (code, what) = ("NAMED_TWICE", "two reconciliations in one entry");
    let message = "a reconciliation in one entry is named twice";
    vec![
        at_end(
            "NO_STATEMENT",
            "an account is compared of which no statement is recorded",
            standard(),
            run(),
            "no statement of bank USD through 2026-01-31 or earlier is recorded",
        ),
        at_end(
            "COMPARED_AHEAD",
            "days are compared that have not ended",
            stated(),
            with(run(), json!({"through": "2026-02-28"})),
            "a reconciliation through 2026-02-28 cannot be recorded on 2026-01-31",
        ),
        at_end(
            "TOO_MANY_BREAKS",
            "more is left over than a person can answer for",
            stated(),
            with(run(), json!({"breaks": found})),
            "a reconciliation of 1001 breaks is none; 1000 may be recorded",
        ),
        Case { code, what, given: standard(), entry: twice, message },
    ]
}

fn answers() -> Vec<Case> {
    vec![
        at_end(
            "UNKNOWN_BREAK",
            "a break is explained that nobody found",
            stated(),
            explained(),
            "no reconciliation has found the break 0f1e2d3c4b5a6978",
        ),
        at_end(
            "UNKNOWN_ENTRY",
            "a break is said to be resolved by an entry that does not exist",
            compared(),
            with(explained(), json!({"resolved_by": 99})),
            "there is no entry 99",
        ),
        at_end(
            "NOT_A_RUN",
            "an entry is signed off that compared nothing",
            compared(),
            signed_off(3),
            "entry 3 is no reconciliation",
        ),
        at_end(
            "BREAKS_OPEN",
            "a reconciliation is signed off while a break is not explained",
            compared().by("approver-1", Signer::Nobody),
            signed_off(5),
            "1 breaks of bank USD are not explained, the first is 0f1e2d3c4b5a6978",
        ),
        at_end(
            "SIGNED_BY_PREPARER",
            "whoever compared signs off as well",
            answered().by("controller-1", Signer::Nobody),
            signed_off(5),
            "controller-1 recorded entry 5, which another actor signs off",
        ),
        at_end(
            "SIGNED_OFF_ALREADY",
            "a reconciliation is signed off twice",
            answered().and("2026-01-31", "signed off by approver-1", vec![signed_off(5)]),
            signed_off(5),
            "the reconciliation of entry 5 was signed off by entry 7",
        ),
        at_end(
            "RUN_SUPERSEDED",
            "a reconciliation is signed off after the account was compared again",
            again(),
            signed_off(5),
            "bank USD was compared again by entry 7",
        ),
        case(
            "NOT_READY_TO_CLOSE",
            "a period is closed whose reconciliation nobody signed off",
            compared(),
            "2026-01-31",
            vec![compared().close("2026-01-31")],
            "book us-gaap cannot be closed through 2026-01-31: the reconciliation of bank USD through 2026-01-31 (entry 5) is not signed off (reconciliations)",
        ),
        case(
            "NOT_READY_TO_CLOSE",
            "a period is closed beyond what is reconciled",
            answered().and("2026-01-31", "signed off by approver-1", vec![signed_off(5)]),
            "2026-02-28",
            vec![answered().close("2026-02-28")],
            "book us-gaap cannot be closed through 2026-02-28: bank USD is reconciled through 2026-01-31 only (reconciliations)",
        ),
        at_end(
            "BAD_TEXT",
            "a break is explained by nothing",
            compared(),
            with(explained(), json!({"reason": ""})),
            "the reason must have 1 to 500 characters",
        ),
    ]
}

#[test]
fn a_reconciliation_signed_off_by_another_lets_the_period_close() {
    let signed = answered().and("2026-01-31", "signed off", vec![signed_off(5)]);
    let mut closed = signed.and_closed("2026-01-31");
    let late = closed.entry("2026-01-20", vec![bought("1", "60000.00", "0")]);
    assert_eq!(closed.consider(&late).unwrap_err().code(), "PERIOD_CLOSED");
    assert_eq!(BREAK, "0f1e2d3c4b5a6978");
}
