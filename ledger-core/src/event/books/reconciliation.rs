//! What others say that we hold or owe, how it compares with the books, and who answers for the difference. Nothing of it
//! posts: a break that is our error is corrected by an entry of its own.

use crate::evidence::Sha256Hex;
use crate::ids::{BreakId, Commodity, Place};
use crate::money::Units;
use crate::shape::{choice, fact};
use crate::time::{Day, Instant};

/// How many breaks a run may name: what is left over in such numbers has been compared with the wrong account.
pub const BREAKS_MOST: usize = 1_000;

choice! {
    /// What of a facility is compared; a wallet has its holding only.
    pub enum Part {
        /// Principal owed.
        0 Principal = "principal",
        /// Interest accrued and not paid.
        1 Interest = "interest",
        /// Coins that lie with the lender.
        2 Collateral = "collateral",
    }
}

fact! {
    /// What is compared: the holding of a wallet, or a part of a facility.
    pub struct Subject {
        /// The wallet or the facility.
        #[n(0)] pub place: Place,
        /// In which coin or currency.
        #[n(1)] pub commodity: Commodity,
        /// Which part of a facility.
        #[n(2)] pub part: Option<Part>,
    }
}

fact! {
    /// A statement was received. Its lines lie in a blob under their hash.
    pub struct StatementRecorded {
        /// Who says so: the bank, the exchange, the custodian, the lender, the chain.
        #[n(0)] pub source: String,
        /// Of what.
        #[n(1)] pub account: Subject,
        /// Its first day.
        #[n(2)] pub from: Day,
        /// Its last day.
        #[n(3)] pub to: Day,
        /// The balance before its first line; absent where only a balance is stated.
        #[n(4)] pub opening: Option<Units>,
        /// The balance after its last line.
        #[n(5)] pub closing: Units,
        /// The SHA-256 of the blob of its lines.
        #[n(6)] pub sha256: Sha256Hex,
        /// How many lines.
        #[n(7)] pub lines: u64,
        /// The number that its issuer gave it, where statements are numbered.
        #[n(8)] pub number: Option<u64>,
        /// The SHA-256 of the document that it was read from, where that is kept.
        #[n(9)] pub document: Option<Sha256Hex>,
        /// Up to which block, where the chain says so.
        #[n(10)] pub chain: Option<AtBlock>,
        /// The entry of the statement of this source and account whose place it takes: of the chain with all after that
        /// one, for their blocks are no longer in it, or they were of other descriptors; else of that one alone, of whose
        /// days or balances something false was said.
        #[n(11)] pub replaces: Option<u64>,
    }
}

fact! {
    /// Which blocks a statement of the chain is of. What it says holds as long as its last block is in the chain.
    pub struct AtBlock {
        /// Which chain, as nodes name it: `main`, `test`, `signet`, `regtest`.
        #[n(0)] pub network: String,
        /// The last block.
        #[n(1)] pub height: u64,
        /// Its hash, as nodes print it.
        #[n(2)] pub hash: Sha256Hex,
        /// Its time, as it says itself.
        #[n(3)] pub time: Instant,
        /// The block after which its lines begin, and whose balance is the opening one.
        #[n(4)] pub after: Option<u64>,
        /// The SHA-256 of the descriptors by which coins were found, one a line, in order.
        #[n(5)] pub descriptors: Sha256Hex,
    }
}

impl StatementRecorded {
    /// Whether two say the same of an account, whatever document each was read from.
    #[must_use]
    pub fn says_the_same_as(&self, other: &StatementRecorded) -> bool {
        *self == StatementRecorded { document: self.document, ..other.clone() }
    }
}

