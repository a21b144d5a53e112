//! `treasury append`: entries as JSON Lines, each durable before it is acknowledged. Those that arrive together
//! share a sync.

pub(crate) mod input;
pub(crate) mod mapped;
pub(crate) mod patience;
pub(crate) mod refusal;
pub(crate) mod rows;

use std::path::{Path, PathBuf};

use ledger_core::decide::{Accepted, Decision};
use ledger_core::entry::Entry;
use ledger_core::fold::Fold;
use ledger_store::ledger::{Ledger, LedgerError, Outcome, Reach};
use ledger_store::{FileLog, Log, Snapshots};

use crate::app::App;
use crate::args::Append;
use crate::command::report::look;
use crate::diagnostic::Failure;
use crate::exit::Exit;
use crate::io::{BOLD, Io, styled};
use crate::render::{grid, journal};
use crate::signing::Signing;
use crate::store;
use input::{Groups, Input};
pub(crate) use patience::Patience;

/// Runs the command.
pub(crate) fn run(app: &App, args: &Append, io: &mut Io) -> Result<Exit, Failure> {
    if app.asks_for_a_form() {
        return Err(Failure::usage("append prints one line for each entry; it has no other format"));
    }
    let signing = signing(app, args, io)?;
    let input = match &args.mapping {
        None => Input::open(&args.file, app.may_ask, signing)?,
        Some(mapping) => mapped::input(app, &rows::table(app, &args.file)?, (mapping, false), signing, io)?,
    };
    match (args.dry_run, args.atomic) {
        (true, _) => preview(app, input, io),
        (false, false) => record(app, input, Patience::of(args), io),
        (false, true) => record_or_none(app, input, Patience::of(args), io),
    }
}

/// Who signs the entries.
fn signing(app: &App, args: &Append, io: &mut Io) -> Result<Signing, Failure> {
    match &args.signature {
        Some(file) => Signing::given(file),
        None => signing_with(app, args.sign.as_ref(), io),
    }
}

/// The owner of a key signs, or nobody.
pub(crate) fn signing_with(app: &App, key: Option<&PathBuf>, io: &mut Io) -> Result<Signing, Failure> {
    match key {
        Some(file) => Ok(Signing::With(file.clone(), store::open(app, io)?.log_id())),
        None => Ok(Signing::Nobody),
    }
}

/// The entry of a file that has no other.
pub(crate) fn only_entry(file: &Path, may_ask: bool) -> Result<Entry, Failure> {
    let mut input = Input::open(file, may_ask, Signing::Nobody)?;
    match (input.next()?, input.next()?) {
        (Some(line), None) => Ok(line.entry),
        _ => Err(Failure::usage(format!("{} has several entries; a signature is of one", file.display()))),
    }
}

/// The ledger as it stands, for decisions that are never written.
pub(crate) fn rehearsal(app: &App, io: &mut Io) -> Result<Ledger<FileLog>, Failure> {
    let snapshots = Snapshots::on(store::disk(app)?);
    Ok(Ledger::open(store::open(app, io)?, snapshots)?)
}

/// Shows what each entry would post, on top of the ones before it, in memory.
fn preview(app: &App, mut input: Input, io: &mut Io) -> Result<Exit, Failure> {
    let mut ledger = rehearsal(app, io)?;
    while let Some(line) = input.next()? {
        match refusal::or(ledger.rehearse(&line.entry), &line, ledger.fold())? {
            Decision::AlreadyRecorded(number) => writeln!(io.out, "already recorded as {number}")?,
            Decision::Accepted(accepted) => show_posted(&line.entry, &accepted, ledger.fold(), io)?,
        }
    }
    nothing_recorded(ledger.fold(), io);
    Ok(Exit::Done)
}

/// Says so, and what recording takes that a look does not.
pub(crate) fn nothing_recorded(fold: &Fold, io: &mut Io) {
    io.note("nothing was recorded");
    if fold.world().people().iter().next().is_some() {
        io.note("actors are enrolled: recording it takes the actor's signature, `--sign KEYFILE`");
    }
}

/// Shows what an entry would post, and what it proposes or approves of.
pub(crate) fn show_posted(
    entry: &Entry,
    accepted: &Accepted,
    fold: &Fold,
    io: &mut Io,
) -> Result<(), Failure> {
    let late = if accepted.late { ", before entries already recorded" } else { "" };
    let waits = if accepted.would_post.is_empty() { "" } else { ", a proposal that waits for approval" };
    let heading = format!("would be entry {}, effective {}{late}{waits}", accepted.number, entry.effective);
    writeln!(io.out, "{}", styled(BOLD, heading))?;
    let look = look(fold, io);
    let world = fold.world();
    let waits = if accepted.would_post.is_empty() { &accepted.posted } else { &accepted.would_post };
    let rows: Vec<_> =
        waits.iter().flat_map(|posted| journal::rows(posted.book.as_str(), posted, world, &look)).collect();
    for line in grid::small(&journal::journal_columns(), &rows, &look) {
        writeln!(io.out, "{line}")?;
    }
    writeln!(io.out)?;
    Ok(())
}

