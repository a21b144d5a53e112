//! Coins: what lies where, and the lots behind it.

use std::collections::BTreeMap;

use super::{NoReport, Request};
use crate::account::Account;
use crate::chart::is_of_owned_lots;
use crate::exact::Overflow;
use crate::fold::Fold;
use crate::ids::{BookId, Commodity};
use crate::lots::{Holding, Position, Precision};
use crate::money::{Money, Units};
use crate::sheet::{Cell, Row, RowKind, Sheet, columns, places};
use crate::world::Moment;

/// What positions hold together.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Sum {
    pub(super) units: Units,
    pub(super) cost: Money,
    pub(super) carrying: Money,
}

impl Sum {
    fn add(&mut self, holding: &Holding) -> Result<(), Overflow> {
        self.units = self.units.plus(holding.units)?;
        self.cost = self.cost.plus(holding.cost)?;
        self.carrying = self.carrying.plus(holding.carrying)?;
        Ok(())
    }
}

/// What is held of each coin on the accounts that are asked for.
pub(super) fn by_coin(
    fold: &Fold,
    request: &Request<'_>,
    takes: fn(Account) -> bool,
) -> Result<BTreeMap<Commodity, Sum>, NoReport> {
    let mut sums: BTreeMap<Commodity, Sum> = BTreeMap::new();
    for (position, holding) in held(fold, request)? {
        if takes(position.account) {
            sums.entry(position.commodity).or_default().add(holding)?;
        }
    }
    Ok(sums)
}

/// Positions that hold something.
fn held<'a>(fold: &'a Fold, request: &Request<'_>) -> Result<Vec<(&'a Position, &'a Holding)>, NoReport> {
    let positions = fold.book(request.book)?.lots().positions();
    Ok(positions.filter(|(_, holding)| !holding.units.is_zero()).collect())
}

pub(super) fn holdings(request: &Request<'_>) -> Result<Sheet, NoReport> {
    let standing = request.standing()?;
    let fold = &standing.fold;
    let world = fold.world();
    let functional = world.settings()?.functional;
    let at = Moment::end_of(request.last_day(&standing)?, fold.zone());
    let held = held(fold, request)?;
    let mut commodities: Vec<Commodity> = held.iter().map(|(position, _)| position.commodity).collect();
    commodities.dedup();
    let mut rows = Vec::new();
    for commodity in commodities {
        let scale = world.scale(commodity)?;
        rows.push(Row::heading(commodity, 6));
        let first = rows.len();
        for (owned, label) in [(true, "Owned"), (false, "Receivable from lenders")] {
            let mut sum = Sum::default();
            let of_kind_from = rows.len();
            let of_kind =
                held.iter().filter(|(p, _)| p.commodity == commodity && is_of_owned_lots(p.account) == owned);
            for (position, holding) in of_kind {
                sum.add(holding)?;
                let cells = vec![
                    Cell::text(position.place),
                    Cell::Code(position.account.to_string()),
                    Cell::Units(holding.units, scale),
                    Cell::Money(holding.cost),
                    Cell::Money(holding.carrying),
                    worth(fold, request.book, &at, commodity, functional, holding.units)?,
                ];
                rows.push(Row::line(cells));
            }
            let row = subtotal(
                label,
                &sum,
                scale,
                worth(fold, request.book, &at, commodity, functional, sum.units)?,
            );
            let lines: Vec<usize> = places(&rows, of_kind_from..rows.len(), RowKind::Line).collect();
            rows.push(row.adding(lines));
        }
        let mut all = Sum::default();
        for (_, holding) in held.iter().filter(|(position, _)| position.commodity == commodity) {
            all.add(holding)?;
        }
        let worth = worth(fold, request.book, &at, commodity, functional, all.units)?;
        let row = Row { kind: RowKind::Total, ..subtotal("Economic holding", &all, scale, worth) };
        let subtotals: Vec<usize> = places(&rows, first..rows.len(), RowKind::Subtotal).collect();
        rows.push(row.adding(subtotals));
    }
    let policy = world.book(request.book)?.policy_on(at.day);
    for wallet in world.wallets() {
        // Stablecoins in lots stand above.
        if let Some(currency) = wallet.currency.filter(|currency| !policy.stablecoins.in_lots(*currency)) {
            let units = world.money(wallet.wallet);
            if !units.is_zero() {
                rows.push(Row::new(
                    RowKind::Line,
                    vec![
                        Cell::text(format!("wallet {} ({currency})", wallet.wallet)),
                        Cell::Empty,
                        Cell::Units(units, world.scale(currency)?),
                        Cell::Empty,
                        Cell::Empty,
                        worth_of_money(fold, request.book, &at, currency, functional, units)?,
                    ],
                ));
            }
        }
    }
    Ok(Sheet {
        report: "holdings",
        title: "Holdings".to_owned(),
        head: request.head(fold)?,
        columns: columns(&[
            ("place", "Place"),
            ("account", "Account"),
            ("units", "Units"),
            ("cost", "Cost"),
            ("carrying", "Carrying amount"),
            ("fair_value", "Fair value"),
        ]),
        rows,
        notes: vec![
            "Fair value is at the latest price known; blank where none is, or none as young as the policy wants."
                .to_owned(),
        ],
    })
}

