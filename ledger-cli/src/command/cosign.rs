//! `treasury cosign`: what a witness does, who has neither the ledger nor its keys. It keeps the checkpoint that it cosigned last,
//! and puts its name only to one whose log has grown from there: never to a shorter one, never to another of the same
//! size (C2SP tlog-witness, add-checkpoint).

use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use ledger_store::RealDisk;
use ledger_store::checkpoint::{self, Checkpoint};
use ledger_store::disk::{Access, Disk};
use ledger_store::note::{Cosigner, Note};
use ledger_store::proof::Consistency;
use serde_json::json;

use crate::app::App;
use crate::args::{Cosign, Format};
use crate::command::checkpoint::too_many;
use crate::command::key::signer;
use crate::diagnostic::{Failure, in_words};
use crate::exit::Exit;
use crate::io::Io;
use crate::render::{self, hex};

/// Runs the command.
pub(crate) fn run(app: &App, args: &Cosign, io: &mut Io) -> Result<Exit, Failure> {
    app.refuse_csv("cosign")?;
    let cosigner: Cosigner = signer(&args.sign)?;
    let asked = asked(&args.file)?;
    let mut note = signed(&asked, args)?;
    let kept = Kept::at(&args.last)?;
    // Held until the end: two at once could each cosign a log that the other does not know.
    let _alone = kept.lock()?;
    let last = kept.read(args)?;
    grown(&asked, last.as_ref())?;
    let seconds = u64::try_from(app.now() / 1_000_000).unwrap_or_default();
    note.cosign(&cosigner, seconds).map_err(too_many)?;
    let text = note.to_string();
    // It is kept before it is given away: what was cosigned is never forgotten. What others wrote beside it is given on, for
    // witnesses are asked one after the other, but not kept.
    let own = (cosigner.verifier().name(), cosigner.verifier().id());
    let is_known =
        |name: &str, id| (name, id) == own || args.key.iter().any(|key| (key.name(), key.id()) == (name, id));
    kept.write(&note.signed_by(is_known).to_string())?;
    match app.format {
        Format::Table => write!(io.out, "{text}")?,
        Format::Json | Format::Csv => {
            let Checkpoint { head, .. } = &asked.checkpoint;
            let value = json!({
                "origin": asked.checkpoint.origin(),
                "size": head.size,
                "root": hex(&head.root),
                "witness": cosigner.verifier().to_string(),
                "time": seconds,
                "text": text,
            });
            render::json::print(&mut io.out, &value)?;
        }
    }
    Ok(Exit::Done)
}

/// What is to be cosigned: a checkpoint alone counts as a proof without hashes from nothing.
fn asked(file: &Path) -> Result<Consistency, Failure> {
    let text = fs::read_to_string(file).map_err(|why| Failure::unreadable(file, &why))?;
    let read = if text.starts_with("old ") {
        text.parse().map_err(|why| format!("{why}"))
    } else {
        let read = checkpoint::read(&text);
        read.map(|(checkpoint, note)| Consistency { old: 0, path: Vec::new(), checkpoint, note })
            .map_err(|why| why.to_string())
    };
    read.map_err(|why| {
        let message =
            format!("{} is neither a checkpoint nor a proof that a log only grew: {why}", file.display());
        Failure::usage(message)
            .with_help("give what `treasury prove consistency OLD NEW --sign KEYFILE` printed")
    })
}

/// The checkpoint with its signatures, one of which is by a key of the log.
fn signed(asked: &Consistency, args: &Cosign) -> Result<Note, Failure> {
    let unsigned = |why: &dyn std::fmt::Display| {
        Failure::refused("CHECKPOINT_NOT_SIGNED", format!("{}: {why}", args.file.display()))
    };
    let note = asked.note.clone().ok_or_else(|| unsigned(&"the checkpoint has no signatures"))?;
    for key in &args.key {
        note.verify(key).map_err(|why| unsigned(&format!("key {}: {why}", key.name())))?;
    }
    Ok(note)
}

