//! The public key with which an actor signs: an Ed25519 key in the text form of OpenSSH. Nothing here signs or checks a
//! signature; that is for whoever sees bytes.

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use minicbor::{Decode, Decoder, Encode, Encoder, decode, encode};

use crate::canonical::{Canonical, Reader};
use crate::strict_json::text_form;

/// An Ed25519 public key, `ssh-ed25519 AAAA…` in text.
///
/// Invariant: the text has no comment, for a comment mostly names a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SignerKey([u8; 32]);

/// The kind of key, as it stands before the key in text and again inside of it.
const KIND: &str = "ssh-ed25519";

/// What stands before the 32 bytes of the key: the length of the kind, the kind, the length of the key (RFC 8709 4).
const HEAD: &[u8; 19] = b"\0\0\0\x0bssh-ed25519\0\0\0\x20";

/// Why a text is not such a key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotAKey {
    /// A comment follows the key.
    #[error("the key is followed by a comment: leave it out, for it may name a person")]
    Comment,
    /// A key of another kind.
    #[error("`{0}` is not a kind of key that entries are signed with: it must be ssh-ed25519")]
    OtherKind(String),
    /// Not a key at all.
    #[error("it is not a public key such as `ssh-ed25519 AAAA…`, as the file that ends in .pub has it")]
    Malformed,
}

impl SignerKey {
    /// A key by its bytes.
    #[must_use]
    pub const fn of(bytes: [u8; 32]) -> SignerKey {
        SignerKey(bytes)
    }

    /// The key as SSH writes it on the wire, of which its fingerprint is the hash.
    #[must_use]
    pub fn wire(&self) -> Vec<u8> {
        [HEAD.as_slice(), &self.0].concat()
    }
}

impl std::str::FromStr for SignerKey {
    type Err = NotAKey;
    fn from_str(text: &str) -> Result<SignerKey, NotAKey> {
        let (kind, rest) = text.split_once(' ').ok_or(NotAKey::Malformed)?;
        if kind != KIND {
            return Err(NotAKey::OtherKind(kind.to_owned()));
        }
        if rest.contains(' ') {
            return Err(NotAKey::Comment);
        }
        let wire = STANDARD_NO_PAD.decode(rest).map_err(|_| NotAKey::Malformed)?;
        let key = wire.strip_prefix(HEAD.as_slice()).and_then(|key| key.try_into().ok());
        key.map(SignerKey).ok_or(NotAKey::Malformed)
    }
}

impl std::fmt::Display for SignerKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{KIND} {}", STANDARD_NO_PAD.encode(self.wire()))
    }
}

text_form!(SignerKey, "a public key such as \"ssh-ed25519 AAAA…\", without a comment");

impl<C> Encode<C> for SignerKey {
    fn encode<W: encode::Write>(&self, e: &mut Encoder<W>, _: &mut C) -> Result<(), encode::Error<W::Error>> {
        e.bytes(&self.0)?.ok()
    }
}

impl<'b, C> Decode<'b, C> for SignerKey {
    fn decode(d: &mut Decoder<'b>, _: &mut C) -> Result<SignerKey, decode::Error> {
        let at = d.position();
        d.bytes()?.try_into().map(SignerKey).map_err(|_| decode::Error::message("not a key").at(at))
    }
}

impl Canonical for SignerKey {
    fn read(reader: &mut Reader<'_>) -> Option<SignerKey> {
        reader.bytes()?.try_into().ok().map(SignerKey)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIIqI4910CfGV/VLbLTy6XXLKZwm/HZQSG/N0iAG0D29c";

    #[test]
    fn a_key_is_the_text_that_openssh_writes_less_its_comment() {
        assert_eq!(TEXT.parse::<SignerKey>().unwrap().to_string(), TEXT);
        let refused = |text: &str| text.parse::<SignerKey>().unwrap_err();
        assert_eq!(refused(&format!("{TEXT} alice@example")), NotAKey::Comment);
        assert_eq!(refused("ssh-rsa AAAA"), NotAKey::OtherKind("ssh-rsa".to_owned()));
        for bad in ["", "ssh-ed25519", "ssh-ed25519 AAAA", &TEXT[..TEXT.len() - 1], &format!("{TEXT}=")] {
            assert_eq!(refused(bad), NotAKey::Malformed, "{bad}");
        }
    }
}
