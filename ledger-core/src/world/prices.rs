//! Prices as observed. An event may use only what was recorded before it, so a price that comes to light
//! later never changes silently what is already in the books.

mod series;

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Moment, World};
use crate::event::books::PriceObserved;
use crate::ids::{BookId, Commodity};
use crate::money::Price;
use crate::refusal::Refusal;
use crate::time::{Day, Effective, Instant, Zone};
use crate::tracked::Tracked;
use series::{Seen, Series};

const MICROS_AN_HOUR: i64 = 3_600_000_000;

/// A price somebody published. Who did, and on which market, stands in the entry that recorded it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Observation {
    /// The number of the entry that recorded it.
    pub number: u64,
    /// The instant it is the price of.
    pub at: Instant,
    /// Of one unit.
    pub price: Price,
    /// In this currency.
    pub currency: Commodity,
    /// The number of the entry that replaced it, if one did.
    pub superseded_by: Option<u64>,
}

/// A coin and the currency of its price.
pub type PricePair = (Commodity, Commodity);

/// What an entry says of a price, for whoever asks which one held: source and market stand in the entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Observed {
    /// The number of the entry that recorded it.
    pub number: u64,
    /// The instant it is the price of.
    pub at: Instant,
    /// Of one unit.
    pub price: Price,
    /// The number of the entry whose observation it replaces.
    pub supersedes: Option<u64>,
}

impl Observed {
    /// What an entry observed.
    #[must_use]
    pub fn of(number: u64, e: &PriceObserved) -> Observed {
        Observed { number, at: e.at, price: e.price, supersedes: e.supersedes }
    }
}

impl PriceObserved {
    /// Which coin, in which currency.
    #[must_use]
    pub fn pair(&self) -> PricePair {
        (self.commodity, self.currency)
    }
}

#[derive(Clone, Default)]
pub(super) struct Prices {
    /// In the order in which the first of each came.
    series: Vec<(PricePair, Series)>,
    /// What was added since the last commit.
    added: Vec<(PricePair, Seen)>,
    /// By the entry of the replaced observation and its coin: the entry that replaced it.
    replaced: Tracked<(u64, Commodity), u64>,
}

impl Prices {
    pub(super) fn observe(&mut self, pair: PricePair, all: &[Observed]) {
        let at = self.series.iter().position(|(of, _)| *of == pair).unwrap_or(self.series.len());
        if at == self.series.len() {
            self.series.push((pair, Series::default()));
        }
        let (_, series) = &mut self.series[at];
        for observed in all {
            let Observed { number, at, price, supersedes } = *observed;
            if let Some(old) = supersedes {
                self.replaced.set((old, pair.0), number);
            }
            let seen = Seen { at: at.micros(), number, price };
            series.add(seen);
            self.added.push((pair, seen));
        }
    }

    fn series(&self, pair: &PricePair) -> Option<&Series> {
        self.series.iter().find(|(of, _)| of == pair).map(|(_, series)| series)
    }

    pub(super) fn commit(&mut self) {
        self.added.clear();
        self.replaced.commit();
    }

    pub(super) fn rollback(&mut self) {
        while let Some((pair, seen)) = self.added.pop() {
            if let Some((_, series)) = self.series.iter_mut().find(|(of, _)| *of == pair) {
                series.remove(&seen);
            }
        }
        self.replaced.rollback();
    }

    fn observation(&self, (commodity, currency): PricePair, seen: Seen) -> Observation {
        Observation {
            number: seen.number,
            at: Instant::from_micros(seen.at),
            price: seen.price,
            currency,
            superseded_by: self.replaced.get(&(seen.number, commodity)).copied(),
        }
    }
}

