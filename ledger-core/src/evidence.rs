//! What supports an entry and what it says of persons: documents and texts by hash, never their contents.

use std::ops::Range;

use minicbor::{Decode, Decoder, Encode, Encoder, decode, encode};

use crate::canonical::{Canonical, Reader};
use crate::shape::fact;
use crate::strict_json;

fact! {
    /// A document that supports an entry.
    pub struct Evidence {
        /// What it is.
        #[n(0)] pub name: String,
        /// The SHA-256 of its bytes, in lower-case hex, if it is held.
        #[n(1)] pub sha256: Option<Sha256Hex>,
        /// Where it was found.
        #[n(2)] pub uri: Option<String>,
    }
}

/// What stands before the commitment of a text, wherever an entry refers to one: `text:9f86…`, 69 characters.
pub const TEXT: &str = "text:";

/// The digits of a SHA-256.
const DIGITS: usize = 64;

/// The texts to which words refer, in whatever bytes they stand, each with its place: any free text of an entry may
/// be such a reference or hold some.
pub fn texts_in(bytes: &[u8]) -> impl Iterator<Item = (Range<usize>, Sha256Hex)> + '_ {
    let mut from = 0;
    std::iter::from_fn(move || {
        loop {
            let rest = bytes.get(from..)?;
            let at = from + rest.windows(TEXT.len()).position(|part| part == TEXT.as_bytes())?;
            let digits = at + TEXT.len();
            from = digits;
            let text = bytes.get(digits..digits + DIGITS).and_then(|digits| std::str::from_utf8(digits).ok());
            if let Some(commitment) = text.and_then(|text| text.parse().ok()) {
                from = digits + DIGITS;
                return Some((at..from, commitment));
            }
        }
    })
}

/// The SHA-256 of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sha256Hex([u8; 32]);

impl Sha256Hex {
    /// A hash as it was computed.
    #[must_use]
    pub fn of(bytes: [u8; 32]) -> Sha256Hex {
        Sha256Hex(bytes)
    }

    /// Its 32 bytes.
    #[must_use]
    pub fn bytes(self) -> [u8; 32] {
        self.0
    }
}

impl std::str::FromStr for Sha256Hex {
    type Err = String;
    fn from_str(text: &str) -> Result<Sha256Hex, String> {
        let refused = || format!("`{text}` is not a SHA-256: 64 digits of 0-9 and a-f");
        let plain = text.len() == 64 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        let mut bytes = [0; 32];
        for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks(2)) {
            let digits = std::str::from_utf8(pair).map_err(|_| refused())?;
            *byte = u8::from_str_radix(digits, 16).map_err(|_| refused())?;
        }
        if plain { Ok(Sha256Hex(bytes)) } else { Err(refused()) }
    }
}

impl std::fmt::Display for Sha256Hex {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

strict_json::text_form!(Sha256Hex, "a SHA-256 in hex");

impl<C> Encode<C> for Sha256Hex {
    fn encode<W: encode::Write>(&self, e: &mut Encoder<W>, _: &mut C) -> Result<(), encode::Error<W::Error>> {
        e.bytes(&self.0)?.ok()
    }
}

impl<'b, C> Decode<'b, C> for Sha256Hex {
    fn decode(d: &mut Decoder<'b>, _: &mut C) -> Result<Sha256Hex, decode::Error> {
        let at = d.position();
        d.bytes()?.try_into().map(Sha256Hex).map_err(|_| decode::Error::message("not 32 bytes").at(at))
    }
}

impl Canonical for Sha256Hex {
    fn read(reader: &mut Reader<'_>) -> Option<Sha256Hex> {
        reader.bytes()?.try_into().ok().map(Sha256Hex)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_to_texts_are_found_wherever_they_stand_and_nothing_else_is() {
        let name = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
        let found = |text: &str| -> Vec<(usize, usize)> {
            texts_in(text.as_bytes()).map(|(at, _)| (at.start, at.end)).collect()
        };
        assert_eq!(found(&format!("text:{name}")), [(0, 69)]);
        assert_eq!(found(&format!("for text:{name} and text:{name}, by hand")), [(4, 73), (78, 147)]);
        assert_eq!(found(&format!("text:text:{name}")), [(5, 74)]);
        for other in
            ["text:", "text:9f86", name, &format!("text: {name}"), &format!("text:{}", name.to_uppercase())]
        {
            assert_eq!(found(other), [], "{other}");
        }
        assert_eq!(
            texts_in(format!("text:{name}").as_bytes()).next().map(|(_, of)| of.to_string()),
            Some(name.into())
        );
    }
}
