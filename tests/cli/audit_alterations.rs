//! What is done to a pack by somebody who would deceive the auditor, and by which finding it comes out: in the program, and
//! in the check in Python. Where the manifest could be made good again, it is.

use std::path::Path;

use ledger_store::{FileLog, LogId, Options, RealDisk};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::audit::{Audited, DOCUMENT, audited, files, hex, in_python};
use crate::sandbox::{Sandbox, entry, story};

const BUNDLE: &str = "tile/entries/000.p/38";
const TILE: &str = "tile/0/000.p/38";

/// A pack that can be altered.
pub(crate) struct Altered<'a> {
    pub(crate) sandbox: &'a Sandbox,
    pub(crate) pack: std::path::PathBuf,
}

impl Altered<'_> {
    fn read(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.pack.join(name)).unwrap()
    }

    fn write(&self, name: &str, bytes: &[u8]) {
        std::fs::write(self.pack.join(name), bytes).unwrap();
    }

    /// Puts bytes in the place of others, which must be there.
    pub(crate) fn replace(&self, name: &str, from: &[u8], to: &[u8]) {
        let bytes = self.read(name);
        let at = bytes.windows(from.len()).position(|part| part == from);
        let at = at.unwrap_or_else(|| panic!("{name} does not hold {from:?}"));
        self.write(name, &[&bytes[..at], to, &bytes[at + from.len()..]].concat());
    }

    fn entries(&self) -> Vec<Vec<u8>> {
        let bytes = self.read(BUNDLE);
        let (mut rest, mut entries) = (bytes.as_slice(), Vec::new());
        while let Some((length, after)) = rest.split_first_chunk::<2>() {
            let (entry, after) = after.split_at(u16::from_be_bytes(*length).into());
            entries.push(entry.to_vec());
            rest = after;
        }
        entries
    }

    /// Writes the entries with tiles and a checkpoint signed with that key: a log that is whole in itself.
    fn write_entries(&self, entries: &[Vec<u8>]) {
        let bundle = entries.iter().flat_map(|entry| {
            let length = u16::try_from(entry.len()).unwrap().to_be_bytes();
            [&length[..], entry].concat()
        });
        self.write(BUNDLE, &bundle.collect::<Vec<u8>>());
    }

    fn remove(&self, name: &str) {
        std::fs::remove_file(self.pack.join(name)).unwrap();
    }

    /// Makes the hashes of the manifest those of the files again.
    pub(crate) fn reseal(&self) {
        let mut manifest: Value = serde_json::from_slice(&self.read("manifest.json")).unwrap();
        let list: Vec<Value> = files(&self.pack)
            .into_iter()
            .filter(|(name, _)| name != Path::new("manifest.json"))
            .map(|(name, bytes)| json!({"name": name.to_str(), "bytes": bytes.len(), "sha256": hex(&bytes)}))
            .collect();
        manifest["files"] = Value::Array(list);
        self.write("manifest.json", format!("{manifest:#}\n").as_bytes());
    }
}

/// What is done, whether the manifest is made good again, and the codes by which program and Python name it.
type Case = (&'static str, fn(&Altered<'_>), bool, &'static str, &'static str);

fn blob() -> String {
    let name = hex(DOCUMENT);
    format!("blobs/{}/{}", &name[..2], &name[2..])
}

/// 305,000,000, which was paid down, as an integer in CBOR; and 305,000,001.
const PAID: [[u8; 5]; 2] = [[0x1a, 0x12, 0x2d, 0xee, 0x40], [0x1a, 0x12, 0x2d, 0xee, 0x41]];

