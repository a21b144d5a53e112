//! Which lots a person wants sold, said before the sale (Reg. 1.1012-1(j)).

use crate::evidence::Evidence;
use crate::ids::{BookId, LotId, TransactionId};
use crate::money::Units;
use crate::policy::LotMethod;
use crate::shape::fact;
use crate::time::{Day, Instant};

fact! {
    /// Which lots are to leave where a book takes those that are named and a disposal names none. It counts if it was
    /// given by then and recorded before the disposal was, or has evidence; the latest given counts.
    pub struct LotInstructionRecorded {
        /// The book.
        #[n(0)] pub book: BookId,
        /// The transaction whose disposals it is for; or else
        #[n(1)] pub sale_ref: Option<TransactionId>,
        /// that it stands for every disposal that has no instruction of its own.
        #[n(2)] pub standing: Option<bool>,
        /// In which order lots leave; or else
        #[n(3)] pub method: Option<LotMethod>,
        /// which lots do, for disposals of one transaction.
        #[serde(default)]
        #[n(4)] pub lots: Vec<InstructedLot>,
        /// When it was given.
        #[n(5)] pub given_at: Instant,
        /// What proves that it was given then.
        #[n(6)] pub evidence: Option<Evidence>,
    }
}

fact! {
    /// Units of a lot that an instruction names.
    pub struct InstructedLot {
        /// The lot.
        #[n(0)] pub lot: LotId,
        /// How many units of it.
        #[n(1)] pub units: Units,
    }
}

impl LotInstructionRecorded {
    /// A day before which it changes nothing that is recorded already; none where it changes nothing of that. In every
    /// zone that is not after the day on which it was given.
    #[must_use]
    pub fn reaches_back_to(&self) -> Option<Day> {
        self.evidence.as_ref()?;
        let day = crate::time::Zone::UTC.day_of(crate::time::Effective::At(self.given_at));
        Some(Day::from_number(day.number() - 1).unwrap_or(day))
    }
}
