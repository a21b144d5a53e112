//! The names of an entry against its own JSON, where every name is a text under a key that says what it is.

use std::collections::BTreeSet;
use std::path::Path;

use ledger_core::entry::Entry;
use ledger_core::entry::lookups::LookupKind;
use ledger_core::event::NAMES;
use serde_json::Value;

type Names = BTreeSet<(LookupKind, String)>;

fn typed(entry: &Entry) -> Names {
    let mut names = Names::new();
    entry.lookups(&mut |kind, name| {
        names.insert((kind, name.to_owned()));
    });
    names
}

/// Every text in the JSON of an entry whose key says that it is a name.
fn from_json(value: &Value) -> Names {
    let mut names = Names::new();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    names.insert((LookupKind::Id, text(&value["id"])));
    if let Some(transaction) = value.get("transaction") {
        names.insert((LookupKind::Transaction, text(transaction)));
    }
    for (system, name) in value.get("refs").and_then(Value::as_object).into_iter().flatten() {
        names.insert((LookupKind::Reference, format!("{system}={}", text(name))));
    }
    collect("events", &value["events"], &mut names);
    names
}

fn collect(key: &str, value: &Value, names: &mut Names) {
    let kind = match key {
        "wallet" | "pool" => Some(LookupKind::Wallet),
        "facility" => Some(LookupKind::Facility),
        "party" | "custodian" | "lender" | "vendor" | "counterparty" | "customer" | "receivable" => {
            Some(LookupKind::Party)
        }
        "commitment" | "commitments" => Some(LookupKind::Commitment),
        "project" | "projects" => Some(LookupKind::Project),
        "asset" => Some(LookupKind::Asset),
        "contract" => Some(LookupKind::Contract),
        "derivative" => Some(LookupKind::Derivative),
        "account" | "parent" => Some(LookupKind::Account),
        _ => None,
    };
    match value {
        Value::String(text) => {
            names.extend(kind.map(|kind| (kind, text.clone())));
        }
        Value::Array(items) => items.iter().for_each(|item| collect(key, item, names)),
        Value::Object(fields) => {
            // An account is declared under the key that commodities use as well.
            if fields.get("type") == Some(&"account_opened".into()) {
                names.insert((LookupKind::Account, fields["code"].as_str().unwrap().to_owned()));
            }
            fields.iter().for_each(|(key, value)| collect(key, value, names));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn fixtures(folder: &str) -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures").join(folder);
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let json = files.filter(|path| path.extension().is_some_and(|end| end == "json" || end == "jsonl"));
    json.map(|path| std::fs::read_to_string(path).unwrap()).collect()
}

#[test]
fn the_names_of_every_sample_event_are_those_in_its_json() {
    let mut samples = 0;
    let mut kinds = BTreeSet::new();
    for sample in fixtures("events") {
        let event: Value = serde_json::from_str(&sample).unwrap();
        let line = serde_json::json!({
            "id": "8ed79a3b-af9a-5246-ac56-592d7e4c222f", "effective": "2026-02-15", "actor": "a",
            "transaction": "t:1", "refs": {"bank": "4711", "erp": "x=y"}, "events": [event],
        });
        let entry = Entry::from_json(&line.to_string()).unwrap_or_else(|why| panic!("{why}: {line}"));
        let names = typed(&entry);
        assert_eq!(names, from_json(&line), "{line}");
        for (kind, name) in &names {
            assert!(entry.has_lookup(*kind, name) && !entry.has_lookup(*kind, "no such name"));
        }
        kinds.extend(names.into_iter().map(|(kind, _)| kind));
        samples += 1;
    }
    assert_eq!((samples, kinds.len()), (NAMES.len(), LookupKind::ALL.len()));
}

#[test]
fn the_names_of_every_entry_of_the_stories_are_those_in_its_json() {
    let mut entries = 0;
    for line in
        fixtures("stories").iter().filter(|text| text.lines().count() > 1).flat_map(|text| text.lines())
    {
        let Ok(entry) = Entry::from_json(line) else { continue };
        assert_eq!(typed(&entry), from_json(&entry.to_json()), "{line}");
        entries += 1;
    }
    assert!(entries > 50, "only {entries} entries");
}

#[test]
fn a_kind_of_name_is_read_by_its_word() {
    for kind in LookupKind::ALL {
        assert_eq!(kind.as_str().parse(), Ok(kind));
    }
    let refused = "lot".parse::<LookupKind>().unwrap_err();
    assert_eq!(
        refused,
        "`lot` is not one of id, transaction, facility, wallet, party, commitment, project, asset, contract, \
         derivative, account, reference"
    );
}
