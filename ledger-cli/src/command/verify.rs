//! `treasury verify`: every pass over the store, named, with its count and its findings. It goes on after a
//! finding as far as anything can be said.

mod blobs;
mod books;
mod caches;
mod closes;
mod facilities;
mod log;
pub(super) mod meaning;
mod seals;
mod signatures;
pub(super) mod witnesses;

use std::sync::Arc;

use ledger_store::checkpoint::{Checkpoint, origin};
use ledger_store::note::{Note, Unsigned, Verifier};
use ledger_store::segment::file_name;
use ledger_store::snapshot::Rederived;
use ledger_store::{FileLog, Log, RealDisk, Snapshots};
use serde_json::json;

use crate::app::App;
use crate::args::{Format, Verify};
use crate::command::checkpoint;
use crate::diagnostic::Failure;
use crate::documents::Named;
use crate::exit::Exit;
use crate::io::{BOLD, DIM, Io, RIGHT, WRONG, styled};
use crate::render::{self, hex, shown, wrap};
use crate::store::disk;

/// Something that is wrong.
#[derive(Debug)]
pub(crate) struct Finding {
    /// The stable code.
    pub(crate) code: &'static str,
    /// What it means.
    pub(crate) message: String,
    /// The entry concerned.
    pub(crate) entry: Option<u64>,
    /// Where it lies; of an entry, where the batch begins that holds it, found out when all passes are done.
    pub(crate) place: Option<Place>,
}

/// A file of the store, and where in it.
#[derive(Debug)]
pub(crate) struct Place {
    /// Its name, below the ledger's directory.
    pub(crate) file: String,
    /// The byte, where that says anything.
    pub(crate) offset: Option<u64>,
}

impl Finding {
    /// Something wrong with the log as a whole.
    pub(crate) fn of(code: &'static str, message: impl Into<String>) -> Finding {
        Finding { code, message: message.into(), entry: None, place: None }
    }

    /// The same, with an entry.
    pub(crate) fn at(self, entry: u64) -> Finding {
        Finding { entry: Some(entry), ..self }
    }

    /// The same, with an entry if there is one.
    fn at_any(self, entry: Option<u64>) -> Finding {
        Finding { entry, ..self }
    }

    /// The same, in a file.
    fn in_file(self, file: impl Into<String>, offset: Option<u64>) -> Finding {
        Finding { place: Some(Place { file: file.into(), offset }), ..self }
    }

    /// The entry and the place in words.
    fn whereabouts(&self) -> String {
        let entry = self.entry.map(|number| format!("entry {number}"));
        let place = self.place.as_ref().map(|place| match place.offset {
            Some(offset) => format!("{} at byte {offset}", place.file),
            None => place.file.clone(),
        });
        let known: Vec<String> = entry.into_iter().chain(place).collect();
        if known.is_empty() { String::new() } else { format!(" ({})", known.join(", ")) }
    }
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
    /// What a pass found in so many of what it looked at, which is named in the plural.
    pub(crate) fn of(name: &'static str, count: usize, what: &str, findings: Vec<Finding>) -> Pass {
        let what = if count == 1 { one_of(what) } else { what.to_owned() };
        Pass { name, checked: Some(format!("{count} {what}")), findings }
    }

    fn not_checked(name: &'static str) -> Pass {
        Pass { name, checked: None, findings: Vec::new() }
    }
}

/// The singular of what a pass looks at.
fn one_of(plural: &str) -> String {
    match plural.strip_suffix("ies") {
        Some(stem) => format!("{stem}y"),
        None => plural
            .strip_suffix("es")
            .filter(|stem| stem.ends_with("ss"))
            .map_or_else(|| plural.strip_suffix('s').unwrap_or(plural).to_owned(), str::to_owned),
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
    let quorum = witnesses::quorum(&args.witnesses)?;
    let (expected, note) = args.expect.as_deref().map(checkpoint::read).transpose()?.unzip();
    let note = note.flatten();
    if expected.is_none() && !args.witnesses.witness.is_empty() {
        let message = "a witness cosigns a checkpoint: name the one that must be cosigned, `--expect FILE`";
        return Err(Failure::usage(message));
    }
    let mut verdict = verify(app, expected)?;
    if !args.key.is_empty() {
        verdict.passes.push(signatures(note.as_ref(), &args.key));
    }
    if let Some(quorum) = quorum {
        let (pass, times) = witnesses::check(note.as_ref(), &args.witnesses.witness, quorum);
        verdict.passes.push(pass);
        verdict.notes.extend(times);
    }
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
        Some(Finding::of(code, format!("key {}: {why}", key.name())))
    };
    let findings = keys.iter().filter_map(unsigned).collect();
    Pass::of("signatures of the checkpoint", keys.len(), "keys", findings)
}

