//! Collateral. Where control stays, lots move to the pledged account. Where it passes, the coins are
//! derecognised at fair value for a claim to get them back, which is carried in tranches of its own; on
//! release the claim becomes a new lot at fair value (AICPA practice aid on digital assets, Q&A 25).

use smallvec::{SmallVec, smallvec};

use super::Context;
use super::coins::{Leaving, target};
use super::treasury::arrive;
use crate::chart::{COLLATERAL_ALLOWANCE, COLLATERAL_RECEIVABLE};
use crate::event::loan::Control;
use crate::event::{CollateralPosted, CollateralReleased};
use crate::exact;
use crate::ids::{FacilityId, Place};
use crate::lots::{LotChange, Position, Site};
use crate::measured::Measured;
use crate::money::{Money, Price, Units};
use crate::policy::LotMethod;
use crate::posting::{Dimensions, Leg, Target};
use crate::refusal::Refusal;

pub(super) fn collateral_posted(
    cx: &Context<'_>,
    e: &CollateralPosted,
    m: &mut Measured,
) -> Result<(), Refusal> {
    let leaving = cx.leave(e.from, e.commodity, e.units, &e.lots)?;
    let to = cx.arrival(Place::Facility(e.facility), e.commodity)?;
    change_hands(cx, cx.control(e.facility)?, &leaving, to, e.price, m)
}

pub(super) fn collateral_released(
    cx: &Context<'_>,
    e: &CollateralReleased,
    m: &mut Measured,
) -> Result<(), Refusal> {
    let mut oldest = *cx;
    // The lender chooses what it returns, not we: where lots are named by a person, the oldest come back.
    if oldest.policy.lots == LotMethod::Specific {
        oldest.policy.lots = LotMethod::Fifo;
    }
    let leaving = oldest.leave(Place::Facility(e.facility), e.commodity, e.units, &[])?;
    let to = cx.arrival(e.to, e.commodity)?;
    change_hands(cx, cx.control(e.facility)?, &leaving, to, e.price, m)
}

/// Coins go between a wallet and a lender: the lots themselves, or one born at fair value in their stead.
fn change_hands(
    cx: &Context<'_>,
    control: Control,
    leaving: &Leaving,
    to: Position,
    price: Option<Price>,
    m: &mut Measured,
) -> Result<(), Refusal> {
    let units = leaving.units()?;
    let (fair_value, (arrival, arriving)) = match control {
        Control::Kept => (Money::ZERO, arrive(to, leaving)?),
        Control::Passed => {
            let fair_value = cx.worth(units, to.commodity, price)?;
            (fair_value, anew(cx, to, units, fair_value))
        }
    };
    m.coins_in.push(arrival);
    leaving.legs(cx, fair_value, &mut m.coins_out)?;
    m.carrying = leaving.carrying()?;
    m.fair_value = fair_value;
    m.control = Some(control);
    m.lots.extend(leaving.changes());
    m.lots.push(arriving);
    Ok(())
}

/// A lot or tranche born at fair value.
fn anew(cx: &Context<'_>, to: Position, units: Units, fair_value: Money) -> (Leg, LotChange) {
    let leg = Leg { target: target(&to), units, carrying: fair_value, fair_value };
    (leg, LotChange::Arrive(to, smallvec![cx.born(units, fair_value, fair_value)]))
}

/// Brings the allowance on every claim that the event touched to the policy's part of what the claim is carried at
/// after it (ASC 326-20-30), facility by facility.
pub(super) fn expected_loss(cx: &Context<'_>, m: &mut Measured) -> Result<(), Refusal> {
    let mut touched: SmallVec<[FacilityId; 1]> = SmallVec::new();
    for change in &m.lots {
        if let (COLLATERAL_RECEIVABLE, Site::Facility(facility)) =
            (change.position().account, change.position().place)
            && !touched.contains(&facility)
        {
            touched.push(facility);
        }
    }
    for facility in touched {
        let about = Dimensions { facility: Some(facility), ..Dimensions::default() };
        let target = Target::about(COLLATERAL_ALLOWANCE, about);
        // A reversal mirrors what its entry made of the allowance.
        let mirrored = m.stated.iter().filter(|line| line.target == target).map(|line| line.amount);
        let before = cx.book.balance(&target).amount.plus(Money::sum(mirrored)?)?;
        if before.is_zero() && cx.policy.allowance.is_zero() {
            continue;
        }
        let (scale, rounding) = (cx.precision.scale, cx.precision.rounding);
        let carrying = claims_after(cx, facility, &m.lots)?.decimal();
        let expected = exact::mul_round(carrying, cx.policy.allowance.decimal(), scale, rounding)?;
        let after = Money::new(expected).negated();
        m.allowance.push(Leg { target, units: Units::ZERO, carrying: before, fair_value: after });
    }
    Ok(())
}

/// What claims on a lender are carried at once the lots have changed.
fn claims_after(cx: &Context<'_>, facility: FacilityId, changes: &[LotChange]) -> Result<Money, Refusal> {
    let is_claim = |position: &Position| {
        position.account == COLLATERAL_RECEIVABLE && position.place == Place::Facility(facility)
    };
    let mut carried: SmallVec<[(Position, Money); 2]> = SmallVec::new();
    for (position, holding) in cx.book.lots().positions().filter(|(position, _)| is_claim(position)) {
        carried.push((*position, holding.carrying));
    }
    for change in changes.iter().filter(|change| is_claim(change.position())) {
        let at = carried.iter().position(|(position, _)| position == change.position());
        let at = at.unwrap_or_else(|| {
            carried.push((*change.position(), Money::ZERO));
            carried.len() - 1
        });
        let (_, amount) = &mut carried[at];
        *amount = change.carrying_after(*amount)?;
    }
    Ok(Money::sum(carried.into_iter().map(|(_, amount)| amount))?)
}
