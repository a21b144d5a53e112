//! What moves in the world, event by event: units of coins and money between places, whatever the books
//! make of it. A place can never give more than it holds.

use serde::{Deserialize, Serialize};
use smallvec::{SmallVec, smallvec};

use super::contract::net_of;
use super::facility::amount_of;
use super::{Moment, World};
use crate::event::in_kind::{Acceptance, Spending};
use crate::event::{Event, SharesRepurchased, declaration};
use crate::exact::Overflow;
use crate::ids::{Commodity, PartyId, Place, WalletId};
use crate::money::{Amount, Money, Price, Units};
use crate::refusal::Refusal;
use crate::rounding::Rounding;

/// Units that come (positive) or go (negative).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Movement {
    /// Coins at a place.
    Coins(Place, Commodity, Units),
    /// Money in a wallet.
    Money(WalletId, Units),
    /// Coins that a pool owes us.
    Claim(WalletId, Commodity, Units),
    /// Coins that we owe a party.
    Owed(PartyId, Commodity, Units),
}

impl Movement {
    /// Whether it is of the same at the same place as another.
    pub(super) fn is_of_same(&self, other: &Movement) -> bool {
        match (self, other) {
            (Movement::Coins(place, coin, _), Movement::Coins(of, other, _)) => place == of && coin == other,
            (Movement::Money(wallet, _), Movement::Money(of, _)) => wallet == of,
            (Movement::Claim(pool, coin, _), Movement::Claim(of, other, _)) => pool == of && coin == other,
            (Movement::Owed(party, coin, _), Movement::Owed(of, other, _)) => party == of && coin == other,
            (Movement::Coins(..) | Movement::Money(..) | Movement::Claim(..) | Movement::Owed(..), _) => {
                false
            }
        }
    }

    /// How many come or go.
    pub(super) fn units(&self) -> Units {
        match self {
            Movement::Coins(_, _, units)
            | Movement::Money(_, units)
            | Movement::Claim(_, _, units)
            | Movement::Owed(_, _, units) => *units,
        }
    }

    fn of(&self, units: Units) -> Movement {
        match *self {
            Movement::Coins(place, coin, _) => Movement::Coins(place, coin, units),
            Movement::Money(wallet, _) => Movement::Money(wallet, units),
            Movement::Claim(pool, coin, _) => Movement::Claim(pool, coin, units),
            Movement::Owed(party, coin, _) => Movement::Owed(party, coin, units),
        }
    }

    /// Together with another of the same.
    pub(super) fn plus(&self, other: &Movement) -> Result<Movement, Overflow> {
        Ok(self.of(self.units().plus(other.units())?))
    }

    /// The other way round.
    pub(super) fn opposite(&self) -> Movement {
        self.of(self.units().negated())
    }
}

/// What moves when an event happens; mostly it is at most two things.
pub type Movements = SmallVec<[Movement; 2]>;

