//! How an exact quotient becomes an amount. Every rounded figure of the ledger passes through here.

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

use crate::canonical::{Canonical, Reader};

/// The rounding rule of a book.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize, Encode, Decode,
)]
#[serde(rename_all = "snake_case")]
#[cbor(index_only)]
pub enum Rounding {
    /// Half goes to the even neighbour.
    #[default]
    #[n(0)]
    HalfEven,
    /// Half goes away from zero.
    #[n(1)]
    HalfUp,
}

impl Canonical for Rounding {
    fn read(reader: &mut Reader<'_>) -> Option<Rounding> {
        match reader.unsigned()? {
            0 => Some(Rounding::HalfEven),
            1 => Some(Rounding::HalfUp),
            _ => None,
        }
    }
}

impl Rounding {
    /// `numerator / denominator` to the nearest integer. `None` when the denominator is zero or the
    /// quotient does not fit.
    #[must_use]
    pub fn divide(self, numerator: i128, denominator: i128) -> Option<i128> {
        // Most amounts fit half the width, where dividing costs a tenth.
        let (quotient, remainder) = match (i64::try_from(numerator), i64::try_from(denominator)) {
            (Ok(numerator), Ok(denominator)) if denominator > 0 => {
                (i128::from(numerator / denominator), i128::from(numerator % denominator))
            }
            _ => (numerator.checked_div(denominator)?, numerator.checked_rem(denominator)?),
        };
        let remainder = remainder.unsigned_abs();
        let rest = denominator.unsigned_abs() - remainder;
        let away = match remainder.cmp(&rest) {
            std::cmp::Ordering::Less => false,
            std::cmp::Ordering::Greater => true,
            std::cmp::Ordering::Equal => match self {
                Rounding::HalfUp => true,
                Rounding::HalfEven => quotient % 2 != 0,
            },
        };
        let step = if (numerator < 0) == (denominator < 0) { 1 } else { -1 };
        if away { quotient.checked_add(step) } else { Some(quotient) }
    }
}

#[cfg(test)]
mod tests {
    use super::Rounding::{HalfEven, HalfUp};

    #[test]
    fn halves_go_where_the_rule_says() {
        let halves =
            [(5, 2, 3, 2), (3, 2, 2, 2), (-5, 2, -3, -2), (7, -2, -4, -4), (1, 3, 0, 0), (-2, 3, -1, -1)];
        for (numerator, denominator, up, even) in halves {
            assert_eq!(HalfUp.divide(numerator, denominator), Some(up), "{numerator}/{denominator}");
            assert_eq!(HalfEven.divide(numerator, denominator), Some(even), "{numerator}/{denominator}");
        }
        assert_eq!(HalfUp.divide(1, 0), None);
        assert_eq!(HalfUp.divide(i128::MIN, -1), None);
    }
}
