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
    #[arg(long)]
    pub(crate) preview: bool,
}
