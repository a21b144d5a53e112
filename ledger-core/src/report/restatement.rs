//! What became of a period after it was closed: its figures as they were sealed beside those that are known now, the
//! entries between the two, and what happened in the period and is booked after it.

use std::collections::BTreeMap;

use super::{NoReport, Request, day_of};
use crate::account::Account;
use crate::event::PeriodClosed;
use crate::exact::Overflow;
use crate::fold::Fold;
use crate::money::Money;
use crate::posting::Line;
use crate::replay::Step;
use crate::resolve::Question;
use crate::sheet::{Cell, Row, RowKind, Sheet, columns};
use crate::time::Day;

/// A period as it was closed first.
struct Closed {
    number: u64,
    through: Day,
}

/// An entry recorded after the close, with what it posted in the period.
struct Since {
    number: u64,
    label: String,
    posted: ByAccount,
}

pub(super) fn restatement(request: &Request<'_>) -> Result<Sheet, NoReport> {
    let known = Question { as_of: None, ..request.question };
    let all = request.log.standing(&known)?.fold;
    all.book(request.book)?;
    let Some(Closed { number, through }) = first_close(request, &all)? else {
        return sheet(request, &all, "Restatement".to_owned(), Vec::new(), vec![none_closed(request)]);
    };
    let of_period = |as_known| Question { as_of: Some(through), as_known, through: None };
    let then = request.log.standing(&of_period(Some(number - 1)))?.fold.book(request.book)?.totals()?;
    let fold = request.log.standing(&of_period(request.question.as_known))?.fold;
    let now = fold.book(request.book)?.totals()?;
    let (since, later) = entries(request, &known, number, through)?;

    let mut rows = vec![Row::heading(format!("Figures through {through} that differ"), COLUMNS)];
    let mut differences: BTreeMap<Account, Money> = BTreeMap::new();
    for account in then.keys().chain(now.keys()) {
        let figure = |of: &BTreeMap<Account, Money>| of.get(account).copied().unwrap_or_default();
        let difference = figure(&now).minus(figure(&then))?;
        if difference.is_zero() || differences.insert(*account, difference).is_some() {
            continue;
        }
        let figures = [figure(&then), figure(&now), difference].map(Cell::Money);
        rows.push(Row::line(cells(all.world().account(*account)?.name, None, Some(*account), figures)));
    }
    let mut notes = Vec::new();
    if differences.is_empty() {
        notes.push(format!("No figure through {through} differs from what entry {number} sealed."));
    }
    rows.extend(responsible(&all, &since, differences)?);
    rows.extend(reopenings(&all, request, number));
    if !later.is_empty() {
        rows.push(Row::heading(format!("Happened by {through}, booked after it"), COLUMNS));
        rows.extend(later);
    }
    notes.push(format!(
        "As sealed: through {through} as known at entry {}, which entry {number} closed.",
        number - 1
    ));
    sheet(request, &all, format!("Restatement of the period through {through}"), rows, notes)
}

fn none_closed(request: &Request<'_>) -> String {
    format!("No period was closed in book {}.", request.book)
}

fn sheet(
    request: &Request<'_>,
    fold: &Fold,
    title: String,
    rows: Vec<Row>,
    notes: Vec<String>,
) -> Result<Sheet, NoReport> {
    Ok(Sheet {
        report: "restatement",
        title,
        head: request.head(fold)?,
        columns: columns(&[
            ("line", ""),
            ("entry", "Entry"),
            ("account", "Account"),
            ("sealed", "As sealed"),
            ("now", "As known now"),
            ("difference", "Difference"),
        ]),
        rows,
        notes,
    })
}

const COLUMNS: usize = 6;

fn cells(
    label: impl std::fmt::Display,
    entry: Option<u64>,
    account: Option<Account>,
    [sealed, now, difference]: [Cell; 3],
) -> Vec<Cell> {
    vec![
        Cell::text(label),
        entry.map_or(Cell::Empty, Cell::Number),
        account.map_or(Cell::Empty, |account| Cell::Code(account.to_string())),
        sealed,
        now,
        difference,
    ]
}

/// The first close of the period asked for; of the last period closed if none is. There is none where nothing is closed.
fn first_close(request: &Request<'_>, fold: &Fold) -> Result<Option<Closed>, NoReport> {
    let of_book = |closed: &PeriodClosed| closed.book.is_none_or(|book| book == request.book);
    let closes: Vec<Closed> = fold
        .world()
        .closes()
        .filter(|(_, closed)| of_book(closed))
        .map(|(number, closed)| Closed { number, through: closed.through })
        .collect();
    let last = closes.iter().map(|closed| closed.through).max();
    let asked = request.question.as_of.or(last);
    match (closes.into_iter().find(|closed| Some(closed.through) == asked), last, asked) {
        (Some(found), _, _) => Ok(Some(found)),
        (None, Some(_), Some(day)) => {
            Err(NoReport::BadArgument(format!("no period through {day} was closed in book {}", request.book)))
        }
        (None, _, _) => Ok(None),
    }
}

