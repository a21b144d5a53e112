//! What an event comes to in one book under its policy: `measure` reads the world and the book as they stand
//! before the event and changes neither. The posting rules turn the result into a journal.

mod books;
mod capital;
mod coins;
mod collateral;
mod loan;
mod mining;
mod money;
mod treasury;

use crate::book::Book;
use crate::event::loan::Control;
use crate::event::{Event, declaration};
use crate::ids::{Commodity, FacilityId};
use crate::lots::Precision;
use crate::measured::Measured;
use crate::policy::{Pledge, Policy};
use crate::refusal::Refusal;
use crate::world::{Moment, World};

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
    /// The functional currency.
    pub functional: Commodity,
    /// How amounts are rounded.
    pub precision: Precision,
}

impl<'a> Context<'a> {
    /// Gathers what a measurement may read.
    ///
    /// # Errors
    /// Refused while the ledger has not been opened, or the book is not one of its books.
    pub fn new(world: &'a World, book: &'a Book, at: Moment) -> Result<Context<'a>, Refusal> {
        let functional = world.settings()?.functional;
        let policy = world.book(book.name())?.policy_on(at.day);
        let precision = Precision { scale: world.scale(functional)?.into(), rounding: policy.rounding };
        Ok(Context { world, book, policy, at, functional, precision })
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

/// The amounts of an event in a book.
///
/// # Errors
/// [`Refusal`] when coins, lots or prices that it needs are not there, or an amount does not fit.
pub fn measure(cx: &Context<'_>, event: &Event) -> Result<Measured, Refusal> {
    match event {
        Event::OpeningRecorded(e) => books::opening_recorded(cx, e),
        Event::FairValueMarked(e) => books::fair_value_marked(cx, e),
        Event::JournalRecorded(e) => books::journal_recorded(cx, e),
        Event::CoinsEarned(e) => mining::coins_earned(cx, e),
        Event::CoinsReceived(e) => mining::coins_received(cx, e),
        Event::CoinsMined(e) => mining::coins_mined(cx, e),
        Event::CoinsBought(e) => treasury::coins_bought(cx, e),
        Event::CoinsSold(e) => treasury::coins_sold(cx, e),
        Event::CoinsMoved(e) => treasury::coins_moved(cx, e),
        Event::CoinsDesignated(e) => treasury::coins_designated(cx, e),
        Event::CurrencyConverted(e) => treasury::currency_converted(cx, e),
        Event::CashReceived(e) => treasury::cash_received(cx, e),
        Event::CashPaid(e) => treasury::cash_paid(cx, e),
        Event::FacilityOpened(e) => loan::facility_opened(cx, e),
        Event::LoanDrawn(e) => loan::loan_drawn(cx, e),
        Event::InterestAccrued(e) => loan::interest_accrued(cx, e),
        Event::InterestPaid(e) => loan::interest_paid(cx, e),
        Event::LoanRepaid(e) => loan::loan_repaid(cx, e),
        Event::FacilityRetired(e) => loan::facility_retired(cx, e),
        Event::CollateralPosted(e) => collateral::collateral_posted(cx, e),
        Event::CollateralReleased(e) => collateral::collateral_released(cx, e),
        Event::CapexCommitted(e) => capital::capex_committed(cx, e),
        Event::DepositPaid(e) => capital::deposit_paid(cx, e),
        Event::OperatingCostRecorded(e) => capital::operating_cost_recorded(cx, e),
        Event::SharesIssued(e) => capital::shares_issued(cx, e),
        declaration!() | Event::MarginCalled(_) | Event::MarginCallMet(_) => Ok(Measured::default()),
    }
}
