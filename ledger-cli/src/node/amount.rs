//! An amount as a node writes it: a JSON number, whose digits are taken as they stand. As a float it would be another amount.

use ledger_core::money::Units;
use serde::de::{Deserialize, Deserializer, Error};
use serde_json::value::RawValue;

/// How many digits a bitcoin has after its point.
const DIGITS: usize = 8;

/// An amount in bitcoin, to the satoshi.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Amount(pub(crate) Units);

impl<'de> Deserialize<'de> for Amount {
    fn deserialize<D: Deserializer<'de>>(reader: D) -> Result<Amount, D::Error> {
        let raw = Box::<RawValue>::deserialize(reader)?;
        exact(raw.get()).map(Amount).map_err(Error::custom)
    }
}

/// The amount of these digits.
fn exact(text: &str) -> Result<Units, String> {
    let told = || format!("`{text}` is no amount in bitcoin, such as 0.00012345");
    let (whole, rest) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    if !digits(whole) || !digits(rest) || rest.len() > DIGITS {
        return Err(told());
    }
    text.parse().map_err(|_| told())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_is_its_digits_and_nothing_else_is_one() {
        // As a 64-bit float the second one would end in 50 after rounding through thousandths, and the third is not exact.
        for (text, units) in [
            ("2.50000000", "2.5"),
            ("20999999.97690000", "20999999.9769"),
            ("0.10000001", "0.10000001"),
            ("3", "3"),
        ] {
            let read: Amount = serde_json::from_str(text).unwrap();
            assert_eq!(read.0, units.parse().unwrap(), "{text}");
        }
        for text in ["1e-8", "\"1.0\"", "0.000000001", "-1.0", "null", "1.", "[1]"] {
            assert!(serde_json::from_str::<Amount>(text).is_err(), "{text}");
        }
    }
}
