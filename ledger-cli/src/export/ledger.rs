//! A journal of ledger 3 (<https://ledger-cli.org>). Accounts, currency and tags are declared, so that
//! `ledger --pedantic` holds.

use std::io::{self, Write};

use super::Export;
use super::plain_text::{self, TAGS};
use crate::diagnostic::Failure;

/// Writes a book.
pub(super) fn write(export: &Export<'_>, out: &mut dyn Write) -> Result<(), Failure> {
    plain_text::write(export, out, declare)
}

fn declare(currency: &str, example: &str, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "; Accounts below Memo lie off the balance sheet and balance among themselves.\n")?;
    writeln!(out, "commodity {currency}\n    format {example}")?;
    TAGS.iter().try_for_each(|tag| writeln!(out, "tag {tag}"))?;
    writeln!(out)
}
