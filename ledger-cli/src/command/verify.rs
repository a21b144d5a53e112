//! `treasury verify`: every pass over the store, named, with its count and its findings. It goes on after a
//! finding as far as anything can be said.

mod books;
mod log;
mod seals;
mod signatures;

use std::collections::BTreeSet;
use std::sync::Arc;

use ledger_store::checkpoint::{Checkpoint, origin};
use ledger_store::note::{Note, Unsigned, Verifier};
use ledger_store::{FileLog, RealDisk};
use serde_json::json;

use crate::app::App;
use crate::args::{Format, Verify};
use crate::command::checkpoint;
use crate::diagnostic::Failure;
use crate::exit::Exit;
use crate::io::{BOLD, DIM, Io, RIGHT, WRONG, styled};
use crate::render::{self, hex, wrap};
use crate::store::disk;

/// Something that is wrong.
#[derive(Debug)]
pub(crate) struct Finding {
    /// The stable code.
    pub(crate) code: &'static str,
    /// What it means, and where.
    pub(crate) message: String,
    /// The entry concerned.
    pub(crate) entry: Option<u64>,
}

/// One of the checks.
#[derive(Debug)]
pub(crate) struct Pass {
    /// What is checked.
    pub(crate) name: &'static str,
    /// How much was, in words; `None` when it could not be.
    pub(crate) checked: Option<String>,
    /// What was found.
    pub(crate) findings: Vec<Finding>,
}

impl Pass {
    pub(crate) fn of(name: &'static str, count: usize, what: &str, findings: Vec<Finding>) -> Pass {
        Pass { name, checked: Some(format!("{count} {what}")), findings }
    }

    fn not_checked(name: &'static str) -> Pass {
        Pass { name, checked: None, findings: Vec::new() }
    }
}

/// All that was found.
struct Verdict {
    passes: Vec<Pass>,
    /// Size and root of what was read.
    size: u64,
    root: Option<String>,
    /// The checkpoint that the log was held against.
    expected: Option<Checkpoint>,
    /// What is to be known beside the findings.
    notes: Vec<String>,
}

impl Verdict {
    fn findings(&self) -> impl Iterator<Item = &Finding> {
        self.passes.iter().flat_map(|pass| &pass.findings)
    }

    fn completeness(&self) -> String {
        let proven = |size: u64| {
            format!("the history of {size} entries that the checkpoint names is contained, unchanged")
        };
        match &self.expected {
            None => "completeness not proven: without `--expect` nobody knows what there was".to_owned(),
            Some(_) if self.findings().next().is_some() => {
                "completeness not proven: see the findings".to_owned()
            }
            Some(expected) => proven(expected.head.size),
        }
    }
}

/// Runs the command.
pub(crate) fn run(app: &App, args: &Verify, io: &mut Io) -> Result<Exit, Failure> {
    app.refuse_csv("verify")?;
    let (expected, signed) = match args.expect.as_deref() {
        None => (None, None),
        Some(file) => {
            let (expected, note) = checkpoint::read(file)?;
            (Some(expected), (!args.key.is_empty()).then(|| signatures(note.as_ref(), &args.key)))
        }
    };
    let mut verdict = verify(app, expected)?;
    verdict.passes.extend(signed);
    match app.format {
        Format::Table => text(app, &verdict, io)?,
        Format::Json | Format::Csv => json(&verdict, io)?,
    }
    Ok(if verdict.findings().next().is_none() { Exit::Done } else { Exit::Findings })
}

/// Runs every pass; how many findings there are.
pub(crate) fn count_findings(app: &App) -> Result<usize, Failure> {
    Ok(verify(app, None)?.findings().count())
}

/// Whether these keys signed the checkpoint.
pub(crate) fn signatures(note: Option<&Note>, keys: &[Verifier]) -> Pass {
    let unsigned = |key: &Verifier| {
        let why = note.map_or(Err(Unsigned::Absent), |note| note.verify(key)).err()?;
        let code = match why {
            Unsigned::Absent => "checkpoint_not_signed",
            Unsigned::Bad => "checkpoint_signature",
        };
        Some(Finding { code, message: format!("key {}: {why}", key.name()), entry: None })
    };
    let findings = keys.iter().filter_map(unsigned).collect();
    Pass::of(
        "signatures of the checkpoint",
        keys.len(),
        if keys.len() == 1 { "key" } else { "keys" },
        findings,
    )
}

