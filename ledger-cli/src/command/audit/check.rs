//! `treasury audit verify`: a pack checked with nothing but itself, and a checkpoint and keys that the auditor has from
//! elsewhere. It goes on after a finding as far as anything can be said.

use std::collections::BTreeSet;

use ledger_store::blobs::BlobName;
use ledger_store::checkpoint::{self, Checkpoint};
use ledger_store::note::Note;
use ledger_store::pack::{CHECKPOINT, PackDefect, PackLog, read_file, read_tree};
use ledger_store::proof::Inclusion;
use ledger_store::reading::Reading;
use ledger_store::{Head, RealDisk, Snapshots};
use serde_json::{Map, Value};

use super::contents::{self, About, ENTRIES, MANIFEST, Subject, documents, line, proof_file, report_file};
use super::files::{Listing, list};
use super::verdict::{Finding, Pass, Verdict};
use crate::app::App;
use crate::args::AuditVerify;
use crate::command::checkpoint as kept;
use crate::diagnostic::Failure;
use crate::exit::Exit;
use crate::io::Io;
use crate::render::hex;

/// Runs the command.
pub(super) fn run(app: &App, args: &AuditVerify, io: &mut Io) -> Result<Exit, Failure> {
    app.refuse_csv("audit verify")?;
    let expected = args.expect.as_deref().map(kept::read).transpose()?;
    let (files, foreign) = list(&args.dir)?;
    if !files.contains_key(MANIFEST) && !files.contains_key(CHECKPOINT) {
        return Err(Failure::usage(format!("{} is no audit pack", args.dir.display()))
            .with_help("`treasury audit pack DIR` writes one"));
    }
    let pack = RealDisk::at(&args.dir);
    let (manifest, mut manifest_findings) = read_manifest(&pack, &files, foreign);
    let (claimed, note, mut about_checkpoint) = read_checkpoint(&pack);
    about_checkpoint.extend(signatures(
        note.as_ref(),
        args,
        expected.as_ref().and_then(|(_, note)| note.as_ref()),
    ));
    let expected = expected.map(|(checkpoint, _)| checkpoint);

    let mut entries = Entries::of(&pack, &files);
    let size = claimed.as_ref().map(|claimed| claimed.head.size).or(manifest.size());
    let watched = expected.as_ref().map_or(u64::MAX, |expected| expected.head.size);
    let (root, at_watched, found) = read_tree(&pack, size.unwrap_or(0), watched, &mut |read| {
        entries.see(&read, &manifest, claimed.as_ref(), note.as_ref())
    });
    let of_entry = |defect: PackDefect| {
        matches!(
            defect,
            PackDefect::Envelope
                | PackDefect::EnvelopeNumber
                | PackDefect::RecordedBack
                | PackDefect::DecidedAhead
                | PackDefect::EntryForm
                | PackDefect::DuplicateId
        )
    };
    let (about_entries, about_tree): (Vec<_>, Vec<_>) =
        found.into_iter().partition(|finding| of_entry(finding.defect));
    let mut about_tree: Vec<Finding> = about_tree.into_iter().map(Finding::from).collect();
    let head = claimed.as_ref().map(|claimed| claimed.head);
    if let (Some(head), Some(root)) = (head, root)
        && root != head.root
    {
        let defect = PackDefect::RootDiffers;
        about_tree.push(Finding::of(defect.code(), CHECKPOINT, defect.meaning()));
    }
    if let Some(expected) = &expected {
        about_checkpoint.extend(held_against(expected, claimed.as_ref(), size, at_watched));
    }
    let about_entries: Vec<Finding> = about_entries.into_iter().map(Finding::from).collect();
    // Reports are folded from what is in order: what comes of anything else would say nothing.
    let sound = about_entries.is_empty() && about_tree.is_empty() && root.is_some();
    let named = entries.named.clone();
    let count = size.unwrap_or(0) as usize;
    let mut passes = vec![
        Pass::of(
            "checkpoint",
            args.key.len(),
            if args.key.len() == 1 { "key" } else { "keys" },
            about_checkpoint,
        ),
        Pass::of("tiles, bundles, root", count, "entries", about_tree),
        Pass::of("numbers, times, form", count, "entries", about_entries),
    ];
    passes.extend(entries.passes(&manifest));
    let packed = head.filter(|_| sound).map(|head| (head, PackLog::open(&pack, head)));
    let reading = match packed {
        Some((head, Ok(log))) => Reading::open(log, Snapshots::none()).ok().map(|reading| (head, reading)),
        Some((_, Err(_))) | None => None,
    };
    let mut reports = Pass { name: "reports, folded again", checked: None, findings: Vec::new() };
    if let (Some((head, reading)), Some(subject), Some(claimed)) = (&reading, &manifest.subject, &claimed) {
        reports = refold(&pack, reading, head, subject);
        let signers = note.as_ref().map_or_else(Vec::new, |note| note.names().collect());
        let about = About {
            origin: claimed.origin(),
            head: *head,
            subject,
            signers,
            proofs: &manifest.proofs,
            named: &named,
        };
        manifest_findings.extend(manifest.differences(&about.value(reading, &files)));
    }
    passes.push(reports);
    passes.push(Pass::of("manifest", files.len(), "files", manifest_findings));
    let signed = !args.key.is_empty();
    let pack = args.dir.display().to_string();
    let verdict = Verdict { pack, passes, claimed, expected, signed };
    verdict.print(app, io)?;
    Ok(if verdict.is_clean() { Exit::Done } else { Exit::Findings })
}

