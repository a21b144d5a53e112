//! The ledger itself: its opening, policies, accounts, places, parties, prices, marks and manual journals.

mod approvals;
mod corrections;
mod instructions;
mod metrics;
mod people;
mod reconciliation;
mod texts;

pub use approvals::{
    ApprovalPolicyAdopted, ApprovalRule, EntryApproved, EntryProposed, EntryRejected, Family, Payload,
};
pub use corrections::{CloseCheck, EntryReversed, PeriodClosed, PeriodReopened, Seal, Waiver};
pub use instructions::{InstructedLot, LotInstructionRecorded};
pub use metrics::OperatingMetricRecorded;
pub use people::{ActorEnrolled, ActorRevoked, Limits, Role};
pub use reconciliation::*;
pub use texts::TextErased;

use minicbor::{Decoder, decode};

use crate::account::{Account, Class};
use crate::canonical::{Canonical, Reader};
use crate::event::capex::OpeningAsset;
use crate::evidence::Evidence;
use crate::ids::{
    AssetId, BookId, CommitmentId, Commodity, FacilityId, PartyId, Place, ProjectId, Segment, WalletId,
};
use crate::money::{Amount, Money, Price, Units};
use crate::policy::{Framework, PolicyChoices};
use crate::shape::{choice, fact};
use crate::time::{Day, Instant, Zone};

fact! {
    /// The first event of a log.
    pub struct LedgerOpened {
        /// Whose ledger it is.
        #[n(0)] pub entity: String,
        /// The currency that the books are kept in.
        #[n(1)] pub functional_currency: Commodity,
        /// The zone whose midnights divide days.
        #[n(2)] pub time_zone: Zone,
        /// Last day of the fiscal year, `MM-DD`.
        #[n(3)] pub fiscal_year_end: YearEnd,
        /// The sets of books; one `us-gaap` when none is named.
        #[serde(default)]
        #[n(4)] pub books: Vec<BookOpened>,
        /// Printed at the head of every report.
        #[n(5)] pub notice: Option<String>,
    }
}

fact! {
    /// A set of books over the log.
    pub struct BookOpened {
        /// Its name.
        #[n(0)] pub book: BookId,
        /// The body of rules it follows.
        #[n(1)] pub framework: Option<Framework>,
        /// Its choices; what is left out takes the framework's default.
        #[n(2)] pub policy: Option<PolicyChoices>,
    }
}

/// The last day of a fiscal year, without its year: `12-31`.
///
/// Invariant: a day that leap years have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, minicbor::Encode)]
pub struct YearEnd {
    #[n(0)]
    month: u8,
    #[n(1)]
    day: u8,
}

impl YearEnd {
    fn of_parts(month: u8, day: u8) -> Option<YearEnd> {
        // 2024 has every day that a year can end on.
        let there = chrono::NaiveDate::from_ymd_opt(2024, month.into(), day.into());
        there.map(|_| YearEnd { month, day })
    }

    /// The last day of the fiscal year that ends in a calendar year.
    fn in_year(self, year: i32) -> Option<Day> {
        // A year that ends on 29 February ends on the 28th in common years.
        let date = (0..=3).find_map(|back| {
            chrono::NaiveDate::from_ymd_opt(year, self.month.into(), u32::from(self.day).checked_sub(back)?)
        });
        date.and_then(Day::from_date)
    }

    /// The last day of the fiscal year that `day` lies in.
    #[must_use]
    pub fn of(self, day: Day) -> Option<Day> {
        use chrono::Datelike;
        let year = day.date().year();
        self.in_year(year).filter(|end| *end >= day).or_else(|| self.in_year(year + 1))
    }

    /// The first day of the fiscal year that `day` lies in.
    #[must_use]
    pub fn start_of(self, day: Day) -> Option<Day> {
        use chrono::Datelike;
        let year = day.date().year();
        let before =
            [year, year - 1].into_iter().filter_map(|year| self.in_year(year)).find(|end| *end < day);
        before.map(Day::next)
    }
}

