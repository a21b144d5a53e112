//! An account's books against all statements of one source: every line, every day and both balances. What is found adds up:
//! the balance of the books and all items give the balance of the statement, to the last unit.

use std::borrow::Borrow;

use super::chain::{Gap, Stretch};
use super::name::{Namer, identity};
use super::{Finding, Line, Match, Rules, Scope, Suggestion, match_lines};
use crate::event::books::{AcceptedMatch, FoundAs};
use crate::exact::Overflow;
use crate::ids::BreakId;
use crate::money::Units;
use crate::time::Day;

/// What a source says of an account, in no format.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// Who says so.
    pub source: String,
    /// The number that its issuer gave it.
    pub number: Option<u64>,
    /// The block that it is through, where the chain says so: of one day there may be several.
    pub height: Option<u64>,
    /// Its first day.
    pub from: Day,
    /// Its last day.
    pub to: Day,
    /// The balance before its first line; absent where it has none and states a balance only.
    pub opening: Option<Units>,
    /// The balance after its last line.
    pub closing: Units,
    /// Its lines.
    pub lines: Vec<Line>,
}

/// What the books say of an account.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Ours {
    /// Every change of the balance, in order of days.
    pub lines: Vec<Line>,
}

impl Ours {
    /// The balance at the end of a day.
    ///
    /// # Errors
    /// When it does not fit.
    pub fn balance(&self, through: Day) -> Result<Units, Overflow> {
        Units::sum(self.lines.iter().filter(|line| line.day <= through).map(|line| line.units))
    }
}

/// A break, with the lines that it is of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Its name.
    pub name: BreakId,
    /// What it was found as.
    pub found: FoundAs,
    /// The day it is of.
    pub since: Day,
    /// By how much the statement's balance exceeds that of the books for it.
    pub units: Units,
    /// The lines of the books.
    pub ours: Vec<usize>,
    /// The line of the statements.
    pub theirs: Option<usize>,
}

/// An account compared with what one source says of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reconciliation {
    /// Who.
    pub source: String,
    /// The last day compared: that of the last statement, if that is earlier than what was asked.
    pub through: Day,
    /// The balance in the books at the end of that day.
    pub ours: Units,
    /// The balance of the last statement.
    pub theirs: Units,
    /// The day of that.
    pub stated_on: Day,
    /// Lines of the books that were compared.
    pub our_lines: Vec<Line>,
    /// Lines of the statements that were compared.
    pub their_lines: Vec<Line>,
    /// Which are the same.
    pub matches: Vec<Match>,
    /// What is not, by day.
    pub items: Vec<Item>,
    /// What may be accepted.
    pub suggestions: Vec<Suggestion>,
    /// Whether the search for suggestions ended at its bound.
    pub cut_short: bool,
}

impl Reconciliation {
    /// How many lines of the statements are in a match.
    #[must_use]
    pub fn matched(&self) -> usize {
        self.matches.iter().map(|one| one.theirs.len()).sum()
    }
}

/// Compares an account, by its name, with the statements of one source through a day; nothing where there is no statement by then.
/// Statements are those that begin by then; a line after the last day waits for the next comparison.
///
/// # Errors
/// When a sum does not fit.
pub fn reconcile<S: Borrow<Statement>>(
    account: &str,
    ours: &Ours,
    statements: &[S],
    rules: &Rules,
    through: Day,
    accepted: &[AcceptedMatch],
) -> Result<Option<Reconciliation>, Overflow> {
    let due: Vec<&Statement> =
        statements.iter().map(Borrow::borrow).filter(|one| one.to <= through).collect();
    let our_days: Vec<Day> = ours.lines.iter().map(|line| line.day).filter(|day| *day <= through).collect();
    let Some(mut stretch) = Stretch::of(&due, &our_days, through)? else { return Ok(None) };
    let Some(source) = due.first().map(|one| one.source.clone()) else { return Ok(None) };
    let (closing, on) = stretch.closing;
    // A balance alone is compared on its own day, for nothing says what happened since.
    let through = if stretch.first.is_none() { on } else { through };
    let first = stretch.first.unwrap_or(Day::LAST);
    let compared = ours.lines.iter().filter(|line| first <= line.day && line.day <= through);
    let our_lines: Vec<Line> = compared.cloned().collect();
    let scope = Scope { through, covered: stretch.covered.clone() };
    let found = match_lines(&our_lines, &stretch.lines, rules, &scope, accepted)?;
    let mut made = Reconciliation {
        source,
        through,
        ours: ours.balance(through)?,
        theirs: closing,
        stated_on: on,
        our_lines,
        their_lines: std::mem::take(&mut stretch.lines),
        matches: found.matches,
        items: Vec::new(),
        suggestions: found.suggestions,
        cut_short: found.cut_short,
    };
    let source = made.source.clone();
    let mut namer = Namer::of(account, &source);
    for gap in &stretch.gaps {
        made.note_gap(gap, &found.findings, &mut namer)?;
    }
    for finding in &found.findings {
        made.note(finding, &mut namer)?;
    }
    made.balances(ours.balance(eve(first))?, &stretch, &mut namer)?;
    made.items.sort_by_key(|item| (item.since, item.found, item.name));
    Ok(Some(made))
}

