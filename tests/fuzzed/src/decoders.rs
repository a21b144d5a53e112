//! Decoders of single things: whatever they take they would have written the same, and they panic at nothing.

use ledger_core::entry::Entry;
use ledger_core::strict_json;
use ledger_store::frame::{Frame, FrameHeader, HEADER_BYTES};
use ledger_store::segment::{BLOCK_BYTES, Block, HeadSlot, SegmentHeader};
use ledger_store::{Checkpoint, Envelope, Record};

use crate::forged::{forge_frame, seal};

/// A frame is taken whole or not at all, and then it is the one that its header and its records make, by a writer made
/// from the page of the format alone. It is tried as it is, and with its checksums written anew, as one who forges it
/// would.
pub fn frame(bytes: &[u8]) {
    check_frame(bytes);
    let mut forged = bytes.to_vec();
    let _whatever = forge_frame(&mut forged);
    check_frame(&forged);
}

fn check_frame(bytes: &[u8]) {
    let Some(Ok(header)) = bytes.first_chunk().map(FrameHeader::decode) else { return };
    let Some(whole) = bytes.get(..header.frame_bytes()) else { return };
    let Ok(frame) = Frame::check(header.clone(), whole) else { return };
    let records: Vec<_> = frame.records().collect();
    assert!(records.iter().zip(header.first..).all(|(record, number)| record.number == number));
    assert_eq!(header.last() + 1 - header.first, records.len() as u64);
    assert_eq!(written(&header, &records), whole);
    records.iter().for_each(|record| envelope(record.envelope));
}

/// The frame with these records, and with what only its writer knows from this header.
fn written(header: &FrameHeader, records: &[Record<'_>]) -> Vec<u8> {
    let mut body = Vec::new();
    for record in records {
        body.extend(record.order.to_le_bytes());
        body.extend(record.id);
        body.extend((record.envelope.len() as u32).to_le_bytes());
    }
    records.iter().for_each(|record| body.extend(record.envelope));
    let mut bytes = b"tlbatch\n".to_vec();
    bytes.extend([1, 0, u8::from(header.continues), 0]);
    bytes.extend((records.len() as u32).to_le_bytes());
    bytes.extend([header.first, header.epoch].map(u64::to_le_bytes).concat());
    bytes.extend([header.previous, header.root].concat());
    bytes.extend(header.log_id.0);
    bytes.extend((body.len() as u32).to_le_bytes());
    bytes.extend(crc32c::crc32c(&body).to_le_bytes());
    bytes.extend([0; 8]);
    seal(&mut bytes, HEADER_BYTES - 4);
    bytes.extend(body);
    bytes.resize(bytes.len().next_multiple_of(8), 0);
    bytes
}

/// A header block or a head slot that is taken would have been written the same, but for the text of a header, which may
/// be another. Each is tried as it is, and with its checksum written anew.
pub fn block(bytes: &[u8]) {
    let mut block = [0; BLOCK_BYTES];
    block.iter_mut().zip(bytes).for_each(|(there, byte)| *there = *byte);
    check_block(&block);
    for at in [128, BLOCK_BYTES - 4] {
        let mut forged = block;
        seal(&mut forged, at);
        check_block(&forged);
    }
}

fn check_block(block: &Block) {
    if let Ok(header) = SegmentHeader::decode(block) {
        let mut again = header.encode();
        again[128..1_024].copy_from_slice(&block[128..1_024]);
        seal(&mut again, BLOCK_BYTES - 4);
        assert_eq!(&again, block);
    }
    for slot in [0, 1] {
        if let Ok(slot) = HeadSlot::decode(block, slot) {
            assert_eq!(&slot.encode(), block);
        }
    }
}

/// An envelope that is taken would have been written the same.
pub fn envelope(bytes: &[u8]) {
    if let Ok(envelope) = Envelope::decode(bytes) {
        assert_eq!(envelope.encode(), bytes);
        assert_eq!(envelope.encoded_bytes(), bytes.len());
    }
}

/// An entry that is taken from CBOR would have been written the same, and goes through JSON and comes back.
pub fn entry_cbor(bytes: &[u8]) {
    if let Ok(entry) = Entry::from_cbor(bytes) {
        assert_eq!(entry.to_cbor(), bytes);
        through_json(&entry);
    }
}

/// An entry that is taken from JSON is the one that the strict reader takes, and goes through CBOR and JSON and comes
/// back; what is refused is refused by the strict reader with the same words.
pub fn entry_json(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let read = Entry::from_json(text);
    assert_eq!(read, strict_json::from_str(text));
    if let Ok(entry) = read {
        assert_eq!(Entry::from_cbor(&entry.to_cbor()), Ok(entry.clone()));
        through_json(&entry);
    }
}

fn through_json(entry: &Entry) {
    assert_eq!(Entry::from_json(&entry.to_json().to_string()).as_ref(), Ok(entry));
}

/// A checkpoint that is taken would have been printed the same.
pub fn checkpoint(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if let Ok(checkpoint) = text.parse::<Checkpoint>() {
        assert_eq!(checkpoint.to_string(), text);
    }
}
