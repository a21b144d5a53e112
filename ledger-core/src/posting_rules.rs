//! THE TABLE: what each event posts, on a few pages that an accountant can read. A row sees the event, what
//! it measured and the policy of the book; no balances, no clock. That is why a replay posts the same.
//!
//! `dr` debits, `cr` credits; `dr_each` and `cr_each` do so for every position touched, at its carrying
//! amount; `gain(account, got, given)` credits what was gained and debits what was lost; `memo` lies off the
//! balance sheet. The amounts are fields of [`Measured`]. An empty line is left out of the journal.

use crate::account::Account;
use crate::chart::{
    ACCRUED, ACCRUED_INTEREST, BITCOIN_GAINS, COLLATERAL_GAINS, COMPUTE_BACKLOG, COMPUTE_BACKLOG_CONTRA,
    COMPUTE_REVENUE, CONSTRUCTION, CONTRACT_LIABILITIES, CREDIT_LOSS, DEFERRED_FACILITY_COSTS, DEPRECIATION,
    DERIVATIVE_ASSETS, DERIVATIVE_GAINS, DERIVATIVE_LIABILITIES, EQUIPMENT_DEPOSITS, EQUIPMENT_DISPOSALS,
    EXCHANGE_DIFFERENCES, EXTINGUISHMENT, GENERAL, IMPAIRMENT, INTEREST, ISSUE_COST, LIQUIDATION_FEES,
    LOAN_PRINCIPAL, MINING_REVENUE, NETWORK_FEES, OTHER_COMPREHENSIVE, PAID_IN_CAPITAL, PAYABLES,
    POWER_OBLIGATIONS, POWER_OBLIGATIONS_CONTRA, PREPAID, PURCHASE_OBLIGATIONS, PURCHASE_OBLIGATIONS_CONTRA,
    RECEIVABLES, RETAINED_EARNINGS, SHARES, TRADING_FEES, TREASURY_STOCK, UNDRAWN_FACILITIES,
    UNDRAWN_FACILITIES_CONTRA,
};
use crate::event::Event;
use crate::event::contract::{DeliverySettlement, Settlement};
use crate::event::in_kind::{Acceptance, Spending};
use crate::event::loan::{Control, InterestForm, Treatment};
use crate::measured::Measured;
use crate::policy::{DisposalCarrying, MeasurementModel, Policy};
use crate::posting::{
    Dimensions, Draft, Row, Target, about, cr, cr_each, cr_each_at_fair_value, cr_each_with_gain, dr,
    dr_each, dr_each_to, draft, gain, memo, no_effect, remeasure, revalue, reversal, stated,
};

