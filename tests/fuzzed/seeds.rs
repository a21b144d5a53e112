//! Every property over its seeds, over what campaigns of the fuzzer found worth keeping, and over small changes of both.
#![allow(clippy::unwrap_used, reason = "a test that meets the unexpected should stop there")]

use std::path::Path;

use fuzzed::bytes::Changes;
use fuzzed::{PROPERTIES, Property};

/// What a campaign found: inputs that reach parts of the code that no other does, and those that once failed.
fn found(property: &Property) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("found").join(property.name);
    let mut files: Vec<_> =
        std::fs::read_dir(folder).into_iter().flatten().map(|file| file.unwrap().path()).collect();
    files.sort();
    files.iter().map(|path| std::fs::read(path).unwrap()).collect()
}

fn check(name: &str, cases_min: usize) {
    let property = fuzzed::property(name).unwrap();
    let (seeds, found) = ((property.seeds)(), found(property));
    let mut changes = Changes(1);
    let mut cases = 0;
    for seed in seeds.iter().chain(&found) {
        (property.holds)(seed);
        cases += 1;
    }
    for seed in &seeds {
        for _ in 0..property.changes {
            (property.holds)(&changes.change(seed));
            cases += 1;
        }
    }
    assert!(cases >= cases_min, "{name}: only {cases} cases");
}

#[test]
fn a_frame_is_taken_whole_or_not_at_all() {
    check("frame", 1_500);
}

#[test]
fn an_envelope_that_is_taken_would_be_written_the_same() {
    check("envelope", 3_000);
}

#[test]
fn an_entry_in_cbor_that_is_taken_would_be_written_the_same() {
    check("entry_cbor", 3_500);
}

#[test]
fn an_entry_in_json_is_judged_as_the_strict_reader_judges_it() {
    check("entry_json", 3_500);
}

#[test]
fn a_checkpoint_that_is_taken_would_be_printed_the_same() {
    check("checkpoint", 600);
}

#[test]
fn a_store_overwritten_anywhere_answers_with_what_was_appended_or_not_at_all() {
    check("recovery", 900);
}

#[test]
fn tiles_overwritten_anywhere_give_the_right_roots() {
    check("tiles", 450);
}

#[test]
fn snapshots_overwritten_anywhere_change_no_answer() {
    check("snapshots", 250);
}

#[test]
fn a_forged_body_of_a_snapshot_panics_nowhere() {
    check("snapshot_body", 80);
}

#[test]
fn whatever_is_decided_folds_again_to_the_same() {
    check("decide", 24);
}

#[test]
fn every_property_is_checked_here() {
    let text = include_str!("seeds.rs");
    for property in PROPERTIES {
        assert!(text.contains(&format!("check(\"{}\"", property.name)), "{}", property.name);
    }
}
