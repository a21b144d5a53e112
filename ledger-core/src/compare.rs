//! Two editions of a statement: which figures differ, and which entries are responsible for it. An entry is responsible for
//! a figure if what it adds to it differs between the two: because only one of them has it, because it is folded to
//! something else, or because the other book measures it otherwise. No other entry is.

use std::collections::{BTreeMap, BTreeSet};

use crate::explain::{NamedLine, NotExplained, money_columns, named};
use crate::ids::{ActorId, TransactionId};
use crate::money::Money;
use crate::report::{NoReport, Part, Report, Request, beside};
use crate::sheet::{Head, RowId, RowKind, Sheet};
use crate::time::Effective;

/// A statement compared with another edition of it.
#[derive(Debug, Clone)]
pub struct Compared {
    /// The statement.
    pub report: &'static str,
    /// Where the figures of either side come from.
    pub heads: [Head; 2],
    /// The figures that differ, in the order of the statement.
    pub figures: Vec<Differing>,
}

/// A figure that differs.
#[derive(Debug, Clone)]
pub struct Differing {
    /// Its line.
    pub line: NamedLine,
    /// What part the line plays: a sum has the entries of its lines.
    pub kind: RowKind,
    /// Its column.
    pub column: String,
    /// What it is on either side; where it is not printed, what its postings come to.
    pub sides: [Money; 2],
    /// The second less the first.
    pub difference: Money,
    /// The entries responsible, by number; their differences add up to it.
    pub entries: Vec<Responsible>,
}

/// An entry that is responsible for a difference.
#[derive(Debug, Clone)]
pub struct Responsible {
    /// The entry.
    pub number: u64,
    /// What it is.
    pub about: About,
    /// Why what it adds differs.
    pub how: How,
    /// What it adds on either side.
    pub sides: [Money; 2],
    /// The second less the first.
    pub difference: Money,
}

/// What an entry is.
#[derive(Debug, Clone)]
pub struct About {
    /// When it happened.
    pub effective: Effective,
    /// Who recorded it.
    pub actor: ActorId,
    /// The transaction it belongs to.
    pub transaction: Option<TransactionId>,
    /// In words.
    pub memo: Option<String>,
    /// What its journals are called, on whichever side it posts.
    pub journals: Vec<String>,
}

/// Why what an entry adds differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    /// Only the second side has the entry.
    Added,
    /// Only the first side has it.
    LeftOut,
    /// Both have it, and it comes to something else, or stands elsewhere, because of others.
    FoldedAnew,
    /// The other book, or the book under other choices, measures it otherwise.
    MeasuredOtherwise,
}

impl How {
    /// Its name.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            How::Added => "added",
            How::LeftOut => "left out",
            How::FoldedAnew => "folded anew",
            How::MeasuredOtherwise => "measured otherwise",
        }
    }
}

/// What each entry adds to a figure, by number.
type Adds = BTreeMap<u64, Money>;

/// What each entry adds to each figure of one side, sums included.
struct Side {
    sheet: Sheet,
    adds: BTreeMap<RowId, BTreeMap<&'static str, Adds>>,
    about: BTreeMap<u64, About>,
    /// The entries that this side has, whether they add something or not.
    has: BTreeSet<u64>,
}

impl Side {
    fn of(report: &Report, request: &Request<'_>) -> Result<Side, NotExplained> {
        let sheet = (report.make)(request)?;
        let mut side = Side { sheet, adds: BTreeMap::new(), about: BTreeMap::new(), has: BTreeSet::new() };
        let mut sums: BTreeMap<RowId, Vec<RowId>> = BTreeMap::new();
        report.trace(request, &mut |addition| {
            let number = addition.step.applied.number;
            let sums = sums.entry(addition.id.clone()).or_insert_with(|| report.sums_of(&addition.id));
            for id in std::iter::once(&addition.id).chain(&*sums) {
                let columns = side.adds.entry(id.clone()).or_default();
                let sum = columns.entry(addition.column).or_default().entry(number).or_default();
                *sum = sum.plus(addition.amount)?;
            }
            let entry = addition.step.applied.entry;
            let about = side.about.entry(number).or_insert_with(|| About {
                effective: entry.effective,
                actor: entry.actor,
                transaction: entry.transaction,
                memo: entry.memo.clone(),
                journals: Vec::new(),
            });
            let title = addition.posted.journal.title();
            if !about.journals.iter().any(|known| *known == title) {
                about.journals.push(title.into_owned());
            }
            Ok(())
        })?;
        request.log.replay(&request.question, None, &mut |step| {
            side.has.insert(step.applied.number);
        })?;
        Ok(side)
    }