/// The journal of an event in a book.
// Credits stand to the right of debits, as an accountant writes them; the formatter would line them up.
#[rustfmt::skip]
#[must_use]
pub fn post<'m>(event: &Event, m: &'m Measured, policy: &Policy) -> Draft<'m> {
    let to = |account: Account| Target::about(account, about(event));
    let with = |account: Account| Target::about(account, Dimensions { party: m.party, ..Dimensions::default() });
    let of_segment = |account: Account| Target::about(account, Dimensions { segment: m.segment, ..about(event) });
    let rule = match event {
        // The ledger itself.
        Event::LedgerOpened(_) => no_effect("Ledger opened"),
        // ASU 2023-08: what is there on the first day is remeasured against retained earnings.
        Event::PolicyAdopted(_) => draft("Policy adopted", [
            remeasure(&m.remeasured, to(RETAINED_EARNINGS)),
        ]),
        Event::CommodityDeclared(_) => no_effect("Commodity declared"),
        Event::AccountOpened(_) => no_effect("Account opened"),
        Event::WalletOpened(_) => no_effect("Wallet opened"),
        Event::PartyRegistered(_) => no_effect("Party registered"),
        Event::PriceObserved(_) => no_effect("Price observed"),
        Event::EvidenceAttached(_) => no_effect("Evidence attached"),
        Event::OperatingMetricRecorded(_) => no_effect("Operating metric recorded"),
        Event::OpeningRecorded(_) => draft("Opening balances", [dr_each(&m.coins_in), stated(&m.stated)]),
        Event::JournalRecorded(_) => draft("Manual journal", [stated(&m.stated)]),
        Event::FairValueMarked(_) => match policy.measurement {
            MeasurementModel::FairValue | MeasurementModel::Cost => draft("Coins remeasured to fair value", [
                remeasure(&m.remeasured, to(BITCOIN_GAINS)),
                remeasure(&m.receivable_remeasured, to(COLLATERAL_GAINS)),
                remeasure(&m.money_remeasured, to(m.against)),
                remeasure(&m.owed_remeasured, to(DERIVATIVE_GAINS)),
            ]),
            MeasurementModel::CostLessImpairment => draft("Coins tested for impairment", [
                remeasure(&m.remeasured, to(IMPAIRMENT)),
                remeasure(&m.receivable_remeasured, to(COLLATERAL_GAINS)),
                remeasure(&m.money_remeasured, to(m.against)),
                remeasure(&m.owed_remeasured, to(DERIVATIVE_GAINS)),
            ]),
            MeasurementModel::Revaluation => draft("Coins revalued", [
                revalue(&m.remeasured, to(OTHER_COMPREHENSIVE), m.surplus, to(BITCOIN_GAINS)),
                remeasure(&m.receivable_remeasured, to(COLLATERAL_GAINS)),
                remeasure(&m.money_remeasured, to(m.against)),
                remeasure(&m.owed_remeasured, to(DERIVATIVE_GAINS)),
            ]),
        },
        Event::PeriodClosed(_) => no_effect("Period closed"),
        Event::PeriodReopened(_) => no_effect("Period reopened"),
        // What lots, claims and currencies are carried at now is brought to what the mirrored lines say.
        Event::EntryReversed(e) => reversal(e.entry, [
            stated(&m.stated),
            remeasure(&m.remeasured, to(BITCOIN_GAINS)),
            remeasure(&m.receivable_remeasured, to(COLLATERAL_GAINS)),
            remeasure(&m.money_in, to(EXCHANGE_DIFFERENCES)),
        ]),

        // Mining.
        Event::CoinsEarned(_) => draft("Coins earned from the pool", [
            dr_each(&m.coins_in),
                cr(to(MINING_REVENUE), m.fair_value),
        ]),
        Event::CoinsReceived(_) => draft("Coins received from the pool", [
            dr_each(&m.coins_in),
                cr_each(&m.coins_out),
                gain(to(BITCOIN_GAINS), m.fair_value, m.carrying),
        ]),
        Event::CoinsMined(_) => draft("Coins mined", [
            dr_each(&m.coins_in),
                cr(to(MINING_REVENUE), m.fair_value),
        ]),

        // Treasury.
        Event::CoinsBought(_) => draft("Coins bought", [
            dr_each(&m.coins_in),
            dr(to(TRADING_FEES), m.fee),
                cr_each(&m.money_out),
                gain(to(EXCHANGE_DIFFERENCES), m.settled, m.given_up),
        ]),
        Event::CoinsSold(_) => match (m.control, policy.measurement, policy.disposal_carrying) {
            (Some(Control::Passed), _, _) => draft("Collateral sold; the claim on the lender falls", [
                dr_each(&m.money_in),
                dr(to(TRADING_FEES), m.fee),
                    cr_each(&m.coins_out),
                    gain(to(COLLATERAL_GAINS), m.proceeds, m.carrying),
            ]),
            (_, MeasurementModel::FairValue, DisposalCarrying::RemeasureFirst) => {
                draft("Coins remeasured to the price of the sale, and sold", [
                    remeasure(&m.coins_out, to(BITCOIN_GAINS)),
                    dr_each(&m.money_in),
                    dr(to(TRADING_FEES), m.fee),
                        cr_each_at_fair_value(&m.coins_out),
                        gain(to(BITCOIN_GAINS), m.proceeds, m.fair_value),
                ])
            }
            (_, MeasurementModel::FairValue, DisposalCarrying::LastMark)
            | (_, MeasurementModel::Cost | MeasurementModel::CostLessImpairment | MeasurementModel::Revaluation, _) => {
                draft("Coins sold", [
                    dr_each(&m.money_in),
                    dr(to(TRADING_FEES), m.fee),
                        cr_each(&m.coins_out),
                        gain(to(BITCOIN_GAINS), m.proceeds, m.carrying),
                ])
            }
        },
        Event::CoinsMoved(_) => draft("Coins moved", [
            dr_each(&m.coins_in),
            dr(to(NETWORK_FEES), m.fee),
                cr_each(&m.coins_out),
                gain(to(BITCOIN_GAINS), m.fee, m.fee_carrying),
        ]),
        Event::CoinsDesignated(_) => draft("Coins designated", [
            dr_each(&m.coins_in),
                cr_each(&m.coins_out),
        ]),
        Event::CurrencyConverted(_) => draft("Currency converted", [
            dr_each(&m.money_in),
            dr(to(TRADING_FEES), m.fee),
                cr_each(&m.money_out),
                gain(to(EXCHANGE_DIFFERENCES), m.settled, m.given_up),
        ]),
        Event::CashReceived(_) => draft("Money received", [
            dr_each(&m.money_in),
                cr(to(m.against), m.proceeds),
        ]),
        Event::CashPaid(_) => draft("Money paid", [
            dr(to(m.against), m.settled),
                cr_each(&m.money_out),
                gain(to(EXCHANGE_DIFFERENCES), m.settled, m.given_up),
        ]),
        Event::TranslationRecorded(_) => draft("Difference of translation", [
            dr(to(m.against), m.settled),
                cr(to(OTHER_COMPREHENSIVE), m.settled),
        ]),

        // Coins in place of money.
        Event::CoinsSpent(e) => match e.settles {
            Spending::Expense | Spending::Payroll | Spending::Payable | Spending::Interest => draft("Coins spent", [
                remeasured_first(m, policy),
                dr(to(m.against), m.settled),
                    disposed(m, policy),
                    gain(to(EXCHANGE_DIFFERENCES), m.settled, m.fair_value),
            ]),
            Spending::Deposit => draft("Coins given as a deposit on equipment", [
                remeasured_first(m, policy),
                dr(to(m.against), m.settled),
                    disposed(m, policy),
                    gain(to(EXCHANGE_DIFFERENCES), m.settled, m.fair_value),
                memo(to(PURCHASE_OBLIGATIONS), PURCHASE_OBLIGATIONS_CONTRA, m.committed),
            ]),
            Spending::Principal => draft("Loan repaid in coins", [
                remeasured_first(m, policy),
                dr(to(m.against), m.settled),
                dr(to(EXTINGUISHMENT), m.issue_cost),
                    cr(to(ISSUE_COST), m.issue_cost),
                    disposed(m, policy),
                    gain(to(EXCHANGE_DIFFERENCES), m.settled, m.fair_value),
                memo(to(UNDRAWN_FACILITIES), UNDRAWN_FACILITIES_CONTRA, m.undrawn),
            ]),
            Spending::Borrowed => draft("Borrowed coins given back", [
                remeasured_first(m, policy),
                dr_each(&m.coins_owed),
                    disposed(m, policy),
                    gain(to(DERIVATIVE_GAINS), m.settled, m.fair_value),
            ]),
        },
        Event::CoinsAccepted(e) => match e.against {
            Acceptance::Hosting | Acceptance::Compute | Acceptance::Receivable | Acceptance::ContractLiability => {
                draft("Coins accepted", [
                    dr_each(&m.coins_in),
                        cr(to(m.against), m.settled),
                        gain(to(EXCHANGE_DIFFERENCES), m.fair_value, m.settled),
                ])
            }
            Acceptance::Borrowed => draft("Coins borrowed", [
                dr_each(&m.coins_in),
                    cr_each(&m.coins_owed),
            ]),
        },
        Event::CoinsContributed(_) => draft("Coins contributed by an owner", [
            dr_each(&m.coins_in),
                cr(to(PAID_IN_CAPITAL), m.fair_value),
        ]),
        Event::CoinsDistributed(_) => draft("Coins distributed to an owner", [
            remeasured_first(m, policy),
            dr(to(PAID_IN_CAPITAL), m.fair_value),
                disposed(m, policy),
        ]),
        Event::CoinsImpounded(_) => draft("Coins impounded; a claim on who kept them", [
            remeasured_first(m, policy),
            dr(to(RECEIVABLES), m.settled),
                disposed(m, policy),
                gain(to(CREDIT_LOSS), m.settled, m.fair_value),
        ]),
        // Derecognised for nothing (ASC 610-20-32-2): no change of fair value, which stands apart (ASC 350-60-45-2).
        Event::CoinsLost(_) => draft("Coins lost", [
            dr(to(IMPAIRMENT), m.carrying),
                cr_each(&m.coins_out),
        ]),

        // Derivatives.
        Event::DerivativeOpened(_) => draft("Derivative opened", [
            dr(to(DERIVATIVE_ASSETS), m.asset),
            dr_each(&m.money_in),
                cr(to(DERIVATIVE_LIABILITIES), m.liability),
                cr_each(&m.money_out),
                gain(to(EXCHANGE_DIFFERENCES), m.settled, m.given_up),
                cr(to(DERIVATIVE_GAINS), m.derivative_gain),
        ]),
        Event::DerivativeMarked(_) => draft("Derivative remeasured to fair value", [
            dr(to(DERIVATIVE_ASSETS), m.asset),
                cr(to(DERIVATIVE_LIABILITIES), m.liability),
                cr(to(DERIVATIVE_GAINS), m.derivative_gain),
        ]),
        Event::DerivativeSettled(_) => draft("Derivative settled", [
            dr_each(&m.money_in),
                cr(to(DERIVATIVE_LIABILITIES), m.liability),
                cr(to(DERIVATIVE_ASSETS), m.asset.negated()),
                cr_each(&m.money_out),
                gain(to(EXCHANGE_DIFFERENCES), m.settled, m.given_up),
                cr(to(DERIVATIVE_GAINS), m.derivative_gain),
        ]),

        // Loans.
        Event::FacilityOpened(_) => draft("Facility opened", [
            dr(to(ISSUE_COST), m.issue_cost),
            dr(to(DEFERRED_FACILITY_COSTS), m.deferred_cost),
                cr_each(&m.money_out),
                cr(to(PAYABLES), m.owed),
                gain(to(EXCHANGE_DIFFERENCES), m.settled, m.given_up),
            memo(to(UNDRAWN_FACILITIES), UNDRAWN_FACILITIES_CONTRA, m.undrawn),
        ]),
        Event::FacilityAmended(e) => match e.treatment {
            Treatment::Modification => draft("Facility amended: the same debt goes on", [
                dr(to(LOAN_PRINCIPAL), m.principal),
                dr(to(ISSUE_COST), m.issue_cost),
                dr(to(DEFERRED_FACILITY_COSTS), m.deferred_cost),
                    cr_each(&m.money_out),
                    cr(to(PAYABLES), m.owed),
                    gain(to(EXCHANGE_DIFFERENCES), m.settled, m.given_up),
                memo(to(UNDRAWN_FACILITIES), UNDRAWN_FACILITIES_CONTRA, m.undrawn),
            ]),
            Treatment::Troubled | Treatment::Extinguishment => draft("Facility amended: what the change costs", [
                dr(to(LOAN_PRINCIPAL), m.principal),
                dr(to(ISSUE_COST), m.issue_cost),
                dr(to(DEFERRED_FACILITY_COSTS), m.deferred_cost),
                    cr_each(&m.money_out),
                    cr(to(PAYABLES), m.owed),
                    gain(to(EXCHANGE_DIFFERENCES), m.settled, m.given_up),
                    cr(to(EXTINGUISHMENT), m.gained),
                memo(to(UNDRAWN_FACILITIES), UNDRAWN_FACILITIES_CONTRA, m.undrawn),
            ]),
        },
        Event::LoanDrawn(_) => draft("Loan drawn", [
            dr_each(&m.money_in),
            dr(to(ISSUE_COST), m.issue_cost),
                cr(to(LOAN_PRINCIPAL), m.principal),
                gain(to(EXCHANGE_DIFFERENCES), m.proceeds, m.settled),
            memo(to(UNDRAWN_FACILITIES), UNDRAWN_FACILITIES_CONTRA, m.undrawn),
        ]),
        Event::RateReset(_) => no_effect("Rate reset"),
        Event::InterestAccrued(_) => draft("Interest accrued", [
            dr(to(INTEREST), m.interest),
                cr(to(ACCRUED_INTEREST), m.interest),
        ]),
        Event::IssueCostAmortised(_) => draft("Issue cost amortised", [
            dr(to(INTEREST), m.interest),
                cr(to(ISSUE_COST), m.issue_cost),
                cr(to(DEFERRED_FACILITY_COSTS), m.deferred_cost),
        ]),
        Event::InterestPaid(e) => match e.how {
            InterestForm::Cash => draft("Interest paid", [
                dr(to(ACCRUED_INTEREST), m.interest),
                    cr_each(&m.money_out),
                    gain(to(EXCHANGE_DIFFERENCES), m.settled, m.given_up),
            ]),
            InterestForm::InKind => draft("Interest added to the principal", [
                dr(to(ACCRUED_INTEREST), m.interest),
                    cr(to(LOAN_PRINCIPAL), m.principal),
                    gain(to(EXCHANGE_DIFFERENCES), m.settled, m.given_up),
            ]),
            InterestForm::Coins => draft("Interest paid in coins", [
                dr(to(ACCRUED_INTEREST), m.interest),
                    cr_each(&m.coins_out),
                    gain(to(m.gains), m.fair_value, m.carrying),
                    gain(to(EXCHANGE_DIFFERENCES), m.settled, m.fair_value),
            ]),
        },
        Event::LoanRepaid(e) => match e.coins {
            None => draft("Loan repaid", [
                dr(to(LOAN_PRINCIPAL), m.principal),
                dr(to(ACCRUED_INTEREST), m.interest),
                dr(to(EXTINGUISHMENT), m.fee),
                dr(to(EXTINGUISHMENT), m.issue_cost),
                    cr(to(ISSUE_COST), m.issue_cost),
                    cr_each(&m.money_out),
                    gain(to(EXCHANGE_DIFFERENCES), m.settled, m.given_up),
                memo(to(UNDRAWN_FACILITIES), UNDRAWN_FACILITIES_CONTRA, m.undrawn),
            ]),
            Some(_) => draft("Loan repaid in coins at fair value", [
                dr(to(LOAN_PRINCIPAL), m.principal),
                dr(to(ACCRUED_INTEREST), m.interest),
                dr(to(EXTINGUISHMENT), m.fee),
                dr(to(EXTINGUISHMENT), m.issue_cost),
                    cr(to(ISSUE_COST), m.issue_cost),
                    cr_each(&m.coins_out),
                    gain(to(m.gains), m.fair_value, m.carrying),
                    gain(to(EXCHANGE_DIFFERENCES), m.settled, m.fair_value),
                memo(to(UNDRAWN_FACILITIES), UNDRAWN_FACILITIES_CONTRA, m.undrawn),
            ]),
        },
        Event::FacilityRetired(_) => draft("Facility retired", [
            dr(to(EXTINGUISHMENT), m.issue_cost),
            dr(to(EXTINGUISHMENT), m.deferred_cost),
                cr(to(ISSUE_COST), m.issue_cost),
                cr(to(DEFERRED_FACILITY_COSTS), m.deferred_cost),
            memo(to(UNDRAWN_FACILITIES), UNDRAWN_FACILITIES_CONTRA, m.undrawn),
        ]),

        // Collateral.
        Event::CollateralPosted(_) => match m.control {
            Some(Control::Passed) => draft("Coins given to the lender; a claim to get them back", [
                dr_each(&m.coins_in),
                    cr_each(&m.coins_out),
                    gain(to(BITCOIN_GAINS), m.fair_value, m.carrying),
            ]),
            Some(Control::Kept) | None => draft("Coins pledged, still ours", [
                dr_each(&m.coins_in),
                    cr_each(&m.coins_out),
            ]),
        },
        Event::CollateralReleased(_) => match m.control {
            Some(Control::Passed) => draft("Coins returned by the lender", [
                dr_each(&m.coins_in),
                    cr_each(&m.coins_out),
                    gain(to(COLLATERAL_GAINS), m.fair_value, m.carrying),
            ]),
            Some(Control::Kept) | None => draft("Pledged coins released", [
                dr_each(&m.coins_in),
                    cr_each(&m.coins_out),
            ]),
        },
        Event::MarginCalled(_) => no_effect("Margin called"),
        Event::MarginCallMet(_) => no_effect("Margin call met"),
        Event::MarginCallLapsed(_) => no_effect("Margin call lapsed"),
        Event::CollateralLiquidated(_) => draft("Collateral sold by the lender", [
            dr(to(LOAN_PRINCIPAL), m.principal),
            dr(to(ACCRUED_INTEREST), m.interest),
            dr(to(LIQUIDATION_FEES), m.fee),
            dr_each(&m.money_in),
                cr_each(&m.coins_out),
                gain(to(m.gains), m.fair_value, m.carrying),
                gain(to(EXCHANGE_DIFFERENCES), m.settled, m.fair_value),
            dr(to(EXTINGUISHMENT), m.issue_cost),
                cr(to(ISSUE_COST), m.issue_cost),
            memo(to(UNDRAWN_FACILITIES), UNDRAWN_FACILITIES_CONTRA, m.undrawn),
        ]),

        // Capital expenditure.
        Event::CapexCommitted(_) => draft("Capital committed", [
            memo(to(PURCHASE_OBLIGATIONS), PURCHASE_OBLIGATIONS_CONTRA, m.committed),
        ]),
        Event::DepositPaid(_) => draft("Deposit paid on equipment", [
            dr(to(EQUIPMENT_DEPOSITS), m.settled),
                cr_each(&m.money_out),
                gain(to(EXCHANGE_DIFFERENCES), m.settled, m.given_up),
            memo(to(PURCHASE_OBLIGATIONS), PURCHASE_OBLIGATIONS_CONTRA, m.committed),
        ]),
        Event::CapexAmended(_) => draft("Capital commitment amended", [
            memo(to(PURCHASE_OBLIGATIONS), PURCHASE_OBLIGATIONS_CONTRA, m.committed),
        ]),
        Event::CapexCancelled(_) => draft("Capital commitment cancelled", [
            dr_each(&m.money_in),
            dr_each(&m.claims),
            dr(to(IMPAIRMENT), m.impaired),
            dr(to(GENERAL), m.fee),
                cr(to(EQUIPMENT_DEPOSITS), m.deposits),
                cr_each(&m.payables),
                cr_each(&m.money_out),
                gain(to(EXCHANGE_DIFFERENCES), m.proceeds, m.given_up),
            memo(to(PURCHASE_OBLIGATIONS), PURCHASE_OBLIGATIONS_CONTRA, m.committed),
        ]),
        Event::CapexInvoiced(_) => draft("Capital goods invoiced", [
            dr(to(CONSTRUCTION), m.settled),
                cr(to(EQUIPMENT_DEPOSITS), m.deposits),
                cr_each(&m.payables),
            memo(to(PURCHASE_OBLIGATIONS), PURCHASE_OBLIGATIONS_CONTRA, m.committed),
        ]),
        Event::CapexPaid(_) => draft("Invoices for capital goods paid", [
            dr_each(&m.payables),
                cr_each(&m.money_out),
                gain(to(EXCHANGE_DIFFERENCES), m.settled, m.given_up),
        ]),
        Event::InterestCapitalised(_) => draft("Interest made part of what is built", [
            dr_each(&m.construction),
                cr(to(INTEREST), m.interest),
        ]),
        Event::AssetPlacedInService(_) => draft("Asset placed in service", [
            dr_each(&m.equipment),
                cr_each(&m.construction),
        ]),
        Event::DepreciationCharged(_) => draft("Depreciation charged", [
            dr_each_to(DEPRECIATION, &m.depreciated),
                cr_each(&m.depreciated),
        ]),
        Event::AssetImpaired(_) => draft("Asset impaired", [
            dr_each_to(IMPAIRMENT, &m.depreciated),
                cr_each(&m.depreciated),
        ]),
        Event::AssetDisposed(_) => draft("Asset disposed of", [
            dr_each(&m.money_in),
            dr_each(&m.claims),
            dr_each(&m.depreciated),
                cr_each(&m.equipment),
                gain(of_segment(EQUIPMENT_DISPOSALS), m.proceeds, m.carrying),
        ]),

        // Contracts.
        Event::OperatingCostRecorded(e) => match e.settles {
            Settlement::Cash => draft("Operating cost paid", [
                dr(to(m.against), m.settled),
                    cr_each(&m.money_out),
                    gain(to(EXCHANGE_DIFFERENCES), m.settled, m.given_up),
            ]),
            Settlement::Payable => draft("Operating cost invoiced", [
                dr(to(m.against), m.settled),
                    cr(to(PAYABLES), m.settled),
            ]),
            Settlement::Accrual => draft("Operating cost accrued", [
                dr(to(m.against), m.settled),
                    cr(to(ACCRUED), m.settled),
            ]),
            Settlement::Prepaid => draft("Operating cost used up that was paid before", [
                dr(to(m.against), m.settled),
                    cr(to(PREPAID), m.settled),
            ]),
        },
        Event::PowerContracted(_) => draft("Power contracted", [
            memo(with(POWER_OBLIGATIONS), POWER_OBLIGATIONS_CONTRA, m.committed),
        ]),
        Event::PowerBilled(e) => match e.settles {
            Settlement::Cash => draft("Power billed and paid", [
                dr(to(m.against), m.settled),
                    cr_each(&m.money_out),
                    gain(to(EXCHANGE_DIFFERENCES), m.settled, m.given_up),
                memo(with(POWER_OBLIGATIONS), POWER_OBLIGATIONS_CONTRA, m.committed),
            ]),
            Settlement::Payable => draft("Power billed", [
                dr(to(m.against), m.settled),
                    cr(to(PAYABLES), m.settled),
                memo(with(POWER_OBLIGATIONS), POWER_OBLIGATIONS_CONTRA, m.committed),
            ]),
            Settlement::Accrual => draft("Power taken and not billed yet", [
                dr(to(m.against), m.settled),
                    cr(to(ACCRUED), m.settled),
                memo(with(POWER_OBLIGATIONS), POWER_OBLIGATIONS_CONTRA, m.committed),
            ]),
            Settlement::Prepaid => draft("Power taken that was paid before", [
                dr(to(m.against), m.settled),
                    cr(to(PREPAID), m.settled),
                memo(with(POWER_OBLIGATIONS), POWER_OBLIGATIONS_CONTRA, m.committed),
            ]),
        },
        Event::ComputeContracted(_) => draft("Computing contracted", [
            memo(with(COMPUTE_BACKLOG), COMPUTE_BACKLOG_CONTRA, m.committed),
        ]),
        Event::ComputeDelivered(e) => match e.settles {
            DeliverySettlement::Receivable => draft("Computing delivered", [
                dr(to(RECEIVABLES), m.proceeds),
                    cr(to(COMPUTE_REVENUE), m.proceeds),
                memo(with(COMPUTE_BACKLOG), COMPUTE_BACKLOG_CONTRA, m.committed),
            ]),
            DeliverySettlement::Prepayment => draft("Computing delivered that was paid before", [
                dr(to(CONTRACT_LIABILITIES), m.proceeds),
                    cr(to(COMPUTE_REVENUE), m.proceeds),
                memo(with(COMPUTE_BACKLOG), COMPUTE_BACKLOG_CONTRA, m.committed),
            ]),
        },

        // Equity.
        Event::SharesIssued(_) => draft("Shares issued", [
            dr_each(&m.money_in),
                cr(to(SHARES), m.par),
                cr(to(PAID_IN_CAPITAL), m.paid_in),
        ]),
        // At cost, with what the purchase itself cost (ASC 505-30-30).
        Event::SharesRepurchased(_) => draft("Shares bought back", [
            dr(to(TREASURY_STOCK), m.settled),
                cr_each(&m.money_out),
        ]),
    };

    // Whatever touches a claim for collateral brings its allowance to the expected loss (ASC 326-20-30).
    rule.and(remeasure(&m.allowance, to(CREDIT_LOSS)))
        // A surplus goes to retained earnings with its coins, never through income (IAS 38.87).
        .and(dr(to(OTHER_COMPREHENSIVE), m.surplus_realised))
        .and(cr(to(RETAINED_EARNINGS), m.surplus_realised))
}

