//! A late entry at every position of random logs: each entry is taken out, the others are recorded without it, and it
//! is recorded last. The books are then those of the log told in time, and what was known before it came reads as the
//! log without it does. What is told apart by when it was recorded is set aside, counted by its reason, and held against
//! the model instead.

use std::cell::RefCell;
use std::collections::BTreeMap;

use ledger_core::account::Account;
use ledger_core::book::Book;
use ledger_core::decide::{Decision, History};
use ledger_core::event::Event;
use ledger_core::fold::Fold;
use ledger_core::ids::BookId;
use ledger_core::money::Money;
use ledger_core::refusal::Refusal;
use ledger_core::report::{REPORTS, Request};
use ledger_core::resolve::{Outline, Question, Recorded};
use ledger_core::sheet::Sheet;
use ledger_core::time::Effective;
use testkit::generate::{Options, possible};
use testkit::naive::Picture;

use super::{
    HELD, Tally, check, differences, in_log, in_time, is_stricter, last_moment, naming, numbered, ours,
    recorded,
};

/// What became of the positions.
#[derive(Debug, Default)]
struct Found {
    /// Truly late, accepted, with the books of the log told in time.
    checked: usize,
    /// Of these, such as changed the balance sheet, so that it had something to forget.
    seen: usize,
    /// Of these, prices.
    prices: usize,
    /// The last in accounting order, which cannot be late.
    on_time: usize,
    /// Set aside, by the reason.
    aside: BTreeMap<&'static str, usize>,
    /// Refused: another entry cannot stand without it, by the code.
    needed: BTreeMap<&'static str, usize>,
    /// Refused itself when it came late, by the code.
    refused: BTreeMap<&'static str, usize>,
}

/// A log without one of its entries, numbered anew, and how the numbers changed. The one left out comes last.
struct Without {
    others: Vec<Recorded>,
    left_out: Recorded,
    numbers: BTreeMap<u64, u64>,
}

fn without(log: &[Recorded], at: usize) -> Without {
    let own = log[at].number;
    let others = log.iter().map(|recorded| recorded.number).filter(|number| *number != own);
    let numbers: BTreeMap<u64, u64> = others.chain([own]).zip(1..).collect();
    let moved = |recorded: &Recorded| {
        in_log(numbers[&recorded.number], naming(&recorded.entry, |_, number| numbers[&number]))
    };
    let others = log.iter().filter(|recorded| recorded.number != own).map(moved).collect();
    Without { others, left_out: moved(&log[at]), numbers }
}

/// The entries that an entry names.
fn named_by(recorded: &Recorded) -> Vec<u64> {
    let named = RefCell::new(Vec::new());
    naming(&recorded.entry, |_, number| {
        named.borrow_mut().push(number);
        number
    });
    named.into_inner()
}

/// Without such an entry the other would name nothing, so that it cannot be taken out.
const NAMED: &str = "is named by another";

/// Why what an entry does may depend on when it was recorded, or on its number.
fn set_aside(log: &[Recorded], at: usize) -> Option<&'static str> {
    let (own, outline) = (&log[at], Outline::of(log));
    let order = |recorded: &Recorded| recorded.entry.order(outline.zone());
    let is = |kind: fn(&Event) -> bool| own.entry.events.iter().any(kind);
    if log.iter().any(|other| named_by(other).contains(&own.number)) {
        Some(NAMED)
    } else if is(|event| matches!(event, Event::PeriodClosed(_) | Event::PeriodReopened(_))) {
        Some("closes a period or opens it again")
    } else if is(|event| matches!(event, Event::LotInstructionRecorded(_))) {
        Some("instructs which lots leave")
    } else if !named_by(own).is_empty() {
        Some("names another")
    } else if log[at + 1..].iter().any(|other| order(other) == order(own)) {
        Some("is of the same moment and rank as another after it")
    } else {
        None
    }
}

/// The balance sheets of all books.
fn sheets(log: &Vec<Recorded>, fold: &Fold, as_known: Option<u64>) -> Vec<Sheet> {
    let report = REPORTS.iter().find(|report| report.name == "balance-sheet").unwrap();
    let sheet = |book| {
        let question = Question { as_known, ..Question::default() };
        (report.make)(&Request { log, question, book, from: None, argument: None }).unwrap()
    };
    fold.books().iter().map(|book| sheet(book.name())).collect()
}

/// A refusal is right if the model cannot take the log in either; or if a name or the ledger is missing, which the
/// model takes for granted, or a close or its seal is not what the log then has.
fn is_right(why: &Refusal, tried: &[Recorded]) -> bool {
    if let Refusal::LaterEntryCannotStand { why, .. } = why {
        return is_right(why, tried);
    }
    matches!(
        why,
        Refusal::LedgerNotOpened {}
            | Refusal::UnknownCommodity { .. }
            | Refusal::UnknownAccount { .. }
            | Refusal::UnknownParty { .. }
            | Refusal::NotClosed { .. }
            | Refusal::ClosedAlready { .. }
            | Refusal::SealDiffers { .. }
    ) || is_stricter(why)
        || possible(&numbered(tried)).is_err()
}

