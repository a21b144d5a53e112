//! What an entry posted in a book that will be reversed: kept from when it is folded until its reversal comes, which
//! mirrors what it finds here. Of entries that are never reversed nothing is kept.

use serde::{Deserialize, Serialize};
use smallvec::SmallVec;

use super::Book;
use crate::exact::Overflow;
use crate::lots::{Arrival, LotChange, LotKey, Piece, Pieces, Position};
use crate::money::{Money, Units};
use crate::posting::{Journal, Line};
use crate::refusal::Refusal;

/// What an entry posted.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Postings {
    /// The lines of its journals, in order.
    pub lines: Vec<Line>,
    /// Pieces of lots that left, with what they were carried at.
    pub left: Vec<(Position, Piece)>,
    /// Lots that arrived and did not leave again within the entry.
    pub arrived: Vec<Arrived>,
}

/// A lot that an entry brought.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Arrived {
    /// Where it lies.
    pub position: Position,
    /// Its place there.
    pub key: LotKey,
    units: Units,
    cost: Money,
    /// The last entry that took of it since.
    changed_by: Option<u64>,
}

impl Arrived {
    fn is(&self, position: &Position, key: &LotKey) -> bool {
        self.position == *position && self.key == *key
    }
}

impl Postings {
    fn add(&mut self, event: Arrival, journal: &Journal, lots: &[LotChange]) -> Result<(), Overflow> {
        self.lines.extend(journal.lines());
        for change in lots {
            match change {
                LotChange::Leave(position, pieces) => {
                    pieces.iter().try_for_each(|piece| self.leave(position, piece))?;
                }
                LotChange::Arrive(position, pieces) => {
                    pieces.iter().try_for_each(|piece| self.arrive(event, position, piece))?;
                }
                // What arrived has become one with what was there, if there was something.
                LotChange::Pool(_)
                // An entry with a mark or a reversal is not reversed.
                | LotChange::Mark(_, _) | LotChange::Carry(_, _) | LotChange::Return(_, _) => {}
            }
        }
        Ok(())
    }

    fn leave(&mut self, position: &Position, piece: &Piece) -> Result<(), Overflow> {
        let Some(own) = self.arrived.iter_mut().find(|lot| lot.is(position, &piece.key)) else {
            self.left.push((*position, *piece));
            return Ok(());
        };
        own.units = own.units.minus(piece.units)?;
        own.cost = own.cost.minus(piece.cost)?;
        self.arrived.retain(|lot| !lot.units.is_zero());
        Ok(())
    }

    fn arrive(&mut self, event: Arrival, position: &Position, piece: &Piece) -> Result<(), Overflow> {
        let key = LotKey { arrived: event, ..piece.key };
        match self.arrived.iter_mut().find(|lot| lot.is(position, &key)) {
            Some(there) => {
                there.units = there.units.plus(piece.units)?;
                there.cost = there.cost.plus(piece.cost)?;
            }
            None => {
                let Piece { units, cost, .. } = *piece;
                self.arrived.push(Arrived { position: *position, key, units, cost, changed_by: None });
            }
        }
        Ok(())
    }

    /// The positions whose lots the reversal touches.
    #[must_use]
    pub fn positions(&self) -> Vec<Position> {
        let arrived = self.arrived.iter().map(|lot| lot.position);
        let mut positions: Vec<Position> =
            arrived.chain(self.left.iter().map(|(position, _)| *position)).collect();
        positions.sort_unstable();
        positions.dedup();
        positions
    }

    /// The lots that arrived at a position.
    #[must_use]
    pub fn arrived_at(&self, position: &Position) -> Vec<LotKey> {
        self.arrived.iter().filter(|lot| lot.position == *position).map(|lot| lot.key).collect()
    }

    /// The pieces that left a position.
    #[must_use]
    pub fn left_from(&self, position: &Position) -> Pieces {
        self.left.iter().filter(|(from, _)| from == position).map(|(_, piece)| *piece).collect()
    }

    /// Notes which of the lots that arrived a later entry takes from; whether it takes from any.
    fn note(&mut self, by: u64, lots: &[LotChange]) -> bool {
        let mut takes = false;
        for change in lots {
            let (position, pieces) = match change {
                LotChange::Leave(position, pieces) => (position, Some(pieces)),
                LotChange::Pool(position) => (position, None),
                LotChange::Arrive(_, _)
                | LotChange::Mark(_, _)
                | LotChange::Carry(_, _)
                | LotChange::Return(_, _) => continue,
            };
            let takes_of =
                |lot: &Arrived| pieces.is_none_or(|pieces| pieces.iter().any(|piece| piece.key == lot.key));
            for lot in self.arrived.iter_mut().filter(|lot| lot.position == *position) {
                if takes_of(lot) {
                    (lot.changed_by, takes) = (Some(by), true);
                }
            }
        }
        takes
    }
}

impl Book {
    /// What an entry posted that waits for its reversal.
    #[must_use]
    pub fn awaited(&self, entry: u64) -> Option<&Postings> {
        self.awaiting.get(&entry)
    }

    /// Whether all that an entry brought, which waits for its reversal, is still as it was.
    ///
    /// # Errors
    /// Refused, naming what changed and the entry that did it.
    pub(crate) fn untouched(&self, entry: u64) -> Result<(), Refusal> {
        let arrived = self.awaiting.get(&entry).into_iter().flat_map(|postings| &postings.arrived);
        let as_it_was = |lot: &Arrived| {
            let there = self.lots.lot(&lot.position, &lot.key);
            there.is_some_and(|there| (there.units, there.cost) == (lot.units, lot.cost))
        };
        // What changed by nobody since became one with others when it arrived.
        let changed = |lot: &Arrived| (!as_it_was(lot)).then(|| lot.changed_by.unwrap_or(entry));
        match arrived.filter_map(|lot| changed(lot).map(|by| (lot, by))).next() {
            Some((lot, by)) => {
                let what = format!("lot {} of book {}", lot.key.birth, self.name);
                Err(Refusal::DependedOn { number: entry, what, by })
            }
            None => Ok(()),
        }
    }

    /// Takes note of what an event posted: for its own entry if that will be reversed, and for those that wait for
    /// their reversal.
    ///
    /// # Errors
    /// [`Overflow`] when a sum does not fit.
    pub(crate) fn remember(
        &mut self,
        event: Arrival,
        awaited: bool,
        journal: &Journal,
        lots: &[LotChange],
    ) -> Result<(), Overflow> {
        let entry = event.1.entry;
        if !self.awaiting.is_empty() && !lots.is_empty() {
            let others: SmallVec<[u64; 4]> =
                self.awaiting.iter().map(|(number, _)| *number).filter(|number| *number != entry).collect();
            for other in others {
                let Some(mut postings) = self.awaiting.get(&other).cloned() else { continue };
                if postings.note(entry, lots) {
                    self.awaiting.set(other, postings);
                }
            }
        }
        if awaited {
            let mut postings = self.awaiting.get(&entry).cloned().unwrap_or_default();
            postings.add(event, journal, lots)?;
            self.awaiting.set(entry, postings);
        }
        Ok(())
    }

    /// Forgets what an entry posted, whose reversal has come.
    pub(crate) fn forget(&mut self, entry: u64) {
        self.awaiting.remove(&entry);
    }
}
