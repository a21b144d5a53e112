//! Several lines here are one line there, or the other way round. Those of one reference that add up are a match; others
//! that add up may do so by chance, and are suggested.

use std::collections::{BTreeSet, HashMap, VecDeque};

use super::name::{identity, line_name, match_name};
use super::pool::{Pool, days_apart, shared};
use super::{How, Line, Match, Matched, Rules, Suggestion};
use crate::event::books::AcceptedMatch;
use crate::exact::Overflow;
use crate::ids::BreakId;
use crate::money::Units;

/// How many lines are looked at for one sum: the earliest of the days allowed.
const NEAREST: usize = 24;
/// How many sums are tried for one line, and for all.
const TRIES_FOR_ONE: u32 = 4_000;
const TRIES: u32 = 2_000_000;

/// All free lines of one reference here add up to all of it there, more than one on one side at least.
pub(super) fn by_reference(
    ours: &mut Pool<'_>,
    theirs: &mut Pool<'_>,
    matched: &mut Matched,
) -> Result<(), Overflow> {
    let (here, there) = (ours.by_reference(), theirs.by_reference());
    for reference in shared(&here, &there) {
        let free = |found: Option<&Vec<usize>>, pool: &Pool<'_>| -> Vec<usize> {
            found.into_iter().flatten().copied().filter(|at| pool.is_free(*at)).collect()
        };
        let (a, b) = (free(here.get(reference), ours), free(there.get(reference), theirs));
        if a.is_empty() || b.is_empty() || a.len() + b.len() < 3 || (a.len() > 1 && b.len() > 1) {
            continue;
        }
        if adds_up(ours, &a, theirs, &b)? {
            take(ours, theirs, a, b, How::GroupByReference, matched);
        }
    }
    Ok(())
}

fn take(a: &mut Pool<'_>, b: &mut Pool<'_>, ours: Vec<usize>, theirs: Vec<usize>, how: How, m: &mut Matched) {
    a.take(&ours);
    b.take(&theirs);
    m.matches.push(Match { ours, theirs, how });
}

/// Whether lines of one commodity add up to the same on both sides.
fn adds_up(ours: &Pool<'_>, a: &[usize], theirs: &Pool<'_>, b: &[usize]) -> Result<bool, Overflow> {
    let lines = |pool: &Pool<'_>, places: &[usize]| -> Vec<Line> {
        places.iter().filter_map(|at| pool.line(*at).cloned()).collect()
    };
    let (here, there) = (lines(ours, a), lines(theirs, b));
    let commodity = here.first().map(|line| line.commodity);
    if here.iter().chain(&there).any(|line| Some(line.commodity) != commodity) {
        return Ok(false);
    }
    let sum = |lines: &[Line]| Units::sum(lines.iter().map(|line| line.units));
    Ok(sum(&here)? == sum(&there)?)
}

/// Takes the matches that a person made, where their lines are there and add up.
pub(super) fn accepted(
    ours: &mut Pool<'_>,
    theirs: &mut Pool<'_>,
    accepted: &[AcceptedMatch],
    matched: &mut Matched,
) -> Result<(), Overflow> {
    if accepted.is_empty() {
        return Ok(());
    }
    let named = |pool: &Pool<'_>| {
        let mut by_name: HashMap<BreakId, VecDeque<usize>> = HashMap::new();
        for at in pool.free() {
            if let Some(line) = pool.line(at) {
                by_name.entry(line_name(line)).or_default().push_back(at);
            }
        }
        by_name
    };
    let (mut here, mut there) = (named(ours), named(theirs));
    for one in accepted {
        let both = found(&one.ours, &here).zip(found(&one.theirs, &there));
        let Some((a, b)) = both else { continue };
        if adds_up(ours, &a, theirs, &b)? {
            for (names, lines) in [(&one.ours, &mut here), (&one.theirs, &mut there)] {
                for name in names {
                    lines.entry(*name).or_default().pop_front();
                }
            }
            take(ours, theirs, a, b, How::Accepted, matched);
        }
    }
    Ok(())
}

/// The lines with these names, each once; `None` unless all are there.
fn found(names: &[BreakId], lines: &HashMap<BreakId, VecDeque<usize>>) -> Option<Vec<usize>> {
    let nth = |at: usize, name: &BreakId| names.iter().take(at).filter(|before| *before == name).count();
    let one = |(at, name): (usize, &BreakId)| lines.get(name)?.get(nth(at, name)).copied();
    names.iter().enumerate().map(one).collect()
}

