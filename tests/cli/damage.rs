//! Stored bytes that are not what was written. The promise: `verify` finds every flipped bit; no other command
//! prints a figure that differs from the undamaged store's. A flip among the entries stops every command; one in
//! a spare head slot or in bytes never written is seen by `verify` alone, and the others print what they would
//! have printed.

use std::io::{BufRead, BufReader, Write};
use std::process::Stdio;

use ledger_store::segment::FRAMES_BEGIN;

use crate::sandbox::{Ran, Sandbox};

const BUY: &str = r#"{"type":"coins_bought","commodity":"BTC","units":"0.1","paid":{"amount":"10.00","currency":"USD"},"from":{"wallet":"bank"},"to":{"wallet":"cold"}}"#;

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
    let written: Vec<u64> = (0..FRAMES_BEGIN).filter(|at| sound[*at as usize] != 0).collect();
    let entries = sample(26, FRAMES_BEGIN, end);
    // The header and the head slots, where something is written and anywhere.
    let slots = sample(12, 0, written.len() as u64).map(|(at, bit)| (written[at as usize], bit));
    let heads = sample(6, 0, FRAMES_BEGIN);
    let zeros = sample(6, end, sound.len() as u64);
    let mut flips = 0;
    for (offset, bit) in entries.chain(slots).chain(heads).chain(zeros) {
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
    sandbox.append(&crate::sandbox::entry(1, "2026-03-05", BUY));
    sandbox.file("kept", sandbox.run(&["checkpoint"]).exits(0).out.as_bytes());
    sandbox.run(&["verify", "--expect", "kept"]).exits(0);
    assert_eq!(on(&sandbox, &earlier, &["verify"]).code, 0, "clean by itself");
    let found = on(&sandbox, &earlier, &["verify", "--expect", "kept"]).exits(1);
    assert!(found.out.contains("finding: shorter_than_checkpoint"), "{}", found.out);
    assert!(found.out.contains("completeness not proven"), "{}", found.out);
}

#[test]
fn a_changed_entry_that_passes_for_one_of_a_later_version_leaves_the_checkpoint_unproven() {
    let sandbox = Sandbox::with_story("mini.jsonl");
    sandbox.file("kept", sandbox.run(&["checkpoint"]).exits(0).out.as_bytes());
    let mut bytes = std::fs::read(sandbox.segment()).unwrap();
    let frame = FRAMES_BEGIN as usize;
    bytes[frame + 8] = 2;
    let body_bytes = u32::from_le_bytes(bytes[frame + 112..frame + 116].try_into().unwrap()) as usize;
    bytes[frame + 127 + body_bytes] ^= 1;
    for (at, summed) in [(116, 128..128 + body_bytes), (124, 0..124)] {
        let crc = crc32c::crc32c(&bytes[frame + summed.start..frame + summed.end]);
        bytes[frame + at..frame + at + 4].copy_from_slice(&crc.to_le_bytes());
    }
    let found = on(&sandbox, &bytes, &["verify", "--expect", "kept"]).exits(1);
    assert!(found.out.contains("finding: checkpoint_not_proven"), "{}", found.out);
    assert!(found.out.contains("completeness not proven: see the findings"), "{}", found.out);
}

/// The bytes of a store before and after one more entry, and those after a power cut that took the head with it.
fn before_after_and_cut_off(sandbox: &Sandbox) -> [Vec<u8>; 3] {
    let before = std::fs::read(sandbox.segment()).unwrap();
    sandbox.append(&crate::sandbox::entry(11, "2026-03-05", BUY));
    let after = std::fs::read(sandbox.segment()).unwrap();
    let frames = FRAMES_BEGIN as usize;
    let cut_off = [&before[..frames], &after[frames..]].concat();
    [before, after, cut_off]
}

