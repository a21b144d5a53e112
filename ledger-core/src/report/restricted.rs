//! Coins that are ours and may not be sold: what they are worth, why, for how long, and what sets them free
//! (ASC 350-60-50-7), as far as a pledge to a lender tells.

use super::{NoReport, Request};
use crate::chart::BITCOIN_PLEDGED;
use crate::ids::{Commodity, FacilityId};
use crate::lots::{Holding, Position, Site};
use crate::money::Money;
use crate::rounding::Rounding;
use crate::sheet::{Cell, Row, RowKind, Sheet, columns};
use crate::time::Day;
use crate::world::{Facility, Moment};

pub(super) fn restricted(request: &Request<'_>) -> Result<Sheet, NoReport> {
    let standing = request.standing()?;
    let fold = &standing.fold;
    let world = fold.world();
    let today = request.last_day(&standing)?;
    let at = Moment::end_of(today, fold.zone());
    let functional = world.settings()?.functional;
    let scale = world.scale(functional)?;
    let positions = fold.book(request.book)?.lots().positions();
    let pledged = positions
        .filter(|(position, holding)| position.account == BITCOIN_PLEDGED && holding.units.is_positive());
    let mut rows = Vec::new();
    let (mut total, mut priced) = (Money::ZERO, true);
    for (position, holding) in pledged {
        let Some(facility) = facility_of(position) else { continue };
        let Some(facility) = world.facilities().find(|found| found.terms.facility == facility) else {
            continue;
        };
        let digits = world.scale(position.commodity)?;
        let value = world.worth_in(request.book, &at, position.commodity, functional)?;
        let value =
            value.map(|price| price.value_of(holding.units, scale.into(), Rounding::HalfEven)).transpose()?;
        match value {
            Some(value) => total = total.plus(value)?,
            None => priced = false,
        }
        rows.extend(one(facility, position.commodity, holding, digits, value, today)?);
    }
    if !rows.is_empty() && priced {
        let cells = vec![Cell::text("Fair value of restricted coins"), Cell::Money(total), Cell::Empty];
        rows.push(Row::new(RowKind::Total, cells));
    }
    Ok(Sheet {
        report: "restricted",
        title: "Coins under restriction".to_owned(),
        head: request.head(fold)?,
        columns: columns(&[("line", ""), ("figure", "Figure"), ("unit", "")]),
        rows,
        notes: vec![
            "Restrictions are those of pledges recorded; a claim for coins of which a lender has control is no coin (see holdings)."
                .to_owned(),
        ],
    })
}

fn facility_of(position: &Position) -> Option<FacilityId> {
    match position.place {
        Site::Facility(facility) => Some(facility),
        Site::Wallet(_) | Site::Entity => None,
    }
}

fn one(
    facility: &Facility,
    commodity: Commodity,
    holding: &Holding,
    digits: u8,
    value: Option<Money>,
    today: Day,
) -> Result<Vec<Row>, NoReport> {
    let terms = &facility.terms;
    let mut rows = vec![Row::heading(format!("Pledged under {} to {}", terms.facility, terms.lender), 3)];
    let mut line = |label: &str, figure: Cell, unit: String| {
        let unit = if unit.is_empty() { Cell::Empty } else { Cell::text(unit) };
        rows.push(Row::line(vec![Cell::text(label), figure, unit]));
    };
    line("Units", Cell::Units(holding.units, digits), commodity.to_string());
    line("Cost", Cell::Money(holding.cost), String::new());
    line("Carrying amount", Cell::Money(holding.carrying), String::new());
    line("Fair value", value.map_or_else(|| Cell::text("no price"), Cell::Money), String::new());
    line("Nature", Cell::text("security for a loan"), "control kept".to_owned());
    match terms.maturity {
        Some(maturity) if !facility.is_callable() => {
            line("Restricted until", Cell::Day(maturity), "maturity".to_owned());
            let left = maturity.number() - today.number();
            let days = u64::try_from(left).map_or_else(|_| Cell::text("overdue"), Cell::Number);
            line("Remaining", days, "days".to_owned());
        }
        Some(_) | None => line("Remaining", Cell::text("open"), "until repaid".to_owned()),
    }
    let owed = facility.owed()?;
    let set_free = if owed.is_positive() { "repayment of" } else { "nothing owed:" };
    line("Lapses on", Cell::text(set_free), format!("{:#} {}", owed, terms.currency));
    if let Some(release) = terms.ltv.as_ref().and_then(|ltv| ltv.release.or(ltv.initial)) {
        let percent = crate::exact::mul(release.decimal(), rust_decimal::Decimal::ONE_HUNDRED)?;
        line("In part below", Cell::Percent(percent.round_dp(2)), "loan to value".to_owned());
    }
    if let Some(call) = &facility.call {
        line("Margin call due", Cell::text(call.deadline), "lender may sell after".to_owned());
    }
    Ok(rows)
}
