//! A log in memory, for tests and for trying things out. Nothing is durable.

use std::collections::HashMap;
use std::ops::{ControlFlow, Range};

use crate::batch::{Sealed, prepare};
use crate::log::{Head, Log, LogError, LogId, NewRecord, Record, RecordId};
use crate::merkle::Frontier;

/// A log that lives as long as its handle.
#[derive(Debug, Clone)]
pub struct MemoryLog {
    log_id: LogId,
    records: Vec<Sealed>,
    numbers: HashMap<RecordId, u64>,
    frontier: Frontier,
    recorded: i64,
}

impl MemoryLog {
    /// An empty log.
    pub fn new(log_id: LogId) -> Self {
        Self {
            log_id,
            records: Vec::new(),
            numbers: HashMap::new(),
            frontier: Frontier::default(),
            recorded: i64::MIN,
        }
    }
}

impl Log for MemoryLog {
    fn log_id(&self) -> LogId {
        self.log_id
    }

    fn head(&self) -> Head {
        Head { size: self.frontier.size(), root: self.frontier.root() }
    }

    fn append(&mut self, expected: u64, records: &[NewRecord]) -> Result<Head, LogError> {
        let number_of = |id: &RecordId| self.numbers.get(id).copied();
        let batch = prepare(expected, &self.frontier, self.recorded, records, number_of)?;
        self.numbers.extend((batch.first..).zip(&batch.records).map(|(number, record)| (record.id, number)));
        self.records.extend(batch.records);
        self.frontier = batch.frontier;
        self.recorded = batch.recorded;
        Ok(self.head())
    }

    fn read(
        &self,
        numbers: Range<u64>,
        visit: &mut dyn FnMut(Record<'_>) -> ControlFlow<()>,
    ) -> Result<(), LogError> {
        let first = numbers.start.max(1);
        let passed_over = usize::try_from(first - 1).unwrap_or(usize::MAX);
        let wanted = (first..numbers.end).zip(self.records.iter().skip(passed_over));
        for (number, Sealed { id, order, envelope }) in wanted {
            if visit(Record { number, id: *id, order: *order, envelope }).is_break() {
                break;
            }
        }
        Ok(())
    }

    fn find(&self, id: &RecordId) -> Result<Option<u64>, LogError> {
        Ok(self.numbers.get(id).copied())
    }
}
