//! The lots of all positions, each position's side by side in their order: they mostly come at the end and leave at the
//! front, where neither costs a search nor moves another. Changes stay revocable until committed.

use std::collections::VecDeque;
use std::fmt;

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer, ser};

use super::{Lot, LotKey};

/// Room for this many lots is never given back.
const ROOM_KEPT: usize = 64;

/// Lots by the slot of their position and their key.
#[derive(Clone, Default)]
pub(super) struct Pools {
    pools: Vec<Pool>,
    before: Vec<(usize, LotKey, Option<Lot>)>,
}

impl Pools {
    /// The lots in a slot, in order.
    pub(super) fn of(&self, slot: usize) -> impl DoubleEndedIterator<Item = (&LotKey, &Lot)> {
        static NONE: Pool = Pool(VecDeque::new());
        self.pools.get(slot).unwrap_or(&NONE).0.iter().map(|(key, lot)| (key, lot))
    }

    /// The lot under a key.
    pub(super) fn get(&self, slot: usize, key: &LotKey) -> Option<&Lot> {
        self.pools.get(slot)?.get(key)
    }

    /// Takes a lot away.
    pub(super) fn take(&mut self, slot: usize, key: &LotKey) {
        let Some(lot) = self.pools.get_mut(slot).and_then(|pool| pool.take(key)) else { return };
        self.before.push((slot, *key, Some(lot)));
    }

    /// Puts a lot under a key and gives the one that was there.
    pub(super) fn put(&mut self, slot: usize, key: LotKey, lot: Lot) -> Option<Lot> {
        if slot >= self.pools.len() {
            self.pools.resize_with(slot + 1, Pool::default);
        }
        let before = self.pools[slot].put(key, lot);
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
                Some(lot) => pool.put(key, lot),
                None => pool.take(&key),
            };
        }
    }
}

/// The lots of one position, in the order of their keys.
#[derive(Clone, Default)]
struct Pool(VecDeque<(LotKey, Lot)>);

impl Pool {
    fn get(&self, key: &LotKey) -> Option<&Lot> {
        self.0.get(self.place_of(key).ok()?).map(|(_, lot)| lot)
    }

    fn take(&mut self, key: &LotKey) -> Option<Lot> {
        let (_, lot) = self.0.remove(self.place_of(key).ok()?)?;
        if self.0.capacity() > ROOM_KEPT.max(4 * self.0.len()) {
            self.0.shrink_to(2 * self.0.len());
        }
        Some(lot)
    }

    fn put(&mut self, key: LotKey, lot: Lot) -> Option<Lot> {
        match self.place_of(&key) {
            Ok(at) => Some(std::mem::replace(&mut self.0[at].1, lot)),
            Err(at) => {
                self.0.insert(at, (key, lot));
                None
            }
        }
    }

    /// Where the lot of a key is, or belongs. The front and the end are tried first.
    fn place_of(&self, key: &LotKey) -> Result<usize, usize> {
        if self.0.front().is_some_and(|(first, _)| first == key) {
            return Ok(0);
        }
        if self.0.back().is_none_or(|(last, _)| last < key) {
            return Err(self.0.len());
        }
        self.0.binary_search_by(|(there, _)| there.cmp(key))
    }
}

/// The lots in order, and how many changes may still be taken back.
impl fmt::Debug for Pools {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let held = self.pools.iter().enumerate().filter(|(_, pool)| !pool.0.is_empty());
        f.debug_map().entries(held.map(|(slot, pool)| (slot, &pool.0))).finish()?;
        write!(f, " revocable: {:?}", self.before)
    }
}

impl Serialize for Pools {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if !self.before.is_empty() {
            return Err(ser::Error::custom("lots that may still be taken back are not kept"));
        }
        let pools = self.pools.iter().map(|pool| &pool.0);
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
        let pools = pools.into_iter().map(|pool| Pool(pool.into())).collect();
        Ok(Pools { pools, before: Vec::new() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::LotId;
    use crate::money::Units;
    use crate::time::{Day, OrderKey};
    use std::collections::BTreeMap;

    fn lot(place: u64) -> (LotKey, Lot) {
        let birth = LotId { entry: place, event: 0, part: 0 };
        let key =
            LotKey { acquired: Day::FIRST, born: OrderKey::FIRST, birth, arrived: (OrderKey::FIRST, birth) };
        let zero = crate::money::Money::ZERO;
        let units: Units = place.to_string().parse().unwrap();
        (key, Lot { units, cost: zero, carrying: zero, paid: zero, paid_units: units, marks: 0 })
    }

    /// In whatever order lots come and go, a pool holds what a sorted map holds, and so again after a rollback.
    #[test]
    fn a_pool_is_a_sorted_map() {
        for step in [1, 7, 96, 389] {
            let (mut pools, mut map) = (Pools::default(), BTreeMap::new());
            let mut committed = map.clone();
            for turn in 0..2_000_u64 {
                let (key, new) = lot(turn * step % 397);
                if turn % 3 == 2 {
                    assert_eq!(pools.get(1, &key), map.remove(&key).as_ref());
                    pools.take(1, &key);
                } else {
                    assert_eq!(pools.put(1, key, new), map.insert(key, new));
                }
                assert!(pools.of(1).eq(map.iter()), "{step} {turn}");
                if turn % 50 == 49 {
                    pools.rollback();
                    map.clone_from(&committed);
                    assert!(pools.of(1).eq(map.iter()), "{step} {turn}");
                } else if turn % 20 == 19 {
                    pools.commit();
                    committed.clone_from(&map);
                }
            }
        }
    }
}
