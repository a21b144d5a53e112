//! `treasury breaks`, `treasury break explain` and `treasury sign-off`: what is open between books and statements, and who
//! answers for it.

use ledger_core::event::ReconciliationSignedOff;
use ledger_core::event::books::{Break as Found, BreakExplained, Explanation, ReconciliationRun};
use ledger_core::evidence::Sha256Hex;
use ledger_core::time::Day;
use ledger_core::world::World;
use serde_json::{Value, json};

use crate::app::App;
use crate::args::{Break, Breaks, ExplainBreak, Format, SignOff};
use crate::command::made::record_event;
use crate::command::reconcile::{subject, world};
use crate::command::speak::ask;
use crate::diagnostic::Failure;
use crate::exit::Exit;
use crate::io::{BOLD, DIM, Io, styled};
use crate::render;
use crate::render::figures::grouped;
use crate::store::{Loaded, load};

/// A break of the last run of an account.
struct Row<'a> {
    run: &'a ReconciliationRun,
    number: u64,
    found: &'a Found,
    age: i64,
    is_open: bool,
}

fn today(app: &App, loaded: &Loaded) -> Result<Day, Failure> {
    Ok(loaded.calendar(app)?.today)
}

fn rows<'a>(world: &'a World, today: Day) -> Vec<Row<'a>> {
    let mut all: Vec<Row<'a>> = Vec::new();
    for (number, run) in world.last_runs() {
        all.extend(run.breaks.iter().map(|found| {
            let age = (today.number() - found.since.number()).max(0);
            Row { run, number, found, age, is_open: !world.answers_for(found) }
        }));
    }
    all
}

/// Runs `treasury breaks`.
pub(crate) fn run(app: &App, args: &Breaks, io: &mut Io) -> Result<Exit, Failure> {
    let loaded = load(app, false, io)?;
    let (world, today) = (world(&loaded)?, today(app, &loaded)?);
    let only = args.account.as_deref().map(|text| subject(&world, text)).transpose()?;
    let mut all = rows(&world, today);
    all.retain(|row| only.as_ref().is_none_or(|only| row.run.account == *only) && (args.all || row.is_open));
    match app.format {
        Format::Table => table(&world, &all, io)?,
        Format::Json => {
            let breaks: Vec<Value> = all.iter().map(|row| value(&world, row)).collect();
            render::json::print(&mut io.out, &json!({"on": today.to_string(), "breaks": breaks}))?;
        }
        Format::Csv => csv(&world, &all, io)?,
    }
    Ok(if all.iter().any(|row| row.is_open) { Exit::Findings } else { Exit::Done })
}

/// Who explained a break, as what and why.
fn explained(world: &World, row: &Row<'_>) -> Option<(u64, BreakExplained)> {
    world.explanation(row.found.name).map(|(number, explained)| (number, explained.clone()))
}

fn value(world: &World, row: &Row<'_>) -> Value {
    let said = explained(world, row).map(|(number, said)| {
        json!({"entry": number, "kind": said.kind, "reason": said.reason, "resolved_by": said.resolved_by})
    });
    json!({"name": row.found.name.to_string(), "account": row.run.account.to_string(), "source": row.found.source,
        "found": row.found.found, "since": row.found.since.to_string(), "age_days": row.age,
        "units": row.found.units.to_string(), "run": row.number, "open": row.is_open, "explained": said,
        "document": document(world, row).map(|hash| hash.to_string())})
}

