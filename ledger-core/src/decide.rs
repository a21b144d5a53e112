//! What may be appended. An entry is tried in full before anything is written: its form, what it declares,
//! each event against the world, and a fold of every book. What is refused changes nothing.

mod amendment;
mod approvals;
mod asset;
mod books;
mod capex;
mod capital;
mod closing;
mod coins;
mod contract;
mod decider;
mod derivative;
mod door;
mod history;
mod in_kind;
mod instructions;
mod loan;
mod lockout;
mod margin;
mod named;
mod people;
mod price_terms;
mod reconciliation;
mod reversal;
mod what_if;

pub use approvals::{approvers, is_never_alone, waiting};
pub use closing::keeps_closed;
pub use decider::{Decider, Past, Undecided};
pub use history::History;
pub use lockout::could_enrol;
use people::may_record;
pub use people::{Signer, admit, needed};
pub use what_if::what_if;

use std::collections::HashSet;

use crate::entry::Entry;
use crate::event::Event;
use crate::fold::{Fold, Posted};
use crate::ids::Commodity;
use crate::refusal::Refusal;
use crate::resolve::Applied;
use crate::time::OrderKey;
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
    /// What it posts; empty where nobody asked to be shown.
    pub posted: Vec<Posted>,
    /// What it proposes or approves of would post, if it has to wait for more approvals.
    pub would_post: Vec<Posted>,
}

/// What whoever decides wants to see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Showing {
    /// The journals that an entry posts.
    Journals,
    /// Only whether it is accepted, which costs less.
    Nothing,
}

fn check_form(entry: &Entry, is_first: bool) -> Result<(), Refusal> {
    let first = entry.events.first().ok_or(Refusal::NoEvents {})?;
    door::text("the memo", entry.memo.as_deref(), 1000)?;
    entry
        .evidence
        .iter()
        .try_for_each(|evidence| door::text("evidence's name", Some(&evidence.name), 500))?;
    closing::alone(entry)?;
    reconciliation::run_once(entry)?;
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
    closing::open(world, settings.zone.day_of(effective), entry)?;
    match entry.occurred {
        Some(occurred) if occurred > settings.zone.day_of(effective) => {
            Err(Refusal::OccurredLater { occurred, effective })
        }
        Some(_) | None => Ok(()),
    }
}

/// Whether an entry is in the log already: what is refused of new ones only may stand there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tried {
    New,
    Recorded,
}

/// Tries all events of an entry; what they post is kept only if it is to be shown.
fn try_events(
    fold: &mut Fold,
    applied: &Applied<'_>,
    tried: Tried,
    showing: Showing,
) -> Result<Vec<Posted>, Refused> {
    let mut all = Vec::new();
    fold.let_arrive(applied.order)?;
    for (index, event) in applied.entry.events.iter().enumerate() {
        let checked = check_before(fold, applied, index, event).and_then(|()| match tried {
            Tried::New => named::lots_taken(fold, &applied.moment(index, fold.zone()), event),
            Tried::Recorded => Ok(()),
        });
        let tried = checked.and_then(|()| match showing {
            Showing::Journals => fold.apply_event(applied, index).map(|posted| all.extend(posted)),
            Showing::Nothing => fold.apply_event_unseen(applied, index),
        });
        tried.map_err(|why| Refused { event: Some(index), why })?;
    }
    Ok(all)
}

fn check_before(fold: &Fold, applied: &Applied<'_>, index: usize, event: &Event) -> Result<(), Refusal> {
    if !event.is_declaration() && !event.precedes_openings() {
        books::all_opened(fold.world())?;
    }
    check_event(fold.world(), &applied.moment(index, fold.zone()), event)
}

fn check_declaration(fold: &Fold, entry: &Entry, event: &Event) -> Result<(), Refusal> {
    let world = fold.world();
    if let Event::LedgerOpened(e) = event {
        return books::ledger_opened(world, e);
    }
    let door = Door::of(world)?;
    if let Event::PolicyAdopted(e) = event {
        let mut positions = fold.book(e.book)?.lots().positions();
        let holds_coins = positions.any(|(_, holding)| !holding.units.is_zero());
        books::policy_adopted(&door, e, holds_coins)
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
    } else if let Event::LotInstructionRecorded(e) = event {
        instructions::lot_instruction_recorded(&door, e)
    } else if let Event::EntryReversed(e) = event {
        reversal::declared(&door, e)
    } else if let Event::PeriodClosed(e) = event {
        closing::period_closed(&door, fold.zone().day_of(entry.effective), e)
    } else if let Event::PeriodReopened(e) = event {
        closing::period_reopened(&door, e)
    } else if let Event::ActorEnrolled(e) = event {
        people::actor_enrolled(world.people(), e)
    } else if let Event::ActorRevoked(e) = event {
        people::actor_revoked(world.people(), e)
    } else if let Event::ApprovalPolicyAdopted(e) = event {
        approvals::policy_adopted(world.people(), e)
    } else {
        reconciliation::declared(&door, fold.zone().day_of(entry.effective), event)
    }
}

