//! What a loan on coins comes to at other prices and other amounts of collateral. With D the debt, Q the units, P the
//! price and t a loan-to-value ratio: a threshold is reached at D / (Q t); the collateral that t asks for is
//! D / (P t); the debt that it allows is t Q P. Each figure is an exact fraction, rounded once.

use rust_decimal::Decimal;

use crate::exact::{Overflow, mul, mul_div_round, normal, sub};
use crate::money::{Money, Price, Rate, Units};
use crate::rounding::Rounding;

/// A debt and the coins pledged for it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pledged {
    /// Principal, interest and fees.
    pub(super) debt: Decimal,
    /// Units of the coin.
    pub(super) units: Decimal,
    /// The price of one.
    pub(super) price: Decimal,
}

/// A ratio of debt to collateral as a fraction: a coverage of 143 % is 1 over 1.43, which no decimal is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ratio {
    debt: Decimal,
    value: Decimal,
}

impl Ratio {
    /// A loan-to-value ratio of which the part that a haircut takes does not count.
    pub(super) fn counted(ltv: Rate, haircut: Decimal) -> Result<Ratio, Overflow> {
        Ok(Ratio { debt: mul(ltv.decimal(), sub(Decimal::ONE, haircut)?)?, value: Decimal::ONE })
    }

    /// Collateral over debt, the way some lenders state it.
    #[cfg(test)]
    fn coverage(coverage: Decimal) -> Ratio {
        Ratio { debt: Decimal::ONE, value: coverage }
    }
}

impl Pledged {
    /// The price at which the ratio is reached: D / (Q t).
    pub(super) fn price_at(&self, t: Ratio, scale: u8) -> Result<Price, Overflow> {
        self.over(self.debt, t.value, mul(self.units, t.debt)?, scale).map(Price::new)
    }

    /// By how much of the present price it may fall until then, in percent; negative once it has: 1 - D / (Q P t).
    pub(super) fn fall_to(&self, t: Ratio) -> Result<Decimal, Overflow> {
        let counted = mul(mul(self.units, self.price)?, t.debt)?;
        let room = sub(counted, mul(self.debt, t.value)?)?;
        self.over(room, Decimal::ONE_HUNDRED, counted, 2)
    }

    /// Units to add, or where negative to take back, to come to the ratio: D / (P t) - Q.
    pub(super) fn units_to(&self, t: Ratio, scale: u8) -> Result<Units, Overflow> {
        let counted = mul(self.price, t.debt)?;
        let short = sub(mul(self.debt, t.value)?, mul(self.units, counted)?)?;
        self.over(short, Decimal::ONE, counted, scale).map(Units::new)
    }

    /// Debt to pay down to come to the ratio; negative where there is none: D - t Q P.
    pub(super) fn cash_to(&self, t: Ratio, scale: u8) -> Result<Units, Overflow> {
        let short = self.excess(t)?;
        self.over(short, Decimal::ONE, t.value, scale).map(Units::new)
    }

    /// Units that the lender would sell, for a fee, and keep the money of, to come to the ratio:
    /// (D - t Q P) / (P ((1 - f) - t)). Where a sale brings less than t, no sale comes there.
    pub(super) fn sale_to(&self, t: Ratio, fee: Rate, scale: u8) -> Result<Option<Units>, Overflow> {
        let left = sub(mul(sub(Decimal::ONE, fee.decimal())?, t.value)?, t.debt)?;
        if left <= Decimal::ZERO {
            return Ok(None);
        }
        let short = self.excess(t)?;
        self.over(short, Decimal::ONE, mul(self.price, left)?, scale).map(|units| Some(Units::new(units)))
    }

    /// What so many units bring.
    pub(super) fn worth(&self, units: Units, scale: u8) -> Result<Money, Overflow> {
        self.over(self.price, units.decimal(), Decimal::ONE, scale).map(Money::new)
    }

    /// Debt beyond the ratio, times the ratio's denominator.
    fn excess(&self, t: Ratio) -> Result<Decimal, Overflow> {
        sub(mul(self.debt, t.value)?, mul(mul(self.units, self.price)?, t.debt)?)
    }

