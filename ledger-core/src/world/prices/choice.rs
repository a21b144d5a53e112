//! Which observations a book takes. The world has all of them and prefers none; a book says whose serve it, by when a
//! day's price is taken, and how old one may be. Two books may so take two prices for one mark, and both are right.

use super::{Feed, Observation, PricePair};
use crate::ids::{BookId, Commodity};
use crate::money::Price;
use crate::policy::PriceTerms;
use crate::refusal::Refusal;
use crate::time::{Effective, Instant, Zone};
use crate::world::{Moment, World};

const MICROS_AN_HOUR: i64 = 3_600_000_000;

/// What a price is taken for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PriceUse {
    /// An event, which takes the latest by its own time.
    Event,
    /// A day, whose price is that of the book's cut-off: a mark, or income at the day's close.
    Day,
}

impl PriceTerms {
    fn serves(&self, feed: &Feed) -> bool {
        let is = |said: &Option<String>, held: &str| said.as_ref().is_none_or(|said| said == held);
        is(&self.source, feed.source.as_str()) && is(&self.market, feed.market.as_str())
    }

    /// What the terms ask for, in words that follow "takes prices of BTC in USD".
    fn in_words(&self, for_use: PriceUse) -> String {
        let mut words = String::new();
        for (word, said) in [(" from ", &self.source), (" on ", &self.market)] {
            if let Some(said) = said {
                words.push_str(word);
                words.push_str(said);
            }
        }
        if let (PriceUse::Day, Some(cut_off)) = (for_use, self.cut_off) {
            words.push_str(&format!(" by {cut_off}"));
        }
        words
    }
}

/// How a book takes its prices at an event.
struct Choosing<'a> {
    book: BookId,
    terms: Option<&'a PriceTerms>,
    at: &'a Moment,
    for_use: PriceUse,
    /// Nothing observed later serves.
    until: Instant,
}

impl Choosing<'_> {
    fn serves(&self, feed: &Feed) -> bool {
        self.terms.is_none_or(|terms| terms.serves(feed))
    }

    fn asked_for(&self) -> String {
        self.terms.map_or_else(String::new, |terms| terms.in_words(self.for_use))
    }

    fn missing(&self, (commodity, currency): PricePair) -> Refusal {
        let (book, effective, terms) = (self.book, self.at.effective, self.asked_for());
        match terms.is_empty() {
            true => Refusal::PriceMissing { commodity, currency, effective },
            false => Refusal::PriceMissingInBook { book, commodity, currency, terms, effective },
        }
    }

    /// The age in hours that a price of this instant exceeds, if the book sets one.
    fn too_old(&self, instant: Instant) -> Option<u32> {
        let hours = self.terms?.max_age_hours?;
        let age = self.until.micros().saturating_sub(instant.micros());
        (age > i64::from(hours).saturating_mul(MICROS_AN_HOUR)).then_some(hours)
    }

    fn fresh(&self, observed: Observation) -> Result<Observation, Refusal> {
        let Some(hours) = self.too_old(observed.at) else { return Ok(observed) };
        let (book, number, effective) = (self.book, observed.number, self.at.effective);
        let (commodity, at) = (observed.feed.pair.0, Effective::At(observed.at));
        Err(Refusal::PriceStale { book, commodity, number, at, effective, hours })
    }
}

