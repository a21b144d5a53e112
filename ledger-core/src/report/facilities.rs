//! Loans: the sub-ledger of debt, and how far each is from its thresholds.

use std::collections::BTreeSet;

use rust_decimal::Decimal;

use super::loan_figures::{Pledged, Ratio};
use super::{NoReport, Request};
use crate::event::loan::Control;
use crate::exact::{self, Overflow};
use crate::ids::{Commodity, Place};
use crate::money::{Rate, Units};
use crate::rounding::Rounding;
use crate::sheet::{Cell, Head, Row, Sheet, columns};
use crate::world::{Facility, Ltv, Moment, World};

pub(super) fn facilities(request: &Request<'_>) -> Result<Sheet, NoReport> {
    let standing = request.standing()?;
    let fold = &standing.fold;
    let world = fold.world();
    let at = Moment::end_of(request.last_day(&standing)?, fold.zone());
    let mut rows = Vec::new();
    let mut undisclosed = false;
    let mut stale = BTreeSet::new();
    let functional = world.settings()?.functional;
    let digits = u32::from(world.scale(functional)?);
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
        let rate = rate(facility)?;
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
        figure("Owed in all", Cell::Amount(facility.owed()?, scale), &terms.currency);
        if let Some(through) = facility.accrued_through {
            figure("Interest accrued through", Cell::Day(through), &"");
        }
        figure("Still to be drawn", Cell::Amount(facility.undrawn, scale), &terms.currency);
        let pledged = pledged(world, facility);
        for (commodity, units) in &pledged {
            figure("Collateral", Cell::Units(*units, world.scale(*commodity)?), commodity);
            if let Ok((when, price)) = world.latest_price(&at, *commodity, functional) {
                figure("Price", Cell::Price(price), &functional);
                if let Some(hours) = world.too_old(request.book, &at, (*commodity, functional), when)? {
                    figure("Price is stale, of", Cell::text(when), commodity);
                    stale.insert(format!(
                        "The price of {commodity} is of {when}: book {} takes none older than {hours} h, and what rests on \
                         it is as old.",
                        request.book
                    ));
                }
                figure(
                    "Its value",
                    Cell::Money(price.value_of(*units, digits, Default::default())?),
                    &functional,
                );
            }
            let haircut = facility.haircut(*commodity);
            if !haircut.is_zero() {
                figure("Haircut", percent(Rate::new(haircut)), commodity);
            }
        }
        if let Ok(Some(ltv)) = world.ltv(facility, &at) {
            undisclosed |= terms.ltv.is_none();
            let what = if terms.ltv.is_none() { "bitcoin collateral only" } else { "all collateral" };
            figure("Loan to value", ltv.percent().map_or(Cell::Empty, Cell::Percent), &what);
            thresholds(facility, &mut rows);
            let one = match pledged.as_slice() {
                [(commodity, units)] if units.is_positive() => Some((*commodity, *units)),
                _ => None,
            };
            distances(&Distances { world, facility, ltv, one, at: &at }, &mut rows)?;
        } else {
            thresholds(facility, &mut rows);
        }
    }
    let mut notes = vec![
        "Loan to value is principal, interest and fees over collateral at the price shown, less haircuts."
            .to_owned(),
    ];
    if undisclosed {
        let only = "Loan to value is of the bitcoin collateral only; other collateral is not disclosed.";
        notes.push(only.to_owned());
    }
    notes.extend(stale);
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
fn rate(facility: &Facility) -> Result<String, Overflow> {
    let percent = |rate: Rate| exact::mul(rate.decimal(), Decimal::ONE_HUNDRED).map(exact::normal);
    let terms = &facility.terms.rate;
    Ok(match (&terms.index, facility.rate()) {
        (None, rate) => format!("{}%", percent(rate.unwrap_or_default())?),
        (Some(index), Some(rate)) => {
            format!("{}% ({index} + {}%)", percent(rate)?, percent(terms.spread.unwrap_or_default())?)
        }
        (Some(index), None) => {
            format!("{index} + {}%, not set yet", percent(terms.spread.unwrap_or_default())?)
        }
    })
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
            rows.push(Row::line(vec![Cell::text(label), percent(rate), Cell::text("threshold")]));
        }
    }
}

