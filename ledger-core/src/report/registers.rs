//! Accounts by what they are about, from opening to closing: the allowance by facility (ASC 326-20-50-13), money by
//! wallet.

use std::collections::BTreeMap;

use super::{NoReport, Request};
use crate::account::Account;
use crate::chart::{CASH, COLLATERAL_ALLOWANCE, CREDIT_LOSS, RESTRICTED_CASH, STABLECOINS};
use crate::exact::Overflow;
use crate::fold::Fold;
use crate::money::Money;
use crate::posting::{Dimensions, Line};
use crate::sheet::{Cell, Row, RowKind, Sheet, columns};

/// What moved on an account about one thing, between its opening and its closing.
#[derive(Debug, Clone, Copy, Default)]
struct Moved {
    opening: Money,
    debited: Money,
    credited: Money,
    revalued: Money,
}

/// By account and what it is about.
type Register = BTreeMap<(Account, String), Moved>;

impl Moved {
    fn take(&mut self, line: &Line) -> Result<(), Overflow> {
        let counts_units = line.target.commodity.is_some();
        let side = if counts_units && line.units.is_zero() {
            &mut self.revalued
        } else if line.amount.is_negative() {
            &mut self.credited
        } else {
            &mut self.debited
        };
        *side = side.plus(line.amount)?;
        Ok(())
    }

    fn closing(&self) -> Result<Money, Overflow> {
        Money::sum([self.opening, self.debited, self.credited, self.revalued])
    }

    fn plus(&self, other: &Moved) -> Result<Moved, Overflow> {
        Ok(Moved {
            opening: self.opening.plus(other.opening)?,
            debited: self.debited.plus(other.debited)?,
            credited: self.credited.plus(other.credited)?,
            revalued: self.revalued.plus(other.revalued)?,
        })
    }
}

/// Some accounts from the day before the period to its end; and what the period came to on one more.
fn register(
    request: &Request<'_>,
    accounts: &[Account],
    name: fn(&Dimensions) -> Option<String>,
    beside: Option<Account>,
) -> Result<(Register, Money, Fold), NoReport> {
    let from = request.first_day()?;
    let before = request.standing_before(from)?.fold;
    let mut register = Register::new();
    let key = |account: Account, about: &Dimensions| {
        (account, name(about).unwrap_or_else(|| "not named".to_owned()))
    };
    let mut on_beside = Money::ZERO;
    for account in accounts {
        for (target, balance) in before.book(request.book)?.of(*account) {
            let moved = register.entry(key(*account, &target.about)).or_default();
            moved.opening = moved.opening.plus(balance.amount)?;
        }
    }
    let fold = request.replay(Some(from), |step| {
        for line in request.posted(step).flat_map(|posted| posted.journal.lines()) {
            if accounts.contains(&line.target.account) {
                register.entry(key(line.target.account, &line.target.about)).or_default().take(line)?;
            } else if Some(line.target.account) == beside {
                on_beside = on_beside.plus(line.amount)?;
            }
        }
        Ok(())
    })?;
    Ok((register, on_beside, fold))
}

pub(super) fn allowance(request: &Request<'_>) -> Result<Sheet, NoReport> {
    let by_facility = |about: &Dimensions| about.facility.map(|facility| facility.to_string());
    let (register, credit_loss, fold) =
        register(request, &[COLLATERAL_ALLOWANCE], by_facility, Some(CREDIT_LOSS))?;
    // The account stands on the credit side.
    let row = |label: &str, moved: &Moved| -> Result<Vec<Cell>, Overflow> {
        let closing = moved.closing()?.negated();
        Ok(vec![
            Cell::text(label),
            Cell::Money(moved.opening.negated()),
            Cell::Money(moved.credited.negated()),
            Cell::Money(moved.debited.negated()),
            Cell::Money(closing),
        ])
    };
    let (mut rows, mut all) = (Vec::new(), Moved::default());
    for ((_, facility), moved) in &register {
        all = all.plus(moved)?;
        rows.push(Row::line(row(facility, moved)?));
    }
    let lines = 0..rows.len();
    rows.push(Row::new(RowKind::Total, row("Allowance", &all)?).adding(lines));
    let beside = |label: &str, amount: Money| {
        let cells = [Cell::text(label), Cell::Empty, Cell::Empty, Cell::Empty, Cell::Money(amount)];
        Row::line(cells.to_vec())
    };
    let on_account = fold.book(request.book)?.total(COLLATERAL_ALLOWANCE)?.negated();
    let of_claims = all.debited.plus(all.credited)?.negated();
    rows.push(beside("1249 in the books", on_account));
    rows.push(beside("6610 of the period", credit_loss));
    rows.push(beside("Of it, not on claims for collateral", credit_loss.minus(of_claims)?));
    Ok(Sheet {
        report: "allowance",
        title: "Allowance on claims for collateral".to_owned(),
        head: request.head_from(&fold, request.first_day()?)?,
        columns: columns(&[
            ("facility", "Facility"),
            ("opening", "Opening"),
            ("charge", "Charge"),
            ("release", "Release"),
            ("closing", "Closing"),
        ]),
        rows,
        notes: Vec::new(),
    })
}

pub(super) fn cash(request: &Request<'_>) -> Result<Sheet, NoReport> {
    let by_wallet = |about: &Dimensions| about.wallet.map(|wallet| wallet.to_string());
    let accounts = [CASH, RESTRICTED_CASH, STABLECOINS];
    let (register, _, fold) = register(request, &accounts, by_wallet, None)?;
    let world = fold.world();
    let row = |label: Cell, account: Account, moved: &Moved| -> Result<Vec<Cell>, Overflow> {
        let revalued = if moved.revalued.is_zero() { Cell::Empty } else { Cell::Money(moved.revalued) };
        Ok(vec![
            label,
            Cell::Code(account.to_string()),
            Cell::Money(moved.opening),
            Cell::Money(moved.debited),
            Cell::Money(moved.credited),
            revalued,
            Cell::Money(moved.closing()?),
        ])
    };
    let mut rows = Vec::new();
    for account in accounts {
        let first = rows.len();
        let mut all = Moved::default();
        for ((_, wallet), moved) in register.iter().filter(|((of, _), _)| *of == account) {
            all = all.plus(moved)?;
            rows.push(Row::line(row(Cell::text(wallet), account, moved)?));
        }
        if rows.len() > first {
            let lines = first..rows.len();
            let label = Cell::text(world.account(account)?.name);
            rows.push(Row::new(RowKind::Subtotal, row(label, account, &all)?).adding(lines));
        }
    }
    Ok(Sheet {
        report: "cash-reconciliation",
        title: "Money by wallet".to_owned(),
        head: request.head_from(&fold, request.first_day()?)?,
        columns: columns(&[
            ("wallet", "Wallet"),
            ("account", "Account"),
            ("opening", "Opening"),
            ("received", "Received"),
            ("paid", "Paid"),
            ("revalued", "Revalued"),
            ("closing", "Closing"),
        ]),
        rows,
        notes: vec!["The closing is to be held against the statement of the bank or exchange.".to_owned()],
    })
}
