//! What corrects the books and what protects them from it: reversals of entries, closes of periods.

use crate::evidence::Sha256Hex;
use crate::ids::BookId;
use crate::shape::{choice, fact};
use crate::time::Day;

fact! {
    /// An entry was wrong: it is mirrored, so that nothing of it is left from then on.
    pub struct EntryReversed {
        /// The entry's number.
        #[n(0)] pub entry: u64,
        /// Why.
        #[n(1)] pub reason: String,
        /// The day of the reversal, stated on purpose: it then comes behind all facts and accruals of that day,
        /// and so behind an accrual of the same day that it reverses.
        #[n(2)] pub on: Option<Day>,
    }
}

fact! {
    /// From this entry on nothing happens any more on days up to one, and what the books say of them is sealed.
    pub struct PeriodClosed {
        /// The book; all when not named.
        #[n(0)] pub book: Option<BookId>,
        /// The first day of the period, up to which everything must be closed already.
        #[n(1)] pub from: Option<Day>,
        /// The last day.
        #[n(2)] pub through: Day,
        /// What was found missing and is closed over all the same.
        #[serde(default)]
        #[n(3)] pub waivers: Vec<Waiver>,
        /// The seal of each book.
        #[n(4)] pub seals: Vec<Seal>,
    }
}

fact! {
    /// A check that need not be met.
    pub struct Waiver {
        /// Which.
        #[n(0)] pub check: CloseCheck,
        /// Why.
        #[n(1)] pub reason: String,
    }
}

choice! {
    /// What is checked before a period is closed.
    pub enum CloseCheck {
        /// Every coin held in a book at fair value is marked on the last day.
        0 Marks = "marks",
        /// Interest is accrued through the last day on every facility that owes principal.
        1 Accruals = "accruals",
        /// Nothing is on its way.
        2 InTransit = "in_transit",
        /// No margin call is open.
        3 MarginCalls = "margin_calls",
        /// What lies before the period is closed.
        4 PreviousPeriod = "previous_period",
        /// Cost of every facility is charged through the last day.
        5 IssueCost = "issue_cost",
        /// Depreciation of every asset in service is charged through the last month that has ended.
        6 Depreciation = "depreciation",
        /// Every account that was ever compared with statements is so through the last day, and it is signed off.
        10 Reconciliations = "reconciliations",
    }
}

fact! {
    /// What a book said at the end of a period, in one number (docs/seals.md).
    pub struct Seal {
        /// The book.
        #[n(0)] pub book: BookId,
        /// The SHA-256 of the canonical text, in lower-case hex.
        #[n(1)] pub hash: Sha256Hex,
        /// The version of the rules that produced it.
        #[n(2)] pub rules: u8,
    }
}

fact! {
    /// A period is open again.
    pub struct PeriodReopened {
        /// The book; all when not named.
        #[n(0)] pub book: Option<BookId>,
        /// The first day that is open again.
        #[n(1)] pub from: Day,
        /// Why.
        #[n(2)] pub reason: String,
    }
}
