//! The naive model of the books: what the ledger must say, worked out slowly and in plain sight. It keeps no
//! index and no snapshot; for every question it sorts the log and adds everything up from the start. It shares
//! the values and the events with `ledger-core`, and nothing of the fold.
//!
//! Decisions where the vocabulary leaves a choice stand in the doc comments of the functions that take them.

mod capex;
mod closes;
mod coins;
mod compound;
mod contracts;
mod cost;
mod debt;
mod derivative;
mod desk;
mod in_kind;
mod lender;
mod marks;
mod mining;
mod money;
mod numbers;
mod opening;
mod plant;
mod reversal;
mod rules;
mod tether;
mod transit;
mod treasury;
mod when;

use std::collections::BTreeMap;

use chrono_tz::Tz;
use ledger_core::entry::Entry;
use ledger_core::event::{Event, LedgerOpened};
use ledger_core::ids::{
    AssetId, BookId, CommitmentId, Commodity, ContractId, DerivativeId, FacilityId, LotId, PartyId, Place,
    WalletId,
};
use ledger_core::time::Day;

use desk::Desk;
pub use reversal::is_modelled;
use when::Moment;

/// What a book holds. Amounts are cents, debits positive; units are hundred-millionths of whatever it is.
/// Nothing that is zero is listed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Picture {
    /// The balance of every account.
    pub trial_balance: BTreeMap<u16, i128>,
    /// What lies where: coins by lots, money by wallet.
    pub units: BTreeMap<(Place, Commodity), i128>,
    /// What is on its way, by where it goes.
    pub in_transit: BTreeMap<(Place, Commodity), i128>,
    /// Units that pools still owe.
    pub from_pools: BTreeMap<WalletId, i128>,
    /// Units that we are to give back.
    pub owed: BTreeMap<(PartyId, Commodity), i128>,
    /// Lots, and the tranches of the collateral receivable, by name and then by place.
    pub lots: Vec<LotLine>,
    /// What is owed.
    pub facilities: BTreeMap<FacilityId, FacilityLine>,
    /// What is outstanding on each commitment, in units of its currency.
    /// What each open derivative was last said to be worth.
    pub derivatives: BTreeMap<DerivativeId, i128>,
    /// What is left of each commitment, in cents.
    pub commitments: BTreeMap<CommitmentId, i128>,
    /// Cost and depreciation of what is in service, in cents.
    pub assets: BTreeMap<AssetId, (i128, i128)>,
    /// What of each contract must still be paid for in any case, in cents.
    pub contracts: BTreeMap<ContractId, i128>,
}

/// The part of a lot that lies at one place in one account.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct LotLine {
    /// Its name.
    pub lot: LotId,
    /// Where it lies.
    pub place: Place,
    /// In which account.
    pub account: u16,
    /// The coin.
    pub commodity: Commodity,
    /// When it was acquired.
    pub acquired: Day,
    /// How many.
    pub units: i128,
    /// What they cost.
    pub cost: i128,
}

/// What is owed under a facility, in units of its currency.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FacilityLine {
    /// Principal.
    pub principal: i128,
    /// Interest accrued and not paid.
    pub accrued: i128,
    /// Debt over collateral at price and haircut, as (numerator, denominator); none where nothing is pledged,
    /// no price is known or nothing is owed.
    pub ltv: Option<(i128, i128)>,
}

/// The place of lots in a book that keeps one pool for all wallets.
pub const ALL_WALLETS: &str = "all-wallets";

/// Why a log cannot be: something was short, unknown or out of balance. The model says so and stops.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Impossible {
    /// The entry at which it stopped.
    pub number: u64,
    /// What is wrong.
    pub why: String,
}

/// A log, ready to be asked.
#[derive(Debug, Clone)]
pub struct Naive<'a> {
    log: Vec<Line<'a>>,
    opened: &'a LedgerOpened,
    zone: Tz,
}

