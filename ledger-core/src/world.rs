//! The world as recorded, free of any accounting policy: who and what there is, how many units lie where,
//! what is owed, what was observed. Every book is measured against the same world.

mod amortisation;
mod asset;
mod awaited;
mod closed;
mod commitment;
mod compounding;
mod contract;
mod declared;
mod derivative;
mod facility;
mod instructions;
mod interest;
mod lending;
mod movements;
mod people;
mod prices;
mod reconciled;
mod spending;
mod transit;

pub use amortisation::Cost;
pub(crate) use asset::equipment_account;
pub use asset::{Asset, Month, Removed};
pub use commitment::Commitment;
pub(crate) use contract::net_of;
pub use contract::{ComputeContract, PowerContract, spread_over_years};
pub use declared::{AccountInfo, BookDeclared, Settings};
pub use derivative::Derivative;
pub(crate) use facility::amount_of;
pub use facility::{Facility, Ltv};
use instructions::Instructions;
pub(crate) use movements::repayment;
pub use movements::{Movement, Movements};
pub use people::{Actor, ApprovalPolicy, HeldKey, People};
pub use prices::{Feed, Feeds, Label, Observation, Observed, PricePair, PriceUse};
pub use transit::Transit;

use serde::{Deserialize, Serialize};

use crate::account::Account;
use crate::event::books::{AccountOpened, PartyRegistered, WalletOpened};
use crate::event::{Event, FairValueMarked, PeriodClosed, PeriodReopened};
use crate::ids::{
    AssetId, BookId, CommitmentId, Commodity, ContractId, DerivativeId, FacilityId, LotId, PartyId, Place,
    WalletId,
};
use crate::kept;
use crate::money::{Price, Units};
use crate::refusal::Refusal;
use crate::time::{Day, Effective, Instant, OrderKey, Zone};
use crate::tracked::{Shrinking, Tracked};
use awaited::Did;
pub use closed::Lock;
use prices::Prices;

/// The moment of an event: which it is, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// Which event: the entry's number and the event's place in it.
    pub event: LotId,
    /// Its entry's place in accounting order.
    pub order: OrderKey,
    /// When it took effect.
    pub effective: Effective,
    /// The local day of that.
    pub day: Day,
    /// The instant of it; for a bare day the day's last microsecond.
    pub instant: Instant,
}

impl Moment {
    /// The moment of an event of an entry.
    #[must_use]
    pub fn new(number: u64, event: usize, effective: Effective, order: OrderKey, zone: Zone) -> Moment {
        let day = zone.day_of(effective);
        let instant = match effective {
            Effective::At(instant) => instant,
            Effective::Day(day) => Instant::from_micros(zone.end_of(day).micros() - 1),
        };
        let event = u32::try_from(event).unwrap_or(u32::MAX);
        Moment { event: LotId { entry: number, event, part: 0 }, order, effective, day, instant }
    }
}

impl Moment {
    /// The end of a day, with all that is known.
    #[must_use]
    pub fn end_of(day: Day, zone: Zone) -> Moment {
        Moment::new(u64::MAX, 0, Effective::Day(day), OrderKey::through(day, zone), zone)
    }
}