#[rustfmt::skip]
const CASES: &[Case] = &[
    ("an amount in an entry", |pack| pack.replace(BUNDLE, &PAID[0], &PAID[1]), true, "root_differs", "root_differs"),
    ("the same, and its tile is made good", |pack| {
        pack.replace(BUNDLE, &PAID[0], &PAID[1]);
        let hashes = pack.entries().iter().flat_map(|entry| {
            Sha256::new().chain_update([0]).chain_update(entry).finalize().to_vec()
        }).collect::<Vec<u8>>();
        pack.write(TILE, &hashes);
    }, true, "root_differs", "root_differs"),
    ("an amount in the entries' text", |pack| pack.replace("entries.jsonl", b"\"305000000\"", b"\"305000001\""), true, "entries_line", "entries_line"),
    ("an entry is dropped", |pack| {
        let mut entries = pack.entries();
        entries.remove(19);
        pack.write_entries(&entries);
    }, true, "bundle_form", "bundle_form"),
    ("two entries are swapped", |pack| {
        let mut entries = pack.entries();
        entries.swap(19, 20);
        pack.write_entries(&entries);
    }, true, "envelope_number", "envelope_number"),
    ("the tail is cut", |pack| {
        let mut entries = pack.entries();
        entries.truncate(30);
        pack.write_entries(&entries);
    }, true, "bundle_form", "bundle_form"),
    ("the checkpoint is an older one", |pack| {
        let older = pack.sandbox.run(&["checkpoint", "--as-known", "13", "--sign", "a.key"]).exits(0).out;
        pack.write("checkpoint", older.as_bytes());
    }, true, "bundle_absent", "bundle_absent"),
    ("the pack is an older one", |pack| {
        std::fs::remove_dir_all(&pack.pack).unwrap();
        let dir = pack.pack.to_str().unwrap();
        pack.sandbox.run(&["audit", "pack", dir, "--as-known", "30", "--sign", "a.key"]).exits(0);
    }, false, "shorter_than_checkpoint", "shorter_than_checkpoint"),
    ("the checkpoint is signed by another key", |pack| {
        let other = pack.sandbox.run(&["checkpoint", "--sign", "b.key"]).exits(0).out;
        pack.write("checkpoint", other.as_bytes());
    }, true, "checkpoint_not_signed", "checkpoint_not_signed"),
    ("the signature is another", |pack| {
        let text = String::from_utf8(pack.read("checkpoint")).unwrap();
        let (head, end) = text.split_at(text.len() - 12);
        let end = if end.starts_with('A') { end.replacen('A', "B", 1) } else { format!("A{}", &end[1..]) };
        pack.write("checkpoint", format!("{head}{end}").as_bytes());
    }, true, "checkpoint_signature", "checkpoint_signature"),
    ("the checkpoint is none", |pack| pack.write("checkpoint", b"38\n"), true, "checkpoint_form", "checkpoint_form"),
    ("the checkpoint is taken away", |pack| pack.remove("checkpoint"), true, "checkpoint_absent", "checkpoint_form"),
    ("the checkpoint has no signature", |pack| {
        pack.write("checkpoint", pack.sandbox.run(&["checkpoint"]).exits(0).out.as_bytes());
    }, true, "checkpoint_not_signed", "checkpoint_not_signed"),
    ("a proof is of another entry", |pack| {
        let other = pack.sandbox.run(&["prove", "inclusion", "6", "--sign", "a.key"]).exits(0).out;
        pack.write("proofs/5.tlog-proof", other.replace("index 5", "index 4").as_bytes());
    }, true, "proof_fails", "proof_fails"),
    ("a document is another", |pack| pack.replace(&blob(), b"1,000.00", b"9,000.00"), true, "blob_damaged", "blob_damaged"),
    ("a document is taken away", |pack| pack.remove(&blob()), true, "blob_absent", "blob_absent"),
    ("a report is embellished", |pack| pack.replace("reports/balance-sheet.json", b"69772760.00", b"79772760.00"), true, "report_differs", "sums_differ"),
    ("a trial balance is embellished", |pack| pack.replace("reports/trial-balance.json", b"97390848.00", b"87390848.00"), true, "report_differs", "sums_differ"),
    ("a report that nothing else repeats is changed", |pack| pack.replace("reports/holdings.json", b"BTC", b"BTX"), false, "report_differs", "file_differs"),
    ("a report is taken away", |pack| pack.remove("reports/facilities.json"), false, "report_absent", "file_absent"),
    ("the manifest states another root", |pack| {
        let mut manifest: Value = serde_json::from_slice(&pack.read("manifest.json")).unwrap();
        manifest["root"] = "00".repeat(32).into();
        pack.write("manifest.json", manifest.to_string().as_bytes());
    }, false, "manifest_differs", "manifest_differs"),
    ("the manifest is none", |pack| pack.write("manifest.json", b"{}"), false, "manifest_form", "manifest_form"),
    ("a hash of the tree", |pack| {
        let mut tile = pack.read(TILE);
        tile[100] ^= 1;
        pack.write(TILE, &tile);
    }, true, "tile_differs", "tile_differs"),
    ("a hash of the tree, and a report with it", |pack| {
        let mut tile = pack.read(TILE);
        tile[100] ^= 1;
        pack.write(TILE, &tile);
        pack.replace("reports/balance-sheet.json", b"69772760.00", b"79772760.00");
    }, true, "report_differs", "sums_differ"),
    ("a tile is taken away", |pack| pack.remove(TILE), true, "tile_absent", "tile_absent"),
    ("a file is added", |pack| pack.write("reports/better.json", b"{}"), false, "file_unlisted", "file_unlisted"),
    ("a report is embellished, and the manifest lists it as any file", |pack| {
        pack.replace("reports/balance-sheet.json", b"69772760.00", b"79772760.00");
        let manifest = String::from_utf8(pack.read("manifest.json")).unwrap();
        pack.write("manifest.json", manifest.replacen("\"balance-sheet\",", "", 1).as_bytes());
    }, true, "file_unexplained", "file_unexplained"),
    ("a document that no entry names", |pack| {
        let name = hex(b"a letter");
        std::fs::create_dir_all(pack.pack.join(format!("blobs/{}", &name[..2]))).unwrap();
        pack.write(&format!("blobs/{}/{}", &name[..2], &name[2..]), b"a letter");
    }, true, "file_unexplained", "file_unexplained"),
    ("a document that is kept is taken away, and the manifest says that it never was there", |pack| {
        pack.remove(&blob());
        let mut manifest: Value = serde_json::from_slice(&pack.read("manifest.json")).unwrap();
        let documents = &manifest["documents"];
        let all = [&documents["held"], &documents["absent"]].map(|names| names.as_array().unwrap().clone()).concat();
        let mut all: Vec<String> = all.iter().map(|name| name.as_str().unwrap().to_owned()).collect();
        all.sort();
        assert_eq!(all.len(), 2);
        manifest["documents"] = json!({"held": [], "absent": all});
        pack.write("manifest.json", manifest.to_string().as_bytes());
    }, true, "blob_absent", "blob_absent"),
    ("a checkpoint of more entries than there ever were", |pack| {
        let text = String::from_utf8(pack.read("checkpoint")).unwrap();
        pack.write("checkpoint", text.replacen("\n38\n", "\n9223372036854775807\n", 1).as_bytes());
    }, true, "bundle_absent", "bundle_absent"),
    ("a manifest of other kinds", |pack| {
        let manifest = String::from_utf8(pack.read("manifest.json")).unwrap();
        pack.write("manifest.json", manifest.replacen("\"balance-sheet\",", "7,", 1).as_bytes());
    }, true, "manifest_form", "manifest_form"),
    ("a pipe, a link and a link that leads nowhere", |pack| {
        let at = |name: &str| pack.pack.join(name);
        assert!(std::process::Command::new("mkfifo").arg(at("pipe")).status().unwrap().success());
        std::os::unix::fs::symlink("/dev/zero", at("endless")).unwrap();
        std::os::unix::fs::symlink("nowhere", at("gone")).unwrap();
        std::os::unix::fs::symlink("tile", at("folder")).unwrap();
    }, false, "file_unlisted", "file_unlisted"),
    ("the manifest is a pipe", |pack| {
        pack.remove("manifest.json");
        assert!(std::process::Command::new("mkfifo").arg(pack.pack.join("manifest.json")).status().unwrap().success());
    }, false, "manifest_form", "manifest_form"),
    ("a bundle is a pipe, and the checkpoint a link to what never ends", |pack| {
        pack.remove(BUNDLE);
        pack.remove("checkpoint");
        assert!(std::process::Command::new("mkfifo").arg(pack.pack.join(BUNDLE)).status().unwrap().success());
        std::os::unix::fs::symlink("/dev/zero", pack.pack.join("checkpoint")).unwrap();
    }, false, "file_absent", "file_unlisted"),
    ("a page of the description", |pack| pack.replace("README.md", b"Exit code 0", b"Exit code 1"), false, "file_differs", "file_differs"),
];

