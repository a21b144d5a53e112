//! Coins: lots, positions and what they are carried at.
//!
//! A position is a coin in an account at a place. What was there at the last mark is carried together, as one
//! amount; what came since is carried lot by lot, until the next mark.

use ledger_core::event::treasury::NamedLot;
use ledger_core::ids::{Commodity, LotId, Place};
use ledger_core::policy::LotMethod;
use ledger_core::time::Day;

use super::numbers::{self, Fraction, Half};
use super::when::Moment;

/// Units of a lot in one position.
#[derive(Debug, Clone)]
pub(super) struct Lot {
    pub(super) lot: LotId,
    pub(super) position: Position,
    pub(super) acquired: Day,
    /// Its birth in accounting order: the moment and rank of the entry, then its name.
    pub(super) born: (Moment, u8, LotId),
    pub(super) units: i128,
    pub(super) cost: i128,
    /// What was paid for how many units at birth, without fee: the price that HIFO and LOFO compare.
    pub(super) paid: (i128, i128),
    /// The event that brought it to its position.
    pub(super) came: Came,
    /// Its own carrying amount; none for what was there at the last mark.
    pub(super) own: Option<i128>,
    /// The event that sent it, while it is on its way.
    pub(super) sent_by: Option<LotId>,
}

/// An event in accounting order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Came {
    pub(super) moment: Moment,
    pub(super) rank: u8,
    pub(super) number: u64,
    pub(super) event: u32,
}

impl Lot {
    /// Whether it is the same part of the same lot in the same position.
    pub(super) fn is(&self, other: &Lot) -> bool {
        (self.lot, self.position, self.came) == (other.lot, other.position, other.came)
    }
}

/// A coin in an account at a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Position {
    pub(super) commodity: Commodity,
    pub(super) account: u16,
    pub(super) place: Place,
}

/// What a position's marked units are carried at, together.
#[derive(Debug, Clone)]
struct Marked {
    position: Position,
    carrying: i128,
}

/// All coins of a book.
#[derive(Debug, Clone, Default)]
pub(super) struct Coins {
    pub(super) lots: Vec<Lot>,
    /// Pieces that the entry of the moment has taken so far.
    pub(super) taken: Vec<Lot>,
    /// Lots that have become one with others in it.
    pub(super) lost: Vec<Lot>,
    marked: Vec<Marked>,
}

impl Coins {
    pub(super) fn units_at(&self, position: Position) -> i128 {
        self.lots.iter().filter(|lot| lot.position == position).map(|lot| lot.units).sum()
    }

    /// The positions there are, once each, by account.
    pub(super) fn positions(&self, commodity: Commodity) -> Vec<Position> {
        let mut positions: Vec<Position> = Vec::new();
        for lot in self.lots.iter().filter(|lot| lot.position.commodity == commodity) {
            if !positions.contains(&lot.position) {
                positions.push(lot.position);
            }
        }
        positions
    }

    pub(super) fn carrying_of(&self, position: Position) -> i128 {
        let own: i128 =
            self.lots.iter().filter(|lot| lot.position == position).filter_map(|lot| lot.own).sum();
        own + self.marked_at(position)
    }

    fn marked_at(&self, position: Position) -> i128 {
        self.marked.iter().filter(|marked| marked.position == position).map(|marked| marked.carrying).sum()
    }

    /// Everything in the position is carried at the price from now on. Gives the change of the carrying amount.
    pub(super) fn mark(&mut self, position: Position, price: Fraction, half: Half) -> i128 {
        let before = self.carrying_of(position);
        let carrying = numbers::worth(self.units_at(position), price, half);
        for lot in self.lots.iter_mut().filter(|lot| lot.position == position) {
            lot.own = None;
        }
        self.marked.retain(|marked| marked.position != position);
        self.marked.push(Marked { position, carrying });
        carrying - before
    }

    /// The lots of some positions together in the order in which they leave. Of two of one day the one that was born first
    /// in accounting order is the older, whenever it was recorded; of two parts of one lot, the one that came
    /// to the position first. Ties in price go to the older lot.
    fn in_order(&self, positions: &[Position], method: LotMethod) -> Vec<usize> {
        let mut order: Vec<usize> =
            (0..self.lots.len()).filter(|at| positions.contains(&self.lots[*at].position)).collect();
        let age = |at: &usize| (self.lots[*at].acquired, self.lots[*at].born, self.lots[*at].came);
        order.sort_by_key(age);
        let dearer = |a: &usize, b: &usize| {
            let ((paid_a, born_a), (paid_b, born_b)) = (self.lots[*a].paid, self.lots[*b].paid);
            (paid_a * born_b).cmp(&(paid_b * born_a))
        };
        match method {
            LotMethod::Fifo | LotMethod::Specific | LotMethod::Average => {}
            LotMethod::Lifo => order.reverse(),
            LotMethod::Hifo => order.sort_by(|a, b| dearer(b, a)),
            LotMethod::Lofo => order.sort_by(dearer),
        }
        order
    }