/// What is known of the world at a point of the accounting order.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct World {
    #[serde(skip)]
    settings: Tracked<(), Settings>,
    #[serde(skip)]
    books: Tracked<usize, BookDeclared>,
    #[serde(skip)]
    commodities: Tracked<Commodity, u8>,
    #[serde(skip)]
    wallets: Tracked<WalletId, WalletOpened>,
    #[serde(skip)]
    parties: Tracked<PartyId, PartyRegistered>,
    #[serde(skip)]
    accounts: Tracked<Account, AccountOpened>,
    #[serde(skip)]
    prices: Prices,
    /// By entry: the entry that reverses it.
    #[serde(skip)]
    reversals: Tracked<u64, u64>,
    /// Up to when each book is closed.
    #[serde(skip)]
    locks: Tracked<BookId, Option<Lock>>,
    #[serde(skip)]
    closes: Tracked<(u64, Option<BookId>), PeriodClosed>,
    #[serde(skip)]
    reopenings: Tracked<(u64, Option<BookId>), PeriodReopened>,
    #[serde(skip)]
    people: People,
    #[serde(skip)]
    reconciled: reconciled::Reconciled,
    #[serde(skip)]
    instructions: Instructions,
    coins: Tracked<(Place, Commodity), Units>,
    money: Tracked<WalletId, Units>,
    claims: Tracked<(WalletId, Commodity), Units>,
    /// Coins to be given back, by whom they were borrowed from.
    owed: Tracked<(PartyId, Commodity), Units>,
    facilities: Tracked<FacilityId, Facility>,
    commitments: Tracked<CommitmentId, Commitment>,
    capitalised: Tracked<FacilityId, Units>,
    assets: Tracked<AssetId, Asset>,
    depreciated: Tracked<(), Month>,
    power: Tracked<ContractId, PowerContract>,
    compute: Tracked<ContractId, ComputeContract>,
    derivatives: Tracked<DerivativeId, Derivative>,
    /// By their arrival, then by the event that sent them.
    transits: Shrinking<(OrderKey, LotId), Transit>,
    mark_prices: Tracked<Commodity, (Instant, Price)>,
    last_mark: Tracked<(), Day>,
    /// The day of the last mark of each coin.
    marked: Tracked<Commodity, Day>,
    /// First days of the fiscal year that the fold has come to, and of the next.
    year: Tracked<(), (Day, Day)>,
    #[serde(with = "kept::facts")]
    openings: Tracked<Option<BookId>, crate::event::OpeningRecorded>,
    facts: Tracked<(), ()>,
    /// What entries did whose reversal is known and has not come.
    awaiting: Shrinking<u64, Did>,
}

impl World {
    /// Takes in what happened: units move as [`World::check_movements`] found, debts and commitments change.
    ///
    /// # Errors
    /// [`Refusal`] when a place holds less than leaves it, or an amount does not fit.
    pub fn apply(&mut self, at: &Moment, event: &Event, movements: &Movements) -> Result<(), Refusal> {
        movements.iter().try_for_each(|movement| self.shift(at, movement))?;
        self.change_facilities(at, event)?;
        self.change_commitments(at, event)?;
        self.change_assets(at, event)?;
        self.change_contracts(event)?;
        self.settle_in_coins(at, event)?;
        self.change_derivatives(at, event)?;
        self.send_off(at, event)?;
        if let Event::FairValueMarked(FairValueMarked { commodity, price: Some(price), .. }) = event {
            self.mark_prices.set(*commodity, (at.instant, *price));
        }
        if let Event::FairValueMarked(FairValueMarked { commodity, .. }) = event {
            self.last_mark.set((), at.day);
            self.marked.set(*commodity, at.day);
        }
        if let Event::OpeningRecorded(opening) = event {
            self.openings.set(opening.book, opening.clone());
        } else if !event.is_declaration() && !event.precedes_openings() {
            self.note_fact();
        }
        self.remember(at, movements)?;
        if let Event::EntryReversed(e) = event {
            self.set_back(e.entry);
        }
        Ok(())
    }

    /// Whether anything has happened yet beyond declarations, openings, and the facilities that an opening's
    /// debts belong to.
    #[must_use]
    pub fn has_facts(&self) -> bool {
        self.facts.contains(&())
    }

    fn note_fact(&mut self) {
        if !self.has_facts() {
            self.facts.set((), ());
        }
    }

    /// The first day of the fiscal year that the fold has come to.
    #[must_use]
    pub fn fiscal_year(&self) -> Option<Day> {
        self.year.get(&()).map(|(first, _)| *first)
    }

