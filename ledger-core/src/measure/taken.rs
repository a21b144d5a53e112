//! The prices that a measurement takes, noted where it takes them, so that a figure can name them afterwards without
//! anybody choosing a price again.

use std::cell::RefCell;

use smallvec::SmallVec;

use crate::money::Price;
use crate::world::Observation;

/// A price that an event was measured at in a book.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PriceTaken {
    /// One that somebody observed.
    Observed(Observation),
    /// One that the event itself states.
    Stated(Price),
}

/// The prices of one measurement, each once, in the order in which they were taken.
#[derive(Debug, Default)]
pub struct Taken(RefCell<SmallVec<[PriceTaken; 1]>>);

impl Taken {
    /// Notes a price.
    pub(super) fn note(&self, price: PriceTaken) {
        let mut taken = self.0.borrow_mut();
        if !taken.contains(&price) {
            taken.push(price);
        }
    }

    /// What was taken.
    #[must_use]
    pub fn into_prices(self) -> Vec<PriceTaken> {
        self.0.into_inner().into_vec()
    }
}
