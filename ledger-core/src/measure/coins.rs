//! Coins as a book sees them: which positions a place has, which lots leave, what new lots are.

use super::Context;
use super::money::of_wallet;
use crate::account::Account;
use crate::chart::{BITCOIN, BITCOIN_PLEDGED, BITCOIN_STRATEGIC, COLLATERAL_RECEIVABLE};
use crate::event::books::Designation;
use crate::event::loan::Control;
use crate::event::treasury::NamedLot;
use crate::ids::{Commodity, LotId, Place};
use crate::lots::{Choice, LotChange, LotKey, LotsShort, Piece, Position, Spread};
use crate::money::{Money, Price, Units};
use crate::policy::LotMethod;
use crate::posting::{Dimensions, Leg, Target};
use crate::refusal::Refusal;
use crate::time::Day;

/// Coins on their way out of their positions.
#[derive(Debug, Clone)]
pub(super) struct Leaving {
    /// The pieces, by the position they leave, in the order they were chosen.
    pub(super) positions: Vec<(Position, Vec<Piece>)>,
}

impl Leaving {
    /// What the book carried them at.
    pub(super) fn carrying(&self) -> Result<Money, Refusal> {
        Ok(Money::sum(self.pieces().map(|piece| piece.carrying))?)
    }

    /// All pieces, in the order they were chosen.
    pub(super) fn pieces(&self) -> impl Iterator<Item = &Piece> {
        self.positions.iter().flat_map(|(_, pieces)| pieces)
    }

    /// What becomes of the lots.
    pub(super) fn changes(&self) -> Vec<LotChange> {
        self.positions.iter().map(|(position, pieces)| LotChange::Leave(*position, pieces.clone())).collect()
    }

    /// A leg for each position, with `fair_value` spread over all pieces by units.
    pub(super) fn legs(&self, cx: &Context<'_>, fair_value: Money) -> Result<Vec<Leg>, Refusal> {
        let all = Units::sum(self.pieces().map(|piece| piece.units))?;
        let mut spread = Spread::new(fair_value, all, cx.precision);
        let mut legs = Vec::new();
        for (position, pieces) in &self.positions {
            let units = Units::sum(pieces.iter().map(|piece| piece.units))?;
            legs.push(Leg {
                target: target(position),
                units,
                carrying: Money::sum(pieces.iter().map(|piece| piece.carrying))?,
                fair_value: spread.next(units)?,
            });
        }
        Ok(legs)
    }

    /// Splits off what exceeds the first `units`, as a network's fee does; a piece cut in two is cut in
    /// proportion, the second part taking the rest.
    pub(super) fn split_at(self, cx: &Context<'_>, units: Units) -> Result<(Leaving, Leaving), Refusal> {
        let mut wanted = units;
        let (mut first, mut second) = (Vec::new(), Vec::new());
        for (position, pieces) in self.positions {
            let (mut before, mut after) = (Vec::new(), Vec::new());
            for piece in pieces {
                let here = wanted.min(piece.units);
                wanted = wanted.minus(here)?;
                let (head, tail) = cut(cx, &piece, here)?;
                before.extend(head);
                after.extend(tail);
            }
            first.push((position, before));
            second.push((position, after));
        }
        let keep = |positions: Vec<(Position, Vec<Piece>)>| Leaving {
            positions: positions.into_iter().filter(|(_, pieces)| !pieces.is_empty()).collect(),
        };
        Ok((keep(first), keep(second)))
    }
}

fn cut(cx: &Context<'_>, piece: &Piece, units: Units) -> Result<(Option<Piece>, Option<Piece>), Refusal> {
    if units.is_zero() {
        return Ok((None, Some(*piece)));
    }
    if units == piece.units {
        return Ok((Some(*piece), None));
    }
    let part = |amount: Money| amount.share(units, piece.units, cx.precision.scale, cx.precision.rounding);
    let head = Piece { units, cost: part(piece.cost)?, carrying: part(piece.carrying)?, ..*piece };
    let tail = Piece {
        units: piece.units.minus(units)?,
        cost: piece.cost.minus(head.cost)?,
        carrying: piece.carrying.minus(head.carrying)?,
        ..*piece
    };
    Ok((Some(head), Some(tail)))
}

/// The target of a position: its account, and its place as the sub-ledger.
pub(super) fn target(position: &Position) -> Target {
    let about = match position.place {
        Place::Wallet(wallet) => of_wallet(wallet),
        Place::Facility(facility) => Dimensions { facility: Some(facility), ..Dimensions::default() },
    };
    Target { account: position.account, commodity: Some(position.commodity), about }
}

