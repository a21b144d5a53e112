//! The reversal of an entry: every line of its journals the other way round. Lots that it brought leave at what they
//! are carried at now, pieces that it took come back with date and cost at what they left with; what is carried
//! otherwise than it was is a gain or loss.

use super::Context;
use super::coins::target;
use crate::book::Postings;
use crate::chart::{COINS_TO_RETURN, COLLATERAL_RECEIVABLE, is_owned_coins};
use crate::event::EntryReversed;
use crate::lots::{LotChange, Position};
use crate::measured::Measured;
use crate::money::{Money, Units};
use crate::posting::{Leg, Target};
use crate::refusal::Refusal;

pub(super) fn entry_reversed(cx: &Context<'_>, e: &EntryReversed, m: &mut Measured) -> Result<(), Refusal> {
    let Some(postings) = cx.book.awaited(e.entry) else {
        return Err(Refusal::ReversedTooEarly { number: e.entry });
    };
    for line in postings.lines.iter().rev() {
        let (amount, units) = (line.amount.negated(), line.units.negated());
        m.stated.push(crate::posting::Line { amount, units, ..*line });
    }
    let mut targets: Vec<Target> = postings.lines.iter().map(|line| line.target).collect();
    for position in postings.positions() {
        let change = lots(cx, postings, &position, m)?;
        let target = target(&position);
        targets.retain(|other| *other != target);
        differs(postings, target, change, true, m)?;
    }
    targets.sort_unstable();
    targets.dedup();
    for target in targets.into_iter().filter(|target| target.commodity.is_some()) {
        let change = pooled(cx, postings, &target)?;
        differs(postings, target, change, is_of_lots(cx, &target), m)?;
    }
    Ok(())
}

/// Sets the lots of a position back; gives the change of its carrying amount.
fn lots(
    cx: &Context<'_>,
    postings: &Postings,
    position: &Position,
    m: &mut Measured,
) -> Result<Money, Refusal> {
    let leaving = cx.book.lots().whole_lots(position, &postings.arrived_at(position), cx.precision)?;
    let coming = postings.left_from(position);
    let leaves = Money::sum(leaving.iter().map(|piece| piece.carrying))?;
    let comes = Money::sum(coming.iter().map(|piece| piece.carrying))?;
    if !leaving.is_empty() {
        m.lots.push(LotChange::Leave(*position, leaving));
    }
    if !coming.is_empty() {
        m.lots.push(LotChange::Return(*position, coming));
    }
    Ok(comes.minus(leaves)?)
}

/// The change of what is carried as one, as money of a currency, claims on a pool or coins owed: what came goes at its
/// share of what is there now, what went comes back at what it went with.
fn pooled(cx: &Context<'_>, postings: &Postings, target: &Target) -> Result<Money, Refusal> {
    let (units, amount) = posted(postings, target)?;
    let came = if target.account == COINS_TO_RETURN { units.is_negative() } else { units.is_positive() };
    if is_of_lots(cx, target) || !came {
        return Ok(amount.negated());
    }
    let there = cx.book.balance(target);
    let (scale, rounding) = (cx.precision.scale, cx.precision.rounding);
    Ok(there.amount.share(units, there.units, scale, rounding)?.negated())
}

/// Notes by how much a carrying amount changes otherwise than the mirrored lines say.
fn differs(
    postings: &Postings,
    target: Target,
    change: Money,
    in_lots: bool,
    m: &mut Measured,
) -> Result<(), Refusal> {
    let (units, amount) = posted(postings, &target)?;
    let leg = Leg { target, units: units.abs(), carrying: amount.negated(), fair_value: change };
    if leg.carrying == leg.fair_value {
        return Ok(());
    }
    match target.account {
        COLLATERAL_RECEIVABLE => m.receivable_remeasured.push(leg),
        COINS_TO_RETURN => m.owed_remeasured.push(leg),
        account if is_owned_coins(account) || account == crate::chart::BITCOIN_FROM_POOL || in_lots => {
            m.remeasured.push(leg);
        }
        _ => m.money_in.push(leg),
    }
    Ok(())
}

/// What an entry posted to a target.
fn posted(postings: &Postings, target: &Target) -> Result<(Units, Money), Refusal> {
    let to = || postings.lines.iter().filter(|line| line.target == *target);
    Ok((Units::sum(to().map(|line| line.units))?, Money::sum(to().map(|line| line.amount))?))
}

fn is_of_lots(cx: &Context<'_>, target: &Target) -> bool {
    is_owned_coins(target.account) || target.account == COLLATERAL_RECEIVABLE || cx.is_in_lots(target)
}
