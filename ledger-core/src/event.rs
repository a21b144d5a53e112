//! What happened: the closed list of events. An event is a fact from outside or a person's decision; what it
//! means to a set of books is worked out later, by `measure` and the posting rules.

pub mod books;
pub mod capex;
pub mod collateral;
pub mod contract;
pub mod derivative;
pub mod equity;
pub mod in_kind;
pub mod loan;
pub mod mining;
pub mod treasury;

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize, Serializer};

use crate::canonical::{Canonical, Reader};
use crate::event::treasury::NamedLot;
use crate::ids::Place;
use crate::time::{Day, Rank};

/// Declares the events: the number in the log, the name in JSON, the family, the shape.
macro_rules! closed_list {
    ($($n:literal $name:literal $family:ident $variant:ident,)*) => {
        $(pub use $family::$variant;)*

        /// One thing that happened.
        #[derive(Debug, Clone, PartialEq, Eq, Deserialize, Encode, Decode)]
        pub enum Event {
            $(
                #[doc = concat!("`", $name, "`")]
                #[serde(rename = $name)]
                #[n($n)]
                $variant(#[n(0)] $variant),
            )*
        }

        impl Event {
            /// The name in JSON.
            #[must_use]
            pub fn name(&self) -> &'static str {
                match self { $(Event::$variant(_) => $name,)* }
            }

            /// The family, which is also the name of the files that treat it.
            #[must_use]
            pub fn family(&self) -> &'static str {
                match self { $(Event::$variant(_) => stringify!($family),)* }
            }
        }

        impl Canonical for Event {
            #[inline]
            fn read(reader: &mut Reader<'_>) -> Option<Event> {
                match reader.kind(1)? {
                    $($n => Canonical::read(reader).map(Event::$variant),)*
                    _unknown => None,
                }
            }
        }

        /// The names of all events, in the order of their numbers.
        pub const NAMES: &[&str] = &[$($name,)*];

        /// The names of all events with their families.
        pub const FAMILIES: &[(&str, &str)] = &[$(($name, stringify!($family)),)*];

        /// In JSON the name stands beside the fields, under `type`.
        #[derive(Serialize)]
        #[serde(tag = "type")]
        enum Tagged<'a> {
            $(#[serde(rename = $name)] $variant(&'a $variant),)*
        }

        impl Serialize for Event {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                match self { $(Event::$variant(event) => Tagged::$variant(event),)* }.serialize(serializer)
            }
        }

        $(impl From<$variant> for Event {
            fn from(event: $variant) -> Event {
                Event::$variant(event)
            }
        })*
    };
}

