//! The roll-forward of coins, and apart from it that of claims for coins: opening, additions, dispositions,
//! gains and losses, closing, in units and in money (ASC 350-60-50-3).

mod caption;
mod tables;

use std::collections::BTreeMap;

pub(super) use caption::Caption;
pub(super) use tables::{Realised, Sum, Table, Tables};

use super::{NoReport, Request};
use crate::exact::Overflow;
use crate::ids::Commodity;
use crate::sheet::{Cell, Row, RowKind, Sheet, columns};

pub(super) fn roll_forward(request: &Request<'_>) -> Result<Sheet, NoReport> {
    let from = request.first_day()?;
    let (tables, fold) = Tables::of(request, from)?;
    let sums = tables.sums;
    let mut rows = Vec::new();
    let mut shown: Vec<(Table, Commodity)> = sums
        .keys()
        .map(|(table, coin, _)| (*table, *coin))
        .filter(|(table, _)| *table != Table::Stable)
        .collect();
    shown.dedup();
    for (table, commodity) in shown {
        let of_claims = table == Table::Claims;
        let scale = fold.world().scale(commodity)?;
        let what = if of_claims { "receivable for collateral" } else { "owned" };
        rows.push(Row::heading(format!("{commodity} {what}"), 3));
        let first = rows.len();
        let mut closing = Sum::default();
        let lines = sums.iter().filter(|((of, coin, _), _)| (*of, *coin) == (table, commodity));
        for ((_, _, caption), sum) in lines {
            closing.add(sum.units, sum.amount)?;
            if sum.units.is_zero() && sum.amount.is_zero() {
                continue;
            }
            rows.push(Row::line(vec![
                Cell::text(caption.label(of_claims, sum.amount)),
                if sum.units.is_zero() { Cell::Empty } else { Cell::Units(sum.units, scale) },
                Cell::Money(sum.amount),
            ]));
        }
        let cells =
            vec![Cell::text("Closing"), Cell::Units(closing.units, scale), Cell::Money(closing.amount)];
        let lines = first..rows.len();
        rows.push(Row::new(RowKind::Total, cells).adding(lines));
    }
    let mut notes = vec!["Pledged coins of which control is kept are owned; claims for coins given away are a table of their own.".to_owned()];
    for (coin, realised) in by_coin(&tables.realised)? {
        notes.push(format!(
            "{coin} that left in the period: realised over cost, lot by lot, gains {:.2} and losses {:.2} (ASC 350-60-50-4).",
            realised.gains,
            realised.losses.abs(),
        ));
    }
    let head = request.head_from(&fold, from)?;
    let currency = head.currency.to_string();
    Ok(Sheet {
        report: "roll-forward",
        title: "Roll-forward of coins".to_owned(),
        head,
        columns: columns(&[("line", ""), ("units", "Units"), ("amount", &currency)]),
        rows,
        notes,
    })
}

/// What was realised, the lines of a coin together.
fn by_coin(
    realised: &BTreeMap<(Commodity, Caption), Realised>,
) -> Result<BTreeMap<Commodity, Realised>, Overflow> {
    let mut all: BTreeMap<Commodity, Realised> = BTreeMap::new();
    for ((coin, _), line) in realised {
        let sum = all.entry(*coin).or_default();
        sum.gains = sum.gains.plus(line.gains)?;
        sum.losses = sum.losses.plus(line.losses)?;
        sum.cost = sum.cost.plus(line.cost)?;
    }
    Ok(all)
}
