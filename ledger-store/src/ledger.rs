//! The ledger: a log of bytes and the domain that gives them meaning. It catches up, decides, appends, and
//! takes in what was appended.

use std::collections::HashMap;
use std::ops::{ControlFlow, Range};

use ledger_core::decide::{Accepted, Decider, Decision, Past, Refused, Showing, Signer, Undecided};
use ledger_core::entry::{Entry, EntryId, NotAnEntry};
use ledger_core::fold::Fold;
use ledger_core::refusal::Refusal;
use ledger_core::replay::{Archive, CannotFold, Standing};
use ledger_core::resolve::{Beside, Outline, Place, Question, Recorded};
use ledger_core::time::{Instant, OrderKey};

use crate::archive::LogArchive;
use crate::disk::Clock;
use crate::envelope::{ENVELOPE_BYTES_MAX, EnvelopeError};
use crate::log::{Log, LogError, NewRecord};
use crate::reading;
use crate::signature::{Signature, Wish, signer};
use crate::snapshot::Snapshots;

/// A ledger over a log.
#[derive(Debug)]
pub struct Ledger<L> {
    log: L,
    snapshots: Snapshots,
    decider: Decider,
    /// The last entry on time of the standing kept last.
    kept: u64,
    /// How many entries the outline kept last is of.
    outlined: u64,
    /// Entries accepted that the log does not hold yet.
    ahead: Ahead,
}

/// Entries accepted and not yet appended, in order and by id.
#[derive(Debug, Default)]
struct Ahead {
    /// The number of the first of them.
    first: u64,
    records: Vec<NewRecord>,
    places: HashMap<EntryId, usize>,
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
    /// The frame has another id for a record than its entry.
    #[error("entry {number}: the frame has another id than the entry")]
    OtherId {
        /// The record.
        number: u64,
    },
    /// The frame says of a record that it declares something, and its entry does not, or the other way.
    #[error("entry {number}: the frame does not say what the entry declares")]
    OtherBeside {
        /// The record.
        number: u64,
    },
    /// The tree over the entries has another root than the head acknowledges.
    #[error("the root over the entries is not the one that the head acknowledges")]
    OtherRoot,
    /// The log is sound, but what it says does not fold.
    #[error(transparent)]
    CannotFold(#[from] CannotFold),
}

impl From<Undecided<LedgerError>> for LedgerError {
    fn from(undecided: Undecided<LedgerError>) -> LedgerError {
        match undecided {
            Undecided::Refused(refused) => LedgerError::Refused(refused),
            Undecided::Unreadable(error) => error,
        }
    }
}

/// The log, and behind it what was accepted and is not in it yet.
struct Written<'a, L> {
    log: &'a L,
    snapshots: &'a Snapshots,
    ahead: &'a Ahead,
}

impl<L: Log> Archive for Written<'_, L> {
    type Error = LedgerError;

    fn read(
        &self,
        numbers: Range<u64>,
        visit: &mut dyn FnMut(&Recorded, OrderKey) -> ControlFlow<()>,
    ) -> Result<(), LedgerError> {
        let mut broken = false;
        LogArchive(self.log).read(numbers.clone(), &mut |recorded, order| {
            let flow = visit(recorded, order);
            broken = flow.is_break();
            flow
        })?;
        for (number, record) in (self.ahead.first..).zip(&self.ahead.records) {
            if broken || number >= numbers.end {
                break;
            }
            if number >= numbers.start {
                let order = Beside::from_number(record.order).order;
                broken = visit(&self.ahead.recorded(number, record)?, order).is_break();
            }
        }
        Ok(())
    }
}

impl<L: Log> Past for Written<'_, L> {
    fn before(&self, place: Place, outline: &Outline) -> Option<Standing> {
        let (question, zone) = (Question::default(), outline.zone());
        let stands =
            |standing: &Standing| standing.place < place && standing.serves(outline, &question, zone);
        self.snapshots.latest(self.log, stands)
    }

    fn number_of(&self, id: EntryId) -> Result<Option<u64>, LedgerError> {
        let ahead = self.ahead.find(id).map(|(number, _)| number);
        ahead.map_or_else(|| Ok(self.log.find(&id.bytes())?), |number| Ok(Some(number)))
    }
}

impl<L: Log> Ledger<L> {
    /// Makes a log ready to be appended to, from the standings that are kept.
    ///
    /// # Errors
    /// [`LedgerError`] when the log cannot be read or does not fold.
    pub fn open(log: L, snapshots: Snapshots) -> Result<Ledger<L>, LedgerError> {
        let outline = reading::outline(&log, &snapshots)?;
        let head = reading::standing(&log, &outline, &snapshots, &Question::default())?;
        let kept = head.on_time;
        let outlined = outline.size();
        let decider = Decider::of(head, outline).marking_every(snapshots.every());
        Ok(Ledger { log, snapshots, decider, kept, outlined, ahead: Ahead::default() })
    }

