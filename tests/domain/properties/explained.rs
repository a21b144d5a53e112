//! Every figure that a statement prints is the sum of the parts that explain it, to the last digit: of random logs and of
//! the stories, every statement, every book.

use ledger_core::explain;
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
        parts: 1181,
        with_lots: 619,
        with_prices: 244,
        without_evidence: 0,
    };
    assert_eq!(of("cango-2026q1", None), cango);
    let life = Explained {
        statements: 10,
        figures: 239,
        parts: 933,
        with_lots: 349,
        with_prices: 281,
        without_evidence: 0,
    };
    assert_eq!(of("loan-life", None), life);
}
