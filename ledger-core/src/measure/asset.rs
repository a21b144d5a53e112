//! Equipment: from construction into service, through depreciation and impairment, to its disposal (ASC 360).

use super::Context;
use super::capex::plain;
use crate::chart::{ACCUMULATED_DEPRECIATION, CONSTRUCTION, RECEIVABLES};
use crate::event::{AssetDisposed, AssetImpaired, AssetPlacedInService, DepreciationCharged};
use crate::ids::{AssetId, Segment};
use crate::measured::Measured;
use crate::money::Money;
use crate::posting::{Dimensions, Leg};
use crate::refusal::Refusal;
use crate::world::{Asset, equipment_account, net_of};

/// The sub-ledger of an asset.
pub(super) fn of_asset(asset: AssetId, segment: Option<Segment>) -> Dimensions {
    Dimensions { asset: Some(asset), segment, ..Dimensions::default() }
}

fn depreciated(asset: &Asset, amount: Money) -> Leg {
    plain(ACCUMULATED_DEPRECIATION, of_asset(asset.name, asset.segment), amount)
}

pub(super) fn asset_placed_in_service(
    cx: &Context<'_>,
    e: &AssetPlacedInService,
    m: &mut Measured,
) -> Result<(), Refusal> {
    let cost = Money::new(e.cost.amount.decimal());
    m.equipment.push(plain(equipment_account(e.class), of_asset(e.asset, e.segment), cost));
    take_from_construction(cx, e, cost, m)
}

/// Takes a cost out of what stands in construction for the orders and projects named, each wholly before the next.
fn take_from_construction(
    cx: &Context<'_>,
    e: &AssetPlacedInService,
    cost: Money,
    m: &mut Measured,
) -> Result<(), Refusal> {
    let orders =
        e.commitments.iter().map(|order| Dimensions { commitment: Some(*order), ..Dimensions::default() });
    let projects =
        e.projects.iter().map(|project| Dimensions { project: Some(*project), ..Dimensions::default() });
    let mut left = cost;
    for about in orders.chain(projects) {
        let mut leg = plain(CONSTRUCTION, about, Money::ZERO);
        leg.carrying = cx.book.balance(&leg.target).amount.min(left).max(Money::ZERO);
        left = left.minus(leg.carrying)?;
        m.construction.push(leg);
    }
    if left.is_zero() {
        return Ok(());
    }
    let (book, account, held) = (cx.book.name(), CONSTRUCTION, cost.minus(left)?);
    Err(Refusal::BalanceShort { book, account, held, asked: cost })
}

pub(super) fn depreciation_charged(
    cx: &Context<'_>,
    e: &DepreciationCharged,
    m: &mut Measured,
) -> Result<(), Refusal> {
    for (asset, due) in cx.world.depreciation(e)? {
        m.depreciated.push(depreciated(asset, due));
    }
    Ok(())
}

/// The loss is what it was carried at above its fair value (ASC 360-10-35-17).
pub(super) fn asset_impaired(cx: &Context<'_>, e: &AssetImpaired, m: &mut Measured) -> Result<(), Refusal> {
    let asset = cx.world.asset(e.asset)?;
    let loss = asset.carrying()?.minus(Money::new(e.to.amount.decimal()))?;
    m.depreciated.push(depreciated(asset, loss));
    Ok(())
}

/// The gain is what is got, less the costs of selling, above what was carried (ASC 360-10-35-38).
pub(super) fn asset_disposed(cx: &Context<'_>, e: &AssetDisposed, m: &mut Measured) -> Result<(), Refusal> {
    let asset = cx.world.asset(e.asset)?;
    let removed = cx.world.removed(e)?;
    let about = of_asset(asset.name, asset.segment);
    m.segment = about.segment;
    m.equipment.push(plain(asset.account(), about, removed.cost));
    m.depreciated.push(depreciated(asset, removed.accumulated));
    m.carrying = removed.carrying()?;
    let net = net_of(e.proceeds, e.fee)?;
    match (e.to, e.receivable) {
        (Some(to), _) => {
            let received = cx.money_in(to, net)?;
            m.proceeds = received.carrying;
            m.money_in.push(received);
        }
        (None, party) => {
            m.proceeds = cx.at_par(net)?;
            let claim = Dimensions { party, ..about };
            m.claims.push(plain(RECEIVABLES, claim, m.proceeds));
        }
    }
    Ok(())
}