/// An entry and its place in accounting order.
#[derive(Debug, Clone, Copy)]
struct Line<'a> {
    number: u64,
    entry: &'a Entry,
    moment: Moment,
    rank: u8,
    day: Day,
    /// Whether this is what happens by itself on a later day: the mirror of its journals.
    is_mirror: bool,
}

impl<'a> Naive<'a> {
    /// Reads a log, in any order of its entries. The first event of the first entry opens the ledger.
    #[must_use]
    pub fn new(log: &'a [(u64, Entry)]) -> Naive<'a> {
        let opened = log
            .iter()
            .flat_map(|(_, entry)| &entry.events)
            .find_map(|event| if let Event::LedgerOpened(opened) = event { Some(opened) } else { None });
        let opened = opened.expect("a log opens its ledger");
        let zone: Tz = opened.time_zone.to_string().parse().expect("a zone");
        let line = |(number, entry): &'a (u64, Entry)| Line {
            number: *number,
            entry,
            moment: Moment::of(entry.effective, zone),
            rank: when::rank(entry),
            day: when::local_day(entry.effective, zone),
            is_mirror: false,
        };
        let mirrors = |(number, entry): &'a (u64, Entry)| {
            let (number, entry) = (*number, entry);
            let on = |day: Day| Line {
                number,
                entry,
                moment: Moment::end_of(day, zone),
                rank: 0,
                day,
                is_mirror: true,
            };
            let mut days: Vec<Day> = entry.events.iter().filter_map(Event::reverses_on).collect();
            days.sort();
            days.dedup();
            days.into_iter().map(on).collect::<Vec<_>>()
        };
        let mut log: Vec<Line<'a>> = log.iter().map(line).chain(log.iter().flat_map(mirrors)).collect();
        log.sort_by_key(|line| (line.moment, line.rank, line.number));
        Naive { log, opened, zone }
    }

    /// The names of the books.
    #[must_use]
    pub fn books(&self) -> Vec<BookId> {
        if self.opened.books.is_empty() {
            return vec!["us-gaap".parse().expect("a name")];
        }
        self.opened.books.iter().map(|book| book.book).collect()
    }

    /// The numbers of the entries in accounting order.
    #[must_use]
    pub fn order(&self) -> Vec<u64> {
        self.log.iter().filter(|line| !line.is_mirror).map(|line| line.number).collect()
    }

    /// The local day of every entry, in accounting order.
    #[must_use]
    pub fn days(&self) -> Vec<Day> {
        self.log.iter().filter(|line| !line.is_mirror).map(|line| line.day).collect()
    }

    /// What `book` holds at the end of `as_of`, from the entries numbered up to `as_known`.
    ///
    /// # Errors
    /// [`Impossible`], for a log that the ledger would have refused.
    pub fn ask(
        &self,
        book: BookId,
        as_of: Option<Day>,
        as_known: Option<u64>,
    ) -> Result<Picture, Impossible> {
        let mut known: Vec<Line<'a>> =
            self.log.iter().copied().filter(|line| as_known.is_none_or(|last| line.number <= last)).collect();
        // Where no day ends the question, the last entry does; what will be mirrored after it is to come.
        while as_of.is_none() && known.last().is_some_and(|last| last.is_mirror) {
            known.pop();
        }
        closes::respected(&known, &self.books(), self.zone)?;
        let mut desk = Desk::new(self.opened, self.zone, book, &known);
        for line in known.iter().filter(|line| as_of.is_none_or(|last| line.day <= last)) {
            desk.enter(line).map_err(|why| Impossible { number: line.number, why })?;
        }
        if let Some(day) = as_of {
            let end = Moment::end_of(day, self.zone);
            desk.let_arrive(end).map_err(|why| Impossible { number: 0, why })?;
        }
        Ok(desk.picture(as_of.map(|day| Moment::end_of(day, self.zone))))
    }
}

#[cfg(test)]
mod tests;
