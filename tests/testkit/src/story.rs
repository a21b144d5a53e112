//! The stories: ledgers as data, one entry a line, in `fixtures/stories`.

use std::path::PathBuf;

use ledger_core::entry::Entry;

/// The folder of the fixtures, at the root of the repository.
#[must_use]
pub fn fixtures() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../fixtures")
}

/// The entries of `fixtures/stories/<name>.jsonl`, numbered from 1.
///
/// # Panics
/// Where there is no such story, or a line of it is not an entry.
#[must_use]
pub fn story(name: &str) -> Vec<(u64, Entry)> {
    let path = fixtures().join("stories").join(format!("{name}.jsonl"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|why| panic!("{}: {why}", path.display()));
    let entry = |(number, line): (u64, &str)| {
        let entry = Entry::from_json(line).unwrap_or_else(|why| panic!("{name}, line {number}: {why}"));
        (number, entry)
    };
    (1..).zip(text.lines()).map(entry).collect()
}
