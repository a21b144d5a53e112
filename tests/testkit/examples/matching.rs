//! How long the matcher takes: so many lines here against as many there, most of which are the same by reference, by amount
//! and day, or not at all. Prints a line for each size: `matching 100000 1000000`.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a program that measures: what it does not expect ends it"
)]

use std::time::Instant;

use ledger_core::money::Units;
use ledger_core::reconcile::{Line, Rules, Scope, match_lines};
use ledger_core::time::Day;
use rust_decimal::Decimal;

fn main() {
    for size in std::env::args().skip(1) {
        let size: i64 = size.parse().unwrap();
        let (ours, theirs) = (side(size, 0), side(size, 1));
        let scope = Scope::all(Day::from_number(400).unwrap());
        let begun = Instant::now();
        let found = match_lines(&ours, &theirs, &Rules::default(), &scope, &[]).unwrap();
        let took = begun.elapsed();
        println!(
            "{size} against {size}: {} matches, {} findings, {} suggestions{} in {}.{:03} s",
            found.matches.len(),
            found.findings.len(),
            found.suggestions.len(),
            if found.cut_short { " (search cut short)" } else { "" },
            took.as_secs(),
            took.subsec_millis(),
        );
    }
}

/// A year of lines. Of ten, six have a reference; three have none, and amounts that come again; one is of this side alone.
fn side(size: i64, which: i64) -> Vec<Line> {
    (0..size)
        .map(|n| {
            let kind = n % 10;
            // The other side books up to two days later.
            let later = if which == 1 { n % 3 } else { 0 };
            let cents = match kind {
                0..6 => 1_000 + n * 37 % 9_000_000,
                6..9 => 100 + n * 13 % 50_000,
                _ => 20_000_000 + 2 * n + which,
            };
            Line {
                day: Day::from_number(n * 365 / size + later).unwrap(),
                units: Units::new(Decimal::new(cents, 2)),
                commodity: "USD".parse().unwrap(),
                references: if kind < 6 { vec![format!("E2E-{n:08}")] } else { Vec::new() },
                text: String::new(),
                place: format!("{which}:{n}"),
            }
        })
        .collect()
}
