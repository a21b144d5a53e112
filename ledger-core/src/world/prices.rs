//! Prices as observed. An event may use only what was recorded before it, so a price that comes to light
//! later never changes silently what is already in the books.

use super::{Moment, World};
use crate::event::books::PriceObserved;
use crate::ids::Commodity;
use crate::money::Price;
use crate::refusal::Refusal;
use crate::time::Instant;
use crate::tracked::Tracked;

/// A price somebody published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Observation {
    /// The number of the entry that recorded it.
    pub number: u64,
    /// The instant it is the price of.
    pub at: Instant,
    /// Of one unit.
    pub price: Price,
    /// In this currency.
    pub currency: Commodity,
    /// Who published it, and on which market.
    pub source: String,
    /// The number of the entry that replaced it, if one did.
    pub superseded_by: Option<u64>,
}

type Key = (Commodity, Commodity, Instant, u64);

#[derive(Debug, Clone, Default)]
pub(super) struct Prices {
    observations: Tracked<Key, Observation>,
}

impl Prices {
    pub(super) fn observe(&mut self, number: u64, e: &PriceObserved) {
        if let Some(old) = e.supersedes {
            let replaced = self.observations.iter().find(|(key, _)| key.0 == e.commodity && key.3 == old);
            if let Some((key, observation)) = replaced.map(|(key, observation)| (*key, observation.clone())) {
                self.observations.set(key, Observation { superseded_by: Some(number), ..observation });
            }
        }
        let observation = Observation {
            number,
            at: e.at,
            price: e.price,
            currency: e.currency,
            source: format!("{}, {}", e.source, e.market),
            superseded_by: None,
        };
        self.observations.set((e.commodity, e.currency, e.at, number), observation);
    }

    pub(super) fn commit(&mut self) {
        self.observations.commit();
    }

    pub(super) fn rollback(&mut self) {
        self.observations.rollback();
    }
}

impl World {
    /// The latest price by its own time, not later than the event, recorded before it and not replaced by then.
    ///
    /// # Errors
    /// Refused when there is none.
    pub fn price_for(
        &self,
        at: &Moment,
        commodity: Commodity,
        currency: Commodity,
    ) -> Result<&Observation, Refusal> {
        let first = (commodity, currency, Instant::from_micros(i64::MIN), 0);
        let last = (commodity, currency, at.instant, u64::MAX);
        let number = at.event.entry;
        let known = self.prices.observations.range(first..=last).rev().map(|(_, observation)| observation);
        let usable = |observation: &&Observation| {
            observation.number <= number && observation.superseded_by.is_none_or(|by| by > number)
        };
        known.into_iter().find(usable).ok_or(Refusal::PriceMissing {
            commodity,
            currency,
            effective: at.effective,
        })
    }

    /// The price that an entry observed.
    ///
    /// # Errors
    /// Refused when that entry observed none.
    pub fn observation(&self, number: u64, commodity: Commodity) -> Result<&Observation, Refusal> {
        let mut all = self.prices.observations.iter();
        let found =
            all.find(|(key, _)| key.0 == commodity && key.3 == number).map(|(_, observation)| observation);
        found.ok_or(Refusal::UnknownObservation { number, commodity })
    }
}
