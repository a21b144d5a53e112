//! A journal of hledger (<https://hledger.org/hledger.html>). Every account and the currency are declared, so that
//! `hledger check -s` holds; the classes have their types, so that its own statements come out.

use std::io::{self, Write};

use super::{Export, plain_text};
use crate::diagnostic::Failure;

/// Writes a book.
pub(super) fn write(export: &Export<'_>, out: &mut dyn Write) -> Result<(), Failure> {
    plain_text::write(export, out, declare)
}

fn declare(_: &str, example: &str, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "; Accounts below Memo lie off the balance sheet and balance among themselves.\n")?;
    writeln!(out, "decimal-mark .\ncommodity {example}\n")?;
    let types = [("Assets", 'A'), ("Liabilities", 'L'), ("Equity", 'E'), ("Income", 'R'), ("Expenses", 'X')];
    for (class, letter) in types {
        writeln!(out, "account {class:<11}  ; type:{letter}")?;
    }
    writeln!(out, "account Memo\n")
}