impl std::str::FromStr for YearEnd {
    type Err = crate::time::NotATime;
    fn from_str(text: &str) -> Result<YearEnd, Self::Err> {
        let plain = |part: &&str| part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
        let number = |part| Some(part).filter(plain)?.parse().ok();
        let parts = text.split_once('-').and_then(|(month, day)| Some((number(month)?, number(day)?)));
        let found = parts.and_then(|(month, day)| YearEnd::of_parts(month, day));
        found.ok_or_else(|| crate::time::NotATime::Day(text.to_owned()))
    }
}

impl std::fmt::Display for YearEnd {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:02}-{:02}", self.month, self.day)
    }
}

impl Canonical for YearEnd {
    fn read(reader: &mut Reader<'_>) -> Option<YearEnd> {
        if reader.list()? != 2 {
            return None;
        }
        YearEnd::of_parts(Canonical::read(reader)?, Canonical::read(reader)?)
    }
}

impl<'b, C> minicbor::Decode<'b, C> for YearEnd {
    fn decode(d: &mut Decoder<'b>, _: &mut C) -> Result<YearEnd, decode::Error> {
        let at = d.position();
        let refuse = || decode::Error::message("not the last day of a year").at(at);
        if d.array()? != Some(2) {
            return Err(refuse());
        }
        YearEnd::of_parts(d.u8()?, d.u8()?).ok_or_else(refuse)
    }
}

crate::strict_json::text_form!(YearEnd, "the last day of the fiscal year such as \"12-31\"");

fact! {
    /// A book takes other choices from a day on.
    pub struct PolicyAdopted {
        /// The book.
        #[n(0)] pub book: BookId,
        /// The first day, from its start.
        #[n(1)] pub from: Day,
        /// What changes; choices left out stay.
        #[n(2)] pub policy: PolicyChoices,
        /// What becomes of what was there.
        #[n(3)] pub transition: Transition,
    }
}

impl PolicyAdopted {
    /// The first day whose rules it changes.
    #[must_use]
    pub fn holds_from(&self) -> Day {
        if self.transition == Transition::Retrospective { Day::FIRST } else { self.from }
    }
}

choice! {
    /// How a change of policy meets what is already in the books (ASC 250).
    pub enum Transition {
        /// Only what happens from then on.
        0 Prospective = "prospective",
        /// What is there is remeasured on the first day, against retained earnings.
        1 CumulativeEffect = "cumulative_effect",
        /// As if it had always been so.
        2 Retrospective = "retrospective",
    }
}

fact! {
    /// A coin or currency and the finest unit it is counted in.
    pub struct CommodityDeclared {
        /// Its code.
        #[n(0)] pub code: Commodity,
        /// Digits after the point, at most 18.
        #[n(1)] pub scale: u8,
    }
}

fact! {
    /// An account beyond the built-in chart, for manual journals.
    pub struct AccountOpened {
        /// Its number.
        #[n(0)] pub code: Account,
        /// Its name.
        #[n(1)] pub name: String,
        /// What it is.
        #[n(2)] pub class: Class,
        /// The account it is shown under.
        #[n(3)] pub parent: Option<Account>,
    }
}

fact! {
    /// A place of coins or money of our own.
    pub struct WalletOpened {
        /// Its name.
        #[n(0)] pub wallet: WalletId,
        /// What kind of place.
        #[n(1)] pub kind: WalletKind,
        /// The coin it holds; or else
        #[n(2)] pub commodity: Option<Commodity>,
        /// the currency or stablecoin it holds.
        #[n(3)] pub currency: Option<Commodity>,
        /// Who keeps it for us.
        #[n(4)] pub custodian: Option<PartyId>,
        /// What its coins are meant for; operating when not said.
        #[n(5)] pub designation: Option<Designation>,
        /// Output descriptor or address, for reconciliation.
        #[n(6)] pub descriptor: Option<String>,
    }
}

choice! {
    /// Kinds of wallets.
    pub enum WalletKind {
        /// A bank account.
        0 Bank = "bank",
        /// Keys online.
        1 Hot = "hot",
        /// Keys offline.
        2 Cold = "cold",
        /// At a custodian.
        3 Custodian = "custodian",
        /// At an exchange.
        4 Exchange = "exchange",
        /// A mining pool's account for us.
        5 Pool = "pool",
    }
}

