//! The prices of one coin in one currency, by the instant they are of. They may be very many and are seldom looked at
//! twice, so all but the block used last are packed: about a dozen bytes an observation.

use std::borrow::Cow;

use super::packed::{self, Seen};

/// The most observations of a block.
const BLOCK: usize = 256;

/// Observations in order of instant and number, in blocks.
#[derive(Clone, Default)]
pub(super) struct Series {
    blocks: Vec<Block>,
    /// The block whose content lies open in `seen`; what it has packed is out of date.
    open: usize,
    seen: Vec<Seen>,
}

/// A block, and what is known of its content without unpacking it.
#[derive(Clone)]
struct Block {
    /// Nothing in it comes before this, and everything in the block before does.
    first: (i64, u64),
    least_number: u64,
    most_number: u64,
    packed: Box<[u8]>,
}

impl Block {
    fn of(seen: &[Seen]) -> Block {
        let mut block = Block {
            first: (i64::MAX, u64::MAX),
            least_number: u64::MAX,
            most_number: 0,
            packed: Box::default(),
        };
        seen.iter().for_each(|seen| block.note(seen));
        block
    }

    fn note(&mut self, seen: &Seen) {
        self.first = self.first.min(seen.place());
        self.least_number = self.least_number.min(seen.number);
        self.most_number = self.most_number.max(seen.number);
    }
}

impl Series {
    /// Adds an observation. One that comes after all others costs the same however many there are.
    pub(super) fn add(&mut self, new: Seen) {
        self.open_block_of(&new);
        if self.blocks.is_empty() {
            self.blocks.push(Block::of(&[]));
        }
        if let Some(block) = self.blocks.get_mut(self.open) {
            block.note(&new);
        }
        let at = self.seen.partition_point(|seen| seen.place() < new.place());
        self.seen.insert(at, new);
        if self.seen.len() > BLOCK {
            // What comes after all leaves a full block behind; what comes between halves it.
            self.split_at(if at == BLOCK { BLOCK } else { BLOCK / 2 });
        }
    }

    /// Takes an observation away.
    pub(super) fn remove(&mut self, old: &Seen) {
        self.open_block_of(old);
        self.seen.retain(|seen| seen.place() != old.place());
        if self.seen.is_empty() && self.open < self.blocks.len() {
            self.blocks.remove(self.open);
            self.open = self.open.saturating_sub(1);
            self.seen = self.content(self.open, None).into_owned();
        }
    }

    /// The latest observation up to an instant that may be used.
    pub(super) fn latest(&self, instant: i64, usable: impl Fn(&Seen) -> bool) -> Option<Seen> {
        let blocks = self.blocks.partition_point(|block| block.first.0 <= instant);
        (0..blocks).rev().find_map(|block| {
            let content = self.content(block, Some(self.open));
            let until = content.partition_point(|seen| seen.at <= instant);
            content.get(..until)?.iter().rev().find(|seen| usable(seen)).copied()
        })
    }

    /// The observation that an entry recorded.
    pub(super) fn of_number(&self, number: u64) -> Option<Seen> {
        let may_hold = |block: &Block| (block.least_number..=block.most_number).contains(&number);
        let mut blocks = self.blocks.iter().enumerate().filter(|(_, block)| may_hold(block));
        blocks.find_map(|(at, _)| {
            let content = self.content(at, Some(self.open));
            content.iter().find(|seen| seen.number == number).copied()
        })
    }

    /// All observations in order.
    pub(super) fn iter(&self) -> impl Iterator<Item = Seen> {
        (0..self.blocks.len()).flat_map(|block| self.content(block, Some(self.open)).into_owned())
    }

    fn content(&self, at: usize, open: Option<usize>) -> Cow<'_, [Seen]> {
        match self.blocks.get(at) {
            Some(_) if Some(at) == open => Cow::Borrowed(&self.seen),
            // What is packed was packed here, or tried when it was read.
            Some(block) => Cow::Owned(packed::unpack(&block.packed).unwrap_or_default()),
            None => Cow::Borrowed(&[]),
        }
    }

    fn open_block_of(&mut self, seen: &Seen) {
        let at = self.blocks.partition_point(|block| block.first <= seen.place()).saturating_sub(1);
        if at != self.open {
            self.close();
            self.seen = self.content(at, None).into_owned();
            self.open = at;
        }
    }

    /// Packs the open block.
    fn close(&mut self) {
        if let Some(block) = self.blocks.get_mut(self.open) {
            block.packed = packed::pack(&self.seen);
        }
    }

    /// Leaves the first so many in the open block and opens another for the rest.
    fn split_at(&mut self, at: usize) {
        let rest = self.seen.split_off(at);
        let first = Block { packed: packed::pack(&self.seen), ..Block::of(&self.seen) };
        let both = [first, Block::of(&rest)];
        self.blocks.splice(self.open..=self.open, both);
        self.open += 1;
        self.seen = rest;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::money::Price;

    fn seen(at: i64, number: u64) -> Seen {
        Seen { at, number, price: format!("{at}.{number}").parse::<Price>().unwrap() }
    }

    /// In whatever order they come and go, a series holds what a sorted list holds.
    #[test]
    fn a_series_is_a_sorted_list() {
        for step in [1, 7, 4_999] {
            let (mut series, mut list) = (Series::default(), Vec::new());
            for number in 1..5_000_u64 {
                let new = seen((number * step % 5_000).cast_signed(), number);
                series.add(new);
                list.push(new);
                if number % 11 == 0 {
                    let old = list.remove(number as usize / 2 % list.len());
                    series.remove(&old);
                }
            }
            list.sort_by_key(Seen::place);
            assert_eq!(series.iter().collect::<Vec<_>>(), list, "{step}");
            for at in (0..5_000).step_by(37) {
                let known = list.iter().rev().find(|seen| seen.at <= at && seen.number <= 2_500);
                assert_eq!(series.latest(at, |seen| seen.number <= 2_500).as_ref(), known, "{step} {at}");
                let number = at.cast_unsigned();
                let recorded = list.iter().find(|seen| seen.number == number);
                assert_eq!(series.of_number(number).as_ref(), recorded, "{step} {at}");
            }
            list.iter().for_each(|seen| series.remove(seen));
            assert_eq!(series.iter().count(), 0);
            assert!(series.blocks.is_empty());
        }
    }

    #[test]
    fn a_million_prices_in_order_take_a_dozen_bytes_each() {
        let mut series = Series::default();
        for number in 1..=20_000_u64 {
            let price = format!("{}.25", 60_000 + number % 20_000).parse().unwrap();
            series.add(Seen { at: 60_000_000 * number.cast_signed(), number: 10 * number, price });
        }
        let held: usize = series.blocks.iter().map(|block| size_of::<Block>() + block.packed.len()).sum();
        assert!(held / 20_000 <= 12, "{held}");
    }
}
