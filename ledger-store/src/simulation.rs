//! Whole lives of a log on a disk that does its worst, each told by its seed and compared with a model.
//!
//! A history creates a log and takes steps: appends and imports, crashes, failing and full disks, readers, tiles and
//! blobs, checkpoints kept outside, verifications, a second writer. It ends with a sound log or with one fault that no
//! log can survive. The model knows what was acknowledged, and what holds is this:
//!
//! - **Nothing is lost, invented, doubled, changed or reordered.** Whenever a writer has opened the log, it holds
//!   what was acknowledged, and then the one batch whose fate was unknown, whole, or nothing of it. What is not
//!   there then never turns up later.
//! - **A reader sees a prefix, and what it has seen is never taken back.** Opened between any two operations of
//!   the writer, it answers for whole batches only; whatever it answers for survives every crash after that. It
//!   may be behind what was acknowledged, but names the rest as pending.
//! - **A sound log raises no alarm.** Crashes, errors and a full disk are no damage; verification is clean.
//! - **A fault that destroys is found** by verification with a checkpoint kept elsewhere, or by opening; a log
//!   that was damaged at rest is found without a checkpoint. What a damaged log still shows is true.
//!
//! The same plan gives the same history, step by step. With a guard removed on purpose ([`Guard`]) histories must
//! fail: that is how the simulation shows that it would notice.

mod beside;
mod compare;
mod ending;
mod engine;
mod guard;
mod history;
mod model;
mod steps;
mod tally;
mod watch;

use std::collections::BTreeSet;
use std::fmt;
use std::ops::Range;

pub use guard::Guard;
use history::History;
pub use tally::{Met, Tally};

/// What kind of promise a history found broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Promise {
    /// What was acknowledged, or shown to a reader, is not there.
    NothingLost,
    /// An entry is there that nobody appended, or a batch of which only a part is there.
    NothingInvented,
    /// An entry is there twice.
    NothingDoubled,
    /// Entries are in another order.
    NothingReordered,
    /// An entry is not what was appended.
    NothingChanged,
    /// A fault that destroyed something was not found.
    DamageFound,
    /// A sound log was taken for a damaged one, or did not do what it must.
    NoFalseAlarm,
}

impl Promise {
    /// What has happened when the promise is broken, in a word or two.
    pub fn broken(self) -> &'static str {
        match self {
            Self::NothingLost => "lost",
            Self::NothingInvented => "invented",
            Self::NothingDoubled => "doubled",
            Self::NothingReordered => "reordered",
            Self::NothingChanged => "changed",
            Self::DamageFound => "damage not found",
            Self::NoFalseAlarm => "not sound",
        }
    }
}

/// A promise that was broken, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Broken {
    promise: Promise,
    what: String,
}

impl Broken {
    fn new(promise: Promise, what: impl Into<String>) -> Self {
        Self { promise, what: what.into() }
    }

    fn alarm(doing: &str, why: &dyn fmt::Display) -> Self {
        Self::new(Promise::NoFalseAlarm, format!("{doing}: {why}"))
    }
}

/// The history that broke a promise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// Its seed.
    pub seed: u64,
    /// The step at which it stopped, from 0; one after the last is its ending.
    pub step: u64,
    /// The promise that was broken.
    pub promise: Promise,
    /// What was found.
    pub what: String,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { seed, step, promise, what } = self;
        write!(f, "seed {seed}, step {step}: {}: {what}", promise.broken())
    }
}

/// Everything that decides a history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// All choices of the history and all whims of its disk follow from this.
    pub seed: u64,
    /// A guard that is removed on purpose.
    pub without: Option<Guard>,
    /// Steps that are passed over; the others stay what they are.
    pub left_out: BTreeSet<u64>,
}

impl Plan {
    /// The history of this seed, whole and with every guard in place.
    pub fn of(seed: u64) -> Self {
        Self { seed, without: None, left_out: BTreeSet::new() }
    }

    /// The same history with a guard removed.
    pub fn without(self, guard: Guard) -> Self {
        Self { without: Some(guard), ..self }
    }

    /// Lives the history and counts what it met. It stops at the first step that breaks a promise.
    ///
    /// # Errors
    /// The promise that was broken.
    pub fn live(&self, tally: &mut Tally) -> Result<(), Failure> {
        History::new(self, tally, None).live()
    }

    /// Lives the history and tells its steps, the last of them the one at which it stopped.
    pub fn trace(&self) -> Vec<String> {
        let mut lines = Vec::new();
        let outcome = History::new(self, &mut Tally::default(), Some(&mut lines)).live();
        lines.push(outcome.map_or_else(|failure| failure.to_string(), |()| "nothing is wrong".to_owned()));
        lines
    }

    /// The shortest history found that breaks the same promise: steps are left out one after the other, for as
    /// long as it still fails.
    pub fn shrunk(&self, failure: &Failure) -> Self {
        let mut plan = self.clone();
        for step in (0..failure.step).rev() {
            let mut shorter = plan.clone();
            shorter.left_out.insert(step);
            let outcome = shorter.live(&mut Tally::default());
            if outcome.is_err_and(|other| other.promise == failure.promise) {
                plan = shorter;
            }
        }
        plan
    }
}

/// The first history among these seeds that fails, with the guard removed if one is named.
pub fn first_failure(seeds: Range<u64>, without: Option<Guard>) -> Option<Failure> {
    let mut tally = Tally::default();
    seeds.into_iter().find_map(|seed| Plan { without, ..Plan::of(seed) }.live(&mut tally).err())
}