/// What may be accepted: lines of one sign that add up, each in one suggestion at most.
pub(super) fn suggested(
    ours: &Pool<'_>,
    theirs: &Pool<'_>,
    rules: &Rules,
    matched: &mut Matched,
) -> Result<(), Overflow> {
    let mut found = Matched::default();
    search(ours, theirs, rules, &mut found)?;
    let (mut here, mut there) = (BTreeSet::new(), BTreeSet::new());
    for suggestion in found.suggestions {
        let is_taken = suggestion.ours.iter().any(|at| here.contains(at))
            || suggestion.theirs.iter().any(|at| there.contains(at));
        if !is_taken {
            here.extend(suggestion.ours.iter().copied());
            there.extend(suggestion.theirs.iter().copied());
            matched.suggestions.push(suggestion);
        }
    }
    matched.cut_short = found.cut_short;
    Ok(())
}

/// A group that adds up: how many lines, how many days, and what else puts groups of both sides in one order.
struct Group {
    key: (usize, u64, String),
    ours: Vec<usize>,
    theirs: Vec<usize>,
}

/// Searches sums in both directions; the smallest groups, closest in days, first.
fn search(ours: &Pool<'_>, theirs: &Pool<'_>, rules: &Rules, found: &mut Matched) -> Result<(), Overflow> {
    let mut groups = Vec::new();
    for (one, many, is_ours) in [(ours, theirs, true), (theirs, ours, false)] {
        let by_day: Vec<usize> = many.free().collect();
        // Each direction has its own half, so that neither side comes first.
        let mut left = TRIES / 2;
        for at in one.free() {
            let Some(line) = one.line(at) else { continue };
            let cut = for_line(line, many, &by_day, rules, &mut left, &mut |parts| {
                let days =
                    parts.iter().filter_map(|part| many.line(*part)).map(|part| days_apart(line, part));
                let key = (parts.len() + 1, days.max().unwrap_or(0), identity(line));
                let (here, there) = if is_ours { (vec![at], parts) } else { (parts, vec![at]) };
                groups.push(Group { key, ours: here, theirs: there });
            })?;
            found.cut_short |= cut;
        }
    }
    groups.sort_by(|a, b| a.key.cmp(&b.key));
    for Group { ours: here, theirs: there, .. } in groups {
        let a = here.iter().filter_map(|at| ours.line(*at));
        let name = match_name(a, there.iter().filter_map(|at| theirs.line(*at)));
        found.suggestions.push(Suggestion { name, ours: here, theirs: there });
    }
    Ok(())
}

/// Searches lines that add up to one, the fewest that do; tells whether it stopped at a bound.
fn for_line(
    line: &Line,
    many: &Pool<'_>,
    by_day: &[usize],
    rules: &Rules,
    left: &mut u32,
    show: &mut dyn FnMut(Vec<usize>),
) -> Result<bool, Overflow> {
    let days = i64::from(rules.days);
    let from = by_day.partition_point(|at| {
        many.line(*at).is_some_and(|other| other.day.number() + days < line.day.number())
    });
    let mut candidates = Vec::new();
    let mut cut = false;
    for at in by_day.iter().skip(from) {
        let Some(other) = many.line(*at) else { continue };
        if other.day.number() > line.day.number() + days {
            break;
        }
        let same_sign = other.units.is_negative() == line.units.is_negative();
        if same_sign && other.commodity == line.commodity && other.units.abs() < line.units.abs() {
            if candidates.len() == NEAREST {
                cut = true;
                break;
            }
            candidates.push((other.units.abs(), *at));
        }
    }
    let mut walk = Walk { candidates: &candidates, tries: TRIES_FOR_ONE.min(*left), chosen: Vec::new() };
    let before = walk.tries;
    for size in 2..=rules.group_most.min(candidates.len()) {
        if walk.reaches(line.units.abs(), size, 0)? {
            show(walk.chosen.clone());
            break;
        }
    }
    *left -= before - walk.tries;
    Ok(cut || (walk.tries == 0 && walk.chosen.is_empty()))
}

/// A walk through the sums of so many lines.
struct Walk<'a> {
    candidates: &'a [(Units, usize)],
    tries: u32,
    chosen: Vec<usize>,
}

impl Walk<'_> {
    /// Whether so many of the candidates from a place on add up to what is left; `chosen` has them then.
    fn reaches(&mut self, left: Units, size: usize, from: usize) -> Result<bool, Overflow> {
        for (at, (units, place)) in self.candidates.iter().enumerate().skip(from) {
            if self.tries == 0 {
                return Ok(false);
            }
            self.tries -= 1;
            let rest = left.minus(*units)?;
            let done = size == 1 && rest.is_zero();
            if (size > 1 && !rest.is_positive()) || (size == 1 && !done) {
                continue;
            }
            self.chosen.push(*place);
            if done || self.reaches(rest, size - 1, at + 1)? {
                return Ok(true);
            }
            self.chosen.pop();
        }
        Ok(false)
    }
}
