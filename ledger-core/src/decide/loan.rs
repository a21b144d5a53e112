//! Loans: what may be borrowed, accrued, paid and retired, and when a call is open.

use super::coins::named_lots;
use super::door::{Door, is_dollar, text};
use crate::event::loan::{CoinsGiven, CollateralTerms, Compounding, InterestForm, RateTerms, Thresholds};
use crate::event::{
    FacilityOpened, FacilityRetired, InterestAccrued, InterestPaid, IssueCostAmortised, LoanDrawn,
    LoanRepaid, RateReset,
};
use crate::ids::{Commodity, Place};
use crate::money::{Amount, Rate};
use crate::refusal::Refusal;
use crate::world::{Facility, Moment, amount_of};

pub(super) fn facility_opened(door: &Door<'_>, e: &FacilityOpened) -> Result<(), Refusal> {
    if door.world.has_facility(e.facility) {
        return Err(Refusal::FacilityTwice { facility: e.facility });
    }
    door.world.party(e.lender)?;
    door.dollars("a debt", e.currency)?;
    door.amount("the limit", e.limit)?;
    door.in_currency("the limit", Some(e.limit), e.currency)?;
    rate(door, &e.rate)?;
    unused_fee(door, e.unused_fee, e.compounding)?;
    thresholds(door, e.ltv.as_ref())?;
    pledgeable(door, &e.collateral)?;
    lenders_fee(door, e.upfront_fee, e.fee_from, e.currency)
}

/// A fixed rate, or an index with a spread and perhaps a floor.
pub(super) fn rate(door: &Door<'_>, terms: &RateTerms) -> Result<(), Refusal> {
    match (terms.fixed, &terms.index) {
        (Some(fixed), None) if terms.spread.is_none() && terms.floor.is_none() => {
            door.rate("the interest rate", fixed, 1)
        }
        (None, Some(index)) => {
            text("the index", Some(index), 60)?;
            door.rate("the spread", terms.spread.unwrap_or_default(), 1)?;
            door.rate("the floor", terms.floor.unwrap_or_default(), 1)
        }
        (Some(_), _) | (None, None) => {
            Err(Refusal::ExactlyOne { fields: "`fixed`, and `index` with `spread` and `floor`," })
        }
    }
}

/// The fee is billed and paid together with the interest, and a payment does not say how much of it is which: where interest
/// bears interest, what bears it would be unknown.
pub(super) fn unused_fee(
    door: &Door<'_>,
    fee: Option<Rate>,
    compounding: Option<Compounding>,
) -> Result<(), Refusal> {
    let Some(fee) = fee else { return Ok(()) };
    match compounding {
        None | Some(Compounding::None) => door.rate("the fee on what is not drawn", fee, 1),
        Some(Compounding::Daily | Compounding::Monthly) => {
            let what = "a fee on what is not drawn, where interest bears interest,".to_owned();
            Err(Refusal::NotYetBuilt { what })
        }
    }
}

pub(super) fn thresholds(door: &Door<'_>, ltv: Option<&Thresholds>) -> Result<(), Refusal> {
    let Some(ltv) = ltv else { return Ok(()) };
    let named = [ltv.initial, ltv.call, ltv.liquidation, ltv.release];
    named.into_iter().flatten().try_for_each(|rate: Rate| door.rate("a loan-to-value threshold", rate, 10))
}

pub(super) fn pledgeable(door: &Door<'_>, collateral: &[CollateralTerms]) -> Result<(), Refusal> {
    collateral.iter().try_for_each(|terms| {
        door.world.scale(terms.commodity)?;
        door.rate("a haircut", terms.haircut.unwrap_or_default(), 1)
    })
}

/// What a lender takes for a facility or a change of it, in the currency of the debt.
pub(super) fn lenders_fee(
    door: &Door<'_>,
    fee: Option<Amount>,
    from: Option<Place>,
    currency: Commodity,
) -> Result<(), Refusal> {
    door.amount_or_none("the lender's fee", fee)?;
    door.in_currency("the lender's fee", fee, currency)?;
    match (fee, from) {
        (_, None) => Ok(()),
        (Some(_), Some(from)) => door.money_wallet(from, currency),
        (None, Some(_)) => Err(Refusal::FieldNeeded { field: "the fee", when: "where it says what pays it" }),
    }
}

