//! The command line of `treasury audit`.

use std::path::PathBuf;

use clap::{Args as Group, Subcommand};
use ledger_store::note::Verifier;

/// `treasury audit`
#[derive(Debug, Subcommand)]
pub(crate) enum Audit {
    /// Write the log, its tree, reports and documents into a new directory
    Pack(Pack),
    /// Check such a directory; no ledger is needed
    Verify(AuditVerify),
}

/// `treasury audit pack`
#[derive(Debug, Group)]
pub(crate) struct Pack {
    /// Where to; not there yet, or empty
    pub(crate) dir: PathBuf,
    /// Which reports [default: balance-sheet, income-statement, trial-balance, journal, holdings, facilities]
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    pub(crate) report: Vec<String>,
    /// Entries to prove one by one: 12,37
    #[arg(long, value_name = "N", value_delimiter = ',')]
    pub(crate) prove: Vec<u64>,
    /// Sign the checkpoint with the key in this file
    #[arg(long, value_name = "KEYFILE")]
    pub(crate) sign: Option<PathBuf>,
}

/// `treasury audit verify`
#[derive(Debug, Group)]
pub(crate) struct AuditVerify {
    /// The pack
    pub(crate) dir: PathBuf,
    /// A checkpoint that you kept, which the pack must contain
    #[arg(long, value_name = "FILE")]
    pub(crate) expect: Option<PathBuf>,
    /// Who must have signed: the line that `treasury key generate` printed; once for each
    #[arg(long, value_name = "KEY")]
    pub(crate) key: Vec<Verifier>,
}
