//! Random entries reversed: what was known before is as it was, to the byte, and the books after it are those of the
//! model, which remembers what every entry did. What the model cannot take back is set aside and counted by its reason.

use std::collections::BTreeMap;

use ledger_core::decide::{Decision, History};
use ledger_core::entry::Entry;
use ledger_core::event::Event;
use ledger_core::event::in_kind::Spending;
use ledger_core::time::Day;
use serde_json::json;
use testkit::generate::possible;

use super::{HELD, Tally, check, in_log, is_stricter, numbered, ours, recorded};

/// Events with registers of their own that must be among those taken back.
const TAKEN_BACK: &[&str] = &[
    "derivative_opened",
    "derivative_settled",
    "power_contracted",
    "power_billed",
    "compute_contracted",
    "compute_delivered",
];

/// Why an entry is not taken back here: the first of its events that the model cannot take back.
fn set_aside(entry: &Entry) -> Option<&'static str> {
    let event = entry.events.iter().find(|event| !testkit::naive::is_modelled(event))?;
    Some(if let Event::CoinsMoved(_) = event {
        "coins on their way, which no reversal meets"
    } else if matches!(event, Event::CoinsSpent(e) if e.settles == Spending::Deposit) {
        "a deposit on an order"
    } else if matches!(event, Event::CoinsSpent(_) | Event::CoinsAccepted(_)) {
        "an obligation to return coins, whose marks since the ledger does not mirror with it"
    } else {
        "orders and equipment"
    })
}

/// A reversal of an entry, dated so many days after the last one.
fn reversal(log: &[ledger_core::resolve::Recorded], entry: u64, days: i64) -> Entry {
    let entries = numbered(log);
    let last = testkit::naive::Naive::new(&entries).days().last().copied().unwrap();
    let day = Day::from_number(last.number() + days).unwrap();
    let number = log.len() + 1;
    let entry = json!({"id": format!("00000000-0000-4000-8000-{number:012}"), "effective": day.to_string(),
        "actor": "controller-1",
        "events": [{"type": "entry_reversed", "entry": entry, "reason": "recorded by mistake"}]});
    Entry::from_json(&entry.to_string()).unwrap()
}

#[test]
fn an_entry_reversed_leaves_what_was_known_and_gives_the_books_of_the_model() {
    let (mut accepted, mut late, mut refused) = (0, 0, BTreeMap::new());
    let mut taken_back: BTreeMap<&str, usize> = BTreeMap::new();
    let mut aside: BTreeMap<&str, usize> = BTreeMap::new();
    for seed in 2_000..2_016 {
        let log = recorded(seed, HELD, &mut Tally::default());
        let known = log.len() as u64;
        let before = format!("{:?}", ours::folded(&log, None, None).unwrap());
        for entry in 2..=known {
            if let Some(why) = set_aside(&log[entry as usize - 1].entry) {
                *aside.entry(why).or_insert(0) += 1;
                continue;
            }
            // At the head, and in the midst of what is recorded already.
            for days in [1, -20] {
                let mut history = History::of(log.clone()).unwrap();
                let reversing = reversal(&log, entry, days);
                let mut with = log.clone();
                with.push(in_log(known + 1, reversing.clone()));
                match history.consider(&reversing) {
                    Ok(Decision::Accepted(decided)) => {
                        history.accept(with.last().unwrap().clone());
                        accepted += 1;
                        let events = &log[entry as usize - 1].entry.events;
                        events.iter().for_each(|event| *taken_back.entry(event.name()).or_default() += 1);
                        late += usize::from(decided.order < history_greatest(&log));
                        let after = ours::folded(&with, None, None).unwrap();
                        assert_eq!(
                            format!("{after:?}"),
                            format!("{:?}", history.fold()),
                            "seed {seed}, {entry}"
                        );
                        let then = ours::folded(&with, None, Some(known)).unwrap();
                        assert_eq!(format!("{then:?}"), before, "seed {seed}, {entry}");
                        check(seed, &with, None, None);
                    }
                    Ok(Decision::AlreadyRecorded(_)) => panic!("seed {seed}: recorded already"),
                    Err(why) => {
                        let tried = numbered(&with);
                        assert!(
                            is_stricter(&why.why) || possible(&tried).is_err(),
                            "seed {seed}: {entry} refused though it can be: {why}"
                        );
                        *refused.entry(why.why.code()).or_insert(0) += 1;
                    }
                }
            }
        }
    }
    assert!(accepted >= 100 && late >= 20, "{accepted} accepted, {late} late, {refused:?}");
    assert!(aside.values().sum::<usize>() * 2 < accepted, "{accepted} accepted, set aside: {aside:?}");
    let missing: Vec<_> = TAKEN_BACK.iter().filter(|name| !taken_back.contains_key(*name)).collect();
    assert!(missing.is_empty(), "never taken back: {missing:?} of {taken_back:?}");
    assert!(
        refused.contains_key("DEPENDED_ON") && refused.contains_key("LATER_ENTRY_CANNOT_STAND"),
        "{refused:?}"
    );
}

fn history_greatest(log: &[ledger_core::resolve::Recorded]) -> ledger_core::time::OrderKey {
    ledger_core::resolve::Outline::of(log).greatest()
}
