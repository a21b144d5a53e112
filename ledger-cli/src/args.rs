//! The command line as it is typed: names and texts. `app` turns them into what the commands work with.

mod documents;
mod forms;
mod groups;
mod import;
mod proofs;
mod proposals;
mod reconciliation;
mod shell;

use std::path::PathBuf;

use clap::{Args as Group, Parser, Subcommand, ValueEnum};
use ledger_core::entry::lookups::LookupKind;
use ledger_core::event::books::YearEnd;
use ledger_core::ids::{ActorId, BookId, Commodity, FacilityId, TransactionId};
use ledger_core::time::Zone;

use crate::app::{AsKnown, OneOrTwo, StorePlace};
use crate::command::replay::condition::Condition;
use crate::dates::When;
use crate::verbs::grammar;

pub(crate) use documents::*;
pub(crate) use forms::{Form, Format, In, Paper, ShownIn};
pub(crate) use groups::in_groups;
pub(crate) use import::Import;
pub(crate) use proofs::{
    Audit, AuditVerify, Checkpoint, Cosign, Generate, Key, Pack, Prove, Verify, Witnesses,
};
pub(crate) use proposals::{Approve, Making, Propose, Reject};
pub(crate) use reconciliation::*;
pub(crate) use shell::{Completions, Config, Man, Schema, Shell};

const ABOUT: &str = "A bitcoin treasury ledger: an append-only log, and every balance sheet rebuilt from it";

const AFTER: &str = "\
Exit: 0 done, 1 findings or differences, 2 usage, 3 refused, 4 store damaged or unreachable, 70 a bug of ours.
New here? docs/guide/accountant.md is an hour from `init` to a closed quarter;
`treasury demo` shows it all on real figures.";