/// The observations in order, and how many changes may still be taken back.
impl fmt::Debug for Prices {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let all = self
            .series
            .iter()
            .flat_map(|(pair, series)| series.iter().map(|seen| (pair.0, self.observation(*pair, seen))));
        f.debug_list().entries(all).finish()?;
        write!(f, " revocable: {:?}", self.added)
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
    ) -> Result<Observation, Refusal> {
        let pair = (commodity, currency);
        let number = at.event.entry;
        let usable = |seen: &Seen| {
            let superseded_by = || self.prices.replaced.get(&(seen.number, commodity));
            seen.number <= number && superseded_by().is_none_or(|by| *by > number)
        };
        let series = self.prices.series(&pair);
        let latest = series.and_then(|series| series.latest(at.instant.micros(), usable));
        latest.map(|seen| self.prices.observation(pair, seen)).ok_or_else(|| Refusal::PriceMissing {
            commodity,
            currency,
            effective: at.effective,
        })
    }

    /// The observations of the event's local day, in order of time, recorded before it and not replaced by then.
    pub fn prices_of_day(&self, at: &Moment, pair: PricePair) -> impl Iterator<Item = Observation> {
        let zone = self.settings().map_or(Zone::UTC, |settings| settings.zone);
        let eve = Day::from_number(at.day.number() - 1).unwrap_or(at.day);
        let (from, end) = (zone.end_of(eve).micros(), zone.end_of(at.day).micros());
        let number = at.event.entry;
        let usable = move |seen: &Seen| {
            let superseded_by = self.prices.replaced.get(&(seen.number, pair.0));
            seen.number <= number && superseded_by.is_none_or(|by| *by > number)
        };
        let series = self.prices.series(&pair);
        let seen = series.into_iter().flat_map(move |series| series.between(from, end, usable));
        seen.map(move |seen| self.prices.observation(pair, seen))
    }

    /// The same for a book, which may not use what is older than its policy allows.
    ///
    /// # Errors
    /// Refused when there is none, or only one that is too old.
    pub fn price_in(
        &self,
        book: BookId,
        at: &Moment,
        commodity: Commodity,
        currency: Commodity,
    ) -> Result<Observation, Refusal> {
        let observed = self.price_for(at, commodity, currency)?;
        self.fresh(book, at, commodity, &observed)?;
        Ok(observed)
    }

    /// Whether an observation is young enough for a book at an event.
    ///
    /// # Errors
    /// Refused when it is not.
    pub fn fresh(
        &self,
        book: BookId,
        at: &Moment,
        commodity: Commodity,
        observed: &Observation,
    ) -> Result<(), Refusal> {
        let Some(hours) = self.too_old(book, at, (commodity, observed.currency), observed.at)? else {
            return Ok(());
        };
        let (number, effective, at) = (observed.number, at.effective, Effective::At(observed.at));
        Err(Refusal::PriceStale { book, commodity, number, at, effective, hours })
    }

    /// The age in hours that a price of this instant exceeds, if a book's policy sets one.
    ///
    /// # Errors
    /// Refused when there is no such book.
    pub fn too_old(
        &self,
        book: BookId,
        at: &Moment,
        pair: PricePair,
        instant: Instant,
    ) -> Result<Option<u32>, Refusal> {
        let hours = self.book(book)?.price_terms(at.day, pair).and_then(|terms| terms.max_age_hours);
        let age = at.instant.micros().saturating_sub(instant.micros());
        Ok(hours.filter(|hours| age > i64::from(*hours).saturating_mul(MICROS_AN_HOUR)))
    }

    /// The price that an entry observed.
    ///
    /// # Errors
    /// Refused when that entry observed none.
    pub fn observation(&self, number: u64, commodity: Commodity) -> Result<Observation, Refusal> {
        let of_coin = self.prices.series.iter().filter(|((of, _), _)| *of == commodity);
        let mut found = of_coin
            .filter_map(|(pair, series)| Some(self.prices.observation(*pair, series.of_number(number)?)));
        found.next().ok_or(Refusal::UnknownObservation { number, commodity })
    }
}
