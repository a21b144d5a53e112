//! Coins as a book sees them: which positions a place has, which lots leave, what new lots are.

use smallvec::{SmallVec, smallvec};

use super::money::of_wallet;
use super::{Context, PriceTaken};
use crate::account::Account;
use crate::chart::{BITCOIN, BITCOIN_IN_TRANSIT, BITCOIN_PLEDGED, BITCOIN_STRATEGIC, COLLATERAL_RECEIVABLE};
use crate::event::books::Designation;
use crate::event::loan::Control;
use crate::event::treasury::NamedLot;
use crate::exact::Overflow;
use crate::ids::{Commodity, LotId, Place};
use crate::lots::{Choice, LotChange, LotKey, LotsShort, Piece, Position, Site, Spread};
use crate::measured::Measured;
use crate::money::{Money, Price, Units};
use crate::policy::{LotMethod, LotScope};
use crate::posting::{Dimensions, Leg, Target};
use crate::refusal::Refusal;
use crate::time::Day;
use crate::world::{Observation, PriceUse, Transit};

/// Coins on their way out of their positions.
#[derive(Debug, Clone)]
pub(super) struct Leaving {
    /// In the order in which they leave.
    pieces: SmallVec<[(Position, Piece); 1]>,
    /// What leaves each position, in the order of positions.
    totals: SmallVec<[Total; 1]>,
    /// Whether they leave at the average of their positions.
    pooled: bool,
}

#[derive(Debug, Clone, Copy)]
struct Total {
    position: Position,
    units: Units,
    carrying: Money,
}

impl Leaving {
    fn of(pieces: SmallVec<[(Position, Piece); 1]>) -> Result<Leaving, Overflow> {
        let mut totals: SmallVec<[Total; 1]> = SmallVec::new();
        for (position, piece) in &pieces {
            match totals.iter_mut().find(|total| total.position == *position) {
                Some(total) => {
                    total.units = total.units.plus(piece.units)?;
                    total.carrying = total.carrying.plus(piece.carrying)?;
                }
                None => {
                    totals.push(Total { position: *position, units: piece.units, carrying: piece.carrying })
                }
            }
        }
        totals.sort_unstable_by_key(|total| total.position);
        Ok(Leaving { pieces, totals, pooled: false })
    }

    /// What the book carried them at.
    pub(super) fn carrying(&self) -> Result<Money, Refusal> {
        Ok(Money::sum(self.totals.iter().map(|total| total.carrying))?)
    }

    /// How many leave.
    pub(super) fn units(&self) -> Result<Units, Refusal> {
        Ok(Units::sum(self.totals.iter().map(|total| total.units))?)
    }

    /// All pieces.
    pub(super) fn pieces(&self) -> impl Iterator<Item = &Piece> {
        self.pieces.iter().map(|(_, piece)| piece)
    }

    /// What becomes of the lots.
    pub(super) fn changes(&self) -> impl Iterator<Item = LotChange> {
        let leave = |total: &Total| {
            let of_position = self.pieces.iter().filter(|(position, _)| *position == total.position);
            let leave = LotChange::Leave(total.position, of_position.map(|(_, piece)| *piece).collect());
            self.pooled.then_some(LotChange::Pool(total.position)).into_iter().chain([leave])
        };
        self.totals.iter().flat_map(leave)
    }

    /// Adds a leg for each position, with `fair_value` spread over them by units.
    pub(super) fn legs(
        &self,
        cx: &Context<'_>,
        fair_value: Money,
        legs: &mut Vec<Leg>,
    ) -> Result<(), Refusal> {
        let mut spread = Spread::new(fair_value, self.units()?, cx.precision);
        for Total { position, units, carrying } in &self.totals {
            let fair_value = spread.next(*units)?;
            legs.push(Leg { target: target(position), units: *units, carrying: *carrying, fair_value });
        }
        Ok(())
    }

    /// Splits off what exceeds the first `units`, as a network's fee does; a piece cut in two is cut in
    /// proportion, the second part taking the rest.
    pub(super) fn split_at(self, cx: &Context<'_>, units: Units) -> Result<(Leaving, Leaving), Refusal> {
        let mut wanted = units;
        let (mut first, mut second) = (SmallVec::new(), SmallVec::new());
        for (position, piece) in self.pieces {
            let here = wanted.min(piece.units);
            wanted = wanted.minus(here)?;
            let (head, tail) = cut(cx, &piece, here)?;
            first.extend(head.map(|piece| (position, piece)));
            second.extend(tail.map(|piece| (position, piece)));
        }
        let pooled = self.pooled;
        Ok((Leaving { pooled, ..Leaving::of(first)? }, Leaving { pooled, ..Leaving::of(second)? }))
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
        Site::Wallet(wallet) => of_wallet(wallet),
        Site::Facility(facility) => Dimensions { facility: Some(facility), ..Dimensions::default() },
        Site::Entity => Dimensions::default(),
    };
    Target { account: position.account, commodity: Some(position.commodity), about }
}

