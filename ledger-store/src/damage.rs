//! Everything that can be wrong with stored bytes: one list, used by opening, reading and verifying alike.

use std::fmt;

/// What is wrong with stored bytes. The codes are stable; the words may improve.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Defect {
    /// The segment's header is not as written.
    SegmentHeader,
    /// The segment's header is sound but belongs to another place in the log.
    SegmentMisplaced,
    /// The segment belongs to another log.
    ForeignLog,
    /// One or more segments before this one are missing.
    SegmentMissing,
    /// The segment does not continue the one before it: its hash of that segment differs.
    SegmentChain,
    /// A head slot is not as written.
    HeadSlot,
    /// Both head slots are lost, so that nobody knows how much was acknowledged.
    HeadsLost,
    /// The head slot contradicts the batches.
    HeadDisagrees,
    /// The head acknowledges entries that are not there.
    EntriesMissing,
    /// The header of a batch is not as written.
    BatchHeader,
    /// The body of a batch is not as written.
    BatchBody,
    /// The batch claims something that the format does not allow.
    BatchShape,
    /// A batch of several frames was acknowledged and its last frame is not there.
    BatchUnfinished,
    /// The batch does not have the number that follows.
    BatchNumber,
    /// The batch does not continue the one before it: its hash of that batch differs.
    BatchChain,
    /// The batch was written by an earlier writer than the one before it.
    BatchEpoch,
    /// The root in the batch is not that of the entries.
    Root,
    /// The entry is not an envelope in canonical encoding.
    Envelope,
    /// The envelope's number is not that of its place, or it was decided after it was written.
    EnvelopeNumber,
    /// The entry is recorded before its predecessor.
    RecordedBack,
    /// The entry's id was used before.
    DuplicateId,
    /// Bytes that were never written are not zero.
    NotZero,
    /// What follows the last entry is neither a whole batch nor zeros.
    TornTail,
    /// The head of a sealed segment's footer is not what follows from its frames.
    FooterHead,
    /// The footer's table of batches is not what follows from the frames.
    FooterBatches,
    /// The footer's table of ids is not what follows from the frames.
    FooterIds,
    /// The footer's fences are not what follows from the frames.
    FooterFences,
    /// The footer's filter is not what follows from the frames.
    FooterFilter,
    /// The file of a sealed segment does not end as it should.
    FooterTrailer,
    /// A footer was being written when the machine stopped; the next writer writes it again.
    FooterTorn,
    /// The bytes are of a format that this version does not know, which is no damage.
    LaterFormat(u16),
    /// The file cannot be read.
    Unreadable,
    /// The log holds less than the checkpoint.
    ShorterThanCheckpoint,
    /// The log's root at the checkpoint's size differs: its history is another one.
    RootNotOfCheckpoint,
}

impl Defect {
    /// The stable code, for machines and for looking it up.
    pub fn code(self) -> &'static str {
        self.code_and_meaning().0
    }

    /// What it means, in a sentence without a full stop.
    pub fn meaning(self) -> &'static str {
        self.code_and_meaning().1
    }

    /// Whether the entries themselves are not concerned.
    pub fn spares_entries(self) -> bool {
        matches!(
            self,
            Self::FooterHead
                | Self::FooterBatches
                | Self::FooterIds
                | Self::FooterFences
                | Self::FooterFilter
                | Self::FooterTrailer
                | Self::FooterTorn
        )
    }

    fn code_and_meaning(self) -> (&'static str, &'static str) {
        match self {
            Self::SegmentHeader => ("segment_header", "the segment's header is not as written"),
            Self::SegmentMisplaced => {
                ("segment_misplaced", "the segment belongs to another place in the log")
            }
            Self::ForeignLog => ("foreign_log", "the bytes belong to another log"),
            Self::SegmentMissing => ("segment_missing", "a segment is missing"),
            Self::SegmentChain => ("segment_chain", "the segment does not continue the one before it"),
            Self::HeadSlot => ("head_slot", "a head slot is not as written"),
            Self::HeadsLost => ("heads_lost", "both head slots are lost; what was acknowledged is not known"),
            Self::HeadDisagrees => ("head_disagrees", "the head slot contradicts the batches"),
            Self::EntriesMissing => ("entries_missing", "acknowledged entries are not there"),
            Self::BatchHeader => ("batch_header", "the header of a batch is not as written"),
            Self::BatchBody => ("batch_body", "the body of a batch is not as written"),
            Self::BatchShape => ("batch_shape", "a batch claims what the format does not allow"),
            Self::BatchUnfinished => {
                ("batch_unfinished", "the last frame of an acknowledged batch is not there")
            }
            Self::BatchNumber => ("batch_number", "a batch does not have the number that follows"),
            Self::BatchChain => ("batch_chain", "a batch does not continue the one before it"),
            Self::BatchEpoch => ("batch_epoch", "a batch is from an earlier writer than the one before it"),
            Self::Root => ("root", "the root in the batch is not that of the entries"),
            Self::Envelope => ("envelope", "the entry is not an envelope in canonical encoding"),
            Self::EnvelopeNumber => ("envelope_number", "the entry's own number is not that of its place"),
            Self::RecordedBack => ("recorded_back", "the entry is recorded before its predecessor"),
            Self::DuplicateId => ("duplicate_id", "the entry's id was used before"),
            Self::NotZero => ("not_zero", "bytes that were never written are not zero"),
            Self::TornTail => ("torn_tail", "what follows the last entry is neither a whole batch nor zeros"),
            Self::FooterHead => ("footer_head", "the head of the footer does not follow from the batches"),
            Self::FooterBatches => {
                ("footer_batches", "the footer's table of batches does not follow from the batches")
            }
            Self::FooterIds => ("footer_ids", "the footer's table of ids does not follow from the batches"),
            Self::FooterFences => ("footer_fences", "the footer's fences do not follow from its tables"),
            Self::FooterFilter => ("footer_filter", "the footer's filter does not follow from its ids"),
            Self::FooterTrailer => ("footer_trailer", "a sealed segment does not end as it should"),
            Self::FooterTorn => ("footer_torn", "the footer is not whole; the next writer writes it again"),
            Self::LaterFormat(_) => ("later_format", "a later version of the program wrote this"),
            Self::Unreadable => ("unreadable", "the file cannot be read"),
            Self::ShorterThanCheckpoint => {
                ("shorter_than_checkpoint", "the log holds less than the checkpoint")
            }
            Self::RootNotOfCheckpoint => {
                ("root_not_of_checkpoint", "the history is not the one of the checkpoint")
            }
        }
    }
}

/// A defect and the place where it was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Damage {
    /// What is wrong.
    pub defect: Defect,
    /// The segment, from 1.
    pub segment: u64,
    /// The byte in the segment's file.
    pub offset: u64,
    /// The first entry that cannot be vouched for; the one before it is the last that can.
    pub first_missing: u64,
    /// The last entry known to have been there, from a head or a checkpoint; `None` if nothing tells.
    pub last_missing: Option<u64>,
}

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { defect, segment, offset, first_missing, last_missing } = self;
        write!(f, "{} (segment {segment}, byte {offset}): ", defect.meaning())?;
        if defect.spares_entries() {
            return f.write_str("the entries are there, but the writer will not go on");
        }
        match last_missing {
            Some(last) if last > first_missing => write!(f, "entries {first_missing} to {last} are in doubt"),
            Some(last) if last == first_missing => write!(f, "entry {first_missing} is in doubt"),
            Some(_) | None => write!(f, "entries from {first_missing} on are in doubt"),
        }
    }
}

impl std::error::Error for Damage {}
