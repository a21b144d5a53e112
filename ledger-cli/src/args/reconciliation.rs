//! What is typed about reconciliations.

use std::path::PathBuf;

use clap::{Args as Group, Subcommand, ValueEnum};
use ledger_core::event::books::Explanation;
use ledger_core::ids::BreakId;

use crate::dates::When;

/// `treasury reconcile`
#[derive(Debug, Group)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct Reconcile {
    #[command(subcommand)]
    pub(crate) jobs: Option<ReconcileJobs>,
    /// A wallet; or a facility and what of it: `antalpha/principal`, `antalpha/interest`, `antalpha/collateral`
    #[arg(required = true)]
    pub(crate) account: Option<String>,
    /// Statements to record first; those recorded before are compared as well
    #[arg(value_name = "STATEMENT")]
    pub(crate) statements: Vec<PathBuf>,
    /// The last day compared [default: that of the last statement]
    #[arg(long, value_name = "DATE")]
    pub(crate) through: Option<When>,
    /// The rules of matching, as TOML
    #[arg(long, value_name = "FILE")]
    pub(crate) rules: Option<PathBuf>,
    /// Accept a suggested match
    #[arg(long, value_name = "NAME")]
    pub(crate) accept: Vec<BreakId>,
    /// Compare and record nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Sign what is recorded with this key, by `ssh-keygen`
    #[arg(long, value_name = "KEYFILE")]
    pub(crate) sign: Option<PathBuf>,
}

/// `treasury reconcile run`
#[derive(Debug, Subcommand)]
pub(crate) enum ReconcileJobs {
    /// Run the jobs of a file: each account with the statements that a pattern finds
    Run(RunJobs),
}

/// `treasury reconcile run`
#[derive(Debug, Group)]
pub(crate) struct RunJobs {
    /// The jobs, as TOML
    pub(crate) jobs: PathBuf,
    /// Go on: each job again when its time comes, until stopped
    #[arg(long)]
    pub(crate) watch: bool,
    /// Write figures for a monitor here, in the text form of Prometheus
    #[arg(long, value_name = "FILE")]
    pub(crate) metrics: Option<PathBuf>,
}

/// `treasury breaks`
#[derive(Debug, Group)]
pub(crate) struct Breaks {
    /// An account, as `treasury reconcile` takes it [default: all]
    pub(crate) account: Option<String>,
    /// Those that somebody explained too
    #[arg(long)]
    pub(crate) all: bool,
}

/// `treasury break`
#[derive(Debug, Subcommand)]
pub(crate) enum Break {
    /// Say what a break is, and why
    Explain(ExplainBreak),
}

/// `treasury break explain`
#[derive(Debug, Group)]
pub(crate) struct ExplainBreak {
    /// The break, as `treasury breaks` names it; the first digits are enough
    pub(crate) name: String,
    /// What it is
    #[arg(long, value_enum)]
    pub(crate) kind: Kind,
    /// Why
    #[arg(long)]
    pub(crate) reason: String,
    /// The entry that corrects it
    #[arg(long, value_name = "N")]
    pub(crate) resolved_by: Option<u64>,
    /// Sign it with this key, by `ssh-keygen`
    #[arg(long, value_name = "KEYFILE")]
    pub(crate) sign: Option<PathBuf>,
}

/// What a break is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Kind {
    /// The other side will have it later, or had it earlier
    Timing,
    /// They are wrong
    ErrorTheirs,
    /// We are wrong, and an entry corrects it
    ErrorOurs,
    /// Neither side agrees yet
    Disputed,
}

impl Kind {
    /// As it stands in the log.
    pub(crate) fn explanation(self) -> Explanation {
        match self {
            Kind::Timing => Explanation::Timing,
            Kind::ErrorTheirs => Explanation::ErrorTheirs,
            Kind::ErrorOurs => Explanation::ErrorOurs,
            Kind::Disputed => Explanation::Disputed,
        }
    }
}

/// `treasury sign-off`
#[derive(Debug, Group)]
pub(crate) struct SignOff {
    /// The account, as `treasury reconcile` takes it
    pub(crate) account: String,
    /// Sign it with this key, by `ssh-keygen`
    #[arg(long, value_name = "KEYFILE")]
    pub(crate) sign: Option<PathBuf>,
}
