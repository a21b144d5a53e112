//! Which lots a person wants sold: instructions as they were given. Like other declarations they hold from their
//! number on; whether one counts for a disposal is asked of it then.

use super::{Moment, World};
use crate::event::LotInstructionRecorded;
use crate::ids::{BookId, TransactionId};
use crate::time::Instant;
use crate::tracked::Tracked;

/// By book, the transaction that it is for or none where it stands for all, when it was given, and its entry.
type Key = (BookId, Option<TransactionId>, Instant, u64);

pub(super) type Instructions = Tracked<Key, LotInstructionRecorded>;

impl World {
    pub(super) fn instruct(&mut self, number: u64, e: &LotInstructionRecorded) {
        self.instructions.set((e.book, e.sale_ref, e.given_at, number), e.clone());
    }

    /// The instruction that counts for coins that leave: the latest given for their transaction, else the latest that
    /// stands for all.
    #[must_use]
    pub fn lot_instruction(
        &self,
        book: BookId,
        transaction: Option<TransactionId>,
        at: &Moment,
    ) -> Option<&LotInstructionRecorded> {
        let own = transaction.and_then(|of| self.latest_instruction(book, Some(of), at));
        own.or_else(|| self.latest_instruction(book, None, at))
    }

    /// The latest one given by the time of the event, and recorded before it or proven (Reg. 1.1012-1(j)(2)).
    fn latest_instruction(
        &self,
        book: BookId,
        of: Option<TransactionId>,
        at: &Moment,
    ) -> Option<&LotInstructionRecorded> {
        let given = (book, of, Instant::from_micros(i64::MIN), 0)..=(book, of, at.instant, u64::MAX);
        let counts =
            |(key, e): &(&Key, &LotInstructionRecorded)| key.3 < at.event.entry || e.evidence.is_some();
        self.instructions.range(given).rev().find(counts).map(|(_, e)| e)
    }
}
