//! Treasury: how much is free, how far loans are from their margin calls, what debt costs and how long the money lasts.

use rust_decimal::Decimal;

use super::DAYS_A_YEAR;
use super::figure::{Formula, Input, Metric};
use super::gathered::Gathered;
use super::measured::SHARES;
use crate::account::Account;
use crate::chart::{BITCOIN_PLEDGED, CASH, STABLECOINS, is_owned_coins};
use crate::exact;
use crate::money::{Money, Units};
use crate::report::{NoReport, at_par, cash_flow, coins};
use crate::world::{Facility, Moment};

pub(super) fn metrics(of: &Gathered<'_>) -> Result<Vec<Metric>, NoReport> {
    let mut all = vec![unpledged(of)?];
    all.extend(loans(of)?);
    all.extend([cost_of_debt(of)?, runway(of)?]);
    let [sold, mined] = [of.sold()?, of.mined()?];
    let covered = Formula::percent("Production coverage", None, "of BTC mined", "BTC sold / BTC mined");
    all.push(covered.of([&sold, &mined], |[sold, mined]| Ok((sold, mined)))?);
    all.extend(net_assets(of)?);
    Ok(all)
}

fn is_free(account: Account) -> bool {
    is_owned_coins(account) && account != BITCOIN_PLEDGED
}

/// Cash that is free, and stablecoins, as the book has them.
pub(super) fn liquid(of: &Gathered<'_>) -> Result<[Input; 2], NoReport> {
    let book = of.standing.fold.book(of.request.book)?;
    let held = |account: Account| Money::sum(book.of(account).map(|(_, balance)| balance.amount));
    Ok([
        Input::money(held(CASH)?, format!("cash ({CASH})")),
        Input::money(held(STABLECOINS)?, format!("stablecoins ({STABLECOINS})")),
    ])
}

/// What may still be drawn, at par.
pub(super) fn undrawn(of: &Gathered<'_>) -> Result<Input, NoReport> {
    let undrawn = Units::sum(open(of).map(|facility| facility.undrawn))?;
    Ok(Input::money(at_par(undrawn, of.scale()?)?, "undrawn (facilities)"))
}

/// Coins that are ours and not pledged, at the latest price; missing where one has none.
pub(super) fn free_coins(of: &Gathered<'_>) -> Result<Input, NoReport> {
    let fold = &of.standing.fold;
    let at = Moment::end_of(of.last, fold.zone());
    let mut worth = Money::ZERO;
    for (coin, sum) in coins::by_coin(fold, of.request, is_free)? {
        let value = coins::worth(fold, of.request.book, &at, coin, of.currency()?, sum.units)?;
        match value.money() {
            Some(value) => worth = worth.plus(value)?,
            None => return Ok(Input::missing(format!("price of {coin}"))),
        }
    }
    Ok(Input::money(worth, "unpledged coins (holdings)"))
}

fn open<'a>(of: &'a Gathered<'_>) -> impl Iterator<Item = &'a Facility> {
    of.standing.fold.world().facilities().filter(|facility| facility.retired.is_none())
}

/// Bitcoin in all, claims on lenders with it.
fn bitcoin_held(of: &Gathered<'_>) -> Result<Input, NoReport> {
    let held = match of.bitcoin() {
        Some(bitcoin) => coins::economic_units(&of.standing.fold, of.request, bitcoin)?,
        None => Units::ZERO,
    };
    Ok(Input::units(held, "BTC with claims on lenders (holdings)").positive())
}

fn unpledged(of: &Gathered<'_>) -> Result<Metric, NoReport> {
    let all = bitcoin_held(of)?;
    let free = coins::by_coin(&of.standing.fold, of.request, is_free)?;
    let free = free.into_iter().find(|(coin, _)| Some(*coin) == of.bitcoin());
    let free = Input::units(free.map_or(Units::ZERO, |(_, sum)| sum.units), "BTC free (holdings)");
    let formula =
        Formula::percent("Unpledged ratio", None, "of all BTC", "BTC free / BTC with claims on lenders");
    Ok(formula.of([&free, &all], |[free, all]| Ok((free, all)))?)
}

/// Loan to value and the distance to the margin call, facility by facility.
fn loans(of: &Gathered<'_>) -> Result<Vec<Metric>, NoReport> {
    let world = of.standing.fold.world();
    let at = Moment::end_of(of.last, of.standing.fold.zone());
    let mut all = Vec::new();
    for facility in open(of) {
        let name = facility.terms.facility;
        let (debt, collateral) = match world.ltv(facility, &at) {
            Ok(Some(ltv)) => (ltv.debt, Some(Units::new(ltv.collateral))),
            Ok(None) => continue,
            Err(_) => (facility.owed()?.decimal(), None),
        };
        let call = facility.terms.ltv.as_ref().and_then(|ltv| ltv.call);
        let debt = Input::money(Money::new(debt), "owed (facilities)");
        let collateral = Input::units_or_missing(collateral, "collateral less haircuts (facilities)");
        let call = Input::units_or_missing(
            call.map(|rate| Units::new(rate.decimal())),
            format!("loan to value of a margin call under {name}"),
        );
        all.extend(distances(&format!(", {name}"), [debt, collateral, call])?);
    }
    if all.is_empty() {
        let none = ["what is owed", "collateral with a price", "loan to value of a margin call"];
        all.extend(distances("", none.map(Input::missing))?);
    }
    Ok(all)
}

