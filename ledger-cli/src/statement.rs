//! Statements of banks, exchanges, custodians and lenders: one model, read from many formats. A format is a row of one
//! list: how it is told apart, and how it is read. What does not add up by the statement's own arithmetic is never
//! handed on as a statement.

mod assertion;
mod bai2;
mod camt;
mod element;
pub(crate) mod fault;
mod footing;
mod mt940;
mod ofx;
mod profile;
pub(crate) mod sequence;
mod sgml;
mod source;
pub(crate) mod table;
#[cfg(test)]
mod tests;
mod value;
mod xml;

use ledger_core::time::Day;
use rust_decimal::Decimal;

pub(crate) use fault::{Code, StatementFault};
pub(crate) use footing::Footing;
use source::Source;
pub(crate) use value::{Point, amount, day_in};

/// A form that statements come in.
pub(crate) struct Format {
    /// Its name in the command.
    pub(crate) name: &'static str,
    /// What it is, in a sentence.
    pub(crate) about: &'static str,
    /// Whether a file looks like one.
    sniff: fn(&Source) -> bool,
    /// Reads one; what is wrong with a single statement is left in its findings.
    read: fn(&Source) -> Result<Vec<Statement>, StatementFault>,
}

/// Every format, in the order in which they are tried.
pub(crate) const FORMATS: &[Format] = &[
    Format {
        name: "camt",
        about: "ISO 20022 camt.053, camt.052 and camt.054, every version",
        sniff: camt::sniff,
        read: camt::read,
    },
    Format { name: "ofx", about: "OFX 1 and 2, and QFX", sniff: ofx::sniff, read: ofx::read },
    Format {
        name: "bai2",
        about: "BAI2 of banks in the United States",
        sniff: bai2::sniff,
        read: bai2::read,
    },
    Format {
        name: "assertion",
        about: "A balance that somebody signed off, as TOML or JSON",
        sniff: assertion::sniff,
        read: assertion::read,
    },
    Format { name: "mt940", about: "SWIFT MT940 and MT942", sniff: mt940::sniff, read: mt940::read },
    Format {
        name: "csv",
        about: "Tables of exchanges, custodians, banks and lenders, by profile",
        sniff: table::sniff,
        read: table::read,
    },
];

/// The format with this name.
pub(crate) fn format(name: &str) -> Option<&'static Format> {
    FORMATS.iter().find(|format| format.name == name)
}

/// The profiles of tables: the name of each, and whose tables they are.
pub(crate) fn profiles() -> impl Iterator<Item = (&'static str, &'static str)> {
    profile::all().iter().map(|profile| (profile.name.as_str(), profile.about.as_str()))
}

/// Whether a line has happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Status {
    /// In the account's balance.
    Booked,
    /// Announced; no part of any balance yet.
    Pending,
}

impl Status {
    /// Its name.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Status::Booked => "booked",
            Status::Pending => "pending",
        }
    }
}

/// A name that somebody gave a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reference {
    /// Whose it is: `bank`, `customer`, `end_to_end`, `uetr`, `mandate`, `batch`, `check`, `transaction`.
    pub(crate) kind: &'static str,
    /// The name.
    pub(crate) value: String,
}

/// A movement on a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Line {
    /// The same for the same line however often its statement is read: a hash of what it says and of how often that was
    /// said before on the statement.
    pub(crate) id: String,
    /// The day on which it was booked.
    pub(crate) booked: Day,
    /// The day from which it bears interest.
    pub(crate) value: Option<Day>,
    /// What it adds to the account, in the statement's currency: negative when something left.
    pub(crate) amount: Decimal,
    /// Whether it has happened.
    pub(crate) status: Status,
    /// The format's or the bank's own word for what kind of movement it is.
    pub(crate) kind: String,
    /// Its names.
    pub(crate) references: Vec<Reference>,
    /// The other side, as the statement names it.
    pub(crate) counterparty: Option<String>,
    /// The other side's account.
    pub(crate) counter_account: Option<String>,
    /// What is said about it.
    pub(crate) text: String,
    /// The balance after it, where the statement tells it.
    pub(crate) balance: Option<Decimal>,
    /// The line of the file on which it begins, from 1.
    pub(crate) place: usize,
}

impl Line {
    /// A booked line of which only this is known.
    fn new(place: usize, booked: Day, amount: Decimal) -> Line {
        Line {
            id: String::new(),
            booked,
            value: None,
            amount,
            status: Status::Booked,
            kind: String::new(),
            references: Vec::new(),
            counterparty: None,
            counter_account: None,
            text: String::new(),
            balance: None,
            place,
        }
    }

