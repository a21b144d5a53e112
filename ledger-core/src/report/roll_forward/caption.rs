//! The lines of a roll-forward and which event belongs to which.

use crate::event::in_kind::{Acceptance, Spending};
use crate::event::{Event, declaration};
use crate::money::{Money, Units};
use crate::policy::{MeasurementModel, Policy};

/// The lines of a roll-forward, in their order on paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::report) enum Caption {
    Opening,
    OpeningRecorded,
    Adopted,
    Mined,
    Receivable,
    Bought,
    Accepted,
    Borrowed,
    Contributed,
    Returned,
    Given,
    Sold,
    Liquidated,
    Settled,
    Spent,
    LentBack,
    Distributed,
    Impounded,
    Lost,
    Fees,
    Moved,
    Reversed,
    Converted,
    Equipment,
    Impaired,
    Translated,
    Realised,
    Remeasured,
}

impl Caption {
    pub(in crate::report) fn label(self, of_claims: bool, amount: Money) -> &'static str {
        match (self, of_claims) {
            (Caption::Opening, _) => "Opening",
            (Caption::OpeningRecorded, _) => "Recorded when the books were opened",
            (Caption::Mined, _) => "Mined",
            (Caption::Adopted, _) => "Adoption of fair value (ASU 2023-08)",
            (Caption::Receivable, _) => "Change in coins receivable from pools",
            (Caption::Bought, _) => "Bought",
            (Caption::Accepted, _) => "Accepted in payment",
            (Caption::Borrowed, _) => "Borrowed",
            (Caption::Contributed, _) => "Contributed in kind",
            (Caption::Returned, false) => "Returned by lenders",
            (Caption::Returned, true) => "Coins returned by lenders",
            (Caption::Given, false) => "Given to lenders",
            (Caption::Given, true) => "Coins given to lenders",
            (Caption::Sold, false) => "Sold",
            (Caption::Sold, true) => "Sold by lenders",
            (Caption::Liquidated, _) => "Liquidated by lenders",
            (Caption::Settled, _) => "Given in settlement of debt",
            (Caption::Spent, _) => "Spent",
            (Caption::LentBack, _) => "Given back to whom they were borrowed from",
            (Caption::Distributed, _) => "Distributed in kind",
            (Caption::Impounded, _) => "Impounded with others",
            (Caption::Lost, _) => "Lost",
            (Caption::Fees, _) => "Network fees",
            (Caption::Moved, _) => "Moved",
            (Caption::Reversed, _) => "Entries reversed",
            (Caption::Converted, _) => "Converted",
            (Caption::Equipment, _) => "Paid for equipment",
            (Caption::Impaired, _) => "Impairment",
            (Caption::Translated, _) => "Translation",
            (Caption::Realised, _) if amount.is_negative() => "Realised loss",
            (Caption::Realised, _) => "Realised gain",
            (Caption::Remeasured, _) if amount.is_negative() => "Loss on remeasurement",
            (Caption::Remeasured, _) => "Gain on remeasurement",
        }
    }
}

/// What the lines are called where one is asked for by name.
const NAMES: &[(&str, Caption)] = &[
    ("opening", Caption::Opening),
    ("opened", Caption::OpeningRecorded),
    ("adopted", Caption::Adopted),
    ("mined", Caption::Mined),
    ("receivable", Caption::Receivable),
    ("bought", Caption::Bought),
    ("accepted", Caption::Accepted),
    ("borrowed", Caption::Borrowed),
    ("contributed", Caption::Contributed),
    ("returned", Caption::Returned),
    ("given", Caption::Given),
    ("sold", Caption::Sold),
    ("liquidated", Caption::Liquidated),
    ("settled", Caption::Settled),
    ("spent", Caption::Spent),
    ("given-back", Caption::LentBack),
    ("distributed", Caption::Distributed),
    ("impounded", Caption::Impounded),
    ("lost", Caption::Lost),
    ("fees", Caption::Fees),
    ("moved", Caption::Moved),
    ("reversed", Caption::Reversed),
    ("converted", Caption::Converted),
    ("equipment", Caption::Equipment),
    ("impairment", Caption::Impaired),
    ("translation", Caption::Translated),
    ("realised", Caption::Realised),
    ("change", Caption::Remeasured),
];

impl std::str::FromStr for Caption {
    type Err = ();
    fn from_str(text: &str) -> Result<Caption, ()> {
        NAMES.iter().find(|(name, _)| *name == text).map(|(_, caption)| *caption).ok_or(())
    }
}

