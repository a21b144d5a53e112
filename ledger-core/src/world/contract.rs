//! Contracts for power and for computing: what must still be paid for, and what customers must still pay for,
//! whether they use it or not. Amounts are in the functional currency, the same in every book.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::World;
use crate::event::contract::Span;
use crate::event::{ComputeContracted, ComputeDelivered, Event, PowerBilled, PowerContracted};
use crate::exact::{self, Overflow};
use crate::ids::ContractId;
use crate::kept;
use crate::money::{Amount, Money, Rate, Units};
use crate::refusal::Refusal;
use crate::rounding::Rounding;
use crate::time::Day;

/// A contract for power.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PowerContract {
    /// What was signed.
    #[serde(with = "kept::fact")]
    pub signed: PowerContracted,
    /// What had to be paid for in any case when it was signed.
    pub fixed: Money,
    /// What of that is not billed yet.
    pub outstanding: Money,
    /// What was billed, less credits.
    pub billed: Money,
    /// Megawatt-hours taken.
    pub mwh: Units,
}

/// A customer's contract for computing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ComputeContract {
    /// What was signed.
    #[serde(with = "kept::fact")]
    pub signed: ComputeContracted,
    /// What the customer owed in any case when it was signed.
    pub fixed: Money,
    /// What of that is not delivered yet.
    pub outstanding: Money,
    /// What was delivered, less credits.
    pub delivered: Money,
    /// GPU hours sold.
    pub gpu_hours: Units,
}

/// How many days a span has.
fn days(span: &Span) -> i64 {
    span.to.number() - span.from.number() + 1
}

/// What of an amount that runs evenly over a span is left, by the years that begin at `from`: for each of `years`, and
/// then for all time after. What is left runs from `from`, or from the first day of the span if that is later; when
/// the span is over it is due at once. Each year takes the difference of two rounded totals, so that nothing is lost.
///
/// # Errors
/// [`Overflow`] when an amount does not fit.
pub fn spread_over_years(
    left: Money,
    span: &Span,
    ends: &[Day],
    from: Day,
    scale: u8,
) -> Result<Vec<Money>, Overflow> {
    let first = from.max(span.from).number();
    let whole = Decimal::from((span.to.number() - first + 1).max(1));
    let mut parts = Vec::new();
    let mut so_far = Money::ZERO;
    for end in ends {
        let gone = Decimal::from((end.number() - first + 1).max(0));
        let total = if gone >= whole {
            left
        } else {
            let rounding = Rounding::HalfEven;
            Money::new(exact::mul_div_round(left.decimal(), gone, whole, scale.into(), rounding)?)
        };
        parts.push(total.minus(so_far)?);
        so_far = total;
    }
    parts.push(left.minus(so_far)?);
    Ok(parts)
}

impl World {
    /// A contract for power.
    ///
    /// # Errors
    /// Refused when nobody signed it.
    pub fn power_contract(&self, contract: ContractId) -> Result<&PowerContract, Refusal> {
        self.power.get(&contract).ok_or(Refusal::UnknownContract { contract, of: "power" })
    }

    /// A contract for computing.
    ///
    /// # Errors
    /// Refused when nobody signed it.
    pub fn compute_contract(&self, contract: ContractId) -> Result<&ComputeContract, Refusal> {
        self.compute.get(&contract).ok_or(Refusal::UnknownContract { contract, of: "computing" })
    }

    /// All contracts for power, by name.
    pub fn power_contracts(&self) -> impl Iterator<Item = &PowerContract> {
        self.power.iter().map(|(_, contract)| contract)
    }

    /// All contracts for computing, by name.
    pub fn compute_contracts(&self) -> impl Iterator<Item = &ComputeContract> {
        self.compute.iter().map(|(_, contract)| contract)
    }

    /// Whether there is a contract of this name.
    #[must_use]
    pub fn has_contract(&self, contract: ContractId) -> bool {
        self.power.contains(&contract) || self.compute.contains(&contract)
    }

    fn rounded(&self, value: Decimal, share: Rate) -> Result<Money, Refusal> {
        let scale = self.scale(self.settings()?.functional)?.into();
        Ok(Money::new(exact::mul_round(value, share.decimal(), scale, Rounding::HalfEven)?))
    }

