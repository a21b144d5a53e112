//! The checks that events share: amounts in range and no finer than counted, names that exist, places that
//! can play their part.

use rust_decimal::Decimal;

use crate::ids::{Commodity, PartyId, Place, WalletId};
use crate::money::{Amount, Money, Price, Rate, Units};
use crate::refusal::Refusal;
use crate::world::World;

/// A text of 1 to `most` characters, where one is given.
pub(super) fn text(what: &'static str, text: Option<&str>, most: usize) -> Result<(), Refusal> {
    let length = text.map_or(1, |text| text.chars().count());
    if (1..=most).contains(&length) { Ok(()) } else { Err(Refusal::BadText { what, most }) }
}

/// Digits before the point that no real amount or price needs more of.
const WHOLE_DIGITS_MAX: u32 = 15;

/// An amount so large that it is a slip, and would make later sums overflow.
pub(super) fn refuse_absurd(value: Decimal) -> Result<(), Refusal> {
    let limit = Decimal::from(10_u64.pow(WHOLE_DIGITS_MAX));
    if value.abs() < limit { Ok(()) } else { Err(Refusal::AmountTooLarge {}) }
}

/// A part that is no more than the whole.
pub(super) fn part(
    part: &'static str,
    given: Units,
    whole: &'static str,
    most: Units,
) -> Result<(), Refusal> {
    if given > most { Err(Refusal::PartExceedsWhole { part, given, whole, most }) } else { Ok(()) }
}

/// Whether a currency is the dollar or a stablecoin of it, which settles a debt in dollars one for one.
pub(super) fn is_dollar(code: Commodity) -> bool {
    matches!(code.as_str(), "USD" | "USDT" | "USDC")
}

/// The world that an event is held against.
#[derive(Debug, Clone, Copy)]
pub(super) struct Door<'a> {
    pub(super) world: &'a World,
    pub(super) functional: Commodity,
}

