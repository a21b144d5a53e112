//! Books, custodian or lender, and chain: three that should say the same.

use std::collections::BTreeSet;

use super::{Line, Reconciliation, Rules, Scope, match_lines};
use crate::exact::Overflow;
use crate::money::Units;
use crate::time::Day;

/// Who of the three has a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Agreement {
    /// All three.
    All,
    /// The books and the first source, not the second.
    NotSecond,
    /// The books and the second source, not the first.
    NotFirst,
    /// Both sources and not the books: most likely our error.
    NotOurs,
    /// The books alone.
    OnlyOurs,
    /// The first source alone.
    OnlyFirst,
    /// The second source alone.
    OnlySecond,
}

/// Three compared: which lines of the books both have, and what the sources have that the books do not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ThreeWay {
    /// Every line that is not in all three, with who has it, in order.
    pub apart: Vec<(Agreement, Line)>,
    /// How many lines are in all three.
    pub agreed: usize,
    /// By how much the balance of the first source exceeds that of the second.
    pub between: Units,
}

/// Compares two sources with each other through the books. Both comparisons are of the same books through the same day.
///
/// # Errors
/// When a sum does not fit.
pub fn three_way(
    first: &Reconciliation,
    second: &Reconciliation,
    rules: &Rules,
) -> Result<ThreeWay, Overflow> {
    let in_first = matched_ours(first);
    let in_second = matched_ours(second);
    let (from_first, from_second) = (start(first), start(second));
    let mut apart = Vec::new();
    let mut agreed = 0;
    let all: BTreeSet<&Line> = first.our_lines.iter().chain(&second.our_lines).collect();
    for line in all {
        match (in_first.contains(line), in_second.contains(line)) {
            (true, true) => agreed += 1,
            (true, false) if line.day >= from_second => apart.push((Agreement::NotSecond, line.clone())),
            (false, true) if line.day >= from_first => apart.push((Agreement::NotFirst, line.clone())),
            (false, false) => apart.push((Agreement::OnlyOurs, line.clone())),
            (true, false) | (false, true) => {}
        }
    }
    let (a, b) = (unmatched_theirs(first), unmatched_theirs(second));
    let scope = Scope::all(first.through.max(second.through));
    let between = match_lines(&a, &b, rules, &scope, &[])?;
    let (mut both_first, mut both_second) = (BTreeSet::new(), BTreeSet::new());
    for one in between.matches.iter().filter(|one| !one.ours.is_empty() && !one.theirs.is_empty()) {
        both_first.extend(one.ours.iter().copied());
        both_second.extend(one.theirs.iter().copied());
    }
    for (at, line) in a.into_iter().enumerate() {
        let who = if both_first.contains(&at) { Agreement::NotOurs } else { Agreement::OnlyFirst };
        apart.push((who, line));
    }
    // What both have stands there already.
    let only = b.into_iter().enumerate().filter(|(at, _)| !both_second.contains(at));
    apart.extend(only.map(|(_, line)| (Agreement::OnlySecond, line)));
    apart.sort();
    Ok(ThreeWay { apart, agreed, between: first.theirs.minus(second.theirs)? })
}

/// The first day on which the books were compared.
fn start(of: &Reconciliation) -> Day {
    of.our_lines.iter().map(|line| line.day).min().unwrap_or(Day::LAST)
}

fn matched_ours(of: &Reconciliation) -> BTreeSet<&Line> {
    let two_sided = of.matches.iter().filter(|one| !one.theirs.is_empty());
    two_sided.flat_map(|one| one.ours.iter()).filter_map(|at| of.our_lines.get(*at)).collect()
}

fn unmatched_theirs(of: &Reconciliation) -> Vec<Line> {
    let matched: BTreeSet<usize> = of.matches.iter().flat_map(|one| one.theirs.iter().copied()).collect();
    let left = of.their_lines.iter().enumerate().filter(|(at, _)| !matched.contains(at));
    left.map(|(_, line)| line.clone()).collect()
}
