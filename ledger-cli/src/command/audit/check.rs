//! `treasury audit verify`: a pack checked with nothing but itself, and a checkpoint and keys that the auditor has from
//! elsewhere. It goes on after a finding as far as anything can be said.

use ledger_store::checkpoint::{self, Checkpoint};
use ledger_store::note::Note;
use ledger_store::pack::{CHECKPOINT, PackDefect, PackFinding, PackLog, read_file, read_tree};
use ledger_store::reading::Reading;
use ledger_store::{Hash, Head, RealDisk, Snapshots};

use super::contents::{self, About, MANIFEST, Subject, report_file};
use super::entries::Entries;
use super::files::list;
use super::manifest::{read_manifest, texts};
use super::verdict::{Finding, Pass, Verdict};
use crate::app::App;
use crate::args::AuditVerify;
use crate::command::{checkpoint as kept, verify};
use crate::diagnostic::Failure;
use crate::exit::Exit;
use crate::io::Io;

/// Runs the command.
pub(super) fn run(app: &App, args: &AuditVerify, io: &mut Io) -> Result<Exit, Failure> {
    app.refuse_csv("audit verify")?;
    let quorum = verify::witnesses::quorum(&args.witnesses)?;
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
    if let Some(expected) = &expected {
        about_checkpoint.extend(held_against(expected, claimed.as_ref(), size, at_watched));
    }
    let named = entries.documents.named.clone();
    let mut passes = vec![Pass::of("checkpoint", args.key.len(), "keys", about_checkpoint)];
    let mut notes = Vec::new();
    if let Some(quorum) = quorum {
        let (pass, times) = verify::witnesses::check(note.as_ref(), &args.witnesses.witness, quorum);
        let of_checkpoint = |finding: Finding| Finding { file: Some(CHECKPOINT.to_owned()), ..finding };
        let pass = Pass::from(pass);
        passes.push(Pass { findings: pass.findings.into_iter().map(of_checkpoint).collect(), ..pass });
        notes.extend(times);
    }
    passes.extend(log_passes(found, claimed.as_ref(), size.unwrap_or(0), root));
    // Reports are folded from entries that are all there and in order: what comes of others would say nothing.
    let readable = root.is_some() && passes.iter().all(|pass| pass.name != FORM || pass.findings.is_empty());
    passes.extend(entries.passes(&manifest));
    let mut reports = Pass { name: "reports, folded again", checked: None, findings: Vec::new() };
    if let (true, Some(claimed)) = (readable, &claimed) {
        passes.extend(meaning(&pack, claimed)?);
    }
    if let (true, Some(claimed), Some(subject)) = (readable, &claimed, &manifest.subject) {
        let head = claimed.head;
        let reading = Reading::open(PackLog::open(&pack, head)?, Snapshots::none())?;
        reports = refold(&pack, &reading, &head, subject);
        let signers = note.as_ref().map_or_else(Vec::new, |note| note.names().collect());
        let (origin, proofs) = (claimed.origin(), &manifest.proofs);
        let about = About { origin, head, subject, signers, proofs, named: &named };
        manifest_findings.extend(manifest.differences(&about.value(&reading, &files)));
    }
    passes.push(reports);
    // A checkpoint may say any size; a pack has at least a file for every bundle.
    let explained = manifest.explained(size.unwrap_or(0).min(files.len() as u64 * 256), &named);
    let unexplained = files.keys().filter(|name| !explained.contains(*name));
    let message = "nothing that a pack is made of, so nothing was held against it";
    manifest_findings.extend(unexplained.map(|name| Finding::of("file_unexplained", name, message)));
    let other = manifest.other_program();
    manifest_findings.extend(other.is_none().then(|| texts(&pack)).into_iter().flatten());
    passes.push(Pass::of("manifest", files.len(), "files", manifest_findings));
    notes.extend(other.into_iter().map(|other| {
        let own = contents::program();
        format!("the pack is by {other}, this is {own}: its descriptions were not compared, and a report may differ in form")
    }));
    let signed = !args.key.is_empty();
    let pack = args.dir.display().to_string();
    let verdict = Verdict { pack, passes, claimed, expected, signed, notes };
    verdict.print(app, io)?;
    Ok(if verdict.is_clean() { Exit::Done } else { Exit::Findings })
}

/// The check of what each entry says of itself.
const FORM: &str = "numbers, times, form";

/// What was found in the log: in its tree, and in what each entry says of itself.
fn log_passes(
    found: Vec<PackFinding>,
    claimed: Option<&Checkpoint>,
    size: u64,
    root: Option<Hash>,
) -> [Pass; 2] {
    let of_entry = |finding: &PackFinding| match finding.defect {
        PackDefect::BundleAbsent
        | PackDefect::BundleForm
        | PackDefect::TileAbsent
        | PackDefect::TileDiffers
        | PackDefect::RootDiffers => false,
        PackDefect::Envelope
        | PackDefect::EnvelopeNumber
        | PackDefect::RecordedBack
        | PackDefect::DecidedAhead
        | PackDefect::EntryForm
        | PackDefect::DuplicateId => true,
    };
    let (form, tree): (Vec<_>, Vec<_>) = found.into_iter().partition(of_entry);
    let mut tree: Vec<Finding> = tree.into_iter().map(Finding::from).collect();
    if let (Some(claimed), Some(root)) = (claimed, root)
        && root != claimed.head.root
    {
        let defect = PackDefect::RootDiffers;
        tree.push(Finding::of(defect.code(), CHECKPOINT, defect.meaning()));
    }
    let form = form.into_iter().map(Finding::from).collect();
    let size = usize::try_from(size).unwrap_or(usize::MAX);
    [Pass::of("tiles, bundles, root", size, "entries", tree), Pass::of(FORM, size, "entries", form)]
}

/// What the entries come to, and who signed them: the passes of `treasury verify` that need no store.
fn meaning(pack: &RealDisk, claimed: &Checkpoint) -> Result<Vec<Pass>, Failure> {
    let Some(log_id) = checkpoint::log_id(claimed.origin()) else {
        let message = "the origin does not name the log by its id, so nothing signed for it can be checked";
        let finding = Finding::of("origin_form", CHECKPOINT, message);
        return Ok(vec![Pass { name: "signatures and roles", checked: None, findings: vec![finding] }]);
    };
    let log = PackLog::open(pack, claimed.head)?;
    Ok(verify::meaning::passes(&log, log_id).into_iter().map(Pass::from).collect())
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
        for finding in verify::signatures(note, &args.key).findings {
            findings.push(Finding::of(finding.code, file.clone(), finding.message));
        }
    }
    findings
}

fn held_against(
    expected: &Checkpoint,
    claimed: Option<&Checkpoint>,
    size: Option<u64>,
    root: Option<Hash>,
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