/// What moves when an event happens.
///
/// # Errors
/// Refused when a wallet or facility it names is not there, or a sum does not fit.
fn movements(world: &World, event: &Event) -> Result<Movements, Refusal> {
    let coin = |wallet: WalletId| {
        world
            .wallet(wallet)?
            .commodity
            .ok_or_else(|| Refusal::WrongPlace { place: Place::Wallet(wallet), part: "a place of coins" })
    };
    Ok(match event {
        Event::OpeningRecorded(e) if world.openings().next().is_none() => {
            let coins = e.lots.iter().map(|lot| Movement::Coins(lot.place, lot.commodity, lot.units));
            let mut all: Movements = coins.collect();
            for balance in &e.balances {
                if let Some(wallet) = balance.wallet {
                    let face = balance.debit.map(|debit| Units::new(debit.decimal()));
                    all.push(Movement::Money(wallet, balance.units.or(face).unwrap_or_default()));
                }
            }
            all
        }
        // Further books open on the same world.
        Event::OpeningRecorded(_) => Movements::new(),
        Event::JournalRecorded(e) => {
            let touched = e.lines.iter().filter_map(|line| line.wallet.map(|wallet| (wallet, line)));
            let units = |line: &crate::event::books::JournalLine| {
                let debit = line.debit.unwrap_or_default();
                Units::new(
                    debit.minus(line.credit.unwrap_or_default()).map_or(debit.decimal(), |net| net.decimal()),
                )
            };
            touched.map(|(wallet, line)| Movement::Money(wallet, units(line))).collect()
        }

        Event::CoinsEarned(e) => smallvec![Movement::Claim(e.pool, coin(e.pool)?, e.units)],
        Event::CoinsReceived(e) => {
            let code = coin(e.wallet)?;
            smallvec![
                Movement::Claim(e.pool, code, e.units.negated()),
                Movement::Coins(Place::Wallet(e.wallet), code, e.units),
            ]
        }
        Event::CoinsMined(e) => smallvec![Movement::Coins(Place::Wallet(e.wallet), coin(e.wallet)?, e.units)],

        Event::CoinsBought(e) => smallvec![
            money_out(e.from, e.paid.amount.plus(amount_of(e.fee))?)?,
            Movement::Coins(e.to, e.commodity, e.units),
        ],
        Event::CoinsSold(e) => smallvec![
            Movement::Coins(e.from, e.commodity, e.units.negated()),
            money_in(e.to, e.proceeds.amount.minus(amount_of(e.fee))?)?,
        ],
        Event::CoinsMoved(e) => {
            let leaving = e.units.plus(e.network_fee_units.unwrap_or_default())?;
            let gone = coins_out(e.from, e.commodity, leaving);
            match e.arrives {
                Some(_later) => smallvec![gone],
                None => smallvec![gone, Movement::Coins(e.to, e.commodity, e.units)],
            }
        }
        Event::CoinsSpent(e) => {
            let mut gone: Movements = smallvec![coins_out(e.from, e.commodity, e.units)];
            if let (Spending::Borrowed, Some(party)) = (e.settles, e.party) {
                gone.push(Movement::Owed(party, e.commodity, e.units.negated()));
            }
            gone
        }
        Event::CoinsAccepted(e) => {
            let mut come: Movements = smallvec![Movement::Coins(e.to, e.commodity, e.units)];
            if e.against == Acceptance::Borrowed {
                come.push(Movement::Owed(e.counterparty, e.commodity, e.units));
            }
            come
        }
        Event::CoinsContributed(e) => smallvec![Movement::Coins(e.to, e.commodity, e.units)],
        Event::CoinsDistributed(e) => smallvec![coins_out(e.from, e.commodity, e.units)],
        Event::CoinsImpounded(e) => smallvec![coins_out(e.from, e.commodity, e.units)],
        Event::CoinsLost(e) => smallvec![coins_out(e.from, e.commodity, e.units)],
        Event::DerivativeOpened(e) => one_way(e.premium, e.from, e.to)?,
        Event::DerivativeSettled(e) => one_way(e.amount, e.from, e.to)?,
        Event::CurrencyConverted(e) => {
            smallvec![
                money_out(e.from, e.given.amount.plus(amount_of(e.fee))?)?,
                money_in(e.to, e.got.amount)?
            ]
        }
        Event::CashReceived(e) => smallvec![Movement::Money(e.wallet, e.amount.amount)],
        Event::CashPaid(e) => smallvec![Movement::Money(e.wallet, e.amount.amount.negated())],

        // Debts may be settled in a stablecoin of the debt's currency, one for one.
        Event::LoanDrawn(e) => smallvec![money_in(e.to, e.amount.amount.minus(amount_of(e.fee))?)?],
        Event::FacilityOpened(e) => fee_out(e.upfront_fee, e.fee_from)?,
        Event::FacilityAmended(e) => fee_out(e.fee, e.from)?,
        Event::InterestPaid(e) => match (e.from, &e.coins) {
            (Some(from), Some(coins)) => smallvec![coins_out(from, coins.commodity, coins.units)],
            (Some(from), None) => smallvec![money_out(from, e.amount.amount)?],
            (None, _) => Movements::new(),
        },
        Event::LoanRepaid(e) => match &e.coins {
            Some(coins) => smallvec![coins_out(e.from, coins.commodity, coins.units)],
            None => smallvec![money_out(e.from, repayment(e.principal, e.interest, e.prepayment_fee)?)?],
        },
        Event::CollateralLiquidated(e) => {
            let sold = Movement::Coins(Place::Facility(e.facility), e.commodity, e.units.negated());
            match (e.surplus, e.surplus_to) {
                (Some(surplus), Some(to)) => smallvec![sold, money_in(to, surplus.amount)?],
                (_, None) | (None, _) => smallvec![sold],
            }
        }

        Event::CollateralPosted(e) => smallvec![
            Movement::Coins(e.from, e.commodity, e.units.negated()),
            Movement::Coins(Place::Facility(e.facility), e.commodity, e.units),
        ],
        Event::CollateralReleased(e) => smallvec![
            Movement::Coins(Place::Facility(e.facility), e.commodity, e.units.negated()),
            Movement::Coins(e.to, e.commodity, e.units),
        ],
        Event::DepositPaid(e) => smallvec![money_out(e.from, e.amount.amount)?],
        Event::CapexPaid(e) => smallvec![money_out(e.from, e.amount.amount)?],
        Event::CapexCancelled(e) => {
            let refund = e.to.map(|to| money_in(to, amount_of(e.deposit_refunded)));
            let penalty = e.from.map(|from| money_out(from, amount_of(e.penalty)));
            refund.into_iter().chain(penalty).collect::<Result<Movements, Refusal>>()?
        }
        Event::AssetDisposed(e) => match e.to {
            Some(to) => smallvec![money_in(to, net_of(e.proceeds, e.fee)?)?],
            None => Movements::new(),
        },
        Event::PowerBilled(e) => match e.from {
            Some(from) => smallvec![money_out(from, net_of(e.cost, e.curtailment_credits)?)?],
            None => Movements::new(),
        },
        Event::OperatingCostRecorded(e) => match e.from {
            Some(from) => smallvec![money_out(from, e.amount.amount)?],
            None => Movements::new(),
        },
        Event::SharesIssued(e) => {
            let proceeds = world.price_of_shares(e.shares, e.price, e.proceeds)?;
            smallvec![money_in(e.to, Units::new(proceeds.decimal()).minus(amount_of(e.costs))?)?]
        }
        Event::SharesRepurchased(e) => smallvec![money_out(e.from, world.cost_of_shares(e)?)?],

        Event::EntryReversed(e) => world.mirrored(e.entry)?,

        declaration!()
        | Event::FairValueMarked(_)
        | Event::CoinsDesignated(_)
        | Event::RateReset(_)
        | Event::InterestAccrued(_)
        | Event::IssueCostAmortised(_)
        | Event::FacilityRetired(_)
        | Event::MarginCalled(_)
        | Event::MarginCallMet(_)
        | Event::MarginCallLapsed(_)
        | Event::CapexCommitted(_)
        | Event::CapexAmended(_)
        | Event::CapexInvoiced(_)
        | Event::InterestCapitalised(_)
        | Event::AssetPlacedInService(_)
        | Event::DepreciationCharged(_)
        | Event::AssetImpaired(_)
        | Event::PowerContracted(_)
        | Event::ComputeContracted(_)
        | Event::ComputeDelivered(_)
        | Event::OperatingMetricRecorded(_)
        | Event::DerivativeMarked(_)
        | Event::TranslationRecorded(_) => Movements::new(),
    })
}

