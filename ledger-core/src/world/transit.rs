//! Coins on their way between wallets of ours: gone from one, not yet in the other. They arrive by the course of time,
//! without an entry of their own.

use serde::{Deserialize, Serialize};

use super::{Moment, World};
use crate::event::{CoinsMoved, Event};
use crate::ids::{Commodity, LotId, Place};
use crate::kept;
use crate::money::Units;
use crate::refusal::Refusal;
use crate::time::{Effective, OrderKey, Zone};

/// Coins on their way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transit {
    /// Where they arrive.
    pub to: Place,
    /// The coin.
    pub commodity: Commodity,
    /// How many.
    pub units: Units,
    /// The event that sent them.
    pub sent_by: LotId,
    /// Its entry's place in accounting order.
    pub sent: OrderKey,
    /// When they arrive.
    #[serde(with = "kept::fact")]
    pub arrives: Effective,
}

impl Transit {
    /// Their arrival's place in accounting order.
    #[must_use]
    pub fn order(&self, zone: Zone) -> OrderKey {
        OrderKey::of_arrival(self.arrives, zone)
    }

    /// The moment of their arrival, which goes under the name of the event that sent them.
    #[must_use]
    pub fn moment(&self, zone: Zone) -> Moment {
        let LotId { entry, .. } = self.sent_by;
        Moment { event: self.sent_by, ..Moment::new(entry, 0, self.arrives, self.order(zone), zone) }
    }
}

impl World {
    /// All that is on its way, in the order of arrival.
    pub fn in_transit(&self) -> impl Iterator<Item = &Transit> {
        self.transits.iter().map(|(_, transit)| transit)
    }

    /// The first to arrive, if it does so by a place in accounting order.
    #[must_use]
    pub fn next_to_arrive(&self, by: OrderKey) -> Option<&Transit> {
        let (_, transit) = self.transits.iter().next().filter(|((order, _), _)| *order <= by)?;
        Some(transit)
    }

    pub(super) fn send_off(&mut self, at: &Moment, event: &Event) -> Result<(), Refusal> {
        let Event::CoinsMoved(CoinsMoved { to, commodity, units, arrives: Some(arrives), .. }) = event else {
            return Ok(());
        };
        let transit = Transit {
            to: *to,
            commodity: *commodity,
            units: *units,
            sent_by: at.event,
            sent: at.order,
            arrives: *arrives,
        };
        let order = transit.order(self.settings()?.zone);
        self.transits.set((order, at.event), transit);
        Ok(())
    }

    /// What was on its way is there.
    ///
    /// # Errors
    /// Refused when the sum does not fit.
    pub(crate) fn arrive(&mut self, transit: &Transit) -> Result<(), Refusal> {
        let key = (transit.order(self.settings()?.zone), transit.sent_by);
        self.transits.remove(&key);
        let there = self.coins(transit.to, transit.commodity).plus(transit.units)?;
        self.coins.set((transit.to, transit.commodity), there);
        Ok(())
    }
}
