//! Derivatives: an asset where the value is positive, a liability where it is negative. A book at cost carries what
//! was paid or received until the end.

use ledger_core::event::{DerivativeMarked, DerivativeOpened, DerivativeSettled};
use ledger_core::ids::{DerivativeId, Place};
use ledger_core::money::Amount;
use ledger_core::policy::MeasurementModel;

use super::desk::{Desk, Done};
use super::numbers;
use super::reversal::Agreed;

/// A contract.
#[derive(Debug, Clone)]
pub(super) struct Derivative {
    pub(super) name: DerivativeId,
    pub(super) is_open: bool,
    /// What it was last said to be worth, in hundred-millionths, whatever the book.
    pub(super) said: i128,
    carrying: i128,
}

impl Agreed for Derivative {
    fn state(&self) -> (String, [i128; 3]) {
        (self.name.to_string(), [self.is_open.into(), self.said, 0])
    }
}

impl Desk<'_, '_> {
    /// The account of a carrying amount is by its sign.
    fn carry(&mut self, before: i128, after: i128) {
        self.post(1310, after.max(0) - before.max(0));
        self.post(2340, after.min(0) - before.min(0));
    }

    /// Money paid or received. What is paid counts at what it is worth; what it was carried at beyond that is a
    /// difference of exchange. Gives what was paid less what was received.
    fn money_of(
        &mut self,
        amount: Option<&Amount>,
        from: Option<Place>,
        to: Option<Place>,
    ) -> Result<i128, String> {
        let Some(amount) = amount else { return Ok(0) };
        let units = numbers::fine(amount.amount.decimal());
        let mut net = 0;
        if let Some(from) = from {
            let worth = self.face(amount)?;
            let given = self.pay(from, units)?;
            self.post(4550, given - worth);
            net += worth;
        }
        if let Some(to) = to {
            net -= self.receive(to, units)?;
        }
        Ok(net)
    }

    fn open_derivative(&mut self, name: DerivativeId) -> Result<&mut Derivative, String> {
        let found =
            self.derivatives.iter_mut().find(|derivative| derivative.name == name && derivative.is_open);
        found.ok_or_else(|| format!("{name} is not open"))
    }

    pub(super) fn derivative_opened(&mut self, event: &DerivativeOpened) -> Done {
        if self.derivatives.iter().any(|derivative| derivative.name == event.derivative) {
            return Err(format!("{} was opened before", event.derivative));
        }
        let paid = self.money_of(event.premium.as_ref(), event.from, event.to)?;
        let fine = |amount: &Option<Amount>| {
            amount.as_ref().map_or(0, |amount| numbers::fine(amount.amount.decimal()))
        };
        let premium = fine(&event.premium) * if event.to.is_some() { -1 } else { 1 };
        let said = if event.value.is_some() { fine(&event.value) } else { premium };
        let carrying = match &event.value {
            Some(value) if self.rules.model != MeasurementModel::Cost => self.face(value)?,
            _ => paid,
        };
        self.derivatives.push(Derivative { name: event.derivative, is_open: true, said, carrying });
        self.carry(0, carrying);
        self.post_rest(4530);
        Ok(())
    }

    pub(super) fn derivative_marked(&mut self, event: &DerivativeMarked) -> Done {
        let value = self.face(&event.value)?;
        let fair_value = self.rules.model != MeasurementModel::Cost;
        let derivative = self.open_derivative(event.derivative)?;
        derivative.said = numbers::fine(event.value.amount.decimal());
        if fair_value {
            let before = std::mem::replace(&mut derivative.carrying, value);
            self.carry(before, value);
            self.post_rest(4530);
        }
        Ok(())
    }

    pub(super) fn derivative_settled(&mut self, event: &DerivativeSettled) -> Done {
        let derivative = self.open_derivative(event.derivative)?;
        derivative.is_open = false;
        let before = std::mem::take(&mut derivative.carrying);
        self.money_of(event.amount.as_ref(), event.from, event.to)?;
        self.carry(before, 0);
        self.post_rest(4530);
        Ok(())
    }
}
