//! What the histories met, counted: a simulation that never met a crash would prove nothing about crashes.

use std::collections::BTreeMap;
use std::fmt;

macro_rules! met {
    ($($name:ident = $words:literal,)*) => {
        /// Something that a history can meet.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Met {
            $(#[doc = $words] $name,)*
        }

        impl Met {
            /// Everything that a history can meet.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// What it is, in words.
            pub fn words(self) -> &'static str {
                match self {
                    $(Self::$name => $words,)*
                }
            }
        }
    };
}

met! {
    Histories = "histories",
    Operations = "writes, syncs and changes of names",
    Batches = "batches acknowledged",
    Groups = "batches of several frames acknowledged",
    Entries = "entries in the logs at the end",
    Segments = "segments in the logs at the end",
    Imports = "imports of many batches",
    ReadersBetween = "readers opened between two operations of a writer",
    ReadersKept = "readers that were open while the log went on",
    ReadersFirst = "batches that a reader saw before they were acknowledged",
    Checkpoints = "checkpoints kept outside",
    Verifications = "verifications of a log in use",
    TilesAsked = "roots of earlier sizes asked of tiles",
    BlobsRead = "blobs read",
    PowerCuts = "power cuts",
    Kills = "processes killed",
    CachesDropped = "caches dropped",
    StopsInAppend = "stops in the middle of an append",
    StopsInCreation = "stops while the log was being created",
    StopsInTiles = "stops while tiles were written",
    StopsInBlobs = "stops while a blob was put",
    StopsInRecovery = "stops in the middle of a recovery",
    ErrorsInRecovery = "disk errors in the middle of a recovery",
    Recoveries = "batches recovered behind the head",
    Quarantines = "torn tails set aside",
    HeadsMended = "head slots mended",
    FailedSyncs = "syncs that failed",
    FailedWrites = "writes that failed",
    FailedReads = "reads that failed",
    ShortReads = "histories with short and interrupted reads",
    DeepOpenings = "histories whose writers believe no footer",
    FullDisks = "batches refused by a full disk",
    FullAtSlot = "full disks found at a head slot",
    Retries = "batches of unknown fate appended again by their client",
    SecondWriters = "second writers under a broken lock",
    ClockSetBack = "clocks set back",
    BitsFlipped = "bits flipped at rest",
    SectorsLost = "sectors overwritten at rest",
    FilesCut = "files cut at rest",
    NamesLost = "segments whose name was lost",
    Misdirected = "writes misdirected",
    LyingSyncs = "power cuts after syncs that lied",
    RolledBack = "disks rolled back",
    FoundByVerify = "faults found by verification",
    FoundByOpening = "faults found by opening",
    FoundByReading = "faults found by reading",
    Harmless = "faults that took nothing away",
}

/// Counts of what was met.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally(BTreeMap<Met, u64>);

impl Tally {
    pub(crate) fn add(&mut self, met: Met, count: u64) {
        *self.0.entry(met).or_default() += count;
    }

    pub(crate) fn count(&mut self, met: Met) {
        self.add(met, 1);
    }

    /// How often it was met.
    pub fn of(&self, met: Met) -> u64 {
        self.0.get(&met).copied().unwrap_or_default()
    }

    /// Adds the counts of another.
    pub fn join(&mut self, other: &Self) {
        other.0.iter().for_each(|(met, count)| self.add(*met, *count));
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Met::ALL.iter().try_for_each(|met| writeln!(f, "{:>12}  {}", self.of(*met), met.words()))
    }
}