choice! {
    /// What coins are meant for, which decides where a balance sheet shows them.
    pub enum Designation {
        /// To be sold in the course of business: current.
        0 Operating = "operating",
        /// To be held: non-current.
        1 Strategic = "strategic",
    }
}

fact! {
    /// A lender, vendor, customer or broker. Names of legal persons only.
    pub struct PartyRegistered {
        /// Its name in the ledger.
        #[n(0)] pub party: PartyId,
        /// The legal person's name.
        #[n(1)] pub name: Option<String>,
        /// Whether it is a related party (ASC 850).
        #[serde(default)]
        #[n(2)] pub related_party: bool,
    }
}

fact! {
    /// What a book holds when it is opened.
    pub struct OpeningRecorded {
        /// The book; all when not named.
        #[n(0)] pub book: Option<BookId>,
        /// Coins.
        #[serde(default)]
        #[n(1)] pub lots: Vec<OpeningLot>,
        /// Everything else, each on its normal side.
        #[serde(default)]
        #[n(2)] pub balances: Vec<OpeningBalance>,
        /// Debt; its accounts follow from here.
        #[serde(default)]
        #[n(3)] pub facilities: Vec<OpeningFacility>,
        /// Equity whose composition is not known, credited to 3900.
        #[n(4)] pub equity_not_analysed: Option<Money>,
        /// Equipment in service; its accounts follow from here.
        #[serde(default)]
        #[n(5)] pub assets: Vec<OpeningAsset>,
    }
}

fact! {
    /// A lot of coins at the opening.
    pub struct OpeningLot {
        /// Where it lies.
        #[n(0)] pub place: Place,
        /// The coin.
        #[n(1)] pub commodity: Commodity,
        /// How many.
        #[n(2)] pub units: Units,
        /// What was paid for it, fee included, in the functional currency.
        #[n(3)] pub cost: Money,
        /// What the book carries it at; the cost when not said.
        #[n(4)] pub carrying: Option<Money>,
        /// When it was acquired.
        #[n(5)] pub acquired: Day,
        /// How it was acquired, in words.
        #[n(6)] pub origin: Option<String>,
    }
}

fact! {
    /// The balance of an account at the opening.
    pub struct OpeningBalance {
        /// The account.
        #[n(0)] pub account: Account,
        /// If it stands on the debit side; or else
        #[n(1)] pub debit: Option<Money>,
        /// on the credit side.
        #[n(2)] pub credit: Option<Money>,
        /// Units of the wallet's currency, where that is not the functional one.
        #[n(3)] pub units: Option<Units>,
        /// The wallet, for money.
        #[n(4)] pub wallet: Option<WalletId>,
        /// The counterparty.
        #[n(5)] pub party: Option<PartyId>,
        /// The facility.
        #[n(6)] pub facility: Option<FacilityId>,
        /// The asset.
        #[n(7)] pub asset: Option<AssetId>,
        /// The commitment.
        #[n(8)] pub commitment: Option<CommitmentId>,
    }
}

fact! {
    /// A facility's debt at the opening. Interest on it starts the day after `accrued_through`.
    pub struct OpeningFacility {
        /// The facility.
        #[n(0)] pub facility: FacilityId,
        /// Principal owed.
        #[n(1)] pub principal: Amount,
        /// Interest owed.
        #[n(2)] pub accrued: Amount,
        /// The last day whose interest is in `accrued`.
        #[n(3)] pub accrued_through: Day,
        /// Issue cost not yet charged.
        #[n(4)] pub unamortised_cost: Option<Amount>,
    }
}

fact! {
    /// A price somebody published. It posts nothing until a mark or an event uses it.
    pub struct PriceObserved {
        /// Of what.
        #[n(0)] pub commodity: Commodity,
        /// In which currency.
        #[n(1)] pub currency: Commodity,
        /// Of one unit.
        #[n(2)] pub price: Price,
        /// Who published it.
        #[n(3)] pub source: String,
        /// On which market.
        #[n(4)] pub market: String,
        /// The instant it is the price of.
        #[n(5)] pub at: Instant,
        /// The number of the entry whose observation it replaces.
        #[n(6)] pub supersedes: Option<u64>,
    }
}

