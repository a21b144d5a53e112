//! What supports an entry: documents by name and hash, never their contents.

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

/// The SHA-256 of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sha256Hex([u8; 32]);

impl Sha256Hex {
    /// A hash as it was computed.
    #[must_use]
    pub fn of(bytes: [u8; 32]) -> Sha256Hex {
        Sha256Hex(bytes)
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