closed_list! {
    1 "ledger_opened" books LedgerOpened,
    2 "policy_adopted" books PolicyAdopted,
    3 "commodity_declared" books CommodityDeclared,
    4 "account_opened" books AccountOpened,
    5 "wallet_opened" books WalletOpened,
    6 "party_registered" books PartyRegistered,
    7 "opening_recorded" books OpeningRecorded,
    8 "price_observed" books PriceObserved,
    9 "fair_value_marked" books FairValueMarked,
    10 "journal_recorded" books JournalRecorded,
    11 "evidence_attached" books EvidenceAttached,
    12 "entry_reversed" books EntryReversed,
    13 "period_closed" books PeriodClosed,
    14 "period_reopened" books PeriodReopened,
    15 "lot_instruction_recorded" books LotInstructionRecorded,
    16 "operating_metric_recorded" books OperatingMetricRecorded,
    17 "actor_enrolled" books ActorEnrolled,
    18 "actor_revoked" books ActorRevoked,
    20 "approval_policy_adopted" books ApprovalPolicyAdopted,
    21 "entry_proposed" books EntryProposed,
    22 "entry_approved" books EntryApproved,
    23 "entry_rejected" books EntryRejected,
    25 "statement_recorded" books StatementRecorded,
    26 "reconciliation_run" books ReconciliationRun,
    27 "break_explained" books BreakExplained,
    28 "reconciliation_signed_off" books ReconciliationSignedOff,
    29 "text_erased" books TextErased,
    30 "coins_earned" mining CoinsEarned,
    31 "coins_received" mining CoinsReceived,
    32 "coins_mined" mining CoinsMined,
    40 "coins_bought" treasury CoinsBought,
    41 "coins_sold" treasury CoinsSold,
    42 "coins_moved" treasury CoinsMoved,
    43 "coins_designated" treasury CoinsDesignated,
    44 "currency_converted" treasury CurrencyConverted,
    45 "cash_received" treasury CashReceived,
    46 "cash_paid" treasury CashPaid,
    47 "coins_spent" in_kind CoinsSpent,
    48 "coins_accepted" in_kind CoinsAccepted,
    49 "coins_contributed" in_kind CoinsContributed,
    50 "coins_distributed" in_kind CoinsDistributed,
    51 "coins_impounded" in_kind CoinsImpounded,
    52 "coins_lost" in_kind CoinsLost,
    53 "derivative_opened" derivative DerivativeOpened,
    54 "derivative_marked" derivative DerivativeMarked,
    55 "derivative_settled" derivative DerivativeSettled,
    56 "translation_recorded" treasury TranslationRecorded,
    60 "facility_opened" loan FacilityOpened,
    61 "loan_drawn" loan LoanDrawn,
    62 "interest_accrued" loan InterestAccrued,
    63 "interest_paid" loan InterestPaid,
    64 "loan_repaid" loan LoanRepaid,
    65 "facility_retired" loan FacilityRetired,
    66 "facility_amended" loan FacilityAmended,
    67 "rate_reset" loan RateReset,
    68 "issue_cost_amortised" loan IssueCostAmortised,
    80 "collateral_posted" collateral CollateralPosted,
    81 "collateral_released" collateral CollateralReleased,
    82 "margin_called" collateral MarginCalled,
    83 "margin_call_met" collateral MarginCallMet,
    84 "margin_call_lapsed" collateral MarginCallLapsed,
    85 "collateral_liquidated" collateral CollateralLiquidated,
    90 "capex_committed" capex CapexCommitted,
    91 "deposit_paid" capex DepositPaid,
    92 "capex_amended" capex CapexAmended,
    93 "capex_cancelled" capex CapexCancelled,
    94 "capex_invoiced" capex CapexInvoiced,
    95 "capex_paid" capex CapexPaid,
    96 "interest_capitalised" capex InterestCapitalised,
    97 "asset_placed_in_service" capex AssetPlacedInService,
    98 "depreciation_charged" capex DepreciationCharged,
    99 "asset_impaired" capex AssetImpaired,
    100 "asset_disposed" capex AssetDisposed,
    110 "operating_cost_recorded" contract OperatingCostRecorded,
    111 "power_contracted" contract PowerContracted,
    112 "power_billed" contract PowerBilled,
    113 "compute_contracted" contract ComputeContracted,
    114 "compute_delivered" contract ComputeDelivered,
    120 "shares_issued" equity SharesIssued,
    121 "shares_repurchased" equity SharesRepurchased,
}

/// The pattern of all events that declare something, which holds from its number for every effective date,
/// rather than tell what happened at one.
macro_rules! declaration {
    () => {
        Event::LedgerOpened(_)
            | Event::PolicyAdopted(_)
            | Event::CommodityDeclared(_)
            | Event::AccountOpened(_)
            | Event::WalletOpened(_)
            | Event::PartyRegistered(_)
            | Event::PriceObserved(_)
            | Event::EvidenceAttached(_)
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
            | Event::EntryRejected(_)
            | Event::TextErased(_)
    };
}
pub(crate) use declaration;

/// Names of the vocabulary that the ledger does not know yet. The door refuses them as such, so that
/// nothing is accepted and then ignored.
pub const NOT_YET_BUILT: &[&str] = &[
    // Events.
    // Fields of policies and of events.
    "price_source",
    // Choices.
];

impl Event {
    /// What comes first among events of one instant.
    #[must_use]
    pub fn rank(&self) -> Rank {
        if matches!(self, Event::PeriodClosed(_) | Event::PeriodReopened(_)) {
            return Rank::Close;
        }
        match self {
            Event::InterestAccrued(_)
            | Event::IssueCostAmortised(_)
            | Event::InterestCapitalised(_)
            | Event::DepreciationCharged(_) => Rank::Accrual,
            Event::FairValueMarked(_) | Event::DerivativeMarked(_) => Rank::Mark,
            Event::EntryReversed(e) if e.on.is_some() => Rank::Accrual,
            declaration!()
            | Event::OpeningRecorded(_)
            | Event::JournalRecorded(_)
            | Event::EntryReversed(_)
            | Event::CoinsEarned(_)
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
            | Event::CoinsLost(_)
            | Event::DerivativeOpened(_)
            | Event::DerivativeSettled(_)
            | Event::FacilityOpened(_)
            | Event::LoanDrawn(_)
            | Event::InterestPaid(_)
            | Event::LoanRepaid(_)
            | Event::FacilityRetired(_)
            | Event::FacilityAmended(_)
            | Event::RateReset(_)
            | Event::CollateralPosted(_)
            | Event::CollateralReleased(_)
            | Event::MarginCalled(_)
            | Event::MarginCallMet(_)
            | Event::MarginCallLapsed(_)
            | Event::CollateralLiquidated(_)
            | Event::CapexCommitted(_)
            | Event::DepositPaid(_)
            | Event::CapexAmended(_)
            | Event::CapexCancelled(_)
            | Event::CapexInvoiced(_)
            | Event::CapexPaid(_)
            | Event::AssetPlacedInService(_)
            | Event::AssetImpaired(_)
            | Event::AssetDisposed(_)
            | Event::OperatingCostRecorded(_)
            | Event::PowerContracted(_)
            | Event::PowerBilled(_)
            | Event::ComputeContracted(_)
            | Event::ComputeDelivered(_)
            | Event::OperatingMetricRecorded(_)
            | Event::SharesIssued(_)
            | Event::SharesRepurchased(_)
            | Event::TranslationRecorded(_) => Rank::Fact,
        }
    }

