//! Coins sold within days of being mined. Cash of coins that a customer paid with and that are "converted nearly
//! immediately" is operating (ASC 230-10-45-27A: within hours or a few days); how many days is a book's policy. It
//! is asked of each lot that leaves, so that one sale may be both.

use std::collections::BTreeMap;

use crate::event::Event;
use crate::exact::Overflow;
use crate::fold::Posted;
use crate::ids::{BookId, Commodity, LotId};
use crate::lots::{LotChange, Piece, Precision, Site, Spread};
use crate::money::{Money, Units};
use crate::replay::Step;
use crate::time::Day;
use crate::world::World;

/// Lots that came from mining, by name, with the day of their receipt. Only a few days of them are asked for.
#[derive(Debug)]
pub(super) struct Fresh {
    book: BookId,
    mined: BTreeMap<LotId, Day>,
}

/// Coins sold within days of being mined.
#[derive(Debug, Clone, Copy)]
pub(in crate::report) struct SoldFresh {
    pub(in crate::report) commodity: Commodity,
    pub(in crate::report) units: Units,
    pub(in crate::report) cost: Money,
    pub(in crate::report) cash: Money,
}

impl Fresh {
    pub(super) fn new(book: BookId) -> Fresh {
        Fresh { book, mined: BTreeMap::new() }
    }

    /// Takes note of what an entry mined. A lot of which coins come back from a lender is fresh no more, whenever
    /// it was mined: what served as collateral was not converted nearly immediately.
    pub(super) fn take_in(&mut self, step: &Step<'_>, day: Day) {
        for (at, event) in (0..).zip(&step.applied.entry.events) {
            if matches!(event, Event::CoinsMined(_) | Event::CoinsReceived(_)) {
                self.mined.insert(LotId { entry: step.applied.number, event: at, part: 0 }, day);
            }
        }
        for posted in step.posted.iter().filter(|posted| posted.book == self.book) {
            let event = step.applied.entry.events.get(posted.event);
            if !event.is_some_and(|event| matches!(event, Event::CollateralReleased(_))) {
                continue;
            }
            for change in &posted.lots {
                if let LotChange::Arrive(_, pieces) = change {
                    pieces.iter().for_each(|piece| {
                        self.mined.remove(&piece.key.birth);
                    });
                }
            }
        }
    }

    /// The operating part of a sale's cash, by units.
    pub(super) fn operating(
        &self,
        world: &World,
        posted: &Posted,
        day: Day,
        cash: Money,
    ) -> Result<Money, Overflow> {
        Money::sum(self.sold_fresh(world, posted, day, cash)?.iter().map(|sold| sold.cash))
    }

    /// What of a sale was mined a few days before, with its part of the cash, by units.
    pub(super) fn sold_fresh(
        &self,
        world: &World,
        posted: &Posted,
        day: Day,
        cash: Money,
    ) -> Result<Vec<SoldFresh>, Overflow> {
        let Ok(policy) = world.book(self.book).map(|declared| declared.policy_on(day)) else {
            return Ok(Vec::new());
        };
        let Some(within) = policy.operating_within_days else { return Ok(Vec::new()) };
        let left = || {
            posted.lots.iter().flat_map(|change| match change {
                LotChange::Leave(position, pieces) => pieces.iter().map(|piece| (position, piece)).collect(),
                LotChange::Arrive(..)
                | LotChange::Return(..)
                | LotChange::Mark(..)
                | LotChange::Carry(..)
                | LotChange::Pool(_) => Vec::new(),
            })
        };
        let units = Units::sum(left().map(|(_, piece)| piece.units))?;
        let scale = world.settings().and_then(|settings| world.scale(settings.functional)).unwrap_or(2);
        let precision = Precision { scale: scale.into(), rounding: policy.rounding };
        let mut spread = Spread::new(cash, units, precision);
        let mut sold = Vec::new();
        for (position, piece) in left() {
            let cash = spread.next(piece.units)?;
            if self.is_fresh(position.place, piece, day, within) {
                let commodity = position.commodity;
                sold.push(SoldFresh { commodity, units: piece.units, cost: piece.cost, cash });
            }
        }
        Ok(sold)
    }

    fn is_fresh(&self, site: Site, piece: &Piece, day: Day, within: u32) -> bool {
        let age = |mined: &Day| day.number() - mined.number();
        !matches!(site, Site::Facility(_))
            && self.mined.get(&piece.key.birth).is_some_and(|mined| age(mined) <= i64::from(within))
    }
}