impl Context<'_> {
    /// The accounts in which coins at a place stand. Lots leave a wallet by the book's method whatever they are
    /// designated for (Reg. 1.1012-1(j): by wallet).
    pub(super) fn accounts_at(&self, place: Place) -> Result<SmallVec<[Account; 2]>, Refusal> {
        Ok(match place {
            Place::Wallet(_) => smallvec![BITCOIN, BITCOIN_STRATEGIC],
            Place::Facility(facility) => match self.control(facility)? {
                Control::Kept => smallvec![BITCOIN_PLEDGED],
                Control::Passed => smallvec![COLLATERAL_RECEIVABLE],
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
        Ok(Position { commodity, account, place: self.site(place) })
    }

    /// Where this book sees coins at a place: in its one pool, where its lots are chosen among all wallets.
    pub(super) fn site(&self, place: Place) -> Site {
        match (place, self.policy.scope) {
            (Place::Wallet(_), LotScope::Entity) => Site::Entity,
            (Place::Wallet(_) | Place::Facility(_), _) => place.into(),
        }
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
        let (method, named) =
            if specific { self.instructed(units, named)? } else { (self.policy.lots, Vec::new()) };
        let choice = if named.is_empty() { Choice::By(method) } else { Choice::Named(&named) };
        let positions: SmallVec<[Position; 2]> = accounts
            .iter()
            .map(|account| Position { commodity, account: *account, place: self.site(place) })
            .collect();
        let book = self.book.name();
        let chosen = match self.policy.scope {
            LotScope::Wallet => self.book.lots().choose(&positions, units, choice, self.precision),
            LotScope::Entity => self.one_pool_after_another(&positions, units, choice),
        };
        let chosen = chosen.map_err(|short| match short {
            LotsShort::Units { held } => {
                let short = units.minus(held).unwrap_or(units);
                Refusal::CoinsShort { place, commodity, day: self.at.day, held, short, asked: units }
            }
            LotsShort::Named { lot, held, named } => {
                let short = named.minus(held).unwrap_or(named);
                Refusal::UnknownLot { book, lot, place, held, short }
            }
            LotsShort::Overflow => Refusal::AmountTooLarge {},
        })?;
        Ok(Leaving { pooled: self.policy.lots == LotMethod::Average, ..Leaving::of(chosen)? })
    }

    /// Takes from the first position as far as it goes, then from the next: each designation is a pool of its own.
    fn one_pool_after_another(
        &self,
        positions: &[Position],
        units: Units,
        choice: Choice<'_>,
    ) -> Result<SmallVec<[(Position, Piece); 1]>, LotsShort> {
        let lots = self.book.lots();
        if let Choice::Named(_) = choice {
            return lots.choose(positions, units, choice, self.precision);
        }
        let (mut wanted, mut all) = (units, SmallVec::new());
        for (at, position) in positions.iter().enumerate() {
            let is_last = at + 1 == positions.len();
            let here = if is_last { wanted } else { wanted.min(lots.holding(position).units) };
            wanted = wanted.minus(here)?;
            if !here.is_zero() {
                all.extend(lots.choose(&[*position], here, choice, self.precision)?);
            }
        }
        Ok(all)
    }

    /// Where coins on their way to a place stand, each consignment apart under every policy.
    pub(super) fn transit(&self, to: Place, commodity: Commodity) -> Position {
        Position { commodity, account: BITCOIN_IN_TRANSIT, place: to.into() }
    }

    /// The lots that come out of transit: those that one event sent.
    pub(super) fn leave_transit(&self, transit: &Transit) -> Result<Leaving, Refusal> {
        let position = self.transit(transit.to, transit.commodity);
        let sent = Choice::BroughtBy((transit.sent, transit.sent_by));
        let chosen = self.book.lots().choose(&[position], transit.units, sent, self.precision);
        Ok(Leaving::of(chosen.map_err(|_: LotsShort| Refusal::AmountTooLarge {})?)?)
    }

    /// The lots that a person wants gone, or the method by which they are chosen: what the event says, else what was
    /// instructed in time, else the oldest where the rules say so.
    fn instructed(
        &self,
        units: Units,
        named: &[NamedLot],
    ) -> Result<(LotMethod, Vec<(LotId, Units)>), Refusal> {
        let book = self.book.name();
        let here = named.iter().filter(|lot| lot.book.is_none_or(|of| of == book));
        let named = self.adding_up(units, here.map(|lot| (lot.lot, lot.units)))?;
        if !named.is_empty() {
            return Ok((LotMethod::Specific, named));
        }
        match self.world.lot_instruction(book, self.transaction, &self.at) {
            Some(instruction) => {
                let lots = instruction.lots.iter().map(|lot| (lot.lot, lot.units));
                Ok((instruction.method.unwrap_or(LotMethod::Specific), self.adding_up(units, lots)?))
            }
            None if self.policy.oldest_go_unnamed() => Ok((LotMethod::Fifo, Vec::new())),
            None => Err(Refusal::LotsNotNamed { book }),
        }
    }

    /// Lots that are named, each once; together they must be what leaves.
    fn adding_up(
        &self,
        units: Units,
        named: impl Iterator<Item = (LotId, Units)>,
    ) -> Result<Vec<(LotId, Units)>, Refusal> {
        let book = self.book.name();
        let mut here: Vec<(LotId, Units)> = Vec::new();
        for (lot, units) in named {
            match here.iter_mut().find(|(name, _)| *name == lot) {
                Some((_, named)) => *named = named.plus(units)?,
                None => here.push((lot, units)),
            }
        }
        if here.is_empty() {
            return Ok(here);
        }
        let sum = Units::sum(here.iter().map(|(_, units)| *units))?;
        if sum == units { Ok(here) } else { Err(Refusal::LotsDoNotAddUp { book, named: sum, asked: units }) }
    }

    /// Coins leave a place in exchange for something worth `fair_value`, or for nothing.
    pub(super) fn dispose(
        &self,
        from: Place,
        commodity: Commodity,
        units: Units,
        named: &[NamedLot],
        fair_value: Money,
        m: &mut Measured,
    ) -> Result<(), Refusal> {
        let leaving = self.leave(from, commodity, units, named)?;
        leaving.legs(self, fair_value, &mut m.coins_out)?;
        m.carrying = leaving.carrying()?;
        m.fair_value = fair_value;
        m.control = match from {
            Place::Facility(facility) => Some(self.control(facility)?),
            Place::Wallet(_) => None,
        };
        m.lots.extend(leaving.changes());
        Ok(())
    }

    /// Coins arrive in a wallet for the first time: a new lot at fair value.
    pub(super) fn new_coins(
        &self,
        to: Place,
        commodity: Commodity,
        units: Units,
        value: Money,
        m: &mut Measured,
    ) -> Result<(), Refusal> {
        let position = self.arrival(to, commodity)?;
        m.coins_in.push(Leg { target: target(&position), units, carrying: value, fair_value: value });
        m.fair_value = value;
        m.lots.push(LotChange::Arrive(position, smallvec![self.born(units, value, value)]));
        Ok(())
    }

    /// The price that the book takes.
    pub(super) fn observed_price(
        &self,
        commodity: Commodity,
        for_use: PriceUse,
    ) -> Result<Observation, Refusal> {
        let pair = (commodity, self.functional);
        let observed = self.world.price_in(self.book.name(), &self.at, pair, for_use)?;
        self.taken.note(PriceTaken::Observed(observed));
        Ok(observed)
    }

    /// What coins are worth: at the event's own price, else at the latest observed.
    pub(super) fn worth(
        &self,
        units: Units,
        commodity: Commodity,
        price: Option<Price>,
    ) -> Result<Money, Refusal> {
        let price = match price {
            Some(price) => {
                self.taken.note(PriceTaken::Stated(price));
                price
            }
            None => self.observed_price(commodity, PriceUse::Event)?.price,
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

/// Under `average` what arrives joins the one lot of its position.
pub(super) fn pool_arrivals(cx: &Context<'_>, m: &mut Measured) {
    if cx.policy.lots != LotMethod::Average {
        return;
    }
    let arrives = |change: &&LotChange| matches!(change, LotChange::Arrive(..) | LotChange::Return(..));
    let positions = m.lots.iter().filter(arrives).map(|change| *change.position());
    // What is on its way arrives as it was sent.
    let positions: SmallVec<[Position; 2]> =
        positions.filter(|position| position.account != BITCOIN_IN_TRANSIT).collect();
    m.lots.extend(positions.into_iter().map(LotChange::Pool));
}
