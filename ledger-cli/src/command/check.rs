//! `treasury check`: what is not as it should be on a day, by the checks of a close and by those of every day. Nothing is
//! recorded.

use ledger_core::closing::{CHECKS, Period};
use ledger_core::exact;
use ledger_core::fold::Fold;
use ledger_core::ids::BookId;
use ledger_core::refusal::Refusal;
use ledger_core::rounding::Rounding;
use ledger_core::time::Day;
use ledger_core::world::Moment;
use rust_decimal::Decimal;
use serde_json::json;

use crate::app::App;
use crate::args::{Check, Format};
use crate::diagnostic::Failure;
use crate::diagnostic::fault::nearest;
use crate::exit::Exit;
use crate::io::{BOLD, Io, RIGHT, WRONG, styled};
use crate::render;
use crate::store::{Loaded, load};

/// A check of every day; those of a close are [`CHECKS`].
struct Daily {
    name: &'static str,
    about: &'static str,
    found: fn(&Looked<'_>) -> Result<Vec<String>, Refusal>,
}

/// What a daily check looks at.
struct Looked<'a> {
    loaded: &'a Loaded,
    fold: &'a Fold,
    day: Day,
}

const DAILY: &[Daily] = &[
    Daily {
        name: "thresholds",
        about: "no loan is at the ratio from which its lender may call for more",
        found: thresholds,
    },
    Daily { name: "breaks", about: "every break with a statement is explained", found: breaks },
    Daily { name: "proposals", about: "no proposal waits for approval", found: proposals },
];

/// What one check found.
struct Checked {
    name: &'static str,
    about: &'static str,
    /// The book, of a check by book.
    book: Option<BookId>,
    found: Vec<String>,
}

/// Runs the command.
pub(crate) fn run(app: &App, args: &Check, io: &mut Io) -> Result<Exit, Failure> {
    if args.list {
        return list(io);
    }
    let wanted = |name: &str| args.names.is_empty() || args.names.iter().any(|of| of == name);
    args.names.iter().try_for_each(|name| known(name))?;
    let loaded = load(app, false, io)?;
    let mut question = loaded.question(app, io)?;
    let day = question.as_of.unwrap_or(loaded.calendar(app)?.today);
    question.as_of = Some(day);
    let books = match app.book {
        Some(_) => vec![loaded.book(app)?],
        None => loaded.books(),
    };
    let fold = loaded.reading.standing(&question)?.fold;
    let mut all = Vec::new();
    for book in books {
        let period = Period { fold: &fold, book: fold.book(book)?, from: None, through: day };
        for check in CHECKS.iter().filter(|check| wanted(check.check.as_str())) {
            let (name, found) = (check.check.as_str(), (check.missing)(&period)?);
            all.push(Checked { name, about: check.about, book: Some(book), found });
        }
    }
    let looked = Looked { loaded: &loaded, fold: &fold, day };
    for check in DAILY.iter().filter(|check| wanted(check.name)) {
        let found = (check.found)(&looked)?;
        all.push(Checked { name: check.name, about: check.about, book: None, found });
    }
    match app.format {
        Format::Table => text(&all, day, io)?,
        Format::Json => as_json(&all, day, io)?,
        Format::Csv => csv(&all, io)?,
    }
    Ok(if all.iter().all(|checked| checked.found.is_empty()) { Exit::Done } else { Exit::Findings })
}

/// The names and what each asks for.
fn names() -> impl Iterator<Item = (&'static str, &'static str)> {
    let of_close = CHECKS.iter().map(|check| (check.check.as_str(), check.about));
    of_close.chain(DAILY.iter().map(|check| (check.name, check.about)))
}

fn known(name: &str) -> Result<(), Failure> {
    if names().any(|(known, _)| known == name) {
        return Ok(());
    }
    let all: Vec<&str> = names().map(|(name, _)| name).collect();
    let near = nearest(name, all.iter().copied()).map(|near| format!("did you mean `{near}`? "));
    Err(Failure::usage(format!("there is no check `{name}`")).with_help(format!(
        "{}the checks are {}",
        near.unwrap_or_default(),
        all.join(", ")
    )))
}

