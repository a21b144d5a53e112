//! The Merkle tree of RFC 6962 2.1 over a list of leaves: roots, proofs and their verification.
//!
//! The tree of `n` leaves splits at the largest power of two below `n`. A [`Frontier`] keeps the roots of the
//! complete subtrees only, so that an append costs little and needs no old leaf.

use std::ops::Range;

use sha2::{Digest, Sha256};

use crate::log::Hash;

/// The hash of a leaf: SHA-256 over a zero byte and the leaf (RFC 6962 2.1).
pub fn leaf_hash(leaf: &[u8]) -> Hash {
    Sha256::new().chain_update([0]).chain_update(leaf).finalize().into()
}

/// The hash of an inner node: SHA-256 over a one byte and both children (RFC 6962 2.1).
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    Sha256::new().chain_update([1]).chain_update(left).chain_update(right).finalize().into()
}

/// The root of the tree without leaves: SHA-256 of nothing (RFC 6962 2.1).
pub fn empty_root() -> Hash {
    Sha256::digest([]).into()
}

/// The right edge of a growing tree: one root for each complete subtree, the largest first.
///
/// Invariant: it holds as many hashes as the size has one bits.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Frontier {
    size: u64,
    peaks: Vec<Hash>,
}

impl Frontier {
    /// How many leaves the tree has.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The roots of the complete subtrees, the largest first.
    pub fn peaks(&self) -> &[Hash] {
        &self.peaks
    }

    /// The frontier of a tree of this size with these peaks, the largest first; `None` if there cannot be so many.
    pub fn from_peaks(size: u64, peaks: Vec<Hash>) -> Option<Self> {
        (peaks.len() == size.count_ones() as usize).then_some(Self { size, peaks })
    }

    /// Adds a leaf by its hash.
    pub fn push(&mut self, leaf: Hash) {
        self.push_node(leaf, 0);
    }

    /// Adds the leaves of another tree behind those of this one.
    ///
    /// The size so far must be a multiple of the largest complete subtree of the other: only then are its nodes nodes
    /// of this tree as well. Tells whether that was so; if not, nothing is changed.
    pub fn join(&mut self, other: &Frontier) -> bool {
        let largest = other.size.checked_ilog2().unwrap_or(0);
        if self.size.trailing_zeros() < largest && self.size != 0 {
            return false;
        }
        let mut rest = other.size;
        for peak in &other.peaks {
            let height = rest.ilog2();
            self.push_node(*peak, height);
            rest -= 1 << height;
        }
        true
    }

    /// Adds a complete subtree of that height by its root; the size so far is a multiple of its leaves.
    fn push_node(&mut self, root: Hash, height: u32) {
        let mut node = root;
        // Each trailing one bit of the size is a complete subtree as high as the node we carry.
        for _ in 0..(self.size >> height).trailing_ones() {
            if let Some(left) = self.peaks.pop() {
                node = node_hash(&left, &node);
            }
        }
        self.peaks.push(node);
        self.size += 1 << height;
    }

    /// The root over all leaves so far.
    pub fn root(&self) -> Hash {
        let mut peaks = self.peaks.iter().rev();
        match peaks.next() {
            None => empty_root(),
            Some(last) => peaks.fold(*last, |right, left| node_hash(left, &right)),
        }
    }
}

impl Extend<Hash> for Frontier {
    fn extend<T: IntoIterator<Item = Hash>>(&mut self, leaves: T) {
        leaves.into_iter().for_each(|leaf| self.push(leaf));
    }
}

/// The root over these leaf hashes.
pub fn root(leaves: &[Hash]) -> Hash {
    let mut frontier = Frontier::default();
    frontier.extend(leaves.iter().copied());
    frontier.root()
}

/// The largest power of two below `n`, where a tree of `n` leaves splits; `n` is at least 2.
pub(crate) fn split(n: u64) -> u64 {
    1 << (n - 1).ilog2()
}

/// The audit path of the leaf with this index, from the leaf upwards (RFC 6962 2.1.1); `None` if there is no
/// such leaf.
pub fn inclusion_proof(leaves: &[Hash], index: usize) -> Option<Vec<Hash>> {
    Some(roots(leaves, inclusion_path(index as u64, leaves.len() as u64)?))
}

