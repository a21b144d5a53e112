//! The stories replayed: every balance equals that of a model written in another language, which shares nothing
//! with the fold (`tests/oracles/story_model.py` wrote the expected figures).

use std::path::{Path, PathBuf};

use ledger_core::decide::{Decision, History};
use ledger_core::entry::Entry;
use ledger_core::fold::Fold;
use ledger_core::money::Money;
use ledger_core::replay::replay;
use ledger_core::resolve::{Question, Recorded};
use ledger_core::time::Instant;
use serde_json::Value;

fn stories() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/stories")
}

pub(crate) fn story(name: &str) -> Vec<Recorded> {
    let text = std::fs::read_to_string(stories().join(name).with_extension("jsonl")).unwrap();
    let recorded = Instant::from_micros(0);
    let entry = |line| Entry::from_json(line).unwrap();
    (1..).zip(text.lines()).map(|(number, line)| Recorded { number, recorded, entry: entry(line) }).collect()
}

fn balances(fold: &Fold) -> Vec<String> {
    let mut all = Vec::new();
    for book in fold.books() {
        for (account, total) in book.totals().unwrap() {
            if !total.is_zero() {
                all.push(format!("{} {account} {total:.2}", book.name()));
            }
        }
    }
    for facility in fold.world().facilities() {
        let name = facility.terms.facility;
        all.push(format!("{name} owes {:.2} and {:.2}", facility.principal, facility.accrued));
    }
    all.sort();
    all
}

fn expected(file: &str) -> (u64, Vec<String>) {
    let text = std::fs::read_to_string(stories().join(file)).unwrap();
    let json: Value = serde_json::from_str(&text).unwrap();
    let mut all = Vec::new();
    for (book, figures) in json["books"].as_object().unwrap() {
        for (account, amount) in figures["trial_balance"].as_object().unwrap() {
            let amount: Money = amount.as_str().unwrap().parse().unwrap();
            if !amount.is_zero() {
                all.push(format!("{book} {account} {amount:.2}"));
            }
        }
    }
    for (name, facility) in json["facilities"].as_object().unwrap() {
        let figure = |key: &str| facility[key].as_str().unwrap().parse::<Money>().unwrap();
        all.push(format!("{name} owes {:.2} and {:.2}", figure("principal"), figure("accrued")));
    }
    all.sort();
    (json["entries"].as_u64().unwrap(), all)
}

fn check(name: &str, file: &str) {
    let (entries, expected) = expected(file);
    let log = story(name);
    let question = Question { as_known: Some(entries), ..Question::default() };
    let fold = replay(&log, &question, |_| ()).unwrap();
    assert!(expected.len() > 5, "{file} says too little to be a test");
    assert_eq!(balances(&fold), expected, "{file}");
}

#[test]
fn the_mini_story_comes_to_the_models_figures() {
    check("mini", "mini.expected.json");
}

#[test]
fn a_loans_life_comes_to_the_models_figures() {
    check("loan-life", "loan-life.expected.json");
}

#[test]
fn bitfarms_half_year_comes_to_the_models_figures() {
    check("bitfarms-2022", "bitfarms-2022.expected.json");
}

#[test]
fn cangos_quarter_comes_to_the_models_figures() {
    check("cango-2026q1", "cango-2026q1.expected.json");
}

#[test]
fn cangos_paydown_comes_to_the_models_figures_before_and_after() {
    check("cango-2026q1", "cango-2026q1.before-paydown.expected.json");
    check("cango-2026q1", "cango-2026q1.after-paydown.expected.json");
}

#[test]
fn every_story_is_accepted_entry_by_entry_and_gives_what_its_replay_gives() {
    for name in ["mini", "loan-life", "cango-2026q1", "bitfarms-2022"] {
        let mut history = History::default();
        let log = story(name);
        for recorded in &log {
            let Ok(Decision::Accepted(accepted)) = history.consider(&recorded.entry) else {
                panic!(
                    "{name}: entry {} is refused: {:?}",
                    recorded.number,
                    history.consider(&recorded.entry)
                );
            };
            assert_eq!((accepted.number, accepted.late), (recorded.number, false), "{name}");
            history.accept(recorded.clone());
        }
        let replayed = replay(&log, &Question::default(), |_| ()).unwrap();
        assert_eq!(balances(history.fold()), balances(&replayed), "{name}");
    }
}

#[test]
fn every_story_balances_after_every_entry_in_every_book() {
    let mut sheets = 0;
    for name in ["mini", "loan-life", "cango-2026q1", "bitfarms-2022"] {
        replay(&story(name), &Question::default(), |step| {
            for book in step.after.books() {
                let (memo, sheet): (Vec<_>, Vec<_>) =
                    book.totals().unwrap().into_iter().partition(|(account, _)| account.number() >= 9000);
                for side in [memo, sheet] {
                    assert!(Money::sum(side.into_iter().map(|(_, total)| total)).unwrap().is_zero());
                }
                sheets += 1;
            }
        })
        .unwrap();
    }
    assert_eq!(sheets, (10 + 35 + 37 + 11) * 2);
}
