//! From the command line to the commands: texts become types, the command runs, its failure is told.

use std::path::PathBuf;
use std::str::FromStr;

use clap::{CommandFactory, FromArgMatches};
use ledger_core::ids::{ActorId, BookId};
use ledger_core::time::Instant;
use ledger_store::SystemClock;
use ledger_store::disk::Clock;

use crate::args::{self, Args, Command, Format, Global, Paper};
use crate::command;
use crate::config::{Origin, Settings};
use crate::dates::When;
use crate::diagnostic::{self, Failure};
use crate::exit::Exit;
use crate::io::Io;
use crate::verbs::grammar::{self, Spoken};

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

/// Something, or both sides of a comparison as `A..B`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OneOrTwo<T> {
    /// One.
    One(T),
    /// Two to be compared.
    Two(T, T),
}

impl<T: FromStr> FromStr for OneOrTwo<T> {
    type Err = T::Err;
    fn from_str(text: &str) -> Result<OneOrTwo<T>, T::Err> {
        match text.split_once("..") {
            Some((first, second)) => Ok(OneOrTwo::Two(first.parse()?, second.parse()?)),
            None => text.parse().map(OneOrTwo::One),
        }
    }
}

/// What is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Between {
    /// Two days.
    AsOf(When, When),
    /// Two states of knowledge.
    AsKnown(AsKnown, AsKnown),
    /// Two books.
    Books(BookId, BookId),
}

/// One of a flag that may have two, and what the two compare.
fn one<T: Copy>(flag: Option<OneOrTwo<T>>, compare: fn(T, T) -> Between) -> (Option<T>, Option<Between>) {
    match flag {
        None => (None, None),
        Some(OneOrTwo::One(one)) => (Some(one), None),
        Some(OneOrTwo::Two(first, second)) => (None, Some(compare(first, second))),
    }
}

/// What every command works with.
#[derive(Clone)]
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
    /// What is compared: the flags that have two sides.
    pub(crate) between: Vec<Between>,
    /// The form of data.
    pub(crate) format: Format,
    /// The form of a report instead, if it is one that only reports have.
    pub(crate) paper: Option<Paper>,
    /// Whether a person may be waited for.
    pub(crate) may_ask: bool,
    /// What is set, and where.
    pub(crate) settings: Settings,
    /// The time.
    pub(crate) clock: SystemClock,
}

impl App {
    fn of(global: Global) -> Result<App, Failure> {
        let settings = Settings::gather(&global)?;
        // Two books that are compared leave no room for the one that is usually meant.
        let (_, books) = one(global.book, Between::Books);
        let (as_of, days) = one(global.as_of, Between::AsOf);
        let (as_known, knowledge) = one(global.as_known, Between::AsKnown);
        let (format, paper) = settings.format.value.parts();
        Ok(App {
            store: settings.store.value.clone(),
            book: settings.book.value,
            actor: settings.actor.value,
            as_of,
            as_known,
            between: [books, days, knowledge].into_iter().flatten().collect(),
            format,
            paper,
            may_ask: !global.no_input,
            settings,
            clock: SystemClock,
        })
    }

    /// The same for another store, in all that it holds.
    pub(crate) fn at(&self, store: StorePlace) -> App {
        App {
            store,
            book: None,
            actor: self.actor,
            as_of: None,
            as_known: None,
            between: Vec::new(),
            format: self.format,
            paper: None,
            may_ask: self.may_ask,
            settings: self.settings.clone(),
            clock: self.clock,
        }
    }

    /// Microseconds since 1970.
    pub(crate) fn now(&self) -> i64 {
        self.clock.now()
    }

    /// Refuses two sides where nothing is compared.
    fn refuse_two_sides(&self) -> Result<(), Failure> {
        match self.between.first() {
            None => Ok(()),
            Some(_) => Err(Failure::usage(
                "`A..B` is for `treasury compare`, and `--as-known A..B` for `replay` too",
            )),
        }
    }

    /// Whether the form was asked for in this command, and is not only a setting.
    pub(crate) fn asks_for_a_form(&self) -> bool {
        self.format != Format::Table && self.settings.format.origin == Origin::Flag
    }