/// The day before.
fn eve(day: Day) -> Day {
    Day::from_number(day.number() - 1).unwrap_or(Day::FIRST)
}

impl Reconciliation {
    /// Days without a statement: one break, with all lines that the books have on them.
    fn note_gap(&mut self, gap: &Gap, findings: &[Finding], namer: &mut Namer<'_>) -> Result<(), Overflow> {
        let in_gap = |at: &usize| {
            self.our_lines.get(*at).is_some_and(|line| gap.from <= line.day && line.day <= gap.to)
        };
        let missing = findings.iter().filter(|one| one.found == FoundAs::MissingStatement);
        let ours: Vec<usize> = missing.filter_map(|one| one.ours).filter(in_gap).collect();
        let sum = Units::sum(ours.iter().filter_map(|at| self.our_lines.get(*at)).map(|line| line.units))?;
        let (found, since) = (FoundAs::MissingStatement, gap.from);
        let units = gap.units.minus(sum)?;
        let name = namer.name(vec![found.to_string(), since.to_string(), units.to_string()]);
        self.items.push(Item { name, found, since, units, ours, theirs: None });
        Ok(())
    }

    /// A finding about a line, unless it belongs to a gap.
    fn note(&mut self, finding: &Finding, namer: &mut Namer<'_>) -> Result<(), Overflow> {
        let in_gap = |item: &Item| finding.ours.is_some_and(|at| item.ours.contains(&at));
        if finding.found == FoundAs::MissingStatement && self.items.iter().any(in_gap) {
            return Ok(());
        }
        let mine = finding.ours.and_then(|at| self.our_lines.get(at));
        let other = finding.theirs.and_then(|at| self.their_lines.get(at));
        let Some(since) = mine.into_iter().chain(other).map(|line| line.day).min() else { return Ok(()) };
        let mut said = Vec::new();
        said.extend(mine.map(|line| format!("ours {}", identity(line))));
        said.extend(other.map(|line| format!("theirs {}", identity(line))));
        let units = |line: Option<&Line>| line.map(|line| line.units).unwrap_or_default();
        let units = units(other).minus(units(mine))?;
        let (ours, theirs) = (finding.ours.into_iter().collect(), finding.theirs);
        self.items.push(Item { name: namer.name(said), found: finding.found, since, units, ours, theirs });
        Ok(())
    }

    /// What no line says: what the balances were at the start, and what is left in the end.
    fn balances(&mut self, before: Units, stretch: &Stretch, namer: &mut Namer<'_>) -> Result<(), Overflow> {
        let mut note = |of: &mut Reconciliation, found: FoundAs, since: Day, units: Units| {
            let name = namer.name(vec![found.to_string(), since.to_string(), units.to_string()]);
            of.items.push(Item { name, found, since, units, ours: Vec::new(), theirs: None });
        };
        if let Some((first, opening)) = stretch.first.zip(stretch.opening) {
            let difference = opening.minus(before)?;
            if !difference.is_zero() {
                note(self, FoundAs::OpeningDiffers, first, difference);
            }
        }
        let matched = self.matches.iter().map(|one| effect(one, &self.our_lines, &self.their_lines));
        let let_pass = Units::sum(matched.collect::<Result<Vec<_>, _>>()?)?;
        let items = Units::sum(self.items.iter().map(|item| item.units))?;
        let left = self.theirs.minus(self.ours)?.minus(let_pass)?.minus(items)?;
        if !left.is_zero() {
            note(self, FoundAs::BalanceDiffers, stretch.closing.1, left);
        }
        Ok(())
    }
}

/// By how much the statement's side of a match exceeds that of the books: nothing unless a tolerance let it pass, or one
/// side took a line back.
pub(super) fn effect(one: &Match, ours: &[Line], theirs: &[Line]) -> Result<Units, Overflow> {
    let sum = |places: &[usize], lines: &[Line]| {
        Units::sum(places.iter().filter_map(|at| lines.get(*at)).map(|line| line.units))
    };
    sum(&one.theirs, theirs)?.minus(sum(&one.ours, ours)?)
}
