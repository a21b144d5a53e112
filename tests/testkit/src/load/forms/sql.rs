//! The form of a database: one table of postings in cents, filled in one transaction.

use std::io::{self, Write};

use super::{Transaction, Writer};

pub(super) struct Sql;

impl Writer for Sql {
    fn begin(&mut self, out: &mut dyn Write) -> io::Result<()> {
        writeln!(
            out,
            "create table postings (entry bigint, event integer, day text, account text, cents bigint);"
        )?;
        writeln!(out, "begin;")
    }

    fn transaction(&mut self, transaction: &Transaction<'_>, out: &mut dyn Write) -> io::Result<()> {
        let Transaction { number, event, day, postings, .. } = transaction;
        write!(out, "insert into postings values ")?;
        for (at, (account, amount)) in postings.iter().enumerate() {
            let comma = if at == 0 { "" } else { ", " };
            let cents = format!("{amount:.2}").replace('.', "");
            write!(out, "{comma}({number}, {event}, '{day}', '{account}', {cents})")?;
        }
        writeln!(out, ";")
    }

    fn end(&mut self, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "commit;")
    }
}
