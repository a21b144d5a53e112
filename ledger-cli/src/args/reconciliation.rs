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
    /// The days that the file covers, where it only lists what happened, as a table does: 2026Q1
    #[arg(long, value_name = "PERIOD", requires = "statements")]
    pub(crate) covers: Option<When>,
    /// The closing balance, where the file states none: as the account's own page shows it
    #[arg(long, value_name = "AMOUNT", requires = "statements")]
    pub(crate) closing: Option<String>,
    /// State the files, or all blocks of the wallet, anew: in place of what was stated before
    #[arg(long)]
    pub(crate) anew: bool,
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
    #[command(flatten)]
    pub(crate) on_chain: Box<OnChain>,
}

/// A wallet's statement from a node.
#[derive(Debug, Clone, Group)]
#[command(next_help_heading = "A wallet on the chain")]
pub(crate) struct OnChain {
    // Read later: what the parser refuses it repeats, and there may be a password in it.
    /// Ask this node for the wallet's statement: http://127.0.0.1:8332 [env: TREASURY_NODE]
    #[arg(long, value_name = "URL")]
    pub(crate) node: Option<String>,
    /// The file that says who may ask, `user:password`: the node's `.cookie` [env: TREASURY_COOKIE]
    #[arg(long, value_name = "FILE")]
    pub(crate) cookie: Option<PathBuf>,
    /// The chain that the node must be of: main, test, signet, regtest [env: TREASURY_NETWORK] [default: main]
    #[arg(long, value_name = "NAME")]
    pub(crate) network: Option<String>,
    /// What finds the wallet's coins: wpkh(xpub…/0/*); other users of the machine see what is typed
    #[arg(long, value_name = "DESCRIPTOR")]
    pub(crate) descriptor: Vec<String>,
    /// A file of descriptors, one a line
    #[arg(long, value_name = "FILE")]
    pub(crate) descriptors: Option<PathBuf>,
    /// Up to which address of each descriptor coins are looked for
    #[arg(long, value_name = "N", default_value_t = OnChain::RANGE, value_parser = clap::value_parser!(u32).range(20..=1_000_000))]
    pub(crate) range: u32,
    /// The first block of the first statement [default: that of the day the ledger was opened]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) from_height: Option<u64>,
    /// The last block [default: the last one that is confirmed often enough, through the last day compared]
    #[arg(long, value_name = "N", conflicts_with = "through")]
    pub(crate) through_height: Option<u64>,
    /// How often the last block must be confirmed
    #[arg(long, value_name = "N", default_value_t = OnChain::CONFIRMATIONS)]
    pub(crate) confirmations: u64,
}

impl OnChain {
    /// As many addresses as nodes look for unless told.
    pub(crate) const RANGE: u32 = 1_000;
    /// After as many blocks a payment is commonly taken as final.
    pub(crate) const CONFIRMATIONS: u64 = 6;

    /// Whether no wallet is named.
    pub(crate) fn names_none(&self) -> bool {
        self.descriptor.is_empty() && self.descriptors.is_none()
    }
}

/// `treasury reconcile run`, `treasury reconcile three-way`
#[derive(Debug, Subcommand)]
pub(crate) enum ReconcileJobs {
    /// Run the jobs of a file: each account with the statements that a pattern finds
    Run(RunJobs),
    /// Show books, custodian or lender, and chain side by side, and who of them differs; records nothing
    ThreeWay(ThreeWay),
}

/// `treasury reconcile three-way`
#[derive(Debug, Group)]
pub(crate) struct ThreeWay {
    /// The account, as `treasury reconcile` takes it
    pub(crate) account: String,
    /// The two sources, as their statements name them [default: the only other one, and the chain]
    #[arg(long, value_name = "A,B", value_delimiter = ',', num_args = 1)]
    pub(crate) sources: Vec<String>,
    /// The last day compared [default: the last of their statements]
    #[arg(long, value_name = "DATE")]
    pub(crate) through: Option<When>,
    /// The rules of matching, as TOML
    #[arg(long, value_name = "FILE")]
    pub(crate) rules: Option<PathBuf>,
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
    /// What it is; asked for at a terminal
    #[arg(long, value_enum)]
    pub(crate) kind: Option<Kind>,
    /// Why; asked for at a terminal
    #[arg(long)]
    pub(crate) reason: Option<String>,
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

impl std::str::FromStr for Kind {
    type Err = String;
    fn from_str(text: &str) -> Result<Kind, String> {
        <Kind as ValueEnum>::from_str(text, true)
            .map_err(|_| format!("`{text}` is none of timing, error-theirs, error-ours, disputed"))
    }
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
