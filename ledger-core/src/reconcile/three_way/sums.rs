//! Lines of the books that one source has as their sum, and the other not at all: they are one row and not several, and the
//! other source may have that sum.

use std::collections::{BTreeMap, BTreeSet};

use super::super::{Line, Match, Reconciliation};
use crate::exact::Overflow;
use crate::money::Units;

/// Lines of the books that are one for a source.
pub(super) struct Sum<'a> {
    /// The lines of the books.
    pub(super) lines: Vec<&'a Line>,
    /// All of them as one.
    pub(super) ours: Line,
    /// What the source has.
    pub(super) theirs: Line,
}

/// The sums of a source; not those of which the other source has a line, for then each stands for itself.
pub(super) fn sums<'a>(
    of: &'a Reconciliation,
    elsewhere: &BTreeMap<&Line, Line>,
) -> Result<Vec<Sum<'a>>, Overflow> {
    let mut found = Vec::new();
    for one in of.matches.iter().filter(|one| one.ours.len() > 1) {
        let lines: Vec<&Line> = one.ours.iter().filter_map(|at| of.our_lines.get(*at)).collect();
        let theirs: Vec<&Line> = one.theirs.iter().filter_map(|at| of.their_lines.get(*at)).collect();
        if lines.iter().any(|line| elsewhere.contains_key(line)) {
            continue;
        }
        if let Some((ours, theirs)) = as_one(&lines)?.zip(as_one(&theirs)?) {
            found.push(Sum { lines, ours, theirs });
        }
    }
    Ok(found)
}

/// Lines as one: of the first day, known by what any of them is known by.
fn as_one(lines: &[&Line]) -> Result<Option<Line>, Overflow> {
    let Some(first) = lines.iter().min_by_key(|line| line.day) else { return Ok(None) };
    let references: BTreeSet<&String> = lines.iter().flat_map(|line| &line.references).collect();
    let references = references.into_iter().cloned().collect();
    let units = Units::sum(lines.iter().map(|line| line.units))?;
    Ok(Some(Line { units, references, ..(*first).clone() }))
}

/// Which lines of two sources are the same, where the last ones of each side are sums. A sum is one line of the other
/// source, or none: what adds up to it by chance says nothing.
pub(super) struct Pairs<'a> {
    pub(super) of_first: BTreeMap<usize, &'a Match>,
    pub(super) of_second: BTreeMap<usize, &'a Match>,
}

impl<'a> Pairs<'a> {
    /// Of matches between sides that have so many lines before their sums.
    pub(super) fn of(matches: &'a [Match], first: usize, second: usize) -> Pairs<'a> {
        let counts = |one: &&Match| {
            let is_sum = one.ours.iter().any(|at| *at >= first);
            let of_sum = one.theirs.iter().any(|at| *at >= second);
            let is_pair = one.ours.len() == 1 && one.theirs.len() == 1;
            let is_of_both = !one.ours.is_empty() && !one.theirs.is_empty();
            is_of_both && ((!is_sum && !of_sum) || (is_pair && is_sum != of_sum))
        };
        let mut pairs = Pairs { of_first: BTreeMap::new(), of_second: BTreeMap::new() };
        for one in matches.iter().filter(counts) {
            pairs.of_first.extend(one.ours.iter().map(|at| (*at, one)));
            pairs.of_second.extend(one.theirs.iter().map(|at| (*at, one)));
        }
        pairs
    }
}
