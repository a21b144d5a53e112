//! Pages printed from tests: `docs/posting-rules.md` from the rules, and whatever else says the same twice.

use std::path::Path;

use ledger_core::event::{FAMILIES, NAMES};

use super::rule::Checked;

/// Compares a page under `docs/` with what the tests make of it; `UPDATE_DOCS=1` writes it anew.
#[allow(clippy::disallowed_methods, reason = "the suite, unlike the core, writes the page that it checks")]
pub(crate) fn is_up_to_date(name: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs").join(name);
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, text).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    let stale = || format!("docs/{name} is stale: UPDATE_DOCS=1 cargo test -p ledger-core --test domain");
    assert!(written == text, "{}", stale());
}

/// A test's name as a sentence.
pub(crate) fn sentence(name: &str) -> String {
    let words = name.replace('_', " ");
    let mut letters = words.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}

const HEAD: &str = "# The posting table

What every event posts, printed from the tests of the table (`tests/domain/posting_rules`), where each journal was
worked out by hand. Written anew by `UPDATE_DOCS=1 cargo test -p ledger-core --test domain`.

The ledger of the examples has a bank account of 1,000,000 US dollars and two books: `us-gaap` carries coins at fair
value (ASC 350-60), `tax` at cost. Books of other names stand for the policy they are named after. In brackets stands
the sub-ledger: wallet, facility, party, commitment, derivative or line of business. Accounts from 9010 on are off the balance sheet
and balance among themselves. Where a journal reads *nothing*, the event has no effect on that book.
";

#[test]
fn the_page_of_posting_rules_is_printed_from_these_rules() {
    let rules: Vec<(&str, Checked)> =
        super::all().into_iter().map(|(name, rule)| (name, rule.run())).collect();
    let mut page = format!("{HEAD}{}", contents());
    let mut printed = 0;
    for event in NAMES {
        page.push_str(&format!("\n## `{event}`\n"));
        let of_event: Vec<_> = rules.iter().filter(|(_, rule)| type_of(rule) == *event).collect();
        assert!(!of_event.is_empty(), "{event} has no rule");
        for (name, rule) in of_event {
            page.push_str(&print(name, rule));
            printed += 1;
        }
    }
    assert_eq!(printed, rules.len());
    is_up_to_date("posting-rules.md", &page);
}

/// Every event by its family, with the way to its rules.
fn contents() -> String {
    let mut families: Vec<&str> = Vec::new();
    for (_, family) in FAMILIES {
        if !families.contains(family) {
            families.push(family);
        }
    }
    let mut contents = String::new();
    for family in families {
        let of_family = FAMILIES.iter().filter(|(_, of)| *of == family);
        let links: Vec<String> = of_family.map(|(name, _)| format!("[`{name}`](#{name})")).collect();
        contents.push_str(&format!("\n- **{}**: {}\n", sentence(family), links.join(", ")));
    }
    contents
}

fn type_of(rule: &Checked) -> &str {
    let types: Vec<_> = rule.events.iter().filter_map(|event| event["type"].as_str()).collect();
    // A policy comes with those who approve by it.
    let is_more = |name: &&str| *name != "actor_enrolled";
    let types = if types.iter().any(is_more) { types.into_iter().filter(is_more).collect() } else { types };
    assert!(types.windows(2).all(|pair| pair[0] == pair[1]), "a rule is about one type of event: {types:?}");
    types.first().expect("a rule has an event")
}

fn print(name: &str, rule: &Checked) -> String {
    let given: String = rule.given.iter().map(|told| format!("- {told}\n")).collect();
    let events: String = rule.events.iter().map(|event| format!("{event}\n")).collect();
    format!(
        "\n### {}\n\n{given}- {}:\n\n```json\n{events}```\n\n```text\n{}```\n",
        sentence(name),
        rule.effective,
        rule.posted,
    )
}
