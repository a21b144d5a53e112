//! Several events as one entry, from a file.

use serde_json::{Value, json};

use crate::sandbox::{Ran, Sandbox};

pub(crate) const MINI: &str = "mini.jsonl";

/// The last entry of the log, without what is new each time.
pub(crate) fn last(sandbox: &Sandbox) -> Value {
    let out = sandbox.run(&["export", "jsonl"]).exits(0).out;
    let mut entry: Value = serde_json::from_str(out.lines().last().unwrap()).unwrap();
    entry.as_object_mut().unwrap().remove("id");
    entry
}

/// The file recorded, or whatever is asked of it.
pub(crate) fn of_file(sandbox: &Sandbox, name: &str, text: &str, more: &[&str]) -> Ran {
    sandbox.file(name, text.as_bytes());
    sandbox.run(&[&["--actor", "controller-1", "entry", name], more].concat())
}

#[test]
fn a_file_in_toml_is_the_entry_written_in_json() {
    let sandbox = Sandbox::with_story(MINI);
    let toml = r#"
effective = 2026-03-15
transaction = "paydown"
memo = "two things at once"
evidence = ["trade confirmation 12", { name = "advice", sha256 = "00000000000000000000000000000000000000000000000000000000000000aa" }]
refs = { bank = "TX 1" }
events = [
  "sell '0.5 BTC' --from cold --to bank --for '30,000 USD' --fee 12.50",
  { type = "cash_paid", wallet = "bank", amount = "1,000.50 USD", category = "tax" },
]
"#;
    let events = json!([
        {"type": "coins_sold", "commodity": "BTC", "units": "0.5", "from": {"wallet": "cold"}, "to": {"wallet": "bank"},
         "proceeds": {"amount": "30000", "currency": "USD"}, "fee": {"amount": "12.50", "currency": "USD"}},
        {"type": "cash_paid", "wallet": "bank", "amount": {"amount": "1000.50", "currency": "USD"}, "category": "tax"},
    ]);
    let entry = json!({
        "id": "00000000-0000-4000-8000-000000000001", "effective": "2026-03-15", "actor": "controller-1",
        "transaction": "paydown", "memo": "two things at once",
        "evidence": [{"name": "trade confirmation 12"}, {"name": "advice", "sha256": "00000000000000000000000000000000000000000000000000000000000000aa"}],
        "refs": {"bank": "TX 1"}, "events": events,
    });
    let before = sandbox.store();
    let shown = of_file(&sandbox, "e.toml", toml, &["--dry-run"]).exits(0);
    assert!(shown.out.contains("event 1, cash_paid"), "{}", shown.out);
    assert_eq!(sandbox.store(), before);
    of_file(&sandbox, "e.toml", toml, &["--yes"]).exits(0);
    let written = Sandbox::with_story(MINI);
    written.append(&entry.to_string()).exits(0);
    assert_eq!(last(&sandbox), last(&written));
    // The same entry in JSON, as `append` takes it, is a file of an entry too.
    let again = Sandbox::with_story(MINI);
    of_file(&again, "e.json", &entry.to_string(), &["--yes"]).exits(0);
    assert_eq!(last(&again), last(&written));
    let known = of_file(&again, "e.json", &entry.to_string(), &["--yes"]).exits(0);
    assert_eq!(known.out, "already recorded as 11\n");
}

#[test]
fn what_a_flag_says_stands_in_place_of_what_the_file_says() {
    let sandbox = Sandbox::with_story(MINI);
    let text = "effective = 2026-03-15\nmemo = \"of the file\"\nevents = ['cash in \"10 USD\" --to bank --category customer']\n";
    of_file(&sandbox, "e.toml", text, &["--yes", "--on", "2026-03-16", "--ref", "bank=7"]).exits(0);
    let entry = last(&sandbox);
    assert_eq!((&entry["effective"], &entry["memo"]), (&json!("2026-03-16"), &json!("of the file")));
    assert_eq!(entry["refs"], json!({"bank": "7"}));
}

#[test]
fn what_a_file_says_wrongly_is_told_and_nothing_is_recorded() {
    let sandbox = Sandbox::with_story(MINI);
    let before = sandbox.store();
    for (text, told) in [
        ("effective = 2026-03-15", "nothing happens"),
        ("effectve = 2026-03-15\nevents = []", "an entry has no `effectve`; did you mean `effective`?"),
        ("effective = \n", "this is no TOML"),
        ("{\"effective\": \"2026-03-15\", \"effective\": 1}", "duplicate key: `effective`"),
        ("{\"effective\": \"2026-03-15\"", "this is no JSON"),
        ("events = [\"lone draw f1\"]", "event 0: `lone draw` records nothing; did you mean `loan draw`?"),
        ("events = [\"report lots\"]", "event 0: `report lots` records nothing"),
        ("events = [\"cash in '10 USD\"]", "event 0: a quotation mark is not closed"),
        ("events = [\"cash in '10 USD' --too bank\"]", "event 0: unexpected argument '--too'"),
        ("events = [\"cash in '10 USD'\"]", "event 0: --to is missing"),
        (
            "events = [\"cash in '1,0 USD' --to bank --category tax\"]",
            "event 0: amount: `1,0`: commas stand only",
        ),
        (
            "events = [\"cash in '10 USD' --to bank --category tax --on 2026-03-01\"]",
            "event 0: a sentence in a file says what happened",
        ),
        (
            "events = [\"cash in '10 USD' --to bank --category tax --store x\"]",
            "event 0: a sentence in a file says what happened",
        ),
        ("events = [{ units = \"1\" }]", "event 0: its `type` is missing"),
        ("events = [5]", "event 0: an event is a sentence, or a table with a `type`"),
        (
            "events = [{ type = \"coins_sol\" }]",
            "event 0: there is no event `coins_sol`; did you mean `coins_sold`?",
        ),
        ("events = [{ type = \"coins_sold\", units = 0.5 }]", "a number with a fraction stands in quotes"),
        (
            "effective = 2026-03-15\nevents = [{ type = \"cash_paid\", walet = \"bank\" }]",
            "there is no field `walet` here",
        ),
        (
            "effective = \"someday\"\nevents = [\"cash in '10 USD' --to bank --category customer\"]",
            "effective: `someday`",
        ),
    ] {
        let ran = of_file(&sandbox, "e.toml", text, &["--yes"]).exits(3);
        assert!(ran.err.contains(told), "{text}: {}", ran.err);
    }
    let no_text = sandbox.file("e.toml", &[0xff, 0xfe, 0x00]);
    let ran = sandbox.run(&["--actor", "a", "entry", no_text.to_str().unwrap()]).exits(3);
    assert!(ran.err.contains("no text in UTF-8"), "{}", ran.err);
    assert_eq!(sandbox.store(), before);
}
