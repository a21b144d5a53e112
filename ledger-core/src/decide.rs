//! What may be appended. An entry is tried in full before anything is written: its form, what it declares,
//! each event against the world, and a fold of every book. What is refused changes nothing.

mod books;
mod capital;
mod coins;
mod door;
mod loan;

use std::collections::{HashMap, HashSet};

use crate::entry::{Entry, EntryId};
use crate::event::Event;
use crate::fold::{Fold, Posted};
use crate::ids::Commodity;
use crate::refusal::Refusal;
use crate::replay::{CannotFold, declared, with_declarations};
use crate::resolve::{Applied, Question, Recorded, in_accounting_order, known, resolve};
use crate::time::{Day, OrderKey};
use crate::world::{Moment, World};
use door::Door;

/// A refusal, and the event that it is about.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{why}")]
pub struct Refused {
    /// The event's place in the entry; `None` when the refusal is about the entry as a whole.
    pub event: Option<usize>,
    /// Why it is refused.
    pub why: Refusal,
}

impl From<Refusal> for Refused {
    fn from(why: Refusal) -> Refused {
        Refused { event: None, why }
    }
}

/// What becomes of an entry.
#[derive(Debug)]
pub enum Decision {
    /// The same entry stands in the log already.
    AlreadyRecorded(u64),
    /// It may be appended under the next number.
    Accepted(Accepted),
}

/// An entry that may be appended.
#[derive(Debug)]
pub struct Accepted {
    /// The number it will have.
    pub number: u64,
    /// Its place in accounting order, which the log keeps beside it.
    pub order: OrderKey,
    /// Whether it goes before entries already recorded.
    pub late: bool,
    /// What it posts.
    pub posted: Vec<Posted>,
}

/// The log as folded so far, ready to decide the next entry.
#[derive(Debug, Default)]
pub struct History {
    log: Vec<Recorded>,
    numbers: HashMap<EntryId, usize>,
    fold: Fold,
    last: Option<OrderKey>,
    pending: Option<Pending>,
}

#[derive(Debug)]
struct Pending {
    order: OrderKey,
    refolded: Option<Fold>,
}

impl History {
    /// Folds a log.
    ///
    /// # Errors
    /// [`CannotFold`] names the first entry that does not stand.
    pub fn of(log: Vec<Recorded>) -> Result<History, CannotFold> {
        let mut fold = declared(&log, &Question::default());
        let mut last = None;
        for applied in resolve(&log, &Question::default(), fold.zone()) {
            fold.apply(&applied).map_err(|why| CannotFold { number: applied.number, why })?;
            last = Some(applied.order);
        }
        let numbers = log.iter().enumerate().map(|(at, recorded)| (recorded.entry.id, at)).collect();
        Ok(History { log, numbers, fold, last, pending: None })
    }

    /// The entries, by number.
    #[must_use]
    pub fn log(&self) -> &[Recorded] {
        &self.log
    }

    /// World and books after the last entry.
    #[must_use]
    pub fn fold(&self) -> &Fold {
        &self.fold
    }

    /// Tries an entry. What was accepted waits until [`History::accept`] or [`History::withdraw`].
    ///
    /// # Errors
    /// [`Refused`] says why it may not be appended; nothing is changed then.
    pub fn consider(&mut self, entry: &Entry) -> Result<Decision, Refused> {
        self.withdraw();
        if let Some(recorded) = self.numbers.get(&entry.id).and_then(|at| self.log.get(*at)) {
            let number = recorded.number;
            let same = recorded.entry == *entry;
            return match same {
                true => Ok(Decision::AlreadyRecorded(number)),
                false => Err(Refusal::IdReused { number, id: entry.id }.into()),
            };
        }
        let number = self.log.len() as u64 + 1;
        let tried = self.try_entry(number, entry);
        if tried.is_err() {
            self.fold.rollback();
        }
        let (order, late, posted, refolded) = tried?;
        self.pending = Some(Pending { order, refolded });
        Ok(Decision::Accepted(Accepted { number, order, late, posted }))
    }

    /// Takes in the entry just considered, which the log now holds.
    pub fn accept(&mut self, recorded: Recorded) {
        if let Some(pending) = self.pending.take() {
            match pending.refolded {
                Some(refolded) => self.fold = refolded,
                None => self.fold.commit(),
            }
            self.last = self.last.max(Some(pending.order));
            self.numbers.insert(recorded.entry.id, self.log.len());
            self.log.push(recorded);
        }
    }

