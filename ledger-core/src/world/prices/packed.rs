//! Observations as bytes, each as what differs from the one before, in numbers of no more bytes than they need.

use rust_decimal::Decimal;

use crate::money::Price;

/// A price as an entry observed it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::world) struct Seen {
    /// The instant it is the price of, in microseconds.
    pub(in crate::world) at: i64,
    /// The number of the entry that recorded it.
    pub(in crate::world) number: u64,
    /// Of one unit.
    pub(in crate::world) price: Price,
}

impl Seen {
    /// Its place in a series.
    pub(super) fn place(&self) -> (i64, u64) {
        (self.at, self.number)
    }
}

/// Packs observations.
pub(super) fn pack(all: &[Seen]) -> Box<[u8]> {
    let mut out = Vec::with_capacity(16 * all.len());
    let (mut at, mut number) = (0, 0);
    for seen in all {
        put_signed(&mut out, i128::from(seen.at) - i128::from(at));
        put_signed(&mut out, i128::from(seen.number) - i128::from(number));
        let price = seen.price.decimal();
        put(&mut out, price.scale().into());
        put_signed(&mut out, price.mantissa());
        (at, number) = (seen.at, seen.number);
    }
    out.into_boxed_slice()
}

/// Unpacks observations; `None` for bytes that were not packed so.
pub(super) fn unpack(mut bytes: &[u8]) -> Option<Vec<Seen>> {
    let mut all = Vec::new();
    let (mut at, mut number) = (0, 0);
    while !bytes.is_empty() {
        at = i64::try_from(take_signed(&mut bytes)?.checked_add(at.into())?).ok()?;
        number = u64::try_from(take_signed(&mut bytes)?.checked_add(number.into())?).ok()?;
        let scale = u32::try_from(take(&mut bytes)?).ok()?;
        let price = Decimal::try_from_i128_with_scale(take_signed(&mut bytes)?, scale).ok()?;
        all.push(Seen { at, number, price: Price::new(price) });
    }
    Some(all)
}

fn put_signed(out: &mut Vec<u8>, value: i128) {
    // The sign goes to the lowest bit, so that small numbers of either sign are short.
    put(out, (value << 1 ^ value >> 127).cast_unsigned());
}

fn take_signed(bytes: &mut &[u8]) -> Option<i128> {
    let folded = take(bytes)?;
    Some((folded >> 1).cast_signed() ^ -(folded & 1).cast_signed())
}

/// Seven bits a byte, the lowest first; the high bit says that more follow.
fn put(out: &mut Vec<u8>, mut value: u128) {
    while value >= 0x80 {
        let [low, ..] = value.to_le_bytes();
        out.push(low | 0x80);
        value >>= 7;
    }
    let [low, ..] = value.to_le_bytes();
    out.push(low);
}

fn take(bytes: &mut &[u8]) -> Option<u128> {
    let mut value = 0;
    for shift in (0..u128::BITS).step_by(7) {
        let (byte, rest) = bytes.split_first()?;
        *bytes = rest;
        let bits = u128::from(byte & 0x7f);
        let shifted = bits << shift;
        if shifted >> shift != bits {
            return None;
        }
        value |= shifted;
        if byte & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_packed_comes_back() {
        let seen = |at, number, price: &str| Seen { at, number, price: price.parse().unwrap() };
        let all = [
            seen(i64::MIN, u64::MAX, "0"),
            seen(i64::MAX, 0, "79228162514264337593543950335"),
            seen(-1, 7, "0.0000000000000000000000000001"),
            seen(0, 7, "60000.25"),
        ];
        let packed = pack(&all);
        assert_eq!(unpack(&packed).unwrap(), all);
        for end in 1..packed.len() {
            // Cut short, it is fewer observations or none, never others.
            if let Some(some) = unpack(&packed[..end]) {
                assert!(all.starts_with(&some));
            }
        }
        assert_eq!(unpack(&[0x80; 20]), None);
        assert_eq!(unpack(&[0xff; 20]), None);
    }
}
