//! Amounts: money of the ledger's own currency, units of a commodity, prices and rates. Text becomes one
//! of these at the door and stays one; none of them can be built from a float.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;

use minicbor::data::{IanaTag, Int, Tag, Type};
use minicbor::{Decode, Decoder, Encode, Encoder, decode, encode};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::canonical::{Canonical, Reader, canonical_record};
use crate::exact::{self, NotADecimal, Overflow};
use crate::ids::Commodity;
use crate::rounding::Rounding;
use crate::strict_json::text_form_or_parts;

/// Writes a decimal as a CBOR decimal fraction (RFC 8949 3.4.4): tag 4, `[exponent, mantissa]`, exponent
/// at most zero, trailing zeros stripped, so that a value has one form.
fn encode_decimal<W: encode::Write>(
    value: Decimal,
    e: &mut Encoder<W>,
) -> Result<(), encode::Error<W::Error>> {
    let value = exact::normal(value);
    e.tag(IanaTag::Decimal)?.array(2)?.i64(-i64::from(value.scale()))?;
    let mantissa = value.mantissa();
    match Int::try_from(mantissa) {
        Ok(int) => e.int(int)?,
        Err(_) if mantissa > 0 => e.tag(IanaTag::PosBignum)?.bytes(significant(&mantissa.to_be_bytes()))?,
        Err(_) => e.tag(IanaTag::NegBignum)?.bytes(significant(&(-1 - mantissa).to_be_bytes()))?,
    };
    Ok(())
}

fn significant(bytes: &[u8]) -> &[u8] {
    let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
    bytes.get(zeros..).unwrap_or_default()
}

fn thousands_apart(plain: &str) -> String {
    let (whole, fraction) = plain.split_at(plain.find('.').unwrap_or(plain.len()));
    let digits = whole.trim_start_matches('-').len();
    let mut apart = String::new();
    for (at, digit) in whole.chars().enumerate() {
        let left = whole.len() - at;
        if left % 3 == 0 && left < digits {
            apart.push(',');
        }
        apart.push(digit);
    }
    apart + fraction
}

fn decode_decimal(d: &mut Decoder<'_>) -> Result<Decimal, decode::Error> {
    let at = d.position();
    let refuse = |why| decode::Error::message(why).at(at);
    if d.tag()? != Tag::from(IanaTag::Decimal) || d.array()? != Some(2) {
        return Err(refuse("not a decimal fraction"));
    }
    let exponent = d.i64()?;
    let scale = u32::try_from(-i128::from(exponent)).map_err(|_| refuse("exponent above zero"))?;
    let mantissa = if d.datatype()? == Type::Tag { big_mantissa(d)? } else { i128::from(d.int()?) };
    Decimal::try_from_i128_with_scale(mantissa, scale).map_err(|_| refuse("decimal out of range"))
}

fn big_mantissa(d: &mut Decoder<'_>) -> Result<i128, decode::Error> {
    let at = d.position();
    let refuse = |why| decode::Error::message(why).at(at);
    let tag = d.tag()?;
    let bytes = d.bytes()?;
    if bytes.len() > 12 {
        return Err(refuse("mantissa beyond 96 bits"));
    }
    let magnitude = bytes.iter().fold(0_i128, |value, byte| (value << 8) | i128::from(*byte));
    if tag == Tag::from(IanaTag::PosBignum) {
        Ok(magnitude)
    } else if tag == Tag::from(IanaTag::NegBignum) {
        Ok(-1 - magnitude)
    } else {
        Err(refuse("not a bignum"))
    }
}

/// The same in its canonical form; the rare mantissa beyond 64 bits is left to [`decode_decimal`].
fn read_decimal(reader: &mut Reader<'_>) -> Option<Decimal> {
    const DECIMAL_FRACTION: u8 = 0xc4;
    if !reader.next_is(DECIMAL_FRACTION) || reader.list()? != 2 {
        return None;
    }
    let scale = u32::try_from(-reader.integer()?).ok()?;
    let mantissa = reader.integer()?;
    let has_zeros_to_strip = scale > 0 && u64::try_from(mantissa.unsigned_abs()).ok()? % 10 == 0;
    if has_zeros_to_strip { None } else { Decimal::try_from_i128_with_scale(mantissa, scale).ok() }
}