fn read_checkpoint(pack: &RealDisk) -> (Option<Checkpoint>, Option<Note>, Vec<Finding>) {
    let bytes = match read_file(pack, CHECKPOINT) {
        Ok(bytes) => bytes,
        Err(_) => {
            let absent = Finding::of("checkpoint_absent", CHECKPOINT, "the pack has no checkpoint");
            return (None, None, vec![absent]);
        }
    };
    let text = String::from_utf8_lossy(&bytes);
    match checkpoint::read(&text) {
        Ok((checkpoint, note)) => (Some(checkpoint), note, Vec::new()),
        Err(why) => (None, None, vec![Finding::of("checkpoint_form", CHECKPOINT, why.to_string())]),
    }
}

/// Whether the keys signed the pack's checkpoint, and the one kept elsewhere if that has signatures.
fn signatures(own: Option<&Note>, args: &AuditVerify, kept: Option<&Note>) -> Vec<Finding> {
    let files = [(Some(own), CHECKPOINT.to_owned()), (kept.map(Some), "the checkpoint expected".to_owned())];
    let mut findings = Vec::new();
    for (note, file) in files {
        let Some(note) = note else { continue };
        for finding in super::super::verify::signatures(note, &args.key).findings {
            findings.push(Finding::of(finding.code, file.clone(), finding.message));
        }
    }
    findings
}

fn held_against(
    expected: &Checkpoint,
    claimed: Option<&Checkpoint>,
    size: Option<u64>,
    root: Option<ledger_store::Hash>,
) -> Option<Finding> {
    let Head { size: wanted, root: known } = expected.head;
    let finding = |code, message: String| Some(Finding::of(code, CHECKPOINT, message));
    if let Some(claimed) = claimed
        && claimed.origin() != expected.origin()
    {
        let message =
            format!("the pack is of {}, the checkpoint expected of {}", claimed.origin(), expected.origin());
        return finding("checkpoint_of_other_log", message);
    }
    match (size, root) {
        (Some(size), _) if size < wanted => finding(
            "shorter_than_checkpoint",
            format!("the pack holds {size} entries, {wanted} were expected"),
        ),
        (_, Some(root)) if root == known => None,
        (_, Some(_)) => finding(
            "root_not_of_checkpoint",
            format!("the first {wanted} entries are not those of the checkpoint expected"),
        ),
        (_, None) => finding(
            "checkpoint_not_proven",
            "not all entries could be hashed, so nothing shows that the history expected is contained"
                .to_owned(),
        ),
    }
}

/// The manifest as far as it could be read.
struct Manifest {
    fields: Map<String, Value>,
    subject: Option<Subject>,
    proofs: BTreeSet<u64>,
}

impl Manifest {
    fn size(&self) -> Option<u64> {
        self.fields.get("size").and_then(Value::as_u64)
    }

