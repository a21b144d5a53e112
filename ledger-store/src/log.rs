//! The log as its callers see it: four methods and the errors they can meet.

use std::fmt;
use std::ops::{ControlFlow, Range};

use crate::damage::{Damage, Defect};
use crate::envelope::{Envelope, EnvelopeError};

/// A SHA-256 hash.
pub type Hash = [u8; 32];

/// The id that a client gives to a record before its first attempt to append it, so that a retry is harmless.
pub type RecordId = [u8; 16];

/// The identity of a log, drawn at random when it is created and never reused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LogId(pub [u8; 16]);

impl fmt::Display for LogId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// What a caller asks to be appended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRecord {
    /// The client's id; a log holds an id once.
    pub id: RecordId,
    /// An ordering key of the caller's own, kept beside the record and not interpreted.
    pub order: i64,
    /// When the record is made, in microseconds since 1970-01-01T00:00:00Z. A time before that of the
    /// previous record is raised to it: recorded time never goes back.
    pub recorded: i64,
    /// The client's canonical CBOR, opaque here.
    pub payload: Vec<u8>,
    /// Signatures over log id and payload hash, opaque here.
    pub signatures: Vec<Vec<u8>>,
}

/// One stored record, borrowed from the backend's buffer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Record<'a> {
    /// Its place in the log, from 1.
    pub number: u64,
    /// The client's id.
    pub id: RecordId,
    /// The caller's ordering key.
    pub order: i64,
    /// The envelope's bytes exactly as stored; their leaf hash is in the tree.
    pub envelope: &'a [u8],
}

impl<'a> Record<'a> {
    /// Opens the envelope; refuses every byte sequence that this crate would not have written.
    ///
    /// # Errors
    /// [`EnvelopeError::UnknownFormat`] if a later version wrote it; otherwise the bytes are not canonical.
    pub fn open(&self) -> Result<Envelope<'a>, EnvelopeError> {
        Envelope::decode(self.envelope)
    }
}

/// The state of a log after its last record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// How many records the log holds; also the number of the last one.
    pub size: u64,
    /// The root of the tree over all envelopes (RFC 6962 2.1).
    pub root: Hash,
}

/// Where a batch lies in the files of a log. A hint: it spares a search and changes no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Whereabouts {
    /// The segment, from 1.
    pub segment: u64,
    /// The number of its first record.
    pub first: u64,
    /// The byte of the segment at which it begins.
    pub offset: u64,
}

/// An append-only log of records.
pub trait Log {
    /// The identity of this log.
    fn log_id(&self) -> LogId;

    /// The head that this handle answers for: everything up to it is durable.
    fn head(&self) -> Head;

    /// Appends the records as one batch that is kept whole or not at all, and returns the new head.
    ///
    /// `expected` is the size at which the caller took its decision; it is written into the envelopes. When
    /// this returns `Ok`, the batch is durable. An empty batch writes nothing.
    ///
    /// # Errors
    /// [`LogError::Moved`] if the log no longer has the expected size, [`LogError::Duplicate`] and
    /// [`LogError::TooLarge`] and [`LogError::Full`] with nothing written, nor with [`LogError::Io`] and
    /// [`LogError::Damaged`] if what is needed to look for the ids cannot be read; [`LogError::Unknown`] if nobody
    /// knows whether the batch was written, after which every call but reading is [`LogError::Poisoned`].
    fn append(&mut self, expected: u64, records: &[NewRecord]) -> Result<Head, LogError>;

    /// Shows the records with these numbers (from 1, end exclusive) in order until the visitor breaks.
    ///
    /// Numbers beyond the head are not there and are passed over silently. Checksums and numbers are checked
    /// on the way; nothing from a damaged batch is ever shown.
    ///
    /// # Errors
    /// [`LogError::Damaged`] at the first batch that cannot be vouched for.
    fn read(
        &self,
        numbers: Range<u64>,
        visit: &mut dyn FnMut(Record<'_>) -> ControlFlow<()>,
    ) -> Result<(), LogError>;

    /// The number of the record with this id, if the log holds it.
    ///
    /// # Errors
    /// As for [`Log::read`].
    fn find(&self, id: &RecordId) -> Result<Option<u64>, LogError>;

    /// Where a record lies, for whoever opens the log later; none where knowing it saves nothing.
    fn whereabouts(&self, _number: u64) -> Option<Whereabouts> {
        None
    }

    /// Takes a hint that another handle gave. One that does not fit this log is passed over.
    fn hint(&self, _whereabouts: Whereabouts) {}
}

/// Why a log could not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum LogError {
    /// Another append was faster: decide again at the new head.
    #[error("the log has moved on to {} entries", head.size)]
    Moved {
        /// The head as it is now.
        head: Head,
    },
    /// A record with this id is already in the log, or twice in the batch.
    #[error("entry {number} already has the id of the entry to be appended")]
    Duplicate {
        /// The record that has the id; within one batch, the number it would have got.
        number: u64,
    },
    /// A record or a batch exceeds what the format allows; nothing was written.
    #[error("{what} of {bytes} bytes exceeds the limit of {limit}")]
    TooLarge {
        /// What is too large: an entry or a batch.
        what: &'static str,
        /// Its size.
        bytes: u64,
        /// The largest size allowed.
        limit: u64,
    },
    /// No space is left; nothing was written, and the log works again once there is space.
    #[error("no space is left on the disk; nothing was written")]
    Full,
    /// Nobody knows whether the batch was written. Open the log anew and look for the ids.
    #[error("the disk failed while writing ({0}); whether the entries were written is known after reopening")]
    Unknown(#[source] std::io::Error),
    /// An earlier write failed: this handle acknowledges nothing any more.
    #[error("an earlier write failed; the log must be opened anew")]
    Poisoned,
    /// The handle was opened for reading only.
    #[error("the log is open for reading only")]
    ReadOnly,
    /// Another process writes to this log.
    #[error("another process is writing to this log")]
    Locked,
    /// Stored bytes are not what was written.
    #[error("{0}")]
    Damaged(#[source] Box<Damage>),
    /// A later version of this program wrote to the log; it can be verified but not appended to.
    #[error("the log was written by a later version (format {format})")]
    LaterFormat {
        /// The format found.
        format: u64,
    },
    /// The directory holds no log.
    #[error("{place} holds no ledger")]
    NotAStore {
        /// The directory.
        place: String,
    },
    /// The directory holds a log already, which is never overwritten.
    #[error("{place} already holds a ledger")]
    AlreadyAStore {
        /// The directory.
        place: String,
    },
    /// The disk refused an operation that changed nothing.
    #[error("{doing}: {source}")]
    Io {
        /// What was being done, with the file's name.
        doing: String,
        /// The system's own words.
        source: std::io::Error,
    },
}

impl From<Box<Damage>> for LogError {
    fn from(damage: Box<Damage>) -> Self {
        if let Defect::LaterFormat(format) = damage.defect {
            return Self::LaterFormat { format: u64::from(format) };
        }
        Self::Damaged(damage)
    }
}
