//! Issue cost that becomes interest expense over the life of a debt: by days, or at a constant rate on the
//! carrying amount. What is charged is the rounded total to date less what was charged before.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::event::loan::{DayCount, FeeMethod};
use crate::exact::{self, Overflow};
use crate::money::{Rate, Units};
use crate::rounding::Rounding;
use crate::time::Day;

/// What is not yet charged of a facility's cost.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Cost {
    layers: Vec<Layer>,
}

/// Cost that came on one day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Layer {
    /// The day before the first that it is charged for.
    from: Day,
    amount: Units,
    charged: Units,
}

impl Layer {
    fn left(&self) -> Result<Units, Overflow> {
        self.amount.minus(self.charged)
    }
}

/// The debt whose life the cost is charged over.
#[derive(Debug, Clone, Copy)]
pub(super) struct Life {
    pub(super) maturity: Day,
    pub(super) method: FeeMethod,
    pub(super) principal: Units,
    pub(super) rate: Rate,
    pub(super) convention: DayCount,
}

impl Cost {
    /// What is not yet charged.
    ///
    /// # Errors
    /// [`Overflow`] when it does not fit.
    pub fn left(&self) -> Result<Units, Overflow> {
        self.layers.iter().try_fold(Units::ZERO, |sum, layer| sum.plus(layer.left()?))
    }

    /// Cost comes on a day.
    pub(super) fn add(&mut self, amount: Units, day: Day) {
        if !amount.is_zero() {
            self.layers.push(Layer { from: day, amount, charged: Units::ZERO });
        }
    }

    /// What is charged when cost becomes expense through a day.
    pub(super) fn due(&self, life: &Life, through: Day, scale: u8) -> Result<Units, Overflow> {
        self.layers.iter().try_fold(Units::ZERO, |sum, layer| {
            sum.plus(layer.charged_by(life, through, scale)?.minus(layer.charged)?)
        })
    }

    /// Charges it.
    pub(super) fn charge(&mut self, life: &Life, through: Day, scale: u8) -> Result<(), Overflow> {
        for layer in &mut self.layers {
            layer.charged = layer.charged_by(life, through, scale)?;
        }
        self.layers.retain(|layer| layer.amount != layer.charged);
        Ok(())
    }

    /// What goes with a part of the debt that is repaid.
    pub(super) fn share(&self, part: Units, whole: Units, scale: u8) -> Result<Units, Overflow> {
        if whole.is_zero() {
            return Ok(Units::ZERO);
        }
        self.left()?.share(part, whole, scale.into(), Rounding::HalfEven)
    }

    /// Takes that away: from each layer its part of what is left, in their order.
    pub(super) fn release(&mut self, part: Units, whole: Units, scale: u8) -> Result<(), Overflow> {
        let (mut so_far, mut released) = (Units::ZERO, Units::ZERO);
        for layer in &mut self.layers {
            so_far = so_far.plus(layer.left()?)?;
            let total = so_far.share(part, whole, scale.into(), Rounding::HalfEven)?;
            let left = layer.left()?.minus(total.minus(released)?)?;
            let stays = whole.minus(part)?;
            let amount = layer.amount.share(stays, whole, scale.into(), Rounding::HalfEven)?;
            *layer = Layer { amount, charged: amount.minus(left)?, ..*layer };
            released = total;
        }
        self.layers.retain(|layer| layer.amount != layer.charged);
        Ok(())
    }

    /// All that is left starts anew, over a life that changed: from the last day charged, or from when it came.
    pub(super) fn start_anew(&mut self, charged_through: Option<Day>) -> Result<(), Overflow> {
        let amount = self.left()?;
        let from = self.layers.iter().map(|layer| layer.from).max().max(charged_through);
        self.layers.clear();
        if let Some(from) = from {
            self.add(amount, from);
        }
        Ok(())
    }
}

impl Layer {
    /// What is charged in all by the end of a day: nothing before its own day, everything at maturity.
    fn charged_by(&self, life: &Life, through: Day, scale: u8) -> Result<Units, Overflow> {
        let (whole, gone) =
            (life.maturity.number() - self.from.number(), through.number() - self.from.number());
        if gone >= whole {
            return Ok(self.amount);
        }
        if gone <= 0 {
            return Ok(self.charged);
        }
        let (part, whole) = match life.method {
            FeeMethod::StraightLine => (Decimal::from(gone), Decimal::from(whole)),
            FeeMethod::EffectiveInterest => {
                effective_share(self.amount, life, whole, gone).unwrap_or((gone.into(), whole.into()))
            }
        };
        exact::mul_div_round(self.amount.decimal(), part, whole, scale.into(), Rounding::HalfEven)
            .map(Units::new)
    }
}

