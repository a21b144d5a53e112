//! `treasury close` and `treasury reopen`: what is missing for a period, its seal, and the entry that closes it or opens
//! it again, which is recorded once somebody said so.

use std::path::PathBuf;

use ledger_core::closing::{CHECKS, Unmet, seal, unmet};
use ledger_core::decide::Decision;
use ledger_core::entry::Entry;
use ledger_core::event::books::{CloseCheck, Seal, Waiver};
use ledger_core::event::{Event, PeriodClosed, PeriodReopened};
use ledger_core::fold::Fold;
use ledger_core::ids::BookId;
use ledger_core::resolve::Question;
use ledger_core::time::{Day, Effective};
use ledger_core::world::Lock;
use ledger_store::ledger::LedgerError;
use serde_json::{Value, json};

use crate::app::App;
use crate::args::{Close, Format, Reopen};
use crate::command::proposals::demanded;
use crate::command::speak::ask::whether_to_record;
use crate::command::{append, made};
use crate::dates::When;
use crate::diagnostic::Failure;
use crate::exit::Exit;
use crate::io::{BOLD, DIM, Io, RIGHT, WRONG, styled};
use crate::render;
use crate::store::load;

/// What is missing in a book, its seal, and the entry that closed the period already.
struct Found {
    book: BookId,
    missing: Vec<Unmet>,
    seal: Seal,
    closed_by: Option<u64>,
}

/// Runs `treasury close`.
pub(crate) fn run(app: &App, args: &Close, io: &mut Io) -> Result<Exit, Failure> {
    app.refuse_csv("close")?;
    let waivers: Vec<Waiver> = args.waive.iter().map(|text| waiver(text)).collect::<Result<_, _>>()?;
    let (from, through, found) = look(app, args, io)?;
    if args.check || args.dry_run {
        let is_waived = |unmet: &Unmet| waivers.iter().any(|waiver| waiver.check == unmet.check);
        let open = found.iter().flat_map(|found| &found.missing).any(|unmet| !is_waived(unmet));
        match app.format {
            Format::Table => text(&found, through, &waivers, io)?,
            Format::Json | Format::Csv => {
                render::json::print(&mut io.out, &as_json(&found, through, &waivers))?
            }
        }
        return Ok(if open { Exit::Findings } else { Exit::Done });
    }
    let seals: Vec<Seal> = found.iter().map(|found| found.seal.clone()).collect();
    let event = PeriodClosed { book: app.book, from, through, waivers: waivers.clone(), seals };
    let entry = rehearsed(app, through, event.into(), args.propose, io)?;
    let shown = as_json(&found, through, &waivers);
    if app.format == Format::Table {
        text(&found, through, &waivers, io)?;
    }
    let done = if args.propose { "proposes to close" } else { "closed" };
    let told = format!("{done} through {through}");
    record(app, entry, (args.yes, args.sign.clone()), (shown, told), io)
}

/// Runs `treasury reopen`.
pub(crate) fn reopen(app: &App, args: &Reopen, io: &mut Io) -> Result<Exit, Failure> {
    app.refuse_csv("reopen")?;
    let loaded = load(app, false, io)?;
    let from = args.from.first(&loaded.calendar(app)?);
    let declared = loaded.reading.declared(&Question::default());
    let world = declared.world();
    let locks = world.named_or_all(app.book).into_iter();
    let locks: Vec<(BookId, Lock)> =
        locks.filter_map(|book| world.lock_of(book).map(|lock| (book, lock))).collect();
    drop(loaded);
    let event = PeriodReopened { book: app.book, from, reason: args.reason.clone() };
    let entry = rehearsed(app, from, event.into(), args.propose, io)?;
    if app.format == Format::Table {
        writeln!(io.out, "{}", styled(BOLD, format!("Opening again from {from}")))?;
        for (book, Lock { through, by }) in &locks {
            let told = format!("{book}: {from} to {through}, which entry {by} closed");
            indented(&told, 2, io)?;
        }
    }
    let opened = locks.iter().map(
        |(book, lock)| json!({"book": book, "from": from, "through": lock.through, "closed_by": lock.by}),
    );
    let shown = json!({"from": from, "books": opened.collect::<Vec<_>>()});
    if args.dry_run {
        return not_recorded(app, &shown, io);
    }
    let open = if args.propose { "proposes to open" } else { "open" };
    record(app, entry, (args.yes, args.sign.clone()), (shown, format!("{open} again from {from}")), io)
}

