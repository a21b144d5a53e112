//! Maps that can take back what was changed since the last commit. A trial of an entry costs what the entry
//! touches, never a copy of the books.
//!
//! [`Tracked`] is for what is read and changed all the time and hardly ever taken away: a key has a slot for good, found
//! by its hash; the order of the keys is kept beside. [`Shrinking`] is for what comes and goes.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::hash::{BuildHasherDefault, Hash};
use std::marker::PhantomData;
use std::ops::RangeBounds;

use rustc_hash::FxHasher;
use serde::de::{Error, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer, ser};

/// So many keys are looked at one after the other, which takes less than hashing one.
const FEW: usize = 8;

/// A map that hardly ever loses a key, whose changes stay revocable until committed.
#[derive(Clone)]
pub struct Tracked<K, V> {
    slots: HashMap<K, usize, BuildHasherDefault<FxHasher>>,
    order: BTreeMap<K, usize>,
    values: Vec<(K, V)>,
    committed: usize,
    before: Vec<(usize, V)>,
    /// Slots whose keys were taken away since the last commit.
    removed: Vec<usize>,
    /// How many slots have lost their key.
    vacant: usize,
}

impl<K: Ord + Hash + Copy, V: Clone> Tracked<K, V> {
    /// The value under a key.
    #[must_use]
    #[inline]
    pub fn get(&self, key: &K) -> Option<&V> {
        self.at(self.slot(key)?)
    }

    /// Whether there is a value under a key.
    #[must_use]
    pub fn contains(&self, key: &K) -> bool {
        self.slot(key).is_some()
    }

    /// Where the value under a key lies.
    #[must_use]
    #[inline]
    pub fn slot(&self, key: &K) -> Option<usize> {
        if self.values.len() <= FEW && self.vacant == 0 {
            return self.values.iter().position(|(there, _)| there == key);
        }
        self.slots.get(key).copied()
    }

    /// The value in a slot.
    #[must_use]
    #[inline]
    pub fn at(&self, slot: usize) -> Option<&V> {
        self.values.get(slot).map(|(_, value)| value)
    }

    /// How many keys it has.
    pub(crate) fn len(&self) -> usize {
        self.values.len()
    }

    /// Puts a value under a key.
    pub fn set(&mut self, key: K, value: V) {
        match self.slot(&key).and_then(|slot| Some((slot, self.values.get_mut(slot)?))) {
            Some((slot, (_, there))) => self.before.push((slot, std::mem::replace(there, value))),
            None => {
                self.add(key, value);
            }
        }
    }

    /// The value under a key, to be changed; one that was not there starts as the default.
    #[inline]
    pub fn change(&mut self, key: K) -> &mut V
    where
        V: Default,
    {
        self.change_in_slot(key).1
    }

    /// The same, and the slot.
    #[inline]
    pub fn change_in_slot(&mut self, key: K) -> (usize, &mut V)
    where
        V: Default,
    {
        let slot = match self.slot(&key) {
            Some(slot) => slot,
            None => self.add(key, V::default()),
        };
        let (_, value) = &mut self.values[slot];
        // A key that is new is taken away whole.
        if slot < self.committed {
            self.before.push((slot, value.clone()));
        }
        (slot, value)
    }

    /// Takes a key away, which costs its slot for good: for what was there by mistake.
    pub fn remove(&mut self, key: &K) {
        if let Some(slot) = self.slots.remove(key) {
            self.order.remove(key);
            self.removed.push(slot);
            self.vacant += 1;
        }
    }

    /// The keys that were added, changed or taken away since the last commit, once each, with what was under them then.
    pub fn changed(&self) -> Vec<(K, Option<&V>)> {
        let touched = self.before.iter().map(|(slot, _)| *slot).chain(self.removed.iter().copied());
        let mut changed: Vec<(K, Option<&V>)> = Vec::new();
        for slot in touched.chain(self.committed..self.values.len()) {
            let Some((key, now)) = self.values.get(slot) else { continue };
            if changed.iter().any(|(known, _)| known == key) {
                continue;
            }
            let first = self.before.iter().find(|(of, _)| *of == slot).map(|(_, before)| before);
            changed.push((*key, first.or(Some(now)).filter(|_| slot < self.committed)));
        }
        changed
    }

