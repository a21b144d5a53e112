//! The income statement: what was earned and what it cost, over a period.

use super::{ByAccount, NoReport, Request};
use crate::account::Class;
use crate::fold::Fold;
use crate::money::Money;
use crate::sheet::{Cell, Row, RowKind, Sheet, columns};
use crate::time::Day;

/// Income and expense accounts over a period, and where the fold stands at its end.
pub(super) fn over(request: &Request<'_>, from: Day) -> Result<(ByAccount, Fold), NoReport> {
    let mut sums = ByAccount::default();
    let fold = request.replay(Some(from), |step| {
        let posted = request.posted(step);
        posted.flat_map(|posted| posted.journal.lines()).try_for_each(|line| sums.add(line))
    })?;
    Ok((sums, fold))
}

/// Income less expense over a period.
pub(super) fn net_income(request: &Request<'_>, from: Day) -> Result<Money, NoReport> {
    let (sums, fold) = over(request, from)?;
    let mut net = Money::ZERO;
    for (account, amount) in sums.0 {
        if matches!(fold.world().account(account)?.class, Class::Income | Class::Expense) {
            net = net.minus(amount)?;
        }
    }
    Ok(net)
}

pub(super) fn income_statement(request: &Request<'_>) -> Result<Sheet, NoReport> {
    let from = request.first_day()?;
    let (sums, fold) = over(request, from)?;
    let head = request.head_from(&fold, from)?;
    let mut rows = Vec::new();
    let mut net = Money::ZERO;
    for (class, label) in [(Class::Income, "Income, gains and losses"), (Class::Expense, "Expense")] {
        rows.push(Row::heading(label, 3));
        let mut sum = Money::ZERO;
        for (account, amount) in &sums.0 {
            let info = fold.world().account(*account)?;
            if info.class != class || amount.is_zero() {
                continue;
            }
            let shown = if class == Class::Income { amount.negated() } else { *amount };
            sum = sum.plus(shown)?;
            net = net.minus(*amount)?;
            let code = Cell::Code(account.to_string());
            rows.push(Row::line(vec![Cell::text(info.name), code, Cell::Money(shown)]));
        }
        rows.push(Row::new(
            RowKind::Subtotal,
            vec![Cell::text(format!("Total {}", label.to_lowercase())), Cell::Empty, Cell::Money(sum)],
        ));
    }
    let label = if net.is_negative() { "Net loss" } else { "Net income" };
    rows.push(Row::new(RowKind::Total, vec![Cell::text(label), Cell::Empty, Cell::Money(net)]));
    let currency = head.currency.to_string();
    Ok(Sheet {
        report: "income-statement",
        title: "Income statement".to_owned(),
        head,
        columns: columns(&[("line", ""), ("account", "Account"), ("amount", &currency)]),
        rows,
        notes: Vec::new(),
    })
}