/// Whether the world, as it stands before an event, lets it happen.
fn check_event(world: &World, at: &Moment, event: &Event) -> Result<(), Refusal> {
    let door = Door::of(world)?;
    match event {
        // Checked when declared.
        Event::PolicyAdopted(e) => books::adoption_dated(at, e),
        Event::LedgerOpened(e) => books::books_opened(at, e),
        Event::CommodityDeclared(_)
        | Event::AccountOpened(_)
        | Event::WalletOpened(_)
        | Event::PartyRegistered(_)
        | Event::PriceObserved(_)
        | Event::PeriodClosed(_)
        | Event::PeriodReopened(_)
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
        | Event::EntryRejected(_) => Ok(()),
        Event::EvidenceAttached(e) => books::evidence_attached(at, e),
        Event::TextErased(e) => door::text("the reason", Some(&e.reason), 500),
        Event::OpeningRecorded(e) => books::opening_recorded(&door, at, e),
        Event::FairValueMarked(e) => books::fair_value_marked(&door, at, e),
        Event::JournalRecorded(e) => books::journal_recorded(&door, at, e),
        Event::EntryReversed(e) => reversal::entry_reversed(at, e),
        Event::CoinsEarned(e) => coins::coins_earned(&door, e),
        Event::CoinsReceived(e) => coins::coins_received(&door, e),
        Event::CoinsMined(e) => coins::coins_mined(&door, e),
        Event::CoinsBought(e) => coins::coins_bought(&door, e),
        Event::CoinsSold(e) => coins::coins_sold(&door, e),
        Event::CoinsMoved(e) => coins::coins_moved(&door, at, e),
        Event::CoinsDesignated(e) => coins::coins_designated(&door, e),
        Event::CollateralPosted(e) => coins::collateral_posted(&door, e),
        Event::CollateralReleased(e) => coins::collateral_released(&door, e),
        Event::CurrencyConverted(e) => capital::currency_converted(&door, e),
        Event::CashReceived(e) => capital::cash_received(&door, e),
        Event::CashPaid(e) => capital::cash_paid(&door, e),
        Event::CapexCommitted(e) => capex::capex_committed(&door, e),
        Event::CapexAmended(e) => capex::capex_amended(&door, e),
        Event::CapexCancelled(e) => capex::capex_cancelled(&door, e),
        Event::DepositPaid(e) => capex::deposit_paid(&door, e),
        Event::CapexInvoiced(e) => capex::capex_invoiced(&door, e),
        Event::CapexPaid(e) => capex::capex_paid(&door, e),
        Event::InterestCapitalised(e) => capex::interest_capitalised(&door, at, e),
        Event::AssetPlacedInService(e) => asset::asset_placed_in_service(&door, e),
        Event::DepreciationCharged(e) => asset::depreciation_charged(&door, at, e),
        Event::AssetImpaired(e) => asset::asset_impaired(&door, at, e),
        Event::AssetDisposed(e) => asset::asset_disposed(&door, at, e),
        Event::OperatingCostRecorded(e) => contract::operating_cost_recorded(&door, e),
        Event::PowerContracted(e) => contract::power_contracted(&door, e),
        Event::PowerBilled(e) => contract::power_billed(&door, e),
        Event::ComputeContracted(e) => contract::compute_contracted(&door, e),
        Event::ComputeDelivered(e) => contract::compute_delivered(&door, e),
        Event::OperatingMetricRecorded(e) => contract::operating_metric_recorded(e),
        Event::SharesIssued(e) => capital::shares_issued(&door, e),
        Event::SharesRepurchased(e) => capital::shares_repurchased(&door, e),
        Event::TranslationRecorded(e) => capital::translation_recorded(&door, e),
        Event::CoinsSpent(e) => in_kind::coins_spent(&door, e),
        Event::CoinsAccepted(e) => in_kind::coins_accepted(&door, e),
        Event::CoinsContributed(e) => in_kind::coins_contributed(&door, e),
        Event::CoinsDistributed(e) => in_kind::coins_distributed(&door, e),
        Event::CoinsImpounded(e) => in_kind::coins_impounded(&door, e),
        Event::CoinsLost(e) => in_kind::coins_lost(&door, e),
        Event::DerivativeOpened(e) => derivative::derivative_opened(&door, e),
        Event::DerivativeMarked(e) => derivative::derivative_marked(&door, e),
        Event::DerivativeSettled(e) => derivative::derivative_settled(&door, e),
        Event::FacilityOpened(e) => loan::facility_opened(&door, e),
        Event::LoanDrawn(e) => loan::loan_drawn(&door, e),
        Event::InterestAccrued(e) => loan::interest_accrued(&door, at, e),
        Event::InterestPaid(e) => loan::interest_paid(&door, e),
        Event::LoanRepaid(e) => loan::loan_repaid(&door, e),
        Event::FacilityRetired(e) => loan::facility_retired(&door, at, e),
        Event::MarginCalled(e) => margin::margin_called(&door, e),
        Event::FacilityAmended(e) => amendment::facility_amended(&door, at, e),
        Event::RateReset(e) => loan::rate_reset(&door, e),
        Event::IssueCostAmortised(e) => loan::issue_cost_amortised(&door, at, e),
        Event::MarginCallMet(e) => margin::margin_call_met(&door, e),
        Event::MarginCallLapsed(e) => margin::margin_call_lapsed(&door, at, e),
        Event::CollateralLiquidated(e) => margin::collateral_liquidated(&door, e),
    }
}
