//! Entries that an auditor would look at (AU-C 240.32, AS 2401.58): manual, recorded late, round, on a weekend, with cash
//! on a side of a journal that one actor made, reversed by whoever made them, or recorded after their period was closed.
//! A list with counts, no judgement.

use std::collections::BTreeMap;

use chrono::{Datelike, Weekday};
use rust_decimal::Decimal;

use super::{NoReport, Request, day_of};
use crate::chart::{CASH, RESTRICTED_CASH};
use crate::event::{Event, PeriodClosed};
use crate::exact::Overflow;
use crate::ids::{ActorId, BookId};
use crate::money::Money;
use crate::replay::Step;
use crate::sheet::{Cell, Row, RowKind, Sheet, columns};
use crate::time::{Day, Effective};

/// Amounts that are a multiple of this are round.
const ROUND: u64 = 1_000;

/// The tests, in their order on paper.
const TESTS: [&str; 7] = [
    "Manual journals",
    "Recorded after the month of their effective date",
    "With an amount that is a multiple of 1,000",
    "Manual journals with cash on a side, by one actor",
    "Dated on a Saturday or Sunday",
    "Reversals by the actor of the entry reversed",
    "Recorded after a close of the period that they belong to",
];

/// Which of them is about the actors of two entries.
const SAME_ACTOR: usize = 5;

const COLUMNS: usize = 6;

pub(super) fn journal_testing(request: &Request<'_>) -> Result<Sheet, NoReport> {
    let from = request.first_day()?;
    let mut found: [Vec<Row>; TESTS.len()] = Default::default();
    let mut tested = 0_u64;
    let mut actors: BTreeMap<u64, ActorId> = BTreeMap::new();
    let mut reversals: Vec<(u64, ActorId, Row)> = Vec::new();
    let fold = request.replay(Some(from), |step| {
        actors.insert(step.applied.number, step.applied.entry.actor);
        let lines: Vec<_> = request.posted(step).flat_map(|posted| posted.journal.lines()).collect();
        if lines.is_empty() {
            return Ok(());
        }
        tested += 1;
        let events = || step.applied.entry.events.iter();
        let is_manual = events().any(|event| matches!(event, Event::JournalRecorded(_)));
        let has_cash = lines.iter().any(|line| [CASH, RESTRICTED_CASH].contains(&line.target.account));
        let is_round = lines.iter().any(|line| is_round(line.amount));
        let fails = [
            is_manual,
            is_late(step),
            is_round,
            is_manual && has_cash,
            is_weekend(day_of(step)),
            false,
            is_after_close(step, request.book),
        ];
        let debits = Money::sum(lines.iter().map(|line| line.amount).filter(|amount| amount.is_positive()))?;
        for (rows, _) in found.iter_mut().zip(fails).filter(|(_, fails)| *fails) {
            rows.push(listed(step, debits));
        }
        for event in events() {
            if let Event::EntryReversed(reversal) = event {
                reversals.push((reversal.entry, step.applied.entry.actor, listed(step, debits)));
            }
        }
        Ok(())
    })?;
    // What was reversed may lie before the period.
    if reversals.iter().any(|(entry, _, _)| !actors.contains_key(entry)) {
        request.replay(None, |step| {
            actors.insert(step.applied.number, step.applied.entry.actor);
            Ok(())
        })?;
    }
    let by_same = reversals.into_iter().filter(|(entry, actor, _)| actors.get(entry) == Some(actor));
    found[SAME_ACTOR].extend(by_same.map(|(_, _, row)| row));
    let mut rows = Vec::new();
    for (test, entries) in TESTS.into_iter().zip(found) {
        let count = u64::try_from(entries.len()).map_err(|_| Overflow)?;
        let mut cells = vec![Cell::text(test), Cell::Number(count)];
        cells.resize(COLUMNS, Cell::Empty);
        rows.push(Row::new(RowKind::Subtotal, cells));
        rows.extend(entries);
    }
    let mut cells = vec![Cell::text("Entries tested"), Cell::Number(tested)];
    cells.resize(COLUMNS, Cell::Empty);
    rows.push(Row::new(RowKind::Total, cells));
    Ok(Sheet {
        report: "journal-testing",
        title: format!("Entries for an auditor's eye; round is a multiple of {ROUND}"),
        head: request.head_from(&fold, from)?,
        columns: columns(&[
            ("test", "Test, memo"),
            ("entry", "Entry"),
            ("effective", "Effective"),
            ("recorded", "Recorded"),
            ("actor", "Actor"),
            ("debits", "Debits"),
        ]),
        rows,
        notes: vec!["Public holidays are not known to the ledger.".to_owned()],
    })
}

fn listed(step: &Step<'_>, debits: Money) -> Row {
    let entry = step.applied.entry;
    Row::line(vec![
        entry.memo.as_ref().map_or(Cell::Empty, Cell::text),
        Cell::Number(step.applied.number),
        Cell::Day(day_of(step)),
        recorded(step).map_or(Cell::Empty, Cell::Day),
        Cell::text(entry.actor),
        Cell::Money(debits),
    ])
}

/// Whether a close of its period stands before it: of the day that it happened on, where that is said.
fn is_after_close(step: &Step<'_>, book: BookId) -> bool {
    let day = step.applied.entry.occurred.unwrap_or_else(|| day_of(step));
    let of_book = |closed: &PeriodClosed| closed.book.is_none_or(|named| named == book);
    let mut closes = step.after.world().closes();
    closes.any(|(number, closed)| number < step.applied.number && of_book(closed) && day <= closed.through)
}

fn recorded(step: &Step<'_>) -> Option<Day> {
    step.applied.recorded.map(|at| step.after.zone().day_of(Effective::At(at)))
}

fn is_late(step: &Step<'_>) -> bool {
    let month = |day: Day| (day.date().year(), day.date().month());
    recorded(step).is_some_and(|recorded| month(recorded) > month(day_of(step)))
}

fn is_round(amount: Money) -> bool {
    let rest = amount.decimal().checked_rem(Decimal::from(ROUND));
    !amount.is_zero() && rest.is_some_and(|rest| rest.is_zero())
}

fn is_weekend(day: Day) -> bool {
    matches!(day.date().weekday(), Weekday::Sat | Weekday::Sun)
}
