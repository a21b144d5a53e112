//! Which lots leave: by the book's method over all positions of a place, or those that a person names.

use std::cmp::Ordering;
use std::iter::Peekable;

use smallvec::SmallVec;

use super::{Arrival, Holding, Lot, LotKey, Lots, Piece, Pieces, Position, Precision, Spread, whole};
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
    /// All that an event brought.
    BroughtBy(Arrival),
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
        let pools = self.pools(positions);
        let chosen = match choice {
            Choice::By(LotMethod::Average) => return averaged(&pools, units, precision),
            Choice::By(method) => by_method(&pools, units, method)?,
            Choice::Named(named) => by_name(&pools, named)?,
            Choice::BroughtBy(event) => {
                oldest_first(&pools).filter(|held| held.key.arrived == event).collect()
            }
        };
        let mut spreads: SmallVec<[Spread; 2]> = SmallVec::new();
        for (at, pool) in pools.iter().enumerate() {
            let marked = chosen.iter().filter(|chosen| chosen.pool == at && pool.has_marked(chosen.lot));
            spreads.push(pool.leaving_mark(Units::sum(marked.map(|chosen| chosen.units))?, precision)?);
        }
        let mut pieces = SmallVec::with_capacity(chosen.len());
        for Chosen { pool: at, key, lot, units } in chosen {
            let (Some(pool), Some(spread)) = (pools.get(at), spreads.get_mut(at)) else { continue };
            let share = |amount: Money| amount.share(units, lot.units, precision.scale, precision.rounding);
            let carrying = if pool.has_marked(lot) { spread.next(units)? } else { share(lot.carrying)? };
            let piece = Piece { units, cost: share(lot.cost)?, carrying, ..whole(*key, lot) };
            pieces.push((pool.position, piece));
        }
        Ok(pieces)
    }

    /// Lots of a position, each whole, with what they are carried at: of what was marked together, their share.
    ///
    /// # Errors
    /// [`Overflow`] when one is not there, or an amount does not fit.
    pub fn whole_lots(
        &self,
        position: &Position,
        keys: &[LotKey],
        precision: Precision,
    ) -> Result<Pieces, Overflow> {
        let pools = self.pools(&[*position]);
        let Some(pool) = pools.first() else {
            return if keys.is_empty() { Ok(Pieces::new()) } else { Err(Overflow) };
        };
        let mut lots: SmallVec<[(LotKey, &Lot); 1]> = SmallVec::with_capacity(keys.len());
        for key in keys {
            lots.push((*key, self.lots.get(pool.slot, key).ok_or(Overflow)?));
        }
        let marked = lots.iter().filter(|(_, lot)| pool.has_marked(lot)).map(|(_, lot)| lot.units);
        let mut spread = pool.leaving_mark(Units::sum(marked)?, precision)?;
        let piece = |(key, lot): &(LotKey, &Lot)| {
            let carrying = if pool.has_marked(lot) { spread.next(lot.units)? } else { lot.carrying };
            Ok(Piece { carrying, ..whole(*key, lot) })
        };
        lots.iter().map(piece).collect()
    }

    /// The positions that hold something.
    fn pools(&self, positions: &[Position]) -> SmallVec<[Pool<'_>; 2]> {
        let pool = |position: &Position| {
            let slot = self.holdings.slot(position)?;
            let holding = self.holdings.at(slot).filter(|holding| !holding.units.is_zero())?;
            Some(Pool { lots: self, position: *position, slot, holding })
        };
        positions.iter().filter_map(pool).collect()
    }
}

/// A position that holds something.
#[derive(Debug, Clone, Copy)]
struct Pool<'a> {
    lots: &'a Lots,
    position: Position,
    slot: usize,
    holding: &'a Holding,
}

impl<'a> Pool<'a> {
    /// Whether a lot of it was there at its last mark.
    fn has_marked(&self, lot: &Lot) -> bool {
        lot.marks < self.holding.marks
    }

    /// The carrying amount of marked units that leave, to be spread over their pieces.
    fn leaving_mark(&self, units: Units, precision: Precision) -> Result<Spread, Overflow> {
        let amount = match units.is_zero() {
            true => Money::ZERO,
            false => {
                let (scale, rounding) = (precision.scale, precision.rounding);
                self.holding.marked_carrying.share(units, self.holding.marked_units, scale, rounding)?
            }
        };
        Ok(Spread::new(amount, units, precision))
    }

    /// All of its lots, the oldest first.
    fn lots(&self, pool: usize) -> impl DoubleEndedIterator<Item = Chosen<'a>> + use<'a> {
        let lots = self.lots.lots.of(self.slot);
        lots.map(move |(key, lot)| Chosen { pool, key, lot, units: lot.units })
    }
}

/// A lot in its pool, and the units of it that leave.
#[derive(Debug, Clone, Copy)]
struct Chosen<'a> {
    pool: usize,
    key: &'a LotKey,
    lot: &'a Lot,
    units: Units,
}

