//! Events as JSON Schema (draft 2020-12). It says what an event looks like; whether the books allow it is for `treasury
//! append --dry-run` to say.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::verbs::examples::example;
use crate::verbs::schema::{self, Field};

const DRAFT: &str = "https://json-schema.org/draft/2020-12/schema";

/// A decimal as the door takes it.
const DECIMAL: &str = "^-?[0-9]+(\\.[0-9]+)?$";

/// The records that an event is made of, by name.
pub(super) fn records_within(event: &str) -> BTreeMap<&'static str, Vec<Field>> {
    let mut found = BTreeMap::new();
    let mut open = schema::event(event);
    while let Some(field) = open.pop() {
        let Some(fields) = schema::record(field.kind) else { continue };
        if found.insert(field.kind, fields.clone()).is_none() {
            open.extend(fields);
        }
    }
    found
}

/// The schema of an event.
pub(super) fn of_event(event: &str) -> Value {
    let mut schema = Map::new();
    schema.insert("$schema".to_owned(), json!(DRAFT));
    schema.insert("title".to_owned(), json!(event));
    schema.extend(body(event));
    schema.insert("$defs".to_owned(), definitions([event]));
    if let Some(example) = example(event).and_then(|text| serde_json::from_str::<Value>(text).ok()) {
        schema.insert("examples".to_owned(), json!([example]));
    }
    Value::Object(schema)
}

/// The schema of whatever event there is.
pub(super) fn of_any_event() -> Value {
    let events = schema::events();
    let any: Vec<Value> = events.iter().map(|event| Value::Object(body(event))).collect();
    json!({
        "$schema": DRAFT,
        "title": "an event",
        "oneOf": any,
        "$defs": definitions(events),
    })
}

fn body(event: &str) -> Map<String, Value> {
    let mut body = object(&schema::event(event));
    if let Some(Value::Object(properties)) = body.get_mut("properties") {
        properties.insert("type".to_owned(), json!({"const": event}));
    }
    if let Some(Value::Array(required)) = body.get_mut("required") {
        required.insert(0, json!("type"));
    }
    body
}

fn definitions<'a>(events: impl IntoIterator<Item = &'a str>) -> Value {
    let records: BTreeMap<&str, Vec<Field>> = events.into_iter().flat_map(records_within).collect();
    records.into_iter().map(|(name, fields)| (name.to_owned(), Value::Object(object(&fields)))).collect()
}

fn object(fields: &[Field]) -> Map<String, Value> {
    let properties: Map<String, Value> =
        fields.iter().map(|field| (field.name.to_owned(), of_field(field))).collect();
    // A plain no may be left unsaid in some fields; the ledger says in which.
    let must = fields.iter().filter(|field| !field.optional && field.kind != "bool");
    let required: Vec<&str> = must.map(|field| field.name).collect();
    let object = [
        ("type", json!("object")),
        ("properties", Value::Object(properties)),
        ("required", json!(required)),
        ("additionalProperties", json!(false)),
    ];
    object.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
}

fn of_field(field: &Field) -> Value {
    let kind = of_kind(field.kind);
    if field.many { json!({"type": "array", "items": kind}) } else { kind }
}

fn of_kind(kind: &str) -> Value {
    if let Some(choices) = schema::choices(kind) {
        return json!({"enum": choices});
    }
    if let Some(kinds) = schema::variants(kind) {
        let each = kinds.into_iter().map(|(name, kind)| {
            json!({
                "type": "object",
                "properties": {name: of_kind(kind)},
                "required": [name],
                "additionalProperties": false,
            })
        });
        return json!({"oneOf": each.collect::<Vec<_>>()});
    }
    if schema::record(kind).is_some() {
        return json!({"$ref": format!("#/$defs/{kind}")});
    }
    match kind {
        "bool" => json!({"type": "boolean"}),
        "Payload" | "References" => json!({"type": "object"}),
        "u8" | "u16" | "u32" | "u64" => json!({"type": "integer", "minimum": 0}),
        "Money" | "Units" | "Price" | "Rate" | "Quantity" => json!({"type": "string", "pattern": DECIMAL}),
        "Day" => json!({"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}),
        "Account" => json!({"type": "string", "pattern": "^[0-9]{4}$"}),
        "LotId" => json!({"type": "string", "pattern": "^[0-9]+\\.[0-9]+$"}),
        _ => json!({"type": "string"}),
    }
}