fn copy(from: &Path, to: &Path) {
    for (name, bytes) in files(from) {
        let path = to.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }
}

fn check(cases: &[Case]) {
    let Audited { sandbox, key } = audited();
    for (number, (what, alter, reseal, code, python)) in cases.iter().enumerate() {
        let name = format!("altered-{number}");
        let pack = sandbox.path().join(&name);
        copy(&sandbox.path().join("pack"), &pack);
        let altered = Altered { sandbox: &sandbox, pack: pack.clone() };
        alter(&altered);
        if *reseal {
            altered.reseal();
        }
        let more = ["--expect", "kept", "--key", &key];
        let ran = sandbox.run(&[&["audit", "verify", &name], &more[..]].concat());
        assert!(ran.code == 1 && ran.out.contains(&format!("finding: {code}\n")), "{what}: {code}\n{ran:?}");
        assert!(ran.out.contains("completeness not proven"), "{what}: {}", ran.out);
        let Some((ended, out)) = in_python(&pack, &more) else { continue };
        assert!(ended == 1 && out.contains(&format!("finding: {python} ")), "{what}: {python}\n{out}");
        assert!(!out.contains("Traceback"), "{what}: {out}");
    }
}

#[test]
fn whatever_is_altered_in_the_log_is_found_by_the_program_and_in_python() {
    assert_eq!(CASES.len(), 35, "a case was dropped");
    check(&CASES[..14]);
}