    /// World and books after the last entry.
    pub fn fold(&self) -> &Fold {
        &self.decider.head().fold
    }

    /// How many entries there are, those rehearsed included.
    pub fn size(&self) -> u64 {
        self.decider.outline().size()
    }

    /// Decides an entry without recording it. What is accepted counts for the entries decided after it, and never
    /// reaches the log.
    ///
    /// # Errors
    /// [`LedgerError::Refused`], or the log could not be read.
    pub fn rehearse(&mut self, entry: &Entry) -> Result<Decision, LedgerError> {
        self.decide(entry, None, Signer::Later, Showing::Journals, 0)
    }

    /// The same for an entry as it will be recorded, with its signature or without.
    ///
    /// # Errors
    /// As for [`Ledger::rehearse`].
    pub fn rehearse_signed(&mut self, wish: &impl Wish) -> Result<Decision, LedgerError> {
        let signer = self.signer_of(wish);
        self.decide(wish.entry(), wish.signature(), signer, Showing::Nothing, 0)
    }

    fn signer_of(&self, wish: &impl Wish) -> Signer {
        let Some(signature) = wish.signature() else { return Signer::Nobody };
        signer(self.log.log_id(), &wish.entry().to_cbor(), [signature.bytes()])
    }

    /// Decides an entry; an accepted one is ahead of the log until that is appended.
    fn decide(
        &mut self,
        entry: &Entry,
        signature: Option<&Signature>,
        signer: Signer,
        showing: Showing,
        now: i64,
    ) -> Result<Decision, LedgerError> {
        if let Some(number) = self.number_of(entry)? {
            return Ok(Decision::AlreadyRecorded(number));
        }
        let payload = entry.to_cbor();
        let signatures: Vec<Vec<u8>> = signature.iter().map(|signature| signature.bytes().to_vec()).collect();
        refuse_if_too_large(&payload, &signatures)?;
        let past = Written { log: &self.log, snapshots: &self.snapshots, ahead: &self.ahead };
        let accepted = self.decider.consider(entry, signer, &past, showing)?;
        self.decider.accept();
        let beside = Beside { order: accepted.order, declares: entry.declares() };
        self.ahead.push(
            accepted.number,
            entry.id,
            NewRecord { id: entry.id.bytes(), order: beside.number(), recorded: now, payload, signatures },
        );
        Ok(Decision::Accepted(accepted))
    }

    /// Records an entry. When this returns, it is durable, or stood there already, or nothing was written.
    ///
    /// # Errors
    /// [`LedgerError::Refused`] with nothing written; [`LogError::Unknown`] when nobody knows whether it was
    /// written: open the ledger anew and record it again, which is harmless.
    pub fn record(&mut self, wish: &impl Wish, clock: &dyn Clock) -> Result<Outcome, LedgerError> {
        let (mut outcomes, stopped) =
            self.record_together(std::slice::from_ref(wish), Reach::FromThere, clock);
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
        entries: &[impl Wish],
        reach: Reach,
        clock: &dyn Clock,
    ) -> (Vec<Outcome>, Option<LedgerError>) {
        loop {
            let mut outcomes = Vec::with_capacity(entries.len());
            let mut stopped = None;
            for entry in entries {
                match self.outcome(entry, clock) {
                    Ok(outcome) => outcomes.push(outcome),
                    Err(error) => {
                        stopped = Some(error);
                        break;
                    }
                }
            }
            if reach == Reach::WholeBatch && stopped.is_some() {
                self.forget_unrecorded();
                return (Vec::new(), stopped);
            }
            match self.append() {
                Ok(true) => return (outcomes, stopped),
                Ok(false) => {}
                Err(error) => return (Vec::new(), Some(error)),
            }
        }
    }

    /// Records entries of callers who know nothing of each other: as one batch with one sync, each refused or
    /// recorded for itself. Gives what became of each, in order.
    pub fn record_each(
        &mut self,
        entries: &[impl Wish],
        clock: &dyn Clock,
    ) -> Vec<Result<Outcome, LedgerError>> {
        loop {
            let answers: Vec<_> = entries.iter().map(|entry| self.outcome(entry, clock)).collect();
            match self.append() {
                Ok(true) => return answers,
                Ok(false) => {}
                Err(error) => return entries.iter().map(|_| Err(error.for_another())).collect(),
            }
        }
    }

    fn outcome(&mut self, wish: &impl Wish, clock: &dyn Clock) -> Result<Outcome, LedgerError> {
        let signer = self.signer_of(wish);
        Ok(match self.decide(wish.entry(), wish.signature(), signer, Showing::Nothing, clock.now())? {
            Decision::AlreadyRecorded(number) => Outcome::AlreadyRecorded(number),
            Decision::Accepted(accepted) => Outcome::Recorded(accepted),
        })
    }