    /// Refuses a form that only reports have.
    fn refuse_paper(&self) -> Result<(), Failure> {
        match self.paper {
            None => Ok(()),
            Some(Paper::Xlsx | Paper::Html | Paper::Md) => {
                Err(Failure::usage("xlsx, html and md are forms of `treasury report`")
                    .with_help("ask for `--format table`, `--format json` or `--format csv`; `treasury export xlsx` writes a workbook of a book"))
            }
        }
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

/// What was typed: a command, or a verb and its sentence.
pub(crate) enum Typed {
    /// A command.
    Command(Args),
    /// A verb.
    Verb(Global, Spoken),
}

/// Everything that can be typed.
pub(crate) fn grammar() -> clap::Command {
    grammar::with_verbs(Args::command())
}

/// Reads the command line.
pub(crate) fn typed() -> Result<Typed, clap::Error> {
    let matches = args::in_groups(grammar()).try_get_matches()?;
    match grammar::spoken(&matches) {
        Some(spoken) => Ok(Typed::Verb(Global::from_arg_matches(&matches)?, spoken?)),
        None => Args::from_arg_matches(&matches).map(Typed::Command),
    }
}

/// Runs a command and tells how it ended.
pub(crate) fn run(typed: Typed) -> Exit {
    let (Typed::Command(Args { global, .. }) | Typed::Verb(global, _)) = &typed;
    let mut io = Io::of_process(global.quiet);
    let done = match typed {
        Typed::Command(args) => App::of(args.global).and_then(|app| run_command(&app, args.command, &mut io)),
        Typed::Verb(global, spoken) => App::of(global).and_then(|app| {
            app.refuse_two_sides()?;
            app.refuse_paper()?;
            command::speak::run(&app, spoken, &mut io)
        }),
    };
    let flushed = io.out.flush().map_err(Failure::from);
    match done.and_then(|exit| flushed.map(|()| exit)) {
        Ok(exit) => exit,
        Err(failure) => diagnostic::tell(&failure, &mut io),
    }
}

fn run_command(app: &App, command: Command, io: &mut Io) -> Result<Exit, Failure> {
    match (&command, app.between.as_slice()) {
        (Command::Compare(_), _) | (Command::Replay(_), [Between::AsKnown(..)]) => {}
        (_, _) => app.refuse_two_sides()?,
    }
    if !matches!(command, Command::Report(_)) {
        app.refuse_paper()?;
    }
    match command {
        Command::Compare(compare) => command::compare::run(app, &compare, io),
        Command::Demo(demo) => command::demo::run(app, &demo, io),
        Command::Init(init) => command::init::run(app, &init, io),
        Command::Append(append) => command::append::run(app, &append, io),
        Command::Entry(entry) => command::entry::run(app, &entry, io),
        Command::Report(report) => command::report::run(app, &report, io),
        Command::Close(close) => command::close::run(app, &close, io),
        Command::Check(check) => command::check::run(app, &check, io),
        Command::Reopen(reopen) => command::close::reopen(app, &reopen, io),
        Command::Reconcile(reconcile) => command::reconcile::run(app, &reconcile, io),
        Command::Breaks(breaks) => command::breaks::run(app, &breaks, io),
        Command::Break(of) => command::breaks::explain(app, &of, io),
        Command::SignOff(sign_off) => command::breaks::sign_off(app, &sign_off, io),
        Command::Explain(explain) => command::explain::run(app, &explain, io),
        Command::Replay(replay) => command::replay::run(app, &replay, io),
        Command::Export(export) => command::export::run(app, &export, io),
        Command::Import(import) => command::import::run(app, &import, io),
        Command::Verify(verify) => command::verify::run(app, &verify, io),
        Command::Payload(payload) => command::payload::run(app, &payload, io),
        Command::Actors => command::actors::run(app, io),
        Command::Propose(propose) => command::proposals::propose(app, &propose, io),
        Command::Approve(approve) => command::proposals::approve(app, &approve, io),
        Command::Reject(reject) => command::proposals::reject(app, &reject, io),
        Command::Pending => command::proposals::pending(app, io),
        Command::Checkpoint(checkpoint) => command::checkpoint::run(app, &checkpoint, io),
        Command::Cosign(cosign) => command::cosign::run(app, &cosign, io),
        Command::Evidence(evidence) => command::evidence::run(app, &evidence, io),
        Command::Text(text) => command::text::run(app, &text, io),
        Command::Key(key) => command::key::run(app, &key, io),
        Command::Prove(prove) => command::prove::run(app, &prove, io),
        Command::Audit(audit) => command::audit::run(app, &audit, io),
        Command::Find(find) => command::find::run(app, &find, io),
        Command::Config(args::Config::Show) => command::config::show(app, io),
        Command::Schema(schema) => command::schema::run(app, &schema, io),
        Command::Completions(completions) => command::completions::run(&completions, io),
        Command::Man(man) => command::man::run(&man, io),
        Command::Doctor => command::doctor::run(app, io),
        Command::Backup(backup) => command::backup::run(app, &backup, io),
        Command::Restore(restore) => command::restore::run(app, &restore, io),
    }
}