    /// Takes units out of positions at one place. Each piece brings its cost and its carrying amount along; for what was
    /// marked, the total is rounded once and spread over the pieces in the order in which they were taken.
    pub(super) fn take(
        &mut self,
        positions: &[Position],
        units: i128,
        how: &Leaving<'_>,
    ) -> Result<Vec<Lot>, String> {
        let marked_units = |lots: &[Lot], position: Position| -> i128 {
            let in_group = lots.iter().filter(|lot| lot.position == position && lot.own.is_none());
            in_group.map(|lot| lot.units).sum()
        };
        if how.method == LotMethod::Average {
            return self.take_average(positions, units, how);
        }
        let before = self.lots.clone();
        let mut pieces: Vec<Lot> = Vec::new();
        let mut wanted = units;
        for (at, most) in self.who_leaves(positions, how) {
            let lot = &mut self.lots[at];
            let units = wanted.min(most).min(lot.units);
            let mut piece = lot.clone();
            piece.units = units;
            piece.cost = numbers::part_of(lot.cost, units, lot.units, how.half);
            piece.own = lot.own.map(|own| numbers::part_of(own, units, lot.units, how.half));
            lot.cost -= piece.cost;
            lot.own = lot.own.zip(piece.own).map(|(own, taken)| own - taken);
            lot.units -= units;
            wanted -= units;
            if units > 0 {
                pieces.push(piece);
            }
        }
        if wanted != 0 {
            return Err(format!("{wanted} of {units} are not at {positions:?}"));
        }
        self.lots.retain(|lot| lot.units > 0);
        for position in positions {
            let taken = marked_units(&pieces, *position);
            if taken > 0 {
                let carried = self.marked_at(*position);
                let total = numbers::part_of(carried, taken, marked_units(&before, *position), how.half);
                self.marked.retain(|marked| marked.position != *position);
                self.marked.push(Marked { position: *position, carrying: carried - total });
                let here = pieces.iter_mut().filter(|lot| lot.position == *position && lot.own.is_none());
                spread(total, taken, here, how.half);
            }
        }
        self.taken.extend(pieces.iter().cloned());
        Ok(pieces)
    }

    /// One position after the other; each is one lot by the time something leaves it.
    fn take_average(
        &mut self,
        positions: &[Position],
        units: i128,
        how: &Leaving<'_>,
    ) -> Result<Vec<Lot>, String> {
        let mut pieces = Vec::new();
        let mut wanted = units;
        for position in positions {
            let here = wanted.min(self.units_at(*position));
            if here == 0 {
                continue;
            }
            wanted -= here;
            self.merge(*position);
            let one = Leaving { method: LotMethod::Fifo, ..*how };
            pieces.extend(self.take(&[*position], here, &one)?);
        }
        if wanted == 0 { Ok(pieces) } else { Err(format!("{wanted} of {units} are not at {positions:?}")) }
    }

    /// All lots of a position become one, as old as the oldest and carried by itself.
    pub(super) fn merge(&mut self, position: Position) {
        let order = self.in_order(&[position], LotMethod::Fifo);
        let [first, _, ..] = order.as_slice() else { return };
        let (units, carrying) = (self.units_at(position), self.carrying_of(position));
        let mut one = self.lots[*first].clone();
        self.lost.extend(order.iter().map(|at| self.lots[*at].clone()));
        one.cost = order.iter().map(|at| self.lots[*at].cost).sum();
        (one.units, one.own, one.paid) = (units, Some(carrying), (one.cost, units));
        self.lots.retain(|lot| lot.position != position);
        self.marked.retain(|marked| marked.position != position);
        self.lots.push(one);
    }

    /// What lots are carried at beyond what they cost, lot by lot.
    pub(super) fn beyond_cost(&self) -> i128 {
        let owned = self.lots.iter().filter(|lot| lot.position.account < 1230);
        owned.map(|lot| (lot.own.unwrap_or(lot.cost) - lot.cost).max(0)).sum()
    }

