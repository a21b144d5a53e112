//! Which documents entries name, and what became of each.

use std::path::Path;

use ledger_core::evidence::Evidence;
use ledger_store::RealDisk;
use ledger_store::blobs::{self, BlobError};
use serde_json::{Value, json};

use crate::app::App;
use crate::args::Format;
use crate::command::audit::files::{self, Listing};
use crate::diagnostic::Failure;
use crate::documents::{self, Supports, blob, is_kept};
use crate::exit::Exit;
use crate::io::{DIM, Io, RIGHT, WRONG, styled};
use crate::render::{self, wrap};
use crate::store::{disk, open};

/// What became of a document.
enum State {
    /// It is kept; nobody looked into it.
    Kept,
    /// It is kept, and what the entry names.
    Intact,
    /// It is kept, and not what the entry names.
    Altered,
    /// The entry says that it is kept, and it is not there.
    Missing,
    /// It is only referred to.
    NotHeld,
    /// The entry gives no hash, so nothing can be checked.
    NoHash,
    /// It lies in the folder, unchanged.
    Found(String),
    /// A file of its name lies in the folder and has other bytes.
    Changed(String),
}

impl State {
    /// Its name, which is stable, and what it means.
    fn told(&self) -> (&'static str, String) {
        match self {
            State::Kept => ("kept", "kept".to_owned()),
            State::Intact => ("kept_intact", "kept and intact".to_owned()),
            State::Altered => ("kept_altered", "kept and altered".to_owned()),
            State::Missing => ("missing", "said to be kept, and not there".to_owned()),
            State::NotHeld => ("not_held", "not held, only its hash".to_owned()),
            State::NoHash => ("no_hash", "named without a hash: nothing to check".to_owned()),
            State::Found(file) => ("found_intact", format!("not kept; {file} is it, intact")),
            State::Changed(file) => ("found_altered", format!("not kept; {file} has other bytes")),
        }
    }

    fn is_wrong(&self) -> bool {
        matches!(self, State::Altered | State::Missing | State::Changed(_))
    }
}

/// `treasury evidence list`
pub(super) fn list(app: &App, io: &mut Io) -> Result<Exit, Failure> {
    let disk = disk(app)?;
    let state = |evidence: &Evidence| match evidence.sha256.map(blob) {
        None => State::NoHash,
        Some(name) if blobs::is_there(&*disk, &name) => State::Kept,
        Some(_) if is_kept(evidence) => State::Missing,
        Some(_) => State::NotHeld,
    };
    print(app, &documents::named(&open(app, io)?)?.evidence, state, io)?;
    Ok(Exit::Done)
}

/// `treasury evidence check`
pub(super) fn check(app: &App, dir: Option<&Path>, io: &mut Io) -> Result<Exit, Failure> {
    let disk = disk(app)?;
    let folder = match dir {
        Some(dir) => Some((dir, files::list(dir)?.0)),
        None => None,
    };
    let state =
        |evidence: &Evidence| checked(&disk, evidence, folder.as_ref().map(|(dir, files)| (*dir, files)));
    let wrong = print(app, &documents::named(&open(app, io)?)?.evidence, state, io)?;
    Ok(if wrong == 0 { Exit::Done } else { Exit::Findings })
}

fn checked(disk: &RealDisk, evidence: &Evidence, folder: Option<(&Path, &Listing)>) -> State {
    let Some(name) = evidence.sha256.map(blob) else { return State::NoHash };
    match blobs::get(disk, &name, &mut std::io::sink()) {
        Ok(_) => return State::Intact,
        Err(BlobError::Absent { .. }) if is_kept(evidence) => return State::Missing,
        Err(BlobError::Absent { .. }) => {}
        Err(_) => return State::Altered,
    }
    let Some((dir, files)) = folder else { return State::NotHeld };
    let told = |file: &String| dir.join(file).display().to_string();
    if let Some((file, _)) = files.iter().find(|(_, (_, hash))| *hash == name.0) {
        return State::Found(told(file));
    }
    let last = |path: &str| path.rsplit('/').next().unwrap_or(path).to_owned();
    let names = [Some(evidence.name.clone()), evidence.uri.as_deref().map(last)];
    let namesake = files.keys().find(|file| names.contains(&Some(last(file))));
    namesake.map_or(State::NotHeld, |file| State::Changed(told(file)))
}

/// Prints every piece of evidence with its state; how many are wrong.
fn print(
    app: &App,
    all: &[Supports],
    state: impl Fn(&Evidence) -> State,
    io: &mut Io,
) -> Result<usize, Failure> {
    let mut wrong = 0;
    let mut values = Vec::new();
    for Supports { entry, by, evidence } in all {
        let state = state(evidence);
        wrong += usize::from(state.is_wrong());
        let (code, told) = state.told();
        let sha256 = evidence.sha256.map(|hash| hash.to_string());
        if app.format == Format::Table {
            let attached = if by == entry { String::new() } else { format!(", attached by entry {by}") };
            for line in wrap(&format!("entry {entry}: {}{attached}", evidence.name), io.width) {
                writeln!(io.out, "{line}")?;
            }
            let style = if state.is_wrong() { WRONG } else { RIGHT };
            for line in wrap(&told, io.width.saturating_sub(2)) {
                writeln!(io.out, "  {}", styled(style, line))?;
            }
            for line in sha256.iter().map(|hash| format!("sha256 {hash}")).chain(evidence.uri.clone()) {
                writeln!(io.out, "  {}", styled(DIM, line))?;
            }
        } else {
            values.push(json!({
                "entry": entry, "by": by, "name": evidence.name, "sha256": sha256, "uri": evidence.uri,
                "state": code, "meaning": told,
            }));
        }
    }
    match app.format {
        Format::Table => {
            let documents = if all.len() == 1 { "document" } else { "documents" };
            writeln!(io.out, "{} {documents}, {wrong} not as named", all.len())?;
        }
        Format::Json | Format::Csv => {
            let value = json!({"clean": wrong == 0, "evidence": Value::Array(values)});
            render::json::print(&mut io.out, &value)?;
        }
    }
    Ok(wrong)
}
