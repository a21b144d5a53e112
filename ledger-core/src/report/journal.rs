//! The journal and the register: postings one by one, in accounting order.

use super::{NoReport, Request, day_of};
use crate::account::Account;
use crate::money::Money;
use crate::posting::Line;
use crate::refusal::Refusal;
use crate::sheet::{Cell, Row, RowKind, Sheet, columns, places};

pub(super) fn journal(request: &Request<'_>) -> Result<Sheet, NoReport> {
    let from = request.first_day()?;
    let mut rows = Vec::new();
    let (mut debits, mut credits) = (Money::ZERO, Money::ZERO);
    let fold = request.replay(Some(from), |step| {
        let day = day_of(step);
        for posted in request.posted(step).filter(|posted| !posted.journal.lines().is_empty()) {
            let label =
                format!("{day}  {}.{}  {}", step.applied.number, posted.event, posted.journal.title());
            rows.push(Row::heading(label, 5));
            for line in posted.journal.lines() {
                let (debit, credit) = sides(line);
                if line.amount.is_negative() {
                    credits = credits.minus(line.amount)?;
                } else {
                    debits = debits.plus(line.amount)?;
                }
                let world = step.after.world();
                let name = world.account(line.target.account).map_or("", |info| info.name);
                let depth = if line.amount.is_negative() { 2 } else { 1 };
                let cells = vec![
                    Cell::text(name),
                    Cell::Code(line.target.account.to_string()),
                    debit,
                    credit,
                    units(line, world),
                ];
                rows.push(Row::line_at(depth, cells));
            }
        }
        Ok(())
    })?;
    let cells =
        vec![Cell::text("Total"), Cell::Empty, Cell::Money(debits), Cell::Money(credits), Cell::Empty];
    let lines: Vec<usize> = places(&rows, 0..rows.len(), RowKind::Line).collect();
    rows.push(Row::new(RowKind::Total, cells).adding(lines));
    Ok(Sheet {
        report: "journal",
        title: "Journal".to_owned(),
        head: request.head_from(&fold, from)?,
        columns: columns(&[
            ("line", ""),
            ("account", "Account"),
            ("debit", "Debit"),
            ("credit", "Credit"),
            ("units", "Units"),
        ]),
        rows,
        notes: Vec::new(),
    })
}

pub(super) fn register(request: &Request<'_>) -> Result<Sheet, NoReport> {
    let argument =
        request.argument.ok_or_else(|| NoReport::BadArgument("the register of which account?".into()))?;
    let account: Account = argument.parse().map_err(|why| NoReport::BadArgument(format!("{why}")))?;
    let from = request.from;
    let mut balance = match from {
        Some(from) => request.standing_before(from)?.fold.book(request.book)?.total(account)?,
        None => Money::ZERO,
    };
    let mut rows = Vec::new();
    let fold = request.replay(from, |step| {
        let day = day_of(step);
        for posted in request.posted(step) {
            for line in posted.journal.lines().iter().filter(|line| line.target.account == account) {
                balance = balance.plus(line.amount)?;
                let title = posted.journal.title();
                let memo = step.applied.entry.memo.as_deref().unwrap_or(&title);
                let (debit, credit) = sides(line);
                rows.push(Row::new(
                    RowKind::Line,
                    vec![
                        Cell::Day(day),
                        Cell::Number(step.applied.number),
                        Cell::text(memo),
                        units(line, step.after.world()),
                        debit,
                        credit,
                        Cell::Money(balance),
                    ],
                ));
            }
        }
        Ok(())
    })?;
    let info = fold.world().account(account)?;
    rows.push(Row::new(
        RowKind::Total,
        vec![
            Cell::text("Balance"),
            Cell::Empty,
            Cell::Empty,
            Cell::Empty,
            Cell::Empty,
            Cell::Empty,
            Cell::Money(balance),
        ],
    ));
    Ok(Sheet {
        report: "register",
        title: format!("Register of {account} {}", info.name),
        head: Ok::<_, NoReport>(request.head(&fold)?).map(|head| crate::sheet::Head { from, ..head })?,
        columns: columns(&[
            ("day", "Day"),
            ("entry", "Entry"),
            ("memo", "Memo"),
            ("units", "Units"),
            ("debit", "Debit"),
            ("credit", "Credit"),
            ("balance", "Balance"),
        ]),
        rows,
        notes: Vec::new(),
    })
}

fn sides(line: &Line) -> (Cell, Cell) {
    if line.amount.is_negative() {
        (Cell::Empty, Cell::Money(line.amount.negated()))
    } else {
        (Cell::Money(line.amount), Cell::Empty)
    }
}

fn units(line: &Line, world: &crate::world::World) -> Cell {
    let scale =
        line.target.commodity.ok_or(Refusal::NoEvents {}).and_then(|commodity| world.scale(commodity));
    match scale {
        Ok(scale) if !line.units.is_zero() => Cell::Units(line.units, scale),
        Ok(_) | Err(_) => Cell::Empty,
    }
}
