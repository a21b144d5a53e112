//! Statements of one source, one after the other: what they cover, where one is missing, and which of their lines count when
//! two of them cover the same day.

use std::collections::HashMap;

use super::{Line, Statement};
use crate::exact::Overflow;
use crate::ids::Commodity;
use crate::money::Units;
use crate::time::Day;

/// Days without a statement between others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gap {
    /// The first day of it.
    pub from: Day,
    /// The last.
    pub to: Day,
    /// By how much the balance changed in it.
    pub units: Units,
}

/// What statements of one source say together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stretch {
    /// The first day covered by lines.
    pub first: Option<Day>,
    /// The balance before the first line.
    pub opening: Option<Units>,
    /// The last balance, and on which day.
    pub closing: (Units, Day),
    /// All lines, each once.
    pub lines: Vec<Line>,
    /// Days covered by lines: stretches in order.
    pub covered: Vec<(Day, Day)>,
    /// What is missing.
    pub gaps: Vec<Gap>,
}

impl Stretch {
    /// What statements of one source say together; nothing where there is none.
    ///
    /// A day that no statement covers is a gap if a balance changed over it, if the statements' numbers leave one out, or if
    /// the books have a line on such a day, whose days are `ours`.
    ///
    /// # Errors
    /// When a sum does not fit.
    pub(super) fn of(
        statements: &[&Statement],
        ours: &[Day],
        through: Day,
    ) -> Result<Option<Stretch>, Overflow> {
        let mut sorted: Vec<&Statement> = statements.to_vec();
        sorted.sort_by_key(|one| (one.to, one.height, one.from, one.number, one.closing));
        let Some(last) = sorted.last() else { return Ok(None) };
        let full: Vec<&Statement> = sorted.iter().copied().filter(|one| one.opening.is_some()).collect();
        let mut stretch = Stretch {
            first: full.iter().map(|one| one.from).min(),
            opening: full.iter().min_by_key(|one| (one.from, one.to)).and_then(|one| one.opening),
            closing: (last.closing, last.to),
            lines: each_once(&full),
            covered: Vec::new(),
            gaps: Vec::new(),
        };
        let mut before: Option<&Statement> = None;
        for statement in full {
            stretch.join(before, statement, ours)?;
            before = before.filter(|before| before.to >= statement.to).or(Some(statement));
        }
        let end = stretch.covered.last().map(|(_, to)| *to);
        if let Some(end) = end.filter(|end| *end < through && last.to == *end) {
            stretch.gaps.push(Gap { from: end.next(), to: through, units: Units::ZERO });
        }
        Ok(Some(stretch))
    }

    /// Joins the next statement to those before it.
    fn join(&mut self, before: Option<&Statement>, next: &Statement, ours: &[Day]) -> Result<(), Overflow> {
        let Some((before, (_, end))) = before.zip(self.covered.last_mut()) else {
            self.covered.push((next.from, next.to));
            return Ok(());
        };
        if next.from <= *end {
            *end = next.to.max(*end);
            return Ok(());
        }
        let change = next.opening.unwrap_or_default().minus(before.closing)?;
        let (first, last) = (end.next(), Day::from_number(next.from.number() - 1).unwrap_or(next.from));
        let left_out = before.number.zip(next.number).is_some_and(|(a, b)| b > a.saturating_add(1));
        let adjacent = first == next.from;
        let has_ours = !adjacent && ours.iter().any(|day| first <= *day && *day <= last);
        if adjacent || (change.is_zero() && !left_out && !has_ours) {
            *end = next.to;
        } else {
            self.covered.push((next.from, next.to));
        }
        if !change.is_zero() || left_out || has_ours {
            let (from, to) = if adjacent { (next.from, next.from) } else { (first, last) };
            self.gaps.push(Gap { from, to, units: change });
        }
        Ok(())
    }
}

/// What a line says, wherever it stands.
type Said<'a> = (Day, Units, Commodity, &'a [String], &'a str);

/// The lines of all statements. Where two cover the same days a line counts as often as the one that has it most often.
fn each_once(statements: &[&Statement]) -> Vec<Line> {
    let mut counted: HashMap<Said<'_>, usize> = HashMap::new();
    let mut all = Vec::new();
    let mut covered = Day::FIRST;
    for statement in statements {
        if statement.from > covered {
            // Nothing before it can be the same line.
            counted.clear();
        }
        covered = covered.max(statement.to);
        let mut here: HashMap<Said<'_>, usize> = HashMap::new();
        for line in &statement.lines {
            let said = (line.day, line.units, line.commodity, line.references.as_slice(), line.text.as_str());
            let times = here.entry(said).or_insert(0);
            *times += 1;
            let before = counted.entry(said).or_insert(0);
            if *times > *before {
                *before = *times;
                all.push(line.clone());
            }
        }
    }
    all
}
