//! Coins in place of money: what they settle in the world, and the coins that are owed to somebody.

use super::{Moment, World};
use crate::event::in_kind::Spending;
use crate::event::{CoinsSpent, Event};
use crate::ids::{Commodity, PartyId};
use crate::money::Units;
use crate::refusal::Refusal;

impl World {
    /// Units of a coin that are to be given back to a party.
    #[must_use]
    pub fn coins_owed_to(&self, party: PartyId, commodity: Commodity) -> Units {
        self.owed.get(&(party, commodity)).copied().unwrap_or_default()
    }

    /// To whom a coin is owed, and how much of it.
    pub fn coins_owed(&self, commodity: Commodity) -> impl Iterator<Item = (PartyId, Units)> {
        let of_coin =
            self.owed.iter().filter(move |((_, coin), units)| *coin == commodity && !units.is_zero());
        of_coin.map(|((party, _), units)| (*party, *units))
    }

    /// Every party with the coins it is or was owed.
    pub fn all_coins_owed(&self) -> impl Iterator<Item = (PartyId, Commodity, Units)> {
        self.owed.iter().map(|((party, commodity), units)| (*party, *commodity, *units))
    }

    pub(super) fn settle_in_coins(&mut self, at: &Moment, event: &Event) -> Result<(), Refusal> {
        let Event::CoinsSpent(e) = event else { return Ok(()) };
        let CoinsSpent { facility, commitment, .. } = *e;
        let amount = e.settled().amount;
        match (e.settles, facility, commitment) {
            (Spending::Principal, Some(facility), _) => self.repay(at.day, facility, amount, Units::ZERO),
            (Spending::Interest, Some(facility), _) => self.repay(at.day, facility, Units::ZERO, amount),
            (Spending::Deposit, _, Some(commitment)) => self.pay_deposit(commitment, amount),
            (
                Spending::Expense
                | Spending::Payable
                | Spending::Deposit
                | Spending::Principal
                | Spending::Interest
                | Spending::Payroll
                | Spending::Borrowed,
                _,
                _,
            ) => Ok(()),
        }
    }
}
