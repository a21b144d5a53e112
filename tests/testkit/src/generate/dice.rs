//! Chance, the same for the same seed on every machine.

use proptest::prelude::Rng;
use proptest::test_runner::{RngAlgorithm, TestRng};

/// A source of choices.
#[derive(Debug, Clone)]
pub(super) struct Dice(TestRng);

impl Dice {
    pub(super) fn of(seed: u64) -> Dice {
        let mut bytes = [0; 32];
        bytes[..8].copy_from_slice(&seed.to_le_bytes());
        Dice(TestRng::from_seed(RngAlgorithm::ChaCha, &bytes))
    }

    /// From `least` to `most`, both included; `least` where there is no room.
    pub(super) fn between(&mut self, least: i128, most: i128) -> i128 {
        let room = (most - least + 1).max(1);
        least + i128::from(self.0.next_u64()) % room
    }

    /// Once in `times`.
    pub(super) fn once_in(&mut self, times: i128) -> bool {
        self.between(1, times) == 1
    }

    pub(super) fn pick<'a, T>(&mut self, choices: &'a [T]) -> &'a T {
        let last = i128::try_from(choices.len()).unwrap() - 1;
        &choices[usize::try_from(self.between(0, last)).unwrap()]
    }

    /// Some or all of what there is, in steps; often a round part, sometimes everything.
    pub(super) fn part_of(&mut self, all: i128, step: i128) -> Option<i128> {
        let part = match self.between(0, 9) {
            0 => all,
            1 => all / 2,
            2 => all / 3,
            _ => {
                let most = all / self.between(2, 6);
                self.between(1, most.max(1))
            }
        };
        let part = part.min(all) / step * step;
        (part > 0).then_some(part)
    }
}
