//! From the opening to the closing balance: additions and dispositions by their nature, and gains and losses coin by
//! coin, none set off against another's (ASC 350-60-50-3 and 50-4). The figures are those of the roll-forward.

use std::collections::BTreeMap;

use super::{Entry, Page};
use crate::fold::Fold;
use crate::ids::Commodity;
use crate::money::{Money, Units};
use crate::report::roll_forward::{Caption, Sum, Table, Tables};
use crate::report::{NoReport, Request};
use crate::sheet::{Cell, RowKind};
use crate::time::Day;

/// The parts of the reconciliation, in their order on paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    Opening,
    Additions,
    Dispositions,
    Change,
}

impl Part {
    /// Where a line of the roll-forward belongs. What may go either way belongs where its sum went.
    fn of(caption: Caption, sum: &Sum) -> Part {
        let came = if sum.units.is_zero() { sum.amount.is_positive() } else { sum.units.is_positive() };
        match caption {
            Caption::Opening | Caption::OpeningRecorded | Caption::Adopted => Part::Opening,
            Caption::Mined
            | Caption::Receivable
            | Caption::Bought
            | Caption::Accepted
            | Caption::Borrowed
            | Caption::Contributed
            | Caption::Returned => Part::Additions,
            Caption::Given
            | Caption::Sold
            | Caption::Liquidated
            | Caption::Settled
            | Caption::Spent
            | Caption::LentBack
            | Caption::Distributed
            | Caption::Impounded
            | Caption::Lost
            | Caption::Fees
            | Caption::Equipment => Part::Dispositions,
            Caption::Moved | Caption::Reversed | Caption::Converted if came => Part::Additions,
            Caption::Moved | Caption::Reversed | Caption::Converted => Part::Dispositions,
            Caption::Impaired | Caption::Translated | Caption::Realised | Caption::Remeasured => Part::Change,
        }
    }
}

/// A line: its nature, the coin, and what it comes to.
type Line = (&'static str, Commodity, Sum);

/// Writes the reconciliation of the coins that are owned.
pub(super) fn write(page: &mut Page, request: &Request<'_>, from: Day) -> Result<(), NoReport> {
    let (tables, fold) = Tables::of(request, from)?;
    let mut parts: BTreeMap<Part, Vec<(Caption, Line)>> = BTreeMap::new();
    let mut changes: BTreeMap<Commodity, Money> = BTreeMap::new();
    let mut closing = Sum::default();
    let mut coins = Vec::new();
    for ((table, coin, caption), sum) in &tables.sums {
        if *table != Table::Owned || sum.units.is_zero() && sum.amount.is_zero() {
            continue;
        }
        coins.push(*coin);
        closing.add(sum.units, sum.amount)?;
        let part = Part::of(*caption, sum);
        if part == Part::Change {
            let change = changes.entry(*coin).or_default();
            *change = change.plus(sum.amount)?;
        } else {
            let line = (caption.label(false, sum.amount), *coin, *sum);
            parts.entry(part).or_default().push((*caption, line));
        }
    }
    coins.dedup();
    parts.values_mut().for_each(|lines| lines.sort_by_key(|(caption, (_, coin, _))| (*caption, *coin)));
    let lines =
        |part: Part| parts.get(&part).into_iter().flatten().map(|(_, line)| *line).collect::<Vec<_>>();
    let changed = |gained: bool| -> Vec<Line> {
        let of_sign =
            changes.iter().filter(|(_, change)| !change.is_zero() && change.is_negative() != gained);
        let label = if gained { "Net gain" } else { "Net loss" };
        of_sign.map(|(coin, change)| (label, *coin, Sum { units: Units::ZERO, amount: *change })).collect()
    };
    page.heading("Reconciliation, at fair value");
    let mut terms = written(page, &fold, "50-3", &lines(Part::Opening))?;
    for (label, natures, lines) in [
        ("Additions", "50-4", lines(Part::Additions)),
        ("Dispositions", "50-4", lines(Part::Dispositions)),
        ("Gains", "50-3", changed(true)),
        ("Losses", "50-3", changed(false)),
    ] {
        let places = written(page, &fold, natures, &lines)?;
        let amount = Money::sum(lines.iter().map(|(_, _, sum)| sum.amount))?;
        let sum = Entry {
            paragraph: "50-3",
            label: label.to_owned(),
            amount: Some(Cell::Money(amount)),
            ..Entry::default()
        };
        terms.push(page.sum(RowKind::Subtotal, sum, places));
    }
    // Units of several coins are no sum.
    let units = match coins.as_slice() {
        [coin] => Some(Cell::Units(closing.units, fold.world().scale(*coin)?)),
        _ => None,
    };
    let total = Entry {
        paragraph: "50-3",
        label: "Closing".to_owned(),
        units,
        amount: Some(Cell::Money(closing.amount)),
        ..Entry::default()
    };
    page.sum(RowKind::Total, total, terms);
    Ok(())
}

/// Writes lines and tells their places.
fn written(
    page: &mut Page,
    fold: &Fold,
    paragraph: &'static str,
    lines: &[Line],
) -> Result<Vec<usize>, NoReport> {
    let mut places = Vec::new();
    for (label, coin, sum) in lines {
        let units = (!sum.units.is_zero()).then_some(Cell::Units(sum.units, fold.world().scale(*coin)?));
        places.push(page.write(
            RowKind::Line,
            Entry {
                paragraph,
                label: (*label).to_owned(),
                units,
                amount: Some(Cell::Money(sum.amount)),
                coin: Some(*coin),
                ..Entry::default()
            },
        ));
    }
    Ok(places)
}
