//! Coins that are ours and may not be sold: what they are worth, why, for how long, and what sets them free
//! (ASC 350-60-50-7), as far as a pledge to a lender tells.

use super::{NoReport, Request};
use crate::chart::BITCOIN_PLEDGED;
use crate::ids::{Commodity, FacilityId};
use crate::lots::{Holding, Position, Site};
use crate::money::{Money, Price};
use crate::replay::Standing;
use crate::rounding::Rounding;
use crate::sheet::{Cell, Row, RowKind, Sheet, columns};
use crate::time::Day;
use crate::world::{Facility, Moment};

/// Coins of one kind that lie with a lender under a facility, and may not be sold.
pub(super) struct Restriction<'a> {
    pub(super) facility: &'a Facility,
    pub(super) commodity: Commodity,
    pub(super) holding: &'a Holding,
    /// Digits of the coin.
    pub(super) digits: u8,
    /// What they are worth at the latest price, if there is one.
    pub(super) value: Option<Money>,
}

/// Coins pledged of which control is kept, by coin and facility.
pub(super) fn restrictions<'a>(
    request: &Request<'_>,
    standing: &'a Standing,
) -> Result<Vec<Restriction<'a>>, NoReport> {
    let fold = &standing.fold;
    let world = fold.world();
    let at = Moment::end_of(request.last_day(standing)?, fold.zone());
    let functional = world.settings()?.functional;
    let scale = world.scale(functional)?;
    let positions = fold.book(request.book)?.lots().positions();
    let pledged = positions
        .filter(|(position, holding)| position.account == BITCOIN_PLEDGED && holding.units.is_positive());
    let mut all = Vec::new();
    for (position, holding) in pledged {
        let Some(name) = facility_of(position) else { continue };
        let Some(facility) = world.facilities().find(|found| found.terms.facility == name) else { continue };
        let price = world.worth_in(request.book, &at, position.commodity, functional)?;
        let worth = |price: Price| price.value_of(holding.units, scale.into(), Rounding::HalfEven);
        all.push(Restriction {
            facility,
            commodity: position.commodity,
            holding,
            digits: world.scale(position.commodity)?,
            value: price.map(worth).transpose()?,
        });
    }
    Ok(all)
}

pub(super) fn restricted(request: &Request<'_>) -> Result<Sheet, NoReport> {
    let standing = request.standing()?;
    let today = request.last_day(&standing)?;
    let all = restrictions(request, &standing)?;
    let mut rows = Vec::new();
    for one in &all {
        rows.push(Row::heading(one.label(), 3));
        let figures = [
            ("Units", Cell::Units(one.holding.units, one.digits), one.commodity.to_string()),
            ("Cost", Cell::Money(one.holding.cost), String::new()),
            ("Carrying amount", Cell::Money(one.holding.carrying), String::new()),
            ("Fair value", one.fair_value(), String::new()),
        ];
        let lines = figures.into_iter().chain(one.terms(today)?);
        rows.extend(lines.map(|(label, figure, unit)| {
            let unit = if unit.is_empty() { Cell::Empty } else { Cell::text(unit) };
            Row::line(vec![Cell::text(label), figure, unit])
        }));
    }
    let values: Option<Vec<Money>> = all.iter().map(|one| one.value).collect();
    if let Some(values) = values.filter(|values| !values.is_empty()) {
        let total = Money::sum(values)?;
        let cells = vec![Cell::text("Fair value of restricted coins"), Cell::Money(total), Cell::Empty];
        rows.push(Row::new(RowKind::Total, cells));
    }
    Ok(Sheet {
        report: "restricted",
        title: "Coins under restriction".to_owned(),
        head: request.head(&standing.fold)?,
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

/// A term of a restriction: what it is, the figure, and the words that follow it.
pub(super) type Term = (&'static str, Cell, String);

impl Restriction<'_> {
    pub(super) fn label(&self) -> String {
        format!("Pledged under {} to {}", self.facility.terms.facility, self.facility.terms.lender)
    }

    pub(super) fn fair_value(&self) -> Cell {
        self.value.map_or_else(|| Cell::text("no price"), Cell::Money)
    }

    /// Its nature, how long it lasts and what ends it, in their order on paper.
    pub(super) fn terms(&self, today: Day) -> Result<Vec<Term>, NoReport> {
        let facility = self.facility;
        let terms = &facility.terms;
        let mut all: Vec<Term> =
            vec![("Nature", Cell::text("security for a loan"), "with control kept".to_owned())];
        match terms.maturity {
            Some(maturity) if !facility.is_callable() => {
                all.push(("Restricted until", Cell::Day(maturity), "maturity".to_owned()));
                let left = maturity.number() - today.number();
                all.push(match u64::try_from(left) {
                    Ok(days) => ("Remaining", Cell::Number(days), "days".to_owned()),
                    Err(_) => ("Remaining", Cell::text("overdue"), "since that day".to_owned()),
                });
            }
            Some(_) | None => all.push(("Remaining", Cell::text("open"), "until repaid".to_owned())),
        }
        let owed = facility.owed()?;
        let set_free = if owed.is_positive() { "repayment of" } else { "nothing owed:" };
        all.push(("Lapses on", Cell::text(set_free), format!("{:#} {}", owed, terms.currency)));
        if let Some(ltv) = &terms.ltv {
            let levels = [
                ("In part below", ltv.release.or(ltv.initial), "loan to value"),
                ("Margin call from", ltv.call, "loan to value"),
                ("Lender may sell from", ltv.liquidation, "loan to value"),
            ];
            for (label, rate, unit) in levels {
                let Some(rate) = rate else { continue };
                let percent = crate::exact::mul(rate.decimal(), rust_decimal::Decimal::ONE_HUNDRED)?;
                all.push((label, Cell::Percent(percent.round_dp(2)), unit.to_owned()));
            }
        }
        if let Some(call) = &facility.call {
            all.push(("Margin call due", Cell::text(call.deadline), "lender may sell after".to_owned()));
        }
        Ok(all)
    }
}
