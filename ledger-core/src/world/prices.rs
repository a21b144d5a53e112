//! Prices as observed. An event may use only what was recorded before it, so a price that comes to light
//! later never changes silently what is already in the books.

mod choice;
mod feed;
mod series;

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Moment, World};
use crate::event::books::PriceObserved;
use crate::ids::Commodity;
use crate::money::Price;
use crate::refusal::Refusal;
use crate::time::{Day, Instant, Zone};
use crate::tracked::Tracked;
pub use choice::PriceUse;
pub use feed::{Feed, Feeds, Label};
use series::{Seen, Series};

/// A price somebody published.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Observation {
    /// The number of the entry that recorded it.
    pub number: u64,
    /// The instant it is the price of.
    pub at: Instant,
    /// Of one unit.
    pub price: Price,
    /// Of what, in which currency, by whom and on which market.
    pub feed: Feed,
    /// The number of the entry that replaced it, if one did.
    pub superseded_by: Option<u64>,
}

/// A coin and the currency of its price.
pub type PricePair = (Commodity, Commodity);

/// What an entry says of a price of a feed, for whoever asks which one held.
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

    /// Whose price it is.
    #[must_use]
    pub fn feed(&self) -> Feed {
        Feed { pair: self.pair(), source: Label::of(&self.source), market: Label::of(&self.market) }
    }
}

#[derive(Clone, Default)]
pub(super) struct Prices {
    /// In the order in which the first of each came.
    series: Vec<(PricePair, Series)>,
    feeds: Feeds,
    /// What was added since the last commit.
    added: Vec<(PricePair, Seen)>,
    /// By the entry of the replaced observation and its coin: the entry that replaced it.
    replaced: Tracked<(u64, Commodity), u64>,
}

impl Prices {
    pub(super) fn observe(&mut self, feed: Feed, all: &[Observed]) {
        let pair = feed.pair;
        let feed = self.feeds.number(feed);
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
            let seen = Seen { at: at.micros(), number, feed, price };
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

    fn observation(&self, seen: Seen) -> Option<Observation> {
        let feed = *self.feeds.get(seen.feed)?;
        let superseded_by = self.replaced.get(&(seen.number, feed.pair.0)).copied();
        let (number, at, price) = (seen.number, Instant::from_micros(seen.at), seen.price);
        Some(Observation { number, at, price, feed, superseded_by })
    }
}

/// The observations in order, and how many changes may still be taken back.
impl fmt::Debug for Prices {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let all = self
            .series
            .iter()
            .flat_map(|(pair, series)| series.iter().map(|seen| (pair.0, self.observation(seen))));
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
        let latest = self.latest(at.event.entry, at.instant, (commodity, currency), |_| true);
        latest.ok_or_else(|| Refusal::PriceMissing { commodity, currency, effective: at.effective })
    }

    /// The latest price up to an instant of a feed that serves, as known when an entry was recorded.
    fn latest(
        &self,
        entry: u64,
        until: Instant,
        pair: PricePair,
        serves: impl Fn(&Feed) -> bool,
    ) -> Option<Observation> {
        let usable = |seen: &Seen| self.known_then(entry, pair, seen) && self.of_feed(seen, &serves);
        let seen = self.prices.series(&pair)?.latest(until.micros(), usable)?;
        self.prices.observation(seen)
    }

    /// The observations of the event's local day up to an instant, in order of time, of feeds that serve, recorded before
    /// the event and not replaced by then.
    fn of_day(
        &self,
        at: &Moment,
        until: Instant,
        pair: PricePair,
        serves: impl Fn(&Feed) -> bool,
    ) -> impl Iterator<Item = Observation> {
        let zone = self.settings().map_or(Zone::UTC, |settings| settings.zone);
        let eve = Day::from_number(at.day.number() - 1).unwrap_or(at.day);
        let (from, end) = (zone.end_of(eve).micros(), zone.end_of(at.day).micros());
        let end = end.min(until.micros().saturating_add(1));
        let number = at.event.entry;
        let usable = move |seen: &Seen| self.known_then(number, pair, seen) && self.of_feed(seen, &serves);
        let series = self.prices.series(&pair);
        let seen =
            series.into_iter().flat_map(move |series| series.between(from, end, &usable).collect::<Vec<_>>());
        seen.filter_map(|seen| self.prices.observation(seen))
    }

    fn known_then(&self, entry: u64, pair: PricePair, seen: &Seen) -> bool {
        let superseded_by = || self.prices.replaced.get(&(seen.number, pair.0));
        seen.number <= entry && superseded_by().is_none_or(|by| *by > entry)
    }

    fn of_feed(&self, seen: &Seen, serves: &impl Fn(&Feed) -> bool) -> bool {
        self.prices.feeds.get(seen.feed).is_some_and(serves)
    }

    /// The price that an entry observed.
    ///
    /// # Errors
    /// Refused when that entry observed none.
    pub fn observation(&self, number: u64, commodity: Commodity) -> Result<Observation, Refusal> {
        let of_coin = self.prices.series.iter().filter(|((of, _), _)| *of == commodity);
        let mut found = of_coin.filter_map(|(_, series)| self.prices.observation(series.of_number(number)?));
        found.next().ok_or(Refusal::UnknownObservation { number, commodity })
    }
}
