//! What a terminal asks for beyond the fields that every sentence has: one of several, what another answer makes
//! necessary, lists of which one must say something.

use serde_json::{Map, Value};

use super::schema::{self, Field};
use super::sentence::Missing;
use super::table::Verb;

/// What is asked for once the answers before it are known.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Asked {
    /// Exactly one of these fields is said.
    OneOf(&'static [&'static str]),
    /// The first field is said where the second is one of these.
    Where(&'static str, &'static str, &'static [&'static str]),
    /// Lists; at least one of them says something.
    Lists(&'static [&'static str]),
}

/// By event, in the order of the questions.
const ASKED: &[(&str, Asked)] = &[
    ("wallet_opened", Asked::Where("currency", "kind", &["bank"])),
    ("wallet_opened", Asked::OneOf(&["commodity", "currency"])),
    ("cash_received", Asked::OneOf(&["category", "account"])),
    ("cash_paid", Asked::OneOf(&["category", "account"])),
    ("coins_mined", Asked::OneOf(&["price", "value"])),
    ("coins_earned", Asked::OneOf(&["price", "value"])),
    ("coins_accepted", Asked::OneOf(&["price", "value"])),
    ("coins_contributed", Asked::OneOf(&["price", "value"])),
    ("coins_distributed", Asked::OneOf(&["price", "value"])),
    ("coins_spent", Asked::Where("facility", "settles", &["principal", "interest"])),
    ("coins_spent", Asked::Where("commitment", "settles", &["deposit"])),
    ("interest_paid", Asked::Where("from", "how", &["cash", "coins"])),
    ("interest_paid", Asked::Where("coins", "how", &["coins"])),
    ("operating_cost_recorded", Asked::Where("from", "settles", &["cash"])),
    ("power_billed", Asked::Where("from", "settles", &["cash"])),
    ("capex_paid", Asked::OneOf(&["commitment", "party"])),
    ("interest_capitalised", Asked::OneOf(&["commitment", "project"])),
    ("lot_instruction_recorded", Asked::OneOf(&["sale_ref", "standing"])),
    ("opening_recorded", Asked::Lists(&["balances", "lots", "facilities", "assets"])),
    ("journal_recorded", Asked::Lists(&["lines"])),
];

/// The questions of an event.
pub(crate) fn questions(event: &str) -> impl Iterator<Item = Asked> {
    ASKED.iter().filter(move |(name, _)| *name == event).map(|(_, asked)| *asked)
}

/// Fields that hold a name nobody has yet.
const NEW_NAMES: &[(&str, &str)] = &[
    ("wallet_opened", "wallet"),
    ("facility_opened", "facility"),
    ("party_registered", "party"),
    ("commodity_declared", "code"),
];

/// Whether a field names what is there already.
pub(crate) fn names_what_is_there(event: &str, field: &str) -> bool {
    !NEW_NAMES.contains(&(event, field))
}

impl Asked {
    /// The fields to ask for: of one-of and where, those of which one answer is enough; of lists, all.
    pub(crate) fn open(self, verb: &Verb, event: &Map<String, Value>) -> Vec<Missing> {
        let is_said = |name: &&str| event.contains_key(*name);
        let fields: &[&'static str] = match self {
            Asked::OneOf(fields) | Asked::Lists(fields) if !fields.iter().any(is_said) => fields,
            Asked::OneOf(_) | Asked::Lists(_) => &[],
            Asked::Where(ref field, on, values) => {
                let is_so = event.get(on).and_then(Value::as_str).is_some_and(|said| values.contains(&said));
                if is_so && !is_said(field) { std::slice::from_ref(field) } else { &[] }
            }
        };
        let shape = schema::event(verb.event);
        let found = |name: &&'static str| -> Option<Field> {
            shape.iter().find(|field| field.name == *name).cloned()
        };
        let missing = fields.iter().filter_map(found);
        missing.map(|field| Missing { how: format!("--{}", verb.flag(field.name)), field }).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn questions_are_about_fields_of_their_event_and_values_that_these_have() {
        for (event, asked) in ASKED {
            let shape = schema::event(event);
            let field = |name: &str| shape.iter().find(|field| field.name == name).unwrap().clone();
            match asked {
                Asked::OneOf(fields) => assert!(fields.iter().all(|name| field(name).optional), "{event}"),
                Asked::Lists(fields) => assert!(fields.iter().all(|name| field(name).many), "{event}"),
                Asked::Where(name, on, values) => {
                    assert!(field(name).optional, "{event}");
                    let known = schema::choices(field(on).kind).unwrap();
                    assert!(values.iter().all(|value| known.contains(value)), "{event}: {on}");
                }
            }
        }
        for (event, name) in NEW_NAMES {
            assert!(schema::event(event).iter().any(|field| field.name == *name), "{event}: {name}");
        }
    }
}