    /// Takes lots of one position, each whole; of what was marked together they take their part.
    pub(super) fn take_these(&mut self, these: &[Lot], half: Half) -> Vec<Lot> {
        let Some(position) = these.first().map(|lot| lot.position) else { return Vec::new() };
        let marked = |lots: &[Lot]| -> i128 {
            let marked = lots.iter().filter(|lot| lot.position == position && lot.own.is_none());
            marked.map(|lot| lot.units).sum()
        };
        let there = marked(&self.lots);
        let (mut pieces, others): (Vec<Lot>, Vec<Lot>) =
            self.lots.drain(..).partition(|lot| these.iter().any(|these| these.is(lot)));
        self.lots = others;
        let taken = marked(&pieces);
        if taken > 0 {
            let carried = self.marked_at(position);
            let total = numbers::part_of(carried, taken, there, half);
            self.marked.retain(|marked| marked.position != position);
            self.marked.push(Marked { position, carrying: carried - total });
            spread(total, taken, pieces.iter_mut().filter(|lot| lot.own.is_none()), half);
        }
        pieces
    }

    /// Puts a piece back where it was taken from. If a part of it stayed there and was marked, they are carried together.
    pub(super) fn put_back(&mut self, piece: Lot) {
        let carrying = piece.own.unwrap_or_default();
        let Some(there) = self.lots.iter_mut().find(|lot| lot.is(&piece)) else {
            self.lots.push(piece);
            return;
        };
        there.units += piece.units;
        there.cost += piece.cost;
        match &mut there.own {
            Some(own) => *own += carrying,
            None => {
                let position = piece.position;
                let carried = self.marked_at(position) + carrying;
                self.marked.retain(|marked| marked.position != position);
                self.marked.push(Marked { position, carrying: carried });
            }
        }
    }

    fn who_leaves(&self, positions: &[Position], how: &Leaving<'_>) -> Vec<(usize, i128)> {
        let mut order = self.in_order(positions, how.method);
        order.retain(|at| self.lots[*at].sent_by == how.sent_by);
        if how.named.is_empty() {
            return order.into_iter().map(|at| (at, self.lots[at].units)).collect();
        }
        let mut leaving = Vec::new();
        for named in how.named {
            let mut most = numbers::fine(named.units.decimal());
            for at in order.iter().copied().filter(|at| self.lots[*at].lot == named.lot) {
                let units = most.min(self.lots[at].units);
                leaving.push((at, units));
                most -= units;
            }
        }
        leaving
    }

    /// Puts pieces elsewhere: lots of their own there, with their names, dates and costs. Pieces of one lot
    /// that arrive together are one again; what lay there before stays apart.
    pub(super) fn put(
        &mut self,
        pieces: Vec<Lot>,
        account: u16,
        place: Place,
        came: Came,
        sent_by: Option<LotId>,
    ) {
        let before = self.lots.len();
        for mut piece in pieces {
            piece.sent_by = sent_by;
            piece.position.account = account;
            piece.position.place = place;
            piece.came = came;
            match self.lots[before..].iter_mut().find(|lot| lot.lot == piece.lot) {
                Some(lot) => {
                    lot.units += piece.units;
                    lot.cost += piece.cost;
                    lot.own = lot.own.zip(piece.own).map(|(one, other)| one + other);
                }
                None => self.lots.push(piece),
            }
        }
    }
}

/// By which rule units leave.
#[derive(Debug, Clone, Copy)]
pub(super) struct Leaving<'a> {
    pub(super) method: LotMethod,
    pub(super) named: &'a [&'a NamedLot],
    pub(super) half: Half,
    /// The event that sent them, where they are on their way.
    pub(super) sent_by: Option<LotId>,
}

/// The first `units` of pieces in their order; what is beyond is left out.
pub(super) fn first_of(pieces: Vec<Lot>, units: i128, half: Half) -> Vec<Lot> {
    let mut wanted = units;
    let mut first = Vec::new();
    for mut piece in pieces {
        let here = wanted.min(piece.units);
        wanted -= here;
        piece.cost = numbers::part_of(piece.cost, here, piece.units, half);
        piece.own = piece.own.map(|own| numbers::part_of(own, here, piece.units, half));
        piece.units = here;
        if here > 0 {
            first.push(piece);
        }
    }
    first
}

/// What pieces are carried at, together.
pub(super) fn carried(pieces: &[Lot]) -> i128 {
    pieces.iter().filter_map(|piece| piece.own).sum()
}

/// Gives each piece its share of a total: the rounded running total, less that of the piece before.
fn spread<'a>(total: i128, units: i128, pieces: impl Iterator<Item = &'a mut Lot>, half: Half) {
    let (mut so_far, mut given) = (0, 0);
    for piece in pieces {
        so_far += piece.units;
        let up_to_here = numbers::part_of(total, so_far, units, half);
        piece.own = Some(up_to_here - given);
        given = up_to_here;
    }
}