impl<'a> Door<'a> {
    pub(super) fn of(world: &'a World) -> Result<Door<'a>, Refusal> {
        Ok(Door { world, functional: world.settings()?.functional })
    }

    /// Units above zero, no finer than the commodity is counted.
    pub(super) fn units(
        &self,
        what: &'static str,
        units: Units,
        commodity: Commodity,
    ) -> Result<(), Refusal> {
        self.units_or_none(what, units, commodity)?;
        if units.is_zero() {
            return Err(Refusal::NotPositive { what, amount: format!("{units:#}") });
        }
        Ok(())
    }

    /// Units of at least zero, no finer than the commodity is counted.
    pub(super) fn units_or_none(
        &self,
        what: &'static str,
        units: Units,
        commodity: Commodity,
    ) -> Result<(), Refusal> {
        let scale = self.world.scale(commodity)?;
        if units.is_negative() {
            return Err(Refusal::Negative { what, amount: format!("{units:#}") });
        }
        refuse_absurd(units.decimal())?;
        if crate::exact::scale_needed(units.decimal()) > u32::from(scale) {
            return Err(Refusal::TooFine { what, amount: format!("{units:#}"), commodity, scale });
        }
        Ok(())
    }

    /// An amount above zero.
    pub(super) fn amount(&self, what: &'static str, amount: Amount) -> Result<(), Refusal> {
        self.units(what, amount.amount, amount.currency)
    }

    /// An amount that may be left out or zero.
    pub(super) fn amount_or_none(&self, what: &'static str, amount: Option<Amount>) -> Result<(), Refusal> {
        amount.map_or(Ok(()), |amount| self.units_or_none(what, amount.amount, amount.currency))
    }

    /// An amount of the functional currency, of at least zero.
    pub(super) fn money(&self, what: &'static str, money: Money) -> Result<(), Refusal> {
        self.units_or_none(what, Units::new(money.decimal()), self.functional)
    }

    /// An amount in the currency that is expected of it.
    pub(super) fn in_currency(
        &self,
        what: &'static str,
        amount: Option<Amount>,
        expected: Commodity,
    ) -> Result<(), Refusal> {
        match amount {
            Some(amount) if amount.currency != expected => {
                Err(Refusal::WrongCurrency { what, given: amount.currency, expected })
            }
            Some(_) | None => Ok(()),
        }
    }

    /// A price above zero, where one is given.
    pub(super) fn price(&self, price: Option<Price>) -> Result<(), Refusal> {
        match price {
            Some(price) if !price.is_positive() => {
                Err(Refusal::NotPositive { what: "the price", amount: format!("{price:#}") })
            }
            Some(price) => refuse_absurd(price.decimal()),
            None => Ok(()),
        }
    }

    /// A rate from zero to `most`.
    pub(super) fn rate(&self, what: &'static str, rate: Rate, most: u8) -> Result<(), Refusal> {
        if rate.is_negative() || rate.decimal() > most.into() {
            return Err(Refusal::RateOutOfRange { what, most, rate: rate.to_string() });
        }
        Ok(())
    }

    /// The dollar or a stablecoin of it: other currencies of debts and commitments would need retranslation.
    pub(super) fn dollars(&self, what: &str, currency: Commodity) -> Result<(), Refusal> {
        if is_dollar(currency) {
            Ok(())
        } else {
            Err(Refusal::NotYetBuilt { what: format!("{what} in {currency}") })
        }
    }

    /// A party that is registered, where one is named.
    pub(super) fn party(&self, party: Option<PartyId>) -> Result<(), Refusal> {
        party.map_or(Ok(()), |party| self.world.party(party).map(|_| ()))
    }

    /// A wallet of coins of this commodity.
    pub(super) fn coin_wallet(&self, wallet: WalletId, commodity: Commodity) -> Result<(), Refusal> {
        let holds = self.world.wallet(wallet)?;
        let place = Place::Wallet(wallet);
        match holds.commodity {
            Some(holds) if holds != commodity => {
                Err(Refusal::WalletHoldsOther { wallet, holds, asked: commodity })
            }
            Some(_) if holds.is_pool() => {
                Err(Refusal::WrongPlace { place, part: "a place of coins of our own" })
            }
            Some(_) => Ok(()),
            None => Err(Refusal::WrongPlace { place, part: "a place of coins" }),
        }
    }

    /// The coin that a wallet of coins holds.
    pub(super) fn coin_of(&self, wallet: WalletId) -> Result<Commodity, Refusal> {
        let place = Place::Wallet(wallet);
        self.world.wallet(wallet)?.commodity.ok_or(Refusal::WrongPlace { place, part: "a place of coins" })
    }

    /// A wallet of our own, where coins of this commodity may lie.
    pub(super) fn own_coins(
        &self,
        place: Place,
        commodity: Commodity,
        part: &'static str,
    ) -> Result<(), Refusal> {
        match place {
            Place::Wallet(wallet) => self.coin_wallet(wallet, commodity),
            Place::Facility(_) => Err(Refusal::WrongPlace { place, part }),
        }
    }

    /// A wallet of money that holds this currency.
    pub(super) fn money_wallet(&self, place: Place, currency: Commodity) -> Result<(), Refusal> {
        let (wallet, holds) = self.any_money(place)?;
        if holds == currency {
            Ok(())
        } else {
            Err(Refusal::WalletHoldsOther { wallet, holds, asked: currency })
        }
    }

    /// A wallet of money, and what it holds.
    pub(super) fn any_money(&self, place: Place) -> Result<(WalletId, Commodity), Refusal> {
        let refused = Refusal::WrongPlace { place, part: "a place of money" };
        match place {
            Place::Wallet(wallet) => {
                let holds = self.world.wallet(wallet)?.currency.ok_or(refused)?;
                Ok((wallet, holds))
            }
            Place::Facility(_) => Err(refused),
        }
    }
}
