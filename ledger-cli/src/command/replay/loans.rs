//! Loans to value before and after a step, what they rest on, and how far it is to what the lender may do.

use std::io::Write;

use ledger_core::exact::mul_round;
use ledger_core::ids::Commodity;
use ledger_core::money::{Price, Rate};
use ledger_core::rounding::Rounding;
use rust_decimal::Decimal;

use super::standing::Debt;
use super::walk::Step;
use crate::diagnostic::Failure;
use crate::io::{DIM, styled};
use crate::render::figures::grouped;
use crate::render::{Look, wrap};

/// What is said beside a ratio whose collateral may not be all there is.
pub(crate) const BITCOIN_ONLY: &str = "bitcoin collateral only; other collateral not disclosed";

/// Prints loans to value before and after.
pub(crate) fn loans(out: &mut dyn Write, step: &Step<'_>, look: &Look) -> Result<(), Failure> {
    for moved in step.debts_moved() {
        let state = match (moved.after.facility.retired, &moved.after.facility.call) {
            (Some(day), _) => format!(" · retired on {day}"),
            (None, Some(_)) => " · margin call open".to_owned(),
            (None, None) => String::new(),
        };
        writeln!(
            out,
            "loan to value of {}: {} → {}{state}",
            moved.facility,
            moved.before.map_or("none".to_owned(), percent),
            percent(moved.after),
        )?;
        for line in basis(moved.after, look)? {
            for (at, part) in wrap(&line, look.width.saturating_sub(4)).iter().enumerate() {
                let indent = if at == 0 { "  " } else { "    " };
                writeln!(out, "{}", styled(DIM, format!("{indent}{part}")))?;
            }
        }
    }
    Ok(())
}

/// A ratio in words.
pub(crate) fn percent(debt: &Debt) -> String {
    debt.ltv.map_or("none".to_owned(), |ltv| format!("{ltv:.2} %"))
}

/// What a ratio rests on, and how far it is from the thresholds that are known.
fn basis(debt: &Debt, look: &Look) -> Result<Vec<String>, Failure> {
    let Some(ltv) = debt.exact else { return Ok(Vec::new()) };
    let money = |amount: Decimal| grouped(amount, look.digits);
    let collateral = mul_round(ltv.collateral, Decimal::ONE, look.digits, Rounding::HalfEven)?;
    let pledged: Vec<String> = debt
        .pledged
        .iter()
        .map(|(coin, units, price)| {
            format!("{} {coin} at {}", grouped(units.decimal(), 2), money(price.decimal()))
        })
        .collect();
    let mut lines =
        vec![format!("owed {} on {}: {}", money(ltv.debt), pledged.join(" and "), money(collateral))];
    lines.extend(distances(debt, look.digits)?.iter().map(|distance| distance.told(look)));
    lines.extend(debt.is_bitcoin_only().then(|| BITCOIN_ONLY.to_owned()));
    lines.extend(debt.stale.iter().cloned());
    Ok(lines)
}

/// How far it is to a threshold.
pub(crate) struct Distance {
    /// What the lender may do beyond it.
    pub(crate) what: &'static str,
    /// The threshold.
    pub(crate) at: Rate,
    /// Whether it is exceeded.
    pub(crate) is_exceeded: bool,
    /// By how much the collateral may fall until then, in percent; negative beyond it.
    pub(crate) fall: Decimal,
    /// What to repay to come back to it; negative before it.
    pub(crate) beyond: Decimal,
    /// At which price it is reached; with several coins there are as many as one likes.
    pub(crate) price: Option<(Commodity, Price)>,
}

/// The distances to the thresholds that are known, if something is owed on collateral.
pub(crate) fn distances(debt: &Debt, digits: u32) -> Result<Vec<Distance>, Failure> {
    let Some(ltv) = debt.exact.filter(|ltv| !ltv.debt.is_zero()) else { return Ok(Vec::new()) };
    let thresholds = debt.facility.terms.ltv.as_ref();
    let known = [
        ("margin call", thresholds.and_then(|terms| terms.call)),
        ("liquidation", thresholds.and_then(|terms| terms.liquidation)),
    ];
    let known = known.into_iter().filter_map(|(what, at)| Some((what, at?)));
    let distance = |(what, at): (&'static str, Rate)| {
        let price = match debt.pledged.as_slice() {
            [(coin, _, price)] => Some((*coin, ltv.price_at(at, *price, digits)?)),
            [] | [..] => None,
        };
        let is_exceeded = ltv.exceeds(at.decimal())?;
        Ok(Distance { what, at, is_exceeded, fall: ltv.fall_to(at)?, beyond: ltv.beyond(at, digits)?, price })
    };
    known.map(distance).collect()
}

impl Distance {
    fn told(&self, look: &Look) -> String {
        let money = |amount: Decimal| grouped(amount, look.digits);
        let percent = grouped(self.at.decimal().checked_mul(Decimal::ONE_HUNDRED).unwrap_or_default(), 2);
        let what = format!("{} above {percent} %", self.what);
        let price = self.price.map(|(coin, price)| (coin, money(price.decimal())));
        let beyond = money(self.beyond);
        let fall = grouped(self.fall, 2);
        match (self.is_exceeded, price) {
            (true, Some((coin, price))) => {
                format!("{what}: exceeded, {coin} being below {price}; repaying {beyond} would cure it")
            }
            (true, None) => format!("{what}: exceeded; repaying {beyond} would cure it"),
            (false, Some((coin, price))) => format!("{what}: reached if {coin} falls {fall} % to {price}"),
            (false, None) => format!("{what}: reached if the collateral falls {fall} %"),
        }
    }
}
