//! A step of a replay for people.

use std::io::Write;

use ledger_core::fold::{Fold, Posted};
use ledger_core::ids::BookId;
use ledger_core::money::Units;
use ledger_core::sheet::{Cell, Row, columns};
use ledger_store::Head;

use super::parts::{LotTouched, lots};
use super::standing::Debt;
use super::walk::Step;
use crate::diagnostic::Failure;
use crate::io::{BOLD, DIM, RIGHT, styled};
use crate::render::{Look, grid, hex, journal, wrap};

/// What is said beside a ratio whose collateral may not be all there is.
pub(crate) const BITCOIN_ONLY: &str = "bitcoin collateral only; other collateral not disclosed";

/// Prints a step: heading, journals, lots, units, loans, what moved, the proof.
pub(crate) fn step(
    out: &mut dyn Write,
    step: &Step<'_>,
    fold: &Fold,
    books: &[BookId],
    head: &Head,
    look: &Look,
) -> Result<(), Failure> {
    heading(out, step, look)?;
    journals(out, step, fold, books, look)?;
    for book in books {
        lots_touched(out, step, *book, look)?;
    }
    units(out, step, fold, look)?;
    loans(out, step)?;
    moved(out, step, fold, books, look)?;
    balance(out, step, books)?;
    writeln!(out, "{}", styled(DIM, format!("root at {}: {}", head.size, hex(&head.root))))?;
    writeln!(out)?;
    Ok(())
}

fn heading(out: &mut dyn Write, step: &Step<'_>, look: &Look) -> Result<(), Failure> {
    let entry = step.applied.entry;
    let transaction = entry.transaction.map(|name| format!(" · {name}")).unwrap_or_default();
    let heading = format!("Entry {} · {}{transaction}", step.applied.number, entry.effective);
    let rule = "─".repeat(look.width.saturating_sub(heading.chars().count() + 1));
    writeln!(out, "{} {}", styled(BOLD, &heading), styled(DIM, rule))?;
    for line in entry.memo.iter().flat_map(|memo| wrap(memo, look.width)) {
        writeln!(out, "{line}")?;
    }
    for evidence in &entry.evidence {
        for (at, line) in wrap(&evidence.name, look.width.saturating_sub(4)).iter().enumerate() {
            writeln!(out, "{}", styled(DIM, format!("{}{line}", if at == 0 { "  " } else { "    " })))?;
        }
    }
    Ok(())
}

/// The journals of every event in the books asked for.
pub(crate) fn journals(
    out: &mut dyn Write,
    step: &Step<'_>,
    fold: &Fold,
    books: &[BookId],
    look: &Look,
) -> Result<(), Failure> {
    let mut rows = Vec::new();
    for (index, event) in step.applied.entry.events.iter().enumerate() {
        rows.push(Row::heading(format!("event {index}, {}", event.name()), 5));
        for posted in of_event(step, index, books) {
            rows.extend(journal::rows(posted, fold.world(), look));
        }
    }
    for line in grid::small(&journal::journal_columns(), &rows, look) {
        writeln!(out, "{line}")?;
    }
    Ok(())
}

fn of_event<'a>(step: &'a Step<'_>, index: usize, books: &'a [BookId]) -> impl Iterator<Item = &'a Posted> {
    step.posted.iter().filter(move |posted| posted.event == index && books.contains(&posted.book))
}

/// The lots touched in a book.
fn lots_touched(out: &mut dyn Write, step: &Step<'_>, book: BookId, look: &Look) -> Result<(), Failure> {
    let posted = step.posted.iter().filter(|posted| posted.book == book);
    let rows: Vec<Row> = posted.flat_map(lots).map(|touched| lot(&touched)).collect();
    if rows.is_empty() {
        return Ok(());
    }
    let label = format!("lots, {book}");
    let columns = columns(&[("lot", &label), ("units", "units"), ("cost", "cost"), ("carrying", "carrying")]);
    for line in grid::small(&columns, &rows, look) {
        writeln!(out, "{line}")?;
    }
    Ok(())
}