/// Records the others. The first of them that is refused tells the code, and that it is refused rightly.
fn told(others: &[Recorded], at: usize, seed: u64) -> Result<History, &'static str> {
    let mut history = History::of(others[..at].to_vec()).unwrap();
    for recorded in &others[at..] {
        match history.consider(&recorded.entry) {
            Ok(Decision::Accepted(_)) => history.accept(recorded.clone()),
            Ok(Decision::AlreadyRecorded(number)) => panic!("seed {seed}: {number} has the id already"),
            Err(refused) => {
                let tried = &others[..recorded.number as usize];
                assert!(is_right(&refused.why, tried), "seed {seed}, without {}: {refused}", at + 1);
                return Err(refused.why.code());
            }
        }
    }
    Ok(history)
}

fn totals(fold: &Fold) -> Vec<BTreeMap<Account, Money>> {
    fold.books().iter().map(|book| book.totals().unwrap()).collect()
}

/// The books of a log told in time, at its end.
struct InTime {
    books: BTreeMap<BookId, Picture>,
    when: Effective,
}

impl InTime {
    fn of(log: &[Recorded]) -> InTime {
        let (fold, when) = (ours::folded(log, None, None).unwrap(), last_moment(log, None, None));
        let picture = |book: &Book| (book.name(), ours::picture(&fold, book.name(), when));
        InTime { books: fold.books().iter().map(picture).collect(), when }
    }
}

fn check_log(seed: u64, log: &[Recorded], found: &mut Found) {
    let in_time = InTime::of(log);
    for at in 0..log.len() {
        check_position(seed, log, at, &in_time, found);
    }
}

fn check_position(seed: u64, log: &[Recorded], at: usize, in_time: &InTime, found: &mut Found) {
    let aside = set_aside(log, at);
    if aside == Some(NAMED) {
        *found.aside.entry(NAMED).or_default() += 1;
        return;
    }
    let Without { others, left_out, numbers } = without(log, at);
    let mut history = match told(&others, at, seed) {
        Ok(history) => history,
        Err(code) => {
            *found.needed.entry(code).or_default() += 1;
            return;
        }
    };
    let (before, totals_before) = (sheets(&others, history.fold(), None), totals(history.fold()));
    let mut with = others;
    with.push(left_out.clone());
    match history.consider(&left_out.entry) {
        Ok(Decision::Accepted(accepted)) if !accepted.late => {
            found.on_time += 1;
            return;
        }
        Ok(Decision::Accepted(_)) => history.accept(left_out.clone()),
        Ok(Decision::AlreadyRecorded(number)) => panic!("seed {seed}: {number} has the id already"),
        Err(refused) => {
            assert!(is_right(&refused.why, &with), "seed {seed}, {} late: {refused}", at + 1);
            *found.refused.entry(refused.why.code()).or_default() += 1;
            return;
        }
    }
    let known = with.len() as u64 - 1;
    let then = sheets(&with, history.fold(), Some(known));
    assert_eq!(format!("{then:#?}"), format!("{before:#?}"), "seed {seed}, {} late", at + 1);
    if let Some(reason) = aside {
        check(seed, &with, None, None);
        *found.aside.entry(reason).or_default() += 1;
        return;
    }
    let differ = in_time.books.iter().find_map(|(book, timely)| {
        let timely = ours::renamed(timely.clone(), |number| numbers[&number]);
        let late = ours::picture(history.fold(), *book, in_time.when);
        (late != timely).then(|| differences(*book, &late, &timely))
    });
    let is_price = left_out.entry.events.iter().any(|event| matches!(event, Event::PriceObserved(_)));
    match differ {
        Some(_) if is_price => {
            // What was recorded before a price was known keeps the one that it used.
            check(seed, &with, None, None);
            *found
                .aside
                .entry("observes a price that entries recorded before would have used")
                .or_default() += 1;
        }
        Some(differ) => {
            panic!("seed {seed}, {} late, {}: {differ}", at + 1, left_out.entry.to_json())
        }
        None => {
            found.checked += 1;
            found.prices += usize::from(is_price);
            found.seen += usize::from(totals(history.fold()) != totals_before);
        }
    }
}

/// Of prices that come to light late and of instructions without a document, whatever was recorded before knows
/// nothing, so that there are none.
const TOLD_IN_TIME: Options = Options { late_prices: false, closes: false, ..HELD };

#[test]
fn an_entry_that_comes_late_at_any_position_gives_the_books_of_the_log_told_in_time() {
    let mut found = Found::default();
    for seed in 7_000..7_010 {
        let log = recorded(seed, TOLD_IN_TIME, &mut Tally::default());
        let (log, _) = in_time(&log);
        check_log(seed, &log, &mut found);
    }
    // Seals name lots by numbers, so that these logs stay as they were recorded.
    for seed in 7_100..7_103 {
        let log = recorded(seed, Options { closes: true, ..TOLD_IN_TIME }, &mut Tally::default());
        check_log(seed, &log, &mut found);
    }
    let aside: usize = found.aside.values().sum();
    assert!(found.checked >= 300 && found.seen >= 200 && found.prices > 0, "{found:#?}");
    assert!(aside * 2 < found.checked, "{aside} set aside: {found:#?}");
    let needed: usize = found.needed.values().sum();
    assert!(needed >= 100 && found.on_time + needed < found.checked + aside, "{found:#?}");
}
