//! `treasury audit pack`: writes the folder beside its place and moves it there when it is whole. The same log gives the
//! same pack, byte for byte: nothing in it says when or where it was made.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use ledger_core::entry::Entry;
use ledger_store::blobs::{self, BlobError, BlobName};
use ledger_store::disk::Disk;
use ledger_store::note::{Note, Signer};
use ledger_store::pack::{CHECKPOINT, NotWritten, PackLog, write_tree};
use ledger_store::proof::Inclusion;
use ledger_store::reading::Reading;
use ledger_store::texts;
use ledger_store::{Envelope, Head, Log, RealDisk, Snapshots};
use serde_json::json;

use super::contents::{
    self, About, Documents, ENTRIES, MANIFEST, Subject, TEXTS, USUAL_REPORTS, line, proof_file, report_file,
};
use super::files::Folder;
use crate::app::App;
use crate::args::{Format, Pack};
use crate::command::checkpoint::{at, contained, size, too_many, unsigned};
use crate::command::key::signer;
use crate::command::prove::within;
use crate::command::report::find;
use crate::diagnostic::{Failure, in_words};
use crate::exit::Exit;
use crate::io::Io;
use crate::render::{self, hex};
use crate::store::{Loaded, disk, load};

/// Runs the command.
pub(super) fn run(app: &App, args: &Pack, io: &mut Io) -> Result<Exit, Failure> {
    app.refuse_csv("audit pack")?;
    let reports = reports(&args.report)?;
    let signer: Option<Signer> = args.sign.as_deref().map(signer).transpose()?;
    let partial = refuse_what_is_there(&args.dir)?;
    let loaded = load(app, false, io)?;
    let question = loaded.question(app, io)?;
    let subject = Subject { book: loaded.book(app)?, as_of: question.as_of, reports };
    let given = args.checkpoint.as_deref().map(|file| contained(&loaded, file)).transpose()?;
    let size = match &given {
        Some((checkpoint, _)) => checkpoint.head.size,
        None => size(app, &loaded, io)?,
    };
    let given = given.and_then(|(_, note)| note);
    let numbers = args.prove.iter().map(|number| within(&loaded, *number, size));
    let numbers = numbers.collect::<Result<_, Failure>>()?;
    let work = Work { loaded: &loaded, blobs: &*disk(app)?, subject, size, given, signer, numbers };
    let written =
        Folder::create(&partial).map_err(failed(&partial)).and_then(|folder| work.fill(folder, &partial));
    let moved = written.and_then(|done| {
        fs::rename(&partial, &args.dir).map_err(failed(&args.dir))?;
        Ok(done)
    });
    let (head, files, absent) = moved.inspect_err(|_| {
        // What could not be finished is of no use; that it could not be removed either would add nothing.
        let _ = fs::remove_dir_all(&partial);
    })?;
    tell(app, args, (head, files, absent), io)
}

fn tell(app: &App, args: &Pack, done: (Head, usize, usize), io: &mut Io) -> Result<Exit, Failure> {
    let (head, files, absent) = done;
    match app.format {
        Format::Table => writeln!(
            io.out,
            "{}: {} entries in {files} files\nroot {}",
            args.dir.display(),
            head.size,
            hex(&head.root)
        )?,
        Format::Json | Format::Csv => {
            let value = json!({
                "pack": args.dir.display().to_string(),
                "size": head.size,
                "root": hex(&head.root),
                "files": files,
                "documents_absent": absent,
            });
            render::json::print(&mut io.out, &value)?;
        }
    }
    if absent > 0 {
        io.warn(format!("not held: {absent} of the documents that entries name; the manifest lists them"));
    }
    io.note("check it with `treasury audit verify DIR --expect FILE`, or without us: see its README.md");
    Ok(Exit::Done)
}

/// The reports asked for, each of which must need nothing but the log.
fn reports(asked: &[String]) -> Result<Vec<String>, Failure> {
    if asked.is_empty() {
        return Ok(USUAL_REPORTS.iter().map(|name| (*name).to_owned()).collect());
    }
    let mut reports = Vec::new();
    for name in asked {
        if let Some(wanted) = find(name)?.argument {
            let wanted = wanted.to_lowercase();
            return Err(Failure::usage(format!("{name} takes a {wanted}, which a pack does not have")));
        }
        if !reports.contains(name) {
            reports.push(name.clone());
        }
    }
    Ok(reports)
}

/// Where the pack is written before it is whole.
fn refuse_what_is_there(dir: &Path) -> Result<PathBuf, Failure> {
    let there = |path: &Path| {
        let message = format!("{} is there already, and not an empty directory", path.display());
        Failure::refused("PACK_EXISTS", message)
    };
    let empty = match fs::read_dir(dir) {
        Ok(mut entries) => entries.next().is_none(),
        Err(why) => why.kind() == io::ErrorKind::NotFound,
    };
    if !empty {
        return Err(there(dir));
    }
    let name = dir.file_name().ok_or_else(|| Failure::usage(format!("{} has no name", dir.display())))?;
    let mut partial = name.to_owned();
    partial.push(".partial");
    let partial = dir.with_file_name(partial);
    if fs::symlink_metadata(&partial).is_ok() { Err(there(&partial)) } else { Ok(partial) }
}