/// The ranges of leaves whose roots are that audit path: for whoever has the roots, but not the leaves.
pub fn inclusion_path(index: u64, size: u64) -> Option<Vec<Range<u64>>> {
    if index >= size {
        return None;
    }
    let (mut rest, mut path) = (0..size, Vec::new());
    while rest.end - rest.start > 1 {
        let middle = rest.start + split(rest.end - rest.start);
        if index < middle {
            path.push(middle..rest.end);
            rest.end = middle;
        } else {
            path.push(rest.start..middle);
            rest.start = middle;
        }
    }
    path.reverse();
    Some(path)
}

/// Whether the path proves that `leaf` has this index in the tree of that size and root (RFC 9162 2.1.3.2).
pub fn inclusion_holds(leaf: &Hash, index: u64, size: u64, root: &Hash, path: &[Hash]) -> bool {
    if index >= size {
        return false;
    }
    let (mut node, mut place, mut last) = (*leaf, index, size - 1);
    for step in path {
        if last == 0 {
            return false;
        }
        if place & 1 == 1 || place == last {
            node = node_hash(step, &node);
            // A node without a right sibling rises until it is a right child itself.
            while place & 1 == 0 && place != 0 {
                place >>= 1;
                last >>= 1;
            }
        } else {
            node = node_hash(&node, step);
        }
        place >>= 1;
        last >>= 1;
    }
    last == 0 && node == *root
}

/// The proof that the tree over all leaves extends the tree over the first `old` (RFC 6962 2.1.2).
///
/// `None` if `old` is zero, for which there is nothing to prove and every proof would do, or more than there
/// are leaves.
pub fn consistency_proof(leaves: &[Hash], old: usize) -> Option<Vec<Hash>> {
    Some(roots(leaves, consistency_path(old as u64, leaves.len() as u64)?))
}

/// The ranges of leaves whose roots are that proof: for whoever has the roots, but not the leaves.
pub fn consistency_path(old: u64, size: u64) -> Option<Vec<Range<u64>>> {
    if old == 0 || old > size {
        return None;
    }
    let (mut rest, mut known, mut path) = (0..size, true, Vec::new());
    while old < rest.end {
        let middle = rest.start + split(rest.end - rest.start);
        if old <= middle {
            path.push(middle..rest.end);
            rest.end = middle;
        } else {
            path.push(rest.start..middle);
            rest.start = middle;
            known = false;
        }
    }
    // The verifier knows the old root itself unless the old tree ends inside a right branch.
    if !known {
        path.push(rest);
    }
    path.reverse();
    Some(path)
}

fn roots(leaves: &[Hash], ranges: Vec<Range<u64>>) -> Vec<Hash> {
    ranges.into_iter().map(|range| root(&leaves[range.start as usize..range.end as usize])).collect()
}

/// Whether the path proves that the tree of size `new` extends the tree of size `old` (RFC 9162 2.1.4.2).
///
/// Refuses `old` zero: a proof from nothing proves nothing.
pub fn consistency_holds(old: u64, old_root: &Hash, new: u64, new_root: &Hash, path: &[Hash]) -> bool {
    if old == 0 || old > new {
        return false;
    }
    if old == new {
        return path.is_empty() && old_root == new_root;
    }
    let mut steps = path.iter();
    let first = if old.is_power_of_two() { Some(old_root) } else { steps.next() };
    let Some(first) = first else { return false };
    let shift = (old - 1).trailing_ones();
    let (mut place, mut last) = ((old - 1) >> shift, (new - 1) >> shift);
    let (mut old_node, mut new_node) = (*first, *first);
    for step in steps {
        if last == 0 {
            return false;
        }
        if place & 1 == 1 || place == last {
            old_node = node_hash(step, &old_node);
            new_node = node_hash(step, &new_node);
            while place & 1 == 0 && place != 0 {
                place >>= 1;
                last >>= 1;
            }
        } else {
            new_node = node_hash(&new_node, step);
        }
        place >>= 1;
        last >>= 1;
    }
    last == 0 && old_node == *old_root && new_node == *new_root
}