fact! {
    /// Coins are remeasured to fair value (ASC 350-60-35-1).
    pub struct FairValueMarked {
        /// The coin.
        #[n(0)] pub commodity: Commodity,
        /// The price of one; the latest observation when not said.
        #[n(1)] pub price: Option<Price>,
        /// The number of the entry that observed it.
        #[n(2)] pub from_observation: Option<u64>,
    }
}

fact! {
    /// A manual journal.
    pub struct JournalRecorded {
        /// The book; all when not named.
        #[n(0)] pub book: Option<BookId>,
        /// Its lines, which must balance.
        #[n(1)] pub lines: Vec<JournalLine>,
        /// The day at whose end it is mirrored by itself, as an accrual is that the invoice will replace.
        #[n(2)] pub reverses_on: Option<Day>,
    }
}

impl JournalRecorded {
    /// The journal that undoes it.
    #[must_use]
    pub fn mirrored(&self) -> JournalRecorded {
        let other_way = |line: &JournalLine| {
            let (debit, credit) = (line.credit, line.debit);
            JournalLine { debit, credit, ..line.clone() }
        };
        JournalRecorded {
            book: self.book,
            lines: self.lines.iter().map(other_way).collect(),
            reverses_on: None,
        }
    }
}

fact! {
    /// A line of a manual journal.
    pub struct JournalLine {
        /// The account.
        #[n(0)] pub account: Account,
        /// What is debited; or else
        #[n(1)] pub debit: Option<Money>,
        /// what is credited.
        #[n(2)] pub credit: Option<Money>,
        /// The wallet, for money.
        #[n(3)] pub wallet: Option<WalletId>,
        /// The facility.
        #[n(4)] pub facility: Option<FacilityId>,
        /// The counterparty.
        #[n(5)] pub party: Option<PartyId>,
        /// The project.
        #[n(6)] pub project: Option<ProjectId>,
        /// The asset.
        #[n(7)] pub asset: Option<AssetId>,
        /// The line of business.
        #[n(8)] pub segment: Option<Segment>,
    }
}

fact! {
    /// A document that supports an entry arrives after it.
    pub struct EvidenceAttached {
        /// The entry's number.
        #[n(0)] pub entry: u64,
        /// The document.
        #[n(1)] pub evidence: Evidence,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_day_lies_in_the_year_that_begins_after_the_last_one_ended_leap_days_too() {
        let cases = [
            ("12-31", "2028-02-29", "2028-01-01", "2028-12-31"),
            ("12-31", "2027-12-31", "2027-01-01", "2027-12-31"),
            ("03-31", "2028-02-29", "2027-04-01", "2028-03-31"),
            ("02-28", "2028-02-28", "2027-03-01", "2028-02-28"),
            ("02-28", "2028-02-29", "2028-02-29", "2029-02-28"),
            ("02-29", "2028-02-29", "2027-03-01", "2028-02-29"),
            ("02-29", "2027-02-28", "2026-03-01", "2027-02-28"),
            ("02-29", "2027-03-01", "2027-03-01", "2028-02-29"),
        ];
        for (end, day, first, last) in cases {
            let (end, day): (YearEnd, Day) = (end.parse().unwrap(), day.parse().unwrap());
            let [first, last] = [first, last].map(|day| day.parse::<Day>().unwrap());
            assert_eq!((end.start_of(day), end.of(day)), (Some(first), Some(last)), "{end} on {day}");
        }
    }

    #[test]
    fn a_year_ends_on_a_day_that_there_is_however_it_was_written() {
        for (month, day, is_one) in
            [(12, 31, true), (2, 29, true), (2, 30, false), (0, 1, false), (13, 1, false)]
        {
            let text = format!("{month:02}-{day:02}");
            let bytes = minicbor::to_vec([month, day]).unwrap();
            assert_eq!(text.parse::<YearEnd>().is_ok(), is_one, "{text}");
            assert_eq!(minicbor::decode::<YearEnd>(&bytes).is_ok(), is_one, "{text}");
            assert_eq!(Reader::whole::<YearEnd>(&bytes).is_some(), is_one, "{text}");
        }
        for text in ["1-31", "+1-31", "12-031", "12-31-01", "12", "٣1-31"] {
            assert!(text.parse::<YearEnd>().is_err(), "{text}");
        }
    }
}