    /// The same keys in the same slots with other values; what may still be taken back stays so.
    pub(crate) fn map<W>(&self, mut other: impl FnMut(&V) -> W) -> Tracked<K, W> {
        Tracked {
            slots: self.slots.clone(),
            order: self.order.clone(),
            values: self.values.iter().map(|(key, value)| (*key, other(value))).collect(),
            committed: self.committed,
            before: self.before.iter().map(|(slot, value)| (*slot, other(value))).collect(),
            removed: self.removed.clone(),
            vacant: self.vacant,
        }
    }

    fn add(&mut self, key: K, value: V) -> usize {
        let slot = self.values.len();
        self.slots.insert(key, slot);
        self.order.insert(key, slot);
        self.values.push((key, value));
        slot
    }

    /// The values whose keys lie in a range, in order.
    pub fn range(&self, range: impl RangeBounds<K>) -> impl DoubleEndedIterator<Item = (&K, &V)> {
        self.order.range(range).filter_map(|(key, slot)| Some((key, self.at(*slot)?)))
    }

    /// All values in the order of their keys.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (&K, &V)> {
        self.range(..)
    }

    /// Keeps what was changed.
    #[inline]
    pub fn commit(&mut self) {
        self.before.clear();
        self.removed.clear();
        self.committed = self.values.len();
    }

    /// Takes back what was changed since the last commit, last change first.
    pub fn rollback(&mut self) {
        while let Some((slot, before)) = self.before.pop() {
            if let Some((_, value)) = self.values.get_mut(slot) {
                *value = before;
            }
        }
        for (key, _) in self.values.drain(self.committed..) {
            self.slots.remove(&key);
            self.order.remove(&key);
        }
        self.vacant -= self.removed.len();
        while let Some(slot) = self.removed.pop() {
            if let Some((key, _)) = self.values.get(slot) {
                self.slots.insert(*key, slot);
                self.order.insert(*key, slot);
            }
        }
    }
}

impl<K, V> Default for Tracked<K, V> {
    fn default() -> Tracked<K, V> {
        Tracked {
            slots: HashMap::default(),
            order: BTreeMap::new(),
            values: Vec::new(),
            committed: 0,
            before: Vec::new(),
            removed: Vec::new(),
            vacant: 0,
        }
    }
}

/// The values in order, and how many changes may still be taken back.
impl<K: fmt::Debug + Ord + Hash + Copy, V: fmt::Debug + Clone> fmt::Debug for Tracked<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()?;
        write!(f, " revocable: {:?}", self.before)
    }
}

/// A map whose keys come and go, whose changes stay revocable until committed.
#[derive(Debug, Clone)]
pub struct Shrinking<K, V> {
    map: BTreeMap<K, V>,
    before: Vec<(K, Option<V>)>,
}

impl<K: Ord + Copy, V: Clone> Shrinking<K, V> {
    /// The value under a key.
    #[must_use]
    pub fn get(&self, key: &K) -> Option<&V> {
        self.map.get(key)
    }

    /// Puts a value under a key.
    pub fn set(&mut self, key: K, value: V) {
        let before = self.map.insert(key, value);
        self.before.push((key, before));
    }

    /// Takes the value under a key away and gives it, if there was one.
    pub fn remove(&mut self, key: &K) -> Option<V> {
        let before = self.map.remove(key)?;
        self.before.push((*key, Some(before.clone())));
        Some(before)
    }

    /// Whether it has no keys.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.map.is_empty()
    }

    /// The values whose keys lie in a range, in order.
    pub fn range(&self, range: impl RangeBounds<K>) -> impl DoubleEndedIterator<Item = (&K, &V)> {
        self.map.range(range)
    }

    /// All values in the order of their keys.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (&K, &V)> {
        self.map.iter()
    }

    /// Keeps what was changed.
    pub fn commit(&mut self) {
        self.before.clear();
    }

    /// Takes back what was changed since the last commit, last change first.
    pub fn rollback(&mut self) {
        while let Some((key, before)) = self.before.pop() {
            match before {
                Some(value) => self.map.insert(key, value),
                None => self.map.remove(&key),
            };
        }
    }
}

impl<K, V> Default for Shrinking<K, V> {
    fn default() -> Shrinking<K, V> {
        Shrinking { map: BTreeMap::new(), before: Vec::new() }
    }
}

