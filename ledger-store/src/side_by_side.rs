//! A log read from its first entry to its last by two threads: every record is hashed, opened and decoded, by
//! whichever thread has time, while one of them goes on with what the entries mean.
//!
//! One thread reads the records into chunks; when enough of them wait, it opens some itself. The other takes opened
//! chunks in order, and opens one when none is ready. So both are busy whatever costs more, meaning or hashing.

use std::cell::Cell;
use std::collections::VecDeque;
use std::ops::{ControlFlow, Range};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use ledger_core::replay::Archive;
use ledger_core::resolve::{Beside, Recorded};
use ledger_core::time::OrderKey;

use crate::archive::{LogArchive, decode};
use crate::ledger::LedgerError;
use crate::log::{Hash, Log, Record, RecordId};
use crate::merkle::{Frontier, leaf_hash};

/// Records in a chunk, a power of two: so a chunk is a complete subtree.
const CHUNK: usize = 128;

/// Chunks that may wait at once.
const WAITING_MAX: usize = 8;

/// A log whose every record is hashed when it is read as a whole.
#[derive(Debug)]
pub(crate) struct SideBySide<'a, L> {
    log: &'a L,
    root: Cell<Option<Hash>>,
    begun: Cell<bool>,
}

impl<'a, L: Log + Sync> SideBySide<'a, L> {
    pub(crate) fn of(log: &'a L) -> SideBySide<'a, L> {
        SideBySide { log, root: Cell::new(None), begun: Cell::new(false) }
    }

    /// The root over all entries, if all of them were read and hashed.
    pub(crate) fn root(&self) -> Option<Hash> {
        self.root.get()
    }
}

impl<L: Log + Sync> Archive for SideBySide<'_, L> {
    type Error = LedgerError;

    fn read(
        &self,
        numbers: Range<u64>,
        visit: &mut dyn FnMut(&Recorded, OrderKey) -> ControlFlow<()>,
    ) -> Result<(), LedgerError> {
        let whole = 1..self.log.head().size + 1;
        // Late entries are fetched while the whole is being read.
        if self.begun.replace(true) || numbers != whole {
            return LogArchive(self.log).read(numbers, visit);
        }
        let queue = Queue::default();
        let (tree, broken) = std::thread::scope(|scope| {
            let reader = scope.spawn(|| fill(self.log, &queue));
            let taken = take_all(&queue, visit);
            // A reader that still waits for room must not wait for ever.
            queue.abandon();
            match reader.join() {
                Ok(read) => read.and(taken),
                Err(_) => taken,
            }
        })?;
        if !broken && tree.size() == self.log.head().size {
            self.root.set(Some(tree.root()));
        }
        Ok(())
    }
}

/// Records as they were read, and what they are once they were opened. It goes round and round between the threads, so
/// that its room is used again.
#[derive(Debug, Default)]
struct Chunk {
    bytes: Vec<u8>,
    rows: Vec<Row>,
    /// The entries decoded.
    entries: Vec<(Recorded, OrderKey)>,
    /// The subtree over their records.
    tree: Frontier,
    /// Why the entry after these cannot be read.
    failed: Option<LedgerError>,
}

#[derive(Debug)]
struct Row {
    number: u64,
    id: RecordId,
    order: i64,
    end: usize,
}

impl Chunk {
    fn push(&mut self, record: &Record<'_>) {
        self.bytes.extend_from_slice(record.envelope);
        let Record { number, id, order, .. } = *record;
        self.rows.push(Row { number, id, order, end: self.bytes.len() });
    }

    fn open(&mut self) {
        let mut begin = 0;
        for row in &self.rows {
            let Row { number, id, order, end } = *row;
            let envelope = self.bytes.get(begin..end).unwrap_or_default();
            begin = end;
            self.tree.push(leaf_hash(envelope));
            match decode(&Record { number, id, order, envelope }) {
                Ok(recorded) => self.entries.push((recorded, Beside::from_number(order).order)),
                Err(error) => {
                    self.failed = Some(error);
                    break;
                }
            }
        }
    }

    fn clear(&mut self) {
        self.bytes.clear();
        self.rows.clear();
        self.entries.clear();
        self.tree = Frontier::default();
        self.failed = None;
    }
}

#[derive(Debug)]
enum Waiting {
    Read(Chunk),
    /// Somebody is opening it.
    Taken,
    Opened(Chunk),
}

/// The chunks between the two threads, in order.
#[derive(Debug, Default)]
struct Queue {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    /// The place of the first chunk that waits, among all.
    first: usize,
    waiting: VecDeque<Waiting>,
    /// Those that were taken, to be used again.
    spare: Vec<Chunk>,
    complete: bool,
    abandoned: bool,
}

