//! Marks: what coins are carried at under each model of measurement, and what a change of the model comes to.

use super::coins::target;
use super::in_kind::coins_owed_marked;
use super::{Context, PriceTaken};
use crate::account::Account;
use crate::chart::{EXCHANGE_DIFFERENCES, IMPAIRMENT, OTHER_COMPREHENSIVE, STABLECOINS, is_of_owned_lots};
use crate::event::books::Transition;
use crate::event::{FairValueMarked, PolicyAdopted};
use crate::exact::Overflow;
use crate::ids::Commodity;
use crate::lots::{Holding, LotChange, LotKey, Piece, Pieces, Position, Spread};
use crate::measured::Measured;
use crate::money::{Money, Price, Units};
use crate::policy::{MeasurementModel, Reversal, StablecoinTreatment};
use crate::posting::{Leg, Line};
use crate::refusal::Refusal;
use crate::time::Day;
use crate::world::PriceUse;

pub(super) fn fair_value_marked(
    cx: &Context<'_>,
    e: &FairValueMarked,
    m: &mut Measured,
) -> Result<(), Refusal> {
    if cx.policy.measurement == MeasurementModel::Cost {
        return Ok(());
    }
    let price = match (e.price, e.from_observation) {
        (Some(price), _) => {
            cx.taken.note(PriceTaken::Stated(price));
            price
        }
        (None, Some(number)) => {
            let observed = cx.world.observation(number, e.commodity)?;
            let pinned = cx.world.pinned_in(cx.book.name(), &cx.at, observed)?;
            cx.taken.note(PriceTaken::Observed(pinned));
            pinned.price
        }
        (None, None) => cx.observed_price(e.commodity, PriceUse::Day)?.price,
    };
    for (position, holding) in cx.book.lots().held(e.commodity) {
        if !is_of_owned_lots(position.account) {
            let (leg, change) = marked(cx, position, &holding, price)?;
            m.receivable_remeasured.push(leg);
            m.lots.push(change);
            continue;
        }
        let (leg, change) = match cx.policy.measurement {
            MeasurementModel::FairValue | MeasurementModel::Cost => marked(cx, position, &holding, price)?,
            MeasurementModel::CostLessImpairment => written_down(cx, position, &holding, price)?,
            MeasurementModel::Revaluation => {
                let (leg, pieces, surplus) = revalued(cx, position, &holding, price)?;
                m.surplus = m.surplus.plus(surplus)?;
                (leg, LotChange::Carry(*position, pieces))
            }
        };
        m.remeasured.push(leg);
        m.lots.push(change);
    }
    let worth = |units| Ok(price.value_of(units, cx.precision.scale, cx.precision.rounding)?);
    stablecoins_marked(cx, e.commodity, worth, m)?;
    coins_owed_marked(cx, e.commodity, worth, m)
}

/// Coins at fair value in a currency that is not the book's: what they are carried at is translated, place by place in
/// proportion to units. A later mark then finds only what their price did.
pub(super) fn coins_translated(
    cx: &Context<'_>,
    account: Account,
    coin: Commodity,
    difference: Money,
    m: &mut Measured,
) -> Result<(), Refusal> {
    let held = || cx.book.lots().held(coin).filter(|(position, _)| position.account == account);
    let carried = Money::sum(held().map(|(_, holding)| holding.carrying))?;
    let is_at_fair_value = cx.policy.measurement == MeasurementModel::FairValue;
    if !is_at_fair_value || carried.is_zero() || carried.plus(difference)?.is_negative() {
        let (book, commodity) = (cx.book.name(), coin);
        return Err(Refusal::NotTranslated { book, account, commodity, carried, difference });
    }
    let mut spread =
        Spread::new(difference, Units::sum(held().map(|(_, holding)| holding.units))?, cx.precision);
    for (position, holding) in held() {
        let fair_value = holding.carrying.plus(spread.next(holding.units)?)?;
        let (target, units, carrying) = (target(position), holding.units, holding.carrying);
        m.remeasured.push(Leg { target, units, carrying, fair_value });
        m.lots.push(LotChange::Mark(*position, fair_value));
    }
    Ok(())
}

