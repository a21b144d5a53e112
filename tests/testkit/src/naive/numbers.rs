//! The model's own arithmetic: whole numbers of the smallest unit, fractions as a pair, one way to round.
//! Nothing of `ledger_core::exact` or `rounding` is used, so that a fault there cannot hide here.

use rust_decimal::Decimal;

/// Digits after the point of every number of units, whatever the commodity. Enough for BTC, USDT and USD.
pub(super) const FINE: u32 = 8;

/// Which way a half goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Half {
    /// To the even neighbour.
    Even,
    /// Away from zero.
    Up,
}

/// A fraction that is never reduced: a price or a rate.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fraction {
    pub(super) top: i128,
    pub(super) bottom: i128,
}

impl Fraction {
    pub(super) fn of(value: Decimal) -> Fraction {
        Fraction { top: value.mantissa(), bottom: ten_to(value.scale()) }
    }
}

/// What `units` are worth at a price, in cents.
pub(super) fn worth(units: i128, price: Fraction, half: Half) -> i128 {
    divide(units * price.top * 100, ten_to(FINE) * price.bottom, half)
}

/// The part of `amount` that goes with `part` of `whole`. The last part is all that is left.
pub(super) fn part_of(amount: i128, part: i128, whole: i128, half: Half) -> i128 {
    if part == whole { amount } else { divide(amount * part, whole, half) }
}

/// The nearest whole number to `top / bottom`.
pub(super) fn divide(top: i128, bottom: i128, half: Half) -> i128 {
    assert!(bottom > 0, "{top} / {bottom}");
    let size = top.abs();
    let down = size / bottom;
    let twice_the_rest = 2 * (size % bottom);
    let odd = down % 2 == 1;
    let up = twice_the_rest > bottom || (twice_the_rest == bottom && (half == Half::Up || odd));
    let nearest = if up { down + 1 } else { down };
    if top < 0 { -nearest } else { nearest }
}

/// Units in the model's smallest part.
pub(super) fn fine(units: Decimal) -> i128 {
    at_scale(units, FINE)
}

/// Money in cents.
pub(super) fn cents(money: Decimal) -> i128 {
    at_scale(money, 2)
}

/// Units of the ledger's own currency, as money in cents; a currency with more digits than that is rounded.
pub(super) fn fine_to_cents(units: i128, half: Half) -> i128 {
    divide(units, ten_to(FINE - 2), half)
}

pub(super) fn ten_to(power: u32) -> i128 {
    10_i128.pow(power)
}

fn at_scale(value: Decimal, scale: u32) -> i128 {
    let value = value.normalize();
    let missing = scale.checked_sub(value.scale()).expect("finer than the model counts");
    value.mantissa() * ten_to(missing)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_go_where_they_are_sent() {
        for (top, bottom, even, up) in
            [(5, 2, 2, 3), (7, 2, 4, 4), (-5, 2, -2, -3), (1, 3, 0, 0), (-2, 3, -1, -1)]
        {
            assert_eq!(divide(top, bottom, Half::Even), even, "{top}/{bottom}");
            assert_eq!(divide(top, bottom, Half::Up), up, "{top}/{bottom}");
        }
    }
}
