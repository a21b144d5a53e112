//! Audit packs: the same log gives the same pack, a pack is checked without its ledger, by the program and by a check in
//! Python that uses nothing of ours.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use sha2::{Digest, Sha256};

use crate::sandbox::{Sandbox, entry, feed, say};

/// What the company's controller signed for, and its key; a synthetic document that an entry names.
pub(crate) struct Audited {
    pub(crate) sandbox: Sandbox,
    /// The verifier key of `a.key`.
    pub(crate) key: String,
}

pub(crate) const DOCUMENT: &[u8] = b"a synthetic invoice: 1,000.00 for audit work\n";

pub(crate) fn hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// An entry that names a document that is kept and one that is only referred to; synthetic.
fn documented() -> String {
    let (held, absent) = (hex(DOCUMENT), hex(b"never handed over"));
    let event = r#"{"type":"cash_paid","wallet":"bank","amount":{"amount":"1000.00","currency":"USD"},"category":"other"}"#;
    let evidence = format!(
        r#""evidence":[{{"name":"invoice","sha256":"{held}","uri":"blobs/{}/{}"}},{{"name":"letter","sha256":"{absent}"}}],"events""#,
        &held[..2],
        &held[2..]
    );
    entry(1, "2026-03-31", event).replace(r#""events""#, &evidence)
}

/// Cango's quarter and one synthetic entry with its document, two keys, a kept checkpoint, and a pack in `pack`.
pub(crate) fn audited() -> Audited {
    let sandbox = Sandbox::with_story("cango-2026q1.jsonl");
    sandbox.append(&documented());
    let name = hex(DOCUMENT);
    let folder = sandbox.path().join("books/blobs").join(&name[..2]);
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join(&name[2..]), DOCUMENT).unwrap();
    let key = sandbox.run(&["key", "generate", "example.com/books", "--out", "a.key"]).exits(0).out;
    sandbox.run(&["key", "generate", "example.com/books", "--out", "b.key"]).exits(0);
    sandbox.file("kept", sandbox.run(&["checkpoint", "--sign", "a.key"]).exits(0).out.as_bytes());
    sandbox.run(&["audit", "pack", "pack", "--sign", "a.key", "--prove", "5,38"]).exits(0);
    Audited { sandbox, key: key.trim_end().to_owned() }
}

/// Every file of a pack.
pub(crate) fn files(pack: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    fn collect(folder: &Path, root: &Path, files: &mut BTreeMap<PathBuf, Vec<u8>>) {
        for found in std::fs::read_dir(folder).unwrap() {
            let path = found.unwrap().path();
            if path.is_dir() {
                collect(&path, root, files);
            } else {
                files.insert(path.strip_prefix(root).unwrap().to_owned(), std::fs::read(&path).unwrap());
            }
        }
    }
    let mut files = BTreeMap::new();
    collect(pack, pack, &mut files);
    files
}

/// What the check in Python says: its exit code and its output; `None`, loudly, where there is no Python.
pub(crate) fn in_python(pack: &Path, more: &[&str]) -> Option<(i32, String)> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/oracles/verify_pack.py");
    let mut python = Command::new("python3");
    python.arg("-B").arg(script).arg(pack).args(more).current_dir(pack.parent().unwrap());
    if Command::new("python3").arg("--version").output().is_err() {
        say("NOT RUN: python3 is not installed, so tests/oracles/verify_pack.py did not check any pack");
        return None;
    }
    let ran = feed(&mut python, b"");
    Some((ran.code, format!("{}{}", ran.out, ran.err)))
}

#[test]
fn a_pack_is_checked_with_no_ledger_and_nothing_is_found() {
    let Audited { sandbox, key } = audited();
    let pack = sandbox.path().join("pack");
    std::fs::remove_dir_all(sandbox.path().join("books")).unwrap();
    let args = ["audit", "verify", "pack", "--expect", "kept", "--key", &key];
    let ran = sandbox.run(&args).exits(0);
    assert!(
        ran.out.contains("the history of 38 entries that the checkpoint names is contained"),
        "{}",
        ran.out
    );
    let json = sandbox.run(&[&args[..], &["-f", "json"]].concat()).exits(0).json();
    assert_eq!(
        (&json["clean"], &json["complete"], &json["signed"]),
        (&true.into(), &38.into(), &true.into())
    );
    let checked: Vec<&str> =
        json["passes"].as_array().unwrap().iter().filter_map(|pass| pass["checked"].as_str()).collect();
    let told = ["1 key", "38 entries", "38 entries", "38 lines", "1 held, 1 only referred to", "2 proofs"];
    assert_eq!(checked[..6], told);
    assert!(checked.contains(&"6 reports") && json["passes"].to_string().contains("double entry"));
    let plain = sandbox.run(&["audit", "verify", "pack"]).exits(0);
    assert!(plain.out.contains("completeness not proven") && plain.out.contains("was not checked: `--key`"));

    let Some((code, out)) = in_python(&pack, &["--expect", "kept", "--key", &key]) else { return };
    assert_eq!((code, out.lines().count()), (0, 1), "{out}");
    let (code, out) = in_python(&pack, &[]).unwrap();
    assert!(code == 0 && out.contains("completeness not proven"), "{out}");
}