/// An entry of one event, or one that proposes it, which the ledger would take.
fn rehearsed(app: &App, day: Day, event: Event, propose: bool, io: &mut Io) -> Result<Entry, Failure> {
    let entry = made::entry(app, Effective::Day(day), event)?;
    if propose {
        return Ok(demanded(&mut append::rehearsal(app, io)?, &entry, None, false)?.entry);
    }
    match append::rehearsal(app, io)?.rehearse(&entry) {
        Ok(Decision::Accepted(_) | Decision::AlreadyRecorded(_)) => Ok(entry),
        Err(LedgerError::Refused(refused)) => Err(refused.why.into()),
        Err(error) => Err(error.into()),
    }
}

/// Records an entry that was shown, once somebody said so.
fn record(
    app: &App,
    entry: Entry,
    (yes, key): (bool, Option<PathBuf>),
    (mut shown, told): (Value, String),
    io: &mut Io,
) -> Result<Exit, Failure> {
    if !(yes || whether_to_record(app, io)?) {
        return not_recorded(app, &shown, io);
    }
    let number = made::record(app, entry, key, io)?.map_or_else(|number| number, |accepted| accepted.number);
    if app.format == Format::Json {
        shown["recorded"] = json!(number);
        render::json::print(&mut io.out, &shown)?;
    } else if !io.quiet {
        writeln!(io.out, "recorded {number}: {told}")?;
    }
    Ok(Exit::Done)
}

fn not_recorded(app: &App, shown: &Value, io: &mut Io) -> Result<Exit, Failure> {
    if app.format == Format::Json {
        render::json::print(&mut io.out, shown)?;
    }
    io.note("nothing was recorded");
    Ok(Exit::Done)
}

/// A line of text in as many columns as there are.
fn indented(text: &str, by: usize, io: &mut Io) -> Result<(), Failure> {
    for line in render::wrap(text, io.width.saturating_sub(by)) {
        writeln!(io.out, "{:by$}{line}", "")?;
    }
    Ok(())
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
    let mut found: Vec<Found> = found.collect::<Result<_, _>>()?;
    let declared = loaded.reading.declared(&Question::default());
    for found in &mut found {
        let lock = declared.world().lock_of(found.book).filter(|lock| lock.through >= through);
        found.closed_by = lock.map(|lock| lock.by);
    }
    Ok((from, through, found))
}

fn of_book(fold: &Fold, book: BookId, from: Option<Day>, through: Day) -> Result<Found, Failure> {
    let missing = unmet(fold, fold.book(book)?, from, through)?;
    Ok(Found { book, missing, seal: seal(fold, book, through)?, closed_by: None })
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
    for Found { book, missing, seal, closed_by } in found {
        writeln!(io.out, "{}", styled(BOLD, format!("Closing {book} through {through}")))?;
        if let Some(by) = closed_by {
            writeln!(io.out, "  closed already, by entry {by}")?;
        }
        for check in CHECKS {
            let of_check: Vec<_> = missing.iter().filter(|unmet| unmet.check == check.check).collect();
            let waived = waivers.iter().find(|waiver| waiver.check == check.check);
            let (style, state) = match (of_check.is_empty(), waived) {
                (true, _) => (RIGHT, "ok".to_owned()),
                (false, Some(waiver)) => (DIM, format!("waived: {}", waiver.reason)),
                (false, None) => (WRONG, "missing".to_owned()),
            };
            let mut name = check.check.as_str();
            for line in render::wrap(&state, io.width.saturating_sub(20)) {
                writeln!(io.out, "  {name:<16}  {}", styled(style, line))?;
                name = "";
            }
            of_check.iter().try_for_each(|unmet| indented(&unmet.what, 4, io))?;
        }
        writeln!(io.out, "  seal under rules {}\n    {}", seal.rules, seal.hash)?;
    }
    Ok(())
}

fn as_json(found: &[Found], through: Day, waivers: &[Waiver]) -> Value {
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
            let seal = json!({"hash": seal.hash, "rules": seal.rules});
            json!({"book": found.book, "closed_by": found.closed_by, "missing": missing, "seal": seal})
        })
        .collect();
    json!({"through": through, "books": books})
}
