//! `treasury replay --step` at a real terminal, and `--stop-when`.

use crate::sandbox::Sandbox;
use crate::terminal::typed_into;

/// What a terminal shows of a replay that is given these lines, one at each prompt.
fn at_a_terminal(sandbox: &Sandbox, lines: &[&str], args: &[&str]) -> String {
    let replay = [&["replay", "--step"], args].concat();
    let (shown, code) = typed_into(sandbox, &["q quit > "], lines, &replay);
    assert_eq!(code, 0, "{shown}");
    shown
}

/// The entries shown, in the order in which they were.
fn entries(shown: &str) -> Vec<&str> {
    let headings = shown.lines().filter_map(|line| line.strip_prefix("Entry "));
    headings.filter_map(|heading| heading.split(' ').next()).collect()
}

#[test]
fn a_person_steps_forward_and_back_and_jumps_to_an_entry_or_a_day() {
    let sandbox = Sandbox::with_story("mini.jsonl");
    let lines = ["", "n", "b", "g 7", "d 2026-03-01", "q"];
    let shown = at_a_terminal(&sandbox, &lines, &["--from", "4"]);
    assert_eq!(entries(&shown), ["4", "5", "6", "5", "7", "9"], "{shown}");
    assert!(shown.contains("4 of 7 · Enter next"), "{shown}");
    assert!(shown.contains("loan to value of f1"), "{shown}");
}

#[test]
fn what_cannot_be_stepped_to_is_told_and_nothing_is_shown_again() {
    let sandbox = Sandbox::with_story("mini.jsonl");
    let lines = ["b", "g 99", "d 2027-01-01", "x", "n", "n", "n"];
    let shown = at_a_terminal(&sandbox, &lines, &["--from", "8"]);
    assert_eq!(entries(&shown), ["8", "9", "10"], "{shown}");
    for told in [
        "that is the first entry",
        "entry 99 is not in this replay",
        "no entry in this replay is of 2027-01-01 or later",
        "`x`? Enter or n, b, g N, d DATE, q",
        "that was the last entry",
    ] {
        assert!(shown.contains(told), "{told}\n{shown}");
    }
}

#[test]
fn without_a_terminal_all_is_shown_at_once() {
    let sandbox = Sandbox::with_story("mini.jsonl");
    let stepped = sandbox.run(&["replay", "--step", "--from", "8"]).exits(0);
    let plain = sandbox.run(&["replay", "--from", "8"]).exits(0);
    assert_eq!(stepped.out, plain.out);
    assert_eq!(entries(&plain.out), ["8", "9", "10"]);
}

#[test]
fn a_replay_stops_after_the_entry_after_which_a_condition_holds() {
    let sandbox = Sandbox::with_story("loan-life.jsonl");
    let ran = sandbox.run(&["replay", "--stop-when", "ltv > 0.7"]).exits(0);
    let last = entries(&ran.out).last().map(|number| (*number).to_owned()).unwrap();
    assert_eq!(ran.err, format!("stopped after entry {last}, after which the condition holds\n"));
    assert!(ran.out.contains(&format!("Balance sheet after entry {last}")), "{}", ran.out);
    let json = sandbox.run(&["replay", "--stop-when", "ltv > 0.7", "-f", "json", "--quiet"]).exits(0).json();
    let steps = json["entries"].as_array().unwrap();
    let highest = |step: &serde_json::Value| {
        let facilities = step["facilities"].as_array().unwrap().iter();
        let ltv = facilities.filter_map(|moved| moved["after"]["ltv_percent"].as_str());
        ltv.map(|percent| percent.parse::<hundredths::Percent>().unwrap()).max()
    };
    assert!(steps.iter().rev().skip(1).filter_map(highest).all(|ltv| ltv.0 <= 7_000));
    assert!(steps.last().and_then(highest).is_some_and(|ltv| ltv.0 > 7_000), "{:?}", steps.last());
    let never = sandbox.run(&["replay", "--from", "1", "--to", "3", "--stop-when", "ltv > 9"]).exits(0);
    assert_eq!(never.err, "the condition holds after none of these entries\n");
    let wrong = sandbox.run(&["replay", "--stop-when", "ltv >"]).exits(2);
    assert!(wrong.err.contains("column 6: a value is missing"), "{}", wrong.err);
}

/// Percent with two digits, in hundredths.
mod hundredths {
    #[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
    pub(super) struct Percent(pub(super) u64);

    impl std::str::FromStr for Percent {
        type Err = std::num::ParseIntError;
        fn from_str(text: &str) -> Result<Percent, Self::Err> {
            text.replace('.', "").parse().map(Percent)
        }
    }
}
