//! Decoders of single things: whatever they take they would have written the same, and they panic at nothing.

use std::path::Path;

use ledger_core::entry::Entry;
use ledger_core::strict_json;
use ledger_store::frame::{Frame, FrameHeader, HEADER_BYTES};
use ledger_store::{Checkpoint, Envelope, FileLog, Head, Log, RealDisk};

/// A frame is taken whole or not at all, and then its records are as many as its header says, numbered one after the
/// other, and fill it. It is tried as it is, and with its checksums written anew, as one who forges it would.
pub fn frame(bytes: &[u8]) {
    check_frame(bytes);
    let mut forged = bytes.to_vec();
    if forged.len() < HEADER_BYTES {
        return;
    }
    let body_end = HEADER_BYTES + u32::from_le_bytes(forged[112..116].try_into().unwrap()) as usize;
    if let Some(body) = forged.get(HEADER_BYTES..body_end) {
        let crc = crc32c::crc32c(body);
        forged[116..120].copy_from_slice(&crc.to_le_bytes());
    }
    let crc = crc32c::crc32c(&forged[..124]);
    forged[124..128].copy_from_slice(&crc.to_le_bytes());
    check_frame(&forged);
}

fn check_frame(bytes: &[u8]) {
    let Some(Ok(header)) = bytes.first_chunk().map(FrameHeader::decode) else { return };
    let Some(whole) = bytes.get(..header.frame_bytes()) else { return };
    let Ok(frame) = Frame::check(header.clone(), whole) else { return };
    let records: Vec<_> = frame.records().collect();
    assert_eq!(records.len(), header.count as usize);
    assert!(records.iter().zip(header.first..).all(|(record, number)| record.number == number));
    let filled: usize = records.iter().map(|record| 28 + record.envelope.len()).sum();
    assert_eq!(filled, header.body_bytes as usize);
    records.iter().for_each(|record| envelope(record.envelope));
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

fn fixtures() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures")
}

/// The lines of every story.
#[must_use]
pub fn stories() -> Vec<String> {
    let names = ["mini", "loan-life", "cango-2026q1"];
    let read = |name| std::fs::read_to_string(fixtures().join(format!("stories/{name}.jsonl"))).unwrap();
    let lines = names.map(read).join("\n");
    lines.lines().filter(|line| line.starts_with('{')).map(str::to_owned).collect()
}

/// The frames of the logs that are kept of every format.
#[must_use]
pub fn frames() -> Vec<Vec<u8>> {
    let logs = ["format-1", "format-1-frames", "format-1-sealed"];
    let mut frames = Vec::new();
    for log in logs {
        let bytes = std::fs::read(fixtures().join(format!("logs/{log}/segment-00000001.log"))).unwrap();
        let mut rest = &bytes[12_288..];
        while let Some(Ok(header)) = rest.first_chunk().map(FrameHeader::decode) {
            let (frame, after) = rest.split_at(header.frame_bytes());
            frames.push(frame.to_vec());
            rest = after;
        }
    }
    frames.truncate(12);
    frames
}

/// The envelopes of a log that is kept.
#[must_use]
pub fn envelopes() -> Vec<Vec<u8>> {
    let disk = RealDisk::at(fixtures().join("logs/format-1"));
    let log = FileLog::open_read_only(std::sync::Arc::new(disk)).unwrap();
    let mut envelopes = Vec::new();
    log.read(1..20, &mut |record| {
        envelopes.push(record.envelope.to_vec());
        std::ops::ControlFlow::Continue(())
    })
    .unwrap();
    envelopes
}

/// Every kind of event once, as JSON.
#[must_use]
pub fn entries_json() -> Vec<Vec<u8>> {
    let mut files: Vec<_> =
        std::fs::read_dir(fixtures().join("events")).unwrap().map(|file| file.unwrap().path()).collect();
    files.sort();
    let entry = |path: &std::path::PathBuf| {
        let event = std::fs::read_to_string(path).unwrap();
        let id = "00000000-0000-4000-8000-000000000001";
        format!(
            r#"{{"id":"{id}","effective":"2026-02-08T14:30:00Z","actor":"controller-1","events":[{event}]}}"#
        )
    };
    files.iter().map(|path| entry(path).into_bytes()).collect()
}

/// The same as CBOR.
#[must_use]
pub fn entries_cbor() -> Vec<Vec<u8>> {
    let entry = |json: &Vec<u8>| Entry::from_json(std::str::from_utf8(json).unwrap()).unwrap();
    entries_json().iter().map(|json| entry(json).to_cbor()).collect()
}

/// Two checkpoints.
#[must_use]
pub fn checkpoints() -> Vec<Vec<u8>> {
    let of = |origin, size, byte| Checkpoint::new(origin, Head { size, root: [byte; 32] }).unwrap();
    [of("example.com/books", 10, 7), of("treasury-ledger/00", 0, 255)]
        .map(|made| made.to_string().into())
        .into()
}