/// One, in the fixed-point numbers of the effective rate.
const ONE: i128 = 1_000_000_000_000_000_000;

/// The part of a cost that a constant daily rate on the carrying amount charges in `gone` of `whole` days, as two
/// numbers to be divided.
///
/// A debt of P at a coupon of c a day, received at P - d, bears y a day where (1 - v^T)(y - c) / y = d / P and
/// v = 1 / (1 + y). With n days to go (1 - v^n) / (1 - v^T) of the cost is left. `None` where there is no debt.
fn effective_share(cost: Units, life: &Life, whole: i64, gone: i64) -> Option<(Decimal, Decimal)> {
    let coupon = fixed(life.rate.decimal(), Decimal::from(days_of_year(life.convention)))?;
    let discount = fixed(cost.decimal(), life.principal.decimal())?;
    let (mut low, mut high) = (coupon, ONE);
    while high - low > 1 {
        let daily = low + (high - low) / 2;
        let bears = (ONE - discounted(daily, whole)) * (daily - coupon) / daily;
        if bears < discount { low = daily } else { high = daily }
    }
    let all = ONE - discounted(high, whole);
    let left = ONE - discounted(high, whole - gone);
    let of = |number: i128| Decimal::try_from_i128_with_scale(number, 0).ok();
    (all > 0).then_some(())?;
    Some((of(all - left)?, of(all)?))
}

/// A quotient between zero and one in fixed point.
fn fixed(above: Decimal, below: Decimal) -> Option<i128> {
    let scaled = exact::mul_div_round(above, Decimal::from(ONE), below, 0, Rounding::HalfEven).ok()?;
    Some(scaled.mantissa()).filter(|number| (0..ONE).contains(number))
}

/// `1 / (1 + daily)` to the power of some days, by squaring.
fn discounted(daily: i128, days: i64) -> i128 {
    let (mut power, mut result, mut left) = (ONE * ONE / (ONE + daily), ONE, days);
    while left > 0 {
        if left % 2 == 1 {
            result = result * power / ONE;
        }
        power = power * power / ONE;
        left /= 2;
    }
    result
}

fn days_of_year(convention: DayCount) -> u16 {
    match convention {
        DayCount::Act360 | DayCount::Thirty360 => 360,
        DayCount::Act365 | DayCount::ActAct => 365,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    fn life(method: FeeMethod) -> Life {
        Life {
            maturity: day("2027-01-01"),
            method,
            principal: "1000000".parse().unwrap(),
            rate: "0.1".parse().unwrap(),
            convention: DayCount::Act365,
        }
    }

    fn cost() -> Cost {
        let mut cost = Cost::default();
        cost.add("36500.00".parse().unwrap(), day("2026-01-01"));
        cost
    }

    #[test]
    fn by_days_a_year_has_365_equal_parts() {
        let mut cost = cost();
        let life = life(FeeMethod::StraightLine);
        assert_eq!(cost.due(&life, day("2026-01-31"), 2).unwrap().to_string(), "3000");
        cost.charge(&life, day("2026-01-31"), 2).unwrap();
        assert_eq!(cost.due(&life, day("2026-02-28"), 2).unwrap().to_string(), "2800");
        assert_eq!(cost.due(&life, day("2027-01-01"), 2).unwrap().to_string(), "33500");
    }

    // Worked out apart with 50 digits: the debt of 963,500 bears 0.0381108... % a day.
    #[test]
    fn at_a_constant_rate_less_is_charged_first() {
        let mut cost = cost();
        let life = life(FeeMethod::EffectiveInterest);
        let first = cost.due(&life, day("2026-01-31"), 2).unwrap();
        cost.charge(&life, day("2026-01-31"), 2).unwrap();
        cost.charge(&life, day("2026-12-02"), 2).unwrap();
        let last = cost.due(&life, day("2027-01-01"), 2).unwrap();
        assert_eq!((first.to_string().as_str(), last.to_string().as_str()), ("2812.26", "3195.15"));
    }

    #[test]
    fn what_is_repaid_takes_its_part_and_the_rest_goes_on() {
        let mut cost = cost();
        let life = life(FeeMethod::StraightLine);
        cost.charge(&life, day("2026-01-31"), 2).unwrap();
        let (part, whole) = ("1".parse().unwrap(), "4".parse().unwrap());
        assert_eq!(cost.share(part, whole, 2).unwrap().to_string(), "8375");
        cost.release(part, whole, 2).unwrap();
        assert_eq!(cost.left().unwrap().to_string(), "25125");
        assert_eq!(cost.due(&life, day("2026-02-28"), 2).unwrap().to_string(), "2100");
    }
}