/// Money in a stablecoin: a financial asset at its price, another written down to it, a cash equivalent at par whatever
/// the price.
fn stablecoins_marked(
    cx: &Context<'_>,
    coin: Commodity,
    worth: impl Fn(Units) -> Result<Money, Refusal>,
    m: &mut Measured,
) -> Result<(), Refusal> {
    let treatment = cx.policy.stablecoins.treatment(coin);
    m.against = match treatment {
        // What lies in lots is marked with them.
        StablecoinTreatment::CashEquivalent | StablecoinTreatment::Crypto => return Ok(()),
        StablecoinTreatment::FinancialAsset => EXCHANGE_DIFFERENCES,
        StablecoinTreatment::CostLessImpairment => IMPAIRMENT,
    };
    let held = cx.book.of(STABLECOINS).filter(|(target, _)| target.commodity == Some(coin));
    for (target, balance) in held.filter(|(_, balance)| !balance.units.is_zero()) {
        let worth = worth(balance.units)?;
        let fair_value = match treatment {
            StablecoinTreatment::CostLessImpairment => worth.min(balance.amount),
            StablecoinTreatment::FinancialAsset
            | StablecoinTreatment::CashEquivalent
            | StablecoinTreatment::Crypto => worth,
        };
        let leg = Leg { target: *target, units: balance.units, carrying: balance.amount, fair_value };
        m.money_remeasured.push(leg);
    }
    Ok(())
}

/// A position at fair value, all its lots together.
fn marked(
    cx: &Context<'_>,
    position: &Position,
    holding: &Holding,
    price: Price,
) -> Result<(Leg, LotChange), Refusal> {
    let fair_value = price.value_of(holding.units, cx.precision.scale, cx.precision.rounding)?;
    Ok((leg(position, holding, fair_value), LotChange::Mark(*position, fair_value)))
}

fn leg(position: &Position, holding: &Holding, fair_value: Money) -> Leg {
    Leg { target: target(position), units: holding.units, carrying: holding.carrying, fair_value }
}

/// Each lot at what it is worth, if that is less than it is carried at, or than it cost where an impairment may be
/// taken back.
fn written_down(
    cx: &Context<'_>,
    position: &Position,
    holding: &Holding,
    price: Price,
) -> Result<(Leg, LotChange), Refusal> {
    let mut pieces: Pieces = cx.book.lots().carried(position, cx.precision)?.into();
    for piece in &mut pieces {
        let worth = price.value_of(piece.units, cx.precision.scale, cx.precision.rounding)?;
        piece.carrying = worth.min(match cx.policy.impairment_reversal {
            Reversal::None => piece.carrying,
            Reversal::ToCost => piece.cost,
        });
    }
    let carrying = Money::sum(pieces.iter().map(|piece| piece.carrying))?;
    Ok((leg(position, holding, carrying), LotChange::Carry(*position, pieces)))
}

/// Each lot at its share of the position's fair value; what changes beyond the cost of each is surplus.
fn revalued(
    cx: &Context<'_>,
    position: &Position,
    holding: &Holding,
    price: Price,
) -> Result<(Leg, Pieces, Money), Refusal> {
    let fair_value = price.value_of(holding.units, cx.precision.scale, cx.precision.rounding)?;
    let mut pieces: Pieces = cx.book.lots().carried(position, cx.precision)?.into();
    let mut spread = Spread::new(fair_value, holding.units, cx.precision);
    let mut surplus = Money::ZERO;
    for piece in &mut pieces {
        let before = beyond_cost(piece.carrying, piece.cost)?;
        piece.carrying = spread.next(piece.units)?;
        surplus = surplus.plus(beyond_cost(piece.carrying, piece.cost)?)?.minus(before)?;
    }
    Ok((leg(position, holding, fair_value), pieces, surplus))
}

/// What a lot is carried at beyond its cost, which stands in equity.
fn beyond_cost(carrying: Money, cost: Money) -> Result<Money, Overflow> {
    Ok(carrying.minus(cost)?.max(Money::ZERO))
}

/// The surplus of coins that leave the entity's own positions, less that of those which arrive at others: what goes
/// to retained earnings (IAS 38.87).
pub(super) fn surplus_realised(cx: &Context<'_>, m: &mut Measured) -> Result<(), Refusal> {
    if cx.policy.measurement != MeasurementModel::Revaluation {
        return Ok(());
    }
    let mut realised = Money::ZERO;
    for change in m.lots.iter().filter(|change| is_of_owned_lots(change.position().account)) {
        match change {
            LotChange::Leave(position, pieces) => {
                for piece in pieces {
                    let lot = lot_of(cx, position, &piece.key)?;
                    let before = beyond_cost(lot.carrying, lot.cost)?;
                    let stays =
                        beyond_cost(lot.carrying.minus(piece.carrying)?, lot.cost.minus(piece.cost)?)?;
                    realised = realised.plus(before)?.minus(stays)?;
                }
            }
            LotChange::Arrive(_, pieces) => realised = realised.minus(arriving_surplus(pieces)?)?,
            LotChange::Return(position, pieces) => {
                realised = realised.minus(returning_surplus(cx, position, pieces)?)?;
            }
            LotChange::Mark(..) | LotChange::Carry(..) | LotChange::Pool(..) => {}
        }
    }
    m.surplus_realised = realised;
    Ok(())
}

