//! A checkpoint: size and root of a log in the text form of C2SP tlog-checkpoint, to be kept elsewhere.
//!
//! ```text
//! <origin>
//! <size in decimal>
//! <root in base64>
//! ```
//!
//! Three lines, each ended by a newline. The form is that of the body of a signed note; signatures, when there
//! are any, follow after an empty line and are not part of the body.

use std::fmt;
use std::str::FromStr;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;

use crate::log::{Hash, Head, LogId};
use crate::note::{Note, NoteError};

/// Size and root of the log with this origin.
///
/// Invariant: the origin is one line that is not empty and has neither spaces nor plus signs, so that it can be
/// the name of a signer's key as well.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    origin: String,
    /// What the log held.
    pub head: Head,
}

/// Why a text is not a checkpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CheckpointError {
    /// Not three lines, each ended by a newline.
    #[error("a checkpoint has three lines, each ended by a newline")]
    Lines,
    /// The origin is empty or has characters that are not allowed.
    #[error(
        "the first line of a checkpoint, its origin, is empty or has spaces, plus signs or control characters"
    )]
    Origin,
    /// The size is not a decimal number in its shortest form.
    #[error("the second line of a checkpoint, its size, is not a decimal number without leading zeros")]
    Size,
    /// The root is not 32 bytes in base64.
    #[error("the third line of a checkpoint, its root, is not 32 bytes in base64")]
    Root,
}

impl Checkpoint {
    /// A checkpoint of the log with this origin.
    ///
    /// # Errors
    /// [`CheckpointError::Origin`].
    pub fn new(origin: &str, head: Head) -> Result<Self, CheckpointError> {
        let unfit = |c: char| c.is_whitespace() || c.is_control() || c == '+';
        let plain = !origin.is_empty() && !origin.contains(unfit);
        if plain { Ok(Self { origin: origin.to_owned(), head }) } else { Err(CheckpointError::Origin) }
    }

    /// The name of the log, unique in the world: such as a host name and a path, or [`origin`].
    pub fn origin(&self) -> &str {
        &self.origin
    }
}

/// The origin of a log that has no better name: made of its id.
pub fn origin(log_id: LogId) -> String {
    format!("treasury-ledger/{log_id}")
}

/// The id of a log that an [`origin`] is made of.
pub fn log_id(origin: &str) -> Option<LogId> {
    let digits = origin.strip_prefix("treasury-ledger/").filter(|digits| digits.len() == 32)?;
    let id = LogId(u128::from_str_radix(digits, 16).ok()?.to_be_bytes());
    (self::origin(id) == origin).then_some(id)
}

/// Why a text is neither a checkpoint nor a signed one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoCheckpoint {
    /// What was or would be signed is not a checkpoint.
    #[error(transparent)]
    Body(#[from] CheckpointError),
    /// What follows it are not signatures.
    #[error(transparent)]
    Note(#[from] NoteError),
}

/// Reads a checkpoint with or without signatures, none of which is checked.
///
/// # Errors
/// [`NoCheckpoint`].
pub fn read(text: &str) -> Result<(Checkpoint, Option<Note>), NoCheckpoint> {
    if !text.contains("\n\n") {
        return Ok((text.parse()?, None));
    }
    let note: Note = text.parse()?;
    Ok((note.text().parse()?, Some(note)))
}

impl fmt::Display for Checkpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}\n{}\n{}", self.origin, self.head.size, BASE64_STANDARD.encode(self.head.root))
    }
}

impl FromStr for Checkpoint {
    type Err = CheckpointError;

    /// Reads the body alone, strictly: whatever is accepted would be printed the same.
    fn from_str(text: &str) -> Result<Self, CheckpointError> {
        let body = text.strip_suffix('\n').ok_or(CheckpointError::Lines)?;
        let [origin, size, root] = *body.split('\n').collect::<Vec<_>>() else {
            return Err(CheckpointError::Lines);
        };
        let size: u64 = match size.parse::<u64>() {
            Ok(number) if number.to_string() == size => number,
            Ok(_) | Err(_) => return Err(CheckpointError::Size),
        };
        // The standard alphabet with padding and zero bits at the end: the decoder takes nothing else.
        let root = BASE64_STANDARD.decode(root).map_err(|_| CheckpointError::Root)?;
        let root: Hash = root.try_into().map_err(|_| CheckpointError::Root)?;
        Self::new(origin, Head { size, root })
    }
}
