//! Two editions of a statement: the entries responsible for each difference are those, and only those, whose postings to
//! the line, added up naively from a replay, differ between the two.

use std::collections::{BTreeMap, BTreeSet};

use ledger_core::account::Account;
use ledger_core::compare::{Compared, compare};
use ledger_core::ids::BookId;
use ledger_core::money::Money;
use ledger_core::report::{REPORTS, Report, Request};
use ledger_core::resolve::{Question, Recorded};
use ledger_core::time::Day;

use super::{HELD, Tally, month_ends, ours, recorded};

/// One side of a comparison.
#[derive(Debug, Clone, Copy)]
pub(super) struct Side {
    pub(super) question: Question,
    pub(super) book: BookId,
}

/// What each entry posts to each account by a view, from the first day of the period and before it.
type Posted = BTreeMap<(Account, bool, u64), Vec<Money>>;

fn posted(log: &[Recorded], view: Side, from: Day) -> Posted {
    let mut posted = Posted::new();
    ledger_core::replay::replay(log, &view.question, |step| {
        let day = step.after.zone().day_of(step.applied.entry.effective);
        for of_book in step.posted.iter().filter(|posted| posted.book == view.book) {
            for line in of_book.journal.lines() {
                let key = (line.target.account, day < from, step.applied.number);
                posted.entry(key).or_default().push(line.amount);
            }
        }
    })
    .unwrap();
    posted
}

/// What each entry adds to a column of an account.
fn naive(posted: &Posted, account: Account, column: &str) -> BTreeMap<u64, Money> {
    let mut adds: BTreeMap<u64, Money> = BTreeMap::new();
    for ((of, before, number), amounts) in posted.iter().filter(|((of, _, _), _)| *of == account) {
        let _ = of;
        for amount in amounts {
            let counted = match (column, before, amount.is_negative()) {
                ("opening", true, _) | ("closing", _, _) | ("debits", false, false) => *amount,
                ("credits", false, true) | ("income", false, _) => amount.negated(),
                _ => continue,
            };
            let sum = adds.entry(*number).or_default();
            *sum = sum.plus(counted).unwrap();
        }
    }
    adds.retain(|_, amount| !amount.is_zero());
    adds
}

pub(super) fn report(name: &str) -> &'static Report {
    REPORTS.iter().find(|report| report.name == name).unwrap()
}

pub(super) fn compared(log: &Vec<Recorded>, name: &str, views: [Side; 2], from: Day) -> Compared {
    let request = |view: Side| Request {
        log,
        question: view.question,
        book: view.book,
        from: Some(from),
        argument: None,
    };
    let compared = compare(report(name), [&request(views[0]), &request(views[1])]).unwrap();
    for figure in &compared.figures {
        let sum =
            figure.entries.iter().try_fold(Money::ZERO, |sum, entry| sum.plus(entry.difference)).unwrap();
        assert_eq!(sum, figure.difference, "{name} {:?}: the entries come to the difference", figure.line);
        assert!(!figure.difference.is_zero());
    }
    compared
}

#[derive(Debug, Default)]
struct Seen {
    figures: usize,
    entries: usize,
    by: BTreeMap<&'static str, usize>,
}

/// Holds the figures of one account and column against the naive sums.
fn hold(
    log: &Vec<Recorded>,
    name: &str,
    columns: &[(&str, &str)],
    views: [Side; 2],
    from: Day,
    seen: &mut Seen,
) {
    let sides = views.map(|view| posted(log, view, from));
    let compared = compared(log, name, views, from);
    let accounts: BTreeSet<Account> =
        sides.iter().flat_map(|side| side.keys().map(|(account, _, _)| *account)).collect();
    for account in accounts {
        for (column, counted) in columns {
            let [before, after] = [0, 1].map(|side| naive(&sides[side], account, counted));
            let total = |adds: &BTreeMap<u64, Money>| {
                adds.values().try_fold(Money::ZERO, |sum, amount| sum.plus(*amount)).unwrap()
            };
            let figure = compared.figures.iter().find(|figure| {
                figure.line.account == Some(account)
                    && figure.column == *column
                    && figure.line.id.ends_with(&account.to_string())
            });
            let Some(figure) = figure else {
                let is_of_report = name == "trial-balance" || matches!(account.number(), 4000..=7999);
                assert!(
                    !is_of_report || total(&before) == total(&after),
                    "{name} {account} {column} is not told"
                );
                continue;
            };
            assert_eq!(figure.sides, [total(&before), total(&after)], "{name} {account} {column}");
            let expected: BTreeSet<u64> = before
                .keys()
                .chain(after.keys())
                .copied()
                .filter(|number| before.get(number) != after.get(number))
                .collect();
            let told: BTreeSet<u64> = figure.entries.iter().map(|entry| entry.number).collect();
            assert_eq!(told, expected, "{name} {account} {column}: who is responsible");
            for entry in &figure.entries {
                let amounts =
                    [&before, &after].map(|adds| adds.get(&entry.number).copied().unwrap_or_default());
                assert_eq!(entry.sides, amounts, "{name} {account} {column} entry {}", entry.number);
                *seen.by.entry(entry.how.as_str()).or_default() += 1;
            }
            seen.figures += 1;
            seen.entries += told.len();
        }
    }
}

#[test]
fn the_entries_responsible_are_those_whose_postings_differ_and_no_others() {
    let mut seen = Seen::default();
    for seed in 200..203 {
        let log = recorded(seed, HELD, &mut Tally::default());
        let ends = month_ends(&log);
        let (early, late) = (ends[ends.len() / 3], ends[2 * ends.len() / 3]);
        let books: Vec<BookId> =
            ours::folded(&log, None, None).unwrap().books().iter().map(|book| book.name()).collect();
        let whole = Side { question: Question::default(), book: books[0] };
        let known =
            |number| Side { question: Question { as_known: Some(number), ..Question::default() }, ..whole };
        let by = |day| Side { question: Question { as_of: Some(day), ..Question::default() }, ..whole };
        let of_book = |book| Side { book, ..whole };
        let size = log.len() as u64;
        for views in [
            [known(size / 2), known(size)],
            [known(size), known(size / 3)],
            [by(early), by(late)],
            [of_book(books[0]), of_book(books[1])],
        ] {
            let columns = ["opening", "debits", "credits", "closing"].map(|column| (column, column));
            hold(&log, "trial-balance", &columns, views, early, &mut seen);
            hold(&log, "income-statement", &[("amount", "income")], views, early, &mut seen);
            for name in ["balance-sheet", "cash-flow", "equity"] {
                seen.figures += compared(&log, name, views, early).figures.len();
            }
        }
        for name in ["balance-sheet", "cash-flow", "equity", "trial-balance", "income-statement"] {
            assert!(
                compared(&log, name, [whole, whole], early).figures.is_empty(),
                "{name} differs from itself"
            );
        }
    }
    assert!(seen.figures >= 1_000 && seen.entries >= 1_500, "{seen:?}");
    let least = [("added", 500), ("left out", 400), ("folded anew", 10), ("measured otherwise", 200)];
    for (how, least) in least {
        assert!(seen.by.get(how).is_some_and(|count| *count >= least), "{how}: {seen:?}");
    }
}
