//! The ledger: a log of bytes and the domain that gives them meaning. It catches up, decides, appends, and
//! takes in what was appended.

use std::ops::ControlFlow;

use ledger_core::decide::{Accepted, Decision, History, Refused};
use ledger_core::entry::{Entry, NotAnEntry};
use ledger_core::replay::CannotFold;
use ledger_core::resolve::Recorded;
use ledger_core::time::Instant;

use crate::disk::Clock;
use crate::envelope::EnvelopeError;
use crate::log::{Log, LogError, NewRecord, Record};

/// A ledger over a log.
#[derive(Debug)]
pub struct Ledger<L> {
    log: L,
    history: History,
}

/// What became of an entry.
#[derive(Debug)]
pub enum Outcome {
    /// It stands in the log, durably, under its number.
    Recorded(Accepted),
    /// The same entry stood there already, under this number.
    AlreadyRecorded(u64),
}

/// How far the refusal of one entry reaches when several are recorded together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// To itself and what follows it; what stands before it is recorded.
    FromThere,
    /// To the whole batch.
    WholeBatch,
}

/// Why a ledger could not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// The entry may not be appended; nothing was written.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// The log could not be read or written.
    #[error(transparent)]
    Log(#[from] LogError),
    /// A record's envelope cannot be opened.
    #[error("entry {number}: {why}")]
    Envelope {
        /// The record.
        number: u64,
        /// What is wrong with it.
        why: EnvelopeError,
    },
    /// A record's payload is not an entry that this version knows.
    #[error("entry {number}: {why}")]
    NotAnEntry {
        /// The record.
        number: u64,
        /// What is wrong with it.
        why: NotAnEntry,
    },
    /// The log is sound, but what it says does not fold.
    #[error(transparent)]
    CannotFold(#[from] CannotFold),
}

/// All entries of a log, decoded.
///
/// # Errors
/// [`LedgerError`] at the first record that cannot be read; nothing is returned then.
pub fn entries(log: &impl Log) -> Result<Vec<Recorded>, LedgerError> {
    let mut all = Ok(Vec::new());
    log.read(1..log.head().size + 1, &mut |record| {
        let decoded = decode(&record);
        match (&mut all, decoded) {
            (Ok(entries), Ok(recorded)) => {
                entries.push(recorded);
                ControlFlow::Continue(())
            }
            (_, Err(error)) => {
                all = Err(error);
                ControlFlow::Break(())
            }
            (Err(_), Ok(_)) => ControlFlow::Break(()),
        }
    })?;
    all
}

fn decode(record: &Record<'_>) -> Result<Recorded, LedgerError> {
    let number = record.number;
    let envelope = record.open().map_err(|why| LedgerError::Envelope { number, why })?;
    let entry = Entry::from_cbor(envelope.payload).map_err(|why| LedgerError::NotAnEntry { number, why })?;
    Ok(Recorded { number, recorded: Instant::from_micros(envelope.recorded), entry })
}

impl<L: Log> Ledger<L> {
    /// Reads and folds a log.
    ///
    /// # Errors
    /// [`LedgerError`] when the log cannot be read or does not fold.
    pub fn open(log: L) -> Result<Ledger<L>, LedgerError> {
        let history = History::of(entries(&log)?)?;
        Ok(Ledger { log, history })
    }

    /// The entries and what they amount to.
    pub fn history(&self) -> &History {
        &self.history
    }

    /// Records an entry. When this returns, it is durable, or stood there already, or nothing was written.
    ///
    /// # Errors
    /// [`LedgerError::Refused`] with nothing written; [`LogError::Unknown`] when nobody knows whether it was
    /// written: open the ledger anew and record it again, which is harmless.
    pub fn record(&mut self, entry: &Entry, clock: &dyn Clock) -> Result<Outcome, LedgerError> {
        let (mut outcomes, stopped) =
            self.record_together(std::slice::from_ref(entry), Reach::FromThere, clock);
        match (stopped, outcomes.pop()) {
            (None, Some(outcome)) => Ok(outcome),
            (Some(error), _) => Err(error),
            // One entry always has an outcome or a reason.
            (None, None) => Err(LogError::Poisoned.into()),
        }
    }

    /// Records entries in order as one batch that is kept whole or not at all, with one sync for all of them. A
    /// refusal ends the batch before the entry refused, or, if `reach` says so, leaves nothing of it.
    ///
    /// Gives what became of the entries that are recorded, and why it stopped, if it did.
    pub fn record_together(
        &mut self,
        entries: &[Entry],
        reach: Reach,
        clock: &dyn Clock,
    ) -> (Vec<Outcome>, Option<LedgerError>) {
        loop {
            let size = self.history.log().len() as u64;
            let mut outcomes = Vec::with_capacity(entries.len());
            let mut records = Vec::with_capacity(entries.len());
            let mut stopped = None;
            for entry in entries {
                match self.history.consider(entry) {
                    Ok(Decision::AlreadyRecorded(number)) => outcomes.push(Outcome::AlreadyRecorded(number)),
                    Ok(Decision::Accepted(accepted)) => {
                        let record = self.new_record(entry, &accepted, clock.now());
                        let recorded = Instant::from_micros(record.recorded);
                        let number = accepted.number;
                        self.history.accept(Recorded { number, recorded, entry: entry.clone() });
                        records.push(record);
                        outcomes.push(Outcome::Recorded(accepted));
                    }
                    Err(refused) => {
                        stopped = Some(LedgerError::Refused(refused));
                        break;
                    }
                }
            }
            if reach == Reach::WholeBatch && stopped.is_some() {
                self.forget_unrecorded();
                return (Vec::new(), stopped);
            }
            match self.log.append(size, &records) {
                Ok(_) => return (outcomes, stopped),
                // Another writer was faster: take in what it wrote and decide again.
                Err(LogError::Moved { .. }) => {
                    if let Err(error) = self.read_again() {
                        return (Vec::new(), Some(error));
                    }
                }
                Err(error) => {
                    self.forget_unrecorded();
                    return (Vec::new(), Some(error.into()));
                }
            }
        }
    }

    fn new_record(&self, entry: &Entry, accepted: &Accepted, now: i64) -> NewRecord {
        let before = self.history.log().last().map_or(now, |last| last.recorded.micros());
        NewRecord {
            id: entry.id.bytes(),
            order: accepted.order.number(),
            recorded: now.max(before),
            payload: entry.to_cbor(),
            signatures: Vec::new(),
        }
    }

    /// Answers for nothing that was accepted and not recorded. A log that cannot be read now is read when next
    /// something is recorded: its size will not be the expected one.
    fn forget_unrecorded(&mut self) {
        if self.read_again().is_err() {
            self.history = History::default();
        }
    }

    /// Takes in the log as it stands, with what others wrote.
    fn read_again(&mut self) -> Result<(), LedgerError> {
        self.history = History::of(entries(&self.log)?)?;
        Ok(())
    }

    /// Gives the log back, so that it can be closed.
    pub fn into_log(self) -> L {
        self.log
    }
}
