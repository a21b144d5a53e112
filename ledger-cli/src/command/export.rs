//! `treasury export`: a book, or the log, in any form of the list, to standard output or into a file.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use crate::app::App;
use crate::args::{self, Format};
use crate::command::report::{look, proof};
use crate::diagnostic::fault::nearest;
use crate::diagnostic::{Failure, in_words};
use crate::exit::Exit;
use crate::export::{Export, TARGETS, Target};
use crate::io::{BOLD, Io, styled};
use crate::store::load;

/// Runs the command.
pub(crate) fn run(app: &App, args: &args::Export, io: &mut Io) -> Result<Exit, Failure> {
    let Some(name) = &args.target else { return list(io) };
    let target = find(name)?;
    refuse_what_has_no_say(app, target)?;
    let loaded = load(app, false, io)?;
    let question = loaded.question(app, io)?;
    let book = loaded.book(app)?;
    let export = Export {
        loaded: &loaded,
        question,
        book,
        proof: proof(&loaded, &question)?,
        digits: look(&loaded.opening(), io).digits,
    };
    if args.out == Path::new("-") {
        (target.write)(&export, &mut io.out)?;
    } else {
        replace(&args.out, |out| (target.write)(&export, out))?;
        io.note(format!("written to {}", args.out.display()));
    }
    Ok(Exit::Done)
}

fn find(name: &str) -> Result<&'static Target, Failure> {
    TARGETS.iter().find(|target| target.name == name).ok_or_else(|| {
        let names = || TARGETS.iter().map(|target| target.name);
        let all = names().collect::<Vec<_>>().join(", ");
        let near = nearest(name, names()).map(|near| format!("did you mean `{near}`? ")).unwrap_or_default();
        Failure::usage(format!("there is no form `{name}` to export in"))
            .with_help(format!("{near}the forms are {all}"))
    })
}

fn refuse_what_has_no_say(app: &App, target: &Target) -> Result<(), Failure> {
    if app.format != Format::Table {
        return Err(Failure::usage("an export has one form, that of its target: `--format` has no say"));
    }
    if target.is_whole_log && (app.book.is_some() || app.as_of.is_some()) {
        return Err(Failure::usage(format!(
            "{} is the log, of which no book and no day is a part: `--book` and `--as-of` have no say",
            target.name
        ))
        .with_help("`--as-known N` leaves out what was recorded later"));
    }
    Ok(())
}

fn list(io: &mut Io) -> Result<Exit, Failure> {
    let width = TARGETS.iter().map(|target| target.name.len()).max().unwrap_or(0);
    for target in TARGETS {
        writeln!(io.out, "{}  {}", styled(BOLD, format!("{:width$}", target.name)), target.about)?;
    }
    Ok(Exit::Done)
}

/// Writes a file beside its place and moves it there when it is whole, so that nobody meets half of it. What is there
/// and is no file, such as a pipe, is written to as it is.
fn replace(path: &Path, write: impl FnOnce(&mut dyn Write) -> Result<(), Failure>) -> Result<(), Failure> {
    let failed =
        |why: io::Error| Failure::usage(format!("cannot write {}: {}", path.display(), in_words(&why)));
    // Through a link, the file that it leads to.
    let there = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let partial = match fs::metadata(&there) {
        Ok(found) if !found.is_file() => None,
        Ok(_) | Err(_) => Some(beside(&there)),
    };
    let file = File::create(partial.as_deref().unwrap_or(&there)).map_err(failed)?;
    let mut out = BufWriter::new(file);
    let written = write(&mut out).and_then(|()| {
        out.flush().map_err(failed)?;
        partial.as_ref().map_or(Ok(()), |partial| fs::rename(partial, &there).map_err(failed))
    });
    written.map_err(|why| {
        if let Some(partial) = &partial {
            // What could not be finished is of no use; that it could not be removed either would add nothing.
            let _ = fs::remove_file(partial);
        }
        if let Failure::Output(why) = why { failed(why) } else { why }
    })
}

/// Where a file is written before it is whole.
fn beside(path: &Path) -> PathBuf {
    let mut partial = OsString::from(path);
    partial.push(".partial");
    PathBuf::from(partial)
}
