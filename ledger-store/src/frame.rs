//! The batch frame: what one commit writes, in one piece, at a multiple of eight bytes. A batch that is too long
//! for one frame takes several, one after the other in one segment, all but the last with the flag.
//!
//! Integers are little-endian.
//!
//! | bytes | header |
//! |---|---|
//! | 0..8 | magic `tlbatch\n` |
//! | 8..10 | format, now 1 |
//! | 10 | 1 if the batch continues in the next frame, which stands or falls with this one; otherwise 0 |
//! | 11 | zero |
//! | 12..16 | count of records |
//! | 16..24 | number of the first record |
//! | 24..32 | epoch of the writer |
//! | 32..64 | hash of the batch before; zeros for the first |
//! | 64..96 | root of the tree after this frame |
//! | 96..112 | log id |
//! | 112..116 | length of the body |
//! | 116..120 | CRC32C of the body |
//! | 120..124 | zero |
//! | 124..128 | CRC32C of bytes 0..124, so that the length can be trusted before the body is read |
//!
//! The body is a table of `count` rows (ordering key 8 bytes, id 16 bytes, envelope length 4 bytes), then the
//! envelopes. Zeros follow up to the next multiple of eight.
//!
//! The *hash of a batch* is SHA-256 over its header and table. It commits to the envelopes as well, through
//! the root in the header, without hashing them a second time.

use sha2::{Digest, Sha256};

use crate::batch::Plan;
use crate::bytes::{COUNT_MAX, array_at, is_zero, u16_at, u32_at, u64_at};
use crate::damage::Defect;
use crate::envelope::ENVELOPE_BYTES_MAX;
use crate::log::{Hash, LogId, Record, RecordId};
use crate::merkle::{Frontier, leaf_hash};

/// The first bytes of every frame.
pub const MAGIC: [u8; 8] = *b"tlbatch\n";

/// The format that this version writes.
pub const FORMAT: u16 = 1;

/// The largest frame, header included: 8 MiB.
pub const FRAME_BYTES_MAX: usize = 8 << 20;

/// The length of the header.
pub const HEADER_BYTES: usize = 128;

/// The length of a row of the table.
pub const ROW_BYTES: usize = 28;

/// Frames begin at multiples of this.
pub const ALIGNMENT: usize = 8;

/// The header of a frame, its checksum found good.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FrameHeader {
    /// The format, at least 1; of a later one no more is known than what is here.
    pub format: u16,
    /// Whether the batch continues in the next frame.
    pub continues: bool,
    /// How many records the frame holds, at least one.
    pub count: u32,
    /// The number of the first.
    pub first: u64,
    /// The epoch of the writer; every writer raises it when it opens the log.
    pub epoch: u64,
    /// The hash of the batch before.
    pub previous: Hash,
    /// The root of the tree after this batch.
    pub root: Hash,
    /// The log that the frame belongs to.
    pub log_id: LogId,
    /// The length of the body, without the zeros that follow it.
    pub body_bytes: u32,
    /// The checksum of the body.
    pub body_crc: u32,
}

impl FrameHeader {
    /// Reads a header. In every format there will be, it has its length, its checksums, count, numbers, hashes and
    /// log id where they are today, so that an older program can pass over what it cannot read.
    ///
    /// # Errors
    /// [`Defect::BatchHeader`] if these bytes are not a header as written, [`Defect::BatchShape`] if they are,
    /// but claim what this version does not know or no version allows.
    pub fn decode(bytes: &[u8; HEADER_BYTES]) -> Result<Self, Defect> {
        if bytes[..8] != MAGIC || u32_at(bytes, 124) != crc32c::crc32c(&bytes[..124]) {
            return Err(Defect::BatchHeader);
        }
        let header = Self {
            format: u16_at(bytes, 8),
            continues: bytes[10] & 1 == 1,
            count: u32_at(bytes, 12),
            first: u64_at(bytes, 16),
            epoch: u64_at(bytes, 24),
            previous: array_at(bytes, 32),
            root: array_at(bytes, 64),
            log_id: LogId(array_at(bytes, 96)),
            body_bytes: u32_at(bytes, 112),
            body_crc: u32_at(bytes, 116),
        };
        let known = bytes[10] <= 1 && bytes[11] == 0 && is_zero(&bytes[120..124]);
        let sound = header.is_later() || (header.format == FORMAT && known);
        if sound && header.is_possible() { Ok(header) } else { Err(Defect::BatchShape) }
    }

    /// Whether a later version wrote the frame.
    pub fn is_later(&self) -> bool {
        self.format > FORMAT
    }

    /// The length of the whole frame, with header and the zeros at its end.
    pub fn frame_bytes(&self) -> usize {
        (HEADER_BYTES + self.body_bytes as usize).next_multiple_of(ALIGNMENT)
    }

    /// The number of the last record.
    pub fn last(&self) -> u64 {
        self.first + u64::from(self.count) - 1
    }

    fn is_possible(&self) -> bool {
        let table = u64::from(self.count) * ROW_BYTES as u64;
        self.count > 0
            && (1..=COUNT_MAX - u64::from(self.count)).contains(&self.first)
            && self.epoch <= COUNT_MAX
            && self.frame_bytes() <= FRAME_BYTES_MAX
            && table <= u64::from(self.body_bytes)
    }

