//! `treasury key`: keys that sign checkpoints. They lie outside of the ledger, for whoever can change the log must not
//! be able to sign what came of it.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use ledger_store::note::{Cosigner, KeyError, Signer};
use serde_json::json;

use crate::app::App;
use crate::args::{Format, Generate, Key};
use crate::diagnostic::{Failure, in_words};
use crate::exit::Exit;
use crate::io::Io;
use crate::render;
use crate::store::directory;

/// The largest file that is read as a key.
const KEY_BYTES_MAX: u64 = 4096;

/// Runs the command.
pub(crate) fn run(app: &App, key: &Key, io: &mut Io) -> Result<Exit, Failure> {
    match key {
        Key::Generate(generate) => draw(app, generate, io),
    }
}

fn draw(app: &App, Generate { name, out, witness }: &Generate, io: &mut Io) -> Result<Exit, Failure> {
    app.refuse_csv("key generate")?;
    refuse_in_store(directory(app)?, out)?;
    let mut seed = [0; 32];
    getrandom::fill(&mut seed)
        .map_err(|why| Failure::unreachable(format!("no random numbers are to be had: {why}")))?;
    let (secret, verifier) = halves(name, &seed, *witness)
        .map_err(|why| Failure::usage(format!("`{name}` is no name for a key: {why}")))?;
    keep(out, &format!("{secret}\n")).map_err(|why| {
        if why.kind() == io::ErrorKind::AlreadyExists {
            let message = format!("{} is there already, and a key is never written over", out.display());
            return Failure::refused("KEY_EXISTS", message);
        }
        Failure::usage(format!("cannot write {}: {}", out.display(), in_words(&why)))
    })?;
    match app.format {
        Format::Table => writeln!(io.out, "{verifier}")?,
        Format::Json | Format::Csv => {
            let value = json!({"name": name, "verifier": verifier, "file": out.display().to_string()});
            render::json::print(&mut io.out, &value)?;
        }
    }
    io.note(format!(
        "give this line to who checks; keep {} where who can change the ledger cannot read it",
        out.display()
    ));
    Ok(Exit::Done)
}

/// Both halves of a key as text.
fn halves(name: &str, seed: &[u8; 32], witness: bool) -> Result<(String, String), KeyError> {
    if witness {
        let cosigner = Cosigner::from_seed(name, seed)?;
        return Ok((cosigner.secret_text(), cosigner.verifier().to_string()));
    }
    let signer = Signer::from_seed(name, seed)?;
    Ok((signer.secret_text(), signer.verifier().to_string()))
}

/// Reads a key that signs, a log's or a witness's.
pub(crate) fn signer<K: FromStr<Err = KeyError>>(file: &Path) -> Result<K, Failure> {
    let unreadable = |why: io::Error| Failure::unreadable(file, &why);
    if fs::metadata(file).map_err(unreadable)?.len() > KEY_BYTES_MAX {
        return Err(Failure::usage(format!("{} is too long for a key", file.display())));
    }
    let text = fs::read_to_string(file).map_err(unreadable)?;
    // What is wrong is told without the text: it may be most of a key.
    text.trim_end_matches(['\r', '\n']).parse().map_err(|why| {
        Failure::usage(format!("{} holds no key that signs: {why}", file.display()))
            .with_help("draw one with `treasury key generate NAME --out FILE`")
    })
}

fn refuse_in_store(store: &Path, out: &Path) -> Result<(), Failure> {
    let folder = match out.parent() {
        Some(parent) if parent != Path::new("") => parent,
        Some(_) | None => Path::new("."),
    };
    let real = |path: &Path| -> PathBuf { fs::canonicalize(path).unwrap_or_else(|_| path.to_owned()) };
    if real(folder).starts_with(real(store)) {
        let message = format!("{} would lie in the ledger's directory", out.display());
        return Err(Failure::refused("KEY_IN_STORE", message));
    }
    Ok(())
}

/// Writes a file that only its owner reads, durably, and only if there is none.
fn keep(path: &Path, text: &str) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).inspect_err(|_| {
        // Half a key is none; that it could not be removed either would add nothing.
        let _ = fs::remove_file(path);
    })
}