/// An event-sourced bitcoin treasury ledger.
#[derive(Debug, Parser)]
#[command(name = "treasury", version, about = ABOUT, long_about = None, after_help = AFTER, max_term_width = 100)]
pub(crate) struct Args {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Flags that every command takes.
#[derive(Debug, Group)]
#[command(next_help_heading = "Everywhere")]
pub(crate) struct Global {
    /// The directory that holds the ledger [env: TREASURY_STORE] [default: ./books]
    #[arg(long, global = true, value_name = "DIR")]
    pub(crate) store: Option<StorePlace>,
    /// The book to read [env: TREASURY_BOOK] [default: the ledger's first]
    #[arg(long, global = true)]
    pub(crate) book: Option<OneOrTwo<BookId>>,
    /// Who records: a role, never a person's name [env: TREASURY_ACTOR]
    #[arg(long, global = true)]
    pub(crate) actor: Option<ActorId>,
    /// The last day included: 2026-02-08, 2026-02, 2026Q1, FY2025, yesterday, "last month-end"
    #[arg(long, global = true, value_name = "DATE")]
    pub(crate) as_of: Option<OneOrTwo<When>>,
    /// What was known: an entry's number, or a time of recording such as 2026-02-08T14:30:00Z
    #[arg(long, global = true, value_name = "N|TIME")]
    pub(crate) as_known: Option<OneOrTwo<AsKnown>>,
    /// How data is printed [env: TREASURY_FORMAT] [default: table]
    #[arg(long, short, global = true, value_enum)]
    pub(crate) format: Option<Form>,
    /// No notes, only data and errors
    #[arg(long, short, global = true)]
    pub(crate) quiet: bool,
    /// Never wait for a person
    #[arg(long, global = true)]
    pub(crate) no_input: bool,
}

/// By what a statement is divided into columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum By {
    /// Where coins and money lie
    Wallet,
    /// The line of business
    Segment,
    /// The counterparty
    Party,
    /// The loan
    Facility,
    /// The calendar month
    Month,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Open a ledger, append a real company's quarter, replay its loan's paydown
    Demo(Demo),
    /// Open a new ledger
    Init(Init),
    /// Record entries, one JSON object a line
    Append(Append),
    /// Record what a file says, in TOML or JSON, as one entry, shown with its effect first
    Entry(EntryFile),
    /// Print what the actor of an entry signs
    Payload(Payload),
    /// List who may record what, with which keys
    Actors,
    /// Propose an entry that others have to approve of
    Propose(Propose),
    /// Approve of a proposal; the last approval needed posts it
    Approve(Approve),
    /// Reject a proposal
    Reject(Reject),
    /// List the proposals that wait for approvals
    Pending,
    /// Print a report
    Report(Report),
    /// Tell what a figure is made of: entries, lots, prices, evidence, who recorded them
    Explain(Explain),
    /// Tell which figures differ between two days, two states of knowledge, two books or two policies, and which entries
    /// are responsible
    Compare(Compare),
    /// Close a period: check that nothing is missing, seal what the books say, lock its days
    Close(Close),
    /// Tell what is not as it should be: what a close would miss, loans near a call, open breaks, waiting proposals
    Check(Check),
    /// Open a closed period again
    Reopen(Reopen),
    /// Compare an account with statements: what is the same, what is not, and why the balances differ
    Reconcile(Reconcile),
    /// List the breaks between books and statements, with their age and who explained them
    Breaks(Breaks),
    /// Say what a break is
    #[command(subcommand)]
    Break(Break),
    /// Answer for the last reconciliation of an account that somebody else made
    SignOff(SignOff),
    /// Walk through entries: their journals, lots, units, loan to value, and what moved
    Replay(Replay),
    /// Write a book, or the log, in a form that other programs read
    Export(Export),
    /// Read statements of banks, exchanges, custodians and lenders, and check their own arithmetic
    Import(Import),
    /// Check everything that can be checked, to the last byte
    Verify(Verify),
    /// Print what to keep elsewhere, so that a ledger rolled back can be told from a whole one
    Checkpoint(Checkpoint),
    /// As a witness, put a name and a time to the checkpoint of another's log that only grew since the one before
    Cosign(Cosign),
    /// Prove that an entry is in the log, or that the log only grew
    #[command(subcommand)]
    Prove(Prove),
    /// A folder with which an auditor checks the log and the reports, without it and without us
    #[command(subcommand)]
    Audit(Audit),
    /// Documents that support entries: kept, listed, checked
    #[command(subcommand)]
    Evidence(Evidence),
    /// Texts about persons, outside of the log, which can be erased
    #[command(subcommand)]
    Text(Text),
    /// Keys that sign checkpoints
    #[command(subcommand)]
    Key(Key),
    /// List the entries that have a name: `find facility f1`
    Find(Find),
    /// What is set, and where: flags, environment, ./treasury.toml, your own file, defaults
    #[command(subcommand)]
    Config(Config),
    /// The fields of an event with what stands in each, and an example
    Schema(Schema),
    /// Print what makes a shell complete commands, and the names in the ledger
    Completions(Completions),
    /// Manual pages, for `man`
    Man(Man),
    /// Look at the store when something seems off: files, space, lock, head, caches, clock. Changes nothing
    Doctor,
    /// Copy the ledger to a directory, verified; again, only what is new
    Backup(Backup),
    /// Make a backup the ledger, where there is none
    Restore(Restore),
}

/// `treasury find`
#[derive(Debug, Group)]
pub(crate) struct Find {
    /// What it is the name of: id, transaction, facility, wallet, party, commitment, project, asset, contract,
    /// derivative, account, reference
    pub(crate) kind: LookupKind,
    /// The name; a reference is `system=what it is called there`
    pub(crate) name: String,
}

/// `treasury backup`
#[derive(Debug, Group)]
pub(crate) struct Backup {
    /// An empty directory, or one with an earlier backup of this ledger
    pub(crate) dir: PathBuf,
}

/// `treasury restore`
#[derive(Debug, Group)]
pub(crate) struct Restore {
    /// A directory with a backup
    pub(crate) dir: PathBuf,
}

/// `treasury demo`
#[derive(Debug, Group)]
pub(crate) struct Demo {
    /// Where to keep the ledger [default: a fresh temporary directory]
    pub(crate) dir: Option<PathBuf>,
}

/// `treasury init`
#[derive(Debug, Clone, Group)]
pub(crate) struct Init {
    /// Whose ledger it is; asked for at a terminal
    #[arg(long)]
    pub(crate) entity: Option<String>,
    /// The currency that the books are kept in
    #[arg(long, default_value = "USD")]
    pub(crate) currency: Commodity,
    /// The zone whose midnights divide days
    #[arg(long, default_value = "UTC", value_name = "ZONE")]
    pub(crate) time_zone: Zone,
    /// The last day of the fiscal year
    #[arg(long, default_value = "12-31", value_name = "MM-DD")]
    pub(crate) fiscal_year_end: YearEnd,
    /// The sets of books; `tax` is kept at cost under US tax rules
    #[arg(long, value_delimiter = ',', default_value = "us-gaap")]
    pub(crate) books: Vec<BookId>,
    /// The day from which on there are facts [default: today]
    #[arg(long, value_name = "DATE")]
    pub(crate) on: Option<When>,
    /// Words to stand at the head of every report
    #[arg(long, value_name = "TEXT")]
    pub(crate) notice: Option<String>,
    /// The store only: the first entry appended must open the ledger
    #[arg(long, conflicts_with_all = ["entity", "on", "notice"])]
    pub(crate) bare: bool,
}