    fn encode(&self) -> [u8; HEADER_BYTES] {
        let mut bytes = [0; HEADER_BYTES];
        bytes[..8].copy_from_slice(&MAGIC);
        bytes[8..10].copy_from_slice(&self.format.to_le_bytes());
        bytes[10] = u8::from(self.continues);
        bytes[12..16].copy_from_slice(&self.count.to_le_bytes());
        bytes[16..24].copy_from_slice(&self.first.to_le_bytes());
        bytes[24..32].copy_from_slice(&self.epoch.to_le_bytes());
        bytes[32..64].copy_from_slice(&self.previous);
        bytes[64..96].copy_from_slice(&self.root);
        bytes[96..112].copy_from_slice(&self.log_id.0);
        bytes[112..116].copy_from_slice(&self.body_bytes.to_le_bytes());
        bytes[116..120].copy_from_slice(&self.body_crc.to_le_bytes());
        let crc = crc32c::crc32c(&bytes[..124]);
        bytes[124..].copy_from_slice(&crc.to_le_bytes());
        bytes
    }
}

/// A whole frame whose checksums were found good.
#[derive(Debug, Clone)]
pub struct Frame<'a> {
    /// Its header.
    pub header: FrameHeader,
    bytes: &'a [u8],
}

impl<'a> Frame<'a> {
    /// Checks the bytes of one whole frame, whose header was read from their beginning.
    ///
    /// # Errors
    /// [`Defect::BatchBody`] if bytes are missing or not as written, [`Defect::BatchShape`] if lengths do not
    /// add up, [`Defect::NotZero`] if bytes after the body are not zero, [`Defect::LaterFormat`] if the bytes are
    /// as written but by a later version.
    pub fn check(header: FrameHeader, bytes: &'a [u8]) -> Result<Self, Defect> {
        let body_end = HEADER_BYTES + header.body_bytes as usize;
        if bytes.len() != header.frame_bytes()
            || crc32c::crc32c(&bytes[HEADER_BYTES..body_end]) != header.body_crc
        {
            return Err(Defect::BatchBody);
        }
        if header.is_later() {
            return Err(Defect::LaterFormat(header.format));
        }
        if !is_zero(&bytes[body_end..]) {
            return Err(Defect::NotZero);
        }
        let frame = Self { header, bytes };
        let lengths = || frame.rows().map(|row| u32_at(row, 24) as usize);
        let envelopes = body_end - HEADER_BYTES - frame.table().len();
        if lengths().any(|bytes| bytes > ENVELOPE_BYTES_MAX) || lengths().sum::<usize>() != envelopes {
            return Err(Defect::BatchShape);
        }
        Ok(frame)
    }

    /// The records in order.
    pub fn records(&self) -> impl Iterator<Item = Record<'a>> {
        let mut rest = &self.bytes[HEADER_BYTES + self.table().len()..];
        (self.header.first..).zip(self.rows()).map(move |(number, row)| {
            let (envelope, after) = rest.split_at(u32_at(row, 24) as usize);
            rest = after;
            let order = u64_at(row, 0).cast_signed();
            Record { number, id: array_at(row, 8), order, envelope }
        })
    }

    /// The ids of the records in order.
    pub fn ids(&self) -> impl Iterator<Item = RecordId> + use<'a> {
        self.rows().map(|row| array_at(row, 8))
    }

    /// The hash of the batch: SHA-256 over header and table.
    pub fn hash(&self) -> Hash {
        hash(self.bytes, self.header.count)
    }

    /// The frame's bytes as stored.
    pub fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    fn table(&self) -> &'a [u8] {
        &self.bytes[HEADER_BYTES..HEADER_BYTES + self.header.count as usize * ROW_BYTES]
    }

    fn rows(&self) -> impl Iterator<Item = &'a [u8]> + use<'a> {
        self.table().chunks_exact(ROW_BYTES)
    }
}

/// How frames of one writer are signed: what does not change from batch to batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Imprint {
    /// The log that the frames belong to.
    pub log_id: LogId,
    /// The epoch of the writer.
    pub epoch: u64,
}

/// Writes one frame of a batch into `out`, in place of what was there, and gives its hash, which the next frame
/// names as `previous`. The frontier is that before the frame, and becomes that after it.
pub fn encode(
    plan: &Plan<'_>,
    frame: usize,
    frontier: &mut Frontier,
    imprint: Imprint,
    previous: Hash,
    out: &mut Vec<u8>,
) -> Hash {
    let places = plan.frames()[frame].clone();
    out.clear();
    out.reserve(plan.frame_bytes(&places));
    out.resize(HEADER_BYTES, 0);
    for place in places.clone() {
        let record = &plan.records()[place];
        out.extend(record.order.to_le_bytes());
        out.extend(record.id);
        out.extend((plan.envelope_bytes(place) as u32).to_le_bytes());
    }
    for place in places.clone() {
        let begin = out.len();
        plan.envelope(place).encode_into(out);
        frontier.push(leaf_hash(&out[begin..]));
    }
    let header = FrameHeader {
        format: FORMAT,
        continues: frame + 1 < plan.frames().len(),
        count: places.len() as u32,
        first: plan.first + places.start as u64,
        epoch: imprint.epoch,
        previous,
        root: frontier.root(),
        log_id: imprint.log_id,
        body_bytes: (out.len() - HEADER_BYTES) as u32,
        body_crc: crc32c::crc32c(&out[HEADER_BYTES..]),
    };
    out[..HEADER_BYTES].copy_from_slice(&header.encode());
    out.resize(out.len().next_multiple_of(ALIGNMENT), 0);
    hash(out, header.count)
}

fn hash(frame: &[u8], count: u32) -> Hash {
    Sha256::digest(&frame[..HEADER_BYTES + count as usize * ROW_BYTES]).into()
}
