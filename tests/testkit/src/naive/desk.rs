//! One book, entry by entry: which event does what, and that each of them balances.

use std::collections::{BTreeMap, BTreeSet};

use chrono_tz::Tz;
use ledger_core::account::Account;
use ledger_core::event::books::Designation;
use ledger_core::event::treasury::NamedLot;
use ledger_core::event::{Event, JournalRecorded, LedgerOpened, LotInstructionRecorded, WalletOpened};
use ledger_core::ids::{BookId, Commodity, FacilityId, LotId, Place, WalletId};
use ledger_core::money::Money;
use ledger_core::policy::LotMethod;
use ledger_core::time::Day;

use super::capex::Works;
use super::coins::{Came, Coins, Leaving, Position};
use super::contracts::Contract;
use super::debt::Facility;
use super::derivative::Derivative;
use super::in_kind::Owed;
use super::mining::Pool;
use super::money::Purse;
use super::numbers::{self, Fraction, Half};
use super::plant::Plant;
use super::reversal::Effect;
use super::rules::{self, Rules};
use super::transit::OnTheirWay;
use super::when::Moment;
use super::{FacilityLine, Line, LotLine, Picture};

/// What went wrong, in words; nothing else comes back from an event.
pub(super) type Done = Result<(), String>;

/// A book while it is being added up.
pub(super) struct Desk<'k, 'a> {
    pub(super) opened: &'a LedgerOpened,
    pub(super) book: BookId,
    pub(super) zone: Tz,
    pub(super) known: &'k [Line<'a>],
    pub(super) balances: BTreeMap<u16, i128>,
    pub(super) coins: Coins,
    /// What lies where, whatever the book makes of it.
    pub(super) heaps: BTreeMap<(Place, Commodity), i128>,
    /// Facilities whose claims for coins an event touched.
    pub(super) touched: BTreeSet<FacilityId>,
    pub(super) allowances: BTreeMap<FacilityId, i128>,
    pub(super) purses: Vec<Purse>,
    pub(super) pools: Vec<Pool>,
    pub(super) owed: Vec<Owed>,
    pub(super) facilities: Vec<Facility>,
    pub(super) works: Works,
    pub(super) plant: Plant,
    pub(super) contracts: Vec<Contract>,
    pub(super) on_their_way: Vec<OnTheirWay>,
    pub(super) derivatives: Vec<Derivative>,
    pub(super) rules: Rules,
    pub(super) moment: Moment,
    pub(super) day: Day,
    pub(super) rank: u8,
    /// The last price that a mark stated by itself, and when, by coin.
    pub(super) marks: Vec<(Commodity, Moment, Fraction)>,
    pub(super) number: u64,
    pub(super) event: u32,
    /// What every entry did so far that was not reversed.
    pub(super) effects: Vec<Effect>,
    unbalanced: i128,
    unbalanced_memo: i128,
}

