//! What holds of any lines: against a matcher that tries everything, from both sides, in any order.

use std::collections::BTreeSet;

use ledger_core::event::books::FoundAs;
use ledger_core::money::Units;
use ledger_core::reconcile::{
    How, Line, Matched, Ours, Rules, Scope, Statement, identity, match_lines, reconcile,
};
use ledger_core::time::Day;

use super::day;

/// Chance that is the same every time.
struct Chance(u64);

impl Chance {
    fn below(&mut self, most: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % most
    }
}

/// Lines of few amounts, days and references, so that much is the same.
fn few(chance: &mut Chance, most: u64, side: &str) -> Vec<Line> {
    let count = chance.below(most);
    let line = |n: u64, chance: &mut Chance| {
        let sign = if chance.below(4) == 0 { "-" } else { "" };
        let reference = chance.below(6);
        Line {
            day: Day::from_number(day("2026-02-01").number() + i64::try_from(chance.below(12)).unwrap())
                .unwrap(),
            units: format!("{sign}{}", 1 + chance.below(5)).parse().unwrap(),
            commodity: if chance.below(9) == 0 { "USDT" } else { "USD" }.parse().unwrap(),
            references: if reference < 3 { vec![format!("R{reference}")] } else { Vec::new() },
            text: if chance.below(3) == 0 { "fee".to_owned() } else { String::new() },
            place: format!("{side}{n:03}"),
        }
    };
    (0..count).map(|n| line(n, chance)).collect()
}

fn rules(chance: &mut Chance) -> Rules {
    let days = u32::try_from(chance.below(4)).unwrap();
    let tolerance = if chance.below(3) == 0 { "1" } else { "0" };
    let tolerance = vec![("USD".parse().unwrap(), tolerance.parse().unwrap())];
    Rules { days, timing_days: 4, tolerance, ..Rules::default() }
}

fn all_matched(ours: &[Line], theirs: &[Line], rules: &Rules) -> Matched {
    match_lines(ours, theirs, rules, &Scope::all(day("2026-02-12")), &[]).unwrap()
}

/// What became of every line, by its place, whichever list it stood in.
fn by_place(ours: &[Line], theirs: &[Line], found: &Matched, mirrored: bool) -> BTreeSet<String> {
    let names = |all: &[usize], lines: &[Line]| -> Vec<String> {
        let mut names: Vec<String> = all.iter().map(|at| lines[*at].place.clone()).collect();
        names.sort();
        names
    };
    let sides = |a: &[usize], b: &[usize]| {
        let (a, b) = (names(a, ours), names(b, theirs));
        if mirrored { format!("{b:?} {a:?}") } else { format!("{a:?} {b:?}") }
    };
    let one = |at: Option<usize>| at.into_iter().collect::<Vec<_>>();
    let mut told = BTreeSet::new();
    for same in &found.matches {
        told.insert(format!("{:?} {}", same.how, sides(&same.ours, &same.theirs)));
    }
    for finding in &found.findings {
        let kind = if mirrored { opposite(finding.found) } else { finding.found };
        told.insert(format!("{kind} {}", sides(&one(finding.ours), &one(finding.theirs))));
    }
    for suggestion in &found.suggestions {
        told.insert(format!("perhaps {}", sides(&suggestion.ours, &suggestion.theirs)));
    }
    told
}

fn opposite(found: FoundAs) -> FoundAs {
    match found {
        FoundAs::OursNotTheirs => FoundAs::TheirsNotOurs,
        FoundAs::TheirsNotOurs => FoundAs::OursNotTheirs,
        FoundAs::UnmatchedOurs => FoundAs::UnmatchedTheirs,
        FoundAs::UnmatchedTheirs => FoundAs::UnmatchedOurs,
        FoundAs::DuplicateOurs => FoundAs::DuplicateTheirs,
        FoundAs::DuplicateTheirs => FoundAs::DuplicateOurs,
        FoundAs::AmountDiffers
        | FoundAs::MissingStatement
        | FoundAs::OpeningDiffers
        | FoundAs::BalanceDiffers => found,
    }
}

const ROUNDS: u64 = 3_000;