/// What a repayment takes out of its wallet.
///
/// # Errors
/// Refused when the sum does not fit.
pub(crate) fn repayment(
    principal: Amount,
    interest: Option<Amount>,
    fee: Option<Amount>,
) -> Result<Units, Refusal> {
    Ok(principal.amount.plus(amount_of(interest))?.plus(amount_of(fee))?)
}

/// A lender's fee is paid from a wallet, or owed.
fn fee_out(fee: Option<Amount>, from: Option<Place>) -> Result<Movements, Refusal> {
    match (fee, from) {
        (Some(fee), Some(from)) => Ok(smallvec![money_out(from, fee.amount)?]),
        (_, None) | (None, _) => Ok(Movements::new()),
    }
}

fn coins_out(place: Place, commodity: Commodity, units: Units) -> Movement {
    Movement::Coins(place, commodity, units.negated())
}

/// Money that goes out of a place or into one, if any does.
fn one_way(amount: Option<Amount>, from: Option<Place>, to: Option<Place>) -> Result<Movements, Refusal> {
    let gone = from.map(|place| money_out(place, amount_of(amount)));
    let come = to.map(|place| money_in(place, amount_of(amount)));
    gone.into_iter().chain(come).collect()
}

fn money_in(place: Place, units: Units) -> Result<Movement, Refusal> {
    match place {
        Place::Wallet(wallet) => Ok(Movement::Money(wallet, units)),
        Place::Facility(_) => Err(Refusal::WrongPlace { place, part: "a place of money" }),
    }
}

