//! `docs/json.md` says what the program prints: each example, held against it.

use serde_json::Value;

use crate::sandbox::{Sandbox, entry};

pub(crate) fn page() -> String {
    std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/json.md")).unwrap()
}

/// Where an example is not what was printed. `{}`, `[]` and `"…"` stand for what is left out; of a list, an
/// example shows some.
pub(crate) fn differs(example: &Value, printed: &Value, at: &str) -> Option<String> {
    match (example, printed) {
        (Value::String(left_out), Value::String(_)) if left_out == "…" => None,
        (Value::Object(example), Value::Object(_)) if example.is_empty() => None,
        (Value::Object(example), Value::Object(printed)) => {
            let keys = |object: &serde_json::Map<String, Value>| {
                let mut keys: Vec<String> = object.keys().cloned().collect();
                keys.sort();
                keys
            };
            if keys(example) != keys(printed) {
                return Some(format!("{at} has {:?}", keys(printed)));
            }
            example.iter().find_map(|(key, value)| differs(value, &printed[key], &format!("{at}.{key}")))
        }
        (Value::Array(examples), Value::Array(printed)) => examples.iter().find_map(|example| {
            let all = printed.iter().map(|item| differs(example, item, at));
            all.min_by_key(|difference| difference.as_ref().map_or(0, String::len))
                .unwrap_or_else(|| Some(format!("{at} is empty")))
        }),
        (example, printed) => (example != printed).then(|| format!("{at}: {example} is {printed}")),
    }
}

#[test]
fn each_example_is_what_its_command_prints() {
    let sandbox = Sandbox::with_story("mini.jsonl");
    let page = page();
    let mut examples = 0;
    for section in page.split("\n## `treasury ").skip(1) {
        let (command, rest) = section.split_once('`').unwrap();
        let text = rest.split("```json\n").nth(1).unwrap().split("```").next().unwrap();
        let example: Value = serde_json::from_str(text).unwrap_or_else(|why| panic!("{command}: {why}"));
        let args: Vec<&str> = command.split(' ').collect();
        let differs_is_a_finding = i32::from(command.starts_with("compare"));
        let printed = sandbox.run(&args).exits(differs_is_a_finding).json();
        assert_eq!(differs(&example, &printed, ""), None, "{command}");
        examples += 1;
    }
    assert_eq!(examples, 19);
}

#[test]
fn the_refusal_on_the_page_is_what_is_said() {
    let sandbox = Sandbox::with_story("mini.jsonl");
    let sale = r#"{"type":"coins_sold","commodity":"BTC","units":"4","proceeds":{"amount":"260000.00","currency":"USD"},"from":{"wallet":"cold"},"to":{"wallet":"bank"}}"#;
    sandbox.file("sale.jsonl", entry(1, "2026-03-02", sale).as_bytes());
    let refused = sandbox.run(&["append", "sale.jsonl"]).exits(3);
    assert!(page().contains(&format!("```text\n{}```", refused.err)), "{}", refused.err);
}

#[test]
fn the_first_word_on_stderr_tells_the_exit_code() {
    let sandbox = Sandbox::with_story("mini.jsonl");
    let begins = [
        (&["report", "lot"][..], 2, "error"),
        (&["reprot"], 2, "error"),
        (&["report", "lots", "--in", "hundreds"], 2, "error"),
        (&["report", "register", "9999"], 3, "refused: UNKNOWN_ACCOUNT\n"),
        (&["--store", "nowhere", "verify"], 4, "store unreachable\n"),
    ];
    for (args, code, start) in begins {
        let ran = sandbox.run(args).exits(code);
        assert!(ran.err.starts_with(start) && ran.out.is_empty(), "{args:?}: {}", ran.err);
    }
    let quiet = sandbox.run(&["checkpoint", "--quiet"]).exits(0);
    assert_eq!(quiet.err, "");
    let verified = sandbox.run(&["report", "lots", "--verified", "-f", "json"]).exits(0).json();
    assert_eq!(verified["head"]["verified"]["every_byte"], true);
    let checkpoint = sandbox.run(&["checkpoint"]).exits(0).out;
    sandbox.file("kept", checkpoint.as_bytes());
    let contained = sandbox.run(&["verify", "--expect", "kept", "-f", "json"]).exits(0).json();
    assert_eq!(contained["complete"], 10);
    let mut bytes = std::fs::read(sandbox.segment()).unwrap();
    bytes[13_000] ^= 1;
    std::fs::write(sandbox.segment(), bytes).unwrap();
    let damaged = sandbox.run(&["report", "lots", "-f", "json"]).exits(4);
    assert!(damaged.err.starts_with("store damaged\n") && damaged.out.is_empty(), "{}", damaged.err);
    let found = sandbox.run(&["verify", "-f", "json"]).exits(1).json();
    assert_eq!((&found["clean"], &found["root"]), (&false.into(), &Value::Null));
    let finding = found["passes"][0]["findings"][0].as_object().unwrap();
    assert_eq!(finding.keys().collect::<Vec<_>>(), ["code", "message", "entry", "file", "offset"]);
    assert_eq!(found["passes"][4]["checked"], Value::Null);
}