#[test]
fn every_line_comes_out_once_from_both_sides_alike_and_in_any_order() {
    let mut kinds = BTreeSet::new();
    for seed in 0..ROUNDS {
        let mut chance = Chance(seed);
        let (ours, theirs) = (few(&mut chance, 14, "o"), few(&mut chance, 14, "t"));
        let rules = rules(&mut chance);
        let found = all_matched(&ours, &theirs, &rules);
        let mut seen_ours: Vec<usize> = found.matches.iter().flat_map(|one| one.ours.clone()).collect();
        let mut seen_theirs: Vec<usize> = found.matches.iter().flat_map(|one| one.theirs.clone()).collect();
        seen_ours.extend(found.findings.iter().filter_map(|one| one.ours));
        seen_theirs.extend(found.findings.iter().filter_map(|one| one.theirs));
        seen_ours.sort_unstable();
        seen_theirs.sort_unstable();
        assert_eq!(seen_ours, (0..ours.len()).collect::<Vec<_>>(), "seed {seed}");
        assert_eq!(seen_theirs, (0..theirs.len()).collect::<Vec<_>>(), "seed {seed}");

        let told = by_place(&ours, &theirs, &found, false);
        let mirrored = all_matched(&theirs, &ours, &rules);
        assert_eq!(told, by_place(&theirs, &ours, &mirrored, true), "seed {seed}");

        let (mut other_ours, mut other_theirs) = (ours.clone(), theirs.clone());
        other_ours.reverse();
        let middle = other_theirs.len() / 2;
        other_theirs.rotate_left(middle);
        let shuffled = all_matched(&other_ours, &other_theirs, &rules);
        assert_eq!(told, by_place(&other_ours, &other_theirs, &shuffled, false), "seed {seed}");
        kinds.extend(found.findings.iter().map(|one| one.found.as_str()));
        kinds.extend(found.matches.iter().map(|one| one.how.as_str()));
        kinds.extend((!found.suggestions.is_empty()).then_some("suggestion"));
    }
    assert_eq!(kinds.len(), 13, "{kinds:?}");
}

/// Reference by reference, then day by day, looking at every pair.
fn tried(ours: &[Line], theirs: &[Line], rules: &Rules) -> BTreeSet<(usize, usize)> {
    let sorted = |lines: &[Line]| {
        let mut all: Vec<usize> = (0..lines.len()).collect();
        all.sort_by_key(|at| &lines[*at]);
        all
    };
    let (a, b) = (sorted(ours), sorted(theirs));
    let mut pairs = BTreeSet::new();
    let (mut used, mut taken) = (BTreeSet::new(), BTreeSet::new());
    let mut walk = |is_pair: &dyn Fn(&Line, &Line) -> bool| {
        for at in &a {
            for other in &b {
                let (line, opposite) = (&ours[*at], &theirs[*other]);
                let same = line.units == opposite.units && line.commodity == opposite.commodity;
                let free = !used.contains(at) && !taken.contains(other);
                if free && same && is_pair(line, opposite) {
                    used.insert(*at);
                    taken.insert(*other);
                    pairs.insert((*at, *other));
                }
            }
        }
    };
    for reference in ["R0", "R1", "R2"].map(str::to_owned) {
        walk(&|line, other| line.references.contains(&reference) && other.references.contains(&reference));
    }
    for days in 0..=u64::from(rules.days) {
        walk(&|line, other| line.day.number().abs_diff(other.day.number()) == days);
    }
    pairs
}

#[test]
fn one_to_one_is_what_trying_every_pair_finds() {
    let mut pairs = 0;
    for seed in 0..ROUNDS {
        let mut chance = Chance(seed);
        let (ours, theirs) = (few(&mut chance, 12, "o"), few(&mut chance, 12, "t"));
        let rules = rules(&mut chance);
        let found = all_matched(&ours, &theirs, &rules);
        let one_to_one =
            found.matches.iter().filter(|one| matches!(one.how, How::Reference | How::AmountAndDay));
        let found: BTreeSet<(usize, usize)> = one_to_one.map(|one| (one.ours[0], one.theirs[0])).collect();
        assert_eq!(found, tried(&ours, &theirs, &rules), "seed {seed}");
        pairs += found.len();
    }
    assert!(pairs > 2_000, "{pairs}");
}

