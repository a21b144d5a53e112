//! Lots of coins in one book: which leave, at what cost and carrying amount.
//!
//! A *position* is a coin in an account at a place. A mark gives a position one carrying amount for all its
//! lots together, so that it costs the same with one lot or ten thousand; lots that arrive after it carry
//! their own amount until the next mark. Cost and date stay with each lot.

use std::cmp::Ordering;

use crate::account::Account;
use crate::exact::{self, Overflow};
use crate::ids::{Commodity, LotId, Place};
use crate::money::{Money, Units};
use crate::policy::LotMethod;
use crate::rounding::Rounding;
use crate::time::{Day, OrderKey};
use crate::tracked::Tracked;

/// A coin in an account at a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// The coin.
    pub commodity: Commodity,
    /// The account.
    pub account: Account,
    /// The place.
    pub place: Place,
}

/// What a position holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Holding {
    /// Units of all its lots.
    pub units: Units,
    /// Cost of all its lots.
    pub cost: Money,
    /// Carrying amount of all its lots.
    pub carrying: Money,
    /// Units of the lots that were there at the last mark.
    pub marked_units: Units,
    /// The one carrying amount of those.
    pub marked_carrying: Money,
    /// How often it was marked.
    pub marks: u32,
}

/// Where a lot stands in its position: by date, birth, then arrival.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LotKey {
    /// When it was acquired.
    pub acquired: Day,
    /// When it was born, in accounting order, which the number of an entry recorded late does not tell.
    pub born: OrderKey,
    /// The event that gave birth to it, its name.
    pub birth: LotId,
    /// The event that brought it here, in accounting order.
    pub arrived: Arrival,
}

/// When and by which event a lot came to its position.
pub type Arrival = (OrderKey, LotId);

/// A lot of coins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lot {
    /// Units left.
    pub units: Units,
    /// Cost left.
    pub cost: Money,
    /// Carrying amount left, until a mark takes the lot in.
    pub carrying: Money,
    /// What was paid for `paid_units` without fee, for the methods that compare prices.
    pub paid: Money,
    /// The units that `paid` was for.
    pub paid_units: Units,
    /// The position's number of marks when the lot arrived.
    pub marks: u32,
}

/// Part or all of a lot, leaving or arriving.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Piece {
    /// The lot's place in the position it leaves; where it arrives only the arrival differs.
    pub key: LotKey,
    /// Units of it.
    pub units: Units,
    /// Cost that goes along.
    pub cost: Money,
    /// Carrying amount that goes along.
    pub carrying: Money,
    /// What was paid for `paid_units` without fee.
    pub paid: Money,
    /// The units that `paid` was for.
    pub paid_units: Units,
}

/// What an event does to the lots of a book.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LotChange {
    /// Pieces leave a position.
    Leave(Position, Vec<Piece>),
    /// Pieces arrive at a position, each as a lot with its own carrying amount.
    Arrive(Position, Vec<Piece>),
    /// A position is remeasured to this carrying amount.
    Mark(Position, Money),
}

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
    },
    /// An amount does not fit.
    Overflow,
}

impl From<Overflow> for LotsShort {
    fn from(_: Overflow) -> LotsShort {
        LotsShort::Overflow
    }
}

/// How amounts of a book are rounded: digits after the point, and the rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Precision {
    /// Digits after the point of the functional currency.
    pub scale: u32,
    /// The rule.
    pub rounding: Rounding,
}

/// The lots of a book.
#[derive(Debug, Clone, Default)]
pub struct Lots {
    holdings: Tracked<Position, Holding>,
    lots: Tracked<(Position, LotKey), Lot>,
}

impl Lots {
    /// What a position holds.
    #[must_use]
    pub fn holding(&self, position: &Position) -> Holding {
        self.holdings.get(position).copied().unwrap_or_default()
    }

    /// Every position that was ever held, in order.
    pub fn positions(&self) -> impl Iterator<Item = (&Position, &Holding)> {
        self.holdings.iter()
    }