/// A reversal mirrors what its entry made of the surplus.
pub(super) fn less_mirrored(m: &mut Measured) -> Result<(), Refusal> {
    let of_surplus = |line: &&Line| line.target.account == OTHER_COMPREHENSIVE;
    let mirrored = Money::sum(m.stated.iter().filter(of_surplus).map(|line| line.amount))?;
    if !m.surplus_realised.is_zero() || !m.lots.is_empty() {
        m.surplus_realised = m.surplus_realised.minus(mirrored)?;
    }
    Ok(())
}

/// Pieces that come back are one with what stayed of their lot.
fn returning_surplus(cx: &Context<'_>, position: &Position, pieces: &Pieces) -> Result<Money, Refusal> {
    let lots = cx.book.lots().carried(position, cx.precision)?;
    let mut changed: Vec<(Piece, Money)> = Vec::new();
    for piece in pieces {
        if let Some((whole, _)) = changed.iter_mut().find(|(whole, _)| whole.key == piece.key) {
            (whole.carrying, whole.cost) =
                (whole.carrying.plus(piece.carrying)?, whole.cost.plus(piece.cost)?);
            continue;
        }
        changed.push(match lots.iter().find(|lot| lot.key == piece.key) {
            Some(there) => {
                let (carrying, cost) = (there.carrying.plus(piece.carrying)?, there.cost.plus(piece.cost)?);
                (Piece { carrying, cost, ..*piece }, beyond_cost(there.carrying, there.cost)?)
            }
            None => (*piece, Money::ZERO),
        });
    }
    changed.iter().try_fold(Money::ZERO, |sum, (whole, before)| {
        Ok(sum.plus(beyond_cost(whole.carrying, whole.cost)?)?.minus(*before)?)
    })
}

fn lot_of(cx: &Context<'_>, position: &Position, key: &LotKey) -> Result<Piece, Refusal> {
    let lots = cx.book.lots().carried(position, cx.precision)?;
    Ok(*lots.iter().find(|lot| lot.key == *key).ok_or(Overflow)?)
}

/// Pieces of one lot that arrive together are one lot again, whenever each came to where it lay.
fn arriving_surplus(pieces: &Pieces) -> Result<Money, Overflow> {
    let lot = |piece: &Piece| (piece.key.acquired, piece.key.born, piece.key.birth);
    let mut by_lot: Vec<Piece> = Vec::new();
    for piece in pieces {
        match by_lot.iter_mut().find(|there| lot(there) == lot(piece)) {
            Some(there) => {
                there.carrying = there.carrying.plus(piece.carrying)?;
                there.cost = there.cost.plus(piece.cost)?;
            }
            None => by_lot.push(*piece),
        }
    }
    by_lot.iter().try_fold(Money::ZERO, |sum, lot| sum.plus(beyond_cost(lot.carrying, lot.cost)?))
}

/// A book that goes over to fair value remeasures what it holds on the first day (ASU 2023-08).
pub(super) fn policy_adopted(cx: &Context<'_>, e: &PolicyAdopted, m: &mut Measured) -> Result<(), Refusal> {
    if e.book != cx.book.name() || e.transition != Transition::CumulativeEffect {
        return Ok(());
    }
    let eve = Day::from_number(cx.at.day.number() - 1).unwrap_or(cx.at.day);
    let before = cx.world.book(e.book)?.policy_on(eve).measurement;
    if before == cx.policy.measurement || cx.policy.measurement != MeasurementModel::FairValue {
        return Ok(());
    }
    let held = cx.book.lots().positions().filter(|(_, holding)| !holding.units.is_zero());
    for (position, holding) in held.filter(|(position, _)| is_of_owned_lots(position.account)) {
        let price = cx.observed_price(position.commodity, PriceUse::Day)?.price;
        let (leg, change) = marked(cx, position, holding, price)?;
        m.remeasured.push(leg);
        m.lots.push(change);
    }
    Ok(())
}
