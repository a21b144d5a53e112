//! A step of a replay for people.

use std::io::Write;

use ledger_core::fold::{Fold, Posted};
use ledger_core::ids::BookId;
use ledger_core::money::Units;
use ledger_core::sheet::{Cell, Row, columns};
use ledger_store::Head;

use super::loans::loans;
use super::parts::{LotTouched, events_of, lots};
use super::told::told;
use super::walk::Step;
use crate::diagnostic::Failure;
use crate::io::{BOLD, DIM, RIGHT, styled};
use crate::render::{Look, grid, hex, journal, support, wrap};

/// Prints a step: heading, what happened, journals, lots, units, loans, what moved, what was checked, the root.
pub(crate) fn step(
    out: &mut dyn Write,
    step: &Step<'_>,
    fold: &Fold,
    books: &[BookId],
    head: &Head,
    look: &Look,
) -> Result<(), Failure> {
    heading(out, step, look)?;
    effect(out, step, fold, books, look)?;
    checked(out, step, books, look)?;
    writeln!(out, "{}", styled(DIM, format!("root at {}: {}", head.size, hex(&head.root))))?;
    writeln!(out)?;
    Ok(())
}

/// Prints what an entry does: what happened, journals, prices, lots, units, loans, and the lines that moved.
pub(crate) fn effect(
    out: &mut dyn Write,
    step: &Step<'_>,
    fold: &Fold,
    books: &[BookId],
    look: &Look,
) -> Result<(), Failure> {
    for sentence in told(step, fold.world(), look) {
        indented(out, "→ ", &sentence, look, false)?;
    }
    journals(out, step, fold, books, look)?;
    prices(out, step, look)?;
    lots_touched(out, step, books, look)?;
    units(out, step, fold, look)?;
    loans(out, step, look)?;
    moved(out, step, fold, books, look)
}

/// A line, and what does not fit on it further in.
fn indented(out: &mut dyn Write, first: &str, text: &str, look: &Look, dim: bool) -> Result<(), Failure> {
    let room = look.width.saturating_sub(4);
    for (at, line) in wrap(text, room).iter().enumerate() {
        let line = format!("{}{line}", if at == 0 { first } else { "    " });
        writeln!(out, "{}", if dim { styled(DIM, line) } else { line })?;
    }
    Ok(())
}

/// Books by what is the same in them: each thing once, with the books that have it, in the order of the books.
fn alike<T: PartialEq>(all: Vec<(BookId, T)>) -> Vec<(String, T)> {
    let mut groups: Vec<(Vec<BookId>, T)> = Vec::new();
    for (book, of_book) in all {
        match groups.iter_mut().find(|(_, known)| *known == of_book) {
            Some((books, _)) => books.push(book),
            None => groups.push((vec![book], of_book)),
        }
    }
    groups.into_iter().map(|(books, of_books)| (names(&books), of_books)).collect()
}

fn names(books: &[BookId]) -> String {
    books.iter().map(BookId::as_str).collect::<Vec<_>>().join(" and ")
}

fn heading(out: &mut dyn Write, step: &Step<'_>, look: &Look) -> Result<(), Failure> {
    let entry = step.applied.entry;
    let transaction = entry.transaction.map(|name| format!(" · {name}")).unwrap_or_default();
    let what = if step.is_arrival { "Coins arrive, sent by entry" } else { "Entry" };
    let heading = format!("{what} {} · {}{transaction}", step.applied.number, entry.effective);
    let rule = "─".repeat(look.width.saturating_sub(heading.chars().count() + 1));
    writeln!(out, "{} {}", styled(BOLD, &heading), styled(DIM, rule))?;
    for line in entry.memo.iter().flat_map(|memo| wrap(memo, look.width)) {
        writeln!(out, "{line}")?;
    }
    for evidence in &entry.evidence {
        indented(out, "  ", &support::document(evidence), look, true)?;
    }
    indented(out, "  ", &format!("recorded by {}", entry.actor), look, true)?;
    if entry.evidence.is_empty() {
        indented(out, "  ", support::NO_DOCUMENT, look, true)?;
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
    for (index, name) in events_of(step) {
        rows.push(Row::heading(format!("event {index}, {name}"), 5));
        let mut groups: Vec<(Vec<BookId>, &Posted)> = Vec::new();
        for posted in of_event(step, index, books) {
            let same = |known: &Posted| {
                known.journal.lines() == posted.journal.lines()
                    && known.journal.title() == posted.journal.title()
            };
            match groups.iter_mut().find(|(_, known)| same(known)) {
                Some((books, _)) => books.push(posted.book),
                None => groups.push((vec![posted.book], posted)),
            }
        }
        for (books, posted) in groups {
            rows.extend(journal::rows(&names(&books), posted, fold.world(), look));
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

/// The prices that were taken, each once.
fn prices(out: &mut dyn Write, step: &Step<'_>, look: &Look) -> Result<(), Failure> {
    let mut told: Vec<String> = Vec::new();
    for price in step.posted.iter().flat_map(|posted| &posted.prices) {
        let price = support::price(price, look);
        if !told.contains(&price) {
            told.push(price);
        }
    }
    told.iter().try_for_each(|price| indented(out, "", price, look, false))
}

/// The lots touched in each book.
fn lots_touched(out: &mut dyn Write, step: &Step<'_>, books: &[BookId], look: &Look) -> Result<(), Failure> {
    let of_book = |book: &BookId| -> Vec<Row> {
        let posted = step.posted.iter().filter(|posted| posted.book == *book);
        posted.flat_map(lots).map(|touched| lot(&touched)).collect()
    };
    let all = books.iter().map(|book| (*book, of_book(book))).collect();
    tables(out, "lots", ["units", "cost", "carrying"], all, look)
}

/// A small table for each group of books in which the rows are the same; none where there are no rows.
fn tables(
    out: &mut dyn Write,
    what: &str,
    figures: [&'static str; 3],
    all: Vec<(BookId, Vec<Row>)>,
    look: &Look,
) -> Result<(), Failure> {
    for (books, rows) in alike(all).into_iter().filter(|(_, rows)| !rows.is_empty()) {
        let label = format!("{what}, {books}");
        let [first, second, third] = figures.map(|figure| (figure, figure));
        for line in grid::small(&columns(&[("line", &label), first, second, third]), &rows, look) {
            writeln!(out, "{line}")?;
        }
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

/// The lines of the balance sheet that moved.
fn moved(
    out: &mut dyn Write,
    step: &Step<'_>,
    fold: &Fold,
    books: &[BookId],
    look: &Look,
) -> Result<(), Failure> {
    let mut all = Vec::new();
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
        all.push((*book, rows));
    }
    tables(out, "balance sheet", ["before", "change", "after"], all, look)
}

/// What holds after the entry; the walk stops at the first after which it does not.
fn checked(out: &mut dyn Write, step: &Step<'_>, books: &[BookId], look: &Look) -> Result<(), Failure> {
    let changed = if step.posted.iter().all(|posted| posted.journal.lines().is_empty()) {
        "; no journal, so no balance changed"
    } else {
        ""
    };
    let holds = format!(
        "checked in {}: assets equal liabilities and equity; the lots are the coins on their accounts{changed}",
        names(books)
    );
    for (at, line) in wrap(&holds, look.width.saturating_sub(4)).iter().enumerate() {
        writeln!(out, "{}", styled(RIGHT, format!("{}{line}", if at == 0 { "" } else { "    " })))?;
    }
    Ok(())
}
