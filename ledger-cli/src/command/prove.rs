//! `treasury prove`: that an entry is in the log, or that the log only grew, for whoever keeps a checkpoint.

use std::path::Path;

use ledger_store::Hash;
use ledger_store::checkpoint::Checkpoint;
use ledger_store::note::{Note, Signer};
use ledger_store::proof::{Consistency, Inclusion};
use serde_json::{Value, json};

use crate::app::App;
use crate::args::{Format, Prove};
use crate::command::checkpoint::{at, size, too_many, unsigned};
use crate::command::key::signer;
use crate::diagnostic::Failure;
use crate::exit::Exit;
use crate::io::Io;
use crate::render::{self, hex};
use crate::store::{Loaded, load};

/// Runs the command.
pub(crate) fn run(app: &App, prove: &Prove, io: &mut Io) -> Result<Exit, Failure> {
    app.refuse_csv("prove")?;
    let loaded = load(app, false, io)?;
    match prove {
        Prove::Inclusion(args) => {
            let size = match args.size {
                Some(size) => loaded.existing(size)?,
                None => size(app, &loaded, io)?,
            };
            let proof = inclusion(&loaded, args.number, size, args.sign.as_deref())?;
            print(app, &proof.to_string(), ("number", proof.number), &proof.path, &proof.checkpoint, io)
        }
        Prove::Consistency(args) => {
            refuse_what_is_plain(args.old, args.new)?;
            let (old, new) = (loaded.existing(args.old)?, loaded.existing(args.new)?);
            let (checkpoint, note) = signed(&loaded, new, args.sign.as_deref())?;
            let proof = Consistency { old, path: loaded.consistency(old, new)?, checkpoint, note };
            print(app, &proof.to_string(), ("old", old), &proof.path, &proof.checkpoint, io)
        }
    }
}

fn inclusion(loaded: &Loaded, number: u64, size: u64, sign: Option<&Path>) -> Result<Inclusion, Failure> {
    let number = within(loaded, number, size)?;
    let (checkpoint, note) = signed(loaded, size, sign)?;
    Ok(Inclusion { number, path: loaded.inclusion(number, size)?, checkpoint, note })
}

/// The number of an entry that the log of this size has.
pub(crate) fn within(loaded: &Loaded, number: u64, size: u64) -> Result<u64, Failure> {
    let number = loaded.existing(number)?;
    if number > size {
        let message = format!("the log of {size} entries does not have entry {number}");
        return Err(Failure::refused("NOTHING_TO_PROVE", message));
    }
    Ok(number)
}

fn signed(loaded: &Loaded, size: u64, sign: Option<&Path>) -> Result<(Checkpoint, Option<Note>), Failure> {
    let checkpoint = at(loaded, size)?;
    let Some(file) = sign else { return Ok((checkpoint, None)) };
    let mut note = unsigned(&checkpoint)?;
    note.sign(&signer::<Signer>(file)?).map_err(too_many)?;
    Ok((checkpoint, Some(note)))
}

fn refuse_what_is_plain(old: u64, new: u64) -> Result<(), Failure> {
    let message = match (old, new) {
        (0, _) => "every log extends one without entries".to_owned(),
        (old, new) if old == new => format!("a log of {old} entries extends itself"),
        (old, new) if old > new => format!("a log of {new} entries cannot extend one of {old}"),
        _ => return Ok(()),
    };
    Err(Failure::refused("NOTHING_TO_PROVE", message))
}

fn print(
    app: &App,
    text: &str,
    of: (&str, u64),
    path: &[Hash],
    checkpoint: &Checkpoint,
    io: &mut Io,
) -> Result<Exit, Failure> {
    match app.format {
        Format::Table => write!(io.out, "{text}")?,
        Format::Json | Format::Csv => {
            let hashes: Vec<String> = path.iter().map(|hash| hex(hash)).collect();
            let Value::Object(mut value) = json!({
                "origin": checkpoint.origin(),
                "size": checkpoint.head.size,
                "root": hex(&checkpoint.head.root),
                "hashes": hashes,
                "text": text,
            }) else {
                return Err(Failure::Bug("a proof is no object".to_owned()));
            };
            value.insert(of.0.to_owned(), json!(of.1));
            render::json::print(&mut io.out, &Value::Object(value))?;
        }
    }
    Ok(Exit::Done)
}
