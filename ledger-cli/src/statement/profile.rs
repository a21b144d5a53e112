//! Profiles: how the tables of one exchange, custodian, bank or lender are read, as TOML. A table is recognised by its
//! header and nothing else.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde::Deserialize;

use super::fault::{Code, StatementFault};
use super::value::Point;

/// Every profile, in the order in which they are tried.
const FILES: &[&str] = &[
    include_str!("../../profiles/kraken-ledgers-1.toml"),
    include_str!("../../profiles/kraken-ledgers-2.toml"),
    include_str!("../../profiles/kraken-ledgers-3.toml"),
    include_str!("../../profiles/kraken-ledgers-4.toml"),
    include_str!("../../profiles/coinbase-prime-orders.toml"),
    include_str!("../../profiles/coinbase-prime-transactions.toml"),
    include_str!("../../profiles/bitstamp-1.toml"),
    include_str!("../../profiles/bitstamp-2.toml"),
    include_str!("../../profiles/bitgo-transfers.toml"),
    include_str!("../../profiles/fireblocks.toml"),
    include_str!("../../profiles/bank.toml"),
    include_str!("../../profiles/lender.toml"),
];

/// How a table is read.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Profile {
    /// Its name.
    pub(super) name: String,
    /// Whose tables these are.
    pub(super) about: String,
    /// The columns, by which the table is recognised.
    pub(super) columns: Vec<String>,
    /// Whether these are all there are, in this order.
    #[serde(default)]
    pub(super) exactly: bool,
    /// What parts columns: a comma, unless told.
    #[serde(default = "comma")]
    pub(super) delimiter: char,
    /// The sign before decimals: a point, unless told.
    #[serde(default)]
    pub(super) decimals: Decimals,
    /// Where rows go in time, for running balances.
    #[serde(default)]
    pub(super) order: Order,
    /// The account.
    pub(super) account: Cell,
    /// The day of booking.
    pub(super) day: DayCell,
    /// The day of value.
    pub(super) value_day: Option<DayCell>,
    /// What a row moves; each leg that is not nothing is a line.
    pub(super) leg: Vec<Leg>,
    /// The balance after the row, in the currency of its last leg.
    pub(super) balance: Option<String>,
    /// Whether a row has happened.
    pub(super) status: Option<StatusCell>,
    /// What kind of movement it is.
    #[serde(default)]
    pub(super) kind: Vec<String>,
    /// References by whose they are.
    #[serde(default)]
    pub(super) references: BTreeMap<ReferenceKind, String>,
    /// The other side.
    pub(super) counterparty: Option<String>,
    /// The other side's account.
    pub(super) counter_account: Option<String>,
    /// What is said, column by column.
    #[serde(default)]
    pub(super) text: Vec<String>,
    /// Other names of currencies: `XXBT = "BTC"`.
    #[serde(default)]
    pub(super) currencies: BTreeMap<String, String>,
}

fn comma() -> char {
    ','
}

/// The sign before decimals.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Decimals {
    /// A point.
    #[default]
    Point,
    /// A comma.
    Comma,
}

impl Decimals {
    /// The same for the reader of amounts.
    pub(super) const fn point(self) -> Point {
        match self {
            Decimals::Point => Point::Point,
            Decimals::Comma => Point::Comma,
        }
    }
}

/// Where rows go in time.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Order {
    /// Told by the days of the first and the last row.
    #[default]
    ByDay,
    /// The first row is the latest.
    NewestFirst,
    /// The first row is the earliest.
    OldestFirst,
}

/// A text from a column, or the same for every row.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Cell {
    /// The column.
    pub(super) column: Option<String>,
    /// What stands for it where the column is not there or says nothing.
    pub(super) otherwise: Option<String>,
}

/// A day from a column.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DayCell {
    /// The column.
    pub(super) column: String,
    /// The forms it may have, such as `%d/%m/%Y`; ISO 8601 where none is given.
    #[serde(default)]
    pub(super) forms: Vec<String>,
}

/// Whether a row has happened, by what a column says.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct StatusCell {
    /// The column.
    pub(super) column: String,
    /// It has; `*` is anything but nothing.
    pub(super) booked: Vec<String>,
    /// Not yet; a blank is `""`.
    #[serde(default)]
    pub(super) pending: Vec<String>,
    /// It never will: the row is left out.
    #[serde(default)]
    pub(super) never: Vec<String>,
}