/// The journal of coins that arrive some time after they were sent.
#[rustfmt::skip]
#[must_use]
pub fn post_arrival(m: &Measured) -> Draft<'_> {
    draft("Coins arrived", [
        dr_each(&m.coins_in),
            cr_each(&m.coins_out),
    ])
}

/// Coins given at fair value are brought there first, unless the book gives them at the last mark or at cost; a claim
/// for coins is always given at its carrying amount.
fn is_remeasured(m: &Measured, policy: &Policy) -> bool {
    m.control != Some(Control::Passed)
        && policy.measurement == MeasurementModel::FairValue
        && policy.disposal_carrying == DisposalCarrying::RemeasureFirst
}

fn gains_on(m: &Measured) -> Target {
    match m.control {
        Some(Control::Passed) => COLLATERAL_GAINS.into(),
        Some(Control::Kept) | None => BITCOIN_GAINS.into(),
    }
}

fn remeasured_first<'m>(m: &'m Measured, policy: &Policy) -> Row<'m> {
    remeasure(if is_remeasured(m, policy) { &m.coins_out } else { &[] }, gains_on(m))
}

fn disposed<'m>(m: &'m Measured, policy: &Policy) -> Row<'m> {
    if is_remeasured(m, policy) {
        cr_each_at_fair_value(&m.coins_out)
    } else {
        cr_each_with_gain(&m.coins_out, gains_on(m))
    }
}
