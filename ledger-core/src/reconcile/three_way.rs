//! Books, custodian or lender, and chain: three that should say the same.

mod sums;

use std::collections::{BTreeMap, BTreeSet};

use super::{Line, Match, Reconciliation, Rules, Scope, match_lines};
use crate::exact::Overflow;
use crate::money::Units;
use crate::time::Day;
use sums::{Pairs, Sum, sums};

/// Who of the three has a line, and with whose amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Agreement {
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
    /// All have it, and the books another amount.
    OursDiffers,
    /// All have it, and the first source another amount.
    FirstDiffers,
    /// All have it, and the second source another amount.
    SecondDiffers,
    /// Two or three have it, and no two of them the same amount.
    NoneAgree,
}

/// What is not the same on all three sides, as each of them has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Apart {
    /// Who has it.
    pub who: Agreement,
    /// The line of the books; several that are one for a source, as their sum.
    pub ours: Option<Line>,
    /// How many lines of the books that is.
    pub lines: usize,
    /// The line of the first source.
    pub first: Option<Line>,
    /// The line of the second.
    pub second: Option<Line>,
    /// Whether it is of the last days by the rules, so that the next statement settles it if nothing is wrong.
    pub timing: bool,
}

impl Apart {
    /// The sides that have it, the books first.
    fn sides(&self) -> [&Option<Line>; 3] {
        [&self.ours, &self.first, &self.second]
    }

    /// The line of the first side that has it.
    #[must_use]
    pub fn line(&self) -> Option<&Line> {
        self.sides().into_iter().flatten().next()
    }

    /// What the sides say together, once all are known. Amounts that the rules let pass are the same.
    fn judged(mut self, rules: &Rules) -> Apart {
        let most = self.line().map(|line| rules.tolerance_of(line.commodity)).unwrap_or_default();
        let same = |a: Units, b: Units| a.minus(b).is_ok_and(|difference| difference.abs() <= most);
        let [ours, first, second] = self.sides().map(|side| side.as_ref().map(|line| line.units));
        self.who = match (ours, first, second) {
            (Some(a), Some(b), Some(c)) if same(b, c) && !same(a, b) => Agreement::OursDiffers,
            (Some(a), Some(b), Some(c)) if same(a, c) && !same(a, b) => Agreement::FirstDiffers,
            (Some(a), Some(b), Some(c)) if same(a, b) && !same(a, c) => Agreement::SecondDiffers,
            (Some(a), Some(b), None) if same(a, b) => Agreement::NotSecond,
            (Some(a), None, Some(c)) if same(a, c) => Agreement::NotFirst,
            (None, Some(b), Some(c)) if same(b, c) => Agreement::NotOurs,
            (Some(_), None, None) => Agreement::OnlyOurs,
            (None, Some(_), None) => Agreement::OnlyFirst,
            (None, None, Some(_)) => Agreement::OnlySecond,
            (Some(_), Some(_), _) | (Some(_), _, Some(_)) | (_, Some(_), Some(_)) => Agreement::NoneAgree,
            // No row is made of nothing.
            (None, None, None) => self.who,
        };
        self
    }
}

/// Three compared: which lines of the books both have, and what the sources have that the books do not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ThreeWay {
    /// Everything that is not the same in all three, by day.
    pub apart: Vec<Apart>,
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
    let (in_first, in_second) = (matched(first), matched(second));
    let (from_first, from_second) = (start(first), start(second));
    let mut apart = Vec::new();
    let mut agreed = 0;
    let (sums_first, sums_second) = (sums(first, &in_second)?, sums(second, &in_first)?);
    let summed: BTreeSet<&Line> =
        sums_first.iter().chain(&sums_second).flat_map(|sum| sum.lines.iter().copied()).collect();
    let all = first.our_lines.iter().chain(&second.our_lines).filter(|line| !summed.contains(line));
    let all: BTreeSet<&Line> = all.collect();
    for line in all {
        let (here, there) = (in_first.get(line), in_second.get(line));
        let compared = match (here.is_some(), there.is_some()) {
            (true, true) => {
                agreed += 1;
                false
            }
            (true, false) => line.day >= from_second,
            (false, true) => line.day >= from_first,
            (false, false) => true,
        };
        if compared {
            let timing = (here.is_none() && ours_in_time(first, line))
                || (there.is_none() && ours_in_time(second, line));
            let (ours, first, second) = (Some(line.clone()), here.cloned(), there.cloned());
            apart.push(Apart { who: Agreement::OnlyOurs, ours, lines: 1, first, second, timing });
        }
    }
    let (a, b) = (unmatched_theirs(first), unmatched_theirs(second));
    let lines = |of: &[(bool, Line)], sums: &[Sum<'_>]| -> Vec<Line> {
        of.iter().map(|(_, line)| line).chain(sums.iter().map(|sum| &sum.theirs)).cloned().collect()
    };
    let scope = Scope::all(first.through.max(second.through));
    let (here, there) = (lines(&a, &sums_first), lines(&b, &sums_second));
    let between = match_lines(&here, &there, rules, &scope, &[])?;
    let pairs = Pairs::of(&between.matches, a.len(), b.len());
    for (at, sum) in sums_first.into_iter().enumerate() {
        if pairs.of_first.contains_key(&(a.len() + at)) {
            agreed += sum.lines.len();
        } else if sum.lines.iter().any(|line| line.day >= from_second) {
            let timing = sum.lines.iter().any(|line| ours_in_time(second, line));
            apart.push(Apart { first: Some(sum.theirs), ..of_sum(sum.ours, sum.lines.len(), timing) });
        }
    }
    for (at, sum) in sums_second.into_iter().enumerate() {
        if pairs.of_second.contains_key(&(b.len() + at)) {
            agreed += sum.lines.len();
        } else if sum.lines.iter().any(|line| line.day >= from_first) {
            let timing = sum.lines.iter().any(|line| ours_in_time(first, line));
            apart.push(Apart { second: Some(sum.theirs), ..of_sum(sum.ours, sum.lines.len(), timing) });
        }
    }
    let before_sums = b.len();
    for (at, (timing, line)) in a.into_iter().enumerate() {
        let pair = pairs.of_first.get(&at);
        // What the books and the second source have as a sum, all three have.
        if pair.is_some_and(|one| one.theirs.iter().any(|at| *at >= before_sums)) {
            continue;
        }
        let second = pair.and_then(|one| opposite(one, &line, &there));
        let who = Agreement::OnlyFirst;
        apart.push(Apart { who, ours: None, lines: 0, first: Some(line), second, timing });
    }
    for (at, (timing, line)) in b.into_iter().enumerate() {
        // What both have stands there already.
        if !pairs.of_second.contains_key(&at) {
            apart.push(Apart {
                who: Agreement::OnlySecond,
                ours: None,
                lines: 0,
                first: None,
                second: Some(line),
                timing,
            });
        }
    }
    let mut apart: Vec<Apart> = joined(apart, rules).into_iter().map(|row| row.judged(rules)).collect();
    apart.sort_by(|a, b| (a.line(), a.who).cmp(&(b.line(), b.who)));
    Ok(ThreeWay { apart, agreed, between: first.theirs.minus(second.theirs)? })
}

