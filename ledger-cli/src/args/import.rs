//! `treasury import` as it is typed.

use std::path::PathBuf;

use clap::Args as Group;

/// `treasury import`
#[derive(Debug, Group)]
pub(crate) struct Import {
    /// Which format, `auto` to try each; left out, the formats are listed
    #[arg(value_name = "FORMAT")]
    pub(crate) form: Option<String>,
    /// The files, `-` for standard input; several are checked against each other too
    #[arg(value_name = "FILE|-")]
    pub(crate) files: Vec<PathBuf>,
    /// Print the statements and what is wrong with them
    #[arg(long, conflicts_with = "rules")]
    pub(crate) preview: bool,
    /// Record the entries that this mapping makes of their lines
    #[arg(long, value_name = "FILE")]
    pub(crate) rules: Option<PathBuf>,
    /// Show what would be recorded and record nothing
    #[arg(long, requires = "rules")]
    pub(crate) dry_run: bool,
    /// All of the entries or none
    #[arg(long, requires = "rules", conflicts_with = "dry_run")]
    pub(crate) atomic: bool,
    /// Propose them to whoever approves, instead of recording them
    #[arg(long, requires = "rules")]
    pub(crate) propose: bool,
    /// Sign each entry with this key, by `ssh-keygen`
    #[arg(long, value_name = "KEYFILE", requires = "rules", conflicts_with = "dry_run")]
    pub(crate) sign: Option<PathBuf>,
}
