//! Inputs to begin with, from the fixtures: from them an input gets further than from nothing.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ledger_core::entry::Entry;
use ledger_store::frame::FrameHeader;
use ledger_store::segment::{BLOCK_BYTES, FRAMES_BEGIN};
use ledger_store::{Checkpoint, FileLog, Head, Log, RealDisk};

const LOGS: [&str; 3] = ["format-1", "format-1-frames", "format-1-sealed"];

fn fixtures() -> PathBuf {
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
    let mut frames = Vec::new();
    for segment in first_segments() {
        let mut rest = &segment[FRAMES_BEGIN as usize..];
        while let Some(Ok(header)) = rest.first_chunk().map(FrameHeader::decode) {
            let (frame, after) = rest.split_at(header.frame_bytes());
            frames.push(frame.to_vec());
            rest = after;
        }
    }
    frames.truncate(12);
    frames
}

/// Their header blocks and head slots, without the zeros at the end.
#[must_use]
pub fn blocks() -> Vec<Vec<u8>> {
    let blocks =
        |segment: Vec<u8>| segment.chunks(BLOCK_BYTES).take(3).map(<[u8]>::to_vec).collect::<Vec<_>>();
    let mut blocks: Vec<_> = first_segments().into_iter().flat_map(blocks).collect();
    for block in &mut blocks {
        block.truncate(block.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1));
    }
    blocks
}

fn first_segments() -> Vec<Vec<u8>> {
    let path = |log| fixtures().join(format!("logs/{log}/segment-00000001.log"));
    LOGS.map(|log| std::fs::read(path(log)).unwrap()).into()
}

/// The envelopes of a log that is kept.
#[must_use]
pub fn envelopes() -> Vec<Vec<u8>> {
    let disk = RealDisk::at(fixtures().join("logs/format-1"));
    let log = FileLog::open_read_only(Arc::new(disk)).unwrap();
    let mut envelopes = Vec::new();
    log.read(1..20, &mut |record| {
        envelopes.push(record.envelope.to_vec());
        ControlFlow::Continue(())
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
    let entry = |path: &PathBuf| {
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
