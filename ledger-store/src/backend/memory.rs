//! A log in memory, for tests and for trying things out. Nothing is durable.

use std::collections::HashMap;
use std::ops::{ControlFlow, Range};

use crate::batch::{Plan, plan};
use crate::frame::FRAME_BYTES_MAX;
use crate::log::{Head, Log, LogError, LogId, NewRecord, Record, RecordId};
use crate::merkle::{Frontier, leaf_hash};

/// A record as it is kept.
#[derive(Debug, Clone)]
struct Kept {
    id: RecordId,
    order: i64,
    envelope: Vec<u8>,
}

/// A log that lives as long as its handle.
#[derive(Debug, Clone)]
pub struct MemoryLog {
    log_id: LogId,
    records: Vec<Kept>,
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

    fn refuse_duplicates(&self, plan: &Plan<'_>) -> Result<(), LogError> {
        let mut here = HashMap::new();
        for (number, record) in plan.numbered() {
            let there = self.numbers.get(&record.id).copied();
            if let Some(number) = there.or_else(|| here.insert(record.id, number)) {
                return Err(LogError::Duplicate { number });
            }
        }
        Ok(())
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
        let plan = plan(expected, &self.head(), self.recorded, records, FRAME_BYTES_MAX)?;
        self.refuse_duplicates(&plan)?;
        for (place, record) in records.iter().enumerate() {
            let envelope = plan.envelope(place).encode();
            self.frontier.push(leaf_hash(&envelope));
            self.numbers.insert(record.id, self.frontier.size());
            self.records.push(Kept { id: record.id, order: record.order, envelope });
        }
        self.recorded = plan.recorded;
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
        for (number, Kept { id, order, envelope }) in wanted {
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
