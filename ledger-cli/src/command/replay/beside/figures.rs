//! The figures of an entry on one side, each with a name, so that they can be set beside those of the other.

use ledger_core::account::{Account, Class};
use ledger_core::fold::Fold;
use ledger_core::ids::BookId;
use ledger_core::money::{Money, Units};
use ledger_core::sheet::Cell;
use rust_decimal::Decimal;

use crate::command::replay::parts::{LotTouched, lots};
use crate::command::replay::standing::Standing;
use crate::command::replay::walk::Step;
use crate::diagnostic::Failure;
use crate::render::Look;
use crate::render::figures::{fixed, shown};
use crate::render::journal::{is_credit, name};

/// A figure with its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Figure {
    /// Of which part of the entry: its journals, lots, units, loans, or lines of the balance sheet.
    pub(super) part: &'static str,
    /// In which book; in none where it is of the world.
    pub(super) book: Option<BookId>,
    /// Which it is.
    pub(super) label: String,
    /// How much.
    pub(super) amount: Amount,
}

/// How much.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Amount {
    /// In the functional currency.
    Money(Money),
    /// Of a commodity, or of a currency that need not be the functional one.
    Units(Units),
    /// A ratio in percent, of which no difference is told.
    Percent(Decimal),
}

impl Amount {
    /// How much more than another, where both are amounts of one kind.
    pub(super) fn minus(self, other: Amount) -> Result<Option<Amount>, Failure> {
        Ok(if let (Amount::Money(one), Amount::Money(other)) = (self, other) {
            Some(Amount::Money(one.minus(other)?))
        } else if let (Amount::Units(one), Amount::Units(other)) = (self, other) {
            Some(Amount::Units(one.minus(other)?))
        } else {
            None
        })
    }

    fn plus(self, other: Amount) -> Result<Amount, Failure> {
        Ok(if let (Amount::Money(one), Amount::Money(other)) = (self, other) {
            Amount::Money(one.plus(other)?)
        } else if let (Amount::Units(one), Amount::Units(other)) = (self, other) {
            Amount::Units(one.plus(other)?)
        } else {
            self
        })
    }

    /// Nothing of the same kind.
    pub(super) fn none(self) -> Amount {
        match self {
            Amount::Money(_) => Amount::Money(Money::ZERO),
            Amount::Units(_) => Amount::Units(Units::ZERO),
            Amount::Percent(_) => Amount::Percent(Decimal::ZERO),
        }
    }

    /// For people.
    pub(super) fn shown(self, look: &Look) -> String {
        match self {
            Amount::Money(amount) => shown(&Cell::Money(amount), look),
            Amount::Units(units) => shown(&Cell::Units(units, 2), look),
            Amount::Percent(ratio) => shown(&Cell::Percent(ratio), look),
        }
    }

    /// For programs.
    pub(super) fn plain(self, look: &Look) -> String {
        match self {
            Amount::Money(amount) => fixed(amount.decimal(), look.digits),
            Amount::Units(units) => units.to_string(),
            Amount::Percent(ratio) => fixed(ratio, 2),
        }
    }
}

/// Figures in order, those of one name added up.
#[derive(Default)]
struct Figures(Vec<Figure>);

impl Figures {
    fn add(
        &mut self,
        part: &'static str,
        book: Option<BookId>,
        label: String,
        amount: Amount,
    ) -> Result<(), Failure> {
        let same = |one: &&mut Figure| one.part == part && one.book == book && one.label == label;
        match self.0.iter_mut().find(same) {
            Some(one) => one.amount = one.amount.plus(amount)?,
            None => self.0.push(Figure { part, book, label, amount }),
        }
        Ok(())
    }
}

