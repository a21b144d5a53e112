//! What is typed about documents and texts that lie outside of the log.

use std::path::PathBuf;

use clap::{Args as Group, Subcommand};

use crate::dates::When;

/// `treasury evidence`
#[derive(Debug, Subcommand)]
pub(crate) enum Evidence {
    /// Keep a file, and print how an entry names it
    Add(AddEvidence),
    /// Keep a file, and record that it supports an entry
    Attach(Attach),
    /// List the documents that entries name, and which of them are kept
    List,
    /// Read every document that is kept, and tell which are not what the entries name
    Check(CheckEvidence),
}

/// `treasury evidence add`
#[derive(Debug, Group)]
pub(crate) struct AddEvidence {
    /// The file, or `-` for standard input
    pub(crate) file: PathBuf,
    /// What it is called in the entry [default: the file's name]
    #[arg(long)]
    pub(crate) name: Option<String>,
    /// Keep nothing: the entry refers to a file that lies elsewhere
    #[arg(long)]
    pub(crate) refer: bool,
}

/// `treasury evidence attach`
#[derive(Debug, Group)]
pub(crate) struct Attach {
    /// The number of the entry that it supports
    #[arg(value_name = "N")]
    pub(crate) entry: u64,
    #[command(flatten)]
    pub(crate) evidence: AddEvidence,
    /// The day of the attachment [default: today]
    #[arg(long, value_name = "DATE")]
    pub(crate) on: Option<When>,
    /// Sign it with this key, by `ssh-keygen`
    #[arg(long, value_name = "KEYFILE")]
    pub(crate) sign: Option<PathBuf>,
}

/// `treasury evidence check`
#[derive(Debug, Group)]
pub(crate) struct CheckEvidence {
    /// A folder with documents that are not kept, found by their hash, told as changed by their name
    #[arg(long, value_name = "DIR")]
    pub(crate) dir: Option<PathBuf>,
}

/// `treasury text`
#[derive(Debug, Subcommand)]
pub(crate) enum Text {
    /// Keep a text about a person outside of the log, and print the reference that an entry holds in its place
    Add(AddText),
    /// Print a text
    Show(ShowText),
    /// Erase a text for good, and record that it was
    Erase(EraseText),
}

/// `treasury text add`
#[derive(Debug, Group)]
pub(crate) struct AddText {
    /// A file of UTF-8, or `-` for standard input; one line end at its end is left out
    pub(crate) file: PathBuf,
}

/// `treasury text show`
#[derive(Debug, Group)]
pub(crate) struct ShowText {
    /// Its reference, with or without `text:`
    pub(crate) commitment: String,
}

/// `treasury text erase`
#[derive(Debug, Group)]
pub(crate) struct EraseText {
    /// Its reference, with or without `text:`
    pub(crate) commitment: String,
    /// Why, without naming anybody: the reason stays
    #[arg(long)]
    pub(crate) reason: String,
    /// Erase it in this backup too; once for each
    #[arg(long, value_name = "DIR")]
    pub(crate) also_in: Vec<PathBuf>,
    /// Propose it, to be approved by others
    #[arg(long)]
    pub(crate) propose: bool,
    /// The day of the erasure [default: today]
    #[arg(long, value_name = "DATE")]
    pub(crate) on: Option<When>,
    /// Sign it with this key, by `ssh-keygen`
    #[arg(long, value_name = "KEYFILE")]
    pub(crate) sign: Option<PathBuf>,
}
