//! `treasury close` and `treasury reopen`: what is missing for a period, its seal, and the entry that closes it or opens
//! it again.

use ledger_core::closing::{CHECKS, Unmet, seal, unmet};
use ledger_core::event::books::{CloseCheck, Seal, Waiver};
use ledger_core::event::{PeriodClosed, PeriodReopened};
use ledger_core::fold::Fold;
use ledger_core::ids::BookId;
use ledger_core::resolve::Question;
use ledger_core::time::Day;
use serde_json::json;

use crate::app::App;
use crate::args::{Close, Format, Reopen};
use crate::command::proposals::record_or_propose;
use crate::dates::When;
use crate::diagnostic::Failure;
use crate::exit::Exit;
use crate::io::{BOLD, DIM, Io, RIGHT, WRONG, styled};
use crate::render;
use crate::store::load;

/// What is missing in a book, and its seal.
struct Found {
    book: BookId,
    missing: Vec<Unmet>,
    seal: Seal,
}

/// Runs `treasury close`.
pub(crate) fn run(app: &App, args: &Close, io: &mut Io) -> Result<Exit, Failure> {
    app.refuse_csv("close")?;
    let waivers: Vec<Waiver> = args.waive.iter().map(|text| waiver(text)).collect::<Result<_, _>>()?;
    let (from, through, found) = look(app, args, io)?;
    if args.check {
        let is_waived = |unmet: &Unmet| waivers.iter().any(|waiver| waiver.check == unmet.check);
        let open = found.iter().flat_map(|found| &found.missing).any(|unmet| !is_waived(unmet));
        match app.format {
            Format::Table => text(&found, through, &waivers, io)?,
            Format::Json | Format::Csv => as_json(&found, through, &waivers, io)?,
        }
        return Ok(if open { Exit::Findings } else { Exit::Done });
    }
    let seals: Vec<Seal> = found.into_iter().map(|found| found.seal).collect();
    let told = seals
        .iter()
        .map(|seal| format!("{} sealed under rules {}\n    {}", seal.book, seal.rules, seal.hash));
    let told: Vec<String> = told.collect();
    let number = record_or_propose(
        app,
        through,
        PeriodClosed { book: app.book, from, through, waivers, seals }.into(),
        (args.sign.clone(), args.propose),
        io,
    )?;
    if !io.quiet {
        let closed = if args.propose { "proposes to close" } else { "closed" };
        writeln!(io.out, "recorded {number}: {closed} through {through}")?;
        told.iter().try_for_each(|line| writeln!(io.out, "  {line}"))?;
    }
    Ok(Exit::Done)
}

/// Runs `treasury reopen`.
pub(crate) fn reopen(app: &App, args: &Reopen, io: &mut Io) -> Result<Exit, Failure> {
    app.refuse_csv("reopen")?;
    let loaded = load(app, false, io)?;
    let from = args.from.first(&loaded.calendar(app)?);
    drop(loaded);
    let event = PeriodReopened { book: app.book, from, reason: args.reason.clone() };
    let number = record_or_propose(app, from, event.into(), (args.sign.clone(), args.propose), io)?;
    if !io.quiet {
        let open = if args.propose { "proposes to open" } else { "open" };
        writeln!(io.out, "recorded {number}: {open} again from {from}")?;
    }
    Ok(Exit::Done)
}

/// The first day of the period, unless a single day was named, the last, and what is found in each book.
fn look(app: &App, args: &Close, io: &mut Io) -> Result<(Option<Day>, Day, Vec<Found>), Failure> {
    let loaded = load(app, false, io)?;
    let calendar = loaded.calendar(app)?;
    let through = args.period.last(&calendar);
    let from = match args.period {
        When::Day(_) | When::Relative(_) => None,
        When::Month(_) | When::Quarter(_) | When::FiscalYear(_) => Some(args.period.first(&calendar)),
    };
    if args.period.is_relative() {
        io.note(format!("through {through}"));
    }
    let books = match app.book {
        Some(_) => vec![loaded.book(app)?],
        None => loaded.books(),
    };
    let question = Question { as_of: Some(through), ..Question::default() };
    let fold = loaded.reading.standing(&question)?.fold;
    let found = books.into_iter().map(|book| of_book(&fold, book, from, through));
    Ok((from, through, found.collect::<Result<_, _>>()?))
}

fn of_book(fold: &Fold, book: BookId, from: Option<Day>, through: Day) -> Result<Found, Failure> {
    let missing = unmet(fold, fold.book(book)?, from, through)?;
    Ok(Found { book, missing, seal: seal(fold, book, through)? })
}

fn waiver(text: &str) -> Result<Waiver, Failure> {
    let names = || CHECKS.iter().map(|check| check.check.as_str()).collect::<Vec<_>>().join(", ");
    let (name, reason) = text.split_once('=').ok_or_else(|| {
        Failure::usage(format!("`{text}` waives nothing")).with_help("write `--waive CHECK=REASON`")
    })?;
    let check: Option<CloseCheck> =
        CHECKS.iter().map(|check| check.check).find(|check| check.as_str() == name);
    let check = check.ok_or_else(|| {
        Failure::usage(format!("there is no check `{name}`")).with_help(format!("the checks are {}", names()))
    })?;
    Ok(Waiver { check, reason: reason.to_owned() })
}

fn text(found: &[Found], through: Day, waivers: &[Waiver], io: &mut Io) -> Result<(), Failure> {
    for Found { book, missing, seal } in found {
        writeln!(io.out, "{}", styled(BOLD, format!("Closing {book} through {through}")))?;
        for check in CHECKS {
            let of_check: Vec<_> = missing.iter().filter(|unmet| unmet.check == check.check).collect();
            let waived = waivers.iter().find(|waiver| waiver.check == check.check);
            let state = match (of_check.is_empty(), waived) {
                (true, _) => styled(RIGHT, "ok".to_owned()),
                (false, Some(waiver)) => styled(DIM, format!("waived: {}", waiver.reason)),
                (false, None) => styled(WRONG, "missing".to_owned()),
            };
            writeln!(io.out, "  {:<16}  {state}", check.check)?;
            for unmet in of_check {
                for line in render::wrap(&unmet.what, io.width.saturating_sub(4)) {
                    writeln!(io.out, "    {line}")?;
                }
            }
        }
        writeln!(io.out, "  seal under rules {}\n    {}", seal.rules, seal.hash)?;
    }
    Ok(())
}

fn as_json(found: &[Found], through: Day, waivers: &[Waiver], io: &mut Io) -> Result<(), Failure> {
    let is_waived = |unmet: &Unmet| waivers.iter().any(|waiver| waiver.check == unmet.check);
    let books: Vec<_> = found
        .iter()
        .map(|found| {
            let missing: Vec<_> = found
                .missing
                .iter()
                .map(|unmet| json!({"check": unmet.check, "what": unmet.what, "waived": is_waived(unmet)}))
                .collect();
            let seal = &found.seal;
            json!({"book": found.book, "missing": missing, "seal": {"hash": seal.hash, "rules": seal.rules}})
        })
        .collect();
    Ok(render::json::print(&mut io.out, &json!({"through": through, "books": books}))?)
}