/// `treasury append`
#[derive(Debug, Group)]
pub(crate) struct Append {
    /// A file of entries, or `-` for standard input
    pub(crate) file: PathBuf,
    /// The file is a table, whose rows this mapping makes entries of
    #[arg(long, value_name = "FILE")]
    pub(crate) mapping: Option<PathBuf>,
    /// Show the journals and change nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// All lines or none
    #[arg(long)]
    pub(crate) atomic: bool,
    /// Sign each entry with this key, by `ssh-keygen`
    #[arg(long, value_name = "KEYFILE", conflicts_with = "dry_run")]
    pub(crate) sign: Option<PathBuf>,
    /// The signature of the only entry, made elsewhere over what `treasury payload` prints
    #[arg(long, value_name = "FILE", conflicts_with_all = ["sign", "dry_run"])]
    pub(crate) signature: Option<PathBuf>,
    /// How long to wait for another process that is writing
    #[arg(long, default_value_t = 5, value_name = "SECONDS")]
    pub(crate) wait: u32,
}

/// `treasury entry`
#[derive(Debug, Group)]
pub(crate) struct EntryFile {
    /// The file, or `-` for standard input
    pub(crate) file: PathBuf,
    #[command(flatten)]
    pub(crate) of: grammar::Entry,
}

/// `treasury check`
#[derive(Debug, Group)]
pub(crate) struct Check {
    /// Which checks; all if none is named
    pub(crate) names: Vec<String>,
    /// List the checks and what each asks for
    #[arg(long, conflicts_with = "names")]
    pub(crate) list: bool,
}

/// `treasury payload`
#[derive(Debug, Group)]
pub(crate) struct Payload {
    /// A file of one entry, or `-` for standard input
    pub(crate) file: PathBuf,
}

/// `treasury report`
#[derive(Debug, Group)]
pub(crate) struct Report {
    /// Which; left out, the reports are listed
    pub(crate) name: Option<String>,
    /// What the report takes beside: an account, a facility, a file
    pub(crate) argument: Option<String>,
    /// The first day of a report over a period [default: the fiscal year's first]
    #[arg(long, value_name = "DATE")]
    pub(crate) from: Option<When>,
    /// Periods side by side: 2025Q4,2026Q1
    #[arg(long, value_name = "PERIOD", value_delimiter = ',', conflicts_with_all = ["from", "as_of"])]
    pub(crate) periods: Vec<When>,
    /// Columns by what is posted about, or by month, and their total
    #[arg(long, value_enum, conflicts_with = "periods")]
    pub(crate) by: Option<By>,
    /// Round the money that people read; what programs read stays exact [env: TREASURY_IN] [default: exact]
    #[arg(long = "in", value_enum)]
    pub(crate) shown_in: Option<ShownIn>,
    /// Check every byte of the store first
    #[arg(long)]
    pub(crate) verified: bool,
    /// Where to, `-` for standard output; a file that is there is replaced once all is written
    #[arg(long, default_value = "-", value_name = "FILE|-")]
    pub(crate) out: PathBuf,
    /// As if a book had always made the choices in this file: {"book":"us-gaap","policy":{"lots":{"method":"lifo"}}}
    #[arg(long, value_name = "FILE")]
    pub(crate) what_if: Option<PathBuf>,
}

/// `treasury explain`
#[derive(Debug, Group)]
pub(crate) struct Explain {
    /// A figure of a statement by its account or its name: `balance-sheet:1240`, `trial-balance:1010.debits`; or
    /// `lot 12.0`, or `entry 812`
    #[arg(required = true, num_args = 1..=2)]
    pub(crate) figure: Vec<String>,
    /// The first day of a statement over a period [default: the fiscal year's first]
    #[arg(long, value_name = "DATE")]
    pub(crate) from: Option<When>,
    /// Every part, however many there are
    #[arg(long)]
    pub(crate) all: bool,
}

