//! What is typed to verify a log, prove it, and hand it to an auditor.

use std::path::PathBuf;

use clap::{Args as Group, Subcommand};
use ledger_store::note::{Verifier, Witness};

/// `treasury verify`
#[derive(Debug, Group)]
pub(crate) struct Verify {
    /// A checkpoint kept elsewhere, which the log must contain
    #[arg(long, value_name = "FILE")]
    pub(crate) expect: Option<PathBuf>,
    /// Who must have signed that checkpoint: the line that `treasury key generate` printed; once for each
    #[arg(long, value_name = "KEY", requires = "expect")]
    pub(crate) key: Vec<Verifier>,
    /// Who must have cosigned that checkpoint
    #[command(flatten)]
    pub(crate) witnesses: Witnesses,
}

/// Which witnesses are trusted, and how many of them it takes.
#[derive(Debug, Group)]
pub(crate) struct Witnesses {
    /// A witness that must have cosigned the checkpoint: its key, name+hash+base64; once for each
    #[arg(long, value_name = "KEY")]
    pub(crate) witness: Vec<Witness>,
    /// How many of the witnesses are enough [default: all of them]
    #[arg(long, value_name = "N", requires = "witness")]
    pub(crate) quorum: Option<usize>,
}

/// `treasury cosign`
#[derive(Debug, Group)]
pub(crate) struct Cosign {
    /// What is to be cosigned: a signed checkpoint, or what `treasury prove consistency OLD NEW --sign KEYFILE` printed
    pub(crate) file: PathBuf,
    /// The witness's key, as `treasury key generate --witness` made it
    #[arg(long, value_name = "KEYFILE")]
    pub(crate) sign: PathBuf,
    /// Who must have signed the checkpoint: the key of the log, from a source other than this file
    #[arg(long, value_name = "KEY", required = true)]
    pub(crate) key: Vec<Verifier>,
    /// Where the checkpoint cosigned last is kept, one file for each log; it is read, and written before anything is printed
    #[arg(long, value_name = "FILE")]
    pub(crate) last: PathBuf,
    /// No checkpoint of this log was ever cosigned with this key
    #[arg(long)]
    pub(crate) first: bool,
}

/// `treasury checkpoint`
#[derive(Debug, Group)]
pub(crate) struct Checkpoint {
    /// Sign it with the key in this file
    #[arg(long, value_name = "KEYFILE")]
    pub(crate) sign: Option<PathBuf>,
    /// Add the signature to this signed checkpoint of the same log, which must be contained in it
    #[arg(long, value_name = "FILE", requires = "sign", conflicts_with = "as_known")]
    pub(crate) cosign: Option<PathBuf>,
}

/// `treasury key`
#[derive(Debug, Subcommand)]
pub(crate) enum Key {
    /// Draw a new key, keep it in a file, and print the line by which others check what it signs
    Generate(Generate),
}

/// `treasury key generate`
#[derive(Debug, Group)]
pub(crate) struct Generate {
    /// What the key is called, such as example.com/treasury: no spaces, no plus signs
    pub(crate) name: String,
    /// The file to keep it in, which must not be there yet, and not in the ledger's directory
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
    /// A key that cosigns the checkpoints of others, as a witness
    #[arg(long)]
    pub(crate) witness: bool,
}

/// `treasury prove`
#[derive(Debug, Subcommand)]
pub(crate) enum Prove {
    /// That an entry is in the log, as text in the form of C2SP tlog-proof
    Inclusion(Inclusion),
    /// That the log of NEW entries extends that of OLD entries: `old`, hashes in base64, and the checkpoint
    Consistency(Consistency),
}

/// `treasury prove inclusion`
#[derive(Debug, Group)]
pub(crate) struct Inclusion {
    /// The entry's number
    #[arg(value_name = "N")]
    pub(crate) number: u64,
    /// The size of the log in which it is proven [default: all of it]
    #[arg(long, value_name = "SIZE", conflicts_with = "as_known")]
    pub(crate) size: Option<u64>,
    /// Sign the checkpoint with the key in this file
    #[arg(long, value_name = "KEYFILE")]
    pub(crate) sign: Option<PathBuf>,
}

/// `treasury prove consistency`
#[derive(Debug, Group)]
pub(crate) struct Consistency {
    /// How many entries the earlier checkpoint has
    pub(crate) old: u64,
    /// How many the later has
    pub(crate) new: u64,
    /// Sign the checkpoint with the key in this file
    #[arg(long, value_name = "KEYFILE")]
    pub(crate) sign: Option<PathBuf>,
}

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
    /// Give this checkpoint of the log, with the signatures and cosignatures that it has; the pack is of its size
    #[arg(long, value_name = "FILE", conflicts_with = "as_known")]
    pub(crate) checkpoint: Option<PathBuf>,
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
    /// Who must have cosigned the pack's checkpoint
    #[command(flatten)]
    pub(crate) witnesses: Witnesses,
}