choice! {
    /// What a break was found as.
    pub enum FoundAs {
        /// Recorded here shortly before the end, and not there yet: timing.
        0 OursNotTheirs = "ours_not_theirs",
        /// There shortly before the end, and not recorded here yet: timing.
        1 TheirsNotOurs = "theirs_not_ours",
        /// The same reference, another amount.
        2 AmountDiffers = "amount_differs",
        /// Recorded here, and nothing there.
        3 UnmatchedOurs = "unmatched_ours",
        /// There, and nothing recorded here.
        4 UnmatchedTheirs = "unmatched_theirs",
        /// Recorded here twice.
        5 DuplicateOurs = "duplicate_ours",
        /// There twice.
        6 DuplicateTheirs = "duplicate_theirs",
        /// Days or numbers that no statement covers.
        7 MissingStatement = "missing_statement",
        /// The balances before the first statement differ.
        8 OpeningDiffers = "opening_differs",
        /// The balances differ by what no line explains.
        9 BalanceDiffers = "balance_differs",
    }
}

impl FoundAs {
    /// Whether it settles itself when the next statement comes, if nothing is wrong.
    #[must_use]
    pub fn is_timing(self) -> bool {
        matches!(self, FoundAs::OursNotTheirs | FoundAs::TheirsNotOurs)
    }
}

fact! {
    /// A difference between the books and a statement, under a name that it keeps until it is gone.
    pub struct Break {
        /// Its name.
        #[n(0)] pub name: BreakId,
        /// What it was found as.
        #[n(1)] pub found: FoundAs,
        /// The day it is of, from which its age counts.
        #[n(2)] pub since: Day,
        /// By how much the statement's balance exceeds that of the books for it.
        #[n(3)] pub units: Units,
        /// Whose statement.
        #[n(4)] pub source: String,
    }
}

fact! {
    /// The books were compared with all statements of an account through a day.
    pub struct ReconciliationRun {
        /// Which account.
        #[n(0)] pub account: Subject,
        /// The last day compared.
        #[n(1)] pub through: Day,
        /// The name and version of the rules.
        #[n(2)] pub rules: String,
        /// How many lines of the statements were matched.
        #[n(3)] pub matched: u64,
        /// What was not.
        #[serde(default)]
        #[n(4)] pub breaks: Vec<Break>,
        /// The balance in the books.
        #[n(5)] pub ours: Units,
        /// The balance of each source's last statement.
        #[serde(default)]
        #[n(6)] pub theirs: Vec<Stated>,
        /// Matches that a person made, this time or before.
        #[serde(default)]
        #[n(7)] pub accepted: Vec<AcceptedMatch>,
        /// The SHA-256 of the blob that holds every match and break with its lines.
        #[n(8)] pub outcome: Sha256Hex,
    }
}

fact! {
    /// Lines that a person says are the same business. Each is named by the hash of what it says.
    pub struct AcceptedMatch {
        /// Lines of the books.
        #[n(0)] pub ours: Vec<BreakId>,
        /// Lines of the statements.
        #[n(1)] pub theirs: Vec<BreakId>,
    }
}

fact! {
    /// What a source said last.
    pub struct Stated {
        /// Who.
        #[n(0)] pub source: String,
        /// The balance.
        #[n(1)] pub closing: Units,
        /// On which day.
        #[n(2)] pub on: Day,
    }
}

choice! {
    /// What a break is, as a person answers for it.
    pub enum Explanation {
        /// The other side will have it later, or had it earlier.
        0 Timing = "timing",
        /// They are wrong.
        1 ErrorTheirs = "error_theirs",
        /// We are wrong, and an entry will correct it.
        2 ErrorOurs = "error_ours",
        /// Neither side agrees yet.
        3 Disputed = "disputed",
    }
}

fact! {
    /// A person says what a break is.
    pub struct BreakExplained {
        /// Which.
        #[n(0)] pub r#break: BreakId,
        /// What it is.
        #[n(1)] pub kind: Explanation,
        /// Why.
        #[n(2)] pub reason: String,
        /// The number of the entry that corrects it.
        #[n(3)] pub resolved_by: Option<u64>,
    }
}

fact! {
    /// Another person than the one who compared answers for a reconciliation.
    pub struct ReconciliationSignedOff {
        /// The number of the entry of the run.
        #[n(0)] pub run: u64,
    }
}
