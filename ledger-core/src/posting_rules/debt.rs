//! The page of the table for loans and their collateral. It is read as the table is; `of` says what an event is about.

use crate::account::Account;
use crate::chart::{
    ACCRUED_INTEREST, BITCOIN_GAINS, COLLATERAL_GAINS, DEFERRED_FACILITY_COSTS, EXCHANGE_DIFFERENCES,
    EXTINGUISHMENT, INTEREST, ISSUE_COST, LIQUIDATION_FEES, LOAN_PRINCIPAL, PAYABLES,
    UNDRAWN_FACILITIES, UNDRAWN_FACILITIES_CONTRA,
};
use crate::event::loan::{Control, InterestForm, Treatment};
use crate::event::{FacilityAmended, InterestPaid, LoanRepaid};
use crate::measured::Measured;
use crate::posting::{Dimensions, Draft, Target, cr, cr_each, dr, dr_each, draft, gain, memo};

pub(super) fn facility_opened<'m>(m: &'m Measured, of: Dimensions) -> Draft<'m> {
    let to = |account: Account| Target::about(account, of);
    draft("Facility opened", [
        dr(to(ISSUE_COST), m.issue_cost),
        dr(to(DEFERRED_FACILITY_COSTS), m.deferred_cost),
            cr_each(&m.money_out),
            cr(to(PAYABLES), m.owed),
            gain(to(EXCHANGE_DIFFERENCES), m.settled, m.given_up),
        memo(to(UNDRAWN_FACILITIES), UNDRAWN_FACILITIES_CONTRA, m.undrawn),
    ])
}

pub(super) fn facility_amended<'m>(e: &FacilityAmended, m: &'m Measured, of: Dimensions) -> Draft<'m> {
    let to = |account: Account| Target::about(account, of);
    match e.treatment {
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
    }
}

pub(super) fn loan_drawn<'m>(m: &'m Measured, of: Dimensions) -> Draft<'m> {
    let to = |account: Account| Target::about(account, of);
    draft("Loan drawn", [
        dr_each(&m.money_in),
        dr(to(ISSUE_COST), m.issue_cost),
            cr(to(LOAN_PRINCIPAL), m.principal),
            gain(to(EXCHANGE_DIFFERENCES), m.proceeds, m.settled),
        memo(to(UNDRAWN_FACILITIES), UNDRAWN_FACILITIES_CONTRA, m.undrawn),
    ])
}

pub(super) fn interest_accrued<'m>(m: &'m Measured, of: Dimensions) -> Draft<'m> {
    let to = |account: Account| Target::about(account, of);
    draft("Interest accrued", [
        dr(to(INTEREST), m.interest),
            cr(to(ACCRUED_INTEREST), m.interest),
    ])
}

pub(super) fn issue_cost_amortised<'m>(m: &'m Measured, of: Dimensions) -> Draft<'m> {
    let to = |account: Account| Target::about(account, of);
    draft("Issue cost amortised", [
        dr(to(INTEREST), m.interest),
            cr(to(ISSUE_COST), m.issue_cost),
            cr(to(DEFERRED_FACILITY_COSTS), m.deferred_cost),
    ])
}

pub(super) fn interest_paid<'m>(e: &InterestPaid, m: &'m Measured, of: Dimensions) -> Draft<'m> {
    let to = |account: Account| Target::about(account, of);
    match e.how {
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
    }
}

pub(super) fn loan_repaid<'m>(e: &LoanRepaid, m: &'m Measured, of: Dimensions) -> Draft<'m> {
    let to = |account: Account| Target::about(account, of);
    match e.coins {
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
    }
}

pub(super) fn facility_retired<'m>(m: &'m Measured, of: Dimensions) -> Draft<'m> {
    let to = |account: Account| Target::about(account, of);
    draft("Facility retired", [
        dr(to(EXTINGUISHMENT), m.issue_cost),
        dr(to(EXTINGUISHMENT), m.deferred_cost),
            cr(to(ISSUE_COST), m.issue_cost),
            cr(to(DEFERRED_FACILITY_COSTS), m.deferred_cost),
        memo(to(UNDRAWN_FACILITIES), UNDRAWN_FACILITIES_CONTRA, m.undrawn),
    ])
}

pub(super) fn collateral_posted<'m>(m: &'m Measured, of: Dimensions) -> Draft<'m> {
    let to = |account: Account| Target::about(account, of);
    match m.control {
        Some(Control::Passed) => draft("Coins given to the lender; a claim to get them back", [
            dr_each(&m.coins_in),
                cr_each(&m.coins_out),
                gain(to(BITCOIN_GAINS), m.fair_value, m.carrying),
        ]),
        Some(Control::Kept) | None => draft("Coins pledged, still ours", [
            dr_each(&m.coins_in),
                cr_each(&m.coins_out),
        ]),
    }
}

pub(super) fn collateral_released<'m>(m: &'m Measured, of: Dimensions) -> Draft<'m> {
    let to = |account: Account| Target::about(account, of);
    match m.control {
        Some(Control::Passed) => draft("Coins returned by the lender", [
            dr_each(&m.coins_in),
                cr_each(&m.coins_out),
                gain(to(COLLATERAL_GAINS), m.fair_value, m.carrying),
        ]),
        Some(Control::Kept) | None => draft("Pledged coins released", [
            dr_each(&m.coins_in),
                cr_each(&m.coins_out),
        ]),
    }
}

pub(super) fn collateral_liquidated<'m>(m: &'m Measured, of: Dimensions) -> Draft<'m> {
    let to = |account: Account| Target::about(account, of);
    draft("Collateral sold by the lender", [
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
    ])
}
