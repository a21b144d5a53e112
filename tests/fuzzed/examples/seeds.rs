//! Writes the seeds of every property into a folder, for the fuzzer: `cargo run --example seeds -- FOLDER`.
#![allow(clippy::unwrap_used, reason = "a tool for developers: what fails, fails with its place")]

use std::path::Path;

fn main() {
    let folder = std::env::args().nth(1).unwrap();
    for property in fuzzed::PROPERTIES {
        let folder = Path::new(&folder).join(property.name);
        std::fs::create_dir_all(&folder).unwrap();
        for (at, seed) in (property.seeds)().iter().enumerate() {
            std::fs::write(folder.join(format!("seed-{at:03}")), seed).unwrap();
        }
    }
}
