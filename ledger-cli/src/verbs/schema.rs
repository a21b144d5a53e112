//! The shape of every event and record, as published in `docs/entries.json`.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde_json::Value;

/// The published shapes. A test keeps the page equal to the sources.
const PAGE: &str = include_str!("../../../docs/entries.json");

/// By its number, a field's name and type.
type Fields = BTreeMap<u64, (String, String)>;

#[derive(Debug, Default)]
struct Page {
    records: BTreeMap<String, Fields>,
    choices: BTreeMap<String, BTreeMap<u64, String>>,
    variants: BTreeMap<String, Fields>,
    events: BTreeMap<u64, (String, String)>,
}

/// Reads a section of the page, a value of each kind by its number; what is of another form is left out, and a test finds
/// that it is missing.
fn numbered<T>(section: &Value, read: impl Fn(&Value) -> Option<T>) -> BTreeMap<u64, T> {
    let rows = section.as_object().into_iter().flatten();
    rows.filter_map(|(number, row)| Some((number.parse().ok()?, read(row)?))).collect()
}

fn named<T>(section: &Value, read: impl Fn(&Value) -> Option<T>) -> BTreeMap<String, BTreeMap<u64, T>> {
    let rows = section.as_object().into_iter().flatten();
    rows.map(|(name, row)| (name.clone(), numbered(row, &read))).collect()
}

impl Page {
    fn of(page: &Value) -> Page {
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let pair = |value: &Value| Some((text(value.get(0)?)?, text(value.get(1)?)?));
        Page {
            records: named(&page["records"], pair),
            choices: named(&page["choices"], text),
            variants: named(&page["variants"], pair),
            events: numbered(&page["events"], pair),
        }
    }
}

fn page() -> &'static Page {
    static READ: OnceLock<Page> = OnceLock::new();
    READ.get_or_init(|| Page::of(&serde_json::from_str(PAGE).unwrap_or_default()))
}

/// A field of an event or a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Field {
    /// Its name in JSON.
    pub(crate) name: &'static str,
    /// What stands in it, once or in a list.
    pub(crate) kind: &'static str,
    /// Whether it may be left out.
    pub(crate) optional: bool,
    /// Whether it is a list.
    pub(crate) many: bool,
}

fn inside(text: &'static str, outer: &str) -> Option<&'static str> {
    text.strip_prefix(outer)?.strip_suffix('>')
}

impl Field {
    fn of((name, kind): &'static (String, String)) -> Field {
        let (kind, optional) = match inside(kind, "Option<") {
            Some(kind) => (kind, true),
            None => (kind.as_str(), false),
        };
        let (kind, many) = match inside(kind, "Vec<") {
            Some(kind) => (kind, true),
            None => (kind, false),
        };
        Field { name, kind, optional: optional || many, many }
    }

    /// Whether a sentence must say it: a plain no need not be said.
    pub(crate) fn must_be_said(&self) -> bool {
        !self.optional && self.kind != "bool"
    }
}

/// Records and variants whose text form is one word.
const IN_ONE_WORD: &[&str] = &["Effective", "LotId", "YearEnd"];

/// The fields of a record; `None` for what is written as one word.
pub(crate) fn record(name: &str) -> Option<Vec<Field>> {
    let is_one_word = IN_ONE_WORD.contains(&name);
    let fields = page().records.get(name).filter(|_| !is_one_word)?;
    Some(fields.values().map(Field::of).collect())
}

/// The fields of an event.
pub(crate) fn event(name: &str) -> Vec<Field> {
    let row = page().events.values().find(|(event, _)| event == name);
    row.and_then(|(_, of)| record(of)).unwrap_or_default()
}

/// The names of a closed list.
pub(crate) fn choices(name: &str) -> Option<Vec<&'static str>> {
    page().choices.get(name).map(|names| names.values().map(String::as_str).collect())
}

/// The names of all events.
pub(crate) fn events() -> Vec<&'static str> {
    page().events.values().map(|(name, _)| name.as_str()).collect()
}

/// The closed list of this name, however its letters are written.
pub(crate) fn choice_in_capitals(name: &str) -> Option<&'static str> {
    page().choices.keys().find(|list| list.eq_ignore_ascii_case(name)).map(String::as_str)
}

/// The kinds of value that a variant can be, each with what stands in it; `None` for what is written as one word.
pub(crate) fn variants(name: &str) -> Option<Vec<(&'static str, &'static str)>> {
    let is_one_word = IN_ONE_WORD.contains(&name);
    let kinds = page().variants.get(name).filter(|_| !is_one_word)?;
    Some(kinds.values().map(|(name, kind)| (name.as_str(), kind.as_str())).collect())
}
