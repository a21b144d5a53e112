//! The tables of names. The text of a name is kept once for the life of the program, so that the name itself is a
//! pointer: it costs nothing to copy and one comparison to recognise, and reading one takes no lock.
//!
//! A table is a tree over the bits of a hash. Nothing in it is ever moved or taken away, which is why it grows
//! with the number of different names ever read, not with how often they are read.

use std::hash::{BuildHasher, BuildHasherDefault};
use std::sync::OnceLock;

use rustc_hash::FxHasher;

/// How many ways lead on from a name, and how many bits of its hash choose one.
const WAYS: usize = 4;
const WAY_BITS: u32 = WAYS.trailing_zeros();
const ROOTS: usize = 256;

type Slot = OnceLock<&'static Node>;

/// A text kept for good.
#[derive(Debug)]
pub(crate) struct Name {
    text: Box<str>,
    hash: u64,
}

/// A name in its table, and the ways on from it.
#[derive(Debug)]
struct Node {
    name: Name,
    ways: [Slot; WAYS],
}

impl Name {
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    pub(crate) fn hash(&self) -> u64 {
        self.hash
    }
}

/// All names of one kind.
#[derive(Debug)]
pub(crate) struct Table {
    roots: [Slot; ROOTS],
}

impl Table {
    pub(crate) const fn empty() -> Table {
        Table { roots: [const { OnceLock::new() }; ROOTS] }
    }

    /// The name of this text, if it was kept before.
    #[inline]
    pub(crate) fn find(&self, text: &[u8]) -> Option<&'static Name> {
        self.walk(text, hash_of(text)).ok()
    }

    /// The name of this text, kept from here on.
    pub(crate) fn keep(&self, text: &str) -> &'static Name {
        let hash = hash_of(text.as_bytes());
        loop {
            match self.walk(text.as_bytes(), hash) {
                Ok(name) => return name,
                // Whoever fills the slot first wins; then this text is found, or the way goes on from there.
                Err(slot) => {
                    slot.get_or_init(|| {
                        let name = Name { text: text.into(), hash };
                        Box::leak(Box::new(Node { name, ways: Default::default() }))
                    });
                }
            }
        }
    }

    /// Follows the hash to the text's name, or to the slot where it belongs.
    #[inline]
    fn walk(&self, text: &[u8], hash: u64) -> Result<&'static Name, &Slot> {
        let mut slot = &self.roots[hash as usize % ROOTS];
        let mut bits = hash >> ROOTS.trailing_zeros();
        while let Some(node) = slot.get() {
            if node.name.hash == hash && node.name.text.as_bytes() == text {
                return Ok(&node.name);
            }
            slot = &node.ways[bits as usize % WAYS];
            bits >>= WAY_BITS;
        }
        Err(slot)
    }
}

#[inline]
fn hash_of(text: &[u8]) -> u64 {
    BuildHasherDefault::<FxHasher>::default().hash_one(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_kept_once_and_found_again() {
        static TABLE: Table = Table::empty();
        let texts: Vec<String> = (0..5_000).map(|number| format!("name-{number}")).collect();
        let kept: Vec<_> = texts.iter().map(|text| TABLE.keep(text)).collect();
        for (text, name) in texts.iter().zip(kept) {
            assert_eq!(name.text(), text);
            assert!(std::ptr::eq(TABLE.keep(text), name));
            assert!(std::ptr::eq(TABLE.find(text.as_bytes()).unwrap(), name));
        }
        assert!(TABLE.find(b"another").is_none());
    }

    #[test]
    fn threads_that_keep_a_text_at_once_get_one_name() {
        static TABLE: Table = Table::empty();
        let keep_all = || (0..500).map(|number| TABLE.keep(&number.to_string())).collect::<Vec<_>>();
        let (here, there) = std::thread::scope(|scope| {
            let other = scope.spawn(keep_all);
            (keep_all(), other.join().unwrap())
        });
        assert!(here.iter().zip(there).all(|(one, other)| std::ptr::eq(*one, other)));
    }
}
