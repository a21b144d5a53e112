//! Issue cost not yet charged: what came when, and how much of it is gone.

use ledger_core::time::Day;

use super::numbers::{self, FINE, Half};

/// Cost of a debt or of capacity, by the day it came.
#[derive(Debug, Clone, Default)]
pub(super) struct Cost {
    came: Vec<Came>,
}

#[derive(Debug, Clone)]
struct Came {
    day: Day,
    amount: i128,
    charged: i128,
}

impl Cost {
    pub(super) fn left(&self) -> i128 {
        self.came.iter().map(|came| came.amount - came.charged).sum()
    }

    pub(super) fn add(&mut self, day: Day, amount: i128) {
        self.came.push(Came { day, amount, charged: 0 });
    }

    /// Each part is charged day by day from the day after it came to the day it matures, by the rounded total.
    pub(super) fn charge(&mut self, through: Day, maturity: Day, digits: u32) {
        for came in &mut self.came {
            let (gone, all) = (through.number() - came.day.number(), maturity.number() - came.day.number());
            if gone >= all {
                came.charged = came.amount;
            } else if gone > 0 {
                came.charged = smallest(came.amount * i128::from(gone), i128::from(all), digits);
            }
        }
    }

    /// A part of the debt goes, and with it that part of what is left. What was charged before is charged as if the
    /// part that goes had never been.
    pub(super) fn release(&mut self, part: i128, whole: i128, digits: u32) {
        if whole == 0 {
            return;
        }
        let (mut left_so_far, mut gone_so_far) = (0, 0);
        for came in &mut self.came {
            let left = came.amount - came.charged;
            left_so_far += left;
            let gone = smallest(left_so_far * part, whole, digits) - gone_so_far;
            gone_so_far += gone;
            came.amount = smallest(came.amount * (whole - part), whole, digits);
            came.charged = came.amount - (left - gone);
        }
    }

    /// Everything left counts from one day on: the latest that any of it came on, or the last charged.
    pub(super) fn start_anew(&mut self, charged_through: Option<Day>) {
        let left = self.left();
        let open = self.came.iter().filter(|came| came.amount != came.charged);
        let day = open.map(|came| came.day).max().max(charged_through);
        self.came = day.map(|day| Came { day, amount: left, charged: 0 }).into_iter().collect();
    }
}

/// A quotient to so many digits, in the model's smallest parts; no matter of a book's policy.
fn smallest(top: i128, bottom: i128, digits: u32) -> i128 {
    let step = numbers::ten_to(FINE - digits);
    numbers::divide(top / step, bottom, Half::Even) * step
}