    /// Comes to a day; tells whether a fiscal year begins with it.
    pub(crate) fn come_to(&mut self, day: Day) -> bool {
        if self.year.get(&()).is_some_and(|(_, next)| day < *next) {
            return false;
        }
        let year_end = self.settings().map(|settings| settings.year_end).ok();
        let start_of = |day: Day| year_end.and_then(|end| end.start_of(day)).unwrap_or(day);
        let first = start_of(day);
        // A year and a day later the next fiscal year has begun, and not the one after it.
        let next = Day::from_number(first.number() + 366).map_or(Day::LAST, start_of);
        self.year.set((), (first, next));
        true
    }

    /// The day of the last mark.
    #[must_use]
    pub fn last_mark(&self) -> Option<Day> {
        self.last_mark.get(&()).copied()
    }

    /// The day of the last mark of a coin.
    #[must_use]
    pub fn marked_on(&self, commodity: Commodity) -> Option<Day> {
        self.marked.get(&commodity).copied()
    }

    /// The openings recorded so far, by book; `None` stands for all books.
    pub fn openings(&self) -> impl Iterator<Item = (&Option<BookId>, &crate::event::OpeningRecorded)> {
        self.openings.iter()
    }

    /// Units of a coin at a place.
    #[must_use]
    pub fn coins(&self, place: Place, commodity: Commodity) -> Units {
        self.coins.get(&(place, commodity)).copied().unwrap_or_default()
    }

    /// Every place with the coins it holds or held.
    pub fn all_coins(&self) -> impl Iterator<Item = (Place, Commodity, Units)> {
        self.coins.iter().map(|((place, commodity), units)| (*place, *commodity, *units))
    }

    /// Units of money in a wallet.
    #[must_use]
    pub fn money(&self, wallet: WalletId) -> Units {
        self.money.get(&wallet).copied().unwrap_or_default()
    }

    /// Units that a pool owes us.
    #[must_use]
    pub fn claim(&self, pool: WalletId, commodity: Commodity) -> Units {
        self.claims.get(&(pool, commodity)).copied().unwrap_or_default()
    }

    /// Keeps what was changed.
    pub fn commit(&mut self) {
        self.settings.commit();
        self.books.commit();
        self.commodities.commit();
        self.wallets.commit();
        self.parties.commit();
        self.accounts.commit();
        self.prices.commit();
        self.coins.commit();
        self.money.commit();
        self.claims.commit();
        self.owed.commit();
        self.facilities.commit();
        self.commitments.commit();
        self.capitalised.commit();
        self.assets.commit();
        self.depreciated.commit();
        self.power.commit();
        self.compute.commit();
        self.derivatives.commit();
        self.transits.commit();
        self.mark_prices.commit();
        self.last_mark.commit();
        self.marked.commit();
        self.locks.commit();
        self.closes.commit();
        self.people.commit();
        self.reconciled.commit();
        self.instructions.commit();
        self.reopenings.commit();
        self.year.commit();
        self.openings.commit();
        self.facts.commit();
        self.reversals.commit();
        self.awaiting.commit();
    }

    /// Takes back what was changed since the last commit.
    pub fn rollback(&mut self) {
        self.settings.rollback();
        self.books.rollback();
        self.commodities.rollback();
        self.wallets.rollback();
        self.parties.rollback();
        self.accounts.rollback();
        self.prices.rollback();
        self.coins.rollback();
        self.money.rollback();
        self.claims.rollback();
        self.owed.rollback();
        self.facilities.rollback();
        self.commitments.rollback();
        self.capitalised.rollback();
        self.assets.rollback();
        self.depreciated.rollback();
        self.power.rollback();
        self.compute.rollback();
        self.derivatives.rollback();
        self.transits.rollback();
        self.mark_prices.rollback();
        self.last_mark.rollback();
        self.marked.rollback();
        self.locks.rollback();
        self.closes.rollback();
        self.people.rollback();
        self.reconciled.rollback();
        self.instructions.rollback();
        self.reopenings.rollback();
        self.year.rollback();
        self.openings.rollback();
        self.facts.rollback();
        self.reversals.rollback();
        self.awaiting.rollback();
    }
}
