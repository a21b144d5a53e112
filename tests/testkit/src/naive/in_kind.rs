//! Coins in place of money: what is given leaves at its value, what is taken comes in at its value.

use ledger_core::event::in_kind::{Acceptance, Spending};
use ledger_core::event::{
    CoinsAccepted, CoinsContributed, CoinsDistributed, CoinsImpounded, CoinsLost, CoinsSpent,
};
use ledger_core::ids::{Commodity, PartyId, Place};
use ledger_core::money::{Amount, Price, Units};

use super::coins;
use super::desk::{Desk, Done};
use super::numbers::{self, Fraction};
use super::rules;

/// What we owe somebody in coins.
#[derive(Debug, Clone)]
pub(super) struct Owed {
    pub(super) party: PartyId,
    pub(super) commodity: Commodity,
    pub(super) units: i128,
    carrying: i128,
}

impl Desk<'_, '_> {
    /// Coins go at what they are worth; what that is above or below their carrying amount is a gain or a loss.
    fn give(
        &mut self,
        commodity: Commodity,
        from: Place,
        units: Units,
        lots: &[ledger_core::event::treasury::NamedLot],
        value: i128,
    ) -> Done {
        let named = self.named(lots);
        let pieces = self.take(commodity, from, numbers::fine(units.decimal()), &named)?;
        let receivable = pieces.iter().any(|piece| piece.position.account == 1240);
        self.post(if receivable { 4520 } else { 4510 }, coins::carried(&pieces) - value);
        Ok(())
    }

    fn value_or_price(
        &self,
        units: Units,
        value: Option<&Amount>,
        price: Option<Price>,
    ) -> Result<i128, String> {
        match (value, price) {
            (Some(value), None) => self.face(value),
            (None, Some(price)) => {
                Ok(numbers::worth(numbers::fine(units.decimal()), Fraction::of(price.decimal()), self.half()))
            }
            _ => Err("neither a value nor a price, or both".to_owned()),
        }
    }

    pub(super) fn spent(&mut self, event: &CoinsSpent) -> Done {
        let value = self.face(&event.value)?;
        self.give(event.commodity, event.from, event.units, &event.lots, value)?;
        let amount = event.amount.as_ref().unwrap_or(&event.value);
        let units = numbers::fine(amount.amount.decimal());
        let facility = || event.facility.ok_or("no facility is named");
        match event.settles {
            Spending::Expense => {
                let account = Self::account_or(event.account, event.category.map(rules::account_of_cost))?;
                let cost = self.face(amount)?;
                self.post(account, cost);
            }
            Spending::Payroll => {
                let wages = self.face(amount)?;
                self.post(6010, wages);
            }
            Spending::Payable => self.post(2010, self.par(units)),
            Spending::Deposit => self.deposited(event.commitment.ok_or("no commitment is named")?, amount)?,
            Spending::Principal => self.take_off(facility()?, units, 0)?,
            Spending::Interest => self.settle_interest(facility()?, units)?,
            Spending::Borrowed => {
                self.give_back(event.party.ok_or("no party is named")?, event)?;
                self.post_rest(4530);
            }
        }
        self.post_rest(4550);
        Ok(())
    }

    /// What is owed goes in proportion to the units.
    fn give_back(&mut self, party: PartyId, event: &CoinsSpent) -> Done {
        let (units, half) = (numbers::fine(event.units.decimal()), self.half());
        let owed = self.owed.iter_mut().find(|owed| owed.party == party && owed.commodity == event.commodity);
        let owed = owed.filter(|owed| owed.units >= units).ok_or("so much is not owed")?;
        let settled = numbers::part_of(owed.carrying, units, owed.units, half);
        owed.units -= units;
        owed.carrying -= settled;
        self.post(2330, settled);
        Ok(())
    }

    pub(super) fn accepted(&mut self, event: &CoinsAccepted) -> Done {
        let value = self.value_or_price(event.units, event.value.as_ref(), event.price)?;
        let units = numbers::fine(event.units.decimal());
        self.acquire(event.commodity, event.to, units, value, value)?;
        let settled =
            event.amount.as_ref().map_or(value, |amount| self.par(numbers::fine(amount.amount.decimal())));
        let account = match event.against {
            Acceptance::Hosting => 4020,
            Acceptance::Compute => 4110,
            Acceptance::Receivable => 1410,
            Acceptance::ContractLiability => 2210,
            Acceptance::Borrowed => {
                let (party, commodity) = (event.counterparty, event.commodity);
                let of_both = |owed: &&mut Owed| owed.party == party && owed.commodity == commodity;
                match self.owed.iter_mut().find(of_both) {
                    Some(owed) => {
                        owed.units += units;
                        owed.carrying += value;
                    }
                    None => self.owed.push(Owed { party, commodity, units, carrying: value }),
                }
                2330
            }
        };
        self.post(account, -settled);
        self.post_rest(4550);
        Ok(())
    }

    /// A mark at fair value marks what is owed as well.
    pub(super) fn mark_owed(&mut self, commodity: Commodity, price: Fraction) {
        let half = self.half();
        let mut change = 0;
        for owed in self.owed.iter_mut().filter(|owed| owed.commodity == commodity) {
            let worth = numbers::worth(owed.units, price, half);
            change += worth - owed.carrying;
            owed.carrying = worth;
        }
        self.post(2330, -change);
        self.post(4530, change);
    }

    pub(super) fn contributed(&mut self, event: &CoinsContributed) -> Done {
        let value = self.value_or_price(event.units, event.value.as_ref(), event.price)?;
        self.acquire(event.commodity, event.to, numbers::fine(event.units.decimal()), value, value)?;
        self.post_rest(3020);
        Ok(())
    }

    pub(super) fn distributed(&mut self, event: &CoinsDistributed) -> Done {
        let value = self.value_or_price(event.units, event.value.as_ref(), event.price)?;
        self.give(event.commodity, event.from, event.units, &event.lots, value)?;
        self.post_rest(3020);
        Ok(())
    }

    /// The claim is what is expected of it; the rest of what the coins are worth is a credit loss.
    pub(super) fn impounded(&mut self, event: &CoinsImpounded) -> Done {
        let price = self.stated_or_observed(event.price, event.commodity)?;
        let value = numbers::worth(numbers::fine(event.units.decimal()), price, self.half());
        self.give(event.commodity, event.from, event.units, &event.lots, value)?;
        let expected = self.face(&event.value)?;
        self.post(1410, expected);
        self.post_rest(6610);
        Ok(())
    }

    /// Coins that are gone are a loss of what they were carried at.
    pub(super) fn lost(&mut self, event: &CoinsLost) -> Done {
        let named = self.named(&event.lots);
        self.take(event.commodity, event.from, numbers::fine(event.units.decimal()), &named)?;
        self.post_rest(6120);
        Ok(())
    }
}
