//! What the ledger refuses: every code provoked, with its exact words, and a history that is as it was.
//! `docs/refusals.md` is printed from the same cases.

mod approvals;
mod arithmetic;
mod books;
mod capex;
mod coins;
mod contracts;
mod corrections;
mod derivatives;
mod entries;
mod equipment;
mod in_kind;
mod loans;
mod money;
mod opening;
mod people;
mod prices;
mod reconciliation;

use std::collections::BTreeSet;

use ledger_core::decide::Decision;
use ledger_core::entry::Entry;
use ledger_core::refusal::CODES;
use serde_json::{Value, json};

use crate::posting_rules::json::{bought, with};
use crate::posting_rules::ledger::{Ledger, standard};
use crate::posting_rules::page;

/// Codes that stand for a defect of the ledger, not for anything an entry can say.
const A_DEFECT: &[&str] = &["DOES_NOT_BALANCE"];

/// An entry that is refused.
pub(crate) struct Case {
    code: &'static str,
    /// What is wrong with it.
    what: &'static str,
    given: Ledger,
    entry: Value,
    message: &'static str,
}

/// Events that are refused on a ledger.
pub(crate) fn case(
    code: &'static str,
    what: &'static str,
    given: Ledger,
    effective: &str,
    events: Vec<Value>,
    message: &'static str,
) -> Case {
    let entry = given.entry(effective, events);
    Case { code, what, given, entry, message }
}

impl Case {
    /// With further fields of the entry.
    pub(crate) fn saying(self, fields: Value) -> Case {
        Case { entry: with(self.entry, fields), ..self }
    }

    /// What is not as expected, if anything.
    fn fault(&mut self) -> Option<String> {
        let before = state(&self.given);
        let said = match self.given.consider(&self.entry) {
            Err(refusal) => format!("{}: {refusal}", refusal.code()),
            Ok(decision) => format!("{decision:?}"),
        };
        if said != format!("{}: {}", self.code, self.message) {
            return Some(format!("{}: {said}\n{}", self.what, self.entry));
        }
        (state(&self.given) != before).then(|| format!("{}: the history changed", self.what))
    }
}

/// The standard ledger with a currency that is neither its own nor a stablecoin of it.
pub(crate) fn with_euros() -> Ledger {
    let euro = json!({"type": "commodity_declared", "code": "EUR", "scale": 2});
    standard().and("2026-01-01", "euros declared", vec![euro])
}

pub(crate) fn euros(amount: &str) -> Value {
    json!({"amount": amount, "currency": "EUR"})
}

/// Everything a history holds, to compare before and after.
pub(crate) fn state(ledger: &Ledger) -> (usize, String) {
    (ledger.history.log().len(), format!("{:?}", ledger.history.fold()))
}

fn all() -> Vec<Case> {
    let families = [
        entries::cases(),
        arithmetic::cases(),
        books::cases(),
        prices::cases(),
        opening::cases(),
        coins::cases(),
        in_kind::cases(),
        derivatives::cases(),
        loans::cases(),
        money::cases(),
        capex::cases(),
        equipment::cases(),
        contracts::cases(),
        corrections::cases(),
        people::cases(),
        approvals::cases(),
        reconciliation::cases(),
    ];
    families.into_iter().flatten().collect()
}

#[test]
fn every_refusal_says_what_is_the_case_and_changes_nothing() {
    let mut cases = all();
    assert_eq!(cases.len(), CASES);
    let faults: Vec<_> = cases.iter_mut().filter_map(Case::fault).collect();
    assert!(faults.is_empty(), "{}", faults.join("\n\n"));
}

const CASES: usize = 481;

#[test]
fn every_code_is_provoked() {
    let provoked: BTreeSet<&str> = all().iter().map(|case| case.code).collect();
    let silent: Vec<_> = CODES.iter().filter(|code| !provoked.contains(*code)).collect();
    let silent: Vec<_> = silent.into_iter().filter(|code| !A_DEFECT.contains(code)).collect();
    assert!(silent.is_empty(), "no entry provokes {silent:?}");
}

const HEAD: &str = "# Refusals

What the ledger refuses, by code: the case, what was to be recorded, and the words. Printed from the tests
(`tests/domain/refusals`), which also hold that a refused entry changes nothing. Written anew by
`UPDATE_DOCS=1 cargo test -p ledger-core --test domain`.

