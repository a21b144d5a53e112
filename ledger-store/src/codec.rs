//! The few CBOR heads that an envelope needs, written in the one encoding that is allowed.
//!
//! Writing is by hand because a deterministic head is ten lines and cannot fail; reading is minicbor's.

/// The major types of RFC 8949 3.1 that are in use.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Major {
    Unsigned = 0,
    Negative = 1,
    Bytes = 2,
    Array = 4,
    Map = 5,
}

/// Writes a head: the major type and the shortest form of its argument (RFC 8949 4.2.1).
pub(crate) fn put_head(out: &mut Vec<u8>, major: Major, argument: u64) {
    let major = (major as u8) << 5;
    let bytes = argument.to_be_bytes();
    match argument {
        0..=23 => out.push(major | bytes[7]),
        24..=0xff => out.extend([major | 24, bytes[7]]),
        0x100..=0xffff => {
            out.push(major | 25);
            out.extend(&bytes[6..]);
        }
        0x1_0000..=0xffff_ffff => {
            out.push(major | 26);
            out.extend(&bytes[4..]);
        }
        0x1_0000_0000.. => {
            out.push(major | 27);
            out.extend(bytes);
        }
    }
}

/// Writes a signed integer.
pub(crate) fn put_int(out: &mut Vec<u8>, value: i64) {
    match u64::try_from(value) {
        Ok(unsigned) => put_head(out, Major::Unsigned, unsigned),
        // CBOR writes n below zero as -1 - n, which is the complement of its bits.
        Err(_) => put_head(out, Major::Negative, (!value).cast_unsigned()),
    }
}

/// Writes a byte string.
pub(crate) fn put_bytes(out: &mut Vec<u8>, bytes: &[u8]) {
    put_head(out, Major::Bytes, bytes.len() as u64);
    out.extend_from_slice(bytes);
}

/// How many bytes [`put_head`] writes for this argument.
pub(crate) fn head_bytes(argument: u64) -> usize {
    match argument {
        0..=23 => 1,
        24..=0xff => 2,
        0x100..=0xffff => 3,
        0x1_0000..=0xffff_ffff => 5,
        0x1_0000_0000.. => 9,
    }
}

/// How many bytes [`put_int`] writes for this value.
pub(crate) fn int_bytes(value: i64) -> usize {
    head_bytes(u64::try_from(value).unwrap_or((!value).cast_unsigned()))
}

/// How many bytes [`put_bytes`] writes for a string of this length.
pub(crate) fn string_bytes(length: usize) -> usize {
    head_bytes(length as u64) + length
}
