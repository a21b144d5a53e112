//! The form of tackler: as a ledger's, each transaction with the identifier that its checksums cover.

use std::io::{self, Write};

use super::{Transaction, Writer};

pub(super) struct Tackler;

impl Writer for Tackler {
    fn begin(&mut self, _: &mut dyn Write) -> io::Result<()> {
        Ok(())
    }

    fn transaction(&mut self, transaction: &Transaction<'_>, out: &mut dyn Write) -> io::Result<()> {
        let Transaction { number, entry, event, title, postings, .. } = transaction;
        // An identifier names one transaction: the events of an entry differ in its last digits.
        let id = entry.id.to_string();
        let own = id.split_at(id.len() - 4).0;
        writeln!(out, "{} ({number}.{event}) '{title}", entry.effective)?;
        writeln!(out, " # uuid: {own}{event:04x}")?;
        for (account, amount) in *postings {
            writeln!(out, " {account} {amount:.2}")?;
        }
        writeln!(out)
    }

    fn end(&mut self, _: &mut dyn Write) -> io::Result<()> {
        Ok(())
    }
}
