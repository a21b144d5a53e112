//! The keys of notes in their usual text forms, with the kind of their signatures: of a log over its checkpoint, or of a
//! witness over the time as well.

use std::fmt;
use std::str::FromStr;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use ed25519_dalek::{Signer as _, SigningKey, VerifyingKey};
use sha2::{Digest, Sha256};

/// Ed25519 over the text of a note (C2SP signed-note): the byte before a key, and in its id.
pub(super) const ED25519: u8 = 0x01;

/// Ed25519 over a time and the text of a note (C2SP tlog-cosignature).
pub(super) const COSIGNATURE: u8 = 0x04;

/// What a private key's text begins with.
const PRIVATE: &str = "PRIVATE+KEY+";

/// The four bytes that tell keys of one name apart.
pub type KeyId = [u8; 4];

/// Why a text is not a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// Not the parts of a key, joined by plus signs.
    #[error("a key has a name, eight hex digits and base64, joined by plus signs")]
    Form,
    /// The name is empty or has characters that are not allowed.
    #[error("the name of a key is empty or has spaces, plus signs or control characters")]
    Name,
    /// A key for signatures of another kind, or not one.
    #[error("the key is not one for such signatures: a log's begins with 0x01, a witness's with 0x04")]
    Kind,
    /// The id is not that of this name and key.
    #[error("the eight hex digits are not those of this name and key")]
    Id,
}

/// The public half of a key of a kind: who holds it can check signatures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifierOf<const KIND: u8> {
    pub(super) name: String,
    pub(super) key: VerifyingKey,
}

/// The public half of the key of a log, or of whoever signs for it.
pub type Verifier = VerifierOf<ED25519>;

/// The public half of the key of a witness.
pub type Witness = VerifierOf<COSIGNATURE>;

impl<const KIND: u8> VerifierOf<KIND> {
    /// The name of the key.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether this is another's key, whatever both are called.
    pub fn has_key_of(&self, other: &Self) -> bool {
        self.key == other.key
    }

    /// The id of the key.
    pub fn id(&self) -> KeyId {
        let hash = Sha256::new()
            .chain_update(&self.name)
            .chain_update([b'\n', KIND])
            .chain_update(self.key.as_bytes())
            .finalize();
        [hash[0], hash[1], hash[2], hash[3]]
    }
}

impl<const KIND: u8> fmt::Display for VerifierOf<KIND> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key = BASE64_STANDARD.encode([&[KIND], &self.key.as_bytes()[..]].concat());
        write!(f, "{}+{:08x}+{key}", self.name, u32::from_be_bytes(self.id()))
    }
}

impl<const KIND: u8> FromStr for VerifierOf<KIND> {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        let (name, id, key) = parts(text, KIND)?;
        // A point of small order would pass for the key of more than one signature.
        let key = VerifyingKey::from_bytes(&key).ok().filter(|key| !key.is_weak());
        let verifier = VerifierOf { name: name.to_owned(), key: key.ok_or(KeyError::Kind)? };
        if verifier.id() == id { Ok(verifier) } else { Err(KeyError::Id) }
    }
}

/// Both halves of a key of a kind: who holds it signs.
pub struct SignerOf<const KIND: u8> {
    pub(super) verifier: VerifierOf<KIND>,
    key: SigningKey,
}

/// The key of a log, or of whoever signs for it.
pub type Signer = SignerOf<ED25519>;

/// The key of a witness.
pub type Cosigner = SignerOf<COSIGNATURE>;

impl<const KIND: u8> SignerOf<KIND> {
    /// The key of this name that follows from 32 bytes, which must be drawn at random and told to nobody.
    ///
    /// # Errors
    /// [`KeyError::Name`].
    pub fn from_seed(name: &str, seed: &[u8; 32]) -> Result<Self, KeyError> {
        if !is_name(name) {
            return Err(KeyError::Name);
        }
        let key = SigningKey::from_bytes(seed);
        Ok(Self { verifier: VerifierOf { name: name.to_owned(), key: key.verifying_key() }, key })
    }

    /// The half that others are given.
    pub fn verifier(&self) -> &VerifierOf<KIND> {
        &self.verifier
    }

    /// The signature over a text.
    pub(super) fn over(&self, text: &str) -> [u8; 64] {
        self.key.sign(text.as_bytes()).to_bytes()
    }

    /// The whole key as text, to be kept where nobody else reads it.
    pub fn secret_text(&self) -> String {
        let seed = BASE64_STANDARD.encode([&[KIND], &self.key.as_bytes()[..]].concat());
        let id = u32::from_be_bytes(self.verifier.id());
        format!("{PRIVATE}{}+{id:08x}+{seed}", self.verifier.name)
    }
}

impl<const KIND: u8> fmt::Debug for SignerOf<KIND> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The private half is in no message.
        write!(f, "Signer({})", self.verifier)
    }
}

impl<const KIND: u8> FromStr for SignerOf<KIND> {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        let (name, id, seed) = parts(text.strip_prefix(PRIVATE).ok_or(KeyError::Form)?, KIND)?;
        let signer = SignerOf::from_seed(name, &seed)?;
        if signer.verifier.id() == id { Ok(signer) } else { Err(KeyError::Id) }
    }
}

/// Name, id and the 32 bytes of a key.
fn parts(text: &str, kind: u8) -> Result<(&str, KeyId, [u8; 32]), KeyError> {
    // Base64 has plus signs of its own.
    let [name, id, key] = *text.splitn(3, '+').collect::<Vec<_>>() else { return Err(KeyError::Form) };
    if !is_name(name) {
        return Err(KeyError::Name);
    }
    let hex = id.len() == 8 && id.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    let id = u32::from_str_radix(id, 16).ok().filter(|_| hex).ok_or(KeyError::Form)?;
    let key = BASE64_STANDARD.decode(key).map_err(|_| KeyError::Form)?;
    let Some((_, key)) = key.split_first().filter(|(stated, _)| **stated == kind) else {
        return Err(KeyError::Kind);
    };
    Ok((name, id.to_be_bytes(), key.try_into().map_err(|_| KeyError::Kind)?))
}

pub(super) fn is_name(name: &str) -> bool {
    !name.is_empty() && !name.contains(|c: char| c.is_whitespace() || c.is_control() || c == '+')
}
