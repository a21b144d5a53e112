//! What every metric is: a fraction of named figures, rounded once for the eye, or the names of the figures that are
//! missing. A figure that is not known is never taken for nothing.

use rust_decimal::Decimal;

use crate::exact::{self, Overflow};
use crate::ids::Segment;
use crate::money::{Money, Units};
use crate::rounding::Rounding;
use crate::sheet::Cell;

/// So many digits a metric has, unless it says otherwise.
const DIGITS: u8 = 2;

/// A figure that metrics are made of, by the name it has in the books or among the measurements.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Input {
    /// `None` where nothing is recorded of it.
    value: Option<Decimal>,
    /// At least so many digits are shown.
    digits: usize,
    name: String,
}

impl Input {
    pub(super) fn money(amount: Money, name: impl Into<String>) -> Input {
        Input { value: Some(amount.decimal()), digits: 2, name: name.into() }
    }

    pub(super) fn units(units: Units, name: impl Into<String>) -> Input {
        let digits = exact::scale_needed(units.decimal()) as usize;
        Input { value: Some(units.decimal()), digits, name: name.into() }
    }

    pub(super) fn missing(name: impl Into<String>) -> Input {
        Input { value: None, digits: 0, name: name.into() }
    }

    pub(super) fn units_or_missing(units: Option<Units>, name: impl Into<String>) -> Input {
        match units {
            Some(units) => Input::units(units, name),
            None => Input::missing(name),
        }
    }

    /// The same where it is above nothing, else missing: what divides, or what was never recorded.
    pub(super) fn positive(self) -> Input {
        let value = self.value.filter(|value| *value > Decimal::ZERO);
        Input { value, ..self }
    }

    pub(super) fn is_known(&self) -> bool {
        self.value.is_some()
    }

    /// What is left of it after another; missing where either is.
    pub(super) fn less(&self, other: &Input, name: &str) -> Result<Input, Overflow> {
        let value = match (self.value, other.value) {
            (Some(value), Some(other)) => Some(exact::sub(value, other)?),
            (Some(_) | None, Some(_) | None) => None,
        };
        Ok(Input { value, digits: self.digits, name: name.to_owned() })
    }

    fn told(&self) -> String {
        let value = Units::new(self.value.unwrap_or_default());
        let digits = self.digits.max(exact::scale_needed(value.decimal()) as usize);
        format!("{value:#.digits$} {}", self.name)
    }
}

/// What is worked out, in words and in its unit.
pub(super) struct Formula {
    pub(super) name: String,
    pub(super) segment: Option<Segment>,
    pub(super) shown: Shown,
    pub(super) digits: u8,
    pub(super) unit: String,
    pub(super) words: &'static str,
}

/// How the fraction is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shown {
    /// As it is.
    Plain,
    /// In percent.
    Percent,
}

/// A metric, or what is missing for it.
pub(super) struct Metric {
    pub(super) formula: Formula,
    /// Rounded; nothing where an input is missing.
    pub(super) value: Option<Decimal>,
    /// The inputs, or those that are missing.
    pub(super) inputs: String,
}

impl Formula {
    pub(super) fn plain(name: &str, segment: Option<Segment>, unit: &str, words: &'static str) -> Formula {
        let (name, unit) = (name.to_owned(), unit.to_owned());
        Formula { name, segment, shown: Shown::Plain, digits: DIGITS, unit, words }
    }

    pub(super) fn percent(name: &str, segment: Option<Segment>, of: &str, words: &'static str) -> Formula {
        Formula { shown: Shown::Percent, ..Formula::plain(name, segment, of, words) }
    }

    /// Works it out, if every input is known: the numerator and the denominator of a fraction that is rounded once.
    pub(super) fn of<const N: usize>(
        self,
        inputs: [&Input; N],
        fraction: impl FnOnce([Decimal; N]) -> Result<(Decimal, Decimal), Overflow>,
    ) -> Result<Metric, Overflow> {
        let missing: Vec<&str> =
            inputs.iter().filter(|input| input.value.is_none()).map(|input| input.name.as_str()).collect();
        if !missing.is_empty() {
            return Ok(Metric {
                formula: self,
                value: None,
                inputs: format!("missing: {}", missing.join("; ")),
            });
        }
        let told: Vec<String> = inputs.iter().map(|input| input.told()).collect();
        let (numerator, denominator) = fraction(inputs.map(|input| input.value.unwrap_or_default()))?;
        let factor = match self.shown {
            Shown::Plain => Decimal::ONE,
            Shown::Percent => Decimal::ONE_HUNDRED,
        };
        let value =
            exact::mul_div_round(numerator, factor, denominator, self.digits.into(), Rounding::HalfEven)?;
        Ok(Metric { formula: self, value: Some(value), inputs: told.join("; ") })
    }
}

impl Metric {
    /// Its value as a cell.
    pub(super) fn cell(&self) -> Cell {
        match (self.value, self.formula.shown) {
            (None, _) => Cell::Empty,
            (Some(value), Shown::Percent) => Cell::Percent(value),
            (Some(value), Shown::Plain) => Cell::Units(Units::new(value), self.formula.digits),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn units(value: &str, name: &str) -> Input {
        Input::units(value.parse().unwrap(), name)
    }

    fn price(numerator: &Input, denominator: &Input) -> Metric {
        let formula = Formula::plain("price", None, "USD/BTC", "money over coins");
        formula.of([numerator, denominator], |[a, b]| Ok((a, b))).unwrap()
    }

    #[test]
    fn a_fraction_is_rounded_once_and_names_what_it_is_made_of() {
        let metric = price(&units("98400000", "USD earned"), &units("1266", "BTC mined").positive());
        assert_eq!(metric.value.unwrap().to_string(), "77725.12");
        assert_eq!(metric.inputs, "98,400,000 USD earned; 1,266 BTC mined");
    }

    #[test]
    fn what_is_missing_is_named_and_nothing_is_no_divisor() {
        let metric = price(&Input::missing("USD earned"), &units("0", "BTC mined").positive());
        assert_eq!((metric.value, metric.inputs.as_str()), (None, "missing: USD earned; BTC mined"));
        assert_eq!(metric.cell(), Cell::Empty);
    }
}
