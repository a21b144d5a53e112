//! The balance sheet: what is owned, owed and the owners'. Retained earnings are their own postings and the
//! income of all earlier fiscal years; this year's income stands on a line of its own until the year ends.

use super::{NoReport, Request};
use crate::account::{Class, Side};
use crate::chart::RETAINED_EARNINGS;
use crate::fold::Fold;
use crate::ids::BookId;
use crate::money::Money;
use crate::policy::MeasurementModel;
use crate::sheet::{Cell, Row, RowKind, Sheet, columns};
use crate::time::Day;

/// The figures of a balance sheet, each on its normal side.
#[derive(Debug, Clone, Default)]
pub(super) struct Position {
    pub(super) lines: Vec<(Class, crate::account::Account, String, Money)>,
    pub(super) income_of_year: Money,
    pub(super) assets: Money,
    pub(super) liabilities: Money,
    pub(super) equity: Money,
}

/// Works out the figures: balances of the book, with earlier years' income in retained earnings.
pub(super) fn position(fold: &Fold, book: BookId, earlier_income: Money) -> Result<Position, NoReport> {
    let mut position = Position::default();
    let mut totals = fold.book(book)?.totals()?;
    position.income_of_year = fold.book(book)?.income(fold.world())?.minus(earlier_income)?;
    let retained = totals.entry(RETAINED_EARNINGS).or_default();
    *retained = retained.minus(earlier_income)?;
    for (account, total) in totals {
        let info = fold.world().account(account)?;
        let (sum, amount) = match info.class {
            Class::Asset => (&mut position.assets, total),
            Class::Liability => (&mut position.liabilities, total.negated()),
            Class::Equity => (&mut position.equity, total.negated()),
            Class::Memo if info.normal_side == Side::Debit => {
                position.lines.push((info.class, account, info.name.to_owned(), total));
                continue;
            }
            Class::Income | Class::Expense | Class::Memo => continue,
        };
        *sum = sum.plus(amount)?;
        position.lines.push((info.class, account, info.name.to_owned(), amount));
    }
    position.equity = position.equity.plus(position.income_of_year)?;
    Ok(position)
}

pub(super) fn balance_sheet(request: &Request<'_>) -> Result<Sheet, NoReport> {
    let standing = request.standing()?;
    let (year_start, last_day) = request.fiscal_year(&standing)?;
    let fold = &standing.fold;
    let book = fold.book(request.book)?;
    let earlier_income = match fold.world().fiscal_year() {
        // Nothing has happened yet in the year that the sheet lies in.
        Some(first) if first < year_start => book.income(fold.world())?,
        Some(_) => book.earlier_income(),
        None => Money::ZERO,
    };
    let position = position(fold, request.book, earlier_income)?;
    let head = request.head(fold)?;
    let currency = head.currency.to_string();
    let mut rows = Vec::new();
    let both = position.liabilities.plus(position.equity)?;
    section(&mut rows, &position, Class::Asset, "Assets");
    rows.push(total(RowKind::Total, "Total assets", position.assets));
    section(&mut rows, &position, Class::Liability, "Liabilities");
    rows.push(total(RowKind::Subtotal, "Total liabilities", position.liabilities));
    section(&mut rows, &position, Class::Equity, "Equity");
    rows.push(Row::line(vec![
        Cell::text("Income of the fiscal year to date"),
        Cell::Empty,
        Cell::Money(position.income_of_year),
    ]));
    rows.push(total(RowKind::Subtotal, "Total equity", position.equity));
    rows.push(total(RowKind::Total, "Total liabilities and equity", both));
    section(&mut rows, &position, Class::Memo, "Off the balance sheet");
    Ok(Sheet {
        report: "balance-sheet",
        title: "Balance sheet".to_owned(),
        head,
        columns: columns(&[("line", ""), ("account", "Account"), ("amount", &currency)]),
        rows,
        notes: vec![carrying_note(fold, request.book, last_day)?],
    })
}

fn section(rows: &mut Vec<Row>, position: &Position, class: Class, label: &str) {
    let lines: Vec<_> = position.lines.iter().filter(|line| line.0 == class && !line.3.is_zero()).collect();
    if !lines.is_empty() || class != Class::Memo {
        rows.push(Row::heading(label, 3));
    }
    for (_, account, name, amount) in lines {
        rows.push(Row::line(vec![Cell::text(name), Cell::Code(account.to_string()), Cell::Money(*amount)]));
    }
}

fn total(kind: RowKind, label: &str, amount: Money) -> Row {
    Row::new(kind, vec![Cell::text(label), Cell::Empty, Cell::Money(amount)])
}

fn carrying_note(fold: &Fold, book: BookId, last_day: Day) -> Result<String, NoReport> {
    let policy = fold.world().book(book)?.policy_on(last_day);
    Ok(match (policy.measurement, fold.world().last_mark()) {
        (MeasurementModel::Cost, _) => "Coins are carried at cost.".to_owned(),
        (MeasurementModel::CostLessImpairment, None) => {
            "Coins are carried at cost: they have not been tested for impairment yet.".to_owned()
        }
        (MeasurementModel::CostLessImpairment, Some(day)) => {
            format!("Coins are carried at cost less impairment, last tested on {day}.")
        }
        (MeasurementModel::FairValue | MeasurementModel::Revaluation, None) => {
            "Coins are carried at what they came in at: they have not been marked yet.".to_owned()
        }
        (MeasurementModel::FairValue | MeasurementModel::Revaluation, Some(day)) => {
            format!("Coins are carried at the mark of {day}; those that came later at what they came in at.")
        }
    })
}
