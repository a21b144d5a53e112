//! Collateral. Where control stays, lots move to the pledged account. Where it passes, the coins are
//! derecognised at fair value for a claim to get them back, which is carried in tranches of its own; on
//! release the claim becomes a new lot at fair value (AICPA practice aid on digital assets, Q&A 25).

use smallvec::smallvec;

use super::Context;
use super::coins::{Leaving, target};
use super::treasury::arrive;
use crate::event::loan::Control;
use crate::event::{CollateralPosted, CollateralReleased};
use crate::ids::Place;
use crate::lots::{LotChange, Position};
use crate::measured::Measured;
use crate::money::{Money, Price, Units};
use crate::policy::LotMethod;
use crate::posting::Leg;
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
