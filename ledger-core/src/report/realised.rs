//! Every part of a lot that was disposed of over a period: what it cost, what it brought, and whether it was held for
//! more than a year (ASC 350-60-50-4; IRC 1222). Gains and losses are summed apart.

use std::collections::BTreeMap;

use chrono::Months;

use super::{NoReport, Request, day_of};
use crate::chart::{BITCOIN_GAINS, is_of_owned_lots};
use crate::event::Event;
use crate::exact::Overflow;
use crate::fold::{Fold, Posted};
use crate::ids::{Commodity, LotId};
use crate::lots::{LotChange, Piece, Precision, Spread};
use crate::money::{Money, Units};
use crate::posting::Target;
use crate::replay::Step;
use crate::sheet::{Cell, Row, RowKind, Sheet, columns};
use crate::time::Day;

/// A part of a lot that is gone.
#[derive(Debug, Clone, Copy)]
pub(super) struct Disposed {
    pub(super) commodity: Commodity,
    lot: LotId,
    acquired: Day,
    disposed: Day,
    event: LotId,
    units: Units,
    proceeds: Money,
    pub(super) cost: Money,
}

/// Which fractions a sum takes.
type Takes = fn(&Disposed) -> bool;

impl Disposed {
    pub(super) fn gained(&self) -> bool {
        !self.gain().is_ok_and(Money::is_negative)
    }

    pub(super) fn gain(&self) -> Result<Money, Overflow> {
        self.proceeds.minus(self.cost)
    }

    /// Held for more than a year: the day of acquisition does not count, that of disposal does.
    fn is_long(&self) -> bool {
        let year = self.acquired.date().checked_add_months(Months::new(12));
        year.is_some_and(|year| self.disposed.date() > year)
    }
}

/// All that was disposed of from a day on, coin by coin, with world and books at the end.
pub(super) fn disposed(request: &Request<'_>, from: Day) -> Result<(Vec<Disposed>, Fold), NoReport> {
    let mut all: Vec<Disposed> = Vec::new();
    let fold = request.replay(Some(from), |step| {
        request.posted(step).try_for_each(|posted| take(step, posted, &mut all))
    })?;
    all.sort_by_key(|part| part.commodity);
    Ok((all, fold))
}

pub(super) fn realised(request: &Request<'_>) -> Result<Sheet, NoReport> {
    let from = request.first_day()?;
    let (all, fold) = disposed(request, from)?;
    let world = fold.world();
    let mut rows = Vec::new();
    let mut lines = Vec::new();
    for (at, part) in all.iter().enumerate() {
        if at == 0 || all.get(at - 1).is_some_and(|before| before.commodity != part.commodity) {
            rows.push(Row::heading(part.commodity, COLUMNS));
        }
        lines.push(rows.len());
        rows.push(Row::line(vec![
            Cell::Code(part.lot.to_string()),
            Cell::Day(part.acquired),
            Cell::Day(part.disposed),
            Cell::Code(part.event.to_string()),
            Cell::Units(part.units, world.scale(part.commodity)?),
            Cell::Money(part.proceeds),
            Cell::Money(part.cost),
            Cell::Money(part.gain()?),
            Cell::text(if part.is_long() { "long" } else { "short" }),
        ]));
    }
    if !rows.is_empty() {
        let sums: [(&str, RowKind, Takes); 5] = [
            ("Of it held for a year at most", RowKind::Line, |part| !part.is_long()),
            ("Of it held for more than a year", RowKind::Line, Disposed::is_long),
            ("Gains", RowKind::Subtotal, Disposed::gained),
            ("Losses", RowKind::Subtotal, |part| !part.gained()),
            ("Gains less losses", RowKind::Total, |_| true),
        ];
        for (label, kind, takes) in sums {
            let terms = lines.iter().zip(&all).filter(|(_, part)| takes(part)).map(|(line, _)| *line);
            let row = sum(label, kind, all.iter().filter(|part| takes(part)))?;
            rows.push(row.adding(terms));
        }
    }
    Ok(Sheet {
        report: "realised-gains",
        title: "Realised gains and losses by lot".to_owned(),
        head: request.head_from(&fold, from)?,
        columns: columns(&[
            ("lot", "Lot"),
            ("acquired", "Acquired"),
            ("disposed", "Disposed"),
            ("event", "Event"),
            ("units", "Units"),
            ("proceeds", "Proceeds"),
            ("cost", "Cost"),
            ("gain", "Gain"),
            ("term", "Term"),
        ]),
        rows,
        notes: vec![
            "Proceeds are what was received less a fee that the book deducts, or else what the coins were worth; of what was lost, nothing."
                .to_owned(),
            "Claims for coins given to a lender are not coins; what they bring beyond their carrying amount is not here."
                .to_owned(),
        ],
    })
}

const COLUMNS: usize = 9;

