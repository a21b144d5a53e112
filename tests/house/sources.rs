//! What holds for every source.

use crate::{assert_none, files, root, sources, without_tests};

const LINES_MAX: usize = 500;

#[test]
fn no_source_is_longer_than_five_hundred_lines() {
    let long = sources().into_iter().filter(|(_, text)| text.lines().count() > LINES_MAX);
    let breaches: Vec<_> =
        long.map(|(name, text)| format!("{name}: {} lines", text.lines().count())).collect();
    assert_none("over 500 lines", &breaches);
}

#[test]
fn most_sources_are_short() {
    let lengths: Vec<usize> = sources().iter().map(|(_, text)| text.lines().count()).collect();
    let short = lengths.iter().filter(|lines| **lines <= 300).count();
    assert!(short * 10 >= lengths.len() * 8, "{short} of {} sources have at most 300 lines", lengths.len());
}

#[test]
fn every_source_opens_by_saying_what_it_is() {
    let silent = sources().into_iter().filter(|(_, text)| !text.starts_with("//! "));
    assert_none("no first sentence", &silent.map(|(name, _)| name).collect::<Vec<_>>());
}

#[test]
fn no_source_is_named_for_nothing_in_particular() {
    let vague = ["util.rs", "utils.rs", "helpers.rs", "misc.rs", "common.rs", "mod.rs"];
    let breaches: Vec<_> = sources().into_iter().map(|(name, _)| name).collect();
    let breaches: Vec<_> = breaches
        .into_iter()
        .filter(|name| vague.iter().any(|vague| name.ends_with(&format!("/{vague}"))))
        .collect();
    assert_none("a vague name", &breaches);
}

#[test]
fn every_allowance_gives_its_reason() {
    let mut breaches = Vec::new();
    for (name, text) in sources() {
        for (at, _) in text.match_indices("allow(") {
            let before = text[..at].rsplit('\n').next().unwrap();
            let is_attribute =
                before.trim_start().starts_with("#[") || before.trim_start().starts_with("#![");
            let whole = text[at..].split(")]").next().unwrap();
            if is_attribute && !whole.contains("reason = ") {
                breaches.push(format!("{name}: {}", whole.lines().next().unwrap()));
            }
        }
    }
    assert_none("an allowance without its reason", &breaches);
}

#[test]
fn no_float_touches_an_amount() {
    let mut breaches = Vec::new();
    for (name, text) in sources().into_iter().filter(|(name, _)| name.contains("/src/")) {
        for (number, line) in (1..).zip(without_tests(&text).lines()) {
            let code = line.split("//").next().unwrap();
            // The JSON reader must name every kind that a deserialiser forwards.
            let forwarding = line.contains("bool i8 i16") || line.contains("u128 f32 f64 char");
            let words = code.split(|c: char| !c.is_alphanumeric() && c != '_');
            if !forwarding && words.clone().any(|word| word == "f32" || word == "f64") {
                breaches.push(format!("{name}:{number}: {}", line.trim()));
            }
        }
    }
    assert_none("a float", &breaches);
}

#[test]
fn nothing_is_left_unfinished_or_skipped() {
    let marks = [concat!("TO", "DO"), concat!("FIX", "ME"), concat!("#[", "ignore"), concat!("todo", "!(")];
    let mut breaches = Vec::new();
    for (name, text) in sources() {
        let found = marks.iter().filter(|mark| text.contains(**mark));
        breaches.extend(found.map(|mark| format!("{name}: {mark}")));
    }
    assert_none("unfinished", &breaches);
}

#[test]
fn no_catch_all_stands_for_an_event() {
    let matched_on_events = [
        "ledger-core/src/event.rs",
        "ledger-core/src/entry/lookups.rs",
        "ledger-core/src/posting_rules.rs",
        "ledger-core/src/posting.rs",
        "ledger-core/src/measure.rs",
        "ledger-core/src/world/movements.rs",
        "ledger-core/src/report/roll_forward/caption.rs",
        "ledger-core/src/report/cash_flow/activities.rs",
        "ledger-core/src/report/equity.rs",
    ];
    let mut breaches = Vec::new();
    for name in matched_on_events {
        let text = std::fs::read_to_string(root().join(name)).unwrap();
        let body = without_tests(&text);
        breaches.extend(
            body.lines().filter(|line| line.trim().starts_with("_ =>")).map(|line| format!("{name}: {line}")),
        );
    }
    assert_none("a catch-all over events", &breaches);
}

#[test]
fn the_documents_that_newcomers_need_are_there_and_linked() {
    let readme = std::fs::read_to_string(root().join("README.md")).unwrap();
    for name in ["ARCHITECTURE.md", "CONTRIBUTING.md", "docs/log-format.md", "docs/adr"] {
        assert!(root().join(name).exists(), "{name} is missing");
        assert!(readme.contains(name), "README.md does not lead to {name}");
    }
    for command in ["cargo run --release -- demo", "cargo test --workspace"] {
        assert!(readme.contains(command), "README.md does not give `{command}`");
    }
}

#[test]
fn every_link_between_documents_leads_somewhere() {
    let mut links = 0;
    let mut breaches = Vec::new();
    let pages = files("docs")
        .into_iter()
        .chain(["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md"].map(|name| root().join(name)));
    for page in pages.filter(|path| path.extension().is_some_and(|extension| extension == "md")) {
        let text = std::fs::read_to_string(&page).unwrap();
        for link in text.split("](").skip(1).map(|rest| rest.split([')', '#']).next().unwrap()) {
            if link.is_empty() || link.contains("://") {
                continue;
            }
            links += 1;
            if !page.parent().unwrap().join(link).exists() {
                breaches.push(format!("{}: {link}", page.display()));
            }
        }
    }
    assert!(links > 10, "only {links} links found");
    assert_none("a dead link", &breaches);
}
