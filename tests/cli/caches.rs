//! `treasury verify` on what is kept to save time: damaged, forged, or of another history.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::audit::files;
use crate::rewriting::with_entries;
use crate::sandbox::{Sandbox, entry};

/// What stands before the body of a snapshot: magic, anchor and hint.
const HEAD_BYTES: usize = 8 + 56 + 24;

/// A log long enough for every cache, and all of them made.
fn long() -> Sandbox {
    let sandbox = Sandbox::with_story("mini.jsonl");
    let paid = r#"{"type":"cash_paid","wallet":"bank","amount":{"amount":"0.01","currency":"USD"},"category":"other"}"#;
    let lines: Vec<String> = (1..=4_200).map(|id| entry(id, "2026-03-05", paid)).collect();
    sandbox.run_with(&["append", "--quiet", "-"], lines.join("\n").as_bytes()).exits(0);
    make_caches(&sandbox);
    sandbox
}

fn make_caches(sandbox: &Sandbox) {
    sandbox.run(&["report", "balance-sheet"]).exits(0);
    sandbox.run(&["find", "wallet", "bank", "-f", "json"]).exits(0);
    sandbox.run(&["checkpoint", "--as-known", "40"]).exits(0);
}

fn below(sandbox: &Sandbox, folder: &str) -> BTreeMap<PathBuf, Vec<u8>> {
    let found = files(&sandbox.path().join("books").join(folder));
    assert!(!found.is_empty(), "no {folder}");
    found
}

fn write(sandbox: &Sandbox, folder: &str, name: &Path, bytes: &[u8]) {
    let path = sandbox.path().join("books").join(folder).join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, bytes).unwrap();
}

/// The codes that verification finds, with their files, in the table and in JSON.
fn found(sandbox: &Sandbox) -> Vec<(String, String)> {
    let json = sandbox.run(&["verify", "-f", "json"]).exits(1).json();
    let passes = json["passes"].as_array().unwrap();
    let findings = passes.iter().flat_map(|pass| pass["findings"].as_array().unwrap());
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    let found: Vec<_> = findings.map(|finding| (text(&finding["code"]), text(&finding["file"]))).collect();
    let table = sandbox.run(&["verify"]).exits(1).out;
    assert!(found.iter().all(|(code, _)| table.contains(&format!("finding: {code}\n"))), "{table}");
    found
}

#[test]
fn caches_that_are_damaged_forged_or_of_another_history_are_findings_and_sound_ones_are_not() {
    let sandbox = long();
    let clean = sandbox.run(&["verify"]).exits(0).out;
    for pass in ["snapshots ", "tiles of the tree ", "index of names "] {
        assert!(clean.contains(&format!("\n  {pass}")), "{pass}: {clean}");
    }
    for (folder, code) in
        [("snapshots", "snapshot_damaged"), ("tiles", "tile_damaged"), ("cache", "index_damaged")]
    {
        let before = below(&sandbox, folder);
        let is_data = |name: &Path| !name.ends_with("lock") && !name.ends_with("checkpoint");
        let longest = before.iter().filter(|(name, _)| is_data(name)).max_by_key(|(_, bytes)| bytes.len());
        let (name, bytes) = longest.unwrap();
        let mut damaged = bytes.clone();
        damaged[bytes.len() / 2] ^= 1;
        write(&sandbox, folder, name, &damaged);
        let findings = found(&sandbox);
        assert!(
            findings.iter().any(|(found, file)| found == code && file.starts_with(folder)),
            "{findings:?}"
        );
        assert!(findings.iter().all(|(found, _)| found == code), "{findings:?}");
        write(&sandbox, folder, name, bytes);
    }
    sandbox.run(&["verify"]).exits(0);

    // The same log with other amounts: what was kept of one history is put before the other.
    // Standings are named after what was known when they were kept, so those of both are kept by the same command.
    std::fs::remove_dir_all(sandbox.path().join("books/snapshots")).unwrap();
    make_caches(&sandbox);
    let [snapshots, index, tiles] = ["snapshots", "cache", "tiles"].map(|folder| below(&sandbox, folder));
    with_entries(&sandbox, |text| text.replace("\"0.01\"", "\"0.02\""));
    make_caches(&sandbox);
    sandbox.run(&["verify"]).exits(0);
    let mut forged = 0;
    for (name, own) in below(&sandbox, "snapshots") {
        let is_standing = name.file_name().unwrap().to_str().unwrap().starts_with("standing");
        let Some(other) = snapshots.get(&name).filter(|_| is_standing) else { continue };
        let content = [&own[..HEAD_BYTES], &other[HEAD_BYTES..other.len() - 32]].concat();
        let path = format!("snapshots/{}", name.display());
        let hash = Sha256::new().chain_update(path).chain_update(&content).finalize();
        write(&sandbox, "snapshots", &name, &[&content[..], &hash[..]].concat());
        forged += 1;
    }
    let findings = found(&sandbox);
    assert!(forged > 0 && findings.len() == forged, "{forged}: {findings:?}");
    assert!(findings.iter().all(|(code, _)| code == "snapshot_differs"), "{findings:?}");
    std::fs::remove_dir_all(sandbox.path().join("books/snapshots")).unwrap();

    std::fs::remove_dir_all(sandbox.path().join("books/cache")).unwrap();
    index.iter().for_each(|(name, bytes)| write(&sandbox, "cache", name, bytes));
    assert_eq!(found(&sandbox)[0].0, "index_differs");

    for folder in ["cache", "tiles"] {
        std::fs::remove_dir_all(sandbox.path().join("books").join(folder)).unwrap();
    }
    tiles.iter().for_each(|(name, bytes)| write(&sandbox, "tiles", name, bytes));
    assert_eq!(found(&sandbox), [("tiles_of_other_log".to_owned(), "tiles".to_owned())]);
}