impl World {
    fn choosing<'a>(
        &'a self,
        book: BookId,
        at: &'a Moment,
        pair: PricePair,
        for_use: PriceUse,
    ) -> Result<Choosing<'a>, Refusal> {
        let terms = self.book(book)?.price_terms(at.day, pair);
        let cut_off = match for_use {
            PriceUse::Event => None,
            PriceUse::Day => terms.and_then(|terms| terms.cut_off),
        };
        let zone = self.settings().map_or(Zone::UTC, |settings| settings.zone);
        let until = cut_off.map_or(at.instant, |time| at.instant.min(zone.instant_of(at.day, time)));
        Ok(Choosing { book, terms, at, for_use, until })
    }

    /// The latest price at an event that serves a book.
    ///
    /// # Errors
    /// Refused when there is none, or only one that is too old.
    pub fn price_in(
        &self,
        book: BookId,
        at: &Moment,
        (commodity, currency): PricePair,
        for_use: PriceUse,
    ) -> Result<Observation, Refusal> {
        let pair = (commodity, currency);
        let choosing = self.choosing(book, at, pair, for_use)?;
        let found = self.latest(at.event.entry, choosing.until, pair, |feed| choosing.serves(feed));
        choosing.fresh(found.ok_or_else(|| choosing.missing(pair))?)
    }

    /// The observation that a mark names, for a book that takes it. One that has a cut-off takes the price of that and no
    /// other: a choice among those of a day is what the cut-off is there to end.
    ///
    /// # Errors
    /// Refused when the book takes none of that source, market or time, or the observation is too old.
    pub fn pinned_in(
        &self,
        book: BookId,
        at: &Moment,
        observed: Observation,
    ) -> Result<Observation, Refusal> {
        let (commodity, currency) = observed.feed.pair;
        let choosing = self.choosing(book, at, observed.feed.pair, PriceUse::Day)?;
        let of_cut_off = || match choosing.terms.and_then(|terms| terms.cut_off) {
            Some(_) => {
                let pair = observed.feed.pair;
                let found = self.latest(at.event.entry, choosing.until, pair, |feed| choosing.serves(feed));
                found.is_some_and(|found| found.number == observed.number)
            }
            None => true,
        };
        if !choosing.serves(&observed.feed) || !of_cut_off() {
            let (number, terms) = (observed.number, choosing.asked_for());
            let (publisher, market) = (observed.feed.source.as_str(), observed.feed.market.as_str());
            let seen_at = Effective::At(observed.at);
            return Err(Refusal::PriceNotTaken {
                book,
                commodity,
                currency,
                terms,
                number,
                publisher,
                market,
                seen_at,
            });
        }
        choosing.fresh(observed)
    }

    /// The prices of the event's local day that serve a book, in order of time; for a day's price those up to its cut-off.
    ///
    /// # Errors
    /// Refused when there is none.
    pub fn prices_of_day(
        &self,
        book: BookId,
        at: &Moment,
        pair: PricePair,
        for_use: PriceUse,
    ) -> Result<Vec<Observation>, Refusal> {
        let choosing = self.choosing(book, at, pair, for_use)?;
        let zone = self.settings().map_or(Zone::UTC, |settings| settings.zone);
        // An event earlier that day takes what is known of the whole day; only a cut-off ends it sooner.
        let until = match choosing.terms.and_then(|terms| terms.cut_off) {
            Some(time) if for_use == PriceUse::Day => zone.instant_of(at.day, time),
            Some(_) | None => zone.end_of(at.day),
        };
        let found: Vec<Observation> = self.of_day(at, until, pair, |feed| choosing.serves(feed)).collect();
        if found.is_empty() { Err(choosing.missing(pair)) } else { Ok(found) }
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
        Ok(self.choosing(book, at, pair, PriceUse::Event)?.too_old(instant))
    }

    /// What a coin is worth in a book on a day, if a price serves it that is not too old: the day's own, or that stated by
    /// a mark if it is the later one.
    ///
    /// # Errors
    /// Refused when there is no such book.
    pub fn worth_in(
        &self,
        book: BookId,
        at: &Moment,
        commodity: Commodity,
        currency: Commodity,
    ) -> Result<Option<Price>, Refusal> {
        let pair = (commodity, currency);
        let choosing = self.choosing(book, at, pair, PriceUse::Day)?;
        let found = self.latest(at.event.entry, choosing.until, pair, |feed| choosing.serves(feed));
        let observed = found.map(|found| (found.at, found.price));
        let latest = match (observed, self.mark_prices.get(&commodity).copied()) {
            (Some(observed), Some(marked)) => Some(if observed.0 < marked.0 { marked } else { observed }),
            (observed, marked) => observed.or(marked),
        };
        Ok(latest.filter(|(when, _)| choosing.too_old(*when).is_none()).map(|(_, price)| price))
    }
}
