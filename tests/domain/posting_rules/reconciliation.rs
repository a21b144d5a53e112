//! Statements and what is said of them post nothing: a break that is our error is corrected by an entry of its own.

use expect_test::expect;
use ledger_core::decide::Signer;
use serde_json::{Value, json};

use super::ledger::{Ledger, standard};
use super::rule::given;
use super::rules;

pub(crate) const BREAK: &str = "0f1e2d3c4b5a6978";
pub(crate) const HASH: &str = "b5bb9d8014a0f9b1d61e21e796d78dccdf1352f23cd32812f4850b878ae4944c";

/// A statement of the bank for January, one charge short of the books.
pub(crate) fn statement() -> Value {
    json!({"type": "statement_recorded", "source": "example-bank", "account": bank(), "from": "2026-01-01",
        "to": "2026-01-31", "opening": "1000000", "closing": "999975", "sha256": HASH, "lines": 1})
}

fn bank() -> Value {
    json!({"place": {"wallet": "bank"}, "commodity": "USD"})
}

pub(crate) fn run() -> Value {
    json!({"type": "reconciliation_run", "account": bank(), "through": "2026-01-31", "rules": "usual v1",
        "matched": 0, "ours": "1000000", "outcome": HASH,
        "theirs": [{"source": "example-bank", "closing": "999975", "on": "2026-01-31"}],
        "breaks": [{"name": BREAK, "found": "unmatched_theirs", "since": "2026-01-20", "units": "-25",
            "source": "example-bank"}]})
}

pub(crate) fn explained() -> Value {
    json!({"type": "break_explained", "break": BREAK, "kind": "error_ours", "reason": "a charge not recorded"})
}

pub(crate) fn signed_off(run: u64) -> Value {
    json!({"type": "reconciliation_signed_off", "run": run})
}

pub(crate) fn stated() -> Ledger {
    standard().and("2026-01-31", "the bank's statement of January recorded", vec![statement()])
}

pub(crate) fn compared() -> Ledger {
    stated().and("2026-01-31", "the bank compared by controller-1, with one break", vec![run()])
}

rules! {
    fn receiving_a_statement_posts_nothing() {
        given(standard()).when("2026-01-31", statement()).posts(expect![[r#"
            us-gaap, tax: Statement received
              nothing
        "#]])
    }

    fn comparing_the_books_with_a_statement_posts_nothing() {
        given(stated()).when("2026-01-31", run()).posts(expect![[r#"
            us-gaap, tax: Books compared with statements
              nothing
        "#]])
    }

    fn explaining_a_break_posts_nothing() {
        given(compared()).when("2026-01-31", explained()).posts(expect![[r#"
            us-gaap, tax: Break explained
              nothing
        "#]])
    }

    fn signing_off_posts_nothing() {
        let answered = compared().and("2026-01-31", "the break explained", vec![explained()]);
        given(answered.by("approver-1", Signer::Nobody)).when("2026-01-31", signed_off(5)).posts(expect![[r#"
            us-gaap, tax: Reconciliation signed off
              nothing
        "#]])
    }
}
