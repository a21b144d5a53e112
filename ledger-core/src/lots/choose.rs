//! Which lots leave: by the book's method over all positions of a place, or those that a person names.

use std::cmp::Ordering;
use std::iter::Peekable;

use smallvec::SmallVec;

use super::{Lot, LotKey, Lots, Piece, Position, Precision, Spread, whole};
use crate::exact::{self, Overflow};
use crate::ids::LotId;
use crate::money::{Money, Units};
use crate::policy::LotMethod;

/// Which lots are to leave.
#[derive(Debug, Clone, Copy)]
pub enum Choice<'a> {
    /// In the order of a method.
    By(LotMethod),
    /// Those named, with units of each.
    Named(&'a [(LotId, Units)]),
}

/// Why lots cannot leave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LotsShort {
    /// The position holds less than asked for.
    Units {
        /// What it holds.
        held: Units,
    },
    /// A named lot holds less than named.
    Named {
        /// The lot.
        lot: LotId,
        /// What it holds.
        held: Units,
        /// What was named of it.
        named: Units,
    },
    /// An amount does not fit.
    Overflow,
}

impl From<Overflow> for LotsShort {
    fn from(_: Overflow) -> LotsShort {
        LotsShort::Overflow
    }
}

impl Lots {
    /// Chooses the pieces that leave when `units` are taken from some positions, in the order in which they
    /// leave. Changes nothing.
    ///
    /// Cost leaves each lot in proportion to its units, rounded once, the last piece taking the rest. The marked
    /// lots' carrying amount leaves their position in proportion to all their units and is spread over the pieces.
    ///
    /// # Errors
    /// [`LotsShort`] says what is missing.
    pub fn choose(
        &self,
        positions: &[Position],
        units: Units,
        choice: Choice<'_>,
        precision: Precision,
    ) -> Result<SmallVec<[(Position, Piece); 1]>, LotsShort> {
        let chosen = match choice {
            Choice::By(method) => self.by_method(positions, units, method)?,
            Choice::Named(named) => self.by_name(positions, named)?,
        };
        let is_marked = |chosen: &Chosen| chosen.lot.marks < self.holding(&chosen.position).marks;
        let mut spreads: SmallVec<[(&Position, Spread); 2]> = SmallVec::new();
        for position in positions {
            let of_mark = chosen.iter().filter(|chosen| chosen.position == *position && is_marked(chosen));
            let units = Units::sum(of_mark.map(|chosen| chosen.units))?;
            spreads.push((position, self.leaving_mark(position, units, precision)?));
        }
        let piece = |chosen: Chosen| {
            let Chosen { position, key, lot, units } = chosen;
            let share = |amount: Money| amount.share(units, lot.units, precision.scale, precision.rounding);
            let spread = spreads.iter_mut().find(|(of, _)| **of == position && is_marked(&chosen));
            let carrying = match spread {
                Some((_, spread)) => spread.next(units)?,
                None => share(lot.carrying)?,
            };
            Ok((position, Piece { units, cost: share(lot.cost)?, carrying, ..whole(key, &lot) }))
        };
        chosen.into_iter().map(piece).collect()
    }

    /// The carrying amount of marked units that leave a position, to be spread over their pieces.
    fn leaving_mark(
        &self,
        position: &Position,
        units: Units,
        precision: Precision,
    ) -> Result<Spread, Overflow> {
        let holding = self.holding(position);
        let amount = match units.is_zero() {
            true => Money::ZERO,
            false => {
                let (scale, rounding) = (precision.scale, precision.rounding);
                holding.marked_carrying.share(units, holding.marked_units, scale, rounding)?
            }
        };
        Ok(Spread::new(amount, units, precision))
    }

