//! Capital: what a megawatt costs, how soon that comes back, and whether what is promised can be paid.

use rust_decimal::Decimal;

use super::figure::{Formula, Input, Metric};
use super::gathered::Gathered;
use super::measured::MEGAWATTS;
use super::{DAYS_A_YEAR, treasury};
use crate::exact;
use crate::ids::Segment;
use crate::money::Units;
use crate::report::{NoReport, at_par, obligations};

pub(super) fn metrics(of: &Gathered<'_>) -> Result<Vec<Metric>, NoReport> {
    let currency = of.currency()?;
    let [paid, left, megawatts] = orders(of)?;
    let intensity = Formula::plain(
        "Capital intensity",
        None,
        &format!("{currency}/MW"),
        "(paid + still to be paid on orders that state their power) / their MW",
    );
    let intensity = intensity
        .of([&paid, &left, &megawatts], |[paid, left, megawatts]| Ok((exact::add(paid, left)?, megawatts)))?;
    let [revenue, cost] = of.gross(Segment::Ai)?;
    let running = of.measured.level(MEGAWATTS, Some(Segment::Ai), of.period())?.positive();
    let days = of.days();
    let profit = revenue.less(&cost, "gross profit of ai")?.positive();
    let payback = Formula::plain(
        "Payback",
        Some(Segment::Ai),
        "years",
        "capital intensity / (yearly revenue less cost of revenue of ai per MW at work)",
    );
    let payback = payback.of(
        [&paid, &left, &megawatts, &profit, &running],
        |[paid, left, megawatts, profit, running]| {
            let capital = exact::mul(exact::mul(exact::add(paid, left)?, days)?, running)?;
            let profit = exact::mul(profit, Decimal::from(DAYS_A_YEAR))?;
            Ok((capital, exact::mul(profit, megawatts)?))
        },
    )?;
    Ok(vec![intensity, payback, coverage(of)?])
}

/// What was paid on orders that say how much power they are for, what is still to be paid, and that power.
fn orders(of: &Gathered<'_>) -> Result<[Input; 3], NoReport> {
    let scale = of.scale()?;
    let (mut paid, mut left, mut megawatts) = (Units::ZERO, Units::ZERO, Units::ZERO);
    for order in of.standing.fold.world().commitments() {
        let Some(power) = order.signed.megawatts else { continue };
        if order.total() == order.called_off() {
            continue;
        }
        paid = paid.plus(order.done()?.minus(order.owed)?)?;
        left = left.plus(order.outstanding()?.plus(order.owed)?)?;
        megawatts = megawatts.plus(power)?;
    }
    Ok([
        Input::money(at_par(paid, scale)?, "paid (commitments)"),
        Input::money(at_par(left, scale)?, "still to be paid (commitments)"),
        Input::units(megawatts, "MW (commitments)").positive(),
    ])
}

/// Whether what falls due in a year can be paid out of what is there and may be drawn.
fn coverage(of: &Gathered<'_>) -> Result<Metric, NoReport> {
    let liquid = treasury::liquid(of)?;
    let undrawn = treasury::undrawn(of)?;
    let coins = treasury::free_coins(of)?;
    let [capital, power] = obligations::within_a_year(of.standing.fold.world(), of.last)?;
    let due = capital.plus(power)?;
    let due = Input::money(due, "capital and power due within a year (obligations-ladder)").positive();
    let formula = Formula::percent(
        "Coverage of commitments",
        None,
        "of what falls due",
        "(cash + stablecoins + undrawn + unpledged coins at fair value) / capital and power due within a year",
    );
    let [cash, stablecoins] = liquid;
    Ok(formula.of(
        [&cash, &stablecoins, &undrawn, &coins, &due],
        |[cash, stablecoins, undrawn, coins, due]| {
            let held = exact::add(exact::add(cash, stablecoins)?, exact::add(undrawn, coins)?)?;
            Ok((held, due))
        },
    )?)
}