fn verify(app: &App, expected: Option<Checkpoint>) -> Result<Verdict, Failure> {
    let disk = disk(app)?;
    let head = expected.as_ref().map(|checkpoint| &checkpoint.head);
    // What the bytes say and what they mean are looked at side by side: neither needs the other.
    let opened = FileLog::open_read_only(Arc::clone(&disk) as Arc<_>);
    let entries = opened.as_ref().ok().map(|log| log::Entries::of(log));
    let (report, done) = std::thread::scope(|scope| {
        let bytes = scope.spawn(|| ledger_store::verify(&*disk, head));
        let done = opened.as_ref().ok().zip(entries.as_ref());
        let done = done.map(|(log, entries)| look(app, &disk, log, entries));
        (bytes.join(), done)
    });
    let done = done.transpose()?;
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
        let message = format!("the checkpoint is of {}, this log is {}", expected.origin(), origin(log_id));
        stored.findings.push(Finding::of("checkpoint_of_other_log", message));
    }
    if expected.is_some() && report.proven.is_none() && stored.findings.is_empty() {
        let message = "what a later version is said to have written was not hashed, so nothing shows that the history of the checkpoint is contained";
        stored.findings.push(Finding::of("checkpoint_not_proven", message));
    }
    let damaged = !stored.findings.is_empty();
    let mut passes = vec![stored];
    if let (Some(entries), Some(log), Some(done)) = (entries, opened.as_ref().ok(), done) {
        let Done { folded, derived, judged, closes, cached } = done;
        let named = entries.named();
        let sound = entries.passes(&mut passes) && !damaged;
        books::check(folded, sound, &mut passes);
        closes::check(closes, sound, &mut passes);
        seals::check(derived, sound, &mut passes);
        signatures::check(judged, sound, &mut passes);
        blobs::check(&disk, &named, sound, &mut passes)?;
        caches::check(cached, sound, &mut passes);
        locate(log, &mut passes);
    } else {
        blobs::check(&disk, &Named::default(), false, &mut passes)?;
    }
    let root = (!damaged).then(|| report.head.map(|head| hex(&head.root))).flatten();
    let size = report.head.map_or(0, |head| head.size);
    Ok(Verdict { passes, size, root, expected, notes })
}

/// What was found out beside the check of the bytes.
struct Done {
    folded: books::Folded,
    derived: seals::Derived,
    judged: signatures::Judged,
    closes: closes::Kept,
    cached: caches::Cached,
}

fn look(app: &App, disk: &Arc<RealDisk>, log: &FileLog, entries: &log::Entries<'_>) -> Result<Done, Failure> {
    let snapshots = Snapshots::on(Arc::clone(disk) as Arc<_>);
    let mut rederived = Rederived::of(&snapshots, log);
    let outline = entries.outline();
    let folded = books::fold(entries, &mut |standing| rederived.meet(standing, &outline));
    Ok(Done {
        folded,
        derived: seals::derive(entries),
        judged: signatures::judge(log, log.log_id()),
        closes: closes::judge(log, &outline),
        cached: caches::look(app, &**disk, log, rederived, &outline)?,
    })
}

/// Adds to each finding of an entry where the batch begins that holds it.
fn locate(log: &FileLog, passes: &mut [Pass]) {
    for finding in passes.iter_mut().flat_map(|pass| &mut pass.findings) {
        let there =
            finding.entry.filter(|_| finding.place.is_none()).and_then(|number| log.whereabouts(number));
        if let Some(there) = there {
            finding.place = Some(Place { file: file_name(there.segment), offset: Some(there.offset) });
        }
    }
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
        let told = shown(&format!("{}{}", finding.message, finding.whereabouts()));
        for line in wrap(&told, io.width.saturating_sub(2)) {
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
    let finding = |finding: &Finding| {
        let (file, offset) = finding.place.as_ref().map_or((None, None), |at| (Some(&at.file), at.offset));
        json!({
            "code": finding.code, "message": finding.message, "entry": finding.entry, "file": file,
            "offset": offset,
        })
    };
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

#[cfg(test)]
mod tests {
    use super::Pass;

    #[test]
    fn one_of_what_was_looked_at_is_told_in_the_singular() {
        for (what, one) in
            [("books", "book"), ("entries", "entry"), ("witnesses", "witness"), ("closes", "close")]
        {
            let told = |count| Pass::of("pass", count, what, Vec::new()).checked;
            assert_eq!(told(1), Some(format!("1 {one}")));
            assert_eq!(told(2), Some(format!("2 {what}")));
        }
    }
}
