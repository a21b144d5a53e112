//! Exact arithmetic on decimals. `rust_decimal` rounds silently when a result outgrows its 96 bits; here
//! that is an [`Overflow`], so that no amount ever loses a digit unseen.

use std::cmp::Ordering;

use rust_decimal::Decimal;

use crate::rounding::Rounding;

/// A result that does not fit: more than 28 digits, or an intermediate product beyond 127 bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the amount has more digits than the ledger can hold exactly")]
pub struct Overflow;

/// Why a text is not a decimal.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotADecimal {
    /// Plus sign, exponent, separator, leading zero, a bare point, or not a number at all.
    #[error(
        "`{0}` is not a plain decimal: digits, at most one point, no separators, exponent, plus sign or leading zeros"
    )]
    Form(String),
    /// More digits than can be held exactly.
    #[error("`{0}` has more than 28 digits")]
    Digits(String),
}

/// Reads a plain decimal: `-?(0|[1-9][0-9]*)(\.[0-9]+)?`.
///
/// # Errors
/// [`NotADecimal`] names the text and what is wrong with it.
pub fn parse(text: &str) -> Result<Decimal, NotADecimal> {
    let form = || NotADecimal::Form(text.to_owned());
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = match digits.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (digits, None),
    };
    let all_digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    if !all_digits(whole) || fraction.is_some_and(|f| !all_digits(f)) {
        return Err(form());
    }
    if whole.len() > 1 && whole.starts_with('0') {
        return Err(form());
    }
    Decimal::from_str_exact(text).map(normal).map_err(|_| NotADecimal::Digits(text.to_owned()))
}

/// The one stored form of a value: trailing zeros stripped, no negative zero.
#[must_use]
pub fn normal(value: Decimal) -> Decimal {
    if value.is_zero() { Decimal::ZERO } else { value.normalize() }
}

/// Digits after the point that the value needs.
#[must_use]
pub fn scale_needed(value: Decimal) -> u32 {
    normal(value).scale()
}

// What adds is inlined wherever it stands: a sum handed back in memory is written in four parts and read as one, for
// which the processor waits longer than for the sum.

/// `a + b`.
///
/// # Errors
/// [`Overflow`] when the sum does not fit exactly.
#[inline(always)]
pub fn add(a: Decimal, b: Decimal) -> Result<Decimal, Overflow> {
    match short_sum(a, b) {
        Some(sum) => Ok(sum),
        None => add_any(a, b),
    }
}

/// The sum, if both mantissas have room to spare in 64 bits, as nearly all have.
#[inline(always)]
fn short_sum(a: Decimal, b: Decimal) -> Option<Decimal> {
    let (left, right) = (short(a)?, short(b)?);
    if a.scale() == b.scale() {
        return of_short(left.checked_add(right)?, a.scale());
    }
    let scale = a.scale().max(b.scale());
    let left = left.checked_mul(short_power_of_ten(scale - a.scale())?)?;
    let right = right.checked_mul(short_power_of_ten(scale - b.scale())?)?;
    of_short(left.checked_add(right)?, scale)
}

#[inline(always)]
fn short_power_of_ten(exponent: u32) -> Option<i64> {
    const POWERS: [i64; 10] =
        [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000];
    POWERS.get(exponent as usize).copied()
}

/// Which of two is larger.
#[inline(always)]
#[must_use]
pub fn compare(a: Decimal, b: Decimal) -> Ordering {
    match (short(a), short(b)) {
        (Some(left), Some(right)) if a.scale() == b.scale() => left.cmp(&right),
        (Some(_), _) | (None, _) => a.cmp(&b),
    }
}

/// `a - b`.
///
/// # Errors
/// [`Overflow`] when the difference does not fit exactly.
#[inline(always)]
pub fn sub(a: Decimal, b: Decimal) -> Result<Decimal, Overflow> {
    add(a, -b)
}

/// The mantissa, if it fits 63 bits.
#[inline(always)]
fn short(value: Decimal) -> Option<i64> {
    let parts = value.unpack();
    let magnitude = i64::from(parts.mid) << 32 | i64::from(parts.lo);
    let signed = if parts.negative { -magnitude } else { magnitude };
    (parts.hi == 0 && parts.mid < 1 << 31).then_some(signed)
}

/// The decimal of a short mantissa, nothing having no scale, if there is one of that scale.
#[inline(always)]
fn of_short(mantissa: i64, scale: u32) -> Option<Decimal> {
    let value = Decimal::try_new(mantissa, scale).ok()?;
    Some(if mantissa == 0 { Decimal::ZERO } else { value })
}