#[test]
fn a_torn_tail_is_told_and_set_aside_by_the_next_writer() {
    let sandbox = Sandbox::with_story("mini.jsonl");
    let [before, after, mut torn] = before_after_and_cut_off(&sandbox);
    let clean = clean_runs(&sandbox, &before);
    let end_of = |bytes: &[u8]| bytes.iter().rposition(|byte| *byte != 0).unwrap() + 1;
    let middle = (end_of(&before) + end_of(&after)) / 2;
    torn[middle..].fill(0);
    for (args, clean) in COMMANDS.iter().zip(&clean) {
        assert_eq!(&on(&sandbox, &torn, args).exits(0).out, clean, "what was acknowledged stands");
    }
    let found = on(&sandbox, &torn, &["verify"]).exits(1);
    assert!(found.out.contains("finding: torn_tail"), "{}", found.out);
    let again = sandbox.append(&crate::sandbox::entry(11, "2026-03-05", BUY));
    assert_eq!(again.out, "recorded 11\n");
    assert!(again.err.starts_with("a torn tail of "), "{}", again.err);
    assert!(sandbox.store().keys().any(|path| path.to_str().unwrap().contains("quarantine")));
    sandbox.run(&["verify"]).exits(0);
}

#[test]
fn entries_beyond_the_head_are_left_out_while_a_writer_is_at_work_and_recovered_after_it() {
    let sandbox = Sandbox::with_story("mini.jsonl");
    let mut child =
        sandbox.command(&["append", "-"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut input = child.stdin.take().unwrap();
    let mut acknowledged = BufReader::new(child.stdout.take().unwrap()).lines();
    let copy = Sandbox::with_story("mini.jsonl");
    let [_, _, cut_off] = before_after_and_cut_off(&copy);
    writeln!(input, "{}", crate::sandbox::entry(11, "2026-03-05", BUY)).unwrap();
    assert_eq!(acknowledged.next().unwrap().unwrap(), "recorded 11");
    let second = sandbox
        .run_with(&["append", "-", "--wait", "0"], crate::sandbox::entry(12, "2026-03-05", BUY).as_bytes());
    assert!(second.exits(4).err.contains("another process is writing to this log"));

    let beside = on(&sandbox, &cut_off, &["checkpoint", "-q"]).exits(0);
    assert!(beside.out.contains("\n10\n"), "{}", beside.out);
    assert_eq!(beside.err, "entries 11 to 11 are left out: another process is writing them\n");
    child.kill().unwrap();
    child.wait().unwrap();
    let after = on(&sandbox, &cut_off, &["checkpoint"]).exits(0);
    assert!(after.out.contains("\n11\n"), "{}", after.out);
    assert!(after.err.starts_with("recovered entries 11 to 11"), "{}", after.err);
    sandbox.run(&["verify"]).exits(0);
    assert_eq!(sandbox.append(&crate::sandbox::entry(11, "2026-03-05", BUY)).out, "already recorded as 11\n");
}

#[test]
fn what_was_acknowledged_before_a_kill_is_there() {
    let sandbox = Sandbox::with_story("mini.jsonl");
    let mut child =
        sandbox.command(&["append", "-"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut input = child.stdin.take().unwrap();
    let mut acknowledged = BufReader::new(child.stdout.take().unwrap()).lines();
    for number in 11..=13 {
        writeln!(input, "{}", crate::sandbox::entry(number, "2026-03-05", BUY)).unwrap();
        assert_eq!(acknowledged.next().unwrap().unwrap(), format!("recorded {number}"));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(sandbox.run(&["checkpoint"]).exits(0).out.contains("\n13\n"));
    sandbox.run(&["verify"]).exits(0);
}

#[test]
fn a_missing_segment_is_not_an_empty_ledger() {
    let sandbox = Sandbox::with_story("mini.jsonl");
    std::fs::remove_file(sandbox.segment()).unwrap();
    sandbox.run(&["report", "balance-sheet"]).exits(4);
    sandbox.run(&["verify"]).exits(4);
}
