//! From the command line to the commands: texts become types, the command runs, its failure is told.

use std::path::PathBuf;
use std::str::FromStr;

use ledger_core::ids::{ActorId, BookId};
use ledger_core::time::Instant;
use ledger_store::SystemClock;
use ledger_store::disk::Clock;

use crate::args::{Args, Command, Format, Global};
use crate::command;
use crate::dates::When;
use crate::diagnostic::{self, Failure};
use crate::exit::Exit;
use crate::io::Io;

/// Where a ledger lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum StorePlace {
    /// In a directory.
    Directory(PathBuf),
    /// In a database, which is not built yet.
    Database(String),
}

impl FromStr for StorePlace {
    type Err = std::convert::Infallible;
    fn from_str(text: &str) -> Result<StorePlace, Self::Err> {
        let database = ["postgres://", "postgresql://"].iter().any(|scheme| text.starts_with(scheme));
        Ok(if database {
            StorePlace::Database(text.to_owned())
        } else {
            StorePlace::Directory(PathBuf::from(text))
        })
    }
}

impl std::fmt::Display for StorePlace {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            StorePlace::Directory(path) => path.display().fmt(f),
            StorePlace::Database(url) => url.fmt(f),
        }
    }
}

/// Up to where the log is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AsKnown {
    /// To this entry.
    Entry(u64),
    /// To the last entry recorded by then.
    Time(Instant),
}

impl FromStr for AsKnown {
    type Err = String;
    fn from_str(text: &str) -> Result<AsKnown, String> {
        let number = text.parse().ok().map(AsKnown::Entry);
        number.or_else(|| text.parse().ok().map(AsKnown::Time)).ok_or_else(|| {
            format!("`{text}` is neither an entry's number nor a time such as 2026-02-08T14:30:00Z")
        })
    }
}

/// What every command works with.
pub(crate) struct App {
    /// Where the ledger lies.
    pub(crate) store: StorePlace,
    /// The book asked for.
    pub(crate) book: Option<BookId>,
    /// Who records.
    pub(crate) actor: Option<ActorId>,
    /// The last day included.
    pub(crate) as_of: Option<When>,
    /// Up to where the log is known.
    pub(crate) as_known: Option<AsKnown>,
    /// The form of data.
    pub(crate) format: Format,
    /// Whether a person may be waited for.
    pub(crate) may_ask: bool,
    /// The time.
    pub(crate) clock: SystemClock,
}

impl App {
    fn of(global: Global) -> App {
        App {
            store: global.store,
            book: global.book,
            actor: global.actor,
            as_of: global.as_of,
            as_known: global.as_known,
            format: global.format,
            may_ask: !global.no_input,
            clock: SystemClock,
        }
    }

    /// The same for another store, in all that it holds.
    pub(crate) fn at(&self, store: StorePlace) -> App {
        App {
            store,
            book: None,
            actor: self.actor,
            as_of: None,
            as_known: None,
            format: self.format,
            may_ask: self.may_ask,
            clock: self.clock,
        }
    }

    /// Microseconds since 1970.
    pub(crate) fn now(&self) -> i64 {
        self.clock.now()
    }

    /// Refuses a form that a command cannot give.
    pub(crate) fn refuse_csv(&self, command: &str) -> Result<(), Failure> {
        match self.format {
            Format::Table | Format::Json => Ok(()),
            Format::Csv => Err(Failure::usage(format!("{command} has no rows for csv"))
                .with_help("ask for `--format table` or `--format json`")),
        }
    }
}

/// Runs a command and tells how it ended.
pub(crate) fn run(args: Args) -> Exit {
    let mut io = Io::of_process(args.global.quiet);
    let app = App::of(args.global);
    let done = match args.command {
        Command::Demo(demo) => command::demo::run(&app, &demo, &mut io),
        Command::Init(init) => command::init::run(&app, &init, &mut io),
        Command::Append(append) => command::append::run(&app, &append, &mut io),
        Command::Report(report) => command::report::run(&app, &report, &mut io),
        Command::Close(close) => command::close::run(&app, &close, &mut io),
        Command::Reopen(reopen) => command::close::reopen(&app, &reopen, &mut io),
        Command::Explain(explain) => command::explain::run(&app, &explain, &mut io),
        Command::Replay(replay) => command::replay::run(&app, &replay, &mut io),
        Command::Export(export) => command::export::run(&app, &export, &mut io),
        Command::Verify(verify) => command::verify::run(&app, &verify, &mut io),
        Command::Checkpoint => command::checkpoint::run(&app, &mut io),
        Command::Find(find) => command::find::run(&app, &find, &mut io),
        Command::Doctor => command::doctor::run(&app, &mut io),
        Command::Backup(backup) => command::backup::run(&app, &backup, &mut io),
        Command::Restore(restore) => command::restore::run(&app, &restore, &mut io),
    };
    let flushed = io.out.flush().map_err(Failure::from);
    match done.and_then(|exit| flushed.map(|()| exit)) {
        Ok(exit) => exit,
        Err(failure) => diagnostic::tell(&failure, &mut io),
    }
}
