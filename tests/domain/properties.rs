//! Random logs: our books are those of the naive model, for every as-known and every month end, and an entry
//! recorded late gives the books that it would have given in time.

mod compared;
mod explained;
mod invariants;
mod kept;
mod life_of_coins;
mod ours;
mod positions;
mod registers;
mod responsible;
mod reversals;
mod what_if;

use std::collections::BTreeMap;

use ledger_core::decide::{Decision, History};
use ledger_core::entry::Entry;
use ledger_core::ids::BookId;
use ledger_core::refusal::Refusal;
use ledger_core::resolve::Recorded;
use ledger_core::time::{Day, Effective, Instant};
use testkit::generate::{Generator, Options, possible};
use testkit::naive::{Naive, Picture};

/// Entries of a log.
const LENGTH: usize = 60;

/// What the logs hold: everything that the generator knows.
const HELD: Options =
    Options { late: true, late_arrivals: true, late_prices: true, stablecoin_debt: true, closes: true };

#[derive(Debug, Default)]
struct Tally {
    proposed: usize,
    accepted: usize,
    late: usize,
    refusals: BTreeMap<&'static str, usize>,
}

/// What the program takes in of what a generator proposes. What it refuses, the model cannot take in either.
fn recorded(seed: u64, options: Options, tally: &mut Tally) -> Vec<Recorded> {
    let mut generator = Generator::new(seed, options);
    let mut history = History::default();
    for _ in 0..2 * LENGTH {
        if history.log().len() == LENGTH {
            break;
        }
        let entry = generator.propose();
        tally.proposed += 1;
        match history.consider(&entry) {
            Ok(Decision::Accepted(accepted)) => {
                tally.accepted += 1;
                tally.late += usize::from(accepted.late);
                history.accept(in_log(accepted.number, entry.clone()));
                generator.accepted(entry);
            }
            Ok(Decision::AlreadyRecorded(number)) => panic!("seed {seed}: {number} has the id already"),
            Err(refusal) => {
                let mut tried = generator.log().to_vec();
                tried.push((tried.len() as u64 + 1, entry));
                let is_right = is_stricter(&refusal.why) || possible(&tried).is_err();
                let json = tried.last().map(|(_, entry)| entry.to_json());
                assert!(is_right, "seed {seed}: refused though it can be: {refusal}\n{json:?}");
                *tally.refusals.entry(refusal.why.code()).or_default() += 1;
            }
        }
    }
    history.log().to_vec()
}

/// Where we are stricter than the model: a reversal is refused if a facility changed in whatever way since, and the
/// model looks at what is owed and agreed.
fn is_stricter(why: &Refusal) -> bool {
    if let Refusal::LaterEntryCannotStand { why, .. } = why {
        return is_stricter(why);
    }
    matches!(why, Refusal::DependedOn { what, .. } if what.starts_with("facility "))
}

fn in_log(number: u64, entry: Entry) -> Recorded {
    Recorded { number, recorded: Instant::from_micros(0), entry }
}

fn numbered(log: &[Recorded]) -> Vec<(u64, Entry)> {
    log.iter().map(|recorded| (recorded.number, recorded.entry.clone())).collect()
}

/// The two books of a log, ours and the model's, where they are not the same.
fn disagreement(log: &[Recorded], as_of: Option<Day>, as_known: Option<u64>) -> Option<String> {
    let entries = numbered(log);
    let naive = Naive::new(&entries);
    let fold = match ours::folded(log, as_of, as_known) {
        Ok(fold) => fold,
        Err(why) => return Some(why.to_string()),
    };
    naive.books().into_iter().find_map(|book| {
        let expected = match naive.ask(book, as_of, as_known) {
            Ok(picture) => ours::reduced(picture),
            Err(why) => return Some(format!("{book}: the model cannot, at {}: {}", why.number, why.why)),
        };
        let held = ours::picture(&fold, book, last_moment(log, as_of, as_known));
        (held != expected).then(|| differences(book, &held, &expected))
    })
}

/// The moment of a question: the day it is asked for, or that of the last entry in accounting order.
fn last_moment(log: &[Recorded], as_of: Option<Day>, as_known: Option<u64>) -> Effective {
    if let Some(day) = as_of {
        return Effective::Day(day);
    }
    let known: Vec<_> =
        numbered(log).into_iter().filter(|(number, _)| as_known.is_none_or(|last| *number <= last)).collect();
    let last = Naive::new(&known).order().last().copied();
    known.iter().find(|(number, _)| Some(*number) == last).map(|(_, entry)| entry.effective).unwrap()
}

/// What one picture has and the other has not, a figure a line.
fn differences(book: BookId, held: &Picture, expected: &Picture) -> String {
    let (held, expected) = (ours::lines(held), ours::lines(expected));
    let only = |these: &[String], those: &[String]| {
        let only: Vec<_> = these.iter().filter(|line| !those.contains(line)).cloned().collect();
        only.join("\n")
    };
    format!("{book}\n-- ours\n{}\n-- the other\n{}", only(&held, &expected), only(&expected, &held))
}

/// A log without one of its entries, numbered anew; `None` if another entry names it.
fn leaving_out(log: &[Recorded], at: usize) -> Option<Vec<Recorded>> {
    let own = log[at].number;
    let is_named = std::cell::Cell::new(false);
    let moved = |_: &str, number: u64| {
        is_named.set(is_named.get() || number == own);
        number - u64::from(number > own)
    };
    let others = log.iter().filter(|recorded| recorded.number != own);
    let others = others.zip(1..).map(|(recorded, number)| in_log(number, naming(&recorded.entry, moved)));
    let others = others.collect();
    (!is_named.get()).then_some(others)
}

