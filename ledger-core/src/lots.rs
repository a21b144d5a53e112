//! Lots of coins in one book: which leave, at what cost and carrying amount.
//!
//! A *position* is a coin in an account at a place. A mark gives a position one carrying amount for all its
//! lots together, so that it costs the same with one lot or ten thousand; lots that arrive after it carry
//! their own amount until the next mark. Cost and date stay with each lot.

mod choose;
mod pools;
mod site;
mod spread;

pub use site::Site;

pub use choose::{Choice, LotsShort};
pub use spread::{Precision, Spread};

use smallvec::SmallVec;

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::account::Account;
use crate::exact::Overflow;
use crate::ids::{Commodity, LotId};
use crate::money::{Money, Units};
use crate::time::{Day, OrderKey};
use crate::tracked::{Shrinking, Tracked};
use pools::Pools;

/// A coin in an account at a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Position {
    /// The coin.
    pub commodity: Commodity,
    /// The account.
    pub account: Account,
    /// Where.
    pub place: Site,
}

/// What a position holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
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

/// Pieces of lots; mostly it is one.
pub type Pieces = SmallVec<[Piece; 1]>;

/// What an event does to the lots of a book.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LotChange {
    /// Pieces leave a position.
    Leave(Position, Pieces),
    /// Pieces arrive at a position, each as a lot with its own carrying amount.
    Arrive(Position, Pieces),
    /// A position is remeasured to this carrying amount.
    Mark(Position, Money),
    /// Lots of a position are carried each at an amount of its own.
    Carry(Position, Pieces),
    /// All lots of a position become one, as old as the oldest.
    Pool(Position),
    /// Pieces that left a position are there again, as if they had not left, at the carrying amount that they left with.
    Return(Position, Pieces),
}

impl LotChange {
    /// Which position it changes.
    #[must_use]
    pub fn position(&self) -> &Position {
        match self {
            LotChange::Leave(position, _)
            | LotChange::Arrive(position, _)
            | LotChange::Mark(position, _)
            | LotChange::Carry(position, _)
            | LotChange::Pool(position)
            | LotChange::Return(position, _) => position,
        }
    }

    /// What the position is carried at after it.
    ///
    /// # Errors
    /// [`Overflow`] when the sum does not fit.
    pub fn carrying_after(&self, before: Money) -> Result<Money, Overflow> {
        let sum = |pieces: &Pieces| Money::sum(pieces.iter().map(|piece| piece.carrying));
        match self {
            LotChange::Leave(_, pieces) => before.minus(sum(pieces)?),
            LotChange::Arrive(_, pieces) | LotChange::Return(_, pieces) => before.plus(sum(pieces)?),
            LotChange::Mark(_, carrying) => Ok(*carrying),
            // Whoever carries lots apart carries all of a position.
            LotChange::Carry(_, pieces) => sum(pieces),
            LotChange::Pool(_) => Ok(before),
        }
    }
}

/// The lots of a book.
#[derive(Debug, Clone, Default)]
pub struct Lots {
    holdings: Tracked<Position, Holding>,
    /// By the slot of their holding.
    lots: Pools,
    /// Positions that hold something.
    held: Shrinking<Position, ()>,
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

    /// The positions that hold some of a coin, in order.
    pub fn held(&self, commodity: Commodity) -> impl Iterator<Item = (&Position, Holding)> {
        let of_coin = self.held.iter().filter(move |(position, ())| position.commodity == commodity);
        of_coin.map(|(position, ())| (position, self.holding(position)))
    }