/// Pairs in the order of their slots, which others may refer to.
impl<K: Serialize + Eq + Hash, V: Serialize> Serialize for Tracked<K, V> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let revocable = !self.before.is_empty() || !self.removed.is_empty();
        if self.committed != self.values.len() || revocable {
            return Err(ser::Error::custom(REVOCABLE));
        }
        if self.vacant == 0 {
            return serializer.collect_seq(&self.values);
        }
        let there = |slot: usize, key: &K| self.slots.get(key) == Some(&slot);
        let kept: Vec<_> = self
            .values
            .iter()
            .enumerate()
            .filter(|(slot, (key, _))| there(*slot, key))
            .map(|(_, pair)| pair)
            .collect();
        serializer.collect_seq(kept)
    }
}

impl<'de, K, V> Deserialize<'de> for Tracked<K, V>
where
    K: Deserialize<'de> + Ord + Hash + Copy,
    V: Deserialize<'de> + Clone,
{
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Tracked<K, V>, D::Error> {
        deserializer.deserialize_seq(Pairs(PhantomData))
    }
}

/// Reads pairs one by one, so that a count that is damaged ends at the first key that stands twice.
struct Pairs<K, V>(PhantomData<(K, V)>);

impl<'de, K, V> Visitor<'de> for Pairs<K, V>
where
    K: Deserialize<'de> + Ord + Hash + Copy,
    V: Deserialize<'de> + Clone,
{
    type Value = Tracked<K, V>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("keys and values")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut pairs: A) -> Result<Tracked<K, V>, A::Error> {
        let mut map = Tracked::default();
        while let Some((key, value)) = pairs.next_element()? {
            if map.contains(&key) {
                return Err(A::Error::custom("a key twice"));
            }
            map.add(key, value);
        }
        map.commit();
        Ok(map)
    }
}

/// Pairs in the order of their keys.
impl<K: Serialize, V: Serialize> Serialize for Shrinking<K, V> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if !self.before.is_empty() {
            return Err(ser::Error::custom(REVOCABLE));
        }
        serializer.collect_seq(&self.map)
    }
}

impl<'de, K, V> Deserialize<'de> for Shrinking<K, V>
where
    K: Deserialize<'de> + Ord,
    V: Deserialize<'de>,
{
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Shrinking<K, V>, D::Error> {
        let pairs = Vec::<(K, V)>::deserialize(deserializer)?;
        if !pairs.is_sorted_by(|(before, _), (after, _)| before < after) {
            return Err(D::Error::custom("keys out of order"));
        }
        Ok(Shrinking { map: pairs.into_iter().collect(), before: Vec::new() })
    }
}

const REVOCABLE: &str = "changes that may still be taken back are not kept";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_committed_can_be_taken_back() {
        let mut map: Tracked<u8, &str> = Tracked::default();
        map.set(3, "kept");
        map.set(1, "kept");
        map.commit();
        map.set(1, "changed");
        *map.change(1) = "again";
        map.set(2, "new");
        *map.change(2) = "newer";
        assert_eq!(map.iter().map(|(key, _)| *key).collect::<Vec<_>>(), [1, 2, 3]);
        map.rollback();
        assert_eq!(map.iter().collect::<Vec<_>>(), [(&1, &"kept"), (&3, &"kept")]);
        assert!(!map.contains(&2));
    }

    #[test]
    fn a_key_taken_away_is_gone_unless_that_is_taken_back() {
        let mut map: Tracked<u8, &str> = Tracked::default();
        map.set(1, "one");
        map.set(2, "two");
        map.commit();
        map.set(1, "changed");
        map.remove(&1);
        map.set(3, "three");
        map.remove(&3);
        map.set(1, "again");
        assert_eq!(map.get(&1), Some(&"again"));
        assert_eq!(map.changed(), [(1, Some(&"one")), (3, None)]);
        map.rollback();
        assert_eq!(map.iter().collect::<Vec<_>>(), [(&1, &"one"), (&2, &"two")]);
        map.remove(&1);
        assert_eq!(map.changed(), [(1, Some(&"one"))]);
        map.commit();
        assert_eq!((map.get(&1), map.get(&2)), (None, Some(&"two")));
        map.set(1, "new");
        map.commit();
        let written = serde_json::to_string(&map).unwrap();
        assert_eq!(written, r#"[[2,"two"],[1,"new"]]"#);
    }

    #[test]
    fn what_went_comes_back_too() {
        let mut map: Shrinking<u8, &str> = Shrinking::default();
        map.set(1, "kept");
        map.commit();
        map.set(1, "changed");
        map.set(2, "new");
        map.remove(&1);
        map.rollback();
        assert_eq!(map.iter().collect::<Vec<_>>(), [(&1, &"kept")]);
    }
}
