//! What went wrong, as a person reads it: the code, the rule with the fact, the place in the input, the way out.

pub(crate) mod advice;
pub(crate) mod fault;

use std::io;

use ledger_core::refusal::Refusal;
use ledger_core::replay::CannotFold;
use ledger_core::report::NoReport;
use ledger_core::world::World;
use ledger_store::LogError;
use ledger_store::ledger::LedgerError;

use crate::command::speak::as_spoken::in_verbs;
use crate::exit::Exit;
use crate::io::{DIM, Io, WRONG, styled};
use crate::render::wrap;

/// Why a command ended early.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The command line makes no sense, or names what cannot be read.
    Usage(Told),
    /// The ledger refuses.
    Refused {
        /// The stable code.
        code: &'static str,
        /// The rest.
        told: Told,
    },
    /// The store cannot be reached, read or written.
    Unreachable(Told),
    /// The store is damaged: no figure comes from it.
    Damaged(Told),
    /// The program is wrong.
    Bug(String),
    /// What was printed could not be written.
    Output(io::Error),
}

/// What is told about a failure.
#[derive(Debug)]
pub(crate) struct Told {
    /// The rule and the fact.
    pub(crate) message: String,
    /// The place in the input.
    pub(crate) at: Option<String>,
    /// The way out.
    pub(crate) help: Option<String>,
}

impl Told {
    fn new(message: impl Into<String>) -> Told {
        Told { message: message.into(), at: None, help: None }
    }
}

impl Failure {
    /// The command line makes no sense.
    pub(crate) fn usage(message: impl Into<String>) -> Failure {
        Failure::Usage(Told::new(message))
    }

    /// The ledger refuses; the help is the code's own.
    pub(crate) fn refused(code: &'static str, message: impl Into<String>) -> Failure {
        let help = advice::of(code).map(str::to_owned);
        Failure::Refused { code, told: Told { help, ..Told::new(message) } }
    }

    /// The store cannot be used.
    pub(crate) fn unreachable(message: impl Into<String>) -> Failure {
        Failure::Unreachable(Told::new(message))
    }

    /// The store is damaged.
    pub(crate) fn damaged(message: impl Into<String>) -> Failure {
        Failure::Damaged(Told::new(message)).with_help(
            "run `treasury verify`: it names everything that is wrong; nothing is printed from a damaged log",
        )
    }

    /// A file that cannot be read.
    pub(crate) fn unreadable(file: &std::path::Path, why: &io::Error) -> Failure {
        Failure::usage(format!("cannot read {}: {}", file.display(), in_words(why)))
    }

    /// The same with a way out.
    pub(crate) fn with_help(mut self, help: impl Into<String>) -> Failure {
        if let Some(told) = self.told_mut() {
            told.help = Some(help.into());
        }
        self
    }

    /// The same with its place in the input.
    pub(crate) fn at(mut self, place: impl Into<String>) -> Failure {
        if let Some(told) = self.told_mut() {
            told.at = Some(place.into());
        }
        self
    }

    /// The same with words before what it says.
    pub(crate) fn before(mut self, words: &str) -> Failure {
        if let Some(told) = self.told_mut() {
            told.message.insert_str(0, words);
        }
        self
    }

    /// Words in a file that make no sense as an entry.
    pub(crate) fn malformed(why: impl Into<String>, place: impl Into<String>) -> Failure {
        let help = "docs/entry-files.md shows what an entry and a mapping look like in a file";
        Failure::refused("MALFORMED", why).with_help(help).at(place)
    }

    /// The same where the words stand in a file: they are refused as its other faults are, where they stand.
    pub(crate) fn of_file(self) -> Failure {
        match self {
            Failure::Usage(Told { message, at, help }) => {
                let failure = Failure::malformed(message, at.unwrap_or_default());
                if let Some(help) = help { failure.with_help(help) } else { failure }
            }
            Failure::Refused { .. }
            | Failure::Unreachable(_)
            | Failure::Damaged(_)
            | Failure::Bug(_)
            | Failure::Output(_) => self,
        }
    }

    fn told_mut(&mut self) -> Option<&mut Told> {
        match self {
            Failure::Usage(told)
            | Failure::Refused { told, .. }
            | Failure::Unreachable(told)
            | Failure::Damaged(told) => Some(told),
            Failure::Bug(_) | Failure::Output(_) => None,
        }
    }
}

/// A refusal with the name that was meant, where one is near.
pub(crate) fn unknown(why: &Refusal, world: &World) -> Failure {
    let failure = Failure::refused(why.code(), why.to_string());
    match advice::with_near(why, None, world) {
        Some(help) => failure.with_help(in_verbs(&help)),
        None => failure,
    }
}