fn percent(rate: Rate) -> Cell {
    let hundred = exact::mul_round(rate.decimal(), Decimal::ONE_HUNDRED, 2, Rounding::HalfEven);
    hundred.map_or(Cell::Empty, Cell::Percent)
}

/// Coins with the lender, by coin.
fn pledged(world: &World, facility: &Facility) -> Vec<(Commodity, Units)> {
    let place = Place::Facility(facility.terms.facility);
    let there = world.all_coins().filter(|(there, _, _)| *there == place);
    there.map(|(_, commodity, units)| (commodity, units)).collect()
}

/// What the distance of a loan from its thresholds is worked out from.
struct Distances<'a> {
    world: &'a World,
    facility: &'a Facility,
    ltv: Ltv,
    /// The coin, where only one is pledged: prices and units of several do not follow from their sum.
    one: Option<(Commodity, Units)>,
    at: &'a Moment,
}

/// Prices at which thresholds are reached, and what brings the loan back to its initial ratio.
fn distances(of: &Distances<'_>, rows: &mut Vec<Row>) -> Result<(), NoReport> {
    let Some(thresholds) = &of.facility.terms.ltv else { return Ok(()) };
    let functional = of.world.settings()?.functional;
    let scale = of.world.scale(functional)?;
    let currency = of.facility.terms.currency;
    let mut figure = |label: &str, cell: Cell, unit: &dyn std::fmt::Display| {
        rows.push(Row::line(vec![Cell::text(label), cell, Cell::text(unit)]));
    };
    // All collateral together, less haircuts, as one unit of its value.
    let all = Pledged { debt: of.ltv.debt, units: Decimal::ONE, price: of.ltv.collateral };
    let plain = |rate: Rate| Ratio::counted(rate, Decimal::ZERO);
    let coin = match of.one {
        Some((coin, units)) => {
            let price = of.world.collateral_price(of.at, coin, functional)?.decimal();
            let digits = of.world.scale(coin)?;
            Some((coin, digits, Pledged { debt: of.ltv.debt, units: units.decimal(), price }))
        }
        None => None,
    };
    let counted = |rate: Rate, coin: Commodity| Ratio::counted(rate, of.facility.haircut(coin));
    let named = [
        ("Margin call at a price of", "Fall of price to the margin call", thresholds.call),
        ("Liquidation at a price of", "Fall of price to liquidation", thresholds.liquidation),
    ];
    for (price, fall, rate) in named {
        let Some(rate) = rate else { continue };
        if let Some((coin, _, pledged)) = coin {
            figure(price, Cell::Price(pledged.price_at(counted(rate, coin)?, scale)?), &functional);
        }
        figure(fall, Cell::Percent(all.fall_to(plain(rate)?)?), &"of the price");
    }
    if let Some(initial) = thresholds.initial {
        let cash = all.cash_to(plain(initial)?, of.world.scale(currency)?)?;
        if cash.is_positive() {
            if let Some((coin, digits, pledged)) = coin {
                let target = counted(initial, coin)?;
                figure(
                    "Coins to the initial ratio",
                    Cell::Units(pledged.units_to(target, digits)?, digits),
                    &coin,
                );
                if let Some(sold) = pledged.sale_to(target, Rate::ZERO, digits)? {
                    figure("Or coins to be sold for it", Cell::Units(sold, digits), &coin);
                    figure("Which would bring", Cell::Money(pledged.worth(sold, scale)?), &functional);
                }
            }
            figure("Or cash to be paid for it", Cell::Amount(cash, of.world.scale(currency)?), &currency);
        }
    }
    if let (Some(rate), Some((coin, digits, pledged))) = (thresholds.release.or(thresholds.initial), coin) {
        let spare = pledged.units_to(counted(rate, coin)?, digits)?.negated();
        if spare.is_positive() {
            figure("Coins that could be released", Cell::Units(spare, digits), &coin);
        }
    }
    Ok(())
}
