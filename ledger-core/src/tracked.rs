//! A map that can take back what was changed since the last commit. A trial of an entry costs what the entry
//! touches, never a copy of the books.

use std::collections::BTreeMap;
use std::ops::RangeBounds;

/// A map whose changes stay revocable until committed.
#[derive(Debug, Clone)]
pub struct Tracked<K, V> {
    map: BTreeMap<K, V>,
    before: Vec<(K, Option<V>)>,
}

impl<K: Ord + Copy, V: Clone> Tracked<K, V> {
    /// The value under a key.
    #[must_use]
    pub fn get(&self, key: &K) -> Option<&V> {
        self.map.get(key)
    }

    /// Whether there is a value under a key.
    #[must_use]
    pub fn contains(&self, key: &K) -> bool {
        self.map.contains_key(key)
    }

    /// Puts a value under a key.
    pub fn set(&mut self, key: K, value: V) {
        let before = self.map.insert(key, value);
        self.before.push((key, before));
    }

    /// Takes the value under a key away.
    pub fn remove(&mut self, key: &K) {
        if let Some(before) = self.map.remove(key) {
            self.before.push((*key, Some(before)));
        }
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

impl<K, V> Default for Tracked<K, V> {
    fn default() -> Tracked<K, V> {
        Tracked { map: BTreeMap::new(), before: Vec::new() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_committed_can_be_taken_back() {
        let mut map: Tracked<u8, &str> = Tracked::default();
        map.set(1, "kept");
        map.commit();
        map.set(1, "changed");
        map.set(1, "again");
        map.set(2, "new");
        map.remove(&1);
        map.rollback();
        assert_eq!(map.iter().collect::<Vec<_>>(), [(&1, &"kept")]);
    }
}