fn subtotal(label: &str, sum: &Sum, scale: u8, worth: Cell) -> Row {
    Row::new(
        RowKind::Subtotal,
        vec![
            Cell::text(label),
            Cell::Empty,
            Cell::Units(sum.units, scale),
            Cell::Money(sum.cost),
            Cell::Money(sum.carrying),
            worth,
        ],
    )
}

/// What units are worth at the latest price that the book may use; empty without one.
pub(super) fn worth(
    fold: &Fold,
    book: BookId,
    at: &Moment,
    commodity: Commodity,
    functional: Commodity,
    units: Units,
) -> Result<Cell, NoReport> {
    let scale = fold.world().scale(functional)?.into();
    let world = fold.world();
    Ok(match world.worth_in(book, at, commodity, functional)? {
        Some(price) => Cell::Money(price.value_of(units, scale, crate::rounding::Rounding::HalfEven)?),
        None => Cell::Empty,
    })
}

fn worth_of_money(
    fold: &Fold,
    book: BookId,
    at: &Moment,
    currency: Commodity,
    functional: Commodity,
    units: Units,
) -> Result<Cell, NoReport> {
    if currency == functional {
        return Ok(Cell::Money(Money::new(units.decimal())));
    }
    worth(fold, book, at, currency, functional, units)
}

pub(super) fn lots(request: &Request<'_>) -> Result<Sheet, NoReport> {
    let standing = request.standing()?;
    let fold = &standing.fold;
    let world = fold.world();
    let policy = world.book(request.book)?.policy_on(request.last_day(&standing)?);
    let precision =
        Precision { scale: world.scale(world.settings()?.functional)?.into(), rounding: policy.rounding };
    let book = fold.book(request.book)?;
    let mut rows = Vec::new();
    let (mut cost, mut carrying) = (Money::ZERO, Money::ZERO);
    for (position, holding) in held(fold, request)? {
        let scale = world.scale(position.commodity)?;
        rows.push(Row::heading(
            format!("{} {} at {}", position.account, position.commodity, position.place),
            5,
        ));
        let first = rows.len();
        for piece in book.lots().carried(position, precision)? {
            rows.push(Row::line(vec![
                Cell::text(piece.key.birth),
                Cell::Day(piece.key.acquired),
                Cell::Units(piece.units, scale),
                Cell::Money(piece.cost),
                Cell::Money(piece.carrying),
            ]));
        }
        let cells = vec![
            Cell::text("Position"),
            Cell::Empty,
            Cell::Units(holding.units, scale),
            Cell::Money(holding.cost),
            Cell::Money(holding.carrying),
        ];
        let lines = first..rows.len();
        rows.push(Row::new(RowKind::Subtotal, cells).adding(lines));
        cost = cost.plus(holding.cost)?;
        carrying = carrying.plus(holding.carrying)?;
    }
    let total = vec![Cell::text("Total"), Cell::Empty, Cell::Empty, Cell::Money(cost), Cell::Money(carrying)];
    let positions: Vec<usize> = places(&rows, 0..rows.len(), RowKind::Subtotal).collect();
    rows.push(Row::new(RowKind::Total, total).adding(positions));
    Ok(Sheet {
        report: "lots",
        title: "Lots".to_owned(),
        head: request.head(fold)?,
        columns: columns(&[
            ("lot", "Lot"),
            ("acquired", "Acquired"),
            ("units", "Units"),
            ("cost", "Cost"),
            ("carrying", "Carrying amount"),
        ]),
        rows,
        notes: Vec::new(),
    })
}

/// Units of a coin in a book, owned and receivable together.
pub(super) fn economic_units(
    fold: &Fold,
    request: &Request<'_>,
    commodity: Commodity,
) -> Result<Units, NoReport> {
    let positions = fold.book(request.book)?.lots().positions();
    let of_coin = positions.filter(|(position, _)| position.commodity == commodity);
    Ok(Units::sum(of_coin.map(|(_, holding)| holding.units))?)
}
