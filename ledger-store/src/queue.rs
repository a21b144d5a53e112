//! The ledger's own thread: callers queue their wishes, it decides them in turn and appends all that have gathered as
//! one group with one sync. Each caller is answered when its entry is durable or refused.

use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, Sender, SyncSender};
use std::thread::JoinHandle;

use ledger_core::entry::Entry;

use crate::disk::Clock;
use crate::ledger::{Ledger, LedgerError, Outcome};
use crate::log::{Log, LogError};

/// At most so many wishes make a group; those that gather meanwhile make the next.
const GROUP_MAX: usize = 1024;

type Answer = Result<Outcome, LedgerError>;

struct Wish {
    entry: Entry,
    answer: SyncSender<Answer>,
}

/// A ledger at work on a thread of its own.
#[derive(Debug)]
pub struct LedgerThread<L> {
    desk: Desk,
    thread: JoinHandle<Ledger<L>>,
}

/// Where wishes are handed in. Clones hand in to the same ledger.
#[derive(Debug, Clone)]
pub struct Desk {
    wishes: Sender<Wish>,
}

impl<L: Log + Send + 'static> LedgerThread<L> {
    /// Sets a ledger to work.
    ///
    /// # Errors
    /// [`LogError::Io`] when the system gives no thread.
    pub fn start(ledger: Ledger<L>, clock: Arc<dyn Clock>) -> Result<LedgerThread<L>, LogError> {
        let (wishes, queue) = mpsc::channel();
        let work = move || drain(ledger, &queue, &*clock);
        let thread = std::thread::Builder::new().name("ledger".to_owned()).spawn(work);
        let doing = "cannot start the ledger's thread".to_owned();
        let thread = thread.map_err(|source| LogError::Io { doing, source })?;
        Ok(LedgerThread { desk: Desk { wishes }, thread })
    }

    /// Where wishes are handed in.
    pub fn desk(&self) -> Desk {
        self.desk.clone()
    }

    /// Waits until every desk is gone and all wishes are answered, and gives the ledger back; `None` if its
    /// thread died.
    pub fn finish(self) -> Option<Ledger<L>> {
        drop(self.desk);
        self.thread.join().ok()
    }
}

impl Desk {
    /// Records an entry and waits until it is durable, or stood there already, or is refused.
    ///
    /// # Errors
    /// As for [`Ledger::record`]; [`LogError::Poisoned`] when the ledger's thread is gone.
    pub fn record(&self, entry: Entry) -> Answer {
        let (answer, answered) = mpsc::sync_channel(1);
        let gone = || LedgerError::Log(LogError::Poisoned);
        self.wishes.send(Wish { entry, answer }).map_err(|_| gone())?;
        answered.recv().map_err(|_| gone())?
    }
}

fn drain<L: Log>(mut ledger: Ledger<L>, queue: &Receiver<Wish>, clock: &dyn Clock) -> Ledger<L> {
    while let Ok(first) = queue.recv() {
        let gathered = std::iter::once(first).chain(queue.try_iter()).take(GROUP_MAX);
        let (entries, callers): (Vec<_>, Vec<_>) = gathered.map(|wish| (wish.entry, wish.answer)).unzip();
        let answers = ledger.record_each(&entries, clock);
        for (caller, answer) in callers.into_iter().zip(answers) {
            // Who does not wait any more needs no answer.
            let _gone = caller.send(answer);
        }
    }
    ledger
}