pub(super) fn rate_reset(door: &Door<'_>, e: &RateReset) -> Result<(), Refusal> {
    let facility = door.world.facility(e.facility)?;
    if facility.terms.rate.fixed.is_some() {
        return Err(Refusal::RateIsFixed { facility: e.facility });
    }
    door.rate("the index", e.index_rate, 1)?;
    match facility.may_reset(e.from) {
        true => Ok(()),
        false => Err(Refusal::ResetOutOfOrder { facility: e.facility, from: e.from }),
    }
}

pub(super) fn issue_cost_amortised(
    door: &Door<'_>,
    at: &Moment,
    e: &IssueCostAmortised,
) -> Result<(), Refusal> {
    let facility = door.world.facility(e.facility)?;
    let asked = e.through;
    if asked > at.day {
        return Err(Refusal::AccrualAhead { asked, day: at.day });
    }
    match facility.amortised_through {
        Some(last) if asked <= last => Err(Refusal::AmortisedAlready { facility: e.facility, last, asked }),
        Some(_) | None => Ok(()),
    }
}

pub(super) fn loan_drawn(door: &Door<'_>, e: &LoanDrawn) -> Result<(), Refusal> {
    let facility = door.world.facility(e.facility)?;
    let currency = facility.terms.currency;
    door.amount("the principal", e.amount)?;
    door.amount_or_none("the fee", e.fee)?;
    door.in_currency("the principal", Some(e.amount), currency)?;
    door.in_currency("the fee", e.fee, currency)?;
    settles(door, e.to, facility)?;
    let (left, asked) = (facility.undrawn, e.amount.amount);
    if asked > left {
        return Err(Refusal::OverLimit { facility: e.facility, left, currency, asked });
    }
    if amount_of(e.fee) > asked {
        return Err(Refusal::ProceedsExceeded { proceeds: crate::money::Money::new(asked.decimal()) });
    }
    Ok(())
}

pub(super) fn interest_accrued(door: &Door<'_>, at: &Moment, e: &InterestAccrued) -> Result<(), Refusal> {
    let facility = door.world.facility(e.facility)?;
    let asked = e.through;
    if asked > at.day {
        return Err(Refusal::AccrualAhead { asked, day: at.day });
    }
    match facility.accrued_through {
        Some(last) if asked <= last => Err(Refusal::AccrualOutOfOrder { facility: e.facility, last, asked }),
        Some(_) | None => Ok(()),
    }
}

pub(super) fn interest_paid(door: &Door<'_>, e: &InterestPaid) -> Result<(), Refusal> {
    let facility = door.world.facility(e.facility)?;
    door.amount("the interest", e.amount)?;
    door.in_currency("the interest", Some(e.amount), facility.terms.currency)?;
    match (e.how, e.from, &e.coins) {
        (InterestForm::Cash, Some(from), None) => settles(door, from, facility)?,
        (InterestForm::InKind, None, None) => {}
        (InterestForm::Coins, Some(from), Some(coins)) => coins_given(door, from, coins, facility)?,
        (InterestForm::Cash, None, _) | (InterestForm::Coins, None, _) => {
            return Err(Refusal::FieldNeeded { field: "`from`", when: "for interest that is paid" });
        }
        (InterestForm::Coins, Some(_), None) => {
            return Err(Refusal::FieldNeeded { field: "`coins`", when: "for interest paid in coins" });
        }
        (InterestForm::Cash, Some(_), Some(_)) => {
            return Err(Refusal::FieldNotAllowed { field: "`coins`", when: "for interest paid in cash" });
        }
        (InterestForm::InKind, _, _) => {
            return Err(Refusal::FieldNotAllowed {
                field: "`from` or `coins`",
                when: "for interest paid in kind",
            });
        }
    }
    accrued(facility, e.amount.amount)
}

