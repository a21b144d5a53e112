//! Blocks by the day. Their own times are up to two hours off and not in order; the median of eleven never goes back, and
//! leads to the neighbourhood in which times are compared one by one.

use ledger_core::time::Instant;

use crate::diagnostic::Failure;
use crate::node::{Client, Header};

/// How many blocks before the first whose median is late enough may themselves be late enough: a day's worth, for a block is
/// at most two hours ahead.
const AROUND: u64 = 144;

/// The blocks of a chain up to one of them.
pub(super) struct Blocks<'a> {
    pub(super) node: &'a Client,
    pub(super) tip: u64,
}

/// When a block was made, as it says itself.
pub(super) fn time(header: &Header) -> Instant {
    micros(header.time)
}

fn micros(seconds: u32) -> Instant {
    Instant::from_micros(i64::from(seconds).saturating_mul(1_000_000))
}

/// A refusal of what a node cannot mean.
pub(super) fn contradiction(why: impl std::fmt::Display) -> Failure {
    Failure::refused("NODE_CONTRADICTS_ITSELF", format!("the node contradicts itself: {why}"))
}

impl Blocks<'_> {
    /// What blocks say of themselves, by height.
    pub(super) fn headers(&self, heights: &[u64]) -> Result<Vec<Header>, Failure> {
        let hashes = self.node.hashes(heights.iter().copied())?;
        let headers = self.node.headers(&hashes)?;
        let asked = heights.iter().zip(&hashes).zip(&headers);
        for ((height, hash), header) in asked {
            if (header.height, &header.hash) != (*height, hash) {
                let (said, other) = (header.height, header.hash);
                return Err(contradiction(format!(
                    "block {height} is {hash}, and says of itself {said} and {other}"
                )));
            }
        }
        Ok(headers)
    }

    /// The first block made at a time or later, if there is one.
    pub(super) fn first_from(&self, at: Instant) -> Result<Option<u64>, Failure> {
        let (mut low, mut high) = (0, self.tip + 1);
        while low < high {
            let middle = low + (high - low) / 2;
            let header = self.headers(&[middle])?.pop();
            if header.is_some_and(|header| micros(header.mediantime) >= at) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        let near: Vec<u64> = (low.saturating_sub(AROUND)..=low.min(self.tip)).collect();
        Ok(self.headers(&near)?.iter().find(|header| time(header) >= at).map(|header| header.height))
    }
}