Codes never change. What can be done about a refusal is said by the command that meets it. `DOES_NOT_BALANCE` is not
here: it stands for a defect of the ledger, which no entry may bring to light.
";

#[test]
fn the_page_of_refusals_is_printed_from_these_cases() {
    let cases = all();
    let mut text = HEAD.to_owned();
    for code in CODES {
        let of_code: Vec<_> = cases.iter().filter(|case| case.code == *code).collect();
        if of_code.is_empty() {
            continue;
        }
        text.push_str(&format!("\n## {code}\n"));
        for case in of_code {
            text.push_str(&format!("\n### {}\n\n", page::sentence(case.what)));
            case.given.told.iter().for_each(|told| text.push_str(&format!("- {told}\n")));
            let day = case.entry["effective"].as_str().unwrap();
            text.push_str(&format!("- {day}:\n\n```json\n{}```\n\n> {}\n", shown(&case.entry), case.message));
        }
    }
    page::is_up_to_date("refusals.md", &text);
}

/// The events, one a line, and what else of the entry is out of the ordinary.
fn shown(entry: &Value) -> String {
    let mut text = String::new();
    for field in ["id", "actor", "occurred", "memo", "evidence"] {
        let is = |ordinary: &str| entry[field].as_str().is_some_and(|text| text.contains(ordinary));
        let ordinary = (field == "id" && is("-4000-8000-")) || (field == "actor" && is("controller-1"));
        if !entry[field].is_null() && !ordinary {
            text.push_str(&format!("{}\n", json!({field: entry[field]})));
        }
    }
    let events = entry["events"].as_array().cloned().unwrap_or_default();
    events.iter().for_each(|event| text.push_str(&format!("{event}\n")));
    if events.is_empty() {
        text.push_str("{\"events\":[]}\n");
    }
    text
}

#[test]
fn the_same_entry_again_is_recorded_already() {
    let mut ledger = standard();
    let before = state(&ledger);
    let again = ledger.history.log()[2].entry.to_json();
    assert!(matches!(ledger.consider(&again), Ok(Decision::AlreadyRecorded(3))));
    assert_eq!(state(&ledger), before);
    // The same amount spelt otherwise is the same entry.
    let respelt: Value =
        serde_json::from_str(&again.to_string().replace("\"1000000\"", "\"1000000.00\"")).unwrap();
    assert_ne!(respelt, again);
    assert!(matches!(ledger.consider(&respelt), Ok(Decision::AlreadyRecorded(3))));
}

#[test]
fn what_was_refused_may_be_recorded_once_it_is_right() {
    let mut ledger = standard();
    let wrong = ledger.entry("2026-01-05", vec![bought("1", "2000000.00", "0")]);
    assert!(ledger.consider(&wrong).is_err());
    let right = ledger.entry("2026-01-05", vec![bought("1", "60000.00", "0")]);
    assert_eq!(wrong["id"], right["id"]);
    assert!(matches!(ledger.consider(&right), Ok(Decision::Accepted(_))));
}

#[test]
fn what_was_accepted_and_not_appended_leaves_no_trace() {
    let mut ledger = standard();
    let before = state(&ledger);
    let bought = ledger.entry("2026-01-05", vec![bought("1", "60000.00", "0")]);
    assert!(ledger.consider(&bought).is_ok());
    assert_ne!(state(&ledger), before);
    ledger.history.withdraw();
    assert_eq!(state(&ledger), before);
    // Another entry considered in its stead does the same.
    assert!(ledger.consider(&bought).is_ok());
    let refused = ledger.entry("2026-01-05", Vec::new());
    assert!(ledger.consider(&refused).is_err());
    assert_eq!(state(&ledger), before);
}

/// A value of the wrong shape is no entry at all: a list would otherwise pass for an object by position.
#[test]
fn what_is_no_object_where_one_is_expected_is_no_entry() {
    let expected = "events[0].paid: expected an object with `amount`, `currency`";
    for (paid, fault) in [
        (json!(null), expected),
        (json!(["60000.00", "USD"]), expected),
        (json!("60000.00"), expected),
        (json!({}), "events[0].paid: the field `amount` is missing"),
    ] {
        let entry = standard().entry("2026-01-05", vec![with(bought("1", "0", "0"), json!({"paid": paid}))]);
        assert_eq!(Entry::from_json(&entry.to_string()).unwrap_err().to_string(), fault, "{paid}");
    }
}
