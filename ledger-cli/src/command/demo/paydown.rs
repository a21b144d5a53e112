//! The paydown as the demo tells it: what each entry posts in both books, and what became of coins and loan.
//! Every word about the books is worked out from what they hold.

use ledger_core::fold::{Fold, Posted};
use ledger_core::ids::{BookId, Commodity, TransactionId};
use ledger_core::lots::Piece;
use ledger_core::money::{Money, Units};
use ledger_core::resolve::{Place, Question};
use ledger_core::sheet::{Cell, Row, columns};

use super::PAYDOWN;
use crate::command::replay::loans::{BITCOIN_ONLY, loans};
use crate::command::replay::parts::lots;
use crate::command::replay::standing::Standing;
use crate::command::replay::text::journals;
use crate::command::replay::walk::{Selection, Step, walk};
use crate::diagnostic::Failure;
use crate::io::{BOLD, DIM, Io, styled};
use crate::render::{Look, figures, grid, wrap};
use crate::store::Loaded;

/// The numbers around the transaction.
pub(super) struct Entries {
    /// The entry before its first.
    pub(super) before: u64,
    /// Its last entry.
    pub(super) last: u64,
}

/// How things stood at three times.
pub(super) struct Standings {
    before: Standing,
    after: Standing,
    end: Standing,
}

fn transaction() -> Result<TransactionId, Failure> {
    PAYDOWN.parse().map_err(|why| Failure::Bug(format!("the story's transaction: {why}")))
}

fn missing() -> Failure {
    Failure::Bug("the story has no paydown".to_owned())
}

/// Finds the transaction.
pub(super) fn entries(loaded: &Loaded) -> Result<Entries, Failure> {
    let name = transaction()?;
    let mut numbers = Vec::new();
    loaded.reading.walk::<Failure>(&Question::default(), Place::START, &mut |fold, next| {
        let applied = next.applied();
        numbers.extend((applied.entry.transaction == Some(name)).then_some(applied.number));
        next.take(fold)?;
        Ok(())
    })?;
    let first = numbers.iter().min().ok_or_else(missing)?;
    let last = numbers.iter().max().ok_or_else(missing)?;
    Ok(Entries { before: first.saturating_sub(1), last: *last })
}

/// Tells the transaction, entry by entry.
pub(super) fn tell(
    loaded: &Loaded,
    books: &[BookId],
    look: &Look,
    io: &mut Io,
) -> Result<Standings, Failure> {
    let (mut before, mut after) = (None, None);
    let mut sales = vec![Sale::default(); books.len()];
    let question = Question::default();
    walk(&loaded.reading, &question, &Selection::Transaction(transaction()?), None, |step, fold| {
        before.get_or_insert_with(|| step.before.clone());
        after = Some(step.after.clone());
        for (sale, book) in sales.iter_mut().zip(books) {
            sale.add(step, *book)?;
        }
        entry(step, fold, books, look, io)
    })?;
    let last = Selection::Numbers(loaded.size(), loaded.size());
    let mut end = None;
    walk(&loaded.reading, &question, &last, None, |step, _| {
        end = Some(step.after.clone());
        Ok(())
    })?;
    for (sale, book) in sales.iter().zip(books) {
        for line in wrap(&format!("{book}: {}", sale.told(look)?), look.width) {
            writeln!(io.out, "{}", styled(BOLD, line))?;
        }
    }
    Ok(Standings {
        before: before.ok_or_else(missing)?,
        after: after.ok_or_else(missing)?,
        end: end.ok_or_else(missing)?,
    })
}

fn entry(step: &Step<'_>, fold: &Fold, books: &[BookId], look: &Look, io: &mut Io) -> Result<(), Failure> {
    let memo = step.applied.entry.memo.as_deref().unwrap_or_default();
    let heading = format!("Entry {}, {}: {memo}", step.applied.number, step.applied.entry.effective);
    for line in wrap(&heading, look.width) {
        writeln!(io.out, "{}", styled(BOLD, line))?;
    }
    journals(&mut io.out, step, fold, books, look)?;
    for book in books {
        for told in
            step.posted.iter().filter(|posted| posted.book == *book).filter_map(|posted| says(posted, look))
        {
            for line in wrap(&told?, look.width.saturating_sub(2)) {
                writeln!(io.out, "  {line}")?;
            }
        }
    }
    loans(&mut io.out, step, look)?;
    writeln!(io.out)?;
    Ok(())
}

/// What a book says about a sale: lots that left, or a claim that fell without any.
fn says(posted: &Posted, look: &Look) -> Option<Result<String, Failure>> {
    let touched = lots(posted);
    let leaving = touched.iter().filter(|touched| touched.what == "leaves");
    let (owned, claims): (Vec<_>, Vec<_>) = leaving.partition(|touched| touched.is_owned());
    let of = |all: &[&crate::command::replay::parts::LotTouched<'_>]| -> Vec<Piece> {
        all.iter().filter_map(|touched| touched.piece.copied()).collect()
    };
    let (owned, claims) = (of(&owned), of(&claims));
    if owned.is_empty() && claims.is_empty() {
        return None;
    }
    Some(if owned.is_empty() { claim_fell(posted, &claims, look) } else { lots_left(posted, &owned, look) })
}