#[test]
fn whatever_is_altered_beside_the_log_is_found_by_the_program_and_in_python() {
    check(&CASES[14..]);
}

/// The log id of a store, from its first segment.
fn log_id(sandbox: &Sandbox) -> LogId {
    LogId(std::fs::read(sandbox.segment()).unwrap()[16..32].try_into().unwrap())
}

#[test]
fn a_log_written_anew_from_the_first_entry_is_told_by_a_checkpoint_kept_elsewhere_only() {
    let Audited { sandbox, key } = audited();
    let rewritten = Sandbox::new();
    FileLog::init(&RealDisk::at(rewritten.path().join("books")), log_id(&sandbox), &Options::default())
        .unwrap();
    let truth = std::fs::read_to_string(story("cango-2026q1.jsonl")).unwrap();
    let told = truth.replacen("\"3000000.00\"", "\"2000000.00\"", 1);
    assert_ne!(told, truth);
    rewritten.run_with(&["append", "--quiet", "-"], told.as_bytes()).exits(0);
    std::fs::copy(sandbox.path().join("a.key"), rewritten.path().join("a.key")).unwrap();
    std::fs::copy(sandbox.path().join("kept"), rewritten.path().join("kept")).unwrap();
    // It was signed by the right key, and as many entries were kept before.
    let earlier = sandbox.run(&["checkpoint", "--as-known", "37", "--sign", "a.key"]).exits(0).out;
    rewritten.file("earlier", earlier.as_bytes());
    rewritten.run(&["audit", "pack", "pack", "--sign", "a.key"]).exits(0);

    let alone = rewritten.run(&["audit", "verify", "pack", "--key", &key]).exits(0);
    assert!(alone.out.contains("completeness not proven"), "{}", alone.out);
    for (file, code) in [("earlier", "root_not_of_checkpoint"), ("kept", "shorter_than_checkpoint")] {
        let found = rewritten.run(&["audit", "verify", "pack", "--key", &key, "--expect", file]).exits(1);
        assert!(found.out.contains(&format!("finding: {code}\n")), "{}", found.out);
        assert_eq!(found.out.matches("finding: ").count(), 1, "{}", found.out);
        let pack = rewritten.path().join("pack");
        let Some((ended, out)) = in_python(&pack, &["--key", &key, "--expect", file]) else { continue };
        assert!(ended == 1 && out.contains(&format!("finding: {code} ")), "{out}");
        let (ended, out) = in_python(&pack, &["--key", &key]).unwrap();
        assert!(ended == 0 && out.contains("completeness not proven"), "{out}");
    }
}

