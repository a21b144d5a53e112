//! The form of beancount and rustledger: as a ledger's, with quoted texts, and every account opened.

use std::collections::BTreeMap;
use std::io::{self, Write};

use ledger_core::time::Day;

use super::{Transaction, Writer};

/// Remembers when each account was first used. Directives may stand in any order, so accounts are opened last.
#[derive(Default)]
pub(super) struct Beancount(BTreeMap<String, Day>);

impl Writer for Beancount {
    fn begin(&mut self, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "option \"operating_currency\" \"USD\"\n")
    }

    fn transaction(&mut self, transaction: &Transaction<'_>, out: &mut dyn Write) -> io::Result<()> {
        let Transaction { number, event, day, title, postings, .. } = transaction;
        writeln!(out, "{day} * \"{title}\" ^{number}.{event}")?;
        for (account, amount) in *postings {
            if !self.0.contains_key(account) {
                self.0.insert(account.clone(), *day);
            }
            writeln!(out, "  {account}  {amount:.2} USD")?;
        }
        writeln!(out)
    }

    fn end(&mut self, out: &mut dyn Write) -> io::Result<()> {
        self.0.iter().try_for_each(|(account, day)| writeln!(out, "{day} open {account} USD"))
    }
}