impl Context<'_> {
    /// The accounts in which coins at a place stand, in the order in which they leave.
    pub(super) fn accounts_at(&self, place: Place) -> Result<Vec<Account>, Refusal> {
        Ok(match place {
            Place::Wallet(_) => vec![BITCOIN, BITCOIN_STRATEGIC],
            Place::Facility(facility) => match self.control(facility)? {
                Control::Kept => vec![BITCOIN_PLEDGED],
                Control::Passed => vec![COLLATERAL_RECEIVABLE],
            },
        })
    }

    /// Where coins that arrive at a place stand: in a wallet by its designation.
    pub(super) fn arrival(&self, place: Place, commodity: Commodity) -> Result<Position, Refusal> {
        let account = match place {
            Place::Wallet(wallet) => designated(self.world.wallet(wallet)?.designation),
            Place::Facility(facility) => match self.control(facility)? {
                Control::Kept => BITCOIN_PLEDGED,
                Control::Passed => COLLATERAL_RECEIVABLE,
            },
        };
        Ok(Position { commodity, account, place })
    }

    /// Chooses the lots that leave a place.
    pub(super) fn leave(
        &self,
        place: Place,
        commodity: Commodity,
        units: Units,
        named: &[NamedLot],
    ) -> Result<Leaving, Refusal> {
        let accounts = self.accounts_at(place)?;
        self.leave_accounts(&accounts, place, commodity, units, named)
    }

    /// Chooses the lots that leave some accounts at a place.
    pub(super) fn leave_accounts(
        &self,
        accounts: &[Account],
        place: Place,
        commodity: Commodity,
        units: Units,
        named: &[NamedLot],
    ) -> Result<Leaving, Refusal> {
        let tranches = accounts.contains(&COLLATERAL_RECEIVABLE);
        let specific = self.policy.lots == LotMethod::Specific && !tranches;
        let mut named = if specific { self.named_here(units, named)? } else { Vec::new() };
        let mut wanted = units;
        let mut positions = Vec::new();
        for account in accounts {
            let position = Position { commodity, account: *account, place };
            let held = self.book.lots().holding(&position).units;
            let pieces = if specific {
                let here = self.named_at(&position, &mut named)?;
                self.choose(&position, held, Choice::Named(&here))?
            } else {
                let here = wanted.min(held);
                wanted = wanted.minus(here)?;
                self.choose(&position, here, Choice::By(self.policy.lots))?
            };
            if !pieces.is_empty() {
                positions.push((position, pieces));
            }
        }
        if let Some((lot, short)) = named.into_iter().find(|(_, left)| !left.is_zero()) {
            let (book, held) = (self.book.name(), Units::ZERO);
            return Err(Refusal::UnknownLot { book, lot, place, held, short });
        }
        if !specific && !wanted.is_zero() {
            let (held, day) = (units.minus(wanted)?, self.at.day);
            return Err(Refusal::CoinsShort { place, commodity, day, held, short: wanted, asked: units });
        }
        Ok(Leaving { positions })
    }

    fn choose(&self, position: &Position, units: Units, choice: Choice<'_>) -> Result<Vec<Piece>, Refusal> {
        let (book, place, commodity) = (self.book.name(), position.place, position.commodity);
        self.book.lots().choose(position, units, choice, self.precision).map_err(|short| match short {
            LotsShort::Units { held } => {
                let short = units.minus(held).unwrap_or(units);
                Refusal::CoinsShort { place, commodity, day: self.at.day, held, short, asked: units }
            }
            LotsShort::Named { lot, held } => Refusal::UnknownLot { book, lot, place, held, short: units },
            LotsShort::Overflow => Refusal::AmountTooLarge {},
        })
    }

    /// The lots that the event names for this book, which must add up to what leaves.
    fn named_here(&self, units: Units, named: &[NamedLot]) -> Result<Vec<(LotId, Units)>, Refusal> {
        let book = self.book.name();
        let mut here: Vec<(LotId, Units)> = Vec::new();
        for lot in named.iter().filter(|lot| lot.book.is_none_or(|of| of == book)) {
            match here.iter_mut().find(|(name, _)| *name == lot.lot) {
                Some((_, named)) => *named = named.plus(lot.units)?,
                None => here.push((lot.lot, lot.units)),
            }
        }
        if here.is_empty() {
            return Err(Refusal::LotsNotNamed { book });
        }
        let sum = Units::sum(here.iter().map(|(_, units)| *units))?;
        if sum == units { Ok(here) } else { Err(Refusal::LotsDoNotAddUp { book, named: sum, asked: units }) }
    }

    /// The part of the named lots that lies in one position; takes it off the list.
    fn named_at(
        &self,
        position: &Position,
        named: &mut [(LotId, Units)],
    ) -> Result<Vec<(LotId, Units)>, Refusal> {
        let mut here = Vec::new();
        for (lot, left) in named {
            let of_name = self.book.lots().of(position).filter(|(key, _)| key.birth == *lot);
            let held = Units::sum(of_name.map(|(_, lot)| lot.units))?;
            let part = held.min(*left);
            if !part.is_zero() {
                *left = left.minus(part)?;
                here.push((*lot, part));
            }
        }
        Ok(here)
    }

    /// What coins are worth: at the event's own price, else at the latest observed.
    pub(super) fn worth(
        &self,
        units: Units,
        commodity: Commodity,
        price: Option<Price>,
    ) -> Result<Money, Refusal> {
        let price = match price {
            Some(price) => price,
            None => self.world.price_for(&self.at, commodity, self.functional)?.price,
        };
        Ok(price.value_of(units, self.precision.scale, self.precision.rounding)?)
    }

    /// A lot born by this event. `paid` is its price without fee.
    pub(super) fn born(&self, units: Units, cost: Money, paid: Money) -> Piece {
        self.born_on(self.at.day, 0, units, cost, paid)
    }

    /// A lot born by this event, acquired on a day of its own.
    pub(super) fn born_on(&self, acquired: Day, part: u32, units: Units, cost: Money, paid: Money) -> Piece {
        let birth = LotId { part, ..self.at.event };
        let key = LotKey { acquired, born: self.at.order, birth, arrived: (self.at.order, self.at.event) };
        Piece { key, units, cost, carrying: cost, paid, paid_units: units }
    }
}

/// The account of coins by what they are meant for.
pub(super) fn designated(designation: Option<Designation>) -> Account {
    match designation {
        None | Some(Designation::Operating) => BITCOIN,
        Some(Designation::Strategic) => BITCOIN_STRATEGIC,
    }
}