impl<'k, 'a> Desk<'k, 'a> {
    pub(super) fn new(opened: &'a LedgerOpened, zone: Tz, book: BookId, known: &'k [Line<'a>]) -> Self {
        let day = known.first().map(|line| line.day).expect("a log has an entry");
        Desk {
            opened,
            book,
            zone,
            known,
            balances: BTreeMap::new(),
            coins: Coins::default(),
            heaps: BTreeMap::new(),
            touched: BTreeSet::new(),
            allowances: BTreeMap::new(),
            purses: Vec::new(),
            pools: Vec::new(),
            owed: Vec::new(),
            facilities: Vec::new(),
            works: Works::default(),
            plant: Plant::default(),
            contracts: Vec::new(),
            on_their_way: Vec::new(),
            derivatives: Vec::new(),
            rules: rules::on(day, book, opened, known),
            moment: Moment::end_of(day, zone),
            day,
            rank: 0,
            marks: Vec::new(),
            number: 0,
            effects: Vec::new(),
            event: 0,
            unbalanced: 0,
            unbalanced_memo: 0,
        }
    }

    pub(super) fn enter(&mut self, line: &Line<'a>) -> Done {
        self.let_arrive(line.moment)?;
        self.number = line.number;
        self.moment = line.moment;
        self.day = line.day;
        self.rank = line.rank;
        self.rules = rules::on(line.day, self.book, self.opened, self.known);
        if line.is_mirror {
            return self.mirror(line);
        }
        self.coins.taken.clear();
        self.coins.lost.clear();
        let before = self.before();
        for (at, event) in (0..).zip(&line.entry.events) {
            self.event = at;
            let failed = |why| format!("event {at} ({}): {why}", event.name());
            self.apply(event).map_err(failed)?;
            if (self.unbalanced, self.unbalanced_memo) != (0, 0) {
                return Err(failed(format!(
                    "out of balance by {} and {}",
                    self.unbalanced, self.unbalanced_memo
                )));
            }
        }
        self.remember(before, &line.entry.events);
        Ok(())
    }

    /// What an event does, and what follows it in every book.
    fn apply(&mut self, event: &Event) -> Done {
        let surplus = self.coins.beyond_cost();
        self.happen(event)?;
        if !matches!(event, Event::OpeningRecorded(_)) {
            self.expect_losses();
            self.release_surplus(event, surplus);
        }
        Ok(())
    }

    fn happen(&mut self, event: &Event) -> Done {
        match event {
            Event::LedgerOpened(_) => self.rules.agree(),
            Event::PolicyAdopted(event) => self.adopted(event),
            Event::CommodityDeclared(_)
            | Event::AccountOpened(_)
            | Event::WalletOpened(_)
            | Event::PartyRegistered(_)
            | Event::PriceObserved(_)
            | Event::EvidenceAttached(_)
            | Event::TextErased(_)
            | Event::LotInstructionRecorded(_)
            | Event::ActorEnrolled(_)
            | Event::ActorRevoked(_)
            | Event::StatementRecorded(_)
            | Event::ReconciliationRun(_)
            | Event::BreakExplained(_)
            | Event::ReconciliationSignedOff(_)
            | Event::ApprovalPolicyAdopted(_)
            | Event::EntryProposed(_)
            | Event::EntryApproved(_)
            | Event::EntryRejected(_)
            | Event::OperatingMetricRecorded(_) => Ok(()),
            Event::PeriodClosed(_) | Event::PeriodReopened(_) => Ok(()),
            Event::MarginCalled(event) => self.margin_called(event),
            Event::EntryReversed(event) => self.reversed(event),
            Event::MarginCallMet(event) => self.call(event.facility, false),
            Event::MarginCallLapsed(event) => self.lapsed(event),
            Event::CollateralLiquidated(event) => self.liquidated(event),
            Event::FacilityAmended(event) => self.amended(event),
            Event::RateReset(event) => self.reset(event),
            Event::IssueCostAmortised(event) => self.amortised(event),
            Event::OpeningRecorded(event) => self.opening(event),
            Event::FairValueMarked(event) => self.mark(event),
            Event::JournalRecorded(event) => self.journal(event),
            Event::CoinsEarned(event) => self.earned(event),
            Event::CoinsReceived(event) => self.received(event),
            Event::CoinsMined(event) => self.mined(event),
            Event::CoinsBought(event) => self.bought(event),
            Event::CoinsSold(event) => self.sold(event),
            Event::CoinsMoved(event) => self.moved(event),
            Event::CoinsDesignated(event) => self.designated(event),
            Event::CurrencyConverted(event) => self.converted(event),
            Event::CashReceived(event) => self.cash_received(event),
            Event::CashPaid(event) => self.cash_paid(event),
            Event::SharesIssued(event) => self.shares(event),
            Event::SharesRepurchased(event) => self.bought_back(event),
            Event::TranslationRecorded(event) => self.translated(event),
            Event::CoinsSpent(event) => self.spent(event),
            Event::CoinsAccepted(event) => self.accepted(event),
            Event::CoinsContributed(event) => self.contributed(event),
            Event::CoinsDistributed(event) => self.distributed(event),
            Event::CoinsImpounded(event) => self.impounded(event),
            Event::CoinsLost(event) => self.lost(event),
            Event::DerivativeOpened(event) => self.derivative_opened(event),
            Event::DerivativeMarked(event) => self.derivative_marked(event),
            Event::DerivativeSettled(event) => self.derivative_settled(event),
            Event::FacilityOpened(event) => self.facility_opened(event),
            Event::LoanDrawn(event) => self.drawn(event),
            Event::InterestAccrued(event) => self.accrued(event),
            Event::InterestPaid(event) => self.interest_paid(event),
            Event::LoanRepaid(event) => self.repaid(event),
            Event::FacilityRetired(event) => self.retired(event),
            Event::CollateralPosted(event) => self.posted(event),
            Event::CollateralReleased(event) => self.released(event),
            Event::CapexCommitted(event) => self.committed(event),
            Event::DepositPaid(event) => self.deposit(event),
            Event::CapexAmended(event) => self.order_amended(event),
            Event::CapexCancelled(event) => self.cancelled(event),
            Event::CapexInvoiced(event) => self.invoiced(event),
            Event::CapexPaid(event) => self.invoices_paid(event),
            Event::InterestCapitalised(event) => self.capitalised(event),
            Event::AssetPlacedInService(event) => self.placed(event),
            Event::DepreciationCharged(event) => self.depreciated(event),
            Event::AssetImpaired(event) => self.impaired(event),
            Event::AssetDisposed(event) => self.disposed(event),
            Event::OperatingCostRecorded(event) => self.operating_cost(event),
            Event::PowerContracted(event) => self.power_contracted(event),
            Event::PowerBilled(event) => self.power_billed(event),
            Event::ComputeContracted(event) => self.compute_contracted(event),
            Event::ComputeDelivered(event) => self.compute_delivered(event),
        }
    }

    /// Cents to an account; a debit is positive.
    pub(super) fn post(&mut self, account: u16, cents: i128) {
        *self.balances.entry(account).or_default() += cents;
        if account >= 9000 {
            self.unbalanced_memo += cents;
        } else {
            self.unbalanced += cents;
        }
    }

    /// What is missing so far goes to this account.
    pub(super) fn post_rest(&mut self, account: u16) {
        self.post(account, -self.unbalanced);
    }

    /// A balance that may not be taken below zero, on the side where it usually stands.
    pub(super) fn enough(&self, account: u16, side: i128, needed: i128) -> Done {
        let held = side * self.balances.get(&account).copied().unwrap_or(0);
        if needed > held { Err(format!("{account} has {held}, not {needed}")) } else { Ok(()) }
    }

    /// Off the balance sheet: the account and its contra.
    pub(super) fn memo(&mut self, account: u16, cents: i128) {
        self.post(account, cents);
        self.post(account + 9, -cents);
    }

    /// The name of the lot that this event gives birth to.
    pub(super) fn birth(&self) -> LotId {
        LotId { entry: self.number, event: self.event, part: 0 }
    }

    /// The event in accounting order.
    pub(super) fn came(&self) -> Came {
        Came { moment: self.moment, rank: self.rank, number: self.number, event: self.event }
    }

    /// A wallet, from whatever entry known declares it, however late.
    pub(super) fn wallet(&self, wallet: WalletId) -> Result<&'a WalletOpened, String> {
        let mut events = self.known.iter().flat_map(|line| &line.entry.events);
        let found = events.find_map(|event| {
            let Event::WalletOpened(opened) = event else { return None };
            (opened.wallet == wallet).then_some(opened)
        });
        found.ok_or_else(|| format!("{wallet} is not open"))
    }

