//! Stored bytes that are not what was written. The promise: `verify` finds every flipped bit; no other command
//! prints a figure that differs from the undamaged store's. A flip among the entries stops every command; one in
//! a spare head slot or in bytes never written is seen by `verify` alone, and the others print what they would
//! have printed.

use ledger_store::segment::FRAMES_BEGIN;

use crate::sandbox::{Ran, Sandbox};

const COMMANDS: &[&[&str]] = &[
    &["report", "balance-sheet"],
    &["report", "journal", "-f", "csv"],
    &["replay", "-f", "json"],
    &["checkpoint"],
];

/// Runs a command on these bytes.
fn on(sandbox: &Sandbox, bytes: &[u8], args: &[&str]) -> Ran {
    std::fs::write(sandbox.segment(), bytes).unwrap();
    sandbox.run(args)
}

fn clean_runs(sandbox: &Sandbox, bytes: &[u8]) -> Vec<String> {
    COMMANDS.iter().map(|args| on(sandbox, bytes, args).exits(0).out).collect()
}

/// A command either stops with nothing printed, or prints what the sound store says.
#[track_caller]
fn prints_nothing_wrong(ran: &Ran, clean: &str, what: &str) {
    match ran.code {
        4 => {
            assert_eq!(ran.out, "", "{what}");
            assert!(
                ran.err.contains("run `treasury verify`") || ran.err.contains("holds no ledger"),
                "{what}: {}",
                ran.err
            );
        }
        0 => assert_eq!(ran.out, clean, "{what}"),
        other => panic!("{what}: exit {other}, {}", ran.err),
    }
}

/// The same numbers every time, spread over a range.
fn sample(count: u64, from: u64, to: u64) -> impl Iterator<Item = (u64, u8)> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    (0..count).map(move |_| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (from + (state >> 33) % (to - from), ((state >> 20) % 8) as u8)
    })
}

#[test]
fn a_flipped_bit_is_found_and_no_figure_comes_from_damaged_entries() {
    let sandbox = Sandbox::with_story("mini.jsonl");
    let sound = std::fs::read(sandbox.segment()).unwrap();
    let end = sound.iter().rposition(|byte| *byte != 0).unwrap() as u64 + 1;
    let clean = clean_runs(&sandbox, &sound);
    let entries = sample(30, FRAMES_BEGIN, end);
    let heads = sample(14, 0, FRAMES_BEGIN);
    let zeros = sample(6, end, sound.len() as u64);
    let mut flips = 0;
    for (offset, bit) in entries.chain(heads).chain(zeros) {
        let mut bytes = sound.clone();
        bytes[offset as usize] ^= 1 << bit;
        let what = format!("bit {bit} of byte {offset}");
        let verified = on(&sandbox, &bytes, &["verify"]);
        assert_eq!(verified.code, 1, "{what}: {}{}", verified.out, verified.err);
        assert!(verified.out.contains("finding: "), "{what}: {}", verified.out);
        for (args, clean) in COMMANDS.iter().zip(&clean) {
            let ran = on(&sandbox, &bytes, args);
            prints_nothing_wrong(&ran, clean, &what);
            if (FRAMES_BEGIN..end).contains(&offset) {
                assert_eq!(ran.code, 4, "{what} lies among the entries: {args:?}");
            }
        }
        let appended =
            on(&sandbox, &bytes, &["append", crate::sandbox::story("mini.jsonl").to_str().unwrap()]);
        assert!(matches!(appended.code, 0 | 4), "{what}: {}", appended.err);
        flips += 1;
    }
    assert_eq!(flips, 50);
}

#[test]
fn a_log_that_was_cut_is_never_read_as_a_shorter_one() {
    let sandbox = Sandbox::with_story("mini.jsonl");
    let sound = std::fs::read(sandbox.segment()).unwrap();
    let end = sound.iter().rposition(|byte| *byte != 0).unwrap() + 1;
    let clean = clean_runs(&sandbox, &sound);
    let frames = FRAMES_BEGIN as usize;
    let lengths =
        [0, 1, 100, frames - 1, frames, frames + 1, frames + 700, (frames + end) / 2, end - 300, end - 1];
    for length in lengths {
        let bytes = &sound[..length];
        let what = format!("cut to {length} of {end} bytes");
        assert_eq!(on(&sandbox, bytes, &["verify"]).code, 1, "{what}");
        for (args, clean) in COMMANDS.iter().zip(&clean) {
            let ran = on(&sandbox, bytes, args);
            prints_nothing_wrong(&ran, clean, &what);
            assert_eq!(ran.code, 4, "{what}: {args:?} {}", ran.err);
        }
    }
}

#[test]
fn a_log_rolled_back_as_a_whole_is_told_by_its_checkpoint() {
    let sandbox = Sandbox::with_story("mini.jsonl");
    let earlier = std::fs::read(sandbox.segment()).unwrap();
    let buy = r#"{"type":"coins_bought","commodity":"BTC","units":"0.1","paid":{"amount":"10.00","currency":"USD"},"from":{"wallet":"bank"},"to":{"wallet":"cold"}}"#;
    sandbox.append(&crate::sandbox::entry(1, "2026-03-05", buy));
    sandbox.file("kept", sandbox.run(&["checkpoint"]).exits(0).out.as_bytes());
    sandbox.run(&["verify", "--expect", "kept"]).exits(0);
    assert_eq!(on(&sandbox, &earlier, &["verify"]).code, 0, "clean by itself");
    let found = on(&sandbox, &earlier, &["verify", "--expect", "kept"]).exits(1);
    assert!(found.out.contains("finding: shorter_than_checkpoint"), "{}", found.out);
    assert!(found.out.contains("completeness not proven"), "{}", found.out);
}

#[test]
fn a_missing_segment_is_not_an_empty_ledger() {
    let sandbox = Sandbox::with_story("mini.jsonl");
    std::fs::remove_file(sandbox.segment()).unwrap();
    sandbox.run(&["report", "balance-sheet"]).exits(4);
    sandbox.run(&["verify"]).exits(4);
}