#[cold]
fn add_any(a: Decimal, b: Decimal) -> Result<Decimal, Overflow> {
    let sum = same_scale(a, b).and_then(|(a, b, scale)| exactly(a + b, scale));
    sum.map_or_else(|| add_slowly(a, b), Ok)
}

/// The decimal of a mantissa, nothing having no scale, if it fits.
fn exactly(mantissa: i128, scale: u32) -> Option<Decimal> {
    if mantissa == 0 {
        return Some(Decimal::ZERO);
    }
    Decimal::try_from_i128_with_scale(mantissa, scale).ok()
}

/// Both mantissas at the larger of the two scales, where that costs no digits.
fn same_scale(a: Decimal, b: Decimal) -> Option<(i128, i128, u32)> {
    let (left, right) = (a.mantissa(), b.mantissa());
    match a.scale().cmp(&b.scale()) {
        Ordering::Equal => Some((left, right, a.scale())),
        Ordering::Less => Some((lengthened(left, b.scale() - a.scale())?, right, b.scale())),
        Ordering::Greater => Some((left, lengthened(right, a.scale() - b.scale())?, a.scale())),
    }
}

fn lengthened(mantissa: i128, digits: u32) -> Option<i128> {
    // A sum of two of them has room too.
    const ROOM: i128 = i128::MAX / 2;
    let longer = mantissa.checked_mul(*POWERS_OF_TEN.get(digits as usize)?)?;
    (longer.unsigned_abs() < ROOM.unsigned_abs()).then_some(longer)
}

fn add_slowly(a: Decimal, b: Decimal) -> Result<Decimal, Overflow> {
    let sum = a.checked_add(b).ok_or(Overflow)?;
    let kept = sum.scale() >= a.scale().max(b.scale());
    // A sum of nothing is nothing, never a negative zero.
    if sum.is_zero() {
        return Ok(Decimal::ZERO);
    }
    if kept || a.is_zero() || b.is_zero() { Ok(sum) } else { Err(Overflow) }
}

/// `a * b` with every digit kept.
///
/// # Errors
/// [`Overflow`] when the product has more digits than a decimal holds.
pub fn mul(a: Decimal, b: Decimal) -> Result<Decimal, Overflow> {
    let (a, b) = (normal(a), normal(b));
    let mantissa = a.mantissa().checked_mul(b.mantissa()).ok_or(Overflow)?;
    Decimal::try_from_i128_with_scale(mantissa, a.scale() + b.scale()).map_err(|_| Overflow)
}

/// `a * b` rounded once to `scale` digits after the point.
///
/// # Errors
/// [`Overflow`] when the exact product or the result does not fit.
pub fn mul_round(a: Decimal, b: Decimal, scale: u32, rounding: Rounding) -> Result<Decimal, Overflow> {
    mul_div_round(a, b, Decimal::ONE, scale, rounding)
}

/// `a * b / c` rounded once to `scale` digits after the point.
///
/// # Errors
/// [`Overflow`] when `c` is zero, or an exact intermediate or the result does not fit.
pub fn mul_div_round(
    a: Decimal,
    b: Decimal,
    c: Decimal,
    scale: u32,
    rounding: Rounding,
) -> Result<Decimal, Overflow> {
    if let Some(short) = divided_short(a, b, c, scale, rounding) {
        return Ok(short);
    }
    let as_they_stand = divided(a, b, c, scale, rounding);
    // Zeros at the end change nothing but the room that the product takes.
    as_they_stand.or_else(|Overflow| divided(normal(a), normal(b), normal(c), scale, rounding))
}

/// The same where everything on the way fits 64 bits.
fn divided_short(a: Decimal, b: Decimal, c: Decimal, scale: u32, rounding: Rounding) -> Option<Decimal> {
    let product = short(a)?.checked_mul(short(b)?)?;
    let (up, down) = (scale + c.scale(), a.scale() + b.scale());
    let (numerator, denominator) = if up >= down {
        (product.checked_mul(short_power_of_ten(up - down)?)?, short(c)?)
    } else {
        (product, short(c)?.checked_mul(short_power_of_ten(down - up)?)?)
    };
    let mantissa = rounding.divide(numerator.into(), denominator.into())?;
    of_short(i64::try_from(mantissa).ok()?, scale)
}

fn divided(a: Decimal, b: Decimal, c: Decimal, scale: u32, rounding: Rounding) -> Result<Decimal, Overflow> {
    let product = a.mantissa().checked_mul(b.mantissa()).ok_or(Overflow)?;
    let up = scale + c.scale();
    let down = a.scale() + b.scale();
    let (numerator, denominator) = if up >= down {
        (product.checked_mul(power_of_ten(up - down)?).ok_or(Overflow)?, c.mantissa())
    } else {
        (product, c.mantissa().checked_mul(power_of_ten(down - up)?).ok_or(Overflow)?)
    };
    let mantissa = rounding.divide(numerator, denominator).ok_or(Overflow)?;
    Decimal::try_from_i128_with_scale(mantissa, scale).map_err(|_| Overflow)
}

