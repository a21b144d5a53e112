//! What stands at top level, and which versions are pinned.

use crate::root;

#[test]
fn crates_and_folders_stand_beside_the_manifest() {
    for name in ["ledger-core", "ledger-store", "ledger-cli", "fixtures", "tests", "docs", ".ci/run"] {
        assert!(root().join(name).exists(), "{name} is missing");
    }
}

#[test]
fn the_caches_libraries_stay_at_the_versions_that_work() {
    let manifest = std::fs::read_to_string(root().join("Cargo.toml")).unwrap();
    assert!(manifest.contains(r#"bincode = { version = "=2.0.1""#));
    assert!(manifest.contains(r#"sled = "0.34.7""#));
}

#[test]
fn release_builds_check_for_overflow() {
    let manifest = std::fs::read_to_string(root().join("Cargo.toml")).unwrap();
    let release = manifest.split("[profile.release]").nth(1).unwrap();
    assert!(release.split("\n[").next().unwrap().contains("overflow-checks = true"));
    assert!(manifest.contains(r#"unsafe_code = "forbid""#));
}
