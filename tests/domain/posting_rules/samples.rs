//! One sample of every event: it is read, stored, read back and printed without a change.

use std::path::Path;

use ledger_core::entry::Entry;
use ledger_core::event::{Event, NAMES};
use serde_json::{Value, json};

fn sample(name: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/events").join(format!("{name}.json"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|why| panic!("{}: {why}", path.display()));
    serde_json::from_str(&text).unwrap()
}

#[test]
fn every_event_has_a_sample_that_survives_the_log() {
    let mut samples = 0;
    for name in NAMES {
        let event = sample(name);
        let entry = json!({"id": "019c3e1b-7a10-7c3e-9b1f-0242ac120002", "effective": "2026-02-08",
            "actor": "controller-1", "memo": "synthetic", "events": [event]});
        let read = Entry::from_json(&entry.to_string()).unwrap_or_else(|fault| panic!("{name}: {fault}"));
        assert_eq!(read.events.first().map(Event::name), Some(*name));
        let stored = Entry::from_cbor(&read.to_cbor()).unwrap();
        assert_eq!(stored, read, "{name}");
        assert_eq!(stored.to_json(), entry, "{name}");
        samples += 1;
    }
    assert_eq!(samples, NAMES.len());
}

#[test]
fn no_sample_is_of_an_event_that_the_ledger_does_not_know() {
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/events");
    for file in std::fs::read_dir(samples).unwrap() {
        let path = file.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap();
        assert!(NAMES.contains(&name), "{}", path.display());
    }
}