    fn over(&self, a: Decimal, b: Decimal, c: Decimal, scale: u8) -> Result<Decimal, Overflow> {
        mul_div_round(normal(a), normal(b), normal(c), scale.into(), Rounding::HalfEven)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn n(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    fn pledged(debt: &str, units: &str, price: &str) -> Pledged {
        Pledged { debt: n(debt), units: n(units), price: n(price) }
    }

    fn ltv(rate: &str) -> Ratio {
        Ratio::counted(rate.parse().unwrap(), Decimal::ZERO).unwrap()
    }

    // 100M drawn at a coverage of 143 %; after 34.0M and 28.0M were paid, 38M at 20,000 a coin: 38M x 1.43 / 20,000.
    #[test]
    fn a_debt_of_38_million_at_143_percent_coverage_needs_2717_coins() {
        let loan = pledged("38000000", "0", "20000");
        assert_eq!(loan.units_to(Ratio::coverage(n("1.43")), 8).unwrap().to_string(), "2717");
        let held = Pledged { units: n("3000"), ..loan };
        assert_eq!(held.units_to(Ratio::coverage(n("1.43")), 8).unwrap().to_string(), "-283");
        // 38M x 1.33 / 3,000.
        assert_eq!(held.price_at(Ratio::coverage(n("1.33")), 2).unwrap().to_string(), "16846.67");
    }

    // (50,000 - 62,500 / 1.4) / (62,500 x (1 - 1 / 1.4)) = 5,357.14 / 17,857.14.
    #[test]
    fn a_sale_back_to_140_percent_coverage_takes_three_tenths_of_a_coin() {
        let loan = pledged("50000", "1", "62500");
        let target = Ratio::coverage(n("1.4"));
        let sold = loan.sale_to(target, Rate::ZERO, 8).unwrap().unwrap();
        assert_eq!(
            (sold.to_string(), loan.worth(sold, 2).unwrap().to_string()),
            ("0.3".into(), "18750".into())
        );
        // 31,250 are owed and 0.7 coins are worth 43,750.
        let after = pledged("31250", "0.7", "62500");
        assert!(after.cash_to(target, 2).unwrap().is_zero());
        // A fee of a tenth: 5,357.142857 / (62,500 x 0.185714...) = 0.461538...
        assert_eq!(
            loan.sale_to(target, "0.1".parse().unwrap(), 8).unwrap().unwrap().to_string(),
            "0.46153846"
        );
    }

    // 20M on 315 coins at 114,000: 55.69 %. Initial 60 %, call 75 %, liquidation 90 %.
    #[test]
    fn every_figure_of_a_loan() {
        let loan = pledged("20000000", "315", "114000");
        assert_eq!(loan.price_at(ltv("0.75"), 2).unwrap().to_string(), "84656.08");
        assert_eq!(loan.price_at(ltv("0.9"), 2).unwrap().to_string(), "70546.74");
        assert_eq!(loan.fall_to(ltv("0.75")).unwrap().to_string(), "25.74");
        assert_eq!(loan.fall_to(ltv("0.5")).unwrap().to_string(), "-11.39");
        assert_eq!(loan.units_to(ltv("0.6"), 8).unwrap().to_string(), "-22.60233918");
        assert_eq!(loan.units_to(ltv("0.5"), 8).unwrap().to_string(), "35.87719298");
        assert_eq!(loan.cash_to(ltv("0.5"), 2).unwrap().to_string(), "2045000");
        // Of a haircut of a tenth, 0.9 x 315 coins count.
        let cut = Ratio::counted("0.75".parse().unwrap(), n("0.1")).unwrap();
        assert_eq!(loan.price_at(cut, 2).unwrap().to_string(), "94062.32");
    }

    #[test]
    fn no_sale_comes_to_a_ratio_that_it_does_not_lower() {
        let under_water = pledged("100", "1", "80");
        assert_eq!(under_water.sale_to(ltv("0.99"), "0.02".parse().unwrap(), 8).unwrap(), None);
        assert!(under_water.sale_to(ltv("0.5"), Rate::ZERO, 8).unwrap().unwrap() > "1".parse().unwrap());
        assert_eq!(pledged("100", "0", "80").price_at(ltv("0.5"), 2), Err(Overflow));
    }
}
