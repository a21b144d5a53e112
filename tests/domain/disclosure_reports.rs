//! Reports behind the notes to the statements: loans and their distances, debt by maturity, lots disposed of, claims and
//! parties, and the tests that an auditor runs over the journal. Every figure is worked out by hand beside its test.

mod coins;
mod disclosures;
mod entries;
mod loans;
mod metrics;
mod parties;
mod stablecoins;

use ledger_core::report::{REPORTS, Request};
use ledger_core::resolve::{Question, Recorded};

use crate::mini_story::rows;
use crate::posting_rules::ledger::Ledger;

/// A report of a log over some days, its rows as text.
fn shown(log: &Vec<Recorded>, name: &str, book: &str, from: Option<&str>, to: Option<&str>) -> String {
    let day = |text: &str| text.parse().unwrap();
    let question = Question { as_of: to.map(day), ..Question::default() };
    let book = book.parse().unwrap();
    let request = Request { log, question, book, from: from.map(day), argument: None };
    let report = REPORTS.iter().find(|report| report.name == name).unwrap();
    rows(&(report.make)(&request).unwrap())
}

/// The same of a small ledger's only world, in its first book.
fn of(ledger: &Ledger, name: &str, to: &str) -> String {
    shown(&ledger.history.log().to_vec(), name, "us-gaap", None, Some(to))
}
