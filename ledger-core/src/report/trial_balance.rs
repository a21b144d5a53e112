//! The trial balance: every account at the opening of a period, what was debited and credited in it, and its
//! closing balance. Opening and closing are debits less credits, so that their totals are nothing.

use std::collections::BTreeMap;

use super::slices::{Dimension, Slice, by_dimension};
use super::traced::{Show, each_posting};
use super::{NoReport, Request};
use crate::account::{Account, Class};
use crate::exact::Overflow;
use crate::fold::Fold;
use crate::money::Money;
use crate::posting::{Line, Target};
use crate::sheet::{Cell, Row, RowId, RowKind, Sheet, columns};
use crate::time::Day;

/// What an account, or one thing that it is about, comes to over a period.
#[derive(Debug, Clone, Copy, Default)]
struct Turnover {
    opening: Money,
    debits: Money,
    credits: Money,
    closing: Money,
}

impl Turnover {
    fn add(&mut self, other: &Turnover) -> Result<(), Overflow> {
        self.opening = self.opening.plus(other.opening)?;
        self.debits = self.debits.plus(other.debits)?;
        self.credits = self.credits.plus(other.credits)?;
        self.closing = self.closing.plus(other.closing)?;
        Ok(())
    }

    fn post(&mut self, line: &Line) -> Result<(), Overflow> {
        if line.amount.is_negative() {
            self.credits = self.credits.minus(line.amount)?;
        } else {
            self.debits = self.debits.plus(line.amount)?;
        }
        Ok(())
    }

    fn is_nothing(&self) -> bool {
        [self.opening, self.debits, self.credits, self.closing].iter().all(|amount| amount.is_zero())
    }

    fn cells(&self, label: &str, account: Cell) -> Vec<Cell> {
        let amounts = [self.opening, self.debits, self.credits, self.closing].map(Cell::Money);
        [Cell::text(label), account].into_iter().chain(amounts).collect()
    }
}

/// Every target of the book over a period, and where the fold stands at its end.
struct Taken {
    by_target: BTreeMap<Target, Turnover>,
    fold: Fold,
}

fn taken(request: &Request<'_>, from: Day) -> Result<Taken, NoReport> {
    let mut by_target: BTreeMap<Target, Turnover> = BTreeMap::new();
    for (target, balance) in request.standing_before(from)?.fold.book(request.book)?.balances() {
        by_target.entry(*target).or_default().opening = balance.amount;
    }
    let fold = request.replay(Some(from), |step| {
        let lines = request.posted(step).flat_map(|posted| posted.journal.lines());
        for line in lines {
            by_target.entry(line.target).or_default().post(line)?;
        }
        Ok(())
    })?;
    for (target, balance) in fold.book(request.book)?.balances() {
        by_target.entry(*target).or_default().closing = balance.amount;
    }
    Ok(Taken { by_target, fold })
}

pub(super) fn trial_balance(request: &Request<'_>) -> Result<Sheet, NoReport> {
    let from = request.first_day()?;
    let taken = taken(request, from)?;
    sheet(request, from, &taken, Slice::Whole)
}

/// The sum that adds up the line of an account.
pub(super) fn sums_of(id: &str) -> Vec<RowId> {
    if id == TOTAL { Vec::new() } else { vec![TOTAL.into()] }
}

/// The name of the sum of all accounts.
const TOTAL: &str = "total";

/// Shows what each posting adds to which figure of its account.
pub(super) fn trace(request: &Request<'_>, show: Show<'_>) -> Result<(), NoReport> {
    let from = request.first_day()?;
    each_posting(request, None, |traced, on| {
        let amount = traced.line.amount;
        let (column, turnover) = match (on < from, amount.is_negative()) {
            (true, _) => ("opening", amount),
            (false, true) => ("credits", amount.negated()),
            (false, false) => ("debits", amount),
        };
        let account = traced.line.target.account.to_string();
        show(&traced.adds(account.clone().into(), column, turnover))?;
        show(&traced.adds(account.into(), "closing", amount))
    })
}

/// The same by what is posted about: the sub-ledgers beside the ledger.
pub(super) fn by(request: &Request<'_>, dimension: Dimension) -> Result<Sheet, NoReport> {
    let from = request.first_day()?;
    let taken = taken(request, from)?;
    let about = taken.by_target.keys().map(|target| &target.about);
    by_dimension(dimension, about, |slice| sheet(request, from, &taken, slice))
}

fn sheet(request: &Request<'_>, from: Day, taken: &Taken, slice: Slice) -> Result<Sheet, NoReport> {
    let mut accounts: BTreeMap<Account, Turnover> = BTreeMap::new();
    for (target, turnover) in taken.by_target.iter().filter(|(target, _)| slice.takes(&target.about)) {
        accounts.entry(target.account).or_default().add(turnover)?;
    }
    accounts.retain(|_, turnover| !turnover.is_nothing());
    let mut total = Turnover::default();
    let mut rows = Vec::with_capacity(accounts.len() + 1);
    let mut earlier_income = Money::ZERO;
    for (account, turnover) in &accounts {
        let info = taken.fold.world().account(*account)?;
        if matches!(info.class, Class::Income | Class::Expense) {
            earlier_income = earlier_income.minus(turnover.opening)?;
        }
        let row = Row::line(turnover.cells(info.name, Cell::Code(account.to_string())));
        rows.push(row.named(account.to_string()));
        total.add(turnover)?;
    }
    let lines = 0..rows.len();
    rows.push(Row::new(RowKind::Total, total.cells("Total", Cell::Empty)).named(TOTAL).adding(lines));
    Ok(Sheet {
        report: "trial-balance",
        title: "Trial balance".to_owned(),
        head: request.head_from(&taken.fold, from)?,
        columns: columns(&[
            ("line", ""),
            ("account", "Account"),
            ("opening", "Opening"),
            ("debits", "Debits"),
            ("credits", "Credits"),
            ("closing", "Closing"),
        ]),
        rows,
        notes: if earlier_income.is_zero() { Vec::new() } else { vec![NOT_CLOSED.to_owned()] },
    })
}

/// A year's end posts nothing; a balance sheet moves what was earned before into retained earnings.
const NOT_CLOSED: &str = "Income and expense are those of all years: no closing entries are posted. A balance sheet \
    adds those of earlier fiscal years to retained earnings.";
