//! One line here is one line there: by reference, by amount and day, and, if the rules say so, by nearly the amount.

use std::collections::BTreeMap;

use super::pool::{Pool, days_apart, shared};
use super::{How, Match, Matched, Rules};
use crate::exact::Overflow;
use crate::ids::Commodity;
use crate::money::Units;

/// Lines of one reference and one amount are the same, however far apart: the earliest with the earliest.
pub(super) fn by_reference(ours: &mut Pool<'_>, theirs: &mut Pool<'_>, matched: &mut Matched) {
    let (here, there) = (ours.by_reference(), theirs.by_reference());
    for reference in shared(&here, &there) {
        let of = |found: Option<&Vec<usize>>, pool: &Pool<'_>| -> BTreeMap<(Commodity, Units), Vec<usize>> {
            let mut sorted: BTreeMap<_, Vec<usize>> = BTreeMap::new();
            for at in found.into_iter().flatten().filter(|at| pool.is_free(**at)) {
                let Some(line) = pool.line(*at) else { continue };
                sorted.entry((line.commodity, line.units)).or_default().push(*at);
            }
            sorted
        };
        let (a, b) = (of(here.get(reference), ours), of(there.get(reference), theirs));
        for (amount, mine) in a {
            for (at, other) in mine.into_iter().zip(b.get(&amount).into_iter().flatten().copied()) {
                pair(ours, theirs, at, other, How::Reference, matched);
            }
        }
    }
}

fn pair(a: &mut Pool<'_>, b: &mut Pool<'_>, at: usize, other: usize, how: How, matched: &mut Matched) {
    a.take(&[at]);
    b.take(&[other]);
    matched.matches.push(Match { ours: vec![at], theirs: vec![other], how });
}

/// Lines of one amount whose days are close enough are the same: those closest first, and of these the earliest.
pub(super) fn by_amount_and_day(
    ours: &mut Pool<'_>,
    theirs: &mut Pool<'_>,
    rules: &Rules,
    matched: &mut Matched,
) {
    let sorted = |pool: &Pool<'_>| {
        let mut sorted: BTreeMap<(Commodity, Units), Vec<usize>> = BTreeMap::new();
        for at in pool.free() {
            let Some(line) = pool.line(at) else { continue };
            sorted.entry((line.commodity, line.units)).or_default().push(at);
        }
        sorted
    };
    let (a, b) = (sorted(ours), sorted(theirs));
    for (amount, mine) in &a {
        let Some(others) = b.get(amount) else { continue };
        for days in 0..=u64::from(rules.days) {
            pass(ours, theirs, (mine, others), days, matched);
        }
    }
}

/// Walks both lists, which are in order of days, and pairs what is within so many days. Nothing that is left is closer,
/// so at each call all pairs are exactly so far apart.
fn pass(
    ours: &mut Pool<'_>,
    theirs: &mut Pool<'_>,
    (mine, others): (&[usize], &[usize]),
    days: u64,
    matched: &mut Matched,
) {
    let mut mine = mine.iter().copied().filter(|at| ours.is_free(*at)).collect::<Vec<_>>().into_iter();
    let mut others = others.iter().copied().filter(|at| theirs.is_free(*at)).collect::<Vec<_>>().into_iter();
    let (mut at, mut other) = (mine.next(), others.next());
    while let (Some(a), Some(b)) = (at, other) {
        let (Some(line), Some(opposite)) = (ours.line(a), theirs.line(b)) else { return };
        if days_apart(line, opposite) <= days {
            pair(ours, theirs, a, b, How::AmountAndDay, matched);
            (at, other) = (mine.next(), others.next());
        } else if line.day < opposite.day {
            at = mine.next();
        } else {
            other = others.next();
        }
    }
}

/// How many lines of nearly the amount are looked at for one.
const LOOKED_AT: usize = 64;

/// Lines whose amounts differ by no more than the rules let pass, where days are close enough: the smallest difference
/// first.
pub(super) fn within_tolerance(
    ours: &mut Pool<'_>,
    theirs: &mut Pool<'_>,
    rules: &Rules,
    matched: &mut Matched,
) -> Result<(), Overflow> {
    let by_amount = |pool: &Pool<'_>| {
        let lines = pool.free().filter_map(|at| Some((pool.line(at)?, at)));
        let keyed = lines.map(|(line, at)| (line.commodity, line.units, line.day, at));
        let mut all: Vec<(Commodity, Units, crate::time::Day, usize)> = keyed.collect();
        all.sort();
        all
    };
    let (a, b) = (by_amount(ours), by_amount(theirs));
    let mut candidates = Vec::new();
    for (commodity, units, day, at) in a {
        let most = rules.tolerance_of(commodity);
        if most.is_zero() {
            continue;
        }
        let least = units.minus(most)?;
        let from = b.partition_point(|(of, amount, ..)| (*of, *amount) < (commodity, least));
        for (of, amount, other_day, other) in b.iter().skip(from).take(LOOKED_AT) {
            let difference = amount.minus(units)?.abs();
            if *of != commodity || (difference > most && *amount > units) {
                break;
            }
            let apart = day.number().abs_diff(other_day.number());
            if difference <= most && apart <= rules.days.into() {
                let Some((line, opposite)) = ours.line(at).zip(theirs.line(*other)) else { continue };
                let (lesser, greater) = (line.min(opposite), line.max(opposite));
                candidates.push((difference, apart, lesser, greater, at, *other));
            }
        }
    }
    candidates.sort();
    for (_, _, _, _, at, other) in candidates {
        if ours.is_free(at) && theirs.is_free(other) {
            pair(ours, theirs, at, other, How::Tolerance, matched);
        }
    }
    Ok(())
}
