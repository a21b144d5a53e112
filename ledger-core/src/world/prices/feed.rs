//! Where a price comes from: who published it, on which market. There may be a million prices and there are few of these,
//! so each is named by a number.

use std::collections::HashMap;
use std::fmt;
use std::hash::{BuildHasherDefault, Hash, Hasher};

use rustc_hash::FxHasher;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::PricePair;
use crate::names::{Name, Table};

/// The name of a source or a market, a text kept once.
#[derive(Clone, Copy)]
pub struct Label(&'static Name);

impl Label {
    const TABLE: &'static Table = {
        static TABLE: Table = Table::empty();
        &TABLE
    };

    /// The label of a text.
    #[must_use]
    pub fn of(text: &str) -> Label {
        Label(Label::TABLE.keep(text))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        self.0.text()
    }
}

impl PartialEq for Label {
    fn eq(&self, other: &Label) -> bool {
        std::ptr::eq(self.0, other.0)
    }
}

impl Eq for Label {}

impl Hash for Label {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.0.hash());
    }
}

impl fmt::Debug for Label {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for Label {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Label {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Label, D::Error> {
        String::deserialize(deserializer).map(|text| Label::of(&text))
    }
}

/// Whose prices of what: a coin in a currency, from one source on one market.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Feed {
    /// The coin and the currency.
    pub pair: PricePair,
    /// Who publishes it.
    pub source: Label,
    /// On which market.
    pub market: Label,
}

/// Feeds, each with a number, in the order in which the first price of each came.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Feeds {
    all: Vec<Feed>,
    numbers: HashMap<Feed, u32, BuildHasherDefault<FxHasher>>,
}

impl Feeds {
    /// The number of a feed, a new one if it has none.
    pub(crate) fn number(&mut self, feed: Feed) -> u32 {
        *self.numbers.entry(feed).or_insert_with(|| {
            self.all.push(feed);
            // Each has an entry of its own, and a log of four billion entries is beyond any disk.
            u32::try_from(self.all.len() - 1).unwrap_or(u32::MAX)
        })
    }

    /// The feed of a number.
    pub(crate) fn get(&self, number: u32) -> Option<&Feed> {
        self.all.get(number as usize)
    }

    /// Forgets the feed that came last.
    pub(crate) fn pop(&mut self) {
        if let Some(feed) = self.all.pop() {
            self.numbers.remove(&feed);
        }
    }
}
