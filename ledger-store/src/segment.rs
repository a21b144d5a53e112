//! The first three blocks of a segment file: a header that says what it is, and two head slots.
//!
//! A segment is `header block ‖ head slot 0 ‖ head slot 1 ‖ frames ‖ zeros`; one that is sealed has its footer
//! instead of the zeros. Blocks have 4096 bytes, integers
//! are little-endian, and every byte not named here is zero and checked to be.
//!
//! | bytes | header block |
//! |---|---|
//! | 0..8 | magic `tlsegmt\n` |
//! | 8..10 | format, now 1 |
//! | 16..32 | log id |
//! | 32..40 | index of the segment, from 1 |
//! | 40..48 | number of the first record it holds |
//! | 48..80 | hash of the segment before; zeros for the first |
//! | 128..1024 | text for the human who finds the file |
//! | 4092..4096 | CRC32C of bytes 0..4092 |
//!
//! | bytes | head slot |
//! |---|---|
//! | 0..8 | magic `tlhead0\n` |
//! | 8..10 | format, now 1 |
//! | 10 | 1 if the segment is full: no frame follows, a footer does; otherwise 0 |
//! | 12..16 | how far beyond `end` a batch that was announced reaches, in bytes; 0 if none was |
//! | 16..32 | log id |
//! | 32..40 | sequence; even in slot 0, odd in slot 1 |
//! | 40..48 | epoch of the writer |
//! | 48..56 | size of the log |
//! | 56..64 | byte in this file where the next frame goes |
//! | 64..96 | root of the tree |
//! | 96..128 | hash of the last batch; zeros if there is none |
//! | 128..132 | CRC32C of bytes 0..128: all in one sector, so that a torn write leaves old or new |
//!
//! The *hash of a segment* is SHA-256 over its header block and the hash of its last batch, which by the chain
//! of batches commits to every frame in it.

use sha2::{Digest, Sha256};

use crate::bytes::{COUNT_MAX, array_at, is_zero, u16_at, u32_at, u64_at};
use crate::damage::Defect;
use crate::log::{Hash, Head, LogId};

/// The length of a block, and the place of head slot 0.
pub const BLOCK_BYTES: usize = 4096;

/// The byte of a segment where its first frame begins.
pub const FRAMES_BEGIN: u64 = 3 * BLOCK_BYTES as u64;

/// The format that this version writes.
pub const FORMAT: u16 = 1;

const HEADER_MAGIC: [u8; 8] = *b"tlsegmt\n";
const SLOT_MAGIC: [u8; 8] = *b"tlhead0\n";
const TEXT_BEGIN: usize = 128;
const TEXT_END: usize = 1024;
const TEXT: &str = "\nThis file is one segment of an append-only ledger of bitcoin held by a company.\n\
    Its entries are CBOR (RFC 8949) in batches from byte 12288 on, each after a header of 128 bytes that\n\
    begins with the word tlbatch; they are the leaves of a Merkle tree (RFC 6962). Integers are little-endian,\n\
    hashes SHA-256, checksums CRC32C. Nothing here is compressed or encrypted. Segments are numbered; keep\n\
    them together, and do not edit them: every byte is covered by a checksum. The full description is the\n\
    page docs/log-format.md of the program that wrote it, the treasury ledger.\n";

const _: () = assert!(TEXT.len() <= TEXT_END - TEXT_BEGIN, "the text fits its place in the header");

/// A block of a segment file.
pub type Block = [u8; BLOCK_BYTES];

/// What a segment says of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SegmentHeader {
    /// The log it belongs to.
    pub log_id: LogId,
    /// Its place among the segments, from 1.
    pub index: u64,
    /// The number of the first record it holds or will hold.
    pub first: u64,
    /// The hash of the segment before; zeros for the first.
    pub previous: Hash,
}

impl SegmentHeader {
    /// The header block.
    pub fn encode(&self) -> Block {
        let mut block = [0; BLOCK_BYTES];
        block[..8].copy_from_slice(&HEADER_MAGIC);
        block[8..10].copy_from_slice(&FORMAT.to_le_bytes());
        block[16..32].copy_from_slice(&self.log_id.0);
        block[32..40].copy_from_slice(&self.index.to_le_bytes());
        block[40..48].copy_from_slice(&self.first.to_le_bytes());
        block[48..80].copy_from_slice(&self.previous);
        block[TEXT_BEGIN..TEXT_BEGIN + TEXT.len()].copy_from_slice(TEXT.as_bytes());
        let crc = crc32c::crc32c(&block[..BLOCK_BYTES - 4]);
        block[BLOCK_BYTES - 4..].copy_from_slice(&crc.to_le_bytes());
        block
    }

