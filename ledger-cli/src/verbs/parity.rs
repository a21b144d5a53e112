//! Each event said as a sentence is the event written as JSON: every sample, and every event of the generated story.

use std::path::{Path, PathBuf};

use clap::CommandFactory;
use ledger_core::event::Event;
use ledger_core::world::World;
use serde_json::{Map, Value, json};

use super::form::{self, Form, Sentences};
use super::schema::{self, Field};
use super::table::{BY_COMMAND, Slot, VERBS, Verb};
use super::typed::Names;
use super::{grammar, table};
use crate::args::Args;
use crate::dates::Calendar;

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures")
}

/// All events of the samples and of the story of every event.
fn told() -> Vec<Map<String, Value>> {
    let samples = std::fs::read_dir(fixtures().join("events")).unwrap().map(|file| file.unwrap().path());
    let samples = samples.filter(|path| path.extension().is_some_and(|end| end == "json"));
    let mut events: Vec<Value> =
        samples.map(|path| serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()).collect();
    let story = std::fs::read_to_string(fixtures().join("stories/every-event.jsonl")).unwrap();
    for line in story.lines() {
        let entry: Value = serde_json::from_str(line).unwrap();
        events.extend(entry["events"].as_array().unwrap().iter().cloned());
    }
    events.into_iter().map(|event| event.as_object().unwrap().clone()).collect()
}

/// A value as a person types it after a flag.
fn typed(field: &Field, value: &Value) -> Vec<String> {
    match value {
        Value::String(text) => vec![text.clone()],
        Value::Bool(true) => vec!["yes".to_owned()],
        Value::Bool(false) => vec!["no".to_owned()],
        Value::Number(number) => vec![number.to_string()],
        Value::Object(object) if field.kind == "Amount" => {
            ["amount", "currency"].map(|key| object[key].as_str().unwrap().to_owned()).to_vec()
        }
        Value::Object(object) if field.kind == "Place" => {
            object.iter().map(|(kind, name)| format!("{kind}:{}", name.as_str().unwrap())).collect()
        }
        Value::Object(object) if object.is_empty() || holds_list(object) => vec![value.to_string()],
        Value::Object(object) => {
            let fields = schema::record(field.kind).unwrap();
            let words = object.iter().flat_map(|(key, value)| {
                let field = fields.iter().find(|field| field.name == key).unwrap();
                let is_record = schema::record(field.kind).is_some() && field.kind != "Amount";
                if is_record {
                    typed(field, value).into_iter().map(|word| format!("{key}.{word}")).collect::<Vec<_>>()
                } else {
                    vec![format!("{key}={}", typed(field, value).join(" "))]
                }
            });
            words.collect()
        }
        Value::Array(_) | Value::Null => panic!("{}: {value}", field.name),
    }
}

fn holds_list(object: &Map<String, Value>) -> bool {
    let is_list = |value: &Value| match value {
        Value::Array(_) => true,
        Value::Object(within) => holds_list(within),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    };
    object.values().any(is_list)
}

/// The command line that says an event.
fn command_line(verb: &Verb, event: &Map<String, Value>) -> Vec<String> {
    let mut words: Vec<String> =
        ["treasury"].into_iter().chain(verb.words.split(' ')).map(str::to_owned).collect();
    let fields = schema::event(verb.event);
    let mut said: Vec<&str> = vec!["type", "book"];
    for slot in verb.positions() {
        let names = match slot {
            Slot::Coins => vec!["units", "commodity"],
            Slot::Field(name) => vec![name],
        };
        for name in names {
            // A value with a sign or of several words is said after its flag.
            let Some(value) = event.get(name) else { continue };
            let field = fields.iter().find(|field| field.name == name).unwrap();
            words.extend(typed(field, value));
            said.push(name);
        }
    }
    for field in fields.iter().filter(|field| !said.contains(&field.name)) {
        let each = match event.get(field.name) {
            None => continue,
            Some(Value::Array(list)) => list.clone(),
            Some(one) => vec![one.clone()],
        };
        for value in each {
            words.push(format!("--{}", verb.flag(field.name)));
            words.extend(typed(field, &value));
        }
    }
    words
}

#[test]
fn an_event_said_is_the_event_written() {
    let world = World::default();
    let calendar = Calendar::at(0, "UTC".parse().unwrap(), "12-31".parse().unwrap());
    let names = Names { world: &world, calendar, functional: "USD".parse().unwrap() };
    let mut sentences = Sentences::new();
    let mut said = 0;
    let mut verbs: Vec<&str> = Vec::new();
    for written in told() {
        let name = written["type"].as_str().unwrap();
        let Some(verb) = VERBS.iter().find(|verb| verb.event == name) else {
            assert!(BY_COMMAND.contains(&name), "{name}");
            continue;
        };
        let line = command_line(verb, &written);
        let matches = grammar::with_verbs(Args::command()).try_get_matches_from(&line);
        let matches = matches.unwrap_or_else(|why| panic!("{line:?}: {why}"));
        let spoken = grammar::spoken(&matches).unwrap().unwrap();
        let mut event = spoken.sentence.event(&names).unwrap_or_else(|why| panic!("{line:?}: {why:?}"));
        if let Some(book) = written.get("book") {
            event.insert("book".to_owned(), book.clone());
        }
        let read = |event: Map<String, Value>| -> Event {
            ledger_core::strict_json::from_str(&Value::Object(event).to_string())
                .unwrap_or_else(|why| panic!("{line:?}: {why}"))
        };
        assert_eq!(read(event), read(written.clone()), "{line:?}");
        let mut words = line.clone();
        if let Some(book) = written.get("book").and_then(Value::as_str) {
            words.extend(["--book", book].map(str::to_owned));
        }
        let sentence = shlex::try_join(words.iter().map(String::as_str)).unwrap();
        for event in [Value::String(sentence), Value::Object(written.clone())] {
            let file = json!({"effective": "2026-02-08", "events": [event]}).to_string();
            let form = Form::read(&form::tree(&file, "").unwrap(), &mut sentences);
            let told = form.unwrap_or_else(|why| panic!("{file}: {why}")).said(&names).unwrap();
            let in_file = told.events[0].as_object().unwrap().clone();
            assert_eq!(read(in_file), read(written.clone()), "{file}");
        }
        said += 1;
        if !verbs.contains(&verb.words) {
            verbs.push(verb.words);
        }
    }
    assert_eq!(verbs.len(), table::VERBS.len(), "a verb has no sample");
    assert!(said > 500, "only {said} events were said");
}

#[test]
fn the_grammar_has_no_two_flags_of_one_name() {
    grammar::with_verbs(Args::command()).debug_assert();
}
