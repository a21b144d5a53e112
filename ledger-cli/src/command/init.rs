//! `treasury init`: a new ledger with its first entry.

use ledger_core::decide::History;
use ledger_core::entry::Entry;
use ledger_core::event::books::{BookOpened, LedgerOpened};
use ledger_core::policy::{Framework, LATEST_RULES, MeasurementModel, PolicyChoices};
use ledger_core::refusal::Refusal;
use ledger_core::time::Effective;
use ledger_store::ledger::Ledger;
use ledger_store::{FileLog, LogId, Options, Snapshots};
use uuid::Uuid;

use crate::app::App;
use crate::args::Init;
use crate::command::speak::ask;
use crate::dates::Calendar;
use crate::diagnostic::Failure;
use crate::exit::Exit;
use crate::io::Io;
use crate::store;

/// Runs the command.
pub(crate) fn run(app: &App, args: &Init, io: &mut Io) -> Result<Exit, Failure> {
    let opening = match &args.entity {
        Some(entity) => Some(opening(app, args, entity)?),
        None if args.bare => None,
        None if ask::may_ask(app) => Some(asked(app, args, io)?),
        None => {
            return Err(Failure::usage("--entity is missing").with_help(
                "`treasury init --entity NAME` opens a ledger; `--help` tells what else it takes",
            ));
        }
    };
    if let Some(opening) = &opening {
        // Tried in memory first, so that a refusal leaves no empty store behind.
        History::default().consider(opening).map_err(|refused| refused.why)?;
    }
    create(app)?;
    if let Some(opening) = &opening {
        let (log, _) = FileLog::open(store::disk(app)?, &Options::default())?;
        let mut ledger = Ledger::open(log, Snapshots::none())?;
        ledger.record(opening, &app.clock)?;
        ledger.into_log().close()?;
    }
    let what = if opening.is_some() { "recorded 1" } else { "no entries yet" };
    if !io.quiet {
        writeln!(io.out, "opened {}: {what}", app.store)?;
    }
    Ok(Exit::Done)
}

/// The opening as somebody says it at a terminal: whose ledger, by whom, from which day on.
fn asked(app: &App, args: &Init, io: &mut Io) -> Result<Entry, Failure> {
    let entity = ask::needed("whose ledger", "such as Example Mining Ltd", io)?;
    let actor = match app.actor {
        Some(actor) => actor,
        None => {
            let actor = ask::parsed("who records", "a role, such as accountant", io)?;
            io.note(format!("`export TREASURY_ACTOR={actor}` says so for the commands that follow"));
            actor
        }
    };
    let on = match args.on {
        Some(on) => Some(on),
        None => Some(ask::parsed("facts begin on", "such as 2025-12-31, or today", io)?),
    };
    opening(&App { actor: Some(actor), ..app.clone() }, &Init { on, ..args.clone() }, &entity)
}

/// Creates an empty store.
pub(crate) fn create(app: &App) -> Result<(), Failure> {
    let log_id = LogId(Uuid::new_v4().into_bytes());
    Ok(FileLog::init(&*store::disk(app)?, log_id, &Options::default())?)
}

fn opening(app: &App, args: &Init, entity: &str) -> Result<Entry, Failure> {
    let actor = app.actor.ok_or_else(|| {
        Failure::refused("ACTOR_MISSING", "an entry names who recorded it, and nobody was named")
    })?;
    let calendar = Calendar::at(app.now(), args.time_zone, args.fiscal_year_end);
    let on = args.on.map_or(calendar.today, |when| when.last(&calendar));
    let books = args.books.iter().map(|name| {
        let is_tax = name.as_str() == "tax";
        let latest = PolicyChoices { rules: Some(LATEST_RULES), ..PolicyChoices::default() };
        let measurement = is_tax.then_some(MeasurementModel::Cost);
        BookOpened {
            book: *name,
            framework: match name.as_str() {
                "tax" => Some(Framework::UsTax),
                "us-gaap" => Some(Framework::UsGaap),
                _ => None,
            },
            policy: Some(PolicyChoices { measurement, ..latest }),
        }
    });
    if entity.trim().is_empty() {
        return Err(Refusal::BadText { what: "the entity", most: 200 }.into());
    }
    let event = LedgerOpened {
        entity: entity.to_owned(),
        functional_currency: args.currency,
        time_zone: args.time_zone,
        fiscal_year_end: args.fiscal_year_end,
        books: books.collect(),
        notice: args.notice.clone(),
    };
    Ok(Entry {
        id: Uuid::now_v7().into(),
        effective: Effective::Day(on),
        actor,
        transaction: None,
        memo: Some(format!("The ledger of {entity}")),
        occurred: None,
        evidence: Vec::new(),
        refs: Default::default(),
        events: vec![event.into()],
    })
}