    fn by_method(
        &self,
        positions: &[Position],
        units: Units,
        method: LotMethod,
    ) -> Result<Vec<Chosen>, LotsShort> {
        let held = Units::sum(positions.iter().map(|position| self.holding(position).units))?;
        if held < units {
            return Err(LotsShort::Units { held });
        }
        match method {
            LotMethod::Fifo | LotMethod::Specific => take(self.oldest_first(positions), units),
            LotMethod::Lifo => {
                let newest_first = positions.iter().map(|position| self.lots_at(position).rev());
                take(merged(newest_first, Ordering::reverse), units)
            }
            LotMethod::Hifo => take(by_price(self.oldest_first(positions), Ordering::reverse)?, units),
            LotMethod::Lofo => take(by_price(self.oldest_first(positions), as_is)?, units),
        }
    }

    fn oldest_first(&self, positions: &[Position]) -> impl Iterator<Item = Chosen> {
        merged(positions.iter().map(|position| self.lots_at(position)), as_is)
    }

    fn by_name(&self, positions: &[Position], named: &[(LotId, Units)]) -> Result<Vec<Chosen>, LotsShort> {
        let mut chosen = Vec::new();
        for (name, units) in named {
            let of_name = self.oldest_first(positions).filter(|held| held.key.birth == *name);
            let of_name: Vec<Chosen> = of_name.collect();
            let held = Units::sum(of_name.iter().map(|held| held.units))?;
            if held < *units {
                return Err(LotsShort::Named { lot: *name, held, named: *units });
            }
            chosen.extend(take(of_name.into_iter(), *units)?);
        }
        Ok(chosen)
    }

    fn lots_at<'a>(&'a self, position: &Position) -> impl DoubleEndedIterator<Item = Chosen> + use<'a> {
        let position = *position;
        self.of(&position).map(move |(key, lot)| Chosen { position, key: *key, lot: *lot, units: lot.units })
    }
}

/// A lot in its position, and the units of it that leave.
#[derive(Debug, Clone, Copy)]
struct Chosen {
    position: Position,
    key: LotKey,
    lot: Lot,
    units: Units,
}

/// Lots of several positions, each already in order, in one order.
fn merged<I: Iterator<Item = Chosen>>(
    sources: impl Iterator<Item = I>,
    direction: fn(Ordering) -> Ordering,
) -> impl Iterator<Item = Chosen> {
    let mut sources: SmallVec<[Peekable<I>; 2]> = sources.map(Iterator::peekable).collect();
    std::iter::from_fn(move || {
        let mut first: Option<(LotKey, usize)> = None;
        for (at, source) in sources.iter_mut().enumerate() {
            let Some(offered) = source.peek() else { continue };
            let offer = (offered.key, at);
            if first.is_none_or(|first| direction(offer.cmp(&first)) == Ordering::Less) {
                first = Some(offer);
            }
        }
        sources.get_mut(first?.1)?.next()
    })
}

fn as_is(order: Ordering) -> Ordering {
    order
}

/// Lots by what was paid for a unit; the older first among equals.
fn by_price(
    lots: impl Iterator<Item = Chosen>,
    direction: fn(Ordering) -> Ordering,
) -> Result<impl Iterator<Item = Chosen>, LotsShort> {
    let mut lots: Vec<Chosen> = lots.collect();
    let mut fits = true;
    lots.sort_by(|a, b| {
        // paid_a / units_a against paid_b / units_b, without dividing.
        let left = exact::mul(a.lot.paid.decimal(), b.lot.paid_units.decimal());
        let right = exact::mul(b.lot.paid.decimal(), a.lot.paid_units.decimal());
        match (left, right) {
            (Ok(left), Ok(right)) => direction(left.cmp(&right)),
            (Err(_), _) | (_, Err(_)) => {
                fits = false;
                Ordering::Equal
            }
        }
    });
    if fits { Ok(lots.into_iter()) } else { Err(LotsShort::Overflow) }
}

fn take(lots: impl Iterator<Item = Chosen>, units: Units) -> Result<Vec<Chosen>, LotsShort> {
    let mut chosen = Vec::new();
    let mut wanted = units;
    for lot in lots {
        if wanted.is_zero() {
            break;
        }
        let taken = wanted.min(lot.units);
        wanted = wanted.minus(taken)?;
        chosen.push(Chosen { units: taken, ..lot });
    }
    Ok(chosen)
}
