//! The durable, provable log under the treasury ledger.
//!
//! The log keeps *records*: opaque bytes with an id and an ordering key, numbered from 1, never changed and
//! never removed. This crate sees bytes only; what they mean is decided above it.
//!
//! | module | what it is |
//! |---|---|
//! | [`log`] | the trait every backend offers, its types and its errors |
//! | [`envelope`] | the bytes of one record, which are a leaf of the tree |
//! | [`batch`] | what all backends check and fix before they write: numbers, times, sizes, ids |
//! | [`merkle`] | the tree of RFC 6962 over the envelopes |
//! | [`damage`] | the list of everything that can be wrong with stored bytes |
//! | [`backend`] | the backends: memory and file |

pub mod backend;
pub mod batch;
mod bytes;
mod chain;
pub mod checkpoint;
mod codec;
#[cfg(feature = "testing")]
pub mod conformance;
pub mod damage;
pub mod disk;
pub mod durable;
pub mod envelope;
#[cfg(feature = "testing")]
pub mod fault;
mod files;
pub mod frame;
pub mod ledger;
pub mod log;
pub mod merkle;
mod recover;
pub mod segment;
pub mod verify;
mod walk;

pub use backend::file::{FileLog, Opened, Options, Quarantined};
pub use backend::memory::MemoryLog;
pub use checkpoint::{Checkpoint, CheckpointError};
pub use damage::{Damage, Defect};
pub use durable::{RealDisk, SystemClock};
pub use envelope::{Envelope, EnvelopeError};
pub use log::{Hash, Head, Log, LogError, LogId, NewRecord, Record, RecordId};
pub use verify::{Finding, Report, verify};
