//! A month of synthetic statements of a bank, an exchange, a custodian and a lender, made from a ledger, with fifty breaks
//! planted in them. All are found, as what they are, and nothing else is.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::reconciled;
use crate::sandbox::{Sandbox, entry};

/// The month: a line of the books a day in each account, and some more.
const LINES: u32 = 60;

/// What is planted in an account: at which line, and as what it must be found.
struct Planted {
    account: &'static str,
    source: &'static str,
    breaks: &'static [(u32, &'static str)],
}

/// Lines 59 and 60 are of the last days, of which the other side may not know yet.
const ALL: &[Planted] = &[
    Planted {
        account: "bank",
        source: "example-bank",
        breaks: &[
            (3, "amount_differs"),
            (5, "unmatched_ours"),
            (8, "unmatched_theirs"),
            (11, "duplicate_theirs"),
            (14, "duplicate_ours"),
            (17, "amount_differs"),
            (20, "unmatched_ours"),
            (23, "unmatched_theirs"),
            (26, "duplicate_theirs"),
            (30, "missing_statement"),
            (40, "amount_differs"),
            (45, "unmatched_theirs"),
            (59, "ours_not_theirs"),
            (60, "theirs_not_ours"),
        ],
    },
    Planted {
        account: "exchange",
        source: "example-exchange",
        breaks: &[
            (2, "unmatched_theirs"),
            (4, "amount_differs"),
            (6, "duplicate_ours"),
            (9, "unmatched_ours"),
            (12, "duplicate_theirs"),
            (15, "amount_differs"),
            (18, "unmatched_theirs"),
            (21, "unmatched_ours"),
            (24, "duplicate_ours"),
            (27, "amount_differs"),
            (30, "missing_statement"),
            (42, "duplicate_theirs"),
            (59, "theirs_not_ours"),
            (60, "ours_not_theirs"),
        ],
    },
    Planted {
        account: "custodian",
        source: "example-custodian",
        breaks: &[
            (1, "opening_differs"),
            (4, "unmatched_ours"),
            (7, "unmatched_theirs"),
            (10, "amount_differs"),
            (13, "amount_differs"),
            (16, "duplicate_theirs"),
            (19, "duplicate_ours"),
            (22, "unmatched_theirs"),
            (25, "unmatched_ours"),
            (28, "amount_differs"),
            (44, "duplicate_ours"),
            (59, "ours_not_theirs"),
            (60, "balance_differs"),
        ],
    },
    Planted {
        account: "loan/principal",
        source: "lender",
        breaks: &[
            (5, "amount_differs"),
            (9, "unmatched_ours"),
            (13, "unmatched_theirs"),
            (17, "duplicate_theirs"),
            (21, "amount_differs"),
            (25, "unmatched_theirs"),
            (29, "duplicate_theirs"),
            (47, "unmatched_ours"),
            (60, "balance_differs"),
        ],
    },
];

fn day(nth: u32) -> String {
    format!("2026-03-{:02}", (nth - 1) / 2 + 1)
}

/// Hundredths; amounts of different lines never meet, nor do sums of a few.
fn amount(nth: u32) -> u64 {
    10_000 + u64::from(nth) * u64::from(nth) * 137 + u64::from(nth) * 7_919
}

fn text(hundredths: u64) -> String {
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}

/// The event by which an account receives an amount.
fn received(account: &str, units: &str) -> Value {
    match account {
        "custodian" => {
            json!({"type": "coins_bought", "to": {"wallet": "custodian"}, "commodity": "BTC", "units": units,
            "paid": {"amount": "1", "currency": "USD"}, "from": {"wallet": "treasury"}})
        }
        "loan/principal" => json!({"type": "loan_drawn", "facility": "loan", "to": {"wallet": "treasury"},
            "amount": {"amount": units, "currency": "USD"}}),
        wallet => json!({"type": "cash_received", "wallet": wallet, "category": "equity",
            "amount": {"amount": units, "currency": "USD"}}),
    }
}

fn ledger() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.run(&["init", "--entity", "Example", "--on", "2026-01-01", "--actor", "controller-1"]).exits(0);
    let wallet = |name: &str, kind: &str, holds: &str, code: &str| {
        format!(r#"{{"type":"wallet_opened","wallet":"{name}","kind":"{kind}","{holds}":"{code}"}}"#)
    };
    let opened = [
        wallet("bank", "bank", "currency", "USD"),
        wallet("treasury", "bank", "currency", "USD"),
        wallet("exchange", "exchange", "currency", "USD"),
        wallet("custodian", "custodian", "commodity", "BTC"),
        r#"{"type":"party_registered","party":"lender"}"#.to_owned(),
    ];
    sandbox.append(&entry(1, "2026-01-01", &opened.join(",")));
    let loan = r#"{"type":"facility_opened","facility":"loan","lender":"lender","kind":"revolver","currency":"USD","limit":{"amount":"100000000","currency":"USD"},"rate":{"fixed":"0.08"},"day_count":"act/360","count_first_day":true,"count_last_day":false,"control":"kept"}"#;
    sandbox.append(&entry(2, "2026-01-02", &format!("{},{loan}", received("treasury", "1000000"))));
    sandbox
}

