//! The ledger's own thread: callers hand in their entries, it decides all that have gathered and appends them as one
//! group with one sync. Each caller is answered when its entry is durable or refused.
//!
//! Waking a thread costs more than deciding an entry. So the ledger is woken once for a group, when all who may come
//! are there, and all callers of a group by one call.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use crate::disk::Clock;
use crate::ledger::{Ledger, LedgerError, Outcome};
use crate::log::{Log, LogError};
use crate::signature::Signed;

type Answer = Result<Outcome, LedgerError>;

/// A ledger at work on a thread of its own.
#[derive(Debug)]
pub struct LedgerThread<L> {
    desk: Desk,
    thread: JoinHandle<Ledger<L>>,
}

impl<L: Log + Send + 'static> LedgerThread<L> {
    /// Sets a ledger to work.
    ///
    /// # Errors
    /// [`LogError::Io`] when the system gives no thread.
    pub fn start(ledger: Ledger<L>, clock: Arc<dyn Clock>) -> Result<LedgerThread<L>, LogError> {
        let hall = Arc::new(Hall::default());
        let desk = Desk::at(Arc::clone(&hall));
        let work = move || work(ledger, &hall, &*clock);
        let thread = std::thread::Builder::new().name("ledger".to_owned()).spawn(work);
        let doing = "cannot start the ledger's thread".to_owned();
        let thread = thread.map_err(|source| LogError::Io { doing, source })?;
        Ok(LedgerThread { desk, thread })
    }

    /// Where entries are handed in.
    pub fn desk(&self) -> Desk {
        self.desk.clone()
    }

    /// Waits until every desk is gone and all callers are answered, and gives the ledger back; `None` if its
    /// thread died.
    pub fn finish(self) -> Option<Ledger<L>> {
        drop(self.desk);
        self.thread.join().ok()
    }
}

/// Where entries are handed in. Clones hand in to the same ledger.
#[derive(Debug)]
pub struct Desk {
    hall: Arc<Hall>,
}

impl Desk {
    fn at(hall: Arc<Hall>) -> Desk {
        hall.look().desks += 1;
        Desk { hall }
    }

    /// Records an entry and waits until it is durable, or stood there already, or is refused.
    ///
    /// # Errors
    /// As for [`Ledger::record`]; [`LogError::Poisoned`] when the ledger's thread is gone.
    pub fn record(&self, wish: impl Into<Signed>) -> Answer {
        let (group, place) = self.hall.enter(wish.into())?;
        group.answer_of(place)
    }
}

impl Clone for Desk {
    fn clone(&self) -> Desk {
        Desk::at(Arc::clone(&self.hall))
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        let mut gathering = self.hall.look();
        gathering.desks -= 1;
        if gathering.desks == 0 {
            self.hall.complete.notify_one();
        }
    }
}

/// Where callers gather while the ledger is at work on the group before.
#[derive(Debug, Default)]
struct Hall {
    gathering: Mutex<Gathering>,
    complete: Condvar,
}

#[derive(Debug, Default)]
struct Gathering {
    entries: Vec<Signed>,
    group: Arc<Group>,
    /// How many the ledger waits for before it looks.
    awaited: usize,
    desks: usize,
    /// Whether the ledger's thread is gone.
    closed: bool,
}

impl Hall {
    fn look(&self) -> MutexGuard<'_, Gathering> {
        // Nothing that is done under the lock can fail half-way.
        self.gathering.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Joins the group that gathers; gives it, and the caller's place in it.
    fn enter(&self, entry: Signed) -> Result<(Arc<Group>, usize), LedgerError> {
        let mut gathering = self.look();
        if gathering.closed {
            return Err(LogError::Poisoned.into());
        }
        let place = gathering.entries.len();
        gathering.entries.push(entry);
        if gathering.entries.len() == gathering.awaited {
            self.complete.notify_one();
        }
        Ok((Arc::clone(&gathering.group), place))
    }

    /// Those who are about to be answered may come again.
    fn await_again(&self, answered: usize) {
        let mut gathering = self.look();
        gathering.awaited = gathering.entries.len() + answered;
    }

    /// The next group: as soon as all who are awaited have come, or, patience at an end, whoever has. `None` when
    /// there is no desk any more.
    fn next_group(&self, patience: Duration) -> Option<(Vec<Signed>, AtWork)> {
        let some_may_come =
            |gathering: &mut Gathering| gathering.desks > 0 && gathering.entries.len() < gathering.awaited;
        let waited = self.complete.wait_timeout_while(self.look(), patience, some_may_come);
        let (mut gathering, _) = waited.unwrap_or_else(PoisonError::into_inner);
        gathering.awaited = 1;
        let waited = self.complete.wait_while(gathering, some_may_come);
        let mut gathering = waited.unwrap_or_else(PoisonError::into_inner);
        let entries = std::mem::take(&mut gathering.entries);
        let group = std::mem::take(&mut gathering.group);
        (!entries.is_empty()).then_some((entries, AtWork(group)))
    }

    fn close(&self) {
        let mut gathering = self.look();
        gathering.closed = true;
        gathering.group.answer(Vec::new());
    }
}

/// Callers who are answered together.
#[derive(Debug, Default)]
struct Group {
    answers: Mutex<Option<Vec<Option<Answer>>>>,
    answered: Condvar,
}

impl Group {
    fn answer_of(&self, place: usize) -> Answer {
        let answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        let answered = self.answered.wait_while(answers, |answers| answers.is_none());
        let mut answers = answered.unwrap_or_else(PoisonError::into_inner);
        let own = answers.as_mut().and_then(|answers| answers.get_mut(place)).and_then(Option::take);
        own.unwrap_or_else(|| Err(LogError::Poisoned.into()))
    }

    /// Answers all, once; those for whom there is no answer learn that the thread is gone.
    fn answer(&self, given: Vec<Option<Answer>>) {
        let mut answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        if answers.is_none() {
            *answers = Some(given);
            drop(answers);
            self.answered.notify_all();
        }
    }
}

/// The group that the ledger is at work on: answered even if the thread dies.
struct AtWork(Arc<Group>);

impl AtWork {
    fn answer(self, answers: Vec<Answer>) {
        self.0.answer(answers.into_iter().map(Some).collect());
    }
}

impl Drop for AtWork {
    fn drop(&mut self) {
        self.0.answer(Vec::new());
    }
}

/// Lets nobody wait for a ledger that is gone.
struct Closing<'a>(&'a Hall);

impl Drop for Closing<'_> {
    fn drop(&mut self) {
        self.0.close();
    }
}

fn work<L: Log>(mut ledger: Ledger<L>, hall: &Hall, clock: &dyn Clock) -> Ledger<L> {
    let closing = Closing(hall);
    let mut patience = Duration::ZERO;
    while let Some((entries, group)) = closing.0.next_group(patience) {
        let begun = Instant::now();
        let answers = ledger.record_each(&entries, clock);
        // Whoever is awaited and does not come costs the others half of what a group takes.
        patience = begun.elapsed() / 2;
        hall.await_again(answers.len());
        group.answer(answers);
    }
    ledger
}
