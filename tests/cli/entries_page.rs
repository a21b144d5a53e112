//! `docs/entries.json`: every record, choice and event of the log with its numbers, read from the sources that define
//! them, for readers that are not ours. `UPDATE_DOCS=1` writes it anew.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use ledger_core::decide::{is_never_alone, needed};
use ledger_core::entry::Entry;
use ledger_core::event::NAMES;
use serde_json::{Map, Value, json};

/// What stands between two brackets, quotes or words.
fn between<'t>(text: &'t str, open: &str, close: &str) -> Option<&'t str> {
    text.split_once(open)?.1.split_once(close).map(|(inside, _)| inside)
}

#[derive(Default)]
struct Found {
    records: BTreeMap<String, BTreeMap<u64, [String; 2]>>,
    choices: BTreeMap<String, BTreeMap<u64, String>>,
    variants: BTreeMap<String, BTreeMap<u64, [String; 2]>>,
    events: BTreeMap<u64, [String; 2]>,
}

fn sources(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, files);
        } else {
            files.push(path);
        }
    }
}

fn snake(name: &str) -> String {
    let mut text = String::new();
    for c in name.chars() {
        if c.is_uppercase() && !text.is_empty() {
            text.push('_');
        }
        text.extend(c.to_lowercase());
    }
    text
}

impl Found {
    fn read(&mut self, text: &str) {
        let mut inside: Option<(String, bool)> = None;
        let mut number = None;
        for line in text.lines().map(str::trim) {
            let named = |keyword: &str| line.strip_prefix(keyword).and_then(|rest| rest.strip_suffix(" {"));
            if let Some(name) = named("pub struct ").or_else(|| named("pub enum ")) {
                inside = Some((name.to_owned(), line.starts_with("pub struct")));
                number = None;
                continue;
            }
            if line == "}" {
                inside = None;
            }
            self.event(line);
            let Some((name, is_struct)) = &inside else { continue };
            if let Some(stated) = between(line, "#[n(", ")]").filter(|_| line.starts_with("#[n(")) {
                number = stated.parse::<u64>().ok();
            }
            let rest = line.split_once(")] ").map_or(line, |(_, rest)| rest);
            let field = if line.starts_with("#[n(") { rest } else { line };
            if let (true, Some(at)) = (*is_struct, number)
                && let Some((field, kind)) = field
                    .trim_start_matches("pub ")
                    .strip_suffix(',')
                    .and_then(|field| field.split_once(": "))
            {
                let fields = self.records.entry(name.clone()).or_default();
                let field = field.trim_start_matches("r#");
                assert!(fields.insert(at, [field.to_owned(), kind.to_owned()]).is_none(), "{name} {at}");
                number = None;
            }
            if *is_struct || line.starts_with('#') || line.starts_with('/') {
                continue;
            }
            if let Some((left, quoted)) = line.split_once(" = \"")
                && let Some((at, _)) = left.split_once(' ')
            {
                let text = quoted.trim_end_matches("\",").to_owned();
                let before = self.choices.entry(name.clone()).or_default().insert(at.parse().unwrap(), text);
                assert!(before.is_none(), "two choices are named {name}");
            } else if let Some(at) = number.take() {
                let variant = line.trim_end_matches(',');
                match between(variant, "(#[n(0)] ", ")") {
                    Some(kind) => {
                        let name_of = variant.split('(').next().unwrap();
                        let one = [snake(name_of), kind.to_owned()];
                        self.variants.entry(name.clone()).or_default().insert(at, one);
                    }
                    None => {
                        let before = self.choices.entry(name.clone()).or_default().insert(at, snake(variant));
                        assert!(before.is_none(), "two choices are named {name}");
                    }
                }
            }
        }
    }

    /// A row of the list of events: `41 "coins_sold" treasury CoinsSold,`.
    fn event(&mut self, line: &str) {
        let words: Vec<&str> = line.trim_end_matches(',').split(' ').collect();
        if let [number, name, _, kind] = *words
            && let (Ok(number), Some(name)) = (number.parse(), between(name, "\"", "\""))
        {
            self.events.insert(number, [name.to_owned(), kind.to_owned()]);
        }
    }
}

fn value<T: Clone + Into<Value>>(of: &BTreeMap<u64, T>) -> Value {
    Value::Object(of.iter().map(|(number, text)| (number.to_string(), text.clone().into())).collect())
}

fn pairs(of: &BTreeMap<u64, [String; 2]>) -> Value {
    value(&of.iter().map(|(number, [name, kind])| (*number, json!([name, kind]))).collect())
}

/// Who may record each event: its family, the roles of which one is held, and whether one person may record it alone.
fn recording(root: &Path) -> Value {
    let each = NAMES.iter().map(|name| {
        let sample = std::fs::read_to_string(root.join(format!("fixtures/events/{name}.json"))).unwrap();
        let entry = format!(
            r#"{{"id":"019c3e1b-7a10-7c3e-9b1f-0242ac120002","effective":"2026-02-08","actor":"a","events":[{sample}]}}"#
        );
        let event = Entry::from_json(&entry).unwrap().events.remove(0);
        let roles: Vec<&str> = needed(&event).iter().map(|role| role.as_str()).collect();
        let said = json!({"family": event.family(), "roles": roles, "alone": !is_never_alone(&event)});
        ((*name).to_owned(), said)
    });
    Value::Object(each.collect())
}

#[test]
fn the_page_of_entries_is_that_of_the_sources() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut files = Vec::new();
    sources(&root.join("ledger-core/src"), &mut files);
    files.sort();
    let mut found = Found::default();
    files.iter().for_each(|file| found.read(&std::fs::read_to_string(file).unwrap()));
    let each = |of: &BTreeMap<String, BTreeMap<u64, [String; 2]>>| {
        Value::Object(of.iter().map(|(name, fields)| (name.clone(), pairs(fields))).collect())
    };
    let choices: Map<String, Value> =
        found.choices.iter().map(|(name, choices)| (name.clone(), value(choices))).collect();
    assert!(found.records.len() > 80 && choices.len() > 20, "{} {}", found.records.len(), choices.len());
    assert_eq!(found.events.len(), NAMES.len());
    let page = json!({
        "records": each(&found.records),
        "choices": choices,
        "variants": each(&found.variants),
        "events": pairs(&found.events),
        "recording": recording(&root),
    });
    let page = format!("{page:#}\n");
    let path = root.join("docs/entries.json");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, &page).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(kept == page, "docs/entries.json is not that of the sources: UPDATE_DOCS=1 writes it anew");
}
