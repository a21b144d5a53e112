//! The filter of a sealed segment: a few bits for each id, which say that an id is not there or that it may be.
//!
//! It is a Bloom filter in blocks of 64 bytes, so that a look-up touches one line of the CPU's cache: the id
//! chooses a block and six of its bits. With ten bits an id about one unknown id in a hundred seems to be there.
//!
//! | step | how |
//! |---|---|
//! | `mix(x)` | the finaliser of splitmix64: `x ^= x >> 30`, `x *= 0xbf58476d1ce4e5b9`, `x ^= x >> 27`, `x *= 0x94d049bb133111eb`, `x ^= x >> 31` |
//! | `h` | `mix(a ^ mix(b))`, where a and b are the halves of the id as little-endian integers |
//! | block | `((h >> 32) * blocks) >> 32` |
//! | bits | six times nine bits of `mix(h)`, the lowest first; bit n of a block is bit n % 8 of byte n / 8 |

use crate::bytes::u64_at;
use crate::log::RecordId;

/// The length of a block: one line of the cache.
pub(crate) const BLOCK_BYTES: usize = 64;

const BLOCK_WORDS: usize = BLOCK_BYTES / 8;
const BITS_PER_ID: u64 = 10;
const BITS_SET: u32 = 6;
const BIT_WIDTH: u32 = 9;

/// How many bytes the filter of so many ids has; at least one block.
pub(crate) fn filter_bytes(ids: u64) -> u64 {
    let bits = BLOCK_BYTES as u64 * 8;
    (ids * BITS_PER_ID).div_ceil(bits).max(1) * BLOCK_BYTES as u64
}

/// Spreads every bit of its argument over all bits of the result.
pub(crate) fn mix(x: u64) -> u64 {
    let x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

/// What an id asks of every filter, worked out once for all of them.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Probe {
    spread: u64,
    /// The bits of a block, in words of eight bytes.
    bits: [u64; BLOCK_WORDS],
}

impl Probe {
    pub(crate) fn of(id: &RecordId) -> Self {
        let spread = mix(u64_at(id, 0) ^ mix(u64_at(id, 8)));
        let (drawn, mut bits) = (mix(spread), [0; BLOCK_WORDS]);
        for turn in 0..BITS_SET {
            let bit = (drawn >> (turn * BIT_WIDTH)) as usize % (1 << BIT_WIDTH);
            bits[bit / 64] |= 1 << (bit % 64);
        }
        Self { spread, bits }
    }

    /// Whether the filter has seen the id, perhaps: never false for one that it has seen.
    pub(crate) fn may_be_in(&self, filter: &[u8]) -> bool {
        let begin = self.block(filter.len());
        let (words, _) = filter[begin..begin + BLOCK_BYTES].as_chunks();
        // All words are looked at whatever the first ones say: a branch that cannot be predicted would cost more, and
        // keep the look at the next filter waiting.
        let missing = |(bits, word): (&u64, &[u8; 8])| bits & !u64::from_le_bytes(*word);
        self.bits.iter().zip(words).map(missing).fold(0, |all, missing| all | missing) == 0
    }

    /// Lets the filter see the id.
    pub(crate) fn put_into(&self, filter: &mut [u8]) {
        let begin = self.block(filter.len());
        let (words, _) = filter[begin..begin + BLOCK_BYTES].as_chunks_mut();
        for (bits, word) in self.bits.iter().zip(words) {
            *word = (bits | u64::from_le_bytes(*word)).to_le_bytes();
        }
    }

    fn block(&self, filter_bytes: usize) -> usize {
        let blocks = (filter_bytes / BLOCK_BYTES) as u64;
        (((self.spread >> 32) * blocks) >> 32) as usize * BLOCK_BYTES
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An id as clients draw them, or one that only counts.
    fn id(number: u64, counting: bool) -> RecordId {
        let mut id = [0; 16];
        id[8..].copy_from_slice(&number.to_be_bytes());
        if !counting {
            id[..8].copy_from_slice(&mix(number).to_le_bytes());
        }
        id
    }

    #[test]
    fn every_id_put_in_is_seen_and_about_one_in_a_hundred_others() {
        for counting in [false, true] {
            let mut filter = vec![0; filter_bytes(20_000) as usize];
            (0..20_000).for_each(|number| Probe::of(&id(number, counting)).put_into(&mut filter));
            let seen = |number: &u64| Probe::of(&id(*number, counting)).may_be_in(&filter);
            assert_eq!((0..20_000).filter(seen).count(), 20_000);
            let mistaken = (1_000_000..1_100_000).filter(seen).count();
            assert!((200..2_000).contains(&mistaken), "{mistaken} of 100,000");
        }
    }

    #[test]
    fn a_filter_of_nothing_has_a_block_and_sees_nothing() {
        assert_eq!(filter_bytes(0), 64);
        assert!(!Probe::of(&id(1, true)).may_be_in(&[0; 64]));
    }
}
