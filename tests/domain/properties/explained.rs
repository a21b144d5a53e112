//! Every figure that a statement prints is the sum of the parts that explain it, to the last digit: of random logs and of
//! the stories, every statement, every book.

use ledger_core::event::Event;
use ledger_core::explain::{self, Part, Supported};
use ledger_core::measure::PriceTaken;
use ledger_core::report::{REPORTS, Report, Request};
use ledger_core::resolve::{Question, Recorded};
use ledger_core::time::Day;

use super::{HELD, Tally, month_ends, ours, recorded};
use crate::stories::story;

/// What was explained.
#[derive(Debug, Default, PartialEq, Eq)]
struct Explained {
    statements: usize,
    figures: usize,
    parts: usize,
    with_lots: usize,
    with_prices: usize,
    without_evidence: usize,
    documents: usize,
    observed: usize,
    stated: usize,
}

/// Holds a part against the log: its documents are in the entries that it names, its prices were observed as it says or
/// stand in the entry itself, and what was remeasured names a price.
fn down_to_what_is_recorded(log: &[Recorded], part: &Part, at: &str, seen: &mut Explained) {
    let entry = |number: u64| &log[usize::try_from(number).unwrap() - 1].entry;
    for Supported { evidence, by } in &part.evidence {
        let attached = entry(*by).events.iter().any(|event| {
            matches!(event, Event::EvidenceAttached(e) if e.entry == part.number && e.evidence == *evidence)
        });
        let own = *by == part.number && entry(*by).evidence.contains(evidence);
        assert!(own || attached, "{at}: entry {by} names no {evidence:?}");
        assert!(!evidence.name.is_empty(), "{at}: a document without a name");
        seen.documents += 1;
    }
    for price in &part.prices {
        match price {
            PriceTaken::Observed(taken) => {
                let is_it = |event: &Event| {
                    matches!(event, Event::PriceObserved(e)
                        if e.feed() == taken.feed && e.price == taken.price && e.at == taken.at)
                };
                let known = entry(taken.number).events.iter().any(is_it);
                assert!(known, "{at}: entry {} observed no {taken:?}", taken.number);
                assert!(!taken.feed.source.as_str().is_empty(), "{at}: a price of nobody");
                seen.observed += 1;
            }
            PriceTaken::Stated(price) => {
                let json = entry(part.number).to_json();
                assert!(says(&json, &price.to_string()), "{at}: {json} states no price {price}");
                seen.stated += 1;
            }
        }
    }
    let is_marked = part.lots.iter().any(|lot| lot.what == "marked");
    assert!(!is_marked || !part.prices.is_empty(), "{at}: entry {} marks at no price", part.number);
}

/// Whether a text of this amount stands anywhere in a value.
fn says(json: &serde_json::Value, amount: &str) -> bool {
    match json {
        serde_json::Value::String(text) => {
            text.parse::<rust_decimal::Decimal>().is_ok_and(|said| Ok(said) == amount.parse())
        }
        serde_json::Value::Array(items) => items.iter().any(|item| says(item, amount)),
        serde_json::Value::Object(fields) => fields.values().any(|field| says(field, amount)),
        serde_json::Value::Null | serde_json::Value::Bool(_) | serde_json::Value::Number(_) => false,
    }
}

fn statements() -> Vec<&'static Report> {
    REPORTS.iter().filter(|report| report.is_traced()).collect()
}