    /// Appends what was accepted. `false` says that another writer was faster and everything must be decided again.
    fn append(&mut self) -> Result<bool, LedgerError> {
        let decided_at = self.size() - self.ahead.records.len() as u64;
        match self.log.append(decided_at, &self.ahead.records) {
            Ok(_) => {
                self.recorded();
                Ok(true)
            }
            // What the other one wrote is taken in.
            Err(LogError::Moved { .. }) => self.read_again().map(|()| false),
            Err(error) => {
                self.forget_unrecorded();
                Err(error.into())
            }
        }
    }

    /// The number under which the same entry stands already.
    fn number_of(&self, entry: &Entry) -> Result<Option<u64>, LedgerError> {
        let (number, same) = if let Some((number, record)) = self.ahead.find(entry.id) {
            (number, record.payload == entry.to_cbor())
        } else if let Some(number) = self.log.find(&entry.id.bytes())? {
            (number, reading::entry(&self.log, number)?.is_some_and(|recorded| recorded.entry == *entry))
        } else {
            return Ok(None);
        };
        if same {
            return Ok(Some(number));
        }
        Err(LedgerError::Refused(Refusal::IdReused { number, id: entry.id }.into()))
    }

    /// What was accepted is durable now.
    fn recorded(&mut self) {
        self.ahead = Ahead::default();
        for mark in self.decider.take_marks() {
            self.snapshots.keep(&self.log, &mark);
        }
        let head = self.decider.head();
        if head.on_time / self.snapshots.every() > self.kept / self.snapshots.every() {
            self.snapshots.keep(&self.log, head);
            self.kept = head.on_time;
        }
    }

    /// Answers for nothing that was accepted and not recorded. A log that cannot be read now is read when next
    /// something is recorded: its size will not be the expected one.
    fn forget_unrecorded(&mut self) {
        if self.read_again().is_err() {
            self.decider = Decider::default();
            self.ahead = Ahead::default();
        }
    }

    /// Takes in the log as it stands, with what others wrote.
    fn read_again(&mut self) -> Result<(), LedgerError> {
        self.ahead = Ahead::default();
        let outline = reading::outline(&self.log, &self.snapshots)?;
        let head = reading::standing(&self.log, &outline, &self.snapshots, &Question::default())?;
        self.decider = Decider::of(head, outline).marking_every(self.snapshots.every());
        Ok(())
    }

    /// Keeps the standing that was reached, for whoever opens the ledger next, and gives the log back, so that it
    /// can be closed.
    pub fn into_log(self) -> L {
        let head = self.decider.head();
        if self.ahead.records.is_empty() && head.known == self.log.head().size {
            self.snapshots.keep_head(&self.log, head, self.kept);
            self.snapshots.keep_outline(&self.log, self.decider.outline(), self.outlined);
        }
        self.log
    }
}

impl LedgerError {
    /// The same for another caller of the same batch.
    fn for_another(&self) -> LedgerError {
        LedgerError::Log(if let LedgerError::Log(LogError::Unknown(error)) = self {
            LogError::Unknown(std::io::Error::new(error.kind(), error.to_string()))
        } else if matches!(self, LedgerError::Log(LogError::Full)) {
            LogError::Full
        } else {
            LogError::Poisoned
        })
    }
}

/// Refuses an entry that no log takes, before those that come with it are refused too.
fn refuse_if_too_large(payload: &[u8], signatures: &[Vec<u8>]) -> Result<(), LedgerError> {
    // The largest head that an envelope puts around a payload and a signature.
    const AROUND: usize = 64;
    let bytes = payload.len() + AROUND + signatures.iter().map(Vec::len).sum::<usize>();
    if bytes <= ENVELOPE_BYTES_MAX {
        return Ok(());
    }
    let limit = ENVELOPE_BYTES_MAX as u64;
    Err(LedgerError::Log(LogError::TooLarge { what: "an entry", bytes: bytes as u64, limit }))
}

impl Ahead {
    fn push(&mut self, number: u64, id: EntryId, record: NewRecord) {
        if self.records.is_empty() {
            self.first = number;
        }
        self.places.insert(id, self.records.len());
        self.records.push(record);
    }

    fn find(&self, id: EntryId) -> Option<(u64, &NewRecord)> {
        let place = *self.places.get(&id)?;
        Some((self.first + place as u64, self.records.get(place)?))
    }

    /// An entry as it will be read again; its time of recording is not known yet.
    fn recorded(&self, number: u64, record: &NewRecord) -> Result<Recorded, LedgerError> {
        let entry = Entry::from_cbor(&record.payload);
        let entry = entry.map_err(|why| LedgerError::NotAnEntry { number, why })?;
        Ok(Recorded { number, recorded: Instant::from_micros(record.recorded), entry })
    }
}
