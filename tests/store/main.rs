//! Tests of the log: what it promises, on disks that keep their promises and on disks that do not.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "in a test an unexpected value ends the test, which is what it is for"
)]

mod backends;
mod backup;
mod blobs;
mod checkpoint;
mod cosignature;
mod crashes;
mod damage;
mod faults;
mod flips;
mod format;
mod format_footer;
mod golden;
mod groups;
mod harness;
mod index;
mod ledger;
mod matrix;
mod note;
mod opening;
mod pack;
mod people;
mod proof;
mod queue;
mod sealing;
mod simulation;
mod snapshots;
mod tail;
mod tiles;
mod tree;
mod versions;