    /// What a line has in a column, and what each entry adds to that.
    fn figure(&self, id: &RowId, column: &str) -> Result<(Money, Adds), NotExplained> {
        let adds = self.adds.get(id).and_then(|columns| columns.get(column)).cloned().unwrap_or_default();
        let row = self.sheet.rows.iter().find(|row| row.id.as_ref() == Some(id));
        let at = self.sheet.columns.iter().position(|of| of.key == column);
        let printed = row.zip(at).and_then(|(row, at)| row.cells.get(at)?.money());
        match printed {
            Some(figure) => Ok((figure, adds)),
            None => Ok((Money::sum(adds.values().copied())?, adds)),
        }
    }
}

/// Compares two editions of a statement.
///
/// # Errors
/// As for the statement; refused where its figures are not sums of postings.
pub fn compare(report: &Report, requests: [&Request<'_>; 2]) -> Result<Compared, NotExplained> {
    let [first, second] = requests;
    let sides = [Side::of(report, first)?, Side::of(report, second)?];
    let otherwise = first.book != second.book || first.log.what_if() != second.log.what_if();
    let mut figures = Vec::new();
    for (line, kind, columns) in lines(&sides)? {
        for column in columns {
            let [(before, adds_before), (after, adds_after)] =
                [sides[0].figure(&line.id, &column)?, sides[1].figure(&line.id, &column)?];
            let difference = after.minus(before)?;
            if difference.is_zero() {
                continue;
            }
            let entries = responsible(&sides, otherwise, &adds_before, &adds_after)?;
            let line = line.clone();
            figures.push(Differing { line, kind, column, sides: [before, after], difference, entries });
        }
    }
    let [first, second] = sides;
    Ok(Compared { report: report.name, heads: [first.sheet.head, second.sheet.head], figures })
}

/// The lines of both sides in one order, each once, with the columns that hold money.
fn lines(sides: &[Side; 2]) -> Result<Vec<(NamedLine, RowKind, Vec<String>)>, NotExplained> {
    let columns: BTreeSet<(usize, String)> = sides
        .iter()
        .flat_map(|side| money_columns(&side.sheet).map(|(at, key)| (at, key.to_owned())))
        .collect();
    let columns: Vec<String> = columns.into_iter().map(|(_, key)| key).collect();
    let part = |name: &str, side: &Side| Part { name: name.to_owned(), sheet: side.sheet.clone() };
    let both = beside(vec![part("first", &sides[0]), part("second", &sides[1])]);
    let both = both.ok_or_else(|| NoReport::BadArgument("nothing to compare".to_owned()))?;
    let mut seen = BTreeSet::new();
    let rows = both.rows.iter().filter_map(|row| Some((named(row)?, row.kind, columns.clone())));
    Ok(rows.filter(|(line, _, _)| seen.insert(line.id.clone())).collect())
}

fn responsible(
    sides: &[Side; 2],
    otherwise: bool,
    before: &Adds,
    after: &Adds,
) -> Result<Vec<Responsible>, NotExplained> {
    let numbers: BTreeSet<u64> = before.keys().chain(after.keys()).copied().collect();
    let [first, second] = sides;
    let mut entries = Vec::new();
    for number in numbers {
        let amount = |adds: &Adds| adds.get(&number).copied().unwrap_or_default();
        let sides = [amount(before), amount(after)];
        let difference = sides[1].minus(sides[0])?;
        if difference.is_zero() {
            continue;
        }
        let how = match (first.has.contains(&number), second.has.contains(&number)) {
            (false, _) => How::Added,
            (true, false) => How::LeftOut,
            (true, true) if otherwise => How::MeasuredOtherwise,
            (true, true) => How::FoldedAnew,
        };
        let about = second.about.get(&number).or_else(|| first.about.get(&number)).cloned();
        entries.extend(about.map(|about| Responsible { number, about, how, sides, difference }));
    }
    Ok(entries)
}