fn money_out(place: Place, units: Units) -> Result<Movement, Refusal> {
    money_in(place, units.negated())
}

impl World {
    /// What was given for shares: as stated, else shares times price to the functional currency's minor unit.
    ///
    /// # Errors
    /// Refused when the product does not fit.
    pub fn price_of_shares(
        &self,
        shares: Units,
        price: Price,
        stated: Option<Amount>,
    ) -> Result<Money, Refusal> {
        match stated {
            Some(stated) => Ok(Money::new(stated.amount.decimal())),
            None => {
                let scale = self.scale(self.settings()?.functional)?;
                Ok(price.value_of(shares, scale.into(), Rounding::HalfEven)?)
            }
        }
    }

    /// What shares bought back cost with the fee.
    ///
    /// # Errors
    /// Refused when the sum does not fit.
    pub fn cost_of_shares(&self, e: &SharesRepurchased) -> Result<Units, Refusal> {
        let paid = self.price_of_shares(e.shares, e.price, e.paid)?;
        Ok(Units::new(paid.decimal()).plus(amount_of(e.fee))?)
    }

    /// What moves when an event happens, if every place holds what the event takes from it. Changes nothing.
    ///
    /// # Errors
    /// Refused, naming the place and what it lacks.
    pub fn check_movements(&self, at: &Moment, event: &Event) -> Result<Movements, Refusal> {
        let movements = movements(self, event)?;
        movements.iter().try_for_each(|movement| self.left_after(at, movement).map(drop))?;
        Ok(movements)
    }

    pub(super) fn shift(&mut self, at: &Moment, movement: &Movement) -> Result<(), Refusal> {
        let left = self.left_after(at, movement)?;
        match *movement {
            Movement::Coins(place, commodity, _) => self.coins.set((place, commodity), left),
            Movement::Money(wallet, _) => self.money.set(wallet, left),
            Movement::Claim(pool, commodity, _) => self.claims.set((pool, commodity), left),
            Movement::Owed(party, commodity, _) => self.owed.set((party, commodity), left),
        }
        Ok(())
    }

    /// What a movement leaves at its place, which is never below zero.
    fn left_after(&self, at: &Moment, movement: &Movement) -> Result<Units, Refusal> {
        let day = at.day;
        let (held, change) = match *movement {
            Movement::Coins(place, commodity, change) => (self.coins(place, commodity), change),
            Movement::Money(wallet, change) => (self.money(wallet), change),
            Movement::Claim(pool, commodity, change) => (self.claim(pool, commodity), change),
            Movement::Owed(party, commodity, change) => (self.coins_owed_to(party, commodity), change),
        };
        let left = held.plus(change)?;
        if !left.is_negative() {
            return Ok(left);
        }
        let (short, asked) = (left.negated(), change.negated());
        Err(match *movement {
            Movement::Coins(place, commodity, _) => {
                Refusal::CoinsShort { place, commodity, day, held, short, asked }
            }
            Movement::Money(wallet, _) => {
                let currency = self.wallet(wallet)?.currency.unwrap_or(self.settings()?.functional);
                Refusal::MoneyShort { wallet, currency, day, held, short, asked }
            }
            Movement::Claim(pool, commodity, _) => {
                Refusal::PoolShort { pool, commodity, day, held, short, asked }
            }
            Movement::Owed(party, commodity, _) => {
                Refusal::CoinsNotOwed { party, commodity, day, held, short, asked }
            }
        })
    }
}
