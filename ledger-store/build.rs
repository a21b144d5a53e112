//! Names the version of the core: a hash of its sources and of the libraries' versions. What a fold left in a file
//! is good for this version only.

use std::collections::hash_map::DefaultHasher;
use std::fs;
use std::hash::{Hash, Hasher};
use std::path::{Path, PathBuf};

fn main() -> std::io::Result<()> {
    let mut files = Vec::new();
    sources(Path::new("../ledger-core/src"), &mut files)?;
    files.extend([PathBuf::from("../Cargo.lock"), PathBuf::from("src/snapshot/file.rs")]);
    files.sort();
    let mut hasher = DefaultHasher::new();
    for file in &files {
        println!("cargo::rerun-if-changed={}", file.display());
        (file.display().to_string(), fs::read(file)?).hash(&mut hasher);
    }
    println!("cargo::rerun-if-changed=../ledger-core/src");
    println!("cargo::rustc-env=LEDGER_CORE_VERSION={:016x}", hasher.finish());
    Ok(())
}

fn sources(folder: &Path, files: &mut Vec<PathBuf>) -> std::io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            sources(&path, files)?;
        } else {
            files.push(path);
        }
    }
    Ok(())
}
