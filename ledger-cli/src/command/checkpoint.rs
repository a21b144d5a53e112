//! `treasury checkpoint`: size and root in the text form of C2SP tlog-checkpoint, signed if asked, to be kept elsewhere.

use std::path::Path;

use ledger_store::Head;
use ledger_store::checkpoint::{self, Checkpoint, origin};
use ledger_store::note::{Note, NoteError, Signer};
use serde_json::json;

use crate::app::App;
use crate::args::{self, Format};
use crate::command::key::signer;
use crate::diagnostic::Failure;
use crate::exit::Exit;
use crate::io::Io;
use crate::render::{self, hex};
use crate::store::{Loaded, load};

/// Runs the command.
pub(crate) fn run(app: &App, args: &args::Checkpoint, io: &mut Io) -> Result<Exit, Failure> {
    app.refuse_csv("checkpoint")?;
    let signer: Option<Signer> = args.sign.as_deref().map(signer).transpose()?;
    let loaded = load(app, false, io)?;
    let (checkpoint, note) = match &args.cosign {
        None => (at(&loaded, size(app, &loaded, io)?)?, None),
        Some(file) => contained(&loaded, file)?,
    };
    let text = match &signer {
        None => checkpoint.to_string(),
        Some(signer) => {
            let mut note = note.map_or_else(|| unsigned(&checkpoint), Ok)?;
            note.sign(signer).map_err(too_many)?;
            note.to_string()
        }
    };
    match app.format {
        Format::Table => write!(io.out, "{text}")?,
        Format::Json | Format::Csv => {
            let value = json!({
                "origin": checkpoint.origin(),
                "size": checkpoint.head.size,
                "root": hex(&checkpoint.head.root),
                "text": text,
            });
            render::json::print(&mut io.out, &value)?;
        }
    }
    io.note("keep it elsewhere: `treasury verify --expect FILE` holds the log against it");
    Ok(Exit::Done)
}

/// How many entries are asked about: all, or those known at an entry.
pub(crate) fn size(app: &App, loaded: &Loaded, io: &mut Io) -> Result<u64, Failure> {
    match app.as_known {
        Some(_) => Ok(loaded.question(app, io)?.as_known.unwrap_or(loaded.size())),
        None => Ok(loaded.size()),
    }
}

/// The checkpoint of the log when it had this size.
pub(crate) fn at(loaded: &Loaded, size: u64) -> Result<Checkpoint, Failure> {
    of(&origin(loaded.log_id), loaded.head_at(size)?)
}

fn of(origin: &str, head: Head) -> Result<Checkpoint, Failure> {
    Checkpoint::new(origin, head).map_err(|why| Failure::Bug(why.to_string()))
}

/// A checkpoint as a note without signatures.
pub(crate) fn unsigned(checkpoint: &Checkpoint) -> Result<Note, Failure> {
    Note::unsigned(&checkpoint.to_string()).map_err(|why| Failure::Bug(why.to_string()))
}

/// Why a name is not added to a note: it could not be read again.
pub(crate) fn too_many(why: NoteError) -> Failure {
    Failure::refused("SIGNATURES_TOO_MANY", why.to_string())
}

/// Reads a checkpoint and its signatures, none of which is checked.
pub(crate) fn read(file: &Path) -> Result<(Checkpoint, Option<Note>), Failure> {
    let text = std::fs::read_to_string(file).map_err(|why| Failure::unreadable(file, &why))?;
    checkpoint::read(&text).map_err(|why| {
        Failure::usage(format!("{} is not a checkpoint: {why}", file.display()))
            .with_help("give a file as `treasury checkpoint` prints it")
    })
}

/// The checkpoint in a file, if it is one of this log: whoever adds a name to it, or gives it on, says so.
pub(crate) fn contained(loaded: &Loaded, file: &Path) -> Result<(Checkpoint, Option<Note>), Failure> {
    let (checkpoint, note) = read(file)?;
    let size = checkpoint.head.size;
    let own = size <= loaded.size() && at(loaded, size)? == checkpoint;
    if own {
        return Ok((checkpoint, note));
    }
    let message = format!("{} is of another history than this log", file.display());
    Err(Failure::refused("NOT_CONTAINED", message))
}