/// `treasury compare`
#[derive(Debug, Group)]
pub(crate) struct Compare {
    /// Which statement
    #[arg(long, default_value = "balance-sheet", value_name = "NAME")]
    pub(crate) report: String,
    /// The first day of a statement over a period [default: the fiscal year's first, of either side]
    #[arg(long, value_name = "DATE")]
    pub(crate) from: Option<When>,
    /// Every entry responsible, however many there are
    #[arg(long)]
    pub(crate) all: bool,
    /// A book as it is with the same as if it had always made the choices in this file
    #[arg(long, value_name = "FILE")]
    pub(crate) what_if: Option<PathBuf>,
}

/// `treasury close`
#[derive(Debug, Group)]
pub(crate) struct Close {
    /// The period: 2026-03, 2026Q1, FY2025; or its last day
    #[arg(value_name = "PERIOD")]
    pub(crate) period: When,
    /// Only tell what is missing, and the seal
    #[arg(long)]
    pub(crate) check: bool,
    /// The same as `--check`
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Close without asking
    #[arg(long, short, conflicts_with_all = ["check", "dry_run"])]
    pub(crate) yes: bool,
    /// Close although a check is not met, and why
    #[arg(long, value_name = "CHECK=REASON")]
    pub(crate) waive: Vec<String>,
    /// Sign the close with this key, by `ssh-keygen`
    #[arg(long, value_name = "KEYFILE", conflicts_with_all = ["check", "dry_run"])]
    pub(crate) sign: Option<PathBuf>,
    /// Propose the close, which others have to approve of once actors are enrolled
    #[arg(long, conflicts_with_all = ["check", "dry_run"])]
    pub(crate) propose: bool,
}

/// `treasury reopen`
#[derive(Debug, Group)]
pub(crate) struct Reopen {
    /// The first day that is open again
    #[arg(long, value_name = "DATE")]
    pub(crate) from: When,
    /// Why
    #[arg(long)]
    pub(crate) reason: String,
    /// Tell what becomes open and record nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Open it without asking
    #[arg(long, short, conflicts_with = "dry_run")]
    pub(crate) yes: bool,
    /// Sign it with this key, by `ssh-keygen`
    #[arg(long, value_name = "KEYFILE", conflicts_with = "dry_run")]
    pub(crate) sign: Option<PathBuf>,
    /// Propose it, which others have to approve of once actors are enrolled
    #[arg(long)]
    pub(crate) propose: bool,
}

/// `treasury replay`
#[derive(Debug, Group)]
pub(crate) struct Replay {
    /// The entries of a transaction
    #[arg(long, value_name = "NAME", conflicts_with_all = ["facility", "from", "to"])]
    pub(crate) transaction: Option<TransactionId>,
    /// The entries that touch a facility
    #[arg(long, conflicts_with_all = ["from", "to"])]
    pub(crate) facility: Option<FacilityId>,
    /// The first entry
    #[arg(long, value_name = "N")]
    pub(crate) from: Option<u64>,
    /// The last entry
    #[arg(long, value_name = "N")]
    pub(crate) to: Option<u64>,
    /// One entry at a time, at a terminal
    #[arg(long)]
    pub(crate) step: bool,
    /// Stop after the first entry after which this holds: `ltv > 0.7`, `balance(1240) < 1000 and date > 2026-02-01`;
    /// of entry, date, ltv, ltv(FACILITY), owed(FACILITY), balance(ACCOUNT)
    #[arg(long, value_name = "CONDITION")]
    pub(crate) stop_when: Option<Condition>,
    /// Each entry side by side with what it would be had a book made the choices in this file: JSON of `book` and `policy`.
    /// Side by side with another state of knowledge: `--as-known A..B`
    #[arg(long, value_name = "FILE", conflicts_with_all = ["step", "stop_when"])]
    pub(crate) what_if: Option<PathBuf>,
    /// Side by side, also what is the same on both sides
    #[arg(long)]
    pub(crate) all: bool,
}

/// `treasury export`
#[derive(Debug, Group)]
pub(crate) struct Export {
    /// Which form; left out, the forms are listed
    pub(crate) target: Option<String>,
    /// Where to, `-` for standard output; a file that is there is replaced once all is written. `ads` is a new folder
    #[arg(long, default_value = "-", value_name = "FILE|DIR|-")]
    pub(crate) out: PathBuf,
}
