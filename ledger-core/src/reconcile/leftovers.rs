//! What a line is that is the same as none on the other side.

use super::pool::{Pool, days_apart, shared};
use super::{Finding, How, Line, Match, Matched, Rules, Scope};
use crate::event::books::FoundAs;

/// Two lines of one side and one reference that take each other back are no difference: a reversal, a returned payment.
pub(super) fn taken_back(ours: &mut Pool<'_>, theirs: &mut Pool<'_>, matched: &mut Matched) {
    for (at, other) in opposites(ours) {
        matched.matches.push(Match { ours: vec![at, other], theirs: Vec::new(), how: How::TakenBack });
    }
    for (at, other) in opposites(theirs) {
        matched.matches.push(Match { ours: Vec::new(), theirs: vec![at, other], how: How::TakenBack });
    }
}

fn opposites(pool: &mut Pool<'_>) -> Vec<(usize, usize)> {
    let by_reference = pool.by_reference();
    let mut references: Vec<&str> = by_reference.keys().copied().collect();
    references.sort_unstable();
    let mut pairs = Vec::new();
    for reference in references {
        let mut waiting: std::collections::BTreeMap<_, std::collections::VecDeque<usize>> =
            Default::default();
        for at in by_reference.get(reference).into_iter().flatten().copied() {
            let Some(line) = pool.line(at).filter(|_| pool.is_free(at)) else { continue };
            let opposite = (line.commodity, line.units.negated());
            match waiting.get_mut(&opposite).and_then(std::collections::VecDeque::pop_front) {
                Some(other) => {
                    pool.take(&[at, other]);
                    pairs.push((at.min(other), at.max(other)));
                }
                None => waiting.entry((line.commodity, line.units)).or_default().push_back(at),
            }
        }
    }
    pairs
}

/// One line here and one there of a reference, and another amount.
pub(super) fn amounts_differ(ours: &mut Pool<'_>, theirs: &mut Pool<'_>, matched: &mut Matched) {
    let (here, there) = (ours.by_reference(), theirs.by_reference());
    for reference in shared(&here, &there) {
        let free = |found: Option<&Vec<usize>>, pool: &Pool<'_>| -> Vec<usize> {
            found.into_iter().flatten().copied().filter(|at| pool.is_free(*at)).collect()
        };
        let (a, b) = (free(here.get(reference), ours), free(there.get(reference), theirs));
        let ([at], [other]) = (a.as_slice(), b.as_slice()) else { continue };
        let same = |line: &Line, opposite: &Line| line.commodity == opposite.commodity;
        if ours.line(*at).zip(theirs.line(*other)).is_some_and(|(line, opposite)| same(line, opposite)) {
            ours.take(&[*at]);
            theirs.take(&[*other]);
            let (ours, theirs) = (Some(*at), Some(*other));
            matched.findings.push(Finding { found: FoundAs::AmountDiffers, ours, theirs });
        }
    }
}

/// Says of every line that is still free what it is.
pub(super) fn classify(
    ours: &Pool<'_>,
    theirs: &Pool<'_>,
    rules: &Rules,
    scope: &Scope,
    matched: &mut Matched,
) {
    let twice = Twice::of(ours, rules);
    for at in ours.free() {
        let Some(line) = ours.line(at) else { continue };
        let found = if !scope.covers(line.day) {
            FoundAs::MissingStatement
        } else if twice.is_one(ours, at, line) {
            FoundAs::DuplicateOurs
        } else if is_recent(line, rules, scope) {
            FoundAs::OursNotTheirs
        } else {
            FoundAs::UnmatchedOurs
        };
        matched.findings.push(Finding { found, ours: Some(at), theirs: None });
    }
    let twice = Twice::of(theirs, rules);
    for at in theirs.free() {
        let Some(line) = theirs.line(at) else { continue };
        let found = if twice.is_one(theirs, at, line) {
            FoundAs::DuplicateTheirs
        } else if is_recent(line, rules, scope) {
            FoundAs::TheirsNotOurs
        } else {
            FoundAs::UnmatchedTheirs
        };
        matched.findings.push(Finding { found, ours: None, theirs: Some(at) });
    }
}

/// Whether the other side may yet have it: its day is among the last ones.
fn is_recent(line: &Line, rules: &Rules, scope: &Scope) -> bool {
    scope.through.number() - line.day.number() < i64::from(rules.timing_days)
}

/// The lines of one side that were matched, by amount.
struct Twice {
    by_amount: std::collections::HashMap<(crate::ids::Commodity, crate::money::Units), Vec<usize>>,
    days: u64,
}

impl Twice {
    fn of(pool: &Pool<'_>, rules: &Rules) -> Twice {
        let mut by_amount: std::collections::HashMap<_, Vec<usize>> = Default::default();
        for at in pool.order.iter().copied().filter(|at| !pool.is_free(*at)) {
            let Some(line) = pool.line(at) else { continue };
            by_amount.entry((line.commodity, line.units)).or_default().push(at);
        }
        Twice { by_amount, days: u64::from(rules.days) }
    }

    /// Whether the line says the same as one that was matched: a shared reference; or, of two without any, the same text
    /// and days close enough.
    fn is_one(&self, pool: &Pool<'_>, at: usize, line: &Line) -> bool {
        let mine = pool.known_by(at);
        let Some(same) = self.by_amount.get(&(line.commodity, line.units)) else { return false };
        let first = same.partition_point(|other| {
            pool.line(*other).is_some_and(|other| {
                other.day.number() + i64::try_from(self.days).unwrap_or(i64::MAX) < line.day.number()
            })
        });
        let near = same.iter().skip(first).take_while(|other| {
            pool.line(**other)
                .is_some_and(|other| other.day <= line.day || days_apart(other, line) <= self.days)
        });
        let mut near = near.take(256);
        near.any(|other| {
            let theirs = pool.known_by(*other);
            let shares = theirs.iter().any(|reference| mine.contains(reference));
            let bare = mine.is_empty() && theirs.is_empty() && !line.text.is_empty();
            shares || (bare && pool.line(*other).is_some_and(|other| other.text == line.text))
        })
    }
}