#[test]
fn the_same_log_gives_the_same_pack() {
    let Audited { sandbox, .. } = audited();
    let first = files(&sandbox.path().join("pack"));
    assert_eq!(first.len(), 20, "{:?}", first.keys());
    for cache in ["snapshots", "tiles", "cache"] {
        let _ = std::fs::remove_dir_all(sandbox.path().join("books").join(cache));
    }
    std::fs::create_dir(sandbox.path().join("again")).unwrap();
    let args = ["--sign", "a.key", "--prove", "38,5,5"];
    sandbox.run(&[&["audit", "pack", "again"], &args[..]].concat()).exits(0);
    assert!(files(&sandbox.path().join("again")) == first);
    // Also once more is recorded, as it was known then; and not of what is known now.
    let paid = r#"{"type":"cash_paid","wallet":"bank","amount":{"amount":"2.00","currency":"USD"},"category":"other"}"#;
    sandbox.append(&entry(2, "2026-02-01", paid));
    sandbox.run(&[&["audit", "pack", "then", "--as-known", "38"], &args[..]].concat()).exits(0);
    assert!(files(&sandbox.path().join("then")) == first);
    sandbox.run(&[&["audit", "pack", "now"], &args[..]].concat()).exits(0);
    assert!(files(&sandbox.path().join("now")) != first);
    sandbox.run(&["audit", "verify", "now", "--expect", "kept"]).exits(0);
}

#[test]
fn a_pack_has_the_day_the_book_and_the_reports_asked_for() {
    let Audited { sandbox, .. } = audited();
    let args = ["audit", "pack", "tax", "--book", "tax", "--as-of", "2026-02", "--report", "lots,journal"];
    let ran = sandbox.run(&args).exits(0);
    assert!(
        ran.out.starts_with("tax: 38 entries in ") && ran.err.contains("not held: 1 of the documents"),
        "{ran:?}"
    );
    let pack = files(&sandbox.path().join("tax"));
    let manifest: serde_json::Value = serde_json::from_slice(&pack[Path::new("manifest.json")]).unwrap();
    assert_eq!((&manifest["book"], &manifest["as_of"]), (&"tax".into(), &"2026-02-28".into()));
    assert_eq!(manifest["policies"][0]["stated"]["policy"]["measurement"], "cost");
    assert_eq!(manifest["documents"]["absent"].as_array().unwrap().len(), 1);
    assert_eq!(manifest["files"].as_array().unwrap().len() + 1, pack.len());
    let lots: serde_json::Value = serde_json::from_slice(&pack[Path::new("reports/lots.json")]).unwrap();
    assert_eq!((&lots["head"]["book"], &lots["head"]["as_of"]), (&"tax".into(), &"2026-02-28".into()));
    assert!(!pack.contains_key(Path::new("reports/balance-sheet.json")));
    sandbox.run(&["audit", "verify", "tax", "--expect", "kept"]).exits(0);
}

#[test]
fn a_pack_replaces_nothing_and_leaves_nothing_half_done() {
    let Audited { sandbox, .. } = audited();
    let listed = || {
        let names = std::fs::read_dir(sandbox.path()).unwrap().map(|one| one.unwrap().file_name());
        names.collect::<std::collections::BTreeSet<_>>()
    };
    let before = listed();
    let cases: &[(&[&str], i32, &str)] = &[
        (&["audit", "pack", "pack"], 3, "refused: PACK_EXISTS"),
        (&["audit", "pack", "a.key"], 3, "refused: PACK_EXISTS"),
        (&["audit", "pack", "new", "--report", "register"], 2, "register takes a account"),
        (&["audit", "pack", "new", "--report", "nothing"], 2, "there is no report `nothing`"),
        (&["audit", "pack", "new", "--prove", "39"], 3, "refused: UNKNOWN_ENTRY"),
        (&["audit", "pack", "new", "--as-known", "30", "--prove", "31"], 3, "refused: NOTHING_TO_PROVE"),
        (&["audit", "pack", "new", "--sign", "kept"], 2, "holds no key that signs"),
        (&["audit", "pack", "new", "--book", "ifrs"], 3, "refused: UNKNOWN_BOOK"),
        (&["audit", "pack", "new", "-f", "csv"], 2, "audit pack has no rows for csv"),
        (&["audit", "pack", "nowhere/new"], 2, "cannot write nowhere/new.partial"),
        (&["audit", "verify", "books"], 2, "books is no audit pack"),
        (&["audit", "verify", "nowhere"], 2, "cannot read nowhere"),
        (&["audit", "verify", "pack", "--expect", "a.key"], 2, "a.key is not a checkpoint"),
    ];
    for (args, code, told) in cases {
        let ran = sandbox.run(args).exits(*code);
        assert!(ran.err.contains(told) && ran.out.is_empty(), "{args:?}: {}", ran.err);
    }
    assert_eq!(listed(), before);
}

#[test]
fn a_pack_of_several_bundles_and_levels_is_checked_by_both() {
    let sandbox = Sandbox::with_story("mini.jsonl");
    let mut lines = String::new();
    for id in 1..=600 {
        let event = r#"{"type":"cash_paid","wallet":"bank","amount":{"amount":"0.01","currency":"USD"},"category":"other"}"#;
        lines.push_str(&format!("{}\n", entry(id, "2026-03-05", event)));
    }
    sandbox.run_with(&["append", "--quiet", "-"], lines.as_bytes()).exits(0);
    sandbox.file("kept", sandbox.run(&["checkpoint", "--as-known", "300"]).exits(0).out.as_bytes());
    sandbox.run(&["audit", "pack", "pack", "--prove", "1,256,257,610"]).exits(0);
    let pack = sandbox.path().join("pack");
    for name in ["tile/0/001", "tile/0/002.p/98", "tile/1/000.p/2", "tile/entries/002.p/98"] {
        assert!(pack.join(name).is_file(), "{name}");
    }
    let ran = sandbox.run(&["audit", "verify", "pack", "--expect", "kept"]).exits(0);
    assert!(ran.out.contains("the history of 300 entries"), "{}", ran.out);
    let Some((code, out)) = in_python(&pack, &["--expect", "kept"]) else { return };
    assert_eq!((code, out.lines().count()), (0, 1), "{out}");
}
