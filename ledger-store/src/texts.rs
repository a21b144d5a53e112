//! Texts about persons, each in a blob of its own, so that it can be erased while every proof still holds.
//!
//! ```text
//! treasury-text@v1\n      17 bytes: what this is, so that no text is ever taken for another document
//! salt                    32 random bytes
//! text                    UTF-8, 1 to 65,535 bytes
//! ```
//!
//! The SHA-256 of all that is the *commitment*, and so the blob's name. An entry holds nothing but it. Without the salt,
//! which goes with the text, nobody can tell by trying names which one an entry meant.

use crate::blobs::{self, BlobError, BlobName};
use crate::disk::{Access, Disk};

/// How the blob of a text begins.
pub const DOMAIN: &[u8; 17] = b"treasury-text@v1\n";

/// The bytes of a salt.
pub const SALT_BYTES: usize = 32;

/// The longest text, in bytes.
pub const TEXT_BYTES_MAX: usize = 65_535;

/// Keeps a text, durably, under its commitment. The salt comes from a source of true randomness, a new one each time.
///
/// # Errors
/// As for [`blobs::put`]; [`BlobError::TooLarge`] for a text of more than [`TEXT_BYTES_MAX`] bytes.
pub fn put(disk: &dyn Disk, salt: &[u8; SALT_BYTES], text: &str) -> Result<BlobName, BlobError> {
    if text.len() > TEXT_BYTES_MAX {
        return Err(BlobError::TooLarge { limit: TEXT_BYTES_MAX as u64 });
    }
    let content = [&DOMAIN[..], salt, text.as_bytes()].concat();
    blobs::put(disk, &mut content.as_slice()).map(|(name, _)| name)
}

/// A text; `None` where the blob of that name is another document.
///
/// # Errors
/// [`BlobError::Absent`], [`BlobError::Damaged`], [`BlobError::Disk`].
pub fn get(disk: &dyn Disk, name: &BlobName) -> Result<Option<String>, BlobError> {
    if !is_text(disk, name) {
        // Absent, damaged, or another document.
        return blobs::get(disk, name, &mut std::io::sink()).map(|_| None);
    }
    let mut content = Vec::new();
    blobs::get(disk, name, &mut content)?;
    let text = content.split_off(content.len().min(DOMAIN.len() + SALT_BYTES));
    Ok(String::from_utf8(text).ok())
}

/// Whether a blob begins as texts do, and is no longer than one.
pub fn is_text(disk: &dyn Disk, name: &BlobName) -> bool {
    let Ok(file) = disk.open(&name.file(), Access::Read) else { return false };
    let mut begins = [0; DOMAIN.len()];
    let most = (DOMAIN.len() + SALT_BYTES + TEXT_BYTES_MAX) as u64;
    let fits = file.len().is_ok_and(|bytes| bytes <= most);
    fits && file.read_at(&mut begins, 0).is_ok() && begins == *DOMAIN
}