    /// Adds a reference, unless it says nothing.
    fn refer(&mut self, kind: &'static str, value: &str) {
        let value = value.trim();
        let says_nothing = ["", "NONREF", "NOTPROVIDED"].contains(&value.to_uppercase().as_str());
        let reference = Reference { kind, value: value.to_owned() };
        if !says_nothing && !self.references.contains(&reference) {
            self.references.push(reference);
        }
    }
}

/// What is in an account at some time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Balance {
    /// The day of it, where told.
    pub(crate) day: Option<Day>,
    /// How much, in the statement's currency; negative when it is owed.
    pub(crate) amount: Decimal,
}

/// A balance beside those that lines lead from and to: what is available, owed as principal or accrued as interest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct OtherBalance {
    /// What it is of.
    pub(crate) name: String,
    /// How much, in its own currency or commodity.
    pub(crate) amount: Decimal,
    /// What it counts.
    pub(crate) currency: String,
    /// The day of it.
    pub(crate) day: Option<Day>,
}

/// One page of one account in one currency or commodity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Statement {
    /// The format's name.
    pub(crate) format: &'static str,
    /// Which version or profile of it.
    pub(crate) variant: String,
    /// The account, as the statement names it.
    pub(crate) account: String,
    /// The currency or commodity of every amount.
    pub(crate) currency: String,
    /// The statement's number, as given.
    pub(crate) number: Option<String>,
    /// Its page, from 1.
    pub(crate) page: Option<u32>,
    /// Whether another page follows: its closing balance is not the statement's last.
    pub(crate) goes_on: bool,
    /// The first day.
    pub(crate) from: Option<Day>,
    /// The last day.
    pub(crate) to: Option<Day>,
    /// What was there before the lines.
    pub(crate) opening: Option<Balance>,
    /// What was there after them.
    pub(crate) closing: Option<Balance>,
    /// Other balances.
    pub(crate) others: Vec<OtherBalance>,
    /// The movements, in the order of the file.
    pub(crate) lines: Vec<Line>,
    /// Whether opening and lines come to the closing.
    pub(crate) footing: Footing,
    /// What is wrong with it.
    pub(crate) findings: Vec<StatementFault>,
    /// What had to be supposed to read it.
    pub(crate) notes: Vec<String>,
    /// SHA-256 of the file, or of the document behind an assertion, in hex.
    pub(crate) sha256: String,
    /// The line of the file on which it begins, from 1.
    pub(crate) place: usize,
}

impl Statement {
    /// An empty statement of a file.
    fn new(format: &'static str, variant: impl Into<String>, source: &Source, place: usize) -> Statement {
        Statement {
            format,
            variant: variant.into(),
            account: String::new(),
            currency: String::new(),
            number: None,
            page: None,
            goes_on: false,
            from: None,
            to: None,
            opening: None,
            closing: None,
            others: Vec::new(),
            lines: Vec::new(),
            footing: Footing::Untold,
            findings: Vec::new(),
            notes: source.notes.clone(),
            sha256: source.sha256.clone(),
            place,
        }
    }

    /// What it is called among others.
    pub(crate) fn name(&self) -> String {
        let number = self.number.as_ref().map(|number| format!(" statement {number}")).unwrap_or_default();
        let page = self.page.map(|page| format!(" page {page}")).unwrap_or_default();
        format!("{} {}{number}{page}", self.account, self.currency)
    }
}

/// Reads every statement of a file, `auto` trying every format. Statements with something wrong are in the list, with
/// what is wrong in their findings: for looking at, not for recording.
///
/// # Errors
/// Of a file that cannot be read as statements at all.
pub(crate) fn examine(bytes: &[u8], name: &str) -> Result<Vec<Statement>, StatementFault> {
    let source = Source::of(bytes)?;
    let format = match name {
        "auto" => FORMATS.iter().find(|format| (format.sniff)(&source)),
        _ => format(name),
    };
    let format = format.ok_or_else(|| {
        let names: Vec<&str> = FORMATS.iter().map(|format| format.name).collect();
        let what = format!("it looks like no format that is read here: {}", names.join(", "));
        StatementFault::new(Code::FormatUnknown, what)
    })?;
    let mut statements = (format.read)(&source)?;
    if statements.is_empty() {
        let what = format!("the file holds no statement in the format {}", format.name);
        return Err(StatementFault::new(Code::Empty, what));
    }
    statements.iter_mut().for_each(footing::finish);
    Ok(statements)
}

/// Reads every statement of a file, all of which are right by their own arithmetic.
///
/// # Errors
/// Of a file that cannot be read, or of the first statement that is wrong.
pub(crate) fn read(bytes: &[u8], name: &str) -> Result<Vec<Statement>, StatementFault> {
    let statements = examine(bytes, name)?;
    let wrong = statements.iter().find_map(|statement| statement.findings.first());
    match wrong.cloned().or_else(|| sequence::check(&statements).into_iter().next()) {
        Some(fault) => Err(fault),
        None => Ok(statements),
    }
}
