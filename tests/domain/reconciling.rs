//! Statements against books: what is the same, what every other line is, and that it adds up.

mod algebra;
mod chains;
mod lines;

use ledger_core::reconcile::{Line, Ours, Reconciliation, Rules, Statement, reconcile};
use ledger_core::time::Day;

pub(crate) fn day(text: &str) -> Day {
    text.parse().unwrap()
}

/// A line such as `02-03 -25.00 REF-1 a charge`; `-` for no reference. Its place is its number from 1.
pub(crate) fn lines(text: &str) -> Vec<Line> {
    let line = |(place, text): (usize, &str)| {
        let mut words = text.split_whitespace();
        let mut word = || words.next().unwrap().to_owned();
        let (on, units, reference) = (word(), word(), word());
        let references = if reference == "-" { Vec::new() } else { vec![reference] };
        Line {
            day: day(&format!("2026-{on}")),
            units: units.parse().unwrap(),
            commodity: "USD".parse().unwrap(),
            references,
            text: words.collect::<Vec<_>>().join(" "),
            place: (place + 1).to_string(),
        }
    };
    text.lines().map(str::trim).filter(|line| !line.is_empty()).enumerate().map(line).collect()
}

/// A statement such as `02-01 02-28 1000 975` with its lines; `-` for an opening that is not stated.
pub(crate) fn statement(head: &str, body: &str) -> Statement {
    let words: Vec<&str> = head.split_whitespace().collect();
    Statement {
        source: "bank".to_owned(),
        number: words.get(4).map(|number| number.parse().unwrap()),
        height: words.get(5).map(|height| height.parse().unwrap()),
        from: day(&format!("2026-{}", words[0])),
        to: day(&format!("2026-{}", words[1])),
        opening: (words[2] != "-").then(|| words[2].parse().unwrap()),
        closing: words[3].parse().unwrap(),
        lines: lines(body),
    }
}

pub(crate) fn compared(ours: &str, statements: &[Statement], through: &str) -> Reconciliation {
    let ours = Ours { lines: lines(ours) };
    reconcile("bank USD", &ours, statements, &Rules::default(), day(&format!("2026-{through}")), &[])
        .unwrap()
        .unwrap()
}

/// What was found: a line for each match that is not one to one by reference or amount, for each break and suggestion.
pub(crate) fn told(of: &Reconciliation) -> String {
    let mut text = format!("ours {} theirs {} matched {}\n", of.ours, of.theirs, of.matched());
    let place = |lines: &[Line], at: &usize| lines[*at].place.clone();
    let ours = |all: &[usize]| all.iter().map(|at| place(&of.our_lines, at)).collect::<Vec<_>>().join(",");
    let theirs =
        |all: &[usize]| all.iter().map(|at| place(&of.their_lines, at)).collect::<Vec<_>>().join(",");
    for one in &of.matches {
        text += &format!("{} = {} ({})\n", ours(&one.ours), theirs(&one.theirs), one.how.as_str());
    }
    for item in &of.items {
        let theirs = theirs(&item.theirs.into_iter().collect::<Vec<_>>());
        text += &format!("{} {} {} [{}|{theirs}]\n", item.since, item.found, item.units, ours(&item.ours));
    }
    for one in &of.suggestions {
        text += &format!("perhaps {} = {}\n", ours(&one.ours), theirs(&one.theirs));
    }
    text
}