/// A row of several lines of the books.
fn of_sum(ours: Line, lines: usize, timing: bool) -> Apart {
    Apart { who: Agreement::OnlyOurs, ours: Some(ours), lines, first: None, second: None, timing }
}

/// Rows of one reference that lack each other's sides are one row: the same business with several amounts.
fn joined(rows: Vec<Apart>, rules: &Rules) -> Vec<Apart> {
    let mut joined: Vec<Apart> = Vec::new();
    let mut known: BTreeMap<String, usize> = BTreeMap::new();
    for row in rows {
        let references: Vec<String> =
            row.sides().into_iter().flatten().flat_map(|line| line.references.clone()).collect();
        let mut references = references.into_iter().filter(|one| !rules.not_references.contains(one));
        let apart = |at: &usize| {
            let other = joined.get(*at).map(Apart::sides);
            other.is_some_and(|other| other.iter().zip(row.sides()).all(|(a, b)| a.is_none() || b.is_none()))
        };
        let found = references.clone().find_map(|one| known.get(&one).copied()).filter(apart);
        if let Some(other) = found.and_then(|at| joined.get_mut(at)) {
            other.ours = other.ours.take().or(row.ours);
            other.lines = other.lines.max(row.lines);
            other.first = other.first.take().or(row.first);
            other.second = other.second.take().or(row.second);
            other.timing = other.timing && row.timing;
        } else {
            let at = joined.len();
            references.by_ref().for_each(|one| {
                known.entry(one).or_insert(at);
            });
            joined.push(row);
        }
    }
    joined
}

/// The first day on which the books were compared.
fn start(of: &Reconciliation) -> Day {
    of.our_lines.iter().map(|line| line.day).min().unwrap_or(Day::LAST)
}

/// Lines of the books that the source has, each as it is there.
fn matched(of: &Reconciliation) -> BTreeMap<&Line, Line> {
    let mut found = BTreeMap::new();
    for one in &of.matches {
        let ours = one.ours.iter().filter_map(|at| of.our_lines.get(*at));
        found.extend(ours.filter_map(|line| Some((line, opposite(one, line, &of.their_lines)?))));
    }
    found
}

/// A line's other side in a match. Where several lines are one, its share there is its own amount.
fn opposite(one: &Match, line: &Line, theirs: &[Line]) -> Option<Line> {
    let other = one.theirs.first().and_then(|at| theirs.get(*at))?.clone();
    let is_sum = one.ours.len() + one.theirs.len() > 2;
    Some(if is_sum { Line { units: line.units, ..other } } else { other })
}

/// Whether the source may simply not have a line of the books yet.
fn ours_in_time(of: &Reconciliation, line: &Line) -> bool {
    let of_line = |at: &usize| of.our_lines.get(*at) == Some(line);
    of.items.iter().any(|item| item.found.is_timing() && item.ours.iter().any(of_line))
}

/// Lines of the source that the books do not have, each with whether they may simply not have it yet.
fn unmatched_theirs(of: &Reconciliation) -> Vec<(bool, Line)> {
    let matched: BTreeSet<usize> = of.matches.iter().flat_map(|one| one.theirs.iter().copied()).collect();
    let left = of.their_lines.iter().enumerate().filter(|(at, _)| !matched.contains(at));
    let is_timing = |at| of.items.iter().any(|item| item.found.is_timing() && item.theirs == Some(at));
    left.map(|(at, line)| (is_timing(at), line.clone())).collect()
}
