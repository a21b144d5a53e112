//! The name of a break, taken from what it is, so that it keeps it from one comparison to the next.

use std::fmt;
use std::str::FromStr;

use minicbor::{Decode, Decoder, Encode, Encoder, decode, encode};
use sha2::{Digest, Sha256};

use super::NotAName;
use crate::canonical::{Canonical, Reader};
use crate::strict_json::text_form;

/// The name of a break between books and statements, or of a suggested match: the first eight bytes of a SHA-256 over what
/// it is, printed as 16 hex digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BreakId([u8; 8]);

impl BreakId {
    /// The name of what these parts say. No two lists of parts are written alike.
    #[must_use]
    pub fn of(parts: &[&str]) -> BreakId {
        let mut hash = Sha256::new();
        for part in parts {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part.as_bytes());
        }
        let digest: [u8; 32] = hash.finalize().into();
        let mut first = [0; 8];
        first.iter_mut().zip(digest).for_each(|(to, byte)| *to = byte);
        BreakId(first)
    }
}

impl fmt::Display for BreakId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{:016x}", u64::from_be_bytes(self.0)))
    }
}

impl FromStr for BreakId {
    type Err = NotAName;
    fn from_str(text: &str) -> Result<BreakId, NotAName> {
        let digits = text.len() == 16 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        let value = u64::from_str_radix(text, 16).ok().filter(|_| digits);
        value.map(|value| BreakId(value.to_be_bytes())).ok_or_else(|| NotAName {
            text: text.to_owned(),
            what: "a break's name",
            rule: "16 digits of 0-9 and a-f".to_owned(),
        })
    }
}

text_form!(BreakId, "a break's name");

impl<C> Encode<C> for BreakId {
    fn encode<W: encode::Write>(&self, e: &mut Encoder<W>, _: &mut C) -> Result<(), encode::Error<W::Error>> {
        e.bytes(&self.0)?.ok()
    }
}

impl<'b, C> Decode<'b, C> for BreakId {
    fn decode(d: &mut Decoder<'b>, _: &mut C) -> Result<BreakId, decode::Error> {
        let at = d.position();
        d.bytes()?.try_into().map(BreakId).map_err(|_| decode::Error::message("not 8 bytes").at(at))
    }
}

impl Canonical for BreakId {
    fn read(reader: &mut Reader<'_>) -> Option<BreakId> {
        reader.bytes()?.try_into().ok().map(BreakId)
    }
}