/// Whether two or more of these add up to a line, trying all of them.
fn adds_up(line: &Line, others: &[&Line], rules: &Rules) -> bool {
    let near: Vec<&&Line> = others
        .iter()
        .filter(|other| {
            other.commodity == line.commodity && other.units.is_negative() == line.units.is_negative()
        })
        .filter(|other| other.day.number().abs_diff(line.day.number()) <= u64::from(rules.days))
        .collect();
    (0_u32..1 << near.len()).any(|mask| {
        let chosen = near.iter().enumerate().filter(|(bit, _)| mask >> bit & 1 == 1);
        let size = usize::try_from(mask.count_ones()).unwrap();
        let sum = Units::sum(chosen.map(|(_, other)| other.units)).unwrap();
        (2..=rules.group_most).contains(&size) && sum == line.units
    })
}

#[test]
fn sums_are_suggested_if_and_only_if_trying_everything_finds_one() {
    let (mut with, mut without) = (0, 0);
    for seed in 0..ROUNDS {
        let mut chance = Chance(seed);
        let (ours, theirs) = (few(&mut chance, 9, "o"), few(&mut chance, 9, "t"));
        let rules = rules(&mut chance);
        let found = all_matched(&ours, &theirs, &rules);
        let is_alone = |kind: FoundAs| kind != FoundAs::AmountDiffers;
        let alone = found.findings.iter().filter(|one| is_alone(one.found));
        let free_ours: Vec<&Line> = alone.clone().filter_map(|one| one.ours).map(|at| &ours[at]).collect();
        let free_theirs: Vec<&Line> = alone.filter_map(|one| one.theirs).map(|at| &theirs[at]).collect();
        let exists = free_ours.iter().any(|line| adds_up(line, &free_theirs, &rules))
            || free_theirs.iter().any(|line| adds_up(line, &free_ours, &rules));
        assert_eq!(!found.suggestions.is_empty(), exists, "seed {seed}");
        for one in &found.suggestions {
            let here = Units::sum(one.ours.iter().map(|at| ours[*at].units)).unwrap();
            let there = Units::sum(one.theirs.iter().map(|at| theirs[*at].units)).unwrap();
            assert_eq!(here, there, "seed {seed}");
        }
        *if exists { &mut with } else { &mut without } += 1;
    }
    assert!(with > 100 && without > 300, "{with} {without}");
}

#[test]
fn what_is_found_adds_up_from_one_balance_to_the_other() {
    let mut missing = 0;
    for seed in 0..ROUNDS {
        let mut chance = Chance(seed);
        let usd = |line: &Line| line.commodity == "USD".parse().unwrap();
        let ours: Vec<Line> = few(&mut chance, 14, "o").into_iter().filter(usd).collect();
        let theirs: Vec<Line> = few(&mut chance, 14, "t").into_iter().filter(usd).collect();
        let rules = rules(&mut chance);
        // Twelve days in three statements, of which one is missing now and then.
        let mut balance: Units = (chance.below(3)).to_string().parse().unwrap();
        let mut statements = Vec::new();
        for nth in 0..3 {
            let from = Day::from_number(day("2026-02-01").number() + 4 * nth).unwrap();
            let to = Day::from_number(from.number() + 3).unwrap();
            let of: Vec<Line> =
                theirs.iter().filter(|line| from <= line.day && line.day <= to).cloned().collect();
            let opening = Some(balance);
            balance = balance.plus(Units::sum(of.iter().map(|line| line.units)).unwrap()).unwrap();
            let source = "bank".to_owned();
            let statement = Statement {
                source,
                number: None,
                height: None,
                from,
                to,
                opening,
                closing: balance,
                lines: of,
            };
            if chance.below(5) > 0 {
                statements.push(statement);
            }
        }
        let compared =
            reconcile("bank USD", &Ours { lines: ours }, &statements, &rules, day("2026-02-12"), &[])
                .unwrap();
        let Some(found) = compared else { continue };
        // Nothing is left that no line, no gap and no opening explains.
        let unexplained = found.items.iter().any(|item| item.found == FoundAs::BalanceDiffers);
        assert!(!unexplained, "seed {seed}: {:?}", found.items);
        missing += usize::from(found.items.iter().any(|item| item.found == FoundAs::MissingStatement));
        let names: BTreeSet<_> = found.items.iter().map(|item| item.name).collect();
        assert_eq!(names.len(), found.items.len(), "seed {seed}");
        assert!(found.our_lines.iter().all(|line| !identity(line).contains(&line.place)));
    }
    assert!(missing > 300, "{missing}");
}
