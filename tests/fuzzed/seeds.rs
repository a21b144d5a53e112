//! Every property over its seeds, over what campaigns of the fuzzer found worth keeping, and over small changes of both.
#![allow(clippy::unwrap_used, reason = "a test that meets the unexpected should stop there")]

use ledger_core::event::NAMES;
use std::path::Path;

use fuzzed::bytes::Changes;
use fuzzed::{PROPERTIES, Property};

/// What a campaign found: inputs that reach parts of the code that no other does, and those that once failed.
fn inputs_found(property: &Property) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("found").join(property.name);
    let mut files: Vec<_> =
        std::fs::read_dir(folder).into_iter().flatten().map(|file| file.unwrap().path()).collect();
    files.sort();
    files.iter().map(|path| std::fs::read(path).unwrap()).collect()
}

/// Tries a property on so many seeds, on so many inputs that were found, and on changes of each seed.
fn check(name: &str, seeds: usize, found: usize) {
    let property = fuzzed::property(name).unwrap();
    let (from, worth_keeping) = ((property.seeds)(), inputs_found(property));
    assert_eq!((from.len(), worth_keeping.len()), (seeds, found), "{name}: how many there are");
    from.iter().chain(&worth_keeping).for_each(|input| (property.holds)(input));
    let mut changes = Changes(1);
    for seed in &from {
        (0..property.changes).for_each(|_| (property.holds)(&changes.change(seed)));
    }
}

#[test]
fn a_frame_is_taken_whole_or_not_at_all() {
    check("frame", 12, 120);
}

#[test]
fn a_block_of_a_segment_that_is_taken_would_be_written_the_same() {
    check("block", 9, 0);
}

#[test]
fn an_envelope_that_is_taken_would_be_written_the_same() {
    check("envelope", 10, 120);
}

#[test]
fn an_entry_in_cbor_that_is_taken_would_be_written_the_same() {
    check("entry_cbor", NAMES.len(), 120);
}

#[test]
fn an_entry_in_json_is_judged_as_the_strict_reader_judges_it() {
    check("entry_json", NAMES.len(), 1);
}

#[test]
fn a_checkpoint_that_is_taken_would_be_printed_the_same() {
    check("checkpoint", 2, 0);
}

#[test]
fn a_store_overwritten_anywhere_answers_with_what_was_appended_or_not_at_all() {
    check("recovery", 23, 0);
}

#[test]
fn a_store_with_forged_checksums_deceives_nobody_who_trusts_only_the_tree() {
    check("forged", 23, 1);
}

#[test]
fn tiles_overwritten_anywhere_give_the_right_roots() {
    check("tiles", 23, 0);
}

#[test]
fn snapshots_overwritten_anywhere_change_no_answer() {
    check("snapshots", 23, 0);
}

#[test]
fn a_forged_body_of_a_snapshot_panics_nowhere() {
    check("snapshot_body", 4, 0);
}

#[test]
fn whatever_is_decided_folds_again_to_the_same() {
    check("decide", 4, 0);
}

#[test]
fn every_property_is_checked_here() {
    let text = include_str!("seeds.rs");
    for property in PROPERTIES {
        assert!(text.contains(&format!("check(\"{}\"", property.name)), "{}", property.name);
    }
}
