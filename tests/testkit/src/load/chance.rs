//! Chance that costs next to nothing: SplitMix64 (Steele, Lea, Flood 2014), the same on every machine.

#[derive(Debug, Clone)]
pub(super) struct Chance(u64);

const STEP: u64 = 0x9e37_79b9_7f4a_7c15;

/// The number that SplitMix64 makes of a state.
pub(super) fn mixed(state: u64) -> u64 {
    let once = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let twice = (once ^ (once >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    twice ^ (twice >> 31)
}

impl Chance {
    pub(super) fn of(seed: u64) -> Chance {
        Chance(mixed(seed))
    }

    /// From `least` to `most`, both included.
    pub(super) fn between(&mut self, least: i64, most: i64) -> i64 {
        self.0 = self.0.wrapping_add(STEP);
        let room = (most - least + 1).cast_unsigned();
        least + (mixed(self.0) % room).cast_signed()
    }

    /// Once in `times`.
    pub(super) fn once_in(&mut self, times: i64) -> bool {
        self.between(1, times) == 1
    }

    pub(super) fn pick<T: Copy>(&mut self, choices: &[T]) -> T {
        let last = choices.len().cast_signed() as i64 - 1;
        choices[self.between(0, last) as usize]
    }
}
