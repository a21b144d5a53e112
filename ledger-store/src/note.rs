//! Signed notes in the form of C2SP signed-note, with Ed25519: how a checkpoint says whose it is.
//!
//! ```text
//! <text, each line ended by a newline>
//!
//! — <name of the key> <base64 of the key's id and the signature>
//! ```
//!
//! Keys have their usual text forms: `<name>+<id in hex>+<base64 of 0x01 and the public key>` for whoever checks, and
//! the same behind `PRIVATE+KEY+` with the seed for whoever signs. The id is the first four bytes of
//! SHA-256(name ‖ 0x0A ‖ 0x01 ‖ public key). This module draws no random numbers and keeps no file.

use std::fmt;
use std::str::FromStr;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use sha2::{Digest, Sha256};

/// The byte that says Ed25519, before a key and in its id.
const ED25519: u8 = 0x01;

/// What a private key's text begins with.
const PRIVATE: &str = "PRIVATE+KEY+";

/// How many signatures are read; the specification asks for at least 16.
const SIGNATURES_MAX: usize = 64;

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
    /// A key of another kind than Ed25519, or not one.
    #[error("the key is not one for Ed25519 signatures")]
    Kind,
    /// The id is not that of this name and key.
    #[error("the eight hex digits are not those of this name and key")]
    Id,
}

/// The public half of a key: who holds it can check signatures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verifier {
    name: String,
    key: VerifyingKey,
}

impl Verifier {
    /// The name of the key.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The id of the key.
    pub fn id(&self) -> KeyId {
        let hash = Sha256::new()
            .chain_update(&self.name)
            .chain_update([b'\n', ED25519])
            .chain_update(self.key.as_bytes())
            .finalize();
        [hash[0], hash[1], hash[2], hash[3]]
    }
}

impl fmt::Display for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key = BASE64_STANDARD.encode([&[ED25519], &self.key.as_bytes()[..]].concat());
        write!(f, "{}+{:08x}+{key}", self.name, u32::from_be_bytes(self.id()))
    }
}

impl FromStr for Verifier {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        let (name, id, key) = parts(text)?;
        // A point of small order would pass for the key of more than one signature.
        let key = VerifyingKey::from_bytes(&key).ok().filter(|key| !key.is_weak());
        let verifier = Verifier { name: name.to_owned(), key: key.ok_or(KeyError::Kind)? };
        if verifier.id() == id { Ok(verifier) } else { Err(KeyError::Id) }
    }
}

/// Both halves of a key: who holds it signs.
pub struct Signer {
    verifier: Verifier,
    key: SigningKey,
}

impl Signer {
    /// The key of this name that follows from 32 bytes, which must be drawn at random and told to nobody.
    ///
    /// # Errors
    /// [`KeyError::Name`].
    pub fn from_seed(name: &str, seed: &[u8; 32]) -> Result<Self, KeyError> {
        if !is_name(name) {
            return Err(KeyError::Name);
        }
        let key = SigningKey::from_bytes(seed);
        Ok(Self { verifier: Verifier { name: name.to_owned(), key: key.verifying_key() }, key })
    }

    /// The half that others are given.
    pub fn verifier(&self) -> &Verifier {
        &self.verifier
    }

    /// The whole key as text, to be kept where nobody else reads it.
    pub fn secret_text(&self) -> String {
        let seed = BASE64_STANDARD.encode([&[ED25519], &self.key.as_bytes()[..]].concat());
        let id = u32::from_be_bytes(self.verifier.id());
        format!("{PRIVATE}{}+{id:08x}+{seed}", self.verifier.name)
    }
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The private half is in no message.
        write!(f, "Signer({})", self.verifier)
    }
}

impl FromStr for Signer {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        let (name, id, seed) = parts(text.strip_prefix(PRIVATE).ok_or(KeyError::Form)?)?;
        let signer = Signer::from_seed(name, &seed)?;
        if signer.verifier.id() == id { Ok(signer) } else { Err(KeyError::Id) }
    }
}

/// Name, id and the 32 bytes of a key.
fn parts(text: &str) -> Result<(&str, KeyId, [u8; 32]), KeyError> {
    // Base64 has plus signs of its own.
    let [name, id, key] = *text.splitn(3, '+').collect::<Vec<_>>() else { return Err(KeyError::Form) };
    if !is_name(name) {
        return Err(KeyError::Name);
    }
    let hex = id.len() == 8 && id.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    let id = u32::from_str_radix(id, 16).ok().filter(|_| hex).ok_or(KeyError::Form)?;
    let key = BASE64_STANDARD.decode(key).map_err(|_| KeyError::Form)?;
    let Some((&ED25519, key)) = key.split_first() else { return Err(KeyError::Kind) };
    Ok((name, id.to_be_bytes(), key.try_into().map_err(|_| KeyError::Kind)?))
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && !name.contains(|c: char| c.is_whitespace() || c.is_control() || c == '+')
}

