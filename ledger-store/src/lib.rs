//! The durable, provable log under the treasury ledger.
//!
//! The log keeps *records*: opaque bytes with an id and an ordering key, numbered from 1, never changed and
//! never removed. What was acknowledged survives every crash; what was changed behind its back is found. This
//! crate sees bytes only; what they mean is decided above it.
//!
//! ```
//! use std::sync::Arc;
//! use ledger_store::{FileLog, Log, LogId, NewRecord, Options, RealDisk, verify};
//!
//! # let folder = tempfile::tempdir()?;
//! # let path = folder.path().join("books");
//! let disk = Arc::new(RealDisk::at(path));
//! FileLog::init(&*disk, LogId([7; 16]), &Options::default())?;
//!
//! let (mut log, opened) = FileLog::open(disk.clone(), &Options::default())?;
//! assert!(opened.recovered.is_none() && opened.quarantined.is_none());
//! let record = NewRecord { id: [1; 16], order: 0, recorded: 0, payload: vec![0xf6], signatures: vec![] };
//! let head = log.append(0, &[record])?;
//! log.close()?;
//!
//! let report = verify(&*disk, Some(&head))?;
//! assert!(report.is_clean());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Code map
//!
//! From the caller down to the bytes; the format itself is drawn in `docs/log-format.md`.
//!
//! | module | what it is |
//! |---|---|
//! | [`log`] | the trait every backend offers, its types and its errors |
//! | [`backend`] | the backends: memory, and files with their writer and its commit protocol |
//! | [`batch`] | what all backends check and fix before they write: numbers, times, sizes, ids |
//! | `recover` | what a writer must know before it writes: where the log ends, and the tail rule |
//! | [`mod@verify`] | the same thread followed for an auditor, going on after each finding |
//! | `chain` | the thread itself: numbers, hashes, epochs, times, the tree |
//! | `segments`, `sealed`, `contents` | jumping to a number and finding an id: through footers, or what a walk found |
//! | [`damage`] | the list of everything that can be wrong with stored bytes |
//! | [`merkle`], [`checkpoint`], [`note`] | the tree of RFC 6962, its proofs, the text that is kept elsewhere, and its signatures |
//! | [`tiles`] | the inner hashes of the tree in files: roots of earlier sizes and proofs without hashing again |
//! | [`proof`] | proofs as texts, in forms that others read |
//! | [`pack`] | entries and tree in the files of C2SP tlog-tiles, for an audit |
//! | [`blobs`] | what is too large for an entry, in files named after their content |
//! | [`texts`] | texts about persons in blobs, under salted commitments, which can be erased |
//! | [`backup`] | a copy of a ledger that is itself one, verified before it is called done, and the way back |
//! | [`index`] | which entries have a name: a cache, behind which stands reading the entries |
//! | [`signature`] | who signed an entry, in the form of OpenSSH |
//! | [`mod@inspect`] | how a store looks from outside, for a person who wonders what is there |
//! | `files`, `handles`, `walk` | the files of a store, those kept open, and walking through the frames of one |
//! | [`segment`], [`frame`], `footer`, `filter`, [`envelope`], `codec` | the bytes: blocks of a segment, a batch, the tables of a sealed one, a record, CBOR |
//! | [`disk`], [`durable`] | what is asked of a disk, and the real one: every fsync, rename and lock |
//! | `fault`, `simulation` | with the feature `testing`: a disk that does its worst, and whole histories on it |
//! | `conformance` | with the feature `testing`: one suite for all backends |
//!
//! # What does not happen here
//!
//! No acknowledged byte is ever changed. No write happens in a log whose active segment was not found
//! sound from its first byte, and whose sealed segments are not vouched for by their footers. A failed sync is
//! never tried again. No reader takes a lock, waits, or writes. Nothing is repaired by guessing: a single log can
//! detect, a copy can repair.

pub mod archive;
pub mod backend;
pub mod backup;
pub mod batch;
pub mod blobs;
mod bytes;
mod chain;
pub mod checkpoint;
mod codec;
#[cfg(feature = "testing")]
pub mod conformance;
mod contents;
pub mod damage;
pub mod disk;
pub mod durable;
pub mod envelope;
#[cfg(feature = "testing")]
pub mod fault;
mod files;
mod filter;
mod footer;
pub mod frame;
mod handles;
pub mod index;
pub mod inspect;
pub mod ledger;
pub mod log;
pub mod merkle;
pub mod note;
pub mod pack;
pub mod proof;
pub mod queue;
pub mod reading;
mod recover;
mod sealed;
pub mod segment;
mod segments;
mod side_by_side;
pub mod signature;
#[cfg(feature = "testing")]
pub mod simulation;
pub mod snapshot;
pub mod supposed;
pub mod texts;
pub mod tiles;
pub mod verify;
mod walk;

pub use backend::file::{FileLog, Opened, Options, Quarantined};
pub use backend::memory::MemoryLog;
pub use checkpoint::{Checkpoint, CheckpointError};
pub use damage::{Damage, Defect};
pub use durable::{RealDisk, SystemClock};
pub use envelope::{Envelope, EnvelopeError};
pub use log::{Hash, Head, Log, LogError, LogId, NewRecord, Record, RecordId, Whereabouts};
pub use reading::Reading;
pub use recover::Trust;
pub use snapshot::Snapshots;
pub use verify::{Finding, Report, verify};
