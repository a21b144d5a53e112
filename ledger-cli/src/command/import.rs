//! `treasury import FORMAT FILE.. --preview`: the statements of files, read and checked; nothing is recorded.

mod show;

use std::io::{Read, Write};
use std::path::Path;

use crate::app::App;
use crate::args;
use crate::diagnostic::fault::nearest;
use crate::diagnostic::{Failure, advice};
use crate::exit::Exit;
use crate::io::{BOLD, DIM, Io, WRONG, styled};
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
    if !args.preview {
        return Err(
            Failure::usage("statements are looked at here and not recorded").with_help("add `--preview`")
        );
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

fn known(form: &str) -> Result<&str, Failure> {
    let names = || FORMATS.iter().map(|format| format.name);
    if form == "auto" || statement::format(form).is_some() {
        return Ok(form);
    }
    let all = names().collect::<Vec<_>>().join(", ");
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
    let width = FORMATS.iter().map(|format| format.name.len()).max().unwrap_or(0);
    for format in FORMATS {
        writeln!(io.out, "{}  {}", styled(BOLD, format!("{:width$}", format.name)), format.about)?;
    }
    writeln!(io.out, "\n{}", styled(DIM, "profiles of csv"))?;
    let width = statement::profiles().map(|(name, _)| name.len()).max().unwrap_or(0);
    for (name, about) in statement::profiles() {
        writeln!(io.out, "{}  {about}", styled(BOLD, format!("{name:width$}")))?;
    }
    Ok(Exit::Done)
}
