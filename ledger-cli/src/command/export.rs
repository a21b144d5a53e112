//! `treasury export`: a book, or the log, in any form of the list, to standard output or into a file.

use crate::app::App;
use crate::args;
use crate::command::report::{look, proof};
use crate::config::Origin;
use crate::diagnostic::Failure;
use crate::diagnostic::fault::nearest;
use crate::exit::Exit;
use crate::export::{Export, Form, TARGETS, Target};
use crate::io::{BOLD, Io, styled};
use crate::output;
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
    match target.write {
        Form::Stream(kind, write) => output::write(&args.out, kind, io, |out| write(&export, out))?,
        Form::Folder(write) => output::into_folder(&args.out, io, |folder| write(&export, folder))?,
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
    if app.asks_for_a_form() {
        return Err(Failure::usage("an export has one form, that of its target: `--format` has no say"));
    }
    if target.is_whole_log && (app.settings.book.origin == Origin::Flag || app.as_of.is_some()) {
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
