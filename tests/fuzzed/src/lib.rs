//! What must hold for any bytes whatever, from the decoders of a frame up to whole stores with files overwritten.
//!
//! A *property* takes bytes and panics where something does not hold. The tests run each over its seeds and thousands of
//! small changes of them; `campaign/` hands the same functions to a fuzzer guided by coverage.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a property that does not hold is said by failing loudly"
)]

pub mod bytes;
pub mod caches;
pub mod decide;
pub mod decoders;
pub mod forged;
pub mod patches;
pub mod recovery;
pub mod seeds;

/// What must hold for any bytes.
#[derive(Clone, Copy)]
pub struct Property {
    /// Its name, which is that of the fuzzer's target.
    pub name: &'static str,
    /// Panics where it does not hold.
    pub holds: fn(&[u8]),
    /// Bytes from which it gets further than from random ones.
    pub seeds: fn() -> Vec<Vec<u8>>,
    /// How many changes of each seed the tests try: a store takes longer than a frame.
    pub changes: usize,
}

/// All of them.
pub const PROPERTIES: &[Property] = &[
    Property { name: "frame", holds: decoders::frame, seeds: seeds::frames, changes: 300 },
    Property { name: "block", holds: decoders::block, seeds: seeds::blocks, changes: 300 },
    Property { name: "envelope", holds: decoders::envelope, seeds: seeds::envelopes, changes: 300 },
    Property { name: "entry_cbor", holds: decoders::entry_cbor, seeds: seeds::entries_cbor, changes: 100 },
    Property { name: "entry_json", holds: decoders::entry_json, seeds: seeds::entries_json, changes: 100 },
    Property { name: "checkpoint", holds: decoders::checkpoint, seeds: seeds::checkpoints, changes: 300 },
    Property { name: "recovery", holds: recovery::recovery, seeds: patches::seeds, changes: 40 },
    Property { name: "forged", holds: recovery::forged, seeds: patches::seeds, changes: 40 },
    Property { name: "tiles", holds: caches::tiles, seeds: patches::seeds, changes: 20 },
    Property { name: "snapshots", holds: caches::snapshots, seeds: patches::seeds, changes: 10 },
    Property { name: "snapshot_body", holds: caches::snapshot_body, seeds: caches::bodies, changes: 20 },
    Property { name: "decide", holds: decide::decide, seeds: decide::choices, changes: 5 },
];

/// A property by its name.
#[must_use]
pub fn property(name: &str) -> Option<&'static Property> {
    PROPERTIES.iter().find(|property| property.name == name)
}
