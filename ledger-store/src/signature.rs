//! Signatures of entries, in the form of OpenSSH (PROTOCOL.sshsig), so that `ssh-keygen -Y sign` makes them and
//! `ssh-keygen -Y verify` checks them. What is signed names the log and the payload's hash: a signature counts for this
//! entry in this ledger and nowhere else.

use ed25519_dalek::VerifyingKey;
use ledger_core::decide::Signer;
use ledger_core::entry::Entry;
use ledger_core::keys::SignerKey;
use sha2::{Digest, Sha256};
use ssh_encoding::{Decode, Encode};
use ssh_key::public::KeyData;
use ssh_key::{Algorithm, LineEnding, SshSig};

use crate::log::LogId;

/// The namespace of signatures of entries: one made for anything else never counts here.
pub const NAMESPACE: &str = "treasury-ledger";

/// An entry for this ledger, as its signer sees it: the id of the log and the SHA-256 of the payload, in hex, a line each.
#[must_use]
pub fn text_to_sign(log: LogId, payload: &[u8]) -> String {
    let mut text = format!("{log}\n");
    Sha256::digest(payload).iter().for_each(|byte| text.push_str(&format!("{byte:02x}")));
    text.push('\n');
    text
}

/// The fingerprint of a key, as `ssh-keygen -l` prints it.
#[must_use]
pub fn fingerprint(key: &SignerKey) -> String {
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD_NO_PAD;
    format!("SHA256:{}", STANDARD_NO_PAD.encode(Sha256::digest(key.wire())))
}

/// A signature as it is kept: the bytes of PROTOCOL.sshsig, without the armour.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature(Vec<u8>);

/// A text is not a signature by OpenSSH.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("it is not a signature by an ssh-ed25519 key, as `ssh-keygen -Y sign` writes one")]
pub struct NotASignature;

impl Signature {
    /// Reads a signature with its armour, `-----BEGIN SSH SIGNATURE-----`.
    ///
    /// # Errors
    /// When it is not one.
    pub fn from_armoured(text: &str) -> Result<Signature, NotASignature> {
        let signature = SshSig::from_pem(text.trim_end()).map_err(|_| NotASignature)?;
        written(&signature).map(Signature).ok_or(NotASignature)
    }

    /// What is kept in the envelope.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }
}

/// A signature that was kept, with its armour, for programs that check it.
///
/// # Errors
/// When the bytes are not one.
pub fn armoured(bytes: &[u8]) -> Result<String, NotASignature> {
    let signature = SshSig::decode(&mut &*bytes).map_err(|_| NotASignature)?;
    signature.to_pem(LineEnding::LF).map_err(|_| NotASignature)
}

fn written(signature: &SshSig) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    signature.encode(&mut bytes).ok().map(|()| bytes)
}

/// Who signed a payload for a log. An entry has one signature.
pub fn signer<'a>(log: LogId, payload: &[u8], signatures: impl IntoIterator<Item = &'a [u8]>) -> Signer {
    let mut signatures = signatures.into_iter();
    match (signatures.next(), signatures.next()) {
        (None, _) => Signer::Nobody,
        (Some(only), None) => signer_of(log, payload, only).map_or_else(Signer::Invalid, Signer::Key),
        (Some(_), Some(_)) => Signer::Invalid("an entry has one signature, not several"),
    }
}

fn signer_of(log: LogId, payload: &[u8], bytes: &[u8]) -> Result<SignerKey, &'static str> {
    let malformed = "it is not one by an ssh-ed25519 key in the form of OpenSSH";
    let signature = SshSig::decode(&mut &*bytes).map_err(|_| malformed)?;
    // A reader may let pass what no writer writes; the bytes are kept, so they have one form.
    let is_written_so = written(&signature).as_deref() == Some(bytes);
    if !is_written_so || signature.version() != SshSig::VERSION || !signature.reserved().is_empty() {
        return Err(malformed);
    }
    let (KeyData::Ed25519(key), Algorithm::Ed25519) = (signature.public_key(), signature.algorithm()) else {
        return Err("it is by a key that is not ssh-ed25519");
    };
    if signature.namespace() != NAMESPACE {
        return Err("it was made in another namespace than `treasury-ledger`");
    }
    let text = text_to_sign(log, payload);
    match is_over(text.as_bytes(), &signature, &key.0) {
        Some(true) => Ok(SignerKey::of(key.0)),
        Some(false) => {
            Err("another entry was signed, or for another ledger, or what was signed was changed since")
        }
        None => Err(malformed),
    }
}

/// Whether a signature is over a text. Strictly: there are keys for which anybody can make signatures over anything, and
/// those sign nothing here.
fn is_over(text: &[u8], signature: &SshSig, key: &[u8; 32]) -> Option<bool> {
    let data = SshSig::signed_data(NAMESPACE, signature.hash_alg(), text).ok()?;
    let key = VerifyingKey::from_bytes(key).ok()?;
    let signature = ed25519_dalek::Signature::from_slice(signature.signature_bytes()).ok()?;
    Some(key.verify_strict(&data, &signature).is_ok())
}

/// An entry that somebody wants recorded.
pub trait Wish {
    /// The entry.
    fn entry(&self) -> &Entry;

    /// Its signature.
    fn signature(&self) -> Option<&Signature> {
        None
    }
}

impl Wish for Entry {
    fn entry(&self) -> &Entry {
        self
    }
}

/// An entry, signed if it has to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signed {
    /// The entry.
    pub entry: Entry,
    /// Its actor's signature over it.
    pub signature: Option<Signature>,
}

impl From<Entry> for Signed {
    fn from(entry: Entry) -> Signed {
        Signed { entry, signature: None }
    }
}

impl Wish for Signed {
    fn entry(&self) -> &Entry {
        &self.entry
    }

    fn signature(&self) -> Option<&Signature> {
        self.signature.as_ref()
    }
}