/// Refuses what is not the log of the checkpoint cosigned last, grown.
fn grown(asked: &Consistency, last: Option<&Checkpoint>) -> Result<(), Failure> {
    let Some(last) = last else { return Ok(()) };
    let (new, before) = (&asked.checkpoint, last.head.size);
    if new.origin() != last.origin() {
        let message =
            format!("the checkpoint is of {}, the one cosigned last of {}", new.origin(), last.origin());
        return Err(Failure::refused("CHECKPOINT_OF_OTHER_LOG", message));
    }
    if new.head.size < before {
        let message =
            format!("the log has {} entries, and had {before} when it was cosigned last", new.head.size);
        return Err(Failure::refused("CHECKPOINT_ROLLED_BACK", message));
    }
    if new.head.size == before {
        let message = format!("another log of {before} entries was cosigned under this name");
        return if new.head == last.head {
            Ok(())
        } else {
            Err(Failure::refused("CHECKPOINT_FORKED", message))
        };
    }
    // Every log extends one without entries.
    if before == 0 || asked.extends(&last.head) {
        return Ok(());
    }
    let message = format!(
        "nothing proves that the log of {} entries extends the {before} cosigned last",
        new.head.size
    );
    Err(Failure::refused("GROWTH_NOT_PROVEN", message))
}

/// The file of the checkpoint cosigned last, and the folder in which it is.
struct Kept<'a> {
    path: &'a Path,
    disk: RealDisk,
    name: String,
}

impl<'a> Kept<'a> {
    fn at(path: &'a Path) -> Result<Kept<'a>, Failure> {
        let name = path.file_name().and_then(|name| name.to_str());
        let name = name.ok_or_else(|| Failure::usage(format!("{} has no name", path.display())))?.to_owned();
        // What is kept is put in the place of what was there. In the place of a link it would leave what the link leads to, and
        // under its own name that is cosigned from where it stood: two histories, cosigned under one name.
        let is_link = |found: &fs::Metadata| found.is_symlink() || (found.is_file() && found.nlink() > 1);
        if fs::symlink_metadata(path).is_ok_and(|found| is_link(&found)) {
            let message = format!("{} is a link, or has another name too", path.display());
            return Err(Failure::refused("LAST_IS_A_LINK", message));
        }
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        Ok(Kept { path, disk: RealDisk::at(folder.unwrap_or(Path::new("."))), name })
    }

    fn failed(&self, why: &io::Error) -> Failure {
        Failure::usage(format!("cannot keep {}: {}", self.path.display(), in_words(why)))
    }

    fn lock(&self) -> Result<Box<dyn ledger_store::disk::Lock>, Failure> {
        let lock = self.disk.lock(&format!("{}.lock", self.name)).map_err(|why| self.failed(&why))?;
        lock.ok_or_else(|| {
            Failure::unreachable(format!("another process cosigns with {}", self.path.display()))
        })
    }

    /// The checkpoint cosigned last; its absence has to be meant.
    fn read(&self, args: &Cosign) -> Result<Option<Checkpoint>, Failure> {
        let there = fs::symlink_metadata(self.path).is_ok();
        match (there, args.first) {
            (true, true) => {
                let message = format!("{} has a checkpoint that was cosigned", self.path.display());
                Err(Failure::refused("COSIGNED_BEFORE", message))
            }
            (false, false) => {
                let message =
                    format!("{} is not there, so nothing tells what was cosigned last", self.path.display());
                Err(Failure::refused("NEVER_COSIGNED", message))
            }
            (false, true) => Ok(None),
            (true, false) => Ok(Some(super::checkpoint::read(self.path)?.0)),
        }
    }

    /// Puts the checkpoint in the place of the one before, durably.
    fn write(&self, text: &str) -> Result<(), Failure> {
        let unfinished = format!("{}.tmp", self.name);
        let written = self.disk.open(&unfinished, Access::Create).and_then(|file| {
            file.write_at(text.as_bytes(), 0)?;
            file.sync_all()
        });
        let renamed = written.and_then(|()| self.disk.rename(&unfinished, &self.name));
        renamed.and_then(|()| self.disk.sync_folder("")).map_err(|why| self.failed(&why))
    }
}
