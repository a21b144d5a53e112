//! Coins sold within days of being mined. Cash of coins that a customer paid with and that are "converted nearly
//! immediately" is operating (ASC 230-10-45-27A: within hours or a few days); how many days is a book's policy. It
//! is asked of each lot that leaves, so that one sale may be both.

use std::collections::BTreeMap;

use crate::event::Event;
use crate::exact::Overflow;
use crate::fold::Posted;
use crate::ids::{BookId, LotId};
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
        let Ok(policy) = world.book(self.book).map(|declared| declared.policy_on(day)) else {
            return Ok(Money::ZERO);
        };
        let Some(within) = policy.operating_within_days else { return Ok(Money::ZERO) };
        let left = || {
            posted.lots.iter().flat_map(|change| match change {
                LotChange::Leave(position, pieces) => {
                    pieces.iter().map(|piece| (position.place, piece)).collect()
                }
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
        let mut operating = Money::ZERO;
        for (site, piece) in left() {
            let share = spread.next(piece.units)?;
            if self.is_fresh(site, piece, day, within) {
                operating = operating.plus(share)?;
            }
        }
        Ok(operating)
    }

    fn is_fresh(&self, site: Site, piece: &Piece, day: Day, within: u32) -> bool {
        let age = |mined: &Day| day.number() - mined.number();
        !matches!(site, Site::Facility(_))
            && self.mined.get(&piece.key.birth).is_some_and(|mined| age(mined) <= i64::from(within))
    }
}
