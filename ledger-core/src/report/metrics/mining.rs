//! Mining: what a coin brings, what it costs, what is left, and how much of the fleet is at work.

use super::figure::{Formula, Input, Metric};
use super::gathered::Gathered;
use super::measured::{CASH_COST, HASHRATE, HASHRATE_DEPLOYED};
use crate::chart::MINING_REVENUE;
use crate::exact;
use crate::ids::Segment;
use crate::report::NoReport;

const MINING: Option<Segment> = Some(Segment::Mining);

pub(super) fn metrics(of: &Gathered<'_>) -> Result<Vec<Metric>, NoReport> {
    let unit = format!("{}/BTC", of.currency()?);
    let earned = of.earned.of_account(MINING_REVENUE)?;
    let earned = Input::money(earned, format!("mining revenue ({MINING_REVENUE})")).positive();
    let mined = of.mined()?;
    let revenue =
        Formula::plain("Average realised revenue per BTC", MINING, &unit, "mining revenue / BTC mined");
    let mut all = vec![revenue.of([&earned, &mined], |[earned, mined]| Ok((earned, mined)))?];
    all.extend(of_cost(of, &unit, &earned, &mined)?);
    let running = of.measured.level(HASHRATE, None, of.period())?;
    let deployed = of.measured.level(HASHRATE_DEPLOYED, None, of.period())?.positive();
    let uptime =
        Formula::percent("Uptime", MINING, "of deployed EH/s", "mean EH/s at work / mean EH/s deployed");
    all.push(uptime.of([&running, &deployed], |[running, deployed]| Ok((running, deployed)))?);
    Ok(all)
}

/// Cash cost and margin of a coin: at what the business measures itself, else at the segment's cost of revenue.
fn of_cost(of: &Gathered<'_>, unit: &str, earned: &Input, mined: &Input) -> Result<[Metric; 2], NoReport> {
    let measured = of.measured.rate(CASH_COST, of.period())?.positive();
    let cost = |words| Formula::plain("Cash cost per BTC", MINING, unit, words);
    let margin = |words| Formula::plain("Mining margin per BTC", MINING, unit, words);
    if measured.is_known() {
        return Ok([
            cost("as measured").of([&measured], |[cost]| Ok((cost, rust_decimal::Decimal::ONE)))?,
            margin("mining revenue / BTC mined - cash cost per BTC measured")
                .of([earned, mined, &measured], |[earned, mined, cost]| {
                    Ok((exact::sub(earned, exact::mul(mined, cost)?)?, mined))
                })?,
        ]);
    }
    let [_, booked] = of.gross(Segment::Mining)?;
    Ok([
        cost("cost of revenue of mining / BTC mined")
            .of([&booked, mined], |[booked, mined]| Ok((booked, mined)))?,
        margin("(mining revenue - cost of revenue of mining) / BTC mined")
            .of([earned, &booked, mined], |[earned, booked, mined]| {
                Ok((exact::sub(earned, booked)?, mined))
            })?,
    ])
}