    /// The account of coins that arrive in a wallet: as the wallet is designated.
    pub(super) fn coin_account(&self, place: Place) -> Result<u16, String> {
        match place {
            Place::Wallet(wallet) => match self.wallet(wallet)?.designation {
                Some(Designation::Strategic) => Ok(1211),
                Some(Designation::Operating) | None => Ok(1210),
            },
            Place::Facility(facility) => Ok(if self.is_disposal(facility)? { 1240 } else { 1220 }),
        }
    }

    /// How units leave under today's rules. Where lots are named, those of this book count. Tranches leave by
    /// FIFO where the method is `specific` and none is named.
    pub(super) fn leaving<'l>(&self, named: &'l [NamedLot]) -> Leaving<'l> {
        let named = if self.rules.method == LotMethod::Specific { named } else { &[] };
        Leaving { method: self.rules.method, named, half: self.rules.half, sent_by: None }
    }

    /// The lots that an event names for this book, else those that an instruction for its transaction does.
    pub(super) fn named(&self, lots: &[NamedLot]) -> Vec<NamedLot> {
        let here: Vec<NamedLot> =
            lots.iter().filter(|lot| lot.book.is_none_or(|book| book == self.book)).cloned().collect();
        if !here.is_empty() || self.rules.method != LotMethod::Specific {
            return here;
        }
        let instructed =
            self.instruction().map(|instruction| instruction.lots.as_slice()).unwrap_or_default();
        instructed.iter().map(|lot| NamedLot { book: None, lot: lot.lot, units: lot.units }).collect()
    }

    /// By which method lots leave a place where none is named: an instruction's where they are to be named. What a
    /// lender owes us is not ours to name.
    pub(super) fn method_at(&self, from: Place) -> Result<LotMethod, String> {
        let ours = if let Place::Facility(facility) = from { !self.is_disposal(facility)? } else { true };
        let instructed = self.instruction().and_then(|instruction| instruction.method);
        Ok(match instructed {
            Some(method) if ours && self.rules.method == LotMethod::Specific => method,
            Some(_) | None => self.rules.method,
        })
    }

    /// What a lender chooses is the oldest where we would name lots, whatever was instructed.
    pub(super) fn by_the_lender<T>(&mut self, chooses: impl FnOnce(&mut Self) -> T) -> T {
        let rules = self.rules;
        if rules.method == LotMethod::Specific {
            self.rules.method = LotMethod::Fifo;
        }
        let chosen = chooses(self);
        self.rules = rules;
        chosen
    }

    /// The instruction given last of those for the transaction, else of those that stand for all: given by now, and
    /// recorded before or proven.
    fn instruction(&self) -> Option<&'a LotInstructionRecorded> {
        let transaction =
            self.known.iter().find(|line| line.number == self.number).and_then(|line| line.entry.transaction);
        let given = self.known.iter().filter(|line| !line.is_mirror).flat_map(|line| {
            let number = line.number;
            line.entry.events.iter().filter_map(move |event| {
                let Event::LotInstructionRecorded(instruction) = event else { return None };
                Some((number, instruction))
            })
        });
        let counts = |(number, instruction): &(u64, &LotInstructionRecorded)| {
            instruction.book == self.book
                && Moment::at(instruction.given_at.micros()) <= self.moment
                && (*number < self.number || instruction.evidence.is_some())
        };
        let all: Vec<_> = given.filter(counts).collect();
        let last_for = |of| {
            let these = all.iter().filter(|(_, instruction)| instruction.sale_ref == of);
            these.max_by_key(|(number, instruction)| (instruction.given_at, *number)).map(|(_, last)| *last)
        };
        transaction.and_then(|of| last_for(Some(of))).or_else(|| last_for(None))
    }

    /// The journals of an entry that say so go back by themselves on this day.
    fn mirror(&mut self, line: &Line<'a>) -> Done {
        for event in &line.entry.events {
            let Event::JournalRecorded(journal) = event else { continue };
            if journal.reverses_on != Some(line.day) || journal.book.is_some_and(|book| book != self.book) {
                continue;
            }
            for line in &journal.lines {
                let cents = |money: Option<Money>| money.map_or(0, |money| numbers::cents(money.decimal()));
                self.post(line.account.number(), cents(line.credit) - cents(line.debit));
            }
        }
        Ok(())
    }

    /// A journal of all books, or of this one. A line on cash moves the wallet it names.
    fn journal(&mut self, event: &JournalRecorded) -> Done {
        if event.book.is_some_and(|book| book != self.book) {
            return Ok(());
        }
        for line in &event.lines {
            let debit = line.debit.map_or(0, |money| numbers::cents(money.decimal()));
            let credit = line.credit.map_or(0, |money| numbers::cents(money.decimal()));
            let cents = debit - credit;
            self.post(line.account.number(), cents);
            if let Some(wallet) = line.wallet {
                let units = cents * numbers::ten_to(numbers::FINE - 2);
                self.purse(wallet)?.change(units, cents)?;
            }
        }
        Ok(())
    }

    pub(super) fn half(&self) -> Half {
        self.rules.half
    }

    /// What the book holds now. The ratios use the latest prices at `end`, or now.
    pub(super) fn picture(&self, end: Option<Moment>) -> Picture {
        let mut picture = Picture { trial_balance: self.balances.clone(), ..Picture::default() };
        picture.trial_balance.retain(|_, cents| *cents != 0);
        for lot in &self.coins.lots {
            let Position { commodity, account, place } = lot.position;
            let (acquired, units, cost) = (lot.acquired, lot.units, lot.cost);
            if account == 1215 {
                *picture.in_transit.entry((place, commodity)).or_default() += units;
            }
            picture.lots.push(LotLine { lot: lot.lot, place, account, commodity, acquired, units, cost });
        }
        picture.lots.sort();
        picture.units =
            self.heaps.iter().filter(|(_, units)| **units != 0).map(|(at, units)| (*at, *units)).collect();
        for purse in self.purses.iter().filter(|purse| purse.units != 0) {
            picture.units.insert((Place::Wallet(purse.wallet), purse.currency), purse.units);
        }
        for pool in self.pools.iter().filter(|pool| pool.units != 0) {
            picture.from_pools.insert(pool.wallet, pool.units);
        }
        for owed in self.owed.iter().filter(|owed| owed.units != 0) {
            picture.owed.insert((owed.party, owed.commodity), owed.units);
        }
        for facility in self.facilities.iter().filter(|facility| facility.is_open) {
            let ltv = self.ltv(facility, end.unwrap_or(self.moment));
            let line = FacilityLine { principal: facility.principal, accrued: facility.accrued, ltv };
            picture.facilities.insert(facility.name, line);
        }
        picture.commitments = self.works.left();
        picture.assets = self.plant.carried();
        picture.contracts = self.contracts.iter().map(|contract| (contract.name, contract.left)).collect();
        picture.contracts.retain(|_, left| *left != 0);
        let open = self.derivatives.iter().filter(|derivative| derivative.is_open);
        picture.derivatives = open.map(|derivative| (derivative.name, derivative.said)).collect();
        picture
    }

    /// The account that a statement of the outside world names.
    pub(super) fn account_or(named: Option<Account>, category: Option<u16>) -> Result<u16, String> {
        named.map(Account::number).or(category).ok_or_else(|| "neither a category nor an account".to_owned())
    }
}
