//! What the commands for four eyes take.

use std::path::PathBuf;

use clap::Args as Group;

/// How an entry that a command makes is recorded.
#[derive(Debug, Group)]
pub(crate) struct Making {
    /// Sign the entry with this key, by `ssh-keygen`
    #[arg(long, value_name = "KEYFILE")]
    pub(crate) sign: Option<PathBuf>,
    /// Print the entry as JSON and record nothing, to be signed elsewhere and appended
    #[arg(long, conflicts_with = "sign")]
    pub(crate) print: bool,
}

/// `treasury propose`
#[derive(Debug, Group)]
pub(crate) struct Propose {
    /// A file with one entry as JSON, or - for standard input
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// Ask for so many approvals [default: as many as the policy demands]
    #[arg(long, value_name = "N")]
    pub(crate) approvals: Option<u8>,
    /// Ask for a resolution of the board, whatever the policy demands
    #[arg(long)]
    pub(crate) board: bool,
    /// Only show what it would post
    #[arg(long, conflicts_with_all = ["sign", "print"])]
    pub(crate) dry_run: bool,
    #[command(flatten)]
    pub(crate) making: Making,
}

/// `treasury approve`
#[derive(Debug, Group)]
pub(crate) struct Approve {
    /// The number of the proposal
    #[arg(value_name = "N")]
    pub(crate) proposal: u64,
    /// The resolution of the board, where one is asked for
    #[arg(long, value_name = "REF")]
    pub(crate) board: Option<String>,
    /// The hash of what was read, if it was read elsewhere [default: that of the proposal as it stands]
    #[arg(long, value_name = "SHA256")]
    pub(crate) hash: Option<String>,
    #[command(flatten)]
    pub(crate) making: Making,
}

/// `treasury reject`
#[derive(Debug, Group)]
pub(crate) struct Reject {
    /// The number of the proposal
    #[arg(value_name = "N")]
    pub(crate) proposal: u64,
    /// Why
    #[arg(long)]
    pub(crate) reason: String,
    #[command(flatten)]
    pub(crate) making: Making,
}
