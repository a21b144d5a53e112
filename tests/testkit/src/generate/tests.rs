//! The generators: the same log for the same seed, every event, entries that balance.

use std::collections::BTreeMap;

use ledger_core::event::{EntryReversed, Event, NAMES};

use super::*;

const LONG: usize = 45;

#[test]
fn the_same_seed_gives_the_same_log() {
    assert_eq!(log(7, 30, Options::default()), log(7, 30, Options::default()));
    assert_ne!(log(7, 30, Options::default()), log(8, 30, Options::default()));
}

fn reversal(event: &Event) -> Option<&EntryReversed> {
    if let Event::EntryReversed(reversed) = event { Some(reversed) } else { None }
}

#[test]
fn most_of_what_is_proposed_stands_and_every_event_comes_up() {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let mut reversed: BTreeMap<&str, usize> = BTreeMap::new();
    let (mut proposed, mut accepted, mut late, mut several) = (0, 0, 0, 0);
    for seed in 0..80 {
        let mut generator = Generator::new(seed, Options::default());
        let mut tries = 0;
        while generator.log().len() < LONG && tries < 4 * LONG {
            tries += 1;
            let entry = generator.propose();
            let mut tried = generator.log().to_vec();
            tried.push((tried.len() as u64 + 1, entry.clone()));
            if possible(&tried).is_ok() {
                entry.events.iter().for_each(|event| *counts.entry(event.name()).or_default() += 1);
                several += usize::from(entry.events.len() > 1);
                for event in entry.events.iter().filter_map(reversal) {
                    let of = &generator.log()[event.entry as usize - 1].1;
                    of.events.iter().for_each(|event| *reversed.entry(event.name()).or_default() += 1);
                }
                generator.accepted(entry);
            }
        }
        let order = Naive::new(generator.log()).order();
        late += order.windows(2).filter(|pair| pair[0] > pair[1]).count();
        proposed += tries;
        accepted += generator.log().len();
    }
    let missing: Vec<_> =
        NAMES.iter().filter(|name| !counts.contains_key(**name) && !is_left_out(name)).collect();
    assert!(missing.is_empty(), "{missing:?} of {counts:?}");
    let of_registers = ["derivative_", "power_", "compute_"];
    let unreversed: Vec<_> =
        of_registers.iter().filter(|of| !reversed.keys().any(|name| name.starts_with(**of))).collect();
    assert!(unreversed.is_empty(), "never reversed: {unreversed:?} of {reversed:?}");
    assert!(accepted * 100 >= proposed * 97, "{accepted} of {proposed}");
    assert!(late >= 40, "{late} late entries");
    assert!(several >= 200, "{several} entries of several events");
}

#[test]
fn after_every_entry_both_books_balance() {
    let mut pictures = 0;
    for seed in 100..130 {
        let log = log(seed, LONG, Options::default());
        let naive = Naive::new(&log);
        for (number, _) in &log {
            for book in naive.books() {
                let picture = naive.ask(book, None, Some(*number)).unwrap();
                let sum = |memo: bool| -> i128 {
                    let of_kind =
                        picture.trial_balance.iter().filter(|(account, _)| (**account >= 9000) == memo);
                    of_kind.map(|(_, cents)| cents).sum()
                };
                assert_eq!((sum(false), sum(true)), (0, 0), "seed {seed}, {book}, entry {number}");
                pictures += 1;
            }
        }
    }
    assert!(pictures >= 30 * 2 * 30, "{pictures} pictures");
}