fn list(io: &mut Io) -> Result<Exit, Failure> {
    render::names(names(), io)?;
    Ok(Exit::Done)
}

/// Loans whose debt is at least the call's share of the collateral, at the latest price known.
fn thresholds(looked: &Looked<'_>) -> Result<Vec<String>, Refusal> {
    let world = looked.fold.world();
    let at = Moment::end_of(looked.day, looked.fold.zone());
    let mut found = Vec::new();
    for facility in world.facilities().filter(|facility| facility.retired.is_none()) {
        let Some(call) = facility.terms.ltv.as_ref().and_then(|terms| terms.call) else { continue };
        let name = facility.terms.facility;
        match world.ltv(facility, &at) {
            Ok(Some(ltv)) if ltv.reaches(call)? => {
                let percent = ltv.percent().map_or_else(String::new, |percent| format!(" at {percent}%"));
                let from = exact::mul_round(call.decimal(), Decimal::ONE_HUNDRED, 2, Rounding::HalfEven)?;
                found.push(format!("{name} is{percent}: the lender may call for more from {from}% on"));
            }
            Ok(None) if facility.owed()?.is_positive() => {
                found.push(format!("{name} owes and has no collateral"))
            }
            Ok(_) => {}
            Err(why) => found.push(format!("{name}: {why}")),
        }
    }
    Ok(found)
}

fn breaks(looked: &Looked<'_>) -> Result<Vec<String>, Refusal> {
    let world = looked.fold.world();
    let mut found = Vec::new();
    for (number, run) in world.last_runs() {
        let open = run.breaks.iter().filter(|one| !world.answers_for(one)).count();
        if open > 0 {
            let breaks = if open == 1 { "break" } else { "breaks" };
            found.push(format!("{open} {breaks} of {} open since run {number}", run.account));
        }
    }
    Ok(found)
}

fn proposals(looked: &Looked<'_>) -> Result<Vec<String>, Refusal> {
    let waiting = looked.loaded.reading.outline().proposals().waiting();
    Ok(waiting.map(|proposal| format!("entry {} waits", proposal.number)).collect())
}

fn text(all: &[Checked], day: Day, io: &mut Io) -> Result<(), Failure> {
    writeln!(io.out, "{}", styled(BOLD, format!("Checked on {day}")))?;
    let width = all.iter().map(|checked| checked.name.len()).max().unwrap_or(0);
    let books =
        all.iter().filter_map(|checked| checked.book).map(|book| book.as_str().len()).max().unwrap_or(0);
    for Checked { name, book, found, .. } in all {
        let book = book.map_or_else(String::new, |book| book.to_string());
        let state = if found.is_empty() { styled(RIGHT, "ok") } else { styled(WRONG, "found") };
        writeln!(io.out, "  {name:width$}  {book:books$}  {state}")?;
        for line in found.iter().flat_map(|what| render::wrap(what, io.width.saturating_sub(4))) {
            writeln!(io.out, "    {line}")?;
        }
    }
    Ok(())
}

fn as_json(all: &[Checked], day: Day, io: &mut Io) -> Result<(), Failure> {
    let checks: Vec<_> = all
        .iter()
        .map(|Checked { name, about, book, found }| json!({"check": name, "about": about, "book": book, "found": found}))
        .collect();
    Ok(render::json::print(&mut io.out, &json!({"on": day.to_string(), "checks": checks}))?)
}

fn csv(all: &[Checked], io: &mut Io) -> Result<(), Failure> {
    let mut writer = csv::Writer::from_writer(&mut io.out);
    writer.write_record(["check", "book", "found"]).map_err(std::io::Error::from)?;
    for Checked { name, book, found, .. } in all {
        let book = book.map_or_else(String::new, |book| book.to_string());
        for what in found {
            writer.write_record([*name, &book, what]).map_err(std::io::Error::from)?;
        }
    }
    Ok(writer.flush()?)
}