/// The figures of an entry: what its journals post, its lots, units and loans, and the lines that it moves.
pub(super) fn of_step(step: &Step<'_>, fold: &Fold, books: &[BookId]) -> Result<Vec<Figure>, Failure> {
    let mut figures = Figures::default();
    let world = fold.world();
    for posted in step.posted.iter().filter(|posted| books.contains(&posted.book)) {
        let book = Some(posted.book);
        for line in posted.journal.lines() {
            let side = if is_credit(line) { "Cr" } else { "Dr" };
            let account = line.target.account;
            let label = format!("{side} {account} {}, event {}", name(world, account), posted.event);
            figures.add("journals", book, label.clone(), Amount::Money(line.amount.abs()))?;
            if let Some(coin) = line.target.commodity.filter(|_| !line.units.is_zero()) {
                figures.add("journals", book, format!("{label}, in {coin}"), Amount::Units(line.units))?;
            }
        }
    }
    for posted in step.posted.iter().filter(|posted| books.contains(&posted.book)) {
        for touched in lots(posted) {
            lot(&mut figures, posted.book, &touched)?;
        }
    }
    for moved in step.units_moved() {
        figures.add(
            "units after",
            None,
            format!("{} {}", moved.place, moved.commodity),
            Amount::Units(moved.after),
        )?;
    }
    for moved in step.debts_moved() {
        let (facility, debt) = (moved.facility, &moved.after.facility);
        figures.add("loans after", None, format!("{facility}, principal"), Amount::Units(debt.principal))?;
        figures.add(
            "loans after",
            None,
            format!("{facility}, accrued interest"),
            Amount::Units(debt.accrued),
        )?;
        if let Some(ltv) = moved.after.ltv {
            figures.add("loans after", None, format!("{facility}, loan to value"), Amount::Percent(ltv))?;
        }
    }
    for book in books {
        for line in step.moved(*book, world)? {
            let account = line.account.map(|account| format!("{account} ")).unwrap_or_default();
            let label = format!("{account}{}", line.name);
            let change = line.after.minus(line.before)?;
            figures.add("balance sheet", Some(*book), format!("{label}, change"), Amount::Money(change))?;
            figures.add(
                "balance sheet",
                Some(*book),
                format!("{label}, after"),
                Amount::Money(line.after),
            )?;
        }
    }
    Ok(figures.0)
}

fn lot(figures: &mut Figures, book: BookId, touched: &LotTouched<'_>) -> Result<(), Failure> {
    let LotTouched { what, position, piece, carrying, .. } = touched;
    let kind = if touched.is_owned() { "lot" } else { "claim" };
    let place = position.place;
    let Some(piece) = piece else {
        let label = format!("all {kind}s at {place} {what}, carried at");
        return figures.add("lots", Some(book), label, Amount::Money(*carrying));
    };
    let label = format!("{kind} {} of {} {what} {place}", piece.key.birth, piece.key.acquired);
    figures.add("lots", Some(book), format!("{label}, units"), Amount::Units(piece.units))?;
    figures.add("lots", Some(book), format!("{label}, cost"), Amount::Money(piece.cost))?;
    figures.add("lots", Some(book), format!("{label}, carried at"), Amount::Money(*carrying))
}

/// The lines of the balance sheets, income in one.
pub(super) fn of_sheet(standing: &Standing, fold: &Fold, books: &[BookId]) -> Result<Vec<Figure>, Failure> {
    let mut figures = Figures::default();
    for book in books {
        let mut line = |account: Option<Account>, words: &str, amount: Money| {
            let account = account.map(|account| format!("{account} ")).unwrap_or_default();
            figures.add(
                "balance sheet after the last entry",
                Some(*book),
                format!("{account}{words}"),
                Amount::Money(amount),
            )
        };
        for (account, total) in standing.totals.get(book).into_iter().flatten() {
            let amount = match fold.world().account(*account)?.class {
                Class::Asset => *total,
                Class::Liability | Class::Equity => total.negated(),
                Class::Income | Class::Expense | Class::Memo => continue,
            };
            line(Some(*account), &name(fold.world(), *account), amount)?;
        }
        let sums = standing.sums.get(book).copied().unwrap_or_default();
        line(None, "Income to date", sums.income)?;
        line(None, "Total assets", sums.assets)?;
        line(None, "Total liabilities", sums.liabilities)?;
        line(None, "Total equity", sums.equity)?;
    }
    Ok(figures.0)
}