fn by_method<'a>(
    pools: &[Pool<'a>],
    units: Units,
    method: LotMethod,
) -> Result<SmallVec<[Chosen<'a>; 4]>, LotsShort> {
    let held = Units::sum(pools.iter().map(|pool| pool.holding.units))?;
    if held < units {
        return Err(LotsShort::Units { held });
    }
    match method {
        LotMethod::Fifo | LotMethod::Specific => take(oldest_first(pools), units),
        LotMethod::Lifo => {
            let newest_first = pools.iter().enumerate().map(|(at, pool)| pool.lots(at).rev());
            take(merged(newest_first, Ordering::reverse), units)
        }
        LotMethod::Hifo => take(by_price(oldest_first(pools), Ordering::reverse)?, units),
        LotMethod::Lofo => take(by_price(oldest_first(pools), as_is)?, units),
        // A pool has one lot, which goes by its average.
        LotMethod::Average => take(oldest_first(pools), units),
    }
}

/// Units at the average cost and carrying amount of each position, taken from one after the other. The position is
/// one lot by then, as old as its oldest.
fn averaged(
    pools: &[Pool<'_>],
    units: Units,
    precision: Precision,
) -> Result<SmallVec<[(Position, Piece); 1]>, LotsShort> {
    let held = Units::sum(pools.iter().map(|pool| pool.holding.units))?;
    if held < units {
        return Err(LotsShort::Units { held });
    }
    let mut pieces = SmallVec::new();
    let mut wanted = units;
    for pool in pools {
        let taken = wanted.min(pool.holding.units);
        let Some(oldest) = pool.lots(0).next().filter(|_| !taken.is_zero()) else { continue };
        wanted = wanted.minus(taken)?;
        let whole = pool.holding;
        let share = |amount: Money| amount.share(taken, whole.units, precision.scale, precision.rounding);
        let (cost, carrying) = (share(whole.cost)?, share(whole.carrying)?);
        // What is one lot already keeps its price, as the rest of it does: a rounded share is not another price.
        let is_one = pool.lots(0).nth(1).is_none();
        let (paid, paid_units) =
            if is_one { (oldest.lot.paid, oldest.lot.paid_units) } else { (whole.cost, whole.units) };
        let piece = Piece { key: *oldest.key, units: taken, cost, carrying, paid, paid_units };
        pieces.push((pool.position, piece));
    }
    Ok(pieces)
}

fn by_name<'a>(pools: &[Pool<'a>], named: &[(LotId, Units)]) -> Result<SmallVec<[Chosen<'a>; 4]>, LotsShort> {
    let mut chosen = SmallVec::new();
    for (name, units) in named {
        let of_name: Vec<Chosen<'a>> = oldest_first(pools).filter(|held| held.key.birth == *name).collect();
        let held = Units::sum(of_name.iter().map(|held| held.units))?;
        if held < *units {
            return Err(LotsShort::Named { lot: *name, held, named: *units });
        }
        chosen.extend(take(of_name.into_iter(), *units)?);
    }
    Ok(chosen)
}

fn oldest_first<'a>(pools: &[Pool<'a>]) -> impl Iterator<Item = Chosen<'a>> {
    merged(pools.iter().enumerate().map(|(at, pool)| pool.lots(at)), as_is)
}

/// Lots of several pools, each already in order, in one order.
fn merged<'a, I: Iterator<Item = Chosen<'a>>>(
    pools: impl Iterator<Item = I>,
    direction: fn(Ordering) -> Ordering,
) -> impl Iterator<Item = Chosen<'a>> {
    let mut pools: SmallVec<[Peekable<I>; 2]> = pools.map(Iterator::peekable).collect();
    std::iter::from_fn(move || {
        // One pool, as nearly always, is in order by itself.
        if let [only] = pools.as_mut_slice() {
            return only.next();
        }
        let mut first: Option<(&LotKey, usize)> = None;
        for (at, pool) in pools.iter_mut().enumerate() {
            let Some(offered) = pool.peek() else { continue };
            let offer = (offered.key, at);
            if first.is_none_or(|first| direction(offer.cmp(&first)) == Ordering::Less) {
                first = Some(offer);
            }
        }
        pools.get_mut(first?.1)?.next()
    })
}

fn as_is(order: Ordering) -> Ordering {
    order
}

/// Lots by what was paid for a unit; the older first among equals.
fn by_price<'a>(
    lots: impl Iterator<Item = Chosen<'a>>,
    direction: fn(Ordering) -> Ordering,
) -> Result<impl Iterator<Item = Chosen<'a>>, LotsShort> {
    let mut lots: Vec<Chosen<'a>> = lots.collect();
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

fn take<'a>(
    lots: impl Iterator<Item = Chosen<'a>>,
    units: Units,
) -> Result<SmallVec<[Chosen<'a>; 4]>, LotsShort> {
    let mut chosen = SmallVec::new();
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
