//! The page of the table for capital expenditure and contracts. It is read as the table is; `of` says what an event is
//! about.

use crate::account::Account;
use crate::chart::{
    ACCRUED, COMPUTE_BACKLOG, COMPUTE_BACKLOG_CONTRA, COMPUTE_REVENUE, CONSTRUCTION,
    CONTRACT_LIABILITIES, DEPRECIATION, EQUIPMENT_DEPOSITS, EQUIPMENT_DISPOSALS, EXCHANGE_DIFFERENCES,
    GENERAL, IMPAIRMENT, INTEREST, PAYABLES, POWER_OBLIGATIONS, POWER_OBLIGATIONS_CONTRA, PREPAID,
    PURCHASE_OBLIGATIONS, PURCHASE_OBLIGATIONS_CONTRA, RECEIVABLES,
};
use crate::event::contract::{DeliverySettlement, Settlement};
use crate::event::{ComputeDelivered, OperatingCostRecorded, PowerBilled};
use crate::measured::Measured;
use crate::posting::{Dimensions, Draft, Target, cr, cr_each, dr, dr_each, dr_each_to, draft, gain, memo};

pub(super) fn capex_committed<'m>(m: &'m Measured, of: Dimensions) -> Draft<'m> {
    let to = |account: Account| Target::about(account, of);
    draft("Capital committed", [
        memo(to(PURCHASE_OBLIGATIONS), PURCHASE_OBLIGATIONS_CONTRA, m.committed),
    ])
}

pub(super) fn deposit_paid<'m>(m: &'m Measured, of: Dimensions) -> Draft<'m> {
    let to = |account: Account| Target::about(account, of);
    draft("Deposit paid on equipment", [
        dr(to(EQUIPMENT_DEPOSITS), m.settled),
            cr_each(&m.money_out),
            gain(to(EXCHANGE_DIFFERENCES), m.settled, m.given_up),
        memo(to(PURCHASE_OBLIGATIONS), PURCHASE_OBLIGATIONS_CONTRA, m.committed),
    ])
}

pub(super) fn capex_amended<'m>(m: &'m Measured, of: Dimensions) -> Draft<'m> {
    let to = |account: Account| Target::about(account, of);
    draft("Capital commitment amended", [
        memo(to(PURCHASE_OBLIGATIONS), PURCHASE_OBLIGATIONS_CONTRA, m.committed),
    ])
}

pub(super) fn capex_cancelled<'m>(m: &'m Measured, of: Dimensions) -> Draft<'m> {
    let to = |account: Account| Target::about(account, of);
    draft("Capital commitment cancelled", [
        dr_each(&m.money_in),
        dr_each(&m.claims),
        dr(to(IMPAIRMENT), m.impaired),
        dr(to(GENERAL), m.fee),
            cr(to(EQUIPMENT_DEPOSITS), m.deposits),
            cr_each(&m.payables),
            cr_each(&m.money_out),
            gain(to(EXCHANGE_DIFFERENCES), m.proceeds, m.given_up),
        memo(to(PURCHASE_OBLIGATIONS), PURCHASE_OBLIGATIONS_CONTRA, m.committed),
    ])
}

pub(super) fn capex_invoiced<'m>(m: &'m Measured, of: Dimensions) -> Draft<'m> {
    let to = |account: Account| Target::about(account, of);
    draft("Capital goods invoiced", [
        dr(to(CONSTRUCTION), m.settled),
            cr(to(EQUIPMENT_DEPOSITS), m.deposits),
            cr_each(&m.payables),
        memo(to(PURCHASE_OBLIGATIONS), PURCHASE_OBLIGATIONS_CONTRA, m.committed),
    ])
}

pub(super) fn capex_paid<'m>(m: &'m Measured, of: Dimensions) -> Draft<'m> {
    let to = |account: Account| Target::about(account, of);
    draft("Invoices for capital goods paid", [
        dr_each(&m.payables),
            cr_each(&m.money_out),
            gain(to(EXCHANGE_DIFFERENCES), m.settled, m.given_up),
    ])
}

pub(super) fn interest_capitalised<'m>(m: &'m Measured, of: Dimensions) -> Draft<'m> {
    let to = |account: Account| Target::about(account, of);
    draft("Interest made part of what is built", [
        dr_each(&m.construction),
            cr(to(INTEREST), m.interest),
    ])
}

pub(super) fn asset_placed_in_service(m: &Measured) -> Draft<'_> {
    draft("Asset placed in service", [
        dr_each(&m.equipment),
            cr_each(&m.construction),
    ])
}

pub(super) fn depreciation_charged(m: &Measured) -> Draft<'_> {
    draft("Depreciation charged", [
        dr_each_to(DEPRECIATION, &m.depreciated),
            cr_each(&m.depreciated),
    ])
}

pub(super) fn asset_impaired(m: &Measured) -> Draft<'_> {
    draft("Asset impaired", [
        dr_each_to(IMPAIRMENT, &m.depreciated),
            cr_each(&m.depreciated),
    ])
}

pub(super) fn asset_disposed<'m>(m: &'m Measured, of: Dimensions) -> Draft<'m> {
    let of_segment = |account: Account| Target::about(account, Dimensions { segment: m.segment, ..of });
    draft("Asset disposed of", [
        dr_each(&m.money_in),
        dr_each(&m.claims),
        dr_each(&m.depreciated),
            cr_each(&m.equipment),
            gain(of_segment(EQUIPMENT_DISPOSALS), m.proceeds, m.carrying),
    ])
}

pub(super) fn operating_cost_recorded<'m>(e: &OperatingCostRecorded, m: &'m Measured, of: Dimensions) -> Draft<'m> {
    let to = |account: Account| Target::about(account, of);
    match e.settles {
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
    }
}

pub(super) fn power_contracted(m: &Measured) -> Draft<'_> {
    let with = |account: Account| Target::about(account, Dimensions { party: m.party, ..Dimensions::default() });
    draft("Power contracted", [
        memo(with(POWER_OBLIGATIONS), POWER_OBLIGATIONS_CONTRA, m.committed),
    ])
}

pub(super) fn power_billed<'m>(e: &PowerBilled, m: &'m Measured, of: Dimensions) -> Draft<'m> {
    let to = |account: Account| Target::about(account, of);
    let with = |account: Account| Target::about(account, Dimensions { party: m.party, ..Dimensions::default() });
    match e.settles {
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
    }
}

pub(super) fn compute_contracted(m: &Measured) -> Draft<'_> {
    let with = |account: Account| Target::about(account, Dimensions { party: m.party, ..Dimensions::default() });
    draft("Computing contracted", [
        memo(with(COMPUTE_BACKLOG), COMPUTE_BACKLOG_CONTRA, m.committed),
    ])
}

pub(super) fn compute_delivered<'m>(e: &ComputeDelivered, m: &'m Measured, of: Dimensions) -> Draft<'m> {
    let to = |account: Account| Target::about(account, of);
    let with = |account: Account| Target::about(account, Dimensions { party: m.party, ..Dimensions::default() });
    match e.settles {
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
    }
}
