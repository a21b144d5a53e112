//! Pipes that close, input that is not there, colours that are not wanted.

use std::process::{Command, Stdio};

use crate::sandbox::{Sandbox, TREASURY, story};

#[test]
fn a_reader_who_has_seen_enough_is_no_error() {
    let sandbox = Sandbox::with_story("cango-2026q1.jsonl");
    for args in [
        &["report", "journal"][..],
        &["replay"],
        &["report", "lots", "-f", "json"],
        &["report", "lots", "-f", "csv"],
    ] {
        let mut child = sandbox.command(args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(0), &b""[..]), "{args:?}");
    }
}

#[test]
fn recording_goes_on_when_nobody_reads_the_acknowledgements() {
    let sandbox = Sandbox::new();
    sandbox.run(&["init", "--bare"]).exits(0);
    let file = story("cango-2026q1.jsonl");
    let args = ["append", file.to_str().unwrap()];
    let mut child = sandbox.command(&args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(0), &b""[..]));
    assert!(sandbox.run(&["checkpoint"]).exits(0).out.contains("\n37\n"));
}

#[test]
fn closed_standard_input_is_refused_clearly() {
    let sandbox = Sandbox::with_story("mini.jsonl");
    let output = Command::new("sh")
        .args(["-c", &format!("'{TREASURY}' append - <&-")])
        .current_dir(sandbox.path())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(3));
    let told = String::from_utf8(output.stderr).unwrap();
    assert_eq!(
        told,
        "refused: EMPTY_INPUT\n  stdin has no entries\n  help: give one entry a line, as JSON\n"
    );
}

#[test]
fn colours_are_for_terminals_that_want_them() {
    let sandbox = Sandbox::with_story("mini.jsonl");
    let out = |variables: &[(&str, &str)]| {
        let mut command = sandbox.command(&["report", "balance-sheet"]);
        command.env_remove("NO_COLOR").envs(variables.iter().copied());
        String::from_utf8(command.output().unwrap().stdout).unwrap()
    };
    let (plain, forced) = (out(&[]), out(&[("CLICOLOR_FORCE", "1")]));
    assert!(!plain.contains('\u{1b}') && forced.contains('\u{1b}'));
    assert!(!out(&[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]).contains('\u{1b}'));
}

#[test]
fn a_file_with_a_byte_order_mark_and_line_ends_of_another_system_is_read() {
    let sandbox = Sandbox::new();
    sandbox.run(&["init", "--bare"]).exits(0);
    let text = std::fs::read_to_string(story("mini.jsonl")).unwrap();
    let foreign = format!("\u{feff}{}", text.replace('\n', "\r\n\r\n"));
    let ran = sandbox.run_with(&["append", "-"], foreign.as_bytes()).exits(0);
    assert_eq!(ran.out.lines().count(), 10);
}
