//! Loans: the sub-ledger of debt.

use super::{NoReport, Request};
use crate::event::loan::Control;
use crate::ids::Place;
use crate::money::Rate;
use crate::sheet::{Cell, Head, Row, Sheet, columns};
use crate::world::{Facility, Moment};

pub(super) fn facilities(request: &Request<'_>) -> Result<Sheet, NoReport> {
    let standing = request.standing()?;
    let fold = &standing.fold;
    let world = fold.world();
    let at = Moment::end_of(request.last_day(&standing)?, fold.zone());
    let mut rows = Vec::new();
    let mut undisclosed = false;
    for facility in world.facilities() {
        let terms = &facility.terms;
        let scale = world.scale(terms.currency)?;
        let kind = facility.kind();
        let state = match (facility.retired, &facility.call) {
            (Some(day), _) => format!("retired {day}"),
            (None, Some(call)) => format!("margin called, due {}", call.deadline),
            (None, None) => "open".to_owned(),
        };
        let control = if terms.control == Control::Passed { "control passed" } else { "control kept" };
        let rate = rate(facility);
        let label = format!(
            "{} ({kind}, lender {}, {rate} {}, {control}, {state})",
            terms.facility, terms.lender, terms.day_count
        );
        rows.push(Row::heading(label, 3));
        let mut figure = |label: &str, cell: Cell, unit: &dyn std::fmt::Display| {
            rows.push(Row::line(vec![Cell::text(label), cell, Cell::text(unit)]));
        };
        figure("Principal owed", Cell::Amount(facility.principal, scale), &terms.currency);
        figure("Interest owed", Cell::Amount(facility.accrued, scale), &terms.currency);
        if let Some(through) = facility.accrued_through {
            figure("Interest accrued through", Cell::Day(through), &"");
        }
        figure("Still to be drawn", Cell::Amount(facility.undrawn, scale), &terms.currency);
        let place = Place::Facility(terms.facility);
        for (_, commodity, units) in world.all_coins().filter(|(there, _, _)| *there == place) {
            figure("Collateral", Cell::Units(units, world.scale(commodity)?), &commodity);
        }
        if let Ok(Some(ltv)) = world.ltv(facility, &at) {
            undisclosed |= terms.ltv.is_none();
            let what = if terms.ltv.is_none() { "bitcoin collateral only" } else { "all collateral" };
            figure("Loan to value", ltv.percent().map_or(Cell::Empty, Cell::Percent), &what);
        }
        thresholds(facility, &mut rows);
    }
    let notes = if undisclosed {
        vec!["Loan to value is of the bitcoin collateral only; other collateral is not disclosed.".to_owned()]
    } else {
        Vec::new()
    };
    Ok(Sheet {
        report: "facilities",
        title: "Facilities".to_owned(),
        head: Head { book: None, ..request.head(fold)? },
        columns: columns(&[("line", ""), ("amount", "Amount"), ("unit", "")]),
        rows,
        notes,
    })
}

/// The rate in force, and what it follows.
fn rate(facility: &Facility) -> String {
    let percent = |rate: Rate| (rate.decimal() * rust_decimal::Decimal::ONE_HUNDRED).normalize();
    let terms = &facility.terms.rate;
    match (&terms.index, facility.rate()) {
        (None, rate) => format!("{}%", percent(rate.unwrap_or_default())),
        (Some(index), Some(rate)) => {
            format!("{}% ({index} + {}%)", percent(rate), percent(terms.spread.unwrap_or_default()))
        }
        (Some(index), None) => {
            format!("{index} + {}%, not set yet", percent(terms.spread.unwrap_or_default()))
        }
    }
}

fn thresholds(facility: &Facility, rows: &mut Vec<Row>) {
    let Some(ltv) = &facility.terms.ltv else { return };
    let named = [
        ("Initial loan to value", ltv.initial),
        ("Margin call from", ltv.call),
        ("Liquidation from", ltv.liquidation),
        ("Release below", ltv.release),
    ];
    for (label, rate) in named {
        if let Some(rate) = rate {
            let percent = Cell::Percent(rate.decimal() * rust_decimal::Decimal::ONE_HUNDRED);
            rows.push(Row::line(vec![Cell::text(label), percent, Cell::text("threshold")]));
        }
    }
}
