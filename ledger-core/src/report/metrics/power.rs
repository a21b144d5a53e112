//! Power: what a megawatt-hour costs, how much of what is contracted must be paid for in any case, and for how long.

use rust_decimal::Decimal;

use super::DAYS_A_YEAR;
use super::figure::{Formula, Input, Metric};
use super::gathered::Gathered;
use crate::exact;
use crate::money::Units;
use crate::report::NoReport;

pub(super) fn metrics(of: &Gathered<'_>) -> Result<Vec<Metric>, NoReport> {
    let billed = of.power(None)?;
    let currency = of.currency()?;
    let price = Formula::plain(
        "Weighted price of power",
        None,
        &format!("{currency}/MWh"),
        "cost billed before credits / MWh billed",
    );
    let credits =
        Formula::plain("Curtailment credits", None, currency.as_str(), "credits on bills for power");
    let [megawatts, fixed, days] = contracted(of)?;
    let share = Formula::percent(
        "Fixed share",
        None,
        "of contracted MW",
        "sum of (MW x share to be paid in any case) / sum of MW, contracts not over",
    );
    let tenor = Formula::plain(
        "Tenor",
        None,
        "years",
        "sum of (MW x days that remain) / 365 / sum of MW, contracts not over",
    );
    Ok(vec![
        price.of([&billed.cost, &billed.mwh], |[cost, mwh]| Ok((cost, mwh)))?,
        share.of([&fixed, &megawatts], |[fixed, megawatts]| Ok((fixed, megawatts)))?,
        tenor.of([&days, &megawatts], |[days, megawatts]| {
            Ok((days, exact::mul(megawatts, Decimal::from(DAYS_A_YEAR))?))
        })?,
        credits.of([&billed.credits], |[credits]| Ok((credits, Decimal::ONE)))?,
    ])
}

/// Of contracts that are not over: megawatts, those that must be paid for in any case, and megawatts times the days
/// that remain after the day of the report.
fn contracted(of: &Gathered<'_>) -> Result<[Input; 3], NoReport> {
    let (mut megawatts, mut fixed, mut days) = (Decimal::ZERO, Decimal::ZERO, Decimal::ZERO);
    for contract in of.standing.fold.world().power_contracts() {
        let signed = &contract.signed;
        let first = of.last.next().max(signed.term.from);
        let left = signed.term.to.number() - first.number() + 1;
        if left <= 0 {
            continue;
        }
        let power = signed.megawatts.decimal();
        megawatts = exact::add(megawatts, power)?;
        fixed = exact::add(fixed, exact::mul(power, signed.fixed_share.decimal())?)?;
        days = exact::add(days, exact::mul(power, Decimal::from(left))?)?;
    }
    let known = |value: Decimal, name: &str| Input::units(Units::new(value), name);
    let megawatts = known(megawatts, "MW (power_contracted)").positive();
    let if_any = |input: Input| if megawatts.is_known() { input } else { input.positive() };
    Ok([
        megawatts.clone(),
        if_any(known(fixed, "MW to be paid in any case (power_contracted)")),
        if_any(known(days, "MW-days that remain (power_contracted)")),
    ])
}
