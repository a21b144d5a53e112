//! What a segment without a footer holds, in memory: where its frames begin and which ids its entries have.
//! When the segment is sealed, its footer is made of this.

use std::collections::HashMap;
use std::collections::hash_map::{Entry, RandomState};
use std::hash::{BuildHasher, Hasher};

use crate::filter::mix;
use crate::footer::{BatchPlace, IdRow, sort_rows};
use crate::log::RecordId;

/// The frames and ids of one segment.
#[derive(Debug)]
pub(crate) struct Contents {
    first: u64,
    batches: Vec<BatchPlace>,
    places: HashMap<RecordId, u32, KeyedMix>,
}

impl Contents {
    /// Those of a segment that begins with this number and holds nothing yet.
    pub(crate) fn new(first: u64) -> Self {
        Self { first, batches: Vec::new(), places: HashMap::with_hasher(KeyedMix::default()) }
    }

    /// Adds a frame that follows those already there.
    pub(crate) fn add_batch(&mut self, first: u64, offset: u64) {
        self.batches.push(BatchPlace { first, offset });
    }

    /// Adds an id; gives the number that has it already, if one has, and then changes nothing.
    pub(crate) fn claim(&mut self, id: RecordId, number: u64) -> Result<(), u64> {
        // Entries of a segment are counted in 32 bits: one of a gibibyte holds far fewer.
        let place = (number - self.first) as u32;
        match self.places.entry(id) {
            Entry::Occupied(there) => Err(self.first + u64::from(*there.get())),
            Entry::Vacant(free) => {
                free.insert(place);
                Ok(())
            }
        }
    }

    /// Takes back an id that was claimed for an entry that did not come to be.
    pub(crate) fn release(&mut self, id: &RecordId) {
        self.places.remove(id);
    }

    /// Forgets all entries from this number on.
    pub(crate) fn forget_from(&mut self, number: u64) {
        let place = number - self.first;
        self.places.retain(|_, there| u64::from(*there) < place);
        self.batches.retain(|batch| batch.first < number);
    }

    /// The number of the entry with this id.
    pub(crate) fn number_of(&self, id: &RecordId) -> Option<u64> {
        self.places.get(id).map(|place| self.first + u64::from(*place))
    }

    /// The frame that holds the entry with this number.
    pub(crate) fn batch_of(&self, number: u64) -> Option<BatchPlace> {
        let after = self.batches.partition_point(|batch| batch.first <= number);
        self.batches.get(after.checked_sub(1)?).copied()
    }

    /// The frames in order.
    pub(crate) fn batches(&self) -> &[BatchPlace] {
        &self.batches
    }

    /// The ids, sorted.
    pub(crate) fn rows(&self) -> Vec<IdRow> {
        let mut rows: Vec<IdRow> = self.places.iter().map(|(id, place)| (*id, *place)).collect();
        sort_rows(&mut rows);
        rows
    }
}

/// Hashes ids, with a key drawn at random so that nobody can choose ids that collide.
#[derive(Debug, Clone)]
struct KeyedMix {
    key: u64,
}

impl Default for KeyedMix {
    fn default() -> Self {
        Self { key: RandomState::new().hash_one(0_u8) }
    }
}

impl BuildHasher for KeyedMix {
    type Hasher = Mixer;

    fn build_hasher(&self) -> Mixer {
        Mixer(self.key)
    }
}

#[derive(Debug)]
struct Mixer(u64);

impl Hasher for Mixer {
    fn write(&mut self, bytes: &[u8]) {
        for word in bytes.chunks(8) {
            let mut padded = [0; 8];
            padded[..word.len()].copy_from_slice(word);
            self.0 = mix(self.0 ^ u64::from_le_bytes(padded));
        }
    }

    fn finish(&self) -> u64 {
        self.0
    }
}
