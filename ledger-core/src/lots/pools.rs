//! The lots of all positions, each position's by themselves, so that the first is found without a search. Changes stay
//! revocable until committed.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer, ser};

use super::{Lot, LotKey};

type Pool = BTreeMap<LotKey, Lot>;

/// Lots by the slot of their position and their key.
#[derive(Clone, Default)]
pub(super) struct Pools {
    pools: Vec<Pool>,
    before: Vec<(usize, LotKey, Option<Lot>)>,
}

impl Pools {
    /// The lots in a slot, in order.
    pub(super) fn of(&self, slot: usize) -> impl DoubleEndedIterator<Item = (&LotKey, &Lot)> {
        static NONE: Pool = Pool::new();
        self.pools.get(slot).unwrap_or(&NONE).iter()
    }

    /// Takes a lot away and gives it.
    pub(super) fn take(&mut self, slot: usize, key: &LotKey) -> Option<Lot> {
        let lot = self.pools.get_mut(slot)?.remove(key)?;
        self.before.push((slot, *key, Some(lot)));
        Some(lot)
    }

    /// Puts a lot under a key and gives the one that was there.
    pub(super) fn put(&mut self, slot: usize, key: LotKey, lot: Lot) -> Option<Lot> {
        if slot >= self.pools.len() {
            self.pools.resize_with(slot + 1, Pool::new);
        }
        let before = self.pools[slot].insert(key, lot);
        self.before.push((slot, key, before));
        before
    }

    /// How many slots have or had lots.
    pub(super) fn slots(&self) -> usize {
        self.pools.len()
    }

    pub(super) fn commit(&mut self) {
        self.before.clear();
    }

    pub(super) fn rollback(&mut self) {
        while let Some((slot, key, before)) = self.before.pop() {
            let Some(pool) = self.pools.get_mut(slot) else { continue };
            match before {
                Some(lot) => pool.insert(key, lot),
                None => pool.remove(&key),
            };
        }
    }
}

/// The lots in order, and how many changes may still be taken back.
impl fmt::Debug for Pools {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let held = self.pools.iter().enumerate().filter(|(_, pool)| !pool.is_empty());
        f.debug_map().entries(held).finish()?;
        write!(f, " revocable: {:?}", self.before)
    }
}

impl Serialize for Pools {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if !self.before.is_empty() {
            return Err(ser::Error::custom("lots that may still be taken back are not kept"));
        }
        let pools = self.pools.iter().map(|pool| pool.iter().collect::<Vec<_>>());
        serializer.collect_seq(pools)
    }
}

impl<'de> Deserialize<'de> for Pools {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Pools, D::Error> {
        let pools = Vec::<Vec<(LotKey, Lot)>>::deserialize(deserializer)?;
        let in_order =
            |pool: &Vec<(LotKey, Lot)>| pool.is_sorted_by(|(before, _), (after, _)| before < after);
        if !pools.iter().all(in_order) {
            return Err(D::Error::custom("lots out of order"));
        }
        let pools = pools.into_iter().map(|pool| pool.into_iter().collect()).collect();
        Ok(Pools { pools, before: Vec::new() })
    }
}