/// Why a text is not a signed note.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoteError {
    /// No empty line, or a last line without its newline.
    #[error("a signed note is text, an empty line, and lines of signatures, each ended by a newline")]
    Form,
    /// A character that has no place in a note.
    #[error("a signed note has no control characters but newlines")]
    Control,
    /// A line after the empty one is no signature.
    #[error("a line of a signature is a dash, the name of a key and base64, with a space between them")]
    Signature,
    /// More signatures than are read.
    #[error("a note with more than {SIGNATURES_MAX} signatures is not read")]
    TooMany,
}

/// Why a note does not count as signed by a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unsigned {
    /// No signature says that it is by this key.
    #[error("there is no signature by this key")]
    Absent,
    /// One says so, and is not.
    #[error("the signature is not by this key over this text")]
    Bad,
}

/// A line of a note: which key is said to have signed, and its signature.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Signed {
    name: String,
    id: KeyId,
    signature: Vec<u8>,
}

/// A text with its signatures.
///
/// Invariant: the text ends with a newline and has no other control characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    text: String,
    signatures: Vec<Signed>,
}

impl Note {
    /// A text that nobody has signed yet.
    ///
    /// # Errors
    /// [`NoteError::Form`], [`NoteError::Control`].
    pub fn unsigned(text: &str) -> Result<Self, NoteError> {
        if text.contains(|c: char| c < ' ' && c != '\n') {
            return Err(NoteError::Control);
        }
        let ends = text.ends_with('\n');
        if ends { Ok(Self { text: text.to_owned(), signatures: Vec::new() }) } else { Err(NoteError::Form) }
    }

    /// What was signed, with its last newline.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The names of the keys that are said to have signed; nothing of it is checked.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.signatures.iter().map(|signed| signed.name.as_str())
    }

    /// Adds a signature, in the place of an earlier one by the same key.
    pub fn sign(&mut self, signer: &Signer) {
        let Verifier { name, .. } = &signer.verifier;
        let id = signer.verifier.id();
        self.signatures.retain(|signed| signed.name != *name || signed.id != id);
        let signature = signer.key.sign(self.text.as_bytes()).to_vec();
        self.signatures.push(Signed { name: name.clone(), id, signature });
    }

    /// Whether this key has signed the text. Signatures by other keys are passed over; every one that names this key
    /// must be by it.
    ///
    /// # Errors
    /// [`Unsigned`].
    pub fn verify(&self, verifier: &Verifier) -> Result<(), Unsigned> {
        let id = verifier.id();
        let mut found = Err(Unsigned::Absent);
        for signed in self.signatures.iter().filter(|signed| signed.name == verifier.name && signed.id == id)
        {
            let signature = Signature::from_slice(&signed.signature).map_err(|_| Unsigned::Bad)?;
            let checked = verifier.key.verify_strict(self.text.as_bytes(), &signature);
            found = Ok(checked.map_err(|_| Unsigned::Bad)?);
        }
        found
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.text)?;
        self.signatures.iter().try_for_each(|Signed { name, id, signature }| {
            writeln!(f, "— {name} {}", BASE64_STANDARD.encode([&id[..], signature].concat()))
        })
    }
}

impl FromStr for Note {
    type Err = NoteError;

    /// Reads a note with at least one signature; none is checked.
    fn from_str(text: &str) -> Result<Self, NoteError> {
        let (text, lines) = text.rsplit_once("\n\n").ok_or(NoteError::Form)?;
        let mut note = Note::unsigned(&format!("{text}\n"))?;
        let lines = lines.strip_suffix('\n').ok_or(NoteError::Form)?;
        for line in lines.split('\n') {
            if note.signatures.len() == SIGNATURES_MAX {
                return Err(NoteError::TooMany);
            }
            note.signatures.push(signed(line).ok_or(NoteError::Signature)?);
        }
        Ok(note)
    }
}

fn signed(line: &str) -> Option<Signed> {
    let (name, base64) = line.strip_prefix("— ")?.split_once(' ')?;
    let bytes = BASE64_STANDARD.decode(base64).ok()?;
    let (id, signature) = bytes.split_first_chunk().filter(|(_, signature)| !signature.is_empty())?;
    is_name(name).then(|| Signed { name: name.to_owned(), id: *id, signature: signature.to_vec() })
}