/// Records the month in the books, and writes what the other side says of it.
fn plant(sandbox: &Sandbox) {
    let mut books: Vec<(u32, String)> = Vec::new();
    let mut id = 100;
    for (which, planted) in ALL.iter().enumerate() {
        let of: BTreeMap<u32, &str> = planted.breaks.iter().copied().collect();
        let mut theirs = Vec::new();
        for nth in 1..=LINES {
            let found = of.get(&nth).copied().unwrap_or("");
            let reference = format!("{which}-REF-{nth}");
            let units = amount(nth);
            let ours = match found {
                "unmatched_theirs" | "theirs_not_ours" => 0,
                "duplicate_ours" => 2,
                _ => 1,
            };
            for _ in 0..ours {
                id += 1;
                let refs = json!({"bank": reference});
                let event = received(planted.account, &text(units));
                let line = json!({"id": format!("00000000-0000-4000-8000-{id:012}"), "effective": day(nth),
                    "actor": "controller-1", "refs": refs, "events": [event]});
                books.push((nth, line.to_string()));
            }
            let (times, other) = match found {
                "unmatched_ours" | "ours_not_theirs" => (0, units),
                "duplicate_theirs" => (2, units),
                "amount_differs" => (1, units + 9),
                _ => (1, units),
            };
            for _ in 0..times {
                theirs.push((nth, other, reference.clone()));
            }
        }
        statements(sandbox, planted, &theirs);
    }
    books.sort();
    let all: Vec<String> = books.into_iter().map(|(_, line)| line).collect();
    sandbox.run_with(&["append", "--quiet", "-"], all.join("\n").as_bytes()).exits(0);
}

/// Three statements of ten, ten and eleven days; of the second only what comes before a missing one is given.
fn statements(sandbox: &Sandbox, planted: &Planted, theirs: &[(u32, u64, String)]) {
    let misses = planted.breaks.iter().any(|(_, found)| *found == "missing_statement");
    let opens_off = planted.breaks.iter().any(|(_, found)| *found == "opening_differs");
    let ends_off = planted.breaks.iter().any(|(_, found)| *found == "balance_differs");
    let mut balance: u64 = if opens_off { 250 } else { 0 };
    let mut all = Vec::new();
    // A line every half day: 29 and 30 are of the fifteenth.
    for (number, (from, to)) in [(1, (1, 14)), (2, (15, 15)), (3, (16, 31))] {
        let opening = balance;
        let of: Vec<_> =
            theirs.iter().filter(|(nth, ..)| (from..=to).contains(&((nth - 1) / 2 + 1))).collect();
        balance += of.iter().map(|(_, units, _)| units).sum::<u64>();
        if misses && number == 2 {
            continue;
        }
        let closing = if ends_off && number == 3 { balance + 77 } else { balance };
        let lines: Vec<Value> = of
            .iter()
            .map(|(nth, units, reference)| json!({"day": day(*nth), "units": text(*units), "references": [reference]}))
            .collect();
        all.push(json!({"source": planted.source, "from": format!("2026-03-{from:02}"),
            "to": format!("2026-03-{to:02}"), "opening": text(opening), "closing": text(closing), "lines": lines,
            "number": number}));
    }
    let name = planted.account.replace('/', "-");
    sandbox.file(&format!("{name}.json"), Value::Array(all).to_string().as_bytes());
}

#[test]
fn fifty_planted_breaks_are_found_as_what_they_are_and_no_others() {
    let sandbox = ledger();
    plant(&sandbox);
    let mut planted_in_all = 0;
    for planted in ALL {
        let file = format!("{}.json", planted.account.replace('/', "-"));
        let found = reconciled(&sandbox, planted.account, &[&file], 1);
        let count = |kinds: Vec<&str>| {
            let mut counted: BTreeMap<String, usize> = BTreeMap::new();
            kinds.into_iter().for_each(|kind| *counted.entry(kind.to_owned()).or_default() += 1);
            counted
        };
        let breaks = found["breaks"].as_array().unwrap();
        let kinds: Vec<&str> = breaks.iter().map(|one| one["found"].as_str().unwrap()).collect();
        let expected: Vec<&str> = planted.breaks.iter().map(|(_, found)| *found).collect();
        assert_eq!(count(kinds), count(expected), "{}: {breaks:#?}", planted.account);
        // Each is of the day on which it was planted.
        for (nth, kind) in planted.breaks {
            let is_it = |one: &&Value| one["found"] == *kind && one["since"] == day(*nth).as_str();
            let of_balance = ["missing_statement", "opening_differs", "balance_differs"].contains(kind);
            assert!(of_balance || breaks.iter().any(|one| is_it(&one)), "{}: {nth} {kind}", planted.account);
        }
        planted_in_all += planted.breaks.len();
        let again = reconciled(&sandbox, planted.account, &[&file], 1);
        assert_eq!((&again["recorded"], &again["statements_recorded"]), (&json!(false), &json!(0)));
        assert_eq!(again["breaks"], found["breaks"]);
    }
    assert_eq!(planted_in_all, 50);
    let listed = sandbox.run(&["-f", "json", "breaks", "--all"]).exits(1).json();
    assert_eq!(listed["breaks"].as_array().unwrap().len(), 50);
}
