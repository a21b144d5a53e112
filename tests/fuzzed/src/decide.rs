//! Deciding entries that an input puts together from the stories: nothing panics, and what was accepted folds again to
//! the same books.

use ledger_core::decide::{Decision, History};
use ledger_core::entry::Entry;
use ledger_core::resolve::Recorded;
use ledger_core::time::Instant;
use serde_json::Value;

use crate::bytes::Input;
use crate::seeds::stories;

/// What a text may become.
const TEXTS: [&str; 12] = [
    "0",
    "1",
    "-1",
    "0.00000001",
    "0.01",
    "99999999999999999999",
    "79228162514264337593543950335",
    "USD",
    "BTC",
    "2026-01-31",
    "hot",
    "f1",
];

/// Each choice takes a line of the stories, another day or the same, and now and then another text somewhere in it.
pub fn decide(input: &[u8]) {
    let mut input = Input(input);
    let lines = stories();
    let mut history = History::default();
    let mut turn = 0_u64;
    while !input.is_empty() && turn < 200 {
        turn += 1;
        let line = &lines[input.short() % lines.len()];
        let mut value: Value = serde_json::from_str(line).unwrap();
        value["id"] = Value::String(format!("00000000-0000-4000-8000-{turn:012}"));
        let day = input.byte();
        if day % 4 == 1 {
            value["effective"] = Value::String(format!("2026-0{}-{:02}", 1 + day / 4 % 3, 1 + day / 16));
        }
        let change = input.byte();
        if change % 3 == 1 {
            let mut texts = Vec::new();
            collect(&mut value["events"], &mut texts);
            let at = usize::from(input.byte()) % texts.len().max(1);
            if let Some(text) = texts.into_iter().nth(at) {
                TEXTS[usize::from(change) % TEXTS.len()].clone_into(text);
            }
        }
        let Ok(entry) = Entry::from_json(&value.to_string()) else { continue };
        if let Ok(Decision::Accepted(accepted)) = history.consider(&entry) {
            history.accept(Recorded { number: accepted.number, recorded: Instant::from_micros(0), entry });
        }
    }
    let again = History::of(history.log().to_vec()).unwrap();
    assert_eq!(format!("{:?}", again.fold()), format!("{:?}", history.fold()));
}

fn collect<'v>(value: &'v mut Value, texts: &mut Vec<&'v mut String>) {
    match value {
        Value::String(text) => texts.push(text),
        Value::Array(values) => values.iter_mut().for_each(|value| collect(value, texts)),
        Value::Object(fields) => fields.values_mut().for_each(|value| collect(value, texts)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// All lines of each story in order, and in an order that is none.
#[must_use]
pub fn choices() -> Vec<Vec<u8>> {
    let all = stories().len();
    let choice = |line: usize| [(line >> 8) as u8, (line % 256) as u8, 0, 0];
    let in_order = (0..all).flat_map(choice).collect();
    let only_first = (0..10).flat_map(choice).collect();
    let mixed = (0..all).flat_map(|line| choice(line * 7 % all)).collect();
    let changed = (0..all).flat_map(|line| [choice(line).to_vec(), vec![line as u8]].concat()).collect();
    vec![in_order, only_first, mixed, changed]
}
