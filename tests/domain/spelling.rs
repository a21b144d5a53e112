//! An entry is read from its JSON by a quick reader that gives up on anything unusual, and then by the strict one. Both
//! together judge as the strict one does alone: every sample of an event, and every small slip in it.

use std::ops::Range;
use std::path::Path;

use ledger_core::entry::Entry;
use ledger_core::event::NAMES;
use ledger_core::strict_json;

/// What may stand where something else is expected.
const OTHERS: [&str; 24] = [
    "null",
    "true",
    "0",
    "7",
    "-1",
    "-0",
    "1.0",
    "1e2",
    "18446744073709551616",
    r#""""#,
    r#""x""#,
    r#""1""#,
    r#""-0.50""#,
    r#""type""#,
    r#""2026-02-30""#,
    r#""\ud800""#,
    "\"\n\"",
    "[]",
    "[1]",
    "{}",
    r#"{"a":"b"}"#,
    r#"{"type":"x"}"#,
    r#"{"wallet":"hot"}"#,
    "]",
];

/// The parts of an entry's text: a mark, or a whole text, number or word.
fn tokens(text: &str) -> Vec<String> {
    let mut tokens: Vec<String> = Vec::new();
    let (mut in_text, mut in_word) = (false, false);
    for letter in text.chars() {
        let part_of_word = letter.is_alphanumeric() || matches!(letter, '-' | '.');
        let goes_on = in_text || (in_word && part_of_word);
        match tokens.last_mut().filter(|_| goes_on) {
            Some(token) => token.push(letter),
            None => tokens.push(letter.to_string()),
        }
        in_text ^= letter == '"';
        in_word = !in_text && part_of_word;
    }
    tokens
}

/// Where the value ends that begins here.
fn end_of_value(tokens: &[String], begin: usize) -> usize {
    let mut depth = 0;
    for (at, token) in tokens.iter().enumerate().skip(begin) {
        match token.as_str() {
            "{" | "[" => depth += 1,
            "}" | "]" => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return at + 1;
        }
    }
    tokens.len()
}

/// The text with other tokens in a range.
fn with(tokens: &[String], range: Range<usize>, others: &[&str]) -> String {
    let (before, after) = (&tokens[..range.start], &tokens[range.end..]);
    [before.concat(), others.concat(), after.concat()].concat()
}

/// The text with its first letter written as an escape.
fn escaped(token: &str) -> String {
    let mut letters = token.trim_start_matches('"').chars();
    let first = letters.next().map_or(0, u32::from);
    format!("\"\\u{first:04x}{}", letters.as_str())
}

/// Every slip at one token.
fn slips(tokens: &[String], at: usize) -> Vec<String> {
    let token = tokens[at].as_str();
    let end = end_of_value(tokens, at);
    let whole: Vec<&str> = tokens[at..end].iter().map(String::as_str).collect();
    let mut slips: Vec<String> = OTHERS.iter().map(|other| with(tokens, at..end, &[other])).collect();
    slips.push(with(tokens, at..at + 1, &[]));
    slips.push(with(tokens, at..at + 1, &[token, token]));
    slips.push(with(tokens, at..at + 1, &[" \t", token, "\r\n"]));
    slips.push(with(tokens, at..end, &[&["["], whole.as_slice(), &["]"]].concat()));
    slips.push(with(tokens, at..end, &[whole.as_slice(), &[","], whole.as_slice()].concat()));
    if token.len() > 2 && token.starts_with('"') {
        slips.push(with(tokens, at..at + 1, &[&escaped(token)]));
        slips.push(with(tokens, at..at + 1, &["{", token, ":null}"]));
    }
    if token == "{" {
        slips.push(with(tokens, at..end, &["[", &values(tokens, at).join(","), "]"]));
    }
    if let Some(next) = tokens.get(at + 1) {
        slips.push(with(tokens, at..at + 2, &[next, token]));
        if next == ":" {
            slips.extend(slips_of_member(tokens, at));
        }
    }
    slips
}

/// The values of an object without their keys.
fn values(tokens: &[String], object: usize) -> Vec<String> {
    let mut values = Vec::new();
    let mut key = object + 1;
    while tokens.get(key + 1).is_some_and(|mark| mark == ":") {
        let end = end_of_value(tokens, key + 2);
        values.push(tokens[key + 2..end].concat());
        key = end + 1;
    }
    values
}

/// A member of an object stands twice, stands elsewhere, has another beside it or none around it.
fn slips_of_member(tokens: &[String], at: usize) -> Vec<String> {
    let end = end_of_value(tokens, at + 2);
    let member = tokens[at..end].concat();
    let mut slips = vec![
        with(tokens, at..at, &[&member, ","]),
        with(tokens, at..at, &[r#""unknown":[1],"#]),
        with(tokens, at..at, &[r#""type":"coins_sold","#]),
        with(tokens, at + 2..end, &["{", &member, "}"]),
    ];
    if tokens.get(end).is_some_and(|mark| mark == ",") {
        let next = end_of_value(tokens, end + 3);
        let other = tokens[end + 1..next].concat();
        slips.push(with(tokens, at..next, &[&other, ",", &member]));
        slips.push(with(tokens, at..end + 1, &[]));
    }
    slips
}

/// An entry with everything that one may have, around a sample of an event.
fn sample(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/events").join(format!("{name}.json"));
    let event: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    format!(
        r#"{{"id":"019c3e1b-7a10-7c3e-9b1f-0242ac120002","effective":"2026-02-08T10:00:00Z","actor":"controller-1","transaction":"t/1","memo":"größer als \"nötig\"","occurred":"2026-01-31","refs":{{"bank":"1","desk":"2"}},"evidence":[{{"name":"n","sha256":"{}","uri":"u"}}],"events":[{event}]}}"#,
        "00".repeat(32)
    )
}

#[test]
fn both_readers_of_json_judge_as_the_strict_one_does() {
    let (mut read, mut refused) = (0, 0);
    for (number, name) in NAMES.iter().enumerate() {
        let text = sample(name);
        let tokens = tokens(&text);
        assert_eq!(tokens.concat(), text);
        // What stands around the event is the same in all samples.
        let events = tokens.iter().position(|token| token == "\"events\"").unwrap();
        let first = if number == 0 { 0 } else { events };
        let slipped = (first..tokens.len()).flat_map(|at| slips(&tokens, at));
        for text in slipped.chain([text.clone(), format!("{text} x"), format!("{text}\n")]) {
            let found = Entry::from_json(&text);
            assert_eq!(found, strict_json::from_str(&text), "{text}");
            match found {
                Ok(_) => read += 1,
                Err(_) => refused += 1,
            }
        }
    }
    assert!(read > 3_000 && refused > 30_000, "{read} read, {refused} refused");
}
