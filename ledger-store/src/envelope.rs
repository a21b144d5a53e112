//! The envelope: the bytes of one record, hashed as a leaf of the tree and never serialised again.
//!
//! A CBOR map with numbered fields in deterministic encoding (RFC 8949 4.2.1):
//!
//! | key | value |
//! |---|---|
//! | 0 | format, now 1 |
//! | 1 | number of the record in the log, from 1 |
//! | 2 | recorded time, microseconds since 1970-01-01T00:00:00Z |
//! | 3 | size of the log at which the record was decided |
//! | 4 | payload, a byte string |
//! | 5 | signatures, an array of byte strings |

use minicbor::Decoder;

use crate::codec::{Major, head_bytes, int_bytes, put_bytes, put_head, put_int, string_bytes};

/// The format that this version writes.
pub const FORMAT: u64 = 1;

/// The largest envelope: an entry of a C2SP tile has a length of two bytes.
pub const ENVELOPE_BYTES_MAX: usize = 65_535;

/// One record as it was appended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Envelope<'a> {
    /// Its place in the log, from 1.
    pub number: u64,
    /// When it was recorded, in microseconds since 1970-01-01T00:00:00Z; never before its predecessor.
    pub recorded: i64,
    /// The size of the log at which the caller decided to append it.
    pub decided_at: u64,
    /// The client's canonical CBOR.
    pub payload: &'a [u8],
    /// The client's signatures.
    pub signatures: Vec<&'a [u8]>,
}

/// Why bytes are not an envelope that can be opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EnvelopeError {
    /// A later version wrote it. Its hash can be verified, its content not read.
    #[error("the entry has format {0}, which this version does not know")]
    UnknownFormat(u64),
    /// Not the map of an envelope.
    #[error("the entry is not an envelope")]
    Malformed,
    /// An envelope, but not in the one encoding that is allowed.
    #[error("the entry is not in canonical encoding")]
    NotCanonical,
}

impl<'a> Envelope<'a> {
    /// The envelope's bytes.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.encoded_bytes());
        self.encode_into(&mut out);
        out
    }

    /// Appends the envelope's bytes.
    pub fn encode_into(&self, out: &mut Vec<u8>) {
        put_head(out, Major::Map, 6);
        put_head(out, Major::Unsigned, 0);
        put_head(out, Major::Unsigned, FORMAT);
        put_head(out, Major::Unsigned, 1);
        put_head(out, Major::Unsigned, self.number);
        put_head(out, Major::Unsigned, 2);
        put_int(out, self.recorded);
        put_head(out, Major::Unsigned, 3);
        put_head(out, Major::Unsigned, self.decided_at);
        put_head(out, Major::Unsigned, 4);
        put_bytes(out, self.payload);
        put_head(out, Major::Unsigned, 5);
        put_head(out, Major::Array, self.signatures.len() as u64);
        self.signatures.iter().for_each(|signature| put_bytes(out, signature));
    }

    /// How many bytes [`Envelope::encode`] gives, worked out without looking at the payload.
    pub fn encoded_bytes(&self) -> usize {
        let signatures: usize = self.signatures.iter().map(|signature| string_bytes(signature.len())).sum();
        // The map's head, its six keys and the format take a byte each.
        8 + head_bytes(self.number)
            + int_bytes(self.recorded)
            + head_bytes(self.decided_at)
            + string_bytes(self.payload.len())
            + head_bytes(self.signatures.len() as u64)
            + signatures
    }

    /// Reads an envelope and refuses whatever [`Envelope::encode`] would have written differently.
    ///
    /// # Errors
    /// See [`EnvelopeError`].
    pub fn decode(bytes: &'a [u8]) -> Result<Self, EnvelopeError> {
        let mut decoder = Decoder::new(bytes);
        let (fields, format) = read_format(&mut decoder).ok_or(EnvelopeError::Malformed)?;
        if format != FORMAT {
            return Err(EnvelopeError::UnknownFormat(format));
        }
        let envelope = read_fields(&mut decoder, fields).ok_or(EnvelopeError::Malformed)?;
        // A CBOR decoder lets long integers and trailing bytes pass, so the only sure test of the one
        // encoding is to write it again.
        if envelope.encode() == bytes { Ok(envelope) } else { Err(EnvelopeError::NotCanonical) }
    }
}

/// The number of fields and the format, which stands first in every format there will be.
fn read_format(decoder: &mut Decoder<'_>) -> Option<(u64, u64)> {
    let fields = decoder.map().ok()??;
    if decoder.u64().ok()? != 0 {
        return None;
    }
    Some((fields, decoder.u64().ok()?))
}

/// The fields after the format, which must be all there and in order.
fn read_fields<'a>(decoder: &mut Decoder<'a>, fields: u64) -> Option<Envelope<'a>> {
    let key = |decoder: &mut Decoder<'a>, key: u64| (decoder.u64().ok()? == key).then_some(());
    if fields != 6 {
        return None;
    }
    key(decoder, 1)?;
    let number = decoder.u64().ok()?;
    key(decoder, 2)?;
    let recorded = decoder.i64().ok()?;
    key(decoder, 3)?;
    let decided_at = decoder.u64().ok()?;
    key(decoder, 4)?;
    let payload = decoder.bytes().ok()?;
    key(decoder, 5)?;
    // An absurd count ends at the first signature that is not there; nothing is reserved for it.
    let signatures = (0..decoder.array().ok()??).map(|_| decoder.bytes().ok()).collect::<Option<_>>()?;
    Some(Envelope { number, recorded, decided_at, payload, signatures })
}