/// The entries recorded after the close that post in the period, and those booked after it that happened in it.
fn entries(
    request: &Request<'_>,
    known: &Question,
    number: u64,
    through: Day,
) -> Result<(Vec<Since>, Vec<Row>), NoReport> {
    let (mut since, mut later) = (Vec::new(), Vec::new());
    let mut seen = Ok(());
    request.log.replay(known, None, &mut |step| {
        let day = day_of(step);
        if step.applied.number > number && day <= through && seen.is_ok() {
            seen = posted(request, step).map(|posted| {
                if !posted.0.is_empty() {
                    since.push(Since { number: step.applied.number, label: label(step, day), posted });
                }
            });
        }
        let occurred = step.applied.entry.occurred.filter(|occurred| *occurred <= through && day > through);
        if let Some(occurred) = occurred {
            let label = format!("{}, occurred {occurred}", label(step, day));
            let none = [Cell::Empty, Cell::Empty, Cell::Empty];
            later.push(Row::line(cells(label, Some(step.applied.number), None, none)));
        }
    })?;
    seen?;
    since.sort_by_key(|entry| entry.number);
    Ok((since, later))
}

fn posted(request: &Request<'_>, step: &Step<'_>) -> Result<ByAccount, Overflow> {
    let mut sums = ByAccount::default();
    for posted in request.posted(step) {
        posted.journal.lines().iter().try_for_each(|line| sums.add(line))?;
    }
    Ok(sums)
}

fn label(step: &Step<'_>, day: Day) -> String {
    let entry = step.applied.entry;
    let events: Vec<String> = entry.events.iter().map(|event| event.name().replace('_', " ")).collect();
    let what = entry.memo.clone().unwrap_or_else(|| events.join(", "));
    format!("{day} {what}")
}

/// What each entry posted, and what is left of the differences: what earlier entries come to because of them.
fn responsible(
    fold: &Fold,
    since: &[Since],
    mut differences: BTreeMap<Account, Money>,
) -> Result<Vec<Row>, NoReport> {
    let mut rows = Vec::new();
    let line = |label: &str, entry, account, amount| {
        Row::line(cells(label, entry, Some(account), [Cell::Empty, Cell::Empty, Cell::Money(amount)]))
    };
    if !since.is_empty() {
        rows.push(Row::heading("Entries responsible", COLUMNS));
    }
    for entry in since {
        let none = [Cell::Empty, Cell::Empty, Cell::Empty];
        rows.push(Row::new(RowKind::Line, cells(&entry.label, Some(entry.number), None, none)));
        for (account, amount) in entry.posted.0.iter().filter(|(_, amount)| !amount.is_zero()) {
            let left = differences.entry(*account).or_default();
            *left = left.minus(*amount)?;
            rows.push(line(fold.world().account(*account)?.name, Some(entry.number), *account, *amount));
        }
    }
    differences.retain(|_, left| !left.is_zero());
    if !differences.is_empty() {
        rows.push(Row::heading("What earlier entries come to because of them", COLUMNS));
    }
    for (account, left) in differences {
        rows.push(line(fold.world().account(account)?.name, None, account, left));
    }
    Ok(rows)
}

fn reopenings(fold: &Fold, request: &Request<'_>, number: u64) -> Vec<Row> {
    let of_book = |book: Option<crate::ids::BookId>| book.is_none_or(|book| book == request.book);
    let mut rows: Vec<Row> = fold
        .world()
        .reopenings()
        .filter(|(by, reopened)| *by > number && of_book(reopened.book))
        .map(|(by, reopened)| {
            let label = format!("from {}: {}", reopened.from, reopened.reason);
            Row::line(cells(label, Some(by), None, [Cell::Empty, Cell::Empty, Cell::Empty]))
        })
        .collect();
    if !rows.is_empty() {
        rows.insert(0, Row::heading("Reopened", COLUMNS));
    }
    rows
}

/// Amounts summed by account.
#[derive(Debug, Clone, Default)]
struct ByAccount(BTreeMap<Account, Money>);

impl ByAccount {
    fn add(&mut self, line: &Line) -> Result<(), Overflow> {
        let sum = self.0.entry(line.target.account).or_default();
        *sum = sum.plus(line.amount)?;
        Ok(())
    }
}