impl Queue {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait<'a>(&self, state: MutexGuard<'a, State>) -> MutexGuard<'a, State> {
        self.changed.wait(state).unwrap_or_else(PoisonError::into_inner)
    }

    fn abandon(&self) {
        self.state().abandoned = true;
        self.changed.notify_all();
    }

    /// Puts a chunk in, opening others while there is no room, and gives an empty one; `None` when nobody wants any more.
    fn put(&self, chunk: Chunk) -> Option<Chunk> {
        let mut state = self.state();
        while state.waiting.len() >= WAITING_MAX && !state.abandoned {
            state = self.open_one_or_wait(state);
        }
        if state.abandoned {
            return None;
        }
        state.waiting.push_back(Waiting::Read(chunk));
        self.changed.notify_all();
        let mut used = state.spare.pop().unwrap_or_default();
        drop(state);
        // Here, where what it holds was allocated mostly, and not where the entries are folded.
        used.clear();
        Some(used)
    }

    /// Opens the first chunk that nobody has opened; waits where there is none.
    fn open_one_or_wait<'a>(&'a self, mut state: MutexGuard<'a, State>) -> MutexGuard<'a, State> {
        let unopened = state.waiting.iter().position(|waiting| matches!(waiting, Waiting::Read(_)));
        let Some(at) = unopened else { return self.wait(state) };
        let Waiting::Read(mut chunk) = std::mem::replace(&mut state.waiting[at], Waiting::Taken) else {
            return state;
        };
        let place = state.first + at;
        drop(state);
        chunk.open();
        let mut state = self.state();
        // Chunks before it may have been taken out meanwhile; it was not, for it was marked.
        let at = place - state.first;
        state.waiting[at] = Waiting::Opened(chunk);
        self.changed.notify_all();
        state
    }

    /// Says that nothing more comes.
    fn complete(&self) {
        self.state().complete = true;
        self.changed.notify_all();
    }

    /// Opens what is left once all is read.
    fn open_the_rest(&self) {
        let mut state = self.state();
        while !state.abandoned && state.waiting.iter().any(|waiting| matches!(waiting, Waiting::Read(_))) {
            state = self.open_one_or_wait(state);
        }
    }

    /// Takes a chunk back that was done with.
    fn put_back(&self, chunk: Chunk) {
        self.state().spare.push(chunk);
    }

    /// The next chunk in order, opened; `None` at the end.
    fn next(&self) -> Option<Chunk> {
        let mut state = self.state();
        loop {
            match state.waiting.front() {
                Some(Waiting::Opened(_)) => {
                    state.first += 1;
                    let front = state.waiting.pop_front();
                    self.changed.notify_all();
                    let Some(Waiting::Opened(opened)) = front else { return None };
                    return Some(opened);
                }
                Some(Waiting::Read(_) | Waiting::Taken) => state = self.open_one_or_wait(state),
                None if state.complete => return None,
                None => state = self.wait(state),
            }
        }
    }
}

/// Completes a queue however its reader ends, so that nobody waits for a thread that died.
struct Reader<'a>(&'a Queue);

impl Drop for Reader<'_> {
    fn drop(&mut self) {
        self.0.complete();
    }
}

/// Reads all records into the queue.
fn fill<L: Log>(log: &L, queue: &Queue) -> Result<(), LedgerError> {
    let reader = Reader(queue);
    let mut chunk = Chunk::default();
    let read = log.read(1..log.head().size + 1, &mut |record| {
        chunk.push(&record);
        if chunk.rows.len() == CHUNK {
            let Some(empty) = queue.put(std::mem::take(&mut chunk)) else { return ControlFlow::Break(()) };
            chunk = empty;
        }
        ControlFlow::Continue(())
    });
    if read.is_ok() && !chunk.rows.is_empty() {
        queue.put(chunk);
    }
    drop(reader);
    queue.open_the_rest();
    Ok(read?)
}

/// Shows all entries in order; gives the tree over them, and whether the visitor broke off.
fn take_all(
    queue: &Queue,
    visit: &mut dyn FnMut(&Recorded, OrderKey) -> ControlFlow<()>,
) -> Result<(Frontier, bool), LedgerError> {
    let mut tree = Frontier::default();
    while let Some(chunk) = queue.next() {
        for (recorded, order) in &chunk.entries {
            if visit(recorded, *order).is_break() {
                return Ok((tree, true));
            }
        }
        if let Some(error) = chunk.failed {
            return Err(error);
        }
        tree.join(&chunk.tree);
        queue.put_back(chunk);
    }
    Ok((tree, false))
}

const _: () = assert!(CHUNK.is_power_of_two(), "a chunk is a complete subtree");