/// An error of the system without its number.
pub(crate) fn in_words(error: &io::Error) -> String {
    let text = error.to_string();
    text.split(" (os error").next().unwrap_or(&text).to_owned()
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Failure {
        Failure::Output(error)
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Failure {
        let failure = Failure::refused(refusal.code(), refusal.to_string());
        match advice::filled(&refusal, None) {
            Some(help) => failure.with_help(help),
            None => failure,
        }
    }
}

impl From<CannotFold> for Failure {
    fn from(why: CannotFold) -> Failure {
        Failure::damaged(why.to_string())
    }
}

impl From<ledger_core::exact::Overflow> for Failure {
    fn from(overflow: ledger_core::exact::Overflow) -> Failure {
        Refusal::from(overflow).into()
    }
}

impl From<NoReport> for Failure {
    fn from(why: NoReport) -> Failure {
        match why {
            NoReport::CannotFold(why) => why.into(),
            NoReport::Refused(refusal) => refusal.into(),
            NoReport::Unreadable(message) => Failure::damaged(message),
            NoReport::BadArgument(message) => Failure::usage(message),
        }
    }
}

impl From<LogError> for Failure {
    fn from(error: LogError) -> Failure {
        let message = if let LogError::Io { doing, source } = &error {
            format!("{doing}: {}", in_words(source))
        } else if let LogError::Damaged(damage) = &error {
            format!("[{}] {damage}", damage.defect.code())
        } else {
            error.to_string()
        };
        match error {
            LogError::Damaged(_) => Failure::damaged(message),
            LogError::NotAStore { .. } => Failure::unreachable(message).with_help(
                "open one with `treasury init --entity NAME`, or name the directory of another with `--store DIR`",
            ),
            LogError::AlreadyAStore { .. } => Failure::refused("STORE_EXISTS", message),
            LogError::TooLarge { .. } => Failure::refused("ENTRY_TOO_LARGE", message),
            LogError::Duplicate { .. } => Failure::refused("ID_REUSED", message),
            LogError::LaterFormat { .. } => {
                Failure::unreachable(message).with_help("use the version of `treasury` that wrote it, or a later one")
            }
            LogError::Locked | LogError::Moved { .. } => {
                Failure::unreachable(message).with_help("try again when it has finished; reading needs no lock")
            }
            LogError::Unknown(_) | LogError::Poisoned => Failure::unreachable(message)
                .with_help("give the same command again: an entry that was written is `already recorded`"),
            LogError::Full => Failure::unreachable(message).with_help("make room and give the same command again"),
            LogError::ReadOnly => Failure::Bug("an append was tried on a log opened for reading".to_owned()),
            LogError::Io { .. } => Failure::unreachable(message),
        }
    }
}

impl From<LedgerError> for Failure {
    fn from(error: LedgerError) -> Failure {
        match error {
            LedgerError::Refused(refused) => refused.why.into(),
            LedgerError::Log(error) => error.into(),
            LedgerError::CannotFold(why) => why.into(),
            LedgerError::Envelope { .. }
            | LedgerError::NotAnEntry { .. }
            | LedgerError::OtherId { .. }
            | LedgerError::OtherBeside { .. }
            | LedgerError::OtherRoot => Failure::damaged(error.to_string()),
        }
    }
}

/// Tells a failure on stderr; gives its exit code.
pub(crate) fn tell(failure: &Failure, io: &mut Io) -> Exit {
    let (kind, told, exit) = match failure {
        // Who stopped reading has what they wanted.
        Failure::Output(error) if error.kind() == io::ErrorKind::BrokenPipe => return Exit::Done,
        Failure::Output(error) => {
            io.warn(format!("{}: cannot write the output: {}", styled(WRONG, "error"), in_words(error)));
            return Exit::Usage;
        }
        Failure::Bug(what) => {
            io.warn(format!("{}: {what}", styled(WRONG, "bug")));
            io.warn("  what was acknowledged is safe; please report this with the command you gave");
            return Exit::Bug;
        }
        Failure::Usage(told) => ("error".to_owned(), told, Exit::Usage),
        Failure::Refused { code, told } => (format!("refused: {code}"), told, Exit::Refused),
        Failure::Unreachable(told) => ("store unreachable".to_owned(), told, Exit::Store),
        Failure::Damaged(told) => ("store damaged".to_owned(), told, Exit::Store),
    };
    io.warn(styled(WRONG, kind));
    let width = io.err_width.unwrap_or(usize::MAX).saturating_sub(2);
    let mut lines = |text: &str| wrap(text, width).iter().for_each(|line| io.warn(format!("  {line}")));
    lines(&told.message);
    if let Some(at) = &told.at {
        lines(at);
    }
    if let Some(help) = &told.help {
        let mut label = format!("{} ", styled(DIM, "help:"));
        for line in wrap(help, width.saturating_sub(6)) {
            io.warn(format!("  {label}{line}"));
            label = " ".repeat(6);
        }
    }
    exit
}
