//! The forms in which other programs take the same transactions: the journals of the first book in dollars, one
//! transaction each. They carry no coins, lots or memo accounts, which makes them lighter than our own.

mod beancount;
mod journal;
mod sql;
mod tackler;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{self, Write};

use ledger_core::account::{Account, Class};
use ledger_core::chart;
use ledger_core::entry::Entry;
use ledger_core::fold::Fold;
use ledger_core::money::Money;
use ledger_core::posting::Target;
use ledger_core::resolve::Applied;
use ledger_core::time::Day;

/// A form of the transactions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// For hledger and ledger.
    Journal,
    /// For beancount and rustledger.
    Beancount,
    /// For tackler.
    Tackler,
    /// A table of postings, for databases.
    Sql,
}

/// What was posted by one event.
pub struct Transaction<'a> {
    /// The entry's number.
    pub number: u64,
    /// The entry.
    pub entry: &'a Entry,
    /// The event within the entry.
    pub event: usize,
    /// Its local day.
    pub day: Day,
    /// What it is, in words.
    pub title: &'a str,
    /// Where and how much: debits positive, credits negative; none is zero.
    pub postings: &'a [(String, Money)],
}

/// Writes entries in a form and gives the number of transactions. The entries must come in accounting order.
///
/// # Errors
/// When the output cannot be written.
///
/// # Panics
/// Where the ledger would not take an entry, which is a bug of the generator.
pub fn write(form: Form, entries: impl Iterator<Item = Entry>, out: &mut dyn Write) -> io::Result<u64> {
    let mut writer: Box<dyn Writer> = match form {
        Form::Journal => Box::new(journal::Journal),
        Form::Beancount => Box::new(beancount::Beancount::default()),
        Form::Tackler => Box::new(tackler::Tackler),
        Form::Sql => Box::new(sql::Sql),
    };
    writer.begin(out)?;
    let mut transactions = 0;
    let (mut fold, mut labels) = (Fold::default(), Labels::default());
    for (number, entry) in (1..).zip(entries) {
        for event in &entry.events {
            fold.declare(number, entry.effective, event);
        }
        let zone = fold.zone();
        let posted = fold.apply(&Applied { order: entry.order(zone), number, recorded: None, entry: &entry });
        let posted = posted.unwrap_or_else(|why| panic!("entry {number}: {why}"));
        for posted in posted {
            let lines = posted.journal.lines().iter();
            let lines = lines.filter(|line| !line.amount.is_zero() && !is_memo(line.target.account));
            let postings: Vec<_> =
                lines.map(|line| (labels.of(&line.target).to_owned(), line.amount)).collect();
            if postings.is_empty() {
                continue;
            }
            transactions += 1;
            let (event, day, title) = (posted.event, zone.day_of(entry.effective), posted.journal.title());
            let postings = &postings;
            writer.transaction(
                &Transaction { number, entry: &entry, event, day, title: &title, postings },
                out,
            )?;
        }
    }
    writer.end(out)?;
    Ok(transactions)
}

/// How a form is written.
trait Writer {
    fn begin(&mut self, out: &mut dyn Write) -> io::Result<()>;
    fn transaction(&mut self, transaction: &Transaction<'_>, out: &mut dyn Write) -> io::Result<()>;
    fn end(&mut self, out: &mut dyn Write) -> io::Result<()>;
}

fn class(account: Account) -> Class {
    chart::line(account).expect("a load posts to the built-in chart").class
}

fn is_memo(account: Account) -> bool {
    class(account) == Class::Memo
}

/// The names of accounts, such as `Assets:1210:Cold`, in the words that all of these programs know.
#[derive(Default)]
struct Labels(BTreeMap<Target, String>);

impl Labels {
    fn of(&mut self, target: &Target) -> &str {
        self.0.entry(*target).or_insert_with(|| label(target))
    }
}

fn label(target: &Target) -> String {
    let root = match class(target.account) {
        Class::Asset => "Assets",
        Class::Liability => "Liabilities",
        Class::Equity => "Equity",
        Class::Income => "Income",
        Class::Expense | Class::Memo => "Expenses",
    };
    let mut label = format!("{root}:{}", target.account);
    let about = &target.about;
    let parts = [
        about.wallet.map(|name| name.to_string()),
        about.facility.map(|name| name.to_string()),
        about.party.map(|name| name.to_string()),
        about.segment.map(|name| name.to_string()),
    ];
    for part in parts.into_iter().flatten() {
        let (first, rest) = part.split_at(1);
        write!(label, ":{}{rest}", first.to_uppercase()).expect("memory can be written to");
    }
    label
}
