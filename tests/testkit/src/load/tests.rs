//! The load: accepted by the ledger, late entries too; of one size at its end; the same for the same seed.

use ledger_core::decide::{Decision, History};
use ledger_core::event::Event;
use ledger_core::fold::Fold;
use ledger_core::resolve::{Applied, Recorded};

use super::forms::Form;
use super::*;

fn entries(load: Load) -> Vec<Entry> {
    load.entries().take(load.count as usize).collect()
}

/// How many entries were accepted as late, after all were.
fn all_accepted(load: Load) -> usize {
    let mut history = History::default();
    let mut late = 0;
    for (number, entry) in (1..).zip(entries(load)) {
        match history.consider(&entry) {
            Ok(Decision::Accepted(accepted)) => {
                assert_eq!(accepted.number, number);
                late += usize::from(accepted.late);
            }
            Ok(Decision::AlreadyRecorded(as_number)) => panic!("entry {number} stands as {as_number}"),
            Err(refused) => panic!("entry {number} is refused: {refused}; {}", entry.to_json()),
        }
        history.accept(Recorded { number, recorded: Instant::from_micros(0), entry });
    }
    late
}

#[test]
fn every_entry_is_accepted_and_none_is_late() {
    assert_eq!(all_accepted(Load::of(6_000)), 0);
    assert_eq!(all_accepted(Load { seed: 9, ..Load::of(3_000) }), 0);
}

#[test]
fn one_in_a_hundred_is_late_where_asked_for_and_all_are_accepted() {
    let load = Load { late: true, ..Load::of(2_000) };
    let late = all_accepted(load);
    assert!((8..=32).contains(&late), "{late} of 2000 entries are late");
    let mut made = load.entries();
    let behind = (0..load.count).filter_map(|_| {
        let entry = made.next()?;
        let Effective::At(at) = entry.effective else { return None };
        Some((made.recorded().micros() - at.micros()) / 86_400_000_000)
    });
    assert_eq!(behind.filter(|days| *days >= 364).count(), 1);
}

/// World and book after so many entries.
fn folded(count: u64) -> Fold {
    let mut fold = Fold::default();
    for (number, entry) in (1..).zip(realistic(count)) {
        entry.events.iter().for_each(|event| fold.declare(number, entry.effective, event));
        fold.apply(&Applied { order: order(&entry), number, recorded: None, entry: &entry }).unwrap();
    }
    fold
}

#[test]
fn what_lives_at_the_end_is_of_one_size_whatever_the_length() {
    for count in [5_000, 20_000, 60_000] {
        let fold = folded(count);
        let [book] = fold.books() else { panic!("one book") };
        let lots: usize = book.lots().positions().map(|(position, _)| book.lots().of(position).count()).sum();
        assert!((100..400).contains(&lots), "{lots} lots after {count} entries");
        let balances = book.balances().count();
        assert!((25..60).contains(&balances), "{balances} balances after {count} entries");
        let cash = fold.world().money("bank".parse().unwrap()).decimal();
        assert!(cash > 5_000_000.into() && cash < 90_000_000.into(), "{cash} at the bank after {count}");
    }
}

#[test]
fn ten_years_pass_whatever_the_length() {
    for count in [1_000, 10_000] {
        let last = realistic(count).last().unwrap();
        assert_eq!(Zone::UTC.day_of(last.effective).to_string()[..4], *"2025");
    }
}

#[test]
fn the_mix_has_every_family_and_the_same_seed_gives_the_same_ledger() {
    let load = entries(Load::of(4_000));
    assert_eq!(load, entries(Load::of(4_000)));
    assert_ne!(load, entries(Load { seed: 2, ..Load::of(4_000) }));
    let names: std::collections::BTreeSet<_> = load.iter().flat_map(|e| &e.events).map(Event::name).collect();
    let families: std::collections::BTreeSet<_> =
        load.iter().flat_map(|e| &e.events).map(Event::family).collect();
    assert!(names.len() >= 28, "{names:?}");
    assert_eq!(families.len(), 8, "{families:?}");
    for (what, there) in [
        ("memo", load.iter().filter(|entry| entry.memo.is_some()).count()),
        ("transaction", load.iter().filter(|entry| entry.transaction.is_some()).count()),
        ("evidence", load.iter().filter(|entry| !entry.evidence.is_empty()).count()),
        ("reference", load.iter().filter(|entry| !entry.refs.0.is_empty()).count()),
        ("several events", load.iter().filter(|entry| entry.events.len() > 1).count()),
    ] {
        assert!(there >= 50, "{there} of 4000 entries have {what}");
    }
    let sold: Vec<_> = load.iter().flat_map(|entry| &entry.events).collect();
    assert!(sold.iter().filter(|event| matches!(event, Event::CoinsSold(_))).count() > 100);
}

#[test]
fn an_entry_reads_back_from_its_line() {
    for entry in realistic(500) {
        assert_eq!(Entry::from_json(&entry.to_json().to_string()), Ok(entry));
    }
}

#[test]
fn every_form_balances_and_has_the_same_transactions() {
    let mut written = Vec::new();
    for form in [Form::Journal, Form::Beancount, Form::Tackler, Form::Sql] {
        let mut out = Vec::new();
        let transactions = forms::write(form, realistic(400), &mut out).unwrap();
        written.push((transactions, String::from_utf8(out).unwrap()));
    }
    assert!(written.iter().all(|(transactions, _)| *transactions == written[0].0 && *transactions > 300));
    let (_, sql) = &written[3];
    let rows = sql.lines().filter_map(|line| line.strip_prefix("insert into postings values "));
    let mut checked = 0;
    for row in rows {
        let cents =
            row.split("), (").map(|posting| posting.trim_end_matches(");").rsplit(", ").next().unwrap());
        assert_eq!(cents.map(|cents| cents.parse::<i64>().unwrap()).sum::<i64>(), 0, "{row}");
        checked += 1;
    }
    assert_eq!(checked, written[0].0);
}