/// With D owed on collateral C and a call at t: D / C, and 1 - D / (C t), the fall of the price until the call.
fn distances(facility: &str, [debt, collateral, call]: [Input; 3]) -> Result<[Metric; 2], NoReport> {
    let ratio = Formula::percent(
        &format!("Loan to value{facility}"),
        None,
        "of collateral",
        "owed / collateral less haircuts",
    );
    let distance = Formula::percent(
        &format!("Distance to call{facility}"),
        None,
        "of the price",
        "1 - price of a margin call / price",
    );
    Ok([
        ratio.of([&debt, &collateral], |[debt, collateral]| Ok((debt, collateral)))?,
        distance.of([&debt, &collateral, &call], |[debt, collateral, call]| {
            let allowed = exact::mul(collateral, call)?;
            Ok((exact::sub(allowed, debt)?, allowed))
        })?,
    ])
}

fn cost_of_debt(of: &Gathered<'_>) -> Result<Metric, NoReport> {
    let (mut borne, mut balance, mut unset) = (Decimal::ZERO, Decimal::ZERO, None);
    for facility in open(of).filter(|facility| facility.principal.is_positive()) {
        let principal = facility.principal.decimal();
        match facility.rate() {
            Some(rate) => borne = exact::add(borne, exact::mul(rate.decimal(), principal)?)?,
            None => unset = Some(facility.terms.facility),
        }
        balance = exact::add(balance, principal)?;
    }
    let scale = of.scale()?;
    let borne = match unset {
        Some(facility) => Input::missing(format!("rate of {facility}")),
        None => Input::money(
            at_par(Units::new(borne), scale)?,
            "interest of a year at the rates of the day (facilities)",
        ),
    };
    let balance = Input::money(at_par(Units::new(balance), scale)?, "principal (facilities)").positive();
    let formula = Formula::percent(
        "Weighted cost of debt",
        None,
        "a year",
        "sum of (rate x principal) / sum of principal, without fees",
    );
    Ok(formula.of([&borne, &balance], |[borne, balance]| Ok((borne, balance)))?)
}

fn runway(of: &Gathered<'_>) -> Result<Metric, NoReport> {
    let [cash, stablecoins] = liquid(of)?;
    let burnt = cash_flow::operating_cash(of.request, of.from)?.negated();
    let burnt = Input::money(burnt, "net cash used in operations (cash-flow)").positive();
    let days = of.days();
    let formula = Formula::plain(
        "Runway",
        None,
        "months",
        "(cash + stablecoins) / (net cash used in operations / days of the period x 365 / 12)",
    );
    Ok(formula.of([&cash, &stablecoins, &burnt], |[cash, stablecoins, burnt]| {
        let held = exact::mul(exact::add(cash, stablecoins)?, exact::mul(days, Decimal::from(MONTHS))?)?;
        Ok((held, exact::mul(burnt, Decimal::from(DAYS_A_YEAR))?))
    })?)
}

/// Of a year.
const MONTHS: u32 = 12;

/// What bitcoin there is to a share, and what debt there is to bitcoin.
fn net_assets(of: &Gathered<'_>) -> Result<[Metric; 2], NoReport> {
    let fold = &of.standing.fold;
    let held = bitcoin_held(of)?;
    let shares = of.measured.latest(SHARES, of.period()).positive();
    let per_share = Formula {
        digits: COIN_DIGITS,
        ..Formula::plain("BTC per share", None, "BTC", "BTC with claims on lenders / shares outstanding")
    };
    let owed = open(of).try_fold(Units::ZERO, |sum, facility| sum.plus(facility.owed()?))?;
    let owed = Input::money(at_par(owed, of.scale()?)?, "owed (facilities)");
    let worth = match of.bitcoin() {
        Some(bitcoin) => {
            let units = coins::economic_units(fold, of.request, bitcoin)?;
            let at = Moment::end_of(of.last, fold.zone());
            coins::worth(fold, of.request.book, &at, bitcoin, of.currency()?, units)?.money()
        }
        None => None,
    };
    let worth = match worth {
        Some(worth) => Input::money(worth, "BTC at fair value (holdings)").positive(),
        None if held.is_known() => Input::missing("price of BTC"),
        None => held.clone(),
    };
    let debt = Formula::percent(
        "Debt to BTC",
        None,
        "of BTC at fair value",
        "owed / BTC with claims on lenders at fair value",
    );
    Ok([
        per_share.of([&held, &shares], |[held, shares]| Ok((held, shares)))?,
        debt.of([&owed, &worth], |[owed, worth]| Ok((owed, worth)))?,
    ])
}

/// A share has little of a bitcoin.
const COIN_DIGITS: u8 = 8;