fn claim_fell(posted: &Posted, claims: &[Piece], look: &Look) -> Result<String, Failure> {
    let units = Units::sum(claims.iter().map(|piece| piece.units))?;
    let carrying = Money::sum(claims.iter().map(|piece| piece.carrying))?;
    let (units, carrying) = (figures::grouped(units.decimal(), 2), figures::money(carrying, look));
    let book = posted.book;
    Ok(format!(
        "{book}: the receivable falls by {units} coins carried at {carrying}; no lot of our own is touched, for control of the coins had passed to the lender."
    ))
}

fn lots_left(posted: &Posted, owned: &[Piece], look: &Look) -> Result<String, Failure> {
    let cost = Money::sum(owned.iter().map(|piece| piece.cost))?;
    let result = posted.proceeds.minus(cost)?;
    let word = if result.is_negative() { "loss" } else { "gain" };
    let names: Vec<String> =
        owned.iter().map(|piece| format!("{} of {}", piece.key.birth, piece.key.acquired)).collect();
    let oldest_first = owned.is_sorted_by_key(|piece| piece.key.acquired);
    Ok(format!(
        "{}: lots leave{} ({}): they cost {}, so the sale brings a {word} of {}.",
        posted.book,
        if oldest_first { ", oldest first" } else { "" },
        names.join(", "),
        figures::money(cost, look),
        figures::money(result.abs(), look),
    ))
}

/// All sales of the transaction in a book.
#[derive(Debug, Clone, Default)]
struct Sale {
    units: Units,
    proceeds: Money,
    carrying: Money,
}

impl Sale {
    fn add(&mut self, step: &Step<'_>, book: BookId) -> Result<(), Failure> {
        for posted in step.posted.iter().filter(|posted| posted.book == book && !posted.proceeds.is_zero()) {
            self.proceeds = self.proceeds.plus(posted.proceeds)?;
            for touched in lots(posted).iter().filter(|touched| touched.what == "leaves") {
                self.carrying = self.carrying.plus(touched.carrying)?;
                self.units = self.units.plus(touched.piece.map_or(Units::ZERO, |piece| piece.units))?;
            }
        }
        Ok(())
    }

    fn told(&self, look: &Look) -> Result<String, Failure> {
        let result = self.proceeds.minus(self.carrying)?;
        let word = if result.is_negative() { "loss" } else { "gain" };
        Ok(format!(
            "{} coins carried at {} brought {}: a {word} of {}",
            figures::grouped(self.units.decimal(), 0),
            figures::money(self.carrying, look),
            figures::money(self.proceeds, look),
            figures::money(result.abs(), look),
        ))
    }
}

/// Coins, debt and loan to value at three times.
pub(super) fn coins_and_loan(
    standings: &Standings,
    loaded: &Loaded,
    look: &Look,
    io: &mut Io,
) -> Result<(), Failure> {
    let btc: Commodity = "BTC".parse().map_err(|why| Failure::Bug(format!("BTC: {why}")))?;
    let all = [&standings.before, &standings.after, &standings.end];
    let mut rows = Vec::new();
    let row = |label: String, cells: Vec<Cell>| {
        Row::new(ledger_core::sheet::RowKind::Line, std::iter::once(Cell::Text(label)).chain(cells).collect())
    };
    let coins = all.iter().map(|standing| Ok(Cell::Units(standing.all_units(btc)?, 2)));
    rows.push(row("Bitcoin".to_owned(), coins.collect::<Result<_, Failure>>()?));
    let mut only = false;
    for (name, debt) in &standings.before.debts {
        let of = |standing: &Standing| standing.debts.get(name).cloned();
        only |= debt.is_bitcoin_only();
        let owed = |standing: &&Standing| {
            of(standing).map_or(Cell::Empty, |debt| Cell::Units(debt.facility.principal, 2))
        };
        let ltv =
            |standing: &&Standing| of(standing).and_then(|debt| debt.ltv).map_or(Cell::Empty, Cell::Percent);
        rows.push(row(
            format!("Loan {name}, {}", debt.facility.terms.currency),
            all.iter().map(owed).collect(),
        ));
        rows.push(row("Loan to value".to_owned(), all.iter().map(ltv).collect()));
    }
    let end = loaded.reading.standing(&Question::default())?.day;
    let end = end.map(|day| day.to_string()).unwrap_or_default();
    let columns =
        columns(&[("line", ""), ("before", "before the sale"), ("after", "paid down"), ("end", &end)]);
    for line in grid::lines(&columns, &rows, look) {
        writeln!(io.out, "{line}")?;
    }
    if only {
        writeln!(io.out, "{}", styled(DIM, format!("Loan to value: {BITCOIN_ONLY}.")))?;
    }
    Ok(())
}