/// What a row adds to an account.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Leg {
    /// The account, where it is not that of the row.
    pub(super) account: Option<Cell>,
    /// The currency; where the amount's cell says it, neither column nor text.
    pub(super) currency: Option<Cell>,
    /// The column of the amount.
    pub(super) amount: Option<String>,
    /// The column of what comes in, where there are two.
    pub(super) credit: Option<String>,
    /// The column of what goes out, where there are two.
    pub(super) debit: Option<String>,
    /// Columns that tell the direction, joined by `/`.
    #[serde(default)]
    pub(super) direction: Vec<String>,
    /// What they say when it comes in.
    #[serde(default)]
    pub(super) comes_in: Vec<String>,
    /// What they say when it goes out.
    #[serde(default)]
    pub(super) goes_out: Vec<String>,
    /// What they say when this leg moves nothing.
    #[serde(default)]
    pub(super) stays: Vec<String>,
    /// Whether the amount is written without sign and goes out, as fees do.
    #[serde(default)]
    pub(super) negative: bool,
    /// A word for the leg, in place of the row's kind.
    pub(super) kind: Option<String>,
    /// By currency, how many digits of a whole number stand after the point.
    #[serde(default)]
    pub(super) smallest: BTreeMap<String, u32>,
}

/// Whose a reference is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum ReferenceKind {
    /// The institution's.
    Bank,
    /// The customer's.
    Customer,
    /// Of the chain.
    Transaction,
    /// Of an order or a batch.
    Batch,
    /// Who approved it.
    ApprovedBy,
}

impl ReferenceKind {
    /// Its name in a statement.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            ReferenceKind::Bank => "bank",
            ReferenceKind::Customer => "customer",
            ReferenceKind::Transaction => "transaction",
            ReferenceKind::Batch => "batch",
            ReferenceKind::ApprovedBy => "approved_by",
        }
    }
}

/// Every profile that can be read, which a test finds to be all of them.
pub(super) fn all() -> &'static [Profile] {
    static PROFILES: OnceLock<Vec<Profile>> = OnceLock::new();
    PROFILES.get_or_init(|| FILES.iter().filter_map(|text| toml::from_str(text).ok()).collect())
}

impl Profile {
    /// Whether a header is that of its tables.
    fn knows(&self, header: &[String]) -> bool {
        let has = |column: &String| header.iter().any(|known| known.eq_ignore_ascii_case(column));
        let all = self.columns.iter().all(has);
        all && (!self.exactly
            || (header.len() == self.columns.len() && self.columns.iter().zip(header).all(same)))
    }

    /// How many of its columns are in a header, in hundredths.
    fn nearness(&self, header: &[String]) -> usize {
        let has = |column: &&String| header.iter().any(|known| known.eq_ignore_ascii_case(column));
        let most = self.columns.len().max(if self.exactly { header.len() } else { 0 }).max(1);
        self.columns.iter().filter(has).count() * 100 / most
    }
}

fn same((one, other): (&String, &String)) -> bool {
    one.eq_ignore_ascii_case(other)
}

/// The profile whose header this is: of several, that with the most columns.
///
/// # Errors
/// `STATEMENT_PROFILE_UNKNOWN` names the nearest profile and what it misses.
pub(super) fn find(header: &[String]) -> Result<&'static Profile, StatementFault> {
    let known = all().iter().filter(|profile| profile.knows(header));
    if let Some(found) = known.max_by_key(|profile| (profile.columns.len(), profile.exactly)) {
        return Ok(found);
    }
    let nearest = all().iter().max_by_key(|profile| profile.nearness(header));
    let nearest = nearest.filter(|profile| profile.nearness(header) >= 30).map(|profile| {
        let lacks: Vec<&str> = profile.columns.iter().map(String::as_str).collect();
        let lacks: Vec<&str> = lacks
            .into_iter()
            .filter(|column| !header.iter().any(|known| known.eq_ignore_ascii_case(column)))
            .collect();
        let lacks = if lacks.is_empty() {
            "no column, but has others or another order".to_owned()
        } else {
            lacks.join(", ")
        };
        format!("; the nearest is {}, of which it lacks {lacks}", profile.name)
    });
    let what = format!("no profile has the header of this table{}", nearest.unwrap_or_default());
    Err(StatementFault::at(Code::ProfileUnknown, 1, what))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_profile_is_read_and_names_only_columns_that_it_requires() {
        for text in FILES {
            let profile: Profile = toml::from_str(text).unwrap_or_else(|why| panic!("{why}\n{text}"));
            let columns = &profile.columns;
            let mut used: Vec<&String> = profile.kind.iter().chain(&profile.text).collect();
            used.extend(
                [&profile.balance, &profile.counterparty, &profile.counter_account].into_iter().flatten(),
            );
            used.extend(profile.references.values());
            used.push(&profile.day.column);
            for leg in &profile.leg {
                used.extend([&leg.amount, &leg.credit, &leg.debit].into_iter().flatten());
                used.extend(&leg.direction);
                assert!(
                    leg.amount.is_some() != (leg.credit.is_some() || leg.debit.is_some()),
                    "{}",
                    profile.name
                );
            }
            for column in used {
                assert!(columns.contains(column), "{}: {column}", profile.name);
            }
        }
        assert_eq!(all().len(), FILES.len());
        assert_eq!(FILES.len(), 12);
    }
}
