//! `treasury evidence`: documents that support entries. One that is kept lies among the blobs, durable before any entry
//! that names it is recorded; one that is only referred to is named by its hash.

mod check;

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use ledger_core::event::EvidenceAttached;
use ledger_core::evidence::{Evidence, Sha256Hex};
use ledger_store::blobs::{self, BlobError};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::app::App;
use crate::args::{self, AddEvidence, Attach, Format};
use crate::command::made::record_event;
use crate::diagnostic::{Failure, in_words};
use crate::exit::Exit;
use crate::io::Io;
use crate::render;
use crate::store::{disk, load, open};

/// Runs the command.
pub(crate) fn run(app: &App, evidence: &args::Evidence, io: &mut Io) -> Result<Exit, Failure> {
    app.refuse_csv("evidence")?;
    match evidence {
        args::Evidence::Add(args) => add(app, args, io),
        args::Evidence::Attach(args) => attach(app, args, io),
        args::Evidence::List => check::list(app, io),
        args::Evidence::Check(args) => check::check(app, args.dir.as_deref(), io),
    }
}

fn add(app: &App, args: &AddEvidence, io: &mut Io) -> Result<Exit, Failure> {
    // There must be a ledger, or the document would lie where nobody looks for it.
    drop(open(app, io)?);
    let (evidence, bytes) = taken(app, args)?;
    let element = element(&evidence);
    match app.format {
        Format::Table => writeln!(io.out, "{element}")?,
        Format::Json | Format::Csv => {
            let sha256 = evidence.sha256.map(|hash| hash.to_string());
            let value = json!({"sha256": sha256, "bytes": bytes, "kept": !args.refer, "evidence": element});
            render::json::print(&mut io.out, &value)?;
        }
    }
    let kept = if args.refer { "not kept; keep the file" } else { "kept" };
    io.note(format!("{bytes} bytes, {kept}; put this among the `evidence` of the entry that it supports"));
    Ok(Exit::Done)
}

fn attach(app: &App, args: &Attach, io: &mut Io) -> Result<Exit, Failure> {
    let loaded = load(app, false, io)?;
    let entry = loaded.existing(args.entry)?;
    let calendar = loaded.calendar(app)?;
    let day = args.on.map_or(calendar.today, |when| when.last(&calendar));
    drop(loaded);
    let (evidence, _) = taken(app, &args.evidence)?;
    let told = element(&evidence);
    let number = record_event(app, day, EvidenceAttached { entry, evidence }.into(), args.sign.clone(), io)?;
    match app.format {
        Format::Table if io.quiet => {}
        Format::Table => writeln!(io.out, "recorded {number}: supports entry {entry}\n  {told}")?,
        Format::Json | Format::Csv => {
            let value = json!({"recorded": number, "entry": entry, "evidence": told});
            render::json::print(&mut io.out, &value)?;
        }
    }
    Ok(Exit::Done)
}

fn element(evidence: &Evidence) -> Value {
    let fields = [
        ("name", Some(evidence.name.clone())),
        ("sha256", evidence.sha256.map(|hash| hash.to_string())),
        ("uri", evidence.uri.clone()),
    ];
    let stated = fields.into_iter().filter_map(|(key, value)| Some((key.to_owned(), Value::String(value?))));
    Value::Object(stated.collect())
}

/// The evidence that a file is, kept unless it is only referred to, and the file's length.
fn taken(app: &App, args: &AddEvidence) -> Result<(Evidence, u64), Failure> {
    let is_input = args.file == Path::new("-");
    let own = args.file.file_name().filter(|_| !is_input).map(|name| name.to_string_lossy().into_owned());
    let name = args.name.clone().or(own).ok_or_else(|| {
        Failure::usage("what comes from standard input has no name").with_help("give it one: `--name NAME`")
    })?;
    let mut source: Box<dyn Read> = if is_input {
        Box::new(io::stdin())
    } else {
        Box::new(File::open(&args.file).map_err(|why| Failure::unreadable(&args.file, &why))?)
    };
    let unreadable = |why: &io::Error| Failure::unreadable(&args.file, why);
    if args.refer {
        let mut hash = Sha256::new();
        let bytes = io::copy(&mut source, &mut hash).map_err(|why| unreadable(&why))?;
        let sha256 = Some(Sha256Hex::of(hash.finalize().into()));
        return Ok((Evidence { name, sha256, uri: None }, bytes));
    }
    let (blob, bytes) = blobs::put(&*disk(app)?, &mut source).map_err(|why| match &why {
        BlobError::Caller(why) => unreadable(why),
        BlobError::TooLarge { .. } => {
            Failure::usage(why.to_string()).with_help("refer to it instead: `--refer`")
        }
        BlobError::Disk { doing, file, source } => {
            Failure::unreachable(format!("cannot {doing} {file}: {}", in_words(source)))
        }
        BlobError::Absent { .. } | BlobError::Damaged { .. } | BlobError::Busy | BlobError::Full => {
            Failure::unreachable(why.to_string())
        }
    })?;
    Ok((Evidence { name, sha256: Some(Sha256Hex::of(blob.0)), uri: Some(blob.file()) }, bytes))
}