    /// Where the manifest says something else than the entries do.
    fn differences(&self, right: &Map<String, Value>) -> Vec<Finding> {
        let unknown = self.fields.keys().filter(|key| *key != "files" && !right.contains_key(*key));
        let mut findings: Vec<Finding> = unknown
            .map(|key| {
                Finding::of("manifest_differs", MANIFEST, format!("`{key}` is no field of a manifest"))
            })
            .collect();
        for (key, right) in right {
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
fn read_manifest(pack: &RealDisk, files: &Listing, foreign: Vec<String>) -> (Manifest, Vec<Finding>) {
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

fn subject(fields: &Map<String, Value>) -> Option<Subject> {
    let text = |key: &str| fields.get(key).and_then(Value::as_str);
    let as_of = fields.get("as_of").filter(|day| !day.is_null());
    let as_of = as_of.map(|day| day.as_str()?.parse().ok()).map_or(Some(None), |day| day.map(Some))?;
    let reports = fields.get("reports")?.as_array()?;
    let reports = reports.iter().map(|name| name.as_str().map(str::to_owned)).collect::<Option<_>>()?;
    Some(Subject { book: text("book")?.parse().ok()?, as_of, reports })
}

/// What is looked at entry by entry.
struct Entries<'a> {
    pack: &'a RealDisk,
    files: &'a Listing,
    /// The lines of `entries.jsonl` that were not come to yet.
    lines: std::vec::IntoIter<String>,
    seen: u64,
    text: Vec<Finding>,
    proofs: Vec<Finding>,
    named: BTreeSet<BlobName>,
}

impl<'a> Entries<'a> {
    fn of(pack: &'a RealDisk, files: &'a Listing) -> Entries<'a> {
        let bytes = read_file(pack, ENTRIES).unwrap_or_default();
        let text = String::from_utf8_lossy(&bytes);
        let lines: Vec<String> = text.split_inclusive('\n').map(str::to_owned).collect();
        let (lines, named) = (lines.into_iter(), BTreeSet::new());
        Entries { pack, files, lines, seen: 0, text: Vec::new(), proofs: Vec::new(), named }
    }

    fn see(
        &mut self,
        read: &ledger_store::pack::Read<'_>,
        manifest: &Manifest,
        claimed: Option<&Checkpoint>,
        note: Option<&Note>,
    ) {
        self.seen += 1;
        let stated = self.lines.next();
        let right = read.opened.zip(read.entry).map(|(envelope, entry)| line(envelope, entry));
        if right.is_some() && stated != right {
            let message = "the line is not what the bytes of the entry say";
            self.text.push(Finding::of("entries_line", ENTRIES, message).at(read.number));
        }
        self.named.extend(read.entry.iter().flat_map(|entry| documents(entry)));
        if manifest.proofs.contains(&read.number) {
            let name = proof_file(read.number);
            let text = read_file(self.pack, &name).ok().and_then(|bytes| String::from_utf8(bytes).ok());
            let proof = text.and_then(|text| text.parse::<Inclusion>().ok());
            let holds = proof.is_some_and(|proof| {
                proof.number == read.number
                    && proof.holds(read.envelope)
                    && Some(&proof.checkpoint) == claimed
                    && proof.note.as_ref() == note
            });
            if !holds {
                let message = "the proof does not show that the entry is in the log of the checkpoint";
                self.proofs.push(Finding::of("proof_fails", name, message).at(read.number));
            }
        }
    }

    fn passes(mut self, manifest: &Manifest) -> Vec<Pass> {
        if self.lines.next().is_some() {
            let message = "there are more lines than entries";
            self.text.push(Finding::of("entries_line", ENTRIES, message));
        }
        let mut documents = Vec::new();
        let absent = manifest.fields.get("documents").and_then(|documents| documents["absent"].as_array());
        for name in &self.named {
            let told = absent.is_some_and(|absent| absent.contains(&Value::from(name.to_string())));
            match self.files.get(&name.file()) {
                Some((_, hash)) if *hash != name.0 => {
                    let message = "a document is not the one that the entry names";
                    documents.push(Finding::of("blob_damaged", name.file(), message));
                }
                None if !told => {
                    let message = "a document that an entry names is not there";
                    documents.push(Finding::of("blob_absent", name.file(), message));
                }
                Some(_) | None => {}
            }
        }
        let mut passes = vec![Pass::of("entries as text", self.seen as usize, "lines", self.text)];
        passes.push(Pass::of("documents", self.named.len(), "documents", documents));
        if !manifest.proofs.is_empty() {
            passes.push(Pass::of("proofs", manifest.proofs.len(), "proofs", self.proofs));
        }
        passes
    }
}

/// Folds the entries and holds each report against its file.
fn refold(pack: &RealDisk, reading: &Reading<PackLog<'_>>, head: &Head, subject: &Subject) -> Pass {
    let mut findings = Vec::new();
    for name in &subject.reports {
        let file = report_file(name);
        let right = match contents::report(reading, head, subject, name) {
            Ok(right) => right,
            Err(why) => {
                let told = told(&why);
                findings.push(Finding::of(
                    "report_not_derived",
                    file,
                    format!("it cannot be worked out: {told}"),
                ));
                continue;
            }
        };
        match read_file(pack, &file) {
            Ok(stated) if stated == right => {}
            Ok(stated) => {
                let message =
                    format!("the entries give another report: {}", first_difference(&stated, &right));
                findings.push(Finding::of("report_differs", file, message));
            }
            Err(_) => {
                findings.push(Finding::of("report_absent", file, "a report of the manifest is not there"))
            }
        }
    }
    Pass::of("reports, folded again", subject.reports.len(), "reports", findings)
}

fn told(why: &Failure) -> String {
    match why {
        Failure::Usage(told)
        | Failure::Refused { told, .. }
        | Failure::Unreachable(told)
        | Failure::Damaged(told) => told.message.clone(),
        Failure::Bug(what) => what.clone(),
        Failure::Output(why) => why.to_string(),
    }
}

/// The first line that differs, for a person to look at.
fn first_difference(stated: &[u8], right: &[u8]) -> String {
    let (stated, right) = (String::from_utf8_lossy(stated), String::from_utf8_lossy(right));
    let mut lines = (1..).zip(stated.lines().zip(right.lines()));
    match lines.find(|(_, (stated, right))| stated != right) {
        Some((number, (stated, right))) => {
            format!("line {number} has {}, and should have {}", stated.trim(), right.trim())
        }
        None => "one is longer than the other".to_owned(),
    }
}
