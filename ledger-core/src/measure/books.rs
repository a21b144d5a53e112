//! Openings and manual journals.

use smallvec::smallvec;

use super::Context;
use super::asset::of_asset;
use super::coins::target;
use super::money::position;
use crate::chart::{
    ACCRUED_INTEREST, ACCUMULATED_DEPRECIATION, COLLATERAL_RECEIVABLE, EQUITY_NOT_ANALYSED, ISSUE_COST,
    LOAN_PRINCIPAL, UNDRAWN_FACILITIES, UNDRAWN_FACILITIES_CONTRA,
};
use crate::event::books::{OpeningBalance, OpeningFacility, OpeningLot};
use crate::event::capex::OpeningAsset;
use crate::event::{JournalRecorded, OpeningRecorded};
use crate::ids::Place;
use crate::lots::LotChange;
use crate::measured::Measured;
use crate::money::{Money, Units};
use crate::policy::MeasurementModel;
use crate::posting::{Dimensions, Leg, Line, Target};
use crate::refusal::Refusal;
use crate::world::{amount_of, equipment_account};

pub(super) fn opening_recorded(
    cx: &Context<'_>,
    e: &OpeningRecorded,
    m: &mut Measured,
) -> Result<(), Refusal> {
    let book = cx.book.name();
    if e.book.is_some_and(|of| of != book) {
        return Ok(());
    }
    for (part, lot) in (0_u32..).zip(&e.lots) {
        let (leg, change) = opening_lot(cx, lot, part)?;
        m.coins_in.push(leg);
        m.lots.push(change);
    }
    for (part, balance) in (e.lots.len()..).zip(&e.balances) {
        let stated = opening_balance(cx, balance)?;
        if cx.is_in_lots(&stated.target) && stated.units.is_positive() {
            m.lots.extend(opening_stablecoins(cx, &stated, part)?);
        }
        m.stated.push(stated);
    }
    for facility in &e.facilities {
        m.stated.extend(opening_debt(cx, facility)?);
    }
    for asset in &e.assets {
        m.stated.extend(opening_asset(asset));
    }
    let rest = e.equity_not_analysed.unwrap_or_default();
    m.stated.push(line(EQUITY_NOT_ANALYSED.into(), rest.negated()));
    let coins = Money::sum(m.coins_in.iter().map(|leg| leg.carrying))?;
    let others = Money::sum(m.stated.iter().map(|line| line.amount))?;
    let difference = coins.plus(others)?;
    if difference.is_zero() {
        Ok(())
    } else {
        Err(Refusal::OpeningUnbalanced { book, difference: difference.abs() })
    }
}

fn opening_lot(cx: &Context<'_>, lot: &OpeningLot, part: u32) -> Result<(Leg, LotChange), Refusal> {
    let position = cx.arrival(lot.place, lot.commodity)?;
    let carrying = match cx.policy.measurement {
        MeasurementModel::Cost => lot.cost,
        MeasurementModel::FairValue
        | MeasurementModel::CostLessImpairment
        | MeasurementModel::Revaluation => lot.carrying.unwrap_or(lot.cost),
    };
    // What a claim for coins cost is what the coins were carried at when they were given away.
    let cost = if position.account == COLLATERAL_RECEIVABLE { carrying } else { lot.cost };
    let leg = Leg { target: target(&position), units: lot.units, carrying, fair_value: carrying };
    let mut piece = cx.born_on(lot.acquired, part, lot.units, cost, cost);
    piece.carrying = carrying;
    Ok((leg, LotChange::Arrive(position, smallvec![piece])))
}

/// A stablecoin in lots is one lot of the opening's day at the amount stated.
fn opening_stablecoins(cx: &Context<'_>, stated: &Line, part: usize) -> Result<Option<LotChange>, Refusal> {
    let part = u32::try_from(part).map_err(|_| Refusal::AmountTooLarge {})?;
    let lot = cx.born_on(cx.at.day, part, stated.units, stated.amount, stated.amount);
    Ok(position(&stated.target).map(|position| LotChange::Arrive(position, smallvec![lot])))
}

fn opening_balance(cx: &Context<'_>, balance: &OpeningBalance) -> Result<Line, Refusal> {
    let amount = signed(balance.debit, balance.credit)?;
    if let Some(wallet) = balance.wallet {
        let (target, _) = cx.money(Place::Wallet(wallet))?;
        let units = if target.commodity.is_some() { balance.units.unwrap_or_default() } else { Units::ZERO };
        return Ok(Line { target, amount, units });
    }
    let about = Dimensions {
        facility: balance.facility,
        party: balance.party,
        asset: balance.asset,
        commitment: balance.commitment,
        ..Dimensions::default()
    };
    Ok(line(Target::about(balance.account, about), amount))
}

fn opening_asset(opening: &OpeningAsset) -> [Line; 2] {
    let to = |account| Target::about(account, of_asset(opening.asset, opening.segment));
    [
        line(to(equipment_account(opening.class)), opening.cost),
        line(to(ACCUMULATED_DEPRECIATION), opening.accumulated.unwrap_or_default().negated()),
    ]
}

fn opening_debt(cx: &Context<'_>, opening: &OpeningFacility) -> Result<Vec<Line>, Refusal> {
    let limit = cx.world.facility(opening.facility)?.terms.limit.amount;
    let principal = cx.at_par(opening.principal.amount)?;
    let accrued = cx.at_par(opening.accrued.amount)?;
    let unamortised = cx.at_par(amount_of(opening.unamortised_cost))?;
    let undrawn = cx.change_at_par(limit, opening.principal.amount.negated())?;
    let about = Dimensions { facility: Some(opening.facility), ..Dimensions::default() };
    let to = |account| Target::about(account, about);
    Ok(vec![
        line(to(LOAN_PRINCIPAL), principal.negated()),
        line(to(ACCRUED_INTEREST), accrued.negated()),
        line(to(ISSUE_COST), unamortised),
        line(to(UNDRAWN_FACILITIES), undrawn),
        line(to(UNDRAWN_FACILITIES_CONTRA), undrawn.negated()),
    ])
}

pub(super) fn journal_recorded(
    cx: &Context<'_>,
    e: &JournalRecorded,
    m: &mut Measured,
) -> Result<(), Refusal> {
    if e.book.is_some_and(|of| of != cx.book.name()) {
        return Ok(());
    }
    for stated in &e.lines {
        let amount = signed(stated.debit, stated.credit)?;
        let about = Dimensions {
            wallet: stated.wallet,
            facility: stated.facility,
            party: stated.party,
            project: stated.project,
            asset: stated.asset,
            segment: stated.segment,
            ..Dimensions::default()
        };
        m.stated.push(line(Target::about(stated.account, about), amount));
    }
    let difference = Money::sum(m.stated.iter().map(|line| line.amount))?;
    if !difference.is_zero() {
        return Err(Refusal::JournalUnbalanced { difference: difference.abs() });
    }
    Ok(())
}

fn line(target: Target, amount: Money) -> Line {
    Line { target, amount, units: Units::ZERO }
}

fn signed(debit: Option<Money>, credit: Option<Money>) -> Result<Money, Refusal> {
    match (debit, credit) {
        (Some(debit), None) => Ok(debit),
        (None, Some(credit)) => Ok(credit.negated()),
        (Some(_), Some(_)) | (None, None) => Err(Refusal::ExactlyOne { fields: "`debit` and `credit`" }),
    }
}