    /// The lots of a position, by date and birth.
    pub fn of<'a>(
        &'a self,
        position: &Position,
    ) -> impl DoubleEndedIterator<Item = (&'a LotKey, &'a Lot)> + use<'a> {
        // No slot has the last number.
        self.lots.of(self.holdings.slot(position).unwrap_or(usize::MAX))
    }

    /// A lot by its place in a position.
    #[must_use]
    pub fn lot(&self, position: &Position, key: &LotKey) -> Option<&Lot> {
        self.lots.get(self.holdings.slot(position)?, key)
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

    /// Does what an event does to the lots.
    ///
    /// # Errors
    /// [`Overflow`] when a total does not fit.
    pub fn apply(&mut self, change: &LotChange, event: Arrival) -> Result<(), Overflow> {
        match change {
            LotChange::Leave(position, pieces) => self.leave(position, pieces),
            LotChange::Arrive(position, pieces) => {
                let here = |piece: &Piece| Piece { key: LotKey { arrived: event, ..piece.key }, ..*piece };
                self.arrive(position, pieces.iter().map(here))
            }
            LotChange::Return(position, pieces) => self.arrive(position, pieces.iter().copied()),
            LotChange::Mark(position, carrying) => {
                let holding = self.holdings.change(*position);
                holding.carrying = *carrying;
                holding.marked_units = holding.units;
                holding.marked_carrying = *carrying;
                holding.marks = holding.marks.checked_add(1).ok_or(Overflow)?;
                Ok(())
            }
            LotChange::Carry(position, pieces) => self.carry(position, pieces),
            LotChange::Pool(position) => self.pool(position),
        }
    }

    /// All lots of a position become one, as old as the oldest.
    fn pool(&mut self, position: &Position) -> Result<(), Overflow> {
        let keys: SmallVec<[LotKey; 2]> = self.of(position).map(|(key, _)| *key).collect();
        let [first, _, ..] = keys.as_slice() else { return Ok(()) };
        let (slot, holding) = self.holdings.change_in_slot(*position);
        (holding.marked_units, holding.marked_carrying) = (Units::ZERO, Money::ZERO);
        let Holding { units, cost, carrying, marks, .. } = *holding;
        keys.iter().for_each(|key| self.lots.take(slot, key));
        self.lots.put(slot, *first, Lot { units, cost, carrying, paid: cost, paid_units: units, marks });
        Ok(())
    }

    /// All lots of a position are carried apart from now on.
    fn carry(&mut self, position: &Position, pieces: &[Piece]) -> Result<(), Overflow> {
        let (slot, holding) = self.holdings.change_in_slot(*position);
        holding.carrying = Money::sum(pieces.iter().map(|piece| piece.carrying))?;
        (holding.marked_units, holding.marked_carrying) = (Units::ZERO, Money::ZERO);
        let marks = holding.marks;
        for piece in pieces {
            let lot = *self.lots.get(slot, &piece.key).ok_or(Overflow)?;
            self.lots.put(slot, piece.key, Lot { carrying: piece.carrying, marks, ..lot });
        }
        Ok(())
    }

    fn leave(&mut self, position: &Position, pieces: &[Piece]) -> Result<(), Overflow> {
        let (slot, holding) = self.holdings.change_in_slot(*position);
        for piece in pieces {
            // Pieces are chosen from what is there; taking from nothing would leave less than nothing.
            let lot = *self.lots.get(slot, &piece.key).ok_or(Overflow)?;
            let marked = lot.marks < holding.marks;
            holding.units = holding.units.minus(piece.units)?;
            holding.cost = holding.cost.minus(piece.cost)?;
            holding.carrying = holding.carrying.minus(piece.carrying)?;
            if marked {
                holding.marked_units = holding.marked_units.minus(piece.units)?;
                holding.marked_carrying = holding.marked_carrying.minus(piece.carrying)?;
            }
            if lot.units == piece.units {
                self.lots.take(slot, &piece.key);
            } else {
                let units = lot.units.minus(piece.units)?;
                let cost = lot.cost.minus(piece.cost)?;
                let carrying = if marked { lot.carrying } else { lot.carrying.minus(piece.carrying)? };
                self.lots.put(slot, piece.key, Lot { units, cost, carrying, ..lot });
            }
        }
        if holding.units.is_zero() {
            self.held.remove(position);
        }
        Ok(())
    }

    fn arrive(&mut self, position: &Position, pieces: impl Iterator<Item = Piece>) -> Result<(), Overflow> {
        let (slot, holding) = self.holdings.change_in_slot(*position);
        let was_empty = holding.units.is_zero();
        for piece in pieces {
            holding.units = holding.units.plus(piece.units)?;
            holding.cost = holding.cost.plus(piece.cost)?;
            holding.carrying = holding.carrying.plus(piece.carrying)?;
            let Piece { key, units, cost, carrying, paid, paid_units } = piece;
            let lot = Lot { units, cost, carrying, paid, paid_units, marks: holding.marks };
            // Parts of a lot that left one after the other come together again.
            if let Some(there) = self.lots.put(slot, key, lot) {
                let units = units.plus(there.units)?;
                let cost = cost.plus(there.cost)?;
                let whole = if there.marks < holding.marks {
                    // What a mark gave to all lots together is theirs together still.
                    holding.marked_units = holding.marked_units.plus(piece.units)?;
                    holding.marked_carrying = holding.marked_carrying.plus(carrying)?;
                    Lot { units, cost, ..there }
                } else {
                    Lot { units, cost, carrying: carrying.plus(there.carrying)?, ..lot }
                };
                self.lots.put(slot, key, whole);
            }
        }
        if was_empty && !holding.units.is_zero() {
            self.held.set(*position, ());
        }
        Ok(())
    }

    /// Keeps what was changed.
    pub fn commit(&mut self) {
        self.holdings.commit();
        self.lots.commit();
        self.held.commit();
    }

    /// Takes back what was changed since the last commit.
    pub fn rollback(&mut self) {
        self.holdings.rollback();
        self.lots.rollback();
        self.held.rollback();
    }
}

/// What stands where, as it is kept; what is held follows from it.
#[derive(Serialize, Deserialize)]
struct Kept<H, L> {
    holdings: H,
    lots: L,
}

impl Serialize for Lots {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Kept { holdings: &self.holdings, lots: &self.lots }.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Lots {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Lots, D::Error> {
        type Here = Kept<Tracked<Position, Holding>, Pools>;
        let Kept { holdings, lots } = Here::deserialize(deserializer)?;
        if lots.slots() > holdings.len() {
            return Err(D::Error::custom("lots in no position"));
        }
        let mut held = Shrinking::default();
        for (position, _) in holdings.iter().filter(|(_, holding)| !holding.units.is_zero()) {
            held.set(*position, ());
        }
        held.commit();
        Ok(Lots { holdings, lots, held })
    }
}

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
