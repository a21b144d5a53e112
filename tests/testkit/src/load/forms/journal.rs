//! The form of ledger and hledger: a dated line, and a line for each posting.

use std::io::{self, Write};

use super::{Transaction, Writer};

pub(super) struct Journal;

impl Writer for Journal {
    fn begin(&mut self, _: &mut dyn Write) -> io::Result<()> {
        Ok(())
    }

    fn transaction(&mut self, transaction: &Transaction<'_>, out: &mut dyn Write) -> io::Result<()> {
        let Transaction { number, event, day, title, postings, .. } = transaction;
        writeln!(out, "{day} * ({number}.{event}) {title}")?;
        for (account, amount) in *postings {
            writeln!(out, "    {account}  {amount:.2} USD")?;
        }
        writeln!(out)
    }

    fn end(&mut self, _: &mut dyn Write) -> io::Result<()> {
        Ok(())
    }
}