    /// Forgets the entry just considered.
    pub fn withdraw(&mut self) {
        if self.pending.take().is_some() {
            self.fold.rollback();
        }
    }

    fn try_entry(
        &mut self,
        number: u64,
        entry: &Entry,
    ) -> Result<(OrderKey, bool, Vec<Posted>, Option<Fold>), Refused> {
        check_form(entry, self.log.is_empty())?;
        let mut observed = HashSet::new();
        for (index, event) in entry.events.iter().enumerate() {
            let checked = books::no_facts_yet(self.fold.world(), event)
                .and_then(|()| observed_once(&mut observed, event))
                .and_then(|()| check_declaration(&self.fold, event));
            checked.map_err(|why| Refused { event: Some(index), why })?;
            self.fold.declare(number, entry.effective, event);
        }
        let zone = self.fold.zone();
        check_time(self.fold.world(), entry)?;
        let order = entry.order(zone);
        let late = self.last.is_some_and(|last| order < last) || self.reaches_back(entry);
        let applied = Applied { order, number, entry };
        if !late {
            let posted = try_events(&mut self.fold, &applied)?;
            return Ok((order, late, posted, None));
        }
        self.fold.rollback();
        let (posted, refolded) = self.refold(number, entry)?;
        Ok((order, late, posted, Some(refolded)))
    }

    /// Folds everything anew with a late entry in its place.
    fn refold(&self, number: u64, entry: &Entry) -> Result<(Vec<Posted>, Fold), Refused> {
        let all = || known(&self.log, &Question::default()).chain([(number, entry)]);
        let mut fold = with_declarations(all());
        let mut own = Vec::new();
        for applied in in_accounting_order(all(), fold.zone()) {
            let posted = try_events(&mut fold, &applied);
            if applied.number == number {
                own = posted?;
            } else {
                posted.map_err(|refused| Refusal::LaterEntryCannotStand {
                    number: applied.number,
                    effective: applied.entry.effective,
                    why: Box::new(refused.why),
                })?;
            }
            fold.commit();
        }
        Ok((own, fold))
    }

    /// Whether it changes the rules of days that have entries already.
    fn reaches_back(&self, entry: &Entry) -> bool {
        let zone = self.fold.zone();
        let reaches =
            |from: Day| self.log.iter().any(|recorded| zone.day_of(recorded.entry.effective) >= from);
        entry
            .events
            .iter()
            .any(|event| matches!(event, Event::PolicyAdopted(adopted) if reaches(adopted.from)))
    }
}

fn check_form(entry: &Entry, is_first: bool) -> Result<(), Refusal> {
    let first = entry.events.first().ok_or(Refusal::NoEvents {})?;
    door::text("the memo", entry.memo.as_deref(), 1000)?;
    entry
        .evidence
        .iter()
        .try_for_each(|evidence| door::text("evidence's name", Some(&evidence.name), 500))?;
    if is_first && !matches!(first, Event::LedgerOpened(_)) {
        return Err(Refusal::LedgerNotOpened {});
    }
    Ok(())
}

/// An entry observes a commodity once, for an observation is named by its entry and the commodity.
fn observed_once(observed: &mut HashSet<Commodity>, event: &Event) -> Result<(), Refusal> {
    let Event::PriceObserved(e) = event else { return Ok(()) };
    if observed.insert(e.commodity) {
        return Ok(());
    }
    Err(Refusal::NamedTwice { what: format!("the price of {}", e.commodity) })
}

fn check_time(world: &World, entry: &Entry) -> Result<(), Refusal> {
    let settings = world.settings()?;
    let effective = entry.effective;
    if settings.zone.day_of(effective) < settings.zone.day_of(settings.opened) {
        return Err(Refusal::BeforeOpening { effective, opened: settings.opened });
    }
    match entry.occurred {
        Some(occurred) if occurred > settings.zone.day_of(effective) => {
            Err(Refusal::OccurredLater { occurred, effective })
        }
        Some(_) | None => Ok(()),
    }
}