macro_rules! decimal_type {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, Default)]
        pub struct $name(Decimal);

        impl PartialEq for $name {
            #[inline]
            fn eq(&self, other: &$name) -> bool {
                self.cmp(other) == Ordering::Equal
            }
        }

        impl Eq for $name {}

        impl PartialOrd for $name {
            #[inline]
            fn partial_cmp(&self, other: &$name) -> Option<Ordering> {
                Some(self.cmp(other))
            }
        }

        impl Ord for $name {
            #[inline]
            fn cmp(&self, other: &$name) -> Ordering {
                exact::compare(self.0, other.0)
            }
        }

        impl Hash for $name {
            fn hash<H: Hasher>(&self, state: &mut H) {
                self.0.hash(state);
            }
        }

        impl $name {
            /// Nothing.
            pub const ZERO: $name = $name(Decimal::ZERO);

            /// The value of an exact decimal.
            #[must_use]
            pub fn new(value: Decimal) -> $name {
                $name(value)
            }

            /// The decimal inside, for arithmetic in [`exact`].
            #[must_use]
            pub fn decimal(self) -> Decimal {
                self.0
            }

            /// Whether it is nothing.
            #[must_use]
            pub fn is_zero(self) -> bool {
                self.0.is_zero()
            }

            /// Whether it is below nothing.
            #[must_use]
            pub fn is_negative(self) -> bool {
                !self.0.is_zero() && self.0.is_sign_negative()
            }

            /// Whether it is above nothing.
            #[must_use]
            pub fn is_positive(self) -> bool {
                !self.0.is_zero() && self.0.is_sign_positive()
            }
        }

        impl FromStr for $name {
            type Err = NotADecimal;
            fn from_str(text: &str) -> Result<$name, NotADecimal> {
                exact::parse(text).map($name)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                let value = exact::normal(self.0);
                let text = match f.precision() {
                    Some(digits) => format!("{value:.digits$}"),
                    None => value.to_string(),
                };
                // The alternate form is for people: thousands apart.
                f.write_str(&if f.alternate() { thousands_apart(&text) } else { text })
            }
        }

        text_form_or_parts!($name, "an amount as a string, such as \"4451.5\"", (i128, u32));

        impl $name {
            fn to_parts(self) -> (i128, u32) {
                (self.0.mantissa(), self.0.scale())
            }

            fn of_parts((mantissa, scale): (i128, u32)) -> Option<$name> {
                Decimal::try_from_i128_with_scale(mantissa, scale).ok().map($name)
            }
        }

        impl<C> Encode<C> for $name {
            fn encode<W: encode::Write>(&self, e: &mut Encoder<W>, _: &mut C) -> Result<(), encode::Error<W::Error>> {
                encode_decimal(self.0, e)
            }
        }

        impl<'b, C> Decode<'b, C> for $name {
            fn decode(d: &mut Decoder<'b>, _: &mut C) -> Result<$name, decode::Error> {
                decode_decimal(d).map($name)
            }
        }

        impl Canonical for $name {
            #[inline]
            fn read(reader: &mut Reader<'_>) -> Option<$name> {
                read_decimal(reader).map($name)
            }
        }
    };
}

macro_rules! additive {
    ($name:ident) => {
        impl $name {
            /// The sum.
            ///
            /// # Errors
            /// [`Overflow`] when it does not fit exactly.
            #[inline(always)]
            pub fn plus(self, other: $name) -> Result<$name, Overflow> {
                exact::add(self.0, other.0).map($name)
            }

            /// The difference.
            ///
            /// # Errors
            /// [`Overflow`] when it does not fit exactly.
            #[inline(always)]
            pub fn minus(self, other: $name) -> Result<$name, Overflow> {
                exact::sub(self.0, other.0).map($name)
            }

            /// The same with the other sign.
            #[must_use]
            #[inline(always)]
            pub fn negated(self) -> $name {
                if self.0.is_zero() { self } else { $name(-self.0) }
            }

            /// The size without its sign.
            #[must_use]
            pub fn abs(self) -> $name {
                $name(self.0.abs())
            }

            /// The sum of all.
            ///
            /// # Errors
            /// [`Overflow`] when it does not fit exactly.
            pub fn sum(all: impl IntoIterator<Item = $name>) -> Result<$name, Overflow> {
                all.into_iter().try_fold($name::ZERO, $name::plus)
            }

            /// The part of this amount that goes with `part` of `whole`: rounded once; all of it when
            /// nothing is left behind, so that nothing drifts.
            ///
            /// # Errors
            /// [`Overflow`] when `whole` is zero or an intermediate does not fit.
            pub fn share(
                self,
                part: Units,
                whole: Units,
                scale: u32,
                rounding: Rounding,
            ) -> Result<$name, Overflow> {
                if part == whole {
                    return Ok(self);
                }
                exact::mul_div_round(self.0, part.0, whole.0, scale, rounding).map($name)
            }
        }
    };
}

