//! `treasury report`: any report of the core's list, in any form.

use std::path::Path;

use ledger_core::fold::Fold;
use ledger_core::ids::BookId;
use ledger_core::report::{Dimension, NoReport, Period, REPORTS, Report as Offered, Request, View};
use ledger_core::resolve::Question;
use ledger_core::sheet::Sheet;

use crate::app::App;
use crate::args::{By, Format, Paper, Report};
use crate::command::what_if;
use crate::dates::{Calendar, When};
use crate::diagnostic::Failure;
use crate::diagnostic::fault::nearest;
use crate::exit::Exit;
use crate::io::{BOLD, Io, styled};
use crate::output::{self, Kind};
use crate::render::{self, Checked, Look, Proof, hex, html, markdown, workbook};
use crate::store::{Loaded, load};
use crate::texts::Texts;

/// Runs the command.
pub(crate) fn run(app: &App, args: &Report, io: &mut Io) -> Result<Exit, Failure> {
    let Some(name) = &args.name else { return list(io) };
    let report = find(name)?;
    let shown_in = app.settings.shown_in(args.shown_in)?.value;
    if args.shown_in.is_some_and(|shown_in| shown_in.rounded().is_some()) && app.format == Format::Csv {
        io.note("csv is exact: `--in` rounds only what people read");
    }
    let argument = argument(report, args.argument.as_deref())?;
    let loaded = load(app, args.verified, io)?;
    let question = loaded.question(app, io)?;
    let calendar = loaded.calendar(app)?;
    let from = args.from.map(|when| when.first(&calendar));
    if let (Some(from), true) = (from, args.from.is_some_and(When::is_relative)) {
        io.note(format!("from {from}"));
    }
    let what = what_if::read(app, &loaded, &question, args.what_if.as_deref())?;
    let book = loaded.book(&what_if::of_book(app, what.as_ref()))?;
    let supposed = what.map(|what| loaded.reading.what_if(what));
    let log: &dyn View = supposed.as_ref().map_or(&loaded.reading, |supposed| supposed);
    let request = Request { log, question, book, from, argument: argument.as_deref() };
    let made = match args.by {
        None if args.periods.is_empty() => (report.make)(&request),
        None => report.over(&request, &periods(&args.periods, &calendar)),
        Some(By::Wallet) => report.by(&request, Dimension::Wallet),
        Some(By::Segment) => report.by(&request, Dimension::Segment),
        Some(By::Party) => report.by(&request, Dimension::Party),
        Some(By::Facility) => report.by(&request, Dimension::Facility),
        Some(By::Month) => report.by_month(&request),
    };
    if let (Err(NoReport::CannotFold(why)), Some(what)) = (&made, log.what_if()) {
        if args.out.as_os_str() != "-" {
            io.warn(format!("{} was not written", args.out.display()));
        }
        return what_if::cannot_be(app, what, why, io);
    }
    let mut sheet = made?;
    // What is kept beside the log is for who works with the ledger; a paper or a file is sent on.
    let on_a_screen = app.paper.is_none() && args.out.as_os_str() == "-";
    if app.format == Format::Table && on_a_screen {
        Texts::of(app, &loaded)?.reveal(&mut sheet);
    }
    let proof = proof(&loaded, &question)?;
    let look = Look { rounded: shown_in.rounded(), ..look(&loaded.opening(), io) };
    let made = loaded.entry(proof.known)?.recorded;
    let kind = if app.paper == Some(Paper::Xlsx) { Kind::Bytes } else { Kind::Text };
    output::write(&args.out, kind, io, |out| match app.paper {
        None => render::print(out, app.format, &sheet, &proof, &look),
        Some(Paper::Html) => Ok(html::print(out, &sheet, &proof, &look)?),
        Some(Paper::Md) => Ok(markdown::print(out, &sheet, &proof, &look)?),
        Some(Paper::Xlsx) => workbook::print(out, &sheet, &proof, &look, made),
    })?;
    Ok(Exit::Done)
}

