//! THE TABLE: what each event posts, on a few pages that an accountant can read. A row sees the event, what
//! it measured and the policy of the book; no balances, no clock. That is why a replay posts the same.
//!
//! `dr` debits, `cr` credits; `dr_each` and `cr_each` do so for every position touched, at its carrying
//! amount; `gain(account, got, given)` credits what was gained and debits what was lost; `memo` lies off the
//! balance sheet. The amounts are fields of [`Measured`]. An empty line is left out of the journal.

use crate::account::Account;
use crate::chart::{
    BITCOIN_GAINS, COLLATERAL_GAINS, CREDIT_LOSS, DERIVATIVE_ASSETS, DERIVATIVE_GAINS,
    DERIVATIVE_LIABILITIES, EXCHANGE_DIFFERENCES, EXTINGUISHMENT, IMPAIRMENT, ISSUE_COST, MINING_REVENUE,
    NETWORK_FEES, OTHER_COMPREHENSIVE, PAID_IN_CAPITAL, PURCHASE_OBLIGATIONS, PURCHASE_OBLIGATIONS_CONTRA,
    RECEIVABLES, RETAINED_EARNINGS, SHARES, TRADING_FEES, TREASURY_STOCK, UNDRAWN_FACILITIES,
    UNDRAWN_FACILITIES_CONTRA,
};
use crate::event::Event;
use crate::event::in_kind::{Acceptance, Spending};
use crate::event::loan::Control;
use crate::measured::Measured;
use crate::policy::{DisposalCarrying, MeasurementModel, Policy};
use crate::posting::{
    Draft, Row, Target, about, cr, cr_each, cr_each_at_fair_value, cr_each_with_gain, dr, dr_each, draft,
    gain, memo, no_effect, remeasure, revalue, reversal, stated,
};

// The pages are laid out as the table is: credits to the right of debits.
#[rustfmt::skip]
mod capital;
#[rustfmt::skip]
mod debt;

/// The journal of an event in a book.
// Credits stand to the right of debits, as an accountant writes them; the formatter would line them up.
#[rustfmt::skip]
#[must_use]
pub fn post<'m>(event: &Event, m: &'m Measured, policy: &Policy) -> Draft<'m> {
    let of = about(event);
    let to = |account: Account| Target::about(account, of);
    let mut rule = match event {
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
        Event::TextErased(_) => no_effect("Text erased"),
        Event::LotInstructionRecorded(_) => no_effect("Lot instruction recorded"),
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
                revalue(&m.remeasured, OTHER_COMPREHENSIVE, m.surplus, to(BITCOIN_GAINS)),
                remeasure(&m.receivable_remeasured, to(COLLATERAL_GAINS)),
                remeasure(&m.money_remeasured, to(m.against)),
                remeasure(&m.owed_remeasured, to(DERIVATIVE_GAINS)),
            ]),
        },
        Event::PeriodClosed(_) => no_effect("Period closed"),
        Event::PeriodReopened(_) => no_effect("Period reopened"),
        Event::ActorEnrolled(_) => no_effect("Actor enrolled"),
        Event::ApprovalPolicyAdopted(_) => no_effect("Approval policy adopted"),
        Event::EntryProposed(_) => no_effect("Entry proposed"),
        Event::EntryApproved(_) => no_effect("Entry approved"),
        Event::EntryRejected(_) => no_effect("Entry rejected"),
        Event::ActorRevoked(_) => no_effect("Actor revoked"),
        Event::StatementRecorded(_) => no_effect("Statement received"),
        Event::ReconciliationRun(_) => no_effect("Books compared with statements"),
        Event::BreakExplained(_) => no_effect("Break explained"),
        Event::ReconciliationSignedOff(_) => no_effect("Reconciliation signed off"),
        // What lots, claims and currencies are carried at now is brought to what the mirrored lines say.
        Event::EntryReversed(e) => reversal(e.entry, [
            stated(&m.stated),
            remeasure(&m.remeasured, to(BITCOIN_GAINS)),
            remeasure(&m.receivable_remeasured, to(COLLATERAL_GAINS)),
            remeasure(&m.owed_remeasured, to(DERIVATIVE_GAINS)),
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
            remeasure(&m.remeasured, to(OTHER_COMPREHENSIVE)),
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
        Event::FacilityOpened(_) => debt::facility_opened(m, of),
        Event::FacilityAmended(e) => debt::facility_amended(e, m, of),
        Event::LoanDrawn(_) => debt::loan_drawn(m, of),
        Event::RateReset(_) => no_effect("Rate reset"),
        Event::InterestAccrued(_) => debt::interest_accrued(m, of),
        Event::IssueCostAmortised(_) => debt::issue_cost_amortised(m, of),
        Event::InterestPaid(e) => debt::interest_paid(e, m, of),
        Event::LoanRepaid(e) => debt::loan_repaid(e, m, of),
        Event::FacilityRetired(_) => debt::facility_retired(m, of),
        // Collateral.
        Event::CollateralPosted(_) => debt::collateral_posted(m, of),
        Event::CollateralReleased(_) => debt::collateral_released(m, of),
        Event::MarginCalled(_) => no_effect("Margin called"),
        Event::MarginCallMet(_) => no_effect("Margin call met"),
        Event::MarginCallLapsed(_) => no_effect("Margin call lapsed"),
        Event::CollateralLiquidated(_) => debt::collateral_liquidated(m, of),

        // Capital expenditure.
        Event::CapexCommitted(_) => capital::capex_committed(m, of),
        Event::DepositPaid(_) => capital::deposit_paid(m, of),
        Event::CapexAmended(_) => capital::capex_amended(m, of),
        Event::CapexCancelled(_) => capital::capex_cancelled(m, of),
        Event::CapexInvoiced(_) => capital::capex_invoiced(m, of),
        Event::CapexPaid(_) => capital::capex_paid(m, of),
        Event::InterestCapitalised(_) => capital::interest_capitalised(m, of),
        Event::AssetPlacedInService(_) => capital::asset_placed_in_service(m),
        Event::DepreciationCharged(_) => capital::depreciation_charged(m),
        Event::AssetImpaired(_) => capital::asset_impaired(m),
        Event::AssetDisposed(_) => capital::asset_disposed(m, of),
        // Contracts.
        Event::OperatingCostRecorded(e) => capital::operating_cost_recorded(e, m, of),
        Event::PowerContracted(_) => capital::power_contracted(m),
        Event::PowerBilled(e) => capital::power_billed(e, m, of),
        Event::ComputeContracted(_) => capital::compute_contracted(m),
        Event::ComputeDelivered(e) => capital::compute_delivered(e, m, of),

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

    // Stablecoins in lots that were paid out at what they are worth.
    if !m.stablecoins_out.is_empty() {
        rule.follow(remeasure(&m.stablecoins_out, to(BITCOIN_GAINS)));
    }
    // Whatever touches a claim for collateral brings its allowance to the expected loss (ASC 326-20-30).
    if !m.allowance.is_empty() {
        rule.follow(remeasure(&m.allowance, to(CREDIT_LOSS)));
    }
    // A surplus goes to retained earnings with its coins, never through income (IAS 38.87).
    if !m.surplus_realised.is_zero() {
        rule.follow(dr(to(OTHER_COMPREHENSIVE), m.surplus_realised));
        rule.follow(cr(to(RETAINED_EARNINGS), m.surplus_realised));
    }
    rule
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