decimal_type! {
    /// An amount of the ledger's own currency. Debits are positive, credits negative.
    ///
    /// Invariant: no finer than the currency's minor unit; the door refuses finer text and every
    /// product is rounded to it.
    Money
}
decimal_type! {
    /// A number of units of a commodity: bitcoin, a stablecoin, or a currency other than the ledger's.
    ///
    /// Invariant: no finer than the commodity's scale (BTC 8, USDT 6, USD 2), checked at the door.
    Units
}
decimal_type! {
    /// The price of one unit, as finely as it was quoted.
    Price
}
decimal_type! {
    /// A fraction of one: a yearly interest rate, a haircut, a loan-to-value threshold.
    Rate
}
additive!(Money);
additive!(Units);

impl Price {
    /// What `units` are worth at this price, rounded once.
    ///
    /// # Errors
    /// [`Overflow`] when the product does not fit.
    pub fn value_of(self, units: Units, scale: u32, rounding: Rounding) -> Result<Money, Overflow> {
        exact::mul_round(self.0, units.0, scale, rounding).map(Money)
    }
}

/// An amount of a named currency, as the outside world states it: `{"amount":"305000000.00","currency":"USDT"}`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[serde(deny_unknown_fields)]
#[cbor(map)]
pub struct Amount {
    /// How much.
    #[n(0)]
    pub amount: Units,
    /// Of what.
    #[n(1)]
    pub currency: Commodity,
}

canonical_record!(Amount {
    0 amount,
    1 currency,
});

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.amount, self.currency)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hex(bytes: &[u8]) -> String {
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    #[test]
    fn a_decimal_has_one_encoding_and_comes_back() {
        let cases = [
            ("0", "c4820000"),
            ("1.10", "c482200b"),
            ("1.1", "c482200b"),
            ("-5", "c4820024"),
            ("18446744073709551615", "c482001bffffffffffffffff"),
            ("18446744073709551616", "c48200c249010000000000000000"),
            ("-18446744073709551615", "c482003bfffffffffffffffe"),
            ("-18446744073709551617", "c48200c349010000000000000000"),
        ];
        for (text, expected) in cases {
            let value: Money = text.parse().unwrap();
            let bytes = minicbor::to_vec(value).unwrap();
            assert_eq!(hex(&bytes), expected, "{text}");
            assert_eq!(minicbor::decode::<Money>(&bytes).unwrap(), value, "{text}");
        }
    }

    #[test]
    fn the_form_for_people_has_thousands_apart() {
        for (plain, apart) in
            [("4451", "4,451"), ("-305000000.5", "-305,000,000.5"), ("-999", "-999"), ("0.12345", "0.12345")]
        {
            assert_eq!(format!("{:#}", plain.parse::<Units>().unwrap()), apart);
        }
        assert_eq!(format!("{:#.2}", "1234".parse::<Money>().unwrap()), "1,234.00");
    }

    #[test]
    fn the_last_part_takes_the_rest() {
        let cost: Money = "100.00".parse().unwrap();
        let three: Units = "3".parse().unwrap();
        let one: Units = "1".parse().unwrap();
        assert_eq!(cost.share(one, three, 2, Rounding::HalfEven).unwrap().to_string(), "33.33");
        assert_eq!(cost.share(three, three, 2, Rounding::HalfEven).unwrap(), cost);
    }
}
