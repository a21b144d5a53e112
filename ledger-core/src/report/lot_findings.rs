//! What is missing behind lots: coins that left as the oldest because nobody had said in time which (Reg.
//! 1.1012-1(j)(3)(i)), and coins that came without a cost. Each question finds them on the way through its entries.

use super::{NoReport, Request, day_of};
use crate::chart::COLLATERAL_RECEIVABLE;
use crate::event::Event;
use crate::exact::Overflow;
use crate::fold::Posted;
use crate::ids::{Commodity, LotId};
use crate::lots::{LotChange, Piece, Position};
use crate::money::Units;
use crate::policy::LotMethod;
use crate::replay::Step;
use crate::sheet::{Cell, Row, Sheet, columns};

/// Units that a finding is about.
type Found = Vec<(Commodity, Units)>;

pub(super) fn lot_findings(request: &Request<'_>) -> Result<Sheet, NoReport> {
    let mut rows = Vec::new();
    let fold = request.replay(request.from, |step| {
        for posted in request.posted(step) {
            for (commodity, units) in not_instructed(request, step, posted)? {
                let why = "the oldest left: no lots named, and no instruction in time";
                rows.push(row(step, posted, "LOTS_NOT_INSTRUCTED", commodity, units, why));
            }
            for (commodity, units) in without_basis(step, posted)? {
                let why = "no cost is known: all of its proceeds will be a gain";
                rows.push(row(step, posted, "BASIS_MISSING", commodity, units, why));
            }
        }
        Ok(())
    })?;
    let head = match request.from {
        Some(from) => request.head_from(&fold, from)?,
        None => request.head(&fold)?,
    };
    Ok(Sheet {
        report: "lot-findings",
        title: "What is missing behind lots".to_owned(),
        head,
        columns: columns(&[
            ("day", "Day"),
            ("entry", "Entry"),
            ("event", "Event"),
            ("finding", "Finding"),
            ("commodity", "Coin"),
            ("units", "Units"),
            ("why", "Why"),
        ]),
        rows,
        notes: vec![
            "Lots are chosen by a person if named at the latest when the coins leave, by the sale itself or by \
             `lot_instruction_recorded`."
                .to_owned(),
        ],
    })
}

fn row(
    step: &Step<'_>,
    posted: &Posted,
    finding: &str,
    commodity: Commodity,
    units: Units,
    why: &str,
) -> Row {
    let event =
        step.applied.entry.events.get(posted.event).map_or(Cell::Empty, |event| Cell::text(event.name()));
    Row::line(vec![
        Cell::Day(day_of(step)),
        Cell::Number(step.applied.number),
        event,
        Cell::text(finding),
        Cell::text(commodity),
        Cell::Units(units, step.after.world().scale(commodity).unwrap_or(8)),
        Cell::text(why),
    ])
}

/// Coins of which nobody had said in time which they are to be.
fn not_instructed(request: &Request<'_>, step: &Step<'_>, posted: &Posted) -> Result<Found, Overflow> {
    let world = step.after.world();
    let at = step.applied.moment(posted.event, step.after.zone());
    let event = step.applied.entry.events.get(posted.event);
    let named = event.and_then(Event::named_lots);
    let names_some = |lots: &[crate::event::treasury::NamedLot]| {
        lots.iter().any(|lot| lot.book.is_none_or(|book| book == request.book))
    };
    let unnamed = named.is_some_and(|lots| !names_some(lots));
    let by_name = world.book(request.book).is_ok_and(|book| {
        let policy = book.policy_on(at.day);
        policy.lots == LotMethod::Specific && policy.oldest_go_unnamed()
    });
    let transaction = step.applied.entry.transaction;
    if !unnamed || !by_name || world.lot_instruction(request.book, transaction, &at).is_some() {
        return Ok(Found::new());
    }
    sums(
        posted.lots.iter().filter_map(|change| match change {
            LotChange::Leave(position, pieces) if position.account != COLLATERAL_RECEIVABLE => {
                Some((position, pieces.as_slice()))
            }
            LotChange::Leave(..)
            | LotChange::Arrive(..)
            | LotChange::Return(..)
            | LotChange::Mark(..)
            | LotChange::Carry(..)
            | LotChange::Pool(..) => None,
        }),
        |_| true,
    )
}

/// Coins that are new here and cost nothing.
fn without_basis(step: &Step<'_>, posted: &Posted) -> Result<Found, Overflow> {
    let is_new = |lot: &LotId| {
        lot.entry == step.applied.number
            && usize::try_from(lot.event).is_ok_and(|event| event == posted.event)
    };
    let arrived = posted.lots.iter().filter_map(|change| match change {
        LotChange::Arrive(position, pieces) => Some((position, pieces.as_slice())),
        LotChange::Leave(..)
        | LotChange::Return(..)
        | LotChange::Mark(..)
        | LotChange::Carry(..)
        | LotChange::Pool(..) => None,
    });
    sums(arrived, |piece| is_new(&piece.key.birth) && piece.cost.is_zero())
}

/// Units of pieces, coin by coin, in the order in which they come.
fn sums<'p>(
    changes: impl Iterator<Item = (&'p Position, &'p [Piece])>,
    counts: impl Fn(&Piece) -> bool,
) -> Result<Found, Overflow> {
    let mut all = Found::new();
    for (position, pieces) in changes {
        for piece in pieces.iter().filter(|piece| counts(piece)) {
            match all.iter_mut().find(|(commodity, _)| *commodity == position.commodity) {
                Some((_, units)) => *units = units.plus(piece.units)?,
                None => all.push((position.commodity, piece.units)),
            }
        }
    }
    Ok(all)
}
