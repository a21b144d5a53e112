//! Equipment: what may be placed in service, depreciated, impaired and disposed of.

use super::door::{Door, part, refuse_absurd, text};
use crate::event::capex::OpeningAsset;
use crate::event::{AssetDisposed, AssetImpaired, AssetPlacedInService, DepreciationCharged};
use crate::ids::AssetId;
use crate::money::{Money, Units};
use crate::refusal::Refusal;
use crate::world::{Asset, Moment, Month, amount_of};

pub(super) fn asset_placed_in_service(door: &Door<'_>, e: &AssetPlacedInService) -> Result<(), Refusal> {
    if door.world.has_asset(e.asset) {
        return Err(Refusal::AssetTwice { asset: e.asset });
    }
    if e.commitments.is_empty() && e.projects.is_empty() {
        return Err(Refusal::Empty { what: "`commitments` and `projects` together" });
    }
    let mut named = std::collections::BTreeSet::new();
    for commitment in &e.commitments {
        door.world.commitment(*commitment)?;
        if !named.insert(commitment) {
            return Err(Refusal::NamedTwice { what: format!("commitment {commitment}") });
        }
    }
    let mut named = std::collections::BTreeSet::new();
    if let Some(twice) = e.projects.iter().find(|project| !named.insert(**project)) {
        return Err(Refusal::NamedTwice { what: format!("project {twice}") });
    }
    door.amount("the cost", e.cost)?;
    door.in_currency("the cost", Some(e.cost), door.functional)?;
    door.amount_or_none("the salvage value", e.salvage)?;
    door.in_currency("the salvage value", e.salvage, door.functional)?;
    part("the salvage value", amount_of(e.salvage), "the cost", e.cost.amount)?;
    life(e.life_months)?;
    e.units.map_or(Ok(()), items)
}

/// Equipment at the opening: named once, worth no more than it cost, charged no further than it was in use.
pub(super) fn opening_assets(door: &Door<'_>, at: &Moment, assets: &[OpeningAsset]) -> Result<(), Refusal> {
    let mut named = std::collections::BTreeSet::new();
    for opening in assets {
        if !named.insert(opening.asset) {
            return Err(Refusal::NamedTwice { what: format!("asset {}", opening.asset) });
        }
        let (cost, worn) = (opening.cost, opening.accumulated.unwrap_or_default());
        let salvage = opening.salvage.unwrap_or_default();
        door.units("the cost", Units::new(cost.decimal()), door.functional)?;
        door.money("the depreciation", worn)?;
        door.money("the salvage value", salvage)?;
        let whole = |what, money: Money| {
            part(what, Units::new(money.decimal()), "the cost", Units::new(cost.decimal()))
        };
        whole("the depreciation", worn)?;
        whole("the salvage value", salvage)?;
        life(opening.life_months)?;
        opening.units.map_or(Ok(()), items)?;
        if opening.in_service > at.day {
            return Err(Refusal::OccurredLater { occurred: opening.in_service, effective: at.effective });
        }
        if let Some(asked) = opening.charged_through.filter(|through| *through > at.day) {
            return Err(Refusal::DepreciationAhead { asked, day: at.day });
        }
    }
    Ok(())
}

fn life(months: u32) -> Result<(), Refusal> {
    if months == 0 {
        return Err(Refusal::NotPositive { what: "the life in months", amount: "0".to_owned() });
    }
    Ok(())
}

/// A number of items above zero.
fn items(units: Units) -> Result<(), Refusal> {
    if !units.is_positive() {
        return Err(Refusal::NotPositive { what: "the number of items", amount: format!("{units:#}") });
    }
    refuse_absurd(units.decimal())
}

pub(super) fn depreciation_charged(
    door: &Door<'_>,
    at: &Moment,
    e: &DepreciationCharged,
) -> Result<(), Refusal> {
    let asked = e.through;
    if asked > at.day {
        return Err(Refusal::DepreciationAhead { asked, day: at.day });
    }
    let (what, last) = match e.asset {
        Some(named) => (format!("asset {named}"), Some(door.world.asset(named)?.charged_through)),
        None => ("all assets".to_owned(), door.world.depreciated_through()),
    };
    match last {
        Some(last) if Month::ended_by(asked) <= last => {
            Err(Refusal::DepreciationTwice { what, last: last.last_day(), asked })
        }
        Some(_) | None => Ok(()),
    }
}

/// An asset whose months gone by are charged, so that what it is carried at can be said.
fn charged<'a>(door: &Door<'a>, at: &Moment, asset: AssetId) -> Result<&'a Asset, Refusal> {
    let found = door.world.asset(asset)?;
    match found.behind(at.day) {
        Some(due) => Err(Refusal::DepreciationBehind { asset, due: due.last_day() }),
        None => Ok(found),
    }
}

pub(super) fn asset_impaired(door: &Door<'_>, at: &Moment, e: &AssetImpaired) -> Result<(), Refusal> {
    let asset = charged(door, at, e.asset)?;
    door.amount_or_none("the new carrying amount", Some(e.to))?;
    door.in_currency("the new carrying amount", Some(e.to), door.functional)?;
    text("the reason", e.reason.as_deref(), 500)?;
    let (carrying, to) = (asset.carrying()?, Money::new(e.to.amount.decimal()));
    if to >= carrying {
        return Err(Refusal::NotImpaired { asset: e.asset, carrying, to });
    }
    Ok(())
}

pub(super) fn asset_disposed(door: &Door<'_>, at: &Moment, e: &AssetDisposed) -> Result<(), Refusal> {
    let asset = charged(door, at, e.asset)?;
    let currency = e.proceeds.currency;
    door.amount_or_none("the proceeds", Some(e.proceeds))?;
    door.amount_or_none("the fee", e.fee)?;
    door.in_currency("the fee", e.fee, currency)?;
    part("the fee", amount_of(e.fee), "the proceeds", e.proceeds.amount)?;
    match (e.to, e.receivable) {
        (Some(to), None) => door.money_wallet(to, currency)?,
        (None, Some(party)) => {
            door.dollars("a receivable", currency)?;
            door.party(Some(party))?;
        }
        (None, None) if e.proceeds.amount.is_zero() => {}
        (None, None) | (Some(_), Some(_)) => {
            return Err(Refusal::ExactlyOne { fields: "`to` and `receivable`" });
        }
    }
    match (e.units, asset.units) {
        (Some(units), Some(left)) => {
            items(units)?;
            part("the number of items", units, "what is left of them,", left)
        }
        (Some(_), None) => Err(Refusal::FieldNeeded {
            field: "`units`",
            when: "where the asset was placed in service, for a part of it to be disposed of",
        }),
        (None, _) => Ok(()),
    }
}
