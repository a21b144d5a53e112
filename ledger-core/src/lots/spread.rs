//! Giving an amount out over units to the last cent.

use crate::exact::Overflow;
use crate::money::{Money, Units};
use crate::rounding::Rounding;

/// How amounts of a book are rounded: digits after the point, and the rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Precision {
    /// Digits after the point of the functional currency.
    pub scale: u32,
    /// The rule.
    pub rounding: Rounding,
}

/// Gives an amount out in proportion to units, each share the difference of two rounded totals, so that the
/// shares add up and none is negative.
#[derive(Debug)]
pub struct Spread {
    amount: Money,
    over: Units,
    precision: Precision,
    units_so_far: Units,
    given_so_far: Money,
}

impl Spread {
    /// Starts giving out `amount` over units that will add up to `over`.
    #[must_use]
    pub fn new(amount: Money, over: Units, precision: Precision) -> Spread {
        Spread { amount, over, precision, units_so_far: Units::ZERO, given_so_far: Money::ZERO }
    }

    /// The share of the next `units`.
    ///
    /// # Errors
    /// [`Overflow`] when an amount does not fit.
    pub fn next(&mut self, units: Units) -> Result<Money, Overflow> {
        self.units_so_far = self.units_so_far.plus(units)?;
        let total =
            self.amount.share(self.units_so_far, self.over, self.precision.scale, self.precision.rounding)?;
        let share = total.minus(self.given_so_far)?;
        self.given_so_far = total;
        Ok(share)
    }
}