/// Periods as they are asked for, each with its name and its days.
fn periods(asked: &[When], calendar: &Calendar) -> Vec<Period> {
    let named = asked.iter().map(|when| {
        let (first, last) = (when.first(calendar), when.last(calendar));
        Period { name: when.name(calendar), first, last }
    });
    named.collect()
}

/// A report by its name.
///
/// # Errors
/// Names all reports, and the nearest, when there is none.
pub(crate) fn find(name: &str) -> Result<&'static Offered, Failure> {
    REPORTS.iter().find(|report| report.name == name).ok_or_else(|| {
        let names = || REPORTS.iter().map(|report| report.name);
        let all = names().collect::<Vec<_>>().join(", ");
        let near = nearest(name, names()).map(|near| format!("did you mean `{near}`? ")).unwrap_or_default();
        Failure::usage(format!("there is no report `{name}`"))
            .with_help(format!("{near}the reports are {all}"))
    })
}

/// Makes a report over a part of the log.
pub(crate) fn make(name: &str, log: &dyn View, question: Question, book: BookId) -> Result<Sheet, Failure> {
    let request = Request { log, question, book, from: None, argument: None };
    Ok((find(name)?.make)(&request)?)
}

/// How a report was checked, and the root over the entries it knows. Asked once it is made: what was used is known then.
pub(crate) fn proof(loaded: &Loaded, question: &Question) -> Result<Proof, Failure> {
    let known = loaded.reading.outline().known(question);
    let checked = match (loaded.every_byte, loaded.verified) {
        (true, _) => Checked::EveryByte,
        (false, true) => Checked::Tree,
        (false, false) => loaded.reading.used_snapshot().map_or(Checked::FromLog, Checked::FromSnapshot),
    };
    Ok(Proof { entries: loaded.size(), known, root: hex(&loaded.head_at(known)?.root), checked })
}

/// How money of a ledger is shown.
pub(crate) fn look(fold: &Fold, io: &Io) -> Look {
    let functional = fold.world().settings().and_then(|settings| fold.world().scale(settings.functional));
    Look { width: io.width, digits: functional.map_or(2, u32::from), rounded: None }
}

/// What a report takes beside its name; of a file, its text.
fn argument(report: &Offered, given: Option<&str>) -> Result<Option<String>, Failure> {
    match (report.argument, given) {
        (None, None) => Ok(None),
        (None, Some(given)) => {
            Err(Failure::usage(format!("{} takes no argument, such as `{given}`", report.name)))
        }
        (Some(wanted), None) => {
            let usage = format!("`treasury report {} {wanted}`", report.name);
            Err(Failure::usage(format!("{} of which {}?", report.name, wanted.to_lowercase()))
                .with_help(usage))
        }
        (Some("FILE"), Some(file)) => text_of(Path::new(file)).map(Some),
        (Some(_), Some(given)) => Ok(Some(given.to_owned())),
    }
}

/// The text of a file.
pub(crate) fn text_of(file: &Path) -> Result<String, Failure> {
    let bytes = std::fs::read(file).map_err(|why| Failure::unreadable(file, &why))?;
    String::from_utf8(bytes).map_err(|_| Failure::usage(format!("{} is not text in UTF-8", file.display())))
}

fn list(io: &mut Io) -> Result<Exit, Failure> {
    let usage = |report: &Offered| format!("{} {}", report.name, report.argument.unwrap_or(""));
    let width = REPORTS.iter().map(|report| usage(report).len()).max().unwrap_or(0);
    for report in REPORTS {
        let mut label = styled(BOLD, format!("{:width$}", usage(report)));
        for line in render::wrap(report.about, io.width.saturating_sub(width + 2)) {
            writeln!(io.out, "{label}  {line}")?;
            label = " ".repeat(width);
        }
    }
    Ok(Exit::Done)
}