fn lot(touched: &LotTouched<'_>) -> Row {
    let LotTouched { what, position, piece, carrying, .. } = touched;
    let kind = if touched.is_owned() { "lot" } else { "claim" };
    let (label, units, cost) = match piece {
        Some(piece) => {
            let label =
                format!("{kind} {} of {} {what} {}", piece.key.birth, piece.key.acquired, position.place);
            (label, Cell::Units(piece.units, 2), Cell::Money(piece.cost))
        }
        None => (format!("all {kind}s at {} {what}", position.place), Cell::Empty, Cell::Empty),
    };
    Row::line(vec![Cell::Text(label), units, cost, Cell::Money(*carrying)])
}

fn units(out: &mut dyn Write, step: &Step<'_>, fold: &Fold, look: &Look) -> Result<(), Failure> {
    let figure = |units: Units, scale: u8| Cell::Units(units, scale.min(8));
    let rows: Vec<Row> = step
        .units_moved()
        .iter()
        .map(|moved| {
            let scale = fold.world().scale(moved.commodity).unwrap_or_default();
            let label = format!("{} {}", moved.place, moved.commodity);
            let cells = vec![Cell::Text(label), figure(moved.before, scale), figure(moved.after, scale)];
            Row::line(cells)
        })
        .collect();
    if !rows.is_empty() {
        let columns = columns(&[("place", "units"), ("before", "before"), ("after", "after")]);
        for line in grid::small(&columns, &rows, look) {
            writeln!(out, "{line}")?;
        }
    }
    Ok(())
}

/// Loans to value before and after.
pub(crate) fn loans(out: &mut dyn Write, step: &Step<'_>) -> Result<(), Failure> {
    for moved in step.debts_moved() {
        let state = match (moved.after.facility.retired, &moved.after.facility.call) {
            (Some(day), _) => format!(" · retired on {day}"),
            (None, Some(_)) => " · margin call open".to_owned(),
            (None, None) => String::new(),
        };
        writeln!(
            out,
            "loan to value of {}: {} → {}{state}",
            moved.facility,
            moved.before.map_or("none".to_owned(), percent),
            percent(moved.after),
        )?;
        if moved.after.is_bitcoin_only() && moved.after.ltv.is_some() {
            writeln!(out, "  {}", styled(DIM, BITCOIN_ONLY))?;
        }
        for stale in &moved.after.stale {
            writeln!(out, "  {}", styled(DIM, stale))?;
        }
    }
    Ok(())
}

/// A ratio in words.
pub(crate) fn percent(debt: &Debt) -> String {
    debt.ltv.map_or("none".to_owned(), |ltv| format!("{ltv:.2} %"))
}

/// The lines of the balance sheet that moved.
fn moved(
    out: &mut dyn Write,
    step: &Step<'_>,
    fold: &Fold,
    books: &[BookId],
    look: &Look,
) -> Result<(), Failure> {
    for book in books {
        let mut rows = Vec::new();
        for line in step.moved(*book, fold.world())? {
            let label = match line.account {
                Some(account) => format!("{account} {}", line.name),
                None => line.name.clone(),
            };
            let change = line.after.minus(line.before)?;
            let cells = vec![
                Cell::Text(label),
                Cell::Money(line.before),
                Cell::Money(change),
                Cell::Money(line.after),
            ];
            rows.push(Row::line(cells));
        }
        if rows.is_empty() {
            continue;
        }
        let label = format!("balance sheet, {book}");
        let columns =
            columns(&[("line", &label), ("before", "before"), ("change", "change"), ("after", "after")]);
        for line in grid::small(&columns, &rows, look) {
            writeln!(out, "{line}")?;
        }
    }
    Ok(())
}

fn balance(out: &mut dyn Write, step: &Step<'_>, books: &[BookId]) -> Result<(), Failure> {
    let names: Vec<&str> = books.iter().map(BookId::as_str).collect();
    // The walk stops at the first entry after which a book does not balance.
    let balances = format!("the sheet balances in {}", names.join(" and "));
    let changed =
        if step.posted.iter().all(|posted| posted.journal.lines().is_empty()) { ", unchanged" } else { "" };
    writeln!(out, "{}{changed}", styled(RIGHT, balances))?;
    Ok(())
}
