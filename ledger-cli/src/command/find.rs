//! `treasury find KIND NAME`: the entries that have a name, from the index of lookups or, where that is of no use,
//! from the entries.

use std::ops::ControlFlow;
use std::path::Path;

use ledger_core::entry::Entry;
use ledger_core::replay::Archive;
use ledger_core::resolve::{Proposals, Recorded};
use ledger_store::archive::LogArchive;
use ledger_store::index::{Found, Index, Source};
use ledger_store::ledger::LedgerError;
use ledger_store::reading::outline;
use ledger_store::{FileLog, Snapshots};
use serde_json::json;

use crate::app::{App, AsKnown};
use crate::args::{Find, Format};
use crate::diagnostic::Failure;
use crate::exit::Exit;
use crate::io::{DIM, Io, styled};
use crate::render;
use crate::store::{directory, disk, open};

/// The index of a store, in the folder for what can be made anew.
pub(crate) fn index(store: &Path) -> Index {
    Index::at(store.join("cache"))
}

/// Runs the command.
pub(crate) fn run(app: &App, args: &Find, io: &mut Io) -> Result<Exit, Failure> {
    if app.as_of.is_some() {
        return Err(Failure::usage("entries are found whatever day they are of: `--as-of` has no say")
            .with_help("`--as-known N` leaves out what was recorded later"));
    }
    let log = open(app, io)?;
    let mut found = index(directory(app)?).find(&log, args.kind, &args.name)?;
    if any_proposes(&log, &found.numbers)? {
        let outline = outline(&log, &Snapshots::on(disk(app)?))?;
        found.numbers = with_approvals(outline.proposals(), found.numbers);
    }
    let entries = entries(&log, &found, app.as_known)?;
    match app.format {
        Format::Table => text(args, &entries, io)?,
        Format::Json => json(args, &found, &entries, io)?,
        Format::Csv => csv(&entries, io)?,
    }
    Ok(Exit::Done)
}

/// Whether one of these entries proposes something.
fn any_proposes(log: &FileLog, numbers: &[u64]) -> Result<bool, LedgerError> {
    let mut any = false;
    for number in numbers {
        LogArchive(log).read(*number..number + 1, &mut |recorded, _| {
            any |= recorded.entry.proposed().is_some();
            ControlFlow::Continue(())
        })?;
    }
    Ok(any)
}

/// These entries, and the approvals that post what some of them propose: what is proposed has its names, and where it posts is
/// the approval's number.
pub(crate) fn with_approvals(proposals: &Proposals, mut numbers: Vec<u64>) -> Vec<u64> {
    let posted = numbers.iter().filter_map(|number| proposals.settled(*number));
    let approvals: Vec<u64> =
        posted.filter(|settled| settled.posted.is_some()).map(|settled| settled.by).collect();
    numbers.extend(approvals);
    numbers.sort_unstable();
    numbers.dedup();
    numbers
}

/// The entries found that were known.
fn entries(log: &FileLog, found: &Found, known: Option<AsKnown>) -> Result<Vec<Recorded>, LedgerError> {
    let is_known = |recorded: &Recorded| match known {
        None => true,
        Some(AsKnown::Entry(number)) => recorded.number <= number,
        Some(AsKnown::Time(time)) => recorded.recorded <= time,
    };
    let mut entries = Vec::new();
    for number in &found.numbers {
        LogArchive(log).read(*number..number + 1, &mut |recorded, _| {
            entries.extend(is_known(recorded).then(|| recorded.clone()));
            ControlFlow::Continue(())
        })?;
    }
    Ok(entries)
}

fn text(args: &Find, entries: &[Recorded], io: &mut Io) -> Result<(), Failure> {
    let width = entries.last().map_or(0, |last| last.number.to_string().len());
    for Recorded { number, entry, .. } in entries {
        let memo = entry.memo.as_deref().map(|memo| format!("  {}", styled(DIM, memo))).unwrap_or_default();
        writeln!(io.out, "{number:>width$}  {}  {}{memo}", entry.effective, events(entry))?;
    }
    if entries.is_empty() {
        io.note(format!("no entry names the {} {}", args.kind, args.name));
    }
    Ok(())
}

fn json(args: &Find, found: &Found, entries: &[Recorded], io: &mut Io) -> Result<(), Failure> {
    let source = match found.source {
        Source::Index => "index",
        Source::Log => "log",
        Source::Entries => "entries",
    };
    let entry = |Recorded { number, recorded, entry }: &Recorded| {
        json!({
            "number": number,
            "id": entry.id.to_string(),
            "effective": entry.effective.to_string(),
            "recorded": recorded.to_string(),
            "transaction": entry.transaction.map(|name| name.to_string()),
            "memo": entry.memo,
            "events": entry.events.iter().map(|event| event.name()).collect::<Vec<_>>(),
        })
    };
    let value = json!({
        "kind": args.kind.as_str(),
        "name": args.name,
        "source": source,
        "entries": entries.iter().map(entry).collect::<Vec<_>>(),
    });
    Ok(render::json::print(&mut io.out, &value)?)
}

fn csv(entries: &[Recorded], io: &mut Io) -> Result<(), Failure> {
    let mut rows = csv::Writer::from_writer(&mut io.out);
    let row = |Recorded { number, entry, .. }: &Recorded| {
        let transaction = entry.transaction.map(|name| name.to_string()).unwrap_or_default();
        let memo = entry.memo.clone().unwrap_or_default();
        [
            number.to_string(),
            entry.id.to_string(),
            entry.effective.to_string(),
            transaction,
            events(entry),
            memo,
        ]
    };
    let written = rows.write_record(["number", "id", "effective", "transaction", "events", "memo"]);
    let written = written.and_then(|()| entries.iter().try_for_each(|entry| rows.write_record(row(entry))));
    written.map_err(std::io::Error::from)?;
    Ok(rows.flush()?)
}

fn events(entry: &Entry) -> String {
    let mut names: Vec<&str> = entry.events.iter().map(|event| event.name()).collect();
    names.dedup();
    names.join(", ")
}