    /// The lots of a position, by date and birth.
    pub fn of<'a>(
        &'a self,
        position: &Position,
    ) -> impl DoubleEndedIterator<Item = (&'a LotKey, &'a Lot)> + use<'a> {
        self.lots.range((*position, FIRST)..=(*position, LAST)).map(|((_, key), lot)| (key, lot))
    }

    /// The lots of a position with the carrying amount of each: what a mark gave to all together is spread
    /// over them by units, cumulatively, in their order.
    ///
    /// # Errors
    /// [`Overflow`] when an amount does not fit.
    pub fn carried(&self, position: &Position, precision: Precision) -> Result<Vec<Piece>, Overflow> {
        let holding = self.holding(position);
        let mut spread = Spread::new(holding.marked_carrying, holding.marked_units, precision);
        self.of(position)
            .map(|(key, lot)| {
                let marked = lot.marks < holding.marks;
                let carrying = if marked { spread.next(lot.units)? } else { lot.carrying };
                Ok(Piece { carrying, ..whole(*key, lot) })
            })
            .collect()
    }

    /// Chooses the pieces that leave when `units` are taken from a position. Changes nothing.
    ///
    /// Cost leaves each lot in proportion to its units, rounded once, the last piece taking the rest. The
    /// marked lots' carrying amount leaves in proportion to all their units and is spread over the pieces.
    ///
    /// # Errors
    /// [`LotsShort`] says what is missing.
    pub fn choose(
        &self,
        position: &Position,
        units: Units,
        choice: Choice<'_>,
        precision: Precision,
    ) -> Result<Vec<Piece>, LotsShort> {
        let holding = self.holding(position);
        let chosen = match choice {
            Choice::By(method) => self.by_method(position, units, method, holding.units)?,
            Choice::Named(named) => self.by_name(position, named)?,
        };
        let is_marked = |lot: &Lot| lot.marks < holding.marks;
        let marked =
            Units::sum(chosen.iter().filter(|(_, lot, _)| is_marked(lot)).map(|(_, _, taken)| *taken))?;
        let leaving = match marked.is_zero() {
            true => Money::ZERO,
            false => holding.marked_carrying.share(
                marked,
                holding.marked_units,
                precision.scale,
                precision.rounding,
            )?,
        };
        let mut spread = Spread::new(leaving, marked, precision);
        chosen
            .into_iter()
            .map(|(key, lot, taken)| {
                let share =
                    |amount: Money| amount.share(taken, lot.units, precision.scale, precision.rounding);
                let carrying = if is_marked(&lot) { spread.next(taken)? } else { share(lot.carrying)? };
                Ok(Piece { units: taken, cost: share(lot.cost)?, carrying, ..whole(key, &lot) })
            })
            .collect()
    }

    fn by_method(
        &self,
        position: &Position,
        units: Units,
        method: LotMethod,
        held: Units,
    ) -> Result<Vec<(LotKey, Lot, Units)>, LotsShort> {
        if held < units {
            return Err(LotsShort::Units { held });
        }
        match method {
            LotMethod::Fifo | LotMethod::Specific => take(self.of(position), units),
            LotMethod::Lifo => take(self.of(position).rev(), units),
            LotMethod::Hifo => take(self.by_price(position, Ordering::reverse)?, units),
            LotMethod::Lofo => take(self.by_price(position, |order| order)?, units),
        }
    }

    fn by_price(
        &self,
        position: &Position,
        direction: fn(Ordering) -> Ordering,
    ) -> Result<impl Iterator<Item = (&LotKey, &Lot)>, LotsShort> {
        let mut lots: Vec<_> = self.of(position).collect();
        let mut fits = true;
        lots.sort_by(|(_, a), (_, b)| {
            // paid_a / units_a against paid_b / units_b, without dividing.
            let left = exact::mul(a.paid.decimal(), b.paid_units.decimal());
            let right = exact::mul(b.paid.decimal(), a.paid_units.decimal());
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

    fn by_name(
        &self,
        position: &Position,
        named: &[(LotId, Units)],
    ) -> Result<Vec<(LotKey, Lot, Units)>, LotsShort> {
        let mut chosen = Vec::new();
        for (name, units) in named {
            let of_name = || self.of(position).filter(|(key, _)| key.birth == *name);
            let held = Units::sum(of_name().map(|(_, lot)| lot.units))?;
            if held < *units {
                return Err(LotsShort::Named { lot: *name, held });
            }
            chosen.extend(take(of_name(), *units)?);
        }
        Ok(chosen)
    }

    /// Does what an event does to the lots.
    ///
    /// # Errors
    /// [`Overflow`] when a total does not fit.
    pub fn apply(&mut self, change: &LotChange, event: Arrival) -> Result<(), Overflow> {
        match change {
            LotChange::Leave(position, pieces) => {
                pieces.iter().try_for_each(|piece| self.leave(position, piece))
            }
            LotChange::Arrive(position, pieces) => {
                pieces.iter().try_for_each(|piece| self.arrive(position, piece, event))
            }
            LotChange::Mark(position, carrying) => {
                let holding = self.holding(position);
                self.holdings.set(
                    *position,
                    Holding {
                        carrying: *carrying,
                        marked_units: holding.units,
                        marked_carrying: *carrying,
                        marks: holding.marks + 1,
                        ..holding
                    },
                );
                Ok(())
            }
        }
    }

    fn leave(&mut self, position: &Position, piece: &Piece) -> Result<(), Overflow> {
        let key = (*position, piece.key);
        let Some(lot) = self.lots.get(&key).copied() else { return Ok(()) };
        let mut holding = self.holding(position);
        let marked = lot.marks < holding.marks;
        let left = Lot {
            units: lot.units.minus(piece.units)?,
            cost: lot.cost.minus(piece.cost)?,
            carrying: if marked { lot.carrying } else { lot.carrying.minus(piece.carrying)? },
            ..lot
        };
        if left.units.is_zero() {
            self.lots.remove(&key)
        } else {
            self.lots.set(key, left)
        }
        holding.units = holding.units.minus(piece.units)?;
        holding.cost = holding.cost.minus(piece.cost)?;
        holding.carrying = holding.carrying.minus(piece.carrying)?;
        if marked {
            holding.marked_units = holding.marked_units.minus(piece.units)?;
            holding.marked_carrying = holding.marked_carrying.minus(piece.carrying)?;
        }
        self.holdings.set(*position, holding);
        Ok(())
    }

    fn arrive(&mut self, position: &Position, piece: &Piece, event: Arrival) -> Result<(), Overflow> {
        let holding = self.holding(position);
        let key = (*position, LotKey { arrived: event, ..piece.key });
        let there = self.lots.get(&key).copied();
        let (units, cost, carrying) =
            there.map_or((Units::ZERO, Money::ZERO, Money::ZERO), |lot| (lot.units, lot.cost, lot.carrying));
        self.lots.set(
            key,
            Lot {
                units: units.plus(piece.units)?,
                cost: cost.plus(piece.cost)?,
                carrying: carrying.plus(piece.carrying)?,
                paid: piece.paid,
                paid_units: piece.paid_units,
                marks: holding.marks,
            },
        );
        self.holdings.set(
            *position,
            Holding {
                units: holding.units.plus(piece.units)?,
                cost: holding.cost.plus(piece.cost)?,
                carrying: holding.carrying.plus(piece.carrying)?,
                ..holding
            },
        );
        Ok(())
    }

    /// Keeps what was changed.
    pub fn commit(&mut self) {
        self.holdings.commit();
        self.lots.commit();
    }

    /// Takes back what was changed since the last commit.
    pub fn rollback(&mut self) {
        self.holdings.rollback();
        self.lots.rollback();
    }
}

/// Gives an amount out in proportion to units, each share the difference of two rounded totals, so that the
/// shares add up and none is negative.
#[derive(Debug)]
pub struct Spread {
    amount: Money,
    over: Units,
    precision: Precision,
    units_so_far: Units,
    given_so_far: Money,
}

impl Spread {
    /// Starts giving out `amount` over units that will add up to `over`.
    #[must_use]
    pub fn new(amount: Money, over: Units, precision: Precision) -> Spread {
        Spread { amount, over, precision, units_so_far: Units::ZERO, given_so_far: Money::ZERO }
    }

    /// The share of the next `units`.
    ///
    /// # Errors
    /// [`Overflow`] when an amount does not fit.
    pub fn next(&mut self, units: Units) -> Result<Money, Overflow> {
        self.units_so_far = self.units_so_far.plus(units)?;
        let total =
            self.amount.share(self.units_so_far, self.over, self.precision.scale, self.precision.rounding)?;
        let share = total.minus(self.given_so_far)?;
        self.given_so_far = total;
        Ok(share)
    }
}

const FIRST_LOT: LotId = LotId { entry: 0, event: 0, part: 0 };
const LAST_LOT: LotId = LotId { entry: u64::MAX, event: u32::MAX, part: u32::MAX };
const FIRST: LotKey = LotKey {
    acquired: Day::FIRST,
    born: OrderKey::FIRST,
    birth: FIRST_LOT,
    arrived: (OrderKey::FIRST, FIRST_LOT),
};
const LAST: LotKey = LotKey {
    acquired: Day::LAST,
    born: OrderKey::LAST,
    birth: LAST_LOT,
    arrived: (OrderKey::LAST, LAST_LOT),
};

fn whole(key: LotKey, lot: &Lot) -> Piece {
    Piece {
        key,
        units: lot.units,
        cost: lot.cost,
        carrying: lot.carrying,
        paid: lot.paid,
        paid_units: lot.paid_units,
    }
}

fn take<'a>(
    lots: impl Iterator<Item = (&'a LotKey, &'a Lot)>,
    units: Units,
) -> Result<Vec<(LotKey, Lot, Units)>, LotsShort> {
    let mut chosen = Vec::new();
    let mut wanted = units;
    for (key, lot) in lots {
        if wanted.is_zero() {
            break;
        }
        let taken = wanted.min(lot.units);
        wanted = wanted.minus(taken)?;
        chosen.push((*key, *lot, taken));
    }
    Ok(chosen)
}