fn try_events(fold: &mut Fold, applied: &Applied<'_>) -> Result<Vec<Posted>, Refused> {
    let mut all = Vec::new();
    for (index, event) in applied.entry.events.iter().enumerate() {
        let tried = try_event(fold, applied, index, event);
        all.extend(tried.map_err(|why| Refused { event: Some(index), why })?);
    }
    Ok(all)
}

fn try_event(
    fold: &mut Fold,
    applied: &Applied<'_>,
    index: usize,
    event: &Event,
) -> Result<Vec<Posted>, Refusal> {
    if !event.is_declaration() && !matches!(event, Event::OpeningRecorded(_) | Event::FacilityOpened(_)) {
        books::all_opened(fold.world())?;
    }
    check_event(fold.world(), &applied.moment(index, fold.zone()), event)?;
    fold.apply_event(applied, index)
}

fn check_declaration(fold: &Fold, event: &Event) -> Result<(), Refusal> {
    let world = fold.world();
    if let Event::LedgerOpened(e) = event {
        return books::ledger_opened(world, e);
    }
    let door = Door::of(world)?;
    if let Event::PolicyAdopted(e) = event {
        books::policy_adopted(&door, e)
    } else if let Event::CommodityDeclared(e) = event {
        books::commodity_declared(&door, e)
    } else if let Event::AccountOpened(e) = event {
        books::account_opened(&door, e)
    } else if let Event::WalletOpened(e) = event {
        books::wallet_opened(&door, e)
    } else if let Event::PartyRegistered(e) = event {
        books::party_registered(&door, e)
    } else if let Event::PriceObserved(e) = event {
        books::price_observed(&door, e)
    } else {
        Ok(())
    }
}

/// Whether the world, as it stands before an event, lets it happen.
fn check_event(world: &World, at: &Moment, event: &Event) -> Result<(), Refusal> {
    let door = Door::of(world)?;
    match event {
        // Checked when declared.
        Event::LedgerOpened(_)
        | Event::PolicyAdopted(_)
        | Event::CommodityDeclared(_)
        | Event::AccountOpened(_)
        | Event::WalletOpened(_)
        | Event::PartyRegistered(_)
        | Event::PriceObserved(_) => Ok(()),
        Event::EvidenceAttached(e) => books::evidence_attached(at, e),
        Event::OpeningRecorded(e) => books::opening_recorded(&door, at, e),
        Event::FairValueMarked(e) => books::fair_value_marked(&door, at, e),
        Event::JournalRecorded(e) => books::journal_recorded(&door, e),
        Event::CoinsEarned(e) => coins::coins_earned(&door, e),
        Event::CoinsReceived(e) => coins::coins_received(&door, e),
        Event::CoinsMined(e) => coins::coins_mined(&door, e),
        Event::CoinsBought(e) => coins::coins_bought(&door, e),
        Event::CoinsSold(e) => coins::coins_sold(&door, e),
        Event::CoinsMoved(e) => coins::coins_moved(&door, e),
        Event::CoinsDesignated(e) => coins::coins_designated(&door, e),
        Event::CollateralPosted(e) => coins::collateral_posted(&door, e),
        Event::CollateralReleased(e) => coins::collateral_released(&door, e),
        Event::CurrencyConverted(e) => capital::currency_converted(&door, e),
        Event::CashReceived(e) => capital::cash_received(&door, e),
        Event::CashPaid(e) => capital::cash_paid(&door, e),
        Event::CapexCommitted(e) => capital::capex_committed(&door, e),
        Event::DepositPaid(e) => capital::deposit_paid(&door, e),
        Event::OperatingCostRecorded(e) => capital::operating_cost_recorded(&door, e),
        Event::SharesIssued(e) => capital::shares_issued(&door, e),
        Event::FacilityOpened(e) => loan::facility_opened(&door, e),
        Event::LoanDrawn(e) => loan::loan_drawn(&door, e),
        Event::InterestAccrued(e) => loan::interest_accrued(&door, at, e),
        Event::InterestPaid(e) => loan::interest_paid(&door, e),
        Event::LoanRepaid(e) => loan::loan_repaid(&door, e),
        Event::FacilityRetired(e) => loan::facility_retired(&door, at, e),
        Event::MarginCalled(e) => loan::margin_called(&door, e),
        Event::MarginCallMet(e) => loan::margin_call_met(&door, e),
    }
}