    /// Reads a header block.
    ///
    /// # Errors
    /// [`Defect::SegmentHeader`] if it is not as written. The text may be another, as a later version may
    /// find better words; it is under the checksum like the rest. [`Defect::LaterFormat`] if a later version
    /// wrote it.
    pub fn decode(block: &Block) -> Result<Self, Defect> {
        let crc = u32_at(block, BLOCK_BYTES - 4);
        if block[..8] != HEADER_MAGIC || crc != crc32c::crc32c(&block[..BLOCK_BYTES - 4]) {
            return Err(Defect::SegmentHeader);
        }
        refuse_later(block)?;
        let sound = u16_at(block, 8) == FORMAT
            && is_zero(&block[10..16])
            && [32, 40].iter().all(|at| (1..=COUNT_MAX).contains(&u64_at(block, *at)))
            && is_zero(&block[80..TEXT_BEGIN])
            && is_zero(&block[TEXT_END..BLOCK_BYTES - 4]);
        if !sound {
            return Err(Defect::SegmentHeader);
        }
        Ok(Self {
            log_id: LogId(array_at(block, 16)),
            index: u64_at(block, 32),
            first: u64_at(block, 40),
            previous: array_at(block, 48),
        })
    }
}

/// The hash of a segment, given its header block as stored and the hash of its last batch.
pub fn hash(header: &Block, last_batch: &Hash) -> Hash {
    Sha256::new().chain_update(header).chain_update(last_batch).finalize().into()
}

/// What the log knew of its own end when the slot was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HeadSlot {
    /// The log it belongs to.
    pub log_id: LogId,
    /// Counts the writes of slots in this segment; the higher of two is the later.
    pub sequence: u64,
    /// The epoch of the writer.
    pub epoch: u64,
    /// Size and root of the log.
    pub head: Head,
    /// The byte in this file where the next frame goes.
    pub end: u64,
    /// The hash of the last batch; zeros if there is none.
    pub last_batch: Hash,
    /// Whether no frame will follow in this segment: what lies beyond `end` is its footer, or will be.
    pub full: bool,
    /// How many bytes beyond `end` a batch that was announced may reach; zero if none was.
    pub reach: u32,
}

impl HeadSlot {
    /// Where this slot is written: the two take turns, so that the one before survives.
    pub fn offset(&self) -> u64 {
        slot_offset(self.sequence % 2)
    }

    /// The block of the slot.
    pub fn encode(&self) -> Block {
        let mut block = [0; BLOCK_BYTES];
        block[..8].copy_from_slice(&SLOT_MAGIC);
        block[8..10].copy_from_slice(&FORMAT.to_le_bytes());
        block[10] = u8::from(self.full);
        block[12..16].copy_from_slice(&self.reach.to_le_bytes());
        block[16..32].copy_from_slice(&self.log_id.0);
        block[32..40].copy_from_slice(&self.sequence.to_le_bytes());
        block[40..48].copy_from_slice(&self.epoch.to_le_bytes());
        block[48..56].copy_from_slice(&self.head.size.to_le_bytes());
        block[56..64].copy_from_slice(&self.end.to_le_bytes());
        block[64..96].copy_from_slice(&self.head.root);
        block[96..128].copy_from_slice(&self.last_batch);
        let crc = crc32c::crc32c(&block[..128]);
        block[128..132].copy_from_slice(&crc.to_le_bytes());
        block
    }

    /// Reads the block of slot 0 or 1.
    ///
    /// # Errors
    /// [`Defect::HeadSlot`] if it is not as written or was written for the other slot,
    /// [`Defect::LaterFormat`] if a later version wrote it.
    pub fn decode(block: &Block, slot: u64) -> Result<Self, Defect> {
        if block[..8] != SLOT_MAGIC || u32_at(block, 128) != crc32c::crc32c(&block[..128]) {
            return Err(Defect::HeadSlot);
        }
        refuse_later(block)?;
        let sound = u16_at(block, 8) == FORMAT
            && block[10] <= 1
            && block[11] == 0
            && u64_at(block, 32) % 2 == slot
            && [32, 40, 48, 56].iter().all(|at| u64_at(block, *at) <= COUNT_MAX)
            && u64_at(block, 56) >= FRAMES_BEGIN
            && is_zero(&block[132..]);
        if !sound {
            return Err(Defect::HeadSlot);
        }
        Ok(Self {
            log_id: LogId(array_at(block, 16)),
            sequence: u64_at(block, 32),
            epoch: u64_at(block, 40),
            head: Head { size: u64_at(block, 48), root: array_at(block, 64) },
            end: u64_at(block, 56),
            last_batch: array_at(block, 96),
            full: block[10] == 1,
            reach: u32_at(block, 12),
        })
    }
}

/// In every format there will be, a block has its format at this place and its checksum where it has it today.
fn refuse_later(block: &Block) -> Result<(), Defect> {
    let format = u16_at(block, 8);
    if format > FORMAT { Err(Defect::LaterFormat(format)) } else { Ok(()) }
}

/// The byte of a segment where head slot 0 or 1 begins.
pub fn slot_offset(slot: u64) -> u64 {
    (1 + slot) * BLOCK_BYTES as u64
}

/// The file name of a segment.
pub fn file_name(index: u64) -> String {
    format!("segment-{index:08}.log")
}

/// The index in a segment's file name; `None` for any other file.
pub fn index_of(name: &str) -> Option<u64> {
    let index = name.strip_prefix("segment-")?.strip_suffix(".log")?.parse().ok()?;
    (file_name(index) == name && index <= COUNT_MAX).then_some(index)
}
