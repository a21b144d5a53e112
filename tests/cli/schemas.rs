//! What tells a newcomer what can be typed: schemas of events, completions, manual pages.

use expect_test::expect;
use serde_json::Value;

use crate::sandbox::{Sandbox, feed, story};

/// Whether a value is what a schema says, as far as the schemas of events go; the first breach if it is not.
fn breach(value: &Value, schema: &Value, root: &Value) -> Option<String> {
    if let Some(name) = schema["$ref"].as_str() {
        let of = name.rsplit('/').next().unwrap();
        assert!(root["$defs"][of].is_object(), "{name} leads nowhere");
        return breach(value, &root["$defs"][of], root);
    }
    if let Some(any) = schema["oneOf"].as_array() {
        let fits = any.iter().filter(|one| breach(value, one, root).is_none()).count();
        return (fits != 1).then(|| format!("{value} fits {fits} kinds"));
    }
    if let Some(choices) = schema["enum"].as_array() {
        return (!choices.contains(value)).then(|| format!("{value} is no choice"));
    }
    if schema["const"].is_string() {
        return (schema["const"] != *value).then(|| format!("{value} is not {}", schema["const"]));
    }
    match (schema["type"].as_str().unwrap(), value) {
        ("string", Value::String(_)) | ("boolean", Value::Bool(_)) => None,
        ("integer", number) if number.is_u64() => None,
        ("array", Value::Array(items)) => items.iter().find_map(|item| breach(item, &schema["items"], root)),
        ("object", Value::Object(fields)) => {
            if schema["properties"].is_null() {
                return None; // An object of which no more is said.
            }
            let missing = schema["required"].as_array().unwrap().iter().map(|name| name.as_str().unwrap());
            let missing = missing.into_iter().find(|name| !fields.contains_key(*name));
            let of_field = |(name, value): (&String, &Value)| {
                let of = &schema["properties"][name];
                if of.is_null() { Some(format!("{name} is no field")) } else { breach(value, of, root) }
            };
            missing.map(|name| format!("{name} is missing")).or_else(|| fields.iter().find_map(of_field))
        }
        (wanted, other) => Some(format!("{other} is no {wanted}")),
    }
}

#[test]
fn an_event_is_told_to_people_with_its_fields_and_an_example() {
    let out = Sandbox::new().run(&["schema", "coins_lost"]).exits(0).out;
    expect![[r#"
        coins_lost
          from       Place             required; {"wallet": WalletId} or {"facility": FacilityId}
          commodity  Commodity         required
          units      Units             required
          reason     String            required
          lots       list of NamedLot  may be left out

        NamedLot
          book   BookId  may be left out
          lot    LotId   required
          units  Units   required

        Example
        {
          "type": "coins_lost",
          "from": {
            "wallet": "hot"
          },
          "commodity": "BTC",
          "units": "0.02",
          "reason": "sent to an address of nobody"
        }
    "#]]
    .assert_eq(&out);
    let refused = Sandbox::new().run(&["schema", "coins_sould"]).exits(2);
    assert!(refused.err.contains("did you mean `coins_sold`?"), "{}", refused.err);
}

#[test]
fn every_event_of_every_story_fits_its_schema_and_no_other() {
    let any = Sandbox::new().run(&["schema", "-f", "json"]).exits(0).json();
    let mut events = 0;
    let mut kinds = std::collections::BTreeSet::new();
    for name in ["every-event.jsonl", "cango-2026q1.jsonl", "mini.jsonl"] {
        for line in std::fs::read_to_string(story(name)).unwrap().lines() {
            let entry: Value = serde_json::from_str(line).unwrap();
            for event in entry["events"].as_array().unwrap() {
                assert_eq!(breach(event, &any, &any), None, "{name}: {event}");
                events += 1;
                kinds.insert(event["type"].as_str().unwrap().to_owned());
                let mut odd = event.clone();
                odd["surplus"] = Value::Bool(true);
                assert!(breach(&odd, &any, &any).is_some(), "{odd}");
            }
        }
    }
    assert!(events > 200 && kinds.len() > 60, "{events} events of {} kinds", kinds.len());
}

#[test]
fn every_event_has_a_schema_of_its_own_with_its_example() {
    let sandbox = Sandbox::new();
    let names = sandbox.run(&["schema"]).exits(0).out;
    assert!(names.lines().count() >= 72, "{names}");
    for name in names.lines() {
        let schema = sandbox.run(&["schema", name, "-f", "json"]).exits(0).json();
        assert_eq!(breach(&schema["examples"][0], &schema, &schema), None, "{name}");
        let mut lacking = schema["examples"][0].clone();
        lacking.as_object_mut().unwrap().remove("type");
        assert!(breach(&lacking, &schema, &schema).is_some());
    }
}

/// What a shell is offered for the last of these words.
fn offered(sandbox: &Sandbox, words: &[&str]) -> Vec<String> {
    let mut command = sandbox.command(&[&["--", "treasury"], words].concat());
    let ran = feed(command.env("TREASURY_COMPLETE", "fish"), b"").exits(0);
    ran.out.lines().map(|line| line.split('\t').next().unwrap().to_owned()).collect()
}

#[test]
fn a_shell_is_offered_the_names_in_the_ledger() {
    let sandbox = Sandbox::with_story("cango-2026q1.jsonl");
    let cases: &[(&[&str], &[&str])] = &[
        (&["replay", "--facility", ""], &["antalpha"]),
        (&["report", "holdings", "--book", ""], &["tax", "us-gaap"]),
        (&["report", "register", "124"], &["1240"]),
        (&["report", "roll"], &["roll-forward"]),
        (&["schema", "loan_d"], &["loan_drawn"]),
        (&["export", "be"], &["beancount"]),
        (&["sell", "--from", "mi"], &["mining"]),
    ];
    for (words, wanted) in cases {
        let mut found = offered(&sandbox, words);
        found.sort();
        assert_eq!(found, *wanted, "{words:?}");
    }
    let before = sandbox.store();
    offered(&sandbox, &["replay", "--facility", ""]);
    let log = |files: &std::collections::BTreeMap<std::path::PathBuf, Vec<u8>>| {
        files
            .iter()
            .filter(|(path, _)| path.extension().is_some_and(|end| end == "log"))
            .map(|(_, bytes)| bytes.clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(log(&sandbox.store()), log(&before));
    // Where there is no ledger, or none that can be read, nothing is offered and nothing said.
    assert!(offered(&Sandbox::new(), &["replay", "--facility", ""]).is_empty());
    let damaged = Sandbox::new();
    std::fs::create_dir(damaged.path().join("books")).unwrap();
    damaged.file("books/head", b"nonsense");
    assert!(offered(&damaged, &["replay", "--facility", ""]).is_empty());
}

#[test]
fn manual_pages_are_there_for_every_command() {
    let sandbox = Sandbox::new();
    sandbox.run(&["man", "pages"]).exits(0);
    for page in
        ["treasury", "treasury-report", "treasury-audit-pack", "treasury-sell", "treasury-actor-enrol"]
    {
        let text = std::fs::read_to_string(sandbox.path().join(format!("pages/{page}.1"))).unwrap();
        assert!(text.contains(".SH NAME") && text.contains(".SH OPTIONS"), "{page}");
    }
    assert!(sandbox.run(&["man"]).exits(0).out.contains(".TH treasury 1"));
}