    /// Whether it may come before the openings of books, whose debts belong to facilities: opening one that costs
    /// nothing, or setting its rate, is no fact of the books.
    #[must_use]
    pub fn precedes_openings(&self) -> bool {
        if let Event::FacilityOpened(e) = self {
            return e.upfront_fee.is_none_or(|fee| fee.amount.is_zero());
        }
        matches!(self, Event::OpeningRecorded(_) | Event::RateReset(_))
    }

    /// Whether the world keeps what it declares. Evidence is declared too, but the log alone keeps it. That an entry is
    /// reversed must be known when it is folded, before the reversal itself happens; and that a journal reverses itself,
    /// long after it was folded.
    #[must_use]
    pub fn declares(&self) -> bool {
        let is_kept = self.is_declaration() && !matches!(self, Event::EvidenceAttached(_));
        is_kept || matches!(self, Event::EntryReversed(_)) || self.reverses_on().is_some()
    }

    /// The first day of which it may change what is recorded already, where it changes the rules of a book.
    #[must_use]
    pub fn reaches_back_to(&self) -> Option<Day> {
        if let Event::PolicyAdopted(adopted) = self {
            Some(adopted.holds_from())
        } else if let Event::LotInstructionRecorded(instruction) = self {
            instruction.reaches_back_to()
        } else {
            None
        }
    }

    /// The lots that it names for coins that leave, where it may name some.
    #[must_use]
    pub fn named_lots(&self) -> Option<&[NamedLot]> {
        if let Event::CoinsSold(e) = self {
            Some(&e.lots)
        } else if let Event::CoinsMoved(e) = self {
            Some(&e.lots)
        } else if let Event::CollateralPosted(e) = self {
            Some(&e.lots)
        } else if let Event::InterestPaid(e) = self {
            e.coins.as_ref().map(|coins| coins.lots.as_slice())
        } else if let Event::LoanRepaid(e) = self {
            e.coins.as_ref().map(|coins| coins.lots.as_slice())
        } else if let Event::CoinsSpent(e) = self {
            Some(&e.lots)
        } else if let Event::CoinsDistributed(e) = self {
            Some(&e.lots)
        } else if let Event::CoinsImpounded(e) = self {
            Some(&e.lots)
        } else if let Event::CoinsLost(e) = self {
            Some(&e.lots)
        } else {
            None
        }
    }

    /// The place that the coins leave for which it may name lots, where any do.
    #[must_use]
    pub fn coins_leave(&self) -> Option<Place> {
        if let Event::CoinsSold(e) = self {
            Some(e.from)
        } else if let Event::CoinsMoved(e) = self {
            Some(e.from)
        } else if let Event::CollateralPosted(e) = self {
            Some(e.from)
        } else if let Event::InterestPaid(e) = self {
            e.from
        } else if let Event::LoanRepaid(e) = self {
            Some(e.from)
        } else if let Event::CoinsSpent(e) = self {
            Some(e.from)
        } else if let Event::CoinsDistributed(e) = self {
            Some(e.from)
        } else if let Event::CoinsImpounded(e) = self {
            Some(e.from)
        } else if let Event::CoinsLost(e) = self {
            Some(e.from)
        } else {
            None
        }
    }

    /// The day on which it is mirrored by itself.
    #[must_use]
    pub fn reverses_on(&self) -> Option<Day> {
        if let Event::JournalRecorded(journal) = self { journal.reverses_on } else { None }
    }

    /// Whether it proposes an entry, approves of one or rejects it.
    #[must_use]
    pub fn is_about_proposals(&self) -> bool {
        matches!(self, Event::EntryProposed(_) | Event::EntryApproved(_) | Event::EntryRejected(_))
    }

    /// Whether it declares something that holds from its number for every effective date, rather than
    /// telling what happened at one.
    #[must_use]
    pub fn is_declaration(&self) -> bool {
        matches!(self, declaration!())
    }
}