/// Leaves out of a log whatever is not needed for the disagreement.
fn smallest(mut log: Vec<Recorded>, still: impl Fn(&[Recorded]) -> bool) -> Vec<Recorded> {
    let mut at = log.len();
    while at > 1 {
        at -= 1;
        if let Some(without) = leaving_out(&log, at).filter(|without| still(without)) {
            log = without;
        }
    }
    log
}

fn folds_in_both(log: &[Recorded]) -> bool {
    let entries = numbered(log);
    ours::folded(log, None, None).is_ok() && possible(&entries).is_ok()
}

fn check(seed: u64, log: &[Recorded], as_of: Option<Day>, as_known: Option<u64>) {
    if let Some(what) = disagreement(log, as_of, as_known) {
        let known: Vec<_> =
            log.iter().filter(|entry| as_known.is_none_or(|last| entry.number <= last)).cloned().collect();
        let small = smallest(known, |log| folds_in_both(log) && disagreement(log, as_of, None).is_some());
        let left = disagreement(&small, as_of, None).unwrap_or_default();
        let lines =
            small.iter().map(|recorded| format!("{} {}\n", recorded.number, recorded.entry.to_json()));
        let lines: String = lines.collect();
        panic!("seed {seed}, as of {as_of:?}, as known at {as_known:?}: {what}\nin the log\n{lines}{left}");
    }
}

fn month_ends(log: &[Recorded]) -> Vec<Day> {
    use chrono::Datelike;
    let entries = numbered(log);
    let days = Naive::new(&entries).days();
    let (first, last) = (days[0].number(), days.last().unwrap().number());
    (first..=last).filter_map(Day::from_number).filter(|day| day.next().date().day() == 1).collect()
}

#[test]
fn for_every_as_known_and_every_month_end_our_books_are_those_of_the_model() {
    let mut tally = Tally::default();
    let mut questions = 0;
    for seed in 0..24 {
        let log = recorded(seed, HELD, &mut tally);
        for number in 1..=log.len() as u64 {
            check(seed, &log, None, Some(number));
            questions += 1;
        }
        for day in month_ends(&log) {
            for known in [None, Some(log.len() as u64 / 2)] {
                check(seed, &log, Some(day), known);
                questions += 1;
            }
        }
    }
    assert!(tally.accepted * 100 >= tally.proposed * 97, "{tally:?}");
    assert!(tally.late >= 100, "{tally:?}");
    assert!(questions >= 24 * LENGTH, "{questions} questions");
}

/// The fields in which an event names an entry.
const NAMING: [(&str, &str); 4] = [
    ("fair_value_marked", "from_observation"),
    ("price_observed", "supersedes"),
    ("entry_reversed", "entry"),
    ("evidence_attached", "entry"),
];

/// The same entry, with other numbers for the entries that its events name.
fn naming(entry: &Entry, number: impl Fn(&str, u64) -> u64) -> Entry {
    let mut json = entry.to_json();
    for event in json["events"].as_array_mut().unwrap() {
        let Some((name, field)) = NAMING.iter().find(|(name, _)| event["type"] == *name) else { continue };
        if let Some(named) = event[field].as_u64() {
            event[field] = number(name, named).into();
        }
    }
    Entry::from_json(&json.to_string()).unwrap()
}

/// The log as it would be had everything been recorded in time: in accounting order, numbered anew.
fn in_time(log: &[Recorded]) -> (Vec<Recorded>, BTreeMap<u64, u64>) {
    let entries = numbered(log);
    let numbers: BTreeMap<u64, u64> = Naive::new(&entries).order().into_iter().zip(1..).collect();
    let mut log: Vec<Recorded> = log
        .iter()
        .map(|recorded| {
            let number =
                |event: &str, number: u64| if event == "evidence_attached" { 1 } else { numbers[&number] };
            in_log(numbers[&recorded.number], naming(&recorded.entry, number))
        })
        .collect();
    log.sort_by_key(|recorded| recorded.number);
    (log, numbers)
}

#[test]
fn late_entries_give_the_same_books_as_recording_them_in_time() {
    let mut tally = Tally::default();
    // A seal names lots by the numbers of entries, which are others when they are recorded in time.
    let options = Options { late_prices: false, closes: false, ..HELD };
    for seed in 1000..1040 {
        let log = recorded(seed, options, &mut tally);
        let late = ours::folded(&log, None, None).unwrap();
        let (timely, numbers) = in_time(&log);
        let mut history = History::default();
        for recorded in &timely {
            let decision = history.consider(&recorded.entry);
            assert!(matches!(decision, Ok(Decision::Accepted(_))), "seed {seed}: {decision:?}");
            history.accept(recorded.clone());
        }
        let when = last_moment(&log, None, None);
        for book in late.books() {
            let recorded_late =
                ours::renamed(ours::picture(&late, book.name(), when), |number| numbers[&number]);
            let recorded_in_time = ours::picture(history.fold(), book.name(), when);
            assert!(
                recorded_late == recorded_in_time,
                "seed {seed}: late and in time, {}",
                differences(book.name(), &recorded_late, &recorded_in_time)
            );
        }
    }
    assert!(tally.late >= 150, "{tally:?}");
}
