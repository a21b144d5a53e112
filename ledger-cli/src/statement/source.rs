//! A file as its reader meets it: the bytes, their hash, and the text in whatever alphabet they are written.

use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};
use sha2::{Digest, Sha256};

use super::fault::{Code, StatementFault};
use crate::render::hex;

/// The largest file that is read: 64 MiB.
const BYTES_MAX: usize = 64 << 20;

/// A file that may hold statements.
#[derive(Debug)]
pub(crate) struct Source {
    /// The text, with `\n` for every kind of line end.
    pub(crate) text: String,
    /// SHA-256 of the bytes as they came, in hex.
    pub(crate) sha256: String,
    /// What had to be supposed about the bytes.
    pub(crate) notes: Vec<String>,
}

impl Source {
    /// Reads the bytes as text. UTF-8 is tried first, then what the file says of itself, then Windows-1252, of which
    /// every byte is a letter: no file fails here but by its size.
    ///
    /// # Errors
    /// `STATEMENT_TOO_LARGE`, `STATEMENT_EMPTY`.
    pub(crate) fn of(bytes: &[u8]) -> Result<Source, StatementFault> {
        if bytes.len() > BYTES_MAX {
            let what = format!("a statement has at most {BYTES_MAX} bytes, this file {}", bytes.len());
            return Err(StatementFault::new(Code::TooLarge, what));
        }
        let sha256 = hex(&Sha256::digest(bytes));
        let mut notes = Vec::new();
        let text = decoded(bytes, &mut notes);
        if text.trim_matches(|c: char| c.is_whitespace() || c == '\0').is_empty() {
            return Err(StatementFault::new(Code::Empty, "the file is empty"));
        }
        let text = text.replace("\r\n", "\n").replace('\r', "\n");
        Ok(Source { text, sha256, notes })
    }

    /// The lines with their numbers, from 1.
    pub(crate) fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        (1..).zip(self.text.lines())
    }

    /// The first letters, for telling formats apart.
    pub(crate) fn head(&self) -> &str {
        const HEAD: usize = 2_000;
        let end = self.text.char_indices().map(|(at, _)| at).nth(HEAD).unwrap_or(self.text.len());
        self.text.get(..end).unwrap_or(&self.text)
    }
}

fn decoded(bytes: &[u8], notes: &mut Vec<String>) -> String {
    let marked = Encoding::for_bom(bytes);
    let encoding = match marked {
        Some((encoding, _)) => encoding,
        None if std::str::from_utf8(bytes).is_ok() => UTF_8,
        None => declared(bytes).unwrap_or(WINDOWS_1252),
    };
    let (text, used, lossy) = encoding.decode(bytes);
    if used != UTF_8 {
        notes.push(format!("read as {}", used.name()));
    }
    if lossy {
        notes.push(format!("some bytes are no letters in {}; they are read as \u{fffd}", used.name()));
    }
    text.into_owned()
}

/// The encoding that an XML declaration or a header of OFX names, UTF-8 aside, which it was found not to be.
fn declared(bytes: &[u8]) -> Option<&'static Encoding> {
    let head: String = bytes.iter().take(400).map(|byte| char::from(*byte)).collect();
    let after = |mark: &str| {
        let named = head.split(mark).nth(1)?;
        let name = named.trim_start_matches(['"', '\'']);
        let name = name.split(|c: char| !(c.is_alphanumeric() || "-_".contains(c))).next()?;
        Some(name.to_owned())
    };
    let name = after("encoding=").or_else(|| after("CHARSET:"))?;
    let windows = format!("windows-{name}");
    let found = Encoding::for_label(name.as_bytes()).or_else(|| Encoding::for_label(windows.as_bytes()))?;
    (found != UTF_8).then_some(found)
}
