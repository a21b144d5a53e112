//! `docs/guide/operator.md`: a shell runs its commands, all of them, in order, in an empty directory.

use std::process::Command;

use ledger_store::LogError;
use ledger_store::damage::Defect;

use crate::sandbox::{Sandbox, TREASURY, feed};

const PAGE: &str = include_str!("../../docs/guide/operator.md");

/// The blocks of the page that a shell runs.
fn blocks() -> Vec<&'static str> {
    PAGE.split("```sh\n").skip(1).filter_map(|rest| rest.split("```").next()).collect()
}

#[test]
fn the_commands_of_the_operators_page_run_and_end_as_it_says() {
    let blocks = blocks();
    assert_eq!(blocks.len(), 11);
    let sandbox = Sandbox::new();
    let folder = std::path::Path::new(TREASURY).parent().unwrap().display().to_string();
    let path = format!("{folder}:{}", std::env::var("PATH").unwrap_or_default());
    let mut shell = Command::new("bash");
    shell.args(["-e", "-o", "pipefail", "-s"]).current_dir(sandbox.path()).env_clear();
    shell.envs([("PATH", path.as_str()), ("TZ", "UTC"), ("COLUMNS", "80"), ("NO_COLOR", "1")]);
    // What a block prints is told apart by what is printed before it.
    let script: String = blocks.iter().map(|block| format!("echo '# block'\n{block}")).collect();
    let ran = feed(&mut shell, script.as_bytes()).exits(0);
    let printed: Vec<&str> = ran.out.split("# block\n").skip(1).collect();
    assert_eq!(printed.len(), blocks.len());
    let block = |with: &str| {
        let at = blocks.iter().position(|block| block.contains(with)).unwrap();
        printed[at]
    };
    assert!(block("treasury doctor").contains("segment-00000001.log"));
    assert!(block("reconcile run").contains("treasury_"), "{}", block("reconcile run"));
    let killed = block("--id \"$ID\"");
    assert!(killed.contains("\nrecorded 8\n") && killed.ends_with("already recorded as 8\n"), "{killed}");
    let damage = block("of=damaged");
    assert!(damage.contains("segment-00000001.log"), "{damage}");
    assert!(ran.err.contains("store damaged"), "{}", ran.err);
    assert!(block("before-the-move").contains("ok"), "{}", block("before-the-move"));
}

#[test]
fn what_the_page_quotes_is_what_is_said() {
    for said in [LogError::Locked.to_string(), LogError::Full.to_string()] {
        assert!(PAGE.contains(&format!("| {said} |")), "docs/guide/operator.md does not quote: {said}");
    }
    for defect in [Defect::ShorterThanCheckpoint, Defect::RootNotOfCheckpoint] {
        assert!(PAGE.contains(&format!("`{}`", defect.code())), "{}", defect.code());
    }
}

#[test]
fn every_directory_that_a_store_has_is_told_on_the_page() {
    let sandbox = Sandbox::with_story("mini.jsonl");
    sandbox.run(&["report", "balance-sheet"]).exits(0);
    for entry in std::fs::read_dir(sandbox.path().join("books")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let kind = name.split("-0").next().unwrap();
        assert!(PAGE.contains(&format!("`{kind}")), "docs/guide/operator.md says nothing of {name}");
    }
}
