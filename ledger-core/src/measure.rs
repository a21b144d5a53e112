//! What an event comes to in one book under its policy: `measure` reads the world and the book as they stand
//! before the event and changes neither. The posting rules turn the result into a journal.

mod asset;
mod books;
mod capex;
mod capital;
mod coins;
mod collateral;
mod contract;
mod derivative;
mod in_kind;
mod loan;
mod marks;
mod mining;
mod money;
mod reversal;
mod taken;
mod treasury;

pub use taken::{PriceTaken, Taken};

use crate::book::Book;
use crate::event::loan::Control;
use crate::event::{Event, declaration};
use crate::ids::{Commodity, FacilityId, TransactionId};
use crate::lots::Precision;
use crate::measured::Measured;
use crate::policy::{MeasurementModel, Pledge, Policy};
use crate::refusal::Refusal;
use crate::world::{Moment, Transit, World};

/// What a measurement may read.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// The world before the event.
    pub world: &'a World,
    /// The book before the event.
    pub book: &'a Book,
    /// The book's rules on the day of the event.
    pub policy: Policy,
    /// Which event, and when.
    pub at: Moment,
    /// The transaction that the event belongs to.
    pub transaction: Option<TransactionId>,
    /// The functional currency.
    pub functional: Commodity,
    /// How amounts are rounded.
    pub precision: Precision,
    /// Where it notes the prices that it takes.
    pub taken: &'a Taken,
}

impl<'a> Context<'a> {
    /// Gathers what a measurement may read.
    ///
    /// # Errors
    /// Refused while the ledger has not been opened, or the book is not one of its books.
    pub fn new(
        world: &'a World,
        book: &'a Book,
        at: Moment,
        taken: &'a Taken,
    ) -> Result<Context<'a>, Refusal> {
        let functional = world.settings()?.functional;
        let policy = world.book(book.name())?.policy_on(at.day);
        let precision = Precision { scale: world.scale(functional)?.into(), rounding: policy.rounding };
        Ok(Context { world, book, policy, at, transaction: None, functional, precision, taken })
    }

    /// The same for an event of a transaction.
    #[must_use]
    pub fn of_transaction(self, transaction: Option<TransactionId>) -> Context<'a> {
        Context { transaction, ..self }
    }

    /// Whether control of coins with a lender has passed, as this book sees it.
    ///
    /// # Errors
    /// Refused when there is no such facility.
    pub fn control(&self, facility: FacilityId) -> Result<Control, Refusal> {
        let terms = &self.world.facility(facility)?.terms;
        Ok(match self.policy.pledge {
            Pledge::ByControl => terms.control,
            Pledge::NeverADisposal => Control::Kept,
        })
    }
}