fn verify(app: &App, expected: Option<Checkpoint>) -> Result<Verdict, Failure> {
    let disk = disk(app)?;
    let head = expected.as_ref().map(|checkpoint| &checkpoint.head);
    // What the bytes say and what they mean are looked at side by side: neither needs the other.
    let opened = FileLog::open_read_only(Arc::clone(&disk) as Arc<_>);
    let entries = opened.as_ref().ok().map(log::Entries::of);
    let (report, folded) = std::thread::scope(|scope| {
        let bytes = scope.spawn(|| ledger_store::verify(&*disk, head));
        let folded = entries.as_ref().map(|entries| (books::fold(entries), seals::derive(entries)));
        let judged = opened.as_ref().ok().map(signatures::judge);
        (bytes.join(), folded.zip(judged))
    });
    let report = report.map_err(|_| Failure::Bug("the thread that verifies died".to_owned()))??;
    let mut notes = Vec::new();
    if let Some(pending) = &report.pending {
        let (first, last) = (pending.start(), pending.end());
        notes.push(format!(
            "entries {first} to {last} are written beyond the head: a writer is at work, or the next one recovers them"
        ));
    }
    if let Some(format) = report.later_format {
        notes.push(format!(
            "entries of format {format}, which this version does not know, were hashed, not judged"
        ));
    }
    let mut stored = Pass::of("frames, numbers, ids, tree", report.entries as usize, "entries", Vec::new());
    stored.findings.extend(report.findings.iter().map(log::finding));
    if let (Some(expected), Some(log_id)) = (&expected, report.log_id)
        && expected.origin() != origin(log_id)
    {
        stored.findings.push(Finding {
            code: "checkpoint_of_other_log",
            message: format!("the checkpoint is of {}, this log is {}", expected.origin(), origin(log_id)),
            entry: None,
        });
    }
    if expected.is_some() && report.proven.is_none() && stored.findings.is_empty() {
        stored.findings.push(Finding {
            code: "checkpoint_not_proven",
            message: "what a later version is said to have written was not hashed, so nothing shows that the history of the checkpoint is contained".to_owned(),
            entry: None,
        });
    }
    let damaged = !stored.findings.is_empty();
    let mut passes = vec![stored];
    if let (Some(entries), Some(((folded, derived), judged))) = (entries, folded) {
        let complete = entries.passes(&mut passes);
        books::check(folded, complete && !damaged, &mut passes);
        seals::check(derived, complete && !damaged, &mut passes);
        signatures::check(judged, complete && !damaged, &mut passes);
    }
    passes.extend(blobs(&disk)?);
    let root = (!damaged).then(|| report.head.map(|head| hex(&head.root))).flatten();
    let size = report.head.map_or(0, |head| head.size);
    Ok(Verdict { passes, size, root, expected, notes })
}

/// The check of the blobs, if there are any.
fn blobs(disk: &RealDisk) -> Result<Option<Pass>, Failure> {
    let report = ledger_store::blobs::check(disk, &BTreeSet::new());
    let report = report.map_err(|why| Failure::unreachable(why.to_string()))?;
    let findings: Vec<Finding> = report
        .findings
        .iter()
        .map(|finding| Finding {
            code: finding.defect.code(),
            message: format!("{}, {}", finding.defect.meaning(), finding.file),
            entry: None,
        })
        .collect();
    let some = report.sound > 0 || !findings.is_empty();
    Ok(some.then(|| Pass::of("blobs", report.sound as usize + findings.len(), "blobs", findings)))
}

fn text(app: &App, verdict: &Verdict, io: &mut Io) -> Result<(), Failure> {
    writeln!(io.out, "{}", styled(BOLD, format!("Verification of {}", app.store)))?;
    let width = verdict.passes.iter().map(|pass| pass.name.len()).max().unwrap_or(0);
    for pass in &verdict.passes {
        let (checked, state) = match (&pass.checked, pass.findings.len()) {
            (None, _) => ("not checked".to_owned(), styled(DIM, "the log could not be read so far")),
            (Some(checked), 0) => (checked.clone(), styled(RIGHT, "ok")),
            (Some(checked), 1) => (checked.clone(), styled(WRONG, "1 finding")),
            (Some(checked), count) => (checked.clone(), styled(WRONG, format!("{count} findings"))),
        };
        writeln!(io.out, "  {:width$}  {checked:<18}  {state}", pass.name)?;
    }
    for finding in verdict.findings() {
        writeln!(io.out, "{}", styled(WRONG, format!("finding: {}", finding.code)))?;
        let entry = finding.entry.map(|number| format!(" (entry {number})")).unwrap_or_default();
        for line in wrap(&format!("{}{entry}", finding.message), io.width.saturating_sub(2)) {
            writeln!(io.out, "  {line}")?;
        }
    }
    for note in &verdict.notes {
        writeln!(io.out, "{note}")?;
    }
    if let Some(root) = &verdict.root {
        writeln!(io.out, "{} entries\nroot {root}", verdict.size)?;
    }
    writeln!(io.out, "{}", verdict.completeness())?;
    Ok(())
}

fn json(verdict: &Verdict, io: &mut Io) -> Result<(), Failure> {
    let finding =
        |finding: &Finding| json!({"code": finding.code, "message": finding.message, "entry": finding.entry});
    let passes: Vec<_> = verdict
        .passes
        .iter()
        .map(|pass| {
            let findings: Vec<_> = pass.findings.iter().map(finding).collect();
            json!({"pass": pass.name, "checked": pass.checked, "findings": findings})
        })
        .collect();
    let value = json!({
        "clean": verdict.findings().next().is_none(),
        "entries": verdict.size,
        "root": verdict.root,
        "complete": verdict.expected.as_ref().filter(|_| verdict.findings().next().is_none()).map(|expected| expected.head.size),
        "passes": passes,
        "notes": verdict.notes,
    });
    Ok(render::json::print(&mut io.out, &value)?)
}