/// Under each account and source with its last statement, a line a break, in 80 columns.
fn table(world: &World, all: &[Row<'_>], io: &mut Io) -> Result<(), Failure> {
    let mut under = None;
    for row in all {
        let Found { name, found, since, units, source } = row.found;
        let (account, age) = (&row.run.account, row.age);
        if under != Some((account, source)) {
            let title = format!("{account} against {source}, compared by entry {}", row.number);
            writeln!(io.out, "{}", styled(BOLD, title))?;
            if let Some(document) = document(world, row) {
                writeln!(io.out, "  {}", styled(DIM, format!("document {document}")))?;
            }
        }
        under = Some((account, source));
        let units = grouped(units.decimal(), units.decimal().scale().max(2));
        writeln!(io.out, "  {name}  {since}  {age:>4} d  {found:<17} {units:>22}")?;
        if let Some((number, said)) = explained(world, row) {
            let resolved = said.resolved_by.map(|by| format!(", resolved by entry {by}")).unwrap_or_default();
            let told = format!("entry {number}: {}, {}{resolved}", as_typed(said.kind), said.reason);
            for line in render::wrap(&told, io.width.saturating_sub(6)) {
                writeln!(io.out, "      {line}")?;
            }
        }
    }
    if all.is_empty() {
        io.note("no break is open");
    }
    Ok(())
}

/// What a break is, in the word that people type.
fn as_typed(kind: Explanation) -> String {
    kind.as_str().replace('_', "-")
}

/// The document of the statement that a break is about: the one of its day, else the last.
fn document(world: &World, row: &Row<'_>) -> Option<Sha256Hex> {
    let of_source = || {
        let all = world.statements(&row.run.account).map(|(_, stated)| stated);
        all.filter(|stated| stated.source == row.found.source)
    };
    let since = row.found.since;
    let of_its_day = of_source().filter(|stated| stated.from <= since && since <= stated.to).last();
    of_its_day.or_else(|| of_source().last())?.document
}

fn csv(world: &World, all: &[Row<'_>], io: &mut Io) -> Result<(), Failure> {
    let mut rows = csv::Writer::from_writer(&mut io.out);
    let head = [
        "name",
        "account",
        "source",
        "found",
        "since",
        "age_days",
        "units",
        "run",
        "open",
        "explained",
        "reason",
    ];
    let written = rows.write_record(head).and_then(|()| {
        all.iter().try_for_each(|row| {
            let said = explained(world, row).map(|(_, said)| (said.kind.to_string(), said.reason));
            let (kind, reason) = said.unwrap_or_default();
            rows.write_record([
                row.found.name.to_string(),
                row.run.account.to_string(),
                row.found.source.clone(),
                row.found.found.to_string(),
                row.found.since.to_string(),
                row.age.to_string(),
                row.found.units.to_string(),
                row.number.to_string(),
                row.is_open.to_string(),
                kind,
                reason,
            ])
        })
    });
    written.map_err(std::io::Error::from)?;
    Ok(rows.flush()?)
}

/// Runs `treasury break explain`.
pub(crate) fn explain(app: &App, of: &Break, io: &mut Io) -> Result<Exit, Failure> {
    app.refuse_csv("break explain")?;
    let Break::Explain(ExplainBreak { name, kind, reason, resolved_by, sign }) = of;
    let loaded = load(app, false, io)?;
    let (world, today) = (world(&loaded)?, today(app, &loaded)?);
    let all = rows(&world, today);
    let mut meant = all.iter().filter(|row| row.found.name.to_string().starts_with(name.as_str()));
    let (Some(row), None) = (meant.next(), meant.next()) else {
        return Err(Failure::refused("UNKNOWN_BREAK", format!("`{name}` is not the name of one break")));
    };
    let (kind, reason) = match (kind, reason) {
        (Some(kind), Some(reason)) => (*kind, reason.clone()),
        (kind, reason) if ask::may_ask(app) => {
            let kinds = "timing, error-theirs, error-ours, disputed";
            let kind = kind.map_or_else(|| ask::parsed("what it is", kinds, io), Ok)?;
            let asked = || ask::needed("why", "", io);
            (kind, reason.clone().map_or_else(asked, Ok)?)
        }
        (None, _) => return Err(Failure::usage("--kind is missing: what the break is")),
        (Some(_), None) => return Err(Failure::usage("--reason is missing: why it is so")),
    };
    let event = BreakExplained {
        r#break: row.found.name,
        kind: kind.explanation(),
        reason,
        resolved_by: *resolved_by,
    };
    let day = today.max(row.run.through);
    let number = record_event(app, day, event.into(), sign.clone(), io)?;
    if !io.quiet {
        writeln!(io.out, "recorded {number}: {} is {}", row.found.name, as_typed(kind.explanation()))?;
    }
    Ok(Exit::Done)
}

/// Runs `treasury sign-off`.
pub(crate) fn sign_off(app: &App, args: &SignOff, io: &mut Io) -> Result<Exit, Failure> {
    app.refuse_csv("sign-off")?;
    let loaded = load(app, false, io)?;
    let (world, today) = (world(&loaded)?, today(app, &loaded)?);
    let account = subject(&world, &args.account)?;
    let Some((run, made)) = world.last_run(&account) else {
        return Err(Failure::refused(
            "NO_STATEMENT",
            format!("{account} was never compared with a statement"),
        ));
    };
    let (through, day) = (made.through, today.max(made.through));
    let event = ReconciliationSignedOff { run };
    let number = record_event(app, day, event.into(), args.sign.clone(), io)?;
    if !io.quiet {
        writeln!(io.out, "recorded {number}: {account} signed off through {through}")?;
    }
    Ok(Exit::Done)
}