/// Where a posting to coins belongs. What is posted without units goes with the rest of its event.
pub(super) fn caption(event: Option<&Event>, policy: &Policy) -> Caption {
    let Some(event) = event else { return Caption::Moved };
    if let Event::PolicyAdopted(_) = event {
        return Caption::Adopted;
    }
    match event {
        Event::OpeningRecorded(_) => Caption::OpeningRecorded,
        Event::EntryReversed(_) => Caption::Reversed,
        Event::CoinsMined(_) => Caption::Mined,
        Event::CoinsReceived(_) | Event::CoinsEarned(_) => Caption::Receivable,
        Event::CoinsBought(_) => Caption::Bought,
        Event::CoinsSold(_) => Caption::Sold,
        Event::CollateralLiquidated(_) => Caption::Liquidated,
        Event::InterestPaid(_) | Event::LoanRepaid(_) => Caption::Settled,
        Event::CoinsSpent(e) => spent(e.settles),
        Event::CoinsAccepted(e) if e.against == Acceptance::Borrowed => Caption::Borrowed,
        Event::CoinsAccepted(_) => Caption::Accepted,
        Event::CoinsContributed(_) => Caption::Contributed,
        Event::CoinsDistributed(_) => Caption::Distributed,
        Event::CoinsImpounded(_) => Caption::Impounded,
        Event::CoinsLost(_) => Caption::Lost,
        // Where control is kept both sides are owned and cancel.
        Event::CollateralPosted(_) => Caption::Given,
        Event::CollateralReleased(_) => Caption::Returned,
        // What a move loses went to the network; the rest cancels.
        Event::CoinsMoved(_) => Caption::Fees,
        Event::CoinsDesignated(_) => Caption::Moved,
        Event::FairValueMarked(_) if policy.measurement == MeasurementModel::CostLessImpairment => {
            Caption::Impaired
        }
        Event::FairValueMarked(_) => Caption::Remeasured,
        Event::CurrencyConverted(_) => Caption::Converted,
        Event::CashReceived(_) => Caption::Accepted,
        Event::CashPaid(_) => Caption::Spent,
        Event::DepositPaid(_) | Event::CapexPaid(_) => Caption::Equipment,
        declaration!()
        | Event::JournalRecorded(_)
        | Event::FacilityOpened(_)
        | Event::LoanDrawn(_)
        | Event::InterestAccrued(_)
        | Event::FacilityRetired(_)
        | Event::FacilityAmended(_)
        | Event::RateReset(_)
        | Event::IssueCostAmortised(_)
        | Event::MarginCalled(_)
        | Event::MarginCallMet(_)
        | Event::MarginCallLapsed(_)
        | Event::CapexCommitted(_)
        | Event::CapexAmended(_)
        | Event::CapexCancelled(_)
        | Event::CapexInvoiced(_)
        | Event::InterestCapitalised(_)
        | Event::AssetPlacedInService(_)
        | Event::DepreciationCharged(_)
        | Event::AssetImpaired(_)
        | Event::AssetDisposed(_)
        | Event::PowerContracted(_)
        | Event::PowerBilled(_)
        | Event::ComputeContracted(_)
        | Event::ComputeDelivered(_)
        | Event::OperatingMetricRecorded(_)
        | Event::OperatingCostRecorded(_)
        | Event::DerivativeOpened(_)
        | Event::DerivativeMarked(_)
        | Event::DerivativeSettled(_)
        | Event::SharesIssued(_)
        | Event::SharesRepurchased(_) => Caption::Moved,
        Event::TranslationRecorded(_) => Caption::Translated,
    }
}

/// The line of a stablecoin that lies in lots: an event that is about something else takes it in payment or spends it.
pub(super) fn of_stablecoin(caption: Caption, change: Units) -> Caption {
    match caption {
        Caption::Bought | Caption::Sold | Caption::Liquidated | Caption::Moved | Caption::Receivable => {
            if change.is_negative() {
                Caption::Spent
            } else {
                Caption::Accepted
            }
        }
        Caption::Opening
        | Caption::OpeningRecorded
        | Caption::Adopted
        | Caption::Mined
        | Caption::Accepted
        | Caption::Borrowed
        | Caption::Contributed
        | Caption::Returned
        | Caption::Given
        | Caption::Settled
        | Caption::Spent
        | Caption::LentBack
        | Caption::Distributed
        | Caption::Impounded
        | Caption::Lost
        | Caption::Fees
        | Caption::Reversed
        | Caption::Converted
        | Caption::Equipment
        | Caption::Impaired
        | Caption::Translated
        | Caption::Realised
        | Caption::Remeasured => caption,
    }
}

fn spent(settles: Spending) -> Caption {
    match settles {
        Spending::Principal | Spending::Interest => Caption::Settled,
        Spending::Borrowed => Caption::LentBack,
        Spending::Expense | Spending::Payable | Spending::Deposit | Spending::Payroll => Caption::Spent,
    }
}
