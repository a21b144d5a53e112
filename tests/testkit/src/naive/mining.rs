//! Coins earned by hashing: what pools owe, and what they pay.

use ledger_core::event::{CoinsEarned, CoinsMined, CoinsReceived, Event, PriceObserved};
use ledger_core::ids::{Commodity, Place, WalletId};
use ledger_core::money::{Amount, Price, Units};
use ledger_core::policy::RevenuePrice;
use ledger_core::time::Effective;

use super::coins::{Lot, Position};
use super::desk::{Desk, Done};
use super::numbers::{self, Fraction};
use super::when;

/// What a pool owes.
#[derive(Debug, Clone)]
pub(super) struct Pool {
    pub(super) wallet: WalletId,
    pub(super) units: i128,
    pub(super) carrying: i128,
}

impl Desk<'_, '_> {
    fn coin_of(&self, wallet: WalletId) -> Result<Commodity, String> {
        self.wallet(wallet)?.commodity.ok_or_else(|| format!("{wallet} holds no coins"))
    }

    /// The price that an event states, else the latest one observed.
    pub(super) fn stated_or_observed(
        &self,
        price: Option<Price>,
        commodity: Commodity,
    ) -> Result<Fraction, String> {
        price.map_or_else(|| self.price(commodity), |price| Ok(Fraction::of(price.decimal())))
    }

    fn value(
        &self,
        units: Units,
        value: Option<&Amount>,
        price: Option<Price>,
        wallet: WalletId,
    ) -> Result<i128, String> {
        if let Some(value) = value {
            return self.face(value);
        }
        let price = self.stated_or_observed(price, self.coin_of(wallet)?)?;
        Ok(numbers::worth(numbers::fine(units.decimal()), price, self.half()))
    }

    /// What units are worth at the last price observed of the local day, or at the average of all.
    fn by_the_day(&self, units: i128, pool: WalletId, by: RevenuePrice) -> Result<i128, String> {
        let commodity = self.coin_of(pool)?;
        let known = self.known.iter().filter(|line| line.number <= self.number && !line.is_mirror);
        let all: Vec<(u64, &PriceObserved)> = known
            .flat_map(|line| line.entry.events.iter().map(move |event| (line.number, event)))
            .filter_map(|(number, event)| {
                let Event::PriceObserved(price) = event else { return None };
                (price.commodity == commodity).then_some((number, price))
            })
            .collect();
        let replaced = |number| all.iter().any(|(_, price)| price.supersedes == Some(number));
        let mut of_day: Vec<_> = all
            .iter()
            .filter(|(number, price)| {
                price.currency == self.opened.functional_currency
                    && when::local_day(Effective::At(price.at), self.zone) == self.day
                    && !replaced(*number)
                    && self.takes(price)
                    && (by == RevenuePrice::DailyAverage
                        || self.clock(commodity).is_none_or(|end| when::Moment::at(price.at.micros()) <= end))
            })
            .collect();
        of_day.sort_by_key(|(number, price)| (price.at, *number));
        let (_, last) = of_day.last().ok_or_else(|| format!("no price of {commodity} on that day"))?;
        if by == RevenuePrice::Close {
            return Ok(numbers::worth(units, Fraction::of(last.price.decimal()), self.half()));
        }
        let sum: rust_decimal::Decimal = of_day.iter().map(|(_, price)| price.price.decimal()).sum();
        let sum = Fraction::of(sum);
        let average = Fraction { bottom: sum.bottom * of_day.len() as i128, ..sum };
        Ok(numbers::worth(units, average, self.half()))
    }

    pub(super) fn earned(&mut self, event: &CoinsEarned) -> Done {
        let units = numbers::fine(event.units.decimal());
        let value = match (&event.value, event.price, self.rules.revenue_price) {
            (None, None, None) => return Err("neither a value nor a price, and no policy".to_owned()),
            (None, None, Some(by)) if by != RevenuePrice::Inception => {
                self.by_the_day(units, event.pool, by)?
            }
            (value, price, _) => self.value(event.units, value.as_ref(), price, event.pool)?,
        };
        match self.pools.iter_mut().find(|pool| pool.wallet == event.pool) {
            Some(pool) => {
                pool.units += units;
                pool.carrying += value;
            }
            None => self.pools.push(Pool { wallet: event.pool, units, carrying: value }),
        }
        self.post(1230, value);
        self.post_rest(4010);
        Ok(())
    }

    /// The claim goes pro rata; the coins come in at what they are worth on arrival, in every book, and that is
    /// their cost; or they go on at what they were earned for.
    pub(super) fn received(&mut self, event: &CoinsReceived) -> Done {
        let units = numbers::fine(event.units.decimal());
        let commodity = self.coin_of(event.pool)?;
        let half = self.half();
        let worth = if self.rules.cost_is_as_earned {
            None
        } else {
            let price = self.stated_or_observed(event.price, commodity)?;
            Some(numbers::worth(units, price, half))
        };
        let pool =
            self.pools.iter_mut().find(|pool| pool.wallet == event.pool).ok_or("the pool owes nothing")?;
        if pool.units < units {
            return Err(format!("{} owes {}", event.pool, pool.units));
        }
        let given = numbers::part_of(pool.carrying, units, pool.units, half);
        pool.units -= units;
        pool.carrying -= given;
        let value = worth.unwrap_or(given);
        self.post(1230, -given);
        self.acquire(commodity, Place::Wallet(event.wallet), units, value, value)?;
        self.post_rest(4510);
        Ok(())
    }

    pub(super) fn mined(&mut self, event: &CoinsMined) -> Done {
        let value = self.value(event.units, event.value.as_ref(), event.price, event.wallet)?;
        let commodity = self.coin_of(event.wallet)?;
        let units = numbers::fine(event.units.decimal());
        self.acquire(commodity, Place::Wallet(event.wallet), units, value, value)?;
        self.post_rest(4010);
        Ok(())
    }

    /// A new lot, debited at its cost. `paid` is what HIFO and LOFO look at.
    pub(super) fn acquire(
        &mut self,
        commodity: Commodity,
        place: Place,
        units: i128,
        cost: i128,
        paid: i128,
    ) -> Done {
        let account = self.coin_account(place)?;
        self.heap(place, commodity, units)?;
        let position = Position { commodity, account, place: self.spot(place) };
        self.coins.lots.push(Lot {
            lot: self.birth(),
            born: (self.moment, self.rank, self.birth()),
            position,
            acquired: self.day,
            units,
            cost,
            paid: (paid, units),
            came: self.came(),
            own: Some(cost),
            sent_by: None,
        });
        self.post(account, cost);
        self.arrived(position);
        Ok(())
    }
}
