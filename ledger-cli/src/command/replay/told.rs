//! What an event is, in a sentence for who reads a ledger and not a program. What it comes to in the books stands in its
//! journals; the sentence says what happened in the world.

mod books;
mod coins;
mod loans;
mod plant;

use ledger_core::event::Event;
use ledger_core::ids::{Commodity, PartyId, Segment};
use ledger_core::money::{Amount, Money, Price, Rate, Units};
use ledger_core::world::World;
use rust_decimal::Decimal;

use super::walk::Step;
use crate::render::Look;
use crate::render::figures::grouped;

/// What the figures of a sentence are written with.
pub(super) struct Words<'a> {
    world: &'a World,
    look: &'a Look,
}

/// A step in sentences, one for each event.
pub(super) fn told(step: &Step<'_>, world: &World, look: &Look) -> Vec<String> {
    let words = Words { world, look };
    if step.is_arrival {
        return step.units_moved().iter().map(|moved| words.arrival(moved)).collect();
    }
    step.applied.entry.events.iter().map(|event| words.event(event)).collect()
}

impl Words<'_> {
    fn arrival(&self, moved: &super::parts::UnitsMoved) -> String {
        let came = moved.after.minus(moved.before).unwrap_or_default();
        format!("{} that were on their way are in {} now", self.coins(came, moved.commodity), moved.place)
    }

    fn event(&self, event: &Event) -> String {
        match event {
            Event::LedgerOpened(_)
            | Event::PolicyAdopted(_)
            | Event::CommodityDeclared(_)
            | Event::AccountOpened(_)
            | Event::WalletOpened(_)
            | Event::PartyRegistered(_)
            | Event::OpeningRecorded(_)
            | Event::PriceObserved(_)
            | Event::FairValueMarked(_)
            | Event::JournalRecorded(_)
            | Event::EvidenceAttached(_)
            | Event::TextErased(_)
            | Event::EntryReversed(_)
            | Event::PeriodClosed(_)
            | Event::PeriodReopened(_)
            | Event::LotInstructionRecorded(_)
            | Event::OperatingMetricRecorded(_)
            | Event::ActorEnrolled(_)
            | Event::ActorRevoked(_)
            | Event::ApprovalPolicyAdopted(_)
            | Event::EntryProposed(_)
            | Event::EntryApproved(_)
            | Event::EntryRejected(_)
            | Event::StatementRecorded(_)
            | Event::ReconciliationRun(_)
            | Event::BreakExplained(_)
            | Event::ReconciliationSignedOff(_)
            | Event::TranslationRecorded(_)
            | Event::SharesIssued(_)
            | Event::SharesRepurchased(_) => self.of_books(event),
            Event::CoinsEarned(_)
            | Event::CoinsReceived(_)
            | Event::CoinsMined(_)
            | Event::CoinsBought(_)
            | Event::CoinsSold(_)
            | Event::CoinsMoved(_)
            | Event::CoinsDesignated(_)
            | Event::CurrencyConverted(_)
            | Event::CashReceived(_)
            | Event::CashPaid(_)
            | Event::CoinsSpent(_)
            | Event::CoinsAccepted(_)
            | Event::CoinsContributed(_)
            | Event::CoinsDistributed(_)
            | Event::CoinsImpounded(_)
            | Event::CoinsLost(_) => self.of_coins(event),
            Event::DerivativeOpened(_)
            | Event::DerivativeMarked(_)
            | Event::DerivativeSettled(_)
            | Event::FacilityOpened(_)
            | Event::LoanDrawn(_)
            | Event::InterestAccrued(_)
            | Event::InterestPaid(_)
            | Event::LoanRepaid(_)
            | Event::FacilityRetired(_)
            | Event::FacilityAmended(_)
            | Event::RateReset(_)
            | Event::IssueCostAmortised(_)
            | Event::CollateralPosted(_)
            | Event::CollateralReleased(_)
            | Event::MarginCalled(_)
            | Event::MarginCallMet(_)
            | Event::MarginCallLapsed(_)
            | Event::CollateralLiquidated(_) => self.of_loans(event),
            Event::CapexCommitted(_)
            | Event::DepositPaid(_)
            | Event::CapexAmended(_)
            | Event::CapexCancelled(_)
            | Event::CapexInvoiced(_)
            | Event::CapexPaid(_)
            | Event::InterestCapitalised(_)
            | Event::AssetPlacedInService(_)
            | Event::DepreciationCharged(_)
            | Event::AssetImpaired(_)
            | Event::AssetDisposed(_)
            | Event::OperatingCostRecorded(_)
            | Event::PowerContracted(_)
            | Event::PowerBilled(_)
            | Event::ComputeContracted(_)
            | Event::ComputeDelivered(_) => self.of_plant(event),
        }
    }

    fn coins(&self, units: Units, commodity: Commodity) -> String {
        format!("{} {commodity}", grouped(units.decimal(), 2))
    }

    fn amount(&self, amount: Amount) -> String {
        let digits = self.world.scale(amount.currency).map_or(2, u32::from).min(2);
        format!("{} {}", grouped(amount.amount.decimal(), digits), amount.currency)
    }

    fn money(&self, amount: Money) -> String {
        grouped(amount.decimal(), self.look.digits)
    }

    fn price(&self, price: Price) -> String {
        grouped(price.decimal(), self.look.digits)
    }

    /// `, at 62,500.00 each` where a price is stated.
    fn each(&self, price: Option<Price>) -> String {
        price.map_or_else(String::new, |price| format!(", at {} each", self.price(price)))
    }

    fn percent(rate: Rate) -> String {
        let percent = rate.decimal().checked_mul(Decimal::ONE_HUNDRED).unwrap_or_default();
        format!("{} %", grouped(percent, 2))
    }
}

/// `, less a fee of 10.00 USD` where there is one.
fn besides(words: &Words<'_>, amount: Option<Amount>, what: &str) -> String {
    let amount = amount.filter(|amount| !amount.amount.is_zero());
    amount.map_or_else(String::new, |amount| format!(", {what} {}", words.amount(amount)))
}

/// ` to lender` where a party is named.
fn party(preposition: &str, party: Option<PartyId>) -> String {
    party.map_or_else(String::new, |party| format!(" {preposition} {party}"))
}

/// ` for mining` where a line of business is named.
fn segment(segment: Option<Segment>) -> String {
    segment.map_or_else(String::new, |segment| format!(" for {segment}"))
}