fn failed(path: &Path) -> impl FnOnce(io::Error) -> Failure {
    let path = path.display().to_string();
    move |why| Failure::usage(format!("cannot write {path}: {}", in_words(&why)))
}

/// What is to be packed.
struct Work<'a> {
    loaded: &'a Loaded,
    blobs: &'a dyn Disk,
    subject: Subject,
    size: u64,
    /// The checkpoint with the signatures that it has already.
    given: Option<Note>,
    signer: Option<Signer>,
    numbers: BTreeSet<u64>,
}

impl Work<'_> {
    /// Fills the folder; gives what was packed, in how many files, and how many documents are not held.
    fn fill(&self, mut folder: Folder, path: &Path) -> Result<(Head, usize, usize), Failure> {
        let log = self.loaded.reading.log();
        let checkpoint = at(self.loaded, self.size)?;
        let head = checkpoint.head;
        let written = write_tree(log, self.size, &mut |name, bytes| folder.put(name, bytes))?;
        if written != head {
            return Err(ledger_store::ledger::LedgerError::OtherRoot.into());
        }
        let signed = self.given.is_some() || self.signer.is_some();
        let mut note = self.given.clone().map_or_else(|| unsigned(&checkpoint), Ok)?;
        self.signer.iter().try_for_each(|signer| note.sign(signer)).map_err(too_many)?;
        let text = if signed { note.to_string() } else { checkpoint.to_string() };
        let unwritten = |why| failed(path)(why);
        folder.put(CHECKPOINT, text.as_bytes()).map_err(unwritten)?;

        let named = self.entries(&mut folder, log)?;
        for name in &named {
            self.blob(&mut folder, name)?;
        }
        for number in &self.numbers {
            let path_of = self.loaded.inclusion(*number, self.size)?;
            let note = signed.then(|| note.clone());
            let proof = Inclusion { number: *number, path: path_of, checkpoint: checkpoint.clone(), note };
            folder.put(&proof_file(*number), proof.to_string().as_bytes()).map_err(unwritten)?;
        }
        for (name, text) in TEXTS {
            folder.put(name, text.as_bytes()).map_err(unwritten)?;
        }
        // From here on everything is worked out from what was written, as whoever checks it will.
        let packed = RealDisk::at(path);
        let log = Reading::open(PackLog::open(&packed, head)?, Snapshots::none())?;
        for name in &self.subject.reports {
            let report = contents::report(&log, &head, &self.subject, name)?;
            folder.put(&report_file(name), &report).map_err(unwritten)?;
        }
        let about = About {
            origin: checkpoint.origin(),
            head,
            subject: &self.subject,
            signers: if signed { note.names().collect() } else { Vec::new() },
            proofs: &self.numbers,
            named: &named,
        };
        let manifest = contents::manifest(about.value(&log, &folder.files), &folder.files);
        let absent = named.iter().filter(|name| !folder.files.contains_key(&name.file())).count();
        folder.fill(MANIFEST, |out| render::json::print(out, &manifest)).map_err(unwritten)?;
        Ok((head, folder.files.len(), absent))
    }

    /// Writes the entries as text; gives the documents that they name.
    fn entries(&self, folder: &mut Folder, log: &dyn Log) -> Result<BTreeSet<BlobName>, Failure> {
        let mut documents = Documents::default();
        folder.fill(ENTRIES, |out: &mut dyn Write| {
            let mut written = Ok(());
            log.read(1..self.size + 1, &mut |record| {
                let Ok(envelope) = Envelope::decode(record.envelope) else {
                    written = Err(Failure::damaged(format!("entry {} is no envelope", record.number)));
                    return std::ops::ControlFlow::Break(());
                };
                let Ok(entry) = Entry::from_cbor(envelope.payload) else {
                    written = Err(Failure::damaged(format!("entry {} cannot be read", record.number)));
                    return std::ops::ControlFlow::Break(());
                };
                documents.take(&entry);
                written = out.write_all(line(&envelope, &entry).as_bytes()).map_err(Failure::from);
                if written.is_ok() {
                    std::ops::ControlFlow::Continue(())
                } else {
                    std::ops::ControlFlow::Break(())
                }
            })?;
            written
        })?;
        Ok(documents.named)
    }

    /// Copies a document, if the ledger holds it; a text about a person never, since packs are given away.
    fn blob(&self, folder: &mut Folder, name: &BlobName) -> Result<(), Failure> {
        if texts::is_text(self.blobs, name) {
            return Ok(());
        }
        // Asked first, so that a document that is not held leaves no file.
        match blobs::get(self.blobs, name, &mut io::sink()) {
            Err(BlobError::Absent { .. }) => return Ok(()),
            Err(why @ BlobError::Damaged { .. }) => return Err(Failure::damaged(why.to_string())),
            Err(why) => return Err(Failure::unreachable(why.to_string())),
            Ok(_) => {}
        }
        let copied = |out: &mut dyn Write| {
            let copied = blobs::get(self.blobs, name, out);
            copied.map(drop).map_err(|why| Failure::unreachable(why.to_string()))
        };
        folder.fill(&name.file(), copied)
    }
}

impl From<NotWritten> for Failure {
    fn from(why: NotWritten) -> Failure {
        match why {
            NotWritten::File { file, source } => failed(Path::new(&file))(source),
            NotWritten::Log(error) => error.into(),
        }
    }
}