/// Records the entries. The lock is taken when one of them is known to be acceptable, so that input which is
/// refused leaves the store as it was, to the byte.
fn record(app: &App, input: Input, patience: Patience, io: &mut Io) -> Result<Exit, Failure> {
    let mut input = input.ahead()?;
    let mut rehearsed = rehearsal(app, io)?;
    let mut acknowledge = Acknowledge { reader_is_gone: false };
    loop {
        let (lines, ended) = input.next();
        if lines.is_empty() {
            return ended.map(|()| Exit::Done);
        }
        for (at, line) in lines.iter().enumerate() {
            match refusal::or(rehearsed.rehearse_signed(line), line, rehearsed.fold())? {
                Decision::AlreadyRecorded(number) => acknowledge.already(number, io)?,
                Decision::Accepted(_) => {
                    drop(rehearsed);
                    let mut ledger = open(app, patience, io)?;
                    let rest = lines.get(at..).unwrap_or_default();
                    let done = record_group(app, &mut ledger, rest, &mut acknowledge, io)
                        .and(ended)
                        .and_then(|()| record_groups(app, &mut ledger, &mut input, &mut acknowledge, io));
                    return close(ledger, done);
                }
            }
        }
        ended?;
    }
}

/// Records all of the entries or none, as one batch.
fn record_or_none(app: &App, mut input: Input, patience: Patience, io: &mut Io) -> Result<Exit, Failure> {
    let lines = input.rest()?;
    let mut rehearsed = rehearsal(app, io)?;
    for line in &lines {
        refusal::or(rehearsed.rehearse_signed(line), line, rehearsed.fold())?;
    }
    drop(rehearsed);
    let mut ledger = open(app, patience, io)?;
    let mut acknowledge = Acknowledge { reader_is_gone: false };
    let done = record_batch(app, &mut ledger, &lines, Reach::WholeBatch, &mut acknowledge, io);
    close(ledger, done)
}

/// Opens the ledger for writing.
pub(crate) fn open(app: &App, patience: Patience, io: &mut Io) -> Result<Ledger<FileLog>, Failure> {
    let (log, opened) = patience.open(&store::disk(app)?)?;
    if let Some(torn) = opened.quarantined {
        let bytes = torn.bytes;
        io.warn(format!("a torn tail of {bytes} bytes, never acknowledged, was moved to {}", torn.file));
    }
    Ok(Ledger::open(log, Snapshots::on(store::disk(app)?))?)
}

fn close(ledger: Ledger<FileLog>, done: Result<(), Failure>) -> Result<Exit, Failure> {
    let closed = ledger.into_log().close().map_err(Failure::from);
    done.and(closed).map(|()| Exit::Done)
}

fn record_groups(
    app: &App,
    ledger: &mut Ledger<FileLog>,
    input: &mut Groups,
    acknowledge: &mut Acknowledge,
    io: &mut Io,
) -> Result<(), Failure> {
    loop {
        let (lines, ended) = input.next();
        record_group(app, ledger, &lines, acknowledge, io)?;
        ended?;
        if lines.is_empty() {
            return Ok(());
        }
    }
}

fn record_group(
    app: &App,
    ledger: &mut Ledger<FileLog>,
    lines: &[input::Line],
    acknowledge: &mut Acknowledge,
    io: &mut Io,
) -> Result<(), Failure> {
    match record_batch(app, ledger, lines, Reach::FromThere, acknowledge, io) {
        // One of them is too large for the log: alone, it is told with its line, and the others are recorded.
        Err(Failure::Refused { code: "ENTRY_TOO_LARGE", .. }) if lines.len() > 1 => {
            lines.iter().try_for_each(|line| {
                record_batch(app, ledger, std::slice::from_ref(line), Reach::FromThere, acknowledge, io)
            })
        }
        done => done,
    }
}

fn record_batch(
    app: &App,
    ledger: &mut Ledger<FileLog>,
    lines: &[input::Line],
    reach: Reach,
    acknowledge: &mut Acknowledge,
    io: &mut Io,
) -> Result<(), Failure> {
    let (outcomes, stopped) = ledger.record_together(lines, reach, &app.clock);
    let stopped_at = lines.get(outcomes.len());
    for outcome in outcomes {
        match outcome {
            Outcome::Recorded(accepted) => acknowledge.recorded(accepted.number, io)?,
            Outcome::AlreadyRecorded(number) => acknowledge.already(number, io)?,
        }
    }
    acknowledge.send(io)?;
    match (stopped, stopped_at) {
        (None, _) => Ok(()),
        (Some(LedgerError::Refused(refused)), Some(line)) => {
            Err(refusal::told(&refused, line, ledger.fold()))
        }
        (Some(error), Some(line)) => Err(placed(error.into(), line)),
        (Some(error), None) => Err(error.into()),
    }
}

/// A refusal by the log itself gets its place in the input too.
fn placed(failure: Failure, line: &input::Line) -> Failure {
    if matches!(failure, Failure::Refused { .. }) { failure.at(line.place.clone()) } else { failure }
}

/// Tells what was recorded, all of a group as soon as it is durable.
struct Acknowledge {
    reader_is_gone: bool,
}

impl Acknowledge {
    fn recorded(&mut self, number: u64, io: &mut Io) -> Result<(), Failure> {
        self.say(&format!("recorded {number}"), io)
    }

    fn already(&mut self, number: u64, io: &mut Io) -> Result<(), Failure> {
        self.say(&format!("already recorded as {number}"), io)
    }

    /// Recording goes on when nobody reads any more: half a file recorded helps nobody.
    fn say(&mut self, text: &str, io: &mut Io) -> Result<(), Failure> {
        if io.quiet || self.reader_is_gone {
            return Ok(());
        }
        let said = writeln!(io.out, "{text}");
        self.passed_on(said)
    }

    /// Sends what was said to whoever reads it.
    fn send(&mut self, io: &mut Io) -> Result<(), Failure> {
        if self.reader_is_gone {
            return Ok(());
        }
        let sent = io.out.flush();
        self.passed_on(sent)
    }

    fn passed_on(&mut self, result: std::io::Result<()>) -> Result<(), Failure> {
        match result {
            Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => {
                self.reader_is_gone = true;
                Ok(())
            }
            other => Ok(other?),
        }
    }
}
