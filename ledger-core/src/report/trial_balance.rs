//! The trial balance: every account with its balance on the side where it stands.

use super::{NoReport, Request};
use crate::money::Money;
use crate::sheet::{Cell, Row, RowKind, Sheet, columns};

pub(super) fn trial_balance(request: &Request<'_>) -> Result<Sheet, NoReport> {
    let fold = request.fold()?;
    let (mut debits, mut credits) = (Money::ZERO, Money::ZERO);
    let mut rows = Vec::new();
    for (account, total) in fold.book(request.book)?.totals()? {
        let name = fold.world().account(account)?.name;
        let (debit, credit) = if total.is_negative() {
            credits = credits.minus(total)?;
            (Cell::Empty, Cell::Money(total.negated()))
        } else {
            debits = debits.plus(total)?;
            (Cell::Money(total), Cell::Empty)
        };
        rows.push(Row::line(vec![Cell::text(name), Cell::Code(account.to_string()), debit, credit]));
    }
    rows.push(Row::new(
        RowKind::Total,
        vec![Cell::text("Total"), Cell::Empty, Cell::Money(debits), Cell::Money(credits)],
    ));
    Ok(Sheet {
        report: "trial-balance",
        title: "Trial balance".to_owned(),
        head: request.head(&fold)?,
        columns: columns(&[("line", ""), ("account", "Account"), ("debit", "Debit"), ("credit", "Credit")]),
        rows,
        notes: Vec::new(),
    })
}
