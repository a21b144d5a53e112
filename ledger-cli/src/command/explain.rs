//! `treasury explain`: the way down from a printed figure, a lot or an entry to postings, lots, prices, evidence and who
//! recorded them.

mod consent;
mod csv;
mod json;
mod table;

use ledger_core::explain::{self, NotExplained};
use ledger_core::ids::LotId;
use ledger_core::report::{REPORTS, Report, Request};

use crate::app::App;
use crate::args::{Explain, Format};
use crate::command::report::{find, look, proof};
use crate::dates::When;
use crate::diagnostic::Failure;
use crate::diagnostic::fault::nearest_of;
use crate::exit::Exit;
use crate::io::Io;
use crate::store::load;

/// What is to be explained.
enum Asked {
    Figure(&'static Report, String),
    Lot(LotId),
    Entry(u64),
}

/// What was found.
enum Found {
    Figure(explain::Explained),
    Lot(explain::LotExplained),
    Entry(explain::EntryExplained, Option<consent::Consent>),
}

/// Runs the command.
pub(crate) fn run(app: &App, args: &Explain, io: &mut Io) -> Result<Exit, Failure> {
    let asked = asked(&args.figure)?;
    let loaded = load(app, false, io)?;
    let question = loaded.question(app, io)?;
    let calendar = loaded.calendar(app)?;
    let from = args.from.map(|when| when.first(&calendar));
    if let (Some(from), true) = (from, args.from.is_some_and(When::is_relative)) {
        io.note(format!("from {from}"));
    }
    let book = loaded.book(app)?;
    let request = Request { log: &loaded.reading, question, book, from, argument: None };
    let found = match asked {
        Asked::Figure(report, name) => Found::Figure(explain::figure(report, &request, &name)?),
        Asked::Lot(lot) => Found::Lot(explain::lot(&request, lot)?),
        Asked::Entry(number) => {
            let number = loaded.existing(number)?;
            Found::Entry(explain::entry(&request, number)?, consent::Consent::of(&loaded, number)?)
        }
    };
    balances(&found)?;
    let proof = proof(&loaded, &question)?;
    let look = look(&loaded.opening(), io);
    match app.format {
        Format::Table => table::print(&mut io.out, &found, &proof, &look, args.all)?,
        Format::Json => json::print(&mut io.out, &found, &proof, &look)?,
        Format::Csv => csv::print(&mut io.out, &found, look.digits)?,
    }
    Ok(Exit::Done)
}

fn asked(words: &[String]) -> Result<Asked, Failure> {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let usage = |what: String| {
        Failure::usage(what).with_help(
            "`treasury explain balance-sheet:1240`, `treasury explain trial-balance:1010.debits`, \
             `treasury explain lot 12.0`, `treasury explain entry 812`",
        )
    };
    match words.as_slice() {
        ["lot", lot] => lot.parse().map(Asked::Lot).map_err(|why| usage(format!("{why}"))),
        ["entry", number] => {
            let number = number.replace(['_', ','], "").parse();
            number.map(Asked::Entry).map_err(|_| usage("an entry is named by its number".to_owned()))
        }
        [figure] => {
            let split = figure.split_once(':').filter(|(_, line)| !line.is_empty());
            let (report, line) = split.ok_or_else(|| usage(format!("`{figure}` names no figure")))?;
            statement(report).map(|report| Asked::Figure(report, line.to_owned()))
        }
        [report, line] => statement(report).map(|report| Asked::Figure(report, (*line).to_owned())),
        _ => Err(usage("which figure?".to_owned())),
    }
}

/// A report whose figures are sums of postings.
pub(crate) fn statement(name: &str) -> Result<&'static Report, Failure> {
    let report = find(name)?;
    if report.is_traced() {
        return Ok(report);
    }
    let traced = REPORTS.iter().filter(|report| report.is_traced()).map(|report| report.name);
    Err(Failure::refused("NOT_A_STATEMENT", format!("the figures of {name} are not sums of postings"))
        .with_help(format!("the statements are {}", traced.collect::<Vec<_>>().join(", "))))
}

/// A figure and its parts differ only if the program is wrong; it says so rather than print either.
fn balances(found: &Found) -> Result<(), Failure> {
    let is_whole = match found {
        Found::Figure(figure) => figure.difference.is_zero(),
        Found::Lot(lot) => lot.difference == explain::Left::default(),
        Found::Entry(..) => true,
    };
    if is_whole { Ok(()) } else { Err(Failure::Bug("the parts do not add up to the figure".to_owned())) }
}

impl From<NotExplained> for Failure {
    fn from(why: NotExplained) -> Failure {
        let message = why.to_string();
        match why {
            NotExplained::NoReport(why) => why.into(),
            NotExplained::UnknownFigure { report, asked, known, .. } => {
                let near = nearest_of(&asked, known.iter().map(|(id, label)| [id.as_str(), label.as_str()]), 5);
                let near: Vec<String> = near
                    .iter()
                    .filter_map(|at| known.get(*at))
                    .map(|(id, label)| format!("{report}:{id} ({label})"))
                    .collect();
                Failure::refused("UNKNOWN_FIGURE", message)
                    .with_help(format!("the nearest are {}", near.join(", ")))
            }
            NotExplained::UnknownLot { .. } => Failure::refused("UNKNOWN_LOT", message)
                .with_help("`treasury report lots` lists those that are held; a lot is named by the entry and event that gave birth to it"),
            NotExplained::UnknownEntry { .. } => Failure::refused("UNKNOWN_ENTRY", message),
        }
    }
}