fn sum<'d>(label: &str, kind: RowKind, parts: impl Iterator<Item = &'d Disposed>) -> Result<Row, Overflow> {
    let (mut proceeds, mut cost) = (Money::ZERO, Money::ZERO);
    for part in parts {
        proceeds = proceeds.plus(part.proceeds)?;
        cost = cost.plus(part.cost)?;
    }
    let gain = proceeds.minus(cost)?;
    let mut cells = vec![Cell::text(label), Cell::Empty, Cell::Empty, Cell::Empty, Cell::Empty];
    cells.extend([Cell::Money(proceeds), Cell::Money(cost), Cell::Money(gain), Cell::Empty]);
    Ok(Row::new(kind, cells))
}

/// What an event disposed of in the book.
fn take(step: &Step<'_>, posted: &Posted, all: &mut Vec<Disposed>) -> Result<(), Overflow> {
    let event = step.applied.entry.events.get(posted.event);
    let is_reversal = event.is_some_and(|event| matches!(event, Event::EntryReversed(_)));
    // What a reversal takes away was acquired by what it reverses; what it brings back was disposed of.
    let gone = if is_reversal { brought_back(&posted.lots)? } else { gone(&posted.lots)? };
    if gone.is_empty() {
        return Ok(());
    }
    let world = step.after.world();
    let is_lost = event.is_some_and(|event| matches!(event, Event::CoinsLost(_)));
    let proceeds = if is_lost { Money::ZERO } else { brought(posted, &gone)? };
    let scale = world.settings().and_then(|settings| world.scale(settings.functional)).unwrap_or(2);
    let day = day_of(step);
    let rounding = world.book(posted.book).map(|book| book.policy_on(day).rounding).unwrap_or_default();
    let units = Units::sum(gone.iter().map(|(_, piece)| piece.units))?;
    let mut spread = Spread::new(proceeds, units, Precision { scale: scale.into(), rounding });
    for (commodity, piece) in gone {
        all.push(Disposed {
            commodity,
            lot: piece.key.birth,
            acquired: piece.key.acquired,
            disposed: day,
            event: LotId {
                entry: step.applied.number,
                event: u32::try_from(posted.event).unwrap_or(u32::MAX),
                part: 0,
            },
            units: piece.units,
            proceeds: spread.next(piece.units)?,
            cost: piece.cost,
        });
    }
    Ok(())
}

/// Pieces that leave and do not arrive elsewhere as ours. What a move takes along leaves first, the network's fee last.
fn gone(changes: &[LotChange]) -> Result<Vec<(Commodity, Piece)>, Overflow> {
    let mut arriving: BTreeMap<(Commodity, LotId), (Units, Money)> = BTreeMap::new();
    for change in changes {
        if let LotChange::Arrive(position, pieces) = change
            && is_of_owned_lots(position.account)
        {
            for piece in pieces {
                let (units, cost) = arriving.entry((position.commodity, piece.key.birth)).or_default();
                (*units, *cost) = (units.plus(piece.units)?, cost.plus(piece.cost)?);
            }
        }
    }
    let mut gone = Vec::new();
    for change in changes {
        let LotChange::Leave(position, pieces) = change else { continue };
        if !is_of_owned_lots(position.account) {
            continue;
        }
        for piece in pieces {
            let mut left = *piece;
            if let Some((units, cost)) = arriving.get_mut(&(position.commodity, piece.key.birth)) {
                let along = (*units).min(piece.units);
                let cost_along = if along == piece.units { piece.cost } else { *cost };
                (*units, *cost) = (units.minus(along)?, cost.minus(cost_along)?);
                (left.units, left.cost) = (piece.units.minus(along)?, piece.cost.minus(cost_along)?);
            }
            if !left.units.is_zero() {
                gone.push((position.commodity, left));
            }
        }
    }
    Ok(gone)
}

/// The same, of changes that are taken back: pieces with their signs turned.
fn brought_back(changes: &[LotChange]) -> Result<Vec<(Commodity, Piece)>, Overflow> {
    let mirror = |change: &LotChange| match change {
        LotChange::Leave(position, pieces) => LotChange::Arrive(*position, pieces.clone()),
        LotChange::Arrive(position, pieces) | LotChange::Return(position, pieces) => {
            LotChange::Leave(*position, pieces.clone())
        }
        LotChange::Mark(..) | LotChange::Carry(..) | LotChange::Pool(_) => change.clone(),
    };
    let mirrored: Vec<LotChange> = changes.iter().map(mirror).collect();
    let turned = |(commodity, piece): (Commodity, Piece)| {
        let (units, cost) = (piece.units.negated(), piece.cost.negated());
        (commodity, Piece { units, cost, ..piece })
    };
    Ok(gone(&mirrored)?.into_iter().map(turned).collect())
}

/// What the coins brought: what they were carried at, and what was gained on it.
fn brought(posted: &Posted, gone: &[(Commodity, Piece)]) -> Result<Money, Overflow> {
    let lines = posted.journal.lines().iter();
    let is_gone = |coin: Option<Commodity>| gone.iter().any(|(of, _)| Some(*of) == coin);
    let of_coins = lines
        .filter(|line| {
            let Target { account, commodity, .. } = line.target;
            account == BITCOIN_GAINS || is_of_owned_lots(account) && is_gone(commodity)
        })
        .map(|line| line.amount.negated());
    Money::sum(of_coins)
}
