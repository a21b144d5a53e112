//! Coins: earned, bought, sold, moved, designated, pledged and returned.

use super::door::Door;
use crate::event::books::Designation;
use crate::event::treasury::{NamedLot, Route};
use crate::event::{
    CoinsBought, CoinsDesignated, CoinsEarned, CoinsMined, CoinsMoved, CoinsReceived, CoinsSold,
    CollateralPosted, CollateralReleased,
};
use crate::ids::{Commodity, Place, WalletId};
use crate::money::{Amount, Price};
use crate::refusal::Refusal;
use crate::time::OrderKey;
use crate::world::Moment;

pub(super) fn coins_earned(door: &Door<'_>, e: &CoinsEarned) -> Result<(), Refusal> {
    let commodity = pool(door, e.pool)?;
    door.units("the coins earned", e.units, commodity)?;
    door.units_or_none("the pool's fee", e.pool_fee.unwrap_or_default(), commodity)?;
    match (e.value, e.price) {
        // A book's policy may say which observation it is then.
        (None, None) => Ok(()),
        (value, price) => value_or_price(door, value, price),
    }
}

pub(super) fn coins_received(door: &Door<'_>, e: &CoinsReceived) -> Result<(), Refusal> {
    let commodity = pool(door, e.pool)?;
    door.coin_wallet(e.wallet, commodity)?;
    door.units("the coins received", e.units, commodity)?;
    door.price(e.price)
}

pub(super) fn coins_mined(door: &Door<'_>, e: &CoinsMined) -> Result<(), Refusal> {
    let commodity = door.coin_of(e.wallet)?;
    door.coin_wallet(e.wallet, commodity)?;
    door.units("the coins mined", e.units, commodity)?;
    value_or_price(door, e.value, e.price)
}

fn pool(door: &Door<'_>, pool: WalletId) -> Result<Commodity, Refusal> {
    let commodity = door.coin_of(pool)?;
    if door.world.wallet(pool)?.is_pool() {
        Ok(commodity)
    } else {
        Err(Refusal::WrongPlace { place: Place::Wallet(pool), part: "a pool" })
    }
}

pub(super) fn value_or_price(
    door: &Door<'_>,
    value: Option<Amount>,
    price: Option<Price>,
) -> Result<(), Refusal> {
    match (value, price) {
        (Some(value), None) => door.amount("the value", value),
        (None, Some(price)) => door.price(Some(price)),
        (None, None) | (Some(_), Some(_)) => Err(Refusal::ExactlyOne { fields: "`value` and `price`" }),
    }
}

pub(super) fn coins_bought(door: &Door<'_>, e: &CoinsBought) -> Result<(), Refusal> {
    door.own_coins(e.to, e.commodity, "where bought coins arrive")?;
    door.units("the coins bought", e.units, e.commodity)?;
    door.amount("the price paid", e.paid)?;
    door.amount_or_none("the fee", e.fee)?;
    door.money_wallet(e.from, e.paid.currency)?;
    door.in_currency("the fee", e.fee, e.paid.currency)
}

pub(super) fn coins_sold(door: &Door<'_>, e: &CoinsSold) -> Result<(), Refusal> {
    match e.from {
        Place::Wallet(wallet) => door.coin_wallet(wallet, e.commodity)?,
        Place::Facility(facility) => door.world.facility(facility).map(|_| ())?,
    }
    door.units("the coins sold", e.units, e.commodity)?;
    door.amount("the proceeds", e.proceeds)?;
    door.amount_or_none("the fee", e.fee)?;
    door.in_currency("the fee", e.fee, e.proceeds.currency)?;
    door.money_wallet(e.to, e.proceeds.currency)?;
    if e.fee.is_some_and(|fee| fee.amount > e.proceeds.amount) {
        let proceeds = crate::money::Money::new(e.proceeds.amount.decimal());
        return Err(Refusal::ProceedsExceeded { proceeds });
    }
    if e.route == Some(Route::SettledByLender) && matches!(e.from, Place::Wallet(_)) {
        return Err(Refusal::WrongPlace { place: e.from, part: "where a lender sells coins" });
    }
    named_lots(door, &e.lots, e.commodity)
}

pub(super) fn coins_moved(door: &Door<'_>, at: &Moment, e: &CoinsMoved) -> Result<(), Refusal> {
    door.own_coins(e.from, e.commodity, "where coins are moved from")?;
    door.own_coins(e.to, e.commodity, "where coins are moved to")?;
    if e.from == e.to {
        return Err(Refusal::WrongPlace { place: e.to, part: "both ends of a move" });
    }
    door.units("the coins moved", e.units, e.commodity)?;
    door.units_or_none("the network's fee", e.network_fee_units.unwrap_or_default(), e.commodity)?;
    door.price(e.price)?;
    named_lots(door, &e.lots, e.commodity)?;
    let zone = door.world.settings()?.zone;
    match e.arrives {
        Some(arrives) if OrderKey::of_arrival(arrives, zone) <= at.order => {
            Err(Refusal::ArrivesTooEarly { effective: at.effective, arrives })
        }
        Some(_) | None => Ok(()),
    }
}

pub(super) fn coins_designated(door: &Door<'_>, e: &CoinsDesignated) -> Result<(), Refusal> {
    door.coin_wallet(e.wallet, e.commodity)?;
    match e.to {
        Designation::Operating | Designation::Strategic => {
            door.units("the coins designated", e.units, e.commodity)
        }
    }
}

pub(super) fn collateral_posted(door: &Door<'_>, e: &CollateralPosted) -> Result<(), Refusal> {
    door.world.facility(e.facility)?;
    door.own_coins(e.from, e.commodity, "where pledged coins come from")?;
    door.units("the coins pledged", e.units, e.commodity)?;
    door.price(e.price)?;
    named_lots(door, &e.lots, e.commodity)
}

pub(super) fn collateral_released(door: &Door<'_>, e: &CollateralReleased) -> Result<(), Refusal> {
    let facility = door.world.facility(e.facility)?;
    if facility.call.is_some() {
        return Err(Refusal::MarginCallState {
            facility: e.facility,
            what: "is under a margin call: nothing is released until it is met",
        });
    }
    door.own_coins(e.to, e.commodity, "where released coins arrive")?;
    door.units("the coins released", e.units, e.commodity)?;
    door.price(e.price)
}

pub(super) fn named_lots(door: &Door<'_>, lots: &[NamedLot], commodity: Commodity) -> Result<(), Refusal> {
    for lot in lots {
        lot.book.map_or(Ok(()), |book| door.world.book(book).map(|_| ()))?;
        door.units("the units of a named lot", lot.units, commodity)?;
    }
    Ok(())
}
