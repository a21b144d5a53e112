//! Derivatives: what was agreed, and what each was last said to be worth.

use serde::{Deserialize, Serialize};

use super::{Moment, World};
use crate::event::{DerivativeOpened, Event};
use crate::ids::DerivativeId;
use crate::kept;
use crate::money::{Amount, Units};
use crate::refusal::Refusal;
use crate::time::Day;

/// A contract and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Derivative {
    /// What was agreed.
    #[serde(with = "kept::fact")]
    pub opened: DerivativeOpened,
    /// What it was last said to be worth: by a mark, else when it was opened; nothing once it is settled.
    #[serde(with = "kept::fact")]
    pub value: Option<Amount>,
    /// When it ended.
    pub settled: Option<Day>,
}

impl World {
    /// A derivative that is open.
    ///
    /// # Errors
    /// Refused when nobody opened it, or it was settled.
    pub fn derivative(&self, derivative: DerivativeId) -> Result<&Derivative, Refusal> {
        let found = self.derivatives.get(&derivative).ok_or(Refusal::UnknownDerivative { derivative })?;
        if found.settled.is_some() { Err(Refusal::DerivativeIsSettled { derivative }) } else { Ok(found) }
    }

    /// All derivatives, settled ones too, by name.
    pub fn derivatives(&self) -> impl Iterator<Item = &Derivative> {
        self.derivatives.iter().map(|(_, derivative)| derivative)
    }

    /// Whether a derivative of this name was ever opened.
    #[must_use]
    pub fn has_derivative(&self, derivative: DerivativeId) -> bool {
        self.derivatives.contains(&derivative)
    }

    pub(super) fn change_derivatives(&mut self, at: &Moment, event: &Event) -> Result<(), Refusal> {
        if let Event::DerivativeOpened(e) = event {
            let value = e.value.or(at_premium(e));
            self.derivatives.set(e.derivative, Derivative { opened: e.clone(), value, settled: None });
        } else if let Event::DerivativeMarked(e) = event {
            let marked = Derivative { value: Some(e.value), ..self.derivative(e.derivative)?.clone() };
            self.derivatives.set(e.derivative, marked);
        } else if let Event::DerivativeSettled(e) = event {
            let open = self.derivative(e.derivative)?.clone();
            self.derivatives.set(e.derivative, Derivative { value: None, settled: Some(at.day), ..open });
        }
        Ok(())
    }
}

/// What was paid is an asset, what was received a liability.
fn at_premium(e: &DerivativeOpened) -> Option<Amount> {
    let premium = e.premium?;
    let received = e.to.is_some();
    let amount: Units = if received { premium.amount.negated() } else { premium.amount };
    Some(Amount { amount, ..premium })
}