    /// What a contract for power binds us to pay in any case: megawatts x 24 hours x days x price x share.
    ///
    /// # Errors
    /// Refused when it does not fit.
    pub fn fixed_power(&self, e: &PowerContracted) -> Result<Money, Refusal> {
        let hours = Decimal::from(24 * days(&e.term));
        let megawatt_hours = exact::mul(e.megawatts.decimal(), hours)?;
        self.rounded(exact::mul(megawatt_hours, e.price_mwh.decimal())?, e.fixed_share)
    }

    /// What a customer owes in any case.
    ///
    /// # Errors
    /// Refused when it does not fit.
    pub fn fixed_compute(&self, e: &ComputeContracted) -> Result<Money, Refusal> {
        self.rounded(e.price.amount.decimal(), e.take_or_pay)
    }

    /// How far a bill for power lowers what must still be paid for: by its fixed part, and never below zero.
    ///
    /// # Errors
    /// Refused when its contract is not known, or an amount does not fit.
    pub fn power_obligation_met(&self, e: &PowerBilled) -> Result<Money, Refusal> {
        let Some(name) = e.contract else { return Ok(Money::ZERO) };
        let contract = self.power_contract(name)?;
        let fixed = match e.fixed {
            Some(fixed) => self.rounded(fixed.amount.decimal(), Rate::new(Decimal::ONE))?,
            None => self.rounded(e.cost.amount.decimal(), contract.signed.fixed_share)?,
        };
        Ok(fixed.min(contract.outstanding))
    }

    /// How far a delivery lowers the backlog: by the share of its price that is owed in any case, credits or not, and
    /// never below zero.
    ///
    /// # Errors
    /// Refused when its contract is not known, or an amount does not fit.
    pub fn backlog_delivered(&self, e: &ComputeDelivered) -> Result<Money, Refusal> {
        let Some(name) = e.contract else { return Ok(Money::ZERO) };
        let contract = self.compute_contract(name)?;
        let fixed = self.rounded(e.revenue.amount.decimal(), contract.signed.take_or_pay)?;
        Ok(fixed.min(contract.outstanding))
    }

    /// An amount less credits, at par.
    fn net(&self, gross: Amount, credits: Option<Amount>) -> Result<Money, Refusal> {
        let net = net_of(gross, credits)?;
        self.rounded(net.decimal(), Rate::new(Decimal::ONE))
    }

    pub(super) fn change_contracts(&mut self, event: &Event) -> Result<(), Refusal> {
        if let Event::PowerContracted(e) = event {
            let fixed = self.fixed_power(e)?;
            let (billed, mwh) = (Money::ZERO, Units::ZERO);
            let contract = PowerContract { signed: e.clone(), fixed, outstanding: fixed, billed, mwh };
            self.power.set(e.contract, contract);
        } else if let Event::ComputeContracted(e) = event {
            let fixed = self.fixed_compute(e)?;
            let (delivered, gpu_hours) = (Money::ZERO, Units::ZERO);
            let contract =
                ComputeContract { signed: e.clone(), fixed, outstanding: fixed, delivered, gpu_hours };
            self.compute.set(e.contract, contract);
        } else if let Event::PowerBilled(e) = event
            && let Some(name) = e.contract
        {
            let mut contract = self.power_contract(name)?.clone();
            contract.outstanding = contract.outstanding.minus(self.power_obligation_met(e)?)?;
            contract.billed = contract.billed.plus(self.net(e.cost, e.curtailment_credits)?)?;
            contract.mwh = contract.mwh.plus(e.mwh)?;
            self.power.set(name, contract);
        } else if let Event::ComputeDelivered(e) = event
            && let Some(name) = e.contract
        {
            let mut contract = self.compute_contract(name)?.clone();
            contract.outstanding = contract.outstanding.minus(self.backlog_delivered(e)?)?;
            contract.delivered = contract.delivered.plus(self.net(e.revenue, e.credits)?)?;
            contract.gpu_hours = contract.gpu_hours.plus(e.gpu_hours_sold)?;
            self.compute.set(name, contract);
        }
        Ok(())
    }
}

/// What is left of an amount after credits.
pub(crate) fn net_of(gross: Amount, credits: Option<Amount>) -> Result<Units, Overflow> {
    gross.amount.minus(super::amount_of(credits))
}