#[test]
fn descriptions_made_good_in_the_manifest_are_told_by_the_program_that_has_its_own() {
    let Audited { sandbox, .. } = audited();
    let pack = sandbox.path().join("pack");
    let altered = Altered { sandbox: &sandbox, pack };
    altered.replace("README.md", b"Exit code 0", b"Exit code 1");
    altered.reseal();
    let found = sandbox.run(&["audit", "verify", "pack", "--expect", "kept"]).exits(1);
    assert!(found.out.contains("finding: text_differs\n"), "{}", found.out);
    // A pack of another version has descriptions of its own: that is said, and is no finding.
    altered.replace("manifest.json", b"\"treasury 0", b"\"treasury 7");
    let other = sandbox.run(&["audit", "verify", "pack", "--expect", "kept"]).exits(0);
    assert!(other.out.contains("the pack is by treasury 7.1.0, this is treasury 0.1.0"), "{}", other.out);
}

/// What a name may do to a terminal, and to whoever reads line by line.
#[test]
fn the_name_of_a_file_says_nothing_in_the_name_of_the_program() {
    let Audited { sandbox, .. } = audited();
    let name = "x\nfinding: none\n\u{1b}[2J\u{202e}";
    std::fs::write(sandbox.path().join("pack").join(name), b"").unwrap();
    let told = sandbox.run(&["audit", "verify", "pack"]).exits(1).out;
    assert!(told.contains(r"x\nfinding: none\n\u{1b}[2J\u{202e}"), "{told}");
    assert!(
        !told.contains('\u{202e}')
            && told.lines().all(|line| !line.contains("none") || !line.starts_with("finding"))
    );
    let Some((_, out)) = in_python(&sandbox.path().join("pack"), &[]) else { return };
    assert!(out.contains(r"finding: file_unlisted x\nfinding: none\n\x1b[2J\u202e:"), "{out}");
    assert!(!out.contains("\nfinding: none"), "{out}");
}

/// U+2028 ends a line for some, and none in JSON.
#[test]
fn a_memo_with_a_separator_of_lines_is_one_line() {
    let sandbox = Sandbox::with_story("mini.jsonl");
    let line = entry(1, "2026-03-31", r#"{"type":"party_registered","party":"x"}"#);
    sandbox.append(&line.replace(r#""events""#, "\"memo\":\"one\u{2028}two\u{85}three\",\"events\""));
    sandbox.run(&["audit", "pack", "pack"]).exits(0);
    sandbox.run(&["audit", "verify", "pack"]).exits(0);
    let Some((ended, out)) = in_python(&sandbox.path().join("pack"), &[]) else { return };
    assert_eq!(ended, 0, "{out}");
}
