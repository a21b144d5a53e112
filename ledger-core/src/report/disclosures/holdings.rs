//! Each significant holding by name, the rest together (ASC 350-60-50-1).

use rust_decimal::Decimal;

use super::{Entry, Page, SIGNIFICANT_PERCENT};
use crate::chart::is_of_owned_lots;
use crate::exact;
use crate::money::Money;
use crate::replay::Standing;
use crate::report::coins::{Sum, by_coin, worth};
use crate::report::{NoReport, Request};
use crate::sheet::{Cell, RowKind};
use crate::time::Day;
use crate::world::Moment;

/// Writes the holdings; their fair value, if every one has a price.
pub(super) fn write(
    page: &mut Page,
    request: &Request<'_>,
    standing: &Standing,
    last: Day,
) -> Result<Option<Money>, NoReport> {
    let fold = &standing.fold;
    let world = fold.world();
    let functional = world.settings()?.functional;
    let at = Moment::end_of(last, fold.zone());
    let mut held = Vec::new();
    for (coin, sum) in by_coin(fold, request, is_of_owned_lots)? {
        held.push((coin, sum, worth(fold, request.book, &at, coin, functional, sum.units)?));
    }
    let known = Money::sum(held.iter().filter_map(|(_, _, value)| value.money()))?;
    let mut rest: Vec<(Sum, Money)> = Vec::new();
    let mut terms = Vec::new();
    page.heading("Holdings, at cost and at fair value");
    for (coin, sum, value) in &held {
        if let Some(value) = value.money()
            && !is_significant(value, known)?
        {
            rest.push((*sum, value));
            continue;
        }
        let amount = if *value == Cell::Empty { Cell::text("no price") } else { value.clone() };
        terms.push(page.write(
            RowKind::Line,
            Entry {
                paragraph: "50-1",
                label: "Holding".to_owned(),
                coin: Some(*coin),
                units: Some(Cell::Units(sum.units, world.scale(*coin)?)),
                cost: Some(Cell::Money(sum.cost)),
                amount: Some(amount),
                ..Entry::default()
            },
        ));
    }
    if !rest.is_empty() {
        let other = Entry {
            paragraph: "50-1",
            label: "Other coins, none significant".to_owned(),
            cost: Some(Cell::Money(Money::sum(rest.iter().map(|(sum, _)| sum.cost))?)),
            amount: Some(Cell::Money(Money::sum(rest.iter().map(|(_, value)| *value))?)),
            ..Entry::default()
        };
        terms.push(page.write(RowKind::Line, other));
    }
    let all_priced = held.iter().all(|(_, _, value)| value.money().is_some());
    let total = Entry {
        paragraph: "50-1",
        label: "Coins in scope".to_owned(),
        cost: Some(Cell::Money(Money::sum(held.iter().map(|(_, sum, _)| sum.cost))?)),
        amount: all_priced.then_some(Cell::Money(known)),
        ..Entry::default()
    };
    page.sum(RowKind::Total, total, terms);
    Ok(all_priced.then_some(known))
}

/// Whether a holding is as large a part of all as the rule says.
fn is_significant(value: Money, all: Money) -> Result<bool, NoReport> {
    let hundredfold = exact::mul(value.decimal(), Decimal::ONE_HUNDRED)?;
    Ok(hundredfold >= exact::mul(all.decimal(), SIGNIFICANT_PERCENT)?)
}