/// Every power of ten that an `i128` holds.
const POWERS_OF_TEN: [i128; 39] = {
    let mut powers = [1; 39];
    let mut exponent = 1;
    while exponent < powers.len() {
        powers[exponent] = 10 * powers[exponent - 1];
        exponent += 1;
    }
    powers
};

fn power_of_ten(exponent: u32) -> Result<i128, Overflow> {
    POWERS_OF_TEN.get(exponent as usize).copied().ok_or(Overflow)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dec(text: &str) -> Decimal {
        parse(text).unwrap()
    }

    #[test]
    fn only_plain_decimals_are_read() {
        for good in ["0", "-1", "1.10", "305000000.00", "0.00000001"] {
            assert!(parse(good).is_ok(), "{good}");
        }
        for bad in ["", "+1", "1e5", "1,000", "01", ".5", "5.", "1.2.3", "--1", " 1", "NaN", "٣"] {
            assert!(matches!(parse(bad), Err(NotADecimal::Form(_))), "{bad}");
        }
        assert!(matches!(parse("123456789012345678901234567890"), Err(NotADecimal::Digits(_))));
    }

    #[test]
    fn one_value_has_one_stored_form() {
        assert_eq!(dec("1.10").scale(), 1);
        assert_eq!(dec("-0.00").to_string(), "0");
        assert_eq!(add(Decimal::ZERO, -Decimal::ZERO).unwrap().to_string(), "0");
    }

    #[test]
    fn a_sum_that_would_lose_digits_is_an_overflow() {
        let large = dec("9999999999999999999999999999");
        assert_eq!(add(large, dec("0.1")), Err(Overflow));
        assert_eq!(add(dec("0.00"), dec("5")), Ok(dec("5")));
    }

    #[test]
    fn scales_are_made_one_before_anything_is_added() {
        for (a, b, sum) in [
            ("1.10", "2.2", "3.3"),
            ("0.00000001", "305000000", "305000000.00000001"),
            ("-5", "5.00", "0"),
            ("9999999999999999999999999999", "-0.5", "overflow"),
            ("79228162514264337593543950335", "1", "overflow"),
        ] {
            let found = Decimal::from_str_exact(a).and_then(|a| Ok((a, Decimal::from_str_exact(b)?)));
            let (a, b) = found.unwrap();
            let added = add(a, b).map_or("overflow".to_owned(), |sum| normal(sum).to_string());
            assert_eq!(added, sum, "{a} + {b}");
            assert_eq!(add(a, b), add_slowly(a, b), "{a} + {b}");
        }
    }

    #[test]
    fn a_share_is_rounded_once() {
        let third = mul_div_round(dec("100"), dec("1"), dec("3"), 2, Rounding::HalfEven);
        assert_eq!(third, Ok(dec("33.33")));
        assert_eq!(mul_round(dec("0.5"), dec("0.05"), 2, Rounding::HalfEven), Ok(dec("0.02")));
        assert_eq!(mul_round(dec("0.5"), dec("0.05"), 2, Rounding::HalfUp), Ok(dec("0.03")));
        assert_eq!(mul_div_round(dec("1"), dec("1"), dec("0"), 2, Rounding::HalfUp), Err(Overflow));
    }

    #[test]
    fn the_short_way_and_the_long_way_lead_to_the_same() {
        let values = [
            "0",
            "1",
            "-3",
            "0.05",
            "-66210.37",
            "0.00000001",
            "4451.5",
            "305000000.00",
            "9223372036854775807",
        ];
        let mut short_ways = 0;
        for [a, b, c] in values.iter().flat_map(|a| values.iter().flat_map(|b| values.map(|c| [*a, *b, c]))) {
            let (a, b, c) = (dec(a), dec(b), dec(c));
            assert_eq!(compare(a, b), a.cmp(&b), "{a} {b}");
            for (scale, rounding) in [(0, Rounding::HalfUp), (2, Rounding::HalfEven), (8, Rounding::HalfEven)]
            {
                if let Some(short) = divided_short(a, b, c, scale, rounding) {
                    assert_eq!(Ok(short), divided(a, b, c, scale, rounding), "{a} * {b} / {c}");
                    short_ways += 1;
                }
            }
        }
        assert!(short_ways > 500, "{short_ways}");
    }
}
