//! `treasury append`: entries as JSON Lines, recorded one by one, each durable before it is acknowledged.

mod input;
mod refusal;

use ledger_core::decide::{Accepted, Decision, History};
use ledger_core::entry::Entry;
use ledger_core::resolve::{Question, Recorded};
use ledger_core::time::Instant;
use ledger_store::ledger::{Ledger, Outcome};
use ledger_store::{FileLog, Options};

use crate::app::App;
use crate::args::{Append, Format};
use crate::command::report::look;
use crate::diagnostic::Failure;
use crate::exit::Exit;
use crate::io::{BOLD, Io, styled};
use crate::render::{grid, journal};
use crate::store::{self, load};
use input::Input;

/// Runs the command.
pub(crate) fn run(app: &App, args: &Append, io: &mut Io) -> Result<Exit, Failure> {
    if args.atomic {
        return Err(Failure::refused("NOT_YET_BUILT", "`--atomic` is not built yet")
            .with_help("put what must stand or fall together into one entry with several events"));
    }
    if app.format != Format::Table {
        return Err(Failure::usage("append prints one line for each entry; it has no other format"));
    }
    let input = Input::open(&args.file, app.may_ask)?;
    if args.dry_run { preview(app, input, io) } else { record(app, input, io) }
}

/// Shows what each entry would post, on top of the ones before it, in memory.
fn preview(app: &App, mut input: Input, io: &mut Io) -> Result<Exit, Failure> {
    let mut history = History::of(load(app, false, io)?.entries)?;
    while let Some(line) = input.next()? {
        match refusal::or(history.consider(&line.entry), &line, &history)? {
            Decision::AlreadyRecorded(number) => writeln!(io.out, "already recorded as {number}")?,
            Decision::Accepted(accepted) => {
                let recorded = Instant::from_micros(app.now());
                history.accept(Recorded { number: accepted.number, recorded, entry: line.entry.clone() });
                show(&line.entry, &accepted, &history, io)?;
            }
        }
    }
    io.note("nothing was recorded");
    Ok(Exit::Done)
}

fn show(entry: &Entry, accepted: &Accepted, history: &History, io: &mut Io) -> Result<(), Failure> {
    let late = if accepted.late { ", before entries already recorded" } else { "" };
    let heading = format!("would be entry {}, effective {}{late}", accepted.number, entry.effective);
    writeln!(io.out, "{}", styled(BOLD, heading))?;
    let look = look(history.log(), &Question::default(), io);
    let world = history.fold().world();
    let rows: Vec<_> =
        accepted.posted.iter().flat_map(|posted| journal::rows(posted, world, &look)).collect();
    for line in grid::small(&journal::journal_columns(), &rows, &look) {
        writeln!(io.out, "{line}")?;
    }
    writeln!(io.out)?;
    Ok(())
}

/// Records the entries. The lock is taken when the first of them is known to be acceptable, so that input
/// which is refused leaves the store as it was, to the byte.
fn record(app: &App, mut input: Input, io: &mut Io) -> Result<Exit, Failure> {
    let mut history = History::of(load(app, false, io)?.entries)?;
    let mut acknowledge = Acknowledge { reader_is_gone: false };
    while let Some(line) = input.next()? {
        match refusal::or(history.consider(&line.entry), &line, &history)? {
            Decision::AlreadyRecorded(number) => acknowledge.already(number, io)?,
            Decision::Accepted(_) => {
                drop(history);
                return record_from(app, line, input, acknowledge, io);
            }
        }
    }
    Ok(Exit::Done)
}

fn record_from(
    app: &App,
    first: input::Line,
    mut input: Input,
    mut acknowledge: Acknowledge,
    io: &mut Io,
) -> Result<Exit, Failure> {
    let (log, opened) = FileLog::open(store::disk(app)?, &Options::default())?;
    if let Some(torn) = opened.quarantined {
        io.warn(format!(
            "a torn tail of {} bytes, never acknowledged, was moved to {}",
            torn.bytes, torn.file
        ));
    }
    let mut ledger = Ledger::open(log)?;
    let done = record_all(app, &mut ledger, first, &mut input, &mut acknowledge, io);
    let closed = ledger.into_log().close().map_err(Failure::from);
    done.and(closed).map(|()| Exit::Done)
}

fn record_all(
    app: &App,
    ledger: &mut Ledger<FileLog>,
    first: input::Line,
    input: &mut Input,
    acknowledge: &mut Acknowledge,
    io: &mut Io,
) -> Result<(), Failure> {
    let mut next = Some(first);
    while let Some(line) = next {
        match ledger.record(&line.entry, &app.clock) {
            Ok(Outcome::Recorded(accepted)) => acknowledge.recorded(accepted.number, io)?,
            Ok(Outcome::AlreadyRecorded(number)) => acknowledge.already(number, io)?,
            Err(ledger_store::ledger::LedgerError::Refused(why)) => {
                return Err(refusal::told(&why, &line, ledger.history()));
            }
            Err(error) => return Err(placed(error.into(), &line)),
        }
        next = input.next()?;
    }
    Ok(())
}

/// A refusal by the log itself gets its place in the input too.
fn placed(failure: Failure, line: &input::Line) -> Failure {
    if matches!(failure, Failure::Refused { .. }) { failure.at(line.place.clone()) } else { failure }
}

/// Tells what was recorded, each entry as soon as it is durable.
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
        match writeln!(io.out, "{text}").and_then(|()| io.out.flush()) {
            Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => {
                self.reader_is_gone = true;
                Ok(())
            }
            other => Ok(other?),
        }
    }
}
