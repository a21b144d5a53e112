//! The prices of one coin in one currency, by the instant they are of. There may be a million, so they lie side by side
//! in blocks, 40 bytes each, and one that comes to light later moves no more than its block.

use crate::money::Price;

/// The most observations of a block.
const BLOCK: usize = 256;

/// A price as an entry observed it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Seen {
    /// The instant it is the price of, in microseconds.
    pub(super) at: i64,
    /// The number of the entry that recorded it.
    pub(super) number: u64,
    /// The number of the feed it is of.
    pub(super) feed: u32,
    /// Of one unit.
    pub(super) price: Price,
}

impl Seen {
    fn place(&self) -> (i64, u64) {
        (self.at, self.number)
    }
}

/// Observations in order of instant and number.
#[derive(Clone, Default)]
pub(super) struct Series {
    blocks: Vec<Block>,
}

#[derive(Clone)]
struct Block {
    /// Nothing in it comes before this, and everything in the block before does.
    first: (i64, u64),
    /// Between these lie the numbers of the entries that recorded it.
    least_number: u64,
    most_number: u64,
    seen: Vec<Seen>,
}

impl Block {
    fn of(seen: Vec<Seen>) -> Block {
        let least_number = seen.iter().map(|seen| seen.number).min().unwrap_or(u64::MAX);
        let most_number = seen.iter().map(|seen| seen.number).max().unwrap_or(0);
        let first = seen.first().map_or((i64::MAX, u64::MAX), Seen::place);
        Block { first, least_number, most_number, seen }
    }

    fn insert(&mut self, new: Seen) {
        self.first = self.first.min(new.place());
        self.least_number = self.least_number.min(new.number);
        self.most_number = self.most_number.max(new.number);
        let at = self.seen.partition_point(|seen| seen.place() < new.place());
        self.seen.insert(at, new);
    }
}

impl Series {
    /// Adds an observation.
    pub(super) fn add(&mut self, new: Seen) {
        let at = self.block_of(&new);
        let Some(block) = self.blocks.get_mut(at) else {
            self.blocks.push(Block::of(vec![new]));
            return;
        };
        if block.seen.len() < BLOCK {
            block.insert(new);
        } else if block.seen.last().is_some_and(|last| last.place() < new.place()) {
            self.blocks.insert(at + 1, Block::of(vec![new]));
        } else {
            let rest = block.seen.split_off(BLOCK / 2);
            *block = Block::of(std::mem::take(&mut block.seen));
            self.blocks.insert(at + 1, Block::of(rest));
            self.add(new);
        }
    }

    /// Takes an observation away.
    pub(super) fn remove(&mut self, old: &Seen) {
        let at = self.block_of(old);
        let Some(block) = self.blocks.get_mut(at) else { return };
        block.seen.retain(|seen| seen.place() != old.place());
        if block.seen.is_empty() {
            self.blocks.remove(at);
        }
    }

    /// The latest observation up to an instant that may be used.
    pub(super) fn latest(&self, instant: i64, usable: impl Fn(&Seen) -> bool) -> Option<Seen> {
        let until = self.blocks.partition_point(|block| block.first.0 <= instant);
        self.blocks.get(..until)?.iter().rev().find_map(|block| {
            let until = block.seen.partition_point(|seen| seen.at <= instant);
            block.seen.get(..until)?.iter().rev().find(|seen| usable(seen)).copied()
        })
    }

    /// The observations of a stretch of time, end exclusive, that may be used.
    pub(super) fn between(
        &self,
        from: i64,
        end: i64,
        usable: impl Fn(&Seen) -> bool,
    ) -> impl Iterator<Item = Seen> {
        // Of the blocks that begin before it, only the last may reach into it.
        let first = self.blocks.partition_point(|block| block.first.0 < from).saturating_sub(1);
        let blocks = self.blocks.iter().skip(first).take_while(move |block| block.first.0 < end);
        let within = move |seen: &&Seen| (from..end).contains(&seen.at);
        blocks.flat_map(|block| &block.seen).filter(within).copied().filter(move |seen| usable(seen))
    }

    /// The observation that an entry recorded.
    pub(super) fn of_number(&self, number: u64) -> Option<Seen> {
        let may_hold = |block: &&Block| (block.least_number..=block.most_number).contains(&number);
        let mut seen = self.blocks.iter().filter(may_hold).flat_map(|block| &block.seen);
        seen.find(|seen| seen.number == number).copied()
    }

    /// All observations in order.
    pub(super) fn iter(&self) -> impl Iterator<Item = Seen> {
        self.blocks.iter().flat_map(|block| &block.seen).copied()
    }

    fn block_of(&self, seen: &Seen) -> usize {
        self.blocks.partition_point(|block| block.first <= seen.place()).saturating_sub(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(at: i64, number: u64) -> Seen {
        Seen { at, number, feed: 0, price: format!("{at}.{number}").parse().unwrap() }
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
                let within =
                    list.iter().filter(|seen| (at..at + 400).contains(&seen.at) && seen.number % 3 > 0);
                let between = series.between(at, at + 400, |seen| seen.number % 3 > 0);
                assert!(between.eq(within.copied()), "{step} {at}");
                let number = at.cast_unsigned();
                let recorded = list.iter().find(|seen| seen.number == number);
                assert_eq!(series.of_number(number).as_ref(), recorded, "{step} {at}");
            }
            list.iter().for_each(|seen| series.remove(seen));
            assert!(series.blocks.is_empty());
        }
    }

    #[test]
    fn prices_in_order_fill_their_blocks() {
        let mut series = Series::default();
        (1..=20_000_u64).for_each(|number| series.add(seen(60 * number.cast_signed(), number)));
        let held = |block: &Block| size_of::<Block>() + size_of::<Seen>() * block.seen.capacity();
        let bytes: usize = series.blocks.iter().map(held).sum();
        assert!(bytes / 20_000 <= 41, "{bytes}");
    }
}