/// Explains every figure of every statement of every book at the end of a question.
fn explain_all(log: &Vec<Recorded>, as_of: Option<Day>, from: Option<Day>, seen: &mut Explained) {
    let question = Question { as_of, ..Question::default() };
    let books: Vec<_> =
        ours::folded(log, as_of, None).unwrap().books().iter().map(|book| book.name()).collect();
    for book in books {
        for report in statements() {
            let request = Request { log, question, book, from, argument: None };
            let sheet = (report.make)(&request).unwrap();
            let printed = sheet.rows.iter().filter(|row| row.cells.iter().any(|cell| cell.money().is_some()));
            assert!(
                printed.clone().all(|row| row.id.is_some()),
                "{} has a figure without a name",
                report.name
            );
            let mut names: Vec<_> = printed.filter_map(|row| row.id.clone()).collect();
            let lines = names.len();
            names.sort();
            names.dedup();
            assert_eq!(names.len(), lines, "{}: two lines have one name", report.name);
            seen.statements += 1;
            for figure in explain::every(report, &request).unwrap() {
                let at = format!("{} {} {:?}.{}", report.name, book, figure.lines, figure.column);
                assert!(
                    figure.difference.is_zero(),
                    "{at} as of {as_of:?} from {from:?}: {} of {} is left over\n{:#?}",
                    figure.difference,
                    figure.figure,
                    figure
                        .parts
                        .iter()
                        .map(|p| (p.number, p.day, p.amount, p.journals.clone()))
                        .collect::<Vec<_>>()
                );
                let sum = figure
                    .parts
                    .iter()
                    .try_fold(ledger_core::money::Money::ZERO, |sum, part| sum.plus(part.amount));
                assert_eq!(sum.unwrap(), figure.figure, "{at}");
                assert!(figure.parts.is_empty() <= figure.figure.is_zero(), "{at} has no parts");
                if figure.figure.is_zero() {
                    continue;
                }
                seen.figures += 1;
                seen.parts += figure.parts.len();
                for part in &figure.parts {
                    assert!(!part.postings.is_empty(), "{at}: entry {} without postings", part.number);
                    let entry = &log[usize::try_from(part.number).unwrap() - 1].entry;
                    assert_eq!(part.actor, entry.actor, "{at}");
                    seen.with_lots += usize::from(!part.lots.is_empty());
                    seen.with_prices += usize::from(!part.prices.is_empty());
                    seen.without_evidence += usize::from(part.evidence.is_empty());
                    down_to_what_is_recorded(log, part, &at, seen);
                    let own = part.evidence.iter().filter(|supported| supported.by == part.number).count();
                    assert_eq!(own, entry.evidence.len(), "{at}: the evidence of entry {}", part.number);
                }
            }
        }
    }
}

#[test]
fn every_figure_of_every_statement_of_random_logs_is_the_sum_of_its_parts() {
    let mut seen = Explained::default();
    for seed in 100..106 {
        let log = recorded(seed, HELD, &mut Tally::default());
        explain_all(&log, None, None, &mut seen);
        let ends = month_ends(&log);
        let middle = ends[ends.len() / 2];
        explain_all(&log, Some(middle), None, &mut seen);
        explain_all(&log, None, Some(middle), &mut seen);
    }
    assert!(seen.statements >= 6 * 3 * 2 * 5, "{seen:?}");
    assert!(seen.figures >= 4_000 && seen.parts >= 25_000, "{seen:?}");
    assert!(seen.with_lots >= 5_000 && seen.with_prices >= 2_000, "{seen:?}");
}

#[test]
fn every_figure_of_the_stories_is_the_sum_of_its_parts_and_each_part_has_its_evidence_or_says_that_it_has_none()
 {
    let of = |name: &str, as_of: Option<&str>| {
        let mut seen = Explained::default();
        explain_all(&story(name), as_of.map(|day| day.parse().unwrap()), None, &mut seen);
        seen
    };
    let cango = Explained {
        statements: 10,
        figures: 221,
        parts: 1211,
        with_lots: 629,
        with_prices: 244,
        without_evidence: 0,
        documents: 3275,
        observed: 150,
        stated: 94,
    };
    assert_eq!(of("cango-2026q1", None), cango);
    let life = Explained {
        statements: 10,
        figures: 239,
        parts: 947,
        with_lots: 337,
        with_prices: 281,
        without_evidence: 0,
        documents: 947,
        observed: 113,
        stated: 168,
    };
    assert_eq!(of("loan-life", None), life);
    // The smallest story names no documents: each of its parts says so.
    let mini = of("mini", None);
    assert_eq!((mini.documents, mini.without_evidence), (0, mini.parts), "{mini:?}");
    assert!(mini.figures >= 50 && mini.stated >= 20, "{mini:?}");
}