/// Fills `m` with the amounts of an event in a book; whatever it held is gone.
///
/// # Errors
/// [`Refusal`] when coins, lots or prices that it needs are not there, or an amount does not fit.
pub fn measure(cx: &Context<'_>, event: &Event, m: &mut Measured) -> Result<(), Refusal> {
    m.clear();
    if let Event::PolicyAdopted(e) = event {
        return marks::policy_adopted(cx, e, m);
    }
    match event {
        Event::OpeningRecorded(e) => books::opening_recorded(cx, e, m),
        Event::FairValueMarked(e) => marks::fair_value_marked(cx, e, m),
        Event::JournalRecorded(e) => books::journal_recorded(cx, e, m),
        Event::EntryReversed(e) => reversal::entry_reversed(cx, e, m),
        Event::CoinsEarned(e) => mining::coins_earned(cx, e, m),
        Event::CoinsReceived(e) => mining::coins_received(cx, e, m),
        Event::CoinsMined(e) => mining::coins_mined(cx, e, m),
        Event::CoinsBought(e) => treasury::coins_bought(cx, e, m),
        Event::CoinsSold(e) => treasury::coins_sold(cx, e, m),
        Event::CoinsMoved(e) => treasury::coins_moved(cx, e, m),
        Event::CoinsDesignated(e) => treasury::coins_designated(cx, e, m),
        Event::CurrencyConverted(e) => treasury::currency_converted(cx, e, m),
        Event::CashReceived(e) => treasury::cash_received(cx, e, m),
        Event::CashPaid(e) => treasury::cash_paid(cx, e, m),
        Event::CoinsSpent(e) => in_kind::coins_spent(cx, e, m),
        Event::CoinsAccepted(e) => in_kind::coins_accepted(cx, e, m),
        Event::CoinsContributed(e) => in_kind::coins_contributed(cx, e, m),
        Event::CoinsDistributed(e) => in_kind::coins_distributed(cx, e, m),
        Event::CoinsImpounded(e) => in_kind::coins_impounded(cx, e, m),
        Event::CoinsLost(e) => in_kind::coins_lost(cx, e, m),
        Event::DerivativeOpened(e) => derivative::derivative_opened(cx, e, m),
        Event::DerivativeMarked(e) => derivative::derivative_marked(cx, e, m),
        Event::DerivativeSettled(e) => derivative::derivative_settled(cx, e, m),
        Event::FacilityOpened(e) => loan::facility_opened(cx, e, m),
        Event::LoanDrawn(e) => loan::loan_drawn(cx, e, m),
        Event::InterestAccrued(e) => loan::interest_accrued(cx, e, m),
        Event::InterestPaid(e) => loan::interest_paid(cx, e, m),
        Event::LoanRepaid(e) => loan::loan_repaid(cx, e, m),
        Event::FacilityRetired(e) => loan::facility_retired(cx, e, m),
        Event::FacilityAmended(e) => loan::facility_amended(cx, e, m),
        Event::IssueCostAmortised(e) => loan::issue_cost_amortised(cx, e, m),
        Event::CollateralLiquidated(e) => loan::collateral_liquidated(cx, e, m),
        Event::CollateralPosted(e) => collateral::collateral_posted(cx, e, m),
        Event::CollateralReleased(e) => collateral::collateral_released(cx, e, m),
        Event::CapexCommitted(e) => capex::capex_committed(cx, e, m),
        Event::CapexAmended(e) => capex::capex_amended(cx, e, m),
        Event::CapexCancelled(e) => capex::capex_cancelled(cx, e, m),
        Event::DepositPaid(e) => capex::deposit_paid(cx, e, m),
        Event::CapexInvoiced(e) => capex::capex_invoiced(cx, e, m),
        Event::CapexPaid(e) => capex::capex_paid(cx, e, m),
        Event::InterestCapitalised(e) => capex::interest_capitalised(cx, e, m),
        Event::AssetPlacedInService(e) => asset::asset_placed_in_service(cx, e, m),
        Event::DepreciationCharged(e) => asset::depreciation_charged(cx, e, m),
        Event::AssetImpaired(e) => asset::asset_impaired(cx, e, m),
        Event::AssetDisposed(e) => asset::asset_disposed(cx, e, m),
        Event::OperatingCostRecorded(e) => contract::operating_cost_recorded(cx, e, m),
        Event::PowerContracted(e) => contract::power_contracted(cx, e, m),
        Event::PowerBilled(e) => contract::power_billed(cx, e, m),
        Event::ComputeContracted(e) => contract::compute_contracted(cx, e, m),
        Event::ComputeDelivered(e) => contract::compute_delivered(cx, e, m),
        Event::SharesIssued(e) => capital::shares_issued(cx, e, m),
        Event::SharesRepurchased(e) => capital::shares_repurchased(cx, e, m),
        Event::TranslationRecorded(e) => treasury::translation_recorded(cx, e, m),
        declaration!()
        | Event::RateReset(_)
        | Event::MarginCalled(_)
        | Event::MarginCallMet(_)
        | Event::MarginCallLapsed(_)
        | Event::OperatingMetricRecorded(_) => Ok(()),
    }?;
    // An opening states allowances and surplus with its other balances.
    if matches!(event, Event::OpeningRecorded(_)) {
        return Ok(());
    }
    if !matches!(event, Event::EntryReversed(_)) {
        money::stablecoin_lots(cx, m)?;
    }
    coins::pool_arrivals(cx, m);
    collateral::expected_loss(cx, m)?;
    marks::surplus_realised(cx, m)?;
    let revalues = cx.policy.measurement == MeasurementModel::Revaluation;
    if revalues && matches!(event, Event::EntryReversed(_)) { marks::less_mirrored(m) } else { Ok(()) }
}

/// Fills `m` with what the arrival of coins comes to in a book; whatever it held is gone.
///
/// # Errors
/// [`Refusal`] when an amount does not fit.
pub fn measure_arrival(cx: &Context<'_>, transit: &Transit, m: &mut Measured) -> Result<(), Refusal> {
    m.clear();
    treasury::coins_arrived(cx, transit, m)?;
    coins::pool_arrivals(cx, m);
    Ok(())
}
