//! Mining: income at fair value when earned (ASC 606-10-32-21), changes of value after that are no revenue.

use rust_decimal::Decimal;

use super::money::of_wallet;
use super::{Context, PriceTaken};
use crate::chart::BITCOIN_FROM_POOL;
use crate::event::{CoinsEarned, CoinsMined, CoinsReceived};
use crate::exact;
use crate::ids::{Commodity, Place, WalletId};
use crate::measured::Measured;
use crate::money::{Amount, Money, Price, Units};
use crate::policy::{MinedCost, RevenuePrice};
use crate::posting::{Leg, Target};
use crate::refusal::Refusal;
use crate::world::PriceUse;

pub(super) fn coins_earned(cx: &Context<'_>, e: &CoinsEarned, m: &mut Measured) -> Result<(), Refusal> {
    let value = match (e.value, e.price, cx.policy.revenue_price) {
        (None, None, Some(by)) => earned_at(cx, e.units, coin_of(cx, e.pool)?, by)?,
        (value, price, _) => cx.stated_worth(e.units, value, price)?,
    };
    let leg = Leg { target: claim(cx, e.pool)?, units: e.units, carrying: value, fair_value: value };
    m.coins_in.push(leg);
    m.fair_value = value;
    Ok(())
}

/// What coins are worth at the observation that the book's policy names; an average is rounded once, with the value.
fn earned_at(cx: &Context<'_>, units: Units, coin: Commodity, by: RevenuePrice) -> Result<Money, Refusal> {
    let of_day = |for_use| cx.world.prices_of_day(cx.book.name(), &cx.at, (coin, cx.functional), for_use);
    match by {
        RevenuePrice::Inception => cx.worth(units, coin, None),
        RevenuePrice::Close => {
            let (commodity, currency, effective) = (coin, cx.functional, cx.at.effective);
            let missing = Refusal::PriceMissing { commodity, currency, effective };
            let last = of_day(PriceUse::Day)?.pop().ok_or(missing)?;
            cx.taken.note(PriceTaken::Observed(last));
            Ok(last.price.value_of(units, cx.precision.scale, cx.precision.rounding)?)
        }
        RevenuePrice::DailyAverage => {
            let (mut sum, mut many) = (Decimal::ZERO, 0_u64);
            for observed in of_day(PriceUse::Event)? {
                cx.taken.note(PriceTaken::Observed(observed));
                sum = exact::add(sum, observed.price.decimal())?;
                many += 1;
            }
            let (scale, rounding) = (cx.precision.scale, cx.precision.rounding);
            Ok(Money::new(exact::mul_div_round(sum, units.decimal(), many.into(), scale, rounding)?))
        }
    }
}

pub(super) fn coins_received(cx: &Context<'_>, e: &CoinsReceived, m: &mut Measured) -> Result<(), Refusal> {
    let target = claim(cx, e.pool)?;
    let there = cx.book.balance(&target);
    let carrying = there.amount.share(e.units, there.units, cx.precision.scale, cx.precision.rounding)?;
    let commodity = coin_of(cx, e.wallet)?;
    let value = match cx.policy.mined_cost {
        MinedCost::Inception => carrying,
        MinedCost::Receipt => cx.worth(e.units, commodity, e.price)?,
    };
    cx.new_coins(Place::Wallet(e.wallet), commodity, e.units, value, m)?;
    m.coins_out.push(Leg { target, units: e.units, carrying, fair_value: value });
    m.carrying = carrying;
    Ok(())
}

pub(super) fn coins_mined(cx: &Context<'_>, e: &CoinsMined, m: &mut Measured) -> Result<(), Refusal> {
    let value = cx.stated_worth(e.units, e.value, e.price)?;
    cx.new_coins(Place::Wallet(e.wallet), coin_of(cx, e.wallet)?, e.units, value, m)
}

fn claim(cx: &Context<'_>, pool: WalletId) -> Result<Target, Refusal> {
    let commodity = Some(coin_of(cx, pool)?);
    Ok(Target { account: BITCOIN_FROM_POOL, commodity, about: of_wallet(pool) })
}

fn coin_of(cx: &Context<'_>, wallet: WalletId) -> Result<Commodity, Refusal> {
    let place = Place::Wallet(wallet);
    cx.world.wallet(wallet)?.commodity.ok_or_else(|| Refusal::WrongPlace { place, part: "a place of coins" })
}

impl Context<'_> {
    /// What coins are worth by the event's own word: their value, else their price.
    pub(super) fn stated_worth(
        &self,
        units: Units,
        value: Option<Amount>,
        price: Option<Price>,
    ) -> Result<Money, Refusal> {
        match (value, price) {
            (Some(value), _) => self.value_of(value.amount, value.currency),
            (None, Some(price)) => {
                self.taken.note(PriceTaken::Stated(price));
                Ok(price.value_of(units, self.precision.scale, self.precision.rounding)?)
            }
            (None, None) => Err(Refusal::ExactlyOne { fields: "`value` and `price`" }),
        }
    }
}
