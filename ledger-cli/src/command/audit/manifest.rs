//! The manifest of a pack: its list held against the files, and what else it says against what the entries give.

use std::collections::BTreeSet;

use ledger_store::RealDisk;
use ledger_store::blobs::BlobName;
use ledger_store::pack::{CHECKPOINT, read_file, tree_files};
use serde_json::{Map, Value};

use super::contents::{self, ENTRIES, MANIFEST, Subject, TEXTS, proof_file, report_file};
use super::files::Listing;
use super::verdict::Finding;
use crate::render::hex;

/// The manifest as far as it could be read.
pub(super) struct Manifest {
    /// Its fields.
    pub(super) fields: Map<String, Value>,
    /// What it says the pack is about.
    pub(super) subject: Option<Subject>,
    /// The entries that it says are proven one by one.
    pub(super) proofs: BTreeSet<u64>,
}

impl Manifest {
    /// How many entries it says there are.
    pub(super) fn size(&self) -> Option<u64> {
        self.fields.get("size").and_then(Value::as_u64)
    }

    /// The program that it names, if that is another one.
    pub(super) fn other_program(&self) -> Option<String> {
        let stated = self.fields.get("program").and_then(Value::as_str).unwrap_or("no program");
        (stated != contents::program()).then(|| stated.chars().filter(|c| !c.is_control()).take(80).collect())
    }

    /// Every file that a pack of this log and manifest is made of.
    pub(super) fn explained(&self, size: u64, named: &BTreeSet<BlobName>) -> BTreeSet<String> {
        let mut names: BTreeSet<String> = tree_files(size).collect();
        names.extend([CHECKPOINT, ENTRIES, MANIFEST].map(str::to_owned));
        names.extend(TEXTS.iter().map(|(name, _)| (*name).to_owned()));
        names.extend(self.subject.iter().flat_map(|subject| &subject.reports).map(|name| report_file(name)));
        names.extend(
            self.proofs.iter().filter(|number| (1..=size).contains(*number)).map(|at| proof_file(*at)),
        );
        names.extend(named.iter().map(BlobName::file));
        names
    }

    /// Where the manifest says something else than the entries do.
    pub(super) fn differences(&self, right: &Map<String, Value>) -> Vec<Finding> {
        let unknown = self.fields.keys().filter(|key| *key != "files" && !right.contains_key(*key));
        let mut findings: Vec<Finding> = unknown
            .map(|key| {
                Finding::of("manifest_differs", MANIFEST, format!("`{key}` is no field of a manifest"))
            })
            .collect();
        for (key, right) in right.iter().filter(|(key, _)| *key != "program") {
            let stated = self.fields.get(key).unwrap_or(&Value::Null);
            if stated != right {
                let short = |value: &Value| value.to_string().chars().take(160).collect::<String>();
                let message = format!("`{key}` is {}, and the pack gives {}", short(stated), short(right));
                findings.push(Finding::of("manifest_differs", MANIFEST, message));
            }
        }
        findings
    }
}

/// Reads the manifest and holds the files against its list.
pub(super) fn read_manifest(
    pack: &RealDisk,
    files: &Listing,
    foreign: Vec<String>,
) -> (Manifest, Vec<Finding>) {
    let read = read_file(pack, MANIFEST).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok());
    let Some(Value::Object(fields)) = read else {
        let manifest = Manifest { fields: Map::new(), subject: None, proofs: BTreeSet::new() };
        let message = "the manifest is not there, or no JSON object";
        return (manifest, vec![Finding::of("manifest_form", MANIFEST, message)]);
    };
    let mut findings = Vec::new();
    let subject = subject(&fields);
    if subject.is_none() || fields.get("form") != Some(&Value::from(contents::FORM)) {
        let message = format!("the manifest does not say of what it is, in the form {}", contents::FORM);
        findings.push(Finding::of("manifest_form", MANIFEST, message));
    }
    let mut stated = BTreeSet::new();
    for file in fields.get("files").and_then(Value::as_array).into_iter().flatten() {
        let name = file["name"].as_str().unwrap_or_default();
        stated.insert(name);
        match files.get(name) {
            None => {
                findings.push(Finding::of("file_absent", name, "a file of the manifest is not there"));
            }
            Some((bytes, hash)) if file["bytes"] != *bytes || file["sha256"] != hex(hash) => {
                findings.push(Finding::of("file_differs", name, "a file is not the one of the manifest"));
            }
            Some(_) => {}
        }
    }
    let unlisted = files.keys().filter(|name| *name != MANIFEST && !stated.contains(name.as_str()));
    let unlisted = unlisted.chain(&foreign);
    findings.extend(unlisted.map(|name| Finding::of("file_unlisted", name, "the manifest does not name it")));
    let proofs = fields.get("proofs").and_then(Value::as_array).into_iter().flatten();
    let proofs = proofs.filter_map(Value::as_u64).collect();
    (Manifest { fields, subject, proofs }, findings)
}

/// Descriptions that are not those of this version.
pub(super) fn texts(pack: &RealDisk) -> Vec<Finding> {
    let differs = TEXTS.iter().filter(|(name, text)| {
        let stated = read_file(pack, name);
        stated.is_ok_and(|stated| stated != text.as_bytes())
    });
    let message = "a description is not the one that this version gives";
    differs.map(|(name, _)| Finding::of("text_differs", *name, message)).collect()
}

fn subject(fields: &Map<String, Value>) -> Option<Subject> {
    let text = |key: &str| fields.get(key).and_then(Value::as_str);
    let as_of = fields.get("as_of").filter(|day| !day.is_null());
    let as_of = as_of.map(|day| day.as_str()?.parse().ok()).map_or(Some(None), |day| day.map(Some))?;
    let reports = fields.get("reports")?.as_array()?;
    let reports = reports.iter().map(|name| name.as_str().map(str::to_owned)).collect::<Option<_>>()?;
    Some(Subject { book: text("book")?.parse().ok()?, as_of, reports })
}
