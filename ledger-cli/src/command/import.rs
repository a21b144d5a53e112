//! `treasury import FORMAT FILE..`: the statements of files, read and checked. With `--preview` they are printed; with
//! `--rules` their lines become entries by a mapping, if all of them are right.

mod show;

use std::io::{Read, Write};
use std::path::Path;

use crate::app::App;
use crate::args;
use crate::command::append::mapped::{self, How};
use crate::command::append::rows;
use crate::diagnostic::fault::nearest;
use crate::diagnostic::{Failure, advice};
use crate::exit::Exit;
use crate::io::{DIM, Io, WRONG, styled};
use crate::render;
use crate::statement::{self, FORMATS, Statement, StatementFault, sequence};

/// A file and what is in it.
struct Examined<'a> {
    file: &'a Path,
    statements: Vec<Statement>,
}

/// Runs the command.
pub(crate) fn run(app: &App, args: &args::Import, io: &mut Io) -> Result<Exit, Failure> {
    let Some(form) = &args.form else { return list(io) };
    let form = known(form)?;
    if args.files.is_empty() {
        return Err(Failure::usage("name the files that hold the statements, `-` for standard input"));
    }
    if let Some(rules) = &args.rules {
        return record(app, args, form, rules, io);
    }
    if !args.preview {
        return Err(Failure::usage("what is to become of the statements?").with_help(
            "`--preview` prints them; `--rules FILE` records what a mapping makes of their lines; \
             `treasury reconcile ACCOUNT FILE` compares them with the books",
        ));
    }
    let mut examined = Vec::new();
    for file in &args.files {
        let bytes = bytes(file)?;
        let statements = statement::examine(&bytes, form).map_err(|fault| refused(&fault, file))?;
        examined.push(Examined { file, statements });
    }
    let all: Vec<Statement> = examined.iter().flat_map(|one| one.statements.clone()).collect();
    let order = sequence::check(&all);
    show::print(app.format, &examined, &order, io)?;
    let wrong = order.len() + all.iter().map(|statement| statement.findings.len()).sum::<usize>();
    if wrong == 0 {
        return Ok(Exit::Done);
    }
    let is_are = if wrong == 1 { "finding" } else { "findings" };
    io.warn(format!("{}: {wrong} {is_are}; what is wrong is not accepted", styled(WRONG, "not right")));
    Ok(Exit::Findings)
}

/// Records what a mapping makes of the lines of statements, none if one statement is wrong.
fn record(app: &App, args: &args::Import, form: &str, rules: &Path, io: &mut Io) -> Result<Exit, Failure> {
    let mut all = Vec::new();
    for file in &args.files {
        let statements = statement::read(&bytes(file)?, form).map_err(|fault| refused(&fault, file))?;
        all.push((file.as_path(), statements));
    }
    let together: Vec<Statement> = all.iter().flat_map(|(_, statements)| statements.clone()).collect();
    if let Some(fault) = sequence::check(&together).first() {
        // It lies between two statements, and is in none of the files alone.
        return Err(Failure::refused(fault.code.as_str(), fault.what.clone()));
    }
    let how =
        How { sign: args.sign.as_ref(), propose: args.propose, dry_run: args.dry_run, atomic: args.atomic };
    mapped::run(app, (&rows::of_statements(&all), rules), &how, io)
}

fn known(form: &str) -> Result<&str, Failure> {
    let names = || FORMATS.iter().map(|format| format.name);
    if form == "auto" || statement::format(form).is_some() {
        return Ok(form);
    }
    let all = names().collect::<Vec<_>>().join(", ");
    if Path::new(form).is_file() {
        return Err(Failure::usage(format!("`{form}` is a file; before it stands in which format it is"))
            .with_help(format!("`treasury import auto {form} --preview` finds that out; or one of {all}")));
    }
    let near = nearest(form, names()).map(|near| format!("did you mean `{near}`? ")).unwrap_or_default();
    Err(Failure::usage(format!("there is no format `{form}` to read statements in"))
        .with_help(format!("{near}the formats are auto, {all}")))
}

fn bytes(file: &Path) -> Result<Vec<u8>, Failure> {
    if file != Path::new("-") {
        return std::fs::read(file).map_err(|why| Failure::unreadable(file, &why));
    }
    let mut bytes = Vec::new();
    std::io::stdin().read_to_end(&mut bytes).map_err(|why| Failure::unreadable(file, &why))?;
    Ok(bytes)
}

/// A file that is no statement, with its place.
pub(crate) fn refused(fault: &StatementFault, file: &Path) -> Failure {
    let place = fault.line.map(|line| format!(":{line}")).unwrap_or_default();
    Failure::refused(fault.code.as_str(), fault.what.clone()).at(format!("{}{place}", file.display()))
}

/// The way out of a finding.
fn way_out(fault: &StatementFault) -> &'static str {
    advice::of(fault.code.as_str()).unwrap_or("")
}

fn list(io: &mut Io) -> Result<Exit, Failure> {
    render::names(FORMATS.iter().map(|format| (format.name, format.about)), io)?;
    writeln!(io.out, "\n{}", styled(DIM, "profiles of csv"))?;
    render::names(statement::profiles(), io)?;
    Ok(Exit::Done)
}