/// Coins that settle a debt: from a wallet, or out of the facility's own collateral.
fn coins_given(door: &Door<'_>, from: Place, coins: &CoinsGiven, facility: &Facility) -> Result<(), Refusal> {
    match from {
        Place::Facility(name) if name == facility.terms.facility => {}
        Place::Facility(_) => {
            return Err(Refusal::WrongPlace { place: from, part: "what settles another facility" });
        }
        Place::Wallet(wallet) => door.coin_wallet(wallet, coins.commodity)?,
    }
    door.units("the coins given", coins.units, coins.commodity)?;
    door.price(coins.price)?;
    named_lots(door, &coins.lots, coins.commodity)
}

pub(super) fn loan_repaid(door: &Door<'_>, e: &LoanRepaid) -> Result<(), Refusal> {
    let facility = door.world.facility(e.facility)?;
    let currency = facility.terms.currency;
    door.amount("the principal", e.principal)?;
    door.amount_or_none("the interest", e.interest)?;
    door.amount_or_none("the prepayment fee", e.prepayment_fee)?;
    door.in_currency("the principal", Some(e.principal), currency)?;
    door.in_currency("the interest", e.interest, currency)?;
    door.in_currency("the prepayment fee", e.prepayment_fee, currency)?;
    match &e.coins {
        None => settles(door, e.from, facility)?,
        Some(coins) => coins_given(door, e.from, coins, facility)?,
    }
    principal(facility, e.principal.amount)?;
    accrued(facility, amount_of(e.interest))
}

/// No more principal than is owed.
pub(super) fn principal(facility: &Facility, asked: crate::money::Units) -> Result<(), Refusal> {
    let owed = facility.principal;
    if asked > owed {
        let (facility, currency) = (facility.terms.facility, facility.terms.currency);
        return Err(Refusal::PrincipalExceeded { facility, owed, currency, asked });
    }
    Ok(())
}

/// No more interest than is accrued.
pub(super) fn accrued(facility: &Facility, asked: crate::money::Units) -> Result<(), Refusal> {
    let owed = facility.accrued;
    if asked > owed {
        let (facility, currency) = (facility.terms.facility, facility.terms.currency);
        return Err(Refusal::InterestNotAccrued { facility, owed, currency, asked });
    }
    Ok(())
}

/// A wallet whose money settles the facility's debt: of its currency, or a stablecoin of a dollar debt, which
/// is taken at par.
fn settles(door: &Door<'_>, place: Place, facility: &Facility) -> Result<(), Refusal> {
    let (wallet, holds) = door.any_money(place)?;
    let asked = facility.terms.currency;
    if is_dollar(holds) { Ok(()) } else { Err(Refusal::WalletHoldsOther { wallet, holds, asked }) }
}

pub(super) fn facility_retired(door: &Door<'_>, at: &Moment, e: &FacilityRetired) -> Result<(), Refusal> {
    let facility = door.world.facility(e.facility)?;
    let currency = facility.terms.currency;
    let mut owed = Vec::new();
    if !facility.principal.is_zero() {
        owed.push(format!("principal of {:#} {currency}", facility.principal));
    }
    if !facility.accrued.is_zero() {
        owed.push(format!("interest of {:#} {currency}", facility.accrued));
    }
    let due = facility.interest_due(at.day, door.world.scale(currency)?)?;
    // Interest paid beyond what had run is a claim on the lender, not something the facility owes.
    if due.is_positive() {
        owed.push(format!("interest of {due:#} {currency} not accrued"));
    }
    let place = Place::Facility(e.facility);
    let held = door.world.all_coins().filter(|(there, _, units)| *there == place && !units.is_zero());
    owed.extend(held.map(|(_, commodity, units)| format!("collateral of {units:#} {commodity}")));
    if facility.call.is_some() {
        owed.push("an open margin call".to_owned());
    }
    if owed.is_empty() {
        return Ok(());
    }
    Err(Refusal::StillOwed { facility: e.facility, what: format!("it still has {}", owed.join(", ")) })
}
