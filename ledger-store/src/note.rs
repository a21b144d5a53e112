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
//! SHA-256(name ‖ 0x0A ‖ 0x01 ‖ public key). A witness's key has 0x04 in the place of 0x01, and its signature is eight bytes of
//! time, big-endian, and Ed25519 over the time and the text (C2SP tlog-cosignature). This module draws no random numbers and keeps no file.

use std::fmt;
use std::str::FromStr;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use ed25519_dalek::Signature;

mod keys;

pub use keys::{Cosigner, KeyError, KeyId, Signer, Verifier, Witness};

use keys::is_name;

/// How many signatures are read; the specification asks for at least 16.
const SIGNATURES_MAX: usize = 64;

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
    ///
    /// # Errors
    /// [`NoteError::TooMany`] where the note could not be read again.
    pub fn sign(&mut self, signer: &Signer) -> Result<(), NoteError> {
        let signature = signer.over(&self.text).to_vec();
        self.put(signer.verifier.name(), signer.verifier.id(), signature)
    }

    /// Adds a witness's signature at a time, in seconds since 1970-01-01T00:00:00Z, in the place of an earlier one by the
    /// same key.
    ///
    /// # Errors
    /// [`NoteError::TooMany`] where the note could not be read again.
    pub fn cosign(&mut self, cosigner: &Cosigner, time: u64) -> Result<(), NoteError> {
        let signature = cosigner.over(&cosigned(&self.text, time));
        let signature = [&time.to_be_bytes()[..], &signature].concat();
        self.put(cosigner.verifier.name(), cosigner.verifier.id(), signature)
    }

    fn put(&mut self, name: &str, id: KeyId, signature: Vec<u8>) -> Result<(), NoteError> {
        self.signatures.retain(|signed| signed.name != name || signed.id != id);
        if self.signatures.len() >= SIGNATURES_MAX {
            return Err(NoteError::TooMany);
        }
        self.signatures.push(Signed { name: name.to_owned(), id, signature });
        Ok(())
    }

    /// The same text with those of its signatures only that name one of these keys.
    #[must_use]
    pub fn signed_by(&self, is_one: impl Fn(&str, KeyId) -> bool) -> Note {
        let named = self.signatures.iter().filter(|signed| is_one(&signed.name, signed.id));
        Note { text: self.text.clone(), signatures: named.cloned().collect() }
    }

    /// Whether this key has signed the text. Signatures by other keys are passed over; every one that names this key
    /// must be by it.
    ///
    /// # Errors
    /// [`Unsigned`].
    pub fn verify(&self, verifier: &Verifier) -> Result<(), Unsigned> {
        let mut found = Err(Unsigned::Absent);
        for signature in self.by(verifier.name(), verifier.id()) {
            let signature = Signature::from_slice(signature).map_err(|_| Unsigned::Bad)?;
            let checked = verifier.key.verify_strict(self.text.as_bytes(), &signature);
            found = Ok(checked.map_err(|_| Unsigned::Bad)?);
        }
        found
    }

    /// When this witness last cosigned the text, in seconds since 1970-01-01T00:00:00Z; otherwise as
    /// [`verify`](Note::verify).
    ///
    /// # Errors
    /// [`Unsigned`].
    pub fn cosigned_by(&self, witness: &Witness) -> Result<u64, Unsigned> {
        let mut found = Err(Unsigned::Absent);
        for signature in self.by(witness.name(), witness.id()) {
            let (time, signature) = signature.split_first_chunk().ok_or(Unsigned::Bad)?;
            // The specification leaves no later time.
            let time = Some(u64::from_be_bytes(*time)).filter(|time| *time <= i64::MAX as u64);
            let time = time.ok_or(Unsigned::Bad)?;
            let signature = Signature::from_slice(signature).map_err(|_| Unsigned::Bad)?;
            let checked = witness.key.verify_strict(cosigned(&self.text, time).as_bytes(), &signature);
            checked.map_err(|_| Unsigned::Bad)?;
            found = Ok(found.unwrap_or(0).max(time));
        }
        found
    }

    /// The signatures that name a key.
    fn by<'n>(&'n self, name: &'n str, id: KeyId) -> impl Iterator<Item = &'n [u8]> {
        let named = self.signatures.iter().filter(move |signed| signed.name == name && signed.id == id);
        named.map(|signed| &signed.signature[..])
    }
}

/// What a witness signs (C2SP tlog-cosignature, `cosignature/v1`).
fn cosigned(text: &str, time: u64) -> String {
    format!("cosignature/v1\ntime {time}\n{text}")
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
